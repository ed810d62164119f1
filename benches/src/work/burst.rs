//! Many calls that do nothing, at once.

use std::sync::Arc;

use futures_util::future;

use crate::{inside, ways::Way};

/// Awaits `calls` calls in one task.
pub(crate) async fn joined<W: Way>(way: &W, calls: usize) {
    future::join_all((0..calls).map(|_| way.call(|| ()))).await;
}

/// Awaits `calls` calls in a task each.
pub(crate) async fn spawned<W: Way>(way: &Arc<W>, calls: usize) {
    let one = |_| {
        let way = Arc::clone(way);
        inside::spawn(async move { way.call(|| ()).await })
    };
    let tasks: Vec<_> = (0..calls).map(one).collect();
    for task in tasks {
        task.await.expect("the task does not panic");
    }
}
