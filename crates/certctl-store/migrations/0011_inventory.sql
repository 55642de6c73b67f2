-- What the list of certificates is sorted, filtered and counted by. name_key: the name in lower case. ends_at, renews_at:
-- not_after and renew_after with the year 9999 for "none", so that they sort. begins_at: the beginning of the current
-- versions. stage: what open issuances come to. live: how many of the targets were last seen serving the current version;
-- unverified_at: when fewer than all begin to count as not verified. certificates.refresh keeps all but name_key and archived.
ALTER TABLE certificates ADD COLUMN archived BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE certificates ADD COLUMN begins_at {TS};
ALTER TABLE certificates ADD COLUMN stage TEXT NOT NULL DEFAULT 'quiet';
ALTER TABLE certificates ADD COLUMN targets BIGINT NOT NULL DEFAULT 0;
ALTER TABLE certificates ADD COLUMN live BIGINT NOT NULL DEFAULT 0;
ALTER TABLE certificates ADD COLUMN live_state TEXT NOT NULL DEFAULT 'no_targets';
ALTER TABLE certificates ADD COLUMN unverified_at {TS};
ALTER TABLE certificates ADD COLUMN failed_attempts BIGINT NOT NULL DEFAULT 0;
-- only sqlite
ALTER TABLE certificates ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
ALTER TABLE certificates ADD COLUMN ends_at INTEGER NOT NULL DEFAULT 253370764800000000;
ALTER TABLE certificates ADD COLUMN renews_at INTEGER NOT NULL DEFAULT 253370764800000000;
UPDATE certificates SET ends_at = COALESCE(not_after, ends_at), renews_at = COALESCE(renew_after, renews_at);
-- end
-- only postgres
ALTER TABLE certificates ADD COLUMN name_key TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE certificates ADD COLUMN ends_at TIMESTAMPTZ NOT NULL DEFAULT '9999-01-01T00:00:00Z';
ALTER TABLE certificates ADD COLUMN renews_at TIMESTAMPTZ NOT NULL DEFAULT '9999-01-01T00:00:00Z';
UPDATE certificates SET ends_at = COALESCE(not_after, ends_at), renews_at = COALESCE(renew_after, renews_at);
-- end
UPDATE certificates SET
    name_key = LOWER(name),
    archived = archived_at IS NOT NULL,
    begins_at = (SELECT MIN(h.not_before) FROM holders h WHERE h.certificate_id = certificates.id),
    stage = CASE
        WHEN EXISTS (SELECT 1 FROM jobs j WHERE j.certificate_id = certificates.id AND j.error IS NOT NULL
            AND j.kind IN ('Issuance', 'Renewal')
            AND j.state IN ('Pending', 'AwaitingApproval', 'AwaitingCSR', 'Running')) THEN 'failing'
        WHEN last_failed AND open_issuances = 0 THEN 'failing'
        WHEN EXISTS (SELECT 1 FROM jobs j WHERE j.certificate_id = certificates.id AND j.kind IN ('Issuance', 'Renewal')
            AND j.state IN ('AwaitingApproval', 'AwaitingCSR')) THEN 'waiting'
        WHEN open_issuances > 0 THEN 'running'
        ELSE 'quiet' END,
    targets = (SELECT COUNT(*) FROM certificate_targets t WHERE t.certificate_id = certificates.id),
    live = (SELECT COUNT(*) FROM certificate_targets t
        JOIN holders h ON h.certificate_id = t.certificate_id
        JOIN deployments d ON d.version_id = h.current_version_id AND d.target_id = t.target_id
        WHERE t.certificate_id = certificates.id AND d.state IN ('live', 'installed'));
UPDATE certificates SET live_state = CASE WHEN targets = 0 THEN 'no_targets' WHEN live >= targets THEN 'all'
    WHEN live > 0 THEN 'some' ELSE 'none' END;
-- only sqlite
UPDATE certificates SET unverified_at = 600000000 + (SELECT MIN(d.created_at) FROM certificate_targets t
    JOIN holders h ON h.certificate_id = t.certificate_id
    JOIN deployments d ON d.version_id = h.current_version_id AND d.target_id = t.target_id
    WHERE t.certificate_id = certificates.id AND d.state NOT IN ('live', 'installed'));
-- end
-- only postgres
UPDATE certificates SET unverified_at = INTERVAL '600 seconds' + (SELECT MIN(d.created_at) FROM certificate_targets t
    JOIN holders h ON h.certificate_id = t.certificate_id
    JOIN deployments d ON d.version_id = h.current_version_id AND d.target_id = t.target_id
    WHERE t.certificate_id = certificates.id AND d.state NOT IN ('live', 'installed'));
-- end

-- One for each order; those that are archived are a list of their own. The last column lets what is due be passed over
-- without reading its rows.
DROP INDEX certificates_not_after;
CREATE INDEX certificates_by_name ON certificates (archived, name_key, id);
CREATE INDEX certificates_by_end ON certificates (archived, ends_at, id, renews_at);
CREATE INDEX certificates_by_renewal ON certificates (archived, renews_at, id, ends_at);
CREATE INDEX certificates_by_creation ON certificates (archived, created_at, id);
CREATE INDEX certificates_by_change ON certificates (archived, updated_at, id);

-- One for each value that few certificates may have. By issuer and by policy they are also gone through by id.
DROP INDEX certificates_issuer;
DROP INDEX certificates_policy;
CREATE INDEX certificates_issuer ON certificates (issuer_id, archived, id);
CREATE INDEX certificates_policy ON certificates (renewal_policy_id, archived, id);
CREATE INDEX certificates_profile ON certificates (profile_id, archived);
CREATE INDEX certificates_owner ON certificates (owner_id, archived);
CREATE INDEX certificates_team ON certificates (team_id, archived);
CREATE INDEX certificates_environment ON certificates (environment, archived);
CREATE INDEX certificates_key_algorithm ON certificates (key_algorithm, archived);
CREATE INDEX certificates_live_state ON certificates (live_state, archived);
CREATE INDEX certificates_stage ON certificates (stage, archived) WHERE stage <> 'quiet';
CREATE INDEX certificates_unverified ON certificates (archived, unverified_at) WHERE unverified_at IS NOT NULL;
CREATE INDEX certificates_unissued ON certificates (archived, id) WHERE issued = FALSE;

-- Any part of a name. SQLite: an index of trigrams, which names wait for in groups of 256, because writing it for one
-- costs as much as for many; the search reads those that wait one by one. PostgreSQL: pg_trgm, if the database has it or lets
-- its owner have it; without it the search reads names until it has found enough.
-- only sqlite
CREATE VIRTUAL TABLE certificate_text USING fts5(
    text, content = '', contentless_delete = 1, detail = 'none', tokenize = 'trigram');
CREATE TABLE certificate_text_waiting (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    certificate INTEGER NOT NULL
) STRICT;
INSERT INTO certificate_text (rowid, text) SELECT c.rowid, c.name_key || ' ' || LOWER(c.names) FROM certificates c;
CREATE TRIGGER certificates_text_new AFTER INSERT ON certificates
BEGIN INSERT INTO certificate_text_waiting (certificate) VALUES (NEW.rowid); END;
CREATE TRIGGER certificates_text_changed AFTER UPDATE OF name_key, names ON certificates
WHEN OLD.name_key <> NEW.name_key OR OLD.names <> NEW.names
BEGIN INSERT INTO certificate_text_waiting (certificate) VALUES (NEW.rowid); END;
CREATE TRIGGER certificate_text_group AFTER INSERT ON certificate_text_waiting WHEN NEW.seq % 256 = 0
BEGIN
    DELETE FROM certificate_text WHERE rowid IN (SELECT certificate FROM certificate_text_waiting);
    INSERT INTO certificate_text (rowid, text) SELECT c.rowid, c.name_key || ' ' || LOWER(c.names)
    FROM certificates c WHERE c.rowid IN (SELECT certificate FROM certificate_text_waiting);
    DELETE FROM certificate_text_waiting;
END;
-- end
-- only postgres
DO $body$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
EXCEPTION WHEN OTHERS THEN
    RAISE NOTICE 'pg_trgm is not to be had: %', SQLERRM;
END $body$;
DO $body$
DECLARE place TEXT;
BEGIN
    SELECT n.nspname INTO place FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
    WHERE e.extname = 'pg_trgm';
    IF place IS NOT NULL THEN
        EXECUTE format('CREATE INDEX certificates_text ON certificates USING gin '
            '((name_key || '' '' || LOWER(CAST(names AS TEXT))) %I.gin_trgm_ops)', place);
    END IF;
END $body$;
-- end
