//! Authorities outside: one contract for all of them, on real servers and on small ones that misbehave.
//!
//! Not for: public authorities, which no test here reaches. Invariant: whoever signs, what is given was checked against the
//! request, and no error holds a secret.

mod contract;
mod exec;
mod fake;
mod faults;
mod kinds;
mod local;
mod login;
mod matrix;
mod others;
mod pebble;
mod peer;
mod robustness;
mod vault;

use std::path::PathBuf;
use std::time::Duration;

use std::process::Command;

use certctl_connectors::issuers::outside::{
    Asked, Authority, AuthorityError, Call, Guard, Next, Proof, Surroundings,
};
use certctl_connectors::outside::Outside;
use certctl_core::network::Network;
use certctl_core::random::Random;
use certctl_core::time::{Clock as _, SystemClock};
use certctl_pki::{CertificateInfo, KeyAlgorithm, Name, PrivateKey, build_csr};
use serde_json::Value;

/// Long enough for anything here.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);
/// More steps than any order here takes.
const MAX_STEPS: usize = 200;

#[derive(Debug)]
struct Sevens;

impl Random for Sevens {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(7);
    }
}

pub(crate) fn surroundings(programs: Vec<PathBuf>) -> Surroundings {
    let here = vec![Network::parse("127.0.0.0/8").unwrap()];
    let outside = Outside::new(Guard::of("issuers", "issuer_networks", here)).unwrap();
    Surroundings { outside, programs }
}

/// Certificates of real servers are of the real time.
pub(crate) fn call(around: &Surroundings) -> Call<'_> {
    Call { around, random: &Sevens, now: SystemClock.now(), deadline: DEADLINE }
}

/// A request with its key, and what is asked for with it.
pub(crate) struct Request {
    pub(crate) intent: String,
    pub(crate) names: Vec<Name>,
    pub(crate) csr_der: Vec<u8>,
    pub(crate) replaces: Option<Vec<u8>>,
}

impl Request {
    pub(crate) fn new(names: &[&str]) -> Self {
        let names: Vec<Name> = names.iter().map(|name| Name::parse(name).unwrap()).collect();
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let csr_der = build_csr(&key, None, &names).unwrap();
        Self { intent: "job-1".to_owned(), names, csr_der, replaces: None }
    }

    pub(crate) fn asked(&self) -> Asked<'_> {
        Asked {
            intent: &self.intent,
            csr_der: &self.csr_der,
            names: &self.names,
            lifetime_seconds: 24 * 3_600,
            replaces: self.replaces.as_deref(),
        }
    }

    /// That a chain is for it.
    pub(crate) fn is_met_by(&self, chain: &[Vec<u8>]) {
        let leaf = CertificateInfo::parse(&chain[0]).unwrap();
        for name in &self.names {
            assert!(leaf.names.contains(name), "{name} is not in {:?}", leaf.names);
        }
        assert!(chain.len() >= 2, "the authority above the leaf is not given");
    }
}

/// Takes steps until the chain is there. Before each one the authority may be made anew, as after a restart; proofs are shown by
/// `show`.
pub(crate) async fn issued(
    around: &Surroundings,
    request: &Request,
    mut authority: impl FnMut() -> Authority,
    mut show: impl FnMut(&[Proof]),
) -> Result<Vec<Vec<u8>>, AuthorityError> {
    let (mut progress, mut shown): (Option<Value>, bool) = (None, false);
    for _ in 0..MAX_STEPS {
        let next = authority().step(&call(around), &request.asked(), progress.as_ref(), shown).await?;
        match next {
            Next::Issued { chain } => return Ok(chain),
            Next::Waiting { progress: kept, proofs, doing, .. } => {
                assert!(!doing.is_empty());
                show(&proofs);
                // As the store would: through its text.
                progress = Some(serde_json::from_str(&kept.to_string()).unwrap());
                shown = true;
            }
        }
        tokio::task::yield_now().await;
    }
    panic!("no certificate after {MAX_STEPS} steps; the last progress is {progress:?}");
}

/// Takes steps until something fails.
pub(crate) async fn failure(
    around: &Surroundings,
    request: &Request,
    authority: &Authority,
) -> AuthorityError {
    match issued(around, request, || authority.clone(), |_| ()).await {
        Ok(_) => panic!("a certificate is given"),
        Err(error) => error,
    }
}

/// What `curl` gets from a server of a test.
pub(crate) fn curl(arguments: &[&str]) -> String {
    let output = Command::new("curl").args(["-fsSk", "--noproxy", "*"]).args(arguments).output().unwrap();
    assert!(output.status.success(), "curl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
