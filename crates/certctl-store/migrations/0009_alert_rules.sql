-- Shares of the lifetime, beside the days.
ALTER TABLE renewal_policies ADD COLUMN alert_thresholds_percent {JSON} NOT NULL DEFAULT '[]';

-- members: how many objects an alert covers; told_members: how many it covered when its rule's receivers were last told.
ALTER TABLE alerts ADD COLUMN members BIGINT NOT NULL DEFAULT 1;
ALTER TABLE alerts ADD COLUMN told_members BIGINT NOT NULL DEFAULT 0;
CREATE INDEX alerts_certificate_open ON alerts (certificate_id) WHERE certificate_id IS NOT NULL AND state <> 'closed';
-- What would have been told in the past.
CREATE INDEX alerts_kind_opened ON alerts (kind, opened_at);

-- conditions: a list of list filters by name; any of them. due_at: when it is looked at next.
CREATE TABLE alert_rules (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    subject TEXT NOT NULL,
    conditions {JSON} NOT NULL,
    group_by TEXT NOT NULL,
    severity TEXT NOT NULL,
    for_seconds BIGINT NOT NULL,
    repeat_seconds BIGINT,
    quiet_hours {JSON},
    due_at {TS} NOT NULL,
    evaluated_at {TS},
    matches BIGINT NOT NULL,
    groups BIGINT NOT NULL,
    error TEXT,
    created_at {TS} NOT NULL,
    updated_at {TS} NOT NULL,
    revision BIGINT NOT NULL
){STRICT};
CREATE INDEX alert_rules_due ON alert_rules (due_at, id) WHERE enabled;

-- Groups that match, and have not yet matched for as long as their rule asks.
CREATE TABLE alert_rule_waits (
    rule_id TEXT NOT NULL REFERENCES alert_rules (id),
    group_key TEXT NOT NULL,
    since {TS} NOT NULL,
    PRIMARY KEY (rule_id, group_key)
){STRICT};

-- The filters of the agents' list.
CREATE INDEX agents_health ON agents (health, id);
