//! One need while it is put together, and as its caller is shown it.
//!
//! Not for: where a certificate belongs (`needs.rs`). Invariant: what a need counts and what its list shows follow from the
//! same conditions.

use std::collections::{BTreeMap, BTreeSet};

use certctl_api::needs::{BlastRadius, Need, NeedAction, NeedAlerts, NeedBand};
use certctl_api::stats::RowsFilter;
use certctl_core::alert::AlertState;
use certctl_core::condition::Condition;
use certctl_core::id::CertificateId;
use certctl_core::permission::{Permission, Role};
use certctl_core::time::Ts;
use certctl_store::needs::{AlertGroup, AwayRow};
use serde_json::{Map, Value, json};

use super::{NAMED_HOSTS, joined};
use crate::ops::stats::{certificates_where, list};

/// 48 hours.
const URGENT_SECONDS: i64 = 2 * 86_400;
/// A week.
const WEEK_SECONDS: i64 = 7 * 86_400;

/// What can be done about a need.
#[derive(Debug, Clone)]
pub(super) enum Act {
    /// Renew what it touches.
    Renew,
    /// Deploy it once more.
    Deploy,
    /// Say yes or no.
    Approve,
    /// Bring CSRs.
    UploadCsr,
    /// See whether an issuer answers.
    TestIssuer(String),
    /// See what an agent says of itself.
    LookAtAgent(String),
}

/// A need.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) id: String,
    code: &'static str,
    about: String,
    pub(super) params: Map<String, Value>,
    pub(super) since: Option<Ts>,
    pub(super) band: Option<NeedBand>,
    deadline: Option<Ts>,
    pub(super) conditions: BTreeSet<Condition>,
    certificates: i64,
    targets: i64,
    pub(super) jobs: i64,
    pub(super) of_alerts: i64,
    environments: BTreeSet<String>,
    sample_id: Option<CertificateId>,
    pub(super) rows: Option<RowsFilter>,
    pub(super) acts: Vec<Act>,
    alerts: NeedAlerts,
}

impl Draft {
    pub(super) fn new(id: String, code: &'static str, about: &str) -> Self {
        Self {
            id,
            code,
            about: about.to_owned(),
            params: Map::new(),
            since: None,
            band: None,
            deadline: None,
            conditions: BTreeSet::new(),
            certificates: 0,
            targets: 0,
            jobs: 0,
            of_alerts: 0,
            environments: BTreeSet::new(),
            sample_id: None,
            rows: None,
            acts: Vec::new(),
            alerts: NeedAlerts { open: 0, acknowledged: 0, snoozed: 0, snoozed_until: None },
        }
    }

    /// It touches these too.
    pub(super) fn touch(
        &mut self,
        certificates: i64,
        targets: i64,
        environment: &str,
        deadline: Option<Ts>,
        sample: &CertificateId,
    ) {
        self.certificates += certificates;
        self.targets += targets;
        if !environment.is_empty() {
            self.environments.insert(environment.to_owned());
        }
        // What has no end is stored as the year 9999.
        let deadline = deadline.filter(|at| *at < certctl_core::inventory::NO_END);
        if let Some(at) = deadline
            && self.deadline.is_none_or(|known| at < known)
        {
            self.deadline = Some(at);
            self.sample_id = Some(sample.clone());
        }
        if self.sample_id.is_none() {
            self.sample_id = Some(sample.clone());
        }
    }

    /// These alerts are about it.
    pub(super) fn count_alerts(&mut self, group: &AlertGroup) {
        match group.state {
            AlertState::Open => self.alerts.open += group.alerts,
            AlertState::Acknowledged => self.alerts.acknowledged += group.alerts,
            AlertState::Snoozed => {
                self.alerts.snoozed += group.alerts;
                self.alerts.snoozed_until = self.alerts.snoozed_until.max(group.snoozed_until);
            }
            AlertState::Closed => {}
        }
        self.since = match (self.since, group.since) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }

    /// How soon it turns into an outage.
    fn band(&self, now: Ts) -> NeedBand {
        let by_deadline = match self.deadline.map(|at| at.seconds_since(now)) {
            Some(left) if left <= URGENT_SECONDS => NeedBand::Urgent,
            Some(left) if left <= WEEK_SECONDS => NeedBand::Week,
            Some(_) | None => NeedBand::Later,
        };
        self.band.unwrap_or(by_deadline)
    }

    /// What it is like: another text says that it has changed for whoever looked at it before.
    pub(super) fn seen(&self, now: Ts) -> String {
        let Self { certificates, targets, jobs, of_alerts, .. } = self;
        format!("{} {certificates} {targets} {jobs} {of_alerts}", self.band(now))
    }

    /// The list that shows what it touches, once all of it is known.
    pub(super) fn finish(&mut self, away: &BTreeMap<String, AwayRow>) {
        if self.rows.is_some() {
            return;
        }
        let condition = || ("condition", joined(&self.conditions));
        let mut filters = match self.code {
            "approvals_waiting" => {
                self.rows = Some(list("/approvals", &[]));
                return;
            }
            "csr_waiting" => {
                self.rows = Some(list("/jobs", &[("state", "AwaitingCSR".to_owned())]));
                return;
            }
            "agent_offline" if self.conditions.is_empty() => vec![("agent_id", self.about.clone())],
            "agent_offline" => vec![("agent_id", self.about.clone()), condition()],
            "not_verified_live" if self.about.is_empty() || self.about == "external" => vec![condition()],
            "not_verified_live" => vec![("agent_id", self.about.clone()), condition()],
            _ if self.conditions.is_empty() => vec![("issuer_id", self.about.clone())],
            _ => vec![("issuer_id", self.about.clone()), condition()],
        };
        let by_issuer = filters.iter().any(|(name, _)| *name == "issuer_id") && !self.conditions.is_empty();
        if by_issuer && !away.is_empty() && away.len() <= NAMED_HOSTS {
            let left_out: Vec<String> = away.keys().map(|id| format!("-{id}")).collect();
            filters.push(("agent_id", left_out.join(",")));
        }
        self.rows = Some(certificates_where(&filters));
    }

    fn title(&self) -> String {
        let n = |n: i64, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
        let certificates = n(self.certificates, "certificate", "certificates");
        let name = self.params.get("name").and_then(Value::as_str).unwrap_or(&self.about);
        match self.code {
            "agent_offline" if self.certificates == 0 => format!("{name} is out of reach"),
            "agent_offline" => format!("{name} is out of reach and holds the keys of {certificates}"),
            "issuer_unreachable" if self.certificates == 0 => format!("{name} does not answer"),
            "issuer_unreachable" => format!("{name} does not answer: {certificates} cannot be renewed"),
            "expired" => format!("{certificates} of {name} expired"),
            "renewal_failing" => format!("{certificates} of {name} cannot be renewed"),
            "not_verified_live" => format!("{certificates} on {name} not seen live"),
            "approvals_waiting" => format!("{} for a yes", n(self.jobs, "job waits", "jobs wait")),
            "csr_waiting" => format!("{} for an operator's CSR", n(self.jobs, "job waits", "jobs wait")),
            _ => match self.params.get("title").and_then(Value::as_str) {
                // The name of a rule stands for all of its alerts.
                Some(title) if self.of_alerts > 1 && self.code != "rule" => format!("{title}, and others"),
                Some(title) => title.to_owned(),
                None => self.code.replace('_', " "),
            },
        }
    }

    /// As its caller is shown it.
    pub(super) fn need(&self, now: Ts, role: Role) -> Need {
        let mut params = self.params.clone();
        params.remove("title");
        params.insert("certificates".to_owned(), json!(self.certificates));
        let has_alerts = self.alerts.open + self.alerts.acknowledged + self.alerts.snoozed > 0;
        let acknowledge = (self.alerts.open > 0).then_some((
            "acknowledge",
            Permission::AlertsOperate,
            "POST",
            "/alerts/acknowledge".to_owned(),
        ));
        let snooze =
            has_alerts.then_some(("look_at_alerts", Permission::AlertsRead, "GET", "/alerts".to_owned()));
        let actions = self.acts.iter().map(Act::offer).chain(acknowledge).chain(snooze);
        let actions = actions
            .filter(|(_, permission, ..)| role.allows(*permission))
            .map(|(code, permission, method, path)| NeedAction {
                code: code.to_owned(),
                permission,
                method: method.to_owned(),
                path,
            })
            .collect();
        Need {
            id: self.id.clone(),
            code: self.code.to_owned(),
            params: Value::Object(params),
            title: self.title(),
            band: self.band(now),
            deadline: self.deadline,
            since: self.since,
            blast: BlastRadius {
                certificates: self.certificates,
                targets: self.targets,
                environments: self.environments.iter().cloned().collect(),
            },
            rows: self.rows.clone().unwrap_or_else(|| certificates_where(&[])),
            sample_id: self.sample_id.clone(),
            alerts: self.alerts.clone(),
            hidden_until: None,
            hidden_until_change: false,
            hidden_because: None,
            actions,
        }
    }
}

impl Act {
    fn offer(&self) -> (&'static str, Permission, &'static str, String) {
        let bulk = || "/certificates/bulk".to_owned();
        match self {
            Self::Renew => ("renew", Permission::CertificatesBulk, "POST", bulk()),
            Self::Deploy => ("deploy", Permission::CertificatesBulk, "POST", bulk()),
            Self::Approve => ("approve", Permission::JobsApprove, "GET", "/approvals".to_owned()),
            Self::UploadCsr => ("upload_csr", Permission::CertificatesRenew, "GET", "/jobs".to_owned()),
            Self::TestIssuer(id) => {
                ("test_issuer", Permission::IssuersManage, "POST", format!("/issuers/{id}/test"))
            }
            Self::LookAtAgent(id) => {
                ("look_at_agent", Permission::AgentsRead, "GET", format!("/agents/{id}"))
            }
        }
    }
}
