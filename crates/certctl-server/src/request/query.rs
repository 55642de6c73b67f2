//! Query strings, and the page size of lists.
//!
//! Not for: parameters that a route does not document (`http/inputs.rs` refuses them). Invariant: a parameter is given
//! once, and read as the type of its field or refused by its name.

use axum::extract::FromRequestParts;
use certctl_api::page::{DEFAULT_LIMIT, MAX_LIMIT};
use http::request::Parts;
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_path_to_error::Segment;

use super::{NUL, quoted_after, without_place};
use crate::error::Error;

/// The query. Its type refuses unknown fields (`deny_unknown_fields`); errors name the parameter as `?name`.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        from_query(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

/// Reads a query string into a type.
///
/// # Errors
/// 400.
pub fn from_query<T: DeserializeOwned>(query: &str) -> Result<T, Error> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query)
        .map_err(|error| Error::bad_field("?", format!("the query cannot be read: {error}")))?;
    for (at, (name, value)) in pairs.iter().enumerate() {
        if pairs.iter().take(at).any(|(earlier, _)| earlier == name) {
            return Err(Error::bad_field(format!("?{name}"), format!("{name} is given twice")));
        }
        if name.contains('\0') || value.contains('\0') {
            return Err(Error::bad_field(format!("?{name}"), NUL));
        }
    }
    from_texts(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())), "?")
}

/// Reads parameters that are in hand by name, such as the filters of a list in a body, as the query of that list would be
/// read. Errors name a parameter behind `prefix`.
///
/// # Errors
/// 400.
pub fn from_pairs<T: DeserializeOwned>(
    pairs: &std::collections::BTreeMap<String, String>,
    prefix: &str,
) -> Result<T, Error> {
    from_texts(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())), prefix)
}

fn from_texts<'a, T: DeserializeOwned>(
    pairs: impl Iterator<Item = (&'a str, &'a str)>,
    prefix: &str,
) -> Result<T, Error> {
    let deserializer = serde::de::value::MapDeserializer::new(pairs.map(|(n, v)| (n, Text(v))));
    serde_path_to_error::deserialize::<_, T>(deserializer).map_err(|error| {
        let detail = without_place(&error.inner().to_string());
        let named =
            quoted_after(&detail, "unknown field `").or_else(|| quoted_after(&detail, "missing field `"));
        let name = match (named, error.path().iter().next()) {
            (Some(field), _) => field.to_owned(),
            (None, Some(Segment::Map { key })) => key.clone(),
            (None, _) => String::new(),
        };
        let place = format!("{prefix}{name}");
        if prefix.starts_with('?') {
            Error::bad_field(place, detail)
        } else {
            Error::invalid_field(place, detail)
        }
    })
}

/// A parameter's value, read as whatever the field's type asks for.
#[derive(Clone, Copy)]
struct Text<'a>(&'a str);

impl<'de> serde::de::IntoDeserializer<'de, serde::de::value::Error> for Text<'de> {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! parsed {
    ($($method:ident $visit:ident $type:ty, $what:literal;)*) => { $(
        fn $method<V: serde::de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
            match self.0.parse::<$type>() {
                Ok(value) => visitor.$visit(value),
                Err(_) => Err(serde::de::Error::custom(format!("{:?} is not {}", self.0, $what))),
            }
        }
    )* };
}

impl<'de> Deserializer<'de> for Text<'de> {
    type Error = serde::de::value::Error;

    parsed! {
        deserialize_bool visit_bool bool, "true or false";
        deserialize_i64 visit_i64 i64, "a whole number";
        deserialize_i32 visit_i32 i32, "a whole number";
        deserialize_u64 visit_u64 u64, "a whole number from 0";
        deserialize_u32 visit_u32 u32, "a whole number from 0";
        deserialize_u16 visit_u16 u16, "a whole number from 0";
        deserialize_f64 visit_f64 f64, "a number";
    }

    fn deserialize_any<V: serde::de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_option<V: serde::de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: serde::de::Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: serde::de::Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_enum(serde::de::value::BorrowedStrDeserializer::new(self.0))
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i128 u8 u128 f32 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct
        identifier ignored_any
    }
}

/// Values with commas between, each read as `T`; none when the parameter is absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnyOf<T>(pub Vec<T>);

impl<T> Default for AnyOf<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: std::str::FromStr<Err: std::fmt::Display>> Deserialize<'de> for AnyOf<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let values = text.split(',').map(|part| part.trim().parse().map_err(serde::de::Error::custom));
        values.collect::<Result<_, _>>().map(Self)
    }
}

/// A filter in the language of `certctl_core::choice`; absent, it admits everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter<T>(pub T);

impl<'de, T: std::str::FromStr<Err: std::fmt::Display>> Deserialize<'de> for Filter<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(serde::de::Error::custom)
    }
}

/// The `limit` of a list: 1 to [`MAX_LIMIT`], [`DEFAULT_LIMIT`] when absent (with `#[serde(default)]`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(u32);

impl Limit {
    /// The number of items on the page.
    pub fn get(self) -> u32 {
        self.0
    }

    /// One more than the page, to learn whether another one follows.
    pub fn and_one(self) -> i64 {
        i64::from(self.0) + 1
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(DEFAULT_LIMIT)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let n = u32::deserialize(deserializer)?;
        if (1..=MAX_LIMIT).contains(&n) {
            Ok(Self(n))
        } else {
            Err(serde::de::Error::custom(format!("limit is {n}; it can be 1 to {MAX_LIMIT}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::pointer_of;
    use super::*;
    use certctl_core::{id::CertificateId, permission::Role};

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct List {
        #[serde(default)]
        limit: Limit,
        total: Option<bool>,
        role: Option<Role>,
        id: Option<CertificateId>,
    }

    #[test]
    fn query_errors_name_the_parameter() {
        let check = |query: &str, pointer: &str, detail: &str| {
            let (found, text) = pointer_of(from_query::<List>(query).unwrap_err());
            assert_eq!(found, pointer, "{query}: {text}");
            assert!(text.contains(detail), "{query}: {text}");
        };
        check("limt=5", "?limt", "unknown field");
        check("limit=0", "?limit", "1 to 500");
        check("limit=501", "?limit", "1 to 500");
        check("limit=many", "?limit", "whole number");
        check("limit=-1", "?limit", "whole number");
        check("total=yes", "?total", "true or false");
        check("role=king", "?role", "unknown variant");
        check("id=job-1", "?id", "not the id of a certificate");
        check("total=true&total=true", "?total", "given twice");
        check("id=mc-a%00", "?id", "U+0000");
    }

    #[test]
    fn values_with_commas_are_read_one_by_one() {
        #[derive(Debug, Deserialize)]
        struct Roles {
            #[serde(default)]
            role: AnyOf<Role>,
        }
        assert_eq!(from_query::<Roles>("").unwrap().role, AnyOf::default());
        assert_eq!(from_query::<Roles>("role=admin,%20viewer").unwrap().role.0, [Role::Admin, Role::Viewer]);
        let (found, text) = pointer_of(from_query::<Roles>("role=admin,king").unwrap_err());
        assert_eq!((found.as_str(), text.contains("king")), ("?role", true), "{text}");
    }

    #[test]
    fn a_good_query_is_read_with_its_defaults() {
        let list: List = from_query("total=true&role=viewer&id=mc-a").unwrap();
        assert_eq!(list.limit, Limit::default());
        assert_eq!((list.total, list.role), (Some(true), Some(Role::Viewer)));
        assert_eq!(list.id.unwrap().as_str(), "mc-a");
        assert_eq!(from_query::<List>("limit=500").unwrap().limit.get(), 500);
    }
}
