//! What is counted of a call to a worker process (features `process` and `stats`).

use std::{
    collections::BTreeMap,
    mem,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio_offload_remote::Workers;

use crate::{
    call::{
        meter::{Begun, Ticket, Times},
        outcome::Ending,
        site::Site,
    },
    metrics::{self, Member, Pooled, Waits, counts::Stats},
    sync::Mutex,
};

/// The account of one call. Dropped before its end is told, the caller has gone.
pub(crate) struct Account {
    site: &'static Site,
    workers: &'static Workers,
    entry: Entry,
}

/// What has been told of the call.
enum Entry {
    Nothing,
    Queued(Ticket, Arc<Roll>, u64),
    Running(Begun, Arc<Roll>, u64),
}

impl Account {
    pub(crate) const fn new(site: &'static Site, workers: &'static Workers) -> Self {
        Self {
            site,
            workers,
            entry: Entry::Nothing,
        }
    }

    /// The call is submitted, unless that was told before.
    pub(crate) fn submit(&mut self) {
        if !matches!(self.entry, Entry::Nothing) {
            return;
        }
        let ticket = self.site.meter().queue(self.site);
        let roll = Roll::of(self.workers);
        roll.pooled.start();
        let number = roll.next.fetch_add(1, Ordering::Relaxed);
        roll.waiting.lock().insert(number, (self.site, ticket));
        self.entry = Entry::Queued(ticket, roll, number);
    }

    /// A worker has the call, unless that was told before.
    pub(crate) fn begin(&mut self) {
        self.entry = match mem::replace(&mut self.entry, Entry::Nothing) {
            Entry::Queued(ticket, roll, number) => {
                let begun = self.site.meter().begin(ticket);
                roll.waiting.lock().remove(&number);
                roll.running.lock().insert(number, self.site);
                Entry::Running(begun, roll, number)
            }
            other => other,
        };
    }

    /// The call is over. It may be submitted once more if it was refused.
    pub(crate) fn end(&mut self, ending: Ending) {
        if matches!(ending, Ending::Done | Ending::Panicked | Ending::Failed) {
            // The answer may be there as soon as the caller looks again.
            self.begin();
        }
        match mem::replace(&mut self.entry, Entry::Nothing) {
            Entry::Nothing => {}
            Entry::Queued(_, roll, number) => {
                roll.waiting.lock().remove(&number);
                let ending = match ending {
                    Ending::Refused => Ending::Refused,
                    _ => Ending::Cancelled,
                };
                self.site.meter().leave(ending);
                roll.pooled.end(ending, Times::ZERO);
            }
            Entry::Running(begun, roll, number) => {
                roll.running.lock().remove(&number);
                self.end_running(begun, roll.pooled, ending);
            }
        }
    }

    fn end_running(&self, begun: Begun, pooled: Pooled, ending: Ending) {
        let ending = match ending {
            // Turned away after a worker had begun it: there is no answer of the body.
            Ending::Refused => Ending::Failed,
            Ending::Cancelled => Ending::Killed,
            ending => ending,
        };
        pooled.end(ending, self.site.meter().end(begun, ending));
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        if matches!(self.entry, Entry::Running(..)) {
            self.site.meter().abandon();
        }
        self.end(Ending::Cancelled);
    }
}

/// The calls that wait for one pool of workers, and those that run there.
struct Roll {
    workers: &'static Workers,
    pooled: Pooled,
    next: AtomicU64,
    waiting: Mutex<BTreeMap<u64, (&'static Site, Ticket)>>,
    running: Mutex<BTreeMap<u64, &'static Site>>,
}

/// By name: pools of one name count together, as others do.
static ROLLS: LazyLock<Mutex<BTreeMap<&'static str, Arc<Roll>>>> = LazyLock::new(Mutex::default);

impl Roll {
    fn of(workers: &'static Workers) -> Arc<Self> {
        let name = workers.name();
        let mut rolls = ROLLS.lock();
        let roll = rolls.entry(name).or_insert_with(|| {
            let roll = Arc::new(Self {
                workers,
                pooled: Pooled::named(name),
                next: AtomicU64::new(0),
                waiting: Mutex::default(),
                running: Mutex::default(),
            });
            metrics::enlist(name, &roll);
            roll
        });
        Arc::clone(roll)
    }
}

impl Member for Roll {
    fn now(&self) -> Stats {
        Stats {
            queued: self.waiting.lock().len(),
            running: self.running.lock().len(),
            threads: self.workers.stats().processes,
            ..Stats::default()
        }
    }

    fn limit(&self) -> Option<usize> {
        Some(self.workers.limit())
    }

    fn longest_wait(&self) -> Option<Waits> {
        let waiting = self.waiting.lock();
        let (site, ticket) = waiting.values().next()?;
        Some(Waits {
            site,
            time: ticket.waited(),
        })
    }

    fn elsewhere(&self) -> Vec<&'static Site> {
        self.running.lock().values().copied().collect()
    }
}
