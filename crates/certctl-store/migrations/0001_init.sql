-- Facts of this installation, such as the sealing key's id.
CREATE TABLE instance (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
){STRICT};

-- Sealed secrets: CA keys and credentials. Never a leaf's private key.
CREATE TABLE secrets (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    sealed {BYTES} NOT NULL,
    created_at {TS} NOT NULL
){STRICT};

-- The platform's own CAs: the server's TLS and the agents' identities.
CREATE TABLE platform_cas (
    id TEXT PRIMARY KEY,
    certificate_der {BYTES} NOT NULL,
    secret_id TEXT NOT NULL REFERENCES secrets (id),
    not_after {TS} NOT NULL,
    created_at {TS} NOT NULL
){STRICT};

CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    prefix TEXT NOT NULL,
    secret_hash {BYTES} NOT NULL,
    expires_at {TS},
    last_used_at {TS},
    revoked_at {TS},
    created_at {TS} NOT NULL
){STRICT};
CREATE UNIQUE INDEX api_keys_secret_hash ON api_keys (secret_hash);

CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    token_hash {BYTES} NOT NULL,
    api_key_id TEXT NOT NULL REFERENCES api_keys (id),
    created_at {TS} NOT NULL,
    last_used_at {TS} NOT NULL,
    expires_at {TS} NOT NULL
){STRICT};
CREATE UNIQUE INDEX sessions_token_hash ON sessions (token_hash);

CREATE TABLE idempotency_keys (
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    status BIGINT,
    body {BYTES},
    created_at {TS} NOT NULL,
    PRIMARY KEY (caller, key)
){STRICT};
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);

CREATE TABLE owners (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT,
    created_at {TS} NOT NULL,
    updated_at {TS} NOT NULL,
    revision BIGINT NOT NULL
){STRICT};

CREATE TABLE teams (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created_at {TS} NOT NULL,
    updated_at {TS} NOT NULL,
    revision BIGINT NOT NULL
){STRICT};

-- reschedule_from: behind which certificate the renewal points have not followed a change yet; absent: all have.
CREATE TABLE renewal_policies (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    automatic BOOLEAN NOT NULL,
    point {JSON},
    max_attempts BIGINT NOT NULL,
    alert_thresholds_days {JSON} NOT NULL,
    reschedule_from TEXT,
    created_at {TS} NOT NULL,
    updated_at {TS} NOT NULL,
    revision BIGINT NOT NULL
){STRICT};

CREATE TABLE profiles (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    limits {JSON} NOT NULL,
    created_at {TS} NOT NULL,
    updated_at {TS} NOT NULL,
    revision BIGINT NOT NULL
){STRICT};

CREATE TABLE issuers (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    config {JSON} NOT NULL,
    chain_pem TEXT NOT NULL,
    secret_id TEXT REFERENCES secrets (id),
    not_after {TS},
    created_at {TS} NOT NULL,
    updated_at {TS} NOT NULL,
    revision BIGINT NOT NULL
){STRICT};

CREATE TABLE agents (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    health TEXT NOT NULL,
    identity_fingerprint TEXT NOT NULL,
    previous_fingerprint TEXT,
    identity_not_after {TS} NOT NULL,
    version TEXT,
    platform TEXT,
    capabilities {JSON} NOT NULL,
    environment TEXT,
    boot_id TEXT,
    last_seen_at {TS},
    created_at {TS} NOT NULL,
    updated_at {TS} NOT NULL,
    revision BIGINT NOT NULL
){STRICT};
CREATE UNIQUE INDEX agents_identity ON agents (identity_fingerprint);
CREATE INDEX agents_previous_identity ON agents (previous_fingerprint);

CREATE TABLE invitations (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    token_hash {BYTES} NOT NULL,
    expires_at {TS} NOT NULL,
    used_at {TS},
    agent_id TEXT,
    created_at {TS} NOT NULL
){STRICT};
CREATE UNIQUE INDEX invitations_token_hash ON invitations (token_hash);

CREATE TABLE targets (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    config {JSON} NOT NULL,
    agent_id TEXT NOT NULL REFERENCES agents (id),
    created_at {TS} NOT NULL,
    updated_at {TS} NOT NULL,
    revision BIGINT NOT NULL
){STRICT};
CREATE INDEX targets_agent ON targets (agent_id);

-- The facts from renew_after to last_error follow from holders and jobs; certificates.refresh keeps them.
CREATE TABLE certificates (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    names {JSON} NOT NULL,
    common_name TEXT,
    issuer_id TEXT NOT NULL REFERENCES issuers (id),
    profile_id TEXT NOT NULL REFERENCES profiles (id),
    renewal_policy_id TEXT NOT NULL REFERENCES renewal_policies (id),
    owner_id TEXT REFERENCES owners (id),
    team_id TEXT REFERENCES teams (id),
    environment TEXT,
    tags {JSON} NOT NULL,
    key_strategy TEXT NOT NULL,
    key_algorithm TEXT NOT NULL,
    lifetime_seconds BIGINT NOT NULL,
    issued BOOLEAN NOT NULL,
    not_after {TS},
    renew_after {TS},
    open_issuances BIGINT NOT NULL,
    last_failed BOOLEAN NOT NULL,
    last_error TEXT,
    why TEXT NOT NULL,
    created_at {TS} NOT NULL,
    updated_at {TS} NOT NULL,
    archived_at {TS},
    revision BIGINT NOT NULL
){STRICT};
CREATE INDEX certificates_not_after ON certificates (not_after, id);
CREATE INDEX certificates_issuer ON certificates (issuer_id, id);
CREATE INDEX certificates_policy ON certificates (renewal_policy_id, id);

CREATE TABLE certificate_targets (
    certificate_id TEXT NOT NULL REFERENCES certificates (id),
    target_id TEXT NOT NULL REFERENCES targets (id),
    PRIMARY KEY (certificate_id, target_id)
){STRICT};
-- A target is one place for one certificate: two would take turns on its files.
CREATE UNIQUE INDEX certificate_targets_target ON certificate_targets (target_id);

-- Jobs and deployments keep the id of a target that was removed.
-- One row for each key holder: an agent's id, or 'external'. due_at is when the scheduler looks next.
CREATE TABLE holders (
    certificate_id TEXT NOT NULL REFERENCES certificates (id),
    holder TEXT NOT NULL,
    current_version_id TEXT,
    not_before {TS},
    not_after {TS},
    renew_after {TS},
    due_at {TS},
    PRIMARY KEY (certificate_id, holder)
){STRICT};
CREATE INDEX holders_due ON holders (due_at, certificate_id);
CREATE INDEX holders_holder ON holders (holder);

CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    executor TEXT NOT NULL,
    certificate_id TEXT NOT NULL REFERENCES certificates (id),
    holder TEXT NOT NULL,
    target_id TEXT,
    version_id TEXT,
    deployment_id TEXT,
    reason TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    max_attempts BIGINT NOT NULL,
    run_after {TS} NOT NULL,
    deadline {TS},
    lease_owner TEXT,
    lease_token TEXT,
    lease_expires_at {TS},
    csr {BYTES},
    intent {BYTES},
    error TEXT,
    created_at {TS} NOT NULL,
    updated_at {TS} NOT NULL,
    finished_at {TS}
){STRICT};
CREATE UNIQUE INDEX jobs_one_open_issuance ON jobs (certificate_id, holder)
    WHERE kind IN ('Issuance', 'Renewal') AND state IN ('Pending', 'AwaitingApproval', 'AwaitingCSR', 'Running');
CREATE UNIQUE INDEX jobs_one_open_deployment ON jobs (certificate_id, target_id)
    WHERE kind = 'Deployment' AND state IN ('Pending', 'AwaitingApproval', 'AwaitingCSR', 'Running');
CREATE INDEX jobs_runnable ON jobs (executor, run_after, id) WHERE state = 'Pending';
CREATE INDEX jobs_awaiting_csr ON jobs (holder, id) WHERE state = 'AwaitingCSR';
CREATE INDEX jobs_leases ON jobs (lease_expires_at) WHERE state = 'Running';
CREATE INDEX jobs_running ON jobs (executor, id) WHERE state = 'Running';
CREATE INDEX jobs_deadlines ON jobs (deadline) WHERE state IN ('AwaitingApproval', 'AwaitingCSR');
CREATE INDEX jobs_certificate ON jobs (certificate_id, id);
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE job_steps (
    id {SERIAL},
    job_id TEXT NOT NULL REFERENCES jobs (id),
    attempt BIGINT NOT NULL,
    at {TS} NOT NULL,
    name TEXT NOT NULL,
    outcome TEXT NOT NULL,
    milliseconds BIGINT,
    detail TEXT NOT NULL
){STRICT};
CREATE INDEX job_steps_job ON job_steps (job_id, id);

CREATE TABLE versions (
    id TEXT PRIMARY KEY,
    certificate_id TEXT NOT NULL REFERENCES certificates (id),
    holder TEXT NOT NULL,
    issuer_id TEXT NOT NULL REFERENCES issuers (id),
    serial TEXT NOT NULL,
    fingerprint_sha256 TEXT NOT NULL,
    public_key_sha256 TEXT NOT NULL,
    key_algorithm TEXT NOT NULL,
    not_before {TS} NOT NULL,
    not_after {TS} NOT NULL,
    certificate_der {BYTES} NOT NULL,
    job_id TEXT NOT NULL,
    key_retired_at {TS},
    created_at {TS} NOT NULL
){STRICT};
-- One version for one intent, whatever is killed.
CREATE UNIQUE INDEX versions_job ON versions (job_id);
CREATE UNIQUE INDEX versions_serial ON versions (issuer_id, serial);
CREATE INDEX versions_certificate ON versions (certificate_id, id);
CREATE INDEX versions_fingerprint ON versions (fingerprint_sha256);

CREATE TABLE deployments (
    id TEXT PRIMARY KEY,
    certificate_id TEXT NOT NULL REFERENCES certificates (id),
    version_id TEXT NOT NULL REFERENCES versions (id),
    target_id TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    state TEXT NOT NULL,
    job_id TEXT,
    previous_fingerprint TEXT,
    seen {JSON} NOT NULL,
    live_at {TS},
    error TEXT,
    created_at {TS} NOT NULL,
    updated_at {TS} NOT NULL
){STRICT};
CREATE UNIQUE INDEX deployments_version_target ON deployments (version_id, target_id);
CREATE INDEX deployments_certificate ON deployments (certificate_id, id);
CREATE INDEX deployments_target ON deployments (target_id, state);

-- Append-only; the leaf of the audit tree covers every column.
CREATE TABLE audit_events (
    seq {SERIAL},
    id TEXT NOT NULL,
    at {TS} NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    action TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    summary TEXT NOT NULL,
    request_id TEXT NOT NULL,
    details TEXT NOT NULL
){STRICT};
CREATE INDEX audit_events_object ON audit_events (object_id, seq);

CREATE TABLE audit_batches (
    number BIGINT PRIMARY KEY,
    members TEXT NOT NULL,
    events BIGINT NOT NULL,
    leaves {BYTES} NOT NULL,
    root {BYTES} NOT NULL,
    previous {BYTES} NOT NULL,
    signature {BYTES} NOT NULL,
    sealed_at {TS} NOT NULL
){STRICT};

-- only sqlite
CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events
BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END;
CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events
BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END;
CREATE TRIGGER audit_batches_no_update BEFORE UPDATE ON audit_batches
BEGIN SELECT RAISE(ABORT, 'audit batches are append-only'); END;
CREATE TRIGGER audit_batches_no_delete BEFORE DELETE ON audit_batches
BEGIN SELECT RAISE(ABORT, 'audit batches are append-only'); END;
-- end
-- only postgres
CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN RAISE EXCEPTION 'audit rows are append-only'; END $body$;
CREATE TRIGGER audit_events_no_change BEFORE UPDATE OR DELETE ON audit_events
FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events
FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_batches_no_change BEFORE UPDATE OR DELETE ON audit_batches
FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_batches_no_truncate BEFORE TRUNCATE ON audit_batches
FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
-- end

-- The event stream.
CREATE TABLE outbox (
    seq {SERIAL},
    id TEXT NOT NULL,
    at {TS} NOT NULL,
    kind TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    data TEXT NOT NULL
){STRICT};
CREATE INDEX outbox_at ON outbox (at);

-- One holder of each periodic task at a time, across replicas.
CREATE TABLE task_leases (
    task TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    fence BIGINT NOT NULL,
    expires_at {TS} NOT NULL
){STRICT};
