//! The table: a line for each scenario, metric and variant.

use std::{collections::BTreeMap, fmt::Write};

use offload_benches_common::Spread;

use super::{WAY, variant::VARIANTS};
use crate::{
    sample::Metric,
    table::{Figure, ratio},
    ways::Name,
};

/// What the table is about: time where calls do nothing, and memory.
const METRICS: [Metric; 3] = [Metric::Wall, Metric::Bytes, Metric::Allocs];

/// All figures, by scenario in the order of measuring, and by variant.
#[derive(Default)]
pub(super) struct Figures {
    scenarios: Vec<String>,
    all: BTreeMap<(usize, usize), Vec<Figure>>,
}

impl Figures {
    pub(super) fn add(&mut self, scenario: &str, variant: usize, figure: Figure) {
        let known = self.scenarios.iter().position(|known| known == scenario);
        let scenario = known.unwrap_or_else(|| {
            self.scenarios.push(scenario.to_owned());
            self.scenarios.len() - 1
        });
        self.all
            .entry((scenario, variant))
            .or_default()
            .push(figure);
    }

    /// The figures of a way in the order of rounds.
    fn of(&self, line: Line, way: Name) -> Vec<f64> {
        let figures = self.all.get(&(line.scenario, line.variant));
        let wanted = figures
            .into_iter()
            .flatten()
            .filter(|figure| figure.way == way && figure.metric == line.metric);
        wanted.map(|figure| figure.value).collect()
    }
}

#[derive(Clone, Copy)]
struct Line {
    scenario: usize,
    metric: Metric,
    variant: usize,
}

/// The whole table.
pub(super) fn table(figures: &Figures) -> String {
    let mut out = format!(
        "| scenario | metric | features | {} | to `spawn_blocking` | to off | `spawn_blocking` to off |\n\
         |---|---|---|---|---|---|---|\n",
        WAY.name()
    );
    for (scenario, name) in figures.scenarios.iter().enumerate() {
        for metric in METRICS {
            for (variant, description) in VARIANTS.iter().enumerate() {
                let line = Line {
                    scenario,
                    metric,
                    variant,
                };
                if let Some(cells) = cells(figures, line) {
                    let metric = metric.name();
                    let _ = writeln!(
                        out,
                        "| {name} | {metric} | {} | {cells} |",
                        description.name
                    );
                }
            }
        }
    }
    out
}

fn cells(figures: &Figures, line: Line) -> Option<String> {
    let off = Line { variant: 0, ..line };
    let mine = figures.of(line, WAY);
    let reference = figures.of(line, Name::Raw);
    let median = line.metric.show(Spread::of(mine.clone())?.mid);
    let to_reference = spread(&mine, &reference);
    if line.variant == 0 {
        return Some(format!("{median} | {to_reference} | |"));
    }
    let to_off = spread(&mine, &figures.of(off, WAY));
    let reference_to_off = spread(&reference, &figures.of(off, Name::Raw));
    Some(format!(
        "{median} | {to_reference} | {to_off} | {reference_to_off}"
    ))
}

/// The ratios within rounds: median and quartiles.
fn spread(mine: &[f64], others: &[f64]) -> String {
    let ratios = mine.iter().zip(others).map(|(mine, other)| mine / other);
    Spread::of(ratios).map_or_else(String::new, |spread| {
        let (low, mid, high) = (ratio(spread.low), ratio(spread.mid), ratio(spread.high));
        format!("{mid} ({low}-{high})")
    })
}
