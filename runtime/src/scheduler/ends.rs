//! How many bodies of a lane have ended, and how many of its jobs are dead: counted without its lock.

use std::sync::atomic::{AtomicIsize, AtomicUsize, Ordering};

use crate::call::cache_padded::CachePadded;

/// What a body runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodySlot {
    /// A runner, or a thread that has the place of one. As many bodies as the limit allows have one.
    Runner,
    /// The thread of a body that waits, which has its slot already, or a spare thread. A runner that is free stays free.
    None,
}

/// How many bodies have ended. Beginnings are counted under the lane's lock, ends without it: an end is counted after its
/// body and before its caller learns of it. Also how many calls die in the queue, or have died, and have their arguments yet.
///
/// Each end changes one number, so that nobody sees half of it.
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

    /// Before the call can be taken out of the queue as a dead one.
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

/// How many jobs of a lane are dead and have not been thrown away. Each job dies once and is thrown away once, but the
/// throwing away may be counted before the death: a number below zero means none.
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
