//! The command line of the benchmark.
//!
//! Not for: running anything. Invariant: with no scenario named, all run.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Parser, Subcommand, ValueEnum};

use crate::load::LoadArguments;

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenario {
    /// Stored issuances per second through the whole server, on SQLite and PostgreSQL
    Issuance,
    /// Whole renewals per second with simulated agents, on SQLite and PostgreSQL
    Renewals,
    /// From a request to the proof on a real nginx with a real agent
    ProvenLive,
    /// 10,000 connected idle agents, and how soon one hears of a job
    Agents,
    /// 100 clients that hammer, and one that is louder than all others, on SQLite and PostgreSQL
    Noisy,
    /// 1,000 open event streams, and how soon all hear of a change, on SQLite and PostgreSQL
    Listeners,
    /// Time to be ready, memory at rest, size of the programs
    Idle,
    /// Lists, counts and searches over a million certificates, alone and beside a bulk operation, on SQLite and PostgreSQL
    Inventory,
    /// OCSP answers per second, kept ones and signed ones, on SQLite
    Ocsp,
    /// Certificates of a real Pebble, beside lego and certbot
    Acme,
    /// How soon a certificate is revoked and listed, beside a million others and 100,000 on the list, on SQLite
    Revoke,
}

/// What can be done beside measuring.
#[derive(Debug, Subcommand)]
pub(crate) enum Action {
    /// Fill a store with a plausible inventory
    Load(LoadArguments),
}

/// Measures certctl and prints each figure with its target
#[derive(Debug, Parser)]
#[command(name = "certctl-bench", version, args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    /// What to do instead of measuring
    #[command(subcommand)]
    pub(crate) action: Option<Action>,
    /// What to measure; everything when none is named
    #[arg(value_enum, value_name = "SCENARIO")]
    scenarios: Vec<Scenario>,
    /// How often each scenario is measured
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) runs: u32,
    /// One small run of each scenario: shows that it works, measures nothing
    #[arg(long)]
    pub(crate) quick: bool,
    /// Write all figures to this file as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Issuance and renewals: keep what the server's /metrics say at the end of each run in this folder
    #[arg(long, value_name = "FOLDER")]
    pub(crate) metrics: Option<PathBuf>,
    /// Agents: how many are connected; the targets are for 10,000
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) agents: u32,
    /// Inventory: how many certificates; the targets are for 1,000,000
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    pub(crate) certificates: u64,
    /// Inventory and revoke: keep the filled store in this folder, and use one that is there already; for the inventory on
    /// PostgreSQL, --postgres is needed too
    #[arg(long, value_name = "FOLDER")]
    pub(crate) keep: Option<PathBuf>,
    /// Inventory: this empty database (or the one that --keep has filled) instead of a server of the benchmark's own
    #[arg(long, value_name = "URL")]
    pub(crate) postgres: Option<String>,
    /// Inventory: ask only questions with this text in their name, and run no bulk operation
    #[arg(long, value_name = "TEXT")]
    pub(crate) only: Option<String>,
    /// Scenarios that run on both stores: only this one
    #[arg(long, value_enum)]
    pub(crate) store: Option<StoreKind>,
}

/// A store that the server can run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StoreKind {
    /// A file, with full durability
    Sqlite,
    /// A server of the benchmark's own, with fsync
    Postgres,
}

impl StoreKind {
    /// As people write it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }

    /// As file names have it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }

    /// The name of the figure that says how busy the machine was beside the server and the load.
    pub(crate) fn others(self) -> &'static str {
        match self {
            Self::Sqlite => "other processes, share of one core",
            Self::Postgres => "PostgreSQL and others, share of one core",
        }
    }
}

impl Arguments {
    /// What to measure, each once, in the order of the list.
    pub(crate) fn scenarios(&self) -> Vec<Scenario> {
        let wanted = |scenario: &Scenario| self.scenarios.is_empty() || self.scenarios.contains(scenario);
        Scenario::value_variants().iter().copied().filter(wanted).collect()
    }

    /// How often to measure.
    pub(crate) fn n_runs(&self) -> u32 {
        if self.quick { 1 } else { self.runs }
    }

    /// Keeps the text of `/metrics` when that is wanted.
    pub(crate) fn keep_metrics(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let Some(folder) = &self.metrics else { return Ok(()) };
        let path = folder.join(format!("{name}.prom"));
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&path, text))
            .with_context(|| format!("{} cannot be written", path.display()))
    }

    /// On which stores.
    pub(crate) fn stores(&self) -> Vec<StoreKind> {
        let wanted = |kind: &StoreKind| self.store.is_none_or(|only| only == *kind);
        StoreKind::value_variants().iter().copied().filter(wanted).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_scenario_all_run_and_a_named_one_runs_once() {
        let all = Arguments::try_parse_from(["certctl-bench"]).unwrap();
        assert_eq!(all.scenarios(), Scenario::value_variants());
        let one = Arguments::try_parse_from(["certctl-bench", "issuance", "issuance"]).unwrap();
        assert_eq!(one.scenarios(), [Scenario::Issuance]);
        assert!(Arguments::try_parse_from(["certctl-bench", "nothing"]).is_err());
    }

    #[test]
    fn a_quick_run_is_one_run() {
        let quick = Arguments::try_parse_from(["certctl-bench", "--quick", "--runs", "7"]).unwrap();
        assert_eq!(quick.n_runs(), 1);
        assert!(Arguments::try_parse_from(["certctl-bench", "--runs", "0"]).is_err());
    }
}
