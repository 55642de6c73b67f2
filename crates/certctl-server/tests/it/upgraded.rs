//! A store that an earlier release has filled, opened by this one, on both stores: its local CAs are adopted, once, and go on.
//!
//! The rows are those of this release, copied into the tables as they were at schema 26, before there were rows for CAs
//! (migration 0029): what later migrations have added is left behind. Not for: the runner of migrations (certctl-store's tests).
//! Invariant: no certificate, key or list is made anew.

use std::path::Path;
use std::sync::Arc;

use certctl_api::cas::Ca;
use certctl_api::client::{Client, ClientOptions};
use certctl_api::page::Page;
use certctl_core::ca::{CaRole, CaState};
use certctl_core::time::SystemClock;
use certctl_pki::{CertificateInfo, Crl, pem};
use certctl_server::config::Config;
use certctl_server::{Environs, RunningServer, Server};
use certctl_store::{Migration, OpenOptions, Store};
use certctl_test_postgres::DatabaseGuard;
use serde_json::{Value, json};

use crate::harness::eventually;
use crate::issuance::{Plane, options};
use crate::revocations::{issued, key, on_both_stores, revoked};

/// The schema before CAs had rows.
const BEFORE: i64 = 26;
/// What was stored of a local CA's configuration then.
const AS_STORED: &str = r#"UPDATE issuers SET config = '{"mode":"own_root"}'"#;
const PKI_URL: &str = "http://pki.example.internal";

/// The migrations up to a number, from their files.
fn migrations_up_to(last: i64) -> &'static [Migration] {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../certctl-store/migrations");
    let mut found: Vec<Migration> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            Migration {
                version: name[..4].parse().unwrap(),
                name: name.leak(),
                text: std::fs::read_to_string(&path).unwrap().leak(),
            }
        })
        .filter(|migration| migration.version <= last)
        .collect();
    found.sort_by_key(|migration| migration.version);
    assert_eq!(found.len(), usize::try_from(last).unwrap());
    found.leak()
}

async fn make_schema(url: String) {
    let options = OpenOptions::new(url, Arc::new(SystemClock));
    Store::open_with(options, migrations_up_to(BEFORE)).await.unwrap().close().await;
}

/// Puts the rows of the SQLite file into a file of the earlier schema, in its place.
async fn go_back_on_sqlite(folder: &Path) {
    let file = folder.join("certctl.db");
    let filled = folder.join("filled.db");
    std::fs::rename(&file, &filled).unwrap();
    for behind in ["-wal", "-shm"] {
        assert!(!folder.join(format!("certctl.db{behind}")).exists(), "the server has closed it");
    }
    make_schema(format!("sqlite:{}", file.display())).await;
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection
        .execute_batch(&format!("PRAGMA foreign_keys = OFF; ATTACH '{}' AS filled", filled.display()))
        .unwrap();
    // The index of names is filled by triggers.
    let sql = "SELECT t.name, group_concat('\"' || old.name || '\"', ', ')
         FROM main.sqlite_schema t, pragma_table_info(t.name, 'main') old
         JOIN pragma_table_info(t.name, 'filled') new ON new.name = old.name
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE 'certificate~_text%' ESCAPE '~'
             AND t.name <> 'schema_migrations'
         GROUP BY t.name";
    let mut statement = connection.prepare(sql).unwrap();
    let pairs = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let tables: Vec<(String, String)> = pairs.map(Result::unwrap).collect();
    assert!(tables.len() > 40, "{tables:?}");
    for (table, columns) in tables {
        let copy =
            format!("INSERT OR IGNORE INTO main.{table} ({columns}) SELECT {columns} FROM filled.{table}");
        connection.execute_batch(&copy).unwrap_or_else(|error| panic!("{copy}: {error}"));
    }
    connection.execute_batch(AS_STORED).unwrap();
}

/// As [`go_back_on_sqlite`], with schemas of one database.
async fn go_back_on_postgres(database: &DatabaseGuard) {
    database.run(
        "ALTER SCHEMA public RENAME TO filled; CREATE SCHEMA public; ALTER EXTENSION pg_trgm SET SCHEMA public",
    );
    make_schema(database.url.clone()).await;
    database.run(
        "SET session_replication_role = replica;
         DO $$
         DECLARE one RECORD;
         BEGIN
             FOR one IN
                 SELECT old.table_name AS t, string_agg(quote_ident(old.column_name), ', ') AS columns,
                     max(old.column_name) FILTER (WHERE old.is_identity = 'YES') AS numbered
                 FROM information_schema.columns old
                 JOIN information_schema.columns new ON new.table_schema = 'filled'
                     AND new.table_name = old.table_name AND new.column_name = old.column_name
                 WHERE old.table_schema = 'public' AND old.table_name <> 'schema_migrations'
                 GROUP BY old.table_name
             LOOP
                 EXECUTE format('INSERT INTO public.%1$I (%2$s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM filled.%1$I
                     ON CONFLICT DO NOTHING', one.t, one.columns);
                 IF one.numbered IS NOT NULL THEN
                     EXECUTE format('SELECT setval(pg_get_serial_sequence(''public.%1$I'', %2$L),
                         (SELECT COALESCE(MAX(%2$I), 0) + 1 FROM public.%1$I))', one.t, one.numbered);
                 END IF;
             END LOOP;
         END $$;
         DROP SCHEMA filled CASCADE",
    );
    database.run(AS_STORED);
}

async fn start(config: &Config, plane: &Plane) -> (RunningServer, Client) {
    let server = Server::start(config.clone(), Environs::default()).await.unwrap();
    let own = options(&server, plane.folder.path());
    let client = Client::new(ClientOptions { api_key: Some(plane.api_key.clone()), ..own }).unwrap();
    (server, client)
}

/// The CAs without their ids, which are given anew, ordered by certificate.
async fn cas(client: &Client) -> Vec<Ca> {
    let page: Page<Ca> = client.read("/cas?limit=500").await.unwrap();
    let mut found = page.items;
    found.sort_by(|one, two| one.fingerprint_sha256.cmp(&two.fingerprint_sha256));
    found
}

async fn list(server: &RunningServer, issuer: &str, revoked: usize) -> Crl {
    let url = format!("http://{}/pki/{issuer}/all.crl", server.pki_address.unwrap());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let read = async || {
        let response = http.get(&url).send().await.unwrap();
        let bytes = response.error_for_status().ok()?.bytes().await.unwrap();
        Some(Crl::parse(&bytes).unwrap())
    };
    eventually(&format!("{revoked} on the list of {issuer}"), async || {
        read().await.is_some_and(|list| list.revoked().len() == revoked)
    })
    .await;
    read().await.unwrap()
}

async fn cas_of_an_earlier_release_are_adopted_and_go_on(postgres: bool) {
    let mut plane = Plane::start_configured(postgres, Environs::default(), |config| {
        config.pki_listen = Some("127.0.0.1:0".parse().unwrap());
        config.pki_url = Some(PKI_URL.to_owned());
    })
    .await;
    let config = plane.server().app.config.clone();
    let lab = json!({
        "id": "iss-lab", "name": "Lab", "kind": "local_ca",
        "config": { "common_name": "Lab CA", "key_algorithm": "ecdsa-p384", "lifetime_days": 400 },
    });
    let _: Value = plane.client.post("/issuers", &lab).await.unwrap();
    let old = issued(&plane, "mc-old", &key()).await;
    let kept = issued(&plane, "mc-kept", &key()).await;
    let now = json!({ "reason": "superseded", "replace_first": false });
    revoked(&plane, "/certificates/mc-old/revoke", &now).await;
    let before = list(plane.server(), "iss-local", 1).await;
    let known = cas(&plane.client).await;
    assert_eq!(known.len(), 4, "two issuers with a root each");
    plane.server.take().unwrap().stop().await;
    match &plane.database {
        Some(database) => go_back_on_postgres(database).await,
        None => go_back_on_sqlite(plane.folder.path()).await,
    }

    let mut adopted: Option<Vec<String>> = None;
    for round in ["the upgrade", "a restart"] {
        let (server, client) = start(&config, &plane).await;
        let found = cas(&client).await;
        assert_eq!(found.len(), known.len(), "{round}: {found:?}");
        for (one, was) in found.iter().zip(&known) {
            assert_eq!(one.fingerprint_sha256, was.fingerprint_sha256, "{round}");
            assert_eq!((one.role, one.state, one.generation), (was.role, CaState::Active, 1), "{round}");
            assert_eq!((&one.issuer_id, &one.subject), (&was.issuer_id, &was.subject), "{round}");
            assert_eq!((&one.pem, &one.chain_pem), (&was.pem, &was.chain_pem), "{round}");
            assert!(one.has_key, "{round}: {one:?}");
        }
        let issuing = |issuer: &str| {
            found.iter().find(|ca| ca.issuer_id.as_ref().is_some_and(|id| id.as_str() == issuer)).unwrap()
        };
        for issuer in ["iss-local", "iss-lab"] {
            let parent = found.iter().find(|ca| Some(&ca.id) == issuing(issuer).parent_id.as_ref()).unwrap();
            assert_eq!(parent.role, CaRole::Root, "{round}: {issuer}");
        }
        let ids: Vec<String> = found.iter().map(|ca| ca.id.to_string()).collect();
        if let Some(adopted) = &adopted {
            assert_eq!(&ids, adopted, "they are adopted once");
        }
        let listed = list(&server, "iss-local", 1).await;
        assert_eq!(listed.revoked()[0].serial.to_hex(), old.serial, "{round}");
        assert!(listed.number >= before.number, "{round}: the numbers of the list go on");
        adopted = Some(ids);
        server.stop().await;
    }

    // Under the new release both sign, what was issued can be revoked, and a CA can be replaced.
    let (server, client) = start(&config, &plane).await;
    plane.client = client;
    plane.server = Some(server);
    issued(&plane, "mc-new", &key()).await;
    let chain = plane.client.text("/certificates/mc-new/chain.pem").await.unwrap();
    let ders = pem::decode_certificates(&chain).unwrap();
    let signer = CertificateInfo::parse(&ders[1]).unwrap().fingerprint_sha256;
    assert!(known.iter().any(|ca| ca.fingerprint_sha256 == signer), "the CA of before has signed it");
    revoked(&plane, "/certificates/mc-kept/revoke", &now).await;
    let listed = list(plane.server(), "iss-local", 2).await;
    assert!(listed.revoked().iter().any(|one| one.serial.to_hex() == kept.serial));
    let next: Ca = plane.client.post("/issuers/iss-lab/replace-ca", &json!({})).await.unwrap();
    assert_eq!((next.generation, next.subject.as_str()), (2, "CN=Lab CA Issuing 2"));
    let verified = plane.verified_audit().await;
    assert!(verified.ok, "{:?}", verified.findings);
    plane.stop().await;
}

on_both_stores!(cas_of_an_earlier_release_are_adopted_and_go_on);
