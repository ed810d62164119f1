//! How each executor shows what waits and runs there.

use crate::{
    executor::{tracker::JobTracker, with_runtime::WithRuntime},
    metrics::{PoolSource, Waits, counts::Stats},
    owner::state::OwnerState,
    pool::inner::{Inner, Lanes},
    scheduler::{lane::Lane, per_runtime::PerRuntime, task::Task},
};

impl PoolSource for Inner {
    fn now(&self) -> Stats {
        self.stats()
    }

    fn limit(&self) -> Option<usize> {
        Some(match &self.lanes {
            Lanes::Dedicated(lane) => lane.queue.lock().cap,
            // The limit counts for each runtime.
            Lanes::Shared(lanes) => {
                let runtimes = lanes.lanes().len().max(1);
                lanes.state.lock().cap.saturating_mul(runtimes)
            }
        })
    }

    fn longest_wait(&self) -> Option<Waits> {
        let waits = self.all().into_iter().filter_map(|lane| first(&lane));
        waits.max_by_key(|waits| waits.time)
    }
}

/// The default executor, whose threads are as many as the runtime allows.
impl PoolSource for PerRuntime<WithRuntime> {
    fn now(&self) -> Stats {
        let lanes = self.lanes();
        lanes
            .iter()
            .map(|lane| lane.stats())
            .fold(Stats::default(), Stats::merge)
    }

    fn limit(&self) -> Option<usize> {
        None
    }

    fn longest_wait(&self) -> Option<Waits> {
        let waits = self.lanes().into_iter().filter_map(|lane| first(&lane));
        waits.max_by_key(|waits| waits.time)
    }
}

impl PoolSource for OwnerState {
    fn now(&self) -> Stats {
        Stats {
            threads: 1,
            ..now(&self.tracker)
        }
    }

    fn limit(&self) -> Option<usize> {
        Some(1)
    }

    fn longest_wait(&self) -> Option<Waits> {
        self.tracker.view.longest_wait()
    }
}

/// The call of a lane that has waited longest: in each of its lines admission is in order of arrival.
fn first<T: Task>(lane: &Lane<T>) -> Option<Waits> {
    let queue = lane.queue.lock();
    let waiting = queue
        .jobs
        .oldest(T::is_dead)
        .filter_map(|job| Waits::of(job.call()?));
    waiting.max_by_key(|waits| waits.time)
}

/// How many calls wait and run in a queue that is not ours, such as rayon's.
pub(crate) fn now(tracker: &JobTracker) -> Stats {
    Stats {
        queued: tracker.view.len().saturating_sub(tracker.dead.count()),
        running: tracker.running(),
        ..Stats::default()
    }
}
