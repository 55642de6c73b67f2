//! A caller's scope as SQL: which certificates, and what belongs to them, a statement may read or change for it.
//!
//! To scope another table: add [`clause`] where certificates are in the statement, [`through`] where the table only has a
//! certificate's id. Not for: what a scope means (core's `Scope`). Invariant: values are bound, never written into the
//! text; an empty scope adds nothing.

use certctl_core::permission::Scope;

use crate::filter_text::any_of;
use crate::{Cell, FromVal, Val};

impl From<&Scope> for Val {
    fn from(scope: &Scope) -> Self {
        Self::Json(if scope.is_everything() { None } else { serde_json::to_value(scope).ok() })
    }
}

impl FromVal for Scope {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Json(text) | Cell::Text(text) => {
                serde_json::from_str(text).map_err(|_| "not a scope".to_owned())
            }
            Cell::Null => Ok(Self::everything()),
            other => Err(other.mismatch("a scope")),
        }
    }
}

/// Adds what the scope asks of the certificates known as `alias` in the statement: ` AND ...`, or nothing.
pub(crate) fn clause(scope: &Scope, alias: &str, sql: &mut String, values: &mut Vec<Val>) {
    let teams = scope.team_ids.iter().map(Val::from).collect();
    let environments = scope.environments.iter().map(Val::from).collect();
    any_of(&format!("{alias}.team_id"), teams, sql, values);
    any_of(&format!("{alias}.environment"), environments, sql, values);
}

/// Adds what the scope asks of rows whose `column` holds a certificate's id: ` AND EXISTS ...`, or nothing.
pub(crate) fn through(scope: &Scope, column: &str, sql: &mut String, values: &mut Vec<Val>) {
    if scope.is_everything() {
        return;
    }
    // By the certificates' primary key.
    sql.push_str(&format!(" AND EXISTS (SELECT 1 FROM certificates scoped WHERE scoped.id = {column}"));
    clause(scope, "scoped", sql, values);
    sql.push(')');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_bound_behind_what_is_bound_already() {
        let scope = Scope {
            team_ids: vec!["t-a".parse().unwrap(), "t-b".parse().unwrap()],
            environments: vec!["lab".to_owned()],
        };
        let (mut sql, mut values) = (String::new(), vec![Val::from("before")]);
        clause(&scope, "c", &mut sql, &mut values);
        assert_eq!(sql, " AND c.team_id IN ($2, $3) AND c.environment IN ($4)");
        assert_eq!(values.len(), 4);
        through(&Scope::everything(), "jobs.certificate_id", &mut sql, &mut values);
        assert_eq!(values.len(), 4, "an empty scope asks nothing");
    }
}
