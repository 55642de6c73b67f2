//! A certificate as text for people.
//!
//! Not for programs: the lines may change. Invariant: a pure function of [`CertificateInfo`]; what has no words of its own is
//! shown by its dotted identifier, so that nothing is left out in silence.

use std::fmt::Write as _;
use std::time::Duration;

use der::DateTime;

use crate::{
    NameSubtree,
    certificate_info::{CertificateInfo, ExtensionInfo},
};

/// Extensions of which the lines of their own tell everything.
const TOLD: [&str; 6] = ["2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.35", "2.5.29.37"];

/// What a certificate says, one fact a line, and its fingerprints.
pub fn describe(info: &CertificateInfo) -> String {
    let mut lines = Lines::default();
    lines.fact("Subject", if info.subject.is_empty() { "(none)" } else { &info.subject });
    lines.fact("Issuer", &info.issuer);
    lines.fact("Serial number", &pairs(&info.serial_hex));
    lines.fact("Valid from", &moment(info.not_before));
    lines.fact("Valid until", &moment(info.not_after));
    lines.fact("Lifetime", &lifetime(info.not_after.saturating_sub(info.not_before)));
    let names: Vec<String> =
        info.names.iter().map(ToString::to_string).chain(info.other_names.iter().cloned()).collect();
    lines.list("Names", &names);
    lines.fact("Public key", &info.key_algorithm);
    lines.fact("Signature", &info.signature_algorithm);
    let is_critical = |oid: &str| info.extensions.iter().any(|one| one.oid == oid && one.is_critical);
    let mark = |oid: &str| if is_critical(oid) { " (critical)" } else { "" };
    let authority = match (info.is_ca, info.path_len) {
        (false, _) => "no".to_owned(),
        (true, None) => "yes".to_owned(),
        (true, Some(n)) => format!("yes, with at most {n} below it"),
    };
    lines.fact("Authority", &format!("{authority}{}", mark("2.5.29.19")));
    if !info.key_usages.is_empty() {
        lines.fact("Key usage", &format!("{}{}", info.key_usages.join(", "), mark("2.5.29.15")));
    }
    if !info.extended_key_usages.is_empty() {
        lines.fact("Purposes", &format!("{}{}", info.extended_key_usages.join(", "), mark("2.5.29.37")));
    }
    if let Some(id) = &info.subject_key_identifier {
        lines.fact("Subject key id", &pairs(id));
    }
    if let Some(id) = &info.authority_key_identifier {
        lines.fact("Authority key id", &pairs(id));
    }
    if let Some(constraints) = &info.name_constraints {
        let texts = |subtrees: &[NameSubtree]| subtrees.iter().map(ToString::to_string).collect::<Vec<_>>();
        lines.list_any("Only names below", &texts(&constraints.permitted));
        lines.list_any("No names below", &texts(&constraints.excluded));
    }
    lines.list_any("CRL", &info.crl_uris);
    lines.list_any("OCSP", &info.ocsp_uris);
    lines.list_any("Issuer at", &info.ca_issuers_uris);
    let others: Vec<String> =
        info.extensions.iter().filter(|one| !TOLD.contains(&one.oid.as_str())).map(other).collect();
    lines.list_any("Other extensions", &others);
    lines.fact("SHA-256", &info.fingerprint_sha256);
    lines.fact("Key SHA-256", &hex::encode(info.public_key_sha256));
    lines.0
}

#[derive(Default)]
struct Lines(String);

impl Lines {
    fn fact(&mut self, name: &str, value: &str) {
        self.line(&format!("{name}:"), value);
    }

    fn line(&mut self, start: &str, value: &str) {
        // Control characters of a foreign certificate do not reach a terminal.
        let value: String = value.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "{start:<18}{value}");
    }

    fn list_any(&mut self, name: &str, values: &[String]) {
        if !values.is_empty() {
            self.list(name, values);
        }
    }

    fn list(&mut self, name: &str, values: &[String]) {
        match values {
            [] => self.fact(name, "(none)"),
            [first, rest @ ..] => {
                self.fact(name, first);
                for value in rest {
                    self.line("", value);
                }
            }
        }
    }
}

fn other(extension: &ExtensionInfo) -> String {
    let critical = if extension.is_critical { ", critical" } else { "" };
    format!("{} ({} bytes{critical})", extension.oid, extension.bytes)
}

/// `aabbcc` as `aa:bb:cc`.
fn pairs(hex: &str) -> String {
    let bytes: Vec<&str> =
        hex.as_bytes().chunks(2).filter_map(|pair| std::str::from_utf8(pair).ok()).collect();
    bytes.join(":")
}

fn moment(second: i64) -> String {
    let known = u64::try_from(second).ok().map(Duration::from_secs);
    match known.and_then(|since| DateTime::from_unix_duration(since).ok()) {
        Some(at) => at.to_string(),
        None => format!("second {second} of Unix time"),
    }
}

fn lifetime(seconds: i64) -> String {
    match seconds {
        n if n >= 2 * 86_400 => format!("{} days", n / 86_400),
        n if n >= 7_200 => format!("{} hours", n / 3_600),
        n => format!("{n} seconds"),
    }
}
