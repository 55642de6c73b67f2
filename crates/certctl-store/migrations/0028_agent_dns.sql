-- The DNS providers of an agent's own policy: names, kinds and zones, as it says them with each poll.
ALTER TABLE agents ADD COLUMN dns_providers {JSON};

-- Tests of DNS providers that agents carry out. record_zone, record_name: where the record goes. subject: the name that it is for.
-- state: as of challenges. revision: of the state.
CREATE TABLE dns_provider_tests (
    id TEXT PRIMARY KEY,
    dns_provider_id TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    subject TEXT NOT NULL,
    token TEXT NOT NULL,
    key_authorization TEXT NOT NULL,
    record_zone TEXT NOT NULL,
    record_name TEXT NOT NULL,
    state TEXT NOT NULL,
    detail TEXT,
    expires_at {TS} NOT NULL,
    created_at {TS} NOT NULL,
    revision BIGINT NOT NULL
){STRICT};
CREATE INDEX dns_provider_tests_agent ON dns_provider_tests (agent_id, id);
