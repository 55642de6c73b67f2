-- Failed sign-ins. subject: the SHA-256 of a user name as it was typed, or an address. They are forgotten an hour after the
-- last one.
CREATE TABLE sign_in_failures (
    subject TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    blocked_until {TS} NOT NULL,
    last_at {TS} NOT NULL
){STRICT};
CREATE INDEX sign_in_failures_last_at ON sign_in_failures (last_at);

-- Who may come in as an admin is asked for before one of them goes.
CREATE INDEX users_admins ON users (id) WHERE role = 'admin' AND disabled_at IS NULL;
