//! What goes wrong between agent and control plane, in the log.
//!
//! Not for: deciding what to do about it. Invariant: the same trouble is said once, however often it comes.

use certctl_api::client::ClientError;

use crate::cause::chain;

/// Says a trouble once, and when it is over.
#[derive(Debug, Default)]
pub(crate) struct Trouble {
    said: Option<String>,
}

impl Trouble {
    pub(crate) fn say(&mut self, error: &ClientError, what: &str) {
        let text = chain(error);
        if self.said.as_ref() != Some(&text) {
            tracing::warn!("{what}: {text}");
            self.said = Some(text);
        }
    }

    pub(crate) fn over(&mut self) {
        if self.said.take().is_some() {
            tracing::info!("the control plane answers again");
        }
    }
}
