//! Renewal information (ARI, RFC 9773): when the authority wants a certificate renewed, and how it is named there.
//!
//! Not for: deciding when to renew (core). Invariants: the name of a certificate is made of what is in it, byte for byte; asking again
//! is never sooner than a minute and never later than a day (section 4.3.2).

use std::time::Duration;

use certctl_core::time::Ts;
use certctl_pki::CertificateInfo;
use serde_json::Value;

use super::jws::encoded;
use super::problem::Refusal;
use super::session::Session;
use crate::issuers::outside::answers::{after, not_understood};
use crate::issuers::outside::{AuthorityError, RenewalHint};
use crate::outside::shortened;

const ASK_AGAIN: Duration = Duration::from_secs(6 * 3_600);
const SOONEST: Duration = Duration::from_secs(60);
const LATEST: Duration = Duration::from_secs(24 * 3_600);

/// The name of a certificate: its authority's key identifier and its serial, in base64url with a dot between them
/// (section 4.1).
pub(super) fn certificate_id(leaf_der: &[u8]) -> Option<String> {
    let info = CertificateInfo::parse(leaf_der).ok()?;
    id_of(&info.authority_key_identifier?, &info.serial_hex)
}

/// Of both in hexadecimal.
fn id_of(key_identifier: &str, serial: &str) -> Option<String> {
    let key_identifier = hex::decode(key_identifier).ok()?;
    let mut serial = hex::decode(serial).ok()?;
    // As DER has it: a positive number whose first bit is set begins with a zero byte.
    if serial.first().is_some_and(|first| *first >= 0x80) {
        serial.insert(0, 0);
    }
    Some(format!("{}.{}", encoded(key_identifier), encoded(serial)))
}

impl Session<'_> {
    /// What the authority says of a certificate; nothing when it says such things of none.
    pub(super) async fn renewal(&self, leaf_der: &[u8]) -> Result<Option<RenewalHint>, AuthorityError> {
        let directory = self.directory().await?;
        let Some(base) = &directory.renewal_info else { return Ok(None) };
        let id = certificate_id(leaf_der).ok_or_else(|| {
            AuthorityError::Refused(
                "the certificate has no authority key identifier, by which ARI names it (RFC 9773)"
                    .to_owned(),
            )
        })?;
        let url = self.given(&format!("{}/{id}", base.as_str().trim_end_matches('/')))?;
        let answer = self.get(&url).await?;
        if let Some(refusal) = Refusal::of(&answer, self.call.now) {
            return Err(refusal.error());
        }
        let value: Value = serde_json::from_str(&answer.text).map_err(|_| not_understood(&answer.text))?;
        let at = |key: &str| value["suggestedWindow"][key].as_str().and_then(|text| text.parse::<Ts>().ok());
        let (Some(start), Some(end)) = (at("start"), at("end")) else {
            return Err(not_understood(&answer.text));
        };
        // Section 4.2: a window that ends before it begins says nothing.
        if end <= start {
            return Err(not_understood(&answer.text));
        }
        let ask_again = after(&answer, self.call.now).unwrap_or(ASK_AGAIN).clamp(SOONEST, LATEST);
        let explanation = value["explanationURL"].as_str().map(|text| shortened(text, 500));
        Ok(Some(RenewalHint { start, end, explanation, ask_again }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_has_the_name_that_the_standard_gives_it() {
        // RFC 9773, section 4.1 and appendix A: serial 00:87:65:43:21. (The example itself ended in the year 1, which is not read.)
        let found = id_of("69885b6b87464041e1b37b847ba0ae2cde01c8d4", "87654321");
        assert_eq!(found.unwrap(), "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE");
        assert_eq!(id_of("ab", "01").unwrap(), "qw.AQ");
        assert_eq!(certificate_id(b"none"), None);
    }
}
