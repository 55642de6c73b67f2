//! Reading names as people type them and as requests carry them, into the one canonical form.
//!
//! It knows nothing of certificates; see `name.rs` for the type.
//! Invariant: what a function here returns reads back to itself.

use std::net::{IpAddr, Ipv6Addr};

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

use super::{CanonicalText, Name, NameErrorReason};

pub(super) fn detect(text: &str) -> Result<Name, NameErrorReason> {
    let looks_like_ip = || {
        let address = text.split(['/', '%']).next().unwrap_or(text);
        text.starts_with('[') || address.parse::<IpAddr>().is_ok()
    };
    if text.contains("://") {
        uri(text)
    } else if text.contains('@') {
        email(text)
    } else if looks_like_ip() {
        ip(text)
    } else {
        host_or_wildcard(text)
    }
}

pub(super) fn host_or_wildcard(text: &str) -> Result<Name, NameErrorReason> {
    let Some(parent) = text.strip_prefix("*.") else { return Ok(Name::Dns(canonical(host(text)?))) };
    let parent = host(parent)?;
    if !parent.contains('.') {
        return Err(NameErrorReason::WildcardTooBroad);
    }
    let whole = format!("*.{parent}");
    if whole.len() > 253 {
        return Err(NameErrorReason::TooLong { n_characters: whole.len() });
    }
    Ok(Name::Wildcard(canonical(whole)))
}

/// A host name as lower-case A-labels without the trailing dot (UTS 46, non-transitional, with STD3 rules).
fn host(text: &str) -> Result<String, NameErrorReason> {
    if text.is_empty() || text == "." {
        return Err(NameErrorReason::Empty);
    }
    refuse_blanks(text)?;
    if text.contains('*') {
        return Err(NameErrorReason::StarInside);
    }
    if text.contains('_') {
        return Err(NameErrorReason::Underscore);
    }
    if let Some((_, port)) = text.rsplit_once(':')
        && !port.is_empty()
        && port.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Err(NameErrorReason::Port);
    }
    // Lengths are checked below, where the error can name the label.
    let ascii = Uts46::new()
        .to_ascii(text.as_bytes(), AsciiDenyList::STD3, Hyphens::Check, DnsLength::Ignore)
        .map_err(|_| NameErrorReason::NotHostName)?;
    let ascii = ascii.strip_suffix('.').unwrap_or(&ascii).to_owned();
    for label in ascii.split('.') {
        if label.is_empty() {
            return Err(NameErrorReason::EmptyLabel);
        }
        if label.len() > 63 {
            return Err(NameErrorReason::LabelTooLong { label: label.to_owned() });
        }
    }
    if ascii.len() > 253 {
        return Err(NameErrorReason::TooLong { n_characters: ascii.len() });
    }
    if ascii.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(NameErrorReason::NumericLastLabel);
    }
    Ok(ascii)
}

pub(super) fn ip(text: &str) -> Result<Name, NameErrorReason> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let before = |separator| bare.split_once(separator).map(|(address, _)| address.parse::<IpAddr>().is_ok());
    if before('/') == Some(true) {
        return Err(NameErrorReason::Cidr);
    }
    if before('%') == Some(true) {
        return Err(NameErrorReason::Zone);
    }
    usable_ip(bare.parse().map_err(|_| NameErrorReason::NotIp)?)
}

pub(super) fn usable_ip(ip: IpAddr) -> Result<Name, NameErrorReason> {
    let ip = ip.to_canonical();
    if ip.is_unspecified() { Err(NameErrorReason::Unspecified) } else { Ok(Name::Ip(ip)) }
}

pub(super) fn address(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(IpAddr::from(four));
    }
    <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from)
}

/// An absolute URI of RFC 3986 whose authority has a host and no user information.
pub(super) fn uri(text: &str) -> Result<Name, NameErrorReason> {
    let problem = |problem| NameErrorReason::Uri { problem };
    refuse_blanks(text)?;
    let (scheme, rest) = text
        .split_once("://")
        .ok_or_else(|| problem("is not absolute: it has no scheme and host, as in scheme://host/path"))?;
    let is_scheme = scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    if !is_scheme || !scheme.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return Err(problem("has a malformed scheme"));
    }
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if authority.contains('@') {
        return Err(problem("carries user information before the host"));
    }
    let (host_text, port) = split_port(authority);
    if !port.is_empty() && port.parse::<u16>().is_err() {
        return Err(problem("has a malformed port"));
    }
    if host_text.is_empty() {
        return Err(problem("has no host"));
    }
    let host = uri_host(host_text)
        .map_err(|reason| NameErrorReason::Host { host: host_text.to_owned(), reason: Box::new(reason) })?;
    if !path.is_ascii() {
        return Err(problem("contains characters outside ASCII; percent-encode them"));
    }
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=%".contains(&byte);
    if !path.bytes().all(is_allowed) || path.bytes().filter(|byte| *byte == b'#').count() > 1 {
        return Err(problem("contains characters that a URI must percent-encode"));
    }
    let mut escapes = path.split('%').skip(1);
    if !escapes.all(|escape| escape.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2) {
        return Err(problem("has a percent sign without two hexadecimal digits after it"));
    }
    let port = if port.is_empty() { String::new() } else { format!(":{port}") };
    Ok(Name::Uri(canonical(format!("{}://{host}{port}{path}", scheme.to_ascii_lowercase()))))
}

fn split_port(authority: &str) -> (&str, &str) {
    if authority.ends_with(']') {
        return (authority, "");
    }
    authority.rsplit_once(':').unwrap_or((authority, ""))
}

fn uri_host(text: &str) -> Result<String, NameErrorReason> {
    if let Some(literal) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let ip: Ipv6Addr = literal.parse().map_err(|_| NameErrorReason::NotIp)?;
        return Ok(format!("[{ip}]"));
    }
    match text.parse::<std::net::Ipv4Addr>() {
        Ok(ip) => Ok(ip.to_string()),
        Err(_) => host(text),
    }
}

/// An address of RFC 5321 whose local part is a dot-string.
pub(super) fn email(text: &str) -> Result<Name, NameErrorReason> {
    let problem = |problem| NameErrorReason::Email { problem };
    refuse_blanks(text)?;
    let (local, domain) = text.rsplit_once('@').ok_or_else(|| problem("has no @"))?;
    if !local.is_ascii() {
        return Err(problem("has characters outside ASCII before the @, which are not supported"));
    }
    let is_atom = |atom: &str| {
        !atom.is_empty()
            && atom.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte))
    };
    if local.len() > 64 || !local.split('.').all(is_atom) {
        return Err(problem("has a malformed part before the @"));
    }
    let domain = host(domain)
        .map_err(|reason| NameErrorReason::Host { host: domain.to_owned(), reason: Box::new(reason) })?;
    if local.len() + 1 + domain.len() > 254 {
        return Err(problem("has more than 254 characters"));
    }
    Ok(Name::Email(canonical(format!("{local}@{domain}"))))
}

fn refuse_blanks(text: &str) -> Result<(), NameErrorReason> {
    if text.is_empty() {
        return Err(NameErrorReason::Empty);
    }
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(NameErrorReason::Blank);
    }
    Ok(())
}

fn canonical(text: impl Into<Box<str>>) -> CanonicalText {
    CanonicalText(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NameKind;

    fn check(text: &str, kind: NameKind, expected: &str) {
        let name = Name::parse(text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((name.kind(), name.to_string().as_str()), (kind, expected), "for {text:?}");
        assert_eq!(Name::parse(expected).as_ref(), Ok(&name), "the canonical text reads back");
        let json = serde_json::to_string(&name).unwrap();
        assert_eq!(serde_json::from_str::<Name>(&json).unwrap(), name);
        assert_eq!(Name::from_general_name(&name.to_general_name().unwrap()), Ok(name));
    }

    fn refused(text: &str, expected: &NameErrorReason) {
        let error = Name::parse(text).unwrap_err();
        assert_eq!(&error.reason, expected, "for {text:?}");
        assert!(error.to_string().starts_with(&format!("{text:?} is not")), "{error}");
    }

    #[test]
    fn host_names_become_lower_case_a_labels() {
        check("Web.Example.COM", NameKind::Dns, "web.example.com");
        check("example.com.", NameKind::Dns, "example.com");
        check("localhost", NameKind::Dns, "localhost");
        check(" dns:web-1 ", NameKind::Dns, "web-1");
        check("DNS:web", NameKind::Dns, "web");
        check("bücher.example", NameKind::Dns, "xn--bcher-kva.example");
        check("BÜCHER.example", NameKind::Dns, "xn--bcher-kva.example");
        check("straße.example", NameKind::Dns, "xn--strae-oqa.example");
        check("例え。テスト", NameKind::Dns, "xn--r8jz45g.xn--zckzah");
        check("xn--bcher-kva.example", NameKind::Dns, "xn--bcher-kva.example");
        check("1.2.3.4.in-addr.arpa", NameKind::Dns, "1.2.3.4.in-addr.arpa");
        check(&format!("{}.de", "a".repeat(63)), NameKind::Dns, &format!("{}.de", "a".repeat(63)));
    }

    #[test]
    fn an_endless_text_is_not_repeated_in_full() {
        let error = Name::parse(&"ü_".repeat(10_000)).unwrap_err();
        assert_eq!(error.text.chars().count(), 301);
        assert!(error.text.ends_with('…'));
        assert_eq!(error.reason, NameErrorReason::Endless { n_bytes: 30_000 });
    }

    #[test]
    fn wildcards_stand_for_one_whole_leftmost_label() {
        check("*.Example.com", NameKind::Wildcard, "*.example.com");
        check("*.bücher.example", NameKind::Wildcard, "*.xn--bcher-kva.example");
        refused("*", &NameErrorReason::StarInside);
        refused("*.com", &NameErrorReason::WildcardTooBroad);
        refused("*.", &NameErrorReason::Empty);
        refused("a*.example.com", &NameErrorReason::StarInside);
        refused("*.*.example.com", &NameErrorReason::StarInside);
        refused("www.*.example.com", &NameErrorReason::StarInside);
    }

    #[test]
    fn host_names_that_no_certificate_may_carry_are_refused_with_the_reason() {
        refused("", &NameErrorReason::Empty);
        refused(".", &NameErrorReason::Empty);
        refused("a b.example", &NameErrorReason::Blank);
        refused("a\0.example", &NameErrorReason::Blank);
        refused("a..example", &NameErrorReason::EmptyLabel);
        refused(".example", &NameErrorReason::EmptyLabel);
        refused("example..", &NameErrorReason::EmptyLabel);
        refused("_dmarc.example", &NameErrorReason::Underscore);
        refused("-a.example", &NameErrorReason::NotHostName);
        refused("a-.example", &NameErrorReason::NotHostName);
        refused("ab--c.example", &NameErrorReason::NotHostName);
        refused("a/b.example", &NameErrorReason::NotHostName);
        refused("xn--a.example", &NameErrorReason::NotHostName);
        refused("web.example:8443", &NameErrorReason::Port);
        refused("1.2.3.4.5", &NameErrorReason::NumericLastLabel);
        refused("256.1.1.1", &NameErrorReason::NumericLastLabel);
        let label = "a".repeat(64);
        refused(&format!("{label}.example"), &NameErrorReason::LabelTooLong { label });
        let long = vec!["a".repeat(49); 6].join(".");
        refused(&long, &NameErrorReason::TooLong { n_characters: 299 });
        let just_too_long_with_star = format!("*.{}.{}", vec!["a".repeat(49); 5].join("."), "bb");
        refused(&just_too_long_with_star, &NameErrorReason::TooLong { n_characters: 254 });
    }

    #[test]
    fn addresses_are_canonical_and_ranges_are_refused() {
        check("192.0.2.1", NameKind::Ip, "192.0.2.1");
        check("ip:2001:DB8:0:0::1", NameKind::Ip, "2001:db8::1");
        check("[2001:db8::1]", NameKind::Ip, "2001:db8::1");
        check("::ffff:192.0.2.1", NameKind::Ip, "192.0.2.1");
        refused("192.0.2.0/24", &NameErrorReason::Cidr);
        refused("2001:db8::/32", &NameErrorReason::Cidr);
        refused("fe80::1%eth0", &NameErrorReason::Zone);
        refused("0.0.0.0", &NameErrorReason::Unspecified);
        refused("::", &NameErrorReason::Unspecified);
        refused("ip:web.example", &NameErrorReason::NotIp);
        refused("ip:010.0.0.1", &NameErrorReason::NotIp);
    }

    #[test]
    fn uris_are_absolute_with_scheme_and_host() {
        check("spiffe://Prod.Example/ns/web", NameKind::Uri, "spiffe://prod.example/ns/web");
        check(
            "uri:HTTPS://bücher.example:8443/a?b=c#d",
            NameKind::Uri,
            "https://xn--bcher-kva.example:8443/a?b=c#d",
        );
        check("https://[2001:DB8::1]/", NameKind::Uri, "https://[2001:db8::1]/");
        check("https://192.0.2.1", NameKind::Uri, "https://192.0.2.1");
        check("https://a.example/%7Ea", NameKind::Uri, "https://a.example/%7Ea");
        let uri = |problem| NameErrorReason::Uri { problem };
        refused("uri:/path", &uri("is not absolute: it has no scheme and host, as in scheme://host/path"));
        refused("1a://host", &uri("has a malformed scheme"));
        refused("https://user@host.example/", &uri("carries user information before the host"));
        refused("https:///path", &uri("has no host"));
        refused("https://a.example:99999/", &uri("has a malformed port"));
        refused("https://a.example/ü", &uri("contains characters outside ASCII; percent-encode them"));
        refused("https://a.example/\"", &uri("contains characters that a URI must percent-encode"));
        refused("https://a.example/%zz", &uri("has a percent sign without two hexadecimal digits after it"));
        let reason = Box::new(NameErrorReason::Underscore);
        refused("https://a_b.example/", &NameErrorReason::Host { host: "a_b.example".to_owned(), reason });
    }

    #[test]
    fn email_domains_are_a_labels_and_local_parts_are_kept() {
        check("Ops@Bücher.Example", NameKind::Email, "Ops@xn--bcher-kva.example");
        check("email:a.b+c@example.com", NameKind::Email, "a.b+c@example.com");
        let email = |problem| NameErrorReason::Email { problem };
        refused("email:nobody", &email("has no @"));
        refused("@example.com", &email("has a malformed part before the @"));
        refused("a..b@example.com", &email("has a malformed part before the @"));
        refused("a@b@example.com", &email("has a malformed part before the @"));
        refused(
            "ü@example.com",
            &email("has characters outside ASCII before the @, which are not supported"),
        );
        let reason = Box::new(NameErrorReason::Empty);
        refused("a@", &NameErrorReason::Host { host: String::new(), reason });
    }
}
