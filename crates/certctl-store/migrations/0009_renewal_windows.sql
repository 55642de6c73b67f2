-- When renewals and their deployments may be done, and alert thresholds as shares of the lifetime; absent: none.
ALTER TABLE renewal_policies ADD COLUMN windows {JSON};
ALTER TABLE renewal_policies ADD COLUMN alert_thresholds_percent {JSON};
