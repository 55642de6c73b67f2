//! Anything is found by any of its handles, and only by those who may read it.

use certctl_api::api_keys::ApiKeyCreated;
use certctl_api::certificates::Version;
use certctl_api::client::Client;
use certctl_api::page::Page;
use certctl_api::search::{Found, Handle, SearchResults};
use certctl_pki::{KeyAlgorithm, PrivateKey};
use serde_json::{Value, json};

use crate::harness::api;
use crate::issuance::{Agent, Plane, csr, status_of};

async fn find(client: &Client, text: &str) -> Vec<Found> {
    let encoded: String = form_urlencoded(text);
    client.read::<SearchResults>(&format!("/search?q={encoded}")).await.unwrap().items
}

fn form_urlencoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

async fn everything_is_found_by_its_handles(postgres: bool) {
    let plane = Plane::start(postgres).await;
    let admin = &plane.client;
    Agent::join(&plane, "front").await;
    let target = json!({
        "id": "tgt-shop", "name": "Shop Front", "kind": "file", "agent_id": "ag-front",
        "config": {
            "certificate_path": "/tmp/a.pem", "key_path": "/tmp/a.key", "probe": [{ "address": "Shop.example:8443" }],
        },
    });
    let _: Value = admin.post("/targets", &target).await.unwrap();
    let _: Value = admin.post("/owners", &json!({ "id": "o-ada", "name": "Ada Lovelace" })).await.unwrap();
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let body = json!({
        "id": "mc-shop", "name": "Shop", "names": ["shop.example.internal", "pay.example.internal"],
        "key_strategy": "external", "csr_pem": csr(&key, &["shop.example.internal", "pay.example.internal"]),
    });
    let created: certctl_api::certificates::CertificateCreated =
        admin.post("/certificates", &body).await.unwrap();
    plane.finished(&created.jobs[0]).await;
    let versions: Page<Version> = admin.read("/certificates/mc-shop/versions").await.unwrap();
    let version = &versions.items[0];
    let pairs: Vec<&str> = version
        .fingerprint_sha256
        .as_bytes()
        .chunks(2)
        .map(|pair| std::str::from_utf8(pair).unwrap())
        .collect();
    let with_colons = pairs.join(":").to_uppercase();

    let job = created.jobs[0].id.to_string();
    let table: [(&str, &str, &str, Handle, bool); 14] = [
        ("mc-shop", "certificate", "mc-shop", Handle::Id, true),
        ("mc-sh", "certificate", "mc-shop", Handle::Id, false),
        ("pay.example.internal", "certificate", "mc-shop", Handle::Name, true),
        ("pay.example", "certificate", "mc-shop", Handle::Name, false),
        (&version.serial, "certificate", "mc-shop", Handle::Serial, true),
        (&version.serial[..8], "certificate", "mc-shop", Handle::Serial, false),
        (&with_colons, "certificate", "mc-shop", Handle::Fingerprint, true),
        (version.id.as_str(), "certificate", "mc-shop", Handle::Id, true),
        ("shop.EXAMPLE:8443", "target", "tgt-shop", Handle::Address, true),
        ("shop fr", "target", "tgt-shop", Handle::Name, false),
        ("ag-front", "agent", "ag-front", Handle::Id, true),
        ("lovelace", "owner", "o-ada", Handle::Name, false),
        ("iss-local", "issuer", "iss-local", Handle::Id, true),
        (&job, "job", &job, Handle::Id, true),
    ];
    for (text, kind, id, handle, exact) in table {
        let items = find(admin, text).await;
        let hit = items.iter().find(|found| found.kind == kind && found.id == id);
        let hit = hit.unwrap_or_else(|| panic!("{text}: {items:?}"));
        assert_eq!((hit.handle, hit.exact), (handle, exact), "{text}: {hit:?}");
    }

    // A changed address is found, the old one is not.
    let config = json!({
        "certificate_path": "/tmp/a.pem", "key_path": "/tmp/a.key", "probe": [{ "address": "new.example:443" }],
    });
    let _: Value = admin.patch("/targets/tgt-shop", &json!({ "config": config })).await.unwrap();
    assert!(find(admin, "shop.example:8443").await.is_empty());
    assert_eq!(find(admin, "new.example:443").await.len(), 1);

    let audit: Value = admin.read("/audit?action=owner.create").await.unwrap();
    let request = audit["items"][0]["request_id"].as_str().unwrap();
    let items = find(admin, request).await;
    assert_eq!((items.len(), items[0].handle, items[0].exact), (1, Handle::RequestId, true), "{items:?}");

    for (role, sees_certificates, sees_audit) in [("viewer", true, false), ("auditor", false, true)] {
        let made: ApiKeyCreated =
            admin.post("/api-keys", &json!({ "name": role, "role": role })).await.unwrap();
        let caller = api(&plane.server().app, &made.secret);
        assert_eq!(!find(&caller, "mc-shop").await.is_empty(), sees_certificates, "{role}");
        assert_eq!(!find(&caller, request).await.is_empty(), sees_audit, "{role}");
    }
    for bad in ["/search", "/search?q=a", "/search?q=%20a%20", "/search?q=ab&limit=0"] {
        assert_eq!(status_of(&admin.read::<Value>(bad).await.unwrap_err()), 400, "{bad}");
    }
    assert!(find(admin, "100%_\\").await.is_empty(), "wildcards are letters");
    plane.stop().await;
}

mod everything_found {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        super::everything_is_found_by_its_handles(false).await;
    }
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        super::everything_is_found_by_its_handles(true).await;
    }
}
