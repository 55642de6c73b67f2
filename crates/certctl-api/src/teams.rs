//! Teams: whom a certificate belongs to.

use certctl_core::id::TeamId;
use certctl_core::time::Ts;

answer! {
    /// One team.
    pub struct Team {
        /// Id.
        pub id: TeamId,
        /// For people.
        pub name: String,
        /// When it was made.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
        /// Counts changes; the `ETag`.
        pub revision: i64,
    }
}

request! {
    /// A new team.
    pub struct CreateTeam {
        /// Chosen id.
        #[serde(default)]
        pub id: Option<TeamId>,
        /// For people.
        pub name: String,
    }

    /// A change.
    pub struct UpdateTeam {
        /// For people.
        #[serde(default)]
        pub name: Option<String>,
    }
}
