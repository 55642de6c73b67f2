//! The tries of a job, from the changes of its state and what its worker reported.
//!
//! That a worker took a job is in the trail for agents' jobs only: a try of the control plane has an end and no beginning.
//! Not for: retry times (core). Invariant: pure; each recorded end of work is one try.

use certctl_api::runs::{Attempt, AttemptStep, Progress};
use certctl_core::id::AgentId;
use certctl_core::job::JobState;
use certctl_core::time::Ts;
use certctl_store::jobs::{JobRow, StepRow};

use super::{KEY_STEP, Known, causes, moves};

/// A try with its place in the round that a person began: steps are numbered by that.
struct Try {
    of_round: i64,
    attempt: Attempt,
}

/// The tries of a job, oldest first.
pub(super) fn of(known: &Known, job: &JobRow) -> Vec<Attempt> {
    let mut tries: Vec<Try> = Vec::new();
    let mut before: Option<JobState> = None;
    let mut started: Option<Ts> = None;
    let mut of_round = 0;
    for change in moves(known, job) {
        let result = match (before, change.to) {
            (_, JobState::Running) => {
                started = Some(change.at);
                None
            }
            (_, JobState::Completed) => Some(Progress::Done),
            // A person begins another round.
            (Some(JobState::Failed), JobState::Pending | JobState::AwaitingApproval) => {
                of_round = 0;
                None
            }
            (Some(JobState::Running | JobState::Pending), JobState::Pending | JobState::Failed)
            | (Some(JobState::AwaitingCsr), JobState::AwaitingCsr | JobState::Failed) => {
                Some(Progress::Failed)
            }
            (Some(JobState::Running), JobState::Cancelled) => Some(Progress::Cancelled),
            (_, _) => None,
        };
        if let Some(result) = result {
            of_round += 1;
            let ended = Ended { at: change.at, result, cause: change.cause.as_deref() };
            tries.push(ended_try(job, tries.len(), of_round, started.take(), &ended));
        }
        if before == Some(JobState::AwaitingCsr) && change.to == JobState::Pending {
            // Asking for the CSR counted its own tries.
            of_round = 0;
        }
        before = Some(change.to);
    }
    finish(known, job, &mut tries, started, of_round);
    let reported = known.steps.get(&job.id).map_or(&[][..], Vec::as_slice);
    for step in reported.iter().filter(|step| step.name != KEY_STEP) {
        if let Some(place) = place_of(&tries, step) {
            tries[place].attempt.steps.push(AttemptStep {
                name: step.name.clone(),
                ok: step.outcome == "ok",
                at: step.at,
                milliseconds: step.milliseconds,
                detail: step.detail.clone(),
            });
        }
    }
    tries.into_iter().map(|one| one.attempt).collect()
}

struct Ended<'a> {
    at: Ts,
    result: Progress,
    cause: Option<&'a str>,
}

fn ended_try(job: &JobRow, before: usize, of_round: i64, started_at: Option<Ts>, ended: &Ended<'_>) -> Try {
    let failed = ended.result != Progress::Done;
    Try {
        of_round,
        attempt: Attempt {
            number: i64::try_from(before).unwrap_or(i64::MAX).saturating_add(1),
            job_id: job.id.clone(),
            target_id: job.target_id.clone(),
            agent_id: job.executor.parse::<AgentId>().ok(),
            started_at,
            ended_at: (ended.result != Progress::Running).then_some(ended.at),
            result: ended.result,
            cause: ended.cause.filter(|_| failed).map(|text| causes::read(job.kind, text)),
            steps: Vec::new(),
        },
    }
}

/// What the trail does not have: the success of an issuance, and the try that goes on.
fn finish(known: &Known, job: &JobRow, tries: &mut Vec<Try>, started: Option<Ts>, of_round: i64) {
    let result = match job.state {
        JobState::Completed => Progress::Done,
        JobState::Running => Progress::Running,
        JobState::Pending
        | JobState::AwaitingApproval
        | JobState::AwaitingCsr
        | JobState::Failed
        | JobState::Cancelled => return,
    };
    if tries.last().is_some_and(|last| last.attempt.result == Progress::Done) {
        return;
    }
    let version = job.version_id.as_ref().and_then(|id| known.versions.get(id));
    let at = version.filter(|_| !job.kind.is_agents()).map(|version| version.created_at);
    let ended = Ended { at: at.or(job.finished_at).unwrap_or(job.updated_at), result, cause: None };
    let next = ended_try(job, tries.len(), of_round + 1, started, &ended);
    tries.push(next);
}

/// The try that a step belongs to: of those with its number, the first that had not ended before it.
fn place_of(tries: &[Try], step: &StepRow) -> Option<usize> {
    let same = || tries.iter().enumerate().filter(|(_, one)| one.of_round == step.attempt);
    let fits = |(_, one): &(usize, &Try)| one.attempt.ended_at.is_none_or(|at| at >= step.at);
    same().find(fits).or_else(|| same().next_back()).map(|(place, _)| place)
}

#[cfg(test)]
mod tests {
    use certctl_core::actor::Actor;
    use certctl_core::job::JobKind;

    use super::super::Move;
    use super::*;

    fn job(state: JobState) -> JobRow {
        let at = Ts::from_second(0);
        JobRow {
            id: "job-a".parse().unwrap(),
            kind: JobKind::Deployment,
            state,
            executor: "ag-a".to_owned(),
            certificate_id: "mc-a".parse().unwrap(),
            holder: "ag-a".to_owned(),
            target_id: Some("tgt-a".parse().unwrap()),
            version_id: None,
            deployment_id: None,
            reason: String::new(),
            attempts: 1,
            max_attempts: 8,
            run_after: at,
            deadline: None,
            lease_owner: None,
            lease_token: None,
            lease_expires_at: None,
            csr: None,
            intent: None,
            error: None,
            created_at: at,
            updated_at: at,
            finished_at: None,
            requested_by_kind: String::new(),
            requested_by: String::new(),
            approval_because: None,
            approval_id: None,
            request_id: None,
            traceparent: None,
        }
    }

    fn told(
        job: &JobRow,
        moves: &[(i64, JobState, Option<&str>)],
        steps: &[(i64, i64, &str)],
    ) -> Vec<Attempt> {
        let mut known = Known::default();
        let moves = moves.iter().map(|(at, to, cause)| Move {
            at: Ts::from_second(*at),
            to: *to,
            actor: Actor::system("test"),
            cause: cause.map(str::to_owned),
        });
        known.moves.insert(job.id.clone(), moves.collect());
        let steps = steps.iter().map(|(at, attempt, name)| StepRow {
            attempt: *attempt,
            at: Ts::from_second(*at),
            name: (*name).to_owned(),
            outcome: "ok".to_owned(),
            milliseconds: None,
            detail: String::new(),
        });
        known.steps.insert(job.id.clone(), steps.collect());
        of(&known, job)
    }

    #[test]
    fn each_end_of_work_is_a_try_and_has_its_steps() {
        use JobState::{Completed, Failed, Pending, Running};
        let moves = [
            (0, Pending, None),
            (1, Running, None),
            (2, Pending, Some("probe: another")),
            (5, Running, None),
            (6, Failed, Some("reload: no")),
            (9, Pending, Some("tried again: please")),
            (10, Running, None),
            (11, Completed, None),
        ];
        let steps = [(1, 1, "swap"), (2, 1, "probe"), (6, 2, "reload"), (10, 1, "swap")];
        let found = told(&job(Completed), &moves, &steps);
        let seen: Vec<_> = found
            .iter()
            .map(|one| {
                let (began, ended) = (one.started_at.unwrap(), one.ended_at.unwrap());
                (one.number, began.as_second(), ended.as_second(), one.result, one.steps.len())
            })
            .collect();
        let expected =
            [(1, 1, 2, Progress::Failed, 2), (2, 5, 6, Progress::Failed, 1), (3, 10, 11, Progress::Done, 1)];
        assert_eq!(seen, expected);
        assert_eq!(found[1].cause.as_ref().map(|cause| cause.text.as_str()), Some("reload: no"));
    }

    #[test]
    fn refusals_of_a_csr_are_tries_and_waiting_is_none() {
        use JobState::{AwaitingCsr, Pending, Running};
        let mut issuing = job(Running);
        issuing.kind = JobKind::Renewal;
        issuing.executor = String::new();
        let moves = [
            (0, AwaitingCsr, None),
            (1, AwaitingCsr, Some("no CSR from ag-a: full")),
            (2, Pending, None),
            (3, Pending, Some("the CA is away")),
        ];
        let found = told(&issuing, &moves, &[(1, 1, "csr"), (2, 1, KEY_STEP)]);
        let seen: Vec<_> = found.iter().map(|one| (one.number, one.result, one.steps.len())).collect();
        assert_eq!(
            seen,
            [(1, Progress::Failed, 1), (2, Progress::Failed, 0), (3, Progress::Running, 0)],
            "{found:?}"
        );
        let mut waiting = issuing.clone();
        waiting.state = AwaitingCsr;
        assert!(told(&waiting, &[(0, AwaitingCsr, None)], &[]).is_empty());
    }
}
