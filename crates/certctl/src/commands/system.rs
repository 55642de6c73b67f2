//! `certctl system`: what the server runs on, and what of its own ends one day.
//!
//! Not for: whether its parts work (`status`). Invariant: it changes nothing.

use certctl_api::system::SystemInfo;
use certctl_core::time::humane_seconds;

use crate::failure::Failure;
use crate::output::Exit;
use crate::session::Session;
use crate::table::{Column, or_dash};

const COLUMNS: &[Column<SystemInfo>] = &[
    Column::new("Version", |it, _| it.version.clone()),
    Column::new("API", |it, _| it.api.clone()),
    Column::new("Store", |it, _| it.store.clone()),
    Column::new("Schema", |it, _| it.schema_version.to_string()),
    Column::new("Schema of", |it, view| view.time(it.schema_at)),
    Column::new("Log level", |it, _| it.log_level.clone()),
    Column::new("Address", |it, _| it.public_url.clone()),
    Column::new("Metrics without a key", |it, _| or_dash(it.metrics_listen.as_ref())),
    Column::new("Replica", |it, _| it.replica_id.clone()),
    Column::new("Last backup", |it, view| view.time(it.last_backup_at)),
    Column::new("Backup at least", |it, _| or_dash(it.backup_max_age_seconds.map(humane_seconds).as_ref())),
    Column::show("Own certificates", |it, view| {
        let each = it.certificates.iter().map(|own| format!("{}: {}", own.role, view.time(own.not_after)));
        each.collect::<Vec<_>>().join("\n")
    }),
];

/// Shows it.
///
/// # Errors
/// [`Failure`] of the request or the output.
pub(crate) async fn run(session: &mut Session<'_>) -> Result<Exit, Failure> {
    session.show("/system", COLUMNS).await
}
