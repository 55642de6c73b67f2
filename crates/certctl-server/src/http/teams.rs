//! Teams over HTTP: their wire mapping.
//!
//! Not for: rules (ops), handlers (`settings.rs`). Invariant: a team has a name.

use certctl_api::teams::{CreateTeam, Team, UpdateTeam};
use certctl_core::id::TeamId;
use certctl_store::teams::TeamRow;

use crate::http::settings::prelude::*;
use crate::ops::views;

#[derive(Debug)]
enum Teams {}

impl Noun for Teams {
    type Row = TeamRow;
    type View = Team;
    type Create = CreateTeam;
    type Update = UpdateTeam;
    type New = TeamRow;
    const PATH: &'static str = "teams";

    fn view(row: TeamRow) -> Result<Team, Error> {
        let TeamRow { id, name, created_at, updated_at, revision } = row;
        Ok(Team { id, name, created_at, updated_at, revision })
    }

    fn check(app: &App, request: CreateTeam) -> Result<TeamRow, Error> {
        let mut checks = Checks::default();
        let name = checks.name(&request.name);
        checks.finish()?;
        let now = app.now();
        let id = request.id.unwrap_or_else(|| app.new_id());
        Ok(TeamRow { id, name, created_at: now, updated_at: now, revision: 1 })
    }

    fn store(tx: &mut Tx<'_>, audit: &Context, new: &TeamRow) -> Result<TeamRow, Error> {
        ops::create(tx, audit, new)
    }

    fn change(row: &mut TeamRow, update: UpdateTeam, checks: &mut Checks) -> Result<(), Error> {
        set(&mut row.name, update.name.map(|name| checks.name(&name)));
        Ok(())
    }

    fn removed(tx: &mut Tx<'_>, _: &Context, id: &TeamId) -> Result<(), Error> {
        Ok(views::forget_team(tx, id)?)
    }
}

handlers! {
    Teams, Team, TeamId => Team, CreateTeam, UpdateTeam;
    "teams" at "/teams" and "/teams/{id}": "team", "a team", "teams";
    read ConfigRead, change ConfigManage;
    create "A new team: whom certificates belong to.";
    update "Changes a team.";
}

/// The routes of this file.
pub fn routes(api: Api) -> Api {
    common(api)
}
