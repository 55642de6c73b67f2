//! The live stream: one event of the outbox.

use certctl_core::id::EventId;
use certctl_core::time::Ts;

answer! {
    /// Something changed.
    pub struct Event {
        /// Its place in the stream; the SSE `id`.
        pub seq: i64,
        /// Id.
        pub id: EventId,
        /// When.
        pub at: Ts,
        /// Such as `job.changed`; the SSE `event`.
        pub kind: String,
        /// What kind of object.
        pub object_kind: String,
        /// Which.
        pub object_id: String,
        /// Facts, by name.
        pub data: serde_json::Value,
    }
}
