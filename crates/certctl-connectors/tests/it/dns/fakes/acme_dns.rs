//! acme-dns, as <https://github.com/joohoi/acme-dns> has it.
//!
//! Not for: registering. Invariant: the two values that were set last are there, also when they are the same.

use serde_json::json;

use super::super::fake::{Answered, Asked, Zone};
use super::TOKEN;

pub(super) fn answer(asked: &Asked, zone: &mut Zone) -> Answered {
    let error = |status: u16, text: &str| Answered::json(status, &json!({ "error": text }));
    if asked.header("x-api-user") != "user-1" || asked.header("x-api-key") != TOKEN {
        return error(401, "forbidden");
    }
    if asked.what() != ("POST", vec!["update"]) {
        return error(404, "not found");
    }
    let (subdomain, value) = (asked.body["subdomain"].as_str().unwrap(), asked.body["txt"].as_str().unwrap());
    let name = format!("{subdomain}.www.example.test");
    let mut values = zone.of(&name);
    values.push(value.to_owned());
    let n_too_many = values.len().saturating_sub(2);
    values.drain(..n_too_many);
    zone.put(&name, values);
    Answered::json(200, &json!({ "txt": value }))
}
