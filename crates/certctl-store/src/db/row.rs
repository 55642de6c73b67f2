//! Rows that a statement gives, read by column name (or position, for tuples) into typed values.
//!
//! Kept: a value is read only from the type it was stored as; a mismatch is [`StoreError::Decode`] with the
//! column's name, never a silent conversion. What SQLite cannot tell apart (bool and integer, time and
//! integer, JSON and text) is accepted there.

use certctl_core::{
    id::{Id, InvalidId, Kind},
    time::Ts,
};

use crate::error::StoreError;

/// One stored value as the driver gives it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// NULL.
    Null,
    /// A boolean (PostgreSQL only).
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A floating point number.
    Float(f64),
    /// A text.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
    /// A time (PostgreSQL only).
    Ts(Ts),
    /// JSON text (PostgreSQL only).
    Json(&'a str),
}

impl Cell<'_> {
    /// The sentence for a value of the wrong type.
    pub fn mismatch(&self, wanted: &str) -> String {
        let found = match self {
            Self::Null => "NULL",
            Self::Bool(_) => "a boolean",
            Self::Int(_) => "an integer",
            Self::Float(_) => "a float",
            Self::Text(_) => "a text",
            Self::Bytes(_) => "bytes",
            Self::Ts(_) => "a time",
            Self::Json(_) => "JSON",
        };
        format!("expected {wanted}, found {found}")
    }
}

/// A type that can be read from a column.
pub trait FromVal: Sized {
    /// Reads it, or says why not.
    fn from_cell(cell: Cell<'_>) -> Result<Self, String>;
}

impl<T: FromVal> FromVal for Option<T> {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Null => Ok(None),
            other => T::from_cell(other).map(Some),
        }
    }
}

impl FromVal for bool {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Bool(value) => Ok(value),
            Cell::Int(0) => Ok(false),
            Cell::Int(1) => Ok(true),
            other => Err(other.mismatch("a boolean")),
        }
    }
}

impl FromVal for i64 {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Int(value) => Ok(value),
            other => Err(other.mismatch("an integer")),
        }
    }
}

macro_rules! narrow {
    ($($type:ty),*) => { $(
        impl FromVal for $type {
            fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
                let wide = i64::from_cell(cell)?;
                Self::try_from(wide).map_err(|_| format!("{wide} does not fit {}", stringify!($type)))
            }
        }
    )* };
}

narrow!(i32, u32, u16, u8, u64);

impl FromVal for f64 {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Float(value) => Ok(value),
            other => Err(other.mismatch("a float")),
        }
    }
}

impl FromVal for String {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Text(value) => Ok(value.to_owned()),
            other => Err(other.mismatch("a text")),
        }
    }
}

impl FromVal for Vec<u8> {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Bytes(value) => Ok(value.to_vec()),
            other => Err(other.mismatch("bytes")),
        }
    }
}

impl FromVal for Ts {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Ts(value) => Ok(value),
            Cell::Int(micros) => time(micros),
            other => Err(other.mismatch("a time")),
        }
    }
}

impl FromVal for serde_json::Value {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            // The text itself stays out of the error: it may hold anything.
            Cell::Json(text) | Cell::Text(text) => {
                serde_json::from_str(text).map_err(|error| format!("not JSON at line {}", error.line()))
            }
            other => Err(other.mismatch("JSON")),
        }
    }
}

/// A stored number of microseconds as a time.
pub(crate) fn time(micros: i64) -> Result<Ts, String> {
    let time = Ts::from_microsecond(micros);
    if time.as_microsecond() == micros {
        Ok(time)
    } else {
        Err(format!("{micros} microseconds is not a time"))
    }
}

impl<K: Kind> FromVal for Id<K> {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Text(text) => text.parse().map_err(|error: InvalidId| error.to_string()),
            other => Err(other.mismatch(K::NOUN)),
        }
    }
}

/// One row of a result.
pub struct Row<'a>(pub(crate) &'a dyn Columns);

impl std::fmt::Debug for Row<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Row").field("n_columns", &self.0.len()).finish()
    }
}

/// What a driver's row must give.
pub(crate) trait Columns {
    /// The number of columns.
    fn len(&self) -> usize;
    /// A column's name; the empty text when there is no such column.
    fn name(&self, index: usize) -> &str;
    /// A value, or why it cannot be read.
    fn cell(&self, index: usize) -> Result<Cell<'_>, String>;
}

impl Row<'_> {
    /// The value of the column `name`.
    pub fn get<T: FromVal>(&self, name: &str) -> Result<T, StoreError> {
        let mut hint = 0;
        self.near(name, &mut hint)
    }

    /// The stored value at a position, from 0, as the driver gives it.
    pub(crate) fn cell(&self, index: usize) -> Result<Cell<'_>, StoreError> {
        self.0
            .cell(index)
            .map_err(|detail| StoreError::Decode { column: self.0.name(index).to_owned(), detail })
    }

    /// The value at a position, from 0.
    pub fn at<T: FromVal>(&self, index: usize) -> Result<T, StoreError> {
        if index >= self.0.len() {
            let detail = format!("the statement gives only {} columns", self.0.len());
            return Err(StoreError::Decode { column: format!("number {}", index + 1), detail });
        }
        self.0
            .cell(index)
            .and_then(T::from_cell)
            .map_err(|detail| StoreError::Decode { column: self.0.name(index).to_owned(), detail })
    }

    /// As `get`, looking at position `hint` first and leaving `hint` behind the column found: rows that are
    /// read in the order of the SELECT list need no search.
    #[doc(hidden)]
    pub fn near<T: FromVal>(&self, name: &str, hint: &mut usize) -> Result<T, StoreError> {
        let name = name.strip_prefix("r#").unwrap_or(name);
        let n_columns = self.0.len();
        let found = if *hint < n_columns && self.0.name(*hint) == name {
            Some(*hint)
        } else {
            (0..n_columns).find(|index| self.0.name(*index) == name)
        };
        let Some(index) = found else {
            let detail = "the statement does not give this column".to_owned();
            return Err(StoreError::Decode { column: name.to_owned(), detail });
        };
        *hint = index + 1;
        self.at(index)
    }
}

/// A type that is read from a whole row.
pub trait FromRow: Sized {
    /// Reads it.
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError>;
}

macro_rules! tuple {
    ($($type:ident $index:literal),*) => {
        impl<$($type: FromVal),*> FromRow for ($($type,)*) {
            fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
                Ok(($(row.at::<$type>($index)?,)*))
            }
        }
    };
}

tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);

/// A struct that is read from a row, each field from the column of its name.
#[macro_export]
macro_rules! row {
    (
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident {
            $($(#[$field_meta:meta])* $field_visibility:vis $field:ident : $type:ty),* $(,)?
        }
    ) => {
        $(#[$meta])*
        $visibility struct $name {
            $($(#[$field_meta])* $field_visibility $field: $type),*
        }
        impl $crate::FromRow for $name {
            fn from_row(row: &$crate::Row<'_>) -> Result<Self, $crate::StoreError> {
                let mut hint = 0;
                Ok(Self { $($field: row.near(stringify!($field), &mut hint)?),* })
            }
        }
    };
}
