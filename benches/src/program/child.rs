//! One scenario in a process of its own: round after round, all ways in each, in rotated order.

use std::{
    error::Error,
    io::{self, Write},
};

use super::options::Options;
use crate::{cpu, gauge, inside, scenario, ways::Name};

/// Measures the scenario of that name and prints its figures, for the parent to read.
pub(crate) fn run(name: &str, options: &Options) -> Result<(), Box<dyn Error>> {
    let mut all = scenario::all().into_iter();
    let found = all.find(|scenario| scenario.name == name);
    let mut scenario = found.ok_or_else(|| format!("no scenario is called {name}"))?;
    options.fit(&mut scenario);
    if scenario.pinned {
        gauge::pin();
    }
    if let Some(what) = options.inside {
        inside::run_tasks_inside(what);
    }
    cpu::calibrate();
    let mut out = io::stdout().lock();
    for round in 0..scenario.rounds {
        for way in rotated(&scenario.ways, round) {
            let sample = scenario.work.measure(way, scenario.threads);
            for (metric, figure) in sample.0 {
                writeln!(out, "{round}\t{}\t{}\t{figure}", way.name(), metric.name())?;
            }
            out.flush()?;
        }
    }
    Ok(())
}

/// Each round starts with another way, so that none always follows the same one at the same time.
fn rotated(ways: &[Name], round: usize) -> Vec<Name> {
    let mut ways = ways.to_vec();
    // Steps of a third let the reference meet early and late places in few rounds.
    let step = ways.len().div_ceil(3);
    let by = (round * step + round / 3) % ways.len();
    ways.rotate_left(by);
    ways
}
