//! Plans: the selection walked page by page, judged, counted and frozen; and the start, which walks it again.
//!
//! Not for: changing certificates. Here a function is several transactions, each short, because a selection may be a
//! million certificates: no list waits for a plan, and none is ever in memory as a whole. Invariant: what cannot be told
//! apart by the digest (ids, and what is to become of each) was counted the same.

use std::collections::BTreeMap;

use aws_lc_rs::digest;
use certctl_api::operations::BulkIssuer;
use certctl_core::certificate::KeyStrategy;
use certctl_core::id::{CertificateId, OperationId, ProfileId};
use certctl_core::operation::{
    BulkAction, BulkChange, ItemResult, OperationEvent, OperationState, SkipReason, Verdict,
};
use certctl_core::permission::Scope;
use certctl_core::random::new_id;
use certctl_core::rule::Wanted;
use certctl_core::time::Ts;
use certctl_store::audit::Context;
use certctl_store::certificates::{CertificateFilter, texts};
use certctl_store::operations::{self, FactsRow, OperationRow, PAGE_IDS};
use certctl_store::{Tx, certificates, issuers};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::reach::{PRODUCTION, Reach, Touched, Windows};
use super::{PLAN_SECONDS, Rights, announce, change_of, check_referred, find, load, transition};
use crate::app::App;
use crate::error::Error;
use crate::ops::confirmations::{Act, Outcome, Shown, hold};
use crate::ops::policy_rules::Rules;
use crate::ops::{budgets, success};

/// Certificates judged in one transaction.
const LOOK: usize = 5 * PAGE_IDS;
/// Examples kept of each reason.
const EXAMPLES: usize = 5;
/// Certificates in a second that an operation changes when nothing was measured yet: it lets others in between.
const USUAL_PACE: i64 = 500;

/// Reads a filter as it was given, within a scope.
pub(super) type FilterOf = fn(&BTreeMap<String, String>, &Scope) -> Result<CertificateFilter, Error>;

/// What is selected by.
#[derive(Debug, Clone)]
pub enum Chosen {
    /// These.
    Ids(Vec<CertificateId>),
    /// All that match, with the filter as it was given.
    Filter(BTreeMap<String, String>, Box<CertificateFilter>),
    /// Those that failed in an operation.
    FailedOf(OperationId),
}

impl Chosen {
    fn stored(&self) -> Value {
        match self {
            Self::Ids(ids) => json!({ "ids": ids.len() }),
            Self::Filter(given, _) => json!({ "filter": given }),
            Self::FailedOf(id) => json!({ "failed_of": id }),
        }
    }
}

/// A change of a selection by somebody.
#[derive(Debug, Clone)]
pub struct Order {
    /// Which certificates.
    pub chosen: Chosen,
    /// What is done to each.
    pub change: BulkChange,
    /// What the caller may do.
    pub rights: Rights,
    /// Why.
    pub reason: Option<String>,
    /// How many it has to be.
    pub expected_count: Option<i64>,
}

/// What a walk over a selection counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// All.
    pub selected: i64,
    /// To be changed.
    pub will_change: i64,
    /// Of those, after an approval.
    pub approvals_needed: i64,
    /// Left as they are.
    pub skipped: BTreeMap<String, Skipped>,
    /// What those to be changed touch.
    #[serde(default)]
    pub reach: Reach,
}

/// Those left as they are for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// How many.
    pub count: i64,
    /// Some of them.
    pub examples: Vec<CertificateId>,
}

struct Tally {
    counts: Counts,
    digest: digest::Context,
}

impl Tally {
    fn new() -> Self {
        let counts = Counts {
            selected: 0,
            will_change: 0,
            approvals_needed: 0,
            skipped: BTreeMap::new(),
            reach: Reach::default(),
        };
        Self { counts, digest: digest::Context::new(&digest::SHA256) }
    }

    fn add(&mut self, Judged { id, verdict, touched }: &Judged) {
        self.counts.selected += 1;
        match verdict {
            Verdict::Change | Verdict::ChangeAfterApproval => self.counts.reach.add(touched),
            Verdict::Skip(_) => {}
        }
        let word = match verdict {
            Verdict::Change => {
                self.counts.will_change += 1;
                "change"
            }
            Verdict::ChangeAfterApproval => {
                self.counts.will_change += 1;
                self.counts.approvals_needed += 1;
                "approval"
            }
            Verdict::Skip(reason) => {
                let none = Skipped { count: 0, examples: Vec::new() };
                let skipped = self.counts.skipped.entry(reason.to_string()).or_insert(none);
                skipped.count += 1;
                if skipped.examples.len() < EXAMPLES {
                    skipped.examples.push(id.clone());
                }
                reason.as_str()
            }
        };
        self.digest.update(id.as_str().as_bytes());
        self.digest.update(b" ");
        self.digest.update(word.as_bytes());
        self.digest.update(b"\n");
    }
}

/// Where a walk over a selection is.
struct Walk {
    chosen: Chosen,
    change: BulkChange,
    scope: Scope,
    /// The last id of the page before, or how many of the named ids were looked at.
    after: String,
    looked: usize,
}

/// What becomes of one certificate.
struct Judged {
    id: CertificateId,
    verdict: Verdict,
    touched: Touched,
}

/// A page of a walk.
struct Page {
    judged: Vec<Judged>,
    is_last: bool,
}

impl Walk {
    fn new(chosen: Chosen, change: BulkChange, scope: Scope) -> Self {
        Self { chosen, change, scope, after: String::new(), looked: 0 }
    }

    async fn next(&mut self, app: &App) -> Result<Page, Error> {
        let (change, after, looked) = (self.change.clone(), self.after.clone(), self.looked);
        let scope = self.scope.clone();
        let page = match self.chosen.clone() {
            Chosen::Ids(ids) => {
                let end = ids.len().min(looked + LOOK);
                let part: Vec<CertificateId> = ids.get(looked..end).unwrap_or_default().to_vec();
                self.looked = end;
                let judged = app
                    .store
                    .read("operations.judge_ids", move |tx| by_ids(tx, &change, &scope, &part))
                    .await?;
                Page { judged, is_last: end == ids.len() }
            }
            Chosen::Filter(_, filter) => {
                app.store
                    .read("operations.judge_page", move |tx| by_filter(tx, &change, &filter, &after))
                    .await?
            }
            Chosen::FailedOf(id) => {
                app.store
                    .read("operations.judge_failed", move |tx| by_failure(tx, &change, &scope, &id, &after))
                    .await?
            }
        };
        if let Some(last) = page.judged.last() {
            self.after = last.id.to_string();
        }
        Ok(page)
    }
}

/// Whether renewals under a profile wait for an approval; asked once for each profile of a page.
struct Approvals(BTreeMap<ProfileId, bool>);

impl Approvals {
    fn needed(&mut self, tx: &mut Tx<'_>, action: BulkAction, profile: &ProfileId) -> Result<bool, Error> {
        if action != BulkAction::Renew {
            return Ok(false);
        }
        if let Some(known) = self.0.get(profile) {
            return Ok(*known);
        }
        let needed = super::step::renewal_needs_approval(tx, profile)?;
        self.0.insert(profile.clone(), needed);
        Ok(needed)
    }
}

/// What policy rules refuse of a change; read once for each page.
pub(super) struct Refusals {
    rules: Rules,
    change: BulkChange,
}

impl Refusals {
    /// Reads the rules.
    ///
    /// # Errors
    /// Those of the store.
    pub(super) fn of(tx: &mut Tx<'_>, change: &BulkChange) -> Result<Self, Error> {
        Ok(Self { rules: Rules::load(tx)?, change: change.clone() })
    }

    /// The verdict, once the rules were asked too.
    ///
    /// # Errors
    /// Those of the store.
    pub(super) fn judge(
        &mut self,
        tx: &mut Tx<'_>,
        row: &FactsRow,
        verdict: Verdict,
    ) -> Result<Verdict, Error> {
        let is_change = match verdict {
            Verdict::Change | Verdict::ChangeAfterApproval => true,
            Verdict::Skip(_) => false,
        };
        if !is_change || row.key_strategy == KeyStrategy::Found || self.rules.none_enforces() {
            return Ok(verdict);
        }
        let (names, tags) = (texts(&row.names), texts(&row.tags));
        let before = Wanted {
            issuer_id: &row.issuer_id,
            profile_id: &row.profile_id,
            policy_id: &row.renewal_policy_id,
            renewal: self.rules.renewal(tx, &row.renewal_policy_id, row.policy_override.as_ref())?,
            names: &names,
            owner_id: row.owner_id.as_ref(),
            team_id: row.team_id.as_ref(),
            environment: row.environment.as_deref(),
            tags: &tags,
            key_strategy: row.key_strategy,
            key_algorithm: &row.key_algorithm,
            lifetime_seconds: row.lifetime_seconds,
        };
        let tags_after = self.change.tags_after(&tags);
        let after = match &self.change {
            BulkChange::Deploy | BulkChange::Revoke { .. } | BulkChange::Archive => return Ok(verdict),
            BulkChange::Renew { .. } => before,
            BulkChange::ChangePolicy(policy) => {
                let renewal = self.rules.renewal(tx, policy, row.policy_override.as_ref())?;
                Wanted { policy_id: policy, renewal, ..before }
            }
            BulkChange::ReassignOwner(owner) => Wanted { owner_id: owner.as_ref(), ..before },
            BulkChange::ReassignTeam(team) => Wanted { team_id: team.as_ref(), ..before },
            BulkChange::SetEnvironment(environment) => {
                Wanted { environment: environment.as_deref(), ..before }
            }
            BulkChange::TagAdd(_) | BulkChange::TagRemove(_) => Wanted { tags: &tags_after, ..before },
        };
        // A renewal is held against the rules as a whole, as the signer does.
        let before = (self.change.action() != BulkAction::Renew).then_some(before);
        let refused = !self.rules.refusals(before.as_ref(), &after).is_empty();
        Ok(if refused { Verdict::Skip(SkipReason::PolicyViolated) } else { verdict })
    }
}

fn by_ids(
    tx: &mut Tx<'_>,
    change: &BulkChange,
    scope: &Scope,
    ids: &[CertificateId],
) -> Result<Vec<Judged>, Error> {
    let (now, action) = (tx.now(), change.action());
    let (mut approvals, mut refusals) = (Approvals(BTreeMap::new()), Refusals::of(tx, change)?);
    let mut windows = Windows::default();
    let mut judged = Vec::with_capacity(ids.len());
    for id in ids {
        let (verdict, touched) = match operations::facts_of(tx, action, scope, id)? {
            Some(row) => {
                let needs_approval = approvals.needed(tx, action, &row.profile_id)?;
                let verdict = change.judge(&row.facts(needs_approval), now);
                (refusals.judge(tx, &row, verdict)?, windows.touched(tx, action, &row)?)
            }
            None => (Verdict::Skip(SkipReason::NotFound), Touched::default()),
        };
        judged.push(Judged { id: id.clone(), verdict, touched });
    }
    Ok(judged)
}

fn by_filter(
    tx: &mut Tx<'_>,
    change: &BulkChange,
    filter: &CertificateFilter,
    after: &str,
) -> Result<Page, Error> {
    let (now, action) = (tx.now(), change.action());
    let (mut approvals, mut refusals) = (Approvals(BTreeMap::new()), Refusals::of(tx, change)?);
    let rows = operations::facts_page(tx, action, filter, after, i64::try_from(LOOK).unwrap_or(i64::MAX))?;
    let is_last = rows.len() < LOOK;
    let mut windows = Windows::default();
    let mut judged = Vec::with_capacity(rows.len());
    for row in rows {
        let needs_approval = approvals.needed(tx, action, &row.profile_id)?;
        let verdict = change.judge(&row.facts(needs_approval), now);
        let verdict = refusals.judge(tx, &row, verdict)?;
        let touched = windows.touched(tx, action, &row)?;
        judged.push(Judged { id: row.id, verdict, touched });
    }
    Ok(Page { judged, is_last })
}

fn by_failure(
    tx: &mut Tx<'_>,
    change: &BulkChange,
    scope: &Scope,
    id: &OperationId,
    after: &str,
) -> Result<Page, Error> {
    let limit = i64::try_from(LOOK).unwrap_or(i64::MAX);
    let items = operations::items(tx, id, Some(ItemResult::Failed), after, limit)?;
    let is_last = items.len() < LOOK;
    let ids: Vec<CertificateId> = items.iter().filter_map(|item| item.certificate_id.parse().ok()).collect();
    Ok(Page { judged: by_ids(tx, change, scope, &ids)?, is_last })
}

/// Counts and freezes a selection. The answer is a plan that can be started until it expires.
///
/// # Errors
/// 403 when the role lacks the action, 409 when it is not of the size expected, 422 when the change refers to what is not
/// there.
pub async fn make(app: &App, context: &Context, order: Order) -> Result<OperationRow, Error> {
    order.rights.check(&order.change)?;
    let row = begin(app, context, &order).await?;
    let mut walk = Walk::new(order.chosen, order.change, context.scope.clone());
    let mut tally = Tally::new();
    let mut open: Vec<CertificateId> = Vec::new();
    let mut n_pages = 0;
    loop {
        let page = walk.next(app).await?;
        for judged in page.judged {
            tally.add(&judged);
            open.push(judged.id);
        }
        let whole = if page.is_last { open.len() } else { open.len() - open.len() % PAGE_IDS };
        let rest = open.split_off(whole);
        n_pages = freeze(app, &row.id, n_pages, std::mem::replace(&mut open, rest)).await?;
        if page.is_last {
            break;
        }
    }
    let counts = tally.counts;
    if order.expected_count.is_some_and(|expected| expected != counts.selected) {
        return Err(moved(
            format!(
                "{} certificates are selected, not the {} that were expected",
                counts.selected,
                order.expected_count.unwrap_or_default()
            ),
            json!({ "expected": order.expected_count, "selected": counts.selected }),
        ));
    }
    let estimate = estimate(app, row.action, counts.will_change).await?;
    let (issuers, production) = beyond(app, context, &counts.reach).await?;
    let now = app.now();
    let row = OperationRow {
        state: transition(&row, OperationEvent::Counted)?,
        plan: json!({ "counts": counts, "estimate": estimate, "issuers": issuers, "production": production }),
        digest: hex::encode(tally.digest.finish()),
        selected: counts.selected,
        expires_at: now.plus_seconds(PLAN_SECONDS),
        ..row
    };
    let kept = row.clone();
    app.store
        .bookkeeping("operations.planned", move |tx| operations::set_planned(tx, &kept).map_err(Error::from))
        .await?;
    Ok(row)
}

fn moved(detail: String, params: Value) -> Error {
    Error::conflict("selection_moved", detail, params)
}

async fn begin(app: &App, context: &Context, order: &Order) -> Result<OperationRow, Error> {
    let now = app.now();
    let row = OperationRow {
        id: new_id(&*context.random, now),
        action: order.change.action(),
        state: OperationState::Planning,
        change: json!(order.change),
        chosen: order.chosen.stored(),
        reason: order.reason.clone(),
        actor: json!(context.actor),
        actor_id: context.actor.id().to_owned(),
        access: json!(order.rights),
        request_id: context.request_id.clone(),
        plan: json!({}),
        digest: String::new(),
        selected: 0,
        position: 0,
        done: 0,
        skipped: 0,
        failed: 0,
        cause: None,
        created_at: now,
        expires_at: now.plus_seconds(PLAN_SECONDS),
        started_at: None,
        updated_at: now,
        finished_at: None,
    };
    let (kept, change) = (row.clone(), order.change.clone());
    app.store
        .bookkeeping("operations.plan", move |tx| {
            check_referred(tx, &change)?;
            operations::insert(tx, &kept).map_err(Error::from)
        })
        .await?;
    Ok(row)
}

/// Writes whole pages; says how many there are now.
async fn freeze(app: &App, id: &OperationId, first: i64, ids: Vec<CertificateId>) -> Result<i64, Error> {
    if ids.is_empty() {
        return Ok(first);
    }
    let id = id.clone();
    app.store
        .bookkeeping("operations.freeze", move |tx| {
            let mut number = first;
            for page in ids.chunks(PAGE_IDS) {
                operations::add_page(tx, &id, number, page)?;
                number += 1;
            }
            Ok::<_, Error>(number)
        })
        .await
}

/// The limits of the issuers that get new orders, and how many certificates are in production, as far as the caller may see.
async fn beyond(app: &App, context: &Context, reach: &Reach) -> Result<(Vec<BulkIssuer>, i64), Error> {
    let (orders, scope) = (reach.orders.clone(), context.scope.clone());
    app.store
        .read("operations.reach", move |tx| {
            let mut found = Vec::with_capacity(orders.len());
            for (issuer, orders) in &orders {
                let Ok(issuer_id) = issuer.parse() else { continue };
                let config = issuers::by_id(tx, &issuer_id)?.map(|row| row.config);
                let budget = match config {
                    Some(config) => budgets::left(tx, &issuer_id, &config)?,
                    None => None,
                };
                found.push(BulkIssuer { issuer_id, orders: *orders, budget });
            }
            let environment = PRODUCTION.parse().map_err(Error::internal)?;
            let filter =
                CertificateFilter { scope: scope.clone(), environment, ..CertificateFilter::default() };
            Ok::<_, Error>((found, certificates::count(tx, &filter)?))
        })
        .await
}

/// How long it would take.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Estimate {
    /// In seconds, rounded up.
    pub seconds: i64,
    /// What it is made from.
    pub basis: String,
}

async fn estimate(app: &App, action: BulkAction, will_change: i64) -> Result<Estimate, Error> {
    let (certificates, milliseconds) = app
        .store
        .read("operations.pace", move |tx| operations::pace(tx, action, 5).map_err(Error::from))
        .await?;
    let (pace, basis) = if certificates > 0 && milliseconds > 0 {
        let pace = (certificates * 1_000 / milliseconds).max(1);
        (pace, format!("{pace} certificates in a second, as in the last operations of this kind"))
    } else {
        (
            USUAL_PACE,
            format!("{USUAL_PACE} certificates in a second; none of this kind was measured here yet"),
        )
    };
    let seconds = divided_up(will_change, pace);
    let basis = match action {
        BulkAction::Renew => {
            format!("{basis}; the renewals that it starts take as long as agents and issuers need")
        }
        BulkAction::Deploy => format!("{basis}; the deployments that it starts take as long as agents need"),
        BulkAction::ChangePolicy
        | BulkAction::ReassignOwner
        | BulkAction::ReassignTeam
        | BulkAction::SetEnvironment
        | BulkAction::TagAdd
        | BulkAction::TagRemove
        | BulkAction::Revoke
        | BulkAction::Archive => basis,
    };
    Ok(Estimate { seconds, basis })
}

/// Divided, rounded up.
fn divided_up(n: i64, by: i64) -> i64 {
    (n + by - 1) / by.max(1)
}

/// Plans and starts in one go: for a caller who asks for no plan first.
///
/// # Errors
/// Those of [`make`].
pub async fn run(app: &App, context: &Context, order: Order) -> Result<Outcome<OperationRow>, Error> {
    let rights = order.rights.clone();
    let reason = order.reason.clone();
    let row = make(app, context, order).await?;
    begin_running(app, context, row, rights, reason).await
}

/// Starts a plan, if it is still what was planned.
///
/// # Errors
/// 403 when it is another's, 404, 409 when it was started, has expired, or its selection has moved.
pub async fn start_planned(
    app: &App,
    context: &Context,
    id: OperationId,
    rights: Rights,
    reason: Option<String>,
    filter_of: FilterOf,
) -> Result<Outcome<OperationRow>, Error> {
    let caller = context.clone();
    let row = app.store.read("operations.show", move |tx| load(tx, &caller, &id)).await?;
    if row.actor_id != context.actor.id() {
        return Err(Error::Denied {
            code: "not_your_plan",
            detail: format!("{} was planned by somebody else: plan it yourself, then run that", row.id),
        });
    }
    if row.state != OperationState::Planned {
        let detail = match row.state {
            OperationState::Planning => format!("{} is still being planned", row.id),
            OperationState::Planned
            | OperationState::Running
            | OperationState::Completed
            | OperationState::Cancelled => format!("{} was started already: it is {}", row.id, row.state),
        };
        return Err(Error::conflict(
            "plan_used",
            detail,
            json!({ "operation_id": row.id, "state": row.state }),
        ));
    }
    if row.expires_at <= app.now() {
        let detail = format!("{} expired at {}: plan it again", row.id, row.expires_at);
        return Err(Error::conflict("plan_expired", detail, json!({ "expired_at": row.expires_at })));
    }
    let change = change_of(&row)?;
    rights.check(&change)?;
    let now_counted = recount(app, &row, context.scope.clone(), change, filter_of).await?;
    if hex::encode(now_counted.digest.finish()) != row.digest {
        let (before, now) = (counts_of(&row)?, now_counted.counts);
        let detail = format!(
            "the selection has moved since it was planned: {} of {} certificates would be changed now, {} of {} then; look \
             at a new plan",
            now.will_change, now.selected, before.will_change, before.selected
        );
        return Err(moved(detail, json!({ "planned": before, "now": now })));
    }
    begin_running(app, context, row, rights, reason).await
}

/// The counts of a plan.
///
/// # Errors
/// A fault of ours when they cannot be read.
pub fn counts_of(row: &OperationRow) -> Result<Counts, Error> {
    serde_json::from_value(row.plan["counts"].clone())
        .map_err(|error| Error::internal(format!("the plan of {} cannot be read: {error}", row.id)))
}

/// Walks the selection again: a filter anew, named ids as they were frozen.
async fn recount(
    app: &App,
    row: &OperationRow,
    scope: Scope,
    change: BulkChange,
    filter_of: FilterOf,
) -> Result<Tally, Error> {
    let mut tally = Tally::new();
    let given = row.chosen.get("filter").map(|filter| serde_json::from_value(filter.clone()));
    match given.transpose().map_err(Error::internal)? {
        Some(given) => {
            let filter = Box::new(filter_of(&given, &scope)?);
            let mut walk = Walk::new(Chosen::Filter(given, filter), change, scope);
            loop {
                let page = walk.next(app).await?;
                page.judged.iter().for_each(|judged| tally.add(judged));
                if page.is_last {
                    return Ok(tally);
                }
            }
        }
        None => {
            for number in 0.. {
                let (id, change, scope) = (row.id.clone(), change.clone(), scope.clone());
                let judged = app
                    .store
                    .read("operations.judge_frozen", move |tx| {
                        let ids = operations::page(tx, &id, number)?;
                        let ids: Vec<CertificateId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
                        by_ids(tx, &change, &scope, &ids)
                    })
                    .await?;
                if judged.is_empty() {
                    break;
                }
                judged.iter().for_each(|judged| tally.add(judged));
            }
            Ok(tally)
        }
    }
}

async fn begin_running(
    app: &App,
    context: &Context,
    row: OperationRow,
    rights: Rights,
    reason: Option<String>,
) -> Result<Outcome<OperationRow>, Error> {
    let state = transition(&row, OperationEvent::Started)?;
    let reason = reason.or_else(|| row.reason.clone());
    let row =
        OperationRow { state, reason, access: json!(rights), request_id: context.request_id.clone(), ..row };
    let context = context.clone();
    app.store
        .write("operations.start", move |tx| {
            let counts = counts_of(&row)?;
            if row.action == BulkAction::Revoke {
                let act = Act::BulkRevoke { plan_id: row.id.clone(), reason: row.reason.clone() };
                if let Some(asked) = hold(tx, &context, &act, |_| revocation_shown(&row, &counts))? {
                    operations::keep_planned(tx, &row.id, asked.expires_at)?;
                    return Ok(Outcome::Asked(asked));
                }
            }
            operations::set_running(tx, &row)?;
            success(
                tx,
                &context,
                "operation.start",
                ("operation", row.id.as_str()),
                format!(
                    "{} of {} certificates was started: {} to change, {} to skip",
                    row.action,
                    row.selected,
                    counts.will_change,
                    row.selected - counts.will_change
                ),
                json!({
                    "change": row.change, "selection": row.chosen, "reason": row.reason, "plan": counts,
                    "digest": row.digest,
                }),
            )?;
            announce(tx, &context, &row)?;
            tx.notify("engine:operations");
            Ok(Outcome::Done(find(tx, &row.id)?))
        })
        .await
}

/// What a second person is shown of a plan that revokes.
fn revocation_shown(row: &OperationRow, counts: &Counts) -> Result<Shown, Error> {
    let BulkChange::Revoke { reason, replace_first } = change_of(row)? else {
        return Err(Error::internal(format!("{} does not revoke", row.id)));
    };
    let n = counts.will_change;
    let noun = if n == 1 { "certificate" } else { "certificates" };
    let how = if replace_first {
        "Each is renewed first, and revoked when every target serves the new one.".to_owned()
    } else {
        "They are revoked at once: what serves them is refused by clients until it has another certificate."
            .to_owned()
    };
    let mut consequences = vec![how, "A revocation cannot be taken back.".to_owned()];
    let left = row.selected - n;
    if left > 0 {
        consequences.push(format!("{left} of the {} that were selected are left as they are.", row.selected));
    }
    if let Some(why) = &row.reason {
        consequences.push(format!("The reason given: {why}"));
    }
    consequences.push("If the selection has changed when this is confirmed, nothing is revoked.".to_owned());
    let reason = reason.to_string().replace('_', " ");
    Ok(Shown { summary: format!("Revoke {n} {noun} ({reason})"), consequences })
}

/// When a running operation ends, by its pace so far.
pub fn estimated_finish(row: &OperationRow, now: Ts) -> Option<Ts> {
    let started = row.started_at.filter(|_| row.state == OperationState::Running)?;
    let left = row.selected - row.position;
    if row.position == 0 || left <= 0 {
        return None;
    }
    let milliseconds = (now.as_microsecond() - started.as_microsecond()) / 1_000;
    Some(now.plus_seconds(divided_up(left * milliseconds / row.position, 1_000)))
}
