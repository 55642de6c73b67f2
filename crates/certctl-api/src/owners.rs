//! Owners: whom a certificate belongs to.

use certctl_core::id::OwnerId;
use certctl_core::time::Ts;

answer! {
    /// One owner.
    pub struct Owner {
        /// Id.
        pub id: OwnerId,
        /// For people.
        pub name: String,
        /// Where alerts go.
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
        /// Chosen id.
        #[serde(default)]
        pub id: Option<OwnerId>,
        /// For people.
        pub name: String,
        /// Where alerts go.
        #[serde(default)]
        pub email: Option<String>,
    }

    /// A change.
    pub struct UpdateOwner {
        /// For people.
        #[serde(default)]
        pub name: Option<String>,
        /// Where alerts go.
        #[serde(default)]
        pub email: Option<String>,
    }
}
