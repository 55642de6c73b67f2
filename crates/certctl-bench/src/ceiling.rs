//! What one core can do at most: check a P-256 CSR and sign its certificate, in this process, with nothing stored.
//!
//! Not for: the server. Invariant: it uses the same code as the server does.

use std::time::{Duration, Instant};

use crate::authority::Authority;

/// CSR checks with signatures in a second, on one core.
pub(crate) fn per_second(csr_pem: &str, duration: Duration) -> anyhow::Result<f64> {
    let mut authority = Authority::new()?;
    let begin = Instant::now();
    let mut n_signed = 0.0;
    while begin.elapsed() < duration {
        authority.sign_request(csr_pem)?;
        n_signed += 1.0;
    }
    Ok(n_signed / begin.elapsed().as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issuance_load::csr_pem;

    #[test]
    fn certificates_are_signed() {
        assert!(
            per_second(&csr_pem("a.example.internal").unwrap(), Duration::from_millis(50)).unwrap() > 1.0
        );
    }
}
