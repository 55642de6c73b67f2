//! CAs over HTTP: roots and issuing CAs, and putting the next generation in the place of one.
//!
//! Not for: issuers (`issuers.rs`), or what clients of certificates read (`pki.rs`). Invariants: a key never leaves; keys are made
//! outside of transactions and of the runtime's tasks, because an RSA key takes a while.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::response::IntoResponse as _;
use certctl_api::cas::{Ca, CrossCertificate, ReplaceCa, ReplaceRoot, RevocationLists};
use certctl_api::confirmations::Confirmation;
use certctl_core::ca::{CaGeneration, CaRole, CaState};
use certctl_core::id::{CaId, IssuerId};
use certctl_pki::{CertificateInfo, KeyAlgorithm, PrivateKey};
use certctl_store::cas::{self, CaFilter, CaRow, CrossRow};
use certctl_store::crls;
use serde::Deserialize;

use crate::config::Config;
use crate::hierarchy::{certificate_of, new_key};
use crate::http::confirmations::asked;
use crate::http::settings::page_of;
use crate::http::settings::prelude::*;
use crate::http::{cursor, local_ca};
use crate::ops::cas::replacing::{self as work, Change, NewRoot};
use crate::ops::confirmations::Outcome;
use crate::request::{etag, from_pairs};

fn view(tx: &mut Tx<'_>, row: CaRow) -> Result<Ca, Error> {
    let info = CertificateInfo::parse(&certificate_of(&row)?).map_err(Error::internal)?;
    let (permitted_names, excluded_names) = local_ca::shown(info.name_constraints);
    let crosses = match row.role {
        CaRole::Root => cas::crosses(tx, &row.id)?,
        CaRole::Issuing => Vec::new(),
    };
    Ok(Ca {
        id: row.id,
        issuer_id: row.issuer_id,
        role: row.role,
        state: row.state,
        generation: row.generation,
        subject: info.subject,
        serial: info.serial_hex,
        fingerprint_sha256: row.fingerprint_sha256,
        subject_key_id: row.subject_key_id,
        key_algorithm: info.key_algorithm,
        has_key: row.secret_id.is_some(),
        not_before: row.not_before,
        not_after: row.not_after,
        path_length: info.path_len,
        permitted_names,
        excluded_names,
        parent_id: row.parent_id,
        cross_certificates: crosses.into_iter().map(cross).collect(),
        replaced_by: row.replaced_by,
        live_certificates: None,
        revocation_lists: None,
        pem: row.certificate_pem,
        chain_pem: row.chain_pem,
        created_at: row.created_at,
        replaced_at: row.replaced_at,
        retired_at: row.retired_at,
        revision: row.revision,
    })
}

fn cross(row: CrossRow) -> CrossCertificate {
    CrossCertificate {
        signed_by: row.signed_by,
        fingerprint_sha256: row.fingerprint_sha256,
        not_before: row.not_before,
        not_after: row.not_after,
        pem: row.certificate_pem,
    }
}

/// Filters of the list.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filters {
    /// Only those that sign, or have signed, for this issuer.
    #[serde(default)]
    issuer_id: Option<IssuerId>,
    /// Only roots, or only issuing CAs.
    #[serde(default)]
    role: Option<CaRole>,
    /// Only those in this state.
    #[serde(default)]
    state: Option<CaState>,
}

/// A page, by id.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/cas", tag = "cas", params(Filters, PageQuery),
    summary = "A page of CAs",
    description = "A page of the certificate authorities of local CAs, by id: roots, and the issuing CAs below them. Those that were \
                   replaced are among them, until and after they are retired.",
    responses((status = 200, description = "The page", body = Page<Ca>)))]
pub async fn list(
    State(app): State<App>,
    Query(mut parameters): Query<BTreeMap<String, String>>,
) -> Result<Json<Page<Ca>>, Error> {
    let query = page_of(&mut parameters)?;
    let filters: Filters = from_pairs(&parameters, "?")?;
    let filter = CaFilter { issuer_id: filters.issuer_id, role: filters.role, state: filters.state };
    let after = cursor::decode_one(query.cursor.as_deref())?;
    let page = app.store.read("cas.list", move |tx| {
        let mut rows = cas::list(tx, &filter, &after, query.limit.and_one())?;
        let next_cursor = cursor::cut(&mut rows, query.limit, |row| row.id.to_string());
        let total = if query.total { Some(cas::count(tx, &filter)?) } else { None };
        let items = rows.into_iter().map(|row| view(tx, row)).collect::<Result<Vec<_>, _>>()?;
        Ok::<_, Error>(Page { items, next_cursor, total })
    });
    Ok(Json(page.await?))
}

/// One.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/cas/{id}", tag = "cas", params(("id" = CaId, Path)),
    summary = "One CA",
    description = "One certificate authority, with how many of its certificates are live.",
    responses((status = 200, description = "It", body = Ca,
        headers(("ETag" = String, description = "Its revision")))))]
pub async fn show(
    State(app): State<App>,
    PathId(id): PathId<certctl_core::id::Ca>,
) -> Result<Response, Error> {
    let config = Arc::clone(&app.config);
    let found = app.store.read("cas.show", move |tx| {
        let row = cas::by_id(tx, &id)?.ok_or_else(|| Error::not_found("CA", id.as_str()))?;
        let of = row.of_issuer();
        let live = of.as_ref().map(|of| cas::live(tx, of)).transpose()?;
        let lists = of.as_ref().map(|of| revocation_lists(tx, &config, of)).transpose()?;
        Ok::<_, Error>(Ca { live_certificates: live, revocation_lists: lists, ..view(tx, row)? })
    });
    let found = found.await?;
    Ok(([etag(found.revision)], Json(found)).into_response())
}

fn revocation_lists(tx: &mut Tx<'_>, config: &Config, of: &CaGeneration) -> Result<RevocationLists, Error> {
    // What it was divided into before is still served, and holds the same certificates.
    let mut parts = crls::of_ca(tx, of)?;
    parts.retain(|part| part.parts == i64::from(config.crl_parts()));
    let published = config.published(of);
    let urls = published.as_ref().map(|published| {
        let n = config.crl_parts();
        let all = (0..n).map(|part| published.crl(n, part));
        all.filter_map(Result::ok).map(|url| url.as_str().to_owned()).collect()
    });
    Ok(RevocationLists {
        crl_urls: urls.unwrap_or_default(),
        ocsp_url: published.and_then(|published| Some(published.ocsp().ok()?.as_str().to_owned())),
        entries: parts.iter().map(|part| part.entries).sum(),
        waiting: parts.iter().map(|part| (part.changes - part.listed).max(0)).sum(),
        this_update: parts.iter().filter_map(|part| part.this_update).min(),
        next_update: parts.iter().filter_map(|part| part.next_update).min(),
        due_at: parts.iter().map(|part| part.due_at).min(),
        last_error: parts.into_iter().find_map(|part| part.last_error),
    })
}

fn made(ca: Ca) -> Response {
    let place = [(http::header::LOCATION, format!("/api/v1/cas/{}", ca.id))];
    (StatusCode::CREATED, place, [etag(ca.revision)], Json(ca)).into_response()
}

/// New keys, made where they hold nobody up.
async fn new_keys(algorithms: Vec<KeyAlgorithm>) -> Result<Vec<PrivateKey>, Error> {
    tokio::task::spawn_blocking(move || algorithms.into_iter().map(new_key).collect())
        .await
        .map_err(Error::internal)?
}

/// Lets an issuer sign with a new CA.
///
/// # Errors
/// 404, 409 when it is no local CA or the key of its root is not here, 422.
#[utoipa::path(post, path = "/issuers/{id}/replace-ca", tag = "issuers", params(("id" = IssuerId, Path)),
    request_body = ReplaceCa, summary = "Replace the issuing CA of an issuer",
    description = "Makes the next issuing CA of a local CA, below the same root: new certificates are signed by it from now on. \
                   The one before drains: its certificates stay valid, can be revoked, and its lists and OCSP answers go on until \
                   all of them have ended; then its key is deleted.",
    responses(
        (status = 201, description = "The new CA", body = Ca,
            headers(("Location" = String, description = "Its path"), ("ETag" = String, description = "Its revision"))),
        (status = 202, description = "A second person has to confirm it first", body = Confirmation,
            headers(("Location" = String, description = "Its path"))),
        (status = 409, description = "It is no local CA, or the key of its root is not here"),
    ))]
pub async fn replace(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Issuer>,
    Body(request): Body<ReplaceCa>,
) -> Result<Response, Error> {
    match replace_issuing(&app, &context.audit(&app), id, request).await? {
        Outcome::Done(ca) => Ok(made(ca)),
        Outcome::Asked(row) => asked(&app, &context, *row).await,
    }
}

/// As [`replace`], also for what a second person has confirmed. The keys are made before the gate, because that is in the
/// transaction.
pub(crate) async fn replace_issuing(
    app: &App,
    context: &Context,
    id: IssuerId,
    request: ReplaceCa,
) -> Result<Outcome<Ca>, Error> {
    let mut checks = Checks::default();
    let change = local_ca::change(&mut checks, &request);
    checks.finish()?;
    let (audit, of, wanted) = (context.clone(), id.clone(), change.clone());
    let before = app.store.read("ca.replaceable", move |tx| {
        let (old, _) = work::replaceable(tx, &audit, &of)?;
        wanted.of(&old)
    });
    let keys = new_keys(vec![before.await?.algorithm]).await?;
    let (audit, worker) = (context.clone(), app.clone());
    let answer = app.store.write("ca.replace", move |tx| {
        let key = keys.first().ok_or_else(|| Error::internal("no key was made"))?;
        let outcome = work::replace(tx, &worker, &audit, &id, (&request, &change), key)?;
        shown(tx, outcome)
    });
    answer.await
}

fn shown(tx: &mut Tx<'_>, outcome: Outcome<CaRow>) -> Result<Outcome<Ca>, Error> {
    match outcome {
        Outcome::Done(row) => Ok(Outcome::Done(view(tx, row)?)),
        Outcome::Asked(row) => Ok(Outcome::Asked(row)),
    }
}

/// Puts a new root in the place of one.
///
/// # Errors
/// 404, 409 when it is no root, was replaced already, or its key is not here, 422.
#[utoipa::path(post, path = "/cas/{id}/replace", tag = "cas", params(("id" = CaId, Path)),
    request_body = ReplaceRoot, summary = "Replace a root",
    description = "Makes a new root in the place of one. The old root signs the new one's key too (a cross-certificate), and each \
                   issuer below gets its next issuing CA, so that clients which trust only the old root and clients which trust \
                   only the new one accept what is issued from now on. The old root stays in the trust bundle until everything \
                   below it has ended.",
    responses(
        (status = 201, description = "The new root", body = Ca,
            headers(("Location" = String, description = "Its path"), ("ETag" = String, description = "Its revision"))),
        (status = 202, description = "A second person has to confirm it first", body = Confirmation,
            headers(("Location" = String, description = "Its path"))),
        (status = 409, description = "It is no root, was replaced already, or its key is not here"),
    ))]
pub async fn replace_root(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Ca>,
    Body(request): Body<ReplaceRoot>,
) -> Result<Response, Error> {
    match replace_top(&app, &context.audit(&app), id, request).await? {
        Outcome::Done(ca) => Ok(made(ca)),
        Outcome::Asked(row) => asked(&app, &context, *row).await,
    }
}

/// As [`replace_root`], also for what a second person has confirmed.
pub(crate) async fn replace_top(
    app: &App,
    context: &Context,
    id: CaId,
    request: ReplaceRoot,
) -> Result<Outcome<Ca>, Error> {
    let mut checks = Checks::default();
    let (algorithm, lifetime_seconds) = local_ca::root_change(&mut checks, &request);
    checks.finish()?;
    let (audit, of) = (context.clone(), id.clone());
    let before = app.store.read("ca.replaceable_root", move |tx| {
        let (root, below) = work::replaceable_root(tx, &audit, &of)?;
        let as_before = Change { algorithm, ..Change::default() };
        let mut wanted = vec![as_before.of(&root)?.algorithm];
        for row in &below {
            wanted.push(Change::default().of(row)?.algorithm);
        }
        Ok::<_, Error>((below.into_iter().map(|row| row.id).collect::<Vec<CaId>>(), wanted))
    });
    let (below, wanted) = before.await?;
    let mut keys = new_keys(wanted).await?.into_iter();
    let key = keys.next().ok_or_else(|| Error::internal("no key was made"))?;
    let new = NewRoot { key, lifetime_seconds, issuing: below.into_iter().zip(keys).collect() };
    let (audit, worker) = (context.clone(), app.clone());
    let answer = app.store.write("ca.replace_root", move |tx| {
        let outcome = work::replace_root(tx, &worker, &audit, &id, (&request, &new))?;
        shown(tx, outcome)
    });
    answer.await
}

/// The routes of this file.
pub fn routes(api: Api) -> Api {
    api.route(Access::Need(Permission::IssuersRead), routes!(list))
        .route(Access::Need(Permission::IssuersRead), routes!(show))
        .route(Access::Need(Permission::IssuersManage), routes!(replace))
        .route(Access::Need(Permission::IssuersManage), routes!(replace_root))
}
