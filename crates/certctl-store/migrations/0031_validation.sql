-- What an agent's program can do beyond what the first ones could, as it says with each poll.
ALTER TABLE agents ADD COLUMN abilities {JSON};

-- At most one look at the endpoints of a certificate on a target is asked for at a time.
CREATE UNIQUE INDEX jobs_one_open_validation ON jobs (certificate_id, target_id)
    WHERE kind = 'Validation' AND state IN ('Pending', 'AwaitingApproval', 'AwaitingCSR', 'Running');
