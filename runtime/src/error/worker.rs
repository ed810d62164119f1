//! Failures of a worker process, and of the values sent to it and back.

use std::{error, fmt, time::Duration};

/// The exit of a worker process that was not asked to exit.
///
/// ```
/// use tokio_offload::Error;
///
/// fn log(error: &Error) {
///     if let Error::WorkerDied(exit) = error {
///         eprintln!("{}: signal {:?}, code {:?}", exit.function(), exit.signal(), exit.code());
///     }
/// }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct WorkerExit(pub(crate) Box<Facts>);

/// The details of an exit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) pid: u32,
    pub(crate) signal: Option<i32>,
    pub(crate) code: Option<i32>,
    /// The signal that stopped it for so long that it was ended.
    pub(crate) stopped: Option<(i32, Duration)>,
    /// The limit that it was ended for.
    pub(crate) memory_limit: Option<u64>,
    /// How many threads are measured for that limit, if it had more.
    pub(crate) crowd: Option<usize>,
    /// It had closed its connection when it was ended.
    pub(crate) closed: bool,
    /// The program that was executed, if the process never became a worker.
    pub(crate) program: Option<String>,
    pub(crate) function: &'static str,
    pub(crate) attempts: u32,
}

impl WorkerExit {
    /// The process that died.
    ///
    /// ```
    /// use tokio_offload::WorkerExit;
    ///
    /// fn line(exit: &WorkerExit) -> String {
    ///     format!("worker {} has ended", exit.pid())
    /// }
    /// ```
    pub fn pid(&self) -> u32 {
        self.0.pid
    }

    /// The signal that ended it: 6 after an abort, 9 when it was killed, 11 after a bad access to memory. `None` if it exited by itself.
    ///
    /// ```
    /// use tokio_offload::WorkerExit;
    ///
    /// /// Worth a look at the core dump.
    /// fn crashed(exit: &WorkerExit) -> bool {
    ///     matches!(exit.signal(), Some(6 | 7 | 8 | 11))
    /// }
    /// ```
    pub fn signal(&self) -> Option<i32> {
        self.0.signal
    }

    /// The code it exited with. `None` if a signal ended it.
    ///
    /// ```
    /// use tokio_offload::WorkerExit;
    ///
    /// fn called_exit(exit: &WorkerExit) -> bool {
    ///     exit.code().is_some()
    /// }
    /// ```
    pub fn code(&self) -> Option<i32> {
        self.0.code
    }

    /// The signal that stopped it, if it was killed because it was stopped and not continued in time.
    ///
    /// ```
    /// use tokio_offload::WorkerExit;
    ///
    /// fn was_left_stopped(exit: &WorkerExit) -> bool {
    ///     exit.stopped_by().is_some()
    /// }
    /// ```
    pub fn stopped_by(&self) -> Option<i32> {
        self.0.stopped.map(|(signal, _)| signal)
    }

    /// The limit in bytes, if it was ended because it held more memory, or had started too many threads and processes to be measured. One
    /// that is refused memory mostly ends itself, with signal 6.
    ///
    /// ```
    /// use tokio_offload::WorkerExit;
    ///
    /// fn needs_more_memory(exit: &WorkerExit) -> bool {
    ///     exit.memory_limit().is_some()
    /// }
    /// ```
    pub fn memory_limit(&self) -> Option<u64> {
        self.0.memory_limit
    }

    /// Whether it was ended because its body had closed the connection to this process, which no call can do without. Known in the
    /// process that had the worker: an error that has crossed to another one says that signal 9 ended it.
    ///
    /// ```
    /// use tokio_offload::WorkerExit;
    ///
    /// fn closes_what_it_did_not_open(exit: &WorkerExit) -> bool {
    ///     exit.closed_connection()
    /// }
    /// ```
    pub fn closed_connection(&self) -> bool {
        self.0.closed
    }

    /// The program that was executed, if the process ended before it was a worker.
    ///
    /// ```
    /// use tokio_offload::WorkerExit;
    ///
    /// fn never_was_a_worker(exit: &WorkerExit) -> bool {
    ///     exit.program().is_some()
    /// }
    /// ```
    pub fn program(&self) -> Option<&str> {
        self.0.program.as_deref()
    }

    /// The path of the function it was running; empty if it ran none.
    ///
    /// ```
    /// use tokio_offload::WorkerExit;
    ///
    /// fn blame(exit: &WorkerExit) -> String {
    ///     format!("it ran `{}`", exit.function())
    /// }
    /// ```
    pub fn function(&self) -> &'static str {
        self.0.function
    }

    /// How many workers this call has ended: more than one only where retries are declared.
    ///
    /// ```
    /// use tokio_offload::WorkerExit;
    ///
    /// fn was_tried_again(exit: &WorkerExit) -> bool {
    ///     exit.attempts() > 1
    /// }
    /// ```
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
            .field("crowd", &self.0.crowd)
            .field("closed", &self.0.closed)
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
            _ if self.0.crowd.is_some() => self.0.crowd.iter().try_for_each(|threads| {
                let limit = self.0.memory_limit.unwrap_or_default();
                write!(
                    f,
                    "had, with all it had started, more than {threads} threads, too many to measure for its limit of {limit} bytes, and was \
                     killed"
                )
            })?,
            _ if self.0.memory_limit.is_some() => self.0.memory_limit.iter().try_for_each(|limit| {
                write!(f, "held more memory than its limit of {limit} bytes, and was killed")
            })?,
            _ if self.0.closed => f.write_str("closed its connection, and was killed")?,
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
///
/// ```
/// use tokio_offload::{Error, StartError};
///
/// fn is_slow_init(error: &Error) -> bool {
///     matches!(error, Error::Start(start) if matches!(**start, StartError::Silent { .. }))
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StartError {
    /// The `init` of the workers failed or panicked, with this text.
    Init(String),
    /// The process has sent nothing in time.
    Silent {
        /// The `start_timeout` of the workers.
        limit: Duration,
        /// The path of the program that was executed.
        program: String,
    },
    /// The process died before it was ready.
    Died(WorkerExit),
    /// The process was built from other code. The text is the difference.
    Mismatch(String),
    /// The functions of this program cannot be listed: two of them, or two pools, have one name, or one has panicked.
    Functions(String),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Init(text) => write!(f, "the `init` of the workers failed: {text}"),
            Self::Silent { limit, program } => write!(
                f,
                "`{program}` was executed and was not ready within {limit:?}: its `main` must begin with `#[tokio_offload::main]` or \
                 `tokio_offload::init()`; if its `init` needs longer, set `start_timeout`; if it is the wrong program, set `executable`"
            ),
            Self::Died(exit) => write!(
                f,
                "{exit} before it was ready: its `main` must begin with `#[tokio_offload::main]` or `tokio_offload::init()`"
            ),
            Self::Mismatch(difference) => write!(
                f,
                "the process was built from other code: {difference}; build both from the same sources, and start this program again \
                 if its file was replaced meanwhile"
            ),
            Self::Functions(trouble) => f.write_str(trouble),
        }
    }
}

impl error::Error for StartError {}
