//! Outcomes of bodies as what a caller hears of them, and the other way round.

use std::error::Error;

use tokio_offload_remote::{Cause, CodecError, Death, Failure, Point};

use crate::message::{Dead, Outcome};

const POINTS: [Point; 4] = [
    Point::EncodeArguments,
    Point::DecodeArguments,
    Point::EncodeResult,
    Point::DecodeResult,
];

/// What a body that has no result was ended by, where it ran.
pub(crate) fn outcome(failure: Failure) -> Outcome {
    match failure {
        Failure::Panicked { message, location } => Outcome::Panicked { message, location },
        Failure::Died(death) => Outcome::Died(dead(&death)),
        Failure::TimedOut(limit) => Outcome::TimedOut(limit),
        Failure::TooLarge { bytes, limit } => Outcome::TooLarge {
            bytes: bytes as u64,
            limit: limit as u64,
        },
        Failure::Codec(error) => codec(&error),
        Failure::Cancelled => Outcome::Cancelled,
        Failure::Shutdown => Outcome::Leaving,
        other => Outcome::Unable(whole(&other)),
    }
}

/// An error with what caused it: only text can cross.
fn whole(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// A value that did not cross.
pub(crate) fn codec(error: &CodecError) -> Outcome {
    let mut points = (0..).zip(POINTS);
    let point = points.find(|(_, point)| *point == error.point());
    Outcome::Codec {
        point: point.map_or(0, |(number, _)| number),
        message: error.message().to_owned(),
    }
}

fn dead(death: &Death) -> Dead {
    let (stopped, memory) = match death.cause {
        Some(Cause::Stopped(signal, time)) => (Some((signal, time)), None),
        Some(Cause::Memory(limit)) => (None, Some(limit)),
        _ => (None, None),
    };
    Dead {
        pid: death.pid,
        signal: death.signal,
        code: death.code,
        stopped,
        memory,
    }
}

/// What `outcome` means to the caller of `function`, which has been started so often; `at` names the node. A result is none.
pub(crate) fn failure(
    outcome: Outcome,
    function: &'static str,
    attempts: u32,
    at: &str,
) -> Result<Vec<u8>, Failure> {
    let size = |bytes| usize::try_from(bytes).unwrap_or(usize::MAX);
    Err(match outcome {
        Outcome::Done(bytes) => return Ok(bytes),
        Outcome::Panicked { message, location } => Failure::Panicked { message, location },
        Outcome::Died(dead) => Failure::Died(Death::at_node(
            dead.pid,
            (dead.signal, dead.code),
            match (dead.stopped, dead.memory) {
                (Some((signal, time)), _) => Some(Cause::Stopped(signal, time)),
                (None, memory) => memory.map(Cause::Memory),
            },
            (function, attempts),
        )),
        Outcome::TimedOut(limit) => Failure::TimedOut(limit),
        Outcome::TooLarge { bytes, limit } => Failure::TooLarge {
            bytes: size(bytes),
            limit: size(limit),
        },
        Outcome::Codec { point, message } => {
            let point = POINTS.get(usize::from(point)).copied();
            Failure::Codec(CodecError::new(&message).at(point.unwrap_or(Point::DecodeResult)))
        }
        Outcome::Cancelled => Failure::Cancelled,
        Outcome::Unable(reason) => Failure::Unreachable(format!("{at} could not run it: {reason}")),
        Outcome::Leaving | Outcome::Large(_) => Failure::Shutdown,
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_a_node_cannot_run_is_told_with_its_cause() {
        let cause = tokio_offload_remote::StartError::Init("no licence".to_owned());
        let Outcome::Unable(text) = outcome(Failure::Start(cause)) else {
            panic!("another outcome");
        };
        assert!(text.contains("no licence"), "{text}");
    }

    #[test]
    fn what_crosses_means_the_same_over_there() {
        let outcomes = [
            Outcome::Panicked {
                message: "no".to_owned(),
                location: Some("a.rs:1:2".to_owned()),
            },
            Outcome::Died(Dead {
                pid: 7,
                signal: Some(6),
                ..Dead::default()
            }),
            Outcome::Died(Dead {
                pid: 7,
                signal: Some(9),
                memory: Some(1 << 20),
                ..Dead::default()
            }),
            Outcome::TimedOut(Duration::from_millis(300)),
            Outcome::TooLarge { bytes: 2, limit: 1 },
            Outcome::Codec {
                point: 2,
                message: "x".to_owned(),
            },
            Outcome::Cancelled,
            Outcome::Leaving,
        ];
        for one in outcomes {
            let there = failure(one.clone(), "f", 1, "n").unwrap_err();
            assert_eq!(outcome(there), one);
        }
    }
}
