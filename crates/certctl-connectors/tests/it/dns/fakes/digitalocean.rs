//! DigitalOcean, API v2, as <https://docs.digitalocean.com/reference/api/> has it.
//!
//! Not for: pages of lists. Invariant: two equal records may be.

use serde_json::json;

use super::super::fake::{Answered, Asked, Zone};
use super::{TOKEN, full};

fn error(status: u16, id: &str, message: &str) -> Answered {
    Answered::json(status, &json!({ "id": id, "message": message }))
}

/// Places of the names and values, as ids.
fn id(name: &str, value: &str) -> u64 {
    let add = |sum: u64, byte: u8| (sum * 31 + u64::from(byte)) % 1_000_003;
    name.bytes().chain(value.bytes()).fold(7, add)
}

pub(super) fn answer(asked: &Asked, zone: &mut Zone) -> Answered {
    if asked.header("authorization") != format!("Bearer {TOKEN}") {
        return error(401, "unauthorized", "Unable to authenticate you");
    }
    let (method, path) = asked.what();
    match (method, path.as_slice()) {
        ("GET", ["v2", "domains", "example.test", "records"]) => {
            assert_eq!(asked.query["type"], "TXT");
            let name = &asked.query["name"];
            let relative = name.strip_suffix(".example.test").unwrap_or("@");
            let one = |value: &String| json!({ "id": id(name, value), "type": "TXT", "name": relative, "data": value, "ttl": 60 });
            let records: Vec<_> = zone.of(name).iter().map(one).collect();
            Answered::json(
                200,
                &json!({ "domain_records": records, "links": {}, "meta": { "total": records.len() } }),
            )
        }
        ("POST", ["v2", "domains", "example.test", "records"]) => {
            zone.be_outrun();
            let name = full(asked.body["name"].as_str().unwrap(), "@");
            let value = asked.body["data"].as_str().unwrap();
            zone.add(&name, value);
            Answered::json(
                201,
                &json!({ "domain_record": { "id": id(&name, value), "type": "TXT", "data": value } }),
            )
        }
        ("DELETE", ["v2", "domains", "example.test", "records", wanted]) => {
            zone.be_outrun();
            let found = zone.values.iter().find_map(|(name, values)| {
                let at = values.iter().position(|value| id(name, value).to_string() == *wanted)?;
                Some((name.clone(), at))
            });
            let Some((name, at)) = found else {
                return error(404, "not_found", "The resource is not found.");
            };
            let mut values = zone.of(&name);
            values.remove(at);
            zone.put(&name, values);
            Answered(204, String::new())
        }
        _ => error(404, "not_found", "The resource you requested could not be found."),
    }
}
