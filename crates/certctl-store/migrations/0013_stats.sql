-- What came of the issuances and renewals of each past day (in UTC, by its number since 1970), counted once from the jobs
-- before they are pruned. '' stands for none.
CREATE TABLE issuance_days (
    day BIGINT NOT NULL,
    team_id TEXT NOT NULL,
    environment TEXT NOT NULL,
    issuer_id TEXT NOT NULL,
    issued BIGINT NOT NULL,
    renewed BIGINT NOT NULL,
    first_try BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    PRIMARY KEY (day, team_id, environment, issuer_id)
){STRICT};

-- How many certificates had each condition when the day was last looked at.
CREATE TABLE condition_days (
    day BIGINT NOT NULL,
    team_id TEXT NOT NULL,
    environment TEXT NOT NULL,
    condition TEXT NOT NULL,
    certificates BIGINT NOT NULL,
    PRIMARY KEY (day, team_id, environment, condition)
){STRICT};

CREATE TABLE fleet_days (
    day BIGINT PRIMARY KEY,
    agents BIGINT NOT NULL,
    online BIGINT NOT NULL
){STRICT};

-- The certificates of each team and environment are counted by this alone.
DROP INDEX certificates_team;
CREATE INDEX certificates_team ON certificates (team_id, archived, environment);
