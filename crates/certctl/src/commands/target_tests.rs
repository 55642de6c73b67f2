//! `certctl targets test`: whether a deployment would work there, each check as it ends.
//!
//! Not for: the checks (the agent carries them out). Invariant: the exit code is 0 only when no check failed.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use certctl_api::target_tests::{StartTargetTest, TargetCheck, TargetTest, TestTargetDraft};
use certctl_core::id::{AgentId, TargetId, TargetTestId};
use certctl_core::target_test::{CheckName, CheckState, TargetTestState};
use clap::Args;
use serde::Deserialize as _;
use serde_json::Value;

use crate::arguments::{ConfigArguments, one_of};
use crate::failure::Failure;
use crate::output::{Exit, Tone};
use crate::session::Session;
use crate::table::{Column, or_dash};

/// How often the test is looked at.
const LOOK: Duration = Duration::from_millis(300);

/// `certctl targets test ...`
#[derive(Debug, Args)]
pub(crate) struct Test {
    /// Such as tgt-web-1; leave it out to test what is not saved, by --kind, --agent and --config
    #[arg(required_unless_present = "kind")]
    id: Option<TargetId>,
    /// Of a target that is not saved: its kind, such as nginx
    #[arg(long, conflicts_with = "id", requires = "agent")]
    kind: Option<String>,
    /// Of a target that is not saved: who would deploy there
    #[arg(long, value_name = "ID", conflicts_with = "id", requires = "kind")]
    agent: Option<AgentId>,
    #[command(flatten)]
    config: ConfigArguments,
    /// Only these checks and what they need; the others keep what was found in the last 15 minutes
    #[arg(long, value_delimiter = ',', value_parser = one_of(CheckName::ALL, CheckName::as_str))]
    only: Vec<CheckName>,
    /// Do not wait for its end
    #[arg(long)]
    no_wait: bool,
}

/// The tests of a target, in a table.
pub(crate) const COLUMNS: &[Column<TargetTest>] = &[
    Column::new("Id", |test, _| test.id.to_string()),
    Column::toned("State", |test, _| test.state.to_string(), |test| tone(test.state)),
    Column::new("Target", |test, _| or_dash(test.target_id.as_ref())),
    Column::new("Agent", |test, _| test.agent_id.to_string()),
    Column::new("Began", |test, view| view.time(test.created_at)),
    Column::new("Ended", |test, view| view.time(test.ended_at)),
    Column::new("Failed", |test, _| failed(test)),
    Column::wide("By", |test, _| test.requested_by.to_string()),
    Column::show("Checks", |test, _| test.checks.iter().map(line).collect::<Vec<_>>().join("\n")),
];

/// The tone of a test's state.
pub(crate) const fn tone(state: TargetTestState) -> Tone {
    match state {
        TargetTestState::Passed => Tone::Good,
        TargetTestState::Pending | TargetTestState::Running | TargetTestState::Warned => Tone::Notice,
        TargetTestState::Failed | TargetTestState::Unanswered => Tone::Bad,
    }
}

fn failed(test: &TargetTest) -> String {
    let names: Vec<&str> = test
        .checks
        .iter()
        .filter(|check| check.state == CheckState::Failed)
        .map(|check| check.name.as_str())
        .collect();
    if names.is_empty() { "-".to_owned() } else { names.join(", ") }
}

/// A check in one line, and its fix below.
fn line(check: &TargetCheck) -> String {
    let (mark, tone) = match check.state {
        CheckState::Passed => ("✓", Tone::Good),
        CheckState::Warning => ("!", Tone::Notice),
        CheckState::Failed => ("✗", Tone::Bad),
        CheckState::Skipped => ("-", Tone::Faint),
        CheckState::Pending | CheckState::Running => ("…", Tone::Faint),
    };
    let took = match (check.carried, check.milliseconds) {
        (true, _) => " (as before)".to_owned(),
        (false, Some(took)) => format!(" ({took} ms)"),
        (false, None) => String::new(),
    };
    let detail = check.detail.as_ref().map(|detail| format!(": {detail}")).unwrap_or_default();
    let mut text = format!("{} {} {}{took}{detail}", tone.paint(mark), check.name, check.state);
    for fix in check.fix.iter().flat_map(|fix| fix.lines()) {
        text.push_str(&format!("\n    {fix}"));
    }
    text
}

impl Test {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        let config = self.config.value()?;
        let (path, mut answer): (String, Value) = match (&self.id, &self.kind, &self.agent) {
            (Some(_), _, _) if config.is_some() => {
                return Err(Failure::usage(
                    "a saved target is tested as it is",
                    "leave --config and --set out, or test it as --kind and --agent",
                ));
            }
            (Some(id), _, _) => {
                let path = format!("/targets/{id}/test");
                let body = StartTargetTest { only: self.only.clone() };
                (path.clone(), session.client.post(&path, &body).await?)
            }
            (None, Some(kind), Some(agent)) => {
                let body = TestTargetDraft {
                    agent_id: agent.clone(),
                    kind: kind.clone(),
                    config: config.unwrap_or_else(|| Value::Object(serde_json::Map::new())),
                    only: self.only.clone(),
                };
                ("/targets/test".to_owned(), session.client.post("/targets/test", &body).await?)
            }
            (None, _, _) => {
                return Err(Failure::usage("nothing is to be tested", "give an id, or --kind and --agent"));
            }
        };
        let read = |answer: &Value| {
            TargetTest::deserialize(answer)
                .map_err(|error| Failure::Answer { what: format!("POST {path}"), detail: error.to_string() })
        };
        let mut test = read(&answer)?;
        let end = Instant::now() + session.wait_limit;
        let mut said = HashSet::new();
        loop {
            for check in test.checks.iter().filter(|check| check.state.is_ended()) {
                if said.insert(check.name) {
                    session.console.say(&line(check))?;
                }
            }
            if self.no_wait || !test.state.is_open() {
                break;
            }
            if Instant::now() >= end {
                return Err(timed_out(&test.id));
            }
            tokio::time::sleep(LOOK).await;
            answer = session.client.read(&format!("/target-tests/{}", test.id)).await?;
            test = read(&answer)?;
        }
        if session.console.format.is_machine() {
            session.console.document(&answer)?;
        } else if session.console.quiet {
            session.console.line(test.id.as_str())?;
        } else if test.state.is_open() {
            session.console.hint(&format!("it is under way: certctl targets show-test {}", test.id))?;
        } else {
            session.console.say(&format!(
                "{} is {}",
                test.id,
                tone(test.state).paint(test.state.as_str())
            ))?;
        }
        Ok(if test.state.is_failure() { Exit::Negative } else { Exit::Ok })
    }
}

fn timed_out(id: &TargetTestId) -> Failure {
    Failure::TimedOut {
        what: format!("{id} has not ended"),
        next: format!("it goes on: certctl targets show-test {id}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_said_with_what_was_measured_and_what_to_do() {
        let mut check = TargetCheck {
            name: CheckName::Paths,
            title: "Paths can be written".to_owned(),
            state: CheckState::Failed,
            detail: Some("/tls cannot be written".to_owned()),
            fix: Some("sudo a\nsudo b".to_owned()),
            milliseconds: Some(3),
            carried: false,
        };
        let plain = |check: &TargetCheck| anstream::adapter::strip_str(&line(check)).to_string();
        assert_eq!(plain(&check), "✗ paths failed (3 ms): /tls cannot be written\n    sudo a\n    sudo b");
        check = TargetCheck { state: CheckState::Passed, carried: true, detail: None, fix: None, ..check };
        assert_eq!(plain(&check), "✓ paths passed (as before)");
    }
}
