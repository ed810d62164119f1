//! The runtime that a measurement runs on: two workers, made for it and dropped after it.

use tokio::runtime::{Builder, Runtime};

use crate::inside;

/// Runs `task` in a task of a fresh runtime, with at most so many blocking threads if that is said.
pub(crate) fn run<T: Send + 'static>(
    blocking: Option<usize>,
    task: impl Future<Output = T> + Send + 'static,
) -> T {
    let runtime = runtime(blocking);
    // In a box, so that the compiler sees tokio's part once only and not once for each way and work.
    let task = inside::boxed(task);
    let result = runtime.block_on(async { inside::spawn(task).await });
    result.expect("the task does not panic")
}

/// A fresh runtime.
pub(crate) fn runtime(blocking: Option<usize>) -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(2).enable_all();
    if let Some(threads) = blocking {
        builder.max_blocking_threads(threads);
    }
    builder.build().expect("threads can be started")
}
