//! `Owner::finish`: the value leaves by value, and its owner ends.

use std::{panic::resume_unwind, rc::Rc, sync::mpsc, thread};

use offload_tests::{Drops, Probe, current_thread, drive, gate, in_time, multi_thread};
use tokio_offload::{Error, Owner};

use super::kit::outcome;

/// R1: the body has the value itself, `Rc` and all, on the value's thread, and its result comes back.
#[test]
fn finish_passes_the_value_to_its_body() {
    in_time(|| {
        let owner = drive(Owner::spawn(|| Rc::new(vec![1, 2])));
        let home = drive(owner.run(|_| thread::current().id()));
        let finish = owner.finish(|value| (Rc::into_inner(value), thread::current().id()));
        assert_eq!(drive(finish), (Some(vec![1, 2]), home));
    });
}

/// The value is gone when the call has ended, also while other handles live.
#[test]
fn the_value_is_dropped_when_finish_ends() {
    in_time(|| {
        let drops = Drops::default();
        let probe = drops.probe();
        let owner = drive(Owner::spawn(|| probe));
        let other = owner.clone();
        drive(owner.finish(drop));
        assert_eq!(drops.count(), 1);
        drop(other);
    });
}

/// R8: an error is the value of the call: what `Connection::close` says is not lost.
#[test]
fn errors_are_returned() {
    in_time(|| {
        let owner = drive(Owner::spawn(|| 5));
        let ended = drive(owner.finish(|value| Err::<(), _>(format!("still {value} rows open"))));
        assert_eq!(ended.unwrap_err(), "still 5 rows open");
    });
}

/// S1: calls after it end as `Shutdown`, those of other handles and a second `finish` too; none of them runs.
#[test]
fn later_calls_are_refused() {
    in_time(|| {
        let owner = drive(Owner::spawn(|| 5));
        let (one, two) = (owner.clone(), owner.clone());
        let made_before = one.run(|_| panic!("no value left"));
        assert_eq!(drive(owner.finish(|value| value)), 5);
        assert!(matches!(outcome::<()>(made_before), Err(Error::Shutdown)));
        for _ in 0..3 {
            assert!(matches!(
                outcome(one.run(|value| *value)),
                Err(Error::Shutdown)
            ));
        }
        assert!(format!("{one:?}").contains("finished"), "{one:?}");
        assert!(matches!(outcome(two.finish(drop)), Err(Error::Shutdown)));
    });
}

/// L3, S2: calls that were started before run before it; those in the queue behind it end as `Shutdown`.
#[test]
fn finish_keeps_its_place_in_the_queue() {
    in_time(|| {
        let owner = drive(Owner::spawn(Vec::new));
        let other = owner.clone();
        let (gate, key) = gate();
        let first = owner.run(move |_| gate.pass()).start();
        key.await_body();
        let before: Vec<_> = (0..5)
            .map(|n| other.run(move |log| log.push(n)).start())
            .collect();
        let finish = owner.finish(|log| log).start();
        let behind = other.run(|log: &mut Vec<i32>| log.clear()).start();
        key.open();
        drive(first);
        before.into_iter().for_each(drive);
        assert_eq!(drive(finish), [0, 1, 2, 3, 4]);
        assert!(matches!(outcome(behind), Err(Error::Shutdown)));
    });
}

/// C1, C3: a finish that never begins finishes nothing, however it is given up.
#[test]
fn a_finish_dropped_before_its_turn_ends_nothing() {
    in_time(|| {
        let owner = drive(Owner::spawn(|| 5));
        drop(owner.clone().finish(drop));
        let (gate, key) = gate();
        let first = owner.run(move |_| gate.pass()).start();
        key.await_body();
        let dropped = owner.clone().finish(drop).start();
        let cancelled = owner.clone().finish(drop).start();
        cancelled.cancel();
        drop(dropped);
        key.open();
        drive(first);
        assert!(matches!(outcome(cancelled), Err(Error::Cancelled)));
        assert_eq!(drive(owner.run(|value| *value)), 5);
    });
}

/// P1, P2: a panic while the value is finished goes to the caller; the value is dropped by it, and the owner has ended.
#[test]
fn a_panic_in_finish_ends_the_owner() {
    in_time(|| {
        let drops = Drops::default();
        let probe = drops.probe();
        let owner = drive(Owner::spawn(|| probe));
        let other = owner.clone();
        let ended = outcome(owner.finish(|_probe: Probe| resume_unwind(Box::new("half closed"))));
        let Err::<(), _>(Error::Panicked(panic)) = ended else {
            panic!("the panic reaches the caller");
        };
        assert_eq!(panic.message().as_deref(), Some("half closed"));
        assert_eq!(drops.count(), 1);
        assert!(matches!(outcome(other.run(|_| ())), Err(Error::Shutdown)));
    });
}

/// P5: a poisoned value is not handed out; it is dropped with the last handle.
#[test]
fn a_poisoned_value_cannot_be_finished() {
    in_time(|| {
        let (ended, end) = mpsc::channel::<()>();
        let owner = drive(Owner::spawn(|| ended)).poison_on_panic();
        let broken = outcome(owner.run(|_| resume_unwind(Box::new(()))));
        assert!(matches!(broken, Err::<(), _>(Error::Panicked(_))));
        assert!(matches!(outcome(owner.finish(drop)), Err(Error::Poisoned)));
        end.recv().unwrap_err();
    });
}

/// C4: dropped while its body runs, it is finished all the same.
#[test]
fn a_running_finish_goes_on_when_it_is_dropped() {
    in_time(|| {
        let drops = Drops::default();
        let probe = drops.probe();
        let owner = drive(Owner::spawn(|| probe));
        let other = owner.clone();
        let (gate, key) = gate();
        let finish = owner.finish(move |probe| {
            gate.pass();
            drop(probe);
        });
        let finish = finish.start();
        key.await_body();
        drop(finish);
        let behind = other.run(|_| ()).start();
        key.open();
        assert!(matches!(outcome(behind), Err(Error::Shutdown)));
        assert_eq!(drops.count(), 1);
    });
}

/// X4: its body has the caller's runtime, like any body.
#[test]
fn the_body_of_finish_has_the_runtime() {
    in_time(|| {
        for runtime in [current_thread(), multi_thread()] {
            let owner = runtime.block_on(Owner::spawn(|| 5));
            let finish = owner.finish(|value| tokio_offload::block_on(async move { value + 1 }));
            assert_eq!(runtime.block_on(finish).unwrap(), 6);
        }
    });
}
