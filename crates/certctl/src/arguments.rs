//! Values of flags that several commands take: texts of an enum, lifetimes, configurations.
//!
//! Not for: the flags themselves. Invariant: a value that cannot be right is refused before anything is sent.

use std::path::PathBuf;

use certctl_core::time::{Ts, parse_seconds};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::session::Session;
use crate::settings::read_text;

/// The texts of an enum, in any case, with completion.
pub(crate) fn one_of<T: Copy + Send + Sync + 'static>(
    all: &'static [T],
    text: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(all.iter().map(|value| text(*value))).try_map(move |given| {
        let found = all.iter().copied().find(|value| text(*value).eq_ignore_ascii_case(&given));
        found.ok_or_else(|| format!("{given:?} is not known"))
    })
}

/// A duration in seconds, such as `90d`.
pub(crate) fn seconds(text: &str) -> Result<i64, String> {
    match parse_seconds(text) {
        Ok(seconds) if seconds > 0 => Ok(seconds),
        Ok(_) => Err("it is not longer than nothing".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// A moment: RFC 3339, or a duration such as `7d` from now (see the flag for the direction).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    At(Ts),
    Distance(i64),
}

impl When {
    /// Reads either form.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if let Ok(at) = text.parse() {
            return Ok(Self::At(at));
        }
        parse_seconds(text).map(Self::Distance).map_err(|_| {
            "it is neither a time such as 2026-11-24T09:30:00Z nor a duration such as 7d".to_owned()
        })
    }

    /// The moment, a duration counted into the future.
    pub(crate) const fn ahead(self, now: Ts) -> Ts {
        match self {
            Self::At(at) => at,
            Self::Distance(seconds) => now.plus_seconds(seconds),
        }
    }

    /// The moment, a duration counted into the past.
    pub(crate) const fn ago(self, now: Ts) -> Ts {
        match self {
            Self::At(at) => at,
            Self::Distance(seconds) => now.plus_seconds(-seconds),
        }
    }
}

/// The configuration of an issuer or target.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct ConfigArguments {
    /// The configuration, JSON or YAML, by the schema that `kinds` shows; `-` for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// One field of the configuration, NAME=VALUE; VALUE is JSON or a text, NAME may be a path with dots
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(crate) fields: Vec<String>,
}

impl ConfigArguments {
    /// The configuration as the API takes it.
    ///
    /// # Errors
    /// [`Failure`] naming the file or field that cannot be read.
    pub(crate) fn value(&self) -> Result<Option<Value>, Failure> {
        if self.config.is_none() && self.fields.is_empty() {
            return Ok(None);
        }
        let value = match &self.config {
            Some(path) => {
                let text = read_text(path)?;
                yaml_serde::from_str(&text).map_err(|error| {
                    Failure::usage(
                        format!("{} is neither JSON nor YAML: {error}", path.display()),
                        "write an object by the schema that `kinds` shows",
                    )
                })?
            }
            None => Value::Object(Map::new()),
        };
        self.onto(value).map(Some)
    }

    /// The configuration of a change to what is at `path`, which the API replaces as a whole: single fields are set into the
    /// present one. Absent when none is given.
    ///
    /// # Errors
    /// [`Failure`] naming the file or field that cannot be read, or of the request.
    pub(crate) async fn changed(&self, session: &Session<'_>, path: &str) -> Result<Option<Value>, Failure> {
        if self.config.is_some() || self.fields.is_empty() {
            return self.value();
        }
        let present: Value = session.client.read(path).await?;
        self.onto(present["config"].clone()).map(Some)
    }

    /// The single fields set into a configuration.
    ///
    /// # Errors
    /// [`Failure`] naming the field that cannot be set.
    pub(crate) fn onto(&self, mut value: Value) -> Result<Value, Failure> {
        for field in &self.fields {
            let parts = field.split_once('=').filter(|(name, _)| !name.is_empty());
            let Some((name, text)) = parts else {
                return Err(Failure::usage(
                    format!("--set {field}: there is no NAME=VALUE"),
                    "write --set name=value",
                ));
            };
            let given = serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()));
            set(&mut value, name, given).map_err(|part| {
                Failure::usage(format!("--set {name}: {part} is not an object"), "write its path anew")
            })?;
        }
        Ok(value)
    }
}

/// Sets a field by its path; the answer to a path through something else is that part of it.
fn set(value: &mut Value, path: &str, given: Value) -> Result<(), String> {
    let mut place = value;
    let mut walked = "the configuration".to_owned();
    for part in path.split('.') {
        if place.is_null() {
            *place = Value::Object(Map::new());
        }
        let Some(object) = place.as_object_mut() else { return Err(walked) };
        place = object.entry(part).or_insert(Value::Null);
        part.clone_into(&mut walked);
    }
    *place = given;
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_json_or_text_and_reach_into_objects() {
        let arguments = ConfigArguments {
            config: None,
            fields: ["path=/etc/x", "mode=416", "probe.port=8443", "probe.name=a=b", "on=true"]
                .map(str::to_owned)
                .into(),
        };
        let expected =
            json!({ "path": "/etc/x", "mode": 416, "probe": { "port": 8443, "name": "a=b" }, "on": true });
        assert_eq!(arguments.value().unwrap(), Some(expected));
    }

    #[test]
    fn a_file_in_json_or_yaml_comes_before_the_fields() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["{\"a\": 1, \"b\": 2}", "a: 1\nb: 2\n"] {
            let path = folder.path().join("config");
            std::fs::write(&path, text).unwrap();
            let arguments = ConfigArguments { config: Some(path), fields: vec!["b=3".to_owned()] };
            assert_eq!(arguments.value().unwrap(), Some(json!({ "a": 1, "b": 3 })), "{text}");
        }
    }

    #[test]
    fn a_field_without_a_value_is_refused() {
        for bad in ["path", "=x", "a.b=1"] {
            let arguments = ConfigArguments { config: None, fields: vec!["a=1".to_owned(), bad.to_owned()] };
            assert!(arguments.value().is_err(), "{bad}");
        }
        assert_eq!(ConfigArguments::default().value().unwrap(), None);
    }

    #[test]
    fn a_moment_is_a_time_or_a_distance() {
        let now = Ts::from_second(1_000_000);
        let week = When::parse("7d").unwrap();
        assert_eq!((week.ahead(now).as_second(), week.ago(now).as_second()), (1_604_800, 395_200));
        assert_eq!(When::parse("1970-01-01T00:01:00Z").unwrap(), When::At(Ts::from_second(60)));
        assert!(When::parse("yesterday").is_err());
    }
}
