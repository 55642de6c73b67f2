//! The steps of a deployment and the one function that moves it from one to the next.
//!
//! A step's name says what is done and on the disk; the next one may or may not have begun.
//!
//! ```text
//! accepted -> checked -> backed_up -> staged -> validated -> swapped.key -> swapped.certificate
//!      |          |           |          |          |             |               |
//!      |          +-----------+----------+          +-------------+---------------+-> reloaded -> verified
//!      |                      |                                 | (failed)                |          |
//!      |                  abandoned                         restoring <-------------------+      committed
//!      +--(already live)--> committed                           |                                    |
//!                                                           restored ---------> reported <-----------+
//! ```
//! Not for: doing the steps (`deploy.rs`). Invariant: up to `staged` no live file was touched, so a restart begins
//! again; from `validated` on one may have been, so a restart goes on or restores.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How far a deployment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// The work is written down.
    #[serde(rename = "accepted")]
    Accepted,
    /// Policy, key, chain and present state were looked at.
    #[serde(rename = "checked")]
    Checked,
    /// The old files have a second name beside them.
    #[serde(rename = "backed_up")]
    BackedUp,
    /// The new files lie beside the old ones.
    #[serde(rename = "staged")]
    Staged,
    /// The service's own checker accepted the staged files, where it can.
    #[serde(rename = "validated")]
    Validated,
    /// The new key has the live name.
    #[serde(rename = "swapped.key")]
    SwappedKey,
    /// The new certificate (and chain) has the live name.
    #[serde(rename = "swapped.certificate")]
    SwappedCertificate,
    /// The service was told.
    #[serde(rename = "reloaded")]
    Reloaded,
    /// Each endpoint was seen serving the new certificate.
    #[serde(rename = "verified")]
    Verified,
    /// Done: the key is current, the second names are gone, the result is written down.
    #[serde(rename = "committed")]
    Committed,
    /// Given up before anything was changed; the result is written down.
    #[serde(rename = "abandoned")]
    Abandoned,
    /// Failed after a change; the old state is being put back.
    #[serde(rename = "restoring")]
    Restoring,
    /// The old state was put back as far as possible; the result is written down.
    #[serde(rename = "restored")]
    Restored,
    /// The control plane has the result, or does not want it.
    #[serde(rename = "reported")]
    Reported,
}

/// What can happen to a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The next step succeeded.
    Passed,
    /// The next step failed.
    Failed,
    /// Looking showed that there is nothing to do.
    AlreadyLive,
    /// The agent was started again.
    Restarted,
}

/// A pair of step and event that has no meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a deployment that is {step} cannot take {event:?}")]
pub struct InvalidTransition {
    /// The present step.
    pub step: Step,
    /// What was tried.
    pub event: Event,
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 14] = [
        Self::Accepted,
        Self::Checked,
        Self::BackedUp,
        Self::Staged,
        Self::Validated,
        Self::SwappedKey,
        Self::SwappedCertificate,
        Self::Reloaded,
        Self::Verified,
        Self::Committed,
        Self::Abandoned,
        Self::Restoring,
        Self::Restored,
        Self::Reported,
    ];

    /// The name in the journal, and after `deploy.` the name of its kill point.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Checked => "checked",
            Self::BackedUp => "backed_up",
            Self::Staged => "staged",
            Self::Validated => "validated",
            Self::SwappedKey => "swapped.key",
            Self::SwappedCertificate => "swapped.certificate",
            Self::Reloaded => "reloaded",
            Self::Verified => "verified",
            Self::Committed => "committed",
            Self::Abandoned => "abandoned",
            Self::Restoring => "restoring",
            Self::Restored => "restored",
            Self::Reported => "reported",
        }
    }

    /// The name that people see of the work that follows this step.
    pub const fn next_work(self) -> &'static str {
        match self {
            Self::Accepted => "check",
            Self::Checked => "backup",
            Self::BackedUp => "stage",
            Self::Staged => "validate",
            Self::Validated | Self::SwappedKey => "swap",
            Self::SwappedCertificate => "reload",
            Self::Reloaded => "probe",
            Self::Verified => "commit",
            Self::Restoring => "restore",
            Self::Committed | Self::Abandoned | Self::Restored | Self::Reported => "report",
        }
    }

    /// Whether the outcome is known and written down.
    pub const fn is_concluded(self) -> bool {
        match self {
            Self::Committed | Self::Abandoned | Self::Restored | Self::Reported => true,
            Self::Accepted
            | Self::Checked
            | Self::BackedUp
            | Self::Staged
            | Self::Validated
            | Self::SwappedKey
            | Self::SwappedCertificate
            | Self::Reloaded
            | Self::Verified
            | Self::Restoring => false,
        }
    }

    /// Whether a live file may have been changed.
    pub const fn may_have_changed(self) -> bool {
        match self {
            Self::Accepted | Self::Checked | Self::BackedUp | Self::Staged | Self::Abandoned => false,
            Self::Validated
            | Self::SwappedKey
            | Self::SwappedCertificate
            | Self::Reloaded
            | Self::Verified
            | Self::Committed
            | Self::Restoring
            | Self::Restored
            | Self::Reported => true,
        }
    }

    /// The one transition function.
    ///
    /// # Errors
    /// [`InvalidTransition`] for every pair that has no meaning.
    pub const fn on(self, event: Event) -> Result<Self, InvalidTransition> {
        use Event as E;
        let next = match (self, event) {
            (Self::Accepted, E::Passed) => Self::Checked,
            (Self::Checked, E::Passed) => Self::BackedUp,
            (Self::BackedUp, E::Passed) => Self::Staged,
            (Self::Staged, E::Passed) => Self::Validated,
            (Self::Validated, E::Passed) => Self::SwappedKey,
            (Self::SwappedKey, E::Passed) => Self::SwappedCertificate,
            (Self::SwappedCertificate, E::Passed) => Self::Reloaded,
            (Self::Reloaded, E::Passed) => Self::Verified,
            (Self::Verified, E::Passed) | (Self::Accepted, E::AlreadyLive) => Self::Committed,
            (Self::Restoring, E::Passed) => Self::Restored,
            (Self::Committed | Self::Abandoned | Self::Restored, E::Passed) => Self::Reported,
            (Self::Accepted | Self::Checked | Self::BackedUp | Self::Staged, E::Failed) => Self::Abandoned,
            (Self::Validated | Self::SwappedKey | Self::SwappedCertificate | Self::Reloaded, E::Failed) => {
                Self::Restoring
            }
            (Self::Accepted | Self::Checked | Self::BackedUp | Self::Staged, E::Restarted) => Self::Accepted,
            (
                Self::Validated
                | Self::SwappedKey
                | Self::SwappedCertificate
                | Self::Reloaded
                | Self::Verified
                | Self::Committed
                | Self::Abandoned
                | Self::Restoring
                | Self::Restored,
                E::Restarted,
            ) => self,
            (
                Self::Verified
                | Self::Committed
                | Self::Abandoned
                | Self::Restoring
                | Self::Restored
                | Self::Reported,
                E::Failed,
            )
            | (
                Self::Checked
                | Self::BackedUp
                | Self::Staged
                | Self::Validated
                | Self::SwappedKey
                | Self::SwappedCertificate
                | Self::Reloaded
                | Self::Verified
                | Self::Committed
                | Self::Abandoned
                | Self::Restoring
                | Self::Restored
                | Self::Reported,
                E::AlreadyLive,
            )
            | (Self::Reported, E::Passed | E::Restarted) => {
                return Err(InvalidTransition { step: self, event });
            }
        };
        Ok(next)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Columns: passed, failed, already live, restarted. A dash has no meaning.
    const TABLE: &str = "
        accepted             checked              abandoned  committed  accepted
        checked              backed_up            abandoned  -          accepted
        backed_up            staged               abandoned  -          accepted
        staged               validated            abandoned  -          accepted
        validated            swapped.key          restoring  -          validated
        swapped.key          swapped.certificate  restoring  -          swapped.key
        swapped.certificate  reloaded             restoring  -          swapped.certificate
        reloaded             verified             restoring  -          reloaded
        verified             committed            -          -          verified
        committed            reported             -          -          committed
        abandoned            reported             -          -          abandoned
        restoring            restored             -          -          restoring
        restored             reported             -          -          restored
        reported             -                    -          -          -";

    #[test]
    fn every_pair_of_step_and_event_is_as_in_the_table() {
        let rows: Vec<Vec<&str>> =
            TABLE.trim().lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(rows.len(), Step::ALL.len());
        for (row, step) in rows.iter().zip(Step::ALL) {
            assert_eq!(row[0], step.as_str());
            let events = [Event::Passed, Event::Failed, Event::AlreadyLive, Event::Restarted];
            for (expected, event) in row[1..].iter().zip(events) {
                let next = step.on(event).map_or("-", Step::as_str);
                assert_eq!(next, *expected, "{step} on {event:?}");
            }
        }
    }

    #[test]
    fn what_fails_before_a_change_is_abandoned_and_after_it_restored() {
        for step in Step::ALL {
            match step.on(Event::Failed) {
                Ok(Step::Abandoned) => assert!(!step.may_have_changed(), "{step}"),
                Ok(Step::Restoring) => assert!(step.may_have_changed(), "{step}"),
                Ok(other) => panic!("{step} fails to {other}"),
                Err(_) => {}
            }
        }
    }

    #[test]
    fn names_in_the_journal_are_the_names_of_the_kill_points() {
        for step in Step::ALL {
            assert_eq!(serde_json::to_value(step).unwrap(), step.as_str());
        }
    }
}
