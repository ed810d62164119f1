//! What a waiting body looks at: its future, the calls that were offered to it, and its own call.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Wake, Waker},
};

use crate::{
    call::{
        block_on::{blocked::Blocked, offers::Offered, parked::OwnWait},
        traits::{Run, RunQueued, Submitted},
    },
    check,
    trial::{Trial, begin_body, begin_wait, wait_for_stop},
};

/// A queue that counts how often calls of its are taken.
#[derive(Default)]
struct Takes(AtomicUsize);

impl RunQueued for Takes {
    fn run_queued(self: Arc<Self>, _: &Arc<dyn Run>, _: bool) -> bool {
        self.0.fetch_add(1, SeqCst);
        true
    }
}

/// A call in that queue, which is awaited in `blocked`.
fn call_in(queue: &Arc<Takes>, blocked: &Arc<Blocked>) -> Arc<Submitted> {
    let trial = Trial::idle();
    trial.await_in(blocked);
    of_trial(&trial, queue)
}

fn of_trial(trial: &Trial, queue: &Arc<Takes>) -> Arc<Submitted> {
    Arc::new(Submitted {
        call: Arc::clone(&trial.job),
        to: Arc::clone(queue) as _,
    })
}

/// The state of a wait of a body that has a call of its own.
fn waits_for_own() -> OwnWait {
    let mut own = OwnWait::default();
    own.look(Some((1, 1)));
    own
}

/// A body that was woken goes on, and leaves its own call where it is: it may not need it any more.
#[test]
fn who_is_woken_does_not_run_its_own_call() {
    check(None, || {
        let blocked = begin_wait(None, None, 0);
        blocked.wake_by_ref();
        blocked.wait(&mut waits_for_own(), |_| panic!("it was woken"));
        blocked.end();
    });
}

/// What was offered comes before the body's own call, one at each look: the future is asked in between.
#[test]
fn what_was_offered_comes_before_ones_own_call() {
    check(None, || {
        let blocked = begin_wait(None, None, 0);
        let queue = Arc::<Takes>::default();
        for taken in 1..=2 {
            assert!(blocked.offer(&blocked, call_in(&queue, &blocked)));
            assert!(blocked.offer(&blocked, call_in(&queue, &blocked)));
            blocked.wait(&mut waits_for_own(), |_| panic!("another call was offered"));
            assert_eq!(queue.0.load(SeqCst), taken);
        }
        blocked.end();
    });
}

/// A future that is woken comes first, since it may end the wait; one that is always woken takes turns with the calls.
#[test]
fn a_future_that_is_woken_takes_turns_with_the_calls() {
    check(None, || {
        let blocked = begin_wait(None, None, 0);
        let queue = Arc::<Takes>::default();
        assert!(blocked.offer(&blocked, call_in(&queue, &blocked)));
        for taken in [0, 1] {
            blocked.wake_by_ref();
            blocked.wait(&mut OwnWait::default(), |_| false);
            assert_eq!(queue.0.load(SeqCst), taken);
        }
        blocked.end();
    });
}

/// A call that has ended, or that another thread has taken, is passed over.
#[test]
fn a_call_that_was_taken_elsewhere_is_passed_over() {
    check(None, || {
        let blocked = begin_wait(None, None, 0);
        let queue = Arc::<Takes>::default();
        let taken = Trial::idle();
        taken.await_in(&blocked);
        assert!(blocked.offer(&blocked, of_trial(&taken, &queue)));
        assert!(blocked.offer(&blocked, call_in(&queue, &blocked)));
        taken.cancel();
        blocked.wait(&mut OwnWait::default(), |_| false);
        assert_eq!(queue.0.load(SeqCst), 1);
        assert!(!blocked.has_offer());
        blocked.end();
    });
}

/// M4: what a body was offered and does not wait for stays where it is, until it does, and again when another waits for it.
#[test]
fn only_what_is_awaited_runs_where_it_was_offered() {
    check(None, || {
        let blocked = begin_wait(None, None, 0);
        let queue = Arc::<Takes>::default();
        let trial = Trial::idle();
        assert!(blocked.offer(&blocked, of_trial(&trial, &queue)));
        assert!(!blocked.has_offer());
        trial.await_in(&blocked);
        assert!(blocked.has_offer());
        let elsewhere = begin_wait(None, None, 0);
        elsewhere.end();
        trial.await_in(&elsewhere);
        assert!(!blocked.has_offer());
        blocked.end();
    });
}

/// A queue whose calls run on the thread that takes them.
struct Runs;

impl RunQueued for Runs {
    fn run_queued(self: Arc<Self>, call: &Arc<dyn Run>, _: bool) -> bool {
        Arc::clone(call).run(None, &mut |_, _| {});
        true
    }
}

/// C7: a body that is asked to stop while its thread takes a call of its own: the call is told, or does not begin. A request that is lost
/// is a deadlock.
#[test]
fn a_call_of_a_body_that_is_stopped_is_told_or_does_not_begin() {
    for is_offered in [true, false] {
        check(None, move || {
            let blocked = begin_wait(None, None, 0);
            let trial = Trial::new(wait_for_stop);
            trial.await_in(&blocked);
            let (call, to) = (Arc::clone(&trial.job), Arc::new(Runs));
            let call: Arc<dyn Offered> = Arc::new(Submitted { call, to });
            let stopped = Arc::clone(&blocked);
            let stop = loom::thread::spawn(move || stopped.stop());
            if is_offered {
                assert!(blocked.offer(&blocked, Arc::clone(&call)));
                blocked.wait(&mut OwnWait::default(), |_| false);
            } else {
                blocked.run_own(&call, true);
            }
            stop.join().unwrap();
            blocked.end();
            drop(call);
            trial.cancel();
            assert!(trial.settled() <= 1);
        });
    }
}

/// Who has waited is forgotten on its thread and by those whom it called, and who waits further out there is not.
#[test]
fn only_those_who_wait_are_linked() {
    check(None, || {
        let outer = begin_wait(None, None, 0);
        let inner = begin_wait(None, Some(&outer), 1);
        inner.end();
        assert_eq!(inner.held_up().count(), 1, "its thread");
        let next = begin_wait(None, None, 1);
        assert_eq!(Arc::strong_count(&inner), 1);
        let queue = Arc::<Takes>::default();
        // What the inner one does not wait for is not run on top of it.
        assert!(outer.offer(&outer, call_in(&queue, &outer)));
        assert!(!next.has_offer() && outer.has_offer());
        assert!(outer.offer(&next, call_in(&queue, &next)));
        next.wait(&mut OwnWait::default(), |_| false);
        assert_eq!(queue.0.load(SeqCst), 1);
        assert!(!next.has_offer());
        next.end();
        outer.end();
        assert!(
            !outer.offer(&outer, call_in(&queue, &outer)),
            "it waits no more"
        );
        drop((inner, next));
        let last = begin_wait(None, None, 0);
        assert_eq!(Arc::strong_count(&outer), 1);
        last.end();
    });
}

/// M4: who waits for a running call is the one in whose `block_on` it was polled last, also if that began before the call did.
#[test]
fn who_waits_for_a_running_call_changes() {
    check(None, || {
        let callers = [(); 2].map(|()| begin_wait(None, None, 0));
        callers.iter().rev().for_each(Blocked::end);
        let (call, body) = begin_body(None, Some(&callers[0]), 0);
        let is_called_by = |caller: &Arc<Blocked>| {
            let held_up: Vec<_> = body.held_up().collect();
            assert!(held_up.len() <= 1);
            held_up.iter().any(|body| Arc::ptr_eq(body, caller))
        };
        assert!(is_called_by(&callers[0]));
        call.await_in(&callers[1]);
        assert!(is_called_by(&callers[1]));
        drop(call.call.poll(Waker::noop()));
        assert_eq!(body.held_up().count(), 0, "a task waits for it");
        body.end();
        let owners = Arc::strong_count(&callers[0]);
        for gives_up in [
            |call: &Trial| drop(call.call.detach()),
            |call: &Trial| call.call.abandon(),
        ] {
            let (call, body) = begin_body(None, Some(&callers[0]), 0);
            gives_up(&call);
            assert_eq!(body.held_up().count(), 0);
            assert_eq!(Arc::strong_count(&callers[0]), owners);
            body.end();
        }
    });
}

/// Bodies that wait for each other's calls, and one that waits for one of them.
#[test]
fn a_circle_of_bodies_has_an_end() {
    for bodies in 1..=5 {
        check(None, move || {
            let all: Vec<_> = (0..bodies).map(|_| begin_body(None, None, 0)).collect();
            for (number, (call, _)) in all.iter().enumerate() {
                call.await_in(&all[(number + 1) % bodies].1);
            }
            let into_it = begin_wait(None, Some(&all[0].1), 0);
            for (_, body) in &all {
                assert!(body.find(&Arc::default()).is_none());
            }
            assert!(into_it.find(&Arc::default()).is_none());
            into_it.end();
            all.iter().rev().for_each(|(_, body)| body.end());
        });
    }
}
