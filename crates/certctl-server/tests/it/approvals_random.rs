//! Random sequences of scheduler, bulk work, direct calls, agents, approvals and changes of profiles, on both stores: nothing
//! is ever signed under a profile that asks for approvals without an approval row that covers it.

use std::sync::Arc;
use std::time::Duration;

use certctl_api::agent_protocol::{Accepted, CsrSubmission};
use certctl_api::client::Client;
use certctl_core::time::{Clock, ManualClock, SystemClock};
use certctl_pki::{KeyAlgorithm, PrivateKey};
use certctl_server::Environs;
use certctl_store::{StoreError, args};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use crate::approvals::operator;
use crate::issuance::{Agent, Plane, csr};

/// What can happen; numbers choose among certificates, jobs and callers.
#[derive(Debug, Clone)]
enum Op {
    Create {
        n: u8,
        external: bool,
        always: bool,
        second: bool,
    },
    Renew {
        n: u8,
        force: bool,
        second: bool,
    },
    BulkRenew {
        force: bool,
        second: bool,
    },
    BulkTag,
    UploadCsr {
        n: u8,
        second: bool,
    },
    AgentAnswers,
    Approve {
        n: u8,
        second: bool,
    },
    Reject {
        n: u8,
        second: bool,
    },
    Retry {
        n: u8,
        second: bool,
    },
    Cancel {
        n: u8,
    },
    Lifetime {
        n: u8,
        minutes: u8,
    },
    Profile {
        asks: bool,
    },
    /// Lifetimes are ten minutes: an agent's identity, of seven days, outlives all sequences.
    Time {
        minutes: u8,
    },
}

fn op() -> impl Strategy<Value = Op> {
    let n = || any::<u8>();
    let flag = || any::<bool>();
    prop_oneof![
        3 => (n(), flag(), flag(), flag())
            .prop_map(|(n, external, always, second)| Op::Create { n, external, always, second }),
        3 => (n(), flag(), flag()).prop_map(|(n, force, second)| Op::Renew { n, force, second }),
        2 => (flag(), flag()).prop_map(|(force, second)| Op::BulkRenew { force, second }),
        1 => Just(Op::BulkTag),
        2 => (n(), flag()).prop_map(|(n, second)| Op::UploadCsr { n, second }),
        4 => Just(Op::AgentAnswers),
        4 => (n(), flag()).prop_map(|(n, second)| Op::Approve { n, second }),
        1 => (n(), flag()).prop_map(|(n, second)| Op::Reject { n, second }),
        2 => (n(), flag()).prop_map(|(n, second)| Op::Retry { n, second }),
        1 => n().prop_map(|n| Op::Cancel { n }),
        1 => (n(), 5_u8..60).prop_map(|(n, minutes)| Op::Lifetime { n, minutes }),
        1 => flag().prop_map(|asks| Op::Profile { asks }),
        2 => (1_u8..8).prop_map(|minutes| Op::Time { minutes }),
    ]
}

struct World {
    plane: Plane,
    second: Client,
    agent: Agent,
    clock: ManualClock,
}

const NAMES: &[&str] = &["web.example.internal"];

impl World {
    fn caller(&self, second: bool) -> &Client {
        if second { &self.second } else { &self.plane.client }
    }

    async fn try_post(&self, second: bool, path: &str, body: &Value) {
        // Refused or not: the property is what is signed.
        drop(self.caller(second).post::<Value>(path, body).await);
    }

    async fn ids(&self, path: &str, field: &str) -> Vec<String> {
        let page: Value = self.plane.client.read(path).await.unwrap();
        let items = page["items"].as_array().unwrap().iter();
        items.map(|item| item[field].as_str().unwrap().to_owned()).collect()
    }

    /// One of a list, by a number.
    async fn pick(&self, path: &str, field: &str, n: u8) -> Option<String> {
        let ids = self.ids(path, field).await;
        if ids.is_empty() { None } else { ids.get(usize::from(n) % ids.len()).cloned() }
    }

    async fn certificate(&self, n: u8) -> Option<String> {
        self.pick("/certificates?limit=500", "id", n).await
    }

    async fn run(&self, op: &Op) {
        let key = || PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        match op {
            Op::Create { n, external, always, second } => {
                let profile = if *always { "prof-always" } else { "prof-flips" };
                let mut body =
                    json!({ "id": format!("mc-{profile}-{n}"), "names": NAMES, "profile_id": profile });
                if *external {
                    body["key_strategy"] = json!("external");
                    body["csr_pem"] = csr(&key(), NAMES).into();
                } else {
                    body["agent_ids"] = json!(["ag-one"]);
                }
                self.try_post(*second, "/certificates", &body).await;
            }
            Op::Renew { n, force, second } => {
                if let Some(id) = self.certificate(*n).await {
                    self.try_post(*second, &format!("/certificates/{id}/renew"), &json!({ "force": force }))
                        .await;
                }
            }
            Op::BulkRenew { force, second } => {
                let body =
                    json!({ "selection": { "filter": {} }, "action": "renew", "params": { "force": force } });
                self.try_post(*second, "/certificates/bulk", &body).await;
            }
            Op::BulkTag => {
                let body = json!({ "selection": { "filter": {} }, "action": "tag_add", "params": { "tags": ["x"] } });
                self.try_post(false, "/certificates/bulk", &body).await;
            }
            Op::UploadCsr { n, second } => {
                if let Some(id) = self.certificate(*n).await {
                    let body = json!({ "csr_pem": csr(&key(), NAMES) });
                    self.try_post(*second, &format!("/certificates/{id}/csr"), &body).await;
                }
            }
            Op::AgentAnswers => {
                for wanted in self.agent.poll(0).await.csr_requests {
                    let csr = CsrSubmission { csr_pem: csr(&key(), NAMES), key_ready_at: None };
                    let path = format!("/agent/jobs/{}/csr", wanted.job_id);
                    drop(self.agent.client.post::<Accepted>(&path, &csr).await);
                }
            }
            Op::Approve { n, second } => {
                if let Some(id) = self.pick("/approvals?limit=500", "job_id", *n).await {
                    self.try_post(*second, &format!("/jobs/{id}/approve"), &json!({})).await;
                }
            }
            Op::Reject { n, second } => {
                if let Some(id) = self.pick("/approvals?limit=500", "job_id", *n).await {
                    self.try_post(*second, &format!("/jobs/{id}/reject"), &json!({ "reason": "no" })).await;
                }
            }
            Op::Retry { n, second } => {
                if let Some(id) = self.pick("/jobs?state=Failed&limit=500", "id", *n).await {
                    self.try_post(*second, &format!("/jobs/{id}/retry"), &json!({})).await;
                }
            }
            Op::Cancel { n } => {
                if let Some(id) = self.pick("/jobs?limit=500", "id", *n).await {
                    self.try_post(false, &format!("/jobs/{id}/cancel"), &json!({})).await;
                }
            }
            Op::Lifetime { n, minutes } => {
                if let Some(id) = self.certificate(*n).await {
                    let body = json!({ "lifetime_seconds": i64::from(*minutes) * 60 });
                    drop(self.plane.client.patch::<Value>(&format!("/certificates/{id}"), &body).await);
                }
            }
            Op::Profile { asks } => {
                let body = json!({ "approval": if *asks { "always" } else { "none" } });
                let _: Value = self.plane.client.patch("/profiles/prof-flips", &body).await.unwrap();
            }
            Op::Time { minutes } => {
                self.clock.advance(Duration::from_secs(u64::from(*minutes) * 60));
                for task in ["renewal", "reap", "issue"] {
                    self.plane.server().app.signals.wake_engine(task);
                }
            }
        }
    }

    /// Versions under the profile that always asks; and those of them without a yes of somebody else before them.
    async fn signed(&self) -> (i64, i64, i64) {
        self.plane
            .server()
            .app
            .store
            .read("test.signed", |tx| {
                tx.one(
                    "-- test.signed
                     SELECT COUNT(*),
                         COALESCE(CAST(SUM(CASE WHEN EXISTS (
                             SELECT 1 FROM approvals a JOIN jobs j ON j.id = a.job_id
                             WHERE a.job_id = v.job_id AND a.decision = 'approved' AND a.at <= v.created_at
                                 AND j.approval_id = a.id
                                 AND NOT (a.decided_by_kind = j.requested_by_kind AND a.decided_by = j.requested_by)
                         ) THEN 0 ELSE 1 END) AS BIGINT), 0),
                         (SELECT COUNT(*) FROM versions)
                     FROM versions v JOIN certificates c ON c.id = v.certificate_id
                     WHERE c.profile_id = 'prof-always'",
                    args![],
                )
                .map_err(|error: StoreError| error)
            })
            .await
            .unwrap()
    }
}

/// Runs so many random sequences on one server: what one leaves is where the next begins.
fn nothing_is_signed_without_its_approval(postgres: bool, n_cases: u32) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let world = runtime.block_on(async {
        let clock = ManualClock::new(SystemClock.now());
        let environs = Environs { clock: Arc::new(clock.clone()), ..Environs::default() };
        let plane = Plane::start_with(postgres, environs).await;
        let second = operator(&plane).await;
        let agent = Agent::join(&plane, "one").await;
        for (id, approval) in [("prof-always", "always"), ("prof-flips", "none")] {
            let body = json!({ "id": id, "name": id, "approval": approval, "default_lifetime_seconds": 600 });
            let _: Value = plane.client.post("/profiles", &body).await.unwrap();
        }
        World { plane, second, agent, clock }
    });
    let config =
        Config { cases: n_cases, max_shrink_iters: 0, failure_persistence: None, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let sequences = proptest::collection::vec(op(), 25..40);
    runner
        .run(&sequences, |ops| {
            runtime.block_on(async {
                for op in &ops {
                    world.run(op).await;
                    let (_, unapproved, _) = world.signed().await;
                    prop_assert_eq!(unapproved, 0, "after {:?}", op);
                }
                Ok(())
            })
        })
        .unwrap();
    runtime.block_on(async {
        let (under_always, unapproved, all) = world.signed().await;
        assert_eq!(unapproved, 0);
        // The sequences reached signatures with and without approvals, else they would prove nothing.
        assert!(under_always >= 5 && all > under_always, "{under_always} of {all} versions");
        world.plane.stop().await;
    });
}

#[test]
fn nothing_is_signed_without_its_approval_on_sqlite() {
    nothing_is_signed_without_its_approval(false, 12);
}

#[test]
fn nothing_is_signed_without_its_approval_on_postgres() {
    nothing_is_signed_without_its_approval(true, 8);
}
