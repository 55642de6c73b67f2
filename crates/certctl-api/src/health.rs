//! Whether a server is alive and ready, and its version.
//!
//! Invariant: a server that is not ready answers with the same body as one that is, so that a caller can name the check.

answer! {
    /// That the process answers.
    pub struct Alive {
        /// `ok`.
        pub status: String,
    }

    /// Whether the server can do its work.
    pub struct Ready {
        /// `ready` or `not_ready`.
        pub status: String,
        /// One for each thing that it needs.
        pub checks: Vec<Check>,
    }

    /// One check.
    pub struct Check {
        /// `store`, `migrations`, `sealing_key` or `scheduler`.
        pub name: String,
        /// Whether it is all right.
        pub ok: bool,
        /// What is wrong, or what was found.
        pub detail: String,
    }

    /// Release and API.
    pub struct ServerVersion {
        /// Of the server's program.
        pub version: String,
        /// Of the API.
        pub api: String,
    }
}
