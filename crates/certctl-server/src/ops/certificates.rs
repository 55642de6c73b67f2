//! Certificates: created, changed, renewed, deployed, archived by people.
//!
//! Invariants: nothing is stored unless all of a request is good; each key holder has at most one open issuance.

use certctl_api::certificates::{CreateCertificate, DeployCertificate, UpdateCertificate};
use certctl_core::agent::AgentState;
use certctl_core::certificate::KeyStrategy;
use certctl_core::id::{CertificateId, IssuerId, ProfileId, RenewalPolicyId, TargetId};
use certctl_core::random::new_id;
use certctl_core::renewal::{Validity, decide, spread_of};
use certctl_pki::{Csr, KeyAlgorithm, Name};
use certctl_store::audit::Context;
use certctl_store::certificates::CertificateRow;
use certctl_store::holders::{self, EXTERNAL, HolderRow};
use certctl_store::jobs::JobRow;
use certctl_store::{Tx, agents, certificates, jobs, renewal_policies, targets, versions};
use serde_json::json;

use crate::error::Error;
use crate::ops::agents::{is_retired, retired as is_of_retired};
use crate::ops::settings::Checks;
use crate::ops::{deployments, issuance, success};
use certctl_api::problem::FieldError;

/// The issuer, profile and policy of a request that names none.
pub const DEFAULT_ISSUER: &str = "iss-local";
/// See [`DEFAULT_ISSUER`].
pub const DEFAULT_PROFILE: &str = "prof-default";
/// See [`DEFAULT_ISSUER`].
pub const DEFAULT_POLICY: &str = "rp-default";

/// The most names of one certificate.
pub const MAX_NAMES: usize = 100;

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
        && !(60..=398 * 86_400).contains(&seconds)
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

/// The rules of what is only for people.
fn check_words(checks: &mut Checks, name: Option<&str>, environment: Option<&str>, tags: &[String]) {
    checks.optional_text("/name", name, 200);
    checks.optional_text("/environment", environment, 200);
    if tags.len() > 50 {
        checks.bad("/tags", format!("at most 50 tags; there are {}", tags.len()));
    }
    for (i, tag) in tags.iter().enumerate() {
        checks.text(&format!("/tags/{i}"), tag, 100);
    }
}

/// Stores a certificate and starts its issuance: one transaction.
///
/// # Errors
/// 409 when the id is taken, 422 naming what is not there or breaks the profile.
pub fn create(tx: &mut Tx<'_>, context: &Context, checked: &Checked) -> Result<Created, Error> {
    let now = tx.now();
    let request = &checked.request;
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
    limits.check(&key_algorithm, lifetime, &names).map_err(|violation| {
        use certctl_core::profile::ProfileViolation as V;
        let pointer = match violation {
            V::KeyAlgorithm { .. } => "/key_algorithm",
            V::Lifetime { .. } => "/lifetime_seconds",
            V::Name { .. } => "/names",
        };
        Error::invalid_field(pointer, violation.to_string())
    })?;
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
        open_issuances: if starts { i64::try_from(holder_names.len()).unwrap_or(i64::MAX) } else { 0 },
        last_failed: false,
        last_error: None,
        why: if starts { "created" } else { "no version has been issued yet" }.to_owned(),
        created_at: now,
        updated_at: now,
        archived_at: None,
        revision: 1,
    };
    if let Some(csr) = &checked.csr {
        issuance::check_csr(&row, &limits, csr, "/csr_pem")?;
    }
    if !certificates::insert(tx, &row)? {
        return Err(Error::conflict(
            "id_taken",
            format!("there is a certificate {} already: choose another id or leave it out", row.id),
            json!({ "id": row.id }),
        ));
    }
    for (i, id) in request.target_ids.iter().enumerate() {
        attach(tx, &row.id, id, i)?;
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
            jobs.push(issuance::first_job(tx, context, &row, holder, csr, max_attempts)?);
        }
    }
    Ok(Created { certificate: row, holders, jobs })
}

/// One that exists.
///
/// # Errors
/// 404.
pub fn load(tx: &mut Tx<'_>, id: &CertificateId) -> Result<CertificateRow, Error> {
    certificates::by_id(tx, id)?.ok_or_else(|| Error::not_found("certificate", id.as_str()))
}

fn managed(tx: &mut Tx<'_>, id: &CertificateId) -> Result<CertificateRow, Error> {
    let row = load(tx, id)?;
    if row.archived_at.is_some() {
        return Err(Error::conflict(
            "archived",
            format!("{id} is archived and no longer managed"),
            json!({ "archived_at": row.archived_at }),
        ));
    }
    Ok(row)
}

/// Changes a certificate.
///
/// # Errors
/// 404, 409 when archived, 412 when the revision is old, 422.
pub fn update(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &CertificateId,
    change: &UpdateCertificate,
    revision: Option<i64>,
) -> Result<CertificateRow, Error> {
    let mut row = managed(tx, id)?;
    if revision.is_some_and(|revision| revision != row.revision) {
        return Err(Error::PreconditionFailed { revision: row.revision });
    }
    let mut checks = Checks::default();
    let environment = change.environment.as_ref().and_then(Option::as_deref);
    check_words(&mut checks, change.name.as_deref(), environment, change.tags.as_deref().unwrap_or_default());
    if let Some(Some(id)) = &change.owner_id
        && certctl_store::owners::by_id(tx, id)?.is_none()
    {
        checks.bad("/owner_id", format!("there is no owner {id}"));
    }
    if let Some(Some(id)) = &change.team_id
        && certctl_store::teams::by_id(tx, id)?.is_none()
    {
        checks.bad("/team_id", format!("there is no team {id}"));
    }
    checks.finish()?;
    if let Some(name) = &change.name {
        row.name.clone_from(name);
    }
    if let Some(owner) = &change.owner_id {
        row.owner_id.clone_from(owner);
    }
    if let Some(team) = &change.team_id {
        row.team_id.clone_from(team);
    }
    if let Some(environment) = &change.environment {
        row.environment.clone_from(environment);
    }
    if let Some(tags) = &change.tags {
        row.tags = json!(tags);
    }
    if let Some(lifetime) = change.lifetime_seconds {
        let limits = issuance::limits(tx, &row.profile_id)?;
        limits
            .check(&row.key_algorithm, lifetime, &row.name_texts())
            .map_err(|violation| Error::invalid_field("/lifetime_seconds", violation.to_string()))?;
        if lifetime < 60 {
            return Err(Error::invalid_field("/lifetime_seconds", "at least 60".to_owned()));
        }
        row.lifetime_seconds = lifetime;
    }
    let policy_changed = change.renewal_policy_id.as_ref().is_some_and(|p| *p != row.renewal_policy_id);
    if let Some(policy) = &change.renewal_policy_id {
        if renewal_policies::by_id(tx, policy)?.is_none() {
            let detail = format!("there is no renewal policy {policy}");
            return Err(Error::invalid_field("/renewal_policy_id", detail));
        }
        row.renewal_policy_id = policy.clone();
    }
    certificates::update(tx, &row)?;
    if policy_changed {
        reschedule(tx, &row)?;
    }
    if let Some(wanted) = &change.target_ids {
        set_targets(tx, context, &row, wanted)?;
    }
    success(
        tx,
        context,
        "certificate.update",
        ("certificate", id.as_str()),
        format!("{id} was changed"),
        serde_json::to_value(change).unwrap_or_default(),
    )?;
    certificates::refresh(tx, id, None, None)?;
    load(tx, id)
}

/// Computes the renewal points anew, after a change of policy.
///
/// # Errors
/// Those of the store.
pub fn reschedule(tx: &mut Tx<'_>, row: &CertificateRow) -> Result<(), Error> {
    let policy = renewal_policies::by_id(tx, &row.renewal_policy_id)?
        .ok_or_else(|| Error::not_found("renewal policy", row.renewal_policy_id.as_str()))?;
    let rule = issuance::rule_of(&policy);
    for holder in holders::of_certificate(tx, &row.id)? {
        let (Some(not_before), Some(not_after)) = (holder.not_before, holder.not_after) else { continue };
        let spread = spread_of(&[row.id.as_str(), &holder.holder]);
        let validity = Validity { not_before, not_after };
        let at = certctl_core::renewal::renew_after(validity, rule, spread);
        holders::set_renew_after(tx, &row.id, &holder.holder, Some(at))?;
        let open = jobs::open_issuance(tx, &row.id, &holder.holder)?.is_some();
        if !rule.automatic || open {
            holders::set_due(tx, &row.id, &holder.holder, None)?;
        }
    }
    tx.notify("engine:renewal");
    Ok(())
}

/// Adds a target to a certificate; false when it has it already.
fn attach(tx: &mut Tx<'_>, id: &CertificateId, target: &TargetId, i: usize) -> Result<bool, Error> {
    if certificates::add_target(tx, id, target)? {
        return Ok(true);
    }
    match certificates::of_target(tx, target)? {
        Some(other) if other != *id => Err(Error::invalid_field(
            format!("/target_ids/{i}"),
            format!(
                "{target} serves {other} already, and two certificates would take turns on its files: make a target \
                 of its own for this one, or take {target} from {other} first"
            ),
        )),
        Some(_) | None => Ok(false),
    }
}

fn set_targets(
    tx: &mut Tx<'_>,
    context: &Context,
    row: &CertificateRow,
    wanted: &[TargetId],
) -> Result<(), Error> {
    if row.key_strategy == KeyStrategy::External && !wanted.is_empty() {
        let detail = "with an uploaded CSR no agent holds the key, so there are no targets".to_owned();
        return Err(Error::invalid_field("/target_ids", detail));
    }
    let before = certificates::targets(tx, &row.id)?;
    for (target, _) in before.iter().filter(|(target, _)| !wanted.contains(target)) {
        certificates::remove_target(tx, &row.id, target)?;
        deployments::call_off(tx, context, &row.id, target, "the target was taken from the certificate")?;
    }
    for (i, id) in wanted.iter().enumerate() {
        let target = targets::by_id(tx, id)?.ok_or_else(|| {
            Error::invalid_field(format!("/target_ids/{i}"), format!("there is no target {id}"))
        })?;
        if !attach(tx, &row.id, id, i)? {
            continue;
        }
        let holder = target.agent_id.as_str();
        holders::insert(tx, &row.id, holder)?;
        let lane = holders::of_certificate(tx, &row.id)?.into_iter().find(|h| h.holder == holder);
        let Some(lane) = lane else { continue };
        match &lane.current_version_id {
            Some(version_id) => {
                if let Some(version) = versions::by_id(tx, version_id)? {
                    deployments::start(tx, context, row, &version, id, &target.agent_id, "a new target")?;
                }
            }
            None if jobs::open_issuance(tx, &row.id, holder)?.is_none() => {
                issuance::request(tx, context, row, &lane, None, "a new key holder")?;
            }
            None => {}
        }
    }
    let agents_left: Vec<String> =
        certificates::targets(tx, &row.id)?.into_iter().map(|(_, agent)| agent.to_string()).collect();
    let agents_before: Vec<String> = before.into_iter().map(|(_, agent)| agent.to_string()).collect();
    for holder in holders::of_certificate(tx, &row.id)? {
        if agents_before.contains(&holder.holder) && !agents_left.contains(&holder.holder) {
            holders::delete(tx, &row.id, &holder.holder)?;
        }
    }
    Ok(())
}

/// Starts a renewal for every holder.
///
/// # Errors
/// 404, 409 when archived, open already, or not due and not forced.
pub fn renew(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &CertificateId,
    reason: Option<&str>,
    force: bool,
) -> Result<Vec<JobRow>, Error> {
    let row = managed(tx, id)?;
    if row.key_strategy == KeyStrategy::External {
        return Err(Error::conflict(
            "csr_needed",
            format!("{id} is renewed by uploading a new CSR: POST /certificates/{id}/csr"),
            json!({}),
        ));
    }
    let lanes = holders::of_certificate(tx, id)?;
    if lanes.is_empty() {
        return Err(Error::conflict(
            "no_key_holder",
            format!("{id} has no target or agent that would make its key: add one first"),
            json!({}),
        ));
    }
    if !force {
        let policy = renewal_policies::by_id(tx, &row.renewal_policy_id)?
            .ok_or_else(|| Error::not_found("renewal policy", row.renewal_policy_id.as_str()))?;
        let decision = decision_for(&row, &lanes, &policy, tx.now());
        if let Some(wait) = decision {
            return Err(Error::conflict("not_due", format!("{id} is not due: {wait}"), json!({})));
        }
    }
    let words = reason.map_or_else(|| format!("asked for by {}", context.actor), str::to_owned);
    let mut started = Vec::new();
    let mut refused = None;
    for lane in &lanes {
        // The others go on; what only retired agents hold is refused below.
        if is_retired(tx, &lane.holder)? {
            refused = Some(is_of_retired(&lane.holder));
            continue;
        }
        started.push(issuance::request(tx, context, &row, lane, None, &words)?);
    }
    match refused {
        Some(error) if started.is_empty() => Err(error),
        Some(_) | None => Ok(started),
    }
}

/// Why nothing is due, or nothing when something is.
fn decision_for(
    row: &CertificateRow,
    lanes: &[HolderRow],
    policy: &certctl_store::renewal_policies::RenewalPolicyRow,
    now: certctl_core::time::Ts,
) -> Option<String> {
    let rule = issuance::rule_of(policy);
    let mut waits = Vec::new();
    for lane in lanes {
        let validity = lane
            .not_before
            .zip(lane.not_after)
            .map(|(not_before, not_after)| Validity { not_before, not_after });
        match decide(validity, rule, None, spread_of(&[row.id.as_str(), &lane.holder]), now) {
            certctl_core::renewal::Decision::Renew(_) => return None,
            wait @ certctl_core::renewal::Decision::Wait(_) => waits.push(wait.to_string()),
        }
    }
    waits.into_iter().next()
}

/// Takes an uploaded CSR and starts the issuance.
///
/// # Errors
/// 404, 409 when the certificate is not of strategy `external` or one is open, 422 when the CSR does not fit.
pub fn upload_csr(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &CertificateId,
    csr: &Csr,
) -> Result<JobRow, Error> {
    let row = managed(tx, id)?;
    if row.key_strategy != KeyStrategy::External {
        return Err(Error::conflict(
            "key_strategy",
            format!("the keys of {id} are made by its agents ({}): no CSR can be uploaded", row.key_strategy),
            json!({ "key_strategy": row.key_strategy }),
        ));
    }
    let profile = issuance::limits(tx, &row.profile_id)?;
    issuance::check_csr(&row, &profile, csr, "/csr_pem")?;
    let lane = holders::of_certificate(tx, id)?
        .into_iter()
        .find(|h| h.holder == EXTERNAL)
        .ok_or_else(|| Error::internal(format!("{id} has no external key holder")))?;
    issuance::request(tx, context, &row, &lane, Some(csr.der().to_vec()), "a CSR was uploaded")
}

/// Starts deployments of exactly one version each.
///
/// # Errors
/// 404, 409 when archived or there is nothing to deploy, 422 when a target or version is not the certificate's.
pub fn deploy(
    tx: &mut Tx<'_>,
    context: &Context,
    id: &CertificateId,
    request: &DeployCertificate,
) -> Result<Vec<JobRow>, Error> {
    let row = managed(tx, id)?;
    let all = certificates::targets(tx, id)?;
    for (i, wanted) in request.target_ids.iter().enumerate() {
        if !all.iter().any(|(target, _)| target == wanted) {
            let detail = format!("{wanted} is not a target of {id}");
            return Err(Error::invalid_field(format!("/target_ids/{i}"), detail));
        }
    }
    let chosen = match &request.version_id {
        None => None,
        Some(version_id) => match versions::by_id(tx, version_id)? {
            Some(version) if version.certificate_id == *id => {
                crate::ops::keys::still_there(&version)?;
                Some(version)
            }
            Some(_) | None => {
                let detail = format!("{version_id} is not a version of {id}");
                return Err(Error::invalid_field("/version_id", detail));
            }
        },
    };
    let lanes = holders::of_certificate(tx, id)?;
    let mut started = Vec::new();
    for (target, agent) in all {
        if !request.target_ids.is_empty() && !request.target_ids.contains(&target) {
            continue;
        }
        if request.target_ids.is_empty() && is_retired(tx, agent.as_str())? {
            continue;
        }
        let version = match &chosen {
            Some(version) if version.holder == agent.as_str() => version.clone(),
            Some(version) if request.target_ids.contains(&target) => {
                let detail = format!(
                    "the key of {} is held by {}, but {target} is served by {agent}",
                    version.id, version.holder
                );
                return Err(Error::invalid_field("/version_id", detail));
            }
            Some(_) => continue,
            None => {
                let current = lanes
                    .iter()
                    .find(|h| h.holder == agent.as_str())
                    .and_then(|h| h.current_version_id.clone());
                let Some(version_id) = current else { continue };
                match versions::by_id(tx, &version_id)? {
                    Some(version) => version,
                    None => continue,
                }
            }
        };
        let reason = format!("asked for by {}", context.actor);
        started.push(deployments::start(tx, context, &row, &version, &target, &agent, &reason)?);
    }
    if started.is_empty() {
        return Err(Error::conflict(
            "nothing_to_deploy",
            format!("{id} has no issued version for any of the targets"),
            json!({}),
        ));
    }
    success(
        tx,
        context,
        "certificate.deploy",
        ("certificate", id.as_str()),
        format!("{} deployments of {id} were started", started.len()),
        json!({ "job_ids": started.iter().map(|j| j.id.to_string()).collect::<Vec<_>>() }),
    )?;
    Ok(started)
}

/// Archives a certificate: nothing is renewed or deployed any more; what is served stays.
///
/// # Errors
/// 404; archiving twice changes nothing.
pub fn archive(tx: &mut Tx<'_>, context: &Context, id: &CertificateId) -> Result<CertificateRow, Error> {
    let mut row = load(tx, id)?;
    if row.archived_at.is_some() {
        return Ok(row);
    }
    row.archived_at = Some(tx.now());
    certificates::update(tx, &row)?;
    let targets: Vec<TargetId> =
        certificates::targets(tx, id)?.into_iter().map(|(target, _)| target).collect();
    for target in &targets {
        deployments::call_off(tx, context, id, target, "the certificate was archived")?;
        certificates::remove_target(tx, id, target)?;
    }
    for job in jobs::open_of_certificate(tx, id)? {
        let cause = "the certificate was archived";
        jobs::set_state(tx, &job.id, job.state, certctl_core::job::JobState::Cancelled, Some(cause))?;
        crate::ops::job_moved(tx, context, &job, certctl_core::job::JobState::Cancelled, Some(cause))?;
    }
    for lane in holders::of_certificate(tx, id)? {
        holders::set_due(tx, id, &lane.holder, None)?;
    }
    certificates::refresh(tx, id, None, Some("archived"))?;
    success(
        tx,
        context,
        "certificate.archive",
        ("certificate", id.as_str()),
        format!("{id} is archived"),
        json!({ "target_ids": targets }),
    )?;
    load(tx, id)
}
