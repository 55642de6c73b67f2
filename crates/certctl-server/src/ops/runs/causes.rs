//! What a cause that was written down for people is called for programs.
//!
//! Not for: causes that outside parties write (they are the `detail`). Invariant: the words that are looked for are those that
//! the control plane itself puts before a cause (`cause_words`); what begins otherwise keeps the code of its kind of work.

use std::collections::BTreeMap;

use certctl_api::runs::{Cause, CauseCode};
use certctl_core::job::JobKind;

use crate::ops::cause_words as words;

/// What became of the target, which is no part of the cause.
const ENDS: [&str; 4] = [words::UNCHANGED, words::IN_DOUBT, words::TAKEN_AWAY, words::PUT_BACK];

/// What the parts of a deployment are called.
const PARTS: [(&str, CauseCode); 9] = [
    ("check", CauseCode::CheckFailed),
    ("backup", CauseCode::BackupFailed),
    ("stage", CauseCode::StageFailed),
    ("validate", CauseCode::ValidateFailed),
    ("swap", CauseCode::SwapFailed),
    ("reload", CauseCode::ReloadFailed),
    ("probe", CauseCode::ProbeFailed),
    ("restore", CauseCode::RestoreFailed),
    ("rollback", CauseCode::RestoreFailed),
];

/// A cause of a job of this kind.
pub(super) fn read(kind: JobKind, text: &str) -> Cause {
    let (code, name, value) = sort(kind, text);
    let mut params = BTreeMap::new();
    if !value.is_empty() {
        params.insert(name.to_owned(), value.to_owned());
    }
    if code == CauseCode::CsrNotMade
        && let Some((holder, detail)) = value.split_once(": ")
    {
        params = BTreeMap::from(
            [("holder", holder), ("detail", detail)].map(|(k, v)| (k.to_owned(), v.to_owned())),
        );
    }
    Cause { code, params, text: text.to_owned() }
}

/// The code, and one parameter.
fn sort(kind: JobKind, text: &str) -> (CauseCode, &'static str, &str) {
    let after = |start: &str| text.strip_prefix(start);
    if let Some(by) = after(words::CANCELLED_BY) {
        return (CauseCode::Cancelled, "by", by);
    }
    if let Some(by) = after(words::REJECTED_BY) {
        return (CauseCode::Rejected, "by", by);
    }
    if let Some(version) = after(words::REPLACED_BY_VERSION) {
        return (CauseCode::Replaced, "version_id", version);
    }
    if let Some(version) = after(words::REPLACED_BY_DEPLOYMENT) {
        return (CauseCode::Replaced, "version_id", version);
    }
    if let Some(detail) = after(words::NO_CSR_FROM) {
        return (CauseCode::CsrNotMade, "detail", detail);
    }
    if text.starts_with(words::NO_CSR_CAME) {
        let last = text.split_once(words::LAST_SAID).map_or("", |(_, last)| last);
        return (CauseCode::CsrLate, "detail", last);
    }
    if text == words::NOT_APPROVED {
        return (CauseCode::ApprovalLate, "detail", "");
    }
    if let Some(detail) = after(words::ITS_WORKER) {
        return (CauseCode::WorkerLost, "detail", detail);
    }
    if text == words::IS_ARCHIVED {
        return (CauseCode::Archived, "detail", "");
    }
    match kind {
        JobKind::Issuance | JobKind::Renewal => (CauseCode::NotIssued, "detail", text),
        JobKind::Deployment | JobKind::Validation => deploying(text),
    }
}

fn deploying(text: &str) -> (CauseCode, &'static str, &str) {
    if let Some(line) = text.strip_prefix(words::HOST_REFUSED) {
        return (CauseCode::HostRefused, "detail", line);
    }
    let known = text
        .split_once(": ")
        .and_then(|(part, rest)| PARTS.iter().find(|(name, _)| *name == part).map(|(_, code)| (*code, rest)));
    let Some((code, rest)) = known else { return (CauseCode::Other, "detail", text) };
    let end = ENDS.iter().filter_map(|end| rest.rfind(&format!(" ({end}"))).min().unwrap_or(rest.len());
    (code, "detail", &rest[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cause_has_its_code_and_parameters() {
        let check = |kind: JobKind, text: &str, code: CauseCode, params: &[(&str, &str)]| {
            let found = read(kind, text);
            let params: BTreeMap<String, String> =
                params.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
            assert_eq!((found.code, found.params, found.text.as_str()), (code, params, text));
        };
        let (renewal, deployment) = (JobKind::Renewal, JobKind::Deployment);
        check(renewal, "the CA said no", CauseCode::NotIssued, &[("detail", "the CA said no")]);
        check(
            renewal,
            "no CSR from ag-web: disk: full",
            CauseCode::CsrNotMade,
            &[("holder", "ag-web"), ("detail", "disk: full")],
        );
        check(renewal, "no CSR came in time; last: full", CauseCode::CsrLate, &[("detail", "full")]);
        check(renewal, "no CSR came from ag-a in time: is the agent running?", CauseCode::CsrLate, &[]);
        check(renewal, "nobody approved it in time", CauseCode::ApprovalLate, &[]);
        check(renewal, "rejected by user u-1: no", CauseCode::Rejected, &[("by", "user u-1: no")]);
        check(deployment, "replaced by version cv-2", CauseCode::Replaced, &[("version_id", "cv-2")]);
        check(
            deployment,
            "its worker was lost: the lease ran out",
            CauseCode::WorkerLost,
            &[("detail", "was lost: the lease ran out")],
        );
        check(
            deployment,
            "probe: a:443 serves another (see log) (the old certificate was put back, and a:443 serves it)",
            CauseCode::ProbeFailed,
            &[("detail", "a:443 serves another (see log)")],
        );
        check(
            deployment,
            "stage: disk full (nothing was changed on the target)",
            CauseCode::StageFailed,
            &[("detail", "disk full")],
        );
        check(
            deployment,
            "refused by the agent's local policy: kinds lacks nginx",
            CauseCode::HostRefused,
            &[("detail", "kinds lacks nginx")],
        );
        check(deployment, "what: is this", CauseCode::Other, &[("detail", "what: is this")]);
    }
}
