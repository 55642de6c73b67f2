//! What needs a person: one need for each cause, with all that it touches, the most pressing first.
//!
//! | file | what |
//! |---|---|
//! | `needs.rs` | counts to needs |
//! | `needs/draft.rs` | one need while it is put together |
//! | `needs/quiet.rs` | what a caller does not want to see for a while |
//!
//! A certificate in trouble is counted where its first cause is: its host being out of reach, then its issuer not answering,
//! then what is wrong with itself. Not for: closing anything, or notifications. Invariants: a need stands for rows, and
//! names the list that shows them; only actions that the caller may take are offered.

mod draft;
pub mod quiet;

use std::collections::{BTreeMap, BTreeSet};

use certctl_api::needs::{Need, NeedBand, Needs};
use certctl_core::alert::{AlertKind, AlertSeverity};
use certctl_core::condition::Condition;
use certctl_core::job::JobState;
use certctl_core::permission::{Role, Scope};
use certctl_store::Tx;
use certctl_store::needs::{self as store, AlertGroup, AwayRow, SilentIssuer, TroubleRow, WaitingRow};
use serde_json::json;

use self::draft::{Act, Draft};
use super::stats::{key_of, list};
use crate::app::App;
use crate::counts::{Counted, counted};
use crate::error::Error;

/// Hosts that a filter leaves out by name; when more are out of reach, a need's list may hold some of theirs too.
const NAMED_HOSTS: usize = 20;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The caller's role.
    pub role: Role,
    /// What is looked at.
    pub scope: Scope,
    /// What the caller may see, which may be more.
    pub own: Scope,
    /// The caller, by whom needs are hidden.
    pub caller: String,
    /// Only those of this band.
    pub band: Option<NeedBand>,
    /// Whether those that the caller has hidden are answered too.
    pub hidden: bool,
    /// The most that are answered.
    pub limit: usize,
}

/// What needs a person, within a scope.
///
/// # Errors
/// Those of the store.
pub async fn find(app: &App, wanted: Wanted) -> Result<Needs, Error> {
    let Wanted { role, scope, own, caller, band, hidden, limit } = wanted;
    let Counted { value: drafts, as_of } = found(app, scope).await?;
    let quiet = quiet::hidden(app, own, caller).await?;
    let mut items: Vec<Need> = drafts.iter().map(|draft| draft.need(as_of, role)).collect();
    items.retain(|need| band.is_none_or(|wanted| wanted == need.band));
    for need in &mut items {
        if let Some(row) = quiet.get(&need.id) {
            need.hidden_until = Some(row.until);
            need.hidden_until_change = row.seen.is_some();
            need.hidden_because.clone_from(&row.reason);
        }
    }
    let order = |band: NeedBand| match band {
        NeedBand::Urgent => 0,
        NeedBand::Week => 1,
        NeedBand::Waiting => 2,
        NeedBand::Later => 3,
    };
    items.sort_by(|a, b| {
        let place = |need: &Need| (order(need.band), need.deadline.is_none(), need.deadline);
        place(a).cmp(&place(b)).then_with(|| weight(b).cmp(&weight(a))).then_with(|| a.id.cmp(&b.id))
    });
    let is_quiet =
        |need: &&Need| need.alerts.snoozed > 0 && need.alerts.open == 0 && need.alerts.acknowledged == 0;
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let (total, snoozed) = (count(items.len()), count(items.iter().filter(is_quiet).count()));
    let n_hidden = count(items.iter().filter(|need| need.hidden_until.is_some()).count());
    items.retain(|need| hidden || need.hidden_until.is_none());
    items.truncate(limit);
    Ok(Needs { as_of, total, snoozed, hidden: n_hidden, items })
}

/// The needs within a scope, in any order, as they were counted.
async fn found(app: &App, scope: Scope) -> Result<Counted<Vec<Draft>>, Error> {
    counted(app, format!("needs:{}", key_of(&scope)), move |tx| drafts(tx, &scope)).await
}

/// What a need touches, production twice.
fn weight(need: &Need) -> i64 {
    let in_production = need.blast.environments.iter().any(|name| name.starts_with("prod"));
    (need.blast.certificates + need.blast.targets) * if in_production { 2 } else { 1 }
}

/// The needs, in any order.
fn drafts(tx: &mut Tx<'_>, scope: &Scope) -> Result<Vec<Draft>, Error> {
    let away: BTreeMap<String, AwayRow> =
        store::away(tx)?.into_iter().map(|row| (row.id.to_string(), row)).collect();
    let silent: BTreeMap<String, SilentIssuer> =
        store::silent_issuers(tx)?.into_iter().map(|row| (row.issuer_id.to_string(), row)).collect();
    let mut board = Board { away, silent, drafts: BTreeMap::new() };
    for row in store::troubles(tx, scope)? {
        board.trouble(&row);
    }
    for row in store::waiting(tx, scope)? {
        board.waiting(&row);
    }
    let silent: Vec<String> = board.silent.keys().cloned().collect();
    for issuer in silent {
        board.draft("issuer_unreachable", &issuer);
    }
    for group in store::alerts(tx, scope)? {
        board.alerts(&group);
    }
    let Board { away, mut drafts, .. } = board;
    for draft in drafts.values_mut() {
        draft.finish(&away);
    }
    Ok(drafts.into_values().collect())
}

/// What is known so far.
struct Board {
    away: BTreeMap<String, AwayRow>,
    silent: BTreeMap<String, SilentIssuer>,
    drafts: BTreeMap<String, Draft>,
}

impl Board {
    /// The need of a cause, made when it is not there.
    fn draft(&mut self, code: &'static str, about: &str) -> &mut Draft {
        let id = if about.is_empty() { code.to_owned() } else { format!("{code}:{about}") };
        let (away, silent) = (&self.away, &self.silent);
        self.drafts.entry(id.clone()).or_insert_with(|| {
            let mut draft = Draft::new(id, code, about);
            match code {
                "agent_offline" => {
                    draft.params.insert("agent_id".to_owned(), json!(about));
                    if let Some(row) = away.get(about) {
                        draft.params.insert("name".to_owned(), json!(row.name));
                        draft.params.insert("last_seen_at".to_owned(), json!(row.last_seen_at));
                        draft.since = row.last_seen_at;
                    }
                    draft.acts.push(Act::LookAtAgent(about.to_owned()));
                }
                "issuer_unreachable" => {
                    draft.params.insert("issuer_id".to_owned(), json!(about));
                    if let Some(row) = silent.get(about) {
                        draft.params.insert("name".to_owned(), json!(row.name));
                        draft.params.insert("failures".to_owned(), json!(row.failures));
                        draft.params.insert("cause".to_owned(), json!(row.cause));
                        draft.since = Some(row.since);
                    }
                    draft.acts.push(Act::TestIssuer(about.to_owned()));
                }
                "expired" | "renewal_failing" => {
                    draft.params.insert("issuer_id".to_owned(), json!(about));
                    draft.acts.push(Act::Renew);
                    draft.acts.push(Act::TestIssuer(about.to_owned()));
                }
                "not_verified_live" => {
                    draft.params.insert("agent_id".to_owned(), json!(about));
                    draft.acts.push(Act::Deploy);
                    draft.acts.push(Act::LookAtAgent(about.to_owned()));
                }
                "approvals_waiting" => draft.acts.push(Act::Approve),
                "csr_waiting" => draft.acts.push(Act::UploadCsr),
                _ => {}
            }
            draft
        })
    }

    /// Certificates in trouble, where their first cause is.
    fn trouble(&mut self, row: &TroubleRow) {
        let issuer = row.issuer_id.to_string();
        let (code, about) = match row.condition {
            Condition::Revoked
            | Condition::Renewing
            | Condition::Pending
            | Condition::Healthy
            | Condition::Archived => return,
            _ if self.away.contains_key(&row.holder) => ("agent_offline", row.holder.clone()),
            // Without that they are the scheduler's, or somebody's who waits: see `waiting`.
            Condition::Due | Condition::Waiting => return,
            Condition::Unverified => ("not_verified_live", row.holder.clone()),
            Condition::Expired | Condition::Failing if self.silent.contains_key(&issuer) => {
                ("issuer_unreachable", issuer)
            }
            Condition::Expired => ("expired", issuer),
            Condition::Failing => ("renewal_failing", issuer),
        };
        let draft = self.draft(code, &about);
        draft.conditions.insert(row.condition);
        draft.touch(row.certificates, row.targets, &row.environment, row.ends_at, &row.sample_id);
        if let Some(error) = &row.error
            && row.condition == Condition::Failing
        {
            draft.params.insert("last_error".to_owned(), json!(error));
        }
    }

    /// Jobs that wait for a person.
    fn waiting(&mut self, row: &WaitingRow) {
        let code = if row.state == JobState::AwaitingApproval { "approvals_waiting" } else { "csr_waiting" };
        let draft = self.draft(code, "");
        draft.band = Some(NeedBand::Waiting);
        draft.jobs += row.jobs;
        draft.since = match (draft.since, row.since) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        draft.touch(row.certificates, row.targets, &row.environment, row.deadline, &row.sample_id);
    }

    /// Alerts: they say whether somebody knows, and what is not about certificates.
    fn alerts(&mut self, group: &AlertGroup) {
        let known =
            |board: &Self, ids: &[String]| ids.iter().find(|id| board.drafts.contains_key(*id)).cloned();
        let found = match group.kind {
            AlertKind::RenewalFailing => known(
                self,
                &[
                    format!("renewal_failing:{}", group.issuer_id),
                    format!("issuer_unreachable:{}", group.issuer_id),
                ],
            ),
            AlertKind::CertificateExpiring if group.code == "expired" => {
                known(self, &[format!("expired:{}", group.issuer_id)])
            }
            AlertKind::NotVerifiedLive => known(self, &[format!("not_verified_live:{}", group.agent_id)]),
            AlertKind::AgentOffline if !group.agent_id.is_empty() => {
                Some(self.draft("agent_offline", &group.agent_id).id.clone())
            }
            AlertKind::IssuerUnreachable if !group.issuer_id.is_empty() => {
                Some(self.draft("issuer_unreachable", &group.issuer_id).id.clone())
            }
            AlertKind::CertificateExpiring
            | AlertKind::JobStuck
            | AlertKind::AgentOffline
            | AlertKind::IssuerUnreachable
            | AlertKind::OwnCertificateExpiring
            | AlertKind::BackupOverdue
            | AlertKind::NotificationDead
            | AlertKind::Rule => {
                let draft = self.draft(group.kind.as_str(), &group.rule_id);
                if draft.of_alerts == 0 {
                    draft.params.insert("title".to_owned(), json!(group.title));
                }
                draft.of_alerts += group.alerts;
                let mut filters = vec![("kind", group.kind.to_string())];
                if !group.rule_id.is_empty() {
                    draft.params.insert("rule_id".to_owned(), json!(group.rule_id));
                    filters.push(("rule_id", group.rule_id.clone()));
                }
                draft.rows = Some(list("/alerts", &filters));
                let band = match group.severity {
                    AlertSeverity::Critical => NeedBand::Urgent,
                    AlertSeverity::Warning => NeedBand::Week,
                    AlertSeverity::Info => NeedBand::Later,
                };
                draft.band = Some(draft.band.map_or(band, |known| known.min(band)));
                Some(draft.id.clone())
            }
        };
        if let Some(draft) = found.and_then(|id| self.drafts.get_mut(&id)) {
            draft.count_alerts(group);
        }
    }
}

/// The conditions as a filter has them.
fn joined(conditions: &BTreeSet<Condition>) -> String {
    conditions.iter().map(|condition| condition.as_str()).collect::<Vec<_>>().join(",")
}
