//! What can go wrong in a command, said to the person who has to act: the fact, the cause, the next step.
//!
//! Not for: choosing words for what the server refuses (its problem document has them). Invariants: each failure has
//! one exit code, by the table in `output.rs`; no key, token or password is in any of them.

use std::path::PathBuf;

use certctl_api::client::ClientError;
use certctl_api::problem::Problem;

use crate::output::Exit;

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The flags, the environment or the stored log-in do not fit together.
    #[error("{what}")]
    Usage {
        /// What is wrong.
        what: String,
        /// What to do.
        next: String,
    },
    /// A file of the caller cannot be used.
    #[error("{} cannot be {action}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// `read` or `written`.
        action: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// The server did not answer, or refused.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The server refused, and its own words are the next step.
    #[error("{what}")]
    Denied {
        /// What it said.
        what: String,
        /// The request's id.
        request_id: String,
    },
    /// The server's answer has another form than this program knows.
    #[error("the answer to {what} cannot be shown: {detail}")]
    Answer {
        /// The request.
        what: String,
        /// Which field.
        detail: String,
    },
    /// It was tried and failed, or the answer is no.
    #[error("{what}")]
    Negative {
        /// What failed and why.
        what: String,
        /// What to do.
        next: String,
    },
    /// The time for waiting is over.
    #[error("{what}")]
    TimedOut {
        /// What was waited for.
        what: String,
        /// What to do.
        next: String,
    },
    /// The output cannot be written.
    #[error("the output cannot be written")]
    Output(#[from] std::io::Error),
}

impl Failure {
    /// A mistake in what was asked.
    pub(crate) fn usage(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::Usage { what: what.into(), next: next.into() }
    }

    /// How the program ends.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Usage { .. } | Self::File { .. } | Self::Client(ClientError::Tls(_)) => Exit::Usage,
            Self::Client(ClientError::Unreachable { .. }) => Exit::Unreachable,
            Self::Client(ClientError::Refused { problem }) => of_status(problem.status),
            Self::Client(ClientError::Unreadable { status, .. }) => of_status(*status),
            Self::Denied { .. } => Exit::Refused,
            Self::Answer { .. } | Self::Negative { .. } => Exit::Negative,
            Self::TimedOut { .. } => Exit::TimedOut,
            // A reader that has seen enough (`certctl ... | head`) is no failure.
            Self::Output(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Exit::Ok,
            Self::Output(_) => Exit::Negative,
        }
    }

    /// What is printed, line by line; the first follows `error: `.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines = match self {
            Self::Client(ClientError::Unreachable { method, url, detail }) => {
                vec![
                    format!("{} cannot be reached: {}", origin(url), without_boilerplate(detail)),
                    format!("request: {method} {url}"),
                ]
            }
            Self::Usage { .. }
            | Self::File { .. }
            | Self::Client(
                ClientError::Tls(_) | ClientError::Refused { .. } | ClientError::Unreadable { .. },
            )
            | Self::Denied { .. }
            | Self::Answer { .. }
            | Self::Negative { .. }
            | Self::TimedOut { .. }
            | Self::Output(_) => vec![self.to_string()],
        };
        match self {
            Self::Usage { next, .. } | Self::Negative { next, .. } | Self::TimedOut { next, .. } => {
                push_next(&mut lines, next);
            }
            Self::File { source, .. } => lines.push(format!("cause: {source}")),
            Self::Denied { request_id, .. } => lines.push(format!("request id: {request_id}")),
            Self::Output(source) => lines.push(format!("cause: {source}")),
            Self::Answer { .. } => {
                push_next(
                    &mut lines,
                    "is the server another version? `certctl status` shows it; -o json prints the answer as it is",
                );
            }
            Self::Client(ClientError::Tls(_)) => {
                push_next(
                    &mut lines,
                    "give the CA with --ca-file, as the server wrote it (ca.pem in its data directory)",
                );
            }
            Self::Client(ClientError::Unreachable { url, detail, .. }) => {
                push_next(&mut lines, &reach(&origin(url), detail));
            }
            Self::Client(ClientError::Unreadable { url, status, .. }) => {
                push_next(
                    &mut lines,
                    &format!("status {status}: is {} a certctl server? Set --server", origin(url)),
                );
            }
            Self::Client(ClientError::Refused { problem }) => {
                lines.extend(fields(problem));
                lines.extend(facts(problem.params.as_ref()));
                push_next(&mut lines, of_refusal(problem.status));
                lines.push(format!("request id: {}", problem.request_id));
            }
        }
        lines
    }
}

fn push_next(lines: &mut Vec<String>, next: &str) {
    if !next.is_empty() {
        lines.push(format!("next: {next}"));
    }
}

/// Each bad field by its name; the sentence only where the first line does not hold it already.
fn fields(problem: &Problem) -> impl Iterator<Item = String> {
    problem.errors.iter().map(|field| {
        let name = field_name(&field.pointer);
        if field.detail == problem.detail {
            format!("in {name}")
        } else {
            format!("{name}: {}", field.detail)
        }
    })
}

/// What a problem's pointer names, in a person's words: `names[0]`, `parameter limit`, `header If-Match`.
fn field_name(pointer: &str) -> String {
    if let Some(parameter) = pointer.strip_prefix('?') {
        return format!("parameter {parameter}");
    }
    if let Some(header) = pointer.strip_suffix(':').filter(|rest| !rest.starts_with('/')) {
        return format!("header {header}");
    }
    if pointer.is_empty() {
        return "the body".to_owned();
    }
    let Some(path) = pointer.strip_prefix('/') else {
        return if pointer == "{id}" { "the id".to_owned() } else { pointer.to_owned() };
    };
    let mut name = String::new();
    for part in path.split('/').map(|part| part.replace("~1", "/").replace("~0", "~")) {
        if part.bytes().all(|byte| byte.is_ascii_digit()) && !part.is_empty() {
            name.push_str(&format!("[{part}]"));
        } else {
            if !name.is_empty() {
                name.push('.');
            }
            name.push_str(&part);
        }
    }
    name
}

/// What the server says beside its words, such as the id of the job that stands in the way.
fn facts(params: Option<&serde_json::Value>) -> Vec<String> {
    let object = params.and_then(serde_json::Value::as_object);
    let shown = object.into_iter().flatten().filter_map(|(name, value)| match value {
        serde_json::Value::String(text) => Some(format!("{name}: {text}")),
        serde_json::Value::Number(_) | serde_json::Value::Bool(_) => Some(format!("{name}: {value}")),
        serde_json::Value::Null | serde_json::Value::Array(_) | serde_json::Value::Object(_) => None,
    });
    shown.collect()
}

const fn of_status(status: u16) -> Exit {
    if status >= 400 && status < 500 { Exit::Refused } else { Exit::Negative }
}

/// What a person can do about a refusal, beyond its own words.
const fn of_refusal(status: u16) -> &'static str {
    match status {
        401 => "sign in with `certctl login`, or give a valid key with --api-key-file or CERTCTL_API_KEY",
        403 => "use a key whose role allows it; `certctl status` shows what yours may do",
        412 => "it was changed meanwhile: read it again, then repeat the change",
        429 => "wait a moment and try again",
        500..=599 => "try again; if it stays, look for the request id in the server's log",
        _ => "",
    }
}

/// What a person can do about a server that does not answer.
fn reach(server: &str, detail: &str) -> String {
    if detail.contains("UnknownIssuer") || detail.contains("BadSignature") {
        return format!(
            "{server} presents a certificate of another CA: give its CA with --ca-file (ca.pem in the server's data \
             directory), or sign in anew with `certctl login`"
        );
    }
    if detail.contains("NotValidForName") || detail.contains("not valid for name") {
        return format!(
            "the certificate of {server} is for other names: use one of them in --server, or add this one to the \
             server's --tls-names"
        );
    }
    if detail.contains("Expired") || detail.contains("expired") {
        return "the server's certificate has ended, or a clock is wrong: compare the clocks of both machines".to_owned();
    }
    if detail.contains("timed out") {
        return format!(
            "{server} is too slow or a firewall drops the packets: check the address, or raise --timeout"
        );
    }
    if detail.contains("dns error") || detail.contains("failed to lookup") {
        return format!("the host name in {server} is not known: check --server or CERTCTL_SERVER_URL");
    }
    format!(
        "is the server running at {server}? Start it with `certctl server`, or set --server or CERTCTL_SERVER_URL"
    )
}

/// A chain of causes without the HTTP library's words about itself.
fn without_boilerplate(detail: &str) -> &str {
    let rest = detail.split_once("client error (Connect): ").map_or(detail, |(_, rest)| rest);
    rest.strip_prefix("tcp connect error: ").unwrap_or(rest)
}

/// `https://host:port` of a URL.
fn origin(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
    let host = rest.split('/').next().unwrap_or(rest);
    format!("{scheme}://{host}")
}

#[cfg(test)]
mod tests {
    use certctl_api::problem::FieldError;

    use super::*;

    fn refused(status: u16) -> Failure {
        let problem = Problem {
            kind: "urn:certctl:problem:invalid".to_owned(),
            code: "invalid".to_owned(),
            title: "Invalid".to_owned(),
            status,
            detail: "the request breaks a rule".to_owned(),
            errors: vec![FieldError { pointer: "/names/0".to_owned(), detail: "is not a name".to_owned() }],
            params: Some(serde_json::json!({ "job_id": "job-7", "none": null })),
            request_id: "req-7".to_owned(),
        };
        Failure::Client(ClientError::Refused { problem: Box::new(problem) })
    }

    fn unreachable(detail: &str) -> Failure {
        Failure::Client(ClientError::Unreachable {
            method: "GET".to_owned(),
            url: "https://127.0.0.1:8443/api/v1/jobs".to_owned(),
            detail: detail.to_owned(),
        })
    }

    #[test]
    fn a_refusal_shows_each_field_its_facts_and_the_request_id() {
        let lines = refused(422).lines();
        assert_eq!(lines[0], "the request breaks a rule");
        assert!(lines.contains(&"names[0]: is not a name".to_owned()), "{lines:?}");
        assert!(lines.contains(&"job_id: job-7".to_owned()), "{lines:?}");
        assert!(lines.contains(&"request id: req-7".to_owned()), "{lines:?}");
    }

    #[test]
    fn a_field_is_named_in_words() {
        for (pointer, expected) in [
            ("/names/0", "names[0]"),
            ("/config/probe/1/address", "config.probe[1].address"),
            ("/config/a~1b~0c", "config.a/b~c"),
            ("?limit", "parameter limit"),
            ("If-Match:", "header If-Match"),
            ("{id}", "the id"),
            ("", "the body"),
        ] {
            assert_eq!(field_name(pointer), expected);
        }
    }

    #[test]
    fn a_sentence_is_not_said_twice() {
        let Failure::Client(ClientError::Refused { mut problem }) = refused(422) else {
            panic!("not refused")
        };
        problem.detail = "is not a name".to_owned();
        let lines = Failure::Client(ClientError::Refused { problem }).lines();
        assert_eq!(&lines[..2], ["is not a name", "in names[0]"]);
    }

    #[test]
    fn a_server_that_is_not_reached_is_named_with_the_cause_alone() {
        let library = "error sending request for url (https://127.0.0.1:8443/api/v1/jobs): client error (Connect): \
                       tcp connect error: Connection refused (os error 111)";
        let expected = "https://127.0.0.1:8443 cannot be reached: Connection refused (os error 111)";
        assert_eq!(unreachable(library).lines()[0], expected);
    }

    #[test]
    fn each_failure_has_its_exit_code() {
        let check = |failure: Failure, expected: Exit| assert_eq!(failure.exit(), expected, "{failure:?}");
        check(Failure::usage("a", "b"), Exit::Usage);
        check(refused(404), Exit::Refused);
        check(refused(503), Exit::Negative);
        check(unreachable("connection refused"), Exit::Unreachable);
        check(Failure::TimedOut { what: String::new(), next: String::new() }, Exit::TimedOut);
        check(Failure::Output(std::io::ErrorKind::BrokenPipe.into()), Exit::Ok);
        check(Failure::Output(std::io::ErrorKind::StorageFull.into()), Exit::Negative);
    }

    #[test]
    fn the_next_step_follows_the_cause() {
        let check = |failure: Failure, expected: &str| {
            let text = failure.lines().join("\n");
            assert!(text.contains(expected), "{expected} is missing in:\n{text}");
        };
        check(
            unreachable("tcp connect error: Connection refused"),
            "is the server running at https://127.0.0.1:8443?",
        );
        check(unreachable("invalid peer certificate: UnknownIssuer"), "--ca-file");
        check(unreachable("operation timed out"), "--timeout");
        check(unreachable("dns error: no such host"), "host name");
        check(refused(401), "certctl login");
        check(refused(403), "role");
    }
}
