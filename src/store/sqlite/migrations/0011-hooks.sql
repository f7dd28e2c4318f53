-- Hooks that were taken in, by agent: how many, when the last ran, and how long the newest took (a JSON list of ms, the oldest first).
CREATE TABLE hook_seen (
  agent TEXT PRIMARY KEY,
  hooks INTEGER NOT NULL,
  last_millis REAL NOT NULL,
  took_millis TEXT NOT NULL
) STRICT, WITHOUT ROWID;
