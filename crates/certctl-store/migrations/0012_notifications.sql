-- Channels. hold_until: a receiver asked to be left alone. failing_since, gave_up_at: since its last success.
CREATE TABLE notifiers (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    config {JSON} NOT NULL,
    secret_names {JSON} NOT NULL,
    routing {JSON} NOT NULL,
    digest {JSON},
    template {JSON} NOT NULL,
    digest_at {TS},
    hold_until {TS},
    failing_since {TS},
    gave_up_at {TS},
    last_error TEXT,
    last_sent_at {TS},
    created_at {TS} NOT NULL,
    updated_at {TS} NOT NULL,
    revision BIGINT NOT NULL
){STRICT};

-- What was said of an alert, as it was then.
CREATE TABLE notifications (
    id TEXT PRIMARY KEY,
    alert_id TEXT,
    event TEXT NOT NULL,
    kind TEXT,
    severity TEXT NOT NULL,
    dedup_key TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    certificate_id TEXT,
    owner_id TEXT,
    team_id TEXT,
    environment TEXT,
    title TEXT NOT NULL,
    cause TEXT NOT NULL,
    facts {JSON} NOT NULL,
    created_at {TS} NOT NULL,
    read_at {TS},
    read_by TEXT
){STRICT};
CREATE INDEX notifications_unread ON notifications (id) WHERE read_at IS NULL;
CREATE INDEX notifications_alert ON notifications (alert_id, id) WHERE alert_id IS NOT NULL;
CREATE INDEX notifications_certificate ON notifications (certificate_id, id) WHERE certificate_id IS NOT NULL;
CREATE INDEX notifications_object ON notifications (object_id, id);

-- One for each (notification, notifier, owner). stream: those of one stream reach a notifier in their order.
-- held: it waits for its digest; digest_id: the notification that carries it. due_at of one that is being sent is the
-- end of its lease. "sent" is a receipt, and a receipt is "sent".
CREATE TABLE deliveries (
    seq {SERIAL},
    notification_id TEXT NOT NULL REFERENCES notifications (id),
    notifier_id TEXT,
    owner_id TEXT,
    alert_id TEXT,
    stream TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at {TS} NOT NULL,
    held BOOLEAN NOT NULL,
    digest_id TEXT,
    lease_owner TEXT,
    lease_token TEXT,
    error TEXT,
    receipt TEXT,
    sent_at {TS},
    created_at {TS} NOT NULL,
    updated_at {TS} NOT NULL,
    CHECK ((state = 'sent') = (receipt IS NOT NULL)),
    CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
    CHECK (receipt IS NULL OR receipt <> ''),
    CHECK ((state = 'sending') = (lease_token IS NOT NULL))
){STRICT};
CREATE UNIQUE INDEX deliveries_once
    ON deliveries (notification_id, COALESCE(notifier_id, ''), COALESCE(owner_id, ''));
CREATE INDEX deliveries_due ON deliveries (notifier_id, due_at, seq)
    WHERE state IN ('pending', 'sending', 'failed') AND NOT held;
CREATE INDEX deliveries_stream ON deliveries (notifier_id, stream, seq)
    WHERE state IN ('pending', 'sending', 'failed') AND NOT held;
CREATE INDEX deliveries_held ON deliveries (notifier_id, seq) WHERE held AND digest_id IS NULL AND state = 'pending';
CREATE INDEX deliveries_digest ON deliveries (digest_id) WHERE digest_id IS NOT NULL;
CREATE INDEX deliveries_alert ON deliveries (alert_id, notifier_id) WHERE alert_id IS NOT NULL;
CREATE INDEX deliveries_state ON deliveries (state, notification_id) WHERE state <> 'sent';
CREATE INDEX deliveries_notifier ON deliveries (notifier_id, notification_id);
CREATE INDEX deliveries_leased ON deliveries (lease_owner) WHERE state = 'sending';
