-- What people decided about issuances that need a yes. Rows stay when their job is pruned.
CREATE TABLE approvals (
    id TEXT PRIMARY KEY,
    job_id TEXT NOT NULL,
    certificate_id TEXT NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('approved', 'rejected')),
    covers TEXT NOT NULL,
    decided_by_kind TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    reason TEXT,
    at {TS} NOT NULL
){STRICT};
CREATE INDEX approvals_job ON approvals (job_id, at);
CREATE INDEX approvals_certificate ON approvals (certificate_id, at);

-- approval_because: why a yes is needed; absent: it is not. approval_id: the yes. A job that needs one and has none can be
-- in no state from which it would be signed.
ALTER TABLE jobs ADD COLUMN requested_by_kind TEXT NOT NULL DEFAULT 'anonymous';
ALTER TABLE jobs ADD COLUMN requested_by TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN approval_id TEXT REFERENCES approvals (id);
ALTER TABLE jobs ADD COLUMN approval_because TEXT CHECK (
    approval_because IS NULL OR approval_id IS NOT NULL OR state IN ('AwaitingApproval', 'Failed', 'Cancelled'));
CREATE INDEX jobs_awaiting_approval ON jobs (deadline, id) WHERE state = 'AwaitingApproval';
