//! Revocations: asked for, replaced first, called off, and what became of telling the authority.
//!
//! Not for: telling it (`engine/revocations.rs`), or lists and answers (`ops/crls.rs`, `ocsp.rs`). Invariants: what was asked
//! for is stored before an authority is told; a certificate is revoked once; what is revoked is counted for the lists in
//! the same transaction.

use certctl_core::ca::{CaGeneration, CaState};
use certctl_core::certificate::KeyStrategy;
use certctl_core::id::{CertificateId, IssuerId, RevocationId, VersionId};
use certctl_core::random::new_id;
use certctl_core::retry::wait_after;
use certctl_core::revocation::{
    MAX_TRIES, RevocationEvent, RevocationReason, RevocationState, bucket, part_of,
};
use certctl_core::time::Ts;
use certctl_pki::{CertificateInfo, Serial, pem};
use certctl_store::audit::Context;
use certctl_store::cas::CaRow;
use certctl_store::certificates::CertificateRow;
use certctl_store::holders::{EXTERNAL, HolderRow};
use certctl_store::revocations::{self, Found, RevocationRow};
use certctl_store::versions::VersionRow;
use certctl_store::{Tx, cas, certificates, crls, holders, issuers, jobs, versions};
use serde_json::json;

use crate::error::Error;
use crate::ops::imports::FOREIGN;
use crate::ops::{certificates as certificate_ops, failure, issuance, success};

/// How many certificates of one key are revoked by one request.
pub const MAX_FOUND: i64 = 500;
/// The most letters of a comment.
pub const MAX_COMMENT: usize = 500;
/// The most letters of a kept error.
const MAX_ERROR: usize = 500;
/// Within what time a list follows a revocation: long enough that those of one moment share one list.
const LISTED_WITHIN_MICROS: i64 = 500_000;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Why.
    pub reason: RevocationReason,
    /// Whether what takes its place comes first.
    pub replace_first: bool,
    /// In a person's words.
    pub comment: Option<String>,
}

/// By what certificates are found, each value read.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// One of an issuer.
    Serial(IssuerId, Serial),
    /// One, whoever has signed it.
    Fingerprint(String),
    /// All of a key.
    PublicKey(String),
    /// One version.
    Version(VersionId),
}

/// A certificate that is to be revoked.
struct Subject<'a> {
    issuer_id: &'a IssuerId,
    generation: i64,
    serial: Serial,
    version: Option<&'a VersionRow>,
    not_after: Ts,
}

impl<'a> Subject<'a> {
    fn of_version(version: &'a VersionRow) -> Result<Self, Error> {
        let serial = hex::decode(&version.serial)
            .ok()
            .and_then(|bytes| Serial::from_bytes(&bytes).ok())
            .ok_or_else(|| Error::internal(format!("the serial of {} cannot be read", version.id)))?;
        Ok(Self {
            issuer_id: &version.issuer_id,
            generation: version.generation,
            serial,
            version: Some(version),
            not_after: version.not_after,
        })
    }
}

/// Asks for the revocation of a certificate's versions: of one, or of the current one of each key holder.
///
/// # Errors
/// 404; 409 when nothing can be revoked, with the reason; 422 when the version is another certificate's.
pub fn revoke_certificate(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &CertificateId,
    version_id: Option<&VersionId>,
    asked: &Asked,
) -> Result<Vec<RevocationRow>, Error> {
    let row = certificate_ops::load(tx, &context.scope, id)?;
    let mut chosen = Vec::new();
    match version_id {
        Some(version_id) => match versions::by_id(tx, version_id)? {
            Some(version) if version.certificate_id == *id => chosen.push(version),
            Some(_) | None => {
                let detail = format!("{version_id} is not a version of {id}");
                return Err(Error::invalid_field("/version_id", detail));
            }
        },
        None => {
            for holder in holders::of_certificate(tx, id)? {
                let Some(current) = holder.current_version_id else { continue };
                chosen.extend(versions::by_id(tx, &current)?);
            }
        }
    }
    if chosen.is_empty() {
        let detail = format!("{id} was never issued: there is nothing to revoke");
        return Err(Error::conflict("nothing_to_revoke", detail, json!({})));
    }
    let mut refused = None;
    let mut asked_for = Vec::new();
    for version in &chosen {
        match ask_of_version(tx, context, &row, version, asked) {
            Ok(found) => asked_for.push(found),
            Err(error @ Error::Conflict { .. }) if chosen.len() > 1 => refused = Some(error),
            Err(error) => return Err(error),
        }
    }
    match refused {
        Some(error) if asked_for.is_empty() => Err(error),
        Some(_) | None => Ok(asked_for),
    }
}

/// Asks for the revocation of each certificate that is found.
///
/// # Errors
/// 404 when none is; 409 when none can be revoked, with the reason.
pub fn revoke_found(
    tx: &mut Tx<'_>,
    context: &Context,
    wanted: &Wanted,
    asked: &Asked,
) -> Result<Vec<RevocationRow>, Error> {
    let serial_hex;
    let (by, words) = match wanted {
        Wanted::Serial(issuer, serial) => {
            serial_hex = serial.to_hex();
            (Found::Serial(issuer, &serial_hex), serial_hex.clone())
        }
        Wanted::Fingerprint(digest) => (Found::Fingerprint(digest), digest.clone()),
        Wanted::PublicKey(digest) => (Found::PublicKey(digest), digest.clone()),
        Wanted::Version(id) => (Found::Version(id), id.to_string()),
    };
    let found = revocations::versions(tx, &context.scope, &by, MAX_FOUND)?;
    if found.is_empty() {
        return match wanted {
            Wanted::Serial(issuer, serial) if context.scope.is_everything() => {
                Ok(vec![ask_of_serial(tx, context, issuer, serial, asked)?])
            }
            Wanted::Serial(..) | Wanted::Fingerprint(_) | Wanted::PublicKey(_) | Wanted::Version(_) => {
                Err(Error::not_found("certificate to revoke", words))
            }
        };
    }
    let mut refused = None;
    let mut asked_for = Vec::new();
    for version in &found {
        let row = certificate_ops::load(tx, &context.scope, &version.certificate_id)?;
        match ask_of_version(tx, context, &row, version, asked) {
            Ok(row) => asked_for.push(row),
            // The others of the same key go on; what ended or is revoked already needs nothing.
            Err(error @ Error::Conflict { .. }) if found.len() > 1 => refused = Some(error),
            Err(error) => return Err(error),
        }
    }
    match refused {
        Some(error) if asked_for.is_empty() => Err(error),
        Some(_) | None => Ok(asked_for),
    }
}

fn ask_of_version(
    tx: &mut Tx<'_>,
    context: &Context,
    certificate: &CertificateRow,
    version: &VersionRow,
    asked: &Asked,
) -> Result<RevocationRow, Error> {
    let subject = Subject::of_version(version)?;
    let is_here = check(tx, &subject)?;
    let lane = holders::of_certificate(tx, &certificate.id)?
        .into_iter()
        .find(|lane| lane.current_version_id.as_ref() == Some(&version.id));
    let before = revocations::by_serial(tx, subject.issuer_id, &version.serial)?;
    let begins_to_wait = asked.replace_first
        && before.is_none_or(|row| matches!(row.state, RevocationState::Failed | RevocationState::Cancelled));
    // What is not current has been replaced by something already. First this, which may be refused: then nothing is written.
    if begins_to_wait && let Some(lane) = lane {
        replace(tx, context, certificate, &lane, version, asked.reason)?;
    }
    let row = ask(tx, context, &subject, asked)?;
    if is_here { done_here(tx, context, row) } else { Ok(row) }
}

/// A serial that is not known here, of an issuer whose lists are ours: the database may be an older one than what was issued.
fn ask_of_serial(
    tx: &mut Tx<'_>,
    context: &Context,
    issuer: &IssuerId,
    serial: &Serial,
    asked: &Asked,
) -> Result<RevocationRow, Error> {
    let row = issuers::by_id(tx, issuer)?.ok_or_else(|| Error::not_found("issuer", issuer.as_str()))?;
    if row.kind != crate::issuers::LOCAL_CA {
        return Err(Error::not_found("certificate to revoke", serial.to_hex()));
    }
    // When the certificate ends is not known: not after the end of each CA that can have signed it.
    let ends = cas::of_issuer(tx, issuer)?.into_iter().map(|ca| ca.not_after).chain(row.not_after).max();
    let subject = Subject {
        issuer_id: issuer,
        generation: revocations::ANY_GENERATION,
        serial: serial.clone(),
        version: None,
        not_after: ends.unwrap_or_else(|| tx.now()),
    };
    check(tx, &subject)?;
    let at_once = Asked { replace_first: false, ..asked.clone() };
    let row = ask(tx, context, &subject, &at_once)?;
    done_here(tx, context, row)
}

/// Refuses what cannot be revoked, whatever was asked before; says whether nobody outside has to be told.
fn check(tx: &mut Tx<'_>, subject: &Subject<'_>) -> Result<bool, Error> {
    let serial = subject.serial.to_hex();
    if subject.not_after <= tx.now() {
        let detail = format!(
            "the certificate {serial} of {} ended at {}: what has ended is not revoked",
            subject.issuer_id, subject.not_after
        );
        return Err(Error::conflict("certificate_ended", detail, json!({ "not_after": subject.not_after })));
    }
    let issuer = issuers::by_id(tx, subject.issuer_id)?
        .ok_or_else(|| Error::not_found("issuer", subject.issuer_id.as_str()))?;
    if issuer.kind == FOREIGN {
        let id = subject.issuer_id;
        let detail = format!(
            "{id} is a CA that was only seen: it is not configured, so it cannot be told; revoke the certificate where it \
             was ordered"
        );
        return Err(Error::conflict("issuer_foreign", detail, json!({ "issuer_id": id })));
    }
    // A list of revoked certificates has nothing to say of the authority that signs it.
    let own = cas::of_issuer(tx, subject.issuer_id)?;
    let own = own.iter().map(|ca| ca.certificate_pem.as_str()).chain([issuer.chain_pem.as_str()]);
    let is_serial_of = |text: &str| {
        pem::decode_certificates(text)
            .ok()
            .and_then(|chain| CertificateInfo::parse(chain.first()?).ok())
            .is_some_and(|info| info.serial_hex == serial)
    };
    let is_own = subject.version.is_none() && own.into_iter().any(is_serial_of);
    if is_own {
        let detail =
            format!("{serial} is the serial of {} itself, which cannot revoke itself", subject.issuer_id);
        return Err(Error::conflict("issuer_itself", detail, json!({ "issuer_id": subject.issuer_id })));
    }
    Ok(issuer.kind == crate::issuers::LOCAL_CA)
}

/// Notes what is asked for, or goes on with what was asked for before.
fn ask(
    tx: &mut Tx<'_>,
    context: &Context,
    subject: &Subject<'_>,
    asked: &Asked,
) -> Result<RevocationRow, Error> {
    let now = tx.now();
    let serial = subject.serial.to_hex();
    let Some(before) = revocations::by_serial(tx, subject.issuer_id, &serial)? else {
        let state = if asked.replace_first { RevocationState::Waiting } else { RevocationState::Pending };
        let row = RevocationRow {
            id: new_id(&*context.random, now),
            issuer_id: subject.issuer_id.clone(),
            generation: subject.generation,
            bucket: i64::from(bucket(subject.serial.as_bytes())),
            serial,
            version_id: subject.version.map(|version| version.id.clone()),
            certificate_id: subject.version.map(|version| version.certificate_id.clone()),
            reason: asked.reason,
            comment: asked.comment.clone(),
            state,
            replace_first: asked.replace_first,
            not_after: subject.not_after,
            requested_by_kind: context.actor.kind().to_owned(),
            requested_by: context.actor.id().to_owned(),
            requested_at: now,
            tries: 0,
            next_try_at: now,
            lease_token: None,
            last_error: None,
            revoked_at: None,
            updated_at: now,
            revision: 1,
        };
        revocations::insert(tx, &row)?;
        asked_for(tx, context, &row)?;
        return Ok(row);
    };
    let event = match (before.state, asked.replace_first) {
        (RevocationState::Revoked, _) => {
            let detail = match before.revoked_at {
                Some(at) => format!("the certificate {serial} was revoked at {at}"),
                None => format!("the certificate {serial} is revoked"),
            };
            let params = json!({ "revocation_id": before.id, "revoked_at": before.revoked_at });
            return Err(Error::conflict("already_revoked", detail, params));
        }
        // It is on its way as it was asked for.
        (RevocationState::Pending, _) | (RevocationState::Waiting, true) => return Ok(before),
        (RevocationState::Waiting | RevocationState::Failed | RevocationState::Cancelled, false) => {
            RevocationEvent::Hurried
        }
        (RevocationState::Failed | RevocationState::Cancelled, true) => RevocationEvent::AskedAgain,
    };
    let mut row = RevocationRow {
        state: on(&before, event)?,
        reason: asked.reason,
        comment: asked.comment.clone().or_else(|| before.comment.clone()),
        replace_first: asked.replace_first,
        requested_by_kind: context.actor.kind().to_owned(),
        requested_by: context.actor.id().to_owned(),
        requested_at: now,
        tries: 0,
        next_try_at: now,
        lease_token: None,
        last_error: None,
        ..before
    };
    revocations::update(tx, &row, &["state", "reason", "replace_first"])?;
    row.revision += 1;
    row.updated_at = now;
    asked_for(tx, context, &row)?;
    Ok(row)
}

fn on(row: &RevocationRow, event: RevocationEvent) -> Result<RevocationState, Error> {
    row.state.on(event).map_err(|error| {
        Error::conflict("revocation_state", error.to_string(), json!({ "state": row.state }))
    })
}

fn facts(row: &RevocationRow) -> serde_json::Value {
    json!({
        "revocation_id": row.id, "issuer_id": row.issuer_id, "serial": row.serial, "certificate_id": row.certificate_id,
        "version_id": row.version_id, "reason": row.reason, "state": row.state, "comment": row.comment,
    })
}

fn asked_for(tx: &mut Tx<'_>, context: &Context, row: &RevocationRow) -> Result<(), Error> {
    let when = match row.state {
        RevocationState::Waiting => "when what takes its place is served",
        RevocationState::Pending
        | RevocationState::Revoked
        | RevocationState::Failed
        | RevocationState::Cancelled => "at once",
    };
    let summary = format!("{} of {} is to be revoked {when} ({})", row.serial, row.issuer_id, row.reason);
    success(tx, context, "revocation.request", ("revocation", row.id.as_str()), summary, facts(row))?;
    tx.notify("engine:revocations");
    Ok(())
}

/// Orders what takes the place of a version: a renewal, unless one is under way.
fn replace(
    tx: &mut Tx<'_>,
    context: &Context,
    certificate: &CertificateRow,
    lane: &HolderRow,
    version: &VersionRow,
    reason: RevocationReason,
) -> Result<(), Error> {
    let (id, serial) = (&certificate.id, &version.serial);
    let at_once = "; say `replace_first: false` to revoke it without";
    if certificate.archived_at.is_some() {
        let detail = format!("{id} is archived: nothing will take the place of {serial}{at_once}");
        return Err(Error::conflict("archived", detail, json!({ "archived_at": certificate.archived_at })));
    }
    match certificate.key_strategy {
        KeyStrategy::Found => {
            let detail =
                format!("{id} is only watched: nothing here will take the place of {serial}{at_once}");
            return Err(Error::conflict(
                "not_managed",
                detail,
                json!({ "key_strategy": certificate.key_strategy }),
            ));
        }
        // A person uploads the CSR.
        KeyStrategy::External => return Ok(()),
        KeyStrategy::PerHost | KeyStrategy::Shared | KeyStrategy::Server => {}
    }
    if lane.holder == EXTERNAL || jobs::open_issuance(tx, id, &lane.holder)?.is_some() {
        return Ok(());
    }
    // Each renewal makes a new key on its host, so it is good for a compromised one too.
    let why = format!("{serial} is to be revoked ({reason}): this takes its place");
    issuance::request(tx, context, certificate, lane, None, &why)?;
    Ok(())
}

/// One that exists, within the caller's scope.
///
/// # Errors
/// 404.
pub fn load(tx: &mut Tx<'_>, context: &Context, id: &RevocationId) -> Result<RevocationRow, Error> {
    revocations::within(tx, &context.scope, id)?.ok_or_else(|| Error::not_found("revocation", id.as_str()))
}

/// Calls off a revocation that waits for what takes its place.
///
/// # Errors
/// 404, 409 when it does not wait.
pub fn cancel(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &RevocationId,
    comment: Option<&str>,
) -> Result<RevocationRow, Error> {
    let row = load(tx, context, id)?;
    if row.state != RevocationState::Waiting {
        let detail =
            format!("{id} is {} and does not wait any more: only what waits can be called off", row.state);
        return Err(Error::conflict("revocation_state", detail, json!({ "state": row.state })));
    }
    let why = match comment {
        Some(comment) => format!("called off by {}: {comment}", context.actor),
        None => format!("called off by {}", context.actor),
    };
    call_off(tx, context, row, &why)
}

fn call_off(
    tx: &mut Tx<'_>,
    context: &Context,
    mut row: RevocationRow,
    why: &str,
) -> Result<RevocationRow, Error> {
    row.state = on(&row, RevocationEvent::CalledOff)?;
    row.last_error = Some(why.chars().take(MAX_ERROR).collect());
    revocations::update(tx, &row, &["state", "error"])?;
    row.revision += 1;
    row.updated_at = tx.now();
    let summary = format!("The revocation of {} of {} is {why}", row.serial, row.issuer_id);
    success(tx, context, "revocation.cancel", ("revocation", row.id.as_str()), summary, facts(&row))?;
    Ok(row)
}

/// Looks at what waits: what is replaced goes on, what has ended by itself is called off. Says how many rows moved.
///
/// # Errors
/// Those of the store.
pub fn look(tx: &mut Tx<'_>, context: &Context, limit: i64) -> Result<usize, Error> {
    let mut n = 0;
    for row in revocations::ended(tx, limit)? {
        let why = format!("called off: the certificate ended by itself at {}", row.not_after);
        call_off(tx, context, row, &why)?;
        n += 1;
    }
    let now = tx.now();
    for mut row in revocations::replaced(tx, limit)? {
        if row.not_after <= now {
            continue;
        }
        row.state = on(&row, RevocationEvent::Replaced)?;
        row.next_try_at = now;
        revocations::update(tx, &row, &["state"])?;
        let summary = format!("What takes the place of {} of {} is served", row.serial, row.issuer_id);
        success(tx, context, "revocation.replaced", ("revocation", row.id.as_str()), summary, facts(&row))?;
        n += 1;
    }
    Ok(n)
}

/// The authority knows: notes it, for its lists and answers too.
///
/// # Errors
/// [`certctl_store::StoreError::Stale`] when somebody else has settled it.
pub fn told(tx: &mut Tx<'_>, context: &Context, row: RevocationRow) -> Result<(), Error> {
    if is_mine(tx, &row)? {
        revoked(tx, context, row)?;
    }
    Ok(())
}

/// A revocation that nobody outside has to hear of is done with its request: lists and answers are ours.
fn done_here(tx: &mut Tx<'_>, context: &Context, row: RevocationRow) -> Result<RevocationRow, Error> {
    if row.state == RevocationState::Pending { revoked(tx, context, row) } else { Ok(row) }
}

fn revoked(tx: &mut Tx<'_>, context: &Context, mut row: RevocationRow) -> Result<RevocationRow, Error> {
    let now = tx.now();
    row.state = on(&row, RevocationEvent::Told)?;
    row.revoked_at = Some(now);
    row.lease_token = None;
    row.last_error = None;
    revocations::update(tx, &row, &["state", "revoked_at"])?;
    listed(tx, &row)?;
    if let Some(id) = &row.certificate_id {
        certificates::refresh(tx, id, None, None)?;
        tx.note_change("certificate", id.as_str(), None, &["condition", "status"]);
    }
    let summary = format!("{} of {} is revoked ({})", row.serial, row.issuer_id, row.reason);
    let object = match &row.certificate_id {
        Some(id) => ("certificate", id.as_str()),
        None => ("revocation", row.id.as_str()),
    };
    success(tx, context, "certificate.revoke", object, summary, facts(&row))?;
    for of in answering(tx, &row)? {
        tx.notify(format!("{}{of}:{}", crate::ocsp::TOPIC, row.serial));
    }
    row.revision += 1;
    row.updated_at = now;
    Ok(row)
}

/// The CAs whose lists and answers tell of it: the one that has signed it, or all of the issuer's when that is not known.
fn answering(tx: &mut Tx<'_>, row: &RevocationRow) -> Result<Vec<CaGeneration>, Error> {
    if row.generation != revocations::ANY_GENERATION {
        return Ok(vec![row.of()]);
    }
    let all = cas::of_issuer(tx, &row.issuer_id)?;
    Ok(all.iter().filter(|ca| ca.state != CaState::Retired).filter_map(CaRow::of_issuer).collect())
}

/// Counts it for the lists, which follow soon.
fn listed(tx: &mut Tx<'_>, row: &RevocationRow) -> Result<(), Error> {
    let due_at = Ts::from_microsecond(tx.now().as_microsecond() + LISTED_WITHIN_MICROS);
    let bytes = [u8::try_from(row.bucket).unwrap_or(0)];
    for of in answering(tx, row)? {
        for parts in crls::divisions(tx, &of)? {
            let part = part_of(u16::try_from(parts).unwrap_or(1), &bytes);
            crls::changed(tx, &of, parts, i64::from(part), due_at)?;
        }
    }
    tx.notify("engine:crls");
    Ok(())
}

/// The authority was not told: again later, or given up.
///
/// # Errors
/// [`certctl_store::StoreError::Stale`] when somebody else has settled it.
pub fn not_told(
    tx: &mut Tx<'_>,
    context: &Context,
    mut row: RevocationRow,
    error: &str,
    again_after: Option<std::time::Duration>,
    can_retry: bool,
) -> Result<(), Error> {
    if !is_mine(tx, &row)? {
        return Ok(());
    }
    let now = tx.now();
    row.lease_token = None;
    row.last_error = Some(error.chars().take(MAX_ERROR).collect());
    if can_retry && row.tries < MAX_TRIES {
        let mut bits = [0_u8; 2];
        context.random.fill(&mut bits);
        let tries = u32::try_from(row.tries).unwrap_or(u32::MAX);
        let wait = wait_after(tries, u16::from_be_bytes(bits));
        row.next_try_at = now.plus(again_after.map_or(wait, |after| after.max(wait)));
        revocations::update(tx, &row, &["error", "next_try_at", "tries"])?;
        let summary = format!("{} was not told of {}: {error}", row.issuer_id, row.serial);
        failure(tx, context, "revocation.retry", ("revocation", row.id.as_str()), summary, facts(&row))?;
        return Ok(());
    }
    row.state = on(&row, RevocationEvent::GivenUp)?;
    revocations::update(tx, &row, &["state", "error", "tries"])?;
    let summary = format!("{} of {} could not be revoked: {error}", row.serial, row.issuer_id);
    failure(tx, context, "revocation.fail", ("revocation", row.id.as_str()), summary, facts(&row))?;
    Ok(())
}

/// Whether the lease that a row was taken by is still the one.
fn is_mine(tx: &mut Tx<'_>, row: &RevocationRow) -> Result<bool, Error> {
    let token = row.lease_token.as_deref().unwrap_or_default();
    Ok(revocations::is_leased(tx, &row.id, token)?)
}

/// Refuses to bring back what is revoked.
///
/// # Errors
/// 409.
pub fn not_revoked(tx: &mut Tx<'_>, version: &VersionRow) -> Result<(), Error> {
    let found = revocations::by_serial(tx, &version.issuer_id, &version.serial)?;
    match found {
        Some(row) if row.state == RevocationState::Revoked => {
            let detail =
                format!("{} is revoked ({}): clients refuse it. Renew instead", version.id, row.reason);
            let params = json!({ "revocation_id": row.id, "revoked_at": row.revoked_at });
            Err(Error::conflict("already_revoked", detail, params))
        }
        Some(_) | None => Ok(()),
    }
}
