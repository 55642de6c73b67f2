//! The list of certificates: its filters agree with core, its pages hold every row once, its counts add up.

use std::collections::{BTreeMap, BTreeSet};

use certctl_core::certificate::{CertificateStatus, status};
use certctl_core::choice::Choice;
use certctl_core::condition::{Condition, Stage, condition};
use certctl_core::deployment::DeploymentState;
use certctl_core::facet::Facet;
use certctl_core::inventory::{Order, SortKey};
use certctl_core::job::{JobKind, JobState};
use certctl_core::permission::Scope;
use certctl_core::time::Ts;
use certctl_store::certificates::{CertificateFilter, CertificateRow, CertificateSort, Position, Reach};
use certctl_store::deployments::DeploymentRow;
use certctl_store::holders::HolderRow;
use certctl_store::targets::TargetRow;
use certctl_store::{
    Kind, StoreError, Tx, certificates, deployments, holders, jobs, needs, stats, tags, targets, versions,
};

use crate::filter_cases::{cases, choose};
use crate::harness::on_both;
use crate::story::{World, certificate, id};

on_both!(
    the_filters_of_status_and_condition_agree_with_core,
    lists_page_through_everything_once_in_order,
    pages_survive_inserts_and_archivals,
    every_filter_finds_its_rows_and_their_complement,
    tags_follow_their_certificate_to_another_environment,
    the_search_finds_parts_of_names_and_whole_handles,
    anchors_lie_where_they_say,
    facets_add_up,
    facts_follow_from_jobs_and_deployments,
    a_deployment_that_fails_is_seen_wherever_conditions_are,
);

/// A random sequence that is the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Certificates with random facts.
fn random_rows(n: usize, now: Ts) -> Vec<CertificateRow> {
    let mut dice = Dice(7);
    let moments =
        [None, Some(-700_000), Some(-1), Some(0), Some(1), Some(50), Some(700_000), Some(9_000_000)];
    let moment = |dice: &mut Dice| {
        moments[usize::try_from(dice.roll(8)).unwrap()].map(|seconds| now.plus_seconds(seconds))
    };
    (0..n)
        .map(|i| {
            let mut row = certificate(&format!("mc-r{i:04}"), now);
            row.name = format!("{} {i}", ["Shop", "api", "ÄRGER", "100%"][i % 4]);
            (row.not_after, row.renew_after) = (moment(&mut dice), moment(&mut dice));
            row.begins_at = row.not_after.map(|end| end.plus_seconds(-1_000_000));
            row.issued = row.not_after.is_some() && dice.roll(3) > 0;
            row.last_failed = dice.roll(3) == 0;
            row.open_issuances = i64::try_from(dice.roll(2)).unwrap();
            let waiting = i64::try_from(dice.roll(2)).unwrap();
            let failing = i64::from(dice.roll(4) == 0);
            row.stage =
                Stage::of(row.open_issuances, failing.min(row.open_issuances), waiting, row.last_failed);
            row.unverified_at = moment(&mut dice);
            row.targets = i64::try_from(dice.roll(3)).unwrap();
            row.live = i64::try_from(dice.roll(3)).unwrap().min(row.targets);
            row.created_at = now.plus_seconds(-i64::try_from(dice.roll(500)).unwrap());
            row.updated_at = now.plus_seconds(-i64::try_from(dice.roll(20)).unwrap());
            row.archived_at = (dice.roll(6) == 0).then_some(now);
            row.environment = [None, Some("production"), Some("lab"), Some("none"), Some("-a,b")]
                [usize::try_from(dice.roll(5)).unwrap()]
            .map(str::to_owned);
            row.owner_id = (dice.roll(2) == 0).then(|| id("o-ann"));
            row.team_id = (dice.roll(4) > 0).then(|| id("t-web"));
            row.key_algorithm = ["ecdsa-p256", "rsa-2048"][usize::try_from(dice.roll(2)).unwrap()].to_owned();
            row.tags = match dice.roll(4) {
                0 => serde_json::json!([]),
                1 => serde_json::json!(["edge"]),
                2 => serde_json::json!(["edge", "a \"b\", 100%"]),
                _ => serde_json::json!(["core"]),
            };
            row
        })
        .collect()
}

fn fill(tx: &mut Tx<'_>, n: usize) -> Result<Vec<CertificateRow>, StoreError> {
    let rows = random_rows(n, tx.now());
    for row in &rows {
        assert!(certificates::insert(tx, row)?);
    }
    Ok(rows)
}

fn ids_of(tx: &mut Tx<'_>, filter: &CertificateFilter) -> Result<BTreeSet<String>, StoreError> {
    let rows = certificates::list(tx, filter, CertificateSort::Id, None, 10_000)?;
    assert!(rows.next.is_none());
    Ok(rows.rows.into_iter().map(|(row, _)| row.id.to_string()).collect())
}

async fn the_filters_of_status_and_condition_agree_with_core(kind: Kind) {
    let world = World::new(kind).await;
    world
        .run(|tx, _| {
            let now = tx.now();
            let rows = fill(tx, 1_200)?;
            for wanted in CertificateStatus::ALL {
                let filter =
                    CertificateFilter { status: Choice::only(*wanted), ..CertificateFilter::default() };
                let expected: BTreeSet<String> = rows
                    .iter()
                    .filter(|row| status(&row.facts(), now) == *wanted)
                    .map(|row| row.id.to_string())
                    .collect();
                let mut found = ids_of(tx, &filter)?;
                assert_eq!(certificates::count(tx, &filter)?, i64::try_from(found.len()).unwrap());
                found.remove("mc-web");
                assert_eq!(found, expected, "{wanted}");
            }
            for wanted in Condition::ALL {
                let filter =
                    CertificateFilter { condition: Choice::only(*wanted), ..CertificateFilter::default() };
                let expected: BTreeSet<String> = rows
                    .iter()
                    .filter(|row| condition(&row.condition_facts(), now) == *wanted)
                    .map(|row| row.id.to_string())
                    .collect();
                let mut found = ids_of(tx, &filter)?;
                found.remove("mc-web");
                assert_eq!(found, expected, "{wanted}");
                let not = Choice { any: Vec::new(), not: vec![Some(*wanted)] };
                let others = CertificateFilter { condition: not, ..CertificateFilter::default() };
                let both = ids_of(tx, &others)?.intersection(&found).count();
                assert_eq!(both, 0, "-{wanted}");
            }
            Ok(())
        })
        .await;
}

/// What a list has to be sorted by, as core has it.
fn sort_key(row: &CertificateRow, key: SortKey, now: Ts) -> (i64, String, Ts) {
    let far = Ts::from_second(200_000_000_000);
    match key {
        SortKey::Name => (0, row.name.to_lowercase(), now),
        SortKey::Expires => (0, String::new(), row.not_after.unwrap_or(far)),
        SortKey::Renews => (0, String::new(), row.renew_after.unwrap_or(far)),
        SortKey::Created => (0, String::new(), row.created_at),
        SortKey::Updated => (0, String::new(), row.updated_at),
        SortKey::Attention => {
            (condition(&row.condition_facts(), now).rank(), String::new(), row.not_after.unwrap_or(far))
        }
    }
}

fn orders() -> impl Iterator<Item = Order> {
    let both = |key: &SortKey| [false, true].map(|descending| Order { key: *key, descending });
    SortKey::ALL.iter().flat_map(both)
}

fn in_order(keys: &[(i64, String, Ts)], order: Order) -> bool {
    if order.descending { keys[0] >= keys[1] } else { keys[0] <= keys[1] }
}

/// As a store of this size has it, and (for what is not archived) so that the ways of a far larger one are gone.
fn reaches(archived: bool) -> impl Iterator<Item = Reach> {
    let long = |chosen_late| Reach {
        chosen: 0,
        chosen_costly: 0,
        chosen_by_attention: 0,
        chosen_late,
        tries: 20,
        walks: 70,
    };
    let large = [long(0), long(40), Reach { chosen: 40, ..long(100) }];
    std::iter::once(Reach::default()).chain(large.into_iter().filter(move |_| !archived))
}

/// All rows of a list, page by page.
fn walk(
    tx: &mut Tx<'_>,
    filter: &CertificateFilter,
    order: Order,
    limit: i64,
) -> Result<Vec<(CertificateRow, Position)>, StoreError> {
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = certificates::list(tx, filter, CertificateSort::By(order), after.as_ref(), limit)?;
        assert!(i64::try_from(page.rows.len()).unwrap() <= limit);
        seen.extend(page.rows);
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(seen),
        }
    }
}

async fn lists_page_through_everything_once_in_order(kind: Kind) {
    let world = World::new(kind).await;
    world
        .run(|tx, _| {
            let now = tx.now();
            let n = fill(tx, 300)?.iter().filter(|row| row.archived_at.is_none()).count() + 1;
            let lab = Choice { any: Vec::new(), not: vec![Some("lab".to_owned())] };
            let filtered = CertificateFilter { environment: lab, ..CertificateFilter::default() };
            let archived = CertificateFilter { archived: Some(true), ..CertificateFilter::default() };
            for order in orders() {
                for filter in [&CertificateFilter::default(), &filtered, &archived] {
                    let expected = ids_of(tx, filter)?;
                    let rows = walk(tx, filter, order, 7)?;
                    let seen: BTreeSet<String> = rows.iter().map(|(row, _)| row.id.to_string()).collect();
                    assert_eq!((rows.len(), &seen), (expected.len(), &expected), "{order}");
                    let keys: Vec<_> = rows.iter().map(|(row, _)| sort_key(row, order.key, now)).collect();
                    assert!(keys.windows(2).all(|w| in_order(w, order)), "{order}: {keys:?}");
                }
            }
            assert_eq!(certificates::count(tx, &CertificateFilter::default())?, i64::try_from(n).unwrap());
            Ok(())
        })
        .await;
}

async fn pages_survive_inserts_and_archivals(kind: Kind) {
    let world = World::new(kind).await;
    world
        .run(|tx, _| {
            let now = tx.now();
            fill(tx, 60)?;
            let order = Order::by(SortKey::Expires);
            let everything = CertificateFilter::default();
            let before = ids_of(tx, &everything)?;
            let page = certificates::list(tx, &everything, CertificateSort::By(order), None, 20)?;
            let mut seen: Vec<String> = page.rows.iter().map(|(row, _)| row.id.to_string()).collect();
            // One comes in before the cursor, and the row that the cursor names goes.
            let mut early = certificate("mc-early", now);
            early.not_after = Some(now.plus_seconds(-900_000));
            certificates::insert(tx, &early)?;
            let (mut last, _) = page.rows.into_iter().last().unwrap();
            last.archived_at = Some(now);
            certificates::update(tx, &last)?;
            tx.note_audit();
            let mut after = page.next;
            while let Some(place) = after {
                let page = certificates::list(tx, &everything, CertificateSort::By(order), Some(&place), 20)?;
                seen.extend(page.rows.iter().map(|(row, _)| row.id.to_string()));
                after = page.next;
            }
            let distinct: BTreeSet<String> = seen.iter().cloned().collect();
            assert_eq!(distinct.len(), seen.len(), "no row twice");
            assert_eq!(distinct, before, "what was there all the time is seen once");
            Ok(())
        })
        .await;
}

async fn every_filter_finds_its_rows_and_their_complement(kind: Kind) {
    const N: usize = 150;
    let world = World::new(kind).await;
    // In a transaction of its own: tags are written at the end of one.
    world.run(|tx, _| fill(tx, N).map(drop)).await;
    world
        .run(|tx, _| {
            for row in random_rows(N, tx.now()).iter().filter(|row| row.archived_at.is_some()) {
                tags::archive(tx, &row.id)?;
            }
            Ok(())
        })
        .await;
    world
        .run(|tx, _| {
            let now = tx.now();
            let rows = random_rows(N, now);
            for (name, filter, passes) in cases() {
                for archived in [false, true] {
                    let filter = CertificateFilter { archived: Some(archived), ..filter.clone() };
                    let expected: BTreeSet<String> = rows
                        .iter()
                        .filter(|row| row.archived_at.is_some() == archived && passes(row, now))
                        .map(|row| row.id.to_string())
                        .collect();
                    let mut found = ids_of(tx, &filter)?;
                    assert_eq!(
                        certificates::count(tx, &filter)?,
                        i64::try_from(found.len()).unwrap(),
                        "{name}"
                    );
                    found.remove("mc-web");
                    assert_eq!(found, expected, "{name}, archived: {archived}");
                    for (reach, order) in
                        reaches(archived).flat_map(|one| orders().map(move |order| (one, order)))
                    {
                        let filter = CertificateFilter { reach, ..filter.clone() };
                        let rows = walk(tx, &filter, order, 90)?;
                        let keys: Vec<_> =
                            rows.iter().map(|(row, _)| sort_key(row, order.key, now)).collect();
                        assert!(keys.windows(2).all(|w| in_order(w, order)), "{name} by {order}");
                        let mut walked: BTreeSet<String> =
                            rows.iter().map(|(row, _)| row.id.to_string()).collect();
                        assert_eq!(walked.len(), rows.len(), "{name} by {order}: a row twice");
                        walked.remove("mc-web");
                        assert_eq!(walked, expected, "{name} by {order} with {reach:?}");
                    }
                }
            }
            let all = CertificateFilter {
                issuer_id: choose("iss-local"),
                profile_id: choose("prof-default"),
                renewal_policy_id: choose("rp-default"),
                owner_id: choose("o-ann"),
                team_id: choose("t-web"),
                environment: choose("production"),
                agent_id: choose("ag-web-1"),
                target_id: choose("tgt-nginx"),
                ..CertificateFilter::default()
            };
            assert_eq!(ids_of(tx, &all)?, BTreeSet::from(["mc-web".to_owned()]));
            Ok(())
        })
        .await;
}

async fn tags_follow_their_certificate_to_another_environment(kind: Kind) {
    let world = World::new(kind).await;
    world
        .run(|tx, _| {
            let mut row = certificate("mc-tagged", tx.now());
            row.tags = serde_json::json!(["edge"]);
            row.environment = Some("lab".to_owned());
            assert!(certificates::insert(tx, &row)?);
            Ok(())
        })
        .await;
    world
        .run(|tx, _| {
            let mut row = certificates::by_id(tx, &id("mc-tagged"))?.unwrap();
            let mut seen = Vec::new();
            for environment in [Some("production"), None, Some("lab")] {
                row.environment = environment.map(str::to_owned);
                let after = serde_json::json!(["edge", format!("was {}", seen.len())]);
                tags::set(tx, &row.id, &row.tags, &after)?;
                row.tags = after;
                certificates::update(tx, &row)?;
                tx.note_audit();
                row.revision += 1;
                let found = |tx: &mut Tx<'_>, tag: &str, environment: &str| {
                    let filter = CertificateFilter {
                        tag: choose(tag),
                        environment: choose(environment),
                        ..CertificateFilter::default()
                    };
                    Ok::<_, StoreError>(ids_of(tx, &filter)?.len())
                };
                let was = format!("was {}", seen.len());
                let places = ["production", "lab", "none"];
                let counts = |tag: &str, tx: &mut Tx<'_>| {
                    places.iter().map(|one| found(tx, tag, one)).collect::<Result<Vec<_>, _>>()
                };
                seen.push((counts("edge", tx)?, counts(&was, tx)?));
            }
            let (production, lab, none) = (vec![1, 0, 0], vec![0, 1, 0], vec![0, 0, 1]);
            assert_eq!(
                seen,
                [production, none, lab].map(|one| (one.clone(), one)).to_vec(),
                "in production, in none, in the lab"
            );
            Ok(())
        })
        .await;
}

async fn the_search_finds_parts_of_names_and_whole_handles(kind: Kind) {
    let world = World::new(kind).await;
    world
        .run(|tx, _| {
            // More than SQLite's index of names takes at a time, so that some wait outside of it.
            fill(tx, 700)?;
            let n_live = ids_of(tx, &CertificateFilter::default())?.len();
            let q =
                |text: &str| CertificateFilter { q: Some(text.to_owned()), ..CertificateFilter::default() };
            for text in ["web.EXAMPLE", "xample"] {
                assert_eq!(ids_of(tx, &q(text))?.len(), n_live, "{text}");
            }
            assert_eq!(ids_of(tx, &q("b_1"))?, BTreeSet::from(["mc-web".to_owned()]));
            assert!(ids_of(tx, &q("x_y"))?.is_empty());
            assert!(ids_of(tx, &q("\"'%"))?.is_empty());
            let named = |part: &str, rows: &[CertificateRow]| -> usize {
                rows.iter()
                    .filter(|row| row.archived_at.is_none() && row.name.to_lowercase().contains(part))
                    .count()
            };
            let rows = random_rows(700, tx.now());
            for part in ["shop", "ärger 6", "100% 1", "api 69"] {
                let mut found = ids_of(tx, &q(part))?;
                found.remove("mc-web");
                assert_eq!(found.len(), named(part, &rows), "{part}");
            }
            // One or two letters are the beginning of the name.
            let mut sh = ids_of(tx, &q("SH"))?;
            sh.remove("mc-web");
            assert_eq!(sh.len(), named("shop", &rows));
            // A new name is found, and the old one is not.
            let mut renamed = certificates::by_id(tx, &id("mc-r0001"))?.unwrap();
            renamed.archived_at = None;
            renamed.name = "Rechnungen".to_owned();
            certificates::update(tx, &renamed)?;
            tx.note_audit();
            assert_eq!(ids_of(tx, &q("echnung"))?, BTreeSet::from(["mc-r0001".to_owned()]));
            assert!(!ids_of(tx, &q("api 1"))?.contains("mc-r0001"));
            Ok(())
        })
        .await;
}

async fn anchors_lie_where_they_say(kind: Kind) {
    let world = World::new(kind).await;
    world
        .run(|tx, _| {
            fill(tx, 900)?;
            for order in orders() {
                let everything = CertificateFilter::default();
                let all = walk(tx, &everything, order, 500)?;
                let found = certificates::anchors(tx, &everything, order)?;
                assert_eq!(found.total, i64::try_from(all.len()).unwrap());
                assert_eq!((found.every, found.approximate), (200, false));
                assert_eq!(found.positions.len(), (all.len() - 1) / 200, "{order}");
                for (i, place) in found.positions.iter().enumerate() {
                    assert_eq!(*place, all[(i + 1) * 200 - 1].1, "{order} {i}");
                    let page =
                        certificates::list(tx, &everything, CertificateSort::By(order), Some(place), 1)?;
                    assert_eq!(page.rows[0].0.id, all[(i + 1) * 200].0.id, "{order} {i}");
                }
            }
            let nothing = CertificateFilter { owner_id: choose("o-nobody"), ..CertificateFilter::default() };
            let found = certificates::anchors(tx, &nothing, Order::by(SortKey::Name))?;
            assert_eq!((found.total, found.positions.len()), (0, 0));
            Ok(())
        })
        .await;
}

async fn facets_add_up(kind: Kind) {
    let world = World::new(kind).await;
    world
        .run(|tx, _| {
            let now = tx.now();
            fill(tx, 500)?;
            for filter in [
                CertificateFilter::default(),
                CertificateFilter { archived: Some(true), ..CertificateFilter::default() },
                CertificateFilter { environment: choose("lab,none"), ..CertificateFilter::default() },
                CertificateFilter { status: choose("Revoked"), ..CertificateFilter::default() },
            ] {
                let rows = certificates::list(tx, &filter, CertificateSort::Id, None, 10_000)?.rows;
                let found = certificates::facets(tx, &filter)?;
                assert_eq!(found.total, u64::try_from(rows.len()).unwrap());
                assert_eq!(found.counts.len(), 11);
                for (facet, counts) in &found.counts {
                    let sum: u64 = counts.iter().map(|one| one.n).sum();
                    if *facet != Facet::Tag {
                        assert_eq!(sum, found.total, "{facet}");
                    }
                    assert!(counts.windows(2).all(|w| w[0].n >= w[1].n), "{facet}: {counts:?}");
                }
                let counted = |wanted: Facet| -> BTreeMap<Option<String>, u64> {
                    let (_, counts) = found.counts.iter().find(|(facet, _)| *facet == wanted).unwrap();
                    counts.iter().map(|one| (one.value.clone(), one.n)).collect()
                };
                let mut conditions = BTreeMap::new();
                let mut tags = BTreeMap::new();
                let mut environments = BTreeMap::new();
                for (row, _) in &rows {
                    let word = condition(&row.condition_facts(), now).to_string();
                    *conditions.entry(Some(word)).or_insert(0) += 1;
                    *environments.entry(row.environment.clone()).or_insert(0) += 1;
                    for tag in certificates::texts(&row.tags) {
                        *tags.entry(Some(tag)).or_insert(0) += 1;
                    }
                }
                assert_eq!(counted(Facet::Condition), conditions);
                assert_eq!(counted(Facet::Environment), environments);
                assert_eq!(counted(Facet::Tag), tags);
            }
            Ok(())
        })
        .await;
}

async fn facts_follow_from_jobs_and_deployments(kind: Kind) {
    let world = World::new(kind).await;
    world
        .run(|tx, _| {
            let now = tx.now();
            let web = id("mc-web");
            let fresh = |tx: &mut Tx<'_>, failed: Option<Option<&str>>| {
                certificates::refresh(tx, &web, failed, None)?;
                Ok::<_, StoreError>(certificates::by_id(tx, &web)?.unwrap())
            };
            let row = fresh(tx, None)?;
            assert_eq!((row.stage, row.failed_attempts), (Stage::Quiet, 0));
            assert_eq!((row.targets, row.live, row.unverified_at), (1, 0, None));
            let job = crate::story::job("job-1", JobKind::Issuance, JobState::AwaitingCsr, now);
            assert!(jobs::insert(tx, &job)?);
            assert_eq!(fresh(tx, None)?.stage, Stage::Waiting);
            jobs::accept_csr(tx, &job.id, b"csr")?;
            assert_eq!(fresh(tx, None)?.stage, Stage::Running);
            jobs::set_state(tx, &job.id, JobState::Pending, JobState::Pending, Some("refused"))?;
            let row = fresh(tx, None)?;
            assert_eq!((row.stage, row.failed_attempts), (Stage::Failing, 1));
            jobs::set_state(tx, &job.id, JobState::Pending, JobState::Failed, Some("refused"))?;
            let row = fresh(tx, Some(Some("refused")))?;
            assert_eq!((row.stage, row.last_failed), (Stage::Failing, true));
            assert_eq!(fresh(tx, Some(None))?.stage, Stage::Quiet);
            Ok(())
        })
        .await;
}

/// What came of a current version on its one target, and the condition that it makes.
struct Deployed {
    /// How long ago it was wanted.
    age: i64,
    /// State, whether it has an error, whether it was live before; absent: it was never wanted there.
    deployment: Option<(DeploymentState, bool, bool)>,
    /// Of its job: state, attempts, whether it has an error.
    job: (JobState, i64, bool),
    expected: Condition,
    failed_attempts: i64,
}

async fn a_deployment_that_fails_is_seen_wherever_conditions_are(kind: Kind) {
    use Condition::{Failing, Healthy, Unverified};
    use DeploymentState::{Failed, Installed, Live, RolledBack, Superseded, Wanted};
    let case = |age, deployment, job, expected, failed_attempts| Deployed {
        age,
        deployment,
        job,
        expected,
        failed_attempts,
    };
    let new = (JobState::Pending, 0, false);
    let done = (JobState::Completed, 1, false);
    let table = [
        case(0, None, new, Healthy, 0),
        case(700, None, new, Unverified, 0),
        case(0, Some((Wanted, false, false)), new, Healthy, 0),
        case(700, Some((Wanted, false, false)), new, Unverified, 0),
        case(0, Some((Wanted, true, false)), (JobState::Pending, 2, true), Failing, 2),
        case(700, Some((Wanted, true, false)), (JobState::Pending, 2, true), Failing, 2),
        case(0, Some((Wanted, true, false)), (JobState::Running, 3, true), Failing, 2),
        case(0, Some((Wanted, false, false)), (JobState::Pending, 1, true), Failing, 1),
        case(0, Some((RolledBack, true, false)), (JobState::Failed, 3, true), Failing, 3),
        case(0, Some((Failed, true, false)), (JobState::Cancelled, 0, true), Failing, 1),
        case(700, Some((Failed, true, true)), (JobState::Failed, 3, true), Unverified, 0),
        case(700, Some((Failed, false, false)), done, Unverified, 0),
        case(700, Some((Superseded, true, false)), done, Unverified, 0),
        case(700, Some((Live, false, true)), done, Healthy, 0),
        case(700, Some((Installed, false, false)), done, Healthy, 0),
    ];
    let world = World::new(kind).await;
    world
        .run(move |tx, _| {
            let now = tx.now();
            let mut expected: BTreeMap<Condition, BTreeSet<String>> = BTreeMap::new();
            for (n, case) in table.iter().enumerate() {
                let row = deployed(tx, n, case)?;
                let found = condition(&row.condition_facts(), now);
                assert_eq!((found, row.failed_attempts), (case.expected, case.failed_attempts), "case {n}");
                expected.entry(found).or_default().insert(row.id.to_string());
            }
            expected.entry(Condition::Pending).or_default().insert("mc-web".to_owned());
            let everything = CertificateFilter::default();
            let facets = certificates::facets(tx, &everything)?;
            let (_, facet) = facets.counts.iter().find(|(facet, _)| *facet == Facet::Condition).unwrap();
            let stats = stats::conditions(tx)?;
            let needs = needs::troubles(tx, &Scope::everything())?;
            for wanted in Condition::ALL {
                let ids = expected.remove(wanted).unwrap_or_default();
                let n = i64::try_from(ids.len()).unwrap();
                let filter =
                    CertificateFilter { condition: Choice::only(*wanted), ..CertificateFilter::default() };
                assert_eq!(ids_of(tx, &filter)?, ids, "{wanted}");
                let facet = facet.iter().find(|one| one.value.as_deref() == Some(wanted.as_str()));
                assert_eq!(facet.map_or(0, |one| one.n), u64::try_from(n).unwrap(), "{wanted}");
                let counted = stats.iter().filter(|one| one.condition == *wanted);
                assert_eq!(counted.map(|one| one.certificates).sum::<i64>(), n, "{wanted}");
                if matches!(wanted, Failing | Unverified) {
                    let counted = needs.iter().filter(|one| one.condition == *wanted);
                    assert_eq!(counted.map(|one| one.certificates).sum::<i64>(), n, "{wanted}");
                }
            }
            Ok(())
        })
        .await;
}

fn deployed(tx: &mut Tx<'_>, n: usize, case: &Deployed) -> Result<CertificateRow, StoreError> {
    let (now, at) = (tx.now(), tx.now().plus_seconds(-case.age));
    let row = certificate(&format!("mc-case-{n}"), at);
    assert!(certificates::insert(tx, &row)?);
    let target = TargetRow {
        id: id(&format!("tgt-case-{n}")),
        name: "nginx".into(),
        kind: "nginx".into(),
        config: serde_json::json!({}),
        agent_id: id("ag-web-1"),
        last_test_id: None,
        last_test_state: None,
        last_test_at: None,
        created_at: at,
        updated_at: at,
        revision: 1,
    };
    assert!(targets::insert(tx, &target)?);
    assert!(certificates::add_target(tx, &row.id, &target.id)?);
    assert!(holders::insert(tx, &row.id, "ag-web-1")?);
    let mut version = crate::story::version(&format!("cv-case-{n}"), &format!("job-i{n}"), at);
    version.certificate_id = row.id.clone();
    versions::insert(tx, &version)?;
    let holder = HolderRow {
        certificate_id: row.id.clone(),
        holder: "ag-web-1".into(),
        current_version_id: Some(version.id.clone()),
        not_before: Some(at),
        not_after: Some(now.plus_seconds(9_000)),
        renew_after: Some(now.plus_seconds(6_000)),
        due_at: None,
        alert_at: None,
        hint_at: None,
    };
    holders::set_current(tx, &holder)?;
    if let Some((state, has_error, was_live)) = case.deployment {
        let mut job = crate::story::job(&format!("job-d{n}"), JobKind::Deployment, case.job.0, at);
        job.certificate_id = row.id.clone();
        job.target_id = Some(target.id.clone());
        job.attempts = case.job.1;
        job.error = case.job.2.then(|| "reload: refused".to_owned());
        assert!(jobs::insert(tx, &job)?);
        let deployment = DeploymentRow {
            id: id(&format!("dep-case-{n}")),
            certificate_id: row.id.clone(),
            version_id: version.id,
            target_id: target.id,
            agent_id: target.agent_id,
            state,
            job_id: Some(job.id),
            previous_fingerprint: None,
            seen: serde_json::json!([]),
            live_at: was_live.then_some(at),
            error: has_error.then(|| "reload: refused".to_owned()),
            created_at: at,
            updated_at: at,
        };
        deployments::insert(tx, &deployment)?;
    }
    certificates::refresh(tx, &row.id, None, None)?;
    Ok(certificates::by_id(tx, &row.id)?.unwrap())
}

/// No order needs a sort or reads the whole table: SQLite says how it would walk each.
#[tokio::test]
async fn every_order_is_walked_by_an_index() {
    let world = World::new(Kind::Sqlite).await;
    world
        .run(|tx, _| {
            let unfiltered = CertificateFilter::default();
            let filtered = CertificateFilter {
                environment: choose("production"),
                condition: choose("healthy"),
                owner_id: choose("-o-ann"),
                life: "..20%".parse().unwrap(),
                q: Some("shop".to_owned()),
                ..CertificateFilter::default()
            };
            for order in orders().filter(|order| order.key != SortKey::Attention) {
                for filter in [&unfiltered, &filtered] {
                    let lines = certificates::explain_walk(tx, filter, order)?;
                    let text = lines.join("\n");
                    let index = match order.key {
                        SortKey::Name => "certificates_by_name",
                        SortKey::Expires | SortKey::Attention => "certificates_by_end",
                        SortKey::Renews => "certificates_by_renewal",
                        SortKey::Created => "certificates_by_creation",
                        SortKey::Updated => "certificates_by_change",
                    };
                    assert!(text.contains(&format!("USING INDEX {index}")), "{order}: {text}");
                    assert!(!text.contains("TEMP B-TREE") && !text.contains("SCAN"), "{order}: {text}");
                }
            }
            Ok(())
        })
        .await;
}
