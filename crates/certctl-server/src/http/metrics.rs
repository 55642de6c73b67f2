//! `/metrics`: the recorder, what is counted in the store, and the facts of the process.
//!
//! Not for: the names of what is counted as it happens (`measures.rs`). Invariants: labels are bounded: route patterns,
//! methods, statuses and names of our own, never ids or addresses; a scrape reads a large store only so often
//! (`counts.rs`), and is answered when the store is not.

use std::{
    fmt::Write as _,
    sync::{OnceLock, PoisonError},
    time::Duration,
};

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use certctl_core::{
    agent::AgentHealth,
    alert::AlertSeverity,
    certificate::CertificateStatus as Status,
    job::{JobKind, JobState},
    time::Ts,
};
use http::{HeaderValue, Method, StatusCode, header};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::{
    app::App,
    counts::counted,
    error::{Error, chain},
    measures::{self, ISSUANCE_SECONDS},
    ops::inventory::{self, Certificates, Work},
};

static RECORDER: OnceLock<Result<PrometheusHandle, String>> = OnceLock::new();
static INSTALLING: std::sync::Mutex<()> = std::sync::Mutex::new(());

/// Seconds: of requests and transactions.
const SHORT: [f64; 13] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// Seconds: of issuances, which may wait for an agent or a person.
const LONG: [f64; 14] =
    [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0, 3_600.0, 86_400.0];
/// Transactions that share a commit.
const GROUPS: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// Installs the recorder of the process; later calls give the same one.
///
/// # Errors
/// When another recorder was installed by somebody else.
pub fn install() -> Result<PrometheusHandle, String> {
    let _one_at_a_time = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
    RECORDER
        .get_or_init(|| {
            let handle = PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SHORT)
                .and_then(|to| to.set_buckets_for_metric(Matcher::Full(ISSUANCE_SECONDS.to_owned()), &LONG))
                .and_then(|to| to.set_buckets_for_metric(Matcher::Suffix("_group_size".to_owned()), &GROUPS))
                .map_err(|error| error.to_string())?
                .install_recorder()
                .map_err(|error| error.to_string())?;
            measures::describe();
            Ok(handle)
        })
        .clone()
}

/// A method as a label: it can be any word, and those that no route has are one.
pub fn method_label(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PATCH" => "PATCH",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "HEAD" => "HEAD",
        _ => "other",
    }
}

/// Counts an answer.
pub fn answered(method: &Method, path: &str, status: StatusCode, took: Duration) {
    measures::request(method_label(method), path, status.as_u16(), took);
}

/// Metrics of this process and of the inventory, in the text form of Prometheus.
///
/// # Errors
/// 500 when the recorder could not be installed.
#[utoipa::path(get, path = "/metrics", tag = "health", operation_id = "metrics", responses((status = 200, body = String, content_type = "text/plain")))]
pub async fn show(State(app): State<App>) -> Result<Response, Error> {
    let handle = install().map_err(Error::internal)?;
    handle.run_upkeep();
    let mut page = Page(handle.render());
    store(&app, &mut page).await;
    process(&app, &mut page);
    let mut response = page.0.into_response();
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    Ok(response)
}

/// The text while it is written.
struct Page(String);

impl Page {
    /// A family with one sample for each set of labels; the values of labels are words of our own.
    fn family(&mut self, name: &str, kind: &str, help: &str, samples: &[(String, f64)]) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (labels, value) in samples {
            let _ = writeln!(self.0, "{name}{labels} {value}");
        }
    }

    fn gauge(&mut self, name: &str, help: &str, value: f64) {
        self.family(name, "gauge", help, &[(String::new(), value)]);
    }

    fn counter(&mut self, name: &str, help: &str, value: f64) {
        self.family(name, "counter", help, &[(String::new(), value)]);
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows, which are far below 2^52")]
const fn number(n: i64) -> f64 {
    n as f64
}

/// What is counted in the store; without it, that it does not answer.
async fn store(app: &App, page: &mut Page) {
    let found = async {
        let certificates = counted(app, "metrics.certificates".to_owned(), inventory::certificates).await?;
        let work = counted(app, "metrics.work".to_owned(), inventory::work).await?;
        Ok::<_, Error>((certificates, work))
    };
    let found = found.await;
    page.gauge("certctl_store_up", "Whether the store answers", f64::from(u8::from(found.is_ok())));
    match found {
        Ok((certificates, work)) => {
            certificate_counts(page, &certificates.value);
            let age = app.now().since(certificates.as_of).as_secs_f64();
            page.gauge("certctl_certificate_counts_age_seconds", "Since the certificates were counted", age);
            work_counts(page, &work.value, app.now());
        }
        Err(error) => tracing::warn!("The inventory could not be counted for /metrics: {}", chain(&error)),
    }
}

fn certificate_counts(page: &mut Page, counts: &Certificates) {
    let managed = [
        Status::Pending,
        Status::Active,
        Status::Expiring,
        Status::Expired,
        Status::RenewalInProgress,
        Status::Failed,
        Status::Revoked,
    ];
    for (name, help, of) in [
        ("certctl_certificate_total", "Certificates that are not archived", &managed[..]),
        ("certctl_certificate_pending", "Certificates that were never issued", &[Status::Pending]),
        (
            "certctl_certificate_active",
            "Certificates that are valid and not due for renewal",
            &[Status::Active],
        ),
        (
            "certctl_certificate_expiring_soon",
            "Certificates past their time to renew and not renewed yet",
            &[Status::Expiring, Status::RenewalInProgress],
        ),
        ("certctl_certificate_expired", "Certificates past their end", &[Status::Expired]),
        ("certctl_certificate_failed", "Certificates whose last work failed for good", &[Status::Failed]),
        ("certctl_certificate_revoked", "Certificates whose current version is revoked", &[Status::Revoked]),
        ("certctl_certificate_archived", "Certificates that are no longer managed", &[Status::Archived]),
    ] {
        page.gauge(name, help, number(counts.of(of)));
    }
}

fn work_counts(page: &mut Page, work: &Work, now: Ts) {
    let n_agents: i64 = work.agents.iter().map(|(_, n)| n).sum();
    page.gauge("certctl_agent_total", "Agents that are not retired", number(n_agents));
    let n_of = |health: AgentHealth| work.agents.iter().find(|(of, _)| *of == health).map_or(0, |(_, n)| *n);
    page.gauge(
        "certctl_agent_online",
        "Agents that were heard from lately",
        number(n_of(AgentHealth::Online)),
    );
    page.gauge(
        "certctl_agent_offline",
        "Agents that were not heard from for minutes",
        number(n_of(AgentHealth::Offline)),
    );
    let open = [JobState::Pending, JobState::AwaitingApproval, JobState::AwaitingCsr, JobState::Running];
    let mut samples = Vec::new();
    for kind in JobKind::ALL.iter().copied() {
        for state in open {
            let found = work.jobs.iter().find(|(k, s, _)| (*k, *s) == (kind, state));
            samples.push((
                format!("{{kind=\"{kind}\",state=\"{state}\"}}"),
                number(found.map_or(0, |(_, _, n)| *n)),
            ));
        }
    }
    page.family("certctl_job_open", "gauge", "Jobs that have not ended", &samples);
    let samples: Vec<_> = AlertSeverity::ALL
        .iter()
        .map(|severity| {
            let n = work.alerts.iter().find(|(of, _)| of == severity).map_or(0, |(_, n)| *n);
            (format!("{{severity=\"{severity}\"}}"), number(n))
        })
        .collect();
    page.family("certctl_alert_open", "gauge", "Alerts that are not closed", &samples);
    page.gauge(
        "certctl_audit_chain_batches",
        "Sealed batches of the audit trail",
        number(work.sealed_batches),
    );
    page.gauge("certctl_audit_chain_unsealed", "Audit events that are not sealed yet", number(work.unsealed));
    let age = work.unsealed_since.map_or(0.0, |since| now.since(since).as_secs_f64());
    page.gauge("certctl_audit_chain_unsealed_age_seconds", "Age of the oldest of them", age);
}

/// Facts of the process, by the names that Prometheus' own libraries use.
fn process(app: &App, page: &mut Page) {
    let version = format!("{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"));
    page.family("certctl_build_info", "gauge", "Always 1; the version is the label", &[(version, 1.0)]);
    page.gauge("certctl_up", "Always 1 while the server answers", 1.0);
    let beat = app.now().since(app.engine_beat.last()).as_secs_f64();
    page.gauge("certctl_engine_idle_seconds", "Since a task of the engine last went round", beat);
    #[expect(clippy::cast_precision_loss, reason = "a process has at most some hundred thousand listeners")]
    let n = app.tail.n_listeners() as f64;
    page.gauge("certctl_event_listeners", "Open event streams", n);
    if let Some(bytes) = resident_bytes() {
        page.gauge("process_resident_memory_bytes", "Resident memory", bytes);
    }
    let stat = stat_fields();
    if let Some(seconds) = stat.as_deref().and_then(cpu_seconds) {
        page.counter("process_cpu_seconds_total", "Time on the processor", seconds);
    }
    if let Some(seconds) = stat.as_deref().and_then(start_seconds) {
        page.gauge("process_start_time_seconds", "When the process began, since 1970", seconds);
    }
    if let Ok(entries) = std::fs::read_dir("/proc/self/fd") {
        #[expect(clippy::cast_precision_loss, reason = "a process has at most some thousand open files")]
        let n = entries.count() as f64;
        page.gauge("process_open_fds", "Open file descriptors", n);
    }
}

fn resident_bytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024.0)
}

/// The fields of `/proc/self/stat` from the third on: the second, the program's name, is in parentheses and may hold
/// spaces.
fn stat_fields() -> Option<Vec<String>> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    Some(stat.rsplit_once(')')?.1.split_whitespace().map(str::to_owned).collect())
}

/// Linux reports ticks of 1/100 s to programs on every architecture that we build for.
fn ticks(fields: &[String], number: usize) -> Option<f64> {
    Some(fields.get(number - 3)?.parse::<f64>().ok()? / 100.0)
}

fn cpu_seconds(fields: &[String]) -> Option<f64> {
    Some(ticks(fields, 14)? + ticks(fields, 15)?)
}

fn start_seconds(fields: &[String]) -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/stat").ok()?;
    let boot: f64 = stat.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()?;
    Some(boot + ticks(fields, 22)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use certctl_core::time::{Clock as _, SystemClock};

    #[test]
    fn the_process_has_memory_and_time() {
        assert!(resident_bytes().unwrap() > 1_000_000.0);
        let fields = stat_fields().unwrap();
        assert!(cpu_seconds(&fields).unwrap() >= 0.0);
        let since = number(SystemClock.now().as_second()) - start_seconds(&fields).unwrap();
        assert!((-5.0..3_600.0).contains(&since), "this test began {since} s ago");
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
