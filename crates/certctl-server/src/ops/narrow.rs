//! A caller's scope, narrowed further for one look: to a team, to an environment.
//!
//! Not for: lists that have the team among their own filters (certificates, alerts, violations). Invariant: never wider than the caller's scope.

use certctl_api::stats::RowsFilter;
use certctl_core::id::TeamId;
use certctl_core::permission::Scope;
use serde_json::json;

use crate::error::Error;

/// What is looked at.
#[derive(Debug, Clone, Default)]
pub struct Narrow {
    /// Only this team's.
    pub team_id: Option<TeamId>,
    /// Only those of this environment.
    pub environment: Option<String>,
}

impl Narrow {
    /// The caller's scope, narrowed.
    ///
    /// # Errors
    /// 400 for an environment without a name; 403 when what is asked for is outside of the scope.
    pub fn of(&self, scope: Scope) -> Result<Scope, Error> {
        let mut narrowed = scope.clone();
        let outside = |what: String| {
            Err(Error::OutOfScope {
                detail: format!("{what} is outside of what your credential may see"),
                params: json!({ "scope": scope }),
            })
        };
        if let Some(team) = &self.team_id {
            if !scope.admits_team(team) {
                return outside(format!("team {team}"));
            }
            narrowed.team_ids = vec![team.clone()];
        }
        if let Some(environment) = &self.environment {
            if environment.is_empty() {
                return Err(Error::bad_field("?environment", "the name of an environment is wanted"));
            }
            if !scope.environments.is_empty() && !scope.environments.contains(environment) {
                return outside(format!("environment {environment:?}"));
            }
            narrowed.environments = vec![environment.clone()];
        }
        Ok(narrowed)
    }

    /// Narrows a list's filters likewise, where the list has them.
    pub fn add_to(&self, rows: &mut RowsFilter) {
        let environment = match rows.path.as_str() {
            "/certificates" | "/alerts" => self.environment.as_deref().map(escaped),
            "/jobs" | "/approvals" => None,
            _ => return,
        };
        let team = self.team_id.as_ref().map(ToString::to_string);
        for (name, value) in [("team_id", team), ("environment", environment)] {
            if let Some(value) = value {
                rows.query.insert(name.to_owned(), value);
            }
        }
    }
}

/// A value as filters take it: what has a meaning of its own there is escaped.
fn escaped(value: &str) -> String {
    let text = value.replace('\\', "\\\\").replace(',', "\\,");
    if text.starts_with('-') || text == "none" { format!("\\{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_only_gets_narrower() {
        let scope = Scope {
            team_ids: vec!["t-a".parse().unwrap(), "t-b".parse().unwrap()],
            environments: vec!["lab".to_owned()],
        };
        let narrow = |team: Option<&str>, environment: Option<&str>| Narrow {
            team_id: team.map(|team| team.parse().unwrap()),
            environment: environment.map(str::to_owned),
        };
        let found = narrow(Some("t-a"), None).of(scope.clone()).unwrap();
        assert_eq!((found.team_ids.len(), found.environments.len()), (1, 1));
        assert!(narrow(Some("t-c"), None).of(scope.clone()).is_err());
        assert!(narrow(None, Some("production")).of(scope.clone()).is_err());
        let all = narrow(None, Some("production")).of(Scope::everything()).unwrap();
        assert_eq!(all.environments, ["production"]);
        assert_eq!(narrow(None, None).of(scope.clone()).unwrap(), scope);
        assert_eq!(escaped("-a,none"), "\\-a\\,none");
        assert_eq!((escaped("none"), escaped("lab")), ("\\none".to_owned(), "lab".to_owned()));
    }
}
