//! deSEC, as <https://desec.readthedocs.io/en/latest/dns/rrsets.html> has it.
//!
//! Not for: several sets in one request. Invariant: a set is replaced as a whole, and is gone without records.

use serde_json::{Value, json};

use super::super::fake::{Answered, Asked, Zone, unquoted};
use super::{TOKEN, full};

fn error(status: u16, detail: &str) -> Answered {
    Answered::json(status, &json!({ "detail": detail }))
}

pub(super) fn answer(asked: &Asked, zone: &mut Zone) -> Answered {
    if asked.header("authorization") != format!("Token {TOKEN}") {
        return error(401, "Invalid token.");
    }
    let (method, path) = asked.what();
    match (method, path.as_slice()) {
        ("GET", ["api", "v1", "domains", "example.test", "rrsets", name, "TXT", ""]) => {
            let found = zone.of(&full(name, "@"));
            if found.is_empty() {
                return error(404, "Not found.");
            }
            let records: Vec<_> = found.iter().map(|value| format!("\"{value}\"")).collect();
            Answered::json(200, &json!({ "subname": name, "type": "TXT", "ttl": 3600, "records": records }))
        }
        ("PATCH", ["api", "v1", "domains", "example.test", "rrsets", ""]) => {
            zone.be_outrun();
            let set = &asked.body[0];
            if set["ttl"].as_u64().unwrap() < 3_600 {
                return Answered::json(
                    400,
                    &json!([{ "ttl": ["Ensure this value is greater than or equal to 3600."] }]),
                );
            }
            let records = set["records"].as_array().unwrap().iter();
            let values = records.map(|record| unquoted(record.as_str().unwrap())).collect();
            let name = full(set["subname"].as_str().unwrap(), "");
            zone.put(&name, values);
            zone.be_overwritten(&name);
            Answered::json(200, &Value::Array(vec![set.clone()]))
        }
        _ => error(404, "Not found."),
    }
}
