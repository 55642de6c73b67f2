//! What became of each proof: who comes first, who waits, who cannot be shown and why.
//!
//! Not for: showing them (`mod.rs`). Invariants: a proof that stands is not displaced by one that came later; one that
//! waits is neither reported as standing nor as failed.

use std::collections::{HashMap, HashSet};

use certctl_api::agent_protocol::{ProofReport, ProofWork};
use certctl_core::id::ChallengeId;
use certctl_core::time::Ts;

use super::claim::{Claim, ProofKind};
use crate::local_policy::LocalPolicy;

/// How many proofs there may be; a control plane that asks for more is not served.
pub(crate) const MAX_PROOFS: usize = 512;

/// A proof that the control plane wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proof {
    pub(crate) id: ChallengeId,
    /// What is wanted, or why it can never be shown.
    pub(crate) claim: Result<Claim, String>,
    pub(crate) state: State,
}

/// What became of a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    /// It is shown.
    Standing,
    /// Another one for its name is shown; it comes after that.
    Waiting,
    /// It cannot be shown.
    Failed(String),
}

impl Proof {
    /// When it has to go, unless it is not shown anyway.
    pub(crate) fn lasts_until(&self) -> Option<Ts> {
        match (&self.claim, &self.state) {
            (Ok(claim), State::Standing | State::Waiting) => Some(claim.until),
            (Ok(_), State::Failed(_)) | (Err(_), _) => None,
        }
    }

    /// Says what is new.
    pub(crate) fn log(&self, before: Option<&Self>) {
        if before.is_some_and(|before| before.state == self.state) {
            return;
        }
        let id = &self.id;
        let what = match &self.claim {
            Ok(claim) => format!("{} for {}", claim.kind, claim.name),
            Err(_) => "the proof".to_owned(),
        };
        match &self.state {
            State::Standing => tracing::info!(challenge.id = %id, "{what} stands ({id})"),
            State::Waiting => tracing::info!(challenge.id = %id, "{what} waits for another proof ({id})"),
            State::Failed(error) => {
                tracing::warn!(challenge.id = %id, "{what} cannot be shown ({id}): {error}")
            }
        }
    }
}

/// What the control plane is told.
pub(crate) fn reports(proofs: &[Proof]) -> Vec<ProofReport> {
    let report = |proof: &Proof| {
        let error = match &proof.state {
            State::Standing => None,
            State::Failed(error) => Some(error.clone()),
            State::Waiting => return None,
        };
        Some(ProofReport { challenge_id: proof.id.clone(), error, doing: None })
    };
    proofs.iter().filter_map(report).collect()
}

/// The proofs that are wanted: first those that are known, as they came, then the new ones in their order.
pub(crate) fn in_turn(known: &[Proof], wanted: &[ProofWork]) -> Vec<Proof> {
    if wanted.len() > MAX_PROOFS {
        tracing::warn!("{} proofs are wanted; {MAX_PROOFS} are looked at", wanted.len());
    }
    let wanted: Vec<(&ChallengeId, Result<Claim, String>)> =
        wanted.iter().take(MAX_PROOFS).map(|work| (&work.challenge_id, Claim::parse(work))).collect();
    let claims: HashMap<&ChallengeId, &Result<Claim, String>> =
        wanted.iter().rev().map(|(id, claim)| (*id, claim)).collect();
    let is_wanted = |proof: &&Proof| claims.get(&proof.id).is_some_and(|claim| **claim == proof.claim);
    let mut proofs: Vec<Proof> = known.iter().filter(is_wanted).cloned().collect();
    let mut seen: HashSet<ChallengeId> = proofs.iter().map(|proof| proof.id.clone()).collect();
    for (id, claim) in &wanted {
        if seen.insert((*id).clone()) {
            proofs.push(Proof { id: (*id).clone(), claim: claim.clone(), state: State::Waiting });
        }
    }
    proofs
}

/// Decides which of them may stand: by the host's policy, their time, and what came before them.
pub(crate) fn judge(proofs: &mut [Proof], policy: Result<&LocalPolicy, &str>, now: Ts) {
    // What is shown under each token, and under each name.
    let (mut tokens, mut names) = (HashMap::new(), HashMap::new());
    for Proof { claim, state, .. } in proofs {
        *state = match (&*claim, policy) {
            (Err(error), _) => State::Failed(error.clone()),
            (Ok(_), Err(error)) => State::Failed(error.to_owned()),
            (Ok(claim), Ok(policy)) => match allowed(claim, policy, now) {
                Err(error) => State::Failed(error),
                Ok(()) => {
                    let ours = claim.key_authorization.clone();
                    match claim.kind {
                        ProofKind::Http01 => {
                            if *tokens.entry(claim.token.clone()).or_insert_with(|| ours.clone()) == ours {
                                State::Standing
                            } else {
                                State::Failed("another challenge has the same token".to_owned())
                            }
                        }
                        ProofKind::TlsAlpn01 => {
                            if *names.entry(claim.server_name()).or_insert_with(|| ours.clone()) == ours {
                                State::Standing
                            } else {
                                State::Waiting
                            }
                        }
                    }
                }
            },
        };
    }
}

fn allowed(claim: &Claim, policy: &LocalPolicy, now: Ts) -> Result<(), String> {
    if claim.until <= now {
        return Err(format!(
            "the proof was to be shown until {}, and by the clock of this host that has passed",
            claim.until
        ));
    }
    match claim.kind {
        ProofKind::Http01 => drop(policy.challenges.http_01(&policy.source)?),
        ProofKind::TlsAlpn01 => drop(policy.challenges.tls_alpn_01(&policy.source)?),
    }
    policy.challenges.name(&claim.name, &policy.source)
}

/// The claims of one kind that stand, one for each that looks the same from outside, with the latest of their times.
pub(crate) fn standing(proofs: &[Proof], kind: ProofKind) -> Vec<Claim> {
    let mut claims: HashMap<String, Claim> = HashMap::new();
    for proof in proofs {
        let Proof { claim: Ok(claim), state: State::Standing, .. } = proof else { continue };
        if claim.kind != kind {
            continue;
        }
        let key = match kind {
            ProofKind::Http01 => claim.token.clone(),
            ProofKind::TlsAlpn01 => claim.server_name(),
        };
        let kept = claims.entry(key).or_insert_with(|| claim.clone());
        kept.until = kept.until.max(claim.until);
    }
    claims.into_values().collect()
}

/// Notes why proofs of one kind that stand do not after all; `token` says which, absent all.
pub(crate) fn fail(proofs: &mut [Proof], kind: ProofKind, token: Option<&str>, error: &str) {
    for proof in proofs {
        let is_meant = proof.state == State::Standing
            && proof
                .claim
                .as_ref()
                .is_ok_and(|claim| claim.kind == kind && token.is_none_or(|token| token == claim.token));
        if is_meant {
            proof.state = State::Failed(error.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::proofs::claim::tests::{THUMB, work};

    const BOTH: &str =
        "[challenges]\nhttp_01_listen = \"127.0.0.1:80\"\ntls_alpn_01_listen = \"127.0.0.1:443\"\n";

    fn states(proofs: &mut [Proof], policy: &str) -> Vec<String> {
        let policy = LocalPolicy::parse(Path::new("/etc/certctl/agent.toml"), policy).unwrap();
        judge(proofs, Ok(&policy), Ts::from_second(100));
        let state = |proof: &Proof| match &proof.state {
            State::Standing => format!("{} stands", proof.id),
            State::Waiting => format!("{} waits", proof.id),
            State::Failed(error) => format!("{} {error}", proof.id),
        };
        proofs.iter().map(state).collect()
    }

    #[test]
    fn a_certificate_for_a_name_waits_for_the_one_that_came_before() {
        let one = work("chl-1", "tls-alpn-01", "www.example.com", "one", 200);
        let two = work("chl-2", "tls-alpn-01", "WWW.example.com", "two", 200);
        let mut proofs = in_turn(&[], std::slice::from_ref(&two));
        assert_eq!(states(&mut proofs, BOTH), ["chl-2 stands"]);
        // The control plane names the older challenge first; the one that stands is not displaced.
        let mut proofs = in_turn(&proofs, &[one.clone(), two.clone()]);
        assert_eq!(states(&mut proofs, BOTH), ["chl-2 stands", "chl-1 waits"]);
        let told = reports(&proofs);
        assert_eq!((told.len(), told[0].challenge_id.as_str()), (1, "chl-2"));
        let mut proofs = in_turn(&proofs, &[one]);
        assert_eq!(states(&mut proofs, BOTH), ["chl-1 stands"]);
        // Orders may share a challenge; what looks the same from outside needs no turn.
        let mut same = work("chl-3", "tls-alpn-01", "www.example.com", "one", 300);
        let mut proofs =
            in_turn(&proofs, &[work("chl-1", "tls-alpn-01", "www.example.com", "one", 200), same.clone()]);
        assert_eq!(states(&mut proofs, BOTH), ["chl-1 stands", "chl-3 stands"]);
        let shown = standing(&proofs, ProofKind::TlsAlpn01);
        assert_eq!((shown.len(), shown[0].until), (1, Ts::from_second(300)));
        // A challenge that changed is another one.
        same.key_authorization = format!("one.{}", THUMB.replace('9', "8"));
        let mut proofs = in_turn(&proofs, &[same, two]);
        assert_eq!(states(&mut proofs, BOTH), ["chl-3 stands", "chl-2 waits"]);
    }

    #[test]
    fn pages_of_one_name_stand_beside_each_other_and_a_token_is_not_shared() {
        let mut stolen = work("chl-3", "http-01", "other.example.com", "one", 200);
        stolen.key_authorization = format!("one.{}", THUMB.replace('9', "8"));
        let wanted = [
            work("chl-1", "http-01", "www.example.com", "one", 200),
            work("chl-2", "http-01", "www.example.com", "two", 200),
            stolen,
        ];
        let mut proofs = in_turn(&[], &wanted);
        assert_eq!(
            states(&mut proofs, BOTH),
            ["chl-1 stands", "chl-2 stands", "chl-3 another challenge has the same token"]
        );
        fail(&mut proofs, ProofKind::Http01, Some("two"), "the disk is full");
        let told = reports(&proofs);
        assert_eq!(told[1].error.as_deref(), Some("the disk is full"));
        assert_eq!((told[0].error.as_ref(), told.len()), (None, 3));
    }

    #[test]
    fn what_the_policy_does_not_allow_and_what_is_too_late_is_said() {
        let wanted = [
            work("chl-1", "http-01", "www.example.com", "one", 200),
            work("chl-2", "tls-alpn-01", "www.example.com", "two", 200),
            work("chl-3", "http-01", "www.example.org", "three", 200),
            work("chl-4", "http-01", "www.example.com", "four", 100),
            work("chl-5", "http-01", "www.example.com", "fi/ve", 200),
        ];
        let mut proofs = in_turn(&[], &wanted);
        let policy = "[challenges]\nhttp_01_listen = \"127.0.0.1:80\"\nnames = [\"*.example.com\"]\n";
        let states = states(&mut proofs, policy);
        for (state, says) in
            states.iter().zip(["stands", "tls_alpn_01_listen", "\"names\"", "clock", "token"])
        {
            assert!(state.contains(says), "{states:#?}");
        }
        judge(&mut proofs, Err("the policy /x is not TOML"), Ts::from_second(100));
        assert!(
            proofs[..4]
                .iter()
                .all(|proof| proof.state == State::Failed("the policy /x is not TOML".to_owned()))
        );
    }

    #[test]
    fn no_more_than_a_limit_is_looked_at() {
        let wanted: Vec<ProofWork> = (0..2 * MAX_PROOFS)
            .map(|number| {
                work(&format!("chl-{number}"), "http-01", "www.example.com", &number.to_string(), 200)
            })
            .collect();
        let proofs = in_turn(&[], &wanted);
        assert_eq!(proofs.len(), MAX_PROOFS);
        assert_eq!(in_turn(&proofs, &[wanted[1].clone(), wanted[1].clone()]).len(), 1);
    }
}
