//! The one place of status codes: what can go wrong with a request, and the problem document that says so.
//!
//! Not for: deciding (ops and core do). Invariants: a 5xx shows no internals and its chain of causes is logged once,
//! with the request's id; a 4xx logs nothing; `code` is stable.

use std::error::Error as StdError;

use axum::{
    Json,
    response::{IntoResponse, Response},
};
pub use certctl_api::problem::FieldError;
use certctl_api::problem::Problem;
use certctl_core::{agent::AgentState, permission::Permission};
use certctl_store::StoreError;
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use crate::request::current_request_id;

/// The most letters of a sentence in an answer.
const MAX_DETAIL: usize = 1_000;

/// A request that was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// 400: the request cannot be read.
    #[error("{detail}")]
    Malformed {
        /// What is wrong with it.
        detail: String,
        /// In which fields.
        errors: Vec<FieldError>,
    },
    /// 401: nobody knows who calls.
    #[error("{detail}")]
    Unauthenticated {
        /// What was missing or wrong.
        detail: String,
    },
    /// 403: the caller's role lacks a permission.
    #[error("this needs the permission {permission}, which your role does not have")]
    Forbidden {
        /// Which.
        permission: Permission,
    },
    /// 403: refused for another reason than a role.
    #[error("{detail}")]
    Denied {
        /// Stable.
        code: &'static str,
        /// Why.
        detail: String,
    },
    /// 403: the change is outside the caller's teams or environments.
    #[error("{detail}")]
    OutOfScope {
        /// What may be changed, and what would have been.
        detail: String,
        /// The scope.
        params: serde_json::Value,
    },
    /// 403: the agent is kept out until a person lifts it.
    #[error("agent {agent} is quarantined; `certctl agents activate {agent}` lifts it")]
    Quarantined {
        /// Which.
        agent: String,
    },
    /// 404: no such object.
    #[error("there is no {noun} {id:?}")]
    NotFound {
        /// Such as `certificate`.
        noun: &'static str,
        /// Which.
        id: String,
    },
    /// 404: no such route.
    #[error("there is nothing at {path}")]
    NoRoute {
        /// The path.
        path: String,
    },
    /// 405: the route has no such method.
    #[error("{path} does not take {method}; the Allow header lists what it takes")]
    MethodNotAllowed {
        /// The method.
        method: String,
        /// The path.
        path: String,
    },
    /// 409: the present state does not allow it.
    #[error("{detail}")]
    Conflict {
        /// Stable.
        code: &'static str,
        /// What stands against it.
        detail: String,
        /// The present state, by name.
        params: Option<serde_json::Value>,
    },
    /// 410: was here, and will not be again.
    #[error("{detail}")]
    Gone {
        /// What.
        detail: String,
    },
    /// 412: `If-Match` names another revision than the present one.
    #[error("it was changed meanwhile and is at revision {revision} now; read it again and repeat")]
    PreconditionFailed {
        /// The present revision.
        revision: i64,
    },
    /// 413: the body is too long.
    #[error("the body is longer than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// 415: the body has another type.
    #[error("the body's Content-Type is {found:?}; use application/json")]
    UnsupportedMediaType {
        /// As given; empty when missing.
        found: String,
    },
    /// 422: readable, but against a rule.
    #[error("{}", describe(.0))]
    Invalid(Vec<FieldError>),
    /// 422: a policy rule of the installation refuses it.
    #[error("{}", describe(.errors))]
    PolicyViolated {
        /// Each field, with the rule.
        errors: Vec<FieldError>,
        /// The rules.
        params: serde_json::Value,
    },
    /// 422: the same `Idempotency-Key` with another request.
    #[error(
        "the Idempotency-Key {key:?} was used for another request within the last 24 hours; make a new one"
    )]
    KeyReused {
        /// The key.
        key: String,
    },
    /// 429: more than the caller may ask for.
    #[error("{detail}")]
    RateLimited {
        /// What was used up.
        detail: String,
        /// Seconds until there is some again.
        retry_after: u64,
        /// Which budget, or which limit.
        budget: &'static str,
    },
    /// 503: not now.
    #[error("{detail}")]
    Unavailable {
        /// Why, for people.
        detail: String,
        /// For the log.
        #[source]
        source: Option<StoreError>,
    },
    /// 503: the handler took too long.
    #[error("the request took longer than {seconds} seconds and was given up; it may still take effect")]
    TimedOut {
        /// The limit.
        seconds: u64,
    },
    /// 500: our fault.
    #[error("internal error")]
    Internal(#[source] Box<dyn StdError + Send + Sync>),
}

/// What the access log and the audit of refusals need to know of an error answer.
#[derive(Debug, Clone)]
pub struct ProblemSummary {
    /// The stable code.
    pub code: &'static str,
    /// The sentence.
    pub detail: String,
}

fn describe(errors: &[FieldError]) -> String {
    match errors {
        [] => "the request breaks a rule".to_owned(),
        [one] => one.detail.clone(),
        [first, rest @ ..] => format!("{} (and {} more)", first.detail, rest.len()),
    }
}

impl Error {
    /// A field that cannot be read: 400.
    pub fn bad_field(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let error = FieldError { pointer: pointer.into(), detail: detail.clone() };
        Self::Malformed { detail, errors: vec![error] }
    }

    /// A field that breaks a rule: 422.
    pub fn invalid_field(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError { pointer: pointer.into(), detail: detail.into() }])
    }

    /// A caller who is not known.
    pub fn unauthenticated(detail: impl Into<String>) -> Self {
        Self::Unauthenticated { detail: detail.into() }
    }

    /// An object that is not there.
    pub fn not_found(noun: &'static str, id: impl Into<String>) -> Self {
        Self::NotFound { noun, id: id.into() }
    }

    /// A state that stands against the request, with the facts of it (an object; empty when there are none).
    pub fn conflict(code: &'static str, detail: impl Into<String>, params: serde_json::Value) -> Self {
        let is_empty = params.as_object().is_some_and(serde_json::Map::is_empty);
        Self::Conflict { code, detail: detail.into(), params: (!is_empty).then_some(params) }
    }

    /// An agent asked for, or reported on, what belongs to another.
    pub fn not_yours(noun: &'static str, id: impl Into<String>) -> Self {
        Self::Denied {
            code: "not_yours",
            detail: format!("the {noun} {} belongs to another agent", id.into()),
        }
    }

    /// A join token that is unknown, used or past its end; which of these is not told.
    pub fn bad_join_token() -> Self {
        Self::unauthenticated(
            "the join token is unknown, was used already, or has expired: make a new one with `certctl agents invite`",
        )
    }

    /// A fault of ours; the caller sees nothing of it.
    pub fn internal(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }

    /// What an agent that is not active is told; `None` when it is.
    pub fn of_agent_state(agent: &str, state: AgentState) -> Option<Self> {
        match state {
            AgentState::Active => None,
            AgentState::Quarantined => Some(Self::Quarantined { agent: agent.to_owned() }),
            AgentState::Retired => Some(Self::Gone {
                detail: format!("agent {agent} is retired for good; invite it again to give it work"),
            }),
        }
    }

    /// Status, stable code and title.
    fn class(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Malformed { .. } => (StatusCode::BAD_REQUEST, "malformed", "The request cannot be read"),
            Self::Unauthenticated { .. } => {
                (StatusCode::UNAUTHORIZED, "unauthenticated", "The caller is not known")
            }
            Self::Forbidden { .. } => (StatusCode::FORBIDDEN, "forbidden", "A permission is missing"),
            Self::Denied { code, .. } => (StatusCode::FORBIDDEN, code, "The request is refused"),
            Self::OutOfScope { .. } => {
                (StatusCode::FORBIDDEN, "out_of_scope", "The change is outside the caller's scope")
            }
            Self::Quarantined { .. } => {
                (StatusCode::FORBIDDEN, "agent_quarantined", "The agent is quarantined")
            }
            Self::NotFound { .. } => (StatusCode::NOT_FOUND, "not_found", "No such object"),
            Self::NoRoute { .. } => (StatusCode::NOT_FOUND, "no_route", "No such path"),
            Self::MethodNotAllowed { .. } => {
                (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "No such method here")
            }
            Self::Conflict { code, .. } => {
                (StatusCode::CONFLICT, code, "The present state does not allow it")
            }
            Self::Gone { .. } => (StatusCode::GONE, "gone", "Gone for good"),
            Self::PreconditionFailed { .. } => {
                (StatusCode::PRECONDITION_FAILED, "precondition_failed", "Changed by someone else meanwhile")
            }
            Self::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The body is too long"),
            Self::UnsupportedMediaType { .. } => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "The body has another type")
            }
            Self::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid", "The request breaks a rule"),
            Self::PolicyViolated { .. } => {
                (StatusCode::UNPROCESSABLE_ENTITY, "policy_violated", "A policy rule refuses it")
            }
            Self::KeyReused { .. } => {
                (StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", "The request breaks a rule")
            }
            Self::RateLimited { .. } => (StatusCode::TOO_MANY_REQUESTS, "rate_limited", "Too many requests"),
            Self::Unavailable { .. } => (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Not available now"),
            Self::TimedOut { .. } => (StatusCode::SERVICE_UNAVAILABLE, "timed_out", "Took too long"),
            Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Internal error"),
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.class().0
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.class().1
    }

    fn parts(self) -> (Vec<FieldError>, Option<serde_json::Value>) {
        let detail = self.to_string();
        match self {
            Self::Malformed { errors, .. } | Self::Invalid(errors) => (errors, None),
            Self::TooLarge { .. } => (vec![FieldError { pointer: String::new(), detail }], None),
            Self::UnsupportedMediaType { .. } => {
                (vec![FieldError { pointer: "Content-Type:".to_owned(), detail }], None)
            }
            Self::KeyReused { .. } => {
                (vec![FieldError { pointer: "Idempotency-Key:".to_owned(), detail }], None)
            }
            Self::PolicyViolated { errors, params } => (errors, Some(params)),
            Self::Conflict { params, .. } => (Vec::new(), params),
            Self::OutOfScope { params, .. } => (Vec::new(), Some(params)),
            Self::PreconditionFailed { revision } => (Vec::new(), Some(json!({ "revision": revision }))),
            Self::RateLimited { retry_after, budget, .. } => {
                (Vec::new(), Some(json!({ "budget": budget, "retry_after": retry_after })))
            }
            Self::Forbidden { permission } => (Vec::new(), Some(json!({ "permission": permission }))),
            Self::Unauthenticated { .. }
            | Self::Denied { .. }
            | Self::Quarantined { .. }
            | Self::NotFound { .. }
            | Self::NoRoute { .. }
            | Self::MethodNotAllowed { .. }
            | Self::Gone { .. }
            | Self::Unavailable { .. }
            | Self::TimedOut { .. }
            | Self::Internal(_) => (Vec::new(), None),
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Stale { what } => Self::conflict(
                "changed_meanwhile",
                format!("the {what} was changed meanwhile; read it again"),
                json!({}),
            ),
            StoreError::UniqueViolation { .. } => {
                Self::conflict("already_exists", "an object with the same key exists already", json!({}))
            }
            StoreError::ForeignKeyViolation { .. } => Self::conflict(
                "still_referred_to",
                "the request refers to an object that does not exist, or others still refer to this one",
                json!({}),
            ),
            StoreError::DiskFull { .. } => {
                Self::unavailable("the disk of the control plane's database is full: free some space", error)
            }
            StoreError::Unavailable { .. } => {
                Self::unavailable("the control plane cannot reach its database at present", error)
            }
            StoreError::Closed => Self::unavailable("the control plane is stopping", error),
            StoreError::CommitUnknown(_) => Self::unavailable(
                "the connection to the database broke during the commit: read back whether it took effect",
                error,
            ),
            StoreError::CheckViolation { .. }
            | StoreError::NoRow { .. }
            | StoreError::Unaudited(_)
            | StoreError::Locked { .. }
            | StoreError::NewerSchema { .. }
            | StoreError::ChangedMigration { .. }
            | StoreError::Migration { .. }
            | StoreError::Url { .. }
            | StoreError::TooOld { .. }
            | StoreError::File { .. }
            | StoreError::Commit { .. }
            | StoreError::Panicked(_)
            | StoreError::Decode { .. }
            | StoreError::Sql { .. }
            | StoreError::NotSupported { .. } => Self::internal(error),
        }
    }
}

impl Error {
    fn unavailable(detail: &str, source: StoreError) -> Self {
        Self::Unavailable { detail: detail.to_owned(), source: Some(source) }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, code, title) = self.class();
        let request_id = current_request_id();
        let detail = if status == StatusCode::INTERNAL_SERVER_ERROR {
            "something went wrong inside the control plane; its log has the cause under this request id"
                .to_owned()
        } else {
            self.to_string()
        };
        if status.is_server_error() {
            tracing::error!(code, "Request {request_id} failed: {}", chain(&self));
        }
        let retry_after = match &self {
            Self::RateLimited { retry_after, .. } => Some(*retry_after),
            Self::Unavailable { .. } | Self::TimedOut { .. } => Some(5),
            _ => None,
        };
        let (errors, params) = self.parts();
        let detail = capped(detail);
        let errors: Vec<FieldError> = errors
            .into_iter()
            .map(|FieldError { pointer, detail }| FieldError { pointer, detail: capped(detail) })
            .collect();
        let problem = Problem {
            kind: format!("urn:certctl:problem:{code}"),
            code: code.to_owned(),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: detail.clone(),
            errors,
            params,
            request_id,
        };
        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"certctl\""));
        }
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(ProblemSummary { code, detail });
        response
    }
}

/// Many sentences repeat what was given: no more of it than a person reads.
fn capped(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(MAX_DETAIL) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// An error and its causes in one line: the one helper that prints chains.
pub fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt as _;

    async fn body(error: Error) -> (StatusCode, Problem) {
        let response = error.into_response();
        let status = response.status();
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap())
    }

    #[tokio::test]
    async fn an_internal_error_shows_nothing_of_its_cause() {
        let cause = StoreError::Sql { name: "x".to_owned(), detail: "relation hunter2 is gone".to_owned() };
        let (status, problem) = body(Error::from(cause)).await;
        assert_eq!((status, problem.code.as_str()), (StatusCode::INTERNAL_SERVER_ERROR, "internal"));
        assert!(!serde_json::to_string(&problem).unwrap().contains("hunter2"));
    }

    #[tokio::test]
    async fn a_bad_field_is_named_by_its_pointer() {
        let (status, problem) = body(Error::invalid_field("/names/0", "is not a DNS name")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(problem.errors[0].pointer, "/names/0");
        assert_eq!(problem.kind, "urn:certctl:problem:invalid");
    }

    #[test]
    fn store_errors_become_what_the_caller_can_do() {
        let check = |error: StoreError, status: u16, code: &str| {
            let error = Error::from(error);
            assert_eq!((error.status().as_u16(), error.code()), (status, code));
        };
        check(StoreError::Stale { what: "target" }, 409, "changed_meanwhile");
        check(StoreError::UniqueViolation { constraint: "x".to_owned() }, 409, "already_exists");
        check(StoreError::ForeignKeyViolation { constraint: "x".to_owned() }, 409, "still_referred_to");
        check(StoreError::DiskFull { detail: String::new() }, 503, "unavailable");
        check(StoreError::Closed, 503, "unavailable");
        check(StoreError::Unaudited("x"), 500, "internal");
    }

    #[test]
    fn the_state_of_an_agent_decides_its_refusal() {
        assert!(Error::of_agent_state("ag-a", AgentState::Active).is_none());
        let status = |state| Error::of_agent_state("ag-a", state).unwrap().status().as_u16();
        assert_eq!(status(AgentState::Quarantined), 403);
        assert_eq!(status(AgentState::Retired), 410);
    }

    #[test]
    fn the_chain_names_every_cause_once() {
        let error = Error::internal(StoreError::Closed);
        assert_eq!(chain(&error), "internal error: the store is closed");
    }
}
