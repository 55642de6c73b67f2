//! The issuers that this process can sign with: their CAs by generation, opened from the store when first needed.
//!
//! Not for: the issuer's own work (`certctl-connectors`). Invariant: a CA key is unsealed into memory only here, and
//! is the same after a restart and on every replica, because it is made once and sealed in the store.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use certctl_connectors::issuers::local_ca::LocalCa;
use certctl_connectors::issuers::outside::Authority;
use certctl_core::ca::CaGeneration;
use certctl_core::id::IssuerId;
use certctl_pki::{Tbs, pem};
use certctl_store::cas::CaRow;
use certctl_store::{Tx, cas, issuers};
use serde_json::json;

use crate::app::App;
use crate::error::Error;
use crate::hierarchy::open_key;
use crate::ops::authorities;
use crate::seal::Sealer;

/// The kind of an issuer that signs here.
pub const LOCAL_CA: &str = "local_ca";
/// Under which kind CA keys are sealed.
pub const CA_KEY: &str = "ca_key";

/// The opened issuers.
#[derive(Debug, Default)]
pub struct Issuers {
    open: Mutex<HashMap<CaGeneration, OfRevision<Arc<LocalCa>>>>,
    outside: Mutex<HashMap<IssuerId, OfRevision<Option<Arc<Authority>>>>>,
}

/// What was opened of a revision of a row.
type OfRevision<T> = (i64, T);

/// What signs for an issuer.
#[derive(Debug, Clone)]
pub enum Opened {
    /// This process.
    Local(Arc<LocalCa>),
    /// An authority outside.
    Outside(Arc<Authority>),
}

impl Issuers {
    /// The CA that signs for an issuer now.
    ///
    /// # Errors
    /// As [`Issuers::open`].
    pub async fn get(&self, app: &App, id: &IssuerId) -> Result<Arc<LocalCa>, Error> {
        let (app, id) = (app.clone(), id.clone());
        let store = app.store.clone();
        store.read("issuers.open", move |tx| app.issuers.open(tx, &app.sealer, &id)).await
    }

    /// One of the CAs that an issuer has had: it may only sign lists and answers any more.
    ///
    /// # Errors
    /// As [`Issuers::of_generation`].
    pub async fn answering(&self, app: &App, of: &CaGeneration) -> Result<Arc<LocalCa>, Error> {
        let (app, of) = (app.clone(), of.clone());
        let store = app.store.clone();
        store.read("issuers.answering", move |tx| app.issuers.of_generation(tx, &app.sealer, &of)).await
    }

    /// What signs for an issuer, as the transaction sees it.
    ///
    /// # Errors
    /// As [`Issuers::open`].
    pub fn opened(&self, tx: &mut Tx<'_>, sealer: &Sealer, id: &IssuerId) -> Result<Opened, Error> {
        match self.outside(tx, sealer, id)? {
            Some(authority) => Ok(Opened::Outside(authority)),
            None => self.open(tx, sealer, id).map(Opened::Local),
        }
    }

    /// The authority outside that an issuer is, opened at most once for each of its revisions, so that what it has learnt (a
    /// directory, a token) lasts; none when it is none.
    ///
    /// # Errors
    /// 404; 500 when its secrets do not open.
    pub fn outside(
        &self,
        tx: &mut Tx<'_>,
        sealer: &Sealer,
        id: &IssuerId,
    ) -> Result<Option<Arc<Authority>>, Error> {
        let revision = issuers::revision(tx, id)?.ok_or_else(|| Error::not_found("issuer", id.as_str()))?;
        {
            let outside = self.outside.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((known, authority)) = outside.get(id)
                && *known == revision
            {
                return Ok(authority.clone());
            }
        }
        let row = issuers::by_id(tx, id)?.ok_or_else(|| Error::not_found("issuer", id.as_str()))?;
        let authority = authorities::open(tx, sealer, &row)?.map(Arc::new);
        let mut outside = self.outside.lock().unwrap_or_else(PoisonError::into_inner);
        outside.insert(id.clone(), (row.revision, authority.clone()));
        Ok(authority)
    }

    /// The CA that signs for an issuer, as the transaction sees it; opened at most once.
    ///
    /// # Errors
    /// 404 when there is no such issuer, 409 when it has no CA here, 500 when its key does not open.
    pub fn open(&self, tx: &mut Tx<'_>, sealer: &Sealer, id: &IssuerId) -> Result<Arc<LocalCa>, Error> {
        if let Some((number, revision)) = cas::signing(tx, id)? {
            return self.opened_once(tx, sealer, CaGeneration::new(id.clone(), number), revision);
        }
        let row = issuers::by_id(tx, id)?.ok_or_else(|| Error::not_found("issuer", id.as_str()))?;
        if row.kind == crate::ops::imports::FOREIGN {
            let detail =
                format!("{id} is a CA that was only seen: it is not configured, so it cannot sign anything");
            return Err(Error::conflict("issuer_foreign", detail, json!({ "issuer_id": id })));
        }
        if let Some(kind) = authorities::kind_of(&row) {
            let detail = format!("{id} is an authority outside ({kind}): it has no key here");
            return Err(Error::conflict("issuer_outside", detail, json!({ "issuer_id": id })));
        }
        Err(Error::internal(format!("issuer {id} has no CA that signs")))
    }

    /// One of the CAs that an issuer has had, as the transaction sees it; opened at most once.
    ///
    /// # Errors
    /// 404 when there is none or it is retired, 500 when its key does not open.
    pub fn of_generation(
        &self,
        tx: &mut Tx<'_>,
        sealer: &Sealer,
        of: &CaGeneration,
    ) -> Result<Arc<LocalCa>, Error> {
        let Some(revision) = cas::revision(tx, of)? else {
            // Its key is deleted: it goes from memory too.
            self.forget(of);
            return Err(Error::not_found("CA", of.to_string()));
        };
        self.opened_once(tx, sealer, of.clone(), revision)
    }

    /// The CA of an issuer that has planned what was stored before it was signed: the one that signs, or one that it has
    /// replaced since; none when that is retired.
    ///
    /// # Errors
    /// Those of the store; 500 when a key does not open.
    pub fn planner(
        &self,
        tx: &mut Tx<'_>,
        sealer: &Sealer,
        signing: &Arc<LocalCa>,
        (id, plan): (&IssuerId, &[u8]),
    ) -> Result<Option<Arc<LocalCa>>, Error> {
        let Ok(plan) = Tbs::from_der(plan.to_vec()) else { return Ok(None) };
        if signing.issuer().has_built(&plan) {
            return Ok(Some(Arc::clone(signing)));
        }
        for row in cas::of_issuer(tx, id)? {
            let Some(of) = row.of_issuer() else { continue };
            match self.of_generation(tx, sealer, &of) {
                Ok(ca) if ca.issuer().has_built(&plan) => return Ok(Some(ca)),
                Ok(_) | Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    fn opened_once(
        &self,
        tx: &mut Tx<'_>,
        sealer: &Sealer,
        of: CaGeneration,
        revision: i64,
    ) -> Result<Arc<LocalCa>, Error> {
        {
            let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((known, ca)) = open.get(&of)
                && *known == revision
            {
                return Ok(Arc::clone(ca));
            }
        }
        let row = cas::of_generation(tx, &of)?.ok_or_else(|| Error::not_found("CA", of.to_string()))?;
        let ca = Arc::new(read(tx, sealer, &row)?);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.insert(of, (row.revision, Arc::clone(&ca)));
        Ok(ca)
    }

    /// Forgets a CA that signs nothing any more.
    pub fn forget(&self, of: &CaGeneration) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(of);
    }
}

fn read(tx: &mut Tx<'_>, sealer: &Sealer, row: &CaRow) -> Result<LocalCa, Error> {
    let key = open_key(tx, sealer, row)?;
    let chain = pem::decode_certificates(&row.chain_pem)
        .map_err(|error| Error::internal(format!("the chain of {}: {error}", row.id)))?;
    let ca = LocalCa::new(chain, key)
        .map_err(|error| Error::internal(format!("{} cannot be used: {error}", row.id)))?;
    Ok(ca.of_generation(row.generation))
}
