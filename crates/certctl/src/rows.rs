//! The rows of an answer, for the formats that have no place for anything else: CSV and NDJSON.
//!
//! Not for: files of any length, which the server makes (`exports.rs`). Invariants: the columns of a CSV are the API's own
//! names; a cell that a spreadsheet would take for a formula is made a text, as in the server's exports.

use std::collections::BTreeSet;

use serde_json::Value;

/// The rows: the items of a page, those of a list, or the answer itself.
pub(crate) fn of(value: &Value) -> Vec<&Value> {
    match (value.get("items"), value) {
        (Some(Value::Array(items)), _) | (_, Value::Array(items)) => items.iter().collect(),
        (_, Value::Null) => Vec::new(),
        (_, one) => vec![one],
    }
}

/// The rows as CSV (RFC 4180): one column for each field that any row has, `id` and `name` before the others.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn csv(value: &Value) -> std::io::Result<String> {
    let rows = of(value);
    let names: BTreeSet<&String> =
        rows.iter().filter_map(|row| row.as_object()).flat_map(|row| row.keys()).collect();
    let mut names: Vec<&str> = names.into_iter().map(String::as_str).collect();
    names.sort_by_key(|name| (*name != "id", *name != "name"));
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let plain = names.is_empty();
    if plain && !rows.is_empty() {
        writer.write_record(["value"])?;
    } else if !plain {
        writer.write_record(&names)?;
    }
    for row in rows {
        let cells: Vec<String> =
            if plain { vec![cell(row)] } else { names.iter().map(|name| cell(&row[*name])).collect() };
        writer.write_record(cells)?;
    }
    let bytes = writer.into_inner().map_err(|error| std::io::Error::other(error.to_string()))?;
    String::from_utf8(bytes).map_err(std::io::Error::other)
}

fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => return String::new(),
        Value::Bool(value) => return value.to_string(),
        Value::Number(value) => return value.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let texts =
                items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned));
            texts.collect::<Vec<_>>().join("; ")
        }
        Value::Object(_) => value.to_string(),
    };
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_rows_are_the_items_of_a_page_those_of_a_list_or_the_answer() {
        assert_eq!(of(&json!({ "items": [1, 2], "next_cursor": "x" })).len(), 2);
        assert_eq!(of(&json!([1, 2, 3])).len(), 3);
        assert_eq!(of(&json!({ "id": "mc-a" })), [&json!({ "id": "mc-a" })]);
        assert!(of(&Value::Null).is_empty());
    }

    #[test]
    fn csv_has_a_column_for_each_field_of_any_row_and_no_formula() {
        let page = json!({ "items": [
            { "names": ["a.example", "b, c"], "id": "mc-a", "live": { "n": 1 }, "name": "=1+1" },
            { "id": "mc-b", "name": "say \"x\"", "n": -5, "gone": null, "on": true },
        ] });
        assert_eq!(
            csv(&page).unwrap(),
            "id,name,gone,live,n,names,on\r\nmc-a,'=1+1,,\"{\"\"n\"\":1}\",,\"a.example; b, c\",\r\n\
             mc-b,\"say \"\"x\"\"\",,,-5,,true\r\n"
        );
        assert_eq!(csv(&json!({ "items": [] })).unwrap(), "");
        assert_eq!(csv(&json!(["a"])).unwrap(), "value\r\na\r\n");
    }
}
