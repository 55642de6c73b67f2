//! Certificate revocation lists: the parts of each CA's, and the lists that are served now.
//!
//! A list is made outside of a transaction from what [`entries`] says, and published by [`publish`]. Not for: signing (the
//! server's engine). Invariants: the number of a part's lists only grows; complete list and delta of a part change
//! together; a revocation is counted in its transaction, so none is missed by the next list.

use certctl_core::ca::CaGeneration;
use certctl_core::id::IssuerId;
use certctl_core::revocation::RevocationReason;
use certctl_core::time::Ts;

use crate::revocations::ANY_GENERATION;
use crate::{StoreError, Tx, args, row};

row! {
    /// A part of a CA's lists.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct CrlPartRow {
        /// Whose.
        pub issuer_id: IssuerId,
        /// Of which of its CAs.
        pub generation: i64,
        /// Of how many.
        pub parts: i64,
        /// Which, from 0.
        pub part: i64,
        /// The number of its last list; 0 when there was none.
        pub number: i64,
        /// How many certificates that has.
        pub entries: i64,
        /// Counts revocations.
        pub changes: i64,
        /// How many of them the last list has.
        pub listed: i64,
        /// When the next list is made.
        pub due_at: Ts,
        /// When the last one was made.
        pub this_update: Option<Ts>,
        /// Until when it holds.
        pub next_update: Option<Ts>,
        /// The complete list that deltas build on.
        pub base_number: Option<i64>,
        /// When that was made.
        pub base_this_update: Option<Ts>,
        /// Until when that holds.
        pub base_next_update: Option<Ts>,
        /// Why there is no newer list.
        pub last_error: Option<String>,
    }
}

const COLUMNS: &str = "issuer_id, generation, parts, part, number, entries, changes, listed, due_at, this_update, next_update, base_number, \
     base_this_update, base_next_update, last_error";

impl CrlPartRow {
    /// Of which CA.
    pub fn of(&self) -> CaGeneration {
        CaGeneration::new(self.issuer_id.clone(), self.generation)
    }
}

/// Adds a part unless it is there; its first list is due at once.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, of: &CaGeneration, parts: i64, part: i64) -> Result<bool, StoreError> {
    let now = tx.now();
    let n = tx.exec(
        "-- crls.insert
         INSERT INTO crl_parts (issuer_id, generation, parts, part, number, entries, changes, listed, due_at)
         VALUES ($1, $2, $3, $4, 0, 0, 0, 0, $5) ON CONFLICT DO NOTHING",
        args![&of.issuer_id, of.number, parts, part, now],
    )?;
    Ok(n == 1)
}

/// The CAs that sign lists, and whose lists are not divided into so many parts yet.
///
/// # Errors
/// Those of the store.
pub fn without_parts(tx: &mut Tx<'_>, parts: i64) -> Result<Vec<CaGeneration>, StoreError> {
    // CAs are few; the primary key of crl_parts
    let found: Vec<(IssuerId, i64)> = tx.all(
        "-- crls.without_parts
         SELECT c.issuer_id, c.generation FROM cas c WHERE c.role = 'issuing' AND c.state <> 'retired'
             AND (SELECT COUNT(*) FROM crl_parts p
                 WHERE p.issuer_id = c.issuer_id AND p.generation = c.generation AND p.parts = $1) < $1
         ORDER BY c.issuer_id, c.generation",
        args![parts],
    )?;
    Ok(found.into_iter().map(|(issuer, number)| CaGeneration::new(issuer, number)).collect())
}

/// Into how many parts the lists of a CA are divided: for certificates of now and of before.
///
/// # Errors
/// Those of the store.
pub fn divisions(tx: &mut Tx<'_>, of: &CaGeneration) -> Result<Vec<i64>, StoreError> {
    // The primary key; a CA has as many rows as parts.
    let found: Vec<(i64,)> = tx.all(
        "-- crls.divisions
         SELECT DISTINCT parts FROM crl_parts WHERE issuer_id = $1 AND generation = $2 ORDER BY parts",
        args![&of.issuer_id, of.number],
    )?;
    Ok(found.into_iter().map(|(parts,)| parts).collect())
}

/// All parts of a CA's lists, whatever they are divided into.
///
/// # Errors
/// Those of the store.
pub fn of_ca(tx: &mut Tx<'_>, of: &CaGeneration) -> Result<Vec<CrlPartRow>, StoreError> {
    // The primary key; a CA has as many rows as parts.
    tx.all(
        &format!(
            "-- crls.of_ca
             SELECT {COLUMNS} FROM crl_parts WHERE issuer_id = $1 AND generation = $2 ORDER BY parts, part"
        ),
        args![&of.issuer_id, of.number],
    )
}

/// Counts a revocation in a part, whose next list is then due at `due_at` at the latest.
///
/// # Errors
/// Those of the store.
pub fn changed(
    tx: &mut Tx<'_>,
    of: &CaGeneration,
    parts: i64,
    part: i64,
    due_at: Ts,
) -> Result<(), StoreError> {
    tx.exec(
        "-- crls.changed
         UPDATE crl_parts SET changes = changes + 1, due_at = CASE WHEN due_at < $1 THEN due_at ELSE $1 END
         WHERE issuer_id = $2 AND generation = $3 AND parts = $4 AND part = $5",
        args![due_at, &of.issuer_id, of.number, parts, part],
    )?;
    Ok(())
}

/// The parts whose next list is due, the most urgent first.
///
/// # Errors
/// Those of the store.
pub fn due(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<CrlPartRow>, StoreError> {
    let now = tx.now();
    // crl_parts_due
    tx.all(
        &format!(
            "-- crls.due
             SELECT {COLUMNS} FROM crl_parts WHERE due_at <= $1 ORDER BY due_at, issuer_id, generation, parts, part LIMIT $2"
        ),
        args![now, limit],
    )
}

/// When the next list is due.
///
/// # Errors
/// Those of the store.
pub fn next_due(tx: &mut Tx<'_>) -> Result<Option<Ts>, StoreError> {
    // crl_parts_due
    let found: Option<(Ts,)> =
        tx.opt("-- crls.next_due\nSELECT due_at FROM crl_parts ORDER BY due_at LIMIT 1", args![])?;
    Ok(found.map(|(at,)| at))
}

/// One part.
///
/// # Errors
/// Those of the store.
pub fn part(
    tx: &mut Tx<'_>,
    of: &CaGeneration,
    parts: i64,
    part: i64,
) -> Result<Option<CrlPartRow>, StoreError> {
    tx.opt(
        &format!(
            "-- crls.part
             SELECT {COLUMNS} FROM crl_parts
             WHERE issuer_id = $1 AND generation = $2 AND parts = $3 AND part = $4"
        ),
        args![&of.issuer_id, of.number, parts, part],
    )
}

row! {
    /// A revoked certificate, as lists have it.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct EntryRow {
        /// Hexadecimal.
        pub serial: String,
        /// Since when.
        pub revoked_at: Ts,
        /// Why.
        pub reason: RevocationReason,
    }
}

/// What a list says: the revoked certificates of a range of buckets that did not end before a time.
///
/// # Errors
/// Those of the store.
pub fn entries(
    tx: &mut Tx<'_>,
    of: &CaGeneration,
    buckets: (i64, i64),
    ends_after: Ts,
) -> Result<Vec<EntryRow>, StoreError> {
    // revocations_listed, and nothing but the index: what it has signed, and what any CA of the issuer can have signed
    let mut found = Vec::new();
    for generation in [of.number, ANY_GENERATION] {
        let rows: Vec<EntryRow> = tx.all(
            "-- crls.entries
             SELECT serial, revoked_at, reason FROM revocations
             WHERE issuer_id = $1 AND generation = $2 AND state = 'revoked' AND bucket >= $3 AND bucket <= $4
                 AND not_after > $5
             ORDER BY bucket, not_after, serial",
            args![&of.issuer_id, generation, buckets.0, buckets.1, ends_after],
        )?;
        found.extend(rows);
    }
    Ok(found)
}

/// Which of a part's two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CrlKind {
    /// All of it.
    Full,
    /// What changed since its base.
    Delta,
}

impl CrlKind {
    /// The text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Delta => "delta",
        }
    }
}

row! {
    /// A list that is served.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct CrlRow {
        /// Its number.
        pub number: i64,
        /// When it was made.
        pub this_update: Ts,
        /// Until when it holds.
        pub next_update: Ts,
        /// The list.
        pub der: Vec<u8>,
    }
}

/// The number of the list that is served now.
///
/// # Errors
/// Those of the store.
pub fn number(
    tx: &mut Tx<'_>,
    of: &CaGeneration,
    part: (i64, i64),
    kind: CrlKind,
) -> Result<Option<i64>, StoreError> {
    let found: Option<(i64,)> = tx.opt(
        "-- crls.number
         SELECT number FROM crls WHERE issuer_id = $1 AND generation = $2 AND parts = $3 AND part = $4 AND kind = $5",
        args![&of.issuer_id, of.number, part.0, part.1, kind.as_str()],
    )?;
    Ok(found.map(|(number,)| number))
}

/// The list that is served now.
///
/// # Errors
/// Those of the store.
pub fn by_part(
    tx: &mut Tx<'_>,
    of: &CaGeneration,
    part: (i64, i64),
    kind: CrlKind,
) -> Result<Option<CrlRow>, StoreError> {
    tx.opt(
        "-- crls.by_part
         SELECT number, this_update, next_update, der FROM crls
         WHERE issuer_id = $1 AND generation = $2 AND parts = $3 AND part = $4 AND kind = $5",
        args![&of.issuer_id, of.number, part.0, part.1, kind.as_str()],
    )
}

/// Puts new lists in the place of those that are served: `before` is the part as it was when they were made, `after` what it
/// is with them. When more was revoked meanwhile, the next lists are due at once.
///
/// # Errors
/// [`StoreError::Stale`] when somebody else has published meanwhile.
pub fn publish(
    tx: &mut Tx<'_>,
    before: &CrlPartRow,
    after: &CrlPartRow,
    lists: &[(CrlKind, CrlRow)],
) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec_one(
        "-- crls.publish
         UPDATE crl_parts
         SET number = $1, entries = $2, listed = $3, due_at = $4, this_update = $5, next_update = $6, base_number = $7,
             base_this_update = $8, base_next_update = $9, last_error = NULL
         WHERE issuer_id = $10 AND generation = $11 AND parts = $12 AND part = $13 AND number = $14",
        args![
            after.number,
            after.entries,
            before.changes,
            after.due_at,
            after.this_update,
            after.next_update,
            after.base_number,
            after.base_this_update,
            after.base_next_update,
            &before.issuer_id,
            before.generation,
            before.parts,
            before.part,
            before.number
        ],
        "part of a CRL",
    )?;
    tx.exec(
        "-- crls.publish_again
         UPDATE crl_parts SET due_at = $1
         WHERE issuer_id = $2 AND generation = $3 AND parts = $4 AND part = $5 AND changes > listed",
        args![now, &before.issuer_id, before.generation, before.parts, before.part],
    )?;
    delete_lists(tx, before)?;
    for (kind, list) in lists {
        tx.exec(
            "-- crls.insert_list
             INSERT INTO crls (issuer_id, generation, parts, part, kind, number, this_update, next_update, der)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            args![
                &before.issuer_id,
                before.generation,
                before.parts,
                before.part,
                kind.as_str(),
                list.number,
                list.this_update,
                list.next_update,
                list.der.clone()
            ],
        )?;
    }
    Ok(())
}

fn delete_lists(tx: &mut Tx<'_>, of: &CrlPartRow) -> Result<(), StoreError> {
    tx.exec(
        "-- crls.delete
         DELETE FROM crls WHERE issuer_id = $1 AND generation = $2 AND parts = $3 AND part = $4",
        args![&of.issuer_id, of.generation, of.parts, of.part],
    )?;
    Ok(())
}

/// Removes a part with its lists.
///
/// # Errors
/// Those of the store.
pub fn delete_part(tx: &mut Tx<'_>, of: &CrlPartRow) -> Result<(), StoreError> {
    delete_lists(tx, of)?;
    tx.exec(
        "-- crls.delete_part
         DELETE FROM crl_parts WHERE issuer_id = $1 AND generation = $2 AND parts = $3 AND part = $4",
        args![&of.issuer_id, of.generation, of.parts, of.part],
    )?;
    Ok(())
}

/// Removes all lists of an issuer, with their parts.
///
/// # Errors
/// Those of the store.
pub fn delete_of_issuer(tx: &mut Tx<'_>, issuer: &IssuerId) -> Result<(), StoreError> {
    tx.exec("-- crls.delete_of_issuer\nDELETE FROM crls WHERE issuer_id = $1", args![issuer])?;
    tx.exec("-- crls.delete_parts\nDELETE FROM crl_parts WHERE issuer_id = $1", args![issuer])?;
    Ok(())
}

/// Lets the lists of a CA that signs no more be looked at when they end, and not before.
///
/// # Errors
/// Those of the store.
pub fn leave(tx: &mut Tx<'_>, of: &CaGeneration) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec(
        "-- crls.leave
         UPDATE crl_parts SET due_at = COALESCE(next_update, $1) WHERE issuer_id = $2 AND generation = $3",
        args![now, &of.issuer_id, of.number],
    )?;
    Ok(())
}

/// Notes why a part has no newer list, and when the next try is.
///
/// # Errors
/// Those of the store.
pub fn failed(tx: &mut Tx<'_>, row: &CrlPartRow, error: &str, due_at: Ts) -> Result<(), StoreError> {
    tx.exec(
        "-- crls.failed
         UPDATE crl_parts SET last_error = $1, due_at = $2
         WHERE issuer_id = $3 AND generation = $4 AND parts = $5 AND part = $6",
        args![error, due_at, &row.issuer_id, row.generation, row.parts, row.part],
    )?;
    Ok(())
}
