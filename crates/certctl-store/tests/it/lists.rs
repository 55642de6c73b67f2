//! The list of certificates: its filters agree with core, its pages hold every row once.

use certctl_core::certificate::{CertificateStatus, status};
use certctl_core::time::Ts;
use certctl_store::certificates::{CertificateFilter, CertificateSort};
use certctl_store::{Kind, certificates};

use crate::harness::on_both;
use crate::story::{World, certificate, id};

on_both!(the_filter_of_each_status_agrees_with_core, lists_page_through_everything_once_in_order);

async fn the_filter_of_each_status_agrees_with_core(kind: Kind) {
    let world = World::new(kind).await;
    world
        .run(|tx, _| {
            let now = tx.now();
            let moments = [None, Some(now.plus_seconds(-1)), Some(now), Some(now.plus_seconds(1))];
            let mut n = 0;
            for not_after in moments {
                for renew_after in moments {
                    for bits in 0..16 {
                        let mut row = certificate(&format!("mc-{n}"), now);
                        (row.not_after, row.renew_after) = (not_after, renew_after);
                        (row.issued, row.last_failed) = (bits & 1 != 0, bits & 2 != 0);
                        row.open_issuances = i64::from(bits & 4 != 0);
                        row.archived_at = (bits & 8 != 0).then_some(now);
                        assert!(certificates::insert(tx, &row)?);
                        n += 1;
                    }
                }
            }
            let mut seen = 0;
            for wanted in CertificateStatus::ALL {
                let filter = CertificateFilter { status: Some(*wanted), ..CertificateFilter::default() };
                let rows = certificates::list(tx, &filter, CertificateSort::Id, None, 1_000)?;
                assert_eq!(certificates::count(tx, &filter)?, i64::try_from(rows.len()).unwrap());
                for row in &rows {
                    assert_eq!(status(&row.facts(), now), *wanted, "{row:?}");
                }
                seen += rows.len();
            }
            assert_eq!(seen, n + 1, "each certificate has exactly one status");
            Ok(())
        })
        .await;
}

async fn lists_page_through_everything_once_in_order(kind: Kind) {
    let world = World::new(kind).await;
    world
        .run(|tx, _| {
            let now = tx.now();
            for n in 0..25 {
                let mut row = certificate(&format!("mc-p{n:02}"), now);
                row.not_after = (n % 5 != 0).then(|| now.plus_seconds(n % 7));
                certificates::insert(tx, &row)?;
            }
            for sort in [CertificateSort::Id, CertificateSort::Expires] {
                let (mut seen, mut after) = (Vec::new(), None);
                loop {
                    let page = certificates::list(tx, &CertificateFilter::default(), sort, after, 4)?;
                    let Some(last) = page.last() else { break };
                    after = Some((last.not_after, last.id.to_string()));
                    seen.extend(page);
                }
                assert_eq!(seen.len(), 26, "{sort:?}");
                let keys: Vec<_> = seen
                    .iter()
                    .map(|row| match sort {
                        CertificateSort::Id => (Ts::from_second(0), row.id.to_string()),
                        CertificateSort::Expires => {
                            (row.not_after.unwrap_or_else(|| now.plus_seconds(1_000)), row.id.to_string())
                        }
                    })
                    .collect();
                assert!(keys.windows(2).all(|w| w[0] < w[1]), "{sort:?}: {keys:?}");
            }
            for (q, n) in [("shop", 26), ("100%", 26), ("b_1", 26), ("web.EXAMPLE", 26), ("x_y", 0), ("'", 0)]
            {
                let filter = CertificateFilter { q: Some(q.to_owned()), ..CertificateFilter::default() };
                assert_eq!(certificates::count(tx, &filter)?, n, "{q}");
            }
            let mut tagged =
                certificates::list(tx, &CertificateFilter::default(), CertificateSort::Id, None, 1)?;
            let before = tagged[0].tags.clone();
            tagged[0].tags = serde_json::json!(["edge", "a \"b\" 100%"]);
            certificates::update(tx, &tagged[0])?;
            certctl_store::tags::set(tx, &tagged[0].id, &before, &tagged[0].tags)?;
            tx.note_audit();
            for (tag, n) in [("edge", 1), ("a \"b\" 100%", 1), ("edg", 0), ("%", 0), ("", 0)] {
                let filter = CertificateFilter { tag: Some(tag.to_owned()), ..CertificateFilter::default() };
                assert_eq!(certificates::count(tx, &filter)?, n, "{tag}");
            }
            let all = CertificateFilter {
                issuer_id: Some(id("iss-local")),
                profile_id: Some(id("prof-default")),
                renewal_policy_id: Some(id("rp-default")),
                owner_id: Some(id("o-ann")),
                team_id: Some(id("t-web")),
                environment: Some("production".into()),
                agent_id: Some(id("ag-web-1")),
                target_id: Some(id("tgt-nginx")),
                expires_before: None,
                expires_after: None,
                ..CertificateFilter::default()
            };
            assert_eq!(certificates::count(tx, &all)?, 1);
            let ending = CertificateFilter {
                expires_before: Some(now.plus_seconds(100)),
                expires_after: Some(now),
                ..CertificateFilter::default()
            };
            assert!(certificates::count(tx, &ending)? > 0);
            Ok(())
        })
        .await;
}
