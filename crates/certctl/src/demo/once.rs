//! `certctl demo --once`: one certificate's whole life, with the time of each step; then it ends.
//!
//! The times of steps are those that control plane and agent wrote down; what nginx itself takes for a reload is measured
//! in the same run with files that were swapped by hand. Not for: a benchmark (`make bench`).
//! Invariants: what is served is looked at by a verified handshake of our own; a failure at any step ends with its reason
//! and a code that is not 0; nothing stays behind.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use certctl_api::certificates::{CertificateCreated, JobsStarted};
use certctl_api::client::Client;
use certctl_api::events::{Event, StreamItem};
use certctl_api::jobs::{Job, JobDetail};
use certctl_api::tls::Trust;
use certctl_core::time::{Clock as _, SystemClock, Ts};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::control_plane::Listen;
use super::handshake::Eye;
use super::host::{Allowed, Host};
use super::nginx::{self, Site};
use super::once_report::{Line, life, proof};
use super::pair::PlaceholderCa;
use super::signals::Signals;
use super::stage::{Stage, target_config};
use super::tls_server::Reads;
use super::{failed, text};
use crate::failure::Failure;
use crate::output::{Console, Exit, Tone};
use crate::table::fingerprint;

/// The name of the certificate whose life it is.
const NAME: &str = "web.example.internal";
/// The name of the site whose files are swapped by hand.
const BY_HAND: &str = "by-hand.example.internal";
const AGENT: &str = "web-1";
/// How long everything may take.
const LIMIT: Duration = Duration::from_secs(18);
/// How often the reload by hand is measured.
const REPEATS: usize = 5;
/// nginx's old workers answer for a tenth of a second beside the new ones; a measurement begins after that.
const OLD_WORKERS: Duration = Duration::from_millis(150);

/// Runs it.
///
/// # Errors
/// [`Failure`] with the step that did not succeed and its reason.
pub(crate) async fn run(
    listen: Option<SocketAddr>,
    search_path: &str,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let mut signals = Signals::install()?;
    let mut stage = Stage::open(None)?;
    let whole = Whole { began: Instant::now(), console };
    let outcome = tokio::select! {
        outcome = tokio::time::timeout(LIMIT, whole.run(&mut stage, listen, search_path)) => {
            outcome.unwrap_or_else(|_| Err(Failure::TimedOut {
                what: format!("the certificate's life did not come to its end within {} s", LIMIT.as_secs()),
                next: "run it again; if it stays, look at the step after the last line above".to_owned(),
            }))
        }
        () = signals.stop() => Err(failed("stopped before its end", "")),
    };
    let stopped = stage.stop().await;
    outcome.and(stopped).map(|()| Exit::Ok)
}

/// The endpoint and how its service is told to read its files.
struct Endpoint {
    address: SocketAddr,
    by_hand: SocketAddr,
    service: String,
    kind: &'static str,
}

struct Whole<'a> {
    began: Instant,
    console: &'a mut Console,
}

impl Whole<'_> {
    async fn run(
        mut self,
        stage: &mut Stage,
        listen: Option<SocketAddr>,
        search_path: &str,
    ) -> Result<(), Failure> {
        self.console.line(&format!("certctl demo --once: the whole life of a certificate for {NAME}\n"))?;
        let client = stage.start_control_plane(listen.map_or(Listen::Anywhere, Listen::Exactly)).await?;
        let local_ca = stage.plane.as_ref().map(|plane| plane.local_ca_pem.clone()).unwrap_or_default();
        self.ready("control plane ready", client.server_url())?;
        let placeholders = PlaceholderCa::new()?;
        let mut host = Host::new(&stage.directory, AGENT)?;
        let endpoint = self.start_endpoint(stage, &host, &placeholders, search_path).await?;
        self.ready("endpoint ready", &format!("{} at {}", endpoint.service, endpoint.address))?;

        let binary = nginx::find(search_path).filter(|_| stage.nginx.is_some());
        let prefix = stage.nginx_prefix();
        let nginx = binary.as_deref().map(|binary| (binary, prefix.as_path()));
        host.allow(&Allowed { nginx, ports: vec![endpoint.address.port()] })?;
        host.join(&client).await?;
        self.ready("agent joined", &format!("ag-{AGENT}, with a one-time invitation that pins the CA"))?;
        host.run();
        let config = target_config(&host.pair("web"), endpoint.address, NAME, 5);
        stage.hosts.push(host);
        connected(&client).await?;
        self.ready("agent connected", "its first poll is held; what it may do is in its own policy file")?;
        let target = json!({
            "id": "tgt-web", "name": "web", "kind": endpoint.kind, "agent_id": format!("ag-{AGENT}"), "config": config,
        });
        client.post::<Value>("/targets", &target).await?;

        let root = format!("{}/", stage.directory.root().display());
        let mut life = Life::follow(client);
        let eye = Eye::new(&Trust::CaPem(local_ca))?;
        let first = self.issue(&mut life, &root).await?;
        self.served(&eye, &endpoint, &first, "version 1").await?;
        let second = self.renew(&mut life).await?;
        self.served(&eye, &endpoint, &second, "version 2").await?;
        if first.fingerprint == second.fingerprint {
            return Err(failed("the renewal brought the same certificate again", ""));
        }
        self.without_reload(stage, &endpoint, &placeholders, &first).await
    }

    /// A line about the surroundings, with the time since the start.
    fn ready(&mut self, label: &str, text: &str) -> Result<(), Failure> {
        let passed = self.began.elapsed();
        self.step(passed, label, text)
    }

    fn step(&mut self, passed: Duration, label: &str, text: &str) -> Result<(), Failure> {
        let text = Tone::Faint.paint(text);
        self.console.line(&format!("{:>8.0} ms  {label:<20} {text}", passed.as_secs_f64() * 1_000.0))
    }

    async fn start_endpoint(
        &mut self,
        stage: &mut Stage,
        host: &Host,
        placeholders: &PlaceholderCa,
        search_path: &str,
    ) -> Result<Endpoint, Failure> {
        let (web, by_hand) = (host.pair("web"), host.pair("by-hand"));
        placeholders.stand_in(&web, NAME)?;
        placeholders.stand_in(&by_hand, BY_HAND)?;
        let Some(binary) = nginx::find(search_path) else {
            self.console
                .line("             nginx is not installed here: a built-in TLS server stands in for it")?;
            let address = stage.start_server(None, web, Reads::OnChange).await?;
            let by_hand = stage.start_server(None, by_hand, Reads::OnChange).await?;
            return Ok(Endpoint {
                address,
                by_hand,
                service: "built-in TLS server".to_owned(),
                kind: "file",
            });
        };
        let sites = [Site { server_name: NAME, pair: web }, Site { server_name: BY_HAND, pair: by_hand }];
        let address = stage.start_nginx(&binary, None, &sites).await.map_err(|cause| {
            failed(
                format!("nginx ({}) does not start: {cause}", binary.display()),
                "mend or remove it; without nginx a built-in TLS server stands in for it",
            )
        })?;
        let service = stage.nginx.as_ref().map(|nginx| nginx.version.clone()).unwrap_or_default();
        Ok(Endpoint { address, by_hand: address, service, kind: "nginx" })
    }

    /// The first certificate; paths are shown without the demo's directory.
    async fn issue(&mut self, life: &mut Life, root: &str) -> Result<Version, Failure> {
        self.console.line("\n  from the request to the proof, in milliseconds since the request\n")?;
        let start = SystemClock.now();
        let body = json!({ "id": "mc-web", "names": [NAME], "target_ids": ["tgt-web"] });
        let made: CertificateCreated = life.client.post("/certificates", &body).await?;
        let version = life.until_live(start, &made.jobs).await?;
        for line in &version.lines {
            self.step(line.at.since(start), line.label, &line.text.replace(root, ""))?;
        }
        Ok(version)
    }

    async fn renew(&mut self, life: &mut Life) -> Result<Version, Failure> {
        let start = SystemClock.now();
        let renew = json!({ "reason": "certctl demo --once" });
        let started: JobsStarted = life.client.post("/certificates/mc-web/renew", &renew).await?;
        let version = life.until_live(start, &started.jobs).await?;
        self.console.line("")?;
        self.step(version.total, "renewed", "with a new key; from the request to the proof")?;
        Ok(version)
    }

    /// Our own look, which must agree with what the agent said.
    async fn served(
        &mut self,
        eye: &Eye,
        endpoint: &Endpoint,
        version: &Version,
        label: &str,
    ) -> Result<(), Failure> {
        let seen = eye.look(endpoint.address, NAME).await.map_err(|error| {
            failed(format!("{} does not serve a certificate that verifies: {error}", endpoint.address), "")
        })?;
        if seen != version.fingerprint {
            return Err(failed(
                format!("{} serves {seen}, and was said to serve {}", endpoint.address, version.fingerprint),
                "",
            ));
        }
        let line = format!("             {label} served: sha256 {}", fingerprint(&seen));
        self.console.line(&Tone::Good.paint(&line))
    }

    /// How long the service itself takes from its reload to the new certificate, and what is left without it.
    async fn without_reload(
        &mut self,
        stage: &Stage,
        endpoint: &Endpoint,
        placeholders: &PlaceholderCa,
        version: &Version,
    ) -> Result<(), Failure> {
        let eye = Eye::new(&placeholders.trust())?;
        let pair = stage.hosts.first().map(|host| host.pair("by-hand"));
        let pair = pair.ok_or_else(|| failed("there is no host", ""))?;
        let mut times = Vec::with_capacity(REPEATS);
        for _ in 0..REPEATS {
            tokio::time::sleep(OLD_WORKERS).await;
            let content = placeholders.issue(BY_HAND)?;
            pair.write(&content)?;
            let start = Instant::now();
            if let Some(nginx) = &stage.nginx {
                nginx.reload().map_err(|cause| failed(cause, ""))?;
            }
            while eye.look(endpoint.by_hand, BY_HAND).await.ok().as_ref() != Some(&content.fingerprint) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            times.push(start.elapsed());
        }
        times.sort();
        let own = times[REPEATS / 2];
        let shown: Vec<String> =
            times.iter().map(|time| format!("{:.0}", time.as_secs_f64() * 1_000.0)).collect();
        let total = version.total;
        self.console.line("")?;
        self.step(total, "in all", "from the request to the proof")?;
        let (from, then) = match &stage.nginx {
            Some(_) => ("nginx, from SIGHUP", ", which waits until nginx's old workers have stopped"),
            None => ("the server, from new files", ""),
        };
        let what = format!("{from} to the first handshake, swapped by hand: median of {}", shown.join(", "));
        self.step(own, "reload to served", &what)?;
        let proof = version.proof.and_then(|proof| u64::try_from(proof).ok()).unwrap_or_default();
        let of_it = format!("what certctl adds; {proof} ms of the whole is its proof{then}");
        self.step(total.saturating_sub(own), "in all without it", &of_it)
    }
}

/// Waits until the agent was heard of: its first poll says what it may do.
async fn connected(client: &Client) -> Result<(), Failure> {
    loop {
        let agent: certctl_api::agents::Agent = client.read(&format!("/agents/ag-{AGENT}")).await?;
        if !agent.capabilities.is_empty() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A version that was proven live.
struct Version {
    fingerprint: String,
    total: Duration,
    /// How long the agent looked until it was satisfied, in milliseconds.
    proof: Option<i64>,
    lines: Vec<Line>,
}

/// What happens to the certificate, as the event stream tells it.
struct Life {
    client: Client,
    events: mpsc::UnboundedReceiver<Event>,
    /// Ends the stream with this value.
    _stream: JoinSet<()>,
}

impl Life {
    fn follow(client: Client) -> Self {
        let (sender, events) = mpsc::unbounded_channel();
        let (mut stream, reader) = (JoinSet::new(), client.clone());
        stream.spawn(async move {
            // From the first event on: so nothing is missed while the stream is opened.
            let each = |item| match item {
                StreamItem::Event(event) => sender.send(event).is_ok(),
                // From the beginning there is nothing that was missed.
                StreamItem::Reset(_) => true,
            };
            drop(reader.events("", Some(0), each).await);
        });
        Self { client, events, _stream: stream }
    }

    /// Follows an issuance to the sighting of its version.
    async fn until_live(&mut self, start: Ts, jobs: &[Job]) -> Result<Version, Failure> {
        let issuance = jobs.first().ok_or_else(|| failed("no job was started", ""))?;
        let mut events = Vec::new();
        let mut version = String::new();
        while let Some(event) = self.events.recv().await {
            let is_this = text(&event, "version_id") == version && !version.is_empty();
            match event.kind.as_str() {
                "version.issued" if text(&event, "job_id") == issuance.id.as_str() => {
                    text(&event, "version_id").clone_into(&mut version);
                }
                "job.changed"
                    if event.object_id == issuance.id.as_str() && text(&event, "state") == "Failed" =>
                {
                    return Err(self.cause(issuance.id.as_str()).await?);
                }
                "deployment.rolled_back" | "deployment.failed" if is_this => {
                    return Err(self.cause(text(&event, "job_id")).await?);
                }
                _ => {}
            }
            let is_live = is_this && event.kind == "deployment.live";
            let (job, at) = (text(&event, "job_id").to_owned(), event.at);
            let fingerprint = text(&event, "fingerprint_sha256").to_owned();
            events.push(event);
            if is_live {
                let deployment: JobDetail = self.client.read(&format!("/jobs/{job}")).await?;
                let lines = life(issuance.created_at, &issuance.id, &deployment, &events);
                let proof = proof(&deployment);
                return Ok(Version { fingerprint, total: at.since(start), proof, lines });
            }
        }
        Err(failed("the event stream broke off", "run it again"))
    }

    async fn cause(&self, job: &str) -> Result<Failure, Failure> {
        let detail: JobDetail = self.client.read(&format!("/jobs/{job}")).await?;
        let cause = detail.job.error.unwrap_or_else(|| "no cause was given".to_owned());
        Ok(failed(format!("{} failed: {cause}", detail.job.kind), ""))
    }
}
