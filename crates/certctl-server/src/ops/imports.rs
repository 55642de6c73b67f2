//! Imports: certificates that exist already, stored with the version that they are.
//!
//! Not for: reading PEM (`imports/read.rs`) or making anything. Invariants: a certificate is here once, by its
//! fingerprint; a private key that comes along is refused and kept nowhere; a CA that was only seen is an issuer that
//! cannot be asked for anything.

mod read;

use certctl_api::imports::{ImportCertificates, ImportItem, ImportMode, ImportOutcome};
use certctl_core::alert::crossing;
use certctl_core::ca::CaGeneration;
use certctl_core::certificate::KeyStrategy;
use certctl_core::condition::Stage;
use certctl_core::id::{IssuerId, JobId, ProfileId, RenewalPolicyId};
use certctl_core::profile::{Asked, Profile};
use certctl_core::random::new_id;
use certctl_core::renewal::{Validity, renew_after, spread_of};
use certctl_core::time::Ts;
use certctl_pki::{CertificateInfo, fingerprint, pem};
use certctl_store::audit::Context;
use certctl_store::certificates::CertificateRow;
use certctl_store::holders::{self, EXTERNAL, HolderRow};
use certctl_store::issuers::IssuerRow;
use certctl_store::renewal_policies::RenewalPolicyRow;
use certctl_store::versions::VersionRow;
use certctl_store::{Tx, cas, certificates, issuers, renewal_policies, versions, violations};
use serde_json::json;

use crate::error::Error;
use crate::ops::alerts::thresholds_of;
use crate::ops::certificates::{DEFAULT_ISSUER, DEFAULT_POLICY, DEFAULT_PROFILE, changeable, reschedule};
use crate::ops::policy_rules::{Rules, written};
use crate::ops::settings::Checks;
use crate::ops::{issuance, note_changed, scopes, success};

pub use read::{Read, read};

/// The kind of an issuer that was only seen.
pub const FOREIGN: &str = "foreign";
/// The most bundles of one request.
pub const MAX_BUNDLES: usize = 500;
/// Certificates stored in one transaction.
pub const PAGE: usize = 25;

/// What all certificates of a request get.
#[derive(Debug, Clone)]
pub struct Common {
    mode: ImportMode,
    issuer_id: IssuerId,
    profile_id: ProfileId,
    limits: Profile,
    policy: RenewalPolicyRow,
    request: ImportCertificates,
    /// The issuers that are known, with the certificates of their chains.
    issuers: Vec<KnownIssuer>,
}

fn default_id<T: std::str::FromStr>(given: Option<T>, default: &str) -> Result<T, Error> {
    match given {
        Some(id) => Ok(id),
        None => default.parse().map_err(|_| Error::internal(format!("{default} is no id"))),
    }
}

/// Checks the rules of a request that ask for no store.
///
/// # Errors
/// 422 with every bad field.
pub fn check(request: &ImportCertificates) -> Result<(), Error> {
    let mut checks = Checks::default();
    let n = request.bundles.len();
    if n == 0 || n > MAX_BUNDLES {
        checks.bad("/bundles", format!("1 to {MAX_BUNDLES} bundles are needed; there are {n}"));
    }
    for (i, bundle) in request.bundles.iter().enumerate() {
        checks.optional_text(&format!("/bundles/{i}/name"), bundle.name.as_deref(), 200);
    }
    checks.optional_text("/environment", request.environment.as_deref(), 200);
    if request.tags.len() > 50 {
        checks.bad("/tags", format!("at most 50 tags; there are {}", request.tags.len()));
    }
    for (i, tag) in request.tags.iter().enumerate() {
        checks.text(&format!("/tags/{i}"), tag, 100);
    }
    checks.finish()
}

/// Reads what all certificates of a request refer to.
///
/// # Errors
/// 403 when they would be outside the caller's scope, 422 naming what is not there.
pub fn common(tx: &mut Tx<'_>, context: &Context, request: ImportCertificates) -> Result<Common, Error> {
    let request = ImportCertificates { bundles: Vec::new(), ..request };
    let mut checks = Checks::default();
    let issuer_id: IssuerId = default_id(request.issuer_id.clone(), DEFAULT_ISSUER)?;
    let profile_id: ProfileId = default_id(request.profile_id.clone(), DEFAULT_PROFILE)?;
    let policy_id: RenewalPolicyId = default_id(request.renewal_policy_id.clone(), DEFAULT_POLICY)?;
    match issuers::by_id(tx, &issuer_id)? {
        None => checks.bad("/issuer_id", format!("there is no issuer {issuer_id}")),
        Some(row) if row.kind == FOREIGN => checks.bad(
            "/issuer_id",
            format!("{issuer_id} is a CA that was only seen and cannot be asked to sign: name another"),
        ),
        Some(_) => {}
    }
    let profile = certctl_store::profiles::by_id(tx, &profile_id)?;
    if profile.is_none() {
        checks.bad("/profile_id", format!("there is no profile {profile_id}"));
    }
    let policy = renewal_policies::by_id(tx, &policy_id)?;
    if policy.is_none() {
        checks.bad("/renewal_policy_id", format!("there is no renewal policy {policy_id}"));
    }
    if let Some(id) = &request.owner_id
        && certctl_store::owners::by_id(tx, id)?.is_none()
    {
        checks.bad("/owner_id", format!("there is no owner {id}"));
    }
    if let Some(id) = &request.team_id
        && certctl_store::teams::by_id(tx, id)?.is_none()
    {
        checks.bad("/team_id", format!("there is no team {id}"));
    }
    checks.finish()?;
    scopes::admits(&context.scope, request.team_id.as_ref(), request.environment.as_deref())?;
    let (Some(profile), Some(policy)) = (profile, policy) else {
        return Err(Error::internal("what an import refers to was neither found nor refused"));
    };
    Ok(Common {
        mode: request.mode.unwrap_or(ImportMode::Managed),
        limits: issuance::read_limits(&profile_id, profile.limits)?,
        issuer_id,
        profile_id,
        policy,
        request,
        issuers: known_issuers(tx)?,
    })
}

/// A CA of an issuer with its chain, as DER.
type KnownIssuer = (CaGeneration, Vec<Vec<u8>>);

/// Those that have a chain.
fn known_issuers(tx: &mut Tx<'_>) -> Result<Vec<KnownIssuer>, Error> {
    let mut known = Vec::new();
    let mut after = String::new();
    loop {
        let page = issuers::list(tx, &after, 500)?;
        let Some(last) = page.last() else { return Ok(known) };
        after = last.id.to_string();
        for row in page.iter().filter(|row| row.kind != FOREIGN) {
            let mut chains: Vec<(i64, String)> =
                cas::of_issuer(tx, &row.id)?.into_iter().map(|ca| (ca.generation, ca.chain_pem)).collect();
            if chains.is_empty() {
                chains.push((1, row.chain_pem.clone()));
            }
            for (number, chain_pem) in chains {
                if let Ok(chain) = pem::decode_certificates(&chain_pem) {
                    known.push((CaGeneration::new(row.id.clone(), number), chain));
                }
            }
        }
    }
}

impl Common {
    /// The CA of an issuer here that has signed a certificate.
    fn signer(&self, der: &[u8], info: &CertificateInfo) -> Option<&CaGeneration> {
        let signed = |chain: &[Vec<u8>]| {
            chain.split_last().is_some_and(|(root, between)| {
                certctl_pki::check_chain(der, between, std::slice::from_ref(root), info.not_before).is_ok()
            })
        };
        self.issuers.iter().find(|(_, chain)| signed(chain)).map(|(id, _)| id)
    }

    /// What may stand against the renewal of a certificate.
    fn warnings(&self, read: &Read, now: Ts) -> Vec<String> {
        let mut warnings = read.warnings.clone();
        if read.info.not_after <= now.as_second() {
            warnings.push(format!("it ended at {}", Ts::from_second(read.info.not_after)));
        }
        if self.mode == ImportMode::Managed {
            let lifetime = lifetime(&read.info).min(self.limits.max_lifetime_seconds);
            let asked = Asked {
                key_algorithm: &read.info.key_algorithm,
                lifetime_seconds: lifetime,
                names: &read.names,
                issuer_id: &self.issuer_id,
                key_strategy: KeyStrategy::External,
                environment: self.request.environment.as_deref(),
            };
            if let Err(violation) = self.limits.check(asked) {
                warnings.push(format!("the next version needs a change: {violation}"));
            }
        }
        warnings
    }
}

const fn lifetime(info: &CertificateInfo) -> i64 {
    info.not_after - info.not_before
}

/// An item about a certificate that was read.
pub fn item(read: &Read, outcome: ImportOutcome) -> ImportItem {
    ImportItem {
        bundle: read.bundle,
        name: read.bundle_name.clone(),
        number: Some(read.number),
        outcome,
        certificate_id: None,
        fingerprint_sha256: Some(read.info.fingerprint_sha256.clone()),
        names: read.names.clone(),
        subject: Some(read.info.subject.clone()),
        issuer: Some(read.info.issuer.clone()),
        not_after: Some(Ts::from_second(read.info.not_after)),
        code: None,
        cause: None,
        warnings: Vec::new(),
    }
}

fn refusal(read: &Read, code: &str, cause: String) -> ImportItem {
    ImportItem { code: Some(code.to_owned()), cause: Some(cause), ..item(read, ImportOutcome::Refused) }
}

/// Stores one certificate, unless it is here already; without storing it when the request only asks.
///
/// # Errors
/// Those of the store.
pub fn import(tx: &mut Tx<'_>, context: &Context, common: &Common, read: &Read) -> Result<ImportItem, Error> {
    let now = tx.now();
    if let Some(found) = versions::by_fingerprint(tx, &read.info.fingerprint_sha256)? {
        return existing(tx, context, common, read, &found);
    }
    let managed = common.mode == ImportMode::Managed;
    if managed && read.names.is_empty() {
        let cause = "it has no name that certctl could ask for again: import it as found".to_owned();
        return Ok(refusal(read, "no_names", cause));
    }
    let warnings = common.warnings(read, now);
    let mut rules = Rules::load(tx)?;
    let wished = new_row(context, common, read, &common.issuer_id, now);
    // What is found is watched as it is; what is to be managed has to be wanted as the rules allow.
    if managed && let Some(cause) = rules.block(tx, &wished)? {
        return Ok(refusal(read, "policy_violated", cause));
    }
    if common.request.dry_run {
        return Ok(ImportItem { warnings, ..item(read, ImportOutcome::Imported) });
    }
    let signer = match common.signer(&read.der, &read.info) {
        Some(of) => of.clone(),
        None => CaGeneration::first(foreign(tx, context, read)?),
    };
    let row = new_row(context, common, read, &signer.issuer_id, now);
    if !certificates::insert(tx, &row)? {
        return Err(Error::internal(format!("the new id {} is taken", row.id)));
    }
    let validity = Validity {
        not_before: Ts::from_second(read.info.not_before),
        not_after: Ts::from_second(read.info.not_after),
    };
    let rule = issuance::rule_of(&common.policy);
    let point = managed.then(|| renew_after(validity, rule, spread_of(&[row.id.as_str(), EXTERNAL])));
    let version = version(context, read, &row, signer, now)?;
    versions::insert(tx, &version)?;
    holders::insert_first(tx, &row.id, EXTERNAL)?;
    holders::set_current(
        tx,
        &HolderRow {
            certificate_id: row.id.clone(),
            holder: EXTERNAL.to_owned(),
            current_version_id: Some(version.id.clone()),
            not_before: Some(validity.not_before),
            not_after: Some(validity.not_after),
            renew_after: point,
            due_at: point.filter(|_| rule.automatic),
            alert_at: crossing(&thresholds_of(&common.policy), validity, now).next_at,
            hint_at: None,
        },
    )?;
    certificates::refresh(tx, &row.id, None, None)?;
    written(tx, context, &mut rules, &row)?;
    success(
        tx,
        context,
        "certificate.import",
        ("certificate", row.id.as_str()),
        format!("{} was imported as {}: {}", row.id, common.mode, row.name),
        json!({ "names": read.names, "mode": common.mode, "fingerprint_sha256": read.info.fingerprint_sha256,
            "issuer": read.info.issuer, "issuer_id": version.issuer_id, "version_id": version.id }),
    )?;
    if managed {
        tx.notify("engine:renewal");
    }
    Ok(ImportItem { certificate_id: Some(row.id), warnings, ..item(read, ImportOutcome::Imported) })
}

/// One that is here: claimed when it was only watched and is to be managed now.
fn existing(
    tx: &mut Tx<'_>,
    context: &Context,
    common: &Common,
    read: &Read,
    found: &VersionRow,
) -> Result<ImportItem, Error> {
    let Some(row) = certificates::within(tx, &context.scope, &found.certificate_id)? else {
        // Outside the caller's scope: that it is here is all that is told.
        return Ok(item(read, ImportOutcome::Exists));
    };
    let id = Some(row.id.clone());
    let watched = row.key_strategy == KeyStrategy::Found && row.archived_at.is_none();
    if !watched || common.mode == ImportMode::Found {
        return Ok(ImportItem { certificate_id: id, ..item(read, ImportOutcome::Exists) });
    }
    if read.names.is_empty() {
        let cause = "it has no name that certctl could ask for again".to_owned();
        return Ok(ImportItem { certificate_id: id, ..refusal(read, "no_names", cause) });
    }
    let warnings = common.warnings(read, tx.now());
    let request = &common.request;
    let claim = CertificateRow {
        key_strategy: KeyStrategy::External,
        issuer_id: common.issuer_id.clone(),
        profile_id: common.profile_id.clone(),
        renewal_policy_id: common.policy.id.clone(),
        owner_id: request.owner_id.clone().or_else(|| row.owner_id.clone()),
        team_id: request.team_id.clone().or_else(|| row.team_id.clone()),
        environment: request.environment.clone().or_else(|| row.environment.clone()),
        ..row.clone()
    };
    let mut rules = Rules::load(tx)?;
    if let Some(cause) = rules.block(tx, &claim)? {
        return Ok(ImportItem { certificate_id: id, ..refusal(read, "policy_violated", cause) });
    }
    let claimed = ImportItem { certificate_id: id, warnings, ..item(read, ImportOutcome::Claimed) };
    if common.request.dry_run {
        return Ok(claimed);
    }
    certificates::claim(tx, &claim)?;
    note_changed(tx, ("certificate", row.id.as_str()), &changeable(&row), &changeable(&claim));
    violations::follow(
        tx,
        &row.id,
        claim.owner_id.as_ref(),
        claim.team_id.as_ref(),
        claim.environment.as_deref(),
    )?;
    written(tx, context, &mut rules, &claim)?;
    reschedule(tx, &claim)?;
    certificates::refresh(tx, &row.id, None, Some("it was watched only, and is managed now"))?;
    success(
        tx,
        context,
        "certificate.claim",
        ("certificate", row.id.as_str()),
        format!("{} was watched only, and is managed now", row.id),
        json!({ "issuer_id": claim.issuer_id, "profile_id": claim.profile_id,
            "renewal_policy_id": claim.renewal_policy_id, "owner_id": claim.owner_id, "team_id": claim.team_id }),
    )?;
    Ok(claimed)
}

fn new_row(context: &Context, common: &Common, read: &Read, signer: &IssuerId, now: Ts) -> CertificateRow {
    let managed = common.mode == ImportMode::Managed;
    let request = &common.request;
    CertificateRow {
        id: new_id(&*context.random, now),
        name: read.display_name(),
        names: json!(read.names),
        common_name: read.info.subject_common_name.clone(),
        issuer_id: if managed { common.issuer_id.clone() } else { signer.clone() },
        profile_id: common.profile_id.clone(),
        renewal_policy_id: common.policy.id.clone(),
        owner_id: request.owner_id.clone(),
        team_id: request.team_id.clone(),
        environment: request.environment.clone(),
        tags: json!(request.tags),
        key_strategy: if managed { KeyStrategy::External } else { KeyStrategy::Found },
        key_algorithm: read.info.key_algorithm.clone(),
        lifetime_seconds: if managed {
            lifetime(&read.info).clamp(60, common.limits.max_lifetime_seconds.max(60))
        } else {
            lifetime(&read.info)
        },
        issued: true,
        not_after: Some(Ts::from_second(read.info.not_after)),
        renew_after: None,
        open_issuances: 0,
        last_failed: false,
        last_error: None,
        why: format!("imported as {}", common.mode),
        created_at: now,
        updated_at: now,
        archived_at: None,
        revision: 1,
        begins_at: Some(Ts::from_second(read.info.not_before)),
        stage: Stage::Quiet,
        targets: 0,
        live: 0,
        unverified_at: None,
        failed_attempts: 0,
        policy_override: None,
    }
}

/// The job id that stands for an import in a version: no job made it, and there is one version for one fingerprint.
fn import_job(fingerprint: &str) -> Result<JobId, Error> {
    let short: String = fingerprint.chars().take(40).collect();
    format!("{}{short}", versions::IMPORTED).parse().map_err(Error::internal)
}

fn version(
    context: &Context,
    read: &Read,
    row: &CertificateRow,
    signer: CaGeneration,
    now: Ts,
) -> Result<VersionRow, Error> {
    Ok(VersionRow {
        id: new_id(&*context.random, now),
        certificate_id: row.id.clone(),
        holder: EXTERNAL.to_owned(),
        issuer_id: signer.issuer_id,
        serial: read.info.serial_hex.clone(),
        fingerprint_sha256: read.info.fingerprint_sha256.clone(),
        public_key_sha256: hex::encode(read.info.public_key_sha256),
        key_algorithm: read.info.key_algorithm.clone(),
        not_before: Ts::from_second(read.info.not_before),
        not_after: Ts::from_second(read.info.not_after),
        certificate_der: read.der.clone(),
        job_id: import_job(&read.info.fingerprint_sha256)?,
        key_retired_at: None,
        key_asked_at: None,
        key_kept_because: None,
        chain_pem: None,
        generation: signer.number,
        created_at: now,
    })
}

/// The issuer that stands for a CA that was only seen, made at its first sight; its chain is kept once it is known.
fn foreign(tx: &mut Tx<'_>, context: &Context, read: &Read) -> Result<IssuerId, Error> {
    let now = tx.now();
    let authority = read.info.authority_key_identifier.as_deref().unwrap_or_default();
    let named = format!("{}\n{authority}", read.info.issuer);
    let short: String = fingerprint::sha256_hex(named.as_bytes()).chars().take(20).collect();
    let id: IssuerId = format!("iss-seen-{short}").parse().map_err(Error::internal)?;
    let chain_pem = pem::encode_certificates(&read.chain);
    let not_after = read.chain.first().and_then(|der| CertificateInfo::parse(der).ok());
    let not_after = not_after.map(|info| Ts::from_second(info.not_after));
    match issuers::by_id(tx, &id)? {
        Some(mut row) if row.chain_pem.is_empty() && !chain_pem.is_empty() => {
            row.chain_pem = chain_pem;
            row.not_after = not_after;
            issuers::update(tx, &row)?;
        }
        Some(_) => {}
        None => {
            let name: String = read.info.issuer.chars().filter(|c| !c.is_control()).take(200).collect();
            let row = IssuerRow {
                id: id.clone(),
                name: if name.trim().is_empty() { "A CA without a name".to_owned() } else { name },
                kind: FOREIGN.to_owned(),
                config: json!({}),
                chain_pem,
                secret_id: None,
                not_after,
                last_success_at: None,
                last_failure_at: None,
                last_failure: None,
                paused_at: None,
                paused_because: None,
                secret_names: None,
                limited_until: None,
                limited_because: None,
                created_at: now,
                updated_at: now,
                revision: 1,
            };
            issuers::insert(tx, &row)?;
            success(
                tx,
                context,
                "issuer.seen",
                ("issuer", id.as_str()),
                format!("a CA was seen that is not configured here: {}", row.name),
                json!({ "name": row.name, "authority_key_identifier": authority }),
            )?;
        }
    }
    Ok(id)
}
