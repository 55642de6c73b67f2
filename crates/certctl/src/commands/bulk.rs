//! `certctl bulk`: a change of many certificates: planned with exact counts, then run by the plan's id.
//!
//! Not for: what may be changed (the server has the rules). Invariant: nothing is changed but by `run`, or `plan --run`.

use certctl_api::operations::{
    BulkIssuer, BulkParams, BulkPlan, BulkRequest, BulkSelection, BulkSkipped, Operation, OperationAction,
    OperationItem,
};
use certctl_core::id::{CertificateId, OperationId, OwnerId, RenewalPolicyId, TeamId};
use certctl_core::operation::{BulkAction, ItemResult, OperationState};
use certctl_core::revocation::RevocationReason;
use certctl_core::time::humane_seconds;
use clap::{Args, Subcommand};
use serde::Deserialize as _;
use serde_json::Value;
use tokio::time::{Duration, Instant};

use crate::arguments::{When, one_of};
use crate::commands::certificates::Filters;
use crate::commands::confirmations;
use crate::commands::issuers::pretty;
use crate::failure::Failure;
use crate::output::{Exit, Tone};
use crate::query::{Paging, Query, list};
use crate::session::Session;
use crate::table::{Column, joined, or_dash};

/// How often `--wait` looks.
const LOOK: Duration = Duration::from_millis(500);

/// `certctl bulk ...`
#[derive(Debug, Subcommand)]
pub(crate) enum Bulk {
    /// Count what a change would do, and keep that as a plan
    Plan(Box<Plan>),
    /// Run a plan: exactly the certificates that it counted
    Run {
        /// The plan, such as op-...
        id: OperationId,
        /// Why, for the audit trail
        #[arg(long)]
        reason: Option<String>,
        /// Wait until it has ended
        #[arg(long)]
        wait: bool,
    },
    /// Operations, newest first
    List {
        /// How far it is
        #[arg(long, value_parser = one_of(OperationState::ALL, OperationState::as_str), ignore_case = true)]
        state: Option<OperationState>,
        /// What is done
        #[arg(long, value_parser = one_of(BulkAction::ALL, BulkAction::as_str), ignore_case = true)]
        action: Option<BulkAction>,
        /// By whom: the id of a key
        #[arg(long, value_name = "ID")]
        actor: Option<String>,
        /// Planned since: a time, or a duration such as 2h back from now
        #[arg(long, value_name = "WHEN", value_parser = When::parse)]
        since: Option<When>,
        #[command(flatten)]
        paging: Paging,
    },
    /// One operation and how far it is
    Show {
        /// Such as op-...
        id: OperationId,
    },
    /// What became of each certificate of an operation
    Items {
        /// Such as op-...
        id: OperationId,
        /// Only those with this result
        #[arg(long, value_parser = one_of(ItemResult::ALL, ItemResult::as_str), ignore_case = true)]
        result: Option<ItemResult>,
        #[command(flatten)]
        paging: Paging,
    },
    /// Call an operation off; what was done stays done
    Cancel {
        /// Such as op-...
        id: OperationId,
        /// Why, for the audit trail
        #[arg(long)]
        reason: Option<String>,
    },
    /// Try the failures of an operation again, as an operation of its own
    Retry {
        /// Such as op-...
        id: OperationId,
        /// Why, for the audit trail
        #[arg(long)]
        reason: Option<String>,
        /// Wait until it has ended
        #[arg(long)]
        wait: bool,
    },
}

/// A change and its selection.
#[derive(Debug, Args)]
pub(crate) struct Plan {
    /// What is done to each certificate
    #[arg(value_parser = one_of(BulkAction::ALL, BulkAction::as_str), ignore_case = true)]
    action: BulkAction,
    /// This certificate; can be given several times
    #[arg(long = "id", value_name = "ID")]
    ids: Vec<CertificateId>,
    /// Every certificate that is not archived
    #[arg(long, conflicts_with = "ids")]
    all: bool,
    #[command(flatten)]
    filters: Filters,
    #[command(flatten)]
    values: Values,
    /// Refuse unless the selection is of exactly this size
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(0..))]
    expect: Option<i64>,
    /// Why, for the audit trail
    #[arg(long)]
    reason: Option<String>,
    /// Run the plan at once
    #[arg(long)]
    run: bool,
    /// Run it at once, and wait until it has ended
    #[arg(long)]
    wait: bool,
}

/// The values of the actions.
#[derive(Debug, Args)]
struct Values {
    /// change_policy: the renewal policy to follow
    #[arg(long, value_name = "ID")]
    to_policy: Option<RenewalPolicyId>,
    /// reassign_owner: the new owner, or none
    #[arg(long, value_name = "ID", value_parser = or_none::<OwnerId>)]
    to_owner: Option<OrNone<OwnerId>>,
    /// reassign_team: the new team, or none
    #[arg(long, value_name = "ID", value_parser = or_none::<TeamId>)]
    to_team: Option<OrNone<TeamId>>,
    /// set_environment: the environment, or none
    #[arg(long, value_name = "TEXT", value_parser = or_none::<String>)]
    to_environment: Option<OrNone<String>>,
    /// tag_add, tag_remove: a tag; can be given several times
    #[arg(long = "change-tag", value_name = "TEXT")]
    tags: Vec<String>,
    /// renew: only those whose time has come
    #[arg(long)]
    if_due: bool,
    /// revoke: why
    #[arg(long, value_name = "REASON", value_parser = one_of(RevocationReason::ALL, RevocationReason::as_str), ignore_case = true)]
    revocation_reason: Option<RevocationReason>,
    /// revoke: at once, although nothing has taken their place yet
    #[arg(long, requires = "revocation_reason")]
    now: bool,
}

/// A value, or `none`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct OrNone<T>(Option<T>);

fn or_none<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<OrNone<T>, String> {
    match text {
        "none" => Ok(OrNone(None)),
        text => text.parse().map(|value| OrNone(Some(value))).map_err(|error: T::Err| error.to_string()),
    }
}

impl Values {
    fn params(&self, action: BulkAction) -> Option<BulkParams> {
        let params = BulkParams {
            renewal_policy_id: self.to_policy.clone(),
            owner_id: self.to_owner.clone().map(|owner| owner.0),
            team_id: self.to_team.clone().map(|team| team.0),
            environment: self.to_environment.clone().map(|environment| environment.0),
            tags: (!self.tags.is_empty()).then(|| self.tags.clone()),
            force: (action == BulkAction::Renew).then_some(!self.if_due),
            revocation_reason: self.revocation_reason,
            replace_first: self.revocation_reason.map(|_| !self.now),
        };
        let any = params.renewal_policy_id.is_some()
            || params.owner_id.is_some()
            || params.team_id.is_some()
            || params.environment.is_some()
            || params.tags.is_some()
            || params.force.is_some()
            || params.revocation_reason.is_some();
        any.then_some(params)
    }
}

/// The tone of an operation's state.
const fn tone(state: OperationState) -> Tone {
    match state {
        OperationState::Completed => Tone::Good,
        OperationState::Cancelled => Tone::Faint,
        OperationState::Planning | OperationState::Planned | OperationState::Running => Tone::Notice,
    }
}

const COLUMNS: &[Column<Operation>] = &[
    Column::new("Id", |operation, _| operation.id.to_string()),
    Column::new("Action", |operation, _| operation.action.to_string()),
    Column::toned("State", |operation, _| operation.state.to_string(), |operation| tone(operation.state)),
    Column::new("Seen to", |operation, _| format!("{}/{}", operation.processed, operation.selected)),
    Column::new("Done", |operation, _| operation.done.to_string()),
    Column::new("Skipped", |operation, _| operation.skipped.to_string()),
    Column::toned(
        "Failed",
        |operation, _| operation.failed.to_string(),
        |operation| if operation.failed > 0 { Tone::Bad } else { Tone::Plain },
    ),
    Column::new("By", |operation, _| operation.actor.to_string()),
    Column::new("Started", |operation, view| view.time(operation.started_at)),
    Column::wide("Finished", |operation, view| view.time(operation.finished_at)),
    Column::wide("Reason", |operation, _| or_dash(operation.reason.as_ref())),
    Column::show("Ends about", |operation, view| view.time(operation.estimated_finish_at)),
    Column::show("Values", |operation, _| pretty(&operation.params)),
    Column::show("Selection", |operation, _| pretty(&operation.selection)),
    Column::show("Called off", |operation, _| or_dash(operation.cause.as_ref())),
];

const PLAN_COLUMNS: &[Column<BulkPlan>] = &[
    Column::new("Plan", |plan, _| plan.plan_id.to_string()),
    Column::new("Action", |plan, _| plan.action.to_string()),
    Column::new("Selected", |plan, _| plan.selected.to_string()),
    Column::new("Changes", |plan, _| plan.will_change.to_string()),
    Column::new("Production", |plan, _| format!("{} of {}", plan.production, plan.production_total)),
    Column::new("Approvals", |plan, _| plan.approvals_needed.to_string()),
    Column::show("Outside windows", |plan, _| plan.outside_windows.to_string()),
    Column::show("New orders", |plan, _| {
        let each = |one: &BulkIssuer| match &one.budget {
            Some(budget) => format!(
                "{} at {} ({} of {} left within {})",
                one.orders,
                one.issuer_id,
                (budget.limit - budget.used).max(0),
                budget.limit,
                humane_seconds(budget.window_seconds)
            ),
            None => format!("{} at {}", one.orders, one.issuer_id),
        };
        plan.issuers.iter().map(each).collect::<Vec<_>>().join(", ")
    }),
    Column::new("Takes about", |plan, _| humane_seconds(plan.estimated_seconds)),
    Column::new("Good until", |plan, view| view.time(plan.expires_at)),
];

const SKIPPED_COLUMNS: &[Column<BulkSkipped>] = &[
    Column::new("Skipped", |skipped, _| skipped.count.to_string()),
    Column::new("Because", |skipped, _| skipped.detail.clone()),
    Column::new("Such as", |skipped, _| joined(&skipped.examples)),
];

const ITEM_COLUMNS: &[Column<OperationItem>] = &[
    Column::new("Certificate", |item, _| item.certificate_id.to_string()),
    Column::toned(
        "Result",
        |item, _| item.result.to_string(),
        |item| match item.result {
            ItemResult::Done => Tone::Good,
            ItemResult::Skipped => Tone::Faint,
            ItemResult::Failed => Tone::Bad,
        },
    ),
    Column::new("Cause", |item, _| or_dash(item.cause.as_ref())),
    Column::new("Jobs", |item, _| joined(&item.job_ids)),
    Column::wide("Code", |item, _| or_dash(item.code.as_ref())),
    Column::wide("At", |item, view| view.time(item.at)),
];

impl Bulk {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::Plan(plan) => plan.run(session).await,
            Self::Run { id, reason, wait } => run(session, id, reason.clone(), *wait).await,
            Self::List { state, action, actor, since, paging } => {
                let filters = Query::default()
                    .with("state", *state)
                    .with("action", *action)
                    .with("actor", actor.as_ref())
                    .with("created_after", since.map(|since| since.ago(session.console.now())));
                list(session, "/operations", filters, paging, COLUMNS).await
            }
            Self::Show { id } => session.show(&format!("/operations/{id}"), COLUMNS).await,
            Self::Items { id, result, paging } => {
                let filters = Query::default().with("result", *result);
                list(session, &format!("/operations/{id}/items"), filters, paging, ITEM_COLUMNS).await
            }
            Self::Cancel { id, reason } => {
                let body = OperationAction { reason: reason.clone() };
                session.post(&format!("/operations/{id}/cancel"), &body, COLUMNS).await
            }
            Self::Retry { id, reason, wait } => {
                let path = format!("/operations/{id}/retry-failed");
                let body = OperationAction { reason: reason.clone() };
                let answer = session.client.post(&path, &body).await?;
                started(session, &path, answer, *wait).await
            }
        }
    }
}

impl Plan {
    fn request(&self, session: &Session<'_>) -> Result<BulkRequest, Failure> {
        let filter = self.filters.selection(session.console.now())?;
        let selection = match (self.ids.is_empty(), filter.is_empty()) {
            (false, true) => BulkSelection { ids: Some(self.ids.clone()), filter: None },
            (false, false) => {
                return Err(Failure::usage("--id and filters exclude each other", "select by one of them"));
            }
            (true, true) if !self.all => {
                return Err(Failure::usage("nothing is selected", "give --id, filters, or --all"));
            }
            (true, _) => BulkSelection { ids: None, filter: Some(filter) },
        };
        Ok(BulkRequest {
            plan_id: None,
            selection: Some(selection),
            action: Some(self.action),
            params: self.values.params(self.action),
            dry_run: true,
            expected_count: self.expect,
            reason: self.reason.clone(),
        })
    }

    async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        let answer: Value = session.client.post("/certificates/bulk", &self.request(session)?).await?;
        let plan = BulkPlan::deserialize(&answer).map_err(|error| Failure::Answer {
            what: "POST /certificates/bulk".to_owned(),
            detail: error.to_string(),
        })?;
        if self.run || self.wait {
            return run(session, &plan.plan_id, self.reason.clone(), self.wait).await;
        }
        let console = &mut *session.console;
        if console.format.is_machine() {
            console.document(&answer)?;
            return Ok(Exit::Ok);
        }
        if console.quiet {
            console.line(plan.plan_id.as_str())?;
            return Ok(Exit::Ok);
        }
        console.object("POST /certificates/bulk", &answer, PLAN_COLUMNS)?;
        let skipped = answer["skipped"].as_array().cloned().unwrap_or_default();
        if !skipped.is_empty() {
            console.line("")?;
            console.rows::<BulkSkipped>("POST /certificates/bulk", &skipped, SKIPPED_COLUMNS)?;
        }
        console.hint(&format!("nothing is changed yet: certctl bulk run {}", plan.plan_id))?;
        Ok(Exit::Ok)
    }
}

async fn run(
    session: &mut Session<'_>,
    id: &OperationId,
    reason: Option<String>,
    wait: bool,
) -> Result<Exit, Failure> {
    let body = BulkRequest {
        plan_id: Some(id.clone()),
        selection: None,
        action: None,
        params: None,
        dry_run: false,
        expected_count: None,
        reason,
    };
    let answer = session.client.post("/certificates/bulk", &body).await?;
    started(session, "/certificates/bulk", answer, wait).await
}

/// Shows an operation that was started; at its end, when that is waited for.
async fn started(
    session: &mut Session<'_>,
    path: &str,
    mut answer: Value,
    wait: bool,
) -> Result<Exit, Failure> {
    if confirmations::waits(&answer) {
        let shown = confirmations::asked(session.console, &format!("POST {path}"), &answer)?;
        // What was waited for has not happened.
        return Ok(if wait { Exit::Negative } else { shown });
    }
    let read = |answer: &Value| {
        Operation::deserialize(answer)
            .map_err(|error| Failure::Answer { what: format!("POST {path}"), detail: error.to_string() })
    };
    let mut operation = read(&answer)?;
    let id = operation.id.clone();
    let end = Instant::now() + session.wait_limit;
    while wait && !matches!(operation.state, OperationState::Completed | OperationState::Cancelled) {
        if Instant::now() >= end {
            return Err(Failure::TimedOut {
                what: format!("{id} is at {} of {}", operation.processed, operation.selected),
                next: format!("it goes on: certctl bulk show {id}"),
            });
        }
        tokio::time::sleep(LOOK).await;
        answer = session.client.read(&format!("/operations/{id}")).await?;
        operation = read(&answer)?;
    }
    session.console.object(&format!("POST {path}"), &answer, COLUMNS)?;
    if !wait {
        session.console.hint(&format!("it is under way: certctl bulk show {id}"))?;
        return Ok(Exit::Ok);
    }
    if operation.failed > 0 || operation.state == OperationState::Cancelled {
        session.console.hint(&format!("the causes: certctl bulk items {id} --result failed"))?;
        return Ok(Exit::Negative);
    }
    Ok(Exit::Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_can_be_none() {
        assert_eq!(or_none::<OwnerId>("none").unwrap(), OrNone(None));
        assert_eq!(or_none::<OwnerId>("o-a").unwrap(), OrNone(Some("o-a".parse().unwrap())));
        assert!(or_none::<OwnerId>("t-a").is_err());
    }
}
