//! Looking through certificates for a preview: page by page, each in a transaction of its own, until all were seen or it has
//! taken long enough.
//!
//! Not for: sweeps, which see all however long it takes. Invariants: nothing is stored; what was left out is told.

use std::time::{Duration, Instant};

use certctl_core::id::CertificateId;
use certctl_store::Tx;
use certctl_store::certificates::{self, CertificateFilter, CertificateRow, CertificateSort, Position};

use crate::app::App;
use crate::error::Error;

/// Certificates looked at in one transaction.
const PAGE: i64 = 200;
/// Certificates looked at, at most.
const MOST: i64 = 100_000;
/// How long it takes, at most.
const LIMIT: Duration = Duration::from_secs(5);

/// How much was looked at.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    /// The certificates that there are.
    pub certificates: i64,
    /// Those that were looked at.
    pub checked: i64,
    /// Whether some were not.
    pub approximate: bool,
}

/// Looks at what a filter admits, by id: `look` makes something of each page, `take` gets it.
///
/// # Errors
/// Those of the store and of `look`.
pub async fn look_through<T, L>(
    app: &App,
    filter: CertificateFilter,
    look: L,
    mut take: impl FnMut(T),
) -> Result<Seen, Error>
where
    T: Send + 'static,
    L: Fn(&mut Tx<'_>, Vec<CertificateRow>) -> Result<T, Error> + Clone + Send + 'static,
{
    let began = Instant::now();
    let mut seen = Seen { certificates: 0, checked: 0, approximate: false };
    let mut from: Option<CertificateId> = None;
    loop {
        let (filter_here, look, at) = (filter.clone(), look.clone(), from.clone());
        let page = app.store.read("previews.page", move |tx| {
            let after = Position::behind_id(at.as_ref().map_or("", CertificateId::as_str));
            let rows = certificates::list(tx, &filter_here, CertificateSort::Id, Some(&after), PAGE)?.rows;
            let rows: Vec<CertificateRow> = rows.into_iter().map(|(row, _)| row).collect();
            let n = i64::try_from(rows.len()).unwrap_or(PAGE);
            let next = rows.last().filter(|_| n >= PAGE).map(|row| row.id.clone());
            Ok::<_, Error>((n, next, look(tx, rows)?))
        });
        let (n, next, found) = page.await?;
        seen.checked += n;
        take(found);
        if next.is_none() {
            seen.certificates = seen.checked;
            return Ok(seen);
        }
        if seen.checked >= MOST || began.elapsed() >= LIMIT {
            let count = move |tx: &mut Tx<'_>| certificates::count(tx, &filter).map_err(Error::from);
            seen.certificates = app.store.read("previews.count", count).await?;
            seen.approximate = true;
            return Ok(seen);
        }
        from = next;
    }
}
