//! Alerts: opening, changing and closing them by what was found, and what people do with them.
//!
//! What is looked for is `watch.rs` with its neighbours; who is told is `announce.rs`. Not for: delivering. Invariants: an
//! alert and the order to tell of it are one transaction; looking again at the same facts changes nothing; of one version
//! and one threshold people are told once, whatever becomes of policies and processes.

mod announce;
mod backups;
mod certificates;
mod notifiers;
mod parts;
pub mod preview;
pub mod rules;
pub mod watch;

use certctl_core::alert::{AlertEvent, AlertKind, AlertSeverity, AlertState, AlertStep};
use certctl_core::alert_rule::has_grown;
use certctl_core::id::{AgentId, AlertId, AlertRuleId, CertificateId, IssuerId, OwnerId, TeamId, UserId};
use certctl_core::permission::Scope;
use certctl_core::random::new_id;
use certctl_core::time::Ts;
use certctl_store::alerts::{self, AlertRow};
use certctl_store::audit::Context;
use certctl_store::{StoreError, Tx, users};
use serde_json::{Value, json};

use crate::error::Error;
use crate::measures;
use crate::ops::success;

pub use certificates::{look_at_ends, thresholds_of};

/// What is wrong with an object, as a look finds it. Equal facts give equal findings: nothing in it follows the clock.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What makes it the same alert.
    pub dedup_key: String,
    /// Which threshold.
    pub mark: Option<String>,
    /// What it is about.
    pub kind: AlertKind,
    /// How urgent.
    pub severity: AlertSeverity,
    /// Kind of object and which.
    pub object: (&'static str, String),
    /// The certificate it concerns.
    pub certificate_id: Option<CertificateId>,
    /// The agent it concerns.
    pub agent_id: Option<AgentId>,
    /// The issuer it concerns.
    pub issuer_id: Option<IssuerId>,
    /// The certificate's owner.
    pub owner_id: Option<OwnerId>,
    /// Its team.
    pub team_id: Option<TeamId>,
    /// Its environment.
    pub environment: Option<String>,
    /// The rule that asks for it, and which of its alerts are told together.
    pub rule: Option<(AlertRuleId, String)>,
    /// How many objects it covers.
    pub members: i64,
    /// One line.
    pub title: String,
    /// Why.
    pub cause: String,
    /// Why, for a program.
    pub code: &'static str,
    /// The facts.
    pub params: Value,
}

impl Finding {
    /// One of a kind for an object, with the rest to be filled in.
    pub fn new(kind: AlertKind, object: (&'static str, &str), severity: AlertSeverity) -> Self {
        Self {
            dedup_key: format!("{kind}:{}", object.1),
            mark: None,
            kind,
            severity,
            object: (object.0, object.1.to_owned()),
            certificate_id: None,
            agent_id: None,
            issuer_id: None,
            owner_id: None,
            team_id: None,
            environment: None,
            rule: None,
            members: 1,
            title: String::new(),
            cause: String::new(),
            code: kind.as_str(),
            params: json!({}),
        }
    }

    /// Whether an alert says something else than this.
    pub fn differs(&self, row: &AlertRow) -> bool {
        let rule_group = self.rule.as_ref().map(|(_, group)| group);
        self.mark != row.mark
            || self.severity != row.severity
            || self.title != row.title
            || self.cause != row.cause
            || self.code != row.code
            || self.params != row.params
            || self.members != row.members
            || self.owner_id != row.owner_id
            || self.team_id != row.team_id
            || self.environment != row.environment
            || rule_group != row.group_key.as_ref()
    }
}

/// Makes the alert of a finding as the finding says: opens it, changes it, or leaves it alone.
///
/// # Errors
/// Those of the store.
pub fn observe(tx: &mut Tx<'_>, context: &Context, finding: &Finding) -> Result<(), Error> {
    match alerts::open_by_key(tx, &finding.dedup_key)? {
        None => open(tx, context, finding),
        Some(mut row) if row.mark != finding.mark => {
            let mark = finding.mark.as_deref().unwrap_or_default();
            // Its receivers hear of the new one under the same key.
            close(tx, context, &mut row, &format!("the threshold {mark} took its place"))?;
            open(tx, context, finding)
        }
        Some(row) if finding.differs(&row) => change(tx, context, row, finding),
        Some(_) => Ok(()),
    }
}

fn open(tx: &mut Tx<'_>, context: &Context, finding: &Finding) -> Result<(), Error> {
    if let Some(mark) = &finding.mark
        && let Some(row) = alerts::by_mark(tx, &finding.dedup_key, mark)?
    {
        return reopen(tx, context, row, finding);
    }
    let now = tx.now();
    let id: AlertId = new_id(&*context.random, now);
    let (rule_id, group_key) = finding.rule.clone().unzip();
    let mut row = AlertRow {
        id,
        dedup_key: finding.dedup_key.clone(),
        mark: finding.mark.clone(),
        kind: finding.kind,
        severity: finding.severity,
        state: AlertState::Open,
        object_kind: finding.object.0.to_owned(),
        object_id: finding.object.1.clone(),
        certificate_id: finding.certificate_id.clone(),
        agent_id: finding.agent_id.clone(),
        issuer_id: finding.issuer_id.clone(),
        owner_id: finding.owner_id.clone(),
        team_id: finding.team_id.clone(),
        environment: finding.environment.clone(),
        rule_id,
        group_key,
        title: finding.title.clone(),
        cause: finding.cause.clone(),
        code: finding.code.to_owned(),
        params: finding.params.clone(),
        count: 1,
        opened_at: now,
        changed_at: now,
        last_seen_at: now,
        acknowledged_at: None,
        acknowledged_by: None,
        snoozed_until: None,
        snoozed_until_change: false,
        note: None,
        closed_at: None,
        closed_because: None,
        told_at: None,
        close_due: false,
        assigned_to: None,
        assigned_at: None,
        unattended_since: Some(now),
        escalated_at: None,
        members: finding.members,
        told_members: 0,
        revision: 1,
    };
    // A rule's alerts are told group by group, when its evaluation is through.
    let tell = row.rule_id.is_none();
    if tell {
        row.told_at = Some(now);
    }
    if !alerts::insert(tx, &row)? {
        return Err(StoreError::Stale { what: "alert" }.into());
    }
    let kind = row.kind;
    tx.after_commit(move || measures::alert_opened(kind));
    let title = row.title.clone();
    recorded(tx, context, "alert.open", &row, title)?;
    if tell {
        announce::builtin(tx, context, &row, AlertEvent::Opened)?;
    }
    Ok(())
}

/// The same threshold of the same version is crossed again, after a policy was changed and changed back: the alert comes
/// back, and nobody is told a second time.
fn reopen(tx: &mut Tx<'_>, context: &Context, mut row: AlertRow, finding: &Finding) -> Result<(), Error> {
    row.state = step(&row, AlertStep::Returned)?;
    unattended(&mut row, tx.now());
    row.closed_at = None;
    row.closed_because = None;
    row.close_due = false;
    take_over(&mut row, finding, tx.now());
    alerts::update(tx, &mut row)?;
    let words = format!("{} is back", row.title);
    recorded(tx, context, "alert.reopen", &row, words)
}

/// It is open, and nobody has it from now on.
fn unattended(row: &mut AlertRow, now: Ts) {
    row.unattended_since = Some(now);
    row.escalated_at = None;
}

fn take_over(row: &mut AlertRow, finding: &Finding, now: Ts) {
    row.severity = finding.severity;
    row.title.clone_from(&finding.title);
    row.cause.clone_from(&finding.cause);
    finding.code.clone_into(&mut row.code);
    row.params = finding.params.clone();
    row.members = finding.members;
    row.owner_id.clone_from(&finding.owner_id);
    row.team_id.clone_from(&finding.team_id);
    row.environment.clone_from(&finding.environment);
    row.group_key = finding.rule.as_ref().map(|(_, group)| group.clone());
    row.count += 1;
    row.changed_at = now;
    row.last_seen_at = now;
}

fn change(tx: &mut Tx<'_>, context: &Context, mut row: AlertRow, finding: &Finding) -> Result<(), Error> {
    // A rule's receivers are told when its evaluation is through, and not in its quiet hours.
    let ruled = row.rule_id.is_some();
    let grown = row.told_members > 0 && has_grown(row.told_members, finding.members);
    let worse = finding.severity > row.severity || grown;
    // What is quiet until a time stays quiet; what is quiet until it changes has changed.
    let held = row.state == AlertState::Snoozed && !row.snoozed_until_change;
    let woken = row.state == AlertState::Snoozed && row.snoozed_until_change;
    take_over(&mut row, finding, tx.now());
    if !held {
        let open = row.state == AlertState::Open;
        if worse {
            row.state = step(&row, AlertStep::Worsened)?;
            if !open && row.state == AlertState::Open {
                unattended(&mut row, tx.now());
            }
        } else if woken {
            row.state = step(&row, AlertStep::Woken)?;
            unattended(&mut row, tx.now());
        }
        if woken {
            row.snoozed_until_change = false;
        }
    }
    let tell = !held && (worse || woken) && row.told_at.is_some();
    if tell {
        row.told_at = if ruled { None } else { Some(tx.now()) };
    }
    alerts::update(tx, &mut row)?;
    let words = format!("{} ({}): {}", row.title, row.severity, row.cause);
    recorded(tx, context, "alert.change", &row, words)?;
    if tell && !ruled {
        announce::one(tx, context, &row, AlertEvent::Changed)?;
    }
    Ok(())
}

/// Closes an alert whose cause is gone, and lets its receivers know.
///
/// # Errors
/// Those of the store.
pub fn cure(tx: &mut Tx<'_>, context: &Context, mut row: AlertRow, because: &str) -> Result<(), Error> {
    close(tx, context, &mut row, because)?;
    if row.told_at.is_some() && row.rule_id.is_none() {
        announce::builtin(tx, context, &row, AlertEvent::Closed)?;
    }
    Ok(())
}

fn close(tx: &mut Tx<'_>, context: &Context, row: &mut AlertRow, because: &str) -> Result<(), Error> {
    row.state = step(row, AlertStep::Cured)?;
    row.closed_at = Some(tx.now());
    row.closed_because = Some(because.to_owned());
    row.close_due = row.rule_id.is_some() && (row.told_at.is_some() || row.told_members > 0);
    row.snoozed_until = None;
    row.snoozed_until_change = false;
    alerts::update(tx, row)?;
    let words = format!("{} is over: {because}", row.title);
    recorded(tx, context, "alert.close", row, words)
}

fn step(row: &AlertRow, step: AlertStep) -> Result<AlertState, Error> {
    row.state.on(step).map_err(|error| {
        Error::conflict("alert_state", format!("{}: {error}", row.id), json!({ "state": row.state }))
    })
}

fn recorded(
    tx: &mut Tx<'_>,
    context: &Context,
    action: &'static str,
    row: &AlertRow,
    words: String,
) -> Result<(), Error> {
    let finding = ["severity", "title", "cause", "code", "params", "count", "changed_at", "last_seen_at"];
    let fields: &[&str] = match action {
        "alert.reopen" | "alert.change" => &finding,
        "alert.close" => &["state", "closed_at", "closed_because", "snoozed_until"],
        "alert.acknowledge" => &["state", "acknowledged_at", "acknowledged_by", "note", "snoozed_until"],
        "alert.snooze" => &["state", "snoozed_until", "snoozed_until_change", "note"],
        "alert.assign" => &["assigned_to", "assigned_at"],
        "alert.escalate" => &["escalated_at"],
        "alert.unsnooze" => &["state", "snoozed_until", "snoozed_until_change"],
        _ => &[],
    };
    tx.note_change("alert", row.id.as_str(), None, fields);
    if matches!(action, "alert.reopen" | "alert.change") {
        tx.note_change("alert", row.id.as_str(), None, &["state"]);
    }
    let facts = json!({
        "alert_id": row.id, "kind": row.kind, "severity": row.severity, "state": row.state,
        "object_kind": row.object_kind, "object_id": row.object_id, "certificate_id": row.certificate_id,
        "agent_id": row.agent_id, "issuer_id": row.issuer_id, "rule_id": row.rule_id, "revision": row.revision,
        "assigned_to": row.assigned_to,
    });
    Ok(success(tx, context, action, ("alert", row.id.as_str()), words, facts)?)
}

/// An alert that must be there, within a scope.
///
/// # Errors
/// 404.
pub fn load(tx: &mut Tx<'_>, scope: &Scope, id: &AlertId) -> Result<AlertRow, Error> {
    alerts::within(tx, scope, id)?.ok_or_else(|| Error::not_found("alert", id.as_str()))
}

/// A person knows of it: no reminders until it gets more urgent.
///
/// # Errors
/// 404, 409 when it is acknowledged or closed already.
pub fn acknowledge(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &AlertId,
    note: Option<&str>,
) -> Result<AlertRow, Error> {
    let mut row = load(tx, &context.scope, id)?;
    row.state = step(&row, AlertStep::Acknowledged)?;
    row.acknowledged_at = Some(tx.now());
    row.acknowledged_by = Some(context.actor.to_string());
    row.snoozed_until = None;
    row.snoozed_until_change = false;
    row.note = note.map(str::to_owned);
    alerts::update(tx, &mut row)?;
    let words = said(format!("{id} was acknowledged by {}", context.actor), note);
    recorded(tx, context, "alert.acknowledge", &row, words)?;
    if row.told_at.is_some() {
        announce::acknowledged(tx, context, &row)?;
    }
    Ok(row)
}

fn said(words: String, note: Option<&str>) -> String {
    match note {
        Some(note) => format!("{words}: {note}"),
        None => words,
    }
}

/// Whose an alert is from now on; nobody's without a user. Who has it may still not know of it: that is what acknowledging says.
///
/// # Errors
/// 404, 409 when it is closed, 422 for a user that is not there or disabled.
pub fn assign(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &AlertId,
    user: Option<&UserId>,
    note: Option<&str>,
) -> Result<AlertRow, Error> {
    let mut row = load(tx, &context.scope, id)?;
    if row.state == AlertState::Closed {
        let detail = format!("{id} is closed: nobody has to take it");
        return Err(Error::conflict("alert_state", detail, json!({ "state": row.state })));
    }
    let mut words = format!("{id} is nobody's any more");
    if let Some(user) = user {
        let found = users::by_id(tx, user)?.filter(|found| found.disabled_at.is_none());
        let found = found.ok_or_else(|| {
            Error::invalid_field("/user_id", format!("there is no user {user}, or it is disabled"))
        })?;
        words = format!("{id} was assigned to {}", found.username);
    }
    row.assigned_to = user.cloned();
    row.assigned_at = user.map(|_| tx.now());
    alerts::update(tx, &mut row)?;
    recorded(tx, context, "alert.assign", &row, said(words, note))?;
    Ok(row)
}

/// How long an alert is to be quiet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quiet {
    /// Until a time.
    Until(Ts),
    /// Until it changes.
    UntilChange,
}

/// A person wants quiet.
///
/// # Errors
/// 404, 409 when it is closed.
pub fn snooze(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &AlertId,
    quiet: Quiet,
    note: Option<&str>,
) -> Result<AlertRow, Error> {
    let mut row = load(tx, &context.scope, id)?;
    row.state = step(&row, AlertStep::Snoozed)?;
    (row.snoozed_until, row.snoozed_until_change) = match quiet {
        Quiet::Until(at) => (Some(at), false),
        Quiet::UntilChange => (None, true),
    };
    row.note = note.map(str::to_owned);
    alerts::update(tx, &mut row)?;
    let until = match quiet {
        Quiet::Until(at) => format!("until {at}"),
        Quiet::UntilChange => "until it changes".to_owned(),
    };
    let words = said(format!("{id} was snoozed {until} by {}", context.actor), note);
    recorded(tx, context, "alert.snooze", &row, words)?;
    Ok(row)
}

/// A person ends the quiet.
///
/// # Errors
/// 404, 409 when it is not snoozed.
pub fn unsnooze(tx: &mut Tx<'_>, context: &Context, id: &AlertId) -> Result<AlertRow, Error> {
    let mut row = load(tx, &context.scope, id)?;
    woken(&mut row, tx.now())?;
    alerts::update(tx, &mut row)?;
    recorded(tx, context, "alert.unsnooze", &row, format!("{id} is no longer snoozed"))?;
    Ok(row)
}

fn woken(row: &mut AlertRow, now: Ts) -> Result<(), Error> {
    row.state = step(row, AlertStep::Woken)?;
    unattended(row, now);
    row.snoozed_until = None;
    row.snoozed_until_change = false;
    Ok(())
}

/// Ends the quiet of alerts whose time has come, and reminds of them; says how many.
///
/// # Errors
/// Those of the store.
pub fn wake(tx: &mut Tx<'_>, context: &Context, limit: i64) -> Result<usize, Error> {
    let due = alerts::woken(tx, limit)?;
    let n = due.len();
    for mut row in due {
        woken(&mut row, tx.now())?;
        // A rule's receivers are told by the rule's next look.
        let ruled = row.rule_id.is_some();
        if row.told_at.is_some() {
            row.told_at = if ruled { None } else { Some(tx.now()) };
        }
        alerts::update(tx, &mut row)?;
        let words = format!("the quiet of {} is over: {}", row.id, row.title);
        recorded(tx, context, "alert.unsnooze", &row, words)?;
        if row.told_at.is_some() && !ruled {
            announce::one(tx, context, &row, AlertEvent::Reminder)?;
        }
    }
    Ok(n)
}
