//! One signed request of ACME: the directory, a nonce, the signature, and what was answered.
//!
//! What is kept in memory ([`Memory`]) saves requests and is of no consequence when it is lost: the directory, nonces that were
//! not used yet (RFC 8555, section 6.5), the account's address, and which orders belong to which intent.
//! Not for: what an answer means. Invariants: a request whose nonce was refused was not looked at, so that it may be sent again, up
//! to [`ROUNDS`] times; a nonce is used once.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use certctl_core::time::Ts;
use reqwest::{Method, Url};
use serde_json::{Value, json};

use super::Acme;
use super::account::Account;
use super::directory::Directory;
use super::jws::AccountKey;
use super::problem::Refusal;
use crate::issuers::outside::answers::not_understood;
use crate::issuers::outside::{AuthorityError, Call};
use crate::outside::{Answer, headers};

/// How often a request is sent again because its nonce was refused.
const ROUNDS: usize = 5;
/// The most nonces that are kept; the newest are used first, the oldest are forgotten.
const MAX_NONCES: usize = 32;
/// The most orders that are remembered.
const MAX_REMEMBERED: usize = 10_000;
/// How long a directory is good for.
const DIRECTORY_AGE: Duration = Duration::from_secs(3_600);

/// What is kept of an authority between calls.
#[derive(Debug, Default)]
pub(super) struct Memory {
    directory: Mutex<Option<(Ts, Arc<Directory>)>>,
    nonces: Mutex<Vec<String>>,
    account: Mutex<Option<Account>>,
    /// Held while the account is looked for or made, so that one process makes it once.
    making: tokio::sync::Mutex<()>,
    intents: Mutex<Intents>,
}

#[derive(Debug, Default)]
struct Intents {
    /// Noted by this process and not sent yet.
    noted: HashSet<String>,
    /// The intents of orders.
    orders: HashMap<String, String>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Memory {
    pub(super) fn account(&self) -> Option<Account> {
        locked(&self.account).clone()
    }

    /// Waits until nobody else looks for the account.
    pub(super) async fn making(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.making.lock().await
    }

    pub(super) fn keep_account(&self, account: Option<Account>) {
        *locked(&self.account) = account;
    }

    /// This process noted the intent, and has not sent it.
    pub(super) fn note(&self, intent: &str) {
        let mut intents = locked(&self.intents);
        if intents.noted.len() >= MAX_REMEMBERED {
            intents.noted.clear();
        }
        intents.noted.insert(intent.to_owned());
    }

    /// Whether it was noted by this process and never sent: then there is no order of it yet. It is sent now.
    pub(super) fn take_note(&self, intent: &str) -> bool {
        locked(&self.intents).noted.remove(intent)
    }

    /// An order belongs to an intent.
    pub(super) fn remember(&self, order: &str, intent: &str) {
        let mut intents = locked(&self.intents);
        if intents.orders.len() >= MAX_REMEMBERED {
            intents.orders.clear();
        }
        intents.orders.insert(order.to_owned(), intent.to_owned());
    }

    /// Whether an order is known to belong to another intent.
    pub(super) fn is_of_another(&self, order: &str, intent: &str) -> bool {
        locked(&self.intents).orders.get(order).is_some_and(|owner| owner != intent)
    }

    fn put_nonce(&self, answer: &Answer) {
        // RFC 8555, section 6.5.1: what is no base64url is no nonce.
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let nonce = answer.header("replay-nonce").filter(|nonce| nonce.bytes().all(letter));
        if let Some(nonce) = nonce {
            let mut nonces = locked(&self.nonces);
            if nonces.len() >= MAX_NONCES {
                nonces.remove(0);
            }
            nonces.push(nonce.to_owned());
        }
    }

    fn take_nonce(&self) -> Option<String> {
        locked(&self.nonces).pop()
    }

    fn directory(&self, now: Ts) -> Option<Arc<Directory>> {
        let kept = locked(&self.directory);
        kept.as_ref()
            .filter(|(since, _)| now.since(*since) < DIRECTORY_AGE)
            .map(|(_, found)| Arc::clone(found))
    }
}

/// Who signs: a key that is shown, or an account that is named.
#[derive(Debug, Clone, Copy)]
pub(super) enum Signer<'a> {
    Key(&'a AccountKey),
    Account(&'a AccountKey, &'a str),
}

/// An authority, asked within one call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Session<'a> {
    pub(super) acme: &'a Acme,
    pub(super) call: &'a Call<'a>,
}

impl Session<'_> {
    /// The key of the account.
    pub(super) fn key(&self) -> Result<&AccountKey, AuthorityError> {
        self.acme.key.as_ref().ok_or_else(|| {
            AuthorityError::Refused("the authority has no account key: create it anew".to_owned())
        })
    }

    /// The text of the directory.
    pub(super) async fn directory_text(&self) -> Result<String, AuthorityError> {
        let answer = self.get(&self.acme.directory_url.url).await?;
        match Refusal::of(&answer, self.call.now) {
            Some(refusal) => Err(refusal.error()),
            None => Ok(answer.text),
        }
    }

    /// What a text of a directory says.
    pub(super) fn read_directory(&self, text: &str) -> Result<Directory, AuthorityError> {
        let value: Value = serde_json::from_str(text).map_err(|_| not_understood(text))?;
        if !value.is_object() {
            return Err(not_understood(text));
        }
        Directory::read(&value, &self.acme.directory_url)
    }

    /// The directory, which has what the configuration asks for.
    pub(super) async fn directory(&self) -> Result<Arc<Directory>, AuthorityError> {
        let now = self.call.now;
        if let Some(found) = self.acme.memory.directory(now) {
            return Ok(found);
        }
        let directory = Arc::new(self.read_directory(&self.directory_text().await?)?);
        directory.fits(self.acme)?;
        *locked(&self.acme.memory.directory) = Some((now, Arc::clone(&directory)));
        Ok(directory)
    }

    /// A request that is not signed.
    pub(super) async fn get(&self, url: &Url) -> Result<Answer, AuthorityError> {
        let outside = &self.call.around.outside;
        let answer =
            outside.ask(&self.acme.directory_url, Method::GET, url, headers(&[]), Vec::new()).await?;
        self.acme.memory.put_nonce(&answer);
        Ok(answer)
    }

    async fn nonce(&self) -> Result<String, AuthorityError> {
        if let Some(nonce) = self.acme.memory.take_nonce() {
            return Ok(nonce);
        }
        let directory = self.directory().await?;
        let outside = &self.call.around.outside;
        let (endpoint, url) = (&self.acme.directory_url, &directory.new_nonce);
        let answer = outside.ask(endpoint, Method::HEAD, url, headers(&[]), Vec::new()).await?;
        if let Some(refusal) = Refusal::of(&answer, self.call.now) {
            return Err(refusal.error());
        }
        self.acme.memory.put_nonce(&answer);
        self.acme.memory.take_nonce().ok_or_else(|| {
            AuthorityError::retry("the authority gave no nonce (RFC 8555, section 7.2)".to_owned())
        })
    }

    /// Sends a signed request (without a payload it is a POST-as-GET, RFC 8555, section 6.3) and gives what was answered, whatever
    /// it is.
    pub(super) async fn post(
        &self,
        url: &Url,
        signer: Signer<'_>,
        payload: Option<&Value>,
    ) -> Result<Answer, AuthorityError> {
        let payload = payload.map(|value| value.to_string().into_bytes()).unwrap_or_default();
        let mut round = 0;
        loop {
            let mut header = json!({ "nonce": self.nonce().await?, "url": url.as_str() });
            let key = match signer {
                Signer::Key(key) => {
                    header["jwk"] = key.jwk();
                    key
                }
                Signer::Account(key, kid) => {
                    header["kid"] = json!(kid);
                    key
                }
            };
            let body = key.sign(header, &payload).map_err(AuthorityError::Refused)?.to_string().into_bytes();
            let pairs = [("content-type", "application/jose+json")];
            let outside = &self.call.around.outside;
            let endpoint = &self.acme.directory_url;
            let answer = outside.ask(endpoint, Method::POST, url, headers(&pairs), body).await?;
            self.acme.memory.put_nonce(&answer);
            let is_nonce = Refusal::of(&answer, self.call.now).is_some_and(|refusal| refusal.is("badNonce"));
            if !is_nonce || round == ROUNDS {
                return Ok(answer);
            }
            round += 1;
        }
    }

    /// The same in the account's name. An account that the authority does not know any more is looked for once more.
    pub(super) async fn authorized(
        &self,
        url: &Url,
        payload: Option<&Value>,
    ) -> Result<Result<Answer, Refusal>, AuthorityError> {
        let key = self.key()?;
        let mut account = self.account().await?;
        let mut answer = self.post(url, Signer::Account(key, &account.kid), payload).await?;
        if Refusal::of(&answer, self.call.now).is_some_and(|refusal| refusal.is("accountDoesNotExist")) {
            self.acme.memory.keep_account(None);
            account = self.account().await?;
            answer = self.post(url, Signer::Account(key, &account.kid), payload).await?;
        }
        Ok(match Refusal::of(&answer, self.call.now) {
            Some(refusal) => Err(refusal),
            None => Ok(answer),
        })
    }

    /// An address that an answer gives in its `Location`.
    pub(super) fn location(&self, answer: &Answer, asked: &Url) -> Result<Url, AuthorityError> {
        let text = answer.header("location").ok_or_else(|| {
            AuthorityError::retry("the authority's answer does not say where it put what was made".to_owned())
        })?;
        let whole = asked.join(text).map_or_else(|_| text.to_owned(), |url| url.to_string());
        self.given(&whole)
    }

    /// An address that the authority gave.
    pub(super) fn given(&self, text: &str) -> Result<Url, AuthorityError> {
        self.acme
            .directory_url
            .given(text)
            .map_err(|detail| AuthorityError::Refused(format!("the authority gave an address that {detail}")))
    }
}
