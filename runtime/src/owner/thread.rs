//! The thread of an `Owner`: how handles submit calls to it, and its loop.

use std::{
    iter,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{
    state::{NAME, OwnerState},
    value,
};
use crate::{
    call::{block_on::blocked::ThreadHome, current},
    error::Error,
    executor::{Executor, Job, tracker::TrackedJob},
    offload::place::On,
    sync::{Mutex, spawn},
};

/// The place of the first call of a new owner, which builds the value, and the builder of the handle.
pub fn new_owner() -> (On, HandleBuilder) {
    let state = OwnerState::new();
    let start = StartThread {
        started: AtomicBool::new(false),
        state: Arc::clone(&state),
    };
    let thread = Thread { state };
    (On::Shared(Arc::new(start)), HandleBuilder { thread })
}

/// Makes the handle of a value, on the thread that built it.
pub struct HandleBuilder {
    thread: Thread,
}

impl HandleBuilder {
    /// Stores the value on this thread.
    pub(crate) fn store<T: 'static>(self, value: T) -> Arc<Thread> {
        value::store(value);
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
        // If a body of this thread waits for the caller, directly or through others, it would wait for ever.
        let signal = self.state.signal();
        if current::blocked().is_some_and(|blocked| blocked.find(signal).is_some()) {
            return self.state.tracker.refuse_unqueued(job, Error::WouldBlock);
        }
        let call = job.call().cloned();
        self.state.push(job);
        // Checked again: a body may have begun to wait for the call, or for its caller, before the call was in the queue.
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
        // Shared: if the system refuses the thread, its closure is dropped, and the job must still end with that error.
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
        if let Err(error) = spawn(NAME.into(), None, Box::new(work)) {
            let first = first.lock().take();
            if let Some(first) = first {
                self.state.tracker.refuse(first, Error::Thread(error));
            }
        }
    }
}

/// Runs calls until the last handle is dropped and the queue is empty, then drops the value.
fn serve(first: Option<TrackedJob>, state: &Arc<OwnerState>) {
    let others = iter::from_fn(|| state.next());
    for job in first.into_iter().chain(others) {
        match state.refusal() {
            Some(error) => state.tracker.refuse(job, error),
            None => state.tracker.run(job, state),
        }
    }
    value::drop_value();
}
