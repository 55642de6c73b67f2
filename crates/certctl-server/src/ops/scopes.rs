//! Scopes in requests: which one a role may have, and the refusal of a change that would leave it.
//!
//! Not for: reading (the store's queries take the scope). Invariant: nothing is created in, moved into, or moved out to
//! a team or an environment that the caller's scope does not hold.

use std::collections::BTreeSet;

use certctl_core::id::TeamId;
use certctl_core::permission::{Role, Scope};
use certctl_store::{Tx, teams};
use serde_json::json;

use crate::error::Error;
use crate::ops::settings::Checks;

/// The most teams, and the most environments, of one scope.
pub const MAX_PARTS: usize = 50;

/// A scope as a request gives it, without what is named twice.
pub fn check(checks: &mut Checks, role: Role, scope: Scope) -> Scope {
    if !scope.is_everything() && !role.can_be_scoped() {
        checks.bad(
            "/scope",
            format!(
                "the role {role} cannot be narrowed to teams or environments: an admin could lift its own scope, and the \
                 audit trail is one for all; give the role operator or viewer"
            ),
        );
    }
    for (name, n) in [("team_ids", scope.team_ids.len()), ("environments", scope.environments.len())] {
        if n > MAX_PARTS {
            checks.bad(format!("/scope/{name}"), format!("at most {MAX_PARTS} can be named; there are {n}"));
        }
    }
    for (i, environment) in scope.environments.iter().enumerate() {
        checks.text(&format!("/scope/environments/{i}"), environment, 200);
    }
    let team_ids: BTreeSet<TeamId> = scope.team_ids.into_iter().collect();
    let environments: BTreeSet<String> = scope.environments.into_iter().collect();
    Scope { team_ids: team_ids.into_iter().collect(), environments: environments.into_iter().collect() }
}

/// # Errors
/// 422 naming a team that is not there.
pub fn check_teams(tx: &mut Tx<'_>, scope: &Scope) -> Result<(), Error> {
    let mut checks = Checks::default();
    for (i, team) in scope.team_ids.iter().enumerate() {
        if teams::by_id(tx, team)?.is_none() {
            checks.bad(format!("/scope/team_ids/{i}"), format!("there is no team {team}"));
        }
    }
    checks.finish()
}

/// The refusal of a change outside the caller's scope.
pub fn refused(scope: &Scope, because: &str) -> Error {
    Error::OutOfScope {
        detail: format!("you may change only what is of {scope}: {because}"),
        params: json!({ "scope": scope }),
    }
}

/// # Errors
/// 403 when a certificate of this team and environment would be outside the caller's scope.
pub fn admits(scope: &Scope, team: Option<&TeamId>, environment: Option<&str>) -> Result<(), Error> {
    if scope.admits(team, environment) {
        return Ok(());
    }
    let team = team.map_or("no team", TeamId::as_str);
    let environment = environment.unwrap_or("no environment");
    Err(refused(scope, &format!("the certificate would be of {team} in {environment}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_roles_that_cannot_lift_it_get_a_scope() {
        let lab = || Scope { team_ids: Vec::new(), environments: vec!["lab".to_owned(), "lab".to_owned()] };
        for role in Role::ALL {
            let mut checks = Checks::default();
            let scope = check(&mut checks, *role, lab());
            assert_eq!(scope.environments, ["lab"]);
            assert_eq!(checks.finish().is_ok(), role.can_be_scoped(), "{role}");
            let mut checks = Checks::default();
            check(&mut checks, *role, Scope::everything());
            assert!(checks.finish().is_ok(), "{role}");
        }
    }
}
