//! `certctl confirmations`: what waits for a second person, while the rule of two people is on.
//!
//! Not for: the rule itself (`access_rules.rs`). Invariant: what waits is never shown as done.

use certctl_api::confirmations::{CancelConfirmation, Confirm, Confirmation, Refuse};
use certctl_core::confirmation::{ConfirmationState, HeldAction};
use certctl_core::id::ConfirmationId;
use clap::Subcommand;
use serde_json::Value;

use crate::arguments::one_of;
use crate::commands::issuers::pretty;
use crate::failure::Failure;
use crate::output::{Console, Exit, Tone};
use crate::query::{Paging, Query, list};
use crate::session::Session;
use crate::table::{Column, or_dash};

/// `certctl confirmations ...`
#[derive(Debug, Subcommand)]
pub(crate) enum Confirmations {
    /// What was asked for, newest first
    List {
        /// Where it is
        #[arg(long, value_parser = one_of(ConfirmationState::ALL, ConfirmationState::as_str), ignore_case = true)]
        state: Option<ConfirmationState>,
        /// What is to be done
        #[arg(long, value_parser = one_of(HeldAction::ALL, HeldAction::as_str), ignore_case = true)]
        action: Option<HeldAction>,
        #[command(flatten)]
        paging: Paging,
    },
    /// One, with all that follows from it
    #[command(alias = "get")]
    Show {
        /// Such as cf-...
        id: ConfirmationId,
    },
    /// Let happen what somebody else has asked for; it is done at once
    Confirm {
        /// Such as cf-...
        id: ConfirmationId,
        /// Why, for the audit trail
        #[arg(long)]
        reason: Option<String>,
    },
    /// Refuse what somebody else has asked for
    Refuse {
        /// Such as cf-...
        id: ConfirmationId,
        /// Why; who asked sees it
        #[arg(long)]
        reason: String,
    },
    /// Take back what you have asked for
    Cancel {
        /// Such as cf-...
        id: ConfirmationId,
        /// Why, for the audit trail
        #[arg(long)]
        reason: Option<String>,
    },
}

const COLUMNS: &[Column<Confirmation>] = &[
    Column::new("Id", |asked, _| asked.id.to_string()),
    Column::new("What", |asked, _| asked.summary.clone()),
    Column::toned("State", |asked, _| asked.state.to_string(), |asked| tone(asked.state)),
    Column::toned(
        "Asked by",
        |asked, _| if asked.own { "you".to_owned() } else { asked.asked_by.to_string() },
        |asked| if asked.own { Tone::Faint } else { Tone::Notice },
    ),
    Column::new("Until", |asked, view| view.time(Some(asked.expires_at))),
    Column::wide("Decided by", |asked, _| or_dash(asked.decided_by.as_ref())),
    Column::wide("Reason", |asked, _| or_dash(asked.reason.as_ref())),
    Column::show("Follows", |asked, _| asked.consequences.join("\n")),
    Column::show("Runs with", |asked, _| pretty(&asked.params)),
    Column::show("Asked", |asked, view| view.time(Some(asked.asked_at))),
    Column::show("Decided", |asked, view| view.time(asked.decided_at)),
    Column::show("Ended", |asked, view| view.time(asked.ended_at)),
    Column::show("Not done because", |asked, _| or_dash(asked.error.as_ref())),
    Column::show("Result", |asked, _| or_dash(asked.result.as_ref())),
];

const fn tone(state: ConfirmationState) -> Tone {
    match state {
        ConfirmationState::Waiting | ConfirmationState::Confirmed => Tone::Notice,
        ConfirmationState::Done => Tone::Good,
        ConfirmationState::Failed => Tone::Bad,
        ConfirmationState::Refused | ConfirmationState::Cancelled | ConfirmationState::Expired => Tone::Faint,
    }
}

/// Whether an answer says that a second person was asked, instead of what was to be done.
pub(crate) fn waits(answer: &Value) -> bool {
    answer["id"].as_str().is_some_and(|id| id.parse::<ConfirmationId>().is_ok())
        && answer["state"] == ConfirmationState::Waiting.as_str()
}

/// Shows that a second person was asked.
///
/// # Errors
/// Of the output.
pub(crate) fn asked(console: &mut Console, what: &str, answer: &Value) -> Result<Exit, Failure> {
    console.object(what, answer, COLUMNS)?;
    console
        .hint("nothing is done yet: another admin has to confirm it, with `certctl confirmations confirm`")?;
    Ok(Exit::Ok)
}

impl Confirmations {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::List { state, action, paging } => {
                let filters = Query::default().with("state", *state).with("action", *action);
                list(session, "/confirmations", filters, paging, COLUMNS).await
            }
            Self::Show { id } => session.show(&format!("/confirmations/{id}"), COLUMNS).await,
            Self::Confirm { id, reason } => {
                let body = Confirm { reason: reason.clone() };
                session.post(&format!("/confirmations/{id}/confirm"), &body, COLUMNS).await
            }
            Self::Refuse { id, reason } => {
                let body = Refuse { reason: reason.clone() };
                session.post(&format!("/confirmations/{id}/refuse"), &body, COLUMNS).await
            }
            Self::Cancel { id, reason } => {
                let body = CancelConfirmation { reason: reason.clone() };
                session.post(&format!("/confirmations/{id}/cancel"), &body, COLUMNS).await
            }
        }
    }
}
