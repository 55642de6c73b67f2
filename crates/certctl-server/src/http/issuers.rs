//! Issuers over HTTP: local CAs, their kinds and their test.
//!
//! Not for: issuing. Invariants: a CA key leaves this process sealed only; a test signs and checks for real.

use std::collections::BTreeMap;

use axum::response::IntoResponse as _;
use certctl_api::issuers::{
    CreateIssuer, Issuer, IssuerHealth, IssuerKind, IssuerState, PauseIssuer, TestResult, TestStep,
    UpdateIssuer,
};
use certctl_connectors::issuers::local_ca::LocalCa;
use certctl_connectors::issuers::{Issuance, IssueRequest};
use certctl_core::choice::Moment;
use certctl_core::id::IssuerId;
use certctl_core::time::Ts;
use certctl_pki::{CertificateInfo, KeyAlgorithm, LeafUsage, Name, PrivateKey};
use certctl_store::issuers::{self, IssuerFilter, IssuerRow};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::http::cursor;
use crate::http::jobs::MAX_REASON;
use crate::http::settings::page_of;
use crate::http::settings::prelude::*;
use crate::issuers::{SealedCa, make_hierarchy, seal_ca};
use crate::ops::issuers as work;
use crate::request::{Filter, from_pairs};

/// The kind of the CA inside of the control plane.
pub const LOCAL_CA: &str = "local_ca";
/// 64, less what is put behind it.
const MAX_COMMON_NAME: usize = 56;
/// Never resolves (RFC 6761, section 6.4).
const TEST_NAME: &str = "certctl-test.invalid";

#[derive(Debug)]
enum Issuers {}

impl Noun for Issuers {
    type Row = IssuerRow;
    type View = Issuer;
    type Create = CreateIssuer;
    type Update = UpdateIssuer;
    type New = (IssuerId, SealedCa);
    const PATH: &'static str = "issuers";

    fn view(row: IssuerRow) -> Result<Issuer, Error> {
        Ok(Issuer {
            id: row.id,
            name: row.name,
            kind: row.kind,
            config: row.config,
            chain_pem: row.chain_pem,
            not_after: row.not_after,
            paused_at: row.paused_at,
            paused_because: row.paused_because,
            health: IssuerHealth {
                state: IssuerState::Unknown,
                last_success_at: row.last_success_at,
                last_failure_at: row.last_failure_at,
                last_failure: row.last_failure,
                failing_since: None,
                latency_ms: None,
                signed: 0,
                failed: 0,
                open_jobs: 0,
            },
            created_at: row.created_at,
            updated_at: row.updated_at,
            revision: row.revision,
        })
    }

    fn complete(tx: &mut Tx<'_>, views: &mut [Issuer]) -> Result<(), Error> {
        work::fill(tx, views)
    }

    fn check(app: &App, request: CreateIssuer) -> Result<Self::New, Error> {
        let mut checks = Checks::default();
        let name = checks.name(&request.name);
        let common_name = check_config(&mut checks, &request.kind, &request.config, &name);
        checks.finish()?;
        let id = request.id.unwrap_or_else(|| app.new_id());
        let sealed = seal_ca(app, &id, &name, &make_hierarchy(app, &common_name)?)?;
        Ok((id, sealed))
    }

    fn store(tx: &mut Tx<'_>, audit: &Context, (id, ca): &Self::New) -> Result<IssuerRow, Error> {
        ops::create_issuer(tx, audit, id, ca)
    }

    fn change(row: &mut IssuerRow, update: UpdateIssuer, checks: &mut Checks) -> Result<(), Error> {
        set(&mut row.name, update.name.map(|name| checks.name(&name)));
        Ok(())
    }
}

handlers_but_list! {
    Issuers, Issuer, IssuerId => Issuer, CreateIssuer, UpdateIssuer;
    "issuers" at "/issuers" and "/issuers/{id}": "issuer", "an issuer";
    read IssuersRead, change IssuersManage;
    create "A new local CA: a root of its own and an issuing CA below it, with sealed keys.";
    update "Changes an issuer.";
}

/// Filters of the list.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filters {
    /// Only those of this kind, such as `local_ca`.
    #[serde(default)]
    kind: Option<String>,
    /// Only those that answered when they were last asked to sign (`true`), or that did not (`false`).
    #[serde(default)]
    reachable: Option<bool>,
    /// Only those whose own certificate ends before this: a time, or a duration from now such as `90d`.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "90d")]
    expires_before: Option<Filter<Moment>>,
    /// Only those whose name holds this text.
    #[serde(default)]
    q: Option<String>,
}

/// The filter that the list's parameters describe, as seen from a moment.
///
/// # Errors
/// 400 naming the parameter as `?name`.
pub fn filter_of(parameters: &BTreeMap<String, String>, now: Ts) -> Result<IssuerFilter, Error> {
    let filters: Filters = from_pairs(parameters, "?")?;
    Ok(IssuerFilter {
        kind: filters.kind,
        reachable: filters.reachable,
        expires_before: filters.expires_before.map(|moment| moment.0.seen_from(now)),
        q: filters.q,
    })
}

/// A page of issuers, by id.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/issuers", tag = "issuers", params(Filters, PageQuery),
    summary = "A page of issuers", description = "A page of issuers, by id.",
    responses((status = 200, description = "The page", body = Page<Issuer>)))]
pub async fn list(
    State(app): State<App>,
    Query(mut parameters): Query<BTreeMap<String, String>>,
) -> Result<Json<Page<Issuer>>, Error> {
    let query = page_of(&mut parameters)?;
    let filter = filter_of(&parameters, app.now())?;
    let after = cursor::decode_one(query.cursor.as_deref())?;
    let page = app.store.read("issuers.list", move |tx| {
        let mut rows = issuers::list_of(tx, &filter, &after, query.limit.and_one())?;
        let next_cursor = cursor::cut(&mut rows, query.limit, |row| row.id.to_string());
        let total = if query.total { Some(issuers::count_of(tx, &filter)?) } else { None };
        let mut items = rows.into_iter().map(Issuers::view).collect::<Result<Vec<_>, _>>()?;
        work::fill(tx, &mut items)?;
        Ok::<_, Error>(Page { items, next_cursor, total })
    });
    Ok(Json(page.await?))
}

/// The routes of this file.
pub fn routes(api: Api) -> Api {
    common(api)
        .route(Access::Need(Permission::IssuersManage), routes!(test))
        .route(Access::Need(Permission::IssuersManage), routes!(pause))
        .route(Access::Need(Permission::IssuersManage), routes!(resume))
        .route(Access::Need(Permission::IssuersRead), routes!(kinds))
}

/// Lets an issuer take no new orders. Jobs that would ask it wait as they are, and say so; what it signs at this moment is
/// finished. One that takes none already stays as it is.
///
/// # Errors
/// 404, 422 for a bad reason.
#[utoipa::path(post, path = "/issuers/{id}/pause", tag = "issuers", params(("id" = IssuerId, Path)),
    request_body = PauseIssuer,
    responses((status = 200, description = "As it is now", body = Issuer,
        headers(("ETag" = String, description = "Its revision")))))]
pub async fn pause(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Issuer>,
    Body(request): Body<PauseIssuer>,
) -> Result<Response, Error> {
    let mut checks = Checks::default();
    checks.optional_text("/reason", request.reason.as_deref(), MAX_REASON);
    checks.finish()?;
    let audit = context.audit(&app);
    let answer = app.store.write("issuer.pause", move |tx| {
        let row = work::pause(tx, &audit, &id, request.reason.as_deref())?;
        settings::answer::<Issuers>(tx, row)
    });
    Ok(answer.await?.into_response())
}

/// Lets an issuer take orders again: what has waited for it runs at once.
///
/// # Errors
/// 404.
#[utoipa::path(post, path = "/issuers/{id}/resume", tag = "issuers", params(("id" = IssuerId, Path)),
    responses((status = 200, description = "As it is now", body = Issuer,
        headers(("ETag" = String, description = "Its revision")))))]
pub async fn resume(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Issuer>,
) -> Result<Response, Error> {
    let audit = context.audit(&app);
    let answer = app.store.write("issuer.resume", move |tx| {
        let row = work::resume(tx, &audit, &id)?;
        settings::answer::<Issuers>(tx, row)
    });
    Ok(answer.await?.into_response())
}

/// The common name for a new hierarchy; the issuer's name when none is given.
fn check_config(checks: &mut Checks, kind: &str, config: &Value, name: &str) -> String {
    if kind != LOCAL_CA {
        checks.bad("/kind", format!("there is no issuer kind {kind:?}; known is: {LOCAL_CA}"));
        return String::new();
    }
    let mut common_name = name;
    match config {
        Value::Null => {}
        Value::Object(fields) => {
            for (key, value) in fields {
                match (key.as_str(), value) {
                    ("common_name", Value::String(text)) => common_name = text.trim(),
                    ("common_name", _) => checks.bad("/config/common_name", "a text is wanted"),
                    _ => {
                        let pointer = format!("/config/{}", key.replace('~', "~0").replace('/', "~1"));
                        checks.bad(pointer, "is not known; known is: common_name");
                    }
                }
            }
        }
        _ => checks.bad("/config", "an object is wanted"),
    }
    let length = common_name.chars().count();
    if !(1..=MAX_COMMON_NAME).contains(&length) || common_name.chars().any(char::is_control) {
        let detail = format!(
            "the CA's common name (the issuer's name when none is given) has 1 to {MAX_COMMON_NAME} letters, so that \
             \" Issuing\" fits behind it (RFC 5280, appendix A.1: 64 in all)"
        );
        checks.bad("/config/common_name", detail);
    }
    common_name.to_owned()
}

/// The kinds of issuer, each with the schema of its configuration.
#[utoipa::path(get, path = "/issuer-kinds", tag = "issuers",
    responses((status = 200, description = "The kinds", body = Vec<IssuerKind>)))]
pub async fn kinds() -> Json<Vec<IssuerKind>> {
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "common_name": {
                "type": "string", "minLength": 1, "maxLength": MAX_COMMON_NAME, "title": "Common name",
                "description": "What the root and the issuing CA are called; the issuer's name when absent.",
            },
        },
    });
    Json(vec![IssuerKind { kind: LOCAL_CA.to_owned(), title: "Local CA".to_owned(), schema }])
}

/// Signs a throw-away certificate in memory and checks its chain; nothing of it is kept.
///
/// # Errors
/// 404. A step that fails is an answer, not an error.
#[utoipa::path(post, path = "/issuers/{id}/test", tag = "issuers", params(("id" = IssuerId, Path)),
    responses((status = 200, description = "What each step found", body = TestResult)))]
pub async fn test(
    State(app): State<App>,
    PathId(id): PathId<certctl_core::id::Issuer>,
) -> Result<Json<TestResult>, Error> {
    let _: IssuerRow = settings::find(&app, id.clone()).await?;
    let mut steps = Vec::new();
    let started = app.now();
    let opened = app.issuers.get(&app, &id).await;
    let opened = opened.map_err(|error| crate::error::chain(&error)).map(|ca| {
        let detail = format!("opened the sealed key of {}", ca.info().subject);
        (ca, detail)
    });
    if let Some(ca) = step(&app, &mut steps, "open_key", started, opened) {
        let started = app.now();
        let signed = sign(&ca, started, app.random_bytes());
        if let Some(leaf) = step(&app, &mut steps, "sign", started, signed) {
            let started = app.now();
            let checked = check_chain(&leaf, ca.chain(), started.as_second());
            step(&app, &mut steps, "check_chain", started, checked);
        }
    }
    Ok(Json(TestResult { ok: steps.iter().all(|step| step.ok), steps }))
}

/// Notes how a step went; gives its value when it went well.
fn step<T>(
    app: &App,
    steps: &mut Vec<TestStep>,
    name: &str,
    started: Ts,
    outcome: Result<(T, String), String>,
) -> Option<T> {
    let milliseconds = i64::try_from(app.now().since(started).as_millis()).unwrap_or(i64::MAX);
    let (value, ok, detail) = match outcome {
        Ok((value, detail)) => (Some(value), true, detail),
        Err(detail) => (None, false, detail),
    };
    steps.push(TestStep { name: name.to_owned(), ok, milliseconds, detail });
    value
}

fn sign(ca: &LocalCa, now: Ts, random: [u8; 16]) -> Result<(Vec<u8>, String), String> {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).map_err(|error| error.to_string())?;
    let name = Name::parse(TEST_NAME).map_err(|error| error.to_string())?;
    let request = IssueRequest {
        public_key: key.public_key().clone(),
        names: vec![name.clone()],
        common_name: Some(name),
        usage: LeafUsage::Server,
        now: now.as_second(),
        lifetime_seconds: 300,
        random,
    };
    let plan = ca.plan(&request).map_err(|error| error.to_string())?;
    let Issuance::Issued { certificate_der } = ca.carry_out(&plan).map_err(|error| error.to_string())?;
    let info = CertificateInfo::parse(&certificate_der).map_err(|error| error.to_string())?;
    Ok((certificate_der, format!("signed a certificate for {TEST_NAME} with serial {}", info.serial_hex)))
}

/// The last certificate of the chain counts as trusted.
fn check_chain(leaf: &[u8], chain: &[Vec<u8>], at: i64) -> Result<((), String), String> {
    let (root, between) = chain.split_last().ok_or_else(|| "the chain is empty".to_owned())?;
    certctl_pki::check_chain(leaf, between, std::slice::from_ref(root), at)
        .map_err(|error| error.to_string())?;
    let root = CertificateInfo::parse(root).map_err(|error| error.to_string())?;
    Ok(((), format!("leads to {} through {} certificates", root.subject, between.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_names_the_ca_and_nothing_else() {
        let check = |kind: &str, config: Value, name: &str, expected: Result<&str, &str>| {
            let mut checks = Checks::default();
            let common_name = check_config(&mut checks, kind, &config, name);
            let found = match checks.finish() {
                Ok(()) => Ok(common_name),
                Err(Error::Invalid(errors)) => Err(errors.into_iter().map(|e| e.pointer).collect::<String>()),
                Err(other) => panic!("{other:?}"),
            };
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(found, expected, "{kind} {config} {name}");
        };
        check("local_ca", Value::Null, "Lab", Ok("Lab"));
        check("local_ca", json!({}), "Lab", Ok("Lab"));
        check("local_ca", json!({ "common_name": " Lab CA " }), "Lab", Ok("Lab CA"));
        check("local_ca", json!({ "common_name": "" }), "Lab", Err("/config/common_name"));
        check("local_ca", json!({ "common_name": 1 }), "Lab", Err("/config/common_name"));
        check("local_ca", json!({ "a/b": 1 }), "Lab", Err("/config/a~1b"));
        check("local_ca", json!([]), "Lab", Err("/config"));
        check("local_ca", Value::Null, &"x".repeat(57), Err("/config/common_name"));
        check("acme", json!({}), "Lab", Err("/kind"));
    }
}
