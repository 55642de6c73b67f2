//! The cases of the contract that make sense for the local CA, which signs in the control plane and asks nobody.
//!
//! Not for: the lifetimes of what it signs (`src/issuers/local_ca.rs`). Invariant: as for `contract`.

use certctl_connectors::issuers::local_ca::LocalCa;
use certctl_connectors::issuers::{Issuance, IssueError, IssueRequest};
use certctl_pki::{
    CaSubject, CertificateInfo, KeyAlgorithm, LeafUsage, Name, PrivateKey, RootSpec, Serial, build_root_tbs,
    order_chain, sign_tbs,
};

use super::matrix::Does;

const NOW: i64 = 1_795_000_000;

/// The key of a CA and its certificate, as the store has them.
struct Sealed {
    key: Vec<u8>,
    der: Vec<u8>,
}

impl Sealed {
    fn new() -> Self {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let serial = Serial::from_random([3; 16]);
        let subject = CaSubject { common_name: "test CA".to_owned(), organization: None };
        let (not_before, not_after) = (NOW - 1_000, NOW + 1_000_000);
        let spec = RootSpec { serial: &serial, subject: &subject, not_before, not_after };
        let der = sign_tbs(&key, &build_root_tbs(&key, &spec).unwrap()).unwrap();
        Self { key: key.to_pkcs8_der().unwrap().to_vec(), der }
    }

    /// As after a start.
    fn open(&self) -> LocalCa {
        LocalCa::new(vec![self.der.clone()], PrivateKey::from_pkcs8_der(&self.key).unwrap()).unwrap()
    }
}

fn request() -> IssueRequest {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let name = Name::parse("web.example.test").unwrap();
    IssueRequest {
        public_key: key.public_key().clone(),
        names: vec![name.clone()],
        common_name: Some(name),
        usage: LeafUsage::Server,
        now: NOW,
        lifetime_seconds: 86_400,
        random: [9; 16],
        published: None,
    }
}

fn leaf(ca: &LocalCa, plan: &[u8]) -> Vec<u8> {
    let Issuance::Issued { certificate_der } = ca.carry_out(plan).unwrap();
    certificate_der
}

pub(super) fn an_order_gets_one_certificate() -> Does {
    let (sealed, request) = (Sealed::new(), request());
    let ca = sealed.open();
    let der = leaf(&ca, &ca.plan(&request).unwrap());
    let info = CertificateInfo::parse(&der).unwrap();
    assert_eq!(info.names, request.names);
    assert_eq!(info.public_key_sha256, request.public_key.sha256());
    assert_eq!(order_chain(&[&sealed.der, &der]).unwrap(), [der, sealed.der]);
    Does::Yes
}

pub(super) fn each_step_may_be_another_process() -> Does {
    let sealed = Sealed::new();
    let plan = sealed.open().plan(&request()).unwrap();
    leaf(&sealed.open(), &plan);
    Does::Yes
}

/// The plan is stored; what was signed by it is lost, and signed again.
pub(super) fn a_crash_in_any_step_makes_no_second_certificate() -> Does {
    let (sealed, request) = (Sealed::new(), request());
    let plan = sealed.open().plan(&request).unwrap();
    assert_eq!(sealed.open().plan(&request).unwrap(), plan);
    let (first, second) = (leaf(&sealed.open(), &plan), leaf(&sealed.open(), &plan));
    let (first, second) = (CertificateInfo::parse(&first).unwrap(), CertificateInfo::parse(&second).unwrap());
    assert_eq!(
        (first.serial_hex, first.not_before, first.not_after, first.names),
        (second.serial_hex, second.not_before, second.not_after, second.names)
    );
    Does::But(
        "The stored plan is carried out again: the same serial, names and times, so that both are one certificate.",
    )
}

pub(super) fn what_is_stored_can_be_gone_on_with_or_is_refused() -> Does {
    let (sealed, other) = (Sealed::new(), Sealed::new());
    let plan = sealed.open().plan(&request()).unwrap();
    let mut changed = plan.clone();
    changed.truncate(plan.len() / 2);
    for broken in [Vec::new(), b"nonsense".to_vec(), changed] {
        assert!(matches!(sealed.open().carry_out(&broken), Err(IssueError::Refused(_))));
    }
    assert!(matches!(other.open().carry_out(&plan), Err(IssueError::Refused(_))), "another CA's plan");
    Does::Yes
}

pub(super) fn what_is_stored_holds_no_secret() -> Does {
    let sealed = Sealed::new();
    let (ca, plan) = (sealed.open(), sealed.open().plan(&request()).unwrap());
    // The private number of the key, which is at the same place in every key of this kind.
    let private = &sealed.key[36..68];
    assert!(!plan.windows(private.len()).any(|bytes| bytes == private));
    assert!(!format!("{ca:?}").contains(&format!("{private:?}").replace(['[', ']'], "")));
    Does::Yes
}

pub(super) fn a_refusal_says_what_to_do() -> Does {
    let (sealed, other) = (Sealed::new(), Sealed::new());
    let late = IssueRequest { now: NOW + 2_000_000, ..request() };
    let ended = sealed.open().plan(&late).unwrap_err();
    assert!(
        matches!(&ended, IssueError::Refused(text) if text.contains("ended at") && text.contains("replace it")),
        "{ended:?}"
    );
    let none = LocalCa::new(Vec::new(), PrivateKey::from_pkcs8_der(&sealed.key).unwrap()).unwrap_err();
    assert!(matches!(&none, IssueError::Refused(text) if text.contains("empty")), "{none:?}");
    let wrong = LocalCa::new(vec![sealed.der], PrivateKey::from_pkcs8_der(&other.key).unwrap());
    assert!(matches!(wrong, Err(IssueError::Refused(_))), "a key that does not fit");
    Does::But("Such as that the CA's own certificate has ended.")
}
