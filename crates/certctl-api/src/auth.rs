//! Who calls: set-up, sign-in, identity, roles.

use certctl_core::actor::Actor;
use certctl_core::id::SessionId;
use certctl_core::permission::{Permission, Role, Scope};
use certctl_core::time::Ts;

use crate::api_keys::ApiKey;
use crate::users::{Password, User};

answer! {
    /// How callers are known here.
    pub struct AuthInfo {
        /// `api-key`: people and programs sign in, or send a key. `none`: whoever reaches this server is an admin.
        pub auth_type: String,
        /// Whether the first admin has still to be made.
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
        /// What it may do, on the certificates of its scope.
        pub permissions: Vec<Permission>,
        /// On which certificates, their jobs and events; everything when its lists are empty.
        #[serde(default)]
        pub scope: Scope,
        /// The permission that was asked about, when the caller does not have it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub missing: Option<Permission>,
        /// The session that the caller came with.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub session: Option<CurrentSession>,
        /// The server's clock.
        pub server_time: Ts,
    }

    /// The session of the caller.
    pub struct CurrentSession {
        /// Id.
        pub id: SessionId,
        /// When it ends, however it is used.
        pub expires_at: Option<Ts>,
    }

    /// A role and what it may do.
    pub struct RoleView {
        /// The role.
        pub role: Role,
        /// What it is for.
        pub description: String,
        /// What it may do.
        pub permissions: Vec<Permission>,
        /// Whether users and keys of this role can be narrowed to teams and environments.
        pub can_be_scoped: bool,
    }

    /// What the set-up made: a key, or a user.
    pub struct SetupDone {
        /// The first admin key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub api_key: Option<ApiKey>,
        /// Its secret, shown once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub secret: Option<String>,
        /// The first admin user.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub user: Option<User>,
    }
}

request! {
    /// Redeem the one-time set-up token: makes the first admin key, or the first admin user.
    pub struct SetupRequest {
        /// From the link that the server printed at its first start.
        pub token: String,
        /// The key's name; `admin` when absent. A user has its own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        /// Makes this user in place of a key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub user: Option<FirstUser>,
    }

    /// The first admin user.
    pub struct FirstUser {
        /// What is typed at sign-in, such as `alice`: 1 to 64 letters, digits, `.`, `_`, `-`, `@`; capitals make no difference.
        pub username: String,
        /// A name for people, 1 to 200 letters; the user name when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        /// An address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub email: Option<String>,
        /// The password: 12 to 256 letters, and none that people guess first.
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = Password))]
        pub password: Password,
    }

    /// Sign in with a user name and password, or with a key; the answer sets a session cookie.
    pub struct LoginRequest {
        /// The user name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub username: Option<String>,
        /// The password of the user.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Password))]
        pub password: Option<Password>,
        /// An API key, `ck_...`, in place of the two.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
        pub api_key: Option<Password>,
    }
}
