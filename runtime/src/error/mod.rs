//! Why a call has no result: `Error`; in `worker` what can happen to a worker process, in `codec` to what is sent.
//!
//! Imports nothing of the crate. Each text says what is wrong; there is one text for each event.

pub(crate) mod codec;
pub(crate) mod worker;

use std::{
    any::Any,
    error, fmt, io,
    panic::resume_unwind,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use crate::error::{
    codec::CodecError,
    worker::{StartError, WorkerExit},
};

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
        /// How many may.
        limit: usize,
    },
    /// An error of another version of this library, which this one does not know: what it said.
    Other(Box<str>),
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
                "more than {limit} offloaded bodies wait for one another inside `block_on`: call the plain function \
                 (`blocking = NAME`) from a body instead of awaiting the offloaded one"
            ),
            Self::Other(text) => f.write_str(text),
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

/// The way back: an [`Error`] that was carried in an `io::Error` is that error again.
impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        error.downcast().unwrap_or_else(Self::Io)
    }
}

/// The panic of a body.
pub struct Panic {
    thrown: Box<Thrown>,
}

struct Thrown {
    // The mutex makes a payload that is only `Send` shareable, so that `Error` fits in `anyhow::Error` and its kin.
    payload: Mutex<Box<dyn Any + Send>>,
    location: Option<String>,
}

impl Panic {
    pub(crate) fn new(payload: Box<dyn Any + Send>) -> Self {
        Self::at(payload, None)
    }

    /// A panic in another process, of which the place is known.
    pub(crate) fn at(payload: Box<dyn Any + Send>, location: Option<String>) -> Self {
        let payload = Mutex::new(payload);
        Self {
            thrown: Box::new(Thrown { payload, location }),
        }
    }

    /// The text the body panicked with, when it panicked with one.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use tokio_offload::{Error, run};
    /// let outcome = run(|| -> u8 { std::panic::panic_any("no {}".to_owned()) }).outcome().await;
    /// let Err(Error::Panicked(panic)) = outcome else { panic!() };
    /// assert_eq!(panic.message().as_deref(), Some("no {}"));
    /// # }
    /// ```
    pub fn message(&self) -> Option<String> {
        let payload = &self.thrown.payload;
        let payload = payload.lock().unwrap_or_else(PoisonError::into_inner);
        let text = payload.downcast_ref::<&'static str>().map(|s| (*s).into());
        text.or_else(|| payload.downcast_ref::<String>().cloned())
    }

    /// File, line and column of a panic in a worker process. Those of others are reported where they happen.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use tokio_offload::{Error, run};
    /// let outcome = run(|| -> u8 { std::panic::panic_any("no {}".to_owned()) }).outcome().await;
    /// let Err(Error::Panicked(panic)) = outcome else { panic!() };
    /// assert_eq!(panic.location(), None); // it was in this process
    /// # }
    /// ```
    pub fn location(&self) -> Option<&str> {
        self.thrown.location.as_deref()
    }

    /// The very value the body panicked with; of a panic in a worker process its text, a `String`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use tokio_offload::{Error, run};
    /// let outcome = run(|| -> u8 { std::panic::panic_any("no {}".to_owned()) }).outcome().await;
    /// let Err(Error::Panicked(panic)) = outcome else { panic!() };
    /// assert!(panic.into_payload().is::<String>());
    /// # }
    /// ```
    pub fn into_payload(self) -> Box<dyn Any + Send> {
        let thrown = *self.thrown;
        thrown
            .payload
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Continues the panic in the current thread, with the same payload and without a second report.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use tokio_offload::{Error, run};
    /// let outcome = run(|| -> u8 { std::panic::panic_any("no {}".to_owned()) }).outcome().await;
    /// let Err(Error::Panicked(panic)) = outcome else { panic!() };
    /// let again = std::panic::catch_unwind(|| panic.resume());
    /// assert!(again.unwrap_err().is::<String>());
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Always: that is its purpose.
    pub fn resume(self) -> ! {
        resume_unwind(self.into_payload())
    }
}

impl fmt::Debug for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_tuple("Panic");
        shown.field(&self.message());
        self.location().map(|location| shown.field(&location));
        shown.finish()
    }
}

impl fmt::Display for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the offloaded body panicked")?;
        if let Some(location) = self.location() {
            write!(f, " at {location}")?;
        }
        match self.message() {
            Some(message) => write!(f, ": {message}"),
            None => Ok(()),
        }
    }
}
