//! Authorities outside as issuers: their configuration with its secrets, and the key of their account.
//!
//! Not for: asking one (`engine/orders.rs`). Invariants: as `sealed_config`; an account's key is made once, sealed with the
//! issuer's row, and shared by replicas; an issuer names DNS providers that are there.

use certctl_connectors::issuers::outside::{self, Authority};
use certctl_core::authority::{AuthorityKind, Http01By, ProofKind};
use certctl_core::id::{DnsProviderId, IssuerId};
use certctl_store::audit::Context;
use certctl_store::dns_providers;
use certctl_store::issuers::IssuerRow;
use certctl_store::{Tx, challenges, instance, issuers};
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use crate::app::App;
use crate::error::Error;
use crate::ops::issuers::PAUSED_SECONDS;
use crate::ops::sealed_config::{self, Parted, Place};
use crate::ops::settings::{self, Checks};
use crate::ops::success;
use crate::seal::Sealer;

/// Under which kind their secrets are sealed.
const SECRET: &str = "issuer";
/// Under which kind the keys of their accounts are sealed.
const ACCOUNT_KEY: &str = "account_key";

fn place(id: &IssuerId) -> Place<'_> {
    Place { id: id.as_str(), kind: SECRET }
}

fn account_secret(id: &IssuerId) -> String {
    format!("{id}.account")
}

fn next_secret(id: &IssuerId) -> String {
    format!("{id}.account_next")
}

/// The kind of an issuer that is an authority outside.
pub fn kind_of(row: &IssuerRow) -> Option<AuthorityKind> {
    row.kind.parse().ok()
}

/// A new authority that was checked.
#[derive(Debug, Clone)]
pub struct NewAuthority {
    row: IssuerRow,
    parted: Parted,
    account_key: Option<Vec<u8>>,
}

/// Checks a configuration; secrets that it does not name are taken from `known`.
fn part(checks: &mut Checks, kind: AuthorityKind, config: &Value, known: &Map<String, Value>) -> Parted {
    sealed_config::part(checks, &outside::secret_fields(kind), config, known, |whole| {
        // What an account's key says is not in the configuration: any will do.
        let key = new_account_key(kind).ok().flatten();
        Authority::read(kind, whole, key.as_deref()).map(drop)
    })
}

fn new_account_key(kind: AuthorityKind) -> Result<Option<Vec<u8>>, Error> {
    if !Authority::needs_account_key(kind) {
        return Ok(None);
    }
    Authority::new_account_key().map(Some).map_err(Error::internal)
}

/// Checks a request for a new one.
///
/// # Errors
/// 500 when no key can be made; a bad field is noted in `checks`.
pub fn check(
    app: &App,
    checks: &mut Checks,
    kind: AuthorityKind,
    (id, name): (IssuerId, String),
    config: &Value,
) -> Result<NewAuthority, Error> {
    let parted = part(checks, kind, config, &Map::new());
    let now = app.now();
    let row = IssuerRow {
        id,
        name,
        kind: kind.as_str().to_owned(),
        config: parted.config.clone(),
        chain_pem: String::new(),
        secret_id: None,
        not_after: None,
        last_success_at: None,
        last_failure_at: None,
        last_failure: None,
        paused_at: None,
        paused_because: None,
        secret_names: Some(parted.secret_names()),
        limited_until: None,
        limited_because: None,
        created_at: now,
        updated_at: now,
        revision: 1,
    };
    Ok(NewAuthority { row, parted, account_key: new_account_key(kind)? })
}

/// Adds one with its secrets.
///
/// # Errors
/// 409 when its id is taken, 422 when it names a DNS provider that is not there.
pub fn create(
    tx: &mut Tx<'_>,
    context: &Context,
    sealer: &Sealer,
    new: &NewAuthority,
) -> Result<IssuerRow, Error> {
    check_provider(tx, &new.row.config)?;
    settings::must_be_new(tx, &new.row.id)?;
    let row = settings::create(tx, context, &new.row)?;
    place(&row.id).keep(tx, sealer, &new.parted)?;
    if let Some(key) = &new.account_key {
        let id = account_secret(&row.id);
        let sealed = sealer.seal(&id, ACCOUNT_KEY, key).map_err(Error::internal)?;
        instance::set_secret(tx, &id, ACCOUNT_KEY, &sealed)?;
    }
    Ok(row)
}

/// # Errors
/// 422 naming a provider that is not there.
fn check_provider(tx: &mut Tx<'_>, config: &Value) -> Result<(), Error> {
    let Some(text) = config["dns_provider"].as_str() else { return Ok(()) };
    let known = match text.parse::<DnsProviderId>() {
        Ok(id) => dns_providers::by_id(tx, &id)?.is_some(),
        Err(_) => false,
    };
    if known {
        return Ok(());
    }
    Err(Error::invalid_field(
        "/config/dns_provider",
        format!("there is no DNS provider {text}: make it with `certctl dns-providers create`"),
    ))
}

/// Changes one: its name, or its whole configuration, in which secrets may be absent.
///
/// # Errors
/// 404, 412, 422.
pub fn update(
    tx: &mut Tx<'_>,
    context: &Context,
    sealer: &Sealer,
    (id, revision): (&IssuerId, Option<i64>),
    name: Option<&str>,
    config: Option<&Value>,
) -> Result<IssuerRow, Error> {
    let known = place(id).secrets(tx, sealer)?;
    let mut parted = None;
    let row = settings::update(tx, context, id, revision, |row: &mut IssuerRow| {
        let mut checks = Checks::default();
        if let Some(name) = name {
            row.name = checks.name(name);
        }
        match (config, kind_of(row)) {
            (None, _) => {}
            (Some(_), None) => checks.bad(
                "/config",
                "only the configuration of issuers outside can be changed; that of a local CA is in its certificates",
            ),
            (Some(config), Some(kind)) => {
                let new = part(&mut checks, kind, config, &known);
                row.config = new.config.clone();
                row.secret_names = Some(new.secret_names());
                parted = Some(new);
            }
        }
        checks.finish()
    })?;
    if let Some(parted) = &parted {
        check_provider(tx, &row.config)?;
        place(id).keep(tx, sealer, parted)?;
    }
    // What waits may go on by the new configuration: a higher limit of orders, another way of proving.
    issuers::bring_forward(tx, id, PAUSED_SECONDS)?;
    tx.notify("engine:issue");
    Ok(row)
}

/// Forgets the secrets of one that was removed.
///
/// # Errors
/// Those of the store.
pub fn removed(tx: &mut Tx<'_>, id: &IssuerId) -> Result<(), Error> {
    place(id).forget(tx)?;
    instance::delete_secret(tx, &next_secret(id))?;
    Ok(instance::delete_secret(tx, &account_secret(id))?)
}

/// An authority with its secrets; none for an issuer that is no authority outside.
///
/// # Errors
/// 500 when its secrets do not open, or do not fit this release.
pub fn open(tx: &mut Tx<'_>, sealer: &Sealer, row: &IssuerRow) -> Result<Option<Authority>, Error> {
    let Some(kind) = kind_of(row) else { return Ok(None) };
    let place = place(&row.id);
    let config = place.whole(tx, sealer, &row.config)?;
    let secret_id = account_secret(&row.id);
    let key = match instance::secret(tx, &secret_id)? {
        Some(sealed) => Some(sealer.open(&secret_id, ACCOUNT_KEY, &sealed).map_err(Error::internal)?),
        None => None,
    };
    let key = key.as_ref().map(|key| key.as_slice());
    Authority::read(kind, &config, key).map(Some).map_err(|problems| place.unusable(&problems))
}

/// The key that an account is about to have: made and sealed at the first call, and the same until it has taken the place of
/// the old one.
///
/// # Errors
/// 404, 403 when the issuer serves certificates outside of the caller's scope, 409 when it has no account.
pub fn next_key(
    tx: &mut Tx<'_>,
    context: &Context,
    sealer: &Sealer,
    id: &IssuerId,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let row: IssuerRow = settings::load(tx, id)?;
    settings::within_scope::<IssuerRow>(tx, context, id)?;
    if !kind_of(&row).is_some_and(Authority::needs_account_key) {
        let detail =
            format!("{id} has no account whose key could be replaced: only issuers of kind acme have one");
        return Err(Error::conflict("no_account", detail, json!({ "issuer_id": id, "kind": row.kind })));
    }
    let secret_id = next_secret(id);
    if let Some(sealed) = instance::secret(tx, &secret_id)? {
        tx.note_audit();
        return sealer.open(&secret_id, ACCOUNT_KEY, &sealed).map_err(Error::internal);
    }
    let key = Zeroizing::new(Authority::new_account_key().map_err(Error::internal)?);
    let sealed = sealer.seal(&secret_id, ACCOUNT_KEY, &key).map_err(Error::internal)?;
    instance::set_secret(tx, &secret_id, ACCOUNT_KEY, &sealed)?;
    let summary = format!("the account key of {id} is about to be replaced");
    success(tx, context, "issuer.key_roll", ("issuer", id.as_str()), summary, json!({}))?;
    Ok(key)
}

/// The authority knows the account by its next key from now on.
///
/// # Errors
/// 404; 409 when somebody else was quicker.
pub fn take_next_key(
    tx: &mut Tx<'_>,
    context: &Context,
    sealer: &Sealer,
    id: &IssuerId,
    key: &[u8],
) -> Result<IssuerRow, Error> {
    let row: IssuerRow = settings::load(tx, id)?;
    settings::within_scope::<IssuerRow>(tx, context, id)?;
    // A new revision: replicas open it anew, with its new key.
    issuers::touch(tx, &row)?;
    let secret_id = account_secret(id);
    let sealed = sealer.seal(&secret_id, ACCOUNT_KEY, key).map_err(Error::internal)?;
    instance::set_secret(tx, &secret_id, ACCOUNT_KEY, &sealed)?;
    instance::delete_secret(tx, &next_secret(id))?;
    let summary = format!("the account key of {id} was replaced");
    success(tx, context, "issuer.key_rolled", ("issuer", id.as_str()), summary, json!({}))?;
    settings::load(tx, id)
}

/// Who shows a proof: the provider that the configuration names, the key's holder, the control plane, or whoever has set a record
/// that stays.
pub fn place_of(authority: &Authority, kind: ProofKind, holder: &str) -> Result<String, String> {
    match kind {
        ProofKind::Dns01 => authority
            .proofs_by()
            .dns_provider
            .ok_or_else(|| "the issuer's configuration names no dns_provider for dns-01".to_owned()),
        ProofKind::Http01 if authority.proofs_by().http_01 == Http01By::ControlPlane => {
            Ok(challenges::CONTROL_PLANE.to_owned())
        }
        ProofKind::Http01 | ProofKind::TlsAlpn01 => Ok(holder.to_owned()),
        ProofKind::DnsPersist01 => Ok(challenges::OPERATOR.to_owned()),
    }
}
