//! Query strings, and the flags that page through a list.
//!
//! Not for: filters' meaning. Invariant: every value is percent-encoded (RFC 3986, section 2.1).

use std::collections::BTreeMap;

use serde_json::Value;

use crate::failure::Failure;
use crate::output::Exit;
use crate::session::Session;
use crate::table::Column;

/// The parameters of a request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query(Vec<(&'static str, String)>);

impl Query {
    /// With a parameter, when there is a value.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: Option<impl ToString>) -> Self {
        if let Some(value) = value {
            self.0.push((name, value.to_string()));
        }
        self
    }

    /// The path with the parameters after it.
    pub(crate) fn after(&self, path: &str) -> String {
        let mut text = path.to_owned();
        for (name, value) in &self.0 {
            push_parameter(&mut text, name, value);
        }
        text
    }

    /// The parameters by name, as a bulk selection takes them.
    pub(crate) fn into_map(self) -> BTreeMap<String, String> {
        self.0.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// Adds a parameter to a path.
pub(crate) fn push_parameter(path: &mut String, name: &str, value: &str) {
    path.push(if path.contains('?') { '&' } else { '?' });
    push_encoded(path, name);
    path.push('=');
    push_encoded(path, value);
}

/// Several values of one parameter; none when there are none.
pub(crate) fn commas<T: ToString>(values: &[T]) -> Option<String> {
    let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
    (!texts.is_empty()).then(|| texts.join(","))
}

fn push_encoded(text: &mut String, value: &str) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
}

/// Flags of every list.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Paging {
    /// The number of items on a page, 1 to 500; 50 when absent
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=500))]
    limit: Option<u32>,
    /// Continue from a page's next_cursor
    #[arg(long, value_name = "CURSOR")]
    cursor: Option<String>,
    /// All pages, as one list
    #[arg(long)]
    all: bool,
}

/// Fetches and prints a list.
///
/// # Errors
/// [`Failure`] of the request or the output.
pub(crate) async fn list<T: serde::de::DeserializeOwned>(
    session: &mut Session<'_>,
    path: &str,
    filters: Query,
    paging: &Paging,
    columns: &[Column<T>],
) -> Result<Exit, Failure> {
    let limit = paging.limit.or_else(|| paging.all.then_some(500));
    let filters = filters.with("limit", limit);
    let mut page: Value =
        session.client.read(&filters.clone().with("cursor", paging.cursor.as_ref()).after(path)).await?;
    while paging.all
        && let Some(cursor) = next_cursor(&page)
    {
        let next: Value =
            session.client.read(&filters.clone().with("cursor", Some(cursor)).after(path)).await?;
        append(&mut page, next);
    }
    if session.console.format.is_machine() {
        session.console.document(&page)?;
        return Ok(Exit::Ok);
    }
    let items = page.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
    session.console.rows(&format!("GET {path}"), &items, columns)?;
    if let Some(cursor) = next_cursor(&page) {
        let n = items.len();
        session.console.hint(&format!(
            "{n} shown, there are more: --all for all, --cursor {cursor} for the next page"
        ))?;
    }
    Ok(Exit::Ok)
}

/// Where the next page begins.
pub(crate) fn next_cursor(page: &Value) -> Option<String> {
    page.get("next_cursor").and_then(Value::as_str).map(str::to_owned)
}

/// Puts the items of the next page behind those of the page, and takes over its cursor.
pub(crate) fn append(page: &mut Value, mut next: Value) {
    let more = next.get_mut("items").and_then(Value::as_array_mut).map(std::mem::take).unwrap_or_default();
    let Some(object) = page.as_object_mut() else { return };
    match next.get("next_cursor").filter(|cursor| cursor.is_string()) {
        Some(cursor) => object.insert("next_cursor".to_owned(), cursor.clone()),
        None => object.remove("next_cursor"),
    };
    if let Some(items) = object.get_mut("items").and_then(Value::as_array_mut) {
        items.extend(more);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_percent_encoded() {
        let query =
            Query::default().with("q", Some("a b&c=*.é")).with("none", None::<&str>).with("limit", Some(5));
        assert_eq!(query.after("/certificates"), "/certificates?q=a%20b%26c%3D%2A.%C3%A9&limit=5");
        assert_eq!(Query::default().after("/jobs"), "/jobs");
    }

    #[test]
    fn pages_are_put_together_to_the_last() {
        let mut page = json!({ "items": [1], "next_cursor": "a", "total": 3 });
        append(&mut page, json!({ "items": [2], "next_cursor": "b" }));
        assert_eq!(next_cursor(&page).as_deref(), Some("b"));
        append(&mut page, json!({ "items": [3] }));
        assert_eq!(page, json!({ "items": [1, 2, 3], "total": 3 }));
    }
}
