//! Where settings come from: flags, then the environment, then the file, then the default.
//!
//! Not for: what a value means (`mod.rs`). Invariants: the environment is read through a trait, so tests use a map;
//! the value of a secret is in no problem and no print.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    path::{Path, PathBuf},
};

use super::{
    ConfigError, Problem, default_data_dir,
    keys::{KEYS, Key, OTHER_VARIABLES, by_name},
};

/// The environment of the process.
pub trait Environment {
    /// A variable; empty ones count as absent.
    fn value(&self, name: &str) -> Option<String>;
    /// The names of all that begin with a prefix.
    fn names(&self, prefix: &str) -> Vec<String>;
}

/// The real one.
#[derive(Debug, Clone, Copy, Default)]
pub struct ProcessEnvironment;

impl Environment for ProcessEnvironment {
    fn value(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|value| !value.is_empty())
    }

    fn names(&self, prefix: &str) -> Vec<String> {
        std::env::vars_os()
            .filter_map(|(name, _)| name.into_string().ok())
            .filter(|name| name.starts_with(prefix))
            .collect()
    }
}

impl Environment for BTreeMap<String, String> {
    fn value(&self, name: &str) -> Option<String> {
        self.get(name).filter(|value| !value.is_empty()).cloned()
    }

    fn names(&self, prefix: &str) -> Vec<String> {
        self.keys().filter(|name| name.starts_with(prefix)).cloned().collect()
    }
}

/// The text of `certctl.toml`.
#[derive(Debug, Clone)]
pub struct File {
    /// Where it was read, for problems.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

/// All sources.
pub struct Sources<'a> {
    /// From the command line, by key name.
    pub flags: BTreeMap<&'static str, String>,
    /// The environment.
    pub environment: &'a dyn Environment,
    /// The file.
    pub file: Option<File>,
}

impl std::fmt::Debug for Sources<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sources").field("flags", &self.flags.keys()).finish_non_exhaustive()
    }
}

/// A value with the place that gave it.
#[derive(Clone)]
struct Found {
    text: String,
    origin: String,
}

impl<'a> Sources<'a> {
    /// The sources of a process: the file is the one named, else `/etc/certctl/certctl.toml` when it is there.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn of_process(
        flags: BTreeMap<&'static str, String>,
        file: Option<&Path>,
        environment: &'a dyn Environment,
    ) -> Result<Self, ConfigError> {
        let named =
            file.map(Path::to_owned).or_else(|| environment.value("CERTCTL_CONFIG").map(PathBuf::from));
        let usual = Path::new("/etc/certctl/certctl.toml");
        let path = match named {
            Some(path) => Some(path),
            None if usual.exists() => Some(usual.to_owned()),
            None => None,
        };
        let file = match path {
            Some(path) => match std::fs::read_to_string(&path) {
                Ok(text) => Some(File { path, text }),
                Err(error) => {
                    let detail = format!("cannot be read: {error}");
                    return Err(ConfigError(vec![Problem { key: path.display().to_string(), detail }]));
                }
            },
            None => None,
        };
        Ok(Self { flags, environment, file })
    }

    /// Variables that begin with `CERTCTL_` and mean nothing to any program of certctl: misspelt, most likely.
    pub fn unknown_variables(&self) -> Vec<String> {
        let known: BTreeSet<String> = KEYS
            .iter()
            .flat_map(|key| [key.variable(), format!("{}_FILE", key.variable())])
            .chain(OTHER_VARIABLES.iter().map(|name| (*name).to_owned()))
            .collect();
        self.environment.names("CERTCTL_").into_iter().filter(|name| !known.contains(name)).collect()
    }

    /// Every setting with its value and where it comes from; secrets hidden. In the form of `certctl.toml`.
    pub fn print(&self) -> Result<String, ConfigError> {
        let config = super::Config::load(self)?;
        let values = self.values();
        let mut text = String::new();
        for key in KEYS {
            let found = values.find(key);
            let shown = match (&found, key.name) {
                (Some(_), _) if key.secret => "\"***\"".to_owned(),
                (Some(found), _) => quote(&found.text),
                (None, "data_dir") => quote(&config.data_dir.display().to_string()),
                (None, "database_url") => quote(config.database_url.expose()),
                (None, _) if !key.default.is_empty() => quote(key.default),
                (None, _) => "".to_owned(),
            };
            let origin = found.map_or_else(|| "default".to_owned(), |found| found.origin);
            let _ = if shown.is_empty() {
                writeln!(text, "# {} is not set", key.name)
            } else {
                writeln!(text, "{} = {shown}  # {origin}", key.name)
            };
        }
        Ok(text)
    }

    pub(super) fn values(&self) -> Values<'_> {
        let mut values = Values { sources: self, file: BTreeMap::new(), problems: Vec::new() };
        values.read_file();
        values
    }
}

fn quote(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// The settings while they are read, and what was wrong so far.
pub(super) struct Values<'a> {
    sources: &'a Sources<'a>,
    file: BTreeMap<String, Found>,
    pub(super) problems: Vec<Problem>,
}

impl Values<'_> {
    fn read_file(&mut self) {
        let Some(file) = &self.sources.file else { return };
        let shown = file.path.display().to_string();
        let table: toml::Table = match file.text.parse() {
            Ok(table) => table,
            Err(error) => {
                // The whole message would quote the line, which may hold a password.
                let error: toml::de::Error = error;
                let line = error.span().map_or(1, |span| 1 + file.text[..span.start].matches('\n').count());
                let detail = format!("line {line}: {}", error.message());
                self.problems.push(Problem { key: shown, detail });
                return;
            }
        };
        for (name, value) in table {
            let origin = format!("{name} ({shown})");
            if by_name(&name).is_none() {
                let detail = "is not a setting; `certctl server --help` lists them".to_owned();
                self.problems.push(Problem { key: origin, detail });
                continue;
            }
            match file_text(&value) {
                Some(text) => {
                    self.file.insert(name, Found { text, origin });
                }
                None => {
                    let detail = "has to be a text, a number or a list of texts".to_owned();
                    self.problems.push(Problem { key: origin, detail });
                }
            }
        }
    }

    /// A value and its origin; a secret's file is read here.
    fn find(&self, key: &Key) -> Option<Found> {
        if let Some(text) = self.sources.flags.get(key.name) {
            return Some(Found { text: text.clone(), origin: key.flag() });
        }
        if let Some(text) = self.sources.environment.value(&key.variable()) {
            return Some(Found { text, origin: key.variable() });
        }
        self.file.get(key.name).cloned()
    }

    fn find_with_file(&mut self, key: &Key) -> Option<Found> {
        let found = self.find(key);
        if !key.secret {
            return found;
        }
        let origin = format!("{}_FILE", key.variable());
        let Some(path) = self.sources.environment.value(&origin) else { return found };
        if let Some(found) = found.filter(|found| found.origin == key.variable()) {
            let detail = format!("is given together with {}: keep one of them", found.origin);
            self.problems.push(Problem { key: origin, detail });
            return None;
        }
        match std::fs::read_to_string(&path) {
            Ok(text) => Some(Found { text: text.trim_end_matches(['\r', '\n']).to_owned(), origin }),
            Err(error) => {
                self.problems
                    .push(Problem { key: origin, detail: format!("{path} cannot be read: {error}") });
                None
            }
        }
    }

    /// A setting with a default in the table. `None` only with a problem noted.
    pub(super) fn parse<T>(
        &mut self,
        name: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let default = match name {
            "data_dir" => default_data_dir(self.sources.environment),
            _ => by_name(name).map_or("", |key| key.default).to_owned(),
        };
        self.parse_or(name, &default, parse)
    }

    /// A setting with a default that follows from others. `None` only with a problem noted.
    pub(super) fn parse_or<T>(
        &mut self,
        name: &'static str,
        default: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let n_problems = self.problems.len();
        let given = self.parse_option(name, &parse);
        if given.is_some() || self.problems.len() > n_problems {
            return given;
        }
        parse(default).map_err(|detail| self.problem(name, &detail)).ok()
    }

    /// A setting that may be absent.
    pub(super) fn parse_option<T>(
        &mut self,
        name: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let found = self.find_with_file(by_name(name)?)?;
        match parse(&found.text) {
            Ok(value) => Some(value),
            Err(detail) => {
                self.problem(&found.origin, &detail);
                None
            }
        }
    }

    /// Two files that only make sense together.
    pub(super) fn pair(&mut self, first: &'static str, second: &'static str) -> Option<(PathBuf, PathBuf)> {
        match (self.parse_option(first, super::absolute), self.parse_option(second, super::absolute)) {
            (Some(one), Some(other)) => Some((one, other)),
            (None, None) => None,
            (Some(_), None) => {
                self.problem(second, &format!("is missing: {first} needs it"));
                None
            }
            (None, Some(_)) => {
                self.problem(first, &format!("is missing: {second} needs it"));
                None
            }
        }
    }

    /// Notes a problem.
    pub(super) fn problem(&mut self, key: &str, detail: &str) {
        self.problems.push(Problem { key: key.to_owned(), detail: detail.to_owned() });
    }
}

/// The text form of a value in the file.
fn file_text(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Array(items) => {
            let texts: Option<Vec<&str>> = items.iter().map(toml::Value::as_str).collect();
            Some(texts?.join(","))
        }
        toml::Value::Float(_)
        | toml::Value::Boolean(_)
        | toml::Value::Datetime(_)
        | toml::Value::Table(_) => None,
    }
}
