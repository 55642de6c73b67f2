//! Records as bytes: a kind, then its fields; numbers little-endian, texts and bytes behind their length.
//!
//! Not for: what a record means. Invariants: what `Writer` writes `Reader` reads as the same value, bit by bit (floats
//! too); a stream that ends inside a record, or has an unknown kind, is an error and never a short value.

use std::io::{self, Read, Write};

use certctl_core::time::Ts;

use super::DumpError;
use crate::db::{Cell, time};

/// The longest text that is believed: as long as PostgreSQL's longest value.
const MAX_LENGTH: u32 = 1 << 30;

/// One stored value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
    Ts(Ts),
    Json(String),
}

/// One migration of the dumped schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Applied {
    pub(super) version: i64,
    pub(super) name: String,
    /// Of the text before it was made ready for a back end.
    pub(super) checksum: String,
}

/// The opening of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TableHead {
    pub(super) name: String,
    pub(super) columns: Vec<String>,
    /// The last number given by the table's sequence; the rows may not show it any more.
    pub(super) last_number: Option<i64>,
}

#[derive(Debug, PartialEq)]
pub(super) enum Record {
    Schema(Vec<Applied>),
    Table(TableHead),
    /// As many values as the table has columns.
    Row(Vec<Value>),
    EndOfTable {
        n_rows: u64,
    },
    End {
        n_tables: u64,
    },
}

const SCHEMA: u8 = 1;
const TABLE: u8 = 2;
const ROW: u8 = 3;
const END_OF_TABLE: u8 = 4;
const END: u8 = 5;

pub(super) struct Writer<'w>(pub(super) &'w mut dyn Write);

impl Writer<'_> {
    pub(super) fn schema(&mut self, applied: &[Applied]) -> io::Result<()> {
        self.byte(SCHEMA)?;
        self.count(applied.len())?;
        for one in applied {
            self.number(one.version)?;
            self.bytes(one.name.as_bytes())?;
            self.bytes(one.checksum.as_bytes())?;
        }
        Ok(())
    }

    pub(super) fn table(&mut self, head: &TableHead) -> io::Result<()> {
        self.byte(TABLE)?;
        self.bytes(head.name.as_bytes())?;
        self.count(head.columns.len())?;
        for column in &head.columns {
            self.bytes(column.as_bytes())?;
        }
        match head.last_number {
            None => self.byte(0),
            Some(number) => self.byte(1).and_then(|()| self.number(number)),
        }
    }

    /// Opens a row; as many calls of `cell` follow as the table has columns.
    pub(super) fn row(&mut self) -> io::Result<()> {
        self.byte(ROW)
    }

    pub(super) fn cell(&mut self, cell: Cell<'_>) -> io::Result<()> {
        match cell {
            Cell::Null => self.byte(0),
            Cell::Bool(false) => self.byte(1),
            Cell::Bool(true) => self.byte(2),
            Cell::Int(value) => self.byte(3).and_then(|()| self.number(value)),
            Cell::Float(value) => {
                self.byte(4).and_then(|()| self.number(i64::from_ne_bytes(value.to_bits().to_ne_bytes())))
            }
            Cell::Text(value) => self.byte(5).and_then(|()| self.bytes(value.as_bytes())),
            Cell::Bytes(value) => self.byte(6).and_then(|()| self.bytes(value)),
            Cell::Ts(value) => self.byte(7).and_then(|()| self.number(value.as_microsecond())),
            Cell::Json(value) => self.byte(8).and_then(|()| self.bytes(value.as_bytes())),
        }
    }

    pub(super) fn end_of_table(&mut self, n_rows: u64) -> io::Result<()> {
        self.byte(END_OF_TABLE)?;
        self.0.write_all(&n_rows.to_le_bytes())
    }

    pub(super) fn end(&mut self, n_tables: u64) -> io::Result<()> {
        self.byte(END)?;
        self.0.write_all(&n_tables.to_le_bytes())
    }

    fn byte(&mut self, value: u8) -> io::Result<()> {
        self.0.write_all(&[value])
    }

    fn number(&mut self, value: i64) -> io::Result<()> {
        self.0.write_all(&value.to_le_bytes())
    }

    fn count(&mut self, n: usize) -> io::Result<()> {
        let n = u32::try_from(n).ok().filter(|n| *n <= MAX_LENGTH);
        let n =
            n.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "a value is longer than 1 GiB"))?;
        self.0.write_all(&n.to_le_bytes())
    }

    fn bytes(&mut self, value: &[u8]) -> io::Result<()> {
        self.count(value.len())?;
        self.0.write_all(value)
    }
}

pub(super) struct Reader<'r> {
    from: &'r mut dyn Read,
    /// Of the table that is being read.
    n_columns: usize,
}

impl<'r> Reader<'r> {
    pub(super) fn new(from: &'r mut dyn Read) -> Self {
        Self { from, n_columns: 0 }
    }

    pub(super) fn record(&mut self) -> Result<Record, DumpError> {
        match self.byte()? {
            SCHEMA => {
                let n = self.count()?;
                let mut applied = Vec::new();
                for _ in 0..n {
                    let (version, name, checksum) = (self.number()?, self.text()?, self.text()?);
                    applied.push(Applied { version, name, checksum });
                }
                Ok(Record::Schema(applied))
            }
            TABLE => {
                let name = self.text()?;
                let n = self.count()?;
                let mut columns = Vec::new();
                for _ in 0..n {
                    columns.push(self.text()?);
                }
                let last_number = match self.byte()? {
                    0 => None,
                    1 => Some(self.number()?),
                    other => return Err(unreadable(format!("a sequence of kind {other}"))),
                };
                self.n_columns = columns.len();
                Ok(Record::Table(TableHead { name, columns, last_number }))
            }
            ROW => (0..self.n_columns).map(|_| self.value()).collect::<Result<_, _>>().map(Record::Row),
            END_OF_TABLE => Ok(Record::EndOfTable { n_rows: self.unsigned()? }),
            END => Ok(Record::End { n_tables: self.unsigned()? }),
            other => Err(unreadable(format!("a record of the unknown kind {other}"))),
        }
    }

    /// Nothing may follow the last record.
    pub(super) fn at_end(&mut self) -> Result<(), DumpError> {
        match self.from.read(&mut [0])? {
            0 => Ok(()),
            _ => Err(unreadable("something follows its end".to_owned())),
        }
    }

    fn value(&mut self) -> Result<Value, DumpError> {
        Ok(match self.byte()? {
            0 => Value::Null,
            1 => Value::Bool(false),
            2 => Value::Bool(true),
            3 => Value::Int(self.number()?),
            4 => Value::Float(f64::from_bits(self.unsigned()?)),
            5 => Value::Text(self.text()?),
            6 => Value::Bytes(self.bytes()?),
            7 => Value::Ts(time(self.number()?).map_err(unreadable)?),
            8 => Value::Json(self.text()?),
            other => return Err(unreadable(format!("a value of the unknown kind {other}"))),
        })
    }

    fn byte(&mut self) -> Result<u8, DumpError> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn number(&mut self) -> Result<i64, DumpError> {
        self.array().map(i64::from_le_bytes)
    }

    fn unsigned(&mut self) -> Result<u64, DumpError> {
        self.array().map(u64::from_le_bytes)
    }

    fn count(&mut self) -> Result<u32, DumpError> {
        match self.array().map(u32::from_le_bytes)? {
            n if n <= MAX_LENGTH => Ok(n),
            n => Err(unreadable(format!("a length of {n} bytes"))),
        }
    }

    fn bytes(&mut self) -> Result<Vec<u8>, DumpError> {
        let n = self.count()?;
        let mut bytes = Vec::new();
        // Grows with what really comes, so that a wrong length alone takes no memory.
        let n_read = (&mut *self.from).take(n.into()).read_to_end(&mut bytes)?;
        if n_read == n as usize { Ok(bytes) } else { Err(ended().into()) }
    }

    fn text(&mut self) -> Result<String, DumpError> {
        String::from_utf8(self.bytes()?).map_err(|_| unreadable("a text that is not UTF-8".to_owned()))
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], DumpError> {
        let mut bytes = [0; N];
        self.from.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

fn unreadable(detail: String) -> DumpError {
    DumpError::Unreadable { detail }
}

fn ended() -> io::Error {
    io::ErrorKind::UnexpectedEof.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream() -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut writer = Writer(&mut bytes);
        let applied = Applied { version: 1, name: "0001_a".to_owned(), checksum: "ab".to_owned() };
        writer.schema(&[applied]).unwrap();
        let columns = (0..8).map(|n| format!("c{n}")).collect();
        writer.table(&TableHead { name: "t".to_owned(), columns, last_number: Some(-7) }).unwrap();
        writer.row().unwrap();
        for cell in [
            Cell::Null,
            Cell::Bool(true),
            Cell::Int(i64::MIN),
            Cell::Float(-0.0),
            Cell::Text("ä"),
            Cell::Bytes(&[0, 255]),
            Cell::Ts(Ts::from_microsecond(-1)),
            Cell::Json("{}"),
        ] {
            writer.cell(cell).unwrap();
        }
        writer.end_of_table(1).unwrap();
        writer.end(1).unwrap();
        bytes
    }

    #[test]
    fn what_was_written_is_read() {
        let bytes = stream();
        let mut from = &bytes[..];
        let mut reader = Reader::new(&mut from);
        assert!(matches!(reader.record().unwrap(), Record::Schema(applied) if applied[0].name == "0001_a"));
        assert!(matches!(reader.record().unwrap(), Record::Table(head) if head.last_number == Some(-7)));
        let Record::Row(values) = reader.record().unwrap() else { panic!("no row") };
        assert_eq!(values[2], Value::Int(i64::MIN));
        assert!(matches!(values[3], Value::Float(zero) if zero.is_sign_negative()));
        assert_eq!(values[6], Value::Ts(Ts::from_microsecond(-1)));
        assert_eq!(reader.record().unwrap(), Record::EndOfTable { n_rows: 1 });
        assert_eq!(reader.record().unwrap(), Record::End { n_tables: 1 });
        reader.at_end().unwrap();
    }

    #[test]
    fn a_stream_cut_off_anywhere_is_an_error() {
        let bytes = stream();
        for cut in 0..bytes.len() {
            let mut from = &bytes[..cut];
            let mut reader = Reader::new(&mut from);
            let broke = (0..5).any(|_| matches!(reader.record(), Err(DumpError::Stream(_))));
            assert!(broke, "cut at {cut}");
        }
    }

    #[test]
    fn a_record_of_an_unknown_kind_is_named() {
        let mut from = &[9_u8][..];
        let error = Reader::new(&mut from).record().unwrap_err();
        assert!(error.to_string().contains("unknown kind 9"), "{error}");
    }
}
