//! Notifiers as people set them up: secrets, addresses that may not be reached, signatures, texts, tests.

use std::process::Command;

use certctl_core::permission::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::receivers::Receiver;
use super::{
    SECRET, admin, config, expiring, get, inbox, notifier, open_alerts, post, send, start, states, wake,
};
use crate::harness::{On, TestServer, eventually, json as body_of, problem};

crate::harness::on_both!(
    secrets_go_in_and_never_come_out,
    a_test_really_sends_and_says_what_each_step_saw,
    texts_are_tried_before_they_are_stored,
    bad_notifiers_are_refused_field_by_field,
);

async fn pointers(response: reqwest::Response) -> Vec<String> {
    let problem = problem(response, 422, "invalid").await;
    problem.errors.into_iter().map(|error| error.pointer).collect()
}

async fn secrets_go_in_and_never_come_out(on: On) {
    let test = start(on).await;
    let admin = admin(&test).await;
    let receiver = Receiver::start("webhook", &[]).await;
    let id = notifier(&test, &admin, "webhook", &receiver, json!({})).await;
    let path = format!("/notifiers/{id}");
    let row = get(&test, &path, &admin).await;
    assert_eq!(row["secrets"], json!(["secrets"]));
    assert_eq!(row["config"]["secrets"], Value::Null);
    let everything = [
        get(&test, "/notifiers", &admin).await.to_string(),
        get(&test, "/audit?limit=100", &admin).await.to_string(),
        row.to_string(),
    ];
    for text in everything {
        assert!(!text.contains("MfKQ9r8G"), "{text}");
    }
    // A change that does not name them keeps them; the new URL is used with the old secret.
    let mut changed = config("webhook", receiver.port);
    changed.as_object_mut().unwrap().remove("secrets");
    changed["url"] = json!(format!("http://127.0.0.1:{}/other", receiver.port));
    let answer = send(&test, Method::PATCH, &path, &admin, &json!({ "config": changed })).await;
    assert_eq!(body_of(answer, StatusCode::OK).await["secrets"], json!(["secrets"]));
    // Two of them while receivers change over: two signatures.
    let other = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let mut both = config("webhook", receiver.port);
    both["secrets"] = json!([other, SECRET]);
    send(&test, Method::PATCH, &path, &admin, &json!({ "config": both })).await;
    let result = post(&test, &format!("{path}/test"), &admin, &json!({}), StatusCode::OK).await;
    assert_eq!(result["ok"], true, "{result}");
    let journal = receiver.journal();
    for secret in [SECRET, other] {
        assert!(is_signed(&journal[0], secret), "{secret}");
    }
    assert!(!is_signed(&journal[0], "whsec_ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="));
    // The last one cannot be taken away.
    both["secrets"] = Value::Null;
    let refused = send(&test, Method::PATCH, &path, &admin, &json!({ "config": both })).await;
    assert_eq!(pointers(refused).await, ["/config/secrets"]);
    assert_eq!(send(&test, Method::DELETE, &path, &admin, &json!({})).await.status(), StatusCode::NO_CONTENT);
    let left: Vec<(String,)> = test
        .app()
        .store
        .read("test.secrets", |tx| {
            tx.all("-- test.secrets\nSELECT id FROM secrets WHERE kind = 'notifier'", &[])
        })
        .await
        .unwrap();
    assert!(left.is_empty(), "{left:?}");
    test.stop().await;
}

/// Checks a signature as a receiver would: by another implementation (Python's), over the very bytes.
fn is_signed(entry: &Value, secret: &str) -> bool {
    const CHECK: &str = "
import base64, hashlib, hmac, json, sys
entry, secret = json.loads(sys.argv[1]), sys.argv[2]
head = entry['headers']
signed = '%s.%s.%s' % (head['webhook-id'], head['webhook-timestamp'], entry['body'])
key = base64.b64decode(secret.removeprefix('whsec_'))
wanted = 'v1,' + base64.b64encode(hmac.new(key, signed.encode(), hashlib.sha256).digest()).decode()
sys.exit(0 if wanted in head['webhook-signature'].split(' ') else 1)
";
    let mut command = Command::new("python3");
    command.args(["-c", CHECK, &entry.to_string(), secret]).status().unwrap().success()
}

async fn a_test_really_sends_and_says_what_each_step_saw(on: On) {
    let test = start(on).await;
    let admin = admin(&test).await;
    let mut receiver = Receiver::start("smtp", &[]).await;
    notifier(&test, &admin, "smtp", &receiver, json!({})).await;
    let steps = |result: &Value| -> Vec<(String, bool)> {
        let steps = result["steps"].as_array().unwrap();
        steps.iter().map(|s| (s["name"].as_str().unwrap().to_owned(), s["ok"].as_bool().unwrap())).collect()
    };
    let all = |ok: [bool; 5]| -> Vec<(String, bool)> {
        let names = ["open_secrets", "write", "resolve", "connect", "send"];
        names.iter().map(|name| (*name).to_owned()).zip(ok).collect()
    };
    let result = post(&test, "/notifiers/nt-smtp/test", &admin, &json!({}), StatusCode::OK).await;
    assert_eq!(steps(&result), all([true; 5]), "{result}");
    assert!(receiver.journal()[0]["body"].as_str().unwrap().contains("Test of certctl"));
    let mut refused = config("smtp", receiver.port);
    refused["to"] = json!(["refused@example.test"]);
    send(&test, Method::PATCH, "/notifiers/nt-smtp", &admin, &json!({ "config": refused })).await;
    let result = post(&test, "/notifiers/nt-smtp/test", &admin, &json!({}), StatusCode::OK).await;
    assert_eq!(steps(&result), all([true, true, true, true, false]), "{result}");
    assert!(result["steps"][4]["detail"].as_str().unwrap().contains("no such user"), "{result}");
    receiver.kill();
    let result = post(&test, "/notifiers/nt-smtp/test", &admin, &json!({}), StatusCode::OK).await;
    assert_eq!(steps(&result), all([true, true, true, false, false])[..4], "{result}");
    let viewer = test.key(Role::Viewer).await;
    problem(
        send(&test, Method::POST, "/notifiers/nt-smtp/test", &viewer, &json!({})).await,
        403,
        "forbidden",
    )
    .await;
    assert_eq!(test.audited("notifier.test").await.len(), 3);
    test.stop().await;
}

async fn texts_are_tried_before_they_are_stored(on: On) {
    let test = start(on).await;
    let admin = admin(&test).await;
    let receiver = Receiver::start("slack", &[]).await;
    notifier(&test, &admin, "slack", &receiver, json!({})).await;
    let path = "/notifiers/nt-slack/template";
    let built_in = get(&test, path, &admin).await;
    assert_eq!(built_in["own"], json!([]));
    for (body, expected) in [
        (json!({ "text": "one\n{{ no_such_name }}" }), "/text"),
        (json!({ "title": "{% if %}" }), "/title"),
        (json!({ "html": "<b>x</b>" }), "/html"),
    ] {
        assert_eq!(pointers(send(&test, Method::PUT, path, &admin, &body).await).await, [expected]);
    }
    let answer = send(&test, Method::PUT, path, &admin, &json!({ "text": "one\n{{ no_such_name }}" })).await;
    let found = problem(answer, 422, "invalid").await;
    assert!(found.detail.contains("line 2"), "{}", found.detail);
    let body = json!({ "title": "{{ severity }}! {{ title }}", "text": "see {{ params.threshold }}" });
    let preview = post(&test, "/notifiers/nt-slack/preview", &admin, &body, StatusCode::OK).await;
    assert_eq!(preview["title"], "critical! shop.example.com expires in 3 days");
    assert_eq!(get(&test, path, &admin).await["own"], json!([]), "a preview stores nothing");
    let stored = send(&test, Method::PUT, path, &admin, &body).await;
    assert_eq!(body_of(stored, StatusCode::OK).await["own"], json!(["title", "text"]));

    expiring(&test, &admin, "web", json!({})).await;
    open_alerts(&test).await;
    eventually("it is sent", async || states(&test, &admin, "").await == ["sent"]).await;
    let text = receiver.journal()[0]["body"].as_str().unwrap().to_owned();
    assert!(text.contains("critical! web expires") && text.contains("see 7d"), "{text}");
    // With the alert itself.
    let alert = inbox(&test, &admin, "").await[0]["alert_id"].clone();
    let preview =
        post(&test, "/notifiers/nt-slack/preview", &admin, &json!({ "alert_id": alert }), StatusCode::OK)
            .await;
    assert!(preview["title"].as_str().unwrap().contains("web expires"), "{preview}");

    // A template that breaks on facts that nobody thought of never keeps a message back.
    let body = json!({ "text": "{{ params.threshold.there.is.nothing }}" });
    let answer = send(&test, Method::PUT, path, &admin, &body).await;
    assert_eq!(pointers(answer).await, ["/text"], "the samples find this one");
    let forced = json!({ "text": "{{ params.surprise }}" });
    test.app()
        .store
        .bookkeeping("test.template", move |tx| {
            let sql = "-- test.template\nUPDATE notifiers SET template = $1";
            tx.exec(sql, certctl_store::args![forced.clone()]).map(drop)
        })
        .await
        .unwrap();
    super::renewed(&test, "web").await;
    wake(&test);
    eventually("it is sent all the same", async || states(&test, &admin, "event=closed").await == ["sent"])
        .await;
    test.stop().await;
}

async fn bad_notifiers_are_refused_field_by_field(on: On) {
    let test = start(on).await;
    let admin = admin(&test).await;
    let base = |more: Value| {
        let mut body =
            json!({ "name": "x", "kind": "slack", "config": { "url": "https://hooks.example.test/x" } });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    for (body, expected) in [
        (base(json!({ "config": {} })), "/config/url"),
        (base(json!({ "config": { "url": "http://hooks.example.test" } })), "/config/url"),
        (base(json!({ "config": { "url": "https://hooks.example.test", "extra": 1 } })), "/config/extra"),
        (base(json!({ "name": " " })), "/name"),
        (base(json!({ "digest": {} })), "/digest/every_minutes"),
        (base(json!({ "digest": { "daily_at": "25:00" } })), "/digest/daily_at"),
        (base(json!({ "digest": { "daily_at": "08:00", "time_zone": "Nowhere" } })), "/digest/time_zone"),
        (base(json!({ "routing": { "team_ids": ["t-none"] } })), "/routing/team_ids/0"),
        (
            base(
                json!({ "kind": "pagerduty", "config": { "routing_key": "x" }, "digest": { "every_minutes": 5 } }),
            ),
            "/digest",
        ),
    ] {
        assert_eq!(
            pointers(send(&test, Method::POST, "/notifiers", &admin, &body).await).await,
            [expected],
            "{body}"
        );
    }
    let made = post(&test, "/notifiers", &admin, &base(json!({ "id": "nt-x" })), StatusCode::CREATED).await;
    assert_eq!((&made["enabled"], &made["revision"]), (&json!(true), &json!(1)));
    let old = test
        .request(Method::PATCH, "/api/v1/notifiers/nt-x")
        .bearer_auth(&admin)
        .header("if-match", "\"7\"")
        .json(&json!({ "name": "y" }));
    problem(old.send().await.unwrap(), 412, "precondition_failed").await;
    problem(
        send(&test, Method::POST, "/notifiers", &admin, &base(json!({ "id": "nt-x" }))).await,
        409,
        "already_exists",
    )
    .await;
    test.stop().await;
}

/// Without the operator's leave nothing on this host, its link or its cloud is reached, by whatever name or spelling.
#[tokio::test(flavor = "multi_thread")]
async fn what_only_this_host_reaches_is_refused() {
    let test = TestServer::start(On::Sqlite).await;
    let admin = admin(&test).await;
    let receiver = Receiver::start("webhook", &[]).await;
    let port = receiver.port;
    for host in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "127.1",
        "2130706433",
        "0x7f000001",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "[64:ff9b::7f00:1]",
    ] {
        let url = format!("http://{host}:{port}/latest/meta-data");
        let body = json!({
            "id": "nt-x", "name": "x", "kind": "webhook",
            "config": { "url": url, "secrets": [SECRET], "allow_plaintext": true },
        });
        post(&test, "/notifiers", &admin, &body, StatusCode::CREATED).await;
        let result = post(&test, "/notifiers/nt-x/test", &admin, &json!({}), StatusCode::OK).await;
        let steps = result["steps"].as_array().unwrap();
        let last = steps.last().unwrap();
        assert_eq!((&last["name"], &last["ok"]), (&json!("resolve"), &json!(false)), "{host}: {result}");
        assert!(last["detail"].as_str().unwrap().contains("notifier_networks"), "{host}: {result}");
        send(&test, Method::DELETE, "/notifiers/nt-x", &admin, &json!({})).await;
    }
    let mail = json!({
        "id": "nt-mail", "name": "x", "kind": "smtp",
        "config": { "host": "localhost", "port": port, "security": "none", "from": "a@example.test", "to": ["b@example.test"] },
    });
    post(&test, "/notifiers", &admin, &mail, StatusCode::CREATED).await;
    expiring(&test, &admin, "web", json!({})).await;
    open_alerts(&test).await;
    // The alert about the notifier may come at any time.
    let about = "kind=certificate_expiring";
    eventually("the mail is refused", async || states(&test, &admin, about).await == ["dead"]).await;
    assert!(receiver.journal().is_empty(), "nothing was connected to");
    test.stop().await;
}

/// A redirection would lead where the guard has not looked.
#[tokio::test(flavor = "multi_thread")]
async fn redirections_are_not_followed() {
    let test = start(On::Sqlite).await;
    let admin = admin(&test).await;
    let receiver = Receiver::start("webhook", &[]).await;
    notifier(&test, &admin, "webhook", &receiver, json!({})).await;
    receiver.answer(Some("307"));
    let result = post(&test, "/notifiers/nt-webhook/test", &admin, &json!({}), StatusCode::OK).await;
    let last = result["steps"][4]["detail"].as_str().unwrap();
    assert!(last.contains("redirections are not followed"), "{result}");
    test.stop().await;
}

/// TLS from the start, STARTTLS, a private CA and a login.
#[tokio::test(flavor = "multi_thread")]
async fn mail_goes_through_tls_with_a_login() {
    let test = start(On::Sqlite).await;
    let admin = admin(&test).await;
    let folder = tempfile::tempdir().unwrap();
    let (ca, certificate, key) = crate::notifications::tls_files(&test, folder.path());
    for (flag, security) in [("--tls", "tls"), ("--starttls", "starttls")] {
        let receiver =
            Receiver::start("smtp", &[flag, &certificate, &key, "--auth", "mailer:secret word"]).await;
        let body = |password: &str, ca_pem: Option<&str>| {
            json!({ "config": {
                "host": "localhost", "port": receiver.port, "security": security, "from": "certctl@example.test",
                "to": ["ops@example.test"], "username": "mailer", "password": password, "ca_pem": ca_pem,
            } })
        };
        let id = notifier(&test, &admin, "smtp", &receiver, body("secret word", Some(&ca))).await;
        let result = post(&test, &format!("/notifiers/{id}/test"), &admin, &json!({}), StatusCode::OK).await;
        assert_eq!(result["ok"], true, "{security}: {result}");
        let mail = &receiver.journal()[0];
        assert_eq!((&mail["tls"], &mail["user"]), (&json!(true), &json!("mailer")), "{security}");
        for (password, ca_pem, part) in
            [("wrong", Some(ca.as_str()), "535"), ("secret word", None, "ertificate")]
        {
            send(&test, Method::PATCH, &format!("/notifiers/{id}"), &admin, &body(password, ca_pem)).await;
            let result =
                post(&test, &format!("/notifiers/{id}/test"), &admin, &json!({}), StatusCode::OK).await;
            let detail = result["steps"][4]["detail"].as_str().unwrap();
            assert!(detail.contains(part) && !detail.contains("secret word"), "{security}: {result}");
        }
        assert_eq!(receiver.journal().len(), 1, "nothing was sent to a server that is not known");
        send(&test, Method::DELETE, &format!("/notifiers/{id}"), &admin, &json!({})).await;
    }
    test.stop().await;
}
