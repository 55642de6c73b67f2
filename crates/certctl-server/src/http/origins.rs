//! Which pages of other origins may call the API (CORS), and where a request comes from behind a proxy.
//!
//! A page of a listed origin calls with an API key of its own. The session cookie is never accepted from there: no answer
//! allows credentials, and `auth.rs` refuses a change that another site's page sends. Not for: the dashboard, which has
//! this server's own origin. Invariants: an origin that is not listed gets no header of this; `X-Forwarded-For` counts
//! only as far as it was written by trusted proxies.

use std::net::{IpAddr, SocketAddr};

use axum::{extract::Request, response::Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

use crate::{config::limits::Limits, tls::listener::Peer};

/// How long browsers may keep the answer of a preflight, in seconds.
const MAX_AGE: &str = "600";
const METHODS: &str = "GET, HEAD, POST, PATCH, PUT, DELETE";
/// What pages may send.
const REQUEST_HEADERS: &str =
    "authorization, content-type, if-match, idempotency-key, last-event-id, x-request-id, traceparent";
/// What pages may read.
const ANSWER_HEADERS: &str = "etag, location, x-request-id, ratelimit, ratelimit-policy, retry-after";
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The listed origin that a request comes from.
pub fn allowed(limits: &Limits, request: &Request) -> Option<HeaderValue> {
    let origin = request.headers().get(header::ORIGIN)?;
    let text = origin.to_str().ok()?;
    limits.cors_origins.iter().any(|listed| listed == text).then(|| origin.clone())
}

/// The answer to a preflight (Fetch, section 4.8) of a listed origin.
pub fn preflight(request: &Request, origin: Option<&HeaderValue>) -> Option<Response> {
    origin?;
    let asks = request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if request.method() != Method::OPTIONS || !asks {
        return None;
    }
    let mut response = Response::new(axum::body::Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(REQUEST_HEADERS));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(MAX_AGE));
    Some(response)
}

/// Lets the page of a listed origin read an answer. Caches are told that answers differ by origin.
pub fn add_headers(limits: &Limits, response: &mut Response, origin: Option<HeaderValue>) {
    if limits.cors_origins.is_empty() {
        return;
    }
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(ANSWER_HEADERS));
    }
}

/// Puts the address of the caller in the place of a trusted proxy's.
pub fn see_through_proxies(limits: &Limits, request: &mut Request) {
    if limits.trusted_proxies.is_empty() {
        return;
    }
    let Some(peer) = request.extensions().get::<Peer>().cloned() else { return };
    let address = behind(limits, peer.address.ip(), request.headers());
    if address != peer.address.ip() {
        request.extensions_mut().insert(Peer { address: SocketAddr::new(address, 0), ..peer });
    }
}

/// The last address that no trusted proxy has: each proxy writes the one that it saw to the right of the others.
fn behind(limits: &Limits, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let is_trusted = |address: IpAddr| limits.trusted_proxies.iter().any(|network| network.contains(address));
    let hops: Vec<&str> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    let mut address = peer;
    for hop in hops.iter().rev() {
        if !is_trusted(address) {
            break;
        }
        // What cannot be read was not written by a proxy that we know: the last one we do know stands.
        let Some(hop) = parse_hop(hop) else { break };
        address = hop;
    }
    address
}

/// `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1`, `[2001:db8::1]:443`.
fn parse_hop(text: &str) -> Option<IpAddr> {
    let address = text.parse::<IpAddr>().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|a| a.ip()));
    address.or_else(|| text.strip_prefix('[')?.strip_suffix(']')?.parse().ok()).map(|a| a.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use certctl_core::network::Network;

    use crate::config::Config;

    #[test]
    fn only_what_trusted_proxies_wrote_is_believed() {
        let mut limits = Config::for_directory(std::path::Path::new("/tmp")).unwrap().limits;
        limits.trusted_proxies =
            ["10.0.0.0/8", "fd00::/8"].iter().map(|text| Network::parse(text).unwrap()).collect();
        let check = |peer: &str, forwarded: &[&str], expected: &str| {
            let headers = forwarded.iter().map(|text| (FORWARDED_FOR, text.parse().unwrap())).collect();
            let found = behind(&limits, peer.parse().unwrap(), &headers);
            assert_eq!(found, expected.parse::<IpAddr>().unwrap(), "{peer} {forwarded:?}");
        };
        check("10.0.0.1", &["192.0.2.7"], "192.0.2.7");
        check("10.0.0.1", &["203.0.113.1, 192.0.2.7"], "192.0.2.7");
        check("10.0.0.1", &["192.0.2.7, 10.0.0.2"], "192.0.2.7");
        check("10.0.0.1", &["192.0.2.7", "10.0.0.2"], "192.0.2.7");
        check("10.0.0.1", &["[2001:db8::7]:443"], "2001:db8::7");
        check("10.0.0.1", &["192.0.2.7:1234"], "192.0.2.7");
        check("10.0.0.1", &["garbage"], "10.0.0.1");
        check("10.0.0.1", &["192.0.2.7, garbage"], "10.0.0.1");
        check("10.0.0.1", &[], "10.0.0.1");
        check("198.51.100.1", &["192.0.2.7"], "198.51.100.1");
    }
}
