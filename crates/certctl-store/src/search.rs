//! Looking things up by any handle: ids, names, serials, fingerprints, addresses, request ids.
//!
//! Not for: filtered lists (each noun's own file). Invariant: each question is a bounded number of index probes, or a
//! scan of a table that stays small (agents, issuers, owners, teams, profiles, policies).

use certctl_core::id::{AgentId, CertificateId, TargetId, VersionId};
use certctl_core::permission::Scope;
use certctl_core::time::Ts;

use crate::{StoreError, Tx, args, row, scope, vals};

row! {
    /// Something with a name.
    #[derive(Debug, Clone)]
    pub struct Named {
        /// Its id.
        pub id: String,
        /// Its name.
        pub name: String,
    }
}

row! {
    /// A version found by its serial or fingerprint.
    #[derive(Debug, Clone)]
    pub struct FoundVersion {
        /// Which.
        pub id: VersionId,
        /// Of which certificate.
        pub certificate_id: CertificateId,
        /// That certificate's name.
        pub certificate_name: String,
        /// Hexadecimal.
        pub serial: String,
        /// Hexadecimal.
        pub fingerprint_sha256: String,
        /// Its end.
        pub not_after: Ts,
    }
}

row! {
    /// A target found by its name or address.
    #[derive(Debug, Clone)]
    pub struct FoundTarget {
        /// Which.
        pub id: TargetId,
        /// Its name.
        pub name: String,
        /// Its agent.
        pub agent_id: AgentId,
        /// An address, when it was found by that.
        pub address: Option<String>,
    }
}

row! {
    /// What a request did first.
    #[derive(Debug, Clone)]
    pub struct FoundRequest {
        /// How many events it left.
        pub events: i64,
        /// When the first was written.
        pub at: Ts,
        /// The first action.
        pub action: String,
        /// In words.
        pub summary: String,
        /// The audit event.
        pub id: String,
    }
}

/// The tables that stay small enough for a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmallTable {
    /// Agents.
    Agents,
    /// Issuers.
    Issuers,
    /// Owners.
    Owners,
    /// Teams.
    Teams,
    /// Profiles.
    Profiles,
    /// Renewal policies.
    RenewalPolicies,
}

impl SmallTable {
    const fn name(self) -> &'static str {
        match self {
            Self::Agents => "agents",
            Self::Issuers => "issuers",
            Self::Owners => "owners",
            Self::Teams => "teams",
            Self::Profiles => "profiles",
            Self::RenewalPolicies => "renewal_policies",
        }
    }
}

/// The first text that is behind all that begin with `prefix`.
fn behind(prefix: &str) -> String {
    format!("{prefix}\u{10ffff}")
}

fn like(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

/// Those of a small table whose id or name holds a lower-case text; whole and leading matches first.
///
/// # Errors
/// Those of the store.
pub fn named(tx: &mut Tx<'_>, table: SmallTable, text: &str, limit: i64) -> Result<Vec<Named>, StoreError> {
    let name = table.name();
    tx.all(
        &format!(
            "-- search.named_{name}
             SELECT id, name FROM {name}
             WHERE LOWER(name) LIKE $1 ESCAPE '\\' OR id LIKE $1 ESCAPE '\\'
             ORDER BY CASE WHEN LOWER(name) = $2 OR id = $2 THEN 0 ELSE 1 END, name, id LIMIT $3"
        ),
        args![like(text), text, limit],
    )
}

/// The certificate whose id is a text, or those whose id begins with it.
///
/// # Errors
/// Those of the store.
pub fn certificate_ids(tx: &mut Tx<'_>, prefix: &str, limit: i64) -> Result<Vec<CertificateId>, StoreError> {
    // A whole id, as people paste it, is one look into the primary key; PostgreSQL has no index for its beginnings.
    let whole: Vec<(CertificateId,)> =
        tx.all("-- search.certificate_id\nSELECT id FROM certificates WHERE id = $1", args![prefix])?;
    if let Some((id,)) = whole.into_iter().next() {
        return Ok(vec![id]);
    }
    let collation = tx.pick("", " COLLATE \"C\"");
    let rows: Vec<(CertificateId,)> = tx.all(
        &format!(
            "-- search.certificate_ids
             SELECT id FROM certificates WHERE id{collation} >= $1 AND id{collation} < $2 ORDER BY id LIMIT $3"
        ),
        args![prefix, behind(prefix), limit],
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

const VERSION: &str = "v.id, v.certificate_id, c.name AS certificate_name, v.serial, \
     v.fingerprint_sha256, v.not_after";

/// Versions whose SHA-256 fingerprint begins with lower-case hexadecimal digits, if the scope admits their certificates.
///
/// # Errors
/// Those of the store.
pub fn by_fingerprint(
    tx: &mut Tx<'_>,
    wanted: &Scope,
    prefix: &str,
    limit: i64,
) -> Result<Vec<FoundVersion>, StoreError> {
    // versions_fingerprint; hexadecimal digits sort alike in every collation.
    let mut sql = format!(
        "-- search.by_fingerprint
         SELECT {VERSION} FROM versions v JOIN certificates c ON c.id = v.certificate_id
         WHERE v.fingerprint_sha256 >= $1 AND v.fingerprint_sha256 <= $2"
    );
    let mut values = vals![prefix, format!("{prefix}g"), limit];
    scope::clause(wanted, "c", &mut sql, &mut values);
    sql.push_str(" ORDER BY v.fingerprint_sha256 LIMIT $3");
    tx.all(&sql, &values)
}

/// Versions whose serial begins with lower-case hexadecimal digits, if the scope admits their certificates.
///
/// # Errors
/// Those of the store.
pub fn by_serial(
    tx: &mut Tx<'_>,
    wanted: &Scope,
    prefix: &str,
    limit: i64,
) -> Result<Vec<FoundVersion>, StoreError> {
    // versions_serial, once for each issuer.
    let mut sql = format!(
        "-- search.by_serial
         SELECT {VERSION} FROM issuers i
         JOIN versions v ON v.issuer_id = i.id AND v.serial >= $1 AND v.serial <= $2
         JOIN certificates c ON c.id = v.certificate_id
         WHERE 1 = 1"
    );
    let mut values = vals![prefix, format!("{prefix}g"), limit];
    scope::clause(wanted, "c", &mut sql, &mut values);
    sql.push_str(" LIMIT $3");
    tx.all(&sql, &values)
}

/// Targets that are looked at under an address that begins with a lower-case text.
///
/// # Errors
/// Those of the store.
pub fn by_address(tx: &mut Tx<'_>, prefix: &str, limit: i64) -> Result<Vec<FoundTarget>, StoreError> {
    let address = tx.pick("a.address", "a.address COLLATE \"C\"");
    tx.all(
        &format!(
            "-- search.by_address
             SELECT t.id, t.name, t.agent_id, a.address FROM target_addresses a JOIN targets t ON t.id = a.target_id
             WHERE {address} >= $1 AND {address} < $2 ORDER BY {address}, t.id LIMIT $3"
        ),
        args![prefix, behind(prefix), limit],
    )
}

/// Targets whose name begins with a lower-case text, or whose id is that text.
///
/// # Errors
/// Those of the store.
pub fn targets(tx: &mut Tx<'_>, prefix: &str, limit: i64) -> Result<Vec<FoundTarget>, StoreError> {
    let name = tx.pick("LOWER(name)", "LOWER(name) COLLATE \"C\"");
    tx.all(
        &format!(
            "-- search.targets
             SELECT id, name, agent_id, NULL AS address FROM targets
             WHERE id = $1 OR ({name} >= $1 AND {name} < $2) ORDER BY {name}, id LIMIT $3"
        ),
        args![prefix, behind(prefix), limit],
    )
}

/// What a request did.
///
/// # Errors
/// Those of the store.
pub fn by_request(tx: &mut Tx<'_>, request_id: &str) -> Result<Option<FoundRequest>, StoreError> {
    // audit_events_request
    tx.opt(
        "-- search.by_request
         SELECT (SELECT COUNT(*) FROM audit_events n WHERE n.request_id = $1 AND n.request_id <> '') AS events,
             at, action, summary, id
         FROM audit_events WHERE request_id = $1 AND request_id <> '' ORDER BY seq LIMIT 1",
        args![request_id],
    )
}
