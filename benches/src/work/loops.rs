//! Tasks that make one call after the other.

use std::sync::Arc;

use crate::{gauge::Gauge, inside, sample::Sample, ways::Way, work::Loops};

/// Measures the loops, after a short run to warm up.
pub(crate) async fn measure<W: Way, R: Send + 'static>(
    way: &Arc<W>,
    loops: Loops,
    body: impl Fn() -> R + Send + Sync + Copy + 'static,
) -> Sample {
    let short = loops.calls.div_ceil(10);
    run(
        way,
        Loops {
            calls: short,
            ..loops
        },
        body,
    )
    .await;
    let gauge = Gauge::start();
    run(way, loops, body).await;
    gauge.per_call(loops.tasks * loops.calls)
}

/// Runs the loops.
pub(crate) async fn run<W: Way, R: Send + 'static>(
    way: &Arc<W>,
    loops: Loops,
    body: impl Fn() -> R + Send + Sync + Copy + 'static,
) {
    let one = |_| {
        let way = Arc::clone(way);
        inside::spawn(async move {
            for _ in 0..loops.calls {
                way.call(body).await;
            }
        })
    };
    let tasks: Vec<_> = (0..loops.tasks).map(one).collect();
    for task in tasks {
        task.await.expect("the task does not panic");
    }
}
