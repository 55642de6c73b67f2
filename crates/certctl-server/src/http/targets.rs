//! Targets over HTTP: their wire mapping, their list and their kinds.
//!
//! Not for: deploying. Invariant: a configuration that is kept was read by the function that the agent reads it with.

use std::collections::BTreeMap;

use certctl_api::lists::{Anchors, Facets};
use certctl_api::target_tests::{LastTargetTest, TargetCheckKind};
use certctl_api::targets::{CreateTarget, Target, TargetKind, UpdateTarget};
use certctl_connectors::targets as kinds;
use certctl_core::agent::AgentState;
use certctl_core::choice::Choice;
use certctl_core::id::{AgentId, CertificateId, TargetId};
use certctl_core::target_test::TargetTestState;
use certctl_store::agents;
use certctl_store::targets::{self as store, TargetFilter, TargetOrder, TargetPlace, TargetRow, TargetSort};
use serde::Deserialize;
use serde_json::Value;

use crate::http::settings::page_of;
use crate::http::settings::prelude::*;
use crate::http::{cursor, lists};
use crate::ops::targets;
use crate::request::{Filter, from_pairs};

pub(super) fn check_config(checks: &mut Checks, kind: &str, config: &Value) {
    let known = kinds::kinds().iter().any(|known| known.kind == kind);
    if let Err(problems) = kinds::validate_config(kind, config) {
        for (pointer, detail) in problems {
            let pointer = if known { format!("/config{pointer}") } else { "/kind".to_owned() };
            checks.bad(pointer, detail);
        }
    }
}

pub(super) fn check_agent(tx: &mut Tx<'_>, id: &AgentId) -> Result<(), Error> {
    let agent = agents::by_id(tx, id)?
        .ok_or_else(|| Error::invalid_field("/agent_id", format!("there is no agent {id}")))?;
    match agent.state {
        AgentState::Active | AgentState::Quarantined => Ok(()),
        AgentState::Retired => {
            let detail = format!("{id} is retired and deploys nothing any more: name another agent");
            Err(Error::invalid_field("/agent_id", detail))
        }
    }
}

/// The kinds of target, each with the schema of its configuration.
#[utoipa::path(get, path = "/target-kinds", tag = "targets",
    responses((status = 200, description = "The kinds", body = Vec<TargetKind>)))]
pub async fn kinds() -> Json<Vec<TargetKind>> {
    let kind = |kind: &kinds::Kind| TargetKind {
        kind: kind.kind.to_owned(),
        title: kind.title.to_owned(),
        schema: (kind.schema)(),
        checks: kind
            .checks
            .iter()
            .map(|name| TargetCheckKind { name: *name, title: name.title().to_owned() })
            .collect(),
    };
    Json(kinds::kinds().iter().map(kind).collect())
}

#[derive(Debug)]
enum Targets {}

impl Noun for Targets {
    type Row = TargetRow;
    type View = Target;
    type Create = CreateTarget;
    type Update = UpdateTarget;
    type New = TargetRow;
    const PATH: &'static str = "targets";

    fn view(row: TargetRow) -> Result<Target, Error> {
        let last_test = match (row.last_test_id, row.last_test_state, row.last_test_at) {
            (Some(id), Some(state), Some(at)) => Some(LastTargetTest { id, state, at }),
            (_, _, _) => None,
        };
        Ok(Target {
            id: row.id,
            name: row.name,
            kind: row.kind,
            config: row.config,
            agent_id: row.agent_id,
            created_at: row.created_at,
            updated_at: row.updated_at,
            revision: row.revision,
            last_test,
        })
    }

    fn check(app: &App, request: CreateTarget) -> Result<TargetRow, Error> {
        let mut checks = Checks::default();
        let name = checks.name(&request.name);
        check_config(&mut checks, &request.kind, &request.config);
        checks.finish()?;
        let now = app.now();
        Ok(TargetRow {
            id: request.id.unwrap_or_else(|| app.new_id()),
            name,
            kind: request.kind,
            config: request.config,
            agent_id: request.agent_id,
            created_at: now,
            updated_at: now,
            revision: 1,
            last_test_id: None,
            last_test_state: None,
            last_test_at: None,
        })
    }

    fn store(tx: &mut Tx<'_>, audit: &Context, new: &TargetRow) -> Result<TargetRow, Error> {
        check_agent(tx, &new.agent_id)?;
        targets::create(tx, audit, new)
    }

    fn change(row: &mut TargetRow, update: UpdateTarget, checks: &mut Checks) -> Result<(), Error> {
        set(&mut row.name, update.name.map(|name| checks.name(&name)));
        if let Some(config) = update.config {
            check_config(checks, &row.kind, &config);
            row.config = config;
        }
        Ok(())
    }

    fn changed(tx: &mut Tx<'_>, audit: &Context, before: &TargetRow, row: &TargetRow) -> Result<(), Error> {
        targets::changed(tx, audit, before, row)
    }
}

handlers_but_list! {
    Targets, Target, TargetId => Target, CreateTarget, UpdateTarget;
    "targets" at "/targets" and "/targets/{id}": "target", "a target";
    read TargetsRead, change TargetsManage;
    create "A new target: a place that an agent deploys to. `config` is read by the schema of its kind (`GET /target-kinds`).";
    update "Changes a target. A changed configuration starts a deployment of what the target serves.";
}

/// Filters of the list.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filters {
    /// Only those of these kinds, such as `nginx,file`; `-` before one for the others.
    #[serde(default)]
    #[param(value_type = Option<String>, pattern = r"^-?[^,\\\u0000-][^,\\\u0000]*(,-?[^,\\\u0000-][^,\\\u0000]*)*$")]
    kind: Filter<Choice<String>>,
    /// Only those that these agents deploy to; `-` before an id for the others.
    #[serde(default)]
    #[param(value_type = Option<String>, pattern = "^-?ag-[a-z0-9][a-z0-9-]{0,20}(,-?ag-[a-z0-9][a-z0-9-]{0,20})*$")]
    agent_id: Filter<Choice<AgentId>>,
    /// Only those that serve these certificates; `none` for those that serve none, `-` before an id or `none` for the
    /// others.
    #[serde(default)]
    #[param(value_type = Option<String>, pattern = "^-?(none|mc-[a-z0-9][a-z0-9-]{0,60})(,-?(none|mc-[a-z0-9][a-z0-9-]{0,60}))*$")]
    certificate_id: Filter<Choice<CertificateId>>,
    /// Only those whose agent is of these environments, such as `production,staging`; `none` for those without one, `-`
    /// before a name or `none` for the others.
    #[serde(default)]
    #[param(value_type = Option<String>, pattern = r"^-?[^,\\\u0000-][^,\\\u0000]*(,-?[^,\\\u0000-][^,\\\u0000]*)*$")]
    environment: Filter<Choice<String>>,
    /// Only those whose last test is so, such as `Failed,Unanswered`; `none` for those whose present configuration was not
    /// tested, `-` before one for the others.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "Failed,Unanswered")]
    last_test: Filter<Choice<TargetTestState>>,
    /// Only those whose id, name or configuration (a path, an address) holds this text.
    #[serde(default)]
    q: Option<String>,
}

impl Filters {
    fn filter(self) -> TargetFilter {
        TargetFilter {
            kind: self.kind.0,
            agent_id: self.agent_id.0,
            certificate_id: self.certificate_id.0,
            environment: self.environment.0,
            last_test: self.last_test.0,
            q: self.q,
        }
    }
}

/// The order of the list.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Order {
    /// The order, and then by id; by id alone when absent. `-` before it for the other way round.
    #[serde(default)]
    #[param(inline)]
    sort: Option<Sort>,
}

/// What the list is ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[schema(as = TargetSort)]
pub enum Sort {
    /// By name, whatever the case.
    #[serde(rename = "name")]
    Name,
    /// By name, from the end.
    #[serde(rename = "-name")]
    NameDescending,
    /// Oldest first.
    #[serde(rename = "created")]
    Created,
    /// Newest first.
    #[serde(rename = "-created")]
    CreatedDescending,
    /// Longest unchanged first.
    #[serde(rename = "updated")]
    Updated,
    /// Last changed first.
    #[serde(rename = "-updated")]
    UpdatedDescending,
    /// By kind.
    #[serde(rename = "kind")]
    Kind,
    /// By kind, from the end.
    #[serde(rename = "-kind")]
    KindDescending,
}

impl Order {
    fn order(&self) -> TargetOrder {
        let (sort, descending) = match self.sort {
            None => (TargetSort::Id, false),
            Some(Sort::Name) => (TargetSort::Name, false),
            Some(Sort::NameDescending) => (TargetSort::Name, true),
            Some(Sort::Created) => (TargetSort::Created, false),
            Some(Sort::CreatedDescending) => (TargetSort::Created, true),
            Some(Sort::Updated) => (TargetSort::Updated, false),
            Some(Sort::UpdatedDescending) => (TargetSort::Updated, true),
            Some(Sort::Kind) => (TargetSort::Kind, false),
            Some(Sort::KindDescending) => (TargetSort::Kind, true),
        };
        TargetOrder { sort, descending }
    }
}

/// Takes the order out of a query, and leaves the filters in it.
fn order_of(query: &mut BTreeMap<String, String>) -> Result<TargetOrder, Error> {
    let order: BTreeMap<String, String> = query.remove_entry("sort").into_iter().collect();
    Ok(from_pairs::<Order>(&order, "?")?.order())
}

/// The cursor of a place; the id goes first, so that a list without an order reads cursors as it always did.
fn cursor_of(place: &TargetPlace) -> String {
    cursor::encode_pair(place.id.as_str(), &place.value)
}

fn place_at(text: Option<&str>, order: TargetOrder) -> Result<Option<TargetPlace>, Error> {
    let Some(text) = text else { return Ok(None) };
    let (id, value) = cursor::decode_pair(text)?;
    let place = TargetPlace { id: id.parse().map_err(|_| cursor::bad())?, value };
    if place.fits(order.sort) { Ok(Some(place)) } else { Err(cursor::bad()) }
}

/// A page of targets, by id unless `sort` says otherwise.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/targets", tag = "targets", params(Filters, Order, PageQuery),
    summary = "A page of targets", description = "A page of targets, by id unless `sort` says otherwise.",
    responses((status = 200, description = "The page", body = Page<Target>)))]
pub async fn list(
    State(app): State<App>,
    Query(mut parameters): Query<BTreeMap<String, String>>,
) -> Result<Json<Page<Target>>, Error> {
    let query = page_of(&mut parameters)?;
    let order = order_of(&mut parameters)?;
    let filter = from_pairs::<Filters>(&parameters, "?")?.filter();
    let after = place_at(query.cursor.as_deref(), order)?;
    let page = app.store.read("targets.list", move |tx| {
        let mut rows = store::list_of(tx, &filter, order, after.as_ref(), query.limit.and_one())?;
        let more = cursor::cut(&mut rows, query.limit, |row| row.id.to_string()).is_some();
        let next_cursor = match rows.last().filter(|_| more) {
            Some(row) => store::place_of(tx, order.sort, &row.id)?.as_ref().map(cursor_of),
            None => None,
        };
        let total = if query.total { Some(store::count_of(tx, &filter)?) } else { None };
        let items = rows.into_iter().map(Targets::view).collect::<Result<_, _>>()?;
        Ok::<_, Error>(Page { items, next_cursor, total })
    });
    Ok(Json(page.await?))
}

/// Cursors all over the list, one for each `every` targets: a page from any part of it is one request. What takes long
/// to count is kept for a while; `as_of` says of when it is.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/targets/anchors", tag = "targets", params(Filters, Order),
    responses((status = 200, body = Anchors)))]
pub async fn anchors(
    State(app): State<App>,
    Query(mut parameters): Query<BTreeMap<String, String>>,
) -> Result<Json<Anchors>, Error> {
    let order = order_of(&mut parameters)?;
    let filter = from_pairs::<Filters>(&parameters, "?")?.filter();
    let key = format!("targets.anchors {filter:?} {order:?}");
    let count = move |tx: &mut Tx<'_>| Ok(store::anchors(tx, &filter, order)?);
    lists::anchors(&app, key, count, cursor_of).await
}

/// How many of the targets that match have which kind, agent, environment and last test. To fill the menu of a filter,
/// ask without that filter. What takes long to count is kept for a while; `as_of` says of when it is.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/targets/facets", tag = "targets", params(Filters),
    responses((status = 200, body = Facets)))]
pub async fn facets(State(app): State<App>, Query(query): Query<Filters>) -> Result<Json<Facets>, Error> {
    let filter = query.filter();
    let key = format!("targets.facets {filter:?}");
    lists::facets(&app, key, move |tx| Ok(store::facets(tx, &filter)?)).await
}

/// The routes of this file.
pub fn routes(api: Api) -> Api {
    common(api)
        .route(Access::Need(Permission::TargetsRead), routes!(anchors))
        .route(Access::Need(Permission::TargetsRead), routes!(facets))
        .route(Access::Need(Permission::TargetsRead), routes!(kinds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(kind: &str, config: &Value) -> Vec<String> {
        let mut checks = Checks::default();
        check_config(&mut checks, kind, config);
        match checks.finish() {
            Ok(()) => Vec::new(),
            Err(Error::Invalid(errors)) => errors.into_iter().map(|e| e.pointer).collect(),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_bad_configuration_is_told_by_its_pointer_in_the_request() {
        let unknown = pointers("file", &serde_json::json!({ "shell": "reboot" }));
        assert!(unknown.contains(&"/config/shell".to_owned()), "{unknown:?}");
        assert_eq!(pointers("file", &serde_json::json!(1)).first().map(String::as_str), Some("/config"));
        assert_eq!(pointers("apache", &serde_json::json!({})), ["/kind"]);
    }
}
