//! The certificate of an order: fetched, judged, and, where there are several chains, the one that was asked for
//! (RFC 8555, section 7.4.2); and its revocation (section 7.6).
//!
//! Not for: finalizing (`order`). Invariant: a chain that was not judged is not given, whichever it is.

use certctl_pki::{CertificateInfo, RevocationReason};
use reqwest::Url;
use serde_json::json;
use tracing::warn;

use super::order::{Order, Place};
use super::problem::{Refusal, links};
use super::session::Session;
use crate::issuers::outside::{AuthorityError, Next, chain};
use crate::outside::Answer;

/// The most other chains that are looked at.
const MAX_ALTERNATES: usize = 8;

impl Session<'_> {
    /// The certificate of a valid order.
    pub(super) async fn fetch(&self, place: Place<'_>, order: &Order) -> Result<Next, AuthorityError> {
        let Some(text) = &order.certificate else {
            return self.waiting(place, "The authority makes the certificate", None, Vec::new());
        };
        let url = self.given(text)?;
        let answer = self.authorized(&url, None).await?.map_err(Refusal::of_order)?;
        let chain = chain::read(&answer.text, place.asked, self.call.now)
            .map_err(|detail| AuthorityError::OrderFailed(format!("the authority {detail}")))?;
        let Some(wanted) = self.acme.preferred_chain.as_deref().filter(|wanted| !ends_with(&chain, wanted))
        else {
            return Ok(Next::Issued { chain });
        };
        let chain = self.alternate(&place, &url, &answer, wanted).await.unwrap_or(chain);
        Ok(Next::Issued { chain })
    }

    /// The first other chain that ends as wanted. One that cannot be had is no reason to fail: the certificate is the same.
    async fn alternate(
        &self,
        place: &Place<'_>,
        url: &Url,
        answer: &Answer,
        wanted: &str,
    ) -> Option<Vec<Vec<u8>>> {
        for text in links(answer, "alternate").iter().take(MAX_ALTERNATES) {
            let found = async {
                let url = url.join(text).map_err(|error| error.to_string())?;
                let url = self.given(url.as_str()).map_err(|error| error.to_string())?;
                let answer = self.authorized(&url, None).await.map_err(|error| error.to_string())?;
                let answer = answer.map_err(|refusal| refusal.of_order().to_string())?;
                chain::read(&answer.text, place.asked, self.call.now)
            };
            match found.await {
                Ok(chain) if ends_with(&chain, wanted) => return Some(chain),
                Ok(_) => {}
                Err(error) => warn!(error, "Another chain of a certificate cannot be used"),
            }
        }
        warn!("No chain of a certificate ends with {wanted}; its authority's own choice is taken");
        None
    }

    /// Revokes. What is revoked already is revoked.
    pub(super) async fn revoke(
        &self,
        leaf_der: &[u8],
        reason: RevocationReason,
    ) -> Result<(), AuthorityError> {
        let directory = self.directory().await?;
        let url = directory.revoke_cert.as_ref().ok_or_else(|| {
            AuthorityError::Refused("the authority's directory has no address for revocations".to_owned())
        })?;
        let mut body = json!({ "certificate": super::jws::encoded(leaf_der) });
        // Zero is said by leaving it out (RFC 5280, section 5.3.1).
        if reason != RevocationReason::Unspecified {
            body["reason"] = json!(reason.code());
        }
        let mut outcome = self.authorized(url, Some(&body)).await?;
        // Some authorities take no reason, or not this one. Revoked without a reason is better than not.
        if outcome.as_ref().is_err_and(|refusal| refusal.is("badRevocationReason"))
            && let Some(body) = body.as_object_mut()
        {
            warn!(%reason, "The authority does not take the reason of a revocation; it is revoked without one");
            body.remove("reason");
            outcome = self.authorized(url, Some(&json!(body))).await?;
        }
        match outcome {
            Ok(_) => Ok(()),
            Err(refusal) if refusal.is("alreadyRevoked") => Ok(()),
            Err(refusal) => Err(refusal.error()),
        }
    }
}

/// Whether the topmost certificate was issued by, or is, the one of this common name.
fn ends_with(chain: &[Vec<u8>], common_name: &str) -> bool {
    let Some(info) = chain.last().and_then(|der| CertificateInfo::parse(der).ok()) else { return false };
    common_name_of(&info.issuer).as_deref() == Some(common_name)
}

/// The common name in the text of a directory name (RFC 4514).
fn common_name_of(name: &str) -> Option<String> {
    let mut part = String::new();
    let mut letters = name.chars().chain([',']);
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => part.extend(letters.next()),
            ',' | '+' => {
                if let Some(value) = part.trim_start().strip_prefix("CN=") {
                    return Some(value.to_owned());
                }
                part.clear();
            }
            _ => part.push(letter),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_common_name_is_found_whatever_is_in_it(name in "[^\\p{C}]{1,60}", before in "[a-z]{1,9}") {
            let escaped: String = name.chars().flat_map(|letter| match letter {
                ',' | '+' | '\\' => vec!['\\', letter],
                _ => vec![letter],
            }).collect();
            let text = format!("O={before},CN={escaped},C=XX");
            prop_assert_eq!(common_name_of(&text), Some(name));
        }

        #[test]
        fn no_text_is_too_odd_to_be_looked_at(text in ".{0,200}") {
            common_name_of(&text);
        }
    }

    #[test]
    fn the_common_name_is_found_in_a_directory_name() {
        for (name, wanted) in [
            ("CN=ISRG Root X1,O=Internet Security Research Group,C=US", Some("ISRG Root X1")),
            ("C=US,O=Let's Encrypt,CN=R3", Some("R3")),
            (r"O=Example\, Inc.,CN=A\,B", Some("A,B")),
            ("O=x+CN=y", Some("y")),
            ("O=x", None),
            ("", None),
        ] {
            assert_eq!(common_name_of(name).as_deref(), wanted, "{name}");
        }
    }
}
