-- Where targets are looked at, `host:port` in lower case: follows from their configurations, for the search.
CREATE TABLE target_addresses (
    target_id TEXT NOT NULL,
    address TEXT NOT NULL,
    PRIMARY KEY (target_id, address)
){STRICT};
CREATE INDEX target_addresses_address ON target_addresses (address);
-- only sqlite
INSERT OR IGNORE INTO target_addresses (target_id, address)
SELECT t.id, LOWER(json_extract(p.value, '$.address')) FROM targets t, json_each(t.config, '$.probe') p
WHERE json_extract(p.value, '$.address') IS NOT NULL;
CREATE INDEX targets_name ON targets (LOWER(name));
-- end
-- only postgres
INSERT INTO target_addresses (target_id, address)
SELECT DISTINCT t.id, LOWER(p ->> 'address')
FROM targets t, jsonb_array_elements(CASE WHEN jsonb_typeof(t.config -> 'probe') = 'array' THEN t.config -> 'probe'
    ELSE '[]' END) p
WHERE p ->> 'address' IS NOT NULL;
CREATE INDEX targets_name ON targets ((LOWER(name) COLLATE "C"));
-- end
-- A request's id leads to what it did.
CREATE INDEX audit_events_request ON audit_events (request_id) WHERE request_id <> '';
