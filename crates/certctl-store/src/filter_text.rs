//! Small parts of the texts that filters of lists become.
//!
//! Not for: what a filter means (its noun's file). Invariant: values are bound, never written into the text.

use crate::Val;

/// Adds that a column has one of these values: ` AND ...`, or nothing when there are none.
pub(crate) fn any_of(column: &str, wanted: Vec<Val>, sql: &mut String, values: &mut Vec<Val>) {
    if wanted.is_empty() {
        return;
    }
    let mut places = Vec::with_capacity(wanted.len());
    for value in wanted {
        values.push(value);
        places.push(format!("${}", values.len()));
    }
    sql.push_str(&format!(" AND {column} IN ({})", places.join(", ")));
}

/// The pattern of a text that is somewhere in another, both in lower case, with `\` before what has a meaning of its own.
pub(crate) fn part(q: &str) -> String {
    format!("%{}%", q.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}
