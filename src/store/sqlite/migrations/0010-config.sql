-- What sessions worked with. Hashes and names: what stands in files of settings is nobody's business.
CREATE TABLE config_part (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  hash TEXT NOT NULL,
  UNIQUE (kind, name, hash)
) STRICT;

-- One set of parts, once for all sessions that had it.
CREATE TABLE config (
  id INTEGER PRIMARY KEY,
  fingerprint TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE config_member (
  config INTEGER NOT NULL REFERENCES config (id) ON DELETE CASCADE,
  part INTEGER NOT NULL REFERENCES config_part (id),
  PRIMARY KEY (config, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX config_member_part ON config_member (part);

CREATE TABLE session_config (
  session INTEGER PRIMARY KEY REFERENCES session (id) ON DELETE CASCADE,
  config INTEGER NOT NULL REFERENCES config (id)
) STRICT;
CREATE INDEX session_config_config ON session_config (config);
-- The session before one, of the same agent in the same folder.
CREATE INDEX session_folder ON session (agent, cwd, start_unix_nano) WHERE root = id;
