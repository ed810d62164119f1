//! Failures of a worker process, and of the values sent to it and back.

use std::{fmt, time::Duration};

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
            (None, None) => f.write_str(
                "ended (how is unknown, as the program that started it ignores SIGCHLD, waits for any of its children, or may not wait)",
            )?,
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

/// The names of the signals that end programs by mistake, and what does that where it can be said; their numbers are the same on all Linux
/// machines but a few.
fn name(signal: i32) -> &'static str {
    match signal {
        4 => " (SIGILL)",
        6 => " (SIGABRT: an abort, a stack overflow, or memory that was refused)",
        7 => " (SIGBUS: a bad access to memory or to a mapped file)",
        8 => " (SIGFPE)",
        9 => " (SIGKILL, which the kernel sends too when memory is short)",
        11 => " (SIGSEGV: a bad access to memory, or a stack overflow)",
        15 => " (SIGTERM)",
        19 => " (SIGSTOP)",
        20 => " (SIGTSTP)",
        21 => " (SIGTTIN)",
        22 => " (SIGTTOU)",
        24 => " (SIGXCPU: more processor time than its limit)",
        25 => " (SIGXFSZ: a file larger than its limit)",
        31 => " (SIGSYS: a system call that a filter forbids)",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exit(signal: Option<i32>, code: Option<i32>) -> WorkerExit {
        WorkerExit(Box::new(Facts {
            pid: 7,
            signal,
            code,
            stopped: None,
            memory_limit: None,
            crowd: None,
            closed: false,
            program: None,
            function: "app::f",
            attempts: 1,
        }))
    }

    #[test]
    fn an_end_says_what_to_look_for() {
        for (signal, code, words) in [
            (
                Some(6),
                None,
                "SIGABRT: an abort, a stack overflow, or memory",
            ),
            (Some(9), None, "when memory is short) while it ran `app::f`"),
            (Some(31), None, "a system call that a filter forbids"),
            (None, Some(3), "exited with code 3 while"),
            (
                None,
                None,
                "ignores SIGCHLD, waits for any of its children, or may not wait)",
            ),
        ] {
            let text = exit(signal, code).to_string();
            assert!(text.contains(words), "{text}");
        }
    }
}
