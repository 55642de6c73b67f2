//! Two control planes on one PostgreSQL share 500 jobs; one of them dies in the middle, and each job is done once.
//!
//! Not for: which replica does what. Invariant: the death is a SIGKILL with work in hand: certificates that are signed
//! and not yet stored.

use std::sync::Arc;
use std::time::{Duration, Instant};

use certctl_api::client::{Client, ClientOptions};
use certctl_api::tls::Trust;
use certctl_core::secret::Secret;
use certctl_pki::{KeyAlgorithm, Name, PrivateKey, build_csr, pem};
use serde_json::{Value, json};

use crate::fleet::Fleet;
use crate::plane::Plane;
use crate::process::within;

const N_JOBS: usize = 500;
/// How many requests are under way at the same time.
const N_CLIENTS: usize = 8;
/// How long all of it may take; a lease that died with its owner is waited for, and so is the dead one's turn at the
/// periodic tasks.
const BOUND: Duration = Duration::from_secs(120);

fn client(fleet: &Fleet, plane: &Plane) -> Client {
    let text = std::fs::read_to_string(fleet.path("config/certctl/config.toml")).unwrap();
    let login: toml::Table = text.parse().unwrap();
    Client::new(ClientOptions {
        server_url: plane.url(),
        trust: Trust::CaPem(std::fs::read_to_string(fleet.plane.ca_file()).unwrap()),
        api_key: Some(Secret::new(login["api_key"].as_str().unwrap().to_owned())),
        identity: None,
        timeout: Duration::from_secs(30),
    })
    .unwrap()
}

/// Asks for a certificate of a key that is held elsewhere: the control plane does all of the job. The one that is to
/// die is asked first, as long as it lives, so that it has work; it may have stored the request when it died.
async fn create(dying: &Client, surviving: &Client, number: usize) {
    let name = format!("n{number}.example.internal");
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let csr = build_csr(&key, None, &[Name::parse(&name).unwrap()]).unwrap();
    let body = json!({
        "id": format!("mc-{number}"), "names": [name], "key_strategy": "external", "csr_pem": pem::encode_request(&csr),
    });
    if dying.post::<Value>("/certificates", &body).await.is_err() {
        let again = surviving.post::<Value>("/certificates", &body).await;
        let path = format!("/certificates/mc-{number}");
        assert!(again.is_ok() || surviving.read::<Value>(&path).await.is_ok(), "{number}: {again:?}");
    }
}

#[test]
fn of_two_control_planes_one_dies_in_the_middle_and_each_of_500_jobs_is_done_once() {
    let fleet = Fleet::alone(true);
    let database = fleet.database.as_ref().unwrap();
    let count = |sql: &str| database.value(sql).parse::<usize>().unwrap();
    // Replicas share the sealing key.
    let mut second = Plane::new(&fleet.path("second"), Some(database.url.clone()));
    std::fs::create_dir_all(second.data()).unwrap();
    std::fs::copy(fleet.plane.data().join("sealing.key"), second.data().join("sealing.key")).unwrap();
    second.start(Some("issue.signed:5"));
    let began = Instant::now();
    let clients = Arc::new((client(&fleet, &second), client(&fleet, &fleet.plane)));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let creators: Vec<_> = (0..N_CLIENTS)
        .map(|first| {
            let clients = Arc::clone(&clients);
            runtime.spawn(async move {
                for number in (first..N_JOBS).step_by(N_CLIENTS) {
                    create(&clients.0, &clients.1, number).await;
                }
            })
        })
        .collect();
    second.died();
    let n_then = count("SELECT COUNT(*) FROM versions");
    assert!(n_then < N_JOBS, "it died in the middle: {n_then} versions");
    for creator in creators {
        runtime.block_on(creator).unwrap();
    }
    within(BOUND, "the end of all jobs", || {
        (count("SELECT COUNT(*) FROM jobs WHERE state IN ('Pending', 'Running')") == 0).then_some(())
    });
    assert!(began.elapsed() < BOUND, "{:?}", began.elapsed());
    let n = |what: &str| count(&format!("SELECT COUNT(*) FROM {what}"));
    assert_eq!(n("jobs"), N_JOBS);
    assert_eq!(n("jobs WHERE state = 'Completed'"), N_JOBS);
    assert!(n("jobs WHERE attempts = 2") >= 1, "the dead one had work in hand");
    assert_eq!(n("jobs WHERE attempts > 2"), 0);
    assert_eq!(n("versions"), N_JOBS);
    assert_eq!(count("SELECT COUNT(DISTINCT job_id) FROM versions"), N_JOBS);
    assert_eq!(count("SELECT COUNT(DISTINCT serial) FROM versions"), N_JOBS);
    assert_eq!(n("audit_events WHERE action = 'version.issued'"), N_JOBS);
    let issued = "SELECT COUNT(DISTINCT object_id) FROM audit_events WHERE action = 'version.issued'";
    assert_eq!(count(issued), N_JOBS);
    assert!(fleet.verify_audit() >= 3 * N_JOBS as u64);
}
