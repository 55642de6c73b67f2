-- The tags of certificates with the environment of each, so that both asked for together are a part of one index: a tag that
-- fifteen thousand have and an environment of seventy-five thousand share a thousand. environment follows the certificate.
ALTER TABLE certificate_tags ADD COLUMN environment TEXT;
UPDATE certificate_tags
SET environment = (SELECT c.environment FROM certificates c WHERE c.id = certificate_tags.certificate_id);
DROP INDEX certificate_tags_tag;
CREATE INDEX certificate_tags_tag ON certificate_tags (tag, archived, environment, certificate_id);

-- only sqlite
CREATE TRIGGER certificates_environment_changed AFTER UPDATE OF environment ON certificates
WHEN OLD.environment IS NOT NEW.environment
BEGIN UPDATE certificate_tags SET environment = NEW.environment WHERE certificate_id = NEW.id; END;
-- end
-- only postgres
CREATE FUNCTION certificate_tags_follow() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    UPDATE certificate_tags SET environment = NEW.environment WHERE certificate_id = NEW.id;
    RETURN NULL;
END $body$;
CREATE TRIGGER certificates_environment_changed AFTER UPDATE OF environment ON certificates
FOR EACH ROW WHEN (OLD.environment IS DISTINCT FROM NEW.environment) EXECUTE FUNCTION certificate_tags_follow();
-- end
