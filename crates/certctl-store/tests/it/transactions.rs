//! What a transaction promises, whatever is below it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    time::Duration,
};

use certctl_core::time::Clock;
use certctl_store::{StoreError, args, vals};

use crate::harness::{ADD, Fixture, Queued, add, both, soon};

both!(
    what_is_ok_stays_and_what_errs_is_undone,
    an_error_of_the_callers_own_type_comes_back,
    a_unique_violation_names_its_index,
    a_primary_key_violation_has_one_name,
    a_foreign_key_violation_is_told_apart,
    a_check_violation_names_its_constraint,
    an_update_of_nothing_is_stale,
    rows_are_counted_by_one_and_opt,
    a_swallowed_failure_does_not_commit,
    a_panic_is_reported_and_the_next_transaction_runs,
    an_unreadable_row_undoes_only_what_the_caller_gives_up,
    a_failed_statement_is_named_in_its_error,
    a_wrong_number_of_values_is_told,
    the_time_is_read_once_at_the_beginning,
    a_read_sees_one_moment,
    a_read_cannot_write,
    a_caller_that_goes_away_does_not_stop_the_transaction,
    deferred_statements_run_in_order_before_the_next,
    a_deferred_failure_undoes_everything,
    many_writers_lose_no_update,
    close_finishes_what_is_queued,
    check_passes_on_an_open_store,
);

/// An error type as an operation has one.
#[derive(Debug, PartialEq)]
enum Refusal {
    Store(StoreError),
    Own(&'static str),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

async fn what_is_ok_stays_and_what_errs_is_undone(f: Fixture) {
    f.add(1, "a").await.unwrap();
    let result: Result<(), StoreError> = f
        .store
        .bookkeeping("note.two", |tx| {
            tx.exec(ADD, args![2_i64, "b"])?;
            tx.exec_one("UPDATE note SET n = 5 WHERE id = $1", args![1_i64], "note")?;
            Err(StoreError::Stale { what: "note" })
        })
        .await;
    assert_eq!(result, Err(StoreError::Stale { what: "note" }));
    assert_eq!(f.rows::<(i64, i64)>("SELECT id, n FROM note").await, [(1, 0)]);
}

async fn an_error_of_the_callers_own_type_comes_back(f: Fixture) {
    let result = f.store.write("note.own", |_| Err::<(), _>(Refusal::Own("no"))).await;
    assert_eq!(result, Err(Refusal::Own("no")));
    let result = f.store.write("note.own", |tx| Ok::<_, Refusal>(tx.exec(ADD, args![1_i64, "a"])?)).await;
    assert_eq!(result, Err(Refusal::Store(StoreError::Unaudited("note.own"))));
}

async fn a_unique_violation_names_its_index(f: Fixture) {
    f.add(1, "a").await.unwrap();
    let error = f.add(2, "a").await.unwrap_err();
    assert!(error.violates("note_by_name"), "{error}");
    assert!(!error.violates("note_pkey"), "{error}");
    // An index over an expression.
    let sql = "INSERT INTO note (id, name, alias) VALUES ($1, $2, $2)";
    let add = |id: i64, name: &'static str| {
        f.store.bookkeeping("note.alias", move |tx| tx.exec(sql, args![id, name]))
    };
    assert_eq!(add(2, "b").await, Ok(1));
    let error = add(3, "B").await.unwrap_err();
    assert!(error.violates("note_by_lower_alias"), "{error}");
    assert_eq!(f.ids().await, [1, 2]);
}

async fn a_primary_key_violation_has_one_name(f: Fixture) {
    f.add(1, "a").await.unwrap();
    let error = f.add(1, "b").await.unwrap_err();
    assert!(error.violates("note_pkey"), "{error}");
}

async fn a_foreign_key_violation_is_told_apart(f: Fixture) {
    let sql = "INSERT INTO line (note_id) VALUES ($1)";
    let result = f.store.bookkeeping("line.add", move |tx| tx.exec(sql, args![7_i64])).await;
    assert!(matches!(result, Err(StoreError::ForeignKeyViolation { .. })), "{result:?}");
}

async fn a_check_violation_names_its_constraint(f: Fixture) {
    let sql = "INSERT INTO note (id, name, state) VALUES (1, 'a', 'lost')";
    let result = f.store.bookkeeping("note.add", move |tx| tx.exec(sql, &[])).await;
    assert_eq!(result, Err(StoreError::CheckViolation { constraint: "note_state".to_owned() }));
}

async fn an_update_of_nothing_is_stale(f: Fixture) {
    let sql = "UPDATE note SET state = 'done' WHERE id = $1 AND state = $2";
    let result =
        f.store.bookkeeping("note.done", move |tx| tx.exec_one(sql, args![1_i64, "open"], "the note")).await;
    assert_eq!(result, Err(StoreError::Stale { what: "the note" }));
}

async fn rows_are_counted_by_one_and_opt(f: Fixture) {
    f.add(1, "a").await.unwrap();
    let sql = "-- note.ids\nSELECT id FROM note";
    let none = "-- note.none\nSELECT id FROM note WHERE id = 9";
    let one = f.store.read("note.one", move |tx| tx.one::<(i64,)>(sql, &[])).await;
    assert_eq!(one, Ok((1,)));
    assert_eq!(f.store.read("note.opt", move |tx| tx.opt::<(i64,)>(none, &[])).await, Ok(None));
    let missing = f.store.read("note.one", move |tx| tx.one::<(i64,)>(none, &[])).await;
    assert_eq!(missing, Err(StoreError::NoRow { name: "note.none".to_owned() }));
    f.add(2, "b").await.unwrap();
    let several = f.store.read("note.opt", move |tx| tx.opt::<(i64,)>(sql, &[])).await;
    assert!(several.unwrap_err().to_string().contains("note.ids failed: 2 rows"));
}

async fn a_swallowed_failure_does_not_commit(f: Fixture) {
    f.add(1, "a").await.unwrap();
    let result: Result<(), StoreError> = f
        .store
        .bookkeeping("note.two", |tx| {
            tx.exec(ADD, args![2_i64, "b"])?;
            // Wrong on purpose: PostgreSQL has aborted the transaction now.
            drop(tx.exec(ADD, args![3_i64, "a"]));
            Ok(())
        })
        .await;
    assert!(result.unwrap_err().violates("note_by_name"));
    assert_eq!(f.ids().await, [1]);
}

async fn a_panic_is_reported_and_the_next_transaction_runs(f: Fixture) {
    let result: Result<(), StoreError> = f
        .store
        .bookkeeping("note.panic", |tx| {
            tx.exec(ADD, args![1_i64, "a"])?;
            panic!("on purpose")
        })
        .await;
    assert_eq!(result, Err(StoreError::Panicked("note.panic")));
    let result: Result<(), StoreError> = f.store.read("note.panic", |_| panic!("on purpose")).await;
    assert_eq!(result, Err(StoreError::Panicked("note.panic")));
    f.add(2, "b").await.unwrap();
    assert_eq!(f.ids().await, [2]);
}

async fn an_unreadable_row_undoes_only_what_the_caller_gives_up(f: Fixture) {
    let result = f
        .store
        .bookkeeping("note.read", |tx| {
            tx.exec(ADD, args![1_i64, "a"])?;
            let unreadable = tx.one::<(i64,)>("SELECT name FROM note", &[]);
            Ok::<_, StoreError>(unreadable.unwrap_err())
        })
        .await;
    let expected = StoreError::Decode {
        column: "name".to_owned(),
        detail: "expected an integer, found a text".to_owned(),
    };
    assert_eq!(result, Ok(expected));
    assert_eq!(f.ids().await, [1]);
}

async fn a_failed_statement_is_named_in_its_error(f: Fixture) {
    let sql = "-- note.misspelt\nSELECT id FROM nota";
    let error =
        f.store.read("note.list", move |tx| tx.all::<(i64,)>(sql, &[])).await.unwrap_err().to_string();
    assert!(error.starts_with("statement note.misspelt failed: "), "{error}");
    assert!(error.contains("nota"), "{error}");
}

async fn a_wrong_number_of_values_is_told(f: Fixture) {
    let sql = "-- note.by_id\nSELECT id FROM note WHERE id = $1";
    let error = f.store.read("note.by_id", move |tx| tx.all::<(i64,)>(sql, &[])).await.unwrap_err();
    assert_eq!(error.to_string(), "statement note.by_id failed: it takes 1 values, 0 were given");
}

async fn the_time_is_read_once_at_the_beginning(f: Fixture) {
    let clock = f.clock.clone();
    let before = clock.now();
    let times = f
        .store
        .read("note.now", move |tx| {
            let first = tx.now();
            clock.advance(Duration::from_secs(5));
            Ok::<_, StoreError>((first, tx.now()))
        })
        .await;
    assert_eq!(times, Ok((before, before)));
    let next = f.store.read("note.now", |tx| Ok::<_, StoreError>(tx.now())).await;
    assert_eq!(next, Ok(before.plus_seconds(5)));
}

async fn a_read_sees_one_moment(f: Fixture) {
    f.add(1, "a").await.unwrap();
    let (begun, has_begun) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let store = f.store.clone();
    let reader = tokio::spawn(async move {
        let count = "SELECT COUNT(*) FROM note";
        store
            .read("note.count", move |tx| {
                let first = tx.one::<(i64,)>(count, &[])?;
                begun.send(()).unwrap();
                may_go_on.recv_timeout(Duration::from_secs(20)).unwrap();
                Ok::<_, StoreError>((first, tx.one::<(i64,)>(count, &[])?))
            })
            .await
    });
    has_begun.recv_timeout(Duration::from_secs(20)).unwrap();
    soon("a write beside an open read", f.add(2, "b")).await.unwrap();
    go_on.send(()).unwrap();
    assert_eq!(reader.await.unwrap(), Ok(((1,), (1,))));
    assert_eq!(f.ids().await, [1, 2]);
}

async fn a_read_cannot_write(f: Fixture) {
    let result = f.store.read("note.add", |tx| tx.exec(ADD, args![1_i64, "a"])).await;
    let error = result.unwrap_err().to_string();
    assert!(error.contains("read-only") || error.contains("readonly"), "{error}");
    assert_eq!(f.ids().await, Vec::<i64>::new());
}

async fn a_caller_that_goes_away_does_not_stop_the_transaction(f: Fixture) {
    let (begun, has_begun) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let mut commits = f.store.commits();
    commits.mark_unchanged();
    let store = f.store.clone();
    let caller = tokio::spawn(async move {
        store
            .bookkeeping("note.add", move |tx| {
                begun.send(()).unwrap();
                may_go_on.recv_timeout(Duration::from_secs(20)).unwrap();
                tx.exec(ADD, args![1_i64, "a"])
            })
            .await
    });
    has_begun.recv_timeout(Duration::from_secs(20)).unwrap();
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    go_on.send(()).unwrap();
    soon("the commit", commits.changed()).await.unwrap();
    assert_eq!(f.ids().await, [1]);
}

async fn deferred_statements_run_in_order_before_the_next(f: Fixture) {
    let seen = f
        .store
        .bookkeeping("note.later", |tx| {
            tx.exec_later(ADD, vals![1_i64, "a"])?;
            tx.exec_later("UPDATE note SET n = 5 WHERE id = $1", vals![1_i64])?;
            let seen = tx.one::<(i64,)>("SELECT n FROM note WHERE id = $1", args![1_i64])?;
            tx.exec_later("UPDATE note SET n = n + 1 WHERE id = $1", vals![1_i64])?;
            Ok::<_, StoreError>(seen)
        })
        .await;
    assert_eq!(seen, Ok((5,)));
    assert_eq!(f.rows::<(i64, i64)>("SELECT id, n FROM note").await, [(1, 6)]);
}

async fn a_deferred_failure_undoes_everything(f: Fixture) {
    f.add(1, "a").await.unwrap();
    // Once found out by the commit, once by the next statement.
    let at_commit: Result<(), StoreError> = f
        .store
        .bookkeeping("note.later", |tx| {
            tx.exec(ADD, args![2_i64, "b"])?;
            tx.exec_later(ADD, vals![3_i64, "a"])?;
            tx.exec_later(ADD, vals![4_i64, "d"])
        })
        .await;
    assert!(at_commit.unwrap_err().violates("note_by_name"));
    let at_next = f
        .store
        .bookkeeping("note.later", |tx| {
            tx.exec_later(ADD, vals![3_i64, "a"])?;
            tx.all::<(i64,)>("SELECT id FROM note", &[])
        })
        .await;
    assert!(at_next.unwrap_err().violates("note_by_name"));
    assert_eq!(f.ids().await, [1]);
}

async fn many_writers_lose_no_update(f: Fixture) {
    f.add(1, "a").await.unwrap();
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            let store = f.store.clone();
            tokio::spawn(async move {
                store
                    .bookkeeping("note.count", |tx| {
                        tx.exec_one("UPDATE note SET n = n + 1 WHERE id = $1", args![1_i64], "note")
                    })
                    .await
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), Ok(()));
    }
    assert_eq!(f.rows::<(i64,)>("SELECT n FROM note").await, [(100,)]);
}

async fn close_finishes_what_is_queued(f: Fixture) {
    let (begun, has_begun) = mpsc::channel();
    let open = Arc::new(AtomicBool::new(false));
    let (store, gate) = (f.store.clone(), Arc::clone(&open));
    let first = tokio::spawn(async move {
        store
            .bookkeeping("note.add", move |tx| {
                begun.send(()).unwrap();
                while !gate.load(Ordering::SeqCst) {
                    std::thread::yield_now();
                }
                tx.exec(ADD, args![1000_i64, "first"])
            })
            .await
    });
    has_begun.recv_timeout(Duration::from_secs(20)).unwrap();
    let queued: Vec<_> = (0..20_i64).map(|id| Queued::new(add(&f.store, id, format!("note {id}")))).collect();
    let closing = tokio::spawn(f.store.clone().close());
    open.store(true, Ordering::SeqCst);
    for one in queued {
        assert_eq!(one.output().await, Ok(()));
    }
    assert_eq!(first.await.unwrap(), Ok(1));
    soon("the close", closing).await.unwrap();
    assert_eq!(f.add(99, "late").await, Err(StoreError::Closed));
    let again = f.database.open(crate::harness::MIGRATIONS).await.unwrap();
    let n_notes = again.read("note.count", |tx| tx.one::<(i64,)>("SELECT COUNT(*) FROM note", &[])).await;
    assert_eq!(n_notes, Ok((21,)));
}

async fn check_passes_on_an_open_store(f: Fixture) {
    assert_eq!(f.store.check().await, Ok(()));
    f.store.clone().close().await;
    assert_eq!(f.store.check().await, Err(StoreError::Closed));
}
