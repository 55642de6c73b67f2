//! The next generation in the place of an issuing CA, or a new root in the place of one with all that is below it.
//!
//! Not for: making certificates (`hierarchy.rs`), or retiring what was replaced (`cas.rs`). Invariants: all of a replacement is one
//! transaction, so that an issuer has one CA that signs at each moment; a root is signed by the one before it.

use certctl_api::cas::{ReplaceCa, ReplaceRoot};
use certctl_core::ca::{CaEvent, CaRole, CaState};
use certctl_core::id::{CaId, IssuerId};
use certctl_core::time::Ts;
use certctl_pki::{CertificateInfo, Issuer, KeyAlgorithm, NameSubtree, PrivateKey, pem};
use certctl_store::audit::{Context, emit};
use certctl_store::cas::{self, CaRow, CrossRow};
use certctl_store::issuers::IssuerRow;
use certctl_store::{Tx, instance, issuers};
use serde_json::json;

use super::{MAX_CHAIN, Made, above, can_sign, created, facts, moved, row_of};
use crate::app::App;
use crate::error::Error;
use crate::hierarchy::{self, Terms, broken, certificate_of};
use crate::issuers::{CA_KEY, LOCAL_CA};
use crate::ops::confirmations::{Act, Outcome, Shown, hold};
use crate::ops::settings::{load, within_scope};
use crate::ops::success;

/// How the next issuing CA differs from the present one.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// Of its key.
    pub algorithm: Option<KeyAlgorithm>,
    /// How long it is valid.
    pub lifetime_seconds: Option<i64>,
    /// How many further CAs may stand below it.
    pub path_length: Option<u8>,
    /// What it is limited to.
    pub permitted: Option<Vec<NameSubtree>>,
    /// What it may not speak for.
    pub excluded: Option<Vec<NameSubtree>>,
}

impl Change {
    /// What a CA is to be that takes the place of this one.
    ///
    /// # Errors
    /// 500 when its certificate cannot be read.
    pub fn of(&self, row: &CaRow) -> Result<Terms, Error> {
        let info = CertificateInfo::parse(&certificate_of(row)?).map_err(|error| broken(&error))?;
        let mut constraints = info.name_constraints.unwrap_or_default();
        if let Some(permitted) = &self.permitted {
            constraints.permitted.clone_from(permitted);
        }
        if let Some(excluded) = &self.excluded {
            constraints.excluded.clone_from(excluded);
        }
        Ok(Terms {
            algorithm: self.algorithm.unwrap_or_else(|| info.key_algorithm.parse().unwrap_or_default()),
            lifetime_seconds: self.lifetime_seconds.unwrap_or(row.lifetime_seconds),
            path_length: self.path_length.or(info.path_len),
            constraints,
        })
    }
}

/// The CA that signs for a local issuer, and the root that signs its next one.
///
/// # Errors
/// 404; 403 when the issuer serves certificates outside of the caller's scope; 409 when it is no local CA, or the key of its root
/// is not here.
pub fn replaceable(tx: &mut Tx<'_>, context: &Context, id: &IssuerId) -> Result<(CaRow, CaRow), Error> {
    let row: IssuerRow = load(tx, id)?;
    within_scope::<IssuerRow>(tx, context, id)?;
    if row.kind != LOCAL_CA {
        let detail = format!("{id} is of the kind {}: only a local CA is replaced here", row.kind);
        return Err(Error::conflict("issuer_outside", detail, json!({ "issuer_id": id })));
    }
    let old =
        cas::active(tx, id)?.ok_or_else(|| Error::internal(format!("issuer {id} has no CA that signs")))?;
    let mut root = match &old.parent_id {
        Some(parent) => cas::by_id(tx, parent)?,
        None => None,
    };
    for _ in 0..MAX_CHAIN {
        let next = root.as_ref().and_then(|root| root.replaced_by.clone());
        let Some(next) = next else { break };
        root = cas::by_id(tx, &next)?;
    }
    let Some(root) = root else {
        let detail = format!("the root above {id} is not here: what takes its place is signed where that is");
        return Err(Error::conflict("ca_key_elsewhere", detail, json!({ "ca_id": old.id })));
    };
    can_sign(tx, &root)?;
    Ok((old, root))
}

/// Lets an issuer sign with the next generation of its CA, and the present one drain.
///
/// # Errors
/// As [`replaceable`].
pub fn replace(
    tx: &mut Tx<'_>,
    app: &App,
    context: &Context,
    id: &IssuerId,
    (asked, change): (&ReplaceCa, &Change),
    key: &PrivateKey,
) -> Result<Outcome<CaRow>, Error> {
    let (old, root) = replaceable(tx, context, id)?;
    let act = Act::ReplaceCa { issuer_id: id.clone(), ca_id: old.id.clone(), change: asked.clone() };
    if let Some(asked) = hold(tx, context, &act, |tx| replacement_shown(tx, id, &old))? {
        return Ok(Outcome::Asked(asked));
    }
    let signer = hierarchy::open_root(tx, &app.sealer, &root)?;
    let terms = change.of(&old)?;
    next_generation(tx, app, context, old, (&root, &signer), &terms, key).map(Outcome::Done)
}

/// What a second person is shown of the next issuing CA.
fn replacement_shown(tx: &mut Tx<'_>, id: &IssuerId, old: &CaRow) -> Result<Shown, Error> {
    let of = old.of_issuer();
    let live = of.map(|of| cas::live(tx, &of)).transpose()?.unwrap_or(0);
    Ok(Shown {
        summary: format!("Replace the issuing CA of {id}"),
        consequences: vec![
            format!("{} stops signing, and a new CA signs what {id} issues from then on.", old.id),
            format!(
                "Its {live} live certificates stay valid; its key is deleted when all of them have ended."
            ),
            "Clients that pin the issuing CA have to learn of the new one.".to_owned(),
        ],
    })
}

/// What a second person is shown of a new root.
fn new_root_shown(root: &CaRow, below: &[CaRow]) -> Shown {
    let n = below.len();
    let below = match n {
        0 => "No issuing CA is below it.".to_owned(),
        1 => "The issuing CA below it is replaced too.".to_owned(),
        n => format!("The {n} issuing CAs below it are replaced too."),
    };
    Shown {
        summary: format!("Replace the root {:?}", root.common_name),
        consequences: vec![
            format!("A new root takes the place of {}, which signs it too.", root.id),
            below,
            "Clients have to trust the new root before the old one ends.".to_owned(),
        ],
    }
}

fn next_generation(
    tx: &mut Tx<'_>,
    app: &App,
    context: &Context,
    old: CaRow,
    (root, signer): (&CaRow, &Issuer),
    terms: &Terms,
    key: &PrivateKey,
) -> Result<CaRow, Error> {
    let now = tx.now();
    let issuer_id = old.issuer_id.clone();
    let issuer_id = issuer_id.ok_or_else(|| Error::internal(format!("{} signs for no issuer", old.id)))?;
    let generation = old.generation + 1;
    let der = hierarchy::make_issuing(app, signer, (&old.common_name, generation), terms, key)?;
    let mut chain = vec![der.clone()];
    chain.extend(above(tx, root)?);
    let made = Made {
        der: &der,
        role: CaRole::Issuing,
        generation,
        common_name: old.common_name.clone(),
        lifetime_seconds: terms.lifetime_seconds,
        secret_id: None,
    };
    let mut new = CaRow {
        issuer_id: Some(issuer_id.clone()),
        parent_id: Some(root.id.clone()),
        ..row_of(context, now, made, &chain)?
    };
    let secret_id = new.id.to_string();
    let sealed = hierarchy::seal(&app.sealer, &secret_id, key)?;
    instance::insert_secret(tx, &secret_id, CA_KEY, &sealed)?;
    new.secret_id = Some(secret_id.clone());
    let old = drain(tx, old, &new.id)?;
    if !cas::insert(tx, &new)? {
        return Err(Error::internal(format!("there is CA {generation} of {issuer_id} already")));
    }
    let mut row: IssuerRow = load(tx, &issuer_id)?;
    row.chain_pem.clone_from(&new.chain_pem);
    row.not_after = Some(new.not_after);
    row.secret_id = Some(secret_id);
    issuers::update(tx, &row)?;
    created(tx, context, &new)?;
    let summary = format!("{issuer_id} signs with {} instead of {}", new.id, old.id);
    success(tx, context, "ca.replace", ("ca", old.id.as_str()), summary, facts(&old))?;
    // The trail has the CA's own events; the stream tells of the issuer too.
    emit(tx, context, "issuer.update", "issuer", issuer_id.as_str(), facts(&new).to_string())?;
    tx.notify("engine:crls");
    Ok(new)
}

fn drain(tx: &mut Tx<'_>, mut old: CaRow, by: &CaId) -> Result<CaRow, Error> {
    old.state = moved(&old, CaEvent::Replaced)?;
    old.replaced_by = Some(by.clone());
    old.replaced_at = Some(tx.now());
    cas::update(tx, &old, &["replaced_by", "state"])?;
    old.revision += 1;
    Ok(old)
}

/// A root that can be replaced, and the issuing CAs that sign below it.
///
/// # Errors
/// 404; 403 when certificates below it are outside of the caller's scope; 409 when it is no root, is not active, or its key is not
/// here.
pub fn replaceable_root(tx: &mut Tx<'_>, context: &Context, id: &CaId) -> Result<(CaRow, Vec<CaRow>), Error> {
    let root = cas::by_id(tx, id)?.ok_or_else(|| Error::not_found("CA", id.as_str()))?;
    if root.role != CaRole::Root {
        let issuer = root.issuer_id.as_ref().map(ToString::to_string).unwrap_or_default();
        let detail =
            format!("{id} signs for {issuer}: replace it with `certctl issuers replace-ca {issuer}`");
        return Err(Error::conflict("ca_not_a_root", detail, json!({ "issuer_id": issuer })));
    }
    can_sign(tx, &root)?;
    let below: Vec<CaRow> =
        cas::below(tx, id)?.into_iter().filter(|row| row.state == CaState::Active).collect();
    for issuer in below.iter().filter_map(|row| row.issuer_id.as_ref()) {
        within_scope::<IssuerRow>(tx, context, issuer)?;
    }
    Ok((root, below))
}

/// What is made before a root is replaced, because keys take a while.
#[derive(Debug)]
pub struct NewRoot {
    /// Of the root.
    pub key: PrivateKey,
    /// How long it is valid; as before when absent.
    pub lifetime_seconds: Option<i64>,
    /// The keys of the issuing CAs below it, each for the one that it follows.
    pub issuing: Vec<(CaId, PrivateKey)>,
}

/// Puts a new root in the place of one: signed by the old one too, and with a next generation of each issuing CA below it.
///
/// # Errors
/// As [`replaceable_root`]; 409 when issuers were made or replaced meanwhile.
pub fn replace_root(
    tx: &mut Tx<'_>,
    app: &App,
    context: &Context,
    id: &CaId,
    (asked, new): (&ReplaceRoot, &NewRoot),
) -> Result<Outcome<CaRow>, Error> {
    let now = tx.now();
    let (old, below) = replaceable_root(tx, context, id)?;
    let act = Act::ReplaceRoot { ca_id: old.id.clone(), change: asked.clone() };
    if let Some(asked) = hold(tx, context, &act, |_| Ok(new_root_shown(&old, &below)))? {
        return Ok(Outcome::Asked(asked));
    }
    let lifetime_seconds = new.lifetime_seconds.unwrap_or(old.lifetime_seconds);
    let generation = old.generation + 1;
    let der = hierarchy::make_root(app, &old.common_name, generation, lifetime_seconds, &new.key)?;
    let made = Made {
        der: &der,
        role: CaRole::Root,
        generation,
        common_name: old.common_name.clone(),
        lifetime_seconds,
        secret_id: None,
    };
    let mut root = row_of(context, now, made, std::slice::from_ref(&der))?;
    let secret_id = root.id.to_string();
    let sealed = hierarchy::seal(&app.sealer, &secret_id, &new.key)?;
    instance::insert_secret(tx, &secret_id, CA_KEY, &sealed)?;
    root.secret_id = Some(secret_id);
    let old_signer = hierarchy::open_root(tx, &app.sealer, &old)?;
    let cross = hierarchy::make_cross(app, &old_signer, &der, root.not_after.as_second())?;
    let info = CertificateInfo::parse(&cross).map_err(|error| broken(&error))?;
    if !cas::insert(tx, &root)? {
        return Err(Error::internal(format!("the root {} could not be added", root.id)));
    }
    cas::insert_cross(
        tx,
        &CrossRow {
            ca_id: root.id.clone(),
            signed_by: old.id.clone(),
            certificate_pem: pem::encode_certificates([&cross]),
            fingerprint_sha256: info.fingerprint_sha256,
            not_before: Ts::from_second(info.not_before),
            not_after: Ts::from_second(info.not_after),
        },
    )?;
    created(tx, context, &root)?;
    let signer = Issuer::new(&der, new.key.clone()).map_err(|error| broken(&error))?;
    for issuing in below {
        let key = new.issuing.iter().find(|(of, _)| *of == issuing.id).map(|(_, key)| key);
        let Some(key) = key else {
            let detail = format!("{} was made meanwhile: repeat the request", issuing.id);
            return Err(Error::conflict("ca_state", detail, json!({ "ca_id": issuing.id })));
        };
        let terms = Change::default().of(&issuing)?;
        next_generation(tx, app, context, issuing, (&root, &signer), &terms, key)?;
    }
    let old = drain(tx, old, &root.id)?;
    let summary = format!("{} took the place of the root {}", root.id, old.id);
    success(tx, context, "ca.replace", ("ca", old.id.as_str()), summary, facts(&old))?;
    Ok(Outcome::Done(root))
}
