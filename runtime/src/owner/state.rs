//! What the handles and the thread of an owner share: the calls that wait, and whether the value may be lent.

use std::{
    any::Any,
    fmt, mem,
    sync::{
        Arc, Condvar, PoisonError, Weak,
        atomic::{AtomicBool, AtomicU8, Ordering},
    },
};

use super::callers::QueueCallers;
use crate::{
    call::{
        blocked::ThreadHome,
        outside_body::OutsideBody,
        queued_in::{CallQueue, LineMark, QueueCaller, QueueNumber},
        signal::Signal,
        traits::Run,
    },
    error::Error,
    executor::{
        Job,
        tracker::{JobTracker, TrackedJob},
    },
    metrics,
    scheduler::waiting::Waiting,
    sync::Mutex,
};

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
    callers: QueueCallers,
    /// Tells this thread from others; never raised.
    signal: Arc<Signal>,
    pub(crate) tracker: JobTracker,
}

/// The common name of all owners. Pools have names of their own.
pub(super) const NAME: &str = "owner";

const USABLE: u8 = 0;
const POISONED: u8 = 1;
const FINISHED: u8 = 2;

impl OwnerState {
    pub(super) fn new() -> Arc<Self> {
        let state = Arc::new_cyclic(|this: &Weak<Self>| Self {
            queue: Mutex::new(OwnerQueue {
                jobs: Waiting::new(),
                idle: false,
                closed: false,
            }),
            more: Condvar::new(),
            number: QueueNumber::of(Weak::clone(this) as _),
            poisons: AtomicBool::new(false),
            unusable: AtomicU8::new(USABLE),
            callers: QueueCallers::default(),
            signal: Arc::default(),
            tracker: JobTracker::named(NAME),
        });
        metrics::register(NAME, &state);
        state
    }

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

    /// Counts a job that is to be queued.
    pub(super) fn enter(&self, job: Job) -> TrackedJob {
        self.tracker.enter(job, &self.number)
    }

    pub(super) fn push(self: &Arc<Self>, job: Job) {
        let job = self.enter(job);
        let mut queue = self.queue.lock();
        queue.jobs.push(job);
        let wake = mem::take(&mut queue.idle);
        drop(queue);
        if wake {
            self.more.notify_one();
        }
        self.tracker.watch(self);
    }

    /// The last handle is gone.
    pub(super) fn close(&self) {
        self.queue.lock().closed = true;
        self.more.notify_one();
    }

    /// The next job, waited for; `None` after the last.
    pub(super) fn next(&self) -> Option<TrackedJob> {
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

    /// A call was queued for which that body waits already.
    pub(super) fn queued_awaited(&self, caller: &Arc<dyn QueueCaller>) {
        self.callers.add(caller);
        if Arc::clone(caller).holds_up(&self.signal) {
            self.refuse_what_waits_for_itself();
        }
    }

    /// Refuses the calls for which the body that has the value waits, directly or through others.
    fn refuse_what_waits_for_itself(&self) {
        let awaited = |job: &TrackedJob| {
            let call = job.call()?;
            Some((Arc::clone(call), call.awaited_by()?))
        };
        let calls: Vec<_> = self.queue.lock().jobs.iter().filter_map(awaited).collect();
        for (call, caller) in calls {
            if caller.find(&self.signal).is_some() {
                self.refuse(&call);
            }
        }
    }

    /// Refuses a call, unless it has left the queue.
    fn refuse(&self, call: &Arc<dyn Run>) {
        let wanted = call.cell();
        let is_it = |job: &TrackedJob| job.call().is_some_and(|known| known.cell() == wanted);
        let job = self.queue.lock().jobs.take_out(LineMark::default(), is_it);
        if let Some(job) = job {
            self.tracker.refuse(job, Error::WouldBlock);
        }
    }

    /// Why no call can have the value any more.
    pub(super) fn refusal(&self) -> Option<Error> {
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

    fn call_awaited(&self, caller: &Arc<dyn QueueCaller>) {
        self.callers.add(caller);
    }

    /// Only this call is looked at: a body may wait for all that are here, and each is noted.
    fn note_awaited(&self, _: usize, call: &dyn Any) {
        let Some(call) = call.downcast_ref::<Arc<dyn Run>>() else {
            return;
        };
        let caller = call.awaited_by();
        if caller.is_some_and(|caller| caller.find(&self.signal).is_some()) {
            self.refuse(call);
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

    fn awaits_more(self: Arc<Self>) {
        if self.callers.any_waits_for_itself(&self.signal) {
            self.refuse_what_waits_for_itself();
        }
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

#[cfg(test)]
mod tests;
