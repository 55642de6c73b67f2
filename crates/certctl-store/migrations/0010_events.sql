-- revision: the object's, from the event's transaction on. changed: names of its fields, with commas between them.
ALTER TABLE outbox ADD COLUMN revision BIGINT;
ALTER TABLE outbox ADD COLUMN changed TEXT NOT NULL DEFAULT '';

-- By which request a job was asked for, and its place in the trace of that request (traceparent).
ALTER TABLE jobs ADD COLUMN request_id TEXT;
ALTER TABLE jobs ADD COLUMN traceparent TEXT;
