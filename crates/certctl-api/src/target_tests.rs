//! Tests of targets: whether a deployment would work there, check by check.
//!
//! Not for: what an agent says of them (`agent_protocol`). Invariant: a test changes nothing that a service reads.

use certctl_core::actor::Actor;
use certctl_core::id::{AgentId, TargetId, TargetTestId};
use certctl_core::target_test::{CheckName, CheckState, TargetTestState};
use certctl_core::time::Ts;

answer! {
    /// A test of a target, or of one that is not saved yet. The agent carries it out beside its deployments: nothing that a
    /// service reads is changed, and nothing is reloaded.
    pub struct TargetTest {
        /// Id.
        pub id: TargetTestId,
        /// Of which target; absent when it is not saved.
        pub target_id: Option<TargetId>,
        /// Who carries it out.
        pub agent_id: AgentId,
        /// `nginx` or `file`.
        pub kind: String,
        /// The configuration that is tested.
        pub config: serde_json::Value,
        /// Where it is. `Passed`, `Warned`, `Failed` and `Unanswered` are its ends.
        pub state: TargetTestState,
        /// Its checks, in the order in which they are carried out.
        pub checks: Vec<TargetCheck>,
        /// Who asked for it.
        pub requested_by: Actor,
        /// When.
        pub created_at: Ts,
        /// Until when the agent has to take it, and then until when it has to end.
        pub deadline_at: Ts,
        /// When the agent took it.
        pub started_at: Option<Ts>,
        /// When it ended.
        pub ended_at: Option<Ts>,
        /// Counts changes; events name it.
        pub revision: i64,
    }

    /// One check of a test.
    pub struct TargetCheck {
        /// Which.
        pub name: CheckName,
        /// For people.
        pub title: String,
        /// What came of it.
        pub state: CheckState,
        /// What was measured; for one that was skipped, why.
        pub detail: Option<String>,
        /// What to do about it, to be copied: a line for the host's policy, a command.
        pub fix: Option<String>,
        /// How long it took.
        pub milliseconds: Option<i64>,
        /// It was not carried out again: this is what an earlier test of the same configuration found.
        pub carried: bool,
    }

    /// The last test of a target's present configuration.
    pub struct LastTargetTest {
        /// Which.
        pub id: TargetTestId,
        /// Where it is.
        pub state: TargetTestState,
        /// When it came there.
        pub at: Ts,
    }

    /// A check that a test of a kind of target carries out.
    pub struct TargetCheckKind {
        /// Its name.
        pub name: CheckName,
        /// For people.
        pub title: String,
    }
}

request! {
    /// Test a target.
    #[derive(Default)]
    pub struct StartTargetTest {
        /// Only these checks, and those that they need; the others keep what a test of the same configuration found within
        /// the last 15 minutes. All when empty.
        #[serde(default)]
        pub only: Vec<CheckName>,
    }

    /// Test a target that is not saved.
    pub struct TestTargetDraft {
        /// Who would deploy there.
        pub agent_id: AgentId,
        /// `nginx` or `file`.
        pub kind: String,
        /// By the schema of its kind.
        pub config: serde_json::Value,
        /// Only these checks, and those that they need; the others keep what a test of the same configuration found within
        /// the last 15 minutes. All when empty.
        #[serde(default)]
        pub only: Vec<CheckName>,
    }
}
