//! How long a thread stands by: only for a short time if no thread serves the other users of the runtime meanwhile.
//!
//! Closures of others may be waiting for the very thread that stands by, and tokio does not tell whether one does. So an empty closure is
//! sent to the runtime's threads. Another thread that runs it would run theirs too. The closure may start a thread, so none is sent before
//! calls have come one after the other: a program that makes a call now and then has the thread of that call only.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use super::spawner::Spawner;

/// How long a thread stands by before another one has run the empty closure. Not measured: far longer than it takes to start a thread.
const UNSERVED: Duration = Duration::from_millis(1);

/// For one visit of a thread to a lane.
pub(crate) struct StandbyTime<'a> {
    longest: Duration,
    others: Others<'a>,
}

/// The other users of the threads.
enum Others<'a> {
    /// A thread serves them, or there are none.
    Served,
    /// It is not known.
    Unasked(&'a Spawner),
    Asked(Instant, Arc<AtomicBool>),
}

impl<'a> StandbyTime<'a> {
    pub(crate) const fn new(spawner: &'a Spawner, longest: Duration) -> Self {
        let others = if spawner.is_borrowed() {
            Others::Unasked(spawner)
        } else {
            Others::Served
        };
        Self { longest, others }
    }

    /// Finds out, once, whether a thread serves the other users. Call this without holding a lock.
    pub(crate) fn ask(&mut self) {
        if let Others::Unasked(spawner) = self.others {
            self.others = Others::ask(spawner);
        }
    }

    /// How much longer this thread may stand by, which it has done for `stood`.
    pub(crate) fn left(&self, stood: Duration) -> Duration {
        match &self.others {
            Others::Unasked(_) => UNSERVED.saturating_sub(stood),
            Others::Asked(when, served) if !served.load(Ordering::Relaxed) => {
                UNSERVED.saturating_sub(when.elapsed())
            }
            _ => self.longest.saturating_sub(stood),
        }
    }

    /// Whether this thread may stand by for long: it keeps nobody waiting.
    pub(crate) fn is_long(&self) -> bool {
        match &self.others {
            Others::Served => true,
            Others::Unasked(_) => false,
            Others::Asked(_, served) => served.load(Ordering::Relaxed),
        }
    }
}

impl Others<'_> {
    fn ask(spawner: &Spawner) -> Self {
        let served = Arc::<AtomicBool>::default();
        let shared = Arc::clone(&served);
        // If the system refuses a thread, nobody runs it.
        let _ = spawner.send(|| move || shared.store(true, Ordering::Relaxed));
        Self::Asked(Instant::now(), served)
    }
}
