//! The APIs, one file each, and what they are configured with.
//!
//! Not for: failures, which are the same for all ([`super::fake::Mode`]). Invariant: the zone is `example.test`.

mod acme_dns;
mod azure;
mod cloudflare;
mod desec;
mod digitalocean;
mod google;
mod hetzner;
mod route53;
mod webhook;

use certctl_core::dns_provider::DnsProviderKind;
use serde_json::{Value, json};

use super::fake::{Answered, Asked, Zone};

/// Without [`TOKEN`] nothing goes.
const TOKEN: &str = "S3CRET-t0ken-of-the-test";
const OTHER: &str = "an0ther-t0ken-of-the-test";

pub(crate) fn config(kind: DnsProviderKind, url: &str) -> Value {
    match kind {
        DnsProviderKind::Cloudflare => json!({ "api_token": TOKEN, "endpoint": format!("{url}/client/v4") }),
        DnsProviderKind::Route53 => route53::config(url),
        DnsProviderKind::Google => google::config(url),
        DnsProviderKind::Azure => azure::config(url),
        DnsProviderKind::Digitalocean => json!({ "api_token": TOKEN, "endpoint": format!("{url}/v2") }),
        DnsProviderKind::Hetzner => json!({ "api_token": TOKEN, "endpoint": format!("{url}/v1") }),
        DnsProviderKind::Desec => json!({ "api_token": TOKEN, "endpoint": format!("{url}/api/v1") }),
        DnsProviderKind::AcmeDns => json!({
            "endpoint": url, "username": "user-1", "password": TOKEN, "subdomain": "_acme-challenge",
        }),
        DnsProviderKind::Webhook => webhook::config(url),
        DnsProviderKind::Rfc2136 | DnsProviderKind::Exec | DnsProviderKind::Agent => {
            unreachable!("speaks no HTTP")
        }
    }
}

pub(crate) fn other_secrets(kind: DnsProviderKind) -> Value {
    match kind {
        DnsProviderKind::Cloudflare
        | DnsProviderKind::Digitalocean
        | DnsProviderKind::Hetzner
        | DnsProviderKind::Desec => json!({ "api_token": OTHER }),
        DnsProviderKind::Route53 => json!({ "secret_access_key": OTHER }),
        DnsProviderKind::Google => google::other_secrets(),
        DnsProviderKind::Azure => json!({ "client_secret": OTHER }),
        DnsProviderKind::AcmeDns => json!({ "password": OTHER }),
        DnsProviderKind::Webhook => json!({ "secrets": ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] }),
        DnsProviderKind::Rfc2136 | DnsProviderKind::Exec | DnsProviderKind::Agent => {
            unreachable!("speaks no HTTP")
        }
    }
}

/// What is secret in [`config`], piece by piece.
pub(crate) fn secrets(kind: DnsProviderKind) -> Vec<String> {
    match kind {
        DnsProviderKind::Google => google::secrets(),
        DnsProviderKind::Webhook => webhook::secrets(),
        _ => vec![TOKEN.to_owned()],
    }
}

pub(crate) fn answer(kind: DnsProviderKind, asked: &Asked, zone: &mut Zone) -> Answered {
    match kind {
        DnsProviderKind::Cloudflare => cloudflare::answer(asked, zone),
        DnsProviderKind::Route53 => route53::answer(asked, zone),
        DnsProviderKind::Google => google::answer(asked, zone),
        DnsProviderKind::Azure => azure::answer(asked, zone),
        DnsProviderKind::Digitalocean => digitalocean::answer(asked, zone),
        DnsProviderKind::Hetzner => hetzner::answer(asked, zone),
        DnsProviderKind::Desec => desec::answer(asked, zone),
        DnsProviderKind::AcmeDns => acme_dns::answer(asked, zone),
        DnsProviderKind::Webhook => webhook::answer(asked, zone),
        DnsProviderKind::Rfc2136 | DnsProviderKind::Exec | DnsProviderKind::Agent => {
            unreachable!("speaks no HTTP")
        }
    }
}

/// The full name of one within the zone, whose own is written `apex`.
fn full(relative: &str, apex: &str) -> String {
    if relative == apex { "example.test".to_owned() } else { format!("{relative}.example.test") }
}
