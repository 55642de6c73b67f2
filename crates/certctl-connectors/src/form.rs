//! The JSON Schema of a configuration, from its fields in the order in which a form shows them.
//!
//! Not for: reading a configuration ([`crate::fields`]). Invariant: a field that is marked `x-secret` is found by
//! [`secret_fields`], whoever describes it.

#[cfg(any(feature = "authorities", feature = "dns"))]
use certctl_core::secret::Secret;
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

/// A token as it goes into a header.
#[cfg(any(feature = "authorities", feature = "dns"))]
pub(crate) fn parse_secret(text: &str) -> Result<Secret<String>, String> {
    let plain = text.bytes().all(|byte| (0x21..0x7f).contains(&byte));
    if plain && (1..=4_096).contains(&text.len()) {
        Ok(Secret::new(text.to_owned()))
    } else {
        Err("is not 1 to 4096 printable letters of ASCII without blanks".to_owned())
    }
}

/// A short text that goes into a path or a header.
#[cfg(any(feature = "authorities", feature = "dns"))]
pub(crate) fn parse_word(text: &str) -> Result<String, String> {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:()".contains(&byte);
    if (1..=255).contains(&text.len()) && text.bytes().all(letter) && !text.bytes().all(|byte| byte == b'.') {
        Ok(text.to_owned())
    } else {
        Err(format!("{text:?} is not a word of letters, digits, hyphens, underscores and dots"))
    }
}

#[cfg(all(test, any(feature = "authorities", feature = "dns")))]
mod tests {
    use super::*;

    #[test]
    fn words_cannot_leave_their_place_in_a_path() {
        for bad in ["", ".", "..", "a/b", "a b", "a?b", "ä"] {
            assert!(parse_word(bad).is_err(), "{bad}");
        }
        assert!(parse_word("my-group_(1).x").is_ok());
    }
}
