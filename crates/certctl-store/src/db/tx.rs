//! The inside of a transaction: statements in, typed rows out.
//!
//! A [`Tx`] only exists while a closure given to `Store::write`, `bookkeeping` or `read` runs, and the closure
//! cannot await: no outside act can happen while a transaction is open. Kept: once a statement has failed, the
//! transaction cannot commit, on SQLite too, where the database alone would allow it.

use certctl_core::time::Ts;

use super::{
    Kind,
    bell::Bell,
    row::{FromRow, Row},
    text,
    value::Val,
};
use crate::error::StoreError;

/// A statement that did not work.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The database refused it.
    Refused {
        /// What the caller is told.
        error: StoreError,
        /// Whether the whole transaction is worth another try (deadlock, lost connection).
        retry: bool,
    },
    /// It worked, and a row that it gave could not be read.
    Unreadable {
        /// What the caller is told.
        error: StoreError,
        /// Whether the row was changed by the statement.
        wrote: bool,
    },
}

impl Failure {
    pub(crate) fn into_error(self) -> StoreError {
        match self {
            Self::Refused { error, .. } | Self::Unreadable { error, .. } => error,
        }
    }
}

/// What a statement did.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Done {
    /// Rows changed, or rows given.
    pub(crate) n_rows: u64,
    /// Whether those rows were changed by the statement.
    pub(crate) wrote: bool,
}

/// Takes the rows of a result one by one.
pub(crate) type Sink<'s> = &'s mut dyn FnMut(&Row<'_>) -> Result<(), StoreError>;

/// One connection of either back end.
pub(crate) trait Session: Send {
    fn kind(&self) -> Kind;
    /// Runs several statements without parameters.
    fn batch(&mut self, sql: &str) -> Result<(), Failure>;
    /// Runs one statement; the rows that it gives are not read.
    fn execute(&mut self, sql: &str, args: &[Val]) -> Result<Done, Failure>;
    /// Runs one statement some time before the next one or the commit, whichever comes first.
    fn execute_later(&mut self, sql: &str, args: Vec<Val>) -> Result<Done, Failure> {
        self.execute(sql, &args)
    }
    /// Runs one statement and reads its rows.
    fn query(&mut self, sql: &str, args: &[Val], sink: Sink<'_>) -> Result<Done, Failure>;
}

/// A running transaction.
pub struct Tx<'a> {
    session: &'a mut dyn Session,
    now: Ts,
    state: State,
}

/// What is done once a transaction is durable.
pub(crate) struct AfterCommit(Box<dyn FnOnce() + Send>);

impl std::fmt::Debug for AfterCommit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AfterCommit")
    }
}

/// What follows from a transaction's commit.
#[derive(Debug, Default)]
pub(crate) struct Committed {
    topics: Vec<String>,
    after: Vec<AfterCommit>,
}

impl Committed {
    /// Tells who waits, and does what was put off until now.
    pub(crate) fn tell(self, bell: &Bell) {
        bell.committed(self.topics);
        for AfterCommit(act) in self.after {
            act();
        }
    }
}

/// What is known about a transaction when its closure is done.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) changed: bool,
    pub(crate) audited: bool,
    pub(crate) failed: Option<StoreError>,
    pub(crate) retry: bool,
    topics: Vec<String>,
    changes: Vec<ObjectChange>,
    after: Vec<AfterCommit>,
    later: Vec<(&'static str, Vec<Vec<Val>>)>,
}

/// What a transaction changed of an object, until its event is written.
#[derive(Debug, Default)]
pub(crate) struct ObjectChange {
    kind: &'static str,
    id: String,
    /// The object's revision from this transaction on; none for objects without.
    pub(crate) revision: Option<i64>,
    /// Names of fields.
    pub(crate) fields: Vec<String>,
}

impl std::fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx").field("kind", &self.kind()).field("now", &self.now).finish_non_exhaustive()
    }
}

impl State {
    pub(crate) fn committed(self) -> Committed {
        Committed { topics: self.topics, after: self.after }
    }
}

impl<'a> Tx<'a> {
    pub(crate) fn new(session: &'a mut dyn Session, now: Ts) -> Self {
        Self { session, now, state: State::default() }
    }

    pub(crate) fn state(&mut self) -> &mut State {
        &mut self.state
    }

    pub(crate) fn into_state(self) -> State {
        self.state
    }

    /// Does something small once this transaction is durable, such as counting what it did; never when it is rolled back or
    /// run again. It runs on the store's thread: it must not wait, or use the store.
    pub fn after_commit(&mut self, act: impl FnOnce() + Send + 'static) {
        self.state.after.push(AfterCommit(Box::new(act)));
    }

    /// The time of this transaction, read once when its closure began.
    pub fn now(&self) -> Ts {
        self.now
    }

    /// Which back end this is.
    pub fn kind(&self) -> Kind {
        self.session.kind()
    }

    /// The one place for a text that has to differ.
    pub fn pick(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self.kind() {
            Kind::Sqlite => sqlite,
            Kind::Postgres => postgres,
        }
    }

    /// Runs a statement and gives the number of rows that it changed.
    pub fn exec(&mut self, sql: &str, args: &[Val]) -> Result<u64, StoreError> {
        let done = self.session.execute(sql, args);
        self.note(done)
    }

    /// Runs a statement whose outcome nobody waits for, such as an insert of an event: on PostgreSQL it travels
    /// together with the next statement or with the commit, which saves a round trip. It counts as a change.
    /// When it fails, the next statement or the whole transaction fails with its error.
    pub fn exec_later(&mut self, sql: &str, args: Vec<Val>) -> Result<(), StoreError> {
        let done = self.session.execute_later(sql, args);
        self.note(done).map(drop)
    }

    /// Inserts a row at the end of the transaction, together with all others of the same `head` (see
    /// [`Tx::insert_many`]): for rows that this transaction does not read, such as events. It counts as a change.
    /// When the insert fails, the whole transaction fails with its error.
    pub fn insert_later(&mut self, head: &'static str, row: Vec<Val>) {
        self.state.changed = true;
        match self.state.later.iter_mut().find(|(known, _)| *known == head) {
            Some((_, rows)) => rows.push(row),
            None => self.state.later.push((head, vec![row])),
        }
    }

    /// Inserts what was put off.
    pub(crate) fn insert_now(&mut self) -> Result<(), StoreError> {
        for (head, rows) in std::mem::take(&mut self.state.later) {
            self.insert_many(head, &rows, "")?;
        }
        Ok(())
    }

    /// Runs a statement that must change exactly one row; otherwise [`StoreError::Stale`].
    pub fn exec_one(&mut self, sql: &str, args: &[Val], what: &'static str) -> Result<(), StoreError> {
        match self.exec(sql, args)? {
            1 => Ok(()),
            _ => Err(StoreError::Stale { what }),
        }
    }

    /// All rows of a statement, also of one with RETURNING.
    pub fn all<T: FromRow>(&mut self, sql: &str, args: &[Val]) -> Result<Vec<T>, StoreError> {
        let mut rows = Vec::new();
        let done = self.session.query(sql, args, &mut |row| {
            rows.push(T::from_row(row)?);
            Ok(())
        });
        self.note(done)?;
        Ok(rows)
    }

    /// Hands the rows of a statement over one by one, and gives their number.
    pub(crate) fn each(&mut self, sql: &str, args: &[Val], sink: Sink<'_>) -> Result<u64, StoreError> {
        let done = self.session.query(sql, args, sink);
        self.note(done)
    }

    /// Runs several statements without parameters.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        let done = self.session.batch(sql).map(|()| Done { n_rows: 0, wrote: false });
        self.note(done).map(drop)
    }

    /// The only row of a statement, if there is one; several are an error.
    pub fn opt<T: FromRow>(&mut self, sql: &str, args: &[Val]) -> Result<Option<T>, StoreError> {
        let mut rows = self.all(sql, args)?;
        let first = rows.pop();
        if rows.is_empty() {
            return Ok(first);
        }
        let detail = format!("{} rows where one at most was expected", rows.len() + 1);
        Err(StoreError::Sql { name: text::name(sql), detail })
    }

    /// The only row of a statement; none is [`StoreError::NoRow`].
    pub fn one<T: FromRow>(&mut self, sql: &str, args: &[Val]) -> Result<T, StoreError> {
        self.opt(sql, args)?.ok_or_else(|| StoreError::NoRow { name: text::name(sql) })
    }

    /// Inserts many rows with few statements. `head` ends in `VALUES`, `tail` follows the rows (`ON CONFLICT ..`)
    /// and has no parameters of its own. The rows go in groups of powers of two, so that only seven texts per
    /// `head` are ever prepared. Gives the number of rows inserted.
    pub fn insert_many(&mut self, head: &str, rows: &[Vec<Val>], tail: &str) -> Result<u64, StoreError> {
        let Some(first) = rows.first() else { return Ok(0) };
        let n_columns = first.len();
        if n_columns == 0 || rows.iter().any(|row| row.len() != n_columns) {
            let detail = "every row needs the same number of values, at least one".to_owned();
            return Err(StoreError::Sql { name: text::name(head), detail });
        }
        let mut rest = rows;
        let mut n_inserted = 0;
        while !rest.is_empty() {
            let n_rows = group_size(rest.len(), n_columns);
            let (group, others) = rest.split_at(n_rows);
            rest = others;
            let sql = values_text(self.kind(), head, n_rows, n_columns, tail);
            n_inserted += self.exec(&sql, &group.concat())?;
        }
        Ok(n_inserted)
    }

    /// Says that this transaction has recorded its audit event.
    pub fn note_audit(&mut self) {
        self.state.audited = true;
    }

    /// Says what was changed of an object, for the next event about it that this transaction writes: its revision from now
    /// on, if it has one, and the names of the fields.
    pub fn note_change(&mut self, kind: &'static str, id: &str, revision: Option<i64>, fields: &[&str]) {
        let fields = fields.iter().map(|field| (*field).to_owned()).collect();
        self.state.changes.push(ObjectChange { kind, id: id.to_owned(), revision, fields });
    }

    /// What was noted of an object and is in no event yet, taken together.
    pub(crate) fn take_change(&mut self, kind: &str, id: &str) -> ObjectChange {
        let mut change = ObjectChange::default();
        let mine = |noted: &mut ObjectChange| noted.kind == kind && noted.id == id;
        for noted in self.state.changes.extract_if(.., mine) {
            change.revision = change.revision.max(noted.revision);
            change.fields.extend(noted.fields);
        }
        change.fields.sort_unstable();
        change.fields.dedup();
        change
    }

    /// Tells the listeners of `topic`, here and in other processes, once the transaction is committed.
    pub fn notify(&mut self, topic: impl Into<String>) {
        let topic = topic.into();
        if !self.state.topics.contains(&topic) {
            self.state.topics.push(topic);
        }
    }

    fn note(&mut self, done: Result<Done, Failure>) -> Result<u64, StoreError> {
        match done {
            Ok(done) => {
                self.state.changed |= done.wrote && done.n_rows > 0;
                Ok(done.n_rows)
            }
            Err(Failure::Refused { error, retry }) => {
                self.state.retry |= retry;
                self.state.failed.get_or_insert_with(|| error.clone());
                Err(error)
            }
            Err(Failure::Unreadable { error, wrote }) => {
                self.state.changed |= wrote;
                Err(error)
            }
        }
    }
}

/// The most parameters that SQLite takes in one statement (PostgreSQL takes twice as many).
const MAX_PARAMETERS: usize = 32_766;

fn group_size(n_rows: usize, n_columns: usize) -> usize {
    [64, 32, 16, 8, 4, 2]
        .into_iter()
        .find(|size| *size <= n_rows && size * n_columns <= MAX_PARAMETERS)
        .unwrap_or(1)
}

fn values_text(kind: Kind, head: &str, n_rows: usize, n_columns: usize, tail: &str) -> String {
    let mut sql = String::with_capacity(head.len() + tail.len() + n_rows * n_columns * 6 + 2);
    sql.push_str(head);
    for row in 0..n_rows {
        sql.push_str(if row == 0 { " (" } else { ", (" });
        for column in 0..n_columns {
            if column > 0 {
                sql.push_str(", ");
            }
            match kind {
                // Numbered parameters are searched one by one while SQLite parses: quadratic in long lists.
                Kind::Sqlite => sql.push('?'),
                Kind::Postgres => {
                    sql.push('$');
                    sql.push_str(&(row * n_columns + column + 1).to_string());
                }
            }
        }
        sql.push(')');
    }
    sql.push(' ');
    sql.push_str(tail);
    sql
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_noted_of_an_object_goes_into_one_event_of_its_own() {
        let mut session = NoSession;
        let mut tx = Tx::new(&mut session, Ts::from_second(1));
        tx.note_change("certificate", "mc-a", Some(3), &["name", "tags"]);
        tx.note_change("certificate", "mc-b", Some(9), &["name"]);
        tx.note_change("certificate", "mc-a", Some(4), &["environment", "tags"]);
        let change = tx.take_change("certificate", "mc-a");
        assert_eq!(change.revision, Some(4));
        assert_eq!(change.fields, ["environment", "name", "tags"]);
        assert!(tx.take_change("certificate", "mc-a").fields.is_empty());
        assert_eq!(tx.take_change("certificate", "mc-b").revision, Some(9));
    }

    struct NoSession;

    impl Session for NoSession {
        fn kind(&self) -> Kind {
            Kind::Sqlite
        }
        fn batch(&mut self, _: &str) -> Result<(), Failure> {
            Ok(())
        }
        fn execute(&mut self, _: &str, _: &[Val]) -> Result<Done, Failure> {
            Ok(Done { n_rows: 0, wrote: false })
        }
        fn query(&mut self, _: &str, _: &[Val], _: Sink<'_>) -> Result<Done, Failure> {
            Ok(Done { n_rows: 0, wrote: false })
        }
    }

    #[test]
    fn groups_are_powers_of_two_within_the_parameter_limit() {
        let check = |n_rows, n_columns, expected| assert_eq!(group_size(n_rows, n_columns), expected);
        check(1, 3, 1);
        check(3, 3, 2);
        check(63, 3, 32);
        check(500, 3, 64);
        check(500, 1000, 32);
    }

    #[test]
    fn values_are_numbered_on_postgres_and_anonymous_on_sqlite() {
        let head = "INSERT INTO t (a, b) VALUES";
        assert_eq!(
            values_text(Kind::Postgres, head, 2, 2, "ON CONFLICT DO NOTHING"),
            "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4) ON CONFLICT DO NOTHING"
        );
        assert_eq!(values_text(Kind::Sqlite, head, 1, 2, ""), "INSERT INTO t (a, b) VALUES (?, ?) ");
    }
}
