//! The reference page names every field of every kind as its schema has it.
//!
//! `CERTCTL_WRITE_REFERENCE=1` writes the tables anew.

use std::path::Path;

use certctl_connectors::dns::{schema, title};
use certctl_core::dns_provider::DnsProviderKind;
use serde_json::Value;

const HEADING: &str = "## Fields\n";

fn tables() -> String {
    let mut text = HEADING.to_owned();
    for kind in DnsProviderKind::ALL {
        let schema = schema(*kind);
        text.push_str(&format!(
            "\n### {}: `{kind}`\n\n| Field | | What it is |\n|---|---|---|\n",
            title(*kind)
        ));
        let mut fields: Vec<(&String, &Value)> = schema["properties"].as_object().unwrap().iter().collect();
        fields.sort_by_key(|(_, field)| field["x-order"].as_u64());
        for (name, field) in fields {
            let is_required = schema["required"].as_array().unwrap().contains(&Value::from(name.as_str()));
            let mut notes = Vec::new();
            if is_required {
                notes.push("required".to_owned());
            }
            if field["x-secret"] == true {
                notes.push("secret".to_owned());
            }
            if !field["default"].is_null() {
                notes.push(format!("default `{}`", field["default"].to_string().trim_matches('"')));
            }
            let about = field["description"].as_str().unwrap();
            text.push_str(&format!("| `{name}` | {} | {about} |\n", notes.join(", ")));
        }
    }
    text
}

#[test]
fn the_reference_page_has_every_field() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/dns-providers.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, found) = page.split_at(page.find(HEADING).expect("the page has its heading"));
    let wanted = tables();
    if std::env::var_os("CERTCTL_WRITE_REFERENCE").is_some() {
        std::fs::write(&path, format!("{before}{wanted}")).unwrap();
    } else {
        assert_eq!(
            found, wanted,
            "write it anew: CERTCTL_WRITE_REFERENCE=1 cargo nextest run -p certctl-connectors -E 'test(page)'"
        );
    }
}
