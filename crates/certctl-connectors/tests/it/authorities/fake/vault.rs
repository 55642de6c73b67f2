//! The little of Vault's API that the connector uses.

use base64::Engine as _;
use certctl_pki::{Csr, pem};
use serde_json::json;

use super::{Answered, Asked, Memory};

pub(crate) const ROLE_ID: &str = "role-1";
pub(crate) const SECRET_ID: &str = "S3CRET-of-the-role";
pub(crate) const TOKEN: &str = "S3CRET-token-logged-in";

#[derive(Debug, Default)]
pub(crate) struct Vault {
    pub(crate) n_logins: usize,
    pub(crate) revoked: Vec<String>,
    /// Seconds of a lease.
    pub(crate) lease: i64,
    /// What a log-in sent beside the role.
    pub(crate) login: serde_json::Value,
}

pub(super) fn answer(memory: &mut Memory, asked: &Asked) -> Answered {
    let parts = asked.parts();
    let refused = |status: u16, text: &str| Answered::json(status, &json!({ "errors": [text] }));
    if let ["v1", "auth", _, "login"] = parts.as_slice() {
        let is_known = asked.body["secret_id"] == SECRET_ID || asked.body["jwt"].is_string();
        if !is_known {
            return refused(400, "invalid role or secret ID");
        }
        memory.vault.n_logins += 1;
        memory.vault.login = asked.body.clone();
        let auth = json!({ "client_token": TOKEN, "lease_duration": memory.vault.lease });
        return Answered::json(200, &json!({ "auth": auth }));
    }
    if parts.as_slice() == ["v1", "sys", "health"] {
        return Answered::json(200, &json!({ "version": "0.0.0-fake", "sealed": false }));
    }
    if asked.header("x-vault-token") != TOKEN {
        return refused(403, "permission denied");
    }
    match parts.as_slice() {
        ["v1", "pki", "sign", "server"] => {
            let der = pem::decode_one(asked.body["csr"].as_str().unwrap(), &[pem::CERTIFICATE_REQUEST])
                .unwrap()
                .der;
            let names = Csr::parse(&der).unwrap().names().to_vec();
            let leaf = memory.ca.leaf(&der, &names, memory.acme.switches.other_key);
            let data = json!({
                "certificate": pem::encode_certificates([leaf]), "ca_chain": [memory.ca.root_pem()], "serial_number": "01",
            });
            Answered::json(200, &json!({ "data": data }))
        }
        ["v1", "pki", "revoke"] => {
            memory.vault.revoked.push(asked.body["serial_number"].as_str().unwrap().to_owned());
            Answered::json(200, &json!({ "data": { "revocation_time": 1 } }))
        }
        ["v1", "sys", "capabilities-self"] => {
            Answered::json(200, &json!({ "data": { "pki/sign/server": ["update"], "pki/revoke": ["deny"] } }))
        }
        _ => refused(404, "no handler for route"),
    }
}

/// A text in base64url.
pub(super) fn decoded(text: &str) -> Vec<u8> {
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap()
}
