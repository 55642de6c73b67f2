//! Sends spans to a collector, in batches.
//!
//! Not for: making them. Invariants: nobody waits for it; a batch that cannot be delivered is tried again for half a minute
//! and then counted as failed; at a stop what is queued is sent once.

use std::{path::Path, time::Duration};

use certctl_api::tls::{TlsError, Trust, client_config};
use http::{HeaderMap, StatusCode, header};
use serde_json::Value;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{
    Span,
    otlp::{self, Resource},
};
use crate::{config::otlp::Otlp, error::chain, measures};

/// Spans in one request.
const BATCH: usize = 512;
/// How long spans are gathered.
const GATHER: Duration = Duration::from_secs(1);
/// How long a collector may take for one request.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long a stop waits for the last request.
const LAST: Duration = Duration::from_secs(2);
/// How long after the first, second, ... try the next is made: half a minute in all.
const AGAIN: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(15),
];

/// Why spans cannot be sent at all.
#[derive(Debug, thiserror::Error)]
pub enum ExporterError {
    /// The file of CA certificates.
    #[error("otlp_ca_file {path} cannot be read")]
    CaFile {
        /// Which.
        path: std::path::PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// What is in it.
    #[error("otlp_ca_file holds no CA certificate that can be used")]
    Ca(#[from] TlsError),
    /// The client.
    #[error("no client for the collector can be made")]
    Client(#[from] reqwest::Error),
}

/// The way to one collector.
#[derive(Debug)]
pub struct Exporter {
    client: reqwest::Client,
    url: String,
    headers: HeaderMap,
    resource: Resource,
    /// Whether the last request was refused or not answered, so that one line says it and not each try.
    is_down: bool,
}

/// Why a batch did not arrive.
enum Undelivered {
    /// The same may be taken later.
    Later(String),
    /// The same will never be taken.
    Never(String),
}

impl Exporter {
    /// Makes it ready; nothing is sent yet.
    ///
    /// # Errors
    /// [`ExporterError`].
    pub fn new(config: &Otlp, instance: &str) -> Result<Self, ExporterError> {
        let mut client = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .connect_timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy();
        if let Some(path) = &config.ca_file {
            client = client.tls_backend_preconfigured(client_config(&Trust::CaPem(read(path)?), None)?);
        }
        Ok(Self {
            client: client.build()?,
            url: config.url.clone(),
            headers: config.headers.clone(),
            resource: Resource { instance: instance.to_owned() },
            is_down: false,
        })
    }

    /// Sends what comes until the stop.
    pub async fn run(mut self, mut spans: mpsc::Receiver<Span>, stop: CancellationToken) {
        let mut batch = Vec::new();
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                n = spans.recv_many(&mut batch, BATCH) => if n == 0 { return },
            }
            let full = gather(&mut spans, &mut batch);
            tokio::select! {
                () = stop.cancelled() => break,
                () = async { drop(tokio::time::timeout(GATHER, full).await) } => {}
            }
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.deliver(&batch) => {}
            }
            batch.clear();
        }
        while let Ok(span) = spans.try_recv() {
            batch.push(span);
        }
        for part in batch.chunks(BATCH) {
            let sent = tokio::time::timeout(LAST, self.send(part)).await;
            measures::spans(if matches!(sent, Ok(Ok(()))) { "sent" } else { "failed" }, part.len());
        }
    }

    /// Delivers a batch, or gives it up.
    async fn deliver(&mut self, batch: &[Span]) {
        for wait in AGAIN.into_iter().map(Some).chain([None]) {
            let cause = match self.send(batch).await {
                Ok(()) => {
                    if std::mem::take(&mut self.is_down) {
                        tracing::info!("The collector of spans takes them again");
                    }
                    return measures::spans("sent", batch.len());
                }
                Err(Undelivered::Later(cause)) => cause,
                Err(Undelivered::Never(cause)) => {
                    self.note(&cause);
                    break;
                }
            };
            self.note(&cause);
            match wait {
                Some(wait) => tokio::time::sleep(wait).await,
                None => break,
            }
        }
        measures::spans("failed", batch.len());
    }

    fn note(&mut self, cause: &str) {
        if !std::mem::replace(&mut self.is_down, true) {
            tracing::warn!("Spans do not reach the collector: {cause}");
        }
    }

    async fn send(&self, batch: &[Span]) -> Result<(), Undelivered> {
        let body = otlp::body(&self.resource, batch).to_string();
        let answer = self
            .client
            .post(&self.url)
            .headers(self.headers.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .body(body)
            .send()
            .await
            .map_err(|error| Undelivered::Later(chain(&error.without_url())))?;
        let status = answer.status();
        if status.is_success() {
            // A collector may take a part; what it refused it says.
            let told: Value = answer.json().await.unwrap_or_default();
            let refused = &told["partialSuccess"]["rejectedSpans"];
            let refused = refused.as_u64().or_else(|| refused.as_str().and_then(|text| text.parse().ok()));
            if let Some(n) = refused.filter(|n| *n > 0) {
                tracing::warn!("The collector refused {n} spans of {}", batch.len());
            }
            return Ok(());
        }
        let cause = format!("it answered {status}");
        // OTLP/HTTP names these as worth another try.
        if matches!(
            status,
            StatusCode::TOO_MANY_REQUESTS
                | StatusCode::BAD_GATEWAY
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::GATEWAY_TIMEOUT
        ) {
            Err(Undelivered::Later(cause))
        } else {
            Err(Undelivered::Never(cause))
        }
    }
}

/// Waits until a batch is full.
async fn gather(spans: &mut mpsc::Receiver<Span>, batch: &mut Vec<Span>) {
    while batch.len() < BATCH {
        let room = BATCH - batch.len();
        if spans.recv_many(batch, room).await == 0 {
            return;
        }
    }
}

fn read(path: &Path) -> Result<String, ExporterError> {
    std::fs::read_to_string(path).map_err(|source| ExporterError::CaFile { path: path.to_owned(), source })
}
