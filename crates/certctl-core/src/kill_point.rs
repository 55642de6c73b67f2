//! Named steps at which a test may ask the process to die, so that crash safety is shown on the real binaries.
//!
//! Not for: anything but tests. A binary reads `CERTCTL_KILL_AT` once at its start and hands the value on; what
//! dying means is the binary's own function (it sends itself SIGKILL). Without the variable nothing here acts.
//! Invariant: the name of a step is a constant of the code that passes it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Where to die, and how; empty in normal operation.
#[derive(Clone, Default)]
pub struct KillPoint(Option<Arc<Armed>>);

struct Armed {
    step: String,
    passes_left: AtomicU32,
    die: fn(),
}

impl KillPoint {
    /// Parses `step` or `step:n` (die at the n-th time the step is passed, counted from 1).
    pub fn armed(text: &str, die: fn()) -> Self {
        let (step, n) = match text.rsplit_once(':') {
            Some((step, n)) => (step, n.parse().unwrap_or(1)),
            None => (text, 1),
        };
        if step.is_empty() {
            return Self(None);
        }
        Self(Some(Arc::new(Armed { step: step.to_owned(), passes_left: AtomicU32::new(n), die })))
    }

    /// Passes a named step; does not return when the test asked to die here.
    pub fn pass(&self, step: &str) {
        let Some(armed) = &self.0 else { return };
        if armed.step == step && armed.passes_left.fetch_sub(1, Ordering::SeqCst) == 1 {
            (armed.die)();
        }
    }
}

impl fmt::Debug for KillPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(armed) => write!(f, "KillPoint({})", armed.step),
            None => f.write_str("KillPoint(none)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static DEATHS: AtomicU32 = AtomicU32::new(0);

    #[test]
    fn only_the_nth_pass_of_the_named_step_dies() {
        let point = KillPoint::armed("deploy.swapped:2", || {
            DEATHS.fetch_add(1, Ordering::SeqCst);
        });
        point.pass("deploy.staged");
        point.pass("deploy.swapped");
        assert_eq!(DEATHS.load(Ordering::SeqCst), 0);
        point.pass("deploy.swapped");
        assert_eq!(DEATHS.load(Ordering::SeqCst), 1);
        point.pass("deploy.swapped");
        assert_eq!(DEATHS.load(Ordering::SeqCst), 1);
        KillPoint::default().pass("deploy.swapped");
    }
}
