//! What a handler takes from a request: body, query, ids, the caller, `If-Match`. Parsed at the edge, or refused
//! with the field's name.
//!
//! Not for: who may do what (`http/auth.rs`), or rules about values (ops). Invariant: what cannot be read is a 400
//! problem that names the field, by JSON pointer or as `?name`; nothing is silently ignored or clamped.

mod body;
mod query;

use std::{fmt, sync::Arc};

use axum::extract::{FromRequestParts, RawPathParams};
use certctl_core::{
    actor::Actor,
    id::{AgentId, Id, Kind, SessionId},
    permission::{Role, Scope},
    time::Ts,
};
use certctl_store::audit;
use http::{HeaderValue, header, request::Parts};

pub use self::{
    body::{Body, Patch, escape, from_json, read_body},
    query::{AnyOf, Filter, Limit, Query, from_pairs, from_query},
};
use crate::{
    app::App,
    error::{Error, FieldError},
};

const NUL: &str = "the text holds the character U+0000";

/// The longest body where no setting says otherwise.
pub(crate) const DEFAULT_MAX_BODY: usize = 1024 * 1024;

tokio::task_local! {
    static REQUEST_ID: Arc<str>;
    static MAX_BODY: usize;
}

/// Runs a future as the handling of one request, so that errors made in it carry its id.
pub async fn with_request_id<F: Future>(id: Arc<str>, max_body: usize, future: F) -> F::Output {
    REQUEST_ID.scope(id, MAX_BODY.scope(max_body, future)).await
}

/// The longest body of the request that is being handled.
fn current_max_body() -> usize {
    MAX_BODY.try_with(|limit| *limit).unwrap_or(DEFAULT_MAX_BODY)
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
    /// From where: the address, without the port; empty when it is not known.
    pub address: String,
    /// Who.
    pub actor: Actor,
    /// A person's or program's role; agents have none.
    pub role: Option<Role>,
    /// Which certificates, and what belongs to them, it may see and change. Give it to every query of theirs.
    pub scope: Scope,
    /// For people.
    pub name: String,
    /// The session, when the caller came with the cookie.
    pub session: Option<SessionId>,
    /// When the caller's credential ends, if it does.
    pub expires_at: Option<Ts>,
}

impl RequestContext {
    /// For the audit event of what this request changes.
    pub fn audit(&self, app: &App) -> audit::Context {
        audit::Context {
            actor: self.actor.clone(),
            scope: self.scope.clone(),
            request_id: self.request_id.to_string(),
            source_address: self.address.clone(),
            random: Arc::clone(&app.random),
            confirmed: None,
        }
    }

    /// The agent that calls; a fault of ours when the route was not registered for agents.
    pub fn agent(&self) -> Result<&AgentId, Error> {
        match &self.actor {
            Actor::Agent(id) => Ok(id),
            Actor::ApiKey(_) | Actor::User(_) | Actor::System(_) | Actor::Local | Actor::Anonymous => {
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
            .filter(|revision| revision.len() <= 18 && revision.bytes().all(|byte| byte.is_ascii_digit()))
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

/// serde_json's messages end with ` at line 1 column 5`, and quote values in full.
fn without_place(message: &str) -> String {
    let message = message.rfind(" at line ").map_or(message, |at| &message[..at]);
    match message.char_indices().nth(300) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message.to_owned(),
    }
}

fn quoted_after<'a>(detail: &'a str, begin: &str) -> Option<&'a str> {
    detail.strip_prefix(begin)?.split('`').next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use certctl_core::id::{Certificate, CertificateId};
    use http::StatusCode;

    /// What a refusal names, and its sentence.
    pub(super) fn pointer_of(error: Error) -> (String, String) {
        assert_eq!(error.status(), StatusCode::BAD_REQUEST);
        match error {
            Error::Malformed { errors, detail } => {
                (errors.first().map(|e| e.pointer.clone()).unwrap_or_default(), detail)
            }
            other => panic!("{other:?}"),
        }
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
