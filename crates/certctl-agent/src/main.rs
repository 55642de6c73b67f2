//! The `certctl-agent` program: its arguments, its log, its exit code.
//!
//! Not for: work (the library). Invariant: exit codes are 0 done, 1 failed, 2 wrong arguments, 3 retired.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use certctl_agent::arguments::{Arguments, Command, LogFormat, Places};
use certctl_agent::cause::chain;
use certctl_agent::inspect;
use certctl_agent::join::{JoinOptions, join};
use certctl_agent::poll::{Ended, RunOptions, run};
use certctl_agent::service_manager::ServiceManager;
use certctl_agent::system_random::SystemRandom;
use certctl_api::join_token::JoinToken;
use certctl_core::kill_point::KillPoint;
use certctl_core::time::SystemClock;
use clap::Parser as _;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    start_log(&arguments.places);
    match execute(arguments) {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "certctl-agent: {}", chain(error.as_ref()));
            ExitCode::from(1)
        }
    }
}

fn start_log(places: &Places) {
    let format = places
        .log_format
        .unwrap_or_else(|| if std::io::stderr().is_terminal() { LogFormat::Text } else { LogFormat::Json });
    let filter = EnvFilter::try_new(&places.log_level).unwrap_or_else(|_| EnvFilter::new("info"));
    let log =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
}

fn execute(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let Arguments { places, command } = arguments;
    let key_dir = places.key_dir.clone().unwrap_or_else(|| places.state_dir.join("keys"));
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start")?;
    runtime.block_on(async move {
        match command {
            Command::Join { url, token, token_file, run: then_run } => {
                let text = match (token, token_file) {
                    (Some(token), _) => token,
                    (None, Some(path)) if path.as_os_str() == "-" => {
                        std::io::read_to_string(std::io::stdin()).context("cannot read the token")?
                    }
                    (None, Some(path)) => std::fs::read_to_string(&path)
                        .with_context(|| format!("cannot read the token file {}", path.display()))?,
                    (None, None) => anyhow::bail!("give the token with --token or --token-file"),
                };
                let token = JoinToken::parse(&text)?;
                let clock = Arc::new(SystemClock);
                let options =
                    JoinOptions { server_url: url, token, state_dir: places.state_dir.clone(), clock };
                let enrollment = join(options).await?;
                writeln!(std::io::stdout(), "joined {} as {}", enrollment.server_url, enrollment.agent_id)?;
                if then_run { work(places, key_dir).await } else { Ok(ExitCode::SUCCESS) }
            }
            Command::Run => work(places, key_dir).await,
            Command::Status => {
                let text = inspect::status(&places.state_dir, &key_dir)?;
                writeln!(std::io::stdout(), "{text}")?;
                Ok(ExitCode::SUCCESS)
            }
            Command::Check => {
                let report = inspect::check(&places.policy)?;
                writeln!(std::io::stdout(), "{}", report.text)?;
                Ok(if report.n_problems == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
            }
        }
    })
}

async fn work(places: Places, key_dir: PathBuf) -> anyhow::Result<ExitCode> {
    let kill_point = match std::env::var("CERTCTL_KILL_AT") {
        Ok(text) => KillPoint::armed(&text, die),
        Err(_) => KillPoint::default(),
    };
    let shutdown = CancellationToken::new();
    let stop = shutdown.clone();
    let policy = places.policy.clone();
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for signals")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for signals")?;
    let mut hang_up = signal(SignalKind::hangup()).context("cannot listen for signals")?;
    let signals = async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => break,
                _ = interrupt.recv() => break,
                // The policy is read for each job anyway; this tells the person who changed it whether it is good.
                _ = hang_up.recv() => match inspect::check(&policy) {
                    Ok(report) => tracing::info!("{}", report.text),
                    Err(error) => tracing::error!("{}", chain(&error)),
                },
            }
        }
        stop.cancel();
        std::future::pending::<()>().await;
    };
    let options = RunOptions {
        state_dir: places.state_dir,
        key_dir,
        policy_path: places.policy,
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        kill_point,
        service_manager: ServiceManager::from_environment(|name| std::env::var(name).ok()),
    };
    let ended = tokio::select! {
        ended = run(options, shutdown) => ended?,
        () = signals => Ended::Stopped,
    };
    Ok(match ended {
        Ended::Stopped => ExitCode::SUCCESS,
        Ended::Retired => ExitCode::from(3),
    })
}

/// For crash tests: the process ends here and now, as a machine that lost its power.
fn die() {
    let _ = nix::sys::signal::kill(nix::unistd::getpid(), nix::sys::signal::Signal::SIGKILL);
}
