//! The first start: one link with a token that makes the first admin key, once.
//!
//! Not for: later keys. Invariants: only the token's hash is stored; the token works once, for an hour, and only while
//! there is no API key at all.

use certctl_core::{
    id::ApiKeyId,
    permission::{Role, Scope},
    secret::Secret,
    time::Ts,
};
use certctl_store::{
    StoreError, Tx, api_keys,
    api_keys::{ApiKeyFilter, ApiKeyRow},
    audit, instance,
};
use serde_json::json;
use subtle::ConstantTimeEq as _;

use crate::{
    app::App,
    credentials::{NewCredential, hash},
    error::Error,
    ops::success,
};

const FACT: &str = "setup_token";
const LIFE_SECONDS: i64 = 3_600;

/// What a redeemed token gives.
#[derive(Debug)]
pub struct FirstKey {
    /// The key's row.
    pub row: ApiKeyRow,
    /// Its secret, shown once.
    pub secret: Secret<String>,
}

/// Makes a token when there is no key yet; a token of an earlier start ends thereby.
///
/// # Errors
/// Those of the store.
pub async fn token(app: &App) -> Result<Option<Secret<String>>, StoreError> {
    let made = NewCredential::new("cs_", &app.random_bytes());
    let fact = format!("{}@{}", hex::encode(made.hash), app.now().plus_seconds(LIFE_SECONDS));
    let open = app
        .store
        .bookkeeping("setup.token", move |tx| {
            if !is_open(tx)? {
                return Ok::<_, StoreError>(false);
            }
            instance::set_value(tx, FACT, &fact)?;
            Ok(true)
        })
        .await?;
    Ok(open.then_some(made.secret))
}

/// Whether the first key has still to be made.
///
/// # Errors
/// Those of the store.
pub fn is_open(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    Ok(api_keys::count(tx, &ApiKeyFilter::default())? == 0)
}

/// Redeems a token.
///
/// # Errors
/// 401 when it is not the token, was used, or its hour is over.
pub async fn redeem(
    app: &App,
    context: audit::Context,
    token: &str,
    name: String,
) -> Result<FirstKey, Error> {
    let presented = hash(token);
    let credential = NewCredential::new("ck_", &app.random_bytes());
    let row = ApiKeyRow {
        id: app.new_id::<certctl_core::id::ApiKey>(),
        name,
        role: Role::Admin,
        scope: Scope::everything(),
        prefix: credential.prefix.clone(),
        secret_hash: credential.hash.to_vec(),
        previous_secret_hash: None,
        previous_expires_at: None,
        expires_at: None,
        last_used_at: None,
        revoked_at: None,
        created_at: app.now(),
        revision: 1,
    };
    let stored = row.clone();
    app.store.write("setup.redeem", move |tx| take(tx, &context, &presented, &stored)).await?;
    Ok(FirstKey { row, secret: credential.secret })
}

fn take(tx: &mut Tx<'_>, context: &audit::Context, presented: &[u8], row: &ApiKeyRow) -> Result<(), Error> {
    let refused = || {
        Error::unauthenticated(
            "the setup token is unknown or was used already; while no key exists, a restart of the server prints a new \
             one",
        )
    };
    if !is_open(tx)? {
        return Err(refused());
    }
    let fact = instance::value(tx, FACT)?.ok_or_else(refused)?;
    let (wanted, end) = fact.split_once('@').ok_or_else(refused)?;
    let wanted = hex::decode(wanted).map_err(|_| refused())?;
    let end: Ts = end.parse().map_err(|_| refused())?;
    if !bool::from(wanted.ct_eq(presented)) {
        return Err(refused());
    }
    if tx.now() >= end {
        return Err(Error::unauthenticated(
            "the setup token's hour is over; restart the server, which prints a new one",
        ));
    }
    if !instance::take_value(tx, FACT, &fact)? {
        return Err(refused());
    }
    api_keys::insert(tx, row)?;
    let id: &ApiKeyId = &row.id;
    success(
        tx,
        context,
        "api_key.create",
        ("api_key", id.as_str()),
        format!("the setup token made the first admin key {id}"),
        json!({ "name": row.name, "role": row.role }),
    )?;
    Ok(())
}
