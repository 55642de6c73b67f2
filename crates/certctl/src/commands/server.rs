//! `certctl server`: runs the control plane in this process.
//!
//! Not for: anything the control plane does (crate `certctl-server`). Invariant: settings that are wrong end with 2, a
//! start that fails with 1.

use certctl_core::kill_point::KillPoint;
use certctl_server::cli::{ServerArgs, execute};
use certctl_server::config::ConfigError;

use crate::failure::Failure;
use crate::output::{Console, Exit};

/// Runs until the process is asked to stop.
///
/// # Errors
/// [`Failure`] naming the settings that are wrong, or why the server did not start.
pub(crate) async fn run(
    args: ServerArgs,
    environment: &dyn Fn(&str) -> Option<String>,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let kill_point =
        environment("CERTCTL_KILL_AT").map_or_else(KillPoint::default, |text| KillPoint::armed(&text, die));
    match execute(args, kill_point, console.stdout()).await {
        Ok(()) => Ok(Exit::Ok),
        Err(error) if error.is::<ConfigError>() => Err(Failure::usage(
            format!("{error:#}"),
            "correct what is named; `certctl server config print` shows where each setting comes from",
        )),
        Err(error) => Err(Failure::Negative { what: format!("{error:#}"), next: String::new() }),
    }
}

/// For tests of crash safety: ends the process as a power cut would.
fn die() {
    let this = nix::unistd::Pid::this();
    // It returns only when the signal could not be sent; then the test fails, as it should.
    let _ = nix::sys::signal::kill(this, nix::sys::signal::Signal::SIGKILL);
}
