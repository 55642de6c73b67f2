//! An encrypted stream: chunks of 64 KiB under AES-256-GCM, each bound to its place and to being the last one or not.
//!
//! The nonce of a chunk is its number and a mark for the last (the STREAM construction of Hoang, Reyhanitabar, Rogaway
//! and Vizár, 2015), so chunks cannot be changed, swapped, repeated, left out or cut off without being noticed; the key
//! is of one file alone, so no nonce comes twice. Not for: the key (`envelope.rs`). Invariant: not a byte is given out
//! before its chunk was authenticated, and the end is told only after the last chunk was.

use std::io::{self, Read, Write};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroize as _;

use super::Key;

/// Content of each chunk but the last.
const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;

/// Why a stream cannot be read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// Bytes are not those that were written.
    #[error("chunk {number} was changed, or is not in its place")]
    Changed {
        /// From 0; each holds 64 KiB.
        number: u32,
    },
    /// The last chunks are missing.
    #[error("it ends after chunk {number}, and more has to follow: the file is not whole")]
    CutOff {
        /// The last that is there.
        number: u32,
    },
}

struct Cipher {
    key: LessSafeKey,
    number: u32,
}

impl Cipher {
    fn new(key: &Key) -> io::Result<Self> {
        let key = UnboundKey::new(&AES_256_GCM, &key[..]).map_err(io::Error::other)?;
        Ok(Self { key: LessSafeKey::new(key), number: 0 })
    }

    fn nonce(&self, last: bool) -> Nonce {
        let mut nonce = [0; NONCE_LEN];
        nonce[NONCE_LEN - 5..NONCE_LEN - 1].copy_from_slice(&self.number.to_be_bytes());
        nonce[NONCE_LEN - 1] = last.into();
        Nonce::assume_unique_for_key(nonce)
    }

    fn next(&mut self) -> io::Result<()> {
        let full = || io::Error::new(io::ErrorKind::FileTooLarge, "a backup holds 256 TiB at most");
        self.number = self.number.checked_add(1).ok_or_else(full)?;
        Ok(())
    }
}

/// Encrypts what is written to it.
pub(super) struct Encrypting<W: Write> {
    out: W,
    cipher: Cipher,
    buffer: Vec<u8>,
}

impl<W: Write> Encrypting<W> {
    pub(super) fn new(key: &Key, out: W) -> io::Result<Self> {
        Ok(Self { out, cipher: Cipher::new(key)?, buffer: Vec::with_capacity(CHUNK + TAG) })
    }

    /// Writes the last chunk, without which the stream is not whole.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.chunk(true)?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn chunk(&mut self, last: bool) -> io::Result<()> {
        let nonce = self.cipher.nonce(last);
        self.cipher
            .key
            .seal_in_place_append_tag(nonce, Aad::empty(), &mut self.buffer)
            .map_err(io::Error::other)?;
        self.out.write_all(&self.buffer)?;
        self.buffer.clear();
        self.cipher.next()
    }
}

impl<W: Write> Write for Encrypting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.buffer.len() == CHUNK {
            self.chunk(false)?;
        }
        let n = bytes.len().min(CHUNK - self.buffer.len());
        self.buffer.extend_from_slice(&bytes[..n]);
        Ok(n)
    }

    /// Only whole chunks are written before the end.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Decrypts what is read through it.
pub(super) struct Decrypting<R: Read> {
    from: R,
    cipher: Cipher,
    /// Decrypted, and how much of it was given out.
    open: Vec<u8>,
    given: usize,
    /// Not decrypted yet.
    ahead: Vec<u8>,
    ended: bool,
}

impl<R: Read> Decrypting<R> {
    pub(super) fn new(key: &Key, mut from: R) -> io::Result<Self> {
        let mut ahead = Vec::with_capacity(CHUNK + TAG);
        fill(&mut from, &mut ahead)?;
        Ok(Self { from, cipher: Cipher::new(key)?, open: Vec::new(), given: 0, ahead, ended: false })
    }

    fn chunk(&mut self) -> io::Result<()> {
        self.open.zeroize();
        std::mem::swap(&mut self.open, &mut self.ahead);
        self.given = 0;
        self.ahead.clear();
        fill(&mut self.from, &mut self.ahead)?;
        self.ended = self.ahead.is_empty();
        let number = self.cipher.number;
        let sealed = if self.ended { self.open.clone() } else { Vec::new() };
        let nonce = self.cipher.nonce(self.ended);
        let opened =
            self.cipher.key.open_in_place(nonce, Aad::empty(), &mut self.open).map(|text| text.len());
        match opened {
            Ok(n) => {
                self.open.truncate(n);
                self.cipher.next()
            }
            Err(_) => {
                self.open.zeroize();
                self.ended = true;
                Err(io::Error::new(io::ErrorKind::InvalidData, self.damage(sealed, number)))
            }
        }
    }

    /// Whether the last chunk there is one that was not the last when it was written.
    fn damage(&self, mut sealed: Vec<u8>, number: u32) -> Damage {
        let nonce = self.cipher.nonce(false);
        let whole =
            !sealed.is_empty() && self.cipher.key.open_in_place(nonce, Aad::empty(), &mut sealed).is_ok();
        sealed.zeroize();
        if whole { Damage::CutOff { number } } else { Damage::Changed { number } }
    }
}

impl<R: Read> Read for Decrypting<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        while self.given == self.open.len() && !self.ended {
            self.chunk()?;
        }
        let n = bytes.len().min(self.open.len() - self.given);
        bytes[..n].copy_from_slice(&self.open[self.given..self.given + n]);
        self.given += n;
        Ok(n)
    }
}

/// A whole chunk, or what is left.
fn fill(from: &mut impl Read, buffer: &mut Vec<u8>) -> io::Result<()> {
    from.take((CHUNK + TAG) as u64).read_to_end(buffer).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroize::Zeroizing;

    fn key() -> Key {
        Zeroizing::new([7; 32])
    }

    fn encrypted(content: &[u8]) -> Vec<u8> {
        let mut stream = Encrypting::new(&key(), Vec::new()).unwrap();
        stream.write_all(content).unwrap();
        stream.finish().unwrap()
    }

    fn decrypted(bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        Decrypting::new(&key(), bytes)?.read_to_end(&mut content)?;
        Ok(content)
    }

    fn damage(bytes: &[u8]) -> Damage {
        *decrypted(bytes).unwrap_err().get_ref().unwrap().downcast_ref().unwrap()
    }

    fn content(length: usize) -> Vec<u8> {
        (0..length).map(|n| (n / 251 + n) as u8).collect()
    }

    #[test]
    fn what_was_written_is_read_at_every_size_around_a_chunk() {
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 17] {
            let (content, sealed) = (content(length), encrypted(&content(length)));
            assert_eq!(sealed.len(), length + length.div_ceil(CHUNK).max(1) * TAG, "{length}");
            assert!(decrypted(&sealed).unwrap() == content, "{length}");
        }
    }

    #[test]
    fn a_changed_byte_is_told_with_its_chunk_and_nothing_of_the_chunk_is_given_out() {
        let sealed = encrypted(&content(3 * CHUNK));
        for (at, number) in [(0, 0), (CHUNK + TAG + 5, 1), (sealed.len() - 1, 2)] {
            let mut changed = sealed.clone();
            changed[at] ^= 0x80;
            assert_eq!(damage(&changed), Damage::Changed { number });
            let mut given = Vec::new();
            let mut stream = Decrypting::new(&key(), &changed[..]).unwrap();
            assert!(stream.read_to_end(&mut given).is_err());
            assert_eq!(given.len(), number as usize * CHUNK);
        }
    }

    #[test]
    fn chunks_that_are_swapped_repeated_left_out_or_added_are_noticed() {
        let sealed = encrypted(&content(3 * CHUNK));
        let chunks: Vec<&[u8]> = sealed.chunks(CHUNK + TAG).collect();
        for order in [&[1, 0, 2][..], &[0, 0, 1, 2], &[0, 2], &[1, 2], &[0, 1, 2, 2]] {
            let bytes: Vec<u8> = order.iter().flat_map(|n| chunks[*n].to_vec()).collect();
            assert!(matches!(damage(&bytes), Damage::Changed { .. }), "{order:?}");
        }
    }

    #[test]
    fn a_stream_that_was_cut_off_is_told_from_a_changed_one() {
        let sealed = encrypted(&content(3 * CHUNK));
        assert_eq!(damage(&sealed[..2 * (CHUNK + TAG)]), Damage::CutOff { number: 1 });
        assert_eq!(damage(&sealed[..sealed.len() - 1]), Damage::Changed { number: 2 });
        assert_eq!(damage(&[]), Damage::Changed { number: 0 });
        let mut longer = sealed.clone();
        longer.push(0);
        assert!(matches!(damage(&longer), Damage::Changed { .. }));
    }
}
