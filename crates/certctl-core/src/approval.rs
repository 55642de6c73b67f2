//! Approvals: which issuances a person has to say yes to first, and what exactly that yes is for.
//!
//! Not for: who may say it (the server's `ops/approvals.rs`). Invariant: an approval covers one request as it was shown:
//! when a name, the issuer, the profile, the key algorithm or the lifetime changes, it covers nothing any more.

use crate::audit;
use crate::job::JobKind;
use crate::text_enum;

text_enum! {
    /// For which issuances a profile asks for an approval.
    pub enum ApprovalMode {
        /// For none.
        None = "none",
        /// For the first certificate of each key holder; renewals go on by themselves.
        First = "first",
        /// For every issuance and renewal.
        Always = "always",
    }
}

text_enum! {
    /// What a person said.
    pub enum ApprovalDecision {
        /// Yes.
        Approved = "approved",
        /// No.
        Rejected = "rejected",
    }
}

impl ApprovalMode {
    /// Whether a job of this kind needs an approval.
    pub const fn asks_for(self, kind: JobKind) -> bool {
        match (self, kind) {
            (Self::First | Self::Always, JobKind::Issuance) | (Self::Always, JobKind::Renewal) => true,
            (Self::None, _)
            | (Self::First, JobKind::Renewal | JobKind::Deployment | JobKind::Validation)
            | (Self::Always, JobKind::Deployment | JobKind::Validation) => false,
        }
    }
}

/// What an approval is for.
#[derive(Debug, Clone, Copy)]
pub struct Covered<'a> {
    /// The names.
    pub names: &'a [String],
    /// The subject's common name.
    pub common_name: Option<&'a str>,
    /// The issuer's id.
    pub issuer: &'a str,
    /// The profile's id.
    pub profile: &'a str,
    /// The key algorithm.
    pub key_algorithm: &'a str,
    /// The lifetime.
    pub lifetime_seconds: i64,
    /// The key holder.
    pub holder: &'a str,
}

impl Covered<'_> {
    /// A digest (hex of SHA-256) that differs when any part differs.
    pub fn digest(&self) -> String {
        let lifetime = self.lifetime_seconds.to_string();
        let mut parts = vec![
            self.issuer,
            self.profile,
            self.key_algorithm,
            &lifetime,
            self.holder,
            if self.common_name.is_some() { "cn" } else { "no cn" },
            self.common_name.unwrap_or_default(),
        ];
        parts.extend(self.names.iter().map(String::as_str));
        // Each part is hashed with its length before it, so that no two lists run into each other.
        audit::leaf(&parts).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mode_asks_for_its_kinds_only() {
        let kinds = |mode: ApprovalMode| -> Vec<JobKind> {
            JobKind::ALL.iter().copied().filter(|kind| mode.asks_for(*kind)).collect()
        };
        assert_eq!(kinds(ApprovalMode::None), []);
        assert_eq!(kinds(ApprovalMode::First), [JobKind::Issuance]);
        assert_eq!(kinds(ApprovalMode::Always), [JobKind::Issuance, JobKind::Renewal]);
    }

    #[test]
    fn any_changed_part_is_another_request() {
        let names = ["a.example".to_owned(), "b.example".to_owned()];
        let others = ["a.exampleb.example".to_owned()];
        let base = Covered {
            names: &names,
            common_name: Some("a.example"),
            issuer: "iss-a",
            profile: "prof-a",
            key_algorithm: "ecdsa-p256",
            lifetime_seconds: 60,
            holder: "ag-a",
        };
        let changed = [
            Covered { names: &names[..1], ..base },
            Covered { names: &others, ..base },
            Covered { common_name: None, ..base },
            Covered { issuer: "iss-b", ..base },
            Covered { profile: "prof-b", ..base },
            Covered { key_algorithm: "rsa-2048", ..base },
            Covered { lifetime_seconds: 61, ..base },
            Covered { holder: "ag-b", ..base },
        ];
        assert_eq!(base.digest(), Covered { ..base }.digest());
        assert_eq!(base.digest().len(), 64);
        for other in changed {
            assert_ne!(base.digest(), other.digest(), "{other:?}");
        }
    }
}
