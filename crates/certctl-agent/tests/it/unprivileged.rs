//! The agent as a user of no special rights, with an nginx of the same user: what it may do works, and what it may not is
//! named before anything is changed.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::{Command, Stdio};

use certctl_api::agent_protocol::DeployResult;
use nix::unistd::{Group, User, chown};
use serde_json::{Value, json};

use crate::control_plane::ControlPlane;
use crate::enrolled::Running;
use crate::host::{NGINX, Nginx, pair};

/// Debian's and everybody's user of no rights.
const USER: &str = "nobody";
/// A group that the user is put into for the test.
const GROUP: &str = "www-data";

struct Case {
    // Stopped before its directory goes.
    nginx: Nginx,
    dir: tempfile::TempDir,
    control_plane: ControlPlane,
    user: User,
}

/// A command as the user, in one group of its own and one more.
fn as_user(user: &User, program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    let group = Group::from_name(GROUP).unwrap().unwrap();
    command
        .arg(format!("--reuid={}", user.uid))
        .arg(format!("--regid={}", user.gid))
        .arg(format!("--groups={}", group.gid))
        .args(["--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"])
        .arg(program);
    command
}

impl Case {
    fn new() -> Self {
        assert!(
            nix::unistd::geteuid().is_root(),
            "this test starts processes as {USER}: run it as root (in a container)"
        );
        let user = User::from_name(USER).unwrap().unwrap();
        let (dir, control_plane) = (tempfile::tempdir().unwrap(), ControlPlane::start());
        chown(dir.path(), Some(user.uid), Some(user.gid)).unwrap();
        let nginx = Nginx::start_by(&dir.path().join("nginx"), |script| as_user(&user, script));
        // Where the build lies the user may not look.
        let program = dir.path().join("certctl-agent");
        fs::copy(env!("CARGO_BIN_EXE_certctl-agent"), &program).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let policy = format!(
            "directories = [{:?}]\n{}[probe]\nports = [{}]\n",
            nginx.certs(),
            nginx.policy("default", Path::new(NGINX), "\"command\""),
            nginx.port()
        );
        fs::write(dir.path().join("agent.toml"), policy).unwrap();
        let case = Self { nginx, dir, control_plane, user };
        let token = case.dir.path().join("token");
        fs::write(&token, case.control_plane.invite().expose()).unwrap();
        let joined = case
            .agent()
            .args(["join", &case.control_plane.url(), "--token-file"])
            .arg(&token)
            .stdout(Stdio::null())
            .status();
        assert!(joined.unwrap().success());
        case
    }

    fn agent(&self) -> Command {
        let dir = self.dir.path();
        let log = fs::OpenOptions::new().create(true).append(true).open(dir.join("agent.log")).unwrap();
        let mut command = as_user(&self.user, &dir.join("certctl-agent"));
        command
            .env("CERTCTL_STATE_DIR", dir.join("agent"))
            .env("CERTCTL_AGENT_POLICY", dir.join("agent.toml"))
            .env_remove("CERTCTL_KEY_DIR")
            .stderr(log);
        command
    }

    fn start(&self) -> Running {
        let mut command = self.agent();
        command.arg("run");
        Running::spawn(command)
    }

    fn target(&self, more: Value) -> Value {
        let mut target = self.nginx.target(0);
        for (key, value) in more.as_object().unwrap() {
            target[key] = value.clone();
        }
        target
    }
}

#[test]
fn an_agent_without_rights_deploys_to_an_nginx_of_its_own_user() {
    let case = Case::new();
    let group = Group::from_name(GROUP).unwrap().unwrap();
    // A group that the agent is in, and modes, are what it may set.
    let target = case.target(json!({ "group": GROUP, "key_mode": "0640", "certificate_mode": "0644" }));
    case.control_plane.want("job-a", "site0.test", "nginx", &target);
    let mut agent = case.start();
    let result = case.control_plane.wait_for_result("job-a");
    assert!(matches!(result, DeployResult::Live { .. }), "{result:?}");
    let fingerprint = case.control_plane.job("job-a").issued.unwrap().fingerprint;
    assert_eq!(pair(&target), fingerprint);
    case.nginx.wait_until_served(0, &fingerprint);
    for (field, mode) in [("key_path", 0o640), ("certificate_path", 0o644)] {
        let metadata = fs::metadata(target[field].as_str().unwrap()).unwrap();
        assert_eq!(metadata.uid(), case.user.uid.as_raw(), "{field}");
        assert_eq!((metadata.gid(), metadata.mode() & 0o7777), (group.gid.as_raw(), mode), "{field}");
    }
    let key = fs::read_dir(case.dir.path().join("agent/keys/mc-site")).unwrap().next().unwrap().unwrap();
    assert_eq!(key.metadata().unwrap().uid(), case.user.uid.as_raw());
    assert!(agent.terminate().success());
}

#[test]
fn a_file_that_would_have_to_be_given_away_is_refused_with_what_to_do() {
    let case = Case::new();
    let before = pair(&case.nginx.target(0));
    let target = case.target(json!({ "owner": "root" }));
    case.control_plane.want("job-a", "site0.test", "nginx", &target);
    let mut agent = case.start();
    let result = case.control_plane.wait_for_result("job-a");
    let DeployResult::Failed { cause, target_in_doubt: false, .. } = result else { panic!("{result:?}") };
    for words in ["has to belong to user 0", "CAP_CHOWN", "\"owner\" and \"group\""] {
        assert!(cause.contains(words), "{words}: {cause}");
    }
    assert_eq!(pair(&target), before);
    case.nginx.wait_until_served(0, &before);
    assert!(agent.terminate().success());
}

#[test]
fn a_directory_that_the_agent_may_not_write_is_named() {
    let case = Case::new();
    let before = pair(&case.nginx.target(0));
    let certs = case.nginx.certs();
    chown(&certs, Some(nix::unistd::Uid::from_raw(0)), None).unwrap();
    let target = case.target(json!({}));
    case.control_plane.want("job-a", "site0.test", "nginx", &target);
    let mut agent = case.start();
    let result = case.control_plane.wait_for_result("job-a");
    let DeployResult::Failed { cause, target_in_doubt: false, .. } = result else { panic!("{result:?}") };
    assert!(cause.contains("Permission denied"), "{cause}");
    assert!(cause.contains(certs.to_str().unwrap()), "{cause}");
    assert_eq!(pair(&target), before);
    assert!(agent.terminate().success());
}
