//! A call yields what its body returns, once, and keeps nothing.

use std::{
    cell::Cell,
    collections::HashSet,
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
};

use offload_tests::{Drops, Shelf, Wakes, current_thread, gate, multi_thread, poll_once, run_on};
use tokio_offload::run;

/// R1.
#[test]
fn values_of_every_kind_come_back() {
    #[derive(Debug, PartialEq)]
    struct Nothing;
    struct NotClone(String);
    current_thread().block_on(async {
        run(|| ()).await;
        assert_eq!(run(|| Nothing).await, Nothing);
        assert_eq!(run(|| [7_u64; 1024]).await, [7; 1024]);
        assert_eq!(run(|| NotClone("one".into())).await.0, "one");
        assert_eq!(run(|| Cell::new(5)).await.get(), 5);
        let text = String::from("captured");
        assert_eq!(run(move || text).await, "captured");
    });
}

/// R2.
#[test]
fn bodies_run_on_no_runtime_worker() {
    let runtime = current_thread();
    let body = runtime.block_on(run(|| thread::current().id()));
    assert_ne!(body, thread::current().id());

    let runtime = multi_thread();
    let bodies: HashSet<_> = runtime.block_on(async {
        let calls: Vec<_> = (0..64)
            .map(|_| run(|| thread::current().id()).start())
            .collect();
        let mut bodies = HashSet::new();
        for call in calls {
            bodies.insert(call.await);
        }
        bodies
    });
    // Asked again and again: of two tasks that hold a worker each, one may wait behind the other for ever.
    let mut workers = HashSet::new();
    while workers.len() < 2 {
        let tasks = [(); 8].map(|()| runtime.spawn(async { thread::current().id() }));
        for task in tasks {
            workers.insert(runtime.block_on(task).unwrap());
        }
    }
    assert!(bodies.is_disjoint(&workers));
}

/// R8.
#[test]
fn an_error_of_the_function_is_a_value() {
    current_thread().block_on(async {
        let fail = || Err::<(), _>(io::Error::other("mine"));
        assert_eq!(run(fail).await.unwrap_err().to_string(), "mine");
        let outcome = run(fail)
            .outcome()
            .await
            .expect("the call itself went well");
        assert_eq!(outcome.unwrap_err().to_string(), "mine");
    });
}

/// R9.
#[test]
fn arguments_are_gone_before_the_result_is_seen() {
    current_thread().block_on(async {
        for _ in 0..200 {
            let drops = Drops::default();
            let argument = drops.probe();
            run(move || {
                let _argument = &argument;
            })
            .await;
            assert_eq!(drops.count(), 1);
        }
    });
}

/// R9: also for a closure that panics, and one whose result was never asked for.
#[test]
fn arguments_are_gone_before_a_panic_is_seen() {
    current_thread().block_on(async {
        let drops = Drops::default();
        let argument = drops.probe();
        let outcome = run(move || {
            let _argument = &argument;
            std::panic::resume_unwind(Box::new(()));
        });
        assert!(outcome.outcome().await.is_err());
        assert_eq!(drops.count(), 1);
    });
}

/// R9: `queue_memory` counts that of the call itself nothing stays behind.
#[test]
fn a_result_is_the_only_one_of_its_owners_that_is_left() {
    current_thread().block_on(async {
        let shared = Arc::new(());
        let weak = Arc::downgrade(&shared);
        let back = run(move || shared).await;
        assert_eq!(weak.strong_count(), 1);
        drop(back);
        assert_eq!(weak.strong_count(), 0);
    });
}

/// R9.
#[test]
fn a_result_nobody_fetches_is_dropped_once_with_the_call() {
    let (drops, shelf) = (Drops::default(), Shelf::default());
    let probe = drops.probe();
    let call = run_on(&shelf, move || probe).start();
    shelf.take().run();
    assert!(call.is_finished());
    assert_eq!(drops.count(), 0);
    drop(call);
    assert_eq!(drops.count(), 1);
}

/// R9: with the last job of an executor the cell itself goes.
#[test]
fn a_result_is_moved_out_and_dropped_once_by_its_owner() {
    current_thread().block_on(async {
        let drops = Drops::default();
        let probe = drops.probe();
        let value = run(move || probe).await;
        assert_eq!(drops.count(), 0);
        drop(value);
        assert_eq!(drops.count(), 1);
    });
}

/// R14.
#[test]
fn polling_often_submits_and_runs_once() {
    let (shelf, wakes) = (Shelf::default(), Arc::new(Wakes::default()));
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let mut call = run_on(&shelf, move || counted.fetch_add(1, SeqCst));
    for _ in 0..1000 {
        assert!(poll_once(&mut call, &wakes).is_pending());
    }
    shelf.take().run();
    assert!(shelf.is_empty());
    assert_eq!(wakes.0.load(SeqCst), 1);
    assert!(poll_once(&mut call, &wakes).is_ready());
    assert_eq!(runs.load(SeqCst), 1);
}

/// R14.
#[test]
fn a_select_loop_runs_the_body_once() {
    current_thread().block_on(async {
        let runs = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&runs);
        let (gate, key) = gate();
        let mut call = run(move || {
            counted.fetch_add(1, SeqCst);
            gate.pass();
        });
        let mut turns = 0;
        loop {
            tokio::select! {
                biased;
                () = &mut call => break,
                () = tokio::task::yield_now() => turns += 1,
            }
            if turns == 1000 {
                key.open();
            }
        }
        assert_eq!(runs.load(SeqCst), 1);
    });
}

/// R14: only the waker of the last poll is woken.
#[test]
fn the_last_waker_is_woken() {
    let shelf = Shelf::default();
    let (first, last) = (Arc::new(Wakes::default()), Arc::new(Wakes::default()));
    let mut call = run_on(&shelf, || 1);
    assert!(poll_once(&mut call, &first).is_pending());
    assert!(poll_once(&mut call, &last).is_pending());
    shelf.take().run();
    assert_eq!((first.0.load(SeqCst), last.0.load(SeqCst)), (0, 1));
}
