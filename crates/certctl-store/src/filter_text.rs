//! Small parts of the texts that filters of lists become.
//!
//! Not for: what a filter means (its noun's file). Invariant: values are bound, never written into the text.

use certctl_core::choice::Choice;

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

/// Adds what a choice asks of a column: ` AND ...`, or nothing when it admits everything.
pub(crate) fn chosen<T>(column: &str, choice: &Choice<T>, sql: &mut String, values: &mut Vec<Val>)
where
    T: Clone + Into<Val>,
{
    let mut places = |list: &[Option<T>]| {
        let mut places = Vec::new();
        for value in list.iter().flatten().cloned() {
            values.push(value.into());
            places.push(format!("${}", values.len()));
        }
        places.join(", ")
    };
    let (any, not) = (places(&choice.any), places(&choice.not));
    let unset = |list: &[Option<T>]| list.iter().any(Option::is_none);
    match (any.as_str(), unset(&choice.any)) {
        ("", false) => {}
        ("", true) => sql.push_str(&format!(" AND {column} IS NULL")),
        (any, false) => sql.push_str(&format!(" AND {column} IN ({any})")),
        (any, true) => sql.push_str(&format!(" AND ({column} IN ({any}) OR {column} IS NULL)")),
    }
    match (not.as_str(), unset(&choice.not)) {
        ("", false) => {}
        ("", true) => sql.push_str(&format!(" AND {column} IS NOT NULL")),
        (not, false) => sql.push_str(&format!(" AND ({column} NOT IN ({not}) OR {column} IS NULL)")),
        (not, true) => sql.push_str(&format!(" AND {column} NOT IN ({not})")),
    }
}

/// The pattern of a text that is somewhere in another, both in lower case, with `\` before what has a meaning of its own.
pub(crate) fn part(q: &str) -> String {
    format!("%{}%", q.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_counts_unset_values_as_a_value() {
        let check = |given: &str, expected: &str, n: usize| {
            let choice: Choice<String> = given.parse().unwrap();
            let (mut sql, mut values) = (String::new(), Vec::new());
            chosen("x", &choice, &mut sql, &mut values);
            assert_eq!((sql.as_str(), values.len()), (expected, n), "{given}");
        };
        check("a", " AND x IN ($1)", 1);
        check("a,b,none", " AND (x IN ($1, $2) OR x IS NULL)", 2);
        check("none", " AND x IS NULL", 0);
        check("-none", " AND x IS NOT NULL", 0);
        check("-a", " AND (x NOT IN ($1) OR x IS NULL)", 1);
        check("-a,-none", " AND x NOT IN ($1)", 1);
        check("a,-b", " AND x IN ($1) AND (x NOT IN ($2) OR x IS NULL)", 2);
        let (mut sql, mut values) = (String::new(), Vec::new());
        chosen("x", &Choice::<String>::default(), &mut sql, &mut values);
        assert_eq!((sql.as_str(), values.len()), ("", 0));
    }
}
