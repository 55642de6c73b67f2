//! The `certctl` program: arguments in, exit code out.
//!
//! Reading order: here, `commands/mod.rs`, `session.rs`, then a noun. Not for: rules (the server has them).
//! Invariants: commands reach the server through the public API only; every end is one of `output.rs`'s exit codes.

mod arguments;
mod commands;
mod demo;
#[cfg(test)]
mod documented;
mod failure;
mod login_file;
mod output;
mod query;
#[cfg(test)]
mod reference;
mod rows;
mod session;
mod settings;
mod table;
mod terminal;
mod watch;

use std::io::IsTerminal as _;
use std::process::ExitCode;

use anstream::{AutoStream, ColorChoice};
use certctl_core::time::SystemClock;
use clap::Parser;

use crate::commands::{Command, Remote};
use crate::failure::Failure;
use crate::login_file::LoginFile;
use crate::output::{Console, Exit};
use crate::session::Session;
use crate::settings::{GlobalArguments, Settings};

/// Runs the whole life of TLS certificates: request, key, issue, deploy, prove, renew.
#[derive(Debug, Parser)]
#[command(name = "certctl", version, max_term_width = 110, disable_help_subcommand = true)]
#[command(after_help = after_help())]
pub(crate) struct Cli {
    #[command(flatten)]
    global: GlobalArguments,
    #[command(subcommand)]
    command: Command,
}

fn after_help() -> String {
    let codes = Exit::TABLE.iter().map(|(_, code, meaning)| format!("  {code}  {meaning}\n"));
    format!("Exit codes:\n{}", codes.collect::<String>())
}

/// A variable of the process; empty ones count as absent.
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn main() -> ExitCode {
    // Fails when somebody did it before, which is as good.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let Cli { global, command } = Cli::parse();
    let mut console = console(&global);
    let needs_renewal = match &command {
        Command::Remote(Remote::Certs(certificates)) => Some(certificates.exit_of_failure(Exit::Negative)),
        Command::Remote(_)
        | Command::Login(_)
        | Command::Demo(_)
        | Command::Server(_)
        | Command::OpenApi
        | Command::Admin(_)
        | Command::Completion(_)
        | Command::Man(_)
        | Command::Version => None,
    };
    let exit = match run(&global, command, &mut console) {
        Ok(exit) => exit,
        Err(failure) => {
            console.failure(&failure);
            match failure.exit() {
                Exit::Negative => needs_renewal.unwrap_or(Exit::Negative),
                exit => exit,
            }
        }
    };
    ExitCode::from(exit.code())
}

fn console(global: &GlobalArguments) -> Console {
    let choice =
        |is_terminal: bool| match global.no_color || !is_terminal || environment("NO_COLOR").is_some() {
            true => ColorChoice::Never,
            false => ColorChoice::Auto,
        };
    let (out, err) = (std::io::stdout(), std::io::stderr());
    let out = AutoStream::new(out, choice(std::io::stdout().is_terminal()));
    let err = AutoStream::new(err, choice(std::io::stderr().is_terminal()));
    Console::new(global.output, global.quiet, Box::new(SystemClock), Box::new(out), Box::new(err))
}

fn run(global: &GlobalArguments, command: Command, console: &mut Console) -> Result<Exit, Failure> {
    match command {
        Command::Completion(completion) => completion.run(console),
        Command::Man(man) => man.run(console),
        Command::Version => commands::version::run(console),
        Command::OpenApi => commands::openapi::run(console),
        Command::Server(args) => {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            runtime.block_on(commands::server::run(*args, &environment, console))
        }
        Command::Demo(demo) => {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            runtime.block_on(demo.run(&environment, console))
        }
        Command::Admin(admin) => one_thread()?.block_on(admin.run(console)),
        Command::Login(login) => one_thread()?.block_on(login.run(global, &environment, console)),
        Command::Remote(remote) => {
            let login = match login_file::path(&environment) {
                Some(path) => LoginFile::read(&path)?,
                None => None,
            };
            let settings = Settings::resolve(global, &environment, login)?;
            one_thread()?.block_on(async {
                let mut session =
                    Session { client: settings.client()?, console, wait_limit: settings.wait_limit };
                remote.run(&mut session).await
            })
        }
    }
}

/// A client has nothing to do beside waiting for its answer.
fn one_thread() -> Result<tokio::runtime::Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn global_flags_stand_before_or_after_the_command() {
        for line in ["certctl -o json certs list", "certctl certs list -o json", "certctl certs -o json list"]
        {
            let cli = Cli::try_parse_from(line.split(' ')).unwrap();
            assert_eq!(cli.global.output, output::Format::Json, "{line}");
        }
    }

    #[test]
    fn every_group_of_which_one_is_needed_can_be_given() {
        fn check(command: &clap::Command, above: &str) {
            let name = format!("{above} {}", command.get_name());
            for group in command.get_groups().filter(|group| group.is_required_set()) {
                assert!(group.get_args().next().is_some(), "{name}: the group {} is empty", group.get_id());
            }
            command.get_subcommands().for_each(|below| check(below, &name));
        }
        check(&Cli::command(), "");
        for flag in ["--name=x", "--percent=50", "--alert-days=7", "--default-point"] {
            assert!(
                Cli::try_parse_from(["certctl", "renewal-policies", "update", "rp-a", flag]).is_ok(),
                "{flag}"
            );
        }
        assert!(Cli::try_parse_from(["certctl", "renewal-policies", "update", "rp-a"]).is_err());
        assert!(Cli::try_parse_from(["certctl", "profiles", "update", "prof-a", "--max-names=3"]).is_ok());
    }

    #[test]
    fn a_wrong_command_line_ends_with_2() {
        for line in [
            "certctl certs create",
            "certctl jobs list --limit 501",
            "certctl certs show tgt-1",
            "certctl nope",
        ] {
            let error = Cli::try_parse_from(line.split(' ')).unwrap_err();
            assert_eq!(error.exit_code(), i32::from(Exit::Usage.code()), "{line}");
        }
    }
}
