//! API keys.

use certctl_core::id::ApiKeyId;
use certctl_core::permission::Role;
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
        /// The first letters of the secret, to recognise it.
        pub prefix: String,
        /// When it ends.
        pub expires_at: Option<Ts>,
        /// When it was last used, to the minute.
        pub last_used_at: Option<Ts>,
        /// When it was revoked.
        pub revoked_at: Option<Ts>,
        /// When it was made.
        pub created_at: Ts,
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
        /// Seconds until it ends; never when absent.
        #[serde(default)]
        pub expires_in_seconds: Option<i64>,
    }
}
