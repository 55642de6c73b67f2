//! The product's schema and every noun, from an empty store to an archived certificate, on both back ends.
//!
//! Invariant: each statement of the noun files runs here at least once on SQLite and on PostgreSQL, so that none can
//! fail on one of them alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use certctl_core::actor::Actor;
use certctl_core::agent::{AgentHealth, AgentState};
use certctl_core::audit::Outcome;
use certctl_core::certificate::{CertificateStatus, KeyStrategy, status};
use certctl_core::condition::Stage;
use certctl_core::deployment::DeploymentState;
use certctl_core::job::{JobKind, JobState};
use certctl_core::random::{Random, new_id};
use certctl_core::time::{ManualClock, Ts};
use certctl_store::agents::{AgentRow, Heartbeat, InvitationRow};
use certctl_store::audit::{AuditFilter, BatchRow, Change, Context, record};
use certctl_store::certificates::CertificateRow;
use certctl_store::deployments::DeploymentRow;
use certctl_store::holders::HolderRow;
use certctl_store::instance::PlatformCaRow;
use certctl_store::issuers::IssuerRow;
use certctl_store::jobs::{JobFilter, JobRow, Lease, Settlement, StepRow};
use certctl_store::owners::OwnerRow;
use certctl_store::profiles::ProfileRow;
use certctl_store::renewal_policies::RenewalPolicyRow;
use certctl_store::targets::TargetRow;
use certctl_store::teams::TeamRow;
use certctl_store::versions::VersionRow;
use certctl_store::{
    Kind, OpenOptions, Store, StoreError, Tx, agents, args, audit, certificates, deployments, holders,
    instance, issuers, jobs, outbox, owners, profiles, renewal_policies, targets, teams, versions,
};
use serde_json::json;

use crate::harness::{Database, on_both, start};

on_both!(
    an_issuance_goes_from_csr_to_a_live_version,
    the_two_executors_never_see_each_others_jobs,
    waiting_jobs_have_a_deadline_and_finished_ones_a_retention,
    the_audit_trail_takes_rows_and_gives_none_back,
    agents_join_once_and_fall_silent,
    settings_are_changed_over_the_revision_they_were_read_at,
    what_is_referred_to_cannot_be_deleted,
    what_an_issuer_does_is_noted_and_is_no_change_of_it,
    what_is_made_at_first_start_is_made_once,
);

/// Counts, so that ids differ and runs repeat.
#[derive(Debug, Default)]
struct Counted(AtomicU64);

impl Random for Counted {
    fn fill(&self, buffer: &mut [u8]) {
        let n = self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes();
        for (i, byte) in buffer.iter_mut().enumerate() {
            *byte = n[i % n.len()];
        }
    }
}

pub(crate) struct World {
    store: Store,
    clock: ManualClock,
    context: Context,
    // Held until the test ends.
    _database: Database,
}

impl World {
    pub(crate) async fn new(kind: Kind) -> Self {
        let database = Database::fresh(kind);
        let clock = ManualClock::new(start());
        let options = OpenOptions::new(database.url(), Arc::new(clock.clone()));
        let store = Store::open(options).await.unwrap();
        let random: Arc<dyn Random> = Arc::new(Counted::default());
        let context = Context {
            actor: Actor::system("test"),
            scope: certctl_core::permission::Scope::everything(),
            request_id: "req-1".to_owned(),
            source_address: String::new(),
            random,
            confirmed: None,
        };
        let world = Self { store, clock, context, _database: database };
        world.run(seed).await;
        world
    }

    /// Runs a transaction that must succeed.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Tx<'_>, &Context) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        let context = self.context.clone();
        self.store.bookkeeping("test", move |tx| f(tx, &context)).await.unwrap()
    }

    /// Runs a transaction that must fail.
    async fn fails(
        &self,
        f: impl Fn(&mut Tx<'_>, &Context) -> Result<(), StoreError> + Send + 'static,
    ) -> StoreError {
        let context = self.context.clone();
        self.store.bookkeeping::<(), StoreError, _>("test", move |tx| f(tx, &context)).await.unwrap_err()
    }
}

pub(crate) fn id<T: std::str::FromStr<Err = impl std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn seed(tx: &mut Tx<'_>, _: &Context) -> Result<(), StoreError> {
    let now = tx.now();
    let owner = OwnerRow {
        id: id("o-ann"),
        name: "Ann".into(),
        email: Some("ann@example.internal".into()),
        created_at: now,
        updated_at: now,
        revision: 1,
    };
    assert!(owners::insert(tx, &owner)?);
    let team = TeamRow { id: id("t-web"), name: "Web".into(), created_at: now, updated_at: now, revision: 1 };
    assert!(teams::insert(tx, &team)?);
    let profile = ProfileRow {
        id: id("prof-default"),
        name: "Default".into(),
        limits: json!({ "max_lifetime_seconds": 100 }),
        created_at: now,
        updated_at: now,
        revision: 1,
    };
    assert!(profiles::insert(tx, &profile)?);
    let policy = RenewalPolicyRow {
        id: id("rp-default"),
        name: "Default".into(),
        automatic: true,
        point: None,
        max_attempts: 8,
        windows: None,
        alert_thresholds_days: json!([30, 7]),
        alert_thresholds_percent: json!([]),
        reschedule_from: None,
        created_at: now,
        updated_at: now,
        revision: 1,
    };
    assert!(renewal_policies::insert(tx, &policy)?);
    assert!(instance::insert_secret(tx, "iss-local.issuing", "ca_key", b"sealed")?);
    let issuer = IssuerRow {
        id: id("iss-local"),
        name: "Local".into(),
        kind: "local_ca".into(),
        config: json!({}),
        chain_pem: "pem".into(),
        secret_id: Some("iss-local.issuing".into()),
        not_after: Some(now.plus_seconds(1_000)),
        last_success_at: None,
        last_failure_at: None,
        last_failure: None,
        paused_at: None,
        paused_because: None,
        secret_names: None,
        limited_until: None,
        limited_because: None,
        created_at: now,
        updated_at: now,
        revision: 1,
    };
    assert!(issuers::insert(tx, &issuer)?);
    let agent = AgentRow {
        id: id("ag-web-1"),
        name: "web-1".into(),
        state: AgentState::Active,
        health: AgentHealth::Online,
        identity_fingerprint: "f1".into(),
        previous_fingerprint: None,
        identity_not_after: now.plus_seconds(604_800),
        version: None,
        platform: None,
        capabilities: json!([]),
        dns_providers: None,
        abilities: None,
        environment: None,
        boot_id: None,
        last_seen_at: Some(now),
        created_at: now,
        updated_at: now,
        revision: 1,
    };
    assert!(agents::insert(tx, &agent)?);
    let target = TargetRow {
        id: id("tgt-nginx"),
        name: "nginx".into(),
        kind: "nginx".into(),
        config: json!({ "instance": "default" }),
        agent_id: id("ag-web-1"),
        created_at: now,
        updated_at: now,
        revision: 1,
        last_test_id: None,
        last_test_state: None,
        last_test_at: None,
    };
    assert!(targets::insert(tx, &target)?);
    let certificate = certificate("mc-web", now);
    assert!(certificates::insert(tx, &certificate)?);
    assert!(!certificates::insert(tx, &certificate)?);
    assert!(certificates::add_target(tx, &certificate.id, &target.id)?);
    assert!(holders::insert(tx, &certificate.id, "ag-web-1")?);
    Ok(())
}

pub(crate) fn certificate(text: &str, now: Ts) -> CertificateRow {
    CertificateRow {
        id: id(text),
        name: "Web_100% shop".into(),
        names: json!(["web.example.internal"]),
        common_name: Some("web.example.internal".into()),
        issuer_id: id("iss-local"),
        profile_id: id("prof-default"),
        renewal_policy_id: id("rp-default"),
        owner_id: Some(id("o-ann")),
        team_id: Some(id("t-web")),
        environment: Some("production".into()),
        tags: json!(["a"]),
        key_strategy: KeyStrategy::PerHost,
        key_algorithm: "ecdsa-p256".into(),
        lifetime_seconds: 180,
        issued: false,
        not_after: None,
        renew_after: None,
        open_issuances: 0,
        last_failed: false,
        last_error: None,
        why: "new".into(),
        created_at: now,
        updated_at: now,
        archived_at: None,
        revision: 1,
        begins_at: None,
        stage: Stage::Quiet,
        targets: 0,
        live: 0,
        unverified_at: None,
        failed_attempts: 0,
        policy_override: None,
    }
}

pub(crate) fn job(text: &str, kind: JobKind, state: JobState, now: Ts) -> JobRow {
    let deployment = kind == JobKind::Deployment;
    JobRow {
        id: id(text),
        kind,
        state,
        executor: if deployment { "ag-web-1".into() } else { String::new() },
        certificate_id: id("mc-web"),
        holder: "ag-web-1".into(),
        target_id: deployment.then(|| id("tgt-nginx")),
        version_id: None,
        deployment_id: None,
        reason: "test".into(),
        attempts: 0,
        max_attempts: 3,
        run_after: now,
        deadline: (state == JobState::AwaitingCsr).then(|| now.plus_seconds(60)),
        lease_owner: None,
        lease_token: None,
        lease_expires_at: None,
        csr: None,
        intent: None,
        error: None,
        created_at: now,
        updated_at: now,
        finished_at: None,
        requested_by_kind: "system".into(),
        requested_by: "test".into(),
        approval_because: None,
        approval_id: None,
        request_id: None,
        traceparent: None,
    }
}

pub(crate) fn version(text: &str, job: &str, now: Ts) -> VersionRow {
    VersionRow {
        id: id(text),
        certificate_id: id("mc-web"),
        holder: "ag-web-1".into(),
        issuer_id: id("iss-local"),
        serial: format!("00{text}"),
        fingerprint_sha256: format!("fp-{text}"),
        public_key_sha256: "pk".into(),
        key_algorithm: "ecdsa-p256".into(),
        not_before: now,
        not_after: now.plus_seconds(180),
        certificate_der: vec![1, 2, 3],
        job_id: id(job),
        key_retired_at: None,
        key_asked_at: None,
        key_kept_because: None,
        chain_pem: None,
        generation: 1,
        created_at: now,
    }
}

fn lease(now: Ts, token: &str) -> Lease {
    Lease { owner: "replica-1".into(), token: token.into(), expires_at: now.plus_seconds(15) }
}

async fn an_issuance_goes_from_csr_to_a_live_version(kind: Kind) {
    let world = World::new(kind).await;
    world
        .run(|tx, _| {
            let now = tx.now();
            assert!(jobs::insert(tx, &job("job-1", JobKind::Issuance, JobState::AwaitingCsr, now))?);
            // One open issuance for each holder.
            assert!(!jobs::insert(tx, &job("job-2", JobKind::Renewal, JobState::Pending, now))?);
            certificates::refresh(tx, &id("mc-web"), None, Some("created"))?;
            assert!(jobs::agent_has_work(tx, &id("ag-web-1"))?);
            assert_eq!(jobs::awaiting_csr(tx, &id("ag-web-1"), 10)?.len(), 1);
            assert_eq!(jobs::open_issuance(tx, &id("mc-web"), "ag-web-1")?.unwrap().id, id("job-1"));
            assert_eq!(jobs::open_of_certificate(tx, &id("mc-web"))?.len(), 1);
            assert!(jobs::lease(tx, "", &lease(now, "early"), 10)?.is_empty());
            jobs::accept_csr(tx, &id("job-1"), b"csr")?;
            assert_eq!(jobs::next_run(tx, "")?, Some(now));
            let mut runnable = jobs::runnable(tx, 10)?;
            assert_eq!(runnable.len(), 1);
            let taken = &mut runnable[0];
            jobs::take(tx, taken, &lease(now, "t0"), Some(b"tbs"))?;
            assert_eq!((taken.attempts, taken.state), (1, JobState::Running));
            assert!(jobs::runnable(tx, 10)?.is_empty());
            // Its worker is lost; the next one finds the intent and cannot write another.
            jobs::set_state(tx, &id("job-1"), JobState::Running, JobState::Pending, None)?;
            let mut again = jobs::runnable(tx, 10)?;
            jobs::take(tx, &mut again[0], &lease(now, "t1"), Some(b"other"))?;
            let stored = jobs::by_id(tx, &id("job-1"))?.unwrap();
            assert_eq!((stored.intent.as_deref(), stored.attempts), (Some(&b"tbs"[..]), 2));
            assert!(jobs::lease(tx, "", &lease(now, "t2"), 10)?.is_empty());
            assert!(jobs::lease(tx, "ag-web-1", &lease(now, "t2"), 10)?.is_empty());
            Ok(())
        })
        .await;
    let stale = world
        .fails(|tx, _| {
            let mut running = jobs::by_id(tx, &id("job-1"))?.unwrap();
            let lease = lease(tx.now(), "t2");
            jobs::take(tx, &mut running, &lease, None)
        })
        .await;
    assert!(matches!(stale, StoreError::Stale { .. }), "a running job is nobody else's: {stale}");
    let stale = world
        .fails(|tx, _| {
            let end =
                Settlement { state: JobState::Completed, run_after: tx.now(), version_id: None, error: None };
            jobs::settle(tx, &id("job-1"), "not the token", &end)
        })
        .await;
    assert!(matches!(stale, StoreError::Stale { .. }), "{stale}");
    world
        .run(|tx, _| {
            let now = tx.now();
            let end = Settlement {
                state: JobState::Completed,
                run_after: now,
                version_id: Some(id("cv-1")),
                error: None,
            };
            jobs::settle(tx, &id("job-1"), "t1", &end)?;
            versions::insert(tx, &version("cv-1", "job-1", now))?;
            holders::set_current(
                tx,
                &HolderRow {
                    certificate_id: id("mc-web"),
                    holder: "ag-web-1".into(),
                    current_version_id: Some(id("cv-1")),
                    not_before: Some(now),
                    not_after: Some(now.plus_seconds(180)),
                    renew_after: Some(now.plus_seconds(90)),
                    due_at: Some(now.plus_seconds(90)),
                    alert_at: None,
                    hint_at: None,
                },
            )?;
            certificates::refresh(tx, &id("mc-web"), Some(None), None)?;
            let row = certificates::by_id(tx, &id("mc-web"))?.unwrap();
            assert_eq!((row.issued, row.open_issuances), (true, 0));
            assert_eq!(row.not_after, Some(now.plus_seconds(180)));
            assert_eq!(status(&row.facts(), now), CertificateStatus::Active);
            assert_eq!(versions::by_id(tx, &id("cv-1"))?.unwrap().certificate_der, vec![1, 2, 3]);
            assert_eq!(versions::of_certificate(tx, &id("mc-web"), "", 10)?.len(), 1);
            assert!(versions::of_certificate(tx, &id("mc-web"), "cv-1", 10)?.is_empty());
            assert_eq!(holders::next_due(tx)?, Some(now.plus_seconds(90)));
            assert!(holders::due(tx, 10)?.is_empty());
            Ok(())
        })
        .await;
    let twice = world.fails(|tx, _| versions::insert(tx, &version("cv-2", "job-1", tx.now()))).await;
    assert!(twice.violates("versions_job"), "one version for one job: {twice}");
    world
        .run(|tx, _| {
            let now = tx.now();
            let mut row = DeploymentRow {
                id: id("dep-1"),
                certificate_id: id("mc-web"),
                version_id: id("cv-1"),
                target_id: id("tgt-nginx"),
                agent_id: id("ag-web-1"),
                state: DeploymentState::Wanted,
                job_id: None,
                previous_fingerprint: None,
                seen: json!([]),
                live_at: None,
                error: None,
                created_at: now,
                updated_at: now,
            };
            deployments::insert(tx, &row)?;
            certificates::refresh(tx, &id("mc-web"), None, None)?;
            let web = certificates::by_id(tx, &id("mc-web"))?.unwrap();
            assert_eq!((web.live, web.targets), (0, 1));
            assert_eq!(web.unverified_at, Some(now.plus_seconds(600)));
            row.state = DeploymentState::Live;
            row.live_at = Some(now);
            deployments::update(tx, DeploymentState::Wanted, &row)?;
            certificates::refresh(tx, &id("mc-web"), None, None)?;
            let web = certificates::by_id(tx, &id("mc-web"))?.unwrap();
            assert_eq!((web.live, web.targets, web.unverified_at), (1, 1, None));
            assert_eq!(deployments::by_id(tx, &id("dep-1"))?.unwrap().state, DeploymentState::Live);
            assert!(deployments::of_version(tx, &id("cv-1"), &id("tgt-nginx"))?.is_some());
            assert_eq!(deployments::of_certificate(tx, &id("mc-web"), "", 10)?.len(), 1);
            let others = deployments::others_on_target(tx, &id("mc-web"), &id("tgt-nginx"), &id("dep-x"))?;
            assert_eq!(others.len(), 1);
            Ok(())
        })
        .await;
    let stale = world
        .fails(|tx, _| {
            let row = deployments::by_id(tx, &id("dep-1"))?.unwrap();
            deployments::update(tx, DeploymentState::Wanted, &row)
        })
        .await;
    assert!(matches!(stale, StoreError::Stale { .. }), "{stale}");
}

async fn the_two_executors_never_see_each_others_jobs(kind: Kind) {
    let world = World::new(kind).await;
    world
        .run(|tx, _| {
            let now = tx.now();
            assert!(jobs::insert(tx, &job("job-d", JobKind::Deployment, JobState::Pending, now))?);
            assert!(!jobs::insert(tx, &job("job-e", JobKind::Deployment, JobState::Pending, now))?);
            assert!(jobs::lease(tx, "", &lease(now, "t"), 10)?.is_empty());
            assert!(jobs::lease(tx, "ag-other", &lease(now, "t"), 10)?.is_empty());
            assert!(jobs::open_deployment(tx, &id("mc-web"), &id("tgt-nginx"))?.is_some());
            assert_eq!(jobs::lease(tx, "ag-web-1", &lease(now, "t"), 10)?.len(), 1);
            assert_eq!(jobs::running_of(tx, "ag-web-1")?.len(), 1);
            assert!(jobs::running_of(tx, "")?.is_empty());
            assert!(jobs::extend(tx, &id("job-d"), "t", now.plus_seconds(30))?);
            assert!(!jobs::extend(tx, &id("job-d"), "stale", now.plus_seconds(30))?);
            assert!(jobs::expired_leases(tx, 10)?.is_empty());
            Ok(())
        })
        .await;
    world.clock.advance(Duration::from_secs(31));
    world
        .run(|tx, _| {
            assert_eq!(jobs::expired_leases(tx, 10)?.len(), 1);
            jobs::set_state(tx, &id("job-d"), JobState::Running, JobState::Pending, Some("lost"))?;
            assert!(jobs::expired_leases(tx, 10)?.is_empty());
            let again = jobs::lease(tx, "ag-web-1", &lease(tx.now(), "t2"), 10)?;
            assert_eq!(again[0].attempts, 2);
            Ok(())
        })
        .await;
}

async fn waiting_jobs_have_a_deadline_and_finished_ones_a_retention(kind: Kind) {
    let world = World::new(kind).await;
    world
        .run(|tx, _| {
            let now = tx.now();
            assert!(jobs::insert(tx, &job("job-1", JobKind::Issuance, JobState::AwaitingCsr, now))?);
            let step = StepRow {
                attempt: 1,
                at: now,
                name: "stage".into(),
                outcome: "ok".into(),
                milliseconds: Some(3),
                detail: "two files".into(),
            };
            jobs::add_step(tx, &id("job-1"), &step);
            assert!(jobs::past_deadline(tx, 10)?.is_empty());
            Ok(())
        })
        .await;
    world.clock.advance(Duration::from_secs(60));
    world
        .run(|tx, _| {
            assert_eq!(jobs::past_deadline(tx, 10)?.len(), 1);
            jobs::set_state(tx, &id("job-1"), JobState::AwaitingCsr, JobState::Failed, Some("no CSR"))?;
            assert_eq!(jobs::steps(tx, &id("job-1"))?.len(), 1);
            let failed = JobFilter { states: vec![JobState::Failed], ..JobFilter::default() };
            assert_eq!(jobs::list(tx, &failed, 10)?.len(), 1);
            assert_eq!(jobs::count(tx, &failed)?, 1);
            let narrow = JobFilter {
                kinds: vec![JobKind::Issuance],
                certificate_id: Some(id("mc-web")),
                agent_id: Some(id("ag-web-1")),
                target_id: Some(id("tgt-nginx")),
                created_after: Some(Ts::from_second(0)),
                beyond: Some(id("job-9")),
                ..failed
            };
            assert!(jobs::list(tx, &narrow, 10)?.is_empty());
            assert_eq!(jobs::prune(tx, tx.now(), 10)?, 0);
            assert_eq!(jobs::prune(tx, tx.now().plus_seconds(1), 10)?, 1);
            assert!(jobs::by_id(tx, &id("job-1"))?.is_none());
            assert!(jobs::steps(tx, &id("job-1"))?.is_empty());
            Ok(())
        })
        .await;
}

async fn the_audit_trail_takes_rows_and_gives_none_back(kind: Kind) {
    let world = World::new(kind).await;
    world
        .run(|tx, context| {
            for n in 0..3 {
                let change = Change {
                    action: "certificate.create",
                    object_kind: "certificate",
                    object_id: "mc-web",
                    outcome: Outcome::Success,
                    summary: format!("nr {n}"),
                    details: json!({ "b": 1.0, "a": [n] }),
                };
                record(tx, context, &change)?;
            }
            Ok(())
        })
        .await;
    let rows = world.run(|tx, _| audit::from_seq(tx, 0, 10)).await;
    assert_eq!(rows.len(), 3);
    let again = world.run(|tx, _| audit::from_seq(tx, 0, 10)).await;
    assert_eq!(
        rows.iter().map(|r| r.leaf()).collect::<Vec<_>>(),
        again.iter().map(|r| r.leaf()).collect::<Vec<_>>()
    );
    for sql in ["-- test\nUPDATE audit_events SET summary = 'x'", "-- test\nDELETE FROM audit_events"] {
        let error = world.fails(move |tx, _| tx.exec(sql, args![]).map(|_| ())).await;
        assert!(error.to_string().contains("append-only"), "{error}");
    }
    world
        .run(|tx, _| {
            let first = &audit::from_seq(tx, 0, 1)?[0];
            let filter = AuditFilter {
                actor_kinds: vec![],
                actor: Some("test".into()),
                action: Some("certificate.create".into()),
                object: Some("mc-web".into()),
                outcome: Some("success".into()),
                since: Some(first.at),
                until: Some(first.at.plus_seconds(1)),
                source_address: None,
                q: Some("NR ".into()),
                before_seq: Some(1_000_000),
            };
            let found = audit::list(tx, &filter, 10)?;
            assert_eq!(
                found.iter().map(|r| r.summary.as_str()).collect::<Vec<_>>(),
                ["nr 2", "nr 1", "nr 0"]
            );
            assert!(audit::by_id(tx, &id(&first.id))?.is_some());
            assert_eq!(audit::of_certificate(tx, &id("mc-web"), None, 2)?.len(), 2);
            let batch = BatchRow {
                number: 1,
                members: "1-3".into(),
                events: 3,
                leaves: vec![0; 96],
                root: vec![1; 32],
                previous: vec![0; 32],
                signature: vec![2; 64],
            };
            audit::insert_batch(tx, &batch)?;
            assert_eq!(audit::last_batch(tx)?.unwrap().number, 1);
            assert_eq!(audit::batches(tx, 1, 10)?.len(), 1);
            let events = outbox::after(tx, 0, 10)?;
            assert_eq!(events.len(), 3);
            assert_eq!(outbox::bounds(tx)?, (events[0].seq, events[2].seq));
            assert_eq!(outbox::prune(tx, first.at.plus_seconds(1), 2)?, 2);
            Ok(())
        })
        .await;
    let error = world.fails(|tx, _| tx.exec("-- test\nDELETE FROM audit_batches", args![]).map(|_| ())).await;
    assert!(error.to_string().contains("append-only"), "{error}");
}

async fn agents_join_once_and_fall_silent(kind: Kind) {
    let world = World::new(kind).await;
    world
        .run(|tx, context| {
            let now = tx.now();
            let invitation = InvitationRow {
                id: new_id(&*context.random, now),
                name: "web-2".into(),
                token_hash: vec![7; 32],
                expires_at: now.plus_seconds(60),
                used_at: None,
                agent_id: None,
                created_at: now,
            };
            agents::insert_invitation(tx, &invitation)?;
            let found = agents::invitation_by_hash(tx, &[7; 32])?.unwrap();
            agents::use_invitation(tx, &found.id, &id("ag-web-2"))?;
            assert!(matches!(
                agents::invitations(tx, "", 10)?.as_slice(),
                [one] if one.agent_id == Some(id("ag-web-2"))
            ));
            assert!(!agents::delete_invitation(tx, &found.id)?);
            assert!(agents::by_identity(tx, "f1")?.is_some());
            assert!(agents::by_identity(tx, "f2")?.is_none());
            let held = agents::holdings(tx, &id("ag-web-1"))?;
            assert_eq!((held.certificates, held.targets), (1, 1));
            assert_eq!(agents::list(tx, &agents::AgentFilter::default(), "", 10)?.len(), 1);
            assert_eq!(agents::count(tx, &agents::AgentFilter::default())?, 1);
            let beat = Heartbeat {
                id: id("ag-web-1"),
                at: now,
                boot_id: "b1".into(),
                version: "1".into(),
                platform: "linux".into(),
                capabilities: json!(["nginx"]),
                dns_providers: json!([{ "name": "lab", "kind": "rfc2136", "zones": ["example.internal"] }]),
                abilities: json!(["verify"]),
            };
            agents::heartbeat(tx, &beat)?;
            let mut agent = agents::by_id(tx, &id("ag-web-1"))?.unwrap();
            assert_eq!(agent.capabilities, json!(["nginx"]));
            assert_eq!(agent.dns_providers.as_ref().unwrap()[0]["name"], "lab");
            let suspects = agents::health_suspects(tx, now.plus_seconds(-75), now.plus_seconds(-300), 10)?;
            assert!(suspects.is_empty());
            let silent = agents::health_suspects(tx, now.plus_seconds(5), now.plus_seconds(-300), 10)?;
            assert_eq!(silent.len(), 1);
            agent.health = AgentHealth::Late;
            agents::update(tx, &agent)?;
            Ok(())
        })
        .await;
    let stale = world
        .fails(|tx, _| {
            let found = agents::invitation_by_hash(tx, &[7; 32])?.unwrap();
            agents::use_invitation(tx, &found.id, &id("ag-web-3"))
        })
        .await;
    assert!(matches!(stale, StoreError::Stale { .. }), "a token is used once: {stale}");
}

async fn settings_are_changed_over_the_revision_they_were_read_at(kind: Kind) {
    let world = World::new(kind).await;
    macro_rules! round {
        ($noun:ident, $id:literal) => {{
            let read = world.run(|tx, _| $noun::by_id(tx, &id($id))).await.unwrap();
            let mut changed = read.clone();
            changed.name = "changed".into();
            world.run(move |tx, _| $noun::update(tx, &changed)).await;
            let now = world.run(|tx, _| $noun::by_id(tx, &id($id))).await.unwrap();
            assert_eq!((now.name.as_str(), now.revision), ("changed", 2));
            let stale = world.fails(move |tx, _| $noun::update(tx, &read)).await;
            assert!(matches!(stale, StoreError::Stale { .. }), "{stale}");
            assert_eq!(world.run(|tx, _| $noun::list(tx, "", 10)).await.len(), 1);
            assert_eq!(world.run(|tx, _| $noun::count(tx)).await, 1);
            assert_eq!(world.run(|tx, _| $noun::certificates(tx, &id($id), 10)).await, ["mc-web"]);
        }};
    }
    round!(owners, "o-ann");
    round!(teams, "t-web");
    round!(profiles, "prof-default");
    round!(renewal_policies, "rp-default");
    round!(issuers, "iss-local");
    round!(targets, "tgt-nginx");
}

async fn what_an_issuer_does_is_noted_and_is_no_change_of_it(kind: Kind) {
    let world = World::new(kind).await;
    let read = async || world.run(|tx, _| issuers::by_id(tx, &id("iss-local"))).await.unwrap();
    let before = read().await;
    world.run(|tx, _| issuers::note_success(tx, &id("iss-local"))).await;
    let signed = read().await.last_success_at;
    assert!(signed.is_some());
    world.clock.advance(Duration::from_secs(30));
    world.run(|tx, _| issuers::note_success(tx, &id("iss-local"))).await;
    assert_eq!(read().await.last_success_at, signed, "noted a moment ago");
    world.clock.advance(Duration::from_secs(1));
    world.run(|tx, _| issuers::note_failure(tx, &id("iss-local"), "no answer")).await;
    let failed = read().await;
    assert!(failed.last_failure_at > signed, "{failed:?}");
    assert_eq!(failed.last_failure.as_deref(), Some("no answer"));
    world.clock.advance(Duration::from_secs(1));
    world.run(|tx, _| issuers::note_success(tx, &id("iss-local"))).await;
    let again = read().await;
    assert!(
        again.last_success_at > again.last_failure_at,
        "that it answers again is noted at once: {again:?}"
    );
    assert_eq!((again.revision, again.updated_at), (before.revision, before.updated_at));

    let row = again.clone();
    assert!(world.run(move |tx, _| issuers::set_paused(tx, &row, Some(Some("it moves")))).await);
    let stale = world.fails(move |tx, _| issuers::set_paused(tx, &again, Some(None)).map(|_| ())).await;
    assert!(matches!(stale, StoreError::Stale { .. }), "{stale}");
    let paused = read().await;
    assert_eq!((paused.revision, paused.paused_because.as_deref()), (before.revision + 1, Some("it moves")));
    assert!(world.run(|tx, _| issuers::is_paused(tx, &id("iss-local"))).await);
    let row = paused.clone();
    assert!(!world.run(move |tx, _| issuers::set_paused(tx, &row, Some(None))).await, "it is already");
    assert!(world.run(move |tx, _| issuers::set_paused(tx, &paused, None)).await);
    assert!(!world.run(|tx, _| issuers::is_paused(tx, &id("iss-local"))).await);
}

async fn what_is_referred_to_cannot_be_deleted(kind: Kind) {
    let world = World::new(kind).await;
    let error = world.fails(|tx, _| owners::delete(tx, &id("o-ann")).map(|_| ())).await;
    assert!(matches!(error, StoreError::ForeignKeyViolation { .. }), "{error}");
    let error = world.fails(|tx, _| targets::delete(tx, &id("tgt-nginx")).map(|_| ())).await;
    assert!(matches!(error, StoreError::ForeignKeyViolation { .. }), "{error}");
    world
        .run(|tx, _| {
            certificates::remove_target(tx, &id("mc-web"), &id("tgt-nginx"))?;
            assert!(certificates::targets(tx, &id("mc-web"))?.is_empty());
            assert!(targets::delete(tx, &id("tgt-nginx"))?);
            holders::set_due(tx, &id("mc-web"), "ag-web-1", Some(tx.now()))?;
            assert_eq!(holders::due(tx, 10)?.len(), 1);
            holders::set_renew_after(tx, &id("mc-web"), "ag-web-1", None)?;
            assert_eq!(holders::of_certificate(tx, &id("mc-web"))?.len(), 1);
            holders::delete(tx, &id("mc-web"), "ag-web-1")?;
            let mut row = certificates::by_id(tx, &id("mc-web"))?.unwrap();
            row.archived_at = Some(tx.now());
            row.owner_id = None;
            certificates::update(tx, &row)?;
            assert!(owners::delete(tx, &id("o-ann"))?);
            Ok(())
        })
        .await;
}

async fn what_is_made_at_first_start_is_made_once(kind: Kind) {
    let world = World::new(kind).await;
    world
        .run(|tx, _| {
            let now = tx.now();
            assert!(instance::insert_value(tx, "key_id", "a")?);
            assert!(!instance::insert_value(tx, "key_id", "b")?);
            assert_eq!(instance::value(tx, "key_id")?.as_deref(), Some("a"));
            instance::set_value(tx, "key_id", "c")?;
            assert!(!instance::take_value(tx, "key_id", "a")?);
            assert!(instance::take_value(tx, "key_id", "c")?);
            assert!(!instance::take_value(tx, "key_id", "c")?);
            assert!(instance::insert_secret(tx, "s", "k", b"1")?);
            assert!(!instance::insert_secret(tx, "s", "k", b"2")?);
            assert_eq!(instance::secret(tx, "s")?, Some(b"1".to_vec()));
            let ca = PlatformCaRow {
                id: "ca-server".into(),
                certificate_der: vec![1],
                secret_id: "s".into(),
                not_after: now,
            };
            instance::insert_platform_ca(tx, &ca)?;
            assert!(instance::platform_ca(tx, "ca-server")?.is_some());
            assert!(instance::lease_task(tx, "reap", "r1", now.plus_seconds(20))?);
            assert!(instance::lease_task(tx, "reap", "r1", now.plus_seconds(20))?);
            assert!(!instance::lease_task(tx, "reap", "r2", now.plus_seconds(20))?);
            assert_eq!(instance::release_tasks(tx, "r1")?, 1);
            assert!(instance::lease_task(tx, "reap", "r2", now.plus_seconds(20))?);
            Ok(())
        })
        .await;
    world.clock.advance(Duration::from_secs(21));
    world
        .run(|tx, _| {
            let until = tx.now().plus_seconds(20);
            assert!(instance::lease_task(tx, "reap", "r1", until)?, "an ended lease can be taken");
            Ok(())
        })
        .await;
}
