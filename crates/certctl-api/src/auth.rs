//! Who calls: set-up, sign-in, identity.

use certctl_core::actor::Actor;
use certctl_core::permission::{Permission, Role};

answer! {
    /// How callers are known here.
    pub struct AuthInfo {
        /// How people and programs sign in: `api-key`.
        pub auth_type: String,
        /// Whether the first admin key has still to be made.
        pub setup_open: bool,
    }

    /// The caller, and what it may do.
    pub struct AuthCheck {
        /// Who calls, as the audit trail names it.
        pub actor: Actor,
        /// A name for people, 1 to 200 letters.
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
        /// The API key, `ck_...`.
        pub api_key: String,
    }
}
