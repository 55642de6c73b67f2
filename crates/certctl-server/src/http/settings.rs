//! What all settings (targets, issuers, renewal policies, profiles, owners, teams) share over HTTP: their five
//! handlers, their pages and their answers. A noun's own file is its wire mapping: [`Noun`] and one [`handlers!`].
//!
//! Not for: rules of storing (`ops/settings.rs`). Invariants: an object that has a revision is answered with it as
//! `ETag`; a request is checked as a whole, so that a person sees everything that is wrong with it at once.

use std::collections::BTreeMap;

use axum::Json;
use axum::response::{IntoResponse as _, Response};
use certctl_api::page::Page;
use certctl_core::id::Id;
use certctl_store::Tx;
use certctl_store::audit::Context;
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::Error;
use crate::http::cursor;
use crate::ops::settings::{self, Checks, Setting};
use crate::request::{IfMatch, Limit, RequestContext, etag, from_pairs};

/// A page of a list without filters.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The number of items, 1 to 500; 50 when absent.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
    /// Whether to count all items, not only those of the page.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    pub total: bool,
}

/// Takes the page out of a query, and leaves the filters in it.
///
/// # Errors
/// 400 naming the parameter.
pub fn page_of(query: &mut BTreeMap<String, String>) -> Result<PageQuery, Error> {
    let page: BTreeMap<String, String> =
        ["limit", "cursor", "total"].iter().filter_map(|name| query.remove_entry(*name)).collect();
    from_pairs(&page, "?")
}

/// How a noun's rows and requests are mapped to each other.
pub(crate) trait Noun: Sized + 'static {
    /// As it is stored.
    type Row: Setting;
    /// As it is answered.
    type View: Serialize + Send + 'static;
    /// What makes one.
    type Create: Send + 'static;
    /// What changes one.
    type Update: Clone + Send + 'static;
    /// A checked [`Noun::Create`], ready to be stored.
    type New: Send + 'static;
    /// Its part of the path, such as `teams`.
    const PATH: &'static str;

    /// What is answered for a row.
    ///
    /// # Errors
    /// When the row cannot be read back.
    fn view(row: Self::Row) -> Result<Self::View, Error>;

    /// What is answered beyond the rows.
    ///
    /// # Errors
    /// Those of the store.
    fn complete(tx: &mut Tx<'_>, views: &mut [Self::View]) -> Result<(), Error> {
        let _ = (tx, views);
        Ok(())
    }

    /// Reads a request for a new one. It may take its time: a local CA makes its keys here.
    ///
    /// # Errors
    /// 422 with every bad field.
    fn check(app: &App, request: Self::Create) -> Result<Self::New, Error>;

    /// Stores a new one.
    ///
    /// # Errors
    /// 409 when its id is taken, 422 when it names what is not there.
    fn store(tx: &mut Tx<'_>, audit: &Context, new: &Self::New) -> Result<Self::Row, Error>;

    /// Puts a change into a row.
    ///
    /// # Errors
    /// When the row cannot be read back; a bad field is noted in `checks`.
    fn change(row: &mut Self::Row, update: Self::Update, checks: &mut Checks) -> Result<(), Error>;

    /// What follows from a change, in its transaction.
    ///
    /// # Errors
    /// 409 when it would clash with something else.
    fn changed(tx: &mut Tx<'_>, audit: &Context, before: &Self::Row, row: &Self::Row) -> Result<(), Error> {
        let _ = (tx, audit, before, row);
        Ok(())
    }

    /// What follows from its removal, in its transaction.
    ///
    /// # Errors
    /// Those of the store.
    fn removed(tx: &mut Tx<'_>, audit: &Context, id: &IdOf<Self>) -> Result<(), Error> {
        let _ = (tx, audit, id);
        Ok(())
    }
}

/// The id of a noun.
pub(crate) type IdOf<N> = Id<<<N as Noun>::Row as Setting>::Kind>;

/// Takes a value when there is one.
pub(crate) fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

/// A page.
///
/// # Errors
/// 400 for a bad cursor.
pub(crate) async fn list<N: Noun>(app: &App, query: PageQuery) -> Result<Json<Page<N::View>>, Error> {
    let after = cursor::decode_one(query.cursor.as_deref())?;
    let page = app.store.read(N::Row::OBJECT, move |tx| {
        let mut rows = N::Row::list(tx, &after, query.limit.and_one())?;
        let next_cursor = cursor::cut(&mut rows, query.limit, |row| row.id().to_string());
        let total = if query.total { Some(N::Row::count(tx)?) } else { None };
        let mut items = rows.into_iter().map(N::view).collect::<Result<Vec<_>, _>>()?;
        N::complete(tx, &mut items)?;
        Ok::<_, Error>(Page { items, next_cursor, total })
    });
    Ok(Json(page.await?))
}

/// One that must be there.
///
/// # Errors
/// 404.
pub(crate) async fn find<S: Setting>(app: &App, id: Id<S::Kind>) -> Result<S, Error> {
    app.store.read(S::OBJECT, move |tx| settings::load(tx, &id)).await
}

/// A new one: 201 with its place and revision.
///
/// # Errors
/// 409 when the id is taken, 422.
pub(crate) async fn create<N: Noun>(
    app: &App,
    context: &RequestContext,
    request: N::Create,
) -> Result<Response, Error> {
    let checker = app.clone();
    // Not on a task of the runtime: the RSA keys of a new CA take seconds.
    let new =
        tokio::task::spawn_blocking(move || N::check(&checker, request)).await.map_err(Error::internal)??;
    let audit = context.audit(app);
    let [action, _, _] = N::Row::ACTIONS;
    let made = app.store.write(action, move |tx| {
        let row = N::store(tx, &audit, &new)?;
        Ok::<_, Error>((row.id().to_string(), answer::<N>(tx, row)?))
    });
    let (id, answer) = made.await?;
    let place = [(header::LOCATION, format!("/api/v1/{}/{id}", N::PATH))];
    Ok((StatusCode::CREATED, place, answer).into_response())
}

/// One: 200 with its revision.
///
/// # Errors
/// 404.
pub(crate) async fn show<N: Noun>(app: &App, id: IdOf<N>) -> Result<Response, Error> {
    let answer = app.store.read(N::Row::OBJECT, move |tx| {
        let row: N::Row = settings::load(tx, &id)?;
        answer::<N>(tx, row)
    });
    Ok(answer.await?.into_response())
}

/// An object with its revision.
pub(crate) type Answer<N> = ([(header::HeaderName, HeaderValue); 1], Json<<N as Noun>::View>);

/// The answer for a row.
///
/// # Errors
/// Those of the store; when the row cannot be read back.
pub(crate) fn answer<N: Noun>(tx: &mut Tx<'_>, row: N::Row) -> Result<Answer<N>, Error> {
    let revision = row.revision();
    let mut view = N::view(row)?;
    N::complete(tx, std::slice::from_mut(&mut view))?;
    Ok(([etag(revision)], Json(view)))
}

/// Changes one: 200 with its new revision.
///
/// # Errors
/// 404, 412, 422.
pub(crate) async fn update<N: Noun>(
    app: &App,
    context: &RequestContext,
    id: IdOf<N>,
    if_match: IfMatch,
    update: N::Update,
) -> Result<Response, Error> {
    let audit = context.audit(app);
    let [_, action, _] = N::Row::ACTIONS;
    let answer = app.store.write(action, move |tx| {
        let before: N::Row = settings::load(tx, &id)?;
        let wanted = update.clone();
        let row = settings::update(tx, &audit, &id, if_match.revision(), |row: &mut N::Row| {
            let mut checks = Checks::default();
            N::change(row, wanted, &mut checks)?;
            checks.finish()
        })?;
        N::changed(tx, &audit, &before, &row)?;
        answer::<N>(tx, row)
    });
    Ok(answer.await?.into_response())
}

/// Removes one.
///
/// # Errors
/// 404, 409 with the certificates that refer to it.
pub(crate) async fn delete<N: Noun>(
    app: &App,
    context: &RequestContext,
    id: IdOf<N>,
    if_match: IfMatch,
) -> Result<StatusCode, Error> {
    let audit = context.audit(app);
    let [_, _, action] = N::Row::ACTIONS;
    let removed = app.store.write(action, move |tx| {
        settings::delete::<N::Row>(tx, &audit, &id, if_match.revision())?;
        N::removed(tx, &audit, &id)
    });
    removed.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The handlers of a noun with their documentation, and `common`, which registers them.
macro_rules! handlers {
    (
        $noun:ident, $row_kind:ident, $id:ident => $view:ident, $create:ident, $update:ident;
        $tag:tt at $list:tt and $item:tt: $one:tt, $a_one:tt, $many:tt;
        $($rest:tt)*
    ) => {
        /// A page of them, by id.
        ///
        /// # Errors
        /// 400 for a bad cursor.
        #[utoipa::path(get, path = $list, tag = $tag, params(PageQuery),
            summary = concat!("A page of ", $many), description = concat!("A page of ", $many, ", by id."),
            responses((status = 200, description = "The page", body = Page<$view>)))]
        pub async fn list(
            State(app): State<App>,
            Query(query): Query<PageQuery>,
        ) -> Result<Json<Page<$view>>, Error> {
            settings::list::<$noun>(&app, query).await
        }

        handlers_but_list! {
            $noun, $row_kind, $id => $view, $create, $update;
            $tag at $list and $item: $one, $a_one;
            $($rest)*
        }
    };
}

/// As [`handlers!`] for a noun whose list has filters, and a `list` of its own.
macro_rules! handlers_but_list {
    (
        $noun:ident, $row_kind:ident, $id:ident => $view:ident, $create:ident, $update:ident;
        $tag:tt at $list:tt and $item:tt: $one:tt, $a_one:tt;
        read $read:ident, change $manage:ident;
        create $about_create:tt;
        update $about_update:tt;
    ) => {
        handlers_but_list! {
            $noun, $row_kind, $id => $view, $create;
            $tag at $list and $item: $one, $a_one;
            read $read, change $manage;
            create $about_create;
        }

        /// Registers the five handlers.
        fn common(api: Api) -> Api {
            all_but_update(api).route(Access::Need(Permission::$manage), routes!(update))
        }

        /// Changes one.
        ///
        /// # Errors
        /// 404, 412, 422.
        #[utoipa::path(patch, path = $item, tag = $tag, params(("id" = $id, Path)), request_body = $update,
            summary = concat!("Change ", $a_one), description = $about_update,
            responses((status = 200, description = "As it is now", body = $view,
                headers(("ETag" = String, description = "Its new revision")))))]
        pub async fn update(
            State(app): State<App>,
            context: RequestContext,
            PathId(id): PathId<certctl_core::id::$row_kind>,
            if_match: IfMatch,
            Patch(request): Patch<$update>,
        ) -> Result<Response, Error> {
            settings::update::<$noun>(&app, &context, id, if_match, request).await
        }
    };
    // Without the change, where a row alone does not say what is changed: the noun has its own.
    (
        $noun:ident, $row_kind:ident, $id:ident => $view:ident, $create:ident;
        $tag:tt at $list:tt and $item:tt: $one:tt, $a_one:tt;
        read $read:ident, change $manage:ident;
        create $about_create:tt;
    ) => {
        /// Registers the handlers of this macro.
        fn all_but_update(api: Api) -> Api {
            api.route(Access::Need(Permission::$read), routes!(list))
                .route(Access::Need(Permission::$manage), routes!(create))
                .route(Access::Need(Permission::$read), routes!(show))
                .route(Access::Need(Permission::$manage), routes!(delete))
        }

        /// A new one.
        ///
        /// # Errors
        /// 409 when the id is taken, 422.
        #[utoipa::path(post, path = $list, tag = $tag, request_body = $create,
            summary = concat!("A new ", $one), description = $about_create,
            responses(
                (status = 201, description = "It was made", body = $view,
                    headers(("Location" = String, description = "Its path"), ("ETag" = String, description = "Its revision"))),
                (status = 409, description = "The id is taken"),
            ))]
        pub async fn create(
            State(app): State<App>,
            context: RequestContext,
            Body(request): Body<$create>,
        ) -> Result<Response, Error> {
            settings::create::<$noun>(&app, &context, request).await
        }

        /// One.
        ///
        /// # Errors
        /// 404.
        #[utoipa::path(get, path = $item, tag = $tag, params(("id" = $id, Path)),
            summary = concat!("One ", $one), description = concat!("One ", $one, "."),
            responses((status = 200, description = "It", body = $view,
                headers(("ETag" = String, description = "Its revision")))))]
        pub async fn show(
            State(app): State<App>,
            PathId(id): PathId<certctl_core::id::$row_kind>,
        ) -> Result<Response, Error> {
            settings::show::<$noun>(&app, id).await
        }

        /// Removes one.
        ///
        /// # Errors
        /// 404, 409 with what refers to it, 412.
        #[utoipa::path(delete, path = $item, tag = $tag, params(("id" = $id, Path)),
            summary = concat!("Remove ", $a_one),
            description = concat!("Removes ", $a_one, ". Nothing cascades: what certificates refer to stays."),
            responses(
                (status = 204, description = "It is gone"),
                (status = 409, description = "It is a default, or certificates or their history refer to it; `params` names them"),
            ))]
        pub async fn delete(
            State(app): State<App>,
            context: RequestContext,
            PathId(id): PathId<certctl_core::id::$row_kind>,
            if_match: IfMatch,
        ) -> Result<StatusCode, Error> {
            settings::delete::<$noun>(&app, &context, id, if_match).await
        }
    };
}

pub(crate) use {handlers, handlers_but_list};

/// What the files of the nouns need for [`handlers!`].
pub(crate) mod prelude {
    pub(crate) use axum::Json;
    pub(crate) use axum::extract::State;
    pub(crate) use axum::response::Response;
    pub(crate) use certctl_api::page::Page;
    pub(crate) use certctl_core::permission::Permission;
    pub(crate) use certctl_store::Tx;
    pub(crate) use certctl_store::audit::Context;
    pub(crate) use http::StatusCode;
    pub(crate) use utoipa_axum::routes;

    pub(crate) use super::{Noun, PageQuery, handlers, handlers_but_list, set};
    pub(crate) use crate::app::App;
    pub(crate) use crate::error::Error;
    pub(crate) use crate::http::router::{Access, Api};
    pub(crate) use crate::http::settings;
    pub(crate) use crate::ops::settings::{self as ops, Checks};
    pub(crate) use crate::request::{Body, IfMatch, Patch, PathId, Query, RequestContext};
}
