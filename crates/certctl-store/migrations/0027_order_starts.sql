-- When orders were begun at authorities outside, one row for each time, for as long as a limit of theirs may count them.
CREATE TABLE order_starts (
    issuer_id TEXT NOT NULL REFERENCES issuers (id) ON DELETE CASCADE,
    at {TS} NOT NULL,
    job_id TEXT NOT NULL,
    PRIMARY KEY (issuer_id, at, job_id)
){STRICT};
CREATE INDEX order_starts_at ON order_starts (at);
