//! The end of an owner by `finish`: the value is given away on its thread.

use std::{rc::Rc, sync::mpsc, thread};

use offload_tests::{Bomb, Drops, drive, gate, in_time};
use tokio_offload::{Error, Owner};

use super::kit::outcome;

/// The value comes after all calls started before, and on the thread it never left.
#[test]
fn the_value_is_given_away_in_its_turn() {
    in_time(|| {
        let owner = drive(Owner::spawn(|| Rc::new(vec![thread::current().id()])));
        let home = drive(owner.run(|value| value[0]));
        let (gate, key) = gate();
        let first = owner.run(move |_| gate.pass()).start();
        key.await_body();
        let push =
            |value: &mut Rc<Vec<_>>| Rc::get_mut(value).unwrap().push(thread::current().id());
        let second = owner.run(push).start();
        let last = owner
            .finish(|value| (value.len(), thread::current().id()))
            .start();
        key.open();
        drive(first);
        drive(second);
        assert_eq!(drive(last), (2, home));
    });
}

/// S1: later calls, those of other handles and those in the queue, are refused.
#[test]
fn later_calls_are_refused() {
    in_time(|| {
        let (drops, (gate, key)) = (Drops::default(), gate());
        let probe = drops.probe();
        let owner = drive(Owner::spawn(move || probe));
        let other = owner.clone();
        let finish = owner.finish(move |probe| {
            gate.pass();
            drop(probe);
        });
        let finish = finish.start();
        key.await_body();
        let in_line = other.run(|_| ()).start();
        key.open();
        drive(finish);
        assert_eq!(drops.count(), 1);
        assert!(matches!(outcome(in_line), Err(Error::Shutdown)));
        assert!(matches!(outcome(other.run(|_| ())), Err(Error::Shutdown)));
        assert!(matches!(
            outcome(other.clone().finish(drop)),
            Err(Error::Shutdown)
        ));
    });
}

/// P1, S10: a panic on the way out goes to the caller, and the thread ends all the same.
#[test]
fn a_panic_at_the_end_is_the_callers() {
    in_time(|| {
        let (ended, end) = mpsc::channel::<()>();
        let owner = drive(Owner::spawn(move || (ended, Some(Bomb))));
        let finish = owner.finish(|(ended, bomb)| {
            std::mem::forget(bomb);
            drop(ended);
            panic!("on the way out");
        });
        let Err(Error::Panicked(panic)) = outcome::<()>(finish) else {
            panic!("the panic reaches the caller");
        };
        assert_eq!(panic.message().unwrap(), "on the way out");
        end.recv().unwrap_err();
    });
}

/// C3: a finish that is dropped in the queue takes nothing away.
#[test]
fn a_dropped_finish_takes_nothing() {
    in_time(|| {
        let owner = drive(Owner::spawn(|| 4));
        let other = owner.clone();
        let (gate, key) = gate();
        let first = owner.run(move |_| gate.pass()).start();
        key.await_body();
        drop(owner.finish(|value| value).start());
        key.open();
        drive(first);
        assert_eq!(drive(other.run(|value| *value)), 4);
    });
}
