//! Signed requests of ACME: JWS in its flattened JSON form (RFC 7515, section 7.2.2) by ES256 (RFC 7518, section 3.4), the
//! account's key as a JWK (RFC 7517) with its thumbprint (RFC 7638), and the HS256 of external account binding.
//!
//! Not for: what is signed, or nonces. Invariant: the secret part of a key is in no text that leaves this file.

use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// Base64url without padding, as all of ACME has it (RFC 8555, section 6.1).
pub(super) fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The key of an account: ECDSA with P-256. Clones share it.
#[derive(Clone)]
pub(super) struct AccountKey(Arc<EcdsaKeyPair>);

impl std::fmt::Debug for AccountKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AccountKey({})", self.thumbprint())
    }
}

/// A new key: PKCS#8, DER.
pub(super) fn new_key() -> Result<Vec<u8>, String> {
    EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
        .map(|document| document.as_ref().to_vec())
        .map_err(|_| "the system gives no randomness for a key".to_owned())
}

impl AccountKey {
    /// From PKCS#8, DER.
    pub(super) fn read(pkcs8: &[u8]) -> Result<Self, String> {
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8)
            .map(|pair| Self(Arc::new(pair)))
            .map_err(|_| "is no P-256 key in PKCS#8".to_owned())
    }

    /// The public half.
    pub(super) fn jwk(&self) -> Value {
        let (x, y) = self.point();
        json!({ "crv": "P-256", "kty": "EC", "x": x, "y": y })
    }

    /// What key authorizations end with.
    pub(super) fn thumbprint(&self) -> String {
        let (x, y) = self.point();
        // The members in the order of their names and without blanks (RFC 7638, section 3.2).
        let text = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        encoded(digest::digest(&digest::SHA256, text.as_bytes()))
    }

    /// The coordinates: the public key is 4, x and y (SEC 1, section 2.3.3).
    fn point(&self) -> (String, String) {
        let bytes = self.0.public_key().as_ref();
        let (x, y) = bytes.get(1..).unwrap_or_default().split_at(bytes.len().saturating_sub(1) / 2);
        (encoded(x), encoded(y))
    }

    /// Signs; `header` is the protected one without its algorithm.
    pub(super) fn sign(&self, header: Value, payload: &[u8]) -> Result<Value, String> {
        let (protected, payload) = parts(header, "ES256", payload);
        let signature = self
            .0
            .sign(&SystemRandom::new(), format!("{protected}.{payload}").as_bytes())
            .map_err(|_| "the account's key could not sign".to_owned())?;
        Ok(flattened(&protected, &payload, signature.as_ref()))
    }
}

/// Authenticates by a key that both sides have.
pub(super) fn mac(key: &[u8], header: Value, payload: &[u8]) -> Value {
    let (protected, payload) = parts(header, "HS256", payload);
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let tag = hmac::sign(&key, format!("{protected}.{payload}").as_bytes());
    flattened(&protected, &payload, tag.as_ref())
}

fn parts(mut header: Value, algorithm: &str, payload: &[u8]) -> (String, String) {
    header["alg"] = json!(algorithm);
    (encoded(header.to_string()), encoded(payload))
}

fn flattened(protected: &str, payload: &str, signature: &[u8]) -> Value {
    json!({ "protected": protected, "payload": payload, "signature": encoded(signature) })
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    use super::*;

    #[test]
    fn a_signature_is_over_both_parts_and_by_the_key_that_is_shown() {
        let key = AccountKey::read(&new_key().unwrap()).unwrap();
        let signed = key.sign(json!({ "url": "https://ca.example/new" }), b"{}").unwrap();
        let text = |field: &str| signed[field].as_str().unwrap().to_owned();
        let jwk = key.jwk();
        let mut point = vec![4];
        for coordinate in ["x", "y"] {
            point.extend(URL_SAFE_NO_PAD.decode(jwk[coordinate].as_str().unwrap()).unwrap());
        }
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
        let message = format!("{}.{}", text("protected"), text("payload"));
        let signature = URL_SAFE_NO_PAD.decode(text("signature")).unwrap();
        public.verify(message.as_bytes(), &signature).unwrap();
        let header: Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text("protected")).unwrap()).unwrap();
        assert_eq!(header, json!({ "alg": "ES256", "url": "https://ca.example/new" }));
    }

    #[test]
    fn the_binding_is_that_of_the_standards_example() {
        // RFC 7515, appendix A.1, has HS256 with a header of its own form: here the tag of known parts is compared.
        let key = URL_SAFE_NO_PAD
            .decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")
            .unwrap();
        let message = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0\
                       dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), message.as_bytes());
        assert_eq!(encoded(tag), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        let signed = mac(&key, json!({ "kid": "k" }), b"x");
        assert_eq!(signed["payload"], encoded("x"));
    }

    #[test]
    fn a_key_is_shown_by_its_thumbprint_only() {
        let pkcs8 = new_key().unwrap();
        let key = AccountKey::read(&pkcs8).unwrap();
        assert_eq!(format!("{key:?}"), format!("AccountKey({})", key.thumbprint()));
        assert_eq!(key.thumbprint().len(), 43);
        assert!(AccountKey::read(b"none").is_err());
    }
}
