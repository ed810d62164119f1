//! The thread of an `Owner`, as its handles reach it, and what it does.

use std::{
    iter,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use super::{
    state::{NAME, OwnerState},
    value,
};
use crate::{
    call::{blocked::ThreadHome, current},
    error::Error,
    executor::{Executor, Job, tracker::TrackedJob},
    offload::place::On,
    sync::Mutex,
};

/// The thread of an owner-to-be, and what makes a value on that thread the owned one.
pub fn new_owner() -> (On, HandleBuilder) {
    let state = OwnerState::new();
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
        let call = job.call().cloned();
        self.state.push(job);
        // Looked at again: somebody may have begun to wait for the call, or for its caller, before it was in the queue.
        if let Some(caller) = call.and_then(|call| call.awaited_by()) {
            self.state.queued_awaited(&(caller as _));
        }
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.state.close();
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
        let first = Arc::new(Mutex::new(Some(self.state.enter(job))));
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
