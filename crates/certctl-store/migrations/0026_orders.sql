-- What an authority outside does for a job. progress: what the next step needs, without secrets; none before the first and
-- after an order that was lost. doing: for people. queued: its authority does not know of it. ended_at: nothing is asked any more.
CREATE TABLE orders (
    job_id TEXT PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
    issuer_id TEXT NOT NULL REFERENCES issuers (id),
    certificate_id TEXT NOT NULL,
    progress {JSON},
    doing TEXT NOT NULL,
    queued BOOLEAN NOT NULL,
    began_at {TS} NOT NULL,
    deadline_at {TS} NOT NULL,
    updated_at {TS} NOT NULL,
    ended_at {TS}
){STRICT};
CREATE INDEX orders_open ON orders (issuer_id, job_id) WHERE ended_at IS NULL;

-- Proofs of control that an order needs. place: the agent or the DNS provider that shows it. record_zone, record_name: where
-- a DNS record was written, noted before it was. revision: of the state.
CREATE TABLE challenges (
    id TEXT PRIMARY KEY,
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    token TEXT NOT NULL,
    key_authorization TEXT NOT NULL,
    place TEXT NOT NULL,
    record_zone TEXT,
    record_name TEXT,
    state TEXT NOT NULL,
    detail TEXT,
    tries BIGINT NOT NULL,
    next_at {TS} NOT NULL,
    expires_at {TS} NOT NULL,
    created_at {TS} NOT NULL,
    updated_at {TS} NOT NULL,
    revision BIGINT NOT NULL
){STRICT};
CREATE UNIQUE INDEX challenges_once ON challenges (job_id, kind, name, token);
CREATE INDEX challenges_due ON challenges (next_at, id) WHERE state IN ('wanted', 'set', 'leaving');
CREATE INDEX challenges_place ON challenges (place, id) WHERE state IN ('wanted', 'set', 'shown', 'leaving');

-- Who sets records. secret_names: the fields of the configuration that are sealed elsewhere.
CREATE TABLE dns_providers (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    config {JSON} NOT NULL,
    secret_names {JSON} NOT NULL,
    last_success_at {TS},
    last_failure_at {TS},
    last_failure TEXT,
    created_at {TS} NOT NULL,
    updated_at {TS} NOT NULL,
    revision BIGINT NOT NULL
){STRICT};

-- Authorities outside have secrets; limited_until: one asked to be left alone.
ALTER TABLE issuers ADD COLUMN secret_names {JSON};
ALTER TABLE issuers ADD COLUMN limited_until {TS};
ALTER TABLE issuers ADD COLUMN limited_because TEXT;

-- The chain that the authority gave with it; the issuer's when absent.
ALTER TABLE versions ADD COLUMN chain_pem TEXT;

-- When an authority wants a version renewed (RFC 9773). ask_at: when it is asked next; never when absent.
CREATE TABLE renewal_hints (
    version_id TEXT PRIMARY KEY,
    certificate_id TEXT NOT NULL,
    holder TEXT NOT NULL,
    opens_at {TS},
    closes_at {TS},
    explanation TEXT,
    problem TEXT,
    asked_at {TS},
    ask_at {TS}
){STRICT};
CREATE INDEX renewal_hints_due ON renewal_hints (ask_at) WHERE ask_at IS NOT NULL;
CREATE INDEX renewal_hints_certificate ON renewal_hints (certificate_id);

-- The moment of that window at which this holder is renewed.
ALTER TABLE holders ADD COLUMN hint_at {TS};
