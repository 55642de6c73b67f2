//! The settings of the control plane: what they are, and that all of them are right before anything starts.
//!
//! Where they come from is `sources.rs` (flags, environment, file), their table is `keys.rs`. Not for: acting on
//! them. Invariants: every setting has a default that works; all problems are reported at once, each with its key;
//! a key that nobody knows is refused; no setting is here that nothing reads.

pub mod keys;
pub mod limits;
pub mod otlp;
pub mod sources;

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use certctl_connectors::issuers::Published;
use certctl_core::{
    ca::CaGeneration, network::Network, revocation::is_crl_parts, secret::Secret, time::parse_seconds,
};
use certctl_pki::{HttpUri, Name};

pub use self::sources::{Environment, ProcessEnvironment, Sources};
use crate::seal::KeySource;

/// The settings, parsed.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the API listens.
    pub listen: SocketAddr,
    /// Where the database, the sealing key and `ca.pem` are.
    pub data_dir: PathBuf,
    /// The database.
    pub database_url: Secret<String>,
    /// How people and agents reach the server; made of `listen` when absent.
    pub public_url: Option<String>,
    /// Certificate and key from files; from the own CA when absent.
    pub tls_files: Option<TlsFiles>,
    /// More names for the own TLS certificate.
    pub tls_names: Vec<Name>,
    /// The master key.
    pub sealing_key: KeySource,
    /// A plain listener for `/metrics`.
    pub metrics_listen: Option<SocketAddr>,
    /// A plain listener for CRLs, OCSP and CA certificates.
    pub pki_listen: Option<SocketAddr>,
    /// How clients of certificates reach it, without a slash at the end.
    pub pki_url: Option<String>,
    /// Into how many parts CRLs are divided; see [`Config::crl_parts`].
    pub crl_parts: u16,
    /// Filter of the log.
    pub log_level: String,
    /// Form of the log.
    pub log_format: LogFormat,
    /// How long a stop waits.
    pub shutdown_grace: Duration,
    /// What callers and connections are held to.
    pub limits: limits::Limits,
    /// What notifiers may reach although it is loopback, link-local or a cloud's metadata.
    pub notifier_networks: Vec<Network>,
    /// What issuers outside may reach although it is.
    pub issuer_networks: Vec<Network>,
    /// The programs that may be issuers.
    pub issuer_programs: Vec<PathBuf>,
    /// What DNS providers may reach although it is.
    pub dns_networks: Vec<Network>,
    /// The programs that may be DNS providers.
    pub dns_programs: Vec<PathBuf>,
    /// Who finds the zones of names; the system's when empty.
    pub dns_resolvers: Vec<SocketAddr>,
    /// Where the servers of zones listen.
    pub dns_server_port: u16,
    /// How old the last backup may get, in seconds; as old as it likes when absent.
    pub backup_max_age: Option<i64>,
    /// How callers are known.
    pub auth: AuthType,
    /// Common name of the local CA that is made at first start.
    pub local_ca_name: String,
    /// Certificate and key of a local CA below another one.
    pub local_ca_files: Option<LocalCaFiles>,
    /// Where spans go, if anywhere.
    pub otlp: Option<otlp::Otlp>,
}

/// The server's certificate in files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The chain, leaf first.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

/// A local CA in files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalCaFiles {
    /// The chain, the signing certificate first.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

/// How callers are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthType {
    /// By API keys, and by sessions of users and keys.
    ApiKey,
    /// Not at all: whoever reaches the loopback address is an admin.
    None,
}

impl AuthType {
    /// The text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ApiKey => "api-key",
            Self::None => "none",
        }
    }
}

/// The form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One object a line.
    Json,
}

/// One wrong setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where: the key, with the source that gave it.
    pub key: String,
    /// What is wrong, and what to do.
    pub detail: String,
}

/// Everything that is wrong with the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(pub Vec<Problem>);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.0.len();
        write!(f, "the configuration has {n} {}:", if n == 1 { "problem" } else { "problems" })?;
        for problem in &self.0 {
            write!(f, "\n  {}: {}", problem.key, problem.detail)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// Reads every setting from its sources.
    ///
    /// # Errors
    /// [`ConfigError`] with all problems.
    pub fn load(sources: &Sources<'_>) -> Result<Self, ConfigError> {
        let mut values = sources.values();
        let data_dir = values.parse("data_dir", absolute);
        let folder = data_dir.clone().unwrap_or_default();
        let default_database = format!("sqlite:{}", folder.join("certctl.db").display());
        let listen = values.parse("listen", socket);
        let database_url = values.parse_or("database_url", &default_database, database_url);
        let public_url = values.parse_option("public_url", public_url);
        let tls_files = values.pair("tls_cert_file", "tls_key_file");
        let tls_names = values.parse("tls_names", names);
        let sealing_key = sealing_key(&mut values, sources, &folder);
        let metrics_listen = values.parse_option("metrics_listen", loopback);
        let pki_listen = values.parse_option("pki_listen", socket);
        let pki_url = values.parse_option("pki_url", pki_url);
        let crl_parts = values.parse("crl_parts", crl_parts);
        let log_level = values.parse("log_level", log_level);
        let log_format = values.parse("log_format", log_format);
        let shutdown_grace = values.parse("shutdown_grace", seconds);
        let limits = limits::Limits::load(&mut values);
        let notifier_networks = values.parse("notifier_networks", limits::networks);
        let issuer_networks = values.parse("issuer_networks", limits::networks);
        let issuer_programs = values.parse("issuer_programs", programs);
        let dns_networks = values.parse("dns_networks", limits::networks);
        let dns_programs = values.parse("dns_programs", programs);
        let dns_resolvers = values.parse("dns_resolvers", sockets);
        let dns_server_port = values.parse("dns_server_port", port);
        let backup_max_age = values.parse_option("backup_max_age", backup_age);
        let local_ca_name = values.parse("local_ca_name", common_name);
        let local_ca_files = values.pair("local_ca_certificate_file", "local_ca_key_file");
        let otlp = otlp::Otlp::load(&mut values);
        let auth = values.parse("auth_type", auth_type);
        if auth == Some(AuthType::None) {
            let bound = listen.is_none_or(|listen: SocketAddr| listen.ip().is_loopback());
            let named = public_url.as_deref().is_none_or(is_loopback_url);
            let direct = limits.as_ref().is_none_or(|limits| limits.trusted_proxies.is_empty());
            if !(bound && named && direct) {
                values.problem(
                    "auth_type",
                    "none makes an admin of whoever reaches the server, so it needs --listen on a loopback address, a \
                     --public-url (if any) of this host alone, and no --trusted-proxies; use api-key",
                );
            }
        }
        values.parse("keygen_mode", keygen_mode);
        let whole = || {
            Some(Self {
                listen: listen?,
                data_dir: data_dir?,
                database_url: Secret::new(database_url?),
                public_url,
                tls_files: tls_files.map(|(certificate, key)| TlsFiles { certificate, key }),
                tls_names: tls_names?,
                sealing_key,
                metrics_listen,
                pki_listen,
                pki_url,
                crl_parts: crl_parts?,
                log_level: log_level?,
                log_format: log_format?,
                shutdown_grace: shutdown_grace?,
                limits: limits?,
                notifier_networks: notifier_networks?,
                issuer_networks: issuer_networks?,
                issuer_programs: issuer_programs?,
                dns_networks: dns_networks?,
                dns_programs: dns_programs?,
                dns_resolvers: dns_resolvers?,
                dns_server_port: dns_server_port?,
                backup_max_age,
                auth: auth?,
                local_ca_name: local_ca_name?,
                local_ca_files: local_ca_files.map(|(certificate, key)| LocalCaFiles { certificate, key }),
                otlp,
            })
        };
        match whole() {
            Some(config) if values.problems.is_empty() => Ok(config),
            Some(_) | None => Err(ConfigError(values.problems)),
        }
    }

    /// The settings of a server in `data_dir`, for the demo and tests: on a free port of the loopback address, with
    /// limits that one machine's own callers do not reach, all others at their defaults.
    ///
    /// # Errors
    /// Those of [`Config::load`].
    pub fn for_directory(data_dir: &Path) -> Result<Self, ConfigError> {
        let environment = std::collections::BTreeMap::<String, String>::new();
        let high = || "1000000".to_owned();
        let flags = [
            ("data_dir", data_dir.display().to_string()),
            ("listen", "127.0.0.1:0".to_owned()),
            ("rate_limit_rps", high()),
            ("rate_limit_burst", high()),
            ("agent_rate_limit_rps", high()),
            ("agent_rate_limit_burst", high()),
            ("concurrent_requests", "1000".to_owned()),
        ];
        let sources = Sources { flags: flags.into_iter().collect(), environment: &environment, file: None };
        Self::load(&sources)
    }

    /// Into how many parts the CRLs of local CAs are divided. Each part has to name its address, so without `pki_url` there is
    /// one for all.
    pub fn crl_parts(&self) -> u16 {
        if self.pki_url.is_some() { self.crl_parts } else { 1 }
    }

    /// Where a CA publishes what clients need; none when that is not set.
    pub fn published(&self, of: &CaGeneration) -> Option<Published> {
        self.pki_url.as_deref().map(|url| Published::new(url, of, self.crl_parts))
    }

    /// The file of the CA certificate that clients trust.
    pub fn ca_file(&self) -> PathBuf {
        self.data_dir.join("ca.pem")
    }
}

fn absolute(text: &str) -> Result<PathBuf, String> {
    if text.is_empty() {
        return Err("is empty; give a directory".to_owned());
    }
    std::path::absolute(text).map_err(|error| error.to_string())
}

fn socket(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| format!("{text:?} is not an address and port, such as 0.0.0.0:8443"))
}

fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}

fn sockets(text: &str) -> Result<Vec<SocketAddr>, String> {
    listed(text).map(socket).collect()
}

fn programs(text: &str) -> Result<Vec<PathBuf>, String> {
    let one = |text: &str| {
        let path = PathBuf::from(text);
        let is_plain = path.is_absolute() && !text.split('/').any(|part| part == "." || part == "..");
        if is_plain { Ok(path) } else { Err(format!("{text:?} is not the absolute path of a program")) }
    };
    listed(text).map(one).collect()
}

fn port(text: &str) -> Result<u16, String> {
    text.parse().ok().filter(|port| *port > 0).ok_or_else(|| format!("{text:?} is not a port, 1 to 65535"))
}

fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address = socket(text)?;
    if address.ip().is_loopback() {
        Ok(address)
    } else {
        Err(format!(
            "{address} is not a loopback address: this listener is plain HTTP without a key; collect from the same \
             host, or read /metrics of the main listener with an API key"
        ))
    }
}

fn database_url(text: &str) -> Result<String, String> {
    let known = ["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
    // The text may hold a password: it is not repeated.
    if known { Ok(text.to_owned()) } else { Err("begins with neither sqlite: nor postgres://".to_owned()) }
}

fn public_url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").unwrap_or_default().trim_end_matches('/');
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    if rest.is_empty() || !rest.chars().all(plain) {
        return Err(format!("{text:?} is not of the form https://HOST[:PORT]"));
    }
    Ok(format!("https://{rest}"))
}

fn pki_url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("http://").unwrap_or_default().trim_end_matches('/');
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    let url = format!("http://{}", rest.to_ascii_lowercase());
    if rest.is_empty() || !rest.chars().all(plain) || HttpUri::parse(&url).is_err() {
        return Err(format!(
            "{text:?} is not of the form http://HOST[:PORT]; https would need a certificate whose revocation has to be looked \
             up first"
        ));
    }
    Ok(url)
}

fn crl_parts(text: &str) -> Result<u16, String> {
    match text.parse::<u16>() {
        Ok(parts) if is_crl_parts(parts) => Ok(parts),
        Ok(_) | Err(_) => Err(format!("{text:?} is not a power of two from 1 to 256")),
    }
}

fn names(text: &str) -> Result<Vec<Name>, String> {
    text.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(|name| Name::parse(name).map_err(|error| error.to_string()))
        .collect()
}

fn log_level(text: &str) -> Result<String, String> {
    match text.parse::<tracing_subscriber::filter::EnvFilter>() {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => {
            Err(format!("{text:?} is not error, warn, info, debug, trace, or a filter such as certctl=debug"))
        }
    }
}

fn log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        other => Err(format!("{other:?} is neither text nor json")),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = parse_seconds(text).map_err(|error| error.to_string())?;
    match u64::try_from(seconds) {
        Ok(seconds) if seconds <= 3_600 => Ok(Duration::from_secs(seconds)),
        Ok(_) | Err(_) => Err(format!("{text} is longer than an hour")),
    }
}

fn backup_age(text: &str) -> Result<i64, String> {
    let seconds = parse_seconds(text).map_err(|error| error.to_string())?;
    if (3_600..=366 * 86_400).contains(&seconds) {
        Ok(seconds)
    } else {
        Err(format!("{text} is not between an hour and a year"))
    }
}

fn common_name(text: &str) -> Result<String, String> {
    if (1..=64).contains(&text.chars().count()) && !text.chars().any(char::is_control) {
        Ok(text.to_owned())
    } else {
        Err("has to have 1 to 64 characters and no control characters".to_owned())
    }
}

fn auth_type(text: &str) -> Result<AuthType, String> {
    match text {
        "api-key" => Ok(AuthType::ApiKey),
        "none" => Ok(AuthType::None),
        other => Err(format!("{other:?} is neither api-key nor none")),
    }
}

/// Whether a public URL names this host alone.
fn is_loopback_url(url: &str) -> bool {
    let host = url.strip_prefix("https://").and_then(host_of).unwrap_or_default();
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn keygen_mode(text: &str) -> Result<(), String> {
    match text {
        "agent" => Ok(()),
        "server" => {
            Err("this release never makes leaf keys in the control plane; leave it at agent".to_owned())
        }
        other => Err(format!("{other:?} is not known; use agent")),
    }
}

/// A file that was named, else the environment, else what systemd gives, else a file made at first start.
fn sealing_key(values: &mut sources::Values<'_>, sources: &Sources<'_>, data_dir: &Path) -> KeySource {
    let file = values.parse_option("sealing_key_file", absolute);
    let text = sources.environment.value("CERTCTL_SEALING_KEY");
    let credential = sources
        .environment
        .value("CREDENTIALS_DIRECTORY")
        .map(|folder| PathBuf::from(folder).join("certctl-sealing-key"))
        .filter(|path| path.exists());
    match (file, text, credential) {
        (Some(_), Some(_), _) => {
            values
                .problem("sealing_key_file", "is given together with CERTCTL_SEALING_KEY: keep one of them");
            KeySource::Made(data_dir.join("sealing.key"))
        }
        (Some(path), None, _) | (None, None, Some(path)) => KeySource::File(path),
        (None, Some(text), _) => KeySource::Text(Secret::new(text)),
        (None, None, None) => KeySource::Made(data_dir.join("sealing.key")),
    }
}

/// Where a server keeps its files when nobody says: as root `/var/lib/certctl`, else in the user's state directory.
pub(crate) fn default_data_dir(environment: &dyn Environment) -> String {
    if nix::unistd::geteuid().is_root() {
        return "/var/lib/certctl".to_owned();
    }
    let state = environment
        .value("XDG_STATE_HOME")
        .filter(|path| path.starts_with('/'))
        .or_else(|| environment.value("HOME").map(|home| format!("{home}/.local/state")));
    match state {
        Some(state) => format!("{state}/certctl"),
        None => "certctl-data".to_owned(),
    }
}

/// The addresses and names that the own TLS certificate is for, apart from the configured ones.
pub(crate) fn own_names(bound: SocketAddr, public_url: &str) -> Vec<String> {
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    if !bound.ip().is_unspecified() {
        names.push(bound.ip().to_string());
    }
    if let Ok(host) = nix::unistd::gethostname()
        && let Some(host) = host.to_str()
    {
        names.push(host.to_owned());
    }
    if let Some(host) = public_url.strip_prefix("https://").and_then(host_of) {
        names.push(host);
    }
    names
}

fn host_of(authority: &str) -> Option<String> {
    match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().map(str::to_owned),
        None => authority.split(':').next().map(str::to_owned),
    }
}

/// The URL of a server that nobody gave one.
pub(crate) fn default_public_url(bound: SocketAddr) -> String {
    let host = match bound.ip() {
        ip if ip.is_unspecified() => nix::unistd::gethostname()
            .ok()
            .and_then(|host| host.into_string().ok())
            .unwrap_or_else(|| "localhost".to_owned()),
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    };
    format!("https://{host}:{}", bound.port())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn load(
        env: &[(&str, &str)],
        file: Option<&str>,
        flags: &[(&'static str, &str)],
    ) -> Result<Config, ConfigError> {
        let environment: BTreeMap<String, String> =
            env.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let flags = flags.iter().map(|(k, v)| (*k, (*v).to_owned())).collect();
        let file = file.map(|text| sources::File { path: "certctl.toml".into(), text: text.to_owned() });
        Config::load(&Sources { flags, environment: &environment, file })
    }

    #[test]
    fn nothing_at_all_is_a_working_configuration() {
        let config = load(&[("XDG_STATE_HOME", "/state")], None, &[]).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8443");
        assert!(config.database_url.expose().starts_with("sqlite:/"));
        assert!(matches!(config.sealing_key, KeySource::Made(_)));
        assert_eq!(config.shutdown_grace, Duration::from_secs(20));
    }

    #[test]
    fn flags_win_over_the_environment_and_that_over_the_file() {
        let file = "listen = \"127.0.0.1:1\"\nlog_level = \"debug\"\nlocal_ca_name = \"File CA\"\n";
        let env = [("CERTCTL_LISTEN", "127.0.0.1:2"), ("CERTCTL_LOG_LEVEL", "warn")];
        let config = load(&env, Some(file), &[("listen", "127.0.0.1:3")]).unwrap();
        assert_eq!(config.listen.port(), 3);
        assert_eq!(config.log_level, "warn");
        assert_eq!(config.local_ca_name, "File CA");
    }

    #[test]
    fn all_problems_come_at_once_with_key_and_source() {
        let file =
            "lisen = \"127.0.0.1:1\"\nlog_format = \"xml\"\ntls_names = [\"a.example\", \"-\"]\nmax = 3\n";
        let env = [
            ("CERTCTL_LISTEN", "nowhere"),
            ("CERTCTL_AUTH_TYPE", "oidc"),
            ("CERTCTL_KEYGEN_MODE", "server"),
            ("CERTCTL_TLS_CERT_FILE", "/a.pem"),
            ("CERTCTL_DATABASE_URL", "mysql://u:hunter2@h/d"),
        ];
        let error = load(&env, Some(file), &[("metrics_listen", "0.0.0.0:9100")]).unwrap_err();
        let text = error.to_string();
        for expected in [
            "lisen (certctl.toml)",
            "max (certctl.toml)",
            "log_format (certctl.toml)",
            "tls_names (certctl.toml)",
            "CERTCTL_LISTEN",
            "CERTCTL_AUTH_TYPE: \"oidc\" is neither api-key nor none",
            "CERTCTL_KEYGEN_MODE",
            "tls_key_file",
            "CERTCTL_DATABASE_URL",
            "--metrics-listen",
        ] {
            assert!(text.contains(expected), "{expected} is missing in:\n{text}");
        }
        assert!(!text.contains("hunter2"), "{text}");
        assert_eq!(error.0.len(), 10, "{text}");
    }

    #[test]
    fn a_secret_can_come_from_a_file_but_not_twice() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("url");
        std::fs::write(&path, "postgres://u:p@h/d\n").unwrap();
        let path = path.display().to_string();
        let config = load(&[("CERTCTL_DATABASE_URL_FILE", &path)], None, &[]).unwrap();
        assert_eq!(config.database_url.expose(), "postgres://u:p@h/d");
        let both = [("CERTCTL_DATABASE_URL_FILE", path.as_str()), ("CERTCTL_DATABASE_URL", "sqlite:x")];
        assert!(load(&both, None, &[]).unwrap_err().to_string().contains("CERTCTL_DATABASE_URL_FILE"));
    }

    #[test]
    fn the_systemd_credential_is_the_sealing_key_when_nothing_else_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("certctl-sealing-key");
        std::fs::write(&key, "x").unwrap();
        let directory = folder.path().display().to_string();
        let env = [("CREDENTIALS_DIRECTORY", directory.as_str())];
        assert!(matches!(load(&env, None, &[]).unwrap().sealing_key, KeySource::File(path) if path == key));
        let env = [("CREDENTIALS_DIRECTORY", directory.as_str()), ("CERTCTL_SEALING_KEY", "ab")];
        assert!(matches!(load(&env, None, &[]).unwrap().sealing_key, KeySource::Text(_)));
    }

    #[test]
    fn authentication_is_off_on_the_loopback_address_only() {
        let check = |more: &[(&str, &str)], allowed: bool| {
            let env: Vec<(&str, &str)> = [&[("CERTCTL_AUTH_TYPE", "none")], more].concat();
            let loaded = load(&env, None, &[]);
            assert_eq!(loaded.is_ok(), allowed, "{more:?}");
            match loaded {
                Ok(config) => assert_eq!(config.auth, AuthType::None),
                Err(error) => {
                    assert!(error.to_string().contains("auth_type: none makes an admin"), "{error}")
                }
            }
        };
        check(&[], true);
        check(&[("CERTCTL_LISTEN", "[::1]:8443"), ("CERTCTL_PUBLIC_URL", "https://localhost:8443")], true);
        check(&[("CERTCTL_LISTEN", "0.0.0.0:8443")], false);
        check(&[("CERTCTL_LISTEN", "192.0.2.7:8443")], false);
        check(&[("CERTCTL_PUBLIC_URL", "https://certctl.example")], false);
        check(&[("CERTCTL_TRUSTED_PROXIES", "127.0.0.1")], false);
        assert_eq!(load(&[], None, &[]).unwrap().auth, AuthType::ApiKey);
    }

    #[test]
    fn the_public_url_is_https_and_has_no_path() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(public_url(text).ok().as_deref(), expected, "{text}");
        };
        check("https://certctl.example:8443/", Some("https://certctl.example:8443"));
        check("https://[::1]:8443", Some("https://[::1]:8443"));
        check("http://certctl.example", None);
        check("https://certctl.example/path", None);
        check("https://", None);
    }

    #[test]
    fn the_default_url_names_the_address() {
        assert_eq!(default_public_url("127.0.0.1:8443".parse().unwrap()), "https://127.0.0.1:8443");
        assert_eq!(default_public_url("[::1]:1".parse().unwrap()), "https://[::1]:1");
        assert!(
            own_names("10.0.0.1:1".parse().unwrap(), "https://[fd00::1]:1").contains(&"fd00::1".to_owned())
        );
    }
}
