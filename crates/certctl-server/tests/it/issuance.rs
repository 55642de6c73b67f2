//! The control plane's half of the main job over real HTTPS, on both stores: a certificate from an uploaded CSR, and an
//! agent's certificate from join to report, with its refusals.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use certctl_api::agent_protocol::{
    Accepted, CsrSubmission, DeployResult, JobReport, JoinAnswer, JoinRequest, PollAnswer, PollRequest,
    Sighting,
};
use certctl_api::agents::{CreateInvitation, InvitationCreated};
use certctl_api::api_keys::ApiKeyCreated;
use certctl_api::audit::AuditVerification;
use certctl_api::auth::SetupRequest;
use certctl_api::certificates::{Certificate, CertificateCreated, CertificatePreview, Version};
use certctl_api::client::{Client, ClientError, ClientOptions};
use certctl_api::issuers::{Issuer, IssuerState};
use certctl_api::jobs::{Job, JobDetail};
use certctl_api::join_token::JoinToken;
use certctl_api::page::Page;
use certctl_api::targets::Target;
use certctl_api::tls::{Identity, Trust};
use certctl_core::certificate::CertificateStatus;
use certctl_core::job::{JobKind, JobState};
use certctl_core::secret::Secret;
use certctl_core::time::{Clock, SystemClock};
use certctl_pki::{KeyAlgorithm, Name, PrivateKey, build_csr, certs_only, pem};
use certctl_server::config::Config;
use certctl_server::{Environs, RunningServer, Server};
use certctl_test_postgres::{DatabaseGuard, TestPostgres};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A running control plane with an admin's client.
pub(crate) struct Plane {
    pub(crate) server: Option<RunningServer>,
    pub(crate) client: Client,
    pub(crate) api_key: Secret<String>,
    pub(crate) folder: TempDir,
    pub(crate) database: Option<DatabaseGuard>,
}

impl Plane {
    pub(crate) async fn start(postgres: bool) -> Self {
        Self::start_with(postgres, Environs::default()).await
    }

    pub(crate) async fn start_with(postgres: bool, environs: Environs) -> Self {
        Self::start_configured(postgres, environs, |_| ()).await
    }

    pub(crate) async fn start_configured(
        postgres: bool,
        environs: Environs,
        configure: impl FnOnce(&mut Config),
    ) -> Self {
        let folder = TempDir::new().unwrap();
        let database = postgres.then(TestPostgres::database);
        let mut config = Config::for_directory(folder.path()).unwrap();
        config.listen = "127.0.0.1:0".parse().unwrap();
        if let Some(database) = &database {
            config.database_url = Secret::new(database.url.clone());
        }
        configure(&mut config);
        let server = Server::start(config, environs).await.unwrap();
        let token = server.setup_token.as_ref().unwrap().expose().clone();
        let options = options(&server, folder.path());
        let anonymous = Client::new(options.clone()).unwrap();
        let made: ApiKeyCreated =
            anonymous.post("/auth/setup", &SetupRequest { token, name: None, user: None }).await.unwrap();
        let api_key = Secret::new(made.secret);
        let client = Client::new(ClientOptions { api_key: Some(api_key.clone()), ..options }).unwrap();
        Self { server: Some(server), client, api_key, folder, database }
    }

    pub(crate) fn server(&self) -> &RunningServer {
        self.server.as_ref().unwrap()
    }

    pub(crate) async fn stop(mut self) {
        if let Some(server) = self.server.take() {
            server.stop().await;
        }
    }

    pub(crate) async fn finished(&self, job: &Job) -> Job {
        for _ in 0..400 {
            let detail: JobDetail = self.client.read(&format!("/jobs/{}", job.id)).await.unwrap();
            if !detail.job.state.is_open() {
                return detail.job;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{} did not end", job.id);
    }

    pub(crate) async fn verified_audit(&self) -> AuditVerification {
        for _ in 0..400 {
            let found: AuditVerification = self.client.read("/audit/verify").await.unwrap();
            if found.batches > 0 {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the audit trail was not sealed");
    }
}

pub(crate) fn options(server: &RunningServer, folder: &Path) -> ClientOptions {
    ClientOptions {
        server_url: server.app.public_url.clone(),
        trust: Trust::CaPem(std::fs::read_to_string(folder.join("ca.pem")).unwrap()),
        api_key: None,
        identity: None,
        timeout: Duration::from_secs(20),
    }
}

pub(crate) fn csr(key: &PrivateKey, names: &[&str]) -> String {
    let names: Vec<Name> = names.iter().map(|n| Name::parse(n).unwrap()).collect();
    pem::encode_request(&build_csr(key, None, &names).unwrap())
}

/// The outside linter over a chain.
fn lint(chain_pem: &str) {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("chain.pem"), chain_pem).unwrap();
    let script: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../tests/tools/pkilint.sh"].iter().collect();
    let output = Command::new(script).arg(folder.path()).output().unwrap();
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
}

pub(crate) fn status_of(error: &ClientError) -> u16 {
    error.status().unwrap_or_else(|| panic!("no status: {error}"))
}

async fn an_uploaded_csr_becomes_one_version(postgres: bool) {
    let plane = Plane::start(postgres).await;
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let body = json!({
        "id": "mc-web", "names": ["web.example.internal", "10.0.0.1"], "key_strategy": "external",
        "csr_pem": csr(&key, &["web.example.internal", "10.0.0.1"]),
    });
    let created: CertificateCreated = plane.client.post("/certificates", &body).await.unwrap();
    let job = plane.finished(&created.jobs[0]).await;
    assert_eq!((job.state, job.kind), (JobState::Completed, JobKind::Issuance), "{:?}", job.error);
    let certificate: Certificate = plane.client.read("/certificates/mc-web").await.unwrap();
    assert_eq!(certificate.status, CertificateStatus::Active);
    let versions: Page<Version> = plane.client.read("/certificates/mc-web/versions").await.unwrap();
    assert_eq!(versions.items.len(), 1);
    assert!(versions.items[0].current);
    assert_eq!(versions.items[0].public_key_sha256, hex::encode(key.public_key_sha256()));
    assert_eq!(versions.items[0].number, 1);
    let text = plane.client.text("/certificates/mc-web/text").await.unwrap();
    for fact in [&versions.items[0].fingerprint_sha256, "web.example.internal", "10.0.0.1", "serverAuth"] {
        assert!(text.contains(fact), "{fact}: {text}");
    }
    let preview: Result<CertificatePreview, _> = plane.client.post("/certificates/preview", &body).await;
    assert_eq!(status_of(&preview.unwrap_err()), 409, "the id is taken");
    let other = json!({ "names": ["web.example.internal"], "key_strategy": "external", "tags": ["t"] });
    let preview: CertificatePreview = plane.client.post("/certificates/preview", &other).await.unwrap();
    let codes: Vec<_> = preview.warnings.iter().map(|one| one.code.as_str()).collect();
    assert_eq!(codes, ["already_covered", "no_targets"], "{preview:?}");
    assert_eq!(preview.warnings[0].object_id.as_deref(), Some("mc-web"));
    assert_eq!((preview.id, preview.profile_id.as_str(), preview.issues), (None, "prof-default", false));
    let all: Page<Certificate> = plane.client.read("/certificates?total=true").await.unwrap();
    assert_eq!(all.total, Some(1), "a preview stores nothing");
    let chain = plane.client.text("/certificates/mc-web/chain.pem").await.unwrap();
    lint(&chain);
    let file = async |form: &str| {
        let mut bytes = Vec::new();
        let each = |piece: &[u8]| {
            bytes.extend_from_slice(piece);
            Ok::<_, ClientError>(())
        };
        plane.client.download(&format!("/certificates/mc-web/chain.{form}"), each).await.unwrap();
        bytes
    };
    let ders = pem::decode_certificates(&chain).unwrap();
    assert_eq!(file("der").await, ders[0]);
    assert_eq!(file("p7b").await, certs_only(&ders));
    let verified = plane.verified_audit().await;
    assert!(verified.ok, "{:?}", verified.findings);
    plane.stop().await;
}

async fn a_paused_issuer_takes_no_new_orders_and_goes_on_with_what_has_waited(postgres: bool) {
    let plane = Plane::start(postgres).await;
    let issuer: Issuer = plane.client.read("/issuers/iss-local").await.unwrap();
    assert_eq!((issuer.health.state, issuer.health.last_success_at), (IssuerState::Unknown, None));
    let reason = json!({ "reason": "its HSM is moved" });
    let issuer: Issuer = plane.client.post("/issuers/iss-local/pause", &reason).await.unwrap();
    let (since, revision) = (issuer.paused_at.unwrap(), issuer.revision);
    let again: Issuer = plane.client.post("/issuers/iss-local/pause", &json!({})).await.unwrap();
    assert_eq!((again.paused_at, again.revision), (Some(since), revision), "it is paused already");
    assert_eq!(again.paused_because.as_deref(), Some("its HSM is moved"));

    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let body = json!({
        "id": "mc-web", "names": ["web.example.internal"], "key_strategy": "external",
        "csr_pem": csr(&key, &["web.example.internal"]),
    });
    let created: CertificateCreated = plane.client.post("/certificates", &body).await.unwrap();
    let path = format!("/jobs/{}", created.jobs[0].id);
    crate::harness::eventually("the engine puts the job off", async || {
        let detail: JobDetail = plane.client.read(&path).await.unwrap();
        detail.job.run_after.seconds_since(detail.job.created_at) > 60
    })
    .await;
    let held = "iss-local takes no new orders: its HSM is moved";
    let job = plane.client.read::<JobDetail>(&path).await.unwrap().job;
    assert_eq!((job.state, job.attempts, job.error), (JobState::Pending, 0, None));
    assert_eq!(job.held_because.as_deref(), Some(held));
    let listed: Page<Job> = plane.client.read("/jobs?state=Pending").await.unwrap();
    assert_eq!(listed.items[0].held_because.as_deref(), Some(held));
    let told: Value = plane.client.read("/certificates/mc-web/explain").await.unwrap();
    assert_eq!(
        (&told["blocked_by"][0]["code"], &told["blocked_by"][0]["detail"]),
        (&json!("issuer_paused"), &json!(held))
    );
    let issuer: Issuer = plane.client.read("/issuers/iss-local").await.unwrap();
    assert_eq!((issuer.health.open_jobs, issuer.health.signed), (1, 0));

    let issuer: Issuer = plane.client.post("/issuers/iss-local/resume", &json!({})).await.unwrap();
    assert_eq!((issuer.paused_at, issuer.paused_because), (None, None));
    let job = plane.finished(&created.jobs[0]).await;
    assert_eq!((job.state, job.attempts, job.held_because), (JobState::Completed, 1, None));
    let issuers: Page<Issuer> = plane.client.read("/issuers").await.unwrap();
    let health = &issuers.items[0].health;
    assert_eq!(
        (health.state, health.signed, health.failed, health.open_jobs),
        (IssuerState::Ok, 1, 0, 0),
        "{health:?}"
    );
    assert!(health.last_success_at.is_some() && health.latency_ms.is_some(), "{health:?}");
    assert_eq!(issuers.items[0].revision, issuer.revision, "what it does is no change of it");

    for (action, summary) in
        [("issuer.pause", held), ("issuer.resume", "iss-local takes orders again; 1 waiting job goes on")]
    {
        let found: Value = plane.client.read(&format!("/audit?action={action}")).await.unwrap();
        let summaries: Vec<&Value> =
            found["items"].as_array().unwrap().iter().map(|event| &event["summary"]).collect();
        assert_eq!(summaries, [summary], "{action}");
    }
    plane.stop().await;
}

async fn bad_requests_name_the_field_and_store_nothing(postgres: bool) {
    let plane = Plane::start(postgres).await;
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let good = csr(&key, &["a.example.internal"]);
    let cases = [
        (json!({ "names": [] }), "/names"),
        (json!({ "names": ["a b"], "key_strategy": "external" }), "/names/0"),
        (json!({ "names": ["a.example.internal"] }), "/target_ids"),
        (json!({ "names": ["a.example.internal"], "target_ids": ["mc-x"] }), "/target_ids/0"),
        (json!({ "names": ["a.example.internal"], "target_ids": ["tgt-none"] }), "/target_ids/0"),
        (json!({ "names": ["a.example.internal"], "surprise": 1 }), "/surprise"),
        (json!({ "names": ["b.example.internal"], "key_strategy": "external", "csr_pem": good }), "/csr_pem"),
        (json!({ "names": ["a.example.internal"], "key_strategy": "external", "csr_pem": "x" }), "/csr_pem"),
        (json!({ "names": ["a.example.internal"], "key_strategy": "shared" }), "/key_strategy"),
        (
            json!({ "names": ["a.example.internal"], "key_strategy": "external", "lifetime_seconds": 1 }),
            "/lifetime_seconds",
        ),
        (
            json!({ "names": ["a.example.internal"], "key_strategy": "external", "issuer_id": "iss-none" }),
            "/issuer_id",
        ),
    ];
    for (body, pointer) in cases {
        let preview = plane.client.post::<Value>("/certificates/preview", &body).await.unwrap_err();
        let error = plane.client.post::<CertificateCreated>("/certificates", &body).await.unwrap_err();
        let ClientError::Refused { problem } = error else { panic!("{body}: {error}") };
        assert!((400..500).contains(&problem.status), "{body}: {problem:?}");
        let ClientError::Refused { problem: previewed } = preview else { panic!("{body}: {preview}") };
        assert_eq!((&previewed.code, &previewed.detail), (&problem.code, &problem.detail), "{body}");
        assert!(problem.errors.iter().any(|e| e.pointer == pointer), "{body}: {problem:?}");
    }
    let all: Page<Certificate> = plane.client.read("/certificates?total=true").await.unwrap();
    assert_eq!(all.total, Some(0));
    plane.stop().await;
}

/// An agent as far as the control plane sees one: no files, no probes.
pub(crate) struct Agent {
    pub(crate) client: Client,
    pub(crate) identity: Identity,
    pub(crate) boot_id: String,
}

impl Agent {
    pub(crate) async fn join(plane: &Plane, name: &str) -> Self {
        let invitation = CreateInvitation { name: name.to_owned(), expires_in_seconds: None };
        let made: InvitationCreated = plane.client.post("/agents/invitations", &invitation).await.unwrap();
        let token = JoinToken::parse(&made.token).unwrap();
        let base = options(plane.server(), plane.folder.path());
        let first = Client::new(ClientOptions { trust: Trust::CaPin(token.ca_pin), ..base.clone() }).unwrap();
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let request = JoinRequest {
            token: token.secret.expose().clone(),
            csr_pem: pem::encode_request(&build_csr(&key, None, &[]).unwrap()),
            version: "test".to_owned(),
            platform: "test".to_owned(),
        };
        let answer: JoinAnswer = first.post("/agent/join", &request).await.unwrap();
        let again = first.post::<JoinAnswer>("/agent/join", &request).await.unwrap_err();
        assert_eq!(status_of(&again), 401, "a token is used once");
        let identity = Identity {
            certificate_pem: answer.certificate_pem,
            key_pem: Secret::new(key.to_pkcs8_pem().unwrap().to_string()),
        };
        let trust = Trust::CaPem(answer.ca_pem);
        let options = ClientOptions { trust, identity: Some(identity.clone()), ..base };
        Self { client: Client::new(options).unwrap(), identity, boot_id: format!("boot-{name}") }
    }

    pub(crate) async fn poll(&self, wait_seconds: u32) -> PollAnswer {
        self.poll_as("nginx", wait_seconds).await
    }

    async fn poll_as(&self, capability: &str, wait_seconds: u32) -> PollAnswer {
        self.poll_able(capability, &["verify"], wait_seconds).await
    }

    /// As an agent of another version, perhaps.
    pub(crate) async fn poll_able(
        &self,
        capability: &str,
        abilities: &[&str],
        wait_seconds: u32,
    ) -> PollAnswer {
        let request = PollRequest {
            boot_id: self.boot_id.clone(),
            version: "test".to_owned(),
            platform: "test".to_owned(),
            capabilities: vec![capability.to_owned()],
            in_hand: Vec::new(),
            wait_seconds,
            proof_kinds: Vec::new(),
            proofs: Vec::new(),
            dns_providers: Vec::new(),
            abilities: abilities.iter().map(|one| (*one).to_owned()).collect(),
        };
        let wait = Duration::from_secs(u64::from(wait_seconds));
        self.client.long_poll("/agent/poll", &request, wait).await.unwrap()
    }
}

async fn an_agent_gets_its_own_work_and_reports_it(postgres: bool) {
    let plane = Plane::start(postgres).await;
    let (one, two) = (Agent::join(&plane, "one").await, Agent::join(&plane, "two").await);
    for name in ["one", "two"] {
        let target = json!({
            "id": format!("tgt-{name}"), "name": name, "kind": "nginx", "agent_id": format!("ag-{name}"),
            "config": {
                "certificate_path": "/tmp/c.pem", "key_path": "/tmp/k.pem", "probe": [{ "address": "127.0.0.1:1" }],
            },
        });
        let _: Target = plane.client.post("/targets", &target).await.unwrap();
    }
    let body =
        json!({ "id": "mc-web", "names": ["web.example.internal"], "target_ids": ["tgt-one", "tgt-two"] });
    let created: CertificateCreated = plane.client.post("/certificates", &body).await.unwrap();
    assert_eq!(created.jobs.len(), 2, "one job for each key holder");

    let wanted = one.poll(20).await.csr_requests;
    assert_eq!(wanted.len(), 1);
    let others = two.poll(20).await.csr_requests;
    let submit = |id: String, names: &'static [&'static str]| {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        (format!("/agent/jobs/{id}/csr"), CsrSubmission { csr_pem: csr(&key, names), key_ready_at: None })
    };
    let (path, csr) = submit(others[0].job_id.to_string(), &["web.example.internal"]);
    let error = one.client.post::<Accepted>(&path, &csr).await.unwrap_err();
    assert_eq!(status_of(&error), 403, "another agent's job");
    let (path, csr) = submit(wanted[0].job_id.to_string(), &["evil.example.internal"]);
    assert_eq!(status_of(&one.client.post::<Accepted>(&path, &csr).await.unwrap_err()), 422);
    let (path, csr) = submit(wanted[0].job_id.to_string(), &["web.example.internal"]);
    let _: Accepted = one.client.post(&path, &csr).await.unwrap();
    let _: Accepted = one.client.post(&path, &csr).await.unwrap();

    let work = one.poll(20).await.deployments;
    assert_eq!(work.len(), 1);
    let work = &work[0];
    lint(&work.chain_pem);
    assert!(one.poll(0).await.deployments.is_empty(), "a leased job is not given twice");
    let sighting = |fingerprint: &str| Sighting {
        address: "127.0.0.1:1".to_owned(),
        server_name: None,
        fingerprint_sha256: Some(fingerprint.to_owned()),
        at: SystemClock.now(),
        error: None,
    };
    let report = |token: &str, fingerprint: &str| JobReport {
        lease_token: token.to_owned(),
        steps: Vec::new(),
        result: Some(DeployResult::Live {
            seen: vec![sighting(fingerprint)],
            previous_fingerprint: None,
            already_live: false,
        }),
        verified: None,
    };
    let path = format!("/agent/jobs/{}/report", work.job_id);
    let fingerprint = work.fingerprint_sha256.as_str();
    let refused = [
        (&two, report(&work.lease_token, fingerprint), 403),
        (&one, report("stale", fingerprint), 409),
        (&one, report(&work.lease_token, "another"), 422),
    ];
    for (agent, body, status) in refused {
        assert_eq!(status_of(&agent.client.post::<Accepted>(&path, &body).await.unwrap_err()), status);
    }
    let accepted: Accepted = one.client.post(&path, &report(&work.lease_token, fingerprint)).await.unwrap();
    assert_eq!(accepted.state, JobState::Completed);
    let repeated =
        one.client.post::<Accepted>(&path, &report(&work.lease_token, fingerprint)).await.unwrap_err();
    assert_eq!(status_of(&repeated), 409);
    let certificate: Certificate = plane.client.read("/certificates/mc-web").await.unwrap();
    assert_eq!((certificate.live.live, certificate.live.targets), (1, 2));

    let _: serde_json::Value =
        plane.client.patch("/agents/ag-two", &json!({ "state": "quarantined" })).await.unwrap();
    let error = two.client.post::<PollAnswer>("/agent/poll", &json!({})).await.unwrap_err();
    assert_eq!(status_of(&error), 403);
    let _: serde_json::Value = plane.client.delete("/agents/ag-two?force=true").await.unwrap();
    let error = two.client.post::<PollAnswer>("/agent/poll", &json!({})).await.unwrap_err();
    assert_eq!(status_of(&error), 410);
    let error = plane.client.post::<PollAnswer>("/agent/poll", &json!({})).await.unwrap_err();
    assert!([401, 403].contains(&status_of(&error)), "a person is no agent");
    let verified = plane.verified_audit().await;
    assert!(verified.ok, "{:?}", verified.findings);
    plane.stop().await;
}

async fn a_held_poll_gets_the_next_try_when_its_time_comes(postgres: bool) {
    let plane = Plane::start(postgres).await;
    let one = Agent::join(&plane, "one").await;
    let target = json!({
        "id": "tgt-one", "name": "one", "kind": "file", "agent_id": "ag-one",
        "config": { "certificate_path": "/tmp/c.pem", "key_path": "/tmp/k.pem" },
    });
    let _: Target = plane.client.post("/targets", &target).await.unwrap();
    let body = json!({ "id": "mc-web", "names": ["web.example.internal"], "target_ids": ["tgt-one"] });
    let _: CertificateCreated = plane.client.post("/certificates", &body).await.unwrap();
    let wanted = one.poll(20).await.csr_requests;
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let submission = CsrSubmission { csr_pem: csr(&key, &["web.example.internal"]), key_ready_at: None };
    let _: Accepted =
        one.client.post(&format!("/agent/jobs/{}/csr", wanted[0].job_id), &submission).await.unwrap();
    let work = one.poll(20).await.deployments.remove(0);

    let began = std::time::Instant::now();
    let report = async {
        // The poll is held when the heartbeat that it brought is to be seen.
        loop {
            let agent: certctl_api::agents::Agent = plane.client.read("/agents/ag-one").await.unwrap();
            if agent.capabilities == ["file"] {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        let report = JobReport {
            lease_token: work.lease_token.clone(),
            steps: Vec::new(),
            result: Some(DeployResult::Failed {
                step: "stage".to_owned(),
                cause: "the disk is full".to_owned(),
                target_in_doubt: false,
                seen: Vec::new(),
                retryable: true,
            }),
            verified: None,
        };
        let path = format!("/agent/jobs/{}/report", work.job_id);
        let accepted: Accepted = one.client.post(&path, &report).await.unwrap();
        assert_eq!(accepted.state, JobState::Pending);
    };
    let (answer, ()) = tokio::join!(one.poll_as("file", 30), report);
    assert_eq!(answer.deployments[0].attempt, 2);
    assert!(began.elapsed() < Duration::from_secs(20), "not at the end of the poll");
    plane.stop().await;
}

macro_rules! on_both {
    ($($name:ident),+ $(,)?) => { $(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$name(false).await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                super::$name(true).await;
            }
        }
    )+ };
}

on_both!(
    an_uploaded_csr_becomes_one_version,
    bad_requests_name_the_field_and_store_nothing,
    a_paused_issuer_takes_no_new_orders_and_goes_on_with_what_has_waited,
    an_agent_gets_its_own_work_and_reports_it,
    a_held_poll_gets_the_next_try_when_its_time_comes,
);
