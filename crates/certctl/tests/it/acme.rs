//! Certificates of a real Pebble that really validates: by an agent that shows http-01 and tls-alpn-01, and by a real BIND that
//! the control plane writes dns-01 to. Pebble refuses every fifth good nonce, and some of its visits fail.
//!
//! Not for: the client of ACME (certctl-connectors' tests). Invariant: one order for one intent, counted at Pebble, however
//! often the control plane was killed.

use std::io::Write as _;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::fleet::Fleet;
use crate::host::{Host, NGINX};
use crate::peer::Peer;
use crate::process::{eventually, within};

const KINDS: [&str; 3] = ["http-01", "dns-01", "tls-alpn-01"];

/// Pebble, BIND, a control plane and one host.
struct Scene {
    fleet: Fleet,
    pebble: Peer,
    /// How many of Pebble's visits were turned away.
    turned_away: Arc<AtomicUsize>,
    dns: Peer,
}

/// Sits at a port that Pebble visits, turns each `nth` visit away and leads the others to `to`; 0 turns none away.
fn doorman(port: u16, to: u16, nth: usize, turned_away: &Arc<AtomicUsize>) {
    let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let turned_away = Arc::clone(turned_away);
    // It ends with the process of the test.
    std::thread::spawn(move || {
        for (n, visitor) in listener.incoming().enumerate() {
            let Ok(visitor) = visitor else { continue };
            if nth > 0 && n % nth == nth - 1 {
                turned_away.fetch_add(1, Ordering::Relaxed);
                continue;
            }
            let Ok(inner) = TcpStream::connect(("127.0.0.1", to)) else { continue };
            let (mut from, mut back) = (visitor.try_clone().unwrap(), visitor);
            let (mut inside, mut answer) = (inner.try_clone().unwrap(), inner);
            std::thread::spawn(move || {
                drop(std::io::copy(&mut from, &mut inside));
                drop(inside.shutdown(Shutdown::Write));
            });
            std::thread::spawn(move || {
                drop(std::io::copy(&mut answer, &mut back));
                drop(back.flush());
                drop(back.shutdown(Shutdown::Write));
            });
        }
    });
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

impl Scene {
    /// `nth`: which of Pebble's visits are turned away; 0 for none.
    fn new(postgres: bool, n_sites: usize, nth: usize) -> Self {
        let dns = Peer::start("bind", &[("BIND_ZONES", "test")]);
        let pebble = Peer::start(
            "pebble",
            &[
                ("PEBBLE_VALIDATE", "1"),
                ("PEBBLE_WFE_NONCEREJECT", "20"),
                ("PEBBLE_STRICT", "1"),
                ("PEBBLE_DNS", dns.value("DNS_SERVER")),
            ],
        );
        let settings = [
            ("CERTCTL_ISSUER_NETWORKS", "127.0.0.1,::1"),
            ("CERTCTL_DNS_NETWORKS", "127.0.0.1"),
            ("CERTCTL_DNS_RESOLVERS", dns.value("DNS_SERVER")),
            ("CERTCTL_DNS_SERVER_PORT", dns.value("DNS_PORT")),
        ];
        let mut fleet = Fleet::with_settings(postgres, &settings);
        let host = Host::new(&fleet.path("host-1"), "web-1", n_sites);
        let turned_away = Arc::default();
        let mut listens = String::new();
        for (key, visited) in
            [("http_01_listen", "PEBBLE_HTTP01_PORT"), ("tls_alpn_01_listen", "PEBBLE_TLSALPN_PORT")]
        {
            let own = free_port();
            doorman(pebble.value(visited).parse().unwrap(), own, nth, &turned_away);
            listens.push_str(&format!("{key} = \"127.0.0.1:{own}\"\n"));
        }
        let nginx = host.path("nginx");
        std::fs::create_dir_all(host.path("tls")).unwrap();
        host.write_policy(&format!(
            "directories = [\"{0}/certs\", \"{2}\"]\n[file]\n[nginx.default]\nbinary = \"{NGINX}\"\n\
             config = \"{0}/nginx.conf\"\nprefix = \"{0}\"\nreload = \"command\"\n[probe]\nports = [{1}]\n\
             [challenges]\nnames = [\"*.test\"]\n{listens}",
            nginx.display(),
            host.port,
            host.path("tls").display(),
        ));
        fleet.add_host(host);
        for site in 0..n_sites {
            let target = fleet.hosts[0].target(site);
            fleet.create_target(&Fleet::target_id(0, site), "nginx", 0, &target);
        }
        let scene = Self { fleet, pebble, turned_away, dns };
        let dns = &scene.dns;
        scene.create(
            "dns-providers",
            "dns-main",
            "rfc2136",
            &json!({
                "server": dns.value("DNS_SERVER"), "key_name": dns.value("TSIG_NAME"),
                "algorithm": dns.value("TSIG_ALGORITHM"), "secret": dns.value("TSIG_SECRET"),
            }),
        );
        for kind in KINDS {
            let config = json!({
                "directory_url": scene.pebble.value("PEBBLE_URL"), "ca_pem": scene.pebble.file("PEBBLE_CA"),
                "terms_agreed": true, "challenges": [kind], "dns_provider": "dns-main",
                // This Pebble locks itself up with more than eight of all.
                "max_orders": 2,
            });
            scene.create("issuers", &issuer(kind), "acme", &config);
            let tested = scene.fleet.json(&["issuers", "test", &issuer(kind)]);
            assert_eq!(tested["ok"], true, "{tested}");
        }
        scene
    }

    fn create(&self, what: &str, id: &str, kind: &str, config: &Value) {
        let file = self.fleet.path("config.json");
        std::fs::write(&file, config.to_string()).unwrap();
        let config = file.to_str().unwrap();
        self.fleet.certctl(&[what, "create", "--id", id, "--name", id, "--kind", kind, "--config", config]);
    }

    /// A certificate for a name that is put into a file of the host.
    fn in_a_file(&self, n: usize, kind: &str) -> String {
        let (id, name) = (format!("mc-{n}"), format!("n{n}.test"));
        let path = |end: &str| self.fleet.hosts[0].path(&format!("tls/n{n}.{end}"));
        let config = json!({ "certificate_path": path("pem"), "key_path": path("key") });
        let target = format!("tgt-{n}");
        self.fleet.create_target(&target, "file", 0, &config);
        let what = ["certs", "create", "--id", &id, "--name", &name, "--target", &target];
        self.fleet.certctl(&[&what[..], &["--issuer", &issuer(kind)]].concat());
        id
    }

    fn logged(&self, words: &str) -> usize {
        let log = std::fs::read_to_string(self.pebble.path().join("pebble.log")).unwrap();
        log.lines().filter(|line| line.contains(words)).count()
    }

    fn n_orders(&self) -> usize {
        self.logged("orders in the db")
    }

    fn n_certificates(&self) -> usize {
        self.logged("Issued certificate serial")
    }

    /// What BIND still shows of proofs.
    fn records_are_gone(&self, names: &[String]) {
        let server = self.dns.value("DNS_SERVER").split_once(':').unwrap();
        for name in names {
            let record = format!("_acme-challenge.{name}");
            eventually("the end of the record", || {
                let dig = std::process::Command::new("dig")
                    .args([
                        "+short",
                        "+time=1",
                        "+tries=1",
                        &format!("@{}", server.0),
                        "-p",
                        server.1,
                        "TXT",
                        &record,
                    ])
                    .output()
                    .unwrap();
                dig.stdout.is_empty().then_some(())
            });
        }
    }
}

fn issuer(kind: &str) -> String {
    format!("iss-{kind}")
}

/// Each kind of proof, live on nginx, renewed; nothing is left behind.
fn live_by_each_kind(postgres: bool) {
    let mut scene = Scene::new(postgres, KINDS.len(), 0);
    for (site, kind) in KINDS.into_iter().enumerate() {
        let (id, name) = (format!("mc-site{site}"), format!("site{site}.test"));
        let target = Fleet::target_id(0, site);
        let what = ["certs", "create", "--id", &id, "--name", &name, "--target", &target];
        scene.fleet.certctl(&[&what[..], &["--issuer", &issuer(kind)]].concat());
    }
    for (site, kind) in KINDS.into_iter().enumerate() {
        let id = format!("mc-site{site}");
        let live = scene.fleet.live(&id, 1);
        assert_eq!(scene.fleet.hosts[0].served(site).unwrap(), live, "{kind}");
        let job = scene.fleet.items(&["jobs", "list", "--kind", "Issuance", "--certificate", &id])[0].clone();
        assert_eq!(job["attempts"], 1, "waiting is no try: {job}");
        let detail = scene.fleet.json(&["jobs", "show", job["id"].as_str().unwrap()]);
        let order = &detail["order"];
        assert_eq!(
            (&order["issuer_id"], &order["doing"]),
            (&json!(issuer(kind)), &json!("issued")),
            "{order}"
        );
        assert_eq!(order["challenges"][0]["kind"], kind);
        let place = if kind == "dns-01" { "dns-main" } else { "ag-web-1" };
        assert_eq!(order["challenges"][0]["place"], place);
    }
    assert_eq!((scene.n_orders(), scene.n_certificates()), (3, 3));
    // The proofs go when the orders have ended.
    eventually("the end of the proofs", || {
        let gone = |site: usize| {
            let jobs = scene.fleet.items(&[
                "jobs",
                "list",
                "--kind",
                "Issuance",
                "--certificate",
                &format!("mc-site{site}"),
            ]);
            let detail = scene.fleet.json(&["jobs", "show", jobs[0]["id"].as_str().unwrap()]);
            detail["order"]["challenges"][0]["state"] == "gone"
        };
        (0..KINDS.len()).all(gone).then_some(())
    });
    scene.records_are_gone(&["site1.test".to_owned()]);
    // The chain of the authority is what is served, and what the issuer shows.
    let shown = scene.fleet.json(&["issuers", "show", "iss-http-01"]);
    assert!(shown["chain_pem"].as_str().unwrap().contains("BEGIN CERTIFICATE"), "{shown}");
    assert_eq!(shown["health"]["state"], "ok");
    for site in 0..KINDS.len() {
        let id = format!("mc-site{site}");
        scene.fleet.certctl(&["certs", "renew", &id]);
        let live = scene.fleet.live(&id, 2);
        assert_eq!(scene.fleet.hosts[0].served(site).unwrap(), live);
    }
    assert_eq!(scene.n_orders(), 6);
    // The account gets another key, also when the control plane dies before it has noted that.
    scene.fleet.plane.kill();
    scene.fleet.plane.start(Some(crate::kill_points::KEY_TAKEN));
    scene.fleet.run(&["issuers", "roll-key", "iss-http-01"]);
    scene.fleet.plane.died();
    scene.fleet.plane.start(None);
    scene.fleet.certctl(&["issuers", "roll-key", "iss-http-01"]);
    let audited = |action: &str| {
        scene.fleet.items(&["audit", "list", "--object", "iss-http-01", "--action", action]).len()
    };
    assert_eq!((audited("issuer.key_rolled"), audited("issuer.update")), (1, 0));
    let tested = scene.fleet.json(&["issuers", "test", "iss-http-01"]);
    assert_eq!(tested["ok"], true, "{tested}");
    // What is served is revoked after another one is: and the authority is told.
    let old = scene.fleet.versions("mc-site0")[0]["serial"].as_str().unwrap().to_owned();
    scene.fleet.certctl(&["certs", "revoke", "mc-site0", "--reason", "superseded", "--yes"]);
    let live = scene.fleet.live("mc-site0", 3);
    assert_eq!(scene.fleet.hosts[0].served(0).unwrap(), live);
    let status = format!("{}/cert-status-by-serial/{old}", scene.pebble.value("PEBBLE_MGMT"));
    eventually("the revocation", || {
        let curl =
            std::process::Command::new("curl").args(["-fsSk", "--noproxy", "*", &status]).output().unwrap();
        String::from_utf8(curl.stdout).unwrap().contains("Revoked").then_some(())
    });
    scene.fleet.verify_audit();
}

#[test]
fn each_kind_of_proof_leads_to_a_live_certificate_on_sqlite() {
    live_by_each_kind(false);
}

#[test]
fn each_kind_of_proof_leads_to_a_live_certificate_on_postgres() {
    live_by_each_kind(true);
}

/// Two other servers of ACME, through the same control plane and agent: OpenBao, which validates dns-01 at the same BIND, and
/// acme2certifier.
fn other_servers(postgres: bool) {
    let mut scene = Scene::new(postgres, 2, 0);
    let bao = Peer::start("openbao", &[("BAO_DNS", scene.dns.value("DNS_SERVER"))]);
    let a2c = Peer::start("acme2certifier", &[]);
    let servers = [(&bao, "BAO_ACME_URL", "VAULT_CACERT", "dns-01"), (&a2c, "A2C_URL", "A2C_CA", "http-01")];
    for (site, (peer, url, ca, challenge)) in servers.into_iter().enumerate() {
        let id = format!("iss-other-{site}");
        let config = json!({
            "directory_url": peer.value(url), "ca_pem": peer.file(ca), "terms_agreed": true, "challenges": [challenge],
            "dns_provider": "dns-main", "contact": ["ops@example.test"],
        });
        scene.create("issuers", &id, "acme", &config);
        let (certificate, name) = (format!("mc-site{site}"), format!("site{site}.test"));
        let target = Fleet::target_id(0, site);
        let what = ["certs", "create", "--id", &certificate, "--name", &name, "--target", &target];
        scene.fleet.certctl(&[&what[..], &["--issuer", &id]].concat());
    }
    for site in 0..servers.len() {
        let id = format!("mc-site{site}");
        let live = scene.fleet.live(&id, 1);
        assert_eq!(scene.fleet.hosts[0].served(site).unwrap(), live);
    }
    // The control plane is killed and comes back in the middle of the renewals.
    for site in 0..servers.len() {
        scene.fleet.certctl(&["certs", "renew", &format!("mc-site{site}")]);
    }
    scene.fleet.plane.kill();
    scene.fleet.plane.start(None);
    for site in 0..servers.len() {
        let live = scene.fleet.live(&format!("mc-site{site}"), 2);
        assert_eq!(scene.fleet.hosts[0].served(site).unwrap(), live);
    }
    scene.fleet.verify_audit();
}

#[test]
fn openbao_and_acme2certifier_get_their_proofs_too_on_sqlite() {
    other_servers(false);
}

#[test]
fn openbao_and_acme2certifier_get_their_proofs_too_on_postgres() {
    other_servers(true);
}

/// `n` certificates, a third by each kind, while one in `nth` visits of Pebble fails, of which it makes three for a proof.
fn many(postgres: bool, n: usize, nth: usize) {
    let scene = Scene::new(postgres, 1, nth);
    let ids: Vec<String> = (0..n).map(|i| scene.in_a_file(i, KINDS[i % 3])).collect();
    within(Duration::from_secs(420), "all certificates", || {
        let found = scene.fleet.items(&["certs", "list", "--limit", "500"]);
        let issued = found.iter().filter(|one| one["not_after"].is_string()).count();
        (issued == n).then_some(())
    });
    let turned_away = scene.turned_away.load(Ordering::Relaxed);
    assert!(turned_away > 0, "no visit failed");
    for id in &ids {
        let versions = scene.fleet.versions(id);
        assert_eq!(versions.len(), 1, "{id}");
    }
    // An order whose proof failed is lost, and only such an order leads to a second one.
    let (n_orders, n_certificates) = (scene.n_orders(), scene.n_certificates());
    assert_eq!(n_certificates, n);
    assert!((n..=n + turned_away).contains(&n_orders), "{n_orders} orders, {turned_away} visits failed");
    let jobs =
        scene.fleet.items(&["jobs", "list", "--kind", "Issuance", "--state", "Completed", "--limit", "500"]);
    assert_eq!(jobs.len(), n);
    let names: Vec<String> =
        (0..n).filter(|i| KINDS[i % 3] == "dns-01").map(|i| format!("n{i}.test")).collect();
    scene.records_are_gone(&names[names.len() - 3..]);
    scene.fleet.verify_audit();
}

#[test]
fn two_hundred_certificates_while_some_proofs_fail_on_sqlite() {
    many(false, 200, 31);
}

#[test]
fn some_certificates_while_some_proofs_fail_on_postgres() {
    many(true, 30, 13);
}

/// One order for each kind of proof at once, while the control plane dies at one step after the other and is started again; how
/// often it died.
fn orders_that_outlive(scene: &mut Scene, first: usize, steps: &[&str]) -> usize {
    for kind in KINDS {
        scene.fleet.certctl(&["issuers", "pause", &issuer(kind)]);
    }
    let ids: Vec<String> =
        KINDS.iter().enumerate().map(|(n, kind)| scene.in_a_file(first + n, kind)).collect();
    eventually("the requests", || {
        let waiting = scene.fleet.items(&["jobs", "list", "--kind", "Issuance", "--state", "Pending"]);
        (waiting.len() == KINDS.len()).then_some(())
    });
    let mut deaths = 0;
    let mut begin = |scene: &mut Scene| {
        scene.fleet.plane.kill();
        scene.fleet.plane.start(Some(steps[deaths % steps.len()]));
        deaths += 1;
    };
    begin(scene);
    for kind in KINDS {
        within(Duration::from_secs(30), "the end of the pause", || {
            let resumed = scene.fleet.run(&["issuers", "resume", &issuer(kind)]).status.success();
            if scene.fleet.plane.has_died() {
                begin(scene);
            }
            resumed.then_some(())
        });
    }
    within(Duration::from_secs(150), "the certificates", || {
        if scene.fleet.plane.has_died() {
            begin(scene);
        }
        let issued = |id: &String| {
            let found = scene.fleet.run(&["certs", "versions", id, "-o", "json"]);
            let page: Option<Value> = serde_json::from_slice(&found.stdout).ok();
            page.is_some_and(|page| page["items"].as_array().is_some_and(|items| !items.is_empty()))
        };
        ids.iter().all(issued).then_some(())
    });
    scene.fleet.plane.kill();
    scene.fleet.plane.start(None);
    for id in &ids {
        assert_eq!(scene.fleet.versions(id).len(), 1, "{id}");
    }
    deaths - 1
}

fn killed_at_each_state(postgres: bool) {
    let mut scene = Scene::new(postgres, 1, 0);
    // Whatever is stored, the next step is another process's.
    let deaths = orders_that_outlive(&mut scene, 0, &["order.stored:1"]);
    assert!(deaths >= 12, "only {deaths} deaths after what was stored");
    assert_eq!((scene.n_orders(), scene.n_certificates()), (3, 3));
    // Answers that nobody stored, and questions that nobody asked.
    let deaths = orders_that_outlive(&mut scene, 3, &["order.asked:8", "order.leased:7"]);
    assert!(deaths >= 2, "only {deaths} deaths with a lease in hand");
    assert_eq!((scene.n_orders(), scene.n_certificates()), (6, 6));
    scene.fleet.verify_audit();
}

#[test]
fn the_control_plane_killed_at_each_state_of_an_order_on_sqlite() {
    killed_at_each_state(false);
}

#[test]
fn the_control_plane_killed_at_each_state_of_an_order_on_postgres() {
    killed_at_each_state(true);
}
