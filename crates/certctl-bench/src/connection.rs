//! One HTTP/1.1 keep-alive connection over TLS, with as little work of its own as possible: it shares the cores with
//! the server that is measured.
//!
//! Not for: single calls (`certctl_api::client`). Invariant: a connection that breaks is an error, never opened anew
//! behind the measurement's back.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::TcpSocket;
use tokio_rustls::TlsConnector;

/// An open connection.
#[derive(Debug)]
pub(crate) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    authority: String,
    authorization: Option<String>,
}

impl Connection {
    /// Connects to 127.0.0.1 at `port`, from the address `from`.
    pub(crate) async fn open(
        tls: Arc<ClientConfig>,
        from: IpAddr,
        port: u16,
        api_key: Option<&str>,
    ) -> anyhow::Result<Self> {
        let to = SocketAddr::from(([127, 0, 0, 1], port));
        let socket = TcpSocket::new_v4().context("no socket: is the limit of open files too low?")?;
        socket.bind(SocketAddr::new(from, 0)).with_context(|| format!("{from} cannot be bound"))?;
        let stream =
            socket.connect(to).await.with_context(|| format!("{to} cannot be reached from {from}"))?;
        stream.set_nodelay(true).context("TCP_NODELAY cannot be set")?;
        let name = ServerName::IpAddress(to.ip().into());
        let stream =
            TlsConnector::from(tls).connect(name, stream).await.context("the TLS handshake failed")?;
        let (sender, driver) = handshake(TokioIo::new(stream)).await.context("HTTP/1.1 cannot be spoken")?;
        tokio::spawn(async move {
            // Its end shows itself in the next request.
            drop(driver.await);
        });
        let authorization = api_key.map(|key| format!("Bearer {key}"));
        Ok(Self { sender, authority: to.to_string(), authorization })
    }

    /// Sends a GET and reads the whole answer.
    pub(crate) async fn get(&mut self, path: &str) -> anyhow::Result<(StatusCode, Bytes)> {
        self.send(Method::GET, path, Bytes::new()).await
    }

    /// Sends a POST and reads the whole answer.
    pub(crate) async fn post(&mut self, path: &str, body: Bytes) -> anyhow::Result<(StatusCode, Bytes)> {
        self.send(Method::POST, path, body).await
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn send(
        &mut self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> anyhow::Result<(StatusCode, Bytes)> {
        let answer = self.answer(method, path, body).await?;
        let status = answer.status();
        let body = answer.into_body().collect().await.context("the answer broke off")?.to_bytes();
        Ok((status, body))
    }

    /// Opens an answer that does not end by itself; the connection has to be kept meanwhile.
    pub(crate) async fn stream(&mut self, path: &str) -> anyhow::Result<Stream> {
        let answer = self.answer(Method::GET, path, Bytes::new()).await?;
        ensure!(answer.status() == StatusCode::OK, "{path} gave {}", answer.status());
        Ok(Stream(answer.into_body()))
    }

    async fn answer(
        &mut self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> anyhow::Result<http::Response<Incoming>> {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, &self.authority);
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        if let Some(value) = &self.authorization {
            request = request.header(header::AUTHORIZATION, value);
        }
        let request = request.body(Full::new(body)).context("the request cannot be made")?;
        self.sender.ready().await.context("the connection was closed")?;
        self.sender.send_request(request).await.context("no answer came")
    }
}

/// The body of an answer that goes on.
#[derive(Debug)]
pub(crate) struct Stream(Incoming);

impl Stream {
    /// What comes next; none at its end.
    pub(crate) async fn next(&mut self) -> anyhow::Result<Option<String>> {
        let Some(frame) = self.0.frame().await else { return Ok(None) };
        let data = frame.context("the stream broke off")?.into_data().unwrap_or_default();
        Ok(Some(String::from_utf8_lossy(&data).into_owned()))
    }
}
