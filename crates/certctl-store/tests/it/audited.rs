//! The audit rule: changed rows need `note_audit`.

use certctl_store::{StoreError, args};

use crate::harness::{ADD, Fixture, both};

both!(
    change_without_audit_event_is_refused_and_undone,
    change_with_audit_event_is_kept,
    returning_counts_as_a_change_and_a_locking_read_does_not,
    update_that_matches_nothing_needs_no_audit_event,
    deferred_statement_counts_as_a_change,
    change_whose_rows_cannot_be_read_counts_too,
    only_changed_rows_are_counted,
    bookkeeping_needs_no_audit_event,
);

async fn change_without_audit_event_is_refused_and_undone(f: Fixture) {
    let result = f.store.write("note.add", |tx| tx.exec(ADD, args![1_i64, "a"])).await;
    assert_eq!(result, Err(StoreError::Unaudited("note.add")));
    assert_eq!(f.ids().await, Vec::<i64>::new());
}

async fn change_with_audit_event_is_kept(f: Fixture) {
    let result = f
        .store
        .write("note.add", |tx| {
            tx.note_audit();
            tx.exec(ADD, args![1_i64, "a"])
        })
        .await;
    assert_eq!(result, Ok(1));
    assert_eq!(f.ids().await, [1]);
}

async fn returning_counts_as_a_change_and_a_locking_read_does_not(f: Fixture) {
    f.add(1, "a").await.unwrap();
    let sql = "WITH c AS (SELECT id FROM note {LOCK}) UPDATE note SET n = n + 1 FROM c WHERE note.id = c.id RETURNING note.id";
    let result = f.store.write("note.count", move |tx| tx.all::<(i64,)>(sql, &[])).await;
    assert_eq!(result, Err(StoreError::Unaudited("note.count")));
    let result = f.store.write("note.look", |tx| tx.all::<(i64,)>("SELECT n FROM note {LOCK}", &[])).await;
    assert_eq!(result, Ok(vec![(0,)]));
}

async fn update_that_matches_nothing_needs_no_audit_event(f: Fixture) {
    // After a statement that did change rows on the same connection: SQLite still remembers its count.
    f.add(1, "a").await.unwrap();
    let result =
        f.store.write("note.none", |tx| tx.exec("UPDATE note SET n = 1 WHERE id = $1", args![9_i64])).await;
    assert_eq!(result, Ok(0));
    let sql = "INSERT INTO note (id, name) VALUES (1, 'a') ON CONFLICT DO NOTHING";
    assert_eq!(f.store.write("note.none", move |tx| tx.exec(sql, &[])).await, Ok(0));
}

async fn deferred_statement_counts_as_a_change(f: Fixture) {
    let result = f.store.write("note.add", |tx| tx.exec_later(ADD, certctl_store::vals![1_i64, "a"])).await;
    assert_eq!(result, Err(StoreError::Unaudited("note.add")));
    assert_eq!(f.ids().await, Vec::<i64>::new());
}

async fn bookkeeping_needs_no_audit_event(f: Fixture) {
    let result = f.store.bookkeeping("note.add", |tx| tx.exec(ADD, args![1_i64, "a"])).await;
    assert_eq!(result, Ok(1));
    assert_eq!(f.ids().await, [1]);
}

async fn change_whose_rows_cannot_be_read_counts_too(f: Fixture) {
    let sql = "INSERT INTO note (id, name) VALUES (1, 'a') RETURNING name";
    let result = f
        .store
        .write("note.add", move |tx| {
            assert!(tx.one::<(i64,)>(sql, &[]).is_err());
            Ok::<_, StoreError>(())
        })
        .await;
    assert_eq!(result, Err(StoreError::Unaudited("note.add")));
}

async fn only_changed_rows_are_counted(f: Fixture) {
    let counts = f
        .store
        .bookkeeping("note.counts", |tx| {
            let one = "INSERT INTO note (id, name) VALUES (1, 'a') RETURNING id";
            let two = "INSERT INTO note (id, name) VALUES (2, 'b'), (3, 'c')";
            Ok::<_, StoreError>([
                tx.exec(one, &[])?,
                tx.exec(two, &[])?,
                tx.exec("SELECT id FROM note", &[])?,
                tx.exec("CREATE TABLE extra (id BIGINT)", &[])?,
                tx.exec("UPDATE note SET n = 1 WHERE id > 1", &[])?,
                tx.exec("DELETE FROM note", &[])?,
            ])
        })
        .await;
    assert_eq!(counts, Ok([1, 2, 0, 0, 2, 3]));
}
