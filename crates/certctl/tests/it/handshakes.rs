//! A client that never stops: real `openssl s_client` handshakes, one after the other, each judged.
//!
//! Not for: what should be served (the test knows). Invariants: a handshake counts as good only when OpenSSL trusted
//! chain, name and time, and the other side proved that it has the key; the end of the served certificate is looked at
//! here once more.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use certctl_core::time::{Clock as _, SystemClock};
use certctl_pki::{CertificateInfo, pem};

use crate::fleet::Fleet;

/// What the handshakes showed.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) n_good: usize,
    pub(crate) failed: Vec<String>,
    /// How often each certificate was served, by fingerprint.
    pub(crate) served: BTreeMap<String, usize>,
}

/// Where to and with whose trust.
#[derive(Debug, Clone)]
struct Endpoint {
    port: u16,
    name: String,
    trust: PathBuf,
}

/// Handshakes under way.
pub(crate) struct Handshakes {
    stop: Sender<()>,
    thread: JoinHandle<Tally>,
}

impl Handshakes {
    /// Begins with the first site of a host, trusting nginx's first CA and the control plane's local CA, and nobody else.
    pub(crate) fn begin(fleet: &Fleet, host: usize, between: Duration) -> Self {
        let trust = fleet.path(&format!("trust-{host}.pem"));
        let first = std::fs::read_to_string(fleet.hosts[host].path("nginx/ca/ca.pem")).unwrap();
        let issuer = fleet.json(&["issuers", "show", "iss-local"]);
        let chain = pem::decode_certificates(issuer["chain_pem"].as_str().unwrap()).unwrap();
        let root = pem::encode_certificates([chain.last().unwrap()]);
        std::fs::write(&trust, format!("{first}{root}")).unwrap();
        let endpoint = Endpoint { port: fleet.hosts[host].port, name: "site0.test".to_owned(), trust };
        let (stop, stopped) = channel();
        let thread = std::thread::spawn(move || {
            let mut tally = Tally::default();
            loop {
                match endpoint.handshake() {
                    Ok(fingerprint) => {
                        tally.n_good += 1;
                        *tally.served.entry(fingerprint).or_default() += 1;
                    }
                    Err(why) => tally.failed.push(why),
                }
                if stopped.recv_timeout(between) != Err(RecvTimeoutError::Timeout) {
                    return tally;
                }
            }
        });
        Self { stop, thread }
    }

    /// Ends after the handshake under way.
    pub(crate) fn end(self) -> Tally {
        drop(self.stop);
        self.thread.join().unwrap()
    }
}

impl Endpoint {
    /// The fingerprint that was served, or what is wrong.
    fn handshake(&self) -> Result<String, String> {
        let output = Command::new("openssl")
            .args(["s_client", "-connect", &format!("127.0.0.1:{}", self.port), "-servername", &self.name])
            .args([
                "-verify_return_error",
                "-verify_hostname",
                &self.name,
                "-no-CApath",
                "-no-CAstore",
                "-CAfile",
            ])
            .arg(Path::new(&self.trust))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        if !output.status.success() || !said.contains("Verify return code: 0 (ok)") {
            return Err(format!("{}: {errors}{said}", output.status));
        }
        let (_, rest) =
            said.split_once("-----BEGIN CERTIFICATE-----").ok_or("no certificate in the output")?;
        let (body, _) =
            rest.split_once("-----END CERTIFICATE-----").ok_or("half a certificate in the output")?;
        let text = format!("-----BEGIN CERTIFICATE-----{body}-----END CERTIFICATE-----\n");
        let leaf = pem::decode_certificates(&text).map_err(|error| error.to_string())?;
        let info = CertificateInfo::parse(&leaf[0]).map_err(|error| error.to_string())?;
        let now = SystemClock.now().as_second();
        if info.not_after < now {
            return Err(format!("{} ended at {} and was served at {now}", info.serial_hex, info.not_after));
        }
        Ok(info.fingerprint_sha256)
    }
}
