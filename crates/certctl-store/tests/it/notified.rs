//! Waking: the commit counter, and topics within and between processes.

use certctl_store::{Kind, RESYNC, Store, StoreError, args};
use tokio::sync::broadcast::{Receiver, error::TryRecvError};

use crate::harness::{ADD, Fixture, MIGRATIONS, both, soon, until};

both!(
    topics_are_heard_after_the_commit_and_not_after_a_roll_back,
    commits_are_counted_and_roll_backs_are_not,
);

async fn say(store: &Store, id: i64, topics: &'static [&'static str], ok: bool) {
    let result = store
        .bookkeeping("note.say", move |tx| {
            tx.exec(ADD, args![id, format!("note {id}")])?;
            for topic in topics {
                tx.notify(*topic);
            }
            if ok { Ok(()) } else { Err(StoreError::Stale { what: "note" }) }
        })
        .await;
    assert_eq!(result.is_ok(), ok);
}

async fn next(listener: &mut Receiver<String>) -> String {
    soon("a topic", listener.recv()).await.unwrap()
}

async fn topics_are_heard_after_the_commit_and_not_after_a_roll_back(f: Fixture) {
    let mut listener = f.store.listen();
    say(&f.store, 1, &["lost"], false).await;
    say(&f.store, 2, &["jobs", "jobs", "events"], true).await;
    assert_eq!(next(&mut listener).await, "jobs");
    assert_eq!(next(&mut listener).await, "events");
    assert_eq!(listener.try_recv(), Err(TryRecvError::Empty));
}

async fn commits_are_counted_and_roll_backs_are_not(f: Fixture) {
    let commits = f.store.commits();
    let before = *commits.borrow();
    say(&f.store, 1, &[], true).await;
    say(&f.store, 2, &[], false).await;
    f.ids().await;
    say(&f.store, 3, &[], true).await;
    assert_eq!(*commits.borrow(), before + 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn topics_reach_another_store_on_the_same_postgres() {
    let f = Fixture::new(Kind::Postgres).await;
    let other = f.database.open(MIGRATIONS).await.unwrap();
    let mut there = other.listen();
    let mut here = f.store.listen();
    // The other one may not be listening yet: said again until it hears.
    let mut id = 0;
    loop {
        id += 1;
        say(&f.store, id, &["jobs"], true).await;
        if tokio::time::timeout(std::time::Duration::from_millis(200), there.recv()).await.is_ok() {
            break;
        }
        assert!(id < 100, "the topic never came");
    }
    assert_eq!(next(&mut here).await, "jobs");
    // Many transactions at once: each topic arrives.
    for n in 0..50 {
        say(&f.store, 1000 + n, &["burst"], true).await;
    }
    while next(&mut there).await != "burst" {}
    say(&other, 2000, &["back"], true).await;
    while next(&mut here).await != "back" {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn listeners_are_told_when_topics_may_have_been_missed() {
    let f = Fixture::new(Kind::Postgres).await;
    let mut listener = f.store.listen();
    let listening = "SELECT COUNT(*) FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE '-- notifier.%'";
    until("a listener", || f.database.postgres().value(listening) != "0").await;
    f.database.postgres().terminate_connections();
    assert_eq!(next(&mut listener).await, RESYNC);
}
