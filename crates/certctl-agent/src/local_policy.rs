//! The host's own policy, `/etc/certctl/agent.toml`: what certctl may do here, written by whoever owns the host.
//!
//! Not for: decisions about one deployment (`permit.rs`). Invariants: nothing that the control plane sends changes
//! it; what it does not name is refused; every problem of the file is reported at once, with its key.

use std::collections::BTreeMap;
use std::fs;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use certctl_api::agent_protocol::DnsProviderOffer;
use certctl_connectors::fields::{Fields, Problem, Problems};
use certctl_connectors::targets::installation::parse_path;
use certctl_core::authority::ProofKind;
use certctl_pki::KeyAlgorithm;
use serde_json::Value;

use crate::challenge_policy::ChallengePolicy;
use crate::dns_policy::{self, HostDns};

/// Where the policy is, unless said otherwise.
pub const DEFAULT_POLICY: &str = "/etc/certctl/agent.toml";

/// What may be done on this host.
#[derive(Debug, Clone, Default)]
pub struct LocalPolicy {
    /// Where the policy was read from, for messages.
    pub source: PathBuf,
    /// Below these, files may be written.
    pub directories: Vec<PathBuf>,
    /// nginx servers, by the name that targets use.
    pub nginx: BTreeMap<String, NginxInstance>,
    /// Whether targets of kind `file` are allowed.
    pub file: bool,
    /// Actions, by the name that targets use.
    pub actions: BTreeMap<String, Action>,
    /// The kinds of keys that may be made here; absent: all.
    pub key_algorithms: Option<Vec<KeyAlgorithm>>,
    /// Ports that may be looked at.
    pub probe_ports: Vec<RangeInclusive<u16>>,
    /// Addresses that may be looked at, besides the host's own.
    pub probe_addresses: Vec<AddressRule>,
    /// Proofs of control over names that may be shown here.
    pub challenges: ChallengePolicy,
    /// DNS providers, by the name that the control plane uses.
    pub dns: BTreeMap<String, HostDns>,
}

/// An nginx server.
#[derive(Debug, Clone)]
pub struct NginxInstance {
    /// The program.
    pub binary: PathBuf,
    /// Its main configuration file.
    pub config: PathBuf,
    /// Its prefix (`-p`), when it is not the built-in one.
    pub prefix: Option<PathBuf>,
    /// Where its master's process id is; absent: as its configuration says.
    pub pid_file: Option<PathBuf>,
    /// How it is told to read its files again.
    pub reload: Reload,
}

/// How nginx is told to read its files again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reload {
    /// SIGHUP to its master process.
    Signal,
    /// `systemctl reload <unit>`.
    Systemd(String),
    /// `nginx -s reload` with its own `-c` and `-p`.
    Command,
}

/// A command that the owner of the host wrote down.
#[derive(Debug, Clone)]
pub struct Action {
    /// The program (an absolute path) and its arguments.
    pub command: Vec<String>,
    /// How long it may take.
    pub timeout: Duration,
    /// As whom it runs; absent: as the agent.
    pub user: Option<String>,
}

/// An address that may be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddressRule {
    /// A network in CIDR form, or one address.
    Net(IpAddr, u8),
    /// A host name, exactly as the target writes it.
    Host(String),
}

impl AddressRule {
    /// Whether a resolved address falls under this rule.
    pub fn covers(&self, host: &str, address: IpAddr) -> bool {
        let bits = |address: IpAddr| match address {
            IpAddr::V4(v4) => (u128::from(v4.to_bits()) << 96, 4),
            IpAddr::V6(v6) => (v6.to_bits(), 6),
        };
        match self {
            Self::Host(name) => name == host,
            Self::Net(net, length) => {
                let ((net, net_family), (address, family)) = (bits(*net), bits(address));
                let mask = u128::MAX.checked_shl(128 - u32::from(*length)).unwrap_or(0);
                net_family == family && net & mask == address & mask
            }
        }
    }
}

/// A policy that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The file cannot be read.
    #[error("cannot read the policy {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Others than its owner can change what the agent may do.
    #[error(
        "the policy {} can be written by its group or by everybody (mode {mode:04o}): whoever can write it can make \
         this agent run commands; run `chmod go-w {}`",
        path.display(), path.display()
    )]
    Writable {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// The file is not TOML.
    #[error("the policy {} is not TOML: {detail}", path.display())]
    NotToml {
        /// The file.
        path: PathBuf,
        /// Where and why.
        detail: String,
    },
    /// Its content.
    #[error("the policy {} has {} problem(s):{}", path.display(), problems.len(), listing(problems))]
    Content {
        /// The file.
        path: PathBuf,
        /// All of them.
        problems: Vec<Problem>,
    },
}

fn listing(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("\n  {} {}", problem.key(), problem.detail)).collect()
}

impl LocalPolicy {
    /// Reads a policy. A file that is not there is a policy that allows nothing.
    ///
    /// # Errors
    /// [`PolicyError`].
    pub fn load(path: &Path) -> Result<Self, PolicyError> {
        let unreadable = |source| PolicyError::Unreadable { path: path.to_owned(), source };
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self { source: path.to_owned(), ..Self::default() });
            }
            Err(error) => return Err(unreadable(error)),
        };
        let mode = fs::metadata(path).map_err(unreadable)?.mode() & 0o7777;
        if mode & 0o022 != 0 {
            return Err(PolicyError::Writable { path: path.to_owned(), mode });
        }
        Self::parse(path, &text)
    }

    /// Reads the text of a policy.
    ///
    /// # Errors
    /// [`PolicyError::NotToml`] and [`PolicyError::Content`].
    pub fn parse(path: &Path, text: &str) -> Result<Self, PolicyError> {
        let not_toml = |detail: String| PolicyError::NotToml { path: path.to_owned(), detail };
        let table: toml::Table =
            text.parse().map_err(|error: toml::de::Error| not_toml(error.to_string()))?;
        let value = serde_json::to_value(table).map_err(|error| not_toml(error.to_string()))?;
        let problems = Problems::default();
        let mut fields = problems.object(&value);
        let policy = Self::read(&mut fields, path);
        fields.finish();
        problems
            .finish(Some(policy))
            .map_err(|problems| PolicyError::Content { path: path.to_owned(), problems })
    }

    /// Target kinds that something in the policy enables.
    pub fn capabilities(&self) -> Vec<String> {
        let kinds = [("nginx", !self.nginx.is_empty()), ("file", self.file)];
        kinds.iter().filter(|(_, enabled)| *enabled).map(|(kind, _)| (*kind).to_owned()).collect()
    }

    /// The kinds of proofs that may be shown from here, by their names in ACME.
    pub fn proof_kinds(&self) -> Vec<String> {
        let mut kinds = self.challenges.kinds();
        if !self.dns.is_empty() {
            kinds.push(ProofKind::Dns01.to_string());
        }
        kinds
    }

    /// What the control plane is told of the DNS providers.
    pub fn dns_offers(&self) -> Vec<DnsProviderOffer> {
        self.dns.iter().map(|(name, provider)| provider.offer(name)).collect()
    }

    /// A DNS provider of the policy.
    ///
    /// # Errors
    /// Which line is missing.
    pub(crate) fn dns_provider(&self, name: &str) -> Result<&HostDns, String> {
        self.dns.get(name).ok_or_else(|| {
            format!(
                "the policy has no DNS provider {name:?}: add [dns.{name}] with its kind, zones, config and secret_files to {}",
                self.source.display()
            )
        })
    }

    fn read(fields: &mut Fields<'_>, path: &Path) -> Self {
        let directories = fields.parsed_list("directories", parse_path);
        let mut nginx = BTreeMap::new();
        for (name, mut instance) in fields.named_objects("nginx") {
            if let Some(instance) = read_nginx(&mut instance) {
                nginx.insert(name.to_owned(), instance);
            }
            instance.finish();
        }
        let file = fields.object("file").is_some_and(|mut file| {
            let enabled = file.boolean("enabled", true);
            file.finish();
            enabled
        });
        let mut actions = BTreeMap::new();
        for (name, mut action) in fields.named_objects("actions") {
            if let Some(action) = read_action(&mut action) {
                actions.insert(name.to_owned(), action);
            }
            action.finish();
        }
        let key_algorithms = fields.object("keys").and_then(|mut keys| {
            let given = keys.value("algorithms").is_some();
            let algorithms = keys.parsed_list("algorithms", parse_algorithm);
            keys.finish();
            given.then_some(algorithms)
        });
        let mut probe_ports = vec![443..=443];
        let mut probe_addresses = Vec::new();
        if let Some(mut probe) = fields.object("probe") {
            if let Some(ports) = read_ports(&mut probe) {
                probe_ports = ports;
            }
            probe_addresses = probe.parsed_list("addresses", parse_address_rule);
            probe.finish();
        }
        let challenges = fields.object("challenges").map(|mut challenges| {
            let read = ChallengePolicy::read(&mut challenges);
            challenges.finish();
            read
        });
        Self {
            source: path.to_owned(),
            directories,
            nginx,
            file,
            actions,
            key_algorithms,
            probe_ports,
            probe_addresses,
            challenges: challenges.unwrap_or_default(),
            dns: dns_policy::read(fields),
        }
    }
}

fn parse_algorithm(text: &str) -> Result<KeyAlgorithm, String> {
    text.parse().map_err(|_| {
        let known: Vec<&str> = KeyAlgorithm::ALL.iter().map(|algorithm| algorithm.as_str()).collect();
        format!("{text:?} is not a kind of key; known are {}", known.join(", "))
    })
}

fn read_nginx(fields: &mut Fields<'_>) -> Option<NginxInstance> {
    let binary = fields.required("binary", parse_path);
    let config = fields.required("config", parse_path);
    let prefix = fields.parsed("prefix", parse_path);
    let pid_file = fields.parsed("pid_file", parse_path);
    let wanted = "has to be \"command\" (nginx -s reload), \"signal\" (SIGHUP to its master) or \
                  { systemd = \"nginx.service\" }";
    let reload = match fields.value("reload") {
        None => Some(Reload::Command),
        Some(Value::String(text)) if text == "command" => Some(Reload::Command),
        Some(Value::String(text)) if text == "signal" => Some(Reload::Signal),
        Some(Value::Object(_)) => fields.object("reload").and_then(|mut reload| {
            let unit = reload.required("systemd", parse_unit);
            reload.finish();
            unit.map(Reload::Systemd)
        }),
        Some(_) => {
            fields.problem("reload", wanted);
            None
        }
    };
    Some(NginxInstance { binary: binary?, config: config?, prefix, pid_file, reload: reload? })
}

fn read_action(fields: &mut Fields<'_>) -> Option<Action> {
    let command = fields.parsed_list("command", |text| Ok(text.to_owned()));
    let timeout = Duration::from_secs(fields.number("timeout_seconds", 1..=600, 60));
    let user = fields.text("user").map(str::to_owned);
    match command.first() {
        None => {
            fields.problem("command", "is missing: the program and its arguments, each a text of its own")
        }
        Some(program) => {
            if let Err(detail) = parse_path(program) {
                fields.problem("command/0", detail);
            }
        }
    }
    (!command.is_empty()).then_some(Action { command, timeout, user })
}

fn read_ports(fields: &mut Fields<'_>) -> Option<Vec<RangeInclusive<u16>>> {
    let list = fields.value("ports")?;
    let wanted = "has to be a list of ports and ranges, such as [443, \"8000-8099\"]";
    let Some(items) = list.as_array() else {
        fields.problem("ports", wanted);
        return None;
    };
    let mut ports = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let range = match item {
            Value::String(text) => text.split_once('-').and_then(|(first, last)| {
                let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
                (first != 0 && first <= last).then_some(first..=last)
            }),
            Value::Number(number) => number
                .as_u64()
                .and_then(|port| u16::try_from(port).ok())
                .filter(|port| *port != 0)
                .map(|port| port..=port),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        match range {
            Some(range) => ports.push(range),
            None => fields.problem(&format!("ports/{index}"), wanted),
        }
    }
    Some(ports)
}

fn parse_unit(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || ":_.@-\\".contains(c);
    let has_type = text.ends_with(".service");
    if text.starts_with('-') || text.len() > 256 || !text.chars().all(fits) || !has_type {
        return Err(format!("{text:?} is not a systemd service such as nginx.service"));
    }
    Ok(text.to_owned())
}

fn parse_address_rule(text: &str) -> Result<AddressRule, String> {
    let wrong = || format!("{text:?} is not an address, a network such as 10.0.0.0/24, or a host name");
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length.parse::<u8>().map_err(|_| wrong())?)),
        None => (text, None),
    };
    match address.parse::<IpAddr>() {
        Ok(net) => {
            let most = if net.is_ipv4() { 32 } else { 128 };
            let length = length.unwrap_or(most);
            if length > most { Err(wrong()) } else { Ok(AddressRule::Net(net, length)) }
        }
        Err(_) if length.is_none() && !text.is_empty() => Ok(AddressRule::Host(text.to_ascii_lowercase())),
        Err(_) => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<LocalPolicy, PolicyError> {
        LocalPolicy::parse(Path::new("/etc/certctl/agent.toml"), text)
    }

    #[test]
    fn the_example_file_of_the_repository_is_a_valid_policy() {
        let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/agent.toml.example");
        let policy = parse(&fs::read_to_string(example).unwrap()).unwrap();
        assert_eq!(policy.capabilities(), ["nginx", "file"]);
    }

    #[test]
    fn every_problem_is_reported_with_its_key() {
        let error = parse(
            "directories = [\"tls\"]\nshell = true\n[nginx.default]\nbinary = \"nginx\"\nreload = \"restart\"\n\
             [actions.haproxy]\ncommand = [\"systemctl\", \"reload\"]\ntimeout_seconds = 0\n\
             [probe]\nports = [0, \"9-1\"]\naddresses = [\"10.0.0.0/99\"]\n",
        )
        .unwrap_err();
        let PolicyError::Content { problems, .. } = &error else { panic!("{error}") };
        let keys: Vec<String> = problems.iter().map(Problem::key).collect();
        let wanted = [
            "directories.0",
            "nginx.default.binary",
            "nginx.default.config",
            "nginx.default.reload",
            "actions.haproxy.timeout_seconds",
            "actions.haproxy.command.0",
            "probe.ports.0",
            "probe.ports.1",
            "probe.addresses.0",
            "shell",
        ];
        assert_eq!(keys, wanted);
        assert!(error.to_string().contains("\n  nginx.default.config is missing"), "{error}");
    }

    #[test]
    fn a_policy_that_is_not_there_allows_nothing() {
        let policy = LocalPolicy::load(Path::new("/nonexistent/agent.toml")).unwrap();
        assert!(policy.capabilities().is_empty() && policy.directories.is_empty());
    }

    #[test]
    fn a_policy_that_others_can_write_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("agent.toml");
        for (mode, fits) in [(0o600, true), (0o644, true), (0o664, false), (0o646, false)] {
            fs::write(&path, "").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(LocalPolicy::load(&path).is_ok(), fits, "{mode:o}");
        }
    }

    #[test]
    fn networks_cover_their_addresses_only() {
        let check = |rule: &str, host: &str, address: &str, expected: bool| {
            let rule = parse_address_rule(rule).unwrap();
            assert_eq!(rule.covers(host, address.parse().unwrap()), expected, "{rule:?} {host} {address}");
        };
        check("10.0.0.0/24", "x", "10.0.0.7", true);
        check("10.0.0.0/24", "x", "10.0.1.7", false);
        check("10.0.0.7", "x", "10.0.0.7", true);
        check("10.0.0.7", "x", "10.0.0.8", false);
        check("0.0.0.0/0", "x", "192.0.2.1", true);
        check("0.0.0.0/0", "x", "::1", false);
        check("2001:db8::/32", "x", "2001:db8:1::1", true);
        check("vip.example.org", "vip.example.org", "192.0.2.1", true);
        check("vip.example.org", "other.example.org", "192.0.2.1", false);
    }
}
