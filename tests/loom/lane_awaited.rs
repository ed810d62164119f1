//! A lane knows the calls in its queue that bodies wait for, whenever these begin to wait.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use crate::{
    call::block_on::blocked::ThreadHome,
    check,
    scheduler::{
        close::CloseReason,
        lane::Lane,
        spawner::{Fate, Spawner},
    },
    trial::{Trial, begin_wait},
    work::CallWork,
};

/// L12: as it enters the queue, before, or later.
#[test]
fn a_call_that_is_awaited_as_it_enters_is_offered() {
    check(None, || {
        let trial = Trial::idle();
        let lane = Lane::new(Spawner::new([]), 0, Arc::default());
        let home: Arc<dyn ThreadHome> = Arc::clone(&lane) as _;
        let waits = begin_wait(Some(home), None, 0);
        let (to, work) = (Arc::clone(&lane), CallWork::new(&trial));
        let enters = loom::thread::spawn(move || to.submit(work));
        trial.await_in(&waits);
        enters.join().unwrap();
        assert!(!waits.has_offer());
        lane.offer_awaited();
        assert!(waits.has_offer());
        waits.end();
        lane.shut_down(&CloseReason::Shutdown);
    });
}

/// How many handles of the cell a trial has itself.
const OWN_HANDLES: usize = 3;

/// Nothing is kept of an awaited call that has left the queue, once that is empty: dropped there, or because no thread came.
#[test]
fn nothing_is_kept_of_a_call_that_never_ran() {
    check(None, || {
        for dropped in [true, false] {
            let trial = Trial::idle();
            let waits = begin_wait(None, None, 0);
            trial.await_in(&waits);
            let fates = [Fate::IsNotMade];
            let lane = Lane::new(Spawner::new(fates), usize::from(!dropped), Arc::default());
            lane.submit(CallWork::new(&trial));
            if dropped {
                assert_eq!(Arc::strong_count(&trial.job), OWN_HANDLES + 2);
                trial.call.abandon();
            }
            assert_eq!(Arc::strong_count(&trial.job), OWN_HANDLES);
            waits.end();
            lane.shut_down(&CloseReason::Shutdown);
        }
    });
}

/// The same of one that has run, while the runner goes on with others.
#[test]
fn nothing_is_kept_of_a_call_that_has_run() {
    check(Some(2), || {
        let trial = Trial::idle();
        let waits = begin_wait(None, None, 0);
        trial.await_in(&waits);
        let (handles, seen) = (Arc::downgrade(&trial.job), Arc::<AtomicUsize>::default());
        let see = Arc::clone(&seen);
        let last = Trial::new(move |_| see.store(handles.strong_count(), SeqCst));
        let spawner = Spawner::new([]);
        let lane = Lane::new(spawner.clone(), 1, Arc::default());
        lane.submit(CallWork::new(&trial));
        lane.submit(CallWork::new(&last));
        spawner.settle();
        assert_eq!(seen.load(SeqCst), OWN_HANDLES);
        waits.end();
        lane.shut_down(&CloseReason::Shutdown);
    });
}
