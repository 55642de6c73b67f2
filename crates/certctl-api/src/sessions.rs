//! Sessions: who is signed in, from where.

use certctl_core::actor::Actor;
use certctl_core::id::SessionId;
use certctl_core::permission::Role;
use certctl_core::time::Ts;

answer! {
    /// A session of the dashboard.
    pub struct Session {
        /// Id.
        pub id: SessionId,
        /// Whom it stands for: a user, or an API key that was used to sign in.
        pub actor: Actor,
        /// The name of the user or key.
        pub name: String,
        /// Its role.
        pub role: Role,
        /// From where it was begun; empty when that is not known.
        pub address: String,
        /// What the browser called itself; empty when it said nothing.
        pub user_agent: String,
        /// Whether this request came with it.
        pub current: bool,
        /// When it was begun.
        pub created_at: Ts,
        /// When it was last used, to the minute.
        pub last_used_at: Ts,
        /// When it ends, however it is used.
        pub expires_at: Ts,
    }

    /// How many sessions were ended.
    pub struct SessionsEnded {
        /// The number.
        pub ended: i64,
    }
}
