//! The steps of a job, as a person follows them.
//!
//! Invariant: a step is only added, never changed; it goes with its job.

use certctl_core::id::JobId;
use certctl_core::time::Ts;

use crate::{StoreError, Tx, args, row, vals};

row! {
    /// One step of a job.
    #[derive(Debug, Clone)]
    pub struct StepRow {
        /// Which try.
        pub attempt: i64,
        /// When it ended.
        pub at: Ts,
        /// Which step.
        pub name: String,
        /// `ok` or `failed`.
        pub outcome: String,
        /// How long it took.
        pub milliseconds: Option<i64>,
        /// What was seen.
        pub detail: String,
    }
}

const ADD_STEP: &str = "-- job_steps.insert
    INSERT INTO job_steps (job_id, attempt, at, name, outcome, milliseconds, detail)
    VALUES";

/// Adds a step.
pub fn add_step(tx: &mut Tx<'_>, id: &JobId, step: &StepRow) {
    tx.insert_later(
        ADD_STEP,
        vals![
            id,
            step.attempt,
            step.at,
            step.name.clone(),
            step.outcome.clone(),
            step.milliseconds,
            step.detail.clone()
        ],
    );
}

/// Steps, oldest first.
///
/// # Errors
/// Those of the store.
pub fn steps(tx: &mut Tx<'_>, id: &JobId) -> Result<Vec<StepRow>, StoreError> {
    tx.all(
        "-- job_steps.list
         SELECT attempt, at, name, outcome, milliseconds, detail FROM job_steps WHERE job_id = $1 ORDER BY id",
        args![id],
    )
}
