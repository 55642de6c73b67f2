//! What the real listener holds connections to: handshakes, headers, pauses, numbers, HTTP/2 streams and resets.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use certctl_api::tls::{Trust, client_config};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::{
    harness::{On, TestServer, eventually},
    limits::limited,
};

/// Longer than any limit that a test sets, shorter than any default.
const LONG: Duration = Duration::from_secs(8);

async fn tcp(test: &TestServer) -> TcpStream {
    TcpStream::connect(test.server.address).await.unwrap()
}

async fn shake(
    test: &TestServer,
    stream: TcpStream,
    protocol: &str,
) -> std::io::Result<TlsStream<TcpStream>> {
    let ca = std::fs::read_to_string(test.app().config.ca_file()).unwrap();
    let mut config = client_config(&Trust::CaPem(ca), None).unwrap();
    config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    TlsConnector::from(Arc::new(config)).connect("127.0.0.1".try_into().unwrap(), stream).await
}

async fn connect(test: &TestServer, protocol: &str) -> TlsStream<TcpStream> {
    shake(test, tcp(test).await, protocol).await.unwrap()
}

/// All that the server sends until it closes the connection.
async fn rest(stream: &mut TlsStream<TcpStream>) -> Vec<u8> {
    let mut found = Vec::new();
    let read = async {
        let mut buffer = [0; 4096];
        while let Ok(n @ 1..) = stream.read(&mut buffer).await {
            found.extend_from_slice(&buffer[..n]);
        }
    };
    assert!(tokio::time::timeout(LONG, read).await.is_ok(), "the connection stays open");
    found
}

/// The status of one answer on an open HTTP/1 connection.
async fn status(stream: &mut TlsStream<TcpStream>, request: &str) -> String {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut buffer = vec![0; 4096];
    let n = tokio::time::timeout(LONG, stream.read(&mut buffer)).await.unwrap().unwrap();
    String::from_utf8_lossy(&buffer[..n]).split_whitespace().nth(1).unwrap_or_default().to_owned()
}

const REQUEST: &str = "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_is_too_long_or_has_too_many_fields_is_refused() {
    let test = limited(On::Sqlite, |limits| {
        limits.max_header_bytes = 8_192;
        limits.max_headers = 20;
    })
    .await;
    let long = format!("GET /healthz HTTP/1.1\r\nhost: a\r\nx-long: {}\r\n\r\n", "a".repeat(9_000));
    let fields: String = (0..30).map(|n| format!("x-{n}: a\r\n")).collect();
    let many = format!("GET /healthz HTTP/1.1\r\nhost: a\r\n{fields}\r\n");
    for request in [long, many] {
        let mut stream = connect(&test, "http/1.1").await;
        assert_eq!(status(&mut stream, &request).await, "431");
    }
    // As many over HTTP/2, where the fields have no lines.
    let request = test.request(reqwest::Method::GET, "/healthz");
    let request = (0..30).fold(request, |request, n| request.header(format!("x-{n}"), "a"));
    let answer = request.send().await.unwrap();
    assert_eq!((answer.version(), answer.status().as_u16()), (reqwest::Version::HTTP_2, 431));
    let mut stream = connect(&test, "http/1.1").await;
    assert_eq!(status(&mut stream, REQUEST).await, "200");
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_dribbles_its_header_is_left_and_one_that_waits_between_requests_is_not() {
    let test = limited(On::Sqlite, |limits| limits.header_timeout = Duration::from_secs(1)).await;
    let (mut slow, mut quiet) = (connect(&test, "http/1.1").await, connect(&test, "http/1.1").await);
    assert_eq!(status(&mut quiet, REQUEST).await, "200");
    let began = Instant::now();
    let mut is_open = true;
    for byte in REQUEST.as_bytes().iter().cycle().take(60) {
        // Never the empty line that ends the header.
        let byte = if byte.is_ascii_control() { b'x' } else { *byte };
        is_open = slow.write_all(&[byte]).await.is_ok() && slow.flush().await.is_ok();
        if !is_open {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(!is_open && began.elapsed() < Duration::from_secs(5), "open for {:?}", began.elapsed());
    assert_eq!(status(&mut quiet, REQUEST).await, "200", "a pause is no slow header");
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_without_a_request_ends_over_either_protocol() {
    let test = limited(On::Sqlite, |limits| limits.idle_timeout = Duration::from_secs(1)).await;
    for protocol in ["http/1.1", "h2"] {
        let mut stream = connect(&test, protocol).await;
        if protocol == "h2" {
            stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
        }
        let began = Instant::now();
        rest(&mut stream).await;
        assert!(began.elapsed() > Duration::from_millis(700), "{protocol}: {:?}", began.elapsed());
    }
    // One that is asked for something now and then stays.
    let mut stream = connect(&test, "http/1.1").await;
    for _ in 0..4 {
        assert_eq!(status(&mut stream, REQUEST).await, "200");
        tokio::time::sleep(Duration::from_millis(400)).await;
    }
    test.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_so_many_of_all_and_of_one_address() {
    for per_address in [false, true] {
        let test = limited(On::Sqlite, |limits| {
            limits.max_connections = if per_address { 100 } else { 3 };
            limits.max_connections_per_address = if per_address { 3 } else { 100 };
        })
        .await;
        let mut open = Vec::new();
        for _ in 0..3 {
            open.push(connect(&test, "http/1.1").await);
        }
        assert!(shake(&test, tcp(&test).await, "http/1.1").await.is_err(), "a fourth one");
        for stream in &mut open {
            assert_eq!(status(stream, REQUEST).await, "200", "those that have a place keep it");
        }
        open.pop();
        eventually("a place for another one", async || {
            shake(&test, tcp(&test).await, "http/1.1").await.is_ok()
        })
        .await;
        test.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_that_does_not_go_on_ends_and_waits_hold_up_no_others_for_long() {
    let test = limited(On::Sqlite, |limits| {
        limits.tls_handshake_timeout = Duration::from_secs(2);
        limits.max_tls_handshakes = 1;
    })
    .await;
    let mut silent = tcp(&test).await;
    let began = Instant::now();
    // The only turn is the silent one's: this handshake comes after its end.
    let patient = tcp(&test).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let waiting = shake(&test, patient, "http/1.1");
    let mut buffer = [0; 16];
    let silence = tokio::time::timeout(LONG, silent.read(&mut buffer));
    let (ended, shaken) = tokio::join!(silence, waiting);
    assert_eq!(ended.unwrap().unwrap_or(0), 0, "closed without a word");
    assert!((1_500..6_000).contains(&began.elapsed().as_millis()), "{:?}", began.elapsed());
    // It may have given up in the same moment as the silent one; its second try finds the turn free.
    drop(shaken);
    assert!(shake(&test, tcp(&test).await, "http/1.1").await.is_ok());
    test.stop().await;
}

/// An HTTP/2 frame (RFC 9113, section 4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = vec![length[1], length[2], length[3], kind, flags];
    frame.extend_from_slice(&stream.to_be_bytes());
    frame.extend_from_slice(payload);
    frame
}

/// The frames that begin a text of complete frames: kind, and payload.
fn frames(mut text: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut found = Vec::new();
    while text.len() >= 9 {
        let length = u32::from_be_bytes([0, text[0], text[1], text[2]]) as usize;
        let end = (9 + length).min(text.len());
        found.push((text[3], text[9..end].to_vec()));
        text = &text[end..];
    }
    found
}

const SETTINGS: u8 = 4;
const GO_AWAY: u8 = 7;

#[tokio::test(flavor = "multi_thread")]
async fn an_http2_peer_is_told_its_streams_and_is_left_when_it_breaks_off_too_many() {
    let test = limited(On::Sqlite, |limits| {
        limits.http2_max_streams = 7;
        limits.http2_max_resets = 5;
        limits.idle_timeout = Duration::from_secs(2);
    })
    .await;
    let begin = [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), frame(SETTINGS, 0, 0, &[])].concat();
    let mut stream = connect(&test, "h2").await;
    stream.write_all(&begin).await.unwrap();
    let answer = frames(&rest(&mut stream).await);
    let settings = &answer.iter().find(|(kind, _)| *kind == SETTINGS).unwrap().1;
    let max_streams = settings.chunks(6).find(|one| one[..2] == [0, 3]).unwrap();
    assert_eq!(max_streams[2..], [0, 0, 0, 7]);

    // Requests that are broken off in the same breath (CVE-2023-44487).
    let request = [&[0x82, 0x87, 0x84, 0x41, 1][..], b"a"].concat();
    let burst: Vec<u8> = (0..200_u32)
        .flat_map(|n| [frame(1, 5, 2 * n + 1, &request), frame(3, 0, 2 * n + 1, &[0, 0, 0, 8])].concat())
        .collect();
    let mut stream = connect(&test, "h2").await;
    stream.write_all(&[begin, burst].concat()).await.unwrap();
    let answer = frames(&rest(&mut stream).await);
    let away = answer.iter().find(|(kind, _)| *kind == GO_AWAY).map(|(_, payload)| payload[4..8].to_vec());
    assert_eq!(away, Some(vec![0, 0, 0, 11]), "ENHANCE_YOUR_CALM");
    test.stop().await;
}
