//! How each executor shows what waits and runs there.

use crate::{
    executor::{tracker::JobTracker, with_runtime::WithRuntime},
    metrics::{PoolSource, Waits, counts::Stats},
    owner::state::OwnerState,
    pool::inner::{Inner, Lanes},
    scheduler::{lane::Lane, oldest::MOST_AT_ONCE, per_runtime::PerRuntime, task::Task},
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

/// The call of a lane that has waited longest. A call that waits no more is dead.
fn first(lane: &Lane<WithRuntime>) -> Option<Waits> {
    loop {
        let mut dead = Vec::new();
        let mut queue = lane.queue.lock();
        let look = |job: &WithRuntime| Waits::of(job.call()?);
        let oldest = queue.jobs.oldest(look, &mut dead);
        let more = dead.len() == MOST_AT_ONCE;
        lane.unlock_and_discard(queue, dead);
        if oldest.is_some() || !more {
            return oldest;
        }
    }
}

/// How many calls wait and run in a queue that is not ours, such as rayon's.
pub(crate) fn now(tracker: &JobTracker) -> Stats {
    Stats {
        queued: tracker.view.len().saturating_sub(tracker.dead.count()),
        running: tracker.running(),
        ..Stats::default()
    }
}
