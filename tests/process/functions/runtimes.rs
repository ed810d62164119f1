//! One pool of workers under several runtimes.

use std::{path::Path, thread};

use tokio::{
    runtime::{Builder, Runtime},
    task::yield_now,
};
use tokio_offload::{Error, Offload, Pool, Workers, block_on, offload};

use crate::{
    Failed, WORKERS, call_error,
    gate::{Gate, wait_at},
    poll_once,
};

static ONE: Workers = Workers::new("runtimes").processes(1);

#[offload(remote = ONE)]
fn id() -> Result<u32, Failed> {
    Ok(std::process::id())
}

#[offload(remote = WORKERS)]
fn doubled(n: u32) -> Result<u32, Failed> {
    Ok(n * 2)
}

#[offload(remote = WORKERS)]
fn waits(gate: &Path) -> Result<(), Failed> {
    Ok(wait_at(gate)?)
}

#[offload(remote = WORKERS)]
fn large(bytes: usize) -> Result<Vec<u8>, Failed> {
    Ok(vec![7; bytes])
}

/// An answer that is to be read on a thread of its own is read here if there is none.
#[test]
fn a_large_answer_needs_no_thread() {
    let barren = Builder::new_current_thread()
        .enable_all()
        .thread_stack_size(1 << 46)
        .build()
        .expect("a runtime");
    for _ in 0..3 {
        let bytes = barren.block_on(large(64 << 10)).unwrap();
        assert_eq!(bytes.len(), 64 << 10);
        assert!(bytes.iter().all(|byte| *byte == 7));
    }
}

static NARROW: Pool = Pool::shared("runtimes-narrow");

/// The only blocking thread waits for the answer, in ours or another `block_on`, and the call is polled there, or by a task.
#[test]
fn a_large_answer_needs_no_thread_beside_that_which_waits() {
    #[offload]
    fn waits_for(bytes: usize, started: bool) -> Result<usize, Failed> {
        Ok(block_on(call(bytes, started))??.len())
    }

    #[offload]
    fn waits_elsewhere(bytes: usize, started: bool) -> Result<usize, Failed> {
        let runtime = tokio::runtime::Handle::current();
        Ok(runtime.block_on(call(bytes, started))?.len())
    }

    #[offload(pool = NARROW)]
    fn waits_in_a_pool(bytes: usize) -> Result<usize, Failed> {
        Ok(block_on(large(bytes))??.len())
    }

    fn call(bytes: usize, started: bool) -> Offload<Result<Vec<u8>, Failed>> {
        let call = large(bytes);
        if started { call.start() } else { call }
    }

    let narrow = offload_tests::one_slot();
    for bytes in [1, 64 << 10] {
        for call in [
            waits_for(bytes, false),
            waits_for(bytes, true),
            waits_elsewhere(bytes, false),
            waits_elsewhere(bytes, true),
            waits_in_a_pool(bytes),
        ] {
            assert_eq!(narrow.block_on(call).unwrap(), bytes);
        }
    }
}

/// Nobody reads the answer of a call that was started while bodies of a pool on the runtime's threads hold all of these.
#[test]
fn a_large_answer_of_a_started_call_gives_a_warning_where_a_pool_holds_all_threads() {
    let told = [
        "pool `runtimes-narrow`",
        "no blocking thread of the runtime is free",
    ];
    offload_tests::assert_says("runtimes::child_holds_all_threads", told, &[]);
}

#[test]
#[ignore = "run by a_large_answer_of_a_started_call_gives_a_warning_where_a_pool_holds_all_threads"]
fn child_holds_all_threads() {
    #[offload(pool = NARROW)]
    fn waits() -> bool {
        block_on(large(64 << 10).start()).is_ok()
    }
    offload_tests::one_slot().block_on(waits());
}

fn runtime() -> Runtime {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime can be built")
}

#[test]
fn one_worker_serves_one_runtime_after_the_other() {
    let first = runtime().block_on(id()).unwrap();
    for _ in 0..3 {
        let runtime = runtime();
        assert_eq!(runtime.block_on(id()).unwrap(), first);
        assert_eq!(
            runtime.block_on(async { id().start().await }).unwrap(),
            first
        );
    }
}

#[test]
fn runtimes_share_workers() {
    let work = |start: u32| {
        move || {
            let runtime = Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build();
            runtime.expect("a runtime can be built").block_on(async {
                for n in start..start + 200 {
                    let (a, b) = tokio::join!(doubled(n), doubled(n + 1).start());
                    assert_eq!((a.unwrap(), b.unwrap()), (n * 2, n * 2 + 2));
                }
            });
        }
    };
    let threads = [0, 1000, 2000].map(|start| thread::spawn(work(start)));
    for thread in threads {
        thread.join().expect("right answers");
    }
}

#[test]
fn a_call_goes_on_under_another_runtime() {
    let (first, second) = (runtime(), runtime());
    let (gate, mut call, visitor) = first.block_on(async {
        let gate = Gate::new();
        let mut call = waits(gate.path());
        let visitor = tokio::select! {
            _ = &mut call => panic!("the call ended at a closed gate"),
            visitor = gate.visitor() => visitor,
        };
        (gate, call, visitor)
    });
    assert!(
        second
            .block_on(async { poll_once(&mut call).await })
            .is_pending()
    );
    first.block_on(visitor.open());
    drop(gate);
    drop(first);
    second.block_on(call).unwrap();
}

#[test]
fn a_started_call_ends_with_its_runtime() {
    let (first, second) = (runtime(), runtime());
    let (gate, call, visitor) = first.block_on(async {
        let gate = Gate::new();
        let call = waits(gate.path()).start();
        let visitor = gate.visitor().await;
        (gate, call, visitor)
    });
    drop((gate, visitor));
    drop(first);
    assert!(matches!(call_error(second.block_on(call)), Error::Shutdown));
}

/// A body in this process that calls one in another.
#[offload]
fn calls(n: u32) -> Result<u32, Failed> {
    block_on(doubled(n))?
}

static THREADS: Pool = Pool::new("threads").threads(1);

#[offload(pool = THREADS)]
fn calls_from_a_pool(n: u32) -> Result<u32, Failed> {
    let started = block_on(async { doubled(n).start().await })??;
    Ok(started + block_on(doubled(n))??)
}

#[tokio::test]
async fn a_body_in_this_process_calls_one_in_another() {
    assert_eq!(calls(4).await.unwrap(), 8);
    assert_eq!(calls_from_a_pool(4).await.unwrap(), 16);
}

/// However it is asked for, and nothing is started.
#[test]
fn a_runtime_without_io_is_refused() {
    static NONE: Workers = Workers::new("without-io").processes(1);
    #[offload(remote = NONE)]
    fn none() -> Result<u32, Failed> {
        Ok(1)
    }
    let runtime = Builder::new_current_thread().enable_time().build();
    runtime.expect("a runtime can be built").block_on(async {
        assert!(matches!(none().outcome().await, Err(Error::NoIo)));
        assert!(matches!(none().start().outcome().await, Err(Error::NoIo)));
        let started = none().try_start().expect("there is room");
        assert!(matches!(started.outcome().await, Err(Error::NoIo)));
        let text = none().await.expect_err("no I/O").to_string();
        assert!(text.contains("enable_all"), "{text}");
    });
    assert_eq!(NONE.stats().started, 0);
}

/// A loop over what a pool is asked, and can answer at once, lets the task's other branches run.
#[tokio::test]
async fn questions_count_against_the_budget_of_the_task() {
    static UNUSED: Workers = Workers::new("runtimes-unused");
    static CLOSED: Workers = Workers::new("runtimes-closed");

    async fn idle() {
        UNUSED.idle().await;
    }
    async fn ready() {
        let _ = CLOSED.prewarm(1).await;
    }
    async fn closed() {
        CLOSED.close().await;
    }
    async fn many<F: Future>(ask: fn() -> F) {
        for _ in 0..1000 {
            ask().await;
        }
    }
    CLOSED.shutdown();
    assert!(poll_once(&mut Box::pin(many(idle))).await.is_pending());
    yield_now().await;
    assert!(poll_once(&mut Box::pin(many(ready))).await.is_pending());
    yield_now().await;
    assert!(poll_once(&mut Box::pin(many(closed))).await.is_pending());
}
