//! The local CA: signs with a key of the control plane's own.
//!
//! Not for: keeping that key (the server seals it). Invariants: what is signed was planned before, byte for byte;
//! certificates are backdated by a sixtieth of their lifetime and never by more than five minutes; nothing
//! outlives the issuing certificate (RFC 5280, section 6.1, would not accept it).

use certctl_pki::{Addresses, CertificateInfo, Issuer, LeafSpec, LeafSubject, PrivateKey, Serial, Tbs};

use super::{Issuance, IssueError, IssueRequest};

/// The most by which a certificate is backdated, for hosts whose clock is slow.
pub const MAX_BACKDATE_SECONDS: i64 = 300;

/// A signing CA and the certificates above it.
#[derive(Debug)]
pub struct LocalCa {
    issuer: Issuer,
    chain: Vec<Vec<u8>>,
    generation: i64,
}

impl LocalCa {
    /// From its chain (issuing certificate first) and key.
    ///
    /// # Errors
    /// [`IssueError::Refused`] when the certificate is no CA, or the key does not fit.
    pub fn new(chain: Vec<Vec<u8>>, key: PrivateKey) -> Result<Self, IssueError> {
        let first = chain.first().ok_or_else(|| IssueError::Refused("the CA chain is empty".to_owned()))?;
        let issuer = Issuer::new(first, key)
            .map_err(|error| IssueError::Refused(format!("the CA certificate cannot be used: {error}")))?;
        Ok(Self { issuer, chain, generation: 1 })
    }

    /// The same, as one of several that its issuer has had.
    #[must_use]
    pub fn of_generation(mut self, number: i64) -> Self {
        self.generation = number;
        self
    }

    /// Which of the CAs of its issuer it is, from 1.
    pub fn generation(&self) -> i64 {
        self.generation
    }

    /// The chain, issuing certificate first.
    pub fn chain(&self) -> &[Vec<u8>] {
        &self.chain
    }

    /// The issuing certificate.
    pub fn info(&self) -> &CertificateInfo {
        self.issuer.info()
    }

    /// What signs: for lists and OCSP responders as well.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// What will be signed: to be stored before [`LocalCa::carry_out`].
    ///
    /// # Errors
    /// [`IssueError::Refused`] when no certificate can be made of the request.
    pub fn plan(&self, request: &IssueRequest) -> Result<Vec<u8>, IssueError> {
        let end = self.issuer.info().not_after;
        if end <= request.now {
            return Err(IssueError::Refused(format!(
                "the issuing CA {} ended at {}: replace it before anything can be issued",
                self.issuer.info().subject,
                certctl_core::time::Ts::from_second(end)
            )));
        }
        let backdate = (request.lifetime_seconds / 60).clamp(0, MAX_BACKDATE_SECONDS);
        let not_before = request.now - backdate;
        let serial = Serial::from_random(request.random);
        let unusable = |error: certctl_pki::HttpUriError| IssueError::Refused(error.to_string());
        let published = match &request.published {
            None => None,
            Some(at) => {
                let crl = at.crl_of(serial.as_bytes()).map_err(unusable)?;
                Some((crl, at.ocsp().map_err(unusable)?, at.certificate().map_err(unusable)?))
            }
        };
        let addresses = published.as_ref().map_or_else(Addresses::default, |(crl, ocsp, certificate)| {
            Addresses { crl: Some(crl), ocsp: Some(ocsp), ca_issuers: Some(certificate) }
        });
        let spec = LeafSpec {
            serial: &serial,
            subject: request.common_name.as_ref().map_or(LeafSubject::Empty, LeafSubject::Name),
            names: &request.names,
            public_key: &request.public_key,
            usage: request.usage,
            addresses,
            not_before,
            // The last second is part of the validity (RFC 5280, section 4.1.2.5).
            not_after: not_before + request.lifetime_seconds - 1,
        };
        let tbs =
            self.issuer.build_leaf_tbs(&spec).map_err(|error| IssueError::Refused(error.to_string()))?;
        Ok(tbs.as_der().to_vec())
    }

    /// Signs a stored plan.
    ///
    /// # Errors
    /// [`IssueError::Refused`] when the plan was made for another CA.
    pub fn carry_out(&self, plan: &[u8]) -> Result<Issuance, IssueError> {
        let tbs = Tbs::from_der(plan.to_vec()).map_err(|error| IssueError::Refused(error.to_string()))?;
        let certificate_der =
            self.issuer.sign(&tbs).map_err(|error| IssueError::Refused(error.to_string()))?;
        Ok(Issuance::Issued { certificate_der })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use certctl_pki::{CaSubject, KeyAlgorithm, LeafUsage, Name, RootSpec, build_root_tbs, sign_tbs};

    const NOW: i64 = 1_795_000_000;

    fn ca() -> LocalCa {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let serial = Serial::from_random([3; 16]);
        let subject = CaSubject { common_name: "test CA".to_owned(), organization: None };
        let spec =
            RootSpec { serial: &serial, subject: &subject, not_before: NOW - 10, not_after: NOW + 1_000_000 };
        let der = sign_tbs(&key, &build_root_tbs(&key, &spec).unwrap()).unwrap();
        LocalCa::new(vec![der], key).unwrap()
    }

    fn request(lifetime_seconds: i64) -> IssueRequest {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let name = Name::parse("web.example.internal").unwrap();
        IssueRequest {
            public_key: key.public_key().clone(),
            names: vec![name.clone()],
            common_name: Some(name),
            usage: LeafUsage::Server,
            now: NOW,
            lifetime_seconds,
            random: [9; 16],
            published: None,
        }
    }

    #[test]
    fn a_plan_carried_out_twice_has_one_serial_and_one_content() {
        let ca = ca();
        let plan = ca.plan(&request(86_400)).unwrap();
        let serials: Vec<String> = (0..2)
            .map(|_| {
                let Issuance::Issued { certificate_der } = ca.carry_out(&plan).unwrap();
                CertificateInfo::parse(&certificate_der).unwrap().serial_hex
            })
            .collect();
        assert_eq!(serials[0], serials[1]);
    }

    #[test]
    fn backdating_is_a_sixtieth_and_at_most_five_minutes() {
        let ca = ca();
        for (lifetime, backdate) in [(180, 3), (86_400, 10), (900_000, 10)] {
            let Issuance::Issued { certificate_der } =
                ca.carry_out(&ca.plan(&request(lifetime)).unwrap()).unwrap();
            let info = CertificateInfo::parse(&certificate_der).unwrap();
            // The test CA is 10 seconds old: nothing is valid before it.
            assert_eq!(info.not_before, NOW - backdate, "{lifetime}");
        }
    }

    #[test]
    fn nothing_outlives_the_issuing_certificate() {
        let ca = ca();
        let Issuance::Issued { certificate_der } =
            ca.carry_out(&ca.plan(&request(9_000_000)).unwrap()).unwrap();
        assert_eq!(CertificateInfo::parse(&certificate_der).unwrap().not_after, NOW + 1_000_000);
    }

    #[test]
    fn an_ended_ca_refuses_and_says_so() {
        let late = IssueRequest { now: NOW + 2_000_000, ..request(60) };
        let error = ca().plan(&late).unwrap_err();
        assert!(error.to_string().contains("replace it"), "{error}");
    }
}
