//! Measures the delay of an unrelated task while 64 others offload: from an event outside until it runs.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use tokio::sync::mpsc;

use crate::{
    cpu,
    gauge::{Gauge, percentile},
    sample::{Metric, Sample},
    ways::Way,
};

const LOOPS: usize = 64;

const PAUSE: Duration = Duration::from_micros(300);

const TIME: Duration = Duration::from_millis(800);

/// Floods `way` with bodies of that length, and times the wake-ups of another task.
pub(crate) async fn measure<W: Way>(way: Arc<W>, body: Duration) -> Sample {
    let stop = Arc::new(AtomicBool::new(false));
    let (events, mut seen) = mpsc::unbounded_channel::<Instant>();
    let unrelated = tokio::spawn(async move {
        let mut delays = Vec::new();
        while let Some(sent) = seen.recv().await {
            delays.push(sent.elapsed());
        }
        delays
    });
    let gauge = Gauge::start();
    let flood = flood(&way, body, &stop);
    let outside = {
        let stop = Arc::clone(&stop);
        thread::spawn(move || send_events(&events, &stop))
    };
    let mut calls = 0;
    for task in flood {
        calls += task.await.expect("the task does not panic");
    }
    let cost = gauge.per_call(calls);
    let mut delays = unrelated.await.expect("the task does not panic");
    outside.join().expect("the thread does not panic");
    delays.sort_unstable();
    cost.with(Metric::P50, percentile(&delays, 500))
        .with(Metric::P99, percentile(&delays, 990))
        .with(Metric::P999, percentile(&delays, 999))
}

/// Sends events for a while and then stops the flood.
fn send_events(events: &mpsc::UnboundedSender<Instant>, stop: &AtomicBool) {
    let start = Instant::now();
    while start.elapsed() < TIME {
        thread::sleep(PAUSE);
        if events.send(Instant::now()).is_err() {
            break;
        }
    }
    stop.store(true, Ordering::Relaxed);
}

/// Starts the tasks that call until they are stopped. Each returns how often it did.
fn flood<W: Way>(
    way: &Arc<W>,
    body: Duration,
    stop: &Arc<AtomicBool>,
) -> Vec<tokio::task::JoinHandle<usize>> {
    let one = |_| {
        let (way, stop) = (Arc::clone(way), Arc::clone(stop));
        tokio::spawn(async move {
            let mut calls = 0;
            while !stop.load(Ordering::Relaxed) {
                way.call(move || cpu::spin(body)).await;
                calls += 1;
                // A way that never waits would keep all other tasks from running.
                if calls % 64 == 0 {
                    tokio::task::yield_now().await;
                }
            }
            calls
        })
    };
    (0..LOOPS).map(one).collect()
}
