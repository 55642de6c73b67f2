//! The server itself: what it runs on, and what of its own ends one day.
//!
//! Not for: whether its parts work ([`crate::health`]). Invariant: no path of its host, no address of its database, no secret.

use certctl_core::time::Ts;

answer! {
    /// The server.
    pub struct SystemInfo {
        /// Of its program.
        pub version: String,
        /// Of the API.
        pub api: String,
        /// This process among its replicas.
        pub replica_id: String,
        /// `sqlite` or `postgresql`.
        pub store: String,
        /// The number of the last migration of the store.
        pub schema_version: i64,
        /// When it was applied.
        pub schema_at: Ts,
        /// What is written to the log, as configured.
        pub log_level: String,
        /// Where people and agents reach it.
        pub public_url: String,
        /// Where `/metrics` is served without a key, besides the API's own: an address of its host; absent when it is not.
        pub metrics_listen: Option<String>,
        /// The certificates of the control plane's own.
        pub certificates: Vec<OwnCertificate>,
        /// When a backup was last made with `certctl admin backup`; absent when none was.
        pub last_backup_at: Option<Ts>,
        /// How old it may become before an alert opens; absent when nobody is told.
        pub backup_max_age_seconds: Option<i64>,
    }

    /// A certificate of the control plane's own.
    pub struct OwnCertificate {
        /// `server` (its TLS), `server_ca` (who signs that) or `agents_ca` (who signs the agents' identities).
        pub role: String,
        /// Its end.
        pub not_after: Ts,
        /// Whether the control plane renews it by itself; a certificate from files is renewed by who writes them.
        pub renews_itself: bool,
    }
}
