//! Scenario: how soon a certificate is revoked, and how soon the list says so, with many certificates and a long list.
//!
//! Not for: filling the store (`load.rs`). Invariant: a certificate counts as revoked when OCSP says so, and as listed when the
//! list that is served has a newer number and one certificate more.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use certctl_api::certificates::Version;
use certctl_api::client::Client;
use certctl_core::ca::CaGeneration;
use certctl_core::revocation::{RevocationReason, RevocationState, bucket};
use certctl_core::time::{Clock as _, SystemClock};
use certctl_pki::{Crl, OcspIssuer};
use certctl_store::{OpenOptions, Store, StoreError, crls, revocations};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::arguments::Arguments;
use crate::figure::{Figure, Target};
use crate::load;
use crate::pki_load::{Pki, Plain, issue, issuer, ocsp_request, post, serial_of};
use crate::statistics::percentile;

/// Certificates on the list.
const N_REVOKED: u32 = 100_000;
/// Rows of one transaction.
const CHUNK: u32 = 2_000;
/// Revocations that are measured one by one.
const N_MEASURED: usize = 100;
/// Lists that are waited for.
const N_LISTS: usize = 5;
const REVOKED_MS: f64 = 10.0;
const LISTED_MS: f64 = 1_000.0;
/// How long the first long list may take.
const LIMIT: Duration = Duration::from_secs(60);

/// Measures on SQLite.
pub(crate) async fn measure(arguments: &Arguments) -> anyhow::Result<Vec<(String, Vec<Figure>)>> {
    let (n_certificates, n_revoked, n_measured) =
        if arguments.quick { (2_000, 1_000, 5) } else { (arguments.certificates, N_REVOKED, N_MEASURED) };
    let temporary;
    let folder = match &arguments.keep {
        Some(keep) => keep.join("revoke"),
        None => {
            temporary = TempDir::new().context("no folder for the measurement")?;
            temporary.path().join("server")
        }
    };
    // Written when all is filled, so that what was begun only is not taken for it.
    let key = folder.join("bench-api-key");
    if !key.exists() {
        std::fs::create_dir_all(&folder)?;
        let mut pki = Pki::start(&folder).await?;
        pki.server.admin().await?;
        let api_key = pki.server.api_key()?.to_owned();
        pki.server.stop()?;
        let database = folder.join("data/certctl.db");
        load::fill(&format!("sqlite:{}", database.display()), n_certificates, 1).await?;
        fill(&database, n_revoked).await?;
        std::fs::write(&key, api_key)?;
    }
    let pki = Pki::again(&folder, std::fs::read_to_string(&key)?).await?;
    let client = Client::new(pki.server.options()?)?;
    let of = issuer(&client).await?;
    // A kept store has those of earlier runs.
    let stamp = SystemClock.now().as_second();
    let mut versions = Vec::new();
    for number in 0..n_measured + N_LISTS {
        versions.push(issue(&client, &format!("revoke-{number}-{stamp}.bench.example.internal")).await?);
    }
    let mut plain = Plain::open(pki.port).await?;
    let n_listed = usize::try_from(n_revoked)?;
    let begin = Instant::now();
    while list(&mut plain).await?.1 < n_listed {
        ensure!(begin.elapsed() < LIMIT, "the list did not have all within {LIMIT:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let (measured, listed) = versions.split_at(n_measured);
    let (mut answered, mut known) = (Vec::new(), Vec::new());
    for version in measured {
        let (answer, ocsp) = revoke(&client, &mut plain, &of, version).await?;
        answered.push(answer);
        known.push(ocsp);
    }
    let mut made = Vec::new();
    for version in listed {
        // What was revoked before is listed first, so that this list is about this certificate.
        let before = settled(&mut plain).await?;
        let begin = Instant::now();
        revoke(&client, &mut plain, &of, version).await?;
        while number(&mut plain).await? == before {
            ensure!(begin.elapsed() < LIMIT, "no newer list within {LIMIT:?}");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        made.push(begin.elapsed().as_secs_f64() * 1e3);
    }
    let bytes = list(&mut plain).await?.2;
    pki.server.stop()?;
    let under = |name: &str, values, most| Figure::new(name, "ms", values).with_target(Target::Under(most));
    #[expect(clippy::cast_precision_loss, reason = "megabytes")]
    let megabytes = bytes as f64 / 1e6;
    let figures = vec![
        under("a revocation is taken, p50", spread(&answered, 0.5)?, REVOKED_MS),
        under("a revocation is taken, p99", spread(&answered, 0.99)?, REVOKED_MS),
        under("OCSP says revoked, p50", spread(&known, 0.5)?, REVOKED_MS),
        Figure::new("OCSP says revoked, p99", "ms", spread(&known, 0.99)?),
        Figure::new("the list has it, with the half second in which revocations gather", "ms", made.clone()),
        under(
            "the list is made and published",
            made.iter().map(|all| (all - GATHERED_MS).max(0.0)).collect(),
            LISTED_MS,
        ),
        Figure::new("the list", "MB", vec![megabytes]),
    ];
    Ok(vec![(
        format!("revoke: {n_certificates} certificates, {n_revoked} on one undivided list, on SQLite"),
        figures,
    )])
}

/// Within this the engine gathers revocations for one list.
const GATHERED_MS: f64 = 500.0;

fn spread(times: &[f64], q: f64) -> anyhow::Result<Vec<f64>> {
    Ok(vec![percentile(times, q).context("nothing was measured")?])
}

/// Puts revocations into the store of a server that is stopped.
async fn fill(database: &Path, n: u32) -> anyhow::Result<()> {
    let store =
        Store::open(OpenOptions::new(format!("sqlite:{}", database.display()), Arc::new(SystemClock)))
            .await?;
    for from in (0..n).step_by(usize::try_from(CHUNK)?) {
        store
            .bookkeeping("load.revocations", move |tx| {
                let issuer: CaGeneration =
                    "iss-local".parse().map_err(|_| StoreError::Stale { what: "issuer" })?;
                let now = SystemClock.now();
                for number in from..(from + CHUNK).min(n) {
                    // 16 bytes, as those of the local CA, that differ in both ends.
                    let mixed = number.wrapping_mul(2_654_435_761);
                    let serial = [[0x5a; 8].as_slice(), &number.to_be_bytes(), &mixed.to_be_bytes()].concat();
                    let text: String = serial.iter().map(|byte| format!("{byte:02x}")).collect();
                    let id =
                        format!("rev-load-{number}").parse().map_err(|_| StoreError::Stale { what: "id" })?;
                    let row = revocations::RevocationRow {
                        id,
                        issuer_id: issuer.issuer_id.clone(),
                        generation: issuer.number,
                        bucket: i64::from(bucket(&serial)),
                        serial: text,
                        version_id: None,
                        certificate_id: None,
                        reason: RevocationReason::Superseded,
                        comment: None,
                        state: RevocationState::Revoked,
                        replace_first: false,
                        not_after: now.plus_seconds(90 * 86_400),
                        requested_by_kind: "system".to_owned(),
                        requested_by: "load".to_owned(),
                        requested_at: now,
                        tries: 1,
                        next_try_at: now,
                        lease_token: None,
                        last_error: None,
                        revoked_at: Some(now),
                        updated_at: now,
                        revision: 1,
                    };
                    revocations::insert(tx, &row)?;
                }
                crls::changed(tx, &issuer, 1, 0, now)
            })
            .await?;
    }
    store.close().await;
    Ok(())
}

/// Revokes at once; how long the answer took, and how long until OCSP says so, in milliseconds.
async fn revoke(
    client: &Client,
    plain: &mut Plain,
    of: &OcspIssuer,
    version: &Version,
) -> anyhow::Result<(f64, f64)> {
    let request = post("/pki/iss-local/ocsp", &ocsp_request(of, &serial_of(version)?, None));
    ensure!(!is_revoked(plain, &request).await?, "{} is revoked already", version.id);
    let body = json!({ "reason": "key_compromise", "replace_first": false });
    let begin = Instant::now();
    let _: Value = client.post(&format!("/certificates/{}/revoke", version.certificate_id), &body).await?;
    let answered = begin.elapsed().as_secs_f64() * 1e3;
    while !is_revoked(plain, &request).await? {
        ensure!(begin.elapsed() < LIMIT, "{} was not revoked within {LIMIT:?}", version.id);
    }
    Ok((answered, begin.elapsed().as_secs_f64() * 1e3))
}

/// Whether an answer says revoked with the reason keyCompromise: `[0] { ENUMERATED 1 }` within `[1]` (RFC 6960, section 4.2.1).
async fn is_revoked(plain: &mut Plain, request: &[u8]) -> anyhow::Result<bool> {
    let (status, head, body) = plain.ask(request).await?;
    ensure!(status == 200 && body.len() > 100, "{head}");
    Ok(body.windows(5).any(|five| five == [0xa0, 3, 0x0a, 1, 1]))
}

const LIST: &[u8] = b"GET /pki/iss-local/all.crl HTTP/1.1\r\nhost: pki.bench\r\n\r\n";

/// The number of the list that is served, how many certificates it has, and its bytes.
async fn list(plain: &mut Plain) -> anyhow::Result<(u64, usize, usize)> {
    let (status, head, body) = plain.ask(LIST).await?;
    if status == 404 {
        return Ok((0, 0, 0));
    }
    ensure!(status == 200, "{head}");
    let read = Crl::parse(&body)?;
    let number = read.number.and_then(certctl_pki::CrlNumber::to_u64).context("the list has no number")?;
    Ok((number, read.revoked().len(), body.len()))
}

/// The number of the list that is served, by its tag.
async fn number(plain: &mut Plain) -> anyhow::Result<u64> {
    let (status, head) =
        plain.head(b"HEAD /pki/iss-local/all.crl HTTP/1.1\r\nhost: pki.bench\r\n\r\n").await?;
    if status != 200 {
        bail!("{head}");
    }
    let tag = head.split_once("etag: \"full-").and_then(|(_, rest)| rest.split('-').next()?.parse().ok());
    tag.context("the list has no tag")
}

/// Waits until no newer list comes for a second and a half.
async fn settled(plain: &mut Plain) -> anyhow::Result<u64> {
    let (mut last, mut since) = (number(plain).await?, Instant::now());
    while since.elapsed() < Duration::from_millis(1_500) {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let now = number(plain).await?;
        if now != last {
            (last, since) = (now, Instant::now());
        }
    }
    Ok(last)
}
