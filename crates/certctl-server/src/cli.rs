//! `certctl server`: its flags, made from the table of settings, and what it does with them.
//!
//! Not for: other commands (crate `certctl`). Invariants: each setting has its flag, because both come from one table;
//! the log goes to standard error, what a person is to read and use goes to standard output.

use std::{
    collections::BTreeMap,
    io::{IsTerminal as _, Write},
    path::PathBuf,
    sync::Arc,
};

use anyhow::Context as _;
use certctl_core::kill_point::KillPoint;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, Subcommand};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::{EnvFilter, fmt::format::JsonFields};

use crate::{
    Environs, RunningServer, Server,
    config::{Config, LogFormat, ProcessEnvironment, Sources, keys::KEYS},
    log::JsonLines,
    service_manager::ServiceManager,
};

/// The arguments of `certctl server`.
#[derive(Debug, Clone, Default)]
pub struct ServerArgs {
    config: Option<PathBuf>,
    flags: BTreeMap<&'static str, String>,
    action: Option<Action>,
}

/// What to do instead of running.
#[derive(Debug, Clone, Subcommand)]
enum Action {
    /// Look at the configuration
    #[command(subcommand)]
    Config(ConfigAction),
}

/// What to do with the configuration.
#[derive(Debug, Clone, Copy, Subcommand)]
enum ConfigAction {
    /// Say every problem of the configuration; start nothing
    Check,
    /// Print every setting with the place it comes from; secrets are hidden
    Print,
}

impl Args for ServerArgs {
    fn augment_args(command: Command) -> Command {
        let command = command.arg(
            Arg::new("config")
                .long("config")
                .value_name("FILE")
                .value_parser(clap::value_parser!(PathBuf))
                .action(ArgAction::Set)
                .help("The configuration file; /etc/certctl/certctl.toml when it is there [env: CERTCTL_CONFIG]"),
        );
        let command = KEYS.iter().fold(command, |command, key| {
            let default = match key.default {
                "" => String::new(),
                default => format!(" [default: {default}]"),
            };
            command.arg(
                Arg::new(key.name)
                    .long(key.long())
                    .value_name(key.value)
                    .action(ArgAction::Set)
                    .help(format!("{}{default} [env: {}]", key.help, key.variable())),
            )
        });
        Action::augment_subcommands(command).subcommand_required(false).args_conflicts_with_subcommands(false)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for ServerArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut args = Self::default();
        args.update_from_arg_matches(matches)?;
        Ok(args)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.config = matches.get_one("config").cloned();
        self.flags = KEYS
            .iter()
            .filter_map(|key| Some((key.name, matches.get_one::<String>(key.name)?.clone())))
            .collect();
        self.action = match matches.subcommand() {
            Some(_) => Some(Action::from_arg_matches(matches)?),
            None => None,
        };
        Ok(())
    }
}

/// Carries the command out. `out` is standard output.
///
/// # Errors
/// What a person has to know: the wrong settings, or why the server did not start.
pub async fn execute(
    args: ServerArgs,
    kill_point: KillPoint,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    let environment = ProcessEnvironment;
    let sources = Sources::of_process(args.flags, args.config.as_deref(), &environment)?;
    match args.action {
        Some(Action::Config(ConfigAction::Check)) => {
            Config::load(&sources)?;
            for name in sources.unknown_variables() {
                writeln!(out, "warning: {name} is not a variable of certctl; is it misspelt?")?;
            }
            writeln!(out, "The configuration is right.")?;
            return Ok(());
        }
        Some(Action::Config(ConfigAction::Print)) => {
            write!(out, "{}", sources.print()?)?;
            return Ok(());
        }
        None => {}
    }
    let config = Config::load(&sources)?;
    start_log(&config);
    raise_open_files(config.limits.max_connections);
    for name in sources.unknown_variables() {
        tracing::warn!("{name} is not a variable of certctl and is ignored; is it misspelt?");
    }
    let manager = ServiceManager::of_process(&environment);
    // Before the start, so that a signal during it is not lost.
    let mut signals = Signals::install().context("signals cannot be received")?;
    let environs = Environs { kill_point, ..Environs::default() };
    let server = tokio::select! {
        started = Server::start(config, environs) => started?,
        () = signals.stop() => return Ok(()),
    };
    greet(&server, out)?;
    manager.ready();
    tokio::select! {
        () = signals.until_stop(&server) => {}
        () = manager.keep_alive() => {}
    }
    tracing::info!("Stops");
    manager.stopping();
    tokio::select! {
        () = server.stop() => {}
        () = signals.stop() => tracing::warn!("Asked twice to stop: stops at once"),
    }
    Ok(())
}

/// Each connection is an open file: the limit is raised as far as this user may.
fn raise_open_files(max_connections: usize) {
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return };
    if soft < hard && setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_err() {
        tracing::warn!("The limit of open files stays at {soft}");
    }
    // The rest is for the database, the log and connections to issuers.
    if u64::try_from(max_connections).is_ok_and(|wanted| hard < wanted + 200) {
        tracing::warn!(
            "{hard} files may be open, which is fewer than max_connections = {max_connections} needs: raise the limit of \
             open files (LimitNOFILE in a systemd unit, `ulimit -Hn` in a shell), or lower max_connections"
        );
    }
}

fn greet(server: &RunningServer, out: &mut (dyn Write + Send)) -> std::io::Result<()> {
    let (app, ca) = (&server.app, server.app.config.ca_file());
    tracing::info!(
        replica = app.replica_id,
        "certctl {} listens on {} as {}",
        env!("CARGO_PKG_VERSION"),
        server.address,
        app.public_url
    );
    writeln!(out, "certctl listens at {}", app.public_url)?;
    writeln!(out, "Its CA certificate is in {}", ca.display())?;
    if let (Some(link), Some(token)) = (server.setup_link(), server.setup_token.as_ref()) {
        writeln!(out, "\nNo API key exists yet. Make the first one within an hour:")?;
        writeln!(out, "  Open {}", link.expose())?;
        writeln!(
            out,
            "  or   certctl login --server {} --ca-file {} --setup-token {}\n",
            app.public_url,
            ca.display(),
            token.expose()
        )?;
    }
    out.flush()
}

/// The log of the process, to standard error.
pub fn start_log(config: &Config) {
    let filter = EnvFilter::try_new(&config.log_level).unwrap_or_else(|_| EnvFilter::new("info"));
    let mut builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if !std::io::stderr().is_terminal() {
        builder = builder.with_ansi(false);
    }
    // Fails when somebody set the log up before: then that one stays.
    drop(match config.log_format {
        LogFormat::Text => builder.with_target(false).try_init(),
        LogFormat::Json => builder.fmt_fields(JsonFields::new()).event_format(JsonLines).try_init(),
    });
}

struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    hangup: tokio::signal::unix::Signal,
}

impl Signals {
    fn install() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    async fn stop(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    /// Hands SIGHUP on until the server is asked to stop.
    async fn until_stop(&mut self, server: &RunningServer) {
        let reload = Arc::clone(&server.hangup);
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return,
                _ = self.interrupt.recv() => return,
                _ = self.hangup.recv() => reload.notify_one(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, clap::Parser)]
    struct Program {
        #[command(flatten)]
        server: ServerArgs,
    }

    #[test]
    fn every_setting_has_a_flag() {
        use clap::{CommandFactory as _, Parser as _};
        Program::command().debug_assert();
        for key in KEYS {
            let program = Program::try_parse_from(["certctl", &key.flag(), "x"]).unwrap();
            assert_eq!(program.server.flags.get(key.name).map(String::as_str), Some("x"), "{}", key.name);
        }
    }

    #[test]
    fn the_configuration_can_be_checked_with_flags_before_it() {
        use clap::Parser as _;
        let program =
            Program::try_parse_from(["certctl", "--listen", "127.0.0.1:1", "config", "print"]).unwrap();
        assert!(matches!(program.server.action, Some(Action::Config(ConfigAction::Print))));
        assert_eq!(program.server.flags.len(), 1);
    }

    #[tokio::test]
    async fn a_check_names_the_flag_and_starts_nothing() {
        use clap::Parser as _;
        let run = async |words: &[&str]| {
            let program = Program::try_parse_from(words).unwrap();
            let mut out = Vec::new();
            let result = execute(program.server, KillPoint::default(), &mut out).await;
            (result.map_err(|error| error.to_string()), String::from_utf8(out).unwrap())
        };
        let (result, _) = run(&["certctl", "--listen", "nowhere", "config", "check"]).await;
        assert!(result.unwrap_err().contains("--listen: \"nowhere\" is not an address"));
        let words = ["certctl", "--database-url", "postgres://u:hunter2@h/d", "config", "print"];
        let (result, out) = run(&words).await;
        assert!(result.is_ok() && out.contains("database_url = \"***\"  # --database-url"), "{out}");
        assert!(!out.contains("hunter2"), "{out}");
    }
}
