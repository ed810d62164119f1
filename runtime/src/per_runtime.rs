//! One lane for each runtime, opened on first use and shut down with it.

use std::{
    collections::HashMap,
    future,
    sync::{Arc, Weak},
};

use tokio::{
    runtime::{Handle, Id},
    task::AbortHandle,
};

use crate::{
    ground::Ground,
    lane::{Lane, Task},
    queue::Verdict,
    stats::Counts,
    sync::Mutex,
};

/// The lanes of one executor.
pub(crate) struct PerRuntime<T: Task> {
    state: Arc<Mutex<State<T>>>,
    counts: Arc<Counts>,
}

struct State<T: Task> {
    lanes: HashMap<Id, Open<T>>,
    cap: usize,
    closed: bool,
}

struct Open<T: Task> {
    lane: Arc<Lane<T>>,
    /// Ends the sentinel with the entry, so that a dropped pool leaves no task behind.
    sentinel: Option<AbortHandle>,
}

impl<T: Task> PerRuntime<T> {
    pub(crate) fn new(cap: usize, counts: Arc<Counts>) -> Self {
        let state = State {
            lanes: HashMap::new(),
            cap,
            closed: false,
        };
        Self {
            state: Arc::new(Mutex::new(state)),
            counts,
        }
    }

    /// The lane on the blocking threads of `runtime`.
    pub(crate) fn lane(&self, runtime: &Handle) -> Arc<Lane<T>> {
        let mut state = self.state.lock();
        if let Some(open) = state.lanes.get(&runtime.id()) {
            return Arc::clone(&open.lane);
        }
        let ground = Ground::Borrowed(runtime.clone());
        let lane = Lane::new(ground, state.cap, Arc::clone(&self.counts));
        if state.closed {
            lane.close(Verdict::Shutdown);
        }
        let open = Open {
            lane: Arc::clone(&lane),
            sentinel: None,
        };
        state.lanes.insert(runtime.id(), open);
        drop(state);
        self.post_sentinel(runtime, &lane);
        lane
    }

    pub(crate) fn set_cap(&self, cap: usize) {
        self.state.lock().cap = cap;
        for lane in self.lanes() {
            lane.set_cap(cap);
        }
    }

    /// Refuses calls from runtimes yet to come.
    pub(crate) fn close(&self) {
        self.state.lock().closed = true;
    }

    pub(crate) fn lanes(&self) -> Vec<Arc<Lane<T>>> {
        let state = self.state.lock();
        let lanes = state.lanes.values().map(|open| Arc::clone(&open.lane));
        lanes.collect()
    }

    /// A runtime that is shutting down drops the sentinel at once, hence without the lock.
    fn post_sentinel(&self, runtime: &Handle, lane: &Arc<Lane<T>>) {
        let sentinel = Sentinel {
            id: runtime.id(),
            lane: Arc::downgrade(lane),
            state: Arc::downgrade(&self.state),
        };
        let task = runtime.spawn(async move {
            let _sentinel = sentinel;
            future::pending::<()>().await;
        });
        if let Some(open) = self.state.lock().lanes.get_mut(&runtime.id()) {
            open.sentinel = Some(task.abort_handle());
        }
    }
}

impl<T: Task> Drop for Open<T> {
    fn drop(&mut self) {
        if let Some(sentinel) = self.sentinel.take() {
            sentinel.abort();
        }
    }
}

/// Held by a task that never ends by itself: a runtime that is shut down drops its tasks, the one sign it gives.
struct Sentinel<T: Task> {
    id: Id,
    lane: Weak<Lane<T>>,
    state: Weak<Mutex<State<T>>>,
}

impl<T: Task> Drop for Sentinel<T> {
    fn drop(&mut self) {
        // Without the state the executor is gone: it dropped the sentinel, and its calls go on.
        let Some(state) = self.state.upgrade() else {
            return;
        };
        let open = state.lock().lanes.remove(&self.id);
        drop(open);
        if let Some(lane) = self.lane.upgrade() {
            lane.shut_down(&Verdict::Shutdown);
        }
    }
}
