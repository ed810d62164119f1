//! Bodies that wait: the pool has to grow for them.

use std::{sync::Arc, thread, time::Duration};

use crate::{
    gauge::Gauge,
    sample::Sample,
    ways::Way,
    work::{Loops, loops},
};

/// Measures `calls` bodies that sleep, all at once, with the threads that there are.
pub(crate) async fn cold<W: Way>(way: &Arc<W>, calls: usize, sleep: Duration) -> Sample {
    let gauge = Gauge::start();
    run(way, calls, sleep).await;
    gauge.per_call(1)
}

/// Awaits `calls` bodies that sleep, all at once.
pub(crate) async fn run<W: Way>(way: &Arc<W>, calls: usize, sleep: Duration) {
    let loops = Loops {
        tasks: calls,
        calls: 1,
    };
    loops::run(way, loops, move || thread::sleep(sleep)).await;
}
