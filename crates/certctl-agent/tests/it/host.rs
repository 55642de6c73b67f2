//! A host for tests: a directory, a policy, a key store, and an nginx where one is wanted.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use certctl_agent::installed::Installed;
use certctl_agent::journal::{Journal, Record};
use certctl_agent::keystore::KeyStore;
use certctl_agent::state::StateDir;
use certctl_agent::work::deploy::{Deployer, Places, Watch};
use certctl_api::agent_protocol::{DeployResult, DeployWork, StepReport};
use certctl_core::kill_point::KillPoint;
use certctl_core::time::Ts;
use certctl_pki::{CertificateInfo, KeyAlgorithm, PrivateKey, pair_matches, pem};
use serde_json::{Value, json};

use crate::lab::{Ca, Issued, clock};

fn nginx_script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/peers/nginx.sh")
}

/// A real nginx; ends with this value.
pub(crate) struct Nginx {
    dir: PathBuf,
    values: BTreeMap<String, String>,
}

impl Nginx {
    /// Starts one in `dir`, which may exist but holds no peer yet.
    pub(crate) fn start(dir: &Path) -> Self {
        Self::start_by(dir, |script| Command::new(script))
    }

    /// Starts one by a command of the test's own around the script.
    pub(crate) fn start_by(dir: &Path, command: impl FnOnce(&Path) -> Command) -> Self {
        let output = command(&nginx_script()).arg("start").arg(dir).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "nginx: {}", String::from_utf8_lossy(&output.stderr));
        let value = |line: &str| {
            let (key, value) = line.split_once('=')?;
            Some((key.to_owned(), value.trim_matches('\'').to_owned()))
        };
        Self { dir: dir.to_owned(), values: text.lines().filter_map(value).collect() }
    }

    pub(crate) fn port(&self) -> u16 {
        self.values["NGINX_PORT"].parse().unwrap()
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.values["NGINX_CONF"].clone().into()
    }

    pub(crate) fn certs(&self) -> PathBuf {
        self.values["NGINX_CERTS"].clone().into()
    }

    pub(crate) fn prefix(&self) -> &Path {
        &self.dir
    }

    /// Configuration of a target for site 0 or 1.
    pub(crate) fn target(&self, site: u8) -> Value {
        json!({
            "certificate_path": self.certs().join(format!("site{site}.test.pem")),
            "key_path": self.certs().join(format!("site{site}.test.key")),
            "probe": [{
                "address": format!("127.0.0.1:{}", self.port()), "server_name": format!("site{site}.test"),
            }],
            "probe_timeout_seconds": 5,
        })
    }

    /// The policy lines for this nginx under a name.
    pub(crate) fn policy(&self, name: &str, binary: &Path, reload: &str) -> String {
        format!(
            "[nginx.{name}]\nbinary = {binary:?}\nconfig = {:?}\nprefix = {:?}\nreload = {reload}\n",
            self.config(),
            self.dir
        )
    }

    /// The fingerprint that a foreign client is shown.
    pub(crate) fn served(&self, site: u8) -> String {
        let script = format!(
            "openssl s_client -connect 127.0.0.1:{} -servername site{site}.test </dev/null 2>/dev/null | openssl x509 \
             -outform DER | sha256sum",
            self.port()
        );
        let output = Command::new("sh").args(["-c", &script]).output().unwrap();
        String::from_utf8(output.stdout).unwrap().split_whitespace().next().unwrap().to_owned()
    }

    /// Waits until a foreign client is shown a certificate and no other: for a tenth of a second after a reload an
    /// old worker of nginx accepts beside the new one.
    #[track_caller]
    pub(crate) fn wait_until_served(&self, site: u8, fingerprint: &str) {
        let end = std::time::Instant::now() + std::time::Duration::from_secs(5);
        while !(0..3).all(|_| self.served(site) == fingerprint) {
            assert!(std::time::Instant::now() < end, "{fingerprint} is not served");
        }
    }

    /// Process ids of the workers: they change with every reload.
    pub(crate) fn workers(&self) -> Vec<u32> {
        let master = fs::read_to_string(self.dir.join("nginx.pid")).unwrap();
        let children = format!("/proc/{0}/task/{0}/children", master.trim());
        let text = fs::read_to_string(children).unwrap();
        text.split_whitespace().map(|pid| pid.parse().unwrap()).collect()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let stopped = Command::new(nginx_script()).arg("stop").arg(&self.dir).env("PEERS_KEEP", "1").output();
        if !std::thread::panicking() {
            assert!(stopped.unwrap().status.success(), "nginx did not stop");
        }
    }
}

pub(crate) const NGINX: &str = "/usr/sbin/nginx";

/// A script in the place of nginx that checks as nginx does and reloads nothing.
pub(crate) fn nginx_that_never_reloads(dir: &Path) -> PathBuf {
    let path = dir.join("nginx-that-never-reloads");
    let text = format!("#!/bin/sh\ncase \"$1\" in -s) exit 0;; *) exec {NGINX} \"$@\";; esac\n");
    fs::write(&path, text).unwrap();
    executable(&path);
    path
}

pub(crate) fn executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A small file system of its own.
pub(crate) struct Tmpfs(PathBuf);

impl Tmpfs {
    pub(crate) fn mount(dir: &Path, size: &str) -> Self {
        fs::create_dir_all(dir).unwrap();
        mount(&["-t", "tmpfs", "-o", &format!("size={size},mode=755"), "tmpfs"], dir);
        Self(dir.to_owned())
    }

    pub(crate) fn make_read_only(&self) {
        mount(&["-o", "remount,ro"], &self.0);
    }

    /// Writes until nothing more fits.
    pub(crate) fn fill(&self) {
        let chunk = vec![0_u8; 4_096];
        for number in 0.. {
            if fs::write(self.0.join(format!("filler{number}")), &chunk).is_err() {
                return;
            }
        }
    }

    /// Takes what `fill` wrote away again.
    pub(crate) fn empty(&self) {
        for entry in fs::read_dir(&self.0).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().unwrap().to_str().unwrap().starts_with("filler") {
                fs::remove_file(path).unwrap();
            }
        }
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

fn mount(options: &[&str], dir: &Path) {
    let status = Command::new("mount").args(options).arg(dir).status().unwrap();
    assert!(
        status.success(),
        "this test mounts a small tmpfs: run it as root (in a container with CAP_SYS_ADMIN)"
    );
}

/// Nobody listens; the work is wanted, or not any more.
#[derive(Default)]
pub(crate) struct Watching {
    pub(crate) is_dropped: bool,
}

impl Watch for Watching {
    fn step(&self, _step: &StepReport) {}
    fn n_sent(&self) -> usize {
        0
    }
    fn is_dropped(&self) -> bool {
        self.is_dropped
    }
}

/// The agent's side of a host.
pub(crate) struct Host {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) ca: Ca,
    pub(crate) keys: KeyStore,
    pub(crate) journal: Journal,
    state: StateDir,
}

impl Host {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let state = StateDir::lock(&dir.path().join("state")).unwrap();
        let keys = KeyStore::open(&dir.path().join("state/keys")).unwrap();
        let journal = Journal::new(state.journal_dir());
        Self { dir, ca: Ca::new("deployment test CA"), keys, journal, state }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn write_policy(&self, text: &str) {
        use std::os::unix::fs::PermissionsExt;
        fs::write(self.path("agent.toml"), text).unwrap();
        fs::set_permissions(self.path("agent.toml"), fs::Permissions::from_mode(0o644)).unwrap();
    }

    /// A policy with one nginx, called default, and its probe port.
    pub(crate) fn allow_nginx(&self, nginx: &Nginx, binary: &Path, reload: &str) {
        self.write_policy(&format!(
            "directories = [{:?}]\n{}[probe]\nports = [{}]\n",
            nginx.certs(),
            nginx.policy("default", binary, reload),
            nginx.port()
        ));
    }

    pub(crate) fn deployer(&self) -> Deployer {
        let places = Places {
            journal: self.journal.clone(),
            keys: self.keys.clone(),
            installed: Installed::new(self.state.installed_dir()),
            policy_path: self.path("agent.toml"),
            work_dir: self.state.work_dir(),
            own: vec![self.path("state"), self.path("agent.toml")],
        };
        Deployer::new(places, clock(), KillPoint::default())
    }

    /// A key in the store and a certificate for it.
    pub(crate) fn issue(&self, name: &str) -> Issued {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        self.keys.insert(&"mc-site".parse().unwrap(), &key).unwrap();
        self.ca.issue(key.public_key(), &[name], 86_400)
    }

    pub(crate) async fn deploy(&self, job: &str, issued: &Issued, kind: &str, config: &Value) -> Record {
        let record = Record::accepted(work(job, issued, kind, config));
        self.run(record).await
    }

    pub(crate) async fn run(&self, record: Record) -> Record {
        let deployer = self.deployer();
        deployer.accept(&record).unwrap();
        let record = deployer.run(record, &Watching::default()).await;
        let kept = self.journal.load().unwrap();
        assert!(kept.iter().any(|kept| kept.work.job_id == record.work.job_id && kept.step == record.step));
        record
    }
}

/// Work for the target that is named by its key's file, such as `tgt-a` for `a.key`.
pub(crate) fn work(job: &str, issued: &Issued, kind: &str, config: &Value) -> DeployWork {
    let stem = config["key_path"].as_str().and_then(|path| Path::new(path).file_stem()?.to_str());
    let target = stem.and_then(|stem| format!("tgt-{stem}").parse().ok());
    DeployWork {
        job_id: job.parse().unwrap(),
        lease_token: "lease".to_owned(),
        lease_expires_at: Ts::from_second(crate::lab::now() + 300),
        lease_seconds: 60,
        attempt: 1,
        certificate_id: "mc-site".parse().unwrap(),
        version_id: "cv-1".parse().unwrap(),
        chain_pem: issued.chain_pem.clone(),
        fingerprint_sha256: issued.fingerprint.clone(),
        public_key_sha256: issued.public_key_sha256.clone(),
        target_id: target.unwrap_or_else(|| "tgt-site".parse().unwrap()),
        target_kind: kind.to_owned(),
        target_config: config.clone(),
    }
}

pub(crate) fn step_names(record: &Record) -> Vec<&str> {
    record.steps.iter().map(|step| step.name.as_str()).collect()
}

#[track_caller]
pub(crate) fn is_live(record: &Record) -> &DeployResult {
    let result = record.result.as_ref().unwrap();
    assert!(matches!(result, DeployResult::Live { .. }), "{result:?}");
    result
}

/// The files of a directory, hidden ones too, without what a test put there itself.
pub(crate) fn files(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("filler"))
        .collect();
    names.sort();
    names
}

/// Whether certificate and key in the files belong together; the fingerprint of the certificate.
#[track_caller]
pub(crate) fn pair(config: &Value) -> String {
    let read = |key: &str| fs::read_to_string(config[key].as_str().unwrap()).unwrap();
    let certificates = pem::decode_certificates(&read("certificate_path")).unwrap();
    let key_text = read("key_path");
    let info = CertificateInfo::parse(&certificates[0]).unwrap();
    // nginx's first keys are in the older SEC 1 form, which the product does not read.
    if let Ok(key) = PrivateKey::from_pem(&key_text) {
        assert!(pair_matches(&key, &certificates[0]).unwrap(), "certificate and key are a mix");
    }
    info.fingerprint_sha256
}
