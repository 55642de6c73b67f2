//! A small TLS server that serves the certificate in its files, as services do that watch them.
//!
//! Before each handshake it looks whether the files changed; one that is stubborn reads them at its start only, like an
//! appliance that nobody restarts. Not for: serving anything but one line. Invariants: key and certificate that do not
//! fit each other (in the middle of a change) are not served, the last pair that fitted is; nothing of a session is
//! kept, so that each client sees the certificate of now.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, NoServerSessionStorage, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_util::task::AbortOnDropHandle;

use super::failed;
use super::pair::Pair;
use crate::failure::Failure;

/// How long a client may take for everything.
const CLIENT_LIMIT: Duration = Duration::from_secs(10);

/// When a server reads its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reads {
    /// Whenever they changed.
    OnChange,
    /// At its start, and never again.
    Once,
}

/// A server that runs; it ends with this value.
#[derive(Debug)]
pub(super) struct TlsServer {
    /// Where it listens.
    pub(super) address: SocketAddr,
    _task: AbortOnDropHandle<()>,
}

impl TlsServer {
    /// Listens on the port, or on a free one when that is taken or none is given.
    ///
    /// # Errors
    /// [`Failure`] when the files hold no pair or no port is free.
    pub(super) async fn start(port: Option<u16>, pair: Pair, reads: Reads) -> Result<Self, Failure> {
        let broken = |what: String| failed(format!("a built-in TLS server does not start: {what}"), "");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let files = Files::open(pair, reads, Arc::clone(&provider)).map_err(broken)?;
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| broken(error.to_string()))?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(files));
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        let listener = match TcpListener::bind(("127.0.0.1", port.unwrap_or(0))).await {
            Ok(listener) => listener,
            Err(_) => TcpListener::bind("127.0.0.1:0").await?,
        };
        let address = listener.local_addr()?;
        let task = tokio::spawn(serve(listener, TlsAcceptor::from(Arc::new(config))));
        Ok(Self { address, _task: AbortOnDropHandle::new(task) })
    }
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor) {
    let mut clients = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let acceptor = acceptor.clone();
                    clients.spawn(async move {
                        // What a client does wrong is the client's affair.
                        drop(tokio::time::timeout(CLIENT_LIMIT, answer(acceptor, stream)).await);
                    });
                }
                Err(error) => {
                    tracing::warn!("A built-in TLS server cannot accept: {error}");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
            Some(_) = clients.join_next() => {}
        }
    }
}

async fn answer(acceptor: TlsAcceptor, stream: TcpStream) -> std::io::Result<()> {
    let mut stream = acceptor.accept(stream).await?;
    let mut request = [0; 1_024];
    if stream.read(&mut request).await? > 0 {
        let answer = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 13\r\nconnection: close\r\n\r\n\
                      certctl demo\n";
        stream.write_all(answer.as_bytes()).await?;
    }
    stream.shutdown().await
}

/// What tells one state of a file from the next: inode, size, time of change.
type Stamp = [Option<(u64, u64, i64, i64)>; 2];

/// The pair in the files.
#[derive(Debug)]
struct Files {
    pair: Pair,
    reads: Reads,
    provider: Arc<CryptoProvider>,
    read: Mutex<(Stamp, Arc<CertifiedKey>)>,
}

impl Files {
    fn open(pair: Pair, reads: Reads, provider: Arc<CryptoProvider>) -> Result<Self, String> {
        let stamp = stamp(&pair);
        let read = Mutex::new((stamp, Arc::new(load(&pair, &provider)?)));
        Ok(Self { pair, reads, provider, read })
    }

    fn present(&self) -> Arc<CertifiedKey> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = stamp(&self.pair);
        if self.reads == Reads::OnChange && stamp != read.0 {
            // The stamp is taken before the files are read, and kept only when they fit: so a change in between, and
            // one that is only half done, is looked at again.
            match load(&self.pair, &self.provider) {
                Ok(key) => *read = (stamp, Arc::new(key)),
                Err(error) => {
                    tracing::debug!("{} is not served yet: {error}", self.pair.certificate.display())
                }
            }
        }
        Arc::clone(&read.1)
    }
}

impl ResolvesServerCert for Files {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.present())
    }
}

fn stamp(pair: &Pair) -> Stamp {
    [&pair.certificate, &pair.key].map(|path| {
        fs::metadata(path).ok().map(|seen| (seen.ino(), seen.size(), seen.ctime(), seen.ctime_nsec()))
    })
}

fn load(pair: &Pair, provider: &CryptoProvider) -> Result<CertifiedKey, String> {
    let chain = CertificateDer::pem_file_iter(&pair.certificate).and_then(Iterator::collect::<Result<_, _>>);
    let chain = chain.map_err(|error| format!("{}: {error}", pair.certificate.display()))?;
    let key = PrivateKeyDer::from_pem_file(&pair.key);
    let key = key.map_err(|error| format!("{}: {error}", pair.key.display()))?;
    CertifiedKey::from_der(chain, key, provider).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::handshake::Eye;
    use super::super::pair::PlaceholderCa;
    use super::*;

    const NAME: &str = "a.example.internal";

    /// A server with a first pair, and what it serves after the files hold a second one.
    async fn after_a_change(reads: Reads) -> (bool, bool) {
        let folder = tempfile::tempdir().unwrap();
        let (ca, pair) = (PlaceholderCa::new().unwrap(), Pair::in_folder(folder.path(), "a"));
        let (first, second) = (ca.issue(NAME).unwrap(), ca.issue(NAME).unwrap());
        pair.write(&first).unwrap();
        let server = TlsServer::start(None, pair.clone(), reads).await.unwrap();
        let eye = Eye::new(&ca.trust()).unwrap();
        assert_eq!(eye.look(server.address, NAME).await.unwrap(), first.fingerprint);
        // Half of a change: the certificate of one and the key of the other.
        let half = Pair { certificate: folder.path().join("unused"), key: pair.key.clone() };
        half.write(&second).unwrap();
        let between = eye.look(server.address, NAME).await.unwrap();
        pair.write(&second).unwrap();
        let after = eye.look(server.address, NAME).await.unwrap();
        (between == first.fingerprint, after == second.fingerprint)
    }

    #[tokio::test]
    async fn a_changed_pair_is_served_at_once_and_half_of_one_never() {
        assert_eq!(after_a_change(Reads::OnChange).await, (true, true));
    }

    #[tokio::test]
    async fn a_stubborn_server_keeps_its_first_pair() {
        assert_eq!(after_a_change(Reads::Once).await, (true, false));
    }

    #[tokio::test]
    async fn the_ca_of_others_is_not_trusted() {
        let folder = tempfile::tempdir().unwrap();
        let (ca, pair) = (PlaceholderCa::new().unwrap(), Pair::in_folder(folder.path(), "a"));
        pair.write(&ca.issue(NAME).unwrap()).unwrap();
        let server = TlsServer::start(None, pair, Reads::OnChange).await.unwrap();
        let stranger = Eye::new(&PlaceholderCa::new().unwrap().trust()).unwrap();
        assert!(stranger.look(server.address, NAME).await.is_err());
        let other_name = Eye::new(&ca.trust()).unwrap().look(server.address, "b.example.internal").await;
        assert!(other_name.is_err());
    }
}
