//! From a database URL to a connection: what is ours in the URL, TLS, and the settings of a session.
//!
//! With `sslmode=require`, `verify-ca` or `verify-full` the server's certificate and name are always verified,
//! against `sslrootcert` or else the system's roots; there is no mode that encrypts without knowing to whom.
//! Kept: no error holds the URL, because it holds the password.

use std::{error::Error, path::Path, sync::Arc, time::Duration};

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};
use tokio_postgres::{
    Client, Config, NoTls, Socket,
    config::{Host, SslMode},
    error::SqlState,
    tls::{MakeTlsConnect, TlsConnect},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::StoreError;

/// The oldest release that we test with, in PostgreSQL's own notation.
const OLDEST: u32 = 150_000;

/// Where Linux systems keep the roots they trust.
const SYSTEM_ROOTS: [&str; 3] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/// What every session has. The last three keep questions of milliseconds from being planned for a data warehouse on slow
/// disks: on a million certificates, starting workers took 100 ms of a list, and compiling a count took seconds of it.
const SESSION: &str = "SET statement_timeout = '60s'; SET idle_in_transaction_session_timeout = '30s'; \
    SET TIME ZONE 'UTC'; SET client_min_messages = warning; \
    SET max_parallel_workers_per_gather = 0; SET jit = off; SET random_page_cost = 1.1";

pub(crate) struct Connector {
    config: Config,
    tls: Option<MakeRustlsConnect>,
    /// Host, port and database, for errors.
    place: String,
}

/// Why there is no connection.
pub(crate) enum NoConnection {
    /// It may work later.
    Later(StoreError),
    /// Somebody has to change something first.
    Never(StoreError),
}

impl Connector {
    pub(crate) fn new(url: &str) -> Result<Self, StoreError> {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            let detail = "it must begin with sqlite: or postgres://".to_owned();
            return Err(StoreError::Url { detail });
        }
        let (url, ours) = take_ours(url)?;
        let mut config: Config = url.parse().map_err(|error: tokio_postgres::Error| StoreError::Url {
            // The driver names the part, never its value.
            detail: error.source().map_or_else(|| error.to_string(), ToString::to_string),
        })?;
        let tls = match ours.encrypt {
            true => Some(MakeRustlsConnect::new(tls_config(ours.root.as_deref())?)),
            false => None,
        };
        config.ssl_mode(if tls.is_some() { SslMode::Require } else { SslMode::Disable });
        config.application_name("certctl");
        config.keepalives_idle(Duration::from_secs(30));
        config.tcp_user_timeout(Duration::from_secs(30));
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(5));
        }
        let place = place(&config);
        Ok(Self { config, tls, place })
    }

    /// Host, port and database.
    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    /// Connects and sets the session up. `background` gets the driver of the connection to run.
    pub(crate) async fn connect<F>(&self, background: F) -> Result<Client, NoConnection>
    where
        F: Background,
    {
        let client = match &self.tls {
            Some(tls) => self.connect_by(tls.clone(), background).await,
            None => self.connect_by(NoTls, background).await,
        };
        let client = client.map_err(|error| self.no_connection(&error))?;
        self.check_version(&client).await?;
        client.batch_execute(SESSION).await.map_err(|error| self.no_connection(&error))?;
        Ok(client)
    }

    async fn connect_by<T, F>(&self, tls: T, background: F) -> Result<Client, tokio_postgres::Error>
    where
        T: MakeTlsConnect<Socket>,
        T::Stream: Send + Unpin + 'static,
        T::TlsConnect: Send,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
        F: Background,
    {
        let (client, connection) = self.config.connect(tls).await?;
        background.drive(connection);
        Ok(client)
    }

    async fn check_version(&self, client: &Client) -> Result<(), NoConnection> {
        let rows = client
            .simple_query("SHOW server_version_num")
            .await
            .map_err(|error| self.no_connection(&error))?;
        let version = rows.iter().find_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0)?.parse::<u32>().ok(),
            _ => None,
        });
        match version {
            Some(version) if version >= OLDEST => Ok(()),
            found => {
                let found = found.map_or_else(
                    || "of an unknown version".to_owned(),
                    |n| format!("{}.{}", n / 10_000, n % 10_000),
                );
                Err(NoConnection::Never(StoreError::TooOld { found }))
            }
        }
    }

    fn no_connection(&self, error: &tokio_postgres::Error) -> NoConnection {
        let detail = match (error.as_db_error(), error.source()) {
            (Some(refused), _) => refused.message().to_owned(),
            (None, Some(source)) => format!("{error}: {source}"),
            (None, None) => error.to_string(),
        };
        let unavailable = StoreError::Unavailable { detail: format!("{}: {detail}", self.place) };
        match error.code() {
            Some(code)
                if [
                    SqlState::INVALID_PASSWORD,
                    SqlState::INVALID_AUTHORIZATION_SPECIFICATION,
                    SqlState::INVALID_CATALOG_NAME,
                    SqlState::INSUFFICIENT_PRIVILEGE,
                ]
                .contains(code) =>
            {
                NoConnection::Never(unavailable)
            }
            _ => NoConnection::Later(unavailable),
        }
    }
}

/// Runs the driver's half of a connection.
pub(crate) trait Background {
    fn drive<S, T>(self, connection: tokio_postgres::Connection<S, T>)
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
        T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static;
}

#[derive(Debug, Default, PartialEq)]
struct Ours {
    encrypt: bool,
    root: Option<String>,
}

/// Takes `sslmode` and `sslrootcert` out of the URL: the driver knows neither verification nor files.
fn take_ours(url: &str) -> Result<(String, Ours), StoreError> {
    let Some((base, query)) = url.split_once('?') else { return Ok((url.to_owned(), Ours::default())) };
    let mut ours = Ours::default();
    let mut theirs = Vec::new();
    for pair in query.split('&') {
        match pair.split_once('=') {
            Some(("sslmode", mode)) => match mode {
                "disable" => ours.encrypt = false,
                "require" | "verify-ca" | "verify-full" => ours.encrypt = true,
                _ => {
                    let detail = "sslmode must be disable, or verify-full for TLS".to_owned();
                    return Err(StoreError::Url { detail });
                }
            },
            Some(("sslrootcert", path)) => ours.root = Some(decoded(path)?),
            _ => theirs.push(pair),
        }
    }
    if ours.root.is_some() && !ours.encrypt {
        let detail = "sslrootcert is given without sslmode=verify-full".to_owned();
        return Err(StoreError::Url { detail });
    }
    let url = if theirs.is_empty() { base.to_owned() } else { format!("{base}?{}", theirs.join("&")) };
    Ok((url, ours))
}

/// Percent-decoded.
fn decoded(text: &str) -> Result<String, StoreError> {
    let invalid = || StoreError::Url { detail: "sslrootcert has a bad % escape".to_owned() };
    let mut bytes = Vec::with_capacity(text.len());
    let mut parts = text.split('%');
    bytes.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).ok_or_else(invalid)?;
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| invalid())?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).map_err(|_| invalid())
}

fn tls_config(root: Option<&str>) -> Result<ClientConfig, StoreError> {
    let unusable =
        |path: &str, detail: String| StoreError::Url { detail: format!("sslrootcert {path}: {detail}") };
    let path = match root {
        Some(path) => path,
        None => SYSTEM_ROOTS.into_iter().find(|path| Path::new(path).exists()).ok_or_else(|| {
            let detail = "this system has no trusted roots; name the CA with sslrootcert=FILE".to_owned();
            StoreError::Url { detail }
        })?,
    };
    let mut roots = RootCertStore::empty();
    for certificate in
        CertificateDer::pem_file_iter(path).map_err(|error| unusable(path, error.to_string()))?
    {
        let certificate = certificate.map_err(|error| unusable(path, error.to_string()))?;
        // A system's bundle may hold a root that rustls does not take; one that was named must be taken.
        if let Err(error) = roots.add(certificate)
            && root.is_some()
        {
            return Err(unusable(path, error.to_string()));
        }
    }
    if roots.is_empty() {
        return Err(unusable(path, "it holds no certificate".to_owned()));
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(path, error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

fn place(config: &Config) -> String {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(host)) => host.clone(),
        Some(Host::Unix(path)) => path.display().to_string(),
        None => config.get_hostaddrs().first().map_or_else(|| "no host".to_owned(), ToString::to_string),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let database = config.get_dbname().or_else(|| config.get_user()).unwrap_or_default();
    format!("PostgreSQL at {host}:{port}/{database}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_parameters_are_taken_out_of_the_url() {
        let check = |url: &str, rest: &str, encrypt: bool, root: Option<&str>| {
            let ours = Ours { encrypt, root: root.map(str::to_owned) };
            assert_eq!(take_ours(url), Ok((rest.to_owned(), ours)));
        };
        check("postgres://u:p@h/d", "postgres://u:p@h/d", false, None);
        check("postgres://h/d?sslmode=disable", "postgres://h/d", false, None);
        check(
            "postgres://h/d?sslrootcert=%2Fa%20b.pem&connect_timeout=3&sslmode=verify-full",
            "postgres://h/d?connect_timeout=3",
            true,
            Some("/a b.pem"),
        );
    }

    #[test]
    fn what_cannot_be_kept_is_refused_without_the_password() {
        let check = |url: &str, part: &str| {
            let error = Connector::new(url).err().unwrap().to_string();
            assert!(error.contains(part), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        };
        check("mysql://u:hunter2@h/d", "must begin with");
        check("postgres://u:hunter2@h/d?sslmode=prefer", "sslmode must be");
        check("postgres://u:hunter2@h/d?sslrootcert=/x", "without sslmode");
        check("postgres://u:hunter2@h/d?sslmode=require&sslrootcert=/does/not/exist", "/does/not/exist");
        check("postgres://u:hunter2@h:port/d", "port");
        check("postgres://u:hunter2@h/d?sslmode=require&sslrootcert=%2", "% escape");
    }
}
