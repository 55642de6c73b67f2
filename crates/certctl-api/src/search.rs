//! Finding anything by any handle.

use certctl_core::id::CertificateId;
use certctl_core::text_enum;

text_enum! {
    /// By which handle something was found.
    pub enum Handle {
        /// Its id, or the beginning of it.
        Id = "id",
        /// Its name, or one of its names.
        Name = "name",
        /// The serial of a version.
        Serial = "serial",
        /// The SHA-256 fingerprint of a version.
        Fingerprint = "fingerprint",
        /// Where a target is looked at, `host:port`.
        Address = "address",
        /// The id of a request.
        RequestId = "request_id",
    }
}

answer! {
    /// What was found, the best first.
    pub struct SearchResults {
        /// At most `limit`.
        pub items: Vec<Found>,
    }

    /// One thing that was found.
    pub struct Found {
        /// Such as `certificate`, `target`, `agent`, `job`, `issuer`, `owner`, `team`, `profile`, `renewal_policy`,
        /// `audit_event`.
        pub kind: String,
        /// Its id.
        pub id: String,
        /// Its name.
        pub title: String,
        /// What tells it from others.
        pub detail: String,
        /// By which handle it was found.
        pub handle: Handle,
        /// Whether the handle is the text as a whole.
        pub exact: bool,
        /// The certificate that it belongs to, for what belongs to one.
        pub certificate_id: Option<CertificateId>,
    }
}
