//! The filters and orders of the list of certificates as flags.
//!
//! Not for: what they mean (core's `choice`, and the server). Invariant: one flag for each parameter of the list, read by
//! the same code as the server's, so that a value is refused before it is sent.

use std::collections::BTreeMap;

use certctl_core::certificate::CertificateStatus;
use certctl_core::choice::{BadFilter, Choice, LengthSpan, ShareSpan, Span};
use certctl_core::condition::Condition;
use certctl_core::id::{AgentId, IssuerId, OwnerId, ProfileId, RenewalPolicyId, TargetId, TeamId};
use certctl_core::inventory::{LiveState, Order};
use certctl_core::time::Ts;
use clap::Args;

use crate::arguments::When;
use crate::failure::Failure;
use crate::query::Query;

/// The filters of the list. `a,b` is one of these, `-a` not this one, `none` not set, `-none` set.
#[derive(Debug, Args)]
pub(crate) struct Filters {
    /// Part of a name, or a whole serial or fingerprint
    #[arg(long, short = 's', value_name = "TEXT")]
    search: Option<String>,
    /// Its computed status: several with commas, `-` before one for the others
    #[arg(long, value_name = "STATUS", value_parser = statuses, allow_hyphen_values = true)]
    status: Option<Choice<CertificateStatus>>,
    /// Its condition, such as failing,expired or -healthy
    #[arg(long, value_name = "CONDITION", value_parser = conditions, allow_hyphen_values = true)]
    condition: Option<Choice<Condition>>,
    /// Whether its targets serve it: all, some, none, no_targets
    #[arg(long, value_name = "STATE", allow_hyphen_values = true)]
    live: Option<Choice<LiveState>>,
    /// Only those that are archived
    #[arg(long)]
    archived: bool,
    /// By these issuers
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    issuer: Option<Choice<IssuerId>>,
    /// With these profiles
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    profile: Option<Choice<ProfileId>>,
    /// With these renewal policies
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    policy: Option<Choice<RenewalPolicyId>>,
    /// Of these owners; none for those without one
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    owner: Option<Choice<OwnerId>>,
    /// Of these teams; none for those without one
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    team: Option<Choice<TeamId>>,
    /// Whose key these agents hold; none for those that no agent holds
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    agent: Option<Choice<AgentId>>,
    /// Deployed to these targets; none for those that are deployed nowhere
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    target: Option<Choice<TargetId>>,
    /// Of these environments, such as production,staging or -production
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    environment: Option<Choice<String>>,
    /// With one of these labels; -edge for those without that one
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    tag: Option<Choice<String>>,
    /// With these key algorithms, such as ecdsa-p256
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    key_algorithm: Option<Choice<String>>,
    /// Ends in a range, such as ..30d or -7d..2027-01-01T00:00:00Z
    #[arg(long, value_name = "RANGE", allow_hyphen_values = true)]
    expires: Option<Span>,
    /// Renews in a range, such as ..7d
    #[arg(long, value_name = "RANGE", allow_hyphen_values = true)]
    renews: Option<Span>,
    /// Was made in a range, such as -7d..
    #[arg(long, value_name = "RANGE", allow_hyphen_values = true)]
    created: Option<Span>,
    /// Was last changed in a range, such as -1d..
    #[arg(long, value_name = "RANGE", allow_hyphen_values = true)]
    updated: Option<Span>,
    /// Has a share of its lifetime left, such as ..20%
    #[arg(long, value_name = "RANGE")]
    life: Option<ShareSpan>,
    /// Is valid for so long in all, such as ..10d
    #[arg(long, value_name = "RANGE")]
    lifetime: Option<LengthSpan>,
    /// Ends before: a time, or a duration such as 30d from now
    #[arg(long, value_name = "WHEN", value_parser = When::parse)]
    expires_before: Option<When>,
    /// Ends after: a time, or a duration from now
    #[arg(long, value_name = "WHEN", value_parser = When::parse)]
    expires_after: Option<When>,
    /// Renews before: a time, or a duration from now
    #[arg(long, value_name = "WHEN", value_parser = When::parse)]
    renews_before: Option<When>,
    /// The order: name, expires, renews, created, updated, attention; - before it for the other way
    #[arg(long, value_name = "ORDER", value_parser = order, allow_hyphen_values = true)]
    sort: Option<Order>,
}

fn order(text: &str) -> Result<Order, String> {
    text.parse()
}

/// Reads words without regard to case.
fn words<T: Copy + PartialEq>(
    text: &str,
    all: &'static [T],
    word: fn(T) -> &'static str,
) -> Result<Choice<T>, BadFilter> {
    let read = |given: Vec<Option<String>>| {
        given
            .into_iter()
            .map(|one| {
                let Some(one) = one else { return Ok(None) };
                let known = all.iter().copied().find(|known| word(*known).eq_ignore_ascii_case(&one));
                known.map(Some).ok_or_else(|| {
                    let known: Vec<&str> = all.iter().copied().map(word).collect();
                    BadFilter::new(format!("{one:?} is not one of {}", known.join(", ")))
                })
            })
            .collect::<Result<Vec<_>, _>>()
    };
    let given: Choice<String> = text.parse()?;
    Ok(Choice { any: read(given.any)?, not: read(given.not)? })
}

fn statuses(text: &str) -> Result<Choice<CertificateStatus>, BadFilter> {
    words(text, CertificateStatus::ALL, CertificateStatus::as_str)
}

fn conditions(text: &str) -> Result<Choice<Condition>, BadFilter> {
    words(text, Condition::ALL, Condition::as_str)
}

impl Filters {
    /// The filters of what has no order.
    ///
    /// # Errors
    /// [`Failure::Usage`] when an order was asked for.
    pub(super) fn unsorted(&self, now: Ts) -> Result<Query, Failure> {
        match self.sort {
            None => Ok(self.query(now)),
            Some(_) => Err(Failure::usage("--sort is for lists", "leave it out")),
        }
    }

    /// The filters as a bulk selection.
    ///
    /// # Errors
    /// [`Failure::Usage`] when an order was asked for.
    pub(crate) fn selection(&self, now: Ts) -> Result<BTreeMap<String, String>, Failure> {
        self.unsorted(now).map(Query::into_map)
    }

    /// The filters and the order.
    pub(super) fn query(&self, now: Ts) -> Query {
        Query::default()
            .with("q", self.search.as_ref())
            .with("status", self.status.as_ref())
            .with("condition", self.condition.as_ref())
            .with("live", self.live.as_ref())
            .with("archived", self.archived.then_some(true))
            .with("issuer_id", self.issuer.as_ref())
            .with("profile_id", self.profile.as_ref())
            .with("policy_id", self.policy.as_ref())
            .with("owner_id", self.owner.as_ref())
            .with("team_id", self.team.as_ref())
            .with("agent_id", self.agent.as_ref())
            .with("target_id", self.target.as_ref())
            .with("environment", self.environment.as_ref())
            .with("tag", self.tag.as_ref())
            .with("key_algorithm", self.key_algorithm.as_ref())
            .with("expires", self.expires.as_ref())
            .with("renews", self.renews.as_ref())
            .with("created", self.created.as_ref())
            .with("updated", self.updated.as_ref())
            .with("life", self.life.as_ref())
            .with("lifetime", self.lifetime.as_ref())
            .with("expires_before", self.expires_before.map(|when| when.ahead(now)))
            .with("expires_after", self.expires_after.map(|when| when.ahead(now)))
            .with("renews_before", self.renews_before.map(|when| when.ahead(now)))
            .with("sort", self.sort)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        filters: Filters,
    }

    fn sent(line: &str) -> String {
        let line = Line::try_parse_from(line.split(' ')).unwrap();
        line.filters.query(Ts::from_second(0)).after("/certificates")
    }

    #[test]
    fn filters_are_sent_as_they_were_written() {
        assert_eq!(
            sent("certs --status expired,-FAILED --environment -production --owner none --sort -attention"),
            "/certificates?status=Expired%2C-Failed&owner_id=none&environment=-production&sort=-attention"
        );
        assert_eq!(
            sent("certs --condition=-healthy --live none --life ..20% --expires -2d..30d --archived"),
            "/certificates?condition=-healthy&live=none&archived=true&expires=-2d..30d&life=..20%25"
        );
    }

    #[test]
    fn bad_filters_are_refused_before_they_are_sent() {
        for (line, part) in [
            ("certs --status gone", "Active"),
            ("certs --condition ill", "healthy"),
            ("certs --owner mc-web", "owner"),
            ("certs --expires tomorrow", "FROM..TO"),
            ("certs --sort size", "attention"),
        ] {
            let error = Line::try_parse_from(line.split(' ')).unwrap_err().to_string();
            assert!(error.contains(part), "{line}: {error}");
        }
    }
}
