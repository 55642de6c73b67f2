//! Signature Version 4 of AWS (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>).
//!
//! Not for: finding credentials. Invariant: what is signed is what is sent: method, path, query, host, time and body.

use aws_lc_rs::{digest, hmac};
use certctl_core::secret::Secret;
use certctl_core::time::Ts;
use reqwest::Url;

/// Who signs.
#[derive(Debug, Clone)]
pub(super) struct Credentials {
    pub(super) access_key_id: String,
    pub(super) secret_access_key: Secret<String>,
    pub(super) session_token: Option<Secret<String>>,
}

/// What a signature is good for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope {
    pub(super) region: &'static str,
    pub(super) service: &'static str,
}

/// The headers that a request needs. The query has to be the one of [`query`].
pub(super) fn headers(
    credentials: &Credentials,
    scope: Scope,
    (method, url, body): (&str, &Url, &[u8]),
    now: Ts,
) -> Vec<(&'static str, String)> {
    let time = Ts::from_second(now.as_second()).to_string().replace(['-', ':'], "");
    let day = time.get(..8).unwrap_or_default();
    let host = match url.port() {
        Some(port) => format!("{}:{port}", url.host_str().unwrap_or_default()),
        None => url.host_str().unwrap_or_default().to_owned(),
    };
    let mut signed = vec![("host", host), ("x-amz-date", time.clone())];
    if let Some(token) = &credentials.session_token {
        signed.push(("x-amz-security-token", token.expose().clone()));
    }
    let lines: String = signed.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let names = signed.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
    let query = url.query().unwrap_or_default();
    let request = format!("{method}\n{}\n{query}\n{lines}\n{names}\n{}", url.path(), hash(body));
    let range = format!("{day}/{}/{}/aws4_request", scope.region, scope.service);
    let text = format!("AWS4-HMAC-SHA256\n{time}\n{range}\n{}", hash(request.as_bytes()));
    let secret = Secret::new(format!("AWS4{}", credentials.secret_access_key.expose()).into_bytes());
    let key = [day, scope.region, scope.service, "aws4_request"]
        .iter()
        .fold(secret, |key, part| Secret::new(mac(key.expose(), part)));
    let signature = hex(&mac(key.expose(), &text));
    let id = &credentials.access_key_id;
    let authorization =
        format!("AWS4-HMAC-SHA256 Credential={id}/{range}, SignedHeaders={names}, Signature={signature}");
    // The client sets Host by itself.
    signed.remove(0);
    signed.push(("authorization", authorization));
    signed
}

/// A query in the order and with the escapes that are signed.
pub(super) fn query(pairs: &[(&str, &str)]) -> String {
    let mut parts: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    parts.sort_unstable();
    parts.join("&")
}

fn encoded(text: &str) -> String {
    let one = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes()).as_ref().to_vec()
}

fn hash(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test suite that AWS publishes for this signature.
    #[test]
    fn the_signatures_are_those_of_the_published_examples() {
        let credentials = Credentials {
            access_key_id: "AKIDEXAMPLE".to_owned(),
            secret_access_key: Secret::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned()),
            session_token: None,
        };
        let scope = Scope { region: "us-east-1", service: "service" };
        let now: Ts = "2015-08-30T12:36:00Z".parse().unwrap();
        for (pairs, signature) in [
            (&[][..], "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
            (
                &[("Param2", "value2"), ("Param1", "value1")],
                "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
            ),
        ] {
            let mut url = Url::parse("https://example.amazonaws.com/").unwrap();
            url.set_query(Some(query(pairs).as_str()).filter(|query| !query.is_empty()));
            let headers = headers(&credentials, scope, ("GET", &url, b""), now);
            let (_, authorization) = headers.last().unwrap();
            assert_eq!(
                authorization,
                &format!(
                    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
                     SignedHeaders=host;x-amz-date, Signature={signature}"
                )
            );
        }
    }
}
