//! The ground a lane stands on: tokio's blocking threads, and the clock.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::runtime::Handle;

use crate::{
    error::{Cause, Panic},
    host::Host,
    lane::Task,
    threads::Threads,
};

/// How long a host keeps its thread while other users of the same threads may be waiting for one.
const SLICE: Duration = Duration::from_millis(10);

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
            Self::Own(threads) => {
                own = threads.runtime()?;
                &own
            }
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

    /// Whether these are blocking threads of the runtime that is entered on this thread.
    pub(crate) fn is_here(&self) -> bool {
        match self {
            Self::Borrowed(runtime) => {
                Handle::try_current().is_ok_and(|current| current.id() == runtime.id())
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
pub(crate) struct Slice(Option<Instant>);

impl Slice {
    pub(crate) fn begin(ground: &Ground) -> Self {
        Self(matches!(ground, Ground::Borrowed(_)).then(Instant::now))
    }

    pub(crate) fn is_over(&self) -> bool {
        self.0.is_some_and(|begun| begun.elapsed() >= SLICE)
    }
}
