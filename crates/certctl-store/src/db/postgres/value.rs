//! Values on the wire of PostgreSQL, both ways, in its binary format.
//!
//! Kept: a value is only bound where the statement takes its type; PostgreSQL's own message for a mismatch would
//! come late and without the parameter. Times are exact: both sides count microseconds.

use std::error::Error;

use bytes::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::db::{
    Val,
    row::{Cell, Columns, time},
};

/// Microseconds from 1970 to 2000, where PostgreSQL begins to count.
const EPOCH: i64 = 946_684_800_000_000;

type Refusal = Box<dyn Error + Sync + Send>;

impl ToSql for Val {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Refusal> {
        let fits = match self {
            Self::Bool(_) => *ty == Type::BOOL,
            Self::Int(_) => [Type::INT8, Type::INT4, Type::INT2].contains(ty),
            Self::Float(_) => *ty == Type::FLOAT8,
            Self::Text(_) => {
                [Type::TEXT, Type::VARCHAR, Type::BPCHAR, Type::NAME, Type::UNKNOWN].contains(ty)
            }
            Self::Bytes(_) => *ty == Type::BYTEA,
            Self::Ts(_) => *ty == Type::TIMESTAMPTZ,
            Self::Json(_) => [Type::JSONB, Type::JSON].contains(ty),
        };
        if !fits {
            let given = self.type_name();
            return Err(
                format!("{given} was bound where the statement takes {ty}; cast the parameter").into()
            );
        }
        match self {
            Self::Bool(Some(value)) => value.to_sql(ty, out),
            Self::Int(Some(value)) if *ty == Type::INT8 => value.to_sql(ty, out),
            Self::Int(Some(value)) if *ty == Type::INT4 => {
                i32::try_from(*value).map_err(|_| too_large(ty))?.to_sql(ty, out)
            }
            Self::Int(Some(value)) => i16::try_from(*value).map_err(|_| too_large(ty))?.to_sql(ty, out),
            Self::Float(Some(value)) => value.to_sql(ty, out),
            Self::Text(Some(value)) => value.to_sql(ty, out),
            Self::Bytes(Some(value)) => value.to_sql(ty, out),
            Self::Ts(Some(value)) => {
                let micros = value.as_microsecond() - EPOCH;
                out.extend_from_slice(&micros.to_be_bytes());
                Ok(IsNull::No)
            }
            Self::Json(Some(value)) => {
                if *ty == Type::JSONB {
                    // The version of the binary format.
                    out.extend_from_slice(&[1]);
                }
                out.extend_from_slice(&serde_json::to_vec(value)?);
                Ok(IsNull::No)
            }
            Self::Bool(None)
            | Self::Int(None)
            | Self::Float(None)
            | Self::Text(None)
            | Self::Bytes(None)
            | Self::Ts(None)
            | Self::Json(None) => Ok(IsNull::Yes),
        }
    }

    fn accepts(_: &Type) -> bool {
        // Checked above, with a better message.
        true
    }

    to_sql_checked!();
}

fn too_large(ty: &Type) -> String {
    format!("an integer was bound that is too large for {ty}")
}

impl<'a> FromSql<'a> for Cell<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Refusal> {
        Ok(match *ty {
            Type::BOOL => Self::Bool(bool::from_sql(ty, raw)?),
            Type::INT8 => Self::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Self::Int(i32::from_sql(ty, raw)?.into()),
            Type::INT2 => Self::Int(i16::from_sql(ty, raw)?.into()),
            Type::FLOAT8 => Self::Float(f64::from_sql(ty, raw)?),
            Type::FLOAT4 => Self::Float(f32::from_sql(ty, raw)?.into()),
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => {
                Self::Text(std::str::from_utf8(raw)?)
            }
            Type::BYTEA => Self::Bytes(raw),
            Type::TIMESTAMPTZ => {
                let micros = i64::from_be_bytes(raw.try_into()?);
                Self::Ts(time(micros.saturating_add(EPOCH))?)
            }
            Type::JSON => Self::Json(std::str::from_utf8(raw)?),
            Type::JSONB => match raw.split_first() {
                Some((1, text)) => Self::Json(std::str::from_utf8(text)?),
                _ => return Err("an unknown version of JSONB".into()),
            },
            _ => {
                return Err(
                    format!("the type {ty} is not one that we store; cast it in the statement").into()
                );
            }
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Refusal> {
        Ok(Self::Null)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl Columns for tokio_postgres::Row {
    fn len(&self) -> usize {
        self.columns().len()
    }

    fn name(&self, index: usize) -> &str {
        self.columns().get(index).map_or("", tokio_postgres::Column::name)
    }

    fn cell(&self, index: usize) -> Result<Cell<'_>, String> {
        self.try_get(index).map_err(|error| match error.source() {
            Some(source) => source.to_string(),
            None => error.to_string(),
        })
    }
}
