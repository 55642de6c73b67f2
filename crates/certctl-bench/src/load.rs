//! `certctl-bench load`: fills a store with a plausible inventory of any size, the same for the same seed and hour.
//!
//! | file | what |
//! |---|---|
//! | `dice.rs` | numbers from a seed |
//! | `estate.rs` | what certificates belong to: issuers, policies, teams, owners, agents |
//! | `item.rs` | one certificate with everything around it |
//!
//! Nothing in it is due within some hours, so that the engine has little to do by itself while something is measured.
//! Not for: a store that is in use. Invariant: columns that follow from others are computed by the store, and a sample is
//! compared with what a single refresh gives.

mod dice;
mod estate;
mod item;

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, bail, ensure};
use certctl_core::id::CertificateId;
use certctl_core::time::{Clock as _, SystemClock, Ts};
use certctl_store::load::{self, Index, Rows};
use certctl_store::{Kind, OpenOptions, Store, StoreError, certificates};

use self::dice::Dice;
use self::estate::Estate;

/// Certificates whose rows are written in one transaction.
const CHUNK: u64 = 4_000;
/// Transactions at a time on PostgreSQL.
const AT_ONCE: usize = 2;
/// Certificates that are compared at the end.
const SAMPLE: u64 = 500;

/// What to fill.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct LoadArguments {
    /// How many certificates
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    pub(crate) certificates: u64,
    /// The database: `postgres://..` or `sqlite:PATH`; `certctl.db` in the data folder when absent
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
    /// The server's data folder
    #[arg(long, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Another seed gives another inventory
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

impl LoadArguments {
    fn url(&self) -> anyhow::Result<String> {
        match (&self.database, &self.data_dir) {
            (Some(url), _) => Ok(url.clone()),
            (None, Some(folder)) => Ok(format!("sqlite:{}", folder.join("certctl.db").display())),
            (None, None) => bail!("say what to fill: --database or --data-dir"),
        }
    }
}

/// Fills it, and says how long that took.
pub(crate) async fn run(arguments: &LoadArguments) -> anyhow::Result<()> {
    let begin = Instant::now();
    fill(&arguments.url()?, arguments.certificates, arguments.seed).await?;
    let seconds = begin.elapsed().as_secs_f64();
    writeln!(std::io::stdout(), "{} certificates in {seconds:.1} s", arguments.certificates)?;
    Ok(())
}

/// Fills the store at `url`; says the steps on standard error.
pub(crate) async fn fill(url: &str, n_certificates: u64, seed: u64) -> anyhow::Result<()> {
    let store = Store::open(OpenOptions::new(url, Arc::new(SystemClock))).await?;
    let hour = SystemClock.now().as_second().div_euclid(3_600) * 3_600;
    let now = Ts::from_second(hour);
    let estate = Arc::new(Estate::new(n_certificates, seed, now));
    let mut step = Steps::begin();

    let indexes = store.bookkeeping("load.begin", load::begin).await?;
    step.done("indexes are away")?;
    let rows = estate.rows();
    store.bookkeeping("load.estate", move |tx| insert(tx, &rows)).await?;
    let sample = items(&store, &estate, n_certificates, seed).await?;
    step.done("rows are in, and what follows from them is computed")?;
    restore(&store, indexes).await?;
    store.bookkeeping("load.finish", load::finish).await?;
    step.done("indexes are back")?;
    compare(&store, &sample).await?;
    step.done("a sample agrees with a refresh of each")?;
    store.close().await;
    Ok(())
}

fn insert(tx: &mut certctl_store::Tx<'_>, rows: &[Rows]) -> Result<(), StoreError> {
    for rows in rows {
        load::insert(tx, rows)?;
    }
    Ok(())
}

/// Writes all certificates with what follows from them, and gives the ids of some.
async fn items(
    store: &Store,
    estate: &Arc<Estate>,
    n_certificates: u64,
    seed: u64,
) -> anyhow::Result<Vec<CertificateId>> {
    let mut sample: Vec<CertificateId> = Vec::new();
    let every = (n_certificates / SAMPLE).max(1);
    let at_once = if store.kind() == Kind::Postgres { AT_ONCE } else { 1 };
    let mut running = tokio::task::JoinSet::new();
    let mut from = 0;
    while from < n_certificates {
        let to = n_certificates.min(from + CHUNK);
        let mut dice = Dice::new(seed ^ (from << 20) ^ 0x9e37_79b9);
        let mut chunk = item::Chunk::default();
        let ids: Vec<CertificateId> =
            (from..to).map(|number| chunk.add(estate, &mut dice, number, n_certificates)).collect();
        sample
            .extend((from..to).zip(&ids).filter(|(number, _)| number % every == 0).map(|(_, id)| id.clone()));
        while running.len() >= at_once {
            joined(running.join_next().await)?;
        }
        let (store, rows) = (store.clone(), chunk.into_rows());
        let write = move |tx: &mut certctl_store::Tx<'_>| {
            insert(tx, &rows)?;
            ids.iter().try_for_each(|id| certificates::refresh(tx, id, None, None))
        };
        running.spawn(async move { store.bookkeeping("load.items", write).await });
        from = to;
    }
    while let Some(done) = running.join_next().await {
        joined(Some(done))?;
    }
    Ok(sample)
}

type Joined = Option<Result<Result<(), StoreError>, tokio::task::JoinError>>;

fn joined(done: Joined) -> anyhow::Result<()> {
    match done {
        Some(done) => Ok(done.context("a writer panicked")??),
        None => Ok(()),
    }
}

async fn restore(store: &Store, indexes: Vec<Index>) -> anyhow::Result<()> {
    for index in indexes {
        let name = format!("{} of {}", index.name, index.table);
        store
            .bookkeeping("load.restore", move |tx| load::restore(tx, &index))
            .await
            .with_context(|| format!("the index {name} cannot be made anew"))?;
    }
    Ok(())
}

/// Refreshes some certificates one by one, as the server does, and finds them as they were.
async fn compare(store: &Store, sample: &[CertificateId]) -> anyhow::Result<()> {
    for id in sample {
        let id = id.clone();
        let (before, after) = store
            .bookkeeping("load.compare", move |tx| {
                let before = load::whole(tx, &id)?;
                certificates::refresh(tx, &id, None, None)?;
                Ok::<_, StoreError>((before, load::whole(tx, &id)?))
            })
            .await?;
        ensure!(before == after, "a certificate was not as its refresh makes it:\n{before}\n{after}");
    }
    Ok(())
}

struct Steps(Instant);

impl Steps {
    fn begin() -> Self {
        Self(Instant::now())
    }

    fn done(&mut self, what: &str) -> anyhow::Result<()> {
        writeln!(std::io::stderr(), "{:7.1} s  {what}", self.0.elapsed().as_secs_f64())?;
        self.0 = Instant::now();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use certctl_store::certificates::{CertificateFilter, count};

    use super::*;

    #[tokio::test]
    async fn a_store_is_filled_and_its_derived_columns_are_right() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("certctl.db").display());
        fill(&url, 9_000, 7).await.unwrap();
        let store = Store::open(OpenOptions::new(&url, Arc::new(SystemClock))).await.unwrap();
        let n = store.read("count", |tx| count(tx, &CertificateFilter::default())).await.unwrap();
        // Some are archived, and hidden.
        assert!((8_500..9_000).contains(&n), "{n}");
        store.close().await;
    }
}
