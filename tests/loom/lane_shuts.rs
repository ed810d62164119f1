//! When a lane is closed or its threads go away: every job has one end, and who waits is woken.

use std::sync::{Arc, atomic::Ordering::SeqCst};

use crate::{
    check,
    error::Error,
    scheduler::{
        close::CloseReason,
        lane::Lane,
        spawner::{Fate, Spawner},
    },
    trial::{Trial, wait_for_stop},
    work::{CallWork, End, Site},
};

/// S9: submitted while the lane closes.
#[test]
fn closing_meets_submitting() {
    check(None, || {
        let site = Site::new(Spawner::new([]), usize::MAX);
        let thread = site.spawn_submit(0);
        site.shut_down();
        thread.join().unwrap();
        assert!(matches!(site.ends(1)[..], [End::Run | End::Shutdown]));
        assert!(site.lane.signal.is_raised());
    });
}

/// S3: whoever is refused sees that these threads shut down: a body that is refused learns so that it is asked to stop itself.
#[test]
fn a_refusal_shows_the_signal() {
    check(None, || {
        let trial = Trial::idle();
        let spawner = Spawner::new([]);
        let lane = Lane::new(spawner.clone(), 1, Arc::default());
        let closing = Arc::clone(&lane);
        let thread = loom::thread::spawn(move || closing.shut_down(&CloseReason::Shutdown));
        lane.submit(CallWork::new(&trial));
        if trial.call.is_finished() && trial.account.runs.load(SeqCst) == 0 {
            // The model knows locks only, and so tries both orders of this and what shuts down.
            lane.signal.forget(&trial.body);
            assert!(lane.signal.is_raised());
        }
        thread.join().unwrap();
        spawner.settle();
    });
}

/// S1, S3: what waits ends, what comes later is refused, for a lane at its cap as well.
#[test]
fn closing_ends_what_waits() {
    check(Some(3), || {
        let site = Site::new(Spawner::new([]), 1);
        site.submit(0);
        site.submit(1);
        site.shut_down();
        site.submit(2);
        let ends = site.ends(3);
        assert!(matches!(
            ends[..],
            [
                End::Run | End::Shutdown,
                End::Run | End::Shutdown,
                End::Shutdown
            ]
        ));
    });
}

/// S5: closed by two threads at once.
#[test]
fn closing_twice() {
    check(Some(3), || {
        let site = Site::new(Spawner::new([]), usize::MAX);
        site.submit(0);
        let lane = Arc::clone(&site.lane);
        let thread = loom::thread::spawn(move || lane.shut_down(&CloseReason::Shutdown));
        site.shut_down();
        thread.join().unwrap();
        site.ends(1);
    });
}

/// S9: a runner that is dropped while it is sent strands no job.
#[test]
fn a_runner_dropped_at_once() {
    check(Some(2), || {
        let site = Site::new(Spawner::new([Fate::IsDropped]), usize::MAX);
        let thread = site.spawn_submit(0);
        site.submit(1);
        thread.join().unwrap();
        assert!(!site.ends(2).contains(&End::Thread));
        site.submit(2);
        assert_eq!(site.last_end(2), End::Shutdown);
    });
}

/// S9: nor does one that is dropped while other runners are at work.
#[test]
fn a_runner_dropped_on_its_way() {
    check(Some(2), || {
        let site = Site::new(
            Spawner::new([Fate::Arrives, Fate::IsDroppedLater]),
            usize::MAX,
        );
        site.submit(0);
        site.submit(1);
        site.submit(2);
        assert!(!site.ends(3).contains(&End::Thread));
    });
}

/// S8, P6: whoever awaits a call in a lane that closes gets its value or the error.
#[test]
fn waiting_meets_closing() {
    check(Some(3), || {
        let trial = Trial::idle();
        let spawner = Spawner::new([]);
        let lane = Lane::new(spawner.clone(), 1, Arc::default());
        lane.submit(CallWork::new(&trial));
        let closing = Arc::clone(&lane);
        let thread = loom::thread::spawn(move || closing.shut_down(&CloseReason::Shutdown));
        let outcome = trial.outcome();
        thread.join().unwrap();
        spawner.settle();
        let ran = outcome.is_ok();
        assert!(ran || matches!(outcome, Err(Error::Shutdown)));
        drop(outcome);
        assert_eq!(trial.settled(), usize::from(ran));
    });
}

/// S3: a body that stops because it is told to makes no room for a call that waits.
#[test]
fn no_waiting_call_starts_when_bodies_are_told() {
    check(Some(3), || {
        let spawner = Spawner::new([]);
        let lane = Lane::new(spawner.clone(), 1, Arc::default());
        let signal = Arc::clone(&lane.signal);
        let (begin, beginning) = loom::sync::mpsc::channel();
        let told = Trial::new(move |job| {
            signal.listen(job);
            begin.send(()).unwrap();
            wait_for_stop(job);
            signal.forget(job);
        });
        let waits = Trial::idle();
        lane.submit(CallWork::new(&told));
        lane.submit(CallWork::new(&waits));
        beginning.recv().unwrap();
        lane.shut_down(&CloseReason::Shutdown);
        assert!(told.outcome().is_ok());
        assert!(matches!(waits.outcome(), Err(Error::Shutdown)));
        spawner.settle();
        assert_eq!((told.settled(), waits.settled()), (1, 0));
    });
}

/// C2, C3: a call dropped in the queue never runs or is heard of again, and the next one runs.
#[test]
fn dropping_meets_a_runner() {
    check(Some(3), || {
        let (trial, next) = (Trial::idle(), Trial::idle());
        let spawner = Spawner::new([]);
        let lane = Lane::new(spawner.clone(), 1, Arc::default());
        lane.submit(CallWork::new(&trial));
        lane.submit(CallWork::new(&next));
        trial.call.abandon();
        assert!(next.outcome().is_ok());
        spawner.settle();
        trial.settled();
        assert_eq!(next.settled(), 1);
    });
}

/// S11: whoever finds the lane idle finds the result: of a body that ran, or of a call that was ended by a shutdown.
#[test]
fn an_idle_lane_has_left_no_call_behind() {
    for fate in [|| Fate::Arrives, || Fate::IsHeldBack] {
        check(Some(3), move || {
            let trial = Trial::idle();
            let spawner = Spawner::new([fate()]);
            let lane = Lane::new(spawner.clone(), 1, Arc::default());
            lane.submit(CallWork::new(&trial));
            let closing = Arc::clone(&lane);
            let thread = loom::thread::spawn(move || closing.shut_down(&CloseReason::Shutdown));
            if lane.is_idle() {
                assert!(trial.call.is_finished(), "the call has no result yet");
            }
            thread.join().unwrap();
            spawner.release();
            spawner.settle();
            assert!(trial.call.is_finished() && lane.is_idle());
        });
    }
}

/// S11: nor where a call was refused for want of a thread.
#[test]
fn an_idle_lane_without_threads_has_left_no_call_behind() {
    check(Some(5), || {
        let trial = Trial::idle();
        let lane = Lane::new(Spawner::new([Fate::IsNotMade]), 1, Arc::default());
        let (submitting, work) = (Arc::clone(&lane), CallWork::new(&trial));
        let thread = loom::thread::spawn(move || submitting.submit(work));
        if lane.stats().queued > 0 && lane.is_idle() {
            assert!(trial.call.is_finished(), "the call has no result yet");
        }
        thread.join().unwrap();
        assert!(trial.call.is_finished() && lane.is_idle());
    });
}
