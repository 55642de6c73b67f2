//! Scenario: from a request to the proof that a real nginx serves the new certificate, with a real agent.
//!
//! Not for: throughput. Invariant: the end is the server's own record of the sighting, and the benchmark has seen the
//! same certificate served.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use certctl_api::certificates::{CertificateCreated, JobsStarted};
use certctl_api::client::Client;
use certctl_api::deployments::Deployment;
use certctl_api::jobs::{Job, JobDetail};
use certctl_api::page::Page;
use certctl_api::targets::Target as DeploymentTarget;
use certctl_core::job::{JobKind, JobState};
use certctl_core::time::{Clock as _, SystemClock, Ts};
use serde_json::json;
use tempfile::TempDir;

use crate::agent_process::{AgentProcess, nginx_policy};
use crate::arguments::Arguments;
use crate::authority::Authority;
use crate::figure::{Figure, Target};
use crate::fsync_probe;
use crate::nginx::{Nginx, SITE};
use crate::server_process::ServerProcess;
use crate::statistics::{median, percentile};

/// How long one certificate may take.
const LIMIT: Duration = Duration::from_secs(30);

/// Measures on SQLite.
pub(crate) async fn measure(arguments: &Arguments) -> anyhow::Result<Vec<(String, Vec<Figure>)>> {
    let n_samples = if arguments.quick { 3 } else { 30 };
    let folder = TempDir::new().context("no folder for the measurement")?;
    let folder = folder.path();
    let nginx = Nginx::start(&folder.join("nginx"))?;
    let mut server = ServerProcess::start(&folder.join("server"), None).await?;
    let admin = server.admin().await?;
    let policy = nginx_policy(&folder.join("nginx"), nginx.port());
    let mut agent = AgentProcess::start(&admin, &folder.join("agent"), &policy).await?;
    let target = json!({
        "id": "tgt-bench", "name": "nginx", "kind": "nginx", "agent_id": AgentProcess::id(),
        "config": {
            "certificate_path": nginx.certificate_path(), "key_path": nginx.key_path(),
            "probe": [{ "address": format!("127.0.0.1:{}", nginx.port()), "server_name": SITE }],
        },
    });
    let _: DeploymentTarget = admin.post("/targets", &target).await?;
    let certificate = json!({ "id": "mc-bench", "names": [SITE], "target_ids": ["tgt-bench"] });
    let asked = SystemClock.now();
    let _: CertificateCreated = admin.post("/certificates", &certificate).await?;
    let first = live(&admin, &nginx, asked).await?;

    let fsync = fsync_probe::probe(folder)?;
    let mut samples = Vec::new();
    for _ in 0..n_samples {
        agent.check()?;
        // Until the agent waits again, as it does nearly always.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let asked = SystemClock.now();
        let _: JobsStarted = admin.post("/certificates/mc-bench/renew", &json!({})).await?;
        samples.push(live(&admin, &nginx, asked).await?);
    }
    drop(agent);
    server.stop()?;

    let mut authority = Authority::new()?;
    let mut reloads = Vec::new();
    for _ in 0..n_samples {
        let pair = authority.pair(SITE)?;
        tokio::time::sleep(Duration::from_millis(300)).await;
        reloads.push(nginx.reload_to_served(&pair).await?.as_secs_f64() * 1e3);
    }
    let totals: Vec<f64> = samples.iter().map(|sample| sample.total).collect();
    let own = median(&totals).zip(median(&reloads)).map(|(total, reload)| total - reload);
    let p99 = |values: &[f64]| percentile(values, 0.99).into_iter().collect();
    let mut figures = vec![
        Figure::new("request to proven live", "ms", totals.clone()),
        Figure::new("request to proven live p99", "ms", p99(&totals)),
        Figure::new("nginx alone: reload to served", "ms", reloads.clone()),
        Figure::new("nginx alone: reload to served p99", "ms", p99(&reloads)),
        Figure::new("medians: above nginx's own time", "ms", own.into_iter().collect())
            .with_target(Target::Under(150.0)),
        Figure::new("the first one, a new certificate", "ms", vec![first.total]),
        Figure::new("request to issued", "ms", samples.iter().map(|sample| sample.issued).collect()),
        Figure::new(
            "issued to proven live",
            "ms",
            samples.iter().map(|sample| sample.total - sample.issued).collect(),
        ),
    ];
    if let Some(last) = samples.last() {
        for (name, _) in &last.steps {
            let took = samples.iter().filter_map(|s| s.steps.iter().find(|(n, _)| n == name));
            figures.push(Figure::new(format!("step {name}"), "ms", took.map(|(_, took)| *took).collect()));
        }
    }
    figures.push(Figure::new("fsync of 4 KiB, median", "ms", vec![fsync.median]));
    Ok(vec![(format!("proven live on a real nginx: {n_samples} renewals"), figures)])
}

/// What one certificate took, in milliseconds.
struct Sample {
    total: f64,
    issued: f64,
    /// As the agent reported them.
    steps: Vec<(String, f64)>,
}

/// Waits until what was asked at `asked` is live; the server's own times count, not those of asking.
async fn live(admin: &Client, nginx: &Nginx, asked: Ts) -> anyhow::Result<Sample> {
    let begin = Instant::now();
    let (issuance, deployment) = loop {
        let page: Page<Job> =
            admin.read("/jobs?certificate_id=mc-bench&limit=2").await.context("the jobs cannot be read")?;
        if let Some(failed) = page.items.iter().find(|job| job.error.is_some()) {
            bail!("{} failed: {:?}", failed.id, failed.error);
        }
        let new = |kind: fn(JobKind) -> bool| {
            page.items
                .iter()
                .find(|job| kind(job.kind) && job.state == JobState::Completed && job.created_at >= asked)
        };
        let issued = new(|kind| matches!(kind, JobKind::Issuance | JobKind::Renewal));
        if let (Some(issuance), Some(deployment)) = (issued, new(|kind| kind == JobKind::Deployment)) {
            break (issuance.clone(), deployment.clone());
        }
        if begin.elapsed() > LIMIT {
            bail!("the certificate was not live within {LIMIT:?}");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let after = |job: &Job| {
        let at = job.finished_at.with_context(|| format!("{} has no end", job.id))?;
        anyhow::Ok(at.since(asked).as_secs_f64() * 1e3)
    };
    let deployments: Page<Deployment> = admin.read("/certificates/mc-bench/deployments?limit=5").await?;
    let recorded = deployments.items.iter().find(|d| Some(&d.id) == deployment.deployment_id.as_ref());
    let recorded = recorded.context("the deployment is not in the list")?;
    let served = nginx.served().await?;
    ensure!(recorded.fingerprint_sha256 == served, "nginx serves {served}, not what was proven");
    let detail: JobDetail = admin.read(&format!("/jobs/{}", deployment.id)).await?;
    let mut steps: Vec<(String, f64)> = Vec::new();
    for step in detail.steps {
        let took = f64::from(u32::try_from(step.milliseconds.unwrap_or_default()).unwrap_or_default());
        // A step that is done for each file counts as one.
        match steps.iter_mut().find(|(name, _)| *name == step.name) {
            Some((_, sum)) => *sum += took,
            None => steps.push((step.name, took)),
        }
    }
    Ok(Sample { total: after(&deployment)?, issued: after(&issuance)?, steps })
}
