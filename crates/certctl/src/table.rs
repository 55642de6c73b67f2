//! Columns: how the objects of a noun are shown in a table, and one below the other for a single object.
//!
//! Not for: fetching, or the machine formats. Invariant: a noun declares its columns once; list, wide list and `show`
//! are three selections of them.

use certctl_core::time::{Ts, humane_seconds};
use comfy_table::{Cell, Table};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::failure::Failure;
use crate::output::{Console, Format, Tone};

/// Where a column is shown; each place includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Table,
    Wide,
    Show,
}

/// The present moment and how times are written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View {
    /// The present moment.
    pub(crate) now: Ts,
    /// Whether times are absolute too.
    pub(crate) absolute: bool,
}

impl View {
    /// A time: relative, and absolute where there is room.
    pub(crate) fn time(&self, at: impl Into<Option<Ts>>) -> String {
        let Some(at) = at.into() else { return "-".to_owned() };
        let relative = relative(at, self.now);
        if self.absolute { format!("{relative} ({})", Ts::from_second(at.as_second())) } else { relative }
    }
}

/// `in 59d 23h`, `3m 2s ago`, `now`.
pub(crate) fn relative(at: Ts, now: Ts) -> String {
    let seconds = at.as_second() - now.as_second();
    match seconds {
        0 => "now".to_owned(),
        1.. => format!("in {}", humane_seconds(seconds)),
        _ => format!("{} ago", humane_seconds(-seconds)),
    }
}

/// A value that may be absent.
pub(crate) fn or_dash(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

/// Several values in one cell.
pub(crate) fn joined<T: ToString>(values: &[T]) -> String {
    if values.is_empty() {
        return "-".to_owned();
    }
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// `AB:CD:...`, as `openssl x509 -fingerprint` writes it.
pub(crate) fn fingerprint(hex: &str) -> String {
    let pairs: Vec<&str> =
        hex.as_bytes().chunks(2).filter_map(|pair| std::str::from_utf8(pair).ok()).collect();
    pairs.join(":").to_uppercase()
}

/// One column of a noun.
pub(crate) struct Column<T> {
    title: &'static str,
    place: Place,
    cell: fn(&T, &View) -> String,
    tone: fn(&T) -> Tone,
}

impl<T> Column<T> {
    /// A column of every table.
    pub(crate) const fn new(title: &'static str, cell: fn(&T, &View) -> String) -> Self {
        Self { title, place: Place::Table, cell, tone: |_| Tone::Plain }
    }

    /// A column of wide tables.
    pub(crate) const fn wide(title: &'static str, cell: fn(&T, &View) -> String) -> Self {
        Self { title, place: Place::Wide, cell, tone: |_| Tone::Plain }
    }

    /// A line of `show` only.
    pub(crate) const fn show(title: &'static str, cell: fn(&T, &View) -> String) -> Self {
        Self { title, place: Place::Show, cell, tone: |_| Tone::Plain }
    }

    /// A column of every table with a tone.
    pub(crate) const fn toned(
        title: &'static str,
        cell: fn(&T, &View) -> String,
        tone: fn(&T) -> Tone,
    ) -> Self {
        Self { title, place: Place::Table, cell, tone }
    }
}

fn plain_table() -> Table {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    // Colour is ours: the stream strips it where it does not belong, so the table must not look at the terminal.
    table.force_no_tty();
    table
}

/// Lays the table out without colour, then paints: so colour does not count as width.
fn rendered(header: Vec<String>, rows: Vec<Vec<(String, Tone)>>) -> String {
    let mut table = plain_table();
    table.set_header(header.iter().map(Cell::new));
    for row in &rows {
        table.add_row(row.iter().map(|(text, _)| Cell::new(text)));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let mut lines = Vec::with_capacity(rows.len() + 1);
    for (i, line) in table.lines().enumerate() {
        let line = line.trim_end().to_owned();
        lines.push(match i.checked_sub(1).and_then(|row| rows.get(row)) {
            Some(row) => painted(&line, row),
            None => line,
        });
    }
    lines.join("\n")
}

/// Paints the cells of a laid-out line, from left to right.
fn painted(line: &str, row: &[(String, Tone)]) -> String {
    let (mut text, mut rest) = (String::with_capacity(line.len()), line);
    for (cell, tone) in row {
        if *tone == Tone::Plain || cell.is_empty() {
            // A plain cell is passed over, so that the same word in a later cell is found there.
            if let Some(at) = rest.find(cell.as_str()) {
                let (before, after) = rest.split_at(at + cell.len());
                text.push_str(before);
                rest = after;
            }
            continue;
        }
        if let Some(at) = rest.find(cell.as_str()) {
            let (before, after) = rest.split_at(at);
            text.push_str(before);
            text.push_str(&tone.paint(cell));
            rest = &after[cell.len()..];
        }
    }
    text.push_str(rest);
    text
}

/// One line for a cell: a line break would tear the table.
fn one_line(text: String) -> String {
    if text.contains(['\n', '\r', '\t']) {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    } else {
        text
    }
}

fn decode<T: DeserializeOwned>(what: &str, value: &Value) -> Result<T, Failure> {
    T::deserialize(value)
        .map_err(|error| Failure::Answer { what: what.to_owned(), detail: error.to_string() })
}

impl Console {
    fn view(&self, absolute: bool) -> View {
        View { now: self.now(), absolute }
    }

    /// Several objects: a table, or only their ids when quiet.
    pub(crate) fn rows<T: DeserializeOwned>(
        &mut self,
        what: &str,
        items: &[Value],
        columns: &[Column<T>],
    ) -> Result<(), Failure> {
        if self.quiet {
            for id in items.iter().filter_map(id_of) {
                self.line(id)?;
            }
            return Ok(());
        }
        let wide = self.format == Format::Wide;
        let place = if wide { Place::Wide } else { Place::Table };
        let view = self.view(wide);
        let columns: Vec<&Column<T>> = columns.iter().filter(|column| column.place <= place).collect();
        let mut rows = Vec::with_capacity(items.len());
        for item in items {
            let object: T = decode(what, item)?;
            rows.push(
                columns.iter().map(|c| (one_line((c.cell)(&object, &view)), (c.tone)(&object))).collect(),
            );
        }
        if rows.is_empty() {
            return self.hint("none");
        }
        let header = columns.iter().map(|column| column.title.to_uppercase()).collect();
        self.line(&rendered(header, rows))
    }

    /// One object: the answer for programs, its id when quiet, else each column on a line.
    pub(crate) fn object<T: DeserializeOwned>(
        &mut self,
        what: &str,
        value: &Value,
        columns: &[Column<T>],
    ) -> Result<(), Failure> {
        if self.format.is_machine() {
            return self.document(value);
        }
        if self.quiet {
            return id_of(value).map_or(Ok(()), |id| self.line(id));
        }
        let object: T = decode(what, value)?;
        let view = self.view(true);
        let width = columns.iter().map(|column| column.title.len()).max().unwrap_or(0) + 2;
        for column in columns {
            let text = (column.cell)(&object, &view);
            let text = (column.tone)(&object).paint(text.trim_end());
            let indented = text.replace('\n', &format!("\n{:width$}", ""));
            self.line(&format!("{:width$}{indented}", format!("{}:", column.title)))?;
        }
        Ok(())
    }
}

/// The id of an answer.
pub(crate) fn id_of(value: &Value) -> Option<&str> {
    value.get("id").and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::output::tests::captured;

    #[derive(serde::Deserialize)]
    struct Sample {
        id: String,
        state: String,
        at: Ts,
    }

    const COLUMNS: &[Column<Sample>] = &[
        Column::new("Id", |s, _| s.id.clone()),
        Column::toned("State", |s, _| s.state.clone(), |_| Tone::Bad),
        Column::new("At", |s, view| view.time(s.at)),
        Column::wide("Twice", |s, _| format!("{}{}", s.id, s.id)),
    ];

    fn items() -> Vec<Value> {
        vec![
            json!({ "id": "a", "state": "Failed", "at": "1970-01-01T00:01:40Z" }),
            json!({ "id": "longer", "state": "Ok", "at": "1970-01-01T01:00:00Z" }),
        ]
    }

    fn printed(format: Format, quiet: bool) -> String {
        let (mut console, out, _) = captured(format, quiet, Ts::from_second(200));
        console.rows("GET /samples", &items(), COLUMNS).unwrap();
        out.text()
    }

    #[test]
    fn a_table_lines_its_columns_up() {
        let expected = "ID      STATE   AT\na       Failed  1m 40s ago\nlonger  Ok      in 56m 40s\n";
        assert_eq!(printed(Format::Table, false), expected);
    }

    #[test]
    fn wide_adds_columns_and_absolute_times() {
        let text = printed(Format::Wide, false);
        assert!(text.contains("TWICE") && text.contains("1m 40s ago (1970-01-01T00:01:40Z)"), "{text}");
    }

    #[test]
    fn quiet_prints_ids_only() {
        assert_eq!(printed(Format::Table, true), "a\nlonger\n");
    }

    #[test]
    fn show_prints_every_column_on_its_line() {
        let (mut console, out, _) = captured(Format::Table, false, Ts::from_second(200));
        console.object("GET /samples/a", &items()[0], COLUMNS).unwrap();
        assert_eq!(
            out.text(),
            "Id:    a\nState: Failed\nAt:    1m 40s ago (1970-01-01T00:01:40Z)\nTwice: aa\n"
        );
    }

    #[test]
    fn an_answer_of_another_form_names_the_field() {
        let (mut console, _, _) = captured(Format::Table, false, Ts::from_second(0));
        let error = console.rows("GET /samples", &[json!({ "id": "a" })], COLUMNS).unwrap_err();
        assert!(error.to_string().contains("missing field `state`"), "{error}");
    }

    #[test]
    fn only_the_toned_cell_is_painted() {
        let row = [("Failed".to_owned(), Tone::Plain), ("Failed".to_owned(), Tone::Bad)];
        let text = painted("Failed  Failed", &row);
        assert_eq!(text, format!("Failed  {}", Tone::Bad.paint("Failed")));
    }

    #[test]
    fn times_are_relative_to_now() {
        let now = Ts::from_second(1_000);
        for (at, expected) in [(1_000, "now"), (1_061, "in 1m 1s"), (940, "1m ago")] {
            assert_eq!(relative(Ts::from_second(at), now), expected);
        }
    }

    #[test]
    fn fingerprints_are_written_as_openssl_does() {
        assert_eq!(fingerprint("ab01ff"), "AB:01:FF");
    }
}
