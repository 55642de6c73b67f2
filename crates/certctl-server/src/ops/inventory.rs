//! What there is, counted: certificates by status, agents, open jobs, open alerts, the audit chain.
//!
//! Not for: lists and their filters, or keeping a count (`counts.rs`). Invariant: a count reads no more than it must: what is
//! open is counted by the indexes of what is open; only certificates are read whole.

use certctl_core::agent::AgentHealth;
use certctl_core::alert::AlertSeverity;
use certctl_core::certificate::CertificateStatus;
use certctl_core::job::{JobKind, JobState};
use certctl_core::time::Ts;
use certctl_store::{Tx, agents, alerts, audit, certificates, jobs};

use crate::error::Error;

/// Certificates by status; a status that none has is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificates(pub Vec<(CertificateStatus, i64)>);

impl Certificates {
    /// How many have one of these.
    pub fn of(&self, wanted: &[CertificateStatus]) -> i64 {
        self.0.iter().filter(|(status, _)| wanted.contains(status)).map(|(_, n)| n).sum()
    }
}

/// Counts certificates. It reads all of them: ask by way of `counts.rs`.
///
/// # Errors
/// Those of the store.
pub fn certificates(tx: &mut Tx<'_>) -> Result<Certificates, Error> {
    Ok(Certificates(certificates::count_by_status(tx)?))
}

/// What is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// Agents that are not retired, by health.
    pub agents: Vec<(AgentHealth, i64)>,
    /// Open jobs.
    pub jobs: Vec<(JobKind, JobState, i64)>,
    /// Open alerts.
    pub alerts: Vec<(AlertSeverity, i64)>,
    /// Sealed batches of the audit trail.
    pub sealed_batches: i64,
    /// Audit events that are in no batch yet.
    pub unsealed: i64,
    /// When the oldest of them was.
    pub unsealed_since: Option<Ts>,
}

/// Counts what is under way.
///
/// # Errors
/// Those of the store.
pub fn work(tx: &mut Tx<'_>) -> Result<Work, Error> {
    let last = audit::last_batch(tx)?;
    let sealed_batches = last.as_ref().map_or(0, |batch| batch.number);
    // Members are ranges in order: the last number is the last place.
    let end = last.and_then(|batch| batch.members.rsplit([',', '-']).next()?.parse().ok()).unwrap_or(0);
    let (unsealed, unsealed_since) = audit::behind(tx, end)?;
    Ok(Work {
        agents: agents::count_by_health(tx)?,
        jobs: jobs::count_open(tx)?,
        alerts: alerts::count_open(tx)?,
        sealed_batches,
        unsealed,
        unsealed_since,
    })
}
