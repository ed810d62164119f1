//! What can happen to a worker process, and to what is sent to one and back.

use std::{error, fmt, time::Duration};

/// The end of a worker process that nobody asked to end.
#[derive(Clone, PartialEq, Eq)]
pub struct WorkerExit(Box<Facts>);

/// What is known of a death.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) pid: u32,
    pub(crate) signal: Option<i32>,
    pub(crate) code: Option<i32>,
    /// The signal that stopped it for so long that it was ended.
    pub(crate) stopped: Option<(i32, Duration)>,
    /// The limit that it was ended for.
    pub(crate) memory_limit: Option<u64>,
    /// What was executed, if it never became a worker.
    pub(crate) program: Option<String>,
    pub(crate) function: &'static str,
    pub(crate) attempts: u32,
}

impl WorkerExit {
    pub(crate) fn new(facts: Facts) -> Self {
        Self(Box::new(facts))
    }

    pub(crate) fn facts(&self) -> &Facts {
        &self.0
    }

    /// The process that died.
    pub fn pid(&self) -> u32 {
        self.0.pid
    }

    /// The signal that ended it: 6 after an abort, 9 when it was killed, 11 after a bad access to memory.
    pub fn signal(&self) -> Option<i32> {
        self.0.signal
    }

    /// The code it exited with.
    pub fn code(&self) -> Option<i32> {
        self.0.code
    }

    /// The signal that stopped it, if it was ended because nobody let it go on.
    pub fn stopped_by(&self) -> Option<i32> {
        self.0.stopped.map(|(signal, _)| signal)
    }

    /// The limit in bytes, if it was ended because it held more memory. One that is refused memory mostly ends itself, with
    /// signal 6.
    pub fn memory_limit(&self) -> Option<u64> {
        self.0.memory_limit
    }

    /// The program that was executed, if the process ended before it was a worker.
    pub fn program(&self) -> Option<&str> {
        self.0.program.as_deref()
    }

    /// The path of the function it was running; empty if it ran none.
    pub fn function(&self) -> &'static str {
        self.0.function
    }

    /// How many workers this call has ended: more than one only where retries are declared.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }
}

impl fmt::Debug for WorkerExit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkerExit")
            .field("pid", &self.0.pid)
            .field("signal", &self.0.signal)
            .field("code", &self.0.code)
            .field("stopped", &self.0.stopped)
            .field("memory_limit", &self.0.memory_limit)
            .field("program", &self.0.program)
            .field("function", &self.0.function)
            .field("attempts", &self.0.attempts)
            .finish()
    }
}

impl fmt::Display for WorkerExit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the worker process {} ", self.0.pid)?;
        if let Some(program) = &self.0.program {
            write!(f, "(`{program}`) ")?;
        }
        match (self.0.signal, self.0.code) {
            _ if self.0.stopped.is_some() => self.0.stopped.iter().try_for_each(|(signal, time)| {
                let name = name(*signal);
                write!(f, "was stopped by signal {signal}{name}, did not go on within {time:?}, and was killed")
            })?,
            _ if self.0.memory_limit.is_some() => self.0.memory_limit.iter().try_for_each(|limit| {
                write!(f, "held more memory than its limit of {limit} bytes, and was killed")
            })?,
            (Some(signal), _) => write!(f, "was ended by signal {signal}{}", name(signal))?,
            (None, Some(code)) => write!(f, "exited with code {code}")?,
            (None, None) => f.write_str("ended")?,
        }
        if !self.0.function.is_empty() {
            write!(f, " while it ran `{}`", self.0.function)?;
        }
        if self.0.attempts > 1 {
            write!(f, ", the last of {} ended by this call", self.0.attempts)?;
        }
        Ok(())
    }
}

/// The names of the signals that end programs by mistake; their numbers are the same on all Linux machines but a few.
fn name(signal: i32) -> &'static str {
    match signal {
        4 => " (SIGILL)",
        6 => " (SIGABRT)",
        8 => " (SIGFPE)",
        9 => " (SIGKILL)",
        11 => " (SIGSEGV)",
        15 => " (SIGTERM)",
        19 => " (SIGSTOP)",
        20 => " (SIGTSTP)",
        21 => " (SIGTTIN)",
        22 => " (SIGTTOU)",
        _ => "",
    }
}

/// Why no worker process could be made ready.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StartError {
    /// The `init` of the workers failed or panicked, with this text.
    Init(String),
    /// Nothing was heard from the process for so long.
    Silent(Duration),
    /// The process died before it was ready.
    Died(WorkerExit),
    /// The process was built from other code, which is told apart by this.
    Mismatch(String),
    /// The functions of this program, or its pools, cannot be told apart.
    Functions(String),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Init(text) => write!(f, "the `init` of the workers failed: {text}"),
            Self::Silent(limit) => write!(f, "the process was not ready within {limit:?}"),
            Self::Died(death) => death.fmt(f),
            Self::Mismatch(difference) => {
                write!(f, "the process was built from other code: {difference}")
            }
            Self::Functions(trouble) => f.write_str(trouble),
        }
    }
}

impl error::Error for StartError {}

/// Arguments or a result that could not be turned into bytes, or bytes that are no such value.
#[derive(Clone, PartialEq, Eq)]
pub struct CodecError(Box<(CodecStage, String)>);

/// Where on the way to a worker process and back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CodecStage {
    /// The arguments, where the call is made.
    EncodeArguments,
    /// The arguments, in the worker.
    DecodeArguments,
    /// The result of the body, in the worker.
    EncodeResult,
    /// The result, where it is awaited.
    DecodeResult,
}

impl CodecError {
    pub(crate) fn new(point: CodecStage, message: &str) -> Self {
        Self(Box::new((point, message.to_owned())))
    }

    /// Where on the way it happened.
    pub fn stage(&self) -> CodecStage {
        self.0.0
    }

    /// What was wrong.
    pub fn message(&self) -> &str {
        &self.0.1
    }
}

impl fmt::Debug for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodecError")
            .field("stage", &self.stage())
            .field("message", &self.message())
            .finish()
    }
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.stage() {
            CodecStage::EncodeArguments => "the arguments could not be encoded",
            CodecStage::DecodeArguments => "the arguments could not be decoded",
            CodecStage::EncodeResult => "the result could not be encoded",
            CodecStage::DecodeResult => "the result could not be decoded",
        };
        write!(f, "{what}: {}", self.message())
    }
}

impl error::Error for CodecError {}
