//! What a handler takes from a request: body, query, ids, the caller, `If-Match`. Parsed at the edge, or refused
//! with the field's name.
//!
//! Not for: who may do what (`http/auth.rs`), or rules about values (ops). Invariant: what cannot be read is a 400
//! problem that names the field, by JSON pointer or as `?name`; nothing is silently ignored or clamped.

use std::{fmt, sync::Arc, time::Duration};

use axum::{
    body::Body as HttpBody,
    extract::{FromRequest, FromRequestParts, RawPathParams, Request},
};
use bytes::Bytes;
use certctl_api::{
    page::{DEFAULT_LIMIT, MAX_LIMIT},
    problem::FieldError,
};
use certctl_core::{
    actor::Actor,
    id::{AgentId, Id, Kind, SessionId},
    permission::Role,
};
use certctl_store::audit;
use http::{HeaderMap, HeaderValue, header, request::Parts};
use http_body_util::BodyExt as _;
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_path_to_error::Segment;

use crate::{app::App, error::Error};

/// The longest body.
pub const MAX_BODY: usize = 1024 * 1024;
/// The longest text in a body.
const MAX_TEXT: usize = 64 * 1024;
const NUL: &str = "the text holds the character U+0000";
/// The longest body that is read to its end, and dropped, so that its sender reads the refusal.
const MAX_DROPPED: usize = 16 * 1024 * 1024;
/// The longest that this may take.
const DROP_LIMIT: Duration = Duration::from_secs(10);

tokio::task_local! {
    static REQUEST_ID: Arc<str>;
}

/// Runs a future as the handling of one request, so that errors made in it carry its id.
pub async fn with_request_id<F: Future>(id: Arc<str>, future: F) -> F::Output {
    REQUEST_ID.scope(id, future).await
}

/// The id of the request that is being handled; empty outside of one.
pub fn current_request_id() -> String {
    REQUEST_ID.try_with(|id| id.to_string()).unwrap_or_default()
}

/// Who calls, and by which request. Put into the request by `http/auth.rs`.
#[derive(Debug, Clone)]
pub struct RequestContext {
    /// The request's id.
    pub request_id: Arc<str>,
    /// Who.
    pub actor: Actor,
    /// A person's or program's role; agents have none.
    pub role: Option<Role>,
    /// For people.
    pub name: String,
    /// The session, when the caller came with the cookie.
    pub session: Option<SessionId>,
}

impl RequestContext {
    /// For the audit event of what this request changes.
    pub fn audit(&self, app: &App) -> audit::Context {
        audit::Context {
            actor: self.actor.clone(),
            request_id: self.request_id.to_string(),
            random: Arc::clone(&app.random),
        }
    }

    /// The agent that calls; a fault of ours when the route was not registered for agents.
    pub fn agent(&self) -> Result<&AgentId, Error> {
        match &self.actor {
            Actor::Agent(id) => Ok(id),
            Actor::ApiKey(_) | Actor::System(_) | Actor::Anonymous => {
                Err(Error::internal("an agent's route was reached by somebody else"))
            }
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for RequestContext {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Error::internal("the route was registered without an access rule"))
    }
}

/// A JSON body. An empty body without a Content-Type reads as `{}`.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Error;
    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        let (parts, body) = request.into_parts();
        let bytes = read_body(&parts.headers, body).await?;
        if bytes.is_empty() && !parts.headers.contains_key(header::CONTENT_TYPE) {
            return from_json(b"{}").map(Self);
        }
        let found = parts.headers.get(header::CONTENT_TYPE).map_or("", |v| v.to_str().unwrap_or("?"));
        if !is_json(found) {
            return Err(Error::UnsupportedMediaType { found: found.chars().take(80).collect() });
        }
        // serde would take a list as the fields in their order.
        if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
            return Err(Error::bad_field("", "the body has to be a JSON object, not a list"));
        }
        from_json(&bytes).map(Self)
    }
}

/// Reads a body of at most [`MAX_BODY`] bytes. One that is somewhat longer is read to its end and dropped: a caller that
/// is still writing would see a broken connection instead of the answer.
///
/// # Errors
/// 413 when it is longer, 400 when it breaks off.
pub async fn read_body(headers: &HeaderMap, mut body: HttpBody) -> Result<Bytes, Error> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    let too_long = announced.is_some_and(|n| n > MAX_BODY);
    if too_long && (announced > Some(MAX_DROPPED) || headers.contains_key(header::EXPECT)) {
        return Err(Error::TooLarge { limit: MAX_BODY });
    }
    if !too_long {
        let mut bytes = Vec::with_capacity(announced.unwrap_or(0));
        while let Some(data) = next_data(&mut body).await? {
            bytes.extend_from_slice(&data);
            if bytes.len() > MAX_BODY {
                break;
            }
        }
        if bytes.len() <= MAX_BODY {
            return Ok(bytes.into());
        }
    }
    drop(tokio::time::timeout(DROP_LIMIT, drop_rest(body)).await);
    Err(Error::TooLarge { limit: MAX_BODY })
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
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let mut track = serde_path_to_error::Track::new();
    let value = T::deserialize(serde_path_to_error::Deserializer::new(&mut deserializer, &mut track));
    value.map_err(|error| {
        let detail = without_place(&error.to_string());
        Error::bad_field(pointer(&track.path(), &detail), detail)
    })
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

/// serde_json's messages end with ` at line 1 column 5`, and quote values in full.
fn without_place(message: &str) -> String {
    let message = message.rfind(" at line ").map_or(message, |at| &message[..at]);
    match message.char_indices().nth(300) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message.to_owned(),
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

fn quoted_after<'a>(detail: &'a str, begin: &str) -> Option<&'a str> {
    detail.strip_prefix(begin)?.split('`').next()
}

/// A name as a part of a JSON pointer (RFC 6901, section 3).
pub fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// The query. Its type refuses unknown fields (`deny_unknown_fields`); errors name the parameter as `?name`.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        from_query(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

/// Reads a query string into a type.
///
/// # Errors
/// 400.
pub fn from_query<T: DeserializeOwned>(query: &str) -> Result<T, Error> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query)
        .map_err(|error| Error::bad_field("?", format!("the query cannot be read: {error}")))?;
    for (at, (name, value)) in pairs.iter().enumerate() {
        if pairs.iter().take(at).any(|(earlier, _)| earlier == name) {
            return Err(Error::bad_field(format!("?{name}"), format!("{name} is given twice")));
        }
        if name.contains('\0') || value.contains('\0') {
            return Err(Error::bad_field(format!("?{name}"), NUL));
        }
    }
    let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let deserializer = serde::de::value::MapDeserializer::new(pairs.map(|(n, v)| (n, Text(v))));
    serde_path_to_error::deserialize::<_, T>(deserializer).map_err(|error| {
        let detail = without_place(&error.inner().to_string());
        let named =
            quoted_after(&detail, "unknown field `").or_else(|| quoted_after(&detail, "missing field `"));
        let name = match (named, error.path().iter().next()) {
            (Some(field), _) => field.to_owned(),
            (None, Some(Segment::Map { key })) => key.clone(),
            (None, _) => String::new(),
        };
        Error::bad_field(format!("?{name}"), detail)
    })
}

/// A parameter's value, read as whatever the field's type asks for.
#[derive(Clone, Copy)]
struct Text<'a>(&'a str);

impl<'de> serde::de::IntoDeserializer<'de, serde::de::value::Error> for Text<'de> {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! parsed {
    ($($method:ident $visit:ident $type:ty, $what:literal;)*) => { $(
        fn $method<V: serde::de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
            match self.0.parse::<$type>() {
                Ok(value) => visitor.$visit(value),
                Err(_) => Err(serde::de::Error::custom(format!("{:?} is not {}", self.0, $what))),
            }
        }
    )* };
}

impl<'de> Deserializer<'de> for Text<'de> {
    type Error = serde::de::value::Error;

    parsed! {
        deserialize_bool visit_bool bool, "true or false";
        deserialize_i64 visit_i64 i64, "a whole number";
        deserialize_i32 visit_i32 i32, "a whole number";
        deserialize_u64 visit_u64 u64, "a whole number from 0";
        deserialize_u32 visit_u32 u32, "a whole number from 0";
        deserialize_u16 visit_u16 u16, "a whole number from 0";
        deserialize_f64 visit_f64 f64, "a number";
    }

    fn deserialize_any<V: serde::de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_option<V: serde::de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: serde::de::Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: serde::de::Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_enum(serde::de::value::BorrowedStrDeserializer::new(self.0))
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i128 u8 u128 f32 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct
        identifier ignored_any
    }
}

/// The `limit` of a list: 1 to [`MAX_LIMIT`], [`DEFAULT_LIMIT`] when absent (with `#[serde(default)]`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(u32);

impl Limit {
    /// The number of items on the page.
    pub fn get(self) -> u32 {
        self.0
    }

    /// One more than the page, to learn whether another one follows.
    pub fn and_one(self) -> i64 {
        i64::from(self.0) + 1
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(DEFAULT_LIMIT)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let n = u32::deserialize(deserializer)?;
        if (1..=MAX_LIMIT).contains(&n) {
            Ok(Self(n))
        } else {
            Err(serde::de::Error::custom(format!("limit is {n}; it can be 1 to {MAX_LIMIT}")))
        }
    }
}

/// The id in the path, from its parameter `{id}`.
pub struct PathId<K: Kind>(pub Id<K>);

impl<K: Kind> fmt::Debug for PathId<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PathId({})", self.0)
    }
}

impl<K: Kind, S: Send + Sync> FromRequestParts<S> for PathId<K> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| Error::bad_field("{id}", "the path is not valid UTF-8"))?;
        let text = params
            .iter()
            .find_map(|(name, value)| (name == "id").then_some(value))
            .ok_or_else(|| Error::internal("the route has no {id} in its path"))?;
        text.parse().map(Self).map_err(|error: certctl_core::id::InvalidId| {
            let detail = error.to_string();
            let errors = vec![FieldError { pointer: "{id}".to_owned(), detail: detail.clone() }];
            Error::Malformed { detail, errors }
        })
    }
}

/// The revision that an update was made for, from `If-Match`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(Option<i64>);

impl IfMatch {
    /// The revision, when one was given.
    pub fn revision(self) -> Option<i64> {
        self.0
    }

    /// Refuses when the object is at another revision. Without the header, or with `*`, any is right.
    ///
    /// # Errors
    /// 412.
    pub fn check(self, revision: i64) -> Result<(), Error> {
        match self.0 {
            Some(wanted) if wanted != revision => Err(Error::PreconditionFailed { revision }),
            Some(_) | None => Ok(()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else { return Ok(Self(None)) };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Self(None));
        }
        text.strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
            .and_then(|revision| revision.parse().ok())
            .map(|revision| Self(Some(revision)))
            .ok_or_else(|| {
                Error::bad_field("If-Match:", "it is not an ETag that this server gave, such as \"3\"")
            })
    }
}

/// The `ETag` of an object's revision.
pub fn etag(revision: i64) -> (header::HeaderName, HeaderValue) {
    let value = HeaderValue::from_str(&format!("\"{revision}\""));
    (header::ETAG, value.unwrap_or_else(|_| HeaderValue::from_static("\"0\"")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use certctl_core::id::{Certificate, CertificateId};
    use http::StatusCode;

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

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct List {
        #[serde(default)]
        limit: Limit,
        total: Option<bool>,
        role: Option<Role>,
        id: Option<CertificateId>,
    }

    fn pointer_of(error: Error) -> (String, String) {
        assert_eq!(error.status(), StatusCode::BAD_REQUEST);
        match error {
            Error::Malformed { errors, detail } => {
                (errors.first().map(|e| e.pointer.clone()).unwrap_or_default(), detail)
            }
            other => panic!("{other:?}"),
        }
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
    fn query_errors_name_the_parameter() {
        let check = |query: &str, pointer: &str, detail: &str| {
            let (found, text) = pointer_of(from_query::<List>(query).unwrap_err());
            assert_eq!(found, pointer, "{query}: {text}");
            assert!(text.contains(detail), "{query}: {text}");
        };
        check("limt=5", "?limt", "unknown field");
        check("limit=0", "?limit", "1 to 500");
        check("limit=501", "?limit", "1 to 500");
        check("limit=many", "?limit", "whole number");
        check("limit=-1", "?limit", "whole number");
        check("total=yes", "?total", "true or false");
        check("role=king", "?role", "unknown variant");
        check("id=job-1", "?id", "not the id of a certificate");
        check("total=true&total=true", "?total", "given twice");
        check("id=mc-a%00", "?id", "U+0000");
    }

    #[test]
    fn a_good_query_is_read_with_its_defaults() {
        let list: List = from_query("total=true&role=viewer&id=mc-a").unwrap();
        assert_eq!(list.limit, Limit::default());
        assert_eq!((list.total, list.role), (Some(true), Some(Role::Viewer)));
        assert_eq!(list.id.unwrap().as_str(), "mc-a");
        assert_eq!(from_query::<List>("limit=500").unwrap().limit.get(), 500);
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
        for length in [None, Some(10 * MAX_BODY)] {
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

    #[tokio::test]
    async fn if_match_compares_revisions() {
        let check = async |value: &str, current: i64| {
            let request = http::Request::post("/").header(header::IF_MATCH, value).body(()).unwrap();
            let (mut parts, ()) = request.into_parts();
            let if_match = IfMatch::from_request_parts(&mut parts, &()).await?;
            if_match.check(current)
        };
        assert!(check("\"3\"", 3).await.is_ok());
        assert!(check("*", 3).await.is_ok());
        assert_eq!(check("\"2\"", 3).await.unwrap_err().status(), StatusCode::PRECONDITION_FAILED);
        assert_eq!(check("three", 3).await.unwrap_err().status(), StatusCode::BAD_REQUEST);
    }

    #[test]
    fn path_ids_show_their_text() {
        let id: CertificateId = "mc-a".parse().unwrap();
        assert_eq!(format!("{:?}", PathId::<Certificate>(id)), "PathId(mc-a)");
    }
}
