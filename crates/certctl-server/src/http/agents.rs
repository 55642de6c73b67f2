//! Agents and invitations over HTTP, for people.
//!
//! Not for: the agents' own protocol (`agent_api.rs`). Invariant: a token is shown once, when it is made.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use certctl_api::agents::{Agent, CreateInvitation, Invitation, InvitationCreated, UpdateAgent};
use certctl_api::join_token::JoinToken;
use certctl_api::lists::{Anchors, Facets};
use certctl_api::page::Page;
use certctl_core::agent::{AgentHealth, AgentState};
use certctl_core::choice::Choice;
use certctl_core::id::{AgentId, InvitationId};
use certctl_core::permission::Permission;
use certctl_store::agents::{self, AgentFilter, AgentRow, InvitationRow};
use certctl_store::{Tx, certificates};
use http::{StatusCode, header};
use serde::Deserialize;

use utoipa_axum::routes;

use crate::app::App;
use crate::error::Error;
use crate::http::router::{Access, Api};
use crate::http::settings::{PageQuery, page_of};
use crate::http::{cursor, identities, lists};
use crate::ops;
use crate::ops::agents::AgentChange;
use crate::ops::settings::{Checks, MAX_NAME};
use crate::ops::{agent_health, agent_records};
use crate::request::{AnyOf, Body, Filter, IfMatch, Patch, PathId, Query, RequestContext, etag, from_pairs};

/// How long an invitation lasts when nothing is asked for.
const INVITATION_SECONDS: i64 = 3_600;

fn view(tx: &mut Tx<'_>, row: AgentRow) -> Result<Agent, Error> {
    let held = agents::holdings(tx, &row.id)?;
    let dns_providers = agent_records::offers(&row);
    Ok(Agent {
        id: row.id,
        name: row.name,
        state: row.state,
        health: row.health,
        version: row.version,
        platform: row.platform,
        capabilities: certificates::texts(&row.capabilities),
        dns_providers: dns_providers.unwrap_or_default(),
        abilities: row.abilities.as_ref().map(certificates::texts),
        environment: row.environment,
        last_seen_at: row.last_seen_at,
        identity_not_after: row.identity_not_after,
        certificates: held.certificates,
        targets: held.targets,
        next_renewal_at: held.next_renewal_at,
        health_spans: None,
        created_at: row.created_at,
        updated_at: row.updated_at,
        revision: row.revision,
    })
}

fn invitation_view(row: InvitationRow) -> Invitation {
    Invitation {
        id: row.id,
        name: row.name,
        expires_at: row.expires_at,
        used_at: row.used_at,
        agent_id: row.agent_id,
        created_at: row.created_at,
    }
}

/// Filters of the list.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filters {
    /// Only those in this state, or in one of several with commas between, such as `active`.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "active")]
    state: AnyOf<AgentState>,
    /// Only those that are so, or one of several with commas between: `online`, `late`, `offline`.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "late,offline")]
    health: AnyOf<AgentHealth>,
    /// Only those of these environments, such as `production,staging`; `none` for those without one, `-` before a name or
    /// `none` for the others. A comma in a name, or a `-` or `none` that is the name, has a `\` before it.
    #[serde(default)]
    #[param(value_type = Option<String>, pattern = r"^-?[^,\\\u0000-][^,\\\u0000]*(,-?[^,\\\u0000-][^,\\\u0000]*)*$")]
    environment: Filter<Choice<String>>,
    /// Only those whose program has one of these versions; `none` for those that were never heard from, `-` before one for
    /// the others.
    #[serde(default)]
    #[param(value_type = Option<String>, pattern = r"^-?[^,\\\u0000-][^,\\\u0000]*(,-?[^,\\\u0000-][^,\\\u0000]*)*$")]
    version: Filter<Choice<String>>,
    /// Only those whose name holds this text.
    #[serde(default)]
    q: Option<String>,
}

impl Filters {
    fn filter(self) -> AgentFilter {
        AgentFilter {
            states: self.state.0,
            healths: self.health.0,
            environment: self.environment.0,
            version: self.version.0,
            q: self.q,
        }
    }
}

/// The filter that the list's parameters describe.
///
/// # Errors
/// 400 naming the parameter as `?name`.
pub fn filter_of(parameters: &BTreeMap<String, String>) -> Result<AgentFilter, Error> {
    Ok(from_pairs::<Filters>(parameters, "?")?.filter())
}

/// A page of agents, by id.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/agents", tag = "agents", params(Filters, PageQuery),
    responses((status = 200, body = Page<Agent>)))]
pub async fn list(
    State(app): State<App>,
    Query(mut parameters): Query<BTreeMap<String, String>>,
) -> Result<Json<Page<Agent>>, Error> {
    let query = page_of(&mut parameters)?;
    let filter = filter_of(&parameters)?;
    let after = cursor::decode_one(query.cursor.as_deref())?;
    let page = app.store.read("agents.list", move |tx| {
        let mut rows = agents::list(tx, &filter, &after, query.limit.and_one())?;
        let next_cursor = cursor::cut(&mut rows, query.limit, |row| row.id.to_string());
        let total = if query.total { Some(agents::count(tx, &filter)?) } else { None };
        let items = rows.into_iter().map(|row| view(tx, row)).collect::<Result<_, _>>()?;
        Ok::<_, Error>(Page { items, next_cursor, total })
    });
    Ok(Json(page.await?))
}

/// Cursors all over the list, one for each `every` agents: a page from any part of it is one request. What takes long
/// to count is kept for a while; `as_of` says of when it is.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/agents/anchors", tag = "agents", params(Filters),
    responses((status = 200, body = Anchors)))]
pub async fn anchors(State(app): State<App>, Query(query): Query<Filters>) -> Result<Json<Anchors>, Error> {
    let filter = query.filter();
    let key = format!("agents.anchors {filter:?}");
    let count = move |tx: &mut Tx<'_>| Ok(agents::anchors(tx, &filter)?);
    lists::anchors(&app, key, count, |id: &AgentId| cursor::encode_pair(id.as_str(), "")).await
}

/// How many of the agents that match have which health, state, version and environment. To fill the menu of a filter,
/// ask without that filter. What takes long to count is kept for a while; `as_of` says of when it is.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/agents/facets", tag = "agents", params(Filters),
    responses((status = 200, body = Facets)))]
pub async fn facets(State(app): State<App>, Query(query): Query<Filters>) -> Result<Json<Facets>, Error> {
    let filter = query.filter();
    let key = format!("agents.facets {filter:?}");
    lists::facets(&app, key, move |tx| Ok(agents::facets(tx, &filter)?)).await
}

/// One agent, with how many keys it holds and targets it serves, and how it was heard from in the last 24 hours.
///
/// # Errors
/// 404.
#[utoipa::path(get, path = "/agents/{id}", tag = "agents", params(("id" = AgentId, Path)),
    responses((status = 200, body = Agent)))]
pub async fn show(
    State(app): State<App>,
    PathId(id): PathId<certctl_core::id::Agent>,
) -> Result<Response, Error> {
    let agent = app
        .store
        .read("agents.show", move |tx| {
            let row = agents::by_id(tx, &id)?.ok_or_else(|| Error::not_found("agent", id.as_str()))?;
            let spans = agent_health::spans(tx, &row)?;
            Ok::<_, Error>(Agent { health_spans: Some(spans), ..view(tx, row)? })
        })
        .await?;
    Ok(([etag(agent.revision)], Json(agent)).into_response())
}

/// Changes an agent: its name, its environment, or whether it is quarantined (gets no work until a person lifts it).
///
/// # Errors
/// 404, 409, 412.
#[utoipa::path(patch, path = "/agents/{id}", tag = "agents", params(("id" = AgentId, Path)),
    request_body = UpdateAgent, responses((status = 200, body = Agent), (status = 409, description = "It is retired, and stays so")))]
pub async fn update(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Agent>,
    if_match: IfMatch,
    Patch(request): Patch<UpdateAgent>,
) -> Result<Response, Error> {
    let mut checks = Checks::default();
    let name = request.name.map(|name| checks.name(&name));
    let environment = request.environment.as_ref().and_then(Option::as_deref);
    checks.optional_text("/environment", environment, MAX_NAME);
    checks.finish()?;
    let audit = context.audit(&app);
    let change = AgentChange {
        name,
        environment: request.environment,
        state: request.state,
        revision: if_match.revision(),
    };
    let agent = app
        .store
        .write("agents.update", move |tx| {
            let row = ops::agents::update(tx, &audit, &id, &change)?;
            // Other replicas must not let it in by what they remember.
            tx.notify(identities::TOPIC);
            view(tx, row)
        })
        .await?;
    app.identities.forget();
    Ok(([etag(agent.revision)], Json(agent)).into_response())
}

/// How long an invitation lasts: a minute to seven days.
pub const INVITATION_LASTS: RangeInclusive<i64> = 60..=604_800;
/// The most letters of an agent's name, so that its id fits.
pub const MAX_AGENT_NAME: usize = certctl_core::id::MAX_LENGTH - "ag-".len();

/// Whether to retire an agent that still holds keys.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RetireQuery {
    /// Also when it still holds keys.
    #[serde(default)]
    force: bool,
}

/// Retires an agent for good: its certificate is refused from the answer on. What it deployed stays.
///
/// # Errors
/// 404, 409 with what it still holds.
#[utoipa::path(delete, path = "/agents/{id}", tag = "agents", params(("id" = AgentId, Path), RetireQuery),
    responses((status = 200, body = Agent), (status = 409, description = "It still holds keys, serves targets or sets the records of a DNS provider; `params` names them, `force=true` retires it all the same")))]
pub async fn retire(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Agent>,
    if_match: IfMatch,
    Query(query): Query<RetireQuery>,
) -> Result<Json<Agent>, Error> {
    let audit = context.audit(&app);
    let agent = app.store.write("agents.retire", move |tx| {
        let row = ops::agents::retire(tx, &audit, &id, if_match.revision(), query.force)?;
        // Other replicas must not let it in by what they remember.
        tx.notify(identities::TOPIC);
        view(tx, row)
    });
    let agent = agent.await?;
    app.identities.forget();
    Ok(Json(agent))
}

/// A new invitation with its token, which is shown this once.
///
/// # Errors
/// 409 when there is an agent of the name, 422.
#[utoipa::path(post, path = "/agents/invitations", tag = "agents", request_body = CreateInvitation,
    responses((status = 201, body = InvitationCreated), (status = 409, description = "There is an agent of the name")))]
pub async fn invite(
    State(app): State<App>,
    context: RequestContext,
    Body(request): Body<CreateInvitation>,
) -> Result<Response, Error> {
    let seconds = request.expires_in_seconds.unwrap_or(INVITATION_SECONDS);
    if !INVITATION_LASTS.contains(&seconds) {
        let detail = format!("{seconds} is not between 60 (a minute) and 604800 (7 days)");
        return Err(Error::invalid_field("/expires_in_seconds", detail));
    }
    let agent = ops::agents::id_of(&request.name, "/name")?;
    let token = JoinToken::new(app.platform.ca_pin(), app.random_bytes());
    let now = app.now();
    let row = InvitationRow {
        id: app.new_id(),
        name: request.name,
        token_hash: certctl_pki::fingerprint::sha256(token.secret.expose().as_bytes()).to_vec(),
        expires_at: now.plus_seconds(seconds),
        used_at: None,
        agent_id: None,
        created_at: now,
    };
    let (audit, stored) = (context.audit(&app), row.clone());
    app.store.write("agents.invite", move |tx| ops::agents::invite(tx, &audit, &stored, &agent)).await?;
    let token = token.expose();
    let command = format!("certctl-agent join {} --token {token}", app.public_url);
    let created = InvitationCreated { invitation: invitation_view(row), token, command };
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(created)).into_response())
}

/// A page of invitations, newest first.
///
/// # Errors
/// 400 for a bad cursor.
#[utoipa::path(get, path = "/agents/invitations", tag = "agents", params(PageQuery),
    responses((status = 200, body = Page<Invitation>)))]
pub async fn invitations(
    State(app): State<App>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Invitation>>, Error> {
    let before = cursor::decode_one(query.cursor.as_deref())?;
    let page = app.store.read("invitations.list", move |tx| {
        let mut rows = agents::invitations(tx, &before, query.limit.and_one())?;
        let next_cursor = cursor::cut(&mut rows, query.limit, |row| row.id.to_string());
        let total = if query.total { Some(agents::count_invitations(tx)?) } else { None };
        let items = rows.into_iter().map(invitation_view).collect();
        Ok::<_, Error>(Page { items, next_cursor, total })
    });
    Ok(Json(page.await?))
}

/// Withdraws an unused invitation.
///
/// # Errors
/// 404 when there is none, or it was used.
#[utoipa::path(delete, path = "/agents/invitations/{id}", tag = "agents", params(("id" = InvitationId, Path)),
    responses((status = 204)))]
pub async fn withdraw(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Invitation>,
) -> Result<StatusCode, Error> {
    let audit = context.audit(&app);
    app.store.write("invitations.withdraw", move |tx| ops::agents::withdraw(tx, &audit, &id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Registers the routes.
pub fn routes(api: Api) -> Api {
    use Permission as P;
    api.route(Access::Need(P::AgentsRead), routes!(list))
        .route(Access::Need(P::AgentsRead), routes!(anchors))
        .route(Access::Need(P::AgentsRead), routes!(facets))
        .route(Access::Need(P::AgentsRead), routes!(show))
        .route(Access::Need(P::AgentsManage), routes!(update))
        .route(Access::Need(P::AgentsManage), routes!(retire))
        .route(Access::Need(P::AgentsInvite), routes!(invite))
        .route(Access::Need(P::AgentsRead), routes!(invitations))
        .route(Access::Need(P::AgentsInvite), routes!(withdraw))
}
