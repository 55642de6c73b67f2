//! Imports: certificates that exist already, brought in as PEM.

use certctl_core::id::{CertificateId, IssuerId, OwnerId, ProfileId, RenewalPolicyId, TeamId};
use certctl_core::text_enum;
use certctl_core::time::Ts;

text_enum! {
    /// As what certificates are brought in.
    pub enum ImportMode {
        /// To be looked after: renewed by uploading a CSR (key strategy `external`), with alerts and policies.
        Managed = "managed",
        /// Seen somewhere: watched, and neither renewed nor deployed (key strategy `found`).
        Found = "found",
    }
}

text_enum! {
    /// What became of one certificate of an import.
    pub enum ImportOutcome {
        /// It is new here.
        Imported = "imported",
        /// It was watched only, and is managed now.
        Claimed = "claimed",
        /// It was here already, by its fingerprint; nothing was changed.
        Exists = "exists",
        /// It was not brought in.
        Refused = "refused",
    }
}

request! {
    /// Certificates to bring in. The whole body may have 1 MiB; send more in several requests.
    pub struct ImportCertificates {
        /// 1 to 500 texts, such as files, each with one or more certificates.
        #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
        pub bundles: Vec<ImportBundle>,
        /// As what; `managed` when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub mode: Option<ImportMode>,
        /// The issuer of later versions, for `managed`; `iss-local` when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub issuer_id: Option<IssuerId>,
        /// The profile of later versions; `prof-default` when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub profile_id: Option<ProfileId>,
        /// The renewal policy; `rp-default` when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub renewal_policy_id: Option<RenewalPolicyId>,
        /// The owner of all of them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub owner_id: Option<OwnerId>,
        /// The team of all of them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub team_id: Option<TeamId>,
        /// The environment of all of them, such as `production`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub environment: Option<String>,
        /// Labels of all of them: at most 50, of 1 to 100 letters.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub tags: Vec<String>,
        /// Only say what would become of each; bring nothing in.
        #[serde(default)]
        pub dry_run: bool,
    }

    /// A PEM text: leaves, each with the CA certificates above it, in any order. Never a private key.
    pub struct ImportBundle {
        /// What the answer calls it, such as a file's name: 1 to 200 letters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        /// The text, at most 64 KiB.
        pub pem: String,
    }
}

answer! {
    /// What became of each certificate, in the order of the bundles.
    pub struct ImportResult {
        /// Each certificate; a bundle that cannot be read is one item.
        pub items: Vec<ImportItem>,
        /// How many are new here.
        pub imported: i64,
        /// How many were watched only, and are managed now.
        pub claimed: i64,
        /// How many were here already.
        pub existing: i64,
        /// How many were not brought in.
        pub refused: i64,
    }

    /// What became of one certificate.
    pub struct ImportItem {
        /// The place of its bundle in the request, from 0.
        pub bundle: i64,
        /// The name of its bundle.
        pub name: Option<String>,
        /// Which certificate of the bundle, from 1; absent when the bundle as a whole is meant.
        pub number: Option<i64>,
        /// What became of it.
        pub outcome: ImportOutcome,
        /// The certificate, here.
        pub certificate_id: Option<CertificateId>,
        /// SHA-256 of the DER, lower-case hexadecimal.
        pub fingerprint_sha256: Option<String>,
        /// The names that it is for.
        pub names: Vec<String>,
        /// Its subject.
        pub subject: Option<String>,
        /// Who signed it.
        pub issuer: Option<String>,
        /// Its end.
        pub not_after: Option<Ts>,
        /// Refused: why, as a stable word.
        pub code: Option<String>,
        /// Refused: why, in words.
        pub cause: Option<String>,
        /// What may stand against its renewal, in words.
        pub warnings: Vec<String>,
    }
}
