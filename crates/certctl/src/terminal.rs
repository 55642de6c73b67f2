//! A terminal that does not show what is typed, for a key or a password.
//!
//! Not for: colour or width. Invariant: when the value is dropped the terminal is as it was.

use std::io::{BufRead as _, IsTerminal as _, Stdin, Write as _};
use std::path::PathBuf;

use certctl_core::secret::Secret;
use nix::sys::termios::{LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};

use crate::failure::Failure;

/// One line of standard input; at a terminal it is asked for, and not shown.
///
/// # Errors
/// [`Failure`] when it cannot be read.
pub(crate) fn hidden_line(prompt: &str) -> Result<Secret<String>, Failure> {
    let stdin = std::io::stdin();
    let hidden = if stdin.is_terminal() {
        let mut stderr = std::io::stderr();
        write!(stderr, "{prompt}")?;
        stderr.flush()?;
        HiddenInput::begin(&stdin)
    } else {
        None
    };
    let mut text = String::new();
    let read = stdin.lock().read_line(&mut text);
    let text = Secret::new(text);
    if hidden.is_some() {
        drop(hidden);
        writeln!(std::io::stderr())?;
    }
    read.map_err(|source| Failure::File { path: PathBuf::from("-"), action: "read", source })?;
    Ok(text)
}

/// While it lives, what is typed is not shown.
#[derive(Debug)]
struct HiddenInput<'a> {
    stdin: &'a Stdin,
    before: Termios,
}

impl<'a> HiddenInput<'a> {
    /// Hides what is typed; none when the terminal cannot do it, and then it is shown.
    fn begin(stdin: &'a Stdin) -> Option<Self> {
        let before = tcgetattr(stdin).ok()?;
        let mut hidden = before.clone();
        hidden.local_flags.remove(LocalFlags::ECHO);
        tcsetattr(stdin, SetArg::TCSANOW, &hidden).ok()?;
        Some(Self { stdin, before })
    }
}

impl Drop for HiddenInput<'_> {
    fn drop(&mut self) {
        // A terminal that cannot be set back any more is gone.
        let _ = tcsetattr(self.stdin, SetArg::TCSANOW, &self.before);
    }
}
