//! Counts that do not depend on the machine: allocations, bytes, and bodies nobody wanted.
//!
//! One test, because the counters are those of the whole process.

use std::alloc::System;

use offload_benches::{
    heap::{self, Heap},
    inside::{self, Inside},
    sample::{Metric, Sample},
    ways::Name,
    work::Work,
};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use tokio_offload::__private::Site;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const OURS: [Name; 4] = [Name::Ours, Name::Attribute, Name::Pool, Name::Shared];

#[test]
fn counts() {
    heap::install(meter);
    for way in OURS {
        a_waiting_call_is_one_allocation(way);
        a_call_that_sends_for_a_thread_is_two_allocations(way);
        aborted_calls_never_run(way);
        calls_of_a_dropped_runtime_never_start(way);
    }
    // Last, because it holds from then on.
    inside::run_tasks_inside(Inside::TaskLocal);
    for way in OURS {
        a_value_that_comes_along_is_four_allocations(way);
    }
}

/// Built together with `tests/runtime/observability` the library has all its features, and a site has room for what it measures.
const fn sites_measure() -> bool {
    size_of::<Site>() > size_of::<(&str, &str, &str, u32)>()
}

fn a_waiting_call_is_one_allocation(way: Name) {
    let calls = 20_000;
    let ours = Work::Queued(calls).measure(way, 1);
    let raw = Work::Queued(calls).measure(Name::Raw, 1);
    assert_eq!(whole(&ours, Metric::Allocs), 1, "{way:?}: {ours:?}");
    let ratio = figure(&ours, Metric::Bytes) / figure(&raw, Metric::Bytes);
    // A call that is measured remembers when it began to wait.
    let most = if sites_measure() { 0.6 } else { 0.5 };
    assert!(ratio < most, "{way:?}: {ours:?} against {raw:?}");
}

fn a_call_that_sends_for_a_thread_is_two_allocations(way: Name) {
    let sample = Work::Allocs(1000).measure(way, 1);
    // A thread that is called by what it runs has to remember the name it had. No feature but that one allocates here.
    let most = if sites_measure() { 3.05 } else { 2.05 };
    assert!(
        figure(&sample, Metric::Allocs) < most,
        "{way:?}: {sample:?}"
    );
}

/// Where the call is made and where it is started: the value that comes along, and who holds it.
fn a_value_that_comes_along_is_four_allocations(way: Name) {
    let sample = Work::Queued(20_000).measure(way, 1);
    assert_eq!(whole(&sample, Metric::Allocs), 1 + 4, "{way:?}: {sample:?}");
}

fn aborted_calls_never_run(way: Name) {
    let sample = Work::Abort.measure(way, 1);
    assert_eq!(whole(&sample, Metric::Bodies), 0, "{way:?}");
}

/// Two run when the runtime is dropped; each thread may take one more before the news reaches it.
fn calls_of_a_dropped_runtime_never_start(way: Name) {
    let sample = Work::Drop.measure(way, 2);
    assert!(whole(&sample, Metric::Bodies) <= 4, "{way:?}: {sample:?}");
}

fn figure(sample: &Sample, metric: Metric) -> f64 {
    sample.get(metric).expect("this is measured")
}

/// Rounded, since the queue and the runtime allocate now and then.
#[expect(clippy::cast_possible_truncation, reason = "a small count")]
fn whole(sample: &Sample, metric: Metric) -> i64 {
    figure(sample, metric).round() as i64
}

fn meter() -> Heap {
    let stats = ALLOCATOR.stats();
    Heap {
        allocations: stats.allocations,
        allocated: stats.bytes_allocated,
        live: stats.bytes_allocated - stats.bytes_deallocated,
    }
}
