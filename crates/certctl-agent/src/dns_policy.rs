//! `[dns.NAME]` of the host's policy: DNS providers that set the records of dns-01, their credentials, and for which names.
//!
//! Not for: setting a record (`records`). Invariants: a secret is in a file of its own, never in the policy, and is read when it
//! is used; a record is set only at `_acme-challenge` names within the zones, or below what is delegated; a refusal names the line
//! to add.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use certctl_api::agent_protocol::DnsProviderOffer;
use certctl_connectors::dns::{DnsProvider, Fqdn, schema, secret_fields};
use certctl_connectors::fields::{Fields, Problem};
use certctl_connectors::targets::installation::parse_path;
use certctl_core::dns_provider::DnsProviderKind;
use serde_json::{Map, Value, json};

/// The longest file of a secret; a service account's key has a few kilobytes.
const MAX_SECRET: u64 = 64 * 1024;

/// A DNS provider of this host.
#[derive(Debug, Clone, PartialEq)]
pub struct HostDns {
    /// What it is.
    pub kind: DnsProviderKind,
    /// Its configuration, without secrets.
    config: Map<String, Value>,
    /// The files of its secrets, by their fields.
    secret_files: BTreeMap<String, PathBuf>,
    /// Records are set at these names and below them only.
    zones: Vec<Fqdn>,
    /// Names to which CNAMEs lead: below these a record need not be at `_acme-challenge`.
    delegated: Vec<Fqdn>,
}

/// Reads the section: every provider by its name.
pub(crate) fn read(fields: &mut Fields<'_>) -> BTreeMap<String, HostDns> {
    let mut found = BTreeMap::new();
    for (name, mut provider) in fields.named_objects("dns") {
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if name.is_empty() || name.len() > 64 || !name.bytes().all(is_word) {
            provider.problem("", "is named by something else than 1 to 64 letters, digits, - and _");
        }
        if let Some(read) = read_one(&mut provider) {
            found.insert(name.to_owned(), read);
        }
        provider.finish();
    }
    found
}

fn read_one(fields: &mut Fields<'_>) -> Option<HostDns> {
    let kind = fields.required("kind", parse_kind);
    let zones = fields.parsed_list("zones", Fqdn::parse);
    if zones.is_empty() {
        fields.problem(
            "zones",
            "is missing: the names at and below which records may be set, such as [\"example.org\"]",
        );
    }
    let delegated = fields.parsed_list("delegated", Fqdn::parse);
    for (index, name) in delegated.iter().enumerate() {
        if !zones.iter().any(|zone| name.is_within(zone)) {
            fields.problem(&format!("delegated/{index}"), format!("{name} is in none of \"zones\""));
        }
    }
    let config = object(fields, "config");
    let mut secret_files = BTreeMap::new();
    for (name, path) in object(fields, "secret_files") {
        match path.as_str().map(parse_path) {
            Some(Ok(path)) => drop(secret_files.insert(name, path)),
            Some(Err(detail)) => fields.problem(&format!("secret_files/{name}"), detail),
            None => fields.problem(&format!("secret_files/{name}"), "is not a path"),
        }
    }
    let kind = kind?;
    check(fields, kind, &config, &secret_files);
    Some(HostDns { kind, config, secret_files, zones, delegated })
}

/// Checks the configuration without reading a secret.
fn check(
    fields: &Fields<'_>,
    kind: DnsProviderKind,
    config: &Map<String, Value>,
    files: &BTreeMap<String, PathBuf>,
) {
    let secrets = secret_fields(kind);
    for name in secrets.iter().filter(|name| config.contains_key(*name)) {
        let detail = "is a secret: put it into a file that only the agent's user can read, and name that under secret_files";
        fields.problem(&format!("config/{name}"), detail);
    }
    for name in files.keys().filter(|name| !secrets.contains(name)) {
        let detail = format!("is no secret of {kind}; its secrets are {}", secrets.join(", "));
        fields.problem(&format!("secret_files/{name}"), detail);
    }
    let Err(problems) = DnsProvider::read(kind, &Value::Object(config.clone())) else { return };
    for problem in problems {
        let pointer = problem.pointer();
        let field = pointer.trim_start_matches('/').split('/').next().unwrap_or_default().to_owned();
        if files.contains_key(&field) || config.contains_key(&field) && secrets.contains(&field) {
            continue;
        }
        if secrets.contains(&field) {
            fields.problem(&format!("secret_files/{field}"), "is missing: name the file that holds it");
        } else {
            fields.problem(&format!("config{pointer}"), problem.detail);
        }
    }
}

fn object(fields: &mut Fields<'_>, key: &'static str) -> Map<String, Value> {
    match fields.value(key) {
        None => Map::new(),
        Some(Value::Object(map)) => map.clone(),
        Some(_) => {
            fields.problem(key, "is not a table of names and values");
            Map::new()
        }
    }
}

fn parse_kind(text: &str) -> Result<DnsProviderKind, String> {
    match text.parse::<DnsProviderKind>() {
        Ok(DnsProviderKind::Agent) => {
            Err("\"agent\" is for the control plane: name what sets the records here".to_owned())
        }
        Ok(kind) => Ok(kind),
        Err(error) => Err(error.to_string()),
    }
}

impl HostDns {
    /// What the control plane is told of it.
    pub fn offer(&self, name: &str) -> DnsProviderOffer {
        let zones = self.zones.iter().map(|zone| zone.as_str().to_owned()).collect();
        DnsProviderOffer { name: name.to_owned(), kind: self.kind.to_string(), zones }
    }

    /// The programs that it may run: the one that the policy names.
    pub(crate) fn programs(&self) -> Vec<PathBuf> {
        match (self.kind, self.config.get("program").and_then(Value::as_str)) {
            (DnsProviderKind::Exec, Some(program)) => vec![PathBuf::from(program)],
            _ => Vec::new(),
        }
    }

    /// Whether a record may be set at a name, by the provider `provider` of the policy at `source`.
    ///
    /// # Errors
    /// Which line of the policy is missing.
    pub(crate) fn permits(&self, provider: &str, name: &Fqdn, source: &Path) -> Result<(), String> {
        let source = source.display();
        if !self.zones.iter().any(|zone| name.is_within(zone)) {
            return Err(format!(
                "the policy does not let the DNS provider {provider} set records at {name}: add a zone that holds it to \
                 \"zones\" under [dns.{provider}] in {source}"
            ));
        }
        if name.is_challenge() || self.delegated.iter().any(|target| name.is_within(target)) {
            return Ok(());
        }
        Err(format!(
            "the policy lets the DNS provider {provider} set records at _acme-challenge names only, and {name} is none: when a \
             CNAME leads there, add it or a name above it to \"delegated\" under [dns.{provider}] in {source}"
        ))
    }

    /// The provider with its secrets.
    ///
    /// # Errors
    /// Which file cannot be used, or which field; no secret is repeated.
    pub(crate) fn open(&self, provider: &str) -> Result<DnsProvider, String> {
        let at = |key: &str, detail: &str| format!("dns.{provider}.{key} {detail}");
        let schema = schema(self.kind);
        let mut config = self.config.clone();
        for (field, path) in &self.secret_files {
            let key = format!("secret_files.{field}");
            let text = read_secret(path).map_err(|detail| at(&key, &detail))?;
            let value = if schema["properties"][field]["type"] == "string" {
                json!(text)
            } else {
                serde_json::from_str(&text)
                    .map_err(|_| at(&key, &format!("{} is not JSON", path.display())))?
            };
            config.insert(field.clone(), value);
        }
        DnsProvider::read(self.kind, &Value::Object(config)).map_err(|problems| {
            let one = |problem: &Problem| at(&format!("config.{}", problem.key()), &problem.detail);
            problems.iter().map(one).collect::<Vec<_>>().join("; ")
        })
    }
}

fn read_secret(path: &Path) -> Result<String, String> {
    let cannot = |error: std::io::Error| format!("{} cannot be read: {error}", path.display());
    let metadata = fs::metadata(path).map_err(cannot)?;
    let mode = metadata.mode() & 0o7777;
    if mode & 0o027 != 0 {
        return Err(format!(
            "{} can be read by everybody, or written by its group (mode {mode:04o}): run `chmod 0600 {}`",
            path.display(),
            path.display()
        ));
    }
    if !metadata.is_file() || metadata.len() > MAX_SECRET {
        return Err(format!("{} is no plain file of {MAX_SECRET} bytes at most", path.display()));
    }
    let text = fs::read_to_string(path).map_err(cannot)?;
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() { Err(format!("{} is empty", path.display())) } else { Ok(text.to_owned()) }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::local_policy::{LocalPolicy, PolicyError};

    const LAB: &str = "[dns.lab]\nkind = \"rfc2136\"\nzones = [\"example.internal\"]\n\
                       config = { server = \"192.0.2.1\", key_name = \"certctl\" }\n\
                       secret_files = { secret = \"/etc/certctl/dns/lab\" }\n";

    fn read(text: &str) -> Result<LocalPolicy, PolicyError> {
        LocalPolicy::parse(Path::new("/etc/certctl/agent.toml"), text)
    }

    #[test]
    fn a_provider_is_offered_with_its_zones_and_without_its_secrets() {
        let policy = read(LAB).unwrap();
        assert_eq!(policy.proof_kinds(), ["dns-01"]);
        let offer = &policy.dns_offers()[0];
        assert_eq!((offer.name.as_str(), offer.kind.as_str()), ("lab", "rfc2136"));
        assert_eq!(offer.zones, ["example.internal"]);
    }

    #[test]
    fn every_problem_is_reported_with_its_key() {
        for (from, to, key, says) in [
            ("rfc2136", "bind", "dns.lab.kind", "rfc2136"),
            ("\"rfc2136\"", "\"agent\"", "dns.lab.kind", "control plane"),
            ("[\"example.internal\"]", "[]", "dns.lab.zones", "is missing"),
            ("example.internal", "*.example", "dns.lab.zones.0", "not a name"),
            ("\"192.0.2.1\"", "\"a b\"", "dns.lab.config.server", "neither a host"),
            ("key_name", "keyname", "dns.lab.config.key_name", "is missing"),
            ("key_name =", "secret = \"S3CRET\", key_name =", "dns.lab.config.secret", "is a secret"),
            ("{ secret = \"/etc/certctl/dns/lab\" }", "{}", "dns.lab.secret_files.secret", "is missing"),
            ("{ secret =", "{ password =", "dns.lab.secret_files.password", "is no secret of rfc2136"),
            ("\"/etc/certctl/dns/lab\"", "\"lab\"", "dns.lab.secret_files.secret", "absolute path"),
            ("[dns.lab]", "[dns.\"l b\"]", "dns.l b", "letters"),
            ("zones =", "delegated = [\"example.org\"]\nzones =", "dns.lab.delegated.0", "in none of"),
            ("zones =", "command = \"x\"\nzones =", "dns.lab.command", "is not known"),
        ] {
            let error = read(&LAB.replacen(from, to, 1)).unwrap_err();
            let PolicyError::Content { problems, .. } = &error else { panic!("{error}") };
            let found = problems.iter().find(|problem| problem.key().trim_end_matches('.') == key);
            let found = found.unwrap_or_else(|| panic!("{key}: {error}"));
            assert!(found.detail.contains(says), "{error}");
            assert!(!error.to_string().contains("S3CRET"), "{error}");
        }
    }

    #[test]
    fn records_are_for_challenges_within_the_zones_or_below_what_is_delegated() {
        let text = LAB.replace("zones =", "delegated = [\"acme.example.internal\"]\nzones =");
        let policy = read(&text).unwrap();
        for (name, fits) in [
            ("_acme-challenge.example.internal", true),
            ("_acme-challenge.a.b.example.internal", true),
            ("_acme-challenge.example.org", false),
            ("_acme-challenge.badexample.internal", false),
            ("_acme-challenge.internal", false),
            ("www.example.internal", false),
            ("example.internal", false),
            ("x._acme-challenge.example.internal", false),
            ("d420c923.acme.example.internal", true),
            ("acme.example.internal", true),
        ] {
            let found = policy.dns["lab"].permits("lab", &Fqdn::parse(name).unwrap(), &policy.source);
            assert_eq!(found.is_ok(), fits, "{name}: {found:?}");
            if let Err(error) = found {
                assert!(
                    error.contains(name) && error.contains("[dns.lab] in /etc/certctl/agent.toml"),
                    "{error}"
                );
            }
        }
    }

    #[test]
    fn a_secret_is_read_from_a_file_that_others_cannot_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lab");
        let text = LAB.replace("/etc/certctl/dns/lab", path.to_str().unwrap());
        let provider = read(&text).unwrap().dns["lab"].clone();
        assert!(provider.open("lab").unwrap_err().contains("cannot be read"));
        for (content, mode, says) in [
            ("c2VjcmV0c2VjcmV0c2VjcmV0\n", 0o600, ""),
            ("c2VjcmV0c2VjcmV0c2VjcmV0\n", 0o640, ""),
            ("c2VjcmV0c2VjcmV0c2VjcmV0\n", 0o644, "chmod 0600"),
            ("c2VjcmV0c2VjcmV0c2VjcmV0\n", 0o660, "chmod 0600"),
            ("S3CRET words\n", 0o600, "dns.lab.config.secret is not"),
            ("\n", 0o600, "is empty"),
        ] {
            fs::write(&path, content).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            match provider.open("lab") {
                Ok(_) => assert_eq!(says, "", "{mode:o}"),
                Err(error) => {
                    assert!(!says.is_empty() && error.contains(says), "{mode:o}: {error}");
                    assert!(!error.contains("S3CRET") && !error.contains("c2Vj"), "{error}");
                }
            }
        }
    }

    #[test]
    fn a_program_is_the_one_of_the_policy_and_its_environment_a_file_of_json() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("environment");
        fs::write(&path, "{\"TOKEN\": \"x\"}").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let text = format!(
            "[dns.own]\nkind = \"exec\"\nzones = [\"example.org\"]\nconfig = {{ program = \"/usr/bin/set-txt\" }}\n\
             secret_files = {{ environment = {path:?} }}\n"
        );
        let provider = read(&text).unwrap().dns["own"].clone();
        assert_eq!(provider.programs(), [Path::new("/usr/bin/set-txt")]);
        provider.open("own").unwrap();
        fs::write(&path, "TOKEN=x").unwrap();
        assert!(provider.open("own").unwrap_err().contains("is not JSON"));
    }
}
