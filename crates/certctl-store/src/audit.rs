//! The audit trail and, with it, the event stream: one call writes both, in the caller's transaction.
//!
//! Not for: sealing policy or signing (the server's engine). Invariant: rows are only inserted; the text form of a
//! row's columns here is what the audit tree hashes.

use std::borrow::Cow;
use std::sync::Arc;

use certctl_core::actor::{Actor, ActorKind};
use certctl_core::audit::{Hash, Outcome, leaf};
use certctl_core::facet::Facet;
use certctl_core::id::{AuditEventId, ConfirmationId, EventId};
use certctl_core::permission::Scope;
use certctl_core::random::{Random, new_id};
use certctl_core::time::Ts;
use serde_json::{Value, json};

use crate::lists::{Anchors, Facets, MAX_COUNTED, Rows};
use crate::{StoreError, Tx, Val, args, filter_text, row, vals};

/// Who acts, on what, by which request, with which randomness for ids.
#[derive(Debug, Clone)]
pub struct Context {
    /// Who.
    pub actor: Actor,
    /// Which certificates it may act on; everything for tasks and agents.
    pub scope: Scope,
    /// By which request; empty for a task.
    pub request_id: String,
    /// From which address the request came; empty for a task.
    pub source_address: String,
    /// For ids.
    pub random: Arc<dyn Random>,
    /// What a second person said yes to, while that is carried out in the name of who asked.
    pub confirmed: Option<Confirmed>,
}

/// A second person's yes.
#[derive(Debug, Clone)]
pub struct Confirmed {
    /// Which.
    pub id: ConfirmationId,
    /// Whose.
    pub by: Actor,
}

/// What happened.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// Such as `certificate.create`; also the kind of the stream's event.
    pub action: &'static str,
    /// Such as `certificate`.
    pub object_kind: &'static str,
    /// Which.
    pub object_id: &'a str,
    /// How it ended.
    pub outcome: Outcome,
    /// In words.
    pub summary: String,
    /// Facts, by name; no secrets.
    pub details: Value,
}

row! {
    /// One row of the trail.
    #[derive(Debug, Clone)]
    pub struct AuditRow {
        /// Place in the table.
        pub seq: i64,
        /// Id.
        pub id: String,
        /// When.
        pub at: Ts,
        /// Kind of actor.
        pub actor_kind: String,
        /// Which actor.
        pub actor_id: String,
        /// What.
        pub action: String,
        /// Kind of object.
        pub object_kind: String,
        /// Which object.
        pub object_id: String,
        /// How it ended.
        pub outcome: String,
        /// In words.
        pub summary: String,
        /// By which request.
        pub request_id: String,
        /// JSON text.
        pub details: String,
    }
}

impl AuditRow {
    /// The leaf of the audit tree.
    pub fn leaf(&self) -> Hash {
        leaf(&[
            &self.seq.to_string(),
            &self.id,
            &self.at.as_microsecond().to_string(),
            &self.actor_kind,
            &self.actor_id,
            &self.action,
            &self.object_kind,
            &self.object_id,
            &self.outcome,
            &self.summary,
            &self.request_id,
            &self.details,
        ])
    }
}

row! {
    /// One sealed batch.
    #[derive(Debug, Clone)]
    pub struct BatchRow {
        /// Counts from 1.
        pub number: i64,
        /// The rows' places, as ranges: `1-100,102-105`.
        pub members: String,
        /// How many rows.
        pub events: i64,
        /// The rows' leaves, 32 bytes each, so that a check can name the row that was changed.
        pub leaves: Vec<u8>,
        /// Root of the tree.
        pub root: Vec<u8>,
        /// Hash of the batch before.
        pub previous: Vec<u8>,
        /// Over this batch's hash.
        pub signature: Vec<u8>,
    }
}

/// The fact of an event that says from where its request came.
pub const SOURCE_ADDRESS: &str = "source_address";

const RECORD: &str = "-- audit.record
    INSERT INTO audit_events (id, at, actor_kind, actor_id, action, object_kind, object_id, outcome, summary,
        request_id, details)
    VALUES";
const EMIT: &str = "-- outbox.insert
    INSERT INTO outbox (id, at, kind, object_kind, object_id, data, revision, changed)
    VALUES";

/// Writes the audit event and the stream's event.
///
/// # Errors
/// Those of the store.
pub fn record(tx: &mut Tx<'_>, context: &Context, change: &Change<'_>) -> Result<(), StoreError> {
    let now = tx.now();
    let mut facts = Cow::Borrowed(&change.details);
    if let (Some(confirmed), Value::Object(named)) = (&context.confirmed, &change.details) {
        let mut named = named.clone();
        named.insert("confirmation_id".to_owned(), confirmed.id.as_str().into());
        named.insert("confirmed_by".to_owned(), json!(confirmed.by));
        facts = Cow::Owned(Value::Object(named));
    }
    let data = facts.to_string();
    // The address is for those who may read the trail, not for all who hear the stream.
    let details = if context.source_address.is_empty() {
        data.clone()
    } else {
        let mut details = facts.into_owned();
        if let Value::Object(facts) = &mut details {
            facts.insert(SOURCE_ADDRESS.to_owned(), context.source_address.clone().into());
        }
        details.to_string()
    };
    let id: AuditEventId = new_id(&*context.random, now);
    tx.insert_later(
        RECORD,
        vals![
            id,
            now,
            context.actor.kind(),
            context.actor.id(),
            change.action,
            change.object_kind,
            change.object_id,
            change.outcome.as_str(),
            change.summary.clone(),
            context.request_id.clone(),
            details
        ],
    );
    tx.note_audit();
    emit(tx, context, change.action, change.object_kind, change.object_id, data)
}

/// Writes an event of the stream alone: progress that is bookkeeping, such as a job's step.
///
/// # Errors
/// Those of the store.
pub fn emit(
    tx: &mut Tx<'_>,
    context: &Context,
    kind: &'static str,
    object_kind: &'static str,
    object_id: &str,
    data: String,
) -> Result<(), StoreError> {
    let now = tx.now();
    let id: EventId = new_id(&*context.random, now);
    let change = tx.take_change(object_kind, object_id);
    let changed = change.fields.join(",");
    tx.insert_later(EMIT, vals![id, now, kind, object_kind, object_id, data, change.revision, changed]);
    tx.notify("outbox");
    Ok(())
}

/// Filters of the list.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// By whom: one of these kinds; anybody when empty.
    pub actor_kinds: Vec<ActorKind>,
    /// Who (id).
    pub actor: Option<String>,
    /// What.
    pub action: Option<String>,
    /// On which object.
    pub object: Option<String>,
    /// How it ended.
    pub outcome: Option<String>,
    /// Not before.
    pub since: Option<Ts>,
    /// Before.
    pub until: Option<Ts>,
    /// From this address, as it is recorded.
    pub source_address: Option<String>,
    /// A text in its summary or facts, or a whole id of its object, its actor or its request.
    pub q: Option<String>,
    /// Rows before this place only.
    pub before_seq: Option<i64>,
}

fn where_clause(filter: &AuditFilter, sql: &mut String, values: &mut Vec<Val>) {
    let kinds = filter.actor_kinds.iter().map(|kind| kind.as_str().into()).collect();
    filter_text::any_of("actor_kind", kinds, sql, values);
    let mut and = |clause: &str, value: Val| {
        values.push(value);
        sql.push_str(&format!(" AND {clause} ${}", values.len()));
    };
    if let Some(actor) = &filter.actor {
        and("actor_id =", actor.clone().into());
    }
    if let Some(action) = &filter.action {
        and("action =", action.clone().into());
    }
    if let Some(object) = &filter.object {
        and("object_id =", object.clone().into());
    }
    if let Some(outcome) = &filter.outcome {
        and("outcome =", outcome.clone().into());
    }
    if let Some(since) = filter.since {
        and("at >=", since.into());
    }
    if let Some(until) = filter.until {
        and("at <", until.into());
    }
    if let Some(before) = filter.before_seq {
        and("seq <", before.into());
    }
    if let Some(address) = &filter.source_address {
        // A quote inside of a fact's text has a backslash before it, so this is found as a fact only.
        let fact = format!("\"{SOURCE_ADDRESS}\":{}", Value::from(address.as_str()));
        values.push(filter_text::part(&fact).into());
        sql.push_str(&format!(" AND LOWER(details) LIKE ${} ESCAPE '\\'", values.len()));
    }
    if let Some(q) = &filter.q {
        values.push(filter_text::part(q).into());
        let part = values.len();
        values.push(q.clone().into());
        let whole = values.len();
        sql.push_str(&format!(
            " AND (LOWER(summary) LIKE ${part} ESCAPE '\\' OR LOWER(details) LIKE ${part} ESCAPE '\\'
                 OR object_id = ${whole} OR actor_id = ${whole} OR request_id = ${whole})"
        ));
    }
}

/// Newest first.
///
/// # Errors
/// Those of the store.
pub fn list(tx: &mut Tx<'_>, filter: &AuditFilter, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
    // The primary key gives the order; audit_events_object serves the object filter. A text is looked for from the newest on,
    // until the page is full.
    let mut sql = String::from(
        "-- audit.list
         SELECT seq, id, at, actor_kind, actor_id, action, object_kind, object_id, outcome, summary, request_id,
             details
         FROM audit_events
         WHERE 1 = 1",
    );
    let mut values: Vec<Val> = Vec::new();
    where_clause(filter, &mut sql, &mut values);
    values.push(limit.into());
    sql.push_str(&format!(" ORDER BY seq DESC LIMIT ${}", values.len()));
    tx.all(&sql, &values)
}

/// Oldest first, between two places, both left out at the first and included at the last: for exports.
///
/// # Errors
/// Those of the store.
pub fn list_up(
    tx: &mut Tx<'_>,
    filter: &AuditFilter,
    after: i64,
    last: i64,
    limit: i64,
) -> Result<Vec<AuditRow>, StoreError> {
    // The primary key gives the order; audit_events_object serves the object filter.
    let mut sql = String::from(
        "-- audit.list_up
         SELECT seq, id, at, actor_kind, actor_id, action, object_kind, object_id, outcome, summary, request_id,
             details
         FROM audit_events
         WHERE seq > $1 AND seq <= $2",
    );
    let mut values: Vec<Val> = vals![after, last];
    where_clause(filter, &mut sql, &mut values);
    values.push(limit.into());
    sql.push_str(&format!(" ORDER BY seq LIMIT ${}", values.len()));
    tx.all(&sql, &values)
}

/// The first and the last place of those that match, and how many there are; zeros when there is none.
///
/// # Errors
/// Those of the store.
pub fn span(tx: &mut Tx<'_>, filter: &AuditFilter) -> Result<(i64, i64, i64), StoreError> {
    let mut sql = "-- audit.span
         SELECT COALESCE(MIN(seq), 0), COALESCE(MAX(seq), 0), COUNT(*) FROM audit_events WHERE 1 = 1"
        .to_owned();
    let mut values: Vec<Val> = Vec::new();
    where_clause(filter, &mut sql, &mut values);
    tx.one(&sql, &values)
}

/// How many match, wherever a page begins.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>, filter: &AuditFilter) -> Result<i64, StoreError> {
    let mut sql = "-- audit.count\nSELECT COUNT(*) FROM audit_events WHERE 1 = 1".to_owned();
    let mut values: Vec<Val> = Vec::new();
    where_clause(&AuditFilter { before_seq: None, ..filter.clone() }, &mut sql, &mut values);
    let (n,): (i64,) = tx.one(&sql, &values)?;
    Ok(n)
}

/// The whole list, newest first; without an object's index, among the newest [`MAX_COUNTED`] events only.
fn rows(tx: &mut Tx<'_>, filter: &AuditFilter) -> Result<Rows, StoreError> {
    let (mut conditions, mut values) = (String::new(), Vec::new());
    where_clause(&AuditFilter { before_seq: None, ..filter.clone() }, &mut conditions, &mut values);
    let mut cut = false;
    if filter.object.is_none() {
        // Both ends of the primary key.
        let (first, last): (Option<i64>, Option<i64>) = tx.one(
            "-- audit.ends
             SELECT (SELECT MIN(seq) FROM audit_events), (SELECT MAX(seq) FROM audit_events)",
            args![],
        )?;
        let floor = last.unwrap_or(0) - MAX_COUNTED;
        if first.is_some_and(|first| first <= floor) {
            cut = true;
            values.push(floor.into());
            conditions.push_str(&format!(" AND seq > ${}", values.len()));
        }
    }
    Ok(Rows {
        name: "audit",
        table: "audit_events",
        before: None,
        key: "seq",
        descending: true,
        conditions,
        values,
        cut,
    })
}

/// Places all over the list, each the place of the last event before it.
///
/// # Errors
/// Those of the store.
pub fn anchors(tx: &mut Tx<'_>, filter: &AuditFilter) -> Result<Anchors<i64>, StoreError> {
    rows(tx, filter)?.anchors(tx)
}

/// Counts the list by kind of actor, action and outcome.
///
/// # Errors
/// Those of the store.
pub fn facets(tx: &mut Tx<'_>, filter: &AuditFilter) -> Result<Facets, StoreError> {
    let columns = [(Facet::ActorKind, "actor_kind"), (Facet::Action, "action"), (Facet::Outcome, "outcome")];
    rows(tx, filter)?.facets(tx, &columns)
}

/// How the events that match lie in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Histogram {
    /// Where the first step begins.
    pub from: Ts,
    /// The end of what was looked at.
    pub until: Ts,
    /// The length of a step.
    pub step_seconds: i64,
    /// The beginning of a step, an outcome, and how many there are.
    pub counts: Vec<(Ts, String, i64)>,
    /// Only the newest were looked through.
    pub approximate: bool,
}

/// The lengths of steps, in seconds, of which the shortest is taken that gives at most [`MOST_STEPS`].
const STEPS: [i64; 20] = [
    1, 2, 5, 10, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 86_400, 172_800,
    604_800, 2_592_000,
];
/// The most steps.
const MOST_STEPS: i64 = 100;

/// Counts the list by time: in steps from the filter's beginning, or its first event, to its end, or now.
///
/// # Errors
/// Those of the store.
pub fn histogram(tx: &mut Tx<'_>, filter: &AuditFilter) -> Result<Histogram, StoreError> {
    let found = rows(tx, filter)?;
    let first = match filter.since {
        Some(since) => since,
        None => {
            let (first,): (Option<Ts>,) = tx.one(
                &format!(
                    "-- audit.first_at\nSELECT MIN(at) FROM audit_events WHERE 1 = 1{}",
                    found.conditions
                ),
                &found.values,
            )?;
            first.unwrap_or_else(|| tx.now())
        }
    };
    let until = filter.until.unwrap_or_else(|| tx.now()).max(first);
    let span = until.seconds_since(first);
    let step = STEPS.into_iter().find(|step| span / step < MOST_STEPS).unwrap_or(31_536_000);
    // One pass, as for facets.
    let second = tx.pick("at / 1000000", "CAST(FLOOR(EXTRACT(EPOCH FROM at)) AS BIGINT)");
    let counted: Vec<(i64, String, i64)> = tx.all(
        &format!(
            "-- audit.histogram
             SELECT place, outcome, COUNT(*) FROM (
                 SELECT ({second}) / {step} AS place, outcome FROM audit_events WHERE 1 = 1{}
             ) AS placed
             GROUP BY place, outcome ORDER BY place, outcome",
            found.conditions
        ),
        &found.values,
    )?;
    let begins = |place: i64| Ts::from_second(place.saturating_mul(step));
    Ok(Histogram {
        from: begins(first.as_second().div_euclid(step)),
        until,
        step_seconds: step,
        counts: counted.into_iter().map(|(place, outcome, n)| (begins(place), outcome, n)).collect(),
        approximate: found.cut,
    })
}

/// One event.
///
/// # Errors
/// Those of the store.
pub fn by_id(tx: &mut Tx<'_>, id: &AuditEventId) -> Result<Option<AuditRow>, StoreError> {
    tx.opt(
        "-- audit.by_id
         SELECT seq, id, at, actor_kind, actor_id, action, object_kind, object_id, outcome, summary, request_id,
             details
         FROM audit_events WHERE id = $1",
        args![id],
    )
}

/// Rows from `first` on, oldest first, for sealing and verifying.
///
/// # Errors
/// Those of the store.
pub fn from_seq(tx: &mut Tx<'_>, first: i64, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
    tx.all(
        "-- audit.from_seq
         SELECT seq, id, at, actor_kind, actor_id, action, object_kind, object_id, outcome, summary, request_id,
             details
         FROM audit_events WHERE seq >= $1 ORDER BY seq LIMIT $2",
        args![first, limit],
    )
}

/// Rows between two places, both included, oldest first.
///
/// # Errors
/// Those of the store.
pub fn between(tx: &mut Tx<'_>, first: i64, last: i64, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
    tx.all(
        "-- audit.between
         SELECT seq, id, at, actor_kind, actor_id, action, object_kind, object_id, outcome, summary, request_id,
             details
         FROM audit_events WHERE seq BETWEEN $1 AND $2 ORDER BY seq LIMIT $3",
        args![first, last, limit],
    )
}

/// Sealed batches from a number on.
///
/// # Errors
/// Those of the store.
pub fn batches(tx: &mut Tx<'_>, first: i64, limit: i64) -> Result<Vec<BatchRow>, StoreError> {
    tx.all(
        "-- audit.batches
         SELECT number, members, events, leaves, root, previous, signature
         FROM audit_batches WHERE number >= $1 ORDER BY number LIMIT $2",
        args![first, limit],
    )
}

/// The newest batch.
///
/// # Errors
/// Those of the store.
pub fn last_batch(tx: &mut Tx<'_>) -> Result<Option<BatchRow>, StoreError> {
    tx.opt(
        "-- audit.last_batch
         SELECT number, members, events, leaves, root, previous, signature
         FROM audit_batches ORDER BY number DESC LIMIT 1",
        args![],
    )
}

/// How many events there are behind a place, and when the oldest of them was.
///
/// # Errors
/// Those of the store.
pub fn behind(tx: &mut Tx<'_>, seq: i64) -> Result<(i64, Option<Ts>), StoreError> {
    // By the primary key; what is sealed is not read.
    let (n, oldest): (i64, Option<Ts>) = tx.one(
        "-- audit.behind
         SELECT COUNT(*), (SELECT at FROM audit_events WHERE seq > $1 ORDER BY seq LIMIT 1)
         FROM audit_events WHERE seq > $1",
        args![seq],
    )?;
    Ok((n, oldest))
}

/// Adds a batch; its number is the primary key, so two sealers cannot both add it.
///
/// # Errors
/// Those of the store.
pub fn insert_batch(tx: &mut Tx<'_>, batch: &BatchRow) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec(
        "-- audit.insert_batch
         INSERT INTO audit_batches (number, members, events, leaves, root, previous, signature, sealed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![
            batch.number,
            batch.members.clone(),
            batch.events,
            batch.leaves.clone(),
            batch.root.clone(),
            batch.previous.clone(),
            batch.signature.clone(),
            now
        ],
    )?;
    Ok(())
}

/// What happened to a certificate, newest first: its own events, and those of its jobs and deployments.
///
/// # Errors
/// Those of the store.
pub fn of_certificate(
    tx: &mut Tx<'_>,
    id: &certctl_core::id::CertificateId,
    before_seq: Option<i64>,
    limit: i64,
) -> Result<Vec<AuditRow>, StoreError> {
    // audit_events_object, once for each of the certificate's objects.
    tx.all(
        "-- audit.of_certificate
         SELECT seq, id, at, actor_kind, actor_id, action, object_kind, object_id, outcome, summary, request_id,
             details
         FROM audit_events
         WHERE object_id IN (
                 SELECT $1 UNION ALL SELECT id FROM jobs WHERE certificate_id = $1
                 UNION ALL SELECT id FROM deployments WHERE certificate_id = $1)
             AND ($2 = 0 OR seq < $2)
         ORDER BY seq DESC LIMIT $3",
        args![id, before_seq.unwrap_or(0), limit],
    )
}

/// An action on the newest jobs of a certificate, oldest first.
///
/// # Errors
/// Those of the store.
pub fn of_jobs(
    tx: &mut Tx<'_>,
    id: &certctl_core::id::CertificateId,
    action: &str,
    jobs: i64,
) -> Result<Vec<AuditRow>, StoreError> {
    // audit_events_object, once for each job.
    tx.all(
        "-- audit.of_jobs
         SELECT seq, id, at, actor_kind, actor_id, action, object_kind, object_id, outcome, summary, request_id,
             details
         FROM audit_events
         WHERE object_id IN (SELECT id FROM jobs WHERE certificate_id = $1 ORDER BY id DESC LIMIT $3)
             AND action = $2
         ORDER BY seq",
        args![id, action, jobs],
    )
}
