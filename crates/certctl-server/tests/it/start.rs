//! Starting: again, beside another replica, and with the wrong key.

use certctl_core::{
    secret::Secret,
    time::{Clock as _, ManualClock, SystemClock},
};
use certctl_server::{
    Server, StartError,
    config::Config,
    platform,
    seal::{KeyFileError, KeySource},
};
use certctl_store::instance;
use certctl_test_postgres::TestPostgres;

use crate::harness::environs;

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_keeps_cas_and_key_and_serves_the_same_trust() {
    let directory = tempfile::tempdir().unwrap();
    let config = Config::for_directory(directory.path()).unwrap();
    let clock = ManualClock::new(SystemClock.now());
    let first = Server::start(config.clone(), environs(&clock)).await.unwrap();
    let ca = std::fs::read(config.ca_file()).unwrap();
    let (pin, key) = (first.app.platform.ca_pin(), first.app.sealer.key_id());
    let agents = first.app.platform.agents_ca.certificate_der().to_vec();
    first.stop().await;

    let second = Server::start(config.clone(), environs(&clock)).await.unwrap();
    assert_eq!(second.app.platform.ca_pin(), pin);
    assert_eq!(second.app.platform.agents_ca.certificate_der(), agents);
    assert_eq!(second.app.sealer.key_id(), key);
    assert_eq!(std::fs::read(config.ca_file()).unwrap(), ca);
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_or_wrong_sealing_key_stops_the_start() {
    let directory = tempfile::tempdir().unwrap();
    let config = Config::for_directory(directory.path()).unwrap();
    let clock = ManualClock::new(SystemClock.now());
    Server::start(config.clone(), environs(&clock)).await.unwrap().stop().await;

    let mut wrong = config.clone();
    wrong.sealing_key = KeySource::Text(Secret::new("ab".repeat(32)));
    let error = Server::start(wrong, environs(&clock)).await.unwrap_err();
    assert!(matches!(error, StartError::SealingKey(KeyFileError::WrongKey { .. })), "{error}");

    std::fs::remove_file(directory.path().join("sealing.key")).unwrap();
    let error = Server::start(config, environs(&clock)).await.unwrap_err();
    assert!(matches!(error, StartError::SealingKey(KeyFileError::Missing { .. })), "{error}");
    assert!(!directory.path().join("sealing.key").exists(), "no other key may take its place");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_that_start_at_once_agree_on_their_cas() {
    let database = TestPostgres::database();
    let directory = tempfile::tempdir().unwrap();
    let clock = ManualClock::new(SystemClock.now());
    let start = |name: &str| {
        let mut config = Config::for_directory(&directory.path().join(name)).unwrap();
        config.database_url = Secret::new(database.url.clone());
        config.sealing_key = KeySource::Text(Secret::new("cd".repeat(32)));
        Server::start(config, environs(&clock))
    };
    let (one, two) = tokio::join!(start("one"), start("two"));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(one.app.platform.ca_pin(), two.app.platform.ca_pin());
    assert_eq!(one.app.platform.agents_ca.certificate_der(), two.app.platform.agents_ca.certificate_der());
    assert_ne!(one.app.replica_id, two.app.replica_id);
    one.stop().await;
    two.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ca_keys_are_sealed_in_the_store() {
    let directory = tempfile::tempdir().unwrap();
    let config = Config::for_directory(directory.path()).unwrap();
    let clock = ManualClock::new(SystemClock.now());
    let server = Server::start(config, environs(&clock)).await.unwrap();
    let app = server.app.clone();
    for id in [platform::SERVER_CA, platform::AGENTS_CA] {
        let sealed = app
            .store
            .read("test.ca", move |tx| {
                let row = instance::platform_ca(tx, id)?.unwrap();
                instance::secret(tx, &row.secret_id)
            })
            .await
            .unwrap()
            .unwrap();
        assert!(certctl_pki::PrivateKey::from_pkcs8_der(&sealed).is_err());
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_taken_is_named() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut config = Config::for_directory(directory.path()).unwrap();
    config.listen = taken.local_addr().unwrap();
    let clock = ManualClock::new(SystemClock.now());
    let error = Server::start(config, environs(&clock)).await.unwrap_err();
    assert!(error.to_string().contains(&taken.local_addr().unwrap().to_string()), "{error}");
}
