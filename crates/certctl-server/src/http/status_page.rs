//! The status page at `/`: a plain page that stands in where this build has no dashboard, and says so.
//!
//! It uses the public API like any client. Not for: anything the API cannot do. Invariant: no inline script or style, no
//! asset from elsewhere, so that the policy can forbid both.

use axum::{
    Router,
    response::{IntoResponse as _, Response},
    routing::get,
};
use http::{HeaderName, HeaderValue, header};

use crate::app::App;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page and its two assets.
pub fn router() -> Router<App> {
    let page = || async { asset(include_str!("status_page/index.html"), "text/html; charset=utf-8") };
    Router::new()
        .route("/", get(page))
        .route("/setup", get(page))
        .route("/assets/status.css", get(async || asset(include_str!("status_page/status.css"), "text/css")))
        .route(
            "/assets/status.js",
            get(async || asset(include_str!("status_page/status.js"), "text/javascript")),
        )
}

fn asset(text: &'static str, kind: &'static str) -> Response {
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    response
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_needs_nothing_inline_and_nothing_from_elsewhere() {
        let page = include_str!("status_page/index.html");
        for forbidden in ["<style", "style=", "onclick", "onload", "http://", "https://", "<script>"] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
        assert!(page.contains("without the dashboard"));
    }
}
