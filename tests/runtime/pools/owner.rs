//! `Owner`: one thread that builds, lends and drops a value.

use std::{
    cell::RefCell,
    panic::{AssertUnwindSafe, catch_unwind},
    rc::Rc,
    sync::{Arc, Mutex, mpsc},
    thread::{self, ThreadId},
};

use offload_tests::{Bomb, Drops, current_thread, drive, gate, in_time, multi_thread};
use tokio_offload::{Error, Owner, Pool, block_on, run};

use super::kit::outcome;

/// X10: a value that is not `Send` is built, lent and dropped on one and the same thread, which is nobody else's.
#[test]
fn the_value_never_leaves_its_thread() {
    struct Tracked(Rc<RefCell<u32>>, ThreadId, mpsc::Sender<ThreadId>);
    impl Drop for Tracked {
        fn drop(&mut self) {
            self.2.send(thread::current().id()).unwrap();
        }
    }
    in_time(|| {
        let (tell, dropped) = mpsc::channel();
        let build = move || Tracked(Rc::default(), thread::current().id(), tell);
        let owner = drive(Owner::spawn(build));
        let home = drive(owner.run(|tracked| tracked.1));
        assert_ne!(home, thread::current().id());
        for n in 1..=5 {
            let body = |tracked: &mut Tracked| {
                *tracked.0.borrow_mut() += 1;
                (*tracked.0.borrow(), thread::current().id())
            };
            assert_eq!(drive(owner.run(body)), (n, home));
        }
        drop(owner);
        assert_eq!(dropped.recv().unwrap(), home);
    });
}

/// L3: calls run in the order they were started, from however many handles.
#[test]
fn calls_run_in_order() {
    in_time(|| {
        let owner = drive(Owner::spawn(Vec::new));
        let (gate, key) = gate();
        let first = owner.run(move |_| gate.pass()).start();
        key.await_body();
        let calls = (0..100).map(|n| owner.clone().run(move |log| log.push(n)).start());
        let calls: Vec<_> = calls.collect();
        key.open();
        drive(first);
        calls.into_iter().for_each(drive);
        let log = drive(owner.run(std::mem::take));
        assert_eq!(log, (0..100).collect::<Vec<i32>>());
    });
}

/// C2, C16: a call dropped in the queue never gets the value; the others do.
#[test]
fn a_dropped_call_never_gets_the_value() {
    in_time(|| {
        let owner = drive(Owner::spawn(|| 0));
        let (gate, key) = gate();
        let first = owner.run(move |_| gate.pass()).start();
        key.await_body();
        let gone = owner.run(|n| *n += 100).start();
        let kept = owner.run(|n| *n += 1).start();
        drop(gone);
        key.open();
        drive(first);
        drive(kept);
        assert_eq!(drive(owner.run(|n| *n)), 1);
    });
}

/// P2: the value outlives a panicking body, in the state that body left it in.
#[test]
fn the_value_survives_a_panic() {
    in_time(|| {
        let owner = drive(Owner::spawn(|| 1));
        let broken = owner.run(|n| {
            *n = 2;
            panic!("in between");
        });
        let Err(Error::Panicked(panic)) = outcome::<()>(broken) else {
            panic!("the panic reaches the caller");
        };
        assert_eq!(panic.message().unwrap(), "in between");
        assert_eq!(drive(owner.run(|n| *n)), 2);
    });
}

/// P5: by choice a panic ends its usefulness, for every handle and for those in the queue; the value is only dropped.
#[test]
fn a_panic_poisons_only_with_poison_on_panic() {
    in_time(|| {
        let drops = Drops::default();
        let probe = drops.probe();
        let owner = drive(Owner::spawn(|| probe)).poison_on_panic();
        let other = owner.clone();
        let (gate, key) = gate();
        let broken = owner.run(move |_| {
            gate.pass();
            panic!("broken");
        });
        let broken = broken.start();
        key.await_body();
        let in_line = other.run(|_| ()).start();
        key.open();
        assert!(matches!(outcome::<()>(broken), Err(Error::Panicked(_))));
        assert!(matches!(outcome(in_line), Err(Error::Poisoned)));
        assert!(matches!(outcome(other.run(|_| ())), Err(Error::Poisoned)));
        assert!(format!("{owner:?}").to_lowercase().contains("poisoned"));
        assert_eq!(drops.count(), 0);
    });
}

/// A value that cannot be built: the failure is the call's value, and the thread ends with all it holds.
#[test]
fn a_failed_build_leaves_nothing() {
    in_time(|| {
        let drops = Drops::default();
        let probe = drops.probe();
        let build = move || {
            let _probe = probe;
            Err::<u32, _>("no such file")
        };
        assert_eq!(drive(Owner::try_spawn(build)).unwrap_err(), "no such file");
        assert_eq!(drops.count(), 1);
        let owner = drive(Owner::try_spawn(|| Ok::<_, ()>(3))).unwrap();
        assert_eq!(drive(owner.run(|n| *n)), 3);
        let build = || -> u32 { panic!("no device") };
        let panicked = catch_unwind(AssertUnwindSafe(|| drive(Owner::spawn(build)))).unwrap_err();
        assert_eq!(*panicked.downcast::<&str>().unwrap(), "no device");
    });
}

/// S2: the last handle is gone: the calls in the queue still run, then the value is dropped and the thread ends.
#[test]
fn dropping_the_last_handle_finishes_the_queued_calls() {
    in_time(|| {
        let (ended, end) = mpsc::channel::<()>();
        let log = Arc::new(Mutex::new(Vec::new()));
        let owner = drive(Owner::spawn(move || ended));
        let other = owner.clone();
        let (gate, key) = gate();
        other.run(move |_| gate.pass()).detach();
        key.await_body();
        for n in 0..20 {
            let log = Arc::clone(&log);
            owner.run(move |_| log.lock().unwrap().push(n)).detach();
        }
        drop((owner, other));
        key.open();
        end.recv().unwrap_err();
        assert_eq!(*log.lock().unwrap(), (0..20).collect::<Vec<_>>());
    });
}

/// A call that was made keeps the thread until it is started or dropped; a body may hold the last handle.
#[test]
fn calls_and_bodies_keep_the_thread() {
    in_time(|| {
        let (ended, end) = mpsc::channel::<()>();
        let owner = drive(Owner::spawn(move || ended));
        let call = owner.run(|_| 5);
        drop(owner);
        assert_eq!(drive(call), 5);
        end.recv().unwrap_err();
        let (ended, end) = mpsc::channel::<()>();
        let owner = drive(Owner::spawn(move || ended));
        let last = owner.clone();
        let call = owner.run(move |_| drop(last)).start();
        drop(owner);
        drive(call);
        end.recv().unwrap_err();
    });
}

/// C1, C3: a spawn that is dropped builds nothing it would keep.
#[test]
fn a_dropped_spawn_keeps_nothing() {
    in_time(|| {
        drop(Owner::<u8>::spawn(|| panic!("never built")));
        let (gate, key) = gate();
        let (ended, end) = mpsc::channel::<()>();
        let spawn = Owner::spawn(move || {
            gate.pass();
            ended
        });
        let spawn = spawn.start();
        key.await_body();
        drop(spawn);
        key.open();
        end.recv().unwrap_err();
    });
}

/// P3: a value that panics in its `Drop` takes nobody along.
#[test]
fn a_value_may_panic_when_it_is_dropped() {
    in_time(|| {
        let (ended, end) = mpsc::channel::<()>();
        let owner = drive(Owner::spawn(move || (Bomb, ended)));
        assert_eq!(drive(owner.run(|_| 1)), 1);
        drop(owner);
        end.recv().unwrap_err();
    });
}

/// L12: a body that waits for its own owner would wait for itself, directly or through others: a typed error.
#[test]
fn a_body_cannot_wait_for_its_own_owner() {
    in_time(|| {
        let runtime = multi_thread();
        let owner = runtime.block_on(Owner::spawn(|| 0));
        let inner = owner.clone();
        let call = owner.run(move |_| block_on(inner.run(|_| ()).outcome()).unwrap());
        assert!(matches!(runtime.block_on(call), Err(Error::WouldBlock)));
        let inner = owner.clone();
        let call = owner.run(move |_| {
            let through = Pool::new("through").threads(1).run(move || {
                block_on(run(move || block_on(inner.run(|_| ()).outcome()).unwrap())).unwrap()
            });
            block_on(through).unwrap()
        });
        assert!(matches!(runtime.block_on(call), Err(Error::WouldBlock)));
        assert_eq!(runtime.block_on(owner.run(|n| *n)), 0);
    });
}

/// X4: a body has its caller's runtime, and can wait for calls of another owner.
#[test]
fn a_body_can_wait_for_others() {
    in_time(|| {
        for runtime in [current_thread(), multi_thread()] {
            let one = runtime.block_on(Owner::spawn(|| 1));
            let two = runtime.block_on(Owner::spawn(|| 2));
            let call = one.run(move |one| {
                let other = async move { tokio::spawn(two.run(|two| *two)).await.unwrap() };
                *one + block_on(other).unwrap()
            });
            assert_eq!(runtime.block_on(call), 3);
            assert_eq!(drive(one.run(|one| *one)), 1);
        }
    });
}
