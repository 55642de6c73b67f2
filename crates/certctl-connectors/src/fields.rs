//! Reads a configuration object field by field and keeps every problem, so that a person sees them all at once.
//!
//! Not for: request bodies (serde reads those). Invariants: a field that nobody asked for is a problem; each problem
//! names its field, as a JSON pointer ([`Problem::pointer`]) or as a dotted key ([`Problem::key`]).

use std::cell::RefCell;
use std::ops::RangeInclusive;

use serde_json::{Map, Value};

/// One bad field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    path: Vec<String>,
    /// What is wrong with it and what would be right.
    pub detail: String,
}

impl Problem {
    /// The field as a JSON pointer (RFC 6901); empty for the whole object.
    pub fn pointer(&self) -> String {
        let escaped = |part: &String| format!("/{}", part.replace('~', "~0").replace('/', "~1"));
        self.path.iter().map(escaped).collect()
    }

    /// The field as people write it in a configuration file: `nginx.default.binary`.
    pub fn key(&self) -> String {
        self.path.join(".")
    }
}

/// The problems found so far.
#[derive(Debug, Default)]
pub struct Problems(RefCell<Vec<Problem>>);

impl Problems {
    /// Begins to read an object.
    pub fn object<'a>(&'a self, value: &'a Value) -> Fields<'a> {
        Fields::new(self, Vec::new(), value)
    }

    /// The value, or every problem there was.
    ///
    /// # Errors
    /// All problems; also when there are none but no value could be made.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Vec<Problem>> {
        let problems = self.0.into_inner();
        match value {
            Some(value) if problems.is_empty() => Ok(value),
            Some(_) | None => Err(problems),
        }
    }

    fn push(&self, path: Vec<String>, detail: String) {
        self.0.borrow_mut().push(Problem { path, detail });
    }
}

/// One object being read.
#[derive(Debug)]
pub struct Fields<'a> {
    problems: &'a Problems,
    path: Vec<String>,
    object: Option<&'a Map<String, Value>>,
    known: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    fn new(problems: &'a Problems, path: Vec<String>, value: &'a Value) -> Self {
        let object = value.as_object();
        if object.is_none() {
            problems.push(path.clone(), format!("is {}, but an object is wanted", describe(value)));
        }
        Self { problems, path, object, known: Vec::new() }
    }

    /// Notes a problem with a field of this object.
    pub fn problem(&self, key: &str, detail: impl Into<String>) {
        let mut path = self.path.clone();
        path.extend(key.split('/').filter(|part| !part.is_empty()).map(str::to_owned));
        self.problems.push(path, detail.into());
    }

    /// The value of a field; `null` counts as absent.
    pub fn value(&mut self, key: &'static str) -> Option<&'a Value> {
        self.known.push(key);
        self.object.and_then(|object| object.get(key)).filter(|value| !value.is_null())
    }

    fn typed<T>(
        &mut self,
        key: &'static str,
        wanted: &str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.value(key)?;
        let typed = read(value);
        if typed.is_none() {
            self.problem(key, format!("is {}, but {wanted} is wanted", describe(value)));
        }
        typed
    }

    /// A text.
    pub fn text(&mut self, key: &'static str) -> Option<&'a str> {
        self.typed(key, "a text", Value::as_str)
    }

    /// A text in a form of its own.
    pub fn parsed<T>(&mut self, key: &'static str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        match parse(self.text(key)?) {
            Ok(parsed) => Some(parsed),
            Err(detail) => {
                self.problem(key, detail);
                None
            }
        }
    }

    /// A text in a form of its own that has to be there.
    pub fn required<T>(&mut self, key: &'static str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        if self.object.is_some_and(|object| object.get(key).is_none_or(Value::is_null)) {
            self.known.push(key);
            self.problem(key, "is missing");
            return None;
        }
        self.parsed(key, parse)
    }

    /// Yes or no.
    pub fn boolean(&mut self, key: &'static str, default: bool) -> bool {
        self.typed(key, "true or false", Value::as_bool).unwrap_or(default)
    }

    /// A whole number within limits.
    pub fn number(&mut self, key: &'static str, allowed: RangeInclusive<u64>, default: u64) -> u64 {
        let Some(number) = self.typed(key, "a whole number", Value::as_u64) else { return default };
        if !allowed.contains(&number) {
            let (least, most) = (allowed.start(), allowed.end());
            self.problem(key, format!("is {number}, but has to be from {least} to {most}"));
            return default;
        }
        number
    }

    /// The items of a list; absent is empty.
    pub fn list(&mut self, key: &'static str) -> &'a [Value] {
        self.typed(key, "a list", Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The texts of a list, each in a form of its own.
    pub fn parsed_list<T>(&mut self, key: &'static str, parse: impl Fn(&str) -> Result<T, String>) -> Vec<T> {
        let mut parsed = Vec::new();
        for (index, item) in self.list(key).iter().enumerate() {
            let text = item.as_str().ok_or_else(|| format!("is {}, but a text is wanted", describe(item)));
            match text.and_then(&parse) {
                Ok(item) => parsed.push(item),
                Err(detail) => self.problem(&format!("{key}/{index}"), detail),
            }
        }
        parsed
    }

    /// The objects of a list.
    pub fn objects(&mut self, key: &'static str) -> Vec<Self> {
        let items = self.list(key);
        let at = |(index, item)| Fields::new(self.problems, self.below(&[key, &index_text(index)]), item);
        items.iter().enumerate().map(at).collect()
    }

    /// An object.
    pub fn object(&mut self, key: &'static str) -> Option<Self> {
        let value = self.value(key)?;
        Some(Fields::new(self.problems, self.below(&[key]), value))
    }

    /// The objects of an object whose keys are names.
    pub fn named_objects(&mut self, key: &'static str) -> Vec<(&'a str, Self)> {
        let Some(map) = self.typed(key, "an object", Value::as_object) else { return Vec::new() };
        let each = |(name, value): (&'a String, &'a Value)| {
            (name.as_str(), Fields::new(self.problems, self.below(&[key, name]), value))
        };
        map.iter().map(each).collect()
    }

    /// Ends the reading: every field that was not asked for is a problem.
    pub fn finish(self) {
        let Some(object) = self.object else { return };
        for key in object.keys().filter(|key| !self.known.contains(&key.as_str())) {
            let known = self.known.join(", ");
            let mut path = self.path.clone();
            path.push(key.clone());
            self.problems.push(path, format!("is not known here; known are: {known}"));
        }
    }

    fn below(&self, parts: &[&str]) -> Vec<String> {
        self.path.iter().cloned().chain(parts.iter().map(|part| (*part).to_owned())).collect()
    }
}

fn index_text(index: usize) -> String {
    index.to_string()
}

fn describe(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_problem_is_named_at_once() {
        let value = json!({ "port": 70_000, "nmae": "x", "list": [{ "a": 1 }], "texts": ["ok", 3] });
        let problems = Problems::default();
        let mut fields = problems.object(&value);
        fields.required("name", |text| Ok(text.to_owned()));
        fields.number("port", 1..=65_535, 443);
        for mut item in fields.objects("list") {
            item.text("a");
            item.finish();
        }
        fields.parsed_list("texts", |text| Ok(text.to_owned()));
        fields.finish();
        let found = problems.finish(Some(())).unwrap_err();
        let pointers: Vec<String> = found.iter().map(Problem::pointer).collect();
        assert_eq!(pointers, ["/name", "/port", "/list/0/a", "/texts/1", "/nmae"]);
        assert_eq!(found[2].key(), "list.0.a");
        assert_eq!(found[1].detail, "is 70000, but has to be from 1 to 65535");
    }

    #[test]
    fn a_value_of_the_wrong_shape_is_one_problem() {
        let value = json!([1]);
        let problems = Problems::default();
        let mut fields = problems.object(&value);
        fields.required("name", |text| Ok(text.to_owned()));
        fields.finish();
        let found = problems.finish(Some(())).unwrap_err();
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].pointer(), found[0].detail.as_str()),
            (String::new(), "is a list, but an object is wanted")
        );
    }
}
