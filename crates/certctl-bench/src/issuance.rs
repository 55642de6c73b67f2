//! Scenario: stored issuances per second. CSRs come in over HTTPS from 32 clients; the clock stops when the last
//! version is stored, with its audit, its events and its follow-ups.
//!
//! Not for: agents (`renewals.rs`). Invariant: only what the store holds after the server's end is counted.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use bytes::Bytes;
use certctl_api::client::Client;
use certctl_api::tls::client_config;
use certctl_core::id::JobId;
use certctl_core::time::Ts;
use tempfile::TempDir;

use crate::arguments::{Arguments, StoreKind};
use crate::figure::{Figure, Runs, Target};
use crate::issuance_load::{Door, N_CLIENTS, Sent, bodies, csr_pem, send};
use crate::postgres::Postgres;
use crate::process::Usage;
use crate::server_process::ServerProcess;
use crate::statistics::{median, percentile};
use crate::{ceiling, fsync_probe, outcome, process};

/// How long all of a run's issuances may take after the last answer.
const LIMIT: Duration = Duration::from_secs(300);

/// What is sent: the warm-up whole, the load for as long as the clock runs.
struct Load {
    warm_up: Arc<Vec<Bytes>>,
    load: Arc<Vec<Bytes>>,
    duration: Duration,
}

impl Load {
    fn new(quick: bool) -> anyhow::Result<Self> {
        // More than the load can send at the highest rate that these cores could sign.
        let (n_warm_up, n_load, seconds) = if quick { (64, 5_000, 1) } else { (1_000, 80_000, 8) };
        Ok(Self {
            warm_up: bodies("warm", n_warm_up)?,
            load: bodies("host", n_load)?,
            duration: Duration::from_secs(seconds),
        })
    }
}

/// Measures each store, and the ceiling of one core.
pub(crate) async fn measure(arguments: &Arguments) -> anyhow::Result<Vec<(String, Vec<Figure>)>> {
    let load = Load::new(arguments.quick)?;
    let mut measured = Vec::new();
    for kind in arguments.stores() {
        let folder = TempDir::new().context("no folder for the measurement")?;
        let mut postgres = match kind {
            StoreKind::Sqlite => None,
            StoreKind::Postgres => Some(Postgres::start(folder.path())?),
        };
        let mut runs = Runs::default();
        for number in 0..arguments.n_runs() {
            let url = postgres.as_mut().map(Postgres::database).transpose()?;
            let metrics =
                one(&folder.path().join(format!("run-{number}")), kind, url, &load, &mut runs).await?;
            arguments.keep_metrics(&format!("issuance-{}-{number}", kind.word()), &metrics)?;
        }
        let wanted = match kind {
            StoreKind::Sqlite => 5_000.0,
            StoreKind::Postgres => 3_000.0,
        };
        runs.target("stored issuances", "1/s", Target::AtLeast(wanted));
        runs.target("answer p99", "ms", Target::Under(30.0));
        runs.target("request to stored p99", "ms", Target::Under(30.0));
        let title = format!(
            "issuance on {}: CSRs from {N_CLIENTS} clients for {} s, {} runs",
            kind.title(),
            load.duration.as_secs(),
            arguments.n_runs()
        );
        measured.push((title, runs.into_figures()));
    }
    let csr = csr_pem("ceiling.bench.example.internal")?;
    let seconds = Duration::from_millis(if arguments.quick { 100 } else { 1_000 });
    let values =
        (0..arguments.n_runs()).map(|_| ceiling::per_second(&csr, seconds)).collect::<Result<_, _>>()?;
    measured.push((
        "the ceiling: nothing but a P-256 CSR's check and a signature, in one thread".to_owned(),
        vec![Figure::new("checked and signed", "1/s", values)],
    ));
    Ok(measured)
}

/// One run; what the server's `/metrics` said at its end.
async fn one(
    folder: &std::path::Path,
    kind: StoreKind,
    database_url: Option<String>,
    load: &Load,
    runs: &mut Runs,
) -> anyhow::Result<String> {
    let mut server = ServerProcess::start(folder, database_url.as_deref()).await?;
    let client = server.admin().await?;
    let options = server.options()?;
    let mut tls = client_config(&options.trust, None)?;
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    let door = Door { tls: Arc::new(tls), port: server.port(), api_key: server.api_key()?.to_owned() };
    let n_warm_up = load.warm_up.len();
    send(door.clone(), Arc::clone(&load.warm_up), LIMIT).await?;
    stored(&client, n_warm_up).await?;

    let before = fsync_probe::probe(folder)?;
    let usage = Usage::begin(server.pid())?;
    let begin = Instant::now();
    let sent = send(door, Arc::clone(&load.load), load.duration).await?;
    let answered = begin.elapsed();
    stored(&client, n_warm_up + sent.len()).await?;
    let used = usage.end()?;
    let resident = process::resident_mb(server.pid())?;
    let after = fsync_probe::probe(folder)?;
    let metrics = client.text("/metrics").await?;
    server.stop()?;

    let url = database_url.unwrap_or_else(|| format!("sqlite:{}", folder.join("data/certctl.db").display()));
    let finished = outcome::finished(&url, n_warm_up + sent.len()).await?;
    let Some(times) = Times::of(&sent, &finished) else {
        bail!("a job that was answered is not in the store")
    };
    let n = f64::from(u32::try_from(sent.len()).unwrap_or(u32::MAX));
    let answers: Vec<f64> = sent.iter().map(|sent| sent.milliseconds).collect();
    let at = |values: &[f64], q| percentile(values, q).unwrap_or_default();
    runs.add("stored issuances", "1/s", n / times.seconds);
    runs.add("issuances in a run", "", n);
    runs.add("answers", "1/s", n / answered.as_secs_f64());
    runs.add("answer p50", "ms", at(&answers, 0.5));
    runs.add("answer p99", "ms", at(&answers, 0.99));
    runs.add("request to stored p50", "ms", at(&times.stored, 0.5));
    runs.add("request to stored p99", "ms", at(&times.stored, 0.99));
    runs.add("server processor time each", "us", used.by_server.as_secs_f64() * 1e6 / n);
    runs.add("load generator processor time each", "us", used.by_load.as_secs_f64() * 1e6 / n);
    runs.add(kind.others(), "%", used.percent_by_others);
    runs.add("server resident at the end", "MB", resident);
    runs.add("fsync of 4 KiB before, median", "ms", before.median);
    runs.add("fsync of 4 KiB before, p99", "ms", before.p99);
    runs.add("fsync of 4 KiB after, median", "ms", after.median);
    runs.add("fsync of 4 KiB after, p99", "ms", after.p99);
    let fsync = median(&[before.median, after.median]).unwrap_or_default();
    runs.add("issuances for each possible fsync", "x", n / times.seconds * fsync / 1e3);
    Ok(metrics)
}

/// Waits until the server says that so many versions were issued.
async fn stored(client: &Client, n_expected: usize) -> anyhow::Result<()> {
    let begin = Instant::now();
    loop {
        let text = client.text("/metrics").await?;
        let n_issued = text
            .lines()
            .find_map(|line| line.strip_prefix("certctl_issuance_total ")?.trim().parse::<usize>().ok())
            .unwrap_or(0);
        if n_issued >= n_expected {
            return Ok(());
        }
        if begin.elapsed() > LIMIT {
            bail!("only {n_issued} of {n_expected} versions were issued within {LIMIT:?} of the last answer");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// What the store's times say of a load.
#[derive(Debug, PartialEq)]
struct Times {
    /// From the first request to the last version.
    seconds: f64,
    /// Milliseconds from each request to its version's transaction.
    stored: Vec<f64>,
}

impl Times {
    /// None when a request's job is not there.
    fn of(sent: &[Sent], finished: &HashMap<JobId, Ts>) -> Option<Self> {
        let ends: Vec<(Ts, Ts)> =
            sent.iter().map(|sent| Some((sent.at, *finished.get(&sent.job_id)?))).collect::<Option<_>>()?;
        let first = ends.iter().map(|(at, _)| *at).min()?;
        let last = ends.iter().map(|(_, end)| *end).max()?;
        let stored = ends.iter().map(|(at, end)| end.since(*at).as_secs_f64() * 1e3).collect();
        Some(Self { seconds: last.since(first).as_secs_f64(), stored })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_lasts_from_its_first_request_to_its_last_version() {
        let id = |second| JobId::generate(Ts::from_second(second), [0; 10]);
        let sent = |second| Sent { at: Ts::from_second(second), milliseconds: 1.0, job_id: id(second) };
        let mut finished = HashMap::from([(id(10), Ts::from_second(14))]);
        assert_eq!(Times::of(&[sent(10), sent(11)], &finished), None);
        finished.insert(id(11), Ts::from_second(12));
        let times = Times::of(&[sent(10), sent(11)], &finished).unwrap();
        assert_eq!(times, Times { seconds: 4.0, stored: vec![4000.0, 1000.0] });
    }
}
