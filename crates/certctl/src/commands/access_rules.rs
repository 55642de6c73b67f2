//! `certctl access-rules`: whether what cannot be taken back needs a second person.
//!
//! Not for: what waits for one (`confirmations.rs`). Invariant: the rule is changed only by naming what it is to be.

use certctl_api::access_rules::{AccessRules as Rules, PutAccessRules};
use clap::{Subcommand, ValueEnum};
use serde_json::Value;

use crate::commands::confirmations;
use crate::failure::Failure;
use crate::output::Exit;
use crate::session::Session;
use crate::table::Column;

/// `certctl access-rules ...`
#[derive(Debug, Subcommand)]
pub(crate) enum AccessRules {
    /// The rules, and how many people could confirm what you ask for
    Show,
    /// Switch the rule of two people on, or ask for it to be switched off
    TwoPeople {
        /// What it is to be
        #[arg(value_enum)]
        wanted: Switch,
    },
}

/// On or off.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Switch {
    /// Revoking a selection, replacing a CA and making an admin need a second person
    On,
    /// One admin alone can do all of it
    Off,
}

const COLUMNS: &[Column<Rules>] = &[
    Column::new("Two people", |rules, _| if rules.two_people { "on" } else { "off" }.to_owned()),
    Column::new("Could confirm", |rules, _| rules.confirmers.to_string()),
];

impl AccessRules {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::Show => session.show("/access-rules", COLUMNS).await,
            Self::TwoPeople { wanted } => {
                let body = PutAccessRules { two_people: matches!(wanted, Switch::On) };
                let answer: Value = session.client.put("/access-rules", &body).await?;
                if confirmations::waits(&answer) {
                    return confirmations::asked(session.console, "PUT /access-rules", &answer);
                }
                session.console.object("PUT /access-rules", &answer, COLUMNS)?;
                Ok(Exit::Ok)
            }
        }
    }
}
