-- What an issuer last did (to the minute: its row is not moved by each signature), and since when it takes no new orders.
ALTER TABLE issuers ADD COLUMN last_success_at {TS};
ALTER TABLE issuers ADD COLUMN last_failure_at {TS};
ALTER TABLE issuers ADD COLUMN last_failure TEXT;
ALTER TABLE issuers ADD COLUMN paused_at {TS};
ALTER TABLE issuers ADD COLUMN paused_because TEXT;
