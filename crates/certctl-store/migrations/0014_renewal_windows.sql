-- When renewals and their deployments may be done; absent: at any time.
ALTER TABLE renewal_policies ADD COLUMN windows {JSON};
CREATE INDEX violations_open_kind ON violations (rule_kind, id) WHERE closed_at IS NULL;
