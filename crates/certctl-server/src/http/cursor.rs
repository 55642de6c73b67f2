//! Cursors of lists: opaque to callers, the sort key of the last row inside.
//!
//! Invariant: a cursor that was not made here is a 400, never an empty page.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::Error;
use crate::request::Limit;

/// The refusal of a cursor.
pub fn bad() -> Error {
    Error::bad_field("?cursor", "this is not a cursor of this list: take next_cursor from the page before")
}

/// A cursor of two parts.
pub fn encode_pair(first: &str, second: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{first}\n{second}"))
}

/// The two parts.
///
/// # Errors
/// 400 when it is no cursor.
pub fn decode_pair(text: &str) -> Result<(String, String), Error> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| bad())?;
    let text = String::from_utf8(bytes).map_err(|_| bad())?;
    let (first, second) = text.split_once('\n').ok_or_else(bad)?;
    Ok((first.to_owned(), second.to_owned()))
}

/// The one part; empty without a cursor.
///
/// # Errors
/// 400 when it is no cursor.
pub fn decode_one(text: Option<&str>) -> Result<String, Error> {
    match text {
        None => Ok(String::new()),
        Some(text) => decode_pair(text).map(|(one, _)| one),
    }
}

/// Cuts the row too many off a page that was read with one more than its limit, and gives the next cursor.
pub fn cut<T>(rows: &mut Vec<T>, limit: Limit, key: impl Fn(&T) -> String) -> Option<String> {
    let limit = usize::try_from(limit.get()).unwrap_or(usize::MAX);
    if rows.len() <= limit {
        return None;
    }
    rows.truncate(limit);
    rows.last().map(|row| encode_pair(&key(row), ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_round_trips_and_others_are_refused() {
        assert_eq!(decode_pair(&encode_pair("a", "b")).unwrap(), ("a".to_owned(), "b".to_owned()));
        assert_eq!(decode_one(None).unwrap(), "");
        for wrong in ["", "!", "YWJj"] {
            assert!(decode_pair(wrong).is_err(), "{wrong}");
        }
    }
}
