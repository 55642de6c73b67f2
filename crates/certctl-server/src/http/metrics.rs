//! `/metrics`: the recorder, and the facts of the process.
//!
//! Not for: the names of what is counted (`measures.rs`). Invariant: labels are bounded: route patterns, methods, statuses and
//! names of our own, never ids or addresses.

use std::{
    fmt::Write as _,
    sync::{OnceLock, PoisonError},
    time::Duration,
};

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, Method, StatusCode, header};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::{
    app::App,
    error::Error,
    measures::{self, REQUEST_SECONDS},
};

static RECORDER: OnceLock<Result<PrometheusHandle, String>> = OnceLock::new();
static INSTALLING: std::sync::Mutex<()> = std::sync::Mutex::new(());

/// Installs the recorder of the process; later calls give the same one.
///
/// # Errors
/// When another recorder was installed by somebody else.
pub fn install() -> Result<PrometheusHandle, String> {
    let _one_at_a_time = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
    RECORDER
        .get_or_init(|| {
            let buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
            let handle = PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &buckets)
                .map_err(|error| error.to_string())?
                .install_recorder()
                .map_err(|error| error.to_string())?;
            measures::describe();
            Ok(handle)
        })
        .clone()
}

/// Counts an answer.
pub fn answered(method: &Method, path: &str, status: StatusCode, took: Duration) {
    // A method can be any word: those that no route has are one label.
    let method = match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PATCH" => "PATCH",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "HEAD" => "HEAD",
        _ => "other",
    };
    ::metrics::histogram!(
        REQUEST_SECONDS, "method" => method, "path" => path.to_owned(), "status" => status.as_str().to_owned()
    )
    .record(took.as_secs_f64());
}

/// Metrics of this process, in the text form of Prometheus.
///
/// # Errors
/// 500 when the recorder could not be installed.
#[utoipa::path(get, path = "/metrics", tag = "health", operation_id = "metrics", responses((status = 200, body = String, content_type = "text/plain")))]
pub async fn show(State(app): State<App>) -> Result<Response, Error> {
    let handle = install().map_err(Error::internal)?;
    handle.run_upkeep();
    let mut text = handle.render();
    process(&app, &mut text);
    let mut response = text.into_response();
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    Ok(response)
}

/// Facts of the process, by the names that Prometheus' own libraries use.
fn process(app: &App, text: &mut String) {
    let mut gauge = |name: &str, kind: &str, help: &str, value: f64| {
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}");
    };
    gauge("certctl_up", "gauge", "Always 1 while the server answers", 1.0);
    let beat = app.now().since(app.engine_beat.last()).as_secs_f64();
    gauge("certctl_engine_idle_seconds", "gauge", "Since a task of the engine last went round", beat);
    if let Some(bytes) = resident_bytes() {
        gauge("process_resident_memory_bytes", "gauge", "Resident memory", bytes);
    }
    if let Some(seconds) = cpu_seconds() {
        gauge("process_cpu_seconds_total", "counter", "Time on the processor", seconds);
    }
    if let Ok(entries) = std::fs::read_dir("/proc/self/fd") {
        #[expect(clippy::cast_precision_loss, reason = "a process has at most some thousand open files")]
        let n = entries.count() as f64;
        gauge("process_open_fds", "gauge", "Open file descriptors", n);
    }
}

fn resident_bytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024.0)
}

fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The second field, the program's name, is in parentheses and may hold spaces.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: f64 = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    // Linux reports ticks of 1/100 s to programs on every architecture that we build for.
    Some(ticks / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_has_memory_and_time() {
        assert!(resident_bytes().unwrap() > 1_000_000.0);
        assert!(cpu_seconds().unwrap() >= 0.0);
    }

    #[test]
    fn unknown_methods_share_a_label() {
        let handle = install().unwrap();
        for word in ["BREW", "WHEN"] {
            answered(
                &Method::from_bytes(word.as_bytes()).unwrap(),
                "/x",
                StatusCode::NOT_FOUND,
                Duration::ZERO,
            );
        }
        let text = handle.render();
        assert!(text.contains("method=\"other\"") && !text.contains("BREW"), "{text}");
    }
}
