//! The command line of `quickstart`.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use lexopt::{
    Arg::{Long, Short, Value},
    ValueExt as _,
};
use offload_examples::{arguments::number, say::say};

/// What to read, and for how long.
pub(crate) struct Command {
    pub(crate) dir: PathBuf,
    /// How long each way should take at least.
    pub(crate) lasting: Duration,
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
        lasting: Duration::from_secs_f64(seconds),
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
usage: quickstart [--seconds N] [DIR]
  DIR          the directory to read; this repository if left out
  --seconds N  how long each of the three ways takes at least; 2 if left out";
