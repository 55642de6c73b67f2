//! Every operation of the API has a command, or is named here as one that has none: each command is run against a running
//! server, whose log of requests must show the operation.
//!
//! Not for: what the commands print (their own tests), or what the operations do. Invariant: operations are read from the
//! served document, so a new one fails here until its command (or its reason) is added.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::contract::peopled;
use crate::fleet::Fleet;
use crate::process::eventually;

/// Operations without a command, and why.
const WITHOUT: &[(&str, &str)] = &[
    ("auth_info", "the dashboard asks it before it knows anybody"),
    ("auth_sign_out", "for browsers; `certctl sessions end` ends one's own too"),
    ("views_show_preferences", "what a person's dashboard remembers; no command looks at it"),
    ("views_update_preferences", "as showing them"),
    ("health_alive", "for load balancers; `certctl status` asks the other one"),
    ("health_metrics", "for Prometheus; `certctl api get /metrics` shows it"),
    ("health_openapi", "`certctl openapi` prints the program's own, which is the same"),
];

/// Operations whose success is not in the log at its usual level.
const UNLOGGED: &[&str] = &["health_ready"];

/// The command of each operation. `CERTS`, `CSR` and `PASSWORD` are files.
const COMMANDS: &[(&str, &str)] = &[
    ("access_rules_put", "access-rules two-people off"),
    ("access_rules_show", "access-rules show"),
    ("agents_anchors", "agents anchors --environment -lab"),
    ("agents_facets", "agents facets --state active"),
    ("agents_invitations", "agents invitations"),
    ("agents_invite", "agents invite --name web-9"),
    ("agents_list", "agents list"),
    ("agents_list_jobs", "agents jobs ag-web-1 --state Pending"),
    ("agents_retire", "agents retire ag-absent"),
    ("agents_show", "agents show ag-web-1"),
    ("agents_update", "agents update ag-web-1 --environment production"),
    ("agents_withdraw", "agents withdraw inv-absent"),
    (
        "alert_rules_create",
        "alert-rules create --name Late --subject agents --when health=late,offline --id ar-late",
    ),
    ("alert_rules_delete", "alert-rules delete ar-absent"),
    ("alert_rules_list", "alert-rules list"),
    ("alert_rules_preview", "alert-rules preview --subject jobs --when state=Failed --group-by agent"),
    ("alert_rules_show", "alert-rules show ar-absent"),
    ("alert_rules_update", "alert-rules update ar-absent --repeat 12h"),
    ("alerts_acknowledge", "alerts ack al-absent"),
    ("alerts_acknowledge_many", "alerts ack --all"),
    ("alerts_anchors", "alerts anchors --owner none"),
    ("alerts_assign", "alerts assign al-absent --nobody"),
    ("alerts_facets", "alerts facets --environment -none"),
    ("alerts_list", "alerts list"),
    ("alerts_show", "alerts show al-absent"),
    ("alerts_snooze", "alerts snooze al-absent --until-change"),
    ("alerts_unsnooze", "alerts unsnooze al-absent"),
    ("api_keys_create", "keys create --name ci --role viewer"),
    ("api_keys_list", "keys list"),
    ("api_keys_revoke", "keys revoke key-absent"),
    ("api_keys_rotate", "keys rotate key-absent"),
    ("api_keys_show", "keys show key-absent"),
    ("api_keys_update", "keys update key-absent --name ci-2"),
    ("approvals_approve", "approvals approve job-absent"),
    ("approvals_list", "approvals list"),
    ("approvals_reject", "approvals reject job-absent --reason no"),
    ("audit_anchors", "audit anchors --actor-kind system,agent"),
    ("audit_export", "audit export --format ndjson"),
    ("audit_facets", "audit facets --outcome success"),
    ("audit_histogram", "audit histogram --outcome denied"),
    ("audit_list", "audit list"),
    ("audit_show", "audit show ae-absent"),
    ("audit_verify", "audit verify"),
    ("auth_check", "status"),
    ("auth_roles", "roles"),
    ("auth_set_up", "login --setup-token cs_wrong"),
    ("auth_sign_in", "login --user nobody --password-file PASSWORD"),
    ("certificates_anchors", "certs anchors --sort -attention"),
    ("certificates_archive", "certs archive mc-absent"),
    ("cas_list", "cas list --role root"),
    ("cas_replace_root", "cas replace ca-absent --key-algorithm ecdsa-p384"),
    ("cas_show", "cas get ca-absent"),
    ("certificates_chain", "certs chain mc-web"),
    ("certificates_der", "certs chain mc-web --form der"),
    ("certificates_p7b", "certs chain mc-web --form p7b"),
    (
        "certificates_create",
        "certs create --name api.example.internal --key-strategy external --no-issue --id mc-api",
    ),
    ("certificates_deploy", "certs deploy mc-web"),
    ("certificates_verify", "certs verify mc-web"),
    ("certificates_explain", "certs explain mc-web"),
    ("certificates_export", "certs export"),
    ("certificates_facets", "certs facets --environment -none"),
    ("certificates_import", "certs import CERTS --dry-run"),
    ("certificates_list", "certs list --condition -healthy --sort attention"),
    ("certificates_list_deployments", "certs deployments mc-web"),
    ("certificates_list_versions", "certs versions mc-web"),
    (
        "certificates_preview",
        "certs create --name preview.example.internal --key-strategy external --no-issue --dry-run",
    ),
    ("certificates_renew", "certs renew mc-web"),
    ("revocations_cancel", "revocations cancel rev-absent"),
    ("revocations_create", "revocations create --fingerprint 00 --reason superseded --yes"),
    ("revocations_list", "revocations list --state waiting"),
    ("revocations_revoke", "certs revoke mc-absent --reason key_compromise --now --yes"),
    ("revocations_show", "revocations show rev-absent"),
    ("certificates_run", "bulk plan tag_add --id mc-web --change-tag web"),
    ("certificates_show", "certs show mc-web"),
    ("certificates_text", "certs text mc-web"),
    ("certificates_timeline", "certs timeline mc-web"),
    ("certificates_update", "certs update mc-web --environment production"),
    ("certificates_upload_csr", "certs csr mc-api CSR"),
    (
        "dns_providers_create",
        "dns-providers create --name Main --kind webhook --id dns-other --set url=https://dns.example.com/records \
         --set secrets=[\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"]",
    ),
    ("confirmations_cancel", "confirmations cancel cf-absent"),
    ("confirmations_confirm", "confirmations confirm cf-absent"),
    ("confirmations_list", "confirmations list --state waiting --action bulk_revoke"),
    ("confirmations_refuse", "confirmations refuse cf-absent --reason no"),
    ("confirmations_show", "confirmations show cf-absent"),
    ("dns_providers_delete", "dns-providers delete dns-absent"),
    ("dns_providers_kinds", "dns-providers kinds"),
    ("dns_providers_list", "dns-providers list"),
    ("dns_providers_show", "dns-providers show dns-main"),
    ("dns_providers_test", "dns-providers test dns-absent www.example.com"),
    ("dns_providers_update", "dns-providers update dns-main --name Main"),
    ("events_stream", "events"),
    ("health_ready", "status"),
    ("health_version", "status"),
    ("issuers_create", "issuers create --name Other --kind local_ca --id iss-other"),
    ("issuers_delete", "issuers delete iss-absent"),
    ("issuers_kinds", "issuers kinds"),
    ("issuers_list", "issuers list"),
    ("issuers_pause", "issuers pause iss-absent --reason audit"),
    ("issuers_persistent_record", "issuers persistent-record iss-absent www.example.org"),
    ("issuers_replace", "issuers replace-ca iss-absent --lifetime-days 30 --permit example.internal"),
    ("issuers_resume", "issuers resume iss-absent"),
    ("issuers_roll_key", "issuers roll-key iss-absent"),
    ("issuers_show", "issuers show iss-local"),
    ("issuers_test", "issuers test iss-local"),
    ("issuers_update", "issuers update iss-local --name Local"),
    ("jobs_anchors", "jobs anchors --state Failed"),
    ("jobs_cancel", "jobs cancel job-absent"),
    ("jobs_export", "jobs export -o json"),
    ("jobs_facets", "jobs facets --kind Deployment"),
    ("jobs_list", "jobs list"),
    ("jobs_retry", "jobs retry job-absent"),
    ("jobs_retry_many", "jobs retry --all --kind Validation"),
    ("jobs_show", "jobs show job-absent"),
    ("needs_find", "needs"),
    ("needs_snooze", "needs --snooze expired:iss-local --for 4h --reason known"),
    ("needs_wake", "needs --wake expired:iss-local"),
    ("notifications_list", "notifications list --state dead --unread"),
    ("notifications_read", "notifications read ne-absent"),
    ("notifications_read_all", "notifications read-all"),
    ("notifications_retry", "notifications retry ne-absent"),
    ("notifications_show", "notifications show ne-absent"),
    (
        "notifiers_create",
        "notifiers create --name Ops --kind webhook --id nt-ops --min-severity warning \
         --set url=https://hooks.example.com --set secrets=[\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"]",
    ),
    ("notifiers_delete", "notifiers delete nt-absent"),
    ("notifiers_kinds", "notifiers kinds"),
    ("notifiers_list", "notifiers list"),
    ("notifiers_preview", "notifiers preview nt-ops"),
    ("notifiers_put_template", "notifiers template nt-ops --built-in"),
    ("notifiers_show", "notifiers show nt-ops"),
    ("notifiers_template", "notifiers template nt-ops"),
    ("notifiers_test", "notifiers test nt-absent"),
    ("notifiers_update", "notifiers update nt-ops --digest-minutes 30"),
    ("operations_cancel", "bulk cancel op-absent"),
    ("operations_list", "bulk list"),
    ("operations_list_items", "bulk items op-absent"),
    ("operations_retry_failed", "bulk retry op-absent"),
    ("operations_show", "bulk show op-absent"),
    ("owners_create", "owners create --name Alice --id o-alice"),
    ("owners_delete", "owners delete o-absent"),
    ("owners_list", "owners list"),
    ("owners_show", "owners show o-web-team"),
    ("owners_update", "owners update o-web-team --name Web"),
    ("policies_create", "policies create --name Short --kind MaxLifetime --set max_days=90 --id pr-short"),
    ("policies_delete", "policies delete pr-absent"),
    ("policies_kinds", "policies kinds"),
    ("policies_list", "policies list"),
    ("policies_show", "policies show pr-absent"),
    ("policies_try_out", "policies preview --kind MaxLifetime --set max_days=90"),
    ("policies_update", "policies update pr-absent --name Shorter"),
    ("policies_violations", "policies violations pr-absent"),
    ("profiles_create", "profiles create --name Strict --id prof-strict"),
    ("profiles_delete", "profiles delete prof-absent"),
    ("profiles_list", "profiles list"),
    ("profiles_preview", "profiles preview prof-default --max-lifetime 30d"),
    ("profiles_show", "profiles show prof-default"),
    ("profiles_update", "profiles update prof-default --name Default"),
    ("renewal_policies_create", "renewal-policies create --name Early --id rp-early"),
    ("renewal_policies_delete", "renewal-policies delete rp-absent"),
    ("renewal_policies_list", "renewal-policies list"),
    ("renewal_policies_preview", "renewal-policies preview rp-default --percent 60"),
    ("renewal_policies_show", "renewal-policies show rp-default"),
    ("renewal_policies_update", "renewal-policies update rp-default --name Default"),
    ("search_find", "search web"),
    ("sessions_end", "sessions end ses-absent"),
    ("sessions_end_all", "sessions end-all"),
    ("sessions_list", "sessions list"),
    ("stats_expiry", "stats expiry"),
    ("stats_fleet", "stats fleet"),
    ("stats_issuance", "stats issuance"),
    ("stats_renewals", "stats renewals"),
    ("stats_summary", "stats summary"),
    ("health_show", "system"),
    ("tags_list", "certs tags"),
    (
        "targets_create",
        "targets create --name web --kind file --agent ag-web-1 --set certificate_path=/tmp/c --set key_path=/tmp/k",
    ),
    ("targets_anchors", "targets anchors --kind file"),
    ("targets_delete", "targets delete tgt-absent"),
    ("targets_facets", "targets facets --agent ag-web-1"),
    ("targets_kinds", "targets kinds"),
    ("targets_list", "targets list"),
    ("targets_list_tests", "targets tests tgt-web-files"),
    ("targets_show", "targets show tgt-web-files"),
    ("targets_show_test", "targets show-test tt-absent"),
    ("targets_test", "targets test tgt-web-files --no-wait"),
    (
        "targets_test_draft",
        "targets test --kind file --agent ag-web-1 --set certificate_path=/tmp/c --set key_path=/tmp/k --no-wait",
    ),
    ("targets_update", "targets update tgt-web-files --name Files"),
    ("teams_create", "teams create --name Data --id t-data"),
    ("teams_delete", "teams delete t-absent"),
    ("teams_list", "teams list"),
    ("teams_show", "teams show t-web"),
    ("teams_update", "teams update t-web --name Web"),
    ("users_create", "users create --username bob --role viewer --id u-bob --password-file PASSWORD"),
    ("users_delete", "users delete u-absent"),
    ("users_list", "users list"),
    ("users_people", "users people"),
    ("users_set_password", "users password u-absent --password-file PASSWORD"),
    ("users_show", "users show u-absent"),
    ("users_update", "users update u-absent --name Bob"),
    (
        "views_create",
        "views create --noun certificates --name Web --filter environment=production --id vw-web",
    ),
    ("views_delete", "views delete vw-absent"),
    ("views_list", "views list"),
    ("views_show", "views show vw-absent"),
    ("views_update", "views update vw-absent --name Web"),
    ("violations_list", "violations list"),
    ("violations_show", "violations show pv-absent"),
];

/// Name, method and path of the operations that people and programs may call.
fn operations(fleet: &Fleet) -> Vec<(String, String)> {
    let document = fleet.json(&["api", "get", "/openapi.json"]);
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if !["agent", "join-token"].contains(&operation["x-access"].as_str().unwrap()) {
                let name = operation["operationId"].as_str().unwrap().to_owned();
                found.push((name, format!("{} {path} ", method.to_uppercase())));
            }
        }
    }
    found
}

#[test]
fn every_operation_is_called_by_its_command() {
    let fleet = peopled(false, &[]);
    let operations = operations(&fleet);
    let names: BTreeSet<&str> = operations.iter().map(|(name, _)| name.as_str()).collect();
    let commanded: BTreeSet<&str> = COMMANDS.iter().chain(WITHOUT).map(|(name, _)| *name).collect();
    let missing: Vec<_> = names.difference(&commanded).collect();
    let gone: Vec<_> = commanded.difference(&names).collect();
    assert!(missing.is_empty() && gone.is_empty(), "add to commanded.rs: {missing:?}; take away: {gone:?}");

    let csr = fleet.path("web.csr");
    std::fs::write(&csr, "no CSR").unwrap();
    let (certs, csr, password) = (fleet.plane.ca_file(), csr, fleet.path("password"));
    std::fs::write(&password, "lamp river otter\n").unwrap();
    for (name, line) in COMMANDS.iter().filter(|(name, _)| !UNLOGGED.contains(name)) {
        let (_, request) = operations.iter().find(|(known, _)| known == name).unwrap();
        let before = std::fs::read_to_string(fleet.plane.log()).unwrap().len();
        let arguments: Vec<&str> = line
            .split(' ')
            .map(|word| match word {
                "CERTS" => certs.to_str().unwrap(),
                "CSR" => csr.to_str().unwrap(),
                "PASSWORD" => password.to_str().unwrap(),
                word => word,
            })
            .collect();
        let output = fleet.run(&arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        // Done, or the server said no; never a mistake of the command line's, nor a server that is not reached.
        assert!(matches!(output.status.code(), Some(0 | 1 | 5)), "certctl {line}: {said}");
        eventually(&format!("{request}by certctl {line}: {said}"), || {
            let log = std::fs::read_to_string(fleet.plane.log()).unwrap();
            log[before..].lines().any(|entry| entry.contains(request)).then_some(())
        });
    }
}

/// Certificates are brought in from files, changed in bulk, listed as rows and exported, with the exit codes that the
/// reference tells.
fn certificates_in_bulk(postgres: bool) {
    let fleet = peopled(postgres, &[]);
    let code = |line: &str| fleet.run(&line.split(' ').collect::<Vec<_>>()).status.code().unwrap();

    // An agent's identity: a certificate with its key, which stays here. What is there already is no mistake.
    let file = fleet.path("web.pem");
    std::fs::copy(fleet.hosts[0].path("agent/identity.pem"), &file).unwrap();
    let path = file.to_str().unwrap();
    let imported = fleet.json(&["certs", "import", path, "--mode", "found", "--tag", "lab"]);
    assert_eq!(
        (imported["imported"].as_i64(), imported["refused"].as_i64()),
        (Some(1), Some(0)),
        "{imported}"
    );
    let id = imported["items"][0]["certificate_id"].as_str().unwrap();
    let again = fleet.json(&["certs", "import", path, "--mode", "found"]);
    assert_eq!(
        (again["existing"].as_i64(), again["items"][0]["certificate_id"].as_str()),
        (Some(1), Some(id))
    );
    std::fs::write(&file, "nothing").unwrap();
    assert_eq!(code(&format!("certs import {path}")), 2);
    std::fs::write(&file, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
    assert_eq!(code(&format!("certs import {path}")), 1, "a refused certificate");
    assert_eq!(fleet.items(&["certs", "tags", "--prefix", "la"])[0]["tag"], "lab");

    // Planned and not run: nothing changes. Run: what was counted.
    let plan =
        fleet.json(&["bulk", "plan", "set_environment", "--tag", "lab", "--to-environment", "staging"]);
    assert_eq!((plan["selected"].as_i64(), plan["will_change"].as_i64()), (Some(1), Some(1)), "{plan}");
    assert_eq!(fleet.json(&["certs", "show", id])["environment"], Value::Null);
    let ended = fleet.json(&["bulk", "run", plan["plan_id"].as_str().unwrap(), "--wait"]);
    assert_eq!((ended["state"].as_str(), ended["done"].as_i64()), (Some("Completed"), Some(1)), "{ended}");
    assert_eq!(fleet.json(&["certs", "show", id])["environment"], "staging");
    assert_eq!(code(&format!("bulk run {}", plan["plan_id"].as_str().unwrap())), 5, "a plan runs once");
    let none = ["bulk", "plan", "set_environment", "--id", id, "--to-environment", "none", "--wait"];
    assert_eq!(fleet.json(&none)["done"], 1);
    assert_eq!(fleet.json(&["certs", "show", id])["environment"], Value::Null);
    let items = fleet.items(&["bulk", "items", ended["id"].as_str().unwrap(), "--result", "done"]);
    assert_eq!(items[0]["certificate_id"], id);
    assert_eq!(code("bulk plan renew"), 2, "nothing is selected");
    assert_eq!(code(&format!("bulk plan renew --id {id} --tag lab")), 2, "two selections");
    assert_eq!(code("bulk plan renew --all --expect 77"), 5, "another size");

    // Rows: one line for each certificate, and the header of a CSV.
    let n = fleet.items(&["certs", "list"]).len();
    let csv = fleet.certctl(&["certs", "list", "-o", "csv"]);
    let mut lines = csv.split("\r\n");
    assert!(lines.next().unwrap().starts_with("id,name,"), "{csv}");
    assert!(csv.contains(id) && lines.filter(|line| !line.is_empty()).count() == n, "{csv}");
    let rows = fleet.certctl(&["certs", "list", "-o", "ndjson", "--all", "--limit", "1"]);
    let rows: Vec<Value> = rows.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(rows.len() == n && rows.iter().any(|row| row["id"] == id), "{rows:?}");
    let one: Value = serde_json::from_str(&fleet.certctl(&["certs", "show", id, "-o", "ndjson"])).unwrap();
    assert_eq!(one["id"], id);
    assert_eq!(code("events -o csv"), 2);

    // Exports: of the server's making, to a file or to standard output.
    let to = fleet.path("certs.json");
    fleet.certctl(&["certs", "export", "-o", "json", "--tag", "lab", "--to", to.to_str().unwrap()]);
    let exported: Value = serde_json::from_str(&std::fs::read_to_string(&to).unwrap()).unwrap();
    assert_eq!(
        (exported["count"].as_i64(), exported["items"][0]["id"].as_str()),
        (Some(1), Some(id)),
        "{exported}"
    );
    let columns = fleet.certctl(&["jobs", "export", "--columns", "id,state"]);
    assert!(columns.starts_with("id,state\r\n"), "{columns}");
    assert_eq!(code("certs export --columns nonsense --to /nonexistent/x"), 2);
    assert_eq!(code("certs export --columns nonsense"), 5);
    assert_eq!(code("certs export -o yaml"), 2);
}

/// A user signs in with a password, works with what the role allows, and is out when the session is ended.
fn signed_in_by_name(postgres: bool) {
    let fleet = Fleet::alone(postgres);
    let password = fleet.path("password");
    std::fs::write(&password, "lamp river otter\n").unwrap();
    let file = password.to_str().unwrap();
    let made = ["users", "create", "--username", "bob", "--role", "viewer", "--id", "u-bob"];
    fleet.certctl(&[&made[..], &["--password-file", file]].concat());
    let code = |line: &[&str]| fleet.run(line).status.code().unwrap();
    assert_eq!(code(&["login", "--user", "bob"]), 2, "there is no terminal to ask at");
    assert_eq!(code(&["login", "--password-file", file]), 2, "whose password it is");
    std::fs::write(&password, "lamp river\n").unwrap();
    let refused = fleet.run(&["login", "--user", "bob", "--password-file", file]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(refused.status.code() == Some(5) && said.contains("the password is wrong"), "{said}");
    assert_eq!(fleet.items(&["users", "list"])[0]["username"], "bob", "the key is still kept");

    std::fs::write(&password, "lamp river otter\n").unwrap();
    fleet.certctl(&["login", "--user", "bob", "--password-file", file]);
    assert_eq!(fleet.json(&["api", "get", "/auth/check"])["actor"]["id"], "u-bob");
    let kept = std::fs::read_to_string(fleet.path("config/certctl/config.toml")).unwrap();
    assert!(kept.contains("cn_") && !kept.contains("otter"), "{kept}");
    assert_ne!(code(&["users", "list"]), 0, "a viewer manages no users");
    let session = fleet.items(&["sessions", "list"])[0]["id"].as_str().unwrap().to_owned();
    fleet.certctl(&["sessions", "end", &session]);
    assert_ne!(code(&["certs", "list"]), 0);
}

#[test]
fn a_user_signs_in_by_name_on_sqlite() {
    signed_in_by_name(false);
}

#[test]
fn a_user_signs_in_by_name_on_postgres() {
    signed_in_by_name(true);
}

#[test]
fn certificates_are_imported_changed_listed_and_exported_from_the_command_line_on_sqlite() {
    certificates_in_bulk(false);
}

#[test]
fn certificates_are_imported_changed_listed_and_exported_from_the_command_line_on_postgres() {
    certificates_in_bulk(true);
}

#[test]
fn any_route_can_be_called_with_parameters_headers_and_all_pages() {
    let mut fleet = peopled(false, &[]);
    for n in 0..7 {
        let body = format!("{{\"name\":\"n{n}\"}}");
        fleet.certctl(&["api", "post", "/owners", "-d", &body]);
    }
    let all = fleet.json(&["api", "get", "/owners", "-p", "limit=3", "--all"]);
    assert_eq!(all["items"].as_array().unwrap().len(), 8, "seven and the one that was there: {all}");
    assert!(all["next_cursor"].is_null());
    let shown = fleet.certctl(&["api", "GET", "/owners/o-web-team", "--include"]);
    assert!(shown.starts_with("200 OK\n") && shown.contains("etag: \"1\"\n"), "{shown}");
    let stale =
        ["api", "patch", "/owners/o-web-team", "-d", "{\"name\":\"x\"}", "-H", "If-Match: \"7\"", "-i"];
    let refused = fleet.run(&stale);
    assert_eq!(refused.status.code(), Some(5));
    assert!(String::from_utf8_lossy(&refused.stdout).starts_with("412 Precondition Failed\n"));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("request id:"));
    let searched = fleet.json(&["api", "get", "/search", "-p", "q=web & more"]);
    assert!(searched["items"].is_array(), "a parameter is encoded: {searched}");
    let yaml = fleet.certctl(&["api", "get", "/version", "-o", "yaml"]);
    assert!(yaml.contains("version: "), "{yaml}");
    assert!(fleet.certctl(&["api", "get", "/metrics"]).contains("certctl_http_request_seconds_bucket"));
    for wrong in [&["api", "get", "/owners", "-d", "{}"][..], &["api", "post", "/owners", "--all"][..]] {
        assert_eq!(fleet.run(wrong).status.code(), Some(2), "{wrong:?}");
    }
    let gone = fleet.run(&["api", "get", "/nothing"]);
    assert_eq!(gone.status.code(), Some(5));
    fleet.plane.kill();
    assert_eq!(fleet.run(&["api", "get", "/version"]).status.code(), Some(3));
}
