//! Proofs of control over names, shown on this host for ACME authorities: http-01 and tls-alpn-01.
//!
//! The control plane names all proofs that it wants now, and this makes it so: what is new is shown, what is no longer
//! named is taken away. Nothing of it outlives the agent. Reading order: [`claim`] (what is wanted, checked),
//! `challenge_policy.rs` (whether the host allows it), [`proof`] (who comes first), [`listener`], [`http_01`], [`webroot`] and [`tls_alpn_01`] (showing it).
//! Not for: answering the authority, which is the control plane's part. Invariants: only what the host's policy allows is
//! shown, by the policy as it is at the last answer; a proof is gone when its time has passed, with or without a control
//! plane; a port is open only while there is a proof for it.

pub mod claim;
mod http_01;
mod listener;
mod proof;
mod tls_alpn_01;
mod webroot;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use certctl_api::agent_protocol::{ProofReport, ProofWork};
use certctl_core::kill_point::KillPoint;
use certctl_core::random::Random;
use certctl_core::time::{Clock, Ts};
use tokio::net::TcpStream;
use tokio::sync::{Mutex, Notify};
use tokio_util::task::TaskTracker;

use self::claim::{Claim, ProofKind};
use self::http_01::{Page, Pages};
use self::listener::Listener;
use self::proof::{Proof, fail, in_turn, judge, reports, standing};
use self::tls_alpn_01::{Certificates, Shown};
use self::webroot::Webroots;
use crate::cause::chain;
use crate::challenge_policy::Http01;
use crate::local_policy::LocalPolicy;

/// The longest wait for the time of a proof: the clock may be set meanwhile.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// What a [`Proofs`] needs.
#[derive(Debug)]
pub struct ProofOptions {
    /// The host's policy.
    pub policy_path: PathBuf,
    /// Where files below webroots are noted.
    pub note: PathBuf,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// For serial numbers.
    pub random: Arc<dyn Random>,
    /// Where a test wants the process to die.
    pub kill_point: KillPoint,
}

/// The proofs of this host.
#[derive(Debug)]
pub struct Proofs {
    policy_path: PathBuf,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    http_01: Arc<http_01::Responder>,
    tls_alpn_01: Arc<tls_alpn_01::Responder>,
    tasks: TaskTracker,
    /// A change ends before the next begins.
    held: Mutex<Held>,
    /// There is another time to wait for.
    changed: Notify,
}

#[derive(Debug)]
struct Held {
    /// Those that came first are first.
    proofs: Vec<Proof>,
    webroots: Webroots,
    http_01: Option<Listener>,
    tls_alpn_01: Option<Listener>,
}

impl Proofs {
    /// Begins with none, and removes what an earlier start left.
    ///
    /// # Errors
    /// When the TLS library cannot be set up.
    pub fn new(options: ProofOptions) -> Result<Self, rustls::Error> {
        let ProofOptions { policy_path, note, clock, random, kill_point } = options;
        let mut webroots = Webroots::new(note, kill_point);
        webroots.sweep();
        Ok(Self {
            policy_path,
            random,
            http_01: Arc::new(http_01::Responder::new(Arc::clone(&clock))),
            tls_alpn_01: Arc::new(tls_alpn_01::Responder::new(Arc::clone(&clock))?),
            clock,
            tasks: TaskTracker::new(),
            held: Mutex::new(Held { proofs: Vec::new(), webroots, http_01: None, tls_alpn_01: None }),
            changed: Notify::new(),
        })
    }

    /// Shows these proofs and no others; says whether that changed anything that the control plane wants to know.
    pub async fn set(&self, wanted: Vec<ProofWork>) -> bool {
        let mut held = self.held.lock().await;
        if wanted.is_empty() && held.proofs.is_empty() {
            return false;
        }
        let before = held.proofs.clone();
        let proofs = in_turn(&before, &wanted);
        self.show(&mut held, proofs).await;
        // It is kept for a waiter that is not there yet.
        self.changed.notify_one();
        held.proofs != before
    }

    /// Takes everything away.
    pub async fn clear(&self) {
        self.set(Vec::new()).await;
    }

    /// What the control plane is told: each proof that stands, and each that cannot.
    pub async fn reports(&self) -> Vec<ProofReport> {
        self.take_expired_away().await;
        reports(&self.held.lock().await.proofs)
    }

    /// Takes each proof away when its time has passed, for as long as this is awaited.
    pub async fn keep_time(&self) {
        loop {
            let next = self.held.lock().await.proofs.iter().filter_map(Proof::lasts_until).min();
            let wait = next.map_or(LONGEST_WAIT, |until| {
                // A timer may go off a moment early.
                let rest = until.since(self.clock.now()) + Duration::from_millis(1);
                rest.min(LONGEST_WAIT)
            });
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = self.changed.notified() => {}
            }
            self.take_expired_away().await;
        }
    }

    async fn take_expired_away(&self) {
        let mut held = self.held.lock().await;
        let now = self.clock.now();
        if held.proofs.iter().filter_map(Proof::lasts_until).any(|until| until <= now) {
            let proofs = held.proofs.clone();
            self.show(&mut held, proofs).await;
        }
    }

    /// Makes it so that these proofs are shown, as far as they can be.
    async fn show(&self, held: &mut Held, mut proofs: Vec<Proof>) {
        let now = self.clock.now();
        let policy = if proofs.is_empty() {
            Ok(LocalPolicy::default())
        } else {
            LocalPolicy::load(&self.policy_path).map_err(|error| chain(&error))
        };
        judge(&mut proofs, policy.as_ref().map_err(String::as_str), now);
        let challenges = policy.map(|policy| policy.challenges).unwrap_or_default();
        self.show_http_01(held, &mut proofs, challenges.http_01.as_ref()).await;
        self.show_tls_alpn_01(held, &mut proofs, challenges.tls_alpn_01, now).await;
        for proof in &proofs {
            proof.log(held.proofs.iter().find(|known| known.id == proof.id));
        }
        for gone in held.proofs.iter().filter(|known| proofs.iter().all(|proof| proof.id != known.id)) {
            tracing::info!(challenge.id = %gone.id, "the proof for {} is no longer wanted", gone.id);
        }
        held.proofs = proofs;
    }

    async fn show_http_01(&self, held: &mut Held, proofs: &mut [Proof], way: Option<&Http01>) {
        let page = |claim: Claim| {
            (claim.token, Page { key_authorization: claim.key_authorization, until: claim.until })
        };
        let pages: Pages = standing(proofs, ProofKind::Http01).into_iter().map(page).collect();
        let (address, webroot) = match way {
            Some(Http01::Listen(address)) => (Some(*address), None),
            Some(Http01::Webroot(webroot)) => (None, Some(webroot.as_path())),
            None => (None, None),
        };
        let wanted: Vec<(&Path, &str)> = webroot
            .map(|webroot| pages.keys().map(|token| (webroot, token.as_str())).collect())
            .unwrap_or_default();
        held.webroots.keep(&wanted);
        if let Some(webroot) = webroot {
            for (token, page) in &pages {
                if let Err(error) = held.webroots.lay(webroot, token, &page.key_authorization) {
                    fail(proofs, ProofKind::Http01, Some(token), &error);
                }
            }
        }
        let address = address.filter(|_| !pages.is_empty());
        let responder = Arc::clone(&self.http_01);
        self.http_01.show(if address.is_some() { pages } else { Pages::new() });
        let serve = move |stream| {
            let responder = Arc::clone(&responder);
            async move { responder.serve(stream).await }
        };
        if let Err(error) = move_to(&mut held.http_01, ProofKind::Http01, address, &self.tasks, serve).await {
            fail(proofs, ProofKind::Http01, None, &error);
        }
    }

    async fn show_tls_alpn_01(
        &self,
        held: &mut Held,
        proofs: &mut [Proof],
        address: Option<SocketAddr>,
        now: Ts,
    ) {
        let mut known = self.tls_alpn_01.shown();
        let (mut certificates, mut failures) = (Certificates::new(), Vec::new());
        for claim in standing(proofs, ProofKind::TlsAlpn01) {
            let same = known.remove(&claim.server_name()).filter(|shown| {
                shown.key_authorization == claim.key_authorization && shown.until == claim.until
            });
            match same.map_or_else(|| Shown::make(&claim, now, &*self.random), Ok) {
                Ok(shown) => drop(certificates.insert(claim.server_name(), shown)),
                Err(error) => failures.push((claim.token, error)),
            }
        }
        for (token, error) in failures {
            fail(proofs, ProofKind::TlsAlpn01, Some(&token), &error);
        }
        let address = address.filter(|_| !certificates.is_empty());
        self.tls_alpn_01.show(certificates);
        let responder = Arc::clone(&self.tls_alpn_01);
        let serve = move |stream| {
            let responder = Arc::clone(&responder);
            async move { responder.serve(stream).await }
        };
        let moved = move_to(&mut held.tls_alpn_01, ProofKind::TlsAlpn01, address, &self.tasks, serve).await;
        if let Err(error) = moved {
            fail(proofs, ProofKind::TlsAlpn01, None, &error);
        }
    }
}

/// Opens, moves or closes a port.
async fn move_to<F>(
    listener: &mut Option<Listener>,
    kind: ProofKind,
    address: Option<SocketAddr>,
    tasks: &TaskTracker,
    serve: impl Fn(TcpStream) -> F + Send + Sync + 'static,
) -> Result<(), String>
where
    F: Future<Output = ()> + Send + 'static,
{
    if listener.as_ref().map(Listener::address) == address {
        return Ok(());
    }
    if let Some(old) = listener.take() {
        old.close().await;
    }
    if let Some(address) = address {
        *listener = Some(Listener::open(kind, address, tasks, serve)?);
    }
    Ok(())
}
