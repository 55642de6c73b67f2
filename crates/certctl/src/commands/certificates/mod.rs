//! `certctl certs`: certificates and their history.
//!
//! Not for: following the work (`watch`). Invariant: `needs-renewal` answers by its exit code: 0 yes, 1 no, 2 and more
//! an error.

mod columns;
mod create;
mod filters;
mod lifecycle;
mod preview;

use std::path::PathBuf;

use certctl_api::certificates::{
    Certificate, CertificateCreated, DeployCertificate, JobsStarted, RenewCertificate, UploadCsr,
    VerifyCertificate,
};
use certctl_api::jobs::Job;
use certctl_core::certificate::CertificateStatus;
use certctl_core::id::{CertificateId, TargetId, VersionId};
use certctl_core::time::Ts;
use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;
use serde_json::Value;

use self::columns::{CERTIFICATE, DEPLOYMENT, TAG, TIMELINE, VERSION};
use self::create::{Changes, Create};
use crate::commands::exports::{ExportFile, download};
use crate::commands::imports::Import;
use crate::commands::revocations::Revoke;
use crate::commands::{jobs, lists};
use crate::failure::Failure;
use crate::output::{Exit, Tone};
use crate::query::{Paging, Query, list};
use crate::session::Session;
use crate::settings::read_text;
use crate::table::relative;
use crate::watch::Watch;

pub(crate) use self::filters::Filters;

/// The form of a chain's file.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ChainForm {
    /// Text: the certificate and what is above it
    Pem,
    /// Binary: the certificate alone
    Der,
    /// Binary: all in one PKCS #7 bundle, for Windows and Java
    P7b,
}

impl ChainForm {
    const fn suffix(self) -> &'static str {
        match self {
            Self::Pem => "pem",
            Self::Der => "der",
            Self::P7b => "p7b",
        }
    }
}

/// `certctl certs ...`
#[derive(Debug, Subcommand)]
pub(crate) enum Certificates {
    /// Certificates that match all filters
    List {
        #[command(flatten)]
        filters: Box<Filters>,
        #[command(flatten)]
        paging: Paging,
    },
    /// What the certificates that match are made of: how many have which status, owner, issuer and so on
    Facets {
        #[command(flatten)]
        filters: Box<Filters>,
    },
    /// Cursors all over the list, for going to any part of it at once
    Anchors {
        #[command(flatten)]
        filters: Box<Filters>,
    },
    /// One certificate with what is known of it
    Show {
        /// Such as mc-api-prod
        id: CertificateId,
    },
    /// A new certificate; it is issued and deployed at once
    Create(Box<Create>),
    /// Change a certificate
    Update {
        /// Such as mc-api-prod
        id: CertificateId,
        #[command(flatten)]
        changes: Box<Changes>,
    },
    /// Renew a certificate now
    Renew {
        /// Such as mc-api-prod
        id: CertificateId,
        /// Why, for the audit trail
        #[arg(long)]
        reason: Option<String>,
        /// Only when its time has come
        #[arg(long)]
        if_due: bool,
        /// Wait until the new version is live everywhere, and show each step
        #[arg(long)]
        wait: bool,
    },
    /// Deploy exactly one version; an older one too
    Deploy {
        /// Such as mc-api-prod
        id: CertificateId,
        /// Only to this target; repeatable; all when absent
        #[arg(long = "target", value_name = "ID")]
        targets: Vec<TargetId>,
        /// This version; the current one when absent
        #[arg(long, value_name = "ID")]
        version: Option<VersionId>,
        /// Wait until it is live, and show each step
        #[arg(long)]
        wait: bool,
    },
    /// Look again at what its targets serve; it ends badly when one serves something else
    Verify {
        /// Such as mc-api-prod
        id: CertificateId,
        /// Only at this target; repeatable; at all when absent
        #[arg(long = "target", value_name = "ID")]
        targets: Vec<TargetId>,
        /// Wait until it was looked, and show what was seen
        #[arg(long)]
        wait: bool,
    },
    /// Revoke a certificate, by default when what takes its place is served; it cannot be taken back
    Revoke(Revoke),
    /// Stop managing a certificate; files on hosts stay
    Archive {
        /// Such as mc-api-prod
        id: CertificateId,
    },
    /// Upload a CSR for a certificate of key strategy external
    Csr {
        /// Such as mc-api-prod
        id: CertificateId,
        /// The CSR (PEM); `-` for standard input
        file: PathBuf,
        /// Wait until it is issued
        #[arg(long)]
        wait: bool,
    },
    /// Its issued versions, newest first
    Versions(History),
    /// Where it was deployed, newest first
    Deployments(History),
    /// What happened to it, newest first
    Timeline(History),
    /// Its rounds of work, step by step for each key holder
    Runs {
        /// Such as mc-api-prod
        id: CertificateId,
    },
    /// Why it was renewed or not, what stands in its way, and what comes next
    Explain {
        /// Such as mc-api-prod
        id: CertificateId,
    },
    /// What a version says, one fact a line
    Text {
        /// Such as mc-api-prod
        id: CertificateId,
        /// This version; the current one when absent
        #[arg(long, value_name = "ID")]
        version: Option<VersionId>,
    },
    /// The public chain, leaf first
    Chain {
        /// Such as mc-api-prod
        id: CertificateId,
        /// This version; the current one when absent
        #[arg(long, value_name = "ID")]
        version: Option<VersionId>,
        /// The form of the file
        #[arg(long, value_enum, default_value_t = ChainForm::Pem)]
        form: ChainForm,
        /// Write into this file; standard output when absent
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// Bring in certificates that exist already, from PEM files; exit code 1 when one was refused
    Import(Box<Import>),
    /// All that match, as a file: CSV, JSON or NDJSON
    Export {
        #[command(flatten)]
        filters: Box<Filters>,
        #[command(flatten)]
        export: ExportFile,
    },
    /// The tags that certificates have
    Tags {
        /// Only those that begin with this text
        #[arg(long, value_name = "TEXT")]
        prefix: Option<String>,
        #[command(flatten)]
        paging: Paging,
    },
    /// Whether it is time to renew: exit code 0 yes, 1 no, 2 and more an error
    NeedsRenewal {
        /// Such as mc-api-prod
        id: CertificateId,
    },
}

/// A page of a certificate's history.
#[derive(Debug, Args)]
pub(crate) struct History {
    /// Such as mc-api-prod
    id: CertificateId,
    #[command(flatten)]
    paging: Paging,
}

impl Certificates {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::List { filters, paging } => {
                let query = filters.query(session.console.now());
                list(session, "/certificates", query, paging, CERTIFICATE).await
            }
            Self::Facets { filters } => {
                let query = filters.unsorted(session.console.now())?;
                lists::facets(session, "/certificates", &query).await
            }
            Self::Anchors { filters } => {
                let query = filters.query(session.console.now());
                lists::anchors(session, "/certificates", &query).await
            }
            Self::Show { id } => session.show(&format!("/certificates/{id}"), CERTIFICATE).await,
            Self::Create(create) => run_create(session, create).await,
            Self::Update { id, changes } => {
                session.patch(&format!("/certificates/{id}"), &changes.body(), CERTIFICATE).await
            }
            Self::Renew { id, reason, if_due, wait } => {
                let body = RenewCertificate { reason: reason.clone(), force: !if_due };
                start(session, id, "renew", &body, *wait).await
            }
            Self::Deploy { id, targets, version, wait } => {
                let body = DeployCertificate { target_ids: targets.clone(), version_id: version.clone() };
                start(session, id, "deploy", &body, *wait).await
            }
            Self::Verify { id, targets, wait } => {
                let body = VerifyCertificate { target_ids: targets.clone() };
                start(session, id, "verify", &body, *wait).await
            }
            Self::Revoke(revoke) => revoke.run(session).await,
            Self::Archive { id } => {
                session.delete(&format!("/certificates/{id}"), &format!("{id} is archived")).await
            }
            Self::Csr { id, file, wait } => {
                let body = UploadCsr { csr_pem: read_text(file)? };
                start(session, id, "csr", &body, *wait).await
            }
            Self::Versions(history) => history.list(session, "versions", VERSION).await,
            Self::Deployments(history) => history.list(session, "deployments", DEPLOYMENT).await,
            Self::Timeline(history) => history.list(session, "timeline", TIMELINE).await,
            Self::Runs { id } => lifecycle::runs(session, id).await,
            Self::Explain { id } => lifecycle::explain(session, id).await,
            Self::Text { id, version } => {
                let query = Query::default().with("version", version.as_ref());
                let text = session.client.text(&query.after(&format!("/certificates/{id}/text"))).await?;
                session.console.raw(&text)?;
                Ok(Exit::Ok)
            }
            Self::Chain { id, version, form, to } => {
                let query = Query::default().with("version", version.as_ref());
                let path = query.after(&format!("/certificates/{id}/chain.{}", form.suffix()));
                download(session, &path, to.as_deref()).await
            }
            Self::Import(import) => import.run(session).await,
            Self::Export { filters, export } => {
                let query = filters.unsorted(session.console.now())?;
                export.run(session, "/certificates/export", query).await
            }
            Self::Tags { prefix, paging } => {
                let query = Query::default().with("prefix", prefix.as_ref());
                list(session, "/tags", query, paging, TAG).await
            }
            Self::NeedsRenewal { id } => needs_renewal(session, id).await,
        }
    }

    /// The exit code of a failure; 1 is an answer of `needs-renewal`, so there a failure is never 1.
    pub(crate) const fn exit_of_failure(&self, exit: Exit) -> Exit {
        match (self, exit) {
            (Self::NeedsRenewal { .. }, Exit::Negative) => Exit::Usage,
            (_, exit) => exit,
        }
    }
}

impl History {
    async fn list<T: serde::de::DeserializeOwned>(
        &self,
        session: &mut Session<'_>,
        what: &str,
        columns: &[crate::table::Column<T>],
    ) -> Result<Exit, Failure> {
        list(session, &format!("/certificates/{}/{what}", self.id), Query::default(), &self.paging, columns)
            .await
    }
}

fn answer<T: serde::de::DeserializeOwned>(what: &str, value: &Value) -> Result<T, Failure> {
    T::deserialize(value)
        .map_err(|error| Failure::Answer { what: what.to_owned(), detail: error.to_string() })
}

async fn run_create(session: &mut Session<'_>, create: &Create) -> Result<Exit, Failure> {
    let body = create.body()?;
    if create.dry_run {
        let value: Value = session.client.post("/certificates/preview", &body).await?;
        return preview::show(session, &value);
    }
    let watch = create.wait.then(|| Watch::open(&session.client));
    let value: Value = session.client.post("/certificates", &body).await?;
    let created: CertificateCreated = answer("POST /certificates", &value)?;
    let id = &created.certificate.id;
    if let Some(watch) = watch {
        session.console.say(&format!("{id} is created for {}", created.certificate.names.join(", ")))?;
        return watch.follow(session, id, &created.jobs).await;
    }
    if session.console.format.is_machine() {
        session.console.document(&value)?;
        return Ok(Exit::Ok);
    }
    session.console.object("POST /certificates", &value["certificate"], CERTIFICATE)?;
    hint_jobs(session, &created.jobs)?;
    Ok(Exit::Ok)
}

/// Starts jobs of a certificate, and follows them when asked to.
async fn start(
    session: &mut Session<'_>,
    id: &CertificateId,
    action: &str,
    body: &impl Serialize,
    wait: bool,
) -> Result<Exit, Failure> {
    let path = format!("/certificates/{id}/{action}");
    let watch = wait.then(|| Watch::open(&session.client));
    let value: Value = session.client.post(&path, body).await?;
    let what = format!("POST {path}");
    let started: JobsStarted = answer(&what, &value)?;
    if let Some(watch) = watch {
        return watch.follow(session, id, &started.jobs).await;
    }
    if session.console.format.is_machine() {
        session.console.document(&value)?;
        return Ok(Exit::Ok);
    }
    let jobs = value["jobs"].as_array().cloned().unwrap_or_default();
    session.console.rows(&what, &jobs, jobs::COLUMNS)?;
    hint_jobs(session, &started.jobs)?;
    Ok(Exit::Ok)
}

fn hint_jobs(session: &mut Session<'_>, jobs: &[Job]) -> Result<(), Failure> {
    for job in jobs {
        session.console.hint(&format!("{} is started: certctl jobs show {}", job.kind, job.id))?;
    }
    Ok(())
}

/// Whether it is time to renew, and why.
fn is_due(certificate: &Certificate, now: Ts) -> (bool, String) {
    let time = |at: Option<Ts>| at.map_or_else(|| "-".to_owned(), |at| relative(at, now));
    match certificate.status {
        CertificateStatus::Archived => (false, "it is archived".to_owned()),
        CertificateStatus::Revoked => (true, "its current version is revoked".to_owned()),
        CertificateStatus::Expired => (true, format!("it ended {}", time(certificate.not_after))),
        CertificateStatus::Pending => (true, "nothing has been issued yet".to_owned()),
        CertificateStatus::Expiring
        | CertificateStatus::Active
        | CertificateStatus::RenewalInProgress
        | CertificateStatus::Failed => match certificate.renew_after {
            Some(at) if at <= now => (true, format!("its time to renew was {}", relative(at, now))),
            at => (false, format!("it renews {}", time(at))),
        },
    }
}

async fn needs_renewal(session: &mut Session<'_>, id: &CertificateId) -> Result<Exit, Failure> {
    let path = format!("/certificates/{id}");
    let value: Value = session.client.read(&path).await?;
    let certificate: Certificate = answer(&format!("GET {path}"), &value)?;
    let (due, why) = is_due(&certificate, session.console.now());
    if session.console.format.is_machine() {
        session.console.document(&serde_json::json!({ "id": id, "needs_renewal": due, "why": why }))?;
    } else {
        let (word, tone) = if due { ("yes", Tone::Notice) } else { ("no", Tone::Good) };
        session.console.say(&format!("{}: {why}", tone.paint(word)))?;
    }
    Ok(if due { Exit::Ok } else { Exit::Negative })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn certificate(status: &str, renew_after: Option<&str>) -> Certificate {
        serde_json::from_value(json!({
            "id": "mc-web", "name": "web", "names": ["web.example"], "common_name": null, "issuer_id": "iss-local",
            "profile_id": "prof-default", "renewal_policy_id": "rp-default", "owner_id": null, "team_id": null,
            "environment": null, "tags": [], "key_strategy": "per_host", "key_algorithm": "ecdsa-p256",
            "lifetime_seconds": 180, "status": status, "condition": "healthy", "failed_attempts": 0, "live": { "live": 1, "targets": 1 },
            "not_after": "1970-01-01T00:03:00Z", "renew_after": renew_after, "holders": [], "target_ids": [],
            "open_job_ids": [], "why": "", "last_error": null, "created_at": "1970-01-01T00:00:00Z",
            "updated_at": "1970-01-01T00:00:00Z", "archived_at": null, "revision": 1,
        }))
        .unwrap()
    }

    #[test]
    fn the_time_to_renew_decides_unless_the_status_does() {
        let now = Ts::from_second(90);
        let check = |status: &str, renew_after: Option<&str>, expected: bool| {
            let (due, why) = is_due(&certificate(status, renew_after), now);
            assert_eq!(due, expected, "{status}: {why}");
        };
        check("Active", Some("1970-01-01T00:02:00Z"), false);
        check("Active", Some("1970-01-01T00:01:30Z"), true);
        check("Failed", Some("1970-01-01T00:02:00Z"), false);
        check("Failed", Some("1970-01-01T00:01:00Z"), true);
        check("Pending", None, true);
        check("Expired", None, true);
        check("Archived", Some("1970-01-01T00:01:00Z"), false);
    }

    #[test]
    fn an_error_of_needs_renewal_is_never_the_answer_no() {
        let id: CertificateId = "mc-web".parse().unwrap();
        let question = Certificates::NeedsRenewal { id: id.clone() };
        assert_eq!(question.exit_of_failure(Exit::Negative), Exit::Usage);
        assert_eq!(question.exit_of_failure(Exit::Unreachable), Exit::Unreachable);
        assert_eq!(Certificates::Show { id }.exit_of_failure(Exit::Negative), Exit::Negative);
    }
}
