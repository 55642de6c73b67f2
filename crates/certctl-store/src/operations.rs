//! Bulk operations: plans, their frozen selections, progress and items; and the pages of facts that plans are made from.
//!
//! Not for: judging a certificate (core) or changing it. Invariants: a change of state names the state it comes from;
//! the position moves from the one expected in the transaction that holds the items' changes, so no item is done twice.

use certctl_core::certificate::KeyStrategy;
use certctl_core::id::{CertificateId, IssuerId, OperationId, OwnerId, ProfileId, RenewalPolicyId, TeamId};
use certctl_core::operation::{BulkAction, BulkFacts, ItemResult, OperationState};
use certctl_core::permission::Scope;
use certctl_core::time::Ts;
use serde_json::Value;

use crate::certificates::{CertificateFilter, CertificateSort, Position, listed, texts};
use crate::{StoreError, Tx, Val, args, row, scope, vals};

/// Ids on one page of a frozen selection.
pub const PAGE_IDS: usize = 200;

row! {
    /// An operation, or the plan of one.
    #[derive(Debug, Clone)]
    pub struct OperationRow {
        /// Id.
        pub id: OperationId,
        /// What is done.
        pub action: BulkAction,
        /// Where it is.
        pub state: OperationState,
        /// The action with its values.
        pub change: Value,
        /// What was selected by.
        pub chosen: Value,
        /// Why, for the audit trail.
        pub reason: Option<String>,
        /// Who acts.
        pub actor: Value,
        /// Its id.
        pub actor_id: String,
        /// What the actor may do and see.
        pub access: Value,
        /// By which request.
        pub request_id: String,
        /// What the plan found.
        pub plan: Value,
        /// Over the selection and what was to become of it.
        pub digest: String,
        /// How many certificates were selected.
        pub selected: i64,
        /// How many of them were seen to.
        pub position: i64,
        /// Changed.
        pub done: i64,
        /// Left as they are.
        pub skipped: i64,
        /// Refused.
        pub failed: i64,
        /// Why it was called off.
        pub cause: Option<String>,
        /// When it was planned.
        pub created_at: Ts,
        /// When the plan is dropped.
        pub expires_at: Ts,
        /// When it was started.
        pub started_at: Option<Ts>,
        /// When it last moved.
        pub updated_at: Ts,
        /// When it ended.
        pub finished_at: Option<Ts>,
    }
}

const COLUMNS: &str = "id, action, state, change, chosen, reason, actor, actor_id, access, request_id, plan, digest, \
     selected, position, done, skipped, failed, cause, created_at, expires_at, started_at, updated_at, finished_at";

/// Adds a plan.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, row: &OperationRow) -> Result<(), StoreError> {
    tx.exec(
        "-- operations.insert
         INSERT INTO operations (id, action, state, change, chosen, reason, actor, actor_id, access, request_id, plan,
             digest, selected, position, done, skipped, failed, created_at, expires_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
        args![
            &row.id,
            row.action,
            row.state,
            row.change.clone(),
            row.chosen.clone(),
            row.reason.clone(),
            row.actor.clone(),
            row.actor_id.clone(),
            row.access.clone(),
            row.request_id.clone(),
            row.plan.clone(),
            row.digest.clone(),
            row.selected,
            row.position,
            row.done,
            row.skipped,
            row.failed,
            row.created_at,
            row.expires_at,
            row.updated_at
        ],
    )?;
    Ok(())
}

/// One by its id.
///
/// # Errors
/// Those of the store.
pub fn by_id(tx: &mut Tx<'_>, id: &OperationId) -> Result<Option<OperationRow>, StoreError> {
    tx.opt(&format!("-- operations.by_id\nSELECT {COLUMNS} FROM operations WHERE id = $1"), args![id])
}

/// Filters of the list.
#[derive(Debug, Clone, Default)]
pub struct OperationFilter {
    /// Where it is; without it all that were started.
    pub state: Option<OperationState>,
    /// What it does.
    pub action: Option<BulkAction>,
    /// Whose.
    pub actor_id: Option<String>,
    /// Whose alone the caller may see.
    pub seen_by: Option<String>,
    /// Planned after.
    pub created_after: Option<Ts>,
    /// Ids before this one only (newest first).
    pub before: Option<OperationId>,
}

fn filtered(wanted: &OperationFilter, sql: &mut String, values: &mut Vec<Val>) {
    let mut and = |clause: &str, value: Val| {
        values.push(value);
        sql.push_str(&format!(" AND {clause} ${}", values.len()));
    };
    if let Some(state) = wanted.state {
        and("state =", state.into());
    }
    if let Some(action) = wanted.action {
        and("action =", action.into());
    }
    if let Some(actor) = &wanted.actor_id {
        and("actor_id =", actor.clone().into());
    }
    if let Some(actor) = &wanted.seen_by {
        and("actor_id =", actor.clone().into());
    }
    if let Some(after) = wanted.created_after {
        and("created_at >", after.into());
    }
    if wanted.state.is_none() {
        sql.push_str(" AND state NOT IN ('Planning', 'Planned')");
    }
}

/// Newest first.
///
/// # Errors
/// Those of the store.
pub fn list(tx: &mut Tx<'_>, wanted: &OperationFilter, limit: i64) -> Result<Vec<OperationRow>, StoreError> {
    // Ids sort by time: the primary key gives the order, operations_actor that of one caller.
    let mut sql = format!("-- operations.list\nSELECT {COLUMNS} FROM operations WHERE 1 = 1");
    let mut values = Vec::new();
    filtered(wanted, &mut sql, &mut values);
    if let Some(before) = &wanted.before {
        values.push(before.into());
        sql.push_str(&format!(" AND id < ${}", values.len()));
    }
    values.push(limit.into());
    sql.push_str(&format!(" ORDER BY id DESC LIMIT ${}", values.len()));
    tx.all(&sql, &values)
}

/// How many match.
///
/// # Errors
/// Those of the store.
pub fn count(tx: &mut Tx<'_>, wanted: &OperationFilter) -> Result<i64, StoreError> {
    let mut sql = "-- operations.count\nSELECT COUNT(*) FROM operations WHERE 1 = 1".to_owned();
    let mut values = Vec::new();
    filtered(wanted, &mut sql, &mut values);
    let (n,): (i64,) = tx.one(&sql, &values)?;
    Ok(n)
}

/// Writes what the counting found: Planning becomes Planned.
///
/// # Errors
/// [`StoreError::Stale`] when it is not being planned.
pub fn set_planned(tx: &mut Tx<'_>, row: &OperationRow) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec_one(
        "-- operations.set_planned
         UPDATE operations SET state = 'Planned', plan = $1, digest = $2, selected = $3, expires_at = $4, updated_at = $5
         WHERE id = $6 AND state = 'Planning'",
        args![row.plan.clone(), row.digest.clone(), row.selected, row.expires_at, now, &row.id],
        "operation",
    )
}

/// Planned becomes Running, in the name of a request.
///
/// # Errors
/// [`StoreError::Stale`] when it is not a plan any more.
pub fn set_running(tx: &mut Tx<'_>, row: &OperationRow) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec_one(
        "-- operations.set_running
         UPDATE operations
         SET state = 'Running', reason = $1, access = $2, request_id = $3, started_at = $4, updated_at = $4
         WHERE id = $5 AND state = 'Planned'",
        args![row.reason.clone(), row.access.clone(), row.request_id.clone(), now, &row.id],
        "operation",
    )
}

/// Keeps a plan until then, because a second person has to say yes to it first.
///
/// # Errors
/// [`StoreError::Stale`] when it is not a plan any more.
pub fn keep_planned(tx: &mut Tx<'_>, id: &OperationId, until: Ts) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec_one(
        "-- operations.keep_planned
         UPDATE operations SET expires_at = $1, updated_at = $2 WHERE id = $3 AND state = 'Planned'",
        args![until, now, id],
        "operation",
    )
}

/// Ends a running operation.
///
/// # Errors
/// [`StoreError::Stale`] when it is not running.
pub fn finish(
    tx: &mut Tx<'_>,
    id: &OperationId,
    to: OperationState,
    cause: Option<&str>,
) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec_one(
        "-- operations.finish
         UPDATE operations SET state = $1, cause = $2, finished_at = $3, updated_at = $3
         WHERE id = $4 AND state = 'Running'",
        args![to, cause, now, id],
        "operation",
    )
}

/// How far a step has brought an operation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Changed.
    pub done: i64,
    /// Left as they are.
    pub skipped: i64,
    /// Refused.
    pub failed: i64,
}

impl Progress {
    /// All that were seen to.
    pub const fn all(self) -> i64 {
        self.done + self.skipped + self.failed
    }
}

/// Moves the position on from where the step has read it.
///
/// # Errors
/// [`StoreError::Stale`] when it is elsewhere, or the operation is not running any more.
pub fn advance(tx: &mut Tx<'_>, id: &OperationId, from: i64, by: Progress) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec_one(
        "-- operations.advance
         UPDATE operations
         SET position = position + $1, done = done + $2, skipped = skipped + $3, failed = failed + $4, updated_at = $5
         WHERE id = $6 AND state = 'Running' AND position = $7",
        args![by.all(), by.done, by.skipped, by.failed, now, id, from],
        "operation",
    )
}

/// Takes a running operation for the rest of the transaction, at the position that the step has read: a step of another
/// replica, or a cancellation, waits or has been.
///
/// # Errors
/// [`StoreError::Stale`] when it is elsewhere, or not running any more.
pub fn take(tx: &mut Tx<'_>, id: &OperationId, position: i64) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec_one(
        "-- operations.take
         UPDATE operations SET updated_at = $1 WHERE id = $2 AND state = 'Running' AND position = $3",
        args![now, id, position],
        "operation",
    )
}

/// The running operations, oldest first.
///
/// # Errors
/// Those of the store.
pub fn running(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<OperationRow>, StoreError> {
    // operations_running
    tx.all(
        &format!(
            "-- operations.running
             SELECT {COLUMNS} FROM operations WHERE state = 'Running' ORDER BY id LIMIT $1"
        ),
        args![limit],
    )
}

/// Freezes a page of the selection.
///
/// # Errors
/// Those of the store.
pub fn add_page(
    tx: &mut Tx<'_>,
    id: &OperationId,
    number: i64,
    ids: &[CertificateId],
) -> Result<(), StoreError> {
    tx.exec(
        "-- operation_pages.insert
         INSERT INTO operation_pages (operation_id, number, ids) VALUES ($1, $2, $3)",
        args![id, number, serde_json::json!(ids)],
    )?;
    Ok(())
}

/// A page of the frozen selection; empty behind the last one.
///
/// # Errors
/// Those of the store.
pub fn page(tx: &mut Tx<'_>, id: &OperationId, number: i64) -> Result<Vec<String>, StoreError> {
    let found: Option<(Value,)> = tx.opt(
        "-- operation_pages.by_number
         SELECT ids FROM operation_pages WHERE operation_id = $1 AND number = $2",
        args![id, number],
    )?;
    Ok(found.map(|(ids,)| texts(&ids)).unwrap_or_default())
}

row! {
    /// What became of one certificate.
    #[derive(Debug, Clone)]
    pub struct ItemRow {
        /// Which.
        pub certificate_id: String,
        /// In a word.
        pub result: ItemResult,
        /// The reason's or refusal's stable name.
        pub code: Option<String>,
        /// In words.
        pub cause: Option<String>,
        /// What was started.
        pub job_ids: Value,
        /// When.
        pub at: Ts,
    }
}

const ADD_ITEM: &str = "-- operation_items.insert
    INSERT INTO operation_items (operation_id, certificate_id, result, code, cause, job_ids, at)
    VALUES";

/// Adds an item.
pub fn add_item(tx: &mut Tx<'_>, id: &OperationId, item: &ItemRow) {
    tx.insert_later(
        ADD_ITEM,
        vals![
            id,
            item.certificate_id.clone(),
            item.result,
            item.code.clone(),
            item.cause.clone(),
            item.job_ids.clone(),
            item.at
        ],
    );
}

/// Items by certificate, after a cursor; those of one result only, if one is named.
///
/// # Errors
/// Those of the store.
pub fn items(
    tx: &mut Tx<'_>,
    id: &OperationId,
    result: Option<ItemResult>,
    after: &str,
    limit: i64,
) -> Result<Vec<ItemRow>, StoreError> {
    // The primary key; with a result operation_items_result.
    match result {
        None => tx.all(
            "-- operation_items.list
             SELECT certificate_id, result, code, cause, job_ids, at FROM operation_items
             WHERE operation_id = $1 AND certificate_id > $2 ORDER BY certificate_id LIMIT $3",
            args![id, after, limit],
        ),
        Some(result) => tx.all(
            "-- operation_items.list_result
             SELECT certificate_id, result, code, cause, job_ids, at FROM operation_items
             WHERE operation_id = $1 AND result = $2 AND certificate_id > $3 ORDER BY certificate_id LIMIT $4",
            args![id, result, after, limit],
        ),
    }
}

/// Removes, a part at a time, plans whose time is over, frozen selections of what has ended, and what ended before
/// `before` with its items; says how many rows went.
///
/// # Errors
/// Those of the store.
pub fn prune(tx: &mut Tx<'_>, before: Ts, limit: i64) -> Result<u64, StoreError> {
    let now = tx.now();
    let old: Vec<(String, bool)> = tx.all(
        "-- operations.prunable
         SELECT id, finished_at IS NULL OR finished_at < $1 FROM operations
         WHERE (state IN ('Planning', 'Planned') AND expires_at <= $2)
             OR (finished_at IS NOT NULL AND (finished_at < $1
                 OR EXISTS (SELECT 1 FROM operation_pages p WHERE p.operation_id = operations.id)))
         ORDER BY id LIMIT 20",
        args![before, now],
    )?;
    let mut n_removed = 0;
    for (id, whole) in old {
        let pages = tx.exec(
            "-- operation_pages.prune
             DELETE FROM operation_pages WHERE operation_id = $1 AND number IN (
                 SELECT number FROM operation_pages WHERE operation_id = $1 ORDER BY number LIMIT $2)",
            args![id.clone(), limit],
        )?;
        n_removed += pages;
        if !whole || pages > 0 {
            continue;
        }
        let items = tx.exec(
            "-- operation_items.prune
             DELETE FROM operation_items WHERE operation_id = $1 AND certificate_id IN (
                 SELECT certificate_id FROM operation_items WHERE operation_id = $1 ORDER BY certificate_id LIMIT $2)",
            args![id.clone(), limit],
        )?;
        n_removed += items;
        if items == 0 {
            n_removed += tx.exec("-- operations.prune\nDELETE FROM operations WHERE id = $1", args![id])?;
        }
    }
    Ok(n_removed)
}

/// How many operations of an action were the last to end, with the seconds and certificates of them all.
///
/// # Errors
/// Those of the store.
pub fn pace(tx: &mut Tx<'_>, action: BulkAction, limit: i64) -> Result<(i64, i64), StoreError> {
    let rows: Vec<(i64, Ts, Ts)> = tx.all(
        "-- operations.pace
         SELECT position, started_at, finished_at FROM operations
         WHERE action = $1 AND state = 'Completed' AND position > 100 AND started_at IS NOT NULL
             AND finished_at IS NOT NULL
         ORDER BY id DESC LIMIT $2",
        args![action, limit],
    )?;
    let certificates = rows.iter().map(|(n, _, _)| n).sum();
    let milliseconds =
        rows.iter().map(|(_, from, to)| (to.as_microsecond() - from.as_microsecond()) / 1_000).sum();
    Ok((certificates, milliseconds))
}

row! {
    /// What a plan asks of a certificate.
    #[derive(Debug, Clone)]
    pub struct FactsRow {
        /// Which.
        pub id: CertificateId,
        /// Column `archived`.
        pub archived: bool,
        /// Column `key_strategy`.
        pub key_strategy: KeyStrategy,
        /// Column `open_issuances`.
        pub open_issuances: i64,
        /// How many holders it has.
        pub key_holders: i64,
        /// How many of its targets could be deployed to.
        pub deployable_targets: i64,
        /// Whether a current version is revoked.
        pub revoked: bool,
        /// Column `renew_after`.
        pub renew_after: Option<Ts>,
        /// Column `issued`.
        pub issued: bool,
        /// Column `profile_id`.
        pub profile_id: ProfileId,
        /// Column `renewal_policy_id`.
        pub renewal_policy_id: RenewalPolicyId,
        /// Column `policy_override`.
        pub policy_override: Option<Value>,
        /// Column `owner_id`.
        pub owner_id: Option<OwnerId>,
        /// Column `team_id`.
        pub team_id: Option<TeamId>,
        /// Column `environment`.
        pub environment: Option<String>,
        /// Column `tags`.
        pub tags: Value,
        /// Column `names`.
        pub names: Value,
        /// Column `issuer_id`.
        pub issuer_id: IssuerId,
        /// Column `key_algorithm`.
        pub key_algorithm: String,
        /// Column `lifetime_seconds`.
        pub lifetime_seconds: i64,
    }
}

impl FactsRow {
    /// As core judges them.
    pub fn facts(&self, needs_approval: bool) -> BulkFacts {
        BulkFacts {
            archived: self.archived,
            key_strategy: self.key_strategy,
            open_issuances: self.open_issuances,
            key_holders: self.key_holders,
            deployable_targets: self.deployable_targets,
            revoked: self.revoked,
            renew_after: self.renew_after,
            issued: self.issued,
            renewal_policy_id: self.renewal_policy_id.clone(),
            owner_id: self.owner_id.clone(),
            team_id: self.team_id.clone(),
            environment: self.environment.clone(),
            tags: texts(&self.tags),
            needs_approval,
        }
    }
}

/// The facts that an action is judged by; what it does not ask for is not counted.
fn facts_columns(action: BulkAction) -> String {
    let key_holders = "(SELECT COUNT(*) FROM holders h WHERE h.certificate_id = c.id)";
    let deployable = "(SELECT COUNT(*) FROM certificate_targets ct JOIN targets t ON t.id = ct.target_id \
         JOIN holders h ON h.certificate_id = ct.certificate_id AND h.holder = t.agent_id \
         WHERE ct.certificate_id = c.id AND h.current_version_id IS NOT NULL)";
    let issued =
        "(SELECT COUNT(*) FROM holders h WHERE h.certificate_id = c.id AND h.current_version_id IS NOT NULL)";
    let none = "CAST(0 AS BIGINT)";
    let (key_holders, deployable) = match action {
        BulkAction::Renew => (key_holders, none),
        BulkAction::Deploy => (none, deployable),
        BulkAction::Revoke => (issued, none),
        BulkAction::ChangePolicy
        | BulkAction::ReassignOwner
        | BulkAction::ReassignTeam
        | BulkAction::SetEnvironment
        | BulkAction::TagAdd
        | BulkAction::TagRemove
        | BulkAction::Archive => (none, none),
    };
    format!(
        "c.id, c.archived_at IS NOT NULL AS archived, c.key_strategy, c.open_issuances, {key_holders} AS key_holders, \
         {deployable} AS deployable_targets, c.stage = 'revoked' AS revoked, c.renew_after, c.issued, c.profile_id, c.renewal_policy_id, c.policy_override, c.owner_id, \
         c.team_id, c.environment, c.tags, c.names, c.issuer_id, c.key_algorithm, c.lifetime_seconds"
    )
}

/// A page of facts of what matches a filter, by id.
///
/// # Errors
/// Those of the store.
pub fn facts_page(
    tx: &mut Tx<'_>,
    action: BulkAction,
    filter: &CertificateFilter,
    after: &str,
    limit: i64,
) -> Result<Vec<FactsRow>, StoreError> {
    let columns = facts_columns(action);
    let after = Position::behind_id(after);
    let listed = listed(tx, &columns, filter, CertificateSort::Id, Some(&after), limit)?;
    Ok(listed.rows.into_iter().map(|(row, _)| row).collect())
}

/// The facts of one certificate, if the scope admits it.
///
/// # Errors
/// Those of the store.
pub fn facts_of(
    tx: &mut Tx<'_>,
    action: BulkAction,
    scope: &Scope,
    id: &CertificateId,
) -> Result<Option<FactsRow>, StoreError> {
    let columns = facts_columns(action);
    let mut sql = format!(
        "-- operations.facts_of
SELECT {columns} FROM certificates c WHERE c.id = $1"
    );
    let mut values = vals![id];
    scope::clause(scope, "c", &mut sql, &mut values);
    tx.opt(&sql, &values)
}
