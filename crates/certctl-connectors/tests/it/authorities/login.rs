//! How the connector logs in to Vault, by a small one.

use std::fs;

use certctl_connectors::issuers::outside::{Authority, AuthorityError, Call};
use certctl_core::authority::AuthorityKind;
use serde_json::{Value, json};

use super::fake::{Fake, Mode, ROLE_ID, SECRET_ID, TOKEN};
use super::{Request, call, failure, issued, surroundings};

const JWT: &str = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJTM0NSRVQifQ.UzNDUkVU";

fn authority(fake: &Fake, changes: &Value) -> Authority {
    let mut config = json!({
        "address": fake.url, "allow_plaintext": true, "role": "server", "auth": "approle", "role_id": ROLE_ID, "secret_id": SECRET_ID,
    });
    for (field, value) in changes.as_object().unwrap() {
        config[field] = value.clone();
    }
    Authority::read(AuthorityKind::Vault, &config, None).unwrap()
}

fn n_logins(fake: &Fake) -> usize {
    fake.with(|memory| memory.vault.n_logins)
}

#[tokio::test]
async fn a_token_is_used_for_four_fifths_of_its_lease() {
    let fake = Fake::start().await;
    fake.with(|memory| memory.vault.lease = 1_000);
    let (around, authority) = (surroundings(Vec::new()), authority(&fake, &json!({})));
    let at = |seconds: i64| Call { now: call(&around).now.plus_seconds(seconds), ..call(&around) };
    let (request, noted) = (Request::new(&["www.example.test"]), json!({ "state": "ordering" }));
    for (seconds, wanted) in [(0, 1), (700, 1), (810, 2), (1_500, 2)] {
        authority.step(&at(seconds), &request.asked(), Some(&noted), false).await.unwrap();
        assert_eq!(n_logins(&fake), wanted, "after {seconds} s");
    }
}

#[tokio::test]
async fn a_token_that_was_logged_in_for_is_in_no_error() {
    let fake = Fake::start().await;
    let (around, authority) = (surroundings(Vec::new()), authority(&fake, &json!({})));
    issued(&around, &Request::new(&["www.example.test"]), || authority.clone(), |_| ()).await.unwrap();
    for status in [400, 403, 500] {
        fake.mode(Mode::Answer(
            status,
            None,
            json!({ "errors": [format!("no: {TOKEN} {SECRET_ID}")] }).to_string(),
        ));
        let error = failure(&around, &Request::new(&["www.example.test"]), &authority).await;
        assert!(error.to_string().contains("no: "), "{error:?}");
        assert!(!format!("{error:?} {authority:?}").contains("S3CRET"), "{error:?} {authority:?}");
    }
    // A log-in that says something else than it should.
    let fresh = self::authority(&fake, &json!({}));
    for text in [format!("token={TOKEN}"), json!({ "auth": { "token": TOKEN } }).to_string()] {
        fake.mode(Mode::Answer(200, None, text));
        let error = failure(&around, &Request::new(&["www.example.test"]), &fresh).await;
        assert!(matches!(&error, AuthorityError::Retry { .. }), "{error:?}");
        assert!(!format!("{error:?}").contains("S3CRET"), "{error:?}");
    }
}

#[tokio::test]
async fn a_service_account_logs_in_by_its_file_and_no_other_file_is_sent() {
    let fake = Fake::start().await;
    let around = surroundings(Vec::new());
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("token");
    let config = json!({
        "auth": "kubernetes", "kubernetes_role": "certctl", "auth_mount": "k8s", "jwt_path": path,
    });
    let request = Request::new(&["www.example.test"]);
    let error = failure(&around, &request, &authority(&fake, &config)).await;
    assert!(matches!(&error, AuthorityError::Refused(text) if text.contains("cannot be read")), "{error:?}");
    fs::write(&path, "-----BEGIN PRIVATE KEY-----\nS3CRET\n").unwrap();
    let error = failure(&around, &request, &authority(&fake, &config)).await;
    assert!(matches!(&error, AuthorityError::Refused(text) if text.contains("is not a JWT")), "{error:?}");
    assert!(!format!("{error:?}").contains("S3CRET"), "{error:?}");
    assert_eq!(fake.n_requests(), 0);

    fs::write(&path, format!("{JWT}\n")).unwrap();
    request.is_met_by(&issued(&around, &request, || authority(&fake, &config), |_| ()).await.unwrap());
    assert_eq!(fake.with(|memory| memory.vault.login.clone()), json!({ "role": "certctl", "jwt": JWT }));
    fake.mode(Mode::Answer(400, None, format!("{{\"errors\":[\"bad {JWT}\"]}}")));
    let error = failure(&around, &request, &authority(&fake, &config)).await;
    assert!(!format!("{error:?}").contains("UzNDUkVU"), "{error:?}");
}
