//! DNS records of proofs as the agent sets them, by a program of its own policy: set, taken away, refused, and what is left of
//! them when the agent or its control plane is gone.
//!
//! Not for: what providers speak (certctl-connectors' tests). Invariant: what the program did is in files of the test's own.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use certctl_api::agent_protocol::{ProofReport, ProofWork, RecordWork};
use certctl_connectors::dns::challenge_value;
use certctl_core::challenge::RecordDoing;
use certctl_core::time::Ts;

use crate::control_plane::{ControlPlane, Inner};
use crate::enrolled::{Running, join_program};
use crate::host::{Host, files};
use crate::lab::now;

/// The thumbprint of the example of RFC 8555, section 8.1.
const THUMB: &str = "9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";
const SECRET: &str = "S3CRET-token-of-the-provider";

/// A record is an empty file `NAME=VALUE`; `fail` says with which status the program ends instead, and what it does before.
const SCRIPT: &str = r#"#!/bin/sh
d=$1; shift
[ -e "$d/fail" ] && . "$d/fail"
case $1 in
  present) : > "$d/zone/$2=$3" ;;
  cleanup) rm -f "$d/zone/$2=$3" ;;
esac
echo "$1 $2" >> "$d/calls"
"#;

fn record(id: &str, name: &str, token: &str, seconds: i64) -> ProofWork {
    ProofWork {
        challenge_id: id.parse().unwrap(),
        kind: "dns-01".to_owned(),
        name: name.to_owned(),
        token: token.to_owned(),
        key_authorization: format!("{token}.{THUMB}"),
        until: Ts::from_second(now() + seconds),
        record: Some(RecordWork {
            provider: "lab".to_owned(),
            zone: "example.org".to_owned(),
            name: format!("_acme-challenge.{name}"),
        }),
    }
}

/// The file of a record.
fn shown(name: &str, token: &str) -> String {
    format!("_acme-challenge.{name}.={}", challenge_value(&format!("{token}.{THUMB}")))
}

#[track_caller]
fn wait(what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !is_so() {
        assert!(Instant::now() < end, "waited 30 s for: {what}");
        std::thread::yield_now();
    }
}

/// A host whose agent has joined, with a program as the DNS provider `lab` for example.org.
struct Scene {
    host: Host,
    control_plane: ControlPlane,
}

impl Scene {
    fn new() -> Self {
        let (host, control_plane) = (Host::new(), ControlPlane::start());
        fs::create_dir_all(host.path("dns/zone")).unwrap();
        let program = host.path("set-txt");
        fs::write(&program, SCRIPT).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let secret = host.path("environment.json");
        fs::write(&secret, format!("{{\"TOKEN\": \"{SECRET}\"}}")).unwrap();
        fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
        let scene = Self { host, control_plane };
        scene.write_policy("zones = [\"example.org\"]");
        assert!(join_program(scene.host.dir.path(), &scene.control_plane).status.success());
        scene
    }

    fn write_policy(&self, lines: &str) {
        let path = |name: &str| format!("{:?}", self.host.path(name));
        self.host.write_policy(&format!(
            "[dns.lab]\nkind = \"exec\"\n{lines}\nconfig = {{ program = {}, arguments = [{}] }}\n\
             secret_files = {{ environment = {} }}\n",
            path("set-txt"),
            path("dns"),
            path("environment.json"),
        ));
    }

    fn start(&self, kill_at: Option<&str>) -> Running {
        Running::start(self.host.dir.path(), kill_at)
    }

    fn want(&self, records: &[ProofWork]) {
        self.control_plane.with(|inner| inner.proofs = records.to_vec());
    }

    fn zone(&self) -> Vec<String> {
        files(&self.host.path("dns/zone"))
    }

    fn fail(&self, script: Option<&str>) {
        let path = self.host.path("dns/fail");
        match script {
            Some(script) => fs::write(path, format!("{script}\n")).unwrap(),
            None => fs::remove_file(path).unwrap(),
        }
    }

    fn note(&self) -> PathBuf {
        self.host.path("agent/records.json")
    }

    /// Waits for exactly these reports; an error is given by a part of it, none by an empty text.
    #[track_caller]
    fn wait_for(&self, expected: &[(&str, Option<RecordDoing>, &str)]) {
        let is_one = |report: &ProofReport, (id, doing, says): &(&str, Option<RecordDoing>, &str)| {
            let fits = report
                .error
                .as_deref()
                .map_or(says.is_empty(), |error| !says.is_empty() && error.contains(says));
            report.challenge_id.as_str() == *id && report.doing == *doing && fits
        };
        let fits = |inner: &Inner| {
            inner.proof_reports.len() == expected.len()
                && expected.iter().all(|one| inner.proof_reports.iter().any(|report| is_one(report, one)))
        };
        self.control_plane.wait(&format!("{expected:?}"), fits);
    }

    /// No secret is in what was said.
    fn tells_nothing(&self) {
        let log = fs::read_to_string(self.host.path("agent.log")).unwrap();
        let said =
            self.control_plane.with(|inner| format!("{:?} {:?}", inner.proof_reports, inner.dns_providers));
        let note = fs::read_to_string(self.note()).unwrap_or_default();
        assert!(!log.contains(SECRET) && !said.contains(SECRET) && !note.contains(SECRET));
    }
}

#[test]
fn a_record_stands_while_it_is_wanted_and_other_work_does_not_wait_for_it() {
    let scene = Scene::new();
    let mut agent = scene.start(None);
    scene.control_plane.wait("the offer", |inner| {
        inner.proof_kinds == ["dns-01"]
            && inner.dns_providers.len() == 1
            && inner.dns_providers[0].zones == ["example.org"]
    });
    // Two of one name, and one that another order shares.
    let (one, two) = (record("chl-1", "example.org", "one", 600), record("chl-2", "example.org", "two", 600));
    let mut same = one.clone();
    same.challenge_id = "chl-3".parse().unwrap();
    scene.want(&[one, two.clone(), same.clone()]);
    scene.wait_for(&[("chl-1", None, ""), ("chl-2", None, ""), ("chl-3", None, "")]);
    let mut both = vec![shown("example.org", "one"), shown("example.org", "two")];
    both.sort();
    assert_eq!(scene.zone(), both);
    scene.want(&[two.clone(), same]);
    scene.wait_for(&[("chl-2", None, ""), ("chl-3", None, "")]);
    assert_eq!(scene.zone(), both, "what another order still wants stays");
    scene.want(&[two]);
    scene.wait_for(&[("chl-2", None, "")]);
    assert_eq!(scene.zone(), [shown("example.org", "two")]);
    assert!(scene.note().exists());
    scene.want(&[]);
    scene.wait_for(&[]);
    assert!(scene.zone().is_empty());
    wait("the end of the note", || !scene.note().exists());
    scene.tells_nothing();
    assert!(agent.terminate().success());
}

#[test]
fn what_the_policy_does_not_allow_is_refused_with_the_line_to_add() {
    let scene = Scene::new();
    let _agent = scene.start(None);
    let with = |id: &str, change: &dyn Fn(&mut RecordWork)| {
        let mut work = record(id, "www.example.org", id, 600);
        change(work.record.as_mut().unwrap());
        work
    };
    let mut words = record("chl-5", "www.example.org", "five", 600);
    words.key_authorization = "v=spf1 -all".to_owned();
    let mut nowhere = record("chl-6", "www.example.org", "six", 600);
    nowhere.record = None;
    scene.want(&[
        with("chl-1", &|_| ()),
        with("chl-2", &|record| {
            (record.zone, record.name) =
                ("example.net".to_owned(), "_acme-challenge.www.example.net".to_owned());
        }),
        with("chl-3", &|record| record.provider = "other".to_owned()),
        with("chl-4", &|record| record.name = "www.example.org".to_owned()),
        words,
        nowhere,
        record("chl-7", "late.example.org", "seven", -1),
    ]);
    scene.wait_for(&[
        ("chl-1", None, ""),
        ("chl-2", None, "\"zones\" under [dns.lab] in"),
        ("chl-3", None, "the policy has no DNS provider \"other\": add [dns.other]"),
        ("chl-4", None, "\"delegated\" under [dns.lab]"),
        ("chl-5", None, "the key authorization of the challenge"),
        ("chl-6", None, "does not say where"),
        ("chl-7", None, "clock"),
    ]);
    assert_eq!(scene.zone(), [shown("www.example.org", "chl-1")]);
    // The policy is read anew: what stood and is no longer allowed goes.
    scene.write_policy("zones = [\"example.net\"]");
    scene.control_plane.wait("the refusal", |inner| {
        let of = |id: &str| inner.proof_reports.iter().find(|report| report.challenge_id.as_str() == id);
        of("chl-1").is_some_and(|report| report.error.is_some())
            && of("chl-2").is_some_and(|report| report.error.is_none())
    });
    wait("the record to go", || !scene.zone().contains(&shown("www.example.org", "chl-1")));
}

#[test]
fn a_provider_that_fails_is_asked_again_and_its_refusal_is_the_end() {
    let scene = Scene::new();
    scene.fail(Some("echo \"no route with $TOKEN\" >&2; exit 1"));
    let _agent = scene.start(None);
    scene.want(&[record("chl-1", "www.example.org", "one", 600)]);
    scene.wait_for(&[("chl-1", Some(RecordDoing::Setting), "no route with ***")]);
    scene.tells_nothing();
    scene.fail(None);
    scene.wait_for(&[("chl-1", None, "")]);
    // It cannot be taken away for a while.
    scene.fail(Some("exit 1"));
    scene.want(&[]);
    scene.wait_for(&[("chl-1", Some(RecordDoing::Removing), "set-txt ended with")]);
    assert_eq!(scene.zone().len(), 1);
    scene.fail(None);
    scene.wait_for(&[]);
    assert!(scene.zone().is_empty());
    scene.fail(Some("echo \"not yours, $TOKEN\" >&2; exit 77"));
    scene.want(&[record("chl-2", "www.example.org", "two", 600)]);
    scene.wait_for(&[("chl-2", None, "DNS provider lab: ")]);
    assert!(!scene.note().exists(), "what was refused at once stands nowhere");
    scene.tells_nothing();
    // Another challenge is asked for anew.
    scene.fail(None);
    scene.want(&[record("chl-3", "www.example.org", "three", 600)]);
    scene.wait_for(&[("chl-3", None, "")]);
}

#[test]
fn an_agent_killed_at_any_step_leaves_no_record_that_nobody_wants() {
    for step in ["record.noted", "record.set", "record.removed"] {
        let scene = Scene::new();
        let mut agent = scene.start(Some(step));
        scene.want(&[record("chl-1", "www.example.org", "one", 600)]);
        if step == "record.removed" {
            scene.wait_for(&[("chl-1", None, "")]);
            scene.want(&[]);
        }
        assert_eq!(agent.wait().code(), None, "{step} was not reached");
        assert_eq!(scene.zone().len(), usize::from(step == "record.set"), "{step}");
        assert!(scene.note().exists(), "{step}");
        scene.want(&[]);
        let mut agent = scene.start(None);
        wait("the note to be gone", || !scene.note().exists());
        assert!(scene.zone().is_empty(), "{step}");
        assert!(agent.terminate().success());
    }
}

#[test]
fn a_restarted_agent_sets_what_is_still_wanted_and_a_quarantined_one_takes_it_away() {
    let scene = Scene::new();
    let mut agent = scene.start(None);
    scene.want(&[record("chl-1", "www.example.org", "one", 600)]);
    scene.wait_for(&[("chl-1", None, "")]);
    assert!(agent.terminate().success());
    assert_eq!(scene.zone().len(), 1, "an order waits for it");
    fs::remove_dir_all(scene.host.path("dns/zone")).unwrap();
    fs::create_dir(scene.host.path("dns/zone")).unwrap();
    scene.control_plane.with(|inner| inner.proof_reports.clear());
    let _agent = scene.start(None);
    scene.wait_for(&[("chl-1", None, "")]);
    assert_eq!(scene.zone(), [shown("www.example.org", "one")]);
    scene.control_plane.with(|inner| inner.refuse_with = Some(403));
    wait("the record of a quarantined agent to go", || scene.zone().is_empty());
}

#[test]
fn a_record_goes_at_its_time_without_a_control_plane_and_with_a_retired_agent() {
    let scene = Scene::new();
    let mut agent = scene.start(None);
    scene.want(&[record("chl-1", "www.example.org", "one", 6)]);
    scene.wait_for(&[("chl-1", None, "")]);
    scene.control_plane.with(|inner| inner.refuse_with = Some(503));
    wait("the end of the record", || scene.zone().is_empty());
    scene.control_plane.with(|inner| inner.refuse_with = None);
    scene.wait_for(&[("chl-1", None, "clock")]);
    scene.want(&[record("chl-2", "www.example.org", "two", 600)]);
    scene.wait_for(&[("chl-2", None, "")]);
    scene.control_plane.with(|inner| inner.refuse_with = Some(410));
    assert_eq!(agent.wait().code(), Some(3));
    assert!(scene.zone().is_empty() && !scene.note().exists());
}

#[test]
fn the_check_of_the_policy_opens_each_provider() {
    let scene = Scene::new();
    let check = || certctl_agent::inspect::check(&scene.host.path("agent.toml")).unwrap();
    let report = check();
    assert_eq!(report.n_problems, 0, "{}", report.text);
    assert!(report.text.contains("DNS provider lab (exec) for example.org"), "{}", report.text);
    fs::set_permissions(scene.host.path("environment.json"), fs::Permissions::from_mode(0o644)).unwrap();
    fs::remove_file(scene.host.path("set-txt")).unwrap();
    let report = check();
    assert_eq!(report.n_problems, 2, "{}", report.text);
    assert!(report.text.contains("dns.lab.secret_files.environment"), "{}", report.text);
    assert!(!report.text.contains(SECRET));
}
