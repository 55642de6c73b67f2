//! Targets over HTTP: their wire mapping, their list and their kinds.
//!
//! Not for: deploying. Invariant: a configuration that is kept was read by the function that the agent reads it with.

use std::collections::BTreeMap;

use certctl_api::lists::{Anchors, Facets};
use certctl_api::targets::{CreateTarget, Target, TargetKind, UpdateTarget};
use certctl_connectors::targets as kinds;
use certctl_core::agent::AgentState;
use certctl_core::choice::Choice;
use certctl_core::id::{AgentId, TargetId};
use certctl_store::agents;
use certctl_store::targets::{self as store, TargetFilter, TargetRow};
use serde::Deserialize;
use serde_json::Value;

use crate::http::settings::page_of;
use crate::http::settings::prelude::*;
use crate::http::{cursor, lists};
use crate::ops::targets;
use crate::request::{Filter, from_pairs};

fn check_config(checks: &mut Checks, kind: &str, config: &Value) {
    let known = kinds::kinds().iter().any(|known| known.kind == kind);
    if let Err(problems) = kinds::validate_config(kind, config) {
        for (pointer, detail) in problems {
            let pointer = if known { format!("/config{pointer}") } else { "/kind".to_owned() };
            checks.bad(pointer, detail);
        }
    }
}

fn check_agent(tx: &mut Tx<'_>, id: &AgentId) -> Result<(), Error> {
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
        let TargetRow { id, name, kind, config, agent_id, created_at, updated_at, revision } = row;
        Ok(Target { id, name, kind, config, agent_id, created_at, updated_at, revision })
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
}

impl Filters {
    fn filter(self) -> TargetFilter {
        TargetFilter { kind: self.kind.0, agent_id: self.agent_id.0 }
    }
}

/// A page of targets, by id.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/targets", tag = "targets", params(Filters, PageQuery),
    summary = "A page of targets", description = "A page of targets, by id.",
    responses((status = 200, description = "The page", body = Page<Target>)))]
pub async fn list(
    State(app): State<App>,
    Query(mut parameters): Query<BTreeMap<String, String>>,
) -> Result<Json<Page<Target>>, Error> {
    let query = page_of(&mut parameters)?;
    let filter = from_pairs::<Filters>(&parameters, "?")?.filter();
    let after = cursor::decode_one(query.cursor.as_deref())?;
    let page = app.store.read("targets.list", move |tx| {
        let mut rows = store::list_of(tx, &filter, &after, query.limit.and_one())?;
        let next_cursor = cursor::cut(&mut rows, query.limit, |row| row.id.to_string());
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
#[utoipa::path(get, path = "/targets/anchors", tag = "targets", params(Filters),
    responses((status = 200, body = Anchors)))]
pub async fn anchors(State(app): State<App>, Query(query): Query<Filters>) -> Result<Json<Anchors>, Error> {
    let filter = query.filter();
    let key = format!("targets.anchors {filter:?}");
    let count = move |tx: &mut Tx<'_>| Ok(store::anchors(tx, &filter)?);
    lists::anchors(&app, key, count, |id: &TargetId| cursor::encode_pair(id.as_str(), "")).await
}

/// How many of the targets that match have which kind and agent. To fill the menu of a filter,
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
