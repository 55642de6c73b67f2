//! A server for one test: its own directory, port and database, and clients for it.

use std::{sync::Arc, time::Duration};

use certctl_api::{
    client::{Client, ClientOptions},
    problem::Problem,
    tls::{Identity, Trust, client_config},
};
use certctl_core::{
    agent::{AgentHealth, AgentState},
    id::AgentId,
    permission::{Role, Scope},
    secret::Secret,
    time::{Clock, ManualClock, SystemClock, Ts},
};
use certctl_pki::{KeyAlgorithm, PrivateKey};
use certctl_server::{
    Environs, RunningServer, Server,
    app::App,
    config::Config,
    credentials::{NewCredential, hash},
};
use certctl_store::{StoreError, agents::AgentRow, api_keys::ApiKeyRow};
use certctl_test_postgres::{DatabaseGuard, TestPostgres};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json as json_of};
use tempfile::TempDir;

/// Where the server keeps its data.
#[derive(Debug, Clone, Copy)]
pub(crate) enum On {
    Sqlite,
    Postgres,
}

/// Makes two tests of each function: one on SQLite, one on PostgreSQL.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => { $(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                super::$name(crate::harness::On::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                super::$name(crate::harness::On::Postgres).await;
            }
        }
    )+ };
}
pub(crate) use on_both;

pub(crate) struct TestServer {
    pub(crate) server: RunningServer,
    pub(crate) clock: ManualClock,
    pub(crate) http: reqwest::Client,
    pub(crate) base: String,
    pub(crate) directory: TempDir,
    pub(crate) database: Option<DatabaseGuard>,
}

impl TestServer {
    pub(crate) async fn start(on: On) -> Self {
        Self::start_as(on, environs).await
    }

    /// As [`TestServer::start`], in other surroundings.
    pub(crate) async fn start_as(on: On, surroundings: impl FnOnce(&ManualClock) -> Environs) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut config = Config::for_directory(directory.path()).unwrap();
        let database = match on {
            On::Sqlite => None,
            On::Postgres => {
                let database = TestPostgres::database();
                config.database_url = certctl_core::secret::Secret::new(database.url.clone());
                Some(database)
            }
        };
        Self::in_surroundings(config, directory, database, surroundings).await
    }

    pub(crate) async fn with(config: Config, directory: TempDir, database: Option<DatabaseGuard>) -> Self {
        Self::in_surroundings(config, directory, database, environs).await
    }

    pub(crate) async fn in_surroundings(
        config: Config,
        directory: TempDir,
        database: Option<DatabaseGuard>,
        surroundings: impl FnOnce(&ManualClock) -> Environs,
    ) -> Self {
        let clock = ManualClock::new(SystemClock.now());
        let server = Server::start(config, surroundings(&clock)).await.unwrap();
        let base = server.app.public_url.clone();
        let http = client(&server.app, None);
        Self { server, clock, http, base, directory, database }
    }

    pub(crate) fn app(&self) -> &App {
        &self.server.app
    }

    /// A key of a role, put into the store directly.
    pub(crate) async fn key(&self, role: Role) -> String {
        self.scoped_key(role, Scope::everything()).await
    }

    /// As [`TestServer::key`], narrowed to a scope.
    pub(crate) async fn scoped_key(&self, role: Role, scope: Scope) -> String {
        let app = self.app();
        let made = NewCredential::new("ck_", &app.random_bytes());
        let row = ApiKeyRow {
            id: app.new_id::<certctl_core::id::ApiKey>(),
            name: role.to_string(),
            role,
            scope,
            prefix: made.prefix.clone(),
            secret_hash: hash(made.secret.expose()).to_vec(),
            previous_secret_hash: None,
            previous_expires_at: None,
            expires_at: None,
            last_used_at: None,
            revoked_at: None,
            created_at: app.now(),
            revision: 1,
            maker_id: None,
        };
        app.store
            .bookkeeping("test.key", move |tx| {
                certctl_store::api_keys::insert(tx, &row).map_err(|e: StoreError| e)
            })
            .await
            .unwrap();
        made.secret.expose().clone()
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    pub(crate) async fn get(&self, path: &str, key: &str) -> Response {
        self.request(Method::GET, path).bearer_auth(key).send().await.unwrap()
    }

    /// How many audit events of an action there are.
    pub(crate) async fn audited(&self, action: &'static str) -> Vec<certctl_store::audit::AuditRow> {
        let filter =
            certctl_store::audit::AuditFilter { action: Some(action.to_owned()), ..Default::default() };
        self.app()
            .store
            .read("test.audit", move |tx| certctl_store::audit::list(tx, &filter, 100))
            .await
            .unwrap()
    }

    /// Takes a periodic task from the engine for good, so that it runs only when the test says so.
    pub(crate) async fn take_task(&self, task: &'static str) {
        let until = self.app().now().plus_seconds(100 * 366 * 86_400);
        eventually("the task's lease", async || {
            let taken = self.app().store.bookkeeping("test.lease", move |tx| {
                tx.exec(
                    "-- test.lease\nDELETE FROM task_leases WHERE task = $1",
                    certctl_store::args![task],
                )?;
                certctl_store::instance::lease_task(tx, task, "test", until)
            });
            taken.await.unwrap()
        })
        .await;
        // A run that was under way ends within the round that is counted next, and the round after it finds the lease taken.
        let before = rounds(task);
        eventually("the end of the task's own run", async || {
            self.app().signals.engine_wake(task).notify_one();
            rounds(task) >= before + 2
        })
        .await;
    }

    pub(crate) async fn stop(self) {
        self.server.stop().await;
    }
}

/// How many rounds of a periodic task this process has counted.
fn rounds(task: &str) -> u64 {
    let page = certctl_server::http::metrics::install().unwrap().render();
    let name = format!("certctl_task_runs_total{{task=\"{task}\"}} ");
    page.lines().find_map(|line| line.strip_prefix(&name)).map_or(0, |n| n.parse().unwrap())
}

/// The typed client with a key.
pub(crate) fn api(app: &App, key: &str) -> Client {
    let options = ClientOptions {
        server_url: app.public_url.clone(),
        trust: Trust::CaPem(std::fs::read_to_string(app.config.ca_file()).unwrap()),
        api_key: Some(Secret::new(key.to_owned())),
        identity: None,
        timeout: Duration::from_secs(20),
    };
    Client::new(options).unwrap()
}

pub(crate) fn environs(clock: &ManualClock) -> Environs {
    Environs { clock: Arc::new(clock.clone()), ..Environs::default() }
}

/// A client that trusts the CA that the server wrote, with an agent's certificate if there is one.
pub(crate) fn client(app: &App, identity: Option<&Identity>) -> reqwest::Client {
    client_of(app, identity, &["h2", "http/1.1"])
}

/// As [`client`], for these protocols.
pub(crate) fn client_of(app: &App, identity: Option<&Identity>, protocols: &[&str]) -> reqwest::Client {
    let ca = std::fs::read_to_string(app.config.ca_file()).unwrap();
    let mut tls = client_config(&Trust::CaPem(ca), identity).unwrap();
    tls.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .timeout(Duration::from_secs(20))
        .build()
        .unwrap()
}

/// An agent with an identity that the platform signed, for an hour.
pub(crate) async fn agent(test: &TestServer, name: &str) -> (AgentId, Identity) {
    agent_for(test, name, 3_600).await
}

/// As [`agent`], for so many seconds.
pub(crate) async fn agent_for(test: &TestServer, name: &str, seconds: i64) -> (AgentId, Identity) {
    let app = test.app();
    let id: AgentId = format!("ag-{name}").parse().unwrap();
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let (der, info) =
        app.platform.sign_agent(&id, key.public_key(), &*app.random, app.now(), seconds).unwrap();
    let row = AgentRow {
        id: id.clone(),
        name: name.to_owned(),
        state: AgentState::Active,
        health: AgentHealth::Offline,
        identity_fingerprint: info.fingerprint_sha256,
        previous_fingerprint: None,
        identity_not_after: Ts::from_second(info.not_after),
        version: None,
        platform: None,
        capabilities: json_of!([]),
        dns_providers: None,
        abilities: None,
        environment: None,
        boot_id: None,
        last_seen_at: None,
        created_at: app.now(),
        updated_at: app.now(),
        revision: 1,
    };
    app.store.bookkeeping("test.agent", move |tx| certctl_store::agents::insert(tx, &row)).await.unwrap();
    let identity = Identity {
        certificate_pem: certctl_pki::pem::encode_certificates([&der]),
        key_pem: Secret::new(key.to_pkcs8_pem().unwrap().to_string()),
    };
    (id, identity)
}

/// The problem of an answer, after the checks that every problem has to pass.
pub(crate) async fn problem(response: Response, status: u16, code: &str) -> Problem {
    assert_eq!(response.status().as_u16(), status, "{:?}", response.text().await);
    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let problem: Problem = response.json().await.unwrap();
    assert_eq!((problem.status, problem.code.as_str()), (status, code), "{problem:?}");
    assert_eq!(problem.request_id, id);
    assert!(!problem.detail.is_empty() && problem.kind.ends_with(code), "{problem:?}");
    problem
}

pub(crate) async fn json(response: Response, status: StatusCode) -> Value {
    let found = response.status();
    let text = response.text().await.unwrap();
    assert_eq!(found, status, "{text}");
    serde_json::from_str(&text).unwrap()
}

/// Waits until a condition holds, for ten seconds at most.
pub(crate) async fn eventually(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let limit = std::time::Instant::now() + Duration::from_secs(10);
    while !condition().await {
        assert!(std::time::Instant::now() < limit, "{what} did not happen within 10 s");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
