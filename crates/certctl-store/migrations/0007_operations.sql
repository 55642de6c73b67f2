-- Bulk operations. A plan is an operation that nobody has started yet; what it selected is frozen in operation_pages.
-- change: the action with its values. chosen: the ids, the filter, or the operation whose failures are tried again.
-- digest: over the ids and what was to become of each; the start compares it, so that what was confirmed is what runs.
-- position: how many of the frozen ids have been seen to; it moves in the transaction that changes them.
CREATE TABLE operations (
    id TEXT PRIMARY KEY,
    action TEXT NOT NULL,
    state TEXT NOT NULL,
    change {JSON} NOT NULL,
    chosen {JSON} NOT NULL,
    reason TEXT,
    actor {JSON} NOT NULL,
    actor_id TEXT NOT NULL,
    access {JSON} NOT NULL,
    request_id TEXT NOT NULL,
    plan {JSON} NOT NULL,
    digest TEXT NOT NULL,
    selected BIGINT NOT NULL,
    position BIGINT NOT NULL,
    done BIGINT NOT NULL,
    skipped BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    cause TEXT,
    created_at {TS} NOT NULL,
    expires_at {TS} NOT NULL,
    started_at {TS},
    updated_at {TS} NOT NULL,
    finished_at {TS}
){STRICT};
CREATE INDEX operations_running ON operations (id) WHERE state = 'Running';
CREATE INDEX operations_plans ON operations (expires_at) WHERE state IN ('Planning', 'Planned');
CREATE INDEX operations_finished ON operations (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX operations_actor ON operations (actor_id, id);

-- The frozen selection: ids in their order, so many to a page.
CREATE TABLE operation_pages (
    operation_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    ids {JSON} NOT NULL,
    PRIMARY KEY (operation_id, number)
){STRICT};

CREATE TABLE operation_items (
    operation_id TEXT NOT NULL,
    certificate_id TEXT NOT NULL,
    result TEXT NOT NULL,
    code TEXT,
    cause TEXT,
    job_ids {JSON} NOT NULL,
    at {TS} NOT NULL,
    PRIMARY KEY (operation_id, certificate_id)
){STRICT};
CREATE INDEX operation_items_result ON operation_items (operation_id, result, certificate_id);

-- The certificates' tags once more, for finding by them; archived follows the certificate.
CREATE TABLE certificate_tags (
    certificate_id TEXT NOT NULL,
    tag TEXT NOT NULL,
    archived BOOLEAN NOT NULL,
    PRIMARY KEY (certificate_id, tag)
){STRICT};
CREATE INDEX certificate_tags_tag ON certificate_tags (tag, archived, certificate_id);

-- only sqlite
INSERT INTO certificate_tags (certificate_id, tag, archived)
SELECT DISTINCT c.id, t.value, c.archived_at IS NOT NULL FROM certificates c, json_each(c.tags) t;
-- end
-- only postgres
INSERT INTO certificate_tags (certificate_id, tag, archived)
SELECT DISTINCT c.id, t.tag, c.archived_at IS NOT NULL
FROM certificates c CROSS JOIN LATERAL jsonb_array_elements_text(c.tags) AS t (tag);
-- end

-- The list of jobs, by what few of them have.
CREATE INDEX jobs_target ON jobs (target_id, id) WHERE target_id IS NOT NULL;
CREATE INDEX jobs_holder ON jobs (holder, id);
CREATE INDEX jobs_failed ON jobs (id) WHERE state = 'Failed';
CREATE INDEX jobs_cancelled ON jobs (id) WHERE state = 'Cancelled';
