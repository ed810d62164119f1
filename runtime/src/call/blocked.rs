//! A body that waits for a future inside `block_on`, and the calls that its thread may have to run meanwhile.

use std::{
    cell::RefCell,
    iter, mem, ptr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::Wake,
    thread::{self, Thread},
};

use super::{
    outside_body::OutsideBody,
    parked::{Due, Parked, RUN_QUEUED_AFTER},
    signal::Signal,
};
use crate::sync::Mutex;

/// A call that was handed to a blocked thread. The argument says whether to run it there; if not, it goes back to its queue.
pub(crate) type Handoff = Box<dyn FnOnce(bool) + Send>;

/// The same, with the body that made the call.
type Handed = (Arc<Blocked>, Handoff);

/// A group of threads that run bodies, as seen by a blocked body: the threads of a lane, of rayon, or of an owner.
pub(crate) trait ThreadHome: Send + Sync {
    /// The name of the pool.
    fn name(&self) -> &'static str;
    /// The signal that is raised when these threads shut down.
    fn signal(&self) -> &Arc<Signal>;
    /// A body on one of these threads begins to wait.
    fn begin_wait(self: Arc<Self>, _: &Arc<Blocked>) {}
    /// That body waits no more.
    fn end_wait(&self, _: &Arc<Blocked>) {}
    /// The bodies here and who waits for the calls that are queued, if all bodies wait and no further one may start.
    fn waiters(&self) -> Option<Waiters> {
        None
    }
    /// Whether calls are queued for these threads while every body on them waits.
    fn is_stuck(&self) -> bool {
        false
    }
    /// If calls are queued while every body here waits in `block_on`: numbers that change when one of them begins a wait or looks at its
    /// future again.
    fn stuck_at(&self) -> Option<(usize, usize)> {
        None
    }
    /// Runs one of those calls on a further thread, since nobody knows which body waits for it.
    fn relieve(self: Arc<Self>) {}
    /// A body on one of these threads has polled calls outside of `block_on`.
    fn polls_outside(self: Arc<Self>, _: &Arc<dyn OutsideBody>) {}
    /// The bodies that wait on these threads and have not come to the calls handed to them.
    fn untaken(&self) -> Vec<Arc<Blocked>> {
        Vec::new()
    }
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
    home: Option<Arc<dyn ThreadHome>>,
    /// The blocked body that called this body.
    caller: Option<Arc<Self>>,
    /// The next outer `block_on` on the same thread.
    outer: Option<Arc<Self>>,
    /// Calls that this thread is to run, and the bodies that made them; `None` once it waits no more.
    handoffs: Mutex<Option<Vec<Handed>>>,
}

thread_local! {
    static INNERMOST: RefCell<Option<Arc<Blocked>>> = const { RefCell::new(None) };
}

impl Blocked {
    /// Begins to wait on this thread.
    pub(crate) fn begin(home: Option<Arc<dyn ThreadHome>>, caller: Option<Arc<Self>>) -> Arc<Self> {
        let blocked = Arc::new(Self {
            thread: thread::current(),
            woken: AtomicBool::new(false),
            looks: AtomicUsize::new(0),
            home,
            caller,
            outer: INNERMOST.with_borrow(Clone::clone),
            handoffs: Mutex::new(Some(Vec::new())),
        });
        INNERMOST.set(Some(Arc::clone(&blocked)));
        if let Some(home) = &blocked.home {
            Arc::clone(home).begin_wait(&blocked);
        }
        blocked
    }

    /// The nearest body in the chain that waits on a thread of `signal`.
    pub(crate) fn find(self: &Arc<Self>, signal: &Arc<Signal>) -> Option<Arc<Self>> {
        let mut link = Some(self);
        while let Some(blocked) = link {
            let home = blocked.home.as_ref();
            if home.is_some_and(|home| Arc::ptr_eq(home.signal(), signal)) {
                return Some(Arc::clone(blocked));
            }
            link = blocked.caller.as_ref();
        }
        None
    }

    /// The threads that the body is on.
    pub(crate) const fn home(&self) -> Option<&Arc<dyn ThreadHome>> {
        self.home.as_ref()
    }

    /// The bodies that cannot go on before this one does: the one that called it, and the next outer one on the same thread.
    pub(crate) fn held_up(&self) -> impl Iterator<Item = &Arc<Self>> {
        self.caller.iter().chain(&self.outer)
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.handoffs.lock().is_none()
    }

    /// Hands a call of `caller` to this thread. Gives it back if the thread waits no more.
    pub(crate) fn hand_off(&self, caller: &Arc<Self>, handoff: Handoff) -> Result<(), Handoff> {
        match &mut *self.handoffs.lock() {
            Some(handoffs) => handoffs.push((Arc::clone(caller), handoff)),
            None => return Err(handoff),
        }
        self.thread.unpark();
        Ok(())
    }

    /// Waits until the future is woken, and runs the calls that were handed to this thread. `run_own` runs a call of the
    /// body itself; it is used after a while, since perhaps no thread has taken that call.
    pub(crate) fn wait(&self, run_own: Option<impl FnOnce()>) {
        self.looks.fetch_add(1, Ordering::Relaxed);
        if let Some(run_own) = run_own {
            // Asked before, too: what was polled may have parked as well, and so have used up the token that parking returns for.
            if !self.is_woken() {
                thread::park_timeout(RUN_QUEUED_AFTER);
                if !self.is_woken() {
                    return run_own();
                }
            }
        }
        // Read and cleared in one step: the poll that follows must see everything the waker did before.
        let mut parked = Parked::default();
        while !self.woken.swap(false, Ordering::Acquire) && self.handed() == 0 {
            self.park(&mut parked);
        }
        self.run_handoffs();
    }

    pub(crate) fn looks(&self) -> usize {
        self.looks.load(Ordering::Relaxed)
    }

    /// Wakes this thread to check again whether it is stuck.
    pub(crate) fn nudge(&self) {
        self.thread.unpark();
    }

    /// Parks, and helps pools whose bodies wait on this thread.
    fn park(&self, parked: &mut Parked) {
        let mut stuck = self.homes();
        stuck.retain(|home| home.is_stuck());
        match (parked.park(!stuck.is_empty()), &self.home) {
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
    fn homes(&self) -> Vec<&Arc<dyn ThreadHome>> {
        let mut homes: Vec<&Arc<dyn ThreadHome>> = Vec::new();
        for home in self.here().filter_map(Self::home) {
            let mut known = homes.iter().map(|known| known.signal());
            if !known.any(|known| Arc::ptr_eq(known, home.signal())) {
                homes.push(home);
            }
        }
        homes
    }

    /// Ends the wait, and sends back the calls that were handed over and not run.
    pub(crate) fn end(self: &Arc<Self>) {
        if let Some(home) = &self.home {
            home.end_wait(self);
        }
        INNERMOST.set(self.outer.clone());
        let handoffs = self.handoffs.lock().take();
        for (_, handoff) in handoffs.into_iter().flatten() {
            handoff(false);
        }
    }

    /// Whether calls were handed to this thread and not run yet.
    pub(crate) fn has_own_handoff(&self) -> bool {
        let handoffs = self.handoffs.lock();
        handoffs.as_ref().is_some_and(|all| !all.is_empty())
    }

    /// Sends back the calls that were handed over: this thread will not come to them.
    pub(crate) fn give_back(&self) {
        let handoffs = self.handoffs.lock().as_mut().map(mem::take);
        for (_, handoff) in handoffs.into_iter().flatten() {
            handoff(false);
        }
    }

    /// Whether the future was woken, or a call was handed to this thread.
    fn is_woken(&self) -> bool {
        self.woken.load(Ordering::Acquire) || self.handed() > 0
    }

    /// Runs the calls that have been handed to this thread by now. Those for its outer `block_on`s, which cannot look before this one
    /// ends, only where this one waits for them too. One at a time: what waits meanwhile can be sent back.
    fn run_handoffs(&self) {
        for _ in 0..self.handed() {
            if let Some(handoff) = self.here().find_map(|blocked| self.take_from(blocked)) {
                handoff(true);
            }
        }
    }

    /// How many calls that this thread may run have been handed to it.
    fn handed(&self) -> usize {
        let of = |blocked: &Self| {
            let handoffs = blocked.handoffs.lock();
            let all = handoffs.iter().flatten();
            all.filter(|handed| self.may_run(blocked, handed)).count()
        };
        self.here().map(of).sum()
    }

    fn take_from(&self, blocked: &Self) -> Option<Handoff> {
        let mut handoffs = blocked.handoffs.lock();
        let all = handoffs.as_mut()?;
        let index = all
            .iter()
            .position(|handed| self.may_run(blocked, handed))?;
        Some(all.remove(index).1)
    }

    /// Whether a call that was handed to `blocked` may run on this thread inside this `block_on`, because it waits for it.
    fn may_run(&self, blocked: &Self, (caller, _): &Handed) -> bool {
        let mut callers = iter::successors(Some(&**caller), |caller| caller.caller.as_deref());
        ptr::eq(self, blocked) || callers.any(|caller| ptr::eq(self, caller))
    }

    /// This `block_on`, and the outer ones on the same thread.
    fn here(&self) -> impl Iterator<Item = &Self> {
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
