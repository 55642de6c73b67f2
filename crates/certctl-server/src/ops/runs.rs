//! Puts jobs, versions and deployments of a certificate together into runs: rounds of work with a lane for each
//! key holder.
//!
//! | file | what |
//! |---|---|
//! | `runs.rs` | rounds, lanes and their steps |
//! | `runs/tries.rs` | the tries of a job, from the changes of its state |
//! | `runs/causes.rs` | what a cause that was written down is called |
//!
//! Not for: changing anything, or the trail of events. Invariant: pure; what is not recorded is shown as absent.

mod causes;
mod tries;

use std::collections::HashMap;

use certctl_api::agent_protocol::Sighting;
use certctl_api::runs::{Cause, Endpoint, Lane, LaneStep, Progress, Run, StepName, TargetStep};
use certctl_core::actor::Actor;
use certctl_core::deployment::DeploymentState;
use certctl_core::id::{AgentId, JobId, VersionId};
use certctl_core::job::{JobKind, JobState};
use certctl_core::time::Ts;
use certctl_store::deployments::DeploymentRow;
use certctl_store::jobs::{JobRow, StepRow};
use certctl_store::versions::VersionRow;

/// Jobs that begin within this time of a round's first belong to it, and so do the deployments of its versions.
const ROUND_SECONDS: i64 = 600;
/// What an agent says of the key that it made for a job.
pub(super) const KEY_STEP: &str = "key";
/// The most rounds that are shown.
const MAX_RUNS: usize = 20;

/// A change of a job's state, as it was recorded.
#[derive(Debug, Clone)]
pub struct Move {
    /// When.
    pub at: Ts,
    /// Into which state.
    pub to: JobState,
    /// By whom.
    pub actor: Actor,
    /// Why, where something was said.
    pub cause: Option<String>,
}

/// What is known of a certificate's work.
#[derive(Debug, Default)]
pub struct Known {
    /// Newest first.
    pub jobs: Vec<JobRow>,
    /// Of those jobs.
    pub versions: HashMap<VersionId, VersionRow>,
    /// Of the certificate.
    pub deployments: Vec<DeploymentRow>,
    /// Changes of state, oldest first.
    pub moves: HashMap<JobId, Vec<Move>>,
    /// What agents reported.
    pub steps: HashMap<JobId, Vec<StepRow>>,
}

/// What a cause that was written down for a job of this kind is called.
pub fn cause_of(kind: JobKind, text: &str) -> Cause {
    causes::read(kind, text)
}

/// The rounds, newest first.
pub fn assemble(known: &Known) -> Vec<Run> {
    let mut rounds: Vec<Vec<&JobRow>> = Vec::new();
    for job in known.jobs.iter().rev() {
        if job.kind == JobKind::Validation || follows_an_issuance(known, job) {
            continue;
        }
        let open = rounds.last_mut().filter(|round| belongs(round, job));
        match open {
            Some(round) => round.push(job),
            None => rounds.push(vec![job]),
        }
    }
    rounds.iter().rev().take(MAX_RUNS).filter_map(|round| run(known, round)).collect()
}

/// Whether a deployment is part of the round that issued its version.
fn follows_an_issuance(known: &Known, job: &JobRow) -> bool {
    if job.kind != JobKind::Deployment {
        return false;
    }
    let version = job.version_id.as_ref().and_then(|id| known.versions.get(id));
    version.is_some_and(|version| {
        job.created_at.seconds_since(version.created_at) <= ROUND_SECONDS
            && known.jobs.iter().any(|other| other.id == version.job_id)
    })
}

fn belongs(round: &[&JobRow], job: &JobRow) -> bool {
    let Some(first) = round.first() else { return false };
    let same_kind = if job.kind == JobKind::Deployment {
        first.kind == JobKind::Deployment && first.version_id == job.version_id
    } else {
        first.kind != JobKind::Deployment
    };
    let taken = round.iter().any(|other| {
        other.holder == job.holder && (!job.kind.is_agents() || other.target_id == job.target_id)
    });
    same_kind && !taken && job.created_at.seconds_since(first.created_at) <= ROUND_SECONDS
}

fn run(known: &Known, round: &[&JobRow]) -> Option<Run> {
    let first = round.first()?;
    let lanes: Vec<Lane> = if first.kind == JobKind::Deployment {
        vec![deploying_lane(known, round, first)]
    } else {
        round.iter().map(|job| issuing_lane(known, job)).collect()
    };
    let state = together(lanes.iter().map(|lane| lane.state));
    let ended_at = match state {
        Progress::Done | Progress::Failed | Progress::Cancelled => {
            lanes.iter().flat_map(|lane| &lane.steps).filter_map(|step| step.at).max()
        }
        Progress::Running | Progress::Waiting | Progress::NotReached => None,
    };
    Some(Run {
        id: first.id.clone(),
        kind: first.kind,
        reason: first.reason.clone(),
        requested_by: moves(known, first).first().map(|change| change.actor.clone()),
        state,
        started_at: first.created_at,
        ended_at,
        next_attempt_at: lanes.iter().filter_map(|lane| lane.next_attempt_at).min(),
        lanes,
    })
}

fn moves<'a>(known: &'a Known, job: &JobRow) -> &'a [Move] {
    known.moves.get(&job.id).map_or(&[], Vec::as_slice)
}

/// When the job left a state, if it was in it and left it.
fn left(moves: &[Move], state: JobState) -> Option<Ts> {
    let entered = moves.iter().position(|change| change.to == state)?;
    moves[entered + 1..].iter().find(|change| change.to != state).map(|change| change.at)
}

fn next_attempt(job: &JobRow) -> Option<Ts> {
    (job.state == JobState::Pending && job.attempts > 0).then_some(job.run_after)
}

/// How far the work of a job is that has not brought its result.
fn unfinished(job: &JobRow) -> Progress {
    match job.state {
        JobState::Pending if job.error.is_some() => Progress::Failed,
        JobState::Pending | JobState::Running => Progress::Running,
        JobState::AwaitingApproval | JobState::AwaitingCsr => Progress::Waiting,
        JobState::Completed => Progress::Done,
        JobState::Failed => Progress::Failed,
        JobState::Cancelled => Progress::Cancelled,
    }
}

fn plain(name: StepName, state: Progress, at: Option<Ts>) -> LaneStep {
    LaneStep {
        name,
        state,
        actor: None,
        started_at: None,
        at,
        milliseconds: None,
        cause: None,
        why: None,
        retry_job_id: None,
        targets: Vec::new(),
    }
}

/// Who moved a job out of a state.
fn mover(moves: &[Move], state: JobState) -> Option<Actor> {
    let entered = moves.iter().position(|change| change.to == state)?;
    moves[entered + 1..].iter().find(|change| change.to != state).map(|change| change.actor.clone())
}

fn issuing_lane(known: &Known, job: &JobRow) -> Lane {
    let moves = moves(known, job);
    let mut steps = vec![plain(StepName::Requested, Progress::Done, Some(job.created_at))];
    if moves.iter().any(|change| change.to == JobState::AwaitingApproval) {
        let approved = left(moves, JobState::AwaitingApproval);
        let ended_there = approved.is_some() && approved == job.finished_at;
        let state = match (job.state, approved) {
            (JobState::AwaitingApproval, _) => Progress::Waiting,
            (JobState::Failed, _) if ended_there => Progress::Failed,
            (JobState::Cancelled, _) if ended_there => Progress::Cancelled,
            _ => Progress::Done,
        };
        steps.push(plain(StepName::Approved, state, approved));
    }
    let stopped = steps.iter().any(|step| step.state != Progress::Done);
    let csr_at = left(moves, JobState::AwaitingCsr).or(Some(job.created_at));
    let agent = job.holder.parse::<AgentId>().ok();
    let sender = agent.clone().map(Actor::Agent).or_else(|| mover(moves, JobState::AwaitingCsr));
    // The agent makes key and CSR at one go: as long as there is no CSR, all that is known is said of the key.
    let wait = |known: bool| if stopped || !known { Progress::NotReached } else { unfinished(job) };
    if agent.is_some() {
        let reported = known.steps.get(&job.id).into_iter().flatten();
        let mut made =
            reported.filter(|step| step.name == KEY_STEP && step.outcome == "ok").map(|step| step.at);
        steps.push(match job.csr.is_some() && !stopped {
            true => plain(StepName::KeyGenerated, Progress::Done, made.next_back().or(csr_at)),
            false => plain(StepName::KeyGenerated, wait(true), job.finished_at.filter(|_| !stopped)),
        });
    }
    steps.push(match job.csr.is_some() && !stopped {
        true => plain(StepName::CsrReceived, Progress::Done, csr_at),
        false => {
            let begun = agent.is_none();
            plain(StepName::CsrReceived, wait(begun), job.finished_at.filter(|_| begun && !stopped))
        }
    });
    let version = job.version_id.as_ref().and_then(|id| known.versions.get(id));
    steps.push(match (version, &job.csr, stopped) {
        (Some(version), _, _) => plain(StepName::Issued, Progress::Done, Some(version.created_at)),
        (None, Some(_), false) => plain(StepName::Issued, unfinished(job), job.finished_at),
        (None, _, _) => plain(StepName::Issued, Progress::NotReached, None),
    });
    for step in &mut steps {
        step.actor = match step.name {
            StepName::Requested => moves.first().map(|change| change.actor.clone()),
            StepName::Approved => mover(moves, JobState::AwaitingApproval),
            StepName::KeyGenerated | StepName::CsrReceived => sender.clone(),
            StepName::Issued => Some(Actor::system("issue")),
            StepName::Deployed | StepName::VerifiedLive => None,
        };
    }
    blame(&mut steps, job);
    let mut jobs = vec![job];
    if let Some(version) = version {
        let deployed: Vec<&DeploymentRow> =
            known.deployments.iter().filter(|row| row.version_id == version.id).collect();
        steps.extend(on_targets(known, &deployed));
        jobs.extend(known.jobs.iter().rev().filter(|other| {
            other.version_id.as_ref() == Some(&version.id) && follows_an_issuance(known, other)
        }));
    }
    lane(known, &jobs, version.map(|version| version.id.clone()), steps)
}

fn deploying_lane(known: &Known, round: &[&JobRow], first: &JobRow) -> Lane {
    let deployed: Vec<&DeploymentRow> = known
        .deployments
        .iter()
        .filter(|row| round.iter().any(|job| job.deployment_id.as_ref() == Some(&row.id)))
        .collect();
    let mut steps = vec![plain(StepName::Requested, Progress::Done, Some(first.created_at))];
    steps[0].actor = moves(known, first).first().map(|change| change.actor.clone());
    steps.extend(on_targets(known, &deployed));
    lane(known, round, first.version_id.clone(), steps)
}

/// Puts the job's cause on the step at which it stands, and says what can be done again.
fn blame(steps: &mut [LaneStep], job: &JobRow) {
    let at = steps.iter_mut().rfind(|step| !matches!(step.state, Progress::Done | Progress::NotReached));
    let Some(step) = at else { return };
    step.cause.clone_from(&job.error);
    step.why = job.error.as_deref().map(|text| causes::read(job.kind, text));
    if job.state == JobState::Failed {
        step.retry_job_id = Some(job.id.clone());
    }
}

/// The lane of these jobs, the first of which is its own.
fn lane(known: &Known, jobs: &[&JobRow], version_id: Option<VersionId>, mut steps: Vec<LaneStep>) -> Lane {
    let job = jobs[0];
    let mut before: Option<Ts> = None;
    for step in &mut steps {
        step.started_at = if step.state == Progress::NotReached { None } else { before };
        if step.actor.is_none() && step.state != Progress::NotReached {
            step.actor = job.holder.parse().ok().map(Actor::Agent);
        }
        if let (Some(at), Some(earlier)) = (step.at, before) {
            step.milliseconds = i64::try_from(at.since(earlier).as_millis()).ok();
        }
        before = step.at.or(before);
    }
    let on_targets = steps.iter().flat_map(|step| &step.targets).filter_map(|target| target.next_attempt_at);
    let issuing = if job.kind.is_agents() { None } else { next_attempt(job) };
    Lane {
        agent_id: job.holder.parse().ok(),
        job_id: job.id.clone(),
        version_id,
        state: together(steps.iter().map(|step| step.state)),
        attempts: job.attempts,
        max_attempts: job.max_attempts,
        next_attempt_at: issuing.into_iter().chain(on_targets).min(),
        steps,
        tries: jobs.iter().flat_map(|job| tries::of(known, job)).collect(),
    }
}

/// The steps `deployed` and `verified_live` over the targets; none when there are no targets.
fn on_targets(known: &Known, rows: &[&DeploymentRow]) -> Vec<LaneStep> {
    if rows.is_empty() {
        return Vec::new();
    }
    let mut installed = plain(StepName::Deployed, Progress::Done, None);
    let mut verified = plain(StepName::VerifiedLive, Progress::Done, None);
    for row in rows {
        let job = row.job_id.as_ref().and_then(|id| known.jobs.iter().find(|job| job.id == *id));
        let (first, second) = of_target(known, row, job);
        for (step, target) in [(&mut installed, first), (&mut verified, second)] {
            if target.state == Progress::Failed && step.cause.is_none() {
                step.cause.clone_from(&target.cause);
                step.why.clone_from(&target.why);
            }
            // Another target's job may still try again by itself: this one does not.
            if step.retry_job_id.is_none() {
                step.retry_job_id.clone_from(&target.retry_job_id);
            }
            step.targets.push(target);
        }
    }
    for step in [&mut installed, &mut verified] {
        step.state = together(step.targets.iter().map(|target| target.state));
        if step.targets.iter().all(|target| target.at.is_some()) {
            step.at = step.targets.iter().filter_map(|target| target.at).max();
        }
    }
    vec![installed, verified]
}

fn of_target(known: &Known, row: &DeploymentRow, job: Option<&JobRow>) -> (TargetStep, TargetStep) {
    let reported = job.and_then(|job| known.steps.get(&job.id)).map_or(&[][..], Vec::as_slice);
    let attempt = job.map_or(0, |job| job.attempts);
    let last = |name: &str| {
        reported.iter().rfind(|step| step.name == name && step.attempt == attempt && step.outcome == "ok")
    };
    // What the agent does last before it looks at the endpoint.
    let in_place = last("reload").or_else(|| last("swap")).map(|step| step.at);
    let now = job.map_or(Progress::NotReached, unfinished);
    let probed = reported.iter().any(|step| step.name == "probe" && step.attempt == attempt);
    let (installed, verified) = match row.state {
        DeploymentState::Live => (Progress::Done, Progress::Done),
        // There is nothing to look at: the files are there, and that is all that is known.
        DeploymentState::Installed => (Progress::Done, Progress::NotReached),
        DeploymentState::Superseded if row.live_at.is_some() => (Progress::Done, Progress::Done),
        DeploymentState::Superseded => (Progress::Cancelled, Progress::Cancelled),
        DeploymentState::Wanted | DeploymentState::RolledBack | DeploymentState::Failed => {
            let at = if row.state == DeploymentState::Wanted { now } else { Progress::Failed };
            match (in_place, probed || at == Progress::Running) {
                (Some(_), true) => (Progress::Done, at),
                (Some(_), false) | (None, _) => (at, Progress::NotReached),
            }
        }
    };
    let step = |state: Progress, at: Option<Ts>| TargetStep {
        target_id: row.target_id.clone(),
        deployment_id: row.id.clone(),
        job_id: row.job_id.clone(),
        state,
        at,
        attempts: attempt,
        next_attempt_at: job.filter(|_| state == Progress::Failed).and_then(next_attempt),
        cause: row.error.clone().filter(|_| state == Progress::Failed),
        why: row
            .error
            .as_deref()
            .filter(|_| state == Progress::Failed)
            .map(|text| causes::read(JobKind::Deployment, text)),
        retry_job_id: job
            .filter(|job| state == Progress::Failed && job.state == JobState::Failed)
            .map(|job| job.id.clone()),
        endpoints: Vec::new(),
    };
    let ended = |state: Progress, at: Option<Ts>| match state {
        Progress::Done => at,
        Progress::Failed => Some(row.updated_at),
        Progress::Running | Progress::Waiting | Progress::Cancelled | Progress::NotReached => None,
    };
    let installed_at = ended(installed, in_place.or(row.live_at).or(Some(row.updated_at)));
    let mut seen = step(verified, ended(verified, row.live_at));
    let wanted = known.versions.get(&row.version_id).map(|version| version.fingerprint_sha256.as_str());
    seen.endpoints = endpoints(row, wanted);
    (step(installed, installed_at), seen)
}

fn endpoints(row: &DeploymentRow, wanted: Option<&str>) -> Vec<Endpoint> {
    let seen: Vec<Sighting> = serde_json::from_value(row.seen.clone()).unwrap_or_default();
    seen.into_iter()
        .map(|sighting| {
            let is_served =
                sighting.fingerprint_sha256.is_some() && sighting.fingerprint_sha256.as_deref() == wanted;
            Endpoint {
                state: if is_served { Progress::Done } else { Progress::Failed },
                address: sighting.address,
                server_name: sighting.server_name,
                fingerprint_sha256: sighting.fingerprint_sha256,
                at: sighting.at,
                error: sighting.error,
            }
        })
        .collect()
}

/// One word for several: the one that needs a look most.
fn together(states: impl Iterator<Item = Progress>) -> Progress {
    let rank = |state: Progress| match state {
        Progress::Failed => 5,
        Progress::Running => 4,
        Progress::Waiting => 3,
        Progress::Cancelled => 2,
        Progress::Done => 1,
        Progress::NotReached => 0,
    };
    states.max_by_key(|state| rank(*state)).unwrap_or(Progress::NotReached)
}
