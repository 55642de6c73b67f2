//! Scenario: 10,000 connected agents that wait, and how soon one of them hears of a job.
//!
//! Not for: their work (`renewals.rs`). Invariants: each agent has a connection and an identity of its own; the server
//! is measured while all of them are connected and poll.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use certctl_api::certificates::CertificateCreated;
use certctl_api::client::Client;
use certctl_core::id::JobId;
use certctl_core::time::Ts;
use serde_json::json;
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::arguments::Arguments;
use crate::figure::{Figure, Runs, Target};
use crate::server_process::ServerProcess;
use crate::simulated_agent::{self, Agent, Event, Watch, until};
use crate::statistics::percentile;
use crate::{limits, process};

/// Between two requests for jobs.
const PACE: Duration = Duration::from_millis(10);

struct Size {
    n_agents: usize,
    n_jobs: usize,
    settle: Duration,
    idle: Duration,
}

/// Measures on SQLite.
pub(crate) async fn measure(arguments: &Arguments) -> anyhow::Result<Vec<(String, Vec<Figure>)>> {
    let size = if arguments.quick {
        Size { n_agents: 100, n_jobs: 20, settle: Duration::from_secs(1), idle: Duration::from_secs(2) }
    } else {
        Size {
            n_agents: usize::try_from(arguments.agents)?,
            n_jobs: 500,
            settle: Duration::from_secs(35),
            idle: Duration::from_secs(60),
        }
    };
    limits::raise_open_files(u64::try_from(size.n_agents)? + 500)?;
    let folder = TempDir::new().context("no folder for the measurement")?;
    let folder = folder.path();
    let mut server = ServerProcess::start(folder, None).await?;
    let admin = server.admin().await?;
    let (agents, seconds) = simulated_agent::enrol(&admin, server.port(), size.n_agents).await?;
    let n = f64::from(u32::try_from(size.n_agents)?);
    let mut runs = Runs::default();
    runs.add("agents enrolled", "1/s", n / seconds);
    for _ in 0..arguments.n_runs() {
        // A fresh process each time, so that its memory is that of connected agents and not of their enrolment.
        server = server.restart().await?;
        one(&server, &agents, &size, &mut runs).await?;
    }
    server.stop()?;
    runs.target("resident with all connected", "MB", Target::Under(350.0));
    runs.target("processor, share of one core", "%", Target::Under(5.0));
    runs.target("job reaches its agent p99", "ms", Target::Under(100.0));
    let title = format!("{} connected idle agents, {} runs", size.n_agents, arguments.n_runs());
    Ok(vec![(title, runs.into_figures())])
}

async fn one(
    server: &ServerProcess,
    agents: &[Arc<Agent>],
    size: &Size,
    runs: &mut Runs,
) -> anyhow::Result<()> {
    let n = f64::from(u32::try_from(agents.len())?);
    let admin = Client::new(server.options()?)?;
    let alone = process::resident_mb(server.pid())?;
    let (sender, mut events) = unbounded_channel();
    let watch = Watch::new(sender);
    let begin = Instant::now();
    let running = simulated_agent::start(agents, server.port(), &watch).await?;
    let connected = begin.elapsed().as_secs_f64();
    tokio::time::sleep(size.settle).await;

    let polls = watch.n_polls.load(Ordering::Relaxed);
    let (begin, used) = (Instant::now(), process::processor_time(server.pid())?);
    tokio::time::sleep(size.idle).await;
    let (elapsed, used) = (begin.elapsed(), process::processor_time(server.pid())?.saturating_sub(used));
    let resident = process::resident_mb(server.pid())?;
    let polls = watch.n_polls.load(Ordering::Relaxed) - polls;
    ensure!(
        events.is_empty(),
        "something happened while all agents should be idle: {:?}",
        events.recv().await
    );
    runs.add("agents connected", "1/s", n / connected);
    runs.add("resident alone", "MB", alone);
    runs.add("resident with all connected", "MB", resident);
    runs.add("resident for each agent", "kB", (resident - alone) * 1000.0 / n);
    runs.add("processor, share of one core", "%", used.as_secs_f64() / elapsed.as_secs_f64() * 100.0);
    runs.add("polls", "1/s", f64::from(u32::try_from(polls)?) / elapsed.as_secs_f64());

    let reached = jobs(&admin, agents, size.n_jobs, &mut events).await?;
    runs.add("job reaches its agent p50", "ms", percentile(&reached, 0.5).unwrap_or_default());
    runs.add("job reaches its agent p99", "ms", percentile(&reached, 0.99).unwrap_or_default());
    drop(running);
    Ok(())
}

/// Asks for certificates of agents here and there; milliseconds from each job's transaction to the poll's answer.
async fn jobs(
    admin: &Client,
    agents: &[Arc<Agent>],
    n_jobs: usize,
    events: &mut UnboundedReceiver<Event>,
) -> anyhow::Result<Vec<f64>> {
    let mut made: HashMap<JobId, Ts> = HashMap::new();
    // A stride that shares no factor with the number of agents passes through all of them.
    let chosen = (0..n_jobs).filter_map(|number| agents.get(number * 7_919 % agents.len()));
    for agent in chosen {
        let id = agent.id.as_str();
        let certificate = json!({ "names": [format!("{id}.bench.example.internal")], "agent_ids": [id] });
        let created: CertificateCreated = admin.post("/certificates", &certificate).await?;
        let job = created.jobs.into_iter().next().context("no job was started")?;
        made.insert(job.id, job.created_at);
        tokio::time::sleep(PACE).await;
    }
    let mut reached = Vec::with_capacity(n_jobs);
    until(events, "the jobs' way to their agents", Duration::from_secs(60), |event| {
        match event {
            Event::CsrWanted { job_id, at } => {
                // An agent asks again when its CSR crossed with a poll: the first time counts.
                if let Some(created) = made.remove(&job_id) {
                    reached.push(at.since(created).as_secs_f64() * 1e3);
                }
            }
            Event::Live { .. } | Event::Broken(_) => {}
        }
        reached.len() == n_jobs
    })
    .await?;
    Ok(reached)
}
