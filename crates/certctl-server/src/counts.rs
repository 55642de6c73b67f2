//! Counts over the inventory, kept for a while when they are costly: a count of a million rows takes longer than a person
//! should wait, and much longer than it takes to become a little old.
//!
//! A count that takes less than [`LIVE`] is made anew for each question, so that it is always of this moment. A costlier one
//! is kept for [`KEEP`] times as long as it took, then made anew behind the answer that is still given; the answer says of
//! which moment it is. Costly counts are made one at a time, so that they leave readers of the store to others.
//! Alternatives: counters kept up by every change (rows that every issuance on a replica waits for), triggers (the same,
//! hidden). Not for: rows. Invariants: what is answered was counted by one transaction at the moment that it says; at most
//! [`ENTRIES`] counts are kept.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use certctl_core::time::Ts;
use certctl_store::Tx;
use tokio::sync::Semaphore;

use crate::app::App;
use crate::error::{Error, chain};

/// A count that takes less is made for each question.
const LIVE: Duration = Duration::from_millis(30);
/// A count is fresh for so many times as long as it took: that is how little of one core counting may take.
const KEEP: u32 = 20;
/// A count that is so many times as old as it took is given once more while a fresh one is made; an older one is not.
const AGED: u32 = 600;
/// No count is given that is older.
const OLDEST: Duration = Duration::from_secs(600);
/// How many are kept; the one that nobody has asked for the longest goes first.
const ENTRIES: usize = 256;

/// What was counted, and when.
#[derive(Debug)]
pub struct Counted<T> {
    /// The counts.
    pub value: Arc<T>,
    /// The moment they are of.
    pub as_of: Ts,
}

impl<T> Clone for Counted<T> {
    fn clone(&self) -> Self {
        Self { value: Arc::clone(&self.value), as_of: self.as_of }
    }
}

struct Kept {
    value: Arc<dyn Any + Send + Sync>,
    as_of: Ts,
    cost: Duration,
    asked: Ts,
    being_made: bool,
}

impl Kept {
    fn counted<T: Send + Sync + 'static>(&self) -> Option<Counted<T>> {
        let value = Arc::clone(&self.value).downcast::<T>().ok()?;
        Some(Counted { value, as_of: self.as_of })
    }
}

/// What is to be done about a question.
enum Do<T> {
    Answer(Counted<T>),
    AnswerAndRefresh(Counted<T>),
    CountNow,
    CountInTurn,
}

/// The counts that are kept.
pub struct Counts {
    kept: Mutex<HashMap<String, Kept>>,
    turn: Arc<Semaphore>,
}

impl std::fmt::Debug for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Counts")
    }
}

impl Default for Counts {
    fn default() -> Self {
        Self { kept: Mutex::default(), turn: Arc::new(Semaphore::new(1)) }
    }
}

impl Counts {
    fn decide<T: Send + Sync + 'static>(&self, key: &str, now: Ts) -> Do<T> {
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(kept) = all.get_mut(key) else { return Do::CountInTurn };
        kept.asked = now;
        if kept.cost < LIVE {
            return Do::CountNow;
        }
        let Some(counted) = kept.counted() else { return Do::CountInTurn };
        let age = now.since(kept.as_of);
        if age <= kept.cost * KEEP {
            Do::Answer(counted)
        } else if age <= (kept.cost * AGED).min(OLDEST) {
            if std::mem::replace(&mut kept.being_made, true) {
                Do::Answer(counted)
            } else {
                Do::AnswerAndRefresh(counted)
            }
        } else {
            Do::CountInTurn
        }
    }

    fn keep<T: Send + Sync + 'static>(&self, key: &str, counted: &Counted<T>, cost: Duration) {
        let value: Arc<dyn Any + Send + Sync> = if cost < LIVE {
            // It will not be given again.
            Arc::new(())
        } else {
            Arc::<T>::clone(&counted.value)
        };
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = all.get(key).map_or(counted.as_of, |kept| kept.asked);
        all.insert(key.to_owned(), Kept { value, as_of: counted.as_of, cost, asked, being_made: false });
        if all.len() > ENTRIES
            && let Some(oldest) = all.iter().min_by_key(|(_, kept)| kept.asked).map(|(key, _)| key.clone())
        {
            all.remove(&oldest);
        }
    }

    fn gave_up(&self, key: &str) {
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = all.get_mut(key) {
            kept.being_made = false;
        }
    }
}

/// Counts, or gives what was counted a little while ago. `key` says what is counted and for whom (with the scope: see
/// `Scope`'s serialized form); equal keys have to mean equal counts of one type.
///
/// # Errors
/// Those of `count`.
pub async fn counted<T, F>(app: &App, key: String, count: F) -> Result<Counted<T>, Error>
where
    T: Send + Sync + 'static,
    F: Fn(&mut Tx<'_>) -> Result<T, Error> + Clone + Send + 'static,
{
    match app.counts.decide(&key, app.now()) {
        Do::Answer(counted) => Ok(counted),
        Do::AnswerAndRefresh(counted) => {
            let app = app.clone();
            let tracker = app.tracker.clone();
            tracker.spawn(async move {
                let turn = Arc::clone(&app.counts.turn);
                let made = match turn.acquire().await {
                    Ok(_turn) => make(&app, &key, count).await.map(drop),
                    Err(_) => Ok(()),
                };
                if let Err(error) = made {
                    app.counts.gave_up(&key);
                    tracing::warn!("A count could not be made anew: {}", chain(&error));
                }
            });
            Ok(counted)
        }
        Do::CountNow => make(app, &key, count).await,
        Do::CountInTurn => {
            let _turn = app.counts.turn.acquire().await.map_err(|_| Error::internal("counting has ended"))?;
            // Another may have counted it meanwhile.
            match app.counts.decide(&key, app.now()) {
                Do::Answer(counted) | Do::AnswerAndRefresh(counted) => {
                    app.counts.gave_up(&key);
                    Ok(counted)
                }
                Do::CountNow | Do::CountInTurn => make(app, &key, count).await,
            }
        }
    }
}

async fn make<T, F>(app: &App, key: &str, count: F) -> Result<Counted<T>, Error>
where
    T: Send + Sync + 'static,
    F: Fn(&mut Tx<'_>) -> Result<T, Error> + Clone + Send + 'static,
{
    let clock = app.clone();
    let made = app.store.read("counts.make", move |tx| {
        let begin = clock.now();
        let value = count(tx)?;
        Ok::<_, Error>((value, tx.now(), clock.now().since(begin)))
    });
    let (value, as_of, cost) = made.await?;
    let counted = Counted { value: Arc::new(value), as_of };
    app.counts.keep(key, &counted, cost);
    Ok(counted)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Ts = Ts::from_second(1_764_000_000);

    fn counts(cost: Duration) -> Counts {
        let counts = Counts::default();
        counts.keep("key", &Counted { value: Arc::new(7_u32), as_of: NOW }, cost);
        counts
    }

    fn after(counts: &Counts, age: Duration) -> &'static str {
        match counts.decide::<u32>("key", NOW.plus(age)) {
            Do::Answer(counted) => {
                assert_eq!((*counted.value, counted.as_of), (7, NOW));
                "answer"
            }
            Do::AnswerAndRefresh(_) => "refresh",
            Do::CountNow => "now",
            Do::CountInTurn => "in turn",
        }
    }

    #[test]
    fn a_cheap_count_is_made_each_time() {
        let counts = counts(Duration::from_millis(3));
        assert_eq!(after(&counts, Duration::ZERO), "now");
        assert_eq!(after(&counts, Duration::from_secs(9_000)), "now");
    }

    #[test]
    fn a_costly_count_is_kept_then_made_anew_behind_the_answer_then_given_up() {
        let counts = counts(Duration::from_millis(500));
        assert_eq!(after(&counts, Duration::from_secs(10)), "answer");
        assert_eq!(after(&counts, Duration::from_secs(11)), "refresh");
        assert_eq!(after(&counts, Duration::from_secs(12)), "answer", "one refresh at a time");
        counts.gave_up("key");
        assert_eq!(after(&counts, Duration::from_secs(13)), "refresh", "a failed one is tried again");
        assert_eq!(after(&counts, Duration::from_secs(301)), "in turn");
    }

    #[test]
    fn another_key_and_another_type_are_counted() {
        let counts = counts(Duration::from_secs(1));
        assert!(matches!(counts.decide::<u32>("other", NOW), Do::CountInTurn));
        assert!(matches!(counts.decide::<u64>("key", NOW), Do::CountInTurn));
    }

    #[test]
    fn the_one_that_nobody_asks_for_goes_first() {
        let counts = counts(Duration::from_secs(1));
        for number in 0..ENTRIES {
            let at = NOW.plus(Duration::from_secs(u64::try_from(number).unwrap()));
            assert_eq!(after(&counts, Duration::from_secs(1)), "answer");
            let counted = Counted { value: Arc::new(1_u32), as_of: at };
            counts.keep(&format!("other-{number}"), &counted, Duration::from_secs(1));
        }
        let kept = counts.kept.lock().unwrap();
        assert_eq!(kept.len(), ENTRIES);
        assert!(!kept.contains_key("other-0") || !kept.contains_key("key"));
    }
}
