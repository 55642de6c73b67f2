//! Processes of a fleet: started with a log of their own, killed with SIGKILL, waited for.
//!
//! Not for: what they do. Invariant: a process that was started is killed when its owner goes.

use std::fs::OpenOptions;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How long anything may take.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);

/// Waits for a condition.
#[track_caller]
pub(crate) fn eventually<T>(what: &str, condition: impl FnMut() -> Option<T>) -> T {
    within(LIMIT, what, condition)
}

/// Waits for a condition, with a bound of its own.
#[track_caller]
pub(crate) fn within<T>(limit: Duration, what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + limit;
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(Instant::now() < end, "{what} did not happen within {limit:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A process that may run.
#[derive(Debug, Default)]
pub(crate) struct Process(Option<Child>);

impl Process {
    /// Starts it, with its output added to a log.
    pub(crate) fn start(&mut self, mut command: Command, log: &Path) {
        self.kill();
        let log = OpenOptions::new().create(true).append(true).open(log).unwrap();
        let error_log = log.try_clone().unwrap();
        self.0 = Some(command.stdout(log).stderr(error_log).stdin(Stdio::null()).spawn().unwrap());
    }

    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.0.take() {
            drop(child.kill());
            drop(child.wait());
        }
    }

    /// Whether it ended by itself.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.0.as_mut().and_then(|child| child.try_wait().unwrap())
    }

    /// Waits, without a pause between looks, until it has killed itself.
    #[track_caller]
    pub(crate) fn died(&mut self, who: &str) {
        use std::os::unix::process::ExitStatusExt as _;
        let end = Instant::now() + LIMIT;
        let status = loop {
            if let Some(status) = self.ended() {
                break status;
            }
            assert!(Instant::now() < end, "{who} did not reach the step at which it is to die");
            std::thread::sleep(Duration::from_millis(1));
        };
        assert_eq!(status.signal(), Some(9), "{who} ended by itself: {status}");
        self.0 = None;
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
