//! Violations: certificates that break a policy rule.

use certctl_core::id::{CertificateId, OwnerId, PolicyRuleId, TeamId, ViolationId};
use certctl_core::rule::{Breach, RuleKind, RuleSeverity, ViolationState};
use certctl_core::time::Ts;

answer! {
    /// A certificate that breaks a policy rule, or did.
    pub struct Violation {
        /// Id.
        pub id: ViolationId,
        /// Which rule.
        pub rule_id: PolicyRuleId,
        /// The rule's name; it may have been removed since.
        pub rule_name: String,
        /// What the rule is about.
        pub rule_kind: RuleKind,
        /// How bad it is.
        pub severity: RuleSeverity,
        /// Which certificate.
        pub certificate_id: CertificateId,
        /// The certificate's owner.
        pub owner_id: Option<OwnerId>,
        /// The certificate's team.
        pub team_id: Option<TeamId>,
        /// The certificate's environment.
        pub environment: Option<String>,
        /// What is wrong, field by field.
        pub breaches: Vec<Breach>,
        /// Whether it is still so.
        pub state: ViolationState,
        /// When it began.
        pub opened_at: Ts,
        /// When it last changed.
        pub changed_at: Ts,
        /// When it ended.
        pub closed_at: Option<Ts>,
        /// How it ended.
        pub closed_because: Option<String>,
    }
}
