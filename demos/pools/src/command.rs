//! The command line of `pools`.

use std::{path::PathBuf, time::Duration};

use lexopt::{
    Arg::{Long, Short, Value},
    ValueExt as _,
};
use offload_examples::{
    arguments::{number, this_repository},
    say::say,
};

/// What to work on, how long, and for how many.
pub(crate) struct Command {
    pub(crate) dir: PathBuf,
    /// How long the clients of a scene go on asking.
    pub(crate) lasting: Duration,
    /// The number of clients in a crowd.
    pub(crate) clients: usize,
}

/// Reads the command line. If it asks for help, prints the help and returns `None`.
pub(crate) fn parse() -> Result<Option<Command>, String> {
    let mut arguments = lexopt::Parser::from_env();
    let mut dir = None;
    let mut seconds = 1.5;
    let mut clients = 600;
    while let Some(argument) = arguments.next().map_err(wrong)? {
        match argument {
            Long("seconds") => {
                let value = arguments.value().map_err(wrong)?;
                seconds = value
                    .parse_with(|text| number(text, &(0.05..=600.0)))
                    .map_err(wrong)?;
            }
            Long("clients") => {
                let value = arguments.value().map_err(wrong)?;
                clients = value.parse_with(count).map_err(wrong)?;
            }
            Short('h') | Long("help") => {
                say(USAGE);
                return Ok(None);
            }
            Value(value) if dir.is_none() => dir = Some(PathBuf::from(value)),
            other => return Err(wrong(other.unexpected())),
        }
    }
    Ok(Some(Command {
        dir: dir.unwrap_or_else(this_repository),
        lasting: Duration::from_secs_f64(seconds),
        clients,
    }))
}

fn count(text: &str) -> Result<usize, &'static str> {
    match text.parse() {
        Ok(count @ 1..=10_000) => Ok(count),
        _ => Err("expected a whole number from 1 to 10000"),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape `map_err` takes")]
fn wrong(error: lexopt::Error) -> String {
    format!("{error}\n{USAGE}")
}

const USAGE: &str = "\
Sends crowds of clients to two pools, one for the CPU and one for the disk, and shows how long each client waits,
with these pools and with plain `spawn_blocking`.

usage: pools [--seconds N] [--clients N] [DIR]
  DIR          where the data comes from; this repository if left out
  --seconds N  how long the clients of each of the nine scenes go on asking; 1.5 if left out
  --clients N  how many clients are a crowd; 600 if left out";
