//! Facts of the installation, sealed secrets, platform CAs, and the leases of periodic tasks.
//!
//! Invariant: what is made at first start is inserted once; a second replica reads the first one's.

use certctl_core::time::Ts;

use crate::{StoreError, Tx, args, row};

/// A fact by its name.
///
/// # Errors
/// Those of the store.
pub fn value(tx: &mut Tx<'_>, name: &str) -> Result<Option<String>, StoreError> {
    let found: Option<(String,)> =
        tx.opt("-- instance.value\nSELECT value FROM instance WHERE name = $1", args![name])?;
    Ok(found.map(|(value,)| value))
}

/// Writes a fact unless it is there; says whether it was written.
///
/// # Errors
/// Those of the store.
pub fn insert_value(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<bool, StoreError> {
    let n = tx.exec(
        "-- instance.insert_value
         INSERT INTO instance (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
        args![name, value],
    )?;
    Ok(n == 1)
}

/// Writes or replaces a fact.
///
/// # Errors
/// Those of the store.
pub fn set_value(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<(), StoreError> {
    tx.exec(
        "-- instance.set_value
         INSERT INTO instance (name, value) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        args![name, value],
    )?;
    Ok(())
}

/// Removes a fact that has this value; says whether it was there (so that a token is used once).
///
/// # Errors
/// Those of the store.
pub fn take_value(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<bool, StoreError> {
    let n = tx.exec(
        "-- instance.take_value
         DELETE FROM instance WHERE name = $1 AND value = $2",
        args![name, value],
    )?;
    Ok(n == 1)
}

/// The number of the last migration, and when it was applied.
///
/// # Errors
/// Those of the store.
pub fn schema(tx: &mut Tx<'_>) -> Result<(i64, Ts), StoreError> {
    // The primary key.
    tx.one(
        "-- schema_migrations.last
         SELECT version, applied_at FROM schema_migrations ORDER BY version DESC LIMIT 1",
        args![],
    )
}

/// A sealed secret.
///
/// # Errors
/// Those of the store.
pub fn secret(tx: &mut Tx<'_>, id: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let found: Option<(Vec<u8>,)> =
        tx.opt("-- secrets.by_id\nSELECT sealed FROM secrets WHERE id = $1", args![id])?;
    Ok(found.map(|(sealed,)| sealed))
}

/// Writes a sealed secret unless it is there; says whether it was written.
///
/// # Errors
/// Those of the store.
pub fn insert_secret(tx: &mut Tx<'_>, id: &str, kind: &str, sealed: &[u8]) -> Result<bool, StoreError> {
    let now = tx.now();
    let n = tx.exec(
        "-- secrets.insert
         INSERT INTO secrets (id, kind, sealed, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING",
        args![id, kind, sealed, now],
    )?;
    Ok(n == 1)
}

/// Writes or replaces a sealed secret.
///
/// # Errors
/// Those of the store.
pub fn set_secret(tx: &mut Tx<'_>, id: &str, kind: &str, sealed: &[u8]) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec(
        "-- secrets.set
         INSERT INTO secrets (id, kind, sealed, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed",
        args![id, kind, sealed, now],
    )?;
    Ok(())
}

/// Removes a sealed secret.
///
/// # Errors
/// Those of the store.
pub fn delete_secret(tx: &mut Tx<'_>, id: &str) -> Result<(), StoreError> {
    tx.exec("-- secrets.delete\nDELETE FROM secrets WHERE id = $1", args![id])?;
    Ok(())
}

row! {
    /// A CA of the platform itself.
    #[derive(Debug, Clone)]
    pub struct PlatformCaRow {
        /// `ca-server` or `ca-agents`.
        pub id: String,
        /// Its certificate.
        pub certificate_der: Vec<u8>,
        /// Where its key is sealed.
        pub secret_id: String,
        /// Its end.
        pub not_after: Ts,
    }
}

/// A platform CA.
///
/// # Errors
/// Those of the store.
pub fn platform_ca(tx: &mut Tx<'_>, id: &str) -> Result<Option<PlatformCaRow>, StoreError> {
    tx.opt(
        "-- platform_cas.by_id
         SELECT id, certificate_der, secret_id, not_after FROM platform_cas WHERE id = $1",
        args![id],
    )
}

/// Writes a platform CA; its secret must be there.
///
/// # Errors
/// Those of the store.
pub fn insert_platform_ca(tx: &mut Tx<'_>, ca: &PlatformCaRow) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec(
        "-- platform_cas.insert
         INSERT INTO platform_cas (id, certificate_der, secret_id, not_after, created_at)
         VALUES ($1, $2, $3, $4, $5)",
        args![ca.id.clone(), ca.certificate_der.clone(), ca.secret_id.clone(), ca.not_after, now],
    )?;
    Ok(())
}

/// Takes or extends the lease of a periodic task; says whether `owner` has it now.
///
/// # Errors
/// Those of the store.
pub fn lease_task(tx: &mut Tx<'_>, task: &str, owner: &str, until: Ts) -> Result<bool, StoreError> {
    let now = tx.now();
    let n = tx.exec(
        "-- task_leases.take
         INSERT INTO task_leases (task, owner, fence, expires_at) VALUES ($1, $2, 1, $3)
         ON CONFLICT (task) DO UPDATE
         SET owner = excluded.owner, fence = task_leases.fence + 1, expires_at = excluded.expires_at
         WHERE task_leases.owner = excluded.owner OR task_leases.expires_at <= $4",
        args![task, owner, until, now],
    )?;
    Ok(n == 1)
}

/// Gives the leases of a replica back.
///
/// # Errors
/// Those of the store.
pub fn release_tasks(tx: &mut Tx<'_>, owner: &str) -> Result<u64, StoreError> {
    tx.exec("-- task_leases.release\nDELETE FROM task_leases WHERE owner = $1", args![owner])
}

/// Frees every periodic task: for a restored database, whose replicas are all gone.
///
/// # Errors
/// Those of the store.
pub fn release_all_tasks(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.exec("-- task_leases.release_all\nDELETE FROM task_leases", &[])
}
