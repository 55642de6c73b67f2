//! Where randomness comes from, so that tests can pass their own.
//!
//! Not for: key material (that is made inside `certctl-pki` by its crypto library).

use std::fmt;

use crate::id::{Id, Kind};
use crate::time::Ts;

/// A source of random bytes, fit for tokens.
pub trait Random: Send + Sync + fmt::Debug {
    /// Fills the buffer.
    fn fill(&self, buffer: &mut [u8]);
}

/// A new id of any kind.
pub fn new_id<K: Kind>(random: &dyn Random, now: Ts) -> Id<K> {
    let mut bits = [0_u8; 10];
    random.fill(&mut bits);
    Id::generate(now, bits)
}
