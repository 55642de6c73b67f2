//! Where a change may say null: only at what may be absent. The schemas come with null at every field that may be left out.
//!
//! Each type of a change is asked itself, so that the document cannot say anything else than the server does. Not for:
//! refusing (`request/body.rs`). Invariant: every schema of a change is in [`CHANGES`].

use certctl_api::agents::UpdateAgent;
use certctl_api::alert_rules::UpdateAlertRule;
use certctl_api::api_keys::UpdateApiKey;
use certctl_api::certificates::UpdateCertificate;
use certctl_api::dns_providers::UpdateDnsProvider;
use certctl_api::issuers::UpdateIssuer;
use certctl_api::notifiers::UpdateNotifier;
use certctl_api::owners::UpdateOwner;
use certctl_api::policy_rules::UpdatePolicyRule;
use certctl_api::profiles::UpdateProfile;
use certctl_api::renewal_policies::UpdateRenewalPolicy;
use certctl_api::targets::UpdateTarget;
use certctl_api::teams::UpdateTeam;
use certctl_api::users::UpdateUser;
use certctl_api::views::UpdateView;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// A schema of a change, and whether null takes a field of it away.
type Change = (&'static str, fn(&str) -> bool);

const CHANGES: &[Change] = &[
    ("UpdateAgent", takes_away::<UpdateAgent>),
    ("UpdateAlertRule", takes_away::<UpdateAlertRule>),
    ("UpdateApiKey", takes_away::<UpdateApiKey>),
    ("UpdateCertificate", takes_away::<UpdateCertificate>),
    ("UpdateDnsProvider", takes_away::<UpdateDnsProvider>),
    ("UpdateIssuer", takes_away::<UpdateIssuer>),
    ("UpdateNotifier", takes_away::<UpdateNotifier>),
    ("UpdateOwner", takes_away::<UpdateOwner>),
    ("UpdatePolicyRule", takes_away::<UpdatePolicyRule>),
    ("UpdateProfile", takes_away::<UpdateProfile>),
    ("UpdateRenewalPolicy", takes_away::<UpdateRenewalPolicy>),
    ("UpdateTarget", takes_away::<UpdateTarget>),
    ("UpdateTeam", takes_away::<UpdateTeam>),
    ("UpdateUser", takes_away::<UpdateUser>),
    ("UpdateView", takes_away::<UpdateView>),
];

/// Whether a change with null at this field is still that when it is written again.
fn takes_away<T: DeserializeOwned + Serialize>(field: &str) -> bool {
    let read: Option<T> = serde_json::from_value(json!({ field: null })).ok();
    read.and_then(|change| serde_json::to_value(change).ok()).is_some_and(|again| again.get(field).is_some())
}

/// Takes null out of the schemas of changes where it would take nothing away.
pub(super) fn restrict(document: &mut Value) {
    for (name, takes_away) in CHANGES {
        let properties = document.pointer_mut(&format!("/components/schemas/{name}/properties"));
        for (field, schema) in properties.and_then(Value::as_object_mut).into_iter().flatten() {
            if !takes_away(field) {
                without_null(schema);
            }
        }
    }
}

fn without_null(schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else { return };
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|one| one != "null");
        if let [one] = types.as_slice() {
            let one = one.clone();
            schema.insert("type".to_owned(), one);
        }
    }
    if let Some(Value::Array(mut choices)) = schema.remove("oneOf") {
        choices.retain(|one| one["type"] != "null");
        match (choices.pop(), choices.is_empty()) {
            (Some(Value::Object(mut one)), true) => {
                one.append(schema);
                *schema = one;
            }
            (last, _) => {
                choices.extend(last);
                schema.insert("oneOf".to_owned(), choices.into());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_says_null_only_where_it_takes_something_away() {
        let document = crate::http::router::document().unwrap();
        let mut n_nulls = 0;
        for item in document["paths"].as_object().unwrap().values() {
            let schema = &item["patch"]["requestBody"]["content"]["application/json"]["schema"]["$ref"];
            let Some(name) = schema.as_str().and_then(|text| text.rsplit('/').next()) else { continue };
            if name == "UpdatePreferences" {
                // Its document is a merge patch itself.
                continue;
            }
            let Some((_, takes_away)) = CHANGES.iter().find(|(known, _)| *known == name) else {
                panic!("{name} is not in the table of changes");
            };
            for (field, schema) in document["components"]["schemas"][name]["properties"].as_object().unwrap()
            {
                let says_null = schema["type"].as_array().is_some_and(|types| types.contains(&json!("null")))
                    || schema["oneOf"].as_array().is_some_and(|all| all.contains(&json!({ "type": "null" })));
                assert_eq!(says_null, takes_away(field), "{name} {field}: {schema}");
                assert!(
                    schema.to_string().contains("description"),
                    "{name} {field} lost its words: {schema}"
                );
                n_nulls += usize::from(says_null);
            }
        }
        assert!(n_nulls > 15, "{n_nulls}");
    }
}
