//! Policy rules: what the inventory must obey, and the one evaluator that every write, the signer, the sweep and the
//! previews ask.
//!
//! To add a kind: a variant of [`RuleKind`] and of [`RuleCheck`] with its parameters, its arm in [`Rule::breach`], its
//! schema in `rule/kinds.rs`. Alternatives: an expression language (nobody can say in advance what such a rule costs or
//! hits) and conditions in SQL (a second evaluator beside the one that writes need).
//! Not for: what may be issued at all (`profile.rs`), storing violations. Invariants: pure; what a rule finds names the
//! field to change; a rule about what is wanted never looks at what was issued, so that the cure is never refused.

mod kinds;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::certificate::KeyStrategy;
use crate::id::{IssuerId, OwnerId, PolicyRuleId, ProfileId, RenewalPolicyId, TeamId};
use crate::profile::matches;
use crate::renewal::{RenewalRule, Validity, planned_lead_seconds};
use crate::text_enum;
use crate::time::{Ts, humane_seconds};

pub use kinds::{BadParameter, read_check, schema, title};

text_enum! {
    /// What a policy rule is about.
    pub enum RuleKind {
        /// Only these issuers may sign.
        AllowedIssuers = "AllowedIssuers",
        /// Names lie within these domains only.
        AllowedDomains = "AllowedDomains",
        /// Owner, team, environment or tags are set.
        RequiredMetadata = "RequiredMetadata",
        /// The environment is one of these.
        AllowedEnvironments = "AllowedEnvironments",
        /// The renewal begins so long before the end.
        RenewalLeadTime = "RenewalLeadTime",
        /// No certificate lives longer.
        MaxLifetime = "MaxLifetime",
        /// Keys are at least so strong.
        KeyStrength = "KeyStrength",
    }
}

text_enum! {
    /// How bad a breach of a policy rule is.
    pub enum RuleSeverity {
        /// Worth a look.
        Warning = "Warning",
        /// To be put right.
        Error = "Error",
        /// To be put right now.
        Critical = "Critical",
    }
}

text_enum! {
    /// What a policy rule does about a breach.
    pub enum RuleMode {
        /// Refuses what would break it, and records what breaks it already.
        Enforce = "enforce",
        /// Records a violation.
        Observe = "observe",
    }
}

text_enum! {
    /// Where a violation is.
    pub enum ViolationState {
        /// The certificate breaks the rule.
        Open = "open",
        /// It does not any more.
        Closed = "closed",
    }
}

text_enum! {
    /// A field that `RequiredMetadata` can ask for.
    pub enum MetadataField {
        /// The owner.
        Owner = "owner",
        /// The team.
        Team = "team",
        /// The environment.
        Environment = "environment",
    }
}

/// What a rule asks for, by its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "parameters", deny_unknown_fields)]
pub enum RuleCheck {
    /// Only these issuers may sign.
    AllowedIssuers {
        /// Which.
        issuer_ids: Vec<IssuerId>,
    },
    /// Names lie within these domains only.
    AllowedDomains {
        /// A domain stands for itself and all that is below it.
        domains: Vec<String>,
        /// Whether IP addresses may be names too.
        #[serde(default)]
        ip_addresses: bool,
    },
    /// Owner, team, environment or tags are set.
    RequiredMetadata {
        /// Which of these have to be set.
        #[serde(default)]
        fields: Vec<MetadataField>,
        /// Patterns; each has to match some tag.
        #[serde(default)]
        tags: Vec<String>,
    },
    /// The environment is one of these.
    AllowedEnvironments {
        /// Which.
        environments: Vec<String>,
        /// Whether there may be none.
        #[serde(default)]
        unset: bool,
    },
    /// The renewal begins so long before the end.
    RenewalLeadTime {
        /// At least so many seconds before the end.
        #[serde(default)]
        min_seconds: Option<i64>,
        /// At least so many percent of the lifetime before the end.
        #[serde(default)]
        min_percent: Option<u8>,
    },
    /// No certificate lives longer.
    MaxLifetime {
        /// In seconds.
        max_seconds: i64,
    },
    /// Keys are at least so strong.
    KeyStrength {
        /// The fewest bits of an RSA key.
        #[serde(default)]
        min_rsa_bits: Option<u32>,
        /// The fewest bits of a key on an elliptic curve.
        #[serde(default)]
        min_ec_bits: Option<u32>,
        /// Only these algorithms.
        #[serde(default)]
        algorithms: Vec<String>,
    },
}

impl RuleCheck {
    /// Its kind.
    pub const fn kind(&self) -> RuleKind {
        match self {
            Self::AllowedIssuers { .. } => RuleKind::AllowedIssuers,
            Self::AllowedDomains { .. } => RuleKind::AllowedDomains,
            Self::RequiredMetadata { .. } => RuleKind::RequiredMetadata,
            Self::AllowedEnvironments { .. } => RuleKind::AllowedEnvironments,
            Self::RenewalLeadTime { .. } => RuleKind::RenewalLeadTime,
            Self::MaxLifetime { .. } => RuleKind::MaxLifetime,
            Self::KeyStrength { .. } => RuleKind::KeyStrength,
        }
    }
}

/// For which certificates a rule holds: those that fit each part that is set. Empty: for all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Selector {
    /// Of one of these teams.
    #[serde(default)]
    pub team_ids: Vec<TeamId>,
    /// In one of these environments, such as `production`.
    #[serde(default)]
    pub environments: Vec<String>,
    /// Of one of these owners.
    #[serde(default)]
    pub owner_ids: Vec<OwnerId>,
    /// To be signed by one of these issuers.
    #[serde(default)]
    pub issuer_ids: Vec<IssuerId>,
    /// Under one of these profiles.
    #[serde(default)]
    pub profile_ids: Vec<ProfileId>,
    /// That follow one of these renewal policies.
    #[serde(default)]
    pub policy_ids: Vec<RenewalPolicyId>,
    /// With one of these tags, such as `web`.
    #[serde(default)]
    pub tags: Vec<String>,
    /// With one of these key strategies.
    #[serde(default)]
    pub key_strategies: Vec<KeyStrategy>,
}

/// What is wanted of a certificate.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Who is to sign.
    pub issuer_id: &'a IssuerId,
    /// The profile.
    pub profile_id: &'a ProfileId,
    /// The renewal policy.
    pub policy_id: &'a RenewalPolicyId,
    /// When that policy renews.
    pub renewal: RenewalRule,
    /// The names, as texts.
    pub names: &'a [String],
    /// The owner.
    pub owner_id: Option<&'a OwnerId>,
    /// The team.
    pub team_id: Option<&'a TeamId>,
    /// The environment.
    pub environment: Option<&'a str>,
    /// The tags.
    pub tags: &'a [String],
    /// Who makes the key.
    pub key_strategy: KeyStrategy,
    /// The key's algorithm.
    pub key_algorithm: &'a str,
    /// The lifetime of its versions.
    pub lifetime_seconds: i64,
}

/// What a key holder has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Who has signed.
    pub issuer_id: IssuerId,
    /// The key's algorithm.
    pub key_algorithm: String,
    /// From when to when.
    pub validity: Validity,
}

/// One thing that a certificate has wrong under a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Breach {
    /// The field to change, as a JSON pointer into a certificate; empty when only a new version helps.
    pub field: String,
    /// What is wrong with it and what would be right.
    pub detail: String,
}

/// A rule as it is evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its id.
    pub id: PolicyRuleId,
    /// Its name.
    pub name: String,
    /// What it asks for.
    pub check: RuleCheck,
    /// For which certificates.
    pub selector: Selector,
    /// How bad a breach is.
    pub severity: RuleSeverity,
    /// What it does about one.
    pub mode: RuleMode,
    /// Whether it is switched on.
    pub enabled: bool,
}

impl Selector {
    /// Whether a certificate is one of those.
    pub fn admits(&self, wanted: &Wanted<'_>) -> bool {
        fn one_of<T: PartialEq>(listed: &[T], value: Option<&T>) -> bool {
            listed.is_empty() || value.is_some_and(|value| listed.contains(value))
        }
        one_of(&self.team_ids, wanted.team_id)
            && (self.environments.is_empty()
                || wanted.environment.is_some_and(|has| self.environments.iter().any(|e| e == has)))
            && one_of(&self.owner_ids, wanted.owner_id)
            && one_of(&self.issuer_ids, Some(wanted.issuer_id))
            && one_of(&self.profile_ids, Some(wanted.profile_id))
            && one_of(&self.policy_ids, Some(wanted.policy_id))
            && (self.tags.is_empty() || wanted.tags.iter().any(|tag| self.tags.contains(tag)))
            && one_of(&self.key_strategies, Some(&wanted.key_strategy))
    }
}

impl Rule {
    /// What is wrong with what is wanted: what a write or an issuance is refused for under [`RuleMode::Enforce`].
    pub fn breach_of_wanted(&self, wanted: &Wanted<'_>) -> Vec<Breach> {
        if !self.enabled || !self.selector.admits(wanted) {
            return Vec::new();
        }
        let mut found = Vec::new();
        let mut bad = |field: &str, detail: String| found.push(Breach { field: field.to_owned(), detail });
        match &self.check {
            RuleCheck::AllowedIssuers { issuer_ids } => {
                if let Some(detail) = foreign_issuer(issuer_ids, wanted.issuer_id) {
                    bad("/issuer_id", detail);
                }
            }
            RuleCheck::AllowedDomains { domains, ip_addresses } => {
                for (at, name) in wanted.names.iter().enumerate() {
                    if let Some(detail) = outside(domains, *ip_addresses, name) {
                        bad(&format!("/names/{at}"), detail);
                    }
                }
            }
            RuleCheck::RequiredMetadata { fields, tags } => {
                for field in fields {
                    let (pointer, is_set) = match field {
                        MetadataField::Owner => ("/owner_id", wanted.owner_id.is_some()),
                        MetadataField::Team => ("/team_id", wanted.team_id.is_some()),
                        MetadataField::Environment => ("/environment", wanted.environment.is_some()),
                    };
                    if !is_set {
                        bad(pointer, format!("the {field} has to be set"));
                    }
                }
                for pattern in tags {
                    if !wanted.tags.iter().any(|tag| matches(pattern, tag)) {
                        bad("/tags", format!("a tag like {pattern:?} has to be set"));
                    }
                }
            }
            RuleCheck::AllowedEnvironments { environments, unset } => match wanted.environment {
                None if *unset => {}
                None => bad("/environment", format!("it has to be one of {}", environments.join(", "))),
                Some(has) if environments.iter().any(|allowed| allowed == has) => {}
                Some(has) => {
                    let allowed = environments.join(", ");
                    bad("/environment", format!("{has} is not allowed: use one of {allowed}"));
                }
            },
            RuleCheck::RenewalLeadTime { .. } if wanted.key_strategy == KeyStrategy::Found => {}
            RuleCheck::RenewalLeadTime { min_seconds, min_percent } => {
                let least = Lead { min_seconds: *min_seconds, min_percent: *min_percent };
                if let Some(detail) = least.late_by(wanted) {
                    bad("/renewal_policy_id", detail);
                }
            }
            RuleCheck::MaxLifetime { max_seconds } => {
                if let Some(detail) = too_long(*max_seconds, wanted.lifetime_seconds) {
                    bad("/lifetime_seconds", detail);
                }
            }
            RuleCheck::KeyStrength { min_rsa_bits, min_ec_bits, algorithms } => {
                let weak = weakness(*min_rsa_bits, *min_ec_bits, algorithms, wanted.key_algorithm);
                if let Some(detail) = weak {
                    bad("/key_algorithm", detail);
                }
            }
        }
        found
    }

    /// All that is wrong with a certificate: with what is wanted, and with what its key holders have at `now`.
    pub fn breach(&self, wanted: &Wanted<'_>, held: &[Held], now: Ts) -> Vec<Breach> {
        let mut found = self.breach_of_wanted(wanted);
        // What is said of the wish once need not be said of each version.
        if !found.is_empty() || !self.enabled || !self.selector.admits(wanted) {
            return found;
        }
        let of_version = |held: &Held| match &self.check {
            RuleCheck::AllowedIssuers { issuer_ids } => foreign_issuer(issuer_ids, &held.issuer_id),
            RuleCheck::MaxLifetime { max_seconds } => {
                too_long(*max_seconds, held.validity.lifetime_seconds())
            }
            RuleCheck::KeyStrength { min_rsa_bits, min_ec_bits, algorithms } => {
                weakness(*min_rsa_bits, *min_ec_bits, algorithms, &held.key_algorithm)
            }
            RuleCheck::RenewalLeadTime { .. } if wanted.key_strategy == KeyStrategy::Found => None,
            RuleCheck::RenewalLeadTime { min_seconds, min_percent } => {
                let least = Lead { min_seconds: *min_seconds, min_percent: *min_percent };
                let seconds = least.seconds(held.validity.lifetime_seconds());
                let end = held.validity.not_after;
                (end.seconds_since(now) < seconds).then(|| {
                    format!(
                        "it ends at {end} and should have been renewed {} before",
                        humane_seconds(seconds)
                    )
                })
            }
            RuleCheck::AllowedDomains { .. }
            | RuleCheck::RequiredMetadata { .. }
            | RuleCheck::AllowedEnvironments { .. } => None,
        };
        for detail in held.iter().filter_map(of_version) {
            let breach = Breach { field: String::new(), detail: format!("the current version: {detail}") };
            if !found.contains(&breach) {
                found.push(breach);
            }
        }
        found
    }

    /// What a change to `after` would bring in that `before` did not have; none in mode `observe`. What was wrong already
    /// stays allowed, so that a certificate can be put right step by step.
    pub fn refusal(&self, before: Option<&Wanted<'_>>, after: &Wanted<'_>) -> Vec<Breach> {
        if self.mode == RuleMode::Observe {
            return Vec::new();
        }
        let had = before.map(|before| self.breach_of_wanted(before)).unwrap_or_default();
        let mut found = self.breach_of_wanted(after);
        found.retain(|breach| !had.contains(breach));
        found
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.id, self.name)
    }
}

fn foreign_issuer(allowed: &[IssuerId], has: &IssuerId) -> Option<String> {
    let texts = || allowed.iter().map(IssuerId::as_str).collect::<Vec<_>>().join(", ");
    (!allowed.contains(has)).then(|| format!("the issuer {has} is not allowed: use one of {}", texts()))
}

/// Why a name lies outside of the domains.
fn outside(domains: &[String], ip_addresses: bool, name: &str) -> Option<String> {
    if name.parse::<std::net::IpAddr>().is_ok() {
        return (!ip_addresses).then(|| format!("{name} is an IP address, which is not allowed"));
    }
    let host = host_of(name);
    let within = |domain: &String| {
        host == domain || host.strip_suffix(domain.as_str()).is_some_and(|rest| rest.ends_with('.'))
    };
    let allowed = || domains.join(", ");
    (!domains.iter().any(within)).then(|| format!("{name} is in none of the domains {}", allowed()))
}

/// The host in a DNS name, a wildcard, an e-mail address or a URI.
fn host_of(name: &str) -> &str {
    let rest = name.split_once("://").map_or(name, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = host.strip_prefix("*.").unwrap_or(host);
    // A port; addresses in brackets are none of a domain's names.
    host.split_once(':').map_or(host, |(host, _)| host)
}

fn too_long(max_seconds: i64, seconds: i64) -> Option<String> {
    (seconds > max_seconds).then(|| {
        format!("a lifetime of {} is longer than {}", humane_seconds(seconds), humane_seconds(max_seconds))
    })
}

fn weakness(
    min_rsa_bits: Option<u32>,
    min_ec_bits: Option<u32>,
    algorithms: &[String],
    has: &str,
) -> Option<String> {
    if !algorithms.is_empty() && !algorithms.iter().any(|allowed| allowed == has) {
        return Some(format!("a key of {has} is not allowed: use one of {}", algorithms.join(", ")));
    }
    let (family, bits) = strength(has);
    let least = match family {
        Family::Rsa => min_rsa_bits?,
        Family::Curve => min_ec_bits?,
        Family::Other => return None,
    };
    (bits < least).then(|| format!("a key of {has} has fewer than {least} bits"))
}

enum Family {
    Rsa,
    Curve,
    Other,
}

/// Family and size of a key, from the text of its algorithm.
fn strength(algorithm: &str) -> (Family, u32) {
    let number = |text: &str| text.parse::<u32>().unwrap_or(0);
    if let Some(bits) = algorithm.strip_prefix("rsa-") {
        (Family::Rsa, number(bits))
    } else if let Some(bits) = algorithm.strip_prefix("ecdsa-p") {
        (Family::Curve, number(bits))
    } else {
        match algorithm {
            "ed25519" => (Family::Curve, 256),
            "ed448" => (Family::Curve, 448),
            _ => (Family::Other, 0),
        }
    }
}

/// How long before the end a renewal has to begin.
struct Lead {
    min_seconds: Option<i64>,
    min_percent: Option<u8>,
}

impl Lead {
    fn seconds(&self, lifetime_seconds: i64) -> i64 {
        let share = self.min_percent.map_or(0, |percent| {
            lifetime_seconds.saturating_mul(i64::from(percent)).checked_div(100).unwrap_or(0)
        });
        self.min_seconds.unwrap_or(0).max(share)
    }

    fn late_by(&self, wanted: &Wanted<'_>) -> Option<String> {
        let (seconds, policy) = (self.seconds(wanted.lifetime_seconds), wanted.policy_id);
        if !wanted.renewal.automatic {
            return Some(format!("{policy} leaves renewal to a person: name one that renews by itself"));
        }
        let planned = planned_lead_seconds(wanted.lifetime_seconds, wanted.renewal);
        (planned < seconds).then(|| {
            format!(
                "{policy} renews {} before the end of a lifetime of {}, but {} are asked for",
                humane_seconds(planned),
                humane_seconds(wanted.lifetime_seconds),
                humane_seconds(seconds)
            )
        })
    }
}

#[cfg(test)]
mod tests;
