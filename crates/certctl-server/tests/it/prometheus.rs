//! A strict reader of Prometheus' text form (0.0.4): what it does not take, a collector may not take either.
//!
//! Not for: what the metrics mean. Invariant: a page is read as a whole or not at all.

use std::collections::{BTreeMap, BTreeSet};

/// The labels of a sample, in the order of their names.
pub(crate) type Labels = BTreeMap<String, String>;

/// A metric with its samples.
#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) kind: String,
    pub(crate) help: String,
    /// Name of the sample, labels, value.
    pub(crate) samples: Vec<(String, Labels, f64)>,
}

/// Reads a page.
///
/// # Errors
/// The line, and what is wrong with it.
pub(crate) fn read(text: &str) -> Result<BTreeMap<String, Family>, String> {
    if !text.ends_with('\n') {
        return Err("the last line has no end".to_owned());
    }
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    let mut current: Option<String> = None;
    let (mut helps, mut series) = (BTreeMap::new(), BTreeSet::new());
    for line in text.lines() {
        let wrong = |what: &str| format!("{what}: {line}");
        if line.is_empty() {
            continue;
        }
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').ok_or_else(|| wrong("no help"))?;
            if helps.insert(name.to_owned(), help.to_owned()).is_some() {
                return Err(wrong("a second HELP"));
            }
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').ok_or_else(|| wrong("no type"))?;
            if !["counter", "gauge", "histogram", "summary"].contains(&kind) {
                return Err(wrong("an unknown type"));
            }
            let help = helps.get(name).ok_or_else(|| wrong("no HELP before"))?.clone();
            let family = Family { kind: kind.to_owned(), help, samples: Vec::new() };
            if families.insert(name.to_owned(), family).is_some() {
                return Err(wrong("a second TYPE: the samples of a metric are together"));
            }
            current = Some(name.to_owned());
        } else if line.starts_with('#') {
            return Err(wrong("a comment that says nothing"));
        } else {
            let (name, labels, value) = sample(line)?;
            let of = current.as_deref().ok_or_else(|| wrong("a sample without a TYPE"))?;
            let family = families.get_mut(of).ok_or_else(|| wrong("a sample without a TYPE"))?;
            let fits = match family.kind.as_str() {
                "histogram" => ["_bucket", "_sum", "_count"].iter().any(|end| name == format!("{of}{end}")),
                _ => name == of,
            };
            if !fits {
                return Err(wrong("a sample of another metric"));
            }
            if !series.insert((name.clone(), labels.clone())) {
                return Err(wrong("the same labels twice"));
            }
            if family.kind == "counter" && (value < 0.0 || !value.is_finite()) {
                return Err(wrong("a counter that cannot have counted this"));
            }
            family.samples.push((name, labels, value));
        }
    }
    for (name, family) in families.iter().filter(|(_, family)| family.kind == "histogram") {
        histogram(name, family)?;
    }
    Ok(families)
}

fn is_name(text: &str) -> bool {
    let first = |c: char| c.is_ascii_alphabetic() || c == '_' || c == ':';
    text.starts_with(first) && text.chars().all(|c| first(c) || c.is_ascii_digit())
}

fn sample(line: &str) -> Result<(String, Labels, f64), String> {
    let wrong = |what: &str| format!("{what}: {line}");
    let end = line.find(['{', ' ']).ok_or_else(|| wrong("no value"))?;
    let (name, mut rest) = line.split_at(end);
    if !is_name(name) {
        return Err(wrong("a name that is none"));
    }
    let mut labels = Labels::new();
    if let Some(inside) = rest.strip_prefix('{') {
        rest = inside;
        while !rest.starts_with('}') {
            let (label, after) = rest.split_once("=\"").ok_or_else(|| wrong("a label without a value"))?;
            if !is_name(label) || label.contains(':') {
                return Err(wrong("a label that is none"));
            }
            let mut value = String::new();
            let mut chars = after.char_indices();
            let end = loop {
                match chars.next().ok_or_else(|| wrong("a value without an end"))? {
                    (at, '"') => break at + 1,
                    (_, '\\') => match chars.next() {
                        Some((_, 'n')) => value.push('\n'),
                        Some((_, c @ ('"' | '\\'))) => value.push(c),
                        _ => return Err(wrong("an unknown escape")),
                    },
                    (_, c) => value.push(c),
                }
            };
            if labels.insert(label.to_owned(), value).is_some() {
                return Err(wrong("a label twice"));
            }
            rest = &after[end..];
            rest = rest.strip_prefix(',').unwrap_or(rest);
        }
        rest = &rest[1..];
    }
    let value = rest.strip_prefix(' ').ok_or_else(|| wrong("no value"))?;
    let number = match value {
        "+Inf" => f64::INFINITY,
        "-Inf" => f64::NEG_INFINITY,
        other => other.parse().map_err(|_| wrong("a value that is no number"))?,
    };
    Ok((name.to_owned(), labels, number))
}

/// Buckets rise, end at `+Inf`, and the last is the count.
fn histogram(name: &str, family: &Family) -> Result<(), String> {
    let mut buckets: BTreeMap<Labels, Vec<(f64, f64)>> = BTreeMap::new();
    let mut counts: BTreeMap<Labels, f64> = BTreeMap::new();
    for (sample, labels, value) in &family.samples {
        let mut labels = labels.clone();
        if sample.ends_with("_bucket") {
            let le = labels.remove("le").ok_or_else(|| format!("{name}: a bucket without le"))?;
            let le = if le == "+Inf" { Ok(f64::INFINITY) } else { le.parse() };
            let le = le.map_err(|_| format!("{name}: le is no number"))?;
            buckets.entry(labels).or_default().push((le, *value));
        } else if sample.ends_with("_count") {
            counts.insert(labels, *value);
        }
    }
    for (labels, found) in &buckets {
        let rise = found.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1);
        let last = found.last().copied().unwrap_or_default();
        if !rise || last.0 != f64::INFINITY || counts.get(labels) != Some(&last.1) {
            return Err(format!("{name} {labels:?}: {found:?}"));
        }
    }
    (buckets.len() == counts.len()).then_some(()).ok_or_else(|| format!("{name}: a count without buckets"))
}

#[test]
fn what_is_not_the_text_form_is_refused() {
    let check = |text: &str, part: &str| {
        let error = read(text).unwrap_err();
        assert!(error.contains(part), "{error}");
    };
    let page = "# HELP a_total x\n# TYPE a_total counter\na_total{k=\"a \\\"b\\\"\"} 1\n";
    assert_eq!(read(page).unwrap()["a_total"].samples[0].1["k"], "a \"b\"");
    check("# HELP a x\n# TYPE a gauge\na 1", "no end");
    check("a 1\n", "without a TYPE");
    check("# TYPE a gauge\na 1\n", "no HELP");
    check("# HELP a x\n# TYPE a gauge\nb 1\n", "another metric");
    check("# HELP a x\n# TYPE a gauge\na 1\na 2\n", "twice");
    check("# HELP a x\n# TYPE a gauge\na{b=\"c\",b=\"d\"} 1\n", "a label twice");
    check("# HELP a x\n# TYPE a gauge\na one\n", "no number");
    check("# HELP a x\n# TYPE a counter\na -1\n", "cannot have counted");
    let histogram = |last: &str| {
        format!("# HELP h x\n# TYPE h histogram\nh_bucket{{le=\"1\"}} 1\n{last}h_sum 1\nh_count 2\n")
    };
    assert!(read(&histogram("h_bucket{le=\"+Inf\"} 2\n")).is_ok());
    check(&histogram("h_bucket{le=\"+Inf\"} 0\n"), "h {}");
    check(&histogram(""), "h {}");
}
