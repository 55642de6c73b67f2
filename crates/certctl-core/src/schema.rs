//! OpenAPI schemas of ids and times, for the server's generated document.
//!
//! Not for: parsing. Invariant: a schema says no more than what the parser accepts.

use std::borrow::Cow;

use utoipa::openapi::schema::{KnownFormat, SchemaFormat, Type};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::id::{Id, Kind, MAX_LENGTH};
use crate::time::Ts;

impl<K: Kind> PartialSchema for Id<K> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(format!("^{}[a-z0-9][a-z0-9-]*$", K::PREFIX)))
            .max_length(Some(MAX_LENGTH))
            .description(Some(format!("The id of a {}", K::NOUN)))
            .into()
    }
}

impl<K: Kind> ToSchema for Id<K> {
    fn name() -> Cow<'static, str> {
        let words: String = K::NOUN
            .split(' ')
            .map(|w| {
                let mut letters = w.chars();
                letters
                    .next()
                    .map(|c| c.to_uppercase().collect::<String>() + letters.as_str())
                    .unwrap_or_default()
            })
            .collect();
        Cow::Owned(format!("{words}Id"))
    }
}

impl PartialSchema for Ts {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("RFC 3339 in UTC"))
            .into()
    }
}

impl ToSchema for Ts {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Time")
    }
}
