//! Scenario: whole renewals per second. A policy's change makes all certificates due at once; the clock stops when the
//! last of them is reported live by its agent.
//!
//! Not for: what a host takes (`proven_live.rs`). Invariant: each certificate is renewed and deployed exactly once in a
//! run, by the server's own count.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use certctl_api::certificates::CertificateCreated;
use certctl_api::client::Client;
use certctl_api::jobs::Job;
use certctl_api::page::Page;
use certctl_api::renewal_policies::RenewalPolicy;
use certctl_api::targets::Target as DeploymentTarget;
use serde_json::json;
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::arguments::{Arguments, StoreKind};
use crate::figure::{Figure, Runs};
use crate::fsync_probe;
use crate::postgres::Postgres;
use crate::process::Usage;
use crate::server_process::ServerProcess;
use crate::simulated_agent::{self, Agent, Event, Watch, until};
use crate::statistics::percentile;
use crate::workers::each;

/// How long all renewals of a run may take.
const LIMIT: Duration = Duration::from_secs(300);
/// The share of the lifetime after which the policy renews; with the spread of 3% it is never later.
const PERCENT: u8 = 10;

struct Size {
    n_agents: usize,
    n_certificates: usize,
    /// A tenth of it is how long a new version is not due.
    lifetime_seconds: u32,
}

/// Measures each store.
pub(crate) async fn measure(arguments: &Arguments) -> anyhow::Result<Vec<(String, Vec<Figure>)>> {
    let size = if arguments.quick {
        Size { n_agents: 10, n_certificates: 50, lifetime_seconds: 100 }
    } else {
        Size { n_agents: 200, n_certificates: 1_000, lifetime_seconds: 300 }
    };
    let mut measured = Vec::new();
    for kind in arguments.stores() {
        let folder = TempDir::new().context("no folder for the measurement")?;
        let mut postgres = match kind {
            StoreKind::Sqlite => None,
            StoreKind::Postgres => Some(Postgres::start(folder.path())?),
        };
        let url = postgres.as_mut().map(Postgres::database).transpose()?;
        let figures = on_store(folder.path(), kind, url.as_deref(), &size, arguments).await?;
        let title = format!(
            "renewals on {}: {} certificates due at once, {} simulated agents, {} runs",
            kind.title(),
            size.n_certificates,
            size.n_agents,
            arguments.n_runs()
        );
        measured.push((title, figures));
    }
    Ok(measured)
}

async fn on_store(
    folder: &Path,
    kind: StoreKind,
    database_url: Option<&str>,
    size: &Size,
    arguments: &Arguments,
) -> anyhow::Result<Vec<Figure>> {
    let mut server = ServerProcess::start(&folder.join("server"), database_url).await?;
    let admin = server.admin().await?;
    let (agents, _) = simulated_agent::enrol(&admin, server.port(), size.n_agents).await?;
    let policy =
        json!({ "id": "rp-bench", "name": "bench", "automatic": false, "point": { "percent": PERCENT } });
    let _: RenewalPolicy = admin.post("/renewal-policies", &policy).await?;
    let (sender, mut events) = unbounded_channel();
    let running = simulated_agent::start(&agents, server.port(), &Watch::new(sender)).await?;
    certificates(&admin, &agents, size).await?;
    all_live(&mut events, size.n_certificates).await?;

    let mut runs = Runs::default();
    for number in 0..arguments.n_runs() {
        // Until the newest version is due; only then the policy is made to renew.
        let tenth = Duration::from_secs(u64::from(size.lifetime_seconds) * u64::from(PERCENT) / 100 + 1);
        tokio::time::sleep(tenth).await;
        one(&server, &admin, (folder, kind), &mut events, size, &mut runs).await?;
        let metrics = admin.text("/metrics").await?;
        arguments.keep_metrics(&format!("renewals-{}-{number}", kind.word()), &metrics)?;
    }
    drop(running);
    server.stop()?;
    Ok(runs.into_figures())
}

/// A target and a certificate each, spread over the agents.
async fn certificates(admin: &Client, agents: &[std::sync::Arc<Agent>], size: &Size) -> anyhow::Result<()> {
    let ids: Vec<_> = agents.iter().map(|agent| agent.id.clone()).collect();
    let lifetime = size.lifetime_seconds;
    let items = (0..size.n_certificates).zip(ids.into_iter().cycle()).collect();
    let admin = admin.clone();
    each(16, items, move |(number, agent)| {
        let admin = admin.clone();
        async move {
            let id = format!("tgt-bench-{number}");
            let target = json!({
                "id": id, "name": id, "kind": "nginx", "agent_id": agent,
                "config": {
                    "certificate_path": format!("/tmp/bench/{number}.pem"),
                    "key_path": format!("/tmp/bench/{number}.key"),
                    "probe": [{ "address": "127.0.0.1:1" }],
                },
            });
            let _: DeploymentTarget = admin.post("/targets", &target).await?;
            let certificate = json!({
                "id": format!("mc-bench-{number}"), "names": [format!("h{number}.bench.example.internal")],
                "target_ids": [id], "renewal_policy_id": "rp-bench", "lifetime_seconds": lifetime,
            });
            let _: CertificateCreated = admin.post("/certificates", &certificate).await?;
            Ok(())
        }
    })
    .await?;
    Ok(())
}

/// Milliseconds that each report took, once all are there.
async fn all_live(events: &mut UnboundedReceiver<Event>, n: usize) -> anyhow::Result<Vec<f64>> {
    let mut took = Vec::with_capacity(n);
    let what = format!("the deployment of {n} certificates");
    until(events, &what, LIMIT, |event| {
        match event {
            Event::Live { milliseconds } => took.push(milliseconds),
            Event::CsrWanted { .. } | Event::Broken(_) => {}
        }
        took.len() == n
    })
    .await?;
    Ok(took)
}

/// How many jobs of a kind are completed, and how many there are.
async fn counted(admin: &Client, kind: &str) -> anyhow::Result<(i64, i64)> {
    let total = async |filter: &str| {
        let page: Page<Job> = admin.read(&format!("/jobs?kind={kind}&limit=1&total=true{filter}")).await?;
        page.total.context("the server did not count")
    };
    Ok((total("&state=Completed").await?, total("").await?))
}

async fn one(
    server: &ServerProcess,
    admin: &Client,
    (folder, kind): (&Path, StoreKind),
    events: &mut UnboundedReceiver<Event>,
    size: &Size,
    runs: &mut Runs,
) -> anyhow::Result<()> {
    let (renewals, deployments) = (counted(admin, "Renewal").await?, counted(admin, "Deployment").await?);
    let before = fsync_probe::probe(folder)?;
    let usage = Usage::begin(server.pid())?;
    let begin = Instant::now();
    let _: RenewalPolicy = admin.patch("/renewal-policies/rp-bench", &json!({ "automatic": true })).await?;
    let patched = begin.elapsed();
    let took = all_live(events, size.n_certificates).await?;
    let seconds = begin.elapsed().as_secs_f64();
    let used = usage.end()?;
    let _: RenewalPolicy = admin.patch("/renewal-policies/rp-bench", &json!({ "automatic": false })).await?;
    let n = i64::try_from(size.n_certificates)?;
    for (kind, before) in [("Renewal", renewals), ("Deployment", deployments)] {
        let after = counted(admin, kind).await?;
        let grown = (after.0 - before.0, after.1 - before.1);
        ensure!(
            grown == (n, n),
            "{n} certificates were due: {} jobs of kind {kind} were made, {} completed",
            grown.1,
            grown.0
        );
    }
    let n = f64::from(u32::try_from(n)?);
    runs.add("whole renewals", "1/s", n / seconds);
    runs.add("policy's change, until answered", "ms", patched.as_secs_f64() * 1e3);
    runs.add("report, until answered p50", "ms", percentile(&took, 0.5).unwrap_or_default());
    runs.add("report, until answered p99", "ms", percentile(&took, 0.99).unwrap_or_default());
    runs.add("server processor time each", "us", used.by_server.as_secs_f64() * 1e6 / n);
    runs.add("simulated agents' processor time each", "us", used.by_load.as_secs_f64() * 1e6 / n);
    runs.add(kind.others(), "%", used.percent_by_others);
    runs.add("fsync of 4 KiB before, median", "ms", before.median);
    runs.add("fsync of 4 KiB before, p99", "ms", before.p99);
    runs.add("renewals for each possible fsync", "x", n / seconds * before.median / 1e3);
    Ok(())
}
