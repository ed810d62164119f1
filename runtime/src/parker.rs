//! Parks the thread of a body that waits for a future.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Wake,
    thread::{self, Thread},
    time::Duration,
};

use crate::job::Run;

/// How long a blocked body waits for another thread to take a call that it waits for itself.
const RESCUE: Duration = Duration::from_millis(1);

/// A waker that unparks one thread.
pub(crate) struct Parker {
    thread: Thread,
    // The park token alone would not do: the future's own code may park and swallow it.
    woken: AtomicBool,
}

impl Parker {
    pub(crate) fn of_this_thread() -> Arc<Self> {
        Arc::new(Self {
            thread: thread::current(),
            woken: AtomicBool::new(false),
        })
    }

    /// Waits to be woken. A `call` that nobody takes for a while runs here: its pool may be full of bodies like this one.
    pub(crate) fn wait(&self, call: Option<Arc<dyn Run>>) {
        if let Some(call) = call {
            thread::park_timeout(RESCUE);
            if !self.take() {
                call.run();
            }
            return;
        }
        while !self.take() {
            thread::park();
        }
    }

    fn take(&self) -> bool {
        self.woken.swap(false, Ordering::Acquire)
    }
}

impl Wake for Parker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.store(true, Ordering::Release);
        self.thread.unpark();
    }
}
