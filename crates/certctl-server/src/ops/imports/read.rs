//! Reading an import's bundles: which certificates there are, and what is above each.
//!
//! Not for: the store. Invariant: every bundle gives at least one item or certificate, so that nothing that was sent goes
//! without an answer.

use certctl_api::imports::{ImportBundle, ImportItem, ImportOutcome};
use certctl_pki::{CertificateInfo, Name, pem};

/// A certificate that was read from a bundle.
#[derive(Debug, Clone)]
pub struct Read {
    /// The place of the bundle.
    pub bundle: i64,
    /// The bundle's name.
    pub bundle_name: Option<String>,
    /// Which certificate of the bundle, from 1.
    pub number: i64,
    /// The certificate.
    pub der: Vec<u8>,
    /// What it says.
    pub info: CertificateInfo,
    /// The names that it is for.
    pub names: Vec<String>,
    /// What is above it, nearest first.
    pub chain: Vec<Vec<u8>>,
    /// What is odd about it.
    pub warnings: Vec<String>,
}

impl Read {
    /// What people call it: its first name, its subject, or its fingerprint.
    pub fn display_name(&self) -> String {
        let first = self.names.first().cloned();
        let other = || self.info.other_names.first().cloned();
        let subject = || Some(self.info.subject.clone()).filter(|subject| !subject.is_empty());
        let name = first.or_else(other).or_else(subject);
        let name = name.unwrap_or_else(|| self.info.fingerprint_sha256.clone());
        name.chars().filter(|c| !c.is_control()).take(200).collect()
    }
}

/// Reads the bundles: certificates, and items about what cannot be brought in.
pub fn read(bundles: &[ImportBundle]) -> Vec<Result<Read, ImportItem>> {
    bundles.iter().enumerate().flat_map(|(place, bundle)| read_bundle(place, bundle)).collect()
}

fn refused(
    place: usize,
    bundle: &ImportBundle,
    number: Option<usize>,
    code: &str,
    cause: String,
) -> ImportItem {
    ImportItem {
        bundle: i64::try_from(place).unwrap_or(i64::MAX),
        name: bundle.name.clone(),
        number: number.and_then(|n| i64::try_from(n).ok()),
        outcome: ImportOutcome::Refused,
        certificate_id: None,
        fingerprint_sha256: None,
        names: Vec::new(),
        subject: None,
        issuer: None,
        not_after: None,
        code: Some(code.to_owned()),
        cause: Some(cause),
        warnings: Vec::new(),
    }
}

fn read_bundle(place: usize, bundle: &ImportBundle) -> Vec<Result<Read, ImportItem>> {
    let whole = |code: &str, cause: String| vec![Err(refused(place, bundle, None, code, cause))];
    let blocks = match pem::decode_all(&bundle.pem) {
        Ok(blocks) => blocks,
        Err(error) => return whole("not_pem", error.to_string()),
    };
    if blocks.iter().any(|block| block.label.contains("PRIVATE KEY")) {
        let cause = "it holds a private key: keys stay on the hosts that made them, so nothing of it was kept; send the \
                     certificates alone";
        return whole("private_key", cause.to_owned());
    }
    let (mut read, mut items) = (Vec::new(), Vec::new());
    for (index, block) in blocks.iter().enumerate() {
        let number = index + 1;
        if block.label != pem::CERTIFICATE {
            let cause = format!("block {number} is a {:?}, not a certificate", block.label);
            items.push(Err(refused(place, bundle, Some(number), "not_a_certificate", cause)));
            continue;
        }
        match CertificateInfo::parse(&block.der) {
            Ok(info) => read.push((number, block.der.to_vec(), info)),
            Err(error) => {
                let cause = format!("block {number}: {error}");
                items.push(Err(refused(place, bundle, Some(number), "not_a_certificate", cause)));
            }
        }
    }
    // A server's certificate that signed itself is often marked as an authority: alone, it is what was meant.
    let alone = read.len() == 1;
    let (leaves, above): (Vec<_>, Vec<_>) = read.into_iter().partition(|(_, _, info)| alone || !info.is_ca);
    if leaves.is_empty() && items.is_empty() {
        let cause = if above.is_empty() {
            "there is no PEM block in it; a line -----BEGIN CERTIFICATE----- begins one".to_owned()
        } else {
            format!("all of its {} certificates are those of authorities: the leaf is missing", above.len())
        };
        return whole(if above.is_empty() { "not_pem" } else { "no_leaf" }, cause);
    }
    items.extend(
        leaves.into_iter().map(|(number, der, info)| leaf(place, bundle, number, der, info, &above)).map(Ok),
    );
    items
}

type Block = (usize, Vec<u8>, CertificateInfo);

fn leaf(
    place: usize,
    bundle: &ImportBundle,
    number: usize,
    der: Vec<u8>,
    info: CertificateInfo,
    above: &[Block],
) -> Read {
    let mut warnings = Vec::new();
    let mut names: Vec<String> = info.names.iter().map(Name::to_string).collect();
    if names.is_empty()
        && let Some(name) = info.subject_common_name.as_deref().and_then(|text| Name::parse(text).ok())
    {
        warnings.push("it has no alternative names; its common name is taken for one".to_owned());
        names.push(name.to_string());
    }
    if !info.other_names.is_empty() {
        warnings.push(format!("names that certctl cannot ask for: {}", info.other_names.join(", ")));
    }
    let mut chain = chain(&info, above);
    if let Some((last, between)) = chain.split_last()
        && let Err(error) =
            certctl_pki::check_chain(&der, between, std::slice::from_ref(last), info.not_before)
        && !info.is_ca
    {
        warnings.push(format!("the certificates above it do not fit and were left out: {error}"));
        chain.clear();
    }
    Read {
        bundle: i64::try_from(place).unwrap_or(i64::MAX),
        bundle_name: bundle.name.clone(),
        number: i64::try_from(number).unwrap_or(i64::MAX),
        der,
        info,
        names,
        chain,
        warnings,
    }
}

/// The way up by names and key identifiers, nearest first; the root, if it is there, last.
fn chain(leaf: &CertificateInfo, above: &[Block]) -> Vec<Vec<u8>> {
    let mut chain: Vec<Vec<u8>> = Vec::new();
    let mut below = leaf;
    while !below.is_self_issued {
        let next = above.iter().find(|(_, der, info)| {
            let keys_fit = match (&below.authority_key_identifier, &info.subject_key_identifier) {
                (Some(wanted), Some(found)) => wanted == found,
                (None, _) | (_, None) => true,
            };
            info.subject == below.issuer && keys_fit && !chain.contains(der)
        });
        let Some((_, der, info)) = next else { break };
        chain.push(der.clone());
        below = info;
    }
    chain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle(pem: &str) -> ImportBundle {
        ImportBundle { name: Some("web.pem".to_owned()), pem: pem.to_owned() }
    }

    fn refusals(pem: &str) -> Vec<String> {
        let items = read(&[bundle(pem)]).into_iter().filter_map(Result::err);
        items.filter_map(|item| item.code).collect()
    }

    #[test]
    fn each_bundle_that_cannot_be_read_is_named() {
        assert_eq!(refusals(""), ["not_pem"]);
        assert_eq!(refusals("-----BEGIN CERTIFICATE-----\nAAAA\n"), ["not_pem"]);
        assert_eq!(
            refusals("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
            ["not_a_certificate"]
        );
        let request = "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n";
        assert_eq!(refusals(request), ["not_a_certificate"]);
    }

    #[test]
    fn a_bundle_with_a_private_key_is_refused_as_a_whole() {
        let key = "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n";
        let items = read(&[bundle(key), bundle(key)]);
        assert_eq!(items.len(), 2);
        for (place, item) in items.into_iter().enumerate() {
            let item = item.unwrap_err();
            assert_eq!(
                (item.bundle, item.code.as_deref()),
                (i64::try_from(place).unwrap(), Some("private_key"))
            );
            assert!(!item.cause.unwrap().contains("AAAA"));
        }
    }
}
