//! The spans of jobs: one for each try, below the request that asked for the job, with its calls to issuers and the steps of
//! agents below it.
//!
//! Not for: what a job does. Invariant: a job that nobody's request asked for begins a trace of its own.

use std::sync::Arc;

use certctl_core::{
    job::JobKind,
    time::Ts,
    trace::{SpanId, TraceContext},
};
use certctl_store::{
    jobs::{self, JobRow, StepRow},
    trace::Origin,
};

use super::{Attribute, Span, SpanKind};
use crate::{
    app::App,
    error::{Error, chain},
};

/// A try of a job that is under way.
#[derive(Debug, Clone)]
pub struct JobSpan {
    origin: Origin,
    above: Option<SpanId>,
    began: Ts,
    name: String,
    attributes: Vec<(&'static str, Attribute)>,
}

impl JobSpan {
    /// A try that began at `began`.
    pub fn begin(app: &App, job: &JobRow, began: Ts) -> Self {
        let asked_in = job.traceparent.as_deref().and_then(TraceContext::parse);
        let context = app.tracer.begin(&*app.random, asked_in);
        let request_id: Arc<str> = job.request_id.as_deref().unwrap_or_default().into();
        Self {
            origin: app.tracer.origin(request_id, context),
            above: asked_in.map(|context| context.span_id),
            began,
            name: format!("job {}", job.kind),
            attributes: vec![
                ("certctl.job.id", job.id.as_str().into()),
                ("certctl.job.attempt", job.attempts.into()),
                ("certctl.certificate.id", job.certificate_id.as_str().into()),
            ],
        }
    }

    /// On whose behalf the work of this try is done.
    pub fn origin(&self) -> Origin {
        self.origin.clone()
    }

    /// What log lines about this try are within: they then name the request that asked for the job.
    pub fn of_log(&self, job: &JobRow) -> tracing::Span {
        let (request, trace) = (&*self.origin.request_id, self.origin.context.trace_id);
        tracing::error_span!("job", job.id = %job.id, request.id = request, trace.id = %trace)
    }

    /// A call or step of this try that has ended.
    pub fn step(
        &self,
        app: &App,
        name: &str,
        kind: SpanKind,
        (began, ended): (Ts, Ts),
        attributes: Vec<(&'static str, Attribute)>,
        failed: Option<&str>,
    ) {
        let context = self.origin.context;
        app.tracer.record(context, || Span {
            context: context.child(&*app.random),
            parent: Some(context.span_id),
            name: name.to_owned(),
            kind,
            began,
            ended,
            attributes,
            failed: failed.map(str::to_owned),
        });
    }

    /// The try has ended.
    pub fn end(&self, app: &App, failed: Option<&str>) {
        app.tracer.record(self.origin.context, || Span {
            context: self.origin.context,
            parent: self.above,
            name: self.name.clone(),
            kind: SpanKind::Internal,
            began: self.began,
            ended: app.now(),
            attributes: self.attributes.clone(),
            failed: failed.map(str::to_owned),
        });
    }
}

/// A try of an agent's job has ended: its span, and one for each step that the agent reported.
pub async fn deployed(app: &App, job: &JobRow, failed: Option<&str>) {
    let sampled = job.traceparent.as_deref().and_then(TraceContext::parse).is_none_or(|of| of.sampled);
    if !sampled || app.tracer.is_off() {
        return;
    }
    let (id, attempt) = (job.id.clone(), job.attempts);
    let read = app.store.read("spans.steps", move |tx| jobs::steps(tx, &id).map_err(Error::from)).await;
    let steps: Vec<StepRow> = match read {
        Ok(steps) => steps.into_iter().filter(|step| step.attempt == attempt).collect(),
        Err(error) => {
            tracing::debug!("The steps of {} are in no trace: {}", job.id, chain(&error));
            Vec::new()
        }
    };
    let began = |step: &StepRow| {
        let took = step.milliseconds.unwrap_or(0).saturating_mul(1_000);
        Ts::from_microsecond(step.at.as_microsecond().saturating_sub(took))
    };
    let span = JobSpan::begin(app, job, steps.iter().map(began).min().unwrap_or(job.updated_at));
    for step in &steps {
        let name = match job.kind {
            JobKind::Validation => format!("verify {}", step.name),
            JobKind::Deployment | JobKind::Issuance | JobKind::Renewal => format!("deploy {}", step.name),
        };
        let mut attributes = vec![("certctl.agent.id", job.executor.as_str().into())];
        if let Some(target) = &job.target_id {
            attributes.push(("certctl.target.id", target.as_str().into()));
        }
        let failed = (step.outcome != "ok").then_some(step.detail.as_str());
        span.step(app, &name, SpanKind::Internal, (began(step), step.at), attributes, failed);
    }
    span.end(app, failed);
}
