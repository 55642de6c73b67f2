//! `certctl version` and `certctl completion`: what the program itself knows.
//!
//! Not for: the server's version (`status`). Invariant: neither needs a server.

use clap::CommandFactory as _;
use serde_json::json;

use crate::failure::Failure;
use crate::output::{Console, Exit};

/// `certctl completion SHELL`
#[derive(Debug, clap::Args)]
pub(crate) struct Completion {
    /// Load it with: source <(certctl completion bash)
    #[arg(value_enum)]
    shell: Shell,
}

/// The shells that completion is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
}

impl Completion {
    /// Prints the script.
    ///
    /// # Errors
    /// [`Failure::Output`].
    pub(crate) fn run(&self, console: &mut Console) -> Result<Exit, Failure> {
        let shell = match self.shell {
            Shell::Bash => clap_complete::Shell::Bash,
            Shell::Zsh => clap_complete::Shell::Zsh,
            Shell::Fish => clap_complete::Shell::Fish,
        };
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut crate::Cli::command(), "certctl", &mut script);
        console.stdout().write_all(&script)?;
        Ok(Exit::Ok)
    }
}

/// Prints the version.
///
/// # Errors
/// [`Failure::Output`].
pub(crate) fn run(console: &mut Console) -> Result<Exit, Failure> {
    let version = env!("CARGO_PKG_VERSION");
    if console.format.is_machine() {
        console.document(&json!({ "version": version }))?;
    } else if console.quiet {
        console.line(version)?;
    } else {
        console.line(&format!("certctl {version}"))?;
    }
    Ok(Exit::Ok)
}

#[cfg(test)]
mod tests {
    use certctl_core::time::Ts;

    use super::*;
    use crate::output::Format;
    use crate::output::tests::captured;

    #[test]
    fn every_shell_gets_a_script_that_knows_the_commands() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let (mut console, out, _) = captured(Format::Table, false, Ts::from_second(0));
            Completion { shell }.run(&mut console).unwrap();
            assert!(out.text().contains("certs") && out.text().contains("key-strategy"), "{shell:?}");
        }
    }

    #[test]
    fn the_version_has_its_three_forms() {
        let printed = |format, quiet| {
            let (mut console, out, _) = captured(format, quiet, Ts::from_second(0));
            run(&mut console).unwrap();
            out.text()
        };
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(printed(Format::Table, false), format!("certctl {version}\n"));
        assert_eq!(printed(Format::Table, true), format!("{version}\n"));
        assert!(printed(Format::Json, false).contains(&format!("\"version\": \"{version}\"")));
    }
}
