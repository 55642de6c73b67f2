//! What only SQLite has: files, the lock, the disk.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use certctl_store::{Kind, Store, StoreError, args};

use crate::harness::{Database, Fixture, MIGRATIONS, options, until};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn files_are_for_their_owner_only() {
    let f = Fixture::new(Kind::Sqlite).await;
    f.add(1, "a").await.unwrap();
    let file = f.database.file();
    assert_eq!(mode(file.parent().unwrap()), 0o700);
    for ending in ["", "-wal", "-shm", ".lock"] {
        let path = format!("{}{ending}", file.display());
        assert_eq!(mode(Path::new(&path)), 0o600, "{path}");
    }
}

#[tokio::test]
async fn a_second_store_is_locked_out_until_the_first_is_closed() {
    let f = Fixture::new(Kind::Sqlite).await;
    let error = f.database.open(MIGRATIONS).await.unwrap_err();
    let lock = format!("{}.lock", f.database.file().display());
    assert_eq!(error, StoreError::Locked { path: lock.clone().into() });
    assert!(error.to_string().contains(&lock), "{error}");
    f.store.close().await;
    f.database.open(MIGRATIONS).await.unwrap();
}

#[tokio::test]
async fn the_log_is_folded_back_when_idle_and_removed_at_the_end() {
    let f = Fixture::new(Kind::Sqlite).await;
    f.add(1, "a").await.unwrap();
    let log = format!("{}-wal", f.database.file().display());
    let size = || fs::metadata(&log).map(|data| data.len());
    assert!(size().unwrap() > 0);
    until("an empty log", || size().unwrap() == 0).await;
    f.add(2, "b").await.unwrap();
    assert_eq!(f.ids().await, [1, 2]);
    f.store.close().await;
    assert!(size().is_err());
}

#[tokio::test]
async fn commits_are_flushed_and_the_log_is_used() {
    let f = Fixture::new(Kind::Sqlite).await;
    let settings = f
        .store
        .bookkeeping("settings", |tx| {
            Ok::<_, StoreError>((
                tx.one::<(i64,)>("PRAGMA synchronous", &[])?.0,
                tx.one::<(String,)>("PRAGMA journal_mode", &[])?.0,
                tx.one::<(i64,)>("PRAGMA foreign_keys", &[])?.0,
            ))
        })
        .await;
    assert_eq!(settings, Ok((2, "wal".to_owned(), 1)));
}

#[tokio::test]
async fn a_full_disk_is_told_and_nothing_else_is_lost() {
    let f = Fixture::new(Kind::Sqlite).await;
    f.add(1, "kept").await.unwrap();
    let limit = |sql: &'static str| f.store.bookkeeping("limit", move |tx| tx.one::<(i64,)>(sql, &[]));
    // The smallest limit that SQLite takes is the present size.
    limit("PRAGMA max_page_count = 1").await.unwrap();
    let big = "INSERT INTO value (id, y) VALUES ($1, $2)";
    let full =
        f.store.bookkeeping("value.big", move |tx| tx.exec(big, args![1_i64, vec![7_u8; 1_000_000]])).await;
    assert!(matches!(full, Err(StoreError::DiskFull { .. })), "{full:?}");
    assert!(full.unwrap_err().to_string().contains("free some space"));
    assert_eq!(f.ids().await, [1]);
    limit("PRAGMA max_page_count = 1000000").await.unwrap();
    let done =
        f.store.bookkeeping("value.big", move |tx| tx.exec(big, args![1_i64, vec![7_u8; 1_000_000]])).await;
    assert_eq!(done, Ok(1));
    f.add(2, "after").await.unwrap();
    assert_eq!(f.ids().await, [1, 2]);
}

#[tokio::test]
async fn a_statement_that_ends_the_transaction_is_an_error() {
    let f = Fixture::new(Kind::Sqlite).await;
    f.add(1, "a").await.unwrap();
    let result: Result<(), StoreError> = f
        .store
        .bookkeeping("note.end", |tx| {
            tx.exec("ROLLBACK", &[])?;
            Ok(())
        })
        .await;
    assert!(matches!(result, Err(StoreError::Commit { .. })), "{result:?}");
    f.add(2, "b").await.unwrap();
    assert_eq!(f.ids().await, [1, 2]);
}

#[tokio::test]
async fn a_url_that_names_no_usable_file_is_refused() {
    let folder = Database::fresh(Kind::Sqlite);
    let open = |url: String| Store::open_with(options(url), MIGRATIONS);
    for url in ["sqlite:", "sqlite::memory:", "mysql://u:hunter2@h/d"] {
        let error = open(url.to_owned()).await.unwrap_err();
        assert!(matches!(error, StoreError::Url { .. }), "{error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
    let error = open(format!("sqlite:{}", folder.folder().display())).await.unwrap_err();
    assert!(matches!(error, StoreError::File { .. }), "{error}");
    let garbage = folder.folder().join("garbage.db");
    fs::write(&garbage, [b'x'; 4096]).unwrap();
    let error = open(format!("sqlite:{}", garbage.display())).await.unwrap_err();
    assert!(error.to_string().contains("not a database"), "{error}");
}

/// An agent's poll asks these each time, and SQLite chooses its plan without knowing how many jobs are finished.
#[tokio::test]
async fn an_agents_poll_reads_no_finished_job() {
    let database = Database::fresh(Kind::Sqlite);
    let store = Store::open(options(database.url())).await.unwrap();
    for asked in [
        "executor = $1 AND state = 'Running' ORDER BY id",
        "executor = $1 AND state = 'Pending' AND run_after <= 1 ORDER BY run_after, id",
        "holder = $1 AND state = 'AwaitingCSR' ORDER BY id",
    ] {
        let sql = format!("EXPLAIN QUERY PLAN SELECT id, kind FROM jobs WHERE {asked}");
        let plan = store.read("plan", move |tx| tx.all::<(i64, i64, i64, String)>(&sql, args!["ag-1"]));
        for (_, _, _, step) in plan.await.unwrap() {
            assert!(step.starts_with("SEARCH jobs USING"), "{asked}: {step}");
        }
    }
    store.close().await;
}
