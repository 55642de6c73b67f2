//! What is in the store after a run: the judge of whether all that was asked was done, and done once.
//!
//! Not for: a running server (the store is read after its end). Invariant: a version too few or too many is an error.

use std::collections::HashMap;

use anyhow::{Context as _, bail, ensure};
use certctl_core::id::JobId;
use certctl_core::job::JobState;
use certctl_core::time::{SystemClock, Ts};
use certctl_store::jobs::{JobFilter, JobRow};
use certctl_store::{OpenOptions, Store, StoreError, audit, jobs, versions};

const PAGE: i64 = 1_000;

/// When each job was finished, by the store's own account; `n_expected` of them, each with one version.
pub(crate) async fn finished(url: &str, n_expected: usize) -> anyhow::Result<HashMap<JobId, Ts>> {
    let options = OpenOptions::new(url, std::sync::Arc::new(SystemClock));
    let store = Store::open(options).await.context("the store cannot be read")?;
    let mut finished = HashMap::new();
    let mut before = None;
    loop {
        let filter = JobFilter { beyond: before.clone(), ..JobFilter::default() };
        let page = store.read("bench.jobs", move |tx| jobs::list(tx, &filter, PAGE)).await?;
        let Some(last) = page.last() else { break };
        before = Some(last.id.clone());
        let owned = page.clone();
        let n_versions = store.read("bench.versions", move |tx| count_versions(tx, &owned)).await?;
        for (job, n_versions) in page.into_iter().zip(n_versions) {
            ensure!(job.state == JobState::Completed, "{} is {}: {:?}", job.id, job.state, job.error);
            ensure!(
                n_versions == 1 && job.version_id.is_some(),
                "{} led to {n_versions} versions of {}",
                job.id,
                job.certificate_id
            );
            let Some(at) = job.finished_at else { bail!("{} is completed but not finished", job.id) };
            finished.insert(job.id, at);
        }
    }
    ensure!(finished.len() == n_expected, "{n_expected} issuances were asked, {} are stored", finished.len());
    let n_recorded = count_recorded(&store).await?;
    ensure!(
        n_recorded == n_expected,
        "{n_expected} versions are stored, {n_recorded} are in the audit trail"
    );
    store.close().await;
    Ok(finished)
}

fn count_versions(tx: &mut certctl_store::Tx<'_>, page: &[JobRow]) -> Result<Vec<usize>, StoreError> {
    page.iter().map(|job| Ok(versions::of_certificate(tx, &job.certificate_id, "", 10)?.len())).collect()
}

async fn count_recorded(store: &Store) -> anyhow::Result<usize> {
    let (mut first, mut n_recorded) = (0, 0);
    loop {
        let page = store.read("bench.audit", move |tx| audit::from_seq(tx, first, PAGE)).await?;
        let Some(last) = page.last() else { return Ok(n_recorded) };
        first = last.seq + 1;
        n_recorded += page.iter().filter(|row| row.action == "version.issued").count();
    }
}
