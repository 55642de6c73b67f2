//! Changes of what certificates refer to (targets, issuers, renewal policies, profiles, owners, teams).
//!
//! Not for: certificates themselves. Invariants: nothing is removed while something refers to it, and nothing cascades
//! into certificates; what every start makes when it is missing is never removed.

use certctl_core::choice::Choice;
use certctl_core::id::{
    AlertRule, DnsProvider, Id, Issuer, IssuerId, Kind, Notifier, Owner, PolicyRule, Profile, RenewalPolicy,
    Target, Team,
};
use certctl_store::alert_rules::AlertRuleRow;
use certctl_store::audit::Context;
use certctl_store::certificates::{CertificateFilter, CertificateSort, Position};
use certctl_store::dns_providers::DnsProviderRow;
use certctl_store::issuers::IssuerRow;
use certctl_store::notifiers::NotifierRow;
use certctl_store::owners::OwnerRow;
use certctl_store::policy_rules::PolicyRuleRow;
use certctl_store::profiles::ProfileRow;
use certctl_store::renewal_policies::RenewalPolicyRow;
use certctl_store::targets::TargetRow;
use certctl_store::teams::TeamRow;
use certctl_store::{
    StoreError, Tx, alert_rules, certificates, dns_providers, instance, issuers, notifiers, owners,
    policy_rules, profiles, renewal_policies, targets, teams,
};
use serde_json::{Value, json};

use crate::error::{Error, FieldError};
use crate::ops::certificates::{DEFAULT_ISSUER, DEFAULT_POLICY, DEFAULT_PROFILE};
use crate::ops::policy_rules::{Rules, written};
use crate::ops::{note_changed, scopes, success, with_before};

/// How many referring objects an answer names.
const NAMED: usize = 10;
/// The most letters of a name.
pub const MAX_NAME: usize = 200;
/// Certificates that one transaction reschedules.
const PAGE: i64 = 200;

/// A noun that is made, changed and removed by these rules.
pub trait Setting: Clone + Send + 'static {
    /// Of its id.
    type Kind: Kind;
    /// Its name in audit events.
    const OBJECT: &'static str;
    /// The audit events of making, changing and removing.
    const ACTIONS: [&'static str; 3];
    /// The one that every start makes when it is missing.
    const DEFAULT: Option<&'static str>;
    /// Its id.
    fn id(&self) -> &Id<Self::Kind>;
    /// Counts changes.
    fn revision(&self) -> i64;
    /// What the audit event says of it; no secrets.
    fn facts(&self) -> Value;
    /// One by its id.
    ///
    /// # Errors
    /// Those of the store.
    fn by_id(tx: &mut Tx<'_>, id: &Id<Self::Kind>) -> Result<Option<Self>, StoreError>;
    /// A page by id.
    ///
    /// # Errors
    /// Those of the store.
    fn list(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<Self>, StoreError>;
    /// How many there are.
    ///
    /// # Errors
    /// Those of the store.
    fn count(tx: &mut Tx<'_>) -> Result<i64, StoreError>;
    /// Adds it unless its id is taken.
    ///
    /// # Errors
    /// Those of the store.
    fn insert(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError>;
    /// Writes it over the revision it was read at.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it was changed meanwhile.
    fn write(&self, tx: &mut Tx<'_>) -> Result<(), StoreError>;
    /// Removes one.
    ///
    /// # Errors
    /// [`StoreError::ForeignKeyViolation`] when something refers to it.
    fn remove(tx: &mut Tx<'_>, id: &Id<Self::Kind>) -> Result<bool, StoreError>;
    /// The certificates that refer to it.
    ///
    /// # Errors
    /// Those of the store.
    fn certificates(tx: &mut Tx<'_>, id: &Id<Self::Kind>, limit: i64) -> Result<Vec<String>, StoreError>;
}

macro_rules! settings {
    ($($row:ident $module:ident $kind:ident $object:literal [$($action:literal),*] $default:expr, $facts:expr;)*) => { $(
        impl Setting for $row {
            type Kind = $kind;
            const OBJECT: &'static str = $object;
            const ACTIONS: [&'static str; 3] = [$($action),*];
            const DEFAULT: Option<&'static str> = $default;
            fn id(&self) -> &Id<$kind> {
                &self.id
            }
            fn revision(&self) -> i64 {
                self.revision
            }
            fn facts(&self) -> Value {
                let facts: fn(&Self) -> Value = $facts;
                facts(self)
            }
            fn by_id(tx: &mut Tx<'_>, id: &Id<$kind>) -> Result<Option<Self>, StoreError> {
                $module::by_id(tx, id)
            }
            fn list(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<Self>, StoreError> {
                $module::list(tx, after, limit)
            }
            fn count(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
                $module::count(tx)
            }
            fn insert(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
                $module::insert(tx, self)
            }
            fn write(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
                $module::update(tx, self)
            }
            fn remove(tx: &mut Tx<'_>, id: &Id<$kind>) -> Result<bool, StoreError> {
                $module::delete(tx, id)
            }
            fn certificates(tx: &mut Tx<'_>, id: &Id<$kind>, limit: i64) -> Result<Vec<String>, StoreError> {
                $module::certificates(tx, id, limit)
            }
        }
    )* };
}

settings! {
    TargetRow targets Target "target" ["target.create", "target.update", "target.delete"] None,
        |row| json!({ "name": row.name, "kind": row.kind, "config": row.config, "agent_id": row.agent_id });
    IssuerRow issuers Issuer "issuer" ["issuer.create", "issuer.update", "issuer.delete"] Some(DEFAULT_ISSUER),
        |row| json!({ "name": row.name, "kind": row.kind, "config": row.config, "not_after": row.not_after });
    RenewalPolicyRow renewal_policies RenewalPolicy "renewal_policy"
        ["renewal_policy.create", "renewal_policy.update", "renewal_policy.delete"] Some(DEFAULT_POLICY),
        |row| json!({ "name": row.name, "automatic": row.automatic, "point": row.point,
            "max_attempts": row.max_attempts, "alert_thresholds_days": row.alert_thresholds_days,
            "alert_thresholds_percent": row.alert_thresholds_percent, "windows": row.windows });
    ProfileRow profiles Profile "profile" ["profile.create", "profile.update", "profile.delete"] Some(DEFAULT_PROFILE),
        |row| json!({ "name": row.name, "limits": row.limits });
    PolicyRuleRow policy_rules PolicyRule "policy_rule"
        ["policy_rule.create", "policy_rule.update", "policy_rule.delete"] None,
        |row| json!({ "name": row.name, "kind": row.kind, "parameters": row.parameters, "selector": row.selector,
            "severity": row.severity, "mode": row.mode, "enabled": row.enabled });
    OwnerRow owners Owner "owner" ["owner.create", "owner.update", "owner.delete"] None,
        |row| json!({ "name": row.name, "email": row.email });
    AlertRuleRow alert_rules AlertRule "alert_rule" ["alert_rule.create", "alert_rule.update", "alert_rule.delete"] None,
        |row| json!({ "name": row.name, "enabled": row.enabled, "subject": row.subject, "conditions": row.conditions,
            "group_by": row.group_by, "severity": row.severity, "for_seconds": row.for_seconds,
            "repeat_seconds": row.repeat_seconds, "quiet_hours": row.quiet_hours,
            "escalation": row.escalation });
    TeamRow teams Team "team" ["team.create", "team.update", "team.delete"] None,
        |row| json!({ "name": row.name });
    DnsProviderRow dns_providers DnsProvider "dns_provider"
        ["dns_provider.create", "dns_provider.update", "dns_provider.delete"] None,
        |row| json!({ "name": row.name, "kind": row.kind, "config": row.config, "secrets": row.secret_names });
    NotifierRow notifiers Notifier "notifier" ["notifier.create", "notifier.update", "notifier.delete"] None,
        |row| json!({ "name": row.name, "kind": row.kind, "enabled": row.enabled, "config": row.config,
            "secrets": row.secret_names, "routing": row.routing, "digest": row.digest });
}

/// One that must be there.
///
/// # Errors
/// 404.
pub fn load<S: Setting>(tx: &mut Tx<'_>, id: &Id<S::Kind>) -> Result<S, Error> {
    S::by_id(tx, id)?.ok_or_else(|| Error::not_found(S::Kind::NOUN, id.as_str()))
}

/// Adds one.
///
/// # Errors
/// 409 when its id is taken.
pub fn create<S: Setting>(tx: &mut Tx<'_>, context: &Context, row: &S) -> Result<S, Error> {
    let id = row.id();
    if !row.insert(tx)? {
        return Err(taken::<S>(id));
    }
    let [action, _, _] = S::ACTIONS;
    let summary = format!("{} {id} was made", S::Kind::NOUN);
    success(tx, context, action, (S::OBJECT, id.as_str()), summary, row.facts())?;
    load(tx, id)
}

fn taken<S: Setting>(id: &Id<S::Kind>) -> Error {
    let detail =
        format!("there is a {} {id} already: choose another id, or none to get a new one", S::Kind::NOUN);
    Error::conflict("already_exists", detail, json!({ "id": id }))
}

/// Changes one. `revision` is what the caller read, when it said so.
///
/// # Errors
/// 404, 412 when the revision is old, 422 from `change`.
pub fn update<S: Setting>(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &Id<S::Kind>,
    revision: Option<i64>,
    change: impl FnOnce(&mut S) -> Result<(), Error>,
) -> Result<S, Error> {
    let mut row: S = load(tx, id)?;
    within_scope::<S>(tx, context, id)?;
    at_revision(revision, row.revision())?;
    let before = row.facts();
    change(&mut row)?;
    row.write(tx)?;
    let after = row.facts();
    note_changed(tx, (S::OBJECT, id.as_str()), &before, &after);
    let [_, action, _] = S::ACTIONS;
    let summary = format!("{} {id} was changed", S::Kind::NOUN);
    let details = with_before(after.clone(), &before, &after);
    success(tx, context, action, (S::OBJECT, id.as_str()), summary, details)?;
    load(tx, id)
}

/// Refuses when a change or a removal was made for another revision; without one, any is right.
///
/// # Errors
/// 412.
pub fn at_revision(wanted: Option<i64>, found: i64) -> Result<(), Error> {
    match wanted {
        Some(wanted) if wanted != found => Err(Error::PreconditionFailed { revision: found }),
        Some(_) | None => Ok(()),
    }
}

/// Settings are shared, and all may read them. But who is narrowed to some certificates cannot change what others than
/// those refer to.
///
/// # Errors
/// 403 `out_of_scope`.
pub fn within_scope<S: Setting>(tx: &mut Tx<'_>, context: &Context, id: &Id<S::Kind>) -> Result<(), Error> {
    if context.scope.is_everything() {
        return Ok(());
    }
    for certificate in S::certificates(tx, id, i64::MAX)? {
        let certificate = certificate.parse().map_err(Error::internal)?;
        if certificates::within(tx, &context.scope, &certificate)?.is_none() {
            let noun = S::Kind::NOUN;
            return Err(scopes::refused(
                &context.scope,
                &format!("the {noun} {id} serves certificates that are not within it"),
            ));
        }
    }
    Ok(())
}

/// Removes one that nothing refers to.
///
/// # Errors
/// 404, 409 with the first certificates that refer to it.
pub fn delete<S: Setting>(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &Id<S::Kind>,
    revision: Option<i64>,
) -> Result<(), Error> {
    let row: S = load(tx, id)?;
    let noun = S::Kind::NOUN;
    within_scope::<S>(tx, context, id)?;
    at_revision(revision, row.revision())?;
    if S::DEFAULT == Some(id.as_str()) {
        let detail = format!(
            "{id} is the {noun} of certificates that name none, and every start would make it again: change it instead"
        );
        return Err(Error::conflict("is_default", detail, json!({ "id": id })));
    }
    // One more than is named, to say that there are more.
    let mut referring = S::certificates(tx, id, i64::try_from(NAMED).unwrap_or(i64::MAX).saturating_add(1))?;
    if !referring.is_empty() {
        let more = if referring.len() > NAMED { " and more" } else { "" };
        referring.truncate(NAMED);
        let detail = format!(
            "certificates refer to the {noun} {id}: {}{more}; archived ones count too. Point them elsewhere first",
            referring.join(", ")
        );
        let params = json!({ "certificate_ids": referring, "more": !more.is_empty() });
        return Err(Error::conflict("in_use", detail, params));
    }
    match S::remove(tx, id) {
        Ok(true) => {}
        Ok(false) => return Err(Error::not_found(noun, id.as_str())),
        Err(StoreError::ForeignKeyViolation { .. }) => {
            let detail = format!(
                "the history (versions, jobs or deployments) refers to the {noun} {id}: it has to stay"
            );
            return Err(Error::conflict("in_use", detail, json!({ "history": true })));
        }
        Err(error) => return Err(error.into()),
    }
    let [_, _, action] = S::ACTIONS;
    let summary = format!("{noun} {id} was removed");
    success(tx, context, action, (S::OBJECT, id.as_str()), summary, row.facts())?;
    Ok(())
}

/// Whether an issuer's id is free: neither taken, nor that of a local CA that was removed, whose addresses may be in
/// certificates.
///
/// # Errors
/// 409.
pub fn must_be_new(tx: &mut Tx<'_>, id: &IssuerId) -> Result<(), Error> {
    if issuers::by_id(tx, id)?.is_some() {
        return Err(taken::<IssuerRow>(id));
    }
    let before = format!("{}{id}", issuers::REMOVED);
    if instance::value(tx, &before)?.is_some() || instance::secret(tx, &format!("{id}.issuing"))?.is_some() {
        let detail = format!("{id} was the id of an issuer that was removed: choose another id");
        return Err(Error::conflict("already_exists", detail, json!({ "id": id })));
    }
    Ok(())
}

/// Lets the renewal points of one page of certificates follow a changed policy; false when nothing is left to do.
///
/// # Errors
/// Those of the store.
pub fn reschedule_page(tx: &mut Tx<'_>, context: &Context) -> Result<bool, Error> {
    let Some(policy) = renewal_policies::to_reschedule(tx)? else { return Ok(false) };
    let filter = CertificateFilter {
        renewal_policy_id: Choice::only(policy.id.clone()),
        ..CertificateFilter::default()
    };
    let after = policy.reschedule_from.as_deref().map(Position::behind_id);
    let rows = certificates::list(tx, &filter, CertificateSort::Id, after.as_ref(), PAGE)?.rows;
    let mut rules = Rules::load(tx)?;
    for (row, _) in &rows {
        crate::ops::certificates::reschedule(tx, row)?;
        // Rules about the lead of a renewal look at the policy.
        written(tx, context, &mut rules, row)?;
        certificates::refresh(tx, &row.id, None, None)?;
    }
    let full = i64::try_from(rows.len()).is_ok_and(|n| n >= PAGE);
    let last = rows.last().filter(|_| full).map(|(row, _)| row.id.as_str());
    renewal_policies::set_rescheduled(tx, &policy, last)?;
    Ok(true)
}

/// Gathers what is wrong with a request, so that a person sees all of it at once.
#[derive(Debug, Default)]
pub struct Checks(Vec<FieldError>);

impl Checks {
    /// Notes a bad field.
    pub fn bad(&mut self, pointer: impl Into<String>, detail: impl Into<String>) {
        self.0.push(FieldError { pointer: pointer.into(), detail: detail.into() });
    }

    /// A name for people, trimmed.
    pub fn name(&mut self, text: &str) -> String {
        let name = text.trim();
        if name.is_empty() || text.chars().count() > MAX_NAME || text.chars().any(hides) {
            self.bad("/name", format!("a name has 1 to {MAX_NAME} letters and no control characters"));
        }
        name.to_owned()
    }

    /// A text that is not empty.
    pub fn text(&mut self, pointer: &str, text: &str, max: usize) {
        if text.trim().is_empty() || text.chars().count() > max || text.chars().any(hides) {
            self.bad(pointer, format!("1 to {max} letters are needed, without control characters"));
        }
    }

    /// A text that may be absent.
    pub fn optional_text(&mut self, pointer: &str, text: Option<&str>, max: usize) {
        if let Some(text) = text {
            self.text(pointer, text, max);
        }
    }

    /// # Errors
    /// 422 with every bad field.
    pub fn finish(self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self.0)) }
    }
}

/// Whether a letter is not to be seen, or lets the text around it be seen as another: control characters, and those that turn
/// the direction of writing (CVE-2021-42574).
fn hides(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_bounded() {
        let check = |text: &str, expected: Option<&str>| {
            let mut checks = Checks::default();
            let name = checks.name(text);
            assert_eq!(checks.finish().ok().map(|()| name).as_deref(), expected, "{text:?}");
        };
        check("  Web team ", Some("Web team"));
        check("", None);
        check(" \t ", None);
        check("a\nb", None);
        check("a\u{202e}b", None);
        check("\u{2067}a", None);
        check("北京 א", Some("北京 א"));
        check(&"ü".repeat(200), Some(&"ü".repeat(200)));
        check(&"ü".repeat(201), None);
    }

    #[test]
    fn all_bad_fields_are_told_at_once() {
        let mut checks = Checks::default();
        checks.name("");
        checks.bad("/email", "is no address");
        let Err(Error::Invalid(errors)) = checks.finish() else { panic!("two bad fields passed") };
        let pointers: Vec<&str> = errors.iter().map(|e| e.pointer.as_str()).collect();
        assert_eq!(pointers, ["/name", "/email"]);
    }
}
