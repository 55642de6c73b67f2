//! Challenges: proofs of control that orders need, and where they are shown.
//!
//! Not for: showing them. Invariants: a proof is a row before it is shown anywhere; a change names the revision that it was
//! made from; a proof that may stand somewhere is `leaving` until it was taken away.

use certctl_core::authority::ProofKind;
use certctl_core::challenge::ChallengeState;
use certctl_core::id::{ChallengeId, JobId};
use certctl_core::time::Ts;

use crate::{StoreError, Tx, args, row};

/// The place of a proof of http-01 that every replica of the control plane answers.
pub const CONTROL_PLANE: &str = "control-plane";
/// The place of a record that stays: its operator has set it, and nothing here writes it.
pub const OPERATOR: &str = "operator";

row! {
    /// A proof.
    #[derive(Debug, Clone)]
    pub struct ChallengeRow {
        /// Id.
        pub id: ChallengeId,
        /// For which job's order.
        pub job_id: JobId,
        /// The name that is proved, without `*.`.
        pub name: String,
        /// How.
        pub kind: ProofKind,
        /// The authority's token.
        pub token: String,
        /// Token and account, as RFC 8555 (section 8.1) puts them together.
        pub key_authorization: String,
        /// The agent or DNS provider that shows it, [`CONTROL_PLANE`] or [`OPERATOR`].
        pub place: String,
        /// The zone that its record was written to.
        pub record_zone: Option<String>,
        /// The name of that record.
        pub record_name: Option<String>,
        /// How far it is.
        pub state: ChallengeState,
        /// What was seen last, for people.
        pub detail: Option<String>,
        /// Tries so far.
        pub tries: i64,
        /// When it is looked at next.
        pub next_at: Ts,
        /// Until when it is shown.
        pub expires_at: Ts,
        /// When it was asked for.
        pub created_at: Ts,
        /// When it last moved.
        pub updated_at: Ts,
        /// Counts changes.
        pub revision: i64,
    }
}

const COLUMNS: &str = "id, job_id, name, kind, token, key_authorization, place, record_zone, record_name, state, detail, \
     tries, next_at, expires_at, created_at, updated_at, revision";

/// Those of a job's order, oldest first.
///
/// # Errors
/// Those of the store.
pub fn of_job(tx: &mut Tx<'_>, job: &JobId) -> Result<Vec<ChallengeRow>, StoreError> {
    // challenges_once
    tx.all(
        &format!("-- challenges.of_job\nSELECT {COLUMNS} FROM challenges WHERE job_id = $1 ORDER BY id"),
        args![job],
    )
}

/// Adds a proof; says whether its order did not have it.
///
/// # Errors
/// Those of the store.
pub fn insert(tx: &mut Tx<'_>, row: &ChallengeRow) -> Result<bool, StoreError> {
    let n = tx.exec(
        "-- challenges.insert
         INSERT INTO challenges (id, job_id, name, kind, token, key_authorization, place, record_zone, record_name, state,
             detail, tries, next_at, expires_at, created_at, updated_at, revision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
         ON CONFLICT DO NOTHING",
        args![
            &row.id,
            &row.job_id,
            row.name.clone(),
            row.kind,
            row.token.clone(),
            row.key_authorization.clone(),
            row.place.clone(),
            row.record_zone.clone(),
            row.record_name.clone(),
            row.state,
            row.detail.clone(),
            row.tries,
            row.next_at,
            row.expires_at,
            row.created_at,
            row.updated_at,
            row.revision
        ],
    )?;
    Ok(n == 1)
}

/// Writes how far a proof is over the revision it was read at.
///
/// # Errors
/// [`StoreError::Stale`] when it was changed meanwhile.
pub fn update(tx: &mut Tx<'_>, row: &mut ChallengeRow) -> Result<(), StoreError> {
    let now = tx.now();
    tx.exec_one(
        "-- challenges.update
         UPDATE challenges SET record_zone = $1, record_name = $2, state = $3, detail = $4, tries = $5, next_at = $6,
             updated_at = $7, revision = revision + 1
         WHERE id = $8 AND revision = $9",
        args![
            row.record_zone.clone(),
            row.record_name.clone(),
            row.state,
            row.detail.clone(),
            row.tries,
            row.next_at,
            now,
            &row.id,
            row.revision
        ],
        "challenge",
    )?;
    row.revision += 1;
    row.updated_at = now;
    Ok(())
}

/// What is answered for a token of http-01 that the control plane shows.
///
/// # Errors
/// Those of the store.
pub fn answer_of(tx: &mut Tx<'_>, token: &str) -> Result<Option<String>, StoreError> {
    let now = tx.now();
    // challenges_place: those that stand now.
    let found: Option<(String,)> = tx.opt(
        "-- challenges.answer_of
         SELECT key_authorization FROM challenges
         WHERE place = 'control-plane' AND state IN ('wanted', 'set', 'shown', 'leaving')
             AND state = 'shown' AND kind = 'http-01' AND token = $1 AND expires_at > $2
         ORDER BY id LIMIT 1",
        args![token, now],
    )?;
    Ok(found.map(|(text,)| text))
}

/// What has to be done with DNS records now, the longest waiting first: set, looked at, taken away.
///
/// # Errors
/// Those of the store.
pub fn due(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<ChallengeRow>, StoreError> {
    let now = tx.now();
    // challenges_due
    tx.all(
        &format!(
            "-- challenges.due
             SELECT {COLUMNS} FROM challenges
             WHERE state IN ('wanted', 'set', 'leaving') AND next_at <= $1
                 AND kind IN ('dns-01', 'dns-persist-01')
             ORDER BY next_at, id LIMIT $2"
        ),
        args![now, limit],
    )
}

/// When the next record is due.
///
/// # Errors
/// Those of the store.
pub fn next_due(tx: &mut Tx<'_>) -> Result<Option<Ts>, StoreError> {
    let (at,): (Option<Ts>,) = tx.one(
        "-- challenges.next_due
         SELECT MIN(next_at) FROM challenges WHERE state IN ('wanted', 'set', 'leaving') AND kind IN ('dns-01', 'dns-persist-01')",
        args![],
    )?;
    Ok(at)
}

/// What an agent or a provider is to show, or to take away.
///
/// # Errors
/// Those of the store.
pub fn at_place(tx: &mut Tx<'_>, place: &str) -> Result<Vec<ChallengeRow>, StoreError> {
    // challenges_place
    tx.all(
        &format!(
            "-- challenges.at_place
             SELECT {COLUMNS} FROM challenges
             WHERE place = $1 AND state IN ('wanted', 'set', 'shown', 'leaving') ORDER BY id"
        ),
        args![place],
    )
}

/// Proofs that stand although their order has ended.
///
/// # Errors
/// Those of the store.
pub fn abandoned(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<ChallengeRow>, StoreError> {
    // challenges_place for those that stand, then the primary keys.
    let columns: Vec<String> = COLUMNS.split(", ").map(|name| format!("c.{}", name.trim())).collect();
    tx.all(
        &format!(
            "-- challenges.abandoned
             SELECT {} FROM challenges c JOIN orders o ON o.job_id = c.job_id
             WHERE c.state IN ('wanted', 'set', 'shown') AND o.ended_at IS NOT NULL ORDER BY c.id LIMIT $1",
            columns.join(", ")
        ),
        args![limit],
    )
}
