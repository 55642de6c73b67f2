//! What the state of jobs means for somebody who watches: lines, each with its moment.
//!
//! Not for: fetching. Pure: jobs and events in, lines out. Invariants: the state of a job decides what is said, an event
//! only when it happened; nothing is said twice.

use std::collections::{BTreeMap, HashMap};

use certctl_api::events::Event;
use certctl_api::jobs::{Job, JobDetail, JobStep};
use certctl_core::id::JobId;
use certctl_core::job::{JobKind, JobState};
use certctl_core::time::Ts;

use crate::output::Tone;

/// One line of the live view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// When it happened.
    pub(crate) at: Ts,
    /// What.
    pub(crate) text: String,
    /// How it is to be taken.
    pub(crate) tone: Tone,
}

/// What was said about a job so far.
#[derive(Debug, Default)]
struct Said {
    asked: bool,
    key: bool,
    steps: usize,
    failed_try: i64,
    end: bool,
}

/// What was said so far.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    said: BTreeMap<JobId, Said>,
    /// When a job came into a state, by its events.
    moments: HashMap<(String, String), Ts>,
}

impl Progress {
    /// Notes when things happened; returns whether it was about one of these jobs or this certificate.
    pub(crate) fn note(&mut self, event: &Event, certificate_id: &str) -> bool {
        let text = |name: &str| event.data.get(name).and_then(|value| value.as_str());
        if event.kind == "job.changed"
            && let Some(state) = text("state")
        {
            // The first time counts: a job that is tried again comes into a state more than once.
            self.moments.entry((event.object_id.clone(), state.to_owned())).or_insert(event.at);
        }
        event.object_id == certificate_id || text("certificate_id") == Some(certificate_id)
    }

    fn moment(&self, job: &Job, state: JobState, otherwise: Ts) -> Ts {
        self.moments.get(&(job.id.to_string(), state.to_string())).copied().unwrap_or(otherwise)
    }

    /// The lines that a job's present state adds, oldest first.
    pub(crate) fn take(&mut self, detail: &JobDetail) -> Vec<Line> {
        let mut said = self.said.remove(&detail.job.id).unwrap_or_default();
        let mut lines = Vec::new();
        match detail.job.kind {
            JobKind::Issuance | JobKind::Renewal => self.key(&detail.job, &mut said, &mut lines),
            JobKind::Deployment | JobKind::Validation => {}
        }
        // That the key was made is said above already.
        for step in detail.steps.iter().skip(said.steps).filter(|step| step.name != "key") {
            lines.push(step_line(&detail.job, step));
        }
        said.steps = said.steps.max(detail.steps.len());
        self.end(detail, &mut said, &mut lines);
        self.said.insert(detail.job.id.clone(), said);
        lines
    }

    /// Who makes the key, and that it was made.
    fn key(&self, job: &Job, said: &mut Said, lines: &mut Vec<Line>) {
        let Some(agent) = &job.agent_id else { return };
        if !said.asked {
            said.asked = true;
            let text = format!("{agent} is asked for a key and a CSR");
            lines.push(Line { at: job.created_at, text, tone: Tone::Plain });
        }
        let made = match job.state {
            JobState::Pending | JobState::Running | JobState::Completed => true,
            JobState::Failed | JobState::Cancelled => job.attempts > 0,
            JobState::AwaitingApproval | JobState::AwaitingCsr => false,
        };
        if made && !said.key {
            said.key = true;
            let at = self.moment(job, JobState::Pending, job.finished_at.unwrap_or(job.updated_at));
            lines.push(Line {
                at,
                text: format!("key made by {agent}, its CSR accepted"),
                tone: Tone::Plain,
            });
        }
    }

    fn end(&self, detail: &JobDetail, said: &mut Said, lines: &mut Vec<Line>) {
        let job = &detail.job;
        let what = name_of(job);
        let cause = job.error.as_deref().unwrap_or("no cause was given");
        let ended = job.finished_at.unwrap_or(job.updated_at);
        match job.state {
            JobState::Pending if job.attempts > said.failed_try && job.error.is_some() => {
                said.failed_try = job.attempts;
                let wait = job.run_after.since(job.updated_at).as_secs_f64();
                let tries = format!("try {} of {}", job.attempts, job.max_attempts);
                let text = format!("{what}: {tries} failed: {cause}; the next in {wait:.1}s");
                lines.push(Line { at: job.updated_at, text, tone: Tone::Notice });
            }
            JobState::Pending | JobState::AwaitingApproval | JobState::AwaitingCsr | JobState::Running => {}
            JobState::Completed | JobState::Failed | JobState::Cancelled if said.end => {}
            JobState::Completed => {
                said.end = true;
                match job.kind {
                    JobKind::Issuance | JobKind::Renewal => {
                        let version =
                            job.version_id.as_ref().map(|id| format!(" as {id}")).unwrap_or_default();
                        lines.push(Line { at: ended, text: format!("issued{version}"), tone: Tone::Good });
                    }
                    // Whether it was seen live is said at the end, from the deployment itself.
                    JobKind::Deployment | JobKind::Validation => {}
                }
            }
            JobState::Failed => {
                said.end = true;
                lines.push(Line { at: ended, text: format!("{what} failed: {cause}"), tone: Tone::Bad });
            }
            JobState::Cancelled => {
                said.end = true;
                lines.push(Line {
                    at: ended,
                    text: format!("{what} was called off: {cause}"),
                    tone: Tone::Bad,
                });
            }
        }
    }
}

/// The job in words.
pub(crate) fn name_of(job: &Job) -> String {
    let kind = job.kind.to_string().to_lowercase();
    match (&job.target_id, &job.agent_id) {
        (Some(target), _) if job.kind == JobKind::Validation => format!("look at {target}"),
        (Some(target), _) => format!("{kind} to {target}"),
        (None, Some(agent)) => format!("{kind} for {agent}"),
        (None, None) => kind,
    }
}

fn step_line(job: &Job, step: &JobStep) -> Line {
    let failed = step.outcome != "ok";
    let target = job.target_id.as_ref().map(|id| format!("  {id}")).unwrap_or_default();
    let outcome = if failed { format!(" {}:", step.outcome) } else { String::new() };
    let took = step.milliseconds.map(|ms| format!(" ({ms} ms)")).unwrap_or_default();
    let text = format!("{:<9}{target} {outcome} {}{took}", step.name, step.detail);
    Line { at: step.at, text: text.trim_end().to_owned(), tone: if failed { Tone::Bad } else { Tone::Plain } }
}

/// What an open job waits for, in words.
pub(crate) fn waits_for(job: &Job) -> String {
    let who = job.agent_id.as_ref().map_or_else(|| "the key holder".to_owned(), ToString::to_string);
    match job.state {
        JobState::Pending | JobState::AwaitingCsr if job.attempts > 0 => format!(
            "try {} of {} failed ({}), the next is at {}",
            job.attempts,
            job.max_attempts,
            job.error.as_deref().unwrap_or("no cause was given"),
            job.run_after
        ),
        JobState::AwaitingCsr => format!("{who} has not sent a CSR yet"),
        JobState::AwaitingApproval => "it waits for an approval".to_owned(),
        JobState::Pending if job.kind.is_agents() => format!("{who} has not taken it yet"),
        JobState::Pending => "the control plane has not taken it yet".to_owned(),
        JobState::Running if job.kind.is_agents() => format!("{who} is at work on it"),
        JobState::Running => "the issuer is at work on it".to_owned(),
        JobState::Completed | JobState::Failed | JobState::Cancelled => format!("it is {}", job.state),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn job(kind: JobKind, state: JobState) -> Job {
        Job {
            id: "job-1".parse().unwrap(),
            kind,
            state,
            certificate_id: "mc-web".parse().unwrap(),
            certificate_name: None,
            agent_id: Some("ag-web-1".parse().unwrap()),
            agent_name: None,
            target_id: None,
            target_name: None,
            version_id: None,
            deployment_id: None,
            reason: String::new(),
            attempts: 0,
            max_attempts: 8,
            run_after: Ts::from_second(100),
            deadline: None,
            held_because: None,
            error: None,
            cause_code: None,
            requested_by: certctl_core::actor::Actor::system("renewal"),
            requested_by_name: None,
            request_id: None,
            trace_id: None,
            approval_because: None,
            created_at: Ts::from_second(100),
            updated_at: Ts::from_second(101),
            finished_at: None,
        }
    }

    fn texts(progress: &mut Progress, job: Job, steps: Vec<JobStep>) -> Vec<String> {
        progress
            .take(&JobDetail { job, steps, approvals: Vec::new(), order: None })
            .into_iter()
            .map(|line| line.text)
            .collect()
    }

    fn step(name: &str, outcome: &str) -> JobStep {
        JobStep {
            at: Ts::from_second(102),
            attempt: 1,
            name: name.to_owned(),
            outcome: outcome.to_owned(),
            milliseconds: Some(3),
            detail: "done".to_owned(),
        }
    }

    #[test]
    fn an_issuance_is_told_once_from_asking_to_issued() {
        let mut progress = Progress::default();
        let issuance = |state| job(JobKind::Issuance, state);
        assert_eq!(
            texts(&mut progress, issuance(JobState::AwaitingCsr), vec![]),
            ["ag-web-1 is asked for a key and a CSR"]
        );
        assert_eq!(texts(&mut progress, issuance(JobState::AwaitingCsr), vec![]), [] as [&str; 0]);
        assert_eq!(
            texts(&mut progress, issuance(JobState::Running), vec![]),
            ["key made by ag-web-1, its CSR accepted"]
        );
        let done = Job { version_id: Some("cv-9".parse().unwrap()), ..issuance(JobState::Completed) };
        assert_eq!(texts(&mut progress, done.clone(), vec![]), ["issued as cv-9"]);
        assert_eq!(texts(&mut progress, done, vec![]), [] as [&str; 0]);
    }

    #[test]
    fn a_watcher_that_comes_late_is_told_everything() {
        let done =
            Job { version_id: Some("cv-9".parse().unwrap()), ..job(JobKind::Renewal, JobState::Completed) };
        assert_eq!(texts(&mut Progress::default(), done, vec![]).len(), 3);
    }

    #[test]
    fn an_event_says_when_it_happened() {
        let mut progress = Progress::default();
        let event = |state: &str, second: i64| Event {
            seq: second,
            id: "ev-1".parse().unwrap(),
            at: Ts::from_second(second),
            kind: "job.changed".to_owned(),
            object_kind: "job".to_owned(),
            object_id: "job-1".to_owned(),
            revision: None,
            changed: vec!["state".to_owned()],
            data: json!({ "state": state, "certificate_id": "mc-web" }),
        };
        assert!(progress.note(&event("Pending", 77), "mc-web"));
        assert!(progress.note(&event("Pending", 99), "mc-web"));
        assert!(!progress.note(&event("Pending", 99), "mc-other"));
        let lines = progress.take(&JobDetail {
            job: job(JobKind::Issuance, JobState::Completed),
            steps: vec![],
            approvals: vec![],
            order: None,
        });
        assert_eq!(lines[1].at, Ts::from_second(77));
    }

    #[test]
    fn steps_of_a_deployment_are_told_as_they_come() {
        let mut progress = Progress::default();
        let running = Job {
            target_id: Some("tgt-web".parse().unwrap()),
            ..job(JobKind::Deployment, JobState::Running)
        };
        assert_eq!(
            texts(&mut progress, running.clone(), vec![step("stage", "ok")]),
            ["stage      tgt-web  done (3 ms)"]
        );
        let more = vec![step("stage", "ok"), step("reload", "failed")];
        assert_eq!(texts(&mut progress, running, more), ["reload     tgt-web  failed: done (3 ms)"]);
    }

    #[test]
    fn a_failed_try_names_its_cause_and_the_next() {
        let mut progress = Progress::default();
        let again = Job {
            attempts: 1,
            error: Some("nginx -t failed".to_owned()),
            run_after: Ts::from_second(106),
            ..job(JobKind::Deployment, JobState::Pending)
        };
        let expected = "deployment for ag-web-1: try 1 of 8 failed: nginx -t failed; the next in 5.0s";
        assert_eq!(texts(&mut progress, again.clone(), vec![]), [expected]);
        assert_eq!(texts(&mut progress, again, vec![]), [] as [&str; 0]);
    }

    #[test]
    fn a_job_that_never_got_a_key_does_not_claim_one() {
        let late = Job { error: Some("no CSR came".to_owned()), ..job(JobKind::Issuance, JobState::Failed) };
        let texts = texts(&mut Progress::default(), late, vec![]);
        assert_eq!(
            texts,
            ["ag-web-1 is asked for a key and a CSR", "issuance for ag-web-1 failed: no CSR came"]
        );
    }

    #[test]
    fn an_open_job_says_whom_it_waits_for() {
        assert_eq!(
            waits_for(&job(JobKind::Issuance, JobState::AwaitingCsr)),
            "ag-web-1 has not sent a CSR yet"
        );
        let cause = Some("no CSR from ag-web-1: the disk is full".to_owned());
        let refused = Job { attempts: 1, error: cause, ..job(JobKind::Issuance, JobState::AwaitingCsr) };
        assert!(waits_for(&refused).contains("(no CSR from ag-web-1: the disk is full), the next is at"));
        assert_eq!(waits_for(&job(JobKind::Deployment, JobState::Pending)), "ag-web-1 has not taken it yet");
        assert_eq!(waits_for(&job(JobKind::Issuance, JobState::Running)), "the issuer is at work on it");
    }
}
