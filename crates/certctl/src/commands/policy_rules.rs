//! `certctl policies`: what the inventory must obey, what breaks it, and what a rule would hit.
//!
//! Not for: when certificates are renewed (`renewal-policies`). Invariant: parameters are sent as given; the schema of
//! their kind is the server's.

use certctl_api::policy_rules::{
    CreatePolicyRule, PolicyPreview, PolicyRule, PolicyRuleKind, PreviewPolicyRule, UpdatePolicyRule,
};
use certctl_core::certificate::KeyStrategy;
use certctl_core::id::{IssuerId, OwnerId, PolicyRuleId, ProfileId, RenewalPolicyId, TeamId};
use certctl_core::rule::{RuleKind, RuleMode, RuleSeverity, Selector};
use clap::{Args, Subcommand};
use serde_json::{Map, Value};

use crate::arguments::{ConfigArguments, one_of};
use crate::commands::issuers::{kinds, pretty, schema_fields};
use crate::commands::violations;
use crate::failure::Failure;
use crate::output::{Exit, Tone};
use crate::query::{Paging, Query, list};
use crate::session::Session;
use crate::table::{Column, or_dash};

/// `certctl policies ...`
#[derive(Debug, Subcommand)]
pub(crate) enum PolicyRules {
    /// All policy rules
    List {
        #[command(flatten)]
        paging: Paging,
    },
    /// One policy rule
    Show {
        /// Such as pr-owners
        id: PolicyRuleId,
    },
    /// A new policy rule; try it with `preview` first
    Create {
        /// A chosen id, such as pr-owners
        #[arg(long)]
        id: Option<PolicyRuleId>,
        /// Its name, for people
        #[arg(long)]
        name: String,
        /// Such as MaxLifetime; `certctl policies kinds` lists them
        #[arg(long, value_parser = one_of(RuleKind::ALL, RuleKind::as_str), ignore_case = true)]
        kind: RuleKind,
        #[command(flatten)]
        parameters: ConfigArguments,
        #[command(flatten)]
        selector: Box<Chosen>,
        #[command(flatten)]
        manner: Manner,
    },
    /// Change a policy rule
    Update {
        /// Such as pr-owners
        id: PolicyRuleId,
        #[command(flatten)]
        changes: Box<Changes>,
    },
    /// Delete a policy rule; its violations are closed
    Delete {
        /// Such as pr-owners
        id: PolicyRuleId,
    },
    /// The kinds of policy rules, with the schema of their parameters
    Kinds,
    /// What breaks a policy rule
    Violations {
        /// Such as pr-owners
        id: PolicyRuleId,
        #[command(flatten)]
        paging: Paging,
    },
    /// What a rule would hit, without storing it
    Preview {
        /// Such as MaxLifetime
        #[arg(long, value_parser = one_of(RuleKind::ALL, RuleKind::as_str), ignore_case = true)]
        kind: RuleKind,
        #[command(flatten)]
        parameters: ConfigArguments,
        #[command(flatten)]
        selector: Box<Chosen>,
    },
}

/// What a rule does about a breach.
#[derive(Debug, Args)]
pub(crate) struct Manner {
    /// What it is for
    #[arg(long)]
    description: Option<String>,
    /// How bad a breach is; Error when absent
    #[arg(long, value_parser = one_of(RuleSeverity::ALL, RuleSeverity::as_str), ignore_case = true)]
    severity: Option<RuleSeverity>,
    /// enforce refuses a breach, observe records it; observe when absent
    #[arg(long, value_parser = one_of(RuleMode::ALL, RuleMode::as_str), ignore_case = true)]
    mode: Option<RuleMode>,
    /// Whether it is switched on
    #[arg(long, value_name = "true|false")]
    enabled: Option<bool>,
}

/// For which certificates a rule holds.
#[derive(Debug, Clone, Args)]
pub(crate) struct Chosen {
    /// Only for certificates of these teams, with commas
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    team: Vec<TeamId>,
    /// Only in these environments, with commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    environment: Vec<String>,
    /// Only for certificates of these owners, with commas
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    owner: Vec<OwnerId>,
    /// Only for those of these issuers, with commas
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    issuer: Vec<IssuerId>,
    /// Only under these profiles, with commas
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    profile: Vec<ProfileId>,
    /// Only for those that follow these renewal policies, with commas
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    renewal_policy: Vec<RenewalPolicyId>,
    /// Only for those with one of these tags, with commas
    #[arg(long, value_name = "TAGS", value_delimiter = ',')]
    tag: Vec<String>,
    /// Only for those with one of these key strategies, with commas
    #[arg(long, value_delimiter = ',', value_parser = one_of(KeyStrategy::ALL, KeyStrategy::as_str), ignore_case = true)]
    key_strategy: Vec<KeyStrategy>,
}

impl Chosen {
    /// The selector, if any part of it was given.
    fn selector(&self) -> Option<Selector> {
        let selector = Selector {
            team_ids: self.team.clone(),
            environments: self.environment.clone(),
            owner_ids: self.owner.clone(),
            issuer_ids: self.issuer.clone(),
            profile_ids: self.profile.clone(),
            policy_ids: self.renewal_policy.clone(),
            tags: self.tag.clone(),
            key_strategies: self.key_strategy.clone(),
        };
        (selector != Selector::default()).then_some(selector)
    }
}

/// What can be changed of a rule.
#[derive(Debug, Args)]
// clap takes no flattened flags into a group by itself.
#[group(required = true, multiple = true, args = ["name", "config", "fields", "everything", "team", "environment", "owner", "issuer", "profile", "renewal_policy", "tag", "key_strategy", "description", "severity", "mode", "enabled"])]
pub(crate) struct Changes {
    /// Its name, for people
    #[arg(long)]
    name: Option<String>,
    /// All parameters anew, JSON or YAML; `-` for standard input
    #[arg(long, value_name = "FILE")]
    config: Option<std::path::PathBuf>,
    /// One parameter, NAME=VALUE; the others stay as they are unless --config is given
    #[arg(long = "set", value_name = "NAME=VALUE")]
    fields: Vec<String>,
    /// For all certificates
    #[arg(long)]
    everything: bool,
    #[command(flatten)]
    selector: Chosen,
    #[command(flatten)]
    manner: Manner,
}

const fn tone(severity: RuleSeverity) -> Tone {
    match severity {
        RuleSeverity::Warning => Tone::Plain,
        RuleSeverity::Error => Tone::Notice,
        RuleSeverity::Critical => Tone::Bad,
    }
}

const COLUMNS: &[Column<PolicyRule>] = &[
    Column::new("Id", |rule, _| rule.id.to_string()),
    Column::new("Name", |rule, _| rule.name.clone()),
    Column::new("Kind", |rule, _| rule.kind.to_string()),
    Column::new("Mode", |rule, _| if rule.enabled { rule.mode.to_string() } else { "off".to_owned() }),
    Column::toned("Severity", |rule, _| rule.severity.to_string(), |rule| tone(rule.severity)),
    Column::new(
        "Checked",
        |rule, view| {
            if rule.sweeping { "under way".to_owned() } else { view.time(rule.swept_at) }
        },
    ),
    Column::wide("Created", |rule, view| view.time(rule.created_at)),
    Column::wide("Changed", |rule, view| view.time(rule.updated_at)),
    Column::show("Revision", |rule, _| rule.revision.to_string()),
    Column::show("Description", |rule, _| or_dash(rule.description.as_ref())),
    Column::show("Parameters", |rule, _| pretty(&rule.parameters)),
    Column::show("Holds for", |rule, _| holds_for(&rule.selector)),
];

fn holds_for(selector: &Selector) -> String {
    if *selector == Selector::default() {
        return "all certificates".to_owned();
    }
    let value = serde_json::to_value(selector).unwrap_or_default();
    let parts = value.as_object().into_iter().flatten();
    let set: Map<String, Value> = parts
        .filter(|(_, part)| part.as_array().is_some_and(|part| !part.is_empty()))
        .map(|(name, part)| (name.clone(), part.clone()))
        .collect();
    pretty(&Value::Object(set))
}

const KIND_COLUMNS: &[Column<PolicyRuleKind>] = &[
    Column::new("Kind", |kind, _| kind.kind.to_string()),
    Column::new("Title", |kind, _| kind.title.clone()),
    Column::new("Parameters", |kind, _| schema_fields(&kind.schema)),
];

const PREVIEW_COLUMNS: &[Column<PolicyPreview>] = &[
    Column::new("Certificates", |preview, _| preview.certificates.to_string()),
    Column::new("Looked at", |preview, _| {
        let part = if preview.approximate { ", a part of them" } else { "" };
        format!("{}{part}", preview.checked)
    }),
    Column::new("Holds for", |preview, _| preview.selected.to_string()),
    Column::toned(
        "Broken by",
        |preview, _| preview.violations.to_string(),
        |preview| {
            if preview.violations > 0 { Tone::Notice } else { Tone::Plain }
        },
    ),
    Column::show("By team", |preview, _| {
        let team = |team: &certctl_api::policy_rules::PreviewedTeam| {
            format!("{}: {}", or_dash(team.team_id.as_ref()), team.violations)
        };
        preview.by_team.iter().map(team).collect::<Vec<_>>().join(", ")
    }),
    Column::show("Such as", |preview, _| {
        let one = |one: &certctl_api::policy_rules::PreviewedBreach| {
            let details: Vec<&str> = one.breaches.iter().map(|breach| breach.detail.as_str()).collect();
            format!("{}: {}", one.certificate_id, details.join("; "))
        };
        preview.sample.iter().map(one).collect::<Vec<_>>().join("\n")
    }),
];

fn parameters(given: &ConfigArguments) -> Result<Value, Failure> {
    Ok(given.value()?.unwrap_or_else(|| Value::Object(Map::new())))
}

impl PolicyRules {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::List { paging } => list(session, "/policies", Query::default(), paging, COLUMNS).await,
            Self::Show { id } => session.show(&format!("/policies/{id}"), COLUMNS).await,
            Self::Create { id, name, kind, parameters: given, selector, manner } => {
                let body = CreatePolicyRule {
                    id: id.clone(),
                    name: name.clone(),
                    description: manner.description.clone(),
                    kind: *kind,
                    parameters: parameters(given)?,
                    selector: selector.selector(),
                    severity: manner.severity,
                    mode: manner.mode,
                    enabled: manner.enabled,
                };
                session.post("/policies", &body, COLUMNS).await
            }
            Self::Update { id, changes } => update(session, id, changes).await,
            Self::Delete { id } => {
                session.delete(&format!("/policies/{id}"), &format!("{id} is deleted")).await
            }
            Self::Kinds => kinds(session, "/policy-kinds", KIND_COLUMNS).await,
            Self::Violations { id, paging } => {
                let path = format!("/policies/{id}/violations");
                list(session, &path, Query::default(), paging, violations::COLUMNS).await
            }
            Self::Preview { kind, parameters: given, selector } => {
                let body = PreviewPolicyRule {
                    kind: *kind,
                    parameters: parameters(given)?,
                    selector: selector.selector(),
                };
                session.post("/policies/preview", &body, PREVIEW_COLUMNS).await
            }
        }
    }
}

async fn update(session: &mut Session<'_>, id: &PolicyRuleId, changes: &Changes) -> Result<Exit, Failure> {
    let path = format!("/policies/{id}");
    let given = ConfigArguments { config: changes.config.clone(), fields: changes.fields.clone() };
    // The API replaces parameters as a whole: single ones are set into the present ones.
    let parameters = if changes.config.is_none() && !changes.fields.is_empty() {
        let present: Value = session.client.read(&path).await?;
        Some(given.onto(present["parameters"].clone())?)
    } else {
        given.value()?
    };
    let everything = changes.everything.then(Selector::default);
    let body = UpdatePolicyRule {
        name: changes.name.clone(),
        description: changes.manner.description.clone().map(Some),
        parameters,
        selector: everything.or_else(|| changes.selector.selector()),
        severity: changes.manner.severity,
        mode: changes.manner.mode,
        enabled: changes.manner.enabled,
    };
    session.patch(&path, &body, COLUMNS).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selector_is_said_by_the_parts_that_are_set() {
        assert_eq!(holds_for(&Selector::default()), "all certificates");
        let selector = Selector { environments: vec!["lab".to_owned()], ..Selector::default() };
        let said = holds_for(&selector);
        assert!(said.contains("lab") && !said.contains("team_ids"), "{said}");
    }
}
