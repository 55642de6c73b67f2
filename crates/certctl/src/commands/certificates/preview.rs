//! `certctl certs create --dry-run`: what would be made.
//!
//! Not for: deciding it (the server). Invariant: what the server would warn of is on a line of its own.

use certctl_api::certificates::CertificatePreview;
use certctl_core::time::humane_seconds;
use serde_json::Value;

use super::answer;
use crate::failure::Failure;
use crate::output::{Exit, Tone};
use crate::session::Session;
use crate::table::{Column, joined};

const COLUMNS: &[Column<CertificatePreview>] = &[
    Column::new("Names", |preview, _| joined(&preview.names)),
    Column::new("Issuer", |preview, _| preview.issuer_id.to_string()),
    Column::new("Profile", |preview, _| preview.profile_id.to_string()),
    Column::new("Renewal policy", |preview, _| preview.renewal_policy_id.to_string()),
    Column::new("Key", |preview, _| format!("{} ({})", preview.key_algorithm, preview.key_strategy)),
    Column::new("Lifetime", |preview, _| humane_seconds(preview.lifetime_seconds)),
    Column::new("Renews", |preview, _| {
        let lead = preview.renews_before_end_seconds;
        lead.map_or_else(
            || "by hand".to_owned(),
            |seconds| format!("{} before its end", humane_seconds(seconds)),
        )
    }),
    Column::new("Key holders", |preview, _| joined(&preview.agent_ids)),
    Column::new("Targets", |preview, _| joined(&preview.target_ids)),
    Column::new("Approval", |preview, _| {
        preview.approval_because.clone().unwrap_or_else(|| "none".to_owned())
    }),
];

/// Shows it.
///
/// # Errors
/// [`Failure`] of the output.
pub(super) fn show(session: &mut Session<'_>, value: &Value) -> Result<Exit, Failure> {
    let console = &mut *session.console;
    if console.format.is_machine() {
        console.document(value)?;
        return Ok(Exit::Ok);
    }
    let preview: CertificatePreview = answer("POST /certificates/preview", value)?;
    console.object("POST /certificates/preview", value, COLUMNS)?;
    for violation in &preview.violations {
        let rule = format!("{} ({})", violation.rule_name, violation.severity);
        console.line(&format!("{} {rule}: {}", Tone::Notice.paint("would break:"), violation.detail))?;
    }
    for warning in &preview.warnings {
        console.line(&format!("{} {}", Tone::Notice.paint("mind:"), warning.detail))?;
    }
    console.hint("nothing was stored")?;
    Ok(Exit::Ok)
}
