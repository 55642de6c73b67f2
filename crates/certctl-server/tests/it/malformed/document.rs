//! What the document says of each operation, and sample values by its schemas.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Map, Value, json};

/// One operation of the document.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) method: Method,
    /// As documented, with `{id}`.
    pub(crate) path: String,
    /// With the id of an object that is there.
    pub(crate) real_path: String,
    /// The prefix of the id in the path.
    pub(crate) prefix: Option<String>,
    pub(crate) access: String,
    /// Name and schema.
    pub(crate) query: Vec<(String, Value)>,
    /// Those of the query that must be there.
    pub(crate) needed: BTreeSet<String>,
    pub(crate) headers: Vec<String>,
    pub(crate) body: Option<Value>,
    pub(crate) answers: BTreeSet<String>,
}

/// Every operation; schemas have no references any more. `ids` holds an id for each prefix.
pub(crate) fn operations(document: &Value, ids: &BTreeMap<String, String>) -> Vec<Operation> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let mut parameters: BTreeMap<String, Vec<(String, Value)>> = BTreeMap::new();
            let mut needed = BTreeSet::new();
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let schema = resolved(document, &parameter["schema"]);
                let name = parameter["name"].as_str().unwrap().to_owned();
                if parameter["in"] == "query" && parameter["required"] == true {
                    needed.insert(name.clone());
                }
                parameters
                    .entry(parameter["in"].as_str().unwrap().to_owned())
                    .or_default()
                    .push((name, schema));
            }
            let prefix = parameters.remove("path").map(|path| prefix(&path[0].1).unwrap().to_owned());
            let real_path = match &prefix {
                None => path.clone(),
                Some(prefix) => {
                    let id = ids
                        .get(prefix)
                        .unwrap_or_else(|| panic!("the test's world has no {prefix} for {path}"));
                    path.replace("{id}", id)
                }
            };
            let body = &operation["requestBody"]["content"]["application/json"]["schema"];
            found.push(Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                real_path,
                prefix,
                access: operation["x-access"].as_str().unwrap().to_owned(),
                query: parameters.remove("query").unwrap_or_default(),
                needed,
                headers: parameters
                    .remove("header")
                    .unwrap_or_default()
                    .into_iter()
                    .map(|(n, _)| n)
                    .collect(),
                body: body.is_object().then(|| resolved(document, body)),
                answers: operation["responses"].as_object().unwrap().keys().cloned().collect(),
            });
        }
    }
    assert!(found.len() > 60, "{} operations only", found.len());
    found
}

/// A schema with its references put in.
fn resolved(document: &Value, schema: &Value) -> Value {
    match schema {
        Value::Object(fields) => match fields.get("$ref").and_then(Value::as_str) {
            Some(place) => resolved(document, document.pointer(place.strip_prefix('#').unwrap()).unwrap()),
            None => Value::Object(fields.iter().map(|(k, v)| (k.clone(), resolved(document, v))).collect()),
        },
        Value::Array(items) => items.iter().map(|item| resolved(document, item)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => schema.clone(),
    }
}

/// The schema of the values that are not null.
pub(crate) fn present(schema: &Value) -> &Value {
    let choices = schema["oneOf"].as_array();
    choices.and_then(|choices| choices.iter().find(|choice| choice["type"] != "null")).unwrap_or(schema)
}

/// The JSON type; nothing when any value is allowed.
pub(crate) fn kind(schema: &Value) -> Option<&str> {
    match &schema["type"] {
        Value::String(kind) => Some(kind),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
    }
}

/// The prefix of ids, for a schema of ids.
pub(crate) fn prefix(schema: &Value) -> Option<&str> {
    let prefix = schema["pattern"].as_str()?.strip_prefix('^')?.strip_suffix("[a-z0-9][a-z0-9-]*$")?;
    Some(prefix).filter(|prefix| !prefix.is_empty())
}

pub(crate) fn fields(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema["properties"].as_object().into_iter().flat_map(Map::iter)
}

pub(crate) fn required(schema: &Value) -> Vec<&str> {
    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// A small value that the schema allows; ids are those that are there.
pub(crate) fn sample(schema: &Value, ids: &BTreeMap<String, String>) -> Value {
    let schema = present(schema);
    if let Some(values) = schema["enum"].as_array() {
        return values[0].clone();
    }
    if schema["format"] == "certificate-name" {
        return json!("new.example.internal");
    }
    if let Some(prefix) = prefix(schema) {
        return ids.get(prefix).cloned().unwrap_or_else(|| format!("{prefix}none")).into();
    }
    match kind(schema) {
        Some("string") if schema["format"] == "date-time" => json!("2026-01-01T00:00:00Z"),
        Some("string") => json!("web"),
        Some("integer") => json!(schema["minimum"].as_i64().unwrap_or(60)),
        Some("boolean") => json!(true),
        Some("array") if schema["minItems"].as_u64().is_some() => json!([sample(&schema["items"], ids)]),
        Some("array") => json!([]),
        Some("object") => {
            let needed = required(schema).into_iter();
            needed.map(|name| (name.to_owned(), sample(&schema["properties"][name], ids))).collect()
        }
        Some(_) | None => json!({}),
    }
}
