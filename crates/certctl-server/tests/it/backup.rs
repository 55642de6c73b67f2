//! Backup and restore of a whole installation, from each store into each: the same CA, the same agents, the same trail.

use std::{
    collections::BTreeSet,
    io::Cursor,
    path::{Path, PathBuf},
    sync::Arc,
};

use certctl_api::{
    agents::Agent as AgentView,
    certificates::{Certificate, CertificateCreated},
    client::{Client, ClientOptions},
    tls::Trust,
};
use certctl_core::{
    job::JobState,
    secret::Secret,
    time::{Clock, SystemClock},
};
use certctl_pki::{KeyAlgorithm, PrivateKey};
use certctl_server::{
    Environs, Server,
    app::SystemRandom,
    backup::{self, BackupError, Report},
    config::Config,
    seal::KeySource,
};
use certctl_store::{DumpError, OpenOptions, Store};
use certctl_test_postgres::{DatabaseGuard, TestPostgres};
use serde_json::json;
use tempfile::TempDir;

use crate::{
    harness::eventually,
    issuance::{Agent, Plane, csr, options},
};

fn passphrase() -> Secret<String> {
    Secret::new("correct horse battery staple".to_owned())
}

async fn write(config: &Config, out: &Path) -> Result<Report, BackupError> {
    backup::write(config, out, &passphrase(), Arc::new(SystemClock), Arc::new(SystemRandom)).await
}

async fn restore(config: &Config, file: &Path, secret: &Secret<String>) -> Result<Report, BackupError> {
    backup::restore(config, file, secret, Arc::new(SystemClock), Arc::new(SystemRandom)).await
}

/// A place for a new installation.
struct Place {
    folder: TempDir,
    database: Option<DatabaseGuard>,
}

impl Place {
    fn new(postgres: bool) -> Self {
        Self { folder: TempDir::new().unwrap(), database: postgres.then(TestPostgres::database) }
    }

    fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn config(&self) -> Config {
        let mut config = Config::for_directory(&self.data_dir()).unwrap();
        if let Some(database) = &self.database {
            config.database_url = Secret::new(database.url.clone());
        }
        config
    }

    /// Everything that lies in the data directory.
    fn names(&self) -> BTreeSet<String> {
        let entries = std::fs::read_dir(self.data_dir()).into_iter().flatten();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

async fn external(client: &Client, id: &str) -> CertificateCreated {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let name = format!("{id}.example.internal");
    let body = json!({
        "id": format!("mc-{id}"), "names": [name], "key_strategy": "external", "csr_pem": csr(&key, &[&name]),
    });
    client.post("/certificates", &body).await.unwrap()
}

/// An installation with something in most tables: an agent with work in hand, certificates, a sealed trail.
async fn lived_in(postgres: bool) -> (Plane, Agent) {
    let plane = Plane::start(postgres).await;
    let agent = Agent::join(&plane, "one").await;
    let target = json!({
        "id": "tgt-one", "name": "one", "kind": "file", "agent_id": "ag-one",
        "config": { "certificate_path": "/tmp/c.pem", "key_path": "/tmp/k.pem" },
    });
    let _: serde_json::Value = plane.client.post("/targets", &target).await.unwrap();
    let _: serde_json::Value = plane.client.post("/teams", &json!({ "name": "Ünicode" })).await.unwrap();
    let body = json!({ "id": "mc-held", "names": ["held.example.internal"], "target_ids": ["tgt-one"] });
    let _: CertificateCreated = plane.client.post("/certificates", &body).await.unwrap();
    let created = external(&plane.client, "web").await;
    assert_eq!(plane.finished(&created.jobs[0]).await.state, JobState::Completed);
    let _ = plane.verified_audit().await;
    (plane, agent)
}

/// How many rows a table has in a report.
fn rows(report: &Report, table: &str) -> u64 {
    report.content.tables.iter().find(|(name, _)| name == table).unwrap().1
}

async fn a_restored_installation_goes_on(from: bool, to: bool) {
    let (plane, agent) = lived_in(from).await;
    let old = &plane.server().app;
    let place = Place::new(to);
    let file = place.folder.path().join("nightly.backup");
    // The server goes on meanwhile.
    let written = write(&old.config, &file).await.unwrap();
    assert!(rows(&written, "audit_events") > 10 && rows(&written, "secrets") >= 3, "{written:?}");
    assert_eq!(backup::verify(&file, &passphrase()).await.unwrap(), written);
    let bytes = std::fs::read(&file).unwrap();
    let held: Certificate = plane.client.read("/certificates/mc-held").await.unwrap();
    let key = plane.api_key.clone();
    let ca = std::fs::read_to_string(plane.folder.path().join("ca.pem")).unwrap();
    let base = options(plane.server(), plane.folder.path());
    plane.stop().await;
    for secret in ["BEGIN", "held.example.internal", "ag-one"] {
        assert!(!bytes.windows(secret.len()).any(|w| w == secret.as_bytes()), "{secret} can be read");
    }

    let restored = restore(&place.config(), &file, &passphrase()).await.unwrap();
    assert_eq!(restored.content, written.content);
    let server = Server::start(place.config(), Environs::default()).await.unwrap();
    assert_eq!(std::fs::read_to_string(place.data_dir().join("ca.pem")).unwrap(), ca, "the same CA");
    assert!(server.setup_token.is_none(), "the API keys are there");
    let options = ClientOptions {
        server_url: server.app.public_url.clone(),
        trust: Trust::CaPem(ca),
        api_key: Some(key.clone()),
        ..base
    };
    let client = Client::new(options.clone()).unwrap();
    let found: Certificate = client.read("/certificates/mc-held").await.unwrap();
    assert_eq!(found.created_at, held.created_at);

    // The same agent, with the identity it has, finds its work.
    let identity = Some(agent.identity.clone());
    let again = Client::new(ClientOptions { api_key: None, identity, ..options }).unwrap();
    let agent = Agent { client: again, ..agent };
    assert_eq!(agent.poll(20).await.csr_requests.len(), 1);
    let view: AgentView = client.read("/agents/ag-one").await.unwrap();
    assert_eq!(view.id.as_str(), "ag-one");

    // The same local CA signs, and numbers go on behind those that were given.
    let plane =
        Plane { server: Some(server), client, api_key: key, folder: place.folder, database: place.database };
    let created = external(&plane.client, "after").await;
    assert_eq!(plane.finished(&created.jobs[0]).await.state, JobState::Completed);
    let store = plane.server().app.store.clone();
    let trail = store
        .read("test.trail", |tx| {
            tx.all::<(i64, String)>("SELECT seq, action FROM audit_events ORDER BY seq", &[])
        })
        .await
        .unwrap();
    let restore_at = trail.iter().find(|(_, action)| action == "instance.restore").unwrap().0;
    assert!(
        trail.iter().filter(|(seq, _)| *seq < restore_at).count() as u64 == rows(&written, "audit_events")
    );
    eventually("a seal behind the restore", async || {
        let found: certctl_api::audit::AuditVerification = plane.client.read("/audit/verify").await.unwrap();
        assert!(found.ok, "{:?}", found.findings);
        u64::try_from(found.events).unwrap() > rows(&written, "audit_events")
    })
    .await;
    plane.stop().await;
}

/// Every table of the product's schema, row by row, there and back again.
async fn every_row_of_every_table_is_equal(from: bool, by: bool) {
    let (plane, _agent) = lived_in(from).await;
    let config = Arc::clone(&plane.server().app.config);
    let url = config.database_url.expose().clone();
    let database = plane.database;
    let folder = plane.folder;
    plane.server.unwrap().stop().await;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let open = |url: &str| Store::open_to_read(OpenOptions::new(url, Arc::clone(&clock)));
    let dump = async |url: &str| {
        let store = open(url).await.unwrap();
        let dumped = store.dump(Vec::new()).await.unwrap();
        store.close().await;
        dumped
    };
    let (summary, original) = dump(&url).await;
    assert!(summary.tables.len() >= 20 && summary.rows() > 60, "{summary:?}");
    let (there, back) = (Place::new(by), Place::new(from));
    let mut bytes = original.clone();
    for place in [&there, &back] {
        let url = place.config().database_url.expose().clone();
        let options = OpenOptions::new(url.clone(), Arc::clone(&clock));
        Store::restore(options, Cursor::new(bytes), |_| Ok(())).await.unwrap();
        let (again, dumped) = dump(&url).await;
        assert_eq!(again, summary);
        bytes = dumped;
    }
    assert!(bytes == original);
    drop((database, folder));
}

async fn what_cannot_be_restored_leaves_nothing(from: bool, to: bool) {
    let (plane, _agent) = lived_in(from).await;
    let file = plane.folder.path().join("a.backup");
    write(&plane.server().app.config, &file).await.unwrap();
    let good = std::fs::read(&file).unwrap();
    let place = Place::new(to);
    let config = place.config();
    let bad = plane.folder.path().join("bad.backup");

    let wrong = Secret::new("wrong horse battery staple".to_owned());
    let error = restore(&config, &file, &wrong).await.unwrap_err();
    assert!(matches!(error, BackupError::Passphrase), "{error}");

    // Behind the first chunk, so that rows are on their way when it is noticed.
    let mut changed = good.clone();
    let at = changed.len() - 40;
    changed[at] ^= 1;
    let cases = [
        (&changed[..], "was changed"),
        (&good[..good.len() - 1], "the backup is damaged"),
        (&good[..100], "not a backup"),
    ];
    for (bytes, expected) in cases {
        std::fs::write(&bad, bytes).unwrap();
        let error = restore(&config, &bad, &passphrase()).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(backup::verify(&bad, &passphrase()).await.is_err());
        assert_eq!(place.names(), BTreeSet::new());
    }

    // Another key stands in the way; it stays, and nothing comes beside it.
    std::fs::create_dir(place.data_dir()).unwrap();
    let other = KeySource::Made(place.data_dir().join("sealing.key")).load(None).unwrap().key_id();
    let error = restore(&config, &file, &passphrase()).await.unwrap_err();
    assert!(matches!(error, BackupError::OtherSealingKey { .. }), "{error}");
    assert_eq!(place.names(), BTreeSet::from(["sealing.key".to_owned()]));
    let still = KeySource::File(place.data_dir().join("sealing.key")).load(None).unwrap().key_id();
    assert_eq!(still, other);
    std::fs::remove_file(place.data_dir().join("sealing.key")).unwrap();

    // After all of that the place is as good as new; and once it is used, it is not overwritten.
    restore(&config, &file, &passphrase()).await.unwrap();
    let error = restore(&config, &file, &passphrase()).await.unwrap_err();
    assert!(matches!(error, BackupError::Tables(DumpError::NotEmpty { .. })), "{error}");
    let key = std::fs::read(place.data_dir().join("sealing.key")).unwrap();
    assert_eq!(key, std::fs::read(plane.folder.path().join("sealing.key")).unwrap());
    plane.stop().await;
}

async fn a_backup_overwrites_nothing_and_names_what_is_missing(from: bool, _: bool) {
    let plane = Plane::start(from).await;
    let config = Arc::clone(&plane.server().app.config);
    let file = plane.folder.path().join("a.backup");
    write(&config, &file).await.unwrap();
    let before = std::fs::read(&file).unwrap();
    let error = write(&config, &file).await.unwrap_err();
    assert!(matches!(error, BackupError::Exists(_)), "{error}");
    assert_eq!(std::fs::read(&file).unwrap(), before);

    let key = plane.folder.path().join("sealing.key");
    let moved = plane.folder.path().join("elsewhere");
    std::fs::rename(&key, &moved).unwrap();
    let second = plane.folder.path().join("b.backup");
    let error = write(&config, &second).await.unwrap_err();
    assert!(
        error.to_string().contains("there is no") && error.to_string().contains("sealing.key"),
        "{error}"
    );
    assert!(!second.exists());
    std::fs::rename(&moved, &key).unwrap();

    let nowhere = Place::new(from);
    let error = write(&nowhere.config(), &second).await.unwrap_err();
    assert!(matches!(error, BackupError::Store(_)), "{error}");
    assert_eq!(nowhere.names(), BTreeSet::new());
    let left: Vec<_> = std::fs::read_dir(plane.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".part"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
    plane.stop().await;
}

/// From each store into each.
macro_rules! from_and_to {
    ($($name:ident: $($direction:ident)+;)+) => { $(
        mod $name {
            $(from_and_to!(@ $name $direction);)+
        }
    )+ };
    (@ $name:ident sqlite_to_sqlite) => { from_and_to!(@@ $name sqlite_to_sqlite false false); };
    (@ $name:ident sqlite_to_postgres) => { from_and_to!(@@ $name sqlite_to_postgres false true); };
    (@ $name:ident postgres_to_sqlite) => { from_and_to!(@@ $name postgres_to_sqlite true false); };
    (@ $name:ident postgres_to_postgres) => { from_and_to!(@@ $name postgres_to_postgres true true); };
    (@@ $name:ident $direction:ident $from:literal $to:literal) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $direction() {
            super::$name($from, $to).await;
        }
    };
}

from_and_to! {
    a_restored_installation_goes_on: sqlite_to_sqlite sqlite_to_postgres postgres_to_sqlite postgres_to_postgres;
    every_row_of_every_table_is_equal: sqlite_to_postgres postgres_to_sqlite;
    what_cannot_be_restored_leaves_nothing: sqlite_to_sqlite postgres_to_postgres;
    a_backup_overwrites_nothing_and_names_what_is_missing: sqlite_to_sqlite postgres_to_postgres;
}
