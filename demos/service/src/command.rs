//! The command line of `service`.

use std::{net::SocketAddr, time::Duration};

use lexopt::{
    Arg::{Long, Short},
    ValueExt as _,
};
use offload_examples::{arguments::number, say::say};

/// What to do, and within which bounds.
pub(crate) struct Command {
    pub(crate) task: Task,
    /// How long the load of each way lasts, if it is not over before.
    pub(crate) lasting: Duration,
    /// How many requests each endpoint gets at most, but for the pings.
    pub(crate) requests: usize,
}

pub(crate) enum Task {
    Load,
    Serve(SocketAddr),
}

/// Reads the command line. If it asks for help, prints the help and returns `None`.
pub(crate) fn parse() -> Result<Option<Command>, String> {
    let mut arguments = lexopt::Parser::from_env();
    let mut task = Task::Load;
    let mut seconds = 2.5;
    let mut requests = 10_000;
    while let Some(argument) = arguments.next().map_err(wrong)? {
        match argument {
            Long("seconds") => {
                let value = arguments.value().map_err(wrong)?;
                seconds = value
                    .parse_with(|text| number(text, &(0.05..=600.0)))
                    .map_err(wrong)?;
            }
            Long("requests") => {
                let value = arguments.value().map_err(wrong)?;
                requests = value.parse_with(count).map_err(wrong)?;
            }
            Long("serve") => {
                let value = arguments.value().map_err(wrong)?;
                task = Task::Serve(value.parse_with(address).map_err(wrong)?);
            }
            Short('h') | Long("help") => {
                say(USAGE);
                return Ok(None);
            }
            other => return Err(wrong(other.unexpected())),
        }
    }
    Ok(Some(Command {
        task,
        lasting: Duration::from_secs_f64(seconds),
        requests,
    }))
}

fn count(text: &str) -> Result<usize, &'static str> {
    match text.parse() {
        Ok(count @ 1..=1_000_000) => Ok(count),
        _ => Err("expected a whole number from 1 to 1000000"),
    }
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse()
        .map_err(|_| "expected an address with a port, as 127.0.0.1:8080")
}

#[expect(clippy::needless_pass_by_value, reason = "the shape `map_err` takes")]
fn wrong(error: lexopt::Error) -> String {
    format!("{error}\n{USAGE}")
}

const USAGE: &str = "\
Loads a web service whose handlers block, then the same service with offloaded handlers, and shows how long
requests took.

usage: service [--seconds N] [--requests N] | --serve ADDRESS
  --seconds N      how long the load lasts, each of the two ways; 2.5 if left out
  --requests N     how many requests each endpoint gets at most, but for the pings; 10000 if left out
  --serve ADDRESS  just serves there, until Ctrl-C; a port of 0 is any free one
environment:
  RUST_LOG         which lines go to stderr; when serving info,service=debug,tokio_offload=debug if left out, which
                   shows what each body says within its request and its call";
