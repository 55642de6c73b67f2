//! `certctl certs runs` and `explain`: how a certificate came to be as it is, and why.
//!
//! Not for: following work as it happens (`watch`). Invariant: shows what the server says, word for word.

use certctl_api::certificates::Timeline;
use certctl_api::explain::Explanation;
use certctl_api::runs::{Lane, Progress, Run};
use certctl_core::id::CertificateId;
use certctl_core::time::humane_seconds;
use serde_json::Value;

use super::answer;
use crate::failure::Failure;
use crate::output::{Exit, Tone};
use crate::session::Session;
use crate::table::relative;

const fn tone(state: Progress) -> Tone {
    match state {
        Progress::Done => Tone::Good,
        Progress::Running | Progress::Waiting => Tone::Notice,
        Progress::Failed => Tone::Bad,
        Progress::Cancelled | Progress::NotReached => Tone::Faint,
    }
}

/// The rounds of work.
///
/// # Errors
/// [`Failure`] of the request or the output.
pub(super) async fn runs(session: &mut Session<'_>, id: &CertificateId) -> Result<Exit, Failure> {
    let value: Value = session.client.read(&format!("/certificates/{id}/timeline")).await?;
    if session.console.format.is_machine() {
        session.console.document(&value["runs"])?;
        return Ok(Exit::Ok);
    }
    let timeline: Timeline = answer("GET /certificates/{id}/timeline", &value)?;
    if timeline.runs.is_empty() {
        session.console.hint("no work was done for it yet")?;
    }
    for run in &timeline.runs {
        show(session, run)?;
    }
    Ok(Exit::Ok)
}

fn show(session: &mut Session<'_>, run: &Run) -> Result<(), Failure> {
    let now = session.console.now();
    let by = run.requested_by.as_ref().map(|actor| format!(", by {actor}")).unwrap_or_default();
    let next = run.next_attempt_at.map(|at| format!(", next try {}", relative(at, now))).unwrap_or_default();
    session.console.line(&format!(
        "{} {} {} {}: {}{by}{next}",
        run.kind,
        run.id,
        tone(run.state).paint(run.state.as_str()),
        relative(run.started_at, now),
        run.reason
    ))?;
    for lane in &run.lanes {
        show_lane(session, lane)?;
    }
    Ok(())
}

fn show_lane(session: &mut Session<'_>, lane: &Lane) -> Result<(), Failure> {
    let holder = lane.agent_id.as_ref().map_or_else(|| "uploaded CSR".to_owned(), ToString::to_string);
    let version = lane.version_id.as_ref().map(|id| format!(" -> {id}")).unwrap_or_default();
    session.console.line(&format!("  {holder}{version}"))?;
    for step in &lane.steps {
        let took = step.milliseconds.map(|ms| format!("  +{ms} ms")).unwrap_or_default();
        let state = tone(step.state).paint(&format!("{:<11}", step.state.as_str()));
        session.console.line(&format!("    {:<13} {state}{took}", step.name.as_str()))?;
        for target in step.targets.iter().filter(|_| step.targets.len() > 1 || step.cause.is_some()) {
            let state = tone(target.state).paint(target.state.as_str());
            session.console.line(&format!("      {} {state}", target.target_id))?;
        }
        if let Some(cause) = &step.cause {
            session.console.line(&format!("      {}", Tone::Bad.paint(cause)))?;
        }
        if let Some(job) = &step.retry_job_id {
            session.console.line(&format!("      again: certctl jobs retry {job}"))?;
        }
    }
    Ok(())
}

/// Why.
///
/// # Errors
/// [`Failure`] of the request or the output.
pub(super) async fn explain(session: &mut Session<'_>, id: &CertificateId) -> Result<Exit, Failure> {
    let value: Value = session.client.read(&format!("/certificates/{id}/explain")).await?;
    let console = &mut *session.console;
    if console.format.is_machine() {
        console.document(&value)?;
        return Ok(Exit::Ok);
    }
    let told: Explanation = answer("GET /certificates/{id}/explain", &value)?;
    let now = console.now();
    console.line(&format!("{id} is {}: {}", told.status, told.why))?;
    for holder in &told.holders {
        let who = holder.agent_id.as_ref().map_or_else(|| "uploaded CSR".to_owned(), ToString::to_string);
        console.line(&format!("  {who}: {}", holder.reason))?;
        if let Some(end) = holder.not_after {
            let left = humane_seconds(end.seconds_since(now).max(0));
            console.line(&format!("    its version ends at {end} ({left} left)"))?;
        }
        if let Some(hint) = &holder.hint {
            if let Some((opens, closes)) = hint.opens_at.zip(hint.closes_at) {
                let why = hint.explanation.as_ref().map(|url| format!(", see {url}")).unwrap_or_default();
                console.line(&format!("    its authority wants it renewed from {opens} to {closes}{why}"))?;
                if let Some(at) = hint.renew_at {
                    console.line(&format!("    within that the moment is {at}"))?;
                }
            }
            if let Some(problem) = &hint.problem {
                let warning = Tone::Bad.paint("no renewal time from its authority:");
                console.line(&format!("    {warning} {problem}"))?;
            }
        }
    }
    for blocker in &told.blocked_by {
        console.line(&format!("{} {}", Tone::Bad.paint("in the way:"), blocker.detail))?;
        console.line(&format!("  what to do: {}", blocker.remedy))?;
    }
    if let Some(next) = &told.next {
        console.line(&format!("next: {} {}", next.what, relative(next.at, now)))?;
    }
    for past in &told.last {
        let by = past.actor.as_ref().map(|actor| format!(" by {actor}")).unwrap_or_default();
        let error = past.error.as_ref().map(|error| format!(": {error}")).unwrap_or_default();
        let (kind, reason, state) = (past.kind, &past.reason, past.state);
        console.line(&format!(
            "  {} {kind} {}{by}, {reason}: {state}{error}",
            relative(past.at, now),
            past.job_id
        ))?;
    }
    Ok(Exit::Ok)
}
