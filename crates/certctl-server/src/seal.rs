//! Secrets at rest: each record is encrypted with a data key of its own, which the master key wraps.
//!
//! The form is `1 | master key id (8) | wrapped data key (12 + 32 + 16) | content (12 + n + 16)`, both AES-256-GCM
//! under one authenticated header: form, key id, record id and kind. So a sealed text that is copied to another
//! record, or under another master key, does not open; and rotation only wraps the data keys anew.
//! Why not seal with the master key itself: random nonces of one key are safe for some 2^32 records only.
//!
//! Not for: keys of managed certificates, which never reach the control plane. Invariant: nothing here shows key or
//! content in `Debug`, errors or logs.

use std::{
    fmt, fs,
    io::{ErrorKind, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use certctl_core::secret::Secret;
use zeroize::Zeroizing;

use crate::backup::{BackupError, KEY_LENGTH, Key};

const FORM: u8 = 1;
const ID_LENGTH: usize = 8;
const TAG_LENGTH: usize = 16;
const WRAPPED_LENGTH: usize = NONCE_LEN + KEY_LENGTH + TAG_LENGTH;

/// Seals and opens. Cloning gives the same one.
#[derive(Clone)]
pub struct Sealer(Arc<Master>);

struct Master {
    key: RandomizedNonceKey,
    id: [u8; ID_LENGTH],
}

/// Why something cannot be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The cipher refused; it has no reason to.
    #[error("{record} could not be sealed")]
    Seal {
        /// Which record.
        record: String,
    },
    /// The stored bytes are not of a form that this release writes.
    #[error("the sealed {record} has an unknown form; was it written by a newer release?")]
    Form {
        /// Which record.
        record: String,
    },
    /// Sealed under another master key.
    #[error("{record} was sealed under the key {found}, but this control plane has {present}")]
    OtherKey {
        /// Which record.
        record: String,
        /// The key's id in the record.
        found: String,
        /// The id of the present key.
        present: String,
    },
    /// The bytes were changed, or belong to another record.
    #[error("the sealed {record} does not open: it was changed, or belongs to another record")]
    Changed {
        /// Which record.
        record: String,
    },
}

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file cannot be read or made.
    #[error("the sealing key file {path} cannot be {action}")]
    File {
        /// Which.
        path: PathBuf,
        /// `read` or `made`.
        action: &'static str,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Others can read it.
    #[error("the sealing key file {path} can be read by others (mode {mode:04o}): chmod 600 {path}")]
    Open {
        /// Which.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// It holds something else.
    #[error("{origin} is not a sealing key: 64 hexadecimal digits, as `openssl rand -hex 32` prints")]
    NotAKey {
        /// The file or variable.
        origin: String,
    },
    /// The database has a key, and this is not it.
    #[error(
        "the database is sealed with the key {wanted}, but {origin} holds {found}: give the right one with \
         --sealing-key-file"
    )]
    WrongKey {
        /// The id in the database.
        wanted: String,
        /// The id of the key given.
        found: String,
        /// Where it came from.
        origin: String,
    },
    /// The database has a key, and none was given.
    #[error(
        "the database is sealed with the key {wanted}, but there is no {path}: restore that file, or give the key \
         with --sealing-key-file"
    )]
    Missing {
        /// The id in the database.
        wanted: String,
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The cipher refused the key.
    #[error("the cipher refused the sealing key")]
    Cipher,
}

/// Where the master key comes from.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// Given as text, in the environment.
    Text(Secret<String>),
    /// A file that must be there.
    File(PathBuf),
    /// A file that is made at the first start.
    Made(PathBuf),
}

impl KeySource {
    /// The key, which must be the one of id `wanted` if the database has one. Makes the file of
    /// [`KeySource::Made`] only for a database without a key.
    ///
    /// # Errors
    /// [`KeyFileError`], with what to do.
    pub fn load(&self, wanted: Option<&str>) -> Result<Sealer, KeyFileError> {
        match (wanted, self) {
            (Some(wanted), _) => Sealer::new(&*self.key_of(wanted)?),
            (None, Self::Made(path)) if !fs::exists(path).unwrap_or(true) => Sealer::new(&*make(path)?),
            (None, _) => Sealer::new(&self.key()?.0),
        }
    }

    /// The key itself, for a backup: the one of id `wanted`, which has to be there.
    pub(crate) fn key_of(&self, wanted: &str) -> Result<Key, KeyFileError> {
        if let Self::Made(path) = self
            && !fs::exists(path).unwrap_or(true)
        {
            return Err(KeyFileError::Missing { wanted: wanted.to_owned(), path: path.clone() });
        }
        let (key, origin) = self.key()?;
        let found = Sealer::new(&key)?.key_id();
        if found == wanted {
            return Ok(key);
        }
        Err(KeyFileError::WrongKey { wanted: wanted.to_owned(), found, origin })
    }

    /// Puts the key of a backup where a server will look for it; one that is there has to be the same.
    pub(crate) fn put(&self, key: &Key) -> Result<Placed, BackupError> {
        match self {
            Self::File(path) | Self::Made(path) if !fs::exists(path).unwrap_or(true) => {
                write(path, key)?;
                Ok(Placed::Made(path.clone()))
            }
            Self::Text(_) | Self::File(_) | Self::Made(_) => {
                let (found, place) = self.key()?;
                if found == *key { Ok(Placed::There) } else { Err(BackupError::OtherSealingKey { place }) }
            }
        }
    }

    /// The key that is there, and where.
    fn key(&self) -> Result<(Key, String), KeyFileError> {
        match self {
            Self::Text(text) => {
                let origin = "CERTCTL_SEALING_KEY".to_owned();
                Ok((parse(text.expose(), &origin)?, origin))
            }
            Self::File(path) | Self::Made(path) => Ok((read(path)?, path.display().to_string())),
        }
    }
}

/// What became of a key that was to be put somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Placed {
    /// The file was made.
    Made(PathBuf),
    /// The same key was there.
    There,
}

fn parse(text: &str, origin: &str) -> Result<Key, KeyFileError> {
    let mut key = Zeroizing::new([0; KEY_LENGTH]);
    hex::decode_to_slice(text.trim(), &mut key[..])
        .map_err(|_| KeyFileError::NotAKey { origin: origin.to_owned() })?;
    Ok(key)
}

fn read(path: &Path) -> Result<Key, KeyFileError> {
    let fail = |source| KeyFileError::File { path: path.to_owned(), action: "read", source };
    let mode = fs::metadata(path).map_err(fail)?.permissions().mode() & 0o7777;
    // systemd gives credentials as 0440 to the unit's user alone; anything for "others" is a mistake.
    if mode & 0o007 != 0 {
        return Err(KeyFileError::Open { path: path.to_owned(), mode });
    }
    let text = Zeroizing::new(fs::read_to_string(path).map_err(fail)?);
    parse(&text, &path.display().to_string())
}

/// A new key; or the one of another process that was faster.
fn make(path: &Path) -> Result<Key, KeyFileError> {
    let mut key = Zeroizing::new([0; KEY_LENGTH]);
    aws_lc_rs::rand::fill(&mut key[..]).map_err(|_| KeyFileError::Cipher)?;
    match write(path, &key) {
        Ok(()) => Ok(key),
        Err(KeyFileError::File { source, .. }) if source.kind() == ErrorKind::AlreadyExists => read(path),
        Err(error) => Err(error),
    }
}

/// Writes a key beside and links it into place, so that a half written file never counts as the key.
fn write(path: &Path, key: &Key) -> Result<(), KeyFileError> {
    let fail = |source| KeyFileError::File { path: path.to_owned(), action: "made", source };
    let beside = path.with_extension(format!("new-{}", std::process::id()));
    let mut file =
        fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside).map_err(fail)?;
    let text = Zeroizing::new(format!("{}\n", *Zeroizing::new(hex::encode(&key[..]))));
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(fail)?;
    let linked = fs::hard_link(&beside, path);
    fs::remove_file(&beside).map_err(fail)?;
    linked.map_err(fail)?;
    if let Some(folder) = path.parent() {
        fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(fail)?;
    }
    Ok(())
}

impl Sealer {
    /// A sealer with this master key.
    ///
    /// # Errors
    /// [`KeyFileError::Cipher`] when the cipher refuses it, which it has no reason to.
    pub fn new(key: &[u8; KEY_LENGTH]) -> Result<Self, KeyFileError> {
        let mut id = [0; ID_LENGTH];
        let mut named = Zeroizing::new(b"certctl sealing key id".to_vec());
        named.extend_from_slice(key);
        id.copy_from_slice(&certctl_pki::fingerprint::sha256(&named)[..ID_LENGTH]);
        let key = RandomizedNonceKey::new(&AES_256_GCM, key).map_err(|_| KeyFileError::Cipher)?;
        Ok(Self(Arc::new(Master { key, id })))
    }

    /// The master key's id, which tells nothing of the key.
    pub fn key_id(&self) -> String {
        hex::encode(self.0.id)
    }

    /// Encrypts the content of a record.
    ///
    /// # Errors
    /// [`SealError::Seal`], never expected.
    pub fn seal(&self, record: &str, kind: &str, content: &[u8]) -> Result<Vec<u8>, SealError> {
        let fail = || SealError::Seal { record: record.to_owned() };
        let mut data_key = Zeroizing::new([0; KEY_LENGTH]);
        aws_lc_rs::rand::fill(&mut data_key[..]).map_err(|_| fail())?;
        let header = header(self.0.id, record, kind);
        let mut sealed =
            Vec::with_capacity(1 + ID_LENGTH + WRAPPED_LENGTH + NONCE_LEN + content.len() + TAG_LENGTH);
        sealed.push(FORM);
        sealed.extend_from_slice(&self.0.id);
        encrypt(&self.0.key, &header, &data_key[..], &mut sealed).ok_or_else(fail)?;
        let data_key = RandomizedNonceKey::new(&AES_256_GCM, &data_key[..]).map_err(|_| fail())?;
        encrypt(&data_key, &header, content, &mut sealed).ok_or_else(fail)?;
        Ok(sealed)
    }

    /// Decrypts the content of a record.
    ///
    /// # Errors
    /// [`SealError`], which tells a foreign key from changed bytes.
    pub fn open(&self, record: &str, kind: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let form = || SealError::Form { record: record.to_owned() };
        let changed = || SealError::Changed { record: record.to_owned() };
        let (form_byte, rest) = sealed.split_first().ok_or_else(form)?;
        if *form_byte != FORM {
            return Err(form());
        }
        let (id, rest) = rest.split_at_checked(ID_LENGTH).ok_or_else(form)?;
        if id != self.0.id {
            return Err(SealError::OtherKey {
                record: record.to_owned(),
                found: hex::encode(id),
                present: self.key_id(),
            });
        }
        let (wrapped, content) = rest.split_at_checked(WRAPPED_LENGTH).ok_or_else(form)?;
        let header = header(self.0.id, record, kind);
        let data_key = decrypt(&self.0.key, &header, wrapped).ok_or_else(changed)?;
        let data_key = RandomizedNonceKey::new(&AES_256_GCM, &data_key).map_err(|_| changed())?;
        decrypt(&data_key, &header, content).ok_or_else(changed)
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealer({})", self.key_id())
    }
}

/// What both encryptions of a record are bound to. The lengths keep `a`, `bc` apart from `ab`, `c`.
fn header(key_id: [u8; ID_LENGTH], record: &str, kind: &str) -> Vec<u8> {
    let mut header = vec![FORM];
    header.extend_from_slice(&key_id);
    for text in [record, kind] {
        header.extend_from_slice(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        header.extend_from_slice(text.as_bytes());
    }
    header
}

fn encrypt(key: &RandomizedNonceKey, header: &[u8], content: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let mut buffer = Zeroizing::new(content.to_vec());
    let (nonce, tag) = key.seal_in_place_separate_tag(Aad::from(header), &mut buffer).ok()?;
    out.extend_from_slice(nonce.as_ref());
    out.extend_from_slice(&buffer);
    out.extend_from_slice(tag.as_ref());
    Some(())
}

fn decrypt(key: &RandomizedNonceKey, header: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, content) = sealed.split_at_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut buffer = Zeroizing::new(content.to_vec());
    let length = key.open_in_place(nonce, Aad::from(header), &mut buffer).ok()?.len();
    buffer.truncate(length);
    Some(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(seed: u8) -> Sealer {
        Sealer::new(&[seed; 32]).unwrap()
    }

    #[test]
    fn a_sealed_record_opens_as_itself_only() {
        let sealed = sealer(1).seal("iss-local", "ca_key", b"content").unwrap();
        assert!(!sealed.windows(7).any(|w| w == b"content"));
        assert_eq!(&**sealer(1).open("iss-local", "ca_key", &sealed).unwrap(), b"content");
        let changed = Err(SealError::Changed { record: "iss-other".to_owned() });
        assert_eq!(sealer(1).open("iss-other", "ca_key", &sealed).map(|_| ()), changed);
        assert!(sealer(1).open("iss-local", "other", &sealed).is_err());
    }

    #[test]
    fn any_changed_byte_is_noticed() {
        let sealed = sealer(1).seal("r", "k", b"content").unwrap();
        for at in 0..sealed.len() {
            let mut bytes = sealed.clone();
            bytes[at] ^= 1;
            assert!(sealer(1).open("r", "k", &bytes).is_err(), "byte {at}");
            assert!(sealer(1).open("r", "k", &sealed[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn one_content_seals_differently_each_time() {
        let seal = || sealer(1).seal("r", "k", b"content").unwrap();
        assert_ne!(seal(), seal());
    }

    #[test]
    fn another_master_key_is_named() {
        let sealed = sealer(1).seal("r", "k", b"content").unwrap();
        let error = sealer(2).open("r", "k", &sealed).unwrap_err();
        assert!(matches!(error, SealError::OtherKey { .. }), "{error}");
    }

    #[test]
    fn a_key_is_made_once_readable_by_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sealing.key");
        let source = KeySource::Made(path.clone());
        let first = source.load(None).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(source.load(Some(&first.key_id())).unwrap().key_id(), first.key_id());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_lost_key_is_not_replaced_and_a_wrong_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sealing.key");
        let lost = KeySource::Made(path.clone()).load(Some("0011223344556677")).unwrap_err();
        assert!(matches!(lost, KeyFileError::Missing { .. }), "{lost}");
        assert!(!path.exists());
        let text = KeySource::Text(Secret::new("ab".repeat(32)));
        let wrong = text.load(Some("0011223344556677")).unwrap_err();
        assert!(matches!(wrong, KeyFileError::WrongKey { .. }), "{wrong}");
        assert!(!wrong.to_string().contains("abab"));
    }

    #[test]
    fn a_key_file_open_to_others_or_of_another_form_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sealing.key");
        fs::write(&path, "ab".repeat(32)).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let source = KeySource::File(path.clone());
        assert!(matches!(source.load(None).unwrap_err(), KeyFileError::Open { .. }));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert!(source.load(None).is_ok());
        fs::write(&path, "secret").unwrap();
        let error = source.load(None).unwrap_err();
        assert!(matches!(error, KeyFileError::NotAKey { .. }));
        assert!(!error.to_string().contains("secret\n"));
    }
}
