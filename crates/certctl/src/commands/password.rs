//! Where commands get a password from: standard input, a file, or a prompt that does not show it. Never an argument: those
//! are seen by everybody on the machine, and kept by shells.
//!
//! Not for: what a password must be (the server says). Invariant: a password is in no output and no failure.

use std::io::{IsTerminal as _, Read as _};
use std::path::PathBuf;

use certctl_api::users::Password;
use certctl_core::secret::Secret;
use clap::Args;

use crate::failure::Failure;
use crate::settings::read_text;
use crate::terminal::hidden_line;

/// Where the password is.
#[derive(Debug, Args)]
pub(crate) struct PasswordSource {
    /// Read the password from standard input, up to the end of its first line
    #[arg(long, conflicts_with = "password_file")]
    password_stdin: bool,
    /// Read the password from the first line of a file
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

impl PasswordSource {
    /// Whether it says where the password is.
    pub(crate) const fn is_given(&self) -> bool {
        self.password_stdin || self.password_file.is_some()
    }

    /// A password that is known already; asked for once at a terminal.
    ///
    /// # Errors
    /// [`Failure`] when there is none.
    pub(crate) fn password(&self, prompt: &str) -> Result<Password, Failure> {
        let text = match &self.password_file {
            Some(path) => Secret::new(read_text(path)?),
            None if self.password_stdin => Secret::new(standard_input()?),
            None => typed(prompt)?,
        };
        first_line(&text)
    }

    /// The password of a new user, or a new one; asked for twice at a terminal.
    ///
    /// # Errors
    /// [`Failure`] when there is none, or two that differ.
    pub(crate) fn new_password(&self) -> Result<Password, Failure> {
        let text = if let Some(path) = &self.password_file {
            Secret::new(read_text(path)?)
        } else if self.password_stdin {
            Secret::new(standard_input()?)
        } else {
            let typed = typed("New password (it is not shown): ")?;
            if typed.expose() != self::typed("Once more: ")?.expose() {
                return Err(Failure::usage("the two passwords differ", "run the command again"));
            }
            typed
        };
        first_line(&text)
    }
}

/// The old password, which one's own change needs.
///
/// # Errors
/// [`Failure`] when there is none.
pub(crate) fn current_password(file: Option<&PathBuf>) -> Result<Password, Failure> {
    let text = match file {
        Some(path) => Secret::new(read_text(path)?),
        None => typed("Present password (it is not shown): ")?,
    };
    first_line(&text)
}

fn standard_input() -> Result<String, Failure> {
    let mut text = String::new();
    // A password has 256 letters at most: what is longer is a mistake.
    let read = std::io::stdin().lock().take(65_536).read_to_string(&mut text);
    read.map_err(|source| Failure::File { path: PathBuf::from("-"), action: "read", source })?;
    Ok(text)
}

fn typed(prompt: &str) -> Result<Secret<String>, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage(
            "there is no terminal to ask for a password at",
            "give it by --password-stdin or --password-file",
        ));
    }
    hidden_line(prompt)
}

fn first_line(text: &Secret<String>) -> Result<Password, Failure> {
    match text.expose().lines().next() {
        Some(line) if !line.is_empty() => Ok(Password::new(line.to_owned())),
        Some(_) | None => Err(Failure::usage("the password is empty", "its first line is read")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_is_the_password_with_its_spaces() {
        let check = |text: &str, expected: Option<&str>| {
            let found = first_line(&Secret::new(text.to_owned()));
            assert_eq!(found.ok().map(|password| password.expose().to_owned()).as_deref(), expected);
        };
        check("lamp river otter\n", Some("lamp river otter"));
        check(" lamp \r\nmore", Some(" lamp "));
        check("", None);
        check("\nx", None);
    }
}
