//! `certctl login`: checks a key, or a user's password, against the server, and keeps what later commands need: the key, or the
//! session that the server began.
//!
//! Not for: making keys, apart from the first one by the server's setup token. Invariants: nothing is kept that the
//! server did not accept, and never a password; the first key is not lost when it cannot be kept: then it is printed.

use std::path::{Path, PathBuf};

use certctl_api::api_keys::ApiKeyCreated;
use certctl_api::auth::{AuthCheck, LoginRequest, SetupRequest};
use certctl_api::client::{Client, ClientError, ClientOptions};
use certctl_api::tls::Trust;
use certctl_core::secret::Secret;
use clap::Args;

use crate::commands::password::PasswordSource;
use crate::failure::Failure;
use crate::login_file::{self, LoginFile};
use crate::output::{Console, Exit, Tone};
use crate::settings::{self, DEFAULT_SERVER, GlobalArguments, parse_key, parse_url};
use crate::terminal::hidden_line;

/// `certctl login`
#[derive(Debug, Args)]
pub(crate) struct Login {
    /// The one-time token that the server printed at its first start: makes the first admin key
    #[arg(long, value_name = "TOKEN", conflicts_with = "api_key_file")]
    setup_token: Option<String>,
    /// The name of the first admin key
    #[arg(long, value_name = "NAME", requires = "setup_token")]
    key_name: Option<String>,
    /// Sign in as this user, whose password is asked for; the session ends after an hour without use, and after eight hours
    #[arg(long, value_name = "NAME", conflicts_with_all = ["setup_token", "api_key_file"])]
    user: Option<String>,
    #[command(flatten)]
    password: PasswordSource,
}

type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Login {
    /// Signs in.
    ///
    /// # Errors
    /// [`Failure`] naming what is missing, or the server's refusal.
    pub(crate) async fn run(
        &self,
        arguments: &GlobalArguments,
        environment: Environment<'_>,
        console: &mut Console,
    ) -> Result<Exit, Failure> {
        let path = login_file::path(environment).ok_or_else(|| {
            Failure::usage(
                "there is no place to keep a log-in",
                "set HOME or XDG_CONFIG_HOME to an absolute path",
            )
        })?;
        if self.user.is_none() && self.password.is_given() {
            return Err(Failure::usage("there is a password and no user", "say whose it is with --user"));
        }
        // A broken or unsafe earlier log-in must not stand in the way of a new one.
        let stored = LoginFile::read(&path).ok().flatten();
        let server_url = match (arguments.server.as_deref().filter(|url| !url.is_empty()), &stored) {
            (Some(url), _) => parse_url(url)?,
            (None, Some(stored)) => stored.server_url.clone(),
            (None, None) => DEFAULT_SERVER.to_owned(),
        };
        let stored = stored.filter(|stored| stored.server_url == server_url);
        let (ca_pem, ca_pin) = ca(arguments, environment, stored.as_ref(), &server_url, console)?;
        let trust = match (&ca_pem, &ca_pin) {
            (Some(pem), _) => Trust::CaPem(pem.clone()),
            (None, Some(pin)) => settings::parse_pin(pin).map(settings::CaPin::trust).map_err(|problem| {
                Failure::usage(format!("the stored CA pin: {problem}"), "give --ca-file")
            })?,
            (None, None) => return Err(settings::unknown_ca(&server_url)),
        };
        let options = ClientOptions {
            server_url: server_url.clone(),
            trust,
            api_key: None,
            identity: None,
            timeout: arguments.timeout.unwrap_or(settings::REQUEST_LIMIT),
        };
        let (api_key, is_first) = match (&self.setup_token, &self.user) {
            (Some(token), _) => (self.set_up(&options, token).await?, true),
            (None, Some(user)) => (self.sign_in(&options, user).await?, false),
            (None, None) => (key(arguments, environment)?, false),
        };
        let file = LoginFile { server_url, api_key: api_key.clone(), ca_pem, ca_pin };
        let kept = keep(&file, options, &path, console).await;
        if kept.is_err() && is_first {
            // The setup token is spent: this is the only copy of the key.
            console.line(api_key.expose())?;
        }
        kept
    }

    /// The token of a new session, which the server answers as a cookie.
    async fn sign_in(&self, options: &ClientOptions, user: &str) -> Result<Secret<String>, Failure> {
        let password = self.password.password(&format!("Password of {user} (it is not shown): "))?;
        let body = LoginRequest { username: Some(user.to_owned()), password: Some(password), api_key: None };
        let what = "POST /auth/login".to_owned();
        let body = serde_json::to_value(&body)
            .map_err(|error| Failure::Answer { what: what.clone(), detail: error.to_string() })?;
        let answer = Client::new(options.clone())?.raw("POST", "/auth/login", &[], Some(&body)).await?;
        let answer = match answer.success() {
            Ok(answer) => answer,
            // That one should sign in is no help here.
            Err(ClientError::Refused { problem }) if problem.status == 401 => {
                return Err(Failure::Denied { what: problem.detail, request_id: problem.request_id });
            }
            Err(error) => return Err(error.into()),
        };
        let cookies = answer.headers.into_iter().filter(|(name, _)| name == "set-cookie");
        let mut tokens = cookies.filter_map(|(_, cookie)| {
            let (_, token) = cookie.split(';').next()?.split_once('=')?;
            token.starts_with("cn_").then(|| Secret::new(token.to_owned()))
        });
        tokens.next().ok_or_else(|| Failure::Answer { what, detail: "it began no session".to_owned() })
    }

    async fn set_up(&self, options: &ClientOptions, token: &str) -> Result<Secret<String>, Failure> {
        let body = SetupRequest { token: token.trim().to_owned(), name: self.key_name.clone(), user: None };
        let answer = Client::new(options.clone())?.post::<ApiKeyCreated>("/auth/setup", &body).await;
        match answer {
            Ok(created) => Ok(Secret::new(created.secret)),
            // Nobody has a key yet: what the server says is the next step, not to sign in.
            Err(ClientError::Refused { problem }) if problem.status == 401 => {
                Err(Failure::Denied { what: problem.detail, request_id: problem.request_id })
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Checks the key and keeps it.
async fn keep(
    file: &LoginFile,
    options: ClientOptions,
    path: &Path,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let client = Client::new(ClientOptions { api_key: Some(file.api_key.clone()), ..options })?;
    let caller: AuthCheck = client.read("/auth/check").await?;
    file.write(path)?;
    let who = format!("signed in to {} as {} ({})", file.server_url, caller.name, caller.role);
    console.say(&Tone::Good.paint(&who))?;
    console.hint(&format!("kept in {}; `certctl status` shows the server", path.display()))?;
    Ok(Exit::Ok)
}

/// The server's CA: given, kept from before, or written by a server on this machine. As PEM or as a pin.
fn ca(
    arguments: &GlobalArguments,
    environment: Environment<'_>,
    stored: Option<&LoginFile>,
    server_url: &str,
    console: &mut Console,
) -> Result<(Option<String>, Option<String>), Failure> {
    if let Some(pin) = arguments.ca_pin {
        return Ok((None, Some(pin.text())));
    }
    if let Some(Trust::CaPem(pem)) = settings::trust_given(arguments)? {
        return Ok((Some(pem), None));
    }
    if let Some(stored) = stored.filter(|stored| stored.ca_pem.is_some() || stored.ca_pin.is_some()) {
        return Ok((stored.ca_pem.clone(), stored.ca_pin.clone()));
    }
    if !is_loopback(server_url) {
        return Ok((None, None));
    }
    for path in local_ca_files(environment) {
        if let Ok(pem) = std::fs::read_to_string(&path) {
            console.hint(&format!(
                "the CA is taken from {}, written by the server on this machine",
                path.display()
            ))?;
            return Ok((Some(pem), None));
        }
    }
    Ok((None, None))
}

/// Whether the server is this machine: then the files that a server wrote here may speak for it.
fn is_loopback(server_url: &str) -> bool {
    ["https://127.", "https://localhost", "https://[::1]"].iter().any(|start| server_url.starts_with(start))
}

/// Where a server on this machine writes its CA when nobody says otherwise.
fn local_ca_files(environment: Environment<'_>) -> Vec<PathBuf> {
    let state = environment("XDG_STATE_HOME")
        .filter(|path| path.starts_with('/'))
        .or_else(|| environment("HOME").map(|home| format!("{home}/.local/state")));
    let own = state.map(|state| Path::new(&state).join("certctl/ca.pem"));
    own.into_iter().chain([PathBuf::from("/var/lib/certctl/ca.pem")]).collect()
}

/// The key: from a file, the environment, or standard input; typed at a terminal it is not shown.
fn key(arguments: &GlobalArguments, environment: Environment<'_>) -> Result<Secret<String>, Failure> {
    if let Some(key) = settings::key_given(arguments, environment)? {
        return Ok(key);
    }
    let text = hidden_line("API key (it is not shown): ")?;
    parse_key(text.expose(), "standard input")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Format;
    use crate::output::tests::captured;
    use certctl_core::time::Ts;

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

    fn stored() -> LoginFile {
        LoginFile {
            server_url: DEFAULT_SERVER.to_owned(),
            api_key: Secret::new("ck_a".to_owned()),
            ca_pem: Some("STORED".to_owned()),
            ca_pin: None,
        }
    }

    #[test]
    fn the_ca_is_given_then_stored_then_that_of_a_server_on_this_machine() {
        let home = tempfile::tempdir().unwrap();
        let state = home.path().join(".local/state/certctl");
        std::fs::create_dir_all(&state).unwrap();
        std::fs::write(state.join("ca.pem"), "LOCAL").unwrap();
        let given = home.path().join("given.pem");
        std::fs::write(&given, "GIVEN").unwrap();
        let text = home.path().display().to_string();
        let environment = move |name: &str| (name == "HOME").then(|| text.clone());
        let (mut console, _, err) = captured(Format::Table, false, Ts::from_second(0));
        let mut check =
            |arguments: &GlobalArguments, stored: Option<&LoginFile>, url: &str, expected: Option<&str>| {
                let (pem, _) = ca(arguments, &environment, stored, url, &mut console).unwrap();
                assert_eq!(pem.as_deref(), expected);
            };
        let with_file = GlobalArguments { ca_file: Some(given), ..arguments() };
        check(&with_file, Some(&stored()), DEFAULT_SERVER, Some("GIVEN"));
        check(&arguments(), Some(&stored()), DEFAULT_SERVER, Some("STORED"));
        assert_eq!(err.text(), "");
        check(&arguments(), None, DEFAULT_SERVER, Some("LOCAL"));
        assert!(err.text().contains("ca.pem"), "a CA that nobody named is said");
        check(&arguments(), None, "https://certctl.example:8443", None);
    }
}
