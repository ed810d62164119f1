//! Turns outcomes of bodies into failures of calls.

use tokio_offload_remote::{CodecError, Failure, Oversize, Point, WorkerExit};

use crate::message::Outcome;

const POINTS: [Point; 4] = [
    Point::EncodeArguments,
    Point::DecodeArguments,
    Point::EncodeResult,
    Point::DecodeResult,
];

/// A value that could not be encoded or decoded.
pub(crate) fn codec(error: &CodecError) -> Outcome {
    if let Some(Oversize { bytes, limit }) = error.too_large() {
        let (bytes, limit) = (bytes as u64, limit as u64);
        return Outcome::TooLarge { bytes, limit };
    }
    let mut points = (0..).zip(POINTS);
    let point = points.find(|(_, point)| *point == error.point());
    Outcome::Codec {
        point: point.map_or(0, |(number, _)| number),
        message: error.message().to_owned(),
    }
}

/// The failure that `outcome` is for the caller of `function`, after this many attempts. `at` names the node. A result is no failure.
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
        Outcome::Died(dead) => {
            let mut exit = WorkerExit::new(dead.pid, function);
            (exit.signal, exit.code) = (dead.signal, dead.code);
            (exit.fault, exit.attempts) = (dead.cause, attempts);
            Failure::Died(exit)
        }
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
