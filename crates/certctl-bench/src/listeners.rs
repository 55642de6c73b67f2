//! Scenario: 1,000 open event streams: what each takes of the server's memory, and how soon all of them hear of a change.
//!
//! Not for: what a listener may hear (tests). Invariant: each listener has a connection of its own and gets every event, or
//! the run is an error.

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use certctl_api::client::Client;
use certctl_api::tls::client_config;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use crate::arguments::{Arguments, StoreKind};
use crate::connection::Connection;
use crate::figure::{Figure, Runs};
use crate::postgres::Postgres;
use crate::server_process::{LIMITS, ServerProcess};
use crate::statistics::percentile;
use crate::{limits, process};

/// How long all listeners may take to hear of one change.
const LIMIT: Duration = Duration::from_secs(20);

struct Size {
    n_listeners: usize,
    n_changes: usize,
}

/// Measures each store.
pub(crate) async fn measure(arguments: &Arguments) -> anyhow::Result<Vec<(String, Vec<Figure>)>> {
    let size = if arguments.quick {
        Size { n_listeners: 50, n_changes: 3 }
    } else {
        Size { n_listeners: 1_000, n_changes: 50 }
    };
    limits::raise_open_files(u64::try_from(size.n_listeners)? + 500)?;
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
        let title = format!(
            "listeners on {}: {} event streams, {} changes, {} runs",
            kind.title(),
            size.n_listeners,
            size.n_changes,
            arguments.n_runs()
        );
        measured.push((title, runs.into_figures()));
    }
    Ok(measured)
}

async fn one(folder: &Path, url: Option<String>, size: &Size, runs: &mut Runs) -> anyhow::Result<()> {
    let mut settings = LIMITS.to_vec();
    settings.push(("CERTCTL_EVENT_STREAMS", "100000"));
    let mut server = ServerProcess::start_with(folder, url.as_deref(), &settings).await?;
    let admin = server.admin().await?;
    let mut tls = client_config(&server.options()?.trust, None)?;
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    let tls = Arc::new(tls);
    let key = server.api_key()?.to_owned();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let before = process::resident_mb(server.pid())?;
    let (sender, mut heard) = unbounded_channel();
    let mut streams = JoinSet::new();
    for _ in 0..size.n_listeners {
        let from = Ipv4Addr::LOCALHOST.into();
        let connection = Connection::open(Arc::clone(&tls), from, server.port(), Some(&key)).await?;
        streams.spawn(listen(connection, sender.clone()));
    }
    // The first line of each, and then the server at rest.
    change(&admin, &mut heard, size.n_listeners).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let open = process::resident_mb(server.pid())?;
    let n = f64::from(u32::try_from(size.n_listeners)?);
    runs.add("resident for each listener", "kB", (open - before) * 1e3 / n);
    let usage = process::processor_time(server.pid())?;
    let (mut each, mut last) = (Vec::new(), Vec::new());
    for _ in 0..size.n_changes {
        let times = change(&admin, &mut heard, size.n_listeners).await?;
        last.push(times.iter().copied().fold(0.0, f64::max));
        each.extend(times);
    }
    let used = process::processor_time(server.pid())?.saturating_sub(usage).as_secs_f64();
    let n_changes = f64::from(u32::try_from(size.n_changes)?);
    let percentile = |values: &[f64], q| percentile(values, q).context("nobody heard anything");
    runs.add("request to heard p50", "ms", percentile(&each, 0.5)?);
    runs.add("request to heard p99", "ms", percentile(&each, 0.99)?);
    runs.add("request to heard by all, median", "ms", percentile(&last, 0.5)?);
    runs.add("processor time for each event and listener", "us", used * 1e6 / n / n_changes);
    streams.abort_all();
    server.stop()
}

/// Says when each line with data came.
async fn listen(mut connection: Connection, heard: UnboundedSender<Instant>) -> anyhow::Result<()> {
    let mut stream = connection.stream("/api/v1/events?kinds=team.create").await?;
    let mut text = String::new();
    while let Some(more) = stream.next().await? {
        text.push_str(&more);
        // An event may come in two parts.
        while let Some((event, rest)) = text.split_once("\n\n") {
            let is_ours = event.contains("event: team.create\n");
            text = rest.to_owned();
            if is_ours && heard.send(Instant::now()).is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Makes a change; the milliseconds until each listener heard of it.
async fn change(
    admin: &Client,
    heard: &mut UnboundedReceiver<Instant>,
    n: usize,
) -> anyhow::Result<Vec<f64>> {
    let begin = Instant::now();
    let _: Value = admin.post("/teams", &json!({ "name": "Bench" })).await?;
    let mut times = Vec::with_capacity(n);
    while times.len() < n {
        let next = tokio::time::timeout(LIMIT, heard.recv()).await;
        let next = next.with_context(|| format!("{} of {n} listeners heard of a change", times.len()))?;
        let at = next.context("the listeners are gone")?;
        times.push(at.duration_since(begin).as_secs_f64() * 1e3);
    }
    ensure!(heard.is_empty(), "a listener heard of one change twice");
    Ok(times)
}
