//! Cloudflare, API v4, as <https://developers.cloudflare.com/api/> has it.
//!
//! Not for: pages of lists. Invariant: a second record that is the same is refused with the code 81058.

use serde_json::{Value, json};

use super::super::fake::{Answered, Asked, Zone, unquoted};
use super::TOKEN;

fn result(value: &Value) -> Answered {
    Answered::json(200, &json!({ "success": true, "errors": [], "messages": [], "result": value }))
}

fn error(status: u16, code: u32, message: &str) -> Answered {
    let errors = json!([{ "code": code, "message": message }]);
    Answered::json(status, &json!({ "success": false, "errors": errors, "messages": [], "result": null }))
}

pub(super) fn answer(asked: &Asked, zone: &mut Zone) -> Answered {
    if asked.header("authorization") != format!("Bearer {TOKEN}") {
        return error(403, 9_109, "Invalid access token");
    }
    let (method, path) = asked.what();
    match (method, path.as_slice()) {
        ("GET", ["client", "v4", "zones"]) => {
            let all = [json!({ "id": "zone-1", "name": "example.test", "status": "active" })];
            let of_name: Vec<_> =
                all.iter().filter(|zone| zone["name"] == asked.query["name"].as_str()).collect();
            result(&json!(of_name))
        }
        ("GET", ["client", "v4", "zones", "zone-1", "dns_records"]) => {
            assert_eq!(asked.query["type"], "TXT");
            let name = &asked.query["name"];
            let one = |value: &String| json!({ "id": format!("id-{value}"), "name": name, "type": "TXT", "content": format!("\"{value}\"") });
            result(&json!(zone.of(name).iter().map(one).collect::<Vec<_>>()))
        }
        ("POST", ["client", "v4", "zones", "zone-1", "dns_records"]) => {
            zone.be_outrun();
            let name = asked.body["name"].as_str().unwrap();
            let value = unquoted(asked.body["content"].as_str().unwrap());
            assert_eq!((&asked.body["type"], &asked.body["ttl"]), (&json!("TXT"), &json!(60)));
            if zone.of(name).contains(&value) {
                return error(400, 81_058, "An identical record already exists.");
            }
            zone.add(name, &value);
            result(&json!({ "id": format!("id-{value}") }))
        }
        ("DELETE", ["client", "v4", "zones", "zone-1", "dns_records", id]) => {
            zone.be_outrun();
            let value = id.strip_prefix("id-").unwrap();
            let holds = zone.values.iter().find(|(_, values)| values.iter().any(|one| one == value));
            let Some(name) = holds.map(|(name, _)| name.clone()) else {
                return error(404, 81_044, "Record does not exist.");
            };
            let mut values = zone.of(&name);
            values.retain(|one| one != value);
            zone.put(&name, values);
            result(&json!({ "id": id }))
        }
        _ => error(404, 7_003, "Could not route to the path"),
    }
}
