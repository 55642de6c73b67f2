//! Which worker processes of nginx answer connections, so that a proof need not guess how long the old ones do.
//!
//! On a reload nginx starts new workers, waits 100 ms, and tells the old ones to stop; an old worker then changes its
//! title to "... is shutting down" and closes its listening sockets (`ngx_worker_process_cycle`).
//! Not for: deciding that a certificate is served (`verify.rs` looks). Invariant: where `/proc` shows nothing, for
//! example because nginx runs in another container, the list is empty and nothing is concluded from it.

use std::fs;

use serde::{Deserialize, Serialize};

/// A worker process; its start time tells it from a later process with the same number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Worker {
    pid: u32,
    started: u64,
}

impl Worker {
    /// Whether it still takes connections.
    fn accepts(self) -> bool {
        started(self.pid) == Some(self.started) && is_worker(self.pid)
    }
}

/// The workers of a master process that take connections now.
pub(crate) fn of(master: i32) -> Vec<Worker> {
    let children = fs::read_to_string(format!("/proc/{master}/task/{master}/children")).unwrap_or_default();
    let pids = children.split_whitespace().filter_map(|pid| pid.parse().ok()).filter(|pid| is_worker(*pid));
    pids.filter_map(|pid| started(pid).map(|started| Worker { pid, started })).collect()
}

/// Whether any of them still takes connections.
pub(crate) fn any_accepts(workers: &[Worker]) -> bool {
    workers.iter().any(|worker| worker.accepts())
}

fn is_worker(pid: u32) -> bool {
    // The title is empty for a process that ended and was not yet waited for.
    let title = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let title = String::from_utf8_lossy(&title);
    title.contains("worker process") && !title.contains("shutting down")
}

/// Field 22 of `/proc/<pid>/stat`; the fields are counted after the name, which may hold spaces.
fn started(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_is_no_worker_is_not_taken_for_one() {
        let own = std::process::id();
        assert!(started(own).is_some());
        assert!(of(own.try_into().unwrap()).is_empty());
        let other_life = Worker { pid: own, started: 1 };
        assert!(!any_accepts(&[other_life]));
    }
}
