//! A list as a whole: places all over it, and how many of its rows have which value.
//!
//! `Rows` does it for the lists that are in the order of one column. To add a list: its filter as `Rows`, then
//! `Rows::anchors` and `Rows::facets`. The list of certificates has many orders and words that depend on the time: it
//! counts by itself (`certificates/`) and shares the answers. Not for: keeping what was counted (the server does).
//! Invariants: of very many rows only the first `MAX_COUNTED` in the order of the list are read, and the answer says so;
//! the counts of a facet add up to the total, unless a row can have several of its values.

use std::collections::HashMap;

use certctl_core::facet::Facet;

use crate::{Cell, FromVal, StoreError, Tx, Val};

/// At least so many rows lie between two anchors.
const ANCHOR_STEP: i64 = 200;
/// The most anchors.
const MAX_ANCHORS: i64 = 512;
/// So many rows are counted.
pub(crate) const MAX_COUNTED: i64 = 2_000_000;

/// Places all over a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchors<P> {
    /// How many rows match.
    pub total: i64,
    /// How many rows lie between two places.
    pub every: i64,
    /// The place behind each `every` rows.
    pub positions: Vec<P>,
    /// Only the first of very many rows were counted.
    pub approximate: bool,
}

impl<P> Anchors<P> {
    /// Of so many rows that were counted, [`MAX_COUNTED`] and one at most; without the places.
    pub(crate) fn of(counted: i64) -> Self {
        let total = counted.min(MAX_COUNTED);
        let every = ANCHOR_STEP.max((total + MAX_ANCHORS - 1) / MAX_ANCHORS);
        Self { total, every, positions: Vec::new(), approximate: counted > MAX_COUNTED }
    }

    /// How many places there are: so many that the last still has rows behind it.
    pub(crate) fn n_places(&self) -> i64 {
        (self.total - 1).max(0) / self.every
    }
}

/// How many rows have a value; no value: it is not set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetCount {
    /// The value.
    pub value: Option<String>,
    /// How many.
    pub n: u64,
}

/// What a list is made of.
#[derive(Debug, Clone, Default)]
pub struct Facets {
    /// How many match.
    pub total: u64,
    /// For each facet its values, the most frequent first.
    pub counts: Vec<(Facet, Vec<FacetCount>)>,
    /// Only the first of very many rows were counted.
    pub approximate: bool,
}

/// The values of one facet as they are counted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    unset: u64,
    values: HashMap<String, u64>,
}

impl Tally {
    pub(crate) fn add(&mut self, value: Option<&str>, n: u64) {
        match value {
            None => self.unset += n,
            Some(text) => match self.values.get_mut(text) {
                Some(known) => *known += n,
                None => {
                    self.values.insert(text.to_owned(), n);
                }
            },
        }
    }

    pub(crate) fn sorted(self) -> Vec<FacetCount> {
        let mut all: Vec<FacetCount> =
            self.values.into_iter().map(|(value, n)| FacetCount { value: Some(value), n }).collect();
        if self.unset > 0 {
            all.push(FacetCount { value: None, n: self.unset });
        }
        all.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.value.cmp(&b.value)));
        all
    }
}

/// The text of a cell that can be counted by.
pub(crate) fn text<'r>(cell: &Cell<'r>) -> Option<&'r str> {
    match cell {
        Cell::Text(text) | Cell::Json(text) => Some(text),
        Cell::Null | Cell::Bool(_) | Cell::Int(_) | Cell::Float(_) | Cell::Bytes(_) | Cell::Ts(_) => None,
    }
}

/// The rows of a list in the order of one column.
#[derive(Debug)]
pub(crate) struct Rows {
    /// What the statements are called by.
    pub(crate) name: &'static str,
    /// The table, with its alias if the conditions use one.
    pub(crate) table: &'static str,
    /// What the order begins with, when that is not the key.
    pub(crate) before: Option<&'static str>,
    /// The column of the order: unique, with an index.
    pub(crate) key: &'static str,
    /// The other way round.
    pub(crate) descending: bool,
    /// The conditions: ` AND ...`, or nothing.
    pub(crate) conditions: String,
    /// Their values.
    pub(crate) values: Vec<Val>,
    /// The conditions leave out rows that the filter may let through, because there are so many.
    pub(crate) cut: bool,
}

impl Rows {
    fn order(&self) -> String {
        let way = if self.descending { " DESC" } else { "" };
        let before = self.before.map(|before| format!("{before}{way}, ")).unwrap_or_default();
        format!("ORDER BY {before}{}{way}", self.key)
    }

    /// How many match, [`MAX_COUNTED`] and one at most.
    fn counted(&self, tx: &mut Tx<'_>) -> Result<i64, StoreError> {
        let Self { name, table, conditions, .. } = self;
        let limit = MAX_COUNTED + 1;
        let (n,): (i64,) = tx.one(
            &format!(
                "-- {name}.count_some
                 SELECT COUNT(*) FROM (SELECT 1 AS one FROM {table} WHERE 1 = 1{conditions} LIMIT {limit}) AS counted"
            ),
            &self.values,
        )?;
        Ok(n)
    }

    /// Places all over the list: one walk over what was counted.
    pub(crate) fn anchors<P: FromVal>(&self, tx: &mut Tx<'_>) -> Result<Anchors<P>, StoreError> {
        let mut found = Anchors::of(self.counted(tx)?);
        found.approximate |= self.cut;
        let n_places = found.n_places();
        if n_places == 0 {
            return Ok(found);
        }
        let Self { name, table, key, conditions, .. } = self;
        let (order, every, last) = (self.order(), found.every, n_places * found.every);
        let places: Vec<(P,)> = tx.all(
            &format!(
                "-- {name}.anchors
                 SELECT place FROM (
                     SELECT {key} AS place, ROW_NUMBER() OVER ({order}) AS n
                     FROM {table} WHERE 1 = 1{conditions} {order} LIMIT {last}
                 ) AS numbered
                 WHERE n % {every} = 0 ORDER BY n"
            ),
            &self.values,
        )?;
        found.positions = places.into_iter().map(|(place,)| place).collect();
        Ok(found)
    }

    /// Counts the list by columns: one pass over what was counted.
    pub(crate) fn facets(
        &self,
        tx: &mut Tx<'_>,
        columns: &[(Facet, &'static str)],
    ) -> Result<Facets, StoreError> {
        let more = self.counted(tx)? > MAX_COUNTED;
        let Self { name, table, conditions, .. } = self;
        let named: Vec<&str> = columns.iter().map(|(_, column)| *column).collect();
        let named = named.join(", ");
        // Without a limit the rows may be read in the order that they lie in.
        let first = if more { format!(" {} LIMIT {MAX_COUNTED}", self.order()) } else { String::new() };
        let sql = format!(
            "-- {name}.facets
             SELECT {named}, COUNT(*) AS n FROM (SELECT {named} FROM {table} WHERE 1 = 1{conditions}{first}) AS counted
             GROUP BY {named}"
        );
        let (mut total, mut tallies) = (0, vec![Tally::default(); columns.len()]);
        tx.each(&sql, &self.values, &mut |row| {
            let n: i64 = row.at(columns.len())?;
            let n = u64::try_from(n).unwrap_or(0);
            total += n;
            for (i, tally) in tallies.iter_mut().enumerate() {
                tally.add(text(&row.cell(i)?), n);
            }
            Ok(())
        })?;
        let counts =
            columns.iter().zip(tallies).map(|((facet, _), tally)| (*facet, tally.sorted())).collect();
        Ok(Facets { total, counts, approximate: more || self.cut })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_at_most_512_and_the_last_has_rows_behind_it() {
        for (counted, total, every, n_places, approximate) in [
            (0, 0, 200, 0, false),
            (1, 1, 200, 0, false),
            (200, 200, 200, 0, false),
            (201, 201, 200, 1, false),
            (102_400, 102_400, 200, 511, false),
            (102_401, 102_401, 201, 509, false),
            (MAX_COUNTED, MAX_COUNTED, 3_907, 511, false),
            (MAX_COUNTED + 1, MAX_COUNTED, 3_907, 511, true),
        ] {
            let found: Anchors<i64> = Anchors::of(counted);
            assert_eq!((found.total, found.every, found.approximate), (total, every, approximate));
            assert_eq!(found.n_places(), n_places, "{counted}");
        }
    }

    #[test]
    fn the_most_frequent_value_goes_first_and_ties_by_name() {
        let mut tally = Tally::default();
        for (value, n) in [(Some("b"), 2), (None, 1), (Some("a"), 2), (Some("c"), 1), (Some("c"), 4)] {
            tally.add(value, n);
        }
        let sorted: Vec<(Option<String>, u64)> =
            tally.sorted().into_iter().map(|one| (one.value, one.n)).collect();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(sorted, [(text("c"), 5), (text("a"), 2), (text("b"), 2), (None, 1)]);
    }
}
