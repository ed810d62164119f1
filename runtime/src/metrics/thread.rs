//! Which function each thread runs, and for which pool.

use std::{
    cell::RefCell,
    sync::{
        Arc, Weak,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{
    call::{meter::sites, site::Site},
    sync::Mutex,
};

/// Says which function this thread runs, for as long as it works for a pool.
pub(crate) struct ThreadSlot {
    /// The number of the pool; zero if this thread is not shown.
    pool: u32,
    slot: Option<Arc<Slot>>,
}

/// The work of a thread now: the number of the pool in the upper half, that of the function in the lower one, or zero. So one store for
/// each body publishes both.
type Slot = AtomicU64;

/// The slots of this thread. A body that waits keeps its own while its thread runs others.
#[derive(Default)]
struct ThreadSlots {
    all: Vec<Arc<Slot>>,
    used: usize,
}

thread_local! {
    static SLOTS: RefCell<ThreadSlots> = RefCell::default();
}

/// The slots of all threads. A slot stays with its thread, so that a thread which only visits a pool has nothing to register.
static ALL: Mutex<Vec<Weak<Slot>>> = Mutex::new(Vec::new());

impl ThreadSlot {
    /// This thread begins to work for the pool of that number.
    pub(super) fn begin(pool: Option<u32>) -> Self {
        // A thread that is taken down tells nothing.
        let slot = pool.and_then(|_| SLOTS.try_with(|slots| slots.borrow_mut().take()).ok());
        Self {
            pool: pool.unwrap_or_default(),
            slot,
        }
    }

    /// It runs that function now.
    pub(crate) fn set(&self, site: impl FnOnce() -> Option<&'static Site>) {
        if let (Some(slot), Some(site)) = (&self.slot, site()) {
            let function = site.meter().number();
            let both = (u64::from(self.pool) << 32) | u64::from(function);
            slot.store(both, Ordering::Release);
        }
    }

    /// It runs none now.
    pub(crate) fn clear(&self) {
        if let Some(slot) = &self.slot {
            slot.store(0, Ordering::Release);
        }
    }
}

impl Drop for ThreadSlot {
    fn drop(&mut self) {
        self.clear();
        if self.slot.is_some() {
            let _ = SLOTS.try_with(|slots| slots.borrow_mut().used -= 1);
        }
    }
}

impl ThreadSlots {
    fn take(&mut self) -> Arc<Slot> {
        if self.used == self.all.len() {
            self.all.push(new_slot());
        }
        self.used += 1;
        Arc::clone(&self.all[self.used - 1])
    }
}

fn new_slot() -> Arc<Slot> {
    let slot = Arc::default();
    let mut all = ALL.lock();
    if all.len() == all.capacity() {
        all.retain(|slot| slot.strong_count() > 0);
    }
    all.push(Arc::downgrade(&slot));
    slot
}

/// The bodies that run for the pool of that number.
pub(super) fn occupants(pool: u32) -> Vec<&'static Site> {
    let now: Vec<_> = ALL
        .lock()
        .iter()
        .filter_map(|slot| Some(slot.upgrade()?.load(Ordering::Acquire)))
        .filter(|now| now >> 32 == u64::from(pool))
        .collect();
    // Read last: a function that runs is known by then.
    let sites = sites();
    let known = now.into_iter().filter_map(|now| {
        let function = usize::try_from(now & u64::from(u32::MAX)).ok()?;
        sites.get(function.checked_sub(1)?).copied()
    });
    known.collect()
}
