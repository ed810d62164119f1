//! Starts the children and gathers what they print.

use std::{
    env,
    error::Error,
    ffi::OsString,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use super::options::Options;
use crate::{
    heap,
    sample::Metric,
    scenario::Scenario,
    table::{Figure, Results},
    ways::Name,
};

/// Measures all scenarios asked for, one after the other.
pub(super) fn run(options: &Options) -> Result<Results, Box<dyn Error>> {
    let mut results = Results::default();
    for scenario in options.scenarios() {
        eprintln!("{}", scenario.name);
        let figures = measure(&scenario, options)?;
        results.add(scenario.name, figures);
    }
    Ok(results)
}

fn measure(scenario: &Scenario, options: &Options) -> Result<Vec<Figure>, Box<dyn Error>> {
    let mut command = program(scenario)?;
    command
        .args(["--child", &scenario.name])
        .args(["--rounds", &scenario.rounds.to_string()]);
    if let Some(ways) = &options.ways {
        let names: Vec<_> = ways.iter().map(|way| way.name()).collect();
        command.args(["--ways", &names.join(",")]);
    }
    if scenario.narrow {
        for pool in ["RAYON_NUM_THREADS", "BLOCKING_MAX_THREADS", "BLOCK_THREADS"] {
            command.env(pool, scenario.threads.to_string());
        }
    }
    gather(&mut command)
}

/// Runs a child and reads its figures.
pub(crate) fn gather(command: &mut Command) -> Result<Vec<Figure>, Box<dyn Error>> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let out = child.stdout.take().ok_or("the child has no output")?;
    let mut figures = Vec::new();
    for line in BufReader::new(out).lines() {
        figures.extend(parse(&line?));
    }
    if child.wait()?.success() {
        Ok(figures)
    } else {
        Err(format!("{command:?} failed").into())
    }
}

/// This very program, or the one that counts allocations if the scenario needs that and this one does not.
fn program(scenario: &Scenario) -> Result<Command, Box<dyn Error>> {
    let Some(program) = scenario.program.filter(|_| !heap::is_installed()) else {
        return Ok(Command::new(env::current_exe()?));
    };
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command.args(["run", "--quiet", "--release", "-p", "offload-benches"]);
    command.args(["--bin", program, "--"]);
    Ok(command)
}

fn parse(line: &str) -> Option<Figure> {
    let mut fields = line.split('\t');
    Some(Figure {
        round: fields.next()?.parse().ok()?,
        way: Name::parse(fields.next()?)?,
        metric: Metric::parse(fields.next()?)?,
        value: fields.next()?.parse().ok()?,
    })
}
