//! What `snapshot` shows, through the `metrics` facade (feature `metrics`).

use std::{mem, sync::LazyLock, time::Duration};

use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

use super::{
    BlockedSnapshot, Calls, ClusterSnapshot, FunctionSnapshot, Histogram, PoolSnapshot, Snapshot,
    since::earlier, snapshot,
};
use crate::sync::Mutex;

/// Hands what [`snapshot`](crate::snapshot()) shows to the recorder of the `metrics` facade (feature `metrics`). Install it
/// before the first `publish_metrics()`: times handed over before are lost.
///
/// Calls pay nothing for it: call this when somebody asks for the metrics, in the handler of `/metrics`, or every few
/// seconds where they are pushed. Without a recorder it does nothing; more than one recorder share what is new. Names follow
/// the conventions of Prometheus, times are in seconds:
///
/// | metric | kind | labels |
/// | --- | --- | --- |
/// | `tokio_offload_calls_total` | counter | `function` |
/// | `tokio_offload_ended_total` | counter | `function`, `outcome`: `done`, `panicked`, `cancelled`, `refused`, `failed` |
/// | `tokio_offload_abandoned_total` | counter | `function` |
/// | `tokio_offload_queued`, `tokio_offload_running` | gauge | `function` |
/// | `tokio_offload_wait_seconds`, `tokio_offload_run_seconds` | histogram | `function` |
/// | `tokio_offload_pool_calls_total` | counter | `pool` |
/// | `tokio_offload_pool_ended_total` | counter | `pool`, `outcome` |
/// | `tokio_offload_pool_queued`, `tokio_offload_pool_running` | gauge | `pool` |
/// | `tokio_offload_pool_threads`, `tokio_offload_pool_limit` | gauge | `pool` |
/// | `tokio_offload_pool_longest_wait_seconds` | gauge, of calls that still wait | `pool` |
/// | `tokio_offload_pool_wait_seconds`, `tokio_offload_pool_run_seconds` | histogram | `pool` |
/// | `tokio_offload_cluster_nodes` | gauge, of nodes that have a call of this process | `pool`, the cluster |
/// | `tokio_offload_cluster_lost_total` | counter, of calls that lost their node | `pool` |
/// | `tokio_offload_cluster_retried_total` | counter, of calls given to a further node | `pool` |
/// | `tokio_offload_cluster_republished_total`, `tokio_offload_cluster_refused_claims_total` | counter | `pool` |
/// | `tokio_offload_blocked_total` (feature `watch`) | counter | `function`, or `unknown` |
///
/// A time is recorded as the middle of its bucket, at most 1/32 away.
///
/// ```
/// /// The handler of `/metrics`; `render` is that of the exporter.
/// async fn metrics(render: impl Fn() -> String) -> String {
///     tokio_offload::publish_metrics();
///     render()
/// }
/// # let _ = metrics(String::new);
/// ```
pub fn publish_metrics() {
    describe();
    let (before, now) = next();
    // Methods of several types may have one name: a recorder must not take them for one that counts back and forth.
    for functions in now.functions.chunk_by(|a, b| a.name == b.name) {
        let of = Of {
            prefix: "tokio_offload",
            label: "function",
            value: &functions[0].name,
        };
        let calls = together(functions);
        of.calls(&calls);
        of.counter("abandoned_total", None, calls.abandoned);
        for (index, function) in functions.iter().enumerate() {
            let known = earlier(&before, functions, index);
            let (wait, run) = (
                known.map(|known| &known.wait),
                known.map(|known| &known.run),
            );
            of.times("wait_seconds", &function.wait, wait);
            of.times("run_seconds", &function.run, run);
        }
    }
    now.pools
        .iter()
        .for_each(|pool| publish_pool(pool, &before));
    publish_blocked(now.blocked);
}

/// The snapshot that was published last, and the one to publish now. The lock is released before the recorder runs. Since the two are
/// exchanged under the lock, each difference is published once, also if several threads publish at a time.
fn next() -> (Snapshot, Snapshot) {
    let mut published = PUBLISHED.lock();
    let now = snapshot();
    (mem::replace(&mut *published, now.clone()), now)
}

fn publish_blocked(mut blocked: Vec<BlockedSnapshot>) {
    blocked.sort_by(|a, b| a.function.cmp(&b.function));
    for reported in blocked.chunk_by(|a, b| a.function == b.function) {
        let of = Of {
            prefix: "tokio_offload",
            label: "function",
            value: reported[0].function.as_deref().unwrap_or("unknown"),
        };
        let reports = reported.iter().map(|one| one.reports).sum();
        of.counter("blocked_total", None, reports);
    }
}

fn publish_pool(pool: &PoolSnapshot, before: &Snapshot) {
    let known = before.pools.iter().find(|known| known.name == pool.name);
    let of = Of {
        prefix: "tokio_offload_pool",
        label: "pool",
        value: &pool.name,
    };
    of.calls(&pool.calls);
    of.gauge("threads", pool.threads as u64);
    // A pool that is gone has no limit any more.
    let last = known.and_then(|known| known.limit);
    if let Some(limit) = pool.limit.or(last.map(|_| 0)) {
        of.gauge("limit", limit as u64);
    }
    let longest = pool.longest_wait.as_ref();
    of.seconds(
        "longest_wait_seconds",
        longest.map_or(Duration::ZERO, |it| it.time),
    );
    of.times("wait_seconds", &pool.wait, known.map(|known| &known.wait));
    of.times("run_seconds", &pool.run, known.map(|known| &known.run));
    if let Some(cluster) = &pool.cluster {
        publish_cluster(cluster, of.value);
    }
}

fn publish_cluster(cluster: &ClusterSnapshot, value: &str) {
    let of = Of {
        prefix: "tokio_offload_cluster",
        label: "pool",
        value,
    };
    of.gauge("nodes", cluster.nodes);
    of.counter("lost_total", None, cluster.lost);
    of.counter("retried_total", None, cluster.retried);
    of.counter("republished_total", None, cluster.republished);
    of.counter("refused_claims_total", None, cluster.refused_claims);
}

fn together(functions: &[FunctionSnapshot]) -> Calls {
    let all = functions.iter().map(|function| &function.calls);
    all.fold(Calls::default(), |sum, calls| Calls {
        started: sum.started + calls.started,
        queued: sum.queued + calls.queued,
        running: sum.running + calls.running,
        done: sum.done + calls.done,
        panicked: sum.panicked + calls.panicked,
        cancelled: sum.cancelled + calls.cancelled,
        refused: sum.refused + calls.refused,
        failed: sum.failed + calls.failed,
        abandoned: sum.abandoned + calls.abandoned,
    })
}

/// What has been handed over.
static PUBLISHED: LazyLock<Mutex<Snapshot>> = LazyLock::new(Mutex::default);

/// The metrics of one function or pool.
struct Of<'a> {
    prefix: &'static str,
    label: &'static str,
    value: &'a str,
}

impl Of<'_> {
    fn calls(&self, calls: &Calls) {
        self.counter("calls_total", None, calls.started);
        for (outcome, count) in [
            ("done", calls.done),
            ("panicked", calls.panicked),
            ("cancelled", calls.cancelled),
            ("refused", calls.refused),
            ("failed", calls.failed),
        ] {
            self.counter("ended_total", Some(outcome), count);
        }
        self.gauge("queued", calls.queued);
        self.gauge("running", calls.running);
    }

    fn counter(&self, name: &str, outcome: Option<&'static str>, value: u64) {
        let mut labels = vec![(self.label, self.value.to_owned())];
        labels.extend(outcome.map(|outcome| ("outcome", outcome.to_owned())));
        counter!(self.name(name), &labels).absolute(value);
    }

    #[expect(clippy::cast_precision_loss, reason = "nobody has 2^53 threads")]
    fn gauge(&self, name: &str, value: u64) {
        gauge!(self.name(name), self.label => self.value.to_owned()).set(value as f64);
    }

    fn seconds(&self, name: &str, value: Duration) {
        gauge!(self.name(name), self.label => self.value.to_owned()).set(value.as_secs_f64());
    }

    fn times(&self, name: &str, now: &Histogram, known: Option<&Histogram>) {
        let new = known.map(|known| now.since(known));
        let histogram = histogram!(self.name(name), self.label => self.value.to_owned());
        for bucket in new.as_ref().unwrap_or(now).buckets() {
            let seconds = bucket.middle().as_secs_f64();
            let count = usize::try_from(bucket.count).unwrap_or(usize::MAX);
            histogram.record_many(seconds, count);
        }
    }

    fn name(&self, name: &str) -> String {
        format!("{}_{name}", self.prefix)
    }
}

/// Says what each metric means. Recorders keep it, so once more does no harm.
fn describe() {
    describe_cluster();
    describe_calls("tokio_offload", "of the function");
    describe_calls("tokio_offload_pool", "of the pool");
    describe_counter!(
        "tokio_offload_abandoned_total",
        "Bodies whose caller went away while they ran."
    );
    describe_counter!(
        "tokio_offload_blocked_total",
        "Reports that the function has kept a worker away from its runtime."
    );
    describe_gauge!(
        "tokio_offload_pool_threads",
        "Threads of the pool that live."
    );
    describe_gauge!(
        "tokio_offload_pool_longest_wait_seconds",
        Unit::Seconds,
        "How long the call that waits longest in the pool has waited by now."
    );
    describe_gauge!(
        "tokio_offload_pool_limit",
        "Bodies that may run at once in the pool."
    );
}

/// The metrics that functions and pools both have.
fn describe_calls(prefix: &str, of: &str) {
    let name = |name: &str| format!("{prefix}_{name}");
    describe_counter!(
        name("calls_total"),
        format!("Calls {of} that were started.")
    );
    describe_counter!(
        name("ended_total"),
        format!("Calls {of} that are over, by outcome.")
    );
    describe_gauge!(
        name("queued"),
        format!("Calls {of} that wait for a thread.")
    );
    describe_gauge!(name("running"), format!("Bodies {of} that run."));
    describe_histogram!(
        name("wait_seconds"),
        Unit::Seconds,
        format!("Time from submission to the beginning of the body, {of}.")
    );
    describe_histogram!(
        name("run_seconds"),
        Unit::Seconds,
        format!("Time from the beginning of the body to its end, {of}.")
    );
}

fn describe_cluster() {
    describe_gauge!(
        "tokio_offload_cluster_nodes",
        "Nodes of the cluster that have a call of this process."
    );
    for (name, what) in [
        ("lost_total", "Times that a call lost its node."),
        (
            "retried_total",
            "Times that a call was given to a further node.",
        ),
        ("republished_total", "Tickets that were written again."),
        (
            "refused_claims_total",
            "Claims of nodes that were refused: of doubled tickets, and of calls that nobody waits for any more.",
        ),
    ] {
        describe_counter!(format!("tokio_offload_cluster_{name}"), what);
    }
}
