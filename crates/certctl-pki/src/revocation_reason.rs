//! Why a certificate was revoked, in the codes that CRLs and OCSP share (RFC 5280, section 5.3.1).
//!
//! Which reason an operator may give is decided above. Invariant: there is no value for the code 7, which is
//! unused, and none for codes that are not defined.

use std::fmt;

/// A CRLReason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RevocationReason {
    /// No reason given; written by leaving the reason out.
    Unspecified,
    /// The private key, or something else that was validated, is in other hands.
    KeyCompromise,
    /// The private key of an authority is in other hands.
    CaCompromise,
    /// The subject's name or other information has changed.
    AffiliationChanged,
    /// Another certificate took its place.
    Superseded,
    /// It is no longer needed.
    CessationOfOperation,
    /// Revoked for now; may be taken back.
    CertificateHold,
    /// Taken back. In delta CRLs only: for a certificate that was on hold, or that has expired.
    RemoveFromCrl,
    /// A privilege in the certificate is no longer given.
    PrivilegeWithdrawn,
    /// An attribute authority's key is in other hands.
    AaCompromise,
}

/// A number that is no reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{code} is not a revocation reason; RFC 5280 defines 0 to 10 without 7")]
pub struct UnknownRevocationReason {
    /// What was given.
    pub code: u8,
}

impl RevocationReason {
    /// All of them, by their code.
    pub const ALL: [Self; 10] = [
        Self::Unspecified,
        Self::KeyCompromise,
        Self::CaCompromise,
        Self::AffiliationChanged,
        Self::Superseded,
        Self::CessationOfOperation,
        Self::CertificateHold,
        Self::RemoveFromCrl,
        Self::PrivilegeWithdrawn,
        Self::AaCompromise,
    ];

    /// The reason with this code.
    ///
    /// # Errors
    /// For 7 and everything above 10.
    pub fn from_code(code: u8) -> Result<Self, UnknownRevocationReason> {
        let reason = Self::ALL.into_iter().find(|reason| reason.code() == code);
        reason.ok_or(UnknownRevocationReason { code })
    }

    /// Its code.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Unspecified => 0,
            Self::KeyCompromise => 1,
            Self::CaCompromise => 2,
            Self::AffiliationChanged => 3,
            Self::Superseded => 4,
            Self::CessationOfOperation => 5,
            Self::CertificateHold => 6,
            Self::RemoveFromCrl => 8,
            Self::PrivilegeWithdrawn => 9,
            Self::AaCompromise => 10,
        }
    }

    /// The word of RFC 5280 for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::KeyCompromise => "keyCompromise",
            Self::CaCompromise => "cACompromise",
            Self::AffiliationChanged => "affiliationChanged",
            Self::Superseded => "superseded",
            Self::CessationOfOperation => "cessationOfOperation",
            Self::CertificateHold => "certificateHold",
            Self::RemoveFromCrl => "removeFromCRL",
            Self::PrivilegeWithdrawn => "privilegeWithdrawn",
            Self::AaCompromise => "aACompromise",
        }
    }
}

impl fmt::Display for RevocationReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_a_reason_but_the_unused_one_and_those_beyond() {
        for reason in RevocationReason::ALL {
            assert_eq!(RevocationReason::from_code(reason.code()), Ok(reason));
        }
        for code in [7, 11, 255] {
            let error = RevocationReason::from_code(code).unwrap_err();
            assert!(error.to_string().starts_with(&code.to_string()), "{error}");
        }
    }
}
