//! A terminal that does not show what is typed, for a key.
//!
//! Not for: colour or width. Invariant: when the value is dropped the terminal is as it was.

use std::io::Stdin;

use nix::sys::termios::{LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};

/// While it lives, what is typed is not shown.
#[derive(Debug)]
pub(crate) struct HiddenInput<'a> {
    stdin: &'a Stdin,
    before: Termios,
}

impl<'a> HiddenInput<'a> {
    /// Hides what is typed; none when the terminal cannot do it, and then it is shown.
    pub(crate) fn begin(stdin: &'a Stdin) -> Option<Self> {
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
