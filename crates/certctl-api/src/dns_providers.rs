//! DNS providers: who sets the records that prove control of names.

use certctl_core::dns_provider::DnsProviderKind;
use certctl_core::id::DnsProviderId;
use certctl_core::time::Ts;
use serde_json::Value;

answer! {
    /// A DNS provider.
    pub struct DnsProvider {
        /// Id.
        pub id: DnsProviderId,
        /// A name for people, 1 to 200 letters.
        pub name: String,
        /// What it is.
        pub kind: DnsProviderKind,
        /// By the schema of its kind, without the secrets.
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        pub config: Value,
        /// The secret fields of the configuration that are set. Their values are never shown.
        pub secrets: Vec<String>,
        /// When it last did what it was asked for.
        pub last_success_at: Option<Ts>,
        /// When it last did not.
        pub last_failure_at: Option<Ts>,
        /// Why, for a person.
        pub last_failure: Option<String>,
        /// When it was made.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
        /// Counts changes; the `ETag`.
        pub revision: i64,
    }

    /// A kind of DNS provider.
    pub struct DnsProviderKindInfo {
        /// Its word.
        pub kind: DnsProviderKind,
        /// For people.
        pub title: String,
        /// JSON Schema of `config`.
        pub schema: Value,
    }
}

request! {
    /// A new DNS provider.
    pub struct CreateDnsProvider {
        /// An id of the caller's choice; one is made when absent.
        #[serde(default)]
        pub id: Option<DnsProviderId>,
        /// A name for people, 1 to 200 letters.
        pub name: String,
        /// What it is.
        pub kind: DnsProviderKind,
        /// By the schema of its kind.
        #[serde(default)]
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        pub config: Value,
    }

    /// A change (JSON merge patch, RFC 7396); what is absent stays as it is.
    pub struct UpdateDnsProvider {
        /// A name for people, 1 to 200 letters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        /// The whole configuration. A secret that it does not name stays, one that is null is removed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
        pub config: Option<Value>,
    }

    /// For which name a DNS provider is tested.
    pub struct TestDnsProvider {
        /// A name of a certificate, such as `www.example.com`: a record is set at `_acme-challenge` below it.
        pub name: String,
    }
}
