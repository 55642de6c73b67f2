//! A program on the server that signs: `PROGRAM ARGUMENTS... issue`, then `poll ORDER` until it has the certificate.
//!
//! | call | standard input | standard output |
//! |---|---|---|
//! | `issue` | the request (PEM) | the chain (PEM), leaf first; or the order's id |
//! | `poll ORDER` | the request (PEM) | the same |
//! | `revoke` | the certificate (PEM) | |
//!
//! | status | meaning |
//! |---|---|
//! | 0 | done |
//! | 69 (EX_UNAVAILABLE) | not yet: the first line of the output is the order's id |
//! | 75 (EX_TEMPFAIL), any other, or a signal | not done: another try may help |
//! | 64, 65, 77, 78 (EX_USAGE, EX_DATAERR, EX_NOPERM, EX_CONFIG) | refused: another try will not help |
//!
//! In its environment: `CERTCTL_ACTION`, `CERTCTL_INTENT` (the same whenever the same order is asked for again: after a crash
//! `issue` may come twice with it), `CERTCTL_NAMES` (with commas), `CERTCTL_LIFETIME_SECONDS`, `CERTCTL_ORDER`, and for `revoke`
//! `CERTCTL_SERIAL` (hexadecimal) and `CERTCTL_REASON` (a code of RFC 5280, section 5.3.1).
//! Not for: starting and ending it ([`crate::program`]). Invariants: only one that the server's operator lists is run; what it
//! prints is judged as what any authority gives.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use certctl_core::secret::Secret;
use certctl_pki::{CertificateInfo, RevocationReason, pem};
use serde_json::{Value, json};

use super::answers::Steps;
use super::schema::{self, Schema};
use super::{Asked, AuthorityError, Call, Next, Signs, TestStep, chain};
use crate::fields::{Fields, Problem, Problems};
use crate::program::{self, Ended, MAX_PARTS, NotRun, Program, Told};

const TIMEOUT: u64 = 60;
/// When an order is asked for again.
const POLL: Duration = Duration::from_secs(30);
/// The operator's setting that lists programs.
const SETTING: &str = "issuer_programs";

/// The configuration.
#[derive(Debug, Clone)]
pub struct Exec {
    program: Program,
    /// The values that nobody may be told.
    secret: Vec<Secret<String>>,
}

pub(super) fn schema() -> Schema {
    let group = "Program";
    let fields = vec![
        (
            "program",
            schema::text(
                group,
                "Program",
                "The absolute path of a program that the server's configuration lists",
            ),
        ),
        (
            "arguments",
            json!({
                "type": "array", "items": { "type": "string" }, "maxItems": MAX_PARTS, "default": [], "title": "Arguments",
                "x-group": group, "description": "What comes before issue, poll or revoke",
            }),
        ),
        (
            "environment",
            json!({
                "type": "object", "additionalProperties": { "type": "string" }, "maxProperties": MAX_PARTS,
                "title": "Environment", "x-group": group,
                "description": "Variables that the program finds, which everyone may see; it inherits none",
            }),
        ),
        (
            "secret_environment",
            json!({
                "type": "string", "maxLength": 65_536, "x-secret": true, "title": "Secret environment", "x-group": group,
                "format": "textarea",
                "description": "Further variables, such as credentials: NAME=VALUE, one a line",
            }),
        ),
        (
            "timeout_seconds",
            json!({
                "type": "integer", "minimum": 1, "maximum": 600, "default": TIMEOUT, "title": "Time limit",
                "x-group": group, "description": "After how many seconds it is killed",
            }),
        ),
    ];
    (fields, vec!["program"])
}

pub(super) fn read(config: &Value) -> Result<Exec, Vec<Problem>> {
    let problems = Problems::default();
    let mut fields = problems.object(config);
    let program = program::read(&mut fields, "timeout_seconds", TIMEOUT);
    let mut environment = program::read_environment(&mut fields, "environment");
    let hidden = read_secret_environment(&mut fields);
    fields.finish();
    let secret = hidden.values().cloned().collect();
    environment.extend(hidden);
    problems.finish(program.map(|program| Exec { program: Program { environment, ..program }, secret }))
}

/// `NAME=VALUE` in lines. What is wrong names the line, not what is in it.
fn read_secret_environment(fields: &mut Fields<'_>) -> BTreeMap<String, Secret<String>> {
    let parse = |text: &str| {
        let mut found = BTreeMap::new();
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            let pair = line.split_once('=').filter(|(name, _)| program::may_be_set(name));
            let (name, value) = pair
                .ok_or_else(|| format!("has in line {number} no NAME=VALUE with a name that may be set"))?;
            let value = program::parse_text(value).map_err(|detail| format!("in line {number} {detail}"))?;
            found.insert(name.to_owned(), Secret::new(value));
        }
        if found.len() > MAX_PARTS {
            return Err(format!("has more than {MAX_PARTS} variables"));
        }
        Ok(found)
    };
    fields.parsed("secret_environment", parse).unwrap_or_default()
}

/// The id of an order goes into arguments and the store: one word that is no option.
fn parse_order(text: &str) -> Option<String> {
    let word = text.trim();
    let plain = word.bytes().all(|byte| (0x21..0x7f).contains(&byte));
    (plain && (1..=512).contains(&word.len()) && !word.starts_with('-')).then(|| word.to_owned())
}

impl Exec {
    async fn run(&self, call: &Call<'_>, told: Told<'_>) -> Result<Ended, AuthorityError> {
        match self.program.run(&call.around.programs, SETTING, told).await {
            Ok(Ended { code: Some(64 | 65 | 77 | 78), detail, .. }) | Err(NotRun::Barred(detail)) => {
                Err(AuthorityError::Refused(detail))
            }
            Ok(ended @ Ended { code: Some(0 | 69), .. }) => Ok(ended),
            Ok(Ended { detail, .. }) | Err(NotRun::Failed(detail)) => Err(AuthorityError::retry(detail)),
        }
    }

    fn name(&self) -> String {
        self.program.path.display().to_string()
    }
}

impl Signs for Exec {
    fn sensitive(&self) -> Vec<String> {
        self.secret.iter().map(|value| value.expose().clone()).collect()
    }

    async fn step(
        &self,
        call: &Call<'_>,
        asked: &Asked<'_>,
        progress: Option<&Value>,
        _shown: bool,
    ) -> Result<Next, AuthorityError> {
        let order = progress.and_then(|progress| progress["order"].as_str()).and_then(parse_order);
        let action = if order.is_some() { "poll" } else { "issue" };
        let words: Vec<String> = [action.to_owned()].into_iter().chain(order.clone()).collect();
        let names: Vec<String> = asked.names.iter().map(ToString::to_string).collect();
        let variables = [
            ("CERTCTL_ACTION", action.to_owned()),
            ("CERTCTL_INTENT", asked.intent.to_owned()),
            ("CERTCTL_NAMES", names.join(",")),
            ("CERTCTL_LIFETIME_SECONDS", asked.lifetime_seconds.to_string()),
            ("CERTCTL_ORDER", order.clone().unwrap_or_default()),
        ];
        let csr = pem::encode_request(asked.csr_der);
        let told = Told { words: &words, variables: &variables, stdin: csr.as_bytes() };
        let ended = self.run(call, told).await?;
        let text = String::from_utf8_lossy(&ended.stdout);
        if ended.code == Some(69) {
            let said = text.lines().next().and_then(parse_order).or(order);
            let Some(order) = said else {
                return Err(AuthorityError::Refused(format!(
                    "{} ended with 69 (not yet) without the id of an order as the first line of its output",
                    self.name()
                )));
            };
            let doing = format!("{} works on the order {order}", self.name());
            return Ok(Next::waiting(json!({ "state": "order", "order": order }), doing, POLL));
        }
        let chain = chain::read(&text, asked, call.now)
            .map_err(|detail| AuthorityError::Refused(format!("{} {detail}", self.name())))?;
        Ok(Next::Issued { chain })
    }

    async fn test(&self, call: &Call<'_>) -> Vec<TestStep> {
        let mut steps = Steps::default();
        let path = self.program.path.clone();
        let doing = async {
            if !call.around.programs.contains(&path) {
                return Err(AuthorityError::Refused(format!(
                    "the server's setting {SETTING} does not list {}: only its operator can let it run",
                    path.display()
                )));
            }
            let found = tokio::fs::metadata(&path).await.map_err(|error| {
                AuthorityError::Refused(format!("{} cannot be looked at: {error}", path.display()))
            })?;
            if !found.is_file() || found.permissions().mode() & 0o111 == 0 {
                return Err(AuthorityError::Refused(format!("{} is no program", path.display())));
            }
            Ok(((), format!("{} is listed, and a program", path.display())))
        };
        steps.take("reach", "Find the program", doing).await;
        steps.skip("sign", "Right to sign", "the program is run only for a certificate");
        steps.finish()
    }

    async fn revoke(
        &self,
        call: &Call<'_>,
        leaf_der: &[u8],
        reason: RevocationReason,
    ) -> Result<(), AuthorityError> {
        let info = CertificateInfo::parse(leaf_der)
            .map_err(|error| AuthorityError::Refused(format!("the certificate cannot be read: {error}")))?;
        let variables = [
            ("CERTCTL_ACTION", "revoke".to_owned()),
            ("CERTCTL_SERIAL", info.serial_hex),
            ("CERTCTL_REASON", reason.code().to_string()),
        ];
        let certificate = pem::encode_certificates([leaf_der]);
        let words = ["revoke".to_owned()];
        let told = Told { words: &words, variables: &variables, stdin: certificate.as_bytes() };
        let ended = self.run(call, told).await?;
        if ended.code == Some(0) { Ok(()) } else { Err(AuthorityError::retry(ended.detail)) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_id_of_an_order_is_one_word_that_is_no_option(line in prop_oneof!["\\PC{0,600}", "[ -~]{0,600}", "-{0,2}[a-z0-9]{0,9}\\s?"]) {
            match parse_order(&line) {
                Some(order) => prop_assert!(
                    order.bytes().all(|byte| byte.is_ascii_graphic()) && !order.starts_with('-') && order == line.trim()
                ),
                None => prop_assert!(
                    line.trim().is_empty() || line.trim().len() > 512 || line.trim().starts_with('-')
                        || !line.trim().bytes().all(|byte| byte.is_ascii_graphic())
                ),
            }
        }
    }
}
