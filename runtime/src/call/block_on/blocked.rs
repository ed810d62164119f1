//! A body that waits for a future inside `block_on`, and the calls that its thread may have to run meanwhile.

use std::{
    cell::RefCell,
    iter,
    sync::{
        Arc, RwLock, Weak,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::Wake,
    thread::{self, Thread},
    time::{Duration, Instant},
};

use super::{
    endless_wait::EndlessWait,
    in_place::InPlace,
    offers::{Offered, Offers},
    outside_body::{OutsideBody, OutsideWaits},
    own_slot::OwnSlot,
    parked::{Due, OwnWait, Parked},
};
use crate::call::{cancel::Stoppable, ends_body::EndsBody, signal, signal::Signal};
use crate::sync::Mutex;

/// The progress of waiting bodies. If two readings are equal, no body has ended or polled its future in between.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct WaitCounts {
    /// The number of waits that have begun, and of bodies that have ended.
    pub(crate) changes: usize,
    /// The number of times that waiting bodies have polled their futures again.
    pub(crate) polls: usize,
}

/// A group of threads that run bodies, as seen by a blocked body: the threads of a lane, of rayon, or of an owner.
pub(crate) trait ThreadHome: Send + Sync {
    /// The name of the pool.
    fn name(&self) -> &'static str;
    /// The signal that is raised when these threads shut down.
    fn signal(&self) -> &Arc<Signal>;
    /// A body on one of these threads begins to wait.
    fn begin_wait(self: Arc<Self>, _: &Arc<Blocked>) {}
    /// A body that waits here, or a body that it waits for, has begun to await another call.
    fn awaits_more(self: Arc<Self>) {}
    /// The wait of that body has ended.
    fn end_wait(&self, _: &Arc<Blocked>) {}
    /// The bodies here and the bodies that wait for queued calls, if all bodies wait and the limit allows no further body.
    fn waiters(&self) -> Option<Waiters> {
        None
    }
    /// The progress of the waits, if calls are queued while every body on these threads waits in `block_on`, or `outside` of it.
    fn stuck_at(&self, outside: bool) -> Option<WaitCounts> {
        let _ = outside;
        None
    }
    /// The number of bodies that have ended here, if every body on these threads waits and a call that is queued for them is awaited.
    fn ended_while_stuck(&self) -> Option<usize> {
        None
    }
    /// Runs one of those calls on a spare thread. Used where it is unknown which body waits for it.
    fn add_spare_thread(self: Arc<Self>) {}
    /// A body on one of these threads has polled calls outside of `block_on`.
    fn polls_outside(self: Arc<Self>, _: &Arc<dyn OutsideBody>) {}
    /// A body has waited here for long while no call was queued.
    fn waits_long(self: Arc<Self>) {}
    /// All bodies wait, and the runtime has had no free blocking thread for a while.
    fn no_thread_is_free(&self) {}
    /// The number of bodies that have ended here. `None` if no calls are queued.
    fn ended_while_calls_wait(&self) -> Option<usize> {
        None
    }
    /// Calls have been queued for long, and no body has ended in that time.
    fn warn_standstill(&self) {}
    /// A body here may wait for ever.
    fn warn_endless(&self, _: EndlessWait) {}
    /// The monitor saw no queued call and is about to stop checking. Returns false if a call has been queued since.
    fn unwatch_progress(&self) -> bool {
        true
    }
    /// The bodies on these threads that may be waiting outside of `block_on` at that time.
    fn outside_waits(&self, _: Instant) -> OutsideWaits {
        OutsideWaits::default()
    }
}

/// A call whose body runs, as seen by code that searches for the body waiting for it.
pub(crate) trait RunningCall: Stoppable + EndsBody {
    /// The `block_on` in which the call was polled last.
    fn caller(&self) -> Option<Arc<Blocked>>;
    fn stoppable(self: Arc<Self>) -> Arc<dyn Stoppable>;
}

/// The bodies of a group of threads, all of which wait.
pub(crate) struct Waiters {
    pub(crate) bodies: Vec<Arc<Blocked>>,
    /// The bodies that wait for calls queued here.
    pub(crate) callers: Vec<Arc<Blocked>>,
}

/// One `block_on`: the waker of its future, and one element of the chain of bodies that wait for each other.
pub(crate) struct Blocked {
    thread: Thread,
    // The park token alone is not enough: code inside the future may park too, and consume it.
    woken: AtomicBool,
    /// The number of times that the thread has polled the future.
    polls: AtomicUsize,
    /// See `awaited.rs`: the number of calls awaited here, and whether one was submitted before it was awaited.
    pub(super) awaited: AtomicUsize,
    pub(super) awaits_started: AtomicBool,
    /// Whether the last turn went to the future rather than to an offered call.
    future_was_first: AtomicBool,
    home: Option<Arc<dyn ThreadHome>>,
    /// The nesting level on its thread, as `home::scope` counts it.
    scope: usize,
    /// The next outer `block_on` on the same thread.
    pub(super) outer: Option<Arc<Self>>,
    /// The next inner one. This lock is not one of the model checker's: the code under it has no other synchronization.
    pub(super) inner: RwLock<Weak<Self>>,
    pub(super) in_place: InPlace,
    pub(super) slot: Arc<OwnSlot>,
    /// `None` after the wait has ended.
    pub(super) wait: Mutex<Option<Wait>>,
}

/// The state that a body has only while it waits: its call, and the calls that its thread may run. The call is dropped at the end of the
/// wait, so that bodies which waited for each other do not keep each other alive.
pub(super) struct Wait {
    pub(super) call: Arc<dyn RunningCall>,
    pub(super) offers: Offers<Arc<Blocked>>,
}

thread_local! {
    static INNERMOST: RefCell<Option<Arc<Blocked>>> = const { RefCell::new(None) };
}

/// The innermost `block_on` of this thread. `None` if the thread's locals are already destroyed.
pub(super) fn innermost() -> Option<Arc<Blocked>> {
    let innermost = |here: &RefCell<Option<Arc<Blocked>>>| here.borrow().clone();
    INNERMOST.try_with(innermost).ok().flatten()
}

fn set_innermost(blocked: Option<Arc<Blocked>>) {
    let before = INNERMOST.try_with(|here| here.replace(blocked));
    drop(before);
}

impl Blocked {
    /// The body of `call` begins to wait on this thread. `scope` is its nesting level, `slot` its slot in the limit.
    pub(crate) fn begin(
        home: Option<Arc<dyn ThreadHome>>,
        call: Arc<dyn RunningCall>,
        scope: usize,
        slot: Arc<OwnSlot>,
    ) -> Arc<Self> {
        let offers = Offers::default();
        let blocked = Arc::new(Self {
            thread: thread::current(),
            woken: AtomicBool::new(false),
            polls: AtomicUsize::new(0),
            awaited: AtomicUsize::new(0),
            awaits_started: AtomicBool::new(false),
            future_was_first: AtomicBool::new(false),
            home,
            scope,
            outer: innermost(),
            inner: RwLock::default(),
            in_place: InPlace::default(),
            slot,
            wait: Mutex::new(Some(Wait { call, offers })),
        });
        if let Some(outer) = &blocked.outer {
            outer.set_inner(Arc::downgrade(&blocked));
        }
        set_innermost(Some(Arc::clone(&blocked)));
        if let Some(home) = &blocked.home {
            Arc::clone(home).begin_wait(&blocked);
        }
        // This wait decides which calls offered to the outer ones may run on this thread now.
        let known = usize::from(blocked.home.is_some());
        for home in blocked.homes().into_iter().skip(known) {
            Arc::clone(home).awaits_more();
        }
        blocked
    }

    /// The threads that the body is on.
    pub(crate) const fn home(&self) -> Option<&Arc<dyn ThreadHome>> {
        self.home.as_ref()
    }

    /// Whether it is the only `block_on` of its body, or the outermost.
    pub(crate) fn is_outermost_of_body(&self) -> bool {
        !matches!(&self.outer, Some(outer) if outer.scope == self.scope)
    }

    /// Offers a call to this thread, which runs it as soon as `caller` awaits it; this body waits for `caller`. Returns false if this wait
    /// has ended.
    pub(crate) fn offer(&self, caller: &Arc<Self>, call: Arc<dyn Offered>) -> bool {
        let caller = Arc::clone(caller);
        let mut wait = self.wait.lock();
        let gone = wait.as_mut().map(|wait| wait.offers.push(caller, call));
        drop(wait);
        self.thread.unpark();
        gone.is_some()
    }

    /// Waits until the future is woken, or runs one of the calls that were offered to this thread. If another thread does not take a call
    /// that the body itself made, `run_own` runs it here after a while, if a slot is free; its argument says whether a thread is overdue.
    pub(crate) fn wait(self: &Arc<Self>, own: &mut OwnWait, run_own: impl Fn(bool) -> bool) {
        self.polls.fetch_add(1, Ordering::Relaxed);
        self.announce_awaited();
        self.add_spare_if_due(&mut own.stuck);
        let mut parked = Parked::default();
        loop {
            // Read and cleared in one step: the next poll must see everything that happened before the wake.
            let woken = self.woken.swap(false, Ordering::Acquire);
            // The future and offered calls take turns, so that a future which is always woken does not starve the calls that it awaits.
            let future_first = woken && !self.future_was_first.load(Ordering::Relaxed);
            self.future_was_first.store(future_first, Ordering::Relaxed);
            if future_first || self.run_offered() {
                return;
            }
            if woken {
                own.run_if_due(&run_own);
                return;
            }
            self.park(&mut parked, own.pause());
            let nothing_else = !self.woken.load(Ordering::Acquire) && !self.has_offer();
            if nothing_else && own.run_if_due(&run_own) {
                return;
            }
        }
    }

    pub(crate) fn polls(&self) -> usize {
        self.polls.load(Ordering::Relaxed)
    }

    /// Wakes this thread to check again whether it is stuck.
    pub(crate) fn recheck(&self) {
        self.thread.unpark();
    }

    /// Parks the thread, and helps the pools whose bodies wait on it.
    fn park(&self, parked: &mut Parked, at_most: Option<Duration>) {
        let mut stuck = self.homes();
        stuck.retain(|home| home.stuck_at(true).is_some());
        match (parked.park(!stuck.is_empty(), at_most), &self.home) {
            (Due::Spare, _) => {
                for home in stuck {
                    Arc::clone(home).add_spare_thread();
                }
            }
            (Due::Notice, Some(home)) => Arc::clone(home).waits_long(),
            (Due::Still, Some(home)) => self.warn_still(&**home),
            _ => {}
        }
    }

    /// The pools of all bodies on this thread. An outer body cannot help its own pool while its thread runs a call of another pool.
    pub(super) fn homes(&self) -> Vec<&Arc<dyn ThreadHome>> {
        signal::distinct(self.here().filter_map(Self::home), |home| home.signal())
    }

    /// Ends the wait. Offered calls that have not run stay in their queues.
    pub(crate) fn end(self: &Arc<Self>) {
        if let Some(home) = &self.home {
            home.end_wait(self);
        }
        if let Some(outer) = &self.outer {
            outer.set_inner(Weak::new());
        }
        set_innermost(self.outer.clone());
        let wait = self.wait.lock().take();
        drop(wait);
    }

    /// This `block_on`, and the outer ones on the same thread.
    pub(super) fn here(&self) -> impl Iterator<Item = &Self> {
        iter::successors(Some(self), |blocked| blocked.outer.as_deref())
    }
}

impl Wake for Blocked {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.store(true, Ordering::Release);
        self.thread.unpark();
    }
}
