//! The live stream: events, and the word that some are no longer kept.
//!
//! Invariant: a caller that resumes is told when it missed something, by [`StreamItem::Reset`].

use certctl_core::id::EventId;
use certctl_core::time::Ts;

answer! {
    /// Something changed.
    pub struct Event {
        /// Its place in the stream; the SSE `id`.
        pub seq: i64,
        /// Id.
        pub id: EventId,
        /// When it happened.
        pub at: Ts,
        /// Such as `job.changed`; the SSE `event`.
        pub kind: String,
        /// The kind of object, such as `job`.
        pub object_kind: String,
        /// The id of the object.
        pub object_id: String,
        /// The object's revision from this change on, when it has one: what was read at this revision or a later one has it.
        pub revision: Option<i64>,
        /// The names of the object's fields that changed, as the object's own answer names them; empty when it was made
        /// or removed, or when the event tells of something that is no field of it.
        pub changed: Vec<String>,
        /// Facts, by name.
        pub data: serde_json::Value,
    }
}

answer! {
    /// Events before those that follow are no longer kept: what was learned from the stream has to be read anew.
    pub struct Reset {
        /// The first place that is kept.
        pub oldest: i64,
    }
}

/// What comes out of the stream.
#[derive(Debug, Clone)]
pub enum StreamItem {
    /// Something changed.
    Event(Event),
    /// Something was missed.
    Reset(Reset),
}
