//! The issuers that this process can sign with, opened from the store when first needed.
//!
//! Not for: the issuer's own work (`certctl-connectors`). Invariant: a CA key is unsealed into memory only here, and
//! is the same after a restart and on every replica, because it is made once and sealed in the store.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use certctl_connectors::issuers::local_ca::LocalCa;
use certctl_connectors::issuers::outside::Authority;
use certctl_core::id::IssuerId;
use certctl_core::time::Ts;
use certctl_pki::{
    Addresses, CaSubject, IntermediateSpec, Issuer, KeyAlgorithm, PrivateKey, RootSpec, Serial,
    build_root_tbs, pem, sign_tbs,
};
use certctl_store::audit::Context;
use certctl_store::issuers::IssuerRow;
use certctl_store::{Tx, instance, issuers};
use serde_json::json;

use crate::app::App;
use crate::error::Error;
use crate::ops::{authorities, success};
use crate::seal::Sealer;

/// Ten years.
const ROOT_SECONDS: i64 = 3_650 * 86_400;
/// Five years.
const ISSUING_SECONDS: i64 = 1_825 * 86_400;
/// The kind of an issuer that signs here.
pub const LOCAL_CA: &str = "local_ca";
/// Under which kind CA keys are sealed.
pub const CA_KEY: &str = "ca_key";

/// The opened issuers.
#[derive(Debug, Default)]
pub struct Issuers {
    open: Mutex<HashMap<IssuerId, (i64, Arc<LocalCa>)>>,
    outside: Mutex<HashMap<IssuerId, OfRevision<Option<Arc<Authority>>>>>,
}

/// What was opened of a revision of an issuer.
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
    /// The issuer, opened at most once for each of its revisions.
    ///
    /// # Errors
    /// As [`Issuers::open`].
    pub async fn get(&self, app: &App, id: &IssuerId) -> Result<Arc<LocalCa>, Error> {
        let (app, id) = (app.clone(), id.clone());
        let store = app.store.clone();
        store.read("issuers.open", move |tx| app.issuers.open(tx, &app.sealer, &id)).await
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

    /// The issuer, opened at most once for each of its revisions, inside a transaction: what is opened is what the
    /// transaction sees.
    ///
    /// # Errors
    /// 404 when there is none, 500 when its key does not open.
    pub fn open(&self, tx: &mut Tx<'_>, sealer: &Sealer, id: &IssuerId) -> Result<Arc<LocalCa>, Error> {
        let revision = issuers::revision(tx, id)?.ok_or_else(|| Error::not_found("issuer", id.as_str()))?;
        {
            let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((known, ca)) = open.get(id)
                && *known == revision
            {
                return Ok(Arc::clone(ca));
            }
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
        let secret_id = row.secret_id.ok_or_else(|| Error::internal(format!("issuer {id} has no key")))?;
        let sealed = instance::secret(tx, &secret_id)?
            .ok_or_else(|| Error::internal(format!("the key of issuer {id} is gone")))?;
        let broken =
            |error: &dyn std::fmt::Display| Error::internal(format!("the key of issuer {id}: {error}"));
        let der = sealer.open(&secret_id, CA_KEY, &sealed).map_err(|error| broken(&error))?;
        let key = PrivateKey::from_pkcs8_der(&der).map_err(|error| broken(&error))?;
        let chain = pem::decode_certificates(&row.chain_pem)
            .map_err(|error| Error::internal(format!("the chain of issuer {id}: {error}")))?;
        let ca = Arc::new(
            LocalCa::new(chain, key)
                .map_err(|error| Error::internal(format!("issuer {id} cannot be used: {error}")))?,
        );
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.insert(id.clone(), (row.revision, Arc::clone(&ca)));
        Ok(ca)
    }
}

/// A new CA before it is stored: chain (issuing first) and the issuing key.
#[derive(Debug)]
pub struct NewCa {
    /// DER, issuing certificate first.
    pub chain: Vec<Vec<u8>>,
    /// Of the issuing certificate.
    pub key: PrivateKey,
    /// Of the root, when it was made here too.
    pub root_key: Option<PrivateKey>,
}

fn random_serial(app: &App) -> Serial {
    let mut bits = [0_u8; 16];
    app.random.fill(&mut bits);
    Serial::from_random(bits)
}

fn subject(common_name: &str) -> CaSubject {
    CaSubject { common_name: common_name.to_owned(), organization: None }
}

fn broken(error: &dyn std::error::Error) -> Error {
    Error::internal(format!("a CA certificate could not be made: {error}"))
}

/// Makes a root alone.
///
/// # Errors
/// 500 when the crypto library refuses.
pub fn make_root(app: &App, name: &str) -> Result<NewCa, Error> {
    let now = app.now().as_second();
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).map_err(|e| broken(&e))?;
    let (serial, subject) = (random_serial(app), subject(name));
    let spec =
        RootSpec { serial: &serial, subject: &subject, not_before: now - 300, not_after: now + ROOT_SECONDS };
    let tbs = build_root_tbs(&key, &spec).map_err(|e| broken(&e))?;
    let der = sign_tbs(&key, &tbs).map_err(|e| broken(&e))?;
    Ok(NewCa { chain: vec![der], key, root_key: None })
}

/// Makes a root and an issuing intermediate below it.
///
/// # Errors
/// 500 when the crypto library refuses.
pub fn make_hierarchy(app: &App, name: &str) -> Result<NewCa, Error> {
    let now = app.now().as_second();
    let root = make_root(app, &format!("{name} Root"))?;
    let root_der = root.chain.first().cloned().unwrap_or_default();
    let issuer = Issuer::new(&root_der, root.key.clone()).map_err(|e| broken(&e))?;
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).map_err(|e| broken(&e))?;
    let (serial, subject) = (random_serial(app), subject(&format!("{name} Issuing")));
    let spec = IntermediateSpec {
        serial: &serial,
        subject: &subject,
        public_key: key.public_key(),
        path_len: Some(0),
        name_constraints: None,
        addresses: Addresses::default(),
        not_before: now - 300,
        not_after: now + ISSUING_SECONDS,
    };
    let tbs = issuer.build_intermediate_tbs(&spec).map_err(|e| broken(&e))?;
    let der = issuer.sign(&tbs).map_err(|e| broken(&e))?;
    Ok(NewCa { chain: vec![der, root_der], key, root_key: Some(root.key) })
}

/// A local CA ready to be stored: its row and its sealed keys.
#[derive(Debug, Clone)]
pub struct SealedCa {
    row: IssuerRow,
    secrets: Vec<(String, Vec<u8>)>,
}

/// Seals a CA's keys for one issuer.
///
/// # Errors
/// 500 when sealing fails.
pub fn seal_ca(app: &App, id: &IssuerId, name: &str, ca: &NewCa) -> Result<SealedCa, Error> {
    let now = app.now();
    let mut secrets = Vec::new();
    let mut add = |secret_id: String, key: &PrivateKey| -> Result<(), Error> {
        let der = key.to_pkcs8_der().map_err(|e| broken(&e))?;
        let sealed =
            app.sealer.seal(&secret_id, CA_KEY, &der).map_err(|error| Error::internal(error.to_string()))?;
        secrets.push((secret_id, sealed));
        Ok(())
    };
    add(format!("{id}.issuing"), &ca.key)?;
    if let Some(root) = &ca.root_key {
        add(format!("{id}.root"), root)?;
    }
    let first = ca.chain.first().cloned().unwrap_or_default();
    let info = certctl_pki::CertificateInfo::parse(&first).map_err(|e| broken(&e))?;
    let row = IssuerRow {
        id: id.clone(),
        name: name.to_owned(),
        kind: LOCAL_CA.to_owned(),
        config: json!({ "mode": if ca.root_key.is_some() { "own_root" } else { "sub_ca" } }),
        chain_pem: pem::encode_certificates(&ca.chain),
        secret_id: Some(format!("{id}.issuing")),
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
    Ok(SealedCa { row, secrets })
}

/// Stores a CA unless the issuer is there already; says whether it was stored.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, context: &Context, ca: &SealedCa) -> Result<bool, Error> {
    if issuers::by_id(tx, &ca.row.id)?.is_some() {
        return Ok(false);
    }
    for (id, sealed) in &ca.secrets {
        instance::insert_secret(tx, id, CA_KEY, sealed)?;
    }
    if !issuers::insert(tx, &ca.row)? {
        return Ok(false);
    }
    success(
        tx,
        context,
        "issuer.create",
        ("issuer", ca.row.id.as_str()),
        format!("{} ({})", ca.row.id, ca.row.name),
        json!({ "kind": ca.row.kind, "config": ca.row.config, "not_after": ca.row.not_after }),
    )?;
    Ok(true)
}
