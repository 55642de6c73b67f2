-- When a version's agent was last told to delete its key, and why the agent has kept it.
ALTER TABLE versions ADD COLUMN key_asked_at {TS};
ALTER TABLE versions ADD COLUMN key_kept_because TEXT;
-- Keys that may still have to go; most versions of a short-lived certificate are not among them.
CREATE INDEX versions_with_key ON versions (holder, id) WHERE key_retired_at IS NULL;
