//! SQLite's group commit: many transactions share a commit, and none takes another down.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, mpsc},
    time::Duration,
};

use certctl_store::{Kind, StoreError, args};
use metrics::{Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit};

use crate::harness::{ADD, Fixture, Queued};

/// Remembers what histograms were given.
#[derive(Default)]
struct Seen {
    histograms: Mutex<HashMap<String, Vec<f64>>>,
}

struct Series(&'static Seen, String);

impl HistogramFn for Series {
    fn record(&self, value: f64) {
        self.0.histograms.lock().unwrap().entry(self.1.clone()).or_default().push(value);
    }
}

struct Recording(&'static Seen);

impl Recorder for Recording {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        Counter::noop()
    }
    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }
    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        let labels: Vec<&str> = key.labels().map(metrics::Label::value).collect();
        Histogram::from_arc(Arc::new(Series(self.0, format!("{} {}", key.name(), labels.join(",")))))
    }
}

/// The recorder of this process; there can be only one.
fn seen() -> &'static Seen {
    static SEEN: OnceLock<&'static Seen> = OnceLock::new();
    SEEN.get_or_init(|| {
        let seen: &'static Seen = Box::leak(Box::default());
        metrics::set_global_recorder(Recording(seen)).ok().unwrap();
        seen
    })
}

fn recorded(series: &str) -> Vec<f64> {
    seen().histograms.lock().unwrap().get(series).cloned().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_shares_one_commit_and_a_failing_member_fails_alone() {
    seen();
    let f = Fixture::new(Kind::Sqlite).await;
    // The first transaction holds the writer until the others are queued behind it.
    let (begun, has_begun) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let store = f.store.clone();
    let mut is_first_run = true;
    let first = tokio::spawn(async move {
        store
            .bookkeeping("group.first", move |tx| {
                // The group is run again for the sake of its failing members.
                if std::mem::take(&mut is_first_run) {
                    begun.send(()).unwrap();
                    may_go_on.recv_timeout(Duration::from_secs(20)).unwrap();
                }
                tx.exec(ADD, args![1000_i64, "first"])
            })
            .await
    });
    has_begun.recv_timeout(Duration::from_secs(20)).unwrap();
    let outcomes: Vec<_> = (0..60_i64)
        .map(|id| {
            let store = f.store.clone();
            let queued = async move {
                store
                    .bookkeeping("group.member", move |tx| {
                        tx.exec(ADD, args![id, format!("note {id}")])?;
                        match id % 6 {
                            0 => Err(StoreError::Stale { what: "on purpose" }),
                            1 => panic!("on purpose"),
                            // The name of the one before.
                            2 => tx.exec(ADD, args![id + 500, format!("note {id}")]),
                            _ => Ok(1),
                        }
                    })
                    .await
            };
            Queued::new(queued)
        })
        .collect();
    go_on.send(()).unwrap();
    assert_eq!(first.await.unwrap(), Ok(1));
    for (outcome, id) in outcomes.into_iter().zip(0_i64..) {
        let outcome = outcome.output().await;
        match id % 6 {
            0 => assert_eq!(outcome, Err(StoreError::Stale { what: "on purpose" })),
            1 => assert_eq!(outcome, Err(StoreError::Panicked("group.member"))),
            2 => assert!(outcome.unwrap_err().violates("note_by_name")),
            _ => assert_eq!(outcome, Ok(1)),
        }
    }
    let expected: Vec<i64> = (0..60).filter(|id| id % 6 > 2).chain([1000]).collect();
    assert_eq!(f.ids().await, expected);
    let groups = recorded("certctl_store_commit_group_size ");
    // Not one group in every case: panics are slow, and a group closes after 2 ms.
    assert!(groups.len() < 30, "the 61 transactions hardly shared commits: {groups:?}");
    assert_eq!(groups.iter().sum::<f64>(), 61.0);
    assert_eq!(recorded("certctl_store_write_seconds group.member").len(), 60);
    assert_eq!(recorded("certctl_store_write_seconds group.first").len(), 1);
    assert!(!recorded("certctl_store_read_seconds test.rows").is_empty());
}
