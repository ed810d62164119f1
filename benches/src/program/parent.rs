//! Starts the children and collects their figures.

use std::{
    env,
    error::Error,
    ffi::OsString,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use super::options::Options;
use crate::{
    heap,
    sample::Metric,
    scenario::Scenario,
    table::{Figure, Results},
    ways::Name,
};

/// A child that prints nothing for this long is killed. Not measured: single figures take seconds, on a busy machine a minute.
const SILENCE: Duration = Duration::from_secs(300);

/// Measures all scenarios asked for, one after the other. Those that fail are left out, and named.
pub(super) fn run(options: &Options) -> (Results, Vec<String>) {
    let (mut results, mut left_out) = (Results::default(), Vec::new());
    for scenario in options.scenarios() {
        eprintln!("{}", scenario.name);
        match measure(&scenario, options) {
            Ok(figures) => results.add(scenario.name, figures),
            Err(error) => left_out.push(format!("{}: {error}", scenario.name)),
        }
    }
    (results, left_out)
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

/// Runs a child and reads its figures. One that goes silent is ended.
pub(crate) fn gather(command: &mut Command) -> Result<Vec<Figure>, Box<dyn Error>> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let out = child.stdout.take().ok_or("the child has no output")?;
    let (said, heard) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            if said.send(line).is_err() {
                break;
            }
        }
    });
    let mut figures = Vec::new();
    loop {
        match heard.recv_timeout(SILENCE) {
            Ok(line) => figures.extend(parse(&line)),
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                child.kill()?;
                child.wait()?;
                return Err(format!("{command:?} said nothing for {SILENCE:?}").into());
            }
        }
    }
    if child.wait()?.success() {
        Ok(figures)
    } else {
        Err(format!("{command:?} failed").into())
    }
}

/// This very program, or the one that counts allocations if the scenario needs that and this one does not.
fn program(scenario: &Scenario) -> Result<Command, Box<dyn Error>> {
    let here = env::current_exe()?;
    let Some(program) = scenario.program.filter(|_| !heap::is_installed()) else {
        return Ok(Command::new(here));
    };
    // Built first, and not quietly, because cargo says if it waits for another cargo.
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut build = Command::new(cargo);
    build.args(["build", "-p", "offload-benches", "--bin", program]);
    // It must be in the same folder as this one.
    if !cfg!(debug_assertions) {
        build.arg("--release");
    }
    if !build.status()?.success() {
        return Err(format!("{build:?} failed").into());
    }
    Ok(Command::new(
        here.with_file_name(program)
            .with_extension(env::consts::EXE_EXTENSION),
    ))
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
