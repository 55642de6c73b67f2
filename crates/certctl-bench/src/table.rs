//! Figures as a table for people.
//!
//! Not for: machines (`report.rs`). Invariant: every figure that was measured has its line.

use std::fmt::Write as _;

use crate::figure::{Figure, Target, Verdict};
use crate::statistics::median;

/// A number with as many decimals as its size deserves.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    if size >= 100.0 {
        format!("{value:.0}")
    } else if size >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

/// The lines of a scenario.
pub(crate) fn render(title: &str, figures: &[Figure]) -> String {
    let mut rows = vec![["", "min", "median", "max", "unit", "target", ""].map(str::to_owned)];
    for figure in figures {
        let least = figure.values.iter().copied().min_by(f64::total_cmp);
        let most = figure.values.iter().copied().max_by(f64::total_cmp);
        let shown = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), number);
        let target = match figure.target {
            None => String::new(),
            Some(Target::AtLeast(value)) => format!(">= {}", number(value)),
            Some(Target::Under(value)) => format!("< {}", number(value)),
        };
        let verdict = match figure.verdict() {
            Verdict::Met => "met",
            Verdict::Missed => "MISSED",
            Verdict::NoTarget => "",
        };
        rows.push([
            figure.name.clone(),
            shown(least),
            shown(median(&figure.values)),
            shown(most),
            figure.unit.to_owned(),
            target,
            verdict.to_owned(),
        ]);
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..7).map(width).collect();
    let mut text = format!("{title}\n");
    for row in &rows {
        let mut line = String::from("  ");
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let is_number = (1..=3).contains(&column);
            let padded = if is_number { format!("{cell:>width$}") } else { format!("{cell:<width$}") };
            // Writing to a String does not fail.
            let _ = write!(line, "{padded}  ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_shows_spread_target_and_verdict() {
        let figures = [
            Figure::new("issuances", "1/s", vec![4000.0, 6000.0, 5000.0])
                .with_target(Target::AtLeast(5500.0)),
            Figure::new("p99", "ms", vec![1.234]),
        ];
        let text = render("issuance", &figures);
        let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines[2], ["issuances", "4000", "5000", "6000", "1/s", ">=", "5500", "MISSED"]);
        assert_eq!(lines[3], ["p99", "1.23", "1.23", "1.23", "ms"]);
    }

    #[test]
    fn a_figure_without_values_shows_dashes() {
        let text = render("x", &[Figure::new("none", "ms", Vec::new())]);
        assert!(text.contains("none    -       -    -  ms"), "{text}");
    }
}
