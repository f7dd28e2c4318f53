-- What analysis reads instead of spans (store/turn-summary.ts); null: not made yet, or by an older version.
ALTER TABLE turn ADD COLUMN summary TEXT;
CREATE INDEX turn_unsummarised ON turn (id) WHERE summary IS NULL AND dropped = 0;

-- One growing number: each write to a turn or a session takes the next, so that whoever keeps something of them asks for what is newer.
CREATE TABLE revision (value INTEGER NOT NULL) STRICT;
INSERT INTO revision (value) VALUES (0);
ALTER TABLE turn ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
CREATE INDEX turn_revision ON turn (revision);
CREATE INDEX session_revision ON session (revision);

-- What was removed: a row of turn, with its root span, or a row of session. The number of a row may be given again.
CREATE TABLE removed (
  revision INTEGER NOT NULL,
  turn INTEGER,
  root_span_id TEXT,
  session INTEGER
) STRICT;
CREATE INDEX removed_revision ON removed (revision);
