//! Azure DNS 2018-05-01, as <https://learn.microsoft.com/rest/api/dns/record-sets> has it, with its tokens.
//!
//! Not for: other types. Invariant: a write whose condition does not hold changes nothing.

use serde_json::{Value, json};

use super::super::fake::{Answered, Asked, Zone, form};
use super::{TOKEN, full};

const ACCESS: &str = "access-t0ken-of-azure";

pub(super) fn config(url: &str) -> Value {
    json!({
        "tenant_id": "tenant-1", "client_id": "client-1", "client_secret": TOKEN, "subscription_id": "sub-1",
        "resource_group": "group-1", "endpoint": url, "login_endpoint": format!("{url}/login"),
    })
}

fn error(status: u16, code: &str, message: &str) -> Answered {
    Answered::json(status, &json!({ "error": { "code": code, "message": message } }))
}

pub(super) fn answer(asked: &Asked, zone: &mut Zone) -> Answered {
    let (method, path) = asked.what();
    if (method, path.as_slice()) == ("POST", &["login", "tenant-1", "oauth2", "v2.0", "token"][..]) {
        let form = form(&asked.text);
        assert_eq!((&*form["grant_type"], &*form["client_id"]), ("client_credentials", "client-1"));
        assert_eq!(form["scope"], "https://management.azure.com/.default");
        if form["client_secret"] != TOKEN {
            let body = json!({ "error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret" });
            return Answered::json(401, &body);
        }
        return Answered::json(
            200,
            &json!({ "token_type": "Bearer", "expires_in": 3599, "access_token": ACCESS }),
        );
    }
    if asked.header("authorization") != format!("Bearer {ACCESS}") {
        return error(401, "InvalidAuthenticationToken", "The access token is invalid.");
    }
    assert_eq!(asked.query["api-version"], "2018-05-01");
    let [
        "subscriptions",
        "sub-1",
        "resourceGroups",
        "group-1",
        "providers",
        "Microsoft.Network",
        "dnsZones",
        "example.test",
        "TXT",
        name,
    ] = path.as_slice()
    else {
        return error(404, "ResourceNotFound", "The resource was not found.");
    };
    let name = full(name, "@");
    if method != "GET" {
        zone.be_outrun();
    }
    let found = zone.of(&name);
    let etag = format!("etag-{}", zone.n_changes);
    let holds = match (asked.header("if-match"), asked.header("if-none-match")) {
        ("", "*") => found.is_empty(),
        (wanted, "") => wanted == etag && !found.is_empty(),
        _ => false,
    };
    match method {
        "GET" if found.is_empty() => error(404, "NotFound", "The resource record was not found."),
        "GET" => {
            let records: Vec<_> = found.iter().map(|value| json!({ "value": [value] })).collect();
            Answered::json(200, &json!({ "etag": etag, "properties": { "TTL": 60, "TXTRecords": records } }))
        }
        _ if !holds => error(412, "PreconditionFailed", "The condition in the request is not met."),
        "PUT" => {
            let records = asked.body["properties"]["TXTRecords"].as_array().unwrap().iter();
            let joined = |record: &Value| {
                record["value"].as_array().unwrap().iter().filter_map(Value::as_str).collect()
            };
            zone.put(&name, records.map(joined).collect());
            Answered::json(200, &asked.body)
        }
        "DELETE" => {
            zone.put(&name, Vec::new());
            Answered(200, String::new())
        }
        _ => error(405, "MethodNotAllowed", "no"),
    }
}
