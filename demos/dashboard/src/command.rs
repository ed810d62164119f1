//! The command line of `dashboard`.

use std::{path::PathBuf, time::Duration};

use lexopt::{
    Arg::{Long, Short, Value},
    ValueExt as _,
};
use offload_examples::{
    arguments::{number, this_repository},
    say::say,
};

/// The options: what to work on, and how to show it.
pub(crate) struct Command {
    pub(crate) dir: PathBuf,
    /// Whether to print a table at the end instead of a live picture.
    pub(crate) once: bool,
    /// Whether a function blocks a worker on purpose.
    pub(crate) fault: bool,
    /// How long to run, unless the user stops it.
    pub(crate) lasting: Option<Duration>,
}

/// Reads the command line. If it asks for help, prints the help and returns `None`.
pub(crate) fn parse() -> Result<Option<Command>, String> {
    let mut arguments = lexopt::Parser::from_env();
    let (mut dir, mut once, mut fault, mut lasting) = (None, false, false, None);
    while let Some(argument) = arguments.next().map_err(wrong)? {
        match argument {
            Long("once") => once = true,
            Long("fault") => fault = true,
            Long("seconds") => {
                let value = arguments.value().map_err(wrong)?;
                let seconds = value.parse_with(|text| number(text, &(0.05..=86_400.0)));
                lasting = Some(Duration::from_secs_f64(seconds.map_err(wrong)?));
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
        once,
        fault,
        lasting,
    }))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape `map_err` takes")]
fn wrong(error: lexopt::Error) -> String {
    format!("{error}\n{USAGE}")
}

const USAGE: &str = "\
Shows pools and functions at work, live in the terminal.

usage: dashboard [--once] [--fault] [--seconds N] [DIR]
  DIR          whose files are worked on; this repository if left out
  --once       prints a plain table at the end, for everything that is no terminal
  --fault      lets a function block a worker now and then, to see what is told of it
  --seconds N  how long; until q is pressed if left out, or 3 with --once";
