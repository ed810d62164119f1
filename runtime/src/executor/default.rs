//! The default executor: the lane of the current runtime, on the blocking threads of that runtime.

use std::{
    cell::RefCell,
    sync::{Arc, LazyLock, Weak},
};

use tokio::runtime::{Handle, Id};

use super::{Executor, Job, with_runtime::WithRuntime};
use crate::{
    error::Error,
    metrics::{self, counts::Counts},
    scheduler::{lane::Lane, per_runtime::PerRuntime, threads},
};

/// Submits to the lane of the runtime on this thread.
pub(crate) fn submit(job: Job) {
    if let Some(runtime) = threads::caller_runtime() {
        lane(&runtime).submit(WithRuntime::same_runtime(job));
    } else {
        LANES.count_refused();
        job.refuse(Error::NoRuntime);
    }
}

/// Calls run on the blocking threads of that runtime, no matter which runtime awaits them.
impl Executor for Handle {
    fn submit(&self, job: Job) {
        lane(self).submit(WithRuntime::same_runtime(job));
    }
}

/// The name of the default executor in metrics and `current_pool`: its threads are tokio's blocking pool.
const NAME: &str = "blocking";

static LANES: LazyLock<Arc<PerRuntime<WithRuntime>>> = LazyLock::new(|| {
    let counts = Arc::new(Counts::named(NAME));
    let lanes = Arc::new(PerRuntime::new(usize::MAX, counts));
    metrics::register(NAME, &lanes);
    lanes
});

thread_local! {
    /// A cache: the lane that this thread used last is nearly always the one that it uses next.
    static LAST: RefCell<Option<(Id, Weak<Lane<WithRuntime>>)>> = const { RefCell::new(None) };
}

/// The lane on the blocking threads of `runtime`.
pub(crate) fn lane(runtime: &Handle) -> Arc<Lane<WithRuntime>> {
    let id = runtime.id();
    let last = LAST.try_with(|last| match &*last.borrow() {
        Some((last, lane)) if *last == id => lane.upgrade(),
        _ => None,
    });
    if let Ok(Some(lane)) = last {
        return lane;
    }
    let lane = LANES.lane(runtime);
    let _ = LAST.try_with(|last| last.replace(Some((id, Arc::downgrade(&lane)))));
    lane
}
