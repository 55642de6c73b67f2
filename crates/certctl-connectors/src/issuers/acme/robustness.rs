//! What ACME servers answer, as nonsense and near-misses: nothing panics, and an error says what is wrong.
//!
//! Not for: whole orders with bent answers (`tests/it/authorities/robustness.rs`). Invariant: what is told to people is bounded.

use certctl_core::time::Ts;
use proptest::collection::vec;
use proptest::prelude::*;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

use super::directory::Directory;
use super::order::{Order, Progress, Status};
use super::problem::{Refusal, links, told, words};
use super::read;
use super::renewal::certificate_id;
use crate::bent::{bytes_like, json_of, text_like};
use crate::issuers::outside::AuthorityError;
use crate::issuers::outside::answers::after;
use crate::outside::Answer;

fn directory() -> Value {
    json!({
        "newNonce": "https://ca.example/nonce", "newAccount": "https://ca.example/account",
        "newOrder": "https://ca.example/order", "renewalInfo": "https://ca.example/ari",
        "meta": { "profiles": { "classic": "x" }, "externalAccountRequired": false, "termsOfService": "https://ca.example/terms" },
    })
}

fn order() -> Value {
    json!({
        "status": "ready", "identifiers": [{ "type": "dns", "value": "a.test" }], "authorizations": ["https://ca.example/a/1"],
        "finalize": "https://ca.example/f/1", "certificate": "https://ca.example/c/1", "error": null,
    })
}

const KEYS: &[&str] = &[
    "newNonce",
    "newAccount",
    "newOrder",
    "renewalInfo",
    "meta",
    "profiles",
    "status",
    "identifiers",
    "type",
    "value",
    "identifier",
    "detail",
    "title",
    "subproblems",
    "error",
    "state",
    "directory",
    "order",
    "proofs",
    "looks",
];

/// A directory is one, or the error says what it has not.
fn read_directory(value: &Value) -> Result<(), TestCaseError> {
    let config = json!({ "directory_url": "https://ca.example/dir", "terms_agreed": true });
    let acme = read(&config, None).unwrap();
    match Directory::read(value, &acme.directory_url) {
        Ok(found) => {
            let _ = found.fits(&acme);
            prop_assert!(found.told().chars().count() < 1_000);
        }
        Err(AuthorityError::Refused(text)) => {
            let known = ["newNonce", "newAccount", "newOrder", "revokeCert", "keyChange", "renewalInfo"];
            prop_assert!(known.iter().any(|key| text.contains(key)), "{text}");
        }
        Err(other) => prop_assert!(false, "{other:?}"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_directory_is_read_or_names_the_field(text in text_like(directory().to_string()), other in json_of(KEYS)) {
        if let Ok(value) = serde_json::from_str::<Value>(&text) {
            read_directory(&value)?;
        }
        read_directory(&other)?;
    }

    #[test]
    fn an_order_is_read_or_is_none(text in text_like(order().to_string()), other in json_of(KEYS)) {
        for text in [text, other.to_string()] {
            if let Ok(order) = serde_json::from_str::<Order>(&text) {
                let known = [Status::Pending, Status::Ready, Status::Processing, Status::Valid, Status::Invalid];
                prop_assert!(known.contains(&order.status));
            }
        }
    }

    #[test]
    fn what_was_stored_is_read_back_or_is_none(other in json_of(KEYS)) {
        if let Ok(progress) = serde_json::from_value::<Progress>(other) {
            let text = serde_json::to_string(&progress).unwrap();
            prop_assert_eq!(serde_json::from_str::<Progress>(&text).unwrap(), progress);
        }
    }

    #[test]
    fn a_problem_of_any_form_has_words_of_a_bounded_length(status in 300_u16..600, problem in json_of(KEYS)) {
        prop_assert!(words(&problem).chars().count() < 8_000);
        prop_assert!(told(&problem).chars().count() < 8_100);
        let status = StatusCode::from_u16(status).unwrap();
        let answer = Answer { status, headers: HeaderMap::new(), text: problem.to_string() };
        let error = Refusal::of(&answer, Ts::from_second(0)).unwrap().error().to_string();
        prop_assert!(error.contains(status.as_str()), "{error}");
    }

    #[test]
    fn headers_of_any_bytes_are_read(
        link in bytes_like(b"<https://ca.test/1>;rel=\"alternate\", <https://ca.test/2>; rel=alternate".to_vec()),
        wait in prop_oneof![
            bytes_like(b"Wed, 21 Oct 2026 07:28:00 GMT".to_vec()),
            any::<u64>().prop_map(|seconds| seconds.to_string().into_bytes()),
            vec(any::<u8>(), 0..40),
        ],
    ) {
        let mut headers = HeaderMap::new();
        for (name, bytes) in [("link", link), ("retry-after", wait)] {
            if let Ok(value) = HeaderValue::from_bytes(&bytes) {
                headers.append(name, value);
            }
        }
        let answer = Answer { status: StatusCode::OK, headers, text: String::new() };
        for link in links(&answer, "alternate") {
            prop_assert!(!link.contains('<') && !link.contains('>'), "{link}");
        }
        prop_assert!(after(&answer, Ts::from_second(1_795_000_000)).is_none_or(|after| after.as_secs() <= 86_400));
    }

    #[test]
    fn what_is_no_certificate_has_no_name(bytes in vec(any::<u8>(), 0..300)) {
        prop_assert_eq!(certificate_id(&bytes), None);
    }
}
