//! `[challenges]` of the host's policy: which proofs of control over a name may be shown here, where, and for whom.
//!
//! Not for: showing them (`proofs`). Invariants: without the section none is shown; a refusal names the line to add.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use certctl_connectors::fields::Fields;
use certctl_connectors::targets::installation::parse_path;
use certctl_core::profile::matches;
use certctl_pki::Name;

use crate::proofs::claim::ProofKind;

/// What may be shown.
#[derive(Debug, Clone, Default)]
pub struct ChallengePolicy {
    /// How http-01 is shown; absent: not at all.
    pub http_01: Option<Http01>,
    /// Where tls-alpn-01 is shown; absent: nowhere.
    pub tls_alpn_01: Option<SocketAddr>,
    /// Patterns, one of which a name has to match; absent: every name.
    pub names: Option<Vec<String>>,
}

/// How http-01 is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Http01 {
    /// By the agent, on an address of its own.
    Listen(SocketAddr),
    /// By a web server that serves this directory.
    Webroot(PathBuf),
}

impl ChallengePolicy {
    /// Reads the section.
    pub(crate) fn read(fields: &mut Fields<'_>) -> Self {
        let listen = fields.parsed("http_01_listen", parse_address);
        let webroot = fields.parsed("http_01_webroot", parse_path);
        let tls_alpn_01 = fields.parsed("tls_alpn_01_listen", parse_address);
        let has_names = fields.value("names").is_some();
        let names = fields.parsed_list("names", parse_pattern);
        if listen.is_some() && webroot.is_some() {
            fields.problem("http_01_webroot", "stands beside http_01_listen; keep one of the two");
        }
        if listen.is_some() && listen == tls_alpn_01 {
            fields.problem("tls_alpn_01_listen", "is the address of http_01_listen; each needs its own port");
        }
        let http_01 = webroot.map(Http01::Webroot).or_else(|| listen.map(Http01::Listen));
        Self { http_01, tls_alpn_01, names: has_names.then_some(names) }
    }

    /// The kinds of proofs that may be shown, by their names in ACME.
    pub fn kinds(&self) -> Vec<String> {
        let is_allowed = |kind: &ProofKind| match kind {
            ProofKind::Http01 => self.http_01.is_some(),
            ProofKind::TlsAlpn01 => self.tls_alpn_01.is_some(),
        };
        ProofKind::ALL.into_iter().filter(is_allowed).map(|kind| kind.as_str().to_owned()).collect()
    }

    /// How http-01 is shown.
    ///
    /// # Errors
    /// Which line of the policy at `source` is missing.
    pub(crate) fn http_01(&self, source: &Path) -> Result<&Http01, String> {
        self.http_01.as_ref().ok_or_else(|| {
            format!(
                "the policy does not allow http-01: add http_01_listen = \"0.0.0.0:80\", or http_01_webroot = with the \
                 directory of a web server, under [challenges] in {}",
                source.display()
            )
        })
    }

    /// Where tls-alpn-01 is shown.
    ///
    /// # Errors
    /// Which line of the policy at `source` is missing.
    pub(crate) fn tls_alpn_01(&self, source: &Path) -> Result<SocketAddr, String> {
        self.tls_alpn_01.ok_or_else(|| {
            format!(
                "the policy does not allow tls-alpn-01: add tls_alpn_01_listen = \"0.0.0.0:443\" under [challenges] in {}",
                source.display()
            )
        })
    }

    /// Whether control over a name may be proved from here.
    ///
    /// # Errors
    /// Which line of the policy at `source` is missing.
    pub(crate) fn name(&self, name: &Name, source: &Path) -> Result<(), String> {
        let Some(patterns) = &self.names else { return Ok(()) };
        let text = name.to_string();
        if patterns.iter().any(|pattern| matches(pattern, &text)) {
            return Ok(());
        }
        Err(format!(
            "the policy does not allow a proof for {text}: add \"{text}\" to \"names\" under [challenges] in {}",
            source.display()
        ))
    }
}

fn parse_address(text: &str) -> Result<SocketAddr, String> {
    match text.parse::<SocketAddr>() {
        Ok(address) if address.port() != 0 => Ok(address),
        Ok(_) | Err(_) => {
            Err(format!("{text:?} is not an address with a port, such as \"0.0.0.0:80\" or \"[::]:80\""))
        }
    }
}

fn parse_pattern(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "*.-:".contains(c);
    if text.is_empty() || text.len() > 253 || !text.chars().all(fits) {
        return Err(format!(
            "{text:?} is not a name or a pattern such as \"*.example.com\", where * stands for any letters; write \
             other scripts in their xn-- form"
        ));
    }
    Ok(text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::local_policy::{LocalPolicy, PolicyError};

    fn read(section: &str) -> Result<ChallengePolicy, PolicyError> {
        let text = format!("[challenges]\n{section}");
        LocalPolicy::parse(Path::new("/etc/certctl/agent.toml"), &text).map(|policy| policy.challenges)
    }

    #[test]
    fn nothing_is_shown_unless_a_line_says_how() {
        let policy = read("names = [\"*\"]\n").unwrap();
        assert!(policy.kinds().is_empty());
        let source = Path::new("/etc/certctl/agent.toml");
        assert!(policy.http_01(source).unwrap_err().contains("http_01_webroot"));
        assert!(policy.tls_alpn_01(source).unwrap_err().contains("/etc/certctl/agent.toml"));
        let both = read("http_01_webroot = \"/srv/www\"\ntls_alpn_01_listen = \"[::]:443\"\n").unwrap();
        assert_eq!(both.kinds(), ["http-01", "tls-alpn-01"]);
        assert_eq!(both.http_01(source).unwrap(), &Http01::Webroot("/srv/www".into()));
    }

    #[test]
    fn every_problem_is_reported_with_its_key() {
        for (section, key, detail) in [
            ("http_01_listen = \"80\"", "challenges.http_01_listen", "0.0.0.0:80"),
            ("http_01_listen = \"0.0.0.0:0\"", "challenges.http_01_listen", "0.0.0.0:80"),
            ("http_01_webroot = \"www\"", "challenges.http_01_webroot", "absolute path"),
            (
                "http_01_listen = \"0.0.0.0:80\"\nhttp_01_webroot = \"/srv\"",
                "challenges.http_01_webroot",
                "one of the two",
            ),
            (
                "http_01_listen = \"0.0.0.0:80\"\ntls_alpn_01_listen = \"0.0.0.0:80\"",
                "challenges.tls_alpn_01_listen",
                "its own port",
            ),
            ("names = [\"exa mple.com\"]", "challenges.names.0", "*.example.com"),
            ("names = \"example.com\"", "challenges.names", "a list"),
            ("dns_01 = true", "challenges.dns_01", "http_01_listen"),
        ] {
            let error = read(section).unwrap_err();
            let PolicyError::Content { problems, .. } = &error else { panic!("{error}") };
            assert_eq!(problems.len(), 1, "{error}");
            assert_eq!(problems[0].key(), key);
            assert!(problems[0].detail.contains(detail), "{error}");
        }
    }

    #[test]
    fn names_are_matched_as_whole_texts() {
        let source = Path::new("/etc/certctl/agent.toml");
        let policy = read("names = [\"*.Example.com\", \"example.org\", \"192.0.2.*\"]").unwrap();
        for (name, fits) in [
            ("www.example.com", true),
            ("a.b.example.com", true),
            ("example.com", false),
            ("example.com.evil.org", false),
            ("WWW.EXAMPLE.COM", true),
            ("example.org", true),
            ("www.example.org", false),
            ("192.0.2.7", true),
            ("192.0.3.7", false),
        ] {
            let verdict = policy.name(&Name::parse(name).unwrap(), source);
            assert_eq!(verdict.is_ok(), fits, "{name}");
            if let Err(cause) = verdict {
                assert!(cause.contains(&format!("add \"{name}\" to \"names\"")), "{cause}");
            }
        }
        assert!(read("names = []").unwrap().name(&Name::parse("a.example").unwrap(), source).is_err());
        assert!(read("").unwrap().name(&Name::parse("a.example").unwrap(), source).is_ok());
    }
}
