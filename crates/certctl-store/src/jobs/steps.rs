//! The steps of a job, as a person follows them.
//!
//! Invariant: a step is only added, never changed; it goes with its job.

use certctl_core::id::{CertificateId, JobId};
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

/// Steps of the newest jobs of a certificate, oldest first, each with its job.
///
/// # Errors
/// Those of the store.
pub fn steps_of_certificate(
    tx: &mut Tx<'_>,
    id: &CertificateId,
    jobs: i64,
) -> Result<Vec<(JobId, StepRow)>, StoreError> {
    let rows: Vec<JobStepRow> = tx.all(
        "-- job_steps.of_certificate
         SELECT job_id, attempt, at, name, outcome, milliseconds, detail FROM job_steps
         WHERE job_id IN (SELECT id FROM jobs WHERE certificate_id = $1 ORDER BY id DESC LIMIT $2)
         ORDER BY id",
        args![id, jobs],
    )?;
    Ok(rows.into_iter().map(JobStepRow::split).collect())
}

row! {
    /// A step with its job.
    #[derive(Debug, Clone)]
    struct JobStepRow {
        /// Whose.
        job_id: JobId,
        /// As in [`StepRow`].
        attempt: i64,
        /// As in [`StepRow`].
        at: Ts,
        /// As in [`StepRow`].
        name: String,
        /// As in [`StepRow`].
        outcome: String,
        /// As in [`StepRow`].
        milliseconds: Option<i64>,
        /// As in [`StepRow`].
        detail: String,
    }
}

impl JobStepRow {
    fn split(self) -> (JobId, StepRow) {
        let Self { job_id, attempt, at, name, outcome, milliseconds, detail } = self;
        (job_id, StepRow { attempt, at, name, outcome, milliseconds, detail })
    }
}
