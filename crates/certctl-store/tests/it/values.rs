//! Values go in and come back the same on both back ends.

use certctl_core::{id::CertificateId, time::Ts};
use certctl_store::{FromRow, StoreError, Val, args, row};
use serde_json::json;

use crate::harness::{Fixture, both, start};

both!(
    every_type_comes_back_as_it_went_in,
    typed_nulls_are_stored_as_null,
    times_keep_their_microseconds_and_their_order,
    ids_are_stored_by_their_text,
    a_row_struct_is_filled_by_name_in_any_order,
    a_missing_column_is_named,
    a_value_of_another_type_is_not_converted,
    insert_many_stores_every_row_at_any_size,
    insert_many_refuses_rows_of_different_length,
    the_lock_words_lease_each_row_once,
);

row! {
    /// A row of `value`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Stored {
        pub id: i64,
        pub b: Option<bool>,
        pub i: Option<i64>,
        pub f: Option<f64>,
        pub t: Option<String>,
        pub y: Option<Vec<u8>>,
        pub ts: Option<Ts>,
        pub j: Option<serde_json::Value>,
    }
}

const INSERT: &str = "-- value.insert
INSERT INTO value (id, b, i, f, t, y, ts, j)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const LIST: &str = "SELECT id, b, i, f, t, y, ts, j FROM value ORDER BY id";

async fn store(f: &Fixture, value: Stored) {
    let stored = f
        .store
        .bookkeeping("value.insert", move |tx| {
            let Stored { id, b, i, f, t, y, ts, j } = value.clone();
            tx.exec_one(INSERT, args![id, b, i, f, t, y, ts, j], "value")
        })
        .await;
    assert_eq!(stored, Ok(()));
}

async fn every_type_comes_back_as_it_went_in(f: Fixture) {
    let value = |id, number, float, text: &str, ts| Stored {
        id,
        b: Some(id % 2 == 0),
        i: Some(number),
        f: Some(float),
        t: Some(text.to_owned()),
        y: Some(vec![0, 1, 127, 128, 255]),
        ts: Some(ts),
        j: Some(json!({"names": ["a.example", "ü"], "n": 1.5, "deep": {"null": null}})),
    };
    let values = [
        value(1, i64::MIN, -0.5, "", Ts::from_microsecond(-1)),
        value(2, i64::MAX, 1e300, "grüße \u{1f512} 'quoted' $1 \\", start()),
        value(3, 0, 0.1, "x", Ts::from_second(4_102_444_800)),
    ];
    for value in &values {
        store(&f, value.clone()).await;
    }
    assert_eq!(f.rows::<Stored>(LIST).await, values);
}

async fn typed_nulls_are_stored_as_null(f: Fixture) {
    let value = Stored { id: 1, b: None, i: None, f: None, t: None, y: None, ts: None, j: None };
    store(&f, value.clone()).await;
    assert_eq!(f.rows::<Stored>(LIST).await, [value]);
    let error = f
        .store
        .read("value.t", |tx| tx.one::<(String,)>("SELECT t FROM value", &[]))
        .await
        .unwrap_err()
        .to_string();
    assert_eq!(error, "column t cannot be read: expected a text, found NULL");
}

async fn times_keep_their_microseconds_and_their_order(f: Fixture) {
    // 0.1 s before, exactly at, and 0.5 s after a whole second: as texts they sort wrongly.
    let times: Vec<Ts> =
        [-100_000, 0, 500_000, 500_001].map(|n| Ts::from_microsecond(1_700_000_000_000_000 + n)).to_vec();
    for (ts, id) in times.iter().rev().zip(1_i64..) {
        let empty = Stored { id, b: None, i: None, f: None, t: None, y: None, ts: Some(*ts), j: None };
        store(&f, empty).await;
    }
    let ordered = f.rows::<(Ts,)>("SELECT ts FROM value ORDER BY ts").await;
    assert_eq!(ordered.into_iter().map(|(ts,)| ts).collect::<Vec<_>>(), times);
    let bound = times[2];
    let later = f
        .store
        .read("value.later", move |tx| {
            tx.all::<(Ts,)>("SELECT ts FROM value WHERE ts > $1 ORDER BY ts", args![bound])
        })
        .await;
    assert_eq!(later, Ok(vec![(times[3],)]));
}

async fn ids_are_stored_by_their_text(f: Fixture) {
    let id: CertificateId = "mc-api-prod".parse().unwrap();
    let bound = id.clone();
    let sql = "INSERT INTO value (id, t) VALUES ($1, $2)";
    f.store.bookkeeping("value.id", move |tx| tx.exec(sql, args![1_i64, &bound])).await.unwrap();
    assert_eq!(
        f.rows::<(CertificateId, String)>("SELECT t, t FROM value").await,
        [(id, "mc-api-prod".to_owned())]
    );
    let sql = "UPDATE value SET t = 'ag-1'";
    f.store.bookkeeping("value.id", move |tx| tx.exec(sql, &[])).await.unwrap();
    let error = f
        .store
        .read("value.id", |tx| tx.one::<(CertificateId,)>("SELECT t FROM value", &[]))
        .await
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("column t cannot be read: \"ag-1\" is not the id of a certificate"), "{error}");
}

async fn a_row_struct_is_filled_by_name_in_any_order(f: Fixture) {
    let value = Stored {
        id: 4,
        b: Some(true),
        i: Some(7),
        f: Some(2.5),
        t: Some("t".to_owned()),
        y: Some(vec![9]),
        ts: Some(start()),
        j: Some(json!([])),
    };
    store(&f, value.clone()).await;
    assert_eq!(f.rows::<Stored>("SELECT j, ts, 1 AS extra, y, t, f, i, b, id FROM value").await, [value]);
}

async fn a_missing_column_is_named(f: Fixture) {
    let empty = Stored { id: 1, b: None, i: None, f: None, t: None, y: None, ts: None, j: None };
    store(&f, empty).await;
    let error = f
        .store
        .read("value.list", |tx| tx.all::<Stored>("SELECT id, b, i, f, t, y, ts FROM value", &[]))
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "column j cannot be read: the statement does not give this column");
    let error = f
        .store
        .read("value.list", |tx| tx.all::<(i64, Option<bool>)>("SELECT id FROM value", &[]))
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "column number 2 cannot be read: the statement gives only 1 columns");
}

async fn a_value_of_another_type_is_not_converted(f: Fixture) {
    async fn refused<T: FromRow + std::fmt::Debug + Send + 'static>(f: &Fixture, sql: &'static str) {
        let result = f.store.read("value.convert", move |tx| tx.one::<T>(sql, &[])).await;
        assert!(matches!(result, Err(StoreError::Decode { .. })), "{sql}: {result:?}");
    }
    refused::<(i64,)>(&f, "SELECT '1' AS x").await;
    refused::<(String,)>(&f, "SELECT 1 AS x").await;
    refused::<(bool,)>(&f, "SELECT 2 AS x").await;
    refused::<(u8,)>(&f, "SELECT 256 AS x").await;
    refused::<(Vec<u8>,)>(&f, "SELECT 'a' AS x").await;
    refused::<(f64,)>(&f, "SELECT CAST(1 AS BIGINT) AS x").await;
    refused::<(serde_json::Value,)>(&f, "SELECT 'not json' AS x").await;
}

async fn insert_many_stores_every_row_at_any_size(f: Fixture) {
    let counts = f
        .store
        .bookkeeping("value.many", |tx| {
            let mut wrong = Vec::new();
            for size in 1..=200_i64 {
                let rows: Vec<Vec<Val>> = (0..size)
                    .map(|n| {
                        vec![
                            (size * 1000 + n).into(),
                            n.into(),
                            format!("{size}.{n}").into(),
                            tx.now().into(),
                        ]
                    })
                    .collect();
                let n_inserted =
                    tx.insert_many("-- value.many\nINSERT INTO value (id, i, t, ts) VALUES", &rows, "")?;
                let (n_rows, sum, text) = tx.one::<(i64, i64, String)>(
                    "SELECT COUNT(*), CAST(SUM(i) AS BIGINT), MAX(t)
                     FROM value
                     WHERE id >= $1 AND id < $2 AND t = CAST(id / 1000 AS TEXT) || '.' || CAST(i AS TEXT)",
                    args![size * 1000, size * 1000 + 1000],
                )?;
                let right =
                    n_inserted == size.unsigned_abs() && n_rows == size && sum == size * (size - 1) / 2;
                if !right || !text.starts_with(&format!("{size}.")) {
                    wrong.push((size, n_inserted, n_rows, sum));
                }
            }
            // Nothing to insert, and rows that are there already.
            let none = tx.insert_many("INSERT INTO value (id) VALUES", &[], "")?;
            let again: Vec<Vec<Val>> = (0..3_i64).map(|n| vec![(1000 + n).into()]).collect();
            let new = tx.insert_many("INSERT INTO value (id) VALUES", &again, "ON CONFLICT DO NOTHING")?;
            Ok::<_, StoreError>((wrong, none, new))
        })
        .await;
    assert_eq!(counts, Ok((vec![], 0, 2)));
}

async fn insert_many_refuses_rows_of_different_length(f: Fixture) {
    let result = f
        .store
        .bookkeeping("value.many", |tx| {
            let rows = [vec![Val::from(1_i64), Val::from("a")], vec![Val::from(2_i64)]];
            tx.insert_many("INSERT INTO value (id, t) VALUES", &rows, "")
        })
        .await;
    assert!(result.unwrap_err().to_string().contains("same number of values"));
}

async fn the_lock_words_lease_each_row_once(f: Fixture) {
    let fill = "INSERT INTO value (id) VALUES";
    f.store
        .bookkeeping("value.fill", move |tx| {
            let rows: Vec<Vec<Val>> = (0..40_i64).map(|id| vec![id.into()]).collect();
            tx.insert_many(fill, &rows, "")
        })
        .await
        .unwrap();
    let lease = "-- value.lease
WITH due AS MATERIALIZED (SELECT id FROM value WHERE t IS NULL ORDER BY id LIMIT $2 {LOCK})
UPDATE value SET t = $1 FROM due WHERE value.id = due.id
RETURNING value.id";
    let leases: Vec<_> = (0..8)
        .map(|worker| {
            let store = f.store.clone();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let name = format!("worker {worker}");
                    let some = store
                        .bookkeeping("value.lease", move |tx| tx.all::<(i64,)>(lease, args![&name, 3_i64]))
                        .await
                        .unwrap();
                    if some.is_empty() {
                        return mine;
                    }
                    mine.extend(some);
                }
            })
        })
        .collect();
    let mut all = Vec::new();
    for one in leases {
        all.extend(one.await.unwrap());
    }
    all.sort_unstable();
    assert_eq!(all, (0..40).map(|id| (id,)).collect::<Vec<_>>());
}
