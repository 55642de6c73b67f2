//! The account: found by its key, made when there is none, its key changed (RFC 8555, section 7.3).
//!
//! Not for: deactivating an account; nothing here does. Invariants: it is looked for before it is made, so that a binding that may be
//! used once is not used twice; changing the key may be repeated after a lost answer.

use reqwest::Url;
use serde_json::{Value, json};
use tracing::warn;

use super::directory::Directory;
use super::jws::{AccountKey, mac};
use super::problem::Refusal;
use super::session::{Session, Signer};
use crate::issuers::outside::AuthorityError;
use crate::outside::Answer;

/// An account at the authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account {
    /// Its address, which is its key id.
    pub(super) kid: String,
    /// Where its orders are listed, when they are (section 7.1.2.1).
    pub(super) orders: Option<Url>,
}

impl Session<'_> {
    /// The account of the key.
    pub(super) async fn account(&self) -> Result<Account, AuthorityError> {
        if let Some(account) = self.acme.memory.account() {
            return Ok(account);
        }
        let _making = self.acme.memory.making().await;
        if let Some(account) = self.acme.memory.account() {
            return Ok(account);
        }
        let directory = self.directory().await?;
        let key = self.key()?;
        let account = match self.existing(&directory, key).await? {
            Ok((account, said)) => {
                self.update_contact(&account, &said).await;
                account
            }
            // Whatever it says of an account that is not there: making one says what is wrong.
            Err(refusal) if !refusal.can_time_mend() => self.make(&directory, key).await?,
            Err(refusal) => return Err(refusal.error()),
        };
        self.acme.memory.keep_account(Some(account.clone()));
        Ok(account)
    }

    /// Looks for the account of a key (section 7.3.1).
    async fn existing(
        &self,
        directory: &Directory,
        key: &AccountKey,
    ) -> Result<Result<(Account, Value), Refusal>, AuthorityError> {
        let url = &directory.new_account;
        let answer = self.post(url, Signer::Key(key), Some(&json!({ "onlyReturnExisting": true }))).await?;
        match Refusal::of(&answer, self.call.now) {
            Some(refusal) => Ok(Err(refusal)),
            None => self.read_account(&answer, url).map(Ok),
        }
    }

    async fn make(&self, directory: &Directory, key: &AccountKey) -> Result<Account, AuthorityError> {
        let url = &directory.new_account;
        let mut payload = json!({ "termsOfServiceAgreed": true });
        if !self.acme.contact.is_empty() {
            payload["contact"] = self.contacts();
        }
        if let Some(binding) = &self.acme.binding {
            // Section 7.3.4: the account's public key, authenticated by the key that the authority gave.
            let header = json!({ "kid": binding.kid, "url": url.as_str() });
            payload["externalAccountBinding"] =
                mac(binding.key.expose(), header, key.jwk().to_string().as_bytes());
        }
        let answer = self.post(url, Signer::Key(key), Some(&payload)).await?;
        if let Some(refusal) = Refusal::of(&answer, self.call.now) {
            return Err(refusal.error().map(|detail| format!("the account cannot be made: {detail}")));
        }
        Ok(self.read_account(&answer, url)?.0)
    }

    fn read_account(&self, answer: &Answer, asked: &Url) -> Result<(Account, Value), AuthorityError> {
        let kid = self.location(answer, asked)?.to_string();
        let value: Value = serde_json::from_str(&answer.text).unwrap_or_default();
        // Only its address is needed: some authorities show nothing else of it.
        if let Some(status @ ("deactivated" | "revoked")) = value["status"].as_str() {
            return Err(AuthorityError::Refused(format!(
                "the account {kid} is {status}: give the authority a new account key"
            )));
        }
        let orders = value["orders"].as_str().and_then(|text| self.given(text).ok());
        Ok((Account { kid, orders }, value))
    }

    fn contacts(&self) -> Value {
        json!(self.acme.contact.iter().map(|address| format!("mailto:{address}")).collect::<Vec<_>>())
    }

    /// Tells the authority other contacts than it shows (section 7.3.2). The account is as good without.
    async fn update_contact(&self, account: &Account, said: &Value) {
        let wanted = self.contacts();
        if !said["contact"].is_array() || said["contact"] == wanted {
            return;
        }
        let outcome = match (self.key(), self.given(&account.kid)) {
            (Ok(key), Ok(url)) => {
                let payload = json!({ "contact": wanted });
                let answer = self.post(&url, Signer::Account(key, &account.kid), Some(&payload)).await;
                answer.and_then(|answer| match Refusal::of(&answer, self.call.now) {
                    Some(refusal) => Err(refusal.error()),
                    None => Ok(()),
                })
            }
            (Err(error), _) | (_, Err(error)) => Err(error),
        };
        if let Err(error) = outcome {
            warn!(account = %account.kid, %error, "The contacts of an account could not be changed");
        }
    }

    /// Changes the account's key (section 7.3.5).
    pub(super) async fn roll_key(&self, new_key: &AccountKey) -> Result<(), AuthorityError> {
        let directory = self.directory().await?;
        let old_key = self.key()?;
        let refused = |text: &str| AuthorityError::Refused(text.to_owned());
        let url = directory.key_change.as_ref().ok_or_else(|| refused("the authority cannot change keys"))?;
        // After a lost answer it is the new key that has the account.
        let new_has = self.existing(&directory, new_key).await?.ok().map(|(account, _)| account);
        let account = match (self.existing(&directory, old_key).await?, &new_has) {
            (Ok((account, _)), None) => account,
            (Err(refusal), Some(_)) if !refusal.can_time_mend() => return Ok(()),
            (Ok(_), Some(_)) => return Err(refused("the new key has an account of its own: take another")),
            (Err(refusal), _) => return Err(refusal.error()),
        };
        let inner = new_key
            .sign(
                json!({ "jwk": new_key.jwk(), "url": url.as_str() }),
                json!({ "account": account.kid, "oldKey": old_key.jwk() }).to_string().as_bytes(),
            )
            .map_err(AuthorityError::Refused)?;
        let answer = self.post(url, Signer::Account(old_key, &account.kid), Some(&inner)).await?;
        self.acme.memory.keep_account(None);
        match Refusal::of(&answer, self.call.now) {
            Some(refusal) => Err(refusal.error()),
            None => Ok(()),
        }
    }
}
