//! Answers that cost more than a request may take, such as counts over a million certificates: kept for a while, and made
//! anew behind the requests that read them.
//!
//! An answer about [`SMALL`] rows or fewer is never kept. A larger one is fresh for a time that grows with its rows; then
//! it is still given while one task makes the next; and when nobody has asked for it for [`USABLE_SECONDS`], it is made
//! while the caller waits. Why not counters in the store: each write would queue on the row of its environment. Not for:
//! what has to be exact at once (the store's `count`). Invariants: of each answer one is made at a time; no more than
//! [`MOST`] are kept.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use certctl_core::inventory::Order;
use certctl_core::time::Ts;
use certctl_store::Tx;
use certctl_store::certificates::{self, Anchors, CertificateFilter, Facets};

use crate::app::App;
use crate::error::Error;

/// The most rows that are counted for each request.
pub const SMALL: i64 = 20_000;
/// The longest time for which an answer is fresh.
const FRESH_SECONDS: i64 = 60;
/// How long an answer is given after it was made.
const USABLE_SECONDS: i64 = 600;
/// Answers of each kind.
const MOST: usize = 100;

/// What is kept.
#[derive(Debug, Default)]
pub struct Answers {
    counts: Kept<i64>,
    anchors: Kept<Anchors>,
    facets: Kept<Facets>,
}

#[derive(Debug)]
struct Kept<V>(Mutex<HashMap<String, Entry<V>>>);

impl<V> Default for Kept<V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

#[derive(Debug)]
struct Entry<V> {
    value: Option<(Arc<V>, Ts)>,
    fresh_until: Ts,
    asked_at: Ts,
    /// Held by whoever makes the next one.
    making: Arc<tokio::sync::Mutex<()>>,
}

/// What is known of an answer.
enum Known<V> {
    Fresh(Arc<V>, Ts),
    Stale(Arc<V>, Ts, Arc<tokio::sync::Mutex<()>>),
    Unknown(Arc<tokio::sync::Mutex<()>>),
}

impl<V> Kept<V> {
    fn lookup(&self, key: &str, now: Ts) -> Known<V> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST && !all.contains_key(key) {
            let oldest = all.iter().min_by_key(|(_, entry)| entry.asked_at).map(|(key, _)| key.clone());
            oldest.map(|key| all.remove(&key));
        }
        let entry = all.entry(key.to_owned()).or_insert_with(|| Entry {
            value: None,
            fresh_until: now,
            asked_at: now,
            making: Arc::default(),
        });
        entry.asked_at = now;
        let making = Arc::clone(&entry.making);
        match &entry.value {
            Some((value, at)) if now < entry.fresh_until => Known::Fresh(Arc::clone(value), *at),
            Some((value, at)) if at.plus_seconds(USABLE_SECONDS) > now => {
                Known::Stale(Arc::clone(value), *at, making)
            }
            Some(_) | None => Known::Unknown(making),
        }
    }

    fn put(&self, key: &str, value: &Arc<V>, n_rows: i64, now: Ts) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if n_rows <= SMALL {
            all.remove(key);
        } else if let Some(entry) = all.get_mut(key) {
            entry.value = Some((Arc::clone(value), now));
            entry.fresh_until = now.plus_seconds((n_rows / SMALL).clamp(5, FRESH_SECONDS));
        }
    }
}

/// Gives what is kept, or makes it. `rows` says how many rows an answer is about.
async fn answer<V, F>(
    app: &App,
    kept: fn(&Answers) -> &Kept<V>,
    key: String,
    rows: fn(&V) -> i64,
    make: impl Fn(App) -> F + Send + 'static,
) -> Result<(Arc<V>, Ts), Error>
where
    V: Send + Sync + 'static,
    F: Future<Output = Result<V, Error>> + Send + 'static,
{
    let (making, stale) = match kept(&app.standing).lookup(&key, app.now()) {
        Known::Fresh(value, at) => return Ok((value, at)),
        Known::Stale(value, at, making) => (making, Some((value, at))),
        Known::Unknown(making) => (making, None),
    };
    if let Some((value, at)) = stale {
        if let Ok(turn) = making.try_lock_owned() {
            let task = app.clone();
            app.tracker.spawn(async move {
                let now = task.now();
                match make(task.clone()).await {
                    Ok(value) => {
                        let n_rows = rows(&value);
                        kept(&task.standing).put(&key, &Arc::new(value), n_rows, now);
                    }
                    Err(error) => tracing::warn!("A kept answer was not made anew: {error}"),
                }
                drop(turn);
            });
        }
        return Ok((value, at));
    }
    let _turn = making.lock().await;
    // Another caller may have made it meanwhile.
    if let Known::Fresh(value, at) = kept(&app.standing).lookup(&key, app.now()) {
        return Ok((value, at));
    }
    let now = app.now();
    let value = Arc::new(make(app.clone()).await?);
    kept(&app.standing).put(&key, &value, rows(&value), now);
    Ok((value, now))
}

async fn ask<V, F>(app: App, name: &'static str, filter: CertificateFilter, f: F) -> Result<V, Error>
where
    V: Send + 'static,
    F: Fn(&mut Tx<'_>, &CertificateFilter) -> Result<V, certctl_store::StoreError> + Send + 'static,
{
    app.store.read(name, move |tx| Ok::<_, Error>(f(tx, &filter)?)).await
}

/// How many certificates match: exactly when they are few, else as of some seconds ago.
///
/// # Errors
/// Those of the store.
pub async fn count(app: &App, filter: &CertificateFilter) -> Result<i64, Error> {
    let few = ask(app.clone(), "certificates.count", filter.clone(), certificates::count_few).await?;
    if let Some(n) = few {
        return Ok(n);
    }
    let (key, wanted) = (format!("{filter:?}"), filter.clone());
    let made = answer(
        app,
        |all| &all.counts,
        key,
        |n| *n,
        move |app| ask(app, "certificates.count", wanted.clone(), certificates::count),
    );
    Ok(*made.await?.0)
}

/// Places all over the list, and of when they are.
///
/// # Errors
/// Those of the store.
pub async fn anchors(
    app: &App,
    filter: &CertificateFilter,
    order: Order,
) -> Result<(Arc<Anchors>, Ts), Error> {
    let (key, wanted) = (format!("{order} {filter:?}"), filter.clone());
    let make = move |app| {
        ask(app, "certificates.anchors", wanted.clone(), move |tx, filter| {
            certificates::anchors(tx, filter, order)
        })
    };
    answer(app, |all| &all.anchors, key, |found| found.total, make).await
}

/// What the list is made of, and of when that is.
///
/// # Errors
/// Those of the store.
pub async fn facets(app: &App, filter: &CertificateFilter) -> Result<(Arc<Facets>, Ts), Error> {
    let (key, wanted) = (format!("{filter:?}"), filter.clone());
    let make = move |app| ask(app, "certificates.facets", wanted.clone(), certificates::facets);
    let rows = |found: &Facets| i64::try_from(found.total).unwrap_or(i64::MAX);
    answer(app, |all| &all.facets, key, rows, make).await
}
