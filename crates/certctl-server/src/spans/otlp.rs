//! Spans as OTLP/HTTP with JSON, one of the two encodings that the protocol defines: every collector takes both, and this
//! one needs nothing that is not in the program already.
//!
//! Not for: sending (`export.rs`). Invariant: ids are in hexadecimal and 64-bit numbers are texts, as OTLP has it.

use certctl_core::time::Ts;
use serde_json::{Value, json};

use super::{Attribute, Span};

/// Who sends.
#[derive(Debug, Clone)]
pub(super) struct Resource {
    /// This replica.
    pub(super) instance: String,
}

/// The body of a request to `/v1/traces`.
pub(super) fn body(resource: &Resource, spans: &[Span]) -> Value {
    let version = env!("CARGO_PKG_VERSION");
    let facts = [
        ("service.name", "certctl".into()),
        ("service.version", version.into()),
        ("service.instance.id", resource.instance.as_str().into()),
    ];
    let spans: Vec<Value> = spans.iter().map(span).collect();
    json!({ "resourceSpans": [{
        "resource": { "attributes": attributes(&facts) },
        "scopeSpans": [{ "scope": { "name": "certctl", "version": version }, "spans": spans }],
    }] })
}

fn span(span: &Span) -> Value {
    let mut value = json!({
        "traceId": span.context.trace_id.to_string(),
        "spanId": span.context.span_id.to_string(),
        "name": span.name,
        "kind": span.kind as i32,
        "startTimeUnixNano": nanoseconds(span.began),
        "endTimeUnixNano": nanoseconds(span.ended.max(span.began)),
        "attributes": attributes(&span.attributes),
        // 1 is ok, 2 is error.
        "status": match &span.failed {
            Some(cause) => json!({ "code": 2, "message": cause }),
            None => json!({}),
        },
    });
    if let (Some(parent), Some(object)) = (span.parent, value.as_object_mut()) {
        object.insert("parentSpanId".to_owned(), parent.to_string().into());
    }
    value
}

fn attributes(facts: &[(&str, Attribute)]) -> Vec<Value> {
    let value = |attribute: &Attribute| match attribute {
        Attribute::Text(text) => json!({ "stringValue": text }),
        Attribute::Number(number) => json!({ "intValue": number.to_string() }),
    };
    facts.iter().map(|(key, attribute)| json!({ "key": key, "value": value(attribute) })).collect()
}

fn nanoseconds(at: Ts) -> String {
    (i128::from(at.as_microsecond()) * 1_000).max(0).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spans::SpanKind;
    use certctl_core::trace::TraceContext;

    #[test]
    fn a_span_is_written_as_the_protocol_has_it() {
        let above = TraceContext::parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").unwrap();
        let one = Span {
            context: above,
            parent: Some(above.span_id),
            name: "GET /x".to_owned(),
            kind: SpanKind::Server,
            began: Ts::from_second(2),
            ended: Ts::from_second(1),
            attributes: vec![("http.response.status_code", 500.into()), ("http.route", "/x".into())],
            failed: Some("internal".to_owned()),
        };
        let body = body(&Resource { instance: "r-1".to_owned() }, &[one]);
        let resource = &body["resourceSpans"][0];
        assert_eq!(resource["resource"]["attributes"][0]["value"]["stringValue"], "certctl");
        let expected = json!({
            "traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331",
            "parentSpanId": "b7ad6b7169203331", "name": "GET /x", "kind": 2,
            "startTimeUnixNano": "2000000000", "endTimeUnixNano": "2000000000",
            "attributes": [
                { "key": "http.response.status_code", "value": { "intValue": "500" } },
                { "key": "http.route", "value": { "stringValue": "/x" } },
            ],
            "status": { "code": 2, "message": "internal" },
        });
        assert_eq!(resource["scopeSpans"][0]["spans"][0], expected);
    }
}
