//! Imports over HTTP.
//!
//! Not for: rules (`ops/imports`). Invariant: what was sent is answered item by item; a second request with the same
//! certificates changes nothing.

use axum::Json;
use axum::extract::State;
use certctl_api::imports::{ImportCertificates, ImportItem, ImportOutcome, ImportResult};
use std::sync::Arc;

use crate::app::App;
use crate::error::Error;
use crate::ops::imports as ops;
use crate::request::{Body, RequestContext};

/// Brings in certificates that exist already, from PEM: managed by an external key, or found and watched only. A
/// certificate that is here already, by its fingerprint, stays as it is; one that was only watched can be claimed by
/// importing it as managed.
///
/// # Errors
/// 422 for what the whole request refers to. A certificate that is refused is an item of the answer.
#[utoipa::path(post, path = "/certificates/import", tag = "certificates", request_body = ImportCertificates,
    responses((status = 200, description = "What became of each certificate", body = ImportResult)))]
pub async fn import(
    State(app): State<App>,
    context: RequestContext,
    Body(request): Body<ImportCertificates>,
) -> Result<Json<ImportResult>, Error> {
    ops::check(&request)?;
    let audit = context.audit(&app);
    let dry_run = request.dry_run;
    let read = ops::read(&request.bundles);
    let (caller, referred) = (audit.clone(), request);
    let common =
        app.store.read("imports.common", move |tx| ops::common(tx, &caller, referred.clone())).await?;
    let common = Arc::new(common);
    let mut items: Vec<ImportItem> = Vec::with_capacity(read.len());
    let mut rest = read.into_iter().peekable();
    while rest.peek().is_some() {
        let page: Vec<Result<ops::Read, ImportItem>> = rest.by_ref().take(ops::PAGE).collect();
        let (audit, common) = (audit.clone(), Arc::clone(&common));
        let work = move |tx: &mut certctl_store::Tx<'_>| {
            // Nothing is changed by a certificate that is here already.
            tx.note_audit();
            let mut items = Vec::with_capacity(page.len());
            for found in &page {
                items.push(match found {
                    Ok(read) => ops::import(tx, &audit, &common, read)?,
                    Err(item) => item.clone(),
                });
            }
            Ok::<_, Error>(items)
        };
        let done = if dry_run {
            app.store.read("imports.dry_run", work).await?
        } else {
            app.store.write("imports.page", work).await?
        };
        items.extend(done);
    }
    let count = |outcome: ImportOutcome| {
        i64::try_from(items.iter().filter(|item| item.outcome == outcome).count()).unwrap_or(i64::MAX)
    };
    Ok(Json(ImportResult {
        imported: count(ImportOutcome::Imported),
        claimed: count(ImportOutcome::Claimed),
        existing: count(ImportOutcome::Exists),
        refused: count(ImportOutcome::Refused),
        items,
    }))
}
