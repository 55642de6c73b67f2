//! What is answered on the port for http-01 (RFC 8555, section 8.3).
//!
//! A web server of one page, by hand: the agent has no other use for one, and a few lines that answer nothing but a known
//! token are easier to judge than a library that can do more. Not for: the port itself (`listener.rs`). Invariants: a
//! key authorization is said to whoever names its token and until its time has passed; everything else is 404.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use certctl_core::time::{Clock, Ts};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::listener::drain;

/// The path that a token stands after.
const PATH: &[u8] = b"/.well-known/acme-challenge/";
/// The longest head of a request that is read.
const MAX_HEAD: usize = 8 * 1024;

/// What is shown for a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) key_authorization: String,
    pub(crate) until: Ts,
}

/// The pages by their tokens.
pub(crate) type Pages = HashMap<String, Page>;

/// Answers requests.
#[derive(Debug)]
pub(crate) struct Responder {
    pages: Mutex<Pages>,
    clock: Arc<dyn Clock>,
}

impl Responder {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { pages: Mutex::default(), clock }
    }

    /// From now on these pages are shown and no others.
    pub(crate) fn show(&self, pages: Pages) {
        *self.pages.lock().unwrap_or_else(PoisonError::into_inner) = pages;
    }

    /// Answers one request and ends the connection.
    pub(crate) async fn serve(&self, mut stream: impl AsyncRead + AsyncWrite + Unpin) {
        let Some(head) = read_head(&mut stream).await else { return };
        let answer = self.answer(&head);
        if stream.write_all(&answer).await.is_ok() && stream.shutdown().await.is_ok() {
            drain(&mut stream).await;
        }
    }

    fn answer(&self, head: &[u8]) -> Vec<u8> {
        let request = request(head);
        let body = request.as_ref().and_then(|request| {
            let pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
            let page = pages.get(request.token).filter(|page| page.until > self.clock.now());
            page.map(|page| page.key_authorization.clone())
        });
        let (status, kind, body) = match body {
            // The type of the example of RFC 8555, section 8.3; nothing will run it.
            Some(body) => ("200 OK", "application/octet-stream", body),
            None => ("404 Not Found", "text/plain; charset=utf-8", "not found\n".to_owned()),
        };
        let mut answer = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
             X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
            body.len()
        );
        if !request.is_some_and(|request| request.wants_no_body) {
            answer.push_str(&body);
        }
        answer.into_bytes()
    }
}

/// The head of a request; nothing when the client went away or it is too long.
async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> Option<Vec<u8>> {
    let mut head = Vec::with_capacity(1_024);
    let mut part = [0; 1_024];
    while head.len() < MAX_HEAD {
        let n_bytes = stream.read(&mut part).await.ok().filter(|n_bytes| *n_bytes > 0)?;
        let from = head.len().saturating_sub(3);
        head.extend_from_slice(part.get(..n_bytes)?);
        if head.get(from..)?.windows(4).any(|end| end == b"\r\n\r\n") {
            return Some(head);
        }
    }
    None
}

struct Request<'a> {
    token: &'a str,
    /// HEAD.
    wants_no_body: bool,
}

/// A request for a token; nothing when it is for anything else.
fn request(head: &[u8]) -> Option<Request<'_>> {
    let line = head.split(|byte| *byte == b'\r').next()?;
    let mut words = line.split(|byte| *byte == b' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    if words.next().is_some() || !version.starts_with(b"HTTP/1.") {
        return None;
    }
    let wants_no_body = match method {
        b"GET" => false,
        b"HEAD" => true,
        _ => return None,
    };
    let token = path(target)?.strip_prefix(PATH)?;
    Some(Request { token: std::str::from_utf8(token).ok()?, wants_no_body })
}

/// The path of a target, which a server has to take in its absolute form too (RFC 9112, section 3.2.2).
fn path(target: &[u8]) -> Option<&[u8]> {
    let Some(rest) = target.strip_prefix(b"http://") else { return Some(target) };
    let at = rest.iter().position(|byte| *byte == b'/')?;
    rest.get(at..)
}

#[cfg(test)]
mod tests {
    use certctl_core::time::ManualClock;

    use super::*;

    fn responder() -> (Responder, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::new(Ts::from_second(100)));
        let responder = Responder::new(Arc::clone(&clock) as Arc<dyn Clock>);
        let page = Page { key_authorization: "tok.thumb".to_owned(), until: Ts::from_second(200) };
        responder.show(Pages::from([("tok".to_owned(), page)]));
        (responder, clock)
    }

    fn said(responder: &Responder, line: &str) -> String {
        let head = format!("{line}\r\nHost: www.example.com\r\n\r\n");
        String::from_utf8(responder.answer(head.as_bytes())).unwrap()
    }

    #[test]
    fn a_known_token_is_answered_and_nothing_else() {
        let (responder, _) = responder();
        for (line, found) in [
            ("GET /.well-known/acme-challenge/tok HTTP/1.1", true),
            ("GET /.well-known/acme-challenge/tok HTTP/1.0", true),
            ("GET http://www.example.com/.well-known/acme-challenge/tok HTTP/1.1", true),
            ("GET /.well-known/acme-challenge/tok2 HTTP/1.1", false),
            ("GET /.well-known/acme-challenge/tok?x HTTP/1.1", false),
            ("GET /.well-known/acme-challenge/tok/ HTTP/1.1", false),
            ("GET /.well-known/acme-challenge//tok HTTP/1.1", false),
            ("GET /.well-known/acme-challenge/ HTTP/1.1", false),
            ("GET /.well-known/../.well-known/acme-challenge/tok HTTP/1.1", false),
            ("GET / HTTP/1.1", false),
            ("POST /.well-known/acme-challenge/tok HTTP/1.1", false),
            ("get /.well-known/acme-challenge/tok HTTP/1.1", false),
            ("GET /.well-known/acme-challenge/tok", false),
            ("GET /.well-known/acme-challenge/tok HTTP/2", false),
            ("GET  /.well-known/acme-challenge/tok HTTP/1.1", false),
            ("GET http://www.example.com HTTP/1.1", false),
            ("", false),
        ] {
            let answer = said(&responder, line);
            assert_eq!(answer.starts_with("HTTP/1.1 200 OK\r\n"), found, "{line}: {answer}");
            assert_eq!(answer.ends_with("\r\n\r\ntok.thumb"), found, "{line}: {answer}");
            assert_eq!(answer.starts_with("HTTP/1.1 404 Not Found\r\n"), !found, "{line}: {answer}");
        }
        assert!(responder.answer(b"GET /\xff HTTP/1.1\r\n\r\n").starts_with(b"HTTP/1.1 404"));
        let head = said(&responder, "HEAD /.well-known/acme-challenge/tok HTTP/1.1");
        assert!(head.contains("Content-Length: 9\r\n") && head.ends_with("\r\n\r\n"), "{head}");
    }

    #[test]
    fn a_page_whose_time_has_passed_is_not_shown() {
        let (responder, clock) = responder();
        let line = "GET /.well-known/acme-challenge/tok HTTP/1.1";
        assert!(said(&responder, line).contains("200 OK"));
        clock.advance(std::time::Duration::from_secs(100));
        assert!(said(&responder, line).contains("404"));
    }

    #[tokio::test]
    async fn a_request_may_come_in_parts_and_one_without_end_is_not_answered() {
        let (responder, _) = responder();
        let (mut client, server) = tokio::io::duplex(64);
        let asks = async {
            for part in ["GET /.well-known/acme-chal", "lenge/tok HTTP/1.1\r\nHost: x\r", "\n\r", "\n"] {
                client.write_all(part.as_bytes()).await.unwrap();
            }
            let mut text = String::new();
            client.read_to_string(&mut text).await.unwrap();
            text
        };
        let (text, ()) = tokio::join!(asks, responder.serve(server));
        assert!(text.ends_with("tok.thumb"), "{text}");

        let (mut client, server) = tokio::io::duplex(64);
        let asks = async {
            // The server hangs up before all of it is written.
            let _ = client.write_all(&[b'x'; 2 * MAX_HEAD]).await;
            let mut text = Vec::new();
            let _ = client.read_to_end(&mut text).await;
            text
        };
        let (text, ()) = tokio::join!(asks, responder.serve(server));
        assert!(text.is_empty());
    }
}
