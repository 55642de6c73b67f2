-- When the next threshold of a holder's current version is crossed, or is to be looked at.
ALTER TABLE holders ADD COLUMN alert_at {TS};
UPDATE holders SET alert_at = not_before WHERE current_version_id IS NOT NULL;
CREATE INDEX holders_alert ON holders (alert_at, certificate_id, holder);

-- mark: which threshold; one row for each (version, threshold) for good. told_at: when its receivers were last told.
-- close_due: it is closed, and its receivers have still to be told.
CREATE TABLE alerts (
    id TEXT PRIMARY KEY,
    dedup_key TEXT NOT NULL,
    mark TEXT,
    kind TEXT NOT NULL,
    severity TEXT NOT NULL,
    state TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    certificate_id TEXT,
    agent_id TEXT,
    issuer_id TEXT,
    owner_id TEXT,
    team_id TEXT,
    environment TEXT,
    rule_id TEXT,
    group_key TEXT,
    title TEXT NOT NULL,
    cause TEXT NOT NULL,
    code TEXT NOT NULL,
    params {JSON} NOT NULL,
    count BIGINT NOT NULL,
    opened_at {TS} NOT NULL,
    changed_at {TS} NOT NULL,
    last_seen_at {TS} NOT NULL,
    acknowledged_at {TS},
    acknowledged_by TEXT,
    snoozed_until {TS},
    snoozed_until_change BOOLEAN NOT NULL,
    note TEXT,
    closed_at {TS},
    closed_because TEXT,
    told_at {TS},
    close_due BOOLEAN NOT NULL,
    revision BIGINT NOT NULL
){STRICT};
CREATE UNIQUE INDEX alerts_one_open ON alerts (dedup_key) WHERE state <> 'closed';
CREATE UNIQUE INDEX alerts_one_mark ON alerts (dedup_key, mark) WHERE mark IS NOT NULL;
CREATE INDEX alerts_open ON alerts (kind, id) WHERE state <> 'closed';
CREATE INDEX alerts_state ON alerts (state, id);
CREATE INDEX alerts_snoozed ON alerts (snoozed_until, id) WHERE state = 'snoozed' AND snoozed_until IS NOT NULL;
CREATE INDEX alerts_certificate ON alerts (certificate_id, id) WHERE certificate_id IS NOT NULL;
CREATE INDEX alerts_object ON alerts (object_id, id);
CREATE INDEX alerts_rule ON alerts (rule_id, id) WHERE rule_id IS NOT NULL;
CREATE INDEX alerts_closed ON alerts (closed_at) WHERE closed_at IS NOT NULL;

-- An issuer that fails to answer; the row goes when it signs again.
CREATE TABLE issuer_troubles (
    issuer_id TEXT PRIMARY KEY,
    since {TS} NOT NULL,
    last_at {TS} NOT NULL,
    failures BIGINT NOT NULL,
    cause TEXT NOT NULL
){STRICT};

-- What the alerts task looks for, without reading what is well.
CREATE INDEX certificates_failed ON certificates (id) WHERE last_failed AND archived_at IS NULL;
CREATE INDEX jobs_struggling ON jobs (certificate_id)
    WHERE attempts >= 3 AND state IN ('Pending', 'AwaitingApproval', 'AwaitingCSR', 'Running');
CREATE INDEX deployments_not_live ON deployments (certificate_id, created_at)
    WHERE state IN ('wanted', 'failed', 'rolled_back');
