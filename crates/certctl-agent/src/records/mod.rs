//! DNS records of proofs that this host sets, by the DNS providers of its own policy (dns-01; RFC 8555, section 8.4).
//!
//! The control plane names all proofs that it wants, as for those of `proofs`; this sets what is new and takes away what is no
//! longer named, beside everything else, and says with each poll how far each is. Whether a record is seen at the servers of its
//! zone is the control plane's to find out. Reading order: `dns_policy.rs` (what the host allows), [`record`] (what is wanted,
//! checked), then here. Alternatives: to set a record within the answer to a poll, as files and ports are; but a provider may take
//! a minute, and deployments would wait for it.
//! Not for: http-01 and tls-alpn-01 (`proofs`). Invariants: a record is noted on the disk before it is set, and until it was taken
//! away, so that a crash leaves nothing behind; it goes when its time has passed, with or without a control plane; the policy is
//! read anew for each try; no error holds a secret.

mod record;

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use certctl_api::agent_protocol::{ProofReport, ProofWork};
use certctl_connectors::dns::{DnsError, Guard, Surroundings};
use certctl_connectors::outside::Outside;
use certctl_core::authority::ProofKind;
use certctl_core::challenge::RecordDoing;
use certctl_core::id::ChallengeId;
use certctl_core::kill_point::KillPoint;
use certctl_core::network::Network;
use certctl_core::time::{Clock, Ts};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::Instant;

use self::record::{Aim, Entry, Held};
use crate::cause::chain;
use crate::durable::{self, FileError};
use crate::local_policy::LocalPolicy;

/// How many records there may be; a control plane that asks for more is not served.
const MAX_RECORDS: usize = 512;
/// How many providers are asked at once.
const ABREAST: usize = 8;
/// The longest that a provider may take for one record.
const PATIENCE: Duration = Duration::from_secs(60);
/// The longest wait for the time of a record: the clock may be set meanwhile.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// How long a poll is held at most while something may soon be told.
const SOON: Duration = Duration::from_secs(1);

/// What a [`Records`] needs.
#[derive(Debug)]
pub struct RecordOptions {
    /// The host's policy.
    pub policy_path: PathBuf,
    /// Where records are noted.
    pub note: PathBuf,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where a test wants the process to die.
    pub kill_point: KillPoint,
}

/// The records of this host's DNS providers.
#[derive(Debug)]
pub struct Records {
    ways: Arc<Ways>,
    note: PathBuf,
    kill_point: KillPoint,
    known: Mutex<Known>,
    /// There is something to do.
    changed: Notify,
    /// A try ended.
    moved: Notify,
}

/// How a provider is asked.
#[derive(Debug)]
struct Ways {
    policy_path: PathBuf,
    clock: Arc<dyn Clock>,
    outside: Outside,
}

#[derive(Debug, Default)]
struct Known {
    held: Vec<Held>,
    /// Why records that are wanted are not set, by what was asked and the policy.
    refused: BTreeMap<ChallengeId, String>,
    /// Why they are not set, by their providers.
    declined: BTreeMap<ChallengeId, String>,
}

impl Known {
    fn of(&mut self, id: &ChallengeId) -> Option<&mut Held> {
        self.held.iter_mut().find(|held| held.entry.challenge_id == *id)
    }

    fn reports(&self) -> Vec<ProofReport> {
        let held = self.held.iter().map(Held::report);
        let is_refused = |id: &ChallengeId| self.refused.contains_key(id) || self.declined.contains_key(id);
        let unrefused = held.filter(|report| !is_refused(&report.challenge_id));
        let declined = self.declined.iter().filter(|(id, _)| !self.refused.contains_key(*id));
        let refused = self.refused.iter().chain(declined).map(|(id, error)| ProofReport {
            challenge_id: id.clone(),
            error: Some(error.clone()),
            doing: None,
        });
        unrefused.chain(refused).collect()
    }
}

/// Reports, to be compared.
fn told(known: &Known) -> Vec<(ChallengeId, Option<String>, Option<RecordDoing>)> {
    known.reports().into_iter().map(|report| (report.challenge_id, report.error, report.doing)).collect()
}

/// Whether a proof is one of these.
pub fn is_record(work: &ProofWork) -> bool {
    work.kind == ProofKind::Dns01.as_str()
}

/// One try of a provider.
#[derive(Debug)]
struct Try {
    entry: Entry,
    sets: bool,
}

impl Records {
    /// Begins with what an earlier start has noted.
    ///
    /// # Errors
    /// When the note cannot be read, or TLS cannot be set up.
    pub fn new(options: RecordOptions) -> Result<Self, FileError> {
        let RecordOptions { policy_path, note, clock, kill_point } = options;
        let unusable = |detail: String| FileError::at("use", &note)(std::io::Error::other(detail));
        let held = match durable::read(&note)? {
            None => Vec::new(),
            Some(content) => serde_json::from_slice::<Vec<Entry>>(&content)
                .map_err(|error| unusable(format!("{error}; what it lists may be left in the DNS")))?,
        };
        let held = held.into_iter().map(|entry| Held::new(entry, Aim::Unsaid)).collect();
        // Where a provider is asked is written in the host's own policy, by whoever owns the host.
        let everywhere = ["0.0.0.0/0", "::/0"].iter().filter_map(|text| Network::parse(text).ok()).collect();
        let outside = Outside::new(Guard::of("DNS providers", "dns", everywhere)).map_err(unusable)?;
        Ok(Self {
            ways: Arc::new(Ways { policy_path, clock, outside }),
            kill_point,
            known: Mutex::new(Known { held, ..Known::default() }),
            changed: Notify::new(),
            moved: Notify::new(),
            note,
        })
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// These records are wanted and no others; says whether there is anything new to tell.
    pub fn set(&self, wanted: &[ProofWork]) -> bool {
        let mut known = self.known();
        let is_idle = known.held.is_empty() && known.refused.is_empty() && known.declined.is_empty();
        if wanted.is_empty() && is_idle {
            return false;
        }
        let before = told(&known);
        let n_held = known.held.len();
        self.want(&mut known, wanted);
        if known.held.len() > n_held {
            self.note_new(&mut known);
        }
        let is_news = told(&known) != before;
        drop(known);
        self.changed.notify_one();
        is_news
    }

    /// Notes those that are new, before they are set; what is not noted is not set.
    fn note_new(&self, known: &mut Known) {
        if let Err(error) = self.write_note(&known.held) {
            let error = chain(&error);
            tracing::error!("{error}");
            let (fresh, noted): (Vec<Held>, Vec<Held>) =
                std::mem::take(&mut known.held).into_iter().partition(|held| held.is_fresh);
            known.held = noted;
            known.refused.extend(fresh.into_iter().map(|held| (held.entry.challenge_id, error.clone())));
        }
        self.kill_point.pass("record.noted");
    }

    fn want(&self, known: &mut Known, wanted: &[ProofWork]) {
        let now = self.ways.clock.now();
        if wanted.len() > MAX_RECORDS {
            tracing::warn!("{} DNS records are wanted; {MAX_RECORDS} are looked at", wanted.len());
        }
        let policy = if wanted.is_empty() {
            Ok(LocalPolicy::default())
        } else {
            LocalPolicy::load(&self.ways.policy_path).map_err(|error| chain(&error))
        };
        let refused_before = std::mem::take(&mut known.refused);
        let mut named = HashSet::new();
        for work in wanted.iter().take(MAX_RECORDS) {
            let id = &work.challenge_id;
            // A provider's own word on a challenge does not change.
            if !named.insert(id.clone()) || known.declined.contains_key(id) {
                continue;
            }
            let checked = Entry::parse(work).and_then(|entry| {
                let policy = policy.as_ref().map_err(Clone::clone)?;
                entry.permitted(policy)?;
                in_time(&entry, now)?;
                Ok(entry)
            });
            match (checked, known.of(id)) {
                (Err(error), held) => {
                    if let Some(held) = held {
                        held.turn(Aim::Go);
                    }
                    if refused_before.get(id) != Some(&error) {
                        tracing::warn!(challenge.id = %id, "the DNS record for {} is not set ({id}): {error}", work.name);
                    }
                    known.refused.insert(id.clone(), error);
                }
                (Ok(entry), None) => known.held.push(Held::new(entry, Aim::Stand)),
                (Ok(entry), Some(held)) if held.entry.is_same_record(&entry) => {
                    held.entry.until = entry.until;
                    held.turn(Aim::Stand);
                }
                (Ok(_), Some(held)) => {
                    held.turn(Aim::Go);
                    let error = "another record of this challenge is being taken away first".to_owned();
                    known.refused.insert(id.clone(), error);
                }
            }
        }
        known.declined.retain(|id, _| named.contains(id));
        for held in known.held.iter_mut().filter(|held| !named.contains(&held.entry.challenge_id)) {
            held.turn(Aim::Go);
        }
    }

    /// What the control plane is told: each record that may stand, and each that is not set.
    pub fn reports(&self) -> Vec<ProofReport> {
        self.known().reports()
    }

    /// How long a poll may be held, so that what comes of a record is told soon after.
    pub fn poll_wait(&self, longest: Duration) -> Duration {
        let known = self.known();
        let now = Instant::now();
        let wait = |held: &Held| match held.aim {
            Aim::Unsaid => SOON,
            Aim::Stand | Aim::Go => held.due.saturating_duration_since(now).max(SOON),
        };
        let open = known.held.iter().filter(|held| held.is_open() || held.aim == Aim::Unsaid);
        open.map(wait).min().unwrap_or(longest).min(longest)
    }

    /// Sets what is to stand and takes away what is to go, for as long as this is awaited.
    pub async fn keep(&self) {
        let (mut trying, mut busy) = (JoinSet::new(), HashSet::new());
        loop {
            let wait = self.begin_due(&mut trying, &mut busy);
            tokio::select! {
                Some(ended) = trying.join_next() => match ended {
                    Ok((tried, outcome)) => {
                        busy.remove(&tried.entry.challenge_id);
                        self.ended(&tried, outcome);
                    }
                    Err(error) => {
                        tracing::error!("a try of a DNS provider broke off: {error}");
                        busy.clear();
                        trying.abort_all();
                    }
                },
                () = tokio::time::sleep(wait) => {}
                () = self.changed.notified() => {}
            }
        }
    }

    /// Begins what is due, and says how long to wait for more.
    fn begin_due(
        &self,
        trying: &mut JoinSet<(Try, Result<(), DnsError>)>,
        busy: &mut HashSet<ChallengeId>,
    ) -> Duration {
        let (now, time) = (Instant::now(), self.ways.clock.now());
        let mut known = self.known();
        let Known { held, refused, declined: _ } = &mut *known;
        for one in held.iter_mut().filter(|one| one.aim != Aim::Go) {
            if let Err(error) = in_time(&one.entry, time) {
                if one.aim == Aim::Stand {
                    refused.insert(one.entry.challenge_id.clone(), error);
                }
                one.turn(Aim::Go);
            }
        }
        let mut wait = LONGEST_WAIT;
        for one in known.held.iter().filter(|one| one.aim != Aim::Go) {
            // A timer may go off a moment early.
            wait = wait.min(one.entry.until.since(time) + Duration::from_millis(1));
        }
        for one in known.held.iter().filter(|one| one.is_open()) {
            if busy.contains(&one.entry.challenge_id) {
                continue;
            }
            if one.due > now {
                wait = wait.min(one.due - now);
            } else if busy.len() < ABREAST {
                busy.insert(one.entry.challenge_id.clone());
                let sets = one.aim == Aim::Stand;
                // Orders may share a challenge: what another one still wants stays.
                let is_shared = !sets
                    && known.held.iter().any(|other| {
                        other.aim != Aim::Go
                            && other.entry.challenge_id != one.entry.challenge_id
                            && other.entry.is_same_record(&one.entry)
                    });
                let (tried, ways) = (Try { entry: one.entry.clone(), sets }, Arc::clone(&self.ways));
                trying.spawn(async move {
                    let outcome = if is_shared { Ok(()) } else { ways.carry_out(&tried).await };
                    (tried, outcome)
                });
            }
        }
        wait
    }

    /// Notes what came of a try.
    fn ended(&self, tried: &Try, outcome: Result<(), DnsError>) {
        let Entry { challenge_id: id, name, provider, .. } = &tried.entry;
        if tried.sets {
            self.kill_point.pass("record.set");
        } else {
            self.kill_point.pass("record.removed");
        }
        let mut known = self.known();
        let Some(held) = known.of(id) else { return };
        let is_first = held.is_fresh;
        held.is_fresh &= !tried.sets;
        match (tried.sets, outcome) {
            (true, Ok(())) => {
                if held.aim == Aim::Stand {
                    (held.stands, held.error) = (true, None);
                }
                tracing::info!(challenge.id = %id, "{provider} has set the TXT record {name} ({id})");
            }
            (true, Err(error)) => {
                tracing::warn!(challenge.id = %id, "{provider} did not set the TXT record {name} ({id}): {error}");
                if held.aim == Aim::Stand {
                    held.failed(&error);
                }
                if let DnsError::Refused(detail) = error {
                    let is_wanted = held.aim == Aim::Stand;
                    if is_first {
                        self.forget(&mut known, id);
                    } else {
                        // An earlier try may have set it all the same.
                        held.turn(Aim::Go);
                    }
                    if is_wanted {
                        known.declined.insert(id.clone(), format!("DNS provider {provider}: {detail}"));
                    }
                }
            }
            (false, Ok(())) if held.aim == Aim::Go => {
                tracing::info!(challenge.id = %id, "the TXT record {name} is taken away ({id})");
                self.forget(&mut known, id);
            }
            // It is wanted again.
            (false, Ok(())) => {}
            (false, Err(error)) => {
                tracing::warn!(
                    challenge.id = %id, "{provider} did not take the TXT record {name} away ({id}): {error}"
                );
                if held.aim == Aim::Go {
                    held.failed(&error);
                }
            }
        }
        drop(known);
        self.moved.notify_one();
    }

    fn forget(&self, known: &mut Known, id: &ChallengeId) {
        known.held.retain(|held| held.entry.challenge_id != *id);
        if let Err(error) = self.write_note(&known.held) {
            // It is taken away once more at the next start.
            tracing::error!("{}", chain(&error));
        }
    }

    /// Takes all away, within a time; what is left is noted.
    pub async fn take_all_away(&self, patience: Duration) {
        self.set(&[]);
        let gone = async {
            while !self.known().held.is_empty() {
                self.moved.notified().await;
            }
        };
        tokio::select! {
            () = gone => {}
            () = self.keep() => {}
            () = tokio::time::sleep(patience) => {
                tracing::warn!("DNS records are left; {} lists them", self.note.display());
            }
        }
    }

    fn write_note(&self, held: &[Held]) -> Result<(), FileError> {
        if held.is_empty() {
            return durable::remove(&self.note);
        }
        let entries: Vec<&Entry> = held.iter().map(|held| &held.entry).collect();
        let content = serde_json::to_vec(&entries)
            .map_err(|error| FileError::at("encode", &self.note)(std::io::Error::other(error)))?;
        durable::replace(&self.note, &content, 0o600)
    }
}

impl Ways {
    async fn carry_out(&self, tried: &Try) -> Result<(), DnsError> {
        let Try { entry, sets } = tried;
        // The policy may be mended: it is asked again.
        let later = |detail: String| DnsError::Retry { detail, after: None };
        let policy = LocalPolicy::load(&self.policy_path).map_err(|error| later(chain(&error)))?;
        if *sets {
            entry.permitted(&policy).map_err(DnsError::Refused)?;
        }
        let host = policy.dns_provider(&entry.provider).map_err(later)?;
        let provider = host.open(&entry.provider).map_err(later)?;
        let record = entry.record().map_err(DnsError::Refused)?;
        let around = Surroundings { outside: self.outside.clone(), programs: host.programs() };
        if *sets {
            provider.set(&around, &record, self.clock.now(), PATIENCE).await
        } else {
            provider.remove(&around, &record, self.clock.now(), PATIENCE).await
        }
    }
}

fn in_time(entry: &Entry, now: Ts) -> Result<(), String> {
    if entry.until > now {
        return Ok(());
    }
    Err(format!(
        "the record was to stand until {}, and by the clock of this host that has passed",
        entry.until
    ))
}

/// How many records a note lists, for a person.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn n_noted(note: &Path) -> Result<usize, FileError> {
    let content = durable::read(note)?;
    let entries = content.and_then(|content| serde_json::from_slice::<Vec<Entry>>(&content).ok());
    Ok(entries.map_or(0, |entries| entries.len()))
}
