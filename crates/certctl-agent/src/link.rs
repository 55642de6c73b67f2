//! The connection to the control plane, and how long to wait when there is none.
//!
//! Not for: what is said over it. Invariant: a new identity replaces the old one only after it was seen to work.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use certctl_api::client::{Client, ClientError, ClientOptions};
use certctl_api::tls::{Identity, Trust};
use certctl_core::random::Random;

/// The limit of one request, besides a long poll's wait.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// A client that can be replaced while it is in use.
#[derive(Debug)]
pub(crate) struct Link {
    client: RwLock<Client>,
}

impl Link {
    pub(crate) fn new(client: Client) -> Self {
        Self { client: RwLock::new(client) }
    }

    pub(crate) fn client(&self) -> Client {
        self.client.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn replace(&self, client: Client) {
        *self.client.write().unwrap_or_else(PoisonError::into_inner) = client;
    }
}

/// A client with an identity, or without one for the join.
pub(crate) fn client(
    server_url: &str,
    trust: Trust,
    identity: Option<Identity>,
) -> Result<Client, ClientError> {
    Client::new(ClientOptions {
        server_url: server_url.to_owned(),
        trust,
        api_key: None,
        identity,
        timeout: REQUEST_TIMEOUT,
    })
}

/// Waits that double from 1 s to 60 s, each between half and the whole, so that a fleet does not come back at once.
#[derive(Debug)]
pub(crate) struct Backoff {
    random: Arc<dyn Random>,
    next: Duration,
}

impl Backoff {
    pub(crate) fn new(random: Arc<dyn Random>) -> Self {
        Self { random, next: FIRST_WAIT }
    }

    pub(crate) fn reset(&mut self) {
        self.next = FIRST_WAIT;
    }

    pub(crate) fn wait(&mut self) -> Duration {
        let mut byte = [0_u8; 1];
        self.random.fill(&mut byte);
        let half = self.next / 2;
        let wait = half + half * u32::from(byte[0]) / 255;
        self.next = (self.next * 2).min(LONGEST_WAIT);
        wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Fixed(u8);
    impl Random for Fixed {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(self.0);
        }
    }

    #[test]
    fn waits_double_up_to_a_minute_and_are_spread() {
        let waits = |byte: u8| -> Vec<u128> {
            let mut backoff = Backoff::new(Arc::new(Fixed(byte)));
            (0..8).map(|_| backoff.wait().as_millis()).collect()
        };
        assert_eq!(waits(255), [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
        assert_eq!(waits(0), [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    }

    #[test]
    fn a_success_begins_again() {
        let mut backoff = Backoff::new(Arc::new(Fixed(255)));
        backoff.wait();
        backoff.wait();
        backoff.reset();
        assert_eq!(backoff.wait(), Duration::from_secs(1));
    }
}
