//! What the scenarios of revocation share: a server with a plain listener, certificates that it has issued, OCSP requests for
//! them, and a client that speaks plain HTTP over kept connections.
//!
//! Not for: figures (`ocsp.rs`, `revoke.rs`). Invariant: an answer is read whole, and one that is not a 200 (or what is asked
//! for) is an error.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use certctl_api::certificates::{CertificateCreated, Version};
use certctl_api::client::Client;
use certctl_api::page::Page;
use certctl_pki::{CertId, CertIdHash, OcspIssuer, Serial, pem};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::issuance_load::csr_pem;
use crate::server_process::{LIMITS, ServerProcess, free_port};

/// How long an issuance may take.
const ISSUED_WITHIN: Duration = Duration::from_secs(30);

/// A server on SQLite with a plain listener.
pub(crate) struct Pki {
    pub(crate) server: ServerProcess,
    /// Where its plain listener is.
    pub(crate) port: u16,
}

impl Pki {
    /// Starts it.
    pub(crate) async fn start(folder: &Path) -> anyhow::Result<Self> {
        Self::begin(folder, None).await
    }

    /// Starts it where one was set up before.
    pub(crate) async fn again(folder: &Path, api_key: String) -> anyhow::Result<Self> {
        Self::begin(folder, Some(api_key)).await
    }

    async fn begin(folder: &Path, api_key: Option<String>) -> anyhow::Result<Self> {
        let port = free_port()?;
        let (listen, url) = (format!("127.0.0.1:{port}"), format!("http://127.0.0.1:{port}"));
        let settings =
            [&LIMITS[..], &[("CERTCTL_PKI_LISTEN", listen.as_str()), ("CERTCTL_PKI_URL", url.as_str())]]
                .concat();
        let server = match api_key {
            None => ServerProcess::start_with(folder, None, &settings).await?,
            Some(api_key) => ServerProcess::again_with(folder, None, api_key, &settings).await?,
        };
        Ok(Self { server, port })
    }
}

/// Issues a certificate, and gives its version.
pub(crate) async fn issue(client: &Client, name: &str) -> anyhow::Result<Version> {
    let body = json!({ "names": [name], "key_strategy": "external", "csr_pem": csr_pem(name)? });
    let created: CertificateCreated = client.post("/certificates", &body).await?;
    let path = format!("/certificates/{}/versions", created.certificate.id);
    let end = Instant::now() + ISSUED_WITHIN;
    loop {
        let mut page: Page<Version> = client.read(&path).await?;
        if let Some(version) = page.items.pop() {
            return Ok(version);
        }
        if Instant::now() > end {
            bail!("{name} was not issued within {ISSUED_WITHIN:?}");
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// The issuer as OCSP names it.
pub(crate) async fn issuer(client: &Client) -> anyhow::Result<OcspIssuer> {
    let row: Value = client.read("/issuers/iss-local").await?;
    let chain = pem::decode_certificates(row["chain_pem"].as_str().unwrap_or_default())?;
    Ok(OcspIssuer::from_certificate(chain.first().context("the local CA has no certificate")?)?)
}

/// The serial of a version.
pub(crate) fn serial_of(version: &Version) -> anyhow::Result<Serial> {
    let text = version.serial.as_bytes();
    let bytes = text
        .chunks(2)
        .map(|two| u8::from_str_radix(&String::from_utf8_lossy(two), 16))
        .collect::<Result<Vec<u8>, _>>()?;
    Ok(Serial::from_bytes(&bytes)?)
}

/// A DER value of a tag; lengths up to 65,535.
fn der(tag: u8, body: &[u8]) -> Vec<u8> {
    let length = body.len().to_be_bytes();
    let mut value = vec![tag];
    match body.len() {
        0..=127 => value.push(length[7]),
        128..=255 => value.extend([0x81, length[7]]),
        _ => value.extend([0x82, length[6], length[7]]),
    }
    value.extend(body);
    value
}

/// An OCSP request (RFC 6960, section 4.1.1), with a nonce if there is one.
pub(crate) fn ocsp_request(issuer: &OcspIssuer, serial: &Serial, nonce: Option<&[u8]>) -> Vec<u8> {
    let id = CertId::new(issuer, CertIdHash::Sha1, serial);
    let list = der(0x30, &der(0x30, id.der()));
    let extensions = nonce.map(|nonce| {
        // id-pkix-ocsp-nonce, 1.3.6.1.5.5.7.48.1.2
        let oid = der(0x06, &[0x2b, 6, 1, 5, 5, 7, 0x30, 1, 2]);
        let value = der(0x04, &der(0x04, nonce));
        der(0xa2, &der(0x30, &der(0x30, &[oid, value].concat())))
    });
    let tbs = [list, extensions.unwrap_or_default()].concat();
    der(0x30, &der(0x30, &tbs))
}

/// The whole HTTP request that carries it.
pub(crate) fn post(path: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: pki.bench\r\ncontent-type: application/ocsp-request\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// A kept connection.
pub(crate) struct Plain {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Plain {
    pub(crate) async fn open(port: u16) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.context("the plain listener")?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(8_192) })
    }

    /// Sends a HEAD request and reads its answer: the status and the header as text.
    pub(crate) async fn head(&mut self, request: &[u8]) -> anyhow::Result<(u16, String)> {
        let (status, head, _) = self.header(request).await?;
        Ok((status, head))
    }

    /// Sends a request and reads its answer: the status, the header as text, and the body.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> anyhow::Result<(u16, String, Vec<u8>)> {
        let (status, head, end) = self.header(request).await?;
        let length: usize = head
            .split_once("content-length: ")
            .and_then(|(_, rest)| rest.split("\r\n").next()?.parse().ok())
            .unwrap_or(0);
        let mut piece = [0_u8; 16_384];
        while self.buffer.len() < end + length {
            let n = self.stream.read(&mut piece).await?;
            if n == 0 {
                bail!("the plain listener closed the connection within an answer");
            }
            self.buffer.extend_from_slice(piece.get(..n).unwrap_or_default());
        }
        Ok((status, head, self.buffer.get(end..end + length).unwrap_or_default().to_vec()))
    }

    /// Sends a request and reads up to the end of the header, and where that is in the buffer.
    async fn header(&mut self, request: &[u8]) -> anyhow::Result<(u16, String, usize)> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let mut piece = [0_u8; 16_384];
        let end = loop {
            if let Some(at) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            let n = self.stream.read(&mut piece).await?;
            if n == 0 {
                bail!("the plain listener closed the connection");
            }
            self.buffer.extend_from_slice(piece.get(..n).unwrap_or_default());
        };
        let head = String::from_utf8_lossy(self.buffer.get(..end).unwrap_or_default()).to_ascii_lowercase();
        let status = head.split(' ').nth(1).and_then(|text| text.parse().ok()).context("no status")?;
        Ok((status, head, end))
    }
}

#[cfg(test)]
mod tests {
    use certctl_pki::{CaSubject, KeyAlgorithm, OcspRequest, PrivateKey, RootSpec, build_root_tbs, sign_tbs};

    use super::*;

    #[test]
    fn the_requests_are_read_as_they_are_meant() {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let serial = Serial::from_bytes(&[0x3f; 16]).unwrap();
        let subject = CaSubject { common_name: "test CA".to_owned(), organization: None };
        let spec = RootSpec { serial: &serial, subject: &subject, not_before: 1_000, not_after: 2_000_000 };
        let ca = sign_tbs(&key, &build_root_tbs(&key, &spec).unwrap()).unwrap();
        let issuer = OcspIssuer::from_certificate(&ca).unwrap();
        for nonce in [None, Some(&[7_u8; 32][..])] {
            let read = OcspRequest::parse(&ocsp_request(&issuer, &serial, nonce)).unwrap();
            assert_eq!(read.cert_ids.first().and_then(|id| id.serial()), Some(&serial));
            assert_eq!(read.nonce.as_ref().map(|nonce| nonce.as_bytes()), nonce);
        }
    }
}
