//! Why a call has no result: `Error`. `panic` has the payload of a body's panic, `worker` the ends of a worker process, `start` why none
//! could be made ready, `node` what ends a node of a cluster, `codec` what fails in encoding and decoding.
//!
//! May import nothing of the crate. Each variant has one text, which is true of every event that gives this variant.

pub(crate) mod codec;
pub(crate) mod node;
mod panic;
pub(crate) mod start;
pub(crate) mod worker;

use std::{error, fmt, io, sync::Arc, time::Duration};

use crate::error::{codec::CodecError, node::NodeLoss, start::StartError, worker::WorkerExit};

pub use panic::Panic;

/// The error that the `init` of a pool returned.
pub(crate) type Cause = dyn error::Error + Send + Sync;

/// Why a call ended without the value its function returns, or why a request made inside a body was refused.
///
/// `.await` turns the first kind into a panic, or with `remote = EXPR` into the error of the function.
/// [`Offload::outcome`](crate::Offload::outcome) returns it as a value.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use tokio_offload::{Error, Pool};
///
/// static CPU: Pool = Pool::new("cpu");
///
/// CPU.shutdown();
/// match CPU.run(|| 1 + 1).outcome().await {
///     Ok(two) => println!("{two}"),
///     Err(Error::Shutdown) => println!("the pool is gone"),
///     Err(Error::Panicked(panic)) => println!("a bug: {panic}"),
///     Err(other) => println!("{other}"),
/// }
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The body panicked. The payload is that of the panic.
    Panicked(Panic),
    /// The call was cancelled before its body started. Inside a body: the caller asked the body to stop.
    Cancelled,
    /// The queue is full: that of the pool, for a call that was made with `try_start`, or that of the cluster.
    Full,
    /// The runtime or the pool was shut down before the body started. Inside a body: it is being shut down.
    Shutdown,
    /// This thread is in no tokio runtime, and the call needs one.
    NoRuntime,
    /// The function may be used only inside an offloaded body, on the thread that runs it.
    NotInBody,
    /// The body returned this I/O error. `?` converts an `io::Error` into this variant, in functions that return `Result<_,
    /// Error>`, such as functions that read files in worker processes.
    Io(io::Error),
    /// The operating system refused to start a thread, and no running thread could take the call.
    Thread(io::Error),
    /// The pool could not prepare a thread: its [`init`](crate::Pool::init) returned this error, or panicked.
    Init(Arc<dyn error::Error + Send + Sync>),
    /// An earlier body of the owner panicked, and [`poison_on_panic`](crate::Owner::poison_on_panic) was set.
    Poisoned,
    /// Waiting here would block the thread that must run the awaited call.
    WouldBlock,
    /// This process did not call `tokio_offload::init()`, so its worker processes could not know that they are workers.
    NotInitialized,
    /// This process may have more rights than the user who started it, as a set-uid program has, or the file of the worker
    /// program would give such rights. The text says which. Such a process cannot have workers; nothing was started.
    Privileged(String),
    /// The tokio runtime was built without I/O, which worker processes need. Nothing was started. With `panic = "abort"` the program
    /// ends instead, with a report of tokio's panic.
    NoIo,
    /// This process was forked from the process with this id, which owns the worker processes. They were not touched.
    Forked(u32),
    /// The call was made in a worker process, which has no workers and no cluster of its own. Or a body of a cluster called that cluster,
    /// where it would wait in the slot that the call may need.
    Nested,
    /// The operating system refused to start a worker process, or to wait for one.
    Spawn(io::Error),
    /// No worker process could be made ready.
    Start(Box<StartError>),
    /// The worker process died while it ran the body.
    WorkerDied(WorkerExit),
    /// There was no result within the `timeout` of the workers, and the worker process was killed, or within that of the cluster. Usually
    /// the body ran for longer. A process that was stopped or had no processor time may never have begun it.
    TimedOut(Duration),
    /// The call waited longer than the `queue_timeout` of its workers or cluster. Its body never ran.
    QueueTimedOut(Duration),
    /// The arguments could not be sent, or the result could not be sent back.
    Codec(CodecError),
    /// The arguments, or the result, are larger than the workers allow.
    TooLarge {
        /// How large they are at least. They are not written to their end.
        bytes: usize,
        /// How large they may be.
        limit: usize,
    },
    /// Too many bodies of one pool, or on one thread, wait for each other in a chain, and no thread was left for this call. The
    /// recursion has no end, or needs another form.
    TooDeep {
        /// How many bodies may wait in such a chain, with the stack of the thread.
        limit: usize,
    },
    /// An error of a kind that this version of the library does not know, from another version. The text is that of the error.
    Other(Box<str>),
    /// The cluster had no node for this long, which is its `wait_for_nodes`. The body did not run.
    NoNodes(Duration),
    /// No node of the cluster has this function with the same types. The text says what the nodes have instead. The body did
    /// not run.
    Mismatch(Box<str>),
    /// The node that ran the call ended, or has not answered for seconds.
    Lost(NodeLoss),
    /// The cluster cannot be reached. The text says why.
    Unreachable(Box<str>),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Panicked(panic) => panic.fmt(f),
            Self::Cancelled => f.write_str("the offloaded call was cancelled"),
            Self::Full => f.write_str("the queue is full: as many calls wait as its `queue_capacity` allows"),
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
            Self::Nested => f.write_str(
                "a body in a worker process cannot call workers or a cluster, and a body of a cluster cannot call that cluster: make \
                 the call in the program that awaits the body",
            ),
            Self::Spawn(cause) => write!(f, "a worker process could not be started or waited for: {cause}"),
            Self::Start(cause) => write!(f, "no worker process could be made ready: {cause}"),
            Self::WorkerDied(exit) => exit.fmt(f),
            Self::TimedOut(limit) => write!(f, "there was no result within the `timeout` of {limit:?}"),
            Self::QueueTimedOut(limit) => write!(
                f,
                "no worker or node was free within the `queue_timeout` of {limit:?}"
            ),
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
                "the arguments or the result have {bytes} bytes or more, and {limit} may leave the process: raise `max_message`, or \
                 send where they are instead"
            ),
        }
    }
}

impl error::Error for Error {
    // `Panic`, `WorkerExit` and `NodeLoss` are no causes. Like `std::process::ExitStatus` they describe an event and are never the `E` of a
    // `Result`. The text of this error contains theirs, and a chain of causes would print it twice.
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Thread(cause) => Some(cause),
            // Their text is in the text of this error.
            Self::Io(cause) | Self::Spawn(cause) => cause.source(),
            Self::Start(cause) => cause.source(),
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

/// The text of the error, as [`Display`](fmt::Display) writes it, for functions whose error type is `String`.
impl From<Error> for String {
    fn from(error: Error) -> Self {
        error.to_string()
    }
}

/// Converts an `io::Error` that was made from an [`Error`] back into it.
impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        error.downcast().unwrap_or_else(Self::Io)
    }
}
