//! Exports: `certctl certs export`, `jobs export`, `audit export`.
//!
//! The server makes the file; it is written as it comes, so its length does not matter. Not for: `-o csv` of a list
//! (`rows.rs`). Invariant: a file of the caller's is whole or not there.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::failure::Failure;
use crate::output::{Exit, Format};
use crate::query::Query;
use crate::session::Session;

/// Flags of every export.
#[derive(Debug, Args)]
pub(crate) struct ExportFile {
    /// The form of the file; what -o says when absent, else csv
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Form>,
    /// Only these columns, by their names, with commas between; all when absent
    #[arg(long, value_name = "NAMES")]
    columns: Option<String>,
    /// Write into this file; standard output when absent
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Comma-separated values; formulas made texts
    Csv,
    /// One JSON object, with who exported what
    Json,
    /// A JSON object on each line
    Ndjson,
}

impl ExportFile {
    fn form(&self, output: Format) -> Result<&'static str, Failure> {
        Ok(match (self.format, output) {
            (Some(Form::Csv), _) | (None, Format::Csv | Format::Table | Format::Wide) => "csv",
            (Some(Form::Json), _) | (None, Format::Json) => "json",
            (Some(Form::Ndjson), _) | (None, Format::Ndjson) => "ndjson",
            (None, Format::Yaml) => {
                return Err(Failure::usage("there is no export as YAML", "use csv, json or ndjson"));
            }
        })
    }

    /// Fetches and writes an export.
    ///
    /// # Errors
    /// [`Failure`] of the request or the file.
    pub(crate) async fn run(
        &self,
        session: &mut Session<'_>,
        path: &str,
        filters: Query,
    ) -> Result<Exit, Failure> {
        let form = self.form(session.console.format)?;
        let path = filters.with("format", Some(form)).with("columns", self.columns.as_ref()).after(path);
        download(session, &path, self.to.as_deref()).await
    }
}

/// Fetches what is at a path, and writes it as it comes: into a file, else to standard output.
///
/// # Errors
/// [`Failure`] of the request or the file.
pub(crate) async fn download(
    session: &mut Session<'_>,
    path: &str,
    to: Option<&Path>,
) -> Result<Exit, Failure> {
    let Some(file) = to else {
        let Session { client, console, .. } = session;
        client.download(path, |piece| Ok::<_, Failure>(console.stdout().write_all(piece)?)).await?;
        console.stdout().flush()?;
        return Ok(Exit::Ok);
    };
    let unwritten = |source| Failure::File { path: file.to_owned(), action: "written", source };
    let folder = file.parent().filter(|folder| *folder != Path::new("")).unwrap_or_else(|| Path::new("."));
    let mut part = tempfile::NamedTempFile::new_in(folder).map_err(unwritten)?;
    session.client.download(path, |piece| part.write_all(piece).map_err(unwritten)).await?;
    part.as_file().sync_all().map_err(unwritten)?;
    part.persist(file).map_err(|error| unwritten(error.error))?;
    session.console.hint(&format!("written to {}", file.display()))?;
    Ok(Exit::Ok)
}
