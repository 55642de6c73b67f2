//! `certctl-bench`: measures the real programs and prints each figure beside its target.
//!
//! Each scenario is one file. To add one: its file, its variant in `arguments.rs`, its line in `measure`.
//! Not for: correctness (tests). Invariant: a scenario that did not do all of its work is an error, not a figure.

mod acme;
mod agent_process;
mod agents;
mod arguments;
mod authority;
mod ceiling;
mod connection;
mod figure;
mod fsync_probe;
mod idle;
mod inventory;
mod issuance;
mod issuance_load;
mod limits;
mod listeners;
mod load;
mod machine;
mod nginx;
mod noisy;
mod ocsp;
mod outcome;
mod pki_load;
mod postgres;
mod process;
mod program;
mod proven_live;
mod renewals;
mod report;
mod revoke;
mod server_process;
mod simulated_agent;
mod statistics;
mod table;
mod workers;

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context as _;
use certctl_core::time::{Clock as _, SystemClock};
use clap::Parser as _;

use crate::arguments::{Action, Arguments, Scenario};
use crate::figure::Figure;
use crate::machine::{Machine, load_average};
use crate::report::{Report, ScenarioReport};

/// A title, and its figures.
type Measured = Vec<(String, Vec<Figure>)>;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell when standard error is closed.
            drop(writeln!(std::io::stderr(), "certctl-bench: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("the runtime cannot be started")?;
    if let Some(Action::Load(wanted)) = &arguments.action {
        return runtime.block_on(load::run(wanted));
    }
    let machine = Machine::read();
    let at = SystemClock.now().to_string();
    let mut out = std::io::stdout();
    writeln!(
        out,
        "certctl {} on {} ({} cores, {} MiB, Linux {}), {at}, load average {}",
        env!("CARGO_PKG_VERSION"),
        machine.processor,
        machine.cores,
        machine.memory_mib,
        machine.kernel,
        machine.load_average
    )?;
    if arguments.quick {
        writeln!(out, "A quick run: it shows that the scenarios work; its figures say little.")?;
    }
    let mut report = Report { at, version: env!("CARGO_PKG_VERSION"), machine, scenarios: Vec::new() };
    for scenario in arguments.scenarios() {
        let (load_average_before, begin) = (load_average(), Instant::now());
        let measured = runtime.block_on(measure(scenario, arguments))?;
        let seconds = begin.elapsed().as_secs_f64();
        for (title, figures) in measured {
            writeln!(out, "\n{}", table::render(&title, &figures).trim_end())?;
            report.scenarios.push(ScenarioReport {
                name: title,
                load_average_before: load_average_before.clone(),
                seconds,
                figures: figures.into_iter().map(Into::into).collect(),
            });
        }
    }
    if let Some(path) = &arguments.json {
        report.write(path)?;
    }
    Ok(())
}

async fn measure(scenario: Scenario, arguments: &Arguments) -> anyhow::Result<Measured> {
    match scenario {
        Scenario::Issuance => issuance::measure(arguments).await,
        Scenario::Renewals => renewals::measure(arguments).await,
        Scenario::ProvenLive => proven_live::measure(arguments).await,
        Scenario::Agents => agents::measure(arguments).await,
        Scenario::Noisy => noisy::measure(arguments).await,
        Scenario::Listeners => listeners::measure(arguments).await,
        Scenario::Idle => idle::measure(arguments).await,
        Scenario::Inventory => inventory::measure(arguments).await,
        Scenario::Ocsp => ocsp::measure(arguments).await,
        Scenario::Acme => acme::measure(arguments).await,
        Scenario::Revoke => revoke::measure(arguments).await,
    }
}
