//! The join token: an invitation's secret with the pin of the control plane's CA, in one word.
//!
//! Invariant: an agent that has the token needs nothing else to trust its first connection.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use certctl_core::secret::Secret;

/// How a token begins.
pub const PREFIX: &str = "cj1_";

/// What a token carries.
#[derive(Debug, Clone)]
pub struct JoinToken {
    /// SHA-256 of the CA certificate (DER) that the control plane's chain ends in.
    pub ca_pin: [u8; 32],
    /// 256 random bits, in hexadecimal: what [`crate::agent_protocol::JoinRequest::token`] carries.
    pub secret: Secret<String>,
}

/// A text that is not a join token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is not a join token: those begin with {PREFIX:?} and are copied whole from `certctl agents invite`"
)]
pub struct InvalidJoinToken;

impl JoinToken {
    /// A token from 32 random bytes.
    pub fn new(ca_pin: [u8; 32], random: [u8; 32]) -> Self {
        Self { ca_pin, secret: Secret::new(URL_SAFE_NO_PAD.encode(random)) }
    }

    /// The text form; each call is a place to look at in review.
    pub fn expose(&self) -> String {
        format!("{PREFIX}{}{}", URL_SAFE_NO_PAD.encode(self.ca_pin), self.secret.expose())
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// [`InvalidJoinToken`] when it has another form.
    pub fn parse(text: &str) -> Result<Self, InvalidJoinToken> {
        let rest = text.trim().strip_prefix(PREFIX).ok_or(InvalidJoinToken)?;
        if rest.len() != 86 || !rest.is_ascii() {
            return Err(InvalidJoinToken);
        }
        let (pin, secret) = rest.split_at(43);
        let ca_pin =
            URL_SAFE_NO_PAD.decode(pin).ok().and_then(|b| b.try_into().ok()).ok_or(InvalidJoinToken)?;
        if URL_SAFE_NO_PAD.decode(secret).is_err() {
            return Err(InvalidJoinToken);
        }
        Ok(Self { ca_pin, secret: Secret::new(secret.to_owned()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_round_trips_and_hides_its_secret() {
        let token = JoinToken::new([7; 32], [9; 32]);
        let read = JoinToken::parse(&format!(" {}\n", token.expose())).unwrap();
        assert_eq!(read.ca_pin, [7; 32]);
        assert_eq!(read.secret, token.secret);
        assert!(!format!("{read:?}").contains(token.secret.expose()));
    }

    #[test]
    fn anything_else_is_refused() {
        let good = JoinToken::new([7; 32], [9; 32]).expose();
        for bad in ["", "cj1_", "ck_abc", &good[1..], &good[..good.len() - 1], &good.replace("cj1_", "cj1_!")]
        {
            assert_eq!(JoinToken::parse(bad).unwrap_err(), InvalidJoinToken, "{bad}");
        }
    }
}
