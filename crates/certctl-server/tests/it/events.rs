//! The live stream: what arrives, from where, and for whom.

use std::time::Duration;

use certctl_api::events::StreamItem;
use certctl_core::{
    audit::Outcome,
    permission::{Role, Scope},
};
use certctl_server::app::App;
use certctl_store::{StoreError, audit, outbox};
use futures_util::StreamExt as _;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::{
    harness::{On, TestServer, api, client, json as body_of, problem},
    limits::limited,
};

/// A change of an object, with its events.
async fn change(app: &App, action: &'static str, kind: &'static str, id: &'static str) {
    let context = certctl_server::ops::system(app, "test");
    app.store
        .write("test.change", move |tx| {
            let change = audit::Change {
                action,
                object_kind: kind,
                object_id: id,
                outcome: Outcome::Success,
                summary: String::new(),
                details: json!({}),
            };
            audit::record(tx, &context, &change)?;
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
}

/// Reads a stream as events.
struct Reader {
    response: std::pin::Pin<Box<dyn futures_util::Stream<Item = reqwest::Result<bytes::Bytes>> + Send>>,
    text: String,
}

impl Reader {
    fn new(response: Response) -> Self {
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response: Box::pin(response.bytes_stream()), text: String::new() }
    }

    /// The next event: its fields `event`, `id` and `data`.
    async fn next(&mut self) -> (String, String, Value) {
        loop {
            if let Some((one, rest)) = self.text.split_once("\n\n") {
                let (one, rest) = (one.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name: &str| {
                    one.lines().find_map(|l| l.strip_prefix(name)).unwrap_or_default().trim().to_owned()
                };
                if one.contains("data:") {
                    return (field("event:"), field("id:"), serde_json::from_str(&field("data:")).unwrap());
                }
                continue;
            }
            // An event within twenty seconds, and a stream that goes on.
            let more = tokio::time::timeout(Duration::from_secs(20), self.response.next()).await;
            let bytes = more.unwrap().unwrap().unwrap();
            self.text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }
}

async fn open(test: &TestServer, key: &str, path: &str) -> Reader {
    Reader::new(test.get(path, key).await)
}

async fn arrives_and_resumes(on: On) {
    let test = TestServer::start(on).await;
    let admin = test.key(Role::Admin).await;
    let mut live = open(&test, &admin, "/api/v1/events").await;
    change(test.app(), "certificate.create", "certificate", "mc-a").await;
    let (kind, first, data) = live.next().await;
    assert_eq!((kind.as_str(), data["object_id"].as_str()), ("certificate.create", Some("mc-a")));
    drop(live);

    change(test.app(), "job.changed", "job", "job-1").await;
    change(test.app(), "certificate.renew", "certificate", "mc-b").await;
    let request =
        test.request(Method::GET, "/api/v1/events").bearer_auth(&admin).header("last-event-id", &first);
    let mut resumed = Reader::new(request.send().await.unwrap());
    assert_eq!(resumed.next().await.0, "job.changed");
    assert_eq!(resumed.next().await.0, "certificate.renew");
    change(test.app(), "agent.join", "agent", "ag-a").await;
    assert_eq!(resumed.next().await.0, "agent.join", "goes on live, without repeating");

    let mut filtered =
        open(&test, &admin, &format!("/api/v1/events?since={first}&kinds=certificate.*")).await;
    assert_eq!(filtered.next().await.2["object_id"], "mc-b");
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_arrive_and_resume_on_sqlite() {
    arrives_and_resumes(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_arrive_and_resume_on_postgres() {
    arrives_and_resumes(On::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_does_not_see_events_of_keys() {
    let test = TestServer::start(On::Sqlite).await;
    let viewer = test.key(Role::Viewer).await;
    let mut live = open(&test, &viewer, "/api/v1/events").await;
    change(test.app(), "api_key.create", "api_key", "key-a").await;
    change(test.app(), "certificate.create", "certificate", "mc-a").await;
    assert_eq!(live.next().await.0, "certificate.create");
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_places_and_unknown_parameters_are_400() {
    let test = TestServer::start(On::Sqlite).await;
    let viewer = test.key(Role::Viewer).await;
    for (query, pointer) in
        [("since=x", "?since"), ("since=-1", "?since"), ("kinds=Job", "?kinds"), ("kind=a", "?kind")]
    {
        let answer = test.get(&format!("/api/v1/events?{query}"), &viewer).await;
        assert_eq!(problem(answer, 400, "malformed").await.errors[0].pointer, pointer);
    }
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_another_replica_arrive() {
    let one = TestServer::start(On::Postgres).await;
    let mut config = certctl_server::config::Config::for_directory(one.directory.path()).unwrap();
    config.database_url = certctl_core::secret::Secret::new(one.database.as_ref().unwrap().url.clone());
    let other = certctl_server::Server::start(config, crate::harness::environs(&one.clock)).await.unwrap();
    let admin = one.key(Role::Admin).await;
    let mut live = open(&one, &admin, "/api/v1/events?kinds=agent.join,certificate.create").await;
    change(&other.app, "certificate.create", "certificate", "mc-a").await;
    assert_eq!(live.next().await.2["object_id"], "mc-a");
    other.stop().await;
    one.stop().await;
}

async fn a_listener_that_missed_events_is_told_and_goes_on(on: On) {
    let test = TestServer::start(on).await;
    let client = api(test.app(), &test.key(Role::Admin).await);
    for id in ["mc-a", "mc-b", "mc-c"] {
        change(test.app(), "certificate.create", "certificate", id).await;
    }
    let later = test.app().now().plus_seconds(1);
    test.app().store.bookkeeping("test.prune", move |tx| outbox::prune(tx, later, 1_000)).await.unwrap();
    // All that listeners have is the newest; one that was at place 1 is told so, and hears what comes.
    change(test.app(), "certificate.create", "certificate", "mc-d").await;
    let mut heard = Vec::new();
    let each = |item| {
        heard.push(match item {
            StreamItem::Reset(reset) => format!("reset {}", reset.oldest > 1),
            StreamItem::Event(event) => event.object_id,
        });
        heard.len() < 3
    };
    client.events("", Some(1), each).await.unwrap();
    assert_eq!(heard, ["reset true", "mc-c", "mc-d"]);
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_that_missed_events_is_told_and_goes_on_on_sqlite() {
    a_listener_that_missed_events_is_told_and_goes_on(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_that_missed_events_is_told_and_goes_on_on_postgres() {
    a_listener_that_missed_events_is_told_and_goes_on(On::Postgres).await;
}

/// Makes a certificate without an issuance, and gives its revision.
async fn certificate(test: &TestServer, key: &str, id: &str, environment: Option<&str>) -> i64 {
    let body = json!({ "id": id, "names": [format!("{id}.example.internal")], "environment": environment,
        "key_strategy": "external", "issue": false });
    let request = test.request(Method::POST, "/api/v1/certificates").bearer_auth(key).json(&body);
    let made = body_of(request.send().await.unwrap(), StatusCode::CREATED).await;
    made["certificate"]["revision"].as_i64().unwrap()
}

async fn patch(test: &TestServer, key: &str, path: &str, body: &Value) -> Value {
    let request = test.request(Method::PATCH, path).bearer_auth(key).json(body);
    body_of(request.send().await.unwrap(), StatusCode::OK).await
}

async fn an_event_says_the_revision_and_what_changed(on: On) {
    let test = TestServer::start(on).await;
    let admin = test.key(Role::Admin).await;
    let mut live = open(&test, &admin, "/api/v1/events?kinds=certificate.*,team.*").await;
    let first = certificate(&test, &admin, "mc-a", None).await;
    let (kind, _, made) = live.next().await;
    assert_eq!(
        (kind.as_str(), &made["revision"], &made["changed"]),
        ("certificate.create", &json!(first), &json!([]))
    );

    let body = json!({ "name": "A", "environment": "lab", "tags": [] });
    let changed = patch(&test, &admin, "/api/v1/certificates/mc-a", &body).await;
    let (_, _, event) = live.next().await;
    assert_eq!(event["revision"], changed["revision"], "{event}");
    assert!(event["revision"].as_i64().unwrap() > first);
    assert_eq!(event["changed"], json!(["environment", "name"]), "the tags were none before: {event}");

    let team = json!({ "id": "t-a", "name": "A" });
    let request = test.request(Method::POST, "/api/v1/teams").bearer_auth(&admin).json(&team);
    body_of(request.send().await.unwrap(), StatusCode::CREATED).await;
    assert_eq!(live.next().await.2["revision"], 1);
    let changed = patch(&test, &admin, "/api/v1/teams/t-a", &json!({ "name": "B" })).await;
    let (_, _, event) = live.next().await;
    assert_eq!((&event["revision"], &event["changed"]), (&changed["revision"], &json!(["name"])));
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_says_the_revision_and_what_changed_on_sqlite() {
    an_event_says_the_revision_and_what_changed(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_says_the_revision_and_what_changed_on_postgres() {
    an_event_says_the_revision_and_what_changed(On::Postgres).await;
}

async fn a_scope_narrows_the_stream_live_and_on_resumption(on: On) {
    let test = TestServer::start(on).await;
    let admin = test.key(Role::Admin).await;
    let lab = Scope { team_ids: Vec::new(), environments: vec!["lab".to_owned()] };
    let narrowed = test.scoped_key(Role::Viewer, lab).await;
    // Somebody who sees all listens already, so that the tail reads without looking up whose things are.
    let mut all = open(&test, &admin, "/api/v1/events?kinds=certificate.*,job.*,agent.*").await;
    let mut live = open(&test, &narrowed, "/api/v1/events").await;
    certificate(&test, &admin, "mc-secret", Some("production")).await;
    certificate(&test, &admin, "mc-lab", Some("lab")).await;
    change(test.app(), "job.changed", "job", "job-of-nothing").await;
    change(test.app(), "agent.join", "agent", "ag-a").await;
    let heard = |event: (String, String, Value)| event.2["object_id"].as_str().unwrap().to_owned();
    for expected in ["mc-secret", "mc-lab", "job-of-nothing", "ag-a"] {
        assert_eq!(heard(all.next().await), expected);
    }
    for expected in ["mc-lab", "ag-a"] {
        assert_eq!(heard(live.next().await), expected);
    }
    let mut resumed = open(&test, &narrowed, "/api/v1/events?since=0&kinds=certificate.*,job.*").await;
    assert_eq!(heard(resumed.next().await), "mc-lab");
    // It moves out of the scope: whoever is narrowed to it hears no more of it.
    patch(&test, &admin, "/api/v1/certificates/mc-lab", &json!({ "environment": "production" })).await;
    certificate(&test, &admin, "mc-next", Some("lab")).await;
    assert_eq!(heard(resumed.next().await), "mc-next");
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_narrows_the_stream_live_and_on_resumption_on_sqlite() {
    a_scope_narrows_the_stream_live_and_on_resumption(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_narrows_the_stream_live_and_on_resumption_on_postgres() {
    a_scope_narrows_the_stream_live_and_on_resumption(On::Postgres).await;
}

/// Listeners of the test, and how many share a connection.
const LISTENERS: usize = 1_000;
const SHARED: usize = 50;
/// Streams go on for as long as a thousand take to open on a busy machine.
const LONG: Duration = Duration::from_secs(180);

async fn a_thousand_listeners_all_hear_of_a_change(on: On) {
    let test = limited(on, |limits| limits.event_streams = LISTENERS).await;
    let viewer = test.key(Role::Viewer).await;
    let clients: Vec<_> = (0..LISTENERS / SHARED).map(|_| client(test.app(), None)).collect();
    let mut readers = Vec::new();
    for client in &clients {
        let url = format!("{}/api/v1/events?kinds=certificate.*", test.base);
        let opening = (0..SHARED).map(|_| client.get(&url).bearer_auth(&viewer).timeout(LONG).send());
        for answer in futures_util::future::join_all(opening).await {
            readers.push(Reader::new(answer.unwrap()));
        }
    }
    let mut heard = tokio::task::JoinSet::new();
    for mut reader in readers {
        heard.spawn(async move { (reader.next().await.2["object_id"].clone(), reader) });
    }
    let began = std::time::Instant::now();
    change(test.app(), "certificate.create", "certificate", "mc-a").await;
    let all = async {
        let mut n = 0;
        while let Some(one) = heard.join_next().await {
            assert_eq!(one.unwrap().0, "mc-a");
            n += 1;
        }
        n
    };
    let n = tokio::time::timeout(Duration::from_secs(20), all).await.unwrap();
    assert_eq!(n, LISTENERS, "after {:?}", began.elapsed());
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_listeners_all_hear_of_a_change_on_sqlite() {
    a_thousand_listeners_all_hear_of_a_change(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_listeners_all_hear_of_a_change_on_postgres() {
    a_thousand_listeners_all_hear_of_a_change(On::Postgres).await;
}
