//! Secrets that callers present: API keys (`ck_`), session tokens (`cn_`), setup tokens (`cs_`). How they are made
//! and hashed.
//!
//! Not for: passwords. These are 256 random bits, so one SHA-256 is enough: there is nothing to guess that a slow hash
//! would protect. Invariant: what is stored is the hash of the whole text, and a short prefix to recognise it by.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use certctl_core::secret::Secret;

/// A new secret with what is stored of it.
#[derive(Debug)]
pub struct NewCredential {
    /// Shown once.
    pub secret: Secret<String>,
    /// The first letters.
    pub prefix: String,
    /// SHA-256.
    pub hash: [u8; 32],
}

impl NewCredential {
    /// A secret of a kind, from 32 random bytes.
    pub fn new(kind: &str, random: &[u8; 32]) -> Self {
        let text = format!("{kind}{}", URL_SAFE_NO_PAD.encode(random));
        let prefix = text.chars().take(kind.len() + 6).collect();
        Self { hash: hash(&text), prefix, secret: Secret::new(text) }
    }
}

/// The hash of a secret as it is presented.
pub fn hash(text: &str) -> [u8; 32] {
    certctl_pki::fingerprint::sha256(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_key_has_256_bits_and_hides_them() {
        let made = NewCredential::new("ck_", &[7; 32]);
        assert_eq!(made.secret.expose().len(), 3 + 43);
        assert_eq!(made.hash, hash(made.secret.expose()));
        assert!(made.secret.expose().starts_with(&made.prefix) && made.prefix.len() == 9);
        assert!(!format!("{made:?}").contains(made.secret.expose()));
    }
}
