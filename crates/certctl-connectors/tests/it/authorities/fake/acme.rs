//! ACME, as far as the connector uses it. Signatures are not verified: real servers of the other tests do that.

use std::collections::BTreeSet;

use certctl_pki::{Name, pem};
use serde_json::{Value, json};

use super::vault::decoded;
use super::{Answered, Asked, Memory};

/// What it does otherwise than most.
#[derive(Debug, Clone, Default)]
pub(crate) struct Switches {
    /// It lists the orders of an account.
    pub(crate) lists: bool,
    /// It gives an order that is pending again to the same names.
    pub(crate) gives_again: bool,
    /// It has a second chain.
    pub(crate) alternates: bool,
    /// The second chain is broken.
    pub(crate) broken_alternate: bool,
    /// It certifies another key.
    pub(crate) other_key: bool,
    /// It leaves the names out but the first.
    pub(crate) fewer_names: bool,
    /// It knows renewal information.
    pub(crate) renewal: Option<Value>,
    /// When it wants to be asked for it again; after six hours when absent.
    pub(crate) renewal_after: Option<&'static str>,
    /// The names by which it is known in CAA records and in those of dns-persist-01.
    pub(crate) known_as: Vec<&'static str>,
    /// What it says of `replaces`.
    pub(crate) replaces_refused: Option<(u16, &'static str)>,
    /// Good nonces that it refuses.
    pub(crate) n_nonces_refused: usize,
    /// Looks at a challenge, and at an order, before it is done.
    pub(crate) n_looks: usize,
    /// What challenges fail with.
    pub(crate) challenge_error: Option<Value>,
    /// The kinds of challenges that it offers.
    pub(crate) offers: Vec<&'static str>,
    /// Its profiles.
    pub(crate) profiles: Vec<&'static str>,
    /// It wants external account binding.
    pub(crate) wants_binding: bool,
    /// Its tokens.
    pub(crate) token: Option<&'static str>,
    /// The contacts that it shows.
    pub(crate) contact: Option<Value>,
    /// The account's status.
    pub(crate) account_status: Option<&'static str>,
    /// It asks for a proof of this name instead.
    pub(crate) other_name: Option<&'static str>,
}

#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) identifiers: Vec<Value>,
    pub(crate) status: &'static str,
    /// Of each identifier.
    pub(crate) authorizations: Vec<&'static str>,
    pub(crate) certificate: Option<String>,
    n_looks: usize,
}

#[derive(Debug, Default)]
pub(crate) struct Acme {
    pub(crate) switches: Switches,
    pub(crate) orders: Vec<Order>,
    pub(crate) has_account: bool,
    pub(crate) n_answers: usize,
    nonces: BTreeSet<String>,
    n_nonces: usize,
}

/// The payload of a signed request.
pub(super) fn payload(asked: &Asked) -> Value {
    let text = asked.body["payload"].as_str().unwrap_or_default();
    serde_json::from_slice(&decoded(text)).unwrap_or_default()
}

fn problem(status: u16, kind: &str, detail: &str) -> Answered {
    Answered::json(status, &json!({ "type": format!("urn:ietf:params:acme:error:{kind}"), "detail": detail }))
}

pub(super) fn answer(memory: &mut Memory, asked: &Asked) -> Answered {
    let answered = answer_to(memory, asked);
    memory.acme.n_nonces += 1;
    let nonce = format!("nonce-{}", memory.acme.n_nonces);
    memory.acme.nonces.insert(nonce.clone());
    answered.with("replay-nonce", nonce)
}

fn answer_to(memory: &mut Memory, asked: &Asked) -> Answered {
    let url = memory.url.clone();
    let parts = asked.parts();
    if asked.method == "POST" {
        let header: Value =
            serde_json::from_slice(&decoded(asked.body["protected"].as_str().unwrap_or_default()))
                .unwrap_or_default();
        let is_known = memory.acme.nonces.remove(header["nonce"].as_str().unwrap_or_default());
        if !is_known || memory.acme.switches.n_nonces_refused > 0 {
            memory.acme.switches.n_nonces_refused = memory.acme.switches.n_nonces_refused.saturating_sub(1);
            return problem(400, "badNonce", "this nonce is not good");
        }
        if header["url"] != format!("{url}{}", asked.path)
            || asked.header("content-type") != "application/jose+json"
        {
            return problem(400, "malformed", "the request is not signed for this address");
        }
        if header["kid"].is_string() && !memory.acme.has_account {
            return problem(400, "accountDoesNotExist", "no such account");
        }
    }
    let payload = payload(asked);
    match (asked.method.as_str(), parts.as_slice()) {
        ("GET", ["dir"]) => Answered::json(200, &directory(memory)),
        ("HEAD", ["nonce"]) => Answered { status: 200, headers: Vec::new(), text: String::new() },
        ("POST", ["account"]) => account(memory, &payload),
        ("POST", ["acct", "1"]) => Answered::json(200, &json!({ "status": "valid" })),
        ("POST", ["acct", "1", "orders"]) => {
            let list: Vec<String> =
                (0..memory.acme.orders.len()).map(|n| format!("{url}/order/{n}")).collect();
            Answered::json(200, &json!({ "orders": list }))
        }
        ("POST", ["new-order"]) => new_order(memory, &payload),
        ("POST", ["order", n]) => look(memory, n.parse().unwrap()),
        ("POST", ["authz", n, m]) => authorization(memory, n.parse().unwrap(), m.parse().unwrap()),
        ("POST", ["chall", n, m, _]) => challenge(memory, n.parse().unwrap(), m.parse().unwrap()),
        ("POST", ["finalize", n]) => finalize(memory, n.parse().unwrap(), &payload),
        ("POST", ["cert", n, rest @ ..]) => certificate(memory, n.parse().unwrap(), !rest.is_empty()),
        ("POST", ["revoke"]) => Answered::json(200, &Value::Null),
        ("GET", ["ari", _]) => match memory.acme.switches.renewal.clone() {
            Some(value) => {
                let after = memory.acme.switches.renewal_after.unwrap_or("21600");
                Answered::json(200, &value).with("retry-after", after)
            }
            None => problem(404, "malformed", "never heard of this certificate"),
        },
        _ => problem(404, "malformed", "there is nothing here"),
    }
}

fn directory(memory: &Memory) -> Value {
    let (url, switches) = (&memory.url, &memory.acme.switches);
    let mut found = json!({
        "newNonce": format!("{url}/nonce"), "newAccount": format!("{url}/account"), "newOrder": format!("{url}/new-order"),
        "revokeCert": format!("{url}/revoke"), "keyChange": format!("{url}/key-change"),
        "meta": { "externalAccountRequired": switches.wants_binding },
    });
    for profile in &switches.profiles {
        found["meta"]["profiles"][profile] = json!("a profile");
    }
    if !switches.known_as.is_empty() {
        found["meta"]["caaIdentities"] = json!(switches.known_as);
    }
    if switches.renewal.is_some() || switches.replaces_refused.is_some() {
        found["renewalInfo"] = json!(format!("{url}/ari"));
    }
    found
}

fn account(memory: &mut Memory, payload: &Value) -> Answered {
    if payload["onlyReturnExisting"] == true && !memory.acme.has_account {
        return problem(400, "accountDoesNotExist", "no account for this key");
    }
    memory.acme.has_account = true;
    let mut found = json!({ "status": memory.acme.switches.account_status.unwrap_or("valid") });
    if let Some(contact) = &memory.acme.switches.contact {
        found["contact"] = contact.clone();
    }
    if memory.acme.switches.lists {
        found["orders"] = json!(format!("{}/acct/1/orders", memory.url));
    }
    Answered::json(201, &found).with("location", format!("{}/acct/1", memory.url))
}

fn new_order(memory: &mut Memory, payload: &Value) -> Answered {
    if let (Some((status, kind)), true) =
        (memory.acme.switches.replaces_refused, payload["replaces"].is_string())
    {
        return problem(status, kind, "that certificate was replaced");
    }
    let identifiers = payload["identifiers"].as_array().unwrap().clone();
    let again = memory.acme.switches.gives_again;
    let open = |order: &Order| order.status == "pending" && order.identifiers == identifiers;
    let n = memory.acme.orders.iter().position(|order| again && open(order)).unwrap_or_else(|| {
        memory.acme.orders.push(Order {
            authorizations: vec!["pending"; identifiers.len()],
            identifiers,
            status: "pending",
            certificate: None,
            n_looks: 0,
        });
        memory.acme.orders.len() - 1
    });
    Answered::json(201, &shown(memory, n)).with("location", format!("{}/order/{n}", memory.url))
}

fn shown(memory: &Memory, n: usize) -> Value {
    let (url, order) = (&memory.url, &memory.acme.orders[n]);
    let authorizations: Vec<String> =
        (0..order.identifiers.len()).map(|m| format!("{url}/authz/{n}/{m}")).collect();
    let mut found = json!({
        "status": order.status, "identifiers": order.identifiers, "authorizations": authorizations,
        "finalize": format!("{url}/finalize/{n}"),
    });
    if order.status == "invalid" {
        found["error"] = memory.acme.switches.challenge_error.clone().unwrap_or_default();
    }
    if order.status == "valid" {
        found["certificate"] = json!(format!("{url}/cert/{n}"));
    }
    found
}

fn look(memory: &mut Memory, n: usize) -> Answered {
    if memory.acme.orders.len() <= n {
        return problem(404, "malformed", "no such order");
    }
    let n_looks = memory.acme.switches.n_looks;
    let order = &mut memory.acme.orders[n];
    if order.status == "processing" {
        order.n_looks += 1;
        if order.n_looks > n_looks {
            order.status = "valid";
        }
    }
    let found = Answered::json(200, &shown(memory, n));
    if memory.acme.orders[n].status == "processing" { found.with("retry-after", "3") } else { found }
}

fn kinds(memory: &Memory, is_wildcard: bool) -> Vec<&'static str> {
    let offers = &memory.acme.switches.offers;
    match (offers.is_empty(), is_wildcard) {
        (false, _) => offers.clone(),
        (true, true) => vec!["dns-01"],
        (true, false) => vec!["dns-01", "http-01", "tls-alpn-01"],
    }
}

fn authorization(memory: &mut Memory, n: usize, m: usize) -> Answered {
    let (url, switches) = (&memory.url, &memory.acme.switches);
    let order = &memory.acme.orders[n];
    let value = order.identifiers[m]["value"].as_str().unwrap();
    let is_wildcard = value.starts_with("*.");
    let name = switches.other_name.unwrap_or_else(|| value.trim_start_matches("*."));
    let status = order.authorizations[m];
    let challenges: Vec<Value> = kinds(memory, is_wildcard)
        .into_iter()
        .map(|kind| {
            let token = switches.token.map_or_else(|| format!("token-{n}-{m}-{kind}"), str::to_owned);
            let mut one = json!({ "type": kind, "url": format!("{url}/chall/{n}/{m}/{kind}"), "status": status, "token": token });
            if kind == "dns-persist-01" {
                // It has no token (draft-ietf-acme-dns-persist, section 3).
                one.as_object_mut().unwrap().remove("token");
                one["issuer-domain-names"] = json!(switches.known_as);
            }
            if status == "invalid" {
                one["error"] = switches.challenge_error.clone().unwrap_or_default();
            }
            one
        })
        .collect();
    let mut found = json!({
        "status": status, "identifier": { "type": order.identifiers[m]["type"], "value": name }, "challenges": challenges,
    });
    if is_wildcard {
        found["wildcard"] = json!(true);
    }
    Answered::json(200, &found)
}

fn challenge(memory: &mut Memory, n: usize, m: usize) -> Answered {
    memory.acme.n_answers += 1;
    let failed = memory.acme.switches.challenge_error.is_some();
    let order = &mut memory.acme.orders[n];
    order.authorizations[m] = if failed { "invalid" } else { "valid" };
    if failed {
        order.status = "invalid";
    } else if order.authorizations.iter().all(|status| *status == "valid") {
        order.status = "ready";
    }
    Answered::json(200, &json!({ "status": "processing" }))
}

fn finalize(memory: &mut Memory, n: usize, payload: &Value) -> Answered {
    if memory.acme.orders[n].status != "ready" {
        return problem(403, "orderNotReady", "the order is not ready");
    }
    let csr = decoded(payload["csr"].as_str().unwrap());
    let switches = memory.acme.switches.clone();
    let identifiers = memory.acme.orders[n].identifiers.iter();
    let mut names: Vec<Name> =
        identifiers.map(|one| Name::parse(one["value"].as_str().unwrap()).unwrap()).collect();
    if switches.fewer_names {
        names.truncate(1);
    }
    let leaf = memory.ca.leaf(&csr, &names, switches.other_key);
    let order = &mut memory.acme.orders[n];
    order.certificate = Some(pem::encode_certificates([leaf]));
    order.status = if switches.n_looks > 0 { "processing" } else { "valid" };
    Answered::json(200, &shown(memory, n)).with("retry-after", "3")
}

fn certificate(memory: &mut Memory, n: usize, alternate: bool) -> Answered {
    let leaf = memory.acme.orders[n].certificate.clone().unwrap();
    let above = if alternate { memory.ca.cross_pem() } else { memory.ca.root_pem() };
    let switches = &memory.acme.switches;
    let text =
        if alternate && switches.broken_alternate { "<html>".to_owned() } else { format!("{leaf}{above}") };
    let found = Answered { status: 200, headers: Vec::new(), text };
    if switches.alternates {
        return found
            .with("link", format!("<{}/dir>;rel=\"index\"", memory.url))
            .with("link", format!("<{}/cert/{n}/1>;rel=\"alternate\"", memory.url));
    }
    found
}
