-- What the inventory must obey. sweep_from: behind which certificate the rule has not been held against yet; absent: it was
-- held against all, last at swept_at. A removed rule stays, with deleted_at, until its violations are closed.
CREATE TABLE policy_rules (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT,
    kind TEXT NOT NULL,
    parameters {JSON} NOT NULL,
    selector {JSON} NOT NULL,
    severity TEXT NOT NULL,
    mode TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    sweep_from TEXT,
    swept_at {TS},
    deleted_at {TS},
    created_at {TS} NOT NULL,
    updated_at {TS} NOT NULL,
    revision BIGINT NOT NULL
){STRICT};

-- rule_name, rule_kind: as they were; the rule may be gone. owner_id, team_id, environment follow the certificate.
CREATE TABLE violations (
    id TEXT PRIMARY KEY,
    rule_id TEXT NOT NULL,
    rule_name TEXT NOT NULL,
    rule_kind TEXT NOT NULL,
    severity TEXT NOT NULL,
    certificate_id TEXT NOT NULL REFERENCES certificates (id),
    owner_id TEXT,
    team_id TEXT,
    environment TEXT,
    breaches {JSON} NOT NULL,
    opened_at {TS} NOT NULL,
    changed_at {TS} NOT NULL,
    closed_at {TS},
    closed_because TEXT
){STRICT};
CREATE UNIQUE INDEX violations_one_open ON violations (certificate_id, rule_id) WHERE closed_at IS NULL;
CREATE INDEX violations_certificate ON violations (certificate_id, id);
CREATE INDEX violations_rule ON violations (rule_id, id);
CREATE INDEX violations_open ON violations (id) WHERE closed_at IS NULL;
CREATE INDEX violations_open_rule ON violations (rule_id, id) WHERE closed_at IS NULL;
CREATE INDEX violations_open_severity ON violations (severity, id) WHERE closed_at IS NULL;
CREATE INDEX violations_open_owner ON violations (owner_id, id) WHERE closed_at IS NULL;
CREATE INDEX violations_open_team ON violations (team_id, id) WHERE closed_at IS NULL;
CREATE INDEX violations_open_environment ON violations (environment, id) WHERE closed_at IS NULL;
CREATE INDEX violations_closed ON violations (closed_at) WHERE closed_at IS NOT NULL;
