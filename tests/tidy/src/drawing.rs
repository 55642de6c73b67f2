//! State drawings (Mermaid, `stateDiagram-v2`) read back as edges, to be compared with a transition function.
//!
//! Reads the small part of Mermaid that the drawings use: `From --> To: event, event`, `[*] --> From`, `To --> [*]`;
//! any other line inside a drawing is an error, so that nothing drawn escapes the comparison.

use std::collections::BTreeSet;

/// From, event, to.
pub type Edge = (String, String, String);

/// What one drawing says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Drawing {
    /// The labelled arrows.
    pub edges: BTreeSet<Edge>,
    /// States that something begins in.
    pub first: BTreeSet<String>,
    /// States that nothing leaves.
    pub last: BTreeSet<String>,
}

/// The first Mermaid drawing after the line `heading`.
///
/// # Errors
/// What is missing or cannot be read.
pub fn read(page: &str, heading: &str) -> Result<Drawing, String> {
    let mut lines = page.lines().skip_while(|line| *line != heading).skip(1);
    if !lines.by_ref().take_while(|line| !line.starts_with('#')).any(|line| line == "```mermaid") {
        return Err(format!("no drawing below {heading:?}"));
    }
    if lines.next() != Some("stateDiagram-v2") {
        return Err(format!("the drawing below {heading:?} is not a stateDiagram-v2"));
    }
    let mut drawing = Drawing::default();
    for line in lines.take_while(|line| *line != "```") {
        drawing.add(line.trim()).ok_or_else(|| format!("below {heading:?}: cannot read {line:?}"))?;
    }
    Ok(drawing)
}

impl Drawing {
    fn add(&mut self, line: &str) -> Option<()> {
        let (from, rest) = line.split_once(" --> ")?;
        let state = |text: &str| -> Option<String> {
            let plain = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            plain.then(|| text.to_owned())
        };
        let fresh = match (from, rest.split_once(": ")) {
            ("[*]", None) => self.first.insert(state(rest)?),
            (_, None) if rest == "[*]" => self.last.insert(state(from)?),
            (_, None) => return None,
            (_, Some((to, events))) => {
                let (from, to) = (state(from)?, state(to)?);
                let mut fresh = true;
                for event in events.split(", ") {
                    fresh &= self.edges.insert((from.clone(), state(event)?, to.clone()));
                }
                fresh
            }
        };
        fresh.then_some(())
    }

    /// Every state that the drawing shows.
    pub fn states(&self) -> BTreeSet<String> {
        let edges = self.edges.iter().flat_map(|(from, _, to)| [from, to]);
        edges.chain(&self.first).chain(&self.last).cloned().collect()
    }
}

/// A machine as its transition function has it: `next` is asked for every pair.
pub fn machine<S: Copy + ToString, E: Copy + ToString>(
    states: &[S],
    events: &[E],
    next: impl Fn(S, E) -> Option<S>,
) -> BTreeSet<Edge> {
    let pairs = states.iter().flat_map(|state| events.iter().map(move |event| (*state, *event)));
    pairs
        .filter_map(|(state, event)| {
            Some((state.to_string(), event.to_string(), next(state, event)?.to_string()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# Page\n## Doors\n\n```mermaid\nstateDiagram-v2\n    [*] --> Shut\n    Shut --> Open: pushed, kicked\n    Open --> [*]\n```\n";

    #[test]
    fn a_drawing_becomes_edges_with_one_event_each() {
        let drawing = read(PAGE, "## Doors").unwrap();
        let edge = |event: &str| ("Shut".to_owned(), event.to_owned(), "Open".to_owned());
        assert_eq!(drawing.edges, BTreeSet::from([edge("pushed"), edge("kicked")]));
        assert_eq!(drawing.states(), BTreeSet::from(["Open".to_owned(), "Shut".to_owned()]));
        assert_eq!((drawing.first.len(), drawing.last.len()), (1, 1));
    }

    #[test]
    fn a_line_that_is_not_understood_or_drawn_twice_is_an_error() {
        for bad in
            ["Open --> Shut", "Open: wide", "Open -> Shut: pushed", "Shut --> Open: kicked", "[*] --> Shut"]
        {
            let page = PAGE.replace("    Open --> [*]", bad);
            assert!(read(&page, "## Doors").is_err(), "{bad}");
        }
        assert!(read(PAGE, "## Windows").is_err());
        assert!(read("## Doors\n## Other\n```mermaid\nstateDiagram-v2\n```", "## Doors").is_err());
    }
}
