//! Every kind of problem that an answer can have: its stable code, its status, when it comes and what `params` hold.
//!
//! The reference page `docs/reference/problems.md` and the section of `/api/docs` are made from this table. To add a code:
//! a line here; a test finds codes in the sources that have none. Not for: making answers (`error.rs`). Invariant: a code
//! never changes its meaning.

/// One kind of problem.
#[derive(Debug, Clone, Copy)]
pub struct ProblemKind {
    /// The stable code; `type` is `urn:certctl:problem:` and it.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// When it comes, and what to do.
    pub when: &'static str,
    /// The facts in `params`, by name; those that only some causes have end in `?`.
    pub params: &'static [&'static str],
}

const fn kind(
    code: &'static str,
    status: u16,
    params: &'static [&'static str],
    when: &'static str,
) -> ProblemKind {
    ProblemKind { code, status, when, params }
}

/// All of them, by status and code.
pub const PROBLEMS: &[ProblemKind] = &[
    kind("malformed", 400, &[], "The request cannot be read; `errors` names each input."),
    kind("unauthenticated", 401, &[], "No credential, or one that is unknown, revoked or over: sign in."),
    kind("agent_quarantined", 403, &[], "The agent is kept out: `certctl agents activate` lets it in again."),
    kind("cross_site", 403, &[], "Another site's page sent the request with the session cookie."),
    kind("forbidden", 403, &["permission"], "The caller's role lacks this permission."),
    kind(
        "no_person",
        403,
        &[],
        "It is not known for whom the caller stands, or they are no admin that can sign in.",
    ),
    kind("not_your_plan", 403, &[], "Somebody else made this plan: plan it yourself and run that."),
    kind("not_your_request", 403, &[], "Somebody else asked for it: only they can take it back."),
    kind("not_yours", 403, &[], "The agent asked for what belongs to another agent."),
    kind("out_of_scope", 403, &[], "The change would reach what the caller's scope leaves out."),
    kind("own_request", 403, &[], "Who asked for it cannot approve it: somebody else has to."),
    kind("requester_role", 403, &[], "The profile lets only other roles ask for certificates."),
    kind("wrong_password", 403, &[], "The old password is wrong."),
    kind("no_route", 404, &[], "There is nothing at this path."),
    kind("not_found", 404, &[], "There is no object with this id."),
    kind("method_not_allowed", 405, &[], "The path does not take this method; `Allow` lists what it takes."),
    kind(
        "agent_exists",
        409,
        &["agent_id"],
        "There is an agent of this name: retire it, or choose another name.",
    ),
    kind(
        "agent_in_use",
        409,
        &["certificates", "targets", "dns_provider_ids"],
        "The agent holds keys, serves targets or sets the records of DNS providers: move them, or use `force`.",
    ),
    kind(
        "agent_outdated",
        409,
        &["agent_id"],
        "The agent's program is too old for this: update certctl-agent on its host.",
    ),
    kind("agent_retired", 409, &["agent_id"], "The agent is retired: name another one."),
    kind("agent_state", 409, &["state"], "The agent cannot go from this state to the wanted one."),
    kind("alert_state", 409, &["state"], "The alert is in a state that does not allow it."),
    kind(
        "already_asked",
        409,
        &["confirmation_id"],
        "The same waits for a second person already: see that confirmation.",
    ),
    kind("already_exists", 409, &["id?"], "The id is taken: choose another, or none to get a new one."),
    kind(
        "already_looking",
        409,
        &["job_id", "state", "target_id"],
        "A deployment to the target, or a look at it, is under way: wait for that job.",
    ),
    kind(
        "already_revoked",
        409,
        &["revocation_id", "revoked_at"],
        "The certificate is revoked: that cannot be taken back. Renew it.",
    ),
    kind("archived", 409, &["archived_at"], "The certificate is archived: it is no longer managed."),
    kind("asker_gone", 409, &["permission"], "Who asked for what was confirmed may not do it any more."),
    kind(
        "ca_key_elsewhere",
        409,
        &["ca_id"],
        "The key that has to sign is not here: the CA belongs to another PKI.",
    ),
    kind("ca_not_a_root", 409, &["issuer_id"], "It signs for an issuer: replace it through that."),
    kind(
        "ca_state",
        409,
        &["state?", "not_after?", "replaced_by?", "ca_id?"],
        "The CA was replaced, has ended, or was changed meanwhile.",
    ),
    kind(
        "certificate_ended",
        409,
        &["not_after"],
        "The certificate has ended by itself: there is nothing to revoke.",
    ),
    kind(
        "changed_meanwhile",
        409,
        &[],
        "Somebody else changed it at the same time: read it again and repeat.",
    ),
    kind(
        "confirmation_moved",
        409,
        &["confirmation_id"],
        "What was confirmed is not any more what would be done: ask again.",
    ),
    kind("confirmation_state", 409, &["state"], "The confirmation was decided, or its time is over."),
    kind("csr_needed", 409, &[], "The certificate is renewed by uploading a new CSR."),
    kind("deployment_state", 409, &["state"], "The deployment is in a state that does not allow it."),
    kind("id_taken", 409, &["id"], "There is a certificate with this id: choose another, or leave it out."),
    kind(
        "in_use",
        409,
        &["certificate_ids?", "more?", "history?", "issuer_ids?", "challenges?"],
        "Others refer to it: point them elsewhere first.",
    ),
    kind("is_default", 409, &["id"], "It is what certificates get that name none: change it instead."),
    kind(
        "issuance_open",
        409,
        &["job_id?", "state?"],
        "An issuance is under way: wait for it, or cancel it.",
    ),
    kind(
        "issuer_foreign",
        409,
        &["issuer_id"],
        "The issuer only stands for certificates that were found: choose one that signs.",
    ),
    kind("issuer_itself", 409, &["issuer_id"], "An authority cannot revoke its own certificate."),
    kind(
        "issuer_outside",
        409,
        &["issuer_id"],
        "The issuer is an authority outside, which has no key here: ask that authority.",
    ),
    kind("job_replaced", 409, &["job_id", "state"], "A later job took its place: look at that one."),
    kind("job_state", 409, &["state?"], "The job is in a state that does not allow it."),
    kind("key_expired", 409, &["expires_at"], "The API key's time is over: make a new key."),
    kind(
        "key_not_taken",
        409,
        &["issuer_id"],
        "The authority did not take the account's new key: see its words, then repeat the request.",
    ),
    kind(
        "key_retired",
        409,
        &["version_id", "key_retired_at"],
        "The version's key is deleted: renew instead.",
    ),
    kind("key_revoked", 409, &["revoked_at"], "The API key is revoked: make a new key."),
    kind(
        "key_strategy",
        409,
        &["key_strategy"],
        "The certificate's keys are made by its agents: no CSR is taken.",
    ),
    kind(
        "last_admin",
        409,
        &["id"],
        "It is the last admin that can sign in, and no admin key works: make another one first.",
    ),
    kind("last_admin_key", 409, &["id"], "It is the last admin key that works: make another one first."),
    kind(
        "no_account",
        409,
        &["issuer_id", "kind"],
        "Only ACME issuers have an account: nothing has to be done.",
    ),
    kind("no_csr", 409, &[], "The job never got a CSR: start a renewal instead."),
    kind("no_key_holder", 409, &[], "Nobody would make the key: add a target or an agent."),
    kind(
        "no_persistent_record",
        409,
        &["issuer_id"],
        "The authority says no record of dns-persist-01, or not before an order: see its words.",
    ),
    kind("nobody_else", 409, &["admins"], "Nobody else could confirm anything: make another admin first."),
    kind("not_due", 409, &[], "The certificate is not due and `force` was false."),
    kind(
        "not_managed",
        409,
        &["key_strategy"],
        "The certificate is only watched: it is not renewed or deployed until it is managed.",
    ),
    kind("nothing_to_deploy", 409, &[], "No version was issued for any of the targets."),
    kind("nothing_to_retry", 409, &["state", "failed"], "No item of the operation has failed."),
    kind("nothing_to_revoke", 409, &[], "The certificate was never issued."),
    kind(
        "nothing_to_verify",
        409,
        &["target_id?"],
        "No target of the certificate has the current version and an address to look at.",
    ),
    kind("operation_state", 409, &["state"], "The operation is in a state that does not allow it."),
    kind("path_taken", 409, &["target_id", "path"], "Another target of the agent writes this file."),
    kind("plan_expired", 409, &["expired_at"], "The plan is too old to run: make a new one."),
    kind(
        "plan_used",
        409,
        &["operation_id", "state"],
        "The plan was run already, or is not ready: look at it.",
    ),
    kind(
        "policy_blocked",
        409,
        &["detail"],
        "A policy rule in mode `enforce` refuses to issue the certificate as it is: change it, or the rule.",
    ),
    kind(
        "request_under_way",
        409,
        &[],
        "The first request with this `Idempotency-Key` has not ended: ask again in a moment.",
    ),
    kind("revocation_state", 409, &["state"], "The revocation is in a state that does not allow it."),
    kind(
        "selection_moved",
        409,
        &["planned?", "now?", "expected?", "selected?"],
        "What was selected has changed since: look at a new plan.",
    ),
    kind("stale_lease", 409, &["state"], "The lease of the job is no longer the agent's: drop the work."),
    kind("still_referred_to", 409, &[], "It refers to what is not there, or others still refer to it."),
    kind("test_open", 409, &["test_id?"], "The same configuration is being tested there: look at that test."),
    kind("test_state", 409, &["state"], "The test of the target is not under way: drop the work."),
    kind("too_many", 409, &["limit"], "There are as many of these as there can be: remove one first."),
    kind(
        "two_people",
        409,
        &["admins_left?"],
        "While the rule of two people is on, nobody does this alone: `detail` says what to do instead.",
    ),
    kind("gone", 410, &[], "The agent is retired for good: invite it again."),
    kind(
        "precondition_failed",
        412,
        &["revision"],
        "It is at another revision than `If-Match` says: read it again.",
    ),
    kind("too_large", 413, &[], "The body is longer than 1 MiB."),
    kind("unsupported_media_type", 415, &[], "The body is not `application/json`."),
    kind(
        "idempotency_key_reused",
        422,
        &[],
        "The `Idempotency-Key` was used for another request: make a new one.",
    ),
    kind("invalid", 422, &[], "The request breaks a rule; `errors` names each field."),
    kind(
        "policy_violated",
        422,
        &["rules"],
        "A policy rule in mode `enforce` refuses it; `errors` names each field, `rules` each rule.",
    ),
    kind(
        "rate_limited",
        429,
        &["budget", "retry_after"],
        "Too many requests of this caller, agent or address: come back after `Retry-After`.",
    ),
    kind("internal", 500, &[], "Our fault: the server's log has the cause under `request_id`."),
    kind("timed_out", 503, &[], "The request took too long and was given up; it may still take effect."),
    kind(
        "unavailable",
        503,
        &[],
        "Not now: the database does not answer, or the server stops. Try again after `Retry-After`.",
    ),
];

/// The first kind of a status: the usual one.
pub fn usual(status: u16) -> Option<&'static ProblemKind> {
    let of_status = |kind: &&ProblemKind| kind.status == status;
    let is_usual = |kind: &&ProblemKind| {
        matches!(kind.code, "not_found" | "forbidden" | "changed_meanwhile" | "invalid" | "unavailable")
    };
    PROBLEMS.iter().filter(of_status).find(is_usual).or_else(|| PROBLEMS.iter().find(of_status))
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeSet,
        fmt::Write as _,
        path::{Path, PathBuf},
    };

    use super::*;

    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }

    /// The texts in quotes that come right after a mark, past white space.
    fn quoted_after<'a>(text: &'a str, mark: &'a str) -> impl Iterator<Item = &'a str> {
        text.split(mark).skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
    }

    #[test]
    fn every_code_of_the_sources_is_in_the_table_once() {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut files = Vec::new();
        sources(&root, &mut files);
        let mut used = BTreeSet::new();
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            let product = text.split("#[cfg(test)]").next().unwrap();
            used.extend(quoted_after(product, "conflict(").map(str::to_owned));
            if product.contains("Denied {") {
                used.extend(quoted_after(product, "code: ").map(str::to_owned));
            }
            if file.ends_with("error.rs") {
                let class = product.split("fn class").nth(1).unwrap().split("\n    }\n").next().unwrap();
                used.extend(quoted_after(class, "StatusCode::").map(str::to_owned));
                for line in class.split("(StatusCode::").skip(1) {
                    let code = line.split(',').nth(1).unwrap().trim();
                    used.extend(code.strip_prefix('"').and_then(|c| c.strip_suffix('"')).map(str::to_owned));
                }
            }
        }
        assert!(used.len() > 35, "{used:?}");
        let table: BTreeSet<&str> = PROBLEMS.iter().map(|kind| kind.code).collect();
        assert_eq!(table.len(), PROBLEMS.len(), "a code is there twice");
        let missing: Vec<&String> = used.iter().filter(|code| !table.contains(code.as_str())).collect();
        assert!(missing.is_empty(), "write these into PROBLEMS in problems.rs: {missing:?}");
        let unused: Vec<&&str> = table.iter().filter(|code| !used.contains(**code)).collect();
        assert!(unused.is_empty(), "nothing answers these any more: {unused:?}");
    }

    const INTRODUCTION: &str = "# Problems

Made from the table in `crates/certctl-server/src/problems.rs`; a test compares. Do not edit by hand.

Every error of the API is a problem document (RFC 9457, `application/problem+json`):

```json
{
  \"type\": \"urn:certctl:problem:precondition_failed\",
  \"code\": \"precondition_failed\",
  \"title\": \"Changed by someone else meanwhile\",
  \"status\": 412,
  \"detail\": \"it was changed meanwhile and is at revision 4 now; read it again and repeat\",
  \"params\": { \"revision\": 4 },
  \"request_id\": \"req-3q2-7wkAAQIDBAUG\"
}
```

Programs look at `code` and `params`, which stay as they are; `detail` is for the person who has to act and may change.
`errors` names each bad input: a JSON pointer into the body, `?name` for a query parameter, `{id}` for the id in the path,
`Name:` for a header. The log and the audit trail name the request by `request_id`.

| Status | Code | When | `params` |
|---|---|---|---|
";

    #[test]
    fn the_reference_page_is_up_to_date() {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/problems.md");
        let mut wanted = INTRODUCTION.to_owned();
        for ProblemKind { code, status, when, params } in PROBLEMS {
            let params: Vec<String> = params.iter().map(|name| format!("`{name}`")).collect();
            writeln!(wanted, "| {status} | `{code}` | {when} | {} |", params.join(", ")).unwrap();
        }
        wanted.push_str("\nA name with `?` is there for some causes only.\n");
        if std::env::var_os("CERTCTL_WRITE_REFERENCE").is_some() {
            std::fs::write(&path, &wanted).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == wanted,
            "docs/reference/problems.md is stale: CERTCTL_WRITE_REFERENCE=1 cargo nextest run -p certctl-server reference"
        );
    }

    #[test]
    fn the_table_is_in_order() {
        let keys: Vec<(u16, &str)> = PROBLEMS.iter().map(|kind| (kind.status, kind.code)).collect();
        assert!(keys.is_sorted(), "{keys:?}");
    }
}
