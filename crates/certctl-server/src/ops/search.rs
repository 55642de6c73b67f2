//! The search: one text, every kind of handle, every kind of object that the caller may read.
//!
//! Not for: filters of lists. Invariants: nothing is looked for that the caller's role may not read; a hit by the whole
//! handle comes before one by its beginning.

use certctl_api::search::{Found, Handle};
use certctl_core::id::{CertificateId, DeploymentId, Id, JobId, Kind, VersionId};
use certctl_core::inventory::{Order, SortKey};
use certctl_core::permission::{Permission, Role, Scope};
use certctl_store::certificates::{self, CertificateFilter, CertificateRow, CertificateSort};
use certctl_store::search::{self, FoundVersion, SmallTable};
use certctl_store::{Tx, deployments, jobs, versions};

use crate::error::Error;

/// The shortest part of a serial or fingerprint that is looked for.
const MIN_HEX: usize = 6;

const SMALL: [(SmallTable, &str, Permission); 6] = [
    (SmallTable::Agents, "agent", Permission::AgentsRead),
    (SmallTable::Issuers, "issuer", Permission::IssuersRead),
    (SmallTable::Owners, "owner", Permission::ConfigRead),
    (SmallTable::Teams, "team", Permission::ConfigRead),
    (SmallTable::Profiles, "profile", Permission::ConfigRead),
    (SmallTable::RenewalPolicies, "renewal_policy", Permission::ConfigRead),
];

/// Finds what a text may be a handle of.
///
/// # Errors
/// Those of the store.
pub fn find(tx: &mut Tx<'_>, role: Role, scope: &Scope, text: &str, limit: i64) -> Result<Vec<Found>, Error> {
    let wanted = text.trim().to_lowercase();
    let mut hits = Hits { wanted: &wanted, items: Vec::new() };
    if role.allows(Permission::CertificatesRead) {
        find_certificates(tx, scope, &mut hits, limit)?;
    }
    if role.allows(Permission::TargetsRead) {
        for row in search::by_address(tx, &wanted, limit)? {
            let address = row.address.unwrap_or_default();
            hits.add("target", row.id.as_str(), &row.name, &address, (Handle::Address, &address), None);
        }
        for row in search::targets(tx, &wanted, limit)? {
            let handle = if row.id.as_str() == wanted { Handle::Id } else { Handle::Name };
            let by = if handle == Handle::Id { row.id.to_string() } else { row.name.clone() };
            let detail = format!("on {}", row.agent_id);
            hits.add("target", row.id.as_str(), &row.name, &detail, (handle, &by), None);
        }
    }
    for (table, kind, permission) in SMALL {
        if role.allows(permission) {
            for row in search::named(tx, table, &wanted, limit)? {
                let handle = if row.id.contains(&wanted) { Handle::Id } else { Handle::Name };
                let by = if handle == Handle::Id { row.id.clone() } else { row.name.clone() };
                hits.add(kind, &row.id, &row.name, "", (handle, &by), None);
            }
        }
    }
    if role.allows(Permission::JobsRead) {
        find_work(tx, scope, &mut hits)?;
    }
    if role.allows(Permission::AuditRead)
        && let Some(row) = search::by_request(tx, text.trim())?
    {
        let detail = format!("{} events, first {} at {}: {}", row.events, row.action, row.at, row.summary);
        hits.add("audit_event", &row.id, text.trim(), &detail, (Handle::RequestId, &wanted), None);
    }
    hits.items.sort_by_key(|found| !found.exact);
    hits.items.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(hits.items)
}

struct Hits<'a> {
    wanted: &'a str,
    items: Vec<Found>,
}

impl Hits<'_> {
    fn add(
        &mut self,
        kind: &str,
        id: &str,
        title: &str,
        detail: &str,
        (handle, by): (Handle, &str),
        certificate_id: Option<CertificateId>,
    ) {
        if self.items.iter().any(|found| found.kind == kind && found.id == id) {
            return;
        }
        self.items.push(Found {
            kind: kind.to_owned(),
            id: id.to_owned(),
            title: title.to_owned(),
            detail: detail.to_owned(),
            handle,
            exact: by.to_lowercase() == self.wanted,
            certificate_id,
        });
    }

    fn certificate(&mut self, row: &CertificateRow, handle: Handle, by: &str) {
        let names = row.name_texts();
        let detail = [row.environment.as_deref().unwrap_or_default(), &names.join(", ")]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" \u{b7} ");
        self.add("certificate", row.id.as_str(), &row.name, &detail, (handle, by), Some(row.id.clone()));
    }

    fn version(&mut self, row: FoundVersion, handle: Handle) {
        let by = if handle == Handle::Serial { row.serial.clone() } else { row.fingerprint_sha256.clone() };
        let exact = self.wanted == by || squeezed(self.wanted) == by;
        let detail = format!("{} serial {}, ends {}", row.id, row.serial, row.not_after);
        let by = if exact { self.wanted.to_owned() } else { by };
        let (id, title) = (row.certificate_id.to_string(), row.certificate_name);
        self.add("certificate", &id, &title, &detail, (handle, &by), Some(row.certificate_id));
    }
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, ':' | ' ')).collect()
}

/// A text that may be (the beginning of) a serial or fingerprint, as they are stored.
fn hexadecimal(text: &str) -> Option<String> {
    let squeezed = squeezed(text.strip_prefix("0x").unwrap_or(text));
    let is = squeezed.len() >= MIN_HEX && squeezed.bytes().all(|c| c.is_ascii_hexdigit());
    is.then_some(squeezed)
}

fn find_certificates(tx: &mut Tx<'_>, scope: &Scope, hits: &mut Hits<'_>, limit: i64) -> Result<(), Error> {
    let wanted = hits.wanted.to_owned();
    if wanted.starts_with(certctl_core::id::Certificate::PREFIX) {
        for id in search::certificate_ids(tx, &wanted, limit)? {
            if let Some(row) = certificates::within(tx, scope, &id)? {
                hits.certificate(&row, Handle::Id, id.as_str());
            }
        }
    }
    if let Some(digits) = hexadecimal(&wanted) {
        for row in search::by_fingerprint(tx, scope, &digits, limit)? {
            hits.version(row, Handle::Fingerprint);
        }
        for row in search::by_serial(tx, scope, &digits, limit)? {
            hits.version(row, Handle::Serial);
        }
    }
    if let Some(id) = parsed::<VersionId, _>(&wanted)
        && let Some(version) = versions::by_id(tx, &id)?
        && let Some(row) = certificates::within(tx, scope, &version.certificate_id)?
    {
        hits.certificate(&row, Handle::Id, &wanted);
    }
    let filter =
        CertificateFilter { q: Some(wanted.clone()), scope: scope.clone(), ..CertificateFilter::default() };
    let by_name = CertificateSort::By(Order::by(SortKey::Name));
    for (row, _) in certificates::list(tx, &filter, by_name, None, limit)?.rows {
        let by = row.name_texts().into_iter().find(|name| *name == wanted);
        let by = by.unwrap_or_else(|| row.name.clone());
        hits.certificate(&row, Handle::Name, &by);
    }
    Ok(())
}

fn parsed<I: std::str::FromStr<Err = E>, E>(text: &str) -> Option<I> {
    text.parse().ok()
}

fn find_work(tx: &mut Tx<'_>, scope: &Scope, hits: &mut Hits<'_>) -> Result<(), Error> {
    let wanted = hits.wanted.to_owned();
    let job = match parsed::<Id<certctl_core::id::Job>, _>(&wanted) {
        Some(id) => Some(id),
        None => match parsed::<DeploymentId, _>(&wanted) {
            Some(id) => deployments::by_id(tx, &id)?.and_then(|row| row.job_id),
            None => None,
        },
    };
    let Some(id): Option<JobId> = job else { return Ok(()) };
    if let Some(job) = jobs::within(tx, scope, &id)? {
        let title = format!("{} of {}", job.kind, job.certificate_id);
        let (detail, certificate) = (job.state.to_string(), job.certificate_id);
        hits.add("job", id.as_str(), &title, &detail, (Handle::Id, &wanted), Some(certificate));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_and_fingerprints_are_taken_as_tools_print_them() {
        let check = |given: &str, expected: Option<&str>| {
            assert_eq!(hexadecimal(given).as_deref(), expected, "{given}");
        };
        check("ab:cd:ef:01", Some("abcdef01"));
        check("0xabcdef", Some("abcdef"));
        check("ab cd ef", Some("abcdef"));
        check("abcd", None);
        check("web.example", None);
    }
}
