//! Access rules: what holds for everybody who may change this installation.

answer! {
    /// The access rules of this installation.
    pub struct AccessRules {
        /// Whether what cannot be taken back needs a second person: revoking a selection of certificates, replacing a CA,
        /// making an admin, and switching this off.
        pub two_people: bool,
        /// How many people could confirm what the caller asks for: admins that can sign in, without the caller.
        pub confirmers: i64,
    }
}

request! {
    /// The access rules as they are to be.
    pub struct PutAccessRules {
        /// Whether what cannot be taken back needs a second person. Switching it off needs one, too.
        pub two_people: bool,
    }
}
