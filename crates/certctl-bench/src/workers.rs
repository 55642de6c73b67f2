//! Runs many small tasks, some at a time.
//!
//! Not for: measuring. Invariant: the first error ends it all.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use tokio::task::JoinSet;

/// Calls `work` for each item, `n_at_once` at a time; the results come in any order.
pub(crate) async fn each<I, T, F, R>(n_at_once: usize, items: Vec<I>, work: F) -> anyhow::Result<Vec<T>>
where
    I: Send + 'static,
    T: Send + 'static,
    F: Fn(I) -> R + Clone + Send + 'static,
    R: Future<Output = anyhow::Result<T>> + Send,
{
    let queue = Arc::new(Mutex::new(items.into_iter()));
    let mut running = JoinSet::new();
    for _ in 0..n_at_once {
        let (queue, work) = (Arc::clone(&queue), work.clone());
        running.spawn(async move {
            let mut results = Vec::new();
            loop {
                let item = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some(item) = item else { return Ok::<_, anyhow::Error>(results) };
                results.push(work(item).await?);
            }
        });
    }
    let mut all = Vec::new();
    while let Some(results) = running.join_next().await {
        all.extend(results.context("a worker panicked")??);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_item_is_worked_on_once() {
        let mut doubled = each(3, (0..10).collect(), |n: i32| async move { Ok(n * 2) }).await.unwrap();
        doubled.sort_unstable();
        assert_eq!(doubled, (0..10).map(|n| n * 2).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn an_error_ends_it() {
        let failed = each(2, vec![1, 2, 3], |n: i32| async move {
            anyhow::ensure!(n != 2, "two");
            Ok(n)
        })
        .await;
        assert_eq!(failed.unwrap_err().to_string(), "two");
    }
}
