//! The small authority that can misbehave behind a real TLS socket, as authorities are.
//!
//! Not for: what it answers (`fake`). Invariant: its certificate is from a CA of its own, and nothing else trusts it.

use std::sync::Arc;

use certctl_core::time::{Clock as _, SystemClock};
use certctl_pki::{
    Addresses, CaSubject, Issuer, KeyAlgorithm, LeafSpec, LeafSubject, LeafUsage, Name, PrivateKey, RootSpec,
    Serial, build_root_tbs, pem, sign_tbs,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::fake::Fake;

pub(crate) struct Front {
    pub(crate) fake: Fake,
    url: String,
    ca_pem: String,
}

impl Front {
    pub(crate) async fn start() -> Self {
        let fake = Fake::start().await;
        let inner = fake.url.trim_start_matches("http://").to_owned();
        let (config, ca_pem) = tls();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        fake.with(|memory| memory.url.clone_from(&url));
        let acceptor = TlsAcceptor::from(config);
        // Ends with the test's runtime.
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (acceptor, inner) = (acceptor.clone(), inner.clone());
                tokio::spawn(async move {
                    let Ok(mut outside) = acceptor.accept(stream).await else { return };
                    let Ok(mut inside) = TcpStream::connect(&inner).await else { return };
                    drop(tokio::io::copy_bidirectional(&mut outside, &mut inside).await);
                });
            }
        });
        Self { fake, url, ca_pem }
    }

    /// An issuer's configuration for it, with more fields.
    pub(crate) fn config(&self, more: &Value) -> Value {
        let mut config = json!({
            "directory_url": format!("{}/dir", self.url), "ca_pem": self.ca_pem, "terms_agreed": true,
        });
        for (key, value) in more.as_object().unwrap() {
            config[key] = value.clone();
        }
        config
    }
}

/// For `localhost`, with the CA.
fn tls() -> (Arc<ServerConfig>, String) {
    let now = SystemClock.now().as_second();
    let (ca_key, key) =
        (PrivateKey::generate(KeyAlgorithm::EcdsaP256), PrivateKey::generate(KeyAlgorithm::EcdsaP256));
    let (ca_key, key) = (ca_key.unwrap(), key.unwrap());
    let subject = CaSubject { common_name: "Front".to_owned(), organization: None };
    let (not_before, not_after) = (now - 86_400, now + 86_400);
    let serial = Serial::from_random([9; 16]);
    let spec = RootSpec { serial: &serial, subject: &subject, not_before, not_after };
    let root = sign_tbs(&ca_key, &build_root_tbs(&ca_key, &spec).unwrap()).unwrap();
    let issuer = Issuer::new(&root, ca_key).unwrap();
    let serial = Serial::from_random([10; 16]);
    let names = [Name::parse("localhost").unwrap()];
    let spec = LeafSpec {
        serial: &serial,
        subject: LeafSubject::Empty,
        names: &names,
        public_key: key.public_key(),
        usage: LeafUsage::Server,
        addresses: Addresses::default(),
        not_before,
        not_after,
    };
    let leaf = issuer.sign(&issuer.build_leaf_tbs(&spec).unwrap()).unwrap();
    let der = PrivatePkcs8KeyDer::from(key.to_pkcs8_der().unwrap().to_vec());
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![CertificateDer::from(leaf)], der.into())
        .unwrap();
    (Arc::new(config), pem::encode_certificates([&root]))
}
