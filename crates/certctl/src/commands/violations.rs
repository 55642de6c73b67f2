//! `certctl violations`: certificates that break a policy rule.
//!
//! Not for: the rules (`policies`). Invariant: nothing here closes a violation; it ends when the certificate is put right.

use certctl_api::violations::Violation;
use certctl_core::id::{CertificateId, OwnerId, PolicyRuleId, TeamId, ViolationId};
use certctl_core::rule::{RuleKind, RuleSeverity, ViolationState};
use clap::{Args, Subcommand};

use crate::arguments::one_of;
use crate::failure::Failure;
use crate::output::{Exit, Tone};
use crate::query::{Paging, Query, list};
use crate::session::Session;
use crate::table::{Column, or_dash};

/// `certctl violations ...`
#[derive(Debug, Subcommand)]
pub(crate) enum Violations {
    /// Violations that are open, the latest first
    List {
        #[command(flatten)]
        filters: Box<Filters>,
        #[command(flatten)]
        paging: Paging,
    },
    /// One violation
    Show {
        /// Such as pv-...
        id: ViolationId,
    },
}

/// Which violations.
#[derive(Debug, Args)]
pub(crate) struct Filters {
    /// Any of these states; open ones when absent
    #[arg(long, value_delimiter = ',', value_parser = one_of(ViolationState::ALL, ViolationState::as_str), ignore_case = true)]
    state: Vec<ViolationState>,
    /// Of this rule
    #[arg(long, value_name = "ID")]
    rule: Option<PolicyRuleId>,
    /// Of rules of any of these kinds
    #[arg(long, value_delimiter = ',', value_parser = one_of(RuleKind::ALL, RuleKind::as_str), ignore_case = true)]
    kind: Vec<RuleKind>,
    /// Any of these severities
    #[arg(long, value_delimiter = ',', value_parser = one_of(RuleSeverity::ALL, RuleSeverity::as_str), ignore_case = true)]
    severity: Vec<RuleSeverity>,
    /// By this certificate
    #[arg(long, value_name = "ID")]
    certificate: Option<CertificateId>,
    /// Of this owner's certificates
    #[arg(long, value_name = "ID")]
    owner: Option<OwnerId>,
    /// Of this team's certificates
    #[arg(long, value_name = "ID")]
    team: Option<TeamId>,
    /// Of certificates in this environment
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,
}

fn commas<T: ToString>(values: &[T]) -> Option<String> {
    let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
    (!texts.is_empty()).then(|| texts.join(","))
}

impl Filters {
    fn query(&self) -> Query {
        Query::default()
            .with("state", commas(&self.state))
            .with("rule_id", self.rule.as_ref())
            .with("kind", commas(&self.kind))
            .with("severity", commas(&self.severity))
            .with("certificate_id", self.certificate.as_ref())
            .with("owner_id", self.owner.as_ref())
            .with("team_id", self.team.as_ref())
            .with("environment", self.environment.as_ref())
    }
}

const fn tone(severity: RuleSeverity) -> Tone {
    match severity {
        RuleSeverity::Warning => Tone::Plain,
        RuleSeverity::Error => Tone::Notice,
        RuleSeverity::Critical => Tone::Bad,
    }
}

/// The columns of a violation.
pub(crate) const COLUMNS: &[Column<Violation>] = &[
    Column::new("Id", |violation, _| violation.id.to_string()),
    Column::toned(
        "Severity",
        |violation, _| violation.severity.to_string(),
        |violation| tone(violation.severity),
    ),
    Column::new("Certificate", |violation, _| violation.certificate_id.to_string()),
    Column::new("Rule", |violation, _| violation.rule_id.to_string()),
    Column::new("What", |violation, _| {
        let first = violation.breaches.first().map_or("-", |breach| breach.detail.as_str());
        match violation.breaches.len() {
            0 | 1 => first.to_owned(),
            n => format!("{first} (and {} more)", n - 1),
        }
    }),
    Column::new("Since", |violation, view| view.time(violation.opened_at)),
    Column::wide("State", |violation, _| violation.state.to_string()),
    Column::wide("Owner", |violation, _| or_dash(violation.owner_id.as_ref())),
    Column::wide("Team", |violation, _| or_dash(violation.team_id.as_ref())),
    Column::wide("Environment", |violation, _| or_dash(violation.environment.as_ref())),
    Column::show("Rule's name", |violation, _| violation.rule_name.clone()),
    Column::show("Kind", |violation, _| violation.rule_kind.to_string()),
    Column::show("All", |violation, _| {
        let line = |breach: &certctl_core::rule::Breach| format!("{} {}", breach.field, breach.detail);
        violation.breaches.iter().map(line).collect::<Vec<_>>().join("\n")
    }),
    Column::show("Changed", |violation, view| view.time(violation.changed_at)),
    Column::show("Closed", |violation, view| view.time(violation.closed_at)),
    Column::show("Because", |violation, _| or_dash(violation.closed_because.as_ref())),
];

impl Violations {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::List { filters, paging } => {
                list(session, "/violations", filters.query(), paging, COLUMNS).await
            }
            Self::Show { id } => session.show(&format!("/violations/{id}"), COLUMNS).await,
        }
    }
}
