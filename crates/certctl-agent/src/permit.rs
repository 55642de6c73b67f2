//! Decides whether the host's policy allows one thing, and says which line is missing when it does not.
//!
//! Not for: doing it. Invariants: links are followed before a path is judged; the agent's own state, keys and policy
//! can never be a target; a refusal names the line to add.

use std::collections::BTreeSet;
use std::fs;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};

use certctl_connectors::targets::installation::Probe;

use crate::durable::FileError;
use crate::local_policy::{Action, AddressRule, LocalPolicy, NginxInstance};

/// Why something is not done.
#[derive(Debug, thiserror::Error)]
pub enum NotPermitted {
    /// The policy does not allow it.
    #[error("{cause}")]
    Refused {
        /// What is not allowed, and what is missing.
        cause: String,
        /// What would have to be in the policy, where that would allow it.
        missing: Option<Missing>,
    },
    /// The path cannot be judged.
    #[error("{0}")]
    Unclear(String),
    /// The path cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Something that a policy does not have; the order is that of the file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// A directory below which files may be written.
    Directory(String),
    /// An nginx server.
    Nginx(String),
    /// Targets of kind `file`.
    File,
    /// An action.
    Action(String),
    /// A port that may be looked at.
    Port(u16),
    /// An address that may be looked at.
    Address(String),
}

/// What the policy of one host allows.
#[derive(Debug, Clone, Copy)]
pub struct Permit<'a> {
    policy: &'a LocalPolicy,
    /// Files and directories of the agent itself.
    own: &'a [PathBuf],
}

impl<'a> Permit<'a> {
    /// Decides by this policy; `own` are the agent's own files and directories.
    pub const fn new(policy: &'a LocalPolicy, own: &'a [PathBuf]) -> Self {
        Self { policy, own }
    }

    /// The lines of the policy that would hold what is missing beside what is there, to be copied.
    pub fn lines(&self, missing: &BTreeSet<Missing>) -> String {
        let Some(policy) = (!missing.is_empty()).then_some(self.policy) else { return String::new() };
        let (mut directories, mut tables, mut ports, mut addresses) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for one in missing {
            match one {
                Missing::Directory(directory) => directories.push(format!("{directory:?}")),
                Missing::Nginx(name) => tables.push(format!(
                    "[nginx.{name}]\nbinary = \"/usr/sbin/nginx\"\nconfig = \"/etc/nginx/nginx.conf\"\nreload = \
                     {{ systemd = \"nginx.service\" }}"
                )),
                Missing::File => tables.push("[file]\nenabled = true".to_owned()),
                Missing::Action(name) => tables.push(format!(
                    "[actions.{name}]\ncommand = [\"/usr/bin/systemctl\", \"reload\", \"{name}.service\"]"
                )),
                Missing::Port(port) => ports.push(port.to_string()),
                Missing::Address(address) => addresses.push(format!("{address:?}")),
            }
        }
        let mut lines = vec![format!("# {}", policy.source.display())];
        if !directories.is_empty() {
            let known = policy.directories.iter().map(|known| format!("{:?}", known.display().to_string()));
            let all: Vec<String> = known.chain(directories).collect();
            lines.push(format!("directories = [{}]", all.join(", ")));
        }
        lines.extend(tables);
        if !(ports.is_empty() && addresses.is_empty()) {
            lines.push("[probe]".to_owned());
        }
        if !ports.is_empty() {
            let known = policy.probe_ports.iter().map(|known| match (known.start(), known.end()) {
                (first, last) if first == last => first.to_string(),
                (first, last) => format!("\"{first}-{last}\""),
            });
            lines.push(format!("ports = [{}]", known.chain(ports).collect::<Vec<_>>().join(", ")));
        }
        if !addresses.is_empty() {
            let known = policy.probe_addresses.iter().map(|known| match known {
                AddressRule::Net(net, length) => format!("\"{net}/{length}\""),
                AddressRule::Host(name) => format!("{name:?}"),
            });
            lines.push(format!("addresses = [{}]", known.chain(addresses).collect::<Vec<_>>().join(", ")));
        }
        lines.join("\n")
    }

    /// The file that a path really means, if it may be written.
    ///
    /// # Errors
    /// [`NotPermitted`].
    pub fn path(&self, path: &Path) -> Result<PathBuf, NotPermitted> {
        let listed = || self.policy.directories.iter();
        let directory = path.parent().unwrap_or_else(|| Path::new("/"));
        let missing_line = |seen: &Path| {
            let really = if seen == path { String::new() } else { format!(" (really {})", seen.display()) };
            let missing = seen.parent().unwrap_or(directory).display().to_string();
            let cause = format!(
                "the policy does not allow writing {}{really}: add {missing:?} to \"directories\" in {}",
                path.display(),
                self.policy.source.display()
            );
            NotPermitted::Refused { cause, missing: Some(Missing::Directory(missing)) }
        };
        let real = match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                return Err(NotPermitted::Unclear(format!("{} is a directory, not a file", path.display())));
            }
            Ok(_) => fs::canonicalize(path).map_err(|error| {
                NotPermitted::Unclear(format!(
                    "{} is a link whose end cannot be reached ({error}); mend or remove it",
                    path.display()
                ))
            })?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let real_directory = match fs::canonicalize(directory) {
                    Ok(real_directory) => real_directory,
                    Err(_) if listed().any(|listed| path.starts_with(listed)) => {
                        return Err(NotPermitted::Unclear(format!(
                            "the directory {} does not exist; make it, with the owner and mode that the service needs",
                            directory.display()
                        )));
                    }
                    Err(_) => return Err(missing_line(path)),
                };
                real_directory.join(path.file_name().unwrap_or_default())
            }
            Err(error) => return Err(FileError::at("read", path)(error).into()),
        };
        let is_allowed = listed()
            .filter_map(|listed| fs::canonicalize(listed).ok())
            .any(|listed| real.starts_with(&listed) && real != listed);
        if !is_allowed {
            return Err(missing_line(&real));
        }
        let own =
            self.own.iter().filter_map(|own| fs::canonicalize(own).ok()).find(|own| real.starts_with(own));
        if let Some(own) = own {
            let cause = format!(
                "{} belongs to the agent itself ({}); no policy line can make it a target",
                path.display(),
                own.display()
            );
            return Err(NotPermitted::Refused { cause, missing: None });
        }
        if real.exists() && !fs::metadata(&real).is_ok_and(|metadata| metadata.is_file()) {
            return Err(NotPermitted::Unclear(format!("{} is not a plain file", real.display())));
        }
        Ok(real)
    }

    /// An nginx server of the policy.
    ///
    /// # Errors
    /// [`NotPermitted::Refused`].
    pub fn nginx(&self, instance: &str) -> Result<&'a NginxInstance, NotPermitted> {
        self.policy.nginx.get(instance).ok_or_else(|| {
            let cause = format!(
                "the policy knows no nginx {instance:?}: add [nginx.{instance}] with its binary, config and reload \
                 to {}",
                self.policy.source.display()
            );
            NotPermitted::Refused { cause, missing: Some(Missing::Nginx(instance.to_owned())) }
        })
    }

    /// Whether plain files may be written at all.
    ///
    /// # Errors
    /// [`NotPermitted::Refused`].
    pub fn file_kind(&self) -> Result<(), NotPermitted> {
        if self.policy.file {
            return Ok(());
        }
        let cause = format!(
            "the policy does not allow targets of kind file: add [file] with enabled = true to {}",
            self.policy.source.display()
        );
        Err(NotPermitted::Refused { cause, missing: Some(Missing::File) })
    }

    /// An action of the policy.
    ///
    /// # Errors
    /// [`NotPermitted::Refused`].
    pub fn action(&self, name: &str) -> Result<&'a Action, NotPermitted> {
        self.policy.actions.get(name).ok_or_else(|| {
            let cause = format!(
                "the policy knows no action {name:?}: add [actions.{name}] with its command to {}",
                self.policy.source.display()
            );
            NotPermitted::Refused { cause, missing: Some(Missing::Action(name.to_owned())) }
        })
    }

    /// Whether an endpoint may be looked at, given what its host resolved to; returns those addresses that may.
    ///
    /// # Errors
    /// [`NotPermitted::Refused`] when the port is not allowed, or no address is.
    pub fn probe(&self, probe: &Probe, resolved: &[SocketAddr]) -> Result<Vec<SocketAddr>, NotPermitted> {
        let source = self.policy.source.display();
        if !self.policy.probe_ports.iter().any(|ports| ports.contains(&probe.port)) {
            let cause = format!(
                "the policy does not allow looking at port {}: add it to \"ports\" under [probe] in {source}",
                probe.port
            );
            return Err(NotPermitted::Refused { cause, missing: Some(Missing::Port(probe.port)) });
        }
        let is_allowed = |address: &&SocketAddr| {
            let rules = &self.policy.probe_addresses;
            rules.iter().any(|rule| rule.covers(&probe.host, address.ip())) || is_own(address.ip())
        };
        let allowed: Vec<SocketAddr> = resolved.iter().filter(is_allowed).copied().collect();
        if allowed.is_empty() {
            let cause = format!(
                "the policy does not allow looking at {}, which is not an address of this host: add it to \
                 \"addresses\" under [probe] in {source}",
                probe.host
            );
            return Err(NotPermitted::Refused { cause, missing: Some(Missing::Address(probe.host.clone())) });
        }
        Ok(allowed)
    }
}

/// Whether an address is this host's: only then can a socket be bound to it.
fn is_own(address: IpAddr) -> bool {
    address.is_loopback() || (!address.is_unspecified() && UdpSocket::bind((address, 0)).is_ok())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn policy(directories: &[&Path]) -> LocalPolicy {
        LocalPolicy {
            source: PathBuf::from("/etc/certctl/agent.toml"),
            directories: directories.iter().map(|path| (*path).to_owned()).collect(),
            probe_ports: vec![443..=443, 8000..=8099],
            ..LocalPolicy::default()
        }
    }

    fn refusal<T: std::fmt::Debug>(result: Result<T, NotPermitted>) -> String {
        match result.unwrap_err() {
            NotPermitted::Refused { cause, .. } => cause,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn links_are_followed_before_a_path_is_judged() {
        let dir = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(dir.path()).unwrap();
        for name in ["in", "in/deep", "out"] {
            fs::create_dir(root.join(name)).unwrap();
        }
        fs::write(root.join("out/secret"), "x").unwrap();
        fs::write(root.join("in/deep/real.pem"), "x").unwrap();
        symlink(root.join("out"), root.join("in/escape")).unwrap();
        symlink(root.join("out/secret"), root.join("in/escape.pem")).unwrap();
        symlink(root.join("in/deep/real.pem"), root.join("in/alias.pem")).unwrap();
        symlink(root.join("nowhere"), root.join("in/dangling.pem")).unwrap();
        let policy = policy(&[&root.join("in")]);
        let permit = Permit::new(&policy, &[]);
        assert_eq!(permit.path(&root.join("in/new.pem")).unwrap(), root.join("in/new.pem"));
        assert_eq!(permit.path(&root.join("in/alias.pem")).unwrap(), root.join("in/deep/real.pem"));
        for escape in ["in/escape/new.pem", "in/escape.pem", "out/new.pem", "elsewhere/new.pem"] {
            let text = refusal(permit.path(&root.join(escape)));
            assert!(text.contains("\"directories\" in /etc/certctl/agent.toml"), "{text}");
        }
        for unclear in ["in/dangling.pem", "in/no-such-dir/a.pem", "in/deep"] {
            let error = permit.path(&root.join(unclear)).unwrap_err();
            assert!(matches!(error, NotPermitted::Unclear(_)), "{unclear}: {error:?}");
        }
    }

    #[test]
    fn the_agents_own_files_are_never_a_target() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("state/keys")).unwrap();
        let policy = policy(&[dir.path()]);
        let own = [dir.path().join("state")];
        let permit = Permit::new(&policy, &own);
        let text = refusal(permit.path(&dir.path().join("state/keys/a.key")));
        assert!(text.contains("belongs to the agent itself"), "{text}");
        assert!(permit.path(&dir.path().join("a.key")).is_ok());
    }

    #[test]
    fn lines_that_are_missing_hold_what_is_there_too_and_can_be_read() {
        let mut policy = policy(&[Path::new("/tls")]);
        policy.probe_addresses = vec![AddressRule::Net("10.0.0.0".parse().unwrap(), 8)];
        let permit = Permit::new(&policy, &[]);
        let missing = BTreeSet::from([
            Missing::Address("vip.example.org".to_owned()),
            Missing::Port(8443),
            Missing::Action("haproxy".to_owned()),
            Missing::File,
            Missing::Nginx("edge".to_owned()),
            Missing::Directory("/srv/tls".to_owned()),
        ]);
        let text = permit.lines(&missing);
        assert!(
            text.starts_with("# /etc/certctl/agent.toml\ndirectories = [\"/tls\", \"/srv/tls\"]\n"),
            "{text}"
        );
        let read = LocalPolicy::parse(Path::new("/x"), &text).unwrap();
        assert_eq!(read.directories, [Path::new("/tls"), Path::new("/srv/tls")]);
        assert!(read.file && read.nginx.contains_key("edge") && read.actions.contains_key("haproxy"));
        assert_eq!(read.probe_ports, [443..=443, 8000..=8099, 8443..=8443]);
        assert_eq!(read.probe_addresses.len(), 2);
        assert_eq!(permit.lines(&BTreeSet::new()), "");
    }

    #[test]
    fn unnamed_instances_actions_and_ports_are_refused_by_name() {
        let policy = policy(&[]);
        let permit = Permit::new(&policy, &[]);
        assert!(refusal(permit.nginx("edge")).contains("[nginx.edge]"));
        assert!(refusal(permit.action("haproxy")).contains("[actions.haproxy]"));
        assert!(refusal(permit.file_kind()).contains("[file]"));
        let probe = |host: &str, port| Probe { host: host.to_owned(), port, server_name: None };
        let own: SocketAddr = "127.0.0.1:443".parse().unwrap();
        let foreign: SocketAddr = "192.0.2.1:443".parse().unwrap();
        assert!(refusal(permit.probe(&probe("127.0.0.1", 22), &[own])).contains("port 22"));
        assert!(refusal(permit.probe(&probe("192.0.2.1", 443), &[foreign])).contains("192.0.2.1"));
        assert_eq!(permit.probe(&probe("localhost", 443), &[foreign, own]).unwrap(), [own]);
    }
}
