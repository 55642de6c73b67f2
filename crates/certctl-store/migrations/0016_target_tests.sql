-- Tests of targets. target_id: none for one that is not saved (yet). digest: over kind and configuration. deadline_at: until
-- when the agent has to take it, then until when it has to end. checks: what came of each, in their order.
CREATE TABLE target_tests (
    id TEXT PRIMARY KEY,
    target_id TEXT,
    agent_id TEXT NOT NULL REFERENCES agents (id),
    kind TEXT NOT NULL,
    config {JSON} NOT NULL,
    digest TEXT NOT NULL,
    state TEXT NOT NULL,
    checks {JSON} NOT NULL,
    requested_by_kind TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    created_at {TS} NOT NULL,
    deadline_at {TS} NOT NULL,
    started_at {TS},
    ended_at {TS},
    revision BIGINT NOT NULL
){STRICT};
CREATE UNIQUE INDEX target_tests_open ON target_tests (agent_id, digest) WHERE state IN ('Pending', 'Running');
CREATE INDEX target_tests_pending ON target_tests (agent_id, id) WHERE state = 'Pending';
CREATE INDEX target_tests_deadline ON target_tests (deadline_at) WHERE state IN ('Pending', 'Running');
CREATE INDEX target_tests_target ON target_tests (target_id, id) WHERE target_id IS NOT NULL;
CREATE INDEX target_tests_draft ON target_tests (agent_id, id) WHERE target_id IS NULL;
CREATE INDEX target_tests_same ON target_tests (agent_id, digest, id);
CREATE INDEX target_tests_ended ON target_tests (ended_at) WHERE ended_at IS NOT NULL;

-- The last test of a target's present configuration.
ALTER TABLE targets ADD COLUMN last_test_id TEXT;
ALTER TABLE targets ADD COLUMN last_test_state TEXT;
ALTER TABLE targets ADD COLUMN last_test_at {TS};

-- The orders of the list.
CREATE INDEX targets_created ON targets (created_at, id);
CREATE INDEX targets_updated ON targets (updated_at, id);
CREATE INDEX targets_kind ON targets (kind, id);
CREATE INDEX targets_last_test ON targets (last_test_state, id) WHERE last_test_state IS NOT NULL;
