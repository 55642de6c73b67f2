//! A small control plane: TLS with client certificates, the routes of the agent protocol, and everything remembered.
//!
//! It keeps to the protocol as the real one does: leases with tokens, work given out again after a restart of the
//! agent, 409 for a stale lease.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use certctl_api::agent_protocol::{
    Accepted, CsrRefusal, CsrRequest, CsrSubmission, DeployResult, DnsProviderOffer, ExtendLease, JobReport,
    JoinAnswer, JoinRequest, KeyReport, KeysNoted, KeysReport, LeaseExtended, PollAnswer, PollRequest,
    ProofReport, ProofWork, RenewIdentityAnswer, RenewIdentityRequest, RetiredKey, TestNoted, TestReport,
    TestWork, VerifyWork,
};
use certctl_api::join_token::JoinToken;
use certctl_core::id::ChallengeId;
use certctl_core::job::JobState;
use certctl_core::target_test::TargetTestState;
use certctl_core::time::Ts;
use certctl_pki::fingerprint::sha256_hex;
use certctl_pki::{Csr, KeyAlgorithm, PrivateKey, pem};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use serde::Serialize;
use serde_json::{Value, json};

use crate::host::work;
use crate::lab::{Ca, Issued, now};

/// How long a poll is held here.
const HOLD: Duration = Duration::from_millis(500);

/// One certificate on its way to a target.
#[derive(Default, Clone)]
pub(crate) struct Job {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) config: Value,
    pub(crate) issued: Option<Issued>,
    pub(crate) lease: Option<(String, String)>,
    pub(crate) n_leases: u32,
    pub(crate) n_extensions: u32,
    /// Public key hashes of the CSRs that came.
    pub(crate) csr_keys: Vec<String>,
    /// Such as `ecdsa-p256`, which it is when empty.
    pub(crate) key_algorithm: String,
    /// A status with which the CSR is answered.
    pub(crate) refuse_csr_with: Option<u16>,
    pub(crate) csr_refusals: Vec<CsrRefusal>,
    /// A CSR is not asked for, for now or for good.
    pub(crate) csr_is_put_off: bool,
    pub(crate) reports: Vec<JobReport>,
    pub(crate) result: Option<DeployResult>,
}

#[derive(Default)]
pub(crate) struct Inner {
    pub(crate) jobs: BTreeMap<String, Job>,
    pub(crate) n_polls: usize,
    pub(crate) polls_in_hand: Vec<usize>,
    pub(crate) capabilities: Vec<String>,
    /// A status with which every agent route but the join answers.
    pub(crate) refuse_with: Option<u16>,
    pub(crate) retired_keys: Vec<RetiredKey>,
    pub(crate) key_reports: Vec<KeyReport>,
    pub(crate) identities: Vec<String>,
    /// The identity of the last poll.
    pub(crate) last_identity: Option<String>,
    /// Lifetime of identities that are given out.
    pub(crate) identity_seconds: i64,
    pub(crate) n_renewals: usize,
    /// What a lease lasts; 60 s when it is 0.
    pub(crate) lease_seconds: u32,
    /// A poll does not say which jobs the agent has lost.
    pub(crate) is_silent_on_dropped: bool,
    /// How often the next reports are answered 503.
    pub(crate) n_reports_to_lose: u32,
    /// Targets to test; each is given out once.
    pub(crate) tests: Vec<TestWork>,
    pub(crate) test_reports: Vec<TestReport>,
    /// Endpoints to look at; each is given out once.
    pub(crate) verifications: Vec<VerifyWork>,
    /// What came of them.
    pub(crate) verify_reports: Vec<JobReport>,
    pub(crate) abilities: Vec<String>,
    /// The start of the agent that polled last.
    boot_id: String,
    /// The proofs that are wanted, in every answer.
    pub(crate) proofs: Vec<ProofWork>,
    /// The start of the agent that was told of proofs last, and of which.
    proofs_told: (String, Vec<ChallengeId>),
    /// What the last poll said of proofs.
    pub(crate) proof_kinds: Vec<String>,
    pub(crate) proof_reports: Vec<ProofReport>,
    pub(crate) dns_providers: Vec<DnsProviderOffer>,
    /// It is of a time before there were proofs.
    pub(crate) knows_no_proofs: bool,
    token: Option<String>,
}

struct Shared {
    inner: Mutex<Inner>,
    changed: Condvar,
    server_ca: Ca,
    agents_ca: Ca,
    deployment_ca: Ca,
}

/// The control plane; it ends with the test's process.
#[derive(Clone)]
pub(crate) struct ControlPlane {
    shared: Arc<Shared>,
    port: u16,
}

impl ControlPlane {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            inner: Mutex::new(Inner { identity_seconds: 7 * 86_400, ..Inner::default() }),
            changed: Condvar::new(),
            server_ca: Ca::new("server CA"),
            agents_ca: Ca::new("agents CA"),
            deployment_ca: Ca::new("deployment CA"),
        });
        let tls = tls(&shared);
        let served = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, tls, shared) = (stream.unwrap(), Arc::clone(&tls), Arc::clone(&served));
                std::thread::spawn(move || serve(stream, tls, &shared));
            }
        });
        Self { shared, port }
    }

    pub(crate) fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }

    /// A token for one join.
    pub(crate) fn invite(&self) -> JoinToken {
        let token = JoinToken::new(self.shared.server_ca.pin(), [7; 32]);
        self.with(|inner| inner.token = Some(token.secret.expose().clone()));
        token
    }

    pub(crate) fn with<T>(&self, act: impl FnOnce(&mut Inner) -> T) -> T {
        let result = act(&mut self.shared.inner.lock().unwrap());
        self.shared.changed.notify_all();
        result
    }

    /// A certificate for `name` is wanted on a target.
    pub(crate) fn want(&self, job: &str, name: &str, kind: &str, config: &Value) {
        let job_row =
            Job { name: name.to_owned(), kind: kind.to_owned(), config: config.clone(), ..Job::default() };
        self.with(|inner| inner.jobs.insert(job.to_owned(), job_row));
    }

    pub(crate) fn job(&self, job: &str) -> Job {
        self.with(|inner| inner.jobs[job].clone())
    }

    /// Waits until something is true, 20 s at most.
    #[track_caller]
    pub(crate) fn wait(&self, what: &str, is_so: impl Fn(&Inner) -> bool) {
        let end = Instant::now() + Duration::from_secs(20);
        let mut inner = self.shared.inner.lock().unwrap();
        while !is_so(&inner) {
            let rest = end.saturating_duration_since(Instant::now());
            assert!(!rest.is_zero(), "waited 20 s for: {what}");
            inner = self.shared.changed.wait_timeout(inner, rest.min(Duration::from_millis(100))).unwrap().0;
        }
    }

    #[track_caller]
    pub(crate) fn wait_for_result(&self, job: &str) -> DeployResult {
        self.wait(&format!("the result of {job}"), |inner| inner.jobs[job].result.is_some());
        self.job(job).result.unwrap()
    }
}

fn tls(shared: &Shared) -> Arc<ServerConfig> {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let issued = shared.server_ca.issue(key.public_key(), &["127.0.0.1", "localhost"], 86_400);
    let chain =
        pem::decode_certificates(&issued.chain_pem).unwrap().into_iter().map(CertificateDer::from).collect();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(shared.agents_ca.der())).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .allow_unauthenticated()
        .build()
        .unwrap();
    let key_der = PrivatePkcs8KeyDer::from(key.to_pkcs8_der().unwrap().to_vec());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, key_der.into())
        .unwrap();
    Arc::new(config)
}

/// One connection: requests one after the other until the agent hangs up.
fn serve(stream: TcpStream, tls: Arc<ServerConfig>, shared: &Shared) {
    stream.set_nodelay(true).unwrap();
    let connection = ServerConnection::new(tls).unwrap();
    let mut stream = BufReader::new(StreamOwned::new(connection, stream));
    while let Some((path, body)) = read_request(&mut stream) {
        let peer = stream
            .get_ref()
            .conn
            .peer_certificates()
            .and_then(|chain| chain.first())
            .map(|leaf| sha256_hex(leaf));
        let (status, answer) = match shared.answer(&path, &body, peer) {
            Ok(answer) => (200, answer),
            Err(status) => (
                status,
                json!({
                    "type": "about:blank", "code": if status == 403 { "agent_quarantined" } else { "test" },
                    "title": "test", "status": status,
                    "detail": format!("the test control plane says {status}"), "request_id": "r",
                }),
            ),
        };
        let text = answer.to_string();
        let head = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            text.len()
        );
        let stream = stream.get_mut();
        if stream
            .write_all(head.as_bytes())
            .and_then(|()| stream.write_all(text.as_bytes()))
            .and_then(|()| stream.flush())
            .is_err()
        {
            return;
        }
    }
}

fn read_request(stream: &mut impl BufRead) -> Option<(String, Vec<u8>)> {
    let (mut line, mut length) = (String::new(), 0_usize);
    stream.read_line(&mut line).ok()?;
    let path = line.split_whitespace().nth(1)?.to_owned();
    loop {
        line.clear();
        stream.read_line(&mut line).ok()?;
        let header = line.trim().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some((path, body))
}

fn body<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, u16> {
    serde_json::from_slice(bytes).map_err(|_| 400)
}

fn json_of(answer: impl Serialize) -> Result<Value, u16> {
    serde_json::to_value(answer).map_err(|_| 500)
}

fn csr(text: &str) -> Result<Csr, u16> {
    let block = pem::decode_one(text, &[pem::CERTIFICATE_REQUEST]).map_err(|_| 400_u16)?;
    Csr::parse(&block.der).map_err(|_| 422)
}

impl Shared {
    fn answer(&self, path: &str, bytes: &[u8], peer: Option<String>) -> Result<Value, u16> {
        let path = path.strip_prefix("/api/v1/agent/").ok_or(404_u16)?;
        if path == "join" {
            return self.join(&body(bytes)?);
        }
        let mut inner = self.inner.lock().unwrap();
        let peer = peer.filter(|peer| inner.identities.contains(peer)).ok_or(401_u16)?;
        if let Some(status) = inner.refuse_with {
            inner.n_polls += 1;
            self.changed.notify_all();
            return Err(status);
        }
        match path.split('/').collect::<Vec<_>>().as_slice() {
            ["poll"] => {
                inner.last_identity = Some(peer);
                let knows_no_proofs = inner.knows_no_proofs;
                drop(inner);
                // Requests with a field that is not known are refused, and answers have none of them.
                let request: Value = body(bytes)?;
                if knows_no_proofs
                    && ["proofs", "proof_kinds", "abilities"].iter().any(|name| request.get(name).is_some())
                {
                    return Err(400);
                }
                let mut answer = self.poll(&body(bytes)?)?;
                if knows_no_proofs {
                    answer.as_object_mut().unwrap().remove("proofs");
                }
                Ok(answer)
            }
            ["renew"] => {
                let request: RenewIdentityRequest = body(bytes)?;
                inner.n_renewals += 1;
                let certificate_pem = self.identity(&mut inner, &request.csr_pem)?;
                json_of(RenewIdentityAnswer { certificate_pem, ca_pem: self.server_ca.pem() })
            }
            ["jobs", job, "csr"] => {
                let submission: CsrSubmission = body(bytes)?;
                let csr = csr(&submission.csr_pem)?;
                let job = inner.jobs.get_mut(*job).ok_or(404_u16)?;
                job.csr_keys.push(hex::encode(csr.public_key().sha256()));
                if let Some(status) = job.refuse_csr_with {
                    return Err(status);
                }
                if job.issued.is_some() {
                    return Err(409);
                }
                job.issued = Some(self.deployment_ca.issue(csr.public_key(), &[&job.name], 86_400));
                self.changed.notify_all();
                json_of(Accepted { state: JobState::Pending })
            }
            ["jobs", job, "extend"] => {
                let request: ExtendLease = body(bytes)?;
                let job = inner.jobs.get_mut(*job).ok_or(404_u16)?;
                if job.lease.as_ref().is_none_or(|(token, _)| *token != request.lease_token) {
                    return Err(409);
                }
                job.n_extensions += 1;
                self.changed.notify_all();
                json_of(LeaseExtended { lease_expires_at: Ts::from_second(now() + 60) })
            }
            ["keys"] => {
                let report: KeysReport = body(bytes)?;
                let noted = u32::try_from(report.keys.len()).unwrap();
                inner.key_reports.extend(report.keys);
                self.changed.notify_all();
                json_of(KeysNoted { noted })
            }
            ["jobs", job, "csr-refused"] => {
                let refusal: CsrRefusal = body(bytes)?;
                let job = inner.jobs.get_mut(*job).ok_or(404_u16)?;
                job.csr_is_put_off = true;
                let state = if refusal.retryable { JobState::AwaitingCsr } else { JobState::Failed };
                job.csr_refusals.push(refusal);
                self.changed.notify_all();
                json_of(Accepted { state })
            }
            ["tests", _, "report"] => {
                if inner.n_reports_to_lose > 0 {
                    inner.n_reports_to_lose -= 1;
                    return Err(503);
                }
                let report: TestReport = body(bytes)?;
                let state = if report.done { TargetTestState::Passed } else { TargetTestState::Running };
                inner.test_reports.push(report);
                self.changed.notify_all();
                json_of(TestNoted { state })
            }
            ["jobs", job, "report"] => {
                let report: JobReport = body(bytes)?;
                if report.result.is_some() && inner.n_reports_to_lose > 0 {
                    inner.n_reports_to_lose -= 1;
                    return Err(503);
                }
                if report.verified.is_some() {
                    if inner.n_reports_to_lose > 0 {
                        inner.n_reports_to_lose -= 1;
                        return Err(503);
                    }
                    inner.verify_reports.push(report);
                    self.changed.notify_all();
                    return json_of(Accepted { state: JobState::Completed });
                }
                let job = inner.jobs.get_mut(*job).ok_or(404_u16)?;
                if job.result.is_some()
                    || job.lease.as_ref().is_none_or(|(token, _)| *token != report.lease_token)
                {
                    return Err(409);
                }
                job.result.clone_from(&report.result);
                job.reports.push(report);
                self.changed.notify_all();
                json_of(Accepted { state: JobState::Running })
            }
            _ => Err(404),
        }
    }

    fn join(&self, request: &JoinRequest) -> Result<Value, u16> {
        let mut inner = self.inner.lock().unwrap();
        if inner.token.take().as_ref() != Some(&request.token) {
            return Err(401);
        }
        let certificate_pem = self.identity(&mut inner, &request.csr_pem)?;
        let agent_id = "ag-test".parse().unwrap();
        json_of(JoinAnswer { agent_id, certificate_pem, ca_pem: self.server_ca.pem() })
    }

    fn identity(&self, inner: &mut Inner, csr_pem: &str) -> Result<String, u16> {
        let csr = csr(csr_pem)?;
        let seconds = inner.identity_seconds;
        let issued =
            self.agents_ca.issue_identity(csr.public_key(), "ag-test", now() - seconds / 10, now() + seconds);
        inner.identities.push(issued.fingerprint.clone());
        Ok(issued.chain_pem)
    }

    fn poll(&self, request: &PollRequest) -> Result<Value, u16> {
        let end = Instant::now() + HOLD;
        let mut inner = self.inner.lock().unwrap();
        inner.n_polls += 1;
        inner.polls_in_hand.push(request.in_hand.len());
        inner.capabilities.clone_from(&request.capabilities);
        inner.proof_kinds.clone_from(&request.proof_kinds);
        inner.abilities.clone_from(&request.abilities);
        inner.boot_id.clone_from(&request.boot_id);
        inner.proof_reports.clone_from(&request.proofs);
        inner.dns_providers.clone_from(&request.dns_providers);
        self.changed.notify_all();
        loop {
            let answer = work_for(&mut inner, request);
            let proofs = answer.proofs.iter().map(|proof| proof.challenge_id.clone()).collect();
            let told = (request.boot_id.clone(), proofs);
            let is_news = std::mem::replace(&mut inner.proofs_told, told.clone()) != told;
            let is_empty =
                answer.csr_requests.is_empty() && answer.deployments.is_empty() && answer.dropped.is_empty();
            if !is_empty
                || !answer.retired_keys.is_empty()
                || !answer.tests.is_empty()
                || !answer.verifications.is_empty()
                || is_news
                || Instant::now() >= end
                || inner.refuse_with.is_some()
            {
                return json_of(answer);
            }
            let rest = end.saturating_duration_since(Instant::now());
            inner = self.changed.wait_timeout(inner, rest).unwrap().0;
        }
    }
}

fn work_for(inner: &mut Inner, request: &PollRequest) -> PollAnswer {
    let mut answer = PollAnswer {
        csr_requests: Vec::new(),
        deployments: Vec::new(),
        dropped: Vec::new(),
        retired_keys: std::mem::take(&mut inner.retired_keys),
        tests: std::mem::take(&mut inner.tests),
        // A poll that an agent which is dead by now had left behind gets none.
        verifications: match inner.boot_id == request.boot_id {
            true => std::mem::take(&mut inner.verifications),
            false => Vec::new(),
        },
        proofs: inner.proofs.clone(),
    };
    let (silent, lease_seconds) = (inner.is_silent_on_dropped, inner.lease_seconds);
    for (id, job) in &mut inner.jobs {
        let held = request.in_hand.iter().find(|held| held.job_id.as_str() == id);
        let Some(issued) = &job.issued else {
            if job.csr_is_put_off {
                continue;
            }
            answer.csr_requests.push(CsrRequest {
                job_id: id.parse().unwrap(),
                certificate_id: "mc-site".parse().unwrap(),
                key_algorithm: match job.key_algorithm.as_str() {
                    "" => "ecdsa-p256".to_owned(),
                    given => given.to_owned(),
                },
                common_name: Some(job.name.clone()),
                names: vec![job.name.clone()],
            });
            continue;
        };
        let lease_is_good = |held: &str| job.lease.as_ref().is_some_and(|(token, _)| token == held);
        if let Some(held) = held {
            if (job.result.is_some() || !lease_is_good(&held.lease_token)) && !silent {
                answer.dropped.push(held.job_id.clone());
            }
            continue;
        }
        // A lease of this start that is not listed yet is on its way; one of an earlier start is lost.
        if job.result.is_some() || job.lease.as_ref().is_some_and(|(_, boot_id)| *boot_id == request.boot_id)
        {
            continue;
        }
        job.n_leases += 1;
        let token = format!("lease-{}", job.n_leases);
        let mut work = work(id, issued, &job.kind, &job.config);
        work.lease_token.clone_from(&token);
        if lease_seconds > 0 {
            work.lease_seconds = lease_seconds;
        }
        job.lease = Some((token, request.boot_id.clone()));
        answer.deployments.push(work);
    }
    answer
}
