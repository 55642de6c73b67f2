//! One DNS record of a proof: what is wanted, checked, and how far it is.
//!
//! Not for: setting it (`mod.rs`). Invariants: the value is made here, of the key authorization, so that nothing but a digest is
//! ever written (RFC 8555, section 8.4); what may stand is taken away by its value, so that no other record is touched.

use std::time::Duration;

use certctl_api::agent_protocol::{ProofReport, ProofWork, RecordWork};
use certctl_connectors::dns::{DnsError, Fqdn, TxtRecord, challenge_value};
use certctl_core::challenge::RecordDoing;
use certctl_core::id::ChallengeId;
use certctl_core::time::Ts;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::local_policy::LocalPolicy;
use crate::proofs::claim::check_key_authorization;

/// Waits after the first failures, then the last of them again and again.
const WAITS_SECONDS: [u64; 6] = [1, 2, 5, 15, 60, 300];
/// The longest that a provider may ask to be left alone.
const LONGEST: Duration = Duration::from_secs(3_600);

/// A record that may stand, as it is noted before it is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) challenge_id: ChallengeId,
    pub(super) provider: String,
    pub(super) zone: String,
    pub(super) name: String,
    pub(super) value: String,
    pub(super) until: Ts,
}

impl Entry {
    /// Checks what the control plane sent; an error says what is wrong with it.
    pub(super) fn parse(work: &ProofWork) -> Result<Self, String> {
        let ProofWork { challenge_id, kind: _, name: _, token, key_authorization, until, record } = work;
        let Some(RecordWork { provider, zone, name }) = record else {
            return Err("the challenge of kind dns-01 does not say where its record goes".to_owned());
        };
        check_key_authorization(token, key_authorization)?;
        let record =
            TxtRecord::new(Fqdn::parse(zone)?, Fqdn::parse(name)?, &challenge_value(key_authorization))?;
        Ok(Self {
            challenge_id: challenge_id.clone(),
            provider: provider.clone(),
            zone: record.zone().as_str().to_owned(),
            name: record.name().as_str().to_owned(),
            value: record.value().to_owned(),
            until: *until,
        })
    }

    /// The record as providers are given it.
    pub(super) fn record(&self) -> Result<TxtRecord, String> {
        TxtRecord::new(Fqdn::parse(&self.zone)?, Fqdn::parse(&self.name)?, &self.value)
    }

    /// Whether the host's policy allows it.
    pub(super) fn permitted(&self, policy: &LocalPolicy) -> Result<(), String> {
        let name = Fqdn::parse(&self.name)?;
        policy.dns_provider(&self.provider)?.permits(&self.provider, &name, &policy.source)
    }

    /// Whether it looks the same in the DNS, whoever wants it.
    pub(super) fn is_same_record(&self, other: &Self) -> bool {
        (&self.provider, &self.name, &self.value) == (&other.provider, &other.name, &other.value)
    }
}

/// What is to become of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aim {
    /// It is of an earlier start, and the control plane has not said yet.
    Unsaid,
    /// It is to stand.
    Stand,
    /// It is to go.
    Go,
}

/// A record and how far it is.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) entry: Entry,
    pub(super) aim: Aim,
    /// The provider has confirmed it.
    pub(super) stands: bool,
    /// It was never tried.
    pub(super) is_fresh: bool,
    /// What came of the last try.
    pub(super) error: Option<String>,
    tries: usize,
    /// When it is tried next.
    pub(super) due: Instant,
}

impl Held {
    /// A new one, or one of an earlier start.
    pub(super) fn new(entry: Entry, aim: Aim) -> Self {
        let is_fresh = aim == Aim::Stand;
        Self { entry, aim, stands: false, is_fresh, error: None, tries: 0, due: Instant::now() }
    }

    /// Changes what is to become of it, and begins at once.
    pub(super) fn turn(&mut self, aim: Aim) {
        if self.aim != aim {
            (self.aim, self.stands, self.error, self.tries, self.due) = (aim, false, None, 0, Instant::now());
        }
    }

    /// Whether its provider has to be asked.
    pub(super) fn is_open(&self) -> bool {
        match self.aim {
            Aim::Unsaid => false,
            Aim::Stand => !self.stands,
            Aim::Go => true,
        }
    }

    /// Notes that a try failed, and when the next one is.
    pub(super) fn failed(&mut self, error: &DnsError) {
        let wait = Duration::from_secs(WAITS_SECONDS[self.tries.min(WAITS_SECONDS.len() - 1)]);
        let least = match error {
            DnsError::Retry { after, .. } => after.unwrap_or_default().min(LONGEST),
            DnsError::Refused(_) => Duration::from_secs(60),
        };
        self.due = Instant::now() + wait.max(least);
        self.tries += 1;
        self.error = Some(error.to_string());
    }

    /// What the control plane is told of it.
    pub(super) fn report(&self) -> ProofReport {
        let doing = match (self.aim, self.stands) {
            (Aim::Stand, true) => None,
            (Aim::Stand, false) | (Aim::Unsaid, _) => Some(RecordDoing::Setting),
            (Aim::Go, _) => Some(RecordDoing::Removing),
        };
        let error = if doing.is_some() { self.error.clone() } else { None };
        ProofReport { challenge_id: self.entry.challenge_id.clone(), error, doing }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proofs::claim::tests::{THUMB, work};

    fn wanted(zone: &str, name: &str) -> ProofWork {
        let mut work = work("chl-1", "dns-01", "www.example.org", "tok", 200);
        let [provider, zone, name] = ["lab", zone, name].map(str::to_owned);
        work.record = Some(RecordWork { provider, zone, name });
        work
    }

    #[test]
    fn the_value_is_the_digest_of_a_key_authorization_and_nothing_else() {
        let good = wanted("example.org", "_acme-challenge.www.example.org");
        let entry = Entry::parse(&good).unwrap();
        assert_eq!(entry.value, challenge_value(&format!("tok.{THUMB}")));
        assert_eq!(entry.value.len(), 43);
        for (token, authorization) in
            [("tok", "v=spf1 -all"), ("tok", "tok.short"), ("", THUMB), ("a b", "a b.x"), ("tok", "other.x")]
        {
            let mut bad = good.clone();
            (bad.token, bad.key_authorization) = (token.to_owned(), authorization.to_owned());
            assert!(Entry::parse(&bad).is_err(), "{token} {authorization}");
        }
    }

    #[test]
    fn a_record_has_a_place_within_its_zone() {
        let mut nowhere = wanted("example.org", "_acme-challenge.www.example.org");
        nowhere.record = None;
        assert!(Entry::parse(&nowhere).unwrap_err().contains("where its record goes"));
        for (zone, name) in
            [("example.org", "_acme-challenge.example.net"), ("example.org", "*.example.org"), ("", "a")]
        {
            assert!(Entry::parse(&wanted(zone, name)).is_err(), "{zone} {name}");
        }
    }

    #[test]
    fn what_is_said_of_a_record_follows_from_how_far_it_is() {
        let entry = Entry::parse(&wanted("example.org", "_acme-challenge.www.example.org")).unwrap();
        let mut held = Held::new(entry, Aim::Stand);
        let said = |held: &Held| (held.report().doing, held.report().error);
        assert_eq!(said(&held), (Some(RecordDoing::Setting), None));
        held.failed(&DnsError::Retry { detail: "no answer".to_owned(), after: None });
        assert_eq!(said(&held), (Some(RecordDoing::Setting), Some("no answer".to_owned())));
        assert!(held.due > Instant::now() && held.is_open());
        (held.stands, held.error) = (true, None);
        assert_eq!((said(&held), held.is_open()), ((None, None), false));
        held.turn(Aim::Go);
        assert_eq!((said(&held), held.is_open()), ((Some(RecordDoing::Removing), None), true));
    }
}
