//! The one typed client of the API, for the command line, the agent and the tests.
//!
//! Not for: retries (the caller knows what may be repeated). Invariants: every request has a time limit; an error
//! says what was tried, and carries the problem document when there was one; a key never shows in `Debug`.

use std::time::Duration;

use certctl_core::secret::Secret;
use futures_util::StreamExt as _;
use reqwest::{Method, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::event_stream::EventStream;
use crate::events::StreamItem;
use crate::health::Ready;
use crate::problem::Problem;
use crate::tls::{Identity, TlsError, Trust, client_config};

/// What went wrong with a request.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The settings cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// No answer: not reachable, not trusted, or too slow.
    #[error("{method} {url}: {detail}")]
    Unreachable {
        /// The method.
        method: String,
        /// The URL.
        url: String,
        /// The whole chain of causes.
        detail: String,
    },
    /// The server refused.
    #[error("{}", problem.detail)]
    Refused {
        /// What it said.
        problem: Box<Problem>,
    },
    /// The answer is not what the API says.
    #[error("{method} {url}: the answer ({status}) cannot be read: {detail}")]
    Unreadable {
        /// The method.
        method: String,
        /// The URL.
        url: String,
        /// The status.
        status: u16,
        /// Why.
        detail: String,
    },
}

impl ClientError {
    /// The status of a refusal.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { problem } => Some(problem.status),
            Self::Unreadable { status, .. } => Some(*status),
            Self::Tls(_) | Self::Unreachable { .. } => None,
        }
    }
}

/// How a client is made.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// Such as `https://127.0.0.1:8443`.
    pub server_url: String,
    /// Whom it trusts.
    pub trust: Trust,
    /// `ck_...`.
    pub api_key: Option<Secret<String>>,
    /// An agent's identity.
    pub identity: Option<Identity>,
    /// The limit of one request; long polls add their wait.
    pub timeout: Duration,
}

/// An answer as it came, whatever its status.
#[derive(Debug, Clone)]
pub struct RawAnswer {
    /// The method.
    pub method: String,
    /// The URL.
    pub url: String,
    /// The status, such as 200.
    pub status: u16,
    /// Its reason, such as `OK`.
    pub reason: &'static str,
    /// The headers in their order; bytes that are no text are replaced.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub text: String,
}

impl RawAnswer {
    /// The answer, when it is no refusal.
    ///
    /// # Errors
    /// [`ClientError::Refused`], or [`ClientError::Unreadable`] for a refusal that is no problem document.
    pub fn success(self) -> Result<Self, ClientError> {
        match StatusCode::from_u16(self.status) {
            Ok(status) if status.is_success() => Ok(self),
            Ok(_) | Err(_) => Err(refusal(&self.method, self.url, self.status, self.text.as_bytes())),
        }
    }
}

/// A client for one server.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    api_key: Option<Secret<String>>,
    timeout: Duration,
}

impl Client {
    /// A client; nothing is sent yet.
    ///
    /// # Errors
    /// [`ClientError::Tls`] when the settings cannot be used.
    pub fn new(options: ClientOptions) -> Result<Self, ClientError> {
        let mut tls = client_config(&options.trust, options.identity.as_ref())?;
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .http1_only()
            .no_proxy()
            .connect_timeout(Duration::from_secs(10))
            .tcp_nodelay(true)
            .user_agent(concat!("certctl/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| TlsError::Identity(chain(&error)))?;
        let base = options.server_url.trim_end_matches('/').to_owned();
        Ok(Self { http, base, api_key: options.api_key, timeout: options.timeout })
    }

    /// The server's address.
    pub fn server_url(&self) -> &str {
        &self.base
    }

    /// GET `/api/v1{path}`.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn read<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        self.call(Method::GET, path, None::<&()>, Duration::ZERO).await
    }

    /// POST `/api/v1{path}` with a body.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ClientError> {
        self.call(Method::POST, path, Some(body), Duration::ZERO).await
    }

    /// POST that the server may hold for up to `wait`.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn long_poll<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
        wait: Duration,
    ) -> Result<T, ClientError> {
        self.call(Method::POST, path, Some(body), wait).await
    }

    /// PATCH `/api/v1{path}` with a merge patch.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn patch<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ClientError> {
        self.call(Method::PATCH, path, Some(body), Duration::ZERO).await
    }

    /// PUT `/api/v1{path}` with a body.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn put<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ClientError> {
        self.call(Method::PUT, path, Some(body), Duration::ZERO).await
    }

    /// DELETE `/api/v1{path}`.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        self.call(Method::DELETE, path, None::<&()>, Duration::ZERO).await
    }

    /// GET of something that is not JSON, such as a PEM chain or `/readyz` (a path that does not begin with
    /// `/api` or another root is taken below `/api/v1`).
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn text(&self, path: &str) -> Result<String, ClientError> {
        let answer = self.send(Method::GET, path, None::<&()>, Duration::ZERO).await?;
        let (status, url) = (answer.status(), answer.url().to_string());
        answer.text().await.map_err(|error| ClientError::Unreadable {
            method: "GET".to_owned(),
            url,
            status: status.as_u16(),
            detail: chain(&error),
        })
    }

    /// Any request, with headers of the caller's, and the answer whatever its status.
    ///
    /// # Errors
    /// [`ClientError::Unreachable`] without an answer, also when the method or a header cannot be sent.
    pub async fn raw(
        &self,
        method: &str,
        path: &str,
        headers: &[(String, String)],
        body: Option<&serde_json::Value>,
    ) -> Result<RawAnswer, ClientError> {
        let unreachable =
            |detail| ClientError::Unreachable { method: method.to_owned(), url: self.url(path), detail };
        let parsed = Method::from_bytes(method.as_bytes()).map_err(|error| unreachable(chain(&error)))?;
        let mut request = self.request(parsed, path).timeout(self.timeout);
        if let Some(body) = body {
            request = request.json(body);
        }
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let answer = request.send().await.map_err(|error| unreachable(chain(&error)))?;
        let status = answer.status();
        let headers = answer.headers().iter().map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
        Ok(RawAnswer {
            method: method.to_owned(),
            url: answer.url().to_string(),
            status: status.as_u16(),
            reason: status.canonical_reason().unwrap_or_default(),
            headers: headers.collect(),
            text: answer.text().await.map_err(|error| unreachable(chain(&error)))?,
        })
    }

    /// GET of a file of any length, piece by piece; `each` takes what came. The time limit holds for each piece.
    ///
    /// # Errors
    /// [`ClientError`], also when the file breaks off, and what `each` fails with.
    pub async fn download<E: From<ClientError>>(
        &self,
        path: &str,
        mut each: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let late = || self.unreachable(path, format!("nothing came for {} s", self.timeout.as_secs()));
        let broken = |error| self.unreachable(path, chain(&error));
        let sent = tokio::time::timeout(self.timeout, self.request(Method::GET, path).send());
        let answer = sent.await.map_err(|_| late())?.map_err(broken)?;
        let mut pieces = refuse("GET", answer).await?.bytes_stream();
        while let Some(piece) = tokio::time::timeout(self.timeout, pieces.next()).await.map_err(|_| late())? {
            each(&piece.map_err(broken)?)?;
        }
        Ok(())
    }

    /// GET `/readyz`: the checks, also of a server that is not ready (503).
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn ready(&self) -> Result<Ready, ClientError> {
        let request = self.request(Method::GET, "/readyz").timeout(self.timeout);
        let unreachable = |error| self.unreachable("/readyz", chain(&error));
        let answer = request.send().await.map_err(unreachable)?;
        let answer = match answer.status() {
            StatusCode::SERVICE_UNAVAILABLE => answer,
            _ => refuse("GET", answer).await?,
        };
        let (status, url) = (answer.status().as_u16(), answer.url().to_string());
        let body = answer.bytes().await.map_err(unreachable)?;
        serde_json::from_slice(&body).map_err(|error| ClientError::Unreadable {
            method: "GET".to_owned(),
            url,
            status,
            detail: error.to_string(),
        })
    }

    /// The event stream, from after `last_event_id`; `each` returns whether to go on. After a [`StreamItem::Reset`] the
    /// stream goes on with what is kept.
    ///
    /// # Errors
    /// [`ClientError`]; also when the stream breaks off.
    pub async fn events(
        &self,
        query: &str,
        last_event_id: Option<i64>,
        mut each: impl FnMut(StreamItem) -> bool,
    ) -> Result<(), ClientError> {
        let path = format!("/events{query}");
        let mut request = self.request(Method::GET, &path);
        if let Some(id) = last_event_id {
            request = request.header("last-event-id", id.to_string());
        }
        let broken = |error| self.unreachable(&path, chain(&error));
        let answer = refuse("GET", request.send().await.map_err(broken)?).await?;
        let mut chunks = answer.bytes_stream();
        let mut stream = EventStream::default();
        while let Some(chunk) = chunks.next().await {
            let items = stream.push(&chunk.map_err(broken)?);
            for item in items.map_err(|detail| self.unreachable(&path, detail))? {
                if !each(item) {
                    return Ok(());
                }
            }
        }
        Err(self.unreachable(&path, "the event stream ended".to_owned()))
    }

    /// A GET without an answer.
    fn unreachable(&self, path: &str, detail: String) -> ClientError {
        ClientError::Unreachable { method: "GET".to_owned(), url: self.url(path), detail }
    }

    fn url(&self, path: &str) -> String {
        let rooted =
            ["/api/", "/healthz", "/readyz", "/metrics", "/pki/"].iter().any(|root| path.starts_with(root));
        if rooted { format!("{}{path}", self.base) } else { format!("{}/api/v1{path}", self.base) }
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, self.url(path));
        match &self.api_key {
            Some(key) => request.bearer_auth(key.expose()),
            None => request,
        }
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&impl Serialize>,
        wait: Duration,
    ) -> Result<reqwest::Response, ClientError> {
        let mut request = self.request(method.clone(), path).timeout(self.timeout + wait);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.map_err(|error| ClientError::Unreachable {
            method: method.to_string(),
            url: self.url(path),
            detail: chain(&error),
        })?;
        refuse(method.as_str(), answer).await
    }

    async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&impl Serialize>,
        wait: Duration,
    ) -> Result<T, ClientError> {
        let answer = self.send(method.clone(), path, body, wait).await?;
        let (status, url) = (answer.status(), answer.url().to_string());
        let unreadable = |detail| ClientError::Unreadable {
            method: method.to_string(),
            url,
            status: status.as_u16(),
            detail,
        };
        let bytes = match answer.bytes().await {
            Ok(bytes) => bytes,
            Err(error) => return Err(unreadable(chain(&error))),
        };
        let bytes: &[u8] = if bytes.is_empty() { b"null" } else { &bytes };
        serde_json::from_slice(bytes).map_err(|error| unreadable(error.to_string()))
    }
}

async fn refuse(method: &str, answer: reqwest::Response) -> Result<reqwest::Response, ClientError> {
    let status: StatusCode = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    let url = answer.url().to_string();
    let body = answer.bytes().await.unwrap_or_default();
    Err(refusal(method, url, status.as_u16(), &body))
}

fn refusal(method: &str, url: String, status: u16, body: &[u8]) -> ClientError {
    match serde_json::from_slice::<Problem>(body) {
        Ok(problem) => ClientError::Refused { problem: Box::new(problem) },
        Err(_) => ClientError::Unreadable {
            method: method.to_owned(),
            url,
            status,
            detail: "it is not a problem document; is this a certctl server?".to_owned(),
        },
    }
}

/// An error and its causes in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}
