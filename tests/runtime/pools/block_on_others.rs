//! Bodies that wait in somebody else's `block_on`: for calls of their own pool, all of whose threads are taken.

use std::{
    cell::Cell,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc,
    },
    time::Duration,
};

use futures::StreamExt;
use offload_tests::{drive, gate, in_time};
use tokio::runtime::{Builder, Handle};
use tokio_offload::{Error, Offload, Owner, Pool, block_on, run, run_on};

use super::{
    block_on::{LONG, ends, narrow, narrow_rayon},
    kit::assert_says,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_call_in_another_block_on_gets_a_spare_thread() {
    static OWN: Pool = Pool::new("other-own").threads(1);
    static VIEW: Pool = Pool::shared("other-view").threads(1);
    for pool in [&OWN, &VIEW] {
        let driven = pool.run(move || drive(pool.run(|| 7)));
        assert_eq!(ends(driven).await.unwrap(), 7);
        let handle = pool.run(move || Handle::current().block_on(pool.run(|| 8)));
        assert_eq!(ends(handle).await.unwrap(), 8);
        let within = pool.run(move || block_on(async move { drive(pool.run(|| 9)) }));
        assert_eq!(ends(within).await.unwrap().unwrap(), 9);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_several_calls_in_another_block_on_gets_a_spare_thread() {
    static DOWN: Pool = Pool::new("other-down").threads(2);
    fn down(n: u32) -> Offload<u32> {
        DOWN.run(move || if n == 0 { 0 } else { 1 + drive(down(n - 1)) })
    }
    let (one, other) = tokio::join!(ends(down(3)), ends(down(3)));
    assert_eq!((one.unwrap(), other.unwrap()), (3, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_of_pools_that_wait_for_one_another_get_spare_threads() {
    static ONE: Pool = Pool::new("other-one").threads(1);
    static TWO: Pool = Pool::new("other-two").threads(1);
    let ring = ONE.run(|| drive(TWO.run(|| drive(ONE.run(|| drive(TWO.run(|| 4)))))));
    assert_eq!(ends(ring).await.unwrap(), 4);
    let mixed = ONE.run(|| {
        let inner = || TWO.run(|| drive(ONE.run(|| 6)));
        block_on(async move { inner().await }).unwrap()
    });
    assert_eq!(ends(mixed).await.unwrap(), 6);
}

/// A body that has waited in this way for long gets the spare threads of its later calls at once: each batch of the stream is a call, and
/// so many of them would take longer than this test may if each waited for a second.
#[test]
fn only_the_first_call_of_a_body_in_another_block_on_waits_for_long() {
    static STREAM: Pool = Pool::new("other-stream").threads(1);
    let all = in_time(|| {
        drive(STREAM.run(|| {
            let items = run_on(&STREAM, || 0..300_u32).stream(1);
            drive(items.collect::<Vec<_>>())
        }))
    });
    assert_eq!(all, (0..300).collect::<Vec<_>>());
}

/// Not the call that is the first in the queue: that one waits here for the body, as one for its lock may.
#[test]
fn the_spare_thread_runs_the_call_that_the_body_waits_for() {
    static BEHIND: Pool = Pool::new("other-behind").threads(1);
    in_time(|| {
        let (key, gate) = mpsc::channel();
        let (go, gone) = mpsc::channel::<()>();
        let body = BEHIND
            .run(move || {
                gone.recv().unwrap();
                let seven = drive(BEHIND.run(|| 7));
                key.send(seven).unwrap();
            })
            .start();
        let other = BEHIND.run(move || gate.recv().unwrap()).start();
        go.send(()).unwrap();
        drive(body);
        assert_eq!(drive(other), 7);
    });
}

#[test]
fn a_body_in_another_block_on_of_its_full_pool_gives_a_warning() {
    let wanted = [
        "pool `other-told`: all bodies have waited for a second, at least one of them in another `block_on`",
    ];
    let none = &["pool `other-ours`: all bodies"];
    assert_says("pools::block_on_others::child_is_told", wanted, none);
}

#[test]
#[ignore = "run by a_body_in_another_block_on_of_its_full_pool_gives_a_warning"]
fn child_is_told() {
    static OURS: Pool = Pool::new("other-ours").threads(1);
    static TOLD: Pool = Pool::new("other-told").threads(1);
    let runtime = narrow();
    let _entered = runtime.enter();
    let ours = OURS.run(|| block_on(async { tokio::spawn(OURS.run(|| 6)).await.unwrap() }));
    assert_eq!(drive(ours).unwrap(), 6);
    assert_eq!(drive(TOLD.run(|| drive(TOLD.run(|| 7)))), 7);
}

#[test]
fn calls_get_spare_threads_where_no_blocking_thread_is_left() {
    let runtime = narrow();
    let call = run(|| drive(run(|| 7)));
    assert_eq!(runtime.block_on(ends(call)).unwrap(), 7);
}

/// A body that has looked at a call and works on is no body that waits: the limit holds.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_drops_the_calls_it_polled_counts_as_waiting_no_more() {
    static BUSY: Pool = Pool::new("other-busy").threads(1);
    let (gate, key) = gate();
    let busy = BUSY
        .run(move || {
            let mut call = BUSY.run(|| 1);
            let pending = drive(std::future::poll_fn(|cx| {
                std::task::Poll::Ready(std::pin::Pin::new(&mut call).poll(cx).is_pending())
            }));
            drop(call);
            gate.pass();
            pending
        })
        .start();
    key.await_body();
    let next = BUSY.run(|| 2).start();
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert!(!next.is_finished(), "it runs beyond the limit");
    key.open();
    assert!(ends(busy).await.unwrap());
    assert_eq!(ends(next).await.unwrap(), 2);
}

/// One that keeps the call may be waiting for it in whatever way: the call runs beside it.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_keeps_the_call_it_polled_counts_as_waiting() {
    static KEEPS: Pool = Pool::new("other-keeps").threads(1);
    let (gate, key) = gate();
    let (tell, told) = tokio::sync::oneshot::channel();
    let keeps = KEEPS.run(move || {
        let mut call = KEEPS.run(|| tell.send(()));
        let pending = drive(std::future::poll_fn(|cx| {
            std::task::Poll::Ready(std::pin::Pin::new(&mut call).poll(cx).is_pending())
        }));
        gate.pass();
        drop(call);
        pending
    });
    let keeps = keeps.start();
    key.await_body();
    tokio::time::timeout(LONG, told).await.unwrap().unwrap();
    key.open();
    assert!(ends(keeps).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_that_waits_for_itself_in_another_block_on_is_refused() {
    let owner = Arc::new(Owner::spawn(|| 1).await);
    let same = Arc::clone(&owner);
    let error = ends(owner.run(move |_| drive(same.run(|value| *value).outcome())));
    assert!(matches!(error.await.unwrap(), Err(Error::WouldBlock)));
    assert_eq!(ends(owner.run(|value| *value)).await.unwrap(), 1);
}

#[test]
fn a_call_that_no_thread_of_rayon_takes_gives_a_warning() {
    let told = ["pool `rayon`: a body has waited"];
    assert_says("pools::block_on_others::child_on_rayon", told, &[]);
}

#[test]
#[ignore = "run by a_call_that_no_thread_of_rayon_takes_gives_a_warning"]
fn child_on_rayon() {
    let runtime = Builder::new_multi_thread().enable_all().build().unwrap();
    let pool = narrow_rayon();
    let call = run_on(pool, move || Handle::current().block_on(run_on(pool, || 5)));
    let _ = runtime.block_on(ends(call));
}

/// Each of them asks for a blocking thread while bodies hold all of them.
#[test]
fn a_runtime_without_a_free_thread_gives_a_warning() {
    for child in ["child_reads", "child_looks_up", "child_spawns"] {
        let told = [
            "pool `blocking`",
            "no blocking thread of the runtime is free",
        ];
        assert_says(&format!("pools::block_on_others::{child}"), told, &[]);
    }
}

#[test]
#[ignore = "run by a_runtime_without_a_free_thread_gives_a_warning"]
fn child_reads() {
    let call = run(|| block_on(tokio::fs::metadata("/")).unwrap().is_ok());
    let _ = narrow().block_on(ends(call));
}

#[test]
#[ignore = "run by a_runtime_without_a_free_thread_gives_a_warning"]
fn child_looks_up() {
    let call = run(|| {
        block_on(tokio::net::lookup_host("localhost:1"))
            .unwrap()
            .is_ok()
    });
    let _ = narrow().block_on(ends(call));
}

#[test]
#[ignore = "run by a_runtime_without_a_free_thread_gives_a_warning"]
fn child_spawns() {
    let call = run(|| {
        block_on(tokio::task::spawn_blocking(|| ()))
            .unwrap()
            .is_ok()
    });
    let _ = narrow().block_on(ends(call));
}

#[test]
fn a_wait_that_spare_threads_cannot_end_gives_a_warning() {
    let told = ["pool `other-deep`: all bodies wait, on 64 spare threads too"];
    assert_says("pools::block_on_others::child_that_is_too_deep", told, &[]);
}

#[test]
#[ignore = "run by a_wait_that_spare_threads_cannot_end_gives_a_warning"]
fn child_that_is_too_deep() {
    static DEEP: Pool = Pool::new("other-deep").threads(1);
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static SEEN: Cell<bool> = const { Cell::new(false) };
    }
    /// Goes down until the 64th spare thread, and waits there for a call behind a task.
    fn down() -> Offload<bool> {
        DEEP.run(|| {
            if !SEEN.replace(true) {
                THREADS.fetch_add(1, SeqCst);
            }
            if THREADS.load(SeqCst) <= 64 {
                return block_on(down()).unwrap();
            }
            let behind = async { tokio::spawn(DEEP.run(|| ())).await };
            block_on(behind).unwrap().is_ok()
        })
    }
    let runtime = Builder::new_multi_thread().enable_all().build().unwrap();
    let _ = runtime.block_on(ends(down()));
}
