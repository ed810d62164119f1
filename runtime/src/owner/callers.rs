//! The bodies that wait for calls of an owner: one of them may hold up the very body that has the value.

use std::sync::{Arc, Weak};

use crate::{
    call::{queued_in::QueueCaller, signal::Signal},
    sync::Mutex,
};

/// Those who have waited for a call that was queued. Few calls are made by bodies, so most owners have none.
#[derive(Default)]
pub(super) struct QueueCallers(Mutex<Vec<Weak<dyn QueueCaller>>>);

impl QueueCallers {
    /// Adds a body, before it is asked whether one of them waits for itself.
    pub(super) fn add(&self, caller: &Arc<dyn QueueCaller>) {
        let mut callers = self.0.lock();
        let mine = Arc::downgrade(caller);
        if callers.last().is_some_and(|last| last.ptr_eq(&mine)) {
            return;
        }
        if callers.len() == callers.capacity() {
            callers.retain(|caller| caller.strong_count() > 0);
            // Each once: bodies that wait by turns are added again and again.
            callers.sort_unstable_by_key(|caller| caller.as_ptr().cast::<()>().addr());
            callers.dedup_by(|one, other| one.ptr_eq(other));
            // As much room again, so that a look at all of them is paid for by as many bodies.
            let room = callers.len() + 4;
            callers.reserve(room);
        }
        callers.push(mine);
    }

    /// Whether one of them waits for a body on the thread of `signal`, which waits for it.
    pub(super) fn any_waits_for_itself(&self, signal: &Arc<Signal>) -> bool {
        let callers: Vec<_> = self.0.lock().iter().filter_map(Weak::upgrade).collect();
        callers.into_iter().any(|caller| caller.holds_up(signal))
    }
}

#[test]
fn bodies_that_wait_by_turns_are_kept_once() {
    struct Body;
    impl QueueCaller for Body {
        fn holds_up(self: Arc<Self>, _: &Arc<Signal>) -> bool {
            false
        }
    }
    let callers = QueueCallers::default();
    let bodies: Vec<Arc<dyn QueueCaller>> = vec![Arc::new(Body), Arc::new(Body), Arc::new(Body)];
    for turn in 0..10_000 {
        callers.add(&bodies[turn % bodies.len()]);
    }
    let kept = callers.0.lock().len();
    assert!((3..20).contains(&kept), "{kept}");
}
