//! What is counted of a call that runs elsewhere (features `remote` and `stats`).

use std::{
    collections::BTreeMap,
    mem,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use tokio_offload_remote::Remote;

use crate::{
    call::{
        meter::{Begun, SubmittedAt, Times},
        outcome::Ending,
        site::Site,
    },
    metrics::{self, PoolMeterRef, PoolSource, Waits, cluster::ClusterSnapshot, counts::Stats},
    sync::Mutex,
};

/// Counts one call. If it is dropped before `end`, the caller has gone.
pub(crate) struct Account {
    site: &'static Site,
    place: &'static dyn Remote,
    entry: Progress,
}

/// What has been counted of the call.
enum Progress {
    Nothing,
    Queued(SubmittedAt, Arc<Roll>, u64),
    Running(Begun, Arc<Roll>, u64),
}

impl Account {
    pub(crate) const fn new(site: &'static Site, place: &'static dyn Remote) -> Self {
        Self {
            site,
            place,
            entry: Progress::Nothing,
        }
    }

    /// Counts the submission, unless that is done.
    pub(crate) fn submit(&mut self) {
        if !matches!(self.entry, Progress::Nothing) {
            return;
        }
        let submitted_at = self.site.meter().queue(self.site);
        let roll = Roll::of(self.place);
        roll.meter.start();
        let number = roll.next.fetch_add(1, Ordering::Relaxed);
        roll.waiting
            .lock()
            .insert(number, (self.site, submitted_at));
        self.entry = Progress::Queued(submitted_at, roll, number);
    }

    /// Counts the begin, unless that is done. A worker has had the call since that time, or since now.
    pub(crate) fn begin(&mut self, since: Option<Instant>) {
        self.entry = match mem::replace(&mut self.entry, Progress::Nothing) {
            Progress::Queued(submitted_at, roll, number) => {
                let begun = self
                    .site
                    .meter()
                    .begin_at(submitted_at, since.unwrap_or_else(Instant::now));
                roll.waiting.lock().remove(&number);
                roll.running.lock().insert(number, self.site);
                Progress::Running(begun, roll, number)
            }
            other => other,
        };
    }

    /// The call is over. It may be submitted once more if it was refused.
    pub(crate) fn end(&mut self, ending: Ending) {
        if matches!(ending, Ending::Done | Ending::Panicked | Ending::Failed) {
            // The answer may be there as soon as the caller looks again.
            self.begin(None);
        }
        match mem::replace(&mut self.entry, Progress::Nothing) {
            Progress::Nothing => {}
            Progress::Queued(_, roll, number) => {
                roll.waiting.lock().remove(&number);
                let ending = match ending {
                    Ending::Refused => Ending::Refused,
                    _ => Ending::Cancelled,
                };
                self.site.meter().leave(ending);
                roll.meter.end(ending, Times::ZERO);
            }
            Progress::Running(begun, roll, number) => {
                roll.running.lock().remove(&number);
                self.end_running(begun, roll.meter, ending);
            }
        }
    }

    fn end_running(&self, begun: Begun, meter: PoolMeterRef, ending: Ending) {
        let ending = match ending {
            // Turned away after a worker had begun it: there is no answer of the body.
            Ending::Refused => Ending::Failed,
            Ending::Cancelled => Ending::Killed,
            ending => ending,
        };
        meter.end(ending, self.site.meter().end(begun, ending));
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        if matches!(self.entry, Progress::Running(..)) {
            self.site.meter().abandon();
        }
        self.end(Ending::Cancelled);
    }
}

/// The calls that wait for one place, and those that run there.
struct Roll {
    place: &'static dyn Remote,
    meter: PoolMeterRef,
    next: AtomicU64,
    waiting: Mutex<BTreeMap<u64, (&'static Site, SubmittedAt)>>,
    running: Mutex<BTreeMap<u64, &'static Site>>,
}

/// By name: pools of one name count together, as others do.
static ROLLS: LazyLock<Mutex<BTreeMap<&'static str, Arc<Roll>>>> = LazyLock::new(Mutex::default);

impl Roll {
    fn of(place: &'static dyn Remote) -> Arc<Self> {
        let name = place.name();
        let mut rolls = ROLLS.lock();
        let roll = rolls.entry(name).or_insert_with(|| {
            let roll = Arc::new(Self {
                place,
                meter: PoolMeterRef::named(name),
                next: AtomicU64::new(0),
                waiting: Mutex::default(),
                running: Mutex::default(),
            });
            metrics::register(name, &roll);
            roll
        });
        Arc::clone(roll)
    }
}

impl PoolSource for Roll {
    fn now(&self) -> Stats {
        Stats {
            queued: self.waiting.lock().len(),
            running: self.running.lock().len(),
            threads: self.place.processes(),
            ..Stats::default()
        }
    }

    fn limit(&self) -> Option<usize> {
        self.place.limit()
    }

    fn longest_wait(&self) -> Option<Waits> {
        let waiting = self.waiting.lock();
        let (site, submitted_at) = waiting.values().next()?;
        Some(Waits {
            site,
            time: submitted_at.waited(),
        })
    }

    fn cluster(&self) -> Option<ClusterSnapshot> {
        self.place.node_counts().map(|counts| ClusterSnapshot {
            nodes: counts.nodes,
            lost: counts.lost,
            retried: counts.retried,
            republished: counts.republished,
            refused_claims: counts.refused_claims,
        })
    }

    fn elsewhere(&self) -> Vec<&'static Site> {
        self.running.lock().values().copied().collect()
    }
}
