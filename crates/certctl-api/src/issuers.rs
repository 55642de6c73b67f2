//! Issuers.

use certctl_core::id::IssuerId;
use certctl_core::text_enum;
use certctl_core::time::Ts;

text_enum! {
    /// How an issuer is doing.
    pub enum IssuerState {
        /// It has signed, and nothing stands against it.
        Ok = "ok",
        /// Every try fails.
        Failing = "failing",
        /// It was never asked.
        Unknown = "unknown",
    }
}

answer! {
    /// A configured CA.
    pub struct Issuer {
        /// Id.
        pub id: IssuerId,
        /// A name for people, 1 to 200 letters.
        pub name: String,
        /// Such as `local_ca`.
        pub kind: String,
        /// Its configuration, without secrets.
        pub config: serde_json::Value,
        /// The secret fields of the configuration that are set. Their values are never shown.
        #[serde(default)]
        pub secrets: Vec<String>,
        /// Its CA certificates, issuing one first (PEM). For an authority outside those that it gave last; empty before it gave any.
        pub chain_pem: String,
        /// The end of the issuing certificate.
        pub not_after: Option<Ts>,
        /// Since when it takes no new orders; their jobs wait until it is resumed.
        #[serde(default)]
        pub paused_at: Option<Ts>,
        /// Why, in the words of who paused it.
        #[serde(default)]
        pub paused_because: Option<String>,
        /// How it is doing.
        pub health: IssuerHealth,
        /// When it was made.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
        /// Counts changes; the `ETag`.
        pub revision: i64,
    }

    /// How an issuer is doing, by what it was asked for.
    pub struct IssuerHealth {
        /// In a word.
        pub state: IssuerState,
        /// When it last signed, to the minute.
        pub last_success_at: Option<Ts>,
        /// When it last did not answer.
        pub last_failure_at: Option<Ts>,
        /// Why, for a person.
        pub last_failure: Option<String>,
        /// Since when every try fails; absent when it answers.
        pub failing_since: Option<Ts>,
        /// How long the middle one of its newest signatures took, in milliseconds; absent without any. This and the next two are
        /// of the last 24 hours, and of the newest 2,000 jobs at most.
        pub latency_ms: Option<i64>,
        /// How many of its orders were signed.
        pub signed: i64,
        /// How many were given up.
        pub failed: i64,
        /// How many of its orders are open.
        pub open_jobs: i64,
        /// It asked to be left alone until then: its orders wait.
        #[serde(default)]
        pub limited_until: Option<Ts>,
        /// Why, in its own words.
        #[serde(default)]
        pub limited_because: Option<String>,
        /// How many new orders it takes, when that is configured (`rate_limit_orders`); those beyond it wait.
        #[serde(default)]
        pub budget: Option<IssuerBudget>,
    }

    /// How many new orders an issuer's account may make.
    pub struct IssuerBudget {
        /// So many in the window, which ends now and moves on.
        pub limit: i64,
        /// So many were begun in it.
        pub used: i64,
        /// How long the window is.
        pub window_seconds: i64,
        /// When the next may begin; absent when it may now.
        pub next_at: Option<Ts>,
    }

    /// The TXT record of dns-persist-01, which proves control of a name for as long as it is there.
    pub struct PersistentRecord {
        /// Where it is set, without a dot at the end.
        pub record: String,
        /// What it says: one of these will do, the first by preference.
        pub texts: Vec<String>,
    }

    /// A kind of issuer.
    pub struct IssuerKind {
        /// Such as `local_ca`.
        pub kind: String,
        /// For people.
        pub title: String,
        /// JSON Schema of `config`.
        pub schema: serde_json::Value,
    }

    /// What a test found, step by step.
    pub struct TestResult {
        /// Whether every step succeeded.
        pub ok: bool,
        /// The steps.
        pub steps: Vec<TestStep>,
    }

    /// One step of a test.
    pub struct TestStep {
        /// Such as `sign`.
        pub name: String,
        /// Whether it succeeded.
        pub ok: bool,
        /// How long it took.
        pub milliseconds: i64,
        /// What was seen.
        pub detail: String,
    }
}

request! {
    /// A new issuer.
    pub struct CreateIssuer {
        /// An id of the caller's choice; one is made when absent.
        #[serde(default)]
        pub id: Option<IssuerId>,
        /// A name for people, 1 to 200 letters.
        pub name: String,
        /// Such as `local_ca`.
        pub kind: String,
        /// Its configuration, by the schema of its kind.
        #[serde(default)]
        pub config: serde_json::Value,
    }

    /// A change (JSON merge patch, RFC 7396); what is absent stays as it is.
    pub struct UpdateIssuer {
        /// A name for people, 1 to 200 letters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        /// The whole configuration of an authority outside. A secret that it does not name stays, one that is null is removed. A
        /// local CA's cannot be changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
        pub config: Option<serde_json::Value>,
    }

    /// An issuer that is to take no new orders.
    pub struct PauseIssuer {
        /// Why, for those whose jobs wait.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
    }
}
