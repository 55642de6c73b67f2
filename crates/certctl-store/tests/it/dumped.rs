//! Dumps and restores, on both back ends and across: every row comes back, and a bad stream leaves nothing.

use std::{
    io::{self, Read, Write},
    sync::{Arc, Mutex},
};

use certctl_core::time::Ts;
use certctl_store::{DumpError, Kind, Migration, Store, StoreError, Summary, Val, args};
use serde_json::json;

use crate::harness::{Database, Fixture, MIGRATIONS, both, on_both, options, soon};

/// Everything of a store, as a stream.
async fn dump(store: &Store) -> (Summary, Vec<u8>) {
    store.dump(Vec::new()).await.unwrap()
}

async fn restore(to: &Database, bytes: &[u8]) -> Result<Summary, DumpError> {
    let from = io::Cursor::new(bytes.to_vec());
    Store::restore_with(options(to.url()), MIGRATIONS, from, |_| Ok(())).await
}

/// Numbers that look random and are the same each time (xorshift).
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn text(&mut self) -> String {
        let length = self.next() % 12;
        let alphabet = ['a', 'Z', '\'', '"', '\n', '\\', 'ä', '漢', '🔑', ' ', '$', '{'];
        (0..length).map(|_| alphabet[(self.next() % alphabet.len() as u64) as usize]).collect()
    }

    /// A value for each column of `value`, each of them NULL now and then.
    fn row(&mut self, id: i64) -> Vec<Val> {
        let number = i64::from_ne_bytes(self.next().to_ne_bytes());
        let micros = number % 4_000_000_000_000_000;
        // Not -0.0, which SQLite itself keeps as 0.
        let float = [0.1, -0.5, 1e300, f64::MIN_POSITIVE, 3.0][(self.next() % 5) as usize];
        let bytes: Vec<u8> = (0..self.next() % 40).map(|n| (n * 37 + self.next()) as u8).collect();
        let text = self.text();
        let inner = json!({ "b": [number, null, text], "a": { "f": 0.25, "long key": true } });
        let json = [json!("x"), json!(number), json!([]), inner][(self.next() % 4) as usize].clone();
        let mut there = || !self.next().is_multiple_of(4);
        vec![
            id.into(),
            there().then_some(number % 2 == 0).into(),
            there().then_some(number).into(),
            there().then_some(float).into(),
            there().then_some(text).into(),
            there().then_some(bytes).into(),
            there().then_some(Ts::from_microsecond(micros)).into(),
            there().then_some(json).into(),
        ]
    }
}

/// More rows than one page has, of every type, with a sequence that is ahead of its rows.
async fn fill(store: &Store, seed: u64) {
    store
        .bookkeeping("test.fill", move |tx| {
            let mut seeded = Seeded(seed);
            let rows: Vec<Vec<Val>> = (-20..600).map(|id| seeded.row(id)).collect();
            tx.insert_many("INSERT INTO value (id, b, i, f, t, y, ts, j) VALUES", &rows, "")?;
            for id in 0..300_i64 {
                tx.exec(crate::harness::ADD, args![id, format!("note {id}")])?;
                tx.exec("INSERT INTO line (note_id) VALUES ($1)", args![id])?;
            }
            tx.exec("DELETE FROM line WHERE id > 290", &[])?;
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
}

async fn what_is_dumped_comes_back_on_either_back_end(f: Fixture) {
    fill(&f.store, 0x5eed).await;
    let (summary, bytes) = dump(&f.store).await;
    let rows: Vec<(&str, u64)> = summary.tables.iter().map(|(name, n)| (name.as_str(), *n)).collect();
    assert_eq!(rows, [("note", 300), ("value", 620), ("line", 290)]);
    for other in [Kind::Sqlite, Kind::Postgres] {
        let (there, back) = (Database::fresh(other), Database::fresh(f.store.kind()));
        assert_eq!(restore(&there, &bytes).await.unwrap(), summary);
        let store = there.open(MIGRATIONS).await.unwrap();
        let (_, across) = dump(&store).await;
        assert_eq!(restore(&back, &across).await.unwrap(), summary);
        let again = back.open(MIGRATIONS).await.unwrap();
        // Every value of every row: byte for byte what the first database gave.
        assert!(dump(&again).await.1 == bytes, "{:?} by way of {other:?}", f.store.kind());
        let next: (i64,) = store
            .bookkeeping("test.next", |tx| tx.one("INSERT INTO line (note_id) VALUES (1) RETURNING id", &[]))
            .await
            .unwrap();
        assert_eq!(next, (301,), "the sequence goes on behind what it had given");
    }
}

async fn a_restored_database_keeps_its_rules(f: Fixture) {
    fill(&f.store, 7).await;
    let there = Database::fresh(f.store.kind());
    restore(&there, &dump(&f.store).await.1).await.unwrap();
    let store = there.open(MIGRATIONS).await.unwrap();
    let twice = crate::harness::add(&store, 9_000, "note 1".to_owned()).await.unwrap_err();
    assert!(twice.violates("note_by_name"), "{twice}");
    let orphan: Result<u64, StoreError> =
        store.bookkeeping("test.orphan", |tx| tx.exec("INSERT INTO line (note_id) VALUES (-5)", &[])).await;
    assert!(matches!(orphan, Err(StoreError::ForeignKeyViolation { .. })), "{orphan:?}");
}

async fn a_dump_during_writes_is_one_moment(f: Fixture) {
    let store = f.store.clone();
    let writer = tokio::spawn(async move {
        for id in 0..300_i64 {
            // Two rows that belong together.
            store
                .bookkeeping("test.pair", move |tx| {
                    tx.exec(crate::harness::ADD, args![id, format!("note {id}")])?;
                    tx.exec("INSERT INTO value (id, i) VALUES ($1, $1)", args![id])
                })
                .await
                .unwrap();
        }
    });
    let reader = Store::open_to_read_with(options(f.database.url()), MIGRATIONS).await.unwrap();
    let mut n_dumps = 0;
    while !writer.is_finished() || n_dumps == 0 {
        let (summary, _) = dump(&reader).await;
        let n_rows = |name: &str| summary.tables.iter().find(|(table, _)| table == name).unwrap().1;
        assert_eq!(n_rows("note"), n_rows("value"));
        n_dumps += 1;
    }
    soon("the end of the writer", writer).await.unwrap();
    reader.close().await;
}

async fn a_stream_cut_off_anywhere_leaves_nothing(f: Fixture) {
    fill(&f.store, 3).await;
    let (_, bytes) = dump(&f.store).await;
    let there = Database::fresh(f.store.kind());
    for cut in [0, 1, 40, bytes.len() / 3, bytes.len() / 2, bytes.len() - 9, bytes.len() - 1] {
        let error = restore(&there, &bytes[..cut]).await.unwrap_err();
        assert!(matches!(error, DumpError::Stream(_)), "cut at {cut}: {error}");
    }
    let mut longer = bytes.clone();
    longer.push(0);
    let error = restore(&there, &longer).await.unwrap_err();
    assert!(error.to_string().contains("follows its end"), "{error}");
    // Nothing was left that would be in the way.
    restore(&there, &bytes).await.unwrap();
}

async fn a_database_that_holds_something_is_not_touched(f: Fixture) {
    fill(&f.store, 5).await;
    let (_, bytes) = dump(&f.store).await;
    let other = Fixture::new(f.store.kind()).await;
    other.add(1, "mine").await.unwrap();
    other.store.clone().close().await;
    let error = restore(&other.database, &bytes).await.unwrap_err();
    assert!(matches!(error, DumpError::NotEmpty { .. }), "{error}");
    let store = other.database.open(MIGRATIONS).await.unwrap();
    let ids = store.read("test.ids", |tx| tx.all::<(i64,)>("SELECT id FROM note", &[])).await;
    assert_eq!(ids, Ok(vec![(1,)]));
}

const NEWER: &[Migration] = &[
    MIGRATIONS[0],
    Migration { version: 2, name: "0002_more", text: "CREATE TABLE more (id BIGINT PRIMARY KEY){STRICT};" },
];

async fn a_dump_of_another_schema_is_told_by_its_version(kind: Kind) {
    let (older, newer) = (Database::fresh(kind), Database::fresh(kind));
    let store = newer.open(NEWER).await.unwrap();
    let (summary, bytes) = dump(&store).await;
    assert_eq!(summary.schema, 2);
    let error = restore(&older, &bytes).await.unwrap_err();
    assert!(matches!(error, DumpError::NewerSchema { found: 2, known: 1 }), "{error}");

    // The other way round: it comes back as it was, and the next start brings it up.
    let f = Fixture::new(kind).await;
    f.add(1, "old").await.unwrap();
    let from = io::Cursor::new(dump(&f.store).await.1);
    let summary = Store::restore_with(options(older.url()), NEWER, from, |_| Ok(())).await.unwrap();
    assert_eq!(summary.schema, 1);
    let store = older.open(NEWER).await.unwrap();
    let counts: Vec<(i64, i64)> = store
        .read("test.counts", |tx| {
            tx.all("SELECT (SELECT COUNT(*) FROM note), (SELECT COUNT(*) FROM more)", &[])
        })
        .await
        .unwrap();
    assert_eq!(counts, [(1, 0)]);
}

async fn what_goes_wrong_at_the_end_undoes_all_of_it(f: Fixture) {
    fill(&f.store, 9).await;
    let (_, bytes) = dump(&f.store).await;
    let there = Database::fresh(f.store.kind());
    let last = |_: &mut certctl_store::Tx<'_>| Err(StoreError::Stale { what: "the test" });
    let from = io::Cursor::new(bytes.clone());
    let error = Store::restore_with(options(there.url()), MIGRATIONS, from, last).await.unwrap_err();
    assert!(matches!(error, DumpError::Store(StoreError::Stale { .. })), "{error}");
    restore(&there, &bytes).await.unwrap();
}

async fn a_reader_beside_the_server_writes_nothing(f: Fixture) {
    let reader = Store::open_to_read_with(options(f.database.url()), MIGRATIONS).await.unwrap();
    assert_eq!(crate::harness::add(&reader, 1, "x".to_owned()).await, Err(StoreError::Closed));
    let sneaky: Result<Vec<(i64,)>, StoreError> = reader
        .read("test.sneaky", |tx| tx.all("INSERT INTO note (id, name) VALUES (1, 'x') RETURNING id", &[]))
        .await;
    assert!(sneaky.is_err(), "{sneaky:?}");
    f.add(1, "a").await.unwrap();
    assert_eq!(dump(&reader).await.0.rows(), 1);
}

async fn a_reader_of_no_database_is_told(kind: Kind) {
    let nothing = Database::fresh(kind);
    let error = Store::open_to_read_with(options(nothing.url()), MIGRATIONS).await.unwrap_err();
    match kind {
        Kind::Sqlite => {
            assert!(error.to_string().contains("there is no such database"), "{error}");
            assert!(!nothing.file().exists());
        }
        Kind::Postgres => assert!(error.to_string().contains("holds no database of certctl"), "{error}"),
    }
}

/// Takes a little and then no more, as a full disk does.
struct Full(Arc<Mutex<usize>>);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut left = self.0.lock().unwrap();
        *left = left.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

async fn a_stream_that_takes_no_more_is_told(f: Fixture) {
    fill(&f.store, 11).await;
    let error = f.store.dump(Full(Arc::new(Mutex::new(5_000)))).await.err().unwrap();
    assert!(
        matches!(&error, DumpError::Stream(error) if error.kind() == io::ErrorKind::StorageFull),
        "{error}"
    );
    // The reader's transaction has ended, and the store goes on.
    f.add(5_000, "after").await.unwrap();
    assert_eq!(dump(&f.store).await.0.tables[0], ("note".to_owned(), 301));
}

/// Ends the whole process when a part of the stream has been read.
struct Deadly {
    bytes: io::Cursor<Vec<u8>>,
    left: usize,
}

impl Read for Deadly {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.bytes.read(buffer)?;
        self.left = self.left.saturating_sub(n);
        if self.left == 0 {
            std::process::abort();
        }
        Ok(n)
    }
}

const URL: &str = "CERTCTL_TEST_RESTORED_URL";
const DUMP: &str = "CERTCTL_TEST_RESTORED_DUMP";

#[tokio::test]
#[ignore = "started by a_restore_that_is_killed_leaves_nothing as another process"]
async fn the_restore_that_is_killed() {
    let bytes = std::fs::read(std::env::var(DUMP).unwrap()).unwrap();
    let left = bytes.len() - 20;
    let from = Deadly { bytes: io::Cursor::new(bytes), left };
    let url = std::env::var(URL).unwrap();
    let done = Store::restore_with(options(url), MIGRATIONS, from, |_| Ok(())).await;
    panic!("nothing ended this process: {done:?}");
}

async fn a_restore_that_is_killed_leaves_nothing(f: Fixture) {
    fill(&f.store, 13).await;
    let (_, bytes) = dump(&f.store).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("dump");
    std::fs::write(&file, &bytes).unwrap();
    let there = Database::fresh(f.store.kind());
    let ended = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "dumped::the_restore_that_is_killed"])
        .env(URL, there.url())
        .env(DUMP, &file)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status()
        .unwrap();
    // By a signal, not by an exit of its own.
    assert_eq!(ended.code(), None, "{ended}");
    if let Database::Sqlite(_) = &there {
        assert!(!there.file().exists());
    }
    restore(&there, &bytes).await.unwrap();
    let store = there.open(MIGRATIONS).await.unwrap();
    assert!(dump(&store).await.1 == bytes);
}

both! {
    what_is_dumped_comes_back_on_either_back_end,
    a_restored_database_keeps_its_rules,
    a_dump_during_writes_is_one_moment,
    a_stream_cut_off_anywhere_leaves_nothing,
    a_database_that_holds_something_is_not_touched,
    what_goes_wrong_at_the_end_undoes_all_of_it,
    a_reader_beside_the_server_writes_nothing,
    a_stream_that_takes_no_more_is_told,
    a_restore_that_is_killed_leaves_nothing,
}

/// Those that begin with an empty database.
mod empty {
    use super::{a_dump_of_another_schema_is_told_by_its_version, a_reader_of_no_database_is_told, on_both};

    on_both! {
        a_dump_of_another_schema_is_told_by_its_version,
        a_reader_of_no_database_is_told,
    }
}
