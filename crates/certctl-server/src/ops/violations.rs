//! Violations: opened, changed and closed, each with its audit event and its stream event.
//!
//! Not for: deciding (core's `rule.rs`), or when (`ops/policy_rules.rs`). Invariant: nobody closes a violation by hand.

use certctl_core::id::ViolationId;
use certctl_core::permission::Scope;
use certctl_core::random::new_id;
use certctl_core::rule::{Breach, Rule};
use certctl_store::Tx;
use certctl_store::audit::Context;
use certctl_store::certificates::CertificateRow;
use certctl_store::violations::{self, ViolationRow};
use serde_json::{Value, json};

use crate::error::Error;
use crate::ops::success;

/// One that exists, within the caller's scope.
///
/// # Errors
/// 404.
pub fn load(tx: &mut Tx<'_>, scope: &Scope, id: &ViolationId) -> Result<ViolationRow, Error> {
    violations::within(tx, scope, id)?.ok_or_else(|| Error::not_found("policy violation", id.as_str()))
}

fn facts(row: &ViolationRow) -> Value {
    json!({
        "rule_id": row.rule_id, "certificate_id": row.certificate_id, "severity": row.severity,
        "team_id": row.team_id, "environment": row.environment, "breaches": row.breaches,
        "open": row.closed_at.is_none(),
    })
}

fn tell(
    tx: &mut Tx<'_>,
    context: &Context,
    action: &'static str,
    row: &ViolationRow,
    words: &str,
) -> Result<(), Error> {
    let summary = format!("{} {words} {}", row.certificate_id, row.rule_id);
    Ok(success(tx, context, action, ("violation", row.id.as_str()), summary, facts(row))?)
}

/// What differs between a certificate and what is recorded of it.
#[derive(Debug)]
pub(super) enum Finding<'a> {
    /// It breaks a rule that it did not break before.
    Broken(&'a Rule, Vec<Breach>),
    /// It breaks a rule still; what is wrong is something else by now.
    Changed(&'a ViolationRow, &'a Rule, Vec<Breach>),
    /// It does not break a rule any more.
    Cured(&'a ViolationRow, &'static str),
}

/// Records a finding.
///
/// # Errors
/// Those of the store.
pub(super) fn keep(
    tx: &mut Tx<'_>,
    context: &Context,
    certificate: &CertificateRow,
    finding: &Finding<'_>,
) -> Result<(), Error> {
    match finding {
        Finding::Broken(rule, breaches) => open(tx, context, rule, certificate, breaches),
        Finding::Changed(before, rule, breaches) => change(tx, context, rule, certificate, before, breaches),
        Finding::Cured(before, because) => close(tx, context, before, because),
    }
}

/// Whether a violation says this of a certificate already.
pub(super) fn says(
    before: &ViolationRow,
    rule: &Rule,
    certificate: &CertificateRow,
    breaches: &[Breach],
) -> bool {
    before.breaches == json!(breaches)
        && before.severity == rule.severity
        && before.rule_name == rule.name
        && before.owner_id == certificate.owner_id
        && before.team_id == certificate.team_id
        && before.environment == certificate.environment
}

fn open(
    tx: &mut Tx<'_>,
    context: &Context,
    rule: &Rule,
    certificate: &CertificateRow,
    breaches: &[Breach],
) -> Result<(), Error> {
    let now = tx.now();
    let row = ViolationRow {
        id: new_id(&*context.random, now),
        rule_id: rule.id.clone(),
        rule_name: rule.name.clone(),
        rule_kind: rule.check.kind(),
        severity: rule.severity,
        certificate_id: certificate.id.clone(),
        owner_id: certificate.owner_id.clone(),
        team_id: certificate.team_id.clone(),
        environment: certificate.environment.clone(),
        breaches: json!(breaches),
        opened_at: now,
        changed_at: now,
        closed_at: None,
        closed_because: None,
    };
    if violations::insert(tx, &row)? {
        tell(tx, context, "violation.open", &row, "breaks")?;
    }
    Ok(())
}

fn change(
    tx: &mut Tx<'_>,
    context: &Context,
    rule: &Rule,
    certificate: &CertificateRow,
    before: &ViolationRow,
    breaches: &[Breach],
) -> Result<(), Error> {
    let row = ViolationRow {
        rule_name: rule.name.clone(),
        severity: rule.severity,
        owner_id: certificate.owner_id.clone(),
        team_id: certificate.team_id.clone(),
        environment: certificate.environment.clone(),
        breaches: json!(breaches),
        changed_at: tx.now(),
        ..before.clone()
    };
    violations::update(tx, &row)?;
    tell(tx, context, "violation.change", &row, "breaks in another way")
}

/// A certificate does not break a rule any more.
///
/// # Errors
/// Those of the store.
pub(super) fn close(
    tx: &mut Tx<'_>,
    context: &Context,
    before: &ViolationRow,
    because: &str,
) -> Result<(), Error> {
    let now = tx.now();
    let row = ViolationRow {
        changed_at: now,
        closed_at: Some(now),
        closed_because: Some(because.to_owned()),
        ..before.clone()
    };
    violations::update(tx, &row)?;
    tell(tx, context, "violation.close", &row, &format!("does not break any more ({because})"))
}

/// Closes all of a certificate that is not managed any more.
///
/// # Errors
/// Those of the store.
pub(super) fn close_all(
    tx: &mut Tx<'_>,
    context: &Context,
    certificate: &CertificateRow,
    because: &str,
) -> Result<(), Error> {
    for violation in violations::open_of(tx, &certificate.id)? {
        close(tx, context, &violation, because)?;
    }
    Ok(())
}
