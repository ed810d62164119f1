//! Where a lane gets its threads: the blocking threads of a runtime, or those of a pool of its own; and the clock.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use tokio::runtime::Handle;

use super::threads::{Threads, caller_runtime};
use crate::{
    call::stack,
    error::{Cause, Panic},
};

/// How long a runner keeps its thread while other users of these threads may be waiting for one.
///
/// Chosen by the benchmark `fair`: somebody else's `spawn_blocking` waits 0.024 of what it waits beside a flood of
/// `spawn_blocking`s; `docs/benchmark-tables.md` has it.
const SLICE: Duration = Duration::from_millis(10);

/// After jobs that took less than this together, up to `SKIPPED` more run before the clock is read again, because reading it
/// costs something for each job. Not measured; both are choices: eight jobs that short stay far below a time slice.
const SHORT: Duration = Duration::from_micros(100);
const SKIPPED: u32 = 7;

/// How often a runner without a job lets other threads run and looks again, before it gives its thread back. These looks
/// cost less than waking the runner again. A runner that had only one job does not look at all.
///
/// Chosen by the benchmark `seq`: 0.8 of the context switches of `spawn_blocking`, in no more time; `docs/benchmark-tables.md` has it.
pub(crate) const SEARCH: usize = 8;

/// The largest stack that a spare thread gets because the thread it helps has one as large. Not measured: memory beside a
/// stack may look like a part of it.
const LARGEST_STACK: usize = 64 * 1024 * 1024;

/// Lets other threads run.
pub(crate) fn give_way() {
    thread::yield_now();
}

/// Where the runners of a lane come from.
pub(crate) enum Spawner {
    /// The blocking threads of a runtime that others use too.
    Borrowed(Handle),
    /// Threads that nobody else uses.
    Own(Threads),
}

impl Spawner {
    /// Sends what `make` returns to a blocking thread. Does not call `make` if there can be no thread.
    pub(crate) fn send<F: FnOnce() + Send + 'static>(
        &self,
        make: impl FnOnce() -> F,
    ) -> io::Result<()> {
        let runtime = match self {
            Self::Borrowed(runtime) => runtime,
            Self::Own(threads) => return threads.send(make),
        };
        // tokio panics when the system refuses the thread, and offers no other way to learn of it. Where a panic would end
        // the program, the system is asked first.
        #[cfg(panic = "abort")]
        ask_for_thread()?;
        let visit = make();
        let sent = catch_unwind(AssertUnwindSafe(|| {
            drop(runtime.spawn_blocking(visit));
        }));
        sent.map_err(|payload| {
            let reason = Panic::new(payload).message().unwrap_or_default();
            io::Error::new(io::ErrorKind::WouldBlock, reason)
        })
    }

    /// Starts a thread beyond the limit, for one job, set up like the others.
    pub(crate) fn start_spare(
        &self,
        name: &str,
        job: impl FnOnce(Result<(), Arc<Cause>>) + Send + 'static,
    ) -> io::Result<()> {
        let mut thread = thread::Builder::new().name(format!("{name}-spare"));
        let said = match self {
            Self::Borrowed(_) => stack::room().map(|room| room.size.min(LARGEST_STACK)),
            Self::Own(threads) => threads.stack_size(),
        };
        if let Some(bytes) = said {
            thread = thread.stack_size(bytes);
        }
        match self {
            Self::Borrowed(runtime) => {
                let runtime = runtime.clone();
                thread.spawn(move || {
                    let _entered = runtime.enter();
                    job(Ok(()));
                })?;
            }
            Self::Own(threads) => {
                let set_up = threads.spare();
                thread.spawn(move || {
                    set_up(Box::new(job));
                })?;
            }
        }
        Ok(())
    }

    /// Whether these threads belong to a runtime.
    pub(crate) const fn is_borrowed(&self) -> bool {
        matches!(self, Self::Borrowed(_))
    }

    /// Whether these are the blocking threads of the runtime that this thread has entered.
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

/// Whether the system can start a thread like those of tokio.
#[cfg(panic = "abort")]
fn ask_for_thread() -> io::Result<()> {
    // This waits for the thread, so that it does not take the place of the one that is needed.
    drop(thread::Builder::new().spawn(|| ())?.join());
    Ok(())
}

/// The time a runner may keep its thread, if others use it.
pub(crate) struct TimeSlice {
    limited: bool,
    begun: Option<Instant>,
    /// When the clock was read last, and how many checks follow before it is read again.
    read: Option<Instant>,
    skip: u32,
}

impl TimeSlice {
    pub(crate) const fn new(spawner: &Spawner) -> Self {
        Self {
            limited: spawner.is_borrowed(),
            begun: None,
            read: None,
            skip: 0,
        }
    }

    /// Whether the time is over. It begins with the first check, so a runner with a single job never reads the clock. A
    /// runner with short jobs reads it now and then.
    pub(crate) fn is_over(&mut self) -> bool {
        if !self.limited {
            return false;
        }
        if let Some(fewer) = self.skip.checked_sub(1) {
            self.skip = fewer;
            return false;
        }
        let now = Instant::now();
        let short = self.read.is_some_and(|last| now - last < SHORT);
        self.skip = if short { SKIPPED } else { 0 };
        self.read = Some(now);
        now - *self.begun.get_or_insert(now) >= SLICE
    }
}
