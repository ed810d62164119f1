//! The state and the counters of a pool.

use super::{PoolMeterRef, ThreadSlot};
use crate::call::{
    meter::Times,
    outcome::{EndCounters, Ending},
    site::Site,
};

/// A moment in the life of a [`Pool`](crate::Pool).
///
/// Counters start at zero with the pool and only grow. At rest, with nothing queued or running, every submission is in
/// exactly one of `done`, `panicked`, `cancelled` and `refused`; a call that was handed back as refused and submitted again
/// is two submissions.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use tokio_offload::Pool;
///
/// static CPU: Pool = Pool::new("cpu").threads(2);
///
/// CPU.run(|| ()).await;
/// assert_eq!(CPU.stats().done, 1);
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Calls that wait for a thread. Those that were dropped or cancelled meanwhile are not counted.
    pub queued: usize,
    /// Bodies that run now.
    pub running: usize,
    /// Bodies that returned.
    pub done: u64,
    /// Bodies that panicked.
    pub panicked: u64,
    /// Calls dropped or cancelled before their body started.
    pub cancelled: u64,
    /// Calls turned away: the pool was full and they would not wait, or it was shut down, or had no thread for them.
    pub refused: u64,
    /// Threads that live now: of a dedicated pool all of them, of a shared one those at work for it.
    pub threads: usize,
}

impl Stats {
    /// The sum of what both do now. Their counters are not added, because they are shared.
    #[must_use]
    pub(crate) fn merge(self, other: Self) -> Self {
        Self {
            queued: self.queued + other.queued,
            running: self.running + other.running,
            threads: self.threads + other.threads,
            ..self
        }
    }
}

/// The counters of a pool, shared by its lanes.
#[derive(Default)]
pub(crate) struct Counts {
    ends: EndCounters,
    name: &'static str,
    /// The measurements of all pools of this name.
    meter: PoolMeterRef,
}

impl Counts {
    /// The counters of a pool with a name.
    pub(crate) fn named(name: &'static str) -> Self {
        Self {
            name,
            meter: PoolMeterRef::named(name),
            ..Self::default()
        }
    }

    /// The name of the pool.
    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }

    /// A call is submitted. Its end is counted later.
    pub(crate) fn start(&self) {
        self.meter.start();
    }

    /// A call has ended. `times` are those of its body, if that ran.
    pub(crate) fn end(&self, ending: Ending, times: Times) {
        self.meter.end(ending, times);
        self.ends.add(ending);
    }

    /// A call has ended without its body having run.
    pub(crate) fn leave(&self, ending: Ending) {
        self.end(ending, Times::ZERO);
    }

    /// A call is refused, unless it has died before.
    pub(crate) fn refuse(&self, is_dead: bool) {
        self.leave(if is_dead {
            Ending::Cancelled
        } else {
            Ending::Refused
        });
    }

    /// A thread begins to work for the pool.
    pub(crate) fn occupy(&self) -> ThreadSlot {
        self.meter.occupy()
    }

    /// The function of a body that runs. Not measured without the feature `stats`.
    pub(crate) fn occupant(&self) -> Option<&'static Site> {
        self.meter.occupant()
    }

    pub(crate) fn read(&self) -> Stats {
        Stats {
            done: self.ends.get(Ending::Done),
            panicked: self.ends.get(Ending::Panicked),
            cancelled: self.ends.get(Ending::Cancelled),
            refused: self.ends.get(Ending::Refused),
            ..Stats::default()
        }
    }
}
