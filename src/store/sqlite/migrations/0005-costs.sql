-- What a turn cost, copied out of its root span for the list of sessions. Dollars that are charged and dollars that are not are two sums.
ALTER TABLE turn ADD COLUMN cost_usd REAL;
ALTER TABLE turn ADD COLUMN equivalent_usd REAL;
ALTER TABLE turn ADD COLUMN premium_requests REAL;
-- Requests without a price, as JSON: [{model, reason, chats}].
ALTER TABLE turn ADD COLUMN unpriced TEXT;
