//! A blocked body may take its own call back from the lane, or be offered one; each runs once.

use std::sync::{Arc, atomic::Ordering};

use crate::{
    call::{block_on::blocked::ThreadHome, stack, traits::RunQueued},
    check,
    error::Error,
    scheduler::{
        lane::Lane,
        spawner::{Fate, NoSpare, Spawner},
    },
    trial::{Trial, begin_wait},
    work::CallWork,
};

/// X5: the runner arrives while the blocked body runs the call itself.
#[test]
fn rescuing_meets_a_runner() {
    check(Some(3), || {
        let trial = Trial::idle();
        let spawner = Spawner::new([]);
        let lane = Lane::new(spawner.clone(), usize::MAX, Arc::default());
        lane.submit(CallWork::new(&trial));
        Arc::clone(&lane).run_queued(&trial.job, true);
        assert!(trial.outcome().is_ok());
        spawner.settle();
        assert_eq!(lane.stats().running, 0);
        assert_eq!(trial.settled(), 1);
    });
}

/// X5: with no thread to be had the call still runs, and what waits behind it stays in the queue.
#[test]
fn rescuing_where_no_runner_comes() {
    check(Some(3), || {
        let (trial, next) = (Trial::idle(), Trial::idle());
        let spawner = Spawner::new([Fate::IsHeldBack, Fate::IsHeldBack]);
        let lane = Lane::new(spawner.clone(), usize::MAX, Arc::default());
        lane.submit(CallWork::new(&trial));
        lane.submit(CallWork::new(&next));
        Arc::clone(&lane).run_queued(&trial.job, true);
        assert!(trial.outcome().is_ok());
        assert!(next.job.is_queued());
        spawner.release();
        assert!(next.outcome().is_ok());
        spawner.settle();
        assert_eq!((trial.settled(), next.settled()), (1, 1));
    });
}

/// Two calls whose bodies never run at once.
fn two_at_the_cap() -> [Trial; 2] {
    let running = Arc::new(crate::sync::Mutex::new(0));
    [(); 2].map(|()| {
        let running = Arc::clone(&running);
        Trial::new(move |_| {
            *running.lock() += 1;
            assert_eq!(*running.lock(), 1, "more bodies at once than the cap");
            *running.lock() -= 1;
        })
    })
}

/// Two calls in a lane for one body, of which this thread takes the second back: their bodies never run at once.
fn rescue_at_the_cap() {
    let [first, second] = two_at_the_cap();
    let spawner = Spawner::new([]);
    let lane = Lane::new(spawner.clone(), 1, Arc::default());
    lane.submit(CallWork::new(&first));
    lane.submit(CallWork::new(&second));
    Arc::clone(&lane).run_queued(&second.job, true);
    assert!(first.outcome().is_ok() && second.outcome().is_ok());
    spawner.settle();
    assert_eq!((lane.stats().running, lane.stats().threads), (0, 0));
}

/// L1: nor does it bring the bodies over the cap.
#[test]
fn rescuing_keeps_the_cap() {
    check(Some(3), rescue_at_the_cap);
}

/// L1: nor where the stack of the thread is used up, so that the call runs on a spare thread in its place.
#[test]
fn rescuing_on_a_spare_thread_keeps_the_cap() {
    check(Some(3), || {
        stack::deep();
        rescue_at_the_cap();
    });
}

/// S11: a lane is idle only when the call has its result that no spare thread was found for.
#[test]
fn a_refused_spare_thread_leaves_no_call_behind() {
    check(Some(3), || {
        stack::deep();
        let trial = Trial::idle();
        let spawner = Spawner::new([Fate::IsHeldBack]);
        spawner.refuse_spares(Some(NoSpare::IsNotStarted));
        let lane = Lane::new(spawner.clone(), 1, Arc::default());
        lane.submit(CallWork::new(&trial));
        let (rescuing, job) = (Arc::clone(&lane), Arc::clone(&trial.job));
        let thread = loom::thread::spawn(move || {
            stack::deep();
            rescuing.run_queued(&job, true)
        });
        if lane.is_idle() {
            assert!(trial.call.is_finished(), "the call has no result yet");
        }
        assert!(thread.join().unwrap());
        assert!(matches!(trial.outcome(), Err(Error::Thread(_))));
        spawner.release();
        spawner.settle();
        assert_eq!((lane.stats().running, lane.stats().threads), (0, 0));
    });
}

/// A call in the queue of a lane whose only body waits runs once: on a spare thread, or on a runner when the body has ended. So does a
/// second that comes meanwhile, though the lane is relieved again, and nothing counts as running afterwards.
#[test]
fn a_spare_thread_meets_the_end_of_the_waiting() {
    check(Some(2), || {
        let (first, second) = (Trial::idle(), Trial::idle());
        let spawner = Spawner::new([]);
        let lane = Lane::new(spawner.clone(), 1, Arc::default());
        let home: Arc<dyn ThreadHome> = Arc::clone(&lane) as _;
        let waits = Trial::new(move |_| begin_wait(Some(home), None, 0).end());
        lane.submit(CallWork::new(&waits));
        lane.submit(CallWork::new(&first));
        Arc::clone(&lane).add_spare_thread();
        lane.submit(CallWork::new(&second));
        Arc::clone(&lane).add_spare_thread();
        assert!(waits.outcome().is_ok());
        assert!(first.outcome().is_ok() && second.outcome().is_ok());
        spawner.settle();
        assert_eq!(lane.stats().running, 0);
        assert_eq!((first.settled(), second.settled()), (1, 1));
    });
}

/// Of the last slot for a spare thread, taken by a body whose stack is used up, or by those who add one to its lane: only the body's call
/// may not do without.
#[test]
fn the_last_place_for_a_spare_thread_is_wanted_twice() {
    check(Some(3), || {
        let (own, other) = (Trial::idle(), Trial::idle());
        let spawner = Spawner::new([Fate::IsHeldBack]);
        let lane = Lane::new(spawner.clone(), 1, Arc::default());
        lane.spares.count.store(63, Ordering::SeqCst);
        let waits = begin_wait(Some(Arc::clone(&lane) as _), None, 0);
        lane.submit(CallWork::new(&own));
        lane.submit(CallWork::new(&other));
        let (relieved, job) = (Arc::clone(&lane), Arc::clone(&own.job));
        let thread = loom::thread::spawn(move || {
            stack::deep();
            relieved.run_offered(&job);
        });
        Arc::clone(&lane).add_spare_thread();
        thread.join().unwrap();
        waits.end();
        spawner.release();
        assert!(!matches!(other.outcome(), Err(Error::TooDeep { .. })));
        spawner.settle();
        assert_eq!(lane.spares.count.load(Ordering::SeqCst), 63);
    });
}

/// A body has one place to give: of two calls that its thread is to run, where its stack is used up, the second stays in the queue until
/// the first has ended on its spare thread.
#[test]
fn a_waiting_body_gives_its_place_to_one_call_at_a_time() {
    check(Some(2), || {
        stack::deep();
        let [first, second] = two_at_the_cap();
        let spawner = Spawner::new([Fate::IsHeldBack]);
        let lane = Lane::new(spawner.clone(), 1, Arc::default());
        let waits = begin_wait(Some(Arc::clone(&lane) as _), None, 0);
        lane.submit(CallWork::new(&first));
        lane.submit(CallWork::new(&second));
        assert!(Arc::clone(&lane).run_offered(&first.job));
        let both = Arc::clone(&lane).run_offered(&second.job);
        assert!(first.outcome().is_ok());
        waits.end();
        if !both {
            spawner.release();
        }
        assert!(second.outcome().is_ok());
        spawner.release();
        spawner.settle();
        assert_eq!(lane.stats().running, 0);
        assert_eq!(lane.spares.count.load(Ordering::SeqCst), 0);
    });
}
