//! The CAs of local issuers: made, replaced by their next generation, and retired when nothing needs them any more.
//!
//! What is replaced drains: it signs no more certificates, and its lists and answers go on under the addresses that are in those it
//! has signed. Alternatives: one address for all generations (a list has one signer, so either of them would have to list what the
//! other has signed), and a new issuer for each (policies, saved filters and certificates would have to be pointed to it).
//! Not for: making certificates (`hierarchy.rs`), replacing CAs (`cas/replacing.rs`), or lists (`ops/crls.rs`). Invariants: an issuer has one CA that signs, before and
//! after each transaction here; a key is deleted when all that it signed has ended, and no plan of it can be carried out.

pub mod replacing;

use std::sync::Arc;

use certctl_core::ca::{CaEvent, CaGeneration, CaRole, CaState};
use certctl_core::id::{CaId, IssuerId};
use certctl_core::random::new_id;
use certctl_core::time::Ts;
use certctl_pki::{CertificateInfo, Issuer, Name, PrivateKey, pem};
use certctl_store::audit::Context;
use certctl_store::cas::{self, CaRow};
use certctl_store::issuers::IssuerRow;
use certctl_store::{Tx, crls, instance, issuers};
use serde_json::{Value, json};

use crate::app::App;
use crate::error::Error;
use crate::hierarchy::{self, NewCa, Terms, broken, certificate_of};
use crate::issuers::{CA_KEY, LOCAL_CA};
use crate::ops::settings::{self, load};
use crate::ops::success;

/// How long a CA drains at least: what was planned by it just before is signed and stored within less.
const DRAIN_SECONDS: i64 = 3_600;
/// Rows handled in one transaction.
const PAGE: i64 = 50;
/// How many roots can have taken each other's place in one chain.
const MAX_CHAIN: usize = 8;

/// A local CA that was checked.
#[derive(Debug, Clone)]
pub struct NewLocalCa {
    /// Of the issuer.
    pub id: IssuerId,
    /// Of the issuer.
    pub name: String,
    /// As it was asked for.
    pub config: Value,
    /// Of its CAs.
    pub common_name: String,
    /// What its issuing CA is to be.
    pub terms: Terms,
    /// Where that comes from.
    pub source: Arc<Source>,
}

/// Where the issuing CA of a new issuer comes from.
#[derive(Debug)]
pub enum Source {
    /// It is made already.
    Made(NewCa),
    /// A root of another issuer signs it, for this key.
    Below(CaId, PrivateKey),
}

/// Stores a local CA unless the issuer is there already; says whether it was stored.
///
/// # Errors
/// 422 when its parent cannot sign it; those of the store.
pub fn insert(tx: &mut Tx<'_>, app: &App, context: &Context, new: &NewLocalCa) -> Result<bool, Error> {
    let id = &new.id;
    if issuers::by_id(tx, id)?.is_some() {
        return Ok(false);
    }
    let (chain, key, root_key, mode) = match &*new.source {
        Source::Made(ca) => {
            let mode = if ca.root_key.is_some() { "own_root" } else { "sub_ca" };
            (ca.chain.clone(), &ca.key, ca.root_key.as_ref(), mode)
        }
        Source::Below(parent, key) => {
            let (root, signer) = parent_of(tx, app, parent)?;
            let der = hierarchy::make_issuing(app, &signer, (&new.common_name, 1), &new.terms, key)?;
            let mut chain = vec![der];
            chain.extend(above(tx, &root)?);
            (chain, key, None, "below_root")
        }
    };
    let mut config = new.config.clone();
    if let Some(fields) = config.as_object_mut() {
        fields.insert("mode".to_owned(), json!(mode));
    }
    let first = chain.first().cloned().unwrap_or_default();
    let info = CertificateInfo::parse(&first).map_err(|error| broken(&error))?;
    let now = app.now();
    let secret_id = format!("{id}.issuing");
    let row = IssuerRow {
        id: id.clone(),
        name: new.name.clone(),
        kind: LOCAL_CA.to_owned(),
        config,
        chain_pem: pem::encode_certificates(&chain),
        secret_id: Some(secret_id.clone()),
        not_after: Some(Ts::from_second(info.not_after)),
        last_success_at: None,
        last_failure_at: None,
        last_failure: None,
        paused_at: None,
        paused_because: None,
        secret_names: None,
        limited_until: None,
        limited_because: None,
        created_at: now,
        updated_at: now,
        revision: 1,
    };
    instance::insert_secret(tx, &secret_id, CA_KEY, &hierarchy::seal(&app.sealer, &secret_id, key)?)?;
    if let Some(key) = root_key {
        let secret_id = root_secret(id);
        instance::insert_secret(tx, &secret_id, CA_KEY, &hierarchy::seal(&app.sealer, &secret_id, key)?)?;
    }
    if !issuers::insert(tx, &row)? {
        return Ok(false);
    }
    success(
        tx,
        context,
        "issuer.create",
        ("issuer", id.as_str()),
        format!("{id} ({})", row.name),
        json!({ "kind": row.kind, "config": row.config, "not_after": row.not_after }),
    )?;
    adopt(tx, context, id)?;
    Ok(true)
}

fn root_secret(id: &IssuerId) -> String {
    format!("{id}.root")
}

/// Adds a local CA.
///
/// # Errors
/// 409 when its id is taken, or was an issuer's before; 422 when its parent cannot sign it.
pub fn create(tx: &mut Tx<'_>, app: &App, context: &Context, new: &NewLocalCa) -> Result<IssuerRow, Error> {
    settings::must_be_new(tx, &new.id)?;
    insert(tx, app, context, new)?;
    load(tx, &new.id)
}

/// The root that a new issuer is to be below, opened.
fn parent_of(tx: &mut Tx<'_>, app: &App, id: &CaId) -> Result<(CaRow, Issuer), Error> {
    let refuse = |detail: String| Error::invalid_field("/config/parent", detail);
    let root = cas::by_id(tx, id)?
        .filter(|row| row.role == CaRole::Root)
        .ok_or_else(|| refuse(format!("there is no root {id}: `certctl cas list --role root` has them")))?;
    if let Err(error) = can_sign(tx, &root) {
        return Err(match error {
            Error::Conflict { detail, .. } => refuse(detail),
            other => other,
        });
    }
    let signer = hierarchy::open_root(tx, &app.sealer, &root)?;
    Ok((root, signer))
}

/// Refuses a CA that signs no others.
fn can_sign(tx: &Tx<'_>, row: &CaRow) -> Result<(), Error> {
    let id = &row.id;
    if row.state != CaState::Active {
        let detail = format!("{id} is {}: what took its place signs", row.state);
        let params = json!({ "state": row.state, "replaced_by": row.replaced_by });
        return Err(Error::conflict("ca_state", detail, params));
    }
    if row.secret_id.is_none() {
        let detail = format!("the key of {id} is not here: what it is to sign is signed where that is");
        return Err(Error::conflict("ca_key_elsewhere", detail, json!({ "ca_id": id })));
    }
    if row.not_after <= tx.now() {
        let detail = format!("{id} ended at {}: replace it first", row.not_after);
        return Err(Error::conflict("ca_state", detail, json!({ "not_after": row.not_after })));
    }
    Ok(())
}

/// What is given out above the issuing CAs of a root: its cross-certificates as far as the roots that signed them are not over,
/// and then the last root. Each certifies the one before it (RFC 8446, section 4.4.2).
fn above(tx: &mut Tx<'_>, root: &CaRow) -> Result<Vec<Vec<u8>>, Error> {
    let (now, mut chain, mut last) = (tx.now(), Vec::new(), root.clone());
    while chain.len() < MAX_CHAIN {
        let crosses = cas::crosses(tx, &last.id)?;
        let Some(cross) = crosses.into_iter().find(|cross| cross.not_after > now) else { break };
        let Some(signer) = cas::by_id(tx, &cross.signed_by)? else { break };
        let ders = pem::decode_certificates(&cross.certificate_pem).map_err(Error::internal)?;
        chain.extend(ders);
        last = signer;
    }
    chain.push(certificate_of(&last)?);
    Ok(chain)
}

/// What a CA's row says of its certificate.
struct Made<'a> {
    der: &'a [u8],
    role: CaRole,
    generation: i64,
    common_name: String,
    lifetime_seconds: i64,
    secret_id: Option<String>,
}

fn row_of(context: &Context, now: Ts, made: Made<'_>, chain: &[Vec<u8>]) -> Result<CaRow, Error> {
    let info = CertificateInfo::parse(made.der).map_err(|error| broken(&error))?;
    let is_limited = info.name_constraints.as_ref().is_some_and(|constraints| !constraints.is_empty());
    Ok(CaRow {
        id: new_id(&*context.random, now),
        issuer_id: None,
        role: made.role,
        generation: made.generation,
        state: CaState::Active,
        parent_id: None,
        common_name: made.common_name,
        certificate_pem: pem::encode_certificates([made.der]),
        chain_pem: pem::encode_certificates(chain),
        subject_key_id: info.subject_key_identifier.unwrap_or_default(),
        fingerprint_sha256: info.fingerprint_sha256,
        secret_id: made.secret_id,
        lifetime_seconds: made.lifetime_seconds,
        not_before: Ts::from_second(info.not_before),
        not_after: Ts::from_second(info.not_after),
        is_limited,
        replaced_by: None,
        created_at: now,
        replaced_at: None,
        retired_at: None,
        revision: 1,
    })
}

fn facts(row: &CaRow) -> Value {
    json!({
        "ca_id": row.id, "issuer_id": row.issuer_id, "role": row.role, "generation": row.generation, "state": row.state,
        "parent_id": row.parent_id, "fingerprint_sha256": row.fingerprint_sha256, "not_after": row.not_after,
        "replaced_by": row.replaced_by,
    })
}

fn created(tx: &mut Tx<'_>, context: &Context, row: &CaRow) -> Result<(), Error> {
    let summary = match &row.issuer_id {
        Some(issuer) => format!("{} is CA {} of {issuer}", row.id, row.generation),
        None => format!("{} is a root ({})", row.id, row.common_name),
    };
    Ok(success(tx, context, "ca.create", ("ca", row.id.as_str()), summary, facts(row))?)
}

/// Makes the rows of the CAs of issuers that have none yet: those of before there were such rows.
///
/// # Errors
/// Those of the store.
pub fn adopt_all(tx: &mut Tx<'_>, context: &Context) -> Result<(), Error> {
    for issuer in cas::unknown_issuers(tx, LOCAL_CA)? {
        adopt(tx, context, &issuer)?;
    }
    tx.note_audit();
    Ok(())
}

/// Makes the rows of an issuer's first CA and of its root, from its chain. Another one that does the same meanwhile is left alone.
fn adopt(tx: &mut Tx<'_>, context: &Context, id: &IssuerId) -> Result<(), Error> {
    let (now, row): (Ts, IssuerRow) = (tx.now(), load(tx, id)?);
    let chain = pem::decode_certificates(&row.chain_pem)
        .map_err(|error| Error::internal(format!("the chain of issuer {id}: {error}")))?;
    let Some((first, rest)) = chain.split_first() else { return Ok(()) };
    let info = CertificateInfo::parse(first).map_err(|error| broken(&error))?;
    let given = row.config["common_name"].as_str().map(str::to_owned);
    let found = info.subject_common_name.as_deref().map(hierarchy::common_name_of);
    let common_name = given.or(found).unwrap_or_else(|| row.name.clone());
    let validity = |info: &CertificateInfo| {
        let days = (info.not_after - info.not_before) / hierarchy::DAY;
        days.max(1) * hierarchy::DAY
    };
    let mut parent_id = None;
    // Below a root that is known its cross-certificates come first; then the last one is the root of another.
    for der in rest {
        let above = CertificateInfo::parse(der).map_err(|error| broken(&error))?;
        if let Some(known) = cas::by_fingerprint(tx, &above.fingerprint_sha256)? {
            parent_id = Some(known.id);
            continue;
        }
        if !above.is_self_issued {
            continue;
        }
        let secret_id = root_secret(id);
        let has_key = instance::secret(tx, &secret_id)?.is_some();
        let name = above.subject_common_name.as_deref().map(hierarchy::common_name_of);
        let made = Made {
            der,
            role: CaRole::Root,
            generation: 1,
            common_name: name.unwrap_or_else(|| common_name.clone()),
            lifetime_seconds: validity(&above),
            secret_id: has_key.then_some(secret_id),
        };
        let root = row_of(context, now, made, std::slice::from_ref(der))?;
        if cas::insert(tx, &root)? {
            created(tx, context, &root)?;
            parent_id = Some(root.id);
        }
    }
    if let Some(text) = row.config["parent"].as_str() {
        parent_id = text.parse().ok();
    }
    let asked = row.config["lifetime_days"].as_i64().map(|days| days * hierarchy::DAY);
    let made = Made {
        der: first,
        role: CaRole::Issuing,
        generation: 1,
        common_name,
        lifetime_seconds: asked.unwrap_or_else(|| validity(&info)),
        secret_id: row.secret_id.clone(),
    };
    let first_ca = CaRow { issuer_id: Some(id.clone()), parent_id, ..row_of(context, now, made, &chain)? };
    if cas::insert(tx, &first_ca)? {
        created(tx, context, &first_ca)?;
        tx.notify("engine:crls");
    }
    Ok(())
}

/// Refuses names that a CA (PEM) may not sign for, so that nothing is ordered that it would refuse.
///
/// # Errors
/// 422 naming the name and the constraint.
pub fn check_names(ca_pem: &str, names: &[Name]) -> Result<(), Error> {
    let ders = pem::decode_certificates(ca_pem).map_err(Error::internal)?;
    let Some(der) = ders.first() else { return Ok(()) };
    let info = CertificateInfo::parse(der).map_err(Error::internal)?;
    let constraints = info.name_constraints.unwrap_or_default();
    constraints.check(names, true).map_err(|error| {
        Error::invalid_field("/names", format!("the CA {:?} cannot sign this: {error}", info.subject))
    })
}

fn moved(row: &CaRow, event: CaEvent) -> Result<CaState, Error> {
    row.state.on(event).map_err(|error| {
        Error::conflict("ca_state", format!("{}: {error}", row.id), json!({ "state": row.state }))
    })
}

/// Since before when a CA has to drain to be retired now.
pub fn drained_before(now: Ts) -> Ts {
    now.plus_seconds(-DRAIN_SECONDS)
}

/// Retires what has drained: deletes its key. Gives what was retired.
///
/// # Errors
/// Those of the store.
pub fn retire(tx: &mut Tx<'_>, context: &Context) -> Result<Vec<Option<CaGeneration>>, Error> {
    let now = tx.now();
    let mut retired = Vec::new();
    for mut row in cas::drained(tx, drained_before(now), PAGE)? {
        row.state = moved(&row, CaEvent::Drained)?;
        if let Some(secret_id) = row.secret_id.take() {
            instance::delete_secret(tx, &secret_id)?;
        }
        row.retired_at = Some(now);
        cas::update(tx, &row, &["state"])?;
        let of = row.of_issuer();
        if let Some(of) = &of {
            crls::leave(tx, of)?;
        }
        let summary =
            format!("{} is retired: all that it has signed has ended, and its key is deleted", row.id);
        success(tx, context, "ca.retire", ("ca", row.id.as_str()), summary, facts(&row))?;
        retired.push(of);
    }
    tx.note_audit();
    Ok(retired)
}
