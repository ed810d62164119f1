//! The result of one measurement: a few named figures.

/// The meaning of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Metric {
    /// Time per call, or of the whole when it is one thing.
    Wall,
    /// CPU time of the process per call.
    Cpu,
    /// Context switches of the process per call.
    Switches,
    /// The median of single times.
    P50,
    /// The 99th percentile of single times.
    P99,
    /// The 99.9th percentile of single times.
    P999,
    /// Heap and future bytes per call that waits.
    Bytes,
    /// Heap bytes that stay of all calls together.
    Kept,
    /// Allocations per call.
    Allocs,
    /// Bodies that ran although their callers had gone.
    Bodies,
}

impl Metric {
    /// All of them, in the order they are printed.
    pub const ALL: [Self; 10] = [
        Self::Wall,
        Self::Cpu,
        Self::Switches,
        Self::P50,
        Self::P99,
        Self::P999,
        Self::Bytes,
        Self::Kept,
        Self::Allocs,
        Self::Bodies,
    ];

    /// Its name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wall => "wall",
            Self::Cpu => "cpu",
            Self::Switches => "switches",
            Self::P50 => "p50",
            Self::P99 => "p99",
            Self::P999 => "p99.9",
            Self::Bytes => "bytes",
            Self::Kept => "kept",
            Self::Allocs => "allocations",
            Self::Bodies => "bodies",
        }
    }

    /// The metric of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.name() == name)
    }

    /// Writes a figure with its unit; times are kept in nanoseconds.
    pub fn show(self, figure: f64) -> String {
        match self {
            Self::Wall | Self::Cpu | Self::P50 | Self::P99 | Self::P999 => show_time(figure),
            Self::Switches | Self::Allocs => format!("{figure:.2}"),
            Self::Bytes => format!("{figure:.0} B"),
            Self::Kept => format!("{:.2} MB", figure / 1e6),
            Self::Bodies => format!("{figure:.0}"),
        }
    }
}

fn show_time(ns: f64) -> String {
    match ns {
        _ if ns < 1e3 => format!("{ns:.0} ns"),
        _ if ns < 1e5 => format!("{:.1} us", ns / 1e3),
        _ if ns < 1e6 => format!("{:.0} us", ns / 1e3),
        _ => format!("{:.1} ms", ns / 1e6),
    }
}

/// The figures of one measurement.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample(pub Vec<(Metric, f64)>);

impl Sample {
    /// Adds a figure.
    #[must_use]
    pub fn with(mut self, metric: Metric, figure: f64) -> Self {
        self.0.push((metric, figure));
        self
    }

    /// The figure of that name, if it was measured.
    pub fn get(&self, metric: Metric) -> Option<f64> {
        let found = self.0.iter().find(|(known, _)| *known == metric);
        found.map(|(_, figure)| *figure)
    }
}
