//! The dashboard: its files as they were built, and its one page for every place that it has.
//!
//! Not for: building it (`web/`), or what stands in when this build has none (`status_page.rs`). Invariants: a file that is not
//! there is a 404, never the page; the page goes out only to a GET that asks for HTML, outside of what programs ask for, and
//! with 404 for a place that it does not have; its policy allows no
//! inline script or style; what is hashed by name is kept for ever, all else is asked for anew.

use std::{collections::HashMap, sync::LazyLock};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    response::{IntoResponse as _, Response},
    routing::get,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use serde::Deserialize;

use super::{auth::cookie, middleware};
use crate::app::App;

/// A file of the dashboard, also compressed.
#[derive(Debug)]
pub struct File {
    /// Its path on the server.
    pub path: &'static str,
    /// As it is.
    pub plain: &'static [u8],
    /// By Brotli.
    pub brotli: Option<&'static [u8]>,
    /// By gzip.
    pub gzip: Option<&'static [u8]>,
}

mod built {
    use super::File;
    include!(concat!(env!("OUT_DIR"), "/dashboard.rs"));
}

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
                      connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; \
                      frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default";
/// Below these nobody looks for a page.
const OWN: &[&str] = &["/api", "/metrics", "/healthz", "/readyz", "/assets", "/.well-known", "/acme"];
/// What every page inside of the frame asks first.
const WHO: &str = "/api/v1/auth/check";
/// Places of the dashboard outside of its frame, which `pages.json` does not list.
const OUTSIDE: &[&str] = &["/setup", "/sign-in", "/welcome"];

/// A page of `pages.json`: its path with `$name` for what varies, and what it loads first.
#[derive(Debug, Deserialize)]
struct Page {
    path: String,
    /// Its code.
    preload: Vec<String>,
    /// What it asks of the API when its address has no query.
    fetch: Vec<String>,
}

/// What the build made, ready to be served.
#[derive(Debug)]
struct Bundle {
    files: HashMap<&'static str, &'static File>,
    head: String,
    tail: String,
    fonts: Vec<String>,
    pages: Vec<Page>,
}

static BUNDLE: LazyLock<Option<Bundle>> = LazyLock::new(|| Bundle::of(built::FILES));

impl Bundle {
    fn of(files: &'static [File]) -> Option<Self> {
        let files: HashMap<_, _> = files.iter().map(|file| (file.path, file)).collect();
        let index = std::str::from_utf8(files.get("/index.html")?.plain).ok()?;
        let (head, tail) = index.split_once("</head>")?;
        let (head, tail) = (head.to_owned(), format!("</head>{tail}"));
        let pages = serde_json::from_slice(files.get("/pages.json")?.plain).ok()?;
        let fonts = files.keys().filter(|path| path.contains("inter-latin-opsz-normal"));
        let fonts = fonts.map(|path| (*path).to_owned()).collect();
        Some(Self { head, tail, fonts, pages, files })
    }

    /// The page that has a place.
    fn page(&self, path: &str) -> Option<&Page> {
        self.pages.iter().find(|page| fits(&page.path, path))
    }

    /// The page with what its place loads first. With a session that is also who it belongs to, and what the page shows: the
    /// same requests that its code makes, which then finds them answered.
    fn html(&self, path: &str, has_query: bool, has_session: bool) -> String {
        let mut links = String::new();
        for font in &self.fonts {
            links.push_str("<link rel=\"preload\" as=\"font\" type=\"font/woff2\" crossorigin href=\"");
            links.push_str(font);
            links.push_str("\">");
        }
        let page = self.page(path);
        for module in page.map(|page| page.preload.as_slice()).unwrap_or_default() {
            links.push_str("<link rel=\"modulepreload\" crossorigin href=\"");
            links.push_str(module);
            links.push_str("\">");
        }
        // Without a session each would be refused, and the browser would say so.
        if has_session {
            let asks = page.filter(|_| !has_query).map(|page| page.fetch.as_slice()).unwrap_or_default();
            for ask in std::iter::once(WHO).chain(asks.iter().map(String::as_str)) {
                links.push_str("<link rel=\"preload\" as=\"fetch\" crossorigin href=\"");
                links.push_str(&ask.replace('&', "&amp;"));
                links.push_str("\">");
            }
        }
        format!("{}{links}{}", self.head, self.tail)
    }
}

/// Whether a path is one that a page's pattern describes: `$name` is any part, `{-$name}` any part or none.
fn fits(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (pattern.split('/'), path.trim_end_matches('/').split('/'));
    if path == "/" {
        return pattern == "/";
    }
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(want), None) if want.starts_with("{-$") => {}
            (Some(want), Some(have)) if want == have || want.starts_with('$') || want.starts_with("{-$") => {}
            _ => return false,
        }
    }
}

/// Whether this build has the dashboard.
pub fn is_built() -> bool {
    BUNDLE.is_some()
}

/// Its page where the API's table of routes has to know of it.
pub fn router() -> Router<App> {
    Router::new().route("/", get(page)).route("/setup", get(page))
}

/// What only the build reads.
fn hidden(path: &str) -> bool {
    path == "/index.html" || path == "/pages.json" || path.starts_with("/.vite/")
}

async fn page(request: Request) -> Response {
    show(request.uri(), request.headers())
}

fn show(place: &Uri, asked: &HeaderMap) -> Response {
    let path = place.path();
    let Some(bundle) = BUNDLE.as_ref() else { return StatusCode::NOT_FOUND.into_response() };
    let known = bundle.page(path).is_some() || OUTSIDE.contains(&path);
    let status = if known { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let mut response =
        (status, bundle.html(path, place.query().is_some(), cookie(asked).is_some())).into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// A file, or the page for a place that only the dashboard knows; a problem for all else.
pub async fn or_no_route(State(app): State<App>, request: Request) -> Response {
    if let Some(bundle) = BUNDLE.as_ref() {
        let (method, path) = (request.method(), request.uri().path());
        let reads = method == Method::GET || method == Method::HEAD;
        if let Some(file) = bundle.files.get(path).filter(|_| reads && !hidden(path)) {
            return send(file, request.headers());
        }
        if reads && wants_page(path, request.headers()) {
            return show(request.uri(), request.headers());
        }
    }
    middleware::no_route(State(app), request).await
}

fn wants_page(path: &str, headers: &HeaderMap) -> bool {
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let own = OWN
        .iter()
        .any(|own| path.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')));
    accepts.contains("text/html") && !own
}

fn send(file: &'static File, asked: &HeaderMap) -> Response {
    let accepts =
        asked.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (bytes, coding) = match (file.brotli, file.gzip) {
        (Some(bytes), _) if takes(accepts, "br") => (bytes, Some("br")),
        (_, Some(bytes)) if takes(accepts, "gzip") => (bytes, Some("gzip")),
        _ => (file.plain, None),
    };
    let hashed = file.path.starts_with("/assets/");
    let mut response = Body::from(bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(file.path)));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    let keep = if hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    );
    if let Some(coding) = coding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    response
}

/// Whether an `Accept-Encoding` takes a coding (RFC 9110, section 12.5.3); `;q=0` says no.
fn takes(accepts: &str, coding: &str) -> bool {
    accepts.split(',').any(|part| {
        let mut words = part.split(';').map(str::trim);
        let named = words.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        named && !words.any(|word| matches!(word, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("json") => "application/json",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static FILES: &[File] = &[
        File {
            path: "/index.html",
            plain: b"<html><head><title>x</title></head><body></body></html>",
            brotli: None,
            gzip: None,
        },
        File {
            path: "/pages.json",
            plain: br#"[{"path":"/certificates/$id","preload":["/assets/detail-1.js"],"fetch":[]},
                {"path":"/","preload":[],"fetch":["/api/v1/needs?limit=200&x=1"]}]"#,
            brotli: None,
            gzip: None,
        },
        File { path: "/assets/app-1.js", plain: b"plain", brotli: Some(b"brotli"), gzip: Some(b"gzip") },
    ];

    #[test]
    fn a_page_is_told_what_it_loads_first() {
        let bundle = Bundle::of(FILES).unwrap();
        assert!(
            bundle
                .html("/certificates/mc-1", false, false)
                .contains("modulepreload\" crossorigin href=\"/assets/detail-1.js\"")
        );
        assert!(!bundle.html("/certificates", false, false).contains("modulepreload"));
        let asks = |has_query, has_session| {
            let html = bundle.html("/", has_query, has_session);
            (
                html.contains("href=\"/api/v1/auth/check\""),
                html.contains("href=\"/api/v1/needs?limit=200&amp;x=1\""),
            )
        };
        assert_eq!(asks(false, true), (true, true));
        assert_eq!(asks(true, true), (true, false), "a query asks for something else");
        assert_eq!(asks(false, false), (false, false), "a refusal would be written to the console");
    }

    #[test]
    fn patterns_fit_whole_paths() {
        assert!(fits("/", "/"));
        assert!(fits("/certificates/$id", "/certificates/mc-1/"));
        assert!(!fits("/certificates/$id", "/certificates"));
        assert!(!fits("/", "/certificates"));
        for path in ["/certificates/mc-1", "/certificates/mc-1/raw"] {
            assert!(fits("/certificates/$id/{-$tab}", path), "{path}");
        }
        assert!(!fits("/certificates/$id/{-$tab}", "/certificates/mc-1/raw/more"));
    }

    #[test]
    fn the_page_goes_only_to_who_asks_for_html_outside_of_the_api() {
        let html = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static("text/html,*/*;q=0.8"))]);
        assert!(wants_page("/certificates/mc-1", &html));
        assert!(wants_page("/apiary", &html));
        for path in ["/api/v1/none", "/assets/none.js", "/.well-known/est/cacerts", "/acme/directory"] {
            assert!(!wants_page(path, &html), "{path}");
        }
        assert!(!wants_page("/certificates", &HeaderMap::new()));
    }

    #[test]
    fn a_hashed_file_is_kept_for_ever_and_sent_as_the_browser_takes_it() {
        for (accepts, coding) in [("gzip, br", Some("br")), ("br;q=0, gzip", Some("gzip")), ("", None)] {
            let asked = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(accepts))]);
            let answer = send(&FILES[2], &asked);
            assert_eq!(
                answer.headers().get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap()),
                coding
            );
            assert_eq!(answer.headers()[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
        }
    }
}
