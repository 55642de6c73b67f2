//! The issuing job dies at each of its named steps and is carried out again: one version, one serial, job completed.
//!
//! Here a step's death is a panic of the worker's task, which leaves what `kill -9` leaves: a lease that nobody holds.

use std::sync::Arc;
use std::time::Duration;

use certctl_api::api_keys::ApiKeyCreated;
use certctl_api::auth::SetupRequest;
use certctl_api::certificates::{CertificateCreated, Version};
use certctl_api::client::{Client, ClientOptions};
use certctl_api::jobs::{Job, JobDetail};
use certctl_api::page::Page;
use certctl_api::tls::Trust;
use certctl_core::job::JobState;
use certctl_core::kill_point::KillPoint;
use certctl_core::secret::Secret;
use certctl_core::time::{Clock, ManualClock, SystemClock};
use certctl_pki::{KeyAlgorithm, Name, PrivateKey, Tbs, build_csr, pem};
use certctl_server::config::Config;
use certctl_server::{Environs, RunningServer, Server};
use certctl_store::{StoreError, jobs};
use certctl_test_postgres::TestPostgres;
use tempfile::TempDir;

async fn server(folder: &TempDir, url: Option<&str>, environs: Environs) -> RunningServer {
    let mut config = Config::for_directory(folder.path()).unwrap();
    config.listen = "127.0.0.1:0".parse().unwrap();
    if let Some(url) = url {
        config.database_url = Secret::new(url.to_owned());
    }
    Server::start(config, environs).await.unwrap()
}

async fn admin(server: &RunningServer, folder: &TempDir) -> Client {
    let options = ClientOptions {
        server_url: server.app.public_url.clone(),
        trust: Trust::CaPem(std::fs::read_to_string(folder.path().join("ca.pem")).unwrap()),
        api_key: None,
        identity: None,
        timeout: Duration::from_secs(20),
    };
    let token = server.setup_token.as_ref().unwrap().expose().clone();
    let request = SetupRequest { token, name: None, user: None };
    let made: ApiKeyCreated =
        Client::new(options.clone()).unwrap().post("/auth/setup", &request).await.unwrap();
    Client::new(ClientOptions { api_key: Some(Secret::new(made.secret)), ..options }).unwrap()
}

fn body(n: usize) -> serde_json::Value {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let name = format!("web-{n}.example.internal");
    let csr = build_csr(&key, None, &[Name::parse(&name).unwrap()]).unwrap();
    serde_json::json!({
        "id": format!("mc-{n}"), "names": [name], "key_strategy": "external", "csr_pem": pem::encode_request(&csr),
    })
}

async fn ended(client: &Client, job: &Job, mut each: impl FnMut()) -> Job {
    for _ in 0..600 {
        let detail: JobDetail = client.read(&format!("/jobs/{}", job.id)).await.unwrap();
        if !detail.job.state.is_open() {
            return detail.job;
        }
        each();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{} did not end", job.id);
}

async fn dies_and_completes(postgres: bool, step: &str) {
    let folder = TempDir::new().unwrap();
    let database = postgres.then(TestPostgres::database);
    let clock = ManualClock::new(SystemClock.now());
    let environs = Environs {
        clock: Arc::new(clock.clone()),
        kill_point: KillPoint::armed(step, || panic!("the test asked for it")),
        ..Environs::default()
    };
    let server = server(&folder, database.as_ref().map(|d| d.url.as_str()), environs).await;
    let client = admin(&server, &folder).await;
    let created: CertificateCreated = client.post("/certificates", &body(1)).await.unwrap();
    // The clock stands still until the lease is to run out.
    let job = ended(&client, &created.jobs[0], || clock.advance(Duration::from_secs(1))).await;
    assert_eq!(job.state, JobState::Completed, "{step}: {:?}", job.error);
    assert_eq!(job.attempts, if step == "issue.stored" { 1 } else { 2 }, "{step}");
    let versions: Page<Version> = client.read("/certificates/mc-1/versions").await.unwrap();
    assert_eq!(versions.items.len(), 1, "{step}: one version for one intent");
    let id = job.id.clone();
    let intent = server
        .app
        .store
        .read("test.intent", move |tx| Ok::<_, StoreError>(jobs::by_id(tx, &id)?.and_then(|job| job.intent)))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(versions.items[0].serial, Tbs::from_der(intent).unwrap().serial().to_hex(), "{step}");
    server.stop().await;
}

macro_rules! steps {
    ($($name:ident $step:literal),+ $(,)?) => { $(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::dies_and_completes(false, $step).await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                super::dies_and_completes(true, $step).await;
            }
        }
    )+ };
}

steps!(
    after_the_plan "issue.planned",
    after_the_signature "issue.signed",
    after_the_version "issue.stored",
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_do_each_of_500_jobs_once() {
    let database = TestPostgres::database();
    let (first_folder, second_folder) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let first = server(&first_folder, Some(&database.url), Environs::default()).await;
    let client = admin(&first, &first_folder).await;
    // Replicas share the sealing key.
    std::fs::copy(first_folder.path().join("sealing.key"), second_folder.path().join("sealing.key")).unwrap();
    let second = server(&second_folder, Some(&database.url), Environs::default()).await;
    let mut started = Vec::new();
    for n in 0..500 {
        let created: CertificateCreated = client.post("/certificates", &body(n)).await.unwrap();
        started.extend(created.jobs);
    }
    let pause = || ();
    for job in started.iter().take(250) {
        assert_eq!(ended(&client, job, pause).await.state, JobState::Completed);
    }
    second.stop().await;
    for job in &started {
        let job = ended(&client, job, pause).await;
        assert_eq!((job.state, job.attempts), (JobState::Completed, 1), "{}", job.id);
    }
    let mut versions = 0;
    for n in 0..500 {
        let page: Page<Version> = client.read(&format!("/certificates/mc-{n}/versions")).await.unwrap();
        versions += page.items.len();
    }
    assert_eq!(versions, 500);
    first.stop().await;
}
