//! The rounds: every way is measured once in each, in another order.

use std::{
    error::Error,
    io::{self, Write},
};

use nix::{
    sched::{CpuSet, sched_getaffinity, sched_setaffinity},
    unistd::Pid,
};

use crate::{
    options::Options,
    scenario::{ALL, PINNED},
    ways,
};

/// Measures and prints figures for the parent to read.
pub(crate) fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let mut scenarios = ALL.to_vec();
    if options.pinned {
        scenarios = PINNED.to_vec();
        pin()?;
    }
    scenarios.retain(|scenario| options.wants(scenario.name));
    if scenarios.is_empty() {
        return Ok(());
    }
    let mut ways = ways::all()?;
    let mut out = io::stdout().lock();
    for round in 0..options.rounds {
        for scenario in &scenarios {
            for way in &mut ways {
                let name = way.name().name();
                if let Some(time) = way.measure(scenario)? {
                    let nanos = time.as_nanos();
                    writeln!(out, "{round}\t{}\t{name}\t{nanos}", scenario.name)?;
                }
            }
        }
        eprintln!("round {} of {}", round + 1, options.rounds);
        ways.rotate_left(1);
    }
    Ok(())
}

/// Binds this process, and all it will start, to one CPU.
fn pin() -> nix::Result<()> {
    let this = Pid::from_raw(0);
    let allowed = sched_getaffinity(this)?;
    let mut one = CpuSet::new();
    let first = (0..CpuSet::count()).find(|cpu| allowed.is_set(*cpu) == Ok(true));
    one.set(first.unwrap_or_default())?;
    sched_setaffinity(this, &one)
}
