//! Configurations with secrets: what is shown, and what is sealed beside it.
//!
//! Not for: what a configuration means (the connectors). Invariants: secrets are sealed in the transaction that stores the
//! rest, and are in no row, answer or event; a change that does not name a secret keeps it.

use certctl_connectors::fields::Problem;
use certctl_store::{Tx, instance};
use serde_json::{Map, Value, json};

use crate::error::Error;
use crate::ops::settings::Checks;
use crate::seal::Sealer;

/// A configuration parted into what is shown and what is sealed.
#[derive(Clone)]
pub struct Parted {
    /// Without secrets.
    pub config: Value,
    secrets: Map<String, Value>,
}

impl std::fmt::Debug for Parted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Parted({})", self.config)
    }
}

impl Parted {
    /// The names of the secrets.
    pub fn secret_names(&self) -> Value {
        json!(self.secrets.keys().collect::<Vec<_>>())
    }

    /// Both parts together, for who works with it.
    pub fn whole(&self) -> Value {
        whole(&self.config, &self.secrets)
    }
}

fn whole(config: &Value, secrets: &Map<String, Value>) -> Value {
    let mut whole = config.clone();
    if let Some(fields) = whole.as_object_mut() {
        fields.extend(secrets.clone());
    }
    whole
}

/// Parts a configuration and checks it; secrets that it does not name are taken from `known`.
pub fn part(
    checks: &mut Checks,
    fields: &[String],
    config: &Value,
    known: &Map<String, Value>,
    read: impl FnOnce(&Value) -> Result<(), Vec<Problem>>,
) -> Parted {
    let mut shown = config.as_object().cloned().unwrap_or_default();
    let mut secrets = known.clone();
    for name in fields {
        match shown.remove(name) {
            None => {}
            Some(Value::Null) => drop(secrets.remove(name)),
            Some(value) => drop(secrets.insert(name.clone(), value)),
        }
    }
    let to_read =
        if config.is_object() { whole(&Value::Object(shown.clone()), &secrets) } else { config.clone() };
    if let Err(problems) = read(&to_read) {
        for problem in problems {
            checks.bad(format!("/config{}", problem.pointer()), problem.detail);
        }
    }
    Parted { config: Value::Object(shown), secrets }
}

/// Where the secrets of an object are, and under which kind they are sealed.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Of the object.
    pub id: &'a str,
    /// Such as `notifier`.
    pub kind: &'static str,
}

impl Place<'_> {
    fn secret_id(self) -> String {
        format!("{}.secrets", self.id)
    }

    /// Seals the secrets of a configuration over those that were there.
    ///
    /// # Errors
    /// Those of the store; 500 when sealing fails.
    pub fn keep(self, tx: &mut Tx<'_>, sealer: &Sealer, parted: &Parted) -> Result<(), Error> {
        let secret_id = self.secret_id();
        if parted.secrets.is_empty() {
            return Ok(instance::delete_secret(tx, &secret_id)?);
        }
        let text = Value::Object(parted.secrets.clone()).to_string();
        let sealed = sealer.seal(&secret_id, self.kind, text.as_bytes()).map_err(Error::internal)?;
        Ok(instance::set_secret(tx, &secret_id, self.kind, &sealed)?)
    }

    /// The secrets that are there.
    ///
    /// # Errors
    /// Those of the store; 500 when they do not open.
    pub fn secrets(self, tx: &mut Tx<'_>, sealer: &Sealer) -> Result<Map<String, Value>, Error> {
        let secret_id = self.secret_id();
        let Some(sealed) = instance::secret(tx, &secret_id)? else { return Ok(Map::new()) };
        let text = sealer.open(&secret_id, self.kind, &sealed).map_err(Error::internal)?;
        // The message of a JSON error could hold a part of the text.
        serde_json::from_slice(&text)
            .map_err(|_| Error::internal(format!("the secrets of {} cannot be read", self.id)))
    }

    /// A configuration with its secrets.
    ///
    /// # Errors
    /// As [`Place::secrets`].
    pub fn whole(self, tx: &mut Tx<'_>, sealer: &Sealer, config: &Value) -> Result<Value, Error> {
        Ok(whole(config, &self.secrets(tx, sealer)?))
    }

    /// What is wrong with a stored configuration, which was right when it was stored.
    pub fn unusable(self, problems: &[Problem]) -> Error {
        let fields: Vec<String> =
            problems.iter().map(|problem| format!("{} {}", problem.key(), problem.detail)).collect();
        Error::internal(format!("the configuration of {} cannot be used: {}", self.id, fields.join("; ")))
    }

    /// Removes the secrets.
    ///
    /// # Errors
    /// Those of the store.
    pub fn forget(self, tx: &mut Tx<'_>) -> Result<(), Error> {
        Ok(instance::delete_secret(tx, &self.secret_id())?)
    }
}
