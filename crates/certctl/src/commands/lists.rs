//! What every long list has beside its pages: `facets` and `anchors`.
//!
//! Not for: filters (the nouns' own files). Invariant: the counts that are shown are the server's.

use certctl_api::lists::Anchors;
use certctl_core::facet::Facet;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::output::Exit;
use crate::query::Query;
use crate::session::Session;
use crate::table::Column;

/// A line of counts.
#[derive(Debug, serde::Deserialize)]
struct FacetLine {
    facet: Facet,
    value: Option<String>,
    count: i64,
}

const FACET: &[Column<FacetLine>] = &[
    Column::new("By", |line, _| line.facet.to_string()),
    Column::new("Value", |line, _| line.value.clone().unwrap_or_else(|| "none".to_owned())),
    Column::new("Count", |line, _| line.count.to_string()),
];

const ANCHORS: &[Column<Anchors>] = &[
    Column::show("Total", |anchors, _| {
        format!("{}{}", anchors.total, if anchors.approximate { " and more" } else { "" })
    }),
    Column::show("Between two", |anchors, _| anchors.every.to_string()),
    Column::show("As of", |anchors, view| view.time(Some(anchors.as_of))),
    Column::show("Cursors", |anchors, _| anchors.anchors.join("\n")),
];

/// Cursors all over a list.
pub(crate) async fn anchors(session: &mut Session<'_>, list: &str, query: &Query) -> Result<Exit, Failure> {
    session.show(&query.after(&format!("{list}/anchors")), ANCHORS).await
}

/// The counts of a list, a line for each value.
pub(crate) async fn facets(session: &mut Session<'_>, list: &str, query: &Query) -> Result<Exit, Failure> {
    let path = query.after(&format!("{list}/facets"));
    let found: Value = session.client.read(&path).await?;
    if session.console.format.is_machine() {
        session.console.document(&found)?;
        return Ok(Exit::Ok);
    }
    let mut lines = Vec::new();
    for facet in found["facets"].as_array().into_iter().flatten() {
        for value in facet["values"].as_array().into_iter().flatten() {
            lines.push(json!({ "facet": facet["facet"], "value": value["value"], "count": value["count"] }));
        }
        if facet["other_values"].as_i64().is_some_and(|n| n > 0) {
            let others = format!("{} others", facet["other_values"]);
            lines.push(json!({ "facet": facet["facet"], "value": others, "count": facet["other_count"] }));
        }
    }
    session.console.rows(&format!("GET {path}"), &lines, FACET)?;
    let more = if found["approximate"] == true { " and more" } else { "" };
    let as_of = found["as_of"].as_str().unwrap_or_default();
    session.console.hint(&format!("{}{more} in all, as of {as_of}", found["total"]))?;
    Ok(Exit::Ok)
}
