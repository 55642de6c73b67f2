//! The first start: one link with a token that makes the first admin key, or the first admin user, once.
//!
//! Not for: later keys and users. Invariants: only the token's hash is stored; the token works once, for an hour, and only
//! while there is neither an API key nor a user.

use certctl_core::{
    id::ApiKeyId,
    permission::{Role, Scope},
    secret::Secret,
    time::Ts,
};
use certctl_store::{
    StoreError, Tx, api_keys,
    api_keys::{ApiKeyFilter, ApiKeyRow},
    audit, instance, users,
    users::{UserFilter, UserRow},
};
use serde_json::json;
use subtle::ConstantTimeEq as _;

use crate::{
    app::App,
    credentials::{NewCredential, hash},
    error::Error,
    ops::{self, success},
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

/// The first who can come in.
#[derive(Debug, Clone)]
pub enum First {
    /// A key.
    Key(ApiKeyRow),
    /// A user, with the hash of its password.
    User(UserRow, String),
}

/// Makes a token when there is no key and no user yet; a token of an earlier start ends thereby.
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

/// Whether the first key or user has still to be made.
///
/// # Errors
/// Those of the store.
pub fn is_open(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    Ok(api_keys::count(tx, &ApiKeyFilter::default())? == 0 && users::count(tx, &UserFilter::default())? == 0)
}

/// Whether a text is the token, so that a password is not hashed for a stranger.
///
/// # Errors
/// 401 when it is not the token, was used, or its hour is over.
pub async fn check(app: &App, token: &str) -> Result<(), Error> {
    let presented = hash(token);
    app.store.read("setup.check", move |tx| fact(tx, &presented).map(drop)).await
}

/// Redeems a token for the first user.
///
/// # Errors
/// 401 when it is not the token, was used, or its hour is over.
pub async fn redeem_for_user(
    app: &App,
    context: audit::Context,
    token: &str,
    row: UserRow,
    password_hash: String,
) -> Result<UserRow, Error> {
    let presented = hash(token);
    let first = First::User(row.clone(), password_hash);
    app.store.write("setup.redeem", move |tx| take(tx, &context, &presented, &first)).await?;
    Ok(row)
}

/// Redeems a token for the first key.
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
        maker_id: None,
    };
    let stored = First::Key(row.clone());
    app.store.write("setup.redeem", move |tx| take(tx, &context, &presented, &stored)).await?;
    Ok(FirstKey { row, secret: credential.secret })
}

/// The stored fact of the token that was presented.
fn fact(tx: &mut Tx<'_>, presented: &[u8]) -> Result<String, Error> {
    let refused = || {
        Error::unauthenticated(
            "the setup token is unknown or was used already; while no key and no user exists, a restart of the server \
             prints a new one",
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
    Ok(fact)
}

fn take(tx: &mut Tx<'_>, context: &audit::Context, presented: &[u8], first: &First) -> Result<(), Error> {
    let fact = fact(tx, presented)?;
    if !instance::take_value(tx, FACT, &fact)? {
        return Err(Error::unauthenticated("the setup token was used already"));
    }
    match first {
        First::Key(row) => {
            api_keys::insert(tx, row)?;
            let id: &ApiKeyId = &row.id;
            let summary = format!("the setup token made the first admin key {id}");
            let details = json!({ "name": row.name, "role": row.role });
            success(tx, context, "api_key.create", ("api_key", id.as_str()), summary, details)?;
        }
        First::User(row, password_hash) => {
            ops::users::create(tx, context, row, password_hash)?;
        }
    }
    Ok(())
}
