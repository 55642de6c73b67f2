//! Profiles: what may be issued.

use certctl_core::approval::ApprovalMode;
use certctl_core::certificate::KeyStrategy;
use certctl_core::id::{CertificateId, IssuerId, ProfileId};
use certctl_core::permission::Role;
use certctl_core::time::Ts;

answer! {
    /// The limits of an issuance.
    pub struct Profile {
        /// Id.
        pub id: ProfileId,
        /// A name for people, 1 to 200 letters.
        pub name: String,
        /// Allowed key algorithms; the first is the default.
        pub key_algorithms: Vec<String>,
        /// The lifetime when none is asked for.
        pub default_lifetime_seconds: i64,
        /// The longest lifetime.
        pub max_lifetime_seconds: i64,
        /// `server_auth`, `client_auth`.
        pub extended_key_usages: Vec<String>,
        /// Patterns that names must match one of; empty allows every name.
        pub name_patterns: Vec<String>,
        /// Which issuances need a person's yes before they are signed.
        pub approval: ApprovalMode,
        /// Roles that may ask for certificates under this profile; empty: all that have the permission.
        pub requester_roles: Vec<Role>,
        /// Issuers that may sign; empty: all.
        pub issuer_ids: Vec<IssuerId>,
        /// Whether a name may be a wildcard such as `*.example.internal`.
        pub wildcards: bool,
        /// The most names of one certificate.
        pub max_names: u32,
        /// The shortest lifetime.
        pub min_lifetime_seconds: i64,
        /// Whether a name may be an IP address.
        pub ip_addresses: bool,
        /// Who may make the key; empty: anybody.
        pub key_strategies: Vec<KeyStrategy>,
        /// In which environments a certificate may be; empty: in any, and in none.
        pub environments: Vec<String>,
        /// When it was made.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
        /// Counts changes; the `ETag`.
        pub revision: i64,
    }
}

answer! {
    /// What a change of a profile would lead to at the next issuances. What is issued stays as it is.
    pub struct ProfilePreview {
        /// How many certificates are under the profile, as far as the caller may see them; what was only found does not count.
        pub certificates: i64,
        /// How many of those were looked at.
        pub checked: i64,
        /// Whether not all were looked at: then the other counts are those of the part that was.
        pub approximate: bool,
        /// How many do not fit the profile as it is.
        pub refused_now: i64,
        /// How many that fit now would no longer be issued or renewed.
        pub would_refuse: i64,
        /// How many that do not fit now would.
        pub would_allow: i64,
        /// How many would need a person's yes for their next renewal, and need none now.
        pub would_need_approval: i64,
        /// Which limits would refuse them, and how many each.
        pub limits: Vec<RefusingLimit>,
        /// Some of those that would no longer be renewed, the earliest ids first.
        pub sample: Vec<RefusedCertificate>,
    }

    /// A limit that would refuse certificates.
    pub struct RefusingLimit {
        /// The field of a certificate that it is about, such as `lifetime_seconds`.
        pub field: String,
        /// How many.
        pub certificates: i64,
    }

    /// A certificate that would no longer be renewed.
    pub struct RefusedCertificate {
        /// Which.
        pub certificate_id: CertificateId,
        /// Its name.
        pub name: String,
        /// The field that would not fit.
        pub field: String,
        /// Why, for a person.
        pub detail: String,
    }
}

request! {
    /// A new profile.
    pub struct CreateProfile {
        /// An id of the caller's choice; one is made when absent.
        #[serde(default)]
        pub id: Option<ProfileId>,
        /// A name for people, 1 to 200 letters.
        pub name: String,
        /// Allowed key algorithms; all when absent.
        #[serde(default)]
        pub key_algorithms: Option<Vec<String>>,
        /// The lifetime when none is asked for; 90 days when absent.
        #[serde(default)]
        pub default_lifetime_seconds: Option<i64>,
        /// The longest lifetime; 397 days when absent.
        #[serde(default)]
        pub max_lifetime_seconds: Option<i64>,
        /// `server_auth`, `client_auth`; `server_auth` when absent.
        #[serde(default)]
        pub extended_key_usages: Option<Vec<String>>,
        /// Patterns that names must match one of.
        #[serde(default)]
        pub name_patterns: Option<Vec<String>>,
        /// Which issuances need a person's yes before they are signed; none when absent.
        #[serde(default)]
        pub approval: Option<ApprovalMode>,
        /// Roles that may ask for certificates under this profile; empty: all that have the permission.
        #[serde(default)]
        pub requester_roles: Option<Vec<Role>>,
        /// Issuers that may sign; empty: all.
        #[serde(default)]
        pub issuer_ids: Option<Vec<IssuerId>>,
        /// Whether a name may be a wildcard such as `*.example.internal`; yes when absent.
        #[serde(default)]
        pub wildcards: Option<bool>,
        /// The most names of one certificate, 1 to 100; 100 when absent.
        #[serde(default)]
        pub max_names: Option<u32>,
        /// The shortest lifetime; a minute when absent.
        #[serde(default)]
        pub min_lifetime_seconds: Option<i64>,
        /// Whether a name may be an IP address; yes when absent.
        #[serde(default)]
        pub ip_addresses: Option<bool>,
        /// Who may make the key; empty: anybody.
        #[serde(default)]
        pub key_strategies: Option<Vec<KeyStrategy>>,
        /// In which environments a certificate may be; empty: in any, and in none.
        #[serde(default)]
        pub environments: Option<Vec<String>>,
    }

    /// A change (JSON merge patch, RFC 7396); what is absent stays as it is.
    pub struct UpdateProfile {
        /// A name for people, 1 to 200 letters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        /// Allowed key algorithms.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub key_algorithms: Option<Vec<String>>,
        /// The lifetime when none is asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub default_lifetime_seconds: Option<i64>,
        /// The longest lifetime.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub max_lifetime_seconds: Option<i64>,
        /// `server_auth`, `client_auth`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub extended_key_usages: Option<Vec<String>>,
        /// Patterns that names must match one of.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name_patterns: Option<Vec<String>>,
        /// Which issuances need a person's yes before they are signed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub approval: Option<ApprovalMode>,
        /// Roles that may ask for certificates under this profile; empty: all that have the permission.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub requester_roles: Option<Vec<Role>>,
        /// Issuers that may sign; empty: all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub issuer_ids: Option<Vec<IssuerId>>,
        /// Whether a name may be a wildcard such as `*.example.internal`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub wildcards: Option<bool>,
        /// The most names of one certificate, 1 to 100.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub max_names: Option<u32>,
        /// The shortest lifetime.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub min_lifetime_seconds: Option<i64>,
        /// Whether a name may be an IP address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub ip_addresses: Option<bool>,
        /// Who may make the key; empty: anybody.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub key_strategies: Option<Vec<KeyStrategy>>,
        /// In which environments a certificate may be; empty: in any, and in none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub environments: Option<Vec<String>>,
    }
}
