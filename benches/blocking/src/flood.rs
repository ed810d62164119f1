//! The cost of the watch while nothing blocks: polls of tasks that only yield, alternately with and without a watch.

use std::time::{Duration, Instant};

use offload_examples::table::Table;
use tokio::{runtime::Runtime, task::yield_now};
use tokio_offload_watch::on_blocked;

use crate::tables::{Flavor, runtime};

const TASKS: u32 = 8;
const POLLS: u32 = 50_000;
const ROUNDS: usize = 9;

/// No watch, and two limits. Choices.
const LIMITS: [Option<Duration>; 3] = [
    None,
    Some(Duration::from_millis(100)),
    Some(Duration::from_millis(10)),
];

/// The median, the least and the most of the rounds, in nanoseconds per poll.
pub(crate) fn flood() -> String {
    let mut measured = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        for (times, limit) in measured.iter_mut().zip(LIMITS) {
            times.push(round(limit));
        }
    }
    let mut table = Table::new(["watch", "ns a poll", "least", "most", "ratio"]);
    let mut base = 0.0;
    for (times, limit) in measured.iter_mut().zip(LIMITS) {
        times.sort_by(f64::total_cmp);
        let middle = times[ROUNDS / 2];
        if limit.is_none() {
            base = middle;
        }
        let name = limit.map_or("none".into(), |limit| format!("{limit:?}"));
        let ratio = format!("{:.2}", middle / base);
        let [middle, least, most] =
            [middle, times[0], times[ROUNDS - 1]].map(|time| format!("{time:.0}"));
        table.row([name, middle, least, most, ratio]);
    }
    table.to_string()
}

fn round(limit: Option<Duration>) -> f64 {
    let runtime = runtime(Flavor::Several);
    if let Some(limit) = limit {
        let _inside = runtime.enter();
        on_blocked(limit, |_| ()).expect("a thread");
    }
    // Waits until the threads of the runtime have started.
    yields(&runtime, POLLS / 10);
    let start = Instant::now();
    yields(&runtime, POLLS);
    start.elapsed().as_secs_f64() * 1e9 / f64::from(TASKS * POLLS)
}

fn yields(runtime: &Runtime, polls: u32) {
    let task = move || async move {
        for _ in 0..polls {
            yield_now().await;
        }
    };
    let tasks: Vec<_> = (0..TASKS).map(|_| runtime.spawn(task())).collect();
    for task in tasks {
        runtime.block_on(task).ok();
    }
}
