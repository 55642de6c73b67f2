//! PEM text (RFC 7468): certificates, requests and private keys as files hold them.
//!
//! Reading is tolerant about what tools put around blocks (text, CRLF, blank lines) and strict about the blocks:
//! a label that is not the wanted one is an error that says what was found. It does not look inside the DER.
//! Invariant: private key material is zeroed when dropped, and no error repeats content.

use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

/// The label of certificates.
pub const CERTIFICATE: &str = "CERTIFICATE";
/// The label of certificate requests.
pub const CERTIFICATE_REQUEST: &str = "CERTIFICATE REQUEST";
/// The label that old tools give to certificate requests.
pub const NEW_CERTIFICATE_REQUEST: &str = "NEW CERTIFICATE REQUEST";
/// The label of unencrypted PKCS#8 keys.
pub const PRIVATE_KEY: &str = "PRIVATE KEY";

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// One block of a PEM text.
pub struct Block {
    /// The words between `BEGIN` and the dashes.
    pub label: String,
    /// What the block holds.
    pub der: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for Block {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Block({}, {} bytes)", self.label, self.der.len())
    }
}

/// What is wrong with a PEM text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PemError {
    /// No block at all.
    #[error("no PEM block found; expected a line \"-----BEGIN {wanted}-----\"")]
    NoBlock {
        /// The label that was wanted.
        wanted: String,
    },
    /// A block of another kind.
    #[error("PEM block {number} is a {found:?}, expected {wanted:?}")]
    WrongLabel {
        /// Which block, counted from one.
        number: usize,
        /// Its label.
        found: String,
        /// The label that was wanted.
        wanted: String,
    },
    /// More blocks than the one that was wanted.
    #[error("found {n_blocks} PEM blocks, expected exactly one {wanted:?}")]
    NotSingle {
        /// How many there are.
        n_blocks: usize,
        /// The label that was wanted.
        wanted: String,
    },
    /// A block that never ends, or ends under another label.
    #[error(
        "PEM block {number} ({label:?}) has no matching line \"-----END {label}-----\"; is the file cut off?"
    )]
    Unfinished {
        /// Which block, counted from one.
        number: usize,
        /// Its label.
        label: String,
    },
    /// The content is not base64.
    #[error("PEM block {number} ({label:?}) is not valid base64")]
    NotBase64 {
        /// Which block, counted from one.
        number: usize,
        /// Its label.
        label: String,
    },
}

/// Reads every block of a text, in order. A text without blocks gives an empty list.
///
/// # Errors
/// When a block is unfinished or is not base64.
pub fn decode_all(text: &str) -> Result<Vec<Block>, PemError> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().map(str::trim);
    while let Some(line) = lines.next() {
        let Some(label) = line.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(DASHES)) else {
            continue;
        };
        let number = blocks.len() + 1;
        let mut content = Zeroizing::new(String::new());
        let mut is_finished = false;
        for line in lines.by_ref() {
            if let Some(end) = line.strip_prefix(END).and_then(|rest| rest.strip_suffix(DASHES)) {
                is_finished = end == label;
                break;
            }
            // The headers of RFC 1421 ("Proc-Type: 4,ENCRYPTED") are no base64 and fail below, as they should.
            content.extend(line.split_whitespace());
        }
        if !is_finished {
            return Err(PemError::Unfinished { number, label: label.to_owned() });
        }
        let der = STANDARD
            .decode(content.as_bytes())
            .map_err(|_| PemError::NotBase64 { number, label: label.to_owned() })?;
        blocks.push(Block { label: label.to_owned(), der: Zeroizing::new(der) });
    }
    Ok(blocks)
}

/// Reads the one block of a text, which carries one of the `labels`.
///
/// # Errors
/// When there is none, more than one, or one of another kind.
pub fn decode_one(text: &str, labels: &[&str]) -> Result<Block, PemError> {
    let wanted = || labels.first().map_or_else(String::new, |label| (*label).to_owned());
    let mut blocks = decode_all(text)?;
    if let Some((index, block)) =
        blocks.iter().enumerate().find(|(_, block)| !labels.contains(&block.label.as_str()))
    {
        return Err(PemError::WrongLabel { number: index + 1, found: block.label.clone(), wanted: wanted() });
    }
    match (blocks.pop(), blocks.len()) {
        (Some(block), 0) => Ok(block),
        (Some(_), n_others) => Err(PemError::NotSingle { n_blocks: n_others + 1, wanted: wanted() }),
        (None, _) => Err(PemError::NoBlock { wanted: wanted() }),
    }
}

/// Reads a bundle: one or more certificates and nothing else, in the order of the file.
///
/// # Errors
/// When there is none, or a block of another kind.
pub fn decode_certificates(text: &str) -> Result<Vec<Vec<u8>>, PemError> {
    let blocks = decode_all(text)?;
    if blocks.is_empty() {
        return Err(PemError::NoBlock { wanted: CERTIFICATE.to_owned() });
    }
    let to_der = |(index, block): (usize, Block)| {
        if block.label == CERTIFICATE {
            Ok(block.der.to_vec())
        } else {
            Err(PemError::WrongLabel {
                number: index + 1,
                found: block.label,
                wanted: CERTIFICATE.to_owned(),
            })
        }
    };
    blocks.into_iter().enumerate().map(to_der).collect()
}

/// Writes one block, 64 columns wide, with a final newline. The text is zeroed when dropped: it may be a key.
#[must_use]
pub fn encode(label: &str, der: &[u8]) -> Zeroizing<String> {
    let content = Zeroizing::new(STANDARD.encode(der));
    let n_lines = content.len().div_ceil(64);
    // Enough room from the start, so that no half of a key stays behind in a freed buffer.
    let mut text = Zeroizing::new(String::with_capacity(content.len() + n_lines + 2 * label.len() + 40));
    text.extend([BEGIN, label, DASHES, "\n"]);
    let mut rest = content.as_str();
    while !rest.is_empty() {
        let (line, following) = rest.split_at(rest.len().min(64));
        text.extend([line, "\n"]);
        rest = following;
    }
    text.extend([END, label, DASHES, "\n"]);
    text
}

/// Writes certificates one after the other, as a full chain file holds them.
#[must_use]
pub fn encode_certificates<C: AsRef<[u8]>>(certificates: impl IntoIterator<Item = C>) -> String {
    certificates.into_iter().map(|der| encode(CERTIFICATE, der.as_ref()).to_string()).collect()
}

/// Writes a certificate request.
#[must_use]
pub fn encode_request(der: &[u8]) -> String {
    encode(CERTIFICATE_REQUEST, der).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_with_crlf_and_text_around_reads_in_order() {
        let bundle = encode_certificates([[1; 100], [2; 100]]);
        let untidy = format!("subject=CN = web\r\n\r\n{}\r\ntrailer\r\n", bundle.replace('\n', "\r\n"));
        assert_eq!(decode_certificates(&untidy).unwrap(), [vec![1; 100], vec![2; 100]]);
    }

    #[test]
    fn lines_are_64_wide_and_lengths_around_the_width_read_back() {
        for n in [0, 1, 47, 48, 49, 96, 1000] {
            let text = encode(CERTIFICATE, &vec![9; n]);
            assert!(text.lines().all(|line| line.len() <= 64));
            assert_eq!(decode_one(&text, &[CERTIFICATE]).unwrap().der.len(), n);
        }
    }

    fn check(text: &str, expected: &str) {
        let error = decode_one(text, &[CERTIFICATE]).unwrap_err().to_string();
        assert_eq!(error, expected);
    }

    #[test]
    fn errors_say_which_block_and_what_was_found_instead() {
        check("hello", "no PEM block found; expected a line \"-----BEGIN CERTIFICATE-----\"");
        check(&encode(PRIVATE_KEY, b"abc"), "PEM block 1 is a \"PRIVATE KEY\", expected \"CERTIFICATE\"");
        check(&encode_certificates([b"a", b"b"]), "found 2 PEM blocks, expected exactly one \"CERTIFICATE\"");
        check(
            "-----BEGIN CERTIFICATE-----\nAAAA\n",
            "PEM block 1 (\"CERTIFICATE\") has no matching line \"-----END CERTIFICATE-----\"; is the file cut off?",
        );
        check(
            "-----BEGIN CERTIFICATE-----\nA*AA\n-----END CERTIFICATE-----\n",
            "PEM block 1 (\"CERTIFICATE\") is not valid base64",
        );
        let mixed = format!("{}{}", encode_certificates([b"a"]), *encode(PRIVATE_KEY, b"k"));
        assert!(matches!(decode_certificates(&mixed), Err(PemError::WrongLabel { number: 2, .. })));
    }

    #[test]
    fn debug_of_a_block_shows_no_content() {
        let blocks = decode_all(&encode(PRIVATE_KEY, &[0x41; 40])).unwrap();
        assert_eq!(format!("{blocks:?}"), "[Block(PRIVATE KEY, 40 bytes)]");
    }
}
