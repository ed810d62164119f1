//! The command line.

use std::process;

use lexopt::prelude::*;

const HELP: &str = "\
Measures calls to worker processes, and prints one table.

  --quick       three rounds
  --rounds N    so many rounds, nine unless said otherwise
  --only NAME   scenarios whose names start so; may be given more than once
";

/// What was asked for.
pub(crate) struct Options {
    pub(crate) rounds: usize,
    pub(crate) only: Vec<String>,
    /// Whether to measure in this process and print figures for the parent.
    pub(crate) child: bool,
    /// Whether to use one CPU, also for all processes that this one starts.
    pub(crate) pinned: bool,
    /// Whether to answer on a bare socket.
    pub(crate) pong: bool,
}

impl Options {
    pub(crate) fn parse() -> Result<Self, lexopt::Error> {
        let mut options = Self {
            rounds: 9,
            only: Vec::new(),
            child: false,
            pinned: false,
            pong: false,
        };
        let mut args = lexopt::Parser::from_env();
        while let Some(arg) = args.next()? {
            match arg {
                Long("quick") => options.rounds = 3,
                Long("rounds") => options.rounds = args.value()?.parse()?,
                Long("only") => options.only.push(args.value()?.string()?),
                Long("child") => options.child = true,
                Long("pinned") => options.pinned = true,
                Long("pong") => options.pong = true,
                Long("help") | Short('h') => {
                    print!("{HELP}");
                    process::exit(0);
                }
                _ => return Err(arg.unexpected()),
            }
        }
        Ok(options)
    }

    /// Whether that scenario was asked for.
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|start| name.starts_with(start))
    }
}
