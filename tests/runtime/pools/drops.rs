//! Pools that are dropped, and processes that end, with calls under way.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc,
    },
    time::Duration,
};

use offload_tests::{Drops, drive, gate, in_time, multi_thread};
use tokio_offload::{Pool, is_cancelled};

use super::kit::{Crowd, Told, assert_passed, child, kinds, listen};

/// S10: calls submitted to a dropped pool still run; its threads end after them, long before their time to be idle is up.
#[test]
fn a_dropped_pool_finishes_and_leaves_no_thread() {
    static STOPPED: Told<()> = Told::new();
    in_time(|| {
        let stopped = listen(&STOPPED);
        let pool = Pool::new("dropped")
            .threads(2)
            .keep_alive(Duration::from_secs(3600))
            .on_stop(|| STOPPED.get().unwrap().send(()).unwrap());
        let crowd = Crowd::hold(&pool, 2);
        let line: Vec<_> = (0..20).map(|n| pool.run(move || n).start()).collect();
        drop(pool);
        crowd.release();
        assert_eq!(line.into_iter().map(drive).sum::<u32>(), 190);
        stopped.recv().unwrap();
        stopped.recv().unwrap();
    });
}

/// S10: the same with nothing under way.
#[test]
fn an_idle_pool_ends_its_threads_when_dropped() {
    static STOPPED: Told<()> = Told::new();
    in_time(|| {
        let stopped = listen(&STOPPED);
        let pool = Pool::new("idle")
            .threads(1)
            .keep_alive(Duration::from_secs(3600))
            .on_stop(|| STOPPED.get().unwrap().send(()).unwrap());
        drive(pool.run(|| ()));
        drive(pool.idle());
        drop(pool);
        stopped.recv().unwrap();
    });
}

/// The last handle to a pool may go anywhere: on one of its own threads, or on an async worker.
#[test]
fn a_pool_can_be_dropped_anywhere() {
    in_time(|| {
        let runtime = multi_thread();
        for pool in kinds(1).map(Arc::new) {
            let (gate, key) = gate();
            let inner = Arc::clone(&pool);
            let body = move || {
                gate.pass();
                drop(inner);
                5
            };
            let entered = runtime.enter();
            let call = pool.run(body).start();
            drop(entered);
            key.await_body();
            runtime.block_on(async { tokio::spawn(async { drop(pool) }).await.unwrap() });
            key.open();
            assert_eq!(runtime.block_on(call), 5);
        }
        let last = runtime.spawn(async {
            let pool = Pool::new("worker").threads(1);
            pool.run(|| ()).await;
        });
        runtime.block_on(last).unwrap();
    });
}

/// A call that was made but not started keeps what it needs of its pool.
#[test]
fn a_call_outlives_its_pool() {
    in_time(|| {
        let runtime = multi_thread();
        for pool in kinds(1) {
            let call = pool.run(|| 9);
            drop(pool);
            assert_eq!(runtime.block_on(call), 9);
        }
    });
}

/// R9: an idle thread keeps nothing of a call; arguments are gone when the result is seen.
#[test]
fn an_idle_thread_keeps_nothing() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(1) {
            let (arguments, results) = (Drops::default(), Drops::default());
            let (argument, result) = (arguments.probe(), results.probe());
            let call = pool.run(move || {
                let _argument = argument;
                result
            });
            let result = drive(call);
            assert_eq!((arguments.count(), results.count()), (1, 0));
            drop(result);
            let unread = results.probe();
            let call = pool.run(move || unread).start();
            drive(pool.idle());
            assert_eq!(results.count(), 1);
            drop(call);
            assert_eq!(results.count(), 2);
        }
    });
}

/// S7: a runtime that is shut down drops the queue of its shared pool and asks its bodies to stop.
#[test]
fn the_end_of_a_runtime_ends_its_part_of_a_shared_pool() {
    in_time(|| {
        for dropped in [false, true] {
            let (runtime, view) = (multi_thread(), Pool::shared("view").threads(1));
            let (arrive, arrived) = mpsc::channel();
            let ran = Arc::<AtomicUsize>::default();
            let entered = runtime.enter();
            let body = move || {
                arrive.send(()).unwrap();
                while !is_cancelled() {
                    std::hint::spin_loop();
                }
            };
            let running = view.run(body).start();
            arrived.recv().unwrap();
            let count = Arc::clone(&ran);
            let waiting = view.run(move || count.fetch_add(1, SeqCst)).start();
            drop(entered);
            let kept = if dropped { None } else { Some(view) };
            // Waits for the running body.
            drop(runtime);
            drive(running);
            assert!(drive(waiting.outcome()).is_err(), "dropped: {dropped}");
            assert_eq!(ran.load(SeqCst), 0);
            drop(kept);
        }
    });
}

/// S11: a body whose runtime is gone still runs.
#[test]
fn a_shared_pool_is_not_idle_while_a_body_of_a_gone_runtime_runs() {
    in_time(|| {
        let (runtime, view) = (multi_thread(), Pool::shared("view").threads(1));
        let entered = runtime.enter();
        let crowd = Crowd::hold(&view, 1);
        drop(entered);
        runtime.shutdown_background();
        assert_eq!(view.stats().running, 1);
        let mut idle = Box::pin(view.idle());
        let wakes = Arc::default();
        assert!(offload_tests::poll_once(&mut idle, &wakes).is_pending());
        crowd.release();
        drive(idle);
        assert_eq!((view.stats().running, view.stats().done), (0, 1));
    });
}

/// S10: a process ends with bodies under way and calls in the queue, and says nothing about it.
#[test]
fn a_process_can_end_at_any_time() {
    for _ in 0..10 {
        let output = child("", "pools::drops::child_ends", &[]);
        assert_passed(&output);
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    }
}

#[test]
#[ignore = "run in a process of its own"]
fn child_ends() {
    static STAYS: Pool = Pool::new("stays").threads(2);
    let crowd = Crowd::hold(&STAYS, 1);
    for _ in 0..10_000 {
        STAYS.run(|| ()).detach();
    }
    std::thread::spawn(|| {
        loop {
            drop(drive(STAYS.run(|| ()).outcome()));
        }
    });
    std::mem::forget(crowd);
}
