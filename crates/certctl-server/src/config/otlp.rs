//! Where spans go: the collector, the headers it wants, and the share of traces that is recorded.
//!
//! Not for: sending (`spans/`). Invariant: without an endpoint nothing else of it is accepted, so that no setting is given
//! in vain.

use std::path::PathBuf;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::sources::Values;

/// The settings of the export of spans.
#[derive(Debug, Clone)]
pub struct Otlp {
    /// Where batches are posted.
    pub url: String,
    /// What goes with them, such as `Authorization`; the values are marked as sensitive, and nothing shows them.
    pub headers: HeaderMap,
    /// The share of the traces that begin here, 0 to 1.
    pub share: f64,
    /// The CAs of the collector; those of the system when absent.
    pub ca_file: Option<PathBuf>,
}

impl Otlp {
    pub(super) fn load(values: &mut Values<'_>) -> Option<Self> {
        let url = values.parse_option("otlp_endpoint", endpoint);
        let headers = values.parse_option("otlp_headers", headers);
        let share = values.parse("otlp_sampling", share);
        let ca_file = values.parse_option("otlp_ca_file", super::absolute);
        let Some(url) = url else {
            if headers.is_some() {
                values.problem("otlp_headers", "is for the collector, and otlp_endpoint names none");
            }
            if ca_file.is_some() {
                values.problem("otlp_ca_file", "is for the collector, and otlp_endpoint names none");
            }
            return None;
        };
        if ca_file.is_some() && url.starts_with("http://") {
            values.problem("otlp_ca_file", "is for https, and otlp_endpoint is plain http");
        }
        Some(Self { url, headers: headers.unwrap_or_default(), share: share?, ca_file })
    }
}

/// The base, as OpenTelemetry's own setting of that name; the path of traces is added.
fn endpoint(text: &str) -> Result<String, String> {
    let wrong = || format!("{text:?} is not of the form http://HOST:4318 or https://HOST[:PORT][/PATH]");
    let uri: http::Uri = text.trim_end_matches('/').parse().map_err(|_| wrong())?;
    let authority = uri.authority().ok_or_else(wrong)?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.query().is_some() {
        return Err(wrong());
    }
    if authority.as_str().contains('@') {
        return Err("holds a user or password: give them in otlp_headers".to_owned());
    }
    let base = text.trim_end_matches('/');
    Ok(if base.ends_with("/v1/traces") { base.to_owned() } else { format!("{base}/v1/traces") })
}

/// `Name=value` with commas between them. The text may hold a password: it is not repeated.
fn headers(text: &str) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for (i, part) in text.split(',').enumerate() {
        let wrong = || format!("its part {} is not of the form Name=value", i + 1);
        let (name, value) = part.split_once('=').ok_or_else(wrong)?;
        let name: HeaderName = name.trim().parse().map_err(|_| wrong())?;
        let mut value = HeaderValue::from_str(value.trim()).map_err(|_| wrong())?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(headers)
}

fn share(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        Ok(_) | Err(_) => Err(format!("{text:?} is not a share from 0 (none) to 1 (all)")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_gets_the_path_of_traces() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(endpoint(text).ok().as_deref(), expected, "{text:?}");
        };
        check("http://127.0.0.1:4318", Some("http://127.0.0.1:4318/v1/traces"));
        check("https://otel.example/base/", Some("https://otel.example/base/v1/traces"));
        check("https://otel.example/v1/traces", Some("https://otel.example/v1/traces"));
        check("grpc://otel.example:4317", None);
        check("otel.example:4318", None);
        check("https://user:pass@otel.example", None);
        check("https://otel.example?x=1", None);
        check("", None);
    }

    #[test]
    fn headers_are_pairs_and_their_values_are_not_shown() {
        let found = headers("Authorization=Bearer hunter2, X-Scope-OrgID=a=b").unwrap();
        assert_eq!(found["authorization"], "Bearer hunter2");
        assert_eq!(found["x-scope-orgid"], "a=b");
        assert!(!format!("{found:?}").contains("hunter2"), "{found:?}");
        let error = headers("Authorization=Bearer a,hunter2").unwrap_err();
        assert!(error.contains("part 2") && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn a_share_is_between_none_and_all() {
        for (text, expected) in
            [("0", Some(0.0)), ("0.25", Some(0.25)), ("1", Some(1.0)), ("1.1", None), ("NaN", None)]
        {
            assert_eq!(share(text).ok(), expected, "{text}");
        }
    }
}
