//! `certctl status`: the server's health, the caller, and how many of what there is.
//!
//! Not for: lists. Invariant: a count that the caller may not see is shown as such, never as zero; a server that is not
//! ready ends the command with 1.

use certctl_api::auth::AuthCheck;
use certctl_api::client::{Client, ClientError};
use certctl_core::certificate::CertificateStatus;
use certctl_core::job::JobState;
use serde::Deserialize as _;
use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::output::{Exit, Tone};
use crate::query::Query;
use crate::session::Session;

/// Prints the status.
///
/// # Errors
/// [`Failure`] of a request or the output.
pub(crate) async fn run(session: &mut Session<'_>) -> Result<Exit, Failure> {
    let client = &session.client;
    let answer: Value = client.read("/auth/check").await?;
    let caller = AuthCheck::deserialize(&answer)
        .map_err(|error| Failure::Answer { what: "GET /auth/check".to_owned(), detail: error.to_string() })?;
    let version: Value = client.read("/version").await?;
    let (ready, checks) = readiness(client).await?;
    let certificates =
        counts(client, "/certificates", "status", CertificateStatus::ALL.iter().map(|s| s.as_str()));
    let jobs = counts(client, "/jobs", "state", JobState::ALL.iter().map(|s| s.as_str()));
    let agents = count(client, Query::default(), "/agents");
    let (certificates, jobs, agents) = futures_util::future::try_join3(certificates, jobs, agents).await?;
    let console = &mut *session.console;
    let exit = if ready { Exit::Ok } else { Exit::Negative };
    if console.format.is_machine() {
        console.document(&json!({
            "server": client.server_url(), "version": version["version"], "ready": ready, "checks": checks,
            "caller": answer, "certificates": certificates, "jobs": jobs, "agents": agents,
        }))?;
        return Ok(exit);
    }
    if console.quiet {
        console.line(if ready { "ready" } else { "not ready" })?;
        return Ok(exit);
    }
    let role = caller.role;
    console.line(&format!(
        "server        {} (certctl {})",
        client.server_url(),
        version["version"].as_str().unwrap_or("?")
    ))?;
    console.line(&format!("you           {} ({}, role {role})", caller.name, caller.actor))?;
    let (word, tone) = if ready { ("ready", Tone::Good) } else { ("not ready", Tone::Bad) };
    console.line(&format!("state         {}", tone.paint(word)))?;
    for check in checks.as_array().into_iter().flatten() {
        let ok = check["ok"].as_bool().unwrap_or(false);
        let (word, tone) = if ok { ("ok", Tone::Good) } else { ("failed", Tone::Bad) };
        let text = |name: &str| check[name].as_str().unwrap_or_default().to_owned();
        console.line(&format!("  {:<11} {}  {}", text("name"), tone.paint(word), text("detail")))?;
    }
    console.line(&format!("certificates  {}", counted(&certificates, bad_status)))?;
    console.line(&format!("jobs          {}", counted(&jobs, bad_state)))?;
    console
        .line(&format!("agents        {}", agents.map_or_else(|| UNSEEN.to_owned(), |n| n.to_string())))?;
    Ok(exit)
}

const UNSEEN: &str = "your key's role does not show them";

fn bad_status(name: &str) -> bool {
    name.parse().is_ok_and(|status: CertificateStatus| match status {
        CertificateStatus::Expired | CertificateStatus::Failed | CertificateStatus::Revoked => true,
        CertificateStatus::Pending
        | CertificateStatus::Active
        | CertificateStatus::Expiring
        | CertificateStatus::RenewalInProgress
        | CertificateStatus::Archived => false,
    })
}

fn bad_state(name: &str) -> bool {
    name.parse() == Ok(JobState::Failed)
}

/// Whether the server is ready, and its checks.
async fn readiness(client: &Client) -> Result<(bool, Value), Failure> {
    let answer = client.ready().await?;
    Ok((answer.status == "ready", json!(answer.checks)))
}

/// How many there are; none when the caller may not see them.
async fn count(client: &Client, filter: Query, path: &str) -> Result<Option<i64>, Failure> {
    let query = filter.with("limit", Some(1)).with("total", Some(true));
    match client.read::<Value>(&query.after(path)).await {
        Ok(page) => Ok(page["total"].as_i64()),
        Err(ClientError::Refused { problem }) if problem.status == 403 => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// How many there are for each value of a filter, and in all.
async fn counts(
    client: &Client,
    path: &str,
    filter: &'static str,
    values: impl Iterator<Item = &'static str>,
) -> Result<Option<Map<String, Value>>, Failure> {
    let mut map = Map::new();
    let Some(total) = count(client, Query::default(), path).await? else { return Ok(None) };
    map.insert("total".to_owned(), total.into());
    for value in values {
        let n = count(client, Query::default().with(filter, Some(value)), path).await?;
        map.insert(value.to_owned(), n.into());
    }
    Ok(Some(map))
}

/// `12 in all: 10 Active, 2 Failed`.
fn counted(counts: &Option<Map<String, Value>>, bad: fn(&str) -> bool) -> String {
    let Some(counts) = counts else { return UNSEEN.to_owned() };
    let number = |value: &Value| value.as_i64().unwrap_or(0);
    let total = counts.get("total").map_or(0, number);
    let parts: Vec<String> = counts
        .iter()
        .filter(|(name, value)| *name != "total" && number(value) > 0)
        .map(|(name, value)| {
            let text = format!("{} {name}", number(value));
            if bad(name) { Tone::Bad.paint(&text) } else { text }
        })
        .collect();
    if parts.is_empty() { total.to_string() } else { format!("{total}: {}", parts.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_name_what_there_is_and_paint_what_is_bad() {
        let counts = json!({ "total": 12, "Active": 10, "Failed": 2, "Pending": 0 });
        let text = counted(&counts.as_object().cloned(), bad_status);
        assert_eq!(text, format!("12: 10 Active, {}", Tone::Bad.paint("2 Failed")));
    }

    #[test]
    fn what_may_not_be_seen_is_not_zero() {
        assert_eq!(counted(&None, bad_status), UNSEEN);
        assert_eq!(counted(&json!({ "total": 0 }).as_object().cloned(), bad_state), "0");
    }
}
