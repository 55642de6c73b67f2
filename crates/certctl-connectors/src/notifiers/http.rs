//! HTTP for the kinds that speak it: one request, a short answer, and what time can do about a refusal.
//!
//! Not for: what is sent, or the way outside ([`crate::outside`]). Invariant: an error names neither the URL nor a header,
//! because both may be secrets.

use std::time::Duration;

use certctl_core::notification::{Receipt, retry_after};
use certctl_core::time::Ts;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Method, Url};
use serde_json::Value;

use super::{SendError, shortened};
use crate::guard::Unreachable;
pub(super) use crate::outside::{Answer, Endpoint, chain, common_fields, headers, parse_pem};
use crate::outside::{NoAnswer, Outside};

impl From<NoAnswer> for SendError {
    fn from(error: NoAnswer) -> Self {
        match error {
            NoAnswer::Failed(detail) => Self::Retry(detail),
            NoAnswer::Barred(detail) => Self::Refused(detail),
        }
    }
}

impl From<Unreachable> for SendError {
    fn from(error: Unreachable) -> Self {
        NoAnswer::from(error).into()
    }
}

impl Outside {
    /// Posts JSON and gives what was answered, when that was a success.
    pub(super) async fn post(
        &self,
        endpoint: &Endpoint,
        url: &Url,
        headers: HeaderMap,
        body: Vec<u8>,
        now: Ts,
    ) -> Result<Answer, SendError> {
        let answer = self.ask(endpoint, Method::POST, url, headers, body).await?;
        let after = answer.header(RETRY_AFTER.as_str()).and_then(|text| retry_after(text, now));
        match refusal(&answer, after) {
            None => Ok(answer),
            Some(error) => Err(error),
        }
    }
}

impl Answer {
    /// For receipts: `HTTP 202`.
    pub(super) fn status_line(&self) -> String {
        format!("HTTP {}", self.status.as_u16())
    }

    /// A text field of a JSON answer.
    pub(super) fn field(&self, name: &str) -> Option<String> {
        let value: Value = serde_json::from_str(&self.text).ok()?;
        value[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    }
}

/// What was answered, as a receipt.
///
/// # Errors
/// [`SendError::Retry`] when it says nothing, which an answer of HTTP never does.
pub(super) fn receipt(text: &str) -> Result<Receipt, SendError> {
    Receipt::new(text).ok_or_else(|| SendError::Retry("the receiver said nothing".to_owned()))
}

/// What time can do about an answer; nothing about a success.
fn refusal(answer: &Answer, after: Option<Duration>) -> Option<SendError> {
    let status = answer.status;
    if status.is_success() {
        return None;
    }
    let said = shortened(answer.text.trim(), 200);
    let said = if said.is_empty() { String::new() } else { format!(": {said}") };
    let detail = format!("the receiver answered {}{said}", status.as_u16());
    if status.is_redirection() {
        return Some(SendError::Refused(format!(
            "{detail}; redirections are not followed: give its own address"
        )));
    }
    // Those that say the message itself is wrong, or the receiver gone for good. 401, 403 and 404 are often a receiver
    // that is being set up anew.
    let is_final = matches!(status.as_u16(), 400 | 405 | 406 | 410 | 411 | 413 | 415 | 422);
    match after {
        _ if is_final => Some(SendError::Refused(detail)),
        Some(after) => Some(SendError::Later { detail, after }),
        None => Some(SendError::Retry(detail)),
    }
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;

    use super::*;

    #[test]
    fn a_receiver_that_is_set_up_anew_is_asked_again_and_a_wrong_message_is_not() {
        let answer = |status: u16| Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            text: "no".to_owned(),
        };
        let minute = Some(Duration::from_secs(60));
        assert!(refusal(&answer(204), None).is_none());
        for status in [401, 403, 404, 408, 500, 503] {
            assert!(matches!(refusal(&answer(status), None), Some(SendError::Retry(_))), "{status}");
        }
        for status in [301, 307, 400, 410, 413] {
            assert!(matches!(refusal(&answer(status), minute), Some(SendError::Refused(_))), "{status}");
        }
        assert!(matches!(refusal(&answer(429), minute), Some(SendError::Later { .. })));
    }
}
