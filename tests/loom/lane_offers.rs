//! Calls that are offered to a body which waits: it runs them, or a runner does, and whoever waits for the lane hears of the end.

use std::{
    future::poll_fn,
    sync::Arc,
    task::{Poll, Wake},
};

use crate::{
    block_on::block_on,
    call::{
        block_on::{
            blocked::{Blocked, ThreadHome},
            parked::OwnWait,
        },
        current::waiting_as,
    },
    check,
    error::Error,
    scheduler::{
        close::CloseReason,
        lane::Lane,
        spawner::{NoSpare, Spawner},
    },
    trial::{Trial, begin_body, begin_wait},
    work::CallWork,
};

type CallLane = Arc<Lane<CallWork>>;

fn lane(spawner: &Spawner, cap: usize) -> CallLane {
    Lane::new(spawner.clone(), cap, Arc::default())
}

/// A body that waits on a thread of `lane`.
fn waits_on(lane: &CallLane) -> Arc<Blocked> {
    begin_wait(Some(Arc::clone(lane) as Arc<dyn ThreadHome>), None, 0)
}

/// Waits until nothing runs and nothing waits; a lost wake-up is a deadlock, which loom reports.
fn idle(lane: &CallLane) {
    let mut number = None;
    block_on(poll_fn(|cx| {
        if lane.poll_idle(&mut number, cx.waker()) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }));
}

/// L12: once all bodies of a full lane wait, each is offered the calls that it waits for, one after the other.
#[test]
fn calls_of_waiting_bodies_are_offered_to_those_who_wait_for_them() {
    check(None, || {
        let (first, second) = (Trial::idle(), Trial::idle());
        let lane = lane(&Spawner::new([]), 0);
        let blocked = waits_on(&lane);
        lane.submit(CallWork::nested(&first, &blocked));
        lane.submit(CallWork::nested(&second, &blocked));
        lane.offer_awaited();
        for trial in [first, second] {
            assert!(blocked.has_offer(), "none was offered");
            assert!(!trial.call.is_finished());
            blocked.wait(&mut OwnWait::default(), |_| false);
            assert!(trial.outcome().is_ok());
        }
        blocked.end();
        idle(&lane);
    });
}

/// A body on a thread of another lane. Threads of a model share what is local to a thread, so that the next one who waits there would be
/// inside of it, if an outer one did not end.
fn waits_elsewhere(lane: &CallLane) -> Arc<Blocked> {
    let outer = begin_wait(None, None, 0);
    let waits = waits_on(lane);
    outer.end();
    waits
}

/// M4: a body that waits is not offered what bodies of other lanes call, unless it waits for one of them.
#[test]
fn a_waiting_body_is_offered_nothing_that_it_does_not_wait_for() {
    check(None, || {
        let (first, second) = (Trial::idle(), Trial::idle());
        let (lane, other) = (lane(&Spawner::new([]), 0), lane(&Spawner::new([]), 0));
        let there = waits_elsewhere(&other);
        let here = waits_on(&lane);
        let call = CallWork::nested(&first, &there);
        waiting_as(there.clone(), || lane.submit(call));
        assert!(!here.has_offer(), "it waits for something else");
        let call = CallWork::nested(&second, &here);
        waiting_as(here.clone(), || other.submit(call));
        assert!(there.has_offer() && !here.has_offer(), "a circle");
        there.end();
        here.end();
        for lane in [lane, other] {
            lane.shut_down(&CloseReason::Shutdown);
        }
    });
}

/// L12: who is offered a call may not come to it, since its thread runs another one meanwhile. That one may, if it is held up as well.
#[test]
fn a_call_is_offered_to_the_inner_body_where_the_outer_one_cannot_take_it() {
    check(None, || {
        let (wanted, behind) = (Trial::idle(), Trial::idle());
        let (lane, other) = (lane(&Spawner::new([]), 0), lane(&Spawner::new([]), 0));
        let begin = |lane: &CallLane, caller: Option<&Arc<Blocked>>, scope| {
            begin_wait(Some(Arc::clone(lane) as _), caller, scope)
        };
        let first = begin_wait(None, None, 0);
        let outer = begin(&lane, None, 1);
        let inner = begin(&lane, Some(&outer), 2);
        first.end();
        let there = begin(&other, Some(&outer), 1);
        let call = CallWork::nested(&behind, &inner);
        waiting_as(inner.clone(), || other.submit(call));
        let call = CallWork::nested(&wanted, &there);
        waiting_as(there.clone(), || lane.submit(call));
        assert!(inner.has_offer() || there.has_offer());
        for ends in [there, inner, outer] {
            ends.end();
        }
        for lane in [lane, other] {
            lane.shut_down(&CloseReason::Shutdown);
        }
    });
}

/// L12: a circle that two bodies close at once is seen by one of them at least.
#[test]
fn a_circle_is_seen_by_whoever_closes_it() {
    check(Some(3), || {
        let (first, second) = (Trial::idle(), Trial::idle());
        let (lane, other) = (lane(&Spawner::new([]), 0), lane(&Spawner::new([]), 0));
        let there = waits_elsewhere(&other);
        let here = waits_on(&lane);
        let call = CallWork::nested(&first, &there);
        let (caller, to) = (Arc::clone(&there), Arc::clone(&lane));
        let closes = loom::thread::spawn(move || waiting_as(caller, || to.submit(call)));
        let call = CallWork::nested(&second, &here);
        waiting_as(here.clone(), || other.submit(call));
        closes.join().unwrap();
        assert!(here.has_offer() || there.has_offer());
        there.end();
        here.end();
        for lane in [lane, other] {
            lane.shut_down(&CloseReason::Shutdown);
        }
    });
}

/// L12: a body begins to wait for a call that runs, while the body of that one makes a call for which only the first has a thread.
#[test]
fn a_call_is_offered_also_to_who_waits_for_its_caller_from_now_on() {
    check(Some(3), || {
        let wanted = Trial::idle();
        let lane = lane(&Spawner::new([]), 0);
        let outer = begin_wait(None, None, 0);
        let (between, there) = begin_body(None, None, 0);
        outer.end();
        let here = waits_on(&lane);
        let waits = Arc::clone(&here);
        let begins = loom::thread::spawn(move || {
            between.await_in(&waits);
            waits.wake_by_ref();
            waits.wait(&mut OwnWait::default(), |_| false);
        });
        let call = CallWork::nested(&wanted, &there);
        waiting_as(there.clone(), || lane.submit(call));
        begins.join().unwrap();
        assert!(here.has_offer());
        there.end();
        here.end();
        lane.shut_down(&CloseReason::Shutdown);
    });
}

/// L12, P6: a body's call into its full lane runs once: where the body waits, or on a runner when it waits no more.
#[test]
fn offering_a_call_meets_the_end_of_the_waiting() {
    check(Some(3), || {
        let trial = Trial::idle();
        let spawner = Spawner::new([]);
        let lane = lane(&spawner, 0);
        let blocked = waits_on(&lane);
        let (full, caller, work) = (lane.clone(), blocked.clone(), CallWork::new(&trial));
        let calls = loom::thread::spawn(move || waiting_as(caller, || full.submit(work)));
        blocked.end();
        lane.set_cap(1);
        lane.use_cap();
        calls.join().unwrap();
        assert!(trial.outcome().is_ok());
        idle(&lane);
        spawner.settle();
        assert_eq!(trial.settled(), 1);
    });
}

/// S2: a call that was offered runs also if the lane is closed before anybody takes it, unless it is cancelled; and whoever waits for
/// the lane hears of the end.
#[test]
fn a_closed_lane_runs_what_was_offered_and_not_taken() {
    for cancelled in [false, true] {
        check(Some(3), move || runs_after_the_close(cancelled));
    }
}

fn runs_after_the_close(cancelled: bool) {
    let trial = Trial::idle();
    let spawner = Spawner::new([]);
    let lane = lane(&spawner, 0);
    let blocked = waits_on(&lane);
    waiting_as(blocked.clone(), || lane.submit(CallWork::new(&trial)));
    assert!(!blocked.has_offer(), "it is not awaited yet");
    trial.await_in(&blocked);
    assert!(blocked.has_offer());
    lane.close(CloseReason::Shutdown);
    let cancel = cancelled.then(|| trial.spawn_cancel());
    blocked.end();
    lane.set_cap(1);
    lane.use_cap();
    idle(&lane);
    let ended = trial.outcome();
    assert!(ended.is_ok() || cancelled && matches!(ended, Err(Error::Cancelled)));
    if let Some(cancel) = cancel {
        cancel.join().unwrap();
    }
    spawner.settle();
}

/// S3: of a lane that is shut down it is refused.
#[test]
fn a_call_that_was_offered_meets_the_shutdown() {
    check(None, || {
        let trial = Trial::idle();
        let lane = lane(&Spawner::new([]), 0);
        let blocked = waits_on(&lane);
        waiting_as(blocked.clone(), || lane.submit(CallWork::new(&trial)));
        lane.shut_down(&CloseReason::Shutdown);
        assert!(matches!(trial.outcome(), Err(Error::Shutdown)));
        blocked.end();
        idle(&lane);
        assert_eq!(trial.settled(), 0);
    });
}

/// A call on a spare thread may be the last of its lane, be it run there or refused.
#[test]
fn a_call_on_a_spare_thread_may_be_the_last() {
    for no_spare in [None, Some(NoSpare::IsNotStarted), Some(NoSpare::IsNotSetUp)] {
        check(Some(3), move || ends_last(no_spare, false));
        check(Some(2), move || ends_last(no_spare, true));
    }
}

fn ends_last(no_spare: Option<NoSpare>, cancelled: bool) {
    let trial = Trial::idle();
    let spawner = Spawner::new([]);
    spawner.refuse_spares(no_spare);
    let lane = lane(&spawner, 1);
    let home = Arc::clone(&lane);
    let waits = Trial::new(move |_| waits_on(&home).end());
    lane.submit(CallWork::new(&waits));
    lane.submit(CallWork::new(&trial));
    Arc::clone(&lane).add_spare_thread();
    let cancel = cancelled.then(|| trial.spawn_cancel());
    idle(&lane);
    if let Some(cancel) = cancel {
        cancel.join().unwrap();
    }
    assert!(waits.outcome().is_ok());
    let ended = trial.outcome();
    // Whoever relieves a lane may have no thread for it. Its own thread comes to the call then.
    let refused = matches!(no_spare, Some(NoSpare::IsNotSetUp));
    assert!(cancelled || refused || ended.is_ok());
    spawner.settle();
}
