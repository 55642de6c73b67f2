//! When failed work is tried again.
//!
//! Not for: deciding whether a failure is worth a retry (the one who saw it says so).
//! Invariant: the table is written out, so that a person can read when the next try is.
//!
//! | after try | wait | elapsed (without the work itself) |
//! |---|---|---|
//! | 1 | 5 s | 5 s |
//! | 2 | 15 s | 20 s |
//! | 3 | 1 min | 1 min 20 s |
//! | 4 | 5 min | 6 min 20 s |
//! | 5 | 15 min | 21 min 20 s |
//! | 6 | 1 h | 1 h 21 min |
//! | 7 and later | 4 h | |
//!
//! Each wait is spread by up to a tenth, so that jobs that failed together do not come back together.

use std::time::Duration;

/// Seconds to wait after the n-th failed try.
pub const WAITS_SECONDS: [u64; 7] = [5, 15, 60, 300, 900, 3_600, 14_400];

/// How often a job is tried unless its policy says otherwise.
pub const DEFAULT_MAX_ATTEMPTS: u32 = 8;

/// The wait after `attempts` failed tries (counted from 1), with jitter in `0..=1023` thousandths of a tenth.
pub fn wait_after(attempts: u32, jitter: u16) -> Duration {
    let index =
        usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX).min(WAITS_SECONDS.len() - 1);
    let millis = WAITS_SECONDS[index] * 1_000;
    Duration::from_millis(millis + millis / 10 * u64::from(jitter % 1_024) / 1_023)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_follow_the_table_and_stay_within_a_tenth() {
        assert_eq!(wait_after(1, 0), Duration::from_secs(5));
        assert_eq!(wait_after(2, 0), Duration::from_secs(15));
        assert_eq!(wait_after(7, 0), Duration::from_secs(14_400));
        assert_eq!(wait_after(99, 0), Duration::from_secs(14_400));
        assert_eq!(wait_after(3, 1_023), Duration::from_secs(66));
    }
}
