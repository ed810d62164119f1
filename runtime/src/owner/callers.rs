//! The bodies that wait for calls of an owner. If the body that has the value waits for one of them, there is a deadlock.

use std::{
    collections::HashSet,
    sync::{Arc, Weak},
};

use crate::{
    call::{queued_in::QueueCaller, signal::Signal},
    sync::Mutex,
};

/// Bodies that have waited for a queued call. Few calls are made by bodies, so most owners have none.
#[derive(Default)]
pub(super) struct QueueCallers(Mutex<Vec<Weak<dyn QueueCaller>>>);

impl QueueCallers {
    /// Adds a body. Must be called before `any_waits_for_itself`.
    pub(super) fn add(&self, caller: &Arc<dyn QueueCaller>) {
        let mut callers = self.0.lock();
        let mine = Arc::downgrade(caller);
        if callers.last().is_some_and(|last| last.ptr_eq(&mine)) {
            return;
        }
        if callers.len() == callers.capacity() {
            // Without duplicates: a body is added again each time that it begins to wait.
            let mut known = HashSet::new();
            callers.retain(|caller| {
                caller.strong_count() > 0 && known.insert(caller.as_ptr().cast::<()>())
            });
            // Doubling makes the cost of the scan constant per body.
            let room = callers.len() + 4;
            callers.reserve(room);
        }
        callers.push(mine);
    }

    /// Whether the body on the thread of `signal` waits for one of these bodies, directly or through others.
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
