//! What clients of certificates read: OCSP answers and CRLs judged by OpenSSL, GnuTLS and pkilint, the addresses in
//! certificates, caching, deltas, parts, a stapling nginx, and a death between signing a list and publishing it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use certctl_api::certificates::Version;
use certctl_connectors::issuers::{Issuance, IssueRequest};
use certctl_core::kill_point::KillPoint;
use certctl_core::time::{Clock as _, ManualClock, SystemClock};
use certctl_pki::{CertificateInfo, Crl, KeyAlgorithm, PrivateKey, Serial, pem};
use certctl_server::Environs;
use http::{StatusCode, header};
use serde_json::{Value, json};

use crate::harness::eventually;
use crate::issuance::Plane;
use crate::revocations::{issued, on_both_stores, revoked};

pub(crate) const PKI_URL: &str = "http://pki.example.internal";

/// A control plane with a plain listener, and a folder in which everything is judged at the end.
pub(crate) struct Scene {
    pub(crate) plane: Plane,
    pub(crate) http: reqwest::Client,
    pub(crate) base: String,
    pub(crate) folder: tempfile::TempDir,
    /// Whose lists and answers are asked for.
    pub(crate) ca: &'static str,
}

impl Scene {
    pub(crate) async fn start(postgres: bool, parts: u16) -> Self {
        Self::start_with(postgres, parts, Environs::default()).await
    }

    pub(crate) async fn start_with(postgres: bool, parts: u16, environs: Environs) -> Self {
        let plane = Plane::start_configured(postgres, environs, |config| {
            config.pki_listen = Some("127.0.0.1:0".parse().unwrap());
            config.pki_url = Some(PKI_URL.to_owned());
            config.crl_parts = parts;
        })
        .await;
        let base = format!("http://{}", plane.server().pki_address.unwrap());
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().unwrap();
        Self { plane, http, base, folder: tempfile::tempdir().unwrap(), ca: "iss-local" }
    }

    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The certificate, its issuer and the root as files.
    pub(crate) async fn certificate(&self, id: &str, key: &PrivateKey) -> Leaf {
        let version = issued(&self.plane, id, key).await;
        let chain = self.plane.client.text(&format!("/certificates/{id}/chain.pem")).await.unwrap();
        let issuer: Value = self.plane.client.read("/issuers/iss-local").await.unwrap();
        let above = pem::decode_certificates(issuer["chain_pem"].as_str().unwrap()).unwrap();
        let ders = pem::decode_certificates(&chain).unwrap();
        Leaf {
            version,
            info: CertificateInfo::parse(&ders[0]).unwrap(),
            leaf: self.file(&format!("{id}.pem"), pem::encode_certificates([&ders[0]])),
            chain: self.file(&format!("{id}-chain.pem"), &chain),
            issuer: self.file(&format!("{id}-issuer.pem"), pem::encode_certificates([&above[0]])),
            root: self.file(&format!("{id}-root.pem"), pem::encode_certificates(&above[above.len() - 1..])),
        }
    }

    pub(crate) async fn revoke(&self, id: &str, reason: &str) {
        let body = json!({ "reason": reason, "replace_first": false });
        revoked(&self.plane, &format!("/certificates/{id}/revoke"), &body).await;
    }

    pub(crate) async fn get(&self, path: &str) -> reqwest::Response {
        self.http.get(format!("{}{path}", self.base)).send().await.unwrap()
    }

    pub(crate) async fn list(&self, name: &str) -> Crl {
        let response = self.get(&format!("/pki/{}/{name}.crl", self.ca)).await;
        assert_eq!(response.status(), StatusCode::OK, "{name}");
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/pkix-crl");
        let bytes = response.bytes().await.unwrap();
        self.file(&format!("{}{name}.crl", self.ca.strip_prefix("iss-local").unwrap_or_default()), &bytes);
        Crl::parse(&bytes).unwrap()
    }

    /// Waits until the list of this name has so many certificates.
    pub(crate) async fn listed(&self, name: &str, n: usize) -> Crl {
        eventually(&format!("{name} has {n}"), async || {
            let response = self.get(&format!("/pki/{}/{name}.crl", self.ca)).await;
            if response.status() != StatusCode::OK {
                return false;
            }
            Crl::parse(&response.bytes().await.unwrap()).unwrap().revoked().len() == n
        })
        .await;
        self.list(name).await
    }

    fn ocsp(&self) -> String {
        format!("{}/pki/{}/ocsp", self.base, self.ca)
    }

    /// What OpenSSL and GnuTLS say of a certificate.
    pub(crate) async fn judged(&self, leaf: &Leaf, nonce: bool) -> (String, String) {
        let n = std::fs::read_dir(self.folder.path()).unwrap().count();
        let kept = self.folder.path().join(format!("{n}.ocsp"));
        let url = self.ocsp();
        let mut arguments = vec![
            "ocsp",
            "-issuer",
            &leaf.issuer,
            "-cert",
            &leaf.leaf,
            "-url",
            &url,
            "-CAfile",
            &leaf.root,
            "-respout",
            kept.to_str().unwrap(),
        ];
        arguments.extend((!nonce).then_some("-no_nonce"));
        let openssl = run("openssl", &arguments).await;
        // GnuTLS takes a responder that is signed by what it trusts itself.
        let trusted =
            std::fs::read_to_string(&leaf.issuer).unwrap() + &std::fs::read_to_string(&leaf.root).unwrap();
        let trusted = self.file("trusted.txt", trusted);
        // Its argument may be left out, so it cannot stand alone.
        let ask = format!("--ask={url}");
        let mut arguments =
            vec![&ask, "--load-cert", &leaf.leaf, "--load-issuer", &leaf.issuer, "--load-trust", &trusted];
        arguments.push(if nonce { "--nonce" } else { "--no-nonce" });
        let gnutls = run("ocsptool", &arguments).await;
        (openssl, gnutls)
    }

    /// pkilint over all that was written.
    pub(crate) async fn end(self) {
        lint(self.folder.path()).await;
        self.plane.stop().await;
    }
}

pub(crate) struct Leaf {
    pub(crate) version: Version,
    pub(crate) info: CertificateInfo,
    pub(crate) leaf: String,
    pub(crate) chain: String,
    pub(crate) issuer: String,
    pub(crate) root: String,
}

pub(crate) async fn run(program: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null());
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

async fn lint(folder: &Path) {
    let script: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../tests/tools/pkilint.sh"].iter().collect();
    let mut command = Command::new(script);
    command.arg(folder);
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
}

pub(crate) fn key() -> PrivateKey {
    PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap()
}

async fn two_implementations_read_good_revoked_and_unknown(postgres: bool) {
    let scene = Scene::start(postgres, 1).await;
    let (good, bad) = (scene.certificate("mc-good", &key()).await, scene.certificate("mc-bad", &key()).await);
    for nonce in [true, false] {
        let (openssl, gnutls) = scene.judged(&bad, nonce).await;
        assert!(openssl.contains("Response verify OK") && openssl.contains("bad.pem: good"), "{openssl}");
        assert!(
            gnutls.contains("Certificate Status: good")
                && gnutls.contains("Verifying OCSP Response: Success"),
            "{gnutls}"
        );
        assert!(!openssl.to_lowercase().contains("nonce"), "{openssl}");
    }
    scene.revoke("mc-bad", "key_compromise").await;
    for nonce in [true, false] {
        let (openssl, gnutls) = scene.judged(&bad, nonce).await;
        assert!(openssl.contains("Response verify OK") && openssl.contains("bad.pem: revoked"), "{openssl}");
        assert!(openssl.contains("Reason: keyCompromise"), "{openssl}");
        assert!(gnutls.contains("Certificate Status: revoked"), "{gnutls}");
        let (openssl, gnutls) = scene.judged(&good, nonce).await;
        assert!(openssl.contains("good.pem: good"), "{openssl}");
        assert!(gnutls.contains("Certificate Status: good"), "{gnutls}");
    }
    // A serial that was never issued, by each of the two ways.
    let url = scene.ocsp();
    let asked =
        ["ocsp", "-issuer", &good.issuer, "-serial", "0x0badcafe", "-url", &url, "-CAfile", &good.root];
    let openssl = run("openssl", &asked).await;
    assert!(openssl.contains("Response verify OK") && openssl.contains("0x0badcafe: unknown"), "{openssl}");
    // Another authority's certificate is not ours to speak of.
    let asked = ["ocsp", "-issuer", &good.root, "-cert", &good.leaf, "-url", &url, "-CAfile", &good.root];
    let openssl = run("openssl", &asked).await;
    assert!(openssl.contains("unauthorized"), "{openssl}");

    let list = scene.listed("all", 1).await;
    assert_eq!(list.partition_uris, Vec::<String>::new(), "one list for all names no part");
    let crl = scene.file("all.crl.pem.txt", "");
    let text = run(
        "openssl",
        &[
            "crl",
            "-inform",
            "DER",
            "-in",
            &scene.folder.path().join("all.crl").display().to_string(),
            "-out",
            &crl,
        ],
    )
    .await;
    for (leaf, expected) in [(&bad, "certificate revoked"), (&good, "good.pem: OK")] {
        let said = run(
            "openssl",
            &[
                "verify",
                "-crl_check",
                "-CRLfile",
                &crl,
                "-CAfile",
                &leaf.root,
                "-untrusted",
                &leaf.issuer,
                &leaf.leaf,
            ],
        )
        .await;
        assert!(said.contains(expected), "{text}{said}");
    }
    let said =
        run("certtool", &["--verify-crl", "--infile", &crl, "--load-ca-certificate", &good.issuer]).await;
    assert!(said.contains("Verified"), "{said}");
    std::fs::remove_file(&crl).unwrap();

    // Certificates say where all of this is, and there it is.
    assert_eq!(good.info.ocsp_uris, [format!("{PKI_URL}/pki/iss-local/ocsp")]);
    assert_eq!(good.info.crl_uris, [format!("{PKI_URL}/pki/iss-local/all.crl")]);
    assert_eq!(good.info.ca_issuers_uris, [format!("{PKI_URL}/pki/iss-local.cer")]);
    let response = scene.get("/pki/iss-local.cer").await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/pkix-cert");
    let issuer = pem::decode_certificates(&std::fs::read_to_string(&good.issuer).unwrap()).unwrap();
    assert_eq!(response.bytes().await.unwrap(), issuer[0]);
    assert!(!bad.version.serial.is_empty() && !bad.chain.is_empty());
    scene.end().await;
}

async fn a_delta_has_what_the_list_before_did_not(postgres: bool) {
    let scene = Scene::start(postgres, 1).await;
    let first = scene.certificate("mc-a", &key()).await;
    let second = scene.certificate("mc-b", &key()).await;
    let begin = scene.listed("all", 0).await;
    assert_eq!(scene.get("/pki/iss-local/all-delta.crl").await.status(), StatusCode::NOT_FOUND);
    scene.revoke("mc-a", "superseded").await;
    let list = scene.listed("all", 1).await;
    assert!(list.number > begin.number);
    let delta = scene.list("all-delta").await;
    assert_eq!((delta.number, delta.base), (list.number, begin.number), "one number, on the list before");
    assert_eq!(list.freshest_uris, [format!("{PKI_URL}/pki/iss-local/all-delta.crl")]);
    scene.revoke("mc-b", "key_compromise").await;
    let list = scene.listed("all", 2).await;
    let delta = scene.list("all-delta").await;
    assert_eq!((delta.number, delta.base), (list.number, begin.number));
    let serials: Vec<String> = delta.revoked().iter().map(|one| one.serial.to_hex()).collect();
    for leaf in [&first, &second] {
        assert!(serials.contains(&leaf.info.serial_hex), "{serials:?}");
    }
    scene.end().await;
}

async fn each_part_has_its_own_certificates_and_names_its_address(postgres: bool) {
    let scene = Scene::start(postgres, 4).await;
    let mut of_parts = std::collections::BTreeMap::<String, Vec<String>>::new();
    let key = key();
    for n in 0..12 {
        let id = format!("mc-{n}");
        let leaf = scene.certificate(&id, &key).await;
        of_parts.entry(leaf.info.crl_uris[0].clone()).or_default().push(leaf.info.serial_hex.clone());
        scene.revoke(&id, "superseded").await;
    }
    assert!(of_parts.len() > 1, "twelve random serials are in more than one of four parts");
    for part in 0..4 {
        let name = format!("{part}-of-4");
        let address = format!("{PKI_URL}/pki/iss-local/{name}.crl");
        let wanted = of_parts.get(&address).cloned().unwrap_or_default();
        let list = scene.listed(&name, wanted.len()).await;
        assert_eq!(list.partition_uris, [address]);
        for serial in wanted {
            let serial = Serial::from_bytes(&hex::decode(serial).unwrap()).unwrap();
            assert!(list.find(&serial).is_some(), "{name}");
        }
    }
    for wrong in ["4-of-4", "0-of-8", "0-of-3", "nothing"] {
        let status = scene.get(&format!("/pki/iss-local/{wrong}.crl")).await.status();
        assert_eq!(status, StatusCode::NOT_FOUND, "{wrong}");
    }
    scene.end().await;
}

async fn answers_are_kept_and_never_for_longer_than_they_hold(postgres: bool) {
    let clock = ManualClock::new(SystemClock.now());
    let environs = Environs { clock: Arc::new(clock.clone()), ..Environs::default() };
    let scene = Scene::start_with(postgres, 1, environs).await;
    let leaf = scene.certificate("mc-web", &key()).await;
    let request = scene.folder.path().join("request.der");
    let asked = |more: &'static [&'static str]| {
        let mut all =
            vec!["ocsp", "-issuer", &leaf.issuer, "-cert", &leaf.leaf, "-reqout", request.to_str().unwrap()];
        all.extend(more);
        let all: Vec<String> = all.into_iter().map(str::to_owned).collect();
        async move { run("openssl", &all.iter().map(String::as_str).collect::<Vec<_>>()).await }
    };
    asked(&["-no_nonce"]).await;
    let der = std::fs::read(&request).unwrap();
    let post = async |body: Vec<u8>| {
        let request = scene.http.post(scene.ocsp()).header(header::CONTENT_TYPE, "application/ocsp-request");
        let response = request.body(body).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/ocsp-response");
        let caching = response.headers()[header::CACHE_CONTROL].to_str().unwrap().to_owned();
        (response.bytes().await.unwrap(), caching)
    };
    let (one, caching) = post(der.clone()).await;
    assert!(caching.contains("max-age=300") && caching.contains("must-revalidate"), "{caching}");
    assert_eq!(post(der.clone()).await.0, one, "the same answer for all");
    let encoded = {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD
            .encode(&der)
            .replace('+', "%2B")
            .replace('/', "%2F")
            .replace('=', "%3D")
    };
    let response = scene.get(&format!("/pki/iss-local/ocsp/{encoded}")).await;
    let headers = response.headers().clone();
    assert_eq!(response.bytes().await.unwrap(), one, "by GET as by POST");
    assert!(
        headers.contains_key(header::LAST_MODIFIED) && headers.contains_key(header::EXPIRES),
        "{headers:?}"
    );
    let again = scene
        .http
        .get(format!("{}/{encoded}", scene.ocsp()))
        .header(header::IF_NONE_MATCH, headers[header::ETAG].clone())
        .send()
        .await
        .unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    clock.advance(Duration::from_secs(61));
    let (later, _) = post(der.clone()).await;
    assert_ne!(later, one, "made anew after a minute");
    scene.revoke("mc-web", "key_compromise").await;
    assert_ne!(post(der.clone()).await.0, later, "dropped by the revocation");

    asked(&["-nonce"]).await;
    let with_nonce = std::fs::read(&request).unwrap();
    let (first, caching) = post(with_nonce.clone()).await;
    assert_eq!(caching, "no-store");
    let (second, _) = post(with_nonce).await;
    assert_ne!(first, second, "each with a nonce is signed for itself");
    let (malformed, caching) = post(b"nonsense".to_vec()).await;
    assert_eq!((malformed.as_ref(), caching.as_str()), (&[0x30, 3, 0x0a, 1, 1][..], "no-store"));
    let (malformed, _) = post(vec![0x30; 100_000]).await;
    assert_eq!(malformed.as_ref(), [0x30, 3, 0x0a, 1, 1]);

    let list = scene.get("/pki/iss-local/all.crl").await;
    let etag = list.headers()[header::ETAG].clone();
    let again =
        scene.http.get(format!("{}/pki/iss-local/all.crl", scene.base)).header(header::IF_NONE_MATCH, etag);
    assert_eq!(again.send().await.unwrap().status(), StatusCode::NOT_MODIFIED);
    for path in
        ["/pki/iss-none/ocsp", "/pki/iss-none/all.crl", "/pki/iss-none.cer", "/healthz", "/api/v1/version"]
    {
        let response = match path.ends_with("ocsp") {
            true => scene.http.post(format!("{}{path}", scene.base)).body(der.clone()).send().await.unwrap(),
            false => scene.get(path).await,
        };
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
    }
    // The same paths over HTTPS, without a key.
    let secure = crate::harness::client(&scene.plane.server().app, None);
    let url = format!("{}/pki/iss-local/all.crl", scene.plane.server().app.public_url);
    let response = secure.get(url).send().await.unwrap();
    assert_eq!(
        (response.status(), &response.headers()[header::CONTENT_TYPE]),
        (StatusCode::OK, &header::HeaderValue::from_static("application/pkix-crl"))
    );
    scene.plane.stop().await;
}

async fn lists_are_made_anew_before_they_end_and_lose_what_ended(postgres: bool) {
    let clock = ManualClock::new(SystemClock.now());
    let environs = Environs { clock: Arc::new(clock.clone()), ..Environs::default() };
    let scene = Scene::start_with(postgres, 1, environs).await;
    scene.certificate("mc-web", &key()).await;
    scene.revoke("mc-web", "key_compromise").await;
    clock.advance(Duration::from_secs(1));
    scene.plane.server().app.signals.wake_engine("crls");
    let list = scene.listed("all", 1).await;
    let next = async |seconds: u64, number| {
        clock.advance(Duration::from_secs(seconds));
        eventually("a newer list", async || {
            scene.plane.server().app.signals.wake_engine("crls");
            scene.list("all").await.number > number
        })
        .await;
        scene.list("all").await
    };
    let second = next(43_201, list.number).await;
    assert_eq!(second.revoked().len(), 1);
    assert!(second.this_update < list.next_update.unwrap(), "before the last one ended");
    let lifetime = scene.plane.client.read::<Value>("/certificates/mc-web").await.unwrap();
    let seconds = u64::try_from(lifetime["lifetime_seconds"].as_i64().unwrap()).unwrap();
    let ended = next(seconds - 43_000, second.number).await;
    assert_eq!(ended.revoked().len(), 1, "on one more list after its end");
    let gone = next(90_000, ended.number).await;
    assert_eq!(gone.revoked().len(), 0);
    scene.plane.stop().await;
}

async fn a_list_that_was_not_published_is_made_again(postgres: bool) {
    for step in ["crl.signed:2", "crl.published:2"] {
        let environs = Environs {
            kill_point: KillPoint::armed(step, || panic!("the test asked for it")),
            ..Environs::default()
        };
        let scene = Scene::start_with(postgres, 1, environs).await;
        scene.certificate("mc-web", &key()).await;
        let begin = scene.listed("all", 0).await;
        scene.revoke("mc-web", "key_compromise").await;
        eventually("the list", async || {
            scene.plane.server().app.signals.wake_engine("crls");
            scene.list("all").await.revoked().len() == 1
        })
        .await;
        let numbers = (
            begin.number.unwrap().to_u64().unwrap(),
            scene.list("all").await.number.unwrap().to_u64().unwrap(),
        );
        assert_eq!(numbers.1, numbers.0 + 1, "{step}: no number was used twice, and none was lost");
        scene.plane.stop().await;
    }
}

/// What our CA has signed and this database never saw, as after a restore, is brought in and revoked; what another CA has
/// signed is not.
async fn what_was_only_imported_is_unknown_until_it_is_revoked(postgres: bool) {
    let scene = Scene::start(postgres, 1).await;
    let known = scene.certificate("mc-known", &key()).await;
    let app = scene.plane.server().app.clone();
    let ca = app.issuers.get(&app, &"iss-local".parse().unwrap()).await.unwrap();
    let name = certctl_pki::Name::parse("old.example.internal").unwrap();
    let request = IssueRequest {
        public_key: key().public_key().clone(),
        common_name: Some(name.clone()),
        names: vec![name],
        usage: certctl_pki::LeafUsage::Server,
        now: app.now().as_second(),
        lifetime_seconds: 30 * 86_400,
        random: [5; 16],
        published: None,
    };
    let Issuance::Issued { certificate_der } = ca.carry_out(&ca.plan(&request).unwrap()).unwrap();
    let elsewhere = crate::imports::Elsewhere::new("Lab Root", app.now().as_second());
    let foreign = elsewhere.leaf(&["other.example.org"], 9);
    let text = pem::encode_certificates([&certificate_der, &foreign, &elsewhere.root]);
    let body = json!({ "bundles": [{ "name": "all.pem", "pem": text }] });
    let done: Value = scene.plane.client.post("/certificates/import", &body).await.unwrap();
    assert_eq!(done["imported"], 2, "{done}");
    let old = Leaf { leaf: scene.file("old.pem", pem::encode_certificates([&certificate_der])), ..known };
    assert!(scene.judged(&old, true).await.0.contains("old.pem: unknown"));
    let revoke = |der: &[u8]| {
        let fingerprint = certctl_pki::fingerprint::sha256_hex(der);
        json!({ "fingerprint_sha256": fingerprint, "reason": "key_compromise", "replace_first": false })
    };
    revoked(&scene.plane, "/revocations", &revoke(&certificate_der)).await;
    assert!(scene.judged(&old, true).await.0.contains("old.pem: revoked"));
    scene.listed("all", 1).await;
    let refused = scene.plane.client.post::<Value>("/revocations", &revoke(&foreign)).await.unwrap_err();
    assert!(refused.to_string().contains("where it was ordered"), "{refused}");
    scene.plane.stop().await;
}

/// nginx in the foreground, until it is dropped.
struct Nginx(Child);

impl Drop for Nginx {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nginx_staples_our_answer_and_curl_takes_it() {
    let scene = Scene::start(false, 1).await;
    let key = key();
    let leaf = scene.certificate("mc-web", &key).await;
    let key_file = scene.file("web.key", key.to_pkcs8_pem().unwrap().as_bytes());
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (folder, url) = (scene.folder.path().display().to_string(), scene.ocsp());
    let trusted = scene.file(
        "trusted.pem",
        std::fs::read_to_string(&leaf.issuer).unwrap() + &std::fs::read_to_string(&leaf.root).unwrap(),
    );
    let conf = format!(
        "daemon off; master_process off; error_log {folder}/error.log; pid {folder}/nginx.pid;
         events {{}}
         http {{
             access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
             uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
             server {{
                 listen 127.0.0.1:{port} ssl; server_name mc-web.example.internal;
                 ssl_certificate {}; ssl_certificate_key {key_file};
                 ssl_stapling on; ssl_stapling_verify on; ssl_stapling_responder {url}; ssl_trusted_certificate {trusted};
                 return 200 hello;
             }}
         }}",
        leaf.chain
    );
    let conf = scene.file("nginx.conf", conf);
    let mut command = Command::new("nginx");
    command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").args(["-p", &folder, "-c", &conf]);
    let _nginx = Nginx(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    let to = format!("mc-web.example.internal:{port}:127.0.0.1");
    let address = format!("https://mc-web.example.internal:{port}/");
    let arguments =
        ["-sS", "--noproxy", "*", "--cert-status", "--cacert", &leaf.root, "--resolve", &to, &address];
    // nginx fetches the first answer when somebody asks it for one.
    eventually("curl takes the stapled answer", async || run("curl", &arguments).await.contains("hello"))
        .await;
    scene.plane.stop().await;
}

on_both_stores!(
    two_implementations_read_good_revoked_and_unknown,
    a_delta_has_what_the_list_before_did_not,
    each_part_has_its_own_certificates_and_names_its_address,
    answers_are_kept_and_never_for_longer_than_they_hold,
    lists_are_made_anew_before_they_end_and_lose_what_ended,
    a_list_that_was_not_published_is_made_again,
    what_was_only_imported_is_unknown_until_it_is_revoked,
);
