//! Authorizations and their challenges (RFC 8555, section 7.5): which proofs are needed, and telling the server that they stand.
//!
//! Not for: showing a proof (the server and its agents). Invariants: a challenge is answered once, after its proof stood; a proof is
//! only ever made for a name that was asked for; a token is base64url (section 8.1), because it becomes part of a path.

use std::time::Duration;

use aws_lc_rs::digest;
use certctl_core::authority::ProofKind;
use certctl_pki::Name;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Acme;
use super::jws::encoded;
use super::order::{Answering, Identifier, MAX_TOLD, Order, Place};
use super::problem::{Refusal, told};
use super::session::Session;
use crate::issuers::outside::answers::{after, not_understood};
use crate::issuers::outside::{AuthorityError, Next, Proof};
use crate::outside::shortened;

/// An authorization (section 7.1.4).
#[derive(Debug, Clone, Deserialize)]
struct Authorization {
    identifier: Identifier,
    status: String,
    #[serde(default)]
    challenges: Vec<Challenge>,
    #[serde(default)]
    wildcard: bool,
}

/// A challenge (section 8).
#[derive(Debug, Clone, Deserialize)]
struct Challenge {
    #[serde(rename = "type")]
    kind: String,
    url: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    token: String,
    #[serde(default)]
    error: Value,
    /// Of dns-persist-01 (draft-ietf-acme-dns-persist, section 3): the names that the record may give the authority.
    #[serde(default, rename = "issuer-domain-names")]
    issuer_domain_names: Vec<String>,
    /// Of dns-persist-01: who may be issued to.
    #[serde(default, rename = "accounturi")]
    account_uri: Option<String>,
}

/// At which of the looks at an order whose challenges are answered these are looked at, too.
const EVERY: usize = 4;

/// What has to be proved.
struct Needed {
    proof: Proof,
    challenge: Challenge,
}

/// For people.
fn listed(proofs: &[Proof]) -> String {
    let all: Vec<String> = proofs.iter().map(|proof| format!("{} ({})", proof.name, proof.kind)).collect();
    shortened(&all.join(", "), 500)
}

impl Acme {
    /// The kinds of proofs that the configuration and the name allow, the preferred one first.
    pub(super) fn kinds_for(&self, name: &Name) -> Result<Vec<ProofKind>, AuthorityError> {
        let fits = |kind: &ProofKind| match (name, kind) {
            // RFC 8555, section 7.1.3 and the CA/Browser Forum: a host cannot prove what is below it.
            (Name::Wildcard(_), kind) => matches!(kind, ProofKind::Dns01 | ProofKind::DnsPersist01),
            // RFC 8738, section 7: there is no name to put a record at.
            (Name::Ip(_), kind) => matches!(kind, ProofKind::Http01 | ProofKind::TlsAlpn01),
            (Name::Dns(_) | Name::Uri(_) | Name::Email(_), _) => true,
        };
        let found: Vec<ProofKind> = self.challenges.iter().copied().filter(fits).collect();
        if !found.is_empty() {
            return Ok(found);
        }
        let wanted = match name {
            Name::Wildcard(_) => "dns-01 or dns-persist-01",
            Name::Ip(_) | Name::Dns(_) | Name::Uri(_) | Name::Email(_) => "http-01 or tls-alpn-01",
        };
        Err(AuthorityError::Refused(format!(
            "{name} can be proved by {wanted} only, which the issuer's challenges do not have"
        )))
    }
}

impl Authorization {
    /// The name that was asked for with it.
    fn name<'a>(&self, names: &'a [Name]) -> Option<&'a Name> {
        let value = self.identifier.value.strip_prefix("*.").unwrap_or(&self.identifier.value);
        let is_wildcard = self.wildcard || self.identifier.value.starts_with("*.");
        names.iter().find(|name| match name {
            Name::Wildcard(text) => {
                is_wildcard
                    && text.as_str().strip_prefix("*.").is_some_and(|base| base.eq_ignore_ascii_case(value))
            }
            Name::Dns(text) => !is_wildcard && text.as_str().eq_ignore_ascii_case(value),
            Name::Ip(address) => value.parse().is_ok_and(|found: std::net::IpAddr| found == *address),
            Name::Uri(_) | Name::Email(_) => false,
        })
    }

    /// For people.
    fn told(&self) -> String {
        if self.wildcard { format!("*.{}", self.identifier.value) } else { self.identifier.value.clone() }
    }

    /// What its challenges failed with.
    fn failure(&self) -> Option<String> {
        if matches!(self.status.as_str(), "pending" | "valid") {
            return None;
        }
        let failed = self.challenges.iter().filter(|challenge| challenge.error.is_object());
        let said: Vec<String> =
            failed.map(|challenge| format!("{}: {}", challenge.kind, told(&challenge.error))).collect();
        let said =
            if said.is_empty() { format!("the authorization is {}", self.status) } else { said.join(", ") };
        Some(format!("{}: {said}", self.told()))
    }
}

impl Session<'_> {
    async fn authorization(&self, url: &str) -> Result<Authorization, AuthorityError> {
        let answer = self.authorized(&self.given(url)?, None).await?.map_err(Refusal::of_order)?;
        serde_json::from_str(&answer.text).map_err(|_| not_understood(&answer.text))
    }

    /// What the challenges of an order failed with, as far as the server still says it.
    pub(super) async fn failures(&self, order: &Order) -> Vec<String> {
        let mut said = Vec::new();
        for url in &order.authorizations {
            if let Ok(authorization) = self.authorization(url).await {
                said.extend(authorization.failure());
            }
        }
        said
    }

    /// Names the proofs that are needed, and answers those that stand.
    pub(super) async fn prove(
        &self,
        mut place: Place<'_>,
        order: &Order,
        shown: bool,
        mut wait: Option<Duration>,
    ) -> Result<Next, AuthorityError> {
        // An order whose challenges failed says so itself; now and then they are looked at all the same.
        let all_answered = !place.proofs.is_empty() && place.proofs.iter().all(|one| one.answered);
        // What a record that stays has to say is in its challenge.
        let stays = place.proofs.iter().any(|one| one.kind == ProofKind::DnsPersist01);
        if shown && all_answered && !stays && !place.looks.is_multiple_of(EVERY) {
            let proofs: Vec<Proof> = place
                .proofs
                .iter()
                .map(|one| self.proof(&one.name, one.kind, &one.token))
                .collect::<Result<_, _>>()?;
            let doing = format!("The authority checks the proofs: {}", listed(&proofs));
            return self.waiting(place, doing, wait, proofs);
        }
        let (mut needed, mut failures) = (Vec::new(), Vec::new());
        for url in &order.authorizations {
            let authorization = self.authorization(url).await?;
            failures.extend(authorization.failure());
            if authorization.status == "pending" {
                needed.push(self.needed(&place, &authorization).await?);
            }
        }
        if !failures.is_empty() {
            let said = shortened(&failures.join("; "), MAX_TOLD);
            return Err(AuthorityError::OrderFailed(format!("control was not proved: {said}")));
        }
        if needed.is_empty() {
            return self.waiting(place, "The authority checks the order", None, Vec::new());
        }
        let proofs: Vec<Proof> = needed.iter().map(|one| one.proof.clone()).collect();
        let names = listed(&proofs);
        let asked_for = |token: &str| place.proofs.iter().any(|one| one.token == token);
        if !shown || !proofs.iter().all(|proof| asked_for(&proof.token)) {
            let was_asked = proofs.iter().all(|proof| asked_for(&proof.token));
            let answered = |token: &str| place.proofs.iter().any(|one| one.token == token && one.answered);
            place.proofs = proofs
                .iter()
                .map(|proof| Answering {
                    name: proof.name.clone(),
                    kind: proof.kind,
                    token: proof.token.clone(),
                    answered: answered(&proof.token),
                })
                .collect();
            if !was_asked {
                place.looks = 0;
            }
            return self.waiting(place, format!("Waits until the proofs stand: {names}"), None, proofs);
        }
        let mut n_answered = 0;
        for one in &needed {
            let Some(noted) = place.proofs.iter_mut().find(|noted| noted.token == one.proof.token) else {
                continue;
            };
            if noted.answered || one.challenge.status == "processing" {
                continue;
            }
            let url = self.given(&one.challenge.url)?;
            let answer = self.authorized(&url, Some(&json!({}))).await?.map_err(Refusal::of_order)?;
            wait = wait.max(after(&answer, self.call.now));
            noted.answered = true;
            n_answered += 1;
        }
        if n_answered > 0 {
            place.looks = 0;
        }
        self.waiting(place, format!("The authority checks the proofs: {names}"), wait, proofs)
    }

    /// The proof of an authorization: by the first kind of the configuration that is offered and fits.
    async fn needed(
        &self,
        place: &Place<'_>,
        authorization: &Authorization,
    ) -> Result<Needed, AuthorityError> {
        let name = authorization.name(place.asked.names).ok_or_else(|| {
            AuthorityError::OrderFailed(format!(
                "the authority wants a proof for {}, which was not asked for",
                authorization.told()
            ))
        })?;
        let kinds = self.acme.kinds_for(name)?;
        let offered = |kind: &ProofKind| {
            let challenge = authorization.challenges.iter().find(|challenge| challenge.kind == kind.as_str());
            challenge.map(|challenge| (*kind, challenge.clone()))
        };
        let Some((kind, challenge)) = kinds.iter().find_map(offered) else {
            let offered: Vec<&str> =
                authorization.challenges.iter().map(|challenge| challenge.kind.as_str()).collect();
            return Err(AuthorityError::Refused(format!(
                "for {name} the authority offers only {}: none of them is among the issuer's challenges that fit",
                shortened(&offered.join(", "), MAX_TOLD)
            )));
        };
        let text = name.to_string();
        let base = text.strip_prefix("*.").unwrap_or(&text);
        if kind == ProofKind::DnsPersist01 {
            let (issuers, account) = (&challenge.issuer_domain_names, challenge.account_uri.as_deref());
            let record = self.record_that_stays(name, issuers, account).await?;
            // It has no token; here its address stands for it, so that every challenge has its own.
            let token = encoded(digest::digest(&digest::SHA256, challenge.url.as_bytes()));
            let proof =
                Proof { name: base.to_owned(), kind, token, key_authorization: record.texts.join("\n") };
            return Ok(Needed { proof, challenge });
        }
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if !(1..=512).contains(&challenge.token.len()) || !challenge.token.bytes().all(letter) {
            return Err(AuthorityError::OrderFailed(format!(
                "the authority's token for {name} is not base64url (RFC 8555, section 8.1)"
            )));
        }
        let proof = self.proof(base, kind, &challenge.token)?;
        Ok(Needed { proof, challenge })
    }

    fn proof(&self, name: &str, kind: ProofKind, token: &str) -> Result<Proof, AuthorityError> {
        Ok(Proof {
            name: name.to_owned(),
            kind,
            token: token.to_owned(),
            key_authorization: format!("{token}.{}", self.key()?.thumbprint()),
        })
    }
}
