//! Hetzner, DNS of the Cloud API, as <https://docs.hetzner.cloud/reference/cloud> has it.
//!
//! Not for: the older DNS console's API. Invariant: a change is an action that goes on for a while.

use serde_json::{Value, json};

use super::super::fake::{Answered, Asked, Zone, unquoted};
use super::{TOKEN, full};

fn error(status: u16, code: &str, message: &str) -> Answered {
    Answered::json(status, &json!({ "error": { "code": code, "message": message, "details": {} } }))
}

fn action(status: &str) -> Value {
    json!({ "id": 1, "command": "add_rrset_records", "status": status, "progress": 50, "error": null })
}

fn values(body: &Value) -> Vec<String> {
    let records = body["records"].as_array().unwrap().iter();
    records.map(|record| unquoted(record["value"].as_str().unwrap())).collect()
}

pub(super) fn answer(asked: &Asked, zone: &mut Zone) -> Answered {
    if asked.header("authorization") != format!("Bearer {TOKEN}") {
        return error(401, "unauthorized", "unable to authenticate");
    }
    let (method, path) = asked.what();
    match (method, path.as_slice()) {
        ("GET", ["v1", "zones", "example.test", "rrsets", name, "TXT"]) => {
            let found = zone.of(&full(name, "@"));
            if found.is_empty() {
                return error(404, "not_found", "rrset not found");
            }
            let one = |value: &String| json!({ "value": format!("\"{value}\""), "comment": "" });
            let records: Vec<_> = found.iter().map(one).collect();
            let set = json!({ "id": format!("{name}/TXT"), "name": name, "type": "TXT", "ttl": 60, "records": records });
            Answered::json(200, &json!({ "rrset": set }))
        }
        ("POST", ["v1", "zones", "example.test", "rrsets", name, "TXT", "actions", what]) => {
            zone.be_outrun();
            let name = full(name, "@");
            let mut found = zone.of(&name);
            if found.is_empty() {
                return error(404, "not_found", "rrset not found");
            }
            match *what {
                "add_records" => found.extend(values(&asked.body)),
                "remove_records" => {
                    let gone = values(&asked.body);
                    found.retain(|value| !gone.contains(value));
                }
                _ => return error(404, "not_found", "no such action"),
            }
            zone.put(&name, found);
            Answered::json(201, &json!({ "action": action("running") }))
        }
        ("POST", ["v1", "zones", "example.test", "rrsets"]) => {
            let name = full(asked.body["name"].as_str().unwrap(), "@");
            if !zone.of(&name).is_empty() {
                return error(409, "uniqueness_error", "rrset exists already");
            }
            zone.put(&name, values(&asked.body));
            Answered::json(201, &json!({ "rrset": {}, "action": action("running") }))
        }
        ("GET", ["v1", "actions", "1"]) => Answered::json(200, &json!({ "action": action("success") })),
        _ => error(404, "not_found", "zone not found"),
    }
}
