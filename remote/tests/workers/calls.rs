//! Results, and what it takes to get them.

use std::task::Poll;

use tokio_offload_remote::{Config, Failure, Workers, is_worker, stop_requested};

use crate::kit::{Gate, exists, remote, say, submit, wait};

static CALLS: Workers = Config::new("calls").processes(2).build();
static LAZY: Workers = Config::new("lazy").processes(2).build();
static ONE: Workers = Config::new("one").processes(1).build();
static BOUND: Workers = Config::new("bound").processes(3).build();
static REUSE: Workers = Config::new("reuse").processes(4).build();
static ROOM: Workers = Config::new("room").processes(1).queue_capacity(1).build();
static NESTED: Workers = Config::new("nested").processes(1).build();
static SUMS: Workers = Config::new("sums").processes(2).retries(0).build();
static EAGER: Workers = Config::new("eager").processes(1).build();

remote! {
    CALLS: fn add(one: u32, other: u32) -> u32 { one + other }
    CALLS: fn nothing() -> () {}
    CALLS: fn reverse(text: String, items: Vec<Option<u64>>) -> (String, Vec<Option<u64>>) {
        (text.chars().rev().collect(), items.into_iter().rev().collect())
    }
    CALLS: fn refuse(why: String) -> Result<(), String> { Err(why) }
    CALLS: fn role() -> (bool, bool, u32) { (is_worker(), stop_requested(), std::process::id()) }
    LAZY: fn lazy(gate: String) -> () { say(&gate, "ran") }
    ONE: fn one_at(gate: String, number: u32) -> u32 { wait(&gate); number }
    ONE: fn mark(file: String, number: u32) -> () {
        use std::io::Write;
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(file).unwrap();
        writeln!(file, "{number}").unwrap();
    }
    BOUND: fn bound(gate: String) -> u32 { wait(&gate); std::process::id() }
    REUSE: fn reuse() -> u32 { std::process::id() }
    REUSE: fn reuse_at(gate: String) -> u32 { wait(&gate); std::process::id() }
    ROOM: fn room_at(gate: String) -> () { wait(&gate) }
    NESTED: fn inner() -> u32 { 1 }
    NESTED: fn outer() -> String {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        format!("{:?}", runtime.block_on(inner()))
    }
    SUMS: fn sum(number: u32) -> u32 {
        assert!(number % 5 != 3, "not this one");
        if number % 5 == 4 { std::process::abort() }
        number
    }
    SUMS: fn sum_at(gate: String) -> () { wait(&gate) }
    EAGER: fn eager_at(gate: String) -> () { wait(&gate) }
    EAGER: fn eager_say(gate: String) -> () { say(&gate, "queued") }
}

#[tokio::test]
async fn a_call_yields_what_the_function_returns() {
    assert_eq!(add(2, 3).await.unwrap(), 5);
    nothing().await.unwrap();
    let (text, items) = reverse("wörter".into(), vec![Some(u64::MAX), None])
        .await
        .unwrap();
    assert_eq!(
        (text.as_str(), items),
        ("retröw", vec![None, Some(u64::MAX)])
    );
    // An error that the function returns is a value.
    assert_eq!(refuse("no".into()).await.unwrap(), Err("no".to_owned()));
}

#[tokio::test]
async fn a_body_runs_in_another_process_and_knows_it() {
    let (worker, stop, pid) = role().await.unwrap();
    assert!(worker && !stop);
    assert_ne!(pid, std::process::id());
    assert!(CALLS.pids().contains(&pid));
    assert!(!is_worker() && !stop_requested());
}

#[tokio::test]
async fn nothing_happens_before_the_first_poll() {
    let gate = Gate::new();
    drop(lazy(gate.path()));
    let mut call = lazy(gate.path());
    assert!(!call.is_running());
    call.cancel();
    assert!(matches!(call.await, Err(Failure::Cancelled)));
    let stats = LAZY.stats();
    assert_eq!((stats.started, stats.processes, stats.cancelled), (0, 0, 1));
    assert!(LAZY.pids().is_empty());
}

#[tokio::test]
async fn a_call_that_is_polled_often_runs_once() {
    let gate = Gate::new();
    let mut call = one_at(gate.path(), 7);
    for _ in 0..100 {
        assert!(submit(&mut call).await.is_pending());
    }
    gate.reached().await;
    for _ in 0..100 {
        assert!(submit(&mut call).await.is_pending());
        assert!(call.is_running());
    }
    gate.open().await;
    // A second body would wait at the gate.
    assert_eq!(call.await.unwrap(), 7);
}

#[tokio::test]
async fn calls_start_in_the_order_in_which_they_came() {
    let gate = Gate::new();
    let file = format!("{}/order", gate.path());
    let mut first = one_at(gate.path(), 0);
    assert!(submit(&mut first).await.is_pending());
    gate.reached().await;
    let mut calls: Vec<_> = (0..20).map(|number| mark(file.clone(), number)).collect();
    for call in &mut calls {
        assert!(submit(call).await.is_pending());
    }
    // Some leave, in no order.
    for gone in [17, 3, 11] {
        drop(calls.remove(gone));
    }
    gate.open().await;
    first.await.unwrap();
    for call in calls {
        call.await.unwrap();
    }
    let order = std::fs::read_to_string(&file).unwrap();
    let order: Vec<u32> = order.lines().map(|line| line.parse().unwrap()).collect();
    let expected: Vec<_> = (0..20)
        .filter(|number| ![17, 3, 12].contains(number))
        .collect();
    assert_eq!(order, expected);
}

#[tokio::test]
async fn as_many_bodies_run_at_once_as_there_are_processes() {
    let gates: Vec<_> = (0..6).map(|_| Gate::new()).collect();
    let mut calls = Vec::new();
    for gate in &gates {
        let mut call = bound(gate.path());
        assert!(submit(&mut call).await.is_pending());
        calls.push(call);
    }
    let mut there = std::collections::BTreeSet::new();
    for gate in &gates[..3] {
        there.insert(gate.reached().await);
    }
    assert_eq!(there.len(), 3);
    assert_eq!((BOUND.stats().running, BOUND.stats().queued), (3, 3));
    // Each end lets the next one in, and nobody else.
    for (at, call) in calls.into_iter().enumerate() {
        gates[at].open().await;
        assert!(there.contains(&call.await.unwrap().to_string()));
        if let Some(next) = gates.get(at + 3) {
            there.insert(next.reached().await);
        }
        assert!(BOUND.stats().running <= 3);
    }
    assert_eq!(
        (BOUND.stats().done, BOUND.stats().started, there.len()),
        (6, 3, 3)
    );
}

#[tokio::test]
async fn calls_one_after_the_other_use_the_worker_that_was_busy_last() {
    let gate = Gate::new();
    let first = reuse().await.unwrap();
    for _ in 0..20 {
        assert_eq!(reuse().await.unwrap(), first);
    }
    assert_eq!(REUSE.stats().started, 1);
    let busy = tokio::spawn(reuse_at(gate.path()));
    gate.reached().await;
    let second = reuse().await.unwrap();
    assert_ne!(first, second);
    gate.open().await;
    assert_eq!(busy.await.unwrap().unwrap(), first);
    assert_eq!(reuse().await.unwrap(), first);
}

#[tokio::test]
async fn a_full_pool_says_that_it_has_no_room() {
    let gate = Gate::new();
    assert!(ROOM.has_room());
    let running = tokio::spawn(room_at(gate.path()));
    gate.reached().await;
    assert!(ROOM.has_room());
    let mut waiting = room_at(gate.path());
    assert!(submit(&mut waiting).await.is_pending());
    assert!(!ROOM.has_room());
    drop(waiting);
    assert!(ROOM.has_room());
    gate.open().await;
    running.await.unwrap().unwrap();
    assert_eq!(ROOM.stats().cancelled, 1);
}

#[tokio::test]
async fn a_worker_has_no_workers_of_its_own() {
    assert_eq!(outer().await.unwrap(), "Err(Nested)");
}

#[tokio::test]
async fn counters_add_up_at_rest() {
    let gate = Gate::new();
    let mut submitted = 0;
    for number in 0..20 {
        submitted += 1;
        let _ = sum(number).await;
    }
    let running = tokio::spawn(sum_at(gate.path()));
    submitted += 1;
    gate.reached().await;
    running.abort();
    assert!(running.await.unwrap_err().is_cancelled());
    SUMS.idle().await;
    let stats = SUMS.stats();
    assert_eq!(
        (stats.done, stats.panicked, stats.died, stats.cancelled),
        (12, 4, 4, 1)
    );
    let ended = stats.done + stats.panicked + stats.died + stats.timed_out;
    assert_eq!(
        ended + stats.cancelled + stats.refused + stats.failed,
        submitted
    );
    assert_eq!((stats.queued, stats.running), (0, 0));
}

#[tokio::test]
async fn a_waiting_call_starts_although_nobody_looks_at_it() {
    let (first, second) = (Gate::new(), Gate::new());
    let running = tokio::spawn(eager_at(first.path()));
    first.reached().await;
    let mut queued = eager_say(second.path());
    assert!(submit(&mut queued).await.is_pending());
    first.open().await;
    running.await.unwrap().unwrap();
    // Not polled since.
    assert_eq!(second.reached().await, "queued");
    assert!(queued.is_running());
    assert!(matches!(queued.await, Ok(())));
    assert!(matches!(
        submit(&mut std::future::ready(1)).await,
        Poll::Ready(1)
    ));
}

#[tokio::test]
async fn warming_up_starts_workers_before_they_are_needed() {
    static WARM: Workers = Config::new("warm").processes(2).build();
    WARM.prewarm(5).await.unwrap();
    let pids = WARM.pids();
    assert_eq!(pids.len(), 2);
    assert!(pids.iter().all(|pid| exists(*pid)));
    WARM.prewarm(1).await.unwrap();
    assert_eq!(WARM.stats().started, 2);
}
