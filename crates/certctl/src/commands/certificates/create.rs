//! `certctl certs create` and `certctl certs update`: flags to request bodies.
//!
//! Not for: rules (the server has them). Invariant: what is not given is left to the server's defaults.

use std::path::PathBuf;

use certctl_api::certificates::{CreateCertificate, UpdateCertificate};
use certctl_api::renewal_policies::ChangePolicyOverride;
use certctl_core::certificate::KeyStrategy;
use certctl_core::id::{
    AgentId, CertificateId, IssuerId, OwnerId, ProfileId, RenewalPolicyId, TargetId, TeamId,
};
use clap::Args;

use crate::arguments::{one_of, seconds};
use crate::commands::renewal_policies::point_of;
use crate::failure::Failure;
use crate::settings::read_text;

/// A new certificate.
#[derive(Debug, Args)]
pub(crate) struct Create {
    /// A name it is for: DNS name, wildcard, IP address, URI or e-mail address; repeatable
    #[arg(long = "name", value_name = "NAME", required = true)]
    names: Vec<String>,
    /// Where it is deployed; repeatable
    #[arg(long = "target", value_name = "ID")]
    targets: Vec<TargetId>,
    /// An agent that holds a key without a target; repeatable
    #[arg(long = "agent", value_name = "ID")]
    agents: Vec<AgentId>,
    /// A chosen id, such as mc-api-prod
    #[arg(long)]
    id: Option<CertificateId>,
    /// Its name for people; the first name when absent
    #[arg(long, value_name = "TEXT")]
    display_name: Option<String>,
    /// The subject's common name, one of the names; the first DNS name when absent
    #[arg(long, value_name = "NAME")]
    common_name: Option<String>,
    /// The issuer; iss-local when absent
    #[arg(long, value_name = "ID")]
    issuer: Option<IssuerId>,
    /// The profile; prof-default when absent
    #[arg(long, value_name = "ID")]
    profile: Option<ProfileId>,
    /// The renewal policy; rp-default when absent
    #[arg(long, value_name = "ID")]
    policy: Option<RenewalPolicyId>,
    /// Who makes the key; per_host when absent, external with --csr
    #[arg(long, value_parser = one_of(KeyStrategy::ALL, KeyStrategy::as_str), ignore_case = true)]
    key_strategy: Option<KeyStrategy>,
    /// Such as ecdsa-p256; the profile's first when absent
    #[arg(long, value_name = "ALGORITHM")]
    key_algorithm: Option<String>,
    /// Such as 90d; the profile's default when absent
    #[arg(long, value_name = "DURATION", value_parser = seconds)]
    lifetime: Option<i64>,
    /// Who answers for it
    #[arg(long, value_name = "ID")]
    owner: Option<OwnerId>,
    /// Whose it is
    #[arg(long, value_name = "ID")]
    team: Option<TeamId>,
    /// Such as production
    #[arg(long)]
    environment: Option<String>,
    /// A free label; repeatable
    #[arg(long = "tag", value_name = "TEXT")]
    tags: Vec<String>,
    /// A CSR (PEM) for a key that you hold yourself; `-` for standard input
    #[arg(long, value_name = "FILE")]
    csr: Option<PathBuf>,
    /// Only write it down; issue nothing yet
    #[arg(long, conflicts_with = "wait")]
    no_issue: bool,
    /// Only tell what would be made; store nothing
    #[arg(long, conflicts_with = "wait")]
    pub(super) dry_run: bool,
    /// Wait until it is live everywhere, and show each step
    #[arg(long)]
    pub(super) wait: bool,
}

impl Create {
    /// The request.
    ///
    /// # Errors
    /// [`Failure::File`] when the CSR cannot be read.
    pub(super) fn body(&self) -> Result<CreateCertificate, Failure> {
        let csr_pem = self.csr.as_deref().map(read_text).transpose()?;
        Ok(CreateCertificate {
            id: self.id.clone(),
            name: self.display_name.clone(),
            names: self.names.clone(),
            common_name: self.common_name.clone(),
            issuer_id: self.issuer.clone(),
            profile_id: self.profile.clone(),
            renewal_policy_id: self.policy.clone(),
            owner_id: self.owner.clone(),
            team_id: self.team.clone(),
            environment: self.environment.clone(),
            tags: self.tags.clone(),
            key_strategy: self.key_strategy.or_else(|| csr_pem.as_ref().map(|_| KeyStrategy::External)),
            key_algorithm: self.key_algorithm.clone(),
            lifetime_seconds: self.lifetime,
            target_ids: self.targets.clone(),
            agent_ids: self.agents.clone(),
            csr_pem,
            issue: !self.no_issue,
        })
    }
}

/// What can be changed of a certificate.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Changes {
    /// Its name for people
    #[arg(long, value_name = "TEXT")]
    display_name: Option<String>,
    /// The renewal policy
    #[arg(long, value_name = "ID")]
    policy: Option<RenewalPolicyId>,
    /// Who answers for it
    #[arg(long, value_name = "ID")]
    owner: Option<OwnerId>,
    /// Nobody answers for it
    #[arg(long, conflicts_with = "owner")]
    no_owner: bool,
    /// Whose it is
    #[arg(long, value_name = "ID")]
    team: Option<TeamId>,
    /// It belongs to no team
    #[arg(long, conflicts_with = "team")]
    no_team: bool,
    /// Such as production
    #[arg(long)]
    environment: Option<String>,
    /// It belongs to no environment
    #[arg(long, conflicts_with = "environment")]
    no_environment: bool,
    /// All its labels anew; repeatable
    #[arg(long = "tag", value_name = "TEXT")]
    tags: Option<Vec<String>>,
    /// No labels
    #[arg(long, conflicts_with = "tags")]
    no_tags: bool,
    /// The lifetime, from the next version on
    #[arg(long, value_name = "DURATION", value_parser = seconds)]
    lifetime: Option<i64>,
    /// All its targets anew; repeatable; removed ones keep their files
    #[arg(long = "target", value_name = "ID")]
    targets: Option<Vec<TargetId>>,
    /// No targets
    #[arg(long, conflicts_with = "targets")]
    no_targets: bool,
    /// Renew it after so many percent of its lifetime, whatever its policy says, 10 to 95
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(10..=95))]
    percent: Option<u8>,
    /// Renew it so long before its end, whatever its policy says, such as 30d; with --percent whichever comes first
    #[arg(long, value_name = "DURATION", value_parser = seconds)]
    before: Option<i64>,
    /// Warn so many days before its end, whatever its policy says; several with commas
    #[arg(long, value_name = "DAYS", value_delimiter = ',')]
    alert_days: Option<Vec<u32>>,
    /// Warn when so many percent of its lifetime are left, whatever its policy says; several with commas
    #[arg(long, value_name = "PERCENT", value_delimiter = ',')]
    alert_percent: Option<Vec<u32>>,
    /// Back to the values of its policy
    #[arg(long, conflicts_with_all = ["percent", "before", "alert_days", "alert_percent"])]
    no_override: bool,
}

impl Changes {
    /// The request.
    pub(super) fn body(&self) -> UpdateCertificate {
        fn nullable<T: Clone>(value: Option<&T>, cleared: bool) -> Option<Option<T>> {
            if cleared { Some(None) } else { value.cloned().map(Some) }
        }
        UpdateCertificate {
            name: self.display_name.clone(),
            renewal_policy_id: self.policy.clone(),
            owner_id: nullable(self.owner.as_ref(), self.no_owner),
            team_id: nullable(self.team.as_ref(), self.no_team),
            environment: nullable(self.environment.as_ref(), self.no_environment),
            tags: if self.no_tags { Some(Vec::new()) } else { self.tags.clone() },
            lifetime_seconds: self.lifetime,
            target_ids: if self.no_targets { Some(Vec::new()) } else { self.targets.clone() },
            policy_override: if self.no_override { Some(None) } else { self.policy_override().map(Some) },
        }
    }

    /// What is to stand in place of the policy's values, if anything.
    fn policy_override(&self) -> Option<ChangePolicyOverride> {
        let point = point_of(self.percent, self.before);
        (point.is_some() || self.alert_days.is_some() || self.alert_percent.is_some()).then(|| {
            ChangePolicyOverride {
                point: point.map(Some),
                alert_thresholds_days: self.alert_days.clone().map(Some),
                alert_thresholds_percent: self.alert_percent.clone().map(Some),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Parser)]
    struct CreateOnly {
        #[command(flatten)]
        create: Create,
    }

    #[derive(Debug, Parser)]
    struct ChangesOnly {
        #[command(flatten)]
        changes: Changes,
    }

    #[test]
    fn flags_become_the_request() {
        let line = "x --name a.example --name b.example --target tgt-1 --lifetime 90d --key-strategy PER_HOST --tag t";
        let create = CreateOnly::try_parse_from(line.split(' ')).unwrap().create;
        let body = create.body().unwrap();
        assert_eq!(body.names, ["a.example", "b.example"]);
        assert_eq!(body.lifetime_seconds, Some(7_776_000));
        assert_eq!(body.key_strategy, Some(KeyStrategy::PerHost));
        assert!(body.issue);
    }

    #[test]
    fn a_csr_means_a_key_of_ones_own() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csr");
        std::fs::write(&path, "PEM").unwrap();
        let arguments = ["x", "--name", "a.example", "--csr", path.to_str().unwrap(), "--no-issue"];
        let body = CreateOnly::try_parse_from(arguments).unwrap().create.body().unwrap();
        assert_eq!((body.key_strategy, body.csr_pem.as_deref()), (Some(KeyStrategy::External), Some("PEM")));
        assert!(!body.issue);
    }

    #[test]
    fn an_id_of_the_wrong_kind_is_refused_before_anything_is_sent() {
        let error = CreateOnly::try_parse_from(["x", "--name", "a.example", "--target", "mc-1"]).unwrap_err();
        assert!(error.to_string().contains("is not the id of a target"), "{error}");
    }

    #[test]
    fn a_change_sends_only_what_was_given_and_null_for_what_is_cleared() {
        let changes =
            ChangesOnly::try_parse_from(["x", "--no-owner", "--team", "t-web", "--no-tags"]).unwrap().changes;
        let body = serde_json::to_value(changes.body()).unwrap();
        assert_eq!(body, json!({ "owner_id": null, "team_id": "t-web", "tags": [] }));
        let body = |line: &[&str]| {
            let changes = ChangesOnly::try_parse_from(line).unwrap().changes;
            serde_json::to_value(changes.body()).unwrap()
        };
        let over = json!({ "point": { "percent": 50 }, "alert_thresholds_days": [20, 5] });
        assert_eq!(
            body(&["x", "--percent", "50", "--alert-days", "20,5"]),
            json!({ "policy_override": over })
        );
        assert_eq!(body(&["x", "--no-override"]), json!({ "policy_override": null }));
    }

    #[test]
    fn a_change_of_nothing_is_a_mistake() {
        assert!(ChangesOnly::try_parse_from(["x"]).is_err());
        assert!(ChangesOnly::try_parse_from(["x", "--owner", "o-a", "--no-owner"]).is_err());
    }
}
