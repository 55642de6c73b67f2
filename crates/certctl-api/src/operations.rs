//! Bulk operations: the request, the plan, the operation and its items.

use std::collections::BTreeMap;

use certctl_core::actor::Actor;
use certctl_core::id::{CertificateId, IssuerId, JobId, OperationId, OwnerId, RenewalPolicyId, TeamId};
use certctl_core::operation::{BulkAction, ItemResult, OperationState, SkipReason};
use certctl_core::revocation::RevocationReason;
use certctl_core::time::Ts;

use crate::confirmations::Confirmation;
use crate::issuers::IssuerBudget;

request! {
    /// A change of many certificates: either a selection with an action, or the id of a plan that is to run now.
    pub struct BulkRequest {
        /// The plan to run, from the answer of a request with `dry_run`. Nothing but `reason` goes with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub plan_id: Option<OperationId>,
        /// Which certificates.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub selection: Option<BulkSelection>,
        /// What is done to each of them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub action: Option<BulkAction>,
        /// The values of the action; each action takes those that its description names.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub params: Option<BulkParams>,
        /// Only plan: count what would be changed and what would be left, and change nothing.
        #[serde(default)]
        pub dry_run: bool,
        /// Refuse (409) unless the selection is of exactly this size.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(minimum = 0))]
        pub expected_count: Option<i64>,
        /// Why, for the audit trail: 1 to 500 letters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
    }

    /// Which certificates: by their ids, or by a filter; one of the two.
    pub struct BulkSelection {
        /// These, at most 10,000.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub ids: Option<Vec<CertificateId>>,
        /// All that match: the filters of `GET /certificates` by their names, such as `{"environment": "staging"}`. An
        /// empty object selects every certificate that is not archived.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub filter: Option<BTreeMap<String, String>>,
    }

    /// The values of an action.
    pub struct BulkParams {
        /// `change_policy`: the renewal policy to follow.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub renewal_policy_id: Option<RenewalPolicyId>,
        /// `reassign_owner`: the new owner; null for none.
        #[serde(default, with = "crate::certificates::nullable", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<OwnerId>))]
        pub owner_id: Option<Option<OwnerId>>,
        /// `reassign_team`: the new team; null for none.
        #[serde(default, with = "crate::certificates::nullable", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<TeamId>))]
        pub team_id: Option<Option<TeamId>>,
        /// `set_environment`: such as `production`; null for none.
        #[serde(default, with = "crate::certificates::nullable", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
        pub environment: Option<Option<String>>,
        /// `tag_add`, `tag_remove`: the tags, 1 to 50.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub tags: Option<Vec<String>>,
        /// `renew`: whether what is not due is renewed too; true when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub force: Option<bool>,
        /// `revoke`: why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub revocation_reason: Option<RevocationReason>,
        /// `revoke`: whether what takes their place comes first; true when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub replace_first: Option<bool>,
    }

    /// Why an operation is called off, or its failures are tried again.
    pub struct OperationAction {
        /// For the audit trail: 1 to 500 letters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
    }
}

answer! {
    /// What a bulk request would do, counted exactly. It can be run, once, by its id until it expires.
    pub struct BulkPlan {
        /// Send this as `plan_id` to run exactly this.
        pub plan_id: OperationId,
        /// The plan cannot be run any more after this time.
        pub expires_at: Ts,
        /// What is done.
        pub action: BulkAction,
        /// How many certificates are selected.
        pub selected: i64,
        /// How many of them would be changed, or have work started.
        pub will_change: i64,
        /// How many would be left as they are, and why.
        pub skipped: Vec<BulkSkipped>,
        /// How many of those that would be changed wait for an approval first.
        pub approvals_needed: i64,
        /// How long the operation would take, in seconds.
        pub estimated_seconds: i64,
        /// What the estimate is made from, in words.
        pub estimate_basis: String,
        /// How many of those that would be changed are in the environment `production`.
        #[serde(default)]
        pub production: i64,
        /// How many certificates are in that environment, as far as the caller may see.
        #[serde(default)]
        pub production_total: i64,
        /// How many of those that would be changed have no maintenance window open now: who asks for work has chosen its time, so
        /// it does not wait for one.
        #[serde(default)]
        pub outside_windows: i64,
        /// The issuers that get new orders, with their limits.
        #[serde(default)]
        pub issuers: Vec<BulkIssuer>,
    }

    /// An issuer that gets new orders.
    pub struct BulkIssuer {
        /// Which.
        pub issuer_id: IssuerId,
        /// How many: one for each key holder.
        pub orders: i64,
        /// How many it takes, when that is configured; those beyond it wait.
        pub budget: Option<IssuerBudget>,
    }

    /// Certificates that are left as they are for one reason.
    pub struct BulkSkipped {
        /// The reason.
        pub code: SkipReason,
        /// In words.
        pub detail: String,
        /// How many.
        pub count: i64,
        /// Some of them, at most 5.
        pub examples: Vec<CertificateId>,
    }

    /// A bulk operation.
    pub struct Operation {
        /// Id.
        pub id: OperationId,
        /// What is done.
        pub action: BulkAction,
        /// The values of the action.
        pub params: serde_json::Value,
        /// What was selected: `ids` (how many were named), `filter`, or `failed_of` (an operation).
        pub selection: serde_json::Value,
        /// How far it is.
        pub state: OperationState,
        /// Who started it.
        pub actor: Actor,
        /// Why, if it was said.
        pub reason: Option<String>,
        /// How many certificates are selected.
        pub selected: i64,
        /// How many of them were seen to.
        pub processed: i64,
        /// Changed, or work was started.
        pub done: i64,
        /// Left as they are, by a rule.
        pub skipped: i64,
        /// Refused; `items?result=failed` says why, and `retry-failed` tries them again.
        pub failed: i64,
        /// What the plan had counted.
        pub plan: serde_json::Value,
        /// Why it was called off.
        pub cause: Option<String>,
        /// When it was planned.
        pub created_at: Ts,
        /// When it was started.
        pub started_at: Option<Ts>,
        /// When it last moved.
        pub updated_at: Ts,
        /// When it ended.
        pub finished_at: Option<Ts>,
        /// When it ends, by the pace so far.
        pub estimated_finish_at: Option<Ts>,
    }

    /// What became of one certificate of an operation.
    pub struct OperationItem {
        /// The certificate, as it was named.
        pub certificate_id: CertificateId,
        /// In a word.
        pub result: ItemResult,
        /// Skipped: the reason. Failed: the refusal's stable code.
        pub code: Option<String>,
        /// The same in words.
        pub cause: Option<String>,
        /// The jobs that were started.
        pub job_ids: Vec<JobId>,
        /// When it was seen to.
        pub at: Ts,
    }
}

/// What came of starting an operation.
#[derive(Debug, Clone, serde::Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum StartedOperation {
    /// It is under way.
    Operation(Box<Operation>),
    /// A second person has to confirm it first.
    Confirmation(Box<Confirmation>),
}
