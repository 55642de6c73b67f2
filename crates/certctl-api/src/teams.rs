//! Teams: whom a certificate belongs to.

use certctl_core::id::TeamId;
use certctl_core::time::Ts;

answer! {
    /// One team.
    pub struct Team {
        /// Id.
        pub id: TeamId,
        /// A name for people, 1 to 200 letters.
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
        /// An id of the caller's choice; one is made when absent.
        #[serde(default)]
        pub id: Option<TeamId>,
        /// A name for people, 1 to 200 letters.
        pub name: String,
    }

    /// A change (JSON merge patch, RFC 7396); what is absent stays as it is.
    pub struct UpdateTeam {
        /// A name for people, 1 to 200 letters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
    }
}
