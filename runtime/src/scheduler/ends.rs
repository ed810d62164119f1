//! Counts the ended bodies and the dead jobs of a lane, without its lock.

use std::sync::atomic::{AtomicIsize, AtomicUsize, Ordering};

use crate::call::cache_padded::CachePadded;

/// Whether a body uses a slot of the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodySlot {
    /// It runs on a runner, or on a thread that has joined with the slot of a runner. There are as many slots as the limit allows.
    Runner,
    /// It runs on the thread of a waiting body, whose slot it shares, or on a spare thread. It takes no slot from runners.
    None,
}

/// The number of bodies that have ended. Beginnings are counted under the lane's lock, ends without it: an end is counted after the
/// body and before its caller can see it. Also the number of calls that die in the queue and whose arguments are not dropped yet.
///
/// Each end changes one atomic only, so no reader sees half of it.
#[derive(Default)]
pub(crate) struct Ended {
    on_runners: CachePadded<AtomicUsize>,
    elsewhere: AtomicUsize,
    leaving: AtomicUsize,
}

impl Ended {
    /// A job that was taken by `pop`, or begun in place, has ended.
    pub(crate) fn add(&self, slot: BodySlot) {
        self.of(slot).fetch_add(1, Ordering::Release);
    }

    pub(super) fn count(&self, slot: BodySlot) -> usize {
        self.of(slot).load(Ordering::Acquire)
    }

    pub(super) fn all(&self) -> usize {
        let runners = self.count(BodySlot::Runner);
        runners.wrapping_add(self.count(BodySlot::None))
    }

    const fn of(&self, slot: BodySlot) -> &AtomicUsize {
        match slot {
            BodySlot::Runner => &self.on_runners.0,
            BodySlot::None => &self.elsewhere,
        }
    }

    /// Called before other threads can take the call out of the queue as a dead one.
    pub(super) fn call_leaves(&self) {
        self.leaving.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn call_left(&self) {
        self.leaving.fetch_sub(1, Ordering::Release);
    }

    pub(super) fn is_any_leaving(&self) -> bool {
        self.leaving.load(Ordering::Acquire) > 0
    }
}

/// The number of dead jobs that are still in the queue of a lane. Each job dies once and is discarded once, but the
/// discarding may be counted before the death: a number below zero means none.
#[derive(Default)]
pub(crate) struct Dead(AtomicIsize);

impl Dead {
    /// A job has died.
    pub(crate) fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// A dead job was taken out of the lane.
    pub(crate) fn remove(&self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }

    pub(crate) fn count(&self) -> usize {
        usize::try_from(self.0.load(Ordering::Relaxed)).unwrap_or(0)
    }
}
