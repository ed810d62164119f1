//! How long others wait for one of tokio's blocking threads while many calls of ours want one.

use std::{sync::Arc, thread, time::Duration};

use tokio::task;

use crate::{
    gauge::Gauge,
    sample::Sample,
    ways::Way,
    work::{bed, busy::Busy},
};

/// What waits: two thousand bodies of a millisecond each.
const CALLS: usize = 2000;
const BODY: Duration = Duration::from_millis(1);

/// Times one `spawn_blocking` on a runtime of so many blocking threads, behind calls that want them all.
pub(crate) fn measure<W: Way>(threads: usize) -> Sample {
    bed::run(Some(threads), async move {
        let way = Arc::new(W::build(threads));
        let busy = Busy::default();
        let one = |_| {
            let busy = busy.clone();
            Box::pin(way.submit(move || {
                busy.enter();
                thread::sleep(BODY);
            }))
        };
        let calls: Vec<_> = (0..CALLS).map(one).collect();
        busy.wait_for(threads).await;
        let gauge = Gauge::start();
        let other = task::spawn_blocking(|| ()).await;
        let wait = gauge.per_call(1);
        other.expect("the body does not panic");
        for call in calls {
            call.await;
        }
        wait
    })
}
