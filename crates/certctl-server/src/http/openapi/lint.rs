//! What a reviewer of the document would find: examples that do not fit, parts that nothing uses, names that differ in style.
//!
//! Not for: texts and statuses (the tests of `openapi.rs`, the walk in crate `certctl`). Invariant: it reads the finished
//! document only, so that a new operation is held to it by itself.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{operations_mut, resolve};
use crate::http::router;

/// What does not fit, by its place in the example.
fn misfits(document: &Value, schema: &Value, example: &Value, at: &str, found: &mut Vec<String>) {
    let schema = resolve(document, schema);
    if let Some(choices) = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()) {
        let fits = |choice: &Value| {
            let mut own = Vec::new();
            misfits(document, choice, example, at, &mut own);
            own.is_empty()
        };
        if !choices.iter().any(fits) {
            found.push(format!("{at}: {example} fits none of {} choices", choices.len()));
        }
        return;
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        misfits(document, part, example, at, found);
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    };
    let kind = match example {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let fits = kinds.is_empty() || kinds.contains(&kind) || (kind == "integer" && kinds.contains(&"number"));
    if !fits {
        found.push(format!("{at}: {example} is no {}", kinds.join(" or ")));
        return;
    }
    if let Some(values) = schema["enum"].as_array()
        && !values.contains(example)
    {
        found.push(format!("{at}: {example} is none of {values:?}"));
    }
    if let Some(n) = example.as_i64() {
        let (least, most) = (schema["minimum"].as_i64(), schema["maximum"].as_i64());
        if least.is_some_and(|least| n < least) || most.is_some_and(|most| n > most) {
            found.push(format!("{at}: {n} is not within {least:?} to {most:?}"));
        }
    }
    if let Some(text) = example.as_str()
        && let Some(prefix) =
            schema["pattern"].as_str().and_then(|p| p.strip_prefix('^')?.strip_suffix("[a-z0-9][a-z0-9-]*$"))
        && !text.starts_with(prefix)
    {
        found.push(format!("{at}: {text} does not begin with {prefix}"));
    }
    for (n, item) in example.as_array().into_iter().flatten().enumerate() {
        if schema["items"].is_object() {
            misfits(document, &schema["items"], item, &format!("{at}/{n}"), found);
        }
    }
    let Some(fields) = example.as_object() else { return };
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !fields.contains_key(name) {
            found.push(format!("{at}/{name} is missing"));
        }
    }
    for (name, value) in fields {
        match (&schema["properties"][name], &schema["additionalProperties"]) {
            (Value::Null, Value::Bool(false)) => found.push(format!("{at}/{name} is not known")),
            (Value::Null, other) if other.is_object() => {
                misfits(document, other, value, &format!("{at}/{name}"), found);
            }
            (Value::Null, _) => {}
            (field, _) => misfits(document, field, value, &format!("{at}/{name}"), found),
        }
    }
}

#[test]
fn every_example_fits_its_schema() {
    let mut document = router::document().unwrap();
    let whole = document.clone();
    let (mut found, mut n_examples) = (Vec::new(), 0);
    for (method, path, operation) in operations_mut(&mut document) {
        let mut check = |content: &Value, what: &str| {
            if let Some(example) = content.get("example") {
                n_examples += 1;
                misfits(&whole, &content["schema"], example, &format!("{method} {path}: {what}"), &mut found);
            }
        };
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            check(parameter, parameter["name"].as_str().unwrap_or_default());
        }
        check(&operation["requestBody"]["content"]["application/json"], "body");
        for (status, response) in operation["responses"].as_object().into_iter().flatten() {
            for (kind, content) in resolve(&whole, response)["content"].as_object().into_iter().flatten() {
                if kind.ends_with("json") {
                    check(content, status);
                }
            }
        }
    }
    assert!(n_examples > 500, "{n_examples} examples only");
    assert!(found.is_empty(), "{} of {n_examples}:\n{}", found.len(), found.join("\n"));
}

/// Every reference in a value.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value.as_str() {
                    Some(place) if name == "$ref" => drop(found.insert(place.to_owned())),
                    _ => references(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_component_is_used() {
    let document = router::document().unwrap();
    let mut used = BTreeSet::new();
    references(&document, &mut used);
    for place in &used {
        assert!(document.pointer(&place[1..]).is_some(), "{place} leads nowhere");
    }
    for group in ["schemas", "responses", "headers"] {
        for (name, _) in document["components"][group].as_object().unwrap() {
            let place = format!("#/components/{group}/{name}");
            assert!(used.contains(&place) || name == "Reset", "nothing uses {place}");
        }
    }
}

#[test]
fn paths_parameters_and_fields_are_named_in_one_style() {
    let document = router::document().unwrap();
    let plain = |text: &str, other: char| {
        text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == other)
            && !text.starts_with(other)
    };
    for (path, item) in document["paths"].as_object().unwrap() {
        let parts = path.split('/').filter(|part| !part.is_empty() && !part.starts_with('{'));
        for part in parts {
            assert!(part.split('.').all(|part| plain(part, '-')), "{path}");
        }
        assert!(!path.ends_with('/') && !path.contains("//"), "{path}");
        for operation in item.as_object().unwrap().values() {
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                if parameter["in"] != "header" {
                    assert!(plain(parameter["name"].as_str().unwrap(), '_'), "{path}: {parameter}");
                }
            }
            let summary = operation["summary"].as_str().unwrap();
            assert!(
                summary.len() <= 140 && !summary.ends_with('.'),
                "{path}: a summary is one line: {summary}"
            );
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        for field in schema["properties"].as_object().into_iter().flatten().map(|(field, _)| field) {
            assert!(plain(field, '_'), "{name}.{field}");
        }
    }
}

#[test]
fn what_succeeds_says_how_and_what_makes_says_where() {
    let mut document = router::document().unwrap();
    let whole = document.clone();
    for (method, path, operation) in operations_mut(&mut document) {
        let place = format!("{method} {path}");
        let responses = operation["responses"].as_object().unwrap();
        let made = &responses.get("201").cloned().unwrap_or_default();
        let makes_object = made["content"]["application/json"]["schema"]["$ref"].is_string();
        let can_be_read = whole["paths"][format!("{path}/{{id}}")]["get"].is_object();
        if makes_object && can_be_read {
            assert!(made["headers"]["Location"].is_object(), "{place}: 201 without Location");
        }
        for status in ["400", "429", "500", "503"] {
            assert!(responses.contains_key(status), "{place}: {status} can always come");
        }
        assert!(!responses.contains_key("default"), "{place}: each status by itself");
    }
}

#[test]
fn a_link_gives_only_what_its_operation_takes() {
    let mut document = router::document().unwrap();
    let (mut taken, mut given) = (BTreeSet::new(), BTreeSet::new());
    for (_, _, operation) in operations_mut(&mut document) {
        let id = operation["operationId"].as_str().unwrap().to_owned();
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            taken.insert((id.clone(), parameter["name"].as_str().unwrap().to_owned()));
        }
        for (_, response) in operation["responses"].as_object().into_iter().flatten() {
            for (name, link) in response["links"].as_object().into_iter().flatten() {
                let parameters = link["parameters"].as_object().into_iter().flatten();
                given.extend(parameters.map(|(parameter, _)| (name.clone(), parameter.clone())));
            }
        }
    }
    let unknown: Vec<_> = given.difference(&taken).collect();
    assert!(!given.is_empty() && unknown.is_empty(), "{unknown:?}");
}

#[test]
fn a_body_may_be_left_out_exactly_where_all_of_its_fields_may() {
    let mut document = router::document().unwrap();
    let whole = document.clone();
    for (method, path, operation) in operations_mut(&mut document) {
        let body = &operation["requestBody"];
        if body.is_object() {
            let schema = resolve(&whole, &body["content"]["application/json"]["schema"]);
            let needs_a_field = schema["required"].as_array().is_some_and(|fields| !fields.is_empty());
            assert_eq!(body["required"].as_bool(), Some(needs_a_field), "{method} {path}");
        }
    }
}
