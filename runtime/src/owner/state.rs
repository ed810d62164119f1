//! The state that the handles and the thread of an owner share: the queued calls, and whether the value may be lent.

use std::{
    any::Any,
    fmt, mem,
    sync::{
        Arc, Condvar, PoisonError, Weak,
        atomic::{AtomicBool, AtomicU8, Ordering},
    },
    time::Instant,
};

use super::callers::QueueCallers;
use crate::{
    call::{
        block_on::{
            blocked::ThreadHome,
            endless_wait::EndlessWait,
            outside_body::{OutsideBody, OutsideWaits},
        },
        queued_in::{CallQueue, QueueCaller, QueueNumber},
        signal::Signal,
        traits::Run,
    },
    error::Error,
    executor::{
        Job,
        tracker::{JobTracker, TrackedJob},
    },
    metrics,
    scheduler::{fifo::Fifo, monitor, outside::OutsideBodies},
    sync::Mutex,
};

/// The queued calls.
struct OwnerQueue {
    jobs: Fifo<TrackedJob>,
    /// Whether the thread waits and has not been woken. A burst wakes it once, since each wake-up is a system call.
    idle: bool,
    /// Whether the last handle was dropped.
    closed: bool,
}

/// The state that the handles and the thread share.
pub(crate) struct OwnerState {
    queue: Mutex<OwnerQueue>,
    /// Notifies the thread of a job, or of the end.
    more: Condvar,
    /// The number of the queue, which its calls store.
    number: QueueNumber,
    /// Whether a panic poisons the value.
    poisons: AtomicBool,
    /// Whether the value may be lent, or why not: one of the constants below.
    unusable: AtomicU8,
    callers: QueueCallers,
    /// Identifies this thread. Never raised.
    signal: Arc<Signal>,
    pub(crate) tracker: JobTracker,
    /// The body that has the value, if it may be waiting outside of `block_on`.
    outside: OutsideBodies,
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
                jobs: Fifo::new(),
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
            outside: OutsideBodies::default(),
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

    /// The last handle was dropped.
    pub(super) fn close(&self) {
        self.queue.lock().closed = true;
        self.more.notify_one();
    }

    /// Waits for the next job. `None` after the last one.
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

    /// A call was queued that `caller` already awaits.
    pub(super) fn queued_awaited(&self, caller: &Arc<dyn QueueCaller>) {
        self.callers.add(caller);
        if Arc::clone(caller).holds_up(&self.signal) {
            self.refuse_what_waits_for_itself();
        }
    }

    /// Refuses the calls that the body which has the value waits for, directly or through others.
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
        let job = self.queue.lock().jobs.take_out(is_it);
        if let Some(job) = job {
            self.tracker.refuse(job, Error::WouldBlock);
        }
    }

    /// Why later calls are refused, if they are.
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

    /// Checks this call only: a body may await all queued calls, and this runs for each.
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

// The thread runs no other call while its body waits: that call would need the value, which the body has.
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

    fn warn_standstill(&self) {
        self.tracker.warn_standstill();
    }

    fn warn_endless(&self, wait: EndlessWait) {
        self.tracker.standstill.warn_endless(NAME, wait);
    }

    fn unwatch_progress(&self) -> bool {
        let waits = || self.tracker.ended_while_calls_wait().is_some();
        self.tracker.standstill.unwatch(waits)
    }

    /// Refused as inside our `block_on`: the body has the value that the call needs, so it would wait for ever.
    fn polls_outside(self: Arc<Self>, body: &Arc<dyn OutsideBody>) {
        if body.waits_in(&self.number) {
            body.refuse_in(&self.number, || Error::WouldBlock);
        }
        self.outside.add(body);
        monitor::watch(&(self as _));
    }

    fn outside_waits(&self, now: Instant) -> OutsideWaits {
        self.outside.look(now)
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
