-- scope: the teams and environments whose certificates a key reaches; absent: all. previous_*: the replaced secret, while
-- its grace period runs.
ALTER TABLE api_keys ADD COLUMN scope {JSON};
ALTER TABLE api_keys ADD COLUMN previous_secret_hash {BYTES};
ALTER TABLE api_keys ADD COLUMN previous_expires_at {TS};
ALTER TABLE api_keys ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;
CREATE UNIQUE INDEX api_keys_previous_secret_hash ON api_keys (previous_secret_hash);

-- Local users. password_hash is a PHC string (Argon2id), and never leaves the store but to be checked.
CREATE TABLE users (
    id TEXT PRIMARY KEY,
    username TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT,
    role TEXT NOT NULL,
    scope {JSON},
    password_hash TEXT NOT NULL,
    password_changed_at {TS} NOT NULL,
    disabled_at {TS},
    last_sign_in_at {TS},
    created_at {TS} NOT NULL,
    updated_at {TS} NOT NULL,
    revision BIGINT NOT NULL
){STRICT};
CREATE UNIQUE INDEX users_username ON users (username);

-- A session stands for a key or for a user. They last hours: those of the earlier table are signed out.
DROP TABLE sessions;
CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    token_hash {BYTES} NOT NULL,
    api_key_id TEXT,
    user_id TEXT,
    address TEXT NOT NULL DEFAULT '',
    user_agent TEXT NOT NULL DEFAULT '',
    created_at {TS} NOT NULL,
    last_used_at {TS} NOT NULL,
    expires_at {TS} NOT NULL
){STRICT};
CREATE UNIQUE INDEX sessions_token_hash ON sessions (token_hash);
CREATE INDEX sessions_api_key ON sessions (api_key_id);
CREATE INDEX sessions_user ON sessions (user_id);

-- What a person's dashboard remembers, by the caller's id (a user, a key, or 'local').
CREATE TABLE preferences (
    caller TEXT PRIMARY KEY,
    document {JSON} NOT NULL,
    updated_at {TS} NOT NULL,
    revision BIGINT NOT NULL
){STRICT};

-- Saved lists. A personal view has an owner (the caller's id), a team's has a team.
CREATE TABLE views (
    id TEXT PRIMARY KEY,
    noun TEXT NOT NULL,
    name TEXT NOT NULL,
    owner TEXT,
    team_id TEXT,
    filter {JSON} NOT NULL,
    sort TEXT,
    columns {JSON} NOT NULL,
    density TEXT,
    position BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    created_at {TS} NOT NULL,
    updated_at {TS} NOT NULL,
    revision BIGINT NOT NULL
){STRICT};
CREATE INDEX views_owner ON views (owner, noun, position, id);
CREATE INDEX views_team ON views (team_id, noun, position, id);
