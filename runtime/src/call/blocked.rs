//! A body that waits for a future inside `block_on`, and the calls that its thread may have to run meanwhile.

use std::{
    cell::RefCell,
    mem,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Wake,
    thread::{self, Thread},
    time::{Duration, Instant},
};

use super::{queued_in::QueueNumber, signal::Signal};
use crate::{error::Error, sync::Mutex};

/// How long a blocked body gives other threads to take a call of its own before it runs the call itself.
///
/// Not measured: long beside a wake-up (a call of the benchmark `seq` takes a few microseconds in all), and short beside any
/// wait that somebody would notice.
const RUN_QUEUED_AFTER: Duration = Duration::from_millis(1);

/// How long all bodies of a pool may wait, with calls in its queue, before one of these is run beyond the limit. Not measured: longer
/// than bodies wait for what is no call of their own, as a rule, since then the limit is exceeded for nothing.
pub(crate) const RELIEVE_AFTER: Duration = Duration::from_secs(1);

/// A call handed to a blocked thread. It is told whether to run there; if not, it goes back to where it came from.
pub(crate) type Handoff = Box<dyn FnOnce(bool) + Send>;

/// The threads that a body runs on, as far as a blocked body is concerned.
pub(crate) trait ThreadHome: Send + Sync {
    /// What the pool is called.
    fn name(&self) -> &'static str;
    /// What speaks for these threads.
    fn signal(&self) -> &Arc<Signal>;
    /// A body begins to wait on one of them.
    fn begin_wait(self: Arc<Self>, blocked: &Arc<Blocked>);
    /// It waits no more.
    fn end_wait(&self, blocked: &Arc<Blocked>);
    /// Whether calls wait here while every body on these threads does too.
    fn is_stuck(&self) -> bool {
        false
    }
    /// Has one of those calls run, on no thread that waits: nobody knows who waits for it.
    fn relieve(self: Arc<Self>) {}
    /// A body on one of these threads has polled calls and is not inside `block_on`.
    fn polls_outside(self: Arc<Self>, body: &Arc<dyn OutsideBody>) {
        let _ = body;
    }
    /// The bodies that wait here and were handed calls they have not come to.
    fn untaken(&self) -> Vec<Arc<Blocked>> {
        Vec::new()
    }
    /// A body has waited for long here, and no call of this queue waits meanwhile.
    fn waits_long(self: Arc<Self>) {}
    /// While all of them wait, none of the runtime's blocking threads has been free for a while.
    fn no_thread_is_free(&self) {}
    /// How many bodies have ended here so far, if calls wait for a thread.
    fn ended_while_calls_wait(&self) -> Option<usize> {
        None
    }
    /// None has ended for long, and calls waited all the time.
    fn stands_still(&self) {}
    /// No call was seen waiting. Whether that is still so: nobody looks any more.
    fn unwatch_progress(&self) -> bool {
        true
    }
    /// Whether bodies may wait here outside of `block_on`.
    fn has_outside(&self) -> bool {
        false
    }
}

/// A body that has polled calls outside of `block_on`, where it may wait for them.
pub(crate) trait OutsideBody: Send + Sync {
    /// Whether one of the calls has not ended.
    fn waits(&self) -> bool;
    /// Whether one of them waits in that queue.
    fn waits_in(&self, queue: &QueueNumber) -> bool;
    /// Refuses those that wait in that queue, each with what `error` gives.
    fn refuse_in(&self, queue: &QueueNumber, error: fn() -> Error);
}

/// One `block_on`: the waker of its future, and a link in the chain of bodies that wait for one another.
pub(crate) struct Blocked {
    thread: Thread,
    // The park token alone would not do: the future's own code may park and swallow it.
    woken: AtomicBool,
    home: Option<Arc<dyn ThreadHome>>,
    /// The blocked body that this body's call was made by.
    caller: Option<Arc<Self>>,
    /// What waits further out on the same thread.
    outer: Option<Arc<Self>>,
    /// Calls for this thread to run; `None` once it waits no more.
    handoffs: Mutex<Option<Vec<Handoff>>>,
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

    /// The nearest body in the chain that waits on a thread `signal` speaks for.
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

    /// Hands a call to this thread, or gives it back if it waits no more.
    pub(crate) fn hand_off(&self, handoff: Handoff) -> Result<(), Handoff> {
        match &mut *self.handoffs.lock() {
            Some(handoffs) => handoffs.push(handoff),
            None => return Err(handoff),
        }
        self.thread.unpark();
        Ok(())
    }

    /// Waits to be woken, and runs what was delivered. `run_own` runs a call of the body itself, after a while in which nobody
    /// may have taken it.
    pub(crate) fn wait(&self, run_own: Option<impl FnOnce()>) {
        if let Some(run_own) = run_own {
            if !self.is_woken() {
                thread::park_timeout(RUN_QUEUED_AFTER);
                if !self.is_woken() {
                    return run_own();
                }
            }
        }
        // Read and cleared in one step: what the waker did before must be seen by the poll that follows.
        let mut so_far = SoFar::default();
        while !self.woken.swap(false, Ordering::Acquire) && !self.has_handoff() {
            self.park(&mut so_far);
        }
        self.run_handoffs();
    }

    /// Has this thread look again whether it is stuck.
    pub(crate) fn nudge(&self) {
        self.thread.unpark();
    }

    /// Parks, and gives threads that are stuck for too long something to go on with.
    fn park(&self, so_far: &mut SoFar) {
        let Some(home) = &self.home else {
            return thread::park();
        };
        if !home.is_stuck() {
            so_far.stuck_since = None;
            return so_far.park_at(home);
        }
        let since = so_far.stuck_since.get_or_insert_with(Instant::now);
        match RELIEVE_AFTER.checked_sub(since.elapsed()) {
            Some(left) if !left.is_zero() => thread::park_timeout(left),
            _ => {
                so_far.stuck_since = None;
                Arc::clone(home).relieve();
            }
        }
    }

    /// Waits no more, and sends back what was delivered.
    pub(crate) fn end(self: &Arc<Self>) {
        if let Some(home) = &self.home {
            home.end_wait(self);
        }
        INNERMOST.set(self.outer.clone());
        let handoffs = self.handoffs.lock().take();
        for handoff in handoffs.into_iter().flatten() {
            handoff(false);
        }
    }

    /// Whether calls wait for this thread to run them.
    pub(crate) fn has_own_handoff(&self) -> bool {
        let handoffs = self.handoffs.lock();
        handoffs
            .as_ref()
            .is_some_and(|handoffs| !handoffs.is_empty())
    }

    /// Sends back what was delivered: the thread does not come to it.
    pub(crate) fn give_back(&self) {
        let handoffs = self.handoffs.lock().as_mut().map(mem::take);
        for handoff in handoffs.into_iter().flatten() {
            handoff(false);
        }
    }

    /// Whether the future was woken, or something was delivered to this thread.
    fn is_woken(&self) -> bool {
        self.woken.load(Ordering::Acquire) || self.has_handoff()
    }

    fn has_handoff(&self) -> bool {
        self.has_own_handoff() || self.outer.as_ref().is_some_and(|outer| outer.has_handoff())
    }

    /// Runs what was delivered to this thread, also to those who wait further out: they cannot look before this one ends.
    fn run_handoffs(&self) {
        let handoffs = self.handoffs.lock().as_mut().map(mem::take);
        for handoff in handoffs.into_iter().flatten() {
            handoff(true);
        }
        if let Some(outer) = &self.outer {
            outer.run_handoffs();
        }
    }
}

/// How one waiting has gone so far.
#[derive(Default)]
struct SoFar {
    stuck_since: Option<Instant>,
    began: Option<Instant>,
    long: bool,
}

impl SoFar {
    /// Parks, and tells the threads once when that takes long.
    fn park_at(&mut self, home: &Arc<dyn ThreadHome>) {
        if self.long {
            return thread::park();
        }
        let began = *self.began.get_or_insert_with(Instant::now);
        thread::park_timeout(RELIEVE_AFTER);
        if began.elapsed() >= RELIEVE_AFTER {
            self.long = true;
            Arc::clone(home).waits_long();
        }
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
