//! The runner of issuing jobs: lease, plan, store the plan, sign, store the version.
//!
//! Not for: deployment jobs (their agents lease those). Invariants: no transaction is open while an issuer works; a
//! job that already has a plan is carried out by that plan, so that a crash between signing and storing leads to the
//! same serial again.

use std::time::Duration;

use certctl_connectors::issuers::{Issuance, IssueError, IssueRequest};
use certctl_core::job::JobState;
use certctl_core::time::Ts;
use certctl_pki::{Csr, LeafUsage, Name};
use certctl_store::jobs::{self, JobRow, Lease};

use crate::app::App;
use crate::error::{Error, chain};
use crate::ops::issuance::{self, Work};
use crate::ops::job_moved;

/// How long an issuing job is leased.
pub const LEASE_SECONDS: i64 = 15;
/// How many jobs are leased at once.
const BATCH: i64 = 50;
/// How often the queue is looked at without a signal.
const PERIOD: Duration = Duration::from_secs(5);

/// Runs until shutdown: leases stop first, then what is in hand is finished.
pub async fn run(app: App) {
    let signal = app.signals.engine_wake("issue");
    loop {
        let leased = match lease(&app).await {
            Ok(leased) => leased,
            Err(error) => {
                tracing::error!("Issuing jobs could not be leased: {}", chain(&error));
                Vec::new()
            }
        };
        let full = i64::try_from(leased.len()).unwrap_or(0) == BATCH;
        let mut running = tokio::task::JoinSet::new();
        for job in leased {
            running.spawn(one(app.clone(), job));
        }
        while running.join_next().await.is_some() {}
        if app.shutdown.is_cancelled() {
            return;
        }
        if full {
            continue;
        }
        let wait = next_wait(&app).await;
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
            () = signal.notified() => {}
        }
    }
}

async fn next_wait(app: &App) -> Duration {
    let next = app.store.read("issue.next_run", |tx| jobs::next_run(tx, "").map_err(Error::from)).await;
    match next {
        Ok(Some(at)) => at.since(app.now()).min(PERIOD),
        Ok(None) | Err(_) => PERIOD,
    }
}

async fn lease(app: &App) -> Result<Vec<JobRow>, Error> {
    if app.shutdown.is_cancelled() {
        return Ok(Vec::new());
    }
    let idle = app
        .store
        .read("issue.any", |tx| Ok::<_, Error>(jobs::next_run(tx, "")?.is_none_or(|at| at > tx.now())))
        .await?;
    if idle {
        return Ok(Vec::new());
    }
    let (owner, token, context) =
        (app.replica_id.clone(), hex::encode(app.random_bytes::<16>()), crate::ops::system(app, "issue"));
    app.store
        .write("issue.lease", move |tx| {
            let expires_at = tx.now().plus_seconds(LEASE_SECONDS);
            let lease = Lease { owner: owner.clone(), token: token.clone(), expires_at };
            let leased = jobs::lease(tx, "", &lease, BATCH)?;
            for job in &leased {
                job_moved(tx, &context, job, JobState::Running, None)?;
            }
            Ok(leased)
        })
        .await
}

/// Carries one leased job to its end; an error of the store leaves it to the lease's end.
async fn one(app: App, job: JobRow) {
    let id = job.id.clone();
    app.kill_point.pass("issue.leased");
    if let Err(error) = carry(&app, job).await {
        tracing::error!(job.id = %id, "Issuing job {id} was left to its lease: {}", chain(&error));
    }
}

async fn carry(app: &App, job: JobRow) -> Result<(), Error> {
    let context = crate::ops::system(app, "issue");
    let started = app.now();
    let ctx = context.clone();
    let work = app.store.write("issue.load", move |tx| {
        tx.note_audit();
        issuance::load(tx, &ctx, job.clone())
    });
    let Some(work) = work.await? else { return Ok(()) };
    match sign(app, &work).await {
        Ok(certificate_der) => {
            app.kill_point.pass("issue.signed");
            let (ctx, done) = (context, work.clone());
            let version = app
                .store
                .write("issue.complete", move |tx| issuance::complete(tx, &ctx, &done, &certificate_der))
                .await?;
            app.kill_point.pass("issue.stored");
            let milliseconds = app.now().since(started).as_millis();
            metrics::counter!("certctl_issuance_total").increment(1);
            metrics::histogram!("certctl_issuance_duration_seconds")
                .record(app.now().since(started).as_secs_f64());
            tracing::info!(
                job.id = %work.job.id, cert.id = %work.certificate.id, milliseconds,
                "Issued {version} for {}", work.certificate.id
            );
        }
        Err(SignError::Store(error)) => return Err(error),
        Err(SignError::Issuer(error)) => {
            metrics::counter!("certctl_issuance_failures_total").increment(1);
            let (cause, retryable) = match &error {
                IssueError::Retry(cause) => (cause.clone(), true),
                IssueError::Refused(cause) => (cause.clone(), false),
            };
            tracing::warn!(job.id = %work.job.id, "Issuing job {} failed: {cause}", work.job.id);
            app.store
                .write("issue.fail", move |tx| issuance::fail(tx, &context, &work, &cause, retryable))
                .await?;
        }
    }
    Ok(())
}

enum SignError {
    Issuer(IssueError),
    Store(Error),
}

impl From<IssueError> for SignError {
    fn from(error: IssueError) -> Self {
        Self::Issuer(error)
    }
}

async fn sign(app: &App, work: &Work) -> Result<Vec<u8>, SignError> {
    let issuer = match app.issuers.get(app, &work.certificate.issuer_id).await {
        Ok(issuer) => issuer,
        Err(error @ Error::Unavailable { .. }) => return Err(SignError::Store(error)),
        Err(error) => return Err(IssueError::Retry(chain(&error)).into()),
    };
    let plan = match &work.job.intent {
        Some(plan) => plan.clone(),
        None => {
            let plan = issuer.plan(&request(app, work)?)?;
            let (context, planned, intent) = (crate::ops::system(app, "issue"), work.clone(), plan.clone());
            app.store
                .write("issue.plan", move |tx| issuance::plan(tx, &context, &planned, &intent))
                .await
                .map_err(SignError::Store)?;
            app.kill_point.pass("issue.planned");
            plan
        }
    };
    let Issuance::Issued { certificate_der } = issuer.carry_out(&plan)?;
    Ok(certificate_der)
}

fn request(app: &App, work: &Work) -> Result<IssueRequest, IssueError> {
    let refused = |what: &str, error: &dyn std::error::Error| IssueError::Refused(format!("{what}: {error}"));
    let csr = work.job.csr.as_deref().ok_or_else(|| IssueError::Refused("the job has no CSR".to_owned()))?;
    let csr = Csr::parse(csr).map_err(|error| refused("the CSR", &error))?;
    let names = work.names().map_err(|error| refused("the certificate's names", &error))?;
    let common_name = match &work.certificate.common_name {
        Some(text) => Some(Name::parse(text).map_err(|error| refused("the common name", &error))?),
        None => None,
    };
    let client = work.extended_key_usages.iter().any(|u| u == "client_auth");
    let server = work.extended_key_usages.iter().any(|u| u == "server_auth");
    let usage = match (server, client) {
        (true, true) => LeafUsage::ServerAndClient,
        (false, true) => LeafUsage::Client,
        (true, false) | (false, false) => LeafUsage::Server,
    };
    let mut random = [0_u8; 16];
    app.random.fill(&mut random);
    let now: Ts = app.now();
    Ok(IssueRequest {
        public_key: csr.public_key().clone(),
        names,
        common_name,
        usage,
        now: now.as_second(),
        lifetime_seconds: work.certificate.lifetime_seconds,
        random,
    })
}
