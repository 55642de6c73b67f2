//! What an ACME server says when it refuses (RFC 8555, section 6.7), and what time can do about it.
//!
//! | answer | for a request of its own | for an order |
//! |---|---|---|
//! | 408, 425, 429, 5xx, `badNonce`, `rateLimited`, `serverInternal`, `orderNotReady` | try again | try again |
//! | `badCSR`, `badPublicKey`, and what is wrong with the account | refused | refused |
//! | anything else | refused | this order is lost |
//!
//! Not for: challenges that failed (`order`). Invariant: the words are the server's own, with its word for each name.

use std::time::Duration;

use certctl_core::time::Ts;
use serde_json::Value;

use crate::issuers::outside::AuthorityError;
use crate::issuers::outside::answers::after;
use crate::outside::{Answer, shortened};

const PREFIX: &str = "urn:ietf:params:acme:error:";
/// The most subproblems that people are told.
const MAX_TOLD: usize = 10;

/// An answer that is no success.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    status: u16,
    kind: String,
    detail: String,
    after: Option<Duration>,
}

impl Refusal {
    /// Nothing for a success.
    pub(super) fn of(answer: &Answer, now: Ts) -> Option<Self> {
        if answer.status.is_success() {
            return None;
        }
        let status = answer.status.as_u16();
        let value: Value = serde_json::from_str(&answer.text).unwrap_or_default();
        let kind = kind(&value);
        let said = if value.is_object() { words(&value) } else { shortened(answer.text.trim(), 300) };
        let mut detail = format!("the authority answered {status}");
        if !kind.is_empty() {
            detail.push_str(&format!(" ({kind})"));
        }
        if !said.is_empty() {
            detail.push_str(&format!(": {said}"));
        }
        if answer.status.is_redirection() {
            detail.push_str("; redirections are not followed: give the directory's own address");
        }
        if kind == "userActionRequired"
            && let Some(url) = links(answer, "terms-of-service").first()
        {
            detail.push_str(&format!("; see {url}"));
        }
        Some(Self { status, kind, detail, after: after(answer, now) })
    }

    /// Whether it is of a type of RFC 8555, section 6.7.
    pub(super) fn is(&self, kind: &str) -> bool {
        self.kind == kind
    }

    pub(super) fn status(&self) -> u16 {
        self.status
    }

    /// Whether another try of the same may help.
    pub(super) fn can_time_mend(&self) -> bool {
        matches!(self.status, 408 | 425 | 429 | 500..=599)
            || matches!(self.kind.as_str(), "badNonce" | "rateLimited" | "serverInternal" | "orderNotReady")
    }

    /// For a request of its own.
    pub(super) fn error(self) -> AuthorityError {
        if self.can_time_mend() {
            let limited = self.status == 429 || self.is("rateLimited");
            return AuthorityError::Retry { detail: self.detail, after: self.after, limited };
        }
        AuthorityError::Refused(self.detail)
    }

    /// For one that belongs to an order: what a new order could mend loses this one.
    pub(super) fn of_order(self) -> AuthorityError {
        let is_final = matches!(
            self.kind.as_str(),
            "badCSR"
                | "badPublicKey"
                | "badSignatureAlgorithm"
                | "accountDoesNotExist"
                | "externalAccountRequired"
                | "userActionRequired"
        );
        if self.can_time_mend() || is_final {
            return self.error();
        }
        AuthorityError::OrderFailed(self.detail)
    }
}

/// The type of a problem document, in short.
fn kind(problem: &Value) -> String {
    let text = problem["type"].as_str().unwrap_or_default();
    let short = text.strip_prefix(PREFIX).unwrap_or(text);
    if short == "about:blank" { String::new() } else { shortened(short, 80) }
}

/// What a problem document says: its detail, and that of each of its parts with the name that it is about.
pub(super) fn words(problem: &Value) -> String {
    let detail = problem["detail"].as_str().or_else(|| problem["title"].as_str()).unwrap_or_default();
    let mut text = shortened(detail.trim(), 500);
    for part in problem["subproblems"].as_array().into_iter().flatten().take(MAX_TOLD) {
        let name = part["identifier"]["value"].as_str().unwrap_or("?");
        let said = part["detail"].as_str().map_or_else(|| kind(part), |said| shortened(said.trim(), 300));
        if !text.is_empty() {
            text.push_str("; ");
        }
        text.push_str(&format!("{}: {said}", shortened(name, 255)));
    }
    text
}

/// The type and the words of a problem that is part of an object.
pub(super) fn told(problem: &Value) -> String {
    let (kind, said) = (kind(problem), words(problem));
    match (kind.is_empty(), said.is_empty()) {
        (false, false) => format!("{said} ({kind})"),
        (true, _) => said,
        (false, true) => kind,
    }
}

/// The targets of `Link` headers of one relation (RFC 8288).
pub(super) fn links(answer: &Answer, relation: &str) -> Vec<String> {
    let mut found = Vec::new();
    for header in answer.headers.get_all("link") {
        // Every part but the first begins behind the `<` of its target; a comma in a target is no end.
        for part in header.to_str().unwrap_or_default().split('<').skip(1) {
            let Some((target, parameters)) = part.split_once('>') else { continue };
            let parameters = parameters.trim().trim_end_matches(',');
            let is_of = |parameter: &str| {
                let (name, value) = parameter.trim().split_once('=').unwrap_or_default();
                name.trim().eq_ignore_ascii_case("rel")
                    && value.trim().trim_matches('"').split(' ').any(|one| one.eq_ignore_ascii_case(relation))
            };
            if parameters.split(';').any(is_of) {
                found.push(target.to_owned());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::StatusCode;
    use reqwest::header::{HeaderMap, HeaderValue};
    use serde_json::json;

    use super::*;

    fn answer(status: u16, text: &str, headers: &[(&'static str, &'static str)]) -> Answer {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        Answer { status: StatusCode::from_u16(status).unwrap(), headers: map, text: text.to_owned() }
    }

    fn refusal(status: u16, kind: &str) -> Refusal {
        let body = json!({ "type": format!("{PREFIX}{kind}"), "detail": "its words" });
        Refusal::of(&answer(status, &body.to_string(), &[("retry-after", "7")]), Ts::from_second(0)).unwrap()
    }

    #[test]
    fn what_time_can_do_depends_on_the_type_and_on_the_order() {
        #[derive(Debug, PartialEq)]
        enum Is {
            Retry,
            Limited,
            Lost,
            Refused,
        }
        let what = |error: AuthorityError| {
            assert!(error.to_string().contains("its words"), "{error}");
            match error {
                AuthorityError::Retry { limited, after, .. } => {
                    assert_eq!(after, Some(Duration::from_secs(7)));
                    if limited { Is::Limited } else { Is::Retry }
                }
                AuthorityError::OrderFailed(_) => Is::Lost,
                AuthorityError::Refused(_) => Is::Refused,
            }
        };
        for (status, kind, alone, of_order) in [
            (500, "serverInternal", Is::Retry, Is::Retry),
            (503, "rateLimited", Is::Limited, Is::Limited),
            (429, "rateLimited", Is::Limited, Is::Limited),
            (429, "malformed", Is::Limited, Is::Limited),
            (502, "", Is::Retry, Is::Retry),
            (400, "badNonce", Is::Retry, Is::Retry),
            (403, "orderNotReady", Is::Retry, Is::Retry),
            (400, "badCSR", Is::Refused, Is::Refused),
            (400, "badPublicKey", Is::Refused, Is::Refused),
            (403, "userActionRequired", Is::Refused, Is::Refused),
            (403, "externalAccountRequired", Is::Refused, Is::Refused),
            (403, "unauthorized", Is::Refused, Is::Lost),
            (403, "rejectedIdentifier", Is::Refused, Is::Lost),
            (403, "caa", Is::Refused, Is::Lost),
            (404, "malformed", Is::Refused, Is::Lost),
        ] {
            assert_eq!(what(refusal(status, kind).error()), alone, "{status} {kind}");
            assert_eq!(what(refusal(status, kind).of_order()), of_order, "{status} {kind}");
        }
    }

    #[test]
    fn the_words_have_each_name() {
        let body = json!({
            "type": format!("{PREFIX}compound"), "detail": "2 are wrong",
            "subproblems": [
                { "type": format!("{PREFIX}caa"), "detail": "CAA says no", "identifier": { "type": "dns", "value": "a.test" } },
                { "type": format!("{PREFIX}dns"), "identifier": { "type": "dns", "value": "b.test" } },
            ],
        });
        let found = Refusal::of(&answer(403, &body.to_string(), &[]), Ts::from_second(0)).unwrap();
        assert_eq!(
            found.error().to_string(),
            "the authority answered 403 (compound): 2 are wrong; a.test: CAA says no; b.test: dns"
        );
        let found = Refusal::of(&answer(502, "<html>bad gateway", &[]), Ts::from_second(0)).unwrap();
        assert_eq!(found.error().to_string(), "the authority answered 502: <html>bad gateway");
        assert!(Refusal::of(&answer(200, "", &[]), Ts::from_second(0)).is_none());
    }

    proptest! {
        #[test]
        fn whatever_a_server_answers_has_words_of_a_bounded_length(
            status in 300_u16..600, text in ".{0,2000}", header in "[ -~]{0,200}",
        ) {
            let mut headers = HeaderMap::new();
            headers.append("link", HeaderValue::from_str(&header).unwrap());
            headers.append("retry-after", HeaderValue::from_str(&header).unwrap());
            let answer = Answer { status: StatusCode::from_u16(status).unwrap(), headers, text };
            let words = Refusal::of(&answer, Ts::from_second(0)).unwrap().of_order().to_string();
            prop_assert!(words.contains(&status.to_string()) && words.chars().count() < 1_000);
            for link in links(&answer, "alternate") {
                prop_assert!(header.contains(&link));
            }
        }
    }

    #[test]
    fn links_are_found_by_their_relation() {
        let answer = answer(
            200,
            "",
            &[
                ("link", "<https://ca.test/dir>;rel=\"index\""),
                ("link", "<https://ca.test/1>;rel=\"alternate\", <https://ca.test/2,3>; rel=alternate"),
                ("link", "broken"),
            ],
        );
        assert_eq!(links(&answer, "index"), ["https://ca.test/dir"]);
        assert_eq!(links(&answer, "alternate"), ["https://ca.test/1", "https://ca.test/2,3"]);
        assert!(links(&answer, "up").is_empty());
    }
}
