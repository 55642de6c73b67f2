//! The migration runner on real databases.

use certctl_store::{Kind, Migration, StoreError, args};

use crate::harness::{Database, Fixture, MIGRATIONS, both, options};

both!(
    a_restart_applies_nothing_again,
    a_newer_schema_is_refused,
    a_changed_migration_is_refused,
    a_new_migration_is_applied_once,
    a_broken_migration_leaves_nothing_behind,
    the_products_own_schema_is_applied_and_found_again,
);

const SECOND: Migration = Migration {
    version: 2,
    name: "0002_more",
    text: "ALTER TABLE note ADD COLUMN more TEXT;\nINSERT INTO note (id, name, more) VALUES (1, 'made by 2', 'x');",
};
const TWO: &[Migration] = &[MIGRATIONS[0], SECOND];
const CHANGED: &[Migration] = &[Migration {
    version: 1,
    name: "0001_test",
    text: "CREATE TABLE note (id BIGINT PRIMARY KEY){STRICT};",
}];
const BROKEN: &[Migration] = &[
    MIGRATIONS[0],
    Migration {
        version: 2,
        name: "0002_broken",
        text: "CREATE TABLE half (id BIGINT){STRICT};\nALTER TABLE missing ADD COLUMN x TEXT;",
    },
];

async fn close(f: Fixture) -> Database {
    f.store.close().await;
    f.database
}

async fn a_restart_applies_nothing_again(f: Fixture) {
    let ledger = "SELECT version, name, checksum, applied_at FROM schema_migrations";
    f.add(7, "kept").await.unwrap();
    type Applied = (i64, String, String, certctl_core::time::Ts);
    let before = f.rows::<Applied>(ledger).await;
    assert_eq!(before.len(), 1);
    assert_eq!(before[0].3, crate::harness::start());
    let clock = f.clock.clone();
    clock.advance(std::time::Duration::from_secs(60));
    let database = close(f).await;
    let store = database.open(MIGRATIONS).await.unwrap();
    let f = Fixture { store, clock, database };
    assert_eq!(f.rows::<Applied>(ledger).await, before);
    assert_eq!(f.ids().await, [7]);
}

async fn a_newer_schema_is_refused(f: Fixture) {
    let database = close(f).await;
    database.open(TWO).await.unwrap().close().await;
    let error = database.open(MIGRATIONS).await.unwrap_err();
    assert_eq!(error, StoreError::NewerSchema { found: 2, known: 1 });
    assert!(error.to_string().starts_with("refusing to start"), "{error}");
}

async fn a_changed_migration_is_refused(f: Fixture) {
    let database = close(f).await;
    let error = database.open(CHANGED).await.unwrap_err();
    assert_eq!(error, StoreError::ChangedMigration { version: 1, name: "0001_test".to_owned() });
}

async fn a_new_migration_is_applied_once(f: Fixture) {
    let database = close(f).await;
    for _ in 0..2 {
        let store = database.open(TWO).await.unwrap();
        let more = store
            .read("note.more", |tx| {
                tx.all::<(i64, String)>("SELECT id, more FROM note WHERE id = $1", args![1_i64])
            })
            .await;
        assert_eq!(more, Ok(vec![(1, "x".to_owned())]));
        store.close().await;
    }
}

async fn a_broken_migration_leaves_nothing_behind(f: Fixture) {
    let database = close(f).await;
    let error = database.open(BROKEN).await.unwrap_err().to_string();
    assert!(error.starts_with("migration 0002_broken could not be applied"), "{error}");
    assert!(error.contains("missing"), "{error}");
    // The first half of it is gone, so a repaired one can run.
    let store = database.open(MIGRATIONS).await.unwrap();
    let half = store.read("half", |tx| tx.all::<(i64,)>("SELECT id FROM half", &[])).await;
    assert!(matches!(half, Err(StoreError::Sql { .. })), "{half:?}");
    store.close().await;
    database.open(TWO).await.unwrap().close().await;
}

async fn the_products_own_schema_is_applied_and_found_again(f: Fixture) {
    let kind = f.store.kind();
    drop(close(f).await);
    let database = Database::fresh(kind);
    for _ in 0..2 {
        let store = certctl_store::Store::open(options(database.url())).await.unwrap();
        let sql = "SELECT COUNT(*) FROM schema_migrations";
        let (n_applied,) = store.read("count", move |tx| tx.one::<(i64,)>(sql, &[])).await.unwrap();
        assert!(n_applied >= 1);
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_start_together_on_postgres_migrate_once() {
    let database = Database::fresh(Kind::Postgres);
    let opened = tokio::join!(database.open(TWO), database.open(TWO), database.open(TWO));
    let stores = [opened.0.unwrap(), opened.1.unwrap(), opened.2.unwrap()];
    for store in &stores {
        let sql = "SELECT COUNT(*) FROM schema_migrations";
        assert_eq!(store.read("count", move |tx| tx.one::<(i64,)>(sql, &[])).await, Ok((2,)));
    }
}
