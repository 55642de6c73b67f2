//! The lists of revoked certificates: what goes into the next one, and their publication.
//!
//! Each list that is made is published with its delta at once, under one number (RFC 5280, section 5.2.4). The delta builds
//! on a complete list that clients may still have: when that ends, the one before the new list takes its place.
//! Not for: signing (`engine/crls.rs`). Invariants: a list has each revocation that was committed before it was begun; a
//! certificate that ended leaves the list when a whole period of lists has passed since, so that it was on one regular
//! list after its end (RFC 5280, section 5.1.2.6).

use certctl_connectors::issuers::Published;
use certctl_core::revocation::{RevocationReason, buckets_of};
use certctl_core::time::Ts;
use certctl_pki::{CrlError, CrlNumber, CrlScope, CrlSpec, Issuer, Revoked, Serial, sign_crl};
use certctl_store::crls::{self, CrlKind, CrlPartRow, CrlRow, EntryRow};
use certctl_store::{Tx, cas};

use crate::error::Error;

/// How long a list holds.
pub const LIST_SECONDS: i64 = 86_400;
/// When the next one is made although nothing has changed: clients that look in between always find a fresh one.
pub const NEXT_LIST_SECONDS: i64 = LIST_SECONDS / 2;
/// Longer than a transaction takes.
const WRITTEN_WITHIN_SECONDS: i64 = 60;
/// When a list that could not be made is tried again.
pub const RETRY_SECONDS: i64 = 60;

/// What a list is made of.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The part, as it was when this was read.
    pub part: CrlPartRow,
    /// When it was read.
    pub now: Ts,
    /// What is revoked.
    pub entries: Vec<EntryRow>,
}

/// Adds the parts that the configuration asks for, for CAs that do not have them yet.
///
/// # Errors
/// Those of the store.
pub fn prepare(tx: &mut Tx<'_>, parts: u16) -> Result<(), Error> {
    for of in crls::without_parts(tx, i64::from(parts))? {
        for part in 0..parts {
            crls::insert(tx, &of, i64::from(parts), i64::from(part))?;
        }
    }
    Ok(())
}

/// Whether CAs lack parts that the configuration asks for.
///
/// # Errors
/// Those of the store.
pub fn is_unprepared(tx: &mut Tx<'_>, parts: u16) -> Result<bool, Error> {
    Ok(!crls::without_parts(tx, i64::from(parts))?.is_empty())
}

/// Reads what the next list of a part says; none when its CA signs nothing any more.
///
/// # Errors
/// Those of the store.
pub fn draft(tx: &mut Tx<'_>, of: &CrlPartRow) -> Result<Option<Draft>, Error> {
    let now = tx.now();
    let ca = of.of();
    let Some(part) = crls::part(tx, &ca, of.parts, of.part)? else { return Ok(None) };
    if cas::revision(tx, &ca)?.is_none() {
        return Ok(None);
    }
    let (parts, number) = numbers(&part);
    let (first, last) = buckets_of(parts, number);
    let buckets = (i64::from(first), i64::from(last));
    let entries = crls::entries(tx, &ca, buckets, now.plus_seconds(-LIST_SECONDS))?;
    Ok(Some(Draft { part, now, entries }))
}

/// Removes the lists of a CA that signs nothing any more, unless the last ones still hold.
///
/// # Errors
/// Those of the store.
pub fn over(tx: &mut Tx<'_>, of: &CrlPartRow) -> Result<(), Error> {
    let ca = of.of();
    if cas::revision(tx, &ca)?.is_some() {
        return Ok(());
    }
    match crls::part(tx, &ca, of.parts, of.part)? {
        Some(part) if part.next_update.is_some_and(|until| until > tx.now()) => Ok(crls::leave(tx, &ca)?),
        Some(part) => Ok(crls::delete_part(tx, &part)?),
        None => Ok(()),
    }
}

/// Of how many, and which.
fn numbers(part: &CrlPartRow) -> (u16, u16) {
    (u16::try_from(part.parts).unwrap_or(1), u16::try_from(part.part).unwrap_or(0))
}

/// Lists that are signed, and what their part is with them.
#[derive(Debug, Clone)]
pub struct SignedLists {
    /// The part before.
    pub before: CrlPartRow,
    /// The part after.
    pub after: CrlPartRow,
    /// The complete list and, when there is something to build on, its delta.
    pub lists: Vec<(CrlKind, CrlRow)>,
}

/// Why a list cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// A divided list without addresses.
    #[error(
        "the list is divided, so it has to name its address, and pki_url is not set: set it as it was when the certificates were issued"
    )]
    NoAddress,
    /// The URL.
    #[error("pki_url cannot be the address of a list")]
    Address(#[from] certctl_pki::HttpUriError),
    /// The list.
    #[error(transparent)]
    Crl(#[from] CrlError),
    /// A serial in the store.
    #[error("the serial {0} cannot be read")]
    Serial(String),
}

/// Signs the lists of a draft. Takes as long as there are entries: not for the tasks of the runtime.
///
/// # Errors
/// [`ListError`].
pub fn sign(issuer: &Issuer, published: Option<&Published>, draft: Draft) -> Result<SignedLists, ListError> {
    let Draft { part: before, now, entries } = draft;
    let (parts, which) = numbers(&before);
    let (number, this_update) = (before.number + 1, now.as_second());
    // Not beyond the end of who signs: no client looks at a list of an authority that has ended.
    let next_update = (this_update + LIST_SECONDS).min(issuer.info().not_after.max(this_update + 1));
    let base = base_of(&before, now);
    let address = match published {
        Some(at) if parts > 1 => Some(at.crl(parts, which)?),
        None if parts > 1 => return Err(ListError::NoAddress),
        // The one list for all also has what was issued before there were addresses: it names none.
        Some(_) | None => None,
    };
    let freshest = match (published, &base) {
        (Some(at), Some(_)) => Some(at.delta(parts, which)?),
        (Some(_) | None, _) => None,
    };
    let revoked = entries.iter().map(revoked).collect::<Result<Vec<_>, _>>()?;
    let n_entries = i64::try_from(revoked.len()).unwrap_or(i64::MAX);
    let mut spec = CrlSpec {
        number: CrlNumber::from(u64::try_from(number).unwrap_or(0)),
        this_update,
        next_update,
        partition: address.as_ref(),
        scope: CrlScope::All,
        base: None,
        freshest: freshest.as_ref(),
    };
    let row = |der: Vec<u8>| CrlRow {
        number,
        this_update: Ts::from_second(this_update),
        next_update: Ts::from_second(next_update),
        der,
    };
    let delta = match &base {
        None => None,
        Some(base) => {
            // What was revoked since the base was made, and what was being written then: its time is that of its transaction's
            // beginning, which may be before the look that the base was made from.
            let since = base.this_update.as_second() - WRITTEN_WITHIN_SECONDS;
            let newer: Vec<Revoked> =
                revoked.iter().filter(|entry| entry.revoked_at >= since).cloned().collect();
            let of_delta = CrlSpec {
                base: Some(CrlNumber::from(u64::try_from(base.number).unwrap_or(0))),
                freshest: None,
                ..spec.clone()
            };
            Some(sign_crl(issuer, &of_delta, newer)?)
        }
    };
    if delta.is_none() {
        spec.freshest = None;
    }
    let mut lists = vec![(CrlKind::Full, row(sign_crl(issuer, &spec, revoked)?))];
    lists.extend(delta.map(|der| (CrlKind::Delta, row(der))));
    let after = CrlPartRow {
        number,
        entries: n_entries,
        listed: before.changes,
        due_at: now.plus_seconds(NEXT_LIST_SECONDS.min((next_update - this_update) / 2).max(1)),
        this_update: Some(Ts::from_second(this_update)),
        next_update: Some(Ts::from_second(next_update)),
        base_number: base.as_ref().map(|base| base.number),
        base_this_update: base.as_ref().map(|base| base.this_update),
        base_next_update: base.as_ref().map(|base| base.next_update),
        last_error: None,
        ..before.clone()
    };
    Ok(SignedLists { before, after, lists })
}

/// A complete list that a delta builds on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Base {
    number: i64,
    this_update: Ts,
    next_update: Ts,
}

/// The list that the next delta builds on: the same as before while clients may have it, else the last one.
fn base_of(part: &CrlPartRow, now: Ts) -> Option<Base> {
    let of = |number: Option<i64>, this_update: Option<Ts>, next_update: Option<Ts>| {
        Some(Base { number: number?, this_update: this_update?, next_update: next_update? })
    };
    let known = of(part.base_number, part.base_this_update, part.base_next_update);
    let last = of((part.number > 0).then_some(part.number), part.this_update, part.next_update);
    known.filter(|base| base.next_update > now).or(last)
}

fn revoked(entry: &EntryRow) -> Result<Revoked, ListError> {
    let serial = hex::decode(&entry.serial)
        .ok()
        .and_then(|bytes| Serial::from_bytes(&bytes).ok())
        .ok_or_else(|| ListError::Serial(entry.serial.clone()))?;
    let reason = reason_of(entry.reason);
    Ok(Revoked { serial, revoked_at: entry.revoked_at.as_second(), reason })
}

/// A reason as lists and answers write it.
pub const fn reason_of(reason: RevocationReason) -> certctl_pki::RevocationReason {
    use certctl_pki::RevocationReason as Written;
    match reason {
        RevocationReason::Unspecified => Written::Unspecified,
        RevocationReason::KeyCompromise => Written::KeyCompromise,
        RevocationReason::CaCompromise => Written::CaCompromise,
        RevocationReason::AffiliationChanged => Written::AffiliationChanged,
        RevocationReason::Superseded => Written::Superseded,
        RevocationReason::CessationOfOperation => Written::CessationOfOperation,
        RevocationReason::PrivilegeWithdrawn => Written::PrivilegeWithdrawn,
        RevocationReason::AaCompromise => Written::AaCompromise,
    }
}

/// Serves the lists from now on.
///
/// # Errors
/// [`certctl_store::StoreError::Stale`] when somebody else has published meanwhile.
pub fn publish(tx: &mut Tx<'_>, signed: &SignedLists) -> Result<(), Error> {
    Ok(crls::publish(tx, &signed.before, &signed.after, &signed.lists)?)
}

/// Notes why there is no newer list.
///
/// # Errors
/// Those of the store.
pub fn failed(tx: &mut Tx<'_>, part: &CrlPartRow, error: &str) -> Result<(), Error> {
    let again = tx.now().plus_seconds(RETRY_SECONDS);
    Ok(crls::failed(tx, part, error, again)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(number: i64, base: Option<(i64, i64)>) -> CrlPartRow {
        CrlPartRow {
            issuer_id: "iss-local".parse().unwrap(),
            generation: 1,
            parts: 1,
            part: 0,
            number,
            entries: 0,
            changes: 0,
            listed: 0,
            due_at: Ts::from_second(0),
            this_update: (number > 0).then_some(Ts::from_second(500)),
            next_update: (number > 0).then_some(Ts::from_second(1_500)),
            base_number: base.map(|(number, _)| number),
            base_this_update: base.map(|_| Ts::from_second(100)),
            base_next_update: base.map(|(_, ends)| Ts::from_second(ends)),
            last_error: None,
        }
    }

    #[test]
    fn reasons_have_the_same_numbers_in_the_store_and_in_lists() {
        for reason in RevocationReason::ALL {
            assert_eq!(reason_of(*reason).code(), reason.code(), "{reason}");
        }
    }

    #[test]
    fn a_delta_builds_on_a_list_that_clients_may_have() {
        let base = |part: CrlPartRow| base_of(&part, Ts::from_second(1_000)).map(|base| base.number);
        assert_eq!(base(part(0, None)), None, "the first list has none");
        assert_eq!(base(part(1, None)), Some(1), "the second builds on the first");
        assert_eq!(base(part(9, Some((3, 1_001)))), Some(3), "its base holds");
        assert_eq!(base(part(9, Some((3, 1_000)))), Some(9), "its base has ended");
    }
}
