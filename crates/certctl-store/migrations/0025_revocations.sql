-- Revocations, one for each certificate of an issuer. bucket: the last byte of the serial, by which CRLs are divided. version_id,
-- certificate_id: none for a serial that is not known here (any more). next_try_at: of what is pending, when the authority is
-- told next, or when the lease of who tells it ends. not_after: until when a revocation matters.
CREATE TABLE revocations (
    id TEXT PRIMARY KEY,
    issuer_id TEXT NOT NULL REFERENCES issuers (id),
    serial TEXT NOT NULL,
    bucket BIGINT NOT NULL,
    version_id TEXT REFERENCES versions (id),
    certificate_id TEXT REFERENCES certificates (id),
    reason TEXT NOT NULL,
    comment TEXT,
    state TEXT NOT NULL,
    replace_first BOOLEAN NOT NULL,
    not_after {TS} NOT NULL,
    requested_by_kind TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    requested_at {TS} NOT NULL,
    tries BIGINT NOT NULL,
    next_try_at {TS} NOT NULL,
    lease_token TEXT,
    last_error TEXT,
    revoked_at {TS},
    updated_at {TS} NOT NULL,
    revision BIGINT NOT NULL
){STRICT};
CREATE UNIQUE INDEX revocations_serial ON revocations (issuer_id, serial);
CREATE INDEX revocations_waiting ON revocations (id) WHERE state = 'waiting';
CREATE INDEX revocations_pending ON revocations (next_try_at, id) WHERE state = 'pending';
-- All that a list says of a certificate, so that a part of it is read from the index alone.
CREATE INDEX revocations_listed ON revocations (issuer_id, bucket, not_after, serial, revoked_at, reason)
    WHERE state = 'revoked';
CREATE INDEX revocations_version ON revocations (version_id) WHERE version_id IS NOT NULL;
CREATE INDEX revocations_certificate ON revocations (certificate_id, id) WHERE certificate_id IS NOT NULL;
CREATE INDEX revocations_state ON revocations (state, id);
CREATE INDEX revocations_issuer ON revocations (issuer_id, id);

-- All certificates of a key.
CREATE INDEX versions_public_key ON versions (public_key_sha256);

-- The parts into which the CRLs of an issuer are divided. changes counts what was revoked, listed is its value in the last list
-- that was made. base_*: the complete list that the delta builds on. The lists themselves are rows of their own, because they are
-- long and this row moves with each revocation.
CREATE TABLE crl_parts (
    issuer_id TEXT NOT NULL REFERENCES issuers (id),
    parts BIGINT NOT NULL,
    part BIGINT NOT NULL,
    number BIGINT NOT NULL,
    entries BIGINT NOT NULL,
    changes BIGINT NOT NULL,
    listed BIGINT NOT NULL,
    due_at {TS} NOT NULL,
    this_update {TS},
    next_update {TS},
    base_number BIGINT,
    base_this_update {TS},
    base_next_update {TS},
    last_error TEXT,
    PRIMARY KEY (issuer_id, parts, part)
){STRICT};
CREATE INDEX crl_parts_due ON crl_parts (due_at);

-- The lists that are served now. kind: full, delta.
CREATE TABLE crls (
    issuer_id TEXT NOT NULL,
    parts BIGINT NOT NULL,
    part BIGINT NOT NULL,
    kind TEXT NOT NULL,
    number BIGINT NOT NULL,
    this_update {TS} NOT NULL,
    next_update {TS} NOT NULL,
    der {BYTES} NOT NULL,
    PRIMARY KEY (issuer_id, parts, part, kind),
    FOREIGN KEY (issuer_id, parts, part) REFERENCES crl_parts (issuer_id, parts, part)
){STRICT};
