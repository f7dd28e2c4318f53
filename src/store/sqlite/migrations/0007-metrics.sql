-- Who reads metrics: the empty name is the server's own page, the others are destinations.
CREATE TABLE metric_reader (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  -- When counting for it began. Never changes: it is the start time of cumulative figures.
  started_unix_nano INTEGER NOT NULL,
  -- Until when the figures are that are being sent; null: none are.
  sending_unix_nano INTEGER,
  -- Until when the figures are that it took last; null: it took none yet.
  sent_unix_nano INTEGER,
  -- Attempts in a row that failed, and when the next may be made.
  failures INTEGER NOT NULL DEFAULT 0,
  next_attempt_millis INTEGER,
  last_error TEXT
) STRICT;

-- What final spans add up to. Written in the transaction in which a span becomes final, which each span does once.
CREATE TABLE metric_series (
  id INTEGER PRIMARY KEY,
  reader INTEGER NOT NULL REFERENCES metric_reader (id) ON DELETE CASCADE,
  metric TEXT NOT NULL,
  -- Attributes as canonical JSON.
  resource TEXT NOT NULL,
  labels TEXT NOT NULL,
  -- Figures as JSON: up to now, being sent, and taken.
  total TEXT NOT NULL,
  sending TEXT,
  sent TEXT,
  UNIQUE (reader, metric, resource, labels)
) STRICT;

-- Sessions that were counted.
CREATE TABLE metric_session (
  reader INTEGER NOT NULL REFERENCES metric_reader (id) ON DELETE CASCADE,
  session INTEGER NOT NULL REFERENCES session (id) ON DELETE CASCADE,
  PRIMARY KEY (reader, session)
) STRICT, WITHOUT ROWID;
CREATE INDEX metric_session_session ON metric_session (session);
