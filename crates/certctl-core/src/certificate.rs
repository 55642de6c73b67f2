//! Certificates as the operator sees them: key strategy, status, environment.
//!
//! Not for: X.509 (that is `certctl-pki`). Invariant: status is computed from facts by [`status`] and never set;
//! the store's filter for each status is tested to agree with it.

use crate::text_enum;
use crate::time::Ts;

text_enum! {
    /// Who makes the key.
    pub enum KeyStrategy {
        /// Each agent with a target of the certificate makes its own; no key ever moves.
        PerHost = "per_host",
        /// One agent makes it and seals it to the others.
        Shared = "shared",
        /// An operator brings a CSR.
        External = "external",
        /// The control plane makes it; demo and development only.
        Server = "server",
        /// Somebody elsewhere: the certificate was found and is watched, and neither renewed nor deployed.
        Found = "found",
    }
}

text_enum! {
    /// What people see and filter by.
    pub enum CertificateStatus {
        /// Nothing has been issued yet.
        Pending = "Pending",
        /// Every holder has a valid certificate, and it is not yet time to renew.
        Active = "Active",
        /// The time to renew has passed for some holder.
        Expiring = "Expiring",
        /// Some holder's current certificate is past its end.
        Expired = "Expired",
        /// Work is under way.
        RenewalInProgress = "RenewalInProgress",
        /// The last work failed for good, and nothing is under way.
        Failed = "Failed",
        /// The current version was revoked.
        Revoked = "Revoked",
        /// No longer managed.
        Archived = "Archived",
    }
}

/// The facts that the status follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StatusFacts {
    /// When it was archived.
    pub archived_at: Option<Ts>,
    /// Whether a current version is revoked.
    pub revoked: bool,
    /// Whether every key holder has a current version.
    pub issued: bool,
    /// The earliest end of a current version.
    pub not_after: Option<Ts>,
    /// The earliest time to renew.
    pub renew_after: Option<Ts>,
    /// Whether an issuance or renewal is open.
    pub open_issuance: bool,
    /// Whether the last issuance failed for good.
    pub last_failed: bool,
}

/// The status that the facts give at `now`. The first rule that holds decides, in this order: archived, revoked,
/// expired, in progress, failed, expiring, active, pending.
pub fn status(facts: &StatusFacts, now: Ts) -> CertificateStatus {
    if facts.archived_at.is_some() {
        CertificateStatus::Archived
    } else if facts.revoked {
        CertificateStatus::Revoked
    } else if facts.not_after.is_some_and(|end| end <= now) {
        CertificateStatus::Expired
    } else if facts.open_issuance && facts.issued {
        CertificateStatus::RenewalInProgress
    } else if facts.last_failed && !facts.open_issuance {
        CertificateStatus::Failed
    } else if facts.issued && facts.renew_after.is_some_and(|at| at <= now) {
        CertificateStatus::Expiring
    } else if facts.issued {
        CertificateStatus::Active
    } else {
        CertificateStatus::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Ts = Ts::from_second(1_000);

    fn check(facts: StatusFacts, expected: CertificateStatus) {
        assert_eq!(status(&facts, NOW), expected, "{facts:?}");
    }

    #[test]
    fn the_first_rule_that_holds_decides() {
        let issued = StatusFacts {
            issued: true,
            not_after: Some(Ts::from_second(2_000)),
            renew_after: Some(Ts::from_second(1_500)),
            ..StatusFacts::default()
        };
        check(StatusFacts::default(), CertificateStatus::Pending);
        check(StatusFacts { open_issuance: true, ..StatusFacts::default() }, CertificateStatus::Pending);
        check(StatusFacts { last_failed: true, ..StatusFacts::default() }, CertificateStatus::Failed);
        check(issued, CertificateStatus::Active);
        check(StatusFacts { renew_after: Some(NOW), ..issued }, CertificateStatus::Expiring);
        check(StatusFacts { open_issuance: true, ..issued }, CertificateStatus::RenewalInProgress);
        check(StatusFacts { last_failed: true, ..issued }, CertificateStatus::Failed);
        let ended = StatusFacts { not_after: Some(NOW), open_issuance: true, ..issued };
        check(ended, CertificateStatus::Expired);
        check(StatusFacts { revoked: true, ..ended }, CertificateStatus::Revoked);
        check(StatusFacts { archived_at: Some(NOW), revoked: true, ..ended }, CertificateStatus::Archived);
    }
}
