//! The steps of a connection test: what each found and how long it took.
//!
//! Not for: what is tested. Invariant: a step that failed has no value, so that what follows cannot go on with it.

use certctl_api::issuers::TestStep;
use certctl_core::time::Ts;

use crate::app::App;

/// Notes how a step went; gives its value when it went well.
pub(crate) fn step<T>(
    app: &App,
    steps: &mut Vec<TestStep>,
    name: &str,
    started: Ts,
    outcome: Result<(T, String), String>,
) -> Option<T> {
    let milliseconds = i64::try_from(app.now().since(started).as_millis()).unwrap_or(i64::MAX);
    let (value, ok, detail) = match outcome {
        Ok((value, detail)) => (Some(value), true, detail),
        Err(detail) => (None, false, detail),
    };
    steps.push(TestStep { name: name.to_owned(), ok, milliseconds, detail });
    value
}
