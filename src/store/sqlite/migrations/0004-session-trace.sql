-- The traces of sessions, for destinations that want one a session. An envelope is a row of span without a turn, of the kind 'session'.
CREATE TABLE envelope (
  span INTEGER PRIMARY KEY REFERENCES span (id) ON DELETE CASCADE,
  -- 'session' or 'spawn': how the destinations that want it group.
  grouping TEXT NOT NULL,
  -- When the process of the agent began that its trace began with; empty where none is told or none counts.
  spawn TEXT NOT NULL,
  -- The shell that the first turn below it ran in.
  shell TEXT,
  -- When to look whether its session is over. Null: it is, and the span is final.
  due_millis REAL
) STRICT;
CREATE INDEX envelope_due ON envelope (due_millis) WHERE due_millis IS NOT NULL;

-- Under which envelope the trace of a turn stands. Written once, before the first of its spans can be sent.
CREATE TABLE trace_place (
  trace_id TEXT NOT NULL,
  grouping TEXT NOT NULL,
  envelope INTEGER NOT NULL REFERENCES envelope (span) ON DELETE CASCADE,
  PRIMARY KEY (trace_id, grouping)
) STRICT, WITHOUT ROWID;
CREATE INDEX trace_place_envelope ON trace_place (envelope);
