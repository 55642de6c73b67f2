//! The lines of the log as JSON: one object each, with the names that operators' tools look for.
//!
//! `ts`, `level`, `msg`, `component`, then the line's own fields and those of the spans around it (`request_id`,
//! `trace_id`, `job_id`), dots in their names as underscores. `tracing-subscriber`'s own JSON keeps spans in an array and
//! names the rest otherwise.
//! Not for: what is logged. Invariant: a line is one object on one line, whatever a field holds.

use std::fmt;

use certctl_core::time::{Clock as _, SystemClock};
use serde_json::{Map, Value};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    fmt::{
        FmtContext, FormatEvent, FormattedFields,
        format::{JsonFields, Writer},
    },
    registry::LookupSpan,
};

/// Writes lines; spans' fields have to be kept by [`JsonFields`].
#[derive(Debug, Clone, Copy, Default)]
pub struct JsonLines;

impl<S> FormatEvent<S, JsonFields> for JsonLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, JsonFields>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let mut line = Map::new();
        let level = event.metadata().level().as_str().to_ascii_lowercase();
        line.insert("ts".to_owned(), SystemClock.now().to_string().into());
        line.insert("level".to_owned(), level.into());
        line.insert("msg".to_owned(), fields.message.into());
        line.insert("component".to_owned(), event.metadata().target().into());
        // The innermost first: what it says of itself is nearest to the line.
        let around = context.lookup_current().into_iter().flat_map(|span| span.scope());
        let of_spans = around.filter_map(|span| {
            let kept = span.extensions();
            let kept = kept.get::<FormattedFields<JsonFields>>()?;
            serde_json::from_str::<Map<String, Value>>(&kept.fields).ok()
        });
        for (name, value) in fields.rest.into_iter().chain(of_spans.flatten()) {
            let name = name.replace('.', "_");
            if !line.contains_key(&name) {
                line.insert(name, value);
            }
        }
        let text = serde_json::to_string(&line).map_err(|_| fmt::Error)?;
        writeln!(writer, "{text}")
    }
}

#[derive(Default)]
struct Fields {
    message: String,
    rest: Map<String, Value>,
}

impl Fields {
    fn put(&mut self, field: &Field, value: impl Into<Value>) {
        self.rest.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.message = format!("{value:?}");
        } else {
            self.put(field, format!("{value:?}"));
        }
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            value.clone_into(&mut self.message);
        } else {
            self.put(field, value);
        }
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value);
    }
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Out(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Out {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_is_one_object_with_the_fields_of_the_spans_around_it() {
        let out = Out::default();
        let writer = out.clone();
        let subscriber = tracing_subscriber::fmt()
            .fmt_fields(JsonFields::new())
            .event_format(JsonLines)
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::with_default(subscriber, || {
            let _request =
                tracing::error_span!("request", request.id = "req-1", trace.id = %"0af7").entered();
            let _job = tracing::error_span!("job", job.id = "job-1", request.id = "req-2").entered();
            tracing::warn!(n = 3_u64, ok = true, "Two\nlines, and {}", "a \"quote\"");
        });
        let text = String::from_utf8(out.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text.lines().count(), 1, "{text}");
        let line: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(line["level"], "warn");
        assert_eq!(line["msg"], "Two\nlines, and a \"quote\"");
        assert_eq!(line["component"], "certctl_server::log::tests");
        assert_eq!((&line["n"], &line["ok"]), (&Value::from(3), &Value::from(true)));
        assert_eq!((&line["request_id"], &line["trace_id"]), (&"req-2".into(), &"0af7".into()));
        assert_eq!(line["job_id"], "job-1");
        assert!(line["ts"].as_str().unwrap().ends_with('Z'), "{line}");
    }
}
