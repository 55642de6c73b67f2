//! The outbox: each notification arrives at least once, with the same id, and is "sent" only with a receipt.

use certctl_core::kill_point::KillPoint;
use certctl_core::permission::{Role, Scope};
use certctl_server::Environs;
use certctl_store::{StoreError, args};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::receivers::Receiver;
use super::{
    admin, advance, expiring, get, inbox, notifier, open_alerts, post, renewed, send, start, start_as, states,
};
use crate::harness::{On, environs, eventually, problem};

crate::harness::on_both!(
    every_kind_is_told_of_a_beginning_and_an_end,
    a_receiver_killed_in_mid_delivery_gets_it_with_the_same_id,
    a_sender_that_dies_after_the_receipt_sends_the_same_id_again,
    a_dead_receiver_holds_up_nobody_and_is_an_alert,
    what_is_given_up_is_a_dead_letter_that_can_be_tried_again,
    what_has_no_receiver_says_so_and_finds_one_later,
    the_owner_is_written_to,
    a_digest_carries_what_was_collected,
    retry_after_holds_the_whole_notifier,
    sent_without_a_receipt_cannot_be_stored,
    the_inbox_is_read_and_keeps_to_scopes,
    two_senders_take_each_delivery_once,
);

const KINDS: [&str; 6] = ["smtp", "webhook", "slack", "teams", "pagerduty", "opsgenie"];

async fn every_kind_is_told_of_a_beginning_and_an_end(on: On) {
    let test = start(on).await;
    let admin = admin(&test).await;
    let mut receivers = Vec::new();
    for kind in KINDS {
        let receiver = Receiver::start(kind, &[]).await;
        notifier(&test, &admin, kind, &receiver, json!({})).await;
        receivers.push((kind, receiver));
    }
    expiring(&test, &admin, "web", json!({})).await;
    open_alerts(&test).await;
    eventually("every kind is told", async || states(&test, &admin, "event=opened").await == ["sent"; 6])
        .await;
    let alert = inbox(&test, &admin, "event=opened").await[0]["alert_id"].as_str().unwrap().to_owned();
    post(&test, &format!("/alerts/{alert}/acknowledge"), &admin, &json!({}), StatusCode::OK).await;
    // Only where incidents are kept.
    eventually("the incidents are acknowledged", async || {
        states(&test, &admin, "event=acknowledged").await == ["sent"; 2]
    })
    .await;
    renewed(&test, "web").await;
    eventually("every kind is told of the end", async || {
        states(&test, &admin, "event=closed").await == ["sent"; 6]
    })
    .await;
    let opened = inbox(&test, &admin, "event=opened").await;
    let closed = inbox(&test, &admin, "event=closed").await;
    assert_eq!((opened.len(), closed.len()), (1, 1));
    for delivery in opened[0]["deliveries"].as_array().unwrap() {
        let receipt = delivery["receipt"].as_str().unwrap();
        let begin = match delivery["notifier_id"].as_str().unwrap() {
            "nt-smtp" => "250 2.0.0 kept",
            "nt-webhook" => "HTTP 200, request wh-1",
            "nt-slack" => "HTTP 200, ok",
            "nt-teams" => "HTTP 202, run run-1",
            "nt-pagerduty" => "HTTP 202, success, incident certificate_expiring:",
            _ => "HTTP 202, request req-1",
        };
        assert!(receipt.starts_with(begin), "{receipt}");
    }
    for (kind, receiver) in &receivers {
        told(kind, &receiver.journal());
        assert_eq!(receiver.ids()[0], opened[0]["id"].as_str().unwrap(), "{kind}");
    }
    test.stop().await;
}

/// What a receiver of a kind has to have got: the alert's words, and for incidents their steps in order.
fn told(kind: &str, journal: &[Value]) {
    let bodies: Vec<String> =
        journal.iter().map(|entry| entry["body"].as_str().unwrap().to_owned()).collect();
    assert!(bodies[0].contains("web expires"), "{kind}: {}", bodies[0]);
    let json = |body: &String| serde_json::from_str::<Value>(body).unwrap();
    match kind {
        "pagerduty" => {
            let steps: Vec<Value> = bodies.iter().map(|body| json(body)["event_action"].clone()).collect();
            assert_eq!(steps, ["trigger", "acknowledge", "resolve"]);
            let mut keys: Vec<Value> = bodies.iter().map(|body| json(body)["dedup_key"].clone()).collect();
            keys.dedup();
            assert_eq!(keys.len(), 1, "one alert is one incident");
            assert_eq!(json(&bodies[0])["payload"]["severity"], "critical");
        }
        "opsgenie" => {
            let paths: Vec<&str> = journal.iter().map(|entry| entry["path"].as_str().unwrap()).collect();
            assert_eq!(paths[0], "/hook/v2/alerts");
            assert!(paths[1].ends_with("/acknowledge?identifierType=alias"), "{paths:?}");
            assert!(paths[2].ends_with("/close?identifierType=alias"), "{paths:?}");
            assert_eq!(journal[0]["headers"]["authorization"], "GenieKey key-1");
        }
        "webhook" => {
            assert_eq!(json(&bodies[0])["type"], "certctl.alert.opened");
            assert_eq!(json(&bodies[1])["type"], "certctl.alert.closed");
            assert_eq!(json(&bodies[0])["data"]["certificate_id"], "mc-web");
        }
        "smtp" => {
            assert!(bodies[0].contains("Subject: [CRITICAL] web expires"), "{}", bodies[0]);
            assert!(bodies[1].contains("Subject: [RESOLVED] web expires"), "{}", bodies[1]);
            assert_eq!(journal[0]["to"], json!(["ops@example.test"]));
        }
        _ => assert_eq!(bodies.len(), 2, "{kind}"),
    }
}

async fn a_receiver_killed_in_mid_delivery_gets_it_with_the_same_id(on: On) {
    for (kind, point) in [
        ("smtp", "before"),
        ("webhook", "before"),
        ("pagerduty", "before"),
        ("smtp", "after"),
        ("webhook", "after"),
        ("pagerduty", "after"),
    ] {
        let test = start(on).await;
        let admin = admin(&test).await;
        let mut receiver = Receiver::start(kind, &[]).await;
        notifier(&test, &admin, kind, &receiver, json!({})).await;
        expiring(&test, &admin, "web", json!({})).await;
        receiver.hold(point);
        open_alerts(&test).await;
        receiver.hit().await;
        assert_eq!(states(&test, &admin, "").await, ["sending"], "{kind} {point}");
        receiver.kill();
        eventually("the try fails", async || states(&test, &admin, "").await == ["failed"]).await;
        let found = &inbox(&test, &admin, "").await[0];
        let delivery = &found["deliveries"][0];
        assert_eq!(
            (&delivery["receipt"], &delivery["sent_at"]),
            (&Value::Null, &Value::Null),
            "{kind} {point}"
        );
        assert_eq!(receiver.ids().len(), usize::from(point == "after"), "{kind} {point}");
        // While nobody is there it fails again, and does not say sent.
        advance(&test, 20);
        eventually("another try fails", async || {
            let found = inbox(&test, &admin, "").await;
            found[0]["deliveries"][0]["attempts"] == 2 && found[0]["deliveries"][0]["state"] == "failed"
        })
        .await;
        receiver.let_go();
        receiver.restart().await;
        advance(&test, 60);
        eventually("it arrives", async || states(&test, &admin, "").await == ["sent"]).await;
        let id = found["id"].as_str().unwrap().to_owned();
        let expected = if point == "after" { 2 } else { 1 };
        assert_eq!(receiver.ids(), vec![id; expected], "{kind} {point}");
        let found = inbox(&test, &admin, "").await;
        let delivery = &found[0]["deliveries"][0];
        assert_eq!(delivery["attempts"], 3);
        assert!(delivery["receipt"].is_string() && delivery["sent_at"].is_string(), "{delivery}");
        test.stop().await;
    }
}

async fn a_sender_that_dies_after_the_receipt_sends_the_same_id_again(on: On) {
    let test = start_as(on, |clock| Environs {
        // A panic of the sender's task leaves what `kill -9` leaves: a lease that nobody holds.
        kill_point: KillPoint::armed("notify.sent", || panic!("the test asked for it")),
        ..environs(clock)
    })
    .await;
    let admin = admin(&test).await;
    let receiver = Receiver::start("webhook", &[]).await;
    notifier(&test, &admin, "webhook", &receiver, json!({})).await;
    expiring(&test, &admin, "web", json!({})).await;
    open_alerts(&test).await;
    eventually("the receiver has it", async || receiver.ids().len() == 1).await;
    // It has a receipt that was never written down.
    assert_eq!(states(&test, &admin, "").await, ["sending"]);
    advance(&test, 30);
    assert_eq!(states(&test, &admin, "").await, ["sending"], "its lease holds for 60 s");
    advance(&test, 31);
    eventually("it is sent", async || states(&test, &admin, "").await == ["sent"]).await;
    let ids = receiver.ids();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1], "a second try has the id of the first");
    test.stop().await;
}

async fn a_dead_receiver_holds_up_nobody_and_is_an_alert(on: On) {
    let test = start(on).await;
    let admin = admin(&test).await;
    let mut dead = Receiver::start("webhook", &[]).await;
    notifier(&test, &admin, "webhook", &dead, json!({})).await;
    dead.kill();
    let alive = Receiver::start("slack", &[]).await;
    notifier(&test, &admin, "slack", &alive, json!({})).await;
    for n in 0..6 {
        expiring(&test, &admin, &format!("web-{n}"), json!({})).await;
    }
    open_alerts(&test).await;
    eventually("the living one has all", async || alive.ids().len() == 6).await;
    eventually("the dead one has none", async || {
        states(&test, &admin, "notifier_id=nt-webhook&state=failed").await.len() == 12
    })
    .await;
    let health = get(&test, "/notifiers/nt-webhook", &admin).await["health"].clone();
    assert_eq!(health["ok"], false);
    assert!(health["last_error"].as_str().unwrap().contains("onnect"), "{health}");
    // Failing for ten minutes is an alert; it is told by the other one only.
    crate::alerts::pass(&test, 700).await;
    super::wake(&test);
    let about = "kind=notification_dead&event=opened";
    eventually("the alert of the dead one is told", async || states(&test, &admin, about).await == ["sent"])
        .await;
    let told = &inbox(&test, &admin, about).await[0];
    assert_eq!(told["deliveries"][0]["notifier_id"], "nt-slack");
    assert_eq!(told["title"], "webhook does not deliver");
    dead.restart().await;
    advance(&test, 700);
    eventually("everything arrives", async || {
        states(&test, &admin, "state=failed,sending,pending").await.is_empty()
    })
    .await;
    crate::alerts::pass(&test, 1).await;
    eventually("the alert is over", async || {
        inbox(&test, &admin, "kind=notification_dead&event=closed").await.len() == 1
    })
    .await;
    test.stop().await;
}

async fn what_is_given_up_is_a_dead_letter_that_can_be_tried_again(on: On) {
    // The alert about the notifier may come at any time.
    const ABOUT: &str = "kind=certificate_expiring";
    let test = start(on).await;
    let admin = admin(&test).await;
    let receiver = Receiver::start("webhook", &[]).await;
    notifier(&test, &admin, "webhook", &receiver, json!({})).await;
    receiver.answer(Some("410"));
    expiring(&test, &admin, "web", json!({})).await;
    open_alerts(&test).await;
    eventually("it is given up", async || {
        states(&test, &admin, &format!("{ABOUT}&state=dead")).await == ["dead"]
    })
    .await;
    let found = inbox(&test, &admin, &format!("{ABOUT}&state=dead")).await;
    let id = found[0]["id"].as_str().unwrap().to_owned();
    assert!(found[0]["deliveries"][0]["error"].as_str().unwrap().contains("410"), "{found:?}");
    assert_eq!(found[0]["deliveries"][0]["next_try_at"], Value::Null);
    assert_eq!(test.audited("notification.dead").await.len(), 1);
    let metrics = test.get("/metrics", &admin).await.text().await.unwrap();
    assert!(metrics.contains("certctl_notification_dead_total{kind=\"webhook\"}"), "{metrics}");
    receiver.answer(None);
    post(&test, &format!("/notifications/{id}/retry"), &admin, &json!({}), StatusCode::OK).await;
    eventually("it is sent", async || states(&test, &admin, ABOUT).await == ["sent"]).await;
    assert_eq!(receiver.ids(), std::slice::from_ref(&id));
    let again = send(&test, Method::POST, &format!("/notifications/{id}/retry"), &admin, &json!({})).await;
    problem(again, 409, "nothing_to_retry").await;

    // Ten tries that might have helped, and then no more.
    receiver.answer(Some("503"));
    renewed(&test, "web").await;
    for n in 1..=10 {
        eventually("a try ends", async || {
            let found = inbox(&test, &admin, &format!("{ABOUT}&event=closed")).await;
            found.first().is_some_and(|row| {
                row["deliveries"][0]["attempts"] == n && row["deliveries"][0]["state"] != "sending"
            })
        })
        .await;
        advance(&test, 6 * 3_600);
    }
    assert_eq!(states(&test, &admin, &format!("{ABOUT}&event=closed")).await, ["dead"]);
    test.stop().await;
}

async fn what_has_no_receiver_says_so_and_finds_one_later(on: On) {
    let test = start(on).await;
    let admin = admin(&test).await;
    let receiver = Receiver::start("slack", &[]).await;
    expiring(&test, &admin, "web", json!({})).await;
    open_alerts(&test).await;
    let found = inbox(&test, &admin, "state=undeliverable").await;
    assert_eq!(found.len(), 1);
    let delivery = &found[0]["deliveries"][0];
    assert_eq!(delivery["notifier_id"], Value::Null);
    assert!(delivery["error"].as_str().unwrap().contains("no notifier"), "{delivery}");
    let id = found[0]["id"].as_str().unwrap();
    notifier(&test, &admin, "slack", &receiver, json!({ "routing": { "min_severity": "critical" } })).await;
    post(&test, &format!("/notifications/{id}/retry"), &admin, &json!({}), StatusCode::OK).await;
    eventually("it is sent", async || states(&test, &admin, "").await == ["sent"]).await;
    assert_eq!(receiver.ids(), [id]);
    // What waits for a notifier that is switched off has no receiver either.
    receiver.answer(Some("500"));
    renewed(&test, "web").await;
    eventually("it fails", async || states(&test, &admin, "event=closed").await == ["failed"]).await;
    let off = json!({ "enabled": false });
    assert_eq!(
        send(&test, Method::PATCH, "/notifiers/nt-slack", &admin, &off).await.status(),
        StatusCode::OK
    );
    assert_eq!(states(&test, &admin, "event=closed").await, ["undeliverable"]);
    test.stop().await;
}

async fn the_owner_is_written_to(on: On) {
    let test = start(on).await;
    let admin = admin(&test).await;
    let receiver = Receiver::start("smtp", &[]).await;
    let mut config = super::config("smtp", receiver.port);
    config["to_owner"] = json!(true);
    notifier(&test, &admin, "smtp", &receiver, json!({ "config": config })).await;
    let owner = json!({ "id": "o-web", "name": "Web", "email": "owner@example.test" });
    post(&test, "/owners", &admin, &owner, StatusCode::CREATED).await;
    expiring(&test, &admin, "web", json!({ "owner_id": "o-web" })).await;
    expiring(&test, &admin, "orphan", json!({})).await;
    open_alerts(&test).await;
    eventually("three mails arrive", async || receiver.journal().len() == 3).await;
    let mut receivers: Vec<String> =
        receiver.journal().iter().map(|mail| mail["to"][0].as_str().unwrap().to_owned()).collect();
    receivers.sort();
    assert_eq!(receivers, ["ops@example.test", "ops@example.test", "owner@example.test"]);

    // To owners only, one without an owner has nobody.
    config["to"] = json!([]);
    let change = json!({ "config": config });
    assert_eq!(
        send(&test, Method::PATCH, "/notifiers/nt-smtp", &admin, &change).await.status(),
        StatusCode::OK
    );
    renewed(&test, "web").await;
    renewed(&test, "orphan").await;
    eventually("the owner hears of the end", async || receiver.journal().len() == 4).await;
    let lost = inbox(&test, &admin, "event=closed&state=undeliverable").await;
    assert_eq!(lost.len(), 1);
    assert_eq!(lost[0]["object_id"], "mc-orphan");
    assert_eq!(lost[0]["deliveries"][0]["error"], "it has no owner to write to");
    test.stop().await;
}

async fn a_digest_carries_what_was_collected(on: On) {
    let test = start(on).await;
    let admin = admin(&test).await;
    let receiver = Receiver::start("slack", &[]).await;
    let digest = json!({ "every_minutes": 30, "critical_at_once": false });
    notifier(&test, &admin, "slack", &receiver, json!({ "digest": digest })).await;
    for n in 0..3 {
        expiring(&test, &admin, &format!("web-{n}"), json!({})).await;
    }
    open_alerts(&test).await;
    assert_eq!(states(&test, &admin, "").await, ["pending"; 3]);
    advance(&test, 29 * 60);
    assert!(receiver.ids().is_empty());
    receiver.answer(Some("503"));
    advance(&test, 61);
    eventually("the digest fails", async || states(&test, &admin, "event=digest").await == ["failed"]).await;
    assert_eq!(states(&test, &admin, "").await, ["pending"; 3]);
    receiver.answer(None);
    advance(&test, 60);
    eventually("the digest is sent", async || states(&test, &admin, "").await == ["sent"; 3]).await;
    let digests = inbox(&test, &admin, "event=digest").await;
    assert_eq!(digests.len(), 1);
    assert_eq!(receiver.ids(), [digests[0]["id"].as_str().unwrap()]);
    assert_eq!(digests[0]["title"], "3 notifications: 3 critical");
    let body = receiver.journal()[0]["body"].as_str().unwrap().to_owned();
    for n in 0..3 {
        assert!(body.contains(&format!("web-{n} expires")), "{body}");
    }
    let carried = &inbox(&test, &admin, "event=opened").await[0]["deliveries"][0];
    assert_eq!(carried["digest_id"], digests[0]["id"]);
    test.stop().await;
}

async fn retry_after_holds_the_whole_notifier(on: On) {
    let test = start(on).await;
    let admin = admin(&test).await;
    let receiver = Receiver::start("slack", &[]).await;
    notifier(&test, &admin, "slack", &receiver, json!({})).await;
    receiver.answer(Some("429 900"));
    expiring(&test, &admin, "web", json!({})).await;
    open_alerts(&test).await;
    eventually("it fails", async || states(&test, &admin, "").await == ["failed"]).await;
    receiver.answer(None);
    renewed(&test, "web").await;
    advance(&test, 890);
    assert_eq!(states(&test, &admin, "").await, ["pending", "failed"], "it asked for 15 minutes");
    advance(&test, 20);
    eventually("both arrive", async || receiver.ids().len() == 2).await;
    // In their order: the end of an alert is never told before its beginning.
    let mut newest_first = inbox(&test, &admin, "").await;
    newest_first.reverse();
    let ids: Vec<&str> = newest_first.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(receiver.ids(), ids);
    test.stop().await;
}

async fn sent_without_a_receipt_cannot_be_stored(on: On) {
    let test = start(on).await;
    let admin = admin(&test).await;
    expiring(&test, &admin, "web", json!({})).await;
    open_alerts(&test).await;
    for sql in [
        "-- test.sent\nUPDATE deliveries SET state = 'sent'",
        "-- test.receipt\nUPDATE deliveries SET receipt = 'ok'",
        "-- test.empty\nUPDATE deliveries SET state = 'sent', receipt = '', sent_at = created_at",
        "-- test.sent_at\nUPDATE deliveries SET sent_at = created_at",
    ] {
        let outcome =
            test.app().store.bookkeeping("test.forge", move |tx| tx.exec(sql, args![]).map(drop)).await;
        assert!(matches!(outcome, Err(error) if !matches!(error, StoreError::Stale { .. })), "{sql}");
    }
    test.stop().await;
}

async fn the_inbox_is_read_and_keeps_to_scopes(on: On) {
    let test = start(on).await;
    let admin = admin(&test).await;
    expiring(&test, &admin, "lab", json!({ "environment": "lab" })).await;
    expiring(&test, &admin, "shop", json!({ "environment": "production" })).await;
    open_alerts(&test).await;
    let lab = Scope { team_ids: Vec::new(), environments: vec!["lab".to_owned()] };
    let operator = test.scoped_key(Role::Operator, lab).await;
    let page = get(&test, "/notifications?total=true&limit=1", &admin).await;
    assert_eq!((page["total"].as_i64(), page["items"].as_array().unwrap().len()), (Some(2), 1));
    let next = page["next_cursor"].as_str().unwrap();
    assert_eq!(inbox(&test, &admin, &format!("cursor={next}")).await.len(), 1);
    let seen = inbox(&test, &operator, "").await;
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0]["object_id"], "mc-lab");
    let other = inbox(&test, &admin, "object_id=mc-shop").await[0]["id"].as_str().unwrap().to_owned();
    for path in [format!("/notifications/{other}/read"), format!("/notifications/{other}/retry")] {
        problem(send(&test, Method::POST, &path, &operator, &json!({})).await, 404, "not_found").await;
    }
    let read = post(&test, "/notifications/read-all", &operator, &json!({}), StatusCode::OK).await;
    assert_eq!(read, json!({ "read": 1, "more": false }));
    assert_eq!(inbox(&test, &admin, "read=false").await.len(), 1);
    let path = format!("/notifications/{other}/read");
    let row = post(&test, &path, &admin, &json!({}), StatusCode::OK).await;
    assert!(row["read_at"].is_string() && row["read_by"].is_string(), "{row}");
    assert!(inbox(&test, &admin, "read=false").await.is_empty());
    assert_eq!(test.audited("notification.read").await.len(), 2);
    test.stop().await;
}

async fn two_senders_take_each_delivery_once(on: On) {
    let test = start(on).await;
    let admin = admin(&test).await;
    let receiver = Receiver::start("webhook", &[]).await;
    notifier(&test, &admin, "webhook", &receiver, json!({})).await;
    for n in 0..20 {
        expiring(&test, &admin, &format!("web-{n}"), json!({})).await;
    }
    // A second sender on the same store, as a replica has one.
    let second = tokio::spawn(certctl_server::engine::deliver::run(test.app().clone()));
    open_alerts(&test).await;
    eventually("all are sent", async || {
        states(&test, &admin, "limit=100").await.iter().filter(|state| *state == "sent").count() == 20
    })
    .await;
    let mut ids = receiver.ids();
    ids.sort();
    let n = ids.len();
    ids.dedup();
    assert_eq!((n, ids.len()), (20, 20), "none was sent twice");
    test.stop().await;
    second.await.unwrap();
}
