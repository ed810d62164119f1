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
pub(crate) struct Occupant {
    /// Zero if nobody is told.
    pool: u32,
    desk: Option<Arc<Desk>>,
}

/// What a thread runs now: the number of the pool in the upper half, that of the function in the lower one, or zero. Both
/// are told at once, and by one store for each body.
type Desk = AtomicU64;

/// The desks of this thread. A body that waits keeps its own while its thread runs others.
#[derive(Default)]
struct Desks {
    all: Vec<Arc<Desk>>,
    used: usize,
}

thread_local! {
    static DESKS: RefCell<Desks> = RefCell::default();
}

/// Those of all threads. They stay with their threads, so that one that only comes to a pool has nothing to enter here.
static EVERY: Mutex<Vec<Weak<Desk>>> = Mutex::new(Vec::new());

impl Occupant {
    /// This thread begins to work for the pool of that number.
    pub(super) fn begin(pool: Option<u32>) -> Self {
        // A thread that is taken down tells nothing.
        let desk = pool.and_then(|_| DESKS.try_with(|desks| desks.borrow_mut().take()).ok());
        Self {
            pool: pool.unwrap_or_default(),
            desk,
        }
    }

    /// It runs that function now.
    pub(crate) fn set(&self, site: impl FnOnce() -> Option<&'static Site>) {
        if let (Some(desk), Some(site)) = (&self.desk, site()) {
            let function = site.meter().number();
            let both = (u64::from(self.pool) << 32) | u64::from(function);
            desk.store(both, Ordering::Release);
        }
    }

    /// It runs none now.
    pub(crate) fn clear(&self) {
        if let Some(desk) = &self.desk {
            desk.store(0, Ordering::Release);
        }
    }
}

impl Drop for Occupant {
    fn drop(&mut self) {
        self.clear();
        if self.desk.is_some() {
            let _ = DESKS.try_with(|desks| desks.borrow_mut().used -= 1);
        }
    }
}

impl Desks {
    fn take(&mut self) -> Arc<Desk> {
        if self.used == self.all.len() {
            self.all.push(new_desk());
        }
        self.used += 1;
        Arc::clone(&self.all[self.used - 1])
    }
}

fn new_desk() -> Arc<Desk> {
    let desk = Arc::default();
    let mut every = EVERY.lock();
    if every.len() == every.capacity() {
        every.retain(|desk| desk.strong_count() > 0);
    }
    every.push(Arc::downgrade(&desk));
    desk
}

/// What runs for the pool of that number.
pub(super) fn occupants(pool: u32) -> Vec<&'static Site> {
    let now: Vec<_> = EVERY
        .lock()
        .iter()
        .filter_map(|desk| Some(desk.upgrade()?.load(Ordering::Acquire)))
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
