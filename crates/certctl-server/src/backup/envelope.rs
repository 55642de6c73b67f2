//! The outside of a backup file: what everybody may read, and the key that its passphrase gives.
//!
//! ```text
//! certctl backup, format 1
//! {"created_at":"2026-11-24T09:30:00Z","certctl":"0.1.0","kdf":{...},"salt":"..."}
//! 32 bytes that tell the right passphrase from a wrong one
//! chunks (`stream.rs`)
//! ```
//!
//! Argon2id makes 32 bytes of passphrase and salt; HKDF-SHA256, bound to the two lines above, makes of them the key of
//! the chunks and the check. So a changed line gives another key, and a file opens with one key only.
//!
//! Not for: the content. Invariants: salt and key are of this file alone; the costs in a file are believed only up to a
//! limit, so that a foreign file cannot take all memory.

use std::io::{BufRead, Read, Write};

use argon2::{Algorithm, Argon2, Params};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use certctl_core::{random::Random, secret::Secret, time::Ts};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::{BackupError, KEY_LENGTH, Key};

const TITLE: &str = "certctl backup, format ";
const FORMAT: u32 = 1;
/// No header is longer.
const MAX_LINE: u64 = 4096;
const SALT_LENGTH: usize = 16;

/// The costs of Argon2id that this release writes: RFC 9106's second recommended option.
const COSTS: Kdf = Kdf { name: KdfName::Argon2id, memory_kib: 64 * 1024, passes: 3, lanes: 4 };
/// The highest costs that are believed.
const MAX_MEMORY_KIB: u32 = 1024 * 1024;
const MAX_PASSES: u32 = 32;
const MAX_LANES: u32 = 16;

/// What a backup file says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    /// When it was begun.
    pub(super) created_at: Ts,
    /// The program's version.
    pub(super) certctl: String,
    kdf: Kdf,
    salt: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kdf {
    name: KdfName,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum KdfName {
    Argon2id,
}

impl Header {
    pub(super) fn new(created_at: Ts, random: &dyn Random) -> Self {
        let mut salt = [0; SALT_LENGTH];
        random.fill(&mut salt);
        let certctl = env!("CARGO_PKG_VERSION").to_owned();
        Self { created_at, certctl, kdf: COSTS, salt: hex::encode(salt) }
    }

    /// Writes the opening of the file and gives the key of its chunks.
    pub(super) fn write(&self, passphrase: &Secret<String>, out: &mut dyn Write) -> Result<Key, BackupError> {
        let line = serde_json::to_string(self).map_err(|error| BackupError::Write(error.into()))?;
        let lines = format!("{TITLE}{FORMAT}\n{line}\n");
        let (key, check) = self.keys(passphrase, lines.as_bytes())?;
        out.write_all(lines.as_bytes())
            .and_then(|()| out.write_all(&check[..]))
            .map_err(BackupError::Write)?;
        Ok(key)
    }

    /// Reads the opening of a file and gives the key of its chunks.
    pub(super) fn read(
        passphrase: &Secret<String>,
        from: &mut dyn BufRead,
    ) -> Result<(Self, Key), BackupError> {
        let title = line(from)?;
        let format = title.strip_prefix(TITLE).and_then(|rest| rest.trim_end().parse::<u32>().ok());
        match format {
            Some(FORMAT) => {}
            Some(found) => return Err(BackupError::NewerFormat { found, known: FORMAT }),
            None => return Err(BackupError::NotABackup),
        }
        let text = line(from)?;
        let header: Self = serde_json::from_str(&text)
            .map_err(|error| BackupError::Header { detail: format!("column {}", error.column()) })?;
        let (key, check) = header.keys(passphrase, format!("{title}{text}").as_bytes())?;
        let mut found = [0; KEY_LENGTH];
        from.read_exact(&mut found).map_err(|_| BackupError::NotABackup)?;
        if found.ct_eq(&check[..]).into() { Ok((header, key)) } else { Err(BackupError::Passphrase) }
    }

    fn keys(&self, passphrase: &Secret<String>, lines: &[u8]) -> Result<(Key, Key), BackupError> {
        let bad = |detail: String| BackupError::Header { detail };
        let Kdf { name: KdfName::Argon2id, memory_kib, passes, lanes } = self.kdf;
        if memory_kib > MAX_MEMORY_KIB || passes > MAX_PASSES || lanes > MAX_LANES {
            return Err(bad(format!("it asks for {memory_kib} KiB, {passes} passes and {lanes} lanes")));
        }
        let params = Params::new(memory_kib, passes, lanes, Some(KEY_LENGTH))
            .map_err(|error| bad(format!("its costs: {error}")))?;
        let salt = hex::decode(&self.salt).map_err(|_| bad("its salt".to_owned()))?;
        let mut stretched = Zeroizing::new([0; KEY_LENGTH]);
        Argon2::new(Algorithm::Argon2id, argon2::Version::V0x13, params)
            .hash_password_into(passphrase.expose().as_bytes(), &salt, &mut stretched[..])
            .map_err(|error| bad(format!("its costs: {error}")))?;
        let prk = Salt::new(HKDF_SHA256, &certctl_pki::fingerprint::sha256(lines)).extract(&stretched[..]);
        let expand = |purpose: &[u8]| {
            let mut key = Zeroizing::new([0; KEY_LENGTH]);
            prk.expand(&[purpose], Length)
                .and_then(|material| material.fill(&mut key[..]))
                .map(|()| key)
                .map_err(|_| bad("its key cannot be derived".to_owned()))
        };
        Ok((expand(b"certctl backup key")?, expand(b"certctl backup check")?))
    }
}

struct Length;

impl KeyType for Length {
    fn len(&self) -> usize {
        KEY_LENGTH
    }
}

/// A line with its end.
fn line(from: &mut dyn BufRead) -> Result<String, BackupError> {
    let mut bytes = Vec::new();
    from.take(MAX_LINE).read_until(b'\n', &mut bytes).map_err(BackupError::Read)?;
    match String::from_utf8(bytes) {
        Ok(text) if text.ends_with('\n') => Ok(text),
        Ok(_) | Err(_) => Err(BackupError::NotABackup),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// As few rounds as there can be: these tests are not about costs.
    pub(in crate::backup) fn cheap_header() -> Header {
        let kdf = Kdf { memory_kib: 32, passes: 1, ..COSTS };
        Header { kdf, ..Header::new(Ts::from_second(1_790_000_000), &crate::app::SystemRandom) }
    }

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    fn written(header: &Header) -> (Vec<u8>, Key) {
        let mut bytes = Vec::new();
        let key = header.write(&secret("correct horse battery"), &mut bytes).unwrap();
        (bytes, key)
    }

    #[test]
    fn the_right_passphrase_gives_the_key_and_the_header() {
        let header = cheap_header();
        let (bytes, key) = written(&header);
        let (found, again) = Header::read(&secret("correct horse battery"), &mut &bytes[..]).unwrap();
        assert_eq!((found, again), (header, key));
    }

    #[test]
    fn two_files_of_one_passphrase_have_two_keys() {
        assert_ne!(written(&cheap_header()).1, written(&cheap_header()).1);
    }

    #[test]
    fn a_wrong_passphrase_is_told_and_any_changed_byte_is_refused() {
        let (bytes, _) = written(&cheap_header());
        let wrong = Header::read(&secret("correct horse batterY"), &mut &bytes[..]).unwrap_err();
        assert!(matches!(wrong, BackupError::Passphrase), "{wrong}");
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(Header::read(&secret("correct horse battery"), &mut &changed[..]).is_err(), "byte {at}");
        }
    }

    #[test]
    fn other_files_newer_formats_and_excessive_costs_are_told_apart() {
        let read = |bytes: &[u8]| Header::read(&secret("x"), &mut &bytes[..]).unwrap_err();
        assert!(matches!(read(b"SQLite format 3\0"), BackupError::NotABackup));
        assert!(matches!(read(b""), BackupError::NotABackup));
        let newer = read(b"certctl backup, format 2\n{}\n");
        assert!(matches!(newer, BackupError::NewerFormat { found: 2, known: 1 }), "{newer}");
        let greedy = Header { kdf: Kdf { memory_kib: u32::MAX, ..COSTS }, ..cheap_header() };
        let text = format!("certctl backup, format 1\n{}\n", serde_json::to_string(&greedy).unwrap());
        assert!(matches!(read(text.as_bytes()), BackupError::Header { .. }));
    }
}
