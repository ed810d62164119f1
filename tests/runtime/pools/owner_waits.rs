//! Bodies of an owner that wait for calls of it which were started before: each such call is refused, and no other.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    sync::{Arc, Barrier, mpsc},
    task::Poll,
    thread,
};

use futures::future::join_all;
use offload_tests::{drive, gate, multi_thread, rounds};
use tokio::sync::oneshot;
use tokio_offload::{Error, Offload, Outcome, Owner, Pool, block_on, run};

use super::unawaited::in_runtime;

type Number = Arc<Owner<u32>>;

fn with_owner(test: impl FnOnce(&Number) + Send + 'static) {
    in_runtime(multi_thread, |_| {
        let owner = Arc::new(drive(Owner::spawn(|| 7)));
        test(&owner);
        // It goes on, and nothing is left in its queue.
        assert_eq!(drive(owner.run(|value| *value)), 7);
    });
}

fn started(owner: &Number) -> Outcome<u32> {
    owner.run(|value| *value).start().outcome()
}

fn is_refused(outcome: Result<u32, Error>) {
    let error = outcome.unwrap_err();
    assert!(matches!(error, Error::WouldBlock), "{error:?}");
}

/// L12: wherever it was started: in the body, in a wait of the body before, or by somebody else who gave it away.
#[test]
fn a_call_that_was_started_before_is_refused_once_it_is_awaited() {
    with_owner(|owner| {
        let same = Arc::clone(owner);
        let own = owner.run(move |_| block_on(started(&same)).unwrap());
        is_refused(drive(own));

        let same = Arc::clone(owner);
        let in_a_wait = owner.run(move |_| {
            let call = block_on(async { (started(&same),) }).unwrap().0;
            block_on(call).unwrap()
        });
        is_refused(drive(in_a_wait));

        let (give, given) = mpsc::channel::<Outcome<u32>>();
        let (gate, key) = gate();
        let given_away = owner.run(move |_| {
            gate.pass();
            block_on(given.recv().unwrap()).unwrap()
        });
        let given_away = given_away.start();
        key.await_body();
        give.send(started(owner)).unwrap();
        key.open();
        is_refused(drive(given_away));
    });
}

/// All of many, each as it is polled.
#[test]
fn many_calls_that_were_started_before_are_all_refused() {
    with_owner(|owner| {
        let same = Arc::clone(owner);
        let all = owner.run(move |_| {
            let calls: Vec<_> = (0..1_000).map(|_| started(&same)).collect();
            block_on(join_all(calls)).unwrap()
        });
        let all = drive(all);
        assert_eq!(all.len(), 1_000);
        all.into_iter().for_each(is_refused);
    });
}

/// The call is made by a body of another pool, for which the body of the owner waits.
#[test]
fn a_call_that_another_body_has_started_is_refused_to_it() {
    static OTHER: Pool = Pool::new("owner-other").threads(1);
    with_owner(|owner| {
        let same = Arc::clone(owner);
        let through = owner.run(move |_| {
            let other = OTHER.run(move || {
                let call = started(&same);
                (run(move || block_on(call).unwrap()),)
            });
            block_on(async { other.await.0.await }).unwrap()
        });
        is_refused(drive(through));
    });
}

/// Waits in a body for a call of the owner, and tells each time that it waits.
fn waits_and_tells(
    owner: &Number,
    started_before: bool,
    tell: &mpsc::Sender<()>,
) -> Result<u32, Error> {
    let mut call = if started_before {
        started(owner)
    } else {
        owner.run(|value| *value).outcome()
    };
    let waits = poll_fn(|context| {
        let polled = Pin::new(&mut call).poll(context);
        let _ = tell.send(());
        polled
    });
    block_on(waits).unwrap()
}

/// Who waits for whom is known in the end, whatever came first.
#[test]
fn a_call_is_refused_when_the_body_of_its_owner_begins_to_wait_for_its_caller() {
    static OTHER: Pool = Pool::new("owner-begun").threads(1);
    for started_before in [false, true] {
        with_owner(move |owner| {
            let same = Arc::clone(owner);
            let last = owner.run(move |_| {
                let (tell, told) = mpsc::channel();
                let waits = OTHER.run(move || waits_and_tells(&same, started_before, &tell));
                let waits = waits.start();
                told.recv().unwrap();
                block_on(waits).unwrap()
            });
            is_refused(drive(last));
        });
    }
}

/// A circle that two bodies close at once is seen by one of them at least.
#[test]
fn a_call_is_refused_when_both_begin_to_wait_at_once() {
    static OTHER: Pool = Pool::new("owner-at-once").threads(1);
    with_owner(|owner| {
        for round in rounds(2_000) {
            let same = Arc::clone(owner);
            let both = Arc::new(Barrier::new(2));
            let last = owner.run(move |_| {
                let there = Arc::clone(&both);
                let waits = OTHER.run(move || {
                    let call = same.run(|value| *value);
                    there.wait();
                    block_on(call.outcome()).unwrap()
                });
                let waits = waits.start();
                both.wait();
                if round % 2 == 0 {
                    thread::yield_now();
                }
                block_on(waits).unwrap()
            });
            is_refused(drive(last));
        }
    });
}

/// Ours knows that the body waits, also where its thread is in another one.
#[test]
fn a_call_that_was_started_before_is_refused_in_another_block_on_inside_of_ours() {
    with_owner(|owner| {
        let same = Arc::clone(owner);
        let inside = owner.run(move |_| {
            let call = started(&same);
            block_on(async { drive(call) }).unwrap()
        });
        is_refused(drive(inside));
    });
}

/// Of the calls in the queue only those are refused which wait for themselves.
#[test]
fn calls_of_others_stay_in_the_queue() {
    static OTHER: Pool = Pool::new("owner-others").threads(1);
    with_owner(|owner| {
        let (tell, told) = mpsc::channel();
        let (gate, key) = gate();
        let same = Arc::clone(owner);
        let refused = owner.run(move |_| {
            gate.pass();
            block_on(started(&same)).unwrap()
        });
        let refused = refused.start();
        key.await_body();
        let plain = started(owner);
        let same = Arc::clone(owner);
        let of_a_body = OTHER.run(move || waits_and_tells(&same, false, &tell));
        let of_a_body = of_a_body.start();
        told.recv().unwrap();
        key.open();
        is_refused(drive(refused));
        assert!(matches!(drive(plain), Ok(7)));
        assert!(matches!(drive(of_a_body), Ok(7)));
    });
}

/// Polls a call once in a `block_on` of the body on this thread, and gives it back.
fn poll_once<R: Send + 'static>(mut call: Offload<R>) -> Offload<R> {
    let polled = poll_fn(|context| {
        assert!(Pin::new(&mut call).poll(context).is_pending());
        Poll::Ready(())
    });
    block_on(polled).unwrap();
    call
}

/// The body of the owner has waited for a call, and waits no more when that one calls the owner.
#[test]
fn a_wait_that_has_ended_refuses_nothing() {
    static OTHER: Pool = Pool::new("owner-ended").threads(1);
    with_owner(|owner| {
        let (go, goes) = oneshot::channel::<()>();
        let (tell, told) = mpsc::channel();
        let (end, ended) = mpsc::channel();
        let same = Arc::clone(owner);
        let waited = owner.run(move |_| {
            let calls_back = OTHER.run(move || {
                tell.send(()).unwrap();
                let outcome = block_on(async {
                    goes.await.unwrap();
                    same.run(|value| *value).outcome().await
                });
                end.send(outcome.unwrap()).unwrap();
            });
            let calls_back = calls_back.start();
            told.recv().unwrap();
            // In a tuple, so that the body's result is not the call itself.
            (poll_once(calls_back),)
        });
        // Nobody polls it again before its end: the last who did is that body.
        let (calls_back,) = drive(waited);
        go.send(()).unwrap();
        assert!(matches!(ended.recv().unwrap(), Ok(7)));
        drive(calls_back);
    });
}
