//! Operations as the served document tells them, and what it says of an answer.
//!
//! Not for: sending (`caller.rs`). Invariant: nothing here knows a route by name.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Map, Value};

/// One operation of the document.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) method: Method,
    /// As documented, with `{id}`.
    pub(crate) path: String,
    /// Who may call it: a permission, or `public`, `any`, `agent`, `setup-token`, `join-token`.
    pub(crate) access: String,
    /// The query with an example for each parameter that has to be there.
    pub(crate) query: String,
    /// The body that the document gives as an example.
    pub(crate) body: Option<Value>,
    /// The content types of each status; none for an answer without a body.
    pub(crate) answers: BTreeMap<u16, Vec<String>>,
    /// The prefix of the id in the path.
    pub(crate) prefix: Option<String>,
}

impl Operation {
    pub(crate) fn shown(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The path of the list that the object in the path is in.
    pub(crate) fn list(&self) -> Option<&str> {
        self.path.split_once("/{id}").map(|(list, _)| list)
    }

    /// Whether it reads one object that is there, or a list.
    pub(crate) fn is_read(&self) -> bool {
        self.method == Method::GET
    }

    /// What the document does not say of an answer, as a mistake.
    pub(crate) fn undocumented(&self, status: u16, kind: Option<&str>) -> Option<String> {
        let Some(kinds) = self.answers.get(&status) else {
            return Some(format!("{status} is not documented"));
        };
        let essence = kind.map(|kind| kind.split(';').next().unwrap_or_default().trim());
        let told = kinds.iter().map(|kind| kind.split(';').next().unwrap_or_default().trim());
        let told: Vec<&str> = told.collect();
        let is_told = essence.map_or(told.is_empty(), |essence| told.contains(&essence));
        (!is_told).then(|| format!("{status} comes as {kind:?}, not as {told:?}"))
    }
}

/// Every operation of a document.
pub(crate) fn operations(document: &Value) -> Vec<Operation> {
    let mut found = Vec::new();
    for (path, item) in fields(&document["paths"]) {
        for (method, operation) in fields(item) {
            let parameters: Vec<&Value> = operation["parameters"].as_array().into_iter().flatten().collect();
            let needed = parameters.iter().filter(|one| one["in"] == "query" && one["required"] == true);
            let needed: Vec<String> = needed
                .map(|one| {
                    let example = one["example"].as_str().unwrap_or("web");
                    format!("{}={example}", one["name"].as_str().unwrap())
                })
                .collect();
            let answers = fields(&operation["responses"]).map(|(status, answer)| {
                let content = fields(&resolve(document, answer)["content"]);
                (status.parse().unwrap(), content.map(|(kind, _)| kind.clone()).collect())
            });
            let ids = parameters.iter().find(|one| one["in"] == "path");
            let body = &operation["requestBody"]["content"]["application/json"]["example"];
            found.push(Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                access: operation["x-access"].as_str().unwrap().to_owned(),
                query: needed.join("&"),
                body: (!body.is_null()).then(|| body.clone()),
                answers: answers.collect(),
                prefix: ids.map(|one| prefix(document, one)),
            });
        }
    }
    assert!(found.len() > 100, "{} operations only", found.len());
    found
}

fn prefix(document: &Value, parameter: &Value) -> String {
    let pattern = resolve(document, &parameter["schema"])["pattern"].as_str().unwrap_or_default();
    pattern.trim_start_matches('^').split('[').next().unwrap_or_default().to_owned()
}

fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let target = value["$ref"].as_str().and_then(|place| document.pointer(place.strip_prefix('#')?));
    target.unwrap_or(value)
}

pub(crate) fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}
