//! `certctl certs runs` and `explain`: how a certificate came to be as it is, and why.
//!
//! Not for: following work as it happens (`watch`). Invariant: shows what the server says, word for word.

use certctl_api::certificates::Timeline;
use certctl_api::explain::{Explanation, HolderExplanation};
use certctl_api::runs::{Lane, Progress, Run};
use certctl_core::id::CertificateId;
use certctl_core::time::{Ts, humane_seconds};
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

/// What is decided for a key holder, and what the authority wishes (RFC 9773).
fn about_holder(holder: &HolderExplanation, now: Ts) -> Vec<String> {
    let who = holder.agent_id.as_ref().map_or_else(|| "uploaded CSR".to_owned(), ToString::to_string);
    let mut lines = vec![format!("  {who}: {}", holder.reason)];
    if let Some(end) = holder.not_after {
        let left = humane_seconds(end.seconds_since(now).max(0));
        lines.push(format!("    its version ends at {end} ({left} left)"));
    }
    let Some(hint) = &holder.hint else { return lines };
    if let Some((opens, closes)) = hint.opens_at.zip(hint.closes_at) {
        let why = hint.explanation.as_ref().map(|url| format!(", see {url}")).unwrap_or_default();
        lines.push(format!("    its authority wants it renewed from {opens} to {closes}{why}"));
        lines.extend(hint.renew_at.map(|at| format!("    within that the moment is {at}")));
    }
    if let Some(problem) = &hint.problem {
        let warning = Tone::Bad.paint("no renewal time from its authority:");
        lines.push(format!("    {warning} {problem}"));
    }
    lines
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
    for line in told.holders.iter().flat_map(|holder| about_holder(holder, now)) {
        console.line(&line)?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: &str = "2026-12-01T00:00:00Z";

    fn lines(hint: &Value) -> Vec<String> {
        let holder = json!({
            "agent_id": "ag-web-1", "decision": "wait", "code": "authority_window",
            "reason": "wait: it is renewed at 2026-12-04T06:00:00Z, in the window that its issuer asks for",
            "renew_after": "2026-12-03T00:00:00Z", "not_after": "2026-12-06T00:00:00Z",
            "next_look_at": "2026-12-04T06:00:00Z", "open_job_id": null, "hint": hint,
        });
        about_holder(&serde_json::from_value(holder).unwrap(), NOW.parse().unwrap())
    }

    #[test]
    fn the_authoritys_wish_is_told_with_its_moment_and_its_reason() {
        let told = lines(&json!({
            "opens_at": "2026-12-04T00:00:00Z", "closes_at": "2026-12-05T00:00:00Z",
            "renew_at": "2026-12-04T06:00:00Z", "explanation": "https://ca.example/why", "problem": null,
            "asked_at": NOW, "ask_at": "2026-12-01T06:00:00Z",
        }));
        assert_eq!(
            told,
            [
                "  ag-web-1: wait: it is renewed at 2026-12-04T06:00:00Z, in the window that its issuer asks for",
                "    its version ends at 2026-12-06T00:00:00Z (5d left)",
                "    its authority wants it renewed from 2026-12-04T00:00:00Z to 2026-12-05T00:00:00Z, see https://ca.example/why",
                "    within that the moment is 2026-12-04T06:00:00Z",
            ]
        );
    }

    #[test]
    fn an_authority_that_says_nothing_is_told_with_the_cause() {
        let told = lines(&json!({
            "opens_at": null, "closes_at": null, "renew_at": null, "explanation": null,
            "problem": "it answered 503", "asked_at": NOW, "ask_at": "2026-12-01T06:00:00Z",
        }));
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[2].contains("no renewal time from its authority:"), "{told:?}");
        assert!(told[2].ends_with(" it answered 503"), "{told:?}");
        assert_eq!(lines(&Value::Null).len(), 2, "an authority without such wishes is not spoken of");
    }
}
