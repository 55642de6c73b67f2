//! How many of the certificates of a list have which value.
//!
//! One pass over the rows that match, in groups by the table's own order, so that neither store holds more of them in
//! memory than a group; status and condition are core's own functions. Not for: keeping the answer (the server does: at a
//! million rows a pass takes seconds). Invariant: the counts of each facet but the tags add up to the total.

use certctl_core::certificate::{StatusFacts, status};
use certctl_core::condition::{ConditionFacts, Stage, condition};
use certctl_core::facet::Facet;
use certctl_core::time::Ts;

use super::CertificateFilter;
use super::filter::{Columns, Plan};
use super::statement::Statement;
use crate::lists::{Facets, Tally, text};
use crate::{Kind, Row, StoreError, Tx};

/// Rows that are read together.
const GROUP: i64 = 10_000;

/// Columns whose values are counted as they are.
const PLAIN: [(Facet, &str); 8] = [
    (Facet::Live, "live_state"),
    (Facet::Environment, "environment"),
    (Facet::Owner, "owner_id"),
    (Facet::Team, "team_id"),
    (Facet::Issuer, "issuer_id"),
    (Facet::Profile, "profile_id"),
    (Facet::Policy, "renewal_policy_id"),
    (Facet::KeyAlgorithm, "key_algorithm"),
];

struct Pass {
    now: Ts,
    total: u64,
    plain: Vec<Tally>,
    status: Tally,
    condition: Tally,
    tags: Tally,
}

impl Pass {
    fn row(&mut self, row: &Row<'_>) -> Result<(), StoreError> {
        self.total += 1;
        for (i, tally) in self.plain.iter_mut().enumerate() {
            let cell = row.cell(i)?;
            tally.add(text(&cell), 1);
        }
        let at = PLAIN.len();
        let tags = row.cell(at)?;
        if let Some(list) = text(&tags).filter(|list| *list != "[]") {
            let read: Vec<String> = serde_json::from_str(list).map_err(|error| StoreError::Decode {
                column: "tags".to_owned(),
                detail: format!("not a list of texts at line {}", error.line()),
            })?;
            read.iter().for_each(|tag| self.tags.add(Some(tag), 1));
        }
        let archived_at: Option<Ts> = row.at(at + 1)?;
        let (issued, not_after, renew_after) = (row.at(at + 2)?, row.at(at + 3)?, row.at(at + 4)?);
        let (open, last_failed): (i64, bool) = (row.at(at + 5)?, row.at(at + 6)?);
        let (stage, unverified_at): (Stage, Option<Ts>) = (row.at(at + 7)?, row.at(at + 8)?);
        let facts = StatusFacts {
            archived_at,
            revoked: stage == Stage::Revoked,
            issued,
            not_after,
            renew_after,
            open_issuance: open > 0,
            last_failed,
        };
        self.status.add(Some(status(&facts, self.now).as_str()), 1);
        let facts = ConditionFacts {
            archived: archived_at.is_some(),
            revoked: stage == Stage::Revoked,
            issued,
            ends_at: not_after,
            renews_at: renew_after,
            stage,
            unverified_at,
        };
        self.condition.add(Some(condition(&facts, self.now).as_str()), 1);
        Ok(())
    }
}

/// Counts a list by everything.
///
/// # Errors
/// Those of the store.
pub fn facets(tx: &mut Tx<'_>, filter: &CertificateFilter) -> Result<Facets, StoreError> {
    let plan = Plan::new(tx, filter)?;
    let mut pass = Pass {
        now: plan.now,
        total: 0,
        plain: PLAIN.iter().map(|_| Tally::default()).collect(),
        status: Tally::default(),
        condition: Tally::default(),
        tags: Tally::default(),
    };
    if !plan.nothing {
        rows(tx, &plan, &mut pass)?;
    }
    let mut counts = vec![(Facet::Status, pass.status.sorted()), (Facet::Condition, pass.condition.sorted())];
    counts.extend(PLAIN.iter().zip(pass.plain).map(|((facet, _), tally)| (*facet, tally.sorted())));
    counts.push((Facet::Tag, pass.tags.sorted()));
    Ok(Facets { total: pass.total, counts, approximate: false })
}

fn rows(tx: &mut Tx<'_>, plan: &Plan, pass: &mut Pass) -> Result<(), StoreError> {
    let plain: Vec<String> = PLAIN.iter().map(|(_, column)| format!("c.{column}")).collect();
    let columns = format!(
        "{}, c.tags, c.archived_at, c.issued, c.not_after, c.renew_after, c.open_issuances, c.last_failed, c.stage, \
         c.unverified_at",
        plain.join(", ")
    );
    if let Some(branches) = super::ways::few_by(tx, plan)? {
        let mut sql = Statement::new(tx, "certificates.facets_chosen");
        sql.push("WITH chosen AS MATERIALIZED (");
        sql.by_way_of(plan, branches, &|sql| sql.push("c.id AS chosen_id"));
        sql.push(&format!(
            ") SELECT {columns} FROM chosen o CROSS JOIN certificates c WHERE c.id = o.chosen_id"
        ));
        return tx.each(&sql.text, &sql.values, &mut |row| pass.row(row)).map(drop);
    }
    // In the order that the rows lie in: SQLite's row numbers; PostgreSQL's primary key, whose ids rise with the time.
    let place = tx.pick("rowid", "id");
    let mut after: Option<Place> = None;
    loop {
        let mut sql = Statement::new(tx, "certificates.facets");
        sql.push(&format!("SELECT {columns}, c.{place} AS place"));
        sql.from(plan, Columns::Held);
        sql.tests(plan);
        match &after {
            None => {}
            Some(Place::Number(n)) => {
                sql.push(" AND c.rowid > ");
                sql.value(*n);
            }
            Some(Place::Id(id)) => {
                sql.push(" AND c.id > ");
                sql.value(id.clone());
            }
        }
        sql.push(&format!(" ORDER BY c.{place} LIMIT "));
        sql.value(GROUP);
        let kind = tx.kind();
        let mut last = None;
        let n = tx.each(&sql.text, &sql.values, &mut |row| {
            pass.row(row)?;
            last = Some(match kind {
                Kind::Sqlite => Place::Number(row.get("place")?),
                Kind::Postgres => Place::Id(row.get("place")?),
            });
            Ok(())
        })?;
        if n < u64::try_from(GROUP).unwrap_or(u64::MAX) {
            return Ok(());
        }
        after = last;
    }
}

/// Where a pass is.
enum Place {
    Number(i64),
    Id(String),
}
