-- Whose an alert is; since when nobody has it, and when its rule's second channels were told of that.
ALTER TABLE alerts ADD COLUMN assigned_to TEXT;
ALTER TABLE alerts ADD COLUMN assigned_at {TS};
ALTER TABLE alerts ADD COLUMN unattended_since {TS};
ALTER TABLE alerts ADD COLUMN escalated_at {TS};
CREATE INDEX alerts_assigned ON alerts (assigned_to, id) WHERE assigned_to IS NOT NULL;
-- After how long unattended who else is told; NULL: nobody.
ALTER TABLE alert_rules ADD COLUMN escalation {JSON};
