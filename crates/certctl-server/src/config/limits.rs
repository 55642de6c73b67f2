//! The limits of the server: how much one caller, one address and all of them together may ask for, and for how long a
//! connection may keep it waiting.
//!
//! Not for: holding anybody to them (`http/budgets.rs`, `tls/`). Invariants: no limit can be switched off, only raised;
//! a limit that would break the server's own agents is refused at start.

use std::time::Duration;

use certctl_core::network::Network;

use super::sources::Values;

/// The longest that a poll of an agent is held; a request may take longer than this.
const LONGEST_POLL: u64 = 30;

/// A token bucket: so many a second, so many at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests a second, over time.
    pub rps: u32,
    /// Requests at once, after a pause.
    pub burst: u32,
}

/// Every limit, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Of each person or program, and of each address that nobody is known at.
    pub caller: Rate,
    /// Of each agent, and of the joins from each address.
    pub agent: Rate,
    /// Requests of one caller that are worked on at once.
    pub concurrent_requests: usize,
    /// Open event streams of one caller.
    pub event_streams: usize,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Origins whose pages may call the API.
    pub cors_origins: Vec<String>,
    /// Bytes of a request's body.
    pub max_body: usize,
    /// Bytes of a request's header.
    pub max_header_bytes: usize,
    /// Fields of a request's header.
    pub max_headers: usize,
    /// From the first byte of a request to the end of its header.
    pub header_timeout: Duration,
    /// A connection without a request, or with a peer that does not read.
    pub idle_timeout: Duration,
    /// From a request to the header of its answer.
    pub request_timeout: Duration,
    /// A TLS handshake, and the wait for its turn.
    pub tls_handshake_timeout: Duration,
    /// Handshakes at once.
    pub max_tls_handshakes: usize,
    /// Connections at once.
    pub max_connections: usize,
    /// Of them, from one address.
    pub max_connections_per_address: usize,
    /// Requests at once on one HTTP/2 connection.
    pub http2_max_streams: u32,
    /// Requests that an HTTP/2 peer may break off before they were looked at.
    pub http2_max_resets: usize,
}

impl Limits {
    pub(super) fn load(values: &mut Values<'_>) -> Option<Self> {
        let rps = values.parse("rate_limit_rps", count(1, 1_000_000));
        let burst = values.parse("rate_limit_burst", count(1, 1_000_000));
        let agent_rps = values.parse("agent_rate_limit_rps", count(1, 1_000_000));
        let agent_burst = values.parse("agent_rate_limit_burst", count(10, 1_000_000));
        let concurrent_requests = values.parse("concurrent_requests", size(1, 10_000));
        let event_streams = values.parse("event_streams", size(1, 100_000));
        let trusted_proxies = values.parse("trusted_proxies", networks);
        let cors_origins = values.parse("cors_origins", origins);
        // A body is read whole before it is looked at.
        let max_body = values.parse("max_body_bytes", size(65_536, 64 << 20));
        // hyper's least buffer is 8 KiB.
        let max_header_bytes = values.parse("max_header_bytes", size(8_192, 1 << 20));
        let max_headers = values.parse("max_headers", size(20, 10_000));
        let header_timeout = values.parse("header_timeout", seconds(1));
        let idle_timeout = values.parse("idle_timeout", seconds(1));
        let request_timeout = values.parse("request_timeout", seconds(LONGEST_POLL + 5));
        let tls_handshake_timeout = values.parse("tls_handshake_timeout", seconds(1));
        let max_tls_handshakes = values.parse("max_tls_handshakes", size(1, 100_000));
        let max_connections = values.parse("max_connections", size(10, 1_000_000));
        let max_connections_per_address = values.parse("max_connections_per_address", size(1, 1_000_000));
        let http2_max_streams = values.parse("http2_max_streams", count(1, 10_000));
        let http2_max_resets = values.parse("http2_max_resets", size(1, 10_000));
        Some(Self {
            caller: Rate { rps: rps?, burst: burst? },
            agent: Rate { rps: agent_rps?, burst: agent_burst? },
            concurrent_requests: concurrent_requests?,
            event_streams: event_streams?,
            trusted_proxies: trusted_proxies?,
            cors_origins: cors_origins?,
            max_body: max_body?,
            max_header_bytes: max_header_bytes?,
            max_headers: max_headers?,
            header_timeout: header_timeout?,
            idle_timeout: idle_timeout?,
            request_timeout: request_timeout?,
            tls_handshake_timeout: tls_handshake_timeout?,
            max_tls_handshakes: max_tls_handshakes?,
            max_connections: max_connections?,
            max_connections_per_address: max_connections_per_address?,
            http2_max_streams: http2_max_streams?,
            http2_max_resets: http2_max_resets?,
        })
    }
}

fn count(least: u32, most: u32) -> impl Fn(&str) -> Result<u32, String> {
    move |text| match text.trim().parse::<u32>() {
        Ok(n) if (least..=most).contains(&n) => Ok(n),
        Ok(_) | Err(_) => Err(format!("{text:?} is not a whole number from {least} to {most}")),
    }
}

fn size(least: usize, most: usize) -> impl Fn(&str) -> Result<usize, String> {
    move |text| match text.trim().parse::<usize>() {
        Ok(n) if (least..=most).contains(&n) => Ok(n),
        Ok(_) | Err(_) => Err(format!("{text:?} is not a whole number from {least} to {most}")),
    }
}

fn seconds(least: u64) -> impl Fn(&str) -> Result<Duration, String> {
    move |text| {
        let found = super::seconds(text)?;
        if found >= Duration::from_secs(least) {
            Ok(found)
        } else if least > LONGEST_POLL {
            Err(format!(
                "{text} is less than {least} s: an agent's poll is held for {LONGEST_POLL} s and would be cut off"
            ))
        } else {
            Err(format!("{text} is less than {least} s"))
        }
    }
}

fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}

/// Networks, separated by commas.
pub(super) fn networks(text: &str) -> Result<Vec<Network>, String> {
    items(text).map(Network::parse).collect()
}

fn origins(text: &str) -> Result<Vec<String>, String> {
    items(text).map(origin).collect()
}

/// An origin exactly as browsers write it, because it is compared as text.
fn origin(text: &str) -> Result<String, String> {
    if text == "*" {
        return Err("\"*\" would let every page on the web call this server: list the origins".to_owned());
    }
    let wrong = || {
        format!(
            "{text:?} is not an origin: write https://HOST or https://HOST:PORT in small letters, with no path"
        )
    };
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).ok_or_else(wrong)?;
    let uri: http::Uri = text.parse().map_err(|_| wrong())?;
    let authority = uri.authority().map(http::uri::Authority::as_str);
    let plain =
        authority == Some(rest) && !rest.contains('@') && !rest.chars().any(|c| c.is_ascii_uppercase());
    let usual = match uri.scheme_str() {
        Some("https") => 443,
        _ => 80,
    };
    // Browsers leave the usual port out: with it, the text would never be equal.
    if plain && uri.port_u16() != Some(usual) && !rest.ends_with(':') {
        Ok(text.to_owned())
    } else {
        Err(wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        for right in ["https://ui.example.com", "https://ui.example.com:8443", "http://localhost:5173"] {
            assert_eq!(origin(right).as_deref(), Ok(right));
        }
        for wrong in [
            "*",
            "null",
            "ui.example.com",
            "https://",
            "https://ui.example.com/",
            "https://ui.example.com/path",
            "https://UI.example.com",
            "https://ui.example.com:443",
            "https://user@ui.example.com",
            "https://*.example.com:",
            "ftp://ui.example.com",
        ] {
            assert!(origin(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_request_may_take_longer_than_a_poll_is_held() {
        assert!(seconds(LONGEST_POLL + 5)("30").unwrap_err().contains("agent's poll"));
        assert_eq!(seconds(LONGEST_POLL + 5)("1m"), Ok(Duration::from_secs(60)));
        assert!(size(1, 10)("11").is_err() && size(1, 10)("0").is_err() && size(1, 10)("-1").is_err());
    }
}
