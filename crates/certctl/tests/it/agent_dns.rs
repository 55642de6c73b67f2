//! DNS-01 by a chosen agent: a real Pebble validates at a real BIND, whose TSIG key is in a file of that agent's host and nowhere
//! else. The certificate's key is another agent's.
//!
//! Not for: other ways to prove control (`acme.rs`), or the agent by itself (certctl-agent's tests). Invariant: the control plane's
//! store, files and logs are searched for the key as bytes.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::fleet::Fleet;
use crate::host::Host;
use crate::peer::Peer;
use crate::process::eventually;

/// The host of the key, and the one that may write to the zone.
const WEB: usize = 0;
const DNS: usize = 1;

struct Scene {
    fleet: Fleet,
    pebble: Peer,
    dns: Peer,
}

impl Scene {
    fn new(postgres: bool) -> Self {
        let dns = Peer::start("bind", &[("BIND_ZONES", "test corp")]);
        let settings =
            [("PEBBLE_VALIDATE", "1"), ("PEBBLE_STRICT", "1"), ("PEBBLE_DNS", dns.value("DNS_SERVER"))];
        let pebble = Peer::start("pebble", &settings);
        let settings = [
            ("CERTCTL_ISSUER_NETWORKS", "127.0.0.1,::1"),
            ("CERTCTL_DNS_NETWORKS", "127.0.0.1"),
            ("CERTCTL_DNS_RESOLVERS", dns.value("DNS_SERVER")),
            ("CERTCTL_DNS_SERVER_PORT", dns.value("DNS_PORT")),
        ];
        let mut fleet = Fleet::with_settings(postgres, &settings);
        fleet.add_host(Host::bare(&fleet.path("host-1"), "web-1"));
        let host = Host::bare(&fleet.path("host-2"), "dns-1");
        let secret = host.path("tsig");
        std::fs::write(&secret, dns.value("TSIG_SECRET")).unwrap();
        std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
        host.write_policy(&format!(
            "[dns.lab]\nkind = \"rfc2136\"\nzones = [\"test\"]\nsecret_files = {{ secret = {secret:?} }}\n\
             config = {{ server = \"{}\", key_name = \"{}\", algorithm = \"{}\" }}\n",
            dns.value("DNS_SERVER"),
            dns.value("TSIG_NAME"),
            dns.value("TSIG_ALGORITHM"),
        ));
        fleet.add_host(host);
        let scene = Self { fleet, pebble, dns };
        eventually("the agent's offer", || {
            let agent = scene.fleet.json(&["agents", "show", "ag-dns-1"]);
            (agent["dns_providers"] == json!([{ "name": "lab", "kind": "rfc2136", "zones": ["test"] }]))
                .then_some(())
        });
        scene.create(
            "dns-providers",
            "dns-lab",
            "agent",
            &json!({ "agent_id": "ag-dns-1", "provider": "lab" }),
        );
        let config = json!({
            "directory_url": scene.pebble.value("PEBBLE_URL"), "ca_pem": scene.pebble.file("PEBBLE_CA"),
            "terms_agreed": true, "challenges": ["dns-01"], "dns_provider": "dns-lab",
        });
        scene.create("issuers", "iss-acme", "acme", &config);
        scene
    }

    fn create(&self, what: &str, id: &str, kind: &str, config: &Value) {
        let file = self.fleet.path("config.json");
        std::fs::write(&file, config.to_string()).unwrap();
        let config = file.to_str().unwrap();
        self.fleet.certctl(&[what, "create", "--id", id, "--name", id, "--kind", kind, "--config", config]);
    }

    /// A certificate whose key the web server's agent makes.
    fn order(&self, n: usize, names: &[&str]) -> String {
        let path = |end: &str| self.fleet.hosts[WEB].path(&format!("tls/n{n}.{end}"));
        let (id, target) = (format!("mc-{n}"), format!("tgt-{n}"));
        let config = json!({ "certificate_path": path("pem"), "key_path": path("key") });
        self.fleet.create_target(&target, "file", WEB, &config);
        let mut what = vec!["certs", "create", "--id", &id, "--target", &target, "--issuer", "iss-acme"];
        for name in names {
            what.extend(["--name", name]);
        }
        self.fleet.certctl(&what);
        id
    }

    #[track_caller]
    fn issued(&self, id: &str) {
        eventually(&format!("the certificate {id}"), || (!self.fleet.versions(id).is_empty()).then_some(()));
    }

    /// The challenges of a certificate's order.
    fn challenges(&self, id: &str) -> Vec<Value> {
        let jobs = self.fleet.items(&["jobs", "list", "--kind", "Issuance", "--certificate", id]);
        let Some(job) = jobs.first() else { return Vec::new() };
        let detail = self.fleet.json(&["jobs", "show", job["id"].as_str().unwrap()]);
        detail["order"]["challenges"].as_array().cloned().unwrap_or_default()
    }

    /// What BIND shows of proofs.
    fn records(&self, name: &str) -> usize {
        let (host, port) = self.dns.value("DNS_SERVER").split_once(':').unwrap();
        let (host, name) = (format!("@{host}"), format!("_acme-challenge.{name}"));
        let dig = Command::new("dig")
            .args(["+short", "+time=1", "+tries=3", &host, "-p", port, "TXT", &name])
            .output()
            .unwrap();
        String::from_utf8(dig.stdout).unwrap().lines().filter(|line| line.starts_with('"')).count()
    }

    fn test(&self, id: &str, name: &str) -> Value {
        let output = self.fleet.run(&["dns-providers", "test", id, name, "-o", "json"]);
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// The step of a test that failed, and why.
    #[track_caller]
    fn failed(&self, id: &str, name: &str) -> (String, String) {
        let result = self.test(id, name);
        assert_eq!(result["ok"], false, "{result}");
        let steps = result["steps"].as_array().unwrap();
        let step = steps.iter().find(|step| step["ok"] == false).unwrap();
        (step["name"].as_str().unwrap().to_owned(), step["detail"].as_str().unwrap().to_owned())
    }

    /// The TSIG key is in no file of the control plane, not in its database, and in no log.
    fn the_key_is_nowhere_else(&self) {
        let text = self.dns.value("TSIG_SECRET");
        let decoded =
            Command::new("sh").args(["-c", &format!("echo '{text}' | base64 -d")]).output().unwrap().stdout;
        assert!(decoded.len() >= 32);
        let mut searched = Vec::new();
        files(&self.fleet.plane.data(), &mut searched);
        searched.extend([self.fleet.plane.log(), self.fleet.hosts[DNS].path("agent.log")]);
        searched.push(self.fleet.hosts[WEB].path("agent.log"));
        files(&self.fleet.hosts[DNS].path("agent"), &mut searched);
        for path in searched {
            let bytes = std::fs::read(&path).unwrap();
            holds_no(&bytes, text, &decoded, &path.display().to_string());
        }
        if let Some(database) = &self.fleet.database {
            let dumped = Command::new("sh")
                .args(["-c", "\"$(ls /usr/lib/postgresql/*/bin/pg_dump | tail -1)\" \"$0\"", &database.url])
                .output()
                .unwrap();
            assert!(dumped.status.success(), "{}", String::from_utf8_lossy(&dumped.stderr));
            assert!(String::from_utf8_lossy(&dumped.stdout).contains("dns-lab"));
            holds_no(&dumped.stdout, text, &decoded, "the database");
        }
    }
}

fn files(dir: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.is_file() {
            found.push(path);
        }
    }
}

fn holds_no(bytes: &[u8], text: &str, decoded: &[u8], what: &str) {
    let hex: String = decoded.iter().map(|byte| format!("{byte:02x}")).collect();
    for secret in [text.as_bytes(), &text.as_bytes()[..40], decoded, hex.as_bytes()] {
        let found = bytes.windows(secret.len()).any(|part| part == secret);
        assert!(!found, "{what} holds the TSIG key");
    }
}

/// The record is set by one agent for the key of another; tested, refused, waited for, and taken away after a death in between.
fn by_a_chosen_agent(postgres: bool) {
    let mut scene = Scene::new(postgres);
    let tested = scene.test("dns-lab", "www.test");
    assert_eq!(tested["ok"], true, "{tested}");
    let steps: Vec<&str> =
        tested["steps"].as_array().unwrap().iter().map(|step| step["name"].as_str().unwrap()).collect();
    assert_eq!(steps, ["agent", "find_zone", "set", "look", "remove"]);
    assert_eq!(scene.records("www.test"), 0);
    let (step, why) = scene.failed("dns-lab", "www.corp");
    assert_eq!(step, "set", "{why}");
    assert!(why.contains("_acme-challenge.www.corp") && why.contains("\"zones\" under [dns.lab]"), "{why}");
    scene.create(
        "dns-providers",
        "dns-none",
        "agent",
        &json!({ "agent_id": "ag-dns-1", "provider": "none" }),
    );
    let (step, why) = scene.failed("dns-none", "www.test");
    assert_eq!(step, "agent", "{why}");
    assert!(why.contains("add [dns.none]"), "{why}");

    // Two values at one name.
    let id = scene.order(1, &["n1.test", "*.n1.test"]);
    scene.issued(&id);
    let challenges = scene.challenges(&id);
    assert_eq!(challenges.len(), 2);
    assert!(challenges.iter().all(|one| one["place"] == "dns-lab"), "{challenges:?}");
    eventually("the end of the records", || {
        let gone = scene.challenges(&id).iter().all(|one| one["state"] == "gone");
        (gone && scene.records("n1.test") == 0).then_some(())
    });
    let health = scene.fleet.json(&["dns-providers", "show", "dns-lab"]);
    assert!(health["last_success_at"].is_string() && health["secrets"] == json!([]), "{health}");

    // The zone is not the agent's: the order fails and says what to do.
    let refused = scene.order(2, &["n2.corp"]);
    eventually("the refusal", || {
        let jobs = scene.fleet.items(&["jobs", "list", "--kind", "Issuance", "--certificate", &refused]);
        let said = jobs[0]["error"].as_str().unwrap_or_default();
        (said.contains("by dns-lab cannot be shown") && said.contains("\"zones\" under [dns.lab]"))
            .then_some(())
    });
    assert_eq!(scene.records("n2.corp"), 0);

    // The agent is away: the order waits, and says for whom.
    scene.fleet.hosts[DNS].kill_agent();
    let id = scene.order(3, &["n3.test"]);
    eventually("that it waits for the agent", || {
        let waits = |one: &Value| {
            let said = one["detail"].as_str().unwrap_or_default();
            one["state"] == "wanted" && said.starts_with("waits for agent ag-dns-1")
        };
        scene.challenges(&id).iter().any(waits).then_some(())
    });
    // It comes back, and dies with the record set and nobody told.
    scene.fleet.hosts[DNS].start_agent(Some("record.set"));
    scene.fleet.hosts[DNS].agent_died();
    assert_eq!(scene.records("n3.test"), 1);
    assert_eq!(scene.fleet.versions(&id).len(), 0);
    scene.fleet.hosts[DNS].start_agent(None);
    scene.issued(&id);
    eventually("the end of the record", || (scene.records("n3.test") == 0).then_some(()));

    // It dies again, and meanwhile nobody wants the record any more.
    scene.fleet.hosts[DNS].start_agent(Some("record.set"));
    let id = scene.order(4, &["n4.test"]);
    scene.fleet.hosts[DNS].agent_died();
    assert_eq!(scene.records("n4.test"), 1);
    let jobs = scene.fleet.items(&["jobs", "list", "--kind", "Issuance", "--certificate", &id]);
    scene.fleet.certctl(&["jobs", "cancel", jobs[0]["id"].as_str().unwrap()]);
    scene.fleet.hosts[DNS].start_agent(None);
    eventually("the end of the record", || (scene.records("n4.test") == 0).then_some(()));
    eventually("the end of the note", || {
        (!scene.fleet.hosts[DNS].path("agent/records.json").exists()).then_some(())
    });
    eventually("that the control plane knows", || {
        let all: Vec<Value> = (1..=4).flat_map(|n| scene.challenges(&format!("mc-{n}"))).collect();
        all.iter().all(|one| one["state"] != "leaving").then_some(())
    });
    scene.the_key_is_nowhere_else();
    scene.fleet.verify_audit();
}

#[test]
fn dns_01_by_a_chosen_agent_whose_key_is_nowhere_else_on_sqlite() {
    by_a_chosen_agent(false);
}

#[test]
fn dns_01_by_a_chosen_agent_whose_key_is_nowhere_else_on_postgres() {
    by_a_chosen_agent(true);
}
