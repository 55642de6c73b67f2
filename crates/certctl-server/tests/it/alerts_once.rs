//! Alerts are opened and told once, whatever happens in which order and wherever the task dies.
//!
//! Random sequences of days, policies and renewals, and a task that panics behind each of its named steps, which leaves
//! what `kill -9` leaves.

use std::collections::BTreeMap;
use std::sync::Arc;

use certctl_core::alert::{Threshold, crossing};
use certctl_core::kill_point::KillPoint;
use certctl_core::permission::Role;
use certctl_core::renewal::Validity;
use certctl_core::time::Ts;
use certctl_server::{Environs, engine};
use certctl_store::{StoreError, args};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::alerts::{certificate, listed, pass, version};
use crate::harness::{On, TestServer, json as body_of};

const DAY: i64 = 86_400;

/// Numbers that look random and are the same for the same seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % n
    }

    fn some<T: Copy>(&mut self, all: &[T]) -> Vec<T> {
        all.iter().copied().filter(|_| self.below(5) < 2).collect()
    }
}

async fn patch(test: &TestServer, key: &str, path: &str, body: &Value) {
    let sent = test.request(Method::PATCH, path).bearer_auth(key).json(body).send().await.unwrap();
    body_of(sent, StatusCode::OK).await;
}

/// How often receivers were told that an alert began, for each alert.
async fn opened(test: &TestServer) -> BTreeMap<String, usize> {
    let read = |tx: &mut certctl_store::Tx<'_>| {
        let rows: Vec<(String, String)> = tx.all(
            "-- test.told\nSELECT object_id, data FROM outbox WHERE kind = 'alert.told' ORDER BY seq",
            args![],
        )?;
        Ok::<_, StoreError>(rows)
    };
    let mut counts = BTreeMap::new();
    for (id, data) in test.app().store.read("test.told", read).await.unwrap() {
        if data.contains("\"opened\"") {
            *counts.entry(id).or_default() += 1;
        }
    }
    counts
}

/// Whatever becomes of time, policies and versions: of each version and threshold people are told once, and open is the
/// alert of the tightest threshold that is crossed, or none.
async fn of_a_version_and_a_threshold_people_are_told_once(on: On, seed: u64) {
    let mut dice = Dice(seed);
    let test = TestServer::start(on).await;
    test.take_task("alerts").await;
    test.take_task("renewal").await;
    let admin = test.key(Role::Admin).await;
    let policy =
        json!({ "id": "rp-lab", "name": "Lab", "alert_thresholds_days": [30, 7], "automatic": false });
    let sent =
        test.request(Method::POST, "/api/v1/renewal-policies").bearer_auth(&admin).json(&policy).send();
    body_of(sent.await.unwrap(), StatusCode::CREATED).await;
    let names = json!(["web.example.internal"]);
    certificate(&test, &admin, json!({ "id": "mc-web", "names": names, "renewal_policy_id": "rp-lab" }))
        .await;
    let mut thresholds = vec![Threshold::Days(30), Threshold::Days(7)];
    let mut current: Option<(String, Validity)> = None;
    let mut n_versions = 0;
    for step in 0..40 {
        let mut days = 0;
        match dice.below(10) {
            0..=5 => days = dice.below(12),
            6 | 7 => {
                let (chosen, share) = (dice.some(&[45_u32, 30, 14, 7, 3, 0]), dice.some(&[50_u32, 20, 10]));
                let change = json!({ "alert_thresholds_days": chosen, "alert_thresholds_percent": share });
                patch(&test, &admin, "/api/v1/renewal-policies/rp-lab", &change).await;
                thresholds = chosen.into_iter().map(Threshold::Days).collect();
                thresholds.extend(share.into_iter().map(|n| Threshold::Share(u8::try_from(n).unwrap())));
                engine::renewal::tick(test.app().clone()).await.unwrap();
            }
            _ => {
                n_versions += 1;
                let lifetime = [5, 20, 47, 90][usize::try_from(dice.below(4)).unwrap()] * DAY;
                let begin = test.app().now();
                let name = format!("cv-{n_versions}");
                version(&test, "mc-web", &name, lifetime).await;
                let validity = Validity { not_before: begin, not_after: begin.plus_seconds(lifetime) };
                current = Some((name, validity));
            }
        }
        pass(&test, days * 86_400).await;
        if dice.below(2) == 0 {
            pass(&test, 0).await;
        }
        let open = listed(&test, &admin, "kind=certificate_expiring").await;
        let found: Vec<(&str, &str)> = open
            .iter()
            .map(|alert| {
                let params = &alert["params"];
                (params["version_id"].as_str().unwrap(), params["threshold"].as_str().unwrap())
            })
            .collect();
        let crossed = current.as_ref().and_then(|(name, validity)| {
            let crossed = crossing(&thresholds, *validity, test.app().now()).crossed?;
            Some((name.as_str(), at_least(&thresholds, crossed, *validity)))
        });
        match crossed {
            None => assert!(found.is_empty(), "seed {seed}, step {step}: {found:?}"),
            Some((name, marks)) => {
                assert_eq!(found.len(), 1, "seed {seed}, step {step}: {found:?}");
                assert!(
                    found[0].0 == name && marks.contains(&found[0].1.to_owned()),
                    "seed {seed}, step {step}: {found:?} {marks:?}"
                );
            }
        }
    }
    let told = opened(&test).await;
    let rows =
        listed(&test, &admin, "kind=certificate_expiring&state=open,acknowledged,snoozed,closed&limit=500")
            .await;
    let mut once = BTreeMap::new();
    for row in &rows {
        let mark = (row["dedup_key"].as_str().unwrap(), row["params"]["threshold"].as_str().unwrap());
        *once.entry(mark).or_insert(0) += told.get(row["id"].as_str().unwrap()).copied().unwrap_or(0);
    }
    assert!(!rows.is_empty() && once.values().all(|n| *n == 1), "seed {seed}: {once:?}");
    test.stop().await;
}

/// The thresholds at the same distance as the tightest one.
fn at_least(thresholds: &[Threshold], crossed: Threshold, validity: Validity) -> Vec<String> {
    let seconds = |threshold: &Threshold| threshold.seconds(validity.lifetime_seconds());
    let same = thresholds.iter().filter(|threshold| seconds(threshold) == seconds(&crossed));
    same.map(ToString::to_string).collect()
}

macro_rules! seeds {
    ($($name:ident $seed:literal),+ $(,)?) => { $(
        mod $name {
            #[tokio::test(flavor = "multi_thread")]
            async fn on_sqlite() {
                super::of_a_version_and_a_threshold_people_are_told_once(crate::harness::On::Sqlite, $seed).await;
            }
            #[tokio::test(flavor = "multi_thread")]
            async fn on_postgres() {
                super::of_a_version_and_a_threshold_people_are_told_once(crate::harness::On::Postgres, $seed).await;
            }
        }
    )+ };
}

seeds!(seed_1 1, seed_2 2, seed_3 3);

/// The task dies behind a named step and runs again: each alert is there once and was told once.
async fn nothing_is_double_when_the_task_dies(on: On, step: &'static str) {
    let test = TestServer::start_as(on, |clock| Environs {
        clock: Arc::new(clock.clone()),
        kill_point: KillPoint::armed(step, || panic!("the test asked for it")),
        ..Environs::default()
    })
    .await;
    test.take_task("alerts").await;
    let admin = test.key(Role::Admin).await;
    for n in 0..60 {
        let id = format!("mc-web-{n:02}");
        certificate(&test, &admin, json!({ "id": id, "name": id, "names": ["web.example.internal"] })).await;
    }
    let rule = json!({ "id": "ar-web", "name": "Web", "subject": "certificates", "conditions": [{ "q": "mc-web" }],
        "group_by": "object", "severity": "info" });
    let sent = test.request(Method::POST, "/api/v1/alert-rules").bearer_auth(&admin).json(&rule).send();
    body_of(sent.await.unwrap(), StatusCode::CREATED).await;
    let failed = |tx: &mut certctl_store::Tx<'_>| {
        let now: Ts = tx.now();
        let sql = "-- test.failed\nUPDATE certificates SET last_failed = TRUE, not_after = $1 WHERE id < 'mc-web-30'";
        tx.exec(sql, args![now])?;
        let sql = "-- test.jobs
            INSERT INTO jobs (id, kind, state, executor, certificate_id, holder, reason, attempts, max_attempts,
                run_after, created_at, updated_at, finished_at, requested_by_kind, requested_by)
            SELECT 'job-' || id, 'Renewal', 'Failed', '', id, 'external', 'test', 1, 1, $1, $1, $1, $1, 'system', 'test'
            FROM certificates WHERE id < 'mc-web-30'";
        tx.exec(sql, args![now])?;
        Ok::<_, StoreError>(())
    };
    test.app().store.bookkeeping("test.failed", failed).await.unwrap();
    let died = tokio::spawn(engine::alerts::tick(test.app().clone())).await;
    assert!(died.is_err_and(|error| error.is_panic()), "{step} was not passed");
    for _ in 0..2 {
        pass(&test, 0).await;
        pass(&test, 60).await;
    }
    for (query, n) in [("rule_id=ar-web&limit=500", 60), ("kind=renewal_failing&limit=500", 30)] {
        assert_eq!(listed(&test, &admin, query).await.len(), n, "{step}: {query}");
    }
    let told = opened(&test).await;
    assert!(told.len() == 90 && told.values().all(|n| *n == 1), "{step}: {told:?}");
    test.stop().await;
}

macro_rules! steps {
    ($($name:ident $step:literal),+ $(,)?) => { $(
        mod $name {
            #[tokio::test(flavor = "multi_thread")]
            async fn on_sqlite() {
                super::nothing_is_double_when_the_task_dies(crate::harness::On::Sqlite, $step).await;
            }
            #[tokio::test(flavor = "multi_thread")]
            async fn on_postgres() {
                super::nothing_is_double_when_the_task_dies(crate::harness::On::Postgres, $step).await;
            }
        }
    )+ };
}

steps!(
    behind_a_found_trouble "alerts.acted",
    behind_a_part_of_a_rule "alerts.rule_acted",
    behind_the_rest_of_a_rule "alerts.rule_acted:2",
    behind_a_part_of_the_telling "alerts.rule_told",
);
