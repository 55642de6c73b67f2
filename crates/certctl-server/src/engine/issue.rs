//! The runner of issuing jobs: lease and plan, sign, store the versions.
//!
//! Jobs go in batches, so that their rows share statements and transactions; batches overlap, so that one signs while
//! another's commit reaches the disk. An alternative, one transaction for each step of each job, costs twice the time
//! of the store's writer.
//! Not for: deployment jobs (their agents lease those). Invariants: no transaction is open while an issuer works; a
//! plan is stored before it is signed, and a job that already has a plan is carried out by that plan, so that a crash
//! between signing and storing leads to the same serial again; one job's trouble is its own.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use certctl_connectors::issuers::local_ca::LocalCa;
use certctl_connectors::issuers::outside::Authority;
use certctl_connectors::issuers::{Issuance, IssueError, IssueRequest};
use certctl_core::ca::CaGeneration;
use certctl_core::id::JobId;
use certctl_core::profile::Profile;
use certctl_core::time::Ts;
use certctl_pki::{CertificateInfo, Csr, LeafUsage, Name};
use certctl_store::audit::Context;
use certctl_store::jobs::{self, JobRow, Lease};
use certctl_store::{Tx, issuers};
use tokio::sync::Semaphore;
use tracing::Instrument as _;

use crate::app::App;
use crate::engine::orders;
use crate::error::{Error, chain};
use crate::issuers::Opened;
use crate::measures;
use crate::ops::approvals;
use crate::ops::issuance::{self, Failure, Known, Signed, Work};
use crate::ops::issuers::PAUSED_SECONDS;
use crate::ops::orders as order_ops;
use crate::ops::policy_rules::Rules;
use crate::spans::{JobSpan, SpanKind};

/// How long an issuing job is leased.
pub const LEASE_SECONDS: i64 = 15;
/// How many jobs are leased at once.
const BATCH: i64 = 64;
/// How many batches are in hand at once.
const BATCHES: usize = 4;
/// How often the queue is looked at without a signal.
const PERIOD: Duration = Duration::from_secs(5);

/// Runs until shutdown: leases stop first, then what is in hand is finished.
pub async fn run(app: App) {
    let signal = app.signals.engine_wake("issue");
    let slots = Arc::new(Semaphore::new(BATCHES));
    let mut running = tokio::task::JoinSet::new();
    loop {
        // Never closed: the semaphore lives as long as this function.
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else { return };
        while running.try_join_next().is_some() {}
        if app.shutdown.is_cancelled() {
            break;
        }
        let Ready { planned: ready, orders } = match lease(&app).await {
            Ok(ready) => ready,
            Err(error) => {
                tracing::error!("Issuing jobs could not be leased: {}", chain(&error));
                Ready::default()
            }
        };
        let full = i64::try_from(ready.len() + orders.len()).is_ok_and(|n| n == BATCH);
        for begun in orders {
            let app = app.clone();
            running.spawn(async move { orders::carry_out(&app, begun).await });
        }
        if !ready.is_empty() {
            let app = app.clone();
            running.spawn(async move {
                carry_out(&app, ready).await;
                drop(slot);
            });
        }
        if full {
            continue;
        }
        let wait = next_wait(&app).await;
        tokio::select! {
            () = app.shutdown.cancelled() => break,
            () = tokio::time::sleep(wait) => {}
            () = signal.notified() => {}
        }
    }
    while running.join_next().await.is_some() {}
}

async fn next_wait(app: &App) -> Duration {
    let next = app.store.read("issue.next_run", |tx| jobs::next_run(tx, "").map_err(Error::from)).await;
    match next {
        Ok(Some(at)) => at.since(app.now()).min(PERIOD),
        Ok(None) | Err(_) => PERIOD,
    }
}

/// A job whose plan is stored.
#[derive(Debug, Clone)]
struct Planned {
    work: Work,
    span: JobSpan,
    issuer: Arc<LocalCa>,
    intent: Vec<u8>,
}

/// What can go on: jobs of local CAs, and orders at authorities outside.
#[derive(Debug, Default)]
struct Ready {
    planned: Vec<Planned>,
    orders: Vec<orders::Begun>,
}

/// What the jobs of a batch have in common.
#[derive(Debug, Default)]
struct Read {
    issuers: Known<Opened>,
    profiles: Known<Profile>,
    rules: Option<Rules>,
    paused: Known<bool>,
}

/// Leases what can run and stores the plan of each, in one transaction.
async fn lease(app: &App) -> Result<Ready, Error> {
    let (worker, context) = (app.clone(), crate::ops::system(app, "issue"));
    let token = hex::encode(app.random_bytes::<16>());
    app.store
        .write("issue.lease", move |tx| {
            let expires_at = tx.now().plus_seconds(LEASE_SECONDS);
            let lease = Lease { owner: worker.replica_id.clone(), token: token.clone(), expires_at };
            let mut ready = Ready::default();
            let mut read = Read::default();
            for job in jobs::runnable(tx, BATCH)? {
                prepare(tx, &worker, &context, &lease, (&mut read, &mut ready), job)?;
            }
            Ok(ready)
        })
        .await
}

/// Plans and leases one job, unless it is not wanted any more or has failed, which is recorded here.
fn prepare(
    tx: &mut Tx<'_>,
    app: &App,
    context: &Context,
    lease: &Lease,
    (read, ready): (&mut Read, &mut Ready),
    job: JobRow,
) -> Result<(), Error> {
    let Some(mut work) = issuance::load(tx, context, job)? else { return Ok(()) };
    let issuer = work.certificate.issuer_id.clone();
    if read.paused.get(issuer.as_str(), || issuers::is_paused(tx, &issuer))? {
        // Nothing has moved: that jobs wait for it is the issuer's state, and told with it.
        jobs::put_off(tx, &work.job.id, tx.now().plus_seconds(PAUSED_SECONDS))?;
        tx.note_audit();
        return Ok(());
    }
    match plan(tx, app, read, &work) {
        Ok(Plan::Sign(issuer, intent)) => {
            issuance::take(tx, context, &mut work, lease, Some(&intent))?;
            let span = JobSpan::begin(app, &work.job, tx.now());
            ready.planned.push(Planned { work, span, issuer, intent });
            Ok(())
        }
        Ok(Plan::Ask(authority)) => {
            let expires_at = tx.now().plus_seconds(order_ops::LEASE_SECONDS);
            let lease = Lease { expires_at, ..lease.clone() };
            if let Some(leased) = order_ops::prepare(tx, context, &lease, authority, work)? {
                ready.orders.push(orders::Begun::new(app, leased, tx.now()));
            }
            Ok(())
        }
        Err(PlanError::Store(error)) => Err(error),
        Err(PlanError::Unapproved(because)) => {
            approvals::demand(tx, context, &work.job, &because)?;
            Ok(())
        }
        Err(PlanError::Issuer(error)) => {
            issuance::take(tx, context, &mut work, lease, None)?;
            fail(tx, context, &work, &error)
        }
    }
}

/// What is done for a job.
enum Plan {
    /// It is signed here: this.
    Sign(Arc<LocalCa>, Vec<u8>),
    /// An authority outside is asked.
    Ask(Arc<Authority>),
}

enum PlanError {
    /// The transaction cannot go on.
    Store(Error),
    /// This job cannot.
    Issuer(IssueError),
    /// This job waits for a person, for this reason.
    Unapproved(String),
}

impl From<Error> for PlanError {
    fn from(error: Error) -> Self {
        match error {
            // A statement that failed ends the transaction, whatever is recorded after it.
            error @ Error::Unavailable { .. } => Self::Store(error),
            other => Self::Issuer(IssueError::Retry(chain(&other))),
        }
    }
}

impl From<IssueError> for PlanError {
    fn from(error: IssueError) -> Self {
        Self::Issuer(error)
    }
}

fn plan(tx: &mut Tx<'_>, app: &App, read: &mut Read, work: &Work) -> Result<Plan, PlanError> {
    let wanted = &work.certificate.profile_id;
    let profile = read.profiles.get(wanted.as_str(), || issuance::limits(tx, wanted))?;
    // Here, in the transaction that stores what will be signed, and nowhere else: no way leads round it.
    if let Some(because) = approvals::missing(tx, &profile, work)? {
        return Err(PlanError::Unapproved(because));
    }
    let wanted = &work.certificate.issuer_id;
    let issuer = read.issuers.get(wanted.as_str(), || app.issuers.opened(tx, &app.sealer, wanted))?;
    if let (Opened::Local(ca), Some(stored)) = (&issuer, &work.job.intent)
        && let Some(planner) = app.issuers.planner(tx, &app.sealer, ca, (wanted, stored))?
    {
        return Ok(Plan::Sign(planner, stored.clone()));
    }
    let names = work.certificate.name_texts();
    profile
        .check(issuance::asked(&work.certificate, &names))
        .map_err(|violation| IssueError::Refused(violation.to_string()))?;
    let rules = match &mut read.rules {
        Some(rules) => rules,
        none => none.insert(Rules::load(tx)?),
    };
    if let Some(detail) = rules.block(tx, &work.certificate)? {
        return Err(PlanError::Issuer(IssueError::Refused(detail)));
    }
    match issuer {
        Opened::Outside(authority) => Ok(Plan::Ask(authority)),
        Opened::Local(ca) => {
            let request = request(app, tx.now().as_second(), work, (&profile, ca.generation()))?;
            let intent = ca.plan(&request)?;
            Ok(Plan::Sign(ca, intent))
        }
    }
}

fn request(
    app: &App,
    now: i64,
    work: &Work,
    (profile, generation): (&Profile, i64),
) -> Result<IssueRequest, IssueError> {
    let refused = |what: &str, error: &dyn std::error::Error| IssueError::Refused(format!("{what}: {error}"));
    let csr = work.job.csr.as_deref().ok_or_else(|| IssueError::Refused("the job has no CSR".to_owned()))?;
    // Its signature was checked when it came in.
    let public_key = Csr::key_of_parsed(csr).map_err(|error| refused("the CSR", &error))?;
    let names = work.names().map_err(|error| refused("the certificate's names", &error))?;
    let common_name = match &work.certificate.common_name {
        Some(text) => Some(Name::parse(text).map_err(|error| refused("the common name", &error))?),
        None => None,
    };
    let client = profile.extended_key_usages.iter().any(|u| u == "client_auth");
    let server = profile.extended_key_usages.iter().any(|u| u == "server_auth");
    let usage = match (server, client) {
        (true, true) => LeafUsage::ServerAndClient,
        (false, true) => LeafUsage::Client,
        (true, false) | (false, false) => LeafUsage::Server,
    };
    let mut random = [0_u8; 16];
    app.random.fill(&mut random);
    Ok(IssueRequest {
        public_key,
        names,
        common_name,
        usage,
        now,
        lifetime_seconds: work.certificate.lifetime_seconds,
        random,
        published: app.config.published(&CaGeneration::new(work.certificate.issuer_id.clone(), generation)),
    })
}

/// Signs a batch and stores its versions; an error of the store leaves jobs to the end of their lease.
async fn carry_out(app: &App, ready: Vec<Planned>) {
    app.kill_point.pass("issue.planned");
    let (started, n) = (app.now(), ready.len());
    let spans: Spans =
        Arc::new(ready.iter().map(|planned| (planned.work.job.id.clone(), planned.span.clone())).collect());
    let signer = app.clone();
    // Signing keeps a core busy, with an RSA key for milliseconds each.
    let outcomes = tokio::task::spawn_blocking(move || {
        let (mut signed, mut failed) = (Vec::with_capacity(n), Vec::new());
        for planned in ready {
            let began = signer.now();
            let signature = sign(&planned);
            let cause = signature.as_ref().err().map(ToString::to_string);
            let issuer = planned.work.certificate.issuer_id.as_str().into();
            let facts = vec![("certctl.issuer.id", issuer), ("certctl.issuer.kind", "local_ca".into())];
            let times = (began, signer.now());
            planned.span.step(&signer, "issuer sign", SpanKind::Client, times, facts, cause.as_deref());
            match signature {
                Ok((certificate_der, info)) => {
                    let work = planned.work;
                    let generation = planned.issuer.generation();
                    signed.push(Signed { work, certificate_der, info, chain_pem: None, generation, started });
                }
                Err(error) => failed.push((planned.work, error)),
            }
        }
        (signed, failed)
    });
    let Ok((signed, failed)) = outcomes.await else {
        tracing::error!(jobs = n, "{n} issuing jobs were left to their lease: signing panicked");
        return;
    };
    app.kill_point.pass("issue.signed");
    store(app, signed, &spans).await;
    for (work, error) in failed {
        let (context, id) = (crate::ops::system(app, "issue"), work.job.id.clone());
        let Some(span) = spans.get(&id) else { continue };
        let cause = error.to_string();
        let of_log = span.of_log(&work.job);
        let recorded = app.store.write("issue.fail", move |tx| fail(tx, &context, &work, &error));
        let recorded = certctl_store::trace::scope(span.origin(), recorded);
        if let Err(error) = recorded.instrument(of_log).await {
            left(&id, &error);
        }
        span.end(app, Some(&cause));
    }
}

/// Says that the outcome of a try was not stored. That somebody cancelled the job meanwhile, or has it in hand, is lawful.
fn left(id: &JobId, error: &Error) {
    match error {
        Error::Conflict { code: "changed_meanwhile", .. } => {
            tracing::info!(job.id = %id, "Issuing job {id} was changed while it was worked on: this try is dropped");
        }
        _ => tracing::error!(job.id = %id, "Issuing job {id} was left to its lease: {}", chain(error)),
    }
}

/// The tries of a batch, by job.
type Spans = Arc<HashMap<JobId, JobSpan>>;

fn sign(planned: &Planned) -> Result<(Vec<u8>, CertificateInfo), IssueError> {
    let Issuance::Issued { certificate_der } = planned.issuer.carry_out(&planned.intent)?;
    let info = CertificateInfo::parse(&certificate_der)
        .map_err(|error| IssueError::Refused(format!("the issuer's certificate cannot be read: {error}")))?;
    Ok((certificate_der, info))
}

/// Stores a batch of versions in one transaction; when that fails, one by one, so that one job's trouble is its own.
async fn store(app: &App, signed: Vec<Signed>, spans: &Spans) {
    if signed.is_empty() {
        return;
    }
    let signed = Arc::new(signed);
    let began = app.now();
    let Err(error) = complete(app, Arc::clone(&signed), spans, 0..signed.len()).await else {
        return stored(app, &signed, spans, began);
    };
    tracing::debug!("A batch of {} versions is stored one by one: {}", signed.len(), chain(&error));
    for i in 0..signed.len() {
        let began = app.now();
        match complete(app, Arc::clone(&signed), spans, i..i + 1).await {
            Ok(()) => stored(app, &signed[i..=i], spans, began),
            Err(error) => {
                left(&signed[i].work.job.id, &error);
            }
        }
    }
}

async fn complete(
    app: &App,
    signed: Arc<Vec<Signed>>,
    spans: &Spans,
    range: std::ops::Range<usize>,
) -> Result<(), Error> {
    let (context, spans) = (crate::ops::system(app, "issue"), Arc::clone(spans));
    app.store
        .write("issue.complete", move |tx| {
            let mut policies = Known::default();
            let mut rules = Rules::load(tx)?;
            let batch = signed.get(range.clone()).unwrap_or_default();
            for one in batch {
                // Deployments that follow are in the trace of the job.
                let origin = spans.get(&one.work.job.id).map(JobSpan::origin);
                certctl_store::trace::in_scope(origin, || {
                    issuance::complete(tx, &context, one, &mut policies, &mut rules)
                })?;
            }
            issuance::issuers_answer(tx, batch)?;
            Ok(())
        })
        .await
}

fn stored(app: &App, signed: &[Signed], spans: &Spans, began: Ts) {
    app.kill_point.pass("issue.stored");
    let now = app.now();
    for Signed { work, info, .. } in signed {
        measures::issued(now.since(work.job.created_at));
        let Some(span) = spans.get(&work.job.id) else { continue };
        span.of_log(&work.job).in_scope(|| {
            tracing::info!(
                cert.id = %work.certificate.id, serial = info.serial_hex,
                "Issued serial {} for {}", info.serial_hex, work.certificate.id
            );
        });
        span.step(app, "store issue.complete", SpanKind::Client, (began, now), Vec::new(), None);
        span.end(app, None);
    }
}

fn fail(tx: &mut Tx<'_>, context: &Context, work: &Work, error: &IssueError) -> Result<(), Error> {
    let (cause, failure) = match error {
        IssueError::Retry(cause) => (cause, Failure::Retry { least: Duration::ZERO }),
        IssueError::Refused(cause) => (cause, Failure::Final),
    };
    tx.after_commit(measures::issuance_failed);
    tracing::warn!(job.id = %work.job.id, "Issuing job {} failed: {cause}", work.job.id);
    issuance::fail(tx, context, work, cause, failure).map(drop)
}
