//! Callers of every kind, and what they were answered.
//!
//! Not for: what an answer should be (`mod.rs`). Invariant: an answer is held against the document wherever it is read.

use std::time::Duration;

use certctl_api::problem::Problem;
use certctl_api::tls::{Identity, Trust, client_config};
use certctl_core::secret::Secret;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;

use super::operation::Operation;
use crate::fleet::Fleet;

/// Who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Nobody,
    /// The role of this number in [`Callers::keys`].
    Role(usize),
    Agent,
}

/// The admin is the first role.
pub(crate) const ADMIN: Who = Who::Role(0);

pub(crate) struct Callers {
    base: String,
    person: reqwest::Client,
    agent: reqwest::Client,
    /// An API key of each role.
    pub(crate) keys: Vec<String>,
}

/// An answer that was read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) kind: Option<String>,
    pub(crate) allow: Option<String>,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) async fn of(response: Response) -> Self {
        let header = |name: &str| {
            response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        let (status, kind, allow) = (response.status().as_u16(), header("content-type"), header("allow"));
        // The live stream does not end.
        let endless = kind.as_deref() == Some("text/event-stream");
        let text = if endless { String::new() } else { response.text().await.unwrap_or_default() };
        Self { status, kind, allow, text }
    }

    /// The problem, when it is one in full.
    pub(crate) fn problem(&self) -> Option<Problem> {
        if self.kind.as_deref() != Some("application/problem+json") {
            return None;
        }
        let problem: Problem = serde_json::from_str(&self.text).ok()?;
        let is_whole =
            problem.status == self.status && !problem.request_id.is_empty() && !problem.code.is_empty();
        is_whole.then_some(problem)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    pub(crate) fn shown(&self) -> String {
        let text: String = self.text.chars().take(300).collect();
        format!("{} {:?} {text}", self.status, self.kind)
    }
}

impl Callers {
    pub(crate) fn of(fleet: &Fleet, keys: Vec<String>) -> Self {
        let ca = std::fs::read_to_string(fleet.plane.ca_file()).unwrap();
        let identity = std::fs::read_to_string(fleet.hosts[0].path("agent/identity.pem")).unwrap();
        let identity = Identity { certificate_pem: identity.clone(), key_pem: Secret::new(identity) };
        let client = |identity: Option<&Identity>| {
            let mut tls = client_config(&Trust::CaPem(ca.clone()), identity).unwrap();
            tls.alpn_protocols = vec![b"http/1.1".to_vec()];
            let client = reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy();
            client.timeout(Duration::from_secs(30)).build().unwrap()
        };
        Self { base: fleet.plane.url(), person: client(None), agent: client(Some(&identity)), keys }
    }

    pub(crate) fn request(&self, who: Who, method: &Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.base);
        match who {
            Who::Nobody => self.person.request(method.clone(), url),
            Who::Role(n) => self.person.request(method.clone(), url).bearer_auth(&self.keys[n]),
            Who::Agent => self.agent.request(method.clone(), url),
        }
    }

    /// Sends a request that may have a body.
    pub(crate) async fn send(&self, who: Who, method: &Method, path: &str, body: Option<&Value>) -> Answer {
        let request = self.request(who, method, path);
        let request = if let Some(body) = body { request.json(body) } else { request };
        Answer::of(request.send().await.unwrap_or_else(|error| panic!("{method} {path}: {error:?}"))).await
    }

    /// Sends a body of a size that the server does not take.
    pub(crate) async fn send_long(&self, who: Who, method: &Method, path: &str) -> Answer {
        let body = format!("{{\"text\":\"{}\"}}", "x".repeat(128 << 10));
        let request = self.request(who, method, path).header("content-type", "application/json").body(body);
        Answer::of(request.send().await.unwrap_or_else(|error| panic!("{method} {path}: {error:?}"))).await
    }
}

/// Who may call an operation, as far as a walk goes.
pub(crate) fn entitled(operation: &Operation) -> Who {
    match operation.access.as_str() {
        "public" | "setup-token" | "join-token" => Who::Nobody,
        "agent" => Who::Agent,
        _ => ADMIN,
    }
}
