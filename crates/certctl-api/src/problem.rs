//! Error bodies: RFC 9457 problem documents.
//!
//! Not for: choosing a status code (the server's `error.rs`). Invariant: `code` is stable and `detail` is written
//! for the person who has to act.

answer! {
    /// An `application/problem+json` body (RFC 9457, section 3).
    pub struct Problem {
        /// A URI reference that names the kind of problem; ends in `code`.
        #[serde(rename = "type")]
        pub kind: String,
        /// The stable code, such as `state_conflict`.
        pub code: String,
        /// One line for the kind of problem.
        pub title: String,
        /// The HTTP status.
        pub status: u16,
        /// What happened and what to do.
        pub detail: String,
        /// One entry for each bad field.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub errors: Vec<FieldError>,
        /// Present state and other machine-readable facts, by name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub params: Option<serde_json::Value>,
        /// The request's id, to find it in the log.
        pub request_id: String,
    }

    /// One bad field.
    pub struct FieldError {
        /// JSON pointer (RFC 6901) into the body, empty for the body as a whole; or `?name` for a query parameter, `{id}`
        /// for the id in the path, `Name:` for a header.
        pub pointer: String,
        /// What is wrong with it.
        pub detail: String,
    }
}
