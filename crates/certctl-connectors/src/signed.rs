//! Signatures of Standard Webhooks (<https://www.standardwebhooks.com>).
//!
//! Not for: what is posted. Invariant: the signature is over the id, the time of this try and the very bytes of the body;
//! with several secrets there are several signatures, so that a receiver can change its secret without missing a message.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Old and new, and one that somebody forgot.
pub(crate) const MAX_SECRETS: usize = 3;

/// `whsec_` and the key in base64.
pub(crate) fn parse_secret(text: &str) -> Result<hmac::Key, String> {
    let wrong = || "is not whsec_ followed by 24 to 64 bytes in base64".to_owned();
    let bytes = text.strip_prefix("whsec_").and_then(|rest| STANDARD.decode(rest).ok()).ok_or_else(wrong)?;
    if !(24..=64).contains(&bytes.len()) {
        return Err(wrong());
    }
    Ok(hmac::Key::new(hmac::HMAC_SHA256, &bytes))
}

/// `v1,<base64>` for each secret.
pub(crate) fn signature(keys: &[hmac::Key], id: &str, timestamp: i64, body: &[u8]) -> String {
    let mut signed = format!("{id}.{timestamp}.").into_bytes();
    signed.extend_from_slice(body);
    let one = |key: &hmac::Key| format!("v1,{}", STANDARD.encode(hmac::sign(key, &signed)));
    keys.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_the_standard() {
        // The example of the specification's own reference libraries.
        let key = parse_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = br#"{"test": 2432232314}"#;
        let found = signature(&[key], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(found, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
