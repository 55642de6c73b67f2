//! The agent at work: it polls, makes CSRs, deploys, reports.
//!
//! Not for: joining. Invariants: work is in the journal before it begins; a lost control plane stops nothing that
//! was begun; a retired agent stops and keeps its keys, a quarantined one goes on waiting.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use certctl_api::agent_protocol::{
    CsrRequest, DeployWork, JobInHand, KeysNoted, KeysReport, PollAnswer, PollRequest, ProofWork, RetiredKey,
    TestWork, VerifyWork,
};
use certctl_api::client::ClientError;
use certctl_core::agent::AgentAbility;
use certctl_core::id::{JobId, TargetTestId};
use certctl_core::kill_point::KillPoint;
use certctl_core::random::Random;
use certctl_core::time::Clock;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::cause::chain;
use crate::durable::FileError;
use crate::identity::IdentityKeeper;
use crate::installed::Installed;
use crate::join::PLATFORM;
use crate::journal::{Journal, Record};
use crate::keystore::{KeyStore, KeyStoreError};
use crate::link::{Backoff, Link, client};
use crate::local_policy::{LocalPolicy, PolicyError};
use crate::proofs::{ProofOptions, Proofs};
use crate::records::{RecordOptions, Records, is_record};
use crate::service_manager::ServiceManager;
use crate::state::{StateDir, StateError};
use crate::trouble::Trouble;
use crate::work::csr;
use crate::work::csr_job::{CsrMaker, Next};
use crate::work::deploy::{Deployer, Places};
use crate::work::lease;
use crate::work::report::{Hold, Steps, send_progress, send_result};
use crate::work::retire::Retirer;
use crate::work::target_test;
use crate::work::verification;

/// How long the control plane may hold a poll.
const POLL_WAIT: Duration = Duration::from_secs(30);
/// How long a quarantined agent waits between polls.
const QUARANTINE_WAIT: Duration = Duration::from_secs(60);
/// How long the agent waits after an answer that held nothing it could begin.
const IDLE_WAIT: Duration = Duration::from_secs(1);
/// How long the next poll waits for CSRs of the last one; without them the control plane would ask again at once.
const CSR_WAIT: Duration = Duration::from_secs(10);
/// How many tests of targets are carried out at the same time.
const TESTS_AT_ONCE: usize = 2;
/// How many tests may wait; a control plane that asks for more is not served.
const MAX_TESTS: usize = 16;
/// How long deployments may finish when the agent is stopped; what does not is in the journal.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(20);
/// How long a control plane that did not take what older ones do not know is polled without it.
const OLD_CONTROL_PLANE_WAIT: Duration = Duration::from_secs(600);
/// How many CSRs are made at the same time.
const CSRS_AT_ONCE: usize = 4;

/// What an agent needs to run.
#[derive(Debug)]
pub struct RunOptions {
    /// Where it joined.
    pub state_dir: PathBuf,
    /// The managed keys.
    pub key_dir: PathBuf,
    /// The host's policy.
    pub policy_path: PathBuf,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// For the boot id and jitter.
    pub random: Arc<dyn Random>,
    /// Where a test wants the process to die.
    pub kill_point: KillPoint,
    /// Who is told that the agent works, and that it stops.
    pub service_manager: ServiceManager,
}

/// Why an agent ended without an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It was told to.
    Stopped,
    /// The control plane retired it.
    Retired,
}

/// An agent that cannot run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The state directory.
    #[error(transparent)]
    State(#[from] StateError),
    /// The key directory.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The policy.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] FileError),
    /// The identity or CA cannot be used.
    #[error("the connection to the control plane cannot be set up")]
    Client(#[from] ClientError),
    /// The TLS library.
    #[error("TLS cannot be set up")]
    Tls(#[from] rustls::Error),
}

/// Runs an agent until it is stopped or retired.
///
/// # Errors
/// [`RunError`] when it cannot begin; later troubles are waited out.
pub async fn run(options: RunOptions, shutdown: CancellationToken) -> Result<Ended, RunError> {
    let state = StateDir::lock(&options.state_dir)?;
    let enrollment = state.joined()?;
    let (identity, validity) = state.identity()?;
    let policy = LocalPolicy::load(&options.policy_path)?;
    if policy.capabilities().is_empty() && policy.proof_kinds().is_empty() {
        tracing::warn!(
            "the policy {} allows no target kind: this agent makes keys and refuses deployments",
            options.policy_path.display()
        );
    }
    let keys = KeyStore::open(&options.key_dir)?;
    let journal = Journal::new(state.journal_dir());
    let places = Places {
        journal: journal.clone(),
        keys: keys.clone(),
        installed: Installed::new(state.installed_dir()),
        policy_path: options.policy_path.clone(),
        work_dir: state.work_dir(),
        own: vec![options.state_dir.clone(), options.key_dir.clone(), options.policy_path.clone()],
    };
    let link = Link::new(client(&enrollment.server_url, state.trust()?, Some(identity))?);
    let mut keeper = IdentityKeeper::new(&state, &enrollment.server_url, validity);
    let proofs = Proofs::new(ProofOptions {
        policy_path: options.policy_path.clone(),
        note: state.proofs_note(),
        clock: Arc::clone(&options.clock),
        random: Arc::clone(&options.random),
        kill_point: options.kill_point.clone(),
    })?;
    let records = Records::new(RecordOptions {
        policy_path: options.policy_path.clone(),
        note: state.records_note(),
        clock: Arc::clone(&options.clock),
        kill_point: options.kill_point.clone(),
    })?;
    let agent = Arc::new(Agent {
        boot_id: boot_id(&*options.random),
        deployer: Deployer::new(places, Arc::clone(&options.clock), options.kill_point.clone()),
        options,
        retirer: Retirer::new(&state, keys.clone()),
        keys,
        pending_dir: state.pending_dir(),
        link,
        in_hand: Mutex::default(),
        lanes: Mutex::default(),
        csrs: Mutex::default(),
        csr_permits: Arc::new(Semaphore::new(CSRS_AT_ONCE)),
        tests: Mutex::default(),
        test_permits: Arc::new(Semaphore::new(TESTS_AT_ONCE)),
        proofs,
        records,
        tasks: TaskTracker::new(),
    });
    agent.deployer.sweep_tests();
    for record in journal.load()? {
        agent.begin(record);
    }
    tracing::info!(agent.id = %enrollment.agent_id, "agent {} works for {}", enrollment.agent_id, enrollment.server_url);
    let manager = agent.options.service_manager.clone();
    // An agent without its control plane works as well: it goes on with what it has begun.
    manager.ready();
    let ended = tokio::select! {
        ended = agent.poll_until_ended(&state, &mut keeper, &shutdown) => ended,
        () = manager.keep_alive() => Ended::Stopped,
        () = agent.proofs.keep_time() => Ended::Stopped,
        () = agent.records.keep() => Ended::Stopped,
    };
    manager.stopping();
    agent.proofs.clear().await;
    if ended == Ended::Retired {
        // Nobody will name them any more; those of an agent that was stopped are seen to at its next start.
        agent.records.take_all_away(SHUTDOWN_GRACE).await;
    }
    agent.tasks.close();
    if tokio::time::timeout(SHUTDOWN_GRACE, agent.tasks.wait()).await.is_err() {
        tracing::warn!("stopping with work under way; it goes on at the next start");
    }
    Ok(ended)
}

fn boot_id(random: &dyn Random) -> String {
    let mut bytes = [0_u8; 16];
    random.fill(&mut bytes);
    hex::encode(bytes)
}

#[derive(Debug)]
struct Agent {
    boot_id: String,
    options: RunOptions,
    deployer: Deployer,
    retirer: Retirer,
    keys: KeyStore,
    pending_dir: PathBuf,
    link: Link,
    in_hand: Mutex<HashMap<JobId, Arc<Hold>>>,
    /// Deployments on one service go one after the other.
    lanes: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    /// CSR jobs that need not be begun before the moment noted.
    csrs: Mutex<HashMap<JobId, (Instant, u32)>>,
    csr_permits: Arc<Semaphore>,
    /// Tests of targets that were begun and have not ended.
    tests: Mutex<HashSet<TargetTestId>>,
    test_permits: Arc<Semaphore>,
    /// What is shown to ACME authorities.
    proofs: Proofs,
    /// What is set in the DNS for them.
    records: Records,
    tasks: TaskTracker,
}

impl Agent {
    async fn poll_until_ended(
        self: &Arc<Self>,
        state: &StateDir,
        keeper: &mut IdentityKeeper,
        shutdown: &CancellationToken,
    ) -> Ended {
        let mut backoff = Backoff::new(Arc::clone(&self.options.random));
        let mut trouble = Trouble::default();
        let mut with_less_until = None;
        loop {
            let asked_at = Instant::now();
            with_less_until = with_less_until.filter(|until| *until > asked_at);
            let request = self.request(with_less_until.is_none()).await;
            let says_all = !request.abilities.is_empty();
            let polled = async {
                let client = keeper.client(state, &self.link, self.options.clock.now()).await;
                client.long_poll::<PollAnswer>("/agent/poll", &request, POLL_WAIT).await
            };
            let answer = tokio::select! {
                answer = polled => answer,
                () = shutdown.cancelled() => return Ended::Stopped,
            };
            let pause = match answer {
                Ok(answer) => {
                    keeper.worked(state, &self.link);
                    backoff.reset();
                    trouble.over();
                    // One that was held long enough needs no pause.
                    let pause = self.take(answer).await;
                    pause.map(|pause| pause.saturating_sub(asked_at.elapsed()))
                }
                Err(error) => {
                    keeper.failed(state, &error, self.options.clock.now());
                    match error.status() {
                        Some(410) => {
                            tracing::error!(
                                "the control plane retired this agent; it stops, and its keys stay in {}",
                                self.options.key_dir.display()
                            );
                            return Ended::Retired;
                        }
                        Some(400 | 422) if says_all => {
                            trouble.say(
                                &error,
                                "the control plane does not take all that this agent says of itself, perhaps because it is \
                                 older; going on without proofs of control and looks at live endpoints",
                            );
                            with_less_until = Some(Instant::now() + OLD_CONTROL_PLANE_WAIT);
                            None
                        }
                        Some(403) => {
                            // It is not trusted for now, so it proves nothing either.
                            self.proofs.clear().await;
                            self.records.set(&[]);
                            trouble.say(
                                &error,
                                "this agent is quarantined: it gets no work until a person lifts that",
                            );
                            Some(QUARANTINE_WAIT)
                        }
                        Some(_) | None => {
                            let until = keeper.not_after();
                            trouble.say(&error, &format!("the control plane does not answer; trying on (identity valid until {until})"));
                            Some(backoff.wait())
                        }
                    }
                }
            };
            if let Some(pause) = pause {
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = shutdown.cancelled() => return Ended::Stopped,
                }
            }
        }
    }

    /// What the agent says of itself; a control plane that does not know proofs of control or abilities refuses what it is told of
    /// them.
    async fn request(&self, says_all: bool) -> PollRequest {
        let policy = LocalPolicy::load(&self.options.policy_path).unwrap_or_else(|error| {
            tracing::error!("{}", chain(&error));
            LocalPolicy::default()
        });
        let mut proofs = self.proofs.reports().await;
        proofs.extend(self.records.reports());
        let wait = self.records.poll_wait(POLL_WAIT);
        let in_hand = self.in_hand.lock().unwrap_or_else(PoisonError::into_inner);
        PollRequest {
            boot_id: self.boot_id.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            platform: PLATFORM.to_owned(),
            capabilities: policy.capabilities(),
            in_hand: in_hand
                .iter()
                .map(|(job_id, hold)| JobInHand { job_id: job_id.clone(), lease_token: hold.lease_token() })
                .collect(),
            wait_seconds: u32::try_from(wait.as_secs()).unwrap_or(30),
            proof_kinds: if says_all { policy.proof_kinds() } else { Vec::new() },
            proofs: if says_all { proofs } else { Vec::new() },
            dns_providers: if says_all { policy.dns_offers() } else { Vec::new() },
            abilities: if says_all { vec![AgentAbility::Verify.to_string()] } else { Vec::new() },
        }
    }

    /// Begins what an answer asks for; says how long to wait when it asked for nothing that could be begun.
    async fn take(self: &Arc<Self>, answer: PollAnswer) -> Option<Duration> {
        let PollAnswer { csr_requests, deployments, dropped, retired_keys, tests, verifications, proofs } =
            answer;
        let is_empty = csr_requests.is_empty()
            && deployments.is_empty()
            && tests.is_empty()
            && verifications.is_empty()
            && proofs.is_empty();
        let (records, proofs): (Vec<ProofWork>, Vec<ProofWork>) = proofs.into_iter().partition(is_record);
        let is_news_of_records = self.records.set(&records);
        let is_news_of_proofs = self.proofs.set(proofs).await || is_news_of_records;
        let mut is_begun = is_news_of_proofs;
        for job_id in &dropped {
            if let Some(hold) = self.hold(job_id) {
                hold.drop_it();
            }
        }
        if !retired_keys.is_empty() {
            self.retire(&retired_keys).await;
        }
        for work in tests {
            is_begun |= self.begin_test(work);
        }
        for work in verifications {
            is_begun |= self.begin_verification(work);
        }
        for work in deployments {
            is_begun |= self.accept(work);
        }
        let csrs: Vec<_> = csr_requests
            .into_iter()
            .filter(|request| self.is_due(&request.job_id))
            .map(|request| {
                let agent = Arc::clone(self);
                self.tasks.spawn(async move { agent.submit_csr(request).await })
            })
            .collect();
        is_begun |= !csrs.is_empty();
        let finished = async {
            for task in csrs {
                if let Err(error) = task.await {
                    tracing::error!("a CSR job broke off: {error}");
                }
            }
        };
        // News of proofs are told at once: an order waits for them.
        let csr_wait = if is_news_of_proofs { Duration::ZERO } else { CSR_WAIT };
        if tokio::time::timeout(csr_wait, finished).await.is_err() {
            tracing::info!("keys are still being made");
        }
        (!is_empty && !is_begun).then_some(IDLE_WAIT)
    }

    fn hold(&self, job_id: &JobId) -> Option<Arc<Hold>> {
        self.in_hand.lock().unwrap_or_else(PoisonError::into_inner).get(job_id).cloned()
    }

    /// Writes new work down and begins it; work that is in hand only gets its new lease.
    fn accept(self: &Arc<Self>, work: DeployWork) -> bool {
        if let Some(hold) = self.hold(&work.job_id) {
            hold.lease_again(work.lease_token);
            return false;
        }
        let record = Record::accepted(work);
        if let Err(error) = self.deployer.accept(&record) {
            // Its lease ends by itself, and the control plane gives the job out again.
            tracing::error!(job.id = %record.work.job_id, "{} is not begun: {}", record.work.job_id, chain(&error));
            return false;
        }
        self.begin(record);
        true
    }

    fn begin(self: &Arc<Self>, record: Record) {
        let hold = Arc::new(Hold::new(record.work.lease_token.clone(), record.n_steps_sent));
        let job_id = record.work.job_id.clone();
        self.in_hand.lock().unwrap_or_else(PoisonError::into_inner).insert(job_id, Arc::clone(&hold));
        let agent = Arc::clone(self);
        self.tasks.spawn(async move { agent.deploy(record, hold).await });
    }

    /// Begins a test, beside everything else.
    fn begin_test(self: &Arc<Self>, work: TestWork) -> bool {
        let mut tests = self.tests.lock().unwrap_or_else(PoisonError::into_inner);
        if tests.len() >= MAX_TESTS || !tests.insert(work.test_id.clone()) {
            tracing::warn!("the test {} is not begun: {} are under way", work.test_id, tests.len());
            return false;
        }
        drop(tests);
        let agent = Arc::clone(self);
        self.tasks.spawn(async move { agent.test(work).await });
        true
    }

    async fn test(&self, work: TestWork) {
        let Ok(_permit) = self.test_permits.acquire().await else { return };
        let lane = self.lane(&work.target_kind, &work.target_config, "tests");
        let backoff = Backoff::new(Arc::clone(&self.options.random));
        target_test::carry_out(&self.deployer, &work, lane, &self.link, backoff).await;
        self.tests.lock().unwrap_or_else(PoisonError::into_inner).remove(&work.test_id);
    }

    /// Begins a look at endpoints, beside everything else; one that is in hand only gets its new lease.
    fn begin_verification(self: &Arc<Self>, work: VerifyWork) -> bool {
        if let Some(hold) = self.hold(&work.job_id) {
            hold.lease_again(work.lease_token);
            return false;
        }
        let hold = Arc::new(Hold::new(work.lease_token.clone(), 0));
        self.in_hand
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(work.job_id.clone(), Arc::clone(&hold));
        let agent = Arc::clone(self);
        self.tasks.spawn(async move {
            let backoff = Backoff::new(Arc::clone(&agent.options.random));
            tokio::select! {
                () = verification::carry_out(&agent.deployer, &work, &hold, &agent.link, backoff) => {}
                () = lease::keep(&work.job_id, work.lease_seconds, &hold, &agent.link) => {}
            }
            agent.in_hand.lock().unwrap_or_else(PoisonError::into_inner).remove(&work.job_id);
        });
        true
    }

    /// Carries a deployment out and reports it, while its lease is kept.
    async fn deploy(&self, record: Record, hold: Arc<Hold>) {
        let (job_id, lease_seconds) = (record.work.job_id.clone(), record.work.lease_seconds);
        tokio::select! {
            () = self.deploy_and_report(record, &hold) => {}
            () = lease::keep(&job_id, lease_seconds, &hold, &self.link) => {}
        }
        self.in_hand.lock().unwrap_or_else(PoisonError::into_inner).remove(&job_id);
    }

    async fn deploy_and_report(&self, record: Record, hold: &Arc<Hold>) {
        let job_id = record.work.job_id.clone();
        let DeployWork { target_kind, target_config, target_id, .. } = &record.work;
        let lane = self.lane(target_kind, target_config, target_id.as_str());
        let record = {
            let _turn = lane.lock().await;
            let (sender, steps) = mpsc::unbounded_channel();
            let watch = Steps { sender, hold: Arc::clone(hold) };
            let deployed = async move { self.deployer.run(record, &watch).await };
            tokio::join!(deployed, send_progress(&job_id, hold, &self.link, steps)).0
        };
        let outcome = record.step;
        tracing::info!(job.id = %job_id, cert.id = %record.work.certificate_id, "deployment {job_id} is {outcome}");
        csr::forget(&self.pending_dir, &record.work.public_key_sha256);
        let backoff = Backoff::new(Arc::clone(&self.options.random));
        send_result(&record, hold, &self.link, &self.options.kill_point, backoff).await;
        if let Err(error) = self.deployer.forget(&record) {
            tracing::error!(job.id = %job_id, "{job_id} stays in the journal: {}", chain(&error));
        }
    }

    /// What work on the same service shares; `other` names what is on no service that is known.
    fn lane(&self, kind: &str, config: &serde_json::Value, other: &str) -> Arc<tokio::sync::Mutex<()>> {
        let named = |key: &str| config.get(key).and_then(serde_json::Value::as_str);
        let lane = match named("instance").or_else(|| named("action")) {
            Some(name) => format!("{kind}:{name}"),
            None if kind == "nginx" => "nginx:default".to_owned(),
            None => other.to_owned(),
        };
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(lanes.entry(lane).or_default())
    }

    fn is_due(&self, job_id: &JobId) -> bool {
        let mut csrs = self.csrs.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        csrs.retain(|_, (not_before, _)| *not_before + Duration::from_secs(3_600) > now);
        let entry = csrs.entry(job_id.clone()).or_insert((now, 0));
        if entry.0 > now {
            return false;
        }
        // Doubling from 5 s to 10 min, should the job come back.
        entry.0 = now + Duration::from_secs(5 << entry.1.min(7)).min(Duration::from_secs(600));
        entry.1 += 1;
        true
    }

    async fn submit_csr(&self, request: CsrRequest) {
        let job_id = request.job_id.clone();
        let Ok(_permit) = self.csr_permits.acquire().await else { return };
        let maker = CsrMaker {
            keys: self.keys.clone(),
            pending_dir: self.pending_dir.clone(),
            policy_path: self.options.policy_path.clone(),
            kill_point: self.options.kill_point.clone(),
            clock: Arc::clone(&self.options.clock),
        };
        if maker.carry_out(request, &self.link).await == Next::AsTheControlPlaneSays {
            self.csrs.lock().unwrap_or_else(PoisonError::into_inner).remove(&job_id);
        }
    }

    /// Deletes what the host does not need either, and says what became of each.
    async fn retire(&self, retired: &[RetiredKey]) {
        let keys = retired.iter().map(|key| self.retirer.retire(key)).collect();
        self.options.kill_point.pass("keys.deleted");
        let report = KeysReport { keys };
        if let Err(error) = self.link.client().post::<KeysNoted>("/agent/keys", &report).await {
            // It asks again in an hour.
            tracing::warn!("the control plane could not be told of deleted keys: {}", chain(&error));
        }
    }
}
