//! Tells who waits that something was committed: a counter for this process, topics for this and others.
//!
//! Carries no data: whoever is woken reads the store. Kept: nothing is told before its commit is durable.

use tokio::sync::{broadcast, mpsc, watch};

/// The topic that stands for "anything may have changed": sent when notifications from other processes may
/// have been missed, after the connection for them was lost and made again.
pub const RESYNC: &str = "*";

/// How many topics a slow listener may lag behind before it is told that it lagged.
const CAPACITY: usize = 4096;

/// What goes to the thread that talks to other processes.
#[derive(Debug)]
pub(crate) enum Outbound {
    Topics(Vec<String>),
    Stop,
}

#[derive(Debug, Clone)]
pub(crate) struct Bell {
    commits: watch::Sender<u64>,
    topics: broadcast::Sender<String>,
    outbound: Option<mpsc::UnboundedSender<Outbound>>,
}

impl Bell {
    pub(crate) fn new(outbound: Option<mpsc::UnboundedSender<Outbound>>) -> Self {
        Self { commits: watch::Sender::new(0), topics: broadcast::Sender::new(CAPACITY), outbound }
    }

    pub(crate) fn commits(&self) -> watch::Receiver<u64> {
        self.commits.subscribe()
    }

    pub(crate) fn listen(&self) -> broadcast::Receiver<String> {
        self.topics.subscribe()
    }

    /// After a commit in this process.
    pub(crate) fn committed(&self, topics: Vec<String>) {
        self.commits.send_modify(|count| *count += 1);
        if topics.is_empty() {
            return;
        }
        for topic in &topics {
            self.heard(topic.clone());
        }
        if let Some(outbound) = &self.outbound {
            // Fails only after the store was closed.
            drop(outbound.send(Outbound::Topics(topics)));
        }
    }

    /// A topic for the listeners of this process.
    pub(crate) fn heard(&self, topic: String) {
        // Fails when nobody listens.
        drop(self.topics.send(topic));
    }

    /// This bell for the thread that talks to other processes: without the way to itself, so that it ends when
    /// everybody else has let go.
    pub(crate) fn inside(&self) -> Self {
        Self { outbound: None, ..self.clone() }
    }

    pub(crate) fn stop(&self) {
        if let Some(outbound) = &self.outbound {
            drop(outbound.send(Outbound::Stop));
        }
    }
}
