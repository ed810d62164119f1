//! Users whose code does its worst: in `Drop`, in a waker, in an executor, in an action, at limits no one would set.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind, panic_any},
    pin::Pin,
    sync::{Arc, OnceLock, mpsc},
    task::{Context, Waker},
    time::Duration,
};

use offload_tests::{self, BadWaker, Bomb, drive, gate, in_time, multi_thread};
use tokio_offload::{
    Error, Executor, Job, Offload, Owner, Pool, block_on, is_cancelled, on_cancel, run,
};

use super::kit::outcome;

#[test]
fn a_result_that_cancels_and_calls_as_it_is_dropped() {
    static POOL: Pool = Pool::new("drop-calls").threads(1);
    struct Calls(mpsc::Sender<u8>);
    impl Drop for Calls {
        fn drop(&mut self) {
            let tell = self.0.clone();
            POOL.run(move || tell.send(4).unwrap()).detach();
        }
    }
    let (tell, told) = mpsc::channel();
    let (gate, key) = gate();
    let call = POOL
        .run(move || {
            gate.pass();
            Calls(tell)
        })
        .start();
    key.await_body();
    drop(call);
    key.open();
    assert_eq!(told.recv_timeout(Duration::from_secs(180)), Ok(4));
}

#[test]
fn an_argument_that_cancels_its_own_call_as_it_is_dropped() {
    static POOL: Pool = Pool::new("drop-cancels").threads(1);
    type Slot = Arc<OnceLock<Offload<()>>>;
    struct Cancels(Slot);
    impl Drop for Cancels {
        fn drop(&mut self) {
            if let Some(call) = self.0.get() {
                call.cancel();
            }
        }
    }
    in_time(|| {
        let (gate, key) = gate();
        let held = POOL.run(move || gate.pass()).start();
        key.await_body();
        let slot = Slot::default();
        let argument = Cancels(Arc::clone(&slot));
        let call = POOL.run(move || drop(argument)).start();
        assert!(slot.set(call).is_ok());
        slot.get().unwrap().cancel();
        assert!(slot.get().unwrap().is_finished());
        key.open();
        drive(held);
    });
}

#[test]
fn sizes_no_machine_has() {
    in_time(|| {
        let pool = Pool::new("huge")
            .threads(usize::MAX)
            .queue_capacity(usize::MAX)
            .keep_alive(Duration::MAX);
        assert_eq!(drive(pool.run(|| 1).try_start().unwrap()), 1);
        pool.set_threads(1);
        pool.set_threads(usize::MAX);
        assert_eq!(drive(pool.run(|| 1).try_start().unwrap()), 1);
        let runtime = multi_thread();
        let _entered = runtime.enter();
        let view = Pool::shared("huge-view")
            .threads(usize::MAX)
            .queue_capacity(usize::MAX);
        assert_eq!(drive(view.run(|| 1).try_start().unwrap()), 1);
    });
    for bytes in [usize::MAX, usize::MAX / 2, 1 << 46] {
        let end = in_time(move || {
            let pool = Pool::new("tall").threads(1).stack_size(bytes);
            let first = outcome(pool.run(|| 1));
            let second = outcome(pool.run(|| 1));
            (first, second)
        });
        assert!(
            matches!(end, (Err(Error::Thread(_)), Err(Error::Thread(_)))),
            "{end:?}"
        );
    }
    let pool = Pool::new("flat").threads(1).stack_size(1);
    assert_eq!(in_time(move || drive(pool.run(|| 1))), 1);
}

/// A runtime that goes away inside a body of its own calls, and of a pool.
#[test]
fn a_runtime_may_be_dropped_by_a_body() {
    static POOL: Pool = Pool::new("drops-runtime").threads(1);
    in_time(|| {
        let runtime = multi_thread();
        let handle = runtime.handle().clone();
        let _entered = handle.enter();
        let call = POOL.run(move || {
            drop(runtime);
            (
                is_cancelled(),
                matches!(block_on(async { 1 }), Err(Error::Shutdown)),
            )
        });
        assert_eq!(drive(call), (false, true));
        assert!(matches!(outcome(run(|| 1)), Err(Error::Shutdown)));
        assert_eq!(drive(POOL.run(|| 2)), 2);
    });
}

/// The body learns that its caller has gone though the waker panics as the call is dropped.
#[test]
fn a_waker_that_panics_as_it_is_dropped_is_not_heard_of_and_hides_no_cancel() {
    static POOL: Pool = Pool::new("bad-waker").threads(1);
    let (tell, told) = mpsc::channel();
    let (gate, key) = gate();
    let (release, held) = mpsc::channel::<()>();
    let mut call = POOL
        .run(move || {
            on_cancel(move || tell.send(()).unwrap()).unwrap();
            gate.pass();
            let _ = held.recv();
        })
        .start();
    key.await_body();
    let waker = Waker::from(Arc::new(BadWaker));
    assert!(
        Pin::new(&mut call)
            .poll(&mut Context::from_waker(&waker))
            .is_pending()
    );
    // The call has the last one.
    drop(waker);
    drop(call);
    key.open();
    assert_eq!(told.recv_timeout(Duration::from_secs(180)), Ok(()));
    drop(release);
    assert_eq!(drive(POOL.run(|| 1)), 1);
}

/// Values that panic when they are dropped: unstarted, queued, cancelled, as a payload, as an action, in `block_on`, as a value owned.
#[test]
fn bombs_everywhere_harm_no_pool() {
    static POOL: Pool = Pool::new("bombs").threads(1);
    let quietly = |f: &dyn Fn()| drop(catch_unwind(AssertUnwindSafe(f)));
    let holds = || {
        let bomb = Bomb;
        POOL.run(move || drop(bomb))
    };
    let runtime = multi_thread();
    let _entered = runtime.enter();
    quietly(&|| drop(holds()));
    quietly(&|| drop(holds().start()));
    quietly(&|| {
        let call = holds().start();
        call.cancel();
        drop(outcome(call));
    });
    quietly(&|| drop(outcome(POOL.run(|| -> u8 { panic_any(Bomb) }))));
    quietly(&|| {
        let bomb = Bomb;
        drop(outcome(
            POOL.run(move || on_cancel(move || drop(bomb)).is_ok()),
        ));
    });
    quietly(&|| drop(outcome(POOL.run(|| block_on(async { Bomb })))));
    drop(drive(Owner::spawn(|| Bomb)));
    let failing = outcome(POOL.run(|| drop(Bomb)));
    assert!(matches!(failing, Err(Error::Panicked(_))));
    assert_eq!(drive(POOL.run(|| 1)), 1);
    assert_eq!(POOL.stats().running, 0);
}

/// An executor that drops what it is given, or panics before or after: the call ends, or its start panics as the executor did.
#[test]
fn executors_that_do_their_worst() {
    #[derive(Clone, Copy)]
    enum Worst {
        Drops,
        Panics,
        RunsAndPanics,
    }
    impl Executor for Worst {
        fn submit(&self, job: Job) {
            match self {
                Self::Drops => drop(job),
                Self::Panics => panic!("before"),
                Self::RunsAndPanics => {
                    job.run();
                    panic!("after");
                }
            }
        }
    }
    let ends = |worst: Worst| {
        in_time(move || catch_unwind(|| outcome(offload_tests::run_on(&worst, || 1))).map_err(drop))
    };
    assert!(matches!(ends(Worst::Drops), Ok(Err(Error::Shutdown))));
    assert!(ends(Worst::Panics).is_err());
    assert!(ends(Worst::RunsAndPanics).is_err());
}

/// Actions that call, cancel and wait.
#[test]
fn an_action_may_call_the_pool_it_ends() {
    static POOL: Pool = Pool::new("acting").threads(2);
    let (tell, told) = mpsc::channel();
    let (gate, key) = gate();
    let call = POOL
        .run(move || {
            on_cancel(move || {
                let n = drive(POOL.run(|| 5));
                tell.send(n).unwrap();
            })
            .unwrap();
            gate.pass();
        })
        .start();
    key.await_body();
    call.cancel();
    assert_eq!(told.recv_timeout(Duration::from_secs(180)), Ok(5));
    key.open();
    drive(call);
}

/// An action that leaves an action, asked from within itself.
#[test]
fn an_action_is_no_body() {
    static POOL: Pool = Pool::new("acting-alone").threads(1);
    let (tell, told) = mpsc::channel();
    let (gate, key) = gate();
    let call = POOL
        .run(move || {
            on_cancel(move || {
                tell.send((
                    is_cancelled(),
                    on_cancel(|| ()).is_err(),
                    block_on(async {}).is_err(),
                ))
                .unwrap();
            })
            .unwrap();
            gate.pass();
        })
        .start();
    key.await_body();
    call.cancel();
    assert_eq!(
        told.recv_timeout(Duration::from_secs(180)),
        Ok((false, true, true))
    );
    key.open();
    drive(call);
}
