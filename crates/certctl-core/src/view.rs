//! Saved views: which lists have them, and how close their rows are.
//!
//! Not for: what a list's filter means (the server's lists). Invariant: each noun here has a list whose own parser reads a
//! view's filter.

use crate::permission::Permission;
use crate::text_enum;

text_enum! {
    /// The list that a view is of.
    pub enum ViewNoun {
        /// Certificates.
        Certificates = "certificates",
        /// Jobs.
        Jobs = "jobs",
        /// Agents.
        Agents = "agents",
        /// Issuers.
        Issuers = "issuers",
    }
}

text_enum! {
    /// How close the rows of a list are.
    pub enum Density {
        /// With room between them.
        Comfortable = "comfortable",
        /// As many as fit.
        Compact = "compact",
    }
}

impl ViewNoun {
    /// What one needs to read the list, and so its views.
    pub const fn permission(self) -> Permission {
        match self {
            Self::Certificates => Permission::CertificatesRead,
            Self::Jobs => Permission::JobsRead,
            Self::Agents => Permission::AgentsRead,
            Self::Issuers => Permission::IssuersRead,
        }
    }
}
