//! Who calls, and whether they may: the guard before every handler.
//!
//! People and programs come with an API key or a session (browsers by its cookie, the command line by its token), agents with
//! their client certificate. With authentication switched off, whoever reaches the loopback address is an admin. Not for: what
//! a role may do (core's table), or which route needs what (`router.rs`). Invariants: identity comes from the connection
//! or the credential, never from a path or body; a cookie alone changes nothing when another site sent the request; a
//! refusal leaves an audit event.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use certctl_core::{
    actor::Actor,
    id::SessionId,
    permission::{Permission, Role, Scope},
    time::Ts,
};
use certctl_store::{agents, api_keys, api_keys::ApiKeyRow, sessions, users};
use http::{HeaderMap, Method, StatusCode, Uri, header, request::Parts, uri::Authority};
use subtle::ConstantTimeEq as _;

use super::{
    budgets, idempotency,
    identities::{AgentIdentity, Credential, Identity, Person},
    inputs::Inputs,
    refusals::{self, Refusal},
};
use crate::ops::policy_rules::POLICY_BLOCKED;
use crate::{
    app::App,
    config::AuthType,
    credentials,
    error::{Error, ProblemSummary},
    request::{RequestContext, current_request_id},
    tls::listener::Peer,
};

/// The cookie. Browsers take this name only with `Secure`, `Path=/` and without a domain.
pub const COOKIE: &str = "__Host-certctl_session";
/// How the token of a session begins.
pub const SESSION_PREFIX: &str = "cn_";
/// A session that is not used for so long ends.
pub const IDLE_SECONDS: i64 = 3_600;
/// A session ends after this in any case.
pub const SESSION_SECONDS: i64 = 8 * 3_600;

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Any person or program that is known.
    Any,
    /// Those whose role has the permission.
    Need(Permission),
    /// Agents.
    Agent,
    /// Whoever has the setup token; the handler checks it.
    SetupToken,
    /// Whoever has a join token; the handler checks it.
    JoinToken,
}

impl Access {
    /// The text in the OpenAPI document.
    pub fn text(self) -> String {
        match self {
            Self::Public => "public".to_owned(),
            Self::Any => "any".to_owned(),
            Self::Need(permission) => permission.to_string(),
            Self::Agent => "agent".to_owned(),
            Self::SetupToken => "setup-token".to_owned(),
            Self::JoinToken => "join-token".to_owned(),
        }
    }
}

/// What the guard of a route knows.
#[derive(Debug, Clone)]
pub struct Guard {
    /// The control plane.
    pub app: App,
    /// The route's rule.
    pub access: Access,
    /// What the route takes.
    pub inputs: Arc<Inputs>,
}

/// What a refusal was about, where the handler knows more than the route: put on the response for the audit event.
#[derive(Debug, Clone)]
pub struct RefusedOn(pub &'static str, pub String);

/// Who answered whom: put on the response for the access log.
#[derive(Debug, Clone)]
pub struct AnsweredTo(pub Actor);

/// Lets a request through to its handler, or refuses it.
pub async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let Guard { app, access, inputs } = guard;
    let (mut parts, body) = request.into_parts();
    let facts = facts(&parts);
    let caller = admit(&app, access, &parts).await;
    let actor = caller.as_ref().map_or_else(|refused| &refused.actor, |context| &context.actor);
    let (spent, turn) = if is_exempt(&parts) {
        (None, Ok(None))
    } else {
        let (spent, turn) = budgets::admit(&app, access, actor, facts.ip).await;
        (Some(spent), turn.map(Some))
    };
    // Held until the answer is there.
    let (_turn, caller) = match turn {
        Ok(turn) => (turn, caller),
        Err(error) => (None, Err(Refused { error, actor: actor.clone(), presented: true })),
    };
    let (actor, mut response) = match caller {
        Ok(context) => {
            let actor = context.actor.clone();
            parts.extensions.insert(context.clone());
            let request = inputs.check(Request::from_parts(parts, body)).await;
            let response =
                match request.and_then(|request| Ok((idempotency::key(&request, access)?, request))) {
                    Ok((Some(key), request)) => idempotency::run(&app, &context, key, request, next).await,
                    Ok((None, request)) => next.run(request).await,
                    Err(error) => error.into_response(),
                };
            if let Some(refusal) = refusal(access, &actor, facts, &response) {
                refusals::record(&app, refusal).await;
            }
            (actor, response)
        }
        Err(refused) => {
            let response = refused.error.into_response();
            if refused.presented
                && let Some(refusal) = refusal(access, &refused.actor, facts, &response)
            {
                refusals::record(&app, refusal).await;
            }
            (refused.actor, response)
        }
    };
    if let Some(spent) = spent {
        spent.add_headers(&mut response);
    }
    response.extensions_mut().insert(AnsweredTo(actor));
    response
}

/// What asks only whether the server lives has no budget: a probe must not fail because of other callers.
fn is_exempt(request: &Parts) -> bool {
    matches!(request.uri.path(), "/healthz" | "/readyz")
}

/// A caller who is not let through.
struct Refused {
    error: Error,
    actor: Actor,
    /// Whether a credential was presented: a request without one is nobody's attempt at anything.
    presented: bool,
}

async fn admit(app: &App, access: Access, request: &Parts) -> Result<RequestContext, Refused> {
    let request_id: Arc<str> = current_request_id().into();
    let address = facts(request).address;
    let context = |actor, role, scope: &Scope, name: &str, session| RequestContext {
        request_id: Arc::clone(&request_id),
        address: address.clone(),
        actor,
        role,
        scope: scope.clone(),
        name: name.to_owned(),
        session,
        expires_at: None,
    };
    match access {
        Access::Public | Access::SetupToken | Access::JoinToken => {
            Ok(context(Actor::Anonymous, None, &Scope::everything(), "anonymous", None))
        }
        Access::Any | Access::Need(_) => {
            let person = person(app, request).await?;
            let actor = person.actor.clone();
            if let Access::Need(permission) = access
                && !person.role.allows(permission)
            {
                return Err(Refused { error: Error::Forbidden { permission }, actor, presented: true });
            }
            let context = context(actor, Some(person.role), &person.scope, &person.name, person.session);
            Ok(RequestContext { expires_at: person.expires_at, ..context })
        }
        Access::Agent => {
            let agent = agent(app, request).await?;
            Ok(context(Actor::Agent(agent.id), None, &Scope::everything(), &agent.name, None))
        }
    }
}

fn anonymous(error: Error, presented: bool) -> Refused {
    Refused { error, actor: Actor::Anonymous, presented }
}

async fn person(app: &App, request: &Parts) -> Result<Person, Refused> {
    let headers = &request.headers;
    let now = app.now();
    let (credential, refusal) = if let Some(value) = headers.get(header::AUTHORIZATION) {
        let key = value.to_str().ok().and_then(bearer).ok_or_else(|| {
            anonymous(Error::unauthenticated("the Authorization header is not `Bearer ck_...`"), true)
        })?;
        // A program keeps its session's token itself; no other site's page can make a browser send this header.
        if key.starts_with(SESSION_PREFIX) {
            (Credential::Session(credentials::hash(key)), "the session has ended; sign in again")
        } else {
            (Credential::Key(credentials::hash(key)), "the API key is unknown, revoked or past its end")
        }
    } else if let Some(token) = cookie(headers) {
        same_site(&request.method, &request.uri, headers).map_err(|error| anonymous(error, true))?;
        (Credential::Session(credentials::hash(token)), "the session has ended; sign in again")
    } else if app.config.auth == AuthType::None {
        return local(request).map_err(|error| anonymous(error, true));
    } else {
        let detail = "this needs an API key: send `Authorization: Bearer ck_...`";
        return Err(anonymous(Error::unauthenticated(detail), false));
    };
    let address = facts(request).ip;
    let found = lookup(app, credential, address).await.map_err(|error| anonymous(error, false))?;
    match found.as_deref() {
        Some(Identity::Person(person)) if person.expires_at.is_none_or(|end| now < end) => {
            app.identities.note_use(person, now);
            Ok(person.clone())
        }
        Some(Identity::Person(_) | Identity::Agent(_)) | None => {
            Err(anonymous(Error::unauthenticated(refusal), true))
        }
    }
}

/// Whoever is on this host, while authentication is off. A page of another site in this host's browser is not.
fn local(request: &Parts) -> Result<Person, Error> {
    if !facts(request).ip.is_some_and(|ip| ip.to_canonical().is_loopback()) {
        return Err(Error::unauthenticated(
            "authentication is off for callers on the server's own host only",
        ));
    }
    let headers = &request.headers;
    if headers.contains_key("sec-fetch-site") || headers.contains_key(header::ORIGIN) {
        same_site(&request.method, &request.uri, headers)?;
    }
    Ok(Person {
        actor: Actor::Local,
        name: "anybody on this host".to_owned(),
        role: Role::Admin,
        scope: Scope::everything(),
        session: None,
        expires_at: None,
    })
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, key) = value.split_once(' ')?;
    let key = key.trim();
    let is_known = key.starts_with("ck_") || key.starts_with(SESSION_PREFIX);
    (scheme.eq_ignore_ascii_case("bearer") && is_known).then_some(key)
}

/// The token of the session cookie.
pub(crate) fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

/// Refuses a change that another site's page sends with the cookie. Browsers say where a request comes from, by
/// `Sec-Fetch-Site` or at least by `Origin`.
pub(crate) fn same_site(method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<(), Error> {
    if [Method::GET, Method::HEAD, Method::OPTIONS].contains(method) {
        return Ok(());
    }
    let text = |name: &header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    // HTTP/2 has the host in the request line instead of a header.
    let host = text(&header::HOST).or_else(|| uri.authority().map(Authority::as_str));
    let from_here = match text(&header::HeaderName::from_static("sec-fetch-site")) {
        Some(site) => site == "same-origin",
        None => match (text(&header::ORIGIN), host) {
            (Some(origin), Some(host)) => origin.strip_prefix("https://") == Some(host),
            (Some(_), None) | (None, Some(_) | None) => false,
        },
    };
    if from_here {
        return Ok(());
    }
    let detail =
        "the request came from another site's page; only pages of this control plane may use the session";
    Err(Error::Denied { code: "cross_site", detail: detail.to_owned() })
}

async fn agent(app: &App, request: &Parts) -> Result<AgentIdentity, Refused> {
    let fingerprint = request.extensions.get::<Peer>().and_then(|peer| peer.fingerprint.clone());
    let Some(fingerprint) = fingerprint else {
        let detail = "this is for agents: connect with the agent's client certificate";
        return Err(anonymous(Error::unauthenticated(detail), false));
    };
    let mut hash = [0; 32];
    let credential = match hex::decode_to_slice(fingerprint.as_bytes(), &mut hash) {
        Ok(()) => Credential::Certificate(hash),
        Err(_) => return Err(anonymous(Error::internal("a fingerprint is not hexadecimal"), false)),
    };
    let address = facts(request).ip;
    let found = lookup(app, credential, address).await.map_err(|error| anonymous(error, false))?;
    let Some(Identity::Agent(agent)) = found.as_deref() else {
        let detail = "no agent has this certificate (it may have been replaced); join again with a new token";
        return Err(anonymous(Error::unauthenticated(detail), true));
    };
    match Error::of_agent_state(agent.id.as_str(), agent.state) {
        None => Ok(agent.clone()),
        Some(error) => Err(Refused { error, actor: Actor::Agent(agent.id.clone()), presented: true }),
    }
}

async fn lookup(
    app: &App,
    credential: Credential,
    address: Option<IpAddr>,
) -> Result<Option<Arc<Identity>>, Error> {
    if let Some(known) = app.identities.get(&credential) {
        return Ok(Some(known));
    }
    budgets::may_try(app, &credential, address)?;
    let generation = app.identities.generation();
    let now = app.now();
    let found = match credential {
        Credential::Key(hash) => by_key(app, hash, now).await?.map(Identity::Person),
        Credential::Session(hash) => by_session(app, hash, now).await?.map(Identity::Person),
        Credential::Certificate(hash) => by_certificate(app, hash, now).await?.map(Identity::Agent),
    };
    app.budgets.seen(credential, found.is_some());
    Ok(found.map(|identity| {
        let identity = Arc::new(identity);
        app.identities.keep(generation, credential, Arc::clone(&identity));
        identity
    }))
}

pub(crate) async fn by_key(app: &App, hash: [u8; 32], now: Ts) -> Result<Option<Person>, Error> {
    let row = app
        .store
        .read("auth.key", move |tx| api_keys::by_secret_hash(tx, &hash).map_err(Error::from))
        .await?
        .filter(|row| row.is_valid(now) && is_secret_of(row, &hash, now));
    Ok(row.map(|row| Person {
        actor: Actor::ApiKey(row.id),
        name: row.name,
        role: row.role,
        // By the old secret, the caller is known no longer than that works.
        expires_at: match row.previous_expires_at {
            Some(grace) if !bool::from(row.secret_hash.ct_eq(&hash)) => {
                Some(row.expires_at.map_or(grace, |end| end.min(grace)))
            }
            Some(_) | None => row.expires_at,
        },
        scope: row.scope,
        session: None,
    }))
}

/// Whether a hash is that of a key's secret, or of the one before it in its grace period.
fn is_secret_of(row: &ApiKeyRow, hash: &[u8; 32], now: Ts) -> bool {
    let is = |kept: &[u8]| bool::from(kept.ct_eq(hash.as_slice()));
    let in_grace = row.previous_expires_at.is_some_and(|end| now < end);
    is(&row.secret_hash) || (in_grace && row.previous_secret_hash.as_deref().is_some_and(is))
}

async fn by_session(app: &App, hash: [u8; 32], now: Ts) -> Result<Option<Person>, Error> {
    let row = app
        .store
        .read("auth.session", move |tx| sessions::by_token_hash(tx, &hash).map_err(Error::from))
        .await?
        .filter(|row| {
            bool::from(row.token_hash.ct_eq(&hash))
                && row.ended_at.is_none()
                && now < row.end()
                && now.seconds_since(row.last_used_at) < IDLE_SECONDS
        });
    Ok(row.and_then(|row| {
        Some(Person {
            actor: row.actor()?,
            expires_at: Some(row.end()),
            name: row.name,
            role: row.role,
            scope: row.scope,
            session: Some(row.id),
        })
    }))
}

async fn by_certificate(app: &App, hash: [u8; 32], now: Ts) -> Result<Option<AgentIdentity>, Error> {
    let fingerprint = hex::encode(hash);
    let looked_up = fingerprint.clone();
    let row = app
        .store
        .read("auth.agent", move |tx| agents::by_identity(tx, &looked_up).map_err(Error::from))
        .await?
        // A connection outlives its handshake: the end of the identity counts here too.
        .filter(|row| row.identity_fingerprint != fingerprint || now < row.identity_not_after);
    Ok(row.map(|row| AgentIdentity { id: row.id, name: row.name, state: row.state }))
}

/// Whether a caller that was let in may still be here, with the same rights: for streams that outlive their request.
pub async fn still_admitted(app: &App, context: &RequestContext) -> bool {
    let (actor, session) = (context.actor.clone(), context.session.clone());
    let (role, scope, auth) = (context.role, context.scope.clone(), app.config.auth);
    let now = app.now();
    let admitted = app
        .store
        .read("auth.still", move |tx| {
            let present = match &actor {
                Actor::ApiKey(id) => {
                    api_keys::by_id(tx, id)?.filter(|row| row.is_valid(now)).map(|row| (row.role, row.scope))
                }
                Actor::User(id) => users::by_id(tx, id)?
                    .filter(|row| row.disabled_at.is_none())
                    .map(|row| (row.role, row.scope)),
                Actor::Local => (auth == AuthType::None).then(|| (Role::Admin, Scope::everything())),
                Actor::Agent(_) | Actor::System(_) | Actor::Anonymous => None,
            };
            let same = present.is_some_and(|present| role == Some(present.0) && scope == present.1);
            Ok::<_, Error>(same && session_lives(tx, session.as_ref(), now)?)
        })
        .await;
    admitted.unwrap_or(false)
}

fn session_lives(
    tx: &mut certctl_store::Tx<'_>,
    session: Option<&SessionId>,
    now: Ts,
) -> Result<bool, Error> {
    match session {
        None => Ok(true),
        Some(id) => Ok(sessions::expires_at(tx, id)?.is_some_and(|end| now < end)),
    }
}

/// What a refusal's audit event says of the request.
struct Facts {
    route: String,
    address: String,
    ip: Option<IpAddr>,
}

fn facts(request: &Parts) -> Facts {
    let path = request.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let ip = request.extensions.get::<Peer>().map(|peer| peer.address.ip());
    let address = ip.map(|ip| ip.to_string()).unwrap_or_default();
    Facts { route: format!("{} {path}", request.method), address, ip }
}

/// The audit event of an answer, if it is a refusal that nobody else records.
fn refusal(access: Access, actor: &Actor, facts: Facts, response: &Response) -> Option<Refusal> {
    let refused = match response.status() {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS => true,
        StatusCode::GONE => access == Access::Agent,
        _ => false,
    };
    let problem = response.extensions().get::<ProblemSummary>()?;
    // What a policy rule refuses is no mistake of form: those who answer for the rule want to know of it.
    let by_policy = matches!(problem.code, "policy_violated" | POLICY_BLOCKED);
    if !refused && !by_policy {
        return None;
    }
    // The join and the agents' access to jobs record their refusals themselves, with the object concerned.
    let is_limited = response.status() == StatusCode::TOO_MANY_REQUESTS;
    if (access == Access::JoinToken && !is_limited) || problem.code == "not_yours" {
        return None;
    }
    let on = response.extensions().get::<RefusedOn>();
    Some(Refusal {
        action: "request.refuse",
        object: on.map_or_else(|| ("route", facts.route.clone()), |on| (on.0, on.1.clone())),
        actor: actor.clone(),
        address: facts.address,
        route: facts.route,
        code: problem.code,
        detail: problem.detail.clone(),
        request_id: current_request_id(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(n, v)| (header::HeaderName::from_static(n), v.parse().unwrap())).collect()
    }

    #[test]
    fn only_pages_of_this_server_change_things_with_the_cookie() {
        let check = |method: Method, pairs: &[(&'static str, &str)], allowed: bool| {
            assert_eq!(
                same_site(&method, &Uri::from_static("/"), &headers(pairs)).is_ok(),
                allowed,
                "{method} {pairs:?}"
            );
        };
        check(Method::POST, &[("sec-fetch-site", "same-origin")], true);
        check(Method::POST, &[("sec-fetch-site", "same-site")], false);
        check(
            Method::POST,
            &[("sec-fetch-site", "cross-site"), ("origin", "https://a"), ("host", "a")],
            false,
        );
        check(Method::POST, &[("origin", "https://a:8443"), ("host", "a:8443")], true);
        check(Method::DELETE, &[("origin", "http://a:8443"), ("host", "a:8443")], false);
        check(Method::PATCH, &[("origin", "null"), ("host", "a:8443")], false);
        check(Method::POST, &[], false);
        check(Method::GET, &[], true);
        let h2 = Uri::from_static("https://a:8443/api/v1/owners");
        assert!(same_site(&Method::POST, &h2, &headers(&[("origin", "https://a:8443")])).is_ok());
        assert!(same_site(&Method::POST, &h2, &headers(&[("origin", "https://b:8443")])).is_err());
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let found = |text: &str| cookie(&headers(&[("cookie", text)])).map(str::to_owned);
        assert_eq!(found("a=b; __Host-certctl_session=cn_x; c=d").as_deref(), Some("cn_x"));
        assert_eq!(found("__Host-certctl_sessions=cn_x"), None);
        assert_eq!(found("a=__Host-certctl_session"), None);
    }

    #[test]
    fn api_keys_and_sessions_are_bearers() {
        assert_eq!(bearer("Bearer ck_abc"), Some("ck_abc"));
        assert_eq!(bearer("bearer ck_abc"), Some("ck_abc"));
        assert_eq!(bearer("Bearer cn_abc"), Some("cn_abc"));
        assert_eq!(bearer("Bearer eyJabc"), None);
        assert_eq!(bearer("Basic ck_abc"), None);
        assert_eq!(bearer("ck_abc"), None);
    }
}
