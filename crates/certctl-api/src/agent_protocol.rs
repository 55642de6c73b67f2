//! The agent protocol: join, poll, CSR, report.
//!
//! Not for: people. Invariants: the agent is known by its client certificate, never by a field; work names typed
//! actions and names of the host's own policy, never a command line; no field can hold a private key.

use certctl_core::challenge::RecordDoing;
use certctl_core::id::{AgentId, CertificateId, ChallengeId, JobId, TargetId, TargetTestId, VersionId};
use certctl_core::target_test::{CheckName, CheckState, TargetTestState};
use certctl_core::time::Ts;
use serde::{Deserialize, Serialize};

request! {
    /// Redeem a join token.
    pub struct JoinRequest {
        /// The invitation's secret part.
        pub token: String,
        /// The agent's CSR (PEM) for its identity.
        pub csr_pem: String,
        /// Its program's version.
        pub version: String,
        /// Such as `linux/x86_64`.
        pub platform: String,
    }

    /// A new identity certificate, over the old one's connection.
    pub struct RenewIdentityRequest {
        /// CSR (PEM), with a new key.
        pub csr_pem: String,
    }

    /// Heartbeat and request for work.
    pub struct PollRequest {
        /// Random, made at each start of the agent: leases of an earlier start that are not in hand are given back.
        pub boot_id: String,
        /// Its program's version.
        pub version: String,
        /// Such as `linux/x86_64`.
        pub platform: String,
        /// Target kinds that its local policy allows.
        pub capabilities: Vec<String>,
        /// Jobs under way, by its journal; their leases are extended.
        pub in_hand: Vec<JobInHand>,
        /// How long to wait when there is no work, at most 30.
        pub wait_seconds: u32,
        /// Kinds of proofs of control that its local policy allows: `http-01`, `tls-alpn-01`, `dns-01`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub proof_kinds: Vec<String>,
        /// The proofs that it was asked for and that stand, or cannot; one that waits for another is not among them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub proofs: Vec<ProofReport>,
        /// DNS providers of its local policy, which set the records of `dns-01`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub dns_providers: Vec<DnsProviderOffer>,
        /// What its program can do beyond what the first ones could: `verify`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub abilities: Vec<String>,
    }

    /// A DNS provider of an agent's local policy; its credentials stay on the host.
    pub struct DnsProviderOffer {
        /// Its name there.
        pub name: String,
        /// What it is, such as `rfc2136`.
        pub kind: String,
        /// Records are set at these names and below them only.
        pub zones: Vec<String>,
    }

    /// What became of a proof of control.
    pub struct ProofReport {
        /// For which challenge.
        pub challenge_id: ChallengeId,
        /// For a person: why it cannot be shown, and what to do; absent: it stands now.
        #[serde(default)]
        pub error: Option<String>,
        /// Only for a record of `dns-01` that is being set or taken away: the error, if any, is what came of the last try, and
        /// there will be another.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub doing: Option<RecordDoing>,
    }

    /// A job that the agent is at.
    pub struct JobInHand {
        /// Which job.
        pub job_id: JobId,
        /// With which lease.
        pub lease_token: String,
    }

    /// The CSR for a job of kind Issuance or Renewal.
    pub struct CsrSubmission {
        /// The CSR (PEM, `CERTIFICATE REQUEST`).
        pub csr_pem: String,
        /// When the key was on the host's disk.
        #[serde(default)]
        pub key_ready_at: Option<Ts>,
    }

    /// Why there is no CSR for a job of kind Issuance or Renewal.
    pub struct CsrRefusal {
        /// For a person: what stands in the way, and on which file or line.
        pub cause: String,
        /// Whether trying again may help.
        pub retryable: bool,
    }

    /// What became of keys that were no longer needed.
    pub struct KeysReport {
        /// Each of them.
        pub keys: Vec<KeyReport>,
    }

    /// What became of one key.
    pub struct KeyReport {
        /// Of which certificate.
        pub certificate_id: CertificateId,
        /// Which key.
        pub public_key_sha256: String,
        /// Why it was kept; absent: it is not on the host any more.
        #[serde(default)]
        pub kept_because: Option<String>,
    }

    /// How far a deployment is, or how it ended; or what came of a look at live endpoints.
    pub struct JobReport {
        /// The lease under which the work was done.
        pub lease_token: String,
        /// Steps since the last report.
        pub steps: Vec<StepReport>,
        /// How it ended; absent while it goes on.
        #[serde(default)]
        pub result: Option<DeployResult>,
        /// What came of a job of kind Validation; absent in reports on deployments.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub verified: Option<VerifyResult>,
    }

    /// One step of a job.
    pub struct StepReport {
        /// When it ended.
        pub at: Ts,
        /// Such as `stage`, `validate`, `swap`, `reload`, `probe`, `restore`.
        pub name: String,
        /// Whether it succeeded.
        pub ok: bool,
        /// How long it took.
        pub milliseconds: i64,
        /// What was seen, without secrets.
        pub detail: String,
    }

    /// What came of checks of a target's test.
    pub struct TestReport {
        /// The checks that ended since the last report.
        pub checks: Vec<CheckReport>,
        /// Whether none will follow.
        #[serde(default)]
        pub done: bool,
    }

    /// What came of a check.
    pub struct CheckReport {
        /// Which.
        pub name: CheckName,
        /// Passed, warning, failed or skipped.
        pub state: CheckState,
        /// What was measured, without secrets.
        pub detail: String,
        /// What a person can do about it, to be copied.
        #[serde(default)]
        pub fix: Option<String>,
        /// How long it took.
        pub milliseconds: i64,
    }

    /// A longer lease for a job.
    pub struct ExtendLease {
        /// The token of the lease.
        pub lease_token: String,
    }

    /// What an endpoint was seen to serve.
    pub struct Sighting {
        /// The address probed, `host:port`.
        pub address: String,
        /// The name sent (SNI), if any.
        #[serde(default)]
        pub server_name: Option<String>,
        /// SHA-256 fingerprint of the leaf served; absent when none was seen.
        #[serde(default)]
        pub fingerprint_sha256: Option<String>,
        /// When it was looked.
        pub at: Ts,
        /// Why nothing was seen.
        #[serde(default)]
        pub error: Option<String>,
    }
}

/// What a lease lasts when an older control plane, or an older journal, does not say.
const fn default_lease_seconds() -> u32 {
    60
}

/// How a deployment ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "outcome", rename_all = "snake_case", deny_unknown_fields)]
pub enum DeployResult {
    /// Each probe address was seen serving the new certificate.
    Live {
        /// What was seen.
        seen: Vec<Sighting>,
        /// What was served before.
        previous_fingerprint: Option<String>,
        /// Whether nothing had to be done because it was live already.
        already_live: bool,
    },
    /// In place; the target has no endpoint to probe.
    Installed {
        /// What the files held before.
        previous_fingerprint: Option<String>,
    },
    /// Failed, and the old state is back.
    RolledBack {
        /// The step that failed.
        step: String,
        /// Why, for a person.
        cause: String,
        /// What is served now.
        seen: Vec<Sighting>,
        /// What was served before.
        previous_fingerprint: Option<String>,
        /// Whether trying again may help.
        retryable: bool,
    },
    /// Failed before anything was changed, or the old state could not be confirmed.
    Failed {
        /// The step that failed.
        step: String,
        /// Why, for a person.
        cause: String,
        /// Whether the target was changed and its state is not known to be good.
        target_in_doubt: bool,
        /// What is served now, where it was looked at.
        seen: Vec<Sighting>,
        /// Whether trying again may help.
        retryable: bool,
    },
    /// The host's own policy does not allow it.
    Refused {
        /// Which line of the policy is missing.
        cause: String,
    },
}

/// What came of a look at the endpoints of a target.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "outcome", rename_all = "snake_case", deny_unknown_fields)]
pub enum VerifyResult {
    /// Each address was looked at, or could not be reached.
    Looked {
        /// What was seen last at each.
        seen: Vec<Sighting>,
    },
    /// The target's configuration cannot be used, so nothing was looked at.
    Failed {
        /// Why, for a person.
        cause: String,
    },
    /// The host's own policy does not allow it.
    Refused {
        /// Which line of the policy is missing.
        cause: String,
    },
}

answer! {
    /// A new agent's identity.
    pub struct JoinAnswer {
        /// The id that the agent has from now on.
        pub agent_id: AgentId,
        /// Identity certificate and its CA (PEM).
        pub certificate_pem: String,
        /// The CA of the control plane's TLS certificate (PEM).
        pub ca_pem: String,
    }

    /// A renewed identity.
    pub struct RenewIdentityAnswer {
        /// Identity certificate and its CA (PEM).
        pub certificate_pem: String,
        /// The CA of the control plane's TLS certificate (PEM).
        pub ca_pem: String,
    }

    /// Work for the agent; all lists empty when the wait ended without any.
    pub struct PollAnswer {
        /// CSRs wanted.
        pub csr_requests: Vec<CsrRequest>,
        /// Deployments, leased to this agent.
        pub deployments: Vec<DeployWork>,
        /// Jobs in hand whose lease is no longer the agent's: drop them.
        pub dropped: Vec<JobId>,
        /// Keys to delete, unless the host still needs them: replaced everywhere, past the time for going back.
        pub retired_keys: Vec<RetiredKey>,
        /// Targets to test.
        #[serde(default)]
        pub tests: Vec<TestWork>,
        /// Live endpoints to look at, leased to this agent; only for one that can (`abilities`).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub verifications: Vec<VerifyWork>,
        /// All proofs of control that are wanted of this agent now, the oldest first, in every answer: those that it
        /// shows and that are not here are taken away.
        #[serde(default)]
        pub proofs: Vec<ProofWork>,
    }

    /// A proof of control over a name, to be shown to an ACME authority.
    pub struct ProofWork {
        /// For which challenge.
        pub challenge_id: ChallengeId,
        /// `http-01` (RFC 8555, section 8.3), `dns-01` (section 8.4) or `tls-alpn-01` (RFC 8737, section 3).
        pub kind: String,
        /// A DNS name or an IP address.
        pub name: String,
        /// The challenge's token.
        pub token: String,
        /// The token, a dot and the thumbprint of the account's key (RFC 8555, section 8.1).
        pub key_authorization: String,
        /// When the agent takes it away by itself, by its own clock.
        pub until: Ts,
        /// For `dns-01`: the record. Its value is not here: the agent makes it of the key authorization, so that nothing else is
        /// ever written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub record: Option<RecordWork>,
    }

    /// Where an agent is to set a TXT record.
    pub struct RecordWork {
        /// The name of a DNS provider of the host's own policy.
        pub provider: String,
        /// The zone that holds the name.
        pub zone: String,
        /// `_acme-challenge` below the name that is proved, or where the CNAMEs of that lead.
        pub name: String,
    }

    /// A target to test. What is served is not changed by it, and the host's policy binds it as it binds a deployment.
    pub struct TestWork {
        /// Which test.
        pub test_id: TargetTestId,
        /// The kind of the target.
        pub target_kind: String,
        /// Its typed configuration.
        pub target_config: serde_json::Value,
        /// The checks to carry out, in their order; names that the agent does not know are passed over.
        pub checks: Vec<String>,
        /// How long it may take.
        pub seconds: u32,
    }

    /// A CSR wanted.
    pub struct CsrRequest {
        /// For which job.
        pub job_id: JobId,
        /// For which certificate.
        pub certificate_id: CertificateId,
        /// Such as `ecdsa-p256`.
        pub key_algorithm: String,
        /// The subject's common name, if any.
        pub common_name: Option<String>,
        /// The names, in canonical text.
        pub names: Vec<String>,
    }

    /// A deployment to do.
    pub struct DeployWork {
        /// Which job.
        pub job_id: JobId,
        /// Proof of the lease.
        pub lease_token: String,
        /// Its end unless extended.
        pub lease_expires_at: Ts,
        /// How long it lasts from each extension on; the agent extends it well before, by its own clock.
        #[serde(default = "default_lease_seconds")]
        pub lease_seconds: u32,
        /// Which try.
        pub attempt: i64,
        /// Of which certificate.
        pub certificate_id: CertificateId,
        /// Which version.
        pub version_id: VersionId,
        /// Leaf first (PEM).
        pub chain_pem: String,
        /// SHA-256 of the leaf.
        pub fingerprint_sha256: String,
        /// Which of the agent's keys belongs to it.
        pub public_key_sha256: String,
        /// Which target.
        pub target_id: TargetId,
        /// The kind of the target.
        pub target_kind: String,
        /// Its typed configuration.
        pub target_config: serde_json::Value,
    }

    /// Endpoints to look at. Nothing is changed by it, and the host's policy binds it as it binds a deployment's last step.
    pub struct VerifyWork {
        /// Which job.
        pub job_id: JobId,
        /// Proof of the lease.
        pub lease_token: String,
        /// How long it lasts from each extension on.
        pub lease_seconds: u32,
        /// Of which certificate.
        pub certificate_id: CertificateId,
        /// SHA-256 of the leaf that should be served.
        pub fingerprint_sha256: String,
        /// Which target.
        pub target_id: TargetId,
        /// The kind of the target.
        pub target_kind: String,
        /// Its typed configuration.
        pub target_config: serde_json::Value,
    }

    /// A key that is no longer needed.
    pub struct RetiredKey {
        /// Of which certificate.
        pub certificate_id: CertificateId,
        /// Which key.
        pub public_key_sha256: String,
    }

    /// What became of a CSR or a report.
    pub struct Accepted {
        /// The job's state now.
        pub state: certctl_core::job::JobState,
    }

    /// What became of a report on a test.
    pub struct TestNoted {
        /// The test's state now.
        pub state: TargetTestState,
    }

    /// What was made of a report on keys.
    pub struct KeysNoted {
        /// How many of them were news.
        pub noted: u32,
    }

    /// A longer lease.
    pub struct LeaseExtended {
        /// Its new end.
        pub lease_expires_at: Ts,
    }
}
