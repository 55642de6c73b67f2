-- What needs a second person, while the rule of two people is on (the fact two_people of the instance).
-- act: the action with all that it is run with; no secrets. object_kind, object_id: what it is done to. summary and consequences:
-- as they were shown to who decides. asked_by_kind and asked_by: the credential. asker_id: the user that this stands for;
-- nobody confirms what they asked for. result: where what came of it is to be seen.
CREATE TABLE confirmations (
    id TEXT PRIMARY KEY,
    action TEXT NOT NULL,
    state TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    act {JSON} NOT NULL,
    summary TEXT NOT NULL,
    consequences {JSON} NOT NULL,
    result TEXT NOT NULL,
    asked_by_kind TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asker_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    asked_at {TS} NOT NULL,
    expires_at {TS} NOT NULL,
    decided_by_kind TEXT,
    decided_by TEXT,
    decided_at {TS},
    reason TEXT,
    ended_at {TS},
    error TEXT,
    revision BIGINT NOT NULL
){STRICT};
-- One thing is asked for once at a time.
CREATE UNIQUE INDEX confirmations_open ON confirmations (action, object_id) WHERE state IN ('waiting', 'confirmed');
CREATE INDEX confirmations_state ON confirmations (state, id);
CREATE INDEX confirmations_asker ON confirmations (asker_id, id);
CREATE INDEX confirmations_ended ON confirmations (ended_at) WHERE ended_at IS NOT NULL;

-- The user who made the key's present secret, or who has the key that did: for whom the key stands. Absent for those that were
-- made before, and for those that no user made.
ALTER TABLE api_keys ADD COLUMN maker_id TEXT;
