//! How core's states travel to and from columns: by their text form.

use certctl_core::agent::{AgentHealth, AgentState};
use certctl_core::alert::{AlertKind, AlertSeverity, AlertState};
use certctl_core::alert_rule::{RuleGroup, RuleSubject};
use certctl_core::approval::ApprovalDecision;
use certctl_core::authority::ProofKind;
use certctl_core::ca::{CaRole, CaState};
use certctl_core::certificate::KeyStrategy;
use certctl_core::challenge::ChallengeState;
use certctl_core::condition::{Condition, Stage};
use certctl_core::confirmation::{ConfirmationState, HeldAction};
use certctl_core::deployment::DeploymentState;
use certctl_core::dns_provider::DnsProviderKind;
use certctl_core::inventory::LiveState;
use certctl_core::job::{JobKind, JobState};
use certctl_core::notification::{DeliveryState, NotificationEvent, NotifierKind};
use certctl_core::operation::{BulkAction, ItemResult, OperationState};
use certctl_core::permission::Role;
use certctl_core::revocation::{RevocationReason, RevocationState};
use certctl_core::rule::{RuleKind, RuleMode, RuleSeverity};
use certctl_core::target_test::TargetTestState;
use certctl_core::view::{Density, ViewNoun};

crate::text_values!(
    AgentHealth,
    AgentState,
    AlertKind,
    AlertSeverity,
    AlertState,
    ApprovalDecision,
    BulkAction,
    CaRole,
    CaState,
    ChallengeState,
    Condition,
    ConfirmationState,
    DeliveryState,
    Density,
    DeploymentState,
    DnsProviderKind,
    HeldAction,
    ItemResult,
    JobKind,
    JobState,
    KeyStrategy,
    LiveState,
    NotificationEvent,
    NotifierKind,
    OperationState,
    ProofKind,
    RevocationReason,
    RevocationState,
    Role,
    RuleGroup,
    RuleSubject,
    RuleKind,
    RuleMode,
    RuleSeverity,
    Stage,
    TargetTestState,
    ViewNoun
);
