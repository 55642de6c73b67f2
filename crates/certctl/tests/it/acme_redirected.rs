//! http-01 answered by the control plane: a real Pebble really validates through a real nginx that redirects, or is a proxy, to it.
//!
//! Not for: proofs that agents show (`acme.rs`). Invariant: the agents here may show none.

use std::process::Command;

use serde_json::json;

use crate::fleet::{Fleet, Parts};
use crate::host::{Host, NGINX};
use crate::peer::Peer;
use crate::process::{Process, eventually};

/// What the web server of each site does with who asks for an answer.
const WAYS: [&str; 3] = [
    "return 301 http://pki.test:PORT$request_uri;",
    "return 302 http://pki.test:PORT$request_uri;",
    "proxy_pass http://127.0.0.1:PORT;",
];

fn free_port() -> u16 {
    std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// The web server that has port 80 of all sites.
fn front(fleet: &Fleet, port: &str, to: u16) -> Process {
    let folder = fleet.path("front");
    std::fs::create_dir_all(&folder).unwrap();
    let at = folder.display();
    let sites = WAYS.iter().enumerate().map(|(site, way)| {
        let way = way.replace("PORT", &to.to_string());
        format!(
            "server {{ listen 127.0.0.1:{port}; server_name site{site}.test;\n\
             location /.well-known/acme-challenge/ {{ {way} }}\nlocation / {{ return 404; }} }}\n"
        )
    });
    let sites: String = sites.collect();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|of| format!("{of}_temp_path {at}/{of};\n"))
        .concat();
    let text = format!(
        "daemon off;\nmaster_process off;\npid {at}/nginx.pid;\nerror_log {at}/error.log;\nevents {{}}\n\
         http {{ access_log {at}/access.log;\n{temporary}{sites} }}\n"
    );
    std::fs::write(folder.join("nginx.conf"), text).unwrap();
    let mut nginx = Command::new(NGINX);
    nginx.arg("-p").arg(&folder).arg("-c").arg(folder.join("nginx.conf"));
    let mut process = Process::default();
    process.start(nginx, &folder.join("nginx.log"));
    process
}

fn by_the_web_server(postgres: bool) {
    let dns = Peer::start("bind", &[("BIND_ZONES", "test")]);
    let pebble = Peer::start(
        "pebble",
        &[("PEBBLE_VALIDATE", "1"), ("PEBBLE_STRICT", "1"), ("PEBBLE_DNS", dns.value("DNS_SERVER"))],
    );
    let to = free_port();
    let mut fleet = Fleet::with_settings(
        postgres,
        &[
            ("CERTCTL_ISSUER_NETWORKS", "127.0.0.1,::1"),
            ("CERTCTL_PKI_LISTEN", &format!("127.0.0.1:{to}")),
            ("CERTCTL_PKI_URL", &format!("http://pki.test:{to}")),
        ],
    );
    let parts = Parts { n_sites: WAYS.len(), ..Parts::small(postgres) };
    fleet.add_host(Host::new(&fleet.path("host-1"), "web-1", parts.n_sites));
    let _front = front(&fleet, pebble.value("PEBBLE_HTTP01_PORT"), to);
    let config = json!({
        "directory_url": pebble.value("PEBBLE_URL"), "ca_pem": pebble.file("PEBBLE_CA"), "terms_agreed": true,
        "challenges": ["http-01"], "http_01": "control_plane", "max_orders": 2,
    });
    let file = fleet.path("issuer.json");
    std::fs::write(&file, config.to_string()).unwrap();
    let what = ["issuers", "create", "--id", "iss-acme", "--name", "Pebble", "--kind", "acme", "--config"];
    fleet.certctl(&[&what[..], &[file.to_str().unwrap()]].concat());
    for site in 0..WAYS.len() {
        let target = Fleet::target_id(0, site);
        fleet.create_target(&target, "nginx", 0, &fleet.hosts[0].target(site));
        let (id, name) = (format!("mc-site{site}"), format!("site{site}.test"));
        let what = ["certs", "create", "--id", &id, "--name", &name, "--target", &target];
        fleet.certctl(&[&what[..], &["--issuer", "iss-acme"]].concat());
    }
    for (site, way) in WAYS.iter().enumerate() {
        let id = format!("mc-site{site}");
        let live = fleet.live(&id, 1);
        assert_eq!(fleet.hosts[0].served(site).unwrap(), live, "{way}");
        let job = fleet.items(&["jobs", "list", "--kind", "Issuance", "--certificate", &id])[0].clone();
        assert_eq!(job["attempts"], 1, "{job}");
        eventually("the end of the proof", || {
            let detail = fleet.json(&["jobs", "show", job["id"].as_str().unwrap()]);
            let proof = &detail["order"]["challenges"][0];
            assert_eq!((&proof["kind"], &proof["place"]), (&json!("http-01"), &json!("control-plane")));
            (proof["state"] == "gone").then_some(())
        });
    }
    let log = std::fs::read_to_string(fleet.path("front/access.log")).unwrap();
    for status in [" 301 ", " 302 ", " 200 "] {
        assert!(log.contains(status), "no visit was answered{status}: {log}");
    }
    fleet.verify_audit();
}

#[test]
fn pebble_is_led_to_the_control_plane_by_the_web_server_on_sqlite() {
    by_the_web_server(false);
}

#[test]
fn pebble_is_led_to_the_control_plane_by_the_web_server_on_postgres() {
    by_the_web_server(true);
}
