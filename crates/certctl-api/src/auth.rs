//! Who calls: set-up, sign-in, identity.

use certctl_core::actor::Actor;
use certctl_core::permission::{Permission, Role};

answer! {
    /// How callers are known here.
    pub struct AuthInfo {
        /// `api-key`.
        pub auth_type: String,
        /// Whether the first admin key has still to be made.
        pub setup_open: bool,
    }

    /// The caller.
    pub struct AuthCheck {
        /// Who.
        pub actor: Actor,
        /// For people.
        pub name: String,
        /// Its role.
        pub role: Role,
        /// What it may do.
        pub permissions: Vec<Permission>,
    }
}

request! {
    /// Redeem the one-time set-up token: makes the first admin key.
    pub struct SetupRequest {
        /// From the link that the server printed at its first start.
        pub token: String,
        /// The key's name; `admin` when absent.
        #[serde(default)]
        pub name: Option<String>,
    }

    /// Sign in with a key; the answer sets a session cookie.
    pub struct LoginRequest {
        /// `ck_...`.
        pub api_key: String,
    }
}
