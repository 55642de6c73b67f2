//! The JSON Schema of a configuration, from its fields in the order in which a form shows them.
//!
//! Not for: reading a configuration ([`crate::fields`]). Invariant: a field that is marked `x-secret` is found by
//! [`secret_fields`], whoever describes it.

use serde_json::{Map, Value, json};

/// Fields in their order, and the names of those that have to be there.
pub(crate) type Form = (Vec<(&'static str, Value)>, Vec<&'static str>);

/// The schema: an object with these fields and no others; `x-order` keeps their order, which JSON does not.
pub(crate) fn schema((properties, required): Form) -> Value {
    let mut fields = Map::new();
    for (order, (name, mut field)) in (1..).zip(properties) {
        field["x-order"] = json!(order);
        fields.insert(name.to_owned(), field);
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": false,
        "properties": fields,
        "required": required,
    })
}

/// The fields of a schema that are secrets.
pub(crate) fn secret_fields(schema: &Value) -> Vec<String> {
    let fields = schema["properties"].as_object().into_iter().flatten();
    fields.filter(|(_, field)| field["x-secret"] == true).map(|(name, _)| name.clone()).collect()
}
