//! What the record of dns-persist-01 has to say for an account here (draft-ietf-acme-dns-persist).
//!
//! Not for: its grammar (`dns::persist`), or looking whether it is there (the server). Invariant: nobody writes it but the operator
//! of the name, who set it once.

use certctl_pki::Name;

use super::session::Session;
use crate::dns::Fqdn;
use crate::dns::persist::{PersistAccount, PersistRecord};
use crate::issuers::outside::{AuthorityError, PersistentRecord};

/// The most names of an authority that are tried (draft-ietf-acme-dns-persist, section 4.3.1).
const MAX_ISSUERS: usize = 10;

impl Session<'_> {
    /// The record that a name needs, before anything is ordered.
    pub(super) async fn persistent_record(&self, name: &Name) -> Result<PersistentRecord, AuthorityError> {
        let directory = self.directory().await?;
        if directory.caa_identities.is_empty() {
            return Err(AuthorityError::Refused(
                "the authority says by which names it is known in such records only in an order (its directory has no \
                 caaIdentities): order a certificate by dns-persist-01, and its job says which record it waits for"
                    .to_owned(),
            ));
        }
        self.record_that_stays(name, &directory.caa_identities, None).await
    }

    /// The record that proves control of a name to an authority of these names. `account`: as the challenge names it.
    pub(super) async fn record_that_stays(
        &self,
        name: &Name,
        issuers: &[String],
        account: Option<&str>,
    ) -> Result<PersistentRecord, AuthorityError> {
        let refused =
            |detail: String| AuthorityError::Refused(format!("dns-persist-01 for {name}: {detail}"));
        let (text, wildcard) = match name {
            Name::Dns(text) => (text.as_str(), false),
            Name::Wildcard(text) => (text.as_str().trim_start_matches("*."), true),
            Name::Ip(_) | Name::Uri(_) | Name::Email(_) => {
                return Err(refused("there is no name to put a record at".to_owned()));
            }
        };
        let domain = Fqdn::parse(text).map_err(refused)?;
        let (directory, known) = (self.directory().await?, self.account().await?);
        let thumbprint = self.key()?.thumbprint();
        let account = match (&directory.account_hash_prefix, account) {
            (Some(prefix), _) => {
                PersistAccount::Hashed { prefix, thumbprint: &thumbprint, account_url: &known.kid }
            }
            (None, Some(named)) => PersistAccount::Url(named),
            (None, None) => PersistAccount::Url(&known.kid),
        };
        let mut found = PersistentRecord { name: String::new(), texts: Vec::new() };
        for issuer in issuers.iter().take(MAX_ISSUERS) {
            let issuer = Fqdn::parse(issuer).map_err(refused)?;
            let record =
                PersistRecord { domain: &domain, issuer: &issuer, account, wildcard, persist_until: None };
            found.name = record.name().map_err(refused)?.to_string();
            found.texts.push(record.text().map_err(refused)?);
        }
        if found.texts.is_empty() {
            return Err(refused(
                "the authority does not say by which names it is known in the record".to_owned(),
            ));
        }
        Ok(found)
    }
}
