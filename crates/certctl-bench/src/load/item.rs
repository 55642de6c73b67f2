//! One certificate with its targets, tags, key holders, versions, deployments and jobs.
//!
//! Not for: columns that follow from these. Invariant: the rows of a certificate tell one story: what its jobs say is what
//! its versions and deployments show.

use certctl_core::id::{CertificateId, Id, Kind};
use certctl_core::time::Ts;
use certctl_store::load::Rows;
use certctl_store::{Val, vals};
use serde_json::json;

use super::dice::Dice;
use super::estate::{ENVIRONMENTS, Estate};

const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;
/// How far back the oldest certificate was made.
const AGE: i64 = 730 * DAY;

const APPS: [&str; 32] = [
    "shop", "login", "mail", "billing", "search", "media", "wiki", "git", "build", "chat", "vpn", "proxy",
    "cache", "metrics", "logs", "queue", "orders", "users", "images", "maps", "news", "forum", "crm", "erp",
    "files", "docs", "status", "backup", "ldap", "print", "voice", "api",
];

/// The story of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Story {
    Healthy,
    Archived,
    Expired,
    FailingNow,
    FailedForGood,
    Unverified,
    WaitingForApproval,
    WaitingForCsr,
    Renewing,
    Due,
    Pending,
}

/// How many of a hundred thousand; the rest is healthy.
const STORIES: [(Story, u64); 10] = [
    (Story::Archived, 2_000),
    (Story::Expired, 300),
    (Story::FailingNow, 60),
    (Story::FailedForGood, 40),
    (Story::Unverified, 150),
    (Story::WaitingForApproval, 30),
    (Story::WaitingForCsr, 20),
    (Story::Renewing, 200),
    (Story::Due, 2_000),
    (Story::Pending, 200),
];

impl Story {
    fn of(dice: &mut Dice) -> Self {
        let mut drawn = dice.below(100_000);
        for (story, share) in STORIES {
            if drawn < share {
                return story;
            }
            drawn -= share;
        }
        Self::Healthy
    }
}

/// Rows of some certificates.
#[derive(Debug)]
pub(super) struct Chunk {
    targets: Rows,
    certificates: Rows,
    certificate_targets: Rows,
    tags: Rows,
    holders: Rows,
    versions: Rows,
    deployments: Rows,
    jobs: Rows,
}

impl Default for Chunk {
    fn default() -> Self {
        Self {
            targets: Rows::of(
                "targets",
                "id, name, kind, config, agent_id, created_at, updated_at, revision",
            ),
            certificates: Rows::of(
                "certificates",
                "id, name, names, common_name, issuer_id, profile_id, renewal_policy_id, owner_id, team_id, \
                 environment, tags, key_strategy, key_algorithm, lifetime_seconds, issued, open_issuances, \
                 last_failed, last_error, why, created_at, updated_at, archived_at, revision, name_key, archived",
            ),
            certificate_targets: Rows::of("certificate_targets", "certificate_id, target_id"),
            tags: Rows::of("certificate_tags", "certificate_id, tag, archived, environment"),
            holders: Rows::of(
                "holders",
                "certificate_id, holder, current_version_id, not_before, not_after, renew_after, due_at, alert_at",
            ),
            versions: Rows::of(
                "versions",
                "id, certificate_id, holder, issuer_id, serial, fingerprint_sha256, public_key_sha256, \
                 key_algorithm, not_before, not_after, certificate_der, job_id, key_retired_at, created_at",
            ),
            deployments: Rows::of(
                "deployments",
                "id, certificate_id, version_id, target_id, agent_id, state, seen, live_at, error, created_at, \
                 updated_at",
            ),
            jobs: Rows::of(
                "jobs",
                "id, kind, state, executor, certificate_id, holder, version_id, reason, attempts, max_attempts, \
                 run_after, deadline, lease_owner, lease_token, lease_expires_at, error, created_at, updated_at, \
                 finished_at, requested_by_kind, requested_by, approval_because",
            ),
        }
    }
}

fn id<K: Kind>(dice: &mut Dice, at: Ts) -> Id<K> {
    Id::generate(at, dice.bytes())
}

/// One certificate while its rows are made.
struct Item<'a> {
    estate: &'a Estate,
    story: Story,
    id: CertificateId,
    issuer: String,
    algorithm: &'static str,
    lifetime: i64,
    automatic: bool,
    holder: String,
    not_before: Ts,
    renew_after: Ts,
}

impl Item<'_> {
    fn not_after(&self) -> Ts {
        self.not_before.plus_seconds(self.lifetime)
    }

    fn is_issued(&self) -> bool {
        self.story != Story::Pending
    }
}

/// The begin of the current version, so that the story is true.
fn begin(dice: &mut Dice, story: Story, lifetime: i64, now: Ts) -> Ts {
    let two_thirds = lifetime * 2 / 3;
    let age = match story {
        Story::Expired => lifetime + dice.within(HOUR, 30 * DAY),
        Story::Due | Story::FailingNow | Story::FailedForGood | Story::WaitingForApproval => {
            dice.within(two_thirds + 60, lifetime - 2 * HOUR)
        }
        Story::WaitingForCsr | Story::Renewing => dice.within(two_thirds + 60, two_thirds + DAY),
        Story::Unverified => dice.within(2 * HOUR, 2 * DAY),
        Story::Healthy | Story::Archived | Story::Pending => {
            // Not due within half a day.
            dice.within(HOUR, (two_thirds - DAY / 2).max(2 * HOUR))
        }
    };
    now.plus_seconds(-age)
}

const ERRORS: [&str; 4] = [
    "the issuer did not answer within 30 s",
    "the order was refused: rate limit of the account reached",
    "domain control could not be shown for a name",
    "the CSR's key is not the one that was asked for",
];

impl Chunk {
    /// Adds a certificate, and gives its id; ids rise with `number`.
    pub(super) fn add(
        &mut self,
        estate: &Estate,
        dice: &mut Dice,
        number: u64,
        n_certificates: u64,
    ) -> CertificateId {
        let now = estate.now;
        let made = now.plus_seconds(-AGE).plus(std::time::Duration::from_micros(
            number * (u64::try_from(AGE).unwrap_or(1) * 1_000_000 / n_certificates.max(1)),
        ));
        let story = Story::of(dice);
        let lifetime = match dice.below(20) {
            0 => 7 * DAY,
            1..=3 => 47 * DAY,
            4..=6 => 398 * DAY,
            _ => 90 * DAY,
        };
        // A certificate that stays due is one that nobody renews by itself.
        let policy = if story == Story::Due {
            estate.policies.iter().find(|policy| !policy.automatic)
        } else {
            dice.skewed(&estate.policies)
        };
        let algorithm = match dice.below(20) {
            0 => "ed25519",
            1 => "ecdsa-p384",
            2..=4 => "rsa-2048",
            5 => "rsa-3072",
            _ => "ecdsa-p256",
        };
        let not_before = begin(dice, story, lifetime, now);
        let n_targets = match dice.below(20) {
            0..=3 if story != Story::Unverified => 0,
            4 => 2,
            5 if dice.chance(50_000) => 3,
            _ => 1,
        };
        let agent = dice.skewed(&estate.agents).cloned().unwrap_or_default();
        let item = Item {
            estate,
            story,
            id: id(dice, made),
            issuer: dice.skewed(&estate.issuers).cloned().unwrap_or_default(),
            algorithm,
            lifetime,
            automatic: policy.is_some_and(|policy| policy.automatic),
            holder: if n_targets == 0 { "external".to_owned() } else { agent },
            not_before,
            renew_after: not_before.plus_seconds(lifetime * 2 / 3),
        };
        let policy = policy.map(|policy| policy.id.clone()).unwrap_or_default();
        self.certificate(&item, dice, number, made, &policy);
        let version = self.holder_and_versions(&item, dice);
        self.jobs(&item, dice);
        for place in 0..n_targets {
            self.target(&item, dice, (number, place), made, version.as_deref());
        }
        item.id
    }

    fn certificate(&mut self, item: &Item<'_>, dice: &mut Dice, number: u64, made: Ts, policy: &str) {
        let estate = item.estate;
        let team = if dice.chance(5_000) { None } else { dice.skewed(&estate.teams).cloned() };
        let environment = if dice.chance(8_000) { None } else { dice.skewed(&ENVIRONMENTS).copied() };
        let owner = if dice.chance(10_000) { None } else { dice.skewed(&estate.owners).cloned() };
        let app = dice.skewed(&APPS).copied().unwrap_or("app");
        let zone = team.as_deref().map_or("shared", |team| &team["t-load-".len()..]);
        let name = format!("{app}-{number}.t{zone}.example.net");
        let mut names = vec![name.clone()];
        if dice.chance(30_000) {
            names.push(format!("www.{name}"));
        }
        if dice.chance(3_000) {
            names.push(format!("*.{name}"));
        }
        let n_tags = dice.below(4);
        let mut tags: Vec<String> = (0..n_tags).filter_map(|_| dice.skewed(&estate.tags).cloned()).collect();
        tags.sort();
        tags.dedup();
        let is_archived = item.story == Story::Archived;
        let archived_at = is_archived.then(|| estate.now.plus_seconds(-dice.within(DAY, 300 * DAY)));
        for tag in &tags {
            self.tags.rows.push(vals![&item.id, tag, is_archived, environment]);
        }
        let failed = item.story == Story::FailedForGood;
        let error = failed.then(|| ERRORS[usize::try_from(dice.below(4)).unwrap_or(0)]);
        let changed = made.max(item.not_before);
        self.certificates.rows.push(vec![
            (&item.id).into(),
            name.clone().into(),
            json!(names).into(),
            Some(name.clone()).into(),
            item.issuer.clone().into(),
            dice.skewed(&estate.profiles).cloned().unwrap_or_default().into(),
            policy.into(),
            owner.into(),
            team.into(),
            environment.into(),
            json!(tags).into(),
            if item.holder == "external" { "external" } else { "per_host" }.into(),
            item.algorithm.into(),
            item.lifetime.into(),
            false.into(),
            0_i64.into(),
            failed.into(),
            error.into(),
            "".into(),
            made.into(),
            changed.into(),
            archived_at.into(),
            Val::from(1_i64),
            name.to_lowercase().into(),
            is_archived.into(),
        ]);
    }

    /// The holder with its versions; the id of the current one.
    fn holder_and_versions(&mut self, item: &Item<'_>, dice: &mut Dice) -> Option<String> {
        if !item.is_issued() {
            self.holders.rows.push(vals![
                &item.id,
                &item.holder,
                None::<String>,
                None::<Ts>,
                None::<Ts>,
                None::<Ts>,
                None::<Ts>,
                None::<Ts>
            ]);
            return None;
        }
        if dice.chance(10_000) {
            let before = item.not_before.plus_seconds(-item.lifetime * 2 / 3);
            self.version(item, dice, before, Some(item.not_before));
        }
        let version = self.version(item, dice, item.not_before, None);
        let is_planned = item.automatic && item.story == Story::Healthy;
        let watched = match item.story {
            Story::Archived => None,
            // The server opens these alerts when it starts.
            Story::Expired => Some(item.estate.now),
            _ => Some(item.renew_after.max(item.estate.now).plus_seconds(DAY)),
        };
        self.holders.rows.push(vals![
            &item.id,
            &item.holder,
            Some(version.clone()),
            Some(item.not_before),
            Some(item.not_after()),
            Some(item.renew_after),
            is_planned.then_some(item.renew_after),
            watched
        ]);
        Some(version)
    }

    fn version(&mut self, item: &Item<'_>, dice: &mut Dice, begin: Ts, retired: Option<Ts>) -> String {
        let version = id::<certctl_core::id::Version>(dice, begin).to_string();
        let job = id::<certctl_core::id::Job>(dice, begin).to_string();
        // About as large as a certificate with an ECDSA key.
        let der: Vec<u8> = dice.bytes::<512>().to_vec();
        self.versions.rows.push(vals![
            &version,
            &item.id,
            &item.holder,
            &item.issuer,
            dice.hex::<16>(),
            dice.hex::<32>(),
            dice.hex::<32>(),
            item.algorithm,
            begin,
            begin.plus_seconds(item.lifetime),
            der,
            &job,
            retired,
            begin
        ]);
        // Finished jobs are kept for 90 days.
        if begin > item.estate.now.plus_seconds(-89 * DAY) && dice.chance(40_000) {
            let done = begin.plus_seconds(dice.within(1, 90));
            let attempts = if dice.chance(4_000) { 2 } else { 1 };
            let kind = if dice.chance(80_000) { "Renewal" } else { "Issuance" };
            self.job(
                item,
                &job,
                (kind, "Completed"),
                begin,
                JobParts {
                    version: Some(version.clone()),
                    attempts,
                    finished: Some(done),
                    ..JobParts::default()
                },
            );
        }
        version
    }

    /// The open or failed job that the story tells of.
    fn jobs(&mut self, item: &Item<'_>, dice: &mut Dice) {
        let now = item.estate.now;
        let later = Some(now.plus_seconds(DAY));
        let error = || Some(ERRORS[0].to_owned());
        let (state, parts) = match item.story {
            Story::FailingNow => {
                ("Pending", JobParts { attempts: 4, error: error(), run_after: later, ..JobParts::default() })
            }
            Story::FailedForGood => (
                "Failed",
                JobParts {
                    attempts: 8,
                    error: error(),
                    finished: Some(now.plus_seconds(-dice.within(HOUR, 20 * HOUR))),
                    ..JobParts::default()
                },
            ),
            Story::WaitingForApproval => (
                "AwaitingApproval",
                JobParts {
                    deadline: Some(now.plus_seconds(5 * DAY)),
                    approval: Some("the profile asks for it".to_owned()),
                    ..JobParts::default()
                },
            ),
            Story::WaitingForCsr => ("AwaitingCSR", JobParts { deadline: later, ..JobParts::default() }),
            Story::Renewing => ("Running", JobParts { attempts: 1, leased: later, ..JobParts::default() }),
            Story::Pending => ("Pending", JobParts { run_after: later, ..JobParts::default() }),
            Story::Healthy | Story::Archived | Story::Expired | Story::Unverified | Story::Due => return,
        };
        let asked = now.plus_seconds(-dice.within(60, 3_000));
        let job = id::<certctl_core::id::Job>(dice, asked).to_string();
        let kind = if item.is_issued() { "Renewal" } else { "Issuance" };
        self.job(item, &job, (kind, state), now.plus_seconds(-HOUR), parts);
    }

    fn job(&mut self, item: &Item<'_>, id: &str, (kind, state): (&str, &str), at: Ts, parts: JobParts) {
        let changed = parts.finished.unwrap_or_else(|| at.max(item.estate.now));
        self.jobs.rows.push(vals![
            id,
            kind,
            state,
            "",
            &item.id,
            &item.holder,
            parts.version,
            "its time has come",
            parts.attempts,
            8_i64,
            parts.run_after.unwrap_or(at),
            parts.deadline,
            parts.leased.map(|_| "load"),
            parts.leased.map(|_| format!("lease-{id}")),
            parts.leased,
            parts.error,
            at,
            changed,
            parts.finished,
            "system",
            "renewal",
            parts.approval
        ]);
    }

    fn target(
        &mut self,
        item: &Item<'_>,
        dice: &mut Dice,
        (number, place): (u64, u64),
        made: Ts,
        version: Option<&str>,
    ) {
        let target = id::<certctl_core::id::Target>(dice, made).to_string();
        let config =
            json!({ "certificate_path": format!("/etc/ssl/{number}.pem"), "key_path": "/etc/ssl/key.pem" });
        self.targets.rows.push(vals![
            &target,
            format!("web-{number}-{place}"),
            "file",
            config,
            &item.holder,
            made,
            made,
            1_i64
        ]);
        self.certificate_targets.rows.push(vals![&item.id, &target]);
        let Some(version) = version else { return };
        let is_live = item.story != Story::Unverified || place > 0;
        let at = item.not_before;
        self.deployments.rows.push(vals![
            id::<certctl_core::id::Deployment>(dice, at).to_string(),
            &item.id,
            version,
            &target,
            &item.holder,
            if is_live { "live" } else { "failed" },
            json!([]),
            is_live.then(|| at.plus_seconds(20)),
            (!is_live).then_some("the endpoint serves another certificate"),
            at,
            at.plus_seconds(20)
        ]);
    }

    /// All rows, in an order in which they can be inserted.
    pub(super) fn into_rows(self) -> Vec<Rows> {
        let Self { targets, certificates, certificate_targets, tags, holders, versions, deployments, jobs } =
            self;
        vec![certificates, targets, certificate_targets, tags, holders, versions, deployments, jobs]
    }
}

/// What differs from job to job.
#[derive(Debug, Default)]
struct JobParts {
    version: Option<String>,
    attempts: i64,
    run_after: Option<Ts>,
    deadline: Option<Ts>,
    leased: Option<Ts>,
    error: Option<String>,
    finished: Option<Ts>,
    approval: Option<String>,
}
