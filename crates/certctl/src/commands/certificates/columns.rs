//! The columns of certificates, versions, deployments and timelines.
//!
//! Not for: fetching. Invariant: a status is never colour alone.

use certctl_api::certificates::{Certificate, TimelineEntry, Version};
use certctl_api::deployments::Deployment;
use certctl_api::tags::Tag;
use certctl_core::condition::Condition;
use certctl_core::deployment::DeploymentState;
use certctl_core::time::humane_seconds;

use crate::output::Tone;
use crate::table::{Column, fingerprint, joined, or_dash};

/// A certificate.
pub(super) const CERTIFICATE: &[Column<Certificate>] = &[
    Column::new("Id", |c, _| c.id.to_string()),
    Column::new("Names", |c, _| names(&c.names)),
    Column::toned("Status", |c, _| c.status.to_string(), |c| condition_tone(c.condition)),
    Column::toned(
        "Live",
        |c, _| {
            if c.live.targets == 0 { "-".to_owned() } else { format!("{}/{}", c.live.live, c.live.targets) }
        },
        |c| if c.live.live < c.live.targets { Tone::Notice } else { Tone::Plain },
    ),
    Column::new("Ends", |c, view| view.time(c.not_after)),
    Column::new("Renews", |c, view| view.time(c.renew_after)),
    Column::new("Issuer", |c, _| c.issuer_id.to_string()),
    Column::wide("Condition", |c, _| condition(c)),
    Column::wide("Name", |c, _| c.name.clone()),
    Column::wide("Lifetime", |c, _| humane_seconds(c.lifetime_seconds)),
    Column::wide("Key", |c, _| format!("{} {}", c.key_algorithm, c.key_strategy)),
    Column::wide("Owner", |c, _| or_dash(c.owner_id.as_ref())),
    Column::wide("Team", |c, _| or_dash(c.team_id.as_ref())),
    Column::wide("Environment", |c, _| or_dash(c.environment.as_ref())),
    Column::wide("Tags", |c, _| joined(&c.tags)),
    Column::show("All names", |c, _| joined(&c.names)),
    Column::show("Common name", |c, _| or_dash(c.common_name.as_ref())),
    Column::show("Profile", |c, _| c.profile_id.to_string()),
    Column::show("Renewal policy", |c, _| c.renewal_policy_id.to_string()),
    Column::show("Targets", |c, _| joined(&c.target_ids)),
    Column::show("Key holders", |c, view| {
        let lines = c.holders.iter().map(|holder| {
            let who = holder.agent_id.as_ref().map_or_else(|| "uploaded CSR".to_owned(), ToString::to_string);
            let version = or_dash(holder.current_version_id.as_ref());
            format!(
                "{who}: {version}, ends {}, renews {}",
                view.time(holder.not_after),
                view.time(holder.renew_after)
            )
        });
        let lines: Vec<String> = lines.collect();
        if lines.is_empty() { "-".to_owned() } else { lines.join("\n") }
    }),
    Column::show("Open jobs", |c, _| joined(&c.open_job_ids)),
    Column::show("Why", |c, _| c.why.clone()),
    Column::show("Last error", |c, _| or_dash(c.last_error.as_ref())),
    Column::show("Alerts", |c, _| match &c.alerts {
        Some(alerts) if alerts.open > 0 => format!("{} open, {} critical", alerts.open, alerts.critical),
        Some(_) | None => "-".to_owned(),
    }),
    Column::show("Created", |c, view| view.time(c.created_at)),
    Column::show("Changed", |c, view| view.time(c.updated_at)),
    Column::show("Archived", |c, view| view.time(c.archived_at)),
    Column::show("Revision", |c, _| c.revision.to_string()),
];

/// The condition, with how often it has failed.
fn condition(certificate: &Certificate) -> String {
    match certificate.failed_attempts {
        n if n > 1 && certificate.condition == Condition::Failing => format!("failing \u{d7}{n}"),
        _ => certificate.condition.to_string(),
    }
}

const fn condition_tone(condition: Condition) -> Tone {
    match condition {
        Condition::Healthy => Tone::Good,
        Condition::Unverified
        | Condition::Waiting
        | Condition::Renewing
        | Condition::Due
        | Condition::Pending => Tone::Notice,
        Condition::Revoked | Condition::Expired | Condition::Failing => Tone::Bad,
        Condition::Archived => Tone::Faint,
    }
}

/// The first name, and how many more.
fn names(names: &[String]) -> String {
    match names {
        [] => "-".to_owned(),
        [only] => only.clone(),
        [first, rest @ ..] => format!("{first} +{}", rest.len()),
    }
}

/// A version.
/// The columns of a tag.
pub(super) const TAG: &[Column<Tag>] = &[
    Column::new("Tag", |tag, _| tag.tag.clone()),
    Column::new("Certificates", |tag, _| tag.certificates.to_string()),
];

pub(super) const VERSION: &[Column<Version>] = &[
    Column::new("No.", |v, _| v.number.to_string()),
    Column::new("Id", |v, _| v.id.to_string()),
    Column::toned(
        "Current",
        |v, _| if v.current { "yes" } else { "no" }.to_owned(),
        |v| if v.current { Tone::Good } else { Tone::Faint },
    ),
    Column::new("Key holder", |v, _| {
        v.agent_id.as_ref().map_or_else(|| "uploaded CSR".to_owned(), ToString::to_string)
    }),
    Column::new("Issued", |v, view| view.time(v.created_at)),
    Column::new("Ends", |v, view| view.time(v.not_after)),
    Column::new("Serial", |v, _| v.serial.clone()),
    Column::wide("SHA-256", |v, _| fingerprint(&v.fingerprint_sha256)),
    Column::wide("Key", |v, _| v.key_algorithm.clone()),
    Column::wide("Issuer", |v, _| v.issuer_id.to_string()),
    Column::wide("Job", |v, _| or_dash(v.job_id.as_ref())),
];

const fn deployment_tone(state: DeploymentState) -> Tone {
    match state {
        DeploymentState::Live | DeploymentState::Installed => Tone::Good,
        DeploymentState::Wanted => Tone::Notice,
        DeploymentState::RolledBack | DeploymentState::Failed => Tone::Bad,
        DeploymentState::Superseded => Tone::Faint,
    }
}

/// A deployment.
pub(super) const DEPLOYMENT: &[Column<Deployment>] = &[
    Column::new("Target", |d, _| d.target_id.to_string()),
    Column::new("Version", |d, _| d.version_id.to_string()),
    Column::toned("State", |d, _| d.state.to_string(), |d| deployment_tone(d.state)),
    Column::new("Seen live", |d, view| view.time(d.live_at)),
    Column::new("Changed", |d, view| view.time(d.updated_at)),
    Column::new("Error", |d, _| or_dash(d.error.as_ref())),
    Column::wide("Agent", |d, _| d.agent_id.to_string()),
    Column::wide("SHA-256", |d, _| fingerprint(&d.fingerprint_sha256)),
    Column::wide("Seen at", |d, _| joined(&d.seen.iter().map(|s| s.address.clone()).collect::<Vec<_>>())),
    Column::wide("Job", |d, _| or_dash(d.job_id.as_ref())),
    Column::wide("Id", |d, _| d.id.to_string()),
];

/// An entry of a timeline.
pub(super) const TIMELINE: &[Column<TimelineEntry>] = &[
    Column::new("At", |entry, view| view.time(entry.at)),
    Column::new("After", |entry, _| {
        entry
            .seconds_since_previous
            .map_or_else(|| "-".to_owned(), |seconds| format!("+{}", humane_seconds(seconds)))
    }),
    Column::new("Action", |entry, _| entry.action.clone()),
    Column::new("Summary", |entry, _| entry.summary.clone()),
    Column::wide("By", |entry, _| entry.actor_name.clone().unwrap_or_else(|| entry.actor.to_string())),
    Column::wide("Job", |entry, _| or_dash(entry.job_id.as_ref())),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_names_take_one_cell() {
        let check = |given: &[&str], expected: &str| {
            assert_eq!(names(&given.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>()), expected);
        };
        check(&[], "-");
        check(&["a.example"], "a.example");
        check(&["a.example", "b.example", "c.example"], "a.example +2");
    }
}
