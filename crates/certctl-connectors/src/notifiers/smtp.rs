//! Mail, by SMTP (RFC 5321) with TLS from the start (RFC 8314) or STARTTLS (RFC 3207).
//!
//! Not for: receiving. Invariants: a password travels in clear text only where the operator said so or within this host;
//! the connection goes to an address that the guard has judged; a mail has the same Message-ID at every try.

use std::net::SocketAddr;
use std::time::{Duration, UNIX_EPOCH};

use certctl_core::notification::Receipt;
use certctl_core::secret::Secret;
use certctl_core::time::Ts;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use serde_json::{Value, json};

use super::http::{chain, parse_pem, receipt};
use super::{Message, Outside, Schema, SendError, Sends, shortened};
use crate::fields::{Fields, Problem, Problems};

const MAX_RECEIVERS: usize = 50;
const TIMEOUT: Duration = Duration::from_secs(15);

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Security {
    /// TLS from the start.
    Tls,
    /// Plain at first, then TLS or nothing.
    Starttls,
    /// Not at all.
    None,
}

impl Security {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "tls" => Ok(Self::Tls),
            "starttls" => Ok(Self::Starttls),
            "none" => Ok(Self::None),
            other => Err(format!("{other:?} is not known: use tls, starttls or none")),
        }
    }

    const fn port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::Starttls => 587,
            Self::None => 25,
        }
    }
}

/// The configuration.
#[derive(Debug, Clone)]
pub struct Smtp {
    host: String,
    port: u16,
    security: Security,
    allow_plaintext: bool,
    login: Option<(String, Secret<String>)>,
    from: Mailbox,
    to: Vec<String>,
    ca_pem: Option<String>,
    hello_name: String,
}

pub(super) fn schema() -> Schema {
    let text = |title: &str, group: &str, about: &str| json!({ "type": "string", "title": title, "x-group": group, "description": about });
    let with = |mut field: Value, more: Value| {
        for (name, value) in more.as_object().into_iter().flatten() {
            field[name] = value.clone();
        }
        field
    };
    let fields = vec![
        ("host", text("Host", "Server", "The mail server, by name or address")),
        (
            "port",
            json!({
                "type": "integer", "minimum": 1, "maximum": 65_535, "title": "Port", "x-group": "Server",
                "description": "465 for tls, 587 for starttls and 25 for none when absent",
            }),
        ),
        (
            "security",
            with(
                text("Security", "Server", "tls from the start, starttls, or none at all"),
                json!({ "enum": ["tls", "starttls", "none"], "default": "starttls" }),
            ),
        ),
        (
            "allow_plaintext",
            json!({
                "type": "boolean", "default": false, "title": "Allow plain text", "x-group": "Server",
                "description": "Whether security may be none although the server is another host: mail and password can then \
                                be read on their way",
            }),
        ),
        ("username", text("User", "Server", "The name to sign in with; without it nobody signs in")),
        (
            "password",
            with(text("Password", "Server", "The password to sign in with"), json!({ "x-secret": true })),
        ),
        ("from", text("From", "Mail", "The sender, such as certctl <certctl@example.com>")),
        (
            "to",
            json!({
                "type": "array", "items": { "type": "string" }, "maxItems": MAX_RECEIVERS, "title": "To",
                "x-group": "Mail", "description": "Addresses that get every mail",
            }),
        ),
        (
            "to_owner",
            json!({
                "type": "boolean", "default": false, "title": "To the owner", "x-group": "Mail",
                "description": "Whether the owner of the certificate gets a mail too",
            }),
        ),
        (
            "ca_pem",
            with(
                text(
                    "CA certificates",
                    "TLS",
                    "The CA certificates (PEM) that the server is trusted by, instead of the \
                      system's",
                ),
                json!({ "format": "pem" }),
            ),
        ),
        (
            "hello_name",
            text("Own name", "TLS", "What this client calls itself in EHLO; the sender's domain when absent"),
        ),
    ];
    (fields, vec!["host", "from"])
}

pub(super) fn read(config: &Value) -> Result<Smtp, Vec<Problem>> {
    let problems = Problems::default();
    let mut fields = problems.object(config);
    let host = fields.required("host", parse_host);
    let security = fields.parsed("security", Security::parse).unwrap_or(Security::Starttls);
    let port = fields.number("port", 1..=65_535, u64::from(security.port()));
    let allow_plaintext = fields.boolean("allow_plaintext", false);
    if let Some(host) = &host
        && security == Security::None
        && !allow_plaintext
        && !is_this_host(host)
    {
        fields.problem(
            "security",
            "is none, and the server is another host: mail and password could be read on their way; \
             allow_plaintext accepts that",
        );
    }
    let login = read_login(&mut fields);
    let from = fields.required("from", parse_mailbox);
    let n = fields.value("to").and_then(Value::as_array).map_or(0, Vec::len);
    let to = fields.parsed_list("to", |text| parse_mailbox(text).map(|_| text.trim().to_owned()));
    if n > MAX_RECEIVERS {
        fields.problem(
            "to",
            format!("has {n} addresses, and {MAX_RECEIVERS} are allowed: use a list of your mail server"),
        );
    }
    if !fields.boolean("to_owner", false) && n == 0 {
        fields.problem("to", "nobody would get a mail: give addresses, or set to_owner");
    }
    let ca_pem = fields.parsed("ca_pem", parse_pem);
    let hello_name = fields.parsed("hello_name", parse_host);
    fields.finish();
    problems.finish(host.zip(from).map(|(host, from)| Smtp {
        hello_name: hello_name.unwrap_or_else(|| from.email.domain().to_owned()),
        host,
        port: u16::try_from(port).unwrap_or(security.port()),
        security,
        allow_plaintext,
        login,
        from,
        to,
        ca_pem,
    }))
}

fn read_login(fields: &mut Fields<'_>) -> Option<(String, Secret<String>)> {
    let plain = |text: &str| {
        let good = !text.is_empty() && text.len() <= 255 && !text.chars().any(char::is_control);
        if good { Ok(text.to_owned()) } else { Err("1 to 255 letters are needed".to_owned()) }
    };
    let username = fields.parsed("username", plain);
    let password = fields.parsed("password", plain);
    match (username, password) {
        (Some(username), Some(password)) => Some((username, Secret::new(password))),
        (Some(_), None) => {
            if fields.value("password").is_none() {
                fields.problem("password", "is missing for the user");
            }
            None
        }
        (None, Some(_)) => {
            if fields.value("username").is_none() {
                fields.problem("username", "is missing for the password");
            }
            None
        }
        (None, None) => None,
    }
}

fn parse_host(text: &str) -> Result<String, String> {
    let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '_');
    if (1..=253).contains(&text.len()) && text.chars().all(letter) {
        Ok(text.to_owned())
    } else {
        Err(format!("{text:?} is neither a host's name nor an address"))
    }
}

fn parse_mailbox(text: &str) -> Result<Mailbox, String> {
    text.trim().parse().map_err(|_| format!("{text:?} is not a mail address such as ops@example.com"))
}

fn is_this_host(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

impl Smtp {
    pub(super) fn to(&self) -> &[String] {
        &self.to
    }

    fn mail(&self, message: &Message, now: Ts) -> Result<lettre::Message, SendError> {
        let receivers = if message.recipients.is_empty() { &self.to } else { &message.recipients };
        let seconds = u64::try_from(now.as_second()).unwrap_or(0);
        let id = format!("<{}@{}>", message.id, self.from.email.domain());
        let mut mail = lettre::Message::builder()
            .from(self.from.clone())
            .subject(message.title.clone())
            .date(UNIX_EPOCH + Duration::from_secs(seconds))
            .message_id(Some(id));
        for (name, text) in
            [("Auto-Submitted", "auto-generated"), ("X-Certctl-Notification", message.id.as_str())]
        {
            // Unwrap safety is not needed: a name of ours that were no header name would just not be sent.
            if let Ok(name) = HeaderName::new_from_ascii(name.to_owned()) {
                mail = mail.raw_header(HeaderValue::new(name, text.to_owned()));
            }
        }
        for receiver in receivers {
            mail = mail.to(parse_mailbox(receiver).map_err(SendError::Refused)?);
        }
        let built = match &message.html {
            Some(html) => {
                mail.multipart(MultiPart::alternative_plain_html(message.text.clone(), html.clone()))
            }
            None => mail.body(message.text.clone()),
        };
        built.map_err(|error| SendError::Refused(format!("the mail cannot be written: {}", chain(&error))))
    }

    fn transport(&self, address: SocketAddr) -> Result<AsyncSmtpTransport<Tokio1Executor>, SendError> {
        let tls = match self.security {
            Security::None if self.allow_plaintext || address.ip().to_canonical().is_loopback() => Tls::None,
            Security::None => {
                return Err(SendError::Refused(format!(
                    "{} is {}, which is another host: without TLS nothing is sent there unless allow_plaintext is set",
                    self.host,
                    address.ip()
                )));
            }
            Security::Starttls => Tls::Required(self.tls()?),
            Security::Tls => Tls::Wrapper(self.tls()?),
        };
        // The address, not the name: it is the one that was judged.
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(address.ip().to_string())
            .port(self.port)
            .tls(tls)
            .hello_name(ClientId::Domain(self.hello_name.clone()))
            .timeout(Some(TIMEOUT));
        if let Some((username, password)) = &self.login {
            builder = builder.credentials(Credentials::new(username.clone(), password.expose().clone()));
        }
        Ok(builder.build())
    }

    fn tls(&self) -> Result<TlsParameters, SendError> {
        let wrong = |error: lettre::transport::smtp::Error| {
            SendError::Refused(format!("TLS cannot be set up: {}", chain(&error)))
        };
        let mut builder = TlsParameters::builder(self.host.clone());
        if let Some(pem) = &self.ca_pem {
            builder = builder.certificate_store(CertificateStore::None);
            for certificate in certctl_pki::pem::decode_certificates(pem)
                .map_err(|error| SendError::Refused(format!("the CA certificates cannot be used: {error}")))?
            {
                builder = builder.add_root_certificate(Certificate::from_der(certificate).map_err(wrong)?);
            }
        }
        builder.build().map_err(wrong)
    }
}

fn failed(error: &lettre::transport::smtp::Error) -> SendError {
    let text = format!("the mail server: {}", shortened(&chain(error), 300));
    if error.is_permanent() { SendError::Refused(text) } else { SendError::Retry(text) }
}

impl Sends for Smtp {
    fn place(&self) -> (String, u16) {
        (self.host.clone(), self.port)
    }

    fn sensitive(&self) -> Vec<&str> {
        self.login.iter().map(|(_, password)| password.expose().as_str()).collect()
    }

    async fn send(&self, outside: &Outside, message: &Message, now: Ts) -> Result<Receipt, SendError> {
        let mail = self.mail(message, now)?;
        let addresses = outside.guard().resolve(&self.host, self.port).await?;
        let mut last = SendError::Retry("the mail server has no address".to_owned());
        for address in addresses {
            match self.transport(address)?.send(mail.clone()).await {
                Ok(response) => {
                    let words: Vec<&str> = response.message().collect();
                    return receipt(&format!("{} {}", response.code(), words.join(" ")));
                }
                // It answered, so another address of the same server would say the same.
                Err(error) if error.is_response() || error.status().is_some() => return Err(failed(&error)),
                Err(error) => last = failed(&error),
            }
        }
        Err(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(config: Value) -> Vec<String> {
        match read(&config) {
            Ok(_) => Vec::new(),
            Err(problems) => problems.iter().map(Problem::pointer).collect(),
        }
    }

    #[test]
    fn plain_text_is_for_this_host_or_said() {
        let config = |host: &str, more: Value| {
            let mut config =
                json!({ "host": host, "from": "a@example.com", "to": ["b@example.com"], "security": "none" });
            config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            pointers(config)
        };
        assert!(config("localhost", json!({})).is_empty());
        assert!(config("127.0.0.1", json!({})).is_empty());
        assert_eq!(config("mail.example.com", json!({})), ["/security"]);
        assert!(config("mail.example.com", json!({ "allow_plaintext": true })).is_empty());
    }

    #[test]
    fn a_mail_has_a_sender_somebody_to_get_it_and_a_whole_login() {
        assert_eq!(pointers(json!({})), ["/host", "/from", "/to"]);
        let base = json!({ "host": "mail.example.com", "from": "certctl <a@example.com>" });
        let with = |more: Value| {
            let mut config = base.clone();
            config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            pointers(config)
        };
        assert!(with(json!({ "to_owner": true })).is_empty());
        assert_eq!(with(json!({ "to": ["b@example.com", "nobody"] })), ["/to/1"]);
        assert_eq!(with(json!({ "to_owner": true, "username": "u" })), ["/password"]);
        assert_eq!(with(json!({ "to_owner": true, "password": "p" })), ["/username"]);
        assert_eq!(with(json!({ "to_owner": true, "port": 70_000 })), ["/port"]);
        assert_eq!(with(json!({ "to_owner": true, "security": "ssl" })), ["/security"]);
        assert_eq!(
            with(json!({ "to_owner": true, "from": "a@example.com\r\nBcc: x@example.com" })),
            ["/from"]
        );
    }
}
