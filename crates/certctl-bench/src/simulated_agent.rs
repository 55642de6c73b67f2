//! Agents without hosts: they join, poll, make keys and report as real ones do, but touch no files and no nginx.
//!
//! One connection each, as a real agent has while it waits; a real one opens a second for reports while it polls, a
//! simulated one reports before it polls again. Not for: measuring the agent. Invariant: an agent that is refused
//! anything ends the measurement.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use bytes::Bytes;
use certctl_api::agent_protocol::{
    Accepted, CsrRequest, CsrSubmission, DeployResult, DeployWork, JobReport, JoinAnswer, JoinRequest,
    PollAnswer, PollRequest, Sighting, StepReport,
};
use certctl_api::agents::{CreateInvitation, InvitationCreated};
use certctl_api::client::Client;
use certctl_api::join_token::JoinToken;
use certctl_api::tls::{Identity, Trust, client_config};
use certctl_core::id::{AgentId, JobId};
use certctl_core::secret::Secret;
use certctl_core::time::{Clock as _, SystemClock, Ts};
use certctl_pki::{KeyAlgorithm, Name, PrivateKey, build_csr, pem};
use rustls::ClientConfig;
use rustls::client::Resumption;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinSet;

use crate::connection::Connection;
use crate::workers::each;

const VERSION: &str = env!("CARGO_PKG_VERSION");
const PLATFORM: &str = "benchmark";
/// How long the server may hold a poll: as a real agent asks.
const POLL_SECONDS: u32 = 30;
/// The steps that a real agent reports of a deployment to nginx.
const STEPS: [&str; 6] = ["backup", "stage", "validate", "swap", "reload", "probe"];
/// How many are enrolled at once.
const ENROL_AT_ONCE: usize = 32;

/// One enrolled agent.
pub(crate) struct Agent {
    pub(crate) id: AgentId,
    tls: Arc<ClientConfig>,
    from: IpAddr,
    boot_id: String,
}

/// What an agent saw.
#[derive(Debug)]
pub(crate) enum Event {
    /// It was asked for a CSR.
    CsrWanted { job_id: JobId, at: Ts },
    /// The server has its report that a deployment is live.
    Live { milliseconds: f64 },
    /// It cannot go on.
    Broken(anyhow::Error),
}

/// What the agents say, and count.
#[derive(Debug, Clone)]
pub(crate) struct Watch {
    pub(crate) events: UnboundedSender<Event>,
    pub(crate) n_connected: Arc<AtomicUsize>,
    pub(crate) n_polls: Arc<AtomicUsize>,
}

impl Watch {
    /// Counters at nothing.
    pub(crate) fn new(events: UnboundedSender<Event>) -> Self {
        Self { events, n_connected: Arc::default(), n_polls: Arc::default() }
    }
}

/// Enrols `n` agents by invitation and join, each over a connection of its own; the seconds it took.
pub(crate) async fn enrol(admin: &Client, port: u16, n: usize) -> anyhow::Result<(Vec<Arc<Agent>>, f64)> {
    let begin = Instant::now();
    let admin = admin.clone();
    let agents = each(ENROL_AT_ONCE, (0..n).collect(), move |number| {
        let admin = admin.clone();
        async move { join(&admin, port, number).await.with_context(|| format!("agent {number} did not join")) }
    })
    .await?;
    Ok((agents, begin.elapsed().as_secs_f64()))
}

async fn join(admin: &Client, port: u16, number: usize) -> anyhow::Result<Arc<Agent>> {
    let invitation = CreateInvitation { name: format!("bench-{number}"), expires_in_seconds: None };
    let made: InvitationCreated = admin.post("/agents/invitations", &invitation).await?;
    let token = JoinToken::parse(&made.token)?;
    let mut tls = client_config(&Trust::CaPin(token.ca_pin), None)?;
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    // From several addresses: one has about 28,000 ports.
    let from: IpAddr = Ipv4Addr::new(127, 0, 0, u8::try_from(2 + number % 8).unwrap_or(2)).into();
    let mut connection = Connection::open(Arc::new(tls), from, port, None).await?;
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256)?;
    let request = JoinRequest {
        token: token.secret.expose().clone(),
        csr_pem: pem::encode_request(&build_csr(&key, None, &[])?),
        version: VERSION.to_owned(),
        platform: PLATFORM.to_owned(),
    };
    let answer: JoinAnswer = call(&mut connection, "/api/v1/agent/join", &request).await?;
    let identity = Identity {
        certificate_pem: answer.certificate_pem,
        key_pem: Secret::new(key.to_pkcs8_pem()?.to_string()),
    };
    let mut tls = client_config(&Trust::CaPem(answer.ca_pem), Some(&identity))?;
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    // A place for the sessions of one server, not of 256.
    tls.resumption = Resumption::in_memory_sessions(1);
    Ok(Arc::new(Agent { id: answer.agent_id, tls: Arc::new(tls), from, boot_id: format!("boot-{number}") }))
}

/// Connects all agents, some at a time, and lets them work until the set is dropped.
pub(crate) async fn start(agents: &[Arc<Agent>], port: u16, watch: &Watch) -> anyhow::Result<JoinSet<()>> {
    let connected = each(ENROL_AT_ONCE, agents.to_vec(), move |agent: Arc<Agent>| async move {
        let connection = Connection::open(Arc::clone(&agent.tls), agent.from, port, None).await;
        Ok((connection.with_context(|| format!("{} cannot connect", agent.id))?, agent))
    });
    let mut running = JoinSet::new();
    for (connection, agent) in connected.await? {
        watch.n_connected.fetch_add(1, Ordering::Relaxed);
        let watch = watch.clone();
        running.spawn(async move {
            let Err(error) = agent.work(connection, &watch).await;
            // Nobody listens when the measurement is over.
            drop(watch.events.send(Event::Broken(error.context(agent.id.to_string()))));
        });
    }
    Ok(running)
}

impl Agent {
    async fn work(
        &self,
        mut connection: Connection,
        watch: &Watch,
    ) -> anyhow::Result<std::convert::Infallible> {
        let poll = PollRequest {
            boot_id: self.boot_id.clone(),
            version: VERSION.to_owned(),
            platform: PLATFORM.to_owned(),
            capabilities: vec!["nginx".to_owned()],
            in_hand: Vec::new(),
            wait_seconds: POLL_SECONDS,
            proof_kinds: Vec::new(),
            proofs: Vec::new(),
            dns_providers: Vec::new(),
            abilities: Vec::new(),
        };
        let poll = Bytes::from(serde_json::to_vec(&poll)?);
        loop {
            let (status, body) = connection.post("/api/v1/agent/poll", poll.clone()).await?;
            let at = SystemClock.now();
            watch.n_polls.fetch_add(1, Ordering::Relaxed);
            let answer: PollAnswer = read("/api/v1/agent/poll", status, &body)?;
            for request in answer.csr_requests {
                // Nobody listens when the measurement is over.
                drop(watch.events.send(Event::CsrWanted { job_id: request.job_id.clone(), at }));
                submit(&mut connection, &request).await?;
            }
            for work in answer.deployments {
                let begin = Instant::now();
                deploy(&mut connection, work).await?;
                let milliseconds = begin.elapsed().as_secs_f64() * 1e3;
                drop(watch.events.send(Event::Live { milliseconds }));
            }
        }
    }
}

async fn submit(connection: &mut Connection, request: &CsrRequest) -> anyhow::Result<()> {
    let key = PrivateKey::generate(request.key_algorithm.parse::<KeyAlgorithm>()?)?;
    let names = request.names.iter().map(|name| Name::parse(name)).collect::<Result<Vec<_>, _>>()?;
    let submission =
        CsrSubmission { csr_pem: pem::encode_request(&build_csr(&key, None, &names)?), key_ready_at: None };
    let path = format!("/api/v1/agent/jobs/{}/csr", request.job_id);
    let _: Accepted = call(connection, &path, &submission).await?;
    Ok(())
}

async fn deploy(connection: &mut Connection, work: DeployWork) -> anyhow::Result<()> {
    let at = SystemClock.now();
    let step = |name: &str| StepReport {
        at,
        name: name.to_owned(),
        ok: true,
        milliseconds: 3,
        detail: "nothing was touched: this agent is simulated".to_owned(),
    };
    let sighting = Sighting {
        address: "127.0.0.1:1".to_owned(),
        server_name: None,
        fingerprint_sha256: Some(work.fingerprint_sha256),
        at,
        error: None,
    };
    let report = JobReport {
        lease_token: work.lease_token,
        steps: STEPS.into_iter().map(step).collect(),
        result: Some(DeployResult::Live {
            seen: vec![sighting],
            previous_fingerprint: None,
            already_live: false,
        }),
        verified: None,
    };
    let path = format!("/api/v1/agent/jobs/{}/report", work.job_id);
    let _: Accepted = call(connection, &path, &report).await?;
    Ok(())
}

async fn call<T: DeserializeOwned>(
    connection: &mut Connection,
    path: &str,
    body: &impl Serialize,
) -> anyhow::Result<T> {
    let (status, body) = connection.post(path, Bytes::from(serde_json::to_vec(body)?)).await?;
    read(path, status, &body)
}

fn read<T: DeserializeOwned>(path: &str, status: http::StatusCode, body: &[u8]) -> anyhow::Result<T> {
    if !status.is_success() {
        bail!("POST {path} was refused ({status}): {}", String::from_utf8_lossy(body));
    }
    serde_json::from_slice(body).with_context(|| format!("the answer to POST {path} has another form"))
}

/// Waits until `done` says so of the events that come, or `limit` is over.
pub(crate) async fn until(
    events: &mut tokio::sync::mpsc::UnboundedReceiver<Event>,
    what: &str,
    limit: Duration,
    mut done: impl FnMut(Event) -> bool,
) -> anyhow::Result<()> {
    let end = tokio::time::Instant::now() + limit;
    loop {
        match tokio::time::timeout_at(end, events.recv()).await {
            Err(_) => bail!("{what} did not come to its end within {limit:?}"),
            Ok(None) => bail!("{what}: all agents have ended"),
            Ok(Some(Event::Broken(error))) => return Err(error.context(format!("{what}: an agent broke"))),
            Ok(Some(event)) => {
                if done(event) {
                    return Ok(());
                }
            }
        }
    }
}
