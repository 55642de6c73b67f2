//! A command's surroundings: the client, the console, and the steps that most commands share.
//!
//! Not for: what a noun means. Invariant: a command reaches the server only through [`Session::client`].

use std::time::Duration;

use certctl_api::client::Client;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::commands::confirmations;
use crate::failure::Failure;
use crate::output::{Console, Exit};
use crate::table::Column;

/// A connected command.
#[derive(Debug)]
pub(crate) struct Session<'a> {
    /// The API.
    pub(crate) client: Client,
    /// Where answers go.
    pub(crate) console: &'a mut Console,
    /// How long `--wait` waits.
    pub(crate) wait_limit: Duration,
}

impl Session<'_> {
    /// Fetches and shows one object.
    ///
    /// # Errors
    /// [`Failure`] of the request or the output.
    pub(crate) async fn show<T: DeserializeOwned>(
        &mut self,
        path: &str,
        columns: &[Column<T>],
    ) -> Result<Exit, Failure> {
        let value: Value = self.client.read(path).await?;
        self.console.object(&format!("GET {path}"), &value, columns)?;
        Ok(Exit::Ok)
    }

    /// Posts and shows the answer.
    ///
    /// # Errors
    /// [`Failure`] of the request or the output.
    pub(crate) async fn post<T: DeserializeOwned>(
        &mut self,
        path: &str,
        body: &impl Serialize,
        columns: &[Column<T>],
    ) -> Result<Exit, Failure> {
        let value: Value = self.client.post(path, body).await?;
        self.answered(&format!("POST {path}"), &value, columns)
    }

    /// Shows what was done, or that a second person was asked first.
    fn answered<T: DeserializeOwned>(
        &mut self,
        what: &str,
        value: &Value,
        columns: &[Column<T>],
    ) -> Result<Exit, Failure> {
        if confirmations::waits(value) {
            return confirmations::asked(self.console, what, value);
        }
        self.console.object(what, value, columns)?;
        Ok(Exit::Ok)
    }

    /// Changes and shows the object.
    ///
    /// # Errors
    /// [`Failure`] of the request or the output.
    pub(crate) async fn patch<T: DeserializeOwned>(
        &mut self,
        path: &str,
        body: &impl Serialize,
        columns: &[Column<T>],
    ) -> Result<Exit, Failure> {
        let value: Value = self.client.patch(path, body).await?;
        self.answered(&format!("PATCH {path}"), &value, columns)
    }

    /// Deletes; the answer, if any, goes to programs.
    ///
    /// # Errors
    /// [`Failure`] of the request or the output.
    pub(crate) async fn delete(&mut self, path: &str, done: &str) -> Result<Exit, Failure> {
        let value: Value = self.client.delete(path).await?;
        if self.console.format.is_machine() {
            if !value.is_null() {
                self.console.document(&value)?;
            }
        } else {
            self.console.say(done)?;
        }
        Ok(Exit::Ok)
    }
}
