-- Which ids an environment has, by an index alone: a label and an environment asked for together read no row that has only one.
-- only sqlite
CREATE INDEX certificates_environment_id ON certificates (environment, archived, id);
-- end
-- only postgres
DROP INDEX certificates_environment;
CREATE INDEX certificates_environment ON certificates (environment, archived, id);
-- end
