//! The certificate authorities of local CAs: roots, and the issuing CAs below them, by generation.

use certctl_core::ca::{CaRole, CaState};
use certctl_core::id::{CaId, IssuerId};
use certctl_core::time::Ts;

answer! {
    /// A certificate authority that certctl signs with, or has signed with.
    pub struct Ca {
        /// Id.
        pub id: CaId,
        /// The issuer that it signs for; absent for a root, below which several issuers can be.
        pub issuer_id: Option<IssuerId>,
        /// What it is for.
        pub role: CaRole,
        /// Where it is in its life.
        pub state: CaState,
        /// Counts the CAs of its issuer, or the roots that took each other's place, from 1.
        pub generation: i64,
        /// The subject of its certificate.
        pub subject: String,
        /// The serial of its certificate, hexadecimal.
        pub serial: String,
        /// SHA-256 of its certificate (DER), hexadecimal.
        pub fingerprint_sha256: String,
        /// The identifier of its key, hexadecimal.
        pub subject_key_id: String,
        /// Such as `ecdsa-p256`.
        pub key_algorithm: String,
        /// Whether its key is here; not for the root of another PKI, and not after its retirement.
        pub has_key: bool,
        /// Valid from.
        pub not_before: Ts,
        /// Valid until.
        pub not_after: Ts,
        /// How many further CAs may stand below it; absent without a limit.
        pub path_length: Option<u8>,
        /// Host names (with all below them) and ranges of addresses that it is limited to; empty when it is not.
        pub permitted_names: Vec<String>,
        /// Host names (with all below them) and ranges of addresses that it may not speak for.
        pub excluded_names: Vec<String>,
        /// The root that has signed it; absent for a root, and when that is not known.
        pub parent_id: Option<CaId>,
        /// Its further certificates: the same name and key, signed by another root.
        pub cross_certificates: Vec<CrossCertificate>,
        /// What took its place.
        pub replaced_by: Option<CaId>,
        /// How many certificates that it has signed have neither ended nor been revoked, counted up to 100,000; given with one
        /// CA, absent in lists and for roots.
        pub live_certificates: Option<i64>,
        /// How its revocations are told; given with one CA that has signed, absent in lists and for roots.
        #[serde(default)]
        pub revocation_lists: Option<RevocationLists>,
        /// Its certificate (PEM).
        pub pem: String,
        /// What is known above its certificates, its own first and the root last (PEM).
        pub chain_pem: String,
        /// When it was made.
        pub created_at: Ts,
        /// When it was replaced: from then on it drains.
        pub replaced_at: Option<Ts>,
        /// When it was retired.
        pub retired_at: Option<Ts>,
        /// Counts changes; the `ETag`.
        pub revision: i64,
    }

    /// How the revocations of a CA are told: its CRLs, and its OCSP responder, which answers from the same rows at once.
    pub struct RevocationLists {
        /// Where its CRLs are, as its certificates say; empty when the server has no `pki_url`, so that they say nothing.
        pub crl_urls: Vec<String>,
        /// Where its OCSP responder is, as its certificates say.
        pub ocsp_url: Option<String>,
        /// How many certificates its CRLs have.
        pub entries: i64,
        /// How many revocations came since, for the next ones.
        pub waiting: i64,
        /// When the oldest of its present CRLs was made; absent while there is none.
        pub this_update: Option<Ts>,
        /// Until when the first of them holds.
        pub next_update: Option<Ts>,
        /// When the next one is made.
        pub due_at: Option<Ts>,
        /// Why there is no newer one.
        pub last_error: Option<String>,
    }

    /// A certificate for the name and key of a root, signed by the root before it.
    pub struct CrossCertificate {
        /// Which root has signed it.
        pub signed_by: CaId,
        /// SHA-256 of it (DER), hexadecimal.
        pub fingerprint_sha256: String,
        /// Valid from.
        pub not_before: Ts,
        /// Valid until.
        pub not_after: Ts,
        /// It (PEM).
        pub pem: String,
    }
}

request! {
    /// How the next issuing CA of an issuer differs from the present one; what is absent is as before.
    pub struct ReplaceCa {
        /// Such as `ecdsa-p256`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub key_algorithm: Option<String>,
        /// How long it is valid, in days, and never longer than its root.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub lifetime_days: Option<i64>,
        /// How many further CAs may stand below it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub path_length: Option<u8>,
        /// Host names (with all below them) and ranges of addresses that it is limited to; none to lift the limit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub permitted_names: Option<Vec<String>>,
        /// Host names (with all below them) and ranges of addresses that it may not speak for; none to lift it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub excluded_names: Option<Vec<String>>,
    }

    /// How the next root differs from the present one; what is absent is as before.
    pub struct ReplaceRoot {
        /// Such as `ecdsa-p384`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub key_algorithm: Option<String>,
        /// How long it is valid, in days.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub lifetime_days: Option<i64>,
    }
}
