//! The thread of an `Owner`: its queue, its value, and whether that may be lent.

use std::{
    fmt, iter, mem,
    sync::{
        Arc, Condvar, PoisonError, Weak,
        atomic::{AtomicBool, AtomicU8, Ordering},
    },
    thread,
};

use super::value;
use crate::{
    call::{
        blocked::ThreadHome,
        current,
        outside_body::OutsideBody,
        queued_in::{CallQueue, QueueNumber},
        signal::Signal,
    },
    error::Error,
    executor::{
        Executor, Job,
        tracker::{JobTracker, TrackedJob},
    },
    metrics,
    offload::place::On,
    scheduler::waiting::Waiting,
    sync::Mutex,
};

/// The thread of an owner-to-be, and what makes a value on that thread the owned one.
pub fn new_owner() -> (On, HandleBuilder) {
    let state = Arc::new_cyclic(|this: &Weak<OwnerState>| OwnerState {
        queue: Mutex::new(OwnerQueue {
            jobs: Waiting::new(),
            idle: false,
            closed: false,
        }),
        more: Condvar::new(),
        number: QueueNumber::of(Weak::clone(this) as _),
        poisons: AtomicBool::new(false),
        unusable: AtomicU8::new(USABLE),
        signal: Arc::default(),
        tracker: JobTracker::named(NAME),
    });
    metrics::register(NAME, &state);
    let start = StartThread {
        started: AtomicBool::new(false),
        state: Arc::clone(&state),
    };
    let thread = Thread { state };
    (On::Shared(Arc::new(start)), HandleBuilder { thread })
}

/// Turns a built value into a handle, on the value's thread.
pub struct HandleBuilder {
    thread: Thread,
}

impl HandleBuilder {
    /// Leaves the value to this thread.
    pub(crate) fn leave<T: 'static>(self, value: T) -> Arc<Thread> {
        value::keep(value);
        Arc::new(self.thread)
    }
}

/// The handles' end of the queue.
pub(crate) struct Thread {
    state: Arc<OwnerState>,
}

impl Thread {
    pub(crate) const fn state(&self) -> &Arc<OwnerState> {
        &self.state
    }
}

impl Executor for Thread {
    fn submit(&self, job: Job) {
        // A body of this thread waits for the call, directly or through others: it would wait for ever.
        let signal = self.state.signal();
        if current::blocked().is_some_and(|blocked| blocked.find(signal).is_some()) {
            return self.state.tracker.turn_away(job, Error::WouldBlock);
        }
        self.state.push(job);
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.state.queue.lock().closed = true;
        self.state.more.notify_one();
    }
}

/// The calls that wait for the value.
struct OwnerQueue {
    jobs: Waiting<TrackedJob>,
    /// Whether the thread waits and nobody has woken it: a burst wakes it once, since each waking is a call of the system.
    idle: bool,
    /// Whether the last handle is gone.
    closed: bool,
}

/// The state that the handles and the thread share: the calls that wait, and whether the value may be lent.
pub(crate) struct OwnerState {
    queue: Mutex<OwnerQueue>,
    /// Tells the thread of a job, or of the end.
    more: Condvar,
    /// By which its calls know it.
    number: QueueNumber,
    /// Whether a panic poisons the value.
    poisons: AtomicBool,
    /// Why the value is lent no more, if so: one of the numbers below.
    unusable: AtomicU8,
    /// Tells this thread from others; never raised.
    signal: Arc<Signal>,
    pub(crate) tracker: JobTracker,
}

/// The common name of all owners. Pools have names of their own.
const NAME: &str = "owner";

const USABLE: u8 = 0;
const POISONED: u8 = 1;
const FINISHED: u8 = 2;

impl OwnerState {
    pub(crate) fn poison_on_panic(&self) {
        self.poisons.store(true, Ordering::Relaxed);
    }

    pub(crate) fn body_panicked(&self) {
        if self.poisons.load(Ordering::Relaxed) {
            self.unusable.store(POISONED, Ordering::Relaxed);
        }
    }

    pub(crate) fn finish(&self) {
        self.unusable.store(FINISHED, Ordering::Relaxed);
    }

    fn push(self: &Arc<Self>, job: Job) {
        let job = self.tracker.enter(job, &self.number);
        let mut queue = self.queue.lock();
        queue.jobs.push(job);
        let wake = mem::take(&mut queue.idle);
        drop(queue);
        if wake {
            self.more.notify_one();
        }
        self.tracker.watch(self);
    }

    /// The next job, waited for; `None` after the last.
    fn next(&self) -> Option<TrackedJob> {
        let mut queue = self.queue.lock();
        loop {
            if let Some(job) = queue.jobs.pop() {
                return Some(job);
            }
            if queue.closed {
                return None;
            }
            drop(queue.jobs.spare_room());
            queue.idle = true;
            let woken = self.more.wait(queue);
            queue = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Why no call can have the value any more.
    fn refusal(&self) -> Option<Error> {
        match self.unusable.load(Ordering::Relaxed) {
            POISONED => Some(Error::Poisoned),
            FINISHED => Some(Error::Shutdown),
            _ => None,
        }
    }
}

impl CallQueue for OwnerState {
    fn call_died(&self) {
        self.tracker.dead.add();
        let dead = self.queue.lock().jobs.note_death(TrackedJob::is_dead);
        for job in dead {
            self.tracker.discard(job);
        }
    }
}

// A thread takes no calls while its body waits: they need the value which that body has.
impl ThreadHome for OwnerState {
    fn name(&self) -> &'static str {
        NAME
    }

    fn signal(&self) -> &Arc<Signal> {
        &self.signal
    }

    fn ended_while_calls_wait(&self) -> Option<usize> {
        self.tracker.ended_while_calls_wait()
    }

    fn stands_still(&self) {
        self.tracker.standstill.tell(NAME);
    }

    fn unwatch_progress(&self) -> bool {
        let waits = || self.tracker.ended_while_calls_wait().is_some();
        self.tracker.standstill.unwatch(waits)
    }

    /// Refused as in our `block_on`: only that body has the value, so it would wait for ever.
    fn polls_outside(self: Arc<Self>, body: &Arc<dyn OutsideBody>) {
        if body.waits_in(&self.number) {
            body.refuse_in(&self.number, || Error::WouldBlock);
        }
    }
}

impl fmt::Debug for OwnerState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.refusal() {
            None => "living",
            Some(Error::Poisoned) => "poisoned",
            Some(_) => "finished",
        })
    }
}

/// The executor of the first call, which starts the thread.
struct StartThread {
    started: AtomicBool,
    state: Arc<OwnerState>,
}

impl Executor for StartThread {
    fn submit(&self, job: Job) {
        if self.started.swap(true, Ordering::Relaxed) {
            return;
        }
        // Shared, because a thread that cannot be started drops its closure, and the job must learn why.
        let first = Arc::new(Mutex::new(Some(
            self.state.tracker.enter(job, &self.state.number),
        )));
        let on_thread = Arc::clone(&first);
        let state = Arc::clone(&self.state);
        let work = move || {
            let first = on_thread.lock().take();
            drop(on_thread);
            current::on_thread_of(Arc::clone(&state) as _, || {
                serve(first, &state);
            });
        };
        if let Err(error) = thread::Builder::new().name(NAME.into()).spawn(work) {
            let first = first.lock().take();
            if let Some(first) = first {
                self.state.tracker.refuse(first, Error::Thread(error));
            }
        }
    }
}

/// Runs calls until the last handle is gone, then drops the value.
fn serve(first: Option<TrackedJob>, state: &Arc<OwnerState>) {
    let others = iter::from_fn(|| state.next());
    for job in first.into_iter().chain(others) {
        match state.refusal() {
            Some(error) => state.tracker.refuse(job, error),
            None => state.tracker.run(job, state),
        }
    }
    value::drop_it();
}
