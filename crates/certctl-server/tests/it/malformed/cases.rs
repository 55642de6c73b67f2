//! The mistakes: for each operation, requests with exactly one thing wrong and the name that the refusal has to give it.

use certctl_pki::{KeyAlgorithm, Name, PrivateKey, build_csr, pem};
use serde_json::{Value, json};

use super::SECRET;
use super::document::{Operation, fields, kind, prefix, present, required, sample};
use super::world::World;

/// One malformed request.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) what: String,
    /// With the query.
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) payload: Payload,
    /// How the refusal names what is wrong.
    pub(crate) pointer: String,
    pub(crate) statuses: &'static [u16],
}

#[derive(Debug)]
pub(crate) enum Payload {
    None,
    Json(Value),
    /// With a content type.
    Text(&'static str, String),
    /// Without one.
    Bare(String),
}

const UNREADABLE: &[u16] = &[400];
const BROKEN_RULE: &[u16] = &[422];
/// Of names that are a matter of what this server knows (kinds, algorithms), and of configurations that a kind checks.
const UNKNOWN: &[u16] = &[400, 422];
const JSON: &str = "application/json";

/// A key of 1,024 bits; certctl makes none, so this one was made with OpenSSL.
const WEAK_KEY: &str = "-----BEGIN CERTIFICATE REQUEST-----
MIIBkDCB+gIBADAfMR0wGwYDVQQDDBR3ZWIuZXhhbXBsZS5pbnRlcm5hbDCBnzAN
BgkqhkiG9w0BAQEFAAOBjQAwgYkCgYEAw6t8ZZ5S7WRs6hILyD06g4Mguo8jGoRG
7Je763lypHSB9vsqqBzro4jRObQnQ+j8Wwm5YDdqchMXgcU8z72eObtge2uYNqC3
+/b/RiGofk59csnw01k67SNT2DPmbTFv7C5RUny8JXAk/LYcheVgWwWnHSaiBd6B
3Q8yXJuBVdMCAwEAAaAyMDAGCSqGSIb3DQEJDjEjMCEwHwYDVR0RBBgwFoIUd2Vi
LmV4YW1wbGUuaW50ZXJuYWwwDQYJKoZIhvcNAQELBQADgYEAVs9L/DvqreFDOiON
AmBOSGf7C4lZ9xPr3xgMYBdhA3zWEM7crCLQrN6AD4pDnS1m4dTLChv0+GgeCz1n
lnwPri8CILLp/kWbyIakIaSI3IovIpNthr9sHhuX7D/iBpgW8VOthzDwfkN56+GH
faam5QUlOEYbC8svYkz7IzW5krc=
-----END CERTIFICATE REQUEST-----
";

/// All mistakes for an operation.
pub(crate) fn of(operation: &Operation, world: &World) -> Vec<Case> {
    let mut cases = Cases { operation, world, list: Vec::new() };
    cases.path_id();
    cases.query();
    cases.headers();
    match &operation.body {
        None => cases.no_body(),
        Some(schema) => {
            cases.any_body();
            cases.body_fields(schema);
            cases.rules(schema);
            cases.csr(schema);
        }
    }
    cases.list
}

struct Cases<'a> {
    operation: &'a Operation,
    world: &'a World,
    list: Vec<Case>,
}

impl Cases<'_> {
    fn add(
        &mut self,
        what: impl Into<String>,
        payload: Payload,
        pointer: impl Into<String>,
        statuses: &'static [u16],
    ) {
        self.list.push(Case {
            what: what.into(),
            path: self.operation.real_path.clone(),
            headers: Vec::new(),
            payload,
            pointer: pointer.into(),
            statuses,
        });
    }

    /// A good body, as far as the document tells.
    fn good_body(&self) -> Payload {
        match &self.operation.body {
            Some(schema) => Payload::Json(self.good(schema)),
            None => Payload::None,
        }
    }

    fn good(&self, schema: &Value) -> Value {
        let mut body = sample(schema, &self.world.ids);
        // What the document cannot tell: names are no free texts, a kind has its configuration.
        let kind = &schema["properties"]["kind"];
        let is_target = schema["properties"]["agent_id"].is_object();
        let kind = if !is_target && (kind["enum"].is_array() || kind["$ref"].is_string()) {
            body["kind"].clone()
        } else {
            json!(if is_target { "file" } else { "local_ca" })
        };
        for (name, value) in [
            ("names", json!(["new.example.internal"])),
            ("kind", kind),
            ("csr_pem", csr(&["web.example.internal"]).into()),
            ("password", json!("quiet harbour morning")),
        ] {
            // Kinds of another noun are in the sample already.
            let listed = present(&schema["properties"][name])["enum"].as_array();
            let is_one = listed.is_none_or(|kinds| kinds.contains(&value));
            if required(schema).contains(&name) && is_one {
                body[name] = value;
            }
        }
        if required(schema).contains(&"conditions") {
            body["subject"] = json!("certificates");
            body["conditions"] = json!([{ "environment": "production" }]);
        }
        if schema["properties"]["parameters"].is_object() {
            if required(schema).contains(&"kind") {
                body["kind"] = json!("MaxLifetime");
            }
            body["parameters"] = json!({ "max_seconds": 86_400 });
        }
        if schema["properties"]["config"].is_object() {
            body["config"] = match body["kind"].as_str() {
                Some("local_ca") => json!({}),
                Some("smtp") => {
                    json!({ "host": "mail.example.com", "from": "a@example.com", "to_owner": true })
                }
                Some(_) | None => json!({ "certificate_path": "/tmp/c.pem", "key_path": "/tmp/k.pem" }),
            };
        }
        // A certificate that needs no agent.
        if schema["properties"]["key_strategy"].is_object() {
            body["key_strategy"] = json!("external");
            body["issue"] = json!(false);
        }
        body
    }

    fn path_id(&mut self) {
        let Some(prefix) = &self.operation.prefix else { return };
        let other = if prefix == "job-" { "mc-web" } else { "job-web" };
        let long = format!("{prefix}{}", "a".repeat(100));
        let texts = [other, prefix, "nonsense", "%00", "%ff", "..%2f..", "%3Cscript%3E", "MC-WEB", &long]
            .map(str::to_owned);
        for text in texts {
            let payload = self.good_body();
            self.add(format!("the id {text}"), payload, "{id}", UNREADABLE);
            let path = self.operation.path.replace("{id}", &text);
            self.list.last_mut().unwrap().path = path;
        }
    }

    fn with_query(&mut self, query: &str, pointer: String) {
        let payload = self.good_body();
        self.add(format!("the query {query}"), payload, pointer.clone(), UNREADABLE);
        // What must be there is there, so that only the bad one is at fault.
        let mut query = query.to_owned();
        for (name, schema) in &self.operation.query {
            if self.operation.needed.contains(name) && pointer != format!("?{name}") {
                let good = sample(present(schema), &self.world.ids);
                let good = good.as_str().map_or_else(|| good.to_string(), str::to_owned);
                query.push_str(&format!("&{name}={good}"));
            }
        }
        self.list.last_mut().unwrap().path = format!("{}?{query}", self.operation.real_path);
    }

    fn query(&mut self) {
        self.with_query("no_such_parameter=1", "?no_such_parameter".to_owned());
        for (name, schema) in &self.operation.query {
            let schema = present(schema);
            let mut bad: Vec<String> = match (kind(schema), prefix(schema)) {
                (_, Some(prefix)) => {
                    vec!["nonsense".into(), "x-web".into(), prefix.into(), format!("{prefix}A")]
                }
                (Some("integer"), _) => {
                    vec!["many".into(), "1.5".into(), "-1".into(), format!("1{}", "0".repeat(30))]
                }
                (Some("boolean"), _) => vec!["yes".into(), "1".into()],
                _ if schema["enum"].is_array() => vec!["no-such".into()],
                _ if schema["format"] == "date-time" => {
                    vec!["yesterday".into(), "2026-13-01T00:00:00Z".into()]
                }
                _ if name == "cursor" => vec!["nonsense".into(), "!!".into(), "e30".into()],
                _ => Vec::new(),
            };
            for (bound, step) in [("minimum", -1), ("maximum", 1)] {
                bad.extend(schema[bound].as_i64().map(|bound| (bound + step).to_string()));
            }
            bad.push("a%00b".into());
            for value in bad {
                self.with_query(&format!("{name}={value}"), format!("?{name}"));
            }
            let good = sample(schema, &self.world.ids);
            let good = good.as_str().map_or_else(|| good.to_string(), str::to_owned);
            self.with_query(&format!("{name}={good}&{name}={good}"), format!("?{name}"));
        }
    }

    fn headers(&mut self) {
        for name in self.operation.headers.clone() {
            let name: &'static str = match name.as_str() {
                "If-Match" => "If-Match",
                "Idempotency-Key" => "Idempotency-Key",
                "Last-Event-ID" => "Last-Event-ID",
                other => panic!("say here what is wrong in the header {other}"),
            };
            let payload = self.good_body();
            self.add(format!("a bad {name}"), payload, format!("{name}:"), UNREADABLE);
            self.list.last_mut().unwrap().headers.push((name, "x".repeat(300)));
        }
    }

    fn no_body(&mut self) {
        self.add("a body that is not JSON", Payload::Text(JSON, "{\"a\":".into()), "", UNREADABLE);
        self.add("a list", Payload::Json(json!([1])), "", UNREADABLE);
        self.add("a field", Payload::Json(json!({ "no_such_field": SECRET })), "/no_such_field", UNREADABLE);
        self.add("another content type", Payload::Text("text/plain", SECRET.into()), "", UNREADABLE);
        self.add("10 MiB", Payload::Text(JSON, ten_mebibytes()), "", UNREADABLE);
    }

    fn any_body(&mut self) {
        for text in ["{", "{\"a\":}", "nonsense", "{} {}", "\u{feff}{}", "{'a':1}"] {
            self.add(format!("the body {text}"), Payload::Text(JSON, text.into()), "", UNREADABLE);
        }
        let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
        for text in ["[]", "null", "7", "\"text\"", &deep] {
            let what = format!("the body {}", text.chars().take(20).collect::<String>());
            self.add(what, Payload::Text(JSON, text.into()), "", UNREADABLE);
        }
        let good = serde_json::to_string(&self.good(self.operation.body.as_ref().unwrap())).unwrap();
        for kind in
            ["text/plain", "application/xml", "application/x-www-form-urlencoded", "application/jsonx"]
        {
            self.add(
                format!("{kind} as content type"),
                Payload::Text(kind, good.clone()),
                "Content-Type:",
                &[415],
            );
        }
        self.add("no content type", Payload::Bare(good), "Content-Type:", &[415]);
        self.add("10 MiB", Payload::Text(JSON, ten_mebibytes()), "", &[413]);
    }

    /// Each field of the body, and of the objects in it: unknown, missing, of another type, against its form.
    fn body_fields(&mut self, schema: &Value) {
        let good = self.good(schema);
        self.object(schema, &good, &|value| value, "");
    }

    /// `wrap` puts an object at `at` into a whole body.
    fn object(&mut self, schema: &Value, good: &Value, wrap: &dyn Fn(Value) -> Value, at: &str) {
        let with = |name: &str, value: Value| {
            let mut object = good.clone();
            object[name] = value;
            Payload::Json(wrap(object))
        };
        // A map's names are values: which are known is a rule.
        let of_names = if schema["properties"].is_object() { UNREADABLE } else { BROKEN_RULE };
        self.add(
            "an unknown field",
            with("no_such_field", json!(SECRET)),
            format!("{at}/no_such_field"),
            of_names,
        );
        for name in required(schema) {
            let mut object = good.clone();
            object.as_object_mut().unwrap().remove(name);
            // A field that any value fits, null too, is null when it is missing.
            if kind(&schema["properties"][name]).is_some() {
                self.add(
                    format!("no {at}/{name}"),
                    Payload::Json(wrap(object)),
                    format!("{at}/{name}"),
                    UNREADABLE,
                );
            }
        }
        for (name, field) in fields(schema) {
            let (field, place) = (present(field), format!("{at}/{name}"));
            for bad in bad_values(field) {
                let statuses = statuses(field);
                self.add(format!("{place} as {bad}"), with(name, bad), place.clone(), statuses);
            }
            if kind(field) == Some("string") {
                self.add(format!("U+0000 in {place}"), with(name, json!("a\0b")), place.clone(), UNREADABLE);
                let long = json!(SECRET.repeat(10_000));
                self.add(
                    format!("{place} with 240,000 letters"),
                    with(name, long),
                    place.clone(),
                    UNREADABLE,
                );
            }
            let items = present(&field["items"]);
            if kind(field) == Some("array") {
                for bad in bad_values(items) {
                    let place = format!("{place}/0");
                    self.add(format!("{place} as {bad}"), with(name, json!([bad])), place, statuses(items));
                }
            }
            if kind(items) == Some("object") {
                let inner = sample(items, &self.world.ids);
                let wrap = |value: Value| {
                    let mut object = good.clone();
                    object[name] = json!([value]);
                    wrap(object)
                };
                self.object(items, &inner, &wrap, &format!("{place}/0"));
            }
        }
    }

    /// What can be read but breaks a rule that all nouns share.
    fn rules(&mut self, schema: &Value) {
        let good = self.good(schema);
        let mut rule = |name: &str, value: Value, pointer: &str| {
            // A word out of a list has its type for a rule.
            let is_word = name == "reason" && schema["properties"][name]["enum"].is_array();
            if schema["properties"][name].is_object() && !is_word {
                let mut body = good.clone();
                body[name] = value;
                self.add(format!("{name} against its rule"), Payload::Json(body), pointer, BROKEN_RULE);
            }
        };
        for name in ["name", "environment"] {
            for text in [" ", "a\nb", &"x".repeat(201)] {
                rule(name, json!(text), &format!("/{name}"));
            }
        }
        rule("names", json!([]), "/names");
        rule("names", json!(["a b"]), "/names/0");
        rule("names", json!(["web.example.internal", "-bad-.example"]), "/names/1");
        rule("tags", json!([" "]), "/tags/0");
        rule("key_algorithm", json!("rsa-1024"), "/key_algorithm");
        rule("lifetime_seconds", json!(1), "/lifetime_seconds");
        rule("lifetime_seconds", json!(i64::MAX), "/lifetime_seconds");
        rule("expires_in_seconds", json!(1), "/expires_in_seconds");
        rule("expires_in_seconds", json!(i64::MAX), "/expires_in_seconds");
        rule("max_attempts", json!(0), "/max_attempts");
        rule("alert_thresholds_days", json!([366]), "/alert_thresholds_days/0");
        rule("alert_thresholds_percent", json!([50, 100]), "/alert_thresholds_percent/1");
        rule("parameters", json!({}), "/parameters/max_seconds");
        rule("parameters", json!({ "max_seconds": 86_400, "x": 1 }), "/parameters/x");
        rule(
            "windows",
            json!([{ "time_zone": "Mars", "from": "22:00", "to": "04:00" }]),
            "/windows/0/time_zone",
        );
        rule("conditions", json!([]), "/conditions");
        rule("conditions", json!([{ "environment": "lab" }, {}]), "/conditions/1");
        if required(schema).contains(&"subject") {
            rule("group_by", json!("kind"), "/group_by");
        }
        rule("for_seconds", json!(-1), "/for_seconds");
        rule("repeat_seconds", json!(1), "/repeat_seconds");
        for (field, at) in [("time_zone", "Mars/Olympus"), ("from", "7:00"), ("to", "24:00")] {
            let mut quiet = json!({ "time_zone": "UTC", "from": "22:00", "to": "07:00" });
            quiet[field] = json!(at);
            rule("quiet_hours", quiet, &format!("/quiet_hours/{field}"));
        }
        rule("email", json!("nobody"), "/email");
        for (name, max) in [("reason", 500), ("version", 200), ("platform", 200), ("boot_id", 200)] {
            rule(name, json!("x".repeat(max + 1)), &format!("/{name}"));
        }
        rule("capabilities", json!(["nginx", ""]), "/capabilities/1");
        rule("wait_seconds", json!(31), "/wait_seconds");
        for name in ["owner_id", "team_id", "issuer_id", "profile_id", "renewal_policy_id", "agent_id"] {
            let Some(prefix) = prefix(present(&schema["properties"][name])) else { continue };
            rule(name, json!(format!("{prefix}absent")), &format!("/{name}"));
        }
        for name in ["target_ids", "agent_ids"] {
            let Some(prefix) = prefix(&present(&schema["properties"][name])["items"]) else { continue };
            let mut body = good.clone();
            body[name] = json!([format!("{prefix}absent")]);
            if schema["properties"]["key_strategy"].is_object() {
                body["key_strategy"] = json!("per_host");
            }
            self.add(format!("{name} of nobody"), Payload::Json(body), format!("/{name}/0"), BROKEN_RULE);
            // Targets go with a certificate whose keys are on hosts.
            let case = self.list.last_mut().unwrap();
            case.path = case.path.replace("mc-web", "mc-host");
        }
    }

    fn csr(&mut self, schema: &Value) {
        if !schema["properties"]["csr_pem"].is_object() {
            return;
        }
        let mut body = self.good(schema);
        let mut texts = vec![
            ("no PEM", SECRET.to_owned()),
            ("PEM that is cut off", csr(&["web.example.internal"]).chars().take(200).collect()),
            (
                "PEM of nothing",
                "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n".into(),
            ),
            ("a certificate in place of a CSR", self.world.certificate_pem.clone()),
            ("a CSR with a bad signature", badly_signed()),
            ("a weak key", WEAK_KEY.to_owned()),
        ];
        // The identity of an agent has no names but its own.
        if !["join-token", "agent"].contains(&self.operation.access.as_str())
            || self.operation.prefix.is_some()
        {
            texts.push(("names that do not match", csr(&["evil.example.internal"])));
        }
        for (what, text) in texts {
            body["csr_pem"] = text.into();
            self.add(what, Payload::Json(body.clone()), "/csr_pem", BROKEN_RULE);
        }
    }
}

fn statuses(schema: &Value) -> &'static [u16] {
    if schema["enum"].is_array() || kind(schema) == Some("object") { UNKNOWN } else { UNREADABLE }
}

/// Values of another type, and of the right type in a form that the schema excludes.
fn bad_values(schema: &Value) -> Vec<Value> {
    let mut bad = match kind(schema) {
        Some("string") => vec![json!(7), json!({}), json!(["x"])],
        Some("integer") => vec![json!("7"), json!(1.5), json!({}), json!(1e30)],
        Some("boolean") => vec![json!("true"), json!(1)],
        Some("array") => vec![json!("x"), json!({}), json!(7)],
        Some("object") => vec![json!("x"), json!(7)],
        Some(_) | None => Vec::new(),
    };
    if schema["enum"].is_array() {
        bad.push(json!("no-such"));
    }
    if schema["format"] == "date-time" {
        bad.push(json!("yesterday"));
    }
    if let Some(prefix) = prefix(schema) {
        bad.extend([json!("nonsense"), json!("x-web"), json!(prefix), json!(format!("{prefix}A"))]);
    }
    bad
}

fn ten_mebibytes() -> String {
    format!("{{\"pad\":\"{}\"}}", "x".repeat(10 << 20))
}

fn csr(names: &[&str]) -> String {
    let names: Vec<Name> = names.iter().map(|name| Name::parse(name).unwrap()).collect();
    pem::encode_request(
        &build_csr(&PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap(), None, &names).unwrap(),
    )
}

/// The last byte of the DER belongs to the signature.
fn badly_signed() -> String {
    let names = [Name::parse("web.example.internal").unwrap()];
    let mut der = build_csr(&PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap(), None, &names).unwrap();
    *der.last_mut().unwrap() ^= 1;
    pem::encode_request(&der)
}
