//! Revocations: asked for, listed, called off.
//!
//! Not for: what clients of certificates read (CRLs and OCSP, which are no JSON).

use certctl_core::actor::Actor;
use certctl_core::id::{CertificateId, IssuerId, RevocationId, VersionId};
use certctl_core::revocation::{RevocationReason, RevocationState};
use certctl_core::time::Ts;

use crate::certificates::yes;

request! {
    /// Revoke versions of a certificate.
    pub struct RevokeCertificate {
        /// Why.
        pub reason: RevocationReason,
        /// Only this version; the current one of each key holder when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub version_id: Option<VersionId>,
        /// Renew first, and revoke when each target was seen serving the new version; at once when false.
        #[serde(default = "yes")]
        pub replace_first: bool,
        /// For the audit trail: 1 to 500 letters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub comment: Option<String>,
    }

    /// Revoke what one of these finds: a serial of an issuer, a fingerprint, a key, a version.
    pub struct CreateRevocations {
        /// The serial, hexadecimal; with `issuer_id`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub serial: Option<String>,
        /// Who has signed it; beside `serial` only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub issuer_id: Option<IssuerId>,
        /// SHA-256 of the certificate (DER), hexadecimal.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub fingerprint_sha256: Option<String>,
        /// SHA-256 of the public key (SubjectPublicKeyInfo), hexadecimal: every certificate of that key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub public_key_sha256: Option<String>,
        /// A version.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub version_id: Option<VersionId>,
        /// Why.
        pub reason: RevocationReason,
        /// Renew first what is current, and revoke when each target was seen serving the new version; at once when false.
        #[serde(default = "yes")]
        pub replace_first: bool,
        /// For the audit trail: 1 to 500 letters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub comment: Option<String>,
    }

    /// Call off a revocation.
    #[derive(Default)]
    pub struct CancelRevocation {
        /// Why, for the audit trail: 1 to 500 letters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub comment: Option<String>,
    }
}

answer! {
    /// What was asked to be revoked, one for each certificate.
    pub struct RevocationsAsked {
        /// Each as it stands.
        pub revocations: Vec<Revocation>,
    }

    /// The revocation of one certificate.
    pub struct Revocation {
        /// Id.
        pub id: RevocationId,
        /// Whose certificate.
        pub issuer_id: IssuerId,
        /// Its serial: lower-case hexadecimal without separators.
        pub serial: String,
        /// Which version; absent for a serial that is not known here.
        pub version_id: Option<VersionId>,
        /// Of which certificate.
        pub certificate_id: Option<CertificateId>,
        /// Why.
        pub reason: RevocationReason,
        /// In a person's words.
        pub comment: Option<String>,
        /// Where it is: `waiting` for what takes its place, `pending` until the authority knows, then `revoked`; or `failed`,
        /// `cancelled`.
        pub state: RevocationState,
        /// Whether it was to wait for what takes its place.
        pub replace_first: bool,
        /// When the certificate ends by itself.
        pub not_after: Ts,
        /// Who asked.
        pub requested_by: Actor,
        /// When.
        pub requested_at: Ts,
        /// How often the authority was told.
        pub tries: i64,
        /// When it is told next; absent when it is not.
        pub next_try_at: Option<Ts>,
        /// Why the last try failed, or why it was called off.
        pub error: Option<String>,
        /// Since when it is revoked.
        pub revoked_at: Option<Ts>,
        /// When it last changed.
        pub updated_at: Ts,
        /// Counts changes; events name it.
        pub revision: i64,
    }
}
