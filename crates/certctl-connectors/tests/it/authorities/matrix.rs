//! The support matrix of the reference page: every case of the contract for every kind, and what came of it.
//!
//! `CERTCTL_WRITE_REFERENCE=1` writes the page's section anew. Not for: the cases (`contract`, `local`). Invariant: a cell is
//! written by what ran, and a case that fails writes none.

use std::future::Future;
use std::path::Path;
use std::pin::Pin;

use certctl_connectors::issuers::outside::{schema, title};
use certctl_core::authority::AuthorityKind;
use serde_json::Value;

use super::{contract, local};

/// What a kind does of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Does {
    Yes,
    /// Yes, with a note.
    But(&'static str),
    No(&'static str),
    NotApplicable(&'static str),
}

type Running = Pin<Box<dyn Future<Output = Does> + Send>>;

struct Row {
    property: &'static str,
    local: fn() -> Does,
    outside: fn(AuthorityKind) -> Running,
}

macro_rules! row {
    ($property:literal, $case:ident, $local:expr) => {
        Row { property: $property, local: $local, outside: |kind| Box::pin(contract::$case(kind)) }
    };
}

const HERE: Does = Does::NotApplicable("It signs in the control plane: nobody is asked.");

const TESTED: Does = Does::NotApplicable(
    "Its test is the server's own: it signs a throw-away certificate, which is not kept.",
);

const ROWS: &[Row] = &[
    row!(
        "An order gets one certificate, which has the request's key and names",
        an_order_gets_one_certificate,
        local::an_order_gets_one_certificate
    ),
    row!(
        "A restart before each step: the next process goes on",
        each_step_may_be_another_process,
        local::each_step_may_be_another_process
    ),
    row!(
        "A crash in any step, before its outcome was stored, makes no second certificate",
        a_crash_in_any_step_makes_no_second_certificate,
        local::a_crash_in_any_step_makes_no_second_certificate
    ),
    row!(
        "What was stored and is broken is refused",
        what_is_stored_can_be_gone_on_with_or_is_refused,
        local::what_is_stored_can_be_gone_on_with_or_is_refused
    ),
    row!(
        "No answer: each step ends at its deadline, and the order goes on where it was",
        a_step_without_an_answer_meets_its_deadline,
        || HERE
    ),
    row!(
        "A slow answer that never ends is cut off at the deadline",
        an_answer_that_never_ends_meets_the_deadline,
        || HERE
    ),
    row!(
        "A rate limit (429) is kept to for as long as the authority says",
        a_limit_is_kept_to_for_as_long_as_it_is_said,
        || HERE
    ),
    row!(
        "An overloaded authority (503) is asked again, not sooner than it says",
        an_overloaded_authority_is_asked_again_when_it_says,
        || HERE
    ),
    row!(
        "A refusal is final or loses the order, and has the authority's words",
        a_refusal_has_the_authoritys_words_and_no_secret,
        local::a_refusal_says_what_to_do
    ),
    row!("Garbage is no certificate", garbage_is_no_certificate, || HERE),
    row!("A certificate for another key is not taken", another_keys_certificate_is_not_taken, || HERE),
    row!(
        "What the operator does not allow is not asked",
        what_the_operator_does_not_allow_is_not_asked,
        || HERE
    ),
    row!(
        "No secret is in what is stored",
        what_is_stored_holds_no_secret,
        local::what_is_stored_holds_no_secret
    ),
    row!(
        "No secret is in an error, also when the authority repeats it",
        a_refusal_has_the_authoritys_words_and_no_secret,
        || HERE
    ),
    row!(
        "Every secret of the configuration is marked as one",
        every_secret_of_a_configuration_is_marked,
        || Does::NotApplicable("Its configuration has none; its key is made and sealed by the server.")
    ),
    row!("A test issues nothing", a_test_issues_nothing, || TESTED),
    row!("A test finds out whether it may sign", a_test_finds_out_whether_it_may_sign, || TESTED),
    row!("Control of names is proved to it", proofs_of_control_are_asked_for, || Does::NotApplicable(
        "Who may order which names is decided by roles, profiles and policies."
    )),
    row!(
        "A certificate is revoked; being told twice changes nothing",
        a_certificate_is_revoked_and_twice_is_once,
        || Does::NotApplicable(
            "The control plane is the authority: its CRL and OCSP responder say it ([revocation](revocation.md))."
        )
    ),
    row!("It says when to renew", the_authority_says_when_to_renew, || Does::NotApplicable(
        "The renewal policy alone decides."
    )),
    row!("Orders at once get a certificate each", orders_at_once_get_a_certificate_each, || HERE),
];

const BEGIN: &str = "<!-- The support matrix, written by the tests: begin -->\n";
const END: &str = "<!-- The support matrix, written by the tests: end -->\n";
const FIELDS_BEGIN: &str = "<!-- The fields, written by the tests: begin -->\n";
const FIELDS_END: &str = "<!-- The fields, written by the tests: end -->\n";
const HOW: &str =
    "write it anew: CERTCTL_WRITE_REFERENCE=1 cargo nextest run -p certctl-connectors -E 'test(matrix)'";

/// Runs a row's cases for all kinds at once: the outcomes, the local CA's first, and what failed.
async fn run(row: &Row) -> (Vec<Does>, Vec<String>) {
    let (mut cells, mut failures) = (Vec::new(), Vec::new());
    let local = row.local;
    let mut running = vec![("local_ca".to_owned(), tokio::spawn(async move { local() }))];
    for kind in AuthorityKind::ALL {
        running.push((kind.to_string(), tokio::spawn((row.outside)(*kind))));
    }
    for (kind, case) in running {
        match case.await {
            Ok(does) => cells.push(does),
            Err(error) => failures.push(format!("{kind}: {}: {error}", row.property)),
        }
    }
    (cells, failures)
}

fn table(rows: &[(&'static str, Vec<Does>)]) -> String {
    let mut notes: Vec<&'static str> = Vec::new();
    let mut number = |note: &'static str| {
        let at = notes.iter().position(|one| *one == note).unwrap_or_else(|| {
            notes.push(note);
            notes.len() - 1
        });
        at + 1
    };
    let kinds: Vec<String> = AuthorityKind::ALL.iter().map(|kind| format!("`{kind}`")).collect();
    let mut text =
        format!("| | `local_ca` | {} |\n|---|{}\n", kinds.join(" | "), "---|".repeat(kinds.len() + 1));
    for (property, cells) in rows {
        let cells = cells.iter().map(|does| match does {
            Does::Yes => "yes".to_owned(),
            Does::But(note) => format!("yes [{}]", number(note)),
            Does::No(note) => format!("no [{}]", number(note)),
            Does::NotApplicable(note) => format!("not applicable [{}]", number(note)),
        });
        text.push_str(&format!("| {property} | {} |\n", cells.collect::<Vec<_>>().join(" | ")));
    }
    text.push('\n');
    for (n, note) in (1..).zip(&notes) {
        text.push_str(&format!("{n}. {note}\n"));
    }
    text
}

fn fields() -> String {
    let mut text = String::new();
    for kind in AuthorityKind::ALL {
        let schema = schema(*kind);
        text.push_str(&format!(
            "\n### {}: `{kind}`\n\n| Field | | What it is |\n|---|---|---|\n",
            title(*kind)
        ));
        let mut fields: Vec<(&String, &Value)> = schema["properties"].as_object().unwrap().iter().collect();
        fields.sort_by_key(|(_, field)| field["x-order"].as_u64());
        for (name, field) in fields {
            let mut notes = Vec::new();
            if schema["required"].as_array().unwrap().contains(&Value::from(name.as_str())) {
                notes.push("required".to_owned());
            }
            if field["x-secret"] == true {
                notes.push("secret".to_owned());
            }
            if !field["default"].is_null() {
                notes.push(format!("default `{}`", field["default"].to_string().trim_matches('"')));
            }
            let about = field["description"].as_str().unwrap();
            text.push_str(&format!("| `{name}` | {} | {about} |\n", notes.join(", ")));
        }
    }
    text
}

/// Holds a marked section of the page against what it has to be, or writes it.
fn hold(begin: &str, end: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/issuers.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(begin).expect("the page has the beginning of the section");
    let (found, after) = rest.split_once(end).expect("the page has the end of the section");
    if std::env::var_os("CERTCTL_WRITE_REFERENCE").is_some() {
        std::fs::write(&path, format!("{before}{begin}{wanted}{end}{after}")).unwrap();
    } else {
        assert_eq!(found, wanted, "{HOW}");
    }
}

/// One test for both sections, so that no two write the page at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_keeps_the_contract_and_the_support_matrix_says_how() {
    let (mut rows, mut failures) = (Vec::new(), Vec::new());
    for row in ROWS {
        let (cells, failed) = run(row).await;
        rows.push((row.property, cells));
        failures.extend(failed);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    hold(BEGIN, END, &table(&rows));
    hold(FIELDS_BEGIN, FIELDS_END, &fields());
}
