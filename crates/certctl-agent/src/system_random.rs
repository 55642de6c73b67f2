//! The machine's randomness, for boot ids and jitter.
//!
//! Not for: keys (certctl-pki makes those).

use certctl_core::random::Random;

/// Randomness of the TLS library's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, buffer: &mut [u8]) {
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        if provider.secure_random.fill(buffer).is_err() {
            // Boot ids and jitter only: a host without randomness has no keys to lose here, and fails when it
            // makes one.
            tracing::error!("the random generator of this host fails");
        }
    }
}
