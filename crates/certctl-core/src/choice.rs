//! The language of list filters: some of several values, values left out, values that are not set, and ranges.
//!
//! - `a,b`: one of these. `-a`: not this one. `none`: not set. `-none`: set. Several with commas between: at least one of
//!   the wanted ones, and none of those left out. A value that begins with `-`, is `none`, or has a comma is written
//!   with a `\` before it, as is a `\`.
//! - Ranges have `..` between their ends, and either end may be left out: `2027-01-01T00:00:00Z..`, `..30d`, `-2d..2d`.
//!   An end is a moment, or a duration from now on (`30d`, `12h`, `-2d` for two days ago). The first belongs to the
//!   range, the last does not.
//!
//! Not for: which filters a list has. Invariant: what is written with `Display` is read as the same value.

use std::fmt;
use std::str::FromStr;

use crate::time::{Ts, humane_seconds, parse_seconds};

/// A filter's text that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadFilter(String);

impl BadFilter {
    /// With a sentence that says what to do.
    pub fn new(detail: impl Into<String>) -> Self {
        Self(detail.into())
    }
}

/// Values that are wanted, and values that are not; absent stands for "not set". Without any it admits everything.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Choice<T> {
    /// One of these, unless there is none.
    pub any: Vec<Option<T>>,
    /// None of these.
    pub not: Vec<Option<T>>,
}

impl<T> Default for Choice<T> {
    fn default() -> Self {
        Self { any: Vec::new(), not: Vec::new() }
    }
}

impl<T> Choice<T> {
    /// Exactly one value.
    pub fn only(value: T) -> Self {
        Self { any: vec![Some(value)], not: Vec::new() }
    }

    /// Whether it admits everything.
    pub fn is_empty(&self) -> bool {
        self.any.is_empty() && self.not.is_empty()
    }

    /// Whether it speaks of values that are not set.
    pub fn names_unset(&self) -> bool {
        self.any.iter().chain(&self.not).any(Option::is_none)
    }
}

impl<T: PartialEq> Choice<T> {
    /// Whether it admits a value.
    pub fn admits(&self, value: Option<&T>) -> bool {
        let is_in = |list: &[Option<T>]| list.iter().any(|one| one.as_ref() == value);
        (self.any.is_empty() || is_in(&self.any)) && !is_in(&self.not)
    }
}

/// The most values of one filter.
const MAX_VALUES: usize = 100;

impl<T: FromStr<Err: fmt::Display> + PartialEq> FromStr for Choice<T> {
    type Err = BadFilter;
    fn from_str(text: &str) -> Result<Self, BadFilter> {
        let mut choice = Self::default();
        for part in parts(text) {
            let (left_out, word) = match part.strip_prefix('-') {
                Some(word) => (true, word),
                None => (false, part.as_str()),
            };
            let value = match word {
                "" => return Err(BadFilter::new("a value is empty: write values with commas between")),
                "none" => None,
                word => Some(plain(word).parse::<T>().map_err(|error| BadFilter(error.to_string()))?),
            };
            let list = if left_out { &mut choice.not } else { &mut choice.any };
            if !list.contains(&value) {
                list.push(value);
            }
            if choice.any.len() + choice.not.len() > MAX_VALUES {
                return Err(BadFilter(format!("more than {MAX_VALUES} values: use fewer")));
            }
        }
        Ok(choice)
    }
}

/// The texts between the commas that are not escaped; the escapes stay.
fn parts(text: &str) -> Vec<String> {
    let (mut parts, mut escaped) = (vec![String::new()], false);
    for c in text.chars() {
        match c {
            ',' if !escaped => parts.push(String::new()),
            _ => {
                if let Some(last) = parts.last_mut() {
                    last.push(c);
                }
            }
        }
        escaped = c == '\\' && !escaped;
    }
    parts
}

fn plain(word: &str) -> String {
    let (mut out, mut escaped) = (String::with_capacity(word.len()), false);
    for c in word.chars() {
        if c == '\\' && !escaped {
            escaped = true;
        } else {
            escaped = false;
            out.push(c);
        }
    }
    if escaped {
        out.push('\\');
    }
    out
}

impl<T: fmt::Display> fmt::Display for Choice<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.any.iter().map(|value| ("", value)).chain(self.not.iter().map(|value| ("-", value)));
        for (i, (sign, value)) in all.enumerate() {
            f.write_str(if i == 0 { sign } else { "," })?;
            if i > 0 {
                f.write_str(sign)?;
            }
            let Some(value) = value else {
                f.write_str("none")?;
                continue;
            };
            let text = value.to_string().replace('\\', "\\\\").replace(',', "\\,");
            let bare = text != "none" && !text.starts_with('-');
            write!(f, "{}{text}", if bare { "" } else { "\\" })?;
        }
        Ok(())
    }
}

/// An end of a range of moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Moment {
    /// This one.
    At(Ts),
    /// So many seconds from now on, or back when negative.
    Seconds(i64),
}

impl Moment {
    /// The moment, seen from `now`.
    pub const fn seen_from(self, now: Ts) -> Ts {
        match self {
            Self::At(at) => at,
            Self::Seconds(seconds) => now.plus_seconds(seconds),
        }
    }
}

impl FromStr for Moment {
    type Err = BadFilter;
    fn from_str(text: &str) -> Result<Self, BadFilter> {
        if let Ok(at) = text.parse::<Ts>() {
            return Ok(Self::At(at));
        }
        let (sign, duration) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let unit = duration.ends_with(|c: char| c.is_ascii_alphabetic());
        match parse_seconds(duration) {
            Ok(seconds) if unit => Ok(Self::Seconds(sign * seconds)),
            _ => {
                let shown: String = text.chars().take(80).collect();
                Err(BadFilter(format!(
                    "{shown:?} is neither a moment such as 2027-01-31T00:00:00Z nor a duration from now such as 30d or -2d"
                )))
            }
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(at) => write!(f, "{at}"),
            Self::Seconds(seconds) if *seconds % 86_400 == 0 && *seconds != 0 => {
                f.write_str(&humane_seconds(*seconds))
            }
            Self::Seconds(seconds) => write!(f, "{seconds}s"),
        }
    }
}

/// A range of moments; an end that is absent is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// The first that belongs to it.
    pub from: Option<Moment>,
    /// The first behind it.
    pub to: Option<Moment>,
}

impl Span {
    /// Whether it admits everything.
    pub const fn is_empty(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }
}

fn ends(text: &str) -> Result<(&str, &str), BadFilter> {
    match text.split_once("..") {
        Some(("", "")) | None => {
            let shown: String = text.chars().take(80).collect();
            Err(BadFilter(format!("{shown:?} is no range: write FROM..TO, FROM.. or ..TO")))
        }
        Some(ends) => Ok(ends),
    }
}

fn end<T: FromStr>(text: &str) -> Result<Option<T>, T::Err> {
    if text.is_empty() { Ok(None) } else { text.parse().map(Some) }
}

impl FromStr for Span {
    type Err = BadFilter;
    fn from_str(text: &str) -> Result<Self, BadFilter> {
        let (from, to) = ends(text)?;
        Ok(Self { from: end(from)?, to: end(to)? })
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(from) = &self.from {
            write!(f, "{from}")?;
        }
        f.write_str("..")?;
        if let Some(to) = &self.to {
            write!(f, "{to}")?;
        }
        Ok(())
    }
}

/// A share in hundredths of a percent, from 0 to 10,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Share(pub i64);

impl FromStr for Share {
    type Err = BadFilter;
    fn from_str(text: &str) -> Result<Self, BadFilter> {
        let bad = || {
            let shown: String = text.chars().take(80).collect();
            BadFilter(format!(
                "{shown:?} is no share: write 0% to 100%, with two digits behind the point at most"
            ))
        };
        let number = text.strip_suffix('%').ok_or_else(bad)?;
        let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
        let digits =
            |text: &str| !text.is_empty() && text.len() <= 3 && text.bytes().all(|c| c.is_ascii_digit());
        if !digits(whole) || !digits(part) || part.len() > 2 {
            return Err(bad());
        }
        let whole: i64 = whole.parse().map_err(|_| bad())?;
        let hundredths: i64 = format!("{part:0<2}").parse().map_err(|_| bad())?;
        let share = whole * 100 + hundredths;
        if share > 10_000 { Err(bad()) } else { Ok(Self(share)) }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 % 100 {
            0 => write!(f, "{}%", self.0 / 100),
            part => write!(f, "{}.{part:02}%", self.0 / 100),
        }
    }
}

/// A range of shares; an end that is absent is open, and both belong to the range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ShareSpan {
    /// At least.
    pub from: Option<Share>,
    /// At most.
    pub to: Option<Share>,
}

impl ShareSpan {
    /// Whether it admits everything.
    pub const fn is_empty(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }
}

impl FromStr for ShareSpan {
    type Err = BadFilter;
    fn from_str(text: &str) -> Result<Self, BadFilter> {
        let (from, to) = ends(text)?;
        Ok(Self { from: end(from)?, to: end(to)? })
    }
}

impl fmt::Display for ShareSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(from) = &self.from {
            write!(f, "{from}")?;
        }
        f.write_str("..")?;
        if let Some(to) = &self.to {
            write!(f, "{to}")?;
        }
        Ok(())
    }
}

/// A range of lengths in seconds; an end that is absent is open, and both belong to the range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct LengthSpan {
    /// At least.
    pub from: Option<i64>,
    /// At most.
    pub to: Option<i64>,
}

impl LengthSpan {
    /// Whether it admits everything.
    pub const fn is_empty(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }
}

impl FromStr for LengthSpan {
    type Err = BadFilter;
    fn from_str(text: &str) -> Result<Self, BadFilter> {
        let (from, to) = ends(text)?;
        let length = |text: &str| match end::<Moment>(text)? {
            None => Ok(None),
            Some(Moment::Seconds(seconds)) if seconds >= 0 => Ok(Some(seconds)),
            Some(Moment::Seconds(_) | Moment::At(_)) => {
                let shown: String = text.chars().take(80).collect();
                Err(BadFilter(format!("{shown:?} is no length: write a duration such as 10d or 12h")))
            }
        };
        Ok(Self { from: length(from)?, to: length(to)? })
    }
}

impl fmt::Display for LengthSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(from) = self.from {
            write!(f, "{}", Moment::Seconds(from))?;
        }
        f.write_str("..")?;
        if let Some(to) = self.to {
            write!(f, "{}", Moment::Seconds(to))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn choice(text: &str) -> Choice<String> {
        text.parse().unwrap()
    }

    #[test]
    fn wanted_left_out_and_unset_values_are_told_apart() {
        let admits = |text: &str, value: Option<&str>| choice(text).admits(value.map(str::to_owned).as_ref());
        for (text, value, expected) in [
            ("a,b", Some("b"), true),
            ("a,b", Some("c"), false),
            ("a,b", None, false),
            ("-a", Some("a"), false),
            ("-a", Some("b"), true),
            ("-a", None, true),
            ("none", None, true),
            ("none", Some("a"), false),
            ("-none", None, false),
            ("-none", Some("a"), true),
            ("a,none", None, true),
            ("a,b,-b", Some("b"), false),
            ("-none,-a", Some("b"), true),
            ("\\none", Some("none"), true),
            ("\\-a", Some("-a"), true),
            ("a\\,b", Some("a,b"), true),
        ] {
            assert_eq!(admits(text, value), expected, "{text} {value:?}");
        }
    }

    #[test]
    fn bad_filters_say_what_to_write() {
        let check = |error: BadFilter, part: &str| assert!(error.to_string().contains(part), "{error}");
        check("".parse::<Choice<String>>().unwrap_err(), "commas");
        check("a,,b".parse::<Choice<String>>().unwrap_err(), "commas");
        check("-".parse::<Choice<String>>().unwrap_err(), "commas");
        check("x".parse::<Choice<crate::condition::Condition>>().unwrap_err(), "healthy");
        check("a".parse::<Span>().unwrap_err(), "FROM..TO");
        check("..".parse::<Span>().unwrap_err(), "FROM..TO");
        check("30..".parse::<Span>().unwrap_err(), "30d");
        check("..tomorrow".parse::<Span>().unwrap_err(), "moment");
        check("20..".parse::<ShareSpan>().unwrap_err(), "100%");
        check("..101%".parse::<ShareSpan>().unwrap_err(), "100%");
        check("..1.234%".parse::<ShareSpan>().unwrap_err(), "100%");
        check("..-2d".parse::<LengthSpan>().unwrap_err(), "10d");
        check("2027-01-31T00:00:00Z..".parse::<LengthSpan>().unwrap_err(), "10d");
        let many: Vec<String> = (0..101).map(|n| n.to_string()).collect();
        check(many.join(",").parse::<Choice<String>>().unwrap_err(), "fewer");
    }

    #[test]
    fn ranges_are_seen_from_now() {
        let now = Ts::from_second(1_000_000);
        let span: Span = "-2d..12h".parse().unwrap();
        assert_eq!(span.from.unwrap().seen_from(now), now.plus_seconds(-172_800));
        assert_eq!(span.to.unwrap().seen_from(now), now.plus_seconds(43_200));
        let at: Span = "2027-01-31T00:00:00Z..".parse().unwrap();
        assert_eq!(at.from, Some(Moment::At("2027-01-31T00:00:00Z".parse().unwrap())));
        assert_eq!("..20%".parse::<ShareSpan>().unwrap().to, Some(Share(2_000)));
        assert_eq!("0.5%..".parse::<ShareSpan>().unwrap().from, Some(Share(50)));
    }

    fn value() -> impl Strategy<Value = Option<String>> {
        prop_oneof![Just(None), Just(Some("none".to_owned())), "[-a-c,\\\\ ]{1,6}".prop_map(Some)]
    }

    fn moment() -> impl Strategy<Value = Moment> {
        prop_oneof![
            (-1_000_000_000_i64..4_000_000_000).prop_map(|s| Moment::At(Ts::from_second(s))),
            (-40_000_000_i64..40_000_000).prop_map(Moment::Seconds),
        ]
    }

    proptest! {
        #[test]
        fn a_choice_is_read_as_it_was_written(
            any in proptest::collection::hash_set(value(), 0..4),
            not in proptest::collection::hash_set(value(), 1..4),
        ) {
            let written = Choice { any: any.into_iter().collect(), not: not.into_iter().collect() };
            prop_assert_eq!(written.to_string().parse::<Choice<String>>().unwrap(), written);
        }

        #[test]
        fn a_range_is_read_as_it_was_written(from in moment(), to in proptest::option::of(moment())) {
            let written = Span { from: Some(from), to };
            prop_assert_eq!(written.to_string().parse::<Span>().unwrap(), written);
        }

        #[test]
        fn a_range_of_shares_is_read_as_it_was_written(from in 0_i64..=10_000, to in 0_i64..=10_000) {
            let written = ShareSpan { from: Some(Share(from)), to: Some(Share(to)) };
            prop_assert_eq!(written.to_string().parse::<ShareSpan>().unwrap(), written);
        }

        #[test]
        fn a_range_of_lengths_is_read_as_it_was_written(from in 0_i64..40_000_000, to in 0_i64..40_000_000) {
            let written = LengthSpan { from: Some(from), to: Some(to) };
            prop_assert_eq!(written.to_string().parse::<LengthSpan>().unwrap(), written);
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in ".{0,40}") {
            drop(text.parse::<Choice<String>>());
            drop(text.parse::<Span>());
            drop(text.parse::<ShareSpan>());
            drop(text.parse::<LengthSpan>());
        }
    }
}
