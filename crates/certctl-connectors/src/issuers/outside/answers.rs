//! What the kinds that speak HTTP share: how long an answer asks to wait, and the steps of a test with their times.
//!
//! Not for: what an answer means (each kind). Invariant: a step that failed says why, and those after it are skipped.

use std::future::Future;
use std::time::{Duration, Instant};

use certctl_core::authority::TestStepState;
use certctl_core::notification::retry_after;
use certctl_core::time::Ts;
use reqwest::header::RETRY_AFTER;

use super::{AuthorityError, TestStep, shortened};
use crate::outside::Answer;

/// The longest that an authority is left alone because it asks for it: beyond it people are asked sooner.
const MAX_AFTER: Duration = Duration::from_secs(24 * 3_600);

/// For how long an answer asks to be left alone (RFC 9110, section 10.2.3).
pub(in crate::issuers) fn after(answer: &Answer, now: Ts) -> Option<Duration> {
    let asked = answer.header(RETRY_AFTER.as_str()).and_then(|text| retry_after(text, now));
    asked.map(|after| after.min(MAX_AFTER))
}

/// An answer that says success and nothing else that is known.
pub(in crate::issuers) fn not_understood(text: &str) -> AuthorityError {
    AuthorityError::retry(format!(
        "the authority's answer is not understood: {:?}",
        shortened(text.trim(), 200)
    ))
}

/// The steps of a test, one after the other.
#[derive(Debug, Default)]
pub(in crate::issuers) struct Steps {
    taken: Vec<TestStep>,
    failed: bool,
}

impl Steps {
    /// Takes a step, unless one before it failed: what came of it for the next ones, and what people are told.
    pub(in crate::issuers) async fn take<T>(
        &mut self,
        name: &'static str,
        title: &'static str,
        doing: impl Future<Output = Result<(T, String), AuthorityError>>,
    ) -> Option<T> {
        if self.failed {
            self.skip(name, title, "a step before it failed");
            return None;
        }
        let begun = Instant::now();
        let outcome = doing.await;
        let milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (state, detail, found) = match outcome {
            Ok((found, detail)) => (TestStepState::Ok, detail, Some(found)),
            Err(error) => (TestStepState::Failed, error.to_string(), None),
        };
        self.failed |= found.is_none();
        self.taken.push(TestStep { name, title, state, detail, milliseconds });
        found
    }

    /// Notes a step that is not taken.
    pub(in crate::issuers) fn skip(&mut self, name: &'static str, title: &'static str, why: &str) {
        let (state, detail) = (TestStepState::Skipped, why.to_owned());
        self.taken.push(TestStep { name, title, state, detail, milliseconds: 0 });
    }

    pub(in crate::issuers) fn finish(self) -> Vec<TestStep> {
        self.taken
    }
}
