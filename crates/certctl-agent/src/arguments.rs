//! The arguments of the `certctl-agent` program; `certctl man` and `certctl completion` read them too.
//!
//! Not for: what is done with them (`main.rs`). Invariant: what the program takes is what its pages say.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::local_policy::DEFAULT_POLICY;
use crate::state::DEFAULT_STATE_DIR;

/// Holds this host's keys, deploys its certificates, and proves what is served.
#[derive(Debug, Parser)]
#[command(name = "certctl-agent", version)]
pub struct Arguments {
    /// Where things are, and how the log is written.
    #[command(flatten)]
    pub places: Places,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Where things are, and how the log is written.
#[derive(Debug, Args)]
pub struct Places {
    /// Who this agent is, its journal, and (unless said otherwise) its keys.
    #[arg(long, global = true, env = "CERTCTL_STATE_DIR", default_value = DEFAULT_STATE_DIR)]
    pub state_dir: PathBuf,
    /// The managed keys [default: keys in the state directory].
    #[arg(long, global = true, env = "CERTCTL_KEY_DIR")]
    pub key_dir: Option<PathBuf>,
    /// What may be done on this host.
    #[arg(long, global = true, env = "CERTCTL_AGENT_POLICY", default_value = DEFAULT_POLICY)]
    pub policy: PathBuf,
    /// How the log is written [default: text on a terminal, else json].
    #[arg(long, global = true, env = "CERTCTL_LOG_FORMAT")]
    pub log_format: Option<LogFormat>,
    /// How much is logged: error, warn, info, debug.
    #[arg(long, global = true, env = "CERTCTL_LOG_LEVEL", default_value = "info")]
    pub log_level: String,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One object on a line.
    Json,
}

/// What the agent is to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Redeem an invitation (`certctl agents invite` prints the whole line).
    Join {
        /// The control plane, such as https://certctl.example.internal:8443.
        url: String,
        /// The token; other users of this host may see it in the process list, --token-file hides it.
        #[arg(long, required_unless_present = "token_file", conflicts_with = "token_file")]
        token: Option<String>,
        /// A file that holds the token; - reads standard input.
        #[arg(long)]
        token_file: Option<PathBuf>,
        /// Begin to work right after joining.
        #[arg(long)]
        run: bool,
    },
    /// Work until stopped.
    Run,
    /// Show who this agent is and what it has in hand.
    Status,
    /// Check the policy against this host.
    Check,
}
