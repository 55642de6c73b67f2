//! The server's certificate: of its own CA, of files, and in place of an older one.

use std::{path::Path, time::Duration};

use certctl_core::time::{Clock as _, SystemClock};
use certctl_pki::{
    Addresses, CaSubject, Issuer, KeyAlgorithm, LeafSpec, LeafSubject, LeafUsage, Name, PrivateKey, RootSpec,
    Serial, build_root_tbs, pem, sign_tbs,
};
use certctl_server::config::{Config, TlsFiles};
use reqwest::{Method, StatusCode};

use crate::harness::{On, TestServer, client, eventually};

/// A CA with a certificate for this host in files; gives its DER.
fn write_pair(files: &TlsFiles, serial: u8) -> Vec<u8> {
    let now = SystemClock.now().as_second();
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let subject = CaSubject { common_name: format!("Test CA {serial}"), organization: None };
    let number = Serial::from_random([serial; 16]);
    let spec = RootSpec { serial: &number, subject: &subject, not_before: now - 60, not_after: now + 86_400 };
    let root = sign_tbs(&key, &build_root_tbs(&key, &spec).unwrap()).unwrap();
    let issuer = Issuer::new(&root, key).unwrap();
    let leaf_key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let names = [Name::parse("127.0.0.1").unwrap()];
    let spec = LeafSpec {
        serial: &Serial::from_random([serial + 1; 16]),
        subject: LeafSubject::Empty,
        names: &names,
        public_key: leaf_key.public_key(),
        usage: LeafUsage::Server,
        addresses: Addresses::default(),
        not_before: now - 60,
        not_after: now + 3_600,
    };
    let leaf = issuer.sign(&issuer.build_leaf_tbs(&spec).unwrap()).unwrap();
    std::fs::write(&files.key, leaf_key.to_pkcs8_pem().unwrap().as_bytes()).unwrap();
    std::fs::write(&files.certificate, pem::encode_certificates([&leaf, &root])).unwrap();
    root
}

fn files(folder: &Path) -> TlsFiles {
    TlsFiles { certificate: folder.join("tls.pem"), key: folder.join("tls.key") }
}

async fn answers(test: &TestServer) -> bool {
    // A client of its own, so that a new handshake is made with what `ca.pem` says now.
    let http = client(test.app(), None);
    let answer = http.get(format!("{}/healthz", test.base)).send().await;
    answer.is_ok_and(|answer| answer.status() == StatusCode::OK)
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_served_and_reloaded_and_a_bad_file_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let mut config = Config::for_directory(directory.path()).unwrap();
    let files = files(directory.path());
    let first = write_pair(&files, 1);
    config.tls_files = Some(files.clone());
    let test = TestServer::with(config, directory, None).await;
    assert_eq!(test.app().platform.ca_pin(), certctl_pki::fingerprint::sha256(&first));
    assert!(answers(&test).await);

    std::fs::write(&files.certificate, "not a certificate").unwrap();
    let error = test.server.certificate.reload(test.app()).unwrap_err().to_string();
    assert!(error.contains("tls_cert_file") && error.contains("tls.pem"), "{error}");
    assert!(answers(&test).await);
    assert_eq!(test.app().platform.ca_pin(), certctl_pki::fingerprint::sha256(&first));

    let second = write_pair(&files, 3);
    test.server.hangup.notify_one();
    eventually("the new certificate", async || {
        test.app().platform.ca_pin() == certctl_pki::fingerprint::sha256(&second)
    })
    .await;
    assert!(answers(&test).await, "ca.pem and the served chain go together");
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_file_is_noticed_without_a_signal() {
    let directory = tempfile::tempdir().unwrap();
    let mut config = Config::for_directory(directory.path()).unwrap();
    let files = files(directory.path());
    write_pair(&files, 1);
    config.tls_files = Some(files.clone());
    let test = TestServer::with(config, directory, None).await;
    let second = write_pair(&files, 3);
    eventually("the new certificate", async || {
        test.app().platform.ca_pin() == certctl_pki::fingerprint::sha256(&second)
    })
    .await;
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_without_its_ca_is_refused_at_start() {
    let directory = tempfile::tempdir().unwrap();
    let mut config = Config::for_directory(directory.path()).unwrap();
    let files = files(directory.path());
    write_pair(&files, 1);
    let text = std::fs::read_to_string(&files.certificate).unwrap();
    let leaf = &text[..text.find("-----END CERTIFICATE-----").unwrap()];
    std::fs::write(&files.certificate, format!("{leaf}-----END CERTIFICATE-----\n")).unwrap();
    config.tls_files = Some(files);
    let error = certctl_server::Server::start(config, certctl_server::Environs::default()).await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains("tls_cert_file") && text.contains("append the CA certificate"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_own_certificate_is_renewed_at_two_thirds_of_its_life() {
    let test = TestServer::start(On::Sqlite).await;
    let before = served(&test).await;
    test.clock.advance(Duration::from_secs(20 * 86_400));
    eventually("another certificate", async || served(&test).await != before).await;
    test.stop().await;
}

/// The leaf that is served now.
async fn served(test: &TestServer) -> Vec<u8> {
    let ca = std::fs::read_to_string(test.app().config.ca_file()).unwrap();
    let config = certctl_api::tls::client_config(&certctl_api::tls::Trust::CaPem(ca), None).unwrap();
    let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(config));
    let stream = tokio::net::TcpStream::connect(test.server.address).await.unwrap();
    // A renewal under a moved clock begins in the machine's future: the certificate is looked at, not trusted.
    match connector.connect("127.0.0.1".try_into().unwrap(), stream).await {
        Ok(stream) => stream.get_ref().1.peer_certificates().unwrap()[0].to_vec(),
        Err(_) => Vec::new(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_http_versions_are_spoken() {
    let test = TestServer::start(On::Sqlite).await;
    let answer = test.request(Method::GET, "/healthz").send().await.unwrap();
    assert_eq!(answer.version(), reqwest::Version::HTTP_2);
    let ca = std::fs::read_to_string(test.app().config.ca_file()).unwrap();
    let pin = certctl_api::tls::Trust::CaPin(test.app().platform.ca_pin());
    for trust in [certctl_api::tls::Trust::CaPem(ca), pin] {
        let client = certctl_api::client::Client::new(certctl_api::client::ClientOptions {
            server_url: test.base.clone(),
            trust,
            api_key: None,
            identity: None,
            timeout: Duration::from_secs(10),
        })
        .unwrap();
        let info: certctl_api::auth::AuthInfo = client.read("/auth/info").await.unwrap();
        assert!(info.setup_open);
    }
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_ends_open_streams_and_polls_within_the_grace_period() {
    let test = TestServer::start(On::Sqlite).await;
    let key = test.key(certctl_core::permission::Role::Viewer).await;
    let stream = test.get("/api/v1/events", &key).await;
    let began = std::time::Instant::now();
    test.server.stop().await;
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    // The stream ended, it was not cut in the middle of an event.
    drop(stream.bytes().await);
}
