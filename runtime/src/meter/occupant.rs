//! Which function each thread runs, and for which pool.

use std::{
    ptr,
    sync::{Arc, Weak},
};

use super::pool::PoolMeter;
use crate::{site::Site, sync::Mutex};

/// Says which function this thread runs, for as long as it works for a pool.
pub(crate) struct Occupant {
    told: bool,
}

/// The work of one thread: for which pool, and which function. A body that waits may have others above it.
type Desk = Mutex<Vec<(&'static PoolMeter, Option<&'static Site>)>>;

thread_local! {
    static DESK: Arc<Desk> = new_desk();
}

/// Those of all threads, so that nothing has to be allocated or entered anywhere when a thread only comes to a pool.
static DESKS: Mutex<Vec<Weak<Desk>>> = Mutex::new(Vec::new());

impl Occupant {
    pub(super) fn begin(pool: Option<&'static PoolMeter>) -> Self {
        // A thread that is taken down tells nothing.
        let told = pool.map(|pool| DESK.try_with(|desk| desk.lock().push((pool, None))));
        Self {
            told: matches!(told, Some(Ok(()))),
        }
    }

    pub(crate) fn set(&self, site: impl FnOnce() -> Option<&'static Site>) {
        if !self.told {
            return;
        }
        let site = site();
        let _ = DESK.try_with(|desk| {
            if let Some((_, now)) = desk.lock().last_mut() {
                *now = site;
            }
        });
    }
}

impl Drop for Occupant {
    fn drop(&mut self) {
        if self.told {
            let _ = DESK.try_with(|desk| desk.lock().pop());
        }
    }
}

fn new_desk() -> Arc<Desk> {
    let desk = Arc::default();
    let mut desks = DESKS.lock();
    if desks.len() == desks.capacity() {
        desks.retain(|desk| desk.strong_count() > 0);
    }
    desks.push(Arc::downgrade(&desk));
    desk
}

/// What runs for the pool.
pub(super) fn occupants(pool: &PoolMeter) -> Vec<&'static Site> {
    let desks: Vec<_> = DESKS.lock().iter().filter_map(Weak::upgrade).collect();
    let mut sites = Vec::new();
    for desk in desks {
        let work = desk.lock();
        let here = work.iter().filter(|(known, _)| ptr::eq(*known, pool));
        sites.extend(here.filter_map(|(_, site)| *site));
    }
    sites
}
