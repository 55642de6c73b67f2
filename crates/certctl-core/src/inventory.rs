//! Words of the certificate list: where a certificate is seen live, what it is sorted by.
//!
//! Not for: SQL (the store) and parameters (the server). Invariant: each enum has one text form, the one that lists,
//! cursors and the store share.

use crate::text_enum;
use crate::time::Ts;

/// What stands for "no end" in columns that are sorted: behind every moment that a certificate can have.
pub const NO_END: Ts = Ts::from_second(253_370_764_800);

text_enum! {
    /// How many of its targets were last seen serving a certificate's current version.
    pub enum LiveState {
        /// Every one.
        All = "all",
        /// Some, not all.
        Some = "some",
        /// None.
        None = "none",
        /// It is served nowhere that is known.
        NoTargets = "no_targets",
    }
}

impl LiveState {
    /// What two counts mean.
    pub const fn of(targets: i64, live: i64) -> Self {
        if targets <= 0 {
            Self::NoTargets
        } else if live >= targets {
            Self::All
        } else if live > 0 {
            Self::Some
        } else {
            Self::None
        }
    }
}

text_enum! {
    /// What a list of certificates is sorted by; the id breaks ties.
    pub enum SortKey {
        /// The name, without regard to case.
        Name = "name",
        /// The earliest end; those without one last.
        Expires = "expires",
        /// The earliest renewal; those without one last.
        Renews = "renews",
        /// When it was made.
        Created = "created",
        /// When a person last changed it.
        Updated = "updated",
        /// What needs somebody first: the condition's rank, then the end.
        Attention = "attention",
    }
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Order {
    /// By what.
    pub key: SortKey,
    /// The other way round.
    pub descending: bool,
}

impl Order {
    /// Ascending.
    pub const fn by(key: SortKey) -> Self {
        Self { key, descending: false }
    }
}

impl std::fmt::Display for Order {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", if self.descending { "-" } else { "" }, self.key)
    }
}

impl std::str::FromStr for Order {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (descending, word) = text.strip_prefix('-').map_or((false, text), |word| (true, word));
        let key = word.parse().map_err(|_| {
            let words: Vec<&str> = SortKey::ALL.iter().map(|key| key.as_str()).collect();
            let shown: String = text.chars().take(80).collect();
            format!(
                "{shown:?} is no order: use one of {}, or one of them behind a - for the other way",
                words.join(", ")
            )
        })?;
        Ok(Self { key, descending })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_counts_make_a_live_state() {
        for (targets, live, expected) in [
            (0, 0, LiveState::NoTargets),
            (2, 0, LiveState::None),
            (2, 1, LiveState::Some),
            (2, 2, LiveState::All),
        ] {
            assert_eq!(LiveState::of(targets, live), expected);
        }
    }

    #[test]
    fn an_order_is_read_as_it_is_written() {
        for key in SortKey::ALL {
            for descending in [false, true] {
                let order = Order { key: *key, descending };
                assert_eq!(order.to_string().parse(), Ok(order));
            }
        }
        let error = "--name".parse::<Order>().unwrap_err();
        assert!(error.contains("attention"), "{error}");
    }
}
