//! Roles and what each may do: the one table. And scopes: on which certificates.
//!
//! Not for: finding out who calls (the server's `http/auth.rs`), or the SQL of a scope (the store's `scope.rs`).
//! Invariants: a permission that no role but admin has is still listed here, and `allows` decides every pair; an empty
//! scope admits everything, and a part that is set admits nothing that lacks the value.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::id::TeamId;
use crate::text_enum;

text_enum! {
    /// What a person or program is.
    pub enum Role {
        /// May do all.
        Admin = "admin",
        /// Reads and operates: create, renew, deploy, cancel.
        Operator = "operator",
        /// Reads, but neither secrets nor audit.
        Viewer = "viewer",
        /// Reads the audit trail only.
        Auditor = "auditor",
    }
}

text_enum! {
    /// What a route asks for.
    pub enum Permission {
        /// Read certificates, versions, deployments.
        CertificatesRead = "certificates.read",
        /// Create certificates.
        CertificatesCreate = "certificates.create",
        /// Change certificates.
        CertificatesUpdate = "certificates.update",
        /// Archive certificates.
        CertificatesArchive = "certificates.archive",
        /// Start a renewal, upload a CSR.
        CertificatesRenew = "certificates.renew",
        /// Start a deployment.
        CertificatesDeploy = "certificates.deploy",
        /// Revoke certificates, and call off a revocation that waits.
        CertificatesRevoke = "certificates.revoke",
        /// Plan and run bulk operations, import certificates.
        CertificatesBulk = "certificates.bulk",
        /// Read issuers.
        IssuersRead = "issuers.read",
        /// Create, change, delete issuers.
        IssuersManage = "issuers.manage",
        /// Read targets.
        TargetsRead = "targets.read",
        /// Create, change, delete, test targets.
        TargetsManage = "targets.manage",
        /// Read agents.
        AgentsRead = "agents.read",
        /// Change, quarantine, retire agents.
        AgentsManage = "agents.manage",
        /// Make join tokens.
        AgentsInvite = "agents.invite",
        /// Read jobs.
        JobsRead = "jobs.read",
        /// Cancel and retry jobs.
        JobsOperate = "jobs.operate",
        /// Approve and reject what asks for approval; never one's own request.
        JobsApprove = "jobs.approve",
        /// Read renewal policies, profiles, owners and teams.
        ConfigRead = "config.read",
        /// Change them.
        ConfigManage = "config.manage",
        /// Read policy rules and violations, and preview rules.
        PoliciesRead = "policies.read",
        /// Create, change, delete policy rules.
        PoliciesManage = "policies.manage",
        /// Read alerts and alert rules, and preview rules.
        AlertsRead = "alerts.read",
        /// Acknowledge and snooze alerts.
        AlertsOperate = "alerts.operate",
        /// Create, change, delete alert rules.
        AlertsManage = "alerts.manage",
        /// Read notifications: what was delivered to whom.
        NotificationsRead = "notifications.read",
        /// Mark notifications as read, send them again.
        NotificationsOperate = "notifications.operate",
        /// Read notifiers; never their secrets.
        NotifiersRead = "notifiers.read",
        /// Create, change, delete and test notifiers.
        NotifiersManage = "notifiers.manage",
        /// Manage users and end their sessions.
        UsersManage = "users.manage",
        /// Manage API keys.
        KeysManage = "keys.manage",
        /// Say yes or no to what needs a second person; never to one's own request.
        ConfirmationsDecide = "confirmations.decide",
        /// Read, export and verify the audit trail.
        AuditRead = "audit.read",
    }
}

impl Role {
    /// Whether the role has the permission.
    pub const fn allows(self, permission: Permission) -> bool {
        use Permission as P;
        match self {
            Self::Admin => true,
            Self::Operator => match permission {
                P::CertificatesRead
                | P::CertificatesCreate
                | P::CertificatesUpdate
                | P::CertificatesArchive
                | P::CertificatesRenew
                | P::CertificatesDeploy
                | P::CertificatesRevoke
                | P::CertificatesBulk
                | P::IssuersRead
                | P::TargetsRead
                | P::TargetsManage
                | P::AgentsRead
                | P::AgentsInvite
                | P::JobsRead
                | P::JobsOperate
                | P::JobsApprove
                | P::ConfigRead
                | P::PoliciesRead
                | P::AlertsRead
                | P::AlertsOperate
                | P::NotificationsRead
                | P::NotificationsOperate
                | P::NotifiersRead => true,
                P::IssuersManage
                | P::AgentsManage
                | P::ConfigManage
                | P::PoliciesManage
                | P::AlertsManage
                | P::NotifiersManage
                | P::UsersManage
                | P::KeysManage
                | P::ConfirmationsDecide
                | P::AuditRead => false,
            },
            Self::Viewer => match permission {
                P::CertificatesRead
                | P::IssuersRead
                | P::TargetsRead
                | P::AgentsRead
                | P::JobsRead
                | P::ConfigRead
                | P::PoliciesRead
                | P::AlertsRead
                | P::NotificationsRead
                | P::NotifiersRead => true,
                P::CertificatesCreate
                | P::CertificatesUpdate
                | P::CertificatesArchive
                | P::CertificatesRenew
                | P::CertificatesDeploy
                | P::CertificatesRevoke
                | P::CertificatesBulk
                | P::IssuersManage
                | P::TargetsManage
                | P::AgentsManage
                | P::AgentsInvite
                | P::JobsOperate
                | P::JobsApprove
                | P::ConfigManage
                | P::PoliciesManage
                | P::AlertsOperate
                | P::AlertsManage
                | P::NotificationsOperate
                | P::NotifiersManage
                | P::UsersManage
                | P::KeysManage
                | P::ConfirmationsDecide
                | P::AuditRead => false,
            },
            Self::Auditor => matches!(permission, P::AuditRead),
        }
    }

    /// Every permission of the role.
    pub fn permissions(self) -> Vec<Permission> {
        Permission::ALL.iter().copied().filter(|p| self.allows(*p)).collect()
    }

    /// Whether a scope can narrow it. An admin could lift its own, and the audit trail is one for all teams.
    pub const fn can_be_scoped(self) -> bool {
        match self {
            Self::Operator | Self::Viewer => true,
            Self::Admin | Self::Auditor => false,
        }
    }
}

/// On which certificates, and their versions, deployments, jobs and events, a caller's permissions hold. Empty: on all.
/// With teams and environments both set, both must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// Only certificates of these teams; with none named, of any team and of none.
    #[serde(default)]
    pub team_ids: Vec<TeamId>,
    /// Only certificates in these environments, such as `production`; with none named, in any and in none.
    #[serde(default)]
    pub environments: Vec<String>,
}

impl Scope {
    /// The scope of those who are not narrowed, and of the control plane itself.
    pub const fn everything() -> Self {
        Self { team_ids: Vec::new(), environments: Vec::new() }
    }

    /// Whether it narrows nothing.
    pub fn is_everything(&self) -> bool {
        self.team_ids.is_empty() && self.environments.is_empty()
    }

    /// Whether a certificate of this team and environment is within it.
    pub fn admits(&self, team: Option<&TeamId>, environment: Option<&str>) -> bool {
        let team_fits = self.team_ids.is_empty() || team.is_some_and(|team| self.team_ids.contains(team));
        let environment_fits = self.environments.is_empty()
            || environment.is_some_and(|environment| self.environments.iter().any(|e| e == environment));
        team_fits && environment_fits
    }

    /// Whether a team's own things, such as its saved views, are within it.
    pub fn admits_team(&self, team: &TeamId) -> bool {
        self.team_ids.is_empty() || self.team_ids.contains(team)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let teams: Vec<&str> = self.team_ids.iter().map(TeamId::as_str).collect();
        let environments: Vec<&str> = self.environments.iter().map(String::as_str).collect();
        match (teams.as_slice(), environments.as_slice()) {
            ([], []) => f.write_str("everything"),
            (teams, []) => write!(f, "team {}", teams.join(" or ")),
            ([], environments) => write!(f, "environment {}", environments.join(" or ")),
            (teams, environments) => {
                write!(f, "team {} and environment {}", teams.join(" or "), environments.join(" or "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn viewer_reads_and_never_changes() {
        for permission in Role::Viewer.permissions() {
            assert!(permission.as_str().ends_with(".read"), "{permission}");
        }
        assert!(!Role::Viewer.allows(Permission::AuditRead));
    }

    #[test]
    fn operator_has_all_that_a_viewer_has() {
        assert!(Role::Viewer.permissions().iter().all(|p| Role::Operator.allows(*p)));
    }

    #[test]
    fn scope_admits_only_what_has_each_of_its_parts() {
        let team = |id: &str| id.parse::<TeamId>().unwrap();
        let check =
            |teams: &[&str], environments: &[&str], of: (Option<&str>, Option<&str>), expected: bool| {
                let scope = Scope {
                    team_ids: teams.iter().map(|id| team(id)).collect(),
                    environments: environments.iter().map(|e| (*e).to_owned()).collect(),
                };
                let found = scope.admits(of.0.map(team).as_ref(), of.1);
                assert_eq!(found, expected, "{scope} of {of:?}");
            };
        check(&[], &[], (None, None), true);
        check(&["t-a"], &[], (Some("t-a"), None), true);
        check(&["t-a"], &[], (None, Some("production")), false);
        check(&["t-a", "t-b"], &[], (Some("t-b"), Some("lab")), true);
        check(&[], &["lab"], (Some("t-b"), Some("lab")), true);
        check(&[], &["lab"], (Some("t-b"), None), false);
        check(&["t-a"], &["lab"], (Some("t-a"), Some("lab")), true);
        check(&["t-a"], &["lab"], (Some("t-a"), Some("production")), false);
        check(&["t-a"], &["lab"], (Some("t-b"), Some("lab")), false);
    }

    #[test]
    fn a_role_that_can_be_scoped_can_neither_lift_a_scope_nor_read_what_has_none() {
        for role in Role::ALL.iter().filter(|role| role.can_be_scoped()) {
            for all in [Permission::KeysManage, Permission::UsersManage, Permission::AuditRead] {
                assert!(!role.allows(all), "{role} has {all}");
            }
        }
    }

    #[test]
    fn auditor_reads_the_audit_trail_only() {
        assert_eq!(Role::Auditor.permissions(), [Permission::AuditRead]);
    }
}
