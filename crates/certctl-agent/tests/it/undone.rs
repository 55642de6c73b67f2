//! Deployments that fail: what is served afterwards, and what is said.

use std::fs;
use std::path::Path;

use certctl_agent::journal::Record;
use certctl_agent::work::step::Step;
use certctl_api::agent_protocol::DeployResult;
use certctl_pki::{KeyAlgorithm, PrivateKey};
use serde_json::{Value, json};

use crate::host::{
    Host, NGINX, Nginx, Tmpfs, Watching, executable, files, is_live, nginx_that_never_reloads, pair,
    step_names, work,
};

/// Asserts that a deployment failed before anything was changed; returns step, cause and whether it is tried again.
#[track_caller]
fn unchanged(record: &Record) -> (&str, &str, bool) {
    assert_eq!(record.step, Step::Abandoned);
    match record.result.as_ref().unwrap() {
        DeployResult::Failed { step, cause, target_in_doubt: false, retryable, .. } => {
            (step, cause, *retryable)
        }
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn rolled_back(record: &Record) -> (&str, &str, bool) {
    assert_eq!(record.step, Step::Restored);
    match record.result.as_ref().unwrap() {
        DeployResult::RolledBack { step, cause, retryable, .. } => (step, cause, *retryable),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_broken_nginx_configuration_changes_nothing() {
    let host = Host::new();
    let nginx = Nginx::start(&host.path("nginx"));
    host.allow_nginx(&nginx, Path::new(NGINX), "\"command\"");
    let text = fs::read_to_string(nginx.config()).unwrap();
    fs::write(nginx.config(), text.replace("access_log off;", "access_log off;\n  sever_tokens off;"))
        .unwrap();
    let (before, certs, target) = (nginx.served(0), files(&nginx.certs()), nginx.target(0));
    let (in_files, config_dir) = (pair(&target), files(nginx.prefix()));
    let record = host.deploy("job-1", &host.issue("site0.test"), "nginx", &target).await;
    let (step, cause, retryable) = unchanged(&record);
    assert_eq!((step, retryable), ("validate", true));
    assert!(cause.contains("unknown directive \"sever_tokens\""), "{cause}");
    assert!(cause.contains(&format!("{}:", nginx.config().display())), "{cause}");
    assert!(!cause.contains("certctl-check"), "{cause}");
    assert_eq!((nginx.served(0), pair(&target), files(&nginx.certs())), (before, in_files, certs));
    assert_eq!(files(nginx.prefix()), config_dir);
}

#[tokio::test]
async fn an_endpoint_that_keeps_serving_the_old_certificate_is_rolled_back() {
    let host = Host::new();
    let nginx = Nginx::start(&host.path("nginx"));
    host.allow_nginx(&nginx, &nginx_that_never_reloads(host.dir.path()), "\"command\"");
    let (before, certs) = (nginx.served(0), files(&nginx.certs()));
    let mut target = nginx.target(0);
    target["probe_timeout_seconds"] = json!(1);
    let issued = host.issue("site0.test");
    let record = host.deploy("job-1", &issued, "nginx", &target).await;
    let (step, cause, retryable) = rolled_back(&record);
    assert_eq!((step, retryable), ("probe", true));
    // Both facts: what was wanted and what is served.
    assert!(cause.contains(&issued.fingerprint) && cause.contains(&before), "{cause}");
    let Some(DeployResult::RolledBack { seen, previous_fingerprint, .. }) = &record.result else { panic!() };
    assert_eq!(seen[0].fingerprint_sha256.as_ref(), Some(&before));
    assert_eq!(previous_fingerprint.as_ref(), Some(&before));
    assert_eq!((nginx.served(0), pair(&target), files(&nginx.certs())), (before.clone(), before, certs));
    assert_eq!(host.keys.current(&"mc-site".parse().unwrap()), None);
    let names = ["check", "backup", "stage", "validate", "swap", "swap", "reload", "probe", "restore"];
    assert_eq!(step_names(&record), names);
    // The same work again, with a service that reloads.
    host.allow_nginx(&nginx, Path::new(NGINX), "\"command\"");
    is_live(&host.deploy("job-1", &issued, "nginx", &target).await);
    nginx.wait_until_served(0, &issued.fingerprint);
}

#[tokio::test]
async fn a_full_disk_fails_before_anything_is_changed() {
    let host = Host::new();
    let small = Tmpfs::mount(&host.path("nginx/certs"), "64k");
    let nginx = Nginx::start(&host.path("nginx"));
    host.allow_nginx(&nginx, Path::new(NGINX), "\"command\"");
    small.fill();
    let (before, certs) = (nginx.served(0), files(&nginx.certs()));
    let record = host.deploy("job-1", &host.issue("site0.test"), "nginx", &nginx.target(0)).await;
    let (step, cause, retryable) = unchanged(&record);
    assert_eq!((step, retryable), ("stage", true));
    assert!(cause.contains("No space left on device"), "{cause}");
    assert_eq!((nginx.served(0), files(&nginx.certs())), (before, certs));
    drop(nginx);
}

#[tokio::test]
async fn a_directory_that_cannot_be_written_fails_before_anything_is_changed() {
    let host = Host::new();
    let sealed = Tmpfs::mount(&host.path("nginx/certs"), "256k");
    let nginx = Nginx::start(&host.path("nginx"));
    host.allow_nginx(&nginx, Path::new(NGINX), "\"command\"");
    sealed.make_read_only();
    let before = nginx.served(0);
    let record = host.deploy("job-1", &host.issue("site0.test"), "nginx", &nginx.target(0)).await;
    let (step, cause, retryable) = unchanged(&record);
    assert_eq!((step, retryable), ("backup", true));
    assert!(cause.contains("Read-only file system") && cause.contains("certs"), "{cause}");
    assert_eq!(nginx.served(0), before);
    drop(nginx);
}

fn plain(host: &Host) -> Value {
    fs::create_dir_all(host.path("tls")).unwrap();
    host.write_policy(&format!("directories = [{:?}]\n[file]\n", host.path("tls")));
    json!({ "certificate_path": host.path("tls/a.pem"), "key_path": host.path("tls/a.key") })
}

#[tokio::test]
async fn a_key_that_does_not_fit_is_never_written() {
    let host = Host::new();
    let target = plain(&host);
    let (one, two) = (host.issue("a.test"), host.issue("a.test"));
    let mut crossed = one.clone();
    crossed.public_key_sha256 = two.public_key_sha256;
    let record = host.deploy("job-1", &crossed, "file", &target).await;
    let (step, cause, retryable) = unchanged(&record);
    assert_eq!((step, retryable), ("check", false));
    assert!(cause.contains("the key does not fit"), "{cause}");
    // A certificate for a key that is not on this host.
    let foreign = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let record =
        host.deploy("job-2", &host.ca.issue(foreign.public_key(), &["a.test"], 60), "file", &target).await;
    assert!(unchanged(&record).1.contains("there is no key"), "{record:?}");
    // Another certificate than the one announced.
    let mut renamed = one.clone();
    renamed.fingerprint = "0".repeat(64);
    let record = host.deploy("job-3", &renamed, "file", &target).await;
    assert!(unchanged(&record).1.contains("its fingerprint is"), "{record:?}");
    // One that is over.
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    host.keys.insert(&"mc-site".parse().unwrap(), &key).unwrap();
    let record =
        host.deploy("job-4", &host.ca.issue(key.public_key(), &["a.test"], -5), "file", &target).await;
    assert!(unchanged(&record).1.contains("expired"), "{record:?}");
    assert!(files(&host.path("tls")).is_empty());
}

#[tokio::test]
async fn a_failing_action_puts_the_old_files_back_or_removes_the_first_ones() {
    let host = Host::new();
    let mut target = plain(&host);
    let script = host.path("action.sh");
    fs::write(&script, "#!/bin/sh\necho 'the service says no' >&2; exit 7\n").unwrap();
    executable(&script);
    let policy = |command: &Path| {
        host.write_policy(&format!(
            "directories = [{:?}]\n[file]\n[actions.restart]\ncommand = [{command:?}]\n",
            host.path("tls")
        ));
    };
    policy(&script);
    target["action"] = json!("restart");
    let record = host.deploy("job-1", &host.issue("a.test"), "file", &target).await;
    // Without an endpoint, and with the action failing again, nobody can say that the old state is back.
    match record.result.as_ref().unwrap() {
        DeployResult::Failed { step, cause, target_in_doubt: true, .. } => {
            assert_eq!(step, "reload");
            assert!(cause.contains("the service says no"), "{cause}");
        }
        other => panic!("{other:?}"),
    }
    assert!(files(&host.path("tls")).is_empty());
    policy(Path::new("/bin/true"));
    let good = host.issue("a.test");
    host.deploy("job-2", &good, "file", &target).await;
    let once = format!("#!/bin/sh\n[ -e {0} ] && exit 0; touch {0}; exit 7\n", host.path("mark").display());
    fs::write(&script, once).unwrap();
    policy(&script);
    let record = host.deploy("job-3", &host.issue("a.test"), "file", &target).await;
    assert_eq!(rolled_back(&record).0, "reload");
    assert_eq!(pair(&target), good.fingerprint);
    assert_eq!(files(&host.path("tls")), ["a.key", "a.pem"]);
}

#[tokio::test]
async fn a_change_made_by_hand_meanwhile_is_kept_and_reported() {
    let host = Host::new();
    let mut target = plain(&host);
    target["action"] = json!("edit");
    host.write_policy(&format!(
        "directories = [{:?}]\n[file]\n[actions.edit]\ncommand = [\"/bin/cp\", {:?}, {:?}]\n",
        host.path("tls"),
        host.path("by-hand"),
        host.path("tls/a.pem")
    ));
    fs::write(host.path("by-hand"), "made by hand").unwrap();
    let record = host.deploy("job-1", &host.issue("a.test"), "file", &target).await;
    match record.result.as_ref().unwrap() {
        DeployResult::Failed { cause, target_in_doubt: true, retryable: false, .. } => {
            assert!(cause.contains("changed by somebody else"), "{cause}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(fs::read_to_string(host.path("tls/a.pem")).unwrap(), "made by hand");
}

#[tokio::test]
async fn work_that_was_taken_back_before_the_swap_changes_nothing() {
    let host = Host::new();
    let target = plain(&host);
    let record = Record::accepted(work("job-1", &host.issue("a.test"), "file", &target));
    let deployer = host.deployer();
    deployer.accept(&record).unwrap();
    let record = deployer.run(record, &Watching { is_dropped: true }).await;
    let (step, cause, _) = unchanged(&record);
    assert_eq!(step, "validate");
    assert!(cause.contains("took this work back"), "{cause}");
    assert!(files(&host.path("tls")).is_empty());
}

#[tokio::test]
async fn a_deployment_found_at_any_step_before_the_swap_begins_again() {
    let host = Host::new();
    let target = plain(&host);
    let issued = host.issue("a.test");
    for (number, step) in
        [Step::Accepted, Step::Checked, Step::BackedUp, Step::Staged].into_iter().enumerate()
    {
        let mut record = Record::accepted(work(&format!("job-{number}"), &issued, "file", &target));
        record.step = step;
        fs::remove_file(host.path("tls/a.pem")).ok();
        let record = host.run(record).await;
        assert_eq!(record.step, Step::Committed, "{step}");
        assert_eq!(pair(&target), issued.fingerprint);
    }
}
