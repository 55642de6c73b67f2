-- Needs that a caller does not want to see for a while; caller as in preferences.
CREATE TABLE need_snoozes (
    caller TEXT NOT NULL,
    need_id TEXT NOT NULL,
    until {TS} NOT NULL,
    created_at {TS} NOT NULL,
    PRIMARY KEY (caller, need_id)
){STRICT};
CREATE INDEX need_snoozes_until ON need_snoozes (until);
