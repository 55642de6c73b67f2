//! Google Cloud DNS v1, as <https://cloud.google.com/dns/docs/reference/rest/v1> has it, with its tokens.
//!
//! Not for: other types. Invariant: a change whose deletions are not what is there changes nothing.

use std::sync::LazyLock;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RsaKeyPair, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::super::fake::{Answered, Asked, Zone, form, unquoted};

const ACCESS: &str = "access-t0ken-of-google";

static KEY: LazyLock<RsaKeyPair> = LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());
static OTHER: LazyLock<RsaKeyPair> = LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());

fn pem(key: &RsaKeyPair) -> String {
    let der: Pkcs8V1Der<'_> = key.as_der().unwrap();
    let text = STANDARD.encode(der.as_ref());
    let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"))
}

fn account(key: &RsaKeyPair) -> String {
    let email = "acme@project-1.iam.gserviceaccount.com";
    json!({ "type": "service_account", "project_id": "project-1", "client_email": email, "private_key": pem(key) })
        .to_string()
}

pub(super) fn config(url: &str) -> Value {
    json!({
        "service_account": account(&KEY), "endpoint": format!("{url}/dns/v1"), "token_endpoint": format!("{url}/token"),
    })
}

pub(super) fn other_secrets() -> Value {
    json!({ "service_account": account(&OTHER) })
}

/// Some lines of the key.
pub(super) fn secrets() -> Vec<String> {
    pem(&KEY).lines().skip(2).take(3).map(str::to_owned).collect()
}

fn error(status: u16, reason: &str, message: &str) -> Answered {
    let errors = json!([{ "domain": "global", "reason": reason, "message": message }]);
    Answered::json(status, &json!({ "error": { "code": status, "message": message, "errors": errors } }))
}

fn token(asked: &Asked) -> Answered {
    let form = form(&asked.text);
    assert_eq!(form["grant_type"], "urn:ietf:params:oauth:grant-type:jwt-bearer");
    let (signed, signature) = form["assertion"].rsplit_once('.').unwrap();
    let claims = signed.split_once('.').unwrap().1;
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    assert_eq!(claims["aud"], "https://oauth2.googleapis.com/token");
    assert_eq!(claims["iat"].as_i64().unwrap(), super::super::now().as_second());
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, KEY.public_key().as_ref());
    if key.verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()).is_err() {
        let body = json!({ "error": "invalid_grant", "error_description": "Invalid JWT Signature." });
        return Answered::json(400, &body);
    }
    Answered::json(200, &json!({ "access_token": ACCESS, "expires_in": 3599, "token_type": "Bearer" }))
}

fn set(name: &str, values: &[String]) -> Value {
    let quoted: Vec<_> = values.iter().map(|value| format!("\"{value}\"")).collect();
    json!({ "kind": "dns#resourceRecordSet", "name": name, "type": "TXT", "ttl": 60, "rrdatas": quoted })
}

pub(super) fn answer(asked: &Asked, zone: &mut Zone) -> Answered {
    let (method, path) = asked.what();
    if (method, path.as_slice()) == ("POST", &["token"][..]) {
        return token(asked);
    }
    if asked.header("authorization") != format!("Bearer {ACCESS}") {
        return error(401, "authError", "Invalid Credentials");
    }
    let ["dns", "v1", "projects", "project-1", "managedZones", rest @ ..] = path.as_slice() else {
        return error(404, "notFound", "The project is not there");
    };
    match (method, rest) {
        ("GET", []) => {
            let private = json!({ "name": "inner", "dnsName": "example.test.", "visibility": "private" });
            let public = json!({ "name": "zone-1", "dnsName": "example.test.", "visibility": "public" });
            assert_eq!(asked.query["dnsName"], "example.test.");
            Answered::json(
                200,
                &json!({ "kind": "dns#managedZonesListResponse", "managedZones": [private, public] }),
            )
        }
        ("GET", ["zone-1", "rrsets"]) => {
            let name = &asked.query["name"];
            let values = zone.of(name.trim_end_matches('.'));
            let sets: Vec<_> = (!values.is_empty()).then(|| set(name, &values)).into_iter().collect();
            Answered::json(200, &json!({ "kind": "dns#resourceRecordSetsListResponse", "rrsets": sets }))
        }
        ("POST", ["zone-1", "changes"]) => {
            zone.be_outrun();
            let (old, new) = (&asked.body["deletions"][0], &asked.body["additions"][0]);
            let name = [old, new].iter().find_map(|set| set["name"].as_str()).unwrap().to_owned();
            let key = name.trim_end_matches('.').to_owned();
            let found = zone.of(&key);
            if !old.is_null() && old["rrdatas"] != set(&name, &found)["rrdatas"] {
                let message =
                    format!("The 'entity.change.deletions[0]' resource named '{name} (TXT)' does not exist.");
                return error(404, "notFound", &message);
            }
            if old.is_null() && !found.is_empty() {
                let message =
                    format!("The resource 'entity.change.additions[0]' named '{name} (TXT)' already exists");
                return error(409, "alreadyExists", &message);
            }
            let values = new["rrdatas"].as_array().into_iter().flatten();
            zone.put(&key, values.map(|value| unquoted(value.as_str().unwrap())).collect());
            Answered::json(200, &json!({ "kind": "dns#change", "id": "1", "status": "pending" }))
        }
        _ => error(404, "notFound", "not found"),
    }
}
