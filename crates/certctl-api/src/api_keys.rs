//! API keys.

use certctl_core::id::ApiKeyId;
use certctl_core::permission::{Role, Scope};
use certctl_core::time::Ts;

answer! {
    /// An API key, without its secret.
    pub struct ApiKey {
        /// Id.
        pub id: ApiKeyId,
        /// A name for people, 1 to 200 letters.
        pub name: String,
        /// What it may do.
        pub role: Role,
        /// On which certificates, their jobs and events; everything when its lists are empty.
        pub scope: Scope,
        /// The first letters of the secret, to recognise it.
        pub prefix: String,
        /// When it ends.
        pub expires_at: Option<Ts>,
        /// Until when the secret before the last rotation works too.
        pub previous_secret_until: Option<Ts>,
        /// When it was last used, to the minute.
        pub last_used_at: Option<Ts>,
        /// When it was revoked.
        pub revoked_at: Option<Ts>,
        /// When it was made.
        pub created_at: Ts,
        /// Counts changes by people; the `ETag`.
        pub revision: i64,
    }

    /// A new key with its secret, shown once.
    pub struct ApiKeyCreated {
        /// The key.
        pub api_key: ApiKey,
        /// `ck_` and 256 random bits.
        pub secret: String,
    }
}

request! {
    /// A new API key.
    pub struct CreateApiKey {
        /// A name for people, 1 to 200 letters.
        pub name: String,
        /// What it may do.
        pub role: Role,
        /// On which certificates; on all when absent. Only operators and viewers can be narrowed.
        #[serde(default)]
        pub scope: Scope,
        /// Seconds until it ends; never when absent.
        #[serde(default)]
        pub expires_in_seconds: Option<i64>,
    }

    /// A change (JSON merge patch, RFC 7396): what is absent stays as it is. A role stays what it is: make another key.
    pub struct UpdateApiKey {
        /// A name for people, 1 to 200 letters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        /// On which certificates; takes the place of the whole scope, `null` lifts it.
        #[serde(default, with = "crate::certificates::nullable", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<Scope>))]
        pub scope: Option<Option<Scope>>,
        /// When it ends; `null`: never.
        #[serde(default, with = "crate::certificates::nullable", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<Ts>))]
        pub expires_at: Option<Option<Ts>>,
    }

    /// A new secret for a key.
    pub struct RotateApiKey {
        /// For how many more seconds the old secret works beside the new one, up to 7 days (604800); none when absent,
        /// and then the key's sessions end too.
        #[serde(default)]
        pub grace_seconds: Option<i64>,
    }
}
