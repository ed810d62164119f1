//! What a call to a worker process costs, beside a bare socket between two processes, `procspawn`, and Python's pools.
//!
//! Linux only, as worker processes are. The peers in Python are measured if `python3` and their packages are there:
//! `python3 -m pip install loky pebble`.

mod measure;
mod options;
mod ours;
mod peers;
mod procs;
mod raw;
mod scenario;
mod table;
mod way;
mod ways;

use std::{
    env,
    error::Error,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use options::Options;
use table::Results;

fn main() -> Result<(), Box<dyn Error>> {
    // In this order, because each of them handles only the processes that it has started.
    tokio_offload::init();
    procspawn::init();
    let options = Options::parse()?;
    if options.pong {
        return Ok(raw::pong()?);
    }
    if options.child {
        return measure::run(&options);
    }
    let mut results = Results::default();
    for pinned in [false, true] {
        gather(&options, pinned, &mut results)?;
    }
    print!("{}", table::print(&results));
    Ok(())
}

/// Starts a process that measures all scenarios, bound to one CPU or free, and reads its figures.
fn gather(options: &Options, pinned: bool, results: &mut Results) -> Result<(), Box<dyn Error>> {
    let mut command = Command::new(env::current_exe()?);
    command
        .args(["--child", "--rounds", &options.rounds.to_string()])
        .args(options.only.iter().flat_map(|name| ["--only", name]))
        .args(pinned.then_some("--pinned"))
        .stdout(Stdio::piped());
    let mut child = command.spawn()?;
    let out = child.stdout.take().ok_or("the child has no output")?;
    for line in BufReader::new(out).lines() {
        results.read(&line?);
    }
    if child.wait()?.success() {
        Ok(())
    } else {
        Err("a measurement failed".into())
    }
}
