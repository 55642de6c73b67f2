//! Scenario: 100 clients that ask for all they can get: each is held to its own budget, one noisy client slows no other, and
//! the server keeps no memory of it.
//!
//! Not for: what the budgets are (tests). Invariants: the server runs with the limits that a user gets who gives none; every
//! answer is the page that was asked for or a 429, or the run is an error; so is a panic in the server's log.

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use bytes::Bytes;
use certctl_api::api_keys::ApiKeyCreated;
use certctl_api::client::Client;
use certctl_api::tls::client_config;
use http::{Method, StatusCode};
use rustls::ClientConfig;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::arguments::{Arguments, StoreKind};
use crate::connection::Connection;
use crate::figure::{Figure, Runs, Target};
use crate::postgres::Postgres;
use crate::process;
use crate::server_process::ServerProcess;
use crate::statistics::percentile;

/// Clients, each with a key of its own.
const N_CLIENTS: usize = 100;
/// Connections of the noisy one.
const N_NOISY: usize = 64;
/// What a client may ask for: the defaults of `rate_limit_rps` and `rate_limit_burst`.
const RPS: f64 = 50.0;
const BURST: f64 = 100.0;
/// Between two requests of a quiet client, which stays far below its budget.
const PACE: Duration = Duration::from_millis(250);
/// What is asked for.
const PATH: &str = "/api/v1/certificates?limit=20";

struct Size {
    phase: Duration,
    rest: Duration,
    n_certificates: usize,
}

/// Measures each store.
pub(crate) async fn measure(arguments: &Arguments) -> anyhow::Result<Vec<(String, Vec<Figure>)>> {
    let size = if arguments.quick {
        Size { phase: Duration::from_secs(2), rest: Duration::from_secs(1), n_certificates: 20 }
    } else {
        Size { phase: Duration::from_secs(20), rest: Duration::from_secs(15), n_certificates: 200 }
    };
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
            one(&folder.path().join(format!("run-{number}")), url, &size, &mut runs).await?;
        }
        runs.target("quiet p99, with the noisy one to without", "", Target::Under(1.5));
        runs.target("most that one client got, of its budget", "", Target::Under(1.02));
        // Their budgets together may be more than the machine can do: then it is shared alike.
        runs.target("least to most that one client got", "", Target::AtLeast(0.8));
        runs.target("resident after to before", "", Target::Under(1.1));
        let title = format!(
            "noisy on {}: {N_CLIENTS} clients, {} s each phase, {} runs",
            kind.title(),
            size.phase.as_secs(),
            arguments.n_runs()
        );
        measured.push((title, runs.into_figures()));
    }
    Ok(measured)
}

/// The way in, for each client.
struct Door {
    tls: Arc<ClientConfig>,
    port: u16,
    keys: Vec<String>,
}

impl Door {
    async fn open(&self, client: usize) -> anyhow::Result<Connection> {
        let key = self.keys.get(client).map(String::as_str);
        Connection::open(Arc::clone(&self.tls), Ipv4Addr::LOCALHOST.into(), self.port, key).await
    }
}

async fn one(folder: &Path, url: Option<String>, size: &Size, runs: &mut Runs) -> anyhow::Result<()> {
    let mut server = ServerProcess::start_with(folder, url.as_deref(), &[]).await?;
    let admin = server.admin().await?;
    let options = server.options()?;
    let mut tls = client_config(&options.trust, None)?;
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    let keys = keys(&admin).await?;
    certificates(&admin, size.n_certificates).await?;
    let door = Door { tls: Arc::new(tls), port: server.port(), keys };
    greet(&door).await?;
    // Everything once, so that what is kept for good (pools, caches, buffers) is there before memory is looked at.
    round(&door, size).await?;
    tokio::time::sleep(size.rest).await;
    let before = process::resident_mb(server.pid())?;
    let round = round(&door, size).await?;
    tokio::time::sleep(size.rest).await;
    let after = process::resident_mb(server.pid())?;
    let p99 = |values: &[f64]| percentile(values, 0.99).context("no answer came");
    let (alone, beside) = (p99(&round.alone)?, p99(&round.beside)?);
    runs.add("quiet p99 without the noisy one", "ms", alone);
    runs.add("quiet p99 with the noisy one", "ms", beside);
    runs.add("quiet p99, with the noisy one to without", "", beside / alone);
    runs.add("noisy: let through", "1/s", round.noisy.through / size.phase.as_secs_f64());
    runs.add("noisy: refused", "1/s", round.noisy.refused / size.phase.as_secs_f64());
    let shares: Vec<f64> = round.all.iter().map(|asked| asked.through / asked.budget).collect();
    runs.add("all hammer: let through", "1/s", round.all.iter().map(|a| a.through / a.seconds).sum());
    runs.add("all hammer: refused", "1/s", round.all.iter().map(|a| a.refused / a.seconds).sum());
    let most = shares.iter().copied().fold(0.0, f64::max);
    let least = shares.iter().copied().fold(f64::INFINITY, f64::min);
    runs.add("most that one client got, of its budget", "", most);
    runs.add("least to most that one client got", "", least / most);
    runs.add("resident before", "MB", before);
    runs.add("resident after", "MB", after);
    runs.add("resident after to before", "", after / before);
    let log = std::fs::read_to_string(folder.join("error.log")).unwrap_or_default();
    ensure!(!log.contains("panicked"), "the server panicked:\n{log}");
    server.stop()
}

/// A key for each client.
async fn keys(admin: &Client) -> anyhow::Result<Vec<String>> {
    let mut keys = Vec::with_capacity(N_CLIENTS);
    for number in 0..N_CLIENTS {
        let body = json!({ "name": format!("client {number}"), "role": "viewer" });
        let made: ApiKeyCreated = polite(|| admin.post("/api-keys", &body)).await?;
        keys.push(made.secret);
    }
    Ok(keys)
}

async fn certificates(admin: &Client, n: usize) -> anyhow::Result<()> {
    for number in 0..n {
        let name = format!("host-{number}.bench.example.internal");
        let body = json!({ "names": [name], "key_strategy": "external", "issue": false });
        let _: Value = polite(|| admin.post("/certificates", &body)).await?;
    }
    Ok(())
}

/// Asks again as long as the answer is that it was too much: the admin has a budget too.
async fn polite<T, R>(mut ask: impl FnMut() -> R) -> anyhow::Result<T>
where
    R: Future<Output = Result<T, certctl_api::client::ClientError>>,
{
    loop {
        match ask().await {
            Err(certctl_api::client::ClientError::Refused { problem, .. }) if problem.status == 429 => {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            answered => return Ok(answered?),
        }
    }
}

/// Each key is used once, one after the other: an unknown one pays from the budget of its address.
async fn greet(door: &Door) -> anyhow::Result<()> {
    for client in 0..N_CLIENTS {
        let mut connection = door.open(client).await?;
        loop {
            match connection.send(Method::GET, PATH, Bytes::new()).await? {
                (StatusCode::OK, _) => break,
                (StatusCode::TOO_MANY_REQUESTS, _) => tokio::time::sleep(Duration::from_millis(100)).await,
                (status, body) => bail!("{PATH} gave {status}: {}", String::from_utf8_lossy(&body)),
            }
        }
    }
    Ok(())
}

/// What one client got.
#[derive(Debug, Clone, Copy, Default)]
struct Asked {
    through: f64,
    refused: f64,
    seconds: f64,
    /// What it may have got in that time.
    budget: f64,
}

/// What a round showed.
struct Round {
    /// Milliseconds of the quiet clients' requests, without the noisy one.
    alone: Vec<f64>,
    /// And with it.
    beside: Vec<f64>,
    noisy: Asked,
    /// Each client, when all ask for all they can get.
    all: Vec<Asked>,
}

async fn round(door: &Door, size: &Size) -> anyhow::Result<Round> {
    let alone = quiet(door, size.phase).await?;
    let (beside, noisy) = tokio::try_join!(quiet(door, size.phase), noisy(door, size.phase))?;
    let mut clients = JoinSet::new();
    for client in 0..N_CLIENTS {
        let (connection, phase) = (door.open(client).await?, size.phase);
        clients.spawn(hammer(connection, phase));
    }
    let mut all = Vec::new();
    while let Some(asked) = clients.join_next().await {
        all.push(asked.context("a client panicked")??);
    }
    Ok(Round { alone, beside, noisy, all })
}

/// All clients but the first, each at its pace; the milliseconds of their requests.
async fn quiet(door: &Door, phase: Duration) -> anyhow::Result<Vec<f64>> {
    let mut clients = JoinSet::new();
    for client in 1..N_CLIENTS {
        let mut connection = door.open(client).await?;
        // Spread over the pace, so that they do not all ask at once.
        let offset = PACE.mul_f64(f64::from(u32::try_from(client)?) / 100.0);
        clients.spawn(async move {
            let (begin, mut times) = (Instant::now() + offset, Vec::new());
            tokio::time::sleep(offset).await;
            let mut ticks = tokio::time::interval(PACE);
            while begin.elapsed() < phase {
                ticks.tick().await;
                let at = Instant::now();
                let (status, _) = connection.send(Method::GET, PATH, Bytes::new()).await?;
                ensure!(status == StatusCode::OK, "a quiet client got {status}");
                times.push(at.elapsed().as_secs_f64() * 1e3);
            }
            Ok(times)
        });
    }
    let mut all = Vec::new();
    while let Some(times) = clients.join_next().await {
        all.extend(times.context("a client panicked")??);
    }
    Ok(all)
}

/// The first client, on many connections at once.
async fn noisy(door: &Door, phase: Duration) -> anyhow::Result<Asked> {
    let mut connections = JoinSet::new();
    for _ in 0..N_NOISY {
        connections.spawn(hammer(door.open(0).await?, phase));
    }
    let mut sum = Asked::default();
    while let Some(asked) = connections.join_next().await {
        let asked = asked.context("a client panicked")??;
        sum.through += asked.through;
        sum.refused += asked.refused;
    }
    Ok(sum)
}

/// Asks again as soon as it has an answer.
async fn hammer(mut connection: Connection, phase: Duration) -> anyhow::Result<Asked> {
    let (begin, mut asked) = (Instant::now(), Asked::default());
    while begin.elapsed() < phase {
        match connection.send(Method::GET, PATH, Bytes::new()).await? {
            (StatusCode::OK, _) => asked.through += 1.0,
            (StatusCode::TOO_MANY_REQUESTS, _) => asked.refused += 1.0,
            (status, body) => bail!("{PATH} gave {status}: {}", String::from_utf8_lossy(&body)),
        }
    }
    asked.seconds = begin.elapsed().as_secs_f64();
    asked.budget = RPS.mul_add(asked.seconds, BURST);
    Ok(asked)
}
