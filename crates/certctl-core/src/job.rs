//! Jobs: one unit of work, who may do it, and the states it goes through.
//!
//! Not for: leasing rows or running anything. Invariant: [`JobState::on`] decides every pair of state and event;
//! the store's update names the old state, so nothing else can move a job.

use crate::text_enum;

text_enum! {
    /// What a job does.
    pub enum JobKind {
        /// The first certificate for a key holder.
        Issuance = "Issuance",
        /// A later certificate for a key holder.
        Renewal = "Renewal",
        /// One version onto one target.
        Deployment = "Deployment",
        /// Look again at what a live endpoint serves.
        Validation = "Validation",
    }
}

impl JobKind {
    /// Whether the work is done by the agent of the job's target, and by nobody else.
    pub const fn is_agents(self) -> bool {
        match self {
            Self::Issuance | Self::Renewal => false,
            Self::Deployment | Self::Validation => true,
        }
    }
}

text_enum! {
    /// Where a job is.
    pub enum JobState {
        /// Runnable as soon as its time has come.
        Pending = "Pending",
        /// Waits for a person's yes (deadline 7 days).
        AwaitingApproval = "AwaitingApproval",
        /// Waits for the key holder's CSR (deadline 24 hours).
        AwaitingCsr = "AwaitingCSR",
        /// Leased to a worker.
        Running = "Running",
        /// Done, with its result.
        Completed = "Completed",
        /// Given up, with its cause.
        Failed = "Failed",
        /// Called off by a person or superseded.
        Cancelled = "Cancelled",
    }
}

impl JobState {
    /// Whether work may still happen.
    pub const fn is_open(self) -> bool {
        match self {
            Self::Pending | Self::AwaitingApproval | Self::AwaitingCsr | Self::Running => true,
            Self::Completed | Self::Failed | Self::Cancelled => false,
        }
    }
}

text_enum! {
    /// What can happen to a job.
    pub enum JobEvent {
        /// An approver said yes and the CSR is there already or not needed.
        Approved = "approved",
        /// An approver said yes and the key holder must now send its CSR.
        ApprovedNeedsCsr = "approved_needs_csr",
        /// An approver said no.
        Rejected = "rejected",
        /// The CSR came and was accepted.
        CsrAccepted = "csr_accepted",
        /// A worker took the lease.
        Leased = "leased",
        /// The worker succeeded.
        Succeeded = "succeeded",
        /// The worker failed, or the key holder made no CSR, and the retry table has a further try.
        FailedRetryable = "failed_retryable",
        /// The worker or the key holder failed for good, or tries are used up.
        FailedFinally = "failed_finally",
        /// The lease ran out or was given back.
        LeaseEnded = "lease_ended",
        /// A waiting state's deadline passed.
        DeadlinePassed = "deadline_passed",
        /// A person called it off, or newer work replaced it.
        Cancelled = "cancelled",
        /// A person asked for another round of a failed job.
        Retried = "retried",
        /// As before, but nobody has said yes to it yet.
        RetriedNeedsApproval = "retried_needs_approval",
        /// The signer found that its profile asks for a yes that nobody has given.
        ApprovalDemanded = "approval_demanded",
    }
}

/// A pair of state and event that has no meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a job that is {state} cannot take the event {event}")]
pub struct InvalidTransition {
    /// The present state.
    pub state: JobState,
    /// What was tried.
    pub event: JobEvent,
}

impl JobState {
    /// The one transition function.
    ///
    /// # Errors
    /// [`InvalidTransition`] for every pair that has no meaning.
    pub const fn on(self, event: JobEvent) -> Result<Self, InvalidTransition> {
        use JobEvent as E;
        let next = match (self, event) {
            (Self::AwaitingApproval, E::Approved) | (Self::AwaitingCsr, E::CsrAccepted) => Self::Pending,
            (Self::AwaitingApproval, E::ApprovedNeedsCsr) => Self::AwaitingCsr,
            (Self::AwaitingApproval, E::Rejected) => Self::Cancelled,
            (Self::Pending, E::Leased) => Self::Running,
            (Self::Running, E::Succeeded) => Self::Completed,
            (Self::Running, E::FailedRetryable | E::LeaseEnded) => Self::Pending,
            (Self::AwaitingCsr, E::FailedRetryable) => Self::AwaitingCsr,
            (Self::Pending | Self::AwaitingCsr | Self::Running, E::FailedFinally)
            | (Self::AwaitingApproval | Self::AwaitingCsr, E::DeadlinePassed) => Self::Failed,
            (Self::Pending | Self::AwaitingApproval | Self::AwaitingCsr | Self::Running, E::Cancelled) => {
                Self::Cancelled
            }
            (Self::Failed, E::Retried) => Self::Pending,
            (Self::Pending, E::ApprovalDemanded) | (Self::Failed, E::RetriedNeedsApproval) => {
                Self::AwaitingApproval
            }
            (
                Self::Pending,
                E::Approved
                | E::ApprovedNeedsCsr
                | E::Rejected
                | E::CsrAccepted
                | E::Succeeded
                | E::FailedRetryable
                | E::LeaseEnded
                | E::DeadlinePassed
                | E::Retried
                | E::RetriedNeedsApproval,
            )
            | (
                Self::AwaitingApproval,
                E::CsrAccepted
                | E::Leased
                | E::Succeeded
                | E::FailedRetryable
                | E::FailedFinally
                | E::LeaseEnded
                | E::Retried
                | E::RetriedNeedsApproval
                | E::ApprovalDemanded,
            )
            | (
                Self::AwaitingCsr,
                E::Approved
                | E::ApprovedNeedsCsr
                | E::Rejected
                | E::Leased
                | E::Succeeded
                | E::LeaseEnded
                | E::Retried
                | E::RetriedNeedsApproval
                | E::ApprovalDemanded,
            )
            | (
                Self::Running,
                E::Approved
                | E::ApprovedNeedsCsr
                | E::Rejected
                | E::CsrAccepted
                | E::Leased
                | E::DeadlinePassed
                | E::Retried
                | E::RetriedNeedsApproval
                | E::ApprovalDemanded,
            )
            | (Self::Completed | Self::Cancelled, _)
            | (
                Self::Failed,
                E::Approved
                | E::ApprovedNeedsCsr
                | E::Rejected
                | E::CsrAccepted
                | E::Leased
                | E::Succeeded
                | E::FailedRetryable
                | E::FailedFinally
                | E::LeaseEnded
                | E::DeadlinePassed
                | E::Cancelled
                | E::ApprovalDemanded,
            ) => return Err(InvalidTransition { state: self, event }),
        };
        Ok(next)
    }
}

/// How long a job may wait for a key holder's CSR.
pub const CSR_DEADLINE_SECONDS: i64 = 24 * 3_600;
/// How long a job may wait for an approval.
pub const APPROVAL_DEADLINE_SECONDS: i64 = 7 * 24 * 3_600;

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows are states, columns events, in the order of `ALL`; `.` is refused.
    const TABLE: &str = "
        Pending          . . . . R . . F . . X . . W
        AwaitingApproval P A X . . . . . . F X . . .
        AwaitingCSR      . . . P . . A F . F X . . .
        Running          . . . . . C P F P . X . . .
        Completed        . . . . . . . . . . . . . .
        Failed           . . . . . . . . . . . P W .
        Cancelled        . . . . . . . . . . . . . .";

    #[test]
    fn every_pair_of_state_and_event_is_as_in_the_table() {
        let mut pairs = 0;
        for line in TABLE.trim().lines() {
            let mut words = line.split_whitespace();
            let state: JobState = words.next().unwrap().parse().unwrap();
            for (event, expected) in JobEvent::ALL.iter().zip(words) {
                let expected = match expected {
                    "P" => Some(JobState::Pending),
                    "W" => Some(JobState::AwaitingApproval),
                    "A" => Some(JobState::AwaitingCsr),
                    "R" => Some(JobState::Running),
                    "C" => Some(JobState::Completed),
                    "F" => Some(JobState::Failed),
                    "X" => Some(JobState::Cancelled),
                    _ => None,
                };
                assert_eq!(state.on(*event).ok(), expected, "{state} on {event}");
                pairs += 1;
            }
        }
        assert_eq!(pairs, JobState::ALL.len() * JobEvent::ALL.len());
    }

    #[test]
    fn no_open_state_is_a_dead_end() {
        for state in JobState::ALL.iter().filter(|s| s.is_open()) {
            assert!(JobEvent::ALL.iter().any(|e| state.on(*e).is_ok_and(|next| !next.is_open())), "{state}");
        }
    }
}
