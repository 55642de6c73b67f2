//! The load of the issuance scenario: clients on keep-alive connections, each sending its next CSR when the last was
//! answered (a closed loop).
//!
//! Not for: what was stored of it (`outcome.rs`). Invariant: requests are made before the clock starts; each has a key
//! and a name of its own.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use bytes::Bytes;
use certctl_core::id::JobId;
use certctl_core::time::{Clock as _, SystemClock, Ts};
use certctl_pki::{KeyAlgorithm, Name, PrivateKey, build_csr, pem};
use http::StatusCode;
use rustls::ClientConfig;
use serde::Deserialize;
use serde_json::json;

use crate::connection::Connection;

/// Clients at once.
pub(crate) const N_CLIENTS: usize = 32;

/// A request that was answered.
#[derive(Debug)]
pub(crate) struct Sent {
    /// When it was sent.
    pub(crate) at: Ts,
    /// Until the whole answer was here.
    pub(crate) milliseconds: f64,
    /// The job that carries it out.
    pub(crate) job_id: JobId,
}

/// How to reach the server.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    pub(crate) tls: Arc<ClientConfig>,
    pub(crate) port: u16,
    pub(crate) api_key: String,
}

#[derive(Deserialize)]
struct Created {
    jobs: Vec<CreatedJob>,
}

#[derive(Deserialize)]
struct CreatedJob {
    id: JobId,
}

/// A CSR with a fresh P-256 key.
pub(crate) fn csr_pem(name: &str) -> anyhow::Result<String> {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).context("no key")?;
    Ok(pem::encode_request(&build_csr(&key, None, &[Name::parse(name)?])?))
}

/// The bodies of `n` requests for new certificates.
pub(crate) fn bodies(prefix: &str, n: usize) -> anyhow::Result<Arc<Vec<Bytes>>> {
    let body = |i| {
        let name = format!("{prefix}-{i}.bench.example.internal");
        let body = json!({ "names": [name], "key_strategy": "external", "csr_pem": csr_pem(&name)? });
        Ok(Bytes::from(body.to_string()))
    };
    Ok(Arc::new((0..n).map(body).collect::<anyhow::Result<_>>()?))
}

/// Sends until the time or the requests are used up, on a thread of its own that the connections share.
pub(crate) async fn send(
    door: Door,
    bodies: Arc<Vec<Bytes>>,
    duration: Duration,
) -> anyhow::Result<Vec<Sent>> {
    let (answer, answered) = tokio::sync::oneshot::channel();
    std::thread::Builder::new()
        .name("load".to_owned())
        .spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let sent = match runtime {
                Ok(runtime) => runtime.block_on(clients(door, bodies, duration)),
                Err(error) => Err(error).context("the load's runtime cannot be started"),
            };
            // Nobody waits when the benchmark was stopped.
            drop(answer.send(sent));
        })
        .context("the load's thread cannot be started")?;
    answered.await.context("the load's thread ended without an answer")?
}

async fn clients(door: Door, bodies: Arc<Vec<Bytes>>, duration: Duration) -> anyhow::Result<Vec<Sent>> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut connections = Vec::new();
    for _ in 0..N_CLIENTS {
        let from = Ipv4Addr::LOCALHOST.into();
        connections
            .push(Connection::open(Arc::clone(&door.tls), from, door.port, Some(&door.api_key)).await?);
    }
    let end = Instant::now() + duration;
    let mut running = tokio::task::JoinSet::new();
    for connection in connections {
        running.spawn(client(connection, Arc::clone(&bodies), Arc::clone(&next), end));
    }
    let mut all = Vec::new();
    while let Some(answers) = running.join_next().await {
        all.extend(answers.context("a client panicked")??);
    }
    // Read only now, so that reading costs nothing while it is measured.
    all.into_iter().map(sent).collect()
}

/// An answer that was not read yet.
struct Answer {
    at: Ts,
    milliseconds: f64,
    status: StatusCode,
    body: Bytes,
}

async fn client(
    mut connection: Connection,
    bodies: Arc<Vec<Bytes>>,
    next: Arc<AtomicUsize>,
    end: Instant,
) -> anyhow::Result<Vec<Answer>> {
    let mut answers = Vec::new();
    while let Some(body) = bodies.get(next.fetch_add(1, Ordering::Relaxed)) {
        let (at, begin) = (SystemClock.now(), Instant::now());
        if begin >= end {
            break;
        }
        let (status, body) = connection.post("/api/v1/certificates", body.clone()).await?;
        answers.push(Answer { at, milliseconds: begin.elapsed().as_secs_f64() * 1e3, status, body });
    }
    Ok(answers)
}

fn sent(answer: Answer) -> anyhow::Result<Sent> {
    let text = || String::from_utf8_lossy(&answer.body).into_owned();
    if answer.status != StatusCode::CREATED {
        bail!("a certificate was refused ({}): {}", answer.status, text());
    }
    let created: Created = serde_json::from_slice(&answer.body)
        .with_context(|| format!("the answer has another form: {}", text()))?;
    let job = created.jobs.into_iter().next().with_context(|| format!("no job was started: {}", text()))?;
    Ok(Sent { at: answer.at, milliseconds: answer.milliseconds, job_id: job.id })
}
