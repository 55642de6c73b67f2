//! How a token of Vault is had: it is configured, or logged in for (AppRole, Kubernetes).
//!
//! A token is used for four fifths of its lease and then had anew: by logging in again, or, when it was configured, by renewing
//! it where Vault says that it can be renewed (auth methods: <https://developer.hashicorp.com/vault/api-docs/auth>).
//! Not for: what is asked with it. Invariants: nothing of it is stored or shown; a file that is sent as a service account's token
//! has the form of one (RFC 7519), so that no other file of the server can be sent.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use certctl_core::secret::Secret;
use certctl_core::time::Ts;
use reqwest::Method;
use serde_json::{Value, json};

use super::super::answers::not_understood;
use super::{AuthorityError, Call, Vault, accepted, parse_path, schema};
use crate::fields::Fields;
use crate::form::{parse_secret, parse_word};

const GROUP: &str = "Log in";
const JWT_PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount/token";
/// The longest file that is read as a token.
const MAX_JWT: usize = 16 * 1024;

/// Who logs in.
#[derive(Debug, Clone)]
pub(super) enum Auth {
    Token(Secret<String>),
    AppRole { mount: Vec<String>, role_id: String, secret_id: Secret<String> },
    Kubernetes { mount: Vec<String>, role: String, jwt_path: PathBuf },
}

/// The token in memory, shared by clones.
#[derive(Debug, Clone, Default)]
pub(super) struct Held(Arc<Mutex<Tokens>>);

#[derive(Debug, Default)]
struct Tokens {
    lease: Option<Lease>,
    /// The one before, which Vault may still repeat.
    dropped: Option<Secret<String>>,
}

#[derive(Debug, Clone)]
struct Lease {
    token: Secret<String>,
    /// When to have a new one; never when absent.
    until: Option<Ts>,
    renewable: bool,
}

pub(super) fn fields() -> Vec<(&'static str, Value)> {
    let text = |title: &str, about: &str| schema::text(GROUP, title, about);
    vec![
        (
            "auth",
            json!({
                "type": "string", "enum": ["token", "approle", "kubernetes"], "default": "token", "title": "Method",
                "x-group": GROUP, "description": "How the server logs in",
            }),
        ),
        (
            "token",
            schema::secret(GROUP, "Token", "For the method token; renewed by its lease where it can be"),
        ),
        ("role_id", text("Role id", "For the method approle")),
        ("secret_id", schema::secret(GROUP, "Secret id", "For the method approle")),
        ("auth_mount", text("Mount of the method", "The path of the method when it is not its name")),
        ("kubernetes_role", text("Kubernetes role", "For the method kubernetes: the role to log in as")),
        (
            "jwt_path",
            json!({
                "type": "string", "maxLength": 255, "default": JWT_PATH, "title": "File of the token", "x-group": GROUP,
                "description": "For the method kubernetes: the file on the server with the service account's token",
            }),
        ),
    ]
}

pub(super) fn read(fields: &mut Fields<'_>) -> Option<Auth> {
    let known = |text: &str| match text {
        "token" | "approle" | "kubernetes" => Ok(text.to_owned()),
        _ => Err(format!("{text:?} is not a method: use token, approle or kubernetes")),
    };
    let given = fields.value("auth").is_some();
    let method = fields.parsed("auth", known);
    let token = fields.parsed("token", parse_secret);
    let role_id = fields.parsed("role_id", parse_word);
    let secret_id = fields.parsed("secret_id", parse_secret);
    let mount = fields.parsed("auth_mount", parse_path);
    let role = fields.parsed("kubernetes_role", parse_word);
    let jwt_path = fields.parsed("jwt_path", parse_file);
    let method = match method {
        Some(method) => method,
        None if given => return None,
        None => "token".to_owned(),
    };
    let mount = mount.unwrap_or_else(|| vec![method.clone()]);
    // A field with a problem of its own is not missing.
    let mut wanted = |key: &'static str, is_there: bool| {
        if !is_there && fields.value(key).is_none() {
            fields.problem(key, format!("is missing: the method {method} needs it"));
        }
    };
    match method.as_str() {
        "approle" => {
            wanted("role_id", role_id.is_some());
            wanted("secret_id", secret_id.is_some());
            role_id.zip(secret_id).map(|(role_id, secret_id)| Auth::AppRole { mount, role_id, secret_id })
        }
        "kubernetes" => {
            wanted("kubernetes_role", role.is_some());
            let jwt_path = jwt_path.unwrap_or_else(|| JWT_PATH.into());
            role.map(|role| Auth::Kubernetes { mount, role, jwt_path })
        }
        _ => {
            wanted("token", token.is_some());
            token.map(Auth::Token)
        }
    }
}

fn parse_file(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    if path.is_absolute() && !text.split('/').any(|part| part == "..") && !text.contains('\0') {
        Ok(path)
    } else {
        Err(format!("{text:?} is not an absolute path without .."))
    }
}

impl Auth {
    /// Whether a new token can be had by logging in.
    pub(super) fn logs_in(&self) -> bool {
        match self {
            Self::Token(_) => false,
            Self::AppRole { .. } | Self::Kubernetes { .. } => true,
        }
    }

    pub(super) fn sensitive(&self) -> Vec<String> {
        match self {
            Self::Token(secret) | Self::AppRole { secret_id: secret, .. } => vec![secret.expose().clone()],
            Self::Kubernetes { .. } => Vec::new(),
        }
    }

    /// For people.
    pub(super) fn told(&self) -> String {
        match self {
            Self::Token(_) => "the token is taken".to_owned(),
            Self::AppRole { mount, .. } => format!("logged in by AppRole at {}", mount.join("/")),
            Self::Kubernetes { role, .. } => format!("logged in as the Kubernetes role {role}"),
        }
    }
}

impl Held {
    fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lease(&self) -> Option<Lease> {
        self.tokens().lease.clone()
    }

    fn keep(&self, lease: Lease) {
        let mut tokens = self.tokens();
        if let Some(old) = tokens.lease.replace(lease) {
            tokens.dropped = Some(old.token);
        }
    }

    pub(super) fn drop_token(&self) {
        let mut tokens = self.tokens();
        if let Some(old) = tokens.lease.take() {
            tokens.dropped = Some(old.token);
        }
    }

    pub(super) fn sensitive(&self) -> Vec<String> {
        let tokens = self.tokens();
        let held = tokens.lease.iter().map(|lease| &lease.token).chain(&tokens.dropped);
        held.map(|token| token.expose().clone()).collect()
    }
}

impl Vault {
    /// A token, and whether it was had before this call.
    pub(super) async fn token(&self, call: &Call<'_>) -> Result<(Secret<String>, bool), AuthorityError> {
        let old = self.held.lease();
        if let Some(lease) = &old
            && lease.until.is_none_or(|until| call.now < until)
        {
            return Ok((lease.token.clone(), true));
        }
        let lease = match &self.auth {
            Auth::Token(token) => self.look_after(call, token, old).await?,
            Auth::AppRole { mount, role_id, secret_id } => {
                let body = json!({ "role_id": role_id, "secret_id": secret_id.expose() });
                self.log_in(call, mount, &body, secret_id).await?
            }
            Auth::Kubernetes { mount, role, jwt_path } => {
                let jwt = read_jwt(jwt_path).await?;
                let body = json!({ "role": role, "jwt": jwt.expose() });
                self.log_in(call, mount, &body, &jwt).await?
            }
        };
        let token = lease.token.clone();
        self.held.keep(lease);
        Ok((token, false))
    }

    async fn log_in(
        &self,
        call: &Call<'_>,
        mount: &[String],
        body: &Value,
        sent: &Secret<String>,
    ) -> Result<Lease, AuthorityError> {
        let mount = mount.iter().map(String::as_str);
        let path: Vec<&str> = ["auth"].into_iter().chain(mount).chain(["login"]).collect();
        let mut answer = self.ask(call, Method::POST, &self.url(&path), None, Some(body)).await?;
        // A service account's token is not part of the configuration, and as secret; so is the token in an answer that is not
        // understood.
        let is_json = serde_json::from_str::<Value>(&answer.text).is_ok();
        if !answer.status.is_success() {
            answer.text = answer.text.replace(sent.expose().as_str(), "***");
        } else if !is_json {
            return Err(AuthorityError::retry("log in: Vault's answer is not JSON"));
        }
        let value =
            accepted(&answer, call.now).map_err(|error| error.map(|text| format!("log in: {text}")))?;
        let auth = &value["auth"];
        let token = auth["client_token"].as_str().filter(|token| !token.is_empty());
        // The answer is not repeated: it may hold the token in another place.
        let token = token.ok_or_else(|| AuthorityError::retry("log in: Vault's answer has no token"))?;
        let until = until(call.now, auth["lease_duration"].as_i64());
        Ok(Lease { token: Secret::new(token.to_owned()), until, renewable: false })
    }

    /// The lease of a configured token: looked up the first time, renewed where that can be.
    async fn look_after(
        &self,
        call: &Call<'_>,
        token: &Secret<String>,
        old: Option<Lease>,
    ) -> Result<Lease, AuthorityError> {
        let kept = |until, renewable| Lease { token: token.clone(), until, renewable };
        if old.is_some_and(|lease| lease.renewable) {
            let url = self.url(&["auth", "token", "renew-self"]);
            let answer = self.ask(call, Method::POST, &url, Some(token.expose()), Some(&json!({}))).await?;
            let value = accepted(&answer, call.now)
                .map_err(|error| error.map(|text| format!("renew the token: {text}")))?;
            let auth = &value["auth"];
            return Ok(kept(until(call.now, auth["lease_duration"].as_i64()), auth["renewable"] == true));
        }
        let url = self.url(&["auth", "token", "lookup-self"]);
        let answer = self.ask(call, Method::GET, &url, Some(token.expose()), None).await?;
        let value = accepted(&answer, call.now)
            .map_err(|error| error.map(|text| format!("look up the token: {text}")))?;
        let data = &value["data"];
        if !data.is_object() {
            return Err(not_understood(&value.to_string()));
        }
        Ok(kept(until(call.now, data["ttl"].as_i64()), data["renewable"] == true))
    }
}

/// Four fifths of a lease; one of zero has no end.
fn until(now: Ts, seconds: Option<i64>) -> Option<Ts> {
    let seconds = seconds.filter(|seconds| *seconds > 0)?;
    Some(now.plus_seconds(seconds / 5 * 4))
}

async fn read_jwt(path: &PathBuf) -> Result<Secret<String>, AuthorityError> {
    let refused = |why: String| AuthorityError::Refused(format!("the token in {} {why}", path.display()));
    let bytes = tokio::fs::read(path).await.map_err(|error| refused(format!("cannot be read: {error}")))?;
    let text = String::from_utf8(bytes).unwrap_or_default();
    let text = text.trim();
    if is_jwt(text) { Ok(Secret::new(text.to_owned())) } else { Err(refused("is not a JWT".to_owned())) }
}

/// Three parts of base64url with dots between them.
fn is_jwt(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let parts: Vec<&str> = text.split('.').collect();
    text.len() <= MAX_JWT
        && parts.len() == 3
        && text.starts_with("eyJ")
        && parts.iter().all(|part| !part.is_empty() && part.bytes().all(letter))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_lease_of_any_length_ends_after_it_began(seconds in any::<i64>()) {
            let now = Ts::from_second(1_795_000_000);
            prop_assert!(until(now, Some(seconds)).is_none_or(|until| until >= now));
        }

        #[test]
        fn no_text_is_too_odd_to_be_looked_at(text in "(eyJ)?[A-Za-z0-9_.\\PC-]{0,60}") {
            if is_jwt(&text) {
                prop_assert!(text.is_ascii() && text.matches('.').count() == 2);
            }
        }
    }

    #[test]
    fn only_what_looks_like_a_token_is_sent() {
        assert!(is_jwt("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln"));
        for text in ["", "-----BEGIN PRIVATE KEY-----", "root:x:0:0", "a.b.c", "eyJ.a", "eyJ.a.b.c", "eyJ..b"]
        {
            assert!(!is_jwt(text), "{text}");
        }
    }

    #[test]
    fn a_lease_is_used_for_four_fifths_and_one_of_zero_for_ever() {
        let now = Ts::from_second(1_000);
        assert_eq!(until(now, Some(1_200)), Some(Ts::from_second(1_960)));
        assert_eq!(until(now, Some(0)), None);
        assert_eq!(until(now, None), None);
    }
}
