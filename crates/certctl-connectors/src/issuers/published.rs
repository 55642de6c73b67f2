//! Where an authority publishes what clients of its certificates need: its certificate, its CRLs, its OCSP responder.
//!
//! Not for: serving them (the server's `http/pki.rs`, which takes the paths that are made here). Invariant: every address
//! is plain http, as RFC 5280, section 8 asks for: what is fetched there is signed.

use certctl_core::ca::CaGeneration;
use certctl_core::revocation::{part_name, part_of};
use certctl_pki::{HttpUri, HttpUriError};

/// The addresses of one authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    base: String,
    crl_parts: u16,
}

impl Published {
    /// Of a CA, below a URL without a slash at the end; its CRL is divided into so many parts.
    pub fn new(pki_url: &str, of: &CaGeneration, crl_parts: u16) -> Self {
        Self { base: format!("{pki_url}/pki/{of}"), crl_parts }
    }

    /// A part of the complete CRL.
    ///
    /// # Errors
    /// When the URL cannot be an address of revocation information.
    pub fn crl(&self, parts: u16, part: u16) -> Result<HttpUri, HttpUriError> {
        HttpUri::parse(&format!("{}/{}.crl", self.base, part_name(parts, part)))
    }

    /// The delta to a part of the CRL.
    ///
    /// # Errors
    /// When the URL cannot be an address of revocation information.
    pub fn delta(&self, parts: u16, part: u16) -> Result<HttpUri, HttpUriError> {
        HttpUri::parse(&format!("{}/{}-delta.crl", self.base, part_name(parts, part)))
    }

    /// The CRL that would have the certificate of a serial.
    ///
    /// # Errors
    /// When the URL cannot be an address of revocation information.
    pub fn crl_of(&self, serial: &[u8]) -> Result<HttpUri, HttpUriError> {
        self.crl(self.crl_parts, part_of(self.crl_parts, serial))
    }

    /// The OCSP responder.
    ///
    /// # Errors
    /// When the URL cannot be an address of revocation information.
    pub fn ocsp(&self) -> Result<HttpUri, HttpUriError> {
        HttpUri::parse(&format!("{}/ocsp", self.base))
    }

    /// The authority's certificate.
    ///
    /// # Errors
    /// When the URL cannot be an address of revocation information.
    pub fn certificate(&self) -> Result<HttpUri, HttpUriError> {
        HttpUri::parse(&format!("{}.cer", self.base))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_names_the_part_that_would_have_it() {
        let issuer: CaGeneration = "iss-local".parse().unwrap();
        let whole = Published::new("http://pki.example.com", &issuer, 1);
        assert_eq!(whole.crl_of(&[7, 255]).unwrap().as_str(), "http://pki.example.com/pki/iss-local/all.crl");
        let divided = Published::new("http://pki.example.com", &issuer, 4);
        assert_eq!(
            divided.crl_of(&[7, 255]).unwrap().as_str(),
            "http://pki.example.com/pki/iss-local/3-of-4.crl"
        );
        assert_eq!(divided.ocsp().unwrap().as_str(), "http://pki.example.com/pki/iss-local/ocsp");
        assert_eq!(divided.certificate().unwrap().as_str(), "http://pki.example.com/pki/iss-local.cer");
        let second = Published::new("http://pki.example.com", &"iss-local.2".parse().unwrap(), 1);
        assert_eq!(second.crl_of(&[7]).unwrap().as_str(), "http://pki.example.com/pki/iss-local.2/all.crl");
        assert_eq!(second.certificate().unwrap().as_str(), "http://pki.example.com/pki/iss-local.2.cer");
    }
}
