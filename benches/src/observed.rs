//! Measures what observation costs: runs the same scenarios in builds with different features, in turn, and prints one table.

mod build;
mod lines;
mod variant;

use std::error::Error;

use build::Builds;
use lines::Figures;
use offload_benches_common::machine;
use variant::VARIANTS;

use crate::{
    program::{child, options::Options, parent},
    scenario::Scenario,
    ways::Name,
};

/// The way that is measured, beside the reference.
const WAY: Name = Name::Attribute;

/// Every program runs both ways twice, in both orders.
const ROUNDS_IN_CHILD: usize = 2;

/// Measures what the command line asks for, or else the scenarios of calls that cost little besides, and prints a table.
///
/// # Errors
///
/// When the command line is wrong, a build fails or a child does.
pub fn run() -> Result<(), Box<dyn Error>> {
    let options = Options::parse(&["seq", "join_1k", "spawn_1k", "loops/1usx10", "mem"])?;
    if let Some(name) = &options.child {
        return child::run(name, &options);
    }
    let mut scenarios = options.scenarios();
    // The prefix of a longer name, which is another load.
    scenarios.retain(|scenario| !scenario.name.starts_with("loops/1usx100"));
    let builds = Builds::make(&scenarios)?;
    let rounds = options.rounds.unwrap_or(if options.quick { 3 } else { 9 });
    let mut figures = Figures::default();
    for round in 0..rounds {
        for scenario in &scenarios {
            measure(scenario, round, &builds, &mut figures)?;
        }
        eprintln!("round {} of {rounds}", round + 1);
    }
    println!("{}, {rounds} rounds\n", machine());
    print!("{}", lines::table(&figures));
    Ok(())
}

/// One round: a process for each variant, every round in another order.
fn measure(
    scenario: &Scenario,
    round: usize,
    builds: &Builds,
    figures: &mut Figures,
) -> Result<(), Box<dyn Error>> {
    for turn in 0..VARIANTS.len() {
        let variant = (turn + round) % VARIANTS.len();
        let mut command = builds.command(&VARIANTS[variant], scenario);
        command
            .args(["--child", &scenario.name, "--ways", WAY.name()])
            .args(["--rounds", &ROUNDS_IN_CHILD.to_string()]);
        if let Some(what) = VARIANTS[variant].inside {
            command.args(["--inside", what.name()]);
        }
        for mut figure in parent::gather(&mut command)? {
            figure.round += round * ROUNDS_IN_CHILD;
            figures.add(&scenario.name, variant, figure);
        }
    }
    Ok(())
}
