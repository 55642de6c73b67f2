//! Foreign bytes for tests: near-misses of a good sample, and any JSON.
//!
//! Not for: what a parser makes of them. Invariant: small and of bounded size, so that many cases run.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

/// A change to some bytes: set, removed, doubled, or cut off.
#[derive(Debug, Clone)]
enum Change {
    Set(Index, u8),
    Remove(Index),
    Double(Index),
    Cut(Index),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        1 => any::<Index>().prop_map(Change::Remove),
        1 => any::<Index>().prop_map(Change::Double),
        1 => any::<Index>().prop_map(Change::Cut),
    ]
}

/// A sample with up to three changes, or other bytes altogether.
pub(crate) fn bytes_like(sample: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let changed = vec(change(), 1..4).prop_map(move |changes| {
        changes.into_iter().fold(sample.clone(), |mut bytes, change| {
            if bytes.is_empty() {
                return bytes;
            }
            match change {
                Change::Set(at, byte) => *at.get_mut(&mut bytes) = byte,
                Change::Remove(at) => drop(bytes.remove(at.index(bytes.len()))),
                Change::Double(at) => {
                    let index = at.index(bytes.len());
                    bytes.insert(index, bytes[index]);
                }
                Change::Cut(at) => bytes.truncate(at.index(bytes.len())),
            }
            bytes
        })
    });
    prop_oneof![4 => changed, 1 => vec(any::<u8>(), 0..300)]
}

/// The same as a text, as answers are read.
pub(crate) fn text_like(sample: String) -> impl Strategy<Value = String> {
    bytes_like(sample.into_bytes()).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// Any JSON whose objects have these keys.
pub(crate) fn json_of(keys: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        "\\PC{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(proptest::sample::select(keys), inner, 0..5)
                .prop_map(|fields| fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    })
}
