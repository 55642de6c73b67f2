//! `certctl api`: any route of the API, for what has no command of its own.
//!
//! Not for: daily work. Invariant: the answer is printed as it came.

use certctl_api::client::ClientError;
use clap::{Args, ValueEnum};
use serde_json::Value;

use crate::failure::Failure;
use crate::output::Exit;
use crate::session::Session;
use crate::settings::read_text;

/// `certctl api METHOD PATH`
#[derive(Debug, Args)]
pub(crate) struct Api {
    /// GET, POST, PATCH or DELETE
    #[arg(value_enum, ignore_case = true)]
    method: Method,
    /// Below /api/v1, such as '/certificates?limit=5'; /healthz and /readyz as they are
    path: String,
    /// The body: JSON, @FILE, or @- for standard input
    #[arg(long, short, value_name = "JSON")]
    data: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "UPPER")]
enum Method {
    Get,
    Post,
    Patch,
    Delete,
}

impl Api {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        let path = if self.path.starts_with('/') { self.path.clone() } else { format!("/{}", self.path) };
        let client = &session.client;
        let answer: Result<Value, ClientError> = match self.method {
            Method::Get => {
                self.no_body()?;
                let text = client.text(&path).await?;
                match serde_json::from_str(&text) {
                    Ok(value) => Ok(value),
                    Err(_) => {
                        session.console.raw(&text)?;
                        return Ok(Exit::Ok);
                    }
                }
            }
            Method::Post => client.post(&path, &self.body()?).await,
            Method::Patch => client.patch(&path, &self.body()?).await,
            Method::Delete => {
                self.no_body()?;
                client.delete(&path).await
            }
        };
        match answer? {
            Value::Null => Ok(Exit::Ok),
            value => {
                session.console.document(&value)?;
                Ok(Exit::Ok)
            }
        }
    }

    fn no_body(&self) -> Result<(), Failure> {
        match &self.data {
            Some(_) => {
                Err(Failure::usage("GET and DELETE have no body", "leave --data out, or use POST or PATCH"))
            }
            None => Ok(()),
        }
    }

    fn body(&self) -> Result<Value, Failure> {
        let text = match self.data.as_deref() {
            None => "{}".to_owned(),
            Some(data) => match data.strip_prefix('@') {
                Some(path) => read_text(path.as_ref())?,
                None => data.to_owned(),
            },
        };
        serde_json::from_str(&text).map_err(|error| {
            Failure::usage(format!("--data is not JSON: {error}"), "quote it for the shell, or use @FILE")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api(method: Method, data: Option<&str>) -> Api {
        Api { method, path: "/certificates".to_owned(), data: data.map(str::to_owned) }
    }

    #[test]
    fn a_body_is_json_from_the_flag_or_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("body.json");
        std::fs::write(&path, "{\"a\": 1}").unwrap();
        let from_file = format!("@{}", path.display());
        for data in ["{\"a\": 1}", from_file.as_str()] {
            assert_eq!(api(Method::Post, Some(data)).body().unwrap(), serde_json::json!({ "a": 1 }));
        }
        assert_eq!(api(Method::Post, None).body().unwrap(), serde_json::json!({}));
        assert!(api(Method::Post, Some("{a: 1}")).body().is_err());
    }

    #[test]
    fn a_read_has_no_body() {
        assert!(api(Method::Get, Some("{}")).no_body().is_err());
        assert!(api(Method::Get, None).no_body().is_ok());
    }
}
