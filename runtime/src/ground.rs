//! The ground a lane stands on: tokio's blocking threads, and the clock.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use tokio::runtime::Handle;

use crate::{
    error::{Error, Panic},
    lane::{Host, Task},
};

/// How long a host keeps its thread while other users of the same threads may be waiting for one.
const SLICE: Duration = Duration::from_millis(10);

/// The blocking threads of one runtime.
pub(crate) struct Ground {
    runtime: Handle,
}

impl Ground {
    pub(crate) const fn new(runtime: Handle) -> Self {
        Self { runtime }
    }

    /// Sends a host to a blocking thread.
    pub(crate) fn send<T: Task>(&self, host: Host<T>) -> Result<(), Error> {
        // tokio panics when the system refuses the thread and offers no other way to learn of it.
        let sent = catch_unwind(AssertUnwindSafe(|| {
            drop(self.runtime.spawn_blocking(move || host.run()));
        }));
        sent.map_err(|payload| {
            let reason = Panic::new(payload).message().unwrap_or_default();
            Error::Thread(io::Error::new(io::ErrorKind::WouldBlock, reason))
        })
    }
}

/// The time a host may keep its thread.
pub(crate) struct Slice(Instant);

impl Slice {
    pub(crate) fn begin() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn is_over(&self) -> bool {
        self.0.elapsed() >= SLICE
    }
}
