//! Issuers over HTTP: local CAs and authorities outside, their kinds and their test.
//!
//! Not for: issuing. Invariants: a CA key leaves this process sealed only; a test signs and checks for real.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::response::IntoResponse as _;
use certctl_api::issuers::{
    CreateIssuer, Issuer, IssuerHealth, IssuerKind, IssuerState, PauseIssuer, TestResult, TestStep,
    UpdateIssuer,
};
use certctl_connectors::issuers::local_ca::LocalCa;
use certctl_connectors::issuers::outside::{self, Call};
use certctl_connectors::issuers::{Issuance, IssueRequest};
use certctl_core::authority::{AuthorityKind, TestStepState};
use certctl_core::choice::Moment;
use certctl_core::id::IssuerId;
use certctl_core::time::Ts;
use certctl_pki::{CertificateInfo, KeyAlgorithm, LeafUsage, Name, PrivateKey};
use certctl_store::issuers::{self, IssuerFilter, IssuerRow};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::hierarchy::{make_hierarchy, new_key};
use crate::http::jobs::MAX_REASON;
use crate::http::settings::page_of;
use crate::http::settings::prelude::*;
use crate::http::test_steps::step;
use crate::http::{cursor, local_ca};
use crate::ops::authorities::{self, NewAuthority};
use crate::ops::cas::{self, NewLocalCa, Source};
use crate::ops::issuers as work;
use crate::request::{Filter, from_pairs};

/// The kind of the CA inside of the control plane.
pub const LOCAL_CA: &str = "local_ca";
/// The longest that an authority outside may take for its test: a request lasts 60 seconds at most.
const TEST: Duration = Duration::from_secs(30);
/// Never resolves (RFC 6761, section 6.4).
const TEST_NAME: &str = "certctl-test.invalid";

#[derive(Debug)]
enum Issuers {}

/// A new issuer that was checked.
struct New {
    app: App,
    what: What,
}

enum What {
    Local(Box<NewLocalCa>),
    Outside(Box<NewAuthority>),
}

impl Noun for Issuers {
    type Row = IssuerRow;
    type View = Issuer;
    type Create = CreateIssuer;
    type Update = ();
    type New = New;
    const PATH: &'static str = "issuers";

    fn view(row: IssuerRow) -> Result<Issuer, Error> {
        let secrets = row.secret_names.as_ref().and_then(Value::as_array).cloned().unwrap_or_default();
        Ok(Issuer {
            id: row.id,
            name: row.name,
            kind: row.kind,
            config: row.config,
            secrets: secrets.into_iter().filter_map(|name| name.as_str().map(str::to_owned)).collect(),
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
                limited_until: row.limited_until,
                limited_because: row.limited_because,
                budget: None,
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
        let id = request.id.unwrap_or_else(|| app.new_id());
        if let Ok(kind) = request.kind.parse::<AuthorityKind>() {
            let new = authorities::check(app, &mut checks, kind, (id, name), &request.config)?;
            checks.finish()?;
            return Ok(New { app: app.clone(), what: What::Outside(Box::new(new)) });
        }
        if request.kind != LOCAL_CA {
            let known = kind_words().join(", ");
            checks.bad("/kind", format!("there is no issuer kind {:?}; known are: {known}", request.kind));
        }
        let given = if request.kind == LOCAL_CA { &request.config } else { &Value::Null };
        let config = local_ca::read(&mut checks, given, &name);
        checks.finish()?;
        let source = match config.parent {
            Some(parent) => Source::Below(parent, new_key(config.terms.algorithm)?),
            None => Source::Made(make_hierarchy(app, &config.common_name, &config.terms)?),
        };
        let new = NewLocalCa {
            id,
            name,
            config: config.given,
            common_name: config.common_name,
            terms: config.terms,
            source: Arc::new(source),
        };
        Ok(New { app: app.clone(), what: What::Local(Box::new(new)) })
    }

    fn store(tx: &mut Tx<'_>, audit: &Context, new: &Self::New) -> Result<IssuerRow, Error> {
        match &new.what {
            What::Local(ca) => cas::create(tx, &new.app, audit, ca),
            What::Outside(authority) => authorities::create(tx, audit, &new.app.sealer, authority),
        }
    }

    /// Its handler is its own: secrets that a change does not name are kept.
    fn change(_: &mut IssuerRow, (): (), _: &mut Checks) -> Result<(), Error> {
        Ok(())
    }

    fn removed(tx: &mut Tx<'_>, _: &Context, id: &IssuerId) -> Result<(), Error> {
        authorities::removed(tx, id)
    }
}

handlers_but_list! {
    Issuers, Issuer, IssuerId => Issuer, CreateIssuer;
    "issuers" at "/issuers" and "/issuers/{id}": "issuer", "an issuer";
    read IssuersRead, change IssuersManage;
    create "A new issuer: a local CA (an issuing CA with a sealed key, below a root of its own or one that is there), or an \
            authority outside by the schema of its kind. Its secrets are sealed and never shown again.";
}

/// Changes one.
///
/// # Errors
/// 404, 412, 422.
#[utoipa::path(patch, path = "/issuers/{id}", tag = "issuers", params(("id" = IssuerId, Path)),
    request_body = UpdateIssuer, summary = "Change an issuer",
    description = "Changes an issuer: its name, or the configuration of an authority outside. Orders that are open go on by the \
                   new one.",
    responses((status = 200, description = "As it is now", body = Issuer,
        headers(("ETag" = String, description = "Its new revision")))))]
pub async fn update(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Issuer>,
    if_match: IfMatch,
    Patch(request): Patch<UpdateIssuer>,
) -> Result<Response, Error> {
    let (audit, sealer) = (context.audit(&app), app.sealer.clone());
    let answer = app.store.write("issuer.update", move |tx| {
        let which = (&id, if_match.revision());
        let (name, config) = (request.name.as_deref(), request.config.as_ref());
        let row = authorities::update(tx, &audit, &sealer, which, name, config)?;
        settings::answer::<Issuers>(tx, row)
    });
    Ok(answer.await?.into_response())
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
    all_but_update(api)
        .route(Access::Need(Permission::IssuersManage), routes!(update))
        .route(Access::Need(Permission::IssuersManage), routes!(test))
        .route(Access::Need(Permission::IssuersManage), routes!(roll_key))
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

/// Replaces the key of the account at an ACME server (RFC 8555, section 7.3.5). After a failure or a crash it may be repeated:
/// the new key stays the same until the server knows it.
///
/// # Errors
/// 404, 409 when the issuer has no account or its server does not take the key.
#[utoipa::path(post, path = "/issuers/{id}/roll-key", tag = "issuers", params(("id" = IssuerId, Path)),
    summary = "Replace the key of an account",
    description = "Replaces the key of the account at an ACME server (RFC 8555, section 7.3.5). Orders that are open go on. After a \
                   failure or a crash it may be repeated: the new key stays the same until the server knows it.",
    responses(
        (status = 200, description = "As it is now", body = Issuer,
            headers(("ETag" = String, description = "Its revision"))),
        (status = 409, description = "It has no account, or the server did not take the new key; `detail` has its words"),
    ))]
pub async fn roll_key(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Issuer>,
) -> Result<Response, Error> {
    let (audit, sealer, wanted) = (context.audit(&app), app.sealer.clone(), id.clone());
    let key = app
        .store
        .write("issuer.next_key", move |tx| authorities::next_key(tx, &audit, &sealer, &wanted))
        .await?;
    let (worker, wanted) = (app.clone(), id.clone());
    let authority = app
        .store
        .read("issuers.outside", move |tx| worker.issuers.outside(tx, &worker.sealer, &wanted))
        .await?
        .ok_or_else(|| Error::internal("an account at no authority"))?;
    let call = Call { around: &app.ways.issuers, random: &*app.random, now: app.now(), deadline: TEST };
    authority.roll_key(&call, &key).await.map_err(|error| {
        let detail = format!("{id} did not take the new key of its account: {error}");
        Error::conflict("key_not_taken", detail, json!({ "issuer_id": id }))
    })?;
    app.kill_point.pass("issuer.key_taken");
    let (audit, sealer) = (context.audit(&app), app.sealer.clone());
    let answer = app.store.write("issuer.take_next_key", move |tx| {
        let row = authorities::take_next_key(tx, &audit, &sealer, &id, &key)?;
        settings::answer::<Issuers>(tx, row)
    });
    Ok(answer.await?.into_response())
}

/// The words of all kinds of issuer that can be made.
pub fn kind_words() -> Vec<&'static str> {
    std::iter::once(LOCAL_CA).chain(AuthorityKind::ALL.iter().map(|kind| kind.as_str())).collect()
}

/// The kinds of issuer, each with the schema of its configuration.
#[utoipa::path(get, path = "/issuer-kinds", tag = "issuers",
    responses((status = 200, description = "The kinds", body = Vec<IssuerKind>)))]
pub async fn kinds() -> Json<Vec<IssuerKind>> {
    let local =
        IssuerKind { kind: LOCAL_CA.to_owned(), title: "Local CA".to_owned(), schema: local_ca::schema() };
    let outside = AuthorityKind::ALL.iter().map(|kind| IssuerKind {
        kind: kind.to_string(),
        title: outside::title(*kind).to_owned(),
        schema: outside::schema(*kind),
    });
    Json(std::iter::once(local).chain(outside).collect())
}

/// A local CA signs a throw-away certificate in memory and checks its chain; an authority outside is asked step by step, as far as
/// that issues nothing. Nothing of it is kept.
///
/// # Errors
/// 404. A step that fails is an answer, not an error.
#[utoipa::path(post, path = "/issuers/{id}/test", tag = "issuers", params(("id" = IssuerId, Path)),
    responses((status = 200, description = "What each step found", body = TestResult)))]
pub async fn test(
    State(app): State<App>,
    PathId(id): PathId<certctl_core::id::Issuer>,
) -> Result<Json<TestResult>, Error> {
    let row: IssuerRow = settings::find(&app, id.clone()).await?;
    if authorities::kind_of(&row).is_some() {
        return test_outside(&app, id).await;
    }
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

async fn test_outside(app: &App, id: IssuerId) -> Result<Json<TestResult>, Error> {
    let worker = app.clone();
    let opened = app
        .store
        .read("issuers.outside", move |tx| worker.issuers.outside(tx, &worker.sealer, &id))
        .await?
        .ok_or_else(|| Error::internal("an authority outside that is none"))?;
    let call = Call { around: &app.ways.issuers, random: &*app.random, now: app.now(), deadline: TEST };
    let found = opened.test(&call).await;
    let steps = found.into_iter().map(|step| TestStep {
        name: step.name.to_owned(),
        ok: step.state != TestStepState::Failed,
        milliseconds: i64::try_from(step.milliseconds).unwrap_or(i64::MAX),
        detail: match step.state {
            TestStepState::Skipped => format!("not tried: {}", step.detail),
            TestStepState::Ok | TestStepState::Failed => step.detail,
        },
    });
    let steps: Vec<TestStep> = steps.collect();
    Ok(Json(TestResult { ok: steps.iter().all(|step| step.ok), steps }))
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
        published: None,
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
