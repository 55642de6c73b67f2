//! The directory of an ACME server (RFC 8555, section 7.1.1): where everything is, and what it wants.
//!
//! Not for: asking for it (`session`). Invariant: an address that is not encrypted is taken only when the configuration allows it.

use reqwest::Url;
use serde_json::Value;

use super::Acme;
use crate::issuers::outside::AuthorityError;
use crate::outside::{Endpoint, shortened};

/// What the directory says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Directory {
    pub(super) new_nonce: Url,
    pub(super) new_account: Url,
    pub(super) new_order: Url,
    pub(super) revoke_cert: Option<Url>,
    pub(super) key_change: Option<Url>,
    /// RFC 9773, section 4.1.
    pub(super) renewal_info: Option<Url>,
    pub(super) terms: Option<String>,
    wants_binding: bool,
    /// The names by which CAA records know it (RFC 8555, section 9.7.6), which are those of records that stay.
    pub(super) caa_identities: Vec<String>,
    /// What its name of an account begins with in a record that stays (draft-ietf-acme-dns-persist-02, section 4.1).
    pub(super) account_hash_prefix: Option<String>,
    /// The names of its profiles (draft-ietf-acme-profiles, section 3).
    profiles: Vec<String>,
}

impl Directory {
    /// Reads it.
    ///
    /// # Errors
    /// When it is no directory.
    pub(super) fn read(value: &Value, endpoint: &Endpoint) -> Result<Self, AuthorityError> {
        let wrong = |detail: String| {
            AuthorityError::Refused(format!(
                "what is at the directory's address is no ACME directory: {detail}"
            ))
        };
        let optional = |key: &str| {
            let text = value[key].as_str();
            text.map(|text| endpoint.given(text).map_err(|detail| wrong(format!("{key} {detail}"))))
                .transpose()
        };
        let required = |key: &str| optional(key)?.ok_or_else(|| wrong(format!("it has no {key}")));
        let meta = &value["meta"];
        let profiles = meta["profiles"].as_object().into_iter().flatten();
        let identities = meta["caaIdentities"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let prefix = value["accountHashPrefix"].as_str().or_else(|| meta["accountHashPrefix"].as_str());
        Ok(Self {
            new_nonce: required("newNonce")?,
            new_account: required("newAccount")?,
            new_order: required("newOrder")?,
            revoke_cert: optional("revokeCert")?,
            key_change: optional("keyChange")?,
            renewal_info: optional("renewalInfo")?,
            terms: meta["termsOfService"].as_str().map(|text| shortened(text, 300)),
            wants_binding: meta["externalAccountRequired"] == true,
            caa_identities: identities.map(|text| shortened(text, 255)).collect(),
            account_hash_prefix: prefix.map(|text| shortened(text, 500)),
            profiles: profiles.map(|(name, _)| name.clone()).collect(),
        })
    }

    /// Whether it has what the configuration asks for.
    ///
    /// # Errors
    /// What to change.
    pub(super) fn fits(&self, acme: &Acme) -> Result<(), AuthorityError> {
        if self.wants_binding && acme.binding.is_none() {
            return Err(AuthorityError::Refused(
                "the authority wants external account binding: set eab_kid and eab_hmac_key, which it gives in its own account \
                 pages"
                    .to_owned(),
            ));
        }
        let Some(profile) = &acme.profile else { return Ok(()) };
        if self.profiles.contains(profile) {
            return Ok(());
        }
        let offered = match self.profiles.as_slice() {
            [] => "it has none".to_owned(),
            profiles => format!("it has {}", shortened(&profiles.join(", "), 300)),
        };
        Err(AuthorityError::Refused(format!("the authority has no profile {profile}: {offered}")))
    }

    /// For people.
    pub(super) fn told(&self) -> String {
        let mut told = Vec::new();
        if !self.profiles.is_empty() {
            told.push(format!("profiles {}", shortened(&self.profiles.join(", "), 200)));
        }
        told.push(match self.renewal_info {
            Some(_) => "says when to renew (ARI)".to_owned(),
            None => "does not say when to renew (no ARI)".to_owned(),
        });
        if let Some(terms) = &self.terms {
            told.push(format!("terms of service: {terms}"));
        }
        told.join("; ")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::issuers::acme::read;

    fn acme(changes: &Value) -> Acme {
        let mut config = json!({ "directory_url": "https://ca.example/dir", "terms_agreed": true });
        for (key, value) in changes.as_object().unwrap() {
            config[key] = value.clone();
        }
        read(&config, None).unwrap()
    }

    fn directory(changes: &Value) -> Value {
        let mut found = json!({
            "newNonce": "https://ca.example/nonce", "newAccount": "https://ca.example/account",
            "newOrder": "https://ca.example/order",
        });
        for (key, value) in changes.as_object().unwrap() {
            found[key] = value.clone();
        }
        found
    }

    #[test]
    fn what_is_no_directory_says_why() {
        let acme = acme(&json!({}));
        let read = |value: &Value| Directory::read(value, &acme.directory_url);
        assert!(read(&directory(&json!({}))).is_ok());
        for (value, words) in [
            (json!({}), "no newNonce"),
            (directory(&json!({ "newOrder": 7 })), "no newOrder"),
            (directory(&json!({ "newOrder": "http://ca.example/order" })), "newOrder is not https"),
            (directory(&json!({ "renewalInfo": "ftp://ca.example" })), "renewalInfo is not a URL"),
        ] {
            let error = read(&value).unwrap_err();
            assert!(
                matches!(&error, AuthorityError::Refused(text) if text.contains(words)),
                "{words}: {error:?}"
            );
        }
    }

    #[test]
    fn a_directory_has_what_is_configured_or_says_what_to_change() {
        let meta = json!({ "meta": {
            "externalAccountRequired": true, "profiles": { "classic": "the default", "shortlived": "six days" },
        } });
        let bound = json!({ "eab_kid": "k", "eab_hmac_key": "c2VjcmV0c2VjcmV0" });
        let fits = |changes: &Value, meta: &Value| {
            let acme = acme(changes);
            Directory::read(&directory(meta), &acme.directory_url).unwrap().fits(&acme)
        };
        assert!(fits(&json!({}), &json!({})).is_ok());
        assert!(fits(&bound, &meta).is_ok());
        assert!(fits(&json!({}), &meta).unwrap_err().to_string().contains("eab_kid"));
        let profile = json!({ "profile": "fast" });
        assert!(fits(&profile, &json!({})).unwrap_err().to_string().contains("it has none"));
    }
}
