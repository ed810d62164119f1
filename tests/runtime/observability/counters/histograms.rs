//! What histograms answer, against the times themselves; and snapshots as text.

use std::time::Duration;

use offload_tests::{Seed, drive, in_time};
use serde_json::{Value, json};
use tokio_offload::{Calls, ClusterSnapshot, Histogram, Pool, Snapshot, offload, snapshot};

/// The bucket of a time, found the long way: the widest that begins at a multiple of its width, is a power of two wide and
/// at most 1/16 of where it begins, or one wide.
fn bucket(time: u64) -> (u64, u64) {
    let mut width = 1;
    while width * 2 <= (time - time % (width * 2)) / 16 {
        width *= 2;
    }
    let from = time - time % width;
    (from, from + width - 1)
}

/// What a snapshot would have of these times, written and read.
fn histogram(times: &[u64]) -> Histogram {
    let mut counts = std::collections::BTreeMap::new();
    for time in times {
        *counts.entry(bucket(*time)).or_insert(0) += 1;
    }
    let buckets = counts.into_iter();
    let buckets = buckets
        .map(|((from, to), count)| json!({"from": nanos(from), "to": nanos(to), "count": count}));
    serde_json::from_value(json!({ "buckets": buckets.collect::<Vec<_>>() })).unwrap()
}

/// A duration as serde writes it.
pub(crate) fn nanos(time: u64) -> Value {
    json!(Duration::from_nanos(time))
}

/// Times of all sizes up to an hour.
fn times(seed: &mut Seed, count: usize) -> Vec<u64> {
    let size = |seed: &mut Seed| 1 << (seed.below(42));
    let mut times: Vec<u64> = (0..count)
        .map(|_| {
            let size = size(seed);
            seed.below(size)
        })
        .collect();
    times.sort_unstable();
    times
}

/// Whether `found` is `exact`, as far as buckets go.
fn is_close(found: Option<Duration>, exact: u64) -> bool {
    let found = u64::try_from(found.unwrap().as_nanos()).unwrap();
    found.abs_diff(exact) <= exact / 16
}

/// Quantiles, extremes and the mean of seeded times, each within the width of a bucket.
#[test]
fn answers_are_close_to_the_times_themselves() {
    let mut seed = Seed::new(11);
    for count in [1, 2, 3, 10, 99, 100, 1000] {
        for _ in 0..30 {
            let times = times(&mut seed, count);
            let histogram = histogram(&times);
            assert_eq!(histogram.count(), count as u64);
            assert!(is_close(histogram.min(), times[0]));
            assert!(is_close(histogram.max(), times[count - 1]));
            for percent in [0_u8, 1, 10, 25, 50, 75, 90, 99, 100] {
                let rank = (count * usize::from(percent)).div_ceil(100).max(1);
                let found = histogram.quantile(f64::from(percent) / 100.0);
                assert!(is_close(found, times[rank - 1]), "{percent} % of {times:?}");
            }
            let sum: u64 = times.iter().sum();
            assert!(is_close(histogram.mean(), sum / count as u64), "{times:?}");
            assert!(histogram.quantile(-1.0) == histogram.quantile(0.0));
            assert!(histogram.quantile(7.0) == histogram.quantile(1.0));
        }
    }
}

/// Nothing is known of no calls.
#[test]
fn an_empty_histogram_answers_nothing() {
    let none = Histogram::default();
    assert_eq!((none.count(), none.buckets().len()), (0, 0));
    let answers = [none.quantile(0.5), none.mean(), none.min(), none.max()];
    assert_eq!(answers, [None; 4]);
    assert_eq!(none.since(&none), none);
}

/// What came since an earlier look is what was added.
#[test]
fn the_difference_is_what_was_added() {
    let mut seed = Seed::new(13);
    for _ in 0..100 {
        let (before, after) = (times(&mut seed, 50), times(&mut seed, 50));
        let both = histogram(&[before.clone(), after.clone()].concat());
        assert_eq!(both.since(&histogram(&before)), histogram(&after));
        assert_eq!(both.since(&both), Histogram::default());
        assert_eq!(both.since(&Histogram::default()), both);
    }
}

/// The buckets of real calls are as narrow as promised, in order, and do not overlap.
#[test]
fn the_buckets_of_calls_are_narrow() {
    #[offload(pool = POOL)]
    fn spins(rounds: u64) {
        (0..rounds).for_each(|_| std::hint::spin_loop());
    }
    static POOL: Pool = Pool::new("narrow").threads(1);
    in_time(|| {
        let mut seed = Seed::new(17);
        for _ in 0..2000 {
            let size = 1 << (seed.below(14));
            drive(spins(seed.below(size)));
        }
        let spins = crate::kit::function("histograms::spins");
        let spins = spins.unwrap();
        for times in [spins.wait, spins.run] {
            assert_eq!(times.count(), 2000);
            assert!(times.buckets().len() > 3, "{times:?}");
            for found in times.buckets() {
                let [from, to] =
                    [found.from, found.to].map(|it| u64::try_from(it.as_nanos()).unwrap());
                assert_eq!((from, to), bucket(from), "{found:?}");
                assert!((found.from..=found.to).contains(&found.middle()) && found.count > 0);
            }
            assert!(times.buckets().is_sorted_by(|one, next| one.to < next.from));
        }
    });
}

/// A snapshot is plain data: written and read it is the same, and the text is what anybody would expect.
#[test]
fn a_snapshot_can_be_written_and_read() {
    #[offload(pool = POOL)]
    fn written() {}
    static POOL: Pool = Pool::new("written").threads(1).queue_capacity(7);
    in_time(|| {
        drive(written());
        let (gate, key) = offload_tests::gate();
        let held = POOL.run(move || gate.pass()).start();
        key.await_body();
        let waits = written().start();
        let all = snapshot();
        key.open();
        drive(held);
        drive(waits);
        let text = serde_json::to_string(&all).unwrap();
        assert_eq!(serde_json::from_str::<Snapshot>(&text).unwrap(), all);

        let value: Value = serde_json::from_str(&text).unwrap();
        let find = |list: &str, name: &str| -> Value {
            let mut list = value[list].as_array().unwrap().iter();
            list.find(|entry| entry["name"] == name).unwrap().clone()
        };
        let name = "counters::histograms::written";
        let function = find("functions", name);
        assert_eq!(
            keys(&function),
            ["calls", "file", "line", "name", "run", "wait"]
        );
        assert_eq!(
            function["calls"],
            json!({"started": 2, "queued": 1, "running": 0, "done": 1, "panicked": 0, "cancelled": 0, "refused": 0, "failed": 0,
                   "abandoned": 0})
        );
        let bucket = &function["run"]["buckets"][0];
        assert_eq!(keys(bucket), ["count", "from", "to"]);
        let pool = find("pools", "written");
        let all = [
            "calls",
            "cluster",
            "limit",
            "longest_wait",
            "name",
            "occupants",
            "run",
            "threads",
            "wait",
        ];
        assert_eq!(keys(&pool), all);
        assert_eq!((&pool["limit"], &pool["threads"]), (&json!(1), &json!(1)));
        assert_eq!(pool["longest_wait"]["function"], name);
        assert!(pool["longest_wait"]["time"]["nanos"].is_u64());
        assert_eq!(
            pool["occupants"],
            json!([{"function": "tokio_offload::Pool::run", "bodies": 1}])
        );
    });
}

/// Data that an earlier version wrote lacks the counters that came later.
#[test]
fn a_counter_that_was_not_written_is_read_as_zero() {
    let calls: Calls = serde_json::from_value(json!({"started": 2, "done": 1})).unwrap();
    assert_eq!((calls.started, calls.done, calls.abandoned), (2, 1, 0));
    let cluster: ClusterSnapshot = serde_json::from_value(json!({"lost": 3})).unwrap();
    assert_eq!((cluster.lost, cluster.nodes), (3, 0));
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<_> = value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys
}
