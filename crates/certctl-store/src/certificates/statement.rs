//! A statement about certificates under construction, and the order that an index gives its rows in.
//!
//! Not for: what filters mean (`filter.rs`), or which way to the rows is taken (`ways.rs`). Invariant: values go in as
//! values, never as text.

use certctl_core::condition::Condition;
use certctl_core::inventory::SortKey;

use super::filter::{Branch, Columns, Narrowed, Plan, Predicate, Sql, places, render};
use super::list::{KeyValue, Position};
use super::words::condition_test;
use crate::{Kind, Tx, Val};

/// The direction and the key of an order that an index has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    pub(super) key: SortKey,
    pub(super) descending: bool,
    /// The rank that its rows have in the list.
    pub(super) rank: i64,
}

impl Way {
    pub(super) const fn column(self) -> &'static str {
        match self.key {
            SortKey::Name => "name_key",
            SortKey::Expires | SortKey::Attention => "ends_at",
            SortKey::Renews => "renews_at",
            SortKey::Created => "created_at",
            SortKey::Updated => "updated_at",
        }
    }

    pub(super) const fn behind(self) -> &'static str {
        if self.descending { "<" } else { ">" }
    }

    pub(super) const fn direction(self) -> &'static str {
        if self.descending { " DESC" } else { "" }
    }
}

/// A statement under construction.
pub(super) struct Statement {
    kind: Kind,
    pub(super) text: String,
    pub(super) values: Vec<Val>,
}

impl Statement {
    pub(super) fn new(tx: &Tx<'_>, name: &str) -> Self {
        Self { kind: tx.kind(), text: format!("-- {name}\n"), values: Vec::new() }
    }

    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(super) fn value(&mut self, value: impl Into<Val>) {
        self.values.push(value.into());
        self.text.push_str(&format!("${}", self.values.len()));
    }

    pub(super) fn add(&mut self, columns: Columns, piece: &Sql) {
        render(self.kind, columns, piece, &mut self.text, &mut self.values);
    }

    /// ` FROM certificates c WHERE ..` down to what is archived or not.
    pub(super) fn from(&mut self, plan: &Plan, columns: Columns) {
        self.push(" FROM certificates c WHERE ");
        let archived = if plan.archived { "@archived = TRUE" } else { "@archived = FALSE" };
        self.add(columns, &Sql::new(archived, Vec::new()));
    }

    /// The same, for the rows of a branch.
    pub(super) fn rows_of(&mut self, plan: &Plan, branch: &Branch) {
        let columns = if matches!(branch, Branch::Part(_)) { Columns::Held } else { Columns::Free };
        self.from(plan, columns);
    }

    /// Every test.
    pub(super) fn tests(&mut self, plan: &Plan) {
        self.tests_but(plan, None);
    }

    /// Every test but that of the predicate whose branches lead, if these have exactly its rows.
    fn tests_but(&mut self, plan: &Plan, branches: Option<&[Branch]>) {
        for predicate in &plan.predicates {
            if predicate.exact && branches.is_some_and(|branches| leads(predicate, branches)) {
                continue;
            }
            self.push(" AND ");
            match (&predicate.by_index, self.kind) {
                (Some(by_index), Kind::Sqlite) => self.add(Columns::Held, by_index),
                (Some(_) | None, Kind::Sqlite | Kind::Postgres) => self.add(Columns::Held, &predicate.test),
            }
        }
    }

    /// What an order's own index says of the rows that pass.
    pub(super) fn ranges(&mut self, plan: &Plan, way: Way) {
        // The indexes by end and by renewal have both.
        let has = |key: SortKey| match way.key {
            SortKey::Expires | SortKey::Attention | SortKey::Renews => {
                matches!(key, SortKey::Expires | SortKey::Renews)
            }
            other => other == key,
        };
        for (_, range) in plan.predicates.iter().flat_map(|one| &one.ranges).filter(|(key, _)| has(*key)) {
            self.push(" AND ");
            self.add(Columns::Free, range);
        }
    }

    pub(super) fn behind(&mut self, way: Way, after: Option<&Position>) {
        let Some(after) = after else { return };
        self.push(&format!(" AND (c.{}, c.id) {} (", way.column(), way.behind()));
        self.key(&after.key);
        self.push(", ");
        self.value(after.id.clone());
        self.push(")");
    }

    pub(super) fn key(&mut self, key: &KeyValue) {
        match key {
            KeyValue::Nothing => self.push("''"),
            KeyValue::Text(text) => self.value(text.clone()),
            KeyValue::At(at) => self.value(*at),
        }
    }

    pub(super) fn order(&mut self, way: Way) {
        self.push(&format!(" ORDER BY c.{0}{1}, c.id{1}", way.column(), way.direction()));
    }

    /// The place of a row in an order that an index has.
    pub(super) fn place(&mut self, way: Way) {
        self.push(&format!(
            "CAST({} AS BIGINT) AS sort_rank, c.{} AS sort_key, c.id AS sort_id",
            way.rank,
            way.column()
        ));
    }

    /// By the places of a list.
    pub(super) fn places_in_order(&mut self, p: &str, way: Way) {
        let direction = way.direction();
        let keys = ["sort_rank", "sort_key", "sort_id"].map(|key| format!("{p}{key}{direction}"));
        self.push(&format!(" ORDER BY {}", keys.join(", ")));
    }

    /// The rows of the places in `part`, in their order. The part leads: its rows are few, and each is one look into the
    /// primary key.
    pub(super) fn rows_of_part(&mut self, columns: &str, way: Way) {
        self.push(&format!(
            "SELECT {columns}, p.sort_rank, p.sort_key, p.sort_id FROM part p CROSS JOIN certificates c \
             WHERE c.id = p.sort_id"
        ));
        self.places_in_order("p.", way);
    }

    /// One branch of a predicate, as a condition on the rows.
    pub(super) fn branch(&mut self, plan: &Plan, branch: &Branch) {
        match branch {
            Branch::Rows(piece) | Branch::Part(piece) => self.add(Columns::Free, piece),
            Branch::Word { way, test } => {
                self.add(Columns::Free, way);
                self.push(" AND ");
                self.add(Columns::Held, test);
            }
            Branch::Ids { column, select, narrowed } => {
                self.push(&format!("c.{column} IN ("));
                self.add(Columns::Free, select);
                match narrowed {
                    Some(Narrowed::Environment(column)) => self.in_environments(plan, column),
                    Some(Narrowed::Id(id)) => self.of_environments(plan, id),
                    None => {}
                }
                self.push(")");
            }
        }
    }

    /// Leaves only rows of the environments that are asked for, which their own index has.
    pub(super) fn in_environments(&mut self, plan: &Plan, column: &str) {
        for predicate in plan.predicates.iter().filter(|one| !one.environments.is_empty()) {
            let test = format!(" AND {column} IN ({})", places(predicate.environments.len()));
            self.add(Columns::Free, &Sql::new(test, predicate.environments.clone()));
        }
    }

    /// Leaves only ids of the environments that are asked for, by an index alone: no row is read for an id that is not wanted.
    fn of_environments(&mut self, plan: &Plan, id: &str) {
        let by = match self.kind {
            Kind::Sqlite => "INDEXED BY certificates_environment_id ",
            Kind::Postgres => "",
        };
        let archived = if plan.archived { "TRUE" } else { "FALSE" };
        for predicate in plan.predicates.iter().filter(|one| !one.environments.is_empty()) {
            let test = format!(
                " AND EXISTS (SELECT 1 FROM certificates i {by}WHERE i.environment IN ({}) \
                 AND i.archived = {archived} AND i.id = {id})",
                places(predicate.environments.len())
            );
            self.add(Columns::Free, &Sql::new(test, predicate.environments.clone()));
        }
    }

    /// The rows of a plan by way of one predicate: a select for each branch, `columns` of each row.
    pub(super) fn by_way_of(&mut self, plan: &Plan, branches: &[Branch], columns: &dyn Fn(&mut Self)) {
        let is_exact = plan.predicates.iter().any(|one| leads(one, branches) && one.exact);
        // A row may be in several branches.
        let union = if is_exact { " UNION ALL SELECT " } else { " UNION SELECT " };
        for (i, branch) in branches.iter().enumerate() {
            self.push(if i == 0 { "SELECT " } else { union });
            columns(self);
            self.rows_of(plan, branch);
            self.push(" AND ");
            self.branch(plan, branch);
            self.tests_but(plan, Some(branches));
        }
    }
}

/// Whether the branches are those of this very predicate.
fn leads(predicate: &Predicate, branches: &[Branch]) -> bool {
    predicate.branches.as_deref().is_some_and(|own| std::ptr::eq(own, branches))
}

/// What gives a row its rank, as a number in SQL.
pub(super) fn rank(sql: &mut Statement, plan: &Plan, way: Way) {
    if way.key != SortKey::Attention {
        sql.push(&format!("CAST({} AS BIGINT)", way.rank));
        return;
    }
    if plan.archived {
        sql.push(&format!("CAST({} AS BIGINT)", Condition::Archived.rank()));
        return;
    }
    sql.push("CAST(CASE");
    for condition in Condition::ALL {
        if let Some(test) = condition_test(*condition, plan.now) {
            sql.push(" WHEN ");
            sql.add(Columns::Held, &test);
            sql.push(&format!(" THEN {}", condition.rank()));
        }
    }
    sql.push(" END AS BIGINT)");
}
