//! The limit of open files, raised as far as this user may.
//!
//! Not for: the server's own limits. Invariant: too low a limit is said before anything is measured.

use anyhow::{Context as _, bail};
use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Raises the limit of this process and of those that it starts; at least `n_wanted` are needed.
pub(crate) fn raise_open_files(n_wanted: u64) -> anyhow::Result<()> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).context("the limit of open files is not known")?;
    if hard < n_wanted {
        bail!(
            "{n_wanted} open files are needed, but this user may have {hard}: raise `ulimit -Hn` (LimitNOFILE of systemd)"
        );
    }
    if soft < hard {
        setrlimit(Resource::RLIMIT_NOFILE, hard, hard).context("the limit of open files cannot be raised")?;
    }
    Ok(())
}
