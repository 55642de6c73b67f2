-- When renewals and their deployments may be done; absent: at any time.
ALTER TABLE renewal_policies ADD COLUMN windows {JSON};
