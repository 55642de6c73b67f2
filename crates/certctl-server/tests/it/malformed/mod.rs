//! Malformed input to every route: a problem that names the input, nothing stored, one line in the log.
//!
//! The routes, their parameters and their bodies are read from the server's own document, so a route that is added is
//! covered without a change here. To add a kind of mistake: a function in `cases.rs`.

mod cases;
mod document;
mod world;

use std::collections::BTreeMap;

use certctl_api::problem::Problem;
use certctl_core::permission::Role;
use reqwest::StatusCode;

use crate::harness::{On, TestServer, json as body_of};
use cases::{Case, Payload};
use document::{Operation, operations};
use world::{Log, World};

/// In bodies, where it must never come out again in the log.
pub(crate) const SECRET: &str = "xyzzy-secret-of-the-body";

async fn every_route_refuses_malformed_input(on: On) {
    let log = Log::capture();
    let test = TestServer::start(on).await;
    let admin = test.key(Role::Admin).await;
    let document = test.request(reqwest::Method::GET, "/api/v1/openapi.json").send().await.unwrap();
    let document = body_of(document, StatusCode::OK).await;
    let world = World::make(&test, &admin).await;
    let (mut wrong, mut sent) = (Vec::new(), Vec::new());
    for operation in operations(&document, &world.ids) {
        let before = world.rows(&test).await;
        let mut n_cases = 0;
        for case in cases::of(&operation, &world) {
            let id = format!("mal-{}", sent.len());
            if let Err(mistake) = refused(&world, &operation, &case, &id).await {
                wrong.push(format!("{} {}: {}: {mistake}", operation.method, operation.path, case.what));
            }
            sent.push(id);
            n_cases += 1;
        }
        assert!(n_cases >= 5, "{} {} has {n_cases} cases only", operation.method, operation.path);
        for (table, found) in world.rows(&test).await {
            if before.get(&table) != Some(&found) {
                let known = before.get(&table);
                wrong.push(format!(
                    "{} {}: {table}: {known:?} before, {found:?} after",
                    operation.method, operation.path
                ));
            }
        }
    }
    test.stop().await;
    wrong.extend(log.mistakes(&sent));
    assert!(sent.len() > 1_000, "{} requests only", sent.len());
    assert!(wrong.is_empty(), "{} of {} went wrong:\n{}", wrong.len(), sent.len(), wrong.join("\n"));
}

/// Sends one malformed request; says what is wrong with the answer.
async fn refused(world: &World, operation: &Operation, case: &Case, id: &str) -> Result<(), String> {
    let request = world.request(operation, &case.path).header("x-request-id", id);
    let request = case.headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
    let request = match &case.payload {
        Payload::None => request,
        Payload::Json(value) => request.json(value),
        Payload::Text(kind, text) => request.header("content-type", *kind).body(text.clone()),
        Payload::Bare(text) => request.body(text.clone()),
    };
    let answer = request.send().await.map_err(|error| format!("no answer: {error:?}"))?;
    let status = answer.status().as_u16();
    let kind = answer.headers().get("content-type").and_then(|v| v.to_str().ok()).map(str::to_owned);
    let text = answer.text().await.map_err(|error| error.to_string())?;
    let shown: String = text.chars().take(400).collect();
    if kind.as_deref() != Some("application/problem+json") {
        return Err(format!("{status} {kind:?}: {shown}"));
    }
    let problem: Problem = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    if !case.statuses.contains(&status) || problem.status != status || problem.request_id != id {
        return Err(format!("{status}, not {:?}: {shown}", case.statuses));
    }
    if !operation.answers.contains(&status.to_string()) {
        return Err(format!("{status} is not documented"));
    }
    let named = problem.errors.iter().any(|error| error.pointer == case.pointer && !error.detail.is_empty());
    if !named {
        return Err(format!("{:?} is not named: {shown}", case.pointer));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_refuses_malformed_input_on_sqlite() {
    every_route_refuses_malformed_input(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_refuses_malformed_input_on_postgres() {
    every_route_refuses_malformed_input(On::Postgres).await;
}

/// Rows of each table, and how often they were changed where the table counts it.
pub(crate) type Rows = BTreeMap<String, (i64, i64)>;
