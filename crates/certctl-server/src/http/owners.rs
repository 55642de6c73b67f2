//! Owners over HTTP.
//!
//! Not for: rules (ops). Invariant: an e-mail address that is kept has the shape of one.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use certctl_api::owners::{CreateOwner, Owner, UpdateOwner};
use certctl_api::page::Page;
use certctl_core::id::OwnerId;
use certctl_core::permission::Permission;
use certctl_store::owners::OwnerRow;
use http::StatusCode;
use utoipa_axum::routes;

use crate::app::App;
use crate::error::Error;
use crate::http::router::{Access, Api};
use crate::http::teams::{
    OfCreate, OfDelete, OfList, OfShow, OfUpdate, PageQuery, created, find, page, shown,
};
use crate::ops::settings::{self, Checks};
use crate::request::{Body, IfMatch, PathId, Query, RequestContext};

/// The routes of this file.
pub fn routes(api: Api) -> Api {
    api.route(Access::Need(Permission::ConfigRead), routes!(list))
        .route(Access::Need(Permission::ConfigManage), routes!(create))
        .route(Access::Need(Permission::ConfigRead), routes!(show))
        .route(Access::Need(Permission::ConfigManage), routes!(update))
        .route(Access::Need(Permission::ConfigManage), routes!(delete))
}

/// The shape only: whether it is read by somebody shows when an alert is sent there.
fn address(checks: &mut Checks, text: &str) -> String {
    let text = text.trim();
    let shaped = text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && local.len() <= 64
            && !domain.is_empty()
            && domain.split('.').all(|label| !label.is_empty())
            && !domain.contains('@')
    });
    let clean = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>' | ',' | ';' | '"');
    if !shaped || text.len() > 254 || !text.chars().all(clean) {
        checks.bad("/email", "this is not an e-mail address such as web@example.org");
    }
    text.to_owned()
}

fn view(row: OwnerRow) -> Owner {
    Owner {
        id: row.id,
        name: row.name,
        email: row.email,
        created_at: row.created_at,
        updated_at: row.updated_at,
        revision: row.revision,
    }
}

/// A page of owners.
///
/// # Errors
/// 400 for a bad cursor.
#[utoipa::path(get, path = "/owners", tag = "owners", params(PageQuery),
    responses((status = 200, body = Page<Owner>), OfList))]
pub async fn list(
    State(app): State<App>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Owner>>, Error> {
    page::<OwnerRow, _>(&app, query, |row| Ok(view(row))).await
}

/// A new owner.
///
/// # Errors
/// 409 when the id is taken, 422.
#[utoipa::path(post, path = "/owners", tag = "owners", request_body = CreateOwner,
    responses((status = 201, body = Owner), OfCreate))]
pub async fn create(
    State(app): State<App>,
    context: RequestContext,
    Body(request): Body<CreateOwner>,
) -> Result<Response, Error> {
    let mut checks = Checks::default();
    let name = checks.name(&request.name);
    let email = request.email.map(|email| address(&mut checks, &email));
    checks.finish()?;
    let now = app.now();
    let id = request.id.unwrap_or_else(|| app.new_id());
    let row = OwnerRow { id, name, email, created_at: now, updated_at: now, revision: 1 };
    let audit = context.audit(&app);
    let owner = view(app.store.write("owners.create", move |tx| settings::create(tx, &audit, &row)).await?);
    Ok(created("owners", owner.id.as_str(), owner.revision, &owner))
}

/// One owner.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/owners/{id}", tag = "owners", params(("id" = OwnerId, Path)),
    responses((status = 200, body = Owner), OfShow))]
pub async fn show(
    State(app): State<App>,
    PathId(id): PathId<certctl_core::id::Owner>,
) -> Result<Response, Error> {
    let owner = view(find(&app, id).await?);
    Ok(shown(owner.revision, &owner))
}

/// Changes an owner; an empty e-mail address removes it.
///
/// # Errors
/// 404, 412, 422.
#[utoipa::path(patch, path = "/owners/{id}", tag = "owners", params(("id" = OwnerId, Path)),
    request_body = UpdateOwner, responses((status = 200, body = Owner), OfUpdate))]
pub async fn update(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Owner>,
    if_match: IfMatch,
    Body(request): Body<UpdateOwner>,
) -> Result<Response, Error> {
    let mut checks = Checks::default();
    let name = request.name.as_deref().map(|name| checks.name(name));
    let email = request.email.as_deref().map(|email| match email.trim() {
        "" => None,
        email => Some(address(&mut checks, email)),
    });
    checks.finish()?;
    let audit = context.audit(&app);
    let row = app.store.write("owners.update", move |tx| {
        settings::update(tx, &audit, &id, if_match.revision(), |row: &mut OwnerRow| {
            if let Some(name) = &name {
                row.name.clone_from(name);
            }
            if let Some(email) = &email {
                row.email.clone_from(email);
            }
            Ok(())
        })
    });
    let owner = view(row.await?);
    Ok(shown(owner.revision, &owner))
}

/// Removes an owner.
///
/// # Errors
/// 404, 409 with the certificates that refer to it.
#[utoipa::path(delete, path = "/owners/{id}", tag = "owners", params(("id" = OwnerId, Path)),
    responses((status = 204), OfDelete))]
pub async fn delete(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Owner>,
) -> Result<StatusCode, Error> {
    let audit = context.audit(&app);
    app.store.write("owners.delete", move |tx| settings::delete::<OwnerRow>(tx, &audit, &id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_need_a_local_part_and_a_domain() {
        let check = |text: &str, expected: bool| {
            let mut checks = Checks::default();
            let _ = address(&mut checks, text);
            assert_eq!(checks.finish().is_ok(), expected, "{text:?}");
        };
        check("web@example.org", true);
        check(" web+tls@mail ", true);
        for wrong in
            ["", "web", "@example.org", "web@", "a@b@c", "a b@c.org", "a@c..org", "Web <a@c.org>", "a@c,b@c"]
        {
            check(wrong, false);
        }
        check(&format!("{}@example.org", "a".repeat(65)), false);
    }
}
