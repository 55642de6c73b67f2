//! Status and condition as SQL: what a certificate that is not archived is tested by to have a word, and by which index those
//! that may have it are found.
//!
//! Not for: filters made of words (`filter.rs`), or what a word means (core). Invariant: a test passes exactly the rows for which
//! core gives that word, so that no row has two of one kind.

use certctl_core::certificate::CertificateStatus;
use certctl_core::condition::{Condition, Stage};
use certctl_core::time::Ts;

use super::filter::Sql;
use crate::{Val, vals};

/// A computed word, among certificates that are not archived.
pub(super) struct Word {
    pub(super) test: Sql,
    pub(super) branch: Option<Sql>,
    /// None of its rows has ended.
    pub(super) unexpired: bool,
    /// None of its rows is due.
    pub(super) not_due: bool,
    /// All of its rows are issued.
    pub(super) issued: bool,
}

/// The test for a status; the first rule that holds decides, as in core. None: no row can have it.
pub(super) fn status(wanted: CertificateStatus, now: Ts) -> Option<Word> {
    let stage = |list: &str| Some(Sql::new(format!("@stage IN ({list}) AND @stage <> 'quiet'"), Vec::new()));
    let (branch, n) = match wanted {
        // Archived ones are a list of their own.
        CertificateStatus::Archived => return None,
        CertificateStatus::Revoked => return Some(revoked()),
        CertificateStatus::Expired => (Some(Sql::new("@ends_at <= ?", vals![now])), 0),
        CertificateStatus::RenewalInProgress => (stage("'failing', 'waiting', 'running'"), 1),
        CertificateStatus::Failed => (stage("'failing'"), 2),
        CertificateStatus::Expiring => (Some(Sql::new("@renews_at <= ?", vals![now])), 3),
        CertificateStatus::Active => (None, 4),
        CertificateStatus::Pending => (Some(Sql::new("@issued = FALSE", Vec::new())), 5),
    };
    let rules = [
        Sql::new("@ends_at <= ?", vals![now]),
        Sql::new("(@open_issuances > 0 AND @issued)", Vec::new()),
        Sql::new("(@last_failed AND @open_issuances = 0)", Vec::new()),
        Sql::new("(@issued AND @renews_at <= ?)", vals![now]),
        Sql::new("@issued", Vec::new()),
        Sql::new("TRUE", Vec::new()),
    ];
    let mut test = Sql::new("@stage <> 'revoked'", Vec::new());
    for (i, rule) in rules.into_iter().enumerate().take(n + 1) {
        test.and(if i == n { rule } else { Sql::new(format!("NOT {}", rule.text), rule.values) });
    }
    let not_due = wanted == CertificateStatus::Active;
    let issued = matches!(
        wanted,
        CertificateStatus::Active | CertificateStatus::Expiring | CertificateStatus::RenewalInProgress
    );
    Some(Word { test, branch, unexpired: wanted != CertificateStatus::Expired, not_due, issued })
}

/// Of what has a revoked version, which comes before all else; certificates_stage.
fn revoked() -> Word {
    let stage = Sql::new("@stage = 'revoked' AND @stage <> 'quiet'", Vec::new());
    Word { test: stage.clone(), branch: Some(stage), unexpired: false, not_due: false, issued: false }
}

/// The test for a status, as in core. None: no row that is not archived can have it.
pub(super) fn status_test(wanted: CertificateStatus, now: Ts) -> Option<Sql> {
    status(wanted, now).map(|word| word.test)
}

/// The test for a condition, as in core. None: no row can have it.
pub(super) fn condition_test(wanted: Condition, now: Ts) -> Option<Sql> {
    condition(wanted, now).map(|word| word.test)
}

pub(super) fn condition(wanted: Condition, now: Ts) -> Option<Word> {
    let rule = |text: &str, branch: Option<Sql>| {
        let text = format!("@ends_at > ? AND {text}");
        let values = vec![Val::from(now); text.matches('?').count()];
        Some(Word {
            test: Sql::new(text, values),
            branch,
            unexpired: true,
            not_due: wanted == Condition::Healthy,
            issued: matches!(wanted, Condition::Healthy | Condition::Due | Condition::Renewing),
        })
    };
    let stage =
        |stage: Stage| Some(Sql::new(format!("@stage = '{stage}' AND @stage <> 'quiet'"), Vec::new()));
    let seen = "(@unverified_at IS NULL OR @unverified_at > ?)";
    match wanted {
        Condition::Archived => None,
        Condition::Revoked => Some(revoked()),
        Condition::Expired => {
            let ended = Sql::new("@ends_at <= ?", vals![now]);
            Some(Word {
                test: Sql::new("@ends_at <= ? AND @stage <> 'revoked'", vals![now]),
                branch: Some(ended),
                unexpired: false,
                not_due: false,
                issued: false,
            })
        }
        Condition::Failing => rule("@stage = 'failing'", stage(Stage::Failing)),
        Condition::Unverified => rule(
            "@stage <> 'failing' AND @stage <> 'revoked' AND @unverified_at IS NOT NULL AND @unverified_at <= ?",
            Some(Sql::new("@unverified_at <= ?", vals![now])),
        ),
        Condition::Waiting => rule(&format!("@stage = 'waiting' AND {seen}"), stage(Stage::Waiting)),
        Condition::Renewing => {
            rule(&format!("@stage = 'running' AND @issued AND {seen}"), stage(Stage::Running))
        }
        Condition::Due => rule(
            &format!("@stage = 'quiet' AND @issued AND @renews_at <= ? AND {seen}"),
            Some(Sql::new("@renews_at <= ?", vals![now])),
        ),
        Condition::Healthy => {
            rule(&format!("@stage = 'quiet' AND @issued AND @renews_at > ? AND {seen}"), None)
        }
        Condition::Pending => rule(
            &format!("@stage IN ('quiet', 'running') AND NOT @issued AND {seen}"),
            Some(Sql::new("@issued = FALSE", Vec::new())),
        ),
    }
}
