//! `Failure`: the ways in which a call can fail other than by what its function returned.

use std::{error, fmt, io, sync::Arc, time::Duration};

pub use crate::fault::WorkerFault;
use crate::wire::codec::{CodecError, Oversize};

/// Why a call has no result.
#[derive(Debug)]
#[non_exhaustive]
pub enum Failure {
    /// `init` was never called in this process, so its workers could not know that they are workers. Nothing was started.
    NotInitialized,
    /// Polled on a thread without a tokio runtime, or in one that is being shut down.
    NoRuntime,
    /// This process has rights that the process which started it may not have, or the file of the worker would give such rights; the text
    /// says which. Such a process has no workers, and is none.
    Privileged(String),
    /// The runtime was built without I/O. Nothing was started.
    NoIo,
    /// This process was forked from another one, which has this number and to which the workers belong. Nothing was done to them.
    Forked(u32),
    /// Called inside a worker: workers have no workers of their own.
    Nested,
    /// All processes are busy and as many calls wait as may. Only for callers that would not wait.
    Full,
    /// Cancelled by the caller.
    Cancelled,
    /// The pool was closed or shut down.
    Shutdown,
    /// The call waited longer than the queue limit; its body never ran.
    QueueTimeout(Duration),
    /// There was no result within the time limit. The body need not have run: whether a worker that was killed had read its request is not
    /// known yet.
    TimedOut(Duration),
    /// The operating system refused to start a process, or to wait for one.
    Spawn(io::Error),
    /// No worker could be made ready.
    Start(StartError),
    /// The body panicked. Its worker goes on.
    Panicked {
        /// The text of the panic.
        message: String,
        /// File, line and column of the panic, where known.
        location: Option<String>,
    },
    /// The worker died while it ran this call.
    Died(WorkerExit),
    /// Arguments or result could not be turned into bytes or back.
    Codec(CodecError),
    /// Arguments or result are larger than the pool allows.
    TooLarge {
        /// How large the message would be, at least: it is not written to its end.
        bytes: usize,
        /// How large it may be.
        limit: usize,
    },
    /// No node of the cluster was there for so long.
    NoNodes(Duration),
    /// The nodes of the cluster do not have the function, or have another function of this name. The text is the difference.
    Mismatch(String),
    /// The node that ran the call is gone, or does not answer.
    Lost(Loss),
    /// The cluster cannot be reached, for this reason.
    Unreachable(String),
}

/// The end of a node while it had a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Loss {
    /// The node, as the cluster names it.
    pub node: String,
    /// The host it was on.
    pub host: String,
    /// The function that it was to run.
    pub function: String,
    /// How many nodes this call was given to: more than one only where retries are declared.
    pub attempts: u32,
}

impl Loss {
    /// That node on that host, with that function, after so many attempts.
    pub const fn new(node: String, host: String, function: String, attempts: u32) -> Self {
        Self {
            node,
            host,
            function,
            attempts,
        }
    }
}

/// Why a worker did not become ready.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StartError {
    /// The initialiser of the pool failed or panicked, with this text.
    Init(String),
    /// The process that should become a worker has sent nothing.
    Silent {
        /// How long its pool waited.
        limit: Duration,
        /// What was executed.
        program: Arc<str>,
    },
    /// The worker died before it was ready.
    Died(WorkerExit),
    /// The worker was built from other code. The text is the difference.
    Mismatch(String),
    /// The functions of this program cannot be listed: two of them, or two pools, have one name, or one has panicked.
    Registry(String),
}

/// The end of a worker that was not asked to end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkerExit {
    /// The process that died.
    pub pid: u32,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// The code it exited with.
    pub code: Option<i32>,
    /// What its pool ended it for, if it did.
    pub fault: Option<WorkerFault>,
    /// What was executed, if it never became a worker.
    pub program: Option<Arc<str>>,
    /// The function it was running; empty if none.
    pub function: &'static str,
    /// How many workers this call has killed: more than one only where retries are declared.
    pub attempts: u32,
}

impl WorkerExit {
    /// The end of a worker that ran this function for the first time. The caller sets what it knows of it.
    pub const fn new(pid: u32, function: &'static str) -> Self {
        Self {
            pid,
            signal: None,
            code: None,
            fault: None,
            program: None,
            function,
            attempts: 1,
        }
    }
}

impl From<CodecError> for Failure {
    fn from(error: CodecError) -> Self {
        match error.too_large() {
            Some(Oversize { bytes, limit }) => Self::TooLarge { bytes, limit },
            None => Self::Codec(error),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInitialized => f.write_str(
                "worker processes are not set up: call `tokio_offload::init()` first thing in `main`",
            ),
            Self::NoRuntime => f.write_str("no tokio runtime on this thread"),
            Self::NoIo => f.write_str("the tokio runtime on this thread was built without I/O"),
            Self::Forked(owner) => write!(
                f,
                "the worker processes belong to process {owner}, which forked this one"
            ),
            Self::Privileged(rights) => write!(
                f,
                "a process with more rights than its caller has no worker processes: {rights}"
            ),
            Self::Nested => f.write_str(
                "a body in a worker process cannot call workers or a cluster, and a body of a cluster cannot call that cluster",
            ),
            Self::Full => f.write_str("the queue is full: as many calls wait as its `queue_capacity` allows"),
            Self::Cancelled => f.write_str("the call was cancelled"),
            Self::Shutdown => f.write_str("the pool was shut down"),
            Self::QueueTimeout(limit) => write!(f, "no worker or node was free within {limit:?}"),
            Self::TimedOut(limit) => write!(f, "there was no result within the time limit of {limit:?}"),
            Self::Spawn(cause) => write!(f, "a worker process could not be started or waited for: {cause}"),
            Self::Start(_) => f.write_str("no worker process could be made ready"),
            Self::Panicked { message, location } => {
                write!(f, "the function panicked: {message}")?;
                location.iter().try_for_each(|at| write!(f, " at {at}"))
            }
            Self::Died(exit) => exit.fmt(f),
            Self::Codec(error) => error.fmt(f),
            Self::TooLarge { bytes, limit } => {
                write!(f, "a message of {bytes} bytes or more is larger than {limit}")
            }
            Self::NoNodes(time) => write!(f, "no node of the cluster was there for {time:?}"),
            Self::Mismatch(difference) => f.write_str(difference),
            Self::Lost(loss) => loss.fmt(f),
            Self::Unreachable(reason) => write!(f, "the cluster cannot be reached: {reason}"),
        }
    }
}

impl error::Error for Failure {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Spawn(cause) => Some(cause),
            Self::Start(cause) => Some(cause),
            _ => None,
        }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Init(message) => write!(f, "the initialiser failed: {message}"),
            Self::Silent { limit, program } => {
                write!(f, "the worker (`{program}`) was not ready within {limit:?}")
            }
            Self::Died(exit) => exit.fmt(f),
            Self::Mismatch(difference) => {
                write!(f, "the worker was built from other code: {difference}")
            }
            Self::Registry(trouble) => f.write_str(trouble),
        }
    }
}

impl error::Error for StartError {}

impl fmt::Display for WorkerExit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "worker process {} ", self.pid)?;
        if let Some(program) = &self.program {
            write!(f, "(`{program}`) ")?;
        }
        match (self.signal, self.code) {
            _ if self.fault.is_some() => self.fault.iter().try_for_each(|fault| fault.fmt(f))?,
            (Some(signal), _) => write!(f, "was killed by signal {signal}")?,
            (None, Some(code)) => write!(f, "exited with code {code}")?,
            (None, None) => f.write_str("ended")?,
        }
        if !self.function.is_empty() {
            write!(f, " while it ran `{}`", self.function)?;
        }
        if self.attempts > 1 {
            write!(f, ", the last of {} that this call ended", self.attempts)?;
        }
        Ok(())
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            node,
            host,
            function,
            attempts,
        } = self;
        write!(
            f,
            "the node {node} on {host} was lost while it had `{function}`"
        )?;
        if *attempts > 1 {
            write!(f, ", the last of {attempts} that had this call")?;
        }
        Ok(())
    }
}
