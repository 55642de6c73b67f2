//! Two more ACME servers that are not ours: acme2certifier, for renewal information, and OpenBao.

use certctl_connectors::issuers::outside::{Authority, AuthorityError, Proof};
use certctl_core::authority::AuthorityKind;
use certctl_core::time::Ts;
use certctl_pki::{CertificateInfo, RevocationReason};
use serde_json::{Value, json};

use super::peer::Peer;
use super::{Request, call, curl, issued, surroundings};

fn a2c(peer: &Peer, key: &[u8], changes: &Value) -> Authority {
    let mut config = json!({
        "directory_url": peer.value("A2C_URL"), "ca_pem": peer.file("A2C_CA"), "terms_agreed": true,
        "contact": "ops@example.test",
    });
    for (field, value) in changes.as_object().unwrap() {
        config[field] = value.clone();
    }
    Authority::read(AuthorityKind::Acme, &config, Some(key)).unwrap()
}

#[tokio::test]
async fn acme2certifier_says_when_to_renew_and_takes_what_is_replaced() {
    let peer = Peer::start("acme2certifier", &[]);
    let around = surroundings(Vec::new());
    let key = Authority::new_account_key().unwrap();
    let mut request = Request::new(&["www.example.test"]);
    let authority = a2c(&peer, &key, &json!({}));
    let chain = issued(&around, &request, || a2c(&peer, &key, &json!({})), |_| ()).await.unwrap();
    request.is_met_by(&chain);
    let leaf = CertificateInfo::parse(&chain[0]).unwrap();
    let hint = authority.renewal(&call(&around), &chain[0]).await.unwrap().unwrap();
    assert!(hint.start < hint.end, "{hint:?}");
    assert!(
        hint.start > Ts::from_second(leaf.not_before) && hint.end <= Ts::from_second(leaf.not_after),
        "{hint:?}"
    );
    assert!(hint.ask_again.as_secs() >= 60, "{hint:?}");

    request.intent = "job-2".to_owned();
    request.replaces = Some(chain[0].clone());
    let renewed = issued(&around, &request, || authority.clone(), |_| ()).await.unwrap();
    request.is_met_by(&renewed);
    assert_ne!(renewed[0], chain[0]);
    // What was replaced already is ordered without saying so.
    request.intent = "job-3".to_owned();
    request.is_met_by(&issued(&around, &request, || authority.clone(), |_| ()).await.unwrap());

    // A certificate that it never gave.
    let other = Peer::start("acme2certifier", &[]);
    let unknown = a2c(&other, &key, &json!({})).renewal(&call(&around), &chain[0]).await;
    assert!(matches!(&unknown, Err(AuthorityError::Refused(_))), "{unknown:?}");

    authority.revoke(&call(&around), &chain[0], RevocationReason::Superseded).await.unwrap();
    authority.revoke(&call(&around), &chain[0], RevocationReason::Superseded).await.unwrap();
}

#[tokio::test]
async fn acme2certifier_binds_an_account_and_asks_for_renewal_at_once() {
    let peer = Peer::start("acme2certifier", &[("A2C_EAB", "1"), ("A2C_RENEW_NOW", "1")]);
    let around = surroundings(Vec::new());
    let key = Authority::new_account_key().unwrap();
    let bound = json!({ "eab_kid": peer.value("A2C_EAB_KID"), "eab_hmac_key": peer.value("A2C_EAB_HMAC") });
    let request = Request::new(&["www.example.test"]);
    let chain = issued(&around, &request, || a2c(&peer, &key, &bound), |_| ()).await.unwrap();
    let call = call(&around);
    let hint = a2c(&peer, &key, &bound).renewal(&call, &chain[0]).await.unwrap().unwrap();
    assert!(hint.start <= call.now, "{hint:?}");
}

#[tokio::test]
async fn openbao_as_an_acme_server_issues_once_with_restarts_between_the_steps() {
    let peer = Peer::start("openbao", &[]);
    let around = surroundings(Vec::new());
    let key = Authority::new_account_key().unwrap();
    let authority = || {
        let config = json!({
            "directory_url": peer.value("BAO_ACME_URL"), "ca_pem": peer.file("VAULT_CACERT"), "terms_agreed": true,
            "challenges": ["dns-01"], "dns_provider": "dns-a",
        });
        Authority::read(AuthorityKind::Acme, &config, Some(&key)).unwrap()
    };
    let show = |proofs: &[Proof]| {
        for proof in proofs {
            let host = format!("_acme-challenge.{}.", proof.name);
            let body = json!({ "host": host, "value": proof.dns_value() }).to_string();
            curl(&["-d", &body, &format!("{}/set-txt", peer.value("CHALLTESTSRV_URL"))]);
        }
    };
    let certificates = || {
        let url = format!("{}/v1/pki/certs", peer.value("VAULT_ADDR"));
        let text = curl(&["-X", "LIST", "-H", "X-Vault-Token: root", &url]);
        let value: Value = serde_json::from_str(&text).unwrap();
        value["data"]["keys"].as_array().unwrap().len()
    };
    let before = certificates();
    let request = Request::new(&["*.bao.example.test", "bao.example.test"]);
    let chain = issued(&around, &request, authority, show).await.unwrap();
    request.is_met_by(&chain);
    assert_eq!(certificates(), before + 1);
    authority().revoke(&call(&around), &chain[0], RevocationReason::Superseded).await.unwrap();
    assert_eq!(authority().renewal(&call(&around), &chain[0]).await, Ok(None));
    let steps = authority().test(&call(&around)).await;
    assert!(
        steps.iter().all(|step| step.state != certctl_core::authority::TestStepState::Failed),
        "{steps:?}"
    );
}
