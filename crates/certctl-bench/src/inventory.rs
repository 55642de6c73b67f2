//! Scenario: a large inventory. Every filter and sort of the list of certificates, its anchors and facets, the counts, the
//! search and the needs, asked one after the other; then lists while a bulk operation changes a tenth of it.
//!
//! Not for: filling the store (`load.rs`), or what is asked (`questions.rs`). Invariant: an answer that is not a 200, or a
//! question that should find something and did not, is an error, not a figure.

mod questions;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use bytes::Bytes;
use certctl_api::client::Client;
use certctl_api::tls::client_config;
use http::StatusCode;
use rustls::ClientConfig;
use serde_json::{Value, json};
use tempfile::TempDir;

use self::questions::Question;
use crate::arguments::{Arguments, StoreKind};
use crate::connection::Connection;
use crate::figure::{Figure, Target};
use crate::load;
use crate::postgres::Postgres;
use crate::process;
use crate::server_process::ServerProcess;
use crate::statistics::percentile;

/// Requests of each question that count, after those that warm up.
const N_ASKED: usize = 200;
const N_WARM: usize = 20;
/// What each question's p99 has to be under, in milliseconds.
const ANSWER_MS: f64 = 50.0;
/// The same for lists while a bulk operation runs.
const BUSY_MS: f64 = 100.0;
/// How long the server may take to be ready on the full store, in milliseconds.
const READY_MS: f64 = 1_000.0;
/// How long the server is left alone after its start: it opens the alerts that the inventory deserves.
const SETTLE: Duration = Duration::from_secs(30);
/// The policies between which the bulk operation changes.
const POLICIES: [&str; 2] = ["rp-load-9", "rp-load-3"];
/// How long a bulk operation may take.
const BULK_LIMIT: Duration = Duration::from_secs(1_800);

/// Measures each store.
pub(crate) async fn measure(arguments: &Arguments) -> anyhow::Result<Vec<(String, Vec<Figure>)>> {
    let n_certificates = if arguments.quick { 20_000 } else { arguments.certificates };
    let mut measured = Vec::new();
    for kind in arguments.stores() {
        let folder = TempDir::new().context("no folder for the measurement")?;
        let mut postgres = match (kind, &arguments.postgres) {
            (StoreKind::Postgres, None) => Some(Postgres::start(folder.path())?),
            (StoreKind::Postgres, Some(_)) | (StoreKind::Sqlite, _) => None,
        };
        let url = match kind {
            StoreKind::Sqlite => None,
            StoreKind::Postgres => match &mut postgres {
                Some(own) => Some(own.database()?),
                None => arguments.postgres.clone(),
            },
        };
        // A server of the benchmark's own ends with it.
        let folder = match &arguments.keep {
            Some(keep) if postgres.is_none() => keep.join(kind.word()),
            _ => folder.path().to_owned(),
        };
        measured.extend(one(&folder, kind, url, n_certificates, arguments).await?);
    }
    Ok(measured)
}

/// How to reach the server that is measured.
#[derive(Clone)]
struct Door {
    tls: Arc<ClientConfig>,
    port: u16,
    api_key: String,
}

impl Door {
    fn of(server: &ServerProcess) -> anyhow::Result<Self> {
        let mut tls = client_config(&server.options()?.trust, None)?;
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { tls: Arc::new(tls), port: server.port(), api_key: server.api_key()?.to_owned() })
    }

    async fn open(&self) -> anyhow::Result<Connection> {
        let from = std::net::Ipv4Addr::LOCALHOST.into();
        Connection::open(Arc::clone(&self.tls), from, self.port, Some(&self.api_key)).await
    }
}

/// A server on a full store, and how long filling took; what was filled before is taken as it is.
async fn filled(
    folder: &Path,
    url: Option<&str>,
    n_certificates: u64,
) -> anyhow::Result<(ServerProcess, Option<f64>)> {
    let mark = folder.join(format!("filled-{n_certificates}"));
    if let Ok(api_key) = std::fs::read_to_string(&mark) {
        return Ok((ServerProcess::again(folder, url, api_key).await?, None));
    }
    let mut server = ServerProcess::start(folder, url).await?;
    server.admin().await?;
    let api_key = server.api_key()?.to_owned();
    let server = server.pause()?;
    let database =
        url.map_or_else(|| format!("sqlite:{}", folder.join("data/certctl.db").display()), str::to_owned);
    let begin = Instant::now();
    load::fill(&database, n_certificates, 1).await?;
    let seconds = begin.elapsed().as_secs_f64();
    std::fs::write(&mark, api_key).with_context(|| format!("{} cannot be written", mark.display()))?;
    Ok((server.resume().await?, Some(seconds)))
}

async fn one(
    folder: &Path,
    kind: StoreKind,
    url: Option<String>,
    n_certificates: u64,
    arguments: &Arguments,
) -> anyhow::Result<Vec<(String, Vec<Figure>)>> {
    let (server, load_seconds) = filled(&folder.join("server"), url.as_deref(), n_certificates).await?;
    let ready = server.ready_after.as_secs_f64() * 1e3;
    let settle = if arguments.quick || arguments.only.is_some() { Duration::from_secs(3) } else { SETTLE };
    tokio::time::sleep(settle).await;
    let door = Door::of(&server)?;
    let client = Client::new(server.options()?)?;
    let mut questions = questions::all(&mut door.open().await?, n_certificates).await?;
    questions.retain(|question| arguments.only.as_ref().is_none_or(|text| question.name.contains(text)));
    let first = warm(&door, &questions).await?;
    let before = process::resident_mb(server.pid())?;
    let figures = ask_all(&door, &questions).await?;
    let after = process::resident_mb(server.pid())?;
    let bulk =
        if arguments.only.is_none() { bulk(&door, &client, n_certificates).await? } else { Vec::new() };
    let after_bulk = process::resident_mb(server.pid())?;
    server.stop()?;

    let name = kind.title();
    let mut around: Vec<Figure> = load_seconds
        .map(|seconds| Figure::new("filling the store", "s", vec![seconds]))
        .into_iter()
        .collect();
    around.extend([
        Figure::new("ready on the full store", "ms", vec![ready]).with_target(Target::Under(READY_MS)),
        Figure::new("server resident when every question was asked some times", "MB", vec![before]),
        Figure::new("server resident when each was asked 200 times more", "MB", vec![after]),
        Figure::new("server resident after the bulk operation", "MB", vec![after_bulk]),
    ]);
    around.push(first);
    around.extend(bulk);
    Ok(vec![
        (
            format!(
                "inventory on {name}: {n_certificates} certificates, each question {N_ASKED} times; p50, p99, max"
            ),
            figures,
        ),
        (format!("inventory on {name}: around the questions"), around),
    ])
}

/// Sends a GET and reads the whole answer; how long that took, in milliseconds.
async fn get(connection: &mut Connection, path: &str) -> anyhow::Result<(f64, Bytes)> {
    let begin = Instant::now();
    let (status, body) = connection.get(&format!("/api/v1{path}")).await?;
    let milliseconds = begin.elapsed().as_secs_f64() * 1e3;
    if status != StatusCode::OK {
        bail!("GET {path} was answered with {status}: {}", String::from_utf8_lossy(&body));
    }
    Ok((milliseconds, body))
}

/// Asks each question some times, for caches and plans; how long the very first answers took, before any count was kept.
async fn warm(door: &Door, questions: &[Question]) -> anyhow::Result<Figure> {
    let mut connection = door.open().await?;
    let mut firsts: Vec<(f64, &str)> = Vec::with_capacity(questions.len());
    for question in questions {
        for number in 0..N_WARM {
            let path = question.path(number)?;
            let (milliseconds, body) = get(&mut connection, path).await?;
            if number == 0 {
                question.check(&body).with_context(|| format!("GET {path}"))?;
                firsts.push((milliseconds, &question.name));
            }
        }
    }
    firsts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let slowest = firsts.last().map_or("", |(_, name)| name);
    let times: Vec<f64> = firsts.iter().map(|(time, _)| *time).collect();
    Ok(Figure::new(format!("first answers, the slowest to {slowest}"), "ms", spread(&times)?))
}

/// p50, p99 and the longest.
fn spread(times: &[f64]) -> anyhow::Result<Vec<f64>> {
    [0.5, 0.99, 1.0].into_iter().map(|q| percentile(times, q).context("nothing was asked")).collect()
}

/// Each question's p50, p99 and longest answer, as one figure whose median is the p99.
async fn ask_all(door: &Door, questions: &[Question]) -> anyhow::Result<Vec<Figure>> {
    let mut connection = door.open().await?;
    let mut figures = Vec::with_capacity(questions.len());
    for question in questions {
        let mut times = Vec::with_capacity(N_ASKED);
        for number in 0..N_ASKED {
            times.push(get(&mut connection, question.path(number)?).await?.0);
        }
        let figure = Figure::new(question.name.clone(), "ms", spread(&times)?);
        figures.push(figure.with_target(Target::Under(ANSWER_MS)));
    }
    Ok(figures)
}

/// Changes the policy of about a tenth of the certificates, by a plan that is then run, and asks lists meanwhile.
async fn bulk(door: &Door, client: &Client, n_certificates: u64) -> anyhow::Result<Vec<Figure>> {
    // One profile of twelve: about a tenth of all. A store that was kept has the policy of the run before.
    let one: Value = client.read("/certificates?profile_id=prof-load-4&limit=1").await?;
    let has_it = one["items"][0]["renewal_policy_id"].as_str() == Some(POLICIES[0]);
    let plan = json!({
        "selection": { "filter": { "profile_id": "prof-load-4" } }, "action": "change_policy",
        "params": { "renewal_policy_id": if has_it { POLICIES[1] } else { POLICIES[0] } }, "dry_run": true,
    });
    let begin = Instant::now();
    let planned: Value = client.post("/certificates/bulk", &plan).await.context("the plan was refused")?;
    let plan_seconds = begin.elapsed().as_secs_f64();
    let selected = planned["selected"].as_u64().unwrap_or(0);
    ensure!(selected * 20 > n_certificates, "{selected} certificates are too few for a bulk operation");

    let done = Arc::new(AtomicBool::new(false));
    let asking = tokio::spawn(lists_until(door.clone(), Arc::clone(&done)));
    let begin = Instant::now();
    let run = json!({ "plan_id": planned["plan_id"] });
    let started: Value = client.post("/certificates/bulk", &run).await.context("the plan cannot be run")?;
    let id = started["id"].as_str().context("an operation has no id")?.to_owned();
    let operation = loop {
        let now: Value = client.read(&format!("/operations/{id}")).await?;
        match now["state"].as_str() {
            Some("Completed") => break now,
            Some("Planning" | "Planned" | "Running") => {}
            state => bail!("the operation is {state:?}: {now}"),
        }
        ensure!(begin.elapsed() < BULK_LIMIT, "the operation takes longer than {BULK_LIMIT:?}: {now}");
        tokio::time::sleep(Duration::from_millis(250)).await;
    };
    let seconds = begin.elapsed().as_secs_f64();
    done.store(true, Ordering::Relaxed);
    let times = asking.await.context("the asking task panicked")??;
    ensure!(operation["processed"].as_u64() == Some(selected), "not all were seen to: {operation}");
    #[expect(clippy::cast_precision_loss, reason = "some millions at most")]
    let n = selected as f64;
    Ok(vec![
        Figure::new("bulk: certificates of the plan", "", vec![n]),
        Figure::new("bulk: making the plan", "s", vec![plan_seconds]),
        Figure::new("bulk: running it", "s", vec![seconds]),
        Figure::new("bulk: lists meanwhile; p50, p99, max", "ms", spread(&times)?)
            .with_target(Target::Under(BUSY_MS)),
    ])
}

/// Asks lists, fifty times a second at most, until told to end.
async fn lists_until(door: Door, done: Arc<AtomicBool>) -> anyhow::Result<Vec<f64>> {
    let paths = [
        "/certificates?limit=50",
        "/certificates?limit=50&sort=expires",
        "/certificates?limit=50&sort=name",
        "/certificates?limit=50&condition=failing",
        "/certificates?limit=50&environment=lab&sort=renews",
        "/certificates?limit=50&team_id=t-load-3",
    ];
    let mut connection = door.open().await?;
    let mut times = Vec::new();
    for path in paths.iter().cycle() {
        if done.load(Ordering::Relaxed) {
            break;
        }
        times.push(get(&mut connection, path).await?.0);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(times)
}
