//! The PKI engine of Vault (<https://developer.hashicorp.com/vault/api-docs/secret/pki>) and of OpenBao
//! (<https://openbao.org/api-docs/secret/pki/>), which have the same API: `sign` with a role, and `revoke`.
//!
//! Vault cannot be asked what it signed for a request: an answer that was lost is asked for again, and one certificate more is
//! signed, which nobody uses. So the step before `sign` only notes that it comes.
//! Not for: logging in ([`login`]). Invariants: tokens are in memory only; a token that Vault does not take any more is dropped and
//! one log-in tried at once.

mod login;

use std::time::Duration;

use certctl_core::time::Ts;
use certctl_pki::{CertificateInfo, Csr, Name, RevocationReason, pem};
use reqwest::{Method, Url};
use serde_json::{Value, json};

use self::login::{Auth, Held};
use super::answers::{self, Steps, not_understood};
use super::schema::{self, Schema};
use super::{Asked, AuthorityError, Call, Next, Signs, TestStep, chain, shortened};
use crate::fields::{Problem, Problems};
use crate::form::parse_word;
use crate::outside::{Answer, Endpoint, common_fields, headers};

const GROUP: &str = "Authority";

/// The configuration, with the token in memory.
#[derive(Debug, Clone)]
pub struct Vault {
    address: Endpoint,
    mount: Vec<String>,
    role: String,
    namespace: Option<String>,
    auth: Auth,
    held: Held,
}

pub(super) fn schema() -> Schema {
    let own = [
        ("address", schema::address("Address", "The server, such as https://vault.example.org:8200")),
        (
            "mount",
            json!({
                "type": "string", "maxLength": 255, "default": "pki", "title": "Mount", "x-group": GROUP,
                "description": "The path at which the PKI engine is mounted",
            }),
        ),
        ("role", schema::text(GROUP, "Role", "The role of the PKI engine that signs")),
        (
            "namespace",
            schema::text(GROUP, "Namespace", "The namespace of the mount, where there are namespaces"),
        ),
    ];
    (own.into_iter().chain(login::fields()).chain(common_fields()).collect(), vec!["address", "role"])
}

pub(super) fn read(config: &Value) -> Result<Vault, Vec<Problem>> {
    let problems = Problems::default();
    let mut fields = problems.object(config);
    let address = Endpoint::read(&mut fields, "address", None);
    let mount = fields.parsed("mount", parse_path).unwrap_or_else(|| vec!["pki".to_owned()]);
    let role = fields.required("role", parse_word);
    let namespace = fields.parsed("namespace", parse_path).map(|parts| parts.join("/"));
    let auth = login::read(&mut fields);
    fields.finish();
    let held = Held::default();
    let found = address.zip(role).zip(auth);
    problems.finish(found.map(|((address, role), auth)| Vault {
        address,
        mount,
        role,
        namespace,
        auth,
        held,
    }))
}

/// Words with slashes between them.
fn parse_path(text: &str) -> Result<Vec<String>, String> {
    let parts: Result<Vec<String>, String> = text.trim_matches('/').split('/').map(parse_word).collect();
    parts.map_err(|_| format!("{text:?} is not a path of words of letters, digits, hyphens and underscores"))
}

impl Vault {
    fn url(&self, path: &[&str]) -> Url {
        let segments: Vec<&str> = ["v1"].iter().chain(path).copied().collect();
        self.address.at(&segments)
    }

    fn mounted(&self, path: &[&str]) -> Url {
        let mount = self.mount.iter().map(String::as_str);
        let segments: Vec<&str> = ["v1"].into_iter().chain(mount).chain(path.iter().copied()).collect();
        self.address.at(&segments)
    }

    /// What was answered, whatever it is.
    async fn ask(
        &self,
        call: &Call<'_>,
        method: Method,
        url: &Url,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> Result<Answer, AuthorityError> {
        // Agents of Vault that stand between want this header (protection against request forgery).
        let mut pairs = vec![("x-vault-request", "true")];
        pairs.extend(token.map(|token| ("x-vault-token", token)));
        pairs.extend(self.namespace.as_deref().map(|namespace| ("x-vault-namespace", namespace)));
        let bytes = body.map(|value| value.to_string().into_bytes()).unwrap_or_default();
        Ok(call.around.outside.ask(&self.address, method, url, headers(&pairs), bytes).await?)
    }

    /// The JSON of a success, asked for with the token at hand.
    async fn json(
        &self,
        call: &Call<'_>,
        method: Method,
        url: &Url,
        body: Option<&Value>,
    ) -> Result<Value, AuthorityError> {
        let (token, is_kept) = self.token(call).await?;
        let mut answer = self.ask(call, method.clone(), url, Some(token.expose()), body).await?;
        // 403 is "may not" as well as "token unknown" (revoked, or Vault was restored).
        if answer.status.as_u16() == 403 && is_kept && self.auth.logs_in() {
            self.held.drop_token();
            let (token, _) = self.token(call).await?;
            answer = self.ask(call, method, url, Some(token.expose()), body).await?;
        }
        accepted(&answer, call.now)
    }
}

/// The JSON of a success; one without a body is `null`.
fn accepted(answer: &Answer, now: Ts) -> Result<Value, AuthorityError> {
    let status = answer.status.as_u16();
    if !answer.status.is_success() {
        let said = words(&answer.text);
        let said = if said.is_empty() { String::new() } else { format!(": {said}") };
        let detail = format!("Vault answered {status}{said}");
        return Err(match status {
            // 412: this node has not the newest state; 472 and 473: it stands by.
            408 | 412 | 425 | 429 | 472 | 473 | 500..=599 => {
                AuthorityError::Retry { detail, after: answers::after(answer, now), limited: status == 429 }
            }
            300..=399 => AuthorityError::Refused(format!(
                "{detail}; redirections are not followed: give the address of the active node or of the load balancer"
            )),
            _ => AuthorityError::Refused(detail),
        });
    }
    if answer.text.trim().is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(&answer.text).map_err(|_| not_understood(&answer.text))
}

/// Vault's own words.
fn words(text: &str) -> String {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    let errors: Vec<&str> =
        value["errors"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let found = if errors.is_empty() { text.to_owned() } else { errors.join("; ") };
    let lines: Vec<&str> = found.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    shortened(&lines.join(" "), 500)
}

/// The body of `sign`. The role decides what of it is used.
fn sign_body(asked: &Asked<'_>) -> Value {
    let (mut hosts, mut addresses, mut uris) = (Vec::new(), Vec::new(), Vec::new());
    for name in asked.names {
        match name {
            Name::Dns(_) | Name::Wildcard(_) | Name::Email(_) => hosts.push(name.to_string()),
            Name::Ip(_) => addresses.push(name.to_string()),
            Name::Uri(_) => uris.push(name.to_string()),
        }
    }
    let wished = Csr::parse(asked.csr_der).ok().and_then(|csr| csr.common_name().map(str::to_owned));
    let common_name = wished.or_else(|| hosts.first().cloned()).or_else(|| addresses.first().cloned());
    let mut body = json!({
        "csr": pem::encode_request(asked.csr_der),
        "format": "pem",
        "alt_names": hosts.join(","),
        "ip_sans": addresses.join(","),
        "uri_sans": uris.join(","),
        "ttl": format!("{}s", asked.lifetime_seconds.max(1)),
        // Every name is in the lists already.
        "exclude_cn_from_sans": true,
    });
    if let Some(common_name) = common_name {
        body["common_name"] = json!(common_name);
    }
    body
}

/// The chain of an answer, in one text.
fn chain_text(data: &Value) -> Option<String> {
    let above = data["ca_chain"].as_array().filter(|list| !list.is_empty());
    let mut parts = vec![data["certificate"].as_str()?];
    match above {
        Some(list) => parts.extend(list.iter().filter_map(Value::as_str)),
        None => parts.extend(data["issuing_ca"].as_str()),
    }
    Some(parts.join("\n"))
}

impl Signs for Vault {
    fn sensitive(&self) -> Vec<String> {
        let mut secrets = self.auth.sensitive();
        secrets.extend(self.held.sensitive());
        secrets
    }

    async fn step(
        &self,
        call: &Call<'_>,
        asked: &Asked<'_>,
        progress: Option<&Value>,
        _shown: bool,
    ) -> Result<Next, AuthorityError> {
        if progress.is_none() {
            let doing = format!("Vault is about to sign with the role {}", self.role);
            return Ok(Next::waiting(json!({ "state": "ordering" }), doing, Duration::ZERO));
        }
        let url = self.mounted(&["sign", &self.role]);
        let value = self.json(call, Method::POST, &url, Some(&sign_body(asked))).await?;
        let text = chain_text(&value["data"]).ok_or_else(|| not_understood(&value.to_string()))?;
        let chain = chain::read(&text, asked, call.now)
            .map_err(|detail| AuthorityError::Refused(format!("Vault {detail}")))?;
        Ok(Next::Issued { chain })
    }

    async fn test(&self, call: &Call<'_>) -> Vec<TestStep> {
        let mut steps = Steps::default();
        steps.take("reach", "Reach the server", self.health(call)).await;
        let logging_in = async { self.token(call).await.map(|_| ((), self.auth.told())) };
        steps.take("login", "Log in", logging_in).await;
        steps.take("sign", "Right to sign", self.may_sign(call)).await;
        steps.finish()
    }

    async fn revoke(
        &self,
        call: &Call<'_>,
        leaf_der: &[u8],
        _reason: RevocationReason,
    ) -> Result<(), AuthorityError> {
        let info = CertificateInfo::parse(leaf_der)
            .map_err(|error| AuthorityError::Refused(format!("the certificate cannot be read: {error}")))?;
        let body = json!({ "serial_number": with_colons(&info.serial_hex) });
        // One that is revoked already is answered like one that was revoked now.
        let value = self.json(call, Method::POST, &self.mounted(&["revoke"]), Some(&body)).await?;
        if value["data"]["revocation_time"].is_number() {
            return Ok(());
        }
        // Nothing is answered for certificates that have ended.
        if value.is_null() || value["warnings"].is_array() {
            Ok(())
        } else {
            Err(not_understood(&value.to_string()))
        }
    }
}

impl Vault {
    /// Whether it answers, and is not sealed.
    async fn health(&self, call: &Call<'_>) -> Result<((), String), AuthorityError> {
        let mut url = self.url(&["sys", "health"]);
        url.query_pairs_mut().extend_pairs([("standbyok", "true"), ("perfstandbyok", "true")]);
        let answer = self.ask(call, Method::GET, &url, None, None).await?;
        let value: Value = serde_json::from_str(&answer.text).unwrap_or_default();
        let Some(version) = value["version"].as_str() else { return Err(not_understood(&answer.text)) };
        if value["sealed"] == true {
            return Err(AuthorityError::retry("the server is sealed"));
        }
        Ok(((), format!("version {}", shortened(version, 60))))
    }

    /// Whether the token may sign and revoke, by what Vault says of its policies.
    async fn may_sign(&self, call: &Call<'_>) -> Result<((), String), AuthorityError> {
        let mount = self.mount.join("/");
        let (sign, revoke) = (format!("{mount}/sign/{}", self.role), format!("{mount}/revoke"));
        let body = json!({ "paths": [sign, revoke] });
        let url = self.url(&["sys", "capabilities-self"]);
        let value = self.json(call, Method::POST, &url, Some(&body)).await?;
        let may = |path: &str| {
            let found = value["data"][path].as_array().or_else(|| value[path].as_array());
            found.is_some_and(|list| list.iter().any(|one| one == "update" || one == "root" || one == "sudo"))
        };
        if !may(&sign) {
            return Err(AuthorityError::Refused(format!("its policies do not allow update of {sign}")));
        }
        let further = if may(&revoke) { "and revoke" } else { "but not revoke" };
        Ok(((), format!("it may sign with the role {} {further}", self.role)))
    }
}

/// Two digits a byte, with colons between them.
fn with_colons(hex: &str) -> String {
    let digits: Vec<char> = hex.chars().collect();
    digits.chunks(2).map(|pair| pair.iter().collect::<String>()).collect::<Vec<_>>().join(":")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::StatusCode;
    use reqwest::header::{HeaderMap, HeaderValue};

    use super::*;
    use crate::bent::{json_of, text_like};

    const KEYS: &[&str] =
        &["data", "auth", "errors", "certificate", "ca_chain", "issuing_ca", "warnings", "revocation_time"];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_is_answered_is_read_or_says_what_came(
            status in 200_u16..600,
            text in prop_oneof![
                json_of(KEYS).prop_map(|value| value.to_string()),
                text_like(r#"{"data":{"certificate":"a","ca_chain":["b"]},"errors":["1 error occurred:\n\t* no"]}"#.to_owned()),
            ],
            wait in "[ -~]{0,30}",
        ) {
            let mut headers = HeaderMap::new();
            headers.insert("retry-after", HeaderValue::from_str(&wait).unwrap());
            let status = StatusCode::from_u16(status).unwrap();
            let answer = Answer { status, headers, text: text.clone() };
            match accepted(&answer, Ts::from_second(0)) {
                Ok(value) => {
                    prop_assert!(status.is_success());
                    drop(chain_text(&value["data"]));
                }
                Err(error) => {
                    let told = error.to_string();
                    let names_it = told.contains(status.as_str()) || told.contains("not understood");
                    prop_assert!(names_it && told.chars().count() < 1_500, "{told}");
                }
            }
            prop_assert!(words(&text).chars().count() <= 501);
        }
    }

    #[test]
    fn the_words_are_vaults_own() {
        for (text, wanted) in [
            (
                r#"{"errors":["1 error occurred:\n\t* permission denied\n\n"]}"#,
                "1 error occurred: * permission denied",
            ),
            (r#"{"errors":[]}"#, r#"{"errors":[]}"#),
            (r#"{"errors":["a","b"]}"#, "a; b"),
            ("<html>", "<html>"),
        ] {
            assert_eq!(words(text), wanted);
        }
    }

    #[test]
    fn a_serial_has_colons() {
        assert_eq!(with_colons("0a1b2c"), "0a:1b:2c");
    }

    #[test]
    fn a_path_stays_below_its_mount() {
        assert_eq!(parse_path("/team/pki/").unwrap(), ["team", "pki"]);
        for bad in ["", "/", "a//b", "../b", "a/./b", "a?b"] {
            assert!(parse_path(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_chain_is_ca_chain_or_the_issuer() {
        let text = |data: Value| chain_text(&data);
        assert_eq!(
            text(json!({ "certificate": "a", "ca_chain": ["b", "c"], "issuing_ca": "b" })).unwrap(),
            "a\nb\nc"
        );
        assert_eq!(text(json!({ "certificate": "a", "ca_chain": [], "issuing_ca": "b" })).unwrap(), "a\nb");
        assert_eq!(text(json!({ "certificate": "a" })).unwrap(), "a");
        assert_eq!(text(json!({})), None);
    }
}
