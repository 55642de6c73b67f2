//! Proofs of control as an ACME authority and other clients see them: shown, taken away, refused, and what is left of
//! them when the agent or its control plane is gone.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use certctl_api::agent_protocol::ProofWork;
use certctl_core::time::Ts;
use certctl_pki::fingerprint;

use crate::control_plane::{ControlPlane, Inner};
use crate::enrolled::{Running, join_program};
use crate::host::{Host, files};
use crate::lab::now;

/// The thumbprint of the example of RFC 8555, section 8.1.
const THUMB: &str = "9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";

/// An address on which nothing listens: one of this test process's own, as a port of 127.0.0.1 that was free a moment ago
/// may be taken by a connection of another test.
fn free() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(5_000);
    let [_, high, middle, low] = std::process::id().to_be_bytes();
    SocketAddr::from(([127, 1 + high, middle, low], NEXT.fetch_add(1, Ordering::SeqCst)))
}

fn proof(id: &str, kind: &str, name: &str, token: &str, seconds: i64) -> ProofWork {
    ProofWork {
        challenge_id: id.parse().unwrap(),
        kind: kind.to_owned(),
        name: name.to_owned(),
        token: token.to_owned(),
        key_authorization: format!("{token}.{THUMB}"),
        until: Ts::from_second(now() + seconds),
        record: None,
    }
}

fn http(id: &str, name: &str, token: &str) -> ProofWork {
    proof(id, "http-01", name, token, 600)
}

fn tls(id: &str, name: &str, token: &str) -> ProofWork {
    proof(id, "tls-alpn-01", name, token, 600)
}

/// What a client reads; nothing when nobody listens, or no longer (the system resets a connection that was not accepted).
fn fetch(address: SocketAddr, token: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    let request =
        format!("GET /.well-known/acme-challenge/{token} HTTP/1.1\r\nHost: www.example.com\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok().filter(|n_bytes| *n_bytes > 0)?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let found = head.starts_with("HTTP/1.1 200 OK\r\n");
    assert_eq!(found, head.contains("application/octet-stream"), "{head}");
    Some(if found { body.to_owned() } else { head.split("\r\n").next().unwrap().to_owned() })
}

/// The certificate that OpenSSL is shown, as text and as ASN.1, and all that it says of the handshake.
fn handshake(address: SocketAddr, arguments: &[&str]) -> (String, String) {
    let mut command = Command::new("openssl");
    command.args(["s_client", "-connect", &address.to_string(), "-showcerts"]).args(arguments);
    let output = command.stdin(Stdio::null()).output().unwrap();
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let read = |arguments: &[&str], input: &[u8]| {
        let mut reader = Command::new("openssl")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        reader.stdin.take().unwrap().write_all(input).unwrap();
        String::from_utf8(reader.wait_with_output().unwrap().stdout).unwrap()
    };
    let asn1 = read(&["asn1parse"], read(&["x509"], &output.stdout).as_bytes());
    (read(&["x509", "-noout", "-text"], &output.stdout) + &asn1, said)
}

fn acme(address: SocketAddr, server_name: &str) -> (String, String) {
    handshake(address, &["-alpn", "acme-tls/1", "-servername", server_name])
}

/// Whether a certificate holds the hash of a token's key authorization: an OCTET STRING of 32 bytes.
fn proves(text: &str, token: &str) -> bool {
    let hash = fingerprint::sha256_hex(format!("{token}.{THUMB}").as_bytes()).to_uppercase();
    text.contains("1.3.6.1.5.5.7.1.31: critical") && text.contains(&format!("[HEX DUMP]:0420{hash}"))
}

#[track_caller]
fn wait(what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < end, "waited 20 s for: {what}");
        std::thread::yield_now();
    }
}

/// A host whose agent has joined.
struct Scene {
    host: Host,
    control_plane: ControlPlane,
}

impl Scene {
    fn new(policy: &str) -> Self {
        let (host, control_plane) = (Host::new(), ControlPlane::start());
        host.write_policy(&format!("[challenges]\n{policy}"));
        assert!(join_program(host.dir.path(), &control_plane).status.success());
        Self { host, control_plane }
    }

    fn start(&self, kill_at: Option<&str>) -> Running {
        Running::start(self.host.dir.path(), kill_at)
    }

    fn want(&self, proofs: &[ProofWork]) {
        self.control_plane.with(|inner| inner.proofs = proofs.to_vec());
    }

    /// Waits for exactly these reports; an error is given by a part of it, none by an empty text.
    #[track_caller]
    fn wait_for(&self, expected: &[(&str, &str)]) {
        let fits = |inner: &Inner| {
            inner.proof_reports.len() == expected.len()
                && expected.iter().all(|(id, says)| {
                    inner.proof_reports.iter().any(|report| {
                        let fits = match &report.error {
                            None => says.is_empty(),
                            Some(error) => !says.is_empty() && error.contains(says),
                        };
                        report.challenge_id.as_str() == *id && fits
                    })
                })
        };
        self.control_plane.wait(&format!("{expected:?}"), fits);
    }
}

/// A webroot of a test, and where its tokens are.
fn webroot(host: &Host) -> (PathBuf, PathBuf) {
    let webroot = host.path("www");
    fs::create_dir(&webroot).unwrap();
    let tokens = webroot.join(".well-known/acme-challenge");
    (webroot, tokens)
}

fn webroot_policy(host: &Host, webroot: &Path) {
    host.write_policy(&format!("[challenges]\nhttp_01_webroot = {webroot:?}\n"));
}

#[test]
fn a_page_is_shown_while_it_is_wanted_and_the_port_is_open_only_then() {
    let address = free();
    let scene = Scene::new(&format!("http_01_listen = \"{address}\"\n"));
    let mut agent = scene.start(None);
    scene.control_plane.wait("a poll", |inner| inner.proof_kinds == ["http-01"]);
    assert_eq!(fetch(address, "one"), None, "nothing to show, so nothing listens");
    scene.want(&[http("chl-1", "www.example.com", "one"), http("chl-2", "www.example.com", "two")]);
    scene.wait_for(&[("chl-1", ""), ("chl-2", "")]);
    assert_eq!(fetch(address, "one"), Some(format!("one.{THUMB}")));
    assert_eq!(fetch(address, "two"), Some(format!("two.{THUMB}")));
    assert_eq!(fetch(address, "three").unwrap(), "HTTP/1.1 404 Not Found");
    scene.want(&[http("chl-2", "www.example.com", "two")]);
    scene.wait_for(&[("chl-2", "")]);
    assert_eq!(fetch(address, "one").unwrap(), "HTTP/1.1 404 Not Found");
    scene.want(&[]);
    scene.wait_for(&[]);
    assert_eq!(fetch(address, "two"), None);
    assert!(agent.terminate().success());
}

#[test]
fn slow_and_many_clients_do_not_keep_an_authority_out() {
    let address = free();
    let scene = Scene::new(&format!("http_01_listen = \"{address}\"\n"));
    let _agent = scene.start(None);
    scene.want(&[http("chl-1", "www.example.com", "one")]);
    scene.wait_for(&[("chl-1", "")]);
    // More than are served at once, and none says anything.
    let idle: Vec<TcpStream> = (0..100).map(|_| TcpStream::connect(address).unwrap()).collect();
    assert_eq!(fetch(address, "one"), Some(format!("one.{THUMB}")));
    let mut first = &idle[0];
    assert_eq!(first.read(&mut [0; 1]).unwrap(), 0, "it was cut off");
}

#[test]
fn openssl_is_shown_the_certificate_of_a_name_and_of_an_address() {
    let address = free();
    let scene = Scene::new(&format!("tls_alpn_01_listen = \"{address}\"\n"));
    let mut agent = scene.start(None);
    scene.control_plane.wait("a poll", |inner| inner.proof_kinds == ["tls-alpn-01"]);
    scene.want(&[tls("chl-1", "www.example.com", "one"), tls("chl-2", "192.0.2.7", "two")]);
    scene.wait_for(&[("chl-1", ""), ("chl-2", "")]);
    for version in ["-tls1_2", "-tls1_3"] {
        let arguments = ["-alpn", "acme-tls/1", "-servername", "WWW.example.com", version];
        let (text, said) = handshake(address, &arguments);
        assert!(said.contains("ALPN protocol: acme-tls/1"), "{said}");
        assert!(text.contains("DNS:www.example.com\n") && proves(&text, "one"), "{text}");
    }
    let (text, _) = acme(address, "7.2.0.192.in-addr.arpa");
    assert!(text.contains("IP Address:192.0.2.7\n") && proves(&text, "two"), "{text}");
    for nobody in [
        &["-servername", "www.example.com"][..],
        &["-servername", "www.example.com", "-alpn", "http/1.1"],
        &["-servername", "other.example.com", "-alpn", "acme-tls/1"],
        &["-noservername", "-alpn", "acme-tls/1"],
    ] {
        let (text, said) = handshake(address, nobody);
        assert!(text.is_empty() && said.contains("no peer certificate available"), "{nobody:?}: {said}");
    }
    scene.want(&[]);
    scene.wait_for(&[]);
    assert!(TcpStream::connect(address).is_err());
    assert!(agent.terminate().success());
}

#[test]
fn of_two_certificates_for_a_name_the_second_comes_when_the_first_has_gone() {
    let address = free();
    let scene = Scene::new(&format!("tls_alpn_01_listen = \"{address}\"\n"));
    let _agent = scene.start(None);
    let (one, two) = (tls("chl-1", "www.example.com", "one"), tls("chl-2", "www.example.com", "two"));
    scene.want(&[one.clone(), two.clone()]);
    scene.wait_for(&[("chl-1", "")]);
    assert!(proves(&acme(address, "www.example.com").0, "one"));
    scene.want(&[two]);
    scene.wait_for(&[("chl-2", "")]);
    let (text, _) = acme(address, "www.example.com");
    assert!(proves(&text, "two") && !proves(&text, "one"), "{text}");
}

#[test]
fn a_proof_ends_at_its_time_without_a_control_plane_and_the_next_takes_its_turn() {
    let (pages, certificates) = (free(), free());
    let scene =
        Scene::new(&format!("http_01_listen = \"{pages}\"\ntls_alpn_01_listen = \"{certificates}\"\n"));
    let mut agent = scene.start(None);
    scene.control_plane.wait("a poll", |inner| !inner.proof_kinds.is_empty());
    let short = proof("chl-2", "tls-alpn-01", "www.example.com", "two", 6);
    let after = tls("chl-3", "www.example.com", "three");
    scene.want(&[proof("chl-1", "http-01", "www.example.com", "one", 6), short, after]);
    scene.wait_for(&[("chl-1", ""), ("chl-2", "")]);
    scene.control_plane.with(|inner| inner.refuse_with = Some(503));
    assert_eq!(fetch(pages, "one"), Some(format!("one.{THUMB}")));
    wait("the end of the page", || fetch(pages, "one").is_none());
    wait("the next certificate", || proves(&acme(certificates, "www.example.com").0, "three"));
    assert!(now() >= scene.control_plane.with(|inner| inner.proofs[0].until.as_second()));
    // A control plane that comes back and still names them learns why they do not stand.
    scene.control_plane.with(|inner| inner.refuse_with = None);
    scene.wait_for(&[("chl-1", "clock"), ("chl-2", "clock"), ("chl-3", "")]);
    assert!(agent.terminate().success());
}

#[test]
fn what_the_policy_does_not_allow_is_refused_with_the_line_to_add() {
    let address = free();
    let scene = Scene::new(&format!("http_01_listen = \"{address}\"\nnames = [\"*.example.com\"]\n"));
    let _agent = scene.start(None);
    scene.want(&[
        http("chl-1", "www.example.com", "one"),
        http("chl-2", "www.example.org", "two"),
        tls("chl-3", "www.example.com", "three"),
        http("chl-4", "www.example.com", "../../etc/passwd"),
    ]);
    scene.wait_for(&[
        ("chl-1", ""),
        ("chl-2", "add \"www.example.org\" to \"names\" under [challenges]"),
        ("chl-3", "add tls_alpn_01_listen"),
        ("chl-4", "the token of the challenge has to be"),
    ]);
    assert_eq!(fetch(address, "two").unwrap(), "HTTP/1.1 404 Not Found");
    // The policy is read anew; without its lines, what stood goes.
    scene.host.write_policy("");
    scene.wait_for(&[
        ("chl-1", "add http_01_listen"),
        ("chl-2", "add http_01_listen"),
        ("chl-3", "add tls_alpn_01_listen"),
        ("chl-4", "token"),
    ]);
    assert_eq!(fetch(address, "one"), None);
}

#[test]
fn a_port_in_use_is_said_and_taken_when_it_is_free() {
    let (other, also) =
        (TcpListener::bind("127.0.0.1:0").unwrap(), TcpListener::bind("127.0.0.1:0").unwrap());
    let (pages, certificates) = (other.local_addr().unwrap(), also.local_addr().unwrap());
    let scene =
        Scene::new(&format!("http_01_listen = \"{pages}\"\ntls_alpn_01_listen = \"{certificates}\"\n"));
    let _agent = scene.start(None);
    scene.want(&[http("chl-1", "www.example.com", "one"), tls("chl-2", "www.example.com", "two")]);
    let (in_use, also_in_use) =
        (format!("{pages} for http-01: another program"), format!("{certificates} for tls-alpn-01: another"));
    scene.wait_for(&[("chl-1", &in_use), ("chl-2", &also_in_use)]);
    drop((other, also));
    scene.wait_for(&[("chl-1", ""), ("chl-2", "")]);
    assert_eq!(fetch(pages, "one"), Some(format!("one.{THUMB}")));
}

#[test]
fn a_file_is_laid_below_the_webroot_and_removed() {
    let scene = Scene::new("");
    let (webroot, tokens) = webroot(&scene.host);
    webroot_policy(&scene.host, &webroot);
    let mut agent = scene.start(None);
    scene.want(&[http("chl-1", "www.example.com", "one"), http("chl-2", "www.example.com", "-two_")]);
    scene.wait_for(&[("chl-1", ""), ("chl-2", "")]);
    assert_eq!(fs::read_to_string(tokens.join("one")).unwrap(), format!("one.{THUMB}"));
    assert_eq!(fs::metadata(tokens.join("-two_")).unwrap().mode() & 0o7777, 0o644);
    for dir in [tokens.as_path(), tokens.parent().unwrap()] {
        assert_eq!(fs::metadata(dir).unwrap().mode() & 0o7777, 0o755, "{dir:?}");
    }
    // A person who removes a file gets it back, one who changes it is told.
    fs::remove_file(tokens.join("one")).unwrap();
    wait("the file to be back", || tokens.join("one").exists());
    fs::write(tokens.join("one"), "mine").unwrap();
    scene.wait_for(&[("chl-1", "was changed by somebody else; remove it"), ("chl-2", "")]);
    fs::remove_file(tokens.join("one")).unwrap();
    scene.wait_for(&[("chl-1", ""), ("chl-2", "")]);
    scene.want(&[http("chl-2", "www.example.com", "-two_")]);
    scene.wait_for(&[("chl-2", "")]);
    assert_eq!(files(&tokens), ["-two_"]);
    scene.want(&[http("chl-2", "www.example.com", "-two_"), http("chl-3", "www.example.com", "three")]);
    scene.wait_for(&[("chl-2", ""), ("chl-3", "")]);
    fs::write(tokens.join("three"), "mine").unwrap();
    scene.want(&[http("chl-2", "www.example.com", "-two_")]);
    scene.wait_for(&[("chl-2", "")]);
    assert_eq!(files(&tokens), ["-two_", "three"], "a changed file is somebody else's");
    fs::remove_file(tokens.join("three")).unwrap();
    assert!(agent.terminate().success());
    assert!(files(&tokens).is_empty(), "an agent that stops shows nothing");
    assert!(!scene.host.path("agent/proofs.json").exists());
}

#[test]
fn no_link_leads_out_of_the_webroot_and_no_foreign_file_is_touched() {
    let scene = Scene::new("");
    let (webroot, tokens) = webroot(&scene.host);
    webroot_policy(&scene.host, &webroot);
    let outside = scene.host.path("outside");
    fs::create_dir_all(outside.join("acme-challenge")).unwrap();
    fs::write(outside.join("acme-challenge/victim"), "precious").unwrap();
    let _agent = scene.start(None);
    let victim = http("chl-1", "www.example.com", "victim");

    symlink(&outside, webroot.join(".well-known")).unwrap();
    scene.want(std::slice::from_ref(&victim));
    scene.wait_for(&[("chl-1", "is a link or no directory")]);
    fs::remove_file(webroot.join(".well-known")).unwrap();

    fs::create_dir(webroot.join(".well-known")).unwrap();
    symlink(outside.join("acme-challenge"), &tokens).unwrap();
    scene.want(&[]);
    scene.wait_for(&[]);
    scene.want(std::slice::from_ref(&victim));
    scene.wait_for(&[("chl-1", "acme-challenge is a link or no directory")]);
    fs::remove_file(&tokens).unwrap();

    // Links, files and pipes of the token's own name.
    fs::create_dir(&tokens).unwrap();
    symlink(outside.join("acme-challenge/victim"), tokens.join("victim")).unwrap();
    scene.wait_for(&[("chl-1", "victim is not the agent's; remove it")]);
    fs::remove_file(tokens.join("victim")).unwrap();
    scene.wait_for(&[("chl-1", "")]);
    scene.want(&[]);
    scene.wait_for(&[]);
    fs::write(tokens.join("theirs"), "theirs.thumb").unwrap();
    assert!(Command::new("mkfifo").arg(tokens.join("pipe")).status().unwrap().success());
    // What a link leads to is not written through on the way either.
    symlink(outside.join("acme-challenge/victim"), tokens.join(".good.certctl-new")).unwrap();
    let named = |id, token| http(id, "www.example.com", token);
    scene.want(&[named("chl-2", "theirs"), named("chl-3", "pipe"), named("chl-4", "good")]);
    scene.wait_for(&[("chl-2", "is not the agent's"), ("chl-3", "is not the agent's"), ("chl-4", "")]);
    scene.want(&[]);
    scene.wait_for(&[]);
    assert_eq!(files(&tokens), ["pipe", "theirs"]);
    assert_eq!(fs::read_to_string(outside.join("acme-challenge/victim")).unwrap(), "precious");
    assert_eq!(files(&outside.join("acme-challenge")), ["victim"]);

    // A directory that becomes a link while a file lies in it: what it leads to is left alone.
    scene.want(&[named("chl-5", "victim")]);
    scene.wait_for(&[("chl-5", "")]);
    fs::rename(&tokens, webroot.join("aside")).unwrap();
    symlink(outside.join("acme-challenge"), &tokens).unwrap();
    scene.want(&[]);
    scene.wait_for(&[]);
    assert_eq!(fs::read_to_string(outside.join("acme-challenge/victim")).unwrap(), "precious");
}

#[test]
fn a_webroot_that_is_not_there_or_cannot_be_written_is_said() {
    let scene = Scene::new("");
    webroot_policy(&scene.host, &scene.host.path("no-such-directory"));
    let _agent = scene.start(None);
    scene.want(&[http("chl-1", "www.example.com", "one")]);
    scene.wait_for(&[("chl-1", "no-such-directory cannot be opened")]);
    let disk = crate::host::Tmpfs::mount(&scene.host.path("disk"), "1m");
    disk.make_read_only();
    webroot_policy(&scene.host, &scene.host.path("disk"));
    scene.wait_for(&[("chl-1", "add the webroot to ReadWritePaths=")]);
}

#[test]
fn a_killed_agent_shows_nothing_at_its_next_start_and_removes_its_files() {
    for step in ["proof.noted", "proof.half_laid", "proof.laid"] {
        let scene = Scene::new("");
        let (webroot, tokens) = webroot(&scene.host);
        webroot_policy(&scene.host, &webroot);
        fs::create_dir_all(&tokens).unwrap();
        fs::write(tokens.join("theirs"), "theirs").unwrap();
        let mut agent = scene.start(Some(&format!("{step}:2")));
        scene.want(&[http("chl-1", "www.example.com", "one"), http("chl-2", "www.example.com", "two")]);
        assert_eq!(agent.wait().code(), None, "{step} was not reached");
        assert!(files(&tokens).len() >= 2, "{step}: the first is there");
        scene.want(&[]);
        let mut agent = scene.start(None);
        wait("the files to be gone", || files(&tokens) == ["theirs"]);
        wait("the note to be gone", || !scene.host.path("agent/proofs.json").exists());
        assert!(agent.terminate().success());
    }
}

#[test]
fn a_restarted_agent_shows_what_is_still_wanted_and_a_quarantined_one_nothing() {
    let address = free();
    let scene = Scene::new(&format!("http_01_listen = \"{address}\"\n"));
    scene.want(&[http("chl-1", "www.example.com", "one")]);
    let mut agent = scene.start(None);
    scene.wait_for(&[("chl-1", "")]);
    assert!(agent.terminate().success());
    assert_eq!(fetch(address, "one"), None);
    scene.control_plane.with(|inner| inner.proof_reports.clear());
    let _agent = scene.start(None);
    scene.wait_for(&[("chl-1", "")]);
    assert_eq!(fetch(address, "one"), Some(format!("one.{THUMB}")));
    scene.control_plane.with(|inner| inner.refuse_with = Some(403));
    wait("the page of a quarantined agent to go", || fetch(address, "one").is_none());
}

#[test]
fn a_control_plane_that_knows_no_proofs_is_not_upset() {
    let scene = Scene::new(&format!("http_01_listen = \"{}\"\n", free()));
    scene.control_plane.with(|inner| inner.knows_no_proofs = true);
    let mut agent = scene.start(None);
    let n_polls = scene.control_plane.with(|inner| inner.n_polls);
    scene.control_plane.wait("polls without proofs", |inner| inner.n_polls > n_polls + 1);
    assert!(scene.control_plane.with(|inner| inner.proof_kinds.is_empty() && inner.proof_reports.is_empty()));
    assert!(agent.terminate().success());
    let log = fs::read_to_string(scene.host.path("agent.log")).unwrap();
    assert_eq!(log.matches("going on without proofs").count(), 1, "{log}");
    // Without proofs there are still the abilities, which are refused once for each start.
    scene.host.write_policy("");
    let mut agent = scene.start(None);
    let n_polls = scene.control_plane.with(|inner| inner.n_polls);
    scene.control_plane.wait("another poll", |inner| inner.n_polls > n_polls + 1);
    assert!(agent.terminate().success());
    let log = fs::read_to_string(scene.host.path("agent.log")).unwrap();
    assert_eq!(log.matches("going on without proofs").count(), 2, "{log}");
}

#[test]
fn the_check_of_the_policy_names_the_proofs_and_a_webroot_that_is_not_there() {
    let scene = Scene::new("http_01_webroot = \"/no/such/webroot\"\ntls_alpn_01_listen = \"0.0.0.0:443\"\n");
    let report = certctl_agent::inspect::check(&scene.host.path("agent.toml")).unwrap();
    assert_eq!(report.n_problems, 1, "{}", report.text);
    assert!(report.text.contains("proofs http-01, tls-alpn-01"), "{}", report.text);
    assert!(report.text.contains("challenges.http_01_webroot /no/such/webroot: is not a directory"));
    let mode = fs::metadata(scene.host.path("agent.toml")).unwrap().permissions().mode();
    assert_eq!(mode & 0o022, 0);
}
