//! The table of settings: their names, defaults, help, and which are secret. Flags, environment, file and the
//! reference page come from it.
//!
//! Not for: parsing (`mod.rs`). Invariant: each key is read by [`super::Config::load`]; a test compares.

/// One setting.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// As in the file; the flag has hyphens, the environment `CERTCTL_` and capitals.
    pub name: &'static str,
    /// What to give, for the help.
    pub value: &'static str,
    /// What it does.
    pub help: &'static str,
    /// The default as text; empty when it follows from other settings or there is none.
    pub default: &'static str,
    /// Never shown; may come from a file named by `CERTCTL_..._FILE`.
    pub secret: bool,
}

impl Key {
    /// `CERTCTL_LISTEN`.
    pub fn variable(&self) -> String {
        format!("CERTCTL_{}", self.name.to_ascii_uppercase())
    }

    /// `--listen`.
    pub fn flag(&self) -> String {
        format!("--{}", self.long())
    }

    /// `listen`, with hyphens.
    pub fn long(&self) -> String {
        self.name.replace('_', "-")
    }
}

const fn key(name: &'static str, value: &'static str, default: &'static str, help: &'static str) -> Key {
    Key { name, value, help, default, secret: false }
}

/// Every setting.
pub const KEYS: &[Key] = &[
    key(
        "listen",
        "ADDRESS:PORT",
        "127.0.0.1:8443",
        "Where the API and the agents' protocol listen (HTTPS only)",
    ),
    key(
        "data_dir",
        "DIR",
        "",
        "Where the database, the sealing key and ca.pem are kept; as root /var/lib/certctl, else \
         $XDG_STATE_HOME/certctl",
    ),
    Key {
        name: "database_url",
        value: "URL",
        help: "sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE; a SQLite file in the data directory when absent",
        default: "",
        secret: true,
    },
    key(
        "public_url",
        "URL",
        "",
        "How people and agents reach the server, https://HOST[:PORT]; from --listen when absent",
    ),
    key(
        "tls_cert_file",
        "FILE",
        "",
        "The server's certificate chain (PEM), leaf first, its CA last; read again when it changes. The platform's own \
         CA signs one when absent",
    ),
    key("tls_key_file", "FILE", "", "The key of --tls-cert-file (PEM)"),
    key("tls_names", "NAMES", "", "More names for the certificate of the own CA, separated by commas"),
    key(
        "sealing_key_file",
        "FILE",
        "",
        "The key that encrypts secrets at rest, 64 hexadecimal digits; made in the data directory at the first start \
         when neither this nor CERTCTL_SEALING_KEY nor the systemd credential certctl-sealing-key is given",
    ),
    key(
        "metrics_listen",
        "ADDRESS:PORT",
        "",
        "A plain HTTP listener for /metrics, on a loopback address; without it /metrics needs an API key",
    ),
    key(
        "pki_listen",
        "ADDRESS:PORT",
        "",
        "A plain HTTP listener for CRLs, OCSP and CA certificates (paths under /pki/), such as 0.0.0.0:8080; the main listener \
         serves them too",
    ),
    key(
        "pki_url",
        "URL",
        "",
        "How clients of certificates reach --pki-listen, http://HOST[:PORT]: written into new certificates of local CAs as the \
         addresses of CRL, OCSP responder and CA certificate; nothing is written when absent",
    ),
    key(
        "crl_parts",
        "N",
        "1",
        "Into how many parts the CRL of each local CA is divided, with --pki-url: a power of two up to 256; for new \
         certificates, the parts of older ones stay",
    ),
    key("log_level", "LEVEL", "info", "error, warn, info, debug, trace, or a filter such as certctl=debug"),
    key("log_format", "FORMAT", "text", "text or json"),
    key(
        "otlp_endpoint",
        "URL",
        "",
        "Where spans of requests and jobs are sent, by OTLP over HTTP with JSON, such as http://127.0.0.1:4318; /v1/traces is \
         added. Nothing is recorded when absent",
    ),
    Key {
        name: "otlp_headers",
        value: "HEADERS",
        help: "Headers for --otlp-endpoint, as Name=value with commas between them, such as Authorization=Bearer ...",
        default: "",
        secret: true,
    },
    key(
        "otlp_sampling",
        "SHARE",
        "1",
        "The share of traces that is recorded, from 0 to 1; a caller's traceparent decides for its own",
    ),
    key(
        "otlp_ca_file",
        "FILE",
        "",
        "The CA certificates (PEM) of --otlp-endpoint; those of the system when absent",
    ),
    key("shutdown_grace", "DURATION", "20s", "How long a stop waits for requests and jobs"),
    key(
        "rate_limit_rps",
        "N",
        "50",
        "Requests a second of each caller, and of each address that nobody is known at",
    ),
    key("rate_limit_burst", "N", "100", "Requests at once of each of them, after a pause"),
    key("agent_rate_limit_rps", "N", "10", "Requests a second of each agent, and joins from each address"),
    key("agent_rate_limit_burst", "N", "50", "Requests at once of each of them, after a pause"),
    key(
        "concurrent_requests",
        "N",
        "16",
        "Requests of one caller that are worked on at once; more wait for their turn",
    ),
    key("event_streams", "N", "50", "Open event streams of one caller"),
    key(
        "trusted_proxies",
        "NETWORKS",
        "",
        "Addresses or networks of proxies, separated by commas, whose X-Forwarded-For says where a request comes from",
    ),
    key(
        "cors_origins",
        "ORIGINS",
        "",
        "Origins whose pages may call the API with an API key, separated by commas, such as https://ui.example.com",
    ),
    key("max_body_bytes", "N", "1048576", "The longest body of a request"),
    key("max_header_bytes", "N", "16384", "The longest header of a request"),
    key("max_headers", "N", "100", "The most fields in the header of a request"),
    key("header_timeout", "DURATION", "10s", "From the first byte of a request to the end of its header"),
    key(
        "idle_timeout",
        "DURATION",
        "75s",
        "How long a connection stays open without a request, or with a peer that does not read",
    ),
    key("request_timeout", "DURATION", "60s", "From a request to the beginning of its answer"),
    key(
        "tls_handshake_timeout",
        "DURATION",
        "10s",
        "How long a TLS handshake may take, and may wait for its turn",
    ),
    key("max_tls_handshakes", "N", "256", "TLS handshakes at once"),
    key("max_connections", "N", "20000", "Connections at once; more are closed"),
    key("max_connections_per_address", "N", "5000", "Of them, from one address (IPv6: from one /64)"),
    key("http2_max_streams", "N", "100", "Requests at once on one HTTP/2 connection"),
    key(
        "http2_max_resets",
        "N",
        "20",
        "Requests that an HTTP/2 peer may break off before they were looked at; more close the connection",
    ),
    key(
        "notifier_networks",
        "NETWORKS",
        "",
        "Addresses or networks, separated by commas, that notifiers may reach although they are loopback, link-local or a \
         cloud's metadata, such as 127.0.0.1 for a mail relay on this host",
    ),
    key(
        "issuer_networks",
        "NETWORKS",
        "",
        "As notifier_networks, for issuers outside: ACME servers, Vault and OpenBao",
    ),
    key(
        "issuer_programs",
        "FILES",
        "",
        "The programs that an issuer of kind exec may be, by their absolute paths, separated by commas; none when absent",
    ),
    key("dns_networks", "NETWORKS", "", "As notifier_networks, for DNS providers and the servers of zones"),
    key(
        "dns_programs",
        "FILES",
        "",
        "The programs that a DNS provider of kind exec may be, by their absolute paths, separated by commas; none when absent",
    ),
    key(
        "dns_resolvers",
        "ADDRESSES",
        "",
        "The resolvers that find a name's zone and its servers, such as 192.0.2.53:53, separated by commas; those of the \
         system when absent",
    ),
    key(
        "dns_server_port",
        "PORT",
        "53",
        "The port at which the servers of zones are asked whether a record is there; another one is for tests",
    ),
    key(
        "backup_max_age",
        "DURATION",
        "",
        "How old the last `certctl admin backup` may get before there is an alert, an hour to a year, such as 2d; there is \
         no such alert when absent",
    ),
    key(
        "local_ca_name",
        "NAME",
        "certctl Local CA",
        "The name of the local CA that is made at the first start",
    ),
    key(
        "local_ca_certificate_file",
        "FILE",
        "",
        "A CA certificate with those above it (PEM), for a local CA below your own; with --local-ca-key-file",
    ),
    key("local_ca_key_file", "FILE", "", "The key of --local-ca-certificate-file (PEM)"),
    key(
        "auth_type",
        "TYPE",
        "api-key",
        "How callers are known: api-key (users, sessions and API keys), or none, which makes an admin of whoever reaches the \
         server and is refused unless it listens on a loopback address",
    ),
    key("keygen_mode", "MODE", "agent", "Where keys of certificates are made; only agent in this release"),
];

/// Variables of the other programs of certctl, and of this one, that are no settings.
pub(crate) const OTHER_VARIABLES: &[&str] = &[
    "CERTCTL_CONFIG",
    "CERTCTL_BACKUP_PASSPHRASE_FILE",
    "CERTCTL_SEALING_KEY",
    "CERTCTL_KILL_AT",
    "CERTCTL_KEY_DIR",
    "CERTCTL_SERVER_URL",
    "CERTCTL_API_KEY",
    "CERTCTL_API_KEY_FILE",
    "CERTCTL_CA_FILE",
];

/// The setting of a name.
pub fn by_name(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct_and_spell_flag_and_variable() {
        for (i, key) in KEYS.iter().enumerate() {
            assert!(KEYS.iter().skip(i + 1).all(|other| other.name != key.name), "{}", key.name);
            assert!(!OTHER_VARIABLES.contains(&key.variable().as_str()), "{}", key.name);
        }
        let key = by_name("tls_cert_file").unwrap();
        assert_eq!(
            (key.flag().as_str(), key.variable().as_str()),
            ("--tls-cert-file", "CERTCTL_TLS_CERT_FILE")
        );
    }
}
