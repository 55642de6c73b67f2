//! An authority of each kind for the contract: what is behind it, and how that misbehaves.
//!
//! Not for: what has to hold (`contract`). Invariant: each has a server, a directory and a key of its own.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use certctl_connectors::issuers::outside::{Authority, Next, Surroundings};
use certctl_core::authority::AuthorityKind;
use serde_json::{Value, json};

use super::fake::{Fake, Mode};
use super::{Request, call, surroundings};

pub(super) const SECRET: &str = "UzNDUkVULXNlY3JldC1zZWNyZXQ";

/// An authority of a kind, with what is behind it.
pub(super) struct Peer {
    pub(super) kind: AuthorityKind,
    pub(super) fake: Fake,
    dir: tempfile::TempDir,
    key: Vec<u8>,
}

/// Signs by OpenSSL unless a file says how it misbehaves.
const SCRIPT: &str = r#"#!/bin/sh
d=$1; shift; [ -e "$d/mode" ] && . "$d/mode"
cat > "$d/in-$CERTCTL_INTENT.pem"; echo "$CERTCTL_INTENT" >> "$d/intents"
case $1 in
  issue) echo "order-$CERTCTL_INTENT"; exit 69 ;;
  revoke) echo "$CERTCTL_SERIAL" >> "$d/revoked" ;;
  poll)
    if [ ! -e "$d/$2.pem" ]; then
      echo signed >> "$d/signed"
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$d/$2.ca.key" -out "$d/$2.ca.pem" -days 10 \
        -subj "/CN=script CA" 2>/dev/null
      openssl x509 -req -in "${csr:-$d/in-$CERTCTL_INTENT.pem}" -CA "$d/$2.ca.pem" -CAkey "$d/$2.ca.key" -days 1 -copy_extensions copy -set_serial 77 \
        -out "$d/$2.pem" 2>/dev/null
    fi
    cat "$d/$2.pem" "$d/$2.ca.pem" ;;
esac
"#;

impl Peer {
    pub(super) async fn start(kind: AuthorityKind) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let program = dir.path().join("sign");
        fs::write(&program, SCRIPT).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        Self { kind, fake: Fake::start().await, dir, key: Authority::new_account_key().unwrap() }
    }

    pub(super) fn config(&self) -> Value {
        match self.kind {
            AuthorityKind::Acme => json!({
                "directory_url": format!("{}/dir", self.fake.url), "allow_plaintext": true, "terms_agreed": true,
                "eab_kid": "kid-1", "eab_hmac_key": SECRET,
            }),
            AuthorityKind::Vault => json!({
                "address": self.fake.url, "allow_plaintext": true, "role": "server", "auth": "approle",
                "role_id": super::fake::ROLE_ID, "secret_id": super::fake::SECRET_ID,
            }),
            AuthorityKind::Exec => json!({
                "program": self.program(), "arguments": [self.dir.path()], "secret_environment": format!("TOKEN={SECRET}"),
            }),
        }
    }

    /// What nobody may be told.
    pub(super) fn secrets(&self) -> Vec<&'static str> {
        match self.kind {
            AuthorityKind::Acme | AuthorityKind::Exec => vec![SECRET],
            AuthorityKind::Vault => vec![super::fake::SECRET_ID],
        }
    }

    pub(super) fn program(&self) -> PathBuf {
        self.dir.path().join("sign")
    }

    pub(super) fn authority(&self) -> Authority {
        Authority::read(self.kind, &self.config(), Some(&self.key)).unwrap()
    }

    pub(super) fn around(&self) -> Surroundings {
        surroundings(vec![self.program()])
    }

    /// How many certificates were signed.
    pub(super) fn n_signed(&self) -> usize {
        let by_script =
            fs::read_to_string(self.dir.path().join("signed")).unwrap_or_default().lines().count();
        self.fake.n_signed() + by_script
    }

    pub(super) fn script(&self, text: &str) {
        fs::write(self.dir.path().join("mode"), format!("{text}\n")).unwrap();
    }

    pub(super) fn hang(&self) {
        self.fake.mode(Mode::Hang);
        self.script("sleep 600");
    }

    /// Words, and, as careless servers do, what was sent.
    pub(super) fn repeating(&self, words: &str) -> String {
        format!("{words} with {}", self.secrets().join(" and "))
    }

    pub(super) fn load(&self, status: u16) {
        let kind = if status == 429 { "rateLimited" } else { "serverInternal" };
        let body = json!({
            "type": format!("urn:ietf:params:acme:error:{kind}"), "detail": self.repeating("slow down"),
            "errors": [self.repeating("slow down")],
        });
        self.fake.mode(Mode::Answer(status, Some("7"), body.to_string()));
        self.script(r#"echo "slow down with $TOKEN" >&2; exit 75"#);
    }

    pub(super) fn refuse(&self, status: u16) {
        let body = json!({
            "type": "urn:ietf:params:acme:error:unauthorized", "detail": self.repeating("you may not"),
            "errors": [self.repeating("you may not")],
        });
        self.fake.mode(Mode::Answer(status, None, body.to_string()));
        self.script(r#"echo "you may not with $TOKEN" >&2; exit 77"#);
    }

    pub(super) fn garbage(&self, text: &str) {
        self.fake.mode(Mode::Answer(200, None, text.to_owned()));
        fs::write(self.dir.path().join("garbage"), text).unwrap();
        self.script(r#"cat "$d/garbage"; exit 0"#);
    }

    pub(super) fn behave(&self) {
        self.fake.mode(Mode::Normal);
        self.script("");
    }

    /// The lines that the script wrote to one of its files.
    pub(super) fn lines(&self, name: &str) -> Vec<String> {
        let text = fs::read_to_string(self.dir.path().join(name)).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// It certifies another key than the one that was asked for.
    pub(super) fn certify_another_key(&self) {
        self.fake.switch(|switches| switches.other_key = true);
        // As if the request had been changed on its way.
        let request = request();
        fs::write(self.dir.path().join("other.pem"), certctl_pki::pem::encode_request(&request.csr_der))
            .unwrap();
        self.script(r#"csr="$d/other.pem""#);
    }

    /// Some certificate.
    pub(super) fn leaf(&self) -> Vec<u8> {
        let request = request();
        self.fake.with(|memory| {
            let leaf = memory.ca.leaf(&request.csr_der, &request.names, false);
            memory.ca.n_signed -= 1;
            leaf
        })
    }
}

pub(super) fn request() -> Request {
    Request::new(&["www.example.test", "example.test"])
}

/// Every progress that an order has on its way, the beginning first.
pub(super) async fn way(peer: &Peer, request: &Request) -> Vec<(Option<Value>, bool)> {
    let (around, mut steps) = (peer.around(), vec![(None, false)]);
    loop {
        let (progress, shown) = steps.last().unwrap().clone();
        match peer.authority().step(&call(&around), &request.asked(), progress.as_ref(), shown).await.unwrap()
        {
            Next::Issued { .. } => return steps,
            Next::Waiting { progress, .. } => steps.push((Some(progress), true)),
        }
    }
}

/// That no text of an outcome, and none of the authority, tells a secret.
pub(super) fn tells_nothing(peer: &Peer, authority: &Authority, told: &str) {
    for secret in peer.secrets() {
        for text in [told.to_owned(), format!("{authority:?}")] {
            assert!(!text.contains(secret), "{}: {secret} is in {text}", peer.kind);
        }
    }
}
