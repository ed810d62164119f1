//! The command line of `wrappers`.

use std::path::PathBuf;

use lexopt::Arg::{Long, Short, Value};
use offload_examples::{arguments::this_repository, say::say};

/// The directory to pack. If the command line asks for help, prints the help and returns `None`.
pub(crate) fn parse() -> Result<Option<PathBuf>, String> {
    let mut arguments = lexopt::Parser::from_env();
    let mut dir = None;
    while let Some(argument) = arguments.next().map_err(wrong)? {
        match argument {
            Short('h') | Long("help") => {
                say(USAGE);
                return Ok(None);
            }
            Value(value) if dir.is_none() => dir = Some(PathBuf::from(value)),
            other => return Err(wrong(other.unexpected())),
        }
    }
    Ok(Some(dir.unwrap_or_else(this_repository)))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape `map_err` takes")]
fn wrong(error: lexopt::Error) -> String {
    format!("{error}\n{USAGE}")
}

const USAGE: &str = "\
Uses a database, password hashes and a zip archive through an attribute each, and shows how late a clock woke
meanwhile.

usage: wrappers [DIR]
  DIR  the directory to pack; this repository if left out";
