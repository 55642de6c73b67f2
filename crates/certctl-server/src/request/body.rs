//! Bodies: how long, of which type, and JSON with errors that name the field by its pointer (RFC 6901).
//!
//! Not for: bodies where a route takes none (`http/inputs.rs`). Invariant: no more bytes of a body than the limit are
//! kept, whatever is announced.

use std::time::Duration;

use axum::{
    body::Body as HttpBody,
    extract::{FromRequest, Request},
};
use bytes::Bytes;
use http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use serde::{Deserializer, Serialize, de::DeserializeOwned};
use serde_path_to_error::Segment;

use super::{NUL, quoted_after, without_place};
use crate::error::Error;

/// The longest text in a body.
const MAX_TEXT: usize = 64 * 1024;
/// The longest body that is read to its end, and dropped, so that its sender reads the refusal.
const MAX_DROPPED: usize = 16 * 1024 * 1024;
/// The longest that this may take.
const DROP_LIMIT: Duration = Duration::from_secs(10);

/// A JSON body. An empty body without a Content-Type reads as `{}`.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Error;
    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        from_json(&read_object(request).await?).map(Self)
    }
}

/// A JSON merge patch (RFC 7396), read as [`Body`] is. Its null takes away what may be absent; where nothing may be absent it
/// would do nothing, and is refused.
#[derive(Debug)]
pub struct Patch<T>(pub T);

impl<T: DeserializeOwned + Serialize, S: Send + Sync> FromRequest<S> for Patch<T> {
    type Rejection = Error;
    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        let bytes = read_object(request).await?;
        let patch = from_json(&bytes)?;
        refuse_nulls(&bytes, &patch)?;
        Ok(Self(patch))
    }
}

/// The bytes of a body that begins like an object.
async fn read_object(request: Request) -> Result<Bytes, Error> {
    let (parts, body) = request.into_parts();
    let bytes = read_body(&parts.headers, body).await?;
    if bytes.is_empty() && !parts.headers.contains_key(header::CONTENT_TYPE) {
        return Ok(Bytes::from_static(b"{}"));
    }
    let found = parts.headers.get(header::CONTENT_TYPE).map_or("", |v| v.to_str().unwrap_or("?"));
    if !is_json(found) {
        return Err(Error::UnsupportedMediaType { found: found.chars().take(80).collect() });
    }
    // serde would take a list as the fields in their order.
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
        return Err(Error::bad_field("", "the body has to be a JSON object, not a list"));
    }
    Ok(bytes)
}

/// Refuses nulls that the patch has no place for: what was read is written without them.
fn refuse_nulls<T: Serialize>(bytes: &[u8], patch: &T) -> Result<(), Error> {
    const NULL: &[u8] = b"null";
    if !bytes.windows(NULL.len()).any(|window| window == NULL) {
        return Ok(());
    }
    let Ok(serde_json::Value::Object(sent)) = serde_json::from_slice(bytes) else { return Ok(()) };
    let kept = serde_json::to_value(patch).map_err(Error::internal)?;
    match sent.iter().find(|(name, value)| value.is_null() && kept.get(name).is_none()) {
        Some((name, _)) => Err(Error::bad_field(
            format!("/{}", escape(name)),
            format!("null would take {name} away, and it cannot be absent: leave it out to keep it"),
        )),
        None => Ok(()),
    }
}

/// Reads a body of at most `max_body_bytes`. One that is somewhat longer is read to its end and dropped: a caller that
/// is still writing would see a broken connection instead of the answer.
///
/// # Errors
/// 413 when it is longer, 400 when it breaks off.
pub async fn read_body(headers: &HeaderMap, mut body: HttpBody) -> Result<Bytes, Error> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    let limit = super::current_max_body();
    let too_long = announced.is_some_and(|n| n > limit);
    if too_long && (announced > Some(MAX_DROPPED) || headers.contains_key(header::EXPECT)) {
        return Err(Error::TooLarge { limit });
    }
    if !too_long {
        let mut bytes = Vec::with_capacity(announced.unwrap_or(0));
        while let Some(data) = next_data(&mut body).await? {
            bytes.extend_from_slice(&data);
            if bytes.len() > limit {
                break;
            }
        }
        if bytes.len() <= limit {
            return Ok(bytes.into());
        }
    }
    drop(tokio::time::timeout(DROP_LIMIT, drop_rest(body)).await);
    Err(Error::TooLarge { limit })
}

async fn next_data(body: &mut HttpBody) -> Result<Option<Bytes>, Error> {
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Error::bad_field("", "the body broke off before its end"))?;
        // Trailers say nothing here.
        if let Ok(data) = frame.into_data() {
            return Ok(Some(data));
        }
    }
    Ok(None)
}

async fn drop_rest(mut body: HttpBody) {
    let mut dropped = 0;
    while dropped < MAX_DROPPED
        && let Ok(Some(data)) = next_data(&mut body).await
    {
        dropped += data.len();
    }
}

fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
        || essence.eq_ignore_ascii_case("application/merge-patch+json")
}

/// Reads JSON into a type; errors name the field by its pointer.
///
/// # Errors
/// 400.
pub fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    // First of all, so that what goes wrong after it is a field's fault: serde_json calls some values of a wrong type a
    // mistake in the JSON.
    if let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(bytes) {
        return Err(Error::bad_field("", format!("the body is not JSON: {error}")));
    }
    refuse_texts(bytes)?;
    let error = match read(&mut serde_json::Deserializer::from_slice(bytes)) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    // 60.0 is a whole number in JSON Schema, and some languages write whole numbers so. Rare: read the body again.
    if let Error::Malformed { detail, .. } = &error
        && detail.contains("invalid type: floating point")
        && let Ok(mut value) = serde_json::from_slice(bytes)
        && whole_numbers(&mut value)
    {
        return read(value);
    }
    Err(error)
}

fn read<'de, T: DeserializeOwned, D: Deserializer<'de>>(deserializer: D) -> Result<T, Error> {
    let mut track = serde_path_to_error::Track::new();
    let value = T::deserialize(serde_path_to_error::Deserializer::new(deserializer, &mut track));
    value.map_err(|error| {
        let detail = without_place(&error.to_string());
        Error::bad_field(pointer(&track.path(), &detail), detail)
    })
}

/// Turns numbers such as 60.0 into whole ones; whether there were any.
fn whole_numbers(value: &mut serde_json::Value) -> bool {
    // Each of them, not only up to the first.
    fn all<'a>(values: impl Iterator<Item = &'a mut serde_json::Value>) -> bool {
        values.map(whole_numbers).filter(|turned| *turned).count() > 0
    }
    match value {
        serde_json::Value::Number(number) => {
            // The text of a float without a fraction ends in `.0`, up to where floats have no fractions any more.
            let whole = number.to_string().strip_suffix(".0").and_then(|text| text.parse::<i64>().ok());
            let Some(whole) = whole.filter(|_| number.is_f64()) else { return false };
            *number = whole.into();
            true
        }
        serde_json::Value::Array(items) => all(items.iter_mut()),
        serde_json::Value::Object(fields) => all(fields.values_mut()),
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::String(_) => false,
    }
}

/// PostgreSQL cannot keep the character U+0000 in a text, and nobody needs it; nor a text that is longer than any CSR.
fn refuse_texts(bytes: &[u8]) -> Result<(), Error> {
    const ESCAPE: &[u8] = b"\\u0000";
    if bytes.len() <= MAX_TEXT && !bytes.windows(ESCAPE.len()).any(|window| window == ESCAPE) {
        return Ok(());
    }
    // Rare: look at the strings themselves. What nests too deep for this fails later, with a better error.
    let Ok(value) = serde_json::from_slice(bytes) else { return Ok(()) };
    match bad_text(&value, String::new()) {
        Some((pointer, detail)) => Err(Error::bad_field(pointer, detail)),
        None => Ok(()),
    }
}

fn bad_text(value: &serde_json::Value, at: String) -> Option<(String, String)> {
    match value {
        serde_json::Value::String(text) if text.contains('\0') => Some((at, NUL.to_owned())),
        serde_json::Value::String(text) if text.len() > MAX_TEXT => {
            Some((at, format!("the text has {} bytes; at most {MAX_TEXT} are read", text.len())))
        }
        serde_json::Value::Array(items) => {
            items.iter().enumerate().find_map(|(i, item)| bad_text(item, format!("{at}/{i}")))
        }
        serde_json::Value::Object(fields) => fields.iter().find_map(|(name, item)| {
            if name.contains('\0') {
                Some((at.clone(), NUL.to_owned()))
            } else {
                bad_text(item, format!("{at}/{}", escape(name)))
            }
        }),
        serde_json::Value::String(_)
        | serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_) => None,
    }
}

/// The place of an error as a JSON pointer (RFC 6901). A missing field is named itself, not its parent.
fn pointer(path: &serde_path_to_error::Path, detail: &str) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } | Segment::Enum { variant: key } => {
                pointer.push('/');
                pointer.push_str(&escape(key));
            }
            Segment::Unknown => {}
        }
    }
    if let Some(field) = quoted_after(detail, "missing field `") {
        pointer.push('/');
        pointer.push_str(&escape(field));
    } else if let Some(field) = quoted_after(detail, "unknown field `")
        && !pointer.ends_with(&format!("/{}", escape(field)))
    {
        pointer.push('/');
        pointer.push_str(&escape(field));
    }
    pointer
}

/// A name as a part of a JSON pointer (RFC 6901, section 3).
pub fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::super::tests::pointer_of;
    use super::*;
    use certctl_core::id::CertificateId;
    use http::StatusCode;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        id: CertificateId,
        #[serde(default)]
        inner: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[expect(dead_code, reason = "only its reading is tested")]
        n: u8,
    }

    #[test]
    fn a_null_that_takes_nothing_away_is_refused() {
        use certctl_api::certificates::UpdateCertificate;
        let check = |json: &str| {
            let patch: UpdateCertificate = from_json(json.as_bytes()).unwrap();
            refuse_nulls(json.as_bytes(), &patch).map_err(|error| pointer_of(error).0)
        };
        assert_eq!(check(r#"{"owner_id":null,"environment":null,"name":"null"}"#), Ok(()));
        assert_eq!(check(r#"{"policy_override":{"point":null}}"#), Ok(()));
        assert_eq!(check("{}"), Ok(()));
        assert_eq!(check(r#"{"owner_id":null,"tags":null}"#), Err("/tags".to_owned()));
        assert_eq!(check(r#"{"name":null}"#), Err("/name".to_owned()));
    }

    #[test]
    fn body_errors_name_the_field_by_pointer() {
        let check = |json: &str, pointer: &str, detail: &str| {
            let (found, text) = pointer_of(from_json::<Sample>(json.as_bytes()).unwrap_err());
            assert_eq!(found, pointer, "{json}: {text}");
            assert!(text.contains(detail), "{json}: {text}");
        };
        check(r#"{"id":"mc-a","extra":1}"#, "/extra", "unknown field");
        check(r#"{"id":"mc-a","inner":[{"n":1},{"n":"x"}]}"#, "/inner/1/n", "invalid type");
        check(r#"{"id":"mc-a","inner":[{"n":1,"a/b":2}]}"#, "/inner/0/a~1b", "unknown field");
        check(r#"{"id":"job-a"}"#, "/id", "not the id of a certificate");
        check(r#"{"inner":[]}"#, "/id", "missing field");
        check(r#"{"id":"mc-a","inner":[{}]}"#, "/inner/0/n", "missing field");
        check(r#"{"id":"mc-a\u0000"}"#, "/id", "U+0000");
        check(r#""text""#, "", "invalid");
        check("{", "", "not JSON");
        check("", "", "not JSON");
        check(r#"{"id":"mc-a"} x"#, "", "not JSON");
        check(r#"{"id":"mc-a","inner":7}"#, "/inner", "invalid type");
        check(&format!(r#"{{"id":"{}"}}"#, "x".repeat(MAX_TEXT + 1)), "/id", "at most");
    }

    #[test]
    fn a_good_body_and_a_harmless_backslash_are_read() {
        let sample: Sample = from_json(br#"{"id":"mc-a","inner":[{"n":7}]}"#).unwrap();
        assert_eq!((sample.id.as_str(), sample.inner.len()), ("mc-a", 1));
        let text: String = from_json(br#""a\\u0000b""#).unwrap();
        assert_eq!(text, r"a\u0000b");
    }

    #[test]
    fn a_whole_number_may_be_written_with_a_point() {
        let sample: Sample = from_json(br#"{"id":"mc-a","inner":[{"n":7.0}]}"#).unwrap();
        assert_eq!(sample.inner.len(), 1);
        for wrong in ["7.5", "-7.0", "1e3", "1e300", "256.0"] {
            let body = format!(r#"{{"id":"mc-a","inner":[{{"n":{wrong}}}]}}"#);
            let (found, _) = pointer_of(from_json::<Sample>(body.as_bytes()).unwrap_err());
            assert_eq!(found, "/inner/0/n", "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_long_body_is_413_whether_announced_or_not() {
        let request = |length: Option<usize>| {
            let body = HttpBody::from_stream(futures_util::stream::repeat_with(|| {
                Ok::<_, std::io::Error>(Bytes::from_static(&[b' '; 65_536]))
            }));
            let mut request = http::Request::post("/").header(header::CONTENT_TYPE, "application/json");
            if let Some(length) = length {
                request = request.header(header::CONTENT_LENGTH, length);
            }
            request.body(body).unwrap()
        };
        for length in [None, Some(10 * super::super::DEFAULT_MAX_BODY)] {
            let error = Body::<Sample>::from_request(request(length), &()).await.unwrap_err();
            assert_eq!(error.status(), StatusCode::PAYLOAD_TOO_LARGE);
        }
    }

    #[tokio::test]
    async fn another_content_type_is_415() {
        let request = http::Request::post("/")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(HttpBody::from("id=mc-a"))
            .unwrap();
        let error = Body::<Sample>::from_request(request, &()).await.unwrap_err();
        assert_eq!(error.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
}
