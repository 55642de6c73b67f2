//! The OpenAPI 3.1 document: built from the registered routes, served as JSON and committed as `openapi.json`.
//!
//! A handler documents what is its own: summary, parameters, body, success, conflicts. What follows from a route's access
//! rule and inputs (who may call, the refusals, the headers) is added here for all of them. Not for: the page for people
//! (`docs.rs`). Invariant: what is served is what is registered: the router makes both from one call.

mod examples;
mod headers;
mod links;
#[cfg(test)]
mod lint;
mod nulls;
mod rules;

use std::sync::OnceLock;

use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use certctl_api::{
    events::Reset,
    problem::{FieldError, Problem},
};
use certctl_core::permission::Role;
use http::{HeaderValue, Method, StatusCode, header};
use serde_json::Value;
use utoipa::{
    OpenApi as _,
    openapi::{
        Info, License, ObjectBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, ResponseBuilder, Type,
        content::ContentBuilder,
        extensions::ExtensionsBuilder,
        path::{Operation, ParameterBuilder, ParameterIn},
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
        tag::TagBuilder,
    },
};

use super::{auth::Access, docs};
use crate::error::Error;

#[derive(utoipa::OpenApi)]
// Types of parameters or of the stream alone are not found by themselves.
#[openapi(components(schemas(Problem, FieldError, Reset, super::exports::Format)))]
struct Shared;

const DESCRIPTION: &str = "The API of a certctl control plane: all that the dashboard and the command line do.

**Callers.** People and programs send an API key as `Authorization: Bearer ck_...`, or the session cookie that \
`POST /api/v1/auth/login` sets. Agents are known by their client certificate. `x-access` of each operation says who may \
call it: `public`, `any` known person or program, a permission such as `certificates.read`, `agent`, or the holder of a \
one-time `setup-token` or `join-token`.

**Errors** are problem documents (RFC 9457, `application/problem+json`) with a stable `code`. `errors` names each bad \
input by `pointer`: a JSON pointer into the body (empty for the body as a whole), `?name` for a query parameter, `{id}` \
for the id in the path, `Name:` for a header. What is not documented (a field, a parameter, a body) is refused, never \
ignored. \
No text holds the character U+0000 or is longer than 64 KiB. A value that fits its schema can still break a rule that no \
schema can say (`x-rule` tells it): that is a 422. So is what a policy rule of this installation refuses (`policy_violated`).

**Lists** come in pages: `limit` (1 to 500, 50 when absent), `cursor` (the `next_cursor` of the page before), and \
`total=true` to have all that match counted. A limit out of range is refused, never clamped.

**Changes** by `PATCH` are JSON merge patches (RFC 7396). Objects carry a `revision`, which is also their `ETag`: sent \
back in `If-Match`, a change or a removal of another revision is refused with 412. A null takes away what may be absent, and \
is refused for what may not: leave that out to keep it. A `POST` with an `Idempotency-Key` is done once, \
however often it is sent within 24 hours.

**Limits.** Each caller has a budget of requests, and so has each address for those that are not known. `RateLimit` and \
`RateLimit-Policy` say what is left of it; beyond it the answer is 429 with `Retry-After`.

Every answer carries `x-request-id`, by which the log and the audit trail name the request, and `traceresponse`, its place in \
a trace; a caller's own `x-request-id` and `traceparent` are taken on.";

/// The groups of operations, in the order of the documentation.
const TAGS: &[(&str, &str)] = &[
    ("certificates", "Certificates: what is wanted, what was issued, where it is live, and the work on them"),
    (
        "revocations",
        "Revocations: which certificates are revoked, or are to be, and whether their authority knows",
    ),
    ("operations", "Bulk operations: their progress, and what became of each certificate"),
    ("tags", "Tags of certificates"),
    ("jobs", "Jobs: each issuance, renewal and deployment, with its tries and steps"),
    ("approvals", "Approvals: issuances that wait for a person's yes"),
    (
        "confirmations",
        "Confirmations: what cannot be taken back waits for a second person, while the rule of two people is on",
    ),
    ("access-rules", "Access rules: whether what cannot be taken back needs a second person"),
    ("agents", "Agents, as people see them, and the invitations by which they join"),
    ("targets", "Targets: places that agents deploy to"),
    ("issuers", "Issuers: the certificate authorities"),
    ("cas", "CAs: the roots and the issuing CAs of local CAs, and what takes their place"),
    ("dns-providers", "DNS providers: who sets the records that prove control of names"),
    ("renewal-policies", "Renewal policies: when certificates are renewed"),
    ("profiles", "Profiles: what may be issued"),
    ("policies", "Policy rules: what the inventory must obey"),
    ("violations", "Violations: certificates that break a policy rule"),
    ("owners", "Owners: who answers for a certificate"),
    ("teams", "Teams: whose a certificate is"),
    ("alerts", "Alerts: what deserves a person's eye, and what people do with it"),
    ("alert-rules", "Alert rules: conditions of an operator's own that open alerts"),
    ("notifications", "Notifications: what was said of alerts, and what became of it on its way"),
    ("notifiers", "Notifiers: the channels that tell people of alerts"),
    ("api-keys", "API keys: the credentials of people and programs"),
    ("users", "Users: people who sign in with a user name and a password"),
    ("sessions", "Sessions: who is signed in, and ending it"),
    ("views", "Saved views of lists, and what a person's dashboard remembers"),
    ("search", "Anything by any handle"),
    ("needs", "What needs a person, ranked by the time to its impact"),
    ("stats", "Counts over the inventory"),
    ("audit", "The audit trail, sealed in batches"),
    ("events", "The live stream of what happens"),
    ("auth", "First set-up, signing in and out, who the caller is, and the roles"),
    ("health", "Whether the server is alive and ready; its version, its metrics and this document"),
    ("agent", "The agents' own protocol, over mutual TLS"),
];

/// The refusals that many operations share: name in the document, status, sentence.
const REFUSALS: &[(&str, &str, &str)] = &[
    (
        "Malformed",
        "400",
        "The request cannot be read, or carries what is not documented; `errors` says where",
    ),
    ("Unauthenticated", "401", "No valid credential"),
    ("Forbidden", "403", "The caller may not do this"),
    ("NotFound", "404", "There is no object with this id"),
    (
        "Conflict",
        "409",
        "The present state does not allow it, or it was changed at the same time; `params` has the facts",
    ),
    ("Gone", "410", "The agent is retired for good"),
    ("PreconditionFailed", "412", "It is at another revision than `If-Match` says"),
    ("TooLarge", "413", "The body is longer than the server takes (1 MiB unless it is set otherwise)"),
    ("UnsupportedMediaType", "415", "The body is not `application/json`"),
    ("Invalid", "422", "The request can be read but breaks a rule; `errors` names each field"),
    (
        "RateLimited",
        "429",
        "More than this caller may ask for; `Retry-After` says in how many seconds to come back, `RateLimit` what is left",
    ),
    ("Unavailable", "503", "Not now: the database does not answer, or the server is stopping"),
    ("Failed", "500", "Our fault; the log has the cause under the request's id"),
];

static PUBLISHED: OnceLock<Published> = OnceLock::new();

/// The document and its page, as they are served.
struct Published {
    json: Bytes,
    page: Bytes,
}

/// The document without routes.
pub fn skeleton() -> OpenApi {
    let license = License::builder().name("Business Source License 1.1").build();
    let info = Info::builder()
        .title("certctl")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .license(Some(license))
        .build();
    let mut components = Shared::openapi().components.unwrap_or_default();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("An API key: `Authorization: Bearer ck_...`"))
        .build();
    components.add_security_scheme("api_key", SecurityScheme::Http(bearer));
    let about = "The session that `POST /api/v1/auth/login` begins. A change with the cookie alone has to come from a \
                 page of the same origin.";
    let cookie = ApiKeyValue::with_description(super::auth::COOKIE, about);
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    let mtls = SecurityScheme::MutualTls {
        description: Some(
            "An agent's identity certificate, as `POST /api/v1/agent/join` gives it".to_owned(),
        ),
        deprecated: None,
        extensions: None,
    };
    components.add_security_scheme("agent", mtls);
    for (name, _, description) in REFUSALS.iter().copied() {
        components.responses.insert(name.to_owned(), RefOr::T(problem(description)));
    }
    let tags: Vec<_> = TAGS
        .iter()
        .map(|(name, about)| TagBuilder::new().name(*name).description(Some(*about)).build())
        .collect();
    OpenApiBuilder::new().info(info).components(Some(components)).tags(Some(tags)).build()
}

fn problem(description: &str) -> utoipa::openapi::Response {
    let schema = RefOr::Ref(Ref::from_schema_name("Problem"));
    let content = ContentBuilder::new().schema(Some(schema)).build();
    ResponseBuilder::new().description(description).content("application/problem+json", content).build()
}

/// Writes into an operation what follows from its method, access rule and inputs.
pub fn describe(method: &Method, operation: &mut Operation, access: Access) {
    let tag = operation.tags.iter().flatten().next().map_or("", String::as_str).replace('-', "_");
    operation.operation_id = operation.operation_id.take().map(|name| format!("{tag}_{name}"));
    let extensions = ExtensionsBuilder::new().add("x-access", access.text()).build();
    match &mut operation.extensions {
        Some(present) => present.merge(extensions),
        None => operation.extensions = Some(extensions),
    }
    words(operation, access);
    let none: [&str; 0] = [];
    operation.security = match access {
        Access::Public | Access::SetupToken | Access::JoinToken => None,
        Access::Any | Access::Need(_) => {
            Some(vec![SecurityRequirement::new("api_key", none), SecurityRequirement::new("session", none)])
        }
        Access::Agent => Some(vec![SecurityRequirement::new("agent", none)]),
    };
    if takes_revision(method, operation) {
        let about = "The `ETag` of the revision that the change is made for; any when absent";
        add_header(operation, "If-Match", about);
    }
    if method == Method::POST && takes_idempotency_key(access) {
        let about = "1 to 255 ASCII characters of the caller's choice: the same request with the same key is done once \
                     and answered with the first answer for 24 hours";
        add_header(operation, "Idempotency-Key", about);
    }
    answers(method, operation, access);
}

/// Summary and description: what the handler's comment says, without its section for Rust's readers.
fn words(operation: &mut Operation, access: Access) {
    let summary = operation.summary.take().unwrap_or_default();
    let about = operation.description.take().unwrap_or_default();
    let about = about.split("# Errors").next().unwrap_or_default().trim();
    let about = if about.is_empty() { &summary } else { about };
    operation.description = Some(format!("{about}\n\n{}", callers(access)));
    operation.summary = Some(line(&summary));
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(parameter) = parameter
            && parameter.parameter_in == ParameterIn::Path
            && parameter.description.is_none()
        {
            parameter.description = Some("Its id, as lists and answers show it".to_owned());
        }
    }
}

/// The first sentence, for lists of operations; of a long one the first part. The description has all of it.
fn line(summary: &str) -> String {
    let words = summary.split_whitespace().collect::<Vec<_>>().join(" ");
    let sentence = words.split_once(". ").map_or(words.as_str(), |(first, _)| first);
    let part = match sentence.len() {
        0..=120 => sentence,
        _ => sentence
            .split_once(": ")
            .or_else(|| sentence.split_once("; "))
            .map_or(sentence, |(first, _)| first),
    };
    part.trim_end_matches('.').to_owned()
}

fn callers(access: Access) -> String {
    match access {
        Access::Public => "Anybody may call it.".to_owned(),
        Access::Any => "Any known person or program may call it.".to_owned(),
        Access::Need(permission) => {
            let roles: Vec<&str> =
                Role::ALL.iter().filter(|role| role.allows(permission)).map(|role| role.as_str()).collect();
            format!("Needs the permission `{permission}` (roles: {}).", roles.join(", "))
        }
        Access::Agent => "For agents, by their client certificate.".to_owned(),
        Access::SetupToken => "Needs the setup token that the server printed at its first start.".to_owned(),
        Access::JoinToken => "Needs the secret of an invitation that is neither used nor over.".to_owned(),
    }
}

/// Whether a POST of this access may carry an `Idempotency-Key`.
pub fn takes_idempotency_key(access: Access) -> bool {
    match access {
        Access::Any | Access::Need(_) => true,
        Access::Public | Access::Agent | Access::SetupToken | Access::JoinToken => false,
    }
}

/// Changes and removals of what has no revision.
const WITHOUT_REVISION: &[&str] =
    &["access_rules_put", "sessions_end", "sessions_end_all", "needs_wake", "agents_withdraw"];

/// Whether a change of this kind may carry an `If-Match`.
fn takes_revision(method: &Method, operation: &Operation) -> bool {
    match *method {
        Method::PATCH | Method::PUT | Method::DELETE => {
            operation.operation_id.as_deref().is_some_and(|id| !WITHOUT_REVISION.contains(&id))
        }
        _ => false,
    }
}

fn add_header(operation: &mut Operation, name: &str, about: &str) {
    let schema = ObjectBuilder::new().schema_type(Type::String).build();
    let parameter = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .description(Some(about))
        .schema(Some(schema))
        .build();
    operation.parameters.get_or_insert_default().push(RefOr::T(parameter));
}

/// Adds the refusals that can come, and the form of those that the handler documents by status alone.
fn answers(method: &Method, operation: &mut Operation, access: Access) {
    let has_id = operation.parameters.iter().flatten().any(|parameter| match parameter {
        RefOr::T(parameter) => parameter.parameter_in == ParameterIn::Path,
        RefOr::Ref(_) => false,
    });
    let has_body = operation.request_body.is_some();
    let is_idempotent = method == Method::POST && takes_idempotency_key(access);
    let changes = method != Method::GET;
    let takes_revision = takes_revision(method, operation);
    let can_come = |status: &str| match status {
        "400" | "429" | "500" | "503" => true,
        "401" => access != Access::Public,
        // A session may not change anything from another site's page.
        "403" => matches!(access, Access::Need(_) | Access::Agent) || (access == Access::Any && changes),
        "404" => has_id,
        "409" => changes && matches!(access, Access::Any | Access::Need(_)),
        "410" => access == Access::Agent,
        "412" => takes_revision,
        "413" | "415" => has_body,
        "422" => has_body || is_idempotent,
        _ => false,
    };
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        let is_refusal = status.parse::<u16>().is_ok_and(|n| n >= StatusCode::BAD_REQUEST.as_u16());
        if is_refusal && response.content.is_empty() {
            *response = problem(&response.description);
        } else if response.description.is_empty() {
            response.description = match status.as_str() {
                "201" => "It was made",
                "202" => "It was started",
                "204" => "It was done",
                _ if method == Method::GET => "What was asked for",
                _ => "It was done; as it is now",
            }
            .to_owned();
        }
    }
    for (name, status, _) in REFUSALS.iter().copied() {
        if can_come(status) {
            let response = RefOr::Ref(Ref::from_response_name(name));
            operation.responses.responses.entry(status.to_owned()).or_insert(response);
        }
    }
}

/// The whole document: what the routes say, and what follows from it for all of them.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn finish(document: &OpenApi) -> Result<Value, serde_json::Error> {
    let mut document = serde_json::to_value(document)?;
    refer_to_items(&mut document);
    nulls::restrict(&mut document);
    headers::add(&mut document);
    rules::add(&mut document);
    links::add(&mut document);
    examples::add(&mut document);
    Ok(document)
}

/// A page's items are written out where they could be referred to: the type of its own is enough.
fn refer_to_items(document: &mut Value) {
    let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else {
        return;
    };
    let known = schemas.clone();
    for (name, page) in schemas {
        let Some(item) = name.strip_prefix("Page_").and_then(|item| known.get_key_value(item)) else {
            continue;
        };
        if let Some(items) = page.pointer_mut("/properties/items/items").filter(|items| *items == item.1) {
            *items = serde_json::json!({ "$ref": format!("#/components/schemas/{}", item.0) });
        }
    }
}

/// Each operation with its method, in lower case, and its path.
fn operations_mut(document: &mut Value) -> impl Iterator<Item = (String, String, &mut Value)> {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut).into_iter().flatten();
    paths.flat_map(|(path, item)| {
        let item = item.as_object_mut().into_iter().flatten();
        item.map(|(method, operation)| (method.clone(), path.clone(), operation))
    })
}

/// What a reference refers to; anything else is itself.
fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let target = value["$ref"].as_str().and_then(|place| document.pointer(place.strip_prefix('#')?));
    target.unwrap_or(value)
}

/// Puts the fields of one object into another, also inside of its fields.
fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (name, value) in from {
                merge(into.entry(name).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

/// The document as text: what is served, committed and printed.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn text(document: &Value) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(document)?;
    text.push('\n');
    Ok(text)
}

/// Keeps the finished document for [`show`]; the routes of a process are the same for every server in it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn publish(document: &OpenApi) -> Result<(), serde_json::Error> {
    if PUBLISHED.get().is_none() {
        let document = finish(document)?;
        let published = Published { json: text(&document)?.into(), page: docs::page(&document).into() };
        PUBLISHED.get_or_init(|| published);
    }
    Ok(())
}

/// The page for people.
pub fn published_page() -> Option<Bytes> {
    PUBLISHED.get().map(|published| published.page.clone())
}

/// This document
///
/// The OpenAPI 3.1 document of this server. `/api/docs` shows it as a page.
///
/// # Errors
/// 500 before the router was built, which no request can see.
#[utoipa::path(get, path = "/openapi.json", tag = "health", operation_id = "openapi",
    summary = "This document", description = "The OpenAPI 3.1 document of this server; `/api/docs` shows it as a page.",
    responses((status = 200, description = "The document", content_type = "application/json", body = Object)))]
pub async fn show() -> Result<Response, Error> {
    let text = PUBLISHED
        .get()
        .map(|published| published.json.clone())
        .ok_or_else(|| Error::internal("the OpenAPI document was not built"))?;
    let mut response = text.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::http::router;

    fn operations(document: &Value) -> Vec<(String, &Value)> {
        let paths = document["paths"].as_object().unwrap().iter();
        paths
            .flat_map(|(path, item)| {
                let item = item.as_object().unwrap().iter();
                item.map(move |(method, operation)| (format!("{method} {path}"), operation))
            })
            .collect()
    }

    fn is_told(value: &Value) -> bool {
        value.as_str().is_some_and(|text| !text.trim().is_empty() && !text.contains("# Errors"))
    }

    #[test]
    fn every_operation_is_told_in_full_and_has_a_name_of_its_own() {
        let document = router::document().unwrap();
        let known: BTreeSet<&str> = TAGS.iter().map(|(name, _)| *name).collect();
        let (mut names, mut used) = (BTreeSet::new(), BTreeSet::new());
        for (place, operation) in operations(&document) {
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name.to_owned()), "{place}: {name} is there twice");
            let tag = operation["tags"][0].as_str().unwrap();
            assert!(known.contains(tag), "{place}: {tag}");
            used.insert(tag);
            assert!(is_told(&operation["summary"]) && is_told(&operation["description"]), "{place}");
            assert!(is_told(&operation["x-access"]), "{place}");
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                assert!(is_told(&parameter["description"]), "{place}: {parameter}");
                assert!(parameter["schema"].is_object(), "{place}: {parameter}");
            }
            let answers = operation["responses"].as_object().unwrap();
            assert!(answers.keys().any(|status| status.starts_with('2')), "{place} never succeeds");
            for (status, answer) in answers {
                assert!(answer["$ref"].is_string() || is_told(&answer["description"]), "{place}: {status}");
            }
        }
        assert_eq!(used, known, "each group has operations");
    }

    #[test]
    fn every_type_and_field_is_told() {
        let document = router::document().unwrap();
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            let is_page = name.starts_with("Page_");
            assert!(is_page || is_told(&schema["description"]), "{name}");
            for (field, schema) in schema["properties"].as_object().into_iter().flatten() {
                let told = is_told(&schema["description"]) || is_told(&schema["oneOf"][0]["description"]);
                assert!(told, "{name}.{field}: {schema}");
            }
        }
    }

    #[test]
    fn requests_refuse_what_is_not_documented() {
        let document = router::document().unwrap();
        for (place, operation) in operations(&document) {
            let content = &operation["requestBody"]["content"];
            for (_, content) in content.as_object().into_iter().flatten() {
                let schema = resolve(&document, &content["schema"]);
                assert_eq!(schema["additionalProperties"], false, "{place}: {schema}");
            }
        }
    }
}
