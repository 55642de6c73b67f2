//! `/api/docs`: the OpenAPI document as a page for people, made once at the start.
//!
//! Plain HTML: groups of operations that open and close by themselves (`<details>`), links between types; the mark that a link
//! leads to is inside of what it opens, so that browsers open it. Not for: what
//! the document says (`openapi.rs`, and the handlers). Invariants: no script, no inline style, nothing from elsewhere; each
//! text of the document is escaped.

use axum::{
    Router,
    response::{IntoResponse as _, Response},
    routing::get,
};
use http::{HeaderValue, header};
use serde_json::{Map, Value};

use super::{openapi, router};
use crate::{
    app::App,
    error::Error,
    problems::{PROBLEMS, ProblemKind},
};

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";
const METHODS: [&str; 5] = ["get", "post", "patch", "put", "delete"];

/// The page and its style sheet.
pub fn router() -> Router<App> {
    Router::new().route("/api/docs", get(show)).route("/assets/docs.css", get(style))
}

async fn show() -> Result<Response, Error> {
    let page =
        openapi::published_page().ok_or_else(|| Error::internal("the OpenAPI document was not built"))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    ];
    Ok((headers, page).into_response())
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("text/css"))], include_str!("docs/docs.css"))
        .into_response()
}

/// The page of a document.
pub fn page(document: &Value) -> String {
    let title = format!("{} API {}", text(&document["info"]["title"]), text(&document["info"]["version"]));
    let groups = groups(document);
    let contents: String = groups
        .iter()
        .map(|group| {
            let name = escape(&group.name);
            format!("<li><a href=\"#{name}\">{name}</a> <small>{}</small></li>", group.operations.len())
        })
        .collect();
    let operations: String = groups.iter().map(|group| group.html(document)).collect();
    let schemas: String = object(&document["components"]["schemas"]).map(|(n, s)| schema(n, s)).collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <link rel=\"icon\" href=\"data:,\">\n<link rel=\"stylesheet\" href=\"/assets/docs.css\">\n</head>\n<body>\n\
         <header>\n<h1>{title}</h1>\n{}\n<p>The same as a document for programs: <a href=\"/api/v1/openapi.json\">\
         openapi.json</a>.</p>\n</header>\n<div class=\"page\">\n<nav aria-label=\"Groups\"><ul>{contents}\
         <li><a href=\"#problems\">problems</a></li><li><a href=\"#types\">types</a></li></ul></nav>\n<main>\n{operations}\
         <section id=\"problems\">\n<h2>Problems</h2>\n{problems}</section>\n\
         <section id=\"types\">\n<h2>Types</h2>\n{schemas}</section>\n</main>\n</div>\n</body>\n</html>\n",
        prose(&document["info"]["description"]),
        title = escape(&title),
        problems = problems(),
    )
}

/// The operations of a tag.
struct Group<'a> {
    name: String,
    about: &'a Value,
    operations: Vec<(&'a str, &'static str, &'a Value)>,
}

fn groups(document: &Value) -> Vec<Group<'_>> {
    let tags = document["tags"].as_array().into_iter().flatten();
    let group = |tag| -> Group<'_> {
        let tag: &Value = tag;
        let name = text(&tag["name"]).to_owned();
        let mut operations = Vec::new();
        for (path, item) in object(&document["paths"]) {
            for method in METHODS {
                let operation = &item[method];
                let tagged = operation["tags"].as_array().is_some_and(|tags| tags.contains(&tag["name"]));
                if tagged {
                    operations.push((path.as_str(), method, operation));
                }
            }
        }
        Group { name, about: &tag["description"], operations }
    };
    tags.map(group).collect()
}

impl Group<'_> {
    fn html(&self, document: &Value) -> String {
        let operations: String = self
            .operations
            .iter()
            .map(|(path, method, operation)| self::operation(document, path, method, operation))
            .collect();
        let name = escape(&self.name);
        format!("<section id=\"{name}\">\n<h2>{name}</h2>\n{}\n{operations}</section>\n", prose(self.about))
    }
}

fn operation(document: &Value, path: &str, method: &str, operation: &Value) -> String {
    let summary = text(&operation["summary"]);
    let about = text(&operation["description"]);
    // What the line above says already is not said again.
    let about = about.strip_prefix(summary).map_or(about, |rest| rest.trim_start_matches(['.', '\n', ' ']));
    let mut html = format!(
        "<details><summary><span class=\"method {method}\">{}</span> <code>{}</code> <span>{}</span></summary>\n\
         <div id=\"{}\">\n{}\n<p>By hand: <code>{}</code></p>\n",
        method.to_uppercase(),
        escape(path),
        inline(summary),
        escape(text(&operation["operationId"])),
        paragraphs(about),
        escape(&by_hand(method, path, !operation["requestBody"].is_null())),
    );
    let parameters: String = items(&operation["parameters"]).map(parameter).collect();
    if !parameters.is_empty() {
        html.push_str(&table(
            "Parameters",
            "<th>Name</th><th>In</th><th>Type</th><th>What</th>",
            &parameters,
        ));
    }
    for (kind, content) in object(&operation["requestBody"]["content"]) {
        let body = &content["schema"];
        html.push_str(&format!("<h3>Body</h3>\n<p>{}, <code>{}</code></p>\n", kind_of(body), escape(kind)));
        html.push_str(&fields(resolve(document, body)));
        html.push_str(&example(&content["example"]));
    }
    let answers: String = object(&operation["responses"])
        .map(|(status, response)| answer(document, status, resolve(document, response)))
        .collect();
    html.push_str(&table("Answers", "<th>Status</th><th>Type</th><th>When</th>", &answers));
    for (status, response) in object(&operation["responses"]).filter(|(status, _)| status.starts_with('2')) {
        for (_, content) in object(&response["content"]) {
            html.push_str(&format!("<h3>Answer {}, for example</h3>\n", escape(status)));
            html.push_str(&example(&content["example"]));
        }
    }
    html.push_str("</div>\n</details>\n");
    html
}

/// The call on the command line.
fn by_hand(method: &str, path: &str, has_body: bool) -> String {
    let below = path.strip_prefix(router::PREFIX).unwrap_or(path);
    format!("certctl api {method} {below}{}", if has_body { " -d @body.json" } else { "" })
}

fn example(example: &Value) -> String {
    match serde_json::to_string_pretty(example) {
        Ok(text) if !example.is_null() => format!("<pre>{}</pre>\n", escape(&text)),
        Ok(_) | Err(_) => String::new(),
    }
}

/// Every code that a problem can have.
fn problems() -> String {
    let row = |kind: &ProblemKind| {
        let params: Vec<String> =
            kind.params.iter().map(|name| format!("<code>{}</code>", escape(name))).collect();
        format!(
            "<tr><td>{}</td><td><code>{}</code></td><td>{}</td><td>{}</td></tr>\n",
            kind.status,
            escape(kind.code),
            inline(kind.when),
            params.join(", ")
        )
    };
    let rows: String = PROBLEMS.iter().map(row).collect();
    table("", "<th>Status</th><th>Code</th><th>When</th><th>params</th>", &rows)
}

fn parameter(parameter: &Value) -> String {
    let needed = if parameter["required"] == true { " (required)" } else { "" };
    format!(
        "<tr><td><code>{}</code>{needed}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
        escape(text(&parameter["name"])),
        escape(text(&parameter["in"])),
        kind_of(&parameter["schema"]),
        inline(text(&parameter["description"])),
    )
}

fn answer(document: &Value, status: &str, response: &Value) -> String {
    let kinds: Vec<String> = object(&response["content"])
        .map(|(kind, content)| format!("{} <code>{}</code>", kind_of(&content["schema"]), escape(kind)))
        .collect();
    // Every answer has its request's id; the page says so once.
    let headers: String = object(&response["headers"])
        .filter(|(name, _)| name.as_str() != "X-Request-Id")
        .map(|(name, header)| {
            let about = text(&resolve(document, header)["description"]);
            format!("<br><code>{}</code>: {}", escape(name), inline(about))
        })
        .collect();
    format!(
        "<tr><td>{}</td><td>{}</td><td>{}{headers}</td></tr>\n",
        escape(status),
        kinds.join(", "),
        inline(text(&response["description"])),
    )
}

fn schema(name: &str, schema: &Value) -> String {
    let name = escape(name);
    let about = prose(&schema["description"]);
    let kind = if schema["properties"].is_object() {
        String::new()
    } else {
        format!("<p>{}</p>\n", kind_of(schema))
    };
    format!(
        "<details><summary><code>{name}</code></summary>\n<div id=\"type-{name}\">\n{about}\n{kind}{}</div>\n</details>\n",
        fields(schema)
    )
}

/// The table of an object's fields; nothing for other types.
fn fields(schema: &Value) -> String {
    let required = &schema["required"];
    let row = |(name, field): (&String, &Value)| {
        let needed = required.as_array().is_some_and(|names| names.iter().any(|n| n == name));
        let needed = if needed { " (required)" } else { "" };
        let about = inline(&[text(&field["description"]), text(&field["x-rule"])].join(" "));
        format!(
            "<tr><td><code>{}</code>{needed}</td><td>{}</td><td>{about}</td></tr>\n",
            escape(name),
            kind_of(field)
        )
    };
    let rows: String = object(&schema["properties"]).map(row).collect();
    if rows.is_empty() { rows } else { table("", "<th>Field</th><th>Type</th><th>What</th>", &rows) }
}

fn table(title: &str, head: &str, rows: &str) -> String {
    let title = if title.is_empty() { String::new() } else { format!("<h3>{title}</h3>\n") };
    format!(
        "{title}<div class=\"wide\"><table><thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table></div>\n"
    )
}

/// A type in words, with links to the named ones.
fn kind_of(schema: &Value) -> String {
    if let Some(name) = named(schema) {
        let name = escape(name);
        return format!("<a href=\"#type-{name}\">{name}</a>");
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        if let Some(choices) = schema[choice].as_array() {
            let shown: Vec<String> = choices.iter().map(kind_of).collect();
            return shown.join(if choice == "allOf" { " with " } else { " or " });
        }
    }
    if let Some(values) = schema["enum"].as_array() {
        let shown: Vec<String> = values.iter().map(|v| format!("<code>{}</code>", escape(text(v)))).collect();
        return shown.join(" | ");
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().map(text).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => vec!["any"],
    };
    let mut shown = kinds.join(" or ");
    if schema["items"].is_object() {
        shown = shown.replace("array", &format!("array of ({})", kind_of(&schema["items"])));
    } else {
        shown = escape(&shown);
    }
    if schema["properties"].is_object() {
        let inner: Vec<String> = object(&schema["properties"])
            .map(|(name, field)| format!("<code>{}</code>: {}", escape(name), kind_of(field)))
            .collect();
        shown = format!("{{ {} }}", inner.join(", "));
    }
    for (name, word) in [("minimum", "from"), ("maximum", "to"), ("pattern", "like"), ("format", "as")] {
        match &schema[name] {
            Value::Number(n) => shown.push_str(&format!(", {word} {n}")),
            Value::String(text) => shown.push_str(&format!(", {word} <code>{}</code>", escape(text))),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {}
        }
    }
    shown
}

fn named(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix("#/components/schemas/")
}

fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let target = value["$ref"].as_str().and_then(|place| document.pointer(place.strip_prefix('#')?));
    target.unwrap_or(value)
}

fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Paragraphs, with `code` and **bold** as in the document.
fn prose(value: &Value) -> String {
    paragraphs(text(value))
}

fn paragraphs(text: &str) -> String {
    let paragraphs = text.split("\n\n").filter(|part| !part.trim().is_empty());
    let shown: Vec<String> = paragraphs.map(|part| format!("<p>{}</p>", inline(part))).collect();
    shown.join("\n")
}

fn inline(text: &str) -> String {
    marked(&marked(&escape(text), "`", "code"), "**", "strong")
}

/// Each pair of marks becomes an element; a mark without a partner stays.
fn marked(text: &str, mark: &str, element: &str) -> String {
    let mut html = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inside, after)) = rest
        .split_once(mark)
        .and_then(|(before, rest)| rest.split_once(mark).map(|(inside, after)| (before, inside, after)))
    {
        html.push_str(&format!("{before}<{element}>{inside}</{element}>"));
        rest = after;
    }
    html.push_str(rest);
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::router;

    #[test]
    fn each_operation_and_type_of_the_document_is_on_the_page_and_each_link_leads_somewhere() {
        let document = router::document().unwrap();
        let page = page(&document);
        for (path, item) in object(&document["paths"]) {
            for (method, operation) in object(item) {
                let id = format!("id=\"{}\"", text(&operation["operationId"]));
                assert_eq!(page.matches(&id).count(), 1, "{method} {path}");
            }
        }
        for (name, _) in object(&document["components"]["schemas"]) {
            assert!(page.contains(&format!("id=\"type-{name}\"")), "{name}");
        }
        for link in page.split("href=\"#").skip(1) {
            let target = link.split('"').next().unwrap();
            assert!(page.contains(&format!("id=\"{target}\"")), "#{target} leads nowhere");
        }
    }

    #[test]
    fn the_page_needs_no_script_and_nothing_from_elsewhere() {
        let page = page(&router::document().unwrap());
        for forbidden in ["<script", "<style", "style=", " onclick", " onload", "src=", "href=\"http", "url("]
        {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
    }

    #[test]
    fn texts_of_the_document_are_escaped() {
        let document = serde_json::json!({
            "info": { "title": "<b>", "version": "1", "description": "a `<i>` **b** & \"c\" * `" },
            "tags": [{ "name": "x\"y", "description": "<u>" }],
            "paths": { "/<p>": { "get": { "tags": ["x\"y"], "operationId": "o", "summary": "<s>" } } },
        });
        let page = page(&document);
        for raw in ["<b>", "<i>", "<u>", "<p>\"", "<s>"] {
            assert!(!page.contains(raw), "{raw}");
        }
        assert!(page.contains("<code>&lt;i&gt;</code> <strong>b</strong> &amp; &quot;c&quot; * `"), "{page}");
    }
}
