//! Why a call has no result: `Error`, and in `panic` what a body threw; in `worker` what can happen to a worker process, in `node`
//! to a node of a cluster, in `codec` to what is sent.
//!
//! Imports nothing of the crate. Each text says what is wrong; there is one text for each event.

pub(crate) mod codec;
pub(crate) mod node;
mod panic;
pub(crate) mod worker;

use std::{error, fmt, io, sync::Arc, time::Duration};

use crate::error::{
    codec::CodecError,
    node::NodeLoss,
    worker::{StartError, WorkerExit},
};

pub use panic::Panic;

/// What a pool's `init` failed with.
pub(crate) type Cause = dyn error::Error + Send + Sync;

/// Why a call ended without the value its function returns, or why a request made inside a body was refused.
///
/// `.await` turns the first kind into a panic, or with `remote = EXPR` into the error of the function;
/// [`Offload::outcome`](crate::Offload::outcome) hands it over as a value.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The body panicked. The payload is the one the body threw.
    Panicked(Panic),
    /// The call was cancelled before its body started; inside a body: the caller asked it to stop.
    Cancelled,
    /// The queue of the pool is full, and the call asked not to wait.
    Full,
    /// The runtime or the pool was shut down before the body started; inside a body: it is being shut down.
    Shutdown,
    /// There is no tokio runtime on this thread to carry the call.
    NoRuntime,
    /// The function may be used only inside an offloaded body, on the thread that runs it.
    NotInBody,
    /// The body failed with this: `?` makes it of an `io::Error` in a function whose own error is this type, which serves functions
    /// that work with files in worker processes.
    Io(io::Error),
    /// The operating system refused a thread, and no living one could take the call.
    Thread(io::Error),
    /// The pool could not set up a thread: its `init` failed with this, or panicked.
    Init(Arc<dyn error::Error + Send + Sync>),
    /// A body that had the value of the owner panicked, and the owner was told not to go on with it.
    Poisoned,
    /// To wait here would block the very thread that has to do what is waited for.
    WouldBlock,
    /// `tokio_offload::init()` was not called in this process, whose workers could not know that they are workers.
    NotInitialized,
    /// This process has rights that whoever started it may not have, as a set-uid program does; or the file of the worker gives
    /// them, or gives them back. This says which. Such a process has no workers, and nothing was started.
    Privileged(String),
    /// The tokio runtime was built without I/O, and worker processes need that. Nothing was started.
    NoIo,
    /// This process was forked from another one, of this number, which has started worker processes: they belong to it, and
    /// nothing was done to them.
    Forked(u32),
    /// A worker process has no workers of its own.
    Nested,
    /// The operating system refused to start a worker process.
    Spawn(io::Error),
    /// No worker process could be made ready.
    Start(Box<StartError>),
    /// The worker process died while it ran the body.
    WorkerDied(WorkerExit),
    /// The body ran longer than the time limit of its workers, and was killed.
    TimedOut(Duration),
    /// The call waited for a worker longer than the queue limit. Its body never ran.
    QueueTimedOut(Duration),
    /// The arguments could not be sent, or the result could not be sent back.
    Codec(CodecError),
    /// The arguments, or the result, are larger than the workers allow.
    TooLarge {
        /// How large they are.
        bytes: usize,
        /// How large they may be.
        limit: usize,
    },
    /// So many bodies of one pool, or on one thread, wait for calls of their own, each for the next, that no thread was left for this
    /// one: a recursion without an end, or one that needs another form.
    TooDeep {
        /// How many may, with the stack that the thread has.
        limit: usize,
    },
    /// An error of another version of this library, which this one does not know: what it said.
    Other(Box<str>),
    /// No node of the cluster was there for so long, as long as calls wait for one. Nothing ran.
    NoNodes(Duration),
    /// No node of the cluster has this function as this program knows it: this says what they have instead. Nothing ran.
    Mismatch(Box<str>),
    /// The node that had the call is gone, or has not answered for seconds.
    Lost(NodeLoss),
    /// The cluster cannot be reached: this says why. Nothing ran.
    Unreachable(Box<str>),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Panicked(panic) => panic.fmt(f),
            Self::Cancelled => f.write_str("the offloaded call was cancelled"),
            Self::Full => f.write_str("the queue of the pool is full"),
            Self::Shutdown => {
                f.write_str("the runtime or pool of the offloaded call was shut down")
            }
            Self::NoRuntime => f.write_str(
                "no tokio runtime on this thread: await the call inside `#[tokio::main]` or \
                 `Runtime::block_on`, or hold `Handle::enter` when calling `start`",
            ),
            Self::NotInBody => f.write_str(
                "not inside an offloaded body: ask on the thread that runs the body, while it runs",
            ),
            Self::Io(cause) => cause.fmt(f),
            Self::Thread(_) => f.write_str("the operating system refused to start a thread"),
            Self::Init(_) => f.write_str("the pool could not set up a thread"),
            Self::Poisoned => f.write_str("the owned value is poisoned: a body panicked with it"),
            Self::WouldBlock => {
                f.write_str("waiting here would block the thread that has to do the work")
            }
            Self::NotInitialized => f.write_str(
                "this program cannot start workers: write `#[tokio_offload::main]` above `fn main`, or call \
                 `tokio_offload::init()` first in it",
            ),
            Self::NoIo => f.write_str(
                "the tokio runtime was built without I/O, which calls to worker processes need: build it with `enable_all` or \
                 `enable_io`",
            ),
            Self::Forked(owner) => write!(
                f,
                "worker processes belong to process {owner}, which forked this one: fork before the first call, or start another \
                 program instead"
            ),
            Self::Privileged(rights) => write!(
                f,
                "a program with more rights than its caller has no worker processes: {rights}; run it without set-uid, \
                 set-gid and file capabilities, or name a worker program without them with `executable`"
            ),
            Self::Nested => f.write_str("a worker process has no workers of its own"),
            Self::Spawn(cause) => write!(f, "a worker process could not be started: {cause}"),
            Self::Start(_) => f.write_str("no worker process could be made ready"),
            Self::WorkerDied(death) => death.fmt(f),
            Self::TimedOut(limit) => write!(f, "the body ran longer than {limit:?}"),
            Self::QueueTimedOut(limit) => write!(f, "no worker was free for {limit:?}"),
            Self::Codec(cause) => cause.fmt(f),
            Self::TooDeep { limit } => write!(
                f,
                "more than {limit} offloaded bodies wait for one another inside `block_on`, and no thread or no stack is left: call \
                 the plain function (`blocking = NAME`) from a body instead of awaiting the offloaded one"
            ),
            Self::Other(text) => f.write_str(text),
            Self::NoNodes(time) => write!(
                f,
                "no node of the cluster was there for {time:?}: start one, or have calls wait longer with `wait_for_nodes`"
            ),
            Self::Mismatch(difference) => f.write_str(difference),
            Self::Lost(loss) => loss.fmt(f),
            Self::Unreachable(reason) => write!(f, "the cluster cannot be reached: {reason}"),
            Self::TooLarge { bytes, limit } => write!(
                f,
                "what should cross to a worker process has {bytes} bytes, {limit} are allowed"
            ),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Thread(cause) | Self::Spawn(cause) => Some(cause),
            Self::Io(cause) => cause.source(),
            Self::Start(cause) => Some(cause),
            Self::Init(cause) => Some(&**cause),
            _ => None,
        }
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Io(cause) | Error::Thread(cause) | Error::Spawn(cause) => cause,
            other => Self::other(other),
        }
    }
}

/// For functions whose errors are texts, such as the commands of desktop programs: what [`Display`](fmt::Display) says.
impl From<Error> for String {
    fn from(error: Error) -> Self {
        error.to_string()
    }
}

/// The way back: an [`Error`] that was carried in an `io::Error` is that error again.
impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        error.downcast().unwrap_or_else(Self::Io)
    }
}
