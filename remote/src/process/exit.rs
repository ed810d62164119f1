//! How a worker exited, and why the pool killed it.

use std::{task::Waker, time::Duration};

use crate::error::{Failure, WorkerExit, WorkerFault};

/// How a process exited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ExitStatus {
    pub(crate) signal: Option<i32>,
    pub(crate) code: Option<i32>,
    /// The fault for which the pool killed it, if any.
    pub(crate) fault: Option<WorkerFault>,
}

/// Why the pool kills a worker together with the call that it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KillReason {
    Cancelled,
    Shutdown,
    TimedOut(Duration),
}

/// The facts that a pool needs when a worker has ended.
#[derive(Debug)]
pub(crate) struct Reaped {
    /// It had a call whose caller had dropped it. The slot of that call is free now.
    pub(crate) abandoned: bool,
    /// Another worker should take its place.
    pub(crate) replace: bool,
    /// The waker to call after the pool has been told.
    pub(crate) waker: Option<Waker>,
}

/// The state of a worker, which a caller checks before it looks at the socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WorkerStatus {
    Alive,
    TimedOut(Duration),
    Dead(ExitStatus, Option<KillReason>),
}

impl KillReason {
    /// The error that the caller gets.
    pub(crate) fn failure(self) -> Failure {
        match self {
            Self::Cancelled => Failure::Cancelled,
            Self::Shutdown => Failure::Shutdown,
            Self::TimedOut(limit) => Failure::TimedOut(limit),
        }
    }
}

impl ExitStatus {
    /// The process has ended, and its number may belong to another process.
    pub(crate) const UNKNOWN: Self = Self {
        signal: None,
        code: None,
        fault: None,
    };

    pub(crate) fn worker_exit(self, pid: u32, function: &'static str, attempts: u32) -> WorkerExit {
        WorkerExit {
            pid,
            signal: self.signal,
            code: self.code,
            fault: self.fault,
            program: None,
            function,
            attempts,
        }
    }
}
