-- A certificate whose current version a target has refused counts as failing, as certificates.refresh has it from now on.
UPDATE certificates SET stage = 'failing', failed_attempts = 1
WHERE archived = FALSE AND stage <> 'failing' AND live_state IN ('none', 'some') AND EXISTS (
    SELECT 1 FROM certificate_targets ct
    JOIN holders o ON o.certificate_id = ct.certificate_id
    JOIN deployments d ON d.version_id = o.current_version_id AND d.target_id = ct.target_id
    LEFT JOIN jobs k ON k.id = d.job_id
    WHERE ct.certificate_id = certificates.id AND d.state IN ('wanted', 'failed', 'rolled_back') AND d.live_at IS NULL
        AND (d.error IS NOT NULL OR k.error IS NOT NULL));
