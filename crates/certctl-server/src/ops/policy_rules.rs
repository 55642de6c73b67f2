//! Policy rules at work: held against what is to be written or signed, against what is there, and against the inventory as
//! a preview.
//!
//! Not for: what a rule finds (core's `rule.rs`), or when the inventory is walked (`engine/policies.rs`). Invariants:
//! every way to a new or changed certificate asks [`Rules::refuse`], and every way to a signature [`Rules::block`]; what
//! was found is kept by [`Rules::hold`] alone, so that writes, the walk and previews agree.

use std::collections::HashMap;

use certctl_api::policy_rules::{PolicyPreview, PreviewedBreach, PreviewedTeam};
use certctl_api::problem::FieldError;
use certctl_core::certificate::KeyStrategy;
use certctl_core::id::{CertificateId, RenewalPolicyId};
use certctl_core::permission::Scope;
use certctl_core::renewal::{RenewalRule, Validity};
use certctl_core::rule::{Breach, Held, Rule, RuleMode, Wanted, read_check};
use certctl_store::audit::Context;
use certctl_store::certificates::{CertificateFilter, CertificateRow, CertificateSort, Position, texts};
use certctl_store::policy_rules::{self, PolicyRuleRow};
use certctl_store::violations::{self, HeldRow, ViolationRow};
use certctl_store::{Tx, certificates, renewal_policies};
use serde_json::json;

use crate::app::App;
use crate::error::Error;
use crate::ops::issuance::{Known, rule_of};
use crate::ops::policy_values::rule_followed;
use crate::ops::previews::{Seen, look_through};
use crate::ops::settings::Checks;
use crate::ops::violations::{self as found, Finding};

/// The most policy rules.
pub const MAX_RULES: i64 = 200;
/// The code of an issuance that a policy rule stands against.
pub const POLICY_BLOCKED: &str = "policy_blocked";
/// Certificates looked at in one transaction.
const PAGE: i64 = 200;
/// Examples that a preview gives.
const SAMPLE: usize = 20;

/// A row as it is evaluated.
///
/// # Errors
/// A fault of ours when what was stored cannot be read.
pub fn rule(row: &PolicyRuleRow) -> Result<Rule, Error> {
    let unreadable = |what: &str| Error::internal(format!("the {what} of {} cannot be read", row.id));
    Ok(Rule {
        id: row.id.clone(),
        name: row.name.clone(),
        check: read_check(row.kind, &row.parameters).map_err(|_| unreadable("parameters"))?,
        selector: serde_json::from_value(row.selector.clone()).map_err(|_| unreadable("selector"))?,
        severity: row.severity,
        mode: row.mode,
        enabled: row.enabled,
    })
}

/// A certificate as rules look at it.
#[derive(Debug)]
pub struct Subject<'a> {
    row: &'a CertificateRow,
    names: Vec<String>,
    tags: Vec<String>,
    renewal: RenewalRule,
}

impl<'a> Subject<'a> {
    /// A certificate that follows a policy whose rule is known.
    pub fn new(row: &'a CertificateRow, renewal: RenewalRule) -> Self {
        Self { row, names: row.name_texts(), tags: texts(&row.tags), renewal }
    }

    /// What is wanted of it.
    pub fn wanted(&self) -> Wanted<'_> {
        let row = self.row;
        Wanted {
            issuer_id: &row.issuer_id,
            profile_id: &row.profile_id,
            policy_id: &row.renewal_policy_id,
            renewal: self.renewal,
            names: &self.names,
            owner_id: row.owner_id.as_ref(),
            team_id: row.team_id.as_ref(),
            environment: row.environment.as_deref(),
            tags: &self.tags,
            key_strategy: row.key_strategy,
            key_algorithm: &row.key_algorithm,
            lifetime_seconds: row.lifetime_seconds,
        }
    }
}

/// The rules that are there, with what was read to ask them.
#[derive(Debug, Default)]
pub struct Rules {
    rules: Vec<Rule>,
    renewals: Known<RenewalRule>,
}

impl Rules {
    /// Reads them.
    ///
    /// # Errors
    /// Those of the store.
    pub fn load(tx: &mut Tx<'_>) -> Result<Self, Error> {
        let rows = policy_rules::list(tx, "", MAX_RULES)?;
        Ok(Self { rules: rows.iter().map(rule).collect::<Result<_, _>>()?, renewals: Known::default() })
    }

    /// These only.
    ///
    /// # Errors
    /// A fault of ours when what was stored cannot be read.
    pub fn of(rows: &[&PolicyRuleRow]) -> Result<Self, Error> {
        Ok(Self {
            rules: rows.iter().map(|row| rule(row)).collect::<Result<_, _>>()?,
            renewals: Known::default(),
        })
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Whether none refuses anything.
    pub fn none_enforces(&self) -> bool {
        !self.rules.iter().any(|rule| rule.enabled && rule.mode == RuleMode::Enforce)
    }

    /// When a renewal policy renews a certificate that has these values in place of its own.
    ///
    /// # Errors
    /// Those of the store.
    pub fn renewal(
        &mut self,
        tx: &mut Tx<'_>,
        id: &RenewalPolicyId,
        over: Option<&serde_json::Value>,
    ) -> Result<RenewalRule, Error> {
        let stored = self.renewals.get(id.as_str(), || {
            let policy = renewal_policies::by_id(tx, id)?;
            // A policy that is not there is refused elsewhere.
            let rule = policy.map(|policy| rule_of(&policy));
            Ok::<_, Error>(rule.unwrap_or(RenewalRule { automatic: false, point: None }))
        })?;
        Ok(rule_followed(stored, over))
    }

    /// What a change from `before` to `after` would bring in that a rule in mode `enforce` does not allow.
    pub fn refusals(&self, before: Option<&Wanted<'_>>, after: &Wanted<'_>) -> Vec<(&Rule, Breach)> {
        let of = |rule| Rule::refusal(rule, before, after).into_iter().map(move |breach| (rule, breach));
        self.rules.iter().flat_map(of).collect()
    }

    /// Refuses a certificate that is to be written.
    ///
    /// # Errors
    /// 422 `policy_violated`, with each rule and field.
    pub fn refuse(
        &mut self,
        tx: &mut Tx<'_>,
        before: Option<&CertificateRow>,
        after: &CertificateRow,
    ) -> Result<(), Error> {
        if self.none_enforces() {
            return Ok(());
        }
        let renewal = self.renewal(tx, &after.renewal_policy_id, after.policy_override.as_ref())?;
        let after = Subject::new(after, renewal);
        let before = match before {
            Some(row) => Some(Subject::new(
                row,
                self.renewal(tx, &row.renewal_policy_id, row.policy_override.as_ref())?,
            )),
            None => None,
        };
        let found = self.refusals(before.as_ref().map(Subject::wanted).as_ref(), &after.wanted());
        if found.is_empty() { Ok(()) } else { Err(violated(&found)) }
    }

    /// What the rules would record of a certificate that has no version yet.
    ///
    /// # Errors
    /// Those of the store.
    pub fn would_record(
        &mut self,
        tx: &mut Tx<'_>,
        row: &CertificateRow,
    ) -> Result<Vec<(&Rule, Breach)>, Error> {
        let renewal = self.renewal(tx, &row.renewal_policy_id, row.policy_override.as_ref())?;
        let subject = Subject::new(row, renewal);
        let now = tx.now();
        let of = |rule| {
            Rule::breach(rule, &subject.wanted(), &[], now).into_iter().map(move |breach| (rule, breach))
        };
        Ok(self.rules.iter().flat_map(of).collect())
    }

    /// Why a certificate cannot be issued as it is wanted; nothing when it can.
    ///
    /// # Errors
    /// Those of the store.
    pub fn block(&mut self, tx: &mut Tx<'_>, row: &CertificateRow) -> Result<Option<String>, Error> {
        if self.none_enforces() {
            return Ok(None);
        }
        let renewal = self.renewal(tx, &row.renewal_policy_id, row.policy_override.as_ref())?;
        let subject = Subject::new(row, renewal);
        let found = self.refusals(None, &subject.wanted());
        Ok(found
            .first()
            .map(|(rule, breach)| format!("the policy rule {rule} refuses it: {}", breach.detail)))
    }

    /// Holds the rules against a certificate as it is now, and keeps what is found: opens violations, and closes those
    /// that are cured. `open` are those of the certificate.
    ///
    /// # Errors
    /// Those of the store.
    pub fn hold(
        &mut self,
        tx: &mut Tx<'_>,
        context: &Context,
        row: &CertificateRow,
        held: &[Held],
        open: &[ViolationRow],
    ) -> Result<(), Error> {
        for finding in self.findings(tx, row, held, open)? {
            found::keep(tx, context, row, &finding)?;
        }
        Ok(())
    }

    /// What differs between what is wrong with a certificate and what is recorded of it.
    fn findings<'a>(
        &'a mut self,
        tx: &mut Tx<'_>,
        row: &CertificateRow,
        held: &[Held],
        open: &'a [ViolationRow],
    ) -> Result<Vec<Finding<'a>>, Error> {
        let renewal = self.renewal(tx, &row.renewal_policy_id, row.policy_override.as_ref())?;
        let subject = Subject::new(row, renewal);
        let now = tx.now();
        let of = |rule: &'a Rule| {
            let before = open.iter().find(|violation| violation.rule_id == rule.id);
            let breaches = rule.breach(&subject.wanted(), held, now);
            match before {
                None if breaches.is_empty() => None,
                None => Some(Finding::Broken(rule, breaches)),
                Some(before) if breaches.is_empty() => {
                    let why = if rule.enabled { "it obeys the rule" } else { "the rule is switched off" };
                    Some(Finding::Cured(before, why))
                }
                Some(before) if found::says(before, rule, row, &breaches) => None,
                Some(before) => Some(Finding::Changed(before, rule, breaches)),
            }
        };
        Ok(self.rules.iter().filter_map(of).collect())
    }
}

/// Holds all rules against one certificate that this transaction has written.
///
/// # Errors
/// Those of the store.
pub fn written(
    tx: &mut Tx<'_>,
    context: &Context,
    rules: &mut Rules,
    row: &CertificateRow,
) -> Result<(), Error> {
    if rules.is_empty() {
        return Ok(());
    }
    let id = row.id.as_str();
    let held: Vec<Held> = violations::held_between(tx, id, id)?.into_iter().map(held).collect();
    let open = violations::open_of(tx, &row.id)?;
    rules.hold(tx, context, row, &held, &open)
}

fn held(row: HeldRow) -> Held {
    Held {
        issuer_id: row.issuer_id,
        key_algorithm: row.key_algorithm,
        validity: Validity { not_before: row.not_before, not_after: row.not_after },
    }
}

/// The refusal of a write.
fn violated(found: &[(&Rule, Breach)]) -> Error {
    let errors = found
        .iter()
        .map(|(rule, breach)| FieldError {
            pointer: breach.field.clone(),
            detail: format!("{} (policy rule {rule})", breach.detail),
        })
        .collect();
    let rules: Vec<_> = found
        .iter()
        .map(|(rule, breach)| {
            json!({ "id": rule.id, "name": rule.name, "kind": rule.check.kind(), "severity": rule.severity,
                "field": breach.field })
        })
        .collect();
    Error::PolicyViolated { errors, params: json!({ "rules": rules }) }
}

/// Holds the rules whose walk is least far against their next page of certificates; false when no walk is under way.
///
/// # Errors
/// Those of the store.
pub fn sweep_page(tx: &mut Tx<'_>, context: &Context) -> Result<bool, Error> {
    let sweeping = policy_rules::sweeping(tx)?;
    let Some(first) = sweeping.first() else { return Ok(false) };
    tx.note_audit();
    // A removed rule first: it holds for nothing any more.
    if let Some(removed) = sweeping.iter().find(|row| row.deleted_at.is_some()) {
        let open = violations::open_of_rule(tx, &removed.id, PAGE)?;
        for violation in &open {
            found::close(tx, context, violation, "the rule was removed")?;
        }
        if i64::try_from(open.len()).is_ok_and(|n| n < PAGE) {
            policy_rules::forget(tx, &removed.id)?;
        }
        return Ok(true);
    }
    let from = first.sweep_from.clone().unwrap_or_default();
    let group: Vec<&PolicyRuleRow> =
        sweeping.iter().filter(|row| row.sweep_from.as_deref() == Some(&from)).collect();
    let mut rules = Rules::of(&group)?;
    let page = next_page(tx, &Scope::everything(), &from)?;
    let last = page.last().filter(|_| page.is_full()).map(|row| row.id.to_string());
    let mut open = violations::open_between(tx, &from, last.as_deref())?;
    for (row, held) in page.with_held(tx)? {
        let (own, others): (Vec<_>, Vec<_>) =
            open.into_iter().partition(|violation| violation.certificate_id == row.id);
        open = others;
        // Only what differs is locked: then it is looked at once more, as it is by now.
        if !rules.findings(tx, row, &held, &own)?.is_empty()
            && certificates::keep_still(tx, &row.id)?
            && let Some(row) = certificates::by_id(tx, &row.id)?
        {
            written(tx, context, &mut rules, &row)?;
        }
    }
    // What is left is of certificates that are not managed any more, or that came after the page was read: PostgreSQL shows
    // each statement what was committed before it.
    for violation in open.iter().filter(|violation| group.iter().any(|row| row.id == violation.rule_id)) {
        let certificate = certificates::by_id(tx, &violation.certificate_id)?;
        if certificate.is_none_or(|row| row.archived_at.is_some()) {
            found::close(tx, context, violation, "the certificate is archived")?;
        }
    }
    for row in group {
        policy_rules::set_swept(tx, row, last.as_deref())?;
    }
    Ok(true)
}

/// A page of certificates that are not archived, by id.
struct CertificatePage(Vec<CertificateRow>);

fn next_page(tx: &mut Tx<'_>, scope: &Scope, after: &str) -> Result<CertificatePage, Error> {
    let filter = CertificateFilter { scope: scope.clone(), ..CertificateFilter::default() };
    let after = Position::behind_id(after);
    let rows = certificates::list(tx, &filter, CertificateSort::Id, Some(&after), PAGE)?.rows;
    Ok(CertificatePage(rows.into_iter().map(|(row, _)| row).collect()))
}

impl CertificatePage {
    fn last(&self) -> Option<&CertificateRow> {
        self.0.last()
    }

    fn is_full(&self) -> bool {
        i64::try_from(self.0.len()).is_ok_and(|n| n >= PAGE)
    }

    /// Each with what its key holders have.
    fn with_held(&self, tx: &mut Tx<'_>) -> Result<Vec<(&CertificateRow, Vec<Held>)>, Error> {
        let (Some(first), Some(last)) = (self.0.first(), self.0.last()) else { return Ok(Vec::new()) };
        let mut by_id: HashMap<CertificateId, Vec<Held>> = HashMap::new();
        for row in violations::held_between(tx, first.id.as_str(), last.id.as_str())? {
            by_id.entry(row.certificate_id.clone()).or_default().push(held(row));
        }
        let with = |row| {
            let row: &CertificateRow = row;
            (row, by_id.remove(&row.id).unwrap_or_default())
        };
        Ok(self.0.iter().map(with).collect())
    }
}

/// Holds a rule that is not stored against what the caller may see: exactly, or against as much as the time allows.
///
/// # Errors
/// Those of the store.
pub async fn preview(app: &App, scope: &Scope, rule: Rule) -> Result<PolicyPreview, Error> {
    let mut preview = PolicyPreview {
        checked: 0,
        selected: 0,
        violations: 0,
        certificates: 0,
        approximate: false,
        by_team: Vec::new(),
        sample: Vec::new(),
    };
    let filter = CertificateFilter { scope: scope.clone(), ..CertificateFilter::default() };
    let look = move |tx: &mut Tx<'_>, rows| held_against(tx, &CertificatePage(rows), &rule);
    let take = |looked: Vec<Looked>| {
        for one in looked {
            preview.selected += i64::from(one.selected);
            if !one.breaches.is_empty() {
                count(&mut preview, one);
            }
        }
    };
    let Seen { certificates, checked, approximate } = look_through(app, filter, look, take).await?;
    preview = PolicyPreview { certificates, checked, approximate, ..preview };
    preview.by_team.sort_by_key(|team| std::cmp::Reverse(team.violations));
    Ok(preview)
}

struct Looked {
    row: CertificateRow,
    selected: bool,
    breaches: Vec<Breach>,
}

fn held_against(tx: &mut Tx<'_>, page: &CertificatePage, rule: &Rule) -> Result<Vec<Looked>, Error> {
    let mut rules = Rules::default();
    let now = tx.now();
    let mut looked = Vec::with_capacity(page.0.len());
    for (row, held) in page.with_held(tx)? {
        let renewal = rules.renewal(tx, &row.renewal_policy_id, row.policy_override.as_ref())?;
        let subject = Subject::new(row, renewal);
        let wanted = subject.wanted();
        let (selected, breaches) = (rule.selector.admits(&wanted), rule.breach(&wanted, &held, now));
        looked.push(Looked { row: row.clone(), selected, breaches });
    }
    Ok(looked)
}

fn count(preview: &mut PolicyPreview, one: Looked) {
    preview.violations += 1;
    let team_id = one.row.team_id.clone();
    match preview.by_team.iter_mut().find(|team| team.team_id == team_id) {
        Some(team) => team.violations += 1,
        None => preview.by_team.push(PreviewedTeam { team_id, violations: 1 }),
    }
    if preview.sample.len() < SAMPLE {
        preview.sample.push(PreviewedBreach {
            certificate_id: one.row.id,
            name: one.row.name,
            breaches: one.breaches,
        });
    }
}

/// Checks what a rule refers to: a rule about what is not there would refuse everything, or nothing.
///
/// # Errors
/// 422 with each.
pub fn check_referred(tx: &mut Tx<'_>, rule: &Rule) -> Result<(), Error> {
    let mut checks = Checks::default();
    let (selector, mut missing) = (&rule.selector, Vec::new());
    for (at, id) in selector.team_ids.iter().enumerate() {
        if certctl_store::teams::by_id(tx, id)?.is_none() {
            missing.push((format!("/selector/team_ids/{at}"), id.to_string()));
        }
    }
    for (at, id) in selector.owner_ids.iter().enumerate() {
        if certctl_store::owners::by_id(tx, id)?.is_none() {
            missing.push((format!("/selector/owner_ids/{at}"), id.to_string()));
        }
    }
    for (at, id) in selector.profile_ids.iter().enumerate() {
        if certctl_store::profiles::by_id(tx, id)?.is_none() {
            missing.push((format!("/selector/profile_ids/{at}"), id.to_string()));
        }
    }
    for (at, id) in selector.policy_ids.iter().enumerate() {
        if renewal_policies::by_id(tx, id)?.is_none() {
            missing.push((format!("/selector/policy_ids/{at}"), id.to_string()));
        }
    }
    let allowed = match &rule.check {
        certctl_core::rule::RuleCheck::AllowedIssuers { issuer_ids } => issuer_ids.as_slice(),
        _ => &[],
    };
    for (place, ids) in
        [("/selector/issuer_ids", selector.issuer_ids.as_slice()), ("/parameters/issuer_ids", allowed)]
    {
        for (at, id) in ids.iter().enumerate() {
            if certctl_store::issuers::by_id(tx, id)?.is_none() {
                missing.push((format!("{place}/{at}"), id.to_string()));
            }
        }
    }
    for (pointer, id) in missing {
        checks.bad(pointer, format!("there is no {id}"));
    }
    checks.finish()
}

/// Whether a certificate is only watched: what it is is found, not asked for, so that nothing of it is refused.
pub fn is_watched(row: &CertificateRow) -> bool {
    row.key_strategy == KeyStrategy::Found
}
