//! Deployments that succeed.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;

use certctl_agent::work::step::Step;
use certctl_api::agent_protocol::DeployResult;
use serde_json::json;

use crate::host::{Host, NGINX, Nginx, Tmpfs, executable, files, is_live, pair, step_names};

#[tokio::test]
async fn a_new_certificate_is_served_and_nothing_is_left_behind() {
    let host = Host::new();
    let nginx = Nginx::start(&host.path("nginx"));
    host.allow_nginx(&nginx, Path::new(NGINX), "\"command\"");
    let (before, config_dir) = (nginx.served(0), files(nginx.prefix()));
    let certs = files(&nginx.certs());
    let issued = host.issue("site0.test");
    let target = nginx.target(0);
    let record = host.deploy("job-1", &issued, "nginx", &target).await;
    let DeployResult::Live { seen, previous_fingerprint, already_live: false } = is_live(&record) else {
        panic!("{record:?}")
    };
    assert_eq!(seen[0].fingerprint_sha256.as_ref(), Some(&issued.fingerprint));
    assert_eq!(previous_fingerprint.as_ref(), Some(&before));
    // At once, and every time: the old workers were seen to stop.
    for _ in 0..5 {
        assert_eq!(nginx.served(0), issued.fingerprint);
    }
    assert_ne!(nginx.served(1), issued.fingerprint);
    assert_eq!(pair(&target), issued.fingerprint);
    let names = ["check", "backup", "stage", "validate", "swap", "swap", "reload", "probe", "commit"];
    assert_eq!(step_names(&record), names);
    assert!(record.steps[3].detail.contains("2 places use them"), "{}", record.steps[3].detail);
    assert_eq!((files(&nginx.certs()), files(nginx.prefix())), (certs, config_dir));
    assert_eq!(host.keys.current(&"mc-site".parse().unwrap()), Some(issued.public_key_sha256));
    host.deployer().forget(&record).unwrap();
    assert!(host.journal.load().unwrap().is_empty());
}

#[tokio::test]
async fn what_is_live_already_is_not_reloaded_but_its_permissions_are_mended() {
    let host = Host::new();
    let nginx = Nginx::start(&host.path("nginx"));
    host.allow_nginx(&nginx, Path::new(NGINX), "\"command\"");
    let issued = host.issue("site0.test");
    let mut target = nginx.target(0);
    is_live(&host.deploy("job-1", &issued, "nginx", &target).await);
    let key = nginx.certs().join("site0.test.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o666)).unwrap();
    target["key_mode"] = json!("0640");
    let workers = nginx.workers();
    let record = host.deploy("job-2", &issued, "nginx", &target).await;
    assert!(matches!(is_live(&record), DeployResult::Live { already_live: true, .. }), "{record:?}");
    assert_eq!(step_names(&record), ["check"]);
    assert!(record.steps[0].detail.contains("mode 0666 to 0640"), "{}", record.steps[0].detail);
    assert_eq!(fs::metadata(&key).unwrap().mode() & 0o777, 0o640);
    assert_eq!(nginx.workers(), workers);
}

#[tokio::test]
async fn owner_group_and_mode_stay_and_links_are_followed() {
    let host = Host::new();
    let nginx = Nginx::start(&host.path("nginx"));
    host.allow_nginx(&nginx, Path::new(NGINX), "\"signal\"");
    let (certificate, key) = (nginx.certs().join("site0.test.pem"), nginx.certs().join("site0.test.key"));
    fs::create_dir(nginx.certs().join("real")).unwrap();
    fs::rename(&certificate, nginx.certs().join("real/a.pem")).unwrap();
    std::os::unix::fs::symlink("real/a.pem", &certificate).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).unwrap();
    if nix::unistd::geteuid().is_root() {
        chown(&key, Some(65_534), Some(12)).unwrap();
    }
    let owner = fs::metadata(&key).unwrap();
    let issued = host.issue("site0.test");
    let record = host.deploy("job-1", &issued, "nginx", &nginx.target(0)).await;
    is_live(&record);
    nginx.wait_until_served(0, &issued.fingerprint);
    let now = fs::metadata(&key).unwrap();
    assert_eq!((now.uid(), now.gid(), now.mode()), (owner.uid(), owner.gid(), owner.mode()));
    assert!(fs::symlink_metadata(&certificate).unwrap().is_symlink());
    assert_eq!(files(&nginx.certs().join("real")), ["a.pem"]);
}

#[tokio::test]
async fn the_first_certificate_of_a_new_site_is_checked_before_it_is_in_place() {
    let host = Host::new();
    let nginx = Nginx::start(&host.path("nginx"));
    host.allow_nginx(&nginx, Path::new(NGINX), "\"command\"");
    fs::create_dir(nginx.prefix().join("sites")).unwrap();
    let site = format!(
        "server {{ listen 127.0.0.1:{} ssl; server_name new.test; ssl_certificate certs/new.pem; ssl_certificate_key \
         certs/new.key; }}",
        nginx.port()
    );
    fs::write(nginx.prefix().join("sites/new.conf"), site).unwrap();
    let text = fs::read_to_string(nginx.config()).unwrap();
    fs::write(nginx.config(), text.replace("default_type", "include sites/*.conf; default_type")).unwrap();
    let issued = host.issue("new.test");
    let mut target = nginx.target(0);
    target["certificate_path"] = json!(nginx.certs().join("new.pem"));
    target["key_path"] = json!(nginx.certs().join("new.key"));
    target["probe"][0]["server_name"] = json!("new.test");
    let record = host.deploy("job-1", &issued, "nginx", &target).await;
    is_live(&record);
    assert!(record.steps[3].detail.contains("2 places use them"), "{}", record.steps[3].detail);
    assert_eq!(fs::metadata(nginx.certs().join("new.key")).unwrap().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(nginx.certs().join("new.pem")).unwrap().mode() & 0o777, 0o644);
}

#[tokio::test]
async fn a_configuration_directory_that_cannot_be_written_is_checked_after_the_swap_and_says_so() {
    let host = Host::new();
    let nginx = Nginx::start(&host.path("nginx"));
    let config_dir = host.path("etc-nginx");
    let sealed = Tmpfs::mount(&config_dir, "256k");
    fs::copy(nginx.config(), config_dir.join("nginx.conf")).unwrap();
    sealed.make_read_only();
    host.write_policy(&format!(
        "directories = [{:?}]\n[nginx.default]\nbinary = {NGINX:?}\nconfig = {:?}\nprefix = {:?}\n[probe]\nports = [{}]\n",
        nginx.certs(),
        config_dir.join("nginx.conf"),
        nginx.prefix(),
        nginx.port()
    ));
    let issued = host.issue("site0.test");
    let record = host.deploy("job-1", &issued, "nginx", &nginx.target(0)).await;
    is_live(&record);
    assert!(record.steps[3].detail.contains("after the swap"), "{}", record.steps[3].detail);
    nginx.wait_until_served(0, &issued.fingerprint);
}

#[tokio::test]
async fn plain_files_are_written_and_their_action_is_run() {
    let host = Host::new();
    fs::create_dir(host.path("tls")).unwrap();
    let script = host.path("action.sh");
    fs::write(&script, format!("#!/bin/sh\necho \"$#:$1:$HOME\" >> {}\n", host.path("ran").display()))
        .unwrap();
    executable(&script);
    host.write_policy(&format!(
        "directories = [{:?}]\n[file]\n[actions.restart]\ncommand = [{script:?}, \"one $HOME\"]\n",
        host.path("tls")
    ));
    let target = json!({
        "certificate_path": host.path("tls/a.pem"), "key_path": host.path("tls/a.key"),
        "chain_path": host.path("tls/chain.pem"), "fullchain": false, "action": "restart",
    });
    let issued = host.issue("a.test");
    let record = host.deploy("job-1", &issued, "file", &target).await;
    let result = record.result.as_ref().unwrap();
    assert!(matches!(result, DeployResult::Installed { previous_fingerprint: None }), "{result:?}");
    assert_eq!(record.step, Step::Committed);
    assert_eq!(pair(&target), issued.fingerprint);
    let count = |name: &str| fs::read_to_string(host.path(name)).unwrap().matches("BEGIN CERT").count();
    assert_eq!((count("tls/a.pem"), count("tls/chain.pem")), (1, 1));
    // One argument, as it is written in the policy: there is no shell that would fill in a variable.
    assert_eq!(fs::read_to_string(host.path("ran")).unwrap(), "1:one $HOME:\n");
    assert_eq!(files(&host.path("tls")), ["a.key", "a.pem", "chain.pem"]);
}
