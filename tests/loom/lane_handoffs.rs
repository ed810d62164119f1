//! Calls that are handed to a body which waits: it runs them, or they go back, and whoever waits for the lane hears of the end.

use std::{
    future::poll_fn,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Poll, Wake},
};

use crate::{
    block_on::block_on,
    call::{
        blocked::{Blocked, Handoff, ThreadHome},
        current::waiting_as,
    },
    check,
    error::Error,
    scheduler::{
        account::CloseReason,
        lane::Lane,
        spawner::{NoSpare, Spawner},
    },
    trial::Trial,
    work::CallWork,
};

type CallLane = Arc<Lane<CallWork>>;

fn lane(spawner: &Spawner, cap: usize) -> CallLane {
    Lane::new(spawner.clone(), cap, Arc::default())
}

/// A body that waits on a thread of `lane`.
fn waits_on(lane: &CallLane) -> Arc<Blocked> {
    Blocked::begin(Some(Arc::clone(lane) as Arc<dyn ThreadHome>), None)
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

/// A handoff that counts here how often it is run.
fn counted(ran: &Arc<AtomicUsize>) -> Handoff {
    let ran = Arc::clone(ran);
    Box::new(move |here| {
        ran.fetch_add(usize::from(here), SeqCst);
    })
}

/// A body that was woken goes on, and leaves its own call where it is: it may not need it any more.
#[test]
fn who_is_woken_does_not_run_its_own_call() {
    check(None, || {
        let blocked = Blocked::begin(None, None);
        blocked.wake_by_ref();
        blocked.wait(Some(|| panic!("it was woken")));
        blocked.end();
    });
}

/// What was handed over comes first: others wait for it, who hold all threads.
#[test]
fn what_is_handed_over_comes_before_ones_own_call() {
    check(None, || {
        let blocked = Blocked::begin(None, None);
        let ran = Arc::new(AtomicUsize::new(0));
        assert!(blocked.hand_off(&blocked, counted(&ran)).is_ok());
        blocked.wait(Some(|| panic!("another call was handed over")));
        assert_eq!(ran.load(SeqCst), 1);
        blocked.end();
    });
}

/// Who has waited is forgotten on its thread, and who waits further out there is not.
#[test]
fn only_those_who_wait_are_linked() {
    check(None, || {
        let outer = Blocked::begin(None, None);
        let inner = Blocked::begin(None, None);
        inner.end();
        let next = Blocked::begin(None, None);
        assert_eq!(Arc::strong_count(&inner), 1);
        let ran = Arc::new(AtomicUsize::new(0));
        assert!(outer.hand_off(&next, counted(&ran)).is_ok());
        // What the inner one does not wait for is not run on top of it.
        assert!(outer.hand_off(&outer, counted(&ran)).is_ok());
        next.wait(None::<fn()>);
        assert_eq!(ran.load(SeqCst), 1);
        next.end();
        outer.end();
        drop((inner, next));
        let last = Blocked::begin(None, None);
        assert_eq!(Arc::strong_count(&outer), 1);
        last.end();
    });
}

/// L12: once all bodies of a full lane wait, each is handed the calls that it waits for, one after the other.
#[test]
fn calls_of_waiting_bodies_are_handed_to_those_who_wait_for_them() {
    check(None, || {
        let (first, second) = (Trial::idle(), Trial::idle());
        let lane = lane(&Spawner::new([]), 0);
        let blocked = waits_on(&lane);
        lane.submit(CallWork::nested(&first, &blocked));
        lane.submit(CallWork::nested(&second, &blocked));
        lane.ease();
        for trial in [first, second] {
            assert!(blocked.has_own_handoff(), "none was handed over");
            assert!(!trial.call.is_finished());
            blocked.wait(None::<fn()>);
            assert!(trial.outcome().is_ok());
        }
        blocked.end();
        idle(&lane);
    });
}

/// A body on a thread of another lane. Threads of a model share what is local to a thread, so that the next one who waits there would be
/// inside of it, if an outer one did not end.
fn waits_elsewhere(lane: &CallLane) -> Arc<Blocked> {
    let outer = Blocked::begin(None, None);
    let waits = waits_on(lane);
    outer.end();
    waits
}

/// M4: a body that waits is not handed what bodies of other lanes call, unless it waits for one of them.
#[test]
fn a_waiting_body_is_handed_nothing_that_it_does_not_wait_for() {
    check(None, || {
        let (first, second) = (Trial::idle(), Trial::idle());
        let (lane, other) = (lane(&Spawner::new([]), 0), lane(&Spawner::new([]), 0));
        let there = waits_elsewhere(&other);
        let here = waits_on(&lane);
        let call = CallWork::nested(&first, &there);
        waiting_as(there.clone(), || lane.submit(call));
        assert!(!here.has_own_handoff(), "it waits for something else");
        let call = CallWork::nested(&second, &here);
        waiting_as(here.clone(), || other.submit(call));
        assert!(
            there.has_own_handoff() && !here.has_own_handoff(),
            "a circle"
        );
        there.end();
        here.end();
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
        assert!(here.has_own_handoff() || there.has_own_handoff());
        there.end();
        here.end();
        for lane in [lane, other] {
            lane.shut_down(&CloseReason::Shutdown);
        }
    });
}

/// L12, P6: a body's call into its full lane runs once: where the body waits, or on a runner when it waits no more.
#[test]
fn handing_over_a_call_meets_the_end_of_the_waiting() {
    check(Some(3), || {
        let trial = Trial::idle();
        let spawner = Spawner::new([]);
        let lane = lane(&spawner, 0);
        let blocked = waits_on(&lane);
        let (full, caller, work) = (lane.clone(), blocked.clone(), CallWork::new(&trial));
        let calls = loom::thread::spawn(move || waiting_as(caller, || full.submit(work)));
        blocked.end();
        lane.set_cap(1);
        calls.join().unwrap();
        assert!(trial.outcome().is_ok());
        idle(&lane);
        spawner.settle();
        assert_eq!(trial.settled(), 1);
    });
}

/// A call that comes back to a closed lane is its last, also if it was cancelled before: whoever waits for the lane hears of it.
#[test]
fn a_call_that_comes_back_may_be_the_last() {
    for cancelled in [false, true] {
        check(None, move || comes_back_last(cancelled));
    }
}

fn comes_back_last(cancelled: bool) {
    let trial = Trial::idle();
    let lane = lane(&Spawner::new([]), 0);
    let blocked = waits_on(&lane);
    waiting_as(blocked.clone(), || lane.submit(CallWork::new(&trial)));
    assert!(blocked.has_own_handoff());
    if cancelled {
        trial.cancel();
    }
    lane.close(CloseReason::Shutdown);
    let end = loom::thread::spawn(move || blocked.end());
    idle(&lane);
    end.join().unwrap();
    let ended = trial.outcome();
    assert!(matches!(ended, Err(Error::Cancelled | Error::Shutdown)));
}

/// So may be one on a spare thread, whose lane has nothing else by then, be it run there or refused.
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
    let relieved = Arc::clone(&lane);
    let relief = loom::thread::spawn(move || relieved.relieve());
    let cancel = cancelled.then(|| trial.spawn_cancel());
    idle(&lane);
    relief.join().unwrap();
    if let Some(cancel) = cancel {
        cancel.join().unwrap();
    }
    assert!(waits.outcome().is_ok());
    let ended = trial.outcome();
    assert!(cancelled || no_spare.is_some() || ended.is_ok());
    spawner.settle();
}
