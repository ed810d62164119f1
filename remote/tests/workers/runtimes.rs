//! One static pool and runtimes that come, go, and stand still.

use std::{
    future::Future,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use tokio::runtime::{Builder, Runtime};
use tokio_offload_remote::{Config, Failure, Workers};

use crate::kit::{Gate, exists, remote, say, submit, until, wait};

static TURNS: Workers = Config::new("turns").processes(1).build();
static AT_ONCE: Workers = Config::new("at-once").processes(2).build();
static STILL: Workers = Config::new("still").processes(1).build();
static DROPPED: Workers = Config::new("dropped").processes(1).build();
static MOVED: Workers = Config::new("moved").processes(1).build();
static ENDED: Workers = Config::new("ended").processes(1).build();
static LOUD: Workers = Config::new("loud").processes(1).build();
static NONE: Workers = Config::new("none").processes(1).build();

remote! {
    TURNS: fn turn(data: Vec<u8>) -> (u32, usize) { (std::process::id(), data.len()) }
    AT_ONCE: fn at_once(number: u64) -> u64 { number * 2 }
    STILL: fn still() -> u32 { std::process::id() }
    DROPPED: fn dropped_spin(gate: String) -> () {
        say(&gate, &std::process::id().to_string());
        loop { std::hint::spin_loop() }
    }
    DROPPED: fn dropped_pid() -> u32 { std::process::id() }
    MOVED: fn moved_at(gate: String) -> u32 { wait(&gate); 5 }
    ENDED: fn ended_at(gate: String) -> u32 { wait(&gate); std::process::id() }
    LOUD: fn loud() -> u32 { std::process::id() }
    LOUD: fn loud_at(gate: String) -> () { wait(&gate) }
    NONE: fn none(gate: String) -> () { wait(&gate) }
}

fn one() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn several() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

#[test]
fn runtimes_take_turns_with_one_worker() {
    let (pid, _) = one().block_on(turn(Vec::new())).unwrap();
    for round in 0..10 {
        let runtime = if round % 2 == 0 { one() } else { several() };
        // Large enough to wait for room to write, with small ones before and after it.
        assert_eq!(runtime.block_on(turn(vec![0; 2])).unwrap(), (pid, 2));
        assert_eq!(
            runtime.block_on(turn(vec![0; 1 << 20])).unwrap(),
            (pid, 1 << 20)
        );
        assert_eq!(runtime.block_on(turn(vec![0; 3])).unwrap(), (pid, 3));
    }
}

#[test]
fn runtimes_share_workers_at_once() {
    let threads: Vec<_> = (0..4_u64)
        .map(|thread| {
            std::thread::spawn(move || {
                let runtime = if thread % 2 == 0 { one() } else { several() };
                runtime.block_on(async move {
                    for number in 0..300 {
                        let number = thread * 1000 + number;
                        assert_eq!(at_once(number).await.unwrap(), number * 2);
                    }
                });
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert!(AT_ONCE.stats().started <= 2);
}

#[test]
fn a_runtime_that_stands_still_holds_up_nobody() {
    let (first, second) = (one(), one());
    let pid = first.block_on(still()).unwrap();
    // The worker is registered with the first runtime, which nobody drives any more.
    for _ in 0..3 {
        assert_eq!(second.block_on(still()).unwrap(), pid);
    }
    drop(second);
    assert_eq!(first.block_on(still()).unwrap(), pid);
}

#[test]
fn a_runtime_that_goes_takes_its_calls_along() {
    let gate = Gate::new();
    let runtime = several();
    let call = runtime.spawn(dropped_spin(gate.path()));
    let pid: u32 = one().block_on(gate.reached()).parse().unwrap();
    drop(runtime);
    until("the process is gone", || !exists(pid));
    assert_ne!(one().block_on(dropped_pid()).unwrap(), pid);
    assert!(one().block_on(call).unwrap_err().is_cancelled());
    assert_eq!(DROPPED.stats().cancelled, 1);
}

#[test]
fn a_call_may_move_to_another_runtime_while_it_runs() {
    let gate = Gate::new();
    let (first, second) = (one(), one());
    let mut call = moved_at(gate.path());
    assert!(first.block_on(submit(&mut call)).is_pending());
    assert!(second.block_on(submit(&mut call)).is_pending());
    drop(first);
    second.block_on(async {
        gate.reached().await;
        gate.open().await;
        assert_eq!(call.await.unwrap(), 5);
    });
}

#[test]
fn without_a_runtime_there_is_no_call() {
    let poll = |call: &mut crate::kit::Task<()>| {
        let mut context = Context::from_waker(Waker::noop());
        match pin!(call).poll(&mut context) {
            Poll::Ready(result) => result,
            Poll::Pending => panic!("it waits for nobody"),
        }
    };
    let gate = Gate::new();
    assert!(matches!(
        poll(&mut none(gate.path())),
        Err(Failure::NoRuntime)
    ));
    assert_eq!((NONE.stats().started, NONE.stats().refused), (0, 1));
    // The same for one that runs: its worker goes.
    let mut call = none(gate.path());
    let runtime = one();
    assert!(runtime.block_on(submit(&mut call)).is_pending());
    let pid: u32 = runtime.block_on(gate.reached()).parse().unwrap();
    assert!(matches!(poll(&mut call), Err(Failure::NoRuntime)));
    until("the process is gone", || !exists(pid));
}

#[test]
fn a_runtime_that_was_shut_down_ends_calls_that_are_made_there() {
    // Two gates: a body that is killed while it comes to one may still rattle at it.
    let (gate, other) = (Gate::new(), Gate::new());
    let runtime = one();
    let handle = runtime.handle().clone();
    drop(runtime);
    let end = handle.block_on(ended_at(other.path()));
    assert!(matches!(end, Err(Failure::NoRuntime)), "{end:?}");
    let end = one().block_on(async {
        let call = tokio::spawn(ended_at(gate.path()));
        gate.reached().await;
        gate.open().await;
        call.await.unwrap()
    });
    end.unwrap();
    assert_eq!((ENDED.stats().done, ENDED.stats().running), (1, 0));
}

/// A waker that panics, at a call that waits for its worker.
#[test]
fn a_waker_that_panics_harms_no_other_call() {
    struct Loud;

    impl std::task::Wake for Loud {
        fn wake(self: Arc<Self>) {
            panic!("a loud waker");
        }
    }

    let gate = Gate::new();
    let runtime = one();
    let entered = runtime.enter();
    let waker = Waker::from(Arc::new(Loud));
    let mut context = Context::from_waker(&waker);
    let mut running = loud_at(gate.path());
    let _ = runtime.block_on(submit(&mut running));
    runtime.block_on(gate.reached());
    let mut waiting = [loud(), loud(), loud()];
    for call in &mut waiting {
        assert!(pin!(call).poll(&mut context).is_pending());
    }
    drop(entered);
    runtime.block_on(async {
        let mut last = loud();
        assert!(submit(&mut last).await.is_pending());
        gate.open().await;
        running.await.unwrap();
        let [first, second, third] = waiting;
        first.await.unwrap();
        drop(second);
        third.await.unwrap();
        last.await.unwrap();
        LOUD.close().await;
    });
}

/// Refused before anything is started, also where it has begun elsewhere, and without a report of a panic.
#[test]
fn a_runtime_without_io_is_refused() {
    static SILENT: Workers = Config::new("without-io").processes(1).build();
    static ELSEWHERE: Workers = Config::new("without-io-later").processes(1).build();
    remote! {
        SILENT: fn silent() -> u32 { 1 }
        ELSEWHERE: fn elsewhere(gate: String) -> () { wait(&gate) }
    }
    for mut builder in [Builder::new_current_thread(), Builder::new_multi_thread()] {
        let runtime = builder.enable_time().worker_threads(1).build().unwrap();
        let end = runtime.block_on(silent());
        assert!(matches!(end, Err(Failure::NoIo)), "{end:?}");
        assert!(end.unwrap_err().to_string().contains("without I/O"));
    }
    let stats = SILENT.stats();
    assert_eq!((stats.started, stats.refused), (0, 2));
    let gate = Gate::new();
    let mut call = elsewhere(gate.path());
    let runtime = one();
    assert!(runtime.block_on(submit(&mut call)).is_pending());
    runtime.block_on(gate.reached());
    let other = Builder::new_current_thread().build().unwrap();
    let end = other.block_on(call);
    assert!(
        matches!(end, Err(Failure::NoRuntime | Failure::NoIo)),
        "{end:?}"
    );
}
