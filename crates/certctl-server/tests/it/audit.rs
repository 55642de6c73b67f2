//! The sealed audit trail notices every change by hand, and names the row.

use certctl_api::client::{Client, ClientOptions};
use certctl_core::secret::Secret;
use certctl_server::config::Config;
use certctl_server::engine::audit_seal::{Findings, tick, verify};
use certctl_server::error::Error;
use certctl_server::{Environs, RunningServer, Server};
use certctl_store::{Kind, args};
use certctl_test_postgres::{DatabaseGuard, TestPostgres};
use tempfile::TempDir;

struct Sealed {
    server: RunningServer,
    _folder: TempDir,
    _database: Option<DatabaseGuard>,
}

/// A server whose first events are sealed.
async fn sealed(postgres: bool) -> Sealed {
    let folder = TempDir::new().unwrap();
    let database = postgres.then(TestPostgres::database);
    let mut config = Config::for_directory(folder.path()).unwrap();
    config.listen = "127.0.0.1:0".parse().unwrap();
    if let Some(database) = &database {
        config.database_url = Secret::new(database.url.clone());
    }
    let server = Server::start(config, Environs::default()).await.unwrap();
    for _ in 0..3 {
        // The server's own task seals too: the loser of the race for a batch number tries again.
        if tick(server.app.clone()).await.is_ok() {
            break;
        }
    }
    Sealed { server, _folder: folder, _database: database }
}

impl Sealed {
    async fn verify(&self) -> Findings {
        verify(&self.server.app).await.unwrap()
    }

    /// Runs a statement with the triggers off.
    async fn by_hand(&self, sql: String) {
        let store = &self.server.app.store;
        store
            .bookkeeping("test.by_hand", move |tx| {
                if tx.kind() == Kind::Sqlite {
                    for trigger in ["audit_events_no_update", "audit_events_no_delete"] {
                        tx.exec(&format!("-- test\nDROP TRIGGER IF EXISTS {trigger}"), args![])?;
                    }
                } else {
                    tx.exec("-- test\nALTER TABLE audit_events DISABLE TRIGGER ALL", args![])?;
                }
                tx.exec(&format!("-- test\n{sql}"), args![])?;
                Ok::<_, Error>(())
            })
            .await
            .unwrap();
    }
}

async fn every_changed_column_is_found_and_the_row_named(postgres: bool) {
    let world = sealed(postgres).await;
    let clean = world.verify().await;
    assert!(clean.findings.is_empty() && clean.batches >= 1 && clean.events >= 3, "{clean:?}");
    let texts = [
        "id",
        "actor_kind",
        "actor_id",
        "action",
        "object_kind",
        "object_id",
        "outcome",
        "summary",
        "request_id",
        "details",
    ];
    for column in texts {
        world.by_hand(format!("UPDATE audit_events SET {column} = {column} || '.' WHERE seq = 2")).await;
        let found = world.verify().await.findings;
        assert!(found.iter().any(|f| f.starts_with("row 2 was changed")), "{column}: {found:?}");
        let undo = format!(
            "UPDATE audit_events SET {column} = SUBSTR({column}, 1, LENGTH({column}) - 1) WHERE seq = 2"
        );
        world.by_hand(undo).await;
        assert!(world.verify().await.findings.is_empty(), "{column} was put back");
    }
    let (later, earlier) = if postgres {
        ("at + INTERVAL '1 microsecond'", "at - INTERVAL '1 microsecond'")
    } else {
        ("at + 1", "at - 1")
    };
    world.by_hand(format!("UPDATE audit_events SET at = {later} WHERE seq = 2")).await;
    let found = world.verify().await.findings;
    assert!(found.iter().any(|f| f.starts_with("row 2 was changed")), "at: {found:?}");
    world.by_hand(format!("UPDATE audit_events SET at = {earlier} WHERE seq = 2")).await;
    assert!(world.verify().await.findings.is_empty());
    world.by_hand("DELETE FROM audit_events WHERE seq = 2".to_owned()).await;
    let found = world.verify().await.findings;
    assert!(found.iter().any(|f| f.starts_with("row 2 is missing")), "{found:?}");
    world.server.stop().await;
}

async fn a_changed_batch_is_found(postgres: bool) {
    let world = sealed(postgres).await;
    let store = world.server.app.store.clone();
    store
        .bookkeeping("test.batch", |tx| {
            if tx.kind() == Kind::Sqlite {
                tx.exec("-- test\nDROP TRIGGER audit_batches_no_update", args![])?;
            } else {
                tx.exec("-- test\nALTER TABLE audit_batches DISABLE TRIGGER ALL", args![])?;
            }
            tx.exec("-- test\nUPDATE audit_batches SET root = $1 WHERE number = 1", args![vec![9_u8; 32]])?;
            Ok::<_, Error>(())
        })
        .await
        .unwrap();
    let found = world.verify().await.findings;
    assert!(found.iter().any(|f| f.contains("batch 1")), "{found:?}");
    world.server.stop().await;
}

async fn a_restart_keeps_the_ca_and_the_trail(postgres: bool) {
    let folder = TempDir::new().unwrap();
    let database = postgres.then(TestPostgres::database);
    let mut before = None;
    for _ in 0..2 {
        let mut config = Config::for_directory(folder.path()).unwrap();
        config.listen = "127.0.0.1:0".parse().unwrap();
        if let Some(database) = &database {
            config.database_url = Secret::new(database.url.clone());
        }
        let server = Server::start(config, Environs::default()).await.unwrap();
        let app = server.app.clone();
        let issuer = app.issuers.get(&app, &"iss-local".parse().unwrap()).await.unwrap();
        let now = (issuer.chain().to_vec(), app.platform.ca_pin());
        if let Some(before) = &before {
            assert_eq!(before, &now);
        }
        before = Some(now);
        drop(app);
        server.stop().await;
    }
}

/// A client that does not trust the server's CA gets nothing.
async fn another_ca_is_not_trusted(postgres: bool) {
    let world = sealed(postgres).await;
    let options = ClientOptions {
        server_url: world.server.app.public_url.clone(),
        trust: certctl_api::tls::Trust::CaPin([7; 32]),
        api_key: None,
        identity: None,
        timeout: std::time::Duration::from_secs(5),
    };
    let error = Client::new(options).unwrap().text("/healthz").await.unwrap_err();
    assert!(matches!(error, certctl_api::client::ClientError::Unreachable { .. }), "{error}");
    world.server.stop().await;
}

macro_rules! on_both {
    ($($name:ident),+ $(,)?) => { $(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$name(false).await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                super::$name(true).await;
            }
        }
    )+ };
}

on_both!(
    every_changed_column_is_found_and_the_row_named,
    a_changed_batch_is_found,
    a_restart_keeps_the_ca_and_the_trail,
    another_ca_is_not_trusted,
);
