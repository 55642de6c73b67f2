//! `certctl api`: any route of the API, for what has no command of its own.
//!
//! Not for: daily work, or the event stream (`events`). Invariant: the answer is printed as it came.

use clap::{Args, ValueEnum};
use serde_json::Value;

use crate::failure::Failure;
use crate::output::Exit;
use crate::query::{append, next_cursor, push_parameter};
use crate::session::Session;
use crate::settings::read_text;

/// `certctl api METHOD PATH`
#[derive(Debug, Args)]
pub(crate) struct Api {
    /// GET, POST, PUT, PATCH or DELETE
    #[arg(value_enum, ignore_case = true)]
    method: Method,
    /// Below /api/v1, such as '/certificates?limit=5'; /healthz, /readyz and /metrics as they are
    path: String,
    /// The body: JSON, @FILE, or @- for standard input
    #[arg(long, short, value_name = "JSON")]
    data: Option<String>,
    /// A parameter of the query, NAME=VALUE; can be given several times
    #[arg(long, short = 'p', value_name = "NAME=VALUE", value_parser = parameter)]
    param: Vec<(String, String)>,
    /// A header of the request, 'NAME: VALUE', such as 'If-Match: "3"'; can be given several times
    #[arg(long, short = 'H', value_name = "NAME: VALUE", value_parser = header)]
    header: Vec<(String, String)>,
    /// All pages of a list, as one
    #[arg(long)]
    all: bool,
    /// Print the status and the headers of the answer before it
    #[arg(long, short)]
    include: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "UPPER")]
enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    const fn word(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

fn parameter(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        Some(_) | None => Err("it is no NAME=VALUE".to_owned()),
    }
}

fn header(text: &str) -> Result<(String, String), String> {
    let is_token = |name: &str| {
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
    };
    match text.split_once(':') {
        Some((name, value)) if is_token(name) && !value.chars().any(char::is_control) => {
            Ok((name.to_owned(), value.trim().to_owned()))
        }
        Some(_) | None => Err("it is no 'NAME: VALUE'".to_owned()),
    }
}

impl Api {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        let body = self.body()?;
        if self.all && (self.method != Method::Get || self.include) {
            return Err(Failure::usage("--all is for a GET without --include", "leave one of them out"));
        }
        let mut path = if self.path.starts_with('/') { self.path.clone() } else { format!("/{}", self.path) };
        for (name, value) in &self.param {
            push_parameter(&mut path, name, value);
        }
        let text = self.call(session, &path, body.as_ref()).await?;
        let Ok(mut value) = serde_json::from_str::<Value>(&text) else {
            // PEM, metrics, an export: as it is.
            session.console.raw(&text)?;
            return Ok(Exit::Ok);
        };
        while self.all
            && let Some(cursor) = next_cursor(&value)
        {
            let mut next = path.clone();
            push_parameter(&mut next, "cursor", &cursor);
            append(&mut value, session.client.read(&next).await?);
        }
        session.console.document(&value)?;
        Ok(Exit::Ok)
    }

    /// The text of the answer; its head is printed when that was asked for, also that of a refusal.
    async fn call(
        &self,
        session: &mut Session<'_>,
        path: &str,
        body: Option<&Value>,
    ) -> Result<String, Failure> {
        let answer = session.client.raw(self.method.word(), path, &self.header, body).await?;
        if self.include {
            session.console.line(&format!("{} {}", answer.status, answer.reason))?;
            for (name, value) in &answer.headers {
                session.console.line(&format!("{name}: {value}"))?;
            }
            session.console.line("")?;
        }
        Ok(answer.success()?.text)
    }

    fn body(&self) -> Result<Option<Value>, Failure> {
        let text = match (self.method, self.data.as_deref()) {
            (Method::Get | Method::Delete, None) => return Ok(None),
            (Method::Get | Method::Delete, Some(_)) => {
                return Err(Failure::usage(
                    "GET and DELETE have no body",
                    "leave --data out, or use POST, PUT or PATCH",
                ));
            }
            (Method::Post | Method::Put | Method::Patch, None) => "{}".to_owned(),
            (Method::Post | Method::Put | Method::Patch, Some(data)) => match data.strip_prefix('@') {
                Some(path) => read_text(path.as_ref())?,
                None => data.to_owned(),
            },
        };
        serde_json::from_str(&text).map(Some).map_err(|error| {
            Failure::usage(format!("--data is not JSON: {error}"), "quote it for the shell, or use @FILE")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api(method: Method, data: Option<&str>) -> Api {
        Api {
            method,
            path: "/certificates".to_owned(),
            data: data.map(str::to_owned),
            param: Vec::new(),
            header: Vec::new(),
            all: false,
            include: false,
        }
    }

    #[test]
    fn a_body_is_json_from_the_flag_or_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("body.json");
        std::fs::write(&path, "{\"a\": 1}").unwrap();
        let from_file = format!("@{}", path.display());
        for data in ["{\"a\": 1}", from_file.as_str()] {
            assert_eq!(api(Method::Post, Some(data)).body().unwrap(), Some(serde_json::json!({ "a": 1 })));
        }
        assert_eq!(api(Method::Post, None).body().unwrap(), Some(serde_json::json!({})));
        assert!(api(Method::Post, Some("{a: 1}")).body().is_err());
    }

    #[test]
    fn a_read_has_no_body() {
        assert!(api(Method::Get, Some("{}")).body().is_err());
        assert_eq!(api(Method::Get, None).body().unwrap(), None);
    }

    #[test]
    fn parameters_and_headers_have_a_name_and_a_value() {
        assert_eq!(parameter("q=a=b").unwrap(), ("q".to_owned(), "a=b".to_owned()));
        assert!(parameter("q").is_err() && parameter("=x").is_err());
        assert_eq!(header("If-Match: \"3\"").unwrap(), ("If-Match".to_owned(), "\"3\"".to_owned()));
        for bad in ["If-Match", ": x", "a b: x", "a: x\r\nb: y"] {
            assert!(header(bad).is_err(), "{bad}");
        }
    }
}
