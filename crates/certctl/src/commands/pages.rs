//! `certctl man` and `certctl completion`: pages and scripts made from the arguments of both programs.
//!
//! Not for: the reference page (`reference.rs`). Invariants: every command has a page; neither needs a server, and the
//! agent's program stays without them, to stay small.

use std::path::{Path, PathBuf};

use clap::{CommandFactory as _, ValueEnum};

use crate::failure::Failure;
use crate::output::{Console, Exit};

/// `certctl man [DIR]`
#[derive(Debug, clap::Args)]
pub(crate) struct Man {
    /// Write the pages of all commands, and of certctl-agent, into this directory; without it, certctl's own page is printed
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,
}

/// `certctl completion SHELL`
#[derive(Debug, clap::Args)]
pub(crate) struct Completion {
    /// Load it with: source <(certctl completion bash)
    #[arg(value_enum)]
    shell: Shell,
    /// For which program
    #[arg(long = "for", value_enum, value_name = "PROGRAM", default_value = "certctl")]
    program: Program,
}

/// The shells that completion is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
}

/// The programs of certctl.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Program {
    Certctl,
    CertctlAgent,
}

impl Program {
    const ALL: [Self; 2] = [Self::Certctl, Self::CertctlAgent];

    fn command(self) -> clap::Command {
        match self {
            Self::Certctl => crate::Cli::command(),
            Self::CertctlAgent => certctl_agent::arguments::Arguments::command(),
        }
    }
}

impl Man {
    /// Writes the pages, or prints the first.
    ///
    /// # Errors
    /// [`Failure::File`] naming the directory, or that of the output.
    pub(crate) fn run(&self, console: &mut Console) -> Result<Exit, Failure> {
        let Some(directory) = &self.directory else {
            clap_mangen::Man::new(Program::Certctl.command()).render(&mut console.stdout())?;
            return Ok(Exit::Ok);
        };
        write(directory).map_err(|source| Failure::File {
            path: directory.clone(),
            action: "written",
            source,
        })?;
        console.hint(&format!("read them with: man -l {}", directory.join("certctl.1").display()))?;
        Ok(Exit::Ok)
    }
}

fn write(directory: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(directory)?;
    for program in Program::ALL {
        clap_mangen::generate_to(program.command(), directory)?;
    }
    Ok(())
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
        let mut command = self.program.command();
        let name = command.get_name().to_owned();
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut command, name, &mut script);
        console.stdout().write_all(&script)?;
        Ok(Exit::Ok)
    }
}

#[cfg(test)]
mod tests {
    use certctl_core::time::Ts;

    use super::*;
    use crate::output::Format;
    use crate::output::tests::captured;

    /// The name of each command's page, with one of its own flags if it has any.
    fn pages(above: &str, command: &clap::Command, found: &mut Vec<(String, Option<String>)>) {
        let name = if above.is_empty() {
            command.get_name().to_owned()
        } else {
            format!("{above}-{}", command.get_name())
        };
        let own = command
            .get_arguments()
            .find(|one| !one.is_global_set() && one.get_long().is_some_and(|l| l != "help"));
        found.push((name.clone(), own.and_then(|one| one.get_long()).map(str::to_owned)));
        for below in
            command.get_subcommands().filter(|below| !below.is_hide_set() && below.get_name() != "help")
        {
            pages(&name, below, found);
        }
    }

    #[test]
    fn every_command_of_both_programs_has_a_page_with_its_flags() {
        let folder = tempfile::tempdir().unwrap();
        let (mut console, _, err) = captured(Format::Table, false, Ts::from_second(0));
        Man { directory: Some(folder.path().join("new/man1")) }.run(&mut console).unwrap();
        assert!(err.text().contains("certctl.1"));
        let mut wanted = Vec::new();
        for program in Program::ALL {
            pages("", &program.command(), &mut wanted);
        }
        assert!(wanted.len() > 90, "{} commands", wanted.len());
        for (name, flag) in wanted {
            let path = folder.path().join("new/man1").join(format!("{name}.1"));
            let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(text.contains(".SH NAME") && text.contains(".SH SYNOPSIS"), "{name}");
            if let Some(flag) = flag {
                assert!(text.contains(&flag.replace('-', "\\-")), "{name}: --{flag} is missing");
            }
        }
    }

    #[test]
    fn the_first_page_has_the_exit_codes() {
        let (mut console, out, _) = captured(Format::Table, false, Ts::from_second(0));
        Man { directory: None }.run(&mut console).unwrap();
        for (_, _, meaning) in Exit::TABLE {
            let words = meaning.split([';', ',', ':', '(']).next().unwrap();
            assert!(out.text().contains(words), "{words}: {}", out.text());
        }
    }

    #[test]
    fn a_directory_that_cannot_be_written_is_named() {
        let (mut console, _, _) = captured(Format::Table, false, Ts::from_second(0));
        let failure = Man { directory: Some(PathBuf::from("/dev/null/man")) }.run(&mut console).unwrap_err();
        assert!(failure.lines()[0].contains("/dev/null/man"), "{failure}");
    }

    #[test]
    fn every_shell_gets_a_script_that_knows_the_commands() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            for (program, word) in [(Program::Certctl, "key-strategy"), (Program::CertctlAgent, "token-file")]
            {
                let (mut console, out, _) = captured(Format::Table, false, Ts::from_second(0));
                Completion { shell, program }.run(&mut console).unwrap();
                assert!(out.text().contains(word), "{shell:?} {program:?}");
            }
        }
    }
}
