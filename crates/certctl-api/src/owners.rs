//! Owners: whom a certificate belongs to.

use certctl_core::id::OwnerId;
use certctl_core::time::Ts;

answer! {
    /// One owner.
    pub struct Owner {
        /// Id.
        pub id: OwnerId,
        /// A name for people, 1 to 200 letters.
        pub name: String,
        /// The e-mail address that alerts go to.
        pub email: Option<String>,
        /// When it was made.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
        /// Counts changes; the `ETag`.
        pub revision: i64,
    }
}

request! {
    /// A new owner.
    pub struct CreateOwner {
        /// An id of the caller's choice; one is made when absent.
        #[serde(default)]
        pub id: Option<OwnerId>,
        /// A name for people, 1 to 200 letters.
        pub name: String,
        /// The e-mail address that alerts go to.
        #[serde(default)]
        pub email: Option<String>,
    }

    /// A change (JSON merge patch, RFC 7396); what is absent stays as it is.
    pub struct UpdateOwner {
        /// A name for people, 1 to 200 letters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        /// The e-mail address that alerts go to; null or an empty one takes it away.
        #[serde(default, with = "crate::certificates::nullable", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
        pub email: Option<Option<String>>,
    }
}
