//! `certctl version`: which program this is.
//!
//! Not for: the server's version (`status`). Invariant: it needs no server.

use serde_json::json;

use crate::failure::Failure;
use crate::output::{Console, Exit};

/// Prints the version.
///
/// # Errors
/// [`Failure::Output`].
pub(crate) fn run(console: &mut Console) -> Result<Exit, Failure> {
    let version = env!("CARGO_PKG_VERSION");
    if console.format.is_machine() {
        console.document(&json!({ "version": version }))?;
    } else if console.quiet {
        console.line(version)?;
    } else {
        console.line(&format!("certctl {version}"))?;
    }
    Ok(Exit::Ok)
}

#[cfg(test)]
mod tests {
    use certctl_core::time::Ts;

    use super::*;
    use crate::output::Format;
    use crate::output::tests::captured;

    #[test]
    fn the_version_has_its_three_forms() {
        let printed = |format, quiet| {
            let (mut console, out, _) = captured(format, quiet, Ts::from_second(0));
            run(&mut console).unwrap();
            out.text()
        };
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(printed(Format::Table, false), format!("certctl {version}\n"));
        assert_eq!(printed(Format::Table, true), format!("{version}\n"));
        assert!(printed(Format::Json, false).contains(&format!("\"version\": \"{version}\"")));
    }
}
