//! What only PostgreSQL has: connections that break, conflicts that are tried again, TLS.

use std::sync::{
    Arc, Barrier,
    atomic::{AtomicU32, Ordering},
};

use certctl_store::{Kind, Store, StoreError, args};

use crate::harness::{ADD, Fixture, MIGRATIONS, options};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_goes_on_after_all_connections_were_ended() {
    let f = Fixture::new(Kind::Postgres).await;
    f.add(1, "a").await.unwrap();
    assert_eq!(f.ids().await, [1]);
    f.database.postgres().terminate_connections();
    // More than there are connections, so that each of them is met.
    for id in 2..=20 {
        crate::harness::add(&f.store, id, format!("note {id}")).await.unwrap();
        assert_eq!(f.ids().await.len(), usize::try_from(id).unwrap());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_whose_connection_breaks_runs_again_from_the_beginning() {
    let f = Arc::new(Fixture::new(Kind::Postgres).await);
    let n_runs = Arc::new(AtomicU32::new(0));
    let (inner, runs) = (Arc::clone(&f), Arc::clone(&n_runs));
    let result = f
        .store
        .bookkeeping("note.add", move |tx| {
            tx.exec(ADD, args![1_i64, "a"])?;
            if runs.fetch_add(1, Ordering::SeqCst) == 0 {
                inner.database.postgres().terminate_connections();
            }
            tx.exec(ADD, args![2_i64, "b"])
        })
        .await;
    assert_eq!(result, Ok(1));
    assert_eq!(n_runs.load(Ordering::SeqCst), 2);
    assert_eq!(f.ids().await, [1, 2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_breaks_during_commit_leaves_the_outcome_open() {
    let f = Fixture::new(Kind::Postgres).await;
    f.database.postgres().run(
        "CREATE FUNCTION leave() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
         CREATE CONSTRAINT TRIGGER leave AFTER INSERT ON note DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION leave();",
    );
    assert_eq!(f.add(1, "a").await, Err(StoreError::CommitUnknown("note.add")));
    f.database.postgres().run("DROP TRIGGER leave ON note");
    f.add(2, "b").await.unwrap();
    assert_eq!(f.ids().await, [2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn transactions_that_deadlock_both_succeed() {
    let f = Fixture::new(Kind::Postgres).await;
    f.add(1, "a").await.unwrap();
    f.add(2, "b").await.unwrap();
    let barrier = Arc::new(Barrier::new(2));
    let n_runs = Arc::new(AtomicU32::new(0));
    let update = "UPDATE note SET n = n + 1 WHERE id = $1";
    let tasks = [[1_i64, 2], [2, 1]].map(|[first, second]| {
        let (store, barrier, n_runs) = (f.store.clone(), Arc::clone(&barrier), Arc::clone(&n_runs));
        let mut is_first_run = true;
        tokio::spawn(async move {
            store
                .bookkeeping("note.both", move |tx| {
                    n_runs.fetch_add(1, Ordering::SeqCst);
                    tx.exec_one(update, args![first], "note")?;
                    if std::mem::take(&mut is_first_run) {
                        barrier.wait();
                    }
                    tx.exec_one(update, args![second], "note")
                })
                .await
        })
    });
    for task in tasks {
        assert_eq!(task.await.unwrap(), Ok(()));
    }
    // Two that met, and the loser again; on a slow machine they may meet more than once.
    assert!(n_runs.load(Ordering::SeqCst) >= 3);
    assert_eq!(f.rows::<(i64, i64)>("SELECT id, n FROM note ORDER BY id").await, [(1, 2), (2, 2)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_that_changes_under_a_prepared_statement_is_read_again() {
    let f = Fixture::new(Kind::Postgres).await;
    f.add(1, "a").await.unwrap();
    // On a writer, where one connection can be met for certain: all of them prepare it.
    let look = || f.store.bookkeeping("note.all", |tx| tx.all::<(i64,)>("SELECT * FROM note", &[]));
    for _ in 0..20 {
        look().await.unwrap();
    }
    f.database.postgres().run("ALTER TABLE note ADD COLUMN extra TEXT");
    for _ in 0..20 {
        assert_eq!(look().await, Ok(vec![(1,)]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_value_of_the_wrong_type_is_refused_with_both_types_named() {
    let f = Fixture::new(Kind::Postgres).await;
    let sql = "-- value.insert\nINSERT INTO value (id, j) VALUES ($1, $2)";
    let error = f.store.bookkeeping("value", move |tx| tx.exec(sql, args![1_i64, "{}"])).await.unwrap_err();
    let expected =
        "statement value.insert failed: text was bound where the statement takes jsonb; cast the parameter";
    assert_eq!(error.to_string(), expected);
    let sum = "SELECT SUM(id) AS total FROM note";
    f.add(1, "a").await.unwrap();
    let error = f.store.read("sum", move |tx| tx.one::<(i64,)>(sum, &[])).await.unwrap_err();
    assert!(error.to_string().contains("column total") && error.to_string().contains("numeric"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_not_there_is_named_without_the_password() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let url = format!("postgres://certctl:hunter2@127.0.0.1:{port}/certs");
    let error = Store::open_with(options(url), MIGRATIONS).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error}");
    let text = format!("{error} {error:?}");
    assert!(text.contains(&format!("127.0.0.1:{port}/certs")), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_password_is_refused_at_once_and_not_repeated() {
    let f = Fixture::new(Kind::Postgres).await;
    let url = f.database.url().replace(":secret@", ":hunter2@");
    let error = Store::open_with(options(url), MIGRATIONS).await.unwrap_err().to_string();
    assert!(error.contains("password authentication failed"), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_verifies_the_server_and_is_used() {
    let f = Fixture::new(Kind::Postgres).await;
    let ca = f.database.postgres().ca.display().to_string();
    let url = format!("{}?sslmode=verify-full&sslrootcert={ca}", f.database.url());
    let encrypted = Store::open_with(options(url), MIGRATIONS).await.unwrap();
    let ssl = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    assert_eq!(encrypted.read("ssl", move |tx| tx.one::<(bool,)>(ssl, &[])).await, Ok((true,)));
    assert_eq!(f.store.read("ssl", move |tx| tx.one::<(bool,)>(ssl, &[])).await, Ok((false,)));

    // The system's roots do not know it; another CA does not either.
    let stranger = std::env::temp_dir().join(format!("certctl-stranger-{}.pem", std::process::id()));
    let made = std::process::Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"])
        .args(["-subj", "/CN=stranger", "-keyout", "/dev/null", "-out"])
        .arg(&stranger)
        .output()
        .unwrap();
    assert!(made.status.success());
    let url = format!("{}?sslmode=verify-full&sslrootcert={}", f.database.url(), stranger.display());
    let error = Store::open_with(options(url), MIGRATIONS).await.unwrap_err().to_string();
    std::fs::remove_file(&stranger).unwrap();
    assert!(error.contains("certificate"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_have_limits_and_a_name() {
    let f = Fixture::new(Kind::Postgres).await;
    let sql =
        "SELECT current_setting('statement_timeout'), current_setting('idle_in_transaction_session_timeout'),
        current_setting('application_name'), current_setting('transaction_isolation')";
    let expected = |isolation: &str| ["1min", "30s", "certctl", isolation].map(str::to_owned).into();
    type Settings = (String, String, String, String);
    let of_read: Result<Settings, StoreError> = f.store.read("settings", move |tx| tx.one(sql, &[])).await;
    assert_eq!(of_read, Ok(expected("repeatable read")));
    let of_write: Result<Settings, StoreError> =
        f.store.bookkeeping("settings", move |tx| tx.one(sql, &[])).await;
    assert_eq!(of_write, Ok(expected("read committed")));
}
