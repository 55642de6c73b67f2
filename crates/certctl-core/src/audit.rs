//! Audit events: their canonical form, and the Merkle tree over a sealed batch.
//!
//! Not for: storing or signing. Invariant: the leaf of an event covers every column of its row, each preceded by
//! its length, so that no two different rows have one leaf; leaves and nodes are hashed with different prefixes
//! (RFC 9162, section 2.1.1), so that a node cannot pass for a leaf.

use sha2::{Digest, Sha256};

use crate::text_enum;

text_enum! {
    /// How it ended.
    pub enum Outcome {
        /// It was done.
        Success = "success",
        /// It was refused: who asked may not, or the request breaks a rule.
        Denied = "denied",
        /// It was tried and failed.
        Failure = "failure",
    }
}

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The hash that a chain of batches begins with.
pub const GENESIS: Hash = [0; 32];

/// The leaf hash of an event from the text form of its columns, in the order of the table.
pub fn leaf(columns: &[&str]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0]);
    for column in columns {
        hasher.update(u64::try_from(column.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(column.as_bytes());
    }
    hasher.finalize().into()
}

/// The root over leaves in their order; an odd node is carried up unchanged.
pub fn root(leaves: &[Hash]) -> Hash {
    let mut level = leaves.to_vec();
    if level.is_empty() {
        return Sha256::digest([]).into();
    }
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => {
                    let mut hasher = Sha256::new();
                    hasher.update([1]);
                    hasher.update(left);
                    hasher.update(right);
                    hasher.finalize().into()
                }
                _ => pair[0],
            })
            .collect();
    }
    level[0]
}

/// What the seal of a batch signs: its number, the hash of the batch before, its members and its root.
pub fn batch_hash(number: i64, previous: &Hash, members: &str, root: &Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([2]);
    hasher.update(number.to_be_bytes());
    hasher.update(previous);
    hasher.update(u64::try_from(members.len()).unwrap_or(u64::MAX).to_be_bytes());
    hasher.update(members.as_bytes());
    hasher.update(root);
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_a_letter_to_the_next_column_changes_the_leaf() {
        assert_ne!(leaf(&["ab", "c"]), leaf(&["a", "bc"]));
        assert_ne!(leaf(&["", "a"]), leaf(&["a", ""]));
    }

    #[test]
    fn the_root_depends_on_every_leaf_and_on_their_order() {
        let leaves: Vec<Hash> = (0_u8..7).map(|n| leaf(&[&n.to_string()])).collect();
        let whole = root(&leaves);
        for i in 0..leaves.len() {
            let mut changed = leaves.clone();
            changed[i] = leaf(&["x"]);
            assert_ne!(root(&changed), whole, "{i}");
            let mut missing = leaves.clone();
            missing.remove(i);
            assert_ne!(root(&missing), whole, "{i}");
        }
        let mut swapped = leaves;
        swapped.swap(2, 3);
        assert_ne!(root(&swapped), whole);
    }
}
