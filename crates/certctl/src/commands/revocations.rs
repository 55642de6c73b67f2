//! `certctl certs revoke` and `certctl revocations`: what is revoked, and what is to be.
//!
//! Not for: CRLs and OCSP (clients of certificates read them). Invariant: a certificate is revoked only when `--yes` is given
//! or its id is typed, because it cannot be taken back.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use certctl_api::revocations::{CancelRevocation, CreateRevocations, Revocation, RevokeCertificate};
use certctl_core::id::{CertificateId, IssuerId, RevocationId, VersionId};
use certctl_core::revocation::{RevocationReason, RevocationState};
use clap::{ArgGroup, Args, Subcommand};
use serde::Serialize;
use serde_json::Value;

use crate::arguments::one_of;
use crate::failure::Failure;
use crate::output::{Exit, Tone};
use crate::query::{Paging, Query, list};
use crate::session::Session;
use crate::table::{Column, or_dash};

/// What each revocation says.
#[derive(Debug, Args)]
pub(crate) struct Why {
    /// Why; key_compromise when the key is, or may be, in other hands
    #[arg(long, value_parser = one_of(RevocationReason::ALL, RevocationReason::as_str), ignore_case = true)]
    reason: RevocationReason,
    /// More about it, for the audit trail
    #[arg(long)]
    comment: Option<String>,
    /// Revoke at once, although nothing has taken its place yet
    #[arg(long)]
    now: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

/// `certctl certs revoke ...`
#[derive(Debug, Args)]
pub(crate) struct Revoke {
    /// Such as mc-api-prod
    id: CertificateId,
    /// Only this version; the current one of each key holder when absent
    #[arg(long, value_name = "ID")]
    version: Option<VersionId>,
    #[command(flatten)]
    why: Why,
}

/// `certctl revocations ...`
#[derive(Debug, Subcommand)]
pub(crate) enum Revocations {
    /// Revocations, newest first
    List {
        /// Any of these states
        #[arg(long, value_delimiter = ',', value_parser = one_of(RevocationState::ALL, RevocationState::as_str), ignore_case = true)]
        state: Vec<RevocationState>,
        /// Of this issuer's certificates
        #[arg(long, value_name = "ID")]
        issuer: Option<IssuerId>,
        /// Of this certificate
        #[arg(long, value_name = "ID")]
        certificate: Option<CertificateId>,
        #[command(flatten)]
        paging: Paging,
    },
    /// One revocation
    Show {
        /// Such as rev-...
        id: RevocationId,
    },
    /// Revoke what is found by a serial, a fingerprint, a public key or a version
    Create(Create),
    /// Call off a revocation that waits for what takes its place
    Cancel {
        /// Such as rev-...
        id: RevocationId,
        /// Why, for the audit trail
        #[arg(long)]
        comment: Option<String>,
    },
}

/// `certctl revocations create ...`
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("found by").required(true).args(["serial", "fingerprint", "public_key", "version"]))]
pub(crate) struct Create {
    /// The serial, hexadecimal
    #[arg(long, requires = "issuer")]
    serial: Option<String>,
    /// Whose serial
    #[arg(long, value_name = "ID", requires = "serial")]
    issuer: Option<IssuerId>,
    /// SHA-256 of the certificate
    #[arg(long, value_name = "SHA256")]
    fingerprint: Option<String>,
    /// SHA-256 of the public key: every certificate of that key
    #[arg(long, value_name = "SHA256")]
    public_key: Option<String>,
    /// Such as cv-...
    #[arg(long, value_name = "ID")]
    version: Option<VersionId>,
    #[command(flatten)]
    why: Why,
}

const fn tone(state: RevocationState) -> Tone {
    match state {
        RevocationState::Revoked => Tone::Good,
        RevocationState::Waiting | RevocationState::Pending => Tone::Notice,
        RevocationState::Failed => Tone::Bad,
        RevocationState::Cancelled => Tone::Faint,
    }
}

const COLUMNS: &[Column<Revocation>] = &[
    Column::new("Id", |row, _| row.id.to_string()),
    Column::toned("State", |row, _| row.state.to_string(), |row| tone(row.state)),
    Column::new("Certificate", |row, _| or_dash(row.certificate_id.as_ref())),
    Column::new("Serial", |row, _| row.serial.clone()),
    Column::new("Reason", |row, _| row.reason.to_string()),
    Column::new("Revoked", |row, view| view.time(row.revoked_at)),
    Column::wide("Issuer", |row, _| row.issuer_id.to_string()),
    Column::wide("Asked", |row, view| view.time(row.requested_at)),
    Column::wide("By", |row, _| row.requested_by.to_string()),
    Column::show("Version", |row, _| or_dash(row.version_id.as_ref())),
    Column::show("Replaced first", |row, _| if row.replace_first { "yes" } else { "no" }.to_owned()),
    Column::show("Ends", |row, view| view.time(row.not_after)),
    Column::show("Comment", |row, _| or_dash(row.comment.as_ref())),
    Column::show("Tries", |row, _| row.tries.to_string()),
    Column::show("Next try", |row, view| view.time(row.next_try_at)),
    Column::show("Error", |row, _| or_dash(row.error.as_ref())),
];

impl Why {
    /// Asks for what is to be revoked to be typed, unless told not to ask.
    fn confirm(&self, what: &str) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        if !std::io::stdin().is_terminal() {
            return Err(Failure::usage(
                "a revocation cannot be taken back, and there is nobody to ask",
                "give --yes",
            ));
        }
        let unread = |error: std::io::Error| {
            Failure::usage(format!("the answer cannot be read: {error}"), "give --yes")
        };
        let mut to = std::io::stderr();
        let when = if self.now { "at once" } else { "when what takes its place is served" };
        write!(to, "{what} is revoked {when}, for good ({}). Type {what} to go on: ", self.reason)
            .and_then(|()| to.flush())
            .map_err(unread)?;
        let mut typed = String::new();
        std::io::stdin().lock().read_line(&mut typed).map_err(unread)?;
        if typed.trim() == what {
            return Ok(());
        }
        Err(Failure::usage("nothing was revoked", "type it as it is shown, or give --yes"))
    }
}

async fn post(session: &mut Session<'_>, path: &str, body: &impl Serialize) -> Result<Exit, Failure> {
    let value: Value = session.client.post(path, body).await?;
    if session.console.format.is_machine() {
        session.console.document(&value)?;
        return Ok(Exit::Ok);
    }
    let rows = value["revocations"].as_array().cloned().unwrap_or_default();
    session.console.rows(&format!("POST {path}"), &rows, COLUMNS)?;
    for row in &rows {
        if let Some(id) = row["id"].as_str() {
            session.console.hint(&format!("how far it is: certctl revocations show {id}"))?;
        }
    }
    Ok(Exit::Ok)
}

impl Revoke {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        self.why.confirm(self.id.as_str())?;
        let body = RevokeCertificate {
            reason: self.why.reason,
            version_id: self.version.clone(),
            replace_first: !self.why.now,
            comment: self.why.comment.clone(),
        };
        post(session, &format!("/certificates/{}/revoke", self.id), &body).await
    }
}

impl Create {
    async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        let version = self.version.as_ref().map(ToString::to_string);
        let what = [&self.serial, &self.fingerprint, &self.public_key, &version];
        let what = what.into_iter().flatten().next().cloned().unwrap_or_default();
        self.why.confirm(&what)?;
        let body = CreateRevocations {
            serial: self.serial.clone(),
            issuer_id: self.issuer.clone(),
            fingerprint_sha256: self.fingerprint.clone(),
            public_key_sha256: self.public_key.clone(),
            version_id: self.version.clone(),
            reason: self.why.reason,
            replace_first: !self.why.now,
            comment: self.why.comment.clone(),
        };
        post(session, "/revocations", &body).await
    }
}

impl Revocations {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::List { state, issuer, certificate, paging } => {
                let states: Vec<&str> = state.iter().map(|state| state.as_str()).collect();
                let query = Query::default()
                    .with("state", (!states.is_empty()).then(|| states.join(",")))
                    .with("issuer_id", issuer.as_ref())
                    .with("certificate_id", certificate.as_ref());
                list(session, "/revocations", query, paging, COLUMNS).await
            }
            Self::Show { id } => session.show(&format!("/revocations/{id}"), COLUMNS).await,
            Self::Create(create) => create.run(session).await,
            Self::Cancel { id, comment } => {
                let body = CancelRevocation { comment: comment.clone() };
                session.post(&format!("/revocations/{id}/cancel"), &body, COLUMNS).await
            }
        }
    }
}
