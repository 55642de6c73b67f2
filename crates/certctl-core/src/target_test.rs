//! The test of a target: its checks, what came of each, and the states that the test goes through.
//!
//! A test changes nothing on the host, is not tried again, and ends with its deadline: it is no job.
//! Not for: carrying checks out (the agent does). Invariants: [`TargetTestState::on`] decides every pair of state and event;
//! a test is as bad as the worst of its checks.

use crate::text_enum;

text_enum! {
    /// Where a test is.
    pub enum TargetTestState {
        /// The agent has not taken it yet.
        Pending = "Pending",
        /// The agent is at it.
        Running = "Running",
        /// Each check passed.
        Passed = "Passed",
        /// None failed, and at least one has something to say.
        Warned = "Warned",
        /// At least one failed.
        Failed = "Failed",
        /// The agent did not take it in time.
        Unanswered = "Unanswered",
    }
}

text_enum! {
    /// What can happen to a test.
    pub enum TargetTestEvent {
        /// The agent took it.
        Taken = "taken",
        /// The last check ended; none failed, none warned.
        AllPassed = "all_passed",
        /// The last check ended; none failed.
        SomeWarned = "some_warned",
        /// The last check ended; one failed.
        SomeFailed = "some_failed",
        /// Its deadline passed, or nobody can take it.
        TimeOver = "time_over",
    }
}

/// A pair of state and event that has no meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a test that is {state} cannot take the event {event}")]
pub struct InvalidTransition {
    /// The present state.
    pub state: TargetTestState,
    /// What was tried.
    pub event: TargetTestEvent,
}

impl TargetTestState {
    /// Whether checks may still end.
    pub const fn is_open(self) -> bool {
        match self {
            Self::Pending | Self::Running => true,
            Self::Passed | Self::Warned | Self::Failed | Self::Unanswered => false,
        }
    }

    /// Whether it ended, and not well.
    pub const fn is_failure(self) -> bool {
        match self {
            Self::Failed | Self::Unanswered => true,
            Self::Pending | Self::Running | Self::Passed | Self::Warned => false,
        }
    }

    /// The one transition function.
    ///
    /// # Errors
    /// [`InvalidTransition`] for every pair that has no meaning.
    pub const fn on(self, event: TargetTestEvent) -> Result<Self, InvalidTransition> {
        use TargetTestEvent as E;
        match (self, event) {
            (Self::Pending, E::Taken) => Ok(Self::Running),
            (Self::Pending, E::TimeOver) => Ok(Self::Unanswered),
            (Self::Running, E::AllPassed) => Ok(Self::Passed),
            (Self::Running, E::SomeWarned) => Ok(Self::Warned),
            (Self::Running, E::SomeFailed | E::TimeOver) => Ok(Self::Failed),
            (Self::Pending, E::AllPassed | E::SomeWarned | E::SomeFailed)
            | (Self::Running, E::Taken)
            | (Self::Passed | Self::Warned | Self::Failed | Self::Unanswered, _) => {
                Err(InvalidTransition { state: self, event })
            }
        }
    }
}

text_enum! {
    /// A check of a target, in the order in which they are carried out.
    pub enum CheckName {
        /// The agent takes the test.
        Agent = "agent",
        /// The host's own policy allows the kind, the paths, the action and the endpoints.
        Policy = "policy",
        /// The directories are there and can be written; owner and group are known.
        Paths = "paths",
        /// The service accepts its configuration.
        Validate = "validate",
        /// The service can be told to read its files again; it is not told.
        Reload = "reload",
        /// Each endpoint answers.
        Endpoint = "endpoint",
        /// A test key and certificate are laid beside the real files and removed again.
        DryRun = "dry_run",
    }
}

impl CheckName {
    /// For people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Agent => "Agent answers",
            Self::Policy => "Host policy allows it",
            Self::Paths => "Paths can be written",
            Self::Validate => "Configuration is accepted",
            Self::Reload => "Reload is possible",
            Self::Endpoint => "Endpoint answers",
            Self::DryRun => "Dry run with a test certificate",
        }
    }

    /// Those without which it means nothing.
    pub const fn needs(self) -> &'static [Self] {
        match self {
            Self::Agent => &[],
            Self::Policy => &[Self::Agent],
            Self::Paths | Self::Reload | Self::Endpoint => &[Self::Policy],
            Self::Validate | Self::DryRun => &[Self::Policy, Self::Paths],
        }
    }
}

text_enum! {
    /// What came of a check.
    pub enum CheckState {
        /// Its turn has not come.
        Pending = "pending",
        /// The agent is at it.
        Running = "running",
        /// As it has to be.
        Passed = "passed",
        /// Works, but look at it.
        Warning = "warning",
        /// Does not work.
        Failed = "failed",
        /// Not carried out, because another one failed.
        Skipped = "skipped",
    }
}

impl CheckState {
    /// Whether nothing more will come of it.
    pub const fn is_ended(self) -> bool {
        match self {
            Self::Pending | Self::Running => false,
            Self::Passed | Self::Warning | Self::Failed | Self::Skipped => true,
        }
    }

    /// Whether what builds on it can be carried out.
    pub const fn is_good(self) -> bool {
        match self {
            Self::Passed | Self::Warning => true,
            Self::Pending | Self::Running | Self::Failed | Self::Skipped => false,
        }
    }
}

/// What the end of the last check means for the test.
pub fn outcome(checks: &[CheckState]) -> TargetTestEvent {
    let any = |bad: &[CheckState]| checks.iter().any(|state| bad.contains(state));
    if any(&[CheckState::Failed, CheckState::Skipped, CheckState::Pending, CheckState::Running]) {
        TargetTestEvent::SomeFailed
    } else if any(&[CheckState::Warning]) {
        TargetTestEvent::SomeWarned
    } else {
        TargetTestEvent::AllPassed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Columns: taken, all_passed, some_warned, some_failed, time_over. A dash has no meaning.
    const TABLE: &str = "
        Pending     Running  -       -       -       Unanswered
        Running     -        Passed  Warned  Failed  Failed
        Passed      -        -       -       -       -
        Warned      -        -       -       -       -
        Failed      -        -       -       -       -
        Unanswered  -        -       -       -       -";

    #[test]
    fn every_pair_of_state_and_event_is_as_in_the_table() {
        let rows: Vec<Vec<&str>> =
            TABLE.trim().lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(rows.len(), TargetTestState::ALL.len());
        for (row, state) in rows.iter().zip(TargetTestState::ALL) {
            assert_eq!(row[0], state.as_str());
            assert_eq!(row.len(), TargetTestEvent::ALL.len() + 1);
            for (expected, event) in row[1..].iter().zip(TargetTestEvent::ALL) {
                let next = state.on(*event).map_or("-", TargetTestState::as_str);
                assert_eq!(next, *expected, "{state} on {event}");
            }
            assert_eq!(state.is_open(), row[1..].iter().any(|next| *next != "-"), "{state}");
        }
    }

    #[test]
    fn a_test_is_as_bad_as_the_worst_of_its_checks() {
        use CheckState::{Failed, Passed, Pending, Skipped, Warning};
        for (checks, expected) in [
            (&[][..], TargetTestEvent::AllPassed),
            (&[Passed, Passed], TargetTestEvent::AllPassed),
            (&[Passed, Warning], TargetTestEvent::SomeWarned),
            (&[Warning, Failed], TargetTestEvent::SomeFailed),
            (&[Passed, Skipped], TargetTestEvent::SomeFailed),
            (&[Passed, Pending], TargetTestEvent::SomeFailed),
        ] {
            assert_eq!(outcome(checks), expected, "{checks:?}");
        }
    }

    #[test]
    fn a_check_builds_only_on_those_before_it() {
        for check in CheckName::ALL {
            assert!(check.needs().iter().all(|needed| needed < check), "{check}");
        }
    }
}
