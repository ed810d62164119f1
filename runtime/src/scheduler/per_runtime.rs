//! One lane for each runtime, created on first use and shut down with the runtime.

use std::{
    collections::HashMap,
    future, mem,
    sync::{Arc, Weak},
    task::{Wake, Waker},
};

use tokio::{
    runtime::{Handle, Id},
    task::AbortHandle,
};

use super::{close::CloseReason, lane::Lane, spawner::Spawner, task::Task};
use crate::{call::outcome::Ending, metrics::counts::Counts, sync::Mutex};

/// The lanes of one executor.
pub(crate) struct PerRuntime<T: Task> {
    pub(crate) state: Arc<Mutex<State<T>>>,
    counts: Arc<Counts>,
}

/// The known runtimes and their lanes.
pub(crate) struct State<T: Task> {
    lanes: HashMap<Id, Open<T>>,
    /// Lanes whose runtime has shut down. They are kept until their last bodies have ended.
    closing: Vec<Arc<Lane<T>>>,
    pub(crate) cap: usize,
    closed: bool,
}

struct Open<T: Task> {
    lane: Arc<Lane<T>>,
    sentinel: Option<AbortHandle>,
}

impl<T: Task> PerRuntime<T> {
    pub(crate) fn new(cap: usize, counts: Arc<Counts>) -> Self {
        let state = State {
            lanes: HashMap::new(),
            closing: Vec::new(),
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
        let spawner = Spawner::Borrowed(runtime.clone());
        let lane = Lane::new(spawner, state.cap, Arc::clone(&self.counts));
        if state.closed {
            lane.close(CloseReason::Shutdown);
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

    /// Counts a call that was refused because there was no runtime.
    pub(crate) fn count_refused(&self) {
        self.counts.start();
        self.counts.leave(Ending::Refused);
    }

    pub(crate) fn set_cap(&self, cap: usize) {
        self.state.lock().cap = cap;
        for lane in self.lanes() {
            lane.set_cap(cap);
        }
    }

    /// From now on refuses calls from runtimes that have no lane yet.
    pub(crate) fn close(&self) {
        self.state.lock().closed = true;
    }

    /// The open lanes.
    pub(crate) fn lanes(&self) -> Vec<Arc<Lane<T>>> {
        let state = self.state.lock();
        let open = state.lanes.values().map(|open| &open.lane);
        open.chain(&state.closing).map(Arc::clone).collect()
    }

    /// Call this without holding the lock: a runtime that is shutting down drops the sentinel at once, and that takes the lock.
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
    /// Aborts the sentinel once the lane is idle: calls may outlive a dropped pool.
    fn drop(&mut self) {
        let Some(sentinel) = self.sentinel.take() else {
            return;
        };
        let when_idle = Arc::new(AbortOnIdle(sentinel));
        if self
            .lane
            .poll_idle(&mut None, &Waker::from(Arc::clone(&when_idle)))
        {
            when_idle.0.abort();
        }
    }
}

/// A waker that aborts a sentinel.
struct AbortOnIdle(AbortHandle);

impl Wake for AbortOnIdle {
    fn wake(self: Arc<Self>) {
        self.0.abort();
    }
}

/// Moves a lane that was shut down to `closing`, where it stays until its last body has ended.
fn remember<T: Task>(state: &Arc<Mutex<State<T>>>, id: Id, lane: Option<Arc<Lane<T>>>) {
    let mut now = state.lock();
    let open = now.lanes.remove(&id);
    now.closing.extend(lane.clone());
    drop(now);
    drop(open);
    let Some(lane) = lane else { return };
    let forget = Arc::new(PruneOnIdle(Arc::downgrade(state)));
    if lane.poll_idle(&mut None, &Waker::from(Arc::clone(&forget))) {
        forget.wake();
    }
}

/// A waker that removes the lanes whose last body has ended.
struct PruneOnIdle<T: Task>(Weak<Mutex<State<T>>>);

impl<T: Task> Wake for PruneOnIdle<T> {
    fn wake(self: Arc<Self>) {
        let Some(state) = self.0.upgrade() else {
            return;
        };
        let mut state = state.lock();
        let closing = mem::take(&mut state.closing).into_iter();
        let (over, busy): (Vec<_>, Vec<_>) = closing.partition(|lane| lane.is_idle());
        state.closing = busy;
        drop(state);
        drop(over);
    }
}

/// Owned by a task that never ends by itself. A runtime that shuts down drops its tasks; there is no other notification.
struct Sentinel<T: Task> {
    id: Id,
    lane: Weak<Lane<T>>,
    state: Weak<Mutex<State<T>>>,
}

impl<T: Task> Drop for Sentinel<T> {
    fn drop(&mut self) {
        let lane = self.lane.upgrade();
        if let Some(lane) = &lane {
            lane.shut_down(&CloseReason::Shutdown);
        }
        if let Some(state) = self.state.upgrade() {
            remember(&state, self.id, lane);
        }
    }
}
