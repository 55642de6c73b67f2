//! The stored log-in: `$XDG_CONFIG_HOME/certctl/config.toml`, with the server, its CA and the key.
//!
//! Not for: the server's own `certctl.toml`. Invariants: the file is written whole or not at all, and only its owner can
//! read it; one that others can read is not used.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use certctl_core::secret::Secret;
use serde::Deserialize;

use crate::failure::Failure;

/// What `certctl login` keeps.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoginFile {
    /// Such as `https://127.0.0.1:8443`.
    pub(crate) server_url: String,
    /// A key, `ck_...`, or the token of a session, `cn_...`.
    pub(crate) api_key: Secret<String>,
    /// The CA of the server (PEM).
    #[serde(default)]
    pub(crate) ca_pem: Option<String>,
    /// The SHA-256 of the CA certificate, when only that is known.
    #[serde(default)]
    pub(crate) ca_pin: Option<String>,
}

/// Where the log-in is kept; none without a home directory.
pub(crate) fn path(environment: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let folder = environment("XDG_CONFIG_HOME")
        .filter(|path| path.starts_with('/'))
        .map(PathBuf::from)
        .or_else(|| environment("HOME").map(|home| Path::new(&home).join(".config")))?;
    Some(folder.join("certctl/config.toml"))
}

impl LoginFile {
    /// The stored log-in, if there is one.
    ///
    /// # Errors
    /// [`Failure`] when the file cannot be read, is readable by others, or has another form.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>, Failure> {
        let failed = |source| Failure::File { path: path.to_owned(), action: "read", source };
        let metadata = match std::fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        if metadata.permissions().mode() & 0o077 != 0 {
            return Err(Failure::usage(
                format!("{} holds an API key and can be read by others", path.display()),
                format!("chmod 600 {}; if others may have read it, revoke the key", path.display()),
            ));
        }
        let text = std::fs::read_to_string(path).map_err(failed)?;
        // The text holds a key: of the parser's message only the place is shown.
        toml::from_str(&text).map(Some).map_err(|error: toml::de::Error| {
            let line =
                error.span().map_or(1, |span| text[..span.start.min(text.len())].lines().count().max(1));
            Failure::usage(
                format!("{} has another form than certctl writes (line {line})", path.display()),
                "sign in anew with `certctl login`, after moving the file away",
            )
        })
    }

    /// Keeps the log-in, in place of an earlier one.
    ///
    /// # Errors
    /// [`Failure::File`] when it cannot be written.
    pub(crate) fn write(&self, path: &Path) -> Result<(), Failure> {
        let failed = |source| Failure::File { path: path.to_owned(), action: "written", source };
        let folder = path.parent().unwrap_or_else(|| Path::new("."));
        std::fs::create_dir_all(folder).map_err(failed)?;
        // A temporary file is 0600 from its first moment.
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        file.write_all(self.text().as_bytes()).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(path).map_err(|error| failed(error.error))?;
        Ok(())
    }

    fn text(&self) -> String {
        let mut table = toml::Table::new();
        table.insert("server_url".to_owned(), self.server_url.clone().into());
        table.insert("api_key".to_owned(), self.api_key.expose().clone().into());
        if let Some(pem) = &self.ca_pem {
            table.insert("ca_pem".to_owned(), pem.clone().into());
        }
        if let Some(pin) = &self.ca_pin {
            table.insert("ca_pin".to_owned(), pin.clone().into());
        }
        format!("# Written by `certctl login`.\n{table}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> LoginFile {
        LoginFile {
            server_url: "https://ca.example.internal:8443".to_owned(),
            api_key: Secret::new("ck_hunter2".to_owned()),
            ca_pem: Some("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_owned()),
            ca_pin: None,
        }
    }

    #[test]
    fn a_login_round_trips_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deeper/certctl/config.toml");
        sample().write(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let read = LoginFile::read(&path).unwrap().unwrap();
        assert_eq!(read.server_url, sample().server_url);
        assert_eq!(read.api_key, sample().api_key);
        assert_eq!(read.ca_pem, sample().ca_pem);
        assert!(!format!("{read:?}").contains("hunter2"));
    }

    #[test]
    fn no_file_is_no_login() {
        let folder = tempfile::tempdir().unwrap();
        assert!(LoginFile::read(&folder.path().join("config.toml")).unwrap().is_none());
    }

    #[test]
    fn a_login_that_others_can_read_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        sample().write(&path).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let error = LoginFile::read(&path).unwrap_err();
        assert!(error.lines().join("\n").contains("chmod 600"), "{error}");
    }

    #[test]
    fn a_broken_login_is_named_without_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, "server_url = \"x\"\napi_key = ck_hunter2\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        let text = LoginFile::read(&path).unwrap_err().lines().join("\n");
        assert!(
            text.contains("config.toml") && text.contains("line 2") && !text.contains("hunter2"),
            "{text}"
        );
    }

    #[test]
    fn the_path_follows_the_environment() {
        let at = |pairs: &'static [(&str, &str)]| {
            path(&move |name| pairs.iter().find(|(k, _)| *k == name).map(|(_, v)| (*v).to_owned()))
        };
        assert_eq!(at(&[("XDG_CONFIG_HOME", "/x"), ("HOME", "/h")]), Some("/x/certctl/config.toml".into()));
        assert_eq!(
            at(&[("XDG_CONFIG_HOME", "x"), ("HOME", "/h")]),
            Some("/h/.config/certctl/config.toml".into())
        );
        assert_eq!(at(&[]), None);
    }
}
