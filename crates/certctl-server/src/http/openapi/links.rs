//! Links: which operations an answer's ids lead to (OpenAPI 3.1, "Link Object").
//!
//! Found from the types: an answer that holds `id` of a kind leads to every operation whose path takes an id of that
//! kind. Programs follow them, and the contract test does so too: what was made is read, changed, used and removed.
//! Not for: ids of other objects in an answer. Invariant: a link's pointer is in the answer's schema.

use serde_json::{Map, Value, json};

use super::{operations_mut, resolve};

/// An operation whose path takes one id.
struct Item {
    operation: String,
    kind: String,
    takes_revision: bool,
}

/// Writes the links into the document.
pub(super) fn add(document: &mut Value) {
    let whole = document.clone();
    let items = items(document);
    for (method, _, operation) in operations_mut(document) {
        if !matches!(method.as_str(), "post" | "get" | "patch") {
            continue;
        }
        let own = operation["operationId"].as_str().unwrap_or_default().to_owned();
        for (status, response) in
            operation.get_mut("responses").and_then(Value::as_object_mut).into_iter().flatten()
        {
            let schema = &response["content"]["application/json"]["schema"];
            if !status.starts_with('2') || !schema.is_object() {
                continue;
            }
            let mut ids = Vec::new();
            find_ids(&whole, schema, "", 3, &mut ids);
            let has_etag = response["headers"]["ETag"].is_object();
            let mut links = Map::new();
            for (pointer, kind) in &ids {
                for item in items.iter().filter(|item| item.kind == *kind && item.operation != own) {
                    let mut parameters = json!({ "id": format!("$response.body#{pointer}") });
                    if item.takes_revision && has_etag && pointer == "/id" {
                        parameters["If-Match"] = json!("$response.header.ETag");
                    }
                    let link = json!({ "operationId": item.operation, "parameters": parameters });
                    links.entry(item.operation.clone()).or_insert(link);
                }
            }
            if !links.is_empty() {
                response["links"] = Value::Object(links);
            }
        }
    }
}

fn items(document: &mut Value) -> Vec<Item> {
    let mut items = Vec::new();
    for (method, _, operation) in operations_mut(document) {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let mut in_path = parameters.filter(|parameter| parameter["in"] == "path");
        let (Some(id), None) = (in_path.next(), in_path.next()) else { continue };
        let (Some(kind), Some(name)) = (id["schema"]["$ref"].as_str(), operation["operationId"].as_str())
        else {
            continue;
        };
        items.push(Item {
            operation: name.to_owned(),
            kind: kind.to_owned(),
            takes_revision: matches!(method.as_str(), "patch" | "put"),
        });
    }
    items
}

/// The places of ids in an answer, each with its kind; of a list the first one.
fn find_ids(document: &Value, schema: &Value, at: &str, depth: u8, found: &mut Vec<(String, String)>) {
    let schema = resolve(document, schema);
    if depth == 0 {
        return;
    }
    if schema["items"].is_object() {
        find_ids(document, &schema["items"], &format!("{at}/0"), depth, found);
    }
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let place = format!("{at}/{name}");
        match (name.as_str(), field["$ref"].as_str()) {
            ("id", Some(kind)) => found.push((place, kind.to_owned())),
            _ => find_ids(document, field, &place, depth - 1, found),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::http::router;

    #[test]
    fn what_is_made_leads_to_what_can_be_done_with_it() {
        let document = router::document().unwrap();
        let links = |method: &str, path: &str, status: &str| {
            document["paths"][path][method]["responses"][status]["links"].clone()
        };
        let made = links("post", "/api/v1/certificates", "201");
        assert_eq!(made["certificates_show"]["parameters"]["id"], "$response.body#/certificate/id");
        assert_eq!(made["jobs_show"]["parameters"]["id"], "$response.body#/jobs/0/id");
        let made = links("post", "/api/v1/owners", "201");
        assert_eq!(
            made["owners_update"]["parameters"],
            json!({ "id": "$response.body#/id", "If-Match": "$response.header.ETag" })
        );
        let listed = links("get", "/api/v1/owners", "200");
        assert_eq!(listed["owners_show"]["parameters"]["id"], "$response.body#/items/0/id");
    }
}
