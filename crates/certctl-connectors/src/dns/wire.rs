//! Messages of the DNS to one server: by TCP, or by UDP with TCP for what does not fit (RFC 1035, RFC 7766).
//!
//! Not for: choosing the server, or recursion. Invariant: an answer has the id and the question of what was asked.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use hickory_proto::op::{Edns, Message, MessageType, Query};
use hickory_proto::rr::{Name, RecordType};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};

use super::Fqdn;

/// How long a datagram is waited for before it is sent again.
const RESEND: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];
/// What fits through nearly every path (DNS flag day 2020).
const MAX_DATAGRAM: u16 = 1_232;

/// A name as the library has it.
pub(super) fn name(fqdn: &Fqdn) -> io::Result<Name> {
    Name::from_ascii(fqdn.dotted()).map_err(io::Error::other)
}

/// Asks a server for what it has itself, without recursion.
pub(super) async fn query(server: SocketAddr, fqdn: &Fqdn, kind: RecordType) -> io::Result<Message> {
    let mut message = Message::query();
    message.metadata.recursion_desired = false;
    message.add_query(Query::query(name(fqdn)?, kind));
    let mut edns = Edns::new();
    edns.set_max_payload(MAX_DATAGRAM).set_version(0);
    message.edns = Some(edns);
    let bytes = message.to_vec().map_err(io::Error::other)?;
    let answer = parsed(&message, &by_udp(server, &bytes).await?)?;
    if answer.metadata.truncation { parsed(&message, &by_tcp(server, &bytes).await?) } else { Ok(answer) }
}

/// An answer, if it is one to what was asked.
pub(super) fn parsed(asked: &Message, bytes: &[u8]) -> io::Result<Message> {
    let answer = Message::from_vec(bytes).map_err(|error| {
        io::Error::new(io::ErrorKind::InvalidData, format!("no answer of the DNS: {error}"))
    })?;
    let fits = answer.metadata.message_type == MessageType::Response
        && answer.metadata.id == asked.metadata.id
        && (answer.queries.is_empty() || answer.queries == asked.queries);
    if fits {
        Ok(answer)
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidData, "an answer to something else"))
    }
}

/// One message and its answer, by UDP.
async fn by_udp(server: SocketAddr, bytes: &[u8]) -> io::Result<Vec<u8>> {
    let any = match server {
        SocketAddr::V4(_) => SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)),
        SocketAddr::V6(_) => SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0)),
    };
    let socket = UdpSocket::bind(any).await?;
    socket.connect(server).await?;
    let mut buffer = vec![0; 65_535];
    for wait in RESEND {
        socket.send(bytes).await?;
        let receiving = async {
            loop {
                let n = socket.recv(&mut buffer).await?;
                // What belongs to something else is passed over, so that it cannot end the waiting.
                if n >= 12 && buffer.get(..2) == bytes.get(..2) {
                    return io::Result::Ok(n);
                }
            }
        };
        if let Ok(received) = tokio::time::timeout(wait, receiving).await {
            buffer.truncate(received?);
            return Ok(buffer);
        }
    }
    Err(io::ErrorKind::TimedOut.into())
}

/// One message and its answer, by TCP.
pub(super) async fn by_tcp(server: SocketAddr, bytes: &[u8]) -> io::Result<Vec<u8>> {
    let length = u16::try_from(bytes.len()).map_err(io::Error::other)?;
    let mut stream = TcpStream::connect(server).await?;
    stream.write_all(&[&length.to_be_bytes(), bytes].concat()).await?;
    let mut answer = vec![0; usize::from(stream.read_u16().await?)];
    stream.read_exact(&mut answer).await?;
    Ok(answer)
}
