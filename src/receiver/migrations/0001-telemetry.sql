-- Telemetry that came in over OTLP and is no agent's tree: kept as it came, secrets scrubbed.

-- Who sent: one row for each resource and scope.
CREATE TABLE telemetry_source (
  id INTEGER PRIMARY KEY,
  digest TEXT NOT NULL UNIQUE,
  service TEXT,
  scope TEXT,
  scope_version TEXT,
  -- JSON object.
  resource TEXT NOT NULL,
  -- The agent whose own telemetry it is; NULL: somebody else's.
  agent TEXT
) STRICT;

CREATE TABLE foreign_span (
  id INTEGER PRIMARY KEY,
  trace_id BLOB NOT NULL,
  span_id BLOB NOT NULL,
  parent_span_id BLOB,
  source_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  kind INTEGER NOT NULL,
  start_unix_nano INTEGER NOT NULL,
  end_unix_nano INTEGER NOT NULL,
  status INTEGER NOT NULL,
  status_message TEXT,
  trace_state TEXT,
  -- JSON: an object; lists of objects, NULL where there are none.
  attributes TEXT NOT NULL,
  events TEXT,
  links TEXT
) STRICT;
CREATE UNIQUE INDEX foreign_span_trace ON foreign_span (trace_id, span_id);
CREATE INDEX foreign_span_time ON foreign_span (start_unix_nano);
CREATE INDEX foreign_span_source ON foreign_span (source_id, start_unix_nano);

-- A line in the list of traces. Spans of agents count to none.
CREATE TABLE foreign_trace (
  id INTEGER PRIMARY KEY,
  trace_id BLOB NOT NULL UNIQUE,
  start_unix_nano INTEGER NOT NULL,
  end_unix_nano INTEGER NOT NULL,
  spans INTEGER NOT NULL,
  errors INTEGER NOT NULL,
  -- Of the span without a parent; NULL: it has not come.
  root_name TEXT,
  -- The source of that span, else of the first that came.
  source_id INTEGER NOT NULL
) STRICT;
CREATE INDEX foreign_trace_time ON foreign_trace (start_unix_nano);

CREATE TABLE telemetry_log (
  id INTEGER PRIMARY KEY,
  received_millis INTEGER NOT NULL,
  source_id INTEGER NOT NULL,
  at_unix_nano INTEGER,
  name TEXT,
  severity INTEGER,
  severity_text TEXT,
  body TEXT,
  attributes TEXT NOT NULL,
  trace_id BLOB,
  span_id BLOB
) STRICT;
CREATE INDEX telemetry_log_received ON telemetry_log (received_millis);
CREATE INDEX telemetry_log_source ON telemetry_log (source_id);

CREATE TABLE telemetry_metric (
  id INTEGER PRIMARY KEY,
  received_millis INTEGER NOT NULL,
  source_id INTEGER NOT NULL,
  at_unix_nano INTEGER,
  start_unix_nano INTEGER,
  name TEXT NOT NULL,
  unit TEXT,
  kind TEXT NOT NULL,
  temporality TEXT,
  value REAL,
  count INTEGER,
  attributes TEXT NOT NULL,
  -- JSON: borders, buckets and quantiles where there are some.
  detail TEXT
) STRICT;
CREATE INDEX telemetry_metric_received ON telemetry_metric (received_millis);
CREATE INDEX telemetry_metric_source ON telemetry_metric (source_id);

-- What came in, by signal and service, since the file was made.
CREATE TABLE telemetry_count (
  signal TEXT NOT NULL,
  service TEXT NOT NULL,
  -- That were read.
  records INTEGER NOT NULL,
  -- Of them: that gave facts for an agent's tree.
  merged INTEGER NOT NULL,
  -- Of them: that were written here. The rest were here before.
  kept INTEGER NOT NULL,
  last_millis INTEGER NOT NULL,
  PRIMARY KEY (signal, service)
) STRICT, WITHOUT ROWID;
