//! What the server demands of a field beyond its type, written into the schemas of requests, parameters and headers.
//!
//! Lengths and bounds come from the constants that the checks use. What no schema can say (that an object with the id is
//! there, that two fields fit together) is told in `x-rule`: a value that fits its schema is refused with a 422 for such a
//! rule only, which the contract test checks. Not for: the checks themselves (ops, and the nouns' files here).
//! Invariant: a rule in the document is one that the server keeps, no more and no less.

use std::collections::BTreeSet;

use certctl_api::jobs::Job;
use certctl_connectors::targets;
use certctl_core::actor::ActorKind;
use certctl_core::agent::{AgentHealth, AgentState};
use certctl_core::alert::{AlertKind, AlertSeverity, AlertState};
use certctl_core::certificate::CertificateStatus;
use certctl_core::condition::Condition;
use certctl_core::confirmation::ConfirmationState;
use certctl_core::inventory::LiveState;
use certctl_core::job::{JobKind, JobState};
use certctl_core::notification::{self, DeliveryState, NotificationEvent};
use certctl_core::profile;
use certctl_core::revocation::RevocationState;
use certctl_core::rule::{RuleKind, RuleSeverity, ViolationState};
use certctl_core::target_test::TargetTestState;
use certctl_pki::KeyAlgorithm;
use serde_json::{Value, json};

use super::{merge, operations_mut, resolve};
use crate::{
    http::{
        agent_api, agents, alert_rules, api_keys, audit_export, certificates, exports::Exported, issuers,
        jobs, local_ca, needs, policy_rules, profiles, renewal_policies, views,
    },
    ops::{
        certificates::{LIFETIMES, MAX_NAMES, MAX_TAG, MAX_TAGS},
        notifiers, policy_values, revocations, scopes,
        settings::MAX_NAME,
        users,
    },
    passwords,
};

/// Not blank, and without control characters and those that turn the direction of writing.
const TEXT: &str = concat!(
    r"^[^\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]*",
    r"[^\s\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]",
    r"[^\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]*$",
);
/// A moment or a duration from now on, as filters by time take it.
const MOMENT: &str = "(-?[1-9][0-9]{0,3}[smhdw]|20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T\
    ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z)";
/// A length of time, as filters take it.
const LENGTH: &str = "[1-9][0-9]{0,3}[smhdw]";
/// A share, as filters take it.
const SHARE: &str = r"(100|[1-9]?[0-9](\.[0-9]{1,2})?)%";
/// A text without blanks and control characters.
const NO_BLANK: &str = r"^[^\s\u0000-\u001f\u007f-\u009f]+$";
/// The shape of an address; `owners.rs` reads the same.
const EMAIL: &str = r#"^[^\s\u0000-\u001f\u007f-\u009f<>,;"@]{1,64}@[^\s\u0000-\u001f\u007f-\u009f<>,;"@.]+(\.[^\s\u0000-\u001f\u007f-\u009f<>,;"@.]+)*$"#;

/// Writes the rules into the document.
pub(super) fn add(document: &mut Value) {
    let mut bodies = BTreeSet::new();
    let whole = document.clone();
    for (_, path, operation) in operations_mut(document) {
        for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
            let Some(rule) = of_parameter(&path, &parameter["in"], &parameter["name"]) else { continue };
            merge(&mut parameter["schema"], rule);
        }
        if leaves_all_out(&whole, &operation["requestBody"]) {
            operation["requestBody"]["required"] = json!(false);
        }
        let content = operation["requestBody"]["content"].as_object().into_iter().flatten();
        bodies.extend(content.filter_map(|(_, content)| named(&content["schema"]).map(str::to_owned)));
    }
    let mut done = BTreeSet::new();
    while let Some(name) = bodies.pop_first() {
        if done.insert(name.clone()) {
            let Some(schema) = document["components"]["schemas"].get_mut(&name) else { continue };
            object(&whole, &name, schema, &mut bodies);
        }
    }
}

/// Whether each field of a body can be left out: no body at all is then the same.
fn leaves_all_out(document: &Value, body: &Value) -> bool {
    let schema = resolve(document, &body["content"]["application/json"]["schema"]);
    schema["properties"].is_object() && schema["required"].as_array().is_none_or(Vec::is_empty)
}

/// The name of the component that a schema refers to.
fn named(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix("#/components/schemas/")
}

/// Rules for the fields of a request's schema; notes the components that it refers to.
fn object(document: &Value, owner: &str, schema: &mut Value, found: &mut BTreeSet<String>) {
    found.extend(named(schema).map(str::to_owned));
    for choice in ["oneOf", "anyOf", "allOf"] {
        for schema in schema.get_mut(choice).and_then(Value::as_array_mut).into_iter().flatten() {
            object(document, owner, schema, found);
        }
    }
    if schema["items"].is_object() {
        object(document, owner, &mut schema["items"], found);
    }
    let Some(fields) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return };
    for (name, field) in fields.iter_mut() {
        object(document, owner, field, found);
        if let Some(rule) = of_field(owner, name) {
            merge(field, rule);
        }
        if name != "id" && is_id(document, field) && field.get("x-rule").is_none() {
            merge(field, json!({ "x-rule": "There has to be one with this id." }));
        }
        let is_nullable = field["type"].as_array().is_some_and(|kinds| kinds.contains(&json!("null")));
        if is_nullable && let Some(values) = field.get_mut("enum").and_then(Value::as_array_mut) {
            values.push(Value::Null);
        }
    }
    // Unknown fields are refused in every request, also in the objects inside of it.
    if let Some(schema) = schema.as_object_mut()
        && !schema.contains_key("additionalProperties")
    {
        schema.insert("additionalProperties".to_owned(), json!(false));
    }
}

/// Whether a field holds an id, or a list of ids.
fn is_id(document: &Value, field: &Value) -> bool {
    let present = field["oneOf"].as_array().and_then(|choices| choices.first()).unwrap_or(field);
    let present = if present["items"].is_object() { &present["items"] } else { present };
    let pattern = resolve(document, present)["pattern"].as_str();
    named(present).is_some() && pattern.is_some_and(|pattern| pattern.ends_with("-[a-z0-9][a-z0-9-]*$"))
}

fn text(max: usize) -> Value {
    json!({ "minLength": 1, "maxLength": max, "pattern": TEXT })
}

/// Words with commas between, each perhaps left out by a `-`; `alone` goes with no other.
fn choice(words: impl Iterator<Item = &'static str>, alone: &str) -> Value {
    let others = words.filter(|word| *word != alone).collect::<Vec<_>>().join("|");
    json!({ "pattern": format!("^(-?{alone}|-?({others})(,-?({others}))*)$") })
}

fn of_parameter(path: &str, place: &Value, name: &Value) -> Option<Value> {
    let (place, name) = (place.as_str()?, name.as_str()?);
    if place == "query"
        && let Some(values) = several(path, name)
    {
        let one = format!("({})", values.join("|"));
        return Some(json!({ "pattern": format!("^{one}(,{one})*$") }));
    }
    let rule = match (place, name) {
        ("query", "user_id" | "all") if path == "/api/v1/sessions" => {
            json!({ "x-rule": "Either `all` or `user_id`." })
        }
        ("query", "days" | "hours") if path == "/api/v1/stats/expiry" => {
            json!({ "x-rule": "Either `days` or `hours`." })
        }
        ("query", "expires_before") if path == "/api/v1/issuers" => {
            json!({ "pattern": format!("^{MOMENT}$") })
        }
        ("query", "name") if path == "/api/v1/issuers/{id}/persistent-record" => {
            json!({ "pattern": NO_BLANK, "x-rule": "A DNS name or a wildcard, by the rules of certificates' names." })
        }
        ("query", "environment") if path == "/api/v1/needs" || path.starts_with("/api/v1/stats/") => {
            json!({ "minLength": 1 })
        }
        ("query", "source_address") => json!({ "anyOf": [{ "format": "ipv4" }, { "format": "ipv6" }] }),
        ("query", "min_attempts") => json!({ "format": "int64", "maximum": u32::MAX }),
        ("query", "cursor") => json!({ "format": "cursor", "minLength": 1 }),
        ("query", "tz") => json!({ "format": "time-zone", "minLength": 1 }),
        ("query", "status") => choice(CertificateStatus::ALL.iter().map(|one| one.as_str()), "Archived"),
        ("query", "condition") => choice(Condition::ALL.iter().map(|one| one.as_str()), "archived"),
        ("query", "last_test") => choice(TargetTestState::ALL.iter().map(|one| one.as_str()), "none"),
        ("query", "live") => choice(LiveState::ALL.iter().map(|one| one.as_str()), "no_targets"),
        ("query", "expires" | "renews" | "created" | "updated" | "finished") => {
            json!({ "pattern": format!(r"^({MOMENT}\.\.({MOMENT})?|\.\.{MOMENT})$") })
        }
        ("query", "lifetime") => json!({ "pattern": format!(r"^({LENGTH}\.\.({LENGTH})?|\.\.{LENGTH})$") }),
        ("query", "life") => json!({ "pattern": format!(r"^({SHARE}\.\.({SHARE})?|\.\.{SHARE})$") }),
        ("header", "If-Match") => json!({ "pattern": r#"^(\*|"[0-9]{1,18}")$"#, "minLength": 1 }),
        ("header", "Idempotency-Key") => {
            json!({ "pattern": "^[!-~]([ -~]*[!-~])?$", "minLength": 1, "maxLength": 255 })
        }
        ("header", "Last-Event-ID") => json!({ "minimum": 0 }),
        _ => return None,
    };
    Some(rule)
}

/// What a parameter takes several of, with commas between them.
fn several(path: &str, name: &str) -> Option<Vec<&'static str>> {
    let path = path.strip_prefix("/api/v1/")?;
    // What is made of a list as a whole takes the list's filters.
    let of_list =
        ["/anchors", "/export", "/facets", "/histogram"].iter().find_map(|part| path.strip_suffix(*part));
    let texts = match (of_list.unwrap_or(path), name) {
        ("jobs" | "agents/{id}/jobs", "state") => texts(JobState::ALL, JobState::as_str),
        ("jobs" | "agents/{id}/jobs", "kind") => texts(JobKind::ALL, JobKind::as_str),
        ("alerts", "state") => texts(AlertState::ALL, AlertState::as_str),
        ("alerts" | "notifications", "kind") => texts(AlertKind::ALL, AlertKind::as_str),
        ("alerts" | "notifications", "severity") => texts(AlertSeverity::ALL, AlertSeverity::as_str),
        ("confirmations", "state") => texts(ConfirmationState::ALL, ConfirmationState::as_str),
        ("revocations", "state") => texts(RevocationState::ALL, RevocationState::as_str),
        ("agents", "state") => texts(AgentState::ALL, AgentState::as_str),
        ("agents", "health") => texts(AgentHealth::ALL, AgentHealth::as_str),
        ("audit", "actor_kind") => texts(ActorKind::ALL, ActorKind::as_str),
        ("notifications", "event") => texts(NotificationEvent::ALL, NotificationEvent::as_str),
        ("notifications", "state") => texts(DeliveryState::ALL, DeliveryState::as_str),
        ("violations" | "policies/{id}/violations", "state") => {
            texts(ViolationState::ALL, ViolationState::as_str)
        }
        ("violations", "kind") => texts(RuleKind::ALL, RuleKind::as_str),
        ("violations", "severity") => texts(RuleSeverity::ALL, RuleSeverity::as_str),
        ("certificates", "columns") => columns::<certificates::export::Row>(),
        ("jobs", "columns") => columns::<Job>(),
        ("audit", "columns") => columns::<audit_export::Row>(),
        _ => return None,
    };
    Some(texts)
}

fn texts<T: Copy>(all: &[T], text: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|value| text(*value)).collect()
}

fn columns<R: Exported>() -> Vec<&'static str> {
    R::COLUMNS.iter().map(|(name, _)| *name).collect()
}

/// Of an object by a schema of its kind: a change leaves it out where another request may say null.
fn object_of(owner: &str) -> Value {
    if owner.starts_with("Update") { json!("object") } else { json!(["object", "null"]) }
}

/// The rule of a field; those of a type go before those of every field of the name.
fn of_field(owner: &str, field: &str) -> Option<Value> {
    of_type(owner, field).or_else(|| of_name(owner, field))
}

fn of_type(owner: &str, field: &str) -> Option<Value> {
    let rule = match (owner, field) {
        ("CreateInvitation", "name") => {
            json!({ "minLength": 1, "maxLength": agents::MAX_AGENT_NAME, "pattern": "^[a-z0-9][a-z0-9-]*$" })
        }
        ("CreateInvitation", "expires_in_seconds") => range(&agents::INVITATION_LASTS),
        ("CreateApiKey", "expires_in_seconds") => range(&api_keys::LASTS),
        ("SetupRequest", "name") => text(100),
        ("CreateCertificate", "names") => json!({
            "minItems": 1, "maxItems": MAX_NAMES,
            "items": { "format": "certificate-name",
                "x-rule": "A DNS name, a wildcard, an IP address, a URI or an e-mail address, each once." },
            "x-rule": "The profile may allow some names only.",
        }),
        ("CreateCertificate", "common_name") => json!({ "x-rule": "One of `names`." }),
        ("CreateCertificate", "csr_pem") => {
            json!({ "format": "certificate-request", "x-rule": "With `key_strategy` `external` only; it has to fit the names." })
        }
        ("CreateCertificate", "key_strategy") => {
            json!({ "x-rule": "`per_host` or `external`; with `external` there are no targets and agents." })
        }
        ("CreateCertificate" | "UpdateCertificate", "target_ids" | "agent_ids") => {
            json!({ "x-rule": "There have to be ones with these ids, and with `per_host` and `issue` at least one." })
        }
        ("CreateCertificate" | "UpdateCertificate", "lifetime_seconds") => {
            let mut rule = range(&LIFETIMES);
            rule["x-rule"] = json!("Not longer than the profile allows.");
            rule
        }
        ("CreateCertificate", "key_algorithm") => {
            json!({ "enum": key_algorithms(), "x-rule": "One that the profile allows." })
        }
        ("CreateProfile" | "UpdateProfile", "key_algorithms") => {
            json!({ "minItems": 1, "uniqueItems": true, "items": { "enum": key_algorithms() } })
        }
        ("CreateProfile" | "UpdateProfile", "extended_key_usages") => {
            json!({ "minItems": 1, "uniqueItems": true, "items": { "enum": profiles::USAGES } })
        }
        ("CreateProfile" | "UpdateProfile", "name_patterns") => json!({
            "maxItems": profiles::MAX_PATTERNS,
            "items": { "minLength": 1, "maxLength": profiles::MAX_PATTERN, "pattern": NO_BLANK },
        }),
        (
            "CreateProfile" | "UpdateProfile",
            "default_lifetime_seconds" | "max_lifetime_seconds" | "min_lifetime_seconds",
        ) => {
            let mut rule = range(&profiles::LIFETIMES);
            rule["x-rule"] = json!("The default is between the minimum and the maximum.");
            rule
        }
        ("CreateRenewalPolicy" | "UpdateRenewalPolicy", "max_attempts") => range(&renewal_policies::ATTEMPTS),
        (
            "CreateRenewalPolicy" | "UpdateRenewalPolicy" | "PreviewRenewalPolicy" | "ChangePolicyOverride",
            "alert_thresholds_days",
        ) => json!({
            "maxItems": policy_values::MAX_THRESHOLDS,
            "items": { "maximum": policy_values::MAX_THRESHOLD_DAYS },
        }),
        (
            "CreateRenewalPolicy" | "UpdateRenewalPolicy" | "PreviewRenewalPolicy" | "ChangePolicyOverride",
            "alert_thresholds_percent",
        ) => json!({
            "maxItems": policy_values::MAX_THRESHOLDS,
            "items": { "minimum": 1, "maximum": policy_values::MAX_THRESHOLD_PERCENT },
        }),
        ("CreateAlertRule" | "UpdateAlertRule" | "PreviewAlertRule", "conditions") => json!({
            "minItems": 1, "maxItems": alert_rules::MAX_CONDITIONS,
            "items": { "minProperties": 1, "maxProperties": alert_rules::MAX_FILTERS },
            "x-rule": "Filters of the subject's list, each with a value that it knows.",
        }),
        ("CreateAlertRule" | "UpdateAlertRule" | "PreviewAlertRule", "group_by") => {
            json!({ "x-rule": "A grouping that the subject has." })
        }
        ("CreateAlertRule" | "UpdateAlertRule", "for_seconds") => range(&alert_rules::FOR),
        ("CreateAlertRule" | "UpdateAlertRule", "repeat_seconds") => range(&alert_rules::REPEAT),
        ("Escalation", "after_seconds") => range(&alert_rules::ESCALATE),
        ("Escalation", "notifier_ids") => json!({
            "minItems": 1, "maxItems": alert_rules::MAX_SECOND, "uniqueItems": true,
            "x-rule": "There have to be ones with these ids.",
        }),
        ("QuietHours" | "WeekWindow", "time_zone") => {
            json!({ "minLength": 1, "x-rule": "A zone of the IANA database." })
        }
        ("QuietHours" | "WeekWindow", "from" | "to") => {
            json!({ "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$" })
        }
        ("CreatePolicyRule" | "UpdatePolicyRule" | "PreviewPolicyRule", "parameters") => json!({
            "type": object_of(owner),
            "x-rule": "By the schema of its kind, as `GET /api/v1/policy-kinds` answers it.",
        }),
        ("CreatePolicyRule" | "UpdatePolicyRule", "description") => text(policy_rules::MAX_DESCRIPTION),
        ("Selector", "environments") => {
            json!({ "maxItems": policy_rules::MAX_SELECTED, "items": text(MAX_NAME) })
        }
        ("Selector", "tags") => json!({ "maxItems": policy_rules::MAX_SELECTED, "items": text(MAX_TAG) }),
        ("Selector", "team_ids" | "owner_ids" | "issuer_ids" | "profile_ids" | "policy_ids") => json!({
            "maxItems": policy_rules::MAX_SELECTED, "x-rule": "There have to be ones with these ids.",
        }),
        ("CreateProfile" | "UpdateProfile", "max_names") => {
            json!({ "minimum": 1, "maximum": profile::MAX_NAMES })
        }
        ("CreateUser" | "FirstUser", "username") => json!({
            "minLength": 1, "maxLength": users::MAX_USERNAME, "pattern": "^[A-Za-z0-9._@-]+$",
        }),
        ("CreateUser" | "FirstUser" | "SetPassword", "password") => json!({
            "minLength": passwords::MIN_LENGTH, "maxLength": passwords::MAX_LENGTH,
            "x-rule": "No control characters, and none of those that are guessed first.",
        }),
        ("SetPassword", "current_password") => json!({ "x-rule": "Needed for one's own user." }),
        ("CreateUser" | "UpdateUser", "scope") => {
            json!({ "x-rule": "Only operators and viewers can be narrowed to teams and environments." })
        }
        ("UpdateUser", "role") => json!({ "x-rule": "One that can have the user's scope." }),
        ("Scope", "team_ids") => {
            json!({ "maxItems": scopes::MAX_PARTS, "x-rule": "There have to be teams with these ids." })
        }
        ("Scope", "environments") => json!({ "maxItems": scopes::MAX_PARTS, "items": text(MAX_NAME) }),
        ("LoginRequest", "username" | "password" | "api_key") => {
            json!({ "x-rule": "Either a user name and its password, or an API key." })
        }
        ("CreateView" | "UpdateView", "filter") => json!({
            "maxProperties": views::MAX_FILTERS, "x-rule": "Filters of the list, each with a value that it knows.",
        }),
        ("CreateView" | "UpdateView", "sort") => json!({ "x-rule": "An order that the list has." }),
        ("CreateView" | "UpdateView", "columns") => json!({
            "maxItems": views::MAX_COLUMNS, "uniqueItems": true, "x-rule": "No column is named twice.",
            "items": { "minLength": 1, "maxLength": views::MAX_COLUMN, "pattern": "^[a-z0-9_.]+(:[1-9][0-9]{1,3})?$" },
        }),
        ("CreateView" | "UpdateView", "position") => json!({ "minimum": 0, "maximum": views::MAX_POSITION }),
        ("SnoozeNeed", "cause") => text(needs::MAX_CAUSE),
        ("SnoozeNeed", "for_seconds") => {
            let mut rule = range(&needs::SNOOZE_SECONDS);
            rule["x-rule"] = json!("Either `for_seconds` or `until_change`.");
            rule
        }
        ("UpdatePreferences", "document") => {
            json!({ "x-rule": "The document has 32 KiB of JSON at most after the change." })
        }
        ("RotateApiKey", "grace_seconds") => range(&(1..=api_keys::LONGEST_GRACE_SECONDS)),
        ("CreateApiKey" | "UpdateApiKey", "scope") => {
            json!({ "x-rule": "Only operators and viewers can be narrowed to teams and environments." })
        }
        ("UpdateApiKey", "expires_at") => json!({ "x-rule": "In the future." }),
        ("CreateProfile" | "UpdateProfile", "requester_roles") => {
            json!({ "items": { "x-rule": "A role that may ask for certificates: admin or operator." } })
        }
        ("BulkRequest", "selection" | "action" | "params" | "dry_run" | "expected_count") => json!({
            "x-rule": "A selection with its action and the action's params, or the `plan_id` of a plan.",
        }),
        ("BulkSelection", "ids" | "filter") | ("AcknowledgeAlerts", "ids" | "filter") => json!({
            "x-rule": "Either of the two: ids that are there, or filters of the list that it knows.",
        }),
        ("SnoozeAlert", "until" | "until_change") => {
            json!({ "x-rule": "Exactly one of the two; a time within a year." })
        }
        ("RevokeCertificate" | "CreateRevocations", "reason") => json!({}),
        ("RevokeCertificate" | "CreateRevocations" | "CancelRevocation", "comment") => {
            text(revocations::MAX_COMMENT)
        }
        ("RevokeCertificate", "version_id") => json!({ "x-rule": "A version of the certificate." }),
        (
            "CreateRevocations",
            "serial" | "issuer_id" | "fingerprint_sha256" | "public_key_sha256" | "version_id",
        ) => json!({
            "x-rule": "Exactly one of `serial` with `issuer_id`, `fingerprint_sha256`, `public_key_sha256` and `version_id`; \
                hexadecimal digits.",
        }),
        ("StepReport", "milliseconds") => json!({ "maximum": 86_400_000 }),
        ("CreateRenewalPolicy" | "UpdateRenewalPolicy" | "PreviewRenewalPolicy", "windows") => {
            json!({ "maxItems": renewal_policies::MAX_WINDOWS })
        }
        ("CreateProfile" | "UpdateProfile", "key_strategies") => json!({
            "uniqueItems": true, "items": { "x-rule": "Not `found`." },
        }),
        ("CreateProfile" | "UpdateProfile", "environments") => json!({
            "maxItems": profiles::MAX_PATTERNS, "uniqueItems": true, "items": text(MAX_NAME),
        }),
        ("RenewalPoint" | "Sooner", "percent") => range(&policy_values::PERCENT),
        ("RenewalPoint" | "Sooner", "seconds_before") => range(&policy_values::SECONDS_BEFORE),
        ("CreateIssuer", "kind") => json!({ "enum": issuers::kind_words() }),
        ("CreateTarget" | "TestTargetDraft", "kind") => {
            json!({ "enum": targets::kinds().iter().map(|kind| kind.kind).collect::<Vec<_>>() })
        }
        ("CreateIssuer" | "UpdateIssuer", "config") => json!({
            "type": object_of(owner), "x-rule": "By the schema of its kind, as `GET /api/v1/issuer-kinds` answers it.",
        }),
        ("ReplaceCa" | "ReplaceRoot", "key_algorithm") => json!({ "enum": key_algorithms() }),
        ("ReplaceCa" | "ReplaceRoot", "lifetime_days") => {
            json!({ "minimum": 1, "maximum": local_ca::MAX_LIFETIME_DAYS })
        }
        ("ReplaceCa", "path_length") => json!({ "maximum": local_ca::MAX_PATH_LENGTH }),
        ("ReplaceCa", "permitted_names" | "excluded_names") => json!({
            "maxItems": local_ca::MAX_NAMES, "uniqueItems": true, "items": { "minLength": 1, "pattern": NO_BLANK, "x-rule": "A host name or a range of addresses." },
        }),
        ("CreateDnsProvider" | "UpdateDnsProvider", "config") => json!({
            "x-rule": "By the schema of its kind, as `GET /api/v1/dns-provider-kinds` answers it.",
        }),
        ("TestDnsProvider", "name") => json!({ "pattern": NO_BLANK, "x-rule": "A name of the DNS." }),
        ("CreateTarget" | "UpdateTarget" | "TestTargetDraft", "config") => json!({
            "type": object_of(owner), "x-rule": "By the schema of its kind, as `GET /api/v1/target-kinds` answers it.",
        }),
        ("StartTargetTest" | "TestTargetDraft", "only") => {
            json!({ "x-rule": "Checks that the kind has, as `GET /api/v1/target-kinds` answers them." })
        }
        ("CreateNotifier" | "UpdateNotifier", "config") => json!({
            "x-rule": "By the schema of its kind, as `GET /api/v1/notifier-kinds` answers it.",
        }),
        ("CreateNotifier" | "UpdateNotifier", "digest") => {
            json!({ "x-rule": "Not for kinds that keep an incident for each alert." })
        }
        ("Routing", "kinds") => json!({ "maxItems": notifiers::MAX_PARTS }),
        ("Routing", "team_ids") => {
            json!({ "maxItems": notifiers::MAX_PARTS, "x-rule": "There have to be teams with these ids." })
        }
        ("Routing", "environments") => json!({ "maxItems": notifiers::MAX_PARTS, "items": text(MAX_NAME) }),
        ("Digest", "every_minutes") => json!({
            "minimum": 1, "maximum": notification::MAX_EVERY_MINUTES, "x-rule": "Either this or `daily_at`.",
        }),
        ("Digest", "daily_at") => {
            json!({ "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$", "x-rule": "Either this or `every_minutes`." })
        }
        ("Digest", "time_zone") => json!({
            "minLength": 1, "format": "time-zone", "x-rule": "A zone of the IANA database; beside `daily_at` only.",
        }),
        ("PutNotifierTemplate" | "PreviewNotifierTemplate", "title" | "text") => {
            json!({ "x-rule": "A template that can be read and names what there is." })
        }
        ("PutNotifierTemplate" | "PreviewNotifierTemplate", "html") => {
            json!({ "x-rule": "For mail only; a template that can be read and names what there is." })
        }
        ("PollRequest", "wait_seconds") => json!({ "maximum": agent_api::MAX_WAIT_SECONDS }),
        ("PollRequest", "proofs") => json!({ "maxItems": agent_api::MAX_PROOFS }),
        ("PollRequest", "dns_providers") => json!({ "maxItems": agent_api::MAX_CAPABILITIES }),
        ("DnsProviderOffer", "name") => text(agent_api::MAX_WORDS),
        ("DnsProviderOffer", "kind") => text(agent_api::MAX_CAPABILITY),
        ("DnsProviderOffer", "zones") => {
            json!({ "maxItems": agent_api::MAX_CAPABILITIES, "items": text(agent_api::MAX_ZONE) })
        }
        ("PollRequest", "capabilities" | "proof_kinds" | "abilities") => {
            json!({ "maxItems": agent_api::MAX_CAPABILITIES, "items": text(agent_api::MAX_CAPABILITY) })
        }
        _ => return None,
    };
    Some(rule)
}

/// The rules of fields that mean the same wherever they are.
fn of_name(owner: &str, field: &str) -> Option<Value> {
    // What an agent reports is kept as it is.
    if matches!(owner, "StepReport" | "Sighting" | "DeployResult" | "VerifyResult") {
        return None;
    }
    let rule = match field {
        "name" | "environment" => text(MAX_NAME),
        "version" | "platform" | "boot_id" => text(agent_api::MAX_WORDS),
        "reason" => text(jobs::MAX_REASON),
        "tags" => json!({ "maxItems": MAX_TAGS, "items": text(MAX_TAG) }),
        "email" => json!({ "pattern": EMAIL, "maxLength": 254 }),
        "csr_pem" => json!({
            "format": "certificate-request", "x-rule": "A PKCS #10 request (PEM) that is signed with its own key and fits the names.",
        }),
        _ => return None,
    };
    Some(rule)
}

fn range(range: &std::ops::RangeInclusive<i64>) -> Value {
    json!({ "minimum": range.start(), "maximum": range.end() })
}

fn key_algorithms() -> Vec<&'static str> {
    KeyAlgorithm::ALL.into_iter().map(KeyAlgorithm::as_str).collect()
}

#[cfg(test)]
mod tests {
    use crate::http::router;

    #[test]
    fn the_rules_leave_no_trace_where_there_are_none() {
        let document = router::document().unwrap();
        assert!(
            !crate::http::openapi::text(&document).unwrap().contains(": null,\n"),
            "a look left a null behind"
        );
    }

    #[test]
    fn bounds_are_in_the_document_as_the_server_keeps_them() {
        let document = router::document().unwrap();
        let schemas = &document["components"]["schemas"];
        let field = |of: &str, name: &str| schemas[of]["properties"][name].clone();
        assert_eq!(field("CreateTeam", "name")["maxLength"], 200);
        assert_eq!(field("CreateInvitation", "expires_in_seconds")["maximum"], 604_800);
        assert_eq!(field("CreateProfile", "key_algorithms")["items"]["enum"].as_array().unwrap().len(), 6);
        assert!(field("CreateCertificate", "owner_id")["x-rule"].is_string());
        assert_eq!(schemas["RenewalPoint"]["oneOf"][0]["additionalProperties"], false);
        assert_eq!(schemas["Owner"]["properties"]["name"]["maxLength"], serde_json::Value::Null);
    }

    #[test]
    fn an_enumeration_that_may_be_null_says_so() {
        let document = router::document().unwrap();
        let schema = &document["components"]["schemas"]["CreateCertificate"]["properties"]["key_algorithm"];
        assert!(schema["enum"].as_array().unwrap().contains(&serde_json::Value::Null), "{schema}");
    }
}
