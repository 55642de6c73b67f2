//! Scenario: OCSP answers per second through the real plain listener: those that are kept, and those that are signed for a
//! nonce. Client and server share the machine's cores.
//!
//! Not for: what an answer says (the server's tests). Invariant: every answer is a 200 of the right type, and is counted when
//! it was read whole.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use tempfile::TempDir;

use crate::arguments::Arguments;
use crate::figure::{Figure, Target};
use crate::pki_load::{Pki, Plain, issue, issuer, ocsp_request, post, serial_of};

/// Connections at once.
const N_CONNECTIONS: usize = 32;
/// Certificates that are asked about.
const N_CERTIFICATES: usize = 200;
/// Different nonces for each of them.
const N_NONCES: u8 = 20;
const CACHED_PER_SECOND: f64 = 20_000.0;
const SIGNED_PER_SECOND: f64 = 4_000.0;

/// Measures on SQLite.
pub(crate) async fn measure(arguments: &Arguments) -> anyhow::Result<Vec<(String, Vec<Figure>)>> {
    let (n_certificates, seconds) = if arguments.quick { (10, 1) } else { (N_CERTIFICATES, 10) };
    let folder = TempDir::new().context("no folder for the measurement")?;
    let mut pki = Pki::start(&folder.path().join("server")).await?;
    let client = pki.server.admin().await?;
    let issuer = issuer(&client).await?;
    let (mut plain, mut with_nonce) = (Vec::new(), Vec::new());
    for number in 0..n_certificates {
        let version = issue(&client, &format!("ocsp-{number}.bench.example.internal")).await?;
        let serial = serial_of(&version)?;
        plain.push(post("/pki/iss-local/ocsp", &ocsp_request(&issuer, &serial, None)));
        for nonce in 0..N_NONCES {
            let nonce = [nonce; 32];
            with_nonce.push(post("/pki/iss-local/ocsp", &ocsp_request(&issuer, &serial, Some(&nonce))));
        }
    }
    let (plain, with_nonce) = (Arc::new(plain), Arc::new(with_nonce));
    let (mut cached, mut signed) = (Vec::new(), Vec::new());
    for _ in 0..arguments.n_runs() {
        cached.push(per_second(pki.port, &plain, Duration::from_secs(seconds)).await?);
        signed.push(per_second(pki.port, &with_nonce, Duration::from_secs(seconds)).await?);
    }
    pki.server.stop()?;
    let figures = vec![
        Figure::new("answers that are kept", "/s", cached).with_target(Target::AtLeast(CACHED_PER_SECOND)),
        Figure::new("answers that are signed for a nonce", "/s", signed)
            .with_target(Target::AtLeast(SIGNED_PER_SECOND)),
    ];
    Ok(vec![(
        format!(
            "ocsp: {n_certificates} certificates, {N_CONNECTIONS} connections, {seconds} s each, on SQLite"
        ),
        figures,
    )])
}

/// Asks on all connections until the time is over, on a thread of its own.
async fn per_second(port: u16, requests: &Arc<Vec<Vec<u8>>>, duration: Duration) -> anyhow::Result<f64> {
    let (answer, answered) = tokio::sync::oneshot::channel();
    let requests = Arc::clone(requests);
    std::thread::Builder::new()
        .name("load".to_owned())
        .spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let rate = match runtime {
                Ok(runtime) => runtime.block_on(load(port, requests, duration)),
                Err(error) => Err(error).context("the load's runtime cannot be started"),
            };
            // Nobody waits when the benchmark was stopped.
            drop(answer.send(rate));
        })
        .context("the load's thread cannot be started")?;
    answered.await.context("the load's thread has ended")?
}

async fn load(port: u16, requests: Arc<Vec<Vec<u8>>>, duration: Duration) -> anyhow::Result<f64> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut connections = Vec::new();
    for _ in 0..N_CONNECTIONS {
        connections.push(Plain::open(port).await?);
    }
    let begin = Instant::now();
    let mut asking = tokio::task::JoinSet::new();
    for mut connection in connections {
        let (requests, next) = (Arc::clone(&requests), Arc::clone(&next));
        asking.spawn(async move {
            let mut n = 0_u32;
            while begin.elapsed() < duration {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(request) = requests.get(at % requests.len().max(1)) else { bail!("nothing to ask") };
                let (status, head, body) = connection.ask(request).await?;
                let is_answer = status == 200 && head.contains("application/ocsp-response");
                // A refusal of the protocol has five bytes.
                ensure!(is_answer && body.len() > 100, "{head}{} bytes", body.len());
                n += 1;
            }
            Ok(n)
        });
    }
    let mut all = 0_u32;
    while let Some(ended) = asking.join_next().await {
        all += ended.context("a connection's task panicked")??;
    }
    Ok(f64::from(all) / begin.elapsed().as_secs_f64())
}
