//! All figures of a run of the benchmark, for machines.
//!
//! Not for: people (`table.rs`). Invariant: the file is written whole or an error says why.

use std::path::Path;

use anyhow::Context as _;
use serde::Serialize;

use crate::figure::{Figure, Verdict};
use crate::machine::Machine;
use crate::statistics::median;

/// What was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) at: String,
    pub(crate) version: &'static str,
    pub(crate) machine: Machine,
    pub(crate) scenarios: Vec<ScenarioReport>,
}

/// What one scenario measured.
#[derive(Debug, Serialize)]
pub(crate) struct ScenarioReport {
    pub(crate) name: String,
    pub(crate) load_average_before: String,
    pub(crate) seconds: f64,
    pub(crate) figures: Vec<FigureReport>,
}

/// A figure with what follows from its values.
#[derive(Debug, Serialize)]
pub(crate) struct FigureReport {
    #[serde(flatten)]
    figure: Figure,
    median: Option<f64>,
    verdict: Verdict,
}

impl From<Figure> for FigureReport {
    fn from(figure: Figure) -> Self {
        Self { median: median(&figure.values), verdict: figure.verdict(), figure }
    }
}

impl Report {
    /// Writes it as JSON.
    pub(crate) fn write(&self, path: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_string_pretty(self).context("the report cannot be made")?;
        std::fs::write(path, text + "\n").with_context(|| format!("{} cannot be written", path.display()))
    }
}
