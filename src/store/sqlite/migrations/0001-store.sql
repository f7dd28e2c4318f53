-- Times are nanoseconds since the epoch unless a name ends in _millis. Text that SQLite cannot hold is escaped (text.ts).

CREATE TABLE session (
  id INTEGER PRIMARY KEY,
  agent TEXT NOT NULL,
  session_id TEXT NOT NULL,
  parent_session_id TEXT,
  parent_relation TEXT,
  -- The session at the top of the chain of subagents; itself for a session that stands alone. Listing groups by it.
  root INTEGER NOT NULL,
  title TEXT,
  cwd TEXT,
  agent_name TEXT,
  agent_version TEXT,
  model TEXT,
  start_unix_nano INTEGER,
  end_unix_nano INTEGER,
  -- When something last happened in it; sorts the list.
  last_unix_nano INTEGER NOT NULL DEFAULT 0,
  UNIQUE (agent, session_id)
) STRICT;
CREATE INDEX session_native_id ON session (session_id);
CREATE INDEX session_parent ON session (agent, parent_session_id) WHERE parent_session_id IS NOT NULL;
CREATE INDEX session_root ON session (root);
CREATE INDEX session_recent ON session (last_unix_nano) WHERE root = id;

CREATE TABLE turn (
  id INTEGER PRIMARY KEY,
  root_span_id TEXT NOT NULL UNIQUE,
  session INTEGER NOT NULL REFERENCES session (id),
  turn_index INTEGER NOT NULL,
  digest TEXT NOT NULL,
  live INTEGER NOT NULL,
  has_history INTEGER NOT NULL,
  closed INTEGER NOT NULL,
  settled INTEGER NOT NULL,
  deadline_millis REAL,
  start_unix_nano INTEGER NOT NULL,
  end_unix_nano INTEGER,
  assembler_version INTEGER NOT NULL,
  -- Counted from its spans whenever one of them changes, so that a list of many sessions reads no spans.
  last_unix_nano INTEGER NOT NULL DEFAULT 0,
  tool_calls INTEGER NOT NULL DEFAULT 0,
  model_calls INTEGER NOT NULL DEFAULT 0,
  errors INTEGER NOT NULL DEFAULT 0,
  denied INTEGER NOT NULL DEFAULT 0,
  pending INTEGER NOT NULL DEFAULT 0,
  credits REAL,
  prompt TEXT
) STRICT;
CREATE INDEX turn_session ON turn (session, turn_index);
CREATE INDEX turn_recent ON turn (session, last_unix_nano);
CREATE INDEX turn_unsettled ON turn (session) WHERE settled = 0 AND live = 1;

CREATE TABLE span (
  id INTEGER PRIMARY KEY,
  span_id TEXT NOT NULL UNIQUE,
  trace_id TEXT NOT NULL,
  parent_span_id TEXT,
  session INTEGER NOT NULL REFERENCES session (id),
  -- Null once its turn was removed: final spans stay.
  turn INTEGER REFERENCES turn (id) ON DELETE SET NULL,
  turn_index INTEGER NOT NULL,
  kind TEXT NOT NULL,
  start_unix_nano INTEGER NOT NULL,
  end_unix_nano INTEGER,
  outcome TEXT NOT NULL,
  -- Copies out of data, to filter by.
  tool_name TEXT,
  model TEXT,
  credits REAL,
  final INTEGER NOT NULL,
  changed INTEGER NOT NULL DEFAULT 0,
  assembler_version INTEGER NOT NULL,
  -- The rest of the span as JSON.
  data TEXT NOT NULL
) STRICT;
CREATE INDEX span_session ON span (session);
CREATE INDEX span_turn ON span (turn);
CREATE INDEX span_trace ON span (trace_id);

-- Texts of some length, each kept once (short ones stand in span.data). encoding: 0 text · 1 zstd of its UTF-8
CREATE TABLE content (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  encoding INTEGER NOT NULL,
  body ANY NOT NULL
) STRICT;

CREATE TABLE span_content (
  span INTEGER NOT NULL REFERENCES span (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  content INTEGER NOT NULL REFERENCES content (id),
  PRIMARY KEY (span, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX span_content_content ON span_content (content);

-- Native key → span. The first mapping stays for as long as its span is there.
CREATE TABLE identity (
  agent TEXT NOT NULL,
  key TEXT NOT NULL,
  span INTEGER NOT NULL REFERENCES span (id) ON DELETE CASCADE,
  PRIMARY KEY (agent, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX identity_span ON identity (span);

-- What live hooks told; history is read again from its own file.
CREATE TABLE fact (
  id INTEGER PRIMARY KEY,
  agent TEXT NOT NULL,
  source TEXT NOT NULL,
  key TEXT NOT NULL,
  session_id TEXT NOT NULL,
  encoding INTEGER NOT NULL,
  body ANY NOT NULL,
  UNIQUE (agent, source, key)
) STRICT;
CREATE INDEX fact_session ON fact (agent, session_id);

CREATE TABLE due (
  agent TEXT NOT NULL,
  session_id TEXT NOT NULL,
  at_millis REAL NOT NULL,
  PRIMARY KEY (agent, session_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX due_at ON due (at_millis);

CREATE TABLE problem (
  agent TEXT NOT NULL,
  code TEXT NOT NULL,
  detail TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (agent, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE file_stamp (
  agent TEXT NOT NULL,
  path TEXT NOT NULL,
  stamp TEXT NOT NULL,
  PRIMARY KEY (agent, path)
) STRICT, WITHOUT ROWID;

-- Sessions that the user had deleted: they are not taken in again.
CREATE TABLE tombstone (
  agent TEXT NOT NULL,
  session_id TEXT NOT NULL,
  forgotten_at_millis INTEGER NOT NULL,
  PRIMARY KEY (agent, session_id)
) STRICT, WITHOUT ROWID;
