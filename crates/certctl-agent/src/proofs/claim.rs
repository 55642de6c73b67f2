//! One proof that is wanted, checked: nothing that the control plane sends gets further than this without it.
//!
//! Not for: whether the host allows it (`challenge_policy.rs`). Invariants: a token is the name of a file and a part of
//! a path, so it holds letters of base64url only; what is shown is a key authorization for that token and no other text.

use std::fmt;

use certctl_api::agent_protocol::ProofWork;
use certctl_core::time::Ts;
use certctl_pki::{Name, acme_server_name};

/// The longest token; RFC 8555, section 8.3 asks for 128 bits at least, which are 22 letters.
const MAX_TOKEN: usize = 128;
/// A SHA-256 in base64url without padding (RFC 8555, section 8.1).
const THUMBPRINT: usize = 43;

/// How control over a name is proved on the host that it leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofKind {
    /// A file below `/.well-known/acme-challenge/` on port 80 (RFC 8555, section 8.3).
    Http01,
    /// A certificate on port 443 (RFC 8737).
    TlsAlpn01,
}

impl ProofKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Http01, Self::TlsAlpn01];

    /// Its name in ACME.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http01 => "http-01",
            Self::TlsAlpn01 => "tls-alpn-01",
        }
    }
}

impl fmt::Display for ProofKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A proof that can be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) kind: ProofKind,
    pub(crate) name: Name,
    pub(crate) token: String,
    pub(crate) key_authorization: String,
    pub(crate) until: Ts,
}

impl Claim {
    /// Checks what the control plane sent; an error says which field is wrong.
    pub(crate) fn parse(work: &ProofWork) -> Result<Self, String> {
        let ProofWork { challenge_id: _, kind, name, token, key_authorization, until, record: _ } = work;
        let kind = ProofKind::ALL.into_iter().find(|known| known.as_str() == kind).ok_or_else(|| {
            format!(
                "this version of the agent does not know proofs of kind {kind:?}; it knows http-01 and tls-alpn-01"
            )
        })?;
        let name = Name::parse(name).map_err(|error| error.to_string())?;
        if acme_server_name(&name).is_none() {
            return Err(format!("{name} cannot be proved by {kind}, which is for host names and addresses"));
        }
        check_key_authorization(token, key_authorization)?;
        let (token, key_authorization) = (token.clone(), key_authorization.clone());
        Ok(Self { kind, name, token, key_authorization, until: *until })
    }

    /// The name that a TLS client sends to see it.
    pub(crate) fn server_name(&self) -> String {
        acme_server_name(&self.name).unwrap_or_default()
    }
}

/// Checks a token and its key authorization; an error says which of them is wrong, and does not repeat it.
pub(crate) fn check_key_authorization(token: &str, key_authorization: &str) -> Result<(), String> {
    if token.is_empty() || token.len() > MAX_TOKEN || !token.bytes().all(is_base64url) {
        return Err(format!(
            "the token of the challenge has to be 1 to {MAX_TOKEN} letters, digits, - and _ (RFC 8555, section 8.3)"
        ));
    }
    let thumbprint = key_authorization.strip_prefix(token).and_then(|rest| rest.strip_prefix('.'));
    if !thumbprint.is_some_and(|rest| rest.len() == THUMBPRINT && rest.bytes().all(is_base64url)) {
        return Err(format!(
            "the key authorization of the challenge has to be its token, a dot and {THUMBPRINT} letters of base64url \
             (RFC 8555, section 8.1)"
        ));
    }
    Ok(())
}

/// A letter of RFC 4648, section 5.
fn is_base64url(letter: u8) -> bool {
    letter.is_ascii_alphanumeric() || letter == b'-' || letter == b'_'
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The thumbprint of the example of RFC 8555, section 8.1.
    pub(crate) const THUMB: &str = "9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";

    pub(crate) fn work(id: &str, kind: &str, name: &str, token: &str, until: i64) -> ProofWork {
        ProofWork {
            challenge_id: id.parse().unwrap(),
            kind: kind.to_owned(),
            name: name.to_owned(),
            token: token.to_owned(),
            key_authorization: format!("{token}.{THUMB}"),
            until: Ts::from_second(until),
            record: None,
        }
    }

    #[test]
    fn tokens_are_names_of_files_that_lead_nowhere_else() {
        let claim = |token: &str| Claim::parse(&work("chl-1", "http-01", "www.example.com", token, 9));
        for good in ["a", "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0", "-_", &"a".repeat(128)] {
            assert_eq!(claim(good).unwrap().token, good);
        }
        for bad in ["", "..", "a/b", "../../etc/passwd", "a.b", "a b", "a%2fb", "ä", "a\0", &"a".repeat(129)]
        {
            let error = claim(bad).unwrap_err();
            assert!(error.starts_with("the token of the challenge"), "{bad:?}: {error}");
        }
    }

    #[test]
    fn nothing_but_a_key_authorization_for_the_token_is_shown() {
        for bad in ["", "tok", "tok.", &format!("other.{THUMB}"), &format!("tok.{THUMB}x"), "tok.<script>"] {
            let mut work = work("chl-1", "http-01", "www.example.com", "tok", 9);
            work.key_authorization = (*bad).to_owned();
            let error = Claim::parse(&work).unwrap_err();
            assert!(error.starts_with("the key authorization"), "{bad:?}: {error}");
            assert!(!error.contains(THUMB) && !error.contains("<script>"), "it is not repeated: {error}");
        }
    }

    #[test]
    fn kinds_and_names_that_cannot_be_shown_here_are_refused() {
        for (kind, name, says) in [
            ("dns-01", "www.example.com", "\"dns-01\""),
            ("http-01", "*.example.com", "*.example.com cannot be proved by http-01"),
            ("tls-alpn-01", "a@example.com", "cannot be proved by tls-alpn-01"),
            ("http-01", "exa mple.com", "not a name"),
        ] {
            let error = Claim::parse(&work("chl-1", kind, name, "tok", 9)).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
        let claim = Claim::parse(&work("chl-1", "tls-alpn-01", "192.0.2.7", "tok", 9)).unwrap();
        assert_eq!(claim.server_name(), "7.2.0.192.in-addr.arpa");
    }
}
