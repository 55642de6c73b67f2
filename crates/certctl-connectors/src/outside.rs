//! The way outside for connectors that speak HTTP: a client that keeps to the guard, and addresses with whom they trust.
//!
//! Not for: what is sent, or what an answer means (`notifiers`, `dns`, `issuers::outside`). Invariants: a name is resolved by the guard at the
//! moment of connecting; no redirection is followed; an error names neither the URL nor a header, because both may be
//! secrets.

use std::net::SocketAddr;
#[cfg(any(feature = "authorities", feature = "dns"))]
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use reqwest::{Certificate, Client, Method, StatusCode, Url};
use serde_json::{Value, json};

use crate::fields::Fields;
use crate::guard::{Guard, Unreachable};

/// The most bytes of an answer that are read.
const MAX_ANSWER: usize = 256 * 1024;
const TIMEOUT: Duration = Duration::from_secs(15);

/// The way outside: what may be reached, and the client that keeps to it.
#[derive(Debug, Clone)]
pub struct Outside {
    guard: Arc<Guard>,
    client: Client,
    /// Those that trust CA certificates of their own, by these, so that connections are used again; the newest last.
    trusting: Arc<Mutex<Vec<(String, Client)>>>,
}

/// The most clients that are kept.
const MAX_TRUSTING: usize = 32;

/// What connectors work with that the server itself calls, set by its operator.
#[cfg(any(feature = "authorities", feature = "dns"))]
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The way outside.
    pub outside: Outside,
    /// The programs that `exec` may run, by their absolute paths.
    pub programs: Vec<PathBuf>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoAnswer {
    /// It may come another time.
    #[error("{0}")]
    Failed(String),
    /// It will not come as things are set.
    #[error("{0}")]
    Barred(String),
}

impl From<Unreachable> for NoAnswer {
    fn from(error: Unreachable) -> Self {
        match error {
            Unreachable::NoAddress(detail) => Self::Failed(detail),
            Unreachable::Forbidden(detail) => Self::Barred(detail),
        }
    }
}

impl Outside {
    /// A way that leads where the guard lets it.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(guard: Guard) -> Result<Self, String> {
        let guard = Arc::new(guard);
        let client = client(&guard, None).map_err(|error| chain(&error))?;
        Ok(Self { guard, client, trusting: Arc::default() })
    }

    /// The client that trusts these CA certificates.
    fn trusting(&self, pem: &str) -> Result<Client, NoAnswer> {
        let mut kept = self.trusting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, client)) = kept.iter().find(|(of, _)| of == pem) {
            return Ok(client.clone());
        }
        let made = client(&self.guard, Some(pem)).map_err(|error| {
            NoAnswer::Barred(format!("the CA certificates cannot be used: {}", chain(&error)))
        })?;
        if kept.len() >= MAX_TRUSTING {
            kept.remove(0);
        }
        kept.push((pem.to_owned(), made.clone()));
        Ok(made)
    }

    /// What may be reached.
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// Sends one request and gives what was answered, whatever it is.
    pub(crate) async fn ask(
        &self,
        endpoint: &Endpoint,
        method: Method,
        url: &Url,
        headers: HeaderMap,
        body: Vec<u8>,
    ) -> Result<Answer, NoAnswer> {
        let host = url.host_str().unwrap_or_default();
        // For a clear refusal; the client's own look-up, right before it connects, is what protects.
        self.guard.resolve(host, url.port_or_known_default().unwrap_or(443)).await?;
        let client = match &endpoint.ca_pem {
            None => self.client.clone(),
            Some(pem) => self.trusting(pem)?,
        };
        let failed = |error: reqwest::Error| NoAnswer::Failed(chain(&error.without_url()));
        let request = client.request(method, url.clone()).headers(headers).body(body);
        let mut response = request.send().await.map_err(failed)?;
        let status = response.status();
        let headers = response.headers().clone();
        let mut bytes = Vec::new();
        // A long answer is no reason to send again: what is needed of it comes first.
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() >= MAX_ANSWER {
                bytes.truncate(MAX_ANSWER);
                break;
            }
        }
        Ok(Answer { status, headers, text: String::from_utf8_lossy(&bytes).into_owned() })
    }
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    /// A header's text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok()).filter(|text| !text.is_empty())
    }
}

fn client(guard: &Arc<Guard>, ca_pem: Option<&str>) -> Result<Client, reqwest::Error> {
    let mut headers = HeaderMap::new();
    headers.insert(USER_AGENT, HeaderValue::from_static(concat!("certctl/", env!("CARGO_PKG_VERSION"))));
    let mut builder = Client::builder()
        .default_headers(headers)
        .dns_resolver(Arc::new(GuardedResolver(Arc::clone(guard))))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .http1_only()
        .timeout(TIMEOUT)
        .connect_timeout(Duration::from_secs(10))
        // Shorter than servers keep them: a request on one that was just closed would be lost.
        .pool_idle_timeout(Duration::from_secs(20))
        .pool_max_idle_per_host(2);
    if let Some(pem) = ca_pem {
        builder = builder.tls_certs_only(Certificate::from_pem_bundle(pem.as_bytes())?);
    }
    builder.build()
}

/// A name's addresses, without those that may not be reached.
#[derive(Debug)]
struct GuardedResolver(Arc<Guard>);

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = Arc::clone(&self.0);
        Box::pin(async move {
            let found: Vec<SocketAddr> = guard.resolve(name.as_str(), 0).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// An error with its causes, in one line.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let more = inner.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = inner.source();
    }
    text
}

/// Letters of a text that is shortened, with an ellipsis behind it.
pub(crate) fn shortened(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    text.chars().take(letters.saturating_sub(1)).chain(['…']).collect()
}

/// An HTTP address, with whom it trusts.
#[derive(Clone)]
pub(crate) struct Endpoint {
    pub(crate) url: Url,
    ca_pem: Option<String>,
    #[cfg(any(feature = "authorities", feature = "dns"))]
    plain: bool,
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Endpoint({})", self.url.host_str().unwrap_or_default())
    }
}

impl Endpoint {
    /// Host and port.
    #[cfg(feature = "notifiers")]
    pub(crate) fn place(&self) -> (String, u16) {
        let host = self.url.host_str().unwrap_or_default().to_owned();
        (host, self.url.port_or_known_default().unwrap_or(443))
    }

    /// What of a URL that is a secret a receiver could repeat: all behind its host.
    #[cfg(feature = "notifiers")]
    pub(crate) fn secret_parts(&self) -> Vec<&str> {
        let behind_scheme = self.url.as_str().split_once("://").map_or("", |(_, rest)| rest);
        let behind_host = behind_scheme.find('/').map_or("", |at| &behind_scheme[at..]);
        vec![behind_host, self.url.path()]
    }

    /// Reads `key` (or takes `default`), `ca_pem` and `allow_plaintext`.
    pub(crate) fn read(fields: &mut Fields<'_>, key: &'static str, default: Option<&str>) -> Option<Self> {
        let plain = fields.boolean("allow_plaintext", false);
        let parse = |text: &str| parse(text, plain);
        let url = match default {
            Some(default) if fields.value(key).is_none() => parse(default).ok(),
            Some(_) | None => fields.required(key, parse),
        };
        let ca_pem = fields.parsed("ca_pem", parse_pem);
        url.map(|url| Self {
            url,
            ca_pem,
            #[cfg(any(feature = "authorities", feature = "dns"))]
            plain,
        })
    }

    /// Reads a second address that trusts the same.
    #[cfg(feature = "dns")]
    pub(crate) fn read_beside(
        &self,
        fields: &mut Fields<'_>,
        key: &'static str,
        default: &str,
    ) -> Option<Self> {
        let given = fields.parsed(key, |text| parse(text, self.plain));
        let url = given.or_else(|| parse(default, false).ok())?;
        Some(Self { url, ..self.clone() })
    }

    /// An address that the server itself gave: encrypted unless the configuration says otherwise.
    #[cfg(feature = "authorities")]
    pub(crate) fn given(&self, text: &str) -> Result<Url, String> {
        parse(text, self.plain)
    }

    /// The address with further segments of a path, each as it is.
    #[cfg(any(feature = "authorities", feature = "dns"))]
    pub(crate) fn at(&self, segments: &[&str]) -> Url {
        let mut url = self.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }
}

/// CA certificates as a text.
pub(crate) fn parse_pem(text: &str) -> Result<String, String> {
    match Certificate::from_pem_bundle(text.as_bytes()) {
        Ok(found) if !found.is_empty() => Ok(text.to_owned()),
        Ok(_) | Err(_) => Err("holds no certificate: give one or more in PEM".to_owned()),
    }
}

fn parse(text: &str, plain: bool) -> Result<Url, String> {
    // The text may be a secret: it is not repeated.
    let url = Url::parse(text).map_err(|error| format!("is not a URL: {error}"))?;
    match url.scheme() {
        "https" => {}
        "http" if plain => {}
        "http" => {
            return Err("is not https: what is sent could be read and changed on its way; allow_plaintext \
                        accepts that"
                .to_owned());
        }
        _ => return Err("is not a URL of the form https://HOST/PATH".to_owned()),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("holds a user or password: use the field for it, which is sealed".to_owned());
    }
    if text.len() > 2_048 {
        return Err("is longer than 2048 letters".to_owned());
    }
    Ok(url)
}

/// The fields that [`Endpoint::read`] reads beside its own.
pub(crate) fn common_fields() -> [(&'static str, Value); 2] {
    [
        (
            "ca_pem",
            json!({
                "type": "string", "title": "CA certificates", "x-group": "TLS", "format": "pem",
                "description": "The CA certificates (PEM) that the receiver is trusted by, instead of the system's",
            }),
        ),
        (
            "allow_plaintext",
            json!({
                "type": "boolean", "default": false, "title": "Allow http", "x-group": "TLS",
                "description": "Whether an address may begin with http:// : what is sent can then be read on its way",
            }),
        ),
    ]
}

/// Headers from pairs of ours, which are always valid.
pub(crate) fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(reqwest::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, text) in pairs {
        if let Ok(mut value) = HeaderValue::from_str(text) {
            value.set_sensitive(matches!(*name, "authorization" | "x-vault-token"));
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_shortened_by_letters() {
        assert_eq!(shortened("äöü", 3), "äöü");
        assert_eq!(shortened("äöüß", 3), "äö…");
    }

    #[test]
    fn an_address_is_https_unless_said_otherwise_and_holds_no_password() {
        assert!(parse("https://hooks.example.com/x", false).is_ok());
        assert!(parse("http://hooks.example.com/x", true).is_ok());
        for (text, plain) in [
            ("http://hooks.example.com/x", false),
            ("ftp://hooks.example.com", true),
            ("file:///etc/passwd", true),
            ("https://user:word@hooks.example.com", false),
            ("hooks.example.com", false),
            ("", false),
        ] {
            let error = parse(text, plain).unwrap_err();
            assert!(text.is_empty() || !error.contains(text), "{error}");
        }
    }
}
