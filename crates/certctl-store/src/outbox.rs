//! Reading the event stream.
//!
//! Not for: writing it ([`crate::audit`]). Invariant: a reader that starts behind the oldest kept row learns so.

use certctl_core::id::{CertificateId, TeamId};
use certctl_core::time::Ts;

use crate::{StoreError, Tx, Val, args, row};

row! {
    /// One event.
    #[derive(Debug, Clone)]
    pub struct OutboxRow {
        /// Place in the stream.
        pub seq: i64,
        /// Id.
        pub id: String,
        /// When.
        pub at: Ts,
        /// Such as `job.changed`.
        pub kind: String,
        /// Kind of object.
        pub object_kind: String,
        /// Which.
        pub object_id: String,
        /// JSON text.
        pub data: String,
        /// The object's revision, when it has one and the event says it.
        pub revision: Option<i64>,
        /// The names of the fields that changed, with commas between them.
        pub changed: String,
    }
}

row! {
    /// Whose a certificate is: what a scope asks for.
    #[derive(Debug, Clone)]
    pub struct PlaceRow {
        /// The certificate.
        pub id: CertificateId,
        /// Its team.
        pub team_id: Option<TeamId>,
        /// Its environment.
        pub environment: Option<String>,
    }
}

/// Whose the certificates are that events are about; those that are not there are left out.
///
/// # Errors
/// Those of the store.
pub fn places(tx: &mut Tx<'_>, certificates: &[CertificateId]) -> Result<Vec<PlaceRow>, StoreError> {
    let mut found = Vec::with_capacity(certificates.len());
    // By the primary key; in groups of one size, so that one text is prepared.
    for group in certificates.chunks(GROUP) {
        let last = group.last();
        let values: Vec<Val> = group
            .iter()
            .chain(std::iter::repeat_n(last, GROUP).flatten())
            .take(GROUP)
            .map(Val::from)
            .collect();
        let list: Vec<String> = (1..=GROUP).map(|place| format!("${place}")).collect();
        let sql = format!(
            "-- outbox.places\nSELECT id, team_id, environment FROM certificates WHERE id IN ({})",
            list.join(", ")
        );
        found.extend(tx.all::<PlaceRow>(&sql, &values)?);
    }
    Ok(found)
}

/// Certificates that one statement looks up.
const GROUP: usize = 50;

/// Events after a place, oldest first.
///
/// # Errors
/// Those of the store.
pub fn after(tx: &mut Tx<'_>, seq: i64, limit: i64) -> Result<Vec<OutboxRow>, StoreError> {
    tx.all(
        "-- outbox.after
         SELECT seq, id, at, kind, object_kind, object_id, data, revision, changed
         FROM outbox WHERE seq > $1 ORDER BY seq LIMIT $2",
        args![seq, limit],
    )
}

/// Places alone, after one, in their order.
///
/// # Errors
/// Those of the store.
pub fn places_after(tx: &mut Tx<'_>, seq: i64, limit: i64) -> Result<Vec<i64>, StoreError> {
    let rows: Vec<(i64,)> = tx.all(
        "-- outbox.places_after
         SELECT seq FROM outbox WHERE seq > $1 ORDER BY seq LIMIT $2",
        args![seq, limit],
    )?;
    Ok(rows.into_iter().map(|(seq,)| seq).collect())
}

/// The last places, in their order.
///
/// # Errors
/// Those of the store.
pub fn last_places(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<i64>, StoreError> {
    let rows: Vec<(i64,)> = tx.all(
        "-- outbox.last_places
         SELECT seq FROM outbox ORDER BY seq DESC LIMIT $1",
        args![limit],
    )?;
    Ok(rows.into_iter().rev().map(|(seq,)| seq).collect())
}

/// The first and last place kept; (0, 0) when there is none.
///
/// # Errors
/// Those of the store.
pub fn bounds(tx: &mut Tx<'_>) -> Result<(i64, i64), StoreError> {
    tx.one("-- outbox.bounds\nSELECT COALESCE(MIN(seq), 0), COALESCE(MAX(seq), 0) FROM outbox", args![])
}

/// Removes up to `limit` events older than `before`; says how many. The newest stays, so that a listener which comes back
/// later can be told that it missed some.
///
/// # Errors
/// Those of the store.
pub fn prune(tx: &mut Tx<'_>, before: Ts, limit: i64) -> Result<u64, StoreError> {
    tx.exec(
        "-- outbox.prune
         DELETE FROM outbox WHERE seq IN (
             SELECT seq FROM outbox WHERE at < $1 AND seq < (SELECT MAX(seq) FROM outbox) ORDER BY seq LIMIT $2)",
        args![before, limit],
    )
}
