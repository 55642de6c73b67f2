//! A small HTTP server that speaks a provider's API, as its documentation has it.
//!
//! Not for: proving that the documentation is right. Invariant: a request without the right credentials changes nothing.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use certctl_connectors::dns::DnsProvider;
use certctl_core::dns_provider::DnsProviderKind;
use serde_json::{Value, json};

use super::fakes;

/// The kinds that speak HTTP.
pub(crate) const SERVED: [DnsProviderKind; 9] = [
    DnsProviderKind::Cloudflare,
    DnsProviderKind::Route53,
    DnsProviderKind::Google,
    DnsProviderKind::Azure,
    DnsProviderKind::Digitalocean,
    DnsProviderKind::Hetzner,
    DnsProviderKind::Desec,
    DnsProviderKind::AcmeDns,
    DnsProviderKind::Webhook,
];

/// How it answers.
#[derive(Debug, Clone)]
pub(crate) enum Mode {
    /// As the API does.
    Normal,
    /// Not at all.
    Hang,
    /// So, whatever is asked: status, `Retry-After`, text.
    Answer(u16, Option<&'static str>, String),
}

/// What was asked.
pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) raw_query: String,
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) body: Value,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Method and path, to be matched.
    pub(crate) fn what(&self) -> (&str, Vec<&str>) {
        (self.method.as_str(), self.path.trim_start_matches('/').split('/').collect())
    }
}

/// What is answered.
pub(crate) struct Answered(pub(crate) u16, pub(crate) String);

impl Answered {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self(status, body.to_string())
    }
}

/// The values of each name, with a count of the changes.
#[derive(Debug, Default)]
pub(crate) struct Zone {
    pub(crate) values: BTreeMap<String, Vec<String>>,
    pub(crate) n_changes: u64,
    /// What somebody else sets right before the next change.
    race: Option<(String, String)>,
    /// What somebody else writes over the next change, right after it.
    overwrite: Option<Vec<String>>,
}

impl Zone {
    pub(crate) fn of(&self, name: &str) -> Vec<String> {
        self.values.get(name).cloned().unwrap_or_default()
    }

    pub(crate) fn put(&mut self, name: &str, values: Vec<String>) {
        self.n_changes += 1;
        if values.is_empty() {
            self.values.remove(name);
        } else {
            self.values.insert(name.to_owned(), values);
        }
    }

    /// To be called where a change of a whole set ends.
    pub(crate) fn be_overwritten(&mut self, name: &str) {
        if let Some(values) = self.overwrite.take() {
            self.put(name, values);
        }
    }

    pub(crate) fn add(&mut self, name: &str, value: &str) {
        let mut values = self.of(name);
        values.push(value.to_owned());
        self.put(name, values);
    }

    /// To be called where a change begins.
    pub(crate) fn be_outrun(&mut self) {
        if let Some((name, value)) = self.race.take() {
            self.add(&name, &value);
        }
    }
}

pub(crate) struct Shared {
    kind: DnsProviderKind,
    mode: Mutex<Mode>,
    zone: Mutex<Zone>,
    n_requests: Mutex<u64>,
}

pub(crate) struct Fake {
    pub(crate) kind: DnsProviderKind,
    shared: Arc<Shared>,
    url: String,
}

impl Fake {
    pub(crate) async fn start(kind: DnsProviderKind) -> Self {
        let shared = Arc::new(Shared {
            kind,
            mode: Mutex::new(Mode::Normal),
            zone: Mutex::default(),
            n_requests: Mutex::default(),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        // Ends with the test's runtime.
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { kind, shared, url }
    }

    pub(crate) fn provider(&self) -> DnsProvider {
        DnsProvider::read(self.kind, &self.config()).unwrap()
    }

    pub(crate) fn config(&self) -> Value {
        let mut config = fakes::config(self.kind, &self.url);
        config["allow_plaintext"] = json!(true);
        config
    }

    pub(crate) fn config_with_other_secrets(&self) -> Value {
        let mut config = self.config();
        for (field, secret) in fakes::other_secrets(self.kind).as_object().unwrap() {
            config[field] = secret.clone();
        }
        config
    }

    /// What nobody may be told.
    pub(crate) fn secrets(&self) -> Vec<String> {
        fakes::secrets(self.kind)
    }

    /// An answer that has these words and, as careless servers do, what was sent.
    pub(crate) fn repeating(&self, words: &str) -> String {
        let sent = self.secrets().join(" and ");
        json!({ "message": format!("{words} with {sent}") }).to_string()
    }

    pub(crate) fn mode(&self, mode: Mode) {
        *self.shared.mode.lock().unwrap() = mode;
    }

    pub(crate) fn race(&self, name: &str, value: &str) {
        self.shared.zone.lock().unwrap().race = Some((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn overwrite(&self, values: &[&str]) {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        self.shared.zone.lock().unwrap().overwrite = Some(values);
    }

    /// The values of a name, in order.
    pub(crate) fn values(&self, name: &str) -> Vec<String> {
        let mut values = self.shared.zone.lock().unwrap().of(name);
        values.sort();
        // acme-dns keeps two places; one value in both is one record of the DNS.
        values.dedup();
        values
    }

    pub(crate) fn n_requests(&self) -> u64 {
        *self.shared.n_requests.lock().unwrap()
    }

    /// Whether its API can remove.
    pub(crate) fn removes(&self) -> bool {
        self.kind != DnsProviderKind::AcmeDns
    }

    /// Whether its API lets nobody overwrite what somebody else just wrote.
    pub(crate) fn is_atomic(&self) -> bool {
        !matches!(self.kind, DnsProviderKind::AcmeDns | DnsProviderKind::Desec)
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    *shared.n_requests.lock().unwrap() += 1;
    let mode = shared.mode.lock().unwrap().clone();
    match mode {
        Mode::Normal => {}
        Mode::Hang => std::future::pending().await,
        Mode::Answer(status, after, text) => {
            let mut response = (StatusCode::from_u16(status).unwrap(), text).into_response();
            if let Some(after) = after {
                response.headers_mut().insert("retry-after", after.parse().unwrap());
            }
            return response;
        }
    }
    let (parts, body) = request.into_parts();
    let text = String::from_utf8(to_bytes(body, 1 << 20).await.unwrap().to_vec()).unwrap();
    let raw_query = parts.uri.query().unwrap_or_default().to_owned();
    let query = form(&raw_query);
    let body = serde_json::from_str(&text).unwrap_or_default();
    let asked = Asked {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        raw_query,
        query,
        headers: parts.headers,
        text,
        body,
    };
    let mut zone = shared.zone.lock().unwrap();
    let Answered(status, text) = fakes::answer(shared.kind, &asked, &mut zone);
    (StatusCode::from_u16(status).unwrap(), text).into_response()
}

/// The fields of a form or a query.
pub(crate) fn form(text: &str) -> BTreeMap<String, String> {
    let url = reqwest::Url::parse(&format!("http://form/?{text}")).unwrap();
    url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// The value in one pair of quotes.
pub(crate) fn unquoted(text: &str) -> String {
    text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).expect("a value in quotes").to_owned()
}
