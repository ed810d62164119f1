//! The ground a lane stands on: tokio's blocking threads, and the clock.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use tokio::runtime::Handle;

use super::{
    runner::Host,
    task::Task,
    threads::{Threads, caller_runtime},
};
use crate::error::{Cause, Panic};

/// How long a host keeps its thread while other users of the same threads may be waiting for one.
const SLICE: Duration = Duration::from_millis(10);

/// How often a host without a job lets other threads run and looks again before it gives its thread back. Waking it again
/// costs more than these looks; a host that had one job only does not look at all.
pub(crate) const SEARCH: usize = 8;

/// Lets other threads run.
pub(crate) fn give_way() {
    thread::yield_now();
}

/// Where the hosts of a lane come from.
pub(crate) enum Ground {
    /// The blocking threads of a runtime that others use too.
    Borrowed(Handle),
    /// Threads that nobody else uses.
    Own(Threads),
}

impl Ground {
    /// Sends a host to a blocking thread.
    pub(crate) fn send<T: Task>(&self, host: Host<T>) -> io::Result<()> {
        let own;
        let runtime = match self {
            Self::Borrowed(runtime) => runtime,
            Self::Own(threads) => match threads.runtime() {
                Ok(runtime) => {
                    own = runtime;
                    &own
                }
                Err(error) => {
                    host.give_up();
                    return Err(error);
                }
            },
        };
        // tokio panics when the system refuses the thread and offers no other way to learn of it.
        let sent = catch_unwind(AssertUnwindSafe(|| {
            drop(runtime.spawn_blocking(move || host.run()));
        }));
        sent.map_err(|payload| {
            let reason = Panic::new(payload).message().unwrap_or_default();
            io::Error::new(io::ErrorKind::WouldBlock, reason)
        })
    }

    /// Notes that a host found no thread. True if another try can succeed.
    pub(crate) fn note_refusal(&self) -> bool {
        match self {
            Self::Borrowed(_) => false,
            Self::Own(threads) => threads.note_refusal(),
        }
    }

    /// Whether these are blocking threads of the runtime that is entered on this thread.
    pub(crate) fn is_here(&self) -> bool {
        match self {
            Self::Borrowed(runtime) => {
                caller_runtime().is_some_and(|current| current.id() == runtime.id())
            }
            Self::Own(_) => false,
        }
    }

    /// Prepares this thread for its first body, once.
    pub(crate) fn set_up_thread(&self) -> Result<(), Arc<Cause>> {
        match self {
            Self::Borrowed(_) => Ok(()),
            Self::Own(threads) => threads.set_up(),
        }
    }
}

/// The time a host may keep its thread, if others use it.
pub(crate) struct Slice {
    limited: bool,
    begun: Option<Instant>,
}

impl Slice {
    pub(crate) const fn new(ground: &Ground) -> Self {
        Self {
            limited: matches!(ground, Ground::Borrowed(_)),
            begun: None,
        }
    }

    /// Whether the time is over. It begins with the first question, so that a host with a single job never reads the clock.
    pub(crate) fn is_over(&mut self) -> bool {
        self.limited && self.begun.get_or_insert_with(Instant::now).elapsed() >= SLICE
    }
}
