//! The command line of `sandbox`.

use std::path::PathBuf;

use lexopt::{
    Arg::{Long, Short, Value},
    ValueExt as _,
};
use offload_examples::say::say;

/// What to upload, and how often.
pub(crate) struct Command {
    pub(crate) rounds: usize,
    /// Files of the user, uploaded beside those made here.
    pub(crate) files: Vec<PathBuf>,
}

/// Reads the command line. If it asks for help, prints the help and returns `None`.
pub(crate) fn parse() -> Result<Option<Command>, String> {
    let mut arguments = lexopt::Parser::from_env();
    let mut command = Command {
        rounds: 3,
        files: Vec::new(),
    };
    while let Some(argument) = arguments.next().map_err(wrong)? {
        match argument {
            Long("rounds") => {
                let value = arguments.value().map_err(wrong)?;
                command.rounds = value.parse_with(count).map_err(wrong)?;
            }
            Short('h') | Long("help") => {
                say(USAGE);
                return Ok(None);
            }
            Value(value) => command.files.push(PathBuf::from(value)),
            other => return Err(wrong(other.unexpected())),
        }
    }
    Ok(Some(command))
}

fn count(text: &str) -> Result<usize, &'static str> {
    match text.parse() {
        Ok(count @ 1..=100) => Ok(count),
        _ => Err("expected a whole number from 1 to 100"),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape `map_err` takes")]
fn wrong(error: lexopt::Error) -> String {
    format!("{error}\n{USAGE}")
}

const USAGE: &str = "\
Decodes good, broken and hostile pictures in worker processes, and shows what became of each picture and of the
service meanwhile.

usage: sandbox [--rounds N] [FILE...]
  FILE        a picture of yours, PNG, BMP or JPEG; uploaded beside the files that are made here
  --rounds N  how often all files are uploaded at once; 3 if left out";
