//! Numbers from a seed (SplitMix64): the same seed, the same numbers, on every machine.
//!
//! Not for: secrets. Invariant: what is drawn depends on the seed and on how much was drawn before, on nothing else.

/// A source of numbers.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0 to `n - 1`.
    pub(super) fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }

    /// From `low` to `high - 1`.
    pub(super) fn within(&mut self, low: i64, high: i64) -> i64 {
        let width = u64::try_from(high.saturating_sub(low)).unwrap_or(1);
        low.saturating_add(i64::try_from(self.below(width)).unwrap_or(0))
    }

    /// True in so many of a hundred thousand cases.
    pub(super) fn chance(&mut self, of_100_000: u64) -> bool {
        self.below(100_000) < of_100_000
    }

    /// One of these, the earlier ones more often.
    pub(super) fn skewed<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let n = u64::try_from(from.len()).unwrap_or(1);
        let (first, second) = (self.below(n), self.below(n));
        from.get(usize::try_from(first.min(second)).unwrap_or(0))
    }

    /// Random bytes.
    pub(super) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for part in bytes.chunks_mut(8) {
            let drawn = self.next().to_le_bytes();
            part.copy_from_slice(&drawn[..part.len()]);
        }
        bytes
    }

    /// Hexadecimal digits of `N` random bytes.
    pub(super) fn hex<const N: usize>(&mut self) -> String {
        self.bytes::<N>().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        let drawn = |seed| {
            let mut dice = Dice::new(seed);
            (dice.below(10), dice.within(-5, 5), dice.hex::<20>(), dice.skewed(&[1, 2, 3]).copied())
        };
        assert_eq!(drawn(1), drawn(1));
        assert_ne!(drawn(1), drawn(2));
    }
}
