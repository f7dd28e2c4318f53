-- Run times, active times and where the time went are made anew of what is told alone (store/turn-summary.ts, its second version): the upkeep
-- does it. Without its texts a turn does not say any more who asked for a skill: what was loaded in one stays as it was written.
UPDATE turn SET summary = NULL WHERE dropped = 0 OR (dropped = 1 AND json_array_length(summary, '$[6]') = 0);
