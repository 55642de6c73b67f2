//! A process killed in the middle of writing loses nothing that it has acknowledged.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
};

use certctl_store::{Kind, Store, StoreError};

use crate::harness::{Database, MIGRATIONS, add, options};

const URL: &str = "CERTCTL_TEST_KILLED_URL";

/// The process that is killed: many writers at once, each acknowledging every commit on standard output.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by kill_9_during_writes_loses_nothing_acknowledged as another process"]
async fn the_writer_that_is_killed() {
    let store = Store::open_with(options(std::env::var(URL).unwrap()), MIGRATIONS).await.unwrap();
    let writers: Vec<_> = (0..16_i64)
        .map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                for n in 0..1_000_000 {
                    let id = writer * 1_000_000 + n;
                    add(&store, id, format!("note {id}")).await.unwrap();
                    let line = format!("acknowledged {id}\n");
                    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    panic!("nobody killed this process");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_9_during_writes_loses_nothing_acknowledged() {
    let database = Database::fresh(Kind::Sqlite);
    for round in 1..=3_usize {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "killed::the_writer_that_is_killed", "--nocapture"])
            .env(URL, database.url())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let acknowledged = |line: std::io::Result<String>| {
            line.ok()?.split_once("acknowledged ")?.1.trim().parse::<i64>().ok()
        };
        let mut ids: Vec<i64> = lines.by_ref().filter_map(acknowledged).take(200 * round).collect();
        assert_eq!(ids.len(), 200 * round, "the writer ended by itself");

        let locked = database.open(MIGRATIONS).await.unwrap_err();
        assert!(matches!(locked, StoreError::Locked { .. }), "{locked}");

        child.kill().unwrap();
        // What it had written to the pipe before it died; the last line may be cut off.
        let rest: Vec<String> = lines.map_while(Result::ok).collect();
        let n_whole = rest.len().saturating_sub(1);
        ids.extend(rest.into_iter().take(n_whole).filter_map(|line| acknowledged(Ok(line))));
        child.wait().unwrap();

        let store = database.open(MIGRATIONS).await.unwrap();
        let check = store
            .read("note.check", |tx| {
                let ids = tx.all::<(i64,)>("SELECT id FROM note ORDER BY id", &[])?;
                Ok::<_, StoreError>((ids, tx.one::<(String,)>("PRAGMA integrity_check", &[])?))
            })
            .await;
        let (stored, integrity) = check.unwrap();
        assert_eq!(integrity.0, "ok");
        let lost: Vec<i64> =
            ids.iter().copied().filter(|id| stored.binary_search(&(*id,)).is_err()).collect();
        assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
        assert!(stored.len() >= ids.len());
        // The next round writes the same numbers again.
        store.bookkeeping("note.clear", |tx| tx.exec("DELETE FROM note", &[])).await.unwrap();
        store.close().await;
    }
}
