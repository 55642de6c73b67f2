//! A small authority that can misbehave: ACME and Vault in one HTTP server, with a CA of its own.
//!
//! The control plane's own tests use it too, behind TLS. Not for: proving that the protocols are understood (real servers do). Invariant: what it counts is what it was asked for.

mod acme;
mod ca;
mod vault;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

pub(crate) use acme::Switches;
pub(crate) use ca::Ca;
pub(crate) use vault::{ROLE_ID, SECRET_ID, TOKEN};

/// How it answers.
#[derive(Debug, Clone)]
pub(crate) enum Mode {
    /// As it should.
    Normal,
    /// Not at all.
    Hang,
    /// So, whatever is asked: status, `Retry-After`, text.
    Answer(u16, Option<&'static str>, String),
}

/// What was asked.
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Value,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(String::as_str).unwrap_or_default()
    }

    pub(crate) fn parts(&self) -> Vec<&str> {
        self.path.trim_start_matches('/').split('/').collect()
    }
}

/// What is answered.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) text: String,
}

impl Answered {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self { status, headers: Vec::new(), text: body.to_string() }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// One part of a good answer is another.
#[derive(Debug, Clone)]
pub(crate) struct Bend {
    /// The first part of the path, or the last.
    pub(crate) part: &'static str,
    /// Which value of its JSON, or which letter of its text; counted round.
    pub(crate) at: usize,
    /// What is there instead.
    pub(crate) value: Value,
}

impl Bend {
    fn of(&self, text: &str) -> String {
        if let Ok(mut value) = serde_json::from_str::<Value>(text) {
            let mut left = self.at % count(&value);
            replace(&mut value, &mut left, &self.value);
            return value.to_string();
        }
        let mut letters: Vec<char> = text.chars().collect();
        if !letters.is_empty() {
            let at = self.at % letters.len();
            letters.splice(at..=at, self.value.to_string().chars());
        }
        letters.into_iter().collect()
    }
}

fn children(value: &mut Value) -> Vec<&mut Value> {
    match value {
        Value::Array(items) => items.iter_mut().collect(),
        Value::Object(fields) => fields.values_mut().collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

fn count(value: &Value) -> usize {
    1 + children(&mut value.clone()).into_iter().map(|child| count(child)).sum::<usize>()
}

fn replace(value: &mut Value, left: &mut usize, by: &Value) -> bool {
    if *left == 0 {
        *value = by.clone();
        return true;
    }
    *left -= 1;
    children(value).into_iter().any(|child| replace(child, left, by))
}

/// What it remembers.
pub(crate) struct Memory {
    pub(crate) url: String,
    pub(crate) ca: Ca,
    pub(crate) acme: acme::Acme,
    pub(crate) vault: vault::Vault,
    /// By the first part of a path; `""` is everything.
    modes: BTreeMap<String, Mode>,
    /// Where a request is carried out and its answer is lost, once.
    lost: Option<String>,
    /// Where answers are bent.
    bent: Option<Bend>,
    asked: Vec<(String, Value)>,
    /// Requests that are not answered.
    pub(crate) n_hanging: usize,
}

pub(crate) struct Fake {
    memory: Arc<Mutex<Memory>>,
    pub(crate) url: String,
}

impl Fake {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let memory = Arc::new(Mutex::new(Memory {
            url: url.clone(),
            ca: Ca::new(),
            acme: acme::Acme::default(),
            vault: vault::Vault::default(),
            modes: BTreeMap::new(),
            lost: None,
            bent: None,
            asked: Vec::new(),
            n_hanging: 0,
        }));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&memory));
        // Ends with the test's runtime.
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { memory, url }
    }

    pub(crate) fn with<T>(&self, look: impl FnOnce(&mut Memory) -> T) -> T {
        look(&mut self.memory.lock().unwrap())
    }

    /// Everything is answered so.
    pub(crate) fn mode(&self, mode: Mode) {
        self.mode_at("", mode);
    }

    /// What begins with this part of a path is answered so.
    pub(crate) fn mode_at(&self, part: &str, mode: Mode) {
        self.with(|memory| memory.modes.insert(part.to_owned(), mode));
    }

    /// The next answer from there is lost, after the request was carried out.
    pub(crate) fn lose_answer_of(&self, part: &str) {
        self.with(|memory| memory.lost = Some(part.to_owned()));
    }

    /// Answers are bent from now on.
    pub(crate) fn bend(&self, bend: Bend) {
        self.with(|memory| memory.bent = Some(bend));
    }

    pub(crate) fn switch(&self, change: impl FnOnce(&mut Switches)) {
        self.with(|memory| change(&mut memory.acme.switches));
    }

    /// What was asked for at a part of a path, in order.
    pub(crate) fn asked(&self, part: &str) -> Vec<Value> {
        self.with(|memory| {
            let found = memory.asked.iter().filter(|(path, _)| path == part);
            found.map(|(_, payload)| payload.clone()).collect()
        })
    }

    pub(crate) fn n_requests(&self) -> usize {
        self.with(|memory| memory.asked.len())
    }

    pub(crate) fn n_signed(&self) -> usize {
        self.with(|memory| memory.ca.n_signed)
    }
}

async fn answer(State(memory): State<Arc<Mutex<Memory>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, 1 << 20).await.unwrap();
    let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let asked = Asked {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        headers: parts.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        body: serde_json::from_slice(&bytes).unwrap_or_default(),
    };
    let part = asked.parts()[0].to_owned();
    let mode = {
        let memory = memory.lock().unwrap();
        memory.modes.get(&part).or_else(|| memory.modes.get("")).cloned().unwrap_or(Mode::Normal)
    };
    let answered = match mode {
        Mode::Hang => {
            memory.lock().unwrap().n_hanging += 1;
            std::future::pending().await
        }
        Mode::Answer(status, after, text) => {
            memory.lock().unwrap().asked.push((part, Value::Null));
            let answered = Answered { status, headers: Vec::new(), text };
            match after {
                Some(after) => answered.with("retry-after", after),
                None => answered,
            }
        }
        Mode::Normal => {
            let mut memory = memory.lock().unwrap();
            let answered = if part == "v1" {
                vault::answer(&mut memory, &asked)
            } else {
                acme::answer(&mut memory, &asked)
            };
            let payload = if part == "v1" { asked.body.clone() } else { acme::payload(&asked) };
            memory.asked.push((part.clone(), payload));
            let answered = match &memory.bent {
                Some(bend) if bend.part == part || asked.parts().last() == Some(&bend.part) => {
                    Answered { text: bend.of(&answered.text), ..answered }
                }
                Some(_) | None => answered,
            };
            if memory.lost.as_deref() == Some(part.as_str()) {
                memory.lost = None;
                Answered { status: 502, headers: Vec::new(), text: "bad gateway".to_owned() }
            } else {
                answered
            }
        }
    };
    let mut response = (StatusCode::from_u16(answered.status).unwrap(), answered.text).into_response();
    for (name, value) in answered.headers {
        response.headers_mut().append(HeaderName::from_static(name), HeaderValue::from_str(&value).unwrap());
    }
    response
}
