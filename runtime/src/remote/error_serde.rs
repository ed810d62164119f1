//! `Error` as something that crosses, so that a function in a worker process can return it.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};
use tokio_offload_remote::{self as engine, FUNCTIONS};

use super::io_serde::SentCause;
use crate::error::{
    Error, Panic,
    codec::{CodecError, CodecStage},
    node::{NodeFacts, NodeLoss},
    start::StartError,
    worker::{Facts, WorkerExit},
};

/// An error on its way: causes that only their process knows are text.
#[derive(Serialize, Deserialize)]
enum Sent {
    Panicked {
        message: Option<String>,
        location: Option<String>,
    },
    Cancelled,
    Full,
    Shutdown,
    NoRuntime,
    NotInBody,
    Io(SentCause),
    Thread(SentCause),
    Init(String),
    Poisoned,
    WouldBlock,
    NotInitialized,
    NoIo,
    Forked(u32),
    Privileged(String),
    Nested,
    Spawn(SentCause),
    StartInit(String),
    StartSilent(Duration, String),
    StartDied(SentExit),
    StartMismatch(String),
    StartFunctions(String),
    Died(SentExit),
    TimedOut(Duration),
    QueueTimedOut(Duration),
    Codec(u8, String),
    TooLarge {
        bytes: u64,
        limit: u64,
    },
    Other(String),
    TooDeep(u64),
    NoNodes(Duration),
    Mismatch(String),
    Lost {
        node: String,
        host: String,
        function: String,
        attempts: u32,
    },
    Unreachable(String),
}

#[derive(Serialize, Deserialize)]
struct SentExit {
    pid: u32,
    signal: Option<i32>,
    code: Option<i32>,
    stopped: Option<(i32, Duration)>,
    memory_limit: Option<u64>,
    program: Option<String>,
    function: String,
    attempts: u32,
}

/// The format of the bytes of a [`Sent`]. It changes only if older programs can no longer read them. A new kind of error is no such
/// change: kinds are added at the end of the enum, and a program that does not know one uses its text. Nor is a field at the end of a kind,
/// which an older program does not read.
const VERSION: u8 = 1;

/// An error as it is sent: the version, the text for programs that do not know this kind, and the bytes of a [`Sent`]. So a program with
/// more kinds of errors and one with fewer understand each other.
type Parcel = (u8, String, Vec<u8>);

impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut bytes = Vec::new();
        engine::encode_message(&Sent::from(self), &mut bytes).map_err(ser::Error::custom)?;
        let parcel: Parcel = (VERSION, self.to_string(), bytes);
        parcel.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Error {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (version, text, bytes) = Parcel::deserialize(deserializer)?;
        let sent = (version == VERSION).then(|| engine::decode_message::<Sent>(&mut &bytes[..]));
        Ok(match sent {
            Some(Ok(sent)) => Self::from(sent),
            _ => Self::Other(text.into()),
        })
    }
}

impl From<&Error> for Sent {
    fn from(error: &Error) -> Self {
        match error {
            Error::Panicked(panic) => Self::Panicked {
                message: panic.message(),
                location: panic.location().map(str::to_owned),
            },
            Error::Cancelled => Self::Cancelled,
            Error::Full => Self::Full,
            Error::Shutdown => Self::Shutdown,
            Error::NoRuntime => Self::NoRuntime,
            Error::NotInBody => Self::NotInBody,
            Error::Io(cause) => Self::Io(cause.into()),
            Error::Thread(cause) => Self::Thread(cause.into()),
            Error::Init(cause) => Self::Init(cause.to_string()),
            Error::Poisoned => Self::Poisoned,
            Error::WouldBlock => Self::WouldBlock,
            Error::NotInitialized => Self::NotInitialized,
            Error::NoIo => Self::NoIo,
            Error::Forked(owner) => Self::Forked(*owner),
            Error::Privileged(rights) => Self::Privileged(rights.clone()),
            Error::Nested => Self::Nested,
            Error::Spawn(cause) => Self::Spawn(cause.into()),
            Error::Start(cause) => Self::start(cause),
            Error::WorkerDied(exit) => Self::Died(exit.into()),
            Error::TimedOut(limit) => Self::TimedOut(*limit),
            Error::QueueTimedOut(limit) => Self::QueueTimedOut(*limit),
            Error::Codec(cause) => Self::Codec(number(cause.stage()), cause.message().to_owned()),
            Error::TooLarge { bytes, limit } => Self::TooLarge {
                bytes: *bytes as u64,
                limit: *limit as u64,
            },
            Error::Other(text) => Self::Other(text.to_string()),
            Error::TooDeep { limit } => Self::TooDeep(*limit as u64),
            Error::NoNodes(time) => Self::NoNodes(*time),
            Error::Mismatch(difference) => Self::Mismatch(difference.to_string()),
            Error::Lost(loss) => {
                let NodeFacts {
                    node,
                    host,
                    function,
                    attempts,
                } = (*loss.0).clone();
                Self::Lost {
                    node,
                    host,
                    function,
                    attempts,
                }
            }
            Error::Unreachable(reason) => Self::Unreachable(reason.to_string()),
        }
    }
}

impl Sent {
    fn start(cause: &StartError) -> Self {
        match cause {
            StartError::Init(text) => Self::StartInit(text.clone()),
            StartError::Silent { limit, program } => Self::StartSilent(*limit, program.clone()),
            StartError::Died(exit) => Self::StartDied(exit.into()),
            StartError::Mismatch(difference) => Self::StartMismatch(difference.clone()),
            StartError::Functions(trouble) => Self::StartFunctions(trouble.clone()),
        }
    }
}

impl From<Sent> for Error {
    fn from(sent: Sent) -> Self {
        let start = |cause| Self::Start(Box::new(cause));
        match sent {
            Sent::Panicked { message, location } => Self::Panicked(panic(message, location)),
            Sent::Cancelled => Self::Cancelled,
            Sent::Full => Self::Full,
            Sent::Shutdown => Self::Shutdown,
            Sent::NoRuntime => Self::NoRuntime,
            Sent::NotInBody => Self::NotInBody,
            Sent::Io(cause) => Self::Io(cause.into()),
            Sent::Thread(cause) => Self::Thread(cause.into()),
            Sent::Init(text) => {
                Self::Init(Box::<dyn std::error::Error + Send + Sync>::from(text).into())
            }
            Sent::Poisoned => Self::Poisoned,
            Sent::WouldBlock => Self::WouldBlock,
            Sent::NotInitialized => Self::NotInitialized,
            Sent::NoIo => Self::NoIo,
            Sent::Forked(owner) => Self::Forked(owner),
            Sent::Privileged(rights) => Self::Privileged(rights),
            Sent::Nested => Self::Nested,
            Sent::Spawn(cause) => Self::Spawn(cause.into()),
            Sent::StartInit(text) => start(StartError::Init(text)),
            Sent::StartSilent(limit, program) => start(StartError::Silent { limit, program }),
            Sent::StartDied(exit) => start(StartError::Died(exit.into())),
            Sent::StartMismatch(difference) => start(StartError::Mismatch(difference)),
            Sent::StartFunctions(trouble) => start(StartError::Functions(trouble)),
            Sent::Died(exit) => Self::WorkerDied(exit.into()),
            Sent::TimedOut(limit) => Self::TimedOut(limit),
            Sent::QueueTimedOut(limit) => Self::QueueTimedOut(limit),
            Sent::Codec(point, message) => {
                Self::Codec(CodecError(Box::new((codec_stage(point), message))))
            }
            Sent::TooLarge { bytes, limit } => Self::TooLarge {
                bytes: usize::try_from(bytes).unwrap_or(usize::MAX),
                limit: usize::try_from(limit).unwrap_or(usize::MAX),
            },
            Sent::Other(text) => Self::Other(text.into()),
            Sent::TooDeep(limit) => Self::TooDeep {
                limit: usize::try_from(limit).unwrap_or(usize::MAX),
            },
            Sent::NoNodes(time) => Self::NoNodes(time),
            Sent::Mismatch(difference) => Self::Mismatch(difference.into()),
            Sent::Lost {
                node,
                host,
                function,
                attempts,
            } => Self::Lost(NodeLoss(Box::new(NodeFacts {
                node,
                host,
                function,
                attempts,
            }))),
            Sent::Unreachable(reason) => Self::Unreachable(reason.into()),
        }
    }
}

fn panic(message: Option<String>, location: Option<String>) -> Panic {
    match message {
        Some(message) => Panic::at(Box::new(message), location),
        None => Panic::at(Box::new(()), location),
    }
}

const POINTS: [CodecStage; 4] = [
    CodecStage::EncodeArguments,
    CodecStage::DecodeArguments,
    CodecStage::EncodeResult,
    CodecStage::DecodeResult,
];

fn number(point: CodecStage) -> u8 {
    let known = (0..).zip(POINTS).find(|(_, known)| *known == point);
    known.map_or(0, |(number, _)| number)
}

fn codec_stage(number: u8) -> CodecStage {
    let point = POINTS.get(usize::from(number)).copied();
    point.unwrap_or(CodecStage::EncodeArguments)
}

impl From<&WorkerExit> for SentExit {
    fn from(exit: &WorkerExit) -> Self {
        let facts = &*exit.0;
        Self {
            pid: facts.pid,
            signal: facts.signal,
            code: facts.code,
            stopped: facts.stopped,
            memory_limit: facts.memory_limit.filter(|_| facts.crowd.is_none()),
            program: facts.program.clone(),
            function: facts.function.to_owned(),
            attempts: facts.attempts,
        }
    }
}

impl From<SentExit> for WorkerExit {
    fn from(sent: SentExit) -> Self {
        // Both processes have the same functions.
        let mut names = FUNCTIONS.iter().map(tokio_offload_remote::Function::name);
        let function = names.find(|name| *name == sent.function);
        Self(Box::new(Facts {
            pid: sent.pid,
            signal: sent.signal,
            code: sent.code,
            stopped: sent.stopped,
            memory_limit: sent.memory_limit,
            // Not sent: then the signal is all that is known.
            crowd: None,
            closed: false,
            program: sent.program,
            function: function.unwrap_or(""),
            attempts: sent.attempts,
        }))
    }
}

#[cfg(test)]
mod tests;
