//! One measured figure: its values over the runs, its unit and its target.
//!
//! Not for: printing (`table.rs`, `report.rs`). Invariant: a target is held against the median of the runs, and a figure
//! without values has missed it.

use serde::Serialize;

use crate::statistics::median;

/// What a figure should be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub(crate) enum Target {
    /// The median is this or more.
    AtLeast(f64),
    /// The median is less than this.
    Under(f64),
}

/// One figure.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Figure {
    /// What was measured.
    pub(crate) name: String,
    /// Such as `ms`.
    pub(crate) unit: &'static str,
    /// One for each run.
    pub(crate) values: Vec<f64>,
    /// What it should be, if anything.
    pub(crate) target: Option<Target>,
}

/// How a figure stands to its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// As it should be.
    Met,
    /// Not as it should be.
    Missed,
    /// For information.
    NoTarget,
}

impl Figure {
    /// A figure for information.
    pub(crate) fn new(name: impl Into<String>, unit: &'static str, values: Vec<f64>) -> Self {
        Self { name: name.into(), unit, values, target: None }
    }

    /// The same figure with a target.
    pub(crate) fn with_target(self, target: Target) -> Self {
        Self { target: Some(target), ..self }
    }

    /// Held against its target.
    pub(crate) fn verdict(&self) -> Verdict {
        let Some(target) = self.target else { return Verdict::NoTarget };
        let met = median(&self.values).is_some_and(|value| match target {
            Target::AtLeast(least) => value >= least,
            Target::Under(most) => value < most,
        });
        if met { Verdict::Met } else { Verdict::Missed }
    }
}

/// The figures of one value of each of many runs, in the order of the first run; the runs name the same figures.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    figures: Vec<Figure>,
}

impl Runs {
    /// Adds a run's value.
    pub(crate) fn add(&mut self, name: &str, unit: &'static str, value: f64) {
        match self.figures.iter_mut().find(|figure| figure.name == name) {
            Some(figure) => figure.values.push(value),
            None => self.figures.push(Figure::new(name, unit, vec![value])),
        }
    }

    /// Gives a figure its target; one that was never added has then missed it.
    pub(crate) fn target(&mut self, name: &str, unit: &'static str, target: Target) {
        match self.figures.iter_mut().find(|figure| figure.name == name) {
            Some(figure) => figure.target = Some(target),
            None => self.figures.push(Figure::new(name, unit, Vec::new()).with_target(target)),
        }
    }

    /// All figures.
    pub(crate) fn into_figures(self) -> Vec<Figure> {
        self.figures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_held_against_the_median() {
        let figure = |target| Figure::new("x", "ms", vec![1.0, 9.0, 5.0]).with_target(target);
        assert_eq!(figure(Target::Under(6.0)).verdict(), Verdict::Met);
        assert_eq!(figure(Target::Under(5.0)).verdict(), Verdict::Missed);
        assert_eq!(figure(Target::AtLeast(5.0)).verdict(), Verdict::Met);
        assert_eq!(figure(Target::AtLeast(5.1)).verdict(), Verdict::Missed);
        assert_eq!(Figure::new("x", "ms", vec![1.0]).verdict(), Verdict::NoTarget);
    }

    #[test]
    fn a_figure_that_was_never_measured_has_missed_its_target() {
        let mut runs = Runs::default();
        runs.add("a", "ms", 1.0);
        runs.add("a", "ms", 2.0);
        runs.target("a", "ms", Target::Under(3.0));
        runs.target("b", "ms", Target::Under(3.0));
        let figures = runs.into_figures();
        assert_eq!(figures[0].values, [1.0, 2.0]);
        assert_eq!(figures.iter().map(Figure::verdict).collect::<Vec<_>>(), [Verdict::Met, Verdict::Missed]);
    }
}
