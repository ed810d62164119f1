//! The command line of `fs`.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use lexopt::{
    Arg::{Long, Short, Value},
    ValueExt as _,
};
use offload_examples::{arguments::number, say::say};

/// What to copy, and for how long.
pub(crate) struct Command {
    pub(crate) dir: PathBuf,
    /// How long each job is repeated at least.
    pub(crate) at_least: Duration,
}

/// Reads the command line; `None` if all that was asked for is help, which is then given.
pub(crate) fn parse() -> Result<Option<Command>, String> {
    let mut arguments = lexopt::Parser::from_env();
    let mut dir = None;
    let mut seconds = 2.0;
    while let Some(argument) = arguments.next().map_err(wrong)? {
        match argument {
            Long("seconds") => {
                let value = arguments.value().map_err(wrong)?;
                seconds = value
                    .parse_with(|text| number(text, &(0.05..=3600.0)))
                    .map_err(wrong)?;
            }
            Short('h') | Long("help") => {
                say(USAGE);
                return Ok(None);
            }
            Value(value) if dir.is_none() => dir = Some(PathBuf::from(value)),
            other => return Err(wrong(other.unexpected())),
        }
    }
    let dir = dir.unwrap_or_else(this_repository);
    Ok(Some(Command {
        dir,
        at_least: Duration::from_secs_f64(seconds),
    }))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape `map_err` takes")]
fn wrong(error: lexopt::Error) -> String {
    format!("{error}\n{USAGE}")
}

fn this_repository() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_owned()
}

const USAGE: &str = "\
usage: fs [--seconds N] [DIR]
  DIR          the directory to read and copy; this repository if left out
  --seconds N  how long each job is repeated at least; 2 if left out";
