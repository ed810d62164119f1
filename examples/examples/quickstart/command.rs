//! The command line of `quickstart`.

pub(crate) use offload_examples::arguments::DirForTime as Command;

/// Reads the command line; `None` if all that was asked for is help, which is then given.
pub(crate) fn parse() -> Result<Option<Command>, String> {
    Command::parse(USAGE, 0.5)
}

const USAGE: &str = "\
usage: quickstart [--seconds N] [DIR]
  DIR          the directory to read; this repository if left out
  --seconds N  how long each of the three ways takes at least; 0.5 if left out";
