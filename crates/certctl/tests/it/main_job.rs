//! A certificate is requested, the agent makes the key, the control plane issues, the agent deploys to a real nginx, and
//! a handshake proves it; whatever is killed meanwhile.

use serde_json::Value;

use crate::fleet::{Fleet, eventually};

fn create(fleet: &Fleet, id: &str) -> Value {
    let arguments = ["certs", "create", "--id", id, "--name", "site0.test", "--target", "tgt-nginx"];
    fleet.json(&arguments)
}

/// The fingerprint of the one version, once it is seen live.
fn live(fleet: &Fleet, id: &str) -> String {
    let deployment = eventually("a live deployment", || {
        let output = fleet.run(&["certs", "deployments", id, "-o", "json"]);
        let page: Value = serde_json::from_slice(&output.stdout).ok()?;
        let live = page["items"].as_array()?.iter().find(|d| d["state"] == "live")?.clone();
        Some(live)
    });
    let versions = fleet.json(&["certs", "versions", id]);
    assert_eq!(versions["items"].as_array().unwrap().len(), 1, "one version for one intent");
    assert_eq!(deployment["fingerprint_sha256"], versions["items"][0]["fingerprint_sha256"]);
    deployment["fingerprint_sha256"].as_str().unwrap().to_owned()
}

#[test]
fn a_certificate_goes_live_and_openssl_sees_it() {
    let fleet = Fleet::start(false);
    let before = fleet.served().unwrap();
    let shown =
        fleet.certctl(&["certs", "create", "--name", "site0.test", "--target", "tgt-nginx", "--wait"]);
    let served = fleet.served().unwrap();
    assert_ne!(served, before);
    let upper = served.to_uppercase();
    let pairs: Vec<&str> = (0..upper.len()).step_by(2).map(|at| &upper[at..at + 2]).collect();
    let colons = pairs.join(":");
    assert!(shown.contains(&colons), "{shown}");
    fleet.certctl(&["audit", "verify"]);
}

#[test]
fn a_broken_configuration_leaves_the_old_certificate_and_says_why() {
    let fleet = Fleet::start(false);
    let before = fleet.served().unwrap();
    let conf = fleet.path("nginx/nginx.conf");
    let text = std::fs::read_to_string(&conf).unwrap();
    std::fs::write(&conf, format!("{text}\nnonsense;\n")).unwrap();
    create(&fleet, "mc-web");
    let error = eventually("a reported failure", || {
        let jobs = fleet.json(&["jobs", "list", "--kind", "Deployment"]);
        jobs["items"][0]["error"].as_str().map(str::to_owned)
    });
    assert!(error.contains("nonsense"), "{error}");
    assert_eq!(fleet.served().unwrap(), before);
    std::fs::write(&conf, text).unwrap();
    let served = live(&fleet, "mc-web");
    assert_eq!(fleet.served().unwrap(), served, "tried again with back-off");
}

/// The agent kills itself at the step; started anew, it brings the deployment to its end.
fn agent_dies_at(step: &str) {
    let mut fleet = Fleet::start(false);
    let before = fleet.served().unwrap();
    fleet.kill_agent();
    fleet.start_agent(Some(step));
    create(&fleet, "mc-web");
    fleet.agent_died();
    let between = fleet.served().unwrap();
    fleet.start_agent(None);
    let wanted = live(&fleet, "mc-web");
    assert!(between == before || between == wanted, "{step}: old or new, never another");
    assert_eq!(fleet.served().unwrap(), wanted, "{step}");
}

/// The control plane kills itself at the step; started anew, the job is completed.
fn server_dies_at(step: &str, postgres: bool) {
    let mut fleet = Fleet::start(postgres);
    fleet.kill_server();
    fleet.start_server(Some(step));
    // The answer may be cut off by the death.
    fleet.run(&["certs", "create", "--id", "mc-web", "--name", "site0.test", "--target", "tgt-nginx"]);
    fleet.server_died();
    fleet.start_server(None);
    let wanted = live(&fleet, "mc-web");
    assert_eq!(fleet.served().unwrap(), wanted, "{step}");
}

macro_rules! agent_steps {
    ($($name:ident $step:literal),+ $(,)?) => { mod agent_dies {
        $(#[test]
        fn $name() {
            super::agent_dies_at($step);
        })+
    } };
}

agent_steps!(
    after_the_key_is_stored "csr.key_stored",
    after_it_accepted "deploy.accepted",
    after_the_backup "deploy.backed_up",
    after_staging "deploy.staged",
    after_validation "deploy.validated",
    after_the_key_was_swapped "deploy.swapped.key",
    after_the_certificate_was_swapped "deploy.swapped.certificate",
    after_the_reload "deploy.reloaded",
    after_the_sighting "deploy.verified",
    before_the_report "report.before_send",
);

macro_rules! server_steps {
    ($($name:ident $step:literal),+ $(,)?) => { mod server_dies { $(
        mod $name {
            #[test]
            fn on_sqlite() {
                super::super::server_dies_at($step, false);
            }
            #[test]
            fn on_postgres() {
                super::super::server_dies_at($step, true);
            }
        }
    )+ } };
}

server_steps!(
    after_the_plan "issue.planned",
    after_the_signature "issue.signed",
    after_the_version "issue.stored",
);
