//! The condition of a certificate: the one word about it that a person acts on (status and what is seen live together).
//!
//! Not for: its status, which says where it is in its life (`certificate.rs`). Invariant: [`condition`] is the only
//! definition; the store's filter for each condition is tested to agree with it.

use crate::text_enum;
use crate::time::Ts;

/// For how long fewer targets than all may serve the current version before it counts as not verified live.
pub const UNVERIFIED_AFTER_SECONDS: i64 = 600;

text_enum! {
    /// What the open issuances and renewals of a certificate come to, the deployments of what they brought, and whether what
    /// it has is revoked; the store keeps it beside the certificate.
    pub enum Stage {
        /// Nothing is open, and the last one did not fail for good.
        Quiet = "quiet",
        /// An open one has a failed attempt, or the last one failed for good and none is open, or a target does not take the
        /// current version.
        Failing = "failing",
        /// One waits for an approval or a CSR.
        Waiting = "waiting",
        /// One is open, and is done by a machine.
        Running = "running",
        /// A current version is revoked, whatever else is under way.
        Revoked = "revoked",
    }
}

impl Stage {
    /// What counts of open issuances mean: how many, how many of those with a failed attempt, how many that wait. What
    /// deployments and revocations add to it is the store's to see.
    pub const fn of(open: i64, open_failed: i64, open_waiting: i64, last_failed: bool) -> Self {
        if open_failed > 0 || (last_failed && open == 0) {
            Self::Failing
        } else if open_waiting > 0 {
            Self::Waiting
        } else if open > 0 {
            Self::Running
        } else {
            Self::Quiet
        }
    }
}

text_enum! {
    /// What people see of a certificate, most pressing first.
    pub enum Condition {
        /// The current version was revoked.
        Revoked = "revoked",
        /// Some holder's current version is past its end.
        Expired = "expired",
        /// Its renewal has failed at least once, or its deployment has, or its last work failed for good.
        Failing = "failing",
        /// A target does not serve the current version, for longer than it may take.
        Unverified = "unverified",
        /// A person has to approve, or somebody has to send a CSR.
        Waiting = "waiting",
        /// A renewal runs.
        Renewing = "renewing",
        /// It is time to renew, and nothing has failed yet.
        Due = "due",
        /// It was never issued.
        Pending = "pending",
        /// None of the others.
        Healthy = "healthy",
        /// Out of service.
        Archived = "archived",
    }
}

impl Condition {
    /// Its place among all, from 0, as sorting by attention has it.
    pub fn rank(self) -> i64 {
        Self::ALL.iter().zip(0..).find(|(one, _)| **one == self).map_or(0, |(_, rank)| rank)
    }
}

/// The facts that the condition follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConditionFacts {
    /// Whether it was archived.
    pub archived: bool,
    /// Whether a current version is revoked.
    pub revoked: bool,
    /// Whether every key holder has a current version.
    pub issued: bool,
    /// The earliest end of a current version.
    pub ends_at: Option<Ts>,
    /// The earliest time to renew.
    pub renews_at: Option<Ts>,
    /// Of the open work.
    pub stage: Stage,
    /// When it begins to count as not verified; absent: every target serves it.
    pub unverified_at: Option<Ts>,
}

/// The condition that the facts give at `now`: the first that holds, in the order of [`Condition`], but archived first.
pub fn condition(facts: &ConditionFacts, now: Ts) -> Condition {
    let passed = |at: Option<Ts>| at.is_some_and(|at| at <= now);
    if facts.archived {
        Condition::Archived
    } else if facts.revoked {
        Condition::Revoked
    } else if passed(facts.ends_at) {
        Condition::Expired
    } else if facts.stage == Stage::Failing {
        Condition::Failing
    } else if passed(facts.unverified_at) {
        Condition::Unverified
    } else if facts.stage == Stage::Waiting {
        Condition::Waiting
    } else if facts.stage == Stage::Running && facts.issued {
        Condition::Renewing
    } else if facts.issued && passed(facts.renews_at) {
        Condition::Due
    } else if facts.issued {
        Condition::Healthy
    } else {
        Condition::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Ts = Ts::from_second(1_000);

    fn check(facts: ConditionFacts, expected: Condition) {
        assert_eq!(condition(&facts, NOW), expected, "{facts:?}");
    }

    #[test]
    fn the_most_pressing_that_holds_decides() {
        let well = ConditionFacts {
            archived: false,
            revoked: false,
            issued: true,
            ends_at: Some(Ts::from_second(2_000)),
            renews_at: Some(Ts::from_second(1_500)),
            stage: Stage::Quiet,
            unverified_at: None,
        };
        let new = ConditionFacts { issued: false, ends_at: None, renews_at: None, ..well };
        check(well, Condition::Healthy);
        check(new, Condition::Pending);
        check(ConditionFacts { stage: Stage::Running, ..new }, Condition::Pending);
        check(ConditionFacts { stage: Stage::Waiting, ..new }, Condition::Waiting);
        check(ConditionFacts { stage: Stage::Failing, ..new }, Condition::Failing);
        let due = ConditionFacts { renews_at: Some(NOW), ..well };
        check(due, Condition::Due);
        let renewing = ConditionFacts { stage: Stage::Running, ..due };
        check(renewing, Condition::Renewing);
        check(ConditionFacts { stage: Stage::Waiting, ..due }, Condition::Waiting);
        let unverified = ConditionFacts { unverified_at: Some(NOW), ..renewing };
        check(unverified, Condition::Unverified);
        check(
            ConditionFacts { unverified_at: Some(Ts::from_second(1_001)), ..renewing },
            Condition::Renewing,
        );
        let failing = ConditionFacts { stage: Stage::Failing, ..unverified };
        check(failing, Condition::Failing);
        let expired = ConditionFacts { ends_at: Some(NOW), ..failing };
        check(expired, Condition::Expired);
        check(ConditionFacts { revoked: true, ..expired }, Condition::Revoked);
        check(ConditionFacts { archived: true, revoked: true, ..expired }, Condition::Archived);
    }

    #[test]
    fn counts_of_open_work_make_a_stage() {
        assert_eq!(Stage::of(0, 0, 0, false), Stage::Quiet);
        assert_eq!(Stage::of(0, 0, 0, true), Stage::Failing);
        assert_eq!(Stage::of(1, 0, 0, true), Stage::Running);
        assert_eq!(Stage::of(2, 0, 1, false), Stage::Waiting);
        assert_eq!(Stage::of(2, 1, 1, false), Stage::Failing);
    }

    #[test]
    fn the_ranks_are_the_order_of_the_words() {
        assert!(Condition::Expired.rank() < Condition::Failing.rank());
        assert_eq!(Condition::Archived.rank(), 9);
    }
}
