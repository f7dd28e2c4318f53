-- Errors of a turn are its failed calls alone; they were failed requests too, and the turn itself. The collector's upkeep counts them anew
-- (recount.ts): turns behind `after` up to `last` are still to be looked at. No row: all are.
CREATE TABLE recount (
  after INTEGER NOT NULL,
  last INTEGER NOT NULL
) STRICT;
INSERT INTO recount (after, last) SELECT 0, max(id) FROM turn HAVING max(id) IS NOT NULL;

-- Of a turn whose texts alone went a summary can still be made.
DROP INDEX turn_unsummarised;
CREATE INDEX turn_unsummarised ON turn (id) WHERE summary IS NULL AND dropped < 2;
