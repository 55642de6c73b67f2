//! The filters by what another table has of a certificate: its key holders, targets and tags.
//!
//! Not for: filters by the certificates' own columns (`filter.rs`). Invariant: as there, the branch of a predicate holds at
//! least the rows that its test passes.

use certctl_core::choice::Choice;
use certctl_core::id::{AgentId, TargetId};

use super::filter::{Branch, Narrowed, Predicate, Sql, has_unset, places};
use crate::Val;

/// A filter by what another table has of a certificate, one row for each value.
struct Through {
    /// The table, with what its rows have to be.
    from: &'static str,
    /// The column of the value.
    value: &'static str,
    /// What makes a row of the table count as "set".
    counts: String,
    narrowed: Narrowed,
}

impl Through {
    fn predicate<T: Clone + Into<Val>>(&self, choice: &Choice<T>) -> Option<Predicate> {
        if choice.is_empty() {
            return None;
        }
        let Self { from, value, counts, narrowed } = self;
        let values =
            |list: &[Option<T>]| -> Vec<Val> { list.iter().flatten().cloned().map(Into::into).collect() };
        let (any, not) = (values(&choice.any), values(&choice.not));
        let has = |more: &str| {
            format!("EXISTS (SELECT 1 FROM {from} x WHERE x.certificate_id = @id AND {counts}{more})")
        };
        let has_one =
            |list: Vec<Val>| Sql::new(has(&format!(" AND x.{value} IN ({})", places(list.len()))), list);
        let mut test = Sql::default();
        let mut branches = None;
        // A certificate has a value once.
        let exact = any.len() == 1 && choice.any.len() == 1 && choice.not.is_empty();
        if !choice.any.is_empty() {
            let mut wanted = Sql::default();
            if !any.is_empty() {
                wanted.or(has_one(any.clone()));
            }
            if has_unset(&choice.any) {
                wanted.or(Sql::new(format!("NOT {}", has("")), Vec::new()));
            } else {
                let select = format!(
                    "SELECT x.certificate_id FROM {from} x WHERE x.{value} IN ({}) AND {counts}",
                    places(any.len())
                );
                branches = Some(vec![Branch::Ids {
                    column: "id",
                    select: Sql::new(select, any),
                    narrowed: Some(*narrowed),
                }]);
            }
            test.and(Sql::new(format!("({})", wanted.text), wanted.values));
        }
        if !not.is_empty() {
            let one = has_one(not);
            test.and(Sql::new(format!("NOT {}", one.text), one.values));
        }
        if has_unset(&choice.not) {
            test.and(Sql::new(has(""), Vec::new()));
        }
        Some(Predicate { test, branches, exact, ..Predicate::default() })
    }
}

pub(super) fn agents(choice: &Choice<AgentId>) -> Option<Predicate> {
    // holders_holder, and the primary key for one certificate's.
    let counts = "x.holder <> 'external'".to_owned();
    let narrowed = Narrowed::Id("x.certificate_id");
    Through { from: "holders", value: "holder", counts, narrowed }.predicate(choice)
}

pub(super) fn targets(choice: &Choice<TargetId>) -> Option<Predicate> {
    // certificate_targets_target, and the primary key for one certificate's.
    let narrowed = Narrowed::Id("x.certificate_id");
    Through { from: "certificate_targets", value: "target_id", counts: "TRUE".to_owned(), narrowed }
        .predicate(choice)
}

pub(super) fn tags(choice: &Choice<String>, archived: bool) -> Option<Predicate> {
    // certificate_tags_tag, and the primary key for one certificate's.
    let counts = format!("x.archived = {}", if archived { "TRUE" } else { "FALSE" });
    let narrowed = Narrowed::Environment("x.environment");
    Through { from: "certificate_tags", value: "tag", counts, narrowed }.predicate(choice)
}
