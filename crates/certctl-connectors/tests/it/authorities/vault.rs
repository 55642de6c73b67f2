//! A real OpenBao with a PKI engine (`tests/peers/openbao.sh`).

use certctl_connectors::issuers::outside::{Authority, AuthorityError, Next};
use certctl_core::authority::{AuthorityKind, TestStepState};
use certctl_pki::{CertificateInfo, RevocationReason};
use serde_json::{Value, json};

use super::peer::Peer;
use super::{Request, call, curl, failure, issued, surroundings};

struct Bao(Peer);

impl Bao {
    fn start() -> Self {
        Self(Peer::start("openbao", &[]))
    }

    fn config(&self) -> Value {
        json!({
            "address": self.0.value("VAULT_ADDR"), "ca_pem": self.0.file("VAULT_CACERT"), "role": self.0.value("BAO_PKI_ROLE"),
            "auth": "approle", "role_id": self.0.value("BAO_ROLE_ID"), "secret_id": self.0.value("BAO_SECRET_ID"),
        })
    }

    fn authority(&self, changes: &Value) -> Authority {
        let mut config = self.config();
        for (key, value) in changes.as_object().unwrap() {
            config[key] = value.clone();
        }
        Authority::read(AuthorityKind::Vault, &config, None).unwrap()
    }

    fn get(&self, method: &str, path: &str, body: &str) -> Value {
        let url = format!("{}/v1/{path}", self.0.value("VAULT_ADDR"));
        serde_json::from_str(&curl(&["-X", method, "-H", "X-Vault-Token: root", "-d", body, &url]))
            .unwrap_or_default()
    }

    /// How many certificates the engine has signed, its own root counted.
    fn n_certificates(&self) -> usize {
        self.get("LIST", "pki/certs", "")["data"]["keys"].as_array().unwrap().len()
    }
}

fn states(steps: &[certctl_connectors::issuers::outside::TestStep]) -> Vec<(&str, TestStepState)> {
    steps.iter().map(|step| (step.name, step.state)).collect()
}

#[tokio::test]
async fn openbao_signs_once_for_an_order_also_with_restarts_between_the_steps() {
    let bao = Bao::start();
    let around = surroundings(Vec::new());
    let before = bao.n_certificates();
    let request = Request::new(&["www.example.test", "*.example.test", "127.0.0.1"]);
    let chain = issued(&around, &request, || bao.authority(&json!({})), |_| ()).await.unwrap();
    request.is_met_by(&chain);
    assert_eq!(bao.n_certificates(), before + 1);
    let leaf = CertificateInfo::parse(&chain[0]).unwrap();
    let lifetime = leaf.not_after - leaf.not_before;
    assert!((24 * 3_600..=24 * 3_600 + 60).contains(&lifetime), "{lifetime}");
    assert_eq!(
        chain[1..],
        [certctl_pki::pem::decode_certificates(&bao.0.file("BAO_ROOT")).unwrap().remove(0)]
    );
}

#[tokio::test]
async fn nothing_is_sent_before_it_was_noted() {
    let bao = Bao::start();
    let around = surroundings(Vec::new());
    let (before, request) = (bao.n_certificates(), Request::new(&["www.example.test"]));
    let next = bao.authority(&json!({})).step(&call(&around), &request.asked(), None, false).await.unwrap();
    assert!(
        matches!(&next, Next::Waiting { after, proofs, .. } if after.is_zero() && proofs.is_empty()),
        "{next:?}"
    );
    assert_eq!(bao.n_certificates(), before);
}

#[tokio::test]
async fn openbao_revokes_and_twice_is_once() {
    let bao = Bao::start();
    let around = surroundings(Vec::new());
    let authority = bao.authority(&json!({}));
    let request = Request::new(&["www.example.test"]);
    let chain = issued(&around, &request, || authority.clone(), |_| ()).await.unwrap();
    for _ in 0..2 {
        authority.revoke(&call(&around), &chain[0], RevocationReason::Superseded).await.unwrap();
    }
    let serial = CertificateInfo::parse(&chain[0]).unwrap().serial_hex;
    let pairs: Vec<String> =
        serial.as_bytes().chunks(2).map(|pair| String::from_utf8(pair.to_vec()).unwrap()).collect();
    let found = bao.get("GET", &format!("pki/cert/{}", pairs.join("-")), "");
    assert!(found["data"]["revocation_time"].as_i64().unwrap() > 0, "{found}");
    // What it never signed.
    let other = Bao::start();
    let foreign =
        other.authority(&json!({})).revoke(&call(&around), &chain[0], RevocationReason::Superseded).await;
    assert!(matches!(&foreign, Err(AuthorityError::Refused(_))), "{foreign:?}");
}

#[tokio::test]
async fn the_test_says_which_step_fails() {
    let bao = Bao::start();
    let around = surroundings(Vec::new());
    use TestStepState::{Failed, Ok, Skipped};
    for (changes, wanted) in [
        (json!({}), [("reach", Ok), ("login", Ok), ("sign", Ok)]),
        (json!({ "auth": "token", "token": "root" }), [("reach", Ok), ("login", Ok), ("sign", Ok)]),
        (json!({ "role": "another" }), [("reach", Ok), ("login", Ok), ("sign", Failed)]),
        (json!({ "secret_id": "S3CRET-wrong" }), [("reach", Ok), ("login", Failed), ("sign", Skipped)]),
        (
            json!({ "auth": "token", "token": "S3CRET-wrong" }),
            [("reach", Ok), ("login", Failed), ("sign", Skipped)],
        ),
        (
            json!({ "ca_pem": bao.0.file("BAO_ROOT") }),
            [("reach", Failed), ("login", Skipped), ("sign", Skipped)],
        ),
        (
            json!({ "address": "https://127.0.0.1:1" }),
            [("reach", Failed), ("login", Skipped), ("sign", Skipped)],
        ),
    ] {
        let steps = bao.authority(&changes).test(&call(&around)).await;
        assert_eq!(states(&steps), wanted, "{changes}: {steps:?}");
        assert!(!format!("{steps:?}").contains("S3CRET"), "{steps:?}");
    }
}

#[tokio::test]
async fn refusals_have_openbaos_words_and_no_secret() {
    let bao = Bao::start();
    let around = surroundings(Vec::new());
    let error = failure(&around, &Request::new(&["www.example.org"]), &bao.authority(&json!({}))).await;
    assert!(matches!(&error, AuthorityError::Refused(text) if text.contains("www.example.org")), "{error:?}");
    let wrong = bao.authority(&json!({ "secret_id": "S3CRET-wrong" }));
    let error = failure(&around, &Request::new(&["www.example.test"]), &wrong).await;
    assert!(matches!(&error, AuthorityError::Refused(text) if text.contains("log in")), "{error:?}");
    assert!(!format!("{error:?} {wrong:?}").contains("S3CRET"), "{error:?}");
    let namespace = bao.authority(&json!({ "namespace": "nowhere" }));
    let error = failure(&around, &Request::new(&["www.example.test"]), &namespace).await;
    assert!(matches!(&error, AuthorityError::Refused(_)), "{error:?}");
}

#[tokio::test]
async fn a_token_that_was_revoked_is_had_anew() {
    let bao = Bao::start();
    let around = surroundings(Vec::new());
    let authority = bao.authority(&json!({}));
    let request = Request::new(&["www.example.test"]);
    issued(&around, &request, || authority.clone(), |_| ()).await.unwrap();
    // All tokens of the method are revoked, as an operator does.
    bao.get("PUT", "sys/leases/revoke-prefix/auth/approle/login", "");
    issued(&around, &request, || authority.clone(), |_| ()).await.unwrap();
}
