//! C10: a call ends after the actions of its `on_cancel`, so that none of them meets the next body.

use std::{
    panic::resume_unwind,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread,
};

use offload_tests::{Gate, Key, drive, gate, in_time};
use tokio_offload::{Error, Offload, Owner, Pool, on_cancel};

/// A call whose body is asked to stop, and ends while the action it left is still at work.
struct Ending {
    call: Offload<()>,
    action: Key,
    body: Key,
}

impl Ending {
    fn new(start: impl FnOnce(Box<dyn FnOnce() + Send>) -> Offload<()>) -> Self {
        let ((at_body, body), (at_action, action)) = (gate(), gate());
        let call = start(Box::new(move || leave_action(&at_body, at_action))).start();
        body.await_body();
        Self { call, action, body }
    }
}

fn leave_action(body: &Gate, action: Gate) {
    on_cancel(move || action.pass()).unwrap();
    body.pass();
}

/// Gives other threads every chance to do what they should not.
fn give_way() {
    for _ in 0..1000 {
        thread::yield_now();
    }
}

/// The next body of an owner begins after the action of the last one.
#[test]
fn the_next_body_of_an_owner_waits_for_cancel_actions() {
    in_time(|| {
        let owner = drive(Owner::spawn(|| 0));
        let ending = Ending::new(|body| owner.run(move |_| body()));
        let next_began = Arc::new(AtomicBool::new(false));
        let next = {
            let next_began = Arc::clone(&next_began);
            owner.run(move |_| next_began.store(true, SeqCst)).start()
        };
        ending.call.cancel();
        ending.action.await_body();
        ending.body.open();
        give_way();
        assert!(!next_began.load(SeqCst));
        assert!(!ending.call.is_finished());
        ending.action.open();
        drive(ending.call);
        drive(next);
        assert!(next_began.load(SeqCst));
    });
}

/// The same when the caller has gone.
#[test]
fn the_next_body_waits_also_when_the_caller_is_gone() {
    in_time(|| {
        let owner = drive(Owner::spawn(|| 0));
        let ending = Ending::new(|body| owner.run(move |_| body()));
        let next = owner.run(|_| ()).start();
        drop(ending.call);
        ending.action.await_body();
        ending.body.open();
        give_way();
        assert!(!next.is_finished());
        ending.action.open();
        drive(next);
    });
}

/// C6: in a pool the thread stays taken so long.
#[test]
fn the_thread_of_a_pool_stays_taken() {
    in_time(|| {
        let pool = Pool::new("taken").threads(1);
        let ending = Ending::new(|body| pool.run(body));
        let next = pool.run(|| ()).start();
        ending.call.cancel();
        ending.action.await_body();
        ending.body.open();
        give_way();
        assert!(!ending.call.is_finished() && !next.is_finished());
        assert_eq!((pool.stats().running, pool.stats().queued), (1, 1));
        ending.action.open();
        drive(ending.call);
        drive(next);
    });
}

/// P3: an action that panics ends the wait like one that returns.
#[test]
fn an_action_that_panics_holds_nobody() {
    in_time(|| {
        let owner = drive(Owner::spawn(|| 0));
        let (gate, key) = gate();
        let call = owner.run(move |_| {
            on_cancel(|| resume_unwind(Box::new("in an action"))).unwrap();
            gate.pass();
        });
        let call = call.start();
        key.await_body();
        call.cancel();
        key.open();
        drive(call);
        drive(owner.run(|_| ()));
    });
}

/// P1: a body that panics waits as well, and its panic comes through.
#[test]
fn a_panic_waits_for_cancel_actions() {
    in_time(|| {
        let owner = drive(Owner::spawn(|| 0));
        let ending = Ending::new(|body| {
            owner.run(move |_| {
                body();
                resume_unwind(Box::new("after"));
            })
        });
        ending.call.cancel();
        ending.action.await_body();
        ending.body.open();
        give_way();
        assert!(!ending.call.is_finished());
        ending.action.open();
        let Err(Error::Panicked(panic)) = drive(ending.call.outcome()) else {
            panic!("the panic reaches the caller");
        };
        assert_eq!(panic.message().as_deref(), Some("after"));
    });
}

/// What a finished value is closed with is not disturbed either.
#[test]
fn finish_waits_for_cancel_actions() {
    in_time(|| {
        let owner = drive(Owner::spawn(|| 5));
        let ending = Ending::new(|body| owner.run(move |_| body()));
        let finish = owner.finish(|value| value).start();
        ending.call.cancel();
        ending.action.await_body();
        ending.body.open();
        give_way();
        assert!(!finish.is_finished());
        ending.action.open();
        drive(ending.call);
        assert_eq!(drive(finish), 5);
    });
}
