//! Deployments that fail, end to end: the old certificate stays, both facts are reported, the job is tried again with
//! back-off and is Failed in the end with a cause that a person understands; once the cause is mended, it succeeds.
//!
//! Not for: what the agent does in each case (its own tests).

use std::time::Duration;

use certctl_core::time::Ts;
use certctl_pki::{KeyAlgorithm, PrivateKey};
use serde_json::{Value, json};

use crate::fleet::{Fleet, Parts};
use crate::handshakes::{Handshakes, Tally};
use crate::host::{Host, NGINX};
use crate::small_disk::SmallDisk;

struct Scene {
    fleet: Fleet,
    first: String,
    files: Vec<String>,
    handshakes: Handshakes,
}

/// What a failed job is expected to say.
struct Expected<'a> {
    /// How the error begins: the step that failed.
    step: &'a str,
    /// What it names.
    words: &'a [&'a str],
    /// What became of the old certificate.
    fact: &'a str,
    /// The deployment's state.
    state: &'a str,
    n_tries: i64,
}

fn time(job: &Value, field: &str) -> Ts {
    job[field].as_str().unwrap().parse().unwrap()
}

impl Scene {
    fn new() -> Self {
        Self::of(Fleet::of(&Parts::small(false)))
    }

    fn of(fleet: Fleet) -> Self {
        fleet.certctl(&[
            "renewal-policies",
            "create",
            "--id",
            "rp-twice",
            "--name",
            "twice",
            "--max-attempts",
            "2",
        ]);
        let (first, files) = (fleet.served().unwrap(), fleet.hosts[0].files());
        let handshakes = Handshakes::begin(&fleet, 0, Duration::from_millis(100));
        Self { fleet, first, files, handshakes }
    }

    /// A host whose live files are on a disk of their own.
    fn on_small_disk() -> (Self, SmallDisk) {
        let mut fleet = Fleet::alone(false);
        let dir = fleet.path("host-1");
        let disk = SmallDisk::mount(&dir.join("nginx/certs"));
        fleet.add_host(Host::new(&dir, "web-1", 1));
        let target = fleet.hosts[0].target(0);
        fleet.create_target("tgt-nginx", "nginx", 0, &target);
        (Self::of(fleet), disk)
    }

    fn create(&self) {
        let what = ["certs", "create", "--id", "mc-web", "--name", "site0.test", "--target", "tgt-nginx"];
        self.fleet.certctl(&[&what[..], &["--policy", "rp-twice"]].concat());
    }

    /// The job fails as expected, now and finally; its id.
    #[track_caller]
    fn fails(&self, expected: &Expected<'_>) -> String {
        let first = self.fleet.deployment_job("mc-web", "a reported failure", |job| job["error"].is_string());
        Self::says(&first, expected);
        assert_eq!(first["attempts"], 1, "{first}");
        assert_eq!(first["max_attempts"], 2, "{first}");
        if expected.n_tries > 1 {
            assert_eq!(first["state"], "Pending", "{first}");
            // The first wait of the table is 5 s and up to a tenth.
            let wait = time(&first, "run_after").since(time(&first, "updated_at"));
            assert!((5_000..=5_500).contains(&wait.as_millis()), "{wait:?}");
        }
        self.nothing_changed();
        let last = self.fleet.deployment_job("mc-web", "the job's end", |job| job["state"] == "Failed");
        Self::says(&last, expected);
        assert_eq!((&last["id"], &last["attempts"]), (&first["id"], &json!(expected.n_tries)));
        if expected.n_tries > 1 {
            assert!(time(&last, "finished_at") >= time(&first, "run_after"), "{first} {last}");
        }
        self.nothing_changed();
        let deployments = self.fleet.items(&["certs", "deployments", "mc-web"]);
        assert_eq!(deployments[0]["state"], expected.state);
        assert_eq!(deployments[0]["error"], last["error"]);
        let certificate = self.fleet.json(&["certs", "show", "mc-web"]);
        assert_eq!(
            certificate["last_error"], last["error"],
            "a person sees the cause where the certificate is"
        );
        last["id"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    fn says(job: &Value, expected: &Expected<'_>) {
        let error = job["error"].as_str().unwrap();
        assert!(error.starts_with(&format!("{}: ", expected.step)), "{error}");
        assert!(error.ends_with(&format!("({})", expected.fact)), "{error}");
        for word in expected.words {
            assert_eq!(error.matches(word).count(), 1, "{word:?} once in: {error}");
        }
    }

    #[track_caller]
    fn nothing_changed(&self) {
        let host = &self.fleet.hosts[0];
        assert_eq!((host.served(0).as_ref(), &host.pair(0)), (Some(&self.first), &self.first));
        assert_eq!(host.files(), self.files);
    }

    /// After the cause was mended, a person asks for another round of the same job.
    fn retried(self, job: &str) {
        self.fleet.certctl(&["jobs", "retry", job]);
        let new = self.fleet.live("mc-web", 1);
        self.ends(&new);
    }

    /// All that was ever served is the first certificate and the new one.
    fn ends(self, new: &str) {
        assert_eq!((self.fleet.served().unwrap().as_str(), self.fleet.hosts[0].pair(0).as_str()), (new, new));
        let Tally { failed, served, .. } = self.handshakes.end();
        assert_eq!(failed, [""; 0]);
        assert!(
            served.keys().all(|fingerprint| *fingerprint == self.first || fingerprint == new),
            "{served:?}"
        );
        assert!(served[&self.first] >= 5, "{served:?}");
        self.fleet.verify_audit();
    }
}

#[test]
fn a_broken_nginx_configuration_leaves_the_old_certificate_and_names_file_and_line() {
    let scene = Scene::new();
    let good = scene.fleet.hosts[0].break_nginx();
    scene.create();
    let job = scene.fails(&Expected {
        step: "validate",
        words: &["unknown directive \"nonsense\"", "nginx.conf"],
        fact: "nothing was changed on the target",
        state: "failed",
        n_tries: 2,
    });
    std::fs::write(scene.fleet.hosts[0].path("nginx/nginx.conf"), good).unwrap();
    scene.retried(&job);
}

#[test]
fn a_full_disk_leaves_the_old_certificate_and_is_named() {
    let (scene, disk) = Scene::on_small_disk();
    disk.fill();
    scene.create();
    let job = scene.fails(&Expected {
        step: "stage",
        words: &["No space left on device"],
        fact: "nothing was changed on the target",
        state: "failed",
        n_tries: 2,
    });
    disk.empty();
    scene.retried(&job);
}

#[test]
fn a_directory_that_cannot_be_written_leaves_the_old_certificate_and_is_named() {
    let (scene, disk) = Scene::on_small_disk();
    disk.make_read_only();
    scene.create();
    let job = scene.fails(&Expected {
        step: "backup",
        words: &["Read-only file system"],
        fact: "nothing was changed on the target",
        state: "failed",
        n_tries: 2,
    });
    disk.make_writable();
    scene.retried(&job);
}

#[test]
fn an_endpoint_that_keeps_serving_the_old_certificate_is_rolled_back_and_both_are_named() {
    let scene = Scene::new();
    scene.fleet.hosts[0].never_reload();
    scene.create();
    let address = format!("127.0.0.1:{}", scene.fleet.hosts[0].port);
    let job = scene.fails(&Expected {
        step: "probe",
        words: &["was not served within 3 s of the reload", &scene.first],
        fact: &format!("the old certificate was put back, and {address} serves it"),
        state: "rolled_back",
        n_tries: 2,
    });
    let steps = scene.fleet.json(&["jobs", "show", &job])["steps"].as_array().unwrap().clone();
    for attempt in [1, 2] {
        let names: Vec<&str> = steps
            .iter()
            .filter(|step| step["attempt"] == attempt)
            .map(|step| step["name"].as_str().unwrap())
            .collect();
        let all = ["check", "backup", "stage", "validate", "swap", "swap", "reload", "probe", "restore"];
        assert_eq!(names, all, "try {attempt}");
    }
    scene.fleet.hosts[0].allow_nginx(NGINX);
    scene.retried(&job);
}

/// No later try can make a key fit: the job fails at once, and says what helps.
#[test]
fn a_key_that_does_not_fit_is_never_installed() {
    let mut scene = Scene::new();
    scene.fleet.host().start_agent(Some("csr.posted"));
    scene.create();
    scene.fleet.host().agent_died();
    let keys = scene.fleet.hosts[0].keys().join("mc-web");
    let name = crate::host::names(&keys).into_iter().find(|name| name.ends_with(".key")).unwrap();
    let other = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    std::fs::write(keys.join(&name), other.to_pkcs8_pem().unwrap().as_bytes()).unwrap();
    scene.fleet.host().start_agent(None);
    scene.fails(&Expected {
        step: "check",
        words: &["the key does not fit", &name, "renew the certificate"],
        fact: "nothing was changed on the target",
        state: "failed",
        n_tries: 1,
    });
    scene.fleet.certctl(&["certs", "renew", "mc-web"]);
    let new = scene.fleet.live("mc-web", 2);
    scene.ends(&new);
}
