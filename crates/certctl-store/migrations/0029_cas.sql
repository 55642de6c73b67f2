-- Certificate authorities of local CAs. issuer_id: for whom an issuing one signs; none for a root. generation: counts those of an
-- issuer, or the roots that took each other's place. common_name: without what tells generations apart. secret_id: its sealed key;
-- none when that is elsewhere, or deleted. lifetime_seconds: as it was asked for. is_limited: it has name
-- constraints. parent_id and replaced_by refer to this table.
-- Rows for the issuers that are there already are made at the start, because SQL cannot read a certificate.
CREATE TABLE cas (
    id TEXT PRIMARY KEY,
    issuer_id TEXT REFERENCES issuers (id),
    role TEXT NOT NULL,
    generation BIGINT NOT NULL,
    state TEXT NOT NULL,
    parent_id TEXT,
    common_name TEXT NOT NULL,
    certificate_pem TEXT NOT NULL,
    chain_pem TEXT NOT NULL,
    subject_key_id TEXT NOT NULL,
    fingerprint_sha256 TEXT NOT NULL,
    secret_id TEXT,
    lifetime_seconds BIGINT NOT NULL,
    not_before {TS} NOT NULL,
    not_after {TS} NOT NULL,
    is_limited BOOLEAN NOT NULL,
    replaced_by TEXT,
    created_at {TS} NOT NULL,
    replaced_at {TS},
    retired_at {TS},
    revision BIGINT NOT NULL
){STRICT};
CREATE UNIQUE INDEX cas_generation ON cas (issuer_id, generation) WHERE issuer_id IS NOT NULL;
CREATE UNIQUE INDEX cas_one_active ON cas (issuer_id) WHERE issuer_id IS NOT NULL AND state = 'active';
CREATE UNIQUE INDEX cas_fingerprint ON cas (fingerprint_sha256);
CREATE INDEX cas_parent ON cas (parent_id) WHERE parent_id IS NOT NULL;

-- The name and key of a root, certified by another one.
CREATE TABLE cross_certificates (
    ca_id TEXT NOT NULL REFERENCES cas (id),
    signed_by TEXT NOT NULL REFERENCES cas (id),
    certificate_pem TEXT NOT NULL,
    fingerprint_sha256 TEXT NOT NULL,
    not_before {TS} NOT NULL,
    not_after {TS} NOT NULL,
    PRIMARY KEY (ca_id, signed_by)
){STRICT};

-- Which of its issuer's CAs has signed a certificate.
ALTER TABLE versions ADD COLUMN generation BIGINT NOT NULL DEFAULT 1;
CREATE INDEX versions_generation ON versions (issuer_id, generation, not_after);
ALTER TABLE revocations ADD COLUMN generation BIGINT NOT NULL DEFAULT 1;
DROP INDEX revocations_listed;
-- All that a list says of a certificate, so that a part of it is read from the index alone.
CREATE INDEX revocations_listed ON revocations (issuer_id, generation, bucket, not_after, serial, revoked_at, reason)
    WHERE state = 'revoked';

-- Each CA signs lists of its own. They go with their issuer, also those that their task adds while it is being removed.
ALTER TABLE crls RENAME TO crls_before;
ALTER TABLE crl_parts RENAME TO crl_parts_before;
DROP INDEX crl_parts_due;
CREATE TABLE crl_parts (
    issuer_id TEXT NOT NULL REFERENCES issuers (id) ON DELETE CASCADE,
    generation BIGINT NOT NULL,
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
    PRIMARY KEY (issuer_id, generation, parts, part)
){STRICT};
INSERT INTO crl_parts (issuer_id, generation, parts, part, number, entries, changes, listed, due_at, this_update, next_update,
    base_number, base_this_update, base_next_update, last_error)
SELECT issuer_id, 1, parts, part, number, entries, changes, listed, due_at, this_update, next_update, base_number,
    base_this_update, base_next_update, last_error FROM crl_parts_before;
CREATE INDEX crl_parts_due ON crl_parts (due_at);
CREATE TABLE crls (
    issuer_id TEXT NOT NULL,
    generation BIGINT NOT NULL,
    parts BIGINT NOT NULL,
    part BIGINT NOT NULL,
    kind TEXT NOT NULL,
    number BIGINT NOT NULL,
    this_update {TS} NOT NULL,
    next_update {TS} NOT NULL,
    der {BYTES} NOT NULL,
    PRIMARY KEY (issuer_id, generation, parts, part, kind),
    FOREIGN KEY (issuer_id, generation, parts, part) REFERENCES crl_parts (issuer_id, generation, parts, part) ON DELETE CASCADE
){STRICT};
INSERT INTO crls (issuer_id, generation, parts, part, kind, number, this_update, next_update, der)
SELECT issuer_id, 1, parts, part, kind, number, this_update, next_update, der FROM crls_before;
DROP TABLE crls_before;
DROP TABLE crl_parts_before;
