//! Tests of targets: asked for, taken by the agent, reported check by check, ended by their deadline.
//!
//! Alternatives: a job (it is tried again, waits for hours and is kept for months, none of which a test wants), and one long
//! request (a person could not watch it, and a proxy would cut it).
//! Not for: carrying checks out (the agent's `work/target_test.rs`). Invariants: only the agent of a test takes it and reports on
//! it; no test stays open past its deadline; each change leaves an event with the checks that it changed.

use certctl_api::agent_protocol::TestReport;
use certctl_api::target_tests::TargetCheck;
use certctl_connectors::targets::read_config;
use certctl_core::agent::{AgentHealth, AgentState, health};
use certctl_core::id::{AgentId, TargetId, TargetTestId};
use certctl_core::target_test::{CheckName, CheckState, TargetTestEvent, TargetTestState, outcome};
use certctl_store::agents::{self, AgentRow};
use certctl_store::audit::{self, Context};
use certctl_store::target_tests::{self, ONE_OPEN, TargetTestRow};
use certctl_store::targets::TargetRow;
use certctl_store::{StoreError, Tx};
use serde_json::{Value, json};

use crate::error::{Error, FieldError};
use crate::ops::{self, failure, success};

/// How long an agent may take to take a test.
pub const ANSWER_SECONDS: i64 = 60;
/// How long it may then take for all checks.
pub const TEST_SECONDS: i64 = 120;
/// How long what an earlier test found counts for one that does not carry the check out.
pub const CARRIED_SECONDS: i64 = 900;
/// How many tests an agent can have before it.
pub const MAX_OPEN: i64 = 8;
/// How many tests of a target, and of an agent's configurations that are not saved, are kept.
pub const KEPT: i64 = 20;
/// How long a test of a configuration that is then saved counts as the target's.
const ADOPTED_SECONDS: i64 = 3_600;
/// Tests handed out with one poll.
const AT_ONCE: i64 = 4;
/// The most letters of what an agent says of a check.
const MAX_TEXT: usize = 2_000;

const REQUEST: &str = "target_test.request";
const PROGRESS: &str = "target_test.progress";
const END: &str = "target_test.end";

/// What is to be tested.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Which target; none when it is not saved.
    pub target_id: Option<TargetId>,
    /// Who carries it out.
    pub agent_id: AgentId,
    /// The kind.
    pub kind: String,
    /// The configuration.
    pub config: Value,
    /// Only these checks, and what they need; all when empty.
    pub only: Vec<CheckName>,
}

/// One that must be there.
///
/// # Errors
/// 404.
pub fn load(tx: &mut Tx<'_>, id: &TargetTestId) -> Result<TargetTestRow, Error> {
    target_tests::by_id(tx, id)?.ok_or_else(|| Error::not_found("target test", id.as_str()))
}

/// The checks of a test.
///
/// # Errors
/// A fault of ours when the row cannot be read.
pub fn checks_of(row: &TargetTestRow) -> Result<Vec<TargetCheck>, Error> {
    serde_json::from_value(row.checks.clone())
        .map_err(|error| Error::internal(format!("the checks of {} cannot be read: {error}", row.id)))
}

/// Stands for kind and configuration.
fn digest(kind: &str, config: &Value) -> String {
    hex::encode(certctl_core::audit::leaf(&[kind, &config.to_string()]))
}

fn new_check(name: CheckName) -> TargetCheck {
    TargetCheck {
        name,
        title: name.title().to_owned(),
        state: CheckState::Pending,
        detail: None,
        fix: None,
        milliseconds: None,
        carried: false,
    }
}

/// The checks of a configuration, and those of them that have to be carried out.
fn planned(tx: &mut Tx<'_>, wanted: &Wanted, digest: &str) -> Result<Vec<TargetCheck>, Error> {
    let config = read_config(&wanted.kind, &wanted.config).map_err(|problems| {
        let each = |problem: &certctl_connectors::fields::Problem| FieldError {
            pointer: format!("/config{}", problem.pointer()),
            detail: problem.detail.clone(),
        };
        Error::Invalid(problems.iter().map(each).collect())
    })?;
    let names = config.checks();
    for (i, name) in wanted.only.iter().enumerate() {
        if !names.contains(name) {
            let known: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
            let detail = format!("this configuration has no check {name}; it has {}", known.join(", "));
            return Err(Error::invalid_field(format!("/only/{i}"), detail));
        }
    }
    let since = tx.now().plus_seconds(-CARRIED_SECONDS);
    let earlier = target_tests::newest_of(tx, &wanted.agent_id, digest)?
        .filter(|row| row.ended_at.is_some_and(|at| at >= since));
    let earlier = earlier.as_ref().map(checks_of).transpose()?.unwrap_or_default();
    let is_wanted = |name: CheckName| {
        let is_named = wanted.only.is_empty() || wanted.only.contains(&name);
        is_named || !earlier.iter().any(|check| check.name == name && check.state.is_good())
    };
    let carried_out: Vec<CheckName> = names.iter().copied().filter(|name| is_wanted(*name)).collect();
    let is_needed = |name: &CheckName| carried_out.iter().any(|check| check.needs().contains(name));
    Ok(names
        .iter()
        .map(|name| match earlier.iter().find(|check| check.name == *name) {
            Some(found) if !carried_out.contains(name) && !is_needed(name) && *name != CheckName::Agent => {
                TargetCheck { carried: true, ..found.clone() }
            }
            Some(_) | None => new_check(*name),
        })
        .collect())
}

/// Asks an agent for a test. One that can never come is answered at once.
///
/// # Errors
/// 409 when the agent is retired or the same configuration is being tested, 422 for a check that the configuration does not
/// have, 429 when the agent has too many tests before it.
pub fn request(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &TargetTestId,
    wanted: &Wanted,
) -> Result<TargetTestRow, Error> {
    let now = tx.now();
    let agent = agents::by_id(tx, &wanted.agent_id)?
        .ok_or_else(|| Error::not_found("agent", wanted.agent_id.as_str()))?;
    if agent.state == AgentState::Retired {
        return Err(ops::agents::retired(agent.id.as_str()));
    }
    let digest = digest(&wanted.kind, &wanted.config);
    if let Some(open) = target_tests::open_of(tx, &agent.id, &digest)? {
        return Err(open_already(&agent.id, json!({ "test_id": open })));
    }
    if target_tests::count_open(tx, &agent.id)? >= MAX_OPEN {
        return Err(Error::RateLimited {
            detail: format!("{} has {MAX_OPEN} tests before it: wait until one has ended", agent.id),
            retry_after: 10,
            budget: "target_tests",
        });
    }
    let mut row = TargetTestRow {
        id: id.clone(),
        target_id: wanted.target_id.clone(),
        agent_id: agent.id.clone(),
        kind: wanted.kind.clone(),
        config: wanted.config.clone(),
        state: TargetTestState::Pending,
        checks: Value::Null,
        requested_by_kind: context.actor.kind().to_owned(),
        requested_by: context.actor.id().to_owned(),
        created_at: now,
        deadline_at: now.plus_seconds(ANSWER_SECONDS),
        started_at: None,
        ended_at: None,
        revision: 1,
        digest,
    };
    let mut checks = planned(tx, wanted, &row.digest)?;
    if let Some((detail, fix)) = out_of_reach(&agent) {
        break_off(&mut checks, &detail, Some(&fix));
        row.state = moved(row.state, TargetTestEvent::TimeOver)?;
        row.ended_at = Some(now);
    } else if let Some(check) = checks.first_mut() {
        check.state = CheckState::Running;
        check.detail = Some(waiting(&agent, &row));
    }
    row.checks = json!(checks);
    target_tests::keep_newest(tx, row.target_id.as_ref(), &agent.id, KEPT - 1)?;
    target_tests::insert(tx, &row).map_err(|error| {
        // Another replica was quicker.
        if error.violates(ONE_OPEN) { open_already(&agent.id, json!({})) } else { error.into() }
    })?;
    let what = row.target_id.as_ref().map_or("a configuration that is not saved", TargetId::as_str);
    let summary = format!("{} is to test {what}", agent.id);
    let about = ("target_test", row.id.as_str());
    success(tx, context, REQUEST, about, summary, facts(&row, &checks))?;
    tx.notify(format!("agent:{}", agent.id));
    Ok(row)
}

fn open_already(agent: &AgentId, params: Value) -> Error {
    let detail = format!("this configuration is being tested on {agent} already: look at that test");
    Error::conflict("test_open", detail, params)
}

/// Why an agent will not answer however long one waits, and what to do.
fn out_of_reach(agent: &AgentRow) -> Option<(String, String)> {
    match agent.state {
        AgentState::Active => None,
        AgentState::Quarantined => Some((
            format!("{} is quarantined: it is given no work until a person lifts that", agent.id),
            format!("certctl agents activate {}", agent.id),
        )),
        AgentState::Retired => Some((
            format!("{} is retired: it does nothing any more", agent.id),
            "certctl agents invite".to_owned(),
        )),
    }
}

fn last_seen(agent: &AgentRow) -> String {
    agent.last_seen_at.map_or_else(|| "it was never seen".to_owned(), |at| format!("last seen {at}"))
}

/// What is said while the agent has not taken the test.
fn waiting(agent: &AgentRow, row: &TargetTestRow) -> String {
    let until = row.deadline_at;
    match health(agent.last_seen_at, row.created_at) {
        AgentHealth::Online => format!("waits for {} until {until}", agent.id),
        health @ (AgentHealth::Late | AgentHealth::Offline) => {
            format!("{} is {health} ({}); waits for it until {until}", agent.id, last_seen(agent))
        }
    }
}

/// Ends the checks that have not ended: the first of them failed, the others were not carried out.
fn break_off(checks: &mut [TargetCheck], detail: &str, fix: Option<&str>) {
    let mut culprit: Option<String> = None;
    for check in checks.iter_mut().filter(|check| !check.state.is_ended()) {
        match &culprit {
            None => {
                check.state = CheckState::Failed;
                check.detail = Some(detail.to_owned());
                check.fix = fix.map(str::to_owned);
                culprit = Some(check.title.clone());
            }
            Some(title) => {
                check.state = CheckState::Skipped;
                check.detail = Some(format!("not carried out: \"{title}\" failed"));
            }
        }
    }
}

fn moved(state: TargetTestState, event: TargetTestEvent) -> Result<TargetTestState, Error> {
    state
        .on(event)
        .map_err(|error| Error::conflict("test_state", error.to_string(), json!({ "state": error.state })))
}

fn facts(row: &TargetTestRow, changed: &[TargetCheck]) -> Value {
    json!({
        "test_id": row.id, "target_id": row.target_id, "agent_id": row.agent_id, "kind": row.kind,
        "state": row.state, "checks": changed,
    })
}

/// Writes a row whose checks are as given; `before` are the checks as they were read.
fn write(
    tx: &mut Tx<'_>,
    context: &Context,
    row: &mut TargetTestRow,
    from: TargetTestState,
    (before, checks): (&[TargetCheck], &[TargetCheck]),
) -> Result<(), Error> {
    let is_news = |check: &&TargetCheck| {
        let old = before.iter().find(|old| old.name == check.name);
        old.is_none_or(|old| {
            (old.state, &old.detail, old.carried) != (check.state, &check.detail, check.carried)
        })
    };
    let changed: Vec<TargetCheck> = checks.iter().filter(is_news).cloned().collect();
    row.checks = json!(checks);
    let fields: &[&str] = match (from == row.state, row.ended_at.is_some()) {
        (true, _) => &["checks"],
        (false, false) => &["checks", "deadline_at", "started_at", "state"],
        (false, true) => &["checks", "ended_at", "state"],
    };
    target_tests::update(tx, row, fields)?;
    row.revision += 1;
    let facts = facts(row, &changed);
    if row.state.is_open() {
        // Progress: the request and the end are in the trail.
        tx.note_audit();
        audit::emit(tx, context, PROGRESS, "target_test", row.id.as_str(), facts.to_string())?;
        return Ok(());
    }
    let what = row.target_id.as_ref().map_or("a configuration that is not saved", TargetId::as_str);
    let worst = checks.iter().find(|check| check.state == CheckState::Failed);
    let because = worst.map(|check| format!(" ({})", check.name)).unwrap_or_default();
    let summary = format!("the test of {what} by {} is {}{because}", row.agent_id, row.state);
    let about = ("target_test", row.id.as_str());
    if row.state.is_failure() {
        failure(tx, context, END, about, summary, facts)?;
    } else {
        success(tx, context, END, about, summary, facts)?;
    }
    Ok(())
}

/// Marks the check whose turn it is.
fn begin_next(checks: &mut [TargetCheck]) {
    if let Some(next) = checks.iter_mut().find(|check| !check.state.is_ended()) {
        next.state = CheckState::Running;
        next.detail = None;
    }
}

/// Hands an agent the tests that wait for it.
///
/// # Errors
/// Those of the store.
pub fn take(tx: &mut Tx<'_>, context: &Context, agent: &AgentId) -> Result<Vec<TargetTestRow>, Error> {
    let now = tx.now();
    let waiting = target_tests::pending(tx, agent, AT_ONCE)?;
    if waiting.is_empty() {
        return Ok(Vec::new());
    }
    let known = agents::by_id(tx, agent)?;
    let program = known.and_then(|row| Some(format!("{} on {}", row.version?, row.platform?)));
    let mut taken = Vec::with_capacity(waiting.len());
    for mut row in waiting {
        let before = checks_of(&row)?;
        let mut checks = before.clone();
        let milliseconds = i64::try_from(now.since(row.created_at).as_millis()).unwrap_or(i64::MAX);
        if let Some(check) = checks.iter_mut().find(|check| check.name == CheckName::Agent) {
            check.state = CheckState::Passed;
            let program = program.as_deref().unwrap_or("unknown program");
            check.detail = Some(format!("{agent} took it after {milliseconds} ms: certctl-agent {program}"));
            check.milliseconds = Some(milliseconds);
        }
        begin_next(&mut checks);
        row.state = moved(row.state, TargetTestEvent::Taken)?;
        row.started_at = Some(now);
        row.deadline_at = now.plus_seconds(TEST_SECONDS);
        write(tx, context, &mut row, TargetTestState::Pending, (&before, &checks))?;
        taken.push(row);
    }
    Ok(taken)
}

/// Takes an agent's word on checks. What ended already stays as it is, so that a report may come twice.
///
/// # Errors
/// 403 when the test is another agent's, 404, 409 when it is not under way.
pub fn report(
    tx: &mut Tx<'_>,
    context: &Context,
    agent: &AgentId,
    id: &TargetTestId,
    report: &TestReport,
) -> Result<TargetTestState, Error> {
    let mut row = load(tx, id)?;
    if row.agent_id != *agent {
        return Err(Error::not_yours("target test", id.as_str()));
    }
    if row.state != TargetTestState::Running {
        let detail = format!("{id} is not under way: it is {}", row.state);
        return Err(Error::conflict("test_state", detail, json!({ "state": row.state })));
    }
    let before = checks_of(&row)?;
    let mut checks = before.clone();
    for said in &report.checks {
        let known = checks.iter_mut().find(|check| check.name == said.name && !check.state.is_ended());
        let Some(check) = known.filter(|_| said.state.is_ended()) else { continue };
        check.state = said.state;
        check.detail = Some(said.detail.chars().take(MAX_TEXT).collect());
        check.fix = said.fix.as_ref().map(|fix| fix.chars().take(MAX_TEXT).collect());
        check.milliseconds = Some(said.milliseconds.clamp(0, TEST_SECONDS * 1_000));
    }
    if report.done {
        for check in checks.iter_mut().filter(|check| !check.state.is_ended()) {
            check.state = CheckState::Skipped;
            check.detail =
                Some("the agent did not carry it out; is its program older than the server?".to_owned());
        }
        let states: Vec<CheckState> = checks.iter().map(|check| check.state).collect();
        row.state = moved(row.state, outcome(&states))?;
        row.ended_at = Some(tx.now());
    } else {
        begin_next(&mut checks);
    }
    if checks.iter().map(|check| check.state).eq(before.iter().map(|check| check.state)) && !report.done {
        tx.note_audit();
        return Ok(row.state);
    }
    write(tx, context, &mut row, TargetTestState::Running, (&before, &checks))?;
    Ok(row.state)
}

/// Ends tests whose deadline has passed; says how many.
///
/// # Errors
/// Those of the store.
pub fn expire(tx: &mut Tx<'_>, context: &Context, limit: i64) -> Result<u64, Error> {
    let now = tx.now();
    let mut n = 0;
    for mut row in target_tests::overdue(tx, limit)? {
        let from = row.state;
        let seen = agents::by_id(tx, &row.agent_id)?.as_ref().map(last_seen).unwrap_or_default();
        let (agent, taken) = (&row.agent_id, row.started_at.unwrap_or(row.created_at));
        let detail = match from {
            TargetTestState::Running => format!(
                "{agent} took the test at {taken} and did not report its end within {TEST_SECONDS} s; {seen}"
            ),
            TargetTestState::Pending
            | TargetTestState::Passed
            | TargetTestState::Warned
            | TargetTestState::Failed
            | TargetTestState::Unanswered => {
                format!("{agent} did not answer within {ANSWER_SECONDS} s; {seen}")
            }
        };
        let fix = "on its host: systemctl status certctl-agent; journalctl -u certctl-agent -n 50";
        let before = checks_of(&row)?;
        let mut checks = before.clone();
        break_off(&mut checks, &detail, Some(fix));
        row.state = moved(from, TargetTestEvent::TimeOver)?;
        row.ended_at = Some(now);
        write(tx, context, &mut row, from, (&before, &checks))?;
        n += 1;
    }
    Ok(n)
}

/// A target was made: what was tested just before it was saved counts as its test.
///
/// # Errors
/// Those of the store.
pub fn adopt(tx: &mut Tx<'_>, target: &TargetRow) -> Result<(), StoreError> {
    let since = tx.now().plus_seconds(-ADOPTED_SECONDS);
    let tested = target_tests::newest_of(tx, &target.agent_id, &digest(&target.kind, &target.config))?;
    match tested.filter(|row| row.target_id.is_none() && row.created_at >= since) {
        Some(row) => target_tests::adopt(tx, &row, &target.id),
        None => Ok(()),
    }
}
