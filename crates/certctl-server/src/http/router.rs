//! The registry of routes: path, access rule and documentation in one call.
//!
//! To add a route: write the handler with `#[utoipa::path(...)]` in its noun's file and register it in that file's
//! `routes`. Not for: what a handler does. Invariants: nothing is registered without an [`Access`]; what is not
//! registered is a 404 problem, and a method that a path does not have is a 405 problem with `Allow`.

use std::sync::Arc;

use axum::{Router, middleware::from_fn_with_state};
use http::Method;
use utoipa::openapi::{
    OpenApi,
    path::{Operation, PathItem},
};
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouter},
    routes,
};

pub use super::auth::Access;
use super::{
    access_rules, agent_api, agents, alert_rules, alerts, api_keys, approvals, audit,
    auth::{Guard, guard},
    cas, certificates, confirmations, dashboard, dns_providers, docs, events, health,
    inputs::Inputs,
    issuers, jobs, metrics, middleware, needs, notifications, notifiers, openapi, operations, owners,
    persistent_records, pki, policy_rules, profiles, proofs, renewal_policies, revocations, search, sessions,
    sign_in, stats, status_page, system, tags, target_tests, targets, teams, users, views, violations,
};
use crate::app::App;

/// Everything that is under the version prefix.
pub const PREFIX: &str = "/api/v1";

/// The routes registered so far. Without a control plane it serves nothing and gives the document only.
pub struct Api {
    app: Option<App>,
    versioned: OpenApiRouter<App>,
    plain: OpenApiRouter<App>,
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Api")
    }
}

impl Api {
    fn new(app: Option<App>) -> Self {
        Self { app, versioned: OpenApiRouter::new(), plain: OpenApiRouter::with_openapi(openapi::skeleton()) }
    }

    /// Registers handlers under [`PREFIX`]; those of one call share their access rule.
    #[must_use]
    pub fn route(mut self, access: Access, routes: UtoipaMethodRouter<App>) -> Self {
        let guarded = self.guarded(access, routes);
        self.versioned = self.versioned.routes(guarded);
        self
    }

    /// Registers handlers at the root.
    #[must_use]
    pub fn root(mut self, access: Access, routes: UtoipaMethodRouter<App>) -> Self {
        let guarded = self.guarded(access, routes);
        self.plain = self.plain.routes(guarded);
        self
    }

    fn guarded(&self, access: Access, routes: UtoipaMethodRouter<App>) -> UtoipaMethodRouter<App> {
        let (schemas, mut paths, methods) = routes;
        let mut inputs = Inputs::default();
        for item in paths.paths.values_mut() {
            for (method, operation) in operations(item) {
                openapi::describe(&method, operation, access);
                inputs.note(method, operation);
            }
        }
        let Some(app) = self.app.clone() else { return (schemas, paths, methods) };
        let layer = from_fn_with_state(Guard { app, access, inputs: Arc::new(inputs) }, guard);
        (schemas, paths, methods.route_layer(layer))
    }

    fn parts(self) -> (Router<App>, OpenApi) {
        self.plain.nest(PREFIX, self.versioned).split_for_parts()
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    [
        (Method::GET, &mut item.get),
        (Method::PUT, &mut item.put),
        (Method::POST, &mut item.post),
        (Method::DELETE, &mut item.delete),
        (Method::PATCH, &mut item.patch),
    ]
    .into_iter()
    .filter_map(|(method, operation)| operation.as_mut().map(|operation| (method, operation)))
}

/// The whole service.
///
/// # Errors
/// When the OpenAPI document cannot be written.
pub fn build(app: &App) -> Result<Router, serde_json::Error> {
    let (router, document) = registered(Some(app.clone())).parts();
    openapi::publish(&document)?;
    Ok(router
        .merge(if dashboard::is_built() { dashboard::router() } else { status_page::router() })
        .merge(docs::router())
        .merge(pki::router(app))
        .merge(proofs::router(app))
        .fallback(dashboard::or_no_route)
        .method_not_allowed_fallback(middleware::no_method)
        .with_state(app.clone())
        .layer(from_fn_with_state(app.clone(), middleware::observe)))
}

/// The document that describes the service, without starting one.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn document() -> Result<serde_json::Value, serde_json::Error> {
    openapi::finish(&registered(None).parts().1)
}

fn registered(app: Option<App>) -> Api {
    let api = Api::new(app)
        .root(Access::Public, routes!(health::alive))
        .root(Access::Public, routes!(health::ready))
        .root(Access::Any, routes!(metrics::show))
        .route(Access::Public, routes!(health::version))
        .route(Access::Public, routes!(openapi::show))
        .route(Access::Public, routes!(sign_in::info))
        .route(Access::Any, routes!(sign_in::check))
        .route(Access::Any, routes!(sign_in::roles))
        .route(Access::SetupToken, routes!(sign_in::set_up))
        .route(Access::Public, routes!(sign_in::sign_in))
        .route(Access::Any, routes!(sign_in::sign_out))
        .route(Access::Any, routes!(events::stream));
    nouns(api)
}

/// The routes of the nouns.
fn nouns(api: Api) -> Api {
    let api = certificates::routes(api);
    let api = revocations::routes(api);
    let api = operations::routes(api);
    let api = tags::routes(api);
    let api = jobs::routes(api);
    let api = approvals::routes(api);
    let api = confirmations::routes(api);
    let api = access_rules::routes(api);
    let api = agents::routes(api);
    let api = targets::routes(api);
    let api = target_tests::routes(api);
    let api = issuers::routes(api);
    let api = cas::routes(api);
    let api = persistent_records::routes(api);
    let api = dns_providers::routes(api);
    let api = renewal_policies::routes(api);
    let api = profiles::routes(api);
    let api = policy_rules::routes(api);
    let api = violations::routes(api);
    let api = search::routes(api);
    let api = needs::routes(api);
    let api = stats::routes(api);
    let api = system::routes(api);
    let api = owners::routes(api);
    let api = teams::routes(api);
    let api = alerts::routes(api);
    let api = alert_rules::routes(api);
    let api = notifications::routes(api);
    let api = notifiers::routes(api);
    let api = audit::routes(api);
    let api = api_keys::routes(api);
    let api = users::routes(api);
    let api = sessions::routes(api);
    let api = views::routes(api);
    agent_api::routes(api)
}

/// `/metrics` alone, without a key: for the loopback listener.
pub fn metrics_only(app: &App) -> Router {
    Router::new()
        .route("/metrics", axum::routing::get(metrics::show))
        .fallback(middleware::no_route)
        .with_state(app.clone())
}
