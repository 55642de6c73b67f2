//! `certctl cas`: the roots and issuing CAs of local CAs, replacing a root, and what clients are to trust.
//!
//! Not for: replacing an issuing CA (`issuers.rs`, by its issuer). Invariant: only certificates are shown and written, never keys.

use std::path::PathBuf;

use certctl_api::cas::{Ca, ReplaceCa, ReplaceRoot};
use certctl_core::ca::{CaRole, CaState};
use certctl_core::id::{CaId, IssuerId};
use clap::{Args, Subcommand};

use crate::arguments::one_of;
use crate::commands::exports::download;
use crate::failure::Failure;
use crate::output::{Exit, Tone};
use crate::query::{Paging, Query, list};
use crate::session::Session;
use crate::table::{Column, or_dash};

/// `certctl cas ...`
#[derive(Debug, Subcommand)]
pub(crate) enum Cas {
    /// All CAs, those that were replaced among them
    List {
        /// Those that sign, or have signed, for this issuer
        #[arg(long)]
        issuer_id: Option<IssuerId>,
        /// Only roots, or only issuing CAs
        #[arg(long, value_parser = one_of(CaRole::ALL, CaRole::as_str), ignore_case = true)]
        role: Option<CaRole>,
        /// In this state
        #[arg(long, value_parser = one_of(CaState::ALL, CaState::as_str), ignore_case = true)]
        state: Option<CaState>,
        #[command(flatten)]
        paging: Paging,
    },
    /// One CA, with how many of its certificates are live
    #[command(alias = "show")]
    Get {
        /// Such as ca-01k
        id: CaId,
    },
    /// Replace a root: the new one is signed by the old one too, and each issuer below gets a new issuing CA
    Replace {
        /// Such as ca-01k
        id: CaId,
        /// Of the new key; as before when absent
        #[arg(long, value_name = "ALGORITHM")]
        key_algorithm: Option<String>,
        /// How long the new root is valid; as before when absent
        #[arg(long, value_name = "DAYS")]
        lifetime_days: Option<i64>,
    },
    /// The roots that clients are to trust (PEM)
    TrustBundle {
        /// Write them into this file; standard output when absent
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// How the next issuing CA differs from the present one.
#[derive(Debug, Args)]
pub(crate) struct ReplaceArguments {
    /// Of the new key; as before when absent
    #[arg(long, value_name = "ALGORITHM")]
    key_algorithm: Option<String>,
    /// How long it is valid, and never longer than its root; as before when absent
    #[arg(long, value_name = "DAYS")]
    lifetime_days: Option<i64>,
    /// How many further CAs may stand below it; as before when absent
    #[arg(long, value_name = "NUMBER")]
    path_length: Option<u8>,
    /// A host name (with all below it) or a range of addresses that it is limited to; may be repeated
    #[arg(long = "permit", value_name = "NAME", conflicts_with = "permit_all")]
    permitted_names: Vec<String>,
    /// Lift the limit to names
    #[arg(long)]
    permit_all: bool,
    /// A host name (with all below it) or a range of addresses that it may not speak for; may be repeated
    #[arg(long = "exclude", value_name = "NAME", conflicts_with = "exclude_none")]
    excluded_names: Vec<String>,
    /// Exclude no names any more
    #[arg(long)]
    exclude_none: bool,
}

impl ReplaceArguments {
    /// What is asked for.
    pub(crate) fn request(&self) -> ReplaceCa {
        let names =
            |given: &[String], is_lifted: bool| (is_lifted || !given.is_empty()).then(|| given.to_vec());
        ReplaceCa {
            key_algorithm: self.key_algorithm.clone(),
            lifetime_days: self.lifetime_days,
            path_length: self.path_length,
            permitted_names: names(&self.permitted_names, self.permit_all),
            excluded_names: names(&self.excluded_names, self.exclude_none),
        }
    }
}

/// Columns of CAs.
pub(crate) const COLUMNS: &[Column<Ca>] = &[
    Column::new("Id", |ca, _| ca.id.to_string()),
    Column::new("Role", |ca, _| ca.role.to_string()),
    Column::toned("State", |ca, _| ca.state.to_string(), |ca| tone(ca.state)),
    Column::new("Issuer", |ca, _| or_dash(ca.issuer_id.as_ref())),
    Column::new("Subject", |ca, _| ca.subject.clone()),
    Column::new("Ends", |ca, view| view.time(Some(ca.not_after))),
    Column::wide("Generation", |ca, _| ca.generation.to_string()),
    Column::wide("Key", |ca, _| ca.key_algorithm.clone()),
    Column::wide("Root", |ca, _| or_dash(ca.parent_id.as_ref())),
    Column::show("Live certificates", |ca, _| or_dash(ca.live_certificates.as_ref())),
    Column::show("Key is here", |ca, _| if ca.has_key { "yes" } else { "no" }.to_owned()),
    Column::show("Path length", |ca, _| or_dash(ca.path_length.as_ref())),
    Column::show("Permitted names", |ca, _| listed(&ca.permitted_names)),
    Column::show("Excluded names", |ca, _| listed(&ca.excluded_names)),
    Column::show("Serial", |ca, _| ca.serial.clone()),
    Column::show("SHA-256", |ca, _| ca.fingerprint_sha256.clone()),
    Column::show("Key identifier", |ca, _| ca.subject_key_id.clone()),
    Column::show("Begins", |ca, view| view.time(Some(ca.not_before))),
    Column::show("Cross-signed by", |ca, _| {
        listed(&ca.cross_certificates.iter().map(|cross| cross.signed_by.to_string()).collect::<Vec<_>>())
    }),
    Column::show("Replaced by", |ca, _| or_dash(ca.replaced_by.as_ref())),
    Column::show("Replaced", |ca, view| view.time(ca.replaced_at)),
    Column::show("Retired", |ca, view| view.time(ca.retired_at)),
    Column::show("Created", |ca, view| view.time(Some(ca.created_at))),
    Column::show("Revision", |ca, _| ca.revision.to_string()),
    Column::show("Chain", |ca, _| ca.chain_pem.clone()),
];

fn listed(texts: &[String]) -> String {
    if texts.is_empty() { "-".to_owned() } else { texts.join(", ") }
}

const fn tone(state: CaState) -> Tone {
    match state {
        CaState::Active => Tone::Good,
        CaState::Draining => Tone::Notice,
        CaState::Retired => Tone::Faint,
    }
}

impl Cas {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::List { issuer_id, role, state, paging } => {
                let filters = Query::default()
                    .with("issuer_id", issuer_id.as_ref())
                    .with("role", *role)
                    .with("state", *state);
                list(session, "/cas", filters, paging, COLUMNS).await
            }
            Self::Get { id } => session.show(&format!("/cas/{id}"), COLUMNS).await,
            Self::Replace { id, key_algorithm, lifetime_days } => {
                let body =
                    ReplaceRoot { key_algorithm: key_algorithm.clone(), lifetime_days: *lifetime_days };
                session.post(&format!("/cas/{id}/replace"), &body, COLUMNS).await
            }
            Self::TrustBundle { out } => download(session, "/pki/trust-bundle.pem", out.as_deref()).await,
        }
    }
}
