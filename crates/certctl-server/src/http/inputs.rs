//! What a route takes, by its own documentation; all else is refused before the handler sees it.
//!
//! Handlers read what they know. A parameter or a body that a route does not know would otherwise be ignored, and a caller
//! who misspelt a filter would get the wrong list without a word. Not for: values (the handler's types have them).
//! Invariant: a query parameter or a body that is not documented is a 400 that names it.

use std::collections::HashMap;

use axum::{
    body::{Body, HttpBody as _},
    extract::Request,
};
use http::Method;
use utoipa::openapi::{
    RefOr,
    path::{Operation, ParameterIn},
};

use crate::{
    error::Error,
    request::{escape, read_body},
};

/// What the methods of one registration take.
#[derive(Debug, Default)]
pub struct Inputs(HashMap<Method, Input>);

#[derive(Debug)]
struct Input {
    query: Vec<String>,
    has_body: bool,
}

impl Inputs {
    /// Notes what an operation takes.
    pub fn note(&mut self, method: Method, operation: &Operation) {
        let parameters = operation.parameters.iter().flatten();
        let query = parameters.filter_map(|parameter| match parameter {
            RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query => {
                Some(parameter.name.clone())
            }
            RefOr::T(_) | RefOr::Ref(_) => None,
        });
        let input = Input { query: query.collect(), has_body: operation.request_body.is_some() };
        self.0.insert(method, input);
    }

    /// Refuses what the route does not take.
    ///
    /// # Errors
    /// 400 naming the parameter, or the body.
    pub async fn check(&self, request: Request) -> Result<Request, Error> {
        let method = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
        let Some(input) = self.0.get(method) else { return Ok(request) };
        input.check_query(request.uri().query().unwrap_or_default())?;
        if input.has_body || request.body().is_end_stream() {
            return Ok(request);
        }
        let (parts, body) = request.into_parts();
        let found = match read_body(&parts.headers, body).await {
            Err(Error::TooLarge { .. }) => return Err(Error::bad_field("", NO_BODY)),
            other => other?,
        };
        no_body(&found)?;
        Ok(Request::from_parts(parts, Body::empty()))
    }
}

const NO_BODY: &str = "this route takes no body";

impl Input {
    fn check_query(&self, query: &str) -> Result<(), Error> {
        if query.is_empty() {
            return Ok(());
        }
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query)
            .map_err(|error| Error::bad_field("?", format!("the query cannot be read: {error}")))?;
        let unknown = pairs.iter().find(|(name, _)| !self.query.contains(name));
        let Some((name, _)) = unknown else { return Ok(()) };
        let shown: String = name.chars().take(80).collect();
        let known = match self.query.as_slice() {
            [] => "this route takes none".to_owned(),
            known => format!("known are: {}", known.join(", ")),
        };
        Err(Error::bad_field(format!("?{shown}"), format!("{shown:?} is not a parameter here; {known}")))
    }
}

/// Nothing, or an object without fields: clients that always send JSON are no mistake.
fn no_body(found: &[u8]) -> Result<(), Error> {
    if found.is_empty() {
        return Ok(());
    }
    match serde_json::from_slice(found) {
        Ok(serde_json::Value::Object(fields)) => match fields.keys().next() {
            None => Ok(()),
            Some(name) => {
                let name: String = name.chars().take(80).collect();
                Err(Error::bad_field(format!("/{}", escape(&name)), NO_BODY))
            }
        },
        Ok(_) | Err(_) => Err(Error::bad_field("", NO_BODY)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::StatusCode;

    fn pointer(result: Result<(), Error>) -> Option<String> {
        match result {
            Ok(()) => None,
            Err(Error::Malformed { errors, .. }) => Some(errors[0].pointer.clone()),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn only_documented_parameters_are_taken() {
        let input = Input { query: vec!["limit".to_owned(), "q".to_owned()], has_body: false };
        for (query, expected) in [
            ("", None),
            ("limit=5&q=a%20b", None),
            ("limt=5", Some("?limt")),
            ("q=x&LIMIT=5", Some("?LIMIT")),
            ("q", None),
            ("%6cimit=5", None),
        ] {
            assert_eq!(pointer(input.check_query(query)).as_deref(), expected, "{query}");
        }
    }

    #[test]
    fn a_route_without_a_body_takes_an_empty_object_at_most() {
        for (body, expected) in [
            ("", None),
            (" {} ", None),
            ("{", Some("")),
            ("[]", Some("")),
            ("null", Some("")),
            (r#"{"a/b":1}"#, Some("/a~1b")),
        ] {
            assert_eq!(pointer(no_body(body.as_bytes())).as_deref(), expected, "{body}");
        }
    }

    #[tokio::test]
    async fn a_long_body_where_none_belongs_is_refused_like_a_short_one() {
        let mut inputs = Inputs::default();
        inputs.note(Method::GET, &Operation::new());
        let request = Request::get("/").body(Body::from(vec![b' '; 3 << 20])).unwrap();
        let error = inputs.check(request).await.unwrap_err();
        assert_eq!(error.status(), StatusCode::BAD_REQUEST);
        let request = Request::head("/").body(Body::empty()).unwrap();
        assert!(inputs.check(request).await.is_ok());
    }
}
