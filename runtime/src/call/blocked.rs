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
    time::Duration,
};

use super::{
    cancel::Stoppable,
    ends_body::EndsBody,
    in_place::InPlace,
    offers::{Offered, Offers},
    outside_body::OutsideBody,
    own_place::OwnPlace,
    parked::{Due, OwnWait, Parked},
    signal::{self, Signal},
};
use crate::sync::Mutex;

/// How far the waits of bodies are. If it is the same later, none of them has come back meanwhile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct WaitCounts {
    /// How many waits have begun.
    pub(crate) begun: usize,
    /// How often a waiting body has polled its future again.
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
    /// A body that waits here, or one that it waits for, waits for a call that it did not wait for before.
    fn awaits_more(self: Arc<Self>) {}
    /// That body waits no more.
    fn end_wait(&self, _: &Arc<Blocked>) {}
    /// The bodies here and who waits for the calls that are queued, if all bodies wait and no further one may start.
    fn waiters(&self) -> Option<Waiters> {
        None
    }
    /// If calls are queued for these threads while every body on them waits in `block_on`, or `outside` of it: how far these waits are.
    fn stuck_at(&self, outside: bool) -> Option<WaitCounts> {
        let _ = outside;
        None
    }
    /// If every body on these threads waits, and somebody waits for a call that is queued for them: how many bodies have ended here.
    fn ended_while_stuck(&self) -> Option<usize> {
        None
    }
    /// Runs one of those calls on a further thread, since nobody knows which body waits for it.
    fn relieve(self: Arc<Self>) {}
    /// A body on one of these threads has polled calls outside of `block_on`.
    fn polls_outside(self: Arc<Self>, _: &Arc<dyn OutsideBody>) {}
    /// A body has waited here for long, and no call is queued.
    fn waits_long(self: Arc<Self>) {}
    /// While all bodies wait, the runtime has had no free blocking thread for a while.
    fn no_thread_is_free(&self) {}
    /// How many bodies have ended here so far. `None` if no calls are queued.
    fn ended_while_calls_wait(&self) -> Option<usize> {
        None
    }
    /// For long no body has ended, and calls were queued all the time.
    fn stands_still(&self) {}
    /// The watching thread saw no queued call and stops looking. Returns whether that is still true.
    fn unwatch_progress(&self) -> bool {
        true
    }
    /// Whether bodies on these threads may be waiting outside of `block_on`.
    fn has_outside(&self) -> bool {
        false
    }
}

/// A call whose body runs, for those who look for the body that waits for it.
pub(crate) trait RunningCall: Stoppable + EndsBody {
    /// The `block_on` of that body: there the call was polled last.
    fn caller(&self) -> Option<Arc<Blocked>>;
    fn stoppable(self: Arc<Self>) -> Arc<dyn Stoppable>;
}

/// The bodies of threads that are all taken by bodies that wait.
pub(crate) struct Waiters {
    pub(crate) bodies: Vec<Arc<Blocked>>,
    /// The bodies that wait for the calls which are queued here.
    pub(crate) callers: Vec<Arc<Blocked>>,
}

/// One `block_on`: the waker of its future, and a link in the chain of bodies that wait for each other.
pub(crate) struct Blocked {
    thread: Thread,
    // The park token alone is not enough: the future's own code may park and use it up.
    woken: AtomicBool,
    /// How often the thread has come back to the future.
    looks: AtomicUsize,
    /// How many calls have been awaited here, and whether one since the last look that was started before. `awaited` has the rest.
    pub(super) awaited: AtomicUsize,
    pub(super) awaits_started: AtomicBool,
    /// Whether the future came first last time, though calls may have been offered.
    future_was_first: AtomicBool,
    home: Option<Arc<dyn ThreadHome>>,
    /// The place on its thread: how many bodies and `block_on`s of other homes are around it.
    scope: usize,
    /// The next outer `block_on` on the same thread.
    pub(super) outer: Option<Arc<Self>>,
    /// The next inner one. Not the model checker's lock: while this one is held, nothing else happens.
    pub(super) inner: RwLock<Weak<Self>>,
    pub(super) in_place: InPlace,
    pub(super) place: Arc<OwnPlace>,
    /// `None` once it waits no more.
    pub(super) wait: Mutex<Option<Wait>>,
}

/// What belongs to a body only while it waits: its call, or else the chain of those that once waited would have no end, and calls that its
/// thread may run, because it waits for them.
pub(super) struct Wait {
    pub(super) call: Arc<dyn RunningCall>,
    pub(super) offers: Offers<Arc<Blocked>>,
}

thread_local! {
    static INNERMOST: RefCell<Option<Arc<Blocked>>> = const { RefCell::new(None) };
}

/// `None` also on a thread that is ending.
pub(super) fn innermost() -> Option<Arc<Blocked>> {
    let innermost = |here: &RefCell<Option<Arc<Blocked>>>| here.borrow().clone();
    INNERMOST.try_with(innermost).ok().flatten()
}

fn set_innermost(blocked: Option<Arc<Blocked>>) {
    let before = INNERMOST.try_with(|here| here.replace(blocked));
    drop(before);
}

impl Blocked {
    /// The body of `call`, which has that `place`, begins to wait on this thread, in that `scope` of its home.
    pub(crate) fn begin(
        home: Option<Arc<dyn ThreadHome>>,
        call: Arc<dyn RunningCall>,
        scope: usize,
        place: Arc<OwnPlace>,
    ) -> Arc<Self> {
        let offers = Offers::default();
        let blocked = Arc::new(Self {
            thread: thread::current(),
            woken: AtomicBool::new(false),
            looks: AtomicUsize::new(0),
            awaited: AtomicUsize::new(0),
            awaits_started: AtomicBool::new(false),
            future_was_first: AtomicBool::new(false),
            home,
            scope,
            outer: innermost(),
            inner: RwLock::default(),
            in_place: InPlace::default(),
            place,
            wait: Mutex::new(Some(Wait { call, offers })),
        });
        if let Some(outer) = &blocked.outer {
            outer.set_inner(Arc::downgrade(&blocked));
        }
        set_innermost(Some(Arc::clone(&blocked)));
        if let Some(home) = &blocked.home {
            Arc::clone(home).begin_wait(&blocked);
        }
        // What the outer ones were offered may be for this one to run now, or for nobody on this thread.
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

    /// Offers this thread a call, to run as soon as `caller` waits for it: this body waits for that one. Returns false if it waits no
    /// more.
    pub(crate) fn offer(&self, caller: &Arc<Self>, call: Arc<dyn Offered>) -> bool {
        let caller = Arc::clone(caller);
        let mut wait = self.wait.lock();
        let gone = wait.as_mut().map(|wait| wait.offers.push(caller, call));
        drop(wait);
        self.thread.unpark();
        gone.is_some()
    }

    /// Whether this call is among those that it was offered and has not run.
    pub(crate) fn was_offered(&self, call: *const ()) -> bool {
        let wait = self.wait.lock();
        wait.as_ref().is_some_and(|wait| wait.offers.has(call))
    }

    /// Waits until the future is woken, or runs one of the calls that were offered to this thread. `run_own` runs a call of the body
    /// itself, if there is a place for it; it is used after a while, since perhaps no thread takes it, and told if one is overdue.
    pub(crate) fn wait(self: &Arc<Self>, own: &mut OwnWait, run_own: impl Fn(bool) -> bool) {
        self.looks.fetch_add(1, Ordering::Relaxed);
        self.tell_what_is_awaited();
        self.relieve_if_due(&mut own.stuck);
        let mut parked = Parked::default();
        loop {
            // Read and cleared in one step: the poll that follows must see everything the waker did before.
            let woken = self.woken.swap(false, Ordering::Acquire);
            // A future that is woken all the time must not keep back the calls that it waits for: then both take turns.
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

    pub(crate) fn looks(&self) -> usize {
        self.looks.load(Ordering::Relaxed)
    }

    /// Wakes this thread to check again whether it is stuck.
    pub(crate) fn nudge(&self) {
        self.thread.unpark();
    }

    /// Parks, and helps pools whose bodies wait on this thread.
    fn park(&self, parked: &mut Parked, at_most: Option<Duration>) {
        let mut stuck = self.homes();
        stuck.retain(|home| home.stuck_at(true).is_some());
        match (parked.park(!stuck.is_empty(), at_most), &self.home) {
            (Due::Relief, _) => {
                for home in stuck {
                    Arc::clone(home).relieve();
                }
            }
            (Due::Notice, Some(home)) => Arc::clone(home).waits_long(),
            _ => {}
        }
    }

    /// The pools of the bodies on this thread. Where one waits and its thread runs a call of another pool meanwhile, it cannot look after
    /// its own.
    pub(super) fn homes(&self) -> Vec<&Arc<dyn ThreadHome>> {
        signal::distinct(self.here().filter_map(Self::home), |home| home.signal())
    }

    /// Ends the wait. Calls that were offered and not run stay in their queues.
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
