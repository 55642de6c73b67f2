//! Issuers.

use certctl_core::id::IssuerId;
use certctl_core::time::Ts;

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
        /// Its CA certificates, issuing one first (PEM).
        pub chain_pem: String,
        /// The end of the issuing certificate.
        pub not_after: Option<Ts>,
        /// When it was made.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
        /// Counts changes; the `ETag`.
        pub revision: i64,
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
        #[serde(default)]
        pub name: Option<String>,
    }
}
