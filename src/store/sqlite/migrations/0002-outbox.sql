-- Who gets spans, and how it stands with each.
CREATE TABLE destination (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  -- Its address without secrets.
  fingerprint TEXT NOT NULL,
  added_at_millis INTEGER NOT NULL,
  sent INTEGER NOT NULL DEFAULT 0,
  rejected INTEGER NOT NULL DEFAULT 0,
  -- Attempts in a row that failed, and when the next may be made.
  failures INTEGER NOT NULL DEFAULT 0,
  next_attempt_millis INTEGER,
  last_error TEXT,
  -- When it last took a span.
  accepted_at_millis INTEGER
) STRICT;

-- References only: a span is rendered when it is sent. A sent row stays, so that nothing is sent twice.
CREATE TABLE outbox (
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
  UNIQUE (span, destination)
) STRICT;
-- The order of sending: what was refused comes after what was not, so that it holds nobody up.
CREATE INDEX outbox_waiting ON outbox (destination, refused_at_millis, id, next_attempt_millis) WHERE state = 'waiting';
CREATE INDEX outbox_set_aside ON outbox (destination) WHERE state = 'set-aside';
