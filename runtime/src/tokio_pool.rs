//! The default executor: one lane for each runtime, on that runtime's blocking threads.

use std::{
    cell::RefCell,
    collections::HashMap,
    future,
    sync::{Arc, LazyLock, Weak},
};

use tokio::runtime::{Handle, Id};

use crate::{
    error::Error,
    executor::{Executor, Job},
    ground::Ground,
    lane::{Lane, Task},
    shutdown::Signal,
    sync::Mutex,
};

/// Submits to the runtime of this thread.
pub(crate) fn submit(job: Job) {
    match Handle::try_current() {
        Ok(runtime) => lane(&runtime).submit(job),
        Err(_) => job.refuse(Error::NoRuntime),
    }
}

/// Raised when `runtime` is shut down.
pub(crate) fn signal(runtime: &Handle) -> Arc<Signal> {
    Arc::clone(lane(runtime).signal())
}

/// Calls run on the blocking threads of that runtime, whichever runtime awaits them.
impl Executor for Handle {
    fn submit(&self, job: Job) {
        lane(self).submit(job);
    }
}

impl Task for Job {
    fn run(self) {
        Self::run(self);
    }

    fn refuse(self, error: Error) {
        Self::refuse(self, error);
    }
}

/// The lanes of all living runtimes. Weak: the sentinel keeps a lane, and the runtime keeps the sentinel.
static LANES: LazyLock<Mutex<HashMap<Id, Weak<Lane<Job>>>>> = LazyLock::new(Mutex::default);

thread_local! {
    /// The lane that this thread used last, which is nearly always the one it uses next.
    static LAST: RefCell<Option<(Id, Weak<Lane<Job>>)>> = const { RefCell::new(None) };
}

fn lane(runtime: &Handle) -> Arc<Lane<Job>> {
    let id = runtime.id();
    let last = LAST.try_with(|last| match &*last.borrow() {
        Some((last, lane)) if *last == id => lane.upgrade(),
        _ => None,
    });
    if let Ok(Some(lane)) = last {
        return lane;
    }
    let lane = find_or_open(runtime, id);
    let _ = LAST.try_with(|last| last.replace(Some((id, Arc::downgrade(&lane)))));
    lane
}

fn find_or_open(runtime: &Handle, id: Id) -> Arc<Lane<Job>> {
    let mut lanes = LANES.lock();
    if let Some(lane) = lanes.get(&id).and_then(Weak::upgrade) {
        return lane;
    }
    let lane = Lane::new(Ground::new(runtime.clone()), usize::MAX);
    lanes.insert(id, Arc::downgrade(&lane));
    drop(lanes);
    let sentinel = Sentinel {
        id,
        lane: Arc::clone(&lane),
    };
    // A runtime that is shutting down drops the sentinel right here, hence after the registry is unlocked.
    drop(runtime.spawn(async move {
        let _sentinel = sentinel;
        future::pending::<()>().await;
    }));
    lane
}

/// A task that never ends by itself: a runtime that is shut down drops its tasks, and that is the one sign it gives.
struct Sentinel {
    id: Id,
    lane: Arc<Lane<Job>>,
}

impl Drop for Sentinel {
    fn drop(&mut self) {
        LANES.lock().remove(&self.id);
        self.lane.close();
    }
}
