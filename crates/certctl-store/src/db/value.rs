//! Values that are bound to a statement.
//!
//! Every value knows its type even when it is NULL, because PostgreSQL wants typed parameters. Kept: a
//! value's content is never in its `Debug` form, because sealed keys and token hashes pass through here.

use std::fmt;

use certctl_core::{
    id::{Id, Kind},
    time::Ts,
};

/// One bound value; `None` is a NULL of that type.
#[derive(Clone, PartialEq)]
pub enum Val {
    /// BOOLEAN, on SQLite INTEGER 0 or 1.
    Bool(Option<bool>),
    /// BIGINT, on SQLite INTEGER.
    Int(Option<i64>),
    /// DOUBLE PRECISION, on SQLite REAL.
    Float(Option<f64>),
    /// TEXT.
    Text(Option<String>),
    /// BYTEA, on SQLite BLOB.
    Bytes(Option<Vec<u8>>),
    /// TIMESTAMPTZ, on SQLite INTEGER microseconds since 1970.
    Ts(Option<Ts>),
    /// JSONB, on SQLite TEXT.
    Json(Option<serde_json::Value>),
}

impl Val {
    /// What the value is, for errors.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Bool(_) => "bool",
            Self::Int(_) => "integer",
            Self::Float(_) => "float",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
            Self::Ts(_) => "timestamp",
            Self::Json(_) => "JSON",
        }
    }

    /// Whether the value is NULL.
    pub fn is_null(&self) -> bool {
        match self {
            Self::Bool(value) => value.is_none(),
            Self::Int(value) => value.is_none(),
            Self::Float(value) => value.is_none(),
            Self::Text(value) => value.is_none(),
            Self::Bytes(value) => value.is_none(),
            Self::Ts(value) => value.is_none(),
            Self::Json(value) => value.is_none(),
        }
    }
}

impl fmt::Debug for Val {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.type_name(), if self.is_null() { "NULL" } else { "…" })
    }
}

macro_rules! from {
    ($($type:ty => $variant:ident),* $(,)?) => { $(
        impl From<$type> for Val {
            fn from(value: $type) -> Self {
                Self::$variant(Some(value.into()))
            }
        }
        impl From<Option<$type>> for Val {
            fn from(value: Option<$type>) -> Self {
                Self::$variant(value.map(Into::into))
            }
        }
    )* };
}

from! {
    bool => Bool,
    i64 => Int,
    i32 => Int,
    u32 => Int,
    u16 => Int,
    u8 => Int,
    f64 => Float,
    String => Text,
    &str => Text,
    Vec<u8> => Bytes,
    &[u8] => Bytes,
    Ts => Ts,
    serde_json::Value => Json,
}

impl From<&String> for Val {
    fn from(value: &String) -> Self {
        Self::Text(Some(value.clone()))
    }
}

impl From<Option<&String>> for Val {
    fn from(value: Option<&String>) -> Self {
        Self::Text(value.cloned())
    }
}

impl From<&Vec<u8>> for Val {
    fn from(value: &Vec<u8>) -> Self {
        Self::Bytes(Some(value.clone()))
    }
}

impl<const N: usize> From<[u8; N]> for Val {
    fn from(value: [u8; N]) -> Self {
        Self::Bytes(Some(value.to_vec()))
    }
}

impl<const N: usize> From<&[u8; N]> for Val {
    fn from(value: &[u8; N]) -> Self {
        Self::Bytes(Some(value.to_vec()))
    }
}

impl From<&serde_json::Value> for Val {
    fn from(value: &serde_json::Value) -> Self {
        Self::Json(Some(value.clone()))
    }
}

impl<K: Kind> From<&Id<K>> for Val {
    fn from(id: &Id<K>) -> Self {
        Self::Text(Some(id.as_str().to_owned()))
    }
}

impl<K: Kind> From<Id<K>> for Val {
    fn from(id: Id<K>) -> Self {
        Self::from(&id)
    }
}

impl<K: Kind> From<Option<&Id<K>>> for Val {
    fn from(id: Option<&Id<K>>) -> Self {
        Self::Text(id.map(|id| id.as_str().to_owned()))
    }
}

impl<K: Kind> From<Option<Id<K>>> for Val {
    fn from(id: Option<Id<K>>) -> Self {
        Self::from(id.as_ref())
    }
}

/// Bound values as a slice: `args![id, name, None::<&str>]`.
#[macro_export]
macro_rules! args {
    () => {{
        const NONE: &[$crate::Val] = &[];
        NONE
    }};
    ($($value:expr),+ $(,)?) => { &[$($crate::Val::from($value)),+] };
}

/// Bound values as an owned row, for `insert_many`: `vals![id, name]`.
#[macro_export]
macro_rules! vals {
    ($($value:expr),+ $(,)?) => { vec![$($crate::Val::from($value)),+] };
}

/// Stores types by their text form (`Display` and `FromStr`): states, kinds. For this crate: elsewhere Rust does not
/// let `Val` be taught.
#[macro_export]
macro_rules! text_values {
    ($($type:ty),+ $(,)?) => { $(
        impl From<$type> for $crate::Val {
            fn from(value: $type) -> Self {
                Self::Text(Some(value.to_string()))
            }
        }
        impl From<&$type> for $crate::Val {
            fn from(value: &$type) -> Self {
                Self::Text(Some(value.to_string()))
            }
        }
        impl From<Option<$type>> for $crate::Val {
            fn from(value: Option<$type>) -> Self {
                Self::Text(value.map(|value| value.to_string()))
            }
        }
        impl From<Option<&$type>> for $crate::Val {
            fn from(value: Option<&$type>) -> Self {
                Self::Text(value.map(|value| value.to_string()))
            }
        }
        impl $crate::FromVal for $type {
            fn from_cell(cell: $crate::Cell<'_>) -> Result<Self, String> {
                match cell {
                    $crate::Cell::Text(text) => text.parse::<$type>().map_err(|error| error.to_string()),
                    other => Err($crate::Cell::mismatch(&other, stringify!($type))),
                }
            }
        }
    )+ };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_form_hides_the_content() {
        assert_eq!(format!("{:?}", Val::from("secret")), "text(…)");
        assert_eq!(format!("{:?}", Val::from(None::<i64>)), "integer(NULL)");
    }

    #[derive(Debug, PartialEq)]
    struct Even(u32);

    impl fmt::Display for Even {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{}", self.0)
        }
    }

    impl std::str::FromStr for Even {
        type Err = &'static str;
        fn from_str(text: &str) -> Result<Self, Self::Err> {
            let n: u32 = text.parse().map_err(|_| "not a number")?;
            if n.is_multiple_of(2) { Ok(Self(n)) } else { Err("not even") }
        }
    }

    text_values!(Even);

    #[test]
    fn types_are_stored_by_their_text_form() {
        use crate::{Cell, FromVal};
        assert_eq!(Val::from(Even(4)), Val::Text(Some("4".to_owned())));
        assert_eq!(Val::from(None::<&Even>), Val::Text(None));
        assert_eq!(Even::from_cell(Cell::Text("4")), Ok(Even(4)));
        assert_eq!(Even::from_cell(Cell::Text("5")), Err("not even".to_owned()));
        assert_eq!(Even::from_cell(Cell::Int(4)), Err("expected Even, found an integer".to_owned()));
    }
}
