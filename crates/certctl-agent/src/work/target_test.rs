//! The test of a target: its checks one after the other, each told as it ends.
//!
//! It runs beside deployments and never holds one up: where both want the same service, the test waits. It is written in no
//! journal: a test that the agent did not end is ended by the control plane. What was laid beside the real files is noted first,
//! so that the next start removes it.
//! Not for: the checks themselves (`target_checks.rs`). Invariants: a check whose needs were not met is skipped and says why; the
//! policy is asked before anything else.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use certctl_api::agent_protocol::{CheckReport, TestNoted, TestReport, TestWork};
use certctl_core::id::TargetTestId;
use certctl_core::target_test::{CheckName, CheckState};
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::time::Instant;

use super::deploy::Deployer;
use super::target_checks::{Bench, Found};
use crate::cause::chain;
use crate::durable;
use crate::link::{Backoff, Link};

/// So much of the time is left for telling how it ended.
const SPARE: Duration = Duration::from_secs(10);

/// Where a test notes what it lays beside real files.
pub(super) fn note_path(work_dir: &Path, id: &TargetTestId) -> PathBuf {
    work_dir.join(format!("{id}.staged"))
}

impl Deployer {
    /// Carries the checks out; `tell` hears of each as it ends. `lane` is held by deployments on the same service.
    pub async fn test(&self, work: &TestWork, lane: &Mutex<()>, tell: impl Fn(CheckReport)) {
        let mut bench = Bench::new(self, work);
        let wanted: Vec<CheckName> = CheckName::ALL
            .iter()
            .copied()
            .filter(|name| {
                *name != CheckName::Agent && work.checks.iter().any(|asked| asked == name.as_str())
            })
            .collect();
        let end = Instant::now() + Duration::from_secs(u64::from(work.seconds)).saturating_sub(SPARE);
        let mut ended: BTreeMap<CheckName, bool> = BTreeMap::new();
        for name in wanted {
            let began = self.clock.now();
            let culprit = name.needs().iter().find(|needed| ended.get(*needed) == Some(&false));
            let (state, detail, fix) = if let Some(culprit) = culprit {
                (CheckState::Skipped, format!("not carried out: \"{}\" failed", culprit.title()), None)
            } else {
                match tokio::time::timeout_at(end, in_turn(&mut bench, name, lane)).await {
                    Ok(Found::Passed(detail)) => (CheckState::Passed, detail, None),
                    Ok(Found::Warning(detail, fix)) => (CheckState::Warning, detail, fix),
                    Ok(Found::Failed(detail, fix)) => (CheckState::Failed, detail, fix),
                    Err(_) => (
                        CheckState::Failed,
                        "it did not end in the time that the test has, or waits for a deployment".to_owned(),
                        None,
                    ),
                }
            };
            ended.insert(name, state.is_good());
            let milliseconds = i64::try_from(self.clock.now().since(began).as_millis()).unwrap_or(i64::MAX);
            tell(CheckReport { name, state, detail, fix, milliseconds });
        }
    }

    /// Removes what tests had laid beside real files when the agent died.
    pub fn sweep_tests(&self) {
        for entry in fs::read_dir(&self.work_dir).into_iter().flatten().flatten() {
            let note = entry.path();
            let id =
                note.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".staged"));
            let Some(id) = id.and_then(|id| id.parse::<TargetTestId>().ok()) else { continue };
            let names: Vec<PathBuf> =
                fs::read(&note).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
            // Only names that a test makes, whatever the note says.
            let is_ours = |path: &&PathBuf| {
                let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                name.starts_with('.') && name.contains(".certctl-") && name.contains(id.as_str())
            };
            let removed = names.iter().filter(is_ours).try_for_each(|path| durable::remove(path));
            match removed.and_then(|()| durable::remove(&note)) {
                Ok(()) => tracing::info!("what the test {id} had left behind is removed"),
                Err(error) => tracing::warn!("what the test {id} had left behind stays: {}", chain(&error)),
            }
        }
    }
}

/// One check. A deployment that is under way may make the service's configuration look broken for a moment.
async fn in_turn(bench: &mut Bench<'_>, name: CheckName, lane: &Mutex<()>) -> Found {
    if name != CheckName::Validate {
        return bench.check(name).await;
    }
    drop(lane.lock().await);
    let found = bench.check(name).await;
    if matches!(found, Found::Failed(..)) && lane.try_lock().is_err() {
        drop(lane.lock().await);
        return bench.check(name).await;
    }
    found
}

/// Tells the control plane of checks as they end, until the last is told or nobody wants to hear of it.
pub(crate) async fn send_checks(
    id: &TargetTestId,
    link: &Link,
    mut ended: UnboundedReceiver<CheckReport>,
    mut backoff: Backoff,
) {
    let path = format!("/agent/tests/{id}/report");
    let mut unsent = Vec::new();
    loop {
        unsent.extend(ended.recv().await);
        while let Ok(more) = ended.try_recv() {
            unsent.push(more);
        }
        let report = TestReport { checks: unsent.clone(), done: ended.is_closed() && ended.is_empty() };
        match link.client().post::<TestNoted>(&path, &report).await {
            Ok(_) if report.done => return,
            Ok(_) => {
                unsent.clear();
                backoff.reset();
            }
            Err(error) => match error.status() {
                Some(403 | 404 | 409 | 410 | 422) => {
                    tracing::warn!(
                        "the control plane does not want the test {id} any more: {}",
                        chain(&error)
                    );
                    return;
                }
                Some(_) | None => {
                    tracing::warn!("checks of {id} could not be reported yet: {}", chain(&error));
                    tokio::time::sleep(backoff.wait()).await;
                }
            },
        }
    }
}

/// Carries a test out and tells of it, within its time.
pub(crate) async fn carry_out(
    deployer: &Deployer,
    work: &TestWork,
    lane: Arc<Mutex<()>>,
    link: &Link,
    backoff: Backoff,
) {
    let (sender, ended): (UnboundedSender<CheckReport>, _) = tokio::sync::mpsc::unbounded_channel();
    let tested = async move {
        // Nobody listens when the control plane does not want it any more.
        deployer.test(work, &lane, |check| drop(sender.send(check))).await;
        drop(sender);
        std::future::pending::<()>().await;
    };
    let told = send_checks(&work.test_id, link, ended, backoff);
    let within = async {
        tokio::select! {
            () = told => {}
            () = tested => {}
        }
    };
    if tokio::time::timeout(Duration::from_secs(u64::from(work.seconds)), within).await.is_err() {
        tracing::warn!("the test {} did not end in its time", work.test_id);
    }
}
