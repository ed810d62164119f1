//! Calls that a body makes and waits for, and that perhaps only its own thread can run.

use std::{pin::pin, sync::mpsc};

use offload_tests::{drive, gate, in_time, multi_thread};
use tokio::task::yield_now;
use tokio_offload::{Offload, Pool, block_on, run, run_on};

use super::block_on::narrow_rayon;

/// Takes the one thread of a pool until somebody says so.
fn held(pool: &'static Pool) -> (Offload<()>, mpsc::Sender<()>) {
    let (tell, told) = mpsc::channel();
    let (gate, key) = gate();
    let holds = pool.run(move || {
        gate.pass();
        told.recv().unwrap();
    });
    let holds = holds.start();
    key.await_body();
    key.open();
    (holds, tell)
}

/// There is no place for the calls that it made first, before the last one has run.
#[test]
fn a_call_with_a_place_runs_before_those_without() {
    static HELD: Pool = Pool::shared("held-first").threads(1);
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        let (holds, tell) = held(&HELD);
        let rayon = narrow_rayon();
        let waits = run_on(rayon, move || {
            block_on(async move {
                let first: Vec<_> = (0..10_000).map(|n| HELD.run(move || n).start()).collect();
                run_on(rayon, move || tell.send(()).unwrap()).await;
                let mut sum = 0;
                for call in first {
                    sum += call.await;
                }
                sum
            })
        });
        assert_eq!(drive(waits).unwrap(), 49_995_000);
        drive(holds);
    });
}

/// The same where the threads of the last one are taken by somebody who is not ours.
#[test]
fn a_call_with_a_place_and_no_thread_runs_before_those_without_a_place() {
    static HELD: Pool = Pool::shared("held-again").threads(1);
    static WAITS: Pool = Pool::new("waits-elsewhere").threads(1);
    in_time(|| {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).max_blocking_threads(2).build();
        let runtime = runtime.unwrap();
        let _entered = runtime.enter();
        let (holds, tell) = held(&HELD);
        let (gate, key) = gate();
        let taken = runtime.spawn_blocking(move || gate.pass());
        key.await_body();
        let waits = WAITS.run(move || {
            block_on(async move {
                let first = HELD.run(|| 1).start();
                run(move || tell.send(()).unwrap()).await;
                first.await
            })
        });
        assert_eq!(drive(waits).unwrap(), 1);
        key.open();
        drive(taken).unwrap();
        drive(holds);
    });
}

/// Nobody else can run the call, and the future never stops being woken.
#[test]
fn a_call_runs_beside_a_future_that_is_woken_all_the_time() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        let rayon = narrow_rayon();
        let waits = run_on(rayon, move || {
            block_on(async move {
                let mut call = pin!(run_on(rayon, || 7));
                loop {
                    tokio::select! {
                        result = &mut call => break result,
                        () = yield_now() => {}
                    }
                }
            })
        });
        assert_eq!(drive(waits).unwrap(), 7);
    });
}
