//! Limits of time, memory and number, on any runtime.

use std::time::Duration;

use tokio_offload_remote::{Config, Failure, Workers, stop_requested};

use crate::kit::{
    Gate,
    bodies::{spin, until_asked},
    exists, one, remote, say, submit, until, wait,
};

const SHORT: Duration = Duration::from_millis(50);
/// A body gets to its gate within it, also on a machine with much else to do.
const MEDIUM: Duration = Duration::from_secs(5);
const LONG: Duration = Duration::from_secs(600);

static HARD: Workers = one("hard").timeout(MEDIUM).build();
static EDGE: Workers = Config::new("edge")
    .processes(2)
    .timeout(Duration::from_millis(3))
    .build();
static LATE: Workers = one("late").timeout(Duration::from_secs(10)).build();
static SOFT: Workers = one("soft").soft_timeout(MEDIUM).timeout(LONG).build();
static BOTH: Workers = one("both")
    .soft_timeout(SHORT)
    .timeout(Duration::from_secs(10))
    .grace(Duration::from_millis(50))
    .build();
static QUEUE: Workers = one("queue").queue_timeout(SHORT).build();
static MEMORY: Workers = one("memory").memory_limit(256 << 20).build();
static CALLS: Workers = Config::new("max-calls").processes(2).max_calls(3).build();
static RESIDENT: Workers = one("resident").max_resident(64 << 20).build();
static IDLE: Workers = Config::new("idle").processes(2).keep_alive(SHORT).build();
static RUSH: Workers = Config::new("rush")
    .processes(2)
    .keep_alive(Duration::from_millis(1))
    .build();
static STACK: Workers = one("stack").stack_size(64 << 20).build();

remote! {
    HARD: fn hard_spin(gate: String) -> () { spin(&gate) }
    HARD: fn hard_pid() -> u32 { std::process::id() }
    EDGE: fn edge(micros: u64) -> u64 {
        let start = std::time::Instant::now();
        while start.elapsed() < Duration::from_micros(micros) { std::hint::spin_loop() }
        micros
    }
    LATE: fn late() -> () { std::thread::sleep(Duration::from_secs(2)) }
    SOFT: fn soft_until_asked(gate: String) -> u32 { until_asked(&gate) }
    SOFT: fn soft_stopped() -> (u32, bool) { (std::process::id(), stop_requested()) }
    BOTH: fn both_until_asked(gate: String) -> u32 { until_asked(&gate) }
    BOTH: fn both_spin(gate: String) -> () { spin(&gate) }
    QUEUE: fn queue_at(gate: String) -> () { wait(&gate) }
    QUEUE: fn queue_mark(gate: String) -> () { say(&gate, "ran") }
    MEMORY: fn memory(bytes: usize) -> usize { vec![1_u8; bytes].iter().map(|byte| usize::from(*byte)).sum() }
    CALLS: fn counted() -> u32 { std::process::id() }
    RESIDENT: fn keeps(bytes: usize) -> u32 {
        Box::leak(vec![1_u8; bytes].into_boxed_slice());
        std::process::id()
    }
    IDLE: fn idle_pid() -> u32 { std::process::id() }
    IDLE: fn idle_at(gate: String) -> u32 { wait(&gate); std::process::id() }
    RUSH: fn rush(number: u32) -> u32 { number }
    STACK: fn stack(depth: u32) -> u32 { deep(depth) }
}

/// Needs a kilobyte of stack for each step.
#[inline(never)]
fn deep(depth: u32) -> u32 {
    let room = std::hint::black_box([1_u8; 1024]);
    if depth == 0 {
        return 0;
    }
    deep(depth - 1) + u32::from(room[7])
}

#[tokio::test]
async fn a_body_over_its_limit_is_killed_and_its_worker_replaced() {
    let gate = Gate::new();
    let call = tokio::spawn(hard_spin(gate.path()));
    let pid: u32 = gate.reached().await.parse().unwrap();
    let end = call.await.unwrap();
    assert!(matches!(end, Err(Failure::TimedOut(limit)) if limit == MEDIUM));
    until("the process is gone", || !exists(pid));
    assert_ne!(hard_pid().await.unwrap(), pid);
    let stats = HARD.stats();
    assert_eq!((stats.timed_out, stats.died, stats.done), (1, 0, 1));
}

/// Bodies that end just when their time does: one outcome each, and never the death of another call.
#[tokio::test]
async fn a_limit_and_an_end_at_the_same_time_have_one_outcome() {
    let mut outcomes = (0, 0);
    for round in 0..300 {
        // Around the limit, and back.
        let micros = 2500 + (round * 37) % 1000;
        match edge(micros).await {
            Ok(same) => {
                assert_eq!(same, micros);
                outcomes.0 += 1;
            }
            Err(Failure::TimedOut(_)) => outcomes.1 += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    let stats = EDGE.stats();
    assert_eq!(
        (stats.done, stats.timed_out, stats.died),
        (outcomes.0, outcomes.1, 0)
    );
}

/// A runtime without a clock has limits too.
#[test]
fn limits_need_no_clock_of_the_runtime() {
    static CLOCKLESS: Workers = one("clockless")
        .timeout(MEDIUM)
        .queue_timeout(Duration::from_millis(10))
        .build();
    remote! {
        CLOCKLESS: fn clockless() -> () { loop { std::thread::park() } }
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .unwrap();
    runtime.block_on(async {
        CLOCKLESS.prewarm(1).await.unwrap();
        let mut running = clockless();
        assert!(submit(&mut running).await.is_pending());
        assert!(matches!(clockless().await, Err(Failure::QueueTimeout(_))));
        assert!(matches!(running.await, Err(Failure::TimedOut(_))));
    });
}

#[tokio::test]
async fn time_in_the_queue_is_no_time_of_the_body() {
    // Six bodies of two seconds, one after the other, each within its own ten.
    let calls = [(); 6].map(|()| tokio::spawn(late()));
    for call in calls {
        call.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_soft_limit_is_seen_by_the_body_and_the_worker_stays() {
    let gate = Gate::new();
    let call = tokio::spawn(soft_until_asked(gate.path()));
    let pid = gate.reached().await;
    assert_eq!(call.await.unwrap().unwrap().to_string(), pid);
    let (same, stopped) = soft_stopped().await.unwrap();
    assert_eq!(same.to_string(), pid);
    assert!(!stopped);
}

#[tokio::test]
async fn soft_comes_before_hard() {
    let gate = Gate::new();
    let call = tokio::spawn(both_until_asked(gate.path()));
    gate.reached().await;
    call.await.unwrap().unwrap();
    let call = tokio::spawn(both_spin(gate.path()));
    let pid: u32 = gate.reached().await.parse().unwrap();
    assert!(matches!(call.await.unwrap(), Err(Failure::TimedOut(_))));
    until("the grace is over too", || !exists(pid));
}

#[tokio::test]
async fn a_call_that_waits_too_long_never_runs() {
    let (gate, other) = (Gate::new(), Gate::new());
    // To start a worker may take longer than a call may wait.
    QUEUE.prewarm(1).await.unwrap();
    let running = tokio::spawn(queue_at(gate.path()));
    gate.reached().await;
    let late = queue_mark(other.path()).await;
    assert!(matches!(late, Err(Failure::QueueTimeout(limit)) if limit == SHORT));
    gate.open().await;
    running.await.unwrap().unwrap();
    let stats = QUEUE.stats();
    assert_eq!((stats.timed_out, stats.done, stats.queued), (1, 1, 0));
}

#[tokio::test]
async fn a_body_that_wants_too_much_memory_ends_alone() {
    assert_eq!(memory(1 << 20).await.unwrap(), 1 << 20);
    assert!(
        matches!(memory(512 << 20).await, Err(Failure::Died(death)) if death.signal == Some(6))
    );
    assert_eq!(memory(1 << 20).await.unwrap(), 1 << 20);
}

#[tokio::test]
async fn a_worker_is_replaced_after_its_calls_without_losing_one() {
    let mut calls = Vec::new();
    for _ in 0..60 {
        calls.push(tokio::spawn(counted()));
    }
    let mut served = std::collections::BTreeMap::new();
    for call in calls {
        *served.entry(call.await.unwrap().unwrap()).or_insert(0) += 1;
    }
    assert!(served.len() >= 20, "{served:?}");
    assert!(served.values().all(|calls| *calls <= 3), "{served:?}");
    let stats = CALLS.stats();
    assert_eq!((stats.done, stats.died, stats.retried), (60, 0, 0));
}

#[tokio::test]
async fn a_worker_that_has_grown_is_replaced() {
    let first = keeps(1 << 20).await.unwrap();
    assert_eq!(keeps(100 << 20).await.unwrap(), first);
    assert_ne!(keeps(1 << 20).await.unwrap(), first);
    // It said so itself: no call had to find out.
    assert_eq!((RESIDENT.stats().died, RESIDENT.stats().retried), (0, 0));
}

#[tokio::test]
async fn a_worker_without_work_goes() {
    let gate = Gate::new();
    let at = tokio::spawn(idle_at(gate.path()));
    gate.reached().await;
    idle_pid().await.unwrap();
    // One is idle, the other is not.
    let busy = at;
    until("the idle one is gone", || IDLE.stats().processes == 1);
    gate.open().await;
    let pid = busy.await.unwrap().unwrap();
    until("the other one is gone too", || IDLE.stats().processes == 0);
    assert!(!exists(pid));
    idle_pid().await.unwrap();
}

#[tokio::test]
async fn a_worker_that_never_had_work_goes_too() {
    static WARM: Workers = Config::new("idle-warm")
        .processes(2)
        .keep_alive(MEDIUM)
        .build();
    remote! {
        WARM: fn warm_pid() -> u32 { std::process::id() }
    }
    WARM.prewarm(2).await.unwrap();
    until("both are gone", || WARM.stats().processes == 0);
    warm_pid().await.unwrap();
}

#[tokio::test]
async fn a_call_that_comes_when_its_worker_goes_still_runs() {
    for number in 0..100 {
        assert_eq!(rush(number).await.unwrap(), number);
        // Somewhere around the end of the idle time.
        tokio::time::sleep(Duration::from_micros(u64::from(number) * 30)).await;
    }
    assert_eq!((RUSH.stats().done, RUSH.stats().died), (100, 0));
}

#[tokio::test]
async fn a_stack_is_as_large_as_was_asked_for() {
    assert_eq!(stack(20_000).await.unwrap(), 20_000);
}

#[test]
fn what_makes_no_sense_is_refused_when_it_is_built() {
    let wrong: [fn() -> Config; 14] = [
        || Config::new(""),
        || Config::new("a\0b"),
        || Config::new("x").processes(0),
        || Config::new("x").timeout(Duration::ZERO),
        || Config::new("x").soft_timeout(SHORT).timeout(SHORT),
        || Config::new("x").timeout(SHORT).soft_timeout(LONG),
        || Config::new("x").max_calls(0),
        || Config::new("x").max_message(0),
        || Config::new("x").max_message(usize::MAX),
        || Config::new("x").memory_limit(0),
        || Config::new("x").stack_size(0),
        || Config::new("x").env(&[("A\0", "b")]),
        || Config::new("x").env(&[("A=b", "c")]),
        || Config::new("x").current_dir(""),
    ];
    // What they say is caught as what the test prints.
    let ends = wrong.map(|build| std::panic::catch_unwind(build).is_err());
    assert_eq!(ends, [true; 14]);
}
