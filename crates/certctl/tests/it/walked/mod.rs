//! Every route of the running program: without a credential, as each role, as an agent, with what it does not know, with a
//! wrong id, with a body over the limit, by a wrong method; and what is no route.
//!
//! Routes are read from the served document, so one that is added is walked without a change here; the sending of what fits
//! the schemas is left to `contract.rs`, mistakes in every field to the server's `malformed` tests. Invariant: every answer
//! has a documented status and content type, and nothing under `/api` is answered by a page.

mod caller;
mod operation;

use std::collections::{BTreeMap, BTreeSet};

use certctl_core::permission::{Permission, Role};
use reqwest::Method;
use serde_json::{Value, json};

use self::caller::{ADMIN, Answer, Callers, Who, entitled};
use self::operation::{Operation, operations};
use crate::contract::peopled;
use crate::fleet::Fleet;

/// Lists that are empty in this test's world.
const EMPTY: &[&str] = &[
    "/api/v1/alerts",
    "/api/v1/confirmations",
    "/api/v1/notifications",
    "/api/v1/revocations",
    "/api/v1/sessions",
];
/// Each method that a path may have.
const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

struct Walk {
    callers: Callers,
    operations: Vec<Operation>,
    /// Objects of each list, as they are on its first page.
    ids: BTreeMap<String, Vec<String>>,
    /// The object of each path that has one.
    chosen: BTreeMap<String, String>,
    mistakes: Vec<String>,
}

impl Walk {
    /// The path with the id of an object that is there, where there is one.
    fn real(&self, operation: &Operation) -> Option<String> {
        match operation.list() {
            None => Some(operation.path.clone()),
            Some(_) => self.chosen.get(&operation.path).map(|id| operation.path.replace("{id}", id)),
        }
    }

    /// As [`Self::real`], with the id of nothing where there is none.
    fn path(&self, operation: &Operation) -> String {
        let absent = format!("{}absent", operation.prefix.as_deref().unwrap_or_default());
        self.real(operation).unwrap_or_else(|| operation.path.replace("{id}", &absent))
    }

    /// Holds an answer against the document and against what is expected here.
    fn check(&mut self, n: usize, what: &str, answer: &Answer, fits: bool) {
        let operation = &self.operations[n];
        let undocumented = operation.undocumented(answer.status, answer.kind.as_deref());
        let no_problem = answer.status >= 400 && answer.problem().is_none() && answer.status != 503;
        if undocumented.is_some() || no_problem || !fits {
            let why = undocumented.unwrap_or_default();
            self.mistakes.push(format!("{}: {what}: {why} {}", operation.shown(), answer.shown()));
        }
    }

    /// The first object of each list; before it, one is made where the document's example makes one.
    async fn learn(&mut self) {
        for n in 0..self.operations.len() {
            let operation = &self.operations[n];
            let makes = operation.answers.contains_key(&201) && operation.prefix.is_none();
            if makes && entitled(operation) == ADMIN {
                let body = operation.body.clone();
                let answer = self.callers.send(ADMIN, &Method::POST, &operation.path, body.as_ref()).await;
                self.check(n, "its own example", &answer, [201, 409].contains(&answer.status));
            }
        }
        let lists: BTreeSet<String> =
            self.operations.iter().filter_map(|one| one.list().map(str::to_owned)).collect();
        for list in lists {
            let is_list = self.operations.iter().any(|one| one.path == list && one.is_read());
            if !is_list || list.starts_with("/api/v1/agent/") {
                continue;
            }
            let page = self.callers.send(ADMIN, &Method::GET, &list, None).await.json();
            let items = page["items"].as_array().into_iter().flatten();
            let ids: Vec<String> = items.filter_map(|one| one["id"].as_str().map(str::to_owned)).collect();
            if ids.is_empty() && !EMPTY.contains(&list.as_str()) {
                self.mistakes
                    .push(format!("GET {list}: nothing to walk by; make one in contract.rs: {page}"));
            }
            self.ids.insert(list, ids);
        }
        self.choose().await;
    }

    /// An object for each path: one that has what is read there, such as a chain, where there is one.
    async fn choose(&mut self) {
        for operation in &self.operations {
            let Some(ids) = operation.list().and_then(|list| self.ids.get(list)) else { continue };
            for id in ids {
                let path = operation.path.replace("{id}", id);
                let has = !operation.is_read()
                    || self
                        .callers
                        .send(ADMIN, &Method::GET, &format!("{path}?{}", operation.query), None)
                        .await
                        .status
                        < 300;
                if has {
                    self.chosen.entry(operation.path.clone()).or_insert_with(|| id.clone());
                    break;
                }
            }
            if let Some(id) = ids.first() {
                self.chosen.entry(operation.path.clone()).or_insert_with(|| id.clone());
            }
        }
    }

    async fn without_a_credential(&mut self, n: usize) {
        let operation = &self.operations[n];
        let path = self.path(operation);
        let answer = self.callers.send(Who::Nobody, &operation.method, &path, operation.body.as_ref()).await;
        let fits = match operation.access.as_str() {
            "public" => answer.status < 500,
            "setup-token" | "join-token" => (400..500).contains(&answer.status),
            _ => answer.problem().is_some_and(|problem| problem.code == "unauthenticated"),
        };
        self.check(n, "without a credential", &answer, fits);
    }

    async fn as_each_role(&mut self, n: usize) {
        for (number, role) in Role::ALL.iter().enumerate() {
            let operation = &self.operations[n];
            let permission: Option<Permission> = operation.access.parse().ok();
            let is_in = match &permission {
                Some(permission) => role.allows(*permission),
                None if operation.access == "any" => true,
                None => continue,
            };
            let (read, path) = (operation.is_read(), self.path(operation));
            // A read goes through, a change is refused behind the guard.
            let query = if read && is_in { operation.query.as_str() } else { "no_such_parameter=1" };
            let answer = self
                .callers
                .send(Who::Role(number), &operation.method, &format!("{path}?{query}"), None)
                .await;
            let problem = answer.problem();
            let fits = if !is_in {
                let named =
                    problem.and_then(|problem| problem.params).map(|params| params["permission"].clone());
                answer.status == 403 && named == permission.map(|permission| json!(permission.as_str()))
            } else if read && self.real(operation).is_some() {
                // What any known caller may read by its id is the caller's own, such as a saved view.
                let is_anothers =
                    operation.access == "any" && operation.prefix.is_some() && Who::Role(number) != ADMIN;
                // One that is there may have nothing to say, where the document has that answer.
                let says_nothing = answer.status == 409 && operation.answers.contains_key(&409);
                answer.status < 300 || says_nothing || (is_anothers && answer.status == 404)
            } else if read {
                answer.status == 404
            } else {
                names(&answer, 400, "?no_such_parameter")
            };
            self.check(n, role.as_str(), &answer, fits);
        }
    }

    /// An agent opens the agents' doors only, and people none of them.
    async fn as_the_other_kind(&mut self, n: usize) {
        let operation = &self.operations[n];
        let who = match entitled(operation) {
            Who::Agent => ADMIN,
            Who::Role(_) => Who::Agent,
            Who::Nobody => return,
        };
        let path = self.path(operation);
        let answer = self.callers.send(who, &operation.method, &path, operation.body.as_ref()).await;
        self.check(n, "as the other kind of caller", &answer, answer.status == 401);
    }

    async fn with_what_it_does_not_know(&mut self, n: usize) {
        let operation = &self.operations[n];
        let (who, method, path) = (entitled(operation), operation.method.clone(), self.path(operation));
        let query = format!("{path}?no_such_parameter=1");
        let answer = self.callers.send(who, &method, &query, operation.body.as_ref()).await;
        self.check(n, "an unknown parameter", &answer, names(&answer, 400, "?no_such_parameter"));
        let query = &self.operations[n].query;
        let path = if query.is_empty() { path } else { format!("{path}?{query}") };
        let body = json!({ "no_such_field": 1 });
        let answer = self.callers.send(who, &method, &path, Some(&body)).await;
        self.check(n, "an unknown field", &answer, names(&answer, 400, "/no_such_field"));
        let answer = self.callers.send_long(who, &method, &path).await;
        let status = if self.operations[n].body.is_some() { 413 } else { 400 };
        self.check(n, "a body over the limit", &answer, names(&answer, status, ""));
    }

    async fn with_a_wrong_id(&mut self, n: usize) {
        let operation = &self.operations[n];
        let Some(prefix) = operation.prefix.clone() else { return };
        let (who, method, body) = (entitled(operation), operation.method.clone(), operation.body.clone());
        let other = if prefix == "job-" { "mc-web" } else { "job-web" };
        let path = operation.path.replace("{id}", other);
        let answer = self.callers.send(who, &method, &path, body.as_ref()).await;
        self.check(n, "an id of another kind", &answer, names(&answer, 400, "{id}"));
        let absent = self.operations[n].path.replace("{id}", &format!("{prefix}absent"));
        let path = match self.operations[n].query.as_str() {
            "" => absent,
            query => format!("{absent}?{query}"),
        };
        let answer = self.callers.send(who, &method, &path, body.as_ref()).await;
        self.check(n, "an id of nothing", &answer, answer.status == 404);
    }

    /// Each path answers the methods that are documented, and says so of itself.
    async fn by_other_methods(&mut self) {
        let mut paths: BTreeMap<&str, Vec<&Method>> = BTreeMap::new();
        for operation in &self.operations {
            paths.entry(&operation.path).or_default().push(&operation.method);
        }
        for (path, methods) in paths {
            let real = path.replace("{id}", "mc-web");
            for method in METHODS.iter().chain([&Method::TRACE, &Method::OPTIONS]) {
                if methods.contains(&method) {
                    continue;
                }
                let answer = self.callers.send(ADMIN, method, &real, None).await;
                let allowed: BTreeSet<&str> =
                    answer.allow.as_deref().unwrap_or_default().split(',').collect();
                let mut told: BTreeSet<&str> = methods.iter().map(|method| method.as_str()).collect();
                if told.contains("GET") {
                    told.insert("HEAD");
                }
                let is_refused = answer.problem().is_some_and(|problem| problem.code == "method_not_allowed");
                if answer.status != 405 || !is_refused || allowed != told {
                    self.mistakes.push(format!("{method} {path}: {:?} {}", answer.allow, answer.shown()));
                }
            }
        }
    }

    /// What is no route is not found. A browser may be told so by the dashboard's page, but not where programs ask.
    async fn beside_the_routes(&mut self) {
        let known: BTreeSet<&str> = self.operations.iter().map(|one| one.path.as_str()).collect();
        let mut paths: BTreeSet<String> = known.iter().map(|path| format!("{path}/nothing")).collect();
        paths.extend(known.iter().map(|path| format!("{path}/")));
        let others = [
            "/api",
            "/api/",
            "/api/v1",
            "/api/v1/",
            "/api/v2/certificates",
            "/api/docs/x",
            "/API/v1/version",
            "/acme/directory",
            "/nothing",
            "/assets/x",
            "/.well-known/est/cacerts",
            "/index.html",
            "//api/v1/version",
        ];
        paths.extend(others.map(str::to_owned));
        for path in paths {
            let path = path.replace("{id}", "mc-web");
            // `/certificates/nothing` is the object `nothing`.
            let is_object = |one: &&Operation| {
                one.path.strip_suffix("/{id}").is_some_and(|list| path == format!("{list}/nothing"))
            };
            if self.operations.iter().any(|one| is_object(&one)) {
                continue;
            }
            for method in [Method::GET, Method::POST] {
                let request = self.callers.request(ADMIN, &method, &path).header("accept", "text/html");
                let answer = Answer::of(request.send().await.unwrap()).await;
                let is_page = answer.text.starts_with("<!doctype html>")
                    && method == Method::GET
                    && !["/api/", "/acme/", "/.well-known/", "/assets/"]
                        .iter()
                        .any(|own| path.starts_with(own));
                let is_refused =
                    is_page || answer.problem().is_some_and(|problem| problem.code == "no_route");
                if answer.status != 404 || !is_refused {
                    self.mistakes.push(format!("{method} {path}: {}", answer.shown()));
                }
            }
        }
    }

    /// The pages that the program brings are there, and are pages.
    async fn pages(&mut self) {
        for path in ["/", "/setup", "/api/docs"] {
            let answer = self.callers.send(Who::Nobody, &Method::GET, path, None).await;
            if answer.status != 200 || !answer.text.starts_with("<!doctype html>") {
                self.mistakes.push(format!("GET {path}: {}", answer.shown()));
            }
        }
    }
}

/// Whether an answer is a problem of this status that names what is wrong.
fn names(answer: &Answer, status: u16, pointer: &str) -> bool {
    let problem = answer.problem();
    answer.status == status
        && problem.is_some_and(|problem| problem.errors.iter().any(|one| one.pointer == pointer))
}

/// An API key of each role, the admin's first.
fn keys(fleet: &Fleet) -> Vec<String> {
    assert_eq!(Role::ALL[0], Role::Admin);
    let key = |role: &Role| {
        let made = fleet.json(&["keys", "create", "--name", role.as_str(), "--role", role.as_str()]);
        made["secret"].as_str().unwrap().to_owned()
    };
    Role::ALL.iter().map(key).collect()
}

fn every_route_keeps_its_rules(postgres: bool) {
    // Less than the long body of this test.
    let fleet = peopled(postgres, &[("CERTCTL_MAX_BODY_BYTES", "65536")]);
    let bulk =
        json!({ "selection": { "ids": ["mc-web"] }, "action": "tag_add", "params": { "tags": ["web"] } });
    fleet.certctl(&["api", "post", "/certificates/bulk", "-d", &bulk.to_string()]);
    let served = fleet.json(&["api", "get", "/openapi.json"]);
    let own: Value = serde_json::from_str(&fleet.certctl(&["openapi"])).unwrap();
    assert!(served == own, "the program's own table of routes and what its server serves are two things");

    let callers = Callers::of(&fleet, keys(&fleet));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mistakes = runtime.block_on(async {
        let mut walk = Walk {
            callers,
            operations: operations(&served),
            ids: BTreeMap::new(),
            chosen: BTreeMap::new(),
            mistakes: Vec::new(),
        };
        for n in 0..walk.operations.len() {
            walk.without_a_credential(n).await;
        }
        // Nobody presented anything, so nothing was attempted; but for the made-up tokens.
        let path = "/api/v1/audit?action=request.refuse";
        let refused = walk.callers.send(ADMIN, &Method::GET, path, None).await.json();
        let objects: Vec<_> =
            refused["items"].as_array().into_iter().flatten().map(|one| &one["object_id"]).collect();
        assert!(
            objects.iter().all(|route| route.as_str().is_some_and(|r| r.contains("/auth/"))),
            "{objects:?}"
        );
        walk.learn().await;
        for n in 0..walk.operations.len() {
            walk.as_each_role(n).await;
            walk.as_the_other_kind(n).await;
            walk.with_what_it_does_not_know(n).await;
            walk.with_a_wrong_id(n).await;
        }
        walk.by_other_methods().await;
        walk.beside_the_routes().await;
        walk.pages().await;
        walk.mistakes
    });
    assert!(mistakes.is_empty(), "{} mistakes:\n{}", mistakes.len(), mistakes.join("\n"));
    let log = std::fs::read_to_string(fleet.plane.log()).unwrap();
    let errors: Vec<&str> = log.lines().filter(|line| line.contains(" ERROR ")).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn every_route_of_the_program_keeps_its_rules_on_sqlite() {
    every_route_keeps_its_rules(false);
}

#[test]
fn every_route_of_the_program_keeps_its_rules_on_postgres() {
    every_route_keeps_its_rules(true);
}
