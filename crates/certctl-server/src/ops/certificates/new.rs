//! A new certificate: its request read, then stored with its issuance.
//!
//! Not for: what happens to it later (the module above). Invariant: nothing is stored unless all of a request is good.

use std::collections::BTreeSet;

use certctl_api::certificates::CreateCertificate;
use certctl_api::problem::FieldError;
use certctl_core::agent::AgentState;
use certctl_core::certificate::KeyStrategy;
use certctl_core::condition::Stage;
use certctl_core::id::{CertificateId, IssuerId, ProfileId, RenewalPolicyId, TargetId};
use certctl_core::job::JobKind;
use certctl_core::profile::{Asked, Profile};
use certctl_core::random::new_id;
use certctl_pki::{Csr, KeyAlgorithm, Name};
use certctl_store::audit::Context;
use certctl_store::certificates::CertificateRow;
use certctl_store::holders::{self, EXTERNAL, HolderRow};
use certctl_store::jobs::JobRow;
use certctl_store::{Tx, agents, certificates, targets};
use serde_json::json;

use super::{DEFAULT_ISSUER, DEFAULT_POLICY, DEFAULT_PROFILE, LIFETIMES, MAX_NAMES, attach, check_words};
use crate::error::Error;
use crate::ops::agents::is_retired;
use crate::ops::policy_rules::Rules;
use crate::ops::settings::Checks;
use crate::ops::{approvals, issuance, scopes, success};

fn default_id<T: std::str::FromStr>(given: Option<T>, default: &str) -> Result<T, Error> {
    match given {
        Some(id) => Ok(id),
        None => default.parse().map_err(|_| Error::internal(format!("{default} is no id"))),
    }
}

/// A request whose texts were read and found good, before the store was asked anything.
#[derive(Debug, Clone)]
pub struct Checked {
    request: CreateCertificate,
    names: Vec<Name>,
    common_name: Option<String>,
    key_algorithm: Option<KeyAlgorithm>,
    csr: Option<Csr>,
}

impl Checked {
    /// The request as it came.
    pub(super) const fn request(&self) -> &CreateCertificate {
        &self.request
    }

    /// Where it is to be served.
    pub fn target_ids(&self) -> &[TargetId] {
        &self.request.target_ids
    }
}

/// Reads the texts of a request.
///
/// # Errors
/// [`Error::Invalid`] with every bad field.
pub fn check(request: CreateCertificate) -> Result<Checked, Error> {
    let mut errors = Vec::new();
    let mut bad = |pointer: String, detail: String| errors.push(FieldError { pointer, detail });
    if request.names.is_empty() || request.names.len() > MAX_NAMES {
        bad("/names".into(), format!("1 to {MAX_NAMES} names are needed; there are {}", request.names.len()));
    }
    let mut names = Vec::new();
    for (i, text) in request.names.iter().enumerate() {
        match Name::parse(text) {
            Ok(name) if names.contains(&name) => bad(format!("/names/{i}"), format!("{name} is there twice")),
            Ok(name) => names.push(name),
            Err(error) => bad(format!("/names/{i}"), error.to_string()),
        }
    }
    let common_name = match &request.common_name {
        None => names
            .iter()
            .find(|n| matches!(n, Name::Dns(_) | Name::Wildcard(_)))
            .map(ToString::to_string)
            .filter(|n| n.len() <= 64),
        Some(text) => match Name::parse(text) {
            Ok(name) if names.contains(&name) => Some(name.to_string()),
            Ok(name) => {
                bad("/common_name".into(), format!("{name} is not one of the names"));
                None
            }
            Err(error) => {
                bad("/common_name".into(), error.to_string());
                None
            }
        },
    };
    let key_algorithm = request.key_algorithm.as_ref().and_then(|text| match text.parse::<KeyAlgorithm>() {
        Ok(algorithm) => Some(algorithm),
        Err(error) => {
            bad("/key_algorithm".into(), error.to_string());
            None
        }
    });
    if let Some(seconds) = request.lifetime_seconds
        && !LIFETIMES.contains(&seconds)
    {
        bad(
            "/lifetime_seconds".into(),
            format!("{seconds} is not between 60 (a minute) and 34387200 (398 days)"),
        );
    }
    let mut checks = Checks::default();
    check_words(&mut checks, request.name.as_deref(), request.environment.as_deref(), &request.tags);
    if let Err(Error::Invalid(found)) = checks.finish() {
        found.into_iter().for_each(|error| bad(error.pointer, error.detail));
    }
    let strategy = request.key_strategy.unwrap_or(KeyStrategy::PerHost);
    match strategy {
        KeyStrategy::PerHost => {
            if request.csr_pem.is_some() {
                bad("/csr_pem".into(), "a CSR goes with key_strategy external only".into());
            }
            if request.issue && request.target_ids.is_empty() && request.agent_ids.is_empty() {
                bad(
                    "/target_ids".into(),
                    "nobody would make the key: name targets or agents, or use key_strategy external, or issue \
                     false"
                        .into(),
                );
            }
        }
        KeyStrategy::External => {
            if !request.target_ids.is_empty() || !request.agent_ids.is_empty() {
                bad(
                    "/key_strategy".into(),
                    "with an uploaded CSR no agent holds the key, so there are no targets or agents".into(),
                );
            }
        }
        KeyStrategy::Shared | KeyStrategy::Server => {
            bad("/key_strategy".into(), format!("{strategy} is not there yet: use per_host or external"))
        }
        KeyStrategy::Found => bad(
            "/key_strategy".into(),
            "what was found comes in by POST /certificates/import: use per_host or external here".into(),
        ),
    }
    let csr = request.csr_pem.as_ref().and_then(|pem| match Csr::parse(pem.as_bytes()) {
        Ok(csr) => Some(csr),
        Err(error) => {
            bad("/csr_pem".into(), error.to_string());
            None
        }
    });
    if errors.is_empty() {
        Ok(Checked { request, names, common_name, key_algorithm, csr })
    } else {
        Err(Error::Invalid(errors))
    }
}

/// A new certificate with what came with it.
#[derive(Debug)]
pub struct Created {
    /// The certificate.
    pub certificate: CertificateRow,
    /// Who makes or has its keys.
    pub holders: Vec<HolderRow>,
    /// The issuances that were started.
    pub jobs: Vec<JobRow>,
}

/// What a request comes to, once the store was asked and found nothing against it.
#[derive(Debug)]
pub(super) struct Prepared {
    /// The certificate.
    pub(super) row: CertificateRow,
    /// The limits of its profile.
    pub(super) limits: Profile,
    /// The tries that its policy gives a job.
    max_attempts: i64,
    /// Who makes or has its keys.
    pub(super) holder_names: Vec<String>,
    /// Whether its issuance starts.
    pub(super) starts: bool,
    /// The rules that do not stand against it.
    pub(super) rules: Rules,
}

/// The refusal of an id that is in use.
pub(super) fn id_taken(id: &CertificateId) -> Error {
    Error::conflict(
        "id_taken",
        format!("there is a certificate {id} already: choose another id or leave it out"),
        json!({ "id": id }),
    )
}

/// Asks everything that can stand against a new certificate but its id and its targets being in use; reads only.
///
/// # Errors
/// 422 naming what is not there or breaks the profile or a rule.
pub(super) fn prepare(tx: &mut Tx<'_>, context: &Context, checked: &Checked) -> Result<Prepared, Error> {
    let now = tx.now();
    let request = &checked.request;
    scopes::admits(&context.scope, request.team_id.as_ref(), request.environment.as_deref())?;
    let issuer_id: IssuerId = default_id(request.issuer_id.clone(), DEFAULT_ISSUER)?;
    let profile_id: ProfileId = default_id(request.profile_id.clone(), DEFAULT_PROFILE)?;
    let policy_id: RenewalPolicyId = default_id(request.renewal_policy_id.clone(), DEFAULT_POLICY)?;
    let absent = |pointer: &str, what: &str, id: &str| {
        Error::invalid_field(pointer, format!("there is no {what} {id}"))
    };
    let referred = certificates::referred_to(tx, &issuer_id, &policy_id, &profile_id)?;
    if referred.issuer_revision.is_none() {
        return Err(absent("/issuer_id", "issuer", issuer_id.as_str()));
    }
    if referred.issuer_kind.as_deref() == Some(crate::ops::imports::FOREIGN) {
        let detail =
            format!("{issuer_id} is a CA that was only seen and cannot be asked to sign: name another");
        return Err(Error::invalid_field("/issuer_id", detail));
    }
    if let Some(ca) = &referred.limited_by {
        crate::ops::cas::check_names(ca, &checked.names)?;
    }
    let max_attempts = referred
        .max_attempts
        .ok_or_else(|| absent("/renewal_policy_id", "renewal policy", policy_id.as_str()))?;
    let limits = referred.limits.ok_or_else(|| absent("/profile_id", "profile", profile_id.as_str()))?;
    let limits = issuance::read_limits(&profile_id, limits)?;
    if let Some(id) = &request.owner_id
        && certctl_store::owners::by_id(tx, id)?.is_none()
    {
        return Err(absent("/owner_id", "owner", id.as_str()));
    }
    if let Some(id) = &request.team_id
        && certctl_store::teams::by_id(tx, id)?.is_none()
    {
        return Err(absent("/team_id", "team", id.as_str()));
    }
    let key_algorithm = match (&checked.csr, checked.key_algorithm) {
        (_, Some(algorithm)) => algorithm.as_str().to_owned(),
        (Some(csr), None) => csr.public_key().algorithm().as_str().to_owned(),
        (None, None) => limits.default_key_algorithm().to_owned(),
    };
    let lifetime = request.lifetime_seconds.unwrap_or(limits.default_lifetime_seconds);
    let names: Vec<String> = checked.names.iter().map(ToString::to_string).collect();
    let asked = Asked {
        key_algorithm: &key_algorithm,
        lifetime_seconds: lifetime,
        names: &names,
        issuer_id: &issuer_id,
        key_strategy: request.key_strategy.unwrap_or(KeyStrategy::PerHost),
        environment: request.environment.as_deref(),
    };
    limits
        .check(asked)
        .map_err(|violation| Error::invalid_field(violation.pointer(), violation.to_string()))?;
    let strategy = request.key_strategy.unwrap_or(KeyStrategy::PerHost);
    let mut holder_names: Vec<String> = Vec::new();
    if strategy == KeyStrategy::External {
        holder_names.push(EXTERNAL.to_owned());
    }
    for (i, id) in request.target_ids.iter().enumerate() {
        let pointer = format!("/target_ids/{i}");
        let target = targets::by_id(tx, id)?.ok_or_else(|| absent(&pointer, "target", id.as_str()))?;
        if is_retired(tx, target.agent_id.as_str())? {
            let detail = format!("{id} is served by {}, which is retired: name another", target.agent_id);
            return Err(Error::invalid_field(pointer, detail));
        }
        holder_names.push(target.agent_id.to_string());
    }
    for (i, id) in request.agent_ids.iter().enumerate() {
        let pointer = format!("/agent_ids/{i}");
        let agent = agents::by_id(tx, id)?.ok_or_else(|| absent(&pointer, "agent", id.as_str()))?;
        if agent.state == AgentState::Retired {
            return Err(Error::invalid_field(pointer, format!("{id} is retired: name another")));
        }
        holder_names.push(id.to_string());
    }
    holder_names.sort();
    holder_names.dedup();
    // A CSR that is to be uploaded later starts the issuance then.
    let starts = request.issue && (strategy != KeyStrategy::External || checked.csr.is_some());
    if starts {
        issuance::check_requester(tx, context, &profile_id, &limits)?;
    }
    let n_open = if starts { i64::try_from(holder_names.len()).unwrap_or(i64::MAX) } else { 0 };
    let waits =
        checked.csr.is_none() || approvals::asked_by(&profile_id, &limits, JobKind::Issuance).is_some();
    let n_targets = request.target_ids.iter().collect::<BTreeSet<_>>().len();
    let row = CertificateRow {
        id: request.id.clone().unwrap_or_else(|| new_id(&*context.random, now)),
        name: request.name.clone().or_else(|| names.first().cloned()).unwrap_or_default(),
        names: json!(names),
        common_name: checked.common_name.clone(),
        issuer_id,
        profile_id,
        renewal_policy_id: policy_id,
        owner_id: request.owner_id.clone(),
        team_id: request.team_id.clone(),
        environment: request.environment.clone(),
        tags: json!(request.tags),
        key_strategy: strategy,
        key_algorithm,
        lifetime_seconds: lifetime,
        issued: false,
        not_after: None,
        renew_after: None,
        open_issuances: n_open,
        last_failed: false,
        last_error: None,
        why: if starts { "created" } else { "no version has been issued yet" }.to_owned(),
        created_at: now,
        updated_at: now,
        archived_at: None,
        revision: 1,
        begins_at: None,
        stage: Stage::of(n_open, 0, if waits { n_open } else { 0 }, false),
        targets: i64::try_from(n_targets).unwrap_or(i64::MAX),
        live: 0,
        unverified_at: None,
        failed_attempts: 0,
        policy_override: None,
    };
    if let Some(csr) = &checked.csr {
        issuance::check_csr(&row, &limits, csr, "/csr_pem")?;
    }
    let mut rules = Rules::load(tx)?;
    rules.refuse(tx, None, &row)?;
    Ok(Prepared { row, limits, max_attempts, holder_names, starts, rules })
}

/// Stores a certificate and starts its issuance: one transaction.
///
/// # Errors
/// 409 when the id is taken, 422 naming what is not there or breaks the profile.
pub fn create(tx: &mut Tx<'_>, context: &Context, checked: &Checked) -> Result<Created, Error> {
    let request = &checked.request;
    let Prepared { row, limits, max_attempts, holder_names, starts, mut rules } =
        prepare(tx, context, checked)?;
    let names = row.name_texts();
    if !certificates::insert(tx, &row)? {
        return Err(id_taken(&row.id));
    }
    for (i, id) in request.target_ids.iter().enumerate() {
        attach(tx, context, &row.id, id, i)?;
    }
    let mut holders = Vec::with_capacity(holder_names.len());
    for holder in &holder_names {
        holders::insert_first(tx, &row.id, holder)?;
        holders.push(HolderRow::new(&row.id, holder));
    }
    success(
        tx,
        context,
        "certificate.create",
        ("certificate", row.id.as_str()),
        format!("{} for {}", row.id, names.join(", ")),
        json!({ "names": names, "issuer_id": row.issuer_id, "profile_id": row.profile_id,
            "key_strategy": row.key_strategy, "holders": holder_names }),
    )?;
    let mut jobs = Vec::new();
    if starts {
        for holder in &holders {
            let csr = checked.csr.as_ref().map(|csr| csr.der().to_vec());
            jobs.push(issuance::first_job(tx, context, &row, holder, csr, max_attempts, &limits)?);
        }
    }
    rules.hold(tx, context, &row, &[], &[])?;
    Ok(Created { certificate: row, holders, jobs })
}
