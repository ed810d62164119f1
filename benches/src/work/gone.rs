//! Measures waiting calls whose callers go away.

use std::{sync::Arc, thread, time::Duration};

use tokio::task;

use crate::{
    gauge::{Gauge, count},
    sample::{Metric, Sample},
    ways::Way,
    work::{bed, busy::Busy, mem::Blockers},
};

/// How many calls wait.
pub(crate) const CALLS: usize = 100;

/// How many calls are offered to a full queue.
const OFFERS: usize = 10_000;

/// How long each body of a dropped runtime takes.
const BODY: Duration = Duration::from_millis(10);

/// Times the drop of a runtime with [`CALLS`] calls on so many threads, and counts the bodies that run then, or begin all the same. Those
/// that have ended before are not counted: a busy machine may come to the drop late.
pub(crate) fn dropped<W: Way>(threads: usize) -> Sample {
    let runtime = bed::runtime(Some(threads));
    let busy = Busy::default();
    let way = runtime.block_on(async {
        let way = Arc::new(W::build(threads));
        spawn(&way, &busy, || thread::sleep(BODY)).await;
        busy.wait_for(threads).await;
        way
    });
    let before = busy.entered();
    let gauge = Gauge::start();
    drop(runtime);
    let cost = gauge.per_call(1);
    let bodies = threads + busy.settle() - before;
    drop(way);
    cost.with(Metric::Bodies, count(bodies))
}

/// Aborts [`CALLS`] tasks whose calls wait for a thread, and counts the bodies that run all the same.
pub(crate) fn aborted<W: Way>(threads: usize) -> Sample {
    bed::run(Some(threads), async move {
        let way = Arc::new(W::build(threads));
        let busy = Busy::default();
        let blockers = Blockers::start(&*way, threads).await;
        let tasks = spawn(&way, &busy, || ()).await;
        let gauge = Gauge::start();
        tasks.iter().for_each(task::JoinHandle::abort);
        for task in tasks {
            let _ = task.await;
        }
        let cost = gauge.per_call(1);
        blockers.release();
        cost.with(Metric::Bodies, count(busy.settle()))
    })
}

/// Times calls that are offered to a queue full of `waiting` calls. The time includes making the call.
pub(crate) fn refused<W: Way>(threads: usize, waiting: usize) -> Sample {
    bed::run(Some(threads), async move {
        let way = W::bounded(threads, waiting).expect("what waits here can be bounded");
        let blockers = Blockers::start(&way, threads).await;
        let mut kept = Vec::with_capacity(waiting);
        kept.extend(std::iter::from_fn(|| way.offer(|| ())));
        let gauge = Gauge::start();
        let accepted = (0..OFFERS).filter(|_| way.offer(|| ()).is_some()).count();
        let cost = gauge.per_call(OFFERS);
        assert_eq!(accepted, 0, "the queue is full");
        blockers.release();
        for call in kept {
            call.await;
        }
        cost
    })
}

/// Starts the tasks, and returns when all calls are submitted.
async fn spawn<W: Way>(way: &Arc<W>, busy: &Busy, body: fn()) -> Vec<task::JoinHandle<()>> {
    let submitted = Busy::default();
    let one = |_| {
        let (way, busy, submitted) = (Arc::clone(way), busy.clone(), submitted.clone());
        tokio::spawn(async move {
            let call = way.submit(move || {
                busy.enter();
                body();
            });
            submitted.enter();
            call.await;
        })
    };
    let tasks = (0..CALLS).map(one).collect();
    submitted.wait_for(CALLS).await;
    tasks
}
