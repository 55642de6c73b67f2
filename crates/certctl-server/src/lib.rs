//! The control plane, as a library: HTTP in front, operations in the middle, the engine beside them.
//!
//! Reading order: [`Server::start`] (the whole wiring on one screen), [`app`], [`ops`], then `engine` and `http`.
//! To add an endpoint: its types in `certctl-api`, its handler in `http/<noun>.rs`, its change in `ops/<noun>.rs`.
//! To add a setting: a line in `config/keys.rs` and its field in `config/mod.rs`.
//! Not for: the operator's command line (crate `certctl`). Invariant: `ops` is where things change, one transaction for
//! each function; `http` and `engine` do not know each other.

pub mod app;
pub mod audit_file;
pub mod backup;
pub mod cli;
pub mod config;
pub mod counts;
pub mod credentials;
pub mod engine;
pub mod error;
pub mod first_start;
pub mod hierarchy;
pub mod http;
pub mod issuers;
pub mod log;
mod measures;
pub mod ocsp;
pub mod ops;
pub mod passwords;
pub mod platform;
pub mod problems;
pub mod recovery;
pub mod request;
pub mod seal;
pub mod service_manager;
pub mod setup;
pub mod spans;
pub mod tls;
mod ways;

use std::{
    net::SocketAddr,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use certctl_connectors::notifiers::{Guard, Outside};
use certctl_core::{
    kill_point::KillPoint,
    random::Random,
    secret::Secret,
    time::{Clock, SystemClock},
};
use certctl_store::{OpenOptions, Store, StoreError, instance};
use tokio::{net::TcpListener, sync::Notify};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    app::{App, Beat, Parts, Signals, SystemRandom},
    config::Config,
    error::{Error, chain},
};

/// What a server takes from outside.
#[derive(Debug, Clone)]
pub struct Environs {
    /// The only source of time.
    pub clock: Arc<dyn Clock>,
    /// The source of ids and tokens.
    pub random: Arc<dyn Random>,
    /// Where a test asks the process to die.
    pub kill_point: KillPoint,
}

impl Default for Environs {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            kill_point: KillPoint::default(),
        }
    }
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data directory cannot be made.
    #[error("the data directory {path} cannot be made; give another one with --data-dir")]
    DataDir {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The address is taken, or not ours.
    #[error("{key} {address} cannot be listened on")]
    Listen {
        /// The setting.
        key: &'static str,
        /// The address.
        address: SocketAddr,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file of the configuration cannot be read.
    #[error("{key} {path} cannot be read")]
    File {
        /// The setting.
        key: &'static str,
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The sealing key.
    #[error(transparent)]
    SealingKey(#[from] seal::KeyFileError),
    /// The platform's CAs.
    #[error(transparent)]
    Platform(#[from] platform::PlatformError),
    /// The server's TLS.
    #[error(transparent)]
    Tls(#[from] tls::TlsError),
    /// The local CA and the defaults.
    #[error("the first objects cannot be made")]
    FirstStart(#[source] Error),
    /// The OpenAPI document.
    #[error("the OpenAPI document cannot be written")]
    Document(#[from] serde_json::Error),
    /// The way to the collector of spans.
    #[error("spans cannot be sent")]
    Otlp(#[from] spans::ExporterError),
    /// The client by which notifications leave.
    #[error("the client for notifications cannot be made: {0}")]
    Outside(String),
    /// The metrics recorder.
    #[error("metrics cannot be recorded: {0}")]
    Metrics(String),
}

/// A server that runs.
#[derive(Debug)]
pub struct RunningServer {
    /// Where it listens.
    pub address: SocketAddr,
    /// Where its plain listener for lists and OCSP does.
    pub pki_address: Option<SocketAddr>,
    /// Its parts.
    pub app: App,
    /// While there is no API key: the token that makes the first one.
    pub setup_token: Option<Secret<String>>,
    /// The certificate that it serves.
    pub certificate: Arc<tls::Served>,
    /// Notified, it reads the files of its certificate again.
    pub hangup: Arc<Notify>,
    listener: tokio::task::JoinHandle<()>,
}

/// What was bound before anything else, so that an address that is taken is told at once.
#[derive(Debug)]
struct Listeners {
    main: TcpListener,
    metrics: Option<TcpListener>,
    pki: Option<TcpListener>,
}

/// Starts servers.
#[derive(Debug, Clone, Copy)]
pub struct Server;

impl Server {
    /// Opens the store, makes what is missing at a first start, and listens.
    ///
    /// # Errors
    /// [`StartError`], with what to do.
    pub async fn start(config: Config, environs: Environs) -> Result<RunningServer, StartError> {
        // Before anything speaks TLS, the PostgreSQL driver included. Fails when it was done already.
        drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
        http::metrics::install().map_err(StartError::Metrics)?;
        make_data_dir(&config.data_dir)
            .map_err(|source| StartError::DataDir { path: config.data_dir.clone(), source })?;
        let listener = bind("listen", config.listen).await?;
        let metrics = match config.metrics_listen {
            Some(address) => Some(bind("metrics_listen", address).await?),
            None => None,
        };
        let pki = match config.pki_listen {
            Some(address) => Some(bind("pki_listen", address).await?),
            None => None,
        };
        let options = OpenOptions::new(config.database_url.expose(), Arc::clone(&environs.clock));
        let store = Store::open(options).await?;
        let started =
            Self::on_store(store.clone(), config, environs, Listeners { main: listener, metrics, pki }).await;
        if started.is_err() {
            // Another start, in this process or the next, must find it free.
            store.close().await;
        }
        started
    }

    async fn on_store(
        store: Store,
        config: Config,
        environs: Environs,
        listeners: Listeners,
    ) -> Result<RunningServer, StartError> {
        let Environs { clock, random, kill_point } = environs;
        let Listeners { main: listener, metrics, pki } = listeners;
        let address = listener.local_addr().unwrap_or(config.listen);
        let public_url = config.public_url.clone().unwrap_or_else(|| config::default_public_url(address));
        let wanted = store.read("start.sealing_key", |tx| instance::value(tx, "sealing_key_id")).await?;
        let sealer = config.sealing_key.load(wanted.as_deref())?;
        claim_sealing_key(&store, &sealer).await?;
        let platform = platform::open(&store, &sealer, &random, clock.now()).await?;
        let served = tls::Served::open(&config, &platform, &*random, clock.now(), address, &public_url)?;
        let tls_config = Arc::new(served.server_config(&platform)?);
        let outside =
            Outside::new(Guard::new(config.notifier_networks.clone())).map_err(StartError::Outside)?;
        let ways = ways::Ways::new(&config).map_err(StartError::Outside)?;
        let mut replica = [0; 8];
        random.fill(&mut replica);
        let replica_id = format!("r-{}", hex::encode(replica));
        let (tracer, export) = match &config.otlp {
            None => (spans::Tracer::default(), None),
            Some(otlp) => {
                let exporter = spans::Exporter::new(otlp, &replica_id)?;
                let (tracer, spans) = spans::Tracer::new(otlp.share, Arc::clone(&clock), Arc::clone(&random));
                (tracer, Some((exporter, spans)))
            }
        };

        let app = App::new(Parts {
            engine_beat: Beat::new(clock.now()),
            replica_id,
            store,
            clock,
            random,
            sealer,
            platform,
            config: Arc::new(config),
            public_url,
            kill_point,
            issuers: issuers::Issuers::default(),
            ocsp: ocsp::Ocsp::default(),
            lists: http::pki::Lists::default(),
            outside,
            ways,
            heartbeats: http::agent_api::Heartbeats::default(),
            polls: http::agent_api::Polls::default(),
            signals: Signals::default(),
            identities: http::identities::Identities::default(),
            budgets: http::budgets::Budgets::default(),
            passwords: passwords::Passwords::default(),
            refusals: http::refusals::Refusals::default(),
            counts: counts::Counts::default(),
            tail: http::tail::Tail::default(),
            tracer,
            conditions_of: http::alert_rules::conditions_of,
            carry_out: http::confirmations::carry_out,
            tracker: TaskTracker::new(),
            shutdown: CancellationToken::new(),
        });
        first_start::prepare(&app, &local_ca(&app.config)?).await.map_err(StartError::FirstStart)?;
        let setup_token = setup::token(&app).await?;
        let hangup = Arc::new(Notify::new());
        let tail = http::tail::tail_start(&app).await?;
        let router = http::router::build(&app)?;

        if let Some((exporter, spans)) = export {
            app.tracker.spawn(exporter.run(spans, app.shutdown.clone()));
        }
        app.tracker.spawn(app::follow_topics(app.clone()));
        app.tracker.spawn(http::tail::run_tail(app.clone(), tail));
        app.tracker.spawn(http::upkeep::run(app.clone()));
        app.tracker.spawn(tls::keep_fresh(app.clone(), Arc::clone(&served), Arc::clone(&hangup)));
        engine::start(&app);
        if let Some(listener) = metrics {
            serve_metrics(&app, listener);
        }
        let (stop, grace) = (app.shutdown.clone(), app.config.shutdown_grace);
        let limits = app.config.limits.clone();
        let pki_address = pki.as_ref().and_then(|listener| listener.local_addr().ok());
        if let Some(listener) = pki {
            let plain = http::pki::alone(&app);
            app.tracker.spawn(tls::plain::serve(listener, plain, limits.clone(), stop.clone(), grace));
        }
        let listener = tokio::spawn(tls::listener::serve(listener, tls_config, router, limits, stop, grace));
        Ok(RunningServer { address, pki_address, app, setup_token, certificate: served, hangup, listener })
    }
}

impl RunningServer {
    /// Stops: no new leases and connections, what is under way ends within the grace period, the rest is given back.
    pub async fn stop(self) {
        let Self { app, listener, .. } = self;
        let end = tokio::time::Instant::now() + app.config.shutdown_grace;
        app.shutdown.cancel();
        app.tracker.close();
        if listener.await.is_err() {
            tracing::error!("The listener had panicked");
        }
        if tokio::time::timeout_at(end, app.tracker.wait()).await.is_err() {
            tracing::warn!("Some tasks did not end within the grace period; their jobs are given back");
        }
        if let Err(error) = engine::release(&app).await {
            tracing::error!("Leases could not be given back and will run out: {}", chain(&error));
        }
        app.store.clone().close().await;
    }

    /// The link that a person opens after the first start.
    pub fn setup_link(&self) -> Option<Secret<String>> {
        let token = self.setup_token.as_ref()?;
        Some(Secret::new(format!("{}/setup#token={}", self.app.public_url, token.expose())))
    }
}

/// Runs a server until `shutdown`: what `certctl server` does, apart from signals and the log.
///
/// # Errors
/// [`StartError`].
pub async fn run(config: Config, shutdown: CancellationToken) -> Result<(), StartError> {
    let server = Server::start(config, Environs::default()).await?;
    shutdown.cancelled().await;
    server.stop().await;
    Ok(())
}

/// For the server's user only.
fn make_data_dir(path: &Path) -> std::io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

async fn bind(key: &'static str, address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|source| StartError::Listen { key, address, source })
}

/// Notes this key as the database's own, unless another replica was faster with another one.
async fn claim_sealing_key(store: &Store, sealer: &seal::Sealer) -> Result<(), StartError> {
    let mine = sealer.key_id();
    let wanted = store
        .bookkeeping("start.claim_sealing_key", move |tx| {
            instance::insert_value(tx, "sealing_key_id", &mine)?;
            instance::value(tx, "sealing_key_id")
        })
        .await?
        .unwrap_or_default();
    let found = sealer.key_id();
    if wanted == found {
        return Ok(());
    }
    let origin = "this server".to_owned();
    Err(seal::KeyFileError::WrongKey { wanted, found, origin }.into())
}

fn local_ca(config: &Config) -> Result<first_start::LocalCaSource, StartError> {
    let Some(files) = &config.local_ca_files else {
        return Ok(first_start::LocalCaSource::Own { name: config.local_ca_name.clone() });
    };
    let read = |key: &'static str, path: &PathBuf| {
        std::fs::read_to_string(path).map_err(|source| StartError::File { key, path: path.clone(), source })
    };
    Ok(first_start::LocalCaSource::SubCa {
        chain_pem: read("local_ca_certificate_file", &files.certificate)?,
        key_pem: Secret::new(read("local_ca_key_file", &files.key)?),
    })
}

/// The plain listener for `/metrics`.
fn serve_metrics(app: &App, listener: TcpListener) {
    let (router, stop) = (http::router::metrics_only(app), app.shutdown.clone());
    app.tracker.spawn(async move {
        let serving = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned());
        if let Err(error) = serving.await {
            tracing::error!("The listener for metrics ended: {error}");
        }
    });
}
