//! What is asked of a large inventory: each documented filter and sort of the list, pairs of filters, deep pages, what
//! matches nothing, and everything else that counts or searches.
//!
//! Not for: timing. Invariant: questions use what the loader has put into the store, so that they find something.

use anyhow::{Context as _, ensure};
use certctl_core::time::{Clock as _, SystemClock, Ts};
use serde_json::Value;

use super::get;
use crate::connection::Connection;

/// Whether a question should find something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Finds {
    Something,
    Nothing,
    Whatever,
}

/// A question, asked with several values in turn.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) name: String,
    paths: Vec<String>,
    finds: Finds,
}

impl Question {
    fn of(path: impl Into<String>, finds: Finds) -> Self {
        let path = path.into();
        Self { name: path.clone(), paths: vec![path], finds }
    }

    /// The `number`th path.
    pub(super) fn path(&self, number: usize) -> anyhow::Result<&str> {
        let path = self.paths.get(number % self.paths.len().max(1)).context("a question without a path")?;
        Ok(path)
    }

    /// Whether the answer is one to this question.
    pub(super) fn check(&self, body: &[u8]) -> anyhow::Result<()> {
        let answer: Value = serde_json::from_slice(body).context("the answer is not JSON")?;
        let n_items = answer["items"].as_array().map_or(0, Vec::len);
        match self.finds {
            Finds::Something => ensure!(n_items > 0, "nothing was found"),
            Finds::Nothing => ensure!(n_items == 0, "{n_items} were found where none is"),
            Finds::Whatever => {}
        }
        Ok(())
    }
}

const SORTS: [&str; 12] = [
    "name",
    "-name",
    "expires",
    "-expires",
    "renews",
    "-renews",
    "created",
    "-created",
    "updated",
    "-updated",
    "attention",
    "-attention",
];

const FILTERS: [&str; 44] = [
    "status=Active",
    "status=Expired",
    "status=Failed",
    "status=Archived",
    "condition=healthy",
    "condition=expired",
    "condition=failing",
    "condition=unverified",
    "condition=waiting",
    "condition=renewing",
    "condition=due",
    "condition=pending",
    "condition=failing,unverified,expired",
    "condition=-healthy",
    "live=all",
    "live=none",
    "live=no_targets",
    "environment=production",
    "environment=edge",
    "environment=none",
    "environment=-production",
    "owner_id=o-load-3",
    "owner_id=none",
    "team_id=t-load-3",
    "team_id=t-load-48",
    "issuer_id=iss-load-0",
    "issuer_id=iss-load-7",
    "issuer_id=-iss-load-0",
    "profile_id=prof-load-11",
    "policy_id=rp-load-9",
    "agent_id=ag-load-1",
    "tag=tag-1",
    "tag=tag-190",
    "tag=-tag-0",
    "key_algorithm=ecdsa-p256",
    "key_algorithm=ed25519",
    "expires=..7d",
    "expires=30d..31d",
    "life=..20%25",
    "renews=..2d",
    "created=-2d..",
    "updated=-2d..",
    "archived=true",
    "q=shop-1",
];

/// Filters that are joined in pairs, with sorts that their indexes do not give.
const PAIRS: [&str; 14] = [
    "environment=production&team_id=t-load-0",
    "environment=edge&team_id=t-load-48",
    "environment=edge&team_id=t-load-48&sort=renews",
    "issuer_id=iss-load-7&condition=failing",
    "issuer_id=iss-load-0&condition=due&sort=expires",
    "profile_id=prof-load-11&key_algorithm=ed25519&sort=name",
    "owner_id=o-load-3&condition=healthy&sort=-expires",
    "tag=tag-1&environment=lab&sort=name",
    "tag=tag-190&condition=failing",
    "agent_id=ag-load-1&condition=healthy&sort=renews",
    "key_algorithm=rsa-2048&expires=..14d&sort=attention",
    "policy_id=rp-load-3&expires=..2d&sort=expires",
    "q=login&environment=production&sort=expires",
    "environment=-production&issuer_id=-iss-load-0&team_id=-t-load-0&sort=updated",
];

const NO_MATCH: [&str; 8] = [
    "environment=nowhere",
    "q=zzzzqqqq",
    "tag=no-such-tag&sort=expires",
    "condition=failing&environment=nowhere",
    "issuer_id=iss-load-7&environment=nowhere&sort=name",
    "expires=9000d..9001d",
    "key_algorithm=ed25519&expires=9000d..",
    "team_id=t-load-49&owner_id=o-load-none&profile_id=prof-load-11",
];

/// All questions; some are made from what the store holds.
pub(super) async fn all(connection: &mut Connection, n_certificates: u64) -> anyhow::Result<Vec<Question>> {
    let list = |query: &str| format!("/certificates?{query}&limit=50");
    let mut questions = vec![
        Question::of("/certificates?limit=50", Finds::Something),
        Question::of("/certificates?limit=500", Finds::Something),
        Question::of("/certificates?limit=50&total=true", Finds::Something),
    ];
    questions.extend(SORTS.iter().map(|sort| Question::of(list(&format!("sort={sort}")), Finds::Something)));
    questions.extend(FILTERS.iter().map(|filter| Question::of(list(filter), Finds::Whatever)));
    for filter in FILTERS.iter().filter(|filter| !filter.starts_with("q=")).step_by(3) {
        questions.push(Question::of(list(&format!("{filter}&sort=name")), Finds::Whatever));
        questions.push(Question::of(list(&format!("{filter}&sort=-expires")), Finds::Whatever));
    }
    let now = SystemClock.now();
    for (filter, days) in [("renews_before", 2), ("expires_before", 3), ("expires_after", 300)] {
        let at = now.plus_seconds(days * 86_400).as_second();
        let path = list(&format!("{filter}={}", Ts::from_second(at)));
        questions.push(Question { name: list(filter), paths: vec![path], finds: Finds::Whatever });
    }
    questions.extend(PAIRS.iter().map(|pair| Question::of(list(pair), Finds::Whatever)));
    questions.extend(NO_MATCH.iter().map(|none| Question::of(list(none), Finds::Nothing)));
    questions.push(rotating("q, a part of a name", n_certificates, |n| list(&format!("q=mail-{n}"))));
    questions.push(rotating("q, two letters", 26, |n| {
        list(&format!("q=s{}", char::from(b'a' + u8::try_from(n % 26).unwrap_or(0))))
    }));
    for sort in ["name", "expires", "-updated", "attention"] {
        questions.push(deep(connection, sort).await?);
    }
    for query in ["", "&condition=failing", "&environment=lab", "&sort=name", "&sort=expires"] {
        let query = query.trim_start_matches('&');
        questions.push(Question::of(format!("/certificates/anchors?{query}"), Finds::Whatever));
    }
    for query in ["", "condition=failing", "environment=lab", "owner_id=o-load-3"] {
        questions.push(Question::of(format!("/certificates/facets?{query}"), Finds::Whatever));
    }
    for path in [
        "/stats/summary",
        "/stats/expiry?days=182",
        "/stats/expiry?days=182&mode=renewal&tz=Europe/Paris",
        "/stats/renewals?days=30",
        "/stats/issuance?weeks=16",
        "/stats/fleet",
        "/needs",
        "/tags?limit=50",
        "/jobs?limit=50",
        "/jobs?state=Failed&limit=50",
        "/alerts?limit=50",
    ] {
        questions.push(Question::of(path, Finds::Whatever));
    }
    questions
        .push(rotating("/search, a name", n_certificates, |n| format!("/search?q=shop-{n}.t0.example.net")));
    questions.push(rotating("/search, a part of a name", n_certificates, |n| format!("/search?q=wiki-{n}")));
    questions.push(rotating("/search, a target", n_certificates, |n| format!("/search?q=web-{n}-0")));
    questions.extend(handles(connection).await?);
    Ok(questions)
}

/// One question with a hundred values.
fn rotating(name: &str, below: u64, path: impl Fn(u64) -> String) -> Question {
    let step = (below / 97).max(1);
    let paths = (0..100).map(|n| path(n * step % below.max(1))).collect();
    Question { name: name.to_owned(), paths, finds: Finds::Whatever }
}

/// A page in the middle of the list and one near its end, by the anchors' cursors.
async fn deep(connection: &mut Connection, sort: &str) -> anyhow::Result<Question> {
    let (_, body) = get(connection, &format!("/certificates/anchors?sort={sort}")).await?;
    let answer: Value = serde_json::from_slice(&body).context("the anchors are not JSON")?;
    let anchors: Vec<&str> =
        answer["anchors"].as_array().into_iter().flatten().filter_map(|one| cursor_of(one)).collect();
    ensure!(!anchors.is_empty(), "the list by {sort} has no anchors: {answer}");
    let paths = [anchors.len() / 2, anchors.len() * 9 / 10, anchors.len() - 1]
        .iter()
        .filter_map(|place| anchors.get(*place))
        .map(|cursor| format!("/certificates?sort={sort}&limit=50&cursor={cursor}"))
        .collect();
    Ok(Question { name: format!("a deep page, sort={sort}"), paths, finds: Finds::Whatever })
}

fn cursor_of(anchor: &Value) -> Option<&str> {
    anchor.as_str().or_else(|| anchor["cursor"].as_str())
}

/// Single certificates and their handles, from a page of the list.
async fn handles(connection: &mut Connection) -> anyhow::Result<Vec<Question>> {
    let (_, body) = get(connection, "/certificates?limit=100&sort=name").await?;
    let page: Value = serde_json::from_slice(&body).context("the page is not JSON")?;
    let ids: Vec<&str> =
        page["items"].as_array().into_iter().flatten().filter_map(|one| one["id"].as_str()).collect();
    ensure!(!ids.is_empty(), "the list is empty");
    let mut serials = Vec::new();
    for id in ids.iter().take(30) {
        let (_, body) = get(connection, &format!("/certificates/{id}/versions?limit=1")).await?;
        let versions: Value = serde_json::from_slice(&body).context("the versions are not JSON")?;
        if let Some(serial) = versions["items"][0]["serial"].as_str() {
            serials.push(format!("/search?q={serial}"));
        }
    }
    ensure!(!serials.is_empty(), "no certificate has a version");
    let question =
        |name: &str, paths: Vec<String>| Question { name: name.to_owned(), paths, finds: Finds::Whatever };
    Ok(vec![
        question("one certificate", ids.iter().map(|id| format!("/certificates/{id}")).collect()),
        question("/search, a serial", serials),
        question("/search, an id", ids.iter().map(|id| format!("/search?q={id}")).collect()),
    ])
}
