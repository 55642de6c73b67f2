//! The OpenAPI 3.1 document: built from the registered routes, served as JSON.
//!
//! Not for: keeping the committed `openapi.json` fresh (a test does). Invariant: what is served is what is registered:
//! the router makes both from one call.

use std::sync::OnceLock;

use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use certctl_api::problem::{FieldError, Problem};
use http::{HeaderValue, header};
use utoipa::{
    OpenApi as _,
    openapi::{
        Info, OpenApi, OpenApiBuilder, Ref, RefOr, ResponseBuilder,
        content::ContentBuilder,
        extensions::ExtensionsBuilder,
        path::Operation,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

use super::auth::Access;
use crate::error::Error;

#[derive(utoipa::OpenApi)]
#[openapi(components(schemas(Problem, FieldError)))]
struct Shared;

static DOCUMENT: OnceLock<Bytes> = OnceLock::new();

/// The document without routes.
pub fn skeleton() -> OpenApi {
    let info = Info::builder()
        .title("certctl")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Errors are problem documents (RFC 9457). `x-access` says who may call: `public`, `any` known person or \
             program, a permission, `agent` (by client certificate), or the holder of a one-time token.",
        ))
        .build();
    let mut components = Shared::openapi().components.unwrap_or_default();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("An API key: `Authorization: Bearer ck_...`"))
        .build();
    components.add_security_scheme("api_key", SecurityScheme::Http(bearer));
    let cookie = ApiKeyValue::new(super::auth::COOKIE);
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    let mtls = SecurityScheme::MutualTls {
        description: Some("An agent's identity certificate".to_owned()),
        deprecated: None,
        extensions: None,
    };
    components.add_security_scheme("agent", mtls);
    OpenApiBuilder::new().info(info).components(Some(components)).build()
}

/// Writes the access rule and the error answer into an operation.
pub fn describe(operation: &mut Operation, access: Access) {
    let extensions = ExtensionsBuilder::new().add("x-access", access.text()).build();
    match &mut operation.extensions {
        Some(present) => present.merge(extensions),
        None => operation.extensions = Some(extensions),
    }
    let none: [&str; 0] = [];
    operation.security = match access {
        Access::Public | Access::SetupToken | Access::JoinToken => None,
        Access::Any | Access::Need(_) => {
            Some(vec![SecurityRequirement::new("api_key", none), SecurityRequirement::new("session", none)])
        }
        Access::Agent => Some(vec![SecurityRequirement::new("agent", none)]),
    };
    let schema = RefOr::Ref(Ref::from_schema_name("Problem"));
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let problem = ResponseBuilder::new()
        .description("What went wrong, and what to do")
        .content("application/problem+json", content)
        .build();
    operation.responses.responses.insert("default".to_owned(), RefOr::T(problem));
}

/// Keeps the finished document for [`show`]; the routes of a process are the same for every server in it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn publish(document: &OpenApi) -> Result<(), serde_json::Error> {
    let text = serde_json::to_vec(document)?;
    DOCUMENT.get_or_init(|| text.into());
    Ok(())
}

/// This document.
///
/// # Errors
/// 500 before the router was built, which no request can see.
#[utoipa::path(get, path = "/openapi.json", tag = "health", responses((status = 200, content_type = "application/json")))]
pub async fn show() -> Result<Response, Error> {
    let text =
        DOCUMENT.get().cloned().ok_or_else(|| Error::internal("the OpenAPI document was not built"))?;
    let mut response = text.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}
