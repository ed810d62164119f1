//! The command line of `quickstart`.

use std::path::PathBuf;

use offload_examples::arguments::DirForTime;

/// The parsed command line.
pub(crate) struct Command {
    pub(crate) dir_for_time: DirForTime,
    /// The path for the picture, if one is wanted.
    pub(crate) svg: Option<PathBuf>,
}

/// Reads the command line. If it asks for help, prints the help and returns `None`.
pub(crate) fn parse() -> Result<Option<Command>, String> {
    let mut svg = None;
    let dir_for_time = DirForTime::parse_and_file(USAGE, 0.2, Some(("svg", &mut svg)))?;
    Ok(dir_for_time.map(|dir_for_time| Command { dir_for_time, svg }))
}

const USAGE: &str = "\
Hashes files in three ways, and shows how late a clock that is due every millisecond wakes meanwhile.

usage: quickstart [--seconds N] [--svg FILE] [DIR]
  DIR          the directory to read; this repository if left out
  --seconds N  how long each of the three ways takes at least; 0.2 if left out
  --svg FILE   also draws what the clock saw into FILE";
