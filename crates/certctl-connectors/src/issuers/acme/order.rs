//! An order, step by step (RFC 8555, section 7.4): noted, ordered, proved, finalized, fetched.
//!
//! | progress | what is asked | what comes of it |
//! |---|---|---|
//! | none | nothing | the note that it will be ordered |
//! | `ordering` | `newOrder`; after a crash first the account's list of orders, where there is one | the order's address |
//! | `order`, pending | its authorizations, then its challenges | the proofs that have to stand |
//! | `order`, ready | its finalization | the certificate, or waiting |
//! | `order`, processing or valid | its certificate | the certificate, or waiting |
//!
//! A note that this process made and did not send is sent at once; any other may have been sent, and is looked for. What is found
//! there are orders of the same names that nobody finalized and that this process does not know to be another intent's. Two intents of
//! the same names may meet in one order after a crash: one of them gets its certificate, the other finds one for another key,
//! and orders anew.
//! Not for: challenges (`proofs`) or the certificate (`certificate`). Invariants: an order is finalized only while it is ready; a
//! progress that was made with another directory is not gone on with.

use std::time::Duration;

use certctl_core::authority::ProofKind;
use certctl_pki::Name;
use reqwest::Url;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::problem::{Refusal, links, told};
use super::renewal::certificate_id;
use super::session::Session;
use crate::issuers::outside::answers::{after, not_understood};
use crate::issuers::outside::{Asked, AuthorityError, Next, Proof};
use crate::outside::{Answer, shortened};

/// The longest wait between two looks at an order, whatever the server asks for.
const LONGEST: Duration = Duration::from_secs(3_600);
/// Seconds between two looks, when the server asks for nothing; the last one again and again.
const LOOKS: [u64; 8] = [1, 2, 3, 5, 10, 20, 30, 60];
/// The most pages of the account's orders that are read, and the most orders that are looked at.
const MAX_PAGES: usize = 5;
const MAX_LOOKED_AT: usize = 20;

/// The most letters of what it says of an order's failures.
pub(super) const MAX_TOLD: usize = 2_000;

/// What is stored between two steps. None of it is a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(super) enum Progress {
    /// It is about to be ordered.
    Ordering {
        /// With whom.
        directory: String,
    },
    /// It was ordered.
    Order {
        /// With whom.
        directory: String,
        /// Its address.
        order: String,
        /// The proofs that were asked for.
        #[serde(default)]
        proofs: Vec<Answering>,
        /// How often it was looked at since something changed.
        #[serde(default)]
        looks: usize,
    },
}

/// A challenge that is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Answering {
    /// The proof's name.
    pub(super) name: String,
    /// The proof's kind.
    pub(super) kind: ProofKind,
    /// Its token: every challenge has its own.
    pub(super) token: String,
    /// Whether the server was told that the proof stands.
    pub(super) answered: bool,
}

/// An order as the server shows it (section 7.1.3).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Order {
    pub(super) status: Status,
    #[serde(default)]
    identifiers: Vec<Identifier>,
    #[serde(default)]
    pub(super) authorizations: Vec<String>,
    #[serde(default)]
    finalize: String,
    #[serde(default)]
    pub(super) certificate: Option<String>,
    #[serde(default)]
    profile: Option<String>,
    #[serde(default)]
    error: Value,
}

/// Section 7.1.6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    Pending,
    Ready,
    Processing,
    Valid,
    Invalid,
}

/// What a certificate is ordered for: a DNS name, or an address (RFC 8738).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Identifier {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) value: String,
}

impl Identifier {
    /// ACME's own form of a name.
    pub(super) fn of(name: &Name) -> Result<Self, AuthorityError> {
        let kind = match name {
            Name::Dns(_) | Name::Wildcard(_) => "dns",
            Name::Ip(_) => "ip",
            Name::Uri(_) | Name::Email(_) => {
                return Err(AuthorityError::Refused(format!(
                    "{name} is neither a DNS name nor an address: ACME issues for nothing else"
                )));
            }
        };
        Ok(Self { kind: kind.to_owned(), value: name.to_string() })
    }
}

/// In one order, each once: to be compared.
fn sorted(mut identifiers: Vec<Identifier>) -> Vec<Identifier> {
    for identifier in &mut identifiers {
        identifier.value.make_ascii_lowercase();
    }
    identifiers.sort();
    identifiers.dedup();
    identifiers
}

/// Where an order is, for its steps.
#[derive(Debug)]
pub(super) struct Place<'a> {
    pub(super) asked: &'a Asked<'a>,
    pub(super) url: Url,
    pub(super) proofs: Vec<Answering>,
    pub(super) looks: usize,
}

impl Session<'_> {
    /// One step.
    pub(super) async fn step(
        &self,
        asked: &Asked<'_>,
        progress: Option<&Value>,
        shown: bool,
    ) -> Result<Next, AuthorityError> {
        self.key()?;
        let identifiers: Vec<Identifier> =
            sorted(asked.names.iter().map(Identifier::of).collect::<Result<_, _>>()?);
        for name in asked.names {
            self.acme.kinds_for(name)?;
        }
        let directory = self.acme.directory_url.url.to_string();
        let Some(progress) = progress else {
            self.acme.memory.note(asked.intent);
            let host = self.acme.directory_url.url.host_str().unwrap_or_default();
            let doing = format!("It is about to be ordered from {host}");
            return Ok(Next::waiting(
                told_progress(&Progress::Ordering { directory })?,
                doing,
                Duration::ZERO,
            ));
        };
        let lost = |text: &str| AuthorityError::OrderFailed(text.to_owned());
        let progress: Progress = serde_json::from_value(progress.clone())
            .map_err(|_| lost("what was stored of the order is not understood"))?;
        match progress {
            Progress::Ordering { directory: then } | Progress::Order { directory: then, .. }
                if then != directory =>
            {
                Err(lost("the order was made with another directory than the one that is configured now"))
            }
            Progress::Ordering { .. } => {
                let url = self.order_once(asked, &identifiers).await?;
                self.acme.memory.remember(url.as_str(), asked.intent);
                let place = Place { asked, url, proofs: Vec::new(), looks: 0 };
                self.waiting(place, "It is ordered", Some(Duration::ZERO), Vec::new())
            }
            Progress::Order { order, proofs, looks, .. } => {
                let url = self.given(&order)?;
                self.acme.memory.remember(url.as_str(), asked.intent);
                self.go_on(Place { asked, url, proofs, looks }, shown).await
            }
        }
    }

    /// Waiting, with the order's place as progress. `after`: what the server asks for.
    pub(super) fn waiting(
        &self,
        mut place: Place<'_>,
        doing: impl Into<String>,
        after: Option<Duration>,
        proofs: Vec<Proof>,
    ) -> Result<Next, AuthorityError> {
        let own = LOOKS.get(place.looks).or(LOOKS.last()).copied().unwrap_or_default();
        place.looks += 1;
        let progress = told_progress(&Progress::Order {
            directory: self.acme.directory_url.url.to_string(),
            order: place.url.to_string(),
            proofs: place.proofs,
            looks: place.looks,
        })?;
        let after = after.unwrap_or_else(|| Duration::from_secs(own)).min(LONGEST);
        Ok(Next::Waiting { progress, doing: doing.into(), after, proofs })
    }

    /// The address of the order: of one that was made before a crash, or of a new one.
    async fn order_once(&self, asked: &Asked<'_>, wanted: &[Identifier]) -> Result<Url, AuthorityError> {
        // What has to be there before something is sent: then a failure of it is no lost answer.
        let directory = self.directory().await?;
        self.account().await?;
        if !self.acme.memory.take_note(asked.intent)
            && let Some(found) = self.unused(asked, wanted).await?
        {
            return Ok(found);
        }
        let replaces = asked.replaces.filter(|_| directory.renewal_info.is_some()).and_then(certificate_id);
        let mut body = json!({ "identifiers": wanted });
        if let Some(profile) = &self.acme.profile {
            body["profile"] = json!(profile);
        }
        if let Some(replaces) = &replaces {
            body["replaces"] = json!(replaces);
        }
        let url = &directory.new_order;
        let mut answer = self.authorized(url, Some(&body)).await?;
        // RFC 9773, section 5: an order that names what was replaced already, or is not known, is better than none.
        if let (Some(_), Err(refusal)) = (&replaces, &answer)
            && (refusal.is("alreadyReplaced")
                || refusal.is("malformed")
                || matches!(refusal.status(), 404 | 409))
        {
            if let Some(body) = body.as_object_mut() {
                body.remove("replaces");
            }
            answer = self.authorized(url, Some(&body)).await?;
        }
        let answer = answer.map_err(Refusal::error)?;
        self.location(&answer, url)
    }

    /// An order of these names in the account's list that nobody has used.
    async fn unused(&self, asked: &Asked<'_>, wanted: &[Identifier]) -> Result<Option<Url>, AuthorityError> {
        let mut page = self.account().await?.orders;
        let mut found = Vec::new();
        for _ in 0..MAX_PAGES {
            let Some(url) = page else { break };
            let answer = match self.authorized(&url, None).await? {
                Ok(answer) => answer,
                // It may be there another time: nothing is ordered twice meanwhile.
                Err(refusal) if refusal.can_time_mend() && refusal.status() != 501 => {
                    return Err(refusal.error());
                }
                // Some servers name a list and have none.
                Err(_) => break,
            };
            let value: Value = serde_json::from_str(&answer.text).unwrap_or_default();
            let texts = value["orders"].as_array().into_iter().flatten().filter_map(Value::as_str);
            found.extend(texts.filter_map(|text| self.given(text).ok()));
            page = links(&answer, "next").first().and_then(|text| url.join(text).ok());
        }
        // The newest stand last where lists have an order.
        let candidates = found.into_iter().rev();
        let free = candidates.filter(|url| !self.acme.memory.is_of_another(url.as_str(), asked.intent));
        for url in free.take(MAX_LOOKED_AT) {
            let Ok(answer) = self.authorized(&url, None).await? else { continue };
            let Ok(order) = serde_json::from_str::<Order>(&answer.text) else { continue };
            let is_open = matches!(order.status, Status::Pending | Status::Ready);
            let is_profile = order.profile.is_none() || order.profile == self.acme.profile;
            if is_open && is_profile && sorted(order.identifiers) == wanted {
                return Ok(Some(url));
            }
        }
        Ok(None)
    }

    /// Looks at the order and does what is next.
    async fn go_on(&self, place: Place<'_>, shown: bool) -> Result<Next, AuthorityError> {
        let answer = self.authorized(&place.url, None).await?.map_err(Refusal::of_order)?;
        let order = read(&answer)?;
        match order.status {
            Status::Pending => {
                let wait = after(&answer, self.call.now);
                self.prove(place, &order, shown, wait).await
            }
            Status::Ready => self.finalize(place, &order).await,
            Status::Processing => {
                let wait = after(&answer, self.call.now);
                self.waiting(place, "The authority makes the certificate", wait, Vec::new())
            }
            Status::Valid => self.fetch(place, &order).await,
            Status::Invalid => self.failed(&order).await,
        }
    }

    async fn finalize(&self, place: Place<'_>, order: &Order) -> Result<Next, AuthorityError> {
        let url = self.given(&order.finalize)?;
        let body = json!({ "csr": super::jws::encoded(place.asked.csr_der) });
        let answer = match self.authorized(&url, Some(&body)).await? {
            Ok(answer) => answer,
            // Somebody was faster: the next look says how it is.
            Err(refusal) if refusal.is("orderNotReady") => {
                return self.waiting(place, "The authority checks the order", None, Vec::new());
            }
            Err(refusal) => return Err(refusal.of_order()),
        };
        let order = read(&answer)?;
        match order.status {
            Status::Valid => self.fetch(place, &order).await,
            Status::Invalid => self.failed(&order).await,
            Status::Pending | Status::Ready | Status::Processing => {
                let place = Place { looks: 0, ..place };
                let wait = after(&answer, self.call.now);
                self.waiting(place, "The authority makes the certificate", wait, Vec::new())
            }
        }
    }

    /// Why an order is invalid: its own error, and those of its challenges.
    async fn failed(&self, order: &Order) -> Result<Next, AuthorityError> {
        let mut said = self.failures(order).await;
        if order.error.is_object() {
            // Many servers repeat there what one of the challenges failed with.
            let of_order = told(&order.error);
            if !said.iter().any(|one| one.contains(&of_order)) {
                said.insert(0, of_order);
            }
        }
        if said.is_empty() {
            said.push("without a word about it".to_owned());
        }
        let said = shortened(&said.join("; "), MAX_TOLD);
        Err(AuthorityError::OrderFailed(format!("the authority gave the order up: {said}")))
    }
}

/// An order in an answer.
fn read(answer: &Answer) -> Result<Order, AuthorityError> {
    serde_json::from_str(&answer.text).map_err(|_| not_understood(&answer.text))
}

fn told_progress(progress: &Progress) -> Result<Value, AuthorityError> {
    serde_json::to_value(progress)
        .map_err(|error| AuthorityError::retry(format!("the progress cannot be written: {error}")))
}
