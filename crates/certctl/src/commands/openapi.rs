//! `certctl openapi`: the API's document, as this program's server serves it.
//!
//! It needs no server. Not for: what the document says (crate `certctl-server`). Invariant: the committed `openapi.json` is
//! what this prints.

use crate::failure::Failure;
use crate::output::{Console, Exit};

/// Prints the document.
///
/// # Errors
/// [`Failure`] when the output cannot be written.
pub(crate) fn run(console: &mut Console) -> Result<Exit, Failure> {
    console.raw(&document()?)?;
    Ok(Exit::Ok)
}

fn document() -> Result<String, Failure> {
    let document = certctl_server::http::router::document();
    document.and_then(|document| certctl_server::http::openapi::text(&document)).map_err(|error| {
        Failure::Negative {
            what: format!("the OpenAPI document cannot be written: {error}"),
            next: String::new(),
        }
    })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn the_committed_document_is_up_to_date() {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../openapi.json");
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == document().unwrap(), "openapi.json is stale: run `make openapi`");
    }
}
