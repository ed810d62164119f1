//! The measurements, as tables in Markdown.

use std::fmt::Write;

use offload_benches_common::Spread;

use crate::{
    sample::Metric,
    target::{self, Target},
    ways::Name,
};

/// One figure that a child printed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figure {
    pub(crate) round: usize,
    pub(crate) way: Name,
    pub(crate) metric: Metric,
    pub(crate) value: f64,
}

/// All figures, by scenario.
#[derive(Debug, Default)]
pub(crate) struct Results {
    scenarios: Vec<(String, Vec<Figure>)>,
}

/// One line of the tables.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    pub(crate) scenario: &'a str,
    pub(crate) metric: Metric,
    figures: &'a [Figure],
}

impl Results {
    pub(crate) fn add(&mut self, scenario: String, figures: Vec<Figure>) {
        self.scenarios.push((scenario, figures));
    }

    /// The lines that have figures.
    pub(crate) fn lines(&self) -> Vec<Line<'_>> {
        let mut lines = Vec::new();
        for (scenario, figures) in &self.scenarios {
            for metric in Metric::ALL {
                if figures.iter().any(|figure| figure.metric == metric) {
                    lines.push(Line {
                        scenario,
                        metric,
                        figures,
                    });
                }
            }
        }
        lines
    }

    /// The ways that have figures.
    fn ways(&self) -> Vec<Name> {
        let measured = |way: &Name| {
            let mut all = self.scenarios.iter().flat_map(|(_, figures)| figures);
            all.any(|figure| figure.way == *way)
        };
        Name::ALL.into_iter().filter(measured).collect()
    }
}

impl Line<'_> {
    fn of(&self, way: Name) -> impl Iterator<Item = &Figure> {
        let wanted = move |figure: &&Figure| figure.way == way && figure.metric == self.metric;
        self.figures.iter().filter(wanted)
    }

    /// The figures of a way.
    pub(crate) fn figures(&self, way: Name) -> Option<Spread> {
        Spread::of(self.of(way).map(|figure| figure.value))
    }

    /// The ratios of a way to the reference, each within one round.
    pub(crate) fn ratios(&self, way: Name) -> Option<Spread> {
        self.ratios_to(way, Name::Raw)
    }

    /// The ratios of a way to another, each within one round.
    pub(crate) fn ratios_to(&self, way: Name, other: Name) -> Option<Spread> {
        let ratio = |mine: &Figure| {
            let same = |figure: &&Figure| figure.round == mine.round;
            Some(mine.value / self.of(other).find(same)?.value)
        };
        Spread::of(self.of(way).filter_map(ratio))
    }

    /// The peer with the lowest median.
    fn best_peer(&self) -> Option<(Name, f64)> {
        let peers = Name::ALL.into_iter().filter(|way| way.is_peer());
        let ratios = peers.filter_map(|way| Some((way, self.ratios(way)?.mid)));
        ratios.min_by(|a, b| a.1.total_cmp(&b.1))
    }

    pub(crate) fn target(&self) -> Option<Target> {
        target::of(self.scenario, self.metric)
    }
}

/// Medians without ratios, for percentiles and counts.
pub(crate) fn absolute(results: &Results) -> String {
    let ways = results.ways();
    let mut out = head("scenario", "metric", ways.iter().map(|way| way.name()));
    for line in results.lines() {
        let cell = |way: &Name| {
            let spread = line.figures(*way);
            spread.map_or_else(String::new, |spread| line.metric.show(spread.mid))
        };
        push(&mut out, &line, ways.iter().map(cell));
    }
    out
}

/// Same-round ratios to the reference: median and quartiles of ours, medians of the others, beside goal and gate.
pub(crate) fn ratios(results: &Results) -> String {
    let ways = results.ways();
    let (ours, others): (Vec<Name>, Vec<Name>) = ways
        .into_iter()
        .filter(|way| *way != Name::Raw)
        .partition(|way| way.is_ours());
    let titles = ours.iter().map(|way| way.name());
    let titles = titles.chain(["goal", "gate", "best peer"]);
    let titles = titles.chain(others.iter().map(|way| way.name()));
    let mut out = head("scenario", "metric", titles);
    for line in results.lines() {
        let mut cells: Vec<String> = ours.iter().map(|way| ours_cell(&line, *way)).collect();
        let target = line.target();
        let number = |figure: Option<f64>| figure.map_or_else(String::new, ratio);
        cells.push(number(target.map(|target| target.goal)));
        cells.push(number(target.map(|target| target.gate)));
        let best = line.best_peer();
        cells.push(best.map_or_else(String::new, |(way, mid)| {
            format!("{} {}", ratio(mid), way.name())
        }));
        let median = |way: &Name| number(line.ratios(*way).map(|spread| spread.mid));
        cells.extend(others.iter().map(median));
        push(&mut out, &line, cells);
    }
    out
}

/// Median, quartiles, and a mark: over the gate, or the goal reached.
fn ours_cell(line: &Line<'_>, way: Name) -> String {
    let Some(spread) = line.ratios(way) else {
        return String::new();
    };
    let mark = match target::of_way(line.scenario, line.metric, way) {
        Some(target) if target.is_missed(spread.mid) => " **over**",
        Some(target) if target.is_reached(spread.mid) => " ok",
        _ => "",
    };
    let (low, mid, high) = (ratio(spread.low), ratio(spread.mid), ratio(spread.high));
    format!("{mid} ({low}-{high}){mark}")
}

/// Three digits at most.
pub(crate) fn ratio(figure: f64) -> String {
    if figure < 0.1 {
        format!("{figure:.3}")
    } else {
        format!("{figure:.2}")
    }
}

fn head<'a>(first: &str, second: &str, titles: impl Iterator<Item = &'a str>) -> String {
    let mut out = format!("| {first} | {second} |");
    let mut rule = String::from("|---|---|");
    for title in titles {
        let _ = write!(out, " {title} |");
        rule.push_str("---|");
    }
    format!("{out}\n{rule}\n")
}

fn push(out: &mut String, line: &Line<'_>, cells: impl IntoIterator<Item = String>) {
    let _ = write!(out, "| {} | {} |", line.scenario, line.metric.name());
    for cell in cells {
        let _ = write!(out, " {cell} |");
    }
    out.push('\n');
}
