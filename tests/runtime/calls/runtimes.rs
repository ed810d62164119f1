//! Runtimes come and go: what a call meets after the end of one, and beside others.

use offload_tests::{Drops, current_thread, drive, gate, in_time, multi_thread};
use tokio::runtime::{Builder, Handle};
use tokio_offload::{Error, is_cancelled, run};

/// S1, S8: after the end, with a handle that is still around.
#[test]
fn calls_after_the_end_are_refused() {
    in_time(|| {
        for (runtime, used) in [
            (current_thread(), false),
            (multi_thread(), false),
            (current_thread(), true),
            (multi_thread(), true),
        ] {
            let handle = runtime.handle().clone();
            if used {
                runtime.block_on(run(|| ()));
            }
            drop(runtime);
            let _entered = handle.enter();
            let drops = Drops::default();
            for n in 1..=3 {
                let probe = drops.probe();
                let outcome = drive(run(move || panic!("{probe:?}")).outcome());
                assert!(matches!(outcome, Err(Error::Shutdown)));
                assert_eq!(drops.count(), n);
            }
            // Detached it has nobody to tell, and is no mistake of anybody's.
            run(|| ()).detach();
        }
    });
}

/// S8: a call made by a running body after the end.
#[test]
fn calls_of_a_body_after_the_end_are_refused() {
    in_time(|| {
        let runtime = current_thread();
        let (gate, key) = gate();
        let entered = runtime.enter();
        let call = run(move || {
            gate.pass();
            let late = run(|| 1).start();
            matches!(drive(late.outcome()), Err(Error::Shutdown))
        });
        let call = call.start();
        drop(entered);
        key.await_body();
        runtime.shutdown_background();
        key.open();
        assert!(drive(call));
    });
}

/// S7: one runtime after the other, each with bodies of its own.
#[test]
fn runtimes_follow_each_other() {
    in_time(|| {
        for round in 0..50 {
            let runtime = if round % 2 == 0 {
                current_thread()
            } else {
                multi_thread()
            };
            let id = runtime.handle().id();
            assert_eq!(runtime.block_on(run(|| Handle::current().id())), id);
            if round % 5 == 0 {
                runtime.shutdown_background();
            }
        }
    });
}

/// S7: the end of one runtime concerns no other.
#[test]
fn calls_of_two_runtimes_do_not_mix() {
    in_time(|| {
        let (staying, leaving) = (multi_thread(), current_thread());
        let entered = staying.enter();
        let (gate, key) = gate();
        let call = run(move || {
            gate.pass();
            is_cancelled()
        });
        let call = call.start();
        drop(entered);
        key.await_body();
        assert_eq!(
            leaving.block_on(run(|| Handle::current().id())),
            leaving.handle().id()
        );
        drop(leaving);
        key.open();
        assert!(!drive(call));
        assert_eq!(staying.block_on(run(|| 3)), 3);
    });
}

/// S7: a runtime that ends leaves nothing behind that would keep it.
#[test]
fn a_runtime_is_freed_with_its_lane() {
    in_time(|| {
        let drops = Drops::default();
        let probe = drops.probe();
        let mut builder = Builder::new_current_thread();
        builder.on_thread_start(move || {
            let _kept = &probe;
        });
        let runtime = builder.build().unwrap();
        drop(builder);
        runtime.block_on(run(|| ()));
        drop(runtime);
        assert_eq!(drops.count(), 1);
    });
}
