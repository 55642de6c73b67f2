//! Roles and what each may do: the one table.
//!
//! Not for: finding out who calls (the server's `http/auth.rs`).
//! Invariant: a permission that no role but admin has is still listed here, and `allows` decides every pair.

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
                | P::AuditRead => false,
            },
            Self::Auditor => matches!(permission, P::AuditRead),
        }
    }

    /// Every permission of the role.
    pub fn permissions(self) -> Vec<Permission> {
        Permission::ALL.iter().copied().filter(|p| self.allows(*p)).collect()
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
    fn auditor_reads_the_audit_trail_only() {
        assert_eq!(Role::Auditor.permissions(), [Permission::AuditRead]);
    }
}
