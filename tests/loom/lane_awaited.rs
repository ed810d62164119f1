//! A lane knows the calls in its queue that bodies wait for, whenever these begin to wait.

use std::sync::Arc;

use crate::{
    call::blocked::ThreadHome,
    check,
    scheduler::{close::CloseReason, lane::Lane, spawner::Spawner},
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
        lane.ease();
        assert!(waits.has_offer());
        waits.end();
        lane.shut_down(&CloseReason::Shutdown);
    });
}
