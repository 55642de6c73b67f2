//! How often signing in may be tried: by user name and by address, longer waits after each failure.
//!
//! A try counts against its user name before the password is looked at, so that many at once are not all looked at; who
//! signs in is forgiven. An address is counted by failures only: many people share one. Not for: passwords themselves.
//! Invariants: replicas count together, in the store; a user name waits five minutes at most, so that a stranger cannot keep
//! its owner out for long; an open session and API keys are not touched by any of it.

use std::net::IpAddr;

use certctl_core::time::Ts;
use certctl_store::{Tx, sign_in_failures};

use crate::credentials::hash;
use crate::error::Error;
use crate::tls::places::group;

/// What is not tried for so long is forgotten.
pub const FORGOTTEN_SECONDS: i64 = 3_600;

/// How failures become waits: the first few cost nothing, then it doubles from two seconds on.
#[derive(Debug, Clone, Copy)]
struct Patience {
    free: i64,
    longest_seconds: i64,
}

const OF_USERNAME: Patience = Patience { free: 5, longest_seconds: 300 };
const OF_ADDRESS: Patience = Patience { free: 20, longest_seconds: 900 };

impl Patience {
    /// The wait after so many failures.
    fn wait_seconds(self, failures: i64) -> i64 {
        match u32::try_from(failures - self.free) {
            Ok(over @ 1..=20) => 2_i64.pow(over).min(self.longest_seconds),
            Ok(0) | Err(_) => 0,
            Ok(_) => self.longest_seconds,
        }
    }
}

/// Who tries, as it is counted.
#[derive(Debug, Clone)]
pub struct Subjects {
    username: String,
    address: Option<String>,
}

impl Subjects {
    /// Of a user name as it was typed, and from where.
    pub fn new(username: &str, address: Option<IpAddr>) -> Self {
        Self {
            username: format!("user:{}", hex::encode(hash(&username.trim().to_lowercase()))),
            address: address.map(|address| format!("address:{}", group(address))),
        }
    }
}

fn refused(now: Ts, until: Ts) -> Error {
    let retry_after = u64::try_from(until.seconds_since(now)).unwrap_or(0).max(1);
    Error::RateLimited {
        detail: format!(
            "too many tries with a wrong password for this user name or from this address: try again in {retry_after} s"
        ),
        retry_after,
        budget: "sign_in",
    }
}

/// Counts a try before its password is looked at.
///
/// # Errors
/// 429 when it has to wait.
pub fn begin(tx: &mut Tx<'_>, who: &Subjects) -> Result<(), Error> {
    let now = tx.now();
    if let Some(address) = &who.address
        && let Some(until) = sign_in_failures::blocked_until(tx, address)?.filter(|until| now < *until)
    {
        return Err(refused(now, until));
    }
    let since = now.plus_seconds(-FORGOTTEN_SECONDS);
    let (failures, until) = sign_in_failures::add(tx, &who.username, since)?;
    if now < until {
        return Err(refused(now, until));
    }
    let wait = OF_USERNAME.wait_seconds(failures);
    if wait > 0 {
        sign_in_failures::block(tx, &who.username, now.plus_seconds(wait))?;
    }
    Ok(())
}

/// Counts a failure against its address.
///
/// # Errors
/// Those of the store.
pub fn failed(tx: &mut Tx<'_>, who: &Subjects) -> Result<(), Error> {
    let Some(address) = &who.address else { return Ok(()) };
    let now = tx.now();
    let (failures, _) = sign_in_failures::add(tx, address, now.plus_seconds(-FORGOTTEN_SECONDS))?;
    let wait = OF_ADDRESS.wait_seconds(failures);
    if wait > 0 {
        sign_in_failures::block(tx, address, now.plus_seconds(wait))?;
    }
    Ok(())
}

/// Forgives the user name.
///
/// # Errors
/// Those of the store.
pub fn succeeded(tx: &mut Tx<'_>, who: &Subjects) -> Result<(), Error> {
    Ok(sign_in_failures::clear(tx, &who.username)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_after_the_first_few_and_have_an_end() {
        let waits: Vec<i64> = (1..=16).map(|failures| OF_USERNAME.wait_seconds(failures)).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
        assert_eq!(OF_ADDRESS.wait_seconds(20), 0);
        assert_eq!(OF_ADDRESS.wait_seconds(21), 2);
        assert_eq!(OF_ADDRESS.wait_seconds(i64::MAX), 900);
    }

    #[test]
    fn a_user_name_is_counted_in_any_writing_and_not_kept() {
        let subject = |name: &str| Subjects::new(name, None).username;
        assert_eq!(subject(" Alice"), subject("alice"));
        assert_ne!(subject("alice"), subject("alicf"));
        assert!(!subject("alice").contains("alice"));
    }
}
