//! The record of `dns-persist-01`: one that stays, and says which CA may issue to which account
//! (<https://datatracker.ietf.org/doc/draft-ietf-acme-dns-persist/>).
//!
//! Drafts up to -01 have the account's URL in the record; -02 (2026-09) has a hash of it and of the account's key under a prefix
//! of the CA. Which one is wanted is the CA's: `accountHashPrefix` in its directory says that it is the latter.
//! Not for: placing it. Invariant: every value is of the issue-value grammar of RFC 8659, section 4.2, so that it can add no
//! parameter of its own.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Fqdn;

/// Below the name that is proved.
const LABEL: &str = "_validation-persist";

/// How the record names the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersistAccount<'a> {
    /// Its URL (drafts up to -01).
    Url(&'a str),
    /// A hash under a prefix (draft -02, section 4.1).
    Hashed {
        /// `accountHashPrefix` of the CA's directory.
        prefix: &'a str,
        /// The SHA-256 thumbprint of the account's key (RFC 7638), in base64url.
        thumbprint: &'a str,
        /// Its URL.
        account_url: &'a str,
    },
}

/// What the record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersistRecord<'a> {
    /// The name that is proved; for a wildcard the name below it.
    pub domain: &'a Fqdn,
    /// One of the CA's `issuerDomainNames`.
    pub issuer: &'a Fqdn,
    /// Who may be issued to.
    pub account: PersistAccount<'a>,
    /// Whether names below it and wildcards are proved too.
    pub wildcard: bool,
    /// Unix seconds after which the record proves nothing.
    pub persist_until: Option<u64>,
}

impl PersistRecord<'_> {
    /// Where it goes.
    ///
    /// # Errors
    /// When the name is too long.
    pub fn name(&self) -> Result<Fqdn, String> {
        Fqdn::parse(&format!("{LABEL}.{}", self.domain))
    }

    /// The text of the TXT record.
    ///
    /// # Errors
    /// When the account cannot be written as a parameter.
    pub fn text(&self) -> Result<String, String> {
        let account = match self.account {
            PersistAccount::Url(url) => url.to_owned(),
            PersistAccount::Hashed { prefix, thumbprint, account_url } => {
                if thumbprint.len() != 43 || URL_SAFE_NO_PAD.decode(thumbprint).is_err() {
                    return Err("the key's thumbprint is not 43 letters of base64url".to_owned());
                }
                format!("{prefix}sha-256/{}", hashed(self.domain, thumbprint, account_url)?)
            }
        };
        // "value" of RFC 8659: visible letters but the semicolon.
        let visible = |byte: u8| (0x21..0x7f).contains(&byte) && byte != b';';
        if account.is_empty() || !account.bytes().all(visible) || !account.contains("://") {
            return Err(format!("{account:?} is not the URL of an account"));
        }
        let mut text = format!("{}; accounturi={account}", self.issuer);
        if self.wildcard {
            text.push_str("; policy=wildcard");
        }
        if let Some(until) = self.persist_until {
            text.push_str(&format!("; persistUntil={until}"));
        }
        Ok(text)
    }
}

/// `H(length_of_domain || domain_name || key || account_URL)`.
fn hashed(domain: &Fqdn, thumbprint: &str, account_url: &str) -> Result<String, String> {
    let length = u8::try_from(domain.as_str().len()).map_err(|_| "the name is too long".to_owned())?;
    let parts = [&[length], domain.as_str().as_bytes(), thumbprint.as_bytes(), account_url.as_bytes()];
    let digest = digest::digest(&digest::SHA256, &parts.concat());
    Ok(URL_SAFE_NO_PAD.encode(digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fqdn(text: &str) -> Fqdn {
        Fqdn::parse(text).unwrap()
    }

    /// Sections 10.2 and 10.6 of draft -02.
    #[test]
    fn the_texts_are_those_of_the_drafts_examples() {
        let (domain, issuer) = (fqdn("example.com"), fqdn("authority.example"));
        let account = PersistAccount::Hashed {
            prefix: "https://ca.example/account-hash/",
            thumbprint: "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
            account_url: "https://ca.example/acct/123",
        };
        let mut record =
            PersistRecord { domain: &domain, issuer: &issuer, account, wildcard: false, persist_until: None };
        let plain = "authority.example; accounturi=https://ca.example/account-hash/sha-256/\
                     5SQm7n6tPh2-PlLbCKGnViTXX5z19SCN4cPGQHSk-kw";
        assert_eq!(record.name().unwrap(), fqdn("_validation-persist.example.com"));
        assert_eq!(record.text().unwrap(), plain);
        record.wildcard = true;
        record.persist_until = Some(1_721_952_000);
        assert_eq!(record.text().unwrap(), format!("{plain}; policy=wildcard; persistUntil=1721952000"));
        record.account = PersistAccount::Url("https://ca.example/acct/123");
        record.persist_until = None;
        assert_eq!(
            record.text().unwrap(),
            "authority.example; accounturi=https://ca.example/acct/123; policy=wildcard"
        );
    }

    #[test]
    fn an_account_adds_no_parameter() {
        let (domain, issuer) = (fqdn("example.com"), fqdn("authority.example"));
        for url in ["", "acct", "https://ca.example/1; policy=wildcard", "https://ca.example/ 1", "https://ä"]
        {
            let account = PersistAccount::Url(url);
            let record = PersistRecord {
                domain: &domain,
                issuer: &issuer,
                account,
                wildcard: false,
                persist_until: None,
            };
            assert!(record.text().is_err(), "{url}");
        }
    }
}
