//! HTTP for the kinds that speak it: JSON there and back, and what time can do about a refusal.
//!
//! Not for: what is sent, or the way outside ([`crate::outside`]). Invariant: an answer that is not understood is never a
//! success.

use std::time::Duration;

use certctl_core::notification::retry_after;
use certctl_core::time::Ts;
use reqwest::header::RETRY_AFTER;
use reqwest::{Method, Url};
use serde_json::Value;

use super::{Call, DnsError, shortened};
use crate::outside::{Answer, Endpoint, headers};

/// How often a change that somebody else was faster with is tried again at once.
pub(super) const ROUNDS: usize = 5;

/// An API, with whom speaks to it.
#[derive(Debug)]
pub(super) struct Api<'a> {
    pub(super) call: Call<'a>,
    pub(super) endpoint: &'a Endpoint,
    pub(super) headers: Vec<(&'static str, String)>,
}

impl<'a> Api<'a> {
    /// With `Authorization: SCHEME TOKEN`.
    pub(super) fn authorized(call: Call<'a>, endpoint: &'a Endpoint, scheme: &str, token: &str) -> Self {
        Self { call, endpoint, headers: vec![("authorization", format!("{scheme} {token}"))] }
    }

    /// What was answered, whatever it is.
    pub(super) async fn ask(
        &self,
        method: Method,
        url: &Url,
        more: &[(&'static str, &str)],
        body: Option<&Value>,
    ) -> Result<Answer, DnsError> {
        let mut pairs: Vec<(&'static str, &str)> =
            self.headers.iter().map(|(name, text)| (*name, text.as_str())).collect();
        pairs.extend(more);
        let bytes = body.map(|value| value.to_string().into_bytes()).unwrap_or_default();
        let outside = &self.call.around.outside;
        let mut answer = outside.ask(self.endpoint, method, url, headers(&pairs), bytes).await?;
        // A token that was asked for is no part of the configuration, and as secret.
        let sent = self.headers.iter().filter(|(name, _)| *name == "authorization");
        for token in sent.filter_map(|(_, text)| text.rsplit(' ').next()).filter(|token| token.len() >= 4) {
            answer.text = answer.text.replace(token, "***");
        }
        Ok(answer)
    }

    /// What was answered, when that was a success.
    pub(super) async fn json(
        &self,
        method: Method,
        url: &Url,
        body: Option<&Value>,
    ) -> Result<Value, DnsError> {
        accepted(&self.ask(method, url, &[], body).await?, self.call.now)
    }

    /// What was answered, when that was a success; nothing when there is no such thing.
    pub(super) async fn found(
        &self,
        method: Method,
        url: &Url,
        body: Option<&Value>,
    ) -> Result<Option<Value>, DnsError> {
        let answer = self.ask(method, url, &[], body).await?;
        if answer.status.as_u16() == 404 {
            return Ok(None);
        }
        accepted(&answer, self.call.now).map(Some)
    }
}

/// The JSON of a success; one without a body is `null`.
pub(super) fn accepted(answer: &Answer, now: Ts) -> Result<Value, DnsError> {
    refused(answer, now)?;
    if answer.text.trim().is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(&answer.text).map_err(|_| not_understood(&answer.text))
}

/// An answer that says success and nothing else that is known.
pub(super) fn not_understood(text: &str) -> DnsError {
    DnsError::retry(format!("the provider's answer is not understood: {:?}", shortened(text.trim(), 200)))
}

/// A list in an answer that has to have one.
pub(super) fn list<'a>(value: &'a Value, key: &str) -> Result<&'a Vec<Value>, DnsError> {
    value[key].as_array().ok_or_else(|| not_understood(&value.to_string()))
}

/// What time can do about an answer; nothing about a success.
pub(super) fn refused(answer: &Answer, now: Ts) -> Result<(), DnsError> {
    let status = answer.status;
    if status.is_success() {
        return Ok(());
    }
    let after = answer.header(RETRY_AFTER.as_str()).and_then(|text| retry_after(text, now));
    let said = words(&answer.text);
    let said = if said.is_empty() { String::new() } else { format!(": {said}") };
    let detail = format!("the provider answered {}{said}", status.as_u16());
    if status.is_redirection() {
        return Err(DnsError::Refused(format!(
            "{detail}; redirections are not followed: give its own address"
        )));
    }
    Err(by_status(status.as_u16(), detail, after))
}

/// 4xx say that the request is wrong, but for those that speak of time, of load or of somebody who was faster.
fn by_status(status: u16, detail: String, after: Option<Duration>) -> DnsError {
    match status {
        408 | 409 | 412 | 423 | 425 | 429 | 500..=599 => DnsError::Retry { detail, after },
        _ => DnsError::Refused(detail),
    }
}

/// The provider's own words, from where the known ones have them.
pub(super) fn words(text: &str) -> String {
    const PLACES: [&str; 7] = [
        "/error/message",
        "/errors/0/message",
        "/error_description",
        "/message",
        "/detail",
        "/non_field_errors/0",
        "/error",
    ];
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    let found = PLACES.iter().find_map(|place| value.pointer(place).and_then(Value::as_str));
    shortened(found.unwrap_or(text).trim(), 300)
}

/// Further values of a name: the parts of a query.
pub(super) fn with_query(mut url: Url, pairs: &[(&str, &str)]) -> Url {
    url.query_pairs_mut().extend_pairs(pairs);
    url
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::StatusCode;
    use reqwest::header::{HeaderMap, HeaderValue};

    use super::*;
    use crate::bent::json_of;

    const KEYS: &[&str] =
        &["error", "errors", "message", "detail", "error_description", "non_field_errors", "records"];

    proptest! {
        #[test]
        fn whatever_a_provider_answers_is_read_or_says_what_came(
            status in 200_u16..600,
            text in prop_oneof![json_of(KEYS).prop_map(|value| value.to_string()), Just(String::new()), "\\PC{0,400}"],
            wait in "[ -~]{0,30}",
        ) {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::from_str(&wait).unwrap());
            let status = StatusCode::from_u16(status).unwrap();
            let answer = Answer { status, headers, text: text.clone() };
            match accepted(&answer, Ts::from_second(0)) {
                Ok(value) => {
                    prop_assert!(status.is_success());
                    let _ = list(&value, "records");
                }
                Err(error) => {
                    let told = error.to_string();
                    let names_it = told.contains(status.as_str()) || told.contains("not understood");
                    prop_assert!(names_it && told.chars().count() < 1_500, "{told}");
                }
            }
            prop_assert!(words(&text).chars().count() <= 301);
        }
    }

    fn answer(status: u16, text: &str, after: Option<&'static str>) -> Answer {
        let mut headers = HeaderMap::new();
        if let Some(after) = after {
            headers.insert(RETRY_AFTER, HeaderValue::from_static(after));
        }
        Answer { status: StatusCode::from_u16(status).unwrap(), headers, text: text.to_owned() }
    }

    #[test]
    fn load_and_time_are_tried_again_and_a_wrong_request_is_not() {
        let now = Ts::from_second(0);
        for status in [408, 409, 412, 429, 500, 502, 503] {
            let error = refused(&answer(status, "", Some("7")), now).unwrap_err();
            assert!(
                matches!(error, DnsError::Retry { after: Some(after), .. } if after.as_secs() == 7),
                "{status}"
            );
        }
        for status in [301, 400, 401, 403, 404, 422] {
            let error = refused(&answer(status, "no", None), now).unwrap_err();
            assert!(matches!(&error, DnsError::Refused(text) if text.contains("no")), "{status}");
        }
        assert!(refused(&answer(204, "", None), now).is_ok());
    }

    #[test]
    fn the_words_are_the_providers_own() {
        for (text, wanted) in [
            (r#"{"errors":[{"code":9109,"message":"Invalid access token"}]}"#, "Invalid access token"),
            (r#"{"id":"unauthorized","message":"Unable to authenticate you"}"#, "Unable to authenticate you"),
            (r#"{"error":{"code":"unauthorized","message":"unable"}}"#, "unable"),
            (r#"{"error":"invalid_client","error_description":"wrong secret"}"#, "wrong secret"),
            (r#"{"error":"forbidden"}"#, "forbidden"),
            (r#"{"detail":"Invalid token."}"#, "Invalid token."),
            ("<html>", "<html>"),
            ("", ""),
        ] {
            assert_eq!(words(text), wanted, "{text}");
        }
    }

    #[test]
    fn a_success_that_is_not_understood_is_none() {
        assert!(matches!(
            accepted(&answer(200, "<html>", None), Ts::from_second(0)),
            Err(DnsError::Retry { .. })
        ));
        assert_eq!(accepted(&answer(204, " ", None), Ts::from_second(0)), Ok(Value::Null));
        assert!(list(&Value::Null, "records").is_err());
    }
}
