//! Bulk operations: what is done to many certificates, whether one of them is skipped and why, and the states that an
//! operation goes through.
//!
//! Not for: selecting rows or changing them. Invariants: [`BulkChange::judge`] is what the plan counts by and what the
//! run asks again at each certificate, so the two cannot differ in their rules; [`OperationState::on`] decides every
//! pair of state and event.

use serde::{Deserialize, Serialize};

use crate::certificate::KeyStrategy;
use crate::id::{OwnerId, RenewalPolicyId, TeamId};
use crate::permission::Permission;
use crate::revocation::RevocationReason;
use crate::text_enum;
use crate::time::Ts;

text_enum! {
    /// What is done to each certificate of a selection.
    pub enum BulkAction {
        /// Start a renewal for each key holder.
        Renew = "renew",
        /// Deploy the current versions to all targets.
        Deploy = "deploy",
        /// Follow another renewal policy.
        ChangePolicy = "change_policy",
        /// Give it to another owner, or to none.
        ReassignOwner = "reassign_owner",
        /// Give it to another team, or to none.
        ReassignTeam = "reassign_team",
        /// Set the environment, or clear it.
        SetEnvironment = "set_environment",
        /// Add tags.
        TagAdd = "tag_add",
        /// Remove tags.
        TagRemove = "tag_remove",
        /// Revoke the current version of each key holder.
        Revoke = "revoke",
        /// Stop managing it.
        Archive = "archive",
    }
}

impl BulkAction {
    /// What the caller must be allowed to do, beside planning bulk work.
    pub const fn permission(self) -> Permission {
        match self {
            Self::Renew => Permission::CertificatesRenew,
            Self::Deploy => Permission::CertificatesDeploy,
            Self::ChangePolicy
            | Self::ReassignOwner
            | Self::ReassignTeam
            | Self::SetEnvironment
            | Self::TagAdd
            | Self::TagRemove => Permission::CertificatesUpdate,
            Self::Revoke => Permission::CertificatesRevoke,
            Self::Archive => Permission::CertificatesArchive,
        }
    }
}

/// A change with its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", content = "value", rename_all = "snake_case")]
pub enum BulkChange {
    /// Also what is not due, when forced.
    Renew {
        /// Whether what is not due is renewed too.
        force: bool,
    },
    /// To all targets.
    Deploy,
    /// To this renewal policy.
    ChangePolicy(RenewalPolicyId),
    /// To this owner, or none.
    ReassignOwner(Option<OwnerId>),
    /// To this team, or none.
    ReassignTeam(Option<TeamId>),
    /// To this environment, or none.
    SetEnvironment(Option<String>),
    /// These.
    TagAdd(Vec<String>),
    /// These.
    TagRemove(Vec<String>),
    /// For this reason.
    Revoke {
        /// Why.
        reason: RevocationReason,
        /// Whether what takes its place comes first.
        replace_first: bool,
    },
    /// All of it.
    Archive,
}

text_enum! {
    /// Why a certificate of a selection is left as it is.
    pub enum SkipReason {
        /// There is none with this id, or the caller may not see it.
        NotFound = "not_found",
        /// It is archived.
        Archived = "archived",
        /// It has the value already.
        SameValue = "same_value",
        /// A renewal is under way.
        OpenJob = "open_job",
        /// It is renewed by uploading a CSR.
        CsrNeeded = "csr_needed",
        /// No agent would make its key.
        NoKeyHolder = "no_key_holder",
        /// Its time to renew has not come.
        NotDue = "not_due",
        /// It has no issued version for any of its targets.
        NothingToDeploy = "nothing_to_deploy",
        /// It has no issued version.
        NothingToRevoke = "nothing_to_revoke",
        /// Its current version is revoked already.
        AlreadyRevoked = "already_revoked",
        /// It has ended by itself.
        CertificateEnded = "certificate_ended",
        /// Its authority was only seen, and cannot be told.
        IssuerForeign = "issuer_foreign",
        /// It was found, not made here: it is watched, and neither renewed nor deployed.
        NotManaged = "not_managed",
        /// A policy rule refuses it.
        PolicyViolated = "policy_violated",
    }
}

impl SkipReason {
    /// The reason as a sentence about several certificates.
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotFound => "there is no certificate with this id that you may see",
            Self::Archived => "they are archived",
            Self::SameValue => "they have the value already",
            Self::OpenJob => "a renewal of theirs is under way",
            Self::CsrNeeded => "they are renewed by uploading a CSR",
            Self::NoKeyHolder => "no agent would make their keys",
            Self::NotDue => "their time to renew has not come",
            Self::NothingToDeploy => "they have no issued version for any target",
            Self::NothingToRevoke => "they were never issued",
            Self::AlreadyRevoked => "they are revoked already",
            Self::CertificateEnded => "they have ended by themselves",
            Self::IssuerForeign => "their authority was only seen and cannot be told",
            Self::NotManaged => "they were found, not made here: they are watched only",
            Self::PolicyViolated => "a policy rule refuses it",
        }
    }

    /// The reason behind a refusal of the direct call, when the refusal says no more than that.
    pub fn of_refusal(code: &str) -> Option<Self> {
        match code {
            "not_found" => Some(Self::NotFound),
            "archived" => Some(Self::Archived),
            "issuance_open" => Some(Self::OpenJob),
            "csr_needed" => Some(Self::CsrNeeded),
            "no_key_holder" => Some(Self::NoKeyHolder),
            "not_due" => Some(Self::NotDue),
            "nothing_to_deploy" => Some(Self::NothingToDeploy),
            "nothing_to_revoke" => Some(Self::NothingToRevoke),
            "already_revoked" => Some(Self::AlreadyRevoked),
            "certificate_ended" => Some(Self::CertificateEnded),
            "issuer_foreign" => Some(Self::IssuerForeign),
            "not_managed" => Some(Self::NotManaged),
            "policy_violated" | "policy_blocked" => Some(Self::PolicyViolated),
            _ => None,
        }
    }
}

/// What is asked of a certificate to judge it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkFacts {
    /// Whether it is archived.
    pub archived: bool,
    /// Who makes its key.
    pub key_strategy: KeyStrategy,
    /// Open issuances and renewals.
    pub open_issuances: i64,
    /// Who has, or is to have, a key of it.
    pub key_holders: i64,
    /// Targets whose key holder has a version.
    pub deployable_targets: i64,
    /// Whether a current version is revoked.
    pub revoked: bool,
    /// When it is to be renewed.
    pub renew_after: Option<Ts>,
    /// Whether every key holder has a version.
    pub issued: bool,
    /// Its renewal policy.
    pub renewal_policy_id: RenewalPolicyId,
    /// Its owner.
    pub owner_id: Option<OwnerId>,
    /// Its team.
    pub team_id: Option<TeamId>,
    /// Its environment.
    pub environment: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Whether a renewal of it waits for an approval first.
    pub needs_approval: bool,
}

/// What becomes of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It is changed.
    Change,
    /// Its renewal is asked for, and waits for an approval.
    ChangeAfterApproval,
    /// It is left as it is.
    Skip(SkipReason),
}

impl BulkChange {
    /// Which action it is.
    pub const fn action(&self) -> BulkAction {
        match self {
            Self::Renew { .. } => BulkAction::Renew,
            Self::Deploy => BulkAction::Deploy,
            Self::ChangePolicy(_) => BulkAction::ChangePolicy,
            Self::ReassignOwner(_) => BulkAction::ReassignOwner,
            Self::ReassignTeam(_) => BulkAction::ReassignTeam,
            Self::SetEnvironment(_) => BulkAction::SetEnvironment,
            Self::TagAdd(_) => BulkAction::TagAdd,
            Self::TagRemove(_) => BulkAction::TagRemove,
            Self::Revoke { .. } => BulkAction::Revoke,
            Self::Archive => BulkAction::Archive,
        }
    }

    /// What becomes of a certificate with these facts.
    pub fn judge(&self, facts: &BulkFacts, now: Ts) -> Verdict {
        use SkipReason as S;
        if facts.archived {
            return Verdict::Skip(S::Archived);
        }
        let found = match facts.key_strategy {
            KeyStrategy::Found => true,
            KeyStrategy::PerHost | KeyStrategy::Shared | KeyStrategy::External | KeyStrategy::Server => false,
        };
        let unless_same = |same: bool| if same { Verdict::Skip(S::SameValue) } else { Verdict::Change };
        match self {
            Self::Renew { .. } | Self::Deploy | Self::ChangePolicy(_) if found => {
                Verdict::Skip(S::NotManaged)
            }
            Self::Renew { force } => {
                if facts.key_strategy == KeyStrategy::External {
                    Verdict::Skip(S::CsrNeeded)
                } else if facts.key_holders == 0 {
                    Verdict::Skip(S::NoKeyHolder)
                } else if facts.open_issuances > 0 {
                    Verdict::Skip(S::OpenJob)
                } else if !force && facts.issued && facts.renew_after.is_none_or(|at| now < at) {
                    Verdict::Skip(S::NotDue)
                } else if facts.needs_approval {
                    Verdict::ChangeAfterApproval
                } else {
                    Verdict::Change
                }
            }
            Self::Revoke { .. } if facts.key_holders == 0 => Verdict::Skip(S::NothingToRevoke),
            Self::Revoke { .. } if facts.revoked => Verdict::Skip(S::AlreadyRevoked),
            Self::Revoke { replace_first: true, .. } if found => Verdict::Skip(S::NotManaged),
            Self::Revoke { .. } => Verdict::Change,
            Self::Deploy if facts.deployable_targets == 0 => Verdict::Skip(S::NothingToDeploy),
            Self::Deploy | Self::Archive => Verdict::Change,
            Self::ChangePolicy(policy) => unless_same(*policy == facts.renewal_policy_id),
            Self::ReassignOwner(owner) => unless_same(*owner == facts.owner_id),
            Self::ReassignTeam(team) => unless_same(*team == facts.team_id),
            Self::SetEnvironment(environment) => unless_same(*environment == facts.environment),
            Self::TagAdd(tags) => unless_same(tags.iter().all(|tag| facts.tags.contains(tag))),
            Self::TagRemove(tags) => unless_same(!tags.iter().any(|tag| facts.tags.contains(tag))),
        }
    }

    /// The tags after the change; for the other changes those before.
    pub fn tags_after(&self, before: &[String]) -> Vec<String> {
        let mut after = before.to_vec();
        match self {
            Self::TagAdd(tags) => after.extend(tags.iter().filter(|tag| !before.contains(tag)).cloned()),
            Self::TagRemove(tags) => after.retain(|tag| !tags.contains(tag)),
            Self::Renew { .. }
            | Self::Deploy
            | Self::ChangePolicy(_)
            | Self::ReassignOwner(_)
            | Self::ReassignTeam(_)
            | Self::SetEnvironment(_)
            | Self::Revoke { .. }
            | Self::Archive => {}
        }
        after
    }
}

text_enum! {
    /// Where an operation is.
    pub enum OperationState {
        /// Its selection is being counted.
        Planning = "Planning",
        /// Counted; it runs when its caller says so, or is dropped when its time is over.
        Planned = "Planned",
        /// Under way.
        Running = "Running",
        /// Every certificate of it was seen to.
        Completed = "Completed",
        /// Called off; what was done stays done.
        Cancelled = "Cancelled",
    }
}

text_enum! {
    /// What can happen to an operation.
    pub enum OperationEvent {
        /// Its selection was counted.
        Counted = "counted",
        /// Its caller said go.
        Started = "started",
        /// The last certificate was seen to.
        Finished = "finished",
        /// A person called it off.
        CalledOff = "called_off",
    }
}

/// An event that a state does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an operation that is {state} cannot be {event}")]
pub struct InvalidOperationEvent {
    /// The state.
    pub state: OperationState,
    /// The event.
    pub event: OperationEvent,
}

impl OperationState {
    /// The state after an event.
    ///
    /// # Errors
    /// [`InvalidOperationEvent`] when the state does not know it.
    pub const fn on(self, event: OperationEvent) -> Result<Self, InvalidOperationEvent> {
        use OperationEvent as E;
        match (self, event) {
            (Self::Planning, E::Counted) => Ok(Self::Planned),
            (Self::Planned, E::Started) => Ok(Self::Running),
            (Self::Running, E::Finished) => Ok(Self::Completed),
            (Self::Running, E::CalledOff) => Ok(Self::Cancelled),
            (Self::Planning, E::Started | E::Finished | E::CalledOff)
            | (Self::Planned, E::Counted | E::Finished | E::CalledOff)
            | (Self::Running, E::Counted | E::Started)
            | (Self::Completed | Self::Cancelled, E::Counted | E::Started | E::Finished | E::CalledOff) => {
                Err(InvalidOperationEvent { state: self, event })
            }
        }
    }
}

text_enum! {
    /// What became of one certificate of an operation.
    pub enum ItemResult {
        /// It was changed, or its work was started.
        Done = "done",
        /// It was left as it is, by a rule.
        Skipped = "skipped",
        /// The change was refused.
        Failed = "failed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> BulkFacts {
        BulkFacts {
            archived: false,
            key_strategy: KeyStrategy::PerHost,
            open_issuances: 0,
            key_holders: 1,
            deployable_targets: 1,
            revoked: false,
            renew_after: Some(Ts::from_second(100)),
            issued: true,
            renewal_policy_id: "rp-a".parse().unwrap(),
            owner_id: Some("o-a".parse().unwrap()),
            team_id: None,
            environment: Some("production".to_owned()),
            tags: vec!["a".to_owned(), "b".to_owned()],
            needs_approval: false,
        }
    }

    fn check(change: &BulkChange, facts: &BulkFacts, expected: Verdict) {
        assert_eq!(change.judge(facts, Ts::from_second(50)), expected, "{change:?} {facts:?}");
    }

    #[test]
    fn nothing_is_done_to_what_is_archived() {
        let facts = BulkFacts { archived: true, ..facts() };
        for change in [BulkChange::Archive, BulkChange::Deploy, BulkChange::Renew { force: true }] {
            check(&change, &facts, Verdict::Skip(SkipReason::Archived));
        }
    }

    #[test]
    fn a_value_that_is_there_already_is_skipped() {
        let same = Verdict::Skip(SkipReason::SameValue);
        let text = |text: &str| vec![text.to_owned()];
        check(&BulkChange::ChangePolicy("rp-a".parse().unwrap()), &facts(), same);
        check(&BulkChange::ChangePolicy("rp-b".parse().unwrap()), &facts(), Verdict::Change);
        check(&BulkChange::ReassignOwner(Some("o-a".parse().unwrap())), &facts(), same);
        check(&BulkChange::ReassignOwner(None), &facts(), Verdict::Change);
        check(&BulkChange::ReassignTeam(None), &facts(), same);
        check(&BulkChange::SetEnvironment(Some("production".to_owned())), &facts(), same);
        check(&BulkChange::TagAdd(text("a")), &facts(), same);
        check(&BulkChange::TagAdd(vec!["a".to_owned(), "c".to_owned()]), &facts(), Verdict::Change);
        check(&BulkChange::TagRemove(text("c")), &facts(), same);
        check(&BulkChange::TagRemove(text("b")), &facts(), Verdict::Change);
    }

    #[test]
    fn a_revocation_is_skipped_for_what_stands_against_it() {
        let of =
            |replace_first| BulkChange::Revoke { reason: RevocationReason::KeyCompromise, replace_first };
        check(&of(true), &facts(), Verdict::Change);
        let found = BulkFacts { key_strategy: KeyStrategy::Found, ..facts() };
        check(&of(true), &found, Verdict::Skip(SkipReason::NotManaged));
        check(&of(false), &found, Verdict::Change);
        check(&of(true), &BulkFacts { revoked: true, ..facts() }, Verdict::Skip(SkipReason::AlreadyRevoked));
        check(
            &of(true),
            &BulkFacts { key_holders: 0, ..facts() },
            Verdict::Skip(SkipReason::NothingToRevoke),
        );
    }

    #[test]
    fn a_renewal_is_skipped_for_what_stands_against_it() {
        let forced = BulkChange::Renew { force: true };
        let due = BulkChange::Renew { force: false };
        check(&forced, &facts(), Verdict::Change);
        check(&due, &facts(), Verdict::Skip(SkipReason::NotDue));
        check(&due, &BulkFacts { renew_after: Some(Ts::from_second(50)), ..facts() }, Verdict::Change);
        check(&due, &BulkFacts { issued: false, ..facts() }, Verdict::Change);
        check(&forced, &BulkFacts { needs_approval: true, ..facts() }, Verdict::ChangeAfterApproval);
        for (facts, reason) in [
            (BulkFacts { open_issuances: 1, ..facts() }, SkipReason::OpenJob),
            (BulkFacts { key_holders: 0, ..facts() }, SkipReason::NoKeyHolder),
            (BulkFacts { key_strategy: KeyStrategy::External, ..facts() }, SkipReason::CsrNeeded),
            (BulkFacts { key_strategy: KeyStrategy::Found, ..facts() }, SkipReason::NotManaged),
        ] {
            check(&forced, &facts, Verdict::Skip(reason));
        }
        let bare = BulkFacts { deployable_targets: 0, ..facts() };
        check(&BulkChange::Deploy, &bare, Verdict::Skip(SkipReason::NothingToDeploy));
    }

    #[test]
    fn tags_are_added_once_and_in_order() {
        let before = ["a".to_owned(), "b".to_owned()];
        let add = BulkChange::TagAdd(vec!["b".to_owned(), "c".to_owned()]);
        assert_eq!(add.tags_after(&before), ["a", "b", "c"]);
        assert_eq!(BulkChange::TagRemove(vec!["a".to_owned()]).tags_after(&before), ["b"]);
    }

    #[test]
    fn every_pair_of_state_and_event_is_decided() {
        use OperationEvent as E;
        use OperationState as S;
        let allowed = [
            (S::Planning, E::Counted, S::Planned),
            (S::Planned, E::Started, S::Running),
            (S::Running, E::Finished, S::Completed),
            (S::Running, E::CalledOff, S::Cancelled),
        ];
        for state in S::ALL {
            for event in E::ALL {
                let expected =
                    allowed.iter().find(|(s, e, _)| s == state && e == event).map(|(_, _, to)| *to);
                assert_eq!(state.on(*event).ok(), expected, "{state} {event}");
            }
        }
    }

    #[test]
    fn a_change_is_read_back_from_its_stored_form() {
        for change in [
            BulkChange::Renew { force: false },
            BulkChange::Deploy,
            BulkChange::ReassignOwner(None),
            BulkChange::SetEnvironment(Some("x".to_owned())),
            BulkChange::TagAdd(vec!["a".to_owned()]),
        ] {
            let stored = serde_json::to_value(&change).unwrap();
            assert_eq!(stored["action"], change.action().as_str());
            assert_eq!(serde_json::from_value::<BulkChange>(stored).unwrap(), change);
        }
    }
}
