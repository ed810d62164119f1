//! How long a submission holds up the thread that makes it, which is an async worker.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use crate::{
    cpu,
    gauge::{count, nanos, percentile},
    sample::{Metric, Sample},
    ways::Way,
};

/// How many calls are on their way at any time.
const IN_FLIGHT: usize = 64;

const BODY: Duration = Duration::from_micros(20);

/// Times `calls` submissions of 20 us bodies one by one, with 64 in flight.
pub(crate) async fn measure<W: Way>(way: &W, calls: usize) -> Sample {
    let mut times = submit(way, IN_FLIGHT + calls).await.split_off(IN_FLIGHT);
    times.sort_unstable();
    let sum: Duration = times.iter().sum();
    Sample::default()
        .with(Metric::Wall, nanos(sum) / count(times.len()))
        .with(Metric::P50, percentile(&times, 500))
        .with(Metric::P99, percentile(&times, 990))
}

async fn submit<W: Way>(way: &W, calls: usize) -> Vec<Duration> {
    let mut times = Vec::with_capacity(calls);
    let mut in_flight = VecDeque::with_capacity(IN_FLIGHT);
    for _ in 0..calls {
        if in_flight.len() == IN_FLIGHT
            && let Some(oldest) = in_flight.pop_front()
        {
            let () = oldest.await;
        }
        let start = Instant::now();
        let call = way.submit(|| cpu::spin(BODY));
        times.push(start.elapsed());
        in_flight.push_back(Box::pin(call));
    }
    for call in in_flight {
        call.await;
    }
    times
}
