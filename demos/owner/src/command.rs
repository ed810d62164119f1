//! The command line of `owner`.

use std::path::PathBuf;

use lexopt::Arg::{Long, Short, Value};
use offload_examples::{arguments::this_repository, say::say};

/// The options: what to record, and where.
pub(crate) struct Command {
    pub(crate) dir: PathBuf,
    /// A temporary one if left out.
    pub(crate) database: Option<PathBuf>,
}

/// Reads the command line. If it asks for help, prints the help and returns `None`.
pub(crate) fn parse() -> Result<Option<Command>, String> {
    let mut arguments = lexopt::Parser::from_env();
    let (mut dir, mut database) = (None, None);
    while let Some(argument) = arguments.next().map_err(wrong)? {
        match argument {
            Long("database") => database = Some(arguments.value().map_err(wrong)?.into()),
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
        database,
    }))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape `map_err` takes")]
fn wrong(error: lexopt::Error) -> String {
    format!("{error}\n{USAGE}")
}

const USAGE: &str = "\
Records a directory in a database that belongs to one thread, and shows what many tasks read from it, what fails
and what can be cancelled.

usage: owner [--database FILE] [DIR]
  DIR              the directory to record; this repository if left out
  --database FILE  where to record it, in place of what was recorded there before; a temporary
                   file if left out";
