//! Certificates and their versions.

use certctl_core::certificate::{CertificateStatus, KeyStrategy};
use certctl_core::condition::Condition;
use certctl_core::health::Health;
use certctl_core::id::{
    AgentId, CertificateId, IssuerId, JobId, OwnerId, PolicyRuleId, ProfileId, RenewalPolicyId, RevocationId,
    TargetId, TeamId, VersionId,
};
use certctl_core::revocation::RevocationReason;
use certctl_core::rule::RuleSeverity;
use certctl_core::time::Ts;

use crate::renewal_policies::{ChangePolicyOverride, PolicyOverride};

request! {
    /// A new certificate: names and an issuer; all else has a default.
    pub struct CreateCertificate {
        /// Chosen id, such as `mc-api-prod`.
        #[serde(default)]
        pub id: Option<CertificateId>,
        /// For people; the first name when absent.
        #[serde(default)]
        pub name: Option<String>,
        /// What it is for: DNS names, wildcards, IP addresses, URIs, e-mail addresses; 1 to 100.
        pub names: Vec<String>,
        /// The common name, one of `names`; the first DNS name when absent.
        #[serde(default)]
        pub common_name: Option<String>,
        /// The issuer; `iss-local` when absent.
        #[serde(default)]
        pub issuer_id: Option<IssuerId>,
        /// The profile; `prof-default` when absent.
        #[serde(default)]
        pub profile_id: Option<ProfileId>,
        /// The renewal policy; `rp-default` when absent.
        #[serde(default)]
        pub renewal_policy_id: Option<RenewalPolicyId>,
        /// The owner, who answers for it.
        #[serde(default)]
        pub owner_id: Option<OwnerId>,
        /// The team that it belongs to.
        #[serde(default)]
        pub team_id: Option<TeamId>,
        /// Such as `production`.
        #[serde(default)]
        pub environment: Option<String>,
        /// Labels of the caller's choice: at most 50, of 1 to 100 letters.
        #[serde(default)]
        pub tags: Vec<String>,
        /// Who makes the key; `per_host` when absent.
        #[serde(default)]
        pub key_strategy: Option<KeyStrategy>,
        /// Such as `ecdsa-p256`; the profile's first when absent.
        #[serde(default)]
        pub key_algorithm: Option<String>,
        /// The lifetime in seconds; the profile's default when absent.
        #[serde(default)]
        pub lifetime_seconds: Option<i64>,
        /// Where it is deployed.
        #[serde(default)]
        pub target_ids: Vec<TargetId>,
        /// Agents that hold a key without a target.
        #[serde(default)]
        pub agent_ids: Vec<AgentId>,
        /// A CSR (PEM), with key strategy `external`.
        #[serde(default)]
        pub csr_pem: Option<String>,
        /// Whether issuance starts at once.
        #[serde(default = "yes")]
        pub issue: bool,
    }

    /// A change (JSON merge patch, RFC 7396); `null` clears what can be cleared.
    pub struct UpdateCertificate {
        /// A name for people, 1 to 200 letters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        /// The renewal policy.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub renewal_policy_id: Option<RenewalPolicyId>,
        /// The owner, who answers for it.
        #[serde(default, with = "crate::certificates::nullable", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<OwnerId>))]
        pub owner_id: Option<Option<OwnerId>>,
        /// The team that it belongs to.
        #[serde(default, with = "crate::certificates::nullable", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<TeamId>))]
        pub team_id: Option<Option<TeamId>>,
        /// Such as `production`.
        #[serde(default, with = "crate::certificates::nullable", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
        pub environment: Option<Option<String>>,
        /// Labels of the caller's choice: at most 50, of 1 to 100 letters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub tags: Option<Vec<String>>,
        /// The lifetime in seconds, from the next version on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub lifetime_seconds: Option<i64>,
        /// Where it is deployed; added targets are deployed to, removed ones keep their files.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub target_ids: Option<Vec<TargetId>>,
        /// What it has in place of values of its renewal policy; `null` returns to the policy.
        #[serde(default, with = "crate::certificates::nullable", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<ChangePolicyOverride>))]
        pub policy_override: Option<Option<ChangePolicyOverride>>,
    }

    /// Start a renewal.
    pub struct RenewCertificate {
        /// Why, for the audit trail.
        #[serde(default)]
        pub reason: Option<String>,
        /// Also when it is not due.
        #[serde(default = "yes")]
        pub force: bool,
    }

    /// Start a deployment of exactly one version.
    pub struct DeployCertificate {
        /// Only these targets; all when empty.
        #[serde(default)]
        pub target_ids: Vec<TargetId>,
        /// This version; each target's holder's current one when absent.
        #[serde(default)]
        pub version_id: Option<VersionId>,
    }

    /// Look again at what the endpoints of its targets serve.
    pub struct VerifyCertificate {
        /// Only these targets; all that can be looked at when empty.
        #[serde(default)]
        pub target_ids: Vec<TargetId>,
    }

    /// A CSR for a certificate of key strategy `external`.
    pub struct UploadCsr {
        /// PEM, `CERTIFICATE REQUEST`.
        pub csr_pem: String,
    }
}

pub(crate) const fn yes() -> bool {
    true
}

/// Serde for a field that may be absent, null, or a value.
pub mod nullable {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// Absent stays `None` (by `#[serde(default)]`), null is `Some(None)`.
    ///
    /// # Errors
    /// Those of the inner value.
    pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        d: D,
    ) -> Result<Option<Option<T>>, D::Error> {
        Option::<T>::deserialize(d).map(Some)
    }

    /// Writes null for `Some(None)`.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<T: Serialize, S: Serializer>(
        value: &Option<Option<T>>,
        s: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_ref().and_then(Option::as_ref).serialize(s)
    }
}

answer! {
    /// A certificate as it is managed, with what is known of it.
    pub struct Certificate {
        /// Id.
        pub id: CertificateId,
        /// A name for people, 1 to 200 letters.
        pub name: String,
        /// The names that it is for, in canonical form.
        pub names: Vec<String>,
        /// The subject's common name, if any.
        pub common_name: Option<String>,
        /// The issuer that signs it.
        pub issuer_id: IssuerId,
        /// The profile that limits it.
        pub profile_id: ProfileId,
        /// The renewal policy.
        pub renewal_policy_id: RenewalPolicyId,
        /// What it has in place of values of that policy; absent when nothing.
        #[serde(default)]
        pub policy_override: Option<PolicyOverride>,
        /// The owner, who answers for it.
        pub owner_id: Option<OwnerId>,
        /// The team that it belongs to.
        pub team_id: Option<TeamId>,
        /// Such as `production`.
        pub environment: Option<String>,
        /// Labels of the caller's choice: at most 50, of 1 to 100 letters.
        pub tags: Vec<String>,
        /// Who makes the key.
        pub key_strategy: KeyStrategy,
        /// Such as `ecdsa-p256`.
        pub key_algorithm: String,
        /// The lifetime of its versions in seconds.
        pub lifetime_seconds: i64,
        /// Computed from facts, never set.
        pub status: CertificateStatus,
        /// What a person acts on: status and what is seen live together.
        pub condition: Condition,
        /// Where it was last seen.
        pub live: LiveSummary,
        /// Failed attempts of the open issuance or renewal, or of the last one if that failed for good; else 0.
        pub failed_attempts: i64,
        /// How it is doing, from 0 to 100, with the parts that the number is the sum of; beside the status, never in place
        /// of it. Of one certificate only, not in lists, and absent when it is archived.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub health: Option<Health>,
        /// The earliest end of its current versions.
        pub not_after: Option<Ts>,
        /// When it is renewed next.
        pub renew_after: Option<Ts>,
        /// The key holders with their current versions.
        pub holders: Vec<Holder>,
        /// Where it is deployed.
        pub target_ids: Vec<TargetId>,
        /// Issuances and renewals under way.
        pub open_job_ids: Vec<JobId>,
        /// The last decision about it, in words.
        pub why: String,
        /// The cause of the last failure, if it was not cured since.
        pub last_error: Option<String>,
        /// Its alerts that are not closed, where one certificate is asked for; absent in lists.
        #[serde(default)]
        pub alerts: Option<OpenAlerts>,
        /// When it was created.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
        /// When it was archived.
        pub archived_at: Option<Ts>,
        /// Counts changes; the `ETag`.
        pub revision: i64,
    }

    /// Alerts that are not closed: `GET /alerts?certificate_id=` has them.
    pub struct OpenAlerts {
        /// All.
        pub open: i64,
        /// Those that are critical.
        pub critical: i64,
    }

    /// How many targets were last seen serving the current version.
    pub struct LiveSummary {
        /// Seen serving it.
        pub live: i64,
        /// All targets.
        pub targets: i64,
        /// Since when the current version is wanted on a target that was not seen serving it.
        pub unverified_since: Option<Ts>,
    }

    /// One key holder of a certificate.
    pub struct Holder {
        /// The agent that holds the key; absent for an uploaded CSR.
        pub agent_id: Option<AgentId>,
        /// Its current version.
        pub current_version_id: Option<VersionId>,
        /// The end of that version.
        pub not_after: Option<Ts>,
        /// When it is renewed.
        pub renew_after: Option<Ts>,
    }

    /// A created certificate with the jobs that were started.
    pub struct CertificateCreated {
        /// The certificate.
        pub certificate: Certificate,
        /// One for each key holder.
        pub jobs: Vec<crate::jobs::Job>,
    }

    /// What a new certificate would be: every check of the real request was passed.
    pub struct CertificatePreview {
        /// The id, if one was chosen.
        pub id: Option<CertificateId>,
        /// A name for people.
        pub name: String,
        /// The names that it would be for, in canonical form.
        pub names: Vec<String>,
        /// The subject's common name, if any.
        pub common_name: Option<String>,
        /// The issuer that would sign it.
        pub issuer_id: IssuerId,
        /// The profile that would limit it.
        pub profile_id: ProfileId,
        /// The renewal policy.
        pub renewal_policy_id: RenewalPolicyId,
        /// The owner.
        pub owner_id: Option<OwnerId>,
        /// The team.
        pub team_id: Option<TeamId>,
        /// The environment.
        pub environment: Option<String>,
        /// Labels.
        pub tags: Vec<String>,
        /// Who would make the key.
        pub key_strategy: KeyStrategy,
        /// Such as `ecdsa-p256`.
        pub key_algorithm: String,
        /// The lifetime of its versions in seconds.
        pub lifetime_seconds: i64,
        /// How long before its end a version would be renewed, in seconds, before it is spread; absent when by hand only.
        pub renews_before_end_seconds: Option<i64>,
        /// Where it would be deployed.
        pub target_ids: Vec<TargetId>,
        /// The agents that would make a key.
        pub agent_ids: Vec<AgentId>,
        /// Whether its issuance would start at once.
        pub issues: bool,
        /// Why a person would have to say yes first; absent when nobody has to.
        pub approval_because: Option<String>,
        /// What policy rules that only record would find.
        pub violations: Vec<PreviewedViolation>,
        /// What a person may want to know first.
        pub warnings: Vec<PreviewWarning>,
    }

    /// What a policy rule would record.
    pub struct PreviewedViolation {
        /// Which rule.
        pub rule_id: PolicyRuleId,
        /// Its name.
        pub rule_name: String,
        /// How bad it is.
        pub severity: RuleSeverity,
        /// What it finds.
        pub detail: String,
    }

    /// Something that does not stand in the way.
    pub struct PreviewWarning {
        /// `already_covered`, `agent_offline` or `no_targets`.
        pub code: String,
        /// What it is.
        pub detail: String,
        /// The kind of object that it is about.
        pub object_kind: Option<String>,
        /// The id of that object.
        pub object_id: Option<String>,
    }

    /// Jobs that were started.
    pub struct JobsStarted {
        /// The jobs.
        pub jobs: Vec<crate::jobs::Job>,
    }

    /// One issued certificate.
    pub struct Version {
        /// Id.
        pub id: VersionId,
        /// Its place among the certificate's versions by the order of issue, from 1.
        pub number: i64,
        /// Of which certificate.
        pub certificate_id: CertificateId,
        /// Whose key; absent for an uploaded CSR.
        pub agent_id: Option<AgentId>,
        /// Who signed.
        pub issuer_id: IssuerId,
        /// Lower-case hexadecimal without separators.
        pub serial: String,
        /// SHA-256 of the DER, lower-case hexadecimal.
        pub fingerprint_sha256: String,
        /// SHA-256 of the public key (SubjectPublicKeyInfo), lower-case hexadecimal.
        pub public_key_sha256: String,
        /// Such as `ecdsa-p256`.
        pub key_algorithm: String,
        /// Valid from.
        pub not_before: Ts,
        /// Valid until.
        pub not_after: Ts,
        /// Issued at.
        pub created_at: Ts,
        /// By which job; absent for one that was imported.
        pub job_id: Option<JobId>,
        /// Whether it is its holder's current one.
        pub current: bool,
        /// When its agent had deleted the key; the version cannot be deployed any more.
        pub key_retired_at: Option<Ts>,
        /// Why the agent keeps a key that it was told to delete.
        pub key_kept_because: Option<String>,
        /// Since when it is revoked.
        #[serde(default)]
        pub revoked_at: Option<Ts>,
        /// Why it is revoked, or is to be.
        #[serde(default)]
        pub revocation_reason: Option<RevocationReason>,
        /// Its revocation, whatever became of it.
        #[serde(default)]
        pub revocation_id: Option<RevocationId>,
    }

    /// The lifecycle of a certificate: its rounds of work, and a page of all that happened to it.
    pub struct Timeline {
        /// The newest rounds of work, at most twenty; only on the first page.
        pub runs: Vec<crate::runs::Run>,
        /// What happened, newest first.
        pub items: Vec<TimelineEntry>,
        /// Where the next page begins; absent on the last.
        pub next_cursor: Option<String>,
    }

    /// One thing that happened to a certificate.
    pub struct TimelineEntry {
        /// When it happened.
        pub at: Ts,
        /// Such as `version.issued`.
        pub action: String,
        /// What happened, in words.
        pub summary: String,
        /// Who did it.
        pub actor: certctl_core::actor::Actor,
        /// What they are called; absent when they are gone, and for the control plane.
        #[serde(default)]
        pub actor_name: Option<String>,
        /// The job, if any.
        pub job_id: Option<JobId>,
        /// Seconds since the entry before.
        pub seconds_since_previous: Option<i64>,
    }
}
