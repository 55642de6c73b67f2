//! Policy rules over HTTP: their wire mapping, their kinds, and what one would hit.
//!
//! Not for: evaluating (core and `ops/policy_rules.rs`). Invariants: parameters that are kept were read by the function
//! that the evaluator reads them with; a preview stores nothing.

use certctl_api::policy_rules::{
    CreatePolicyRule, PolicyPreview, PolicyRule, PolicyRuleKind, PreviewPolicyRule, UpdatePolicyRule,
};
use certctl_core::id::PolicyRuleId;
use certctl_core::rule::{self, Rule, RuleKind, RuleMode, RuleSeverity, Selector, read_check};
use certctl_store::policy_rules::{self, PolicyRuleRow};
use serde_json::{Value, json};

use crate::http::settings::prelude::*;
use crate::ops::policy_rules::{MAX_RULES, check_referred, preview, rule as read_rule};

/// The most letters of a description.
pub const MAX_DESCRIPTION: usize = 1_000;
/// The most values of a part of a selector.
pub const MAX_SELECTED: usize = 100;

fn check_parameters(checks: &mut Checks, kind: RuleKind, parameters: &Value) {
    for bad in read_check(kind, parameters).err().unwrap_or_default() {
        checks.bad(format!("/parameters{}", bad.pointer), bad.detail);
    }
}

fn check_selector(checks: &mut Checks, selector: &Selector) {
    let parts = [
        ("team_ids", selector.team_ids.len()),
        ("environments", selector.environments.len()),
        ("owner_ids", selector.owner_ids.len()),
        ("issuer_ids", selector.issuer_ids.len()),
        ("profile_ids", selector.profile_ids.len()),
        ("policy_ids", selector.policy_ids.len()),
        ("tags", selector.tags.len()),
    ];
    for (part, n) in parts {
        if n > MAX_SELECTED {
            checks.bad(format!("/selector/{part}"), format!("at most {MAX_SELECTED}; there are {n}"));
        }
    }
    let texts = [("environments", &selector.environments, 200), ("tags", &selector.tags, 100)];
    for (part, values, max) in texts {
        for (at, text) in values.iter().enumerate() {
            checks.text(&format!("/selector/{part}/{at}"), text, max);
        }
    }
}

#[derive(Debug)]
enum PolicyRules {}

impl Noun for PolicyRules {
    type Row = PolicyRuleRow;
    type View = PolicyRule;
    type Create = CreatePolicyRule;
    type Update = UpdatePolicyRule;
    type New = PolicyRuleRow;
    const PATH: &'static str = "policies";

    fn view(row: PolicyRuleRow) -> Result<PolicyRule, Error> {
        let selector = serde_json::from_value(row.selector).map_err(Error::internal)?;
        Ok(PolicyRule {
            id: row.id,
            name: row.name,
            description: row.description,
            kind: row.kind,
            parameters: row.parameters,
            selector,
            severity: row.severity,
            mode: row.mode,
            enabled: row.enabled,
            sweeping: row.sweep_from.is_some(),
            swept_at: row.swept_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
            revision: row.revision,
        })
    }

    fn check(app: &App, request: CreatePolicyRule) -> Result<PolicyRuleRow, Error> {
        let mut checks = Checks::default();
        let name = checks.name(&request.name);
        checks.optional_text("/description", request.description.as_deref(), MAX_DESCRIPTION);
        check_parameters(&mut checks, request.kind, &request.parameters);
        let selector = request.selector.unwrap_or_default();
        check_selector(&mut checks, &selector);
        checks.finish()?;
        let now = app.now();
        Ok(PolicyRuleRow {
            id: request.id.unwrap_or_else(|| app.new_id()),
            name,
            description: request.description,
            kind: request.kind,
            parameters: request.parameters,
            selector: json!(selector),
            severity: request.severity.unwrap_or(RuleSeverity::Error),
            mode: request.mode.unwrap_or(RuleMode::Observe),
            enabled: request.enabled.unwrap_or(true),
            sweep_from: Some(String::new()),
            swept_at: None,
            deleted_at: None,
            created_at: now,
            updated_at: now,
            revision: 1,
        })
    }

    fn store(tx: &mut Tx<'_>, audit: &Context, new: &PolicyRuleRow) -> Result<PolicyRuleRow, Error> {
        check_referred(tx, &read_rule(new)?)?;
        if policy_rules::count(tx)? >= MAX_RULES {
            let detail = format!("there are {MAX_RULES} policy rules, and there can be no more: remove one");
            return Err(Error::conflict("too_many", detail, json!({ "limit": MAX_RULES })));
        }
        ops::create(tx, audit, new)
    }

    fn change(row: &mut PolicyRuleRow, update: UpdatePolicyRule, checks: &mut Checks) -> Result<(), Error> {
        set(&mut row.name, update.name.map(|name| checks.name(&name)));
        if let Some(description) = update.description {
            checks.optional_text("/description", description.as_deref(), MAX_DESCRIPTION);
            row.description = description;
        }
        if let Some(parameters) = update.parameters {
            check_parameters(checks, row.kind, &parameters);
            row.parameters = parameters;
        }
        if let Some(selector) = update.selector {
            check_selector(checks, &selector);
            row.selector = json!(selector);
        }
        set(&mut row.severity, update.severity);
        set(&mut row.mode, update.mode);
        set(&mut row.enabled, update.enabled);
        Ok(())
    }

    fn changed(
        tx: &mut Tx<'_>,
        _audit: &Context,
        before: &PolicyRuleRow,
        row: &PolicyRuleRow,
    ) -> Result<(), Error> {
        // What it referred to before may be gone by now, and does not stand in the way of another change.
        if before.parameters == row.parameters && before.selector == row.selector {
            return Ok(());
        }
        check_referred(tx, &read_rule(row)?)
    }
}

handlers! {
    PolicyRules, PolicyRule, PolicyRuleId => PolicyRule, CreatePolicyRule, UpdatePolicyRule;
    "policies" at "/policies" and "/policies/{id}": "policy rule", "a policy rule", "policy rules";
    read PoliciesRead, change PoliciesManage;
    create "A new policy rule. It is held against the whole inventory within moments, page by page, and against every \
            write and issuance from now on.";
    update "Changes a policy rule, and holds it against the whole inventory anew; the kind stays.";
}

/// The kinds of policy rules, each with the schema of its parameters.
#[utoipa::path(get, path = "/policy-kinds", tag = "policies",
    summary = "The kinds of policy rules", description = "The kinds of policy rules, each with the JSON Schema of its parameters.",
    responses((status = 200, description = "The kinds", body = Vec<PolicyRuleKind>)))]
pub async fn kinds() -> Json<Vec<PolicyRuleKind>> {
    let kind = |kind: &RuleKind| PolicyRuleKind {
        kind: *kind,
        title: rule::title(*kind).to_owned(),
        schema: rule::schema(*kind),
    };
    Json(RuleKind::ALL.iter().map(kind).collect())
}

/// What a rule would hit now.
///
/// # Errors
/// 422 when the rule cannot be.
#[utoipa::path(post, path = "/policies/preview", tag = "policies", request_body = PreviewPolicyRule,
    summary = "What a policy rule would hit",
    description = "Holds a rule that is not stored against the certificates that the caller may see, by the code of the real \
                   thing. Up to 100,000 certificates or five seconds; beyond that the counts are those of the part that was \
                   looked at, and `approximate` says so.",
    responses((status = 200, description = "What it would hit", body = PolicyPreview)))]
pub async fn try_out(
    State(app): State<App>,
    context: RequestContext,
    Body(request): Body<PreviewPolicyRule>,
) -> Result<Json<PolicyPreview>, Error> {
    let mut checks = Checks::default();
    let selector = request.selector.unwrap_or_default();
    check_selector(&mut checks, &selector);
    check_parameters(&mut checks, request.kind, &request.parameters);
    checks.finish()?;
    let check = read_check(request.kind, &request.parameters)
        .map_err(|_| Error::internal("parameters that were checked cannot be read"))?;
    let rule = Rule {
        id: app.new_id(),
        name: "preview".to_owned(),
        check,
        selector,
        severity: RuleSeverity::Error,
        mode: RuleMode::Observe,
        enabled: true,
    };
    let referring = rule.clone();
    app.store.read("policies.referred", move |tx| check_referred(tx, &referring)).await?;
    Ok(Json(preview(&app, &context.scope, rule).await?))
}

/// The routes of this file.
pub fn routes(api: Api) -> Api {
    common(api)
        .route(Access::Need(Permission::PoliciesRead), routes!(kinds))
        .route(Access::Need(Permission::PoliciesRead), routes!(try_out))
}
