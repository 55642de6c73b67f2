//! The OCSP responder of each local CA: its short-lived certificate, the answers that are kept, and what is looked up.
//!
//! Each process has its own key and certificate for each CA, made when first asked and never stored: a responder's key that
//! is lost costs a signature, and one that leaks ends within a week. Alternatives: one sealed in the store for all replicas
//! (a secret more to guard, and to change over together), and signing by the CA itself (RFC 6960, section 4.2.2.2 allows
//! it; our CAs' key usage does not).
//!
//! An answer without a nonce is kept and given to all who ask for the same; a revocation drops it, here and, by the store's
//! topics, on the other replicas. Should a topic be lost, the answer is older than it should be for a minute at most.
//! Not for: HTTP (`http/pki.rs`). Invariants: what was not issued here is unknown; what is revoked is never said to be good
//! because of an answer that was begun before.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use certctl_core::{ca::CaGeneration, time::Ts};
use certctl_pki::{
    Answer, CertId, CertStatus, CertificateInfo, KeyAlgorithm, Nonce, OcspFailure, OcspIssuer, OcspRequest,
    OcspResponder, OcspResponderSpec, PrivateKey, Serial,
};
use certctl_store::{
    cas,
    revocations::{self, Known},
};
use serde_json::json;

use crate::{
    app::App,
    error::Error,
    ops::{crls::reason_of, success, system},
};

/// What a topic begins with that drops an answer: then come the CA, a colon and the serial.
pub const TOPIC: &str = "ocsp:";
/// Of a responder's certificate. It cannot be revoked itself (id-pkix-ocsp-nocheck), so it is short.
const RESPONDER_SECONDS: i64 = 7 * 86_400;
/// A responder is made anew when less than this is left: more than an answer lasts.
const RESPONDER_LEFT_SECONDS: i64 = 2 * 86_400;
/// One is not made anew sooner than this: the certificate of an authority that is about to end is short too.
const REMADE_AFTER_SECONDS: i64 = 3_600;
/// How long clients may keep an answer.
pub const ANSWER_SECONDS: i64 = 43_200;
/// How long an answer is given out before it is made anew.
const KEPT_SECONDS: i64 = 60;
/// Answers that are kept, in all.
const MAX_KEPT: usize = 100_000;
/// The parts of the kept answers, each under its own lock.
const SHARDS: usize = 16;
/// Answers for one certificate: it has as many names as there are hashes, and each can be written in a few ways.
const MAX_NAMES: usize = 4;

/// The responders and the kept answers of this process.
#[derive(Debug)]
pub struct Ocsp {
    responders: Mutex<HashMap<CaGeneration, Arc<Responder>>>,
    kept: Vec<Mutex<Kept>>,
}

impl Default for Ocsp {
    fn default() -> Self {
        Self { responders: Mutex::default(), kept: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }
}

/// What answers for one CA.
#[derive(Debug)]
struct Responder {
    issuer: OcspIssuer,
    responder: OcspResponder,
    /// Of the CA's row that it was made from.
    revision: i64,
    made_at: i64,
    not_after: i64,
}

type Key = (CaGeneration, Vec<u8>);

/// A part of the kept answers; the oldest go first.
#[derive(Debug, Default)]
struct Kept {
    answers: HashMap<Key, Vec<(CertId, Arc<Signed>)>>,
    order: VecDeque<Key>,
    /// Counts what was dropped, so that an answer which was begun before is not kept after.
    dropped: u64,
}

/// A signed answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The response, DER.
    pub der: Bytes,
    /// When it was made.
    pub produced_at: Ts,
    /// Until when it holds; absent when it is for one request alone.
    pub kept_until: Option<Ts>,
}

/// What a request comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A signed answer.
    Signed(Arc<Signed>),
    /// None, and why; not signed.
    Failed(OcspFailure),
}

impl Ocsp {
    fn shard(&self, serial: &[u8]) -> &Mutex<Kept> {
        let last = serial.last().copied().unwrap_or(0);
        let at = usize::from(last) % self.kept.len().max(1);
        // There are SHARDS of them.
        self.kept.get(at).unwrap_or(&self.kept[0])
    }

    /// Drops the answer that a topic of the store names (`ocsp:iss-local:3f9a`).
    pub fn topic(&self, topic: &str) {
        let Some((issuer, serial)) = topic.strip_prefix(TOPIC).and_then(|rest| rest.split_once(':')) else {
            return;
        };
        let (Ok(issuer), Ok(serial)) = (issuer.parse::<CaGeneration>(), hex::decode(serial)) else { return };
        let mut kept = self.shard(&serial).lock().unwrap_or_else(PoisonError::into_inner);
        kept.dropped += 1;
        kept.answers.remove(&(issuer, serial));
    }

    /// Drops all answers: after topics may have been lost.
    pub fn forget(&self) {
        for shard in &self.kept {
            let mut kept = shard.lock().unwrap_or_else(PoisonError::into_inner);
            kept.dropped += 1;
            kept.answers.clear();
            kept.order.clear();
        }
    }

    fn kept(&self, of: &CaGeneration, id: &CertId, serial: &Serial, now: Ts) -> Option<Arc<Signed>> {
        let kept = self.shard(serial.as_bytes()).lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.answers.get(&(of.clone(), serial.as_bytes().to_vec()))?;
        let (_, signed) = found.iter().find(|(known, _)| known == id)?;
        (now.seconds_since(signed.produced_at) < KEPT_SECONDS).then(|| Arc::clone(signed))
    }

    /// How often answers were dropped of the part that a serial is in.
    fn dropped(&self, serial: &Serial) -> u64 {
        self.shard(serial.as_bytes()).lock().unwrap_or_else(PoisonError::into_inner).dropped
    }

    /// Keeps an answer, unless one like it was dropped since it was begun.
    fn keep(&self, of: &CaGeneration, id: &CertId, serial: &Serial, begun_at: u64, signed: &Arc<Signed>) {
        let mut kept = self.shard(serial.as_bytes()).lock().unwrap_or_else(PoisonError::into_inner);
        if kept.dropped != begun_at {
            return;
        }
        let key = (of.clone(), serial.as_bytes().to_vec());
        let is_new = !kept.answers.contains_key(&key);
        let of_one = kept.answers.entry(key.clone()).or_default();
        of_one.retain(|(known, _)| known != id);
        if of_one.len() >= MAX_NAMES {
            of_one.remove(0);
        }
        of_one.push((id.clone(), Arc::clone(signed)));
        if is_new {
            kept.order.push_back(key);
        }
        while kept.order.len() > MAX_KEPT / SHARDS {
            if let Some(oldest) = kept.order.pop_front() {
                kept.answers.remove(&oldest);
            }
        }
    }
}

/// Answers a request about certificates of a CA.
///
/// # Errors
/// 404 when there is no such local CA; those of the store.
pub async fn answer(app: &App, of: &CaGeneration, request: &[u8]) -> Result<Outcome, Error> {
    let Ok(request) = OcspRequest::parse(request) else {
        return Ok(Outcome::Failed(OcspFailure::MalformedRequest));
    };
    let now = app.now();
    let only = match request.cert_ids.as_slice() {
        [only] => Some(only),
        _ => None,
    };
    let nonce = request.nonce.as_ref();
    if nonce.is_none()
        && let Some(id) = only
        && let Some(serial) = id.serial()
        && let Some(signed) = app.ocsp.kept(of, id, serial, now)
    {
        return Ok(Outcome::Signed(signed));
    }
    let begun_at = only.and_then(CertId::serial).map(|serial| app.ocsp.dropped(serial));
    let (revision, mut statuses) = known(app, of, &request.cert_ids).await?;
    let responder = responder(app, of, revision, now).await?;
    let mut is_ours = false;
    for (id, status) in request.cert_ids.iter().zip(&mut statuses) {
        if responder.issuer.is_issuer_of(id) {
            is_ours = true;
        } else {
            *status = CertStatus::Unknown;
        }
    }
    if !is_ours {
        return Ok(Outcome::Failed(OcspFailure::Unauthorized));
    }
    let signed = sign(&responder, &request.cert_ids, &statuses, nonce, now)?;
    // What is unknown may be issued at any moment, and there is no end of it.
    if nonce.is_none()
        && let (Some(id), Some(begun_at)) = (only, begun_at)
        && let Some(serial) = id.serial()
        && statuses.first().is_some_and(|status| *status != CertStatus::Unknown)
    {
        app.ocsp.keep(of, id, serial, begun_at, &signed);
    }
    Ok(Outcome::Signed(signed))
}

/// The issuer's revision, and what is known of each serial if it is one of this issuer's.
async fn known(app: &App, of: &CaGeneration, ids: &[CertId]) -> Result<(i64, Vec<CertStatus>), Error> {
    let wanted: Vec<Option<String>> = ids.iter().map(|id| id.serial().map(Serial::to_hex)).collect();
    let of = of.clone();
    app.store
        .read("ocsp.known", move |tx| {
            let revision = cas::revision(tx, &of)?.ok_or_else(|| Error::not_found("CA", of.to_string()))?;
            let mut found = Vec::with_capacity(wanted.len());
            for serial in &wanted {
                found.push(match serial {
                    None => CertStatus::Unknown,
                    Some(serial) => match revocations::known(tx, &of, serial)? {
                        Known::Good => CertStatus::Good,
                        Known::Unknown => CertStatus::Unknown,
                        Known::Revoked { at, reason } => {
                            CertStatus::Revoked { at: at.as_second(), reason: reason_of(reason) }
                        }
                    },
                });
            }
            Ok::<_, Error>((revision, found))
        })
        .await
}

fn sign(
    responder: &Responder,
    ids: &[CertId],
    statuses: &[CertStatus],
    nonce: Option<&Nonce>,
    now: Ts,
) -> Result<Arc<Signed>, Error> {
    let this_update = now.as_second();
    // Not beyond the end of who signs it.
    let next_update = (this_update + ANSWER_SECONDS).min(responder.not_after.max(this_update + 1));
    let answers: Vec<Answer<'_>> = ids
        .iter()
        .zip(statuses)
        .map(|(cert_id, status)| Answer {
            cert_id,
            status: *status,
            this_update,
            next_update: Some(next_update),
        })
        .collect();
    let der = responder.responder.respond(&answers, this_update, nonce).map_err(Error::internal)?;
    let is_known = statuses.iter().all(|status| *status != CertStatus::Unknown);
    Ok(Arc::new(Signed {
        der: der.into(),
        produced_at: Ts::from_second(this_update),
        kept_until: (nonce.is_none() && is_known).then(|| Ts::from_second(next_update)),
    }))
}

/// The responder of an issuer, made when there is none, the issuer has changed, or its certificate is about to end.
async fn responder(app: &App, of: &CaGeneration, revision: i64, now: Ts) -> Result<Arc<Responder>, Error> {
    let now = now.as_second();
    {
        let known = app.ocsp.responders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(of)
            && found.revision == revision
            && (found.not_after > now + RESPONDER_LEFT_SECONDS || now < found.made_at + REMADE_AFTER_SECONDS)
        {
            return Ok(Arc::clone(found));
        }
    }
    let made = Arc::new(make(app, of, revision).await?);
    let mut known = app.ocsp.responders.lock().unwrap_or_else(PoisonError::into_inner);
    known.insert(of.clone(), Arc::clone(&made));
    Ok(made)
}

/// Makes a key and its certificate, and notes in the trail that the CA has signed it.
async fn make(app: &App, of: &CaGeneration, revision: i64) -> Result<Responder, Error> {
    let ca = app.issuers.answering(app, of).await?;
    let now = app.now().as_second();
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).map_err(Error::internal)?;
    let serial = Serial::from_random(app.random_bytes::<16>());
    let spec = OcspResponderSpec {
        serial: &serial,
        common_name: "OCSP responder",
        public_key: key.public_key(),
        not_before: now - 300,
        not_after: now + RESPONDER_SECONDS,
    };
    let tbs = ca.issuer().build_ocsp_responder_tbs(&spec).map_err(Error::internal)?;
    let der = ca.issuer().sign(&tbs).map_err(Error::internal)?;
    let info = CertificateInfo::parse(&der).map_err(Error::internal)?;
    let responder = OcspResponder::new(ca.issuer().certificate_der(), &der, key).map_err(Error::internal)?;
    let issuer = OcspIssuer::from_certificate(ca.issuer().certificate_der()).map_err(Error::internal)?;
    let (context, id) = (system(app, "ocsp"), of.clone());
    let facts = json!({
        "serial": info.serial_hex, "fingerprint_sha256": info.fingerprint_sha256,
        "not_after": Ts::from_second(info.not_after), "replica": app.replica_id, "generation": of.number,
    });
    app.store
        .write("ocsp.responder", move |tx| {
            let summary = format!("{id} has signed the certificate of an OCSP responder");
            success(
                tx,
                &context,
                "issuer.ocsp_responder",
                ("issuer", id.issuer_id.as_str()),
                summary,
                facts.clone(),
            )?;
            Ok::<_, Error>(())
        })
        .await?;
    Ok(Responder { issuer, responder, revision, made_at: now, not_after: info.not_after })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(serial: &Serial) -> CertId {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let subject = certctl_pki::CaSubject { common_name: "test CA".to_owned(), organization: None };
        let spec =
            certctl_pki::RootSpec { serial, subject: &subject, not_before: 1_000, not_after: 2_000_000 };
        let tbs = certctl_pki::build_root_tbs(&key, &spec).unwrap();
        let der = certctl_pki::sign_tbs(&key, &tbs).unwrap();
        CertId::new(&OcspIssuer::from_certificate(&der).unwrap(), certctl_pki::CertIdHash::Sha1, serial)
    }

    fn signed() -> Arc<Signed> {
        Arc::new(Signed {
            der: Bytes::from_static(b"x"),
            produced_at: Ts::from_second(1_000),
            kept_until: Some(Ts::from_second(9_000)),
        })
    }

    #[test]
    fn an_answer_is_kept_for_a_minute_and_dropped_by_its_topic() {
        let ocsp = Ocsp::default();
        let issuer: CaGeneration = "iss-local".parse().unwrap();
        let serial = Serial::from_bytes(&[0x3f, 0x9a]).unwrap();
        let id = named(&serial);
        ocsp.keep(&issuer, &id, &serial, ocsp.dropped(&serial), &signed());
        assert!(ocsp.kept(&issuer, &id, &serial, Ts::from_second(1_059)).is_some());
        assert!(ocsp.kept(&issuer, &id, &serial, Ts::from_second(1_060)).is_none());
        ocsp.topic("ocsp:iss-other:3f9a");
        assert!(ocsp.kept(&issuer, &id, &serial, Ts::from_second(1_001)).is_some());
        ocsp.topic("ocsp:iss-local:3f9a");
        assert!(ocsp.kept(&issuer, &id, &serial, Ts::from_second(1_001)).is_none());
    }

    #[test]
    fn an_answer_that_was_begun_before_a_revocation_is_not_kept_after_it() {
        let ocsp = Ocsp::default();
        let issuer: CaGeneration = "iss-local".parse().unwrap();
        let serial = Serial::from_bytes(&[0x3f, 0x9a]).unwrap();
        let id = named(&serial);
        let begun_at = ocsp.dropped(&serial);
        ocsp.topic("ocsp:iss-local:3f9a");
        ocsp.keep(&issuer, &id, &serial, begun_at, &signed());
        assert!(ocsp.kept(&issuer, &id, &serial, Ts::from_second(1_001)).is_none());
    }
}
