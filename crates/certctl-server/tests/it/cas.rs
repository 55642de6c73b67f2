//! The CAs of local issuers: several below one root, limited to names, replaced without a gap, and retired; judged by OpenSSL,
//! GnuTLS and pkilint.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use certctl_api::cas::Ca;
use certctl_api::certificates::{CertificateCreated, Version};
use certctl_api::jobs::{Job, JobDetail};
use certctl_api::page::Page;
use certctl_core::ca::{CaRole, CaState};
use certctl_core::job::JobState;
use certctl_core::kill_point::KillPoint;
use certctl_core::secret::Secret;
use certctl_core::time::{Clock as _, ManualClock, SystemClock};
use certctl_pki::{CertificateInfo, Tbs, pem};
use certctl_server::config::Config;
use certctl_server::{Environs, Server};
use certctl_store::{StoreError, args, jobs};
use http::{StatusCode, header};
use serde_json::{Value, json};

use crate::harness::eventually;
use crate::issuance::{Plane, csr, status_of};
use crate::pki::{PKI_URL, Scene, key, run};
use crate::revocations::on_both_stores;

async fn ca(plane: &Plane, filter: &str) -> Ca {
    let page: Page<Ca> = plane.client.read(&format!("/cas?{filter}")).await.unwrap();
    let [one] = page.items.as_slice() else { panic!("not one: {filter}: {page:?}") };
    one.clone()
}

async fn active(plane: &Plane, issuer: &str) -> Ca {
    ca(plane, &format!("issuer_id={issuer}&state=active")).await
}

async fn replace(plane: &Plane, issuer: &str, body: Value) -> Ca {
    plane.client.post(&format!("/issuers/{issuer}/replace-ca"), &body).await.unwrap()
}

/// Orders a certificate; gives its job.
async fn ordered(plane: &Plane, id: &str, issuer: &str, name: &str) -> Job {
    let body = json!({
        "id": id, "names": [name], "key_strategy": "external", "csr_pem": csr(&key(), &[name]), "issuer_id": issuer,
    });
    let created: CertificateCreated = plane.client.post("/certificates", &body).await.unwrap();
    created.jobs[0].clone()
}

async fn only_version(plane: &Plane, id: &str) -> Version {
    let page: Page<Version> = plane.client.read(&format!("/certificates/{id}/versions")).await.unwrap();
    assert_eq!(page.items.len(), 1, "{id}: one version for one order");
    page.items[0].clone()
}

async fn a_replaced_ca_is_answered_for_until_its_certificates_end(postgres: bool) {
    let mut scene = Scene::start(postgres, 1).await;
    let old = scene.certificate("mc-old", &key()).await;
    let before = active(&scene.plane, "iss-local").await;
    assert_eq!((before.generation, before.role), (1, CaRole::Issuing));
    let new = replace(&scene.plane, "iss-local", json!({ "key_algorithm": "ecdsa-p384" })).await;
    assert_eq!((new.generation, new.state, new.key_algorithm.as_str()), (2, CaState::Active, "ecdsa-p384"));
    assert_eq!((&new.parent_id, new.path_length), (&before.parent_id, before.path_length));
    assert_ne!(new.subject, before.subject, "two keys have two names");
    let drained: Ca = scene.plane.client.read(&format!("/cas/{}", before.id)).await.unwrap();
    assert_eq!((drained.state, drained.live_certificates), (CaState::Draining, Some(1)));
    let lists = drained.revocation_lists.unwrap();
    assert_eq!(lists.crl_urls, [format!("{PKI_URL}/pki/iss-local/all.crl")]);
    assert_eq!(lists.ocsp_url, Some(format!("{PKI_URL}/pki/iss-local/ocsp")));
    assert_eq!(drained.replaced_by, Some(new.id.clone()));
    let issuer: Value = scene.plane.client.read("/issuers/iss-local").await.unwrap();
    assert_eq!(issuer["chain_pem"], new.chain_pem, "the issuer shows what signs");

    let fresh = scene.certificate("mc-new", &key()).await;
    assert_eq!(fresh.info.ocsp_uris, [format!("{PKI_URL}/pki/iss-local.2/ocsp")]);
    assert_eq!(fresh.info.crl_uris, [format!("{PKI_URL}/pki/iss-local.2/all.crl")]);
    assert_eq!(fresh.info.ca_issuers_uris, [format!("{PKI_URL}/pki/iss-local.2.cer")]);
    assert_eq!(old.info.crl_uris, [format!("{PKI_URL}/pki/iss-local/all.crl")]);
    for (leaf, of) in [(&old, &before), (&fresh, &new)] {
        let own = pem::decode_certificates(&of.pem).unwrap();
        let path = leaf.info.ca_issuers_uris[0].strip_prefix(PKI_URL).unwrap();
        assert_eq!(scene.get(path).await.bytes().await.unwrap(), own[0], "{path}");
    }
    let chain = scene.plane.client.text("/certificates/mc-old/chain.pem").await.unwrap();
    assert_eq!(chain, std::fs::read_to_string(&old.chain).unwrap(), "what was issued keeps its chain");

    for (name, leaf, of) in [("mc-old", &old, "iss-local"), ("mc-new", &fresh, "iss-local.2")] {
        scene.ca = of;
        let (openssl, gnutls) = scene.judged(leaf, true).await;
        assert!(openssl.contains("Response verify OK") && openssl.contains(".pem: good"), "{of}: {openssl}");
        assert!(gnutls.contains("Certificate Status: good"), "{of}: {gnutls}");
        scene.listed("all", 0).await;
        scene.revoke(name, "superseded").await;
        let (openssl, _) = scene.judged(leaf, true).await;
        assert!(
            openssl.contains("Response verify OK") && openssl.contains(".pem: revoked"),
            "{of}: {openssl}"
        );
        let list = scene.listed("all", 1).await;
        assert_eq!(list.revoked()[0].serial.to_hex(), leaf.info.serial_hex, "{of}");
        let crl = scene.folder.path().join("crl.txt");
        let der = scene.folder.path().join(format!("{}all.crl", of.strip_prefix("iss-local").unwrap()));
        let (der, crl) = (der.display().to_string(), crl.display().to_string());
        run("openssl", &["crl", "-inform", "DER", "-in", &der, "-out", &crl]).await;
        let said =
            run("certtool", &["--verify-crl", "--infile", &crl, "--load-ca-certificate", &leaf.issuer]).await;
        assert!(said.contains("Verified"), "{of}: {said}");
    }
    // Each answers for its own only.
    scene.ca = "iss-local.2";
    let (openssl, _) = scene.judged(&old, true).await;
    assert!(openssl.contains("unauthorized"), "{openssl}");
    scene.end().await;
}

/// What is not known here can have been signed by any of them.
async fn an_unknown_serial_is_on_the_lists_of_all_cas(postgres: bool) {
    let mut scene = Scene::start(postgres, 1).await;
    replace(&scene.plane, "iss-local", json!({})).await;
    let body = json!({ "issuer_id": "iss-local", "serial": "0badcafe", "reason": "key_compromise" });
    let _: Value = scene.plane.client.post("/revocations", &body).await.unwrap();
    for of in ["iss-local", "iss-local.2"] {
        scene.ca = of;
        assert_eq!(scene.listed("all", 1).await.revoked()[0].serial.to_hex(), "0badcafe", "{of}");
    }
    scene.end().await;
}

async fn verified(trusted: &Path, chain: &Path, leaf: &Path) -> (String, String) {
    let text = |path: &Path| path.display().to_string();
    let (trusted, chain, leaf) = (text(trusted), text(chain), text(leaf));
    let openssl = run("openssl", &["verify", "-CAfile", &trusted, "-untrusted", &chain, &leaf]).await;
    let gnutls = run("certtool", &["--verify", "--infile", &chain, "--load-ca-certificate", &trusted]).await;
    (openssl, gnutls)
}

async fn a_replaced_root_leaves_nobody_behind(postgres: bool) {
    let scene = Scene::start(postgres, 1).await;
    let old_root = ca(&scene.plane, "role=root").await;
    let old = scene.certificate("mc-old", &key()).await;
    let more =
        json!({ "name": "More", "id": "iss-more", "kind": "local_ca", "config": { "parent": old_root.id } });
    let _: Value = scene.plane.client.post("/issuers", &more).await.unwrap();
    assert_eq!(active(&scene.plane, "iss-more").await.parent_id, Some(old_root.id.clone()));
    let body = json!({ "key_algorithm": "ecdsa-p384" });
    let new_root: Ca =
        scene.plane.client.post(&format!("/cas/{}/replace", old_root.id), &body).await.unwrap();
    assert_eq!((new_root.generation, new_root.role, new_root.state), (2, CaRole::Root, CaState::Active));
    let [cross] = new_root.cross_certificates.as_slice() else { panic!("{new_root:?}") };
    assert_eq!(cross.signed_by, old_root.id);
    for issuer in ["iss-local", "iss-more"] {
        let signing = active(&scene.plane, issuer).await;
        assert_eq!((signing.generation, &signing.parent_id), (2, &Some(new_root.id.clone())), "{issuer}");
    }
    let twice = scene.plane.client.post::<Value>(&format!("/cas/{}/replace", old_root.id), &json!({})).await;
    assert_eq!(status_of(&twice.unwrap_err()), 409);
    let not_root = active(&scene.plane, "iss-more").await;
    let not_root =
        scene.plane.client.post::<Value>(&format!("/cas/{}/replace", not_root.id), &json!({})).await;
    assert!(not_root.unwrap_err().to_string().contains("replace-ca iss-more"));

    let job = ordered(&scene.plane, "mc-more", "iss-more", "more.example.internal").await;
    assert_eq!(scene.plane.finished(&job).await.state, JobState::Completed);
    let fresh = scene.certificate("mc-new", &key()).await;
    let roots = [scene.file("old-root.pem", &old_root.pem), scene.file("new-root.pem", &new_root.pem)];
    let more = scene.plane.client.text("/certificates/mc-more/chain.pem").await.unwrap();
    let ders = pem::decode_certificates(&more).unwrap();
    assert_eq!(ders.len(), 3, "leaf, issuing CA and cross-certificate");
    let more_leaf = scene.file("mc-more.pem", pem::encode_certificates([&ders[0]]));
    let more_chain = scene.file("mc-more-chain.pem", &more);
    for (leaf, chain) in [(&fresh.leaf, &fresh.chain), (&more_leaf, &more_chain)] {
        for root in &roots {
            let (openssl, gnutls) = verified(root.as_ref(), chain.as_ref(), leaf.as_ref()).await;
            assert!(openssl.contains(": OK"), "{root}: {openssl}");
            assert!(gnutls.contains("Chain verification output: Verified."), "{root}: {gnutls}");
        }
    }
    let (openssl, _) = verified(roots[0].as_ref(), old.chain.as_ref(), old.leaf.as_ref()).await;
    assert!(openssl.contains(": OK"), "{openssl}");
    let (openssl, _) = verified(roots[1].as_ref(), old.chain.as_ref(), old.leaf.as_ref()).await;
    assert!(openssl.contains("unable to get"), "the new root has not signed what is old: {openssl}");

    // Clients that take the bundle trust both.
    let bundle = scene.get("/pki/trust-bundle.pem").await;
    assert_eq!(bundle.headers()[header::CONTENT_TYPE], "application/x-pem-file");
    let tag = bundle.headers()[header::ETAG].clone();
    assert_eq!(bundle.text().await.unwrap(), format!("{}{}", old_root.pem, new_root.pem));
    let asked =
        scene.http.get(format!("{}/pki/trust-bundle.pem", scene.base)).header(header::IF_NONE_MATCH, tag);
    assert_eq!(asked.send().await.unwrap().status(), StatusCode::NOT_MODIFIED);

    // What replaces an issuing CA from now on is below the new root, with the cross-certificate.
    let third = replace(&scene.plane, "iss-local", json!({})).await;
    assert_eq!((third.generation, &third.parent_id), (3, &Some(new_root.id.clone())));
    let chain = pem::decode_certificates(&third.chain_pem).unwrap();
    assert_eq!(chain.len(), 3);
    assert_eq!(CertificateInfo::parse(&chain[1]).unwrap().fingerprint_sha256, cross.fingerprint_sha256);
    scene.file("cross.pem", &cross.pem);
    scene.end().await;
}

async fn a_constrained_ca_signs_for_its_names_only(postgres: bool) {
    let scene = Scene::start(postgres, 1).await;
    let root = ca(&scene.plane, "role=root").await;
    let limited = json!({
        "name": "Limited", "id": "iss-limited", "kind": "local_ca", "config": {
            "parent": root.id, "key_algorithm": "rsa-2048", "lifetime_days": 100, "path_length": 1,
            "permitted_names": ["example.internal", "10.0.0.0/8"], "excluded_names": ["secret.example.internal"],
        },
    });
    let _: Value = scene.plane.client.post("/issuers", &limited).await.unwrap();
    let signing = active(&scene.plane, "iss-limited").await;
    assert_eq!((signing.path_length, signing.key_algorithm.as_str()), (Some(1), "rsa-2048"));
    assert_eq!(signing.permitted_names, ["example.internal", "10.0.0.0/8"]);
    assert_eq!(signing.excluded_names, ["secret.example.internal"]);
    let job = ordered(&scene.plane, "mc-good", "iss-limited", "web.example.internal").await;
    let job = scene.plane.finished(&job).await;
    assert_eq!(job.state, JobState::Completed, "{:?}", job.error);
    let chain = scene.plane.client.text("/certificates/mc-good/chain.pem").await.unwrap();
    let ders = pem::decode_certificates(&chain).unwrap();
    let leaf = scene.file("mc-good.pem", pem::encode_certificates([&ders[0]]));
    let chain = scene.file("mc-good-chain.pem", &chain);
    let root = scene.file("root.pem", &root.pem);
    let (openssl, gnutls) = verified(root.as_ref(), chain.as_ref(), leaf.as_ref()).await;
    assert!(openssl.contains(": OK"), "{openssl}");
    assert!(gnutls.contains("Chain verification output: Verified."), "{gnutls}");
    for (name, words) in [
        ("a.secret.example.internal", "excluded by its name constraint secret.example.internal"),
        ("web.example.org", "web.example.org is not under one of the names"),
    ] {
        let body = json!({
            "names": [name], "key_strategy": "external", "csr_pem": csr(&key(), &[name]), "issuer_id": "iss-limited",
        });
        let refused = scene.plane.client.post::<Value>("/certificates", &body).await.unwrap_err();
        assert_eq!(status_of(&refused), 422, "{refused}");
        assert!(refused.to_string().contains(words), "{refused}");
    }
    // The next one is limited as it is told, and as before in the rest.
    let next = replace(&scene.plane, "iss-limited", json!({ "permitted_names": ["example.org"] })).await;
    assert_eq!(next.permitted_names, ["example.org"]);
    assert_eq!((next.excluded_names, next.path_length), (signing.excluded_names, Some(1)));
    assert_eq!(next.key_algorithm, "rsa-2048");
    let job = ordered(&scene.plane, "mc-org", "iss-limited", "web.example.org").await;
    assert_eq!(scene.plane.finished(&job).await.state, JobState::Completed);
    scene.file("next.pem", &next.pem);
    for (parent, words) in
        [("ca-nothing", "there is no root ca-nothing"), (next.id.as_str(), "there is no root")]
    {
        let body = json!({ "name": "X", "kind": "local_ca", "config": { "parent": parent } });
        let refused = scene.plane.client.post::<Value>("/issuers", &body).await.unwrap_err();
        assert!(refused.to_string().contains(words), "{refused}");
    }
    scene.end().await;
}

async fn certificates_are_issued_while_two_cas_change_places(postgres: bool) {
    let plane = Plane::start(postgres).await;
    // On PostgreSQL a second replica signs as well, with its own memory of what signs.
    let folder = tempfile::TempDir::new().unwrap();
    let second = match &plane.database {
        None => None,
        Some(database) => {
            std::fs::copy(plane.folder.path().join("sealing.key"), folder.path().join("sealing.key"))
                .unwrap();
            let mut config = Config::for_directory(folder.path()).unwrap();
            config.listen = "127.0.0.1:0".parse().unwrap();
            config.database_url = Secret::new(database.url.clone());
            Some(Server::start(config, Environs::default()).await.unwrap())
        }
    };
    let mut jobs = Vec::new();
    for n in 0..60 {
        if n % 20 == 10 {
            replace(&plane, "iss-local", json!({})).await;
        }
        let name = format!("web-{n}.example.internal");
        jobs.push((format!("mc-{n}"), ordered(&plane, &format!("mc-{n}"), "iss-local", &name).await));
    }
    for (id, job) in &jobs {
        let ended = plane.finished(job).await;
        assert_eq!(ended.state, JobState::Completed, "{:?}", ended.error);
        only_version(&plane, id).await;
        let chain = plane.client.text(&format!("/certificates/{id}/chain.pem")).await.unwrap();
        let ders = pem::decode_certificates(&chain).unwrap();
        let root = ca(&plane, "role=root").await;
        let root = pem::decode_certificates(&root.pem).unwrap();
        let now = SystemClock.now().as_second();
        certctl_pki::check_chain(&ders[0], &ders[1..], &root, now).unwrap();
    }
    let page: Page<Ca> = plane.client.read("/cas?issuer_id=iss-local").await.unwrap();
    let mut states: Vec<_> = page.items.iter().map(|ca| (ca.generation, ca.state)).collect();
    states.sort_unstable();
    assert_eq!(
        states,
        [(1, CaState::Draining), (2, CaState::Draining), (3, CaState::Draining), (4, CaState::Active)]
    );
    if let Some(second) = second {
        second.stop().await;
    }
    plane.stop().await;
}

/// A plan of before a replacement is carried out by the CA that made it; or made anew when that is gone.
async fn a_plan_outlives_its_ca_and_leads_to_one_certificate(postgres: bool) {
    for is_gone in [false, true] {
        let clock = ManualClock::new(SystemClock.now());
        let environs = Environs {
            clock: Arc::new(clock.clone()),
            kill_point: KillPoint::armed("issue.planned", || panic!("the test asked for it")),
            ..Environs::default()
        };
        let plane = Plane::start_with(postgres, environs).await;
        let job = ordered(&plane, "mc-web", "iss-local", "web.example.internal").await;
        let intent = async || {
            let id = job.id.clone();
            let store = &plane.server().app.store;
            let read = store.read("test.intent", move |tx| {
                Ok::<_, StoreError>(jobs::by_id(tx, &id)?.and_then(|job| job.intent))
            });
            read.await.unwrap()
        };
        eventually("a plan", async || intent().await.is_some()).await;
        let planned = Tbs::from_der(intent().await.unwrap()).unwrap().serial().to_hex();
        replace(&plane, "iss-local", json!({})).await;
        if is_gone {
            let gone = plane.server().app.store.bookkeeping("test.gone", |tx| {
                tx.exec("-- test.gone\nUPDATE cas SET state = 'retired' WHERE generation = $1 AND role = 'issuing'", args![1])
            });
            gone.await.unwrap();
        }
        let ended = async || {
            let detail: JobDetail = plane.client.read(&format!("/jobs/{}", job.id)).await.unwrap();
            clock.advance(Duration::from_secs(1));
            detail.job.state == JobState::Completed
        };
        eventually("the end of the job", ended).await;
        let version = only_version(&plane, "mc-web").await;
        assert_eq!(version.serial == planned, !is_gone, "{is_gone}");
        let stored = Tbs::from_der(intent().await.unwrap()).unwrap().serial().to_hex();
        assert_eq!(version.serial, stored, "{is_gone}: what is signed was stored before");
        let chain = plane.client.text("/certificates/mc-web/chain.pem").await.unwrap();
        let ders = pem::decode_certificates(&chain).unwrap();
        let root = pem::decode_certificates(&ca(&plane, "role=root").await.pem).unwrap();
        certctl_pki::check_chain(&ders[0], &ders[1..], &root, clock.now().as_second()).unwrap();
        plane.stop().await;
    }
}

async fn what_has_drained_is_retired_with_its_key(postgres: bool) {
    let clock = ManualClock::new(SystemClock.now());
    let environs = Environs { clock: Arc::new(clock.clone()), ..Environs::default() };
    let scene = Scene::start_with(postgres, 1, environs).await;
    let first = active(&scene.plane, "iss-local").await;
    let old_root = ca(&scene.plane, "role=root").await;
    let leaf = scene.certificate("mc-web", &key()).await;
    scene.listed("all", 0).await;
    let _: Ca = scene.plane.client.post(&format!("/cas/{}/replace", old_root.id), &json!({})).await.unwrap();
    let app = scene.plane.server().app.clone();
    let state = async |id: &certctl_core::id::CaId| {
        let one: Ca = scene.plane.client.read(&format!("/cas/{id}")).await.unwrap();
        (one.state, one.has_key)
    };
    certctl_server::engine::cas::tick(app.clone()).await.unwrap();
    assert_eq!(state(&first.id).await, (CaState::Draining, true), "its certificate lives");
    let ends = leaf.info.not_after - clock.now().as_second();
    clock.advance(Duration::from_secs(u64::try_from(ends).unwrap() + 1));
    certctl_server::engine::cas::tick(app.clone()).await.unwrap();
    assert_eq!(state(&first.id).await, (CaState::Retired, false));
    assert_eq!(state(&old_root.id).await, (CaState::Retired, false), "nothing is below it any more");
    let page: Page<Ca> = scene.plane.client.read("/cas?state=retired&total=true").await.unwrap();
    assert_eq!(page.total, Some(2));
    let bundle = scene.get("/pki/trust-bundle.pem").await.text().await.unwrap();
    assert!(!bundle.contains(old_root.pem.trim()), "nobody needs it any more");
    // Its certificate stays, its lists go when they end, and nothing answers for it.
    assert_eq!(scene.get("/pki/iss-local.cer").await.status(), StatusCode::OK);
    // The last of them may have been made at the new time: they hold for a day.
    clock.advance(Duration::from_secs(25 * 3_600));
    eventually("the end of its lists", async || {
        app.signals.wake_engine("crls");
        scene.get("/pki/iss-local/all.crl").await.status() == StatusCode::NOT_FOUND
    })
    .await;
    let (openssl, _) = scene.judged(&leaf, false).await;
    assert!(openssl.contains("404") || openssl.contains("Error querying"), "{openssl}");
    scene.plane.stop().await;
}

/// The rows of CAs are made for what was there before there were such rows, once, by whoever comes first.
async fn what_was_there_before_is_adopted(postgres: bool) {
    let plane = Plane::start(postgres).await;
    let job = ordered(&plane, "mc-web", "iss-local", "web.example.internal").await;
    assert_eq!(plane.finished(&job).await.state, JobState::Completed);
    let (first, root) = (active(&plane, "iss-local").await, ca(&plane, "role=root").await);
    let app = plane.server().app.clone();
    let before =
        app.store.bookkeeping("test.before", |tx| tx.exec("-- test.before\nDELETE FROM cas", args![]));
    before.await.unwrap();
    let adopt = || {
        let context = certctl_server::ops::system(&app, "test");
        app.store.write("test.adopt", move |tx| certctl_server::ops::cas::adopt_all(tx, &context))
    };
    let (one, two) = tokio::join!(adopt(), adopt());
    one.and(two).unwrap();
    let (again, root_again) = (active(&plane, "iss-local").await, ca(&plane, "role=root").await);
    assert_eq!(again.fingerprint_sha256, first.fingerprint_sha256);
    assert_eq!(root_again.fingerprint_sha256, root.fingerprint_sha256);
    assert_eq!((again.parent_id, again.has_key), (Some(root_again.id), true));
    let new = replace(&plane, "iss-local", json!({})).await;
    let (words, before) = (new.subject.as_str(), first.subject.as_str());
    assert_eq!(words, format!("{before} 2"), "the name is known from the certificate");
    plane.stop().await;
}

/// The task of the lists adds rows for an issuer that was just made.
async fn an_issuer_that_was_just_made_can_be_removed(postgres: bool) {
    let plane = Plane::start(postgres).await;
    let app = plane.server().app.clone();
    for n in 0..12 {
        let id = format!("iss-new-{n}");
        let body = json!({ "name": "New", "id": id, "kind": "local_ca" });
        let _: Value = plane.client.post("/issuers", &body).await.unwrap();
        app.signals.wake_engine("crls");
        let path = format!("/issuers/{id}");
        let _: Value = plane.client.delete(&path).await.unwrap();
        let again = plane.client.post::<Value>("/issuers", &body).await.unwrap_err();
        assert_eq!(status_of(&again), 409, "its id is not given again");
    }
    let page: Page<Ca> = plane.client.read("/cas?total=true").await.unwrap();
    assert_eq!(page.total, Some(2), "those of iss-local are left");
    plane.stop().await;
}

on_both_stores!(
    a_replaced_ca_is_answered_for_until_its_certificates_end,
    an_unknown_serial_is_on_the_lists_of_all_cas,
    a_replaced_root_leaves_nobody_behind,
    a_constrained_ca_signs_for_its_names_only,
    certificates_are_issued_while_two_cas_change_places,
    a_plan_outlives_its_ca_and_leads_to_one_certificate,
    what_has_drained_is_retired_with_its_key,
    what_was_there_before_is_adopted,
    an_issuer_that_was_just_made_can_be_removed,
);
