//! DNS providers over HTTP: their kinds, their configuration and their test.
//!
//! Not for: records of orders (`engine/challenges.rs`). Invariant: a secret goes in and never comes out.

mod test;

use axum::response::IntoResponse as _;
use certctl_api::dns_providers::{
    CreateDnsProvider, DnsProvider, DnsProviderKindInfo, TestDnsProvider, UpdateDnsProvider,
};
use certctl_api::issuers::TestResult;
use certctl_connectors::dns::{Fqdn, schema, title};
use certctl_core::dns_provider::DnsProviderKind;
use certctl_core::id::DnsProviderId;
use certctl_store::dns_providers::{self, DnsProviderRow};
use serde_json::{Map, Value, json};

use crate::http::cursor;
use crate::http::settings::prelude::*;
use crate::ops::dns_providers as own;
use crate::ops::success;
use crate::request::etag;

fn view(row: DnsProviderRow) -> DnsProvider {
    let secrets = row.secret_names.as_array().into_iter().flatten();
    DnsProvider {
        id: row.id,
        name: row.name,
        kind: row.kind,
        config: row.config,
        secrets: secrets.filter_map(Value::as_str).map(str::to_owned).collect(),
        last_success_at: row.last_success_at,
        last_failure_at: row.last_failure_at,
        last_failure: row.last_failure,
        created_at: row.created_at,
        updated_at: row.updated_at,
        revision: row.revision,
    }
}

fn shown(row: DnsProviderRow) -> Response {
    ([etag(row.revision)], Json(view(row))).into_response()
}

/// A page, by id.
///
/// # Errors
/// 400 for a bad cursor.
#[utoipa::path(get, path = "/dns-providers", tag = "dns-providers", params(PageQuery),
    summary = "A page of DNS providers", description = "A page of DNS providers, by id. Secrets are never shown.",
    responses((status = 200, description = "The page", body = Page<DnsProvider>)))]
pub async fn list(
    State(app): State<App>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<DnsProvider>>, Error> {
    let after = cursor::decode_one(query.cursor.as_deref())?;
    let page = app.store.read("dns_providers.list", move |tx| {
        let mut rows = dns_providers::list(tx, &after, query.limit.and_one())?;
        let next_cursor = cursor::cut(&mut rows, query.limit, |row| row.id.to_string());
        let total = if query.total { Some(dns_providers::count(tx)?) } else { None };
        let items = rows.into_iter().map(view).collect();
        Ok::<_, Error>(Page { items, next_cursor, total })
    });
    Ok(Json(page.await?))
}

/// A new one.
///
/// # Errors
/// 409 when the id is taken, 422.
#[utoipa::path(post, path = "/dns-providers", tag = "dns-providers", request_body = CreateDnsProvider,
    summary = "A new DNS provider",
    description = "A new DNS provider, by the schema of its kind. Its secrets are sealed and never shown again.",
    responses(
        (status = 201, description = "It was made", body = DnsProvider,
            headers(("Location" = String, description = "Its path"), ("ETag" = String, description = "Its revision"))),
        (status = 409, description = "The id is taken, or there are 200 DNS providers"),
    ))]
pub async fn create(
    State(app): State<App>,
    context: RequestContext,
    Body(request): Body<CreateDnsProvider>,
) -> Result<Response, Error> {
    let mut checks = Checks::default();
    let (now, name) = (app.now(), checks.name(&request.name));
    let parted = own::part(&mut checks, request.kind, &request.config, &Map::new());
    checks.finish()?;
    let row = DnsProviderRow {
        id: request.id.unwrap_or_else(|| app.new_id()),
        name,
        kind: request.kind,
        config: json!({}),
        secret_names: json!([]),
        last_success_at: None,
        last_failure_at: None,
        last_failure: None,
        created_at: now,
        updated_at: now,
        revision: 1,
    };
    let (audit, sealer) = (context.audit(&app), app.sealer.clone());
    let made = app
        .store
        .write("dns_provider.create", move |tx| own::create(tx, &audit, &sealer, &row, &parted))
        .await?;
    let place = [(http::header::LOCATION, format!("/api/v1/dns-providers/{}", made.id))];
    Ok((StatusCode::CREATED, place, shown(made)).into_response())
}

/// One.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/dns-providers/{id}", tag = "dns-providers", params(("id" = DnsProviderId, Path)),
    summary = "One DNS provider", description = "One DNS provider, and how it is doing. Secrets are never shown.",
    responses((status = 200, description = "It", body = DnsProvider,
        headers(("ETag" = String, description = "Its revision")))))]
pub async fn show(
    State(app): State<App>,
    PathId(id): PathId<certctl_core::id::DnsProvider>,
) -> Result<Response, Error> {
    Ok(shown(settings::find(&app, id).await?))
}

/// Changes one.
///
/// # Errors
/// 404, 412, 422.
#[utoipa::path(patch, path = "/dns-providers/{id}", tag = "dns-providers", params(("id" = DnsProviderId, Path)),
    request_body = UpdateDnsProvider, summary = "Change a DNS provider",
    description = "Changes a DNS provider. What it has still to set or take away is done by the new configuration.",
    responses((status = 200, description = "As it is now", body = DnsProvider,
        headers(("ETag" = String, description = "Its new revision")))))]
pub async fn update(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::DnsProvider>,
    if_match: IfMatch,
    Patch(request): Patch<UpdateDnsProvider>,
) -> Result<Response, Error> {
    let (audit, sealer) = (context.audit(&app), app.sealer.clone());
    let row = app.store.write("dns_provider.update", move |tx| {
        let which = (&id, if_match.revision());
        own::update(tx, &audit, &sealer, which, request.name.as_deref(), request.config.as_ref())
    });
    Ok(shown(row.await?))
}

/// Removes one.
///
/// # Errors
/// 404, 409 with what refers to it.
#[utoipa::path(delete, path = "/dns-providers/{id}", tag = "dns-providers", params(("id" = DnsProviderId, Path)),
    summary = "Remove a DNS provider", description = "Removes a DNS provider with its secrets.",
    responses(
        (status = 204, description = "It is gone"),
        (status = 409, description = "Issuers name it, or it has still records to take away"),
    ))]
pub async fn delete(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::DnsProvider>,
    if_match: IfMatch,
) -> Result<StatusCode, Error> {
    let audit = context.audit(&app);
    app.store
        .write("dns_provider.delete", move |tx| own::delete(tx, &audit, &id, if_match.revision()))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The kinds, each with the schema of its configuration.
#[utoipa::path(get, path = "/dns-provider-kinds", tag = "dns-providers",
    summary = "The kinds of DNS provider",
    responses((status = 200, description = "The kinds", body = Vec<DnsProviderKindInfo>)))]
pub async fn kinds() -> Json<Vec<DnsProviderKindInfo>> {
    let one = |kind: DnsProviderKind| DnsProviderKindInfo {
        kind,
        title: title(kind).to_owned(),
        schema: schema(kind),
    };
    Json(DnsProviderKind::ALL.iter().copied().map(one).collect())
}

/// Really sets a record, looks for it, and takes it away.
///
/// # Errors
/// 404, 422 for a bad name. A step that fails is an answer, not an error.
#[utoipa::path(post, path = "/dns-providers/{id}/test", tag = "dns-providers", params(("id" = DnsProviderId, Path)),
    request_body = TestDnsProvider, summary = "Test a DNS provider",
    description = "Really sets a TXT record at `_acme-challenge` below the name, sees it at every server of its zone, and takes \
                   it away: `open_secrets`, `find_zone`, `set`, `look`, `remove`. A provider of kind `agent` has `agent` instead \
                   of `open_secrets`: the agent polls and its policy has the provider; it sets the record by its own policy.",
    responses((status = 200, description = "What each step found", body = TestResult)))]
pub async fn test(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::DnsProvider>,
    Body(request): Body<TestDnsProvider>,
) -> Result<Json<TestResult>, Error> {
    let name = Fqdn::challenge(&request.name).map_err(|detail| Error::invalid_field("/name", detail))?;
    let _: DnsProviderRow = settings::find(&app, id.clone()).await?;
    let mut steps = Vec::new();
    let tested = test::run(&app, &id, &request.name, name, &mut steps).await;
    let result = TestResult { ok: tested.is_some() && steps.iter().all(|step| step.ok), steps };
    let audit = context.audit(&app);
    let words = format!(
        "{id} was tested for {}: {}",
        request.name,
        if result.ok { "it works" } else { "it does not work" }
    );
    let facts = json!({ "ok": result.ok, "name": request.name });
    app.store
        .write("dns_provider.test", move |tx| {
            let object = ("dns_provider", id.as_str());
            success(tx, &audit, "dns_provider.test", object, words.clone(), facts.clone())
        })
        .await?;
    Ok(Json(result))
}

/// Registers the routes.
pub fn routes(api: Api) -> Api {
    api.route(Access::Need(Permission::IssuersRead), routes!(list))
        .route(Access::Need(Permission::IssuersManage), routes!(create))
        .route(Access::Need(Permission::IssuersRead), routes!(show))
        .route(Access::Need(Permission::IssuersManage), routes!(update))
        .route(Access::Need(Permission::IssuersManage), routes!(delete))
        .route(Access::Need(Permission::IssuersManage), routes!(test))
        .route(Access::Need(Permission::IssuersRead), routes!(kinds))
}
