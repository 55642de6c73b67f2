//! Which server, which CA, which key, how long: from flags, the environment and the stored log-in, in this order.
//!
//! Not for: the server's configuration. Invariants: there is no way to trust any certificate; a stored key is sent only
//! to the server that it was stored for.

use std::path::{Path, PathBuf};
use std::time::Duration;

use certctl_api::client::{Client, ClientOptions};
use certctl_api::tls::Trust;
use certctl_core::secret::Secret;
use certctl_core::time::parse_seconds;

use crate::failure::Failure;
use crate::login_file::LoginFile;
use crate::output::Format;

/// The server when nobody names one: where `certctl server` listens by default.
pub(crate) const DEFAULT_SERVER: &str = "https://127.0.0.1:8443";

/// The limit of a request when nobody gives one.
pub(crate) const REQUEST_LIMIT: Duration = Duration::from_secs(30);
/// The limit of a wait when nobody gives one.
const WAIT_LIMIT: Duration = Duration::from_secs(120);

/// Flags of every command.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalArguments {
    /// The server, such as https://certctl.example.internal:8443
    #[arg(long, global = true, env = "CERTCTL_SERVER_URL", value_name = "URL")]
    pub(crate) server: Option<String>,
    /// A file with the API key, `-` for standard input; CERTCTL_API_KEY may hold the key itself
    #[arg(long, global = true, env = "CERTCTL_API_KEY_FILE", value_name = "FILE")]
    pub(crate) api_key_file: Option<PathBuf>,
    /// The server's CA (PEM), as the server wrote it to ca.pem in its data directory
    #[arg(long, global = true, env = "CERTCTL_CA_FILE", value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// The SHA-256 of the server's CA certificate in hexadecimal, in place of --ca-file
    #[arg(long, global = true, value_name = "SHA256", value_parser = parse_pin, conflicts_with = "ca_file")]
    pub(crate) ca_pin: Option<CaPin>,
    /// How answers are printed
    #[arg(short, long, global = true, value_enum, default_value = "table", value_name = "FORMAT")]
    pub(crate) output: Format,
    /// Print ids only, and no hints
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// No colour; it is off too where the output is no terminal
    #[arg(long, global = true)]
    pub(crate) no_color: bool,
    /// The limit of a request (default 30s), or of the whole wait with --wait (default 2m)
    #[arg(long, global = true, value_name = "DURATION", value_parser = parse_duration)]
    pub(crate) timeout: Option<Duration>,
}

/// The SHA-256 of a CA certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CaPin([u8; 32]);

impl CaPin {
    /// Trust in it.
    pub(crate) const fn trust(self) -> Trust {
        Trust::CaPin(self.0)
    }

    /// In hexadecimal.
    pub(crate) fn text(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Reads 64 hexadecimal digits, with or without colons or `sha256:` before them.
pub(crate) fn parse_pin(text: &str) -> Result<CaPin, String> {
    let compact: String = text.trim_start_matches("sha256:").chars().filter(|c| *c != ':').collect();
    let digits: Option<Vec<u8>> =
        compact.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    let bytes: Option<Vec<u8>> = digits.map(|digits| {
        digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect()
    });
    match bytes.map(<[u8; 32]>::try_from) {
        Some(Ok(pin)) if compact.len() == 64 => Ok(CaPin(pin)),
        Some(_) | None => Err("it is not a SHA-256: those have 64 hexadecimal digits".to_owned()),
    }
}

/// Reads `90d`, `2h30m`, `45s`.
pub(crate) fn parse_duration(text: &str) -> Result<Duration, String> {
    let seconds = parse_seconds(text).map_err(|error| error.to_string())?;
    match u64::try_from(seconds) {
        Ok(seconds) if seconds > 0 => Ok(Duration::from_secs(seconds)),
        Ok(_) | Err(_) => Err("it is not longer than nothing".to_owned()),
    }
}

/// All that a client needs.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The server.
    pub(crate) server_url: String,
    /// Whom to trust.
    pub(crate) trust: Trust,
    /// The key, when one was given or stored.
    pub(crate) api_key: Option<Secret<String>>,
    /// The limit of a request.
    pub(crate) request_limit: Duration,
    /// The limit of a wait.
    pub(crate) wait_limit: Duration,
}

impl Settings {
    /// Puts the settings together.
    ///
    /// # Errors
    /// [`Failure`] naming the flag or file that does not fit.
    pub(crate) fn resolve(
        arguments: &GlobalArguments,
        environment: &dyn Fn(&str) -> Option<String>,
        login: Option<LoginFile>,
    ) -> Result<Self, Failure> {
        let given = arguments.server.as_deref().filter(|url| !url.is_empty()).map(parse_url).transpose()?;
        let login = login.filter(|login| given.as_ref().is_none_or(|url| *url == login.server_url));
        let server_url = match (&given, &login) {
            (Some(url), _) => url.clone(),
            (None, Some(login)) => login.server_url.clone(),
            (None, None) => DEFAULT_SERVER.to_owned(),
        };
        let trust = match trust_given(arguments)? {
            Some(trust) => trust,
            None => stored_trust(login.as_ref(), &server_url)?,
        };
        let api_key = match key_given(arguments, environment)? {
            Some(key) => Some(key),
            None => login.map(|login| login.api_key),
        };
        Ok(Self {
            server_url,
            trust,
            api_key,
            request_limit: arguments.timeout.unwrap_or(REQUEST_LIMIT),
            wait_limit: arguments.timeout.unwrap_or(WAIT_LIMIT),
        })
    }

    /// A client of these settings.
    ///
    /// # Errors
    /// [`Failure::Client`] when the CA cannot be used.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        Ok(Client::new(ClientOptions {
            server_url: self.server_url.clone(),
            trust: self.trust.clone(),
            api_key: self.api_key.clone(),
            identity: None,
            timeout: self.request_limit,
        })?)
    }
}

/// A server's URL without a slash at its end.
pub(crate) fn parse_url(text: &str) -> Result<String, Failure> {
    let url = text.trim().trim_end_matches('/');
    let host = url.strip_prefix("https://").unwrap_or_default();
    if host.is_empty() || host.contains(['/', '?', '#', '@', ' ']) {
        return Err(Failure::usage(
            format!("{text:?} is not the URL of a certctl server"),
            "write https://HOST:PORT, such as https://127.0.0.1:8443, in --server or CERTCTL_SERVER_URL",
        ));
    }
    Ok(url.to_owned())
}

/// The CA that flags or environment give.
pub(crate) fn trust_given(arguments: &GlobalArguments) -> Result<Option<Trust>, Failure> {
    if let Some(pin) = arguments.ca_pin {
        return Ok(Some(pin.trust()));
    }
    match arguments.ca_file.as_deref().filter(|path| !path.as_os_str().is_empty()) {
        Some(path) => Ok(Some(Trust::CaPem(read_text(path)?))),
        None => Ok(None),
    }
}

fn stored_trust(login: Option<&LoginFile>, server_url: &str) -> Result<Trust, Failure> {
    let pin = login.and_then(|login| login.ca_pin.as_deref()).map(parse_pin).transpose();
    let pin = pin.map_err(|problem| {
        Failure::usage(format!("the stored CA pin: {problem}"), "sign in anew with `certctl login`")
    })?;
    match (login.and_then(|login| login.ca_pem.clone()), pin) {
        (Some(pem), _) => Ok(Trust::CaPem(pem)),
        (None, Some(pin)) => Ok(pin.trust()),
        (None, None) => Err(unknown_ca(server_url)),
    }
}

/// Nobody said which CA the server has.
pub(crate) fn unknown_ca(server_url: &str) -> Failure {
    Failure::usage(
        format!("the CA of {server_url} is not known, so it cannot be told from an impostor"),
        "sign in with `certctl login --server URL --ca-file ca.pem` (the server wrote ca.pem to its data directory), \
         or give --ca-file or CERTCTL_CA_FILE",
    )
}

/// The key that flags or environment give; a file wins over the variable.
pub(crate) fn key_given(
    arguments: &GlobalArguments,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<Secret<String>>, Failure> {
    if let Some(path) = arguments.api_key_file.as_deref().filter(|path| !path.as_os_str().is_empty()) {
        let text = Secret::new(read_text(path)?);
        return parse_key(text.expose(), &path.display().to_string()).map(Some);
    }
    match environment("CERTCTL_API_KEY") {
        Some(text) => parse_key(&text, "CERTCTL_API_KEY").map(Some),
        None => Ok(None),
    }
}

/// A key with the spaces around it taken off.
pub(crate) fn parse_key(text: &str, origin: &str) -> Result<Secret<String>, Failure> {
    let key = text.trim();
    if key.starts_with("ck_") && key.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(Secret::new(key.to_owned()));
    }
    Err(Failure::usage(
        format!("{origin} holds no API key: those begin with ck_ and have no spaces inside"),
        "an admin makes one with `certctl keys create`",
    ))
}

/// A file's text; `-` is standard input.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    let text = if path == Path::new("-") {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(path)
    };
    text.map_err(|source| Failure::File { path: path.to_owned(), action: "read", source })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments() -> GlobalArguments {
        GlobalArguments {
            server: None,
            api_key_file: None,
            ca_file: None,
            ca_pin: None,
            output: Format::Table,
            quiet: false,
            no_color: false,
            timeout: None,
        }
    }

    fn login() -> LoginFile {
        LoginFile {
            server_url: "https://a.example:8443".to_owned(),
            api_key: Secret::new("ck_stored".to_owned()),
            ca_pem: None,
            ca_pin: Some("ab".repeat(32)),
        }
    }

    fn key(settings: &Settings) -> Option<&str> {
        settings.api_key.as_ref().map(|key| key.expose().as_str())
    }

    #[test]
    fn a_stored_login_is_used_when_nothing_is_given() {
        let settings = Settings::resolve(&arguments(), &|_| None, Some(login())).unwrap();
        assert_eq!(
            (settings.server_url.as_str(), key(&settings)),
            ("https://a.example:8443", Some("ck_stored"))
        );
        assert!(matches!(settings.trust, Trust::CaPin(pin) if pin == [0xab; 32]));
    }

    #[test]
    fn a_stored_key_is_not_sent_to_another_server() {
        let pinned = GlobalArguments {
            server: Some("https://b.example:8443/".to_owned()),
            ca_pin: Some(CaPin([1; 32])),
            ..arguments()
        };
        let settings = Settings::resolve(&pinned, &|_| None, Some(login())).unwrap();
        assert_eq!((settings.server_url.as_str(), key(&settings)), ("https://b.example:8443", None));
        let unpinned = GlobalArguments { ca_pin: None, ..pinned };
        let error = Settings::resolve(&unpinned, &|_| None, Some(login())).unwrap_err();
        assert!(error.to_string().contains("the CA of https://b.example:8443 is not known"), "{error}");
    }

    #[test]
    fn a_key_file_wins_over_the_variable_and_that_over_the_login() {
        let environment = |name: &str| (name == "CERTCTL_API_KEY").then(|| " ck_variable\n".to_owned());
        let settings = Settings::resolve(&arguments(), &environment, Some(login())).unwrap();
        assert_eq!(key(&settings), Some("ck_variable"));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        std::fs::write(&path, "ck_file\n").unwrap();
        let with_file = GlobalArguments { api_key_file: Some(path), ..arguments() };
        let settings = Settings::resolve(&with_file, &environment, Some(login())).unwrap();
        assert_eq!(key(&settings), Some("ck_file"));
    }

    #[test]
    fn what_is_no_key_is_refused_without_being_shown() {
        let error = parse_key("hunter2", "CERTCTL_API_KEY").unwrap_err();
        assert!(!error.lines().join(" ").contains("hunter2"), "{error}");
    }

    #[test]
    fn only_https_urls_name_a_server() {
        assert_eq!(parse_url("https://h:1/").unwrap(), "https://h:1");
        for bad in ["http://h", "h:8443", "https://", "https://h/path", "https://u:p@h"] {
            assert!(parse_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn pins_are_64_hexadecimal_digits_in_any_writing() {
        let plain = "ab".repeat(32);
        let colons = plain.as_bytes().chunks(2).map(|_| "AB").collect::<Vec<_>>().join(":");
        for text in [plain.clone(), format!("sha256:{plain}"), colons] {
            assert_eq!(parse_pin(&text).unwrap().text(), plain, "{text}");
        }
        for bad in ["", "ab", &plain[1..], &plain.replace('a', "g"), &format!("{plain}ab")] {
            assert!(parse_pin(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn durations_must_be_longer_than_nothing() {
        assert_eq!(parse_duration("2m"), Ok(Duration::from_secs(120)));
        assert_eq!(parse_duration("1h30m"), Ok(Duration::from_secs(5_400)));
        for bad in ["", "0s", "2 minutes", "-1s"] {
            assert!(parse_duration(bad).is_err(), "{bad}");
        }
    }
}
