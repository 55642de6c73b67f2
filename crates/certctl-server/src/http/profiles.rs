//! Profiles over HTTP: their wire mapping and the rules of their limits.
//!
//! Not for: checking requests against a profile (core). Invariant: limits that are kept can be met by some certificate.

use std::ops::RangeInclusive;

use certctl_api::profiles::{CreateProfile, Profile, ProfilePreview, UpdateProfile};
use certctl_core::certificate::KeyStrategy;
use certctl_core::id::ProfileId;
use certctl_core::profile::{MAX_NAMES, Profile as Limits};
use certctl_pki::KeyAlgorithm;
use certctl_store::profiles::ProfileRow;
use serde::Deserialize as _;
use serde_json::json;

use crate::first_start;
use crate::http::settings::prelude::*;
use crate::ops::profiles as previews;

/// A minute to 398 days.
pub const LIFETIMES: RangeInclusive<i64> = 60..=398 * 86_400;
/// What a certificate can be used for.
pub const USAGES: [&str; 2] = ["server_auth", "client_auth"];
/// The most patterns of a profile.
pub const MAX_PATTERNS: usize = 100;
/// The most letters of a pattern.
pub const MAX_PATTERN: usize = 253;

fn limits_of(row: &ProfileRow) -> Result<Limits, Error> {
    Limits::deserialize(&row.limits)
        .map_err(|error| Error::internal(format!("the limits of profile {} cannot be read: {error}", row.id)))
}

fn repeated(texts: &[String], at: usize) -> bool {
    texts.iter().take(at).any(|earlier| Some(earlier) == texts.get(at))
}

/// The rules that limits keep.
fn check(checks: &mut Checks, limits: &Limits) {
    if limits.key_algorithms.is_empty() {
        checks.bad("/key_algorithms", "at least one is needed; the first is the default");
    }
    for (at, text) in limits.key_algorithms.iter().enumerate() {
        if let Err(error) = text.parse::<KeyAlgorithm>() {
            checks.bad(format!("/key_algorithms/{at}"), error.to_string());
        } else if repeated(&limits.key_algorithms, at) {
            checks.bad(format!("/key_algorithms/{at}"), format!("{text} is there twice"));
        }
    }
    for (pointer, seconds) in [
        ("/default_lifetime_seconds", limits.default_lifetime_seconds),
        ("/max_lifetime_seconds", limits.max_lifetime_seconds),
        ("/min_lifetime_seconds", limits.min_lifetime_seconds),
    ] {
        if !LIFETIMES.contains(&seconds) {
            let detail = format!("{seconds} is not between 60 (a minute) and 34387200 (398 days)");
            checks.bad(pointer, detail);
        }
    }
    if limits.default_lifetime_seconds > limits.max_lifetime_seconds {
        let detail = format!(
            "the default of {} is longer than the maximum of {} seconds",
            limits.default_lifetime_seconds, limits.max_lifetime_seconds
        );
        checks.bad("/default_lifetime_seconds", detail);
    }
    if LIFETIMES.contains(&limits.default_lifetime_seconds)
        && limits.default_lifetime_seconds < limits.min_lifetime_seconds
    {
        let detail = format!(
            "the minimum of {} is longer than the default of {} seconds",
            limits.min_lifetime_seconds, limits.default_lifetime_seconds
        );
        checks.bad("/min_lifetime_seconds", detail);
    }
    for (at, strategy) in limits.key_strategies.iter().enumerate() {
        let pointer = format!("/key_strategies/{at}");
        match strategy {
            KeyStrategy::Found => checks.bad(pointer, "what was found is not issued under any profile"),
            KeyStrategy::PerHost | KeyStrategy::Shared | KeyStrategy::External | KeyStrategy::Server => {
                if limits.key_strategies.iter().take(at).any(|earlier| earlier == strategy) {
                    checks.bad(pointer, format!("{strategy} is there twice"));
                }
            }
        }
    }
    if limits.environments.len() > MAX_PATTERNS {
        checks.bad("/environments", format!("at most {MAX_PATTERNS} environments"));
    }
    for (at, text) in limits.environments.iter().enumerate() {
        checks.text(&format!("/environments/{at}"), text, ops::MAX_NAME);
        if repeated(&limits.environments, at) {
            checks.bad(format!("/environments/{at}"), format!("{text} is there twice"));
        }
    }
    if limits.extended_key_usages.is_empty() {
        checks.bad("/extended_key_usages", "at least one of server_auth, client_auth is needed");
    }
    for (at, text) in limits.extended_key_usages.iter().enumerate() {
        let pointer = format!("/extended_key_usages/{at}");
        if !USAGES.contains(&text.as_str()) {
            checks.bad(pointer, format!("{text:?} is not known: use server_auth, client_auth"));
        } else if repeated(&limits.extended_key_usages, at) {
            checks.bad(pointer, format!("{text} is there twice"));
        }
    }
    if limits.name_patterns.len() > MAX_PATTERNS {
        checks.bad("/name_patterns", format!("at most {MAX_PATTERNS} patterns"));
    }
    if !(1..=MAX_NAMES).contains(&limits.max_names) {
        checks.bad("/max_names", format!("{} is not between 1 and {MAX_NAMES}", limits.max_names));
    }
    for (at, role) in limits.requester_roles.iter().enumerate() {
        if !role.allows(Permission::CertificatesCreate) {
            let detail =
                format!("the role {role} has no permission to ask for certificates under any profile");
            checks.bad(format!("/requester_roles/{at}"), detail);
        } else if limits.requester_roles.iter().take(at).any(|earlier| earlier == role) {
            checks.bad(format!("/requester_roles/{at}"), format!("{role} is there twice"));
        }
    }
    if limits.issuer_ids.len() > MAX_PATTERNS {
        checks.bad("/issuer_ids", format!("at most {MAX_PATTERNS} issuers"));
    }
    for (at, id) in limits.issuer_ids.iter().enumerate() {
        if limits.issuer_ids.iter().take(at).any(|earlier| earlier == id) {
            checks.bad(format!("/issuer_ids/{at}"), format!("{id} is there twice"));
        }
    }
    for (at, text) in limits.name_patterns.iter().enumerate() {
        if text.is_empty()
            || text.chars().count() > MAX_PATTERN
            || text.chars().any(|c| c.is_whitespace() || c.is_control())
        {
            let detail = "a pattern has 1 to 253 letters and no spaces, such as *.example.internal";
            checks.bad(format!("/name_patterns/{at}"), detail);
        }
    }
}

/// An issuer that is not there would make a profile that nothing fits.
fn check_issuers(tx: &mut Tx<'_>, row: &ProfileRow) -> Result<(), Error> {
    let mut checks = Checks::default();
    for (at, id) in limits_of(row)?.issuer_ids.iter().enumerate() {
        if certctl_store::issuers::by_id(tx, id)?.is_none() {
            checks.bad(format!("/issuer_ids/{at}"), format!("there is no issuer {id}"));
        }
    }
    checks.finish()
}

#[derive(Debug)]
enum Profiles {}

impl Noun for Profiles {
    type Row = ProfileRow;
    type View = Profile;
    type Create = CreateProfile;
    type Update = UpdateProfile;
    type New = ProfileRow;
    const PATH: &'static str = "profiles";

    fn view(row: ProfileRow) -> Result<Profile, Error> {
        let limits = limits_of(&row)?;
        Ok(Profile {
            id: row.id,
            name: row.name,
            key_algorithms: limits.key_algorithms,
            default_lifetime_seconds: limits.default_lifetime_seconds,
            max_lifetime_seconds: limits.max_lifetime_seconds,
            extended_key_usages: limits.extended_key_usages,
            name_patterns: limits.name_patterns,
            approval: limits.approval,
            requester_roles: limits.requester_roles,
            issuer_ids: limits.issuer_ids,
            wildcards: limits.wildcards,
            max_names: limits.max_names,
            min_lifetime_seconds: limits.min_lifetime_seconds,
            ip_addresses: limits.ip_addresses,
            key_strategies: limits.key_strategies,
            environments: limits.environments,
            created_at: row.created_at,
            updated_at: row.updated_at,
            revision: row.revision,
        })
    }

    fn check(app: &App, request: CreateProfile) -> Result<ProfileRow, Error> {
        let mut checks = Checks::default();
        let name = checks.name(&request.name);
        let mut limits = first_start::default_profile();
        set(&mut limits.key_algorithms, request.key_algorithms);
        set(&mut limits.default_lifetime_seconds, request.default_lifetime_seconds);
        set(&mut limits.max_lifetime_seconds, request.max_lifetime_seconds);
        set(&mut limits.extended_key_usages, request.extended_key_usages);
        set(&mut limits.name_patterns, request.name_patterns);
        set(&mut limits.approval, request.approval);
        set(&mut limits.requester_roles, request.requester_roles);
        set(&mut limits.issuer_ids, request.issuer_ids);
        set(&mut limits.wildcards, request.wildcards);
        set(&mut limits.max_names, request.max_names);
        set(&mut limits.min_lifetime_seconds, request.min_lifetime_seconds);
        set(&mut limits.ip_addresses, request.ip_addresses);
        set(&mut limits.key_strategies, request.key_strategies);
        set(&mut limits.environments, request.environments);
        check(&mut checks, &limits);
        checks.finish()?;
        let now = app.now();
        let id = request.id.unwrap_or_else(|| app.new_id());
        Ok(ProfileRow { id, name, limits: json!(limits), created_at: now, updated_at: now, revision: 1 })
    }

    fn store(tx: &mut Tx<'_>, audit: &Context, new: &ProfileRow) -> Result<ProfileRow, Error> {
        check_issuers(tx, new)?;
        ops::create(tx, audit, new)
    }

    fn changed(
        tx: &mut Tx<'_>,
        _audit: &Context,
        _before: &ProfileRow,
        row: &ProfileRow,
    ) -> Result<(), Error> {
        check_issuers(tx, row)
    }

    fn change(row: &mut ProfileRow, update: UpdateProfile, checks: &mut Checks) -> Result<(), Error> {
        set(&mut row.name, update.name.map(|name| checks.name(&name)));
        let mut limits = limits_of(row)?;
        set(&mut limits.key_algorithms, update.key_algorithms);
        set(&mut limits.default_lifetime_seconds, update.default_lifetime_seconds);
        set(&mut limits.max_lifetime_seconds, update.max_lifetime_seconds);
        set(&mut limits.extended_key_usages, update.extended_key_usages);
        set(&mut limits.name_patterns, update.name_patterns);
        set(&mut limits.approval, update.approval);
        set(&mut limits.requester_roles, update.requester_roles);
        set(&mut limits.issuer_ids, update.issuer_ids);
        set(&mut limits.wildcards, update.wildcards);
        set(&mut limits.max_names, update.max_names);
        set(&mut limits.min_lifetime_seconds, update.min_lifetime_seconds);
        set(&mut limits.ip_addresses, update.ip_addresses);
        set(&mut limits.key_strategies, update.key_strategies);
        set(&mut limits.environments, update.environments);
        check(checks, &limits);
        row.limits = json!(limits);
        Ok(())
    }
}

handlers! {
    Profiles, Profile, ProfileId => Profile, CreateProfile, UpdateProfile;
    "profiles" at "/profiles" and "/profiles/{id}": "profile", "a profile", "profiles";
    read ConfigRead, change ConfigManage;
    create "A new profile: what may be issued. Limits that are not given are those of the default profile.";
    update "Changes a profile. Issued certificates stay; the next issuance is held against the new limits.";
}

/// What a change would lead to at the next issuances.
///
/// # Errors
/// 404, 422.
#[utoipa::path(post, path = "/profiles/{id}/preview", tag = "profiles", params(("id" = ProfileId, Path)),
    request_body = UpdateProfile, summary = "What a change of a profile would lead to",
    description = "Counts, by the code of the real thing and without storing anything, which of the caller's certificates a \
                   change of a profile would no longer let be issued or renewed, and by which limit. Up to 100,000 \
                   certificates or five seconds; beyond that `approximate` says that the counts are those of a part.",
    responses((status = 200, description = "What it would lead to", body = ProfilePreview)))]
pub async fn preview(
    State(app): State<App>,
    context: RequestContext,
    PathId(id): PathId<certctl_core::id::Profile>,
    Patch(request): Patch<UpdateProfile>,
) -> Result<Json<ProfilePreview>, Error> {
    let row: ProfileRow = settings::find(&app, id).await?;
    let before = limits_of(&row)?;
    let mut changed = row.clone();
    let mut checks = Checks::default();
    Profiles::change(&mut changed, request, &mut checks)?;
    checks.finish()?;
    let issuers = changed.clone();
    app.store.read("profiles.preview_issuers", move |tx| check_issuers(tx, &issuers)).await?;
    let after = limits_of(&changed)?;
    let change = previews::Change { id: &row.id, before: &before, after: &after };
    Ok(Json(previews::preview(&app, &context.scope, change).await?))
}

/// The routes of this file.
pub fn routes(api: Api) -> Api {
    common(api).route(Access::Need(Permission::ConfigRead), routes!(preview))
}

#[cfg(test)]
mod tests {
    use super::*;
    use certctl_core::permission::Role;

    #[test]
    fn each_broken_rule_names_its_field() {
        let check_one = |change: fn(&mut Limits), expected: &str| {
            let mut limits = first_start::default_profile();
            change(&mut limits);
            let mut checks = Checks::default();
            check(&mut checks, &limits);
            let pointers = match checks.finish() {
                Ok(()) => Vec::new(),
                Err(Error::Invalid(errors)) => errors.into_iter().map(|e| e.pointer).collect(),
                Err(other) => panic!("{other:?}"),
            };
            assert_eq!(pointers.join(" "), expected);
        };
        check_one(|_| {}, "");
        check_one(|l| l.key_algorithms.clear(), "/key_algorithms");
        check_one(|l| l.key_algorithms = vec!["ed25519".into(), "dsa".into()], "/key_algorithms/1");
        check_one(|l| l.key_algorithms = vec!["ed25519".into(), "ed25519".into()], "/key_algorithms/1");
        check_one(|l| l.default_lifetime_seconds = 59, "/default_lifetime_seconds");
        check_one(|l| l.max_lifetime_seconds = 398 * 86_400 + 1, "/max_lifetime_seconds");
        check_one(|l| l.max_lifetime_seconds = l.default_lifetime_seconds - 1, "/default_lifetime_seconds");
        check_one(|l| l.min_lifetime_seconds = 59, "/min_lifetime_seconds");
        check_one(|l| l.min_lifetime_seconds = l.default_lifetime_seconds + 1, "/min_lifetime_seconds");
        check_one(|l| l.key_strategies = vec![KeyStrategy::PerHost, KeyStrategy::Found], "/key_strategies/1");
        check_one(|l| l.environments = vec!["lab".into(), "lab".into()], "/environments/1");
        check_one(|l| l.max_names = 0, "/max_names");
        check_one(|l| l.max_names = 101, "/max_names");
        check_one(|l| l.requester_roles = vec![Role::Admin, Role::Viewer], "/requester_roles/1");
        check_one(|l| l.requester_roles = vec![Role::Admin, Role::Admin], "/requester_roles/1");
        check_one(
            |l| l.issuer_ids = vec!["iss-a".parse().unwrap(), "iss-a".parse().unwrap()],
            "/issuer_ids/1",
        );
        check_one(|l| l.extended_key_usages.clear(), "/extended_key_usages");
        check_one(|l| l.extended_key_usages = vec!["code_signing".into()], "/extended_key_usages/0");
        check_one(|l| l.name_patterns = vec!["*.a".into(), String::new()], "/name_patterns/1");
    }
}
