//! A receiver that checks the signature of Standard Webhooks.
//!
//! Not for: old messages. Invariant: what is not signed with the right secret changes nothing.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::super::fake::{Answered, Asked, Zone};
use super::TOKEN;

const KEY: &str = "c2VjcmV0LW9mLXRoZS13ZWJob29rLXRlc3Q=";

pub(super) fn config(url: &str) -> Value {
    json!({ "url": format!("{url}/hook"), "secrets": [format!("whsec_{KEY}")], "bearer_token": TOKEN })
}

pub(super) fn secrets() -> Vec<String> {
    vec![format!("whsec_{KEY}"), TOKEN.to_owned()]
}

pub(super) fn answer(asked: &Asked, zone: &mut Zone) -> Answered {
    let signed =
        format!("{}.{}.{}", asked.header("webhook-id"), asked.header("webhook-timestamp"), asked.text);
    let key = hmac::Key::new(hmac::HMAC_SHA256, &STANDARD.decode(KEY).unwrap());
    let wanted = format!("v1,{}", STANDARD.encode(hmac::sign(&key, signed.as_bytes())));
    if asked.header("webhook-signature") != wanted
        || asked.header("authorization") != format!("Bearer {TOKEN}")
    {
        return Answered(401, "the signature is wrong".to_owned());
    }
    let text = |key: &str| asked.body[key].as_str().unwrap();
    assert_eq!((text("zone"), asked.what()), ("example.test", ("POST", vec!["hook"])));
    zone.be_outrun();
    let mut values = zone.of(text("name"));
    values.retain(|value| value != text("value"));
    match text("action") {
        "set" => values.push(text("value").to_owned()),
        "remove" => {}
        other => return Answered(400, format!("unknown action {other}")),
    }
    zone.put(text("name"), values);
    Answered(200, "done".to_owned())
}
