-- What shells said in which agents ran, without secrets. A turn points at the one it ran in.
CREATE TABLE shell (
  key TEXT PRIMARY KEY,
  -- ShellSettings as JSON.
  settings TEXT NOT NULL
) STRICT, WITHOUT ROWID;
ALTER TABLE turn ADD COLUMN shell TEXT;
