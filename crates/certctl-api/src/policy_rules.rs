//! Policy rules: what the inventory must obey; and what one would hit.

use certctl_core::id::{CertificateId, PolicyRuleId, TeamId};
use certctl_core::rule::{Breach, RuleKind, RuleMode, RuleSeverity, Selector};
use certctl_core::time::Ts;

answer! {
    /// What the inventory must obey.
    pub struct PolicyRule {
        /// Id.
        pub id: PolicyRuleId,
        /// A name for people, 1 to 200 letters.
        pub name: String,
        /// What it is for.
        pub description: Option<String>,
        /// What it is about.
        pub kind: RuleKind,
        /// By the schema of its kind.
        pub parameters: serde_json::Value,
        /// For which certificates it holds: those that fit each part that is set.
        pub selector: Selector,
        /// How bad a breach is.
        pub severity: RuleSeverity,
        /// Whether a breach is refused, or only recorded as a violation.
        pub mode: RuleMode,
        /// Whether it is switched on.
        pub enabled: bool,
        /// Whether it is being held against the inventory at the moment.
        pub sweeping: bool,
        /// When it was last held against the whole inventory.
        pub swept_at: Option<Ts>,
        /// When it was made.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
        /// Counts changes; the `ETag`.
        pub revision: i64,
    }

    /// A kind of policy rule.
    pub struct PolicyRuleKind {
        /// Such as `AllowedIssuers`.
        pub kind: RuleKind,
        /// For people.
        pub title: String,
        /// JSON Schema of `parameters`.
        pub schema: serde_json::Value,
    }

    /// What a rule would hit now.
    pub struct PolicyPreview {
        /// How many certificates were looked at.
        pub checked: i64,
        /// For how many of those the rule holds.
        pub selected: i64,
        /// How many of those break it.
        pub violations: i64,
        /// How many certificates there are that the caller may see.
        pub certificates: i64,
        /// Whether not all were looked at: then the counts are those of the part that was.
        pub approximate: bool,
        /// Those that break it, by team; those of no team have none.
        pub by_team: Vec<PreviewedTeam>,
        /// Some of those that break it.
        pub sample: Vec<PreviewedBreach>,
    }

    /// How many certificates of a team break a rule.
    pub struct PreviewedTeam {
        /// Which team; absent for none.
        pub team_id: Option<TeamId>,
        /// How many.
        pub violations: i64,
    }

    /// A certificate that breaks a rule.
    pub struct PreviewedBreach {
        /// Which.
        pub certificate_id: CertificateId,
        /// Its name.
        pub name: String,
        /// What is wrong, field by field.
        pub breaches: Vec<Breach>,
    }
}

request! {
    /// A new policy rule.
    pub struct CreatePolicyRule {
        /// An id of the caller's choice; one is made when absent.
        #[serde(default)]
        pub id: Option<PolicyRuleId>,
        /// A name for people, 1 to 200 letters.
        pub name: String,
        /// What it is for.
        #[serde(default)]
        pub description: Option<String>,
        /// What it is about.
        pub kind: RuleKind,
        /// By the schema of its kind.
        pub parameters: serde_json::Value,
        /// For which certificates it holds; all when absent.
        #[serde(default)]
        pub selector: Option<Selector>,
        /// How bad a breach is; `Error` when absent.
        #[serde(default)]
        pub severity: Option<RuleSeverity>,
        /// Whether a breach is refused, or only recorded; `observe` when absent.
        #[serde(default)]
        pub mode: Option<RuleMode>,
        /// Whether it is switched on; yes when absent.
        #[serde(default)]
        pub enabled: Option<bool>,
    }

    /// A change (JSON merge patch, RFC 7396); what is absent stays as it is.
    pub struct UpdatePolicyRule {
        /// A name for people, 1 to 200 letters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        /// What it is for; `null` clears it.
        #[serde(default, with = "crate::certificates::nullable", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
        pub description: Option<Option<String>>,
        /// By the schema of its kind; replaced as a whole.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub parameters: Option<serde_json::Value>,
        /// For which certificates it holds; replaced as a whole.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub selector: Option<Selector>,
        /// How bad a breach is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub severity: Option<RuleSeverity>,
        /// Whether a breach is refused, or only recorded.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub mode: Option<RuleMode>,
        /// Whether it is switched on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub enabled: Option<bool>,
    }

    /// A rule that is not there yet, to be held against the inventory.
    pub struct PreviewPolicyRule {
        /// What it is about.
        pub kind: RuleKind,
        /// By the schema of its kind.
        pub parameters: serde_json::Value,
        /// For which certificates it holds; all when absent.
        #[serde(default)]
        pub selector: Option<Selector>,
    }
}
