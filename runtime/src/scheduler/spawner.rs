//! Where a lane gets its threads: the blocking threads of a runtime, or threads of its own; and how long a runner keeps one.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use tokio::runtime::Handle;

use super::threads::{OnSpare, Threads, caller_runtime};
use crate::{
    call::stack,
    error::{Cause, Panic},
    sync::spawn,
};

/// How long a runner keeps a thread of a runtime, since other users of the runtime may be waiting for one.
///
/// Chosen by the benchmark `fair`: a `spawn_blocking` beside a flood of offloaded calls waits 0.024 of what it waits beside a flood of
/// `spawn_blocking`s; `docs/benchmark-tables.md` has it.
const SLICE: Duration = Duration::from_millis(10);

/// If the jobs since the last reading of the clock took less than this together, up to `SKIPPED` more run before the next reading,
/// because reading it costs time for each job. Not measured: eight jobs that short stay far below a time slice.
const SHORT: Duration = Duration::from_micros(100);
const SKIPPED: u32 = 7;

/// How often a runner without a job yields and checks the queue again, before it gives its thread back. These checks
/// cost less than waking the runner again. A runner that had only one job does not check at all.
///
/// Chosen by the benchmark `seq`: 0.8 of the context switches of `spawn_blocking`, in no more time; `docs/benchmark-tables.md` has it.
pub(crate) const SEARCH: usize = 8;

/// A runner that ran so many jobs in a row searches once more: whoever submits the next burst need not wake it, which takes longer than
/// all the rest of a submission.
///
/// Chosen by the workload of the benchmark `submit`, where `perf` counted the wake-ups: of 5000 submissions 2 make one by default, and
/// 14 in `Pool::new`, in place of 42 and 65. With 8 or 32 there are about as few.
pub(crate) const LONG_BURST: usize = 16;

/// How long a thread of `Standby` waits. Longer than the tick of the system's clock: for a shorter wait a timer must be set in the
/// hardware and removed again for each call, which costs more than is saved.
///
/// Chosen by the workload of the benchmark `seq`: with 200 us it takes 1.8 of the time; `docs/benchmarks.md` has it among the rejected.
pub(crate) const STANDBY: Duration = Duration::from_millis(5);

/// The largest stack, in bytes, that a spare thread gets because the stack of the waiting thread is as large. Not measured: a bound is
/// needed because memory next to a stack may look like a part of it.
const LARGEST_STACK: usize = 64 * 1024 * 1024;

/// Yields to other threads.
pub(crate) fn yield_now() {
    thread::yield_now();
}

/// Where the runners of a lane come from.
pub(crate) enum Spawner {
    /// The blocking threads of a runtime, which have other users too.
    Borrowed(Handle),
    /// Threads of a dedicated pool.
    Own(Threads),
}

impl Spawner {
    /// Runs the closure that `make` returns on a thread. Does not call `make` if there can be no thread.
    pub(crate) fn send<F: FnOnce() + Send + 'static>(
        &self,
        make: impl FnOnce() -> F,
    ) -> io::Result<()> {
        let runtime = match self {
            Self::Borrowed(runtime) => runtime,
            Self::Own(threads) => return threads.send(make),
        };
        // tokio panics if the system refuses the thread, and has no other way to report it. With `panic = "abort"` that would end
        // the program, so this tries to start a thread first.
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

    /// Starts a spare thread, set up like the others.
    pub(crate) fn start_spare(&self, name: &str, job: OnSpare) -> io::Result<()> {
        let stack_size = match self {
            Self::Borrowed(_) => stack::room().map(|room| room.size.min(LARGEST_STACK)),
            Self::Own(threads) => threads.stack_size(),
        };
        let work: Box<dyn FnOnce() + Send> = match self {
            Self::Borrowed(runtime) => {
                let runtime = runtime.clone();
                Box::new(move || {
                    let _entered = runtime.enter();
                    job(Ok(()));
                })
            }
            Self::Own(threads) => {
                let set_up = threads.spare();
                Box::new(move || set_up(job))
            }
        };
        spawn(format!("{name}-spare"), stack_size, work)
    }

    /// Whether these threads belong to a runtime.
    pub(crate) const fn is_borrowed(&self) -> bool {
        matches!(self, Self::Borrowed(_))
    }

    /// Whether a thread that runs hooks of the user first was started since this was last true.
    pub(crate) fn has_started_hooks(&self) -> bool {
        match self {
            Self::Borrowed(_) => false,
            Self::Own(threads) => threads.has_started_hooks(),
        }
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

/// Tries to start a thread like those of tokio.
#[cfg(panic = "abort")]
fn ask_for_thread() -> io::Result<()> {
    // Joined, so that it does not count against the limit of the system when the needed thread is started.
    drop(thread::Builder::new().spawn(|| ())?.join());
    Ok(())
}

/// The time that a runner may keep a thread which has other users.
pub(crate) struct TimeSlice {
    limited: bool,
    begun: Option<Instant>,
    /// The last reading of the clock, and the number of checks before the next one.
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

    /// Whether the thread may wait for so long. The next check reads the clock.
    pub(crate) fn allows(&mut self, wait: Duration) -> bool {
        if !self.limited {
            return true;
        }
        self.skip = 0;
        self.read = None;
        let now = Instant::now();
        now - *self.begun.get_or_insert(now) + wait <= SLICE
    }

    /// Whether the time is over. It starts with the first check, so a runner with a single job never reads the clock, and a
    /// runner with short jobs reads it for every eighth job.
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
