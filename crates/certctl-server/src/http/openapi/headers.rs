//! Headers of answers that follow from their status: every one carries its request's id.
//!
//! Not for: headers of a single operation (its handler documents them). Invariant: a header that is said to be required
//! is in every answer of that status.

use serde_json::{Value, json};

use super::operations_mut;

const REQUEST_ID: &str = "X-Request-Id";

/// Writes the headers into the document.
pub(super) fn add(document: &mut Value) {
    document["components"]["headers"] = json!({
        "RequestId": header("By which the log and the audit trail name the request", "req-3q2-7wkAAQIDBAUG", true),
        "TraceResponse": header("The request's place in its trace (W3C Trace Context): the caller's trace when it sent `traceparent`",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true),
        "WwwAuthenticate": header("How to sign in", "Bearer realm=\"certctl\"", true),
        "RetryAfter": header("Seconds to wait before the next try", "5", true),
    });
    for (name, response) in
        document.pointer_mut("/components/responses").and_then(Value::as_object_mut).into_iter().flatten()
    {
        let status = match name.as_str() {
            "Unauthenticated" => "401",
            "Unavailable" => "503",
            "RateLimited" => "429",
            _ => "",
        };
        put(response, status);
    }
    for (_, _, operation) in operations_mut(document) {
        for (status, response) in
            operation.get_mut("responses").and_then(Value::as_object_mut).into_iter().flatten()
        {
            if response.get("$ref").is_none() {
                put(response, status);
            }
        }
    }
}

fn header(about: &str, example: &str, required: bool) -> Value {
    json!({ "description": about, "required": required, "schema": { "type": "string" }, "example": example })
}

fn put(response: &mut Value, status: &str) {
    let mut add = |name: &str, component: &str| {
        response["headers"][name] = json!({ "$ref": format!("#/components/headers/{component}") });
    };
    add(REQUEST_ID, "RequestId");
    add("traceresponse", "TraceResponse");
    match status {
        "401" => add("WWW-Authenticate", "WwwAuthenticate"),
        "429" | "503" => add("Retry-After", "RetryAfter"),
        _ => {}
    }
    // Those of the handlers: they are in every answer of their status.
    for (name, header) in response.get_mut("headers").and_then(Value::as_object_mut).into_iter().flatten() {
        if matches!(name.as_str(), "ETag" | "Location") {
            header["required"] = json!(true);
        }
    }
}
