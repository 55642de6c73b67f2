//! The server itself over HTTP: what it runs on, and what of its own ends one day.
//!
//! Not for: whether its parts work (`health.rs`), its configuration (`certctl server config print`). Invariant: no path of its host,
//! no address of its database, no secret.

use axum::Json;
use axum::extract::State;
use certctl_api::system::{OwnCertificate, SystemInfo};
use certctl_core::permission::Permission;
use certctl_store::{Kind, alert_watch, instance};
use utoipa_axum::routes;

use crate::app::App;
use crate::backup::LAST_BACKUP;
use crate::error::Error;
use crate::http::router::{Access, Api};
use crate::platform::SERVER_CA;

/// What of [`alert_watch::own_cas`] belongs to the control plane alone.
const PLATFORM_CA: &str = "platform_ca";

/// What the server runs on: version, store and schema, log level, its own certificates, its last backup.
///
/// # Errors
/// Those of the store.
#[utoipa::path(get, path = "/system", tag = "health", responses((status = 200, body = SystemInfo)))]
pub async fn show(State(app): State<App>) -> Result<Json<SystemInfo>, Error> {
    let own = app.config.tls_files.is_none();
    let server = app.platform.served().map(|validity| OwnCertificate {
        role: "server".to_owned(),
        not_after: validity.not_after,
        renews_itself: own,
    });
    let (schema, cas, backup) = app
        .store
        .read("system.show", |tx| {
            let backup = instance::value(tx, LAST_BACKUP)?;
            Ok::<_, Error>((instance::schema(tx)?, alert_watch::own_cas(tx)?, backup))
        })
        .await?;
    let cas = cas.into_iter().filter(|ca| ca.object == PLATFORM_CA).map(|ca| OwnCertificate {
        role: if ca.id == SERVER_CA { "server_ca" } else { "agents_ca" }.to_owned(),
        not_after: ca.not_after,
        renews_itself: false,
    });
    let (schema_version, schema_at) = schema;
    Ok(Json(SystemInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        api: "v1".to_owned(),
        replica_id: app.replica_id.clone(),
        store: match app.store.kind() {
            Kind::Sqlite => "sqlite",
            Kind::Postgres => "postgresql",
        }
        .to_owned(),
        schema_version,
        schema_at,
        log_level: app.config.log_level.clone(),
        public_url: app.public_url.clone(),
        metrics_listen: app.config.metrics_listen.map(|address| address.to_string()),
        certificates: server.into_iter().chain(cas).collect(),
        last_backup_at: backup.and_then(|text| text.parse().ok()),
        backup_max_age_seconds: app.config.backup_max_age,
    }))
}

/// Registers the route.
pub fn routes(api: Api) -> Api {
    api.route(Access::Need(Permission::ConfigRead), routes!(show))
}
