//! Sealing the audit trail: batches with a Merkle root, each chained to the one before and signed.
//!
//! Not for: writing events. Invariants: one appender (the task's lease, and the batch number as primary key); writers
//! never wait for it; a batch lists the rows that it holds, so that a row that became visible late on PostgreSQL
//! (its place was taken before, its transaction ended after) goes into a later batch and is no false alarm.

use std::collections::BTreeSet;
use std::time::Duration;

use certctl_core::audit::{GENESIS, Hash, batch_hash, root};
use certctl_pki::{KeyAlgorithm, PrivateKey};
use certctl_store::audit::{self, AuditRow, BatchRow};
use certctl_store::{Kind, Tx, instance};

use crate::app::App;
use crate::error::Error;
use crate::measures;

/// Rows in one batch.
const BATCH: i64 = 4_000;
/// Gaps in the places are looked at again in this many batches.
const GAP_BATCHES: i64 = 20;
/// Name and kind of the sealed signing key.
const KEY_ID: &str = "audit-signing";
const KEY_KIND: &str = "audit_key";
/// Where its public key is kept, for checks without the sealing key.
pub const PUBLIC_KEY: &str = "audit_public_key";

/// The signing key, made at first use.
///
/// # Errors
/// Those of the store; a sealing key that does not open it.
pub async fn signing_key(app: &App) -> Result<PrivateKey, Error> {
    let broken = |error: &dyn std::error::Error| Error::internal(format!("the audit key: {error}"));
    let made = PrivateKey::generate(KeyAlgorithm::Ed25519).map_err(|e| broken(&e))?;
    let sealed = app
        .sealer
        .seal(KEY_ID, KEY_KIND, &made.to_pkcs8_der().map_err(|e| broken(&e))?)
        .map_err(|e| broken(&e))?;
    let public = hex::encode(made.spki_der());
    let stored = app
        .store
        .bookkeeping("audit_seal.key", move |tx| {
            if instance::secret(tx, KEY_ID)?.is_none()
                && instance::insert_secret(tx, KEY_ID, KEY_KIND, &sealed)?
            {
                instance::set_value(tx, PUBLIC_KEY, &public)?;
            }
            instance::secret(tx, KEY_ID).map_err(Error::from)
        })
        .await?
        .unwrap_or_default();
    let der = app.sealer.open(KEY_ID, KEY_KIND, &stored).map_err(|e| broken(&e))?;
    PrivateKey::from_pkcs8_der(&der).map_err(|e| broken(&e))
}

/// Seals what is there; says to come back at once when there is more.
///
/// # Errors
/// Those of the store.
pub async fn tick(app: App) -> Result<Option<Duration>, Error> {
    let key = signing_key(&app).await?;
    let rows = app.store.read("audit_seal.rows", |tx| unsealed(tx, BATCH)).await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let more = i64::try_from(rows.len()).unwrap_or(0) >= BATCH;
    app.store
        .bookkeeping("audit_seal.append", move |tx| {
            let last = audit::last_batch(tx)?;
            let previous = last.as_ref().map_or(GENESIS, hash_of);
            let number = last.map_or(1, |batch| batch.number + 1);
            let leaves: Vec<Hash> = rows.iter().map(AuditRow::leaf).collect();
            let members = ranges(rows.iter().map(|row| row.seq));
            let root = root(&leaves);
            let hash = batch_hash(number, &previous, &members, &root);
            let signature =
                key.sign(&hash).map_err(|error| Error::internal(format!("the audit key: {error}")))?;
            let events = i64::try_from(rows.len()).unwrap_or(i64::MAX);
            let batch = BatchRow {
                number,
                members,
                events,
                leaves: leaves.concat(),
                root: root.to_vec(),
                previous: previous.to_vec(),
                signature,
            };
            tx.after_commit(move || measures::sealed(u64::try_from(events).unwrap_or(0)));
            audit::insert_batch(tx, &batch).map_err(Error::from)
        })
        .await?;
    Ok(more.then_some(Duration::ZERO))
}

/// Bytes of a row as a hash; of another length they are no hash that anything has.
pub(crate) fn as_hash(bytes: &[u8]) -> Hash {
    bytes.try_into().unwrap_or(GENESIS)
}

/// What the next batch is chained to.
pub(crate) fn hash_of(batch: &BatchRow) -> Hash {
    batch_hash(batch.number, &as_hash(&batch.previous), &batch.members, &as_hash(&batch.root))
}

/// Rows that no batch holds: those behind the last sealed place, and on PostgreSQL late ones in the gaps of the last
/// batches. What is sealed is not read again.
fn unsealed(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<AuditRow>, Error> {
    let Some(last) = audit::last_batch(tx)? else {
        return Ok(audit::from_seq(tx, 0, limit)?);
    };
    let mut rows = Vec::new();
    let mut end = parts(&last.members).last().map_or(0, |(_, end)| *end);
    if tx.kind() == Kind::Postgres {
        let recent = audit::batches(tx, (last.number - GAP_BATCHES).max(1), GAP_BATCHES + 1)?;
        let mut sealed: Vec<(i64, i64)> = recent.iter().flat_map(|batch| parts(&batch.members)).collect();
        sealed.sort_unstable();
        end = sealed.iter().map(|(_, end)| *end).max().unwrap_or(end);
        for (before, after) in sealed.iter().zip(sealed.iter().skip(1)) {
            if after.0 > before.1 + 1 {
                rows.extend(audit::between(tx, before.1 + 1, after.0 - 1, limit)?);
            }
        }
    }
    rows.extend(audit::from_seq(tx, end + 1, limit)?);
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(rows)
}

/// Writes places as ranges: `1-100,102`.
fn ranges(places: impl Iterator<Item = i64>) -> String {
    let mut parts: Vec<(i64, i64)> = Vec::new();
    for place in places {
        match parts.last_mut() {
            Some((_, end)) if *end + 1 == place => *end = place,
            _ => parts.push((place, place)),
        }
    }
    let texts: Vec<String> = parts
        .into_iter()
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}-{last}") })
        .collect();
    texts.join(",")
}

/// Reads ranges; a part that is none gives nothing, and the batch's count then does not fit.
pub(crate) fn parts(text: &str) -> Vec<(i64, i64)> {
    text.split(',')
        .filter_map(|part| {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (first, last): (i64, i64) = (first.parse().ok()?, last.parse().ok()?);
            (last - first < 1_000_000).then_some((first, last))
        })
        .collect()
}

/// The places in ranges, one by one.
pub(crate) fn members(text: &str) -> Vec<i64> {
    parts(text).into_iter().flat_map(|(first, last)| first..=last).collect()
}

/// What a check of the trail found.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// Batches checked.
    pub batches: i64,
    /// Events checked.
    pub events: i64,
    /// Events that no batch holds yet.
    pub unsealed: i64,
    /// What is wrong, naming the row.
    pub findings: Vec<String>,
    /// The key that the batches are signed with: SubjectPublicKeyInfo, hexadecimal.
    pub public_key: String,
}

/// Checks rows, roots, chain and signatures, page by page.
///
/// # Errors
/// Those of the store.
pub async fn verify(app: &App) -> Result<Findings, Error> {
    let public =
        app.store.read("audit_verify.key", |tx| instance::value(tx, PUBLIC_KEY).map_err(Error::from)).await?;
    let public = public.and_then(|text| hex::decode(text).ok());
    // The key in the store could have been exchanged together with the rows: what is sealed decides.
    let signer = signing_key(app).await?;
    let mut found = Findings { public_key: hex::encode(signer.spki_der()), ..Findings::default() };
    if public.as_deref() != Some(signer.spki_der()) {
        found
            .findings
            .push("the stored public key of the audit trail is not that of the sealed key".to_owned());
    }
    let mut previous = GENESIS;
    let mut expected = 1;
    let mut sealed = BTreeSet::new();
    loop {
        let batches = app
            .store
            .read("audit_verify.batches", move |tx| Ok::<_, Error>(audit::batches(tx, expected, 50)?))
            .await?;
        if batches.is_empty() {
            break;
        }
        for batch in batches {
            if batch.number != expected {
                found.findings.push(format!("batch {expected} is missing"));
            }
            check_batch(app, &signer, &batch, &previous, &mut found).await?;
            sealed.extend(members(&batch.members));
            previous = hash_of(&batch);
            expected = batch.number + 1;
            found.batches += 1;
        }
    }
    let mut from = 0;
    loop {
        let page = app
            .store
            .read("audit_verify.rows", move |tx| Ok::<_, Error>(audit::from_seq(tx, from, 5_000)?))
            .await?;
        let Some(end) = page.last().map(|row| row.seq) else { break };
        found.unsealed +=
            i64::try_from(page.iter().filter(|r| !sealed.contains(&r.seq)).count()).unwrap_or(0);
        from = end + 1;
    }
    Ok(found)
}

async fn check_batch(
    app: &App,
    signer: &PrivateKey,
    batch: &BatchRow,
    previous: &Hash,
    found: &mut Findings,
) -> Result<(), Error> {
    let places = members(&batch.members);
    let (Some(first), Some(last)) = (places.iter().min().copied(), places.iter().max().copied()) else {
        found.findings.push(format!("batch {} names no rows", batch.number));
        return Ok(());
    };
    let wanted: BTreeSet<i64> = places.iter().copied().collect();
    let mut rows = Vec::new();
    let mut from = first;
    while from <= last {
        let page = app
            .store
            .read("audit_verify.page", move |tx| Ok::<_, Error>(audit::from_seq(tx, from, 5_000)?))
            .await?;
        let Some(end) = page.last().map(|row| row.seq) else { break };
        rows.extend(page.into_iter().filter(|row| wanted.contains(&row.seq)));
        from = end + 1;
    }
    let there: BTreeSet<i64> = rows.iter().map(|row| row.seq).collect();
    for place in wanted.difference(&there) {
        found.findings.push(format!("row {place} is missing; batch {} holds it", batch.number));
    }
    found.events += i64::try_from(rows.len()).unwrap_or(0);
    let hash = batch_hash(batch.number, previous, &batch.members, &as_hash(&batch.root));
    let key = aws_lc_rs::signature::UnparsedPublicKey::new(
        &aws_lc_rs::signature::ED25519,
        ed25519_point(signer.spki_der()),
    );
    if batch.previous != previous || key.verify(&hash, &batch.signature).is_err() {
        found.findings.push(format!("batch {} is not what was signed", batch.number));
    }
    let sealed: Vec<Hash> = batch.leaves.chunks(32).map(as_hash).collect();
    if sealed.len() != places.len() || root(&sealed).as_slice() != batch.root {
        found.findings.push(format!("the leaves of batch {} are not those that were sealed", batch.number));
        return Ok(());
    }
    let leaves: std::collections::BTreeMap<i64, Hash> = places.into_iter().zip(sealed).collect();
    for row in rows.iter().filter(|row| leaves.get(&row.seq) != Some(&row.leaf())) {
        found.findings.push(format!("row {} was changed after batch {} sealed it", row.seq, batch.number));
    }
    Ok(())
}

/// The 32 bytes of an Ed25519 key at the end of its SubjectPublicKeyInfo (RFC 8410, section 4).
pub(crate) fn ed25519_point(spki: &[u8]) -> &[u8] {
    &spki[spki.len().saturating_sub(32)..]
}
