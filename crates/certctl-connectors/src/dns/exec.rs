//! A program on the server: `PROGRAM ARGUMENTS... present|cleanup NAME. VALUE`, as lego calls its own, without a shell.
//!
//! The same is in its environment: `CERTCTL_DNS_ACTION`, `CERTCTL_DNS_ZONE`, `CERTCTL_DNS_NAME`, `CERTCTL_DNS_VALUE`.
//!
//! | status | meaning |
//! |---|---|
//! | 0 | done |
//! | 64, 65, 77, 78 (EX_USAGE, EX_DATAERR, EX_NOPERM, EX_CONFIG) | refused: another try will not help |
//! | any other, or a signal | not done: another try may help |
//!
//! Not for: starting and ending it ([`crate::program`]). Invariant: only one that the server's operator lists is run.

use serde_json::{Value, json};

use super::schema::{self, Schema};
use super::{Call, DnsError, SetsTxt, TxtRecord};
use crate::fields::{Problem, Problems};
use crate::program::{self, Ended, MAX_PARTS, NotRun, Program, Told};

const TIMEOUT: u64 = 60;

/// The configuration.
#[derive(Debug, Clone)]
pub struct Exec(Program);

pub(super) fn schema() -> Schema {
    let fields = vec![
        (
            "program",
            schema::text("Program", "The absolute path of a program that the server's configuration lists"),
        ),
        (
            "arguments",
            json!({
                "type": "array", "items": { "type": "string" }, "maxItems": MAX_PARTS, "default": [], "title": "Arguments",
                "x-group": "Provider", "description": "What comes before present or cleanup, the name and the value",
            }),
        ),
        (
            "environment",
            json!({
                "type": "object", "additionalProperties": { "type": "string" }, "maxProperties": MAX_PARTS, "x-secret": true,
                "title": "Environment", "x-group": "Provider",
                "description": "Variables that the program finds, such as its credentials; it inherits none",
            }),
        ),
        (
            "timeout",
            json!({
                "type": "integer", "minimum": 1, "maximum": 600, "default": TIMEOUT, "title": "Time limit",
                "x-group": "Provider", "description": "After how many seconds it is killed",
            }),
        ),
    ];
    (fields, vec!["program"])
}

pub(super) fn read(config: &Value) -> Result<Exec, Vec<Problem>> {
    let problems = Problems::default();
    let mut fields = problems.object(config);
    let program = program::read(&mut fields, "timeout", TIMEOUT);
    let environment = program::read_environment(&mut fields, "environment");
    fields.finish();
    problems.finish(program.map(|program| Exec(Program { environment, ..program })))
}

impl Exec {
    async fn run(&self, call: Call<'_>, record: &TxtRecord, action: &str) -> Result<(), DnsError> {
        let words = [action.to_owned(), record.name().dotted(), record.value().to_owned()];
        let variables = [
            ("CERTCTL_DNS_ACTION", action.to_owned()),
            ("CERTCTL_DNS_ZONE", record.zone().as_str().to_owned()),
            ("CERTCTL_DNS_NAME", record.name().as_str().to_owned()),
            ("CERTCTL_DNS_VALUE", record.value().to_owned()),
        ];
        let told = Told { words: &words, variables: &variables, stdin: &[] };
        match self.0.run(&call.around.programs, "dns_programs", told).await {
            Ok(Ended { code: Some(0), .. }) => Ok(()),
            Ok(Ended { code: Some(64 | 65 | 77 | 78), detail, .. }) | Err(NotRun::Barred(detail)) => {
                Err(DnsError::Refused(detail))
            }
            Ok(Ended { detail, .. }) | Err(NotRun::Failed(detail)) => Err(DnsError::retry(detail)),
        }
    }
}

impl SetsTxt for Exec {
    fn sensitive(&self) -> Vec<&str> {
        self.0.sensitive()
    }

    async fn set(&self, call: Call<'_>, record: &TxtRecord) -> Result<(), DnsError> {
        self.run(call, record, "present").await
    }

    async fn remove(&self, call: Call<'_>, record: &TxtRecord) -> Result<(), DnsError> {
        self.run(call, record, "cleanup").await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_a_path_and_its_environment_chooses_no_code() {
        let pointers = |config: Value| -> Vec<String> {
            let problems = read(&config).map(drop).unwrap_err();
            problems.iter().map(Problem::pointer).collect()
        };
        assert!(read(&json!({ "program": "/usr/bin/set-txt", "environment": { "TOKEN": "x" } })).is_ok());
        assert_eq!(pointers(json!({ "program": "set-txt" })), ["/program"]);
        assert_eq!(pointers(json!({ "program": "/a/../b", "arguments": [1] })), ["/program", "/arguments/0"]);
        for name in ["LD_PRELOAD", "PATH", "CERTCTL_DNS_NAME", "1A", "A-B", ""] {
            let config = json!({ "program": "/a", "environment": { name: "x" } });
            assert_eq!(pointers(config).len(), 1, "{name}");
        }
        assert_eq!(pointers(json!({ "program": "/a", "environment": { "A": 1 } })), ["/environment/A"]);
        assert_eq!(pointers(json!({ "program": "/a", "timeout": 0 })), ["/timeout"]);
    }
}
