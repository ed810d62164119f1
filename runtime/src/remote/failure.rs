//! The failures of the engine as errors of ours.

use tokio_offload_remote::{self as engine, Failure, Point, Reply};

use crate::{
    call::outcome::Ending,
    error::{
        Error, Panic,
        codec::{CodecError, CodecStage},
        node::{NodeFacts, NodeLoss},
        start::StartError,
        worker::{Facts, WorkerExit},
    },
};

/// A function and no `From`, which would show in public.
pub fn error(failure: Failure) -> Error {
    match failure {
        Failure::NotInitialized => Error::NotInitialized,
        Failure::NoRuntime => Error::NoRuntime,
        Failure::NoIo => Error::NoIo,
        Failure::Forked(owner) => Error::Forked(owner),
        Failure::Privileged(rights) => Error::Privileged(rights),
        Failure::Nested => Error::Nested,
        Failure::Full => Error::Full,
        Failure::Cancelled => Error::Cancelled,
        Failure::QueueTimeout(limit) => Error::QueueTimedOut(limit),
        Failure::TimedOut(limit) => Error::TimedOut(limit),
        Failure::Spawn(cause) => Error::Spawn(cause),
        Failure::Start(cause) => Error::Start(Box::new(start(cause))),
        Failure::Panicked { message, location } => {
            Error::Panicked(Panic::at(Box::new(message), location))
        }
        Failure::Died(facts) => Error::WorkerDied(worker_exit(facts)),
        Failure::Codec(cause) => Error::Codec(codec(&cause)),
        Failure::TooLarge { bytes, limit } => Error::TooLarge { bytes, limit },
        Failure::NoNodes(time) => Error::NoNodes(time),
        Failure::Mismatch(difference) => Error::Mismatch(difference.into()),
        Failure::Lost(loss) => Error::Lost(lost(loss)),
        Failure::Unreachable(reason) => Error::Unreachable(reason.into()),
        // Failures may be added. One that is unknown here also means that this pool runs nothing.
        _ => Error::Shutdown,
    }
}

fn lost(loss: engine::Loss) -> NodeLoss {
    NodeLoss(Box::new(NodeFacts {
        node: loss.node,
        host: loss.host,
        function: loss.function,
        attempts: loss.attempts,
    }))
}

fn worker_exit(facts: engine::WorkerExit) -> WorkerExit {
    WorkerExit(Box::new(Facts {
        pid: facts.pid,
        signal: facts.signal,
        code: facts.code,
        stopped: match facts.fault {
            Some(engine::WorkerFault::Stopped(signal, time)) => Some((signal, time)),
            _ => None,
        },
        memory_limit: match facts.fault {
            Some(engine::WorkerFault::Memory(limit) | engine::WorkerFault::Crowd { limit, .. }) => {
                Some(limit)
            }
            _ => None,
        },
        crowd: match facts.fault {
            Some(engine::WorkerFault::Crowd { threads, .. }) => Some(threads),
            _ => None,
        },
        closed: facts.fault == Some(engine::WorkerFault::Closed),
        program: facts.program.map(|program| program.to_string()),
        function: facts.function,
        attempts: facts.attempts,
    }))
}

fn start(cause: engine::StartError) -> StartError {
    match cause {
        engine::StartError::Init(text) => StartError::Init(text),
        engine::StartError::Silent { limit, program } => StartError::Silent {
            limit,
            program: program.to_string(),
        },
        engine::StartError::Died(facts) => StartError::Died(worker_exit(facts)),
        engine::StartError::Mismatch(difference) => StartError::Mismatch(difference),
        engine::StartError::Registry(trouble) => StartError::Functions(trouble),
        other => StartError::Functions(other.to_string()),
    }
}

pub(super) fn codec(cause: &engine::CodecError) -> CodecError {
    let point = match cause.point() {
        Point::EncodeArguments => CodecStage::EncodeArguments,
        Point::DecodeArguments => CodecStage::DecodeArguments,
        Point::EncodeResult => CodecStage::EncodeResult,
        Point::DecodeResult => CodecStage::DecodeResult,
    };
    CodecError(Box::new((point, cause.message().to_owned())))
}

/// The counter for this end.
pub(super) const fn how(end: &Result<Reply, Failure>) -> Ending {
    match end {
        Ok(_) => Ending::Done,
        Err(Failure::Panicked { .. }) => Ending::Panicked,
        Err(Failure::Cancelled) => Ending::Cancelled,
        Err(
            Failure::Died(_)
            | Failure::Lost(_)
            | Failure::TimedOut(_)
            | Failure::Codec(_)
            | Failure::TooLarge { .. },
        ) => Ending::Failed,
        Err(_) => Ending::Refused,
    }
}
