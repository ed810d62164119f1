//! The targets of the default executor and the pools, as ratios to `spawn_blocking` in the same run.

use crate::{sample::Metric, ways::Name};

/// A figure to reach and one never to exceed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Target {
    /// The ratio that good runs reach.
    pub(crate) goal: f64,
    /// The ratio that no run may exceed.
    pub(crate) gate: f64,
}

impl Target {
    /// Whether the figure is over the gate by more than rounding.
    pub(crate) fn is_missed(self, figure: f64) -> bool {
        figure > self.gate * 1.004
    }

    /// Whether the figure reaches the goal.
    pub(crate) fn is_reached(self, figure: f64) -> bool {
        figure <= self.goal * 1.004
    }
}

/// The target of a line of the table.
pub(crate) fn of(scenario: &str, metric: Metric) -> Option<Target> {
    let found = ALL
        .iter()
        .find(|line| line.0 == scenario && line.1 == metric);
    found.map(|line| Target {
        goal: line.2,
        gate: line.3,
    })
}

/// The target of one way, if it is one of ours and the line is about it.
pub(crate) fn of_way(scenario: &str, metric: Metric, way: Name) -> Option<Target> {
    let applies = match way {
        // Few threads are the point of this one.
        Name::Pool | Name::Rayon if scenario.starts_with("real/argon2") => true,
        Name::Ours | Name::Attribute | Name::Shared => !scenario.starts_with("real/argon2"),
        Name::Pool => true,
        _ => false,
    };
    let target = of(scenario, metric).filter(|_| applies)?;
    let dedicated = way == Name::Pool && scenario == "seq";
    Some(Target {
        gate: if dedicated {
            target.gate.max(1.05)
        } else {
            target.gate
        },
        ..target
    })
}

const ALL: &[(&str, Metric, f64, f64)] = &[
    ("seq", Metric::Wall, 1.0, 1.05),
    ("seq", Metric::Cpu, 1.0, 1.05),
    ("seq", Metric::Switches, 1.0, 1.03),
    ("join_1k", Metric::Wall, 0.06, 0.10),
    ("join_1k", Metric::Cpu, 0.06, 0.10),
    ("join_1k", Metric::Switches, 0.01, 0.05),
    ("spawn_1k", Metric::Wall, 0.11, 0.20),
    ("spawn_1k", Metric::Cpu, 0.10, 0.20),
    ("spawn_1k", Metric::Switches, 0.03, 0.10),
    ("spawn_100k", Metric::Wall, 0.14, 0.20),
    ("loops/1usx10", Metric::Wall, 0.65, 0.80),
    ("loops/1usx10", Metric::Cpu, 0.60, 0.75),
    ("loops/10usx10", Metric::Wall, 1.0, 1.20),
    ("loops/100usx10", Metric::Wall, 1.0, 1.20),
    ("loops/10usx100", Metric::Wall, 0.60, 0.75),
    ("loops/10usx100", Metric::Switches, 0.10, 0.40),
    ("loops/1msx100", Metric::Wall, 0.90, 1.05),
    ("submit", Metric::Wall, 0.10, 0.35),
    ("submit", Metric::P50, 0.01, 0.05),
    ("ping/10us", Metric::Wall, 0.70, 0.85),
    ("ping/10us", Metric::P50, 0.03, 0.10),
    ("ping/10us", Metric::P99, 0.17, 0.30),
    ("ping/10us", Metric::P999, 0.25, 0.50),
    ("sleepers_1000x10ms", Metric::Wall, 1.0, 1.15),
    ("cold_100x5ms", Metric::Wall, 1.0, 1.20),
    ("fair", Metric::Wall, 0.01, 0.05),
    ("mem", Metric::Bytes, 0.35, 0.40),
    ("mem", Metric::Allocs, 1.0, 1.0),
    ("mem_seq", Metric::Allocs, 2.0, 2.0),
    ("drop", Metric::Wall, 0.02, 0.10),
    ("real/sqlite_pointx64", Metric::Wall, 0.40, 0.60),
    ("real/read_4kx64", Metric::Wall, 0.43, 0.60),
    ("real/metadatax64", Metric::Wall, 0.30, 0.60),
    ("real/argon2x64", Metric::Wall, 0.27, 0.45),
];
