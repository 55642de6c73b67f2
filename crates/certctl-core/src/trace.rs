//! The place of a piece of work in a distributed trace (W3C Trace Context).
//!
//! Not for: recording spans, or deciding which are recorded (the server's `tracing`). Invariant: a context that was parsed is a
//! valid one: no id of it is all zeros.

use std::fmt;

use crate::random::Random;

/// Which trace, which span in it, and whether somebody up the line records it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceContext {
    /// The trace: 16 bytes.
    pub trace_id: TraceId,
    /// The span that work of this context is below.
    pub span_id: SpanId,
    /// Whether the trace is recorded.
    pub sampled: bool,
}

/// The id of a trace; shown as 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceId(u128);

/// The id of a span; shown as 16 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SpanId(u64);

impl TraceContext {
    /// A trace of its own.
    pub fn new(random: &dyn Random, sampled: bool) -> Self {
        let mut bytes = [0; 16];
        random.fill(&mut bytes);
        // Zero would be no id; it comes once in 2^128 times.
        Self { trace_id: TraceId(u128::from_be_bytes(bytes).max(1)), span_id: SpanId::new(random), sampled }
    }

    /// Reads a `traceparent` header (Trace Context, section 3.2). What is not one gives none, so that a new trace begins.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let (head, rest) = (bytes.get(..55)?, bytes.get(55..)?);
        let part = |from: usize, to: usize| head.get(from..to).and_then(hexadecimal);
        let version = part(0, 2)?;
        // A later version may have more behind another hyphen; 255 is none.
        let ends_well = rest.is_empty() || (version > 0 && rest.first() == Some(&b'-'));
        let hyphens = [2, 35, 52].iter().all(|at| head.get(*at) == Some(&b'-'));
        if version == 0xff || !ends_well || !hyphens {
            return None;
        }
        let (trace_id, span_id, flags) = (part(3, 35)?, part(36, 52)?, part(53, 55)?);
        let span_id = u64::try_from(span_id).ok()?;
        if trace_id == 0 || span_id == 0 {
            return None;
        }
        Some(Self { trace_id: TraceId(trace_id), span_id: SpanId(span_id), sampled: flags & 1 == 1 })
    }

    /// The context of work below this one's span, in a new span.
    #[must_use]
    pub fn child(self, random: &dyn Random) -> Self {
        Self { span_id: SpanId::new(random), ..self }
    }

    /// Whether a share of all traces holds this one: each participant that asks with the same share says the same.
    pub fn is_within(self, share: f64) -> bool {
        // The low 56 bits are random by the specification; an f64 holds 53 of them.
        let low = u32::try_from(self.trace_id.0 & u128::from(u32::MAX)).unwrap_or(u32::MAX);
        share >= 1.0 || f64::from(low) < share * (f64::from(u32::MAX) + 1.0)
    }
}

impl SpanId {
    /// A new one.
    pub fn new(random: &dyn Random) -> Self {
        let mut bytes = [0; 8];
        random.fill(&mut bytes);
        Self(u64::from_be_bytes(bytes).max(1))
    }
}

/// The digits, lower case only, as the specification asks.
fn hexadecimal(digits: &[u8]) -> Option<u128> {
    digits.iter().try_fold(0_u128, |value, digit| {
        let digit = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some(value << 4 | u128::from(digit))
    })
}

impl fmt::Display for TraceContext {
    /// As a `traceparent` header.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{}-{}-{:02x}", self.trace_id, self.span_id, u8::from(self.sampled))
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Zeros;

    impl Random for Zeros {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(0);
        }
    }

    const GIVEN: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn a_header_is_read_and_written_the_same() {
        let context = TraceContext::parse(GIVEN).unwrap();
        assert!(context.sampled);
        assert_eq!(context.to_string(), GIVEN);
        assert_eq!(context.trace_id.to_string(), "0af7651916cd43dd8448eb211c80319c");
        let below = context.child(&Zeros);
        assert_eq!((below.trace_id, below.sampled), (context.trace_id, true));
        assert_eq!(below.span_id.to_string(), "0000000000000001", "zeros are no id");
    }

    #[test]
    fn only_what_the_specification_allows_is_read() {
        let check = |text: &str, expected: bool| {
            assert_eq!(TraceContext::parse(text).is_some(), expected, "{text:?}");
        };
        check("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", true);
        check("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-comes", true);
        check("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more", false);
        check("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.more", false);
        check("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false);
        check("00-00000000000000000000000000000000-b7ad6b7169203331-01", false);
        check("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", false);
        check("00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01", false);
        check("00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false);
        check("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331", false);
        check("00-0af7651916cd43dd8448eb211c8031é-b7ad6b7169203331-01", false);
        check("", false);
    }

    #[test]
    fn a_share_of_traces_is_a_share_of_their_ids() {
        let with = |low: &str| {
            TraceContext::parse(&format!("00-0af7651916cd43dd8448eb21{low}-b7ad6b7169203331-00")).unwrap()
        };
        assert!(with("00000000").is_within(0.5) && with("7fffffff").is_within(0.5));
        assert!(!with("80000000").is_within(0.5) && !with("00000000").is_within(0.0));
        assert!(with("ffffffff").is_within(1.0));
    }
}
