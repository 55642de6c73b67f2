//! Spans: which requests and jobs are recorded as traces, and their way to a collector (OTLP).
//!
//! Spans are made explicitly where work ends, with the times and the facts that are at hand there: a transaction runs on a
//! thread of the store, and a deployment through several requests, so that no guard on a stack could stand for them. The
//! alternatives, the opentelemetry crates with a layer of `tracing`, would bring eleven crates and a megabyte for the same
//! lines on the wire.
//! Not for: log lines (`log.rs`) and metrics. Invariants: without an endpoint nothing is recorded and nothing is kept;
//! recording never waits: what the queue does not hold is dropped and counted.

mod export;
mod jobs;
mod otlp;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use certctl_core::{
    random::Random,
    time::{Clock, Ts},
    trace::{SpanId, TraceContext},
};
use certctl_store::{
    Kind,
    trace::{Origin, Sink, Transaction},
};
use tokio::sync::mpsc;

pub use self::{
    export::{Exporter, ExporterError},
    jobs::{JobSpan, deployed},
};
use crate::measures;

/// Spans that wait to be sent; more are dropped.
const QUEUE: usize = 4_096;

/// One piece of work that has ended.
#[derive(Debug, Clone)]
pub struct Span {
    /// Its trace, and its own id in it.
    pub context: TraceContext,
    /// The span above it.
    pub parent: Option<SpanId>,
    /// What it did; of bounded variety.
    pub name: String,
    /// How it stands to others.
    pub kind: SpanKind,
    /// When it began.
    pub began: Ts,
    /// When it ended.
    pub ended: Ts,
    /// Facts, by OpenTelemetry's names where it has them; no secrets.
    pub attributes: Vec<(&'static str, Attribute)>,
    /// Why it failed, when it did.
    pub failed: Option<String>,
}

/// How a span stands to others; the numbers are those of OTLP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanKind {
    /// Work inside the process.
    Internal = 1,
    /// Work for a request of another.
    Server = 2,
    /// A request to another.
    Client = 3,
}

/// A fact of a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attribute {
    /// A text.
    Text(String),
    /// A whole number.
    Number(i64),
}

impl From<&str> for Attribute {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Attribute {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Attribute {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

/// Decides which traces are recorded, and takes their spans. Cloning is cheap.
#[derive(Debug, Clone, Default)]
pub struct Tracer(Option<Arc<Recorder>>);

#[derive(Debug)]
struct Recorder {
    share: f64,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    queue: mpsc::Sender<Span>,
}

impl Tracer {
    /// One that records a share (0 to 1) of the traces that begin here, and its spans' way out.
    pub fn new(share: f64, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> (Self, mpsc::Receiver<Span>) {
        let (queue, spans) = mpsc::channel(QUEUE);
        (Self(Some(Arc::new(Recorder { share, clock, random, queue }))), spans)
    }

    /// The context of work that begins: below the caller's span when it gave one, whose choice to record then holds.
    pub fn begin(&self, random: &dyn Random, given: Option<TraceContext>) -> TraceContext {
        match (given, &self.0) {
            (Some(above), _) => above.child(random),
            (None, None) => TraceContext::new(random, false),
            (None, Some(recorder)) => {
                let context = TraceContext::new(random, false);
                TraceContext { sampled: context.is_within(recorder.share), ..context }
            }
        }
    }

    /// What the store and the jobs are told of work in this context.
    pub fn origin(&self, request_id: Arc<str>, context: TraceContext) -> Origin {
        let sink = match &self.0 {
            Some(recorder) if context.sampled => Some(Arc::clone(recorder) as Arc<dyn Sink>),
            Some(_) | None => None,
        };
        Origin { request_id, context, sink }
    }

    /// Whether nothing is recorded at all.
    pub fn is_off(&self) -> bool {
        self.0.is_none()
    }

    /// Takes a span, made only when its trace is recorded.
    pub fn record(&self, context: TraceContext, span: impl FnOnce() -> Span) {
        if let Some(recorder) = &self.0
            && context.sampled
        {
            recorder.take(span());
        }
    }
}

impl Recorder {
    fn take(&self, span: Span) {
        if self.queue.try_send(span).is_err() {
            measures::spans("dropped", 1);
        }
    }

    /// The wall clock's time of a moment in the past.
    fn at(&self, moment: Instant) -> Ts {
        let ago = i64::try_from(moment.elapsed().as_micros()).unwrap_or(i64::MAX);
        Ts::from_microsecond(self.clock.now().as_microsecond().saturating_sub(ago))
    }
}

impl Sink for Recorder {
    fn transaction(&self, parent: TraceContext, done: &Transaction) {
        let system = match done.kind {
            Kind::Sqlite => "sqlite",
            Kind::Postgres => "postgresql",
        };
        self.take(Span {
            context: parent.child(&*self.random),
            parent: Some(parent.span_id),
            name: format!("store {}", done.name),
            kind: SpanKind::Client,
            began: self.at(done.queued),
            ended: self.clock.now(),
            attributes: vec![
                ("db.system.name", system.into()),
                ("db.operation.name", done.name.into()),
                ("certctl.store.write", i64::from(done.is_write).into()),
            ],
            failed: (!done.succeeded).then(|| "not carried out".to_owned()),
        });
    }
}

/// A request that was answered.
#[derive(Debug)]
pub struct Answered<'a> {
    /// Its id.
    pub request_id: &'a str,
    /// Its method, or `_OTHER`.
    pub method: &'a str,
    /// The pattern of its path.
    pub route: &'a str,
    /// The status of its answer.
    pub status: u16,
    /// Who asked.
    pub actor: String,
    /// The code of its problem, if it has one.
    pub problem: &'a str,
    /// How long it took.
    pub took: Duration,
}

/// The span of a request.
pub fn request(now: Ts, context: TraceContext, above: Option<SpanId>, answered: &Answered<'_>) -> Span {
    let took = i64::try_from(answered.took.as_micros()).unwrap_or(i64::MAX);
    let mut attributes = vec![
        ("http.request.method", answered.method.into()),
        ("http.route", answered.route.into()),
        ("http.response.status_code", i64::from(answered.status).into()),
        ("certctl.request_id", answered.request_id.into()),
    ];
    if !answered.actor.is_empty() {
        attributes.push(("certctl.actor", answered.actor.clone().into()));
    }
    if !answered.problem.is_empty() {
        attributes.push(("error.type", answered.problem.into()));
    }
    Span {
        context,
        parent: above,
        name: format!("{} {}", answered.method, answered.route),
        kind: SpanKind::Server,
        began: Ts::from_microsecond(now.as_microsecond().saturating_sub(took)),
        ended: now,
        attributes,
        // By OpenTelemetry's conventions a server's span has failed when the server did.
        failed: (answered.status >= 500).then(|| answered.problem.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::SystemRandom;
    use certctl_core::time::ManualClock;

    fn tracer(share: f64) -> (Tracer, mpsc::Receiver<Span>) {
        Tracer::new(share, Arc::new(ManualClock::new(Ts::from_second(1_000))), Arc::new(SystemRandom))
    }

    fn given(sampled: bool) -> TraceContext {
        TraceContext::new(&SystemRandom, sampled)
    }

    #[test]
    fn the_callers_choice_holds_and_else_the_share() {
        for sampled in [true, false] {
            let above = given(sampled);
            for tracer in [tracer(0.0).0, tracer(1.0).0, Tracer::default()] {
                let context = tracer.begin(&SystemRandom, Some(above));
                assert_eq!((context.trace_id, context.sampled), (above.trace_id, sampled));
                assert_ne!(context.span_id, above.span_id);
            }
        }
        assert!(tracer(1.0).0.begin(&SystemRandom, None).sampled);
        assert!(!tracer(0.0).0.begin(&SystemRandom, None).sampled);
        assert!(!Tracer::default().begin(&SystemRandom, None).sampled);
    }

    #[test]
    fn what_is_off_or_not_sampled_makes_no_span() {
        for (tracer, context) in [(Tracer::default(), given(true)), (tracer(1.0).0, given(false))] {
            assert!(tracer.origin("r".into(), context).sink.is_none());
            tracer.record(context, || panic!("a span was made for nobody"));
        }
    }

    #[test]
    fn a_full_queue_drops_and_does_not_wait() {
        let (tracer, mut spans) = tracer(1.0);
        let context = given(true);
        let done = Transaction {
            name: "test.write",
            kind: Kind::Sqlite,
            is_write: true,
            queued: Instant::now(),
            succeeded: true,
        };
        let sink = tracer.origin("r".into(), context).sink.unwrap();
        for _ in 0..QUEUE + 10 {
            sink.transaction(context, &done);
        }
        let mut n = 0;
        while let Ok(span) = spans.try_recv() {
            assert_eq!((span.name.as_str(), span.parent), ("store test.write", Some(context.span_id)));
            n += 1;
        }
        assert_eq!(n, QUEUE);
    }
}
