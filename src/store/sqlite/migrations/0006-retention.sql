-- Sending the past again, queues with limits, and what the upkeep of the store remembers.

-- A replay that sends spans under new ids. Its number stands on its rows of outbox as `copy`; 0 there: the ids of the store.
CREATE TABLE replay (
  id INTEGER PRIMARY KEY,
  destination INTEGER NOT NULL REFERENCES destination (id) ON DELETE CASCADE,
  -- What was asked for, as JSON: the same asked again goes on with it while it is not through.
  request TEXT NOT NULL,
  salt TEXT NOT NULL,
  begun_at_millis INTEGER NOT NULL,
  ended_at_millis INTEGER
) STRICT;

CREATE TABLE outbox_of_copies (
  id INTEGER PRIMARY KEY,
  destination INTEGER NOT NULL REFERENCES destination (id) ON DELETE CASCADE,
  span INTEGER NOT NULL REFERENCES span (id) ON DELETE CASCADE,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'set-aside')),
  enqueued_at_millis INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_millis INTEGER NOT NULL DEFAULT 0,
  -- When the destination refused a batch with it for good, with nothing to show whether the span or the destination is at fault.
  refused_at_millis INTEGER,
  last_error TEXT,
  copy INTEGER NOT NULL DEFAULT 0,
  -- How often the span had changed when it was put in: span.changed is more than that where it changed since.
  changes INTEGER NOT NULL DEFAULT 0,
  UNIQUE (span, destination, copy)
) STRICT;
INSERT INTO outbox_of_copies (id, destination, span, state, enqueued_at_millis, attempts, next_attempt_millis, refused_at_millis, last_error)
  SELECT id, destination, span, state, enqueued_at_millis, attempts, next_attempt_millis, refused_at_millis, last_error FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_of_copies RENAME TO outbox;
CREATE INDEX outbox_waiting ON outbox (destination, refused_at_millis, id, next_attempt_millis) WHERE state = 'waiting';
CREATE INDEX outbox_set_aside ON outbox (destination) WHERE state = 'set-aside';

-- Traces that a full queue did not take: all that is final of them is put in when there is room again.
CREATE TABLE held (
  id INTEGER PRIMARY KEY,
  destination INTEGER NOT NULL REFERENCES destination (id) ON DELETE CASCADE,
  trace_id TEXT NOT NULL,
  spans INTEGER NOT NULL,
  since_millis INTEGER NOT NULL,
  UNIQUE (destination, trace_id)
) STRICT;
CREATE INDEX held_trace ON held (trace_id);

-- Spans of sessions outside the destination's sample.
ALTER TABLE destination ADD COLUMN sampled_out INTEGER NOT NULL DEFAULT 0;

-- When a piece of upkeep was through last, by its name.
CREATE TABLE upkeep (
  name TEXT PRIMARY KEY,
  at_millis INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The past in the order of time.
CREATE INDEX turn_start ON turn (start_unix_nano, id);

-- What was let go of: 0 nothing · 1 its texts · 2 its spans but the root. A turn with a mark is never written again.
ALTER TABLE turn ADD COLUMN dropped INTEGER NOT NULL DEFAULT 0;
CREATE INDEX turn_whole ON turn (start_unix_nano, id) WHERE dropped = 0;
CREATE INDEX turn_undropped ON turn (start_unix_nano, id) WHERE dropped < 2;
