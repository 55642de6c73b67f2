//! The runner of orders at authorities outside: one question for each lease, and what came of it stored.
//!
//! Not for: which job may be asked about (`ops/orders.rs`). Invariants: no transaction is open while an authority is asked; what
//! a question needs was stored before it; a process that dies in between is followed by one that goes on from what is stored.

use std::sync::Arc;
use std::time::Duration;

use certctl_connectors::issuers::outside::{Asked, AuthorityError, Call, Next};
use certctl_pki::{CertificateInfo, pem};
use certctl_store::audit::Context;
use certctl_store::orders::OrderRow;
use certctl_store::renewal_hints::{self, RenewalHintRow};
use certctl_store::{Tx, issuers, jobs};

use crate::app::App;
use crate::error::{Error, chain};
use crate::measures;
use crate::ops::issuance::{self, Known, Signed, Work};
use crate::ops::orders::{self, Leased, Waits};
use crate::ops::policy_rules::Rules;
use crate::ops::{authorities, challenges};
use crate::spans::{JobSpan, SpanKind};

/// The longest that one question may take.
const QUESTION: Duration = Duration::from_secs(120);
/// How often the lease is extended meanwhile.
const EXTEND: Duration = Duration::from_secs(3);

/// A leased order and its span.
#[derive(Debug, Clone)]
pub struct Begun {
    leased: Leased,
    span: JobSpan,
}

impl Begun {
    /// The trace of a job begins to tell of the question.
    pub fn new(app: &App, leased: Leased, now: certctl_core::time::Ts) -> Self {
        let span = JobSpan::begin(app, &leased.work.job, now);
        Self { leased, span }
    }
}

/// What came of a question.
#[derive(Debug)]
enum Outcome {
    Waits(Waits),
    Issued { leaf: Vec<u8>, above: Vec<Vec<u8>>, info: Box<CertificateInfo> },
    Failed(AuthorityError),
}

/// Asks one authority, and stores what came of it; an error of the store leaves the job to the end of its lease.
pub async fn carry_out(app: &App, begun: Begun) {
    app.kill_point.pass("order.leased");
    let Begun { leased, span } = begun;
    let started = app.now();
    let outcome = {
        let asking = ask(app, &leased);
        tokio::pin!(asking);
        loop {
            match tokio::time::timeout(EXTEND, &mut asking).await {
                Ok(outcome) => break outcome,
                Err(_) => extend(app, &leased).await,
            }
        }
    };
    let ended = app.now();
    app.kill_point.pass("order.asked");
    let cause = match &outcome {
        Outcome::Failed(error) => Some(error.to_string()),
        Outcome::Waits(_) | Outcome::Issued { .. } => None,
    };
    let job = leased.work.job.clone();
    let facts = vec![("certctl.issuer.id", leased.work.certificate.issuer_id.as_str().into())];
    span.step(app, "issuer ask", SpanKind::Client, (started, ended), facts, cause.as_deref());
    let (context, leased, outcome) = (crate::ops::system(app, "issue"), Arc::new(leased), Arc::new(outcome));
    let stored = app.store.write("order.store", {
        let (leased, outcome) = (Arc::clone(&leased), Arc::clone(&outcome));
        move |tx| store(tx, &context, &leased, &outcome, started)
    });
    let stored = certctl_store::trace::scope(span.origin(), stored).await;
    app.kill_point.pass("order.stored");
    span.of_log(&job).in_scope(|| match (&stored, &*outcome) {
        (Err(Error::Conflict { code: "changed_meanwhile", .. }), _) => {
            tracing::info!(job.id = %job.id, "Job {} was changed while its issuer was asked: the answer is dropped", job.id);
        }
        (Err(error), _) => {
            tracing::error!(job.id = %job.id, "The order of {} was left to its lease: {}", job.id, chain(error));
        }
        (Ok(()), Outcome::Waits(waits)) => {
            tracing::debug!(job.id = %job.id, "The order of {} goes on: {}", job.id, waits.doing);
        }
        (Ok(()), Outcome::Issued { info, .. }) => {
            measures::issued(app.now().since(job.created_at));
            let certificate = &leased.work.certificate.id;
            tracing::info!(
                cert.id = %certificate, serial = info.serial_hex, "Issued serial {} for {certificate}", info.serial_hex
            );
        }
        (Ok(()), Outcome::Failed(error)) => {
            measures::issuance_failed();
            tracing::warn!(job.id = %job.id, "The order of {} failed: {error}", job.id);
        }
    });
    span.end(app, cause.as_deref());
}

/// Keeps the lease of a question that lasts; when it is lost, the answer will be dropped.
async fn extend(app: &App, leased: &Leased) {
    let (id, token) = (leased.work.job.id.clone(), leased.work.lease().to_owned());
    let extended = app.store.bookkeeping("order.extend", move |tx| {
        let until = tx.now().plus_seconds(orders::LEASE_SECONDS);
        jobs::extend(tx, &id, &token, until).map_err(Error::from)
    });
    if let Err(error) = extended.await {
        tracing::warn!(job.id = %leased.work.job.id, "The lease was not extended: {}", chain(&error));
    }
}

async fn ask(app: &App, leased: &Leased) -> Outcome {
    let Leased { work, order, authority, shown, replaces } = leased;
    let names = match work.names() {
        Ok(names) => names,
        Err(error) => return refused(format!("the certificate's names: {error}")),
    };
    let Some(csr) = work.job.csr.as_deref() else { return refused("the job has no CSR".to_owned()) };
    let call = Call { around: &app.ways.issuers, random: &*app.random, now: app.now(), deadline: QUESTION };
    let asked = Asked {
        intent: work.job.id.as_str(),
        csr_der: csr,
        names: &names,
        lifetime_seconds: work.certificate.lifetime_seconds,
        replaces: replaces.as_deref(),
    };
    match authority.step(&call, &asked, order.progress.as_ref(), *shown).await {
        Ok(Next::Waiting { progress, doing, after, proofs }) => {
            let mut placed = Vec::with_capacity(proofs.len());
            for proof in proofs {
                match authorities::place_of(authority, proof.kind, &work.job.holder) {
                    Ok(place) => placed.push((proof, place)),
                    Err(detail) => return refused(detail),
                }
            }
            Outcome::Waits(Waits { progress, doing, after, proofs: placed })
        }
        Ok(Next::Issued { chain }) => issued(chain),
        Err(error) => Outcome::Failed(error),
    }
}

fn refused(detail: String) -> Outcome {
    Outcome::Failed(AuthorityError::Refused(detail))
}

fn issued(mut chain: Vec<Vec<u8>>) -> Outcome {
    if chain.is_empty() {
        return refused("the authority gave no certificate".to_owned());
    }
    let leaf = chain.remove(0);
    match CertificateInfo::parse(&leaf) {
        Ok(info) => Outcome::Issued { leaf, above: chain, info: Box::new(info) },
        Err(error) => refused(format!("the authority's certificate cannot be read: {error}")),
    }
}

fn store(
    tx: &mut Tx<'_>,
    context: &Context,
    leased: &Leased,
    outcome: &Outcome,
    started: certctl_core::time::Ts,
) -> Result<(), Error> {
    let Leased { work, order, .. } = leased;
    let mut order = order.clone();
    match outcome {
        Outcome::Failed(error) => orders::fail(tx, context, (work, &mut order), error).map(drop),
        Outcome::Waits(waits) => {
            for (proof, place) in &waits.proofs {
                if let Some(detail) = challenges::refusal(tx, proof.kind, place)? {
                    // Its policy may be changed meanwhile.
                    let error = AuthorityError::Retry { detail, after: None, limited: false };
                    return orders::fail(tx, context, (work, &mut order), &error).map(drop);
                }
            }
            orders::wait(tx, context, (work, &mut order), waits)
        }
        Outcome::Issued { leaf, above, info } => {
            complete(tx, context, (work, order), (leaf, above, info), started)
        }
    }
}

fn complete(
    tx: &mut Tx<'_>,
    context: &Context,
    (work, mut order): (&Work, OrderRow),
    (leaf, above, info): (&[u8], &[Vec<u8>], &CertificateInfo),
    started: certctl_core::time::Ts,
) -> Result<(), Error> {
    let chain_pem = pem::encode_certificates(above);
    let signed = Signed {
        work: work.clone(),
        certificate_der: leaf.to_vec(),
        info: info.clone(),
        chain_pem: Some(chain_pem.clone()),
        generation: 1,
        started,
    };
    let mut rules = Rules::load(tx)?;
    let version = issuance::complete(tx, context, &signed, &mut Known::default(), &mut rules)?;
    issuance::issuers_answer(tx, std::slice::from_ref(&signed))?;
    order.doing = "issued".to_owned();
    orders::end(tx, &work.job, &mut order)?;
    note_chain(tx, work, above, &chain_pem)?;
    // Whether the authority says such things is found out by asking it.
    let hint = RenewalHintRow {
        version_id: version,
        certificate_id: work.certificate.id.clone(),
        holder: work.job.holder.clone(),
        opens_at: None,
        closes_at: None,
        explanation: None,
        problem: None,
        asked_at: None,
        ask_at: Some(tx.now()),
    };
    renewal_hints::put(tx, &hint)?;
    tx.notify("engine:hints");
    Ok(())
}

/// The issuer shows the chain that its authority gave last, and its end.
fn note_chain(tx: &mut Tx<'_>, work: &Work, above: &[Vec<u8>], chain_pem: &str) -> Result<(), Error> {
    let Some(first) = above.first() else { return Ok(()) };
    let info = CertificateInfo::parse(first).map_err(Error::internal)?;
    let not_after = certctl_core::time::Ts::from_second(info.not_after);
    Ok(issuers::note_chain(tx, &work.certificate.issuer_id, chain_pem, not_after)?)
}
