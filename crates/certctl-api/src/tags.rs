//! Tags of certificates.

answer! {
    /// A tag that certificates have.
    pub struct Tag {
        /// The tag.
        pub tag: String,
        /// How many certificates have it that are not archived.
        pub certificates: i64,
    }
}
