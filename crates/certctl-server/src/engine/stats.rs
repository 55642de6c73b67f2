//! The stats task: rolls up the days that are over, and notes the inventory's conditions while they are there.
//!
//! Invariant: bookkeeping: nothing is decided by what it writes; a day is rolled up once, in one transaction with the note
//! that it is.

use std::time::Duration;

use crate::app::App;
use crate::error::Error;
use crate::ops::stats;

/// Notes today once more.
///
/// # Errors
/// Those of the store.
pub async fn tick(app: App) -> Result<Option<Duration>, Error> {
    while !app.shutdown.is_cancelled() {
        if !app.store.bookkeeping("stats.roll_up", stats::roll_up_next).await? {
            break;
        }
    }
    let counted = stats::conditions(&app).await?;
    let (counts, as_of) = (counted.value, counted.as_of);
    app.store.bookkeeping("stats.note_day", move |tx| stats::note_day(tx, &counts, as_of)).await?;
    // Once more shortly before the day ends: the last note of a day is what its history shows.
    let left = u64::try_from(stats::seconds_to_midnight(app.now())).unwrap_or(0);
    Ok((left > 120).then(|| Duration::from_secs(left - 60)))
}
