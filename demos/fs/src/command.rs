//! The command line of `fs`.

pub(crate) use offload_examples::arguments::DirForTime as Command;

/// Reads the command line. If it asks for help, prints the help and returns `None`.
pub(crate) fn parse() -> Result<Option<Command>, String> {
    Command::parse(USAGE, 2.0)
}

const USAGE: &str = "\
Lists, reads and copies a directory with `std::fs` through the attribute and with `tokio::fs`, and shows what each took.

usage: fs [--seconds N] [DIR]
  DIR          the directory to read and copy; this repository if left out
  --seconds N  how long each job is repeated at least; 2 if left out";
