//! The record of `dns-persist-01`: one that stays, and says which CA may issue to which account
//! (<https://datatracker.ietf.org/doc/draft-ietf-acme-dns-persist/>).
//!
//! Drafts up to -01 have the account's URL in the record; -02 (2026-09) has a hash of it and of the account's key under a prefix
//! of the CA. Which one is wanted is the CA's: `accountHashPrefix` in its directory says that it is the latter.
//! Not for: placing it, which its operator does once; [`look`] sees whether it is there. Invariant: every value is of the issue-value grammar of RFC 8659, section 4.2, so that it can add no
//! parameter of its own.

use std::io::ErrorKind;
use std::time::Duration;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use certctl_core::time::Ts;
use hickory_proto::op::Message;
use hickory_proto::rr::{RData, RecordType};
use tokio::task::JoinSet;

use super::lookup::{Authority, Lookup};
use super::{DnsError, Fqdn, Guard, shortened, wire};

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
        name_of(self.domain.as_str())
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

/// Where the record of a name goes; for a wildcard that of the name below it.
///
/// # Errors
/// When the name is too long, or none.
pub fn name_of(domain: &str) -> Result<Fqdn, String> {
    Fqdn::parse(&format!("{LABEL}.{domain}"))
}

/// Whether a TXT record that was found proves what a wanted text says: the same issuer and account, at least its policy, and not
/// over. Parameters that nobody knows change nothing.
pub fn meets(found: &str, wanted: &str, now: Ts) -> bool {
    let (Some(found), Some(wanted)) = (Said::read(found), Said::read(wanted)) else { return false };
    let lasts = match found.until {
        None => true,
        Some(until) => until.parse::<i64>().is_ok_and(|until| until >= now.as_second()),
    };
    found.issuer == wanted.issuer
        && found.account == wanted.account
        && (found.wildcard || !wanted.wildcard)
        && lasts
}

/// What a record says (`issue-value`, RFC 8659, section 4.2).
struct Said<'a> {
    issuer: String,
    account: &'a str,
    wildcard: bool,
    until: Option<&'a str>,
}

impl<'a> Said<'a> {
    /// Nothing of what is no such record, or names something twice.
    fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let issuer = parts.next()?.trim_end_matches('.').to_ascii_lowercase();
        let (mut account, mut policy, mut until) = (None, None, None);
        for part in parts.filter(|part| !part.is_empty()) {
            let (key, value) = part.split_once('=')?;
            let place = match key.trim().to_ascii_lowercase().as_str() {
                "accounturi" => &mut account,
                "policy" => &mut policy,
                "persistuntil" => &mut until,
                _ => continue,
            };
            if place.replace(value.trim()).is_some() {
                return None;
            }
        }
        let wildcard = policy.is_some_and(|value| value.eq_ignore_ascii_case("wildcard"));
        Some(Self { issuer, account: account?, wildcard, until })
    }
}

/// Whether every server of a zone shows a record at `name` that is one of the `wanted` texts; asked once.
///
/// # Errors
/// [`DnsError::Retry`] that names each server that does not, with what it showed.
pub async fn look(
    (lookup, guard): (&Lookup, &Guard),
    name: &Fqdn,
    wanted: &[&str],
    (port, patience): (u16, Duration),
    now: Ts,
) -> Result<(), DnsError> {
    let doing = async {
        let place = lookup.place(name).await?;
        let servers = lookup.authorities(&place.zone, port).await?;
        let mut missing = Vec::new();
        let (mut n_shown, mut no_way) = (0, Vec::new());
        for (server, shown) in texts_at(servers, guard, &place.name, patience).await {
            let told = |what: String| format!("{} ({}) {what}", server.name, server.address);
            match shown {
                Texts::Found(texts) => {
                    if texts.iter().any(|text| wanted.iter().any(|wanted| meets(text, wanted, now))) {
                        n_shown += 1;
                    } else if texts.is_empty() {
                        missing.push(told("has no TXT record there".to_owned()));
                    } else {
                        let shown: Vec<String> = texts.iter().map(|text| format!("{text:?}")).collect();
                        missing.push(told(format!("shows {}", shortened(&shown.join(", "), 300))));
                    }
                }
                Texts::Failed(why) => missing.push(told(format!("did not answer: {why}"))),
                Texts::NoWay(why) => no_way.push(told(format!("cannot be reached from here: {why}"))),
            }
        }
        if missing.is_empty() && n_shown > 0 {
            return Ok(());
        }
        missing.extend(no_way);
        Err(DnsError::retry(format!(
            "the TXT record {name} with the text {:?} is not at all servers of {}: {}",
            wanted.first().copied().unwrap_or_default(),
            place.zone,
            missing.join("; ")
        )))
    };
    let late = || DnsError::retry(format!("the servers of {name} were not asked in time"));
    tokio::time::timeout(patience, doing).await.unwrap_or_else(|_| Err(late()))
}

enum Texts {
    Found(Vec<String>),
    Failed(String),
    NoWay(String),
}

async fn texts_at(
    servers: Vec<Authority>,
    guard: &Guard,
    name: &Fqdn,
    patience: Duration,
) -> Vec<(Authority, Texts)> {
    let (mut asking, mut answers) = (JoinSet::new(), Vec::new());
    for server in servers {
        if let Some(because) = guard.forbids(server.address.ip()) {
            answers.push((server.clone(), Texts::Failed(guard.refusal(server.address.ip(), because))));
            continue;
        }
        let name = name.clone();
        asking.spawn(async move {
            let query = wire::query(server.address, &name, RecordType::TXT);
            let answer = match tokio::time::timeout(patience / 2, query).await {
                Ok(Ok(answer)) => Texts::Found(texts_of(&answer)),
                Ok(Err(error)) => match error.kind() {
                    ErrorKind::NetworkUnreachable
                    | ErrorKind::HostUnreachable
                    | ErrorKind::AddrNotAvailable => Texts::NoWay(error.to_string()),
                    _ => Texts::Failed(error.to_string()),
                },
                Err(_) => Texts::Failed("the time was over".to_owned()),
            };
            (server, answer)
        });
    }
    answers.extend(asking.join_all().await);
    answers
}

fn texts_of(answer: &Message) -> Vec<String> {
    let texts = answer.answers.iter().filter_map(|record| match &record.data {
        RData::TXT(text) => {
            Some(text.txt_data.iter().map(|part| String::from_utf8_lossy(part)).collect::<String>())
        }
        _ => None,
    });
    texts.collect()
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
    fn a_record_will_do_when_it_says_at_least_what_is_wanted() {
        let now = Ts::from_second(1_000);
        let plain = "ca.example; accounturi=https://ca.example/acct/1";
        let wide = "ca.example; accounturi=https://ca.example/acct/1; policy=wildcard";
        for (found, wanted, expected) in [
            (plain, plain, true),
            (wide, plain, true),
            (plain, wide, false),
            ("CA.example.;accounturi=https://ca.example/acct/1", plain, true),
            ("ca.example; accounturi=https://ca.example/acct/1; Policy=WILDCARD; new=7", wide, true),
            ("ca.example; accounturi=https://ca.example/acct/1; policy=other", wide, false),
            ("ca.example; accounturi=https://ca.example/acct/1; persistUntil=1000", plain, true),
            ("ca.example; accounturi=https://ca.example/acct/1; persistUntil=999", plain, false),
            ("ca.example; accounturi=https://ca.example/acct/1; persistUntil=soon", plain, false),
            ("ca.example; accounturi=https://ca.example/acct/2", plain, false),
            ("ca.example; accounturi=https://ca.example/Acct/1", plain, false),
            ("other.example; accounturi=https://ca.example/acct/1", plain, false),
            ("ca.example; accounturi=https://ca.example/acct/1; accounturi=https://x", plain, false),
            ("ca.example; accounturi", plain, false),
            ("ca.example", plain, false),
            ("", plain, false),
        ] {
            assert_eq!(meets(found, wanted, now), expected, "{found:?} for {wanted:?}");
        }
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
